/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where two journals differ first
 */
#ifndef HARNESS_JOURNAL_DIFF_H
#define HARNESS_JOURNAL_DIFF_H

struct journal_diff {
	unsigned n_equal; /* lines that are the same, from the first on */
	char *a, *b;      /* the line that follows, in each; NULL: there is none */
};

/**
 * journal_diff_load() - Compare two files journal.jsonl.gz, as far as they can be read
 *
 * Both lines are NULL if the journals are equal. @out is for journal_diff_fini().
 */
void journal_diff_load(struct journal_diff *out, const char *path_a, const char *path_b);

void journal_diff_fini(struct journal_diff *d);

#endif /* HARNESS_JOURNAL_DIFF_H */
