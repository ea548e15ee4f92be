/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6 addresses as text
 */
#include "firmware/lwip/ip6_text.h"

#include "firmware/lib/string.h"

enum {
	N_GROUPS = 8,
	GROUP_DIGITS = 4,
};

static unsigned group(const uint8_t address[IP6_LEN], unsigned i)
{
	return (unsigned)address[2 * i] << 8 | address[2 * i + 1];
}

/* The first of the longest runs of two zeros or more. Return: its length, 0 if there is none. */
static unsigned find_zeros(const uint8_t address[IP6_LEN], unsigned *start)
{
	unsigned best = 1, n;

	for (unsigned i = 0; i < N_GROUPS; i += n + 1) {
		n = 0;
		while (i + n < N_GROUPS && !group(address, i + n))
			n++;
		if (n > best) {
			best = n;
			*start = i;
		}
	}
	return best > 1 ? best : 0;
}

void text_add_ip6(struct text *t, const uint8_t address[IP6_LEN])
{
	unsigned start = 0, n = find_zeros(address, &start);

	for (unsigned i = 0; i < N_GROUPS; i++) {
		if (n && i == start) {
			text_add_str(t, "::");
			i += n - 1;
			continue;
		}
		if (i && !(n && i == start + n))
			text_add_char(t, ':');
		text_add_hex(t, group(address, i), 1, text_hex_lower);
	}
}

/* One group of hexadecimal digits. */
static bool read_group(unsigned *v, struct slice s)
{
	char buf[sizeof("0x") + GROUP_DIGITS];
	struct text t = TEXT_INIT(buf);
	uint64_t n;

	if (!s.len || s.len > GROUP_DIGITS)
		return false;
	text_add_str(&t, "0x");
	text_add(&t, s);
	if (!slice_to_u64(&n, (struct slice){ t.p, t.len }))
		return false;
	*v = (unsigned)n;
	return true;
}

static bool has(struct slice s, char c)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == c)
			return true;
	return false;
}

/* Groups with a colon between two of them, an IPv4 address as the last two. Return: their number,
 * N_GROUPS + 1 if it is not that. */
static unsigned read_groups(unsigned groups[N_GROUPS], struct slice s, bool is_end)
{
	unsigned n = 0;
	bool more = s.len;

	while (more) {
		struct slice part = slice_take_until(&s, ':');
		uint32_t ip4;

		more = part.p + part.len != s.p;
		if (is_end && !more && n + 2 <= N_GROUPS && has(part, '.')) {
			if (!slice_to_ip4(&ip4, part))
				return N_GROUPS + 1;
			groups[n++] = ip4 >> 16;
			groups[n++] = ip4 & 0xffff;
		} else if (n == N_GROUPS || !read_group(&groups[n++], part)) {
			return N_GROUPS + 1;
		}
	}
	return n;
}

/* Where the first "::" is, s.len if there is none. */
static size_t find_gap(struct slice s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.p[i] == ':' && s.p[i + 1] == ':')
			return i;
	return s.len;
}

bool slice_to_ip6(uint8_t address[IP6_LEN], struct slice s)
{
	unsigned groups[N_GROUPS] = { 0 }, tail[N_GROUPS];
	size_t gap = find_gap(s);
	unsigned n = read_groups(groups, (struct slice){ s.p, gap }, gap == s.len);

	if (gap == s.len) {
		if (n != N_GROUPS)
			return false;
	} else {
		unsigned n_tail =
			read_groups(tail, (struct slice){ s.p + gap + 2, s.len - gap - 2 }, true);

		if (n + n_tail >= N_GROUPS)
			return false; /* "::" stands for one group at least */
		memcpy(groups + N_GROUPS - n_tail, tail, n_tail * sizeof(*tail));
	}
	for (unsigned i = 0; i < N_GROUPS; i++) {
		address[2 * i] = (uint8_t)(groups[i] >> 8);
		address[2 * i + 1] = (uint8_t)groups[i];
	}
	return true;
}
