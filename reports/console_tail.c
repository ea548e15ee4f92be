/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last lines of a console, for people
 */
#include "reports/console_tail.h"

#include <string.h>

#include "reports/lines.h"
#include "reports/text.h"

void console_tail_init(struct console_tail *t, unsigned n_max, bool all)
{
	*t = (struct console_tail){ .n_max = n_max, .all = all };
	g_queue_init(&t->lines);
}

void console_tail_add(struct console_tail *t, const char *line)
{
	g_autofree char *seen = t->all ? g_strdup(line) : text_overstrike(line);

	if (!seen[strspn(seen, " ")])
		return;
	t->n_seen++;
	g_queue_push_tail(&t->lines, text_safe(seen));
	if (t->lines.length > t->n_max)
		g_free(g_queue_pop_head(&t->lines));
}

static void on_line(void *self, char *line, size_t len, bool whole)
{
	char *from = line, *to = line;

	(void)whole;
	/* A terminal ignores zero bytes. */
	for (; from < line + len; from++) {
		if (*from)
			*to++ = *from;
	}
	if (to > line && to[-1] == '\r')
		to--;
	*to = '\0';
	console_tail_add(self, line);
}

void console_tail_read(struct console_tail *t, const char *cell_dir)
{
	g_autofree char *path = g_build_filename(cell_dir, "console.gz", NULL);
	struct console_tail tail;

	console_tail_init(&tail, t->n_max, t->all);
	lines_read(path, on_line, &tail);
	if (!tail.n_seen)
		return;
	console_tail_fini(t);
	*t = tail;
}

void console_tail_fini(struct console_tail *t)
{
	g_queue_clear_full(&t->lines, g_free);
	t->n_seen = 0;
}
