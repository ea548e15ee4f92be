/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EBCDIC, as far as IPL parameters use it
 */
#ifndef FIRMWARE_LIB_EBCDIC_H
#define FIRMWARE_LIB_EBCDIC_H

#include <stdint.h>

/**
 * ebcdic_decode() - Convert one character to ASCII
 * @c:	A character of code page 037 or 500
 *
 * Return: the ASCII letter, digit, blank, full stop, '-', '_' or '/'; '?' for all else.
 */
char ebcdic_decode(uint8_t c);

#endif /* FIRMWARE_LIB_EBCDIC_H */
