/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzers share
 *
 * Built with FUZZ_LIBFUZZER a fuzzer is a libFuzzer target. Otherwise it has a main() that tries
 * the same inputs each time, and with a folder as its argument writes its seeds there instead:
 * libFuzzer begins with those.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A law of the code under test; broken, it ends the program as a crash would. */
#define LAW(holds)                                                                                 \
	do {                                                                                       \
		if (!(holds)) {                                                                    \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #holds);        \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifndef FUZZ_LIBFUZZER

#define FUZZ_RANDOM_SEED UINT64_C(0x9e3779b97f4a7c15)

enum {
	FUZZ_STEPS_MAX = 8, /* changes to one input */
};

/* xorshift64: the same numbers everywhere. */
static inline uint64_t fuzz_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* An input in a block of its own size, so that a sanitizer sees one byte too far. */
static inline void fuzz_one(const uint8_t *buf, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);

	if (!exact)
		abort();
	memcpy(exact, buf, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

/* Change @len bytes in a buffer of @cap at random. Return: how many they are now. */
static inline size_t fuzz_mutate(uint8_t *buf, size_t len, size_t cap, uint64_t *state)
{
	size_t n_steps = 1 + fuzz_random(state) % FUZZ_STEPS_MAX;

	while (n_steps-- && len) {
		size_t at = fuzz_random(state) % len;
		size_t n = 1 + fuzz_random(state) % (len - at);

		switch (fuzz_random(state) % 5) {
		case 0: /* another value */
			buf[at] = (uint8_t)fuzz_random(state);
			break;
		case 1: /* a bit */
			buf[at] ^= (uint8_t)(1 << fuzz_random(state) % 8);
			break;
		case 2: /* the end gone */
			len -= n / 8;
			break;
		case 3: /* a piece somewhere else */
			memmove(buf + fuzz_random(state) % (len - n + 1), buf + at, n);
			break;
		case 4: /* a piece twice */
			n = n < cap - len ? n : cap - len;
			memmove(buf + at + n, buf + at, len - at);
			len += n;
			break;
		}
	}
	return len;
}

/* Write seed @i into folder @dir. */
static inline void fuzz_save(const char *dir, size_t i, const uint8_t *buf, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/seed-%03zu", dir, i);
	f = fopen(path, "wb");
	if (!f || fwrite(buf, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(EXIT_FAILURE);
	}
}

#endif /* FUZZ_LIBFUZZER */

#endif /* TESTS_FUZZ_FUZZ_H */
