/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of bounded length
 */
#include "firmware/lwip/text.h"

#include "firmware/lib/string.h"

enum {
	DEC_DIGITS_MAX = 20, /* of 2^64 */
	HEX_DIGITS_MAX = 16,
	IP4_PARTS = 4,
};

const char text_hex_lower[] = "0123456789abcdef";
const char text_hex_upper[] = "0123456789ABCDEF";

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void text_clear(struct text *t)
{
	t->len = 0;
	t->too_long = false;
	t->p[0] = '\0';
}

void text_add(struct text *t, struct slice s)
{
	size_t room = t->size - 1 - t->len;

	if (s.len > room) {
		t->too_long = true;
		s.len = room;
	}
	if (s.len)
		memcpy(t->p + t->len, s.p, s.len);
	t->len += s.len;
	t->p[t->len] = '\0';
}

void text_add_str(struct text *t, const char *s)
{
	text_add(t, slice_of(s));
}

void text_add_char(struct text *t, char c)
{
	text_add(t, (struct slice){ &c, 1 });
}

void text_add_dec(struct text *t, uint64_t v)
{
	char digits[DEC_DIGITS_MAX];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + v % 10);
	while (v /= 10);
	text_add(t, (struct slice){ digits + i, sizeof(digits) - i });
}

void text_add_ip4(struct text *t, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		text_add_dec(t, address >> shift & 0xff);
		if (shift)
			text_add_char(t, '.');
	}
}

void text_add_hex(struct text *t, uint64_t v, unsigned n_digits, const char *digits)
{
	unsigned n = HEX_DIGITS_MAX;

	while (n > n_digits && !(v >> (n - 1) * 4))
		n--;
	while (n--)
		text_add_char(t, digits[v >> n * 4 & 0xf]);
}

struct slice slice_of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool slice_has_prefix(struct slice s, const char *prefix)
{
	for (size_t i = 0; prefix[i]; i++)
		if (i >= s.len || lower(s.p[i]) != lower(prefix[i]))
			return false;
	return true;
}

bool slice_is(struct slice s, const char *word)
{
	return s.len == strlen(word) && slice_has_prefix(s, word);
}

bool slice_equal(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

struct slice slice_trim(struct slice s)
{
	while (s.len && is_blank(*s.p))
		s.p++, s.len--;
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

struct slice slice_take_word(struct slice *s)
{
	struct slice word = slice_trim(*s), rest;
	size_t n = 0;

	while (n < word.len && !is_blank(word.p[n]))
		n++;
	rest = (struct slice){ word.p + n, word.len - n };
	*s = slice_trim(rest);
	word.len = n;
	return word;
}

struct slice slice_take_until(struct slice *s, char c)
{
	struct slice taken = *s;
	size_t n = 0;

	while (n < s->len && s->p[n] != c)
		n++;
	taken.len = n;
	if (n < s->len)
		n++;
	s->p += n;
	s->len -= n;
	return taken;
}

/* Return: the value of a digit, 16 for what is none. */
static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c = lower(c);
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

static bool read_digits(uint64_t *v, struct slice s, unsigned base)
{
	uint64_t n = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned d = digit(s.p[i]);

		if (d >= base || n > (UINT64_MAX - d) / base)
			return false;
		n = n * base + d;
	}
	*v = n;
	return true;
}

bool slice_to_u64(uint64_t *v, struct slice s)
{
	if (!slice_has_prefix(s, "0x"))
		return read_digits(v, s, 10);
	s.p += 2;
	s.len -= 2;
	return read_digits(v, s, 16);
}

bool slice_to_ip4(uint32_t *address, struct slice s)
{
	uint32_t found = 0;

	for (unsigned i = 0; i < IP4_PARTS; i++) {
		bool last = i == IP4_PARTS - 1;
		struct slice part = slice_take_until(&s, '.');
		uint64_t v;

		if (!read_digits(&v, part, 10) || part.len > 3 || v > 255)
			return false;
		if (last ? part.p + part.len != s.p : part.p + part.len == s.p)
			return false; /* a dot too many, or one missing */
		found = found << 8 | (uint32_t)v;
	}
	*address = found;
	return true;
}
