/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dhcp_leases: who has which address
 */
#include "server/dhcp_leases.h"

#include <check.h>

#include "tests/support/suite.h"

enum {
	GUEST = 0x0a00020f, /* 10.0.2.15 */
};

#define S UINT64_C(1000000000)

static const struct net_config net = {
	.server = 0x0a000202,
	.netmask = 0xffffff00,
	.router = 0x0a000202,
	.dns = 0x0a000203,
	.guest = GUEST,
};

static const struct dhcp_client anna = { 2, "a1" }, bert = { 2, "b1" }, carl = { 3, "b12" };

START_TEST(clients_get_addresses_in_turn)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 2);

	ck_assert_uint_eq(dhcp_leases_find(l, &anna), 0);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &anna, 0, S), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &bert, 0, S), GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &carl, 0, S), 0);
	ck_assert_uint_eq(dhcp_leases_find(l, &anna), GUEST);
	ck_assert_uint_eq(dhcp_leases_find(l, &bert), GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_find(l, &carl), 0);
}
END_TEST

START_TEST(an_offer_waits_until_its_time)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 1);

	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &anna, 0, S), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, S - 1, &bert, 0, 2 * S), 0);
	ck_assert_uint_eq(dhcp_leases_offer(l, S, &bert, 0, 2 * S), GUEST);
	ck_assert_uint_eq(dhcp_leases_find(l, &anna), 0);
}
END_TEST

START_TEST(an_offer_is_renewed_when_asked_again)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 1);

	dhcp_leases_offer(l, 0, &anna, 0, S);
	ck_assert_uint_eq(dhcp_leases_offer(l, S / 2, &anna, 0, 2 * S), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, S, &bert, 0, 3 * S), 0);
}
END_TEST

START_TEST(a_lease_is_not_shortened_by_an_offer)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 1);

	dhcp_leases_offer(l, 0, &anna, 0, S);
	dhcp_leases_bind(l, &anna, 100 * S);
	ck_assert_uint_eq(dhcp_leases_offer(l, S, &anna, 0, 2 * S), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, 99 * S, &bert, 0, DEADLINE_NEVER), 0);
	ck_assert_uint_eq(dhcp_leases_offer(l, 100 * S, &bert, 0, DEADLINE_NEVER), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, UINT64_MAX - 1, &anna, 0, DEADLINE_NEVER), 0);
}
END_TEST

START_TEST(a_wish_is_granted_if_it_can)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 3);

	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &anna, GUEST + 1, S), GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &bert, GUEST + 1, S), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &carl, GUEST + 3, S), GUEST + 2);
	/* Its own address comes before its wish. */
	dhcp_leases_withdraw(l, 0, &bert);
	ck_assert_uint_eq(dhcp_leases_offer(l, 0, &anna, GUEST, S), GUEST + 1);
}
END_TEST

START_TEST(a_client_that_comes_back_has_its_address)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 3);

	dhcp_leases_offer(l, 1, &anna, 0, S);
	dhcp_leases_bind(l, &anna, S);
	ck_assert(dhcp_leases_release(l, 2, &anna, GUEST));
	/* New addresses go first, then the one that is free for longest. */
	ck_assert_uint_eq(dhcp_leases_offer(l, 3, &bert, 0, 10), GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_find(l, &anna), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, 3, &anna, 0, 20), GUEST);
	ck_assert_uint_eq(dhcp_leases_offer(l, 3, &carl, 0, 30), GUEST + 2);
	ck_assert_uint_eq(dhcp_leases_offer(l, 30, &(struct dhcp_client){ 1, "x" }, 0, 40),
			  GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_offer(l, 30, &(struct dhcp_client){ 1, "y" }, 0, 40), GUEST);
}
END_TEST

START_TEST(only_the_holder_can_give_back)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 2);

	dhcp_leases_offer(l, 0, &anna, 0, S);
	ck_assert(!dhcp_leases_release(l, 0, &anna, GUEST)); /* not yet a lease */
	dhcp_leases_bind(l, &anna, S);
	ck_assert(!dhcp_leases_withdraw(l, 0, &anna)); /* not an offer any more */
	ck_assert(!dhcp_leases_release(l, 0, &bert, GUEST));
	ck_assert(!dhcp_leases_release(l, 0, &anna, GUEST + 1));
	ck_assert(!dhcp_leases_release(l, S, &anna, GUEST)); /* over anyway */
	ck_assert(!dhcp_leases_decline(l, 0, &bert, GUEST, S));
	ck_assert(!dhcp_leases_decline(l, 0, &anna, GUEST + 1, S));
	ck_assert(!dhcp_leases_decline(l, 0, &anna, 0, S));
	ck_assert(dhcp_leases_release(l, 0, &anna, GUEST));
	ck_assert(!dhcp_leases_release(l, 0, &anna, GUEST));
	ck_assert(!dhcp_leases_withdraw(l, 0, &bert));
}
END_TEST

START_TEST(what_was_declined_is_set_aside)
{
	g_autoptr(DhcpLeases) l = dhcp_leases_new(&net, 2);

	dhcp_leases_offer(l, 0, &anna, 0, S);
	dhcp_leases_bind(l, &anna, S);
	ck_assert(dhcp_leases_decline(l, 0, &anna, GUEST, 5));
	ck_assert_uint_eq(dhcp_leases_find(l, &anna), 0);
	ck_assert_uint_eq(dhcp_leases_offer(l, 1, &anna, GUEST, S), GUEST + 1);
	ck_assert_uint_eq(dhcp_leases_offer(l, 4, &bert, GUEST, S), 0);
	ck_assert_uint_eq(dhcp_leases_offer(l, 5, &bert, GUEST, S), GUEST);
}
END_TEST

static const struct {
	const char *what;
	uint32_t guest, netmask;
	unsigned n;
	uint32_t first; /* address that the first client gets */
	unsigned want;  /* clients that get one */
} pool_rows[] = {
	{ "no addresses", GUEST, 0xffffff00, 0, 0, 0 },
	{ "the server's and the name server's are left out", 0x0a000201, 0xffffff00, 5, 0x0a000201,
	  3 },
	{ "the network's own is left out", 0x0a000200, 0xffffff00, 2, 0x0a000201, 1 },
	{ "the network ends", 0x0a0002fd, 0xffffff00, 10, 0x0a0002fd, 2 },
	{ "the address space ends", 0xfffffffe, 0, 10, 0xfffffffe, 1 },
	{ "a network of one host", GUEST, 0xffffffff, 10, 0, 0 },
	{ "more than there may be", GUEST, 0xff000000, 5000, GUEST, DHCP_LEASES_MAX },
};

START_TEST(pools)
{
	struct net_config n = net;
	g_autoptr(DhcpLeases) l = NULL;
	uint32_t first = 0;
	unsigned got = 0;

	n.guest = pool_rows[_i].guest;
	n.netmask = pool_rows[_i].netmask;
	l = dhcp_leases_new(&n, pool_rows[_i].n);
	for (unsigned i = 0; i < 6000; i++) {
		struct dhcp_client c = { 2, { (uint8_t)i, (uint8_t)(i >> 8) } };
		uint32_t address = dhcp_leases_offer(l, 0, &c, 0, S);

		first = i ? first : address;
		got += address != 0;
	}
	ck_assert_msg(got == pool_rows[_i].want, "%s: %u clients", pool_rows[_i].what, got);
	ck_assert_msg(first == pool_rows[_i].first, "%s: %08x", pool_rows[_i].what, first);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp_leases");

	suite_add(s, clients_get_addresses_in_turn);
	suite_add(s, an_offer_waits_until_its_time);
	suite_add(s, an_offer_is_renewed_when_asked_again);
	suite_add(s, a_lease_is_not_shortened_by_an_offer);
	suite_add(s, a_wish_is_granted_if_it_can);
	suite_add(s, a_client_that_comes_back_has_its_address);
	suite_add(s, only_the_holder_can_give_back);
	suite_add(s, what_was_declined_is_set_aside);
	suite_add_rows(s, pools, N_ROWS(pool_rows));
	return suite_run(s);
}
