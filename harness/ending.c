/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a boot ended
 */
#include "harness/ending.h"

#include <inttypes.h>
#include <sys/wait.h>

const char *const ending_words[] = {
	[ENDING_PAYLOAD] = "payload",
	[ENDING_GAVE_UP] = "gave-up",
	[ENDING_CRASH] = "crash",
	[ENDING_HANG] = "hang",
	[ENDING_SHUTDOWN] = "shutdown",
	[ENDING_QEMU_DIED] = "qemu-died",
	[ENDING_N] = NULL,
};

enum { /* Principles of Operation, "program interruption codes" */
       PGM_SEGMENT_TRANSLATION = 0x10,
       PGM_PAGE_TRANSLATION = 0x11,
       PGM_ASCE_TYPE = 0x38,
       PGM_REGION_THIRD = 0x3b,
       PGM_PER = 0x80,
};

const char *ending_name(enum ending e)
{
	return ending_words[e];
}

/* Program checks that an operating system lives with. */
static bool is_everyday(uint16_t code)
{
	return code == PGM_SEGMENT_TRANSLATION || code == PGM_PAGE_TRANSLATION ||
	       (code >= PGM_ASCE_TYPE && code <= PGM_REGION_THIRD) || code == PGM_PER;
}

/* Whether a program check came after @before was taken. */
static bool checked_since(const struct lowcore *before, const struct lowcore *after)
{
	if (!before->known || !after->known || !(uint16_t)after->pgm_code)
		return false;
	return before->pgm_code != after->pgm_code || before->pgm_old != after->pgm_old ||
	       before->pgm_old_mask != after->pgm_old_mask;
}

/* The hand-over puts the kernel's bytes into the lowcore: then those are what it began with. */
static bool was_checked(const struct evidence *e)
{
	if (e->os || !checked_since(&e->before, &e->last))
		return false;
	return !e->handed_over || !e->kernel.known || checked_since(&e->kernel, &e->last);
}

static bool has_program_check(const struct evidence *e)
{
	return was_checked(e) && !is_everyday((uint16_t)e->last.pgm_code);
}

bool ending_is_loop(const struct evidence *e)
{
	const struct lowcore *l = &e->last;
	uint64_t length = l->pgm_code >> 16;

	/* The old PSW is behind the instruction, or at it: "suppressed" and "nullified". */
	return was_checked(e) && (l->pgm_old == l->pgm_new || l->pgm_old == l->pgm_new + length);
}

static char *crash_detail(const struct evidence *e)
{
	return g_strdup_printf("program check 0x%04x at 0x%" PRIx64 " %s%s",
			       e->last.pgm_code & 0xffff, e->last.pgm_old,
			       e->handed_over ? "after hand-over" : "in the client",
			       e->panicked ? "" : ", looping silently");
}

static char *last_line_or(const struct evidence *e, const char *otherwise)
{
	return g_strdup(e->last_line ? e->last_line : otherwise);
}

char *ending_died_detail(int status)
{
	if (WIFSIGNALED(status))
		return g_strdup_printf("QEMU was ended by signal %d", WTERMSIG(status));
	return g_strdup_printf("QEMU exited with status %d", WEXITSTATUS(status));
}

/* An operating system that ends its life in a wait of its own may have said why before. */
static char *wait_detail(const struct evidence *e)
{
	bool said = e->says_why && !e->handed_over;

	return g_strdup_printf("%s at PSW 0x%016" PRIx64 " 0x%" PRIx64 "%s%s",
			       e->panic_reason ? e->panic_reason : "panic", e->psw_mask, e->psw,
			       said ? "; the client says: " : "", said ? e->last_line : "");
}

/* A client with codes of its own stops with them before it hands over, and never after. */
static bool is_gave_up_code(const struct evidence *e)
{
	return !e->handed_over && e->gave_up_first && e->psw >= e->gave_up_first &&
	       e->psw <= e->gave_up_last;
}

static enum ending panicked(const struct evidence *e, char **detail)
{
	if (has_program_check(e)) {
		*detail = crash_detail(e);
		return ENDING_CRASH;
	}
	/* A code of its own in the wait's address, or one of the loops that QEMU finds. */
	if ((e->psw && !is_gave_up_code(e)) ||
	    (e->panic_reason && !g_str_equal(e->panic_reason, "disabled-wait"))) {
		*detail = wait_detail(e);
		return ENDING_CRASH;
	}
	*detail = last_line_or(e, "disabled wait, and nothing on the console");
	return ENDING_GAVE_UP;
}

enum ending ending_classify(const struct evidence *e, char **detail)
{
	if (e->panicked)
		return panicked(e, detail);
	/* An operating system that is a client gives up by switching off. */
	if (e->shutdown && !e->payload && e->says_why && !e->handed_over) {
		*detail = g_strdup(e->last_line);
		return ENDING_GAVE_UP;
	}
	if (e->shutdown) {
		*detail = e->payload ? g_strdup("the payload spoke and shut the machine down")
				     : last_line_or(e, "nothing on the console");
		return e->payload ? ENDING_PAYLOAD : ENDING_SHUTDOWN;
	}
	if (e->qemu_exited) {
		*detail = ending_died_detail(e->qemu_status);
		return ENDING_QEMU_DIED;
	}
	if (e->looping || has_program_check(e)) {
		*detail = crash_detail(e);
		return ENDING_CRASH;
	}
	*detail = g_strdup_printf("deadline of %s passed; last on the console: %s",
				  e->deadline ? e->deadline : "nothing",
				  e->last_line ? e->last_line : "nothing");
	return ENDING_HANG;
}
