/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/signature: what makes two failures the same one
 */
#include "harness/signature.h"

#include <check.h>
#include <glib.h>

#include "tests/support/suite.h"

static const struct {
	const char *what;
	struct evidence e;
	enum ending ending;
	const char *milestone, *wrong, *want;
} rows[] = {
	{ "a program check",
	  { .last = { .known = true, .pgm_code = 0x00040005, .pgm_old = 0x12345 } },
	  ENDING_CRASH,
	  "handover",
	  "ending",
	  "crash/handover/program check 0x0005" },
	{ "the same one elsewhere",
	  { .last = { .known = true, .pgm_code = 0x00060005, .pgm_old = 0x777 } },
	  ENDING_CRASH,
	  "handover",
	  "ending",
	  "crash/handover/program check 0x0005" },
	{ "no program check, but a text over its code",
	  { .last = { .known = true, .pgm_code = 0x20206b6c } },
	  ENDING_CRASH,
	  "config-loaded",
	  "ending",
	  "crash/config-loaded/lowcore overwritten" },
	{ "the largest code there is",
	  { .last = { .known = true, .pgm_code = 0x03ff } },
	  ENDING_CRASH,
	  "config-loaded",
	  "ending",
	  "crash/config-loaded/program check 0x03ff" },
	{ "a report that was damaged",
	  { .last_line = "@iplab payload kind=probe cmdline=x memory_mib512" },
	  ENDING_SHUTDOWN,
	  "handover",
	  "ending",
	  "shutdown/handover/report" },
	{ "a code of its own",
	  { .panicked = true, .psw = 0xbad3 },
	  ENDING_CRASH,
	  "dhcp-ack",
	  "ending",
	  "crash/dhcp-ack/stopped at 0xbad3" },
	{ "a phase that took too long",
	  { .deadline = "kernel" },
	  ENDING_HANG,
	  "kernel-start",
	  "ending",
	  "hang/kernel-start/kernel" },
	{ "a console line, without its numbers and signs",
	  { .last_line = "! TFTP error 0x12: \"File\" not found (17%)" },
	  ENDING_GAVE_UP,
	  "dhcp-ack",
	  "ending",
	  "gave-up/dhcp-ack/tftp error #x# file not found #" },
	{ "the same with others",
	  { .last_line = "TFTP error 0x9: File not found, 1234567" },
	  ENDING_GAVE_UP,
	  "dhcp-ack",
	  "ending",
	  "gave-up/dhcp-ack/tftp error #x# file not found #" },
	{ "bytes that are no text",
	  { .last_line = "\xff\x80 no\x01lease" },
	  ENDING_GAVE_UP,
	  "first-frame",
	  "ending",
	  "gave-up/first-frame/no lease" },
	{ "a silent console", { 0 }, ENDING_GAVE_UP, NULL, "ending", "gave-up/nothing/" },
	{ "another initrd",
	  { .payload = true },
	  ENDING_PAYLOAD,
	  "payload",
	  "initrd",
	  "payload/payload/initrd" },
	{ "a payload where there should be none",
	  { .payload = true },
	  ENDING_PAYLOAD,
	  "payload",
	  "ending",
	  "payload/payload/ending" },
	{ "it gave up, as it should, and did not do it on the wire",
	  { .last_line = "not found" },
	  ENDING_GAVE_UP,
	  "dhcp-ack",
	  "events",
	  "gave-up/dhcp-ack/events" },
};

START_TEST(failures_have_names)
{
	g_autofree char *got =
		signature_of(&rows[_i].e, rows[_i].ending, rows[_i].milestone, rows[_i].wrong);

	ck_assert_msg(g_str_equal(got, rows[_i].want), "%s: \"%s\"", rows[_i].what, got);
}
END_TEST

/* A guest can print what it likes. */
START_TEST(a_long_line_is_cut)
{
	g_autofree char *line = g_strnfill(100000, 'x'), *got = NULL;
	const struct evidence e = { .last_line = line };

	got = signature_of(&e, ENDING_GAVE_UP, "payload", "ending");
	ck_assert_uint_eq(strlen(got), strlen("gave-up/payload/") + 64);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("signature");

	suite_add_rows(s, failures_have_names, N_ROWS(rows));
	suite_add(s, a_long_line_is_cut);
	return suite_run(s);
}
