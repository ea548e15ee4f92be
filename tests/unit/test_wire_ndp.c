/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/ndp: neighbour discovery
 */
#include "server/wire/ndp.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

#define ADDR "fd00000000000000505400fffe123456 "
#define MAC "525400123456 "

/* Message from its first byte on; checksum left out. */
static const struct {
	const char *what, *in;
	int want;
	bool has_mac;
} rows[] = {
	{ "a bare router solicitation", "85000000 00000000", 0, false },
	{ "with its sender's MAC", "85000000 00000000 0101" MAC, 0, true },
	{ "with a MAC that is not its sender's", "85000000 00000000 0201" MAC, 0, false },
	{ "an unknown option first", "85000000 00000000 c801 000000000000 0101" MAC, 0, true },
	{ "a neighbour solicitation", "87000000 00000000" ADDR, 0, false },
	{ "with a nonce (RFC 3971)", "87000000 00000000" ADDR "0e01 2cd9b95dd5d5", 0, false },
	{ "an advertisement with its target's MAC", "88000000 60000000" ADDR "0201" MAC, 0, true },
	{ "one with a MAC that is not its target's", "88000000 60000000" ADDR "0101" MAC, 0,
	  false },
	{ "an option of no length", "85000000 00000000 0100" MAC, NDP_E_MALFORMED, false },
	{ "an option that leaves the message", "85000000 00000000 0102" MAC, NDP_E_MALFORMED,
	  false },
	{ "an option cut in its head", "85000000 00000000 01", NDP_E_MALFORMED, false },
	{ "a solicitation without its target", "87000000 00000000 fd00", NDP_E_MALFORMED, false },
	{ "half an advertisement", "86000000 40000000 00000000", NDP_E_MALFORMED, false },
	{ "another code", "85010000 00000000", NDP_E_TYPE, false },
	{ "a redirect", "89000000 00000000" ADDR ADDR, NDP_E_TYPE, false },
	{ "an echo", "80000000 00000000", NDP_E_TYPE, false },
};

static int decode(struct ndp *n, const char *text)
{
	static uint8_t buf[256]; /* slices and values outlive the call */
	struct ipv6_hdr ip = { .proto = IP6_NEXT_ICMP };
	struct slice body;
	struct icmp_hdr h;

	ck_assert_int_eq(icmp6_decode(&h, &body, &ip, buf, hex_parse(buf, sizeof(buf), text)), 0);
	return ndp_decode(n, &h, body);
}

START_TEST(messages_decode)
{
	struct ndp n = { .mtu = 0xdead };
	int r = decode(&n, rows[_i].in);

	ck_assert_msg(r == rows[_i].want, "%s: got %d", rows[_i].what, r);
	if (r) {
		ck_assert_msg(n.mtu == 0xdead, "%s: out was touched", rows[_i].what);
		return;
	}
	ck_assert_msg(n.has_mac == rows[_i].has_mac, "%s: MAC", rows[_i].what);
	ck_assert_msg(!n.has_mac || n.mac.b[5] == 0x56, "%s: which MAC", rows[_i].what);
	if (n.type == ICMP6_NS || n.type == ICMP6_NA)
		ck_assert_uint_eq(n.target.b[15], 0x56);
}
END_TEST

/* Managed, other; MTU 1400; fd00::/64, L and A; two name servers. */
static const char ra[] = "86000000 40c00708 00001000 00000100 "
			 "0101 52550a000202 "
			 "0304 40c0 00015180 00003840 00000000 fd000000000000000000000000000000 "
			 "0501 0000 00000578 "
			 "1905 0000 00000e10 fd000000000000000000000000000003 "
			 "fd000000000000000000000000000004";

START_TEST(an_advertisement_is_read)
{
	struct ndp n;

	ck_assert_int_eq(decode(&n, ra), 0);
	ck_assert(n.managed && n.other);
	ck_assert_uint_eq(n.hop_limit, 64);
	ck_assert_uint_eq(n.lifetime_s, 1800);
	ck_assert_uint_eq(n.reachable_ms, 4096);
	ck_assert_uint_eq(n.retrans_ms, 256);
	ck_assert_uint_eq(n.mac.b[1], 0x55);
	ck_assert(n.has_prefix && n.prefix.on_link && n.prefix.autonomous);
	ck_assert_uint_eq(n.prefix.len, 64);
	ck_assert_uint_eq(n.prefix.valid_s, 86400);
	ck_assert_uint_eq(n.prefix.preferred_s, 14400);
	ck_assert_uint_eq(n.prefix.prefix.b[0], 0xfd);
	ck_assert_uint_eq(n.mtu, 1400);
	ck_assert_uint_eq(n.n_dns, 2);
	ck_assert_uint_eq(n.dns[1].b[15], 4);
	ck_assert_uint_eq(n.dns_lifetime_s, 3600);
}
END_TEST

START_TEST(an_advertisement_is_written)
{
	uint8_t want[256], got[256];
	size_t len = hex_parse(want, sizeof(want), ra);
	struct wr w = WR_INIT(got, sizeof(got));
	struct ipv6_hdr ip = { .src = { { 0xfe, 0x80 } }, .dst = ip6_all_nodes };
	struct slice body;
	struct icmp_hdr h;
	struct ndp n;

	ck_assert_int_eq(decode(&n, ra), 0);
	ndp_encode(&w, &n, &ip);
	ck_assert_uint_eq(sizeof(got) - w.left, len);
	ck_assert_int_eq(icmp6_decode(&h, &body, &ip, got, len), 0);
	ck_assert(h.checksum_ok);
	got[2] = got[3] = 0; /* the vector has none */
	ck_assert_mem_eq(got, want, len);
}
END_TEST

static const char *const again_rows[] = {
	"85000000 00000000 0101" MAC,          "87000000 00000000" ADDR "0101" MAC,
	"88000000 e0000000" ADDR "0201" MAC,   "88000000 40000000" ADDR,
	"86000000 00400000 00000000 00000000",
};

START_TEST(what_is_read_is_written)
{
	uint8_t want[256], got[256];
	size_t len = hex_parse(want, sizeof(want), again_rows[_i]);
	struct wr w = WR_INIT(got, sizeof(got));
	struct ipv6_hdr ip = { .proto = IP6_NEXT_ICMP };
	struct ndp n;

	ck_assert_int_eq(decode(&n, again_rows[_i]), 0);
	ndp_encode(&w, &n, &ip);
	ck_assert_uint_eq(sizeof(got) - w.left, len);
	got[2] = got[3] = 0;
	ck_assert_mem_eq(got, want, len);
}
END_TEST

#define LOCAL                                                                                      \
	{                                                                                          \
		{                                                                                  \
			0xfe, 0x80, [15] = 1                                                       \
		}                                                                                  \
	}
#define GLOBAL                                                                                     \
	{                                                                                          \
		{                                                                                  \
			0xfd, [15] = 1                                                             \
		}                                                                                  \
	}
#define NOBODY                                                                                     \
	{                                                                                          \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define GROUP                                                                                      \
	{                                                                                          \
		{                                                                                  \
			0xff, 2, [15] = 1                                                          \
		}                                                                                  \
	}
#define GOOD_MAC .has_mac = true, .mac = { { 2 } }

static const struct {
	const char *what;
	struct ndp n;
	struct ip6_addr src, dst;
	uint8_t hop_limit;
	bool fragment, valid;
} valid_rows[] = {
	{ "a solicitation", { .type = ICMP6_NS, GOOD_MAC }, LOCAL, GROUP, 255, false, true },
	{ "one through a router", { .type = ICMP6_NS }, LOCAL, GROUP, 254, false, false },
	{ "one in a fragment", { .type = ICMP6_NS }, LOCAL, GROUP, 255, true, false },
	{ "one for a group",
	  { .type = ICMP6_NS, .target = GROUP },
	  LOCAL,
	  GROUP,
	  255,
	  false,
	  false },
	{ "one from nobody", { .type = ICMP6_NS }, NOBODY, GROUP, 255, false, true },
	{ "one from nobody to one host", { .type = ICMP6_NS }, NOBODY, GLOBAL, 255, false, false },
	{ "one from nobody with a MAC",
	  { .type = ICMP6_NS, GOOD_MAC },
	  NOBODY,
	  GROUP,
	  255,
	  false,
	  false },
	{ "one with the MAC of a group",
	  { .type = ICMP6_NS, .has_mac = true, .mac = { { 1 } } },
	  LOCAL,
	  GROUP,
	  255,
	  false,
	  false },
	{ "an answer", { .type = ICMP6_NA, .solicited = true }, GLOBAL, GLOBAL, 255, false, true },
	{ "an answer to all",
	  { .type = ICMP6_NA, .solicited = true },
	  GLOBAL,
	  GROUP,
	  255,
	  false,
	  false },
	{ "news to all", { .type = ICMP6_NA }, GLOBAL, GROUP, 255, false, true },
	{ "news from nobody", { .type = ICMP6_NA }, NOBODY, GROUP, 255, false, false },
	{ "a router asked for by nobody", { .type = ICMP6_RS }, NOBODY, GROUP, 255, false, true },
	{ "and with a MAC", { .type = ICMP6_RS, GOOD_MAC }, NOBODY, GROUP, 255, false, false },
	{ "a router", { .type = ICMP6_RA }, LOCAL, GROUP, 255, false, true },
	{ "a router from afar", { .type = ICMP6_RA }, GLOBAL, GROUP, 255, false, false },
};

START_TEST(messages_are_valid)
{
	struct ipv6_hdr ip = {
		.src = valid_rows[_i].src,
		.dst = valid_rows[_i].dst,
		.hop_limit = valid_rows[_i].hop_limit,
		.has_fragment = valid_rows[_i].fragment,
	};

	ck_assert_msg(ndp_is_valid(&valid_rows[_i].n, &ip) == valid_rows[_i].valid, "%s",
		      valid_rows[_i].what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/ndp");

	suite_add_rows(s, messages_decode, N_ROWS(rows));
	suite_add(s, an_advertisement_is_read);
	suite_add(s, an_advertisement_is_written);
	suite_add_rows(s, what_is_read_is_written, N_ROWS(again_rows));
	suite_add_rows(s, messages_are_valid, N_ROWS(valid_rows));
	return suite_run(s);
}
