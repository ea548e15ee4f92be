/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results of boots that nobody booted
 */
#ifndef TESTS_SUPPORT_BOOT_RESULT_H
#define TESTS_SUPPORT_BOOT_RESULT_H

#include <glib.h>

#include "reports/result.h"

/* A pass with payload as its only milestone; 0: it fails, and has none. */
static inline Result *boot_result(const char *client, uint64_t seed, bool is_virtual,
				  uint64_t payload_ns)
{
	g_autofree char *cell =
		g_strdup_printf("%s/builtin/boot/x/%" G_GUINT64_FORMAT, client, seed);
	Result *r = result_new_for(cell, client, "builtin", "boot/x", seed, is_virtual);

	r->verdict = payload_ns ? VERDICT_PASS : VERDICT_FAIL;
	if (payload_ns)
		result_add_milestone(r, "payload", payload_ns);
	return r;
}

static inline GPtrArray *boot_results_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
}

#endif /* TESTS_SUPPORT_BOOT_RESULT_H */
