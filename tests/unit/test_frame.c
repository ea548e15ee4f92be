/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/frame: one name for each frame
 */
#include "server/wire/frame.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"
#include "tests/support/wire_frame.h"

enum {
	GUEST = 0x0a00020f,
	SERVER = 0x0a000202,
	GUEST_PORT = 2001,
	SERVER_PORT = 1069,
};

/* Decoded frames are large: one for all. */
static struct frame frame;

static void expect_name(const char *what, const char *name)
{
	const char *got = frame_kind_name(frame.kind);

	ck_assert_msg(strcmp(got, name) == 0, "%s: %s, not %s", what, got, name);
	ck_assert_msg((frame.kind == FRAME_MALFORMED) == (frame.broken != NULL), "%s: broken",
		      what);
}

static void decode(struct frame_flows *flows, const struct wire_frame *f)
{
	frame_decode(&frame, flows, f->buf, f->len);
}

#define ETH(type) "ffffffffffff 525400123456 " type " "
#define ARP(op) "0001 0800 06 04 " op " 525400123456 0a00020f 000000000000 0a000202"
/* 20 bytes of header: total length, fragment field, protocol. */
#define IP(total, frag, proto) "45 00 " total " 0001 " frag " 40 " proto " 0000 0a00020f 0a000202 "
#define ADDR6 "fd000000000000000000000000000002 "
/* 40 bytes of header: payload length, next header. */
#define IP6(len, next) "60000000 " len " " next " ff fd00000000000000505400fffe123456 " ADDR6
/* Total length, and offset with flags. */
#define TCP(total, flags)                                                                          \
	ETH("0800") IP(total, "0000", "06") "9c40 0050 00000001 00000002 " flags " 2000 0000 0000"
#define UDP(sport, dport, len) sport " " dport " " len " 0000 "

static const struct {
	const char *what, *in, *name;
	const char *broken;
} byte_rows[] = {
	{ "another Ethernet type", ETH("88cc") "0000", "ethernet.other", NULL },
	{ "a length for a type", ETH("0026") "4242", "ethernet.other", NULL },
	{ "an ARP request", ETH("0806") ARP("0001"), "arp.request", NULL },
	{ "an ARP reply", ETH("0806") ARP("0002"), "arp.reply", NULL },
	{ "another ARP operation", ETH("0806") ARP("0003"), "ethernet.other", NULL },
	{ "IPv6", ETH("86dd") IP6("0000", "3b"), "ipv6", NULL },
	{ "TCP over IPv6", ETH("86dd") IP6("0004", "06") "00000000", "ipv6", NULL },
	{ "an IPv6 fragment",
	  ETH("86dd") IP6("0010", "2c") "11 00 0008 00000001"
					"0102030405060708",
	  "ipv6.fragment", NULL },
	{ "the first of some, of UDP",
	  ETH("86dd") IP6("0010", "2c") "11 00 0001 00000001" UDP("07d1", "0045", "0020"),
	  "ipv6.fragment", NULL },
	{ "the first of some, of ICMPv6",
	  ETH("86dd") IP6("0010", "2c") "3a 00 0001 00000001"
					"8000 0000 00000000",
	  "ipv6.fragment", NULL },
	{ "UDP over IPv6", ETH("86dd") IP6("0008", "11") UDP("07d1", "0050", "0008"), "udp", NULL },
	{ "DHCP's port over IPv6", ETH("86dd") IP6("0008", "11") UDP("0044", "0043", "0008"), "udp",
	  NULL },
	{ "DHCPv6's port over IPv4",
	  ETH("0800") IP("001c", "0000", "11") UDP("0222", "0223", "0008"), "udp", NULL },
	{ "a ping over IPv6", ETH("86dd") IP6("0008", "3a") "8000 0000 00000000", "icmp6.echo",
	  NULL },
	{ "a pong over IPv6", ETH("86dd") IP6("0008", "3a") "8100 0000 00000000",
	  "icmp6.echo-reply", NULL },
	{ "unreachable over IPv6", ETH("86dd") IP6("0008", "3a") "0104 0000 00000000",
	  "icmp6.unreachable", NULL },
	{ "who is a router", ETH("86dd") IP6("0008", "3a") "8500 0000 00000000", "icmp6.rs", NULL },
	{ "I am", ETH("86dd") IP6("0010", "3a") "8600 0000 00000000 00000000 00000000", "icmp6.ra",
	  NULL },
	{ "who has", ETH("86dd") IP6("0018", "3a") "8700 0000 00000000" ADDR6, "icmp6.ns", NULL },
	{ "I have", ETH("86dd") IP6("0018", "3a") "8800 0000 00000000" ADDR6, "icmp6.na", NULL },
	{ "a report of a listener", ETH("86dd") IP6("0008", "3a") "8f00 0000 00000000",
	  "icmp6.other", NULL },
	{ "an information request",
	  ETH("86dd") IP6("000c", "11") UDP("0222", "0223", "000c") "0b010203",
	  "dhcp6.information-request", NULL },
	{ "a reply", ETH("86dd") IP6("000c", "11") UDP("0223", "0222", "000c") "07010203",
	  "dhcp6.reply", NULL },
	{ "a relay", ETH("86dd") IP6("000c", "11") UDP("0223", "0223", "000c") "0c010203",
	  "dhcp6.relay", NULL },
	{ "another protocol", ETH("0800") IP("0018", "0000", "59") "00000000", "ipv4", NULL },
	{ "short TCP", ETH("0800") IP("0018", "0000", "06") "00000000", "malformed", "tcp" },
	{ "a TCP header that says it is longer", TCP("0028", "6012"), "malformed", "tcp" },
	{ "SYN", TCP("0028", "5002"), "tcp.syn", NULL },
	{ "SYN with a FIN", TCP("0028", "5003"), "tcp.syn", NULL },
	{ "SYN, ACK", TCP("0028", "5012"), "tcp.synack", NULL },
	{ "a bare ACK", TCP("0028", "5010"), "tcp.ack", NULL },
	{ "FIN", TCP("0028", "5011"), "tcp.fin", NULL },
	{ "bytes", TCP("0029", "5010") "41", "tcp.data", NULL },
	{ "bytes and the FIN", TCP("0029", "5011") "41", "tcp.data", NULL },
	{ "RST", TCP("0028", "5014"), "tcp.rst", NULL },
	{ "RST with bytes", TCP("0029", "5004") "41", "tcp.rst", NULL },
	{ "the first fragment of TCP",
	  ETH("0800") IP("0028", "2000", "06") "9c40 0050 00000001 00000002 5010 2000 0000 0000",
	  "ipv4.fragment", NULL },
	{ "a ping", ETH("0800") IP("001c", "0000", "01") "0800 0000 00000000", "icmp.echo", NULL },
	{ "a pong", ETH("0800") IP("001c", "0000", "01") "0000 0000 00000000", "icmp.echo-reply",
	  NULL },
	{ "unreachable", ETH("0800") IP("001c", "0000", "01") "0303 0000 00000000",
	  "icmp.unreachable", NULL },
	{ "another ICMP", ETH("0800") IP("001c", "0000", "01") "0b00 0000 00000000", "icmp.other",
	  NULL },
	{ "UDP of nobody's", ETH("0800") IP("001c", "0000", "11") UDP("07d1", "0035", "0008"),
	  "udp", NULL },
	{ "a later fragment", ETH("0800") IP("0018", "20b9", "11") "00000000", "ipv4.fragment",
	  NULL },
	{ "the last fragment", ETH("0800") IP("0018", "00b9", "11") "00000000", "ipv4.fragment",
	  NULL },
	{ "the first fragment of a datagram",
	  ETH("0800") IP("0020", "2000", "11") UDP("07d1", "0045", "0020") "00010203",
	  "ipv4.fragment", NULL },
	{ "a first fragment that holds its datagram",
	  ETH("0800") IP("001c", "2000", "11") UDP("07d1", "0035", "0008"), "udp", NULL },
	{ "a fragment of ICMP", ETH("0800") IP("0018", "00b9", "01") "00000000", "ipv4.fragment",
	  NULL },
	{ "port 0 to port 0",
	  ETH("0800") IP("0020", "0000", "11") UDP("0000", "0000", "000c") "00040001", "udp",
	  NULL },

	{ "nothing at all", "", "malformed", "ethernet" },
	{ "a short header", "ffffffffffff 525400123456 08", "malformed", "ethernet" },
	{ "no ARP packet", ETH("0806"), "malformed", "arp" },
	{ "ARP for another hardware",
	  ETH("0806") "0006 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202",
	  "malformed", "arp" },
	{ "no IPv6 header", ETH("86dd") "60", "malformed", "ipv6" },
	{ "half an ICMPv6 header", ETH("86dd") IP6("0004", "3a") "80000000", "malformed", "icmp6" },
	{ "an option of no length",
	  ETH("86dd") IP6("0010", "3a") "8500 0000 00000000 0100000000000000", "malformed",
	  "icmp6" },
	{ "half a UDP header over IPv6", ETH("86dd") IP6("0004", "11") "07d10045", "malformed",
	  "udp" },
	{ "no DHCPv6 message", ETH("86dd") IP6("0009", "11") UDP("0222", "0223", "0009") "0b",
	  "malformed", "dhcp6" },
	{ "no IPv4 header", ETH("0800"), "malformed", "ipv4" },
	{ "another version",
	  ETH("0800") "65"
		      "00001c 0001 0000 40 11 0000 0a00020f 0a000202",
	  "malformed", "ipv4" },
	{ "a total length beyond the frame", ETH("0800") IP("0100", "0000", "11"), "malformed",
	  "ipv4" },
	{ "half a UDP header", ETH("0800") IP("0018", "0000", "11") "07d10045", "malformed",
	  "udp" },
	{ "a UDP length beyond the packet",
	  ETH("0800") IP("001c", "0000", "11") UDP("07d1", "0045", "0020"), "malformed", "udp" },
	{ "half an ICMP header", ETH("0800") IP("0018", "0000", "01") "08000000", "malformed",
	  "icmp" },
	{ "no DHCP message", ETH("0800") IP("001c", "0000", "11") UDP("0044", "0043", "0008"),
	  "malformed", "dhcp" },
	{ "no DHCP message from the server",
	  ETH("0800") IP("001c", "0000", "11") UDP("0043", "0044", "0008"), "malformed", "dhcp" },
	{ "port 68 is not DHCP by itself",
	  ETH("0800") IP("001c", "0000", "11") UDP("07d1", "0044", "0008"), "udp", NULL },
	{ "no TFTP packet", ETH("0800") IP("001c", "0000", "11") UDP("07d1", "0045", "0008"),
	  "malformed", "tftp" },
	{ "a TFTP packet of an unknown kind",
	  ETH("0800") IP("0020", "0000", "11") UDP("07d1", "0045", "000c") "00070001", "malformed",
	  "tftp" },
	{ "the wire's padding is no part of it",
	  ETH("0800") IP("0020", "0000", "11") UDP("07d1", "0045", "000c") "00040001 000000000000",
	  "tftp.ack", NULL },
};

START_TEST(bytes_have_a_name)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), byte_rows[_i].in);
	struct frame_flows flows = { 0 };

	frame_decode(&frame, &flows, buf, len);
	expect_name(byte_rows[_i].what, byte_rows[_i].name);
	ck_assert_msg(!byte_rows[_i].broken || strcmp(frame.broken, byte_rows[_i].broken) == 0,
		      "%s: broken at %s", byte_rows[_i].what, frame.broken);
}
END_TEST

static const char *const dhcp_names[] = {
	"dhcp.bootp", "dhcp.discover", "dhcp.offer",   "dhcp.request", "dhcp.decline",
	"dhcp.ack",   "dhcp.nak",      "dhcp.release", "dhcp.inform",  "dhcp.bootp",
};

START_TEST(dhcp_has_a_name_for_each_type)
{
	struct frame_flows flows = { 0 };
	struct wire_frame f;

	wire_dhcp(&f, (uint8_t)_i);
	decode(&flows, &f);
	expect_name("DHCP", dhcp_names[_i]);
	ck_assert_uint_eq(frame.dhcp.xid, 0x11223344);
}
END_TEST

static const struct {
	const char *what, *in, *name;
} tftp_rows[] = {
	{ "RRQ", "0001 6100 6f6374657400", "tftp.rrq" },
	{ "WRQ", "0002 6100 6f6374657400", "tftp.wrq" },
	{ "DATA", "0003 0001 ff", "tftp.data" },
	{ "ACK", "0004 0001", "tftp.ack" },
	{ "ERROR", "0005 0001 00", "tftp.error" },
	{ "OACK", "0006", "tftp.oack" },
};

START_TEST(tftp_has_a_name_for_each_packet)
{
	static const struct wire_flow flow = { GUEST, SERVER, GUEST_PORT, TFTP_PORT };
	struct frame_flows flows = { 0 };
	struct wire_frame f;
	uint8_t buf[32];
	size_t len = hex_parse(buf, sizeof(buf), tftp_rows[_i].in);

	wire_udp(&f, &flow, buf, len);
	decode(&flows, &f);
	expect_name(tftp_rows[_i].what, tftp_rows[_i].name);
	ck_assert_int_eq(frame.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert(frame.ip.checksum_ok);
}
END_TEST

/* --- flows ----------------------------------------------------------------------------------- */

static void feed(struct frame_flows *flows, uint32_t src, uint16_t sport, uint32_t dst,
		 uint16_t dport, const char *payload)
{
	struct wire_flow flow = { src, dst, sport, dport };
	struct wire_frame f;
	uint8_t buf[64];
	size_t len = hex_parse(buf, sizeof(buf), payload);

	wire_udp(&f, &flow, buf, len);
	decode(flows, &f);
}

#define RRQ "0001 6100 6f6374657400"
#define DATA "0003 0001 ff"
#define ACK "0004 0001"

START_TEST(ports_change_after_the_request)
{
	struct frame_flows flows = { 0 };

	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT, DATA);
	expect_name("nobody asked yet", "udp");
	feed(&flows, GUEST, GUEST_PORT, SERVER, TFTP_PORT, RRQ);
	expect_name("the request", "tftp.rrq");
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT, DATA);
	expect_name("from a port of the server's choice", "tftp.data");
	feed(&flows, GUEST, GUEST_PORT, SERVER, SERVER_PORT, ACK);
	expect_name("to that port", "tftp.ack");
	feed(&flows, GUEST, GUEST_PORT + 1, SERVER, SERVER_PORT, ACK);
	expect_name("from another port of the guest's", "udp");
	feed(&flows, GUEST + 1, GUEST_PORT, SERVER, SERVER_PORT, ACK);
	expect_name("from another guest", "udp");
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT, "0009");
	expect_name("no TFTP packet in a flow", "malformed");
}
END_TEST

START_TEST(a_broken_request_is_one_as_well)
{
	struct frame_flows flows = { 0 };

	feed(&flows, GUEST, GUEST_PORT, SERVER, TFTP_PORT, "0001 61");
	expect_name("a request without its end", "malformed");
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT, "0005 0004 00");
	expect_name("the answer to it", "tftp.error");
}
END_TEST

START_TEST(the_oldest_flow_is_forgotten)
{
	struct frame_flows flows = { 0 };

	for (uint16_t i = 0; i <= FRAME_N_FLOWS; i++) {
		feed(&flows, GUEST, (uint16_t)(GUEST_PORT + i), SERVER, TFTP_PORT, RRQ);
		feed(&flows, GUEST, (uint16_t)(GUEST_PORT + i), SERVER, TFTP_PORT, RRQ);
	}
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT, DATA);
	expect_name("the first", "udp");
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT + 1, DATA);
	expect_name("the second", "tftp.data");
	feed(&flows, SERVER, SERVER_PORT, GUEST, GUEST_PORT + FRAME_N_FLOWS, DATA);
	expect_name("the last", "tftp.data");
}
END_TEST

START_TEST(port_0_is_no_flow)
{
	struct frame_flows flows = { 0 };

	feed(&flows, GUEST, 0, SERVER, TFTP_PORT, RRQ);
	expect_name("a request from port 0", "tftp.rrq");
	feed(&flows, SERVER, SERVER_PORT, GUEST, 0, DATA);
	expect_name("an answer to it", "udp");
	feed(&flows, 0, 0, 0, 0, DATA);
	expect_name("nobody to nobody", "udp");
}
END_TEST

START_TEST(slices_lie_in_the_frame)
{
	struct frame_flows flows = { 0 };
	static const struct wire_flow flow = { GUEST, SERVER, GUEST_PORT, TFTP_PORT };
	struct wire_frame f;

	wire_udp(&f, &flow, "\0\3\0\1data", 8);
	decode(&flows, &f);
	ck_assert_uint_eq(frame.tftp.data.len, 4);
	ck_assert_ptr_eq(frame.tftp.data.p, f.buf + f.len - 4);
	ck_assert_mem_eq(frame.tftp.data.p, "data", 4);
}
END_TEST

/* Whatever is left of a frame, or has become of it, it is read and has a name. */
START_TEST(frames_cut_short_and_bent)
{
	struct frame_flows flows = { 0 };
	struct wire_frame whole, f;

	wire_dhcp(&whole, DHCP_DISCOVER);
	for (size_t len = 0; len < whole.len; len++) {
		uint8_t *copy = malloc(len); /* exactly so long: ASan sees what is read beyond */

		memcpy(copy, whole.buf, len);
		frame_decode(&frame, &flows, copy, len);
		ck_assert_int_lt(frame.kind, FRAME_N_KINDS);
		free(copy);
	}
	for (size_t bit = 0; bit < whole.len * 8; bit++) {
		f = whole;
		f.buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		decode(&flows, &f);
		ck_assert_int_lt(frame.kind, FRAME_N_KINDS);
	}
}
END_TEST

START_TEST(every_kind_has_a_name_of_its_own)
{
	for (int i = 0; i < FRAME_N_KINDS; i++)
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(frame_kind_name((enum frame_kind)i),
					 frame_kind_name((enum frame_kind)k));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/frame");

	suite_add_rows(s, bytes_have_a_name, N_ROWS(byte_rows));
	suite_add_rows(s, dhcp_has_a_name_for_each_type, N_ROWS(dhcp_names));
	suite_add_rows(s, tftp_has_a_name_for_each_packet, N_ROWS(tftp_rows));
	suite_add(s, ports_change_after_the_request);
	suite_add(s, a_broken_request_is_one_as_well);
	suite_add(s, the_oldest_flow_is_forgotten);
	suite_add(s, port_0_is_no_flow);
	suite_add(s, slices_lie_in_the_frame);
	suite_add(s, frames_cut_short_and_bent);
	suite_add(s, every_kind_has_a_name_of_its_own);
	return suite_run(s);
}
