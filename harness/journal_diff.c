/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where two journals differ first
 */
#include "harness/journal_diff.h"

#include <glib.h>
#include <string.h>
#include <zlib.h>

enum {
	LINE_BYTES_MAX = 64 * 1024,
};

/* The next line without its end, or NULL. */
static char *next_line(gzFile f, char *buf)
{
	if (!f || !gzgets(f, buf, LINE_BYTES_MAX))
		return NULL;
	buf[strcspn(buf, "\n")] = 0;
	return buf;
}

void journal_diff_load(struct journal_diff *out, const char *path_a, const char *path_b)
{
	g_autofree char *buf_a = g_malloc(LINE_BYTES_MAX), *buf_b = g_malloc(LINE_BYTES_MAX);
	gzFile a = gzopen(path_a, "rb"), b = gzopen(path_b, "rb");
	char *line_a, *line_b;
	unsigned n = 0;

	for (;; n++) {
		line_a = next_line(a, buf_a);
		line_b = next_line(b, buf_b);
		if (!line_a || !line_b || !g_str_equal(line_a, line_b))
			break;
	}
	*out = (struct journal_diff){ n, g_strdup(line_a), g_strdup(line_b) };
	if (a)
		gzclose(a);
	if (b)
		gzclose(b);
}

void journal_diff_fini(struct journal_diff *d)
{
	g_free(d->a);
	g_free(d->b);
}
