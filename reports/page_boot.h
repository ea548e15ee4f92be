/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page of a run tells of one boot
 */
#ifndef REPORTS_PAGE_BOOT_H
#define REPORTS_PAGE_BOOT_H

#include <glib.h>

#include "reports/result.h"

enum {
	/* The page says what was left out. Of all boots means: and of one more. */
	PAGE_BOOT_TIMELINE_BYTES = 64 * 1024,        /* of one boot */
	PAGE_BOOT_TIMELINES_BYTES = 8 * 1024 * 1024, /* of all boots */
	PAGE_BOOT_CONSOLE_LINES = 30,                /* the last ones */
	PAGE_BOOT_CONSOLE_BYTES = 8 * 1024,          /* of them, the last ones */
	PAGE_BOOT_PICTURES_BYTES = 4 * 1024 * 1024,  /* pictures and consoles of all boots */
};

/* The boots of a page, one after the other. */
struct page_boots {
	GString *out;
	const char *dir;    /* of the run; NULL: without picture, console and time line */
	GHashTable *checks; /* id -> struct check_words; or NULL */

	/* What there was no room for, and what took it. */
	unsigned n_without_picture, n_without_timeline;
	size_t n_picture_bytes, n_timeline_bytes;
};

/* A sign that says the same as the name of the verdict beside it: nothing rests on colour. */
const char *page_sign(enum verdict v);

/*
 * Append what its result says: reason, milestones, checks that are not passed. Of one that did not
 * pass also what its folder says: the picture, the end of the console, and the time line in words.
 */
void page_boot_append(struct page_boots *b, const Result *r);

#endif /* REPORTS_PAGE_BOOT_H */
