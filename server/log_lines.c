/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process prints, cut into lines
 */
#include "server/log_lines.h"

#include <string.h>

static void add(struct log_lines *l, const uint8_t *p, size_t n)
{
	size_t room = sizeof(l->buf) - l->len;

	if (n > room) {
		l->cut = true;
		n = room;
	}
	memcpy(l->buf + l->len, p, n);
	l->len += n;
}

void log_lines_finish(struct log_lines *l, const struct log_lines_sink *out)
{
	if (l->len)
		out->line(out->self, (struct slice){ l->buf, l->len }, l->cut);
	l->len = 0;
	l->cut = false;
}

void log_lines_input(struct log_lines *l, struct slice bytes, const struct log_lines_sink *out)
{
	while (bytes.len) {
		const uint8_t *end = memchr(bytes.p, '\n', bytes.len);
		size_t n = end ? (size_t)(end - bytes.p) : bytes.len;

		add(l, bytes.p, n);
		if (!end)
			return;
		log_lines_finish(l, out);
		bytes.p = end + 1;
		bytes.len -= n + 1;
	}
}
