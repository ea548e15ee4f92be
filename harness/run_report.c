/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run ends with
 */
#include "harness/run_report.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/command.h"
#include "reports/junit.h"
#include "reports/rate.h"
#include "reports/result.h"
#include "reports/table.h"

enum {
	TABLE_WIDTH_DEFAULT = 100,
};

static unsigned table_width(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col
								     : TABLE_WIDTH_DEFAULT;
}

static void print_table(GPtrArray *results, const struct run_report_options *o)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct table_options options = {
		.width = table_width(),
		.colour = isatty(STDOUT_FILENO),
		.wall_ns = o->wall_ns,
	};

	table_write(text, results, &options);
	fputs(text->str, stdout);
	printf("Results in %s\n", o->dir);
}

/* Where there is no table, and lines are of boots only. */
static void complain(const char *command, const GPtrArray *drifts)
{
	for (unsigned i = 0; i < drifts->len; i++) {
		const Result *r = drifts->pdata[i];

		fprintf(stderr, "iplab %s: %s: %s\n", command, r->cell, r->reason);
	}
}

bool run_report_is_unexpected(unsigned verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_XPASS || verdict == VERDICT_ERROR;
}

static int exit_code(GPtrArray *results, const GPtrArray *drifts, bool is_part)
{
	bool failed = false, broken = false, ran = is_part;

	for (unsigned i = 0; i < results->len; i++) {
		enum verdict v = ((const Result *)results->pdata[i])->verdict;

		failed |= run_report_is_unexpected(v);
		broken |= v == VERDICT_ERROR;
		ran |= v != VERDICT_SKIP;
	}
	failed |= drifts->len > 0;
	if (broken || !ran)
		return EXIT_COULD_NOT_RUN;
	return failed ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

int run_report(GPtrArray *results, const struct run_report_options *o)
{
	g_autofree char *in_dir = g_build_filename(o->dir, "junit.xml", NULL);
	g_autoptr(GPtrArray) drifts = rates_drifts(results);
	g_autoptr(GError) error = NULL;
	int code = exit_code(results, drifts, o->is_part);

	if (!junit_write(o->junit ? o->junit : in_dir, "iplab", results, &error)) {
		fprintf(stderr, "iplab %s: %s\n", o->command, error->message);
		code = EXIT_COULD_NOT_RUN;
	}
	if (!o->quiet)
		print_table(results, o);
	else
		complain(o->command, drifts);
	if (o->write_error) {
		fprintf(stderr, "iplab %s: results could not be written: %s\n", o->command,
			o->write_error);
		code = EXIT_COULD_NOT_RUN;
	}
	return code;
}
