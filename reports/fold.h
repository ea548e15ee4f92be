/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transfer in a few lines, over TFTP or TCP
 *
 * As long as blocks, or segments, and acknowledgements follow each other as they should, only the
 * first and the last of them are worth a line. Whatever is out of the ordinary (a repeated block, a
 * wrong checksum, a field that is not known here) ends the run and is shown.
 */
#ifndef REPORTS_FOLD_H
#define REPORTS_FOLD_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "reports/event.h"

typedef struct Fold Fold;

/* Lines go to @out, in the manner of @view; both are borrowed. */
Fold *fold_new(GString *out, struct event_view *view);

/* The next event; it or a line that stands for it is written now or later, in order. */
void fold_write(Fold *f, JsonObject *event);

/* Write what was held back. */
void fold_flush(Fold *f);

void fold_free(Fold *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fold, fold_free)

#endif /* REPORTS_FOLD_H */
