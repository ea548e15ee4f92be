/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stored run came to, to be held against another one
 */
#ifndef TESTS_BOOT_RUN_SUM_H
#define TESTS_BOOT_RUN_SUM_H

/* "CELL VERDICT JOURNAL" of each result of a run's folder, sorted, a line each. Caller: g_free().
 */
char *run_sum(const char *dir);

#endif /* TESTS_BOOT_RUN_SUM_H */
