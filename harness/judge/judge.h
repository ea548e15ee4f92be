/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges: what a boot shows of one check of conformance
 *
 * A judge is a pure function of a boot's trace, and of its control's where the check is active: the
 * same client, server and seed without the fault. It says what was seen; how bad that is, the
 * catalogue says (harness/check_catalogue.h). Each area has a file with a table of its judges.
 */
#ifndef HARNESS_JUDGE_JUDGE_H
#define HARNESS_JUDGE_JUDGE_H

#include "harness/trace.h"

enum {
	JUDGE_N_FRAMES_MAX = 4, /* that are named as evidence */
};

enum judge_saw {
	JUDGE_SAW_NOTHING, /* the boot never came to it */
	JUDGE_SAW_KEPT,
	JUDGE_SAW_BROKEN,
	JUDGE_SAW_VALUE, /* there is no right answer: the evidence is the value */
};

/* A value without its evidence is zero: JUDGE_SAW_NOTHING. */
struct judgement {
	enum judge_saw saw;
	char *evidence;                      /* one line; NULL with JUDGE_SAW_NOTHING at most */
	uint64_t frames[JUDGE_N_FRAMES_MAX]; /* numbers in the capture */
	unsigned n_frames;
};

/*
 * One of three: a question for each frame of a kind; or a function for the whole boot; or, of an
 * active check, one for a boot and its control, which is never called without one.
 *
 * A test returns NULL if the frame is as it should be, else what is wrong with it (the caller
 * frees): kept if that is so of all, nothing if there is none.
 */
struct judge {
	const char *id; /* of the check */
	bool (*which)(const struct trace_frame *f);
	char *(*test)(const Trace *t, const struct trace_frame *f);
	void (*boot)(struct judgement *out, const Trace *t);
	void (*pair)(struct judgement *out, const Trace *t, const Trace *control);
};

/* Rows of an area's table; JUDGE_END is the last one. */
#define JUDGE_EACH(id, which, test)                                                                \
	{                                                                                          \
		(id), (which), (test), NULL, NULL                                                  \
	}
#define JUDGE_BOOT(id, fn)                                                                         \
	{                                                                                          \
		(id), NULL, NULL, (fn), NULL                                                       \
	}
#define JUDGE_PAIR(id, fn)                                                                         \
	{                                                                                          \
		(id), NULL, NULL, NULL, (fn)                                                       \
	}
#define JUDGE_END                                                                                  \
	{                                                                                          \
		NULL, NULL, NULL, NULL, NULL                                                       \
	}

/* Of the check with that id; NULL: nobody judges it yet. */
const struct judge *judge_find(const char *id);

/* All of them, in order of areas: NULL when @i is past the last. */
const struct judge *judge_at(unsigned i);

/**
 * judge_boot() - Judge a boot
 * @control:	NULL: there is none; an active check then sees nothing
 *
 * Return: what was seen; the caller frees it with judgement_clear().
 */
struct judgement judge_boot(const struct judge *j, const Trace *t, const Trace *control);

void judgement_clear(struct judgement *j);

/* For judges: what was seen, in words, and a frame that shows it (NULL: none does). */
void judge_saw(struct judgement *out, enum judge_saw saw, const struct trace_frame *f,
	       const char *format, ...) G_GNUC_PRINTF(4, 5);

/* One more frame as evidence; those above JUDGE_N_FRAMES_MAX are left out. */
void judge_add_frame(struct judgement *out, const struct trace_frame *f);

/*
 * The next frame from @from on that @which is true of, its index in @at; NULL: there is none.
 * for (f = judge_next(t, 0, which, &i); f; f = judge_next(t, i + 1, which, &i))
 */
const struct trace_frame *judge_next(const Trace *t, guint from,
				     bool (*which)(const struct trace_frame *f), guint *at);

/* Whether a boot ended by itself, with or without success; false: crash or hang. */
bool judge_ended(const Trace *t);

/* The line in which the payload reports, and when it came; NULL: none started. */
const struct trace_event *judge_payload_event(const Trace *t);

/* The line in which the payload reports (firmware/marker.h); NULL: none started. */
const char *judge_payload_report(const Trace *t);

/**
 * judge_same_payload() - Whether a boot came to what its control came to
 *
 * Seen is: nothing, if the control started no payload; broken, if the boot started none, or its
 * payload was given another kernel or initrd; else kept. See also harness/judge/entry.h.
 */
void judge_same_payload(struct judgement *out, const Trace *t, const Trace *control);

#endif /* HARNESS_JUDGE_JUDGE_H */
