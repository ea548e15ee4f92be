/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_security: too much, never asked for, and what stands on the console
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_entry.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

#define CONSOLE(text) "{\"t_ns\":1,\"ev\":\"console\",\"text\":\"" text "\"}"
#define OTHER                                                                                      \
	"@iplab payload kind=probe entry=0x10000 cmdline=\"c\" initrd=0x12000 initrd_len=100 "     \
	"initrd_crc32=01020304 self_crc32=0a0b0c0d uuid=none"

/* How a boot with a fault came out. */
static const struct {
	const char *id, *event; /* NULL: none */
	const char *payload;    /* NULL: none */
	const char *ending;
	enum judge_saw saw;
	const char *what;
} rows[] = {
	{ "res.endless-file", NULL, NULL, "gave-up", KEPT, "given up" },
	{ "res.endless-file", NULL, NULL, "hang", BROKEN, "waited for for ever" },
	{ "res.file-gt-ram", NULL, NULL, "crash", BROKEN, "written over all there is" },
	{ "res.file-gt-ram", NULL, ENTRY_REPORT, "payload", BROKEN, "started all the same" },
	{ "s390.kernel.max-size", NULL, NULL, "gave-up", KEPT, "given up" },
	{ "s390.initrd.ram-limit", NULL, NULL, "hang", BROKEN, "waited for for ever" },
	{ "sec.cve-2018-18439", NULL, NULL, "crash", BROKEN, "written over all there is" },
	{ "res.size-lie-huge", "impair.rewrite", NULL, "gave-up", KEPT, "refused" },
	{ "res.size-lie-huge", "impair.rewrite", ENTRY_REPORT, "payload", KEPT, "not believed" },
	{ "res.size-lie-huge", "impair.rewrite", NULL, "crash", BROKEN, "believed" },
	{ "res.size-lie-huge", NULL, NULL, "crash", NOTHING, "nobody lied" },
	{ "res.reply-flood", "impair.duplicate", NULL, "gave-up", KEPT, "a message" },
	{ "res.reply-flood", "impair.duplicate", NULL, "hang", BROKEN, "silence" },
	{ "res.format-string", "impair.rewrite", ENTRY_REPORT, "payload", KEPT, "a text" },
	{ "res.format-string", "impair.rewrite", NULL, "crash", BROKEN, "a format" },
	{ "res.offpath-race", "impair.inject", ENTRY_REPORT, "payload", KEPT, "refused" },
	{ "res.offpath-race", "impair.inject", OTHER, "payload", BROKEN, "taken" },
	{ "res.offpath-race", NULL, OTHER, "payload", NOTHING, "nobody sent any" },
	{ "res.recover-after-abuse", NULL, NULL, "gave-up", KEPT, "a message" },
	{ "res.recover-after-abuse", NULL, NULL, "hang", BROKEN, "silence" },
	{ "res.recover-after-abuse", NULL, NULL, "crash", BROKEN, "a crash" },
	{ "res.state-between-files", "impair.rewrite", OTHER, "payload", BROKEN, "mixed" },
	{ "res.dual-stack-switch", "impair.drop", NULL, "gave-up", BROKEN, "no way back" },
	{ "res.dual-stack-switch", "impair.drop", ENTRY_REPORT, "payload", KEPT, "a way back" },
	{ "sec.cve-2023-45229", "impair.rewrite", NULL, "crash", BROKEN, "read past the end" },
	{ "sec.cve-2023-45230", "impair.rewrite", NULL, "crash", BROKEN, "written past the end" },
	{ "sec.cve-2023-45231", "impair.forge", NULL, "hang", BROKEN, "an endless loop" },
	{ "sec.cve-2023-45232", "impair.forge", NULL, "hang", BROKEN, "an endless loop" },
	{ "sec.cve-2023-45233", "impair.forge", ENTRY_REPORT, "payload", KEPT, "passed over" },
	{ "sec.cve-2023-45234", "impair.forge", NULL, "crash", BROKEN, "read past the end" },
	{ "sec.cve-2023-45235", "impair.forge", NULL, "crash", BROKEN, "written past the end" },
	{ "sec.cve-2022-30790", "impair.inject", NULL, "hang", BROKEN, "holes written over" },
	{ "sec.cve-2022-28733", "impair.inject", NULL, "crash", BROKEN, "less than nothing" },
	{ "sec.cve-2022-28734", NULL, OTHER, "payload", BROKEN, "another byte" },
	{ "sec.cve-2024-42040", "impair.truncate", ENTRY_REPORT, "payload", KEPT, "not used" },
	{ "sec.cve-2024-42040", NULL, ENTRY_REPORT, "payload", NOTHING, "nothing was cut" },
	{ "sec.cve-2025-0624", NULL, NULL, "hang", BROKEN, "the stack written over" },
	{ "res.shell-injection", "impair.rewrite", ENTRY_REPORT, "payload", KEPT, "not run" },
	{ "res.total-deadline", "impair.delay", NULL, "gave-up", VALUE, "given up" },
	{ "res.total-deadline", NULL, NULL, "gave-up", NOTHING, "it was not slow" },
};

static struct boot_script b;

static void usual_files(const char *event)
{
	entry_lease(&b);
	b.event = event;
	b.event_at = b.n;
	entry_file(&b, "kernel.img", 500);
	entry_file(&b, "initrd.img", 100);
}

START_TEST(endings)
{
	usual_files(rows[_i].event);
	entry_assert(entry_trace(&b, &(struct entry_end){ rows[_i].payload, rows[_i].ending,
							  rows[_i].payload }),
		     rows[_i].id, rows[_i].saw, rows[_i].what);
}
END_TEST

static const struct {
	const char *id, *line;
	enum judge_saw saw;
	const char *what;
} lines[] = {
	{ "res.console-injection", CONSOLE("Booting \\\\x1b[2Jiplab-escape"), KEPT, "escaped" },
	{ "res.console-injection", CONSOLE("Booting iplab-escape"), BROKEN, "as it came" },
	{ "res.console-injection", CONSOLE("Booting"), KEPT, "not said" },
	{ "res.shell-injection", CONSOLE("iplab-42"), BROKEN, "run" },
	{ "res.shell-injection", CONSOLE("$(echo iplab-$((6*7)))"), KEPT, "said" },
};

START_TEST(console)
{
	Trace *t;

	usual_files("impair.rewrite");
	t = entry_trace(&b, &(struct entry_end){ ENTRY_REPORT, "payload", true });
	trace_add_line(t, lines[_i].line, strlen(lines[_i].line));
	entry_assert(t, lines[_i].id, lines[_i].saw, lines[_i].what);
}
END_TEST

/* Somebody at 10.0.2.77 asks; each of @n answers has @len bytes of payload. */
static void ask(unsigned n, size_t len)
{
	static const uint8_t data[200];

	usual_files(NULL);
	boot_add(&b, 0x0a00024d, 1111, BOOT_GUEST, 2222, data, 64)->to_guest = true;
	while (n--)
		boot_add(&b, BOOT_GUEST, 2222, 0x0a00024d, 1111, data, len);
}

START_TEST(answers)
{
	static const struct {
		unsigned n;
		size_t len;
		enum judge_saw saw;
		const char *what;
	} cases[] = {
		{ 0, 0, KEPT, "none" },
		{ 1, 64, KEPT, "as long as the question" },
		{ 1, 65, BROKEN, "longer than the question" },
		{ 2, 1, BROKEN, "two" },
	};
	const struct entry_end end = { ENTRY_REPORT, "payload", true };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		ask(cases[i].n, cases[i].len);
		entry_assert(entry_trace(&b, &end), "res.amplification", cases[i].saw,
			     cases[i].what);
	}
	usual_files(NULL);
	entry_assert(entry_trace(&b, &end), "res.amplification", NOTHING, "nobody asked");
}
END_TEST

START_TEST(a_name_that_was_not_told)
{
	const struct entry_end end = { ENTRY_REPORT, "payload", true };

	usual_files("impair.truncate");
	entry_missing(&b, "leak-");
	entry_assert(entry_trace(&b, &end), "sec.cve-2024-42040", KEPT, "what was told");
	usual_files("impair.truncate");
	entry_missing(&b, "leak-abc");
	entry_assert(entry_trace(&b, &end), "sec.cve-2024-42040", BROKEN, "three bytes more");
}
END_TEST

static const struct judge_row fields[] = {
	{ "res.bootp-zero-fields", "as sent", BOOT_REQUEST, NULL, KEPT },
	{ "res.bootp-zero-fields", "a name", BOOT_REQUEST, "payload+44=61", BROKEN },
	{ "res.bootp-zero-fields", "a file", BOOT_REQUEST, "payload+235=61", BROKEN },
	{ "res.bootp-zero-fields", "the end of chaddr", BOOT_DISCOVER, "payload+43=01", BROKEN },
	{ "res.bootp-zero-fields", "the server's", BOOT_ACK, "payload+44=61", KEPT },
	{ "res.bootp-zero-fields", "the cookie is another field", BOOT_REQUEST, "payload+236=61",
	  KEPT },
	{ "res.pad-leak", "as sent", BOOT_RRQ, NULL, KEPT },
	{ "res.pad-leak", "padding of zeros", BOOT_RRQ, "end=0000", KEPT },
	{ "res.pad-leak", "padding of other bytes", BOOT_RRQ, "end=0001", BROKEN },
	{ "res.pad-leak", "a name with its end", BOOT_DISCOVER, "payload+44=616100", KEPT },
	{ "res.pad-leak", "bytes behind a name", BOOT_DISCOVER, "payload+44=610061", BROKEN },
	{ "res.pad-leak", "bytes behind a file", BOOT_DISCOVER, "payload+108=610061", BROKEN },
	{ "res.pad-leak", "the server's", BOOT_OACK, "end=0001", KEPT },
};

START_TEST(bytes)
{
	judge_row_assert(&fields[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_security");

	suite_add_rows(s, endings, N_ROWS(rows));
	suite_add_rows(s, console, N_ROWS(lines));
	suite_add(s, answers);
	suite_add(s, a_name_that_was_not_told);
	suite_add_rows(s, bytes, N_ROWS(fields));
	return suite_run(s);
}
