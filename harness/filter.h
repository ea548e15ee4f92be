/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The selection grammar, the same on every command
 *
 *	client=libnet-*  server!=slirp  scenario=tftp/lost-*,boot/probe
 *
 * Different axes are AND-ed; commas and a repeated axis are OR; != excludes; * and ? are globs.
 */
#ifndef HARNESS_FILTER_H
#define HARNESS_FILTER_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	FILTER_ERROR_SYNTAX, /* a term that is no AXIS=PATTERN or AXIS!=PATTERN */
	FILTER_ERROR_AXIS,   /* an axis that there is not */
} FilterError;

#define FILTER_ERROR filter_error_quark()
GQuark filter_error_quark(void);

enum filter_axis {
	FILTER_CLIENT,
	FILTER_SERVER,
	FILTER_SCENARIO,
	FILTER_TAG,
	FILTER_CLOCK, /* of a cell: "virtual" or "wall" */
	FILTER_N_AXES,
};

typedef struct Filter Filter;

/* @terms: NULL-terminated, may be empty. Return: the filter, or NULL with @error set. */
Filter *filter_parse(char **terms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a value on one axis is selected. */
bool filter_matches(const Filter *f, enum filter_axis axis, const char *value);

/* The same where a thing has several values (tags; NULL: none): one that fits is enough, one that
 * is excluded is too many. */
bool filter_matches_any(const Filter *f, enum filter_axis axis, char **values);

/* Whether any term on this axis asks for something (and does not just exclude). */
bool filter_asks(const Filter *f, enum filter_axis axis);

/* A pattern with no glob in it that named nothing yet: mark with filter_matches(). NULL: none. */
const char *filter_unused(const Filter *f);

void filter_free(Filter *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filter, filter_free)

#endif /* HARNESS_FILTER_H */
