/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which night it is
 */
#include "harness/night.h"

GQuark night_error_quark(void)
{
	return g_quark_from_static_string("night-error-quark");
}

static bool parse(struct night *out, const char *said_by, const char *text, GError **error)
{
	guint64 number;

	if (g_ascii_string_to_unsigned(text, 10, 0, NIGHT_MAX, &number, NULL)) {
		*out = (struct night){ .number = number, .said_by = said_by };
		return true;
	}
	g_set_error(error, NIGHT_ERROR, NIGHT_ERROR_SYNTAX,
		    "%s is \"%s\"; allowed are whole numbers from 0 to %" G_GUINT64_FORMAT
		    ", like a date (20261123) or what the CI engine counts its pipelines with",
		    said_by, text, NIGHT_MAX);
	return false;
}

bool night_find(struct night *out, const char *option, GDateTime *now, GError **error)
{
	const char *variable = g_getenv(NIGHT_VARIABLE);
	g_autofree char *date = g_date_time_format(now, "%Y%m%d");

	if (option)
		return parse(out, "--night", option, error);
	if (variable)
		return parse(out, NIGHT_VARIABLE, variable, error);
	return parse(out, "the UTC date", date, error);
}

uint64_t night_seed(uint64_t night, uint64_t seed)
{
	return night * NIGHT_N_SEEDS + seed;
}
