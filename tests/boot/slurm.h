/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slurm on one node, for one test: unpacked in $PEERS/slurm, on loopback, with all files of its own
 *
 * Nobody proves who he is (auth/none), so there is no munge and no key, and it needs no rights.
 */
#ifndef TESTS_BOOT_SLURM_H
#define TESTS_BOOT_SLURM_H

#include "tests/boot/lab.h"

enum {
	SLURM_FIRST_JOB = 7, /* the number that the first job gets */
};

typedef struct Slurm Slurm;

/* Start it. NULL: it does not run here, with the reason in *@why (caller: g_free()). */
Slurm *slurm_start(char **why);

/* Submit a job, and return its number. @args: of sbatch, NULL-terminated; @env as of a job's. */
char *slurm_submit(Slurm *s, const char *cwd, const char *const *env, const char *const *args);

/* Wait until no job is left to run. */
void slurm_wait(Slurm *s);

/* "COMPLETED 0", "FAILED 1": what became of a job, and its exit code. Caller: g_free(). */
char *slurm_outcome(Slurm *s, const char *id);

/* End both daemons; see that nothing is left of them and of what they ran. */
void slurm_stop(Slurm *s);

#endif /* TESTS_BOOT_SLURM_H */
