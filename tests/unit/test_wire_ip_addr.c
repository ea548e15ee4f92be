/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/ip_addr: addresses
 */
#include "server/wire/ip_addr.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

static struct ip6_addr addr(const char *hex)
{
	struct ip6_addr a;

	ck_assert_uint_eq(hex_parse(a.b, sizeof(a.b), hex), IP6_ALEN);
	return a;
}

#define ZEROS8 "0000000000000000"

enum {
	HOST = 1,
	GROUP = 2,
	LOCAL = 4,
	NOBODY = 8,
};

static const struct {
	const char *what, *hex;
	unsigned is;
} kind_rows[] = {
	{ "::", ZEROS8 ZEROS8, NOBODY },
	{ "::1", ZEROS8 "0000000000000001", 0 },
	{ "10.0.2.2 in disguise", ZEROS8 "0000ffff0a000202", 0 },
	{ "a global address",
	  "20010db8"
	  "00000000"
	  "0000000000000001",
	  HOST },
	{ "a link-local address", "fe80000000000000505400fffe123456", HOST | LOCAL },
	{ "the last link-local prefix", "febfffffffffffffffffffffffffffff", HOST | LOCAL },
	{ "one behind it",
	  "fec0000000000000"
	  "0000000000000001",
	  HOST },
	{ "all nodes", "ff020000000000000000000000000001", GROUP },
};

START_TEST(addresses_are_of_a_kind)
{
	struct ip6_addr a = addr(kind_rows[_i].hex);
	unsigned is = (ip6_is_host(&a) ? HOST : 0) | (ip6_is_multicast(&a) ? GROUP : 0) |
		      (ip6_is_link_local(&a) ? LOCAL : 0) | (ip6_is_unspecified(&a) ? NOBODY : 0);

	ck_assert_msg(is == kind_rows[_i].is, "%s: %u", kind_rows[_i].what, is);
}
END_TEST

static const struct {
	const char *a, *b;
	unsigned same; /* as many bits, and no more */
} prefix_rows[] = {
	{ ZEROS8 ZEROS8, "8000000000000000" ZEROS8, 0 },
	{ "fd00000000000000" ZEROS8, "fd01000000000000" ZEROS8, 15 },
	{ "fd00000000000000" ZEROS8,
	  "fd00000000000000"
	  "8000000000000000",
	  64 },
	{ "fd00000000000000"
	  "0000000000000002",
	  "fd00000000000000"
	  "0000000000000003",
	  127 },
	{ ZEROS8 ZEROS8, ZEROS8 ZEROS8, 128 },
};

START_TEST(prefixes_are_compared)
{
	struct ip6_addr a = addr(prefix_rows[_i].a), b = addr(prefix_rows[_i].b), p;

	for (unsigned len = 0; len <= IP6_PREFIX_MAX; len++) {
		ck_assert_msg(ip6_same_prefix(&a, &b, len) == (len <= prefix_rows[_i].same),
			      "%u bits", len);
		p = ip6_prefix(&a, len);
		ck_assert(ip6_same_prefix(&a, &p, len));
	}
	p = ip6_prefix(&b, prefix_rows[_i].same);
	ck_assert(ip6_same_prefix(&a, &p, prefix_rows[_i].same));
}
END_TEST

START_TEST(a_prefix_ends_in_zeros)
{
	struct ip6_addr a = addr("fd00ffffffffffffffffffffffffffff"), p = ip6_prefix(&a, 21);
	struct ip6_addr want = addr("fd00f800000000000000000000000000");

	ck_assert(ip6_equal(&p, &want));
}
END_TEST

/* As Linux has them. */
START_TEST(addresses_follow_from_others)
{
	static const struct mac mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };
	static const struct mac want_mac = { { 0x33, 0x33, 0xff, 0x12, 0x34, 0x56 } };
	struct ip6_addr local = ip6_link_local(&mac), node = ip6_solicited_node(&local);
	struct ip6_addr want = addr("fe80000000000000505400fffe123456");
	struct ip6_addr want_node = addr("ff0200000000000000000001ff123456");
	struct mac group = ip6_group_mac(&node);

	ck_assert(ip6_equal(&local, &want));
	ck_assert(ip6_equal(&node, &want_node));
	ck_assert(mac_equal(&group, &want_mac));
}
END_TEST

START_TEST(families_differ)
{
	struct ip6_addr zeros = ip6_unspecified, one = addr(ZEROS8 "0000000000000001");
	struct ip_addr none4 = ip_addr_v4(0), none6 = ip_addr_v6(&zeros), one4 = ip_addr_v4(1),
		       one6 = ip_addr_v6(&one);

	ck_assert(!ip_addr_equal(&none4, &none6));
	ck_assert(!ip_addr_equal(&none4, &one4));
	ck_assert(!ip_addr_equal(&none6, &one6));
	ck_assert(ip_addr_equal(&one4, &one4));
	ck_assert(ip_addr_equal(&one6, &one6));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/ip_addr");

	suite_add_rows(s, addresses_are_of_a_kind, N_ROWS(kind_rows));
	suite_add_rows(s, prefixes_are_compared, N_ROWS(prefix_rows));
	suite_add(s, a_prefix_ends_in_zeros);
	suite_add(s, addresses_follow_from_others);
	suite_add(s, families_differ);
	return suite_run(s);
}
