/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a boot showed of a check of conformance
 */
#ifndef REPORTS_CHECK_RESULT_H
#define REPORTS_CHECK_RESULT_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

/* From the mildest to the worst: of several boots the worst one counts. */
enum check_verdict {
	CHECK_NOT_APPLICABLE, /* the client file says so, or it cannot run the scenario */
	CHECK_NOT_OBSERVED,   /* the boot never came to it */
	CHECK_PASS,
	CHECK_RECORDED, /* a value, no right answer */
	CHECK_WARN,     /* a SHOULD or a practice seen broken */
	CHECK_FAIL,     /* a MUST, a robustness or a security requirement seen broken */
	CHECK_N_VERDICTS,
};

struct check_result {
	char *id;
	enum check_verdict verdict;
	char *evidence; /* one line; NULL: there is none */
	GArray *frames; /* of uint64_t: numbers in the capture */
	char *known;    /* the known failure that says so; NULL: nobody knew */
};

/* What the catalogue says of a check. Borrowed. */
struct check_words {
	const char *claim;  /* one sentence */
	const char *level;  /* "MUST", "practice", ... */
	const char *clause; /* "RFC 2131 2", or what else it rests on */
};

/* Takes @evidence and copies @frames. */
struct check_result *check_result_new(const char *id, enum check_verdict verdict, char *evidence,
				      const uint64_t *frames, guint n_frames);

/* "pass", "not-observed", ... */
const char *check_verdict_name(enum check_verdict v);

/* Append "frame 7" or "frames 7, 9"; nothing if there are none. */
void check_result_append_frames(GString *out, const struct check_result *r);

/* An object of JSON; the caller frees it. */
char *check_result_to_json(const struct check_result *r);

/* Read it back; NULL if it is none. */
struct check_result *check_result_from_json(JsonNode *node);

void check_result_free(struct check_result *r);

#endif /* REPORTS_CHECK_RESULT_H */
