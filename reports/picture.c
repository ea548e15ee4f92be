/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot as a picture: milestones, frames, and what the network did to them, on one axis of time
 *
 * Places along the axis are percent, so that the picture takes any width and letters keep their
 * size. A path knows no percent: the marks of a lane stand in an SVG of their own, which is
 * stretched. Numbers are integers throughout, the same in every locale.
 */
#include "reports/picture.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reports/journal_line.h"
#include "reports/lines.h"
#include "reports/page.h"
#include "reports/text.h"

enum lane {
	LANE_FROM_GUEST,
	LANE_TO_GUEST,
	LANE_LOST,
	LANE_TOUCHED,
	LANE_N,
};

static const struct {
	const char *class, *label;
	bool always; /* else only where there is something on it */
} lanes[] = {
	[LANE_FROM_GUEST] = { "from", "frames from the guest", true },
	[LANE_TO_GUEST] = { "to", "frames to the guest", true },
	[LANE_LOST] = { "lost", "lost by the network", false },
	[LANE_TOUCHED] = { "touched", "delayed, changed or made by the network", false },
};
static_assert(G_N_ELEMENTS(lanes) == LANE_N, "one row for each lane");

enum {
	WHOLE = 10000, /* of the axis, in hundredths of a percent */
	ROW = 17,      /* pixels that a milestone takes, with what is between */
	BAR = 13,
	LETTERS = 11, /* from the top of a line to the foot of its letters */
	LABEL = 15,   /* above the marks of a lane */
	MARKS = 10,
	GAP = 5,
	AXIS = 18,
	TICKS_MAX = 6,
	NAME_CHARS = 24, /* characters of a milestone's name */
};

struct moment {
	uint64_t t_ns;
	enum lane lane;
};

struct named {
	char *name;
	uint64_t t_ns;
};

struct Picture {
	GArray *moments;    /* of struct moment */
	GArray *milestones; /* of struct named; not more than are drawn */
	unsigned n[LANE_N], n_milestones, n_left_out;
	uint64_t end_ns;
};

static void named_clear(void *self)
{
	g_free(((struct named *)self)->name);
}

Picture *picture_new(void)
{
	Picture *p = g_new0(Picture, 1);

	p->moments = g_array_new(FALSE, FALSE, sizeof(struct moment));
	p->milestones = g_array_new(FALSE, FALSE, sizeof(struct named));
	g_array_set_clear_func(p->milestones, named_clear);
	return p;
}

void picture_free(Picture *p)
{
	if (!p)
		return;
	g_array_unref(p->moments);
	g_array_unref(p->milestones);
	g_free(p);
}

/* --- what happened ---------------------------------------------------------------------------- */

/* The fields of a line that count here; they lie in it. */
struct event {
	struct journal_field ev, t_ns, dir, name;
};

static bool field_starts(const struct journal_field *f, const char *prefix)
{
	return f->value_len >= strlen(prefix) && !memcmp(f->value, prefix, strlen(prefix));
}

static bool field_says(const struct journal_field *f, const char *text)
{
	return f->value_len == strlen(text) && field_starts(f, text);
}

static struct event read_event(const char *line, size_t len)
{
	struct event e = { 0 };
	struct journal_line l;
	struct journal_field f;

	if (!journal_line_init(&l, line, len))
		return e;
	while (journal_line_next(&l, &f)) {
		if (journal_field_is(&f, "ev"))
			e.ev = f;
		else if (journal_field_is(&f, "t_ns"))
			e.t_ns = f;
		else if (journal_field_is(&f, "dir"))
			e.dir = f;
		else if (journal_field_is(&f, "name"))
			e.name = f;
		else if (journal_field_is(&f, "raw")) /* the last field, and a long one */
			break;
	}
	return e;
}

/* LANE_N: on none. */
static enum lane lane_of(const struct event *e)
{
	if (field_starts(&e->ev, "impair.") || field_starts(&e->ev, "client."))
		return field_says(&e->ev, "impair.drop") || field_says(&e->ev, "client.drop")
			       ? LANE_LOST
			       : LANE_TOUCHED;
	if (field_says(&e->dir, "from-guest"))
		return LANE_FROM_GUEST;
	return field_says(&e->dir, "to-guest") ? LANE_TO_GUEST : LANE_N;
}

static void add_milestone(Picture *p, const struct event *e, uint64_t t_ns)
{
	struct named m = { .t_ns = t_ns };

	if (p->n_milestones++ >= PICTURE_MILESTONES_MAX)
		return;
	m.name = journal_field_text(&e->name);
	g_array_append_val(p->milestones, m);
}

void picture_add(Picture *p, const char *line, size_t len)
{
	struct event e = read_event(line, len);
	struct moment m = { .t_ns = journal_field_u64(&e.t_ns), .lane = lane_of(&e) };

	if (!e.ev.key || !e.t_ns.key || m.t_ns > G_MAXINT64)
		return;
	p->end_ns = MAX(p->end_ns, m.t_ns);
	if (field_says(&e.ev, "milestone") && e.name.key)
		add_milestone(p, &e, m.t_ns);
	if (m.lane == LANE_N)
		return;
	if (p->moments->len == PICTURE_EVENTS_MAX) {
		p->n_left_out++;
		return;
	}
	p->n[m.lane]++;
	g_array_append_val(p->moments, m);
}

static void on_line(void *self, char *line, size_t len, bool whole)
{
	if (whole)
		picture_add(self, line, len);
}

bool picture_read(Picture *p, const char *cell_dir)
{
	g_autofree char *path = g_build_filename(cell_dir, "journal.jsonl.gz", NULL);

	switch (lines_read(path, on_line, p)) {
	case LINES_MISSING:
	case LINES_UNREADABLE:
		return false;
	case LINES_COMPLETE:
	case LINES_CUT:
	case LINES_DAMAGED:
		break;
	}
	return true;
}

/* --- as a picture ----------------------------------------------------------------------------- */

/* Where @t_ns is on the axis, from 0 to @whole. */
static unsigned place(const Picture *p, uint64_t t_ns, unsigned whole)
{
	return p->end_ns ? (unsigned)((double)MIN(t_ns, p->end_ns) / (double)p->end_ns * whole) : 0;
}

/* As percent of the width. */
static void append_percent(GString *out, unsigned hundredths)
{
	g_string_append_printf(out, "%u.%02u%%", hundredths / 100, hundredths % 100);
}

/* What a milestone's bar says: its name, and the time from the one before. */
static void append_words(GString *out, const struct named *m, uint64_t ns)
{
	g_autofree char *safe = text_safe(m->name);
	g_autofree char *name = g_utf8_substring(safe, 0, MIN(g_utf8_strlen(safe, -1), NAME_CHARS));

	page_printf(out, "%s%s", name, strlen(name) < strlen(safe) ? "…" : "");
	if (!ns)
		return;
	g_string_append(out, " +");
	text_append_duration(out, ns);
}

/* From the milestone before it to this one, with its words where there is room for them. */
static void append_milestone(GString *out, const Picture *p, unsigned i)
{
	const struct named *m = &g_array_index(p->milestones, struct named, i);
	uint64_t begin_ns = i ? MIN((m - 1)->t_ns, m->t_ns) : 0;
	unsigned begin = place(p, begin_ns, WHOLE), end = place(p, m->t_ns, WHOLE);
	unsigned y = i * ROW;
	const char *anchor = "";

	g_string_append(out, "<rect x=\"");
	append_percent(out, begin);
	g_string_append_printf(out, "\" y=\"%u\" height=\"%u\" width=\"", y + 1, BAR);
	if (end > begin)
		append_percent(out, end - begin);
	else
		g_string_append_c(out, '1'); /* a pixel: nothing would not be drawn */
	g_string_append(out, "\"/><text x=\"");
	if (end <= WHOLE / 2) {
		append_percent(out, end);
		anchor = " dx=\"5\"";
	} else if (begin >= WHOLE / 2) {
		append_percent(out, begin);
		anchor = " dx=\"-5\" text-anchor=\"end\"";
	} else {
		append_percent(out, begin);
		anchor = " dx=\"5\"";
	}
	g_string_append_printf(out, "\"%s y=\"%u\">", anchor, y + LETTERS);
	append_words(out, m, m->t_ns - begin_ns);
	g_string_append(out, "</text>\n");
}

static unsigned append_milestones(GString *out, const Picture *p)
{
	unsigned y = p->milestones->len * ROW;

	for (unsigned i = 0; i < p->milestones->len; i++)
		append_milestone(out, p, i);
	if (p->n_milestones == p->milestones->len)
		return y;
	g_string_append_printf(out, "<text y=\"%u\">and %u more milestones</text>\n", y + LETTERS,
			       p->n_milestones - p->milestones->len);
	return y + ROW;
}

/* Its columns that hold something; neighbours are one mark. */
static void append_marks(GString *out, const Picture *p, enum lane lane)
{
	bool marked[PICTURE_COLUMNS + 1] = { false }; /* the last one ends the last mark */

	for (unsigned i = 0; i < p->moments->len; i++) {
		const struct moment *m = &g_array_index(p->moments, struct moment, i);

		if (m->lane == lane)
			marked[place(p, m->t_ns, PICTURE_COLUMNS - 1)] = true;
	}
	for (unsigned x = 0, n; x < PICTURE_COLUMNS; x += n + 1) {
		for (n = 0; marked[x + n]; n++)
			;
		if (n)
			g_string_append_printf(out, "M%u 0h%uv1H%uz", x, n, x);
	}
}

/* Return: where the next one goes. */
static unsigned append_lane(GString *out, const Picture *p, enum lane lane, unsigned y)
{
	if (!lanes[lane].always && !p->n[lane])
		return y;
	g_string_append_printf(out,
			       "<text y=\"%u\">%u %s</text>"
			       "<svg y=\"%u\" width=\"100%%\" height=\"%u\" viewBox=\"0 0 %u 1\" "
			       "preserveAspectRatio=\"none\"><path class=\"%s\" d=\"",
			       y + LETTERS, p->n[lane], lanes[lane].label, y + LABEL, MARKS,
			       PICTURE_COLUMNS, lanes[lane].class);
	append_marks(out, p, lane);
	g_string_append(out, "\"/></svg>\n");
	return y + LABEL + MARKS + GAP;
}

/* 1, 2 or 5 times a power of ten, so that there are few of them to the end. */
static uint64_t step_ns(uint64_t end_ns)
{
	static const unsigned factors[] = { 2, 5, 10 };

	for (uint64_t ten = 1;; ten *= 10) {
		if (end_ns / ten < TICKS_MAX)
			return ten;
		for (unsigned i = 0; i < G_N_ELEMENTS(factors); i++)
			if (end_ns / ten / factors[i] < TICKS_MAX)
				return ten * factors[i];
	}
}

/* Without zeros at its end: "2.5 s", "20 ms", "300 us". */
static void append_time(GString *out, uint64_t t_ns, uint64_t end_ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };
	unsigned i = 0;

	while (units[i].ns > 1 && units[i].ns > end_ns)
		i++;
	g_string_append_printf(out, "%" PRIu64, t_ns / units[i].ns);
	if (t_ns % units[i].ns) {
		g_string_append_printf(out, ".%03" PRIu64,
				       t_ns % units[i].ns / (units[i].ns / 1000));
		while (g_str_has_suffix(out->str, "0"))
			g_string_truncate(out, out->len - 1);
	}
	g_string_append_printf(out, " %s", units[i].name);
}

/* Lines through all that is above, with their times below. */
static void append_axis(GString *out, const Picture *p, unsigned y)
{
	uint64_t step = step_ns(p->end_ns);

	for (uint64_t t = 0; t <= p->end_ns && p->end_ns; t += step) {
		unsigned x = place(p, t, WHOLE);

		g_string_append(out, "<line x1=\"");
		append_percent(out, x);
		g_string_append(out, "\" x2=\"");
		append_percent(out, x);
		g_string_append_printf(out, "\" y2=\"%u\"/><text x=\"", y);
		append_percent(out, x);
		g_string_append_printf(out, "\" y=\"%u\"%s>", y + LETTERS + 2,
				       x > WHOLE * 9 / 10 ? " text-anchor=\"end\""
				       : x                ? " text-anchor=\"middle\""
							  : "");
		append_time(out, t, p->end_ns);
		g_string_append(out, "</text>\n");
	}
}

static void append_label(GString *out, const Picture *p)
{
	g_string_append(out, "Picture of ");
	text_append_duration(out, p->end_ns);
	g_string_append_printf(out, ": %u milestones", p->n_milestones);
	for (enum lane lane = 0; lane < LANE_N; lane++)
		if (lanes[lane].always || p->n[lane])
			g_string_append_printf(out, ", %u %s", p->n[lane], lanes[lane].label);
}

void picture_append(GString *out, const Picture *p)
{
	g_autoptr(GString) lanes_text = g_string_new(NULL);
	unsigned y = append_milestones(lanes_text, p) + GAP;

	for (enum lane lane = 0; lane < LANE_N; lane++)
		y = append_lane(lanes_text, p, lane, y);
	g_string_append(out, "<svg class=\"time\" role=\"img\" aria-label=\"");
	append_label(out, p);
	g_string_append_printf(out, "\" width=\"100%%\" height=\"%u\">\n", y + AXIS);
	append_axis(out, p, y);
	g_string_append_len(out, lanes_text->str, (gssize)lanes_text->len);
	g_string_append(out, "</svg>\n");
	if (p->n_left_out)
		page_printf(out, "<p>%u further events are not drawn.</p>\n", p->n_left_out);
}
