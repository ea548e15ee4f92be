/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRC-32, eight bytes at a time
 *
 * "Slicing by 8": table[k][b] is the sum of byte b followed by k zero bytes, so eight bytes are
 * eight independent look-ups and one exclusive or. The sum is of the reflected kind, which wants
 * the first byte lowest: on this big-endian CPU each word is loaded reversed (LRVG).
 */
#include "firmware/lib/crc32.h"

enum {
	CRC32_POLY = 0xedb88320, /* IEEE 802.3 3.2.9, reflected */
	N_SLICES = 8,
};

static uint32_t table[N_SLICES][256];

void crc32_init(void)
{
	for (unsigned b = 0; b < 256; b++) {
		uint32_t crc = b;

		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ CRC32_POLY : crc >> 1;
		table[0][b] = crc;
	}
	for (unsigned b = 0; b < 256; b++)
		for (unsigned k = 1; k < N_SLICES; k++) {
			uint32_t crc = table[k - 1][b];

			table[k][b] = crc >> 8 ^ table[0][crc & 0xff];
		}
}

static uint64_t load_reversed(const uint8_t *p)
{
	uint64_t word;

	__builtin_memcpy(&word, p, sizeof(word));
	return __builtin_bswap64(word);
}

uint32_t crc32_update(uint32_t crc, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	crc = ~crc;
	for (; len >= N_SLICES; len -= N_SLICES, p += N_SLICES) {
		uint64_t w = load_reversed(p) ^ crc;

		crc = table[7][w & 0xff] ^ table[6][w >> 8 & 0xff] ^ table[5][w >> 16 & 0xff] ^
		      table[4][w >> 24 & 0xff] ^ table[3][w >> 32 & 0xff] ^
		      table[2][w >> 40 & 0xff] ^ table[1][w >> 48 & 0xff] ^ table[0][w >> 56];
	}
	while (len--)
		crc = crc >> 8 ^ table[0][(crc ^ *p++) & 0xff];
	return ~crc;
}
