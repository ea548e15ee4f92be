/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hop: frames go in at one end, meet an impairment, and come out when they are due
 *
 * What travels is in one queue, sorted by (due, order of sending). Without impairment there is
 * none: a frame comes out in the call that brings it, which is what a bulk transfer on the wall
 * clock needs.
 */
#ifndef SERVER_HOP_H
#define SERVER_HOP_H

#include <glib.h>

#include "server/impair.h"

/* A frame comes out. It may bring others in. Return: 0, or negative errno, which ends a step. */
typedef int (*hop_out_fn)(void *self, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame,
			  size_t len);

typedef struct Hop Hop;

/* @impair: owned from now on; NULL: none. Never fails. */
Hop *hop_new(Impair *impair, hop_out_fn out, void *self);

/* Whether frames come out as they go in, in the same call. */
bool hop_is_idle(const Hop *h);

/**
 * hop_enter() - A frame goes in
 * @comment:	As of impair_send()
 *
 * With an impairment it comes out of hop_step(), also what is due at once.
 *
 * Return: 0, or what came of its coming out.
 */
int hop_enter(Hop *h, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame, size_t len,
	      char **comment);

/* What is due at @now_ns comes out, in order of time. Return: 0, or the first result below that. */
int hop_step(Hop *h, uint64_t now_ns);

/* When hop_step() has something to do, or DEADLINE_NEVER. */
uint64_t hop_deadline_ns(const Hop *h);

/* The impairment's counts; zeros without one. */
struct impair_counts hop_counts(const Hop *h, enum packet_dir dir);

void hop_free(Hop *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hop, hop_free)

#endif /* SERVER_HOP_H */
