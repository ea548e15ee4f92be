/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main() of a unit test: one suite, run, exit status
 */
#ifndef TESTS_SUPPORT_SUITE_H
#define TESTS_SUPPORT_SUITE_H

#include <check.h>
#include <stdlib.h>

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* Add @fn to @suite under its own name, once for each of @n rows; it reads row _i. */
#define suite_add_rows(suite, fn, n)                                                               \
	do {                                                                                       \
		TCase *tc_ = tcase_create(#fn);                                                    \
		tcase_add_loop_test(tc_, fn, 0, n);                                                \
		suite_add_tcase(suite, tc_);                                                       \
	} while (0)

/* Add @fn to @suite under its own name. */
#define suite_add(suite, fn) suite_add_rows(suite, fn, 1)

static inline int suite_run(Suite *s)
{
	SRunner *runner = srunner_create(s);
	int n_failed;

	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif /* TESTS_SUPPORT_SUITE_H */
