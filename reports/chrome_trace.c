/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chrome's trace format, in the form of an object ("Trace Event Format"; Perfetto reads it too)
 *
 * Times are microseconds with three decimals: nanoseconds, as everywhere here. "M" names a track,
 * "X" is a slice with a duration, "i" an instant.
 */
#include "reports/chrome_trace.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reports/journal_line.h"
#include "reports/json_out.h"
#include "reports/lines.h"

enum {
	PID = 1,
	NS_PER_US = 1000,
};

static void begin(struct json_out *j, GString *out)
{
	*j = (struct json_out){ .s = out };
	json_begin_object(j, NULL);
	json_text(j, "displayTimeUnit", "ms");
	json_begin_list(j, "traceEvents");
}

static void end(struct json_out *j)
{
	json_end_list(j);
	json_end_object(j);
	g_string_append_c(j->s, '\n');
}

/* @what: "process_name" or "thread_name"; tracks are shown in the order of their numbers. */
static void name_track(struct json_out *j, const char *what, unsigned track, const char *name)
{
	json_begin_object(j, NULL);
	json_text(j, "name", what);
	json_text(j, "ph", "M");
	json_count(j, "pid", PID);
	json_count(j, "tid", track);
	json_begin_object(j, "args");
	json_text(j, "name", name);
	json_end_object(j);
	json_end_object(j);
}

/* Begin an event; its "args" object is open then. */
static void begin_event(struct json_out *j, const char *phase, const char *name,
			const char *category, unsigned track, uint64_t t_ns)
{
	json_begin_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "cat", category);
	json_text(j, "ph", phase);
	json_decimal(j, "ts", t_ns, NS_PER_US);
	json_count(j, "pid", PID);
	json_count(j, "tid", track);
}

static void slice(struct json_out *j, const char *name, const char *category, unsigned track,
		  uint64_t t_ns, uint64_t ns)
{
	begin_event(j, "X", name, category, track, t_ns);
	json_decimal(j, "dur", ns, NS_PER_US);
	json_begin_object(j, "args");
}

static void end_event(struct json_out *j)
{
	json_end_object(j);
	json_end_object(j);
}

/* --- a run ------------------------------------------------------------------------------------ */

struct span {
	const Result *result;
	uint64_t begin_ns, end_ns; /* since the run began */
};

static gint compare_spans(gconstpointer one, gconstpointer other)
{
	const struct span *a = one, *b = other;

	return (a->begin_ns > b->begin_ns) - (a->begin_ns < b->begin_ns);
}

/* By their begin. One that does not say when follows the one before it. */
static GArray *spans_of(const struct report *r)
{
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct span));
	uint64_t last_ns = 0;

	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];
		struct span s = { .result = result, .begin_ns = last_ns };

		if (result->about)
			continue;
		if (result->begun_unix_ns > r->run->started_unix_ns)
			s.begin_ns = result->begun_unix_ns - r->run->started_unix_ns;
		s.end_ns = s.begin_ns + result->wall_ns;
		last_ns = s.end_ns;
		g_array_append_val(spans, s);
	}
	g_array_sort(spans, compare_spans);
	return spans;
}

/* The first track that is free at that time; a new one if there is none. */
static unsigned find_track(GArray *free_ns, const struct span *s)
{
	unsigned i = 0;

	while (i < free_ns->len && g_array_index(free_ns, uint64_t, i) > s->begin_ns)
		i++;
	if (i == free_ns->len)
		g_array_append_val(free_ns, s->end_ns);
	else
		g_array_index(free_ns, uint64_t, i) = s->end_ns;
	return i + 1;
}

static void cell(struct json_out *j, const struct span *s, unsigned track)
{
	const Result *result = s->result;

	slice(j, result->cell, verdict_name(result->verdict), track, s->begin_ns,
	      s->end_ns - s->begin_ns);
	json_text(j, "verdict", verdict_name(result->verdict));
	json_text(j, "reason", result->reason);
	json_text(j, "ending", result->ending);
	json_text(j, "clock", result->clock);
	end_event(j);
}

void chrome_trace_report(GString *out, const struct report *r)
{
	g_autoptr(GArray) spans = spans_of(r);
	g_autoptr(GArray) free_ns = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	g_autofree char *title =
		g_strconcat("iplab ", r->run->command ? r->run->command : "", NULL);
	struct json_out j;

	begin(&j, out);
	name_track(&j, "process_name", 0, title);
	for (unsigned i = 0; i < spans->len; i++) {
		const struct span *s = &g_array_index(spans, struct span, i);

		cell(&j, s, find_track(free_ns, s));
	}
	for (unsigned i = 0; i < free_ns->len; i++) {
		g_autofree char *name = g_strdup_printf("worker %u", i + 1);

		name_track(&j, "thread_name", i + 1, name);
	}
	end(&j);
}

/* --- one boot --------------------------------------------------------------------------------- */

enum track {
	TRACK_PHASES,
	TRACK_FROM_GUEST,
	TRACK_TO_GUEST,
	TRACK_SERVER,
	TRACK_NETWORK,
	TRACK_CONSOLE,
	TRACK_REST,
	TRACK_N,
};

static const char *const track_names[] = {
	[TRACK_PHASES] = "phases",
	[TRACK_FROM_GUEST] = "frames from the guest",
	[TRACK_TO_GUEST] = "frames to the guest",
	[TRACK_SERVER] = "server",
	[TRACK_NETWORK] = "network",
	[TRACK_CONSOLE] = "console",
	[TRACK_REST] = "QEMU and verdict",
};
static_assert(G_N_ELEMENTS(track_names) == TRACK_N, "one name for each track");

/* What begins so is on that track. Of the rest, what has a direction is a frame. */
static const struct {
	const char *prefix;
	enum track track;
} event_tracks[] = {
	{ "console", TRACK_CONSOLE }, { "impair.", TRACK_NETWORK }, { "client.", TRACK_NETWORK },
	{ "qmp", TRACK_REST },        { "cell", TRACK_REST },       { "ending", TRACK_REST },
	{ "verdict", TRACK_REST },
};

struct boot {
	struct json_out *j;
	unsigned n_events, n_left_out;
	char *phase; /* the milestone that began it; NULL: none yet */
	uint64_t phase_ns, last_ns;
};

static void end_phase(struct boot *b, uint64_t t_ns)
{
	if (!b->phase)
		return;
	slice(b->j, b->phase, "phase", TRACK_PHASES + 1, b->phase_ns,
	      t_ns > b->phase_ns ? t_ns - b->phase_ns : 0);
	end_event(b->j);
	g_clear_pointer(&b->phase, g_free);
}

/* Field @key of a line; text is for the caller to free. NULL: there is none. */
static char *field_of(const char *line, size_t len, const char *key)
{
	struct journal_line l;
	struct journal_field f;

	if (!journal_line_init(&l, line, len))
		return NULL;
	while (journal_line_next(&l, &f))
		if (journal_field_is(&f, key))
			return journal_field_text(&f);
	return NULL;
}

static enum track track_of(const char *ev, const char *dir)
{
	for (size_t i = 0; i < G_N_ELEMENTS(event_tracks); i++)
		if (g_str_has_prefix(ev, event_tracks[i].prefix))
			return event_tracks[i].track;
	if (dir)
		return g_str_equal(dir, "from-guest") ? TRACK_FROM_GUEST : TRACK_TO_GUEST;
	return TRACK_SERVER;
}

static bool is_count(const struct journal_field *f)
{
	size_t n = 0;

	while (n < f->value_len && g_ascii_isdigit(f->value[n]))
		n++;
	return !f->is_text && n && n == f->value_len;
}

/* Its fields, but for those that every event has, and the bytes of a frame. */
static void add_args(struct json_out *j, const char *line, size_t len)
{
	struct journal_line l;
	struct journal_field f;

	json_begin_object(j, "args");
	for (bool more = journal_line_init(&l, line, len); more && journal_line_next(&l, &f);) {
		g_autofree char *key = NULL, *text = NULL;

		if (journal_field_is(&f, "t_ns") || journal_field_is(&f, "ev") ||
		    journal_field_is(&f, "raw"))
			continue;
		key = g_strndup(f.key, f.key_len);
		text = journal_field_text(&f);
		if (is_count(&f))
			json_count(j, key, journal_field_u64(&f));
		else
			json_text(j, key, text);
	}
}

static void event(struct boot *b, const char *line, size_t len, const char *ev, uint64_t t_ns)
{
	g_autofree char *dir = field_of(line, len, "dir");
	g_autofree char *text = g_str_equal(ev, "console") ? field_of(line, len, "text") : NULL;
	enum track track = track_of(ev, dir);

	if (b->n_events == CHROME_TRACE_EVENTS_MAX) {
		b->n_left_out++;
		return;
	}
	b->n_events++;
	begin_event(b->j, "i", text && *text ? text : ev, track_names[track], track + 1, t_ns);
	json_text(b->j, "s", "t"); /* an instant of its track, not of the whole picture */
	add_args(b->j, line, len);
	end_event(b->j);
}

static void on_line(void *self, char *line, size_t len, bool whole)
{
	struct boot *b = self;
	g_autofree char *ev = whole ? field_of(line, len, "ev") : NULL;
	g_autofree char *time = whole ? field_of(line, len, "t_ns") : NULL;
	uint64_t t_ns;

	if (!ev || !time || !g_ascii_string_to_unsigned(time, 10, 0, G_MAXINT64, &t_ns, NULL))
		return;
	b->last_ns = MAX(b->last_ns, t_ns);
	if (g_str_equal(ev, "milestone")) {
		end_phase(b, t_ns);
		b->phase = field_of(line, len, "name");
		b->phase_ns = t_ns;
	} else {
		event(b, line, len, ev, t_ns);
	}
}

bool chrome_trace_boot(GString *out, const char *cell_dir, const char *title, GError **error)
{
	g_autofree char *path = g_build_filename(cell_dir, "journal.jsonl.gz", NULL);
	size_t start = out->len;
	struct json_out j;
	struct boot b = { .j = &j };

	begin(&j, out);
	name_track(&j, "process_name", 0, title);
	for (enum track t = 0; t < TRACK_N; t++)
		name_track(&j, "thread_name", t + 1, track_names[t]);
	switch (lines_read(path, on_line, &b)) {
	case LINES_MISSING:
	case LINES_UNREADABLE:
		g_string_truncate(out, start);
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "%s: there is no journal",
			    path);
		g_free(b.phase);
		return false;
	case LINES_COMPLETE:
	case LINES_CUT:
	case LINES_DAMAGED:
		break;
	}
	end_phase(&b, b.last_ns);
	if (b.n_left_out) {
		begin_event(&j, "i", "further events are left out", "limit", TRACK_REST + 1,
			    b.last_ns);
		json_text(&j, "s", "g");
		json_begin_object(&j, "args");
		json_count(&j, "left_out", b.n_left_out);
		end_event(&j);
	}
	end(&j);
	return true;
}
