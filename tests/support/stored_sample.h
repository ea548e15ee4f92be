/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stored run for the writers of reports: a cell of each verdict, and what is awkward to write
 */
#ifndef TESTS_SUPPORT_STORED_SAMPLE_H
#define TESTS_SUPPORT_STORED_SAMPLE_H

#include <check.h>

#include "reports/report.h"

#define SAMPLE_START_NS UINT64_C(1769860800000000000) /* 2026-01-31T12:00:00Z */
#define SAMPLE_RUN                                                                                 \
	"{\"schema\":1,\"iplab\":\"0.1\",\"started\":\"2026-01-31T12:00:00Z\","                    \
	"\"command\":[\"run\",\"client=libnet-7.2,lwip\"],\"n_cells\":8,"                          \
	"\"host\":{\"kernel\":\"6.1.0\",\"machine\":\"x86_64\",\"cpus\":2},"                       \
	"\"clients\":{\"lwip\":{\"summary\":\"lwIP, ours\"}},"                                     \
	"\"scenarios\":{\"boot/probe\":{\"summary\":\"A kernel arrives whole\"}}}"

/* What a reason may hold at worst: quotes, markup, lines, an escape, no UTF-8. */
#define SAMPLE_NASTY "a \"b\" <c> | d # e \\ f\n`g` @all \x1b[1m \xff"

static struct report sample;
static GPtrArray *sample_results;
static GString *sample_text;

static inline Result *sample_add(const char *client, const char *scenario, uint64_t seed,
				 enum verdict verdict, const char *reason)
{
	g_autofree char *cell =
		g_strdup_printf("%s/builtin/%s/%" G_GUINT64_FORMAT, client, scenario, seed);
	Result *r = result_new_for(cell, client, "builtin", scenario, seed, true);

	r->verdict = verdict;
	r->reason = g_strdup(reason);
	r->wall_ns = 1234567890;
	g_ptr_array_add(sample_results, r);
	return r;
}

static inline void sample_set_up(void)
{
	sample_results = g_ptr_array_new_with_free_func((void (*)(void *))result_free);
	sample_text = g_string_new(NULL);
	sample = (struct report){ .results = sample_results };
	sample.run = run_info_parse(SAMPLE_RUN, NULL);
	ck_assert_ptr_nonnull(sample.run);
}

static inline void sample_tear_down(void)
{
	g_ptr_array_unref(sample_results);
	g_string_free(sample_text, TRUE);
	run_info_free((RunInfo *)sample.run);
}

/* One of each verdict, in the order of their ids, and two seeds of a boot that passes. */
static inline void sample_add_all(void)
{
	Result *r;

	sample_add("libnet-7.2", "boot/broken", 1, VERDICT_FAIL, SAMPLE_NASTY)->ending =
		g_strdup("gave-up");
	sample_add("libnet-7.2", "boot/error", 1, VERDICT_ERROR, "QEMU died");
	r = sample_add("libnet-7.2", "boot/known", 1, VERDICT_XFAIL, "known failure x: no");
	r->known = g_strdup("x");
	r->known_link = g_strdup("https://example.org/1");
	r = sample_add("libnet-7.2", "boot/known", 2, VERDICT_XPASS,
		       "known failure x did not happen");
	r->known = g_strdup("x");
	r = sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
	r->ending = g_strdup("payload");
	r->begun_unix_ns = SAMPLE_START_NS + 500000000;
	r->n_sent = 100;
	r->n_lost = 25;
	r->qemu_version = g_strdup("QEMU 7.2");
	r->client_version = g_strdup("1:7.2");
	r->journal_sha256 = g_strdup("ab");
	result_add_milestone(r, "power-on", 0);
	result_add_milestone(r, "payload", 1500000000);
	r = sample_add("lwip", "boot/probe", 2, VERDICT_PASS, NULL);
	r->ending = g_strdup("payload");
	r->begun_unix_ns = SAMPLE_START_NS + 1000000000;
	result_add_milestone(r, "power-on", 0);
	result_add_milestone(r, "payload", 2500000000);
	sample_add("lwip", "boot/skipped", 1, VERDICT_SKIP, "no kernel here");
}

static inline const char *sample_write(report_fn write)
{
	g_string_truncate(sample_text, 0);
	write(sample_text, &sample);
	return sample_text->str;
}

#endif /* TESTS_SUPPORT_STORED_SAMPLE_H */
