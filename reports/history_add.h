/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs become history
 *
 * Of each boot what can be measured is kept, so that any metric can be asked for later, and of each
 * run what its clients were.
 */
#ifndef REPORTS_HISTORY_ADD_H
#define REPORTS_HISTORY_ADD_H

#include <stdbool.h>

#include "reports/history_db.h"

/**
 * history_add() - Add a run
 * @dir:	Its folder
 * @is_new:	Filled with whether it was added; false: it was there already, also under another
 *		name
 *
 * Return: whether it is there now; false with @error set, and nothing of it was added.
 */
bool history_add(History *h, const char *dir, bool *is_new,
		 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* REPORTS_HISTORY_ADD_H */
