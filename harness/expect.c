/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario expects, held against what happens
 */
#include "harness/expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

struct Expect {
	const Scenario *s;
	unsigned next_event; /* index into expect.events */
	bool *console_seen;  /* one for each of expect.console */
	bool handed_over;
	size_t blksize; /* of the largest DATA */
	GHashTable *payload;
};

Expect *expect_new(const Scenario *s)
{
	Expect *e = g_new0(Expect, 1);
	unsigned n = s->expect.console ? g_strv_length(s->expect.console) : 0;

	e->s = s;
	e->console_seen = g_new0(bool, n + 1);
	return e;
}

/* Whether "KIND" or "KIND FILE" is what happened. */
static bool event_matches(const char *wanted, const char *kind, struct slice file)
{
	size_t len = strlen(kind);

	if (!g_str_has_prefix(wanted, kind))
		return false;
	if (!wanted[len])
		return true;
	return wanted[len] == ' ' && strlen(wanted + len + 1) == file.len &&
	       (!file.len || memcmp(wanted + len + 1, file.p, file.len) == 0);
}

void expect_event(Expect *e, const char *kind, struct slice file)
{
	char **events = e->s->expect.events;

	if (events && events[e->next_event] && event_matches(events[e->next_event], kind, file))
		e->next_event++;
}

void expect_frame(Expect *e, const struct frame *f)
{
	bool has_file = f->kind == FRAME_TFTP_RRQ;

	if (f->kind == FRAME_TFTP_DATA)
		e->blksize = MAX(e->blksize, f->tftp.data.len);
	expect_event(e, frame_kind_name(f->kind),
		     has_file ? tftp_file_in_root(f->tftp.file) : (struct slice){ NULL, 0 });
}

void expect_console(Expect *e, const char *line)
{
	char **wanted = e->s->expect.console;

	for (unsigned i = 0; wanted && wanted[i]; i++)
		if (strstr(line, wanted[i]))
			e->console_seen[i] = true;
}

void expect_payload(Expect *e, GHashTable *values)
{
	g_clear_pointer(&e->payload, g_hash_table_unref);
	e->payload = g_hash_table_ref(values);
}

void expect_handover(Expect *e)
{
	e->handed_over = true;
}

static const char *payload_value(const Expect *e, const char *key)
{
	return e->payload ? g_hash_table_lookup(e->payload, key) : NULL;
}

/* Who may boot or give up may not start what does not run. */
static bool gave_up_too_late(const Expect *e, enum ending ending)
{
	return ending == ENDING_GAVE_UP && e->handed_over &&
	       e->s->expect.endings & 1U << ENDING_PAYLOAD;
}

static char *wrong_ending(const Expect *e, enum ending ending, const char *detail)
{
	g_autoptr(GString) wanted = g_string_new(NULL);

	if (e->s->expect.endings & 1U << ending)
		return gave_up_too_late(e, ending)
			       ? g_strdup_printf("gave up after hand-over, expected payload, or "
						 "gave-up before it: %s",
						 detail)
			       : NULL;
	for (int i = 0; i < ENDING_N; i++)
		if (e->s->expect.endings & 1U << i)
			g_string_append_printf(wanted, "%s%s", wanted->len ? " or " : "",
					       ending_name((enum ending)i));
	return g_strdup_printf("ended with %s, expected %s: %s", ending_name(ending), wanted->str,
			       detail);
}

static char *missing_event(const Expect *e)
{
	char **events = e->s->expect.events;

	if (!events || !events[e->next_event])
		return NULL;
	return g_strdup_printf("\"%s\" did not happen%s%s%s", events[e->next_event],
			       e->next_event ? " after \"" : "",
			       e->next_event ? events[e->next_event - 1] : "",
			       e->next_event ? "\"" : "");
}

static char *missing_console(const Expect *e)
{
	char **wanted = e->s->expect.console;

	for (unsigned i = 0; wanted && wanted[i]; i++)
		if (!e->console_seen[i])
			return g_strdup_printf("the console never showed \"%s\"", wanted[i]);
	return NULL;
}

static char *wrong_blksize(const Expect *e)
{
	if (!e->s->expect.blksize || e->blksize == e->s->expect.blksize)
		return NULL;
	return g_strdup_printf("the largest block had %zu bytes, expected %u", e->blksize,
			       e->s->expect.blksize);
}

static char *wrong_cmdline(const Expect *e)
{
	const char *wanted = e->s->expect.cmdline ? e->s->expect.cmdline : e->s->boot.append;
	const char *got = payload_value(e, "cmdline");

	if (!got && e->s->expect.cmdline)
		return g_strdup_printf("the payload told no command line, expected \"%s\"", wanted);
	if (!wanted || !got || g_str_equal(got, wanted))
		return NULL;
	return g_strdup_printf("the payload got the command line \"%s\", expected \"%s\"", got,
			       wanted);
}

static char *wrong_payload(const Expect *e)
{
	char **wanted = e->s->expect.payload;

	for (; wanted && *wanted; wanted++) {
		g_auto(GStrv) pair = g_strsplit(*wanted, "=", 2);
		const char *got = payload_value(e, pair[0]);

		if (!got)
			return g_strdup_printf("the payload did not report %s", pair[0]);
		if (!g_str_equal(got, pair[1]))
			return g_strdup_printf("the payload reports %s=\"%s\", expected \"%s\"",
					       pair[0], got, pair[1]);
	}
	return NULL;
}

static char *wrong_initrd(const Expect *e, const struct expect_sums *sums)
{
	const char *len = payload_value(e, "initrd_len");
	const char *crc = payload_value(e, "initrd_crc32");
	char wanted[9];

	if (!sums->has_initrd || !crc)
		return NULL;
	snprintf(wanted, sizeof(wanted), "%08" PRIx32, sums->initrd_crc32);
	if (g_str_equal(crc, wanted))
		return NULL;
	return g_strdup_printf("the payload's initrd has %s bytes and CRC-32 %s, served were "
			       "%" PRIu64 " bytes with %s",
			       len ? len : "?", crc, sums->initrd_len, wanted);
}

/* CRC-32 of a range of a file; false if it is not in there. */
static bool sum_range(const char *path, uint64_t start, uint64_t end, uint32_t *out)
{
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	if (!file || start > end || end > g_mapped_file_get_length(file))
		return false;
	*out = (uint32_t)crc32_z(0, (const Bytef *)g_mapped_file_get_contents(file) + start,
				 end - start);
	return true;
}

/* The payload names the part of itself that no loader changes, and its sum. */
static char *wrong_kernel(const Expect *e, const struct expect_sums *sums)
{
	const char *range = payload_value(e, "self"), *crc = payload_value(e, "self_crc32");
	uint64_t start, end;
	uint32_t sum;
	char wanted[9];

	if (!sums->kernel_path || !range || !crc)
		return NULL;
	if (sscanf(range, "0x%" SCNx64 "-0x%" SCNx64, &start, &end) != 2 ||
	    !sum_range(sums->kernel_path, start, end, &sum))
		return g_strdup_printf("the payload says it lies at %s, the served file does not",
				       range);
	snprintf(wanted, sizeof(wanted), "%08" PRIx32, sum);
	if (g_str_equal(crc, wanted))
		return NULL;
	return g_strdup_printf("the payload's own bytes %s have CRC-32 %s, served were %s", range,
			       crc, wanted);
}

struct expect_sums expect_sum_served(const Scenario *s, const char *tree, char **kernel)
{
	const struct scenario_boot *boot = &s->boot;
	g_autofree char *path = boot->initrd ? g_build_filename(tree, boot->initrd, NULL) : NULL;
	g_autoptr(GMappedFile) file = path ? g_mapped_file_new(path, FALSE, NULL) : NULL;
	struct expect_sums sums = { .has_initrd = file != NULL };

	if (file) {
		const char *bytes = g_mapped_file_get_contents(file);

		sums.initrd_len = g_mapped_file_get_length(file);
		sums.initrd_crc32 = (uint32_t)crc32_z(0, (const Bytef *)bytes, sums.initrd_len);
	}
	*kernel = boot->kernel ? g_build_filename(tree, boot->kernel, NULL) : NULL;
	sums.kernel_path = *kernel;
	return sums;
}

bool expect_verdict(const Expect *e, enum ending ending, const char *detail,
		    const struct expect_sums *sums, struct expect_wrong *wrong)
{
	const struct expect_wrong all[] = {
		{ "ending", wrong_ending(e, ending, detail) },
		{ "events", missing_event(e) },
		{ "console", missing_console(e) },
		{ "blksize", wrong_blksize(e) },
		{ "cmdline", wrong_cmdline(e) },
		{ "payload", wrong_payload(e) },
		{ "initrd", wrong_initrd(e, sums) },
		{ "kernel", wrong_kernel(e, sums) },
	};

	*wrong = (struct expect_wrong){ NULL, NULL };
	for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
		if (wrong->reason)
			g_free(all[i].reason);
		else if (all[i].reason)
			*wrong = all[i];
	}
	return !wrong->reason;
}

void expect_free(Expect *e)
{
	if (!e)
		return;
	g_clear_pointer(&e->payload, g_hash_table_unref);
	g_free(e->console_seen);
	g_free(e);
}
