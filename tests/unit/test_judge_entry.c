/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/entry: what a boot came to, and the checks that are no more than that
 */
#include "harness/judge/entry.h"

#include <check.h>

#include "harness/judge/areas.h"
#include "tests/support/suite.h"
#include "tests/support/trace_entry.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define VALUE JUDGE_SAW_VALUE

#define OTHER_CMDLINE                                                                              \
	"@iplab payload kind=probe cmdline=c initrd_len=100 initrd_crc32=01020304 "                \
	"self_crc32=0a0b0c0d"
#define NO_CMDLINE                                                                                 \
	"@iplab payload kind=probe cmdline=\"\" initrd_len=100 initrd_crc32=01020304 "             \
	"self_crc32=0a0b0c0d"
#define OTHER_INITRD                                                                               \
	"@iplab payload kind=probe cmdline=\"a b\" initrd_len=99 initrd_crc32=01020304 "           \
	"self_crc32=0a0b0c0d"
#define OTHER_KERNEL                                                                               \
	"@iplab payload kind=probe cmdline=\"a b\" initrd_len=100 initrd_crc32=01020304 "          \
	"self_crc32=ffffffff"
#define LONG_CMDLINE(n) "@iplab payload kind=probe cmdline=\"x bytes=" n "\""

typedef void (*pair_fn)(struct judgement *, const Trace *, const Trace *);

static const struct {
	pair_fn judge;
	struct entry_end end;
	enum judge_saw saw;
	const char *what;
} rows[] = {
	{ entry_same, { ENTRY_REPORT, "payload", true }, KEPT, "the same" },
	{ entry_same, { OTHER_CMDLINE, "payload", true }, BROKEN, "another command line" },
	{ entry_same, { OTHER_INITRD, "payload", true }, BROKEN, "another initrd" },
	{ entry_same, { OTHER_KERNEL, "payload", true }, BROKEN, "another kernel" },
	{ entry_same, { NULL, "gave-up", false }, BROKEN, "nothing" },
	{ entry_same_cmdline, { ENTRY_REPORT, "payload", true }, KEPT, "the same" },
	{ entry_same_cmdline, { OTHER_INITRD, "payload", true }, KEPT, "another initrd" },
	{ entry_same_cmdline, { OTHER_CMDLINE, "payload", true }, BROKEN, "another command line" },
	{ entry_same_cmdline, { OTHER_KERNEL, "payload", true }, BROKEN, "another kernel" },
	{ entry_same_or_stopped, { ENTRY_REPORT, "payload", true }, KEPT, "the same" },
	{ entry_same_or_stopped, { NULL, "gave-up", false }, KEPT, "it stops" },
	{ entry_same_or_stopped, { NULL, "gave-up", true }, BROKEN, "what it started stops" },
	{ entry_same_or_stopped, { NULL, "crash", false }, BROKEN, "a crash" },
	{ entry_same_or_stopped, { NULL, "hang", false }, BROKEN, "a hang" },
	{ entry_same_or_stopped, { OTHER_CMDLINE, "payload", true }, BROKEN, "another entry" },
	{ entry_stopped, { NULL, "gave-up", false }, KEPT, "it stops" },
	{ entry_stopped, { NULL, "gave-up", true }, BROKEN, "what it started stops" },
	{ entry_stopped, { NULL, "crash", true }, BROKEN, "a crash" },
	{ entry_stopped, { ENTRY_REPORT, "payload", true }, BROKEN, "a payload" },
	{ entry_no_cmdline, { NO_CMDLINE, "payload", true }, KEPT, "none" },
	{ entry_no_cmdline, { ENTRY_REPORT, "payload", true }, BROKEN, "one" },
	{ entry_no_cmdline, { NULL, "gave-up", false }, BROKEN, "nothing" },
	{ entry_whole_cmdline, { LONG_CMDLINE("10"), "payload", true }, KEPT, "whole" },
	{ entry_whole_cmdline, { LONG_CMDLINE("11"), "payload", true }, BROKEN, "one byte short" },
	{ entry_whole_cmdline, { OTHER_CMDLINE, "payload", true }, BROKEN, "cut before the word" },
	{ entry_whole_cmdline, { NULL, "gave-up", false }, KEPT, "refused" },
	{ entry_whole_cmdline, { NULL, "hang", false }, BROKEN, "a hang" },
	{ entry_record, { ENTRY_REPORT, "payload", true }, VALUE, "a payload" },
	{ entry_record, { NULL, "crash", false }, VALUE, "none" },
};

/* The first check that this judge alone decides. */
static const char *id_of(pair_fn judge)
{
	const struct judge *const areas[] = { judge_pxe_config, judge_pxe_search, judge_s390 };

	for (size_t a = 0; a < G_N_ELEMENTS(areas); a++)
		for (const struct judge *j = areas[a]; j->id; j++)
			if (j->pair == judge)
				return j->id;
	ck_abort_msg("no check is judged by that alone");
	return NULL;
}

START_TEST(an_end)
{
	static struct boot_script b;

	entry_lease(&b);
	entry_assert(entry_trace(&b, &rows[_i].end), id_of(rows[_i].judge), rows[_i].saw,
		     rows[_i].what);
}
END_TEST

/* Nothing happened there either. */
START_TEST(a_control_without_a_payload)
{
	static struct boot_script b;
	struct judgement seen = { .saw = JUDGE_SAW_NOTHING };
	Trace *t, *control;

	entry_lease(&b);
	t = entry_trace(&b, &rows[_i].end);
	control = entry_trace(&b, &(struct entry_end){ NULL, "gave-up", false });
	rows[_i].judge(&seen, t, control);
	ck_assert_int_eq(seen.saw, JUDGE_SAW_NOTHING);
	trace_free(control);
	trace_free(t);
}
END_TEST

START_TEST(names_that_are_asked_for)
{
	static struct boot_script b;
	g_autofree char *names = NULL;
	Trace *t;

	entry_lease(&b);
	boot_rrq(&b, 2001, "one"); /* lost, and sent again */
	boot_rrq(&b, 2001, "one");
	boot_error(&b, 49152, 2001);
	boot_rrq(&b, 2001, "one"); /* another one, from the same port */
	boot_error(&b, 49153, 2001);
	boot_rrq(&b, 2001, "two");
	t = entry_trace(&b, &(struct entry_end){ NULL, "gave-up", false });
	names = entry_requests(t);
	ck_assert_str_eq(names, "one, one, two");
	ck_assert_ptr_nonnull(entry_request(t, "two"));
	ck_assert_ptr_null(entry_request(t, "three"));
	trace_free(t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_entry");

	suite_add_rows(s, an_end, N_ROWS(rows));
	suite_add_rows(s, a_control_without_a_payload, N_ROWS(rows));
	suite_add(s, names_that_are_asked_for);
	return suite_run(s);
}
