/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot out of a bundle, once more
 *
 * What the bundle holds is unpacked below a folder: scenario.ini, client/, inputs/, and the
 * journal, console and capture that were recorded below recorded/. What comes of it now goes below
 * replayed/.
 */
#ifndef HARNESS_REPLAY_H
#define HARNESS_REPLAY_H

#include "harness/attempt.h"
#include "harness/bundle.h"
#include "harness/journal_diff.h"

typedef enum {
	REPLAY_ERROR_FILE,    /* cannot be unpacked */
	REPLAY_ERROR_MISSING, /* something that the boot needs is neither in the bundle nor here */
} ReplayError;

#define REPLAY_ERROR replay_error_quark()
GQuark replay_error_quark(void);

/* Something that is not here what it was. Texts for people, still to be made safe. */
struct replay_difference {
	char *what; /* "qemu", "served kernel.img" */
	char *recorded, *here;
	bool is_asked; /* it was put there by an option, now */
};

enum replay_outcome {
	REPLAY_EQUAL, /* the journal is the same to the byte */
	REPLAY_SAME,  /* it ended as it did then; the journal is another, or on the wall clock */
	REPLAY_OTHER, /* it did not */
	REPLAY_COULD_NOT, /* it could not run here */
};

typedef struct Replay Replay;

/**
 * replay_new() - Unpack a bundle, and find what it does not hold
 * @b:		Borrowed, must outlive the replay
 * @dir:	An empty folder, absolute
 * @overrides:	To be used in the place of what was recorded; borrowed, likewise
 *
 * Sets command_client_files: workers read the client's files out of @dir.
 *
 * Return: the replay, or NULL with @error set (REPLAY_ERROR, INI_ERROR, SCENARIO_ERROR).
 */
Replay *replay_new(const Bundle *b, const char *dir, const struct client_overrides *overrides,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What came of it then. Borrowed. */
const Result *replay_recorded(const Replay *r);

/* What is not what it was, of struct replay_difference; borrowed. */
const GPtrArray *replay_differences(const Replay *r);

/* What to boot, for attempts_run(): all of it borrowed from @r; dir and keep are the caller's. */
void replay_attempt(const Replay *r, struct attempt *out);

/* Boot it. Return: false if a signal came first; then nothing below may be asked. */
bool replay_run(Replay *r);

enum replay_outcome replay_outcome(const Replay *r);

/* What came of it now. Borrowed. */
const Result *replay_result(const Replay *r);

/* The first difference of the journals, the recorded one is a; NULL: that one is not in the bundle,
 * or there is none now. Borrowed. */
const struct journal_diff *replay_journal_diff(const Replay *r);

/* Whether the two ended in the same way, whatever the known failures made of it. */
bool replay_is_same(const Result *a, const Result *b);

void replay_free(Replay *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Replay, replay_free)

#endif /* HARNESS_REPLAY_H */
