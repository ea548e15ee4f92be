/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EBCDIC
 *
 * Letters and digits are runs of nine or fewer with holes between; the table lists the runs.
 */
#include "firmware/lib/ebcdic.h"

#include <stddef.h>

static const struct {
	uint8_t first, n;
	char ascii;
} runs[] = {
	{ 0x40, 1, ' ' }, { 0x4b, 1, '.' }, { 0x60, 1, '-' }, { 0x61, 1, '/' },
	{ 0x6d, 1, '_' }, { 0x81, 9, 'a' }, { 0x91, 9, 'j' }, { 0xa2, 8, 's' },
	{ 0xc1, 9, 'A' }, { 0xd1, 9, 'J' }, { 0xe2, 8, 'S' }, { 0xf0, 10, '0' },
};

char ebcdic_decode(uint8_t c)
{
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (c >= runs[i].first && c - runs[i].first < runs[i].n)
			return (char)(runs[i].ascii + c - runs[i].first);
	return '?';
}
