/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of a replay, in words and as JSON
 */
#ifndef HARNESS_REPLAY_TEXT_H
#define HARNESS_REPLAY_TEXT_H

#include "harness/replay.h"

#define REPLAY_SCHEMA 1

/* "equal", "same-failure", "other", "could-not-run" */
const char *replay_outcome_name(enum replay_outcome o);

/* Append what was recorded, and what is not what it was; after replay_new(). Safe to print. */
void replay_text_before(GString *out, const Bundle *b, const Replay *r);

/* Append what came of it; after replay_run(). Safe to print. */
void replay_text_after(GString *out, const Bundle *b, const Replay *r);

/* Append all of it as a line of JSON. @dir: where the files were kept; NULL: nowhere. */
void replay_text_json(GString *out, const Bundle *b, const Replay *r, const char *dir);

#endif /* HARNESS_REPLAY_TEXT_H */
