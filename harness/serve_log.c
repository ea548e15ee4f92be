/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal as it is being written, for people who watch
 */
#include "harness/serve_log.h"

#include <json-glib/json-glib.h>
#include <unistd.h>

#include "reports/event.h"
#include "reports/fold.h"
#include "server/datagram.h"

enum {
	PAUSE_NS = 250 * 1000 * 1000, /* after which what was held back is shown */
};

struct ServeLog {
	Journal *journal;
	FILE *to;
	bool has_ipv6;
	GString *text; /* not printed yet */
	struct event_view view;
	Fold *fold;
	JsonParser *parser;
	uint64_t pause_ns; /* when it has paused for long enough; DEADLINE_NEVER: nothing is held */
};

/* The chatter of a real kernel with everybody, which the server has no part in. */
static bool is_chatter(const ServeLog *l, JsonObject *event)
{
	const char *reason = event_text(event, "reason"), *ev = event_text(event, "ev");

	if (event_is(event, "ipv6") || event_is(event, "ethernet.other") ||
	    event_is(event, "icmp6.other"))
		return true;
	if (!l->has_ipv6 && ev && g_str_has_prefix(ev, "icmp6."))
		return true;
	return event_is(event, "host.drop") &&
	       (!g_strcmp0(reason, "not-for-us") || !g_strcmp0(reason, "ethernet-type"));
}

static void on_line(void *self, const char *line, size_t len)
{
	ServeLog *l = self;
	g_autofree char *copy = g_strndup(line, len);
	g_autoptr(JsonObject) event = event_parse(l->parser, copy);

	if (!event || (!l->view.all && is_chatter(l, event)))
		return;
	if (l->view.all)
		event_write(l->text, event, &l->view);
	else
		fold_write(l->fold, event);
	l->pause_ns = event_count(event, "t_ns") + PAUSE_NS;
}

ServeLog *serve_log_new(Journal *j, FILE *to, bool all, bool has_ipv6)
{
	ServeLog *l = g_new0(ServeLog, 1);

	l->journal = j;
	l->to = to;
	l->has_ipv6 = has_ipv6;
	l->text = g_string_new(NULL);
	l->view = (struct event_view){ .all = all, .colour = isatty(fileno(to)) };
	l->fold = fold_new(l->text, &l->view);
	l->parser = json_parser_new();
	l->pause_ns = DEADLINE_NEVER;
	journal_listen(j, on_line, l);
	return l;
}

static void print(ServeLog *l)
{
	if (!l->text->len)
		return;
	fwrite(l->text->str, 1, l->text->len, l->to);
	fflush(l->to);
	g_string_truncate(l->text, 0);
}

void serve_log_step(ServeLog *l, uint64_t now_ns)
{
	if (l->pause_ns <= now_ns) {
		fold_flush(l->fold);
		l->pause_ns = DEADLINE_NEVER;
	}
	print(l);
}

uint64_t serve_log_deadline_ns(const ServeLog *l)
{
	return l->pause_ns;
}

void serve_log_free(ServeLog *l)
{
	if (!l)
		return;
	journal_listen(l->journal, NULL, NULL);
	fold_flush(l->fold);
	print(l);
	fold_free(l->fold);
	g_object_unref(l->parser);
	g_string_free(l->text, TRUE);
	g_free(l);
}
