/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot as a picture: milestones, frames, and what the network did to them, on one axis of time
 *
 * SVG that stands in a page of HTML (style: reports/page/page.css). It is as wide as there is room,
 * with letters of the same size everywhere, and its size is bounded whatever the journal holds:
 * frames that fall on one of its columns are one mark.
 */
#ifndef REPORTS_PICTURE_H
#define REPORTS_PICTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	PICTURE_COLUMNS = 600,
	PICTURE_MILESTONES_MAX = 20,   /* drawn; the picture says how many more there are */
	PICTURE_EVENTS_MAX = 1000000,  /* of a journal; what comes after is not drawn */
	PICTURE_BYTES_MAX = 32 * 1024, /* none is larger */
};

typedef struct Picture Picture;

Picture *picture_new(void) G_GNUC_WARN_UNUSED_RESULT;

/* The next line of a journal; one that makes no sense is passed over. */
void picture_add(Picture *p, const char *line, size_t len);

/* All lines of a cell's journal, as far as it can be read; false: there was none. */
bool picture_read(Picture *p, const char *cell_dir) G_GNUC_WARN_UNUSED_RESULT;

void picture_append(GString *out, const Picture *p);

void picture_free(Picture *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Picture, picture_free)

#endif /* REPORTS_PICTURE_H */
