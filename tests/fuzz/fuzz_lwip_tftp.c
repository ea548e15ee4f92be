/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagrams into the netboot image's TFTP client
 *
 * An input is a row of steps: a byte says what comes (a datagram of the server's, one of a
 * stranger's, time that passes), a byte how long it is, then its bytes. Whatever comes, the client
 * stores bytes in order and in range, answers each datagram with one packet at most, and comes to
 * an end when there is no progress.
 */
#include "firmware/lwip/tftp_client.h"

#include "tests/fuzz/fuzz.h"

enum {
	PORT = 50000,
	N_TICKS_MAX = 1000,
};

#define SECOND UINT64_C(1000000000)

static size_t n_done, n_failed, n_blocks;

static const struct tftp_config configs[] = {
	{ .blksize = 1468, .window = 32, .tsize = true },
	{ .blksize = 1428, .window = 1 },
	{ .blksize = 16, .window = 3, .tsize = true, .timeout_s = 1 },
};

static void check(const struct tftp_client *c, const struct tftp_out *out, uint64_t stored)
{
	LAW(out->len <= sizeof(out->buf));
	LAW(out->to == TFTP_TO_NOBODY || out->len >= 4);
	LAW(out->data_len <= c->blksize);
	LAW(!out->data_len || out->offset == stored);
	LAW(c->bytes == stored + out->data_len);
	LAW(c->blksize >= TFTP_BLKSIZE_MIN && c->window >= 1);
	LAW(tftp_client_is_over(c) == (c->deadline_ns == UINT64_MAX));
	LAW(memchr(c->message, 0, sizeof(c->message)));
	n_blocks += out->data_len != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tftp_client c;
	static struct tftp_out out;
	uint64_t now = SECOND, stored = 0;
	unsigned n_ticks = 0;

	if (!size)
		return 0;
	tftp_client_start(&c, &configs[data[0] % 3], "kernel", 6, now, &out);
	data++, size--;
	while (size >= 2) {
		uint8_t what = data[0];
		size_t len = data[1] < size - 2 ? data[1] : size - 2;

		now += what & 0x70 ? (uint64_t)(what >> 4) << 22 : 0;
		if (what % 4 == 3 && c.deadline_ns != UINT64_MAX) {
			now = c.deadline_ns > now ? c.deadline_ns : now;
			tftp_client_step(&c, now, &out);
			len = 0;
		} else {
			tftp_client_input(&c, now, what % 4 != 2, PORT + (what % 4 == 1), data + 2,
					  len, &out);
		}
		check(&c, &out, stored);
		stored = c.bytes;
		data += 2 + len;
		size -= 2 + len;
	}
	for (; !tftp_client_is_over(&c) && n_ticks < N_TICKS_MAX; n_ticks++) {
		now = c.deadline_ns > now ? c.deadline_ns : now;
		tftp_client_step(&c, now, &out);
		check(&c, &out, stored);
	}
	LAW(n_ticks < N_TICKS_MAX);
	n_done += c.state == TFTP_STATE_DONE;
	n_failed += c.state == TFTP_STATE_FAILED;
	return 0;
}

#ifndef FUZZ_LIBFUZZER

#include "tests/support/hex.h"

enum {
	SEED_MAX = 2048,
	N_MUTATIONS = 100000,
};

#define OACK "0020 0006 626c6b73697a6500 313600 77696e646f7773697a6500 3200"
#define BLOCK "41424344454647484142434445464748 "

static const char *const seeds[] = {
	/* the smallest block size, a window of three: OACK, two blocks, a gap, a repetition, the
	   end */
	"02 " OACK " 0014 00030001 " BLOCK "0014 00030002 " BLOCK "0014 00030004 " BLOCK
	"0300 0014 00030003 " BLOCK "0005 00030004 41 2005 00030004 41",
	/* lock step, without options, a stranger, and an ERROR */
	"01 0005 00030001 41",
	"01 0106 00030001 4142 0206 00030001 4142 0007 00050001 6e6f00",
	/* options refused, and once more without */
	"00 0007 00050008 6e6f00 0006 00030001 4142",
	"00 000a 0006 7473697a6500 3700 0004 00030001",
};

static size_t parse_seed(uint8_t *out, size_t i)
{
	return hex_parse(out, SEED_MAX, seeds[i]);
}

int main(int argc, char **argv)
{
	static uint8_t seed[SEED_MAX], buf[SEED_MAX];
	const size_t n_seeds = sizeof(seeds) / sizeof(seeds[0]);
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < n_seeds; i++) {
		size_t len = parse_seed(seed, i);

		if (argc > 1) {
			fuzz_save(argv[1], i, seed, len);
			continue;
		}
		for (size_t n = 0; n <= len; n++)
			fuzz_one(seed, n);
	}
	if (argc > 1)
		return EXIT_SUCCESS;
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		size_t len = parse_seed(buf, fuzz_random(&state) % n_seeds);

		fuzz_one(buf, fuzz_mutate(buf, len, SEED_MAX, &state));
	}
	printf("fuzz_lwip_tftp: %zu seeds, %d mutated; %zu transfers done, %zu failed, %zu "
	       "blocks\n",
	       n_seeds, N_MUTATIONS, n_done, n_failed, n_blocks);
	return n_done && n_failed && n_blocks ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
