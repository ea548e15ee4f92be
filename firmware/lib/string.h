/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C library functions that the compiler calls on its own, and a few more
 *
 * As in ISO C 7.24 and POSIX (strnlen). Nothing here allocates.
 */
#ifndef FIRMWARE_LIB_STRING_H
#define FIRMWARE_LIB_STRING_H

#include <stddef.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n_max);

#endif /* FIRMWARE_LIB_STRING_H */
