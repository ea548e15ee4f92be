/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a boot came to: which entry of a configuration was started, or how the client stopped
 *
 * A case serves the same kernel and initrd as its control, and a configuration that says the same
 * in another way. An entry that must not be taken has another command line. So one judge serves all
 * of them, and a case is a scenario and a row in a table.
 */
#ifndef HARNESS_JUDGE_ENTRY_H
#define HARNESS_JUDGE_ENTRY_H

#include "harness/judge/judge.h"

/* A value of what the payload reports (caller: g_free()); NULL: there is none. */
char *entry_value(const Trace *t, const char *key);

/* The last thing that the console said before the end; "nothing" if it never spoke. */
const char *entry_last_line(const Trace *t);

/* A file of which the guest asks for the first time, or once more from another port. */
bool entry_is_new_request(const Trace *t, guint i);

/* The first request for a file of that name, with or without a slash in front; NULL: there is none.
 */
const struct trace_frame *entry_request(const Trace *t, const char *file);

/* The names that the guest asked for, in order, repetitions left out: "a, b, c"; caller: g_free()
 */
char *entry_requests(const Trace *t);

/* Judges. Each sees nothing if the control started no payload. */

/* Kept: kernel, initrd and command line of the control. */
void entry_same(struct judgement *out, const Trace *t, const Trace *control);

/* Kept: kernel and command line of the control. */
void entry_same_cmdline(struct judgement *out, const Trace *t, const Trace *control);

/* Kept: that, or the client stops by itself and says something. */
void entry_same_or_stopped(struct judgement *out, const Trace *t, const Trace *control);

/* Kept: no payload, and the client stops by itself before it starts anything. */
void entry_stopped(struct judgement *out, const Trace *t, const Trace *control);

/* Kept: a payload with an empty command line. */
void entry_no_cmdline(struct judgement *out, const Trace *t, const Trace *control);

/*
 * Kept: the command line is as long as it says itself, in its word bytes=N; or the client stops by
 * itself. There the control's is too long.
 */
void entry_whole_cmdline(struct judgement *out, const Trace *t, const Trace *control);

/* There is no right answer: what was started, or how the boot ended. */
void entry_record(struct judgement *out, const Trace *t, const Trace *control);

#endif /* HARNESS_JUDGE_ENTRY_H */
