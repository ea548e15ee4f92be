/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes two failures the same one
 */
#include "harness/signature.h"

#include <glib.h>
#include <inttypes.h>

#include "firmware/marker.h"

enum {
	WORDS_MAX = 64,  /* bytes of a console line that count */
	PGM_MAX = 0x3ff, /* no program-interruption code is larger, with PER and in a transaction */
};

/* Letters in lower case; a number of whatever length is "#"; all else is a blank, and one alone. */
static char *words_of(const char *line)
{
	GString *s;

	/* Values of a report that was not understood would be different ones each time. */
	if (g_str_has_prefix(line, MARKER_PREFIX))
		return g_strdup("report");
	s = g_string_new(NULL);
	for (; *line && s->len < WORDS_MAX; line++) {
		char last = s->len ? s->str[s->len - 1] : ' ';
		char c = g_ascii_isdigit(*line)   ? '#'
			 : g_ascii_isalpha(*line) ? g_ascii_tolower(*line)
						  : ' ';

		if (c != last || g_ascii_isalpha(c))
			g_string_append_c(s, c);
	}
	return g_string_free(s, FALSE);
}

/* A code of its own is the failure's name; an address in a stack frame would be none. */
static char *crash(const struct evidence *e)
{
	unsigned code = e->last.pgm_code & 0xffff;

	if (e->panicked && e->psw)
		return g_strdup_printf("stopped at 0x%" PRIx64, e->psw);
	/* Something was written over it, "hl" or "kl" of a text. */
	if (code > PGM_MAX)
		return g_strdup("lowcore overwritten");
	return g_strdup_printf("program check 0x%04x", code);
}

static char *why(const struct evidence *e, enum ending ending, const char *wrong)
{
	if (!g_str_equal(wrong, "ending"))
		return g_strdup(wrong);
	switch (ending) {
	case ENDING_CRASH:
		return crash(e);
	case ENDING_HANG:
		return g_strdup(e->deadline ? e->deadline : "");
	case ENDING_GAVE_UP:
	case ENDING_SHUTDOWN:
		return g_strstrip(words_of(e->last_line ? e->last_line : ""));
	case ENDING_PAYLOAD:
	case ENDING_QEMU_DIED:
	case ENDING_N:
		break;
	}
	return g_strdup(wrong);
}

char *signature_of(const struct evidence *e, enum ending ending, const char *milestone,
		   const char *wrong)
{
	g_autofree char *because = why(e, ending, wrong);

	return g_strdup_printf("%s/%s/%s", ending_name(ending), milestone ? milestone : "nothing",
			       because);
}
