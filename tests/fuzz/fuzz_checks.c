/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that sends anything, and journals that say anything, to the judges of conformance
 *
 * An input is 't' and the text of a journal, or 'f' and frames: a byte whose lowest bit says which
 * way, two bytes of length, the bytes. Frames go through the journal, as those of a boot do.
 *
 * Whatever comes: nothing crashes, and what is seen has its evidence in one line of UTF-8.
 */
#include "harness/judge/judge.h"
#include "server/frame_journal.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/session.h"

enum {
	N_FRAMES_MAX = 64,
};

static unsigned n_seen[JUDGE_SAW_VALUE + 1];

static void judge_all(const Trace *t)
{
	const struct judge *j;

	for (unsigned i = 0; (j = judge_at(i)); i++) {
		struct judgement seen = judge_boot(j, t, t);

		LAW(seen.saw <= JUDGE_SAW_VALUE);
		LAW(seen.n_frames <= JUDGE_N_FRAMES_MAX);
		LAW(!seen.evidence == (seen.saw == JUDGE_SAW_NOTHING));
		LAW(!seen.evidence || g_utf8_validate(seen.evidence, -1, NULL));
		n_seen[seen.saw]++;
		judgement_clear(&seen);
	}
}

static void add_lines(Trace *t, const char *p, size_t len)
{
	while (len) {
		const char *end = memchr(p, '\n', len);
		size_t n = end ? (size_t)(end - p) : len;

		trace_add_line(t, p, n);
		n += end ? 1 : 0;
		p += n;
		len -= n;
	}
}

static void write_frames(Journal *j, const uint8_t *data, size_t size)
{
	static struct frame f;
	struct frame_flows flows = { 0 };

	for (unsigned n = 1; size >= RECORD_HLEN && n <= N_FRAMES_MAX; n++) {
		size_t len = (size_t)(data[1] << 8 | data[2]);
		bool to_guest = data[0] & 1;

		data += RECORD_HLEN;
		size -= RECORD_HLEN;
		len = MIN(len, size);
		frame_decode(&f, &flows, data, len);
		frame_journal(j, n * 1000000, "nic0", to_guest, n, (struct slice){ data, len }, &f);
		data += len;
		size -= len;
	}
}

static void add_frames(Trace *t, const uint8_t *data, size_t size)
{
	Journal *j = journal_new(NULL);

	write_frames(j, data, size);
	add_lines(t, journal_lines(j), strlen(journal_lines(j)));
	journal_free(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Trace) t = trace_new(TRACE_N_FRAMES_FEW);

	if (!size)
		return 0;
	if (*data == 't')
		add_lines(t, (const char *)data + 1, size - 1);
	else
		add_frames(t, data + 1, size - 1);
	judge_all(t);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	N_MUTATIONS = 4000,
	SEED_MAX = SESSION_CAP,
};

static size_t text_seed(uint8_t *out, const struct session *s)
{
	struct wr w = WR_INIT(out, SEED_MAX);
	Journal *j = journal_new(NULL);

	write_frames(j, s->buf + 1, s->len - 1);
	wr_u8(&w, 't');
	wr_bytes(&w, journal_lines(j), strlen(journal_lines(j)));
	journal_free(j);
	return SEED_MAX - w.left;
}

/* A boot's records are frames from the guest as they are: their first byte is even. */
int main(int argc, char **argv)
{
	static uint8_t text[SEED_MAX], buf[2 * SEED_MAX];
	static struct session boot;
	uint64_t state = FUZZ_RANDOM_SEED;
	size_t text_len;

	session_boot(&boot, 'f');
	text_len = text_seed(text, &boot);
	if (argc > 1) {
		fuzz_save(argv[1], 0, boot.buf, boot.len);
		fuzz_save(argv[1], 1, text, text_len);
		return EXIT_SUCCESS;
	}
	fuzz_one(boot.buf, boot.len);
	fuzz_one(text, text_len);
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		size_t n = i % 2 ? text_len : boot.len;

		memcpy(buf, i % 2 ? text : boot.buf, n);
		n = fuzz_mutate(buf, n, sizeof(buf), &state);
		fuzz_one(buf, n);
	}
	printf("fuzz_checks: %d mutated; judges saw nothing %u times, kept %u, broken %u, a value "
	       "%u\n",
	       N_MUTATIONS, n_seen[JUDGE_SAW_NOTHING], n_seen[JUDGE_SAW_KEPT],
	       n_seen[JUDGE_SAW_BROKEN], n_seen[JUDGE_SAW_VALUE]);
	return n_seen[JUDGE_SAW_KEPT] && n_seen[JUDGE_SAW_BROKEN] ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
