/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words and numbers for people
 *
 * What the guest or a peer said is hostile until it went through here: a terminal must never see
 * an escape sequence of theirs. Numbers look the same in every locale.
 */
#ifndef REPORTS_TEXT_H
#define REPORTS_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum text_style {
	TEXT_PLAIN,
	TEXT_STRONG, /* look here */
	TEXT_DIM,    /* not here */
	TEXT_GOOD,
	TEXT_BAD,
	TEXT_BROKEN,
	TEXT_DOUBTFUL,
	TEXT_N_STYLES,
};

/* @text (any bytes) with control characters, formatting and what is no UTF-8 as \x1b or \u202e. */
void text_append_safe(GString *s, const char *text);

/*
 * The same in single quotes, or in double ones if only single ones are in it; such quotes and
 * backslashes in it get a backslash.
 */
void text_append_quoted(GString *s, const char *text);

/* @text as text_append_safe() has it; the caller frees it. */
char *text_safe(const char *text);

/*
 * A console line as it stands on a screen after carriage returns and backspaces moved back and
 * were written over; still to be made safe. The caller frees it.
 */
char *text_overstrike(const char *line);

/* @text, which must be safe, in @style if @colour, and blanks up to @width columns. */
void text_append_styled(GString *s, bool colour, enum text_style style, const char *text,
			unsigned width);

/* Three digits that count: "4.56 ms", "456 ms", "12.3 s". */
void text_append_duration(GString *s, uint64_t ns);

/* All digits down to microseconds: "12345.678 ms". */
void text_append_ms(GString *s, uint64_t ns);

/* "512 bytes", "65.7 kB", "67.1 MB" */
void text_append_size(GString *s, uint64_t bytes);

/* Columns that @text (UTF-8 without control characters) takes on a terminal. */
unsigned text_width(const char *text);

#endif /* REPORTS_TEXT_H */
