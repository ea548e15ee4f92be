/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON, written into a text as it comes
 *
 * Reports have a value for each of very many cells: no tree of them is made. Objects in a list
 * begin a line of their own, so that reports can be compared line by line.
 */
#ifndef REPORTS_JSON_OUT_H
#define REPORTS_JSON_OUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Append a string with its quotes; NULL: null. What is no UTF-8 stands from the first wrong byte on
 * as the code points of the same numbers, as in the journal. Control characters are escaped, also
 * those above ASCII: such texts are printed on terminals.
 */
void json_append_text(GString *out, const char *text);

struct json_out {
	GString *s;    /* borrowed */
	bool has_item; /* a comma is due before the next */
};

/* The text that follows a @key; @key is NULL in a list, and for the outermost value. */
void json_begin_object(struct json_out *j, const char *key);
void json_end_object(struct json_out *j);
void json_begin_list(struct json_out *j, const char *key);
void json_end_list(struct json_out *j);

/* Nothing at all if @text is NULL: none of the formats that are written so takes a null. */
void json_text(struct json_out *j, const char *key, const char *text);

void json_printf(struct json_out *j, const char *key, const char *format, ...) G_GNUC_PRINTF(3, 4);

void json_count(struct json_out *j, const char *key, uint64_t value);
void json_bool(struct json_out *j, const char *key, bool value);

/* Nine digits that count. */
void json_double(struct json_out *j, const char *key, double value);

/* @value / @unit as a decimal fraction: json_decimal(j, "s", 1500000, 1000000) is 1.500000. */
void json_decimal(struct json_out *j, const char *key, uint64_t value, uint64_t unit);

/* Append @value / @unit, a power of ten, with all its digits, in every locale the same. */
void json_append_decimal(GString *out, uint64_t value, uint64_t unit);

#endif /* REPORTS_JSON_OUT_H */
