/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person sees while cells run
 */
#include "harness/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum {
	REDRAW_MS = 50, /* not more often: a fast boot has ten milestones */
	WIDTH_DEFAULT = 80,
};

struct Progress {
	FILE *to;
	enum progress_style style;
	bool terminal, drawn;
	unsigned n_cells, n_done, n_bad;
	char *cell, *milestone; /* of the cell that spoke last */
	gint64 drawn_us;
	unsigned redraw; /* source that draws what came too soon after the last time; 0: none */
};

Progress *progress_new(FILE *to, unsigned n_cells, enum progress_style style)
{
	Progress *p = g_new0(Progress, 1);

	p->to = to;
	p->terminal = isatty(fileno(to));
	p->style = style;
	p->n_cells = n_cells;
	return p;
}

static unsigned width_of(FILE *to)
{
	struct winsize w;

	return ioctl(fileno(to), TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : WIDTH_DEFAULT;
}

static void draw_now(Progress *p)
{
	g_autofree char *line = NULL;

	p->drawn_us = g_get_monotonic_time();
	line = g_strdup_printf("[%u/%u]%s%.0u%s %s: %s", p->n_done, p->n_cells,
			       p->n_bad ? " not passed: " : "", p->n_bad, p->n_bad ? "," : "",
			       p->cell ? p->cell : "", p->milestone ? p->milestone : "started");
	fprintf(p->to, "\r\033[K%.*s", (int)width_of(p->to) - 1, line);
	fflush(p->to);
	p->drawn = true;
}

static gboolean on_redraw(gpointer data)
{
	Progress *p = data;

	p->redraw = 0;
	draw_now(p);
	return G_SOURCE_REMOVE;
}

static void draw(Progress *p)
{
	if (p->style == PROGRESS_NONE || !p->terminal || p->redraw)
		return;
	if (g_get_monotonic_time() - p->drawn_us >= REDRAW_MS * 1000)
		draw_now(p);
	else
		p->redraw = g_timeout_add(REDRAW_MS, on_redraw, p);
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
	draw(p);
}

void progress_milestone(Progress *p, const char *cell, const char *milestone)
{
	set_last(p, cell, milestone);
	draw(p);
}

void progress_clear(Progress *p)
{
	g_clear_handle_id(&p->redraw, g_source_remove);
	if (p->drawn)
		fputs("\r\033[K", p->to);
	p->drawn = false;
}

void progress_done(Progress *p, const Result *r)
{
	p->n_done++;
	if (p->style != PROGRESS_CELLS) {
		draw(p);
		return;
	}
	p->n_bad += r->verdict != VERDICT_PASS && r->verdict != VERDICT_SKIP &&
		    r->verdict != VERDICT_XFAIL && r->verdict != VERDICT_FLAKY;
	if (!p->terminal || r->verdict != VERDICT_PASS) {
		progress_clear(p);
		fprintf(p->to, "%-5s %s  %.3f s%s%s\n", verdict_name(r->verdict), r->cell,
			(double)r->wall_ns / 1e9, r->reason ? "  " : "",
			r->reason ? r->reason : "");
		fflush(p->to);
	}
	draw(p);
}

void progress_slow(Progress *p, const char *cell, unsigned elapsed_s, unsigned limit_s)
{
	if (p->style != PROGRESS_CELLS)
		return;
	progress_clear(p);
	fprintf(p->to, "slow  %s  %u s of at most %u s\n", cell, elapsed_s, limit_s);
	fflush(p->to);
	draw(p);
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
