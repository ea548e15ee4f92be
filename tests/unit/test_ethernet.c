/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/ethernet: Ethernet II and ARP
 */
#include "server/wire/ethernet.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

#define GOOD_ETH "ffffffffffff 525400123456 0800 "
/* Who has 10.0.2.2? Tell 10.0.2.15 */
#define GOOD_ARP "0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202"

static const struct {
	const char *what;
	const char *in;
	int want;
	uint16_t type;
	size_t payload_len;
} eth_rows[] = {
	{ "a header alone", GOOD_ETH, 0, 0x0800, 0 },
	{ "a payload", GOOD_ETH "010203", 0, 0x0800, 3 },
	{ "a length in the place of a type", "ffffffffffff 525400123456 0026 42", 0, 0x26, 1 },
	{ "nothing at all", "", ETH_E_MALFORMED, 0, 0 },
	{ "a byte short", "ffffffffffff 525400123456 08", ETH_E_MALFORMED, 0, 0 },
	{ "one address", "ffffffffffff", ETH_E_MALFORMED, 0, 0 },
};

START_TEST(eth_decodes)
{
	static const struct mac guest = { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	uint8_t buf[64];
	size_t len = hex_parse(buf, sizeof(buf), eth_rows[_i].in);
	struct eth_hdr h = { .type = 0xdead };
	struct slice payload = { .len = 0xdead };
	int r = eth_decode(&h, &payload, buf, len);

	ck_assert_msg(r == eth_rows[_i].want, "%s: got %d", eth_rows[_i].what, r);
	if (r) {
		ck_assert_msg(h.type == 0xdead && payload.len == 0xdead, "%s: out was touched",
			      eth_rows[_i].what);
		return;
	}
	ck_assert(mac_equal(&h.dst, &mac_broadcast));
	ck_assert(mac_equal(&h.src, &guest));
	ck_assert_msg(h.type == eth_rows[_i].type, "%s: type 0x%04x", eth_rows[_i].what, h.type);
	ck_assert_msg(payload.len == eth_rows[_i].payload_len, "%s: payload of %zu",
		      eth_rows[_i].what, payload.len);
	ck_assert(!payload.len || payload.p == buf + ETH_HLEN);
}
END_TEST

START_TEST(eth_goes_round)
{
	uint8_t want[ETH_HLEN], buf[ETH_HLEN];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct eth_hdr h = { mac_broadcast, { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } }, 0x0800 };

	hex_parse(want, sizeof(want), GOOD_ETH);
	eth_encode(&w, &h);
	ck_assert(!w.bad);
	ck_assert_uint_eq(w.left, 0);
	ck_assert_mem_eq(buf, want, sizeof(want));
}
END_TEST

static const struct {
	const char *what;
	const char *in;
	int want;
	uint16_t op;
} arp_rows[] = {
	{ "a request", GOOD_ARP, 0, ARP_REQUEST },
	{ "Ethernet's padding behind it", GOOD_ARP "0000000000000000", 0, ARP_REQUEST },
	{ "a reply", "0001 0800 06 04 0002 525400123456 0a00020f 000000000000 0a000202", 0,
	  ARP_REPLY },
	{ "an operation that nobody knows",
	  "0001 0800 06 04 ffff 525400123456 0a00020f 000000000000 0a000202", 0, 0xffff },
	{ "nothing at all", "", ARP_E_MALFORMED, 0 },
	{ "a byte short", "0001 0800 06 04 0001 525400123456 0a00020f 000000000000 0a0002",
	  ARP_E_MALFORMED, 0 },
	{ "a header alone", "0001 0800 06 04 0001", ARP_E_MALFORMED, 0 },
	{ "another hardware", "0006 0800 06 04 0001 525400123456 0a00020f 000000000000 0a000202",
	  ARP_E_MALFORMED, 0 },
	{ "another protocol", "0001 86dd 06 04 0001 525400123456 0a00020f 000000000000 0a000202",
	  ARP_E_MALFORMED, 0 },
	{ "hardware addresses of eight bytes",
	  "0001 0800 08 04 0001 525400123456 0a00020f 000000000000 0a000202", ARP_E_MALFORMED, 0 },
	{ "protocol addresses of sixteen",
	  "0001 0800 06 10 0001 525400123456 0a00020f 000000000000 0a000202", ARP_E_MALFORMED, 0 },
};

START_TEST(arp_decodes)
{
	uint8_t buf[64];
	size_t len = hex_parse(buf, sizeof(buf), arp_rows[_i].in);
	struct arp a = { .op = 0xdead };
	int r = arp_decode(&a, buf, len);

	ck_assert_msg(r == arp_rows[_i].want, "%s: got %d", arp_rows[_i].what, r);
	if (r) {
		ck_assert_msg(a.op == 0xdead, "%s: out was touched", arp_rows[_i].what);
		return;
	}
	ck_assert_msg(a.op == arp_rows[_i].op, "%s: operation %u", arp_rows[_i].what, a.op);
	ck_assert_uint_eq(a.spa, 0x0a00020f);
	ck_assert_uint_eq(a.tpa, 0x0a000202);
	ck_assert_uint_eq(a.sha.b[5], 0x56);
	ck_assert_uint_eq(a.tha.b[5], 0);
}
END_TEST

START_TEST(arp_goes_round)
{
	uint8_t want[28], buf[28];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct arp a = { .op = ARP_REQUEST,
			 .sha = { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } },
			 .spa = 0x0a00020f,
			 .tpa = 0x0a000202 };

	ck_assert_uint_eq(hex_parse(want, sizeof(want), GOOD_ARP), sizeof(want));
	arp_encode(&w, &a);
	ck_assert(!w.bad);
	ck_assert_uint_eq(w.left, 0);
	ck_assert_mem_eq(buf, want, sizeof(want));
}
END_TEST

START_TEST(encoders_refuse_a_small_buffer)
{
	uint8_t buf[27];
	struct wr e = WR_INIT(buf, ETH_HLEN - 1), a = WR_INIT(buf, sizeof(buf));

	eth_encode(&e, &(struct eth_hdr){ .type = 1 });
	ck_assert(e.bad);
	arp_encode(&a, &(struct arp){ .op = 1 });
	ck_assert(a.bad);
}
END_TEST

static const struct {
	const char *what;
	struct mac mac;
	bool group, broadcast;
} mac_rows[] = {
	{ "a card of QEMU's", { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } }, false, false },
	{ "everybody", { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }, true, true },
	{ "a group of IPv4", { { 0x01, 0x00, 0x5e, 0, 0, 1 } }, true, false },
	{ "nobody", { { 0, 0, 0, 0, 0, 0 } }, false, false },
	{ "all but the last bit", { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe } }, true, false },
};

START_TEST(addresses)
{
	ck_assert_msg(mac_is_group(&mac_rows[_i].mac) == mac_rows[_i].group, "%s",
		      mac_rows[_i].what);
	ck_assert_msg(mac_equal(&mac_rows[_i].mac, &mac_broadcast) == mac_rows[_i].broadcast, "%s",
		      mac_rows[_i].what);
	ck_assert(mac_equal(&mac_rows[_i].mac, &mac_rows[_i].mac));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/ethernet");

	suite_add_rows(s, eth_decodes, N_ROWS(eth_rows));
	suite_add(s, eth_goes_round);
	suite_add_rows(s, arp_decodes, N_ROWS(arp_rows));
	suite_add(s, arp_goes_round);
	suite_add(s, encoders_refuse_a_small_buffer);
	suite_add_rows(s, addresses, N_ROWS(mac_rows));
	return suite_run(s);
}
