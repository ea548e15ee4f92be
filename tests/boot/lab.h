/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the boot tests share: iplab as a person starts it, and a look at what it leaves
 *
 * The program under test is $IPLAB. Whatever it starts inherits a mark in its environment, so that
 * it can be found however it is related. Every wait is for an event and ends after LAB_WAIT_MS.
 */
#ifndef TESTS_BOOT_LAB_H
#define TESTS_BOOT_LAB_H

#include <check.h>
#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum {
	LAB_WAIT_MS = 180 * 1000,
	LAB_TEST_S = 400,   /* for one test */
	LAB_GONE_MS = 1000, /* after which nothing may be left of a run */
};

/* Add a test that boots: @fn once for each of @n rows, which it reads by _i. */
#define lab_add_rows(suite, fn, n)                                                                 \
	do {                                                                                       \
		TCase *tc_ = tcase_create(#fn);                                                    \
		tcase_set_timeout(tc_, LAB_TEST_S);                                                \
		tcase_add_loop_test(tc_, fn, 0, n);                                                \
		suite_add_tcase(suite, tc_);                                                       \
	} while (0)

#define lab_add(suite, fn) lab_add_rows(suite, fn, 1)

/* Run the suite; then remove all folders, and see that no process is left. Exit status. */
int lab_main(Suite *s);

/* The program under test, an absolute path. */
const char *lab_iplab(void);

/* A name in a folder of this test's own, which lab_main() removes. The caller frees it. */
char *lab_path(const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* The same with such a file in it. */
char *lab_file(const char *name, const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* A program that runs. */
typedef struct Job Job;

/* What to start; all but argv may be NULL. */
struct job_options {
	const char *cwd;
	const char *const *env; /* "NAME=VALUE", ... */
	const char *program;    /* iplab */
	int fd;                 /* it gets this descriptor as 3; 0: none */
};

/* Start it with these arguments (without its own name), NULL-terminated. */
Job *job_start(const struct job_options *o, const char *const *argv);

pid_t job_pid(const Job *j);

/* Send it a signal. */
void job_kill(Job *j, int signo);

/* Wait for the next line on its standard output. Borrowed, until the next call; NULL: the end. */
const char *job_line(Job *j);

/* Read to the end, and wait for it. Return: exit status, or 256 and the signal that ended it. */
int job_wait(Job *j);

/* The same again, once it was waited for. */
int job_status(const Job *j);

/* All of standard output that job_line() did not take, and of standard error. Borrowed; after
 * job_wait(). */
const char *job_out(const Job *j);
const char *job_err(const Job *j);

/* Fails the test if it was not waited for. */
void job_free(Job *j);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/* Start it and wait for it. */
Job *job_run(const struct job_options *o, const char *const *argv);

/* job_run() with arguments, and no options: job_of("list", "cells"). */
#define job_of(...) job_run(NULL, (const char *const[]){ __VA_ARGS__, NULL })

/* Assert on what it did; the message has all it said. */
void assert_exit(const Job *j, int status);
void assert_says(const Job *j, const char *part); /* on either output */

/* How many processes of the job's there are, itself too. */
unsigned job_n_processes(const Job *j);

/*
 * Wait for a process of the job's with @a and @b in its command line, and return its id. Words
 * there are separated by blanks.
 */
pid_t job_find(const Job *j, const char *a, const char *b);

/* Assert that no process of it is left, LAB_GONE_MS after job_kill() or from now. */
void assert_gone(const Job *j);

#endif /* TESTS_BOOT_LAB_H */
