/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network between a guest and its server, for the tests of what it does to packets
 */
#ifndef TESTS_UNIT_TEST_IMPAIR_NETWORK_H
#define TESTS_UNIT_TEST_IMPAIR_NETWORK_H

#include <check.h>

#include "server/impair.h"
#include "tests/unit/test_impair_frames.h"

#define MS UINT64_C(1000000)

static struct impair_config cfg;
static struct impair_rule rules[4];
static Journal *journal;
static Impair *im;
static struct lab_frame lab, got;
static GPtrArray *out;
static char *comment;
static uint64_t now_ns;

static inline void forget(void)
{
	g_clear_pointer(&out, g_ptr_array_unref);
	g_clear_pointer(&comment, g_free);
}

static inline void set_up(void)
{
	memset(&cfg, 0, sizeof(cfg));
	memset(&lab, 0, sizeof(lab));
	journal = journal_new(NULL);
	now_ns = 1000 * MS;
}

static inline void tear_down(void)
{
	forget();
	impair_free(im);
	if (cfg.rules)
		g_ptr_array_unref(cfg.rules);
	journal_free(journal);
}

/* A rule of the network that start() makes. */
static inline struct impair_rule *rule(enum impair_action action, const char *what)
{
	struct impair_rule *r;

	if (!cfg.rules)
		cfg.rules = g_ptr_array_new();
	r = &rules[cfg.rules->len];
	*r = (struct impair_rule){ .name = (char *)"test", .action = action, .what = (char *)what };
	g_ptr_array_add(cfg.rules, r);
	return r;
}

static inline void start(uint64_t seed)
{
	g_autoptr(GError) error = NULL;

	im = impair_new(&cfg, seed, journal, &error);
	ck_assert_msg(im != NULL, "%s", error ? error->message : "");
}

/* Send the frame that was made last; say how many come out. */
static inline unsigned send_frame(void)
{
	forget();
	out = impair_send(im, now_ns, lab.dir, lab.buf, lab.len, &lab.f, &comment);
	return out->len;
}

static inline const struct delivery *delivery(unsigned i)
{
	ck_assert_uint_lt(i, out->len);
	return g_ptr_array_index(out, i);
}

/* A delivery, decoded. */
static inline const struct frame *delivered(unsigned i)
{
	const uint8_t *buf = g_bytes_get_data(delivery(i)->frame, &got.len);

	memcpy(got.buf, buf, got.len);
	got.flows = lab.flows;
	frame_decode(&got.f, &got.flows, got.buf, got.len);
	return &got.f;
}

static inline void assert_untouched(unsigned i, uint64_t due_ns)
{
	delivered(i);
	ck_assert_uint_eq(delivery(i)->due_ns, due_ns);
	ck_assert_int_eq(delivery(i)->dir, lab.dir);
	ck_assert_uint_eq(got.len, lab.len);
	ck_assert_mem_eq(got.buf, lab.buf, lab.len);
}

static inline unsigned send_data(unsigned block)
{
	lab_data(&lab, LAB_PORT, block, 512);
	return send_frame();
}

static inline void begin_transfer(void)
{
	lab_rrq(&lab, LAB_PORT, "kernel");
	send_frame();
}

#endif /* TESTS_UNIT_TEST_IMPAIR_NETWORK_H */
