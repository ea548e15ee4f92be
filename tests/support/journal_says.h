/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to a journal in memory
 */
#ifndef TESTS_SUPPORT_JOURNAL_SAYS_H
#define TESTS_SUPPORT_JOURNAL_SAYS_H

#include <check.h>

#include "server/journal.h"

/* How many lines have both @a and @b in them; "" is in every line. */
static inline unsigned journal_n_lines(const Journal *j, const char *a, const char *b)
{
	g_auto(GStrv) lines = g_strsplit(journal_lines(j), "\n", -1);
	unsigned n = 0;

	for (char **line = lines; *line; line++)
		if (**line && strstr(*line, a) && strstr(*line, b))
			n++;
	return n;
}

/* Exactly @n events of kind @ev ("tftp.open") with @part in their line. */
static inline void assert_journalled(const Journal *j, unsigned n, const char *ev, const char *part)
{
	g_autofree char *key = g_strdup_printf("\"ev\":\"%s\"", ev);
	unsigned found = journal_n_lines(j, key, part);

	ck_assert_msg(found == n, "%u of %s with %s, not %u, in:\n%s", found, ev, part, n,
		      journal_lines(j));
}

#endif /* TESTS_SUPPORT_JOURNAL_SAYS_H */
