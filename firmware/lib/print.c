/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console text
 *
 * The buffer remembers the first failure, so that callers ask once, at the end of the line.
 */
#include "firmware/lib/print.h"

#include "firmware/lib/sclp.h"
#include "firmware/lib/string.h"

enum {
	PRINT_BUF_LEN = 3072, /* most lines fit; longer ones take one request for each so many */
	DEC_DIGITS_MAX = 20,  /* of 2^64 */
	HEX_DIGITS_MAX = 16,
};

static struct {
	char text[PRINT_BUF_LEN];
	size_t len;
	int error; /* of the first request of this line that failed */
} out;

static void flush(void)
{
	if (!out.error)
		out.error = sclp_console_write(out.text, out.len);
	out.len = 0;
}

static void put(char c)
{
	if (out.len == sizeof(out.text))
		flush();
	out.text[out.len++] = c;
}

void print_str(const char *s)
{
	while (*s)
		put(*s++);
}

void print_dec(uint64_t v)
{
	char digits[DEC_DIGITS_MAX];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		put(digits[--n]);
}

void print_hex(uint64_t v, unsigned n_digits)
{
	unsigned n = HEX_DIGITS_MAX;

	while (n > n_digits && !(v >> (n - 1) * 4))
		n--;
	while (n--)
		put("0123456789abcdef"[v >> n * 4 & 0xf]);
}

void print_quoted(const char *text, size_t len)
{
	put('"');
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < 0x20 || c > 0x7e) {
			print_str("\\x");
			print_hex(c, 2);
			continue;
		}
		if (c == '"' || c == '\\')
			put('\\');
		put((char)c);
	}
	put('"');
}

int print_line_end(void)
{
	int r;

	print_str("\r\n");
	flush();
	r = out.error;
	out.error = 0;
	return r;
}
