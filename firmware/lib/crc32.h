/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRC-32 of IEEE 802.3, the one of zlib and Python's zlib.crc32()
 */
#ifndef FIRMWARE_LIB_CRC32_H
#define FIRMWARE_LIB_CRC32_H

#include <stddef.h>
#include <stdint.h>

/**
 * crc32_init() - Make the tables; once, before the first sum
 */
void crc32_init(void);

/**
 * crc32_update() - Go on with a sum
 * @crc:	The sum so far; 0 to begin
 * @buf:	Bytes, any alignment
 * @len:	Their number
 *
 * Return: the sum with these bytes.
 */
uint32_t crc32_update(uint32_t crc, const void *buf, size_t len);

#endif /* FIRMWARE_LIB_CRC32_H */
