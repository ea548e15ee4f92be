/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lwIP's HTTP client asks of a C library, and no more of it than that
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "firmware/lwip/text.h"

/* Of conversions %s and %d, which is not negative: a port. */
int snprintf(char *restrict buf, size_t size, const char *restrict format, ...)
{
	char none[1];
	struct text t = { .p = size ? buf : none, .size = size ? size : sizeof(none) };
	size_t len = 0;
	va_list args;

	text_clear(&t);
	va_start(args, format);
	for (; *format; format++) {
		char dec_buf[24];
		struct text dec = TEXT_INIT(dec_buf);
		struct slice piece = { format, 1 };

		if (format[0] == '%' && format[1] == 's') {
			piece = slice_of(va_arg(args, const char *));
			format++;
		} else if (format[0] == '%' && format[1] == 'd') {
			text_add_dec(&dec, (unsigned)va_arg(args, int));
			piece = (struct slice){ dec.p, dec.len };
			format++;
		}
		text_add(&t, piece);
		len += piece.len;
	}
	va_end(args);
	return (int)len;
}

/*
 * Headers make atoi() of it. Of decimal digits alone; what is too large for an int becomes
 * negative, which the one caller refuses.
 */
long strtol(const char *restrict text, char **restrict end, int base)
{
	long v = 0;

	(void)end, (void)base;
	for (; *text >= '0' && *text <= '9' && v <= INT32_MAX; text++)
		v = v * 10 + (*text - '0');
	return v > INT32_MAX ? -1 : v;
}
