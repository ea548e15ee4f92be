/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/expect: what a scenario expects, held against what happens
 */
#include "harness/expect.h"

#include <check.h>
#include <string.h>

#include "harness/marker.h"
#include "tests/support/boot_frames.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

/* A scenario with these groups behind its head. */
static Scenario *scenario(const char *text)
{
	char *dir = temp_folder_new();
	g_autofree char *whole = g_strconcat("[scenario]\nsummary = s\n", text, NULL);
	g_autofree char *path = text_file(dir, "x.ini", whole);
	g_autoptr(GError) error = NULL;
	Scenario *s = scenario_load(path, "x", &error);

	ck_assert_msg(s != NULL, "%s", error ? error->message : "no error");
	temp_folder_remove(dir);
	return s;
}

static void report(Expect *e, const char *values)
{
	g_autofree char *line = g_strconcat("@iplab payload ", values, NULL);
	g_autoptr(GHashTable) parsed = marker_parse(line, NULL);

	ck_assert_ptr_nonnull(parsed);
	expect_payload(e, parsed);
}

static const struct expect_sums no_sums;

/* Whether all is well after an ending, with a part of the reason if not. */
static void expect_judged(const Expect *e, enum ending ending, const struct expect_sums *sums,
			  const char *what, const char *says)
{
	struct expect_wrong wrong;
	bool ok = expect_verdict(e, ending, "the detail", sums, &wrong);
	g_autofree char *reason = wrong.reason;

	ck_assert_msg(ok == !reason, "%s: verdict and reason disagree", what);
	ck_assert_msg(!reason == !wrong.what, "%s: reason and what it is of disagree", what);
	ck_assert_msg(ok == !says, "%s: %s", what, reason ? reason : "passed");
	if (says)
		ck_assert_msg(strstr(reason, says) != NULL, "%s: %s", what, reason);
}

static const struct {
	const char *what, *wanted;
	enum ending got;
	const char *says;
} ending_rows[] = {
	{ "a payload by default", "", ENDING_PAYLOAD, NULL },
	{ "no payload", "", ENDING_GAVE_UP, "ended with gave-up, expected payload: the detail" },
	{ "a give-up that is expected", "[expect]\nending = gave-up\n", ENDING_GAVE_UP, NULL },
	{ "a payload that is not", "[expect]\nending = gave-up\n", ENDING_PAYLOAD, "payload" },
	{ "one of two", "[expect]\nending = payload;gave-up\n", ENDING_GAVE_UP, NULL },
	{ "neither of two", "[expect]\nending = payload;gave-up\n", ENDING_HANG,
	  "ended with hang, expected payload or gave-up: the detail" },
	{ "a crash", "[expect]\nending = crash\n", ENDING_CRASH, NULL },
	{ "a hang that should be a crash", "[expect]\nending = crash\n", ENDING_HANG, "hang" },
};

START_TEST(endings)
{
	g_autoptr(Scenario) s = scenario(ending_rows[_i].wanted);
	g_autoptr(Expect) e = expect_new(s);

	expect_judged(e, ending_rows[_i].got, &no_sums, ending_rows[_i].what, ending_rows[_i].says);
}
END_TEST

/* What was started and does not run was not given up. */
START_TEST(nobody_gives_up_after_handover)
{
	g_autoptr(Scenario) both = scenario("[expect]\nending = payload;gave-up\n");
	g_autoptr(Scenario) broken = scenario("[expect]\nending = gave-up\n");
	g_autoptr(Expect) e = expect_new(both), of_broken = expect_new(broken);

	expect_handover(e);
	expect_judged(e, ENDING_GAVE_UP, &no_sums, "a kernel that does not run",
		      "gave up after hand-over, expected payload, or gave-up before it: the");
	expect_judged(e, ENDING_PAYLOAD, &no_sums, "one that does", NULL);
	expect_handover(of_broken);
	expect_judged(of_broken, ENDING_GAVE_UP, &no_sums, "one that must not run", NULL);
}
END_TEST

/*
 * What happens in every row: DISCOVER, OFFER, RRQ of "cfg", DATA, the transfer of "cfg", ACK, RRQ
 * of
 * "/initrd".
 */
static const struct {
	const char *what, *events;
	const char *says;
} event_rows[] = {
	{ "no events", "", NULL },
	{ "one of them", "dhcp.offer", NULL },
	{ "others between", "dhcp.discover;tftp.data", NULL },
	{ "a request with its file", "tftp.rrq cfg", NULL },
	{ "a request of any file", "tftp.rrq", NULL },
	{ "a request with a slash in front", "tftp.rrq cfg;tftp.rrq initrd", NULL },
	{ "a transfer", "tftp.rrq cfg;transfer cfg", NULL },
	{ "a wrong order", "dhcp.offer;dhcp.discover", "\"dhcp.discover\" did not happen after" },
	{ "one twice", "dhcp.offer;dhcp.offer", "did not happen after \"dhcp.offer\"" },
	{ "one that never came", "dhcp.nak", "\"dhcp.nak\" did not happen" },
	{ "another file", "tftp.rrq kernel", "\"tftp.rrq kernel\" did not happen" },
	{ "part of a file's name", "tftp.rrq cf", "did not happen" },
	{ "more than a file's name", "tftp.rrq cfg2", "did not happen" },
	{ "a file where there is none", "dhcp.offer cfg", "did not happen" },
	{ "a blank for a file", "dhcp.discover ;dhcp.offer", NULL },
};

START_TEST(events_come_in_order)
{
	g_autofree char *text = g_strdup_printf("[expect]\nevents = %s\n", event_rows[_i].events);
	g_autoptr(Scenario) s = scenario(text);
	g_autoptr(Expect) e = expect_new(s);

	expect_frame(e, boot_kind(FRAME_DHCP_DISCOVER));
	expect_frame(e, boot_kind(FRAME_DHCP_OFFER));
	expect_frame(e, boot_rrq(2001, "cfg"));
	expect_frame(e, boot_data(2001, 1, 3));
	expect_event(e, "transfer", boot_slice("cfg"));
	expect_frame(e, boot_ack(2001, 1));
	expect_frame(e, boot_rrq(2002, "/initrd"));
	expect_judged(e, ENDING_PAYLOAD, &no_sums, event_rows[_i].what, event_rows[_i].says);
}
END_TEST

static const struct {
	const char *what, *wanted, *lines[3];
	const char *says;
} console_rows[] = {
	{ "a whole line", "hello", { "hello" }, NULL },
	{ "part of a line", "ell", { "hello" }, NULL },
	{ "in any order", "one;two", { "two", "one" }, NULL },
	{ "both in a line", "one;two", { "two one" }, NULL },
	{ "one is missing", "one;two", { "one" }, "never showed \"two\"" },
	{ "a silent console", "one", { NULL }, "never showed \"one\"" },
	{ "text over two lines", "one two", { "one", "two" }, "never showed" },
	{ "no pattern: a dot is a dot", "o.e", { "one" }, "never showed" },
};

START_TEST(the_console_shows)
{
	g_autofree char *text =
		g_strdup_printf("[expect]\nconsole = %s\n", console_rows[_i].wanted);
	g_autoptr(Scenario) s = scenario(text);
	g_autoptr(Expect) e = expect_new(s);

	for (int i = 0; console_rows[_i].lines[i]; i++)
		expect_console(e, console_rows[_i].lines[i]);
	expect_judged(e, ENDING_PAYLOAD, &no_sums, console_rows[_i].what, console_rows[_i].says);
}
END_TEST

static const struct {
	const char *what, *wanted;
	size_t sizes[3];
	const char *says;
} blksize_rows[] = {
	{ "any size", "", { 512, 100 }, NULL },
	{ "the largest counts", "[expect]\nblksize = 1024\n", { 512, 1024, 7 }, NULL },
	{ "none so large", "[expect]\nblksize = 1024\n", { 512 }, "had 512 bytes, expected 1024" },
	{ "one larger", "[expect]\nblksize = 512\n", { 512, 513 }, "had 513" },
	{ "no block at all", "[expect]\nblksize = 512\n", { 0 }, "had 0" },
};

START_TEST(blocks_have_a_size)
{
	g_autoptr(Scenario) s = scenario(blksize_rows[_i].wanted);
	g_autoptr(Expect) e = expect_new(s);

	for (int i = 0; i < 3 && blksize_rows[_i].sizes[i]; i++)
		expect_frame(e, boot_data(2001, (uint16_t)i, blksize_rows[_i].sizes[i]));
	expect_judged(e, ENDING_PAYLOAD, &no_sums, blksize_rows[_i].what, blksize_rows[_i].says);
}
END_TEST

#define APPEND "[boot]\nappend = a=1 b\n"

static const struct {
	const char *what, *scenario;
	const char *report; /* NULL: the payload says nothing */
	const char *says;
} report_rows[] = {
	{ "the command line of [boot]", APPEND, "cmdline=\"a=1 b\"", NULL },
	{ "another command line", APPEND, "cmdline=\"a=1\"",
	  "got the command line \"a=1\", expected \"a=1 b\"" },
	{ "none was given", APPEND, "cmdline=\"\"", "got the command line \"\"" },
	{ "[expect] wins over [boot]", APPEND "[expect]\ncmdline = c\n", "cmdline=c", NULL },
	{ "and is held against it", APPEND "[expect]\ncmdline = c\n", "cmdline=\"a=1 b\"",
	  "expected \"c\"" },
	{ "an empty one is expected", "[expect]\ncmdline =\n", "cmdline=\"\"", NULL },
	{ "and another one comes", "[expect]\ncmdline =\n", "cmdline=x", "expected \"\"" },
	{ "nobody says what is expected", "", "cmdline=x", NULL },
	{ "an image without a parameter area", APPEND, "kind=probe", NULL },
	{ "such an image, and [expect] is plain", "[expect]\ncmdline = c\n", "kind=probe",
	  "told no command line" },
	{ "values of the report", "[expect]\npayload = kind=probe;memory_mib=512\n",
	  "kind=probe memory_mib=512 uuid=none", NULL },
	{ "one is another", "[expect]\npayload = kind=probe;memory_mib=512\n",
	  "kind=probe memory_mib=256", "reports memory_mib=\"256\", expected \"512\"" },
	{ "one is not there", "[expect]\npayload = memory_mib=512\n", "kind=probe",
	  "did not report memory_mib" },
	{ "an equals sign in a value", "[expect]\npayload = a=b=c\n", "a=b=c", NULL },
	{ "an empty value", "[expect]\npayload = a=\n", "a=\"\"", NULL },
	{ "no report at all", "[expect]\npayload = a=b\n", NULL, "did not report a" },
};

START_TEST(the_payload_reports)
{
	g_autoptr(Scenario) s = scenario(report_rows[_i].scenario);
	g_autoptr(Expect) e = expect_new(s);

	if (report_rows[_i].report)
		report(e, report_rows[_i].report);
	expect_judged(e, ENDING_PAYLOAD, &no_sums, report_rows[_i].what, report_rows[_i].says);
}
END_TEST

static const struct {
	const char *what, *report;
	const char *says;
} initrd_rows[] = {
	{ "the right sum", "initrd_len=5 initrd_crc32=0000abcd", NULL },
	{ "a wrong sum", "initrd_len=4 initrd_crc32=0000abce",
	  "has 4 bytes and CRC-32 0000abce, served were 5 bytes with 0000abcd" },
	{ "a sum in capitals", "initrd_crc32=0000ABCD", "0000ABCD" },
	{ "a sum without its zeros", "initrd_crc32=abcd", "abcd" },
	{ "no initrd came", "initrd_len=0 initrd_crc32=none", "none" },
	{ "no length", "initrd_crc32=none", "? bytes" },
	{ "an image without a parameter area", "kind=probe", NULL },
};

START_TEST(the_initrd_is_whole)
{
	struct expect_sums sums = { .has_initrd = true, .initrd_crc32 = 0xabcd, .initrd_len = 5 };
	g_autoptr(Scenario) s = scenario("");
	g_autoptr(Expect) e = expect_new(s);

	report(e, initrd_rows[_i].report);
	expect_judged(e, ENDING_PAYLOAD, &sums, initrd_rows[_i].what, initrd_rows[_i].says);
	expect_judged(e, ENDING_PAYLOAD, &no_sums, "none was served", NULL);
}
END_TEST

/* The kernel is "123456789"; cbf43926 is its CRC-32, b0d2832b that of "2345", 00000000 of "". */
static const struct {
	const char *what, *report;
	const char *says;
} kernel_rows[] = {
	{ "all of it", "self=0x0-0x9 self_crc32=cbf43926", NULL },
	{ "a range", "self=0x1-0x5 self_crc32=b0d2832b", NULL },
	{ "an empty range", "self=0x9-0x9 self_crc32=00000000", NULL },
	{ "a wrong sum", "self=0x0-0x9 self_crc32=cbf43927", "served were cbf43926" },
	{ "a range that begins before", "self=0x1-0x9 self_crc32=cbf43926", "cbf43926, served" },
	{ "a range beyond the file", "self=0x0-0xa self_crc32=cbf43926",
	  "the served file does not" },
	{ "a range beyond everything", "self=0x0-0xffffffffffffffff self_crc32=cbf43926",
	  "the served file does not" },
	{ "a range backwards", "self=0x5-0x1 self_crc32=cbf43926", "the served file does not" },
	{ "no range", "self=everything self_crc32=cbf43926", "the served file does not" },
	{ "half a range", "self=0x0 self_crc32=cbf43926", "the served file does not" },
	{ "a payload that says nothing of itself", "kind=linux", NULL },
};

START_TEST(the_kernel_is_whole)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "kernel", "123456789");
	struct expect_sums sums = { .kernel_path = path };
	g_autoptr(Scenario) s = scenario("");
	g_autoptr(Expect) e = expect_new(s);

	report(e, kernel_rows[_i].report);
	expect_judged(e, ENDING_PAYLOAD, &sums, kernel_rows[_i].what, kernel_rows[_i].says);
	expect_judged(e, ENDING_PAYLOAD, &no_sums, "none was served", NULL);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(a_kernel_that_is_gone)
{
	struct expect_sums sums = { .kernel_path = "/nonexistent/kernel" };
	g_autoptr(Scenario) s = scenario("");
	g_autoptr(Expect) e = expect_new(s);

	report(e, "self=0x0-0x9 self_crc32=cbf43926");
	expect_judged(e, ENDING_PAYLOAD, &sums, "no file", "the served file does not");
}
END_TEST

START_TEST(an_empty_kernel)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "kernel", "");
	struct expect_sums sums = { .kernel_path = path };
	g_autoptr(Scenario) s = scenario("");
	g_autoptr(Expect) e = expect_new(s);

	report(e, "self=0x0-0x0 self_crc32=00000000");
	expect_judged(e, ENDING_PAYLOAD, &sums, "nothing of nothing", NULL);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(the_last_report_counts)
{
	g_autoptr(Scenario) s = scenario("[expect]\npayload = a=2\n");
	g_autoptr(Expect) e = expect_new(s);

	report(e, "a=1");
	report(e, "a=2");
	expect_judged(e, ENDING_PAYLOAD, &no_sums, "the second", NULL);
	expect_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expect");

	suite_add_rows(s, endings, N_ROWS(ending_rows));
	suite_add(s, nobody_gives_up_after_handover);
	suite_add_rows(s, events_come_in_order, N_ROWS(event_rows));
	suite_add_rows(s, the_console_shows, N_ROWS(console_rows));
	suite_add_rows(s, blocks_have_a_size, N_ROWS(blksize_rows));
	suite_add_rows(s, the_payload_reports, N_ROWS(report_rows));
	suite_add_rows(s, the_initrd_is_whole, N_ROWS(initrd_rows));
	suite_add_rows(s, the_kernel_is_whole, N_ROWS(kernel_rows));
	suite_add(s, a_kernel_that_is_gone);
	suite_add(s, an_empty_kernel);
	suite_add(s, the_last_report_counts);
	return suite_run(s);
}
