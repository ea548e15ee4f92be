/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients came to in checks, held against what is known of them
 *
 * A client that breaks what it always broke is no news. One that breaks something else is, and so
 * is one that no longer does.
 */
#ifndef HARNESS_CONFORMANCE_NEWS_H
#define HARNESS_CONFORMANCE_NEWS_H

#include "harness/conformance.h"
#include "harness/known.h"

enum conformance_news {
	NEWS_NONE,
	NEWS_KNOWN,    /* broken, and known to be: as expected */
	NEWS_BROKEN,   /* broken, and nobody knew */
	NEWS_KEPT,     /* known to be broken, and kept */
	NEWS_NOT_SEEN, /* known to be broken, and no boot came to it: to be noted */
	NEWS_N,
};

/**
 * conformance_news() - What a client came to in the light of what is known
 * @is_whole:	All boots that the checks ask for were made. What breaks a passive check may be any
 *		of them: only then is one that is kept, or was not seen, news.
 * @known:	Filled with the entry that fits, or NULL
 *
 * Only what is proven and a MUST, robustness or security can be NEWS_BROKEN.
 */
enum conformance_news conformance_news(const struct conformance_entry *e, const Known *k,
				       bool is_whole, const struct known_check **known);

struct conformance_sum {
	unsigned n[NEWS_N];
};

/* How many of each, of all checks and clients of the run. */
struct conformance_sum conformance_news_count(const Conformance *c, const Checks *checks,
					      const Known *k, bool is_whole);

/* Tell it, what is news in full; the last line says whether all is as expected. */
void conformance_news_write(GString *out, const Conformance *c, const Checks *checks,
			    const Known *k, bool is_whole, const char *dir);

/*
 * All that may be NEWS_BROKEN, as the text of a file of known failures: an entry for each reason
 * and each set of clients that break the same. Reasons are those that @k has, if it has any.
 */
void conformance_news_write_known(GString *out, const Conformance *c, const Checks *checks,
				  const Known *k);

#endif /* HARNESS_CONFORMANCE_NEWS_H */
