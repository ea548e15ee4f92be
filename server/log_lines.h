/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process prints, cut into lines
 *
 * Any bytes in, bounded lines out: what follows the first LOG_LINE_MAX bytes of a line is dropped.
 */
#ifndef SERVER_LOG_LINES_H
#define SERVER_LOG_LINES_H

#include <stdbool.h>

#include "server/wire/bytes.h"

enum {
	LOG_LINE_MAX = 500,
};

/* Zeros: nothing came yet. */
struct log_lines {
	uint8_t buf[LOG_LINE_MAX];
	size_t len;
	bool cut; /* the line was longer */
};

struct log_lines_sink {
	/* A line without its end; borrowed. Empty lines are left out. */
	void (*line)(void *self, struct slice text, bool cut);
	void *self;
};

void log_lines_input(struct log_lines *l, struct slice bytes, const struct log_lines_sink *out);

/* No more comes: what is there is a line. */
void log_lines_finish(struct log_lines *l, const struct log_lines_sink *out);

#endif /* SERVER_LOG_LINES_H */
