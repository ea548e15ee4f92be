/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a journal's line, one after the other
 *
 * Lines are flat: no value holds another. So those who want a few fields of each of very many
 * lines need no tree of them. For people's eyes there is reports/event.h.
 */
#ifndef REPORTS_JOURNAL_LINE_H
#define REPORTS_JOURNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A field; both lie in the line. Text has its quotes taken off and its escapes left in. */
struct journal_field {
	const char *key, *value;
	size_t key_len, value_len;
	bool is_text;
};

/* Where to read on. */
struct journal_line {
	const char *p, *end;
};

/* Begin; @line need not end in a zero byte. False: it is no object. */
bool journal_line_init(struct journal_line *l, const char *line, size_t len);

/* The next field; false: there is none, or the rest is not what a journal holds. */
bool journal_line_next(struct journal_line *l, struct journal_field *f);

bool journal_field_is(const struct journal_field *f, const char *key);

/* A number; 0 if it is none. */
uint64_t journal_field_u64(const struct journal_field *f);

/* Text without its escapes, as UTF-8; a zero byte stands as U+2400. Caller: g_free(). */
char *journal_field_text(const struct journal_field *f);

#endif /* REPORTS_JOURNAL_LINE_H */
