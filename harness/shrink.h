/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Delta debugging: from a set that fails to a small part of it that still does
 *
 * This is ddmin (Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", 2002).
 * What the set is of, and what failing means, is the caller's. Where every part that holds a cause
 * fails, what comes out is a smallest cause but for other causes; where that is not so (less of a
 * set may fail in another way, or not at all) it is still a part from which no single element can
 * be left out.
 */
#ifndef HARNESS_SHRINK_H
#define HARNESS_SHRINK_H

#include <glib.h>
#include <stdbool.h>

struct shrink_ops {
	/*
	 * Try @n_sets parts of the set; each is an array of bool, whether an element is in it.
	 * Fills @fails. False ends the search: there is no time for more.
	 */
	bool (*try_sets)(void *self, const bool *const *sets, unsigned n_sets, bool *fails);
	/* There are @n_left elements now, after @n_tries. NULL: nobody wants to know. */
	void (*progress)(void *self, unsigned n_left, unsigned n_tries);
	void *self;
	unsigned n_at_once;   /* sets for a call of try_sets(), at most; 0: 1 */
	unsigned n_tries_max; /* sets that are tried in all, at most */
};

struct shrink_result {
	unsigned n_left;  /* elements */
	unsigned n_tries; /* sets that were tried; no set is tried twice */
	bool is_minimal;  /* it did not end early: no element can be left out */
};

/**
 * shrink() - Look for a small part that fails
 * @n:		Elements of the set; all of them together fail
 * @left:	Of @n, filled: whether an element is in the part that was found
 *
 * Of several sets that are tried at once the first one in order counts: the result is the same
 * however many there are.
 */
struct shrink_result shrink(unsigned n, const struct shrink_ops *ops, bool *left);

#endif /* HARNESS_SHRINK_H */
