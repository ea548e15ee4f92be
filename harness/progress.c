/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person sees while cells run
 */
#include "harness/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum {
	REDRAW_US = 50 * 1000, /* not more often: a fast boot has ten milestones */
	WIDTH_DEFAULT = 80,
};

struct Progress {
	FILE *to;
	bool terminal, quiet, drawn;
	unsigned n_cells, n_done, n_bad;
	char *cell, *milestone; /* of the cell that spoke last */
	gint64 drawn_us;
};

Progress *progress_new(FILE *to, unsigned n_cells, bool quiet)
{
	Progress *p = g_new0(Progress, 1);

	p->to = to;
	p->terminal = isatty(fileno(to));
	p->quiet = quiet;
	p->n_cells = n_cells;
	return p;
}

static unsigned width_of(FILE *to)
{
	struct winsize w;

	return ioctl(fileno(to), TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : WIDTH_DEFAULT;
}

static void draw(Progress *p, bool at_once)
{
	g_autofree char *line = NULL;
	gint64 now_us = g_get_monotonic_time();

	if (p->quiet || !p->terminal || (!at_once && now_us - p->drawn_us < REDRAW_US))
		return;
	p->drawn_us = now_us;
	line = g_strdup_printf("[%u/%u]%s%.0u%s %s: %s", p->n_done, p->n_cells,
			       p->n_bad ? " not passed: " : "", p->n_bad, p->n_bad ? "," : "",
			       p->cell ? p->cell : "", p->milestone ? p->milestone : "started");
	fprintf(p->to, "\r\033[K%.*s", (int)width_of(p->to) - 1, line);
	fflush(p->to);
	p->drawn = true;
}

static void set_last(Progress *p, const char *cell, const char *milestone)
{
	g_free(p->cell);
	g_free(p->milestone);
	p->cell = g_strdup(cell);
	p->milestone = g_strdup(milestone);
}

void progress_started(Progress *p, const char *cell)
{
	set_last(p, cell, NULL);
	draw(p, false);
}

void progress_milestone(Progress *p, const char *cell, const char *milestone)
{
	set_last(p, cell, milestone);
	draw(p, false);
}

void progress_clear(Progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", p->to);
	p->drawn = false;
}

void progress_done(Progress *p, const Result *r)
{
	p->n_done++;
	p->n_bad += r->verdict != VERDICT_PASS && r->verdict != VERDICT_SKIP;
	if (p->quiet)
		return;
	if (!p->terminal || r->verdict != VERDICT_PASS) {
		progress_clear(p);
		fprintf(p->to, "%-5s %s  %.3f s%s%s\n", verdict_name(r->verdict), r->cell,
			(double)r->wall_ns / 1e9, r->reason ? "  " : "",
			r->reason ? r->reason : "");
		fflush(p->to);
	}
	draw(p, p->n_done == p->n_cells);
}

void progress_free(Progress *p)
{
	if (!p)
		return;
	progress_clear(p);
	g_free(p->cell);
	g_free(p->milestone);
	g_free(p);
}
