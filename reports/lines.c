/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a gzip file, as far as they can be read
 */
#include "reports/lines.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <zlib.h>

/*
 * zlib drops what it has of a chunk in which it meets an error: so chunks are small.
 * A line of ours is far below the limit; more without a newline is cut into pieces.
 */
enum {
	CHUNK = 1024,
	LINE_MAX_LEN = 1024 * 1024,
};

/* Hand over the lines in @s, leave the rest in it. */
static void take_lines(GString *s, lines_fn fn, void *self)
{
	char *line = s->str, *end;
	size_t left = s->len;

	while ((end = memchr(line, '\n', left))) {
		*end = '\0';
		fn(self, line, (size_t)(end - line), true);
		left -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	g_string_erase(s, 0, (gssize)(s->len - left));
	if (s->len >= LINE_MAX_LEN) {
		fn(self, s->str, s->len, false);
		g_string_truncate(s, 0);
	}
}

static enum lines_end read_all(gzFile file, lines_fn fn, void *self)
{
	g_autoptr(GString) s = g_string_new(NULL);
	char chunk[CHUNK];
	int n, code;

	while ((n = gzread(file, chunk, sizeof(chunk))) > 0) {
		g_string_append_len(s, chunk, n);
		if (memchr(chunk, '\n', (size_t)n) || s->len >= LINE_MAX_LEN)
			take_lines(s, fn, self);
	}
	gzerror(file, &code);
	if (s->len)
		fn(self, s->str, s->len, false);
	if (code == Z_ERRNO)
		return LINES_UNREADABLE;
	if (code == Z_BUF_ERROR)
		return LINES_CUT;
	return code == Z_OK ? LINES_COMPLETE : LINES_DAMAGED;
}

enum lines_end lines_read(const char *path, lines_fn fn, void *self)
{
	enum lines_end end;
	gzFile file;

	errno = 0;
	file = gzopen(path, "rbe");
	if (!file)
		return errno == ENOENT ? LINES_MISSING : LINES_UNREADABLE;
	gzbuffer(file, CHUNK);
	end = read_all(file, fn, self);
	gzclose(file);
	return end;
}
