/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/frame_journal: a frame's line; those of IPv6
 */
#include "server/frame_journal.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

#define ETH "52550a000202 525400123456 86dd "
#define IP(len, next, hops) "60000000 " len next hops " " GUEST SERVER
#define GUEST "fd00000000000000505400fffe123456 "
#define SERVER "fd000000000000000000000000000002 "
#define ADDRESSES "\"src\":\"fd00::5054:ff:fe12:3456\",\"dst\":\"fd00::2\""

static const struct {
	const char *in, *ev, *fields;
} rows[] = {
	{ IP("0000", "3b", "40"), "ipv6", ADDRESSES ",\"proto\":59" },
	{ IP("0010", "2c", "40") "11 00 0008 00000007 0102030405060708", "ipv6.fragment",
	  ADDRESSES ",\"id\":7,\"offset\":8" },
	{ "600ac88a00103a40 fe80000000000000505400fffe123456 " SERVER
	  "80007cb277b10001 0001020304050607",
	  "icmp6.echo",
	  "\"src\":\"fe80::5054:ff:fe12:3456\",\"dst\":\"fd00::2\",\"type\":128,\"code\":0" },
	{ IP("0008", "3a", "40") "8000 0000 00000000", "icmp6.echo",
	  ADDRESSES ",\"type\":128,\"code\":0,\"icmp_checksum_ok\":false" },
	{ "6000000000203aff fd00000000000000505400fffe123456 " SERVER
	  "88009069 60000000 fd00000000000000505400fffe123456 0201525400123456",
	  "icmp6.na",
	  ADDRESSES ",\"target\":\"fd00::5054:ff:fe12:3456\",\"lladdr\":\"52:54:00:12:34:56\","
		    "\"solicited\":true" },
	{ IP("0008", "3a", "40") "8500 0000 00000000", "icmp6.rs",
	  ADDRESSES ",\"hop_limit\":64,\"icmp_checksum_ok\":false" },
	{ IP("0050", "3a", "ff") "8600 0000 40800708 00000000 00000000 "
				 "0304 4080 00015180 00003840 00000000 " SERVER
				 "0501 0000 00000578 1903 0000 00000e10 " SERVER,
	  "icmp6.ra",
	  ADDRESSES ",\"icmp_checksum_ok\":false,\"managed\":true,\"other\":false,"
		    "\"lifetime_s\":1800,\"prefix\":\"fd00::2\",\"prefix_len\":64,\"on_link\":true,"
		    "\"autonomous\":false,\"mtu\":1400,\"dns\":\"fd00::2\"" },
	{ IP("0038", "11",
	     "40") "a0d700450038ea9e 0001 68656c6c6f2e74787400 6f6374657400 "
		   "7473697a6500 3000 626c6b73697a6500 35313200 74696d656f757400 3600",
	  "tftp.rrq",
	  ADDRESSES ",\"sport\":41175,\"dport\":69,\"file\":\"hello.txt\",\"mode\":\"octet\","
		    "\"options\":\"tsize=0 blksize=512 timeout=6\"" },
	{ IP("005d", "11", "40") "02230222005d0000 07ac40f6 0001 0004 00030001 0002 0004 00030002 "
				 "0003 0028 00000007 00000001 00000002 0005 0018 " SERVER
				 "00000003 00000004 000d 0002 0001 003b 0001 78 0008 0002 0190 "
				 "0006 0000",
	  "dhcp6.reply",
	  ADDRESSES ",\"sport\":547,\"dport\":546,\"udp_checksum\":\"none\",\"xid\":\"00ac40f6\","
		    "\"client_id\":\"00030001\",\"server_id\":\"00030002\",\"iaid\":\"00000007\","
		    "\"address\":\"fd00::2\",\"valid_s\":4,\"elapsed_cs\":400,\"status\":1,"
		    "\"bootfile_url\":\"x\",\"options\":\"1,2,3,13,59,8,6\",\"asks_for\":\"\"" },
	{ IP("0014", "11", "40") "0222022300140000 0bac40f6 0006 0004 0017003b",
	  "dhcp6.information-request",
	  "\"xid\":\"00ac40f6\",\"options\":\"6\",\"asks_for\":\"23,59\"" },
	{ IP("0012", "11", "40") "0222022300120000 0bac40f6 003d 0002 001f",
	  "dhcp6.information-request", "\"arch\":31,\"options\":\"61\"" },
};

START_TEST(lines_of_ipv6)
{
	static struct frame f;
	g_autoptr(Journal) j = journal_new(NULL);
	g_autofree char *in = g_strconcat(ETH, rows[_i].in, NULL);
	struct frame_flows flows = { 0 };
	g_autofree char *ev = NULL;
	uint8_t buf[256];
	size_t len = hex_parse(buf, sizeof(buf), in);

	frame_decode(&f, &flows, buf, len);
	frame_journal(j, 5, "nic0", true, 7, (struct slice){ buf, len }, &f);
	ev = g_strdup_printf("{\"t_ns\":5,\"ev\":\"%s\",\"nic\":\"nic0\",\"dir\":\"to-guest\",",
			     rows[_i].ev);
	ck_assert_msg(g_str_has_prefix(journal_lines(j), ev), "%s", journal_lines(j));
	ck_assert_msg(strstr(journal_lines(j), rows[_i].fields), "%s", journal_lines(j));
	ck_assert(g_str_has_suffix(journal_lines(j), "}\n"));
}
END_TEST

/* What is written down of a frame, by what it is. */
static const struct {
	const char *what, *in, *raw;
	bool from_guest;
} raw_rows[] = {
	{ "a message is there to its last byte, with what is behind it",
	  ETH IP("0008", "3a", "40") "8000 0000 00000000 ff", "8000000000000000ff\"}\n", false },
	{ "of DATA only the headers",
	  "52550a000202 525400123456 0800 4500 0022 0000 4000 4011 0000 0a000202 0a00020f "
	  "c000 a0d7 000e 0000 0003 0001 6869",
	  "c000a0d7000e000000030001\"}\n", false },
	{ "of a TCP segment with data only the headers",
	  "52550a000202 525400123456 0800 4500 002a 0000 4000 4006 0000 0a000202 0a00020f "
	  "0050 a0d7 00000001 00000002 5018 2000 0000 0000 6869",
	  "0050a0d700000001000000025018200000000000\"}\n", false },
	{ "of one from the guest, which asks for something, all",
	  "52550a000202 525400123456 0800 4500 002a 0000 4000 4006 0000 0a00020f 0a000202 "
	  "a0d7 0050 00000001 00000002 5018 2000 0000 0000 6869",
	  "a0d7005000000001000000025018200000000000"
	  "6869\"}\n",
	  true },
};

START_TEST(bytes_of_a_frame)
{
	static struct frame f;
	g_autoptr(Journal) j = journal_new(NULL);
	struct frame_flows flows = { 0 };
	uint8_t buf[256];
	size_t len = hex_parse(buf, sizeof(buf), raw_rows[_i].in);

	/* The port of a transfer. */
	flows.tftp[0].ip = ip_addr_v4(0x0a00020f);
	flows.tftp[0].port = 0xa0d7;
	frame_decode(&f, &flows, buf, len);
	frame_journal(j, 5, "nic0", !raw_rows[_i].from_guest, 7, (struct slice){ buf, len }, &f);
	ck_assert_msg(g_str_has_suffix(journal_lines(j), raw_rows[_i].raw), "%s: %s",
		      raw_rows[_i].what, journal_lines(j));
}
END_TEST

START_TEST(bytes_of_an_overlong_frame)
{
	static struct frame f;
	static uint8_t buf[ETH_FRAME_MAX + 1];
	g_autoptr(Journal) j = journal_new(NULL);
	struct frame_flows flows = { 0 };
	const char *raw;

	frame_decode(&f, &flows, buf, sizeof(buf));
	frame_journal(j, 5, "nic0", true, 7, (struct slice){ buf, sizeof(buf) }, &f);
	raw = strstr(journal_lines(j), "\"raw\":\"");
	ck_assert_ptr_nonnull(raw);
	ck_assert_uint_eq(strspn(raw + strlen("\"raw\":\""), "0"), 2 * ETH_FRAME_MAX);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("frame_journal");

	suite_add_rows(s, lines_of_ipv6, N_ROWS(rows));
	suite_add_rows(s, bytes_of_a_frame, N_ROWS(raw_rows));
	suite_add(s, bytes_of_an_overlong_frame);
	return suite_run(s);
}
