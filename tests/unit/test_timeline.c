/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/timeline: what a person reads of a boot, and that nothing a guest says can hurt
 */
#include "reports/timeline.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "reports/text.h"
#include "tests/support/suite.h"

#define RULE "> from the guest  < to the guest  . server  * milestone  | console  ! QEMU  = end\n"

static char *dir, *journal, *console;
static GString *lines, *out;
static struct timeline_options opt;

static void set_up(void)
{
	dir = g_dir_make_tmp("iplab-timeline-XXXXXX", NULL);
	ck_assert_ptr_nonnull(dir);
	journal = g_build_filename(dir, "journal.jsonl.gz", NULL);
	console = g_build_filename(dir, "console.gz", NULL);
	lines = g_string_new(NULL);
	out = g_string_new(NULL);
	opt = (struct timeline_options){ .n_console = TIMELINE_CONSOLE_LINES };
}

static void tear_down(void)
{
	g_unlink(journal);
	g_unlink(console);
	g_rmdir(dir);
	g_free(dir);
	g_free(journal);
	g_free(console);
	g_string_free(lines, TRUE);
	g_string_free(out, TRUE);
}

static void write_gz(const char *path, const char *text, size_t len)
{
	gzFile f = gzopen(path, "wb1");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(gzwrite(f, text, (unsigned)len), (int)len);
	ck_assert_int_eq(gzclose(f), Z_OK);
}

static void write_console(const char *text)
{
	write_gz(console, text, strlen(text));
}

/* An event with its fields as JSON, each with a comma before it. */
static void add(double ms, const char *ev, const char *fields)
{
	g_string_append_printf(lines, "{\"t_ns\":%.0f,\"ev\":\"%s\"%s}\n", ms * 1e6, ev, fields);
}

static void add_frame(double ms, const char *ev, bool to_guest, unsigned number, const char *fields)
{
	g_autofree char *all =
		g_strdup_printf(",\"nic\":\"nic0\",\"dir\":\"%s\",\"frame\":%u,\"len\":60%s",
				to_guest ? "to-guest" : "from-guest", number, fields);

	add(ms, ev, all);
}

static void add_data(double ms, unsigned block, unsigned bytes)
{
	g_autofree char *fields = g_strdup_printf(
		",\"src\":\"10.0.2.2\",\"dst\":\"10.0.2.15\",\"sport\":5000,\"dport\":2000,"
		"\"block\":%u,\"bytes\":%u",
		block & 0xffff, bytes);

	add_frame(ms, "tftp.data", true, 1, fields);
}

static void add_ack(double ms, unsigned block)
{
	g_autofree char *fields = g_strdup_printf(
		",\"src\":\"10.0.2.15\",\"dst\":\"10.0.2.2\",\"sport\":2000,\"dport\":5000,"
		"\"udp_checksum\":\"none\",\"block\":%u",
		block & 0xffff);

	add_frame(ms, "tftp.ack", false, 2, fields);
}

/* Blocks @from to @to, each with its ACK, 0.1 ms between any two. */
static void add_blocks(double ms, unsigned from, unsigned to)
{
	for (unsigned block = from; block <= to; block++) {
		add_data(ms, block, 1428);
		add_ack(ms + 0.1, block);
		ms += 0.2;
	}
}

static void show(void)
{
	g_autoptr(GError) error = NULL;

	g_string_truncate(out, 0);
	ck_assert_msg(timeline_write(out, dir, &opt, &error), "%s", error ? error->message : "");
}

static void show_lines(void)
{
	write_gz(journal, lines->str, lines->len);
	show();
}

static void assert_has(const char *want)
{
	ck_assert_msg(strstr(out->str, want) != NULL, "no \"%s\" in\n%s", want, out->str);
}

static void assert_has_not(const char *unwanted)
{
	ck_assert_msg(!strstr(out->str, unwanted), "\"%s\" in\n%s", unwanted, out->str);
}

/* What stands between the legend and the console lines. */
static void assert_body(const char *want)
{
	const char *body = strstr(out->str, RULE);

	ck_assert_msg(body != NULL, "no body in\n%s", out->str);
	ck_assert_str_eq(body + strlen(RULE), want);
}

static Result *example(void)
{
	Result *r = result_new();

	r->cell = g_strdup("libnet-7.2/builtin/boot/probe/1");
	r->client = g_strdup("libnet-7.2");
	r->server = g_strdup("builtin");
	r->scenario = g_strdup("boot/probe");
	r->clock = g_strdup("virtual");
	r->verdict = VERDICT_FAIL;
	r->reason = g_strdup("no payload");
	r->ending = g_strdup("gave-up");
	r->wall_ns = 234000000;
	r->virtual_ns = UINT64_C(12300000000);
	r->initrd_crc32 = g_strdup("0badcafe");
	r->cmdline = g_strdup("it's");
	r->frames_in = 51;
	r->frames_out = 50;
	result_add_milestone(r, "dhcp-ack", 104233000);
	return r;
}

START_TEST(a_boot)
{
	g_autoptr(Result) r = example();
	const char *inputs[] = { "QEMU 7.2.22", NULL };

	add(0, "cell", ",\"schema\":1,\"cell\":\"libnet-7.2/builtin/boot/probe/1\"");
	add(0, "qmp", ",\"event\":\"RESUME\"");
	add_frame(12.345, "dhcp.discover", false, 1,
		  ",\"src\":\"0.0.0.0\",\"dst\":\"255.255.255.255\",\"sport\":68,\"dport\":67,"
		  "\"xid\":\"5a1f00c2\",\"chaddr\":\"52:54:00:12:34:56\",\"secs\":0,"
		  "\"broadcast\":true,\"options\":\"53,55\",\"asks_for\":\"1,3\"");
	add(12.4, "dhcp.lease", ",\"ip\":\"10.0.2.15\",\"n\":1,\"new\":true");
	add(104.233, "milestone", ",\"name\":\"dhcp-ack\"");
	add_frame(110, "tftp.rrq", false, 2,
		  ",\"src\":\"10.0.2.15\",\"dst\":\"10.0.2.2\",\"sport\":2000,\"dport\":69,"
		  "\"file\":\"kernel.img\",\"mode\":\"octet\",\"options\":\"blksize=1428\"");
	add(120, "milestone", ",\"name\":\"kernel-start\"");
	add(130.5, "console", ",\"text\":\"Network boot starting...\"");
	add(12300, "ending", ",\"class\":\"gave-up\",\"detail\":\"E3001\"");
	add(12300, "verdict", ",\"verdict\":\"fail\",\"reason\":\"no payload\"");
	opt.result = r;
	opt.inputs = inputs;
	show_lines();
	ck_assert_str_eq(
		out->str,
		"cell      libnet-7.2/builtin/boot/probe/1\n"
		"verdict   fail: no payload\n"
		"ending    gave-up\n"
		"clock     virtual, 12.3 s in 234 ms\n"
		"frames    51 from the guest, 50 to it\n"
		"initrd    CRC-32 0badcafe\n"
		"cmdline   \"it's\"\n"
		"input     QEMU 7.2.22\n"
		"\n" RULE
		"     0.000 ms  . cell           schema=1 cell=libnet-7.2/builtin/boot/probe/1\n"
		"     0.000 ms  ! qmp RESUME\n"
		"    12.345 ms  > dhcp.discover  xid=5a1f00c2 broadcast=true  #1\n"
		"    12.400 ms  . dhcp.lease     ip=10.0.2.15 n=1 new=true\n"
		"   104.233 ms  * dhcp-ack\n"
		"   110.000 ms  > tftp.rrq       'kernel.img' octet blksize=1428  #2\n"
		"   120.000 ms  * kernel-start  (+15.767 ms)\n"
		"   130.500 ms  | 'Network boot starting...'\n"
		" 12300.000 ms  = ending: gave-up: E3001\n"
		" 12300.000 ms  = verdict: fail: no payload\n"
		"\n"
		"last 1 of 1 console lines\n"
		"  Network boot starting...\n");
}
END_TEST

START_TEST(without_a_result_the_journal_tells)
{
	g_autofree char *want =
		g_strdup_printf("folder    %s\nverdict   fail: no payload\n\n" RULE, dir);

	add(1, "verdict", ",\"verdict\":\"fail\",\"reason\":\"no payload\"");
	show_lines();
	ck_assert(g_str_has_prefix(out->str, want));
}
END_TEST

static const struct {
	const char *what, *ev, *fields, *want;
} frame_rows[] = {
	{ "ARP request", "arp.request",
	  ",\"spa\":\"10.0.2.15\",\"sha\":\"52:54:00:12:34:56\",\"tpa\":\"10.0.2.2\"",
	  "> arp.request    who has 10.0.2.2? asks 10.0.2.15 at 52:54:00:12:34:56  #7\n" },
	{ "ARP reply", "arp.reply",
	  ",\"spa\":\"10.0.2.2\",\"sha\":\"52:55:0a:00:02:02\",\"tpa\":\"10.0.2.15\"",
	  "> arp.reply      10.0.2.2 is at 52:55:0a:00:02:02  #7\n" },
	{ "neighbour solicitation", "icmp6.ns",
	  ",\"src\":\"fd00::15\",\"dst\":\"ff02::1:ff00:2\",\"target\":\"fd00::2\","
	  "\"lladdr\":\"52:54:00:12:34:56\"",
	  "> icmp6.ns       who has fd00::2? asks fd00::15  #7\n" },
	{ "neighbour advertisement", "icmp6.na",
	  ",\"src\":\"fd00::2\",\"dst\":\"fd00::15\",\"target\":\"fd00::2\","
	  "\"lladdr\":\"52:55:0a:00:02:02\",\"solicited\":true",
	  "> icmp6.na       fd00::2 is at 52:55:0a:00:02:02  #7\n" },
	{ "DHCPv6", "dhcp6.reply",
	  ",\"src\":\"fd00::2\",\"dst\":\"fd00::15\",\"sport\":547,\"dport\":546,"
	  "\"xid\":\"00010203\",\"client_id\":\"0003\",\"server_id\":\"0003\","
	  "\"bootfile_url\":\"tftp://x\",\"options\":\"1,2\"",
	  "> dhcp6.reply    xid=00010203 bootfile_url=tftp://x  #7\n" },
	{ "ping over IPv6", "icmp6.echo",
	  ",\"src\":\"fd00::15\",\"dst\":\"fd00::2\",\"type\":128,\"code\":0",
	  "> icmp6.echo     fd00::15 to fd00::2 type=128 code=0  #7\n" },
	{ "ping", "icmp.echo", ",\"src\":\"10.0.2.15\",\"dst\":\"10.0.2.2\",\"type\":8,\"code\":0",
	  "> icmp.echo      10.0.2.15 to 10.0.2.2 type=8 code=0  #7\n" },
	{ "a fragment", "ipv4.fragment",
	  ",\"src\":\"1.2.3.4\",\"dst\":\"5.6.7.8\",\"id\":9,\"offset\":1480",
	  "> ipv4.fragment  1.2.3.4 to 5.6.7.8 id=9 offset=1480  #7\n" },
	{ "UDP of no protocol we know", "udp",
	  ",\"src\":\"1.2.3.4\",\"dst\":\"5.6.7.8\",\"sport\":53,\"dport\":99",
	  "> udp            1.2.3.4:53 to 5.6.7.8:99  #7\n" },
	{ "a wrong checksum is seen", "udp",
	  ",\"src\":\"1.2.3.4\",\"dst\":\"5.6.7.8\",\"sport\":53,\"dport\":99,"
	  "\"udp_checksum\":\"bad\"",
	  "> udp            1.2.3.4:53 to 5.6.7.8:99 udp_checksum=bad  #7\n" },
	{ "DHCP says what matters", "dhcp.ack",
	  ",\"src\":\"10.0.2.2\",\"xid\":\"01020304\",\"chaddr\":\"52:54:00:12:34:56\","
	  "\"secs\":4,\"yiaddr\":\"10.0.2.15\",\"file\":\"a b\",\"options\":\"53\"",
	  "> dhcp.ack       xid=01020304 yiaddr=10.0.2.15 file='a b'  #7\n" },
	{ "a request without options", "tftp.rrq",
	  ",\"file\":\"x\",\"mode\":\"octet\",\"options\":\"\"",
	  "> tftp.rrq       'x' octet  #7\n" },
	{ "OACK", "tftp.oack", ",\"options\":\"tsize=5 blksize=1428\"",
	  "> tftp.oack      tsize=5 blksize=1428  #7\n" },
	{ "DATA", "tftp.data", ",\"block\":4,\"bytes\":512",
	  "> tftp.data      block 4, 512 bytes  #7\n" },
	{ "ACK", "tftp.ack", ",\"block\":4", "> tftp.ack       block 4  #7\n" },
	{ "ERROR", "tftp.error", ",\"code\":1,\"message\":\"File not found\"",
	  "> tftp.error     code 1 'File not found'  #7\n" },
	{ "malformed", "malformed", ",\"layer\":\"dhcp\"",
	  "> malformed      does not make sense from here: dhcp  #7\n" },
	{ "a kind nobody knows", "ipv9", ",\"a\":1,\"b\":\"c d\",\"e\":null,\"f\":[1,2]",
	  "> ipv9           a=1 b='c d' e=null f=[1,2]  #7\n" },
};

START_TEST(frames_are_decoded)
{
	g_autofree char *want = g_strdup_printf("     1.000 ms  %s", frame_rows[_i].want);

	add_frame(1, frame_rows[_i].ev, false, 7, frame_rows[_i].fields);
	show_lines();
	assert_body(want);
}
END_TEST

START_TEST(a_second_nic_is_named)
{
	add(1, "tftp.ack", ",\"nic\":\"nic1\",\"dir\":\"to-guest\",\"frame\":7,\"block\":4");
	show_lines();
	assert_body("     1.000 ms  < nic1 tftp.ack       block 4  #7\n");
}
END_TEST

START_TEST(all_shows_every_field)
{
	add_frame(1, "dhcp.ack", true, 7,
		  ",\"src\":\"10.0.2.2\",\"xid\":\"01\",\"options\":\"53\"");
	opt.all = true;
	show_lines();
	assert_body("     1.000 ms  < dhcp.ack       src=10.0.2.2 xid=01 options=53  #7\n");
}
END_TEST

START_TEST(other_events_are_printed_as_they_are)
{
	add(0.0006, "slirp.guest-error", ",\"message\":\"bad thing\"");
	add(1, "tftp.done", "");
	add(2, "qmp", ",\"event\":\"SHUTDOWN\",\"data\":{\"guest\":true}");
	add(3, "timer", ",\"x\":0.5,\"nic\":\"nic0\"");
	show_lines();
	assert_body("     0.001 ms  . slirp.guest-error  message='bad thing'\n"
		    "     1.000 ms  . tftp.done\n"
		    "     2.000 ms  ! qmp SHUTDOWN data={\"guest\":true}\n"
		    "     3.000 ms  . timer          x=0.5 nic=nic0\n");
}
END_TEST

START_TEST(a_transfer_is_folded)
{
	add_blocks(1, 1, 48);
	show_lines();
	assert_body("     1.000 ms  < tftp.data      block 1, 1428 bytes  #1\n"
		    "     1.100 ms  > tftp.ack       block 1 udp_checksum=none  #2\n"
		    "               ... 46 blocks (2..47), 65.7 kB in 9.10 ms ...\n"
		    "    10.400 ms  < tftp.data      block 48, 1428 bytes  #1\n"
		    "    10.500 ms  > tftp.ack       block 48 udp_checksum=none  #2\n");
}
END_TEST

START_TEST(a_short_transfer_is_not_folded)
{
	add_blocks(1, 1, 4);
	show_lines();
	assert_has("block 2, ");
	assert_has("block 3, ");
	assert_has_not("...");
}
END_TEST

START_TEST(all_folds_nothing)
{
	add_blocks(1, 1, 48);
	opt.all = true;
	show_lines();
	assert_has("block 24, ");
	assert_has_not("...");
}
END_TEST

START_TEST(windows_are_folded)
{
	for (unsigned window = 0; window < 4; window++) {
		for (unsigned i = 1; i <= 8; i++)
			add_data(window, window * 8 + i, 1000);
		add_ack(window + 0.5, window * 8 + 8);
	}
	show_lines();
	assert_has("... 29 blocks (3..31), 29.0 kB in 3.00 ms ...");
}
END_TEST

/* @n segments of 1,000 bytes from @seq on, and an ACK for each two; at 1 ms, 2 ms, ... */
static void add_segments(uint32_t seq, unsigned n)
{
	for (unsigned i = 0; i < n; i++, seq += 1000) {
		g_autofree char *data = g_strdup_printf(",\"sport\":80,\"dport\":4,\"seq\":%u,"
							"\"ack\":7,\"window\":9,\"bytes\":1000",
							seq);
		g_autofree char *ack = g_strdup_printf(
			",\"sport\":4,\"dport\":80,\"seq\":7,\"ack\":%u,\"window\":9,\"bytes\":0",
			seq + 1000);

		add_frame(i + 1, "tcp.data", true, 1, data);
		if (i % 2)
			add_frame(i + 1.5, "tcp.ack", false, 2, ack);
	}
}

START_TEST(a_stream_is_folded)
{
	add_segments(UINT32_MAX - 5000, 20); /* past its numbers' end */
	show_lines();
	assert_body(
		"     1.000 ms  < tcp.data       seq 4294962295 ack 7, 1000 bytes window=9  #1\n"
		"     2.000 ms  < tcp.data       seq 4294963295 ack 7, 1000 bytes window=9  #1\n"
		"               ... 17 segments, 17.0 kB in 16.5 ms ...\n"
		"    20.000 ms  < tcp.data       seq 13999 ack 7, 1000 bytes window=9  #1\n"
		"    20.500 ms  > tcp.ack        seq 7 ack 14999 window=9  #2\n");
}
END_TEST

START_TEST(what_comes_again_ends_a_stream)
{
	add_segments(1000, 10);
	add_frame(30, "tcp.data", true, 1,
		  ",\"sport\":80,\"dport\":4,\"seq\":5000,\"ack\":7,\"bytes\":1000");
	show_lines();
	assert_has("... 7 segments, ");
	assert_has("30.000 ms  < tcp.data       seq 5000 ack 7, 1000 bytes");
}
END_TEST

START_TEST(block_numbers_wrap)
{
	add_blocks(1, 65530, 65546);
	show_lines();
	assert_has("... 15 blocks (65531..9, past 65535 1 time), ");
}
END_TEST

START_TEST(a_guest_that_sends_is_folded_too)
{
	for (unsigned block = 1; block <= 8; block++) {
		g_autofree char *fields = g_strdup_printf(",\"block\":%u,\"bytes\":10", block);

		add_frame(block, "tftp.data", false, 1, fields);
		add_frame(block, "tftp.ack", true, 1, fields);
	}
	show_lines();
	assert_has("... 6 blocks (2..7), 60 bytes in 5.00 ms ...");
}
END_TEST

static void add_odd_ack(void)
{
	add_ack(50, 20);
}

static void add_gap(void)
{
	add_data(50, 23, 77);
}

static void add_other_flow(void)
{
	add_frame(50, "tftp.data", true, 9, ",\"sport\":1,\"dport\":2,\"block\":21,\"bytes\":77");
}

static void add_other_direction(void)
{
	add_frame(50, "tftp.data", false, 9,
		  ",\"sport\":5000,\"dport\":2000,\"block\":21,\"bytes\":77");
}

static void add_bad_checksum(void)
{
	add_frame(50, "tftp.data", true, 9,
		  ",\"sport\":5000,\"dport\":2000,\"block\":21,\"bytes\":77,"
		  "\"udp_checksum\":\"bad\"");
}

static void add_unknown_field(void)
{
	add_frame(50, "tftp.ack", false, 9,
		  ",\"sport\":2000,\"dport\":5000,\"udp_checksum\":\"none\",\"block\":20,"
		  "\"fault\":\"drop\"");
}

static void add_console(void)
{
	add(50, "console", ",\"text\":\"hello\"");
}

static const struct {
	const char *what;
	void (*add)(void);
	const char *want;
} break_rows[] = {
	{ "an ACK said twice", add_odd_ack, "> tftp.ack       block 20 udp_checksum=none  #2\n" },
	{ "a block left out", add_gap, "< tftp.data      block 23, 77 bytes  #1\n" },
	{ "a block of another transfer", add_other_flow,
	  "< tftp.data      block 21, 77 bytes  #9\n" },
	{ "a block in the other direction", add_other_direction,
	  "> tftp.data      block 21, 77 bytes  #9\n" },
	{ "a bad checksum", add_bad_checksum,
	  "< tftp.data      block 21, 77 bytes udp_checksum=bad  #9\n" },
	{ "a field not known here", add_unknown_field,
	  "> tftp.ack       block 20 udp_checksum=none fault=drop  #9\n" },
	{ "a console line", add_console, "| 'hello'\n" },
};

START_TEST(what_is_odd_ends_a_run)
{
	const char *first, *second;
	g_autofree char *want = g_strdup_printf("    50.000 ms  %s", break_rows[_i].want);

	add_blocks(1, 1, 20);
	break_rows[_i].add();
	add_blocks(60, 21, 40);
	show_lines();
	assert_has(want);
	first = strstr(out->str, "... 18 blocks (2..19), ");
	second = strstr(out->str, "... 18 blocks (22..39), 25.7 kB in 3.50 ms ...");
	ck_assert_msg(first && second, "%s: %s", break_rows[_i].what, out->str);
	ck_assert_msg(first < strstr(out->str, want) && strstr(out->str, want) < second, "%s: %s",
		      break_rows[_i].what, out->str);
}
END_TEST

static const struct {
	const char *what, *json, *want;
} hostile_rows[] = {
	{ "an escape sequence", "\\u001b[2J", "'\\x1b[2J'" },
	{ "one in eight bits", "\\u009b2J", "'\\x9b2J'" },
	{ "a bell", "\\u0007", "'\\x07'" },
	{ "a zero", "a\\u0000b",
	  "'a\xe2\x90\x80"
	  "b'" },
	{ "a backslash and what looks like a zero", "\\\\u0000", "'\\\\u0000'" },
	{ "single quotes", "it's", "\"it's\"" },
	{ "double quotes", "a=\\\"b\\\"", "'a=\"b\"'" },
	{ "both quotes", "'\\\"", "'\\'\"'" },
	{ "a backslash", "'\\\\", "\"'\\\\\"" },
	{ "text that runs backwards", "\\u202egnp", "'\\u202egnp'" },
	{ "a line separator", "\\u2028", "'\\u2028'" },
	{ "UTF-8", "k\xc3\xa4se", "'k\xc3\xa4se'" },
};

START_TEST(console_lines_are_made_safe)
{
	g_autofree char *fields = g_strdup_printf(",\"text\":\"%s\"", hostile_rows[_i].json);
	g_autofree char *want = g_strdup_printf("     1.000 ms  | %s\n", hostile_rows[_i].want);

	opt.n_console = 0;
	add(1, "console", fields);
	show_lines();
	assert_body(want);
}
END_TEST

/* Every place into which a guest's or a peer's text can get. */
START_TEST(nothing_hostile_gets_through)
{
	g_autoptr(Result) r = example();
	const char *inputs[] = { "\x1b[1m", NULL };

	g_free(r->reason);
	r->reason = g_strdup("\x1b[2m");
	g_free(r->cmdline);
	r->cmdline = g_strdup("\x1b[3m\xff");
	opt.result = r;
	opt.inputs = inputs;
	add(1, "x\\u001b[4m", ",\"k\\u001b[5m\":\"\\u001b[6m\",\"o\":{\"p\":\"\\u009b7m\"}");
	add_frame(1, "y\\u001b[4m", true, 1, ",\"k\\u001b[5m\":\"\\u001b[6m\"");
	add_frame(1, "tftp.rrq", true, 1,
		  ",\"file\":\"\\u001b\",\"mode\":\"\\u001b\",\"options\":\"\\u001b\"");
	add_frame(1, "tftp.error", true, 1, ",\"message\":\"\\u001b\"");
	add(1, "console", ",\"text\":\"\\u001b[7m\"");
	add(1, "milestone", ",\"name\":\"\\u001b[8m\"");
	add(1, "qmp", ",\"event\":\"\\u001b[9m\"");
	add(1, "ending", ",\"class\":\"\\u001b\",\"detail\":\"\\u001b\"");
	add(1, "verdict", ",\"verdict\":\"\\u001b\",\"reason\":\"\\u001b\"");
	write_console("\x1b[2J\x9b\xc2\x9b\x07\n");
	show_lines();
	for (const char *p = out->str; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char_validated(p, -1);

		ck_assert_msg(c == '\n' || (c < 0x110000 && g_unichar_isprint(c)), "U+%04X in\n%s",
			      c, out->str);
	}
	opt.result = NULL;
	show();
	ck_assert_ptr_null(strchr(out->str, '\x1b'));
}
END_TEST

START_TEST(what_was_written_over_is_gone)
{
	add(1, "console", ",\"text\":\"via DHCP: 010\\b\\b\\b009\\b\\b\\b\\bdone\\r***\"");
	show_lines();
	assert_has("| '*** DHCP:done'");
	assert_has("  *** DHCP:done\n");
	opt.all = true;
	show();
	assert_has("| 'via DHCP: 010\\x08\\x08\\x08009");
	assert_has("  via DHCP: 010\\x08\\x08\\x08009");
}
END_TEST

START_TEST(the_console_ends_the_text)
{
	opt.n_console = 2;
	add(1, "console", ",\"text\":\"from the journal\"");
	write_console("one\r\n\r\ntwo\r\nthree\r\n  \nfour, cut");
	show_lines();
	ck_assert(
		g_str_has_suffix(out->str, "\nlast 2 of 4 console lines\n  three\n  four, cut\n"));
}
END_TEST

START_TEST(console_bytes_may_be_anything)
{
	write_gz(console, "a\0b\xff\n", 5);
	show_lines();
	ck_assert(g_str_has_suffix(out->str, "\n  ab\\xff\n"));
}
END_TEST

START_TEST(colour_on_request)
{
	add(1, "milestone", ",\"name\":\"payload\"");
	add(2, "console", ",\"text\":\"x\"");
	add(3, "verdict", ",\"verdict\":\"pass\"");
	opt.colour = true;
	show_lines();
	assert_has("* \033[1mpayload\033[0m\n");
	assert_has("\033[2m| 'x'\033[0m\n");
	assert_has("= \033[32mverdict: pass\033[0m\n");
	assert_has("verdict   \033[32mpass\033[0m\n");
}
END_TEST

static const struct {
	enum verdict verdict;
	const char *want;
} verdict_rows[] = {
	{ VERDICT_PASS, "verdict   \033[32mpass\033[0m: r\n" },
	{ VERDICT_FAIL, "verdict   \033[31mfail\033[0m: r\n" },
	{ VERDICT_XFAIL, "verdict   \033[33mxfail\033[0m: r\n" },
	{ VERDICT_XPASS, "verdict   \033[31mxpass\033[0m: r\n" },
	{ VERDICT_FLAKY, "verdict   \033[33mflaky\033[0m: r\n" },
};

START_TEST(a_verdict_has_a_colour)
{
	g_autoptr(Result) r = example();

	r->verdict = verdict_rows[_i].verdict;
	g_free(r->reason);
	r->reason = g_strdup("r");
	opt.result = r;
	opt.colour = true;
	show_lines();
	assert_has(verdict_rows[_i].want);
}
END_TEST

START_TEST(no_journal)
{
	g_autoptr(Result) r = example();

	opt.result = r;
	write_console("last words\n");
	show();
	assert_has("journal   missing\n");
	assert_has("milestone dhcp-ack at 104.233 ms\n");
	assert_has("last 1 of 1 console lines\n  last words\n");
}
END_TEST

START_TEST(an_empty_journal)
{
	ck_assert(g_file_set_contents(journal, "", 0, NULL));
	show();
	assert_has("journal   empty\n");
	assert_has("verdict   none, the journal does not say\n");
}
END_TEST

/* Events that do not compress, so that there is much to lose. */
static void add_noise(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *fields = g_strdup_printf(",\"n\":%u", i * 2654435761u);

		add(i, "noise", fields);
	}
}

static void change_journal(void (*change)(char *bytes, size_t *len))
{
	g_autofree char *bytes = NULL;
	size_t len;

	write_gz(journal, lines->str, lines->len);
	ck_assert(g_file_get_contents(journal, &bytes, &len, NULL));
	change(bytes, &len);
	ck_assert(g_file_set_contents(journal, bytes, (gssize)len, NULL));
	show();
}

static void cut(char *bytes, size_t *len)
{
	(void)bytes;
	*len -= *len / 4;
}

static void spoil(char *bytes, size_t *len)
{
	memset(bytes + *len - *len / 4, 0xff, 64);
}

START_TEST(a_journal_cut_short)
{
	add_noise(20000);
	change_journal(cut);
	assert_has("journal   cut short; what could be read is below\n");
	assert_has("     0.000 ms  . noise ");
	assert_has(" 14000.000 ms  . noise ");
	assert_has_not("could not be read");
}
END_TEST

START_TEST(a_damaged_journal)
{
	add_noise(20000);
	change_journal(spoil);
	assert_has("journal   damaged; what could be read is below\n");
	assert_has("     0.000 ms  . noise ");
	assert_has(" 14000.000 ms  . noise ");
}
END_TEST

START_TEST(lines_that_are_no_events)
{
	add(1, "good", "");
	g_string_append(lines,
			"not JSON\n[]\n{\"t_ns\":1}\n{\"ev\":\"x\"}\n{\"t_ns\":{},\"ev\":\"x\"}\n");
	add(2, "better", "");
	show_lines();
	assert_has("journal   5 lines could not be read, the first is line 2\n");
	assert_body("     1.000 ms  . good\n"
		    "     2.000 ms  . better\n");
}
END_TEST

START_TEST(a_line_cut_short_is_no_event)
{
	add(1, "good", "");
	g_string_append(lines, "{\"t_ns\":1,\"ev\":\"x\"}");
	show_lines();
	assert_body("     1.000 ms  . good\n");
	assert_has("journal   cut short; what could be read is below\n");
}
END_TEST

START_TEST(a_line_without_end_is_survived)
{
	for (unsigned i = 0; i < 3 * 1024 * 1024; i++)
		g_string_append_c(lines, 'x');
	g_string_append_c(lines, '\n');
	add(1, "good", "");
	show_lines();
	assert_body("     1.000 ms  . good\n");
}
END_TEST

START_TEST(no_folder)
{
	g_autoptr(GError) error = NULL;

	ck_assert(!timeline_write(out, "/nonexistent/cell", &opt, &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_FILE));
	ck_assert_str_eq(out->str, "");
}
END_TEST

static const struct {
	uint64_t bytes;
	const char *want;
} size_rows[] = {
	{ 0, "0 bytes" },     { 1, "1 byte" },         { 999, "999 bytes" },
	{ 1000, "1.0 kB" },   { 65688, "65.7 kB" },    { 999949, "999.9 kB" },
	{ 999950, "1.0 MB" }, { 67108864, "67.1 MB" }, { UINT64_C(5000000000), "5.0 GB" },
};

START_TEST(sizes_are_decimal)
{
	text_append_size(out, size_rows[_i].bytes);
	ck_assert_str_eq(out->str, size_rows[_i].want);
}
END_TEST

static void add_rows(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

#define ADD(fn) add_rows(s, #fn, fn, 1)

static void add_content(Suite *s)
{
	ADD(a_boot);
	ADD(without_a_result_the_journal_tells);
	add_rows(s, "frames_are_decoded", frames_are_decoded, N_ROWS(frame_rows));
	ADD(a_second_nic_is_named);
	ADD(all_shows_every_field);
	ADD(other_events_are_printed_as_they_are);
	ADD(a_transfer_is_folded);
	ADD(a_stream_is_folded);
	ADD(what_comes_again_ends_a_stream);
	ADD(a_short_transfer_is_not_folded);
	ADD(all_folds_nothing);
	ADD(windows_are_folded);
	ADD(block_numbers_wrap);
	ADD(a_guest_that_sends_is_folded_too);
	add_rows(s, "what_is_odd_ends_a_run", what_is_odd_ends_a_run, N_ROWS(break_rows));
	ADD(what_was_written_over_is_gone);
	ADD(the_console_ends_the_text);
	ADD(colour_on_request);
	add_rows(s, "a_verdict_has_a_colour", a_verdict_has_a_colour, N_ROWS(verdict_rows));
	add_rows(s, "sizes_are_decimal", sizes_are_decimal, N_ROWS(size_rows));
}

static void add_trouble(Suite *s)
{
	add_rows(s, "console_lines_are_made_safe", console_lines_are_made_safe,
		 N_ROWS(hostile_rows));
	ADD(nothing_hostile_gets_through);
	ADD(console_bytes_may_be_anything);
	ADD(no_journal);
	ADD(an_empty_journal);
	ADD(a_journal_cut_short);
	ADD(a_damaged_journal);
	ADD(lines_that_are_no_events);
	ADD(a_line_cut_short_is_no_event);
	ADD(a_line_without_end_is_survived);
	ADD(no_folder);
}

int main(void)
{
	Suite *s = suite_create("timeline");

	add_content(s);
	add_trouble(s);
	return suite_run(s);
}
