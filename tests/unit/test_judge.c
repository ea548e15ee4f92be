/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge: the engine, and judges of UDP
 */
#include "harness/judge/judge.h"

#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

static struct boot_script b;

static bool is_from_guest(const struct trace_frame *f)
{
	return !f->to_guest;
}

static bool is_none(const struct trace_frame *f)
{
	(void)f;
	return false;
}

static char *nothing_wrong(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	(void)f;
	return NULL;
}

static char *requests_are_wrong(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	return f->kind == FRAME_TFTP_RRQ ? g_strdup("a \xff request") : NULL;
}

static void a_value(struct judgement *out, const Trace *t)
{
	judge_saw(out, JUDGE_SAW_KEPT, NULL, "overwritten");
	judge_saw(out, JUDGE_SAW_VALUE, trace_frame(t, 0), "%u", t->frames->len);
	for (guint i = 0; i < JUDGE_N_FRAMES_MAX + 3; i++)
		judge_add_frame(out, trace_frame(t, 1));
	judge_add_frame(out, NULL);
}

static void a_pair(struct judgement *out, const Trace *t, const Trace *control)
{
	judge_saw(out, t == control ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL, "both");
}

static const struct judge each = JUDGE_EACH("x.each", is_from_guest, nothing_wrong);
static const struct judge broken = JUDGE_EACH("x.broken", is_from_guest, requests_are_wrong);
static const struct judge none = JUDGE_EACH("x.none", is_none, requests_are_wrong);
static const struct judge whole = JUDGE_BOOT("x.whole", a_value);
static const struct judge pair = JUDGE_PAIR("x.pair", a_pair);

static const struct {
	const char *what;
	const struct judge *judge;
	bool control;
	enum judge_saw saw;
	const char *evidence;
	unsigned n_frames;
	uint64_t frame;
} rows[] = {
	{ "right in all frames", &each, false, JUDGE_SAW_KEPT, "10 frames", 1, 1 },
	{ "the first that is wrong decides, in UTF-8", &broken, false, JUDGE_SAW_BROKEN,
	  "a \xef\xbf\xbd request", 1, BOOT_RRQ + 1 },
	{ "no such frame", &none, false, JUDGE_SAW_NOTHING, NULL, 0, 0 },
	{ "a whole boot, the last word counts", &whole, false, JUDGE_SAW_VALUE, "18", 4, 1 },
	{ "a pair", &pair, true, JUDGE_SAW_KEPT, "both", 0, 0 },
	{ "half of one", &pair, false, JUDGE_SAW_NOTHING, NULL, 0, 0 },
};

START_TEST(what_is_seen)
{
	struct judgement seen;
	Trace *t;

	boot_usual(&b);
	t = boot_trace(&b);
	seen = judge_boot(rows[_i].judge, t, rows[_i].control ? t : NULL);
	ck_assert_msg(seen.saw == rows[_i].saw, "%s: %d", rows[_i].what, seen.saw);
	ck_assert_pstr_eq(seen.evidence, rows[_i].evidence);
	ck_assert_uint_eq(seen.n_frames, rows[_i].n_frames);
	ck_assert_uint_eq(seen.frames[0], rows[_i].frame);
	judgement_clear(&seen);
	ck_assert_ptr_null(seen.evidence);
	trace_free(t);
}
END_TEST

START_TEST(each_check_has_one_judge)
{
	const struct judge *j;

	for (unsigned i = 0; (j = judge_at(i)); i++) {
		unsigned n = (j->which && j->test) + (j->boot != NULL) + (j->pair != NULL);

		ck_assert_msg(judge_find(j->id) == j, "%s is there twice", j->id);
		ck_assert_msg(n == 1, "%s does not know what it is", j->id);
	}
	ck_assert_ptr_null(judge_find("no.such"));
}
END_TEST

static const struct {
	const char *what, *control, *payload;
	enum judge_saw saw;
} payloads[] = {
	{ "the same", "initrd_len=1 initrd_crc32=aa self_crc32=bb",
	  "initrd_len=1 initrd_crc32=aa self_crc32=bb", JUDGE_SAW_KEPT },
	{ "another initrd", "initrd_len=1 initrd_crc32=aa self_crc32=bb",
	  "initrd_len=1 initrd_crc32=ab self_crc32=bb", JUDGE_SAW_BROKEN },
	{ "another kernel", "initrd_len=1 initrd_crc32=aa self_crc32=bb",
	  "initrd_len=1 initrd_crc32=aa self_crc32=bc", JUDGE_SAW_BROKEN },
	{ "an initrd that is cut", "initrd_len=1 initrd_crc32=aa", "initrd_len=0 initrd_crc32=aa",
	  JUDGE_SAW_BROKEN },
	{ "no initrd at all", "initrd_len=1 initrd_crc32=aa", "initrd_len=1", JUDGE_SAW_BROKEN },
	{ "no payload", "self_crc32=bb", NULL, JUDGE_SAW_BROKEN },
	{ "none in the control", NULL, "self_crc32=bb", JUDGE_SAW_NOTHING },
	{ "other words are no matter", "self_crc32=bb cmdline=x", "self_crc32=bb cmdline=y",
	  JUDGE_SAW_KEPT },
};

static Trace *with_payload(const char *words)
{
	g_autofree char *line = g_strconcat("@iplab payload kind=probe ", words, NULL);

	boot_usual(&b);
	b.payload = words ? line : NULL;
	return boot_trace(&b);
}

START_TEST(the_payload_tells)
{
	Trace *t = with_payload(payloads[_i].payload);
	Trace *control = with_payload(payloads[_i].control);
	struct judgement seen = { .saw = JUDGE_SAW_NOTHING };

	judge_same_payload(&seen, t, control);
	ck_assert_msg(seen.saw == payloads[_i].saw, "%s: %s", payloads[_i].what, seen.evidence);
	judgement_clear(&seen);
	trace_free(t);
	trace_free(control);
}
END_TEST

/* --- UDP --- */

static const struct {
	const char *what;
	uint8_t high, low; /* of the checksum: XOR */
	bool none;
	enum judge_saw saw;
} sums[] = {
	{ "right", 0, 0, false, JUDGE_SAW_KEPT },
	{ "wrong", 0, 1, false, JUDGE_SAW_BROKEN },
	{ "none", 0, 0, true, JUDGE_SAW_BROKEN },
};

START_TEST(checksums_of_the_client)
{
	uint8_t *sum;

	boot_usual(&b);
	sum = b.frames[BOOT_ACK_1].f.buf + 14 + 20 + 6;
	sum[0] ^= sums[_i].high;
	sum[1] ^= sums[_i].low;
	if (sums[_i].none)
		sum[0] = sum[1] = 0;
	boot_assert(&b, "udp.checksum.tx-valid", sums[_i].saw, sums[_i].what);
}
END_TEST

START_TEST(a_spoilt_block)
{
	boot_usual(&b);
	boot_assert(&b, "udp.checksum.bad-drop", JUDGE_SAW_NOTHING, "all is well");
	b.frames[BOOT_DATA_1].f.buf[60] ^= 1;
	boot_assert(&b, "udp.checksum.bad-drop", JUDGE_SAW_KEPT, "dropped");
	b.payload = "@iplab payload kind=probe initrd_len=100 initrd_crc32=ffffffff";
	boot_assert(&b, "udp.checksum.bad-drop", JUDGE_SAW_BROKEN, "taken");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge");

	suite_add_rows(s, what_is_seen, N_ROWS(rows));
	suite_add(s, each_check_has_one_judge);
	suite_add_rows(s, the_payload_tells, N_ROWS(payloads));
	suite_add_rows(s, checksums_of_the_client, N_ROWS(sums));
	suite_add(s, a_spoilt_block);
	return suite_run(s);
}
