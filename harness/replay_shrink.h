/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failure out of a bundle, shrunk to what it needs
 */
#ifndef HARNESS_REPLAY_SHRINK_H
#define HARNESS_REPLAY_SHRINK_H

#include "harness/replay.h"
#include "harness/shrink_case.h"

/* Called now and then, as in struct shrink_case. */
typedef void (*replay_shrink_progress_fn)(void *self, const char *what, unsigned n_left,
					  unsigned n_boots);

/**
 * replay_shrink() - Boot it with less, until nothing more can go
 * @dir:	To work in
 *
 * Return: as shrink_case(), also where what was recorded has no signature: only a fail has one.
 */
ShrunkCase *replay_shrink(const Replay *r, const char *dir, unsigned n_workers,
			  replay_shrink_progress_fn progress, void *self,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_REPLAY_SHRINK_H */
