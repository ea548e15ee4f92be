/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/boot: what is due is done in order, each at its own time
 */
#include "harness/boot.h"

#include <check.h>

#include "tests/support/boot_lab.h"
#include "tests/support/suite.h"

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) US((n)*1000)

/* The link takes 100 us from the guest and 40 us to it; a block is repeated after 1 s. */
#define LINK "[link.from-guest]\ndelay_us = 100\n[link.to-guest]\ndelay_us = 40\n"

static struct boot_lab lab;

static void guest_sends(unsigned nic, uint64_t now_ns, const struct wire_frame *f)
{
	boot_lab_put(&lab, nic, f);
	ck_assert_int_eq(link_recv(lab.boot.links[nic], now_ns), 0);
}

static void guest_says(unsigned nic, uint64_t now_ns)
{
	struct wire_frame f;

	wire_eth(&f, ETH_TYPE_IPV6, "x", 1);
	guest_sends(nic, now_ns, &f);
}

static void expect_deadline(uint64_t want_ns)
{
	ck_assert_uint_eq(boot_deadline_ns(&lab.boot), want_ns);
}

static void run_until(uint64_t until_ns)
{
	boot_run_until(&lab.boot, until_ns);
	ck_assert_uint_eq(lab.boot.now_ns, until_ns);
}

/* The guest asks for the file at 0, and gets its first block; the server's port. */
static uint16_t begin_transfer(void)
{
	struct wire_frame f;
	uint8_t buf[2048];

	boot_lab_rrq(&lab, &f);
	guest_sends(0, 0, &f);
	run_until(US(140));
	boot_lab_expect_said(&lab, "from tftp.rrq@100000 server@100000 to tftp.data@140000 ");
	ck_assert_int_gt(recv(lab.nics[0], buf, sizeof(buf), MSG_DONTWAIT), 36);
	return (uint16_t)(buf[34] << 8 | buf[35]);
}

static void guest_acks(uint64_t now_ns, uint16_t port)
{
	struct wire_frame f;

	boot_lab_tftp(&lab, &f, port, "\0\4\0\1", 4);
	guest_sends(0, now_ns, &f);
}

START_TEST(nothing_is_due)
{
	boot_lab_init(&lab, LINK);
	expect_deadline(DEADLINE_NEVER);
	run_until(MS(5));
	run_until(MS(5));
	run_until(UINT64_MAX - 1);
	boot_lab_expect_said(&lab, "");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(the_deadline_is_the_first_of_all)
{
	uint16_t port;

	boot_lab_init(&lab, LINK "[nic.0]\n[nic.1]\n[nic.2]\n");
	port = begin_transfer();
	expect_deadline(US(1000100)); /* the server's */
	guest_says(1, US(200));
	expect_deadline(US(300)); /* a link's */
	guest_says(2, US(150));
	expect_deadline(US(250)); /* another link's */
	run_until(US(250));
	expect_deadline(US(300));
	run_until(US(300));
	expect_deadline(US(1000100));
	guest_acks(US(300), port);
	run_until(US(400));
	expect_deadline(DEADLINE_NEVER);
	boot_lab_expect_said(&lab, "from ipv6@250000 from ipv6@300000 from tftp.ack@400000 ");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(each_has_its_own_time)
{
	boot_lab_init(&lab, LINK "[nic.0]\n[nic.1]\n");
	begin_transfer();
	guest_says(1, US(300));
	guest_says(0, US(200));
	guest_says(0, US(400));
	run_until(MS(1001));
	/* The block that is repeated is sent at the end of the wait, and travels then. */
	boot_lab_expect_said(&lab, "from ipv6@300000 from ipv6@400000 from ipv6@500000 "
				   "server@1000100000 to tftp.data@1000140000 ");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(what_is_due_later_waits)
{
	boot_lab_init(&lab, LINK);
	guest_says(0, 0);
	run_until(US(100) - 1);
	boot_lab_expect_said(&lab, "");
	run_until(US(100));
	boot_lab_expect_said(&lab, "from ipv6@100000 ");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(what_comes_of_it_is_done_as_well)
{
	struct wire_frame f;

	boot_lab_init(&lab, LINK);
	wire_dhcp(&f, DHCP_DISCOVER);
	guest_sends(0, 0, &f);
	run_until(US(140));
	boot_lab_expect_said(&lab, "from dhcp.discover@100000 server@100000 to dhcp.offer@140000 ");
	boot_lab_fini(&lab);
}
END_TEST

static const struct {
	const char *what;
	uint64_t sent_ns; /* the ACK; it arrives 100 us later */
	const char *said;
} race_rows[] = {
	{ "just before the timer", US(1000000) - 1, "from tftp.ack@1000099999 " },
	{ "at the moment of the timer: still in time", US(1000000), "from tftp.ack@1000100000 " },
	{ "just after it: the block was repeated", US(1000000) + 1,
	  "server@1000100000 from tftp.ack@1000100001 to tftp.data@1000140000 " },
};

START_TEST(links_come_before_the_server)
{
	uint16_t port;

	boot_lab_init(&lab, LINK);
	port = begin_transfer();
	guest_acks(race_rows[_i].sent_ns, port);
	run_until(MS(2000));
	ck_assert_msg(g_str_equal(lab.said->str, race_rows[_i].said), "%s: %s", race_rows[_i].what,
		      lab.said->str);
	expect_deadline(DEADLINE_NEVER);
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(cards_come_in_their_order)
{
	static const struct wire_flow flow = { 1, 2, 5000, 5001 };
	struct wire_frame f;

	boot_lab_init(&lab, LINK "[nic.0]\nserver = false\n[nic.1]\n[nic.2]\n");
	wire_udp(&f, &flow, "x", 1);
	guest_sends(2, US(7), &f);
	guest_says(1, US(7));
	wire_eth(&f, 0x88b5, "x", 1);
	guest_sends(0, US(7), &f);
	run_until(US(107));
	boot_lab_expect_said(&lab, "from ethernet.other@107000 from ipv6@107000 from udp@107000 ");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(the_past_is_over)
{
	boot_lab_init(&lab, LINK);
	begin_transfer();
	guest_says(0, US(200)); /* due at 300 us */
	lab.boot.now_ns = MS(5);
	run_until(MS(7));
	boot_lab_expect_said(&lab, "from ipv6@5000000 ");
	guest_says(0, MS(7));
	lab.boot.now_ns = MS(3000); /* both are late: the link still comes first */
	run_until(MS(3000));
	boot_lab_expect_said(&lab, "from ipv6@3000000000 server@3000000000 ");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(a_link_that_breaks)
{
	struct wire_frame f;

	boot_lab_init(&lab, LINK);
	wire_dhcp(&f, DHCP_DISCOVER);
	guest_sends(0, 0, &f);
	guest_says(0, MS(1));
	boot_lab_close_nic(&lab, 0);
	boot_run_until(&lab.boot, MS(10));
	ck_assert_ptr_nonnull(lab.boot.broken);
	ck_assert_ptr_nonnull(strstr(lab.boot.broken, "sending to the guest: "));
	/* Then nothing more is done. */
	boot_lab_expect_said(&lab, "from dhcp.discover@100000 server@100000 to dhcp.offer@140000 ");
	ck_assert_uint_eq(boot_deadline_ns(&lab.boot), US(1100));
	boot_run_until(&lab.boot, MS(20));
	boot_lab_expect_said(&lab, "");
	boot_lab_fini(&lab);
}
END_TEST

START_TEST(the_first_failure_is_remembered)
{
	struct boot b = { .broken = NULL };

	ck_assert(!boot_fail(&b, "one", "first"));
	ck_assert(!boot_fail(&b, "two", "second"));
	ck_assert_str_eq(b.broken, "one: first");
	g_free(b.broken);
}
END_TEST

START_TEST(the_hosts_clock)
{
	uint64_t a = boot_host_ns(), b = boot_host_ns();

	ck_assert_uint_gt(a, 0);
	ck_assert_uint_ge(b, a);
	ck_assert_uint_lt(b - a, MS(1000));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("boot");

	suite_add(s, nothing_is_due);
	suite_add(s, the_deadline_is_the_first_of_all);
	suite_add(s, each_has_its_own_time);
	suite_add(s, what_is_due_later_waits);
	suite_add(s, what_comes_of_it_is_done_as_well);
	suite_add_rows(s, links_come_before_the_server, N_ROWS(race_rows));
	suite_add(s, cards_come_in_their_order);
	suite_add(s, the_past_is_over);
	suite_add(s, a_link_that_breaks);
	suite_add(s, the_first_failure_is_remembered);
	suite_add(s, the_hosts_clock);
	return suite_run(s);
}
