/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario expects, held against what happens
 *
 * Fed while the boot runs, so a long boot is not kept in memory; asked once at its end. Everything
 * that is fed is in the journal as well.
 */
#ifndef HARNESS_EXPECT_H
#define HARNESS_EXPECT_H

#include <glib.h>

#include "harness/scenario.h"

typedef struct Expect Expect;

/* @s is borrowed. */
Expect *expect_new(const Scenario *s);

/* A frame was handed over. */
void expect_frame(Expect *e, const struct frame *f);

/* Something happened that is no frame: "transfer" with its file. */
void expect_event(Expect *e, const char *kind, struct slice file);

void expect_console(Expect *e, const char *line);

/* The payload's report: values by key. */
void expect_payload(Expect *e, GHashTable *values);

/* The client says that it starts the kernel: where a payload is expected it is too late to give up.
 */
void expect_handover(Expect *e);

/* CRC-32 of the served initrd, and of @self of the served kernel; see fixtures. */
struct expect_sums {
	bool has_initrd;
	uint32_t initrd_crc32;
	uint64_t initrd_len;
	const char *kernel_path; /* to sum the range that the payload names; NULL: none served */
};

/* Sum what a scenario serves from @tree; @kernel keeps the path, and is for the caller to free. */
struct expect_sums expect_sum_served(const Scenario *s, const char *tree, char **kernel);

struct expect_wrong {
	const char *what; /* "ending", "events", "initrd", ...: what of [expect] or of [boot] */
	char *reason;     /* a sentence */
};

/**
 * expect_verdict() - Judge
 * @ending:	How it ended, with @detail
 * @sums:	Of what was served
 * @wrong:	Filled with the first thing that is not as expected, both NULL if all is; caller
 *		frees the reason
 *
 * Return: whether all is as expected.
 */
bool expect_verdict(const Expect *e, enum ending ending, const char *detail,
		    const struct expect_sums *sums, struct expect_wrong *wrong);

void expect_free(Expect *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Expect, expect_free)

#endif /* HARNESS_EXPECT_H */
