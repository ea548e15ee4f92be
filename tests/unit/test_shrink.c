/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/shrink: what comes out of delta debugging, and what it costs
 */
#include "harness/shrink.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

enum {
	N_MAX = 300,
	N_TRIES = 2000,
};

/* A failure of which everything is known. */
struct lab {
	unsigned n;
	bool (*fails)(const bool *set);
	GHashTable *tried; /* sets, as text: none twice */
	unsigned n_calls, n_stop;
	unsigned n_at_once;
	bool left[N_MAX];
};

static char *text_of(const struct lab *l, const bool *set)
{
	char *text = g_malloc0(l->n + 1);

	for (unsigned i = 0; i < l->n; i++)
		text[i] = set[i] ? '1' : '0';
	return text;
}

static bool try_sets(void *self, const bool *const *sets, unsigned n_sets, bool *fails)
{
	struct lab *l = self;

	l->n_calls++;
	if (l->n_stop && l->n_calls >= l->n_stop)
		return false;
	ck_assert_uint_le(n_sets, l->n_at_once);
	for (unsigned i = 0; i < n_sets; i++) {
		char *text = text_of(l, sets[i]);

		ck_assert_msg(g_hash_table_add(l->tried, text), "%s is tried again", text);
		fails[i] = l->fails(sets[i]);
	}
	return true;
}

static struct shrink_result run(struct lab *l, unsigned n_tries_max)
{
	struct shrink_ops ops = {
		.try_sets = try_sets,
		.self = l,
		.n_at_once = l->n_at_once,
		.n_tries_max = n_tries_max,
	};
	struct shrink_result r;

	l->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r = shrink(l->n, &ops, l->left);
	g_hash_table_unref(l->tried);
	return r;
}

static unsigned count(const bool *set, unsigned n)
{
	unsigned k = 0;

	for (unsigned i = 0; i < n; i++)
		k += set[i];
	return k;
}

static bool one_cause(const bool *set)
{
	return set[137];
}

static bool first_element(const bool *set)
{
	return set[0];
}

static bool two_together(const bool *set)
{
	return set[3] && set[258];
}

static bool three_together(const bool *set)
{
	return set[0] && set[150] && set[299];
}

static bool either_of_two(const bool *set)
{
	return set[20] || (set[200] && set[201]);
}

/* 10 helps, but 11 undoes it unless 12 is there as well. */
static bool not_monotone(const bool *set)
{
	return set[10] && (!set[11] || set[12]);
}

/* Only an even number of them shows it. */
static bool parity(const bool *set)
{
	unsigned n = count(set, N_MAX);

	return n && n % 2 == 0;
}

static bool always(const bool *set)
{
	(void)set;
	return true;
}

static bool all_of_them(const bool *set)
{
	return count(set, 7) == 7;
}

static const struct {
	const char *what;
	unsigned n;
	bool (*fails)(const bool *set);
	unsigned n_left, n_tries_most;
} rows[] = {
	{ "one cause", N_MAX, one_cause, 1, 20 },
	{ "the first element", N_MAX, first_element, 1, 12 },
	{ "two together", N_MAX, two_together, 2, 60 },
	{ "three together", N_MAX, three_together, 3, 130 },
	{ "either of two causes", N_MAX, either_of_two, 1, 20 },
	{ "less is not always less", N_MAX, not_monotone, 1, 30 },
	{ "an even number", N_MAX, parity, 2, 30 },
	{ "nothing is needed", N_MAX, always, 0, 1 },
	{ "all are needed", 7, all_of_them, 7, 40 },
	{ "one of one", 1, first_element, 1, 1 },
	{ "none of one", 1, always, 0, 1 },
	{ "none of none", 0, always, 0, 0 },
};

/* However many are tried at once, the same comes out: it fails, and with any one less it does not.
 */
START_TEST(finds_what_is_needed)
{
	bool first[N_MAX];

	for (unsigned at_once = 1; at_once <= 4; at_once++) {
		struct lab l = { .n = rows[_i].n, .fails = rows[_i].fails, .n_at_once = at_once };
		struct shrink_result r = run(&l, N_TRIES);

		ck_assert_msg(r.n_left == rows[_i].n_left, "%s: %u", rows[_i].what, r.n_left);
		ck_assert_uint_eq(count(l.left, l.n), r.n_left);
		ck_assert(r.is_minimal);
		ck_assert(!l.n || l.fails(l.left));
		for (unsigned i = 0; i < l.n; i++) {
			if (!l.left[i])
				continue;
			l.left[i] = false;
			ck_assert_msg(!l.fails(l.left), "%s: %u is not needed", rows[_i].what, i);
			l.left[i] = true;
		}
		if (at_once == 1)
			ck_assert_msg(r.n_tries <= rows[_i].n_tries_most, "%s: %u tries",
				      rows[_i].what, r.n_tries);
		if (at_once == 1)
			memcpy(first, l.left, sizeof(first));
		ck_assert_msg(!memcmp(first, l.left, l.n), "%s: others with %u at once",
			      rows[_i].what, at_once);
	}
}
END_TEST

/* What was found until then still fails. */
START_TEST(ends_early_with_what_it_has)
{
	struct lab l = { .n = N_MAX, .fails = three_together, .n_at_once = 1 };
	struct shrink_result r = run(&l, 30);

	ck_assert(!r.is_minimal);
	ck_assert_uint_le(r.n_tries, 30);
	ck_assert_uint_lt(r.n_left, N_MAX);
	ck_assert(l.fails(l.left));

	l = (struct lab){ .n = N_MAX, .fails = three_together, .n_at_once = 2, .n_stop = 8 };
	r = run(&l, N_TRIES);
	ck_assert(!r.is_minimal);
	ck_assert(l.fails(l.left));
	ck_assert_uint_eq(l.n_calls, 8);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shrink");

	suite_add_rows(s, finds_what_is_needed, N_ROWS(rows));
	suite_add(s, ends_early_with_what_it_has);
	return suite_run(s);
}
