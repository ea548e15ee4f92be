/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_change: changes to the bytes of a frame
 *
 * What came of a change is read with the decoders, which know nothing of it.
 */
#include "server/impair_change.h"

#include <check.h>
#include <math.h>

#include "server/impair_model.h"
#include "tests/support/suite.h"
#include "tests/unit/test_impair_frames.h"

static struct lab_frame lab, after;
static struct impair_frame fr;

enum made {
	MADE_DATA,
	MADE_ACK,
	MADE_OFFER,
	MADE_ARP,
	MADE_PING,
	MADE_TCP,
	MADE_IPV6,
	MADE_DATA6,
	MADE_DHCP6,
	MADE_NS,
};

static void make_data6(void)
{
	static uint8_t buf[4 + 512] = { 0, TFTP_DATA, 0, 9, [4 ... 515] = 0xda };

	lab_udp6(&lab, PACKET_FROM_GUEST, LAB_PORT, TFTP_PORT, (const uint8_t *)"\0\1f\0octet", 10);
	lab_udp6(&lab, PACKET_TO_GUEST, LAB_TID, LAB_PORT, buf, sizeof(buf));
}

static void make_ns(void)
{
	struct wr w = lab_eth(&lab, PACKET_TO_GUEST, ETH_TYPE_IPV6);
	struct ipv6_hdr ip = lab_ip6(PACKET_TO_GUEST, IP6_NEXT_ICMP);
	struct ndp n = { .type = ICMP6_NS, .has_mac = true, .mac = lab_server_mac };
	uint8_t message[64];
	struct wr m = WR_INIT(message, sizeof(message));

	ndp_encode(&m, &n, &ip);
	ipv6_encode(&w, &ip, sizeof(message) - m.left);
	wr_bytes(&w, message, sizeof(message) - m.left);
	lab_end(&lab, PACKET_TO_GUEST, &w);
}

static void make(enum made what)
{
	struct wr w;

	lab_rrq(&lab, LAB_PORT, "kernel"); /* so that the ports are known for TFTP */
	switch (what) {
	case MADE_DATA:
		lab_data(&lab, LAB_PORT, 9, 512);
		break;
	case MADE_ACK:
		lab_ack(&lab, LAB_PORT, 9);
		break;
	case MADE_OFFER:
		lab_dhcp(&lab, DHCP_OFFER, 0x5a1f00c2);
		break;
	case MADE_ARP:
		lab_arp(&lab, ARP_REPLY);
		break;
	case MADE_PING:
		lab_ping(&lab, 33);
		break;
	case MADE_TCP:
		lab_tcp(&lab, 100);
		break;
	case MADE_IPV6:
		w = lab_eth(&lab, PACKET_TO_GUEST, ETH_TYPE_IPV6);
		ipv6_encode(&w, &(struct ipv6_hdr){ .proto = IP6_NEXT_NONE }, 60);
		wr_zeros(&w, 60);
		lab_end(&lab, PACKET_TO_GUEST, &w);
		break;
	case MADE_DATA6:
		make_data6();
		break;
	case MADE_DHCP6:
		lab_udp6(&lab, PACKET_FROM_GUEST, 546, 547, (const uint8_t *)"\x0b\1\2\3", 4);
		break;
	case MADE_NS:
		make_ns();
		break;
	}
	impair_frame_init(&fr, lab.f.kind, lab.buf, lab.len);
}

/* The frame as it is now; checksums and lengths are what the decoders say of it. */
static void look(void)
{
	after.flows = lab.flows;
	after.len = fr.bytes->len;
	memcpy(after.buf, fr.bytes->data, fr.bytes->len);
	frame_decode(&after.f, &after.flows, after.buf, after.len);
}

static unsigned n_different_bytes(void)
{
	unsigned n = 0;

	ck_assert_uint_eq(lab.len, after.len);
	for (size_t i = 0; i < lab.len; i++)
		n += lab.buf[i] != after.buf[i];
	return n;
}

/* --- fields --- */

enum checksums {
	ALL_GOOD,
	IP_BAD,
	L4_BAD,
	BOTH_BAD,
	NONE, /* it is not IPv4 any more */
};

/* @bad, @repaired: what the checksums are without and with repair. */
static const struct {
	const char *field;
	enum made made;
	size_t offset, len; /* in the frame */
	enum checksums bad, repaired;
} field_rows[] = {
	{ "eth.dst", MADE_DATA, 4, 2, ALL_GOOD, ALL_GOOD },
	{ "eth.src", MADE_DATA, 10, 2, ALL_GOOD, ALL_GOOD },
	{ "eth.type", MADE_DATA, 12, 2, NONE, NONE },
	{ "eth.payload", MADE_ARP, 14, 28, NONE, NONE },
	{ "udp.payload", MADE_DATA, 42, 516, L4_BAD, ALL_GOOD },
	{ "dhcp.options", MADE_OFFER, 282, 200, L4_BAD, ALL_GOOD },
	{ "eth.type", MADE_IPV6, 12, 2, NONE, NONE },
	{ "arp.op", MADE_ARP, 20, 2, NONE, NONE },
	{ "arp.sha", MADE_ARP, 26, 2, NONE, NONE },
	{ "arp.spa", MADE_ARP, 30, 2, NONE, NONE },
	{ "arp.tha", MADE_ARP, 36, 2, NONE, NONE },
	{ "arp.tpa", MADE_ARP, 40, 2, NONE, NONE },
	{ "ip.length", MADE_DATA, 16, 2, NONE, NONE },
	{ "ip.id", MADE_DATA, 18, 2, IP_BAD, ALL_GOOD },
	{ "ip.ttl", MADE_DATA, 22, 1, IP_BAD, ALL_GOOD },
	{ "ip.proto", MADE_DATA, 23, 1, IP_BAD, ALL_GOOD },
	{ "ip.src", MADE_DATA, 28, 2, BOTH_BAD, ALL_GOOD },
	{ "ip.dst", MADE_DATA, 32, 2, BOTH_BAD, ALL_GOOD },
	{ "ip.checksum", MADE_DATA, 24, 2, IP_BAD, IP_BAD },
	{ "ip.checksum", MADE_PING, 24, 2, IP_BAD, IP_BAD },
	{ "icmp.checksum", MADE_PING, 36, 2, L4_BAD, L4_BAD },
	{ "tcp.sport", MADE_TCP, 34, 2, L4_BAD, ALL_GOOD },
	{ "tcp.dport", MADE_TCP, 36, 2, L4_BAD, ALL_GOOD },
	{ "tcp.seq", MADE_TCP, 40, 2, L4_BAD, ALL_GOOD },
	{ "tcp.ack", MADE_TCP, 44, 2, L4_BAD, ALL_GOOD },
	{ "tcp.window", MADE_TCP, 48, 2, L4_BAD, ALL_GOOD },
	{ "tcp.checksum", MADE_TCP, 50, 2, L4_BAD, L4_BAD },
	{ "ip.ttl", MADE_TCP, 22, 1, IP_BAD, ALL_GOOD },
	{ "ip.src", MADE_TCP, 28, 2, BOTH_BAD, ALL_GOOD },
	{ "udp.sport", MADE_DATA, 34, 2, L4_BAD, ALL_GOOD },
	{ "udp.dport", MADE_ACK, 36, 2, L4_BAD, ALL_GOOD },
	{ "udp.length", MADE_DATA, 38, 2, NONE, NONE },
	{ "udp.checksum", MADE_DATA, 40, 2, L4_BAD, L4_BAD },
	{ "dhcp.op", MADE_OFFER, 42, 1, L4_BAD, ALL_GOOD },
	{ "dhcp.xid", MADE_OFFER, 48, 2, L4_BAD, ALL_GOOD },
	{ "dhcp.yiaddr", MADE_OFFER, 60, 2, L4_BAD, ALL_GOOD },
	{ "dhcp.siaddr", MADE_OFFER, 64, 2, L4_BAD, ALL_GOOD },
	{ "dhcp.chaddr", MADE_OFFER, 74, 2, L4_BAD, ALL_GOOD },
	{ "dhcp.magic", MADE_OFFER, 280, 2, L4_BAD, ALL_GOOD },
	{ "tftp.opcode", MADE_DATA, 42, 2, L4_BAD, ALL_GOOD },
	{ "tftp.block", MADE_DATA, 44, 2, L4_BAD, ALL_GOOD },
	{ "tftp.block", MADE_ACK, 44, 2, L4_BAD, ALL_GOOD },
	{ "tftp.data", MADE_DATA, 46, 512, L4_BAD, ALL_GOOD },
	{ "icmp.checksum", MADE_NS, 56, 2, L4_BAD, L4_BAD },
	{ "udp.sport", MADE_DATA6, 54, 2, L4_BAD, ALL_GOOD },
	{ "udp.checksum", MADE_DATA6, 60, 2, L4_BAD, L4_BAD },
	{ "tftp.block", MADE_DATA6, 64, 2, L4_BAD, ALL_GOOD },
	{ "tftp.data", MADE_DATA6, 66, 512, L4_BAD, ALL_GOOD },
	{ "dhcp6.type", MADE_DHCP6, 62, 1, L4_BAD, ALL_GOOD },
	{ "dhcp6.xid", MADE_DHCP6, 64, 2, L4_BAD, ALL_GOOD },
};

static enum checksums checksums6(void)
{
	bool is_udp = after.f.ip6.proto == IP_PROTO_UDP;

	if (is_udp ? after.f.udp.checksum == UDP_CHECKSUM_GOOD : after.f.icmp.checksum_ok)
		return ALL_GOOD;
	return L4_BAD;
}

static enum checksums checksums(void)
{
	bool l4_good = true;

	if (after.f.eth.type == ETH_TYPE_IPV6)
		return checksums6();
	if (after.f.eth.type != ETH_TYPE_IPV4 ||
	    (after.f.kind == FRAME_MALFORMED &&
	     (!strcmp(after.f.broken, "ipv4") || !strcmp(after.f.broken, "udp"))))
		return NONE;
	if (after.f.ip.proto == IP_PROTO_UDP)
		l4_good = after.f.udp.checksum == UDP_CHECKSUM_GOOD;
	else if (after.f.ip.proto == IP_PROTO_ICMP)
		l4_good = after.f.icmp.checksum_ok;
	else if (after.f.ip.proto == IP_PROTO_TCP)
		l4_good = lab_tcp_sum(&after) == 0;
	if (l4_good)
		return after.f.ip.checksum_ok ? ALL_GOOD : IP_BAD;
	return after.f.ip.checksum_ok ? L4_BAD : BOTH_BAD;
}

/* Of all bytes, one that the draw says. */
static bool is_one_byte(const char *field)
{
	return !strcmp(field, "tftp.data") || !strcmp(field, "udp.payload") ||
	       !strcmp(field, "eth.payload") || !strcmp(field, "dhcp.options");
}

static void change_field(int row, bool repair, enum checksums want)
{
	const char *field = field_rows[row].field;
	size_t offset = field_rows[row].offset, len = field_rows[row].len;
	unsigned n = 0;

	make(field_rows[row].made);
	ck_assert_msg(impair_change_has_field(lab.f.kind, field), "%s", field);
	ck_assert_msg(impair_change_field(&fr, field, UINT64_C(1) << 63, repair), "%s", field);
	look();
	for (size_t i = 0; i < len; i++)
		n += lab.buf[offset + i] != after.buf[offset + i];
	ck_assert_msg(n == (is_one_byte(field) ? 1 : len), "%s: %u bytes", field, n);
	ck_assert_msg(repair || n_different_bytes() == n, "%s: other bytes as well", field);
	ck_assert_msg(checksums() == want, "%s, repair %d: checksums are %d, not %d", field, repair,
		      (int)checksums(), (int)want);
	impair_frame_fini(&fr);
}

START_TEST(fields_change)
{
	change_field(_i, false, field_rows[_i].bad);
}
END_TEST

START_TEST(fields_change_and_checksums_are_repaired)
{
	change_field(_i, true, field_rows[_i].repaired);
}
END_TEST

START_TEST(frames_before_the_change_are_good)
{
	make(field_rows[_i].made);
	look();
	ck_assert_msg(checksums() == ALL_GOOD || field_rows[_i].made == MADE_ARP ||
			      field_rows[_i].made == MADE_IPV6,
		      "%s", field_rows[_i].field);
	ck_assert_uint_eq(n_different_bytes(), 0);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(every_field_is_in_the_table)
{
	g_autofree char *names = impair_change_fields();
	g_auto(GStrv) list = g_strsplit(names, ", ", -1);

	for (char **name = list; *name; name++) {
		bool found = !strcmp(*name, "tftp.code"); /* below */

		for (int i = 0; i < N_ROWS(field_rows); i++)
			found |= !strcmp(field_rows[i].field, *name);
		ck_assert_msg(found, "%s", *name);
		ck_assert_int_eq(impair_change_is_checksum(*name),
				 g_str_has_suffix(*name, ".checksum"));
	}
}
END_TEST

START_TEST(another_byte_is_any_other)
{
	bool seen[256] = { false };
	unsigned n = 0;

	for (uint64_t draw = 0; draw < 1000; draw++) {
		make(MADE_DATA);
		ck_assert(impair_change_field(&fr, "udp.payload", draw, true));
		look();
		ck_assert_uint_ne(lab.buf[42], after.buf[42]); /* the draw's upper bits are 0 */
		seen[after.buf[42]] = true;
		impair_frame_fini(&fr);
	}
	for (int i = 0; i < N_ROWS(seen); i++)
		n += seen[i];
	ck_assert_uint_eq(n, 255);
}
END_TEST

START_TEST(what_a_frame_lacks_is_not_changed)
{
	static const struct {
		enum made made;
		const char *field;
	} rows[] = {
		{ MADE_ARP, "ip.ttl" },        { MADE_ARP, "udp.checksum" },
		{ MADE_DATA, "dhcp.xid" },     { MADE_DATA, "arp.sha" },
		{ MADE_ACK, "tftp.data" },     { MADE_OFFER, "tftp.block" },
		{ MADE_PING, "udp.checksum" }, { MADE_IPV6, "ip.ttl" },
		{ MADE_DATA, "no.such" },      { MADE_DATA, "dhcp.options" },
		{ MADE_ARP, "udp.payload" },   { MADE_TCP, "icmp.checksum" },
	};

	for (int i = 0; i < N_ROWS(rows); i++) {
		make(rows[i].made);
		ck_assert_msg(!impair_change_has_field(lab.f.kind, rows[i].field), "%s",
			      rows[i].field);
		ck_assert_msg(!impair_change_field(&fr, rows[i].field, 0, true), "%s",
			      rows[i].field);
		look();
		ck_assert_uint_eq(n_different_bytes(), 0);
		impair_frame_fini(&fr);
	}
}
END_TEST

START_TEST(an_error_code_changes)
{
	uint8_t buf[32];
	struct wr w = WR_INIT(buf, sizeof(buf));

	lab_rrq(&lab, LAB_PORT, "kernel");
	tftp_error_encode(&w, TFTP_ERR_NOT_FOUND, "no");
	lab_tftp(&lab, PACKET_TO_GUEST, LAB_PORT, buf, &w);
	impair_frame_init(&fr, lab.f.kind, lab.buf, lab.len);
	ck_assert(impair_change_field(&fr, "tftp.code", 0, true));
	look();
	ck_assert_uint_eq(after.f.tftp.error, 0xffff);
	ck_assert_int_eq(checksums(), ALL_GOOD);
	impair_frame_fini(&fr);
}
END_TEST

/* To a receiver, 0 is none at all (RFC 768), and in its sum the same as all ones. */
START_TEST(a_wrong_udp_checksum_is_wrong)
{
	make(MADE_DATA);
	for (unsigned sum = 0; sum < 65536; sum++) {
		unsigned got;

		fr.bytes->data[40] = (uint8_t)(sum >> 8);
		fr.bytes->data[41] = (uint8_t)sum;
		impair_change_field(&fr, "udp.checksum", 0, false);
		got = (unsigned)fr.bytes->data[40] << 8 | fr.bytes->data[41];
		if (!got || got % 65535 == sum % 65535)
			ck_abort_msg("%04x became %04x", sum, got);
	}
	impair_frame_fini(&fr);
}
END_TEST

/* Without repair a checksum is wrong whatever the field was. */
START_TEST(no_checksum_misses_a_change)
{
	make(MADE_DATA);
	for (unsigned block = 0; block < 65536; block += 5) {
		lab_data(&lab, LAB_PORT, block, 0);
		impair_frame_fini(&fr);
		impair_frame_init(&fr, FRAME_TFTP_DATA, lab.buf, lab.len);
		impair_change_field(&fr, "tftp.block", 0, false);
		look();
		if (after.f.udp.checksum != UDP_CHECKSUM_BAD)
			ck_abort_msg("block %u", block);
	}
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(no_udp_checksum_stays_none)
{
	make(MADE_DATA);
	fr.bytes->data[40] = fr.bytes->data[41] = 0;
	ck_assert(impair_change_field(&fr, "tftp.block", 0, true));
	look();
	ck_assert_int_eq(after.f.udp.checksum, UDP_CHECKSUM_NONE);
	impair_frame_fini(&fr);
}
END_TEST

/* --- TCP --- */

START_TEST(a_segment_becomes_a_reset)
{
	make(MADE_TCP);
	g_byte_array_append(fr.bytes, (const uint8_t *)"padding", 7);
	ck_assert(impair_change_to_rst(&fr));
	look();
	ck_assert_int_eq(after.f.kind, FRAME_TCP_RST);
	ck_assert_int_eq(checksums(), ALL_GOOD);
	ck_assert_uint_eq(after.len, 54);
	ck_assert_uint_eq(after.f.tcp.seq, lab.f.tcp.seq);
	ck_assert_uint_eq(after.f.tcp.ack, lab.f.tcp.ack);
	ck_assert_uint_eq(after.f.tcp.flags, TCP_RST | TCP_ACK);
	ck_assert_uint_eq(after.f.payload.len, 0);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(a_segment_gets_another_window)
{
	make(MADE_TCP);
	ck_assert(!impair_change_window(&fr, lab.f.tcp.window));
	ck_assert(impair_change_window(&fr, 0));
	look();
	ck_assert_int_eq(checksums(), ALL_GOOD);
	ck_assert_uint_eq(after.f.tcp.window, 0);
	ck_assert_uint_le(n_different_bytes(), 4); /* it, and the checksum */
	ck_assert(impair_change_window(&fr, 100000));
	look();
	ck_assert_uint_eq(after.f.tcp.window, 65535);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(what_is_no_segment_is_not_made_one)
{
	static const enum made others[] = { MADE_DATA, MADE_ARP, MADE_PING, MADE_IPV6 };

	for (int i = 0; i < N_ROWS(others); i++) {
		make(others[i]);
		ck_assert(!impair_change_to_rst(&fr));
		ck_assert(!impair_change_window(&fr, 5));
		look();
		ck_assert_uint_eq(n_different_bytes(), 0);
		impair_frame_fini(&fr);
	}
	ck_assert(impair_change_is_tcp(FRAME_TCP_SYN) && !impair_change_is_tcp(FRAME_UDP));
}
END_TEST

/* --- truncate --- */

START_TEST(truncated_payload_is_a_good_datagram)
{
	static const size_t lengths[] = { 0, 1, 3, 4, 100, 515 };

	for (int i = 0; i < N_ROWS(lengths); i++) {
		make(MADE_DATA);
		g_byte_array_append(fr.bytes, (const uint8_t *)"padding", 7);
		ck_assert(impair_change_truncate(&fr, lengths[i]));
		look();
		ck_assert_uint_eq(after.len, 42 + lengths[i]);
		ck_assert_int_eq(checksums(), ALL_GOOD);
		ck_assert_uint_eq(after.f.payload.len, lengths[i]);
		impair_frame_fini(&fr);
	}
}
END_TEST

START_TEST(what_is_short_already_stays)
{
	make(MADE_DATA);
	ck_assert(!impair_change_truncate(&fr, 516));
	ck_assert(!impair_change_truncate(&fr, 100000));
	impair_frame_fini(&fr);
	make(MADE_ARP);
	ck_assert(!impair_change_truncate(&fr, 0));
	impair_frame_fini(&fr);
}
END_TEST

/* A segment has no length of its own: its sequence number stays. */
START_TEST(truncated_data_is_a_good_segment)
{
	make(MADE_TCP);
	look();
	ck_assert_uint_gt(after.f.payload.len, 1);
	ck_assert(impair_change_truncate(&fr, 1));
	ck_assert(!impair_change_truncate(&fr, 1));
	look();
	ck_assert_uint_eq(after.f.payload.len, 1);
	ck_assert(after.f.ip.checksum_ok && after.f.tcp.checksum_ok);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(fields_that_were_cut_off_are_not_changed)
{
	make(MADE_OFFER);
	ck_assert(impair_change_truncate(&fr, 18));
	ck_assert(!impair_change_field(&fr, "dhcp.magic", 0, true));
	ck_assert(!impair_change_field(&fr, "dhcp.yiaddr", 0, true));
	ck_assert(impair_change_field(&fr, "dhcp.xid", 0, true));
	look();
	ck_assert_int_eq(checksums(), ALL_GOOD);
	impair_frame_fini(&fr);
	make(MADE_DATA);
	ck_assert(impair_change_truncate(&fr, 4));
	ck_assert(!impair_change_field(&fr, "tftp.data", 0, true));
	impair_frame_fini(&fr);
}
END_TEST

/* --- bits --- */

static const struct {
	const char *what;
	enum made made;
	size_t start;    /* of the bytes that may change */
	size_t checksum; /* in the frame; 0: none */
} bit_rows[] = {
	{ "UDP", MADE_ACK, 34, 40 },
	{ "ICMP", MADE_PING, 34, 36 },
	{ "TCP", MADE_TCP, 34, 50 },
	{ "no IP: the Ethernet payload", MADE_ARP, 14, 0 },
};

static uint64_t bit_draw(unsigned i)
{
	const struct packet_id id = { .position = i, .attempt = 1 };

	return packet_id_draw(&id, 7, "corrupt.bit");
}

/* Each bit of the payload as often as another: chi-square of its bytes, at 1 %. */
START_TEST(one_bit_flips_anywhere)
{
	double n_bytes, expected, chi = 0, limit;
	unsigned seen[256] = { 0 };
	uint64_t bit = 0;

	make(bit_rows[_i].made);
	n_bytes = (double)(lab.len - bit_rows[_i].start);
	for (unsigned i = 0; i < 100000; i++) {
		/* An assertion that holds is not free, and there are many. */
		if (!impair_change_bit(&fr, bit_draw(i), false, &bit) ||
		    bit / 8 < bit_rows[_i].start || bit / 8 >= lab.len)
			ck_abort_msg("%s: bit %u", bit_rows[_i].what, (unsigned)bit);
		seen[bit / 8]++;
		fr.bytes->data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	}
	look();
	ck_assert_uint_eq(n_different_bytes(), 0); /* each was where it said */
	impair_frame_fini(&fr);

	expected = 100000 / n_bytes;
	for (size_t i = bit_rows[_i].start; i < lab.len; i++)
		chi += (seen[i] - expected) * (seen[i] - expected) / expected;
	/* Chi-square at 1 %, after Wilson and Hilferty. */
	limit = 1 - 2 / (9 * (n_bytes - 1)) + 2.3263 * sqrt(2 / (9 * (n_bytes - 1)));
	limit = (n_bytes - 1) * limit * limit * limit;
	ck_assert_msg(chi <= limit, "%s: chi-square %.1f, at most %.1f", bit_rows[_i].what, chi,
		      limit);
}
END_TEST

START_TEST(one_bit_flips_and_checksums_are_repaired)
{
	size_t checksum = bit_rows[_i].checksum;
	uint64_t bit = 0;

	for (unsigned i = 0; i < 2000; i++) {
		make(bit_rows[_i].made);
		ck_assert(impair_change_bit(&fr, bit_draw(i), true, &bit));
		look();
		ck_assert_uint_ne(lab.buf[bit / 8], after.buf[bit / 8]);
		if (checksum) {
			ck_assert(bit / 8 < checksum || bit / 8 >= checksum + 2);
			/* The length of UDP is part of how it is read. */
			ck_assert_msg(
				checksums() == ALL_GOOD || bit / 8 / 2 == 19 ||
					(after.f.kind == FRAME_MALFORMED && checksums() == NONE),
				"%s: bit %u", bit_rows[_i].what, (unsigned)bit);
		}
		impair_frame_fini(&fr);
	}
}
END_TEST

START_TEST(no_payload_no_bit)
{
	uint64_t bit = 0xdead;
	struct wr w;

	impair_frame_init(&fr, FRAME_MALFORMED, (const uint8_t *)"", 0);
	ck_assert(!impair_change_bit(&fr, 1, true, &bit));
	impair_frame_fini(&fr);
	w = lab_eth(&lab, PACKET_TO_GUEST, ETH_TYPE_IPV4);
	ipv4_encode(&w, &(struct ipv4_hdr){ .proto = 99 }, 0);
	lab_end(&lab, PACKET_TO_GUEST, &w);
	impair_frame_init(&fr, lab.f.kind, lab.buf, lab.len);
	ck_assert(!impair_change_bit(&fr, 1, true, &bit));
	impair_frame_fini(&fr);
	ck_assert_uint_eq(bit, 0xdead);
}
END_TEST

/* A fragment has no header of its own to repair. */
START_TEST(fragments_are_only_flipped)
{
	uint64_t bit;

	make(MADE_DATA);
	impair_frame_fini(&fr);
	lab.buf[20] = 0x20; /* more fragments */
	impair_frame_init(&fr, FRAME_FRAGMENT, lab.buf, lab.len);
	ck_assert_uint_eq(fr.l4, 0);
	ck_assert(impair_change_bit(&fr, UINT64_MAX, true, &bit));
	ck_assert_uint_eq(bit, lab.len * 8 - 1);
	look();
	ck_assert(after.f.ip.checksum_ok);
	ck_assert_mem_eq(after.buf + 34, lab.buf + 34, 8); /* UDP's header as it was */
	ck_assert(!impair_change_truncate(&fr, 1));
	impair_frame_fini(&fr);
}
END_TEST

/* What is IPv4's alone is not changed in IPv6, where the same kinds of packets are. */
START_TEST(ipv6_has_no_fields_of_ipv4)
{
	make(MADE_DATA6);
	ck_assert(impair_change_has_field(lab.f.kind, "ip.ttl"));
	ck_assert(!impair_change_field(&fr, "ip.ttl", 0, true));
	look();
	ck_assert_uint_eq(n_different_bytes(), 0);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(ipv6_is_cut)
{
	make(MADE_DATA6);
	ck_assert(impair_change_truncate(&fr, 20));
	look();
	ck_assert_int_eq(after.f.kind, FRAME_TFTP_DATA);
	ck_assert_uint_eq(after.f.tftp.data.len, 16);
	ck_assert_int_eq(after.f.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(after.len, 62 + 20);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(bits_of_ipv6)
{
	uint64_t bit;

	for (uint64_t draw = 0; draw < 64; draw++) {
		make(MADE_DATA6);
		ck_assert(impair_change_bit(&fr, draw << 58, true, &bit));
		ck_assert_uint_ge(bit, 54 * 8);
		look();
		ck_assert_int_ne(checksums(), L4_BAD);
		impair_frame_fini(&fr);
	}
}
END_TEST

/* --- ERROR --- */

START_TEST(an_error_goes_back_over_ipv6)
{
	struct ip6_addr guest = ip6_link_local(&lab_guest_mac);
	g_autoptr(GBytes) bytes = NULL;
	const uint8_t *buf;
	size_t len;

	make(MADE_DATA6);
	bytes = impair_change_to_error(&lab.f, TFTP_ERR_ACCESS);
	buf = g_bytes_get_data(bytes, &len);
	after.flows = lab.flows;
	frame_decode(&after.f, &after.flows, buf, len);
	ck_assert_int_eq(after.f.kind, FRAME_TFTP_ERROR);
	ck_assert(ip6_equal(&after.f.ip6.src, &guest));
	ck_assert_uint_eq(after.f.udp.dport, LAB_TID);
	ck_assert_int_eq(after.f.udp.checksum, UDP_CHECKSUM_GOOD);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(an_error_goes_back)
{
	g_autoptr(GBytes) bytes = NULL;
	const uint8_t *buf;
	size_t len;

	lab_rrq(&lab, LAB_PORT, "kernel");
	bytes = impair_change_to_error(&lab.f, TFTP_ERR_ACCESS);
	buf = g_bytes_get_data(bytes, &len);
	after.flows = lab.flows;
	frame_decode(&after.f, &after.flows, buf, len);
	ck_assert_int_eq(after.f.kind, FRAME_TFTP_ERROR);
	ck_assert_uint_eq(after.f.tftp.error, TFTP_ERR_ACCESS);
	ck_assert(mac_equal(&after.f.eth.dst, &lab_guest_mac));
	ck_assert(mac_equal(&after.f.eth.src, &lab_server_mac));
	ck_assert_uint_eq(after.f.ip.src, LAB_SERVER);
	ck_assert_uint_eq(after.f.ip.dst, LAB_GUEST);
	ck_assert_uint_eq(after.f.udp.sport, TFTP_PORT);
	ck_assert_uint_eq(after.f.udp.dport, LAB_PORT);
	ck_assert(after.f.ip.checksum_ok);
	ck_assert_int_eq(after.f.udp.checksum, UDP_CHECKSUM_GOOD);
}
END_TEST

/* --- hostile frames --- */

/* Whatever is cut off or turned round: nothing leaves its buffer (the sanitizers see to that). */
START_TEST(any_bytes_will_do)
{
	static const char *const names[] = { "eth.type",    "ip.length",  "ip.checksum",
					     "ip.ttl",      "udp.length", "udp.checksum",
					     "tftp.data",   "dhcp.magic", "arp.sha",
					     "tcp.checksum" };
	uint64_t bit;

	for (unsigned i = 0; i < 20000; i++) {
		uint64_t draw = bit_draw(i);
		g_autofree uint8_t *exact = NULL;
		size_t len;

		make((enum made)(i % (MADE_IPV6 + 1)));
		impair_frame_fini(&fr);
		len = i % 3 ? impair_scale(draw, lab.len + 1) : lab.len;
		lab.buf[14 + draw % 60] ^= (uint8_t)(draw >> 8);
		lab.buf[14 + (draw >> 16) % 30] = (uint8_t)(draw >> 24);
		exact = g_memdup2(lab.buf, len);
		frame_decode(&lab.f, &lab.flows, exact, len);
		impair_frame_init(&fr, lab.f.kind, exact, len);
		for (int k = 0; k < N_ROWS(names); k++)
			impair_change_field(&fr, names[k], draw, k & 1);
		impair_change_bit(&fr, draw, i & 1, &bit);
		impair_change_truncate(&fr, draw % 50);
		impair_change_field(&fr, "ip.length", draw, true);
		impair_change_field(&fr, "tftp.block", draw, true);
		impair_change_bit(&fr, ~draw, true, &bit);
		impair_frame_fini(&fr);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_change");

	suite_add_rows(s, frames_before_the_change_are_good, N_ROWS(field_rows));
	suite_add_rows(s, fields_change, N_ROWS(field_rows));
	suite_add_rows(s, fields_change_and_checksums_are_repaired, N_ROWS(field_rows));
	suite_add(s, every_field_is_in_the_table);
	suite_add(s, another_byte_is_any_other);
	suite_add(s, what_a_frame_lacks_is_not_changed);
	suite_add(s, an_error_code_changes);
	suite_add(s, a_wrong_udp_checksum_is_wrong);
	suite_add(s, no_checksum_misses_a_change);
	suite_add(s, no_udp_checksum_stays_none);
	suite_add(s, a_segment_becomes_a_reset);
	suite_add(s, a_segment_gets_another_window);
	suite_add(s, what_is_no_segment_is_not_made_one);
	suite_add(s, truncated_payload_is_a_good_datagram);
	suite_add(s, what_is_short_already_stays);
	suite_add(s, truncated_data_is_a_good_segment);
	suite_add(s, fields_that_were_cut_off_are_not_changed);
	suite_add_rows(s, one_bit_flips_anywhere, N_ROWS(bit_rows));
	suite_add_rows(s, one_bit_flips_and_checksums_are_repaired, N_ROWS(bit_rows));
	suite_add(s, no_payload_no_bit);
	suite_add(s, fragments_are_only_flipped);
	suite_add(s, ipv6_has_no_fields_of_ipv4);
	suite_add(s, ipv6_is_cut);
	suite_add(s, bits_of_ipv6);
	suite_add(s, an_error_goes_back);
	suite_add(s, an_error_goes_back_over_ipv6);
	suite_add(s, any_bytes_will_do);
	return suite_run(s);
}
