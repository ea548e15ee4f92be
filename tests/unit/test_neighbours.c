/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/neighbours: MAC addresses, and the packets that wait for one
 */
#include "server/neighbours.h"

#include <check.h>

#include "tests/support/suite.h"

#define SECOND UINT64_C(1000000000)

#define GUEST neighbour(0)

enum {
	PROTO = 17,
};

static const struct mac guest_mac = { { 2, 0, 0, 0, 0, 1 } }, other_mac = { { 2, 0, 0, 0, 0, 2 } };

static struct ip_addr neighbour(uint32_t i)
{
	return ip_addr_v4(0x0a00020f + i);
}

/* What the table asked of its host. */
struct fake_host {
	unsigned n_asked, n_sent, n_lost;
	struct ip_addr asked;
	char sent[8];
	struct mac sent_to;
	enum neighbours_loss why;
};

static void fake_ask(void *self, struct ip_addr ip)
{
	struct fake_host *f = self;

	f->n_asked++;
	f->asked = ip;
}

static void fake_send(void *self, const struct mac *mac, const struct neighbours_packet *p)
{
	struct fake_host *f = self;

	f->n_sent++;
	f->sent_to = *mac;
	ck_assert_uint_eq(p->proto, PROTO);
	ck_assert_uint_lt(p->payload.len, sizeof(f->sent));
	memcpy(f->sent, p->payload.p, p->payload.len);
}

static void fake_lost(void *self, uint64_t now_ns, enum neighbours_loss why,
		      const struct neighbours_packet *p)
{
	struct fake_host *f = self;

	(void)now_ns;
	ck_assert_uint_eq(p->proto, PROTO);
	f->n_lost++;
	f->why = why;
}

static Neighbours *table_new(struct fake_host *f)
{
	struct neighbours_ops ops = { fake_ask, fake_send, fake_lost, f };

	*f = (struct fake_host){ 0 };
	return neighbours_new(&ops);
}

static void park(Neighbours *n, uint64_t now_ns, struct ip_addr dst, const char *text)
{
	g_autofree char *copy = g_strdup(text); /* freed at once: the table must have its own */
	struct neighbours_packet p = {
		.dst = dst,
		.proto = PROTO,
		.payload = { (const uint8_t *)copy, strlen(copy) },
	};

	neighbours_park(n, now_ns, &p);
}

START_TEST(packet_waits_for_the_answer)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	ck_assert_ptr_null(neighbours_find(n, GUEST));
	park(n, 0, GUEST, "one");
	ck_assert_uint_eq(f.n_asked, 1);
	ck_assert_uint_eq(f.asked.v4, GUEST.v4);
	ck_assert_ptr_null(neighbours_find(n, GUEST));
	ck_assert_uint_eq(f.n_sent, 0);

	neighbours_learn(n, 1, GUEST, &guest_mac);
	ck_assert_uint_eq(f.n_sent, 1);
	ck_assert_str_eq(f.sent, "one");
	ck_assert(mac_equal(&f.sent_to, &guest_mac));
	ck_assert(mac_equal(neighbours_find(n, GUEST), &guest_mac));
	ck_assert_uint_eq(neighbours_deadline_ns(n), DEADLINE_NEVER);

	neighbours_learn(n, 2, GUEST, &guest_mac);
	ck_assert_uint_eq(f.n_sent, 1);
}
END_TEST

START_TEST(newest_packet_waits)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	park(n, 0, GUEST, "old");
	park(n, 1, GUEST, "new");
	ck_assert_uint_eq(f.n_asked, 1);
	ck_assert_uint_eq(f.n_lost, 1);
	ck_assert_int_eq(f.why, NEIGHBOURS_REPLACED);
	neighbours_learn(n, 2, GUEST, &guest_mac);
	ck_assert_uint_eq(f.n_sent, 1);
	ck_assert_str_eq(f.sent, "new");
}
END_TEST

START_TEST(asks_three_times_then_gives_up)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	park(n, 0, GUEST, "one");
	for (unsigned i = 1; i < NEIGHBOURS_ASK_MAX; i++) {
		ck_assert_uint_eq(neighbours_deadline_ns(n), i * SECOND);
		neighbours_step(n, i * SECOND - 1);
		ck_assert_uint_eq(f.n_asked, i);
		neighbours_step(n, i * SECOND);
		ck_assert_uint_eq(f.n_asked, i + 1);
	}
	neighbours_step(n, 3 * SECOND);
	ck_assert_uint_eq(f.n_asked, NEIGHBOURS_ASK_MAX);
	ck_assert_uint_eq(f.n_lost, 1);
	ck_assert_int_eq(f.why, NEIGHBOURS_UNANSWERED);
	ck_assert_uint_eq(neighbours_deadline_ns(n), DEADLINE_NEVER);

	park(n, 4 * SECOND, GUEST, "two");
	ck_assert_uint_eq(f.n_asked, NEIGHBOURS_ASK_MAX + 1);
	neighbours_learn(n, 4 * SECOND, GUEST, &guest_mac);
	ck_assert_str_eq(f.sent, "two");
}
END_TEST

START_TEST(only_the_known_are_updated)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	ck_assert(!neighbours_update(n, GUEST, &other_mac));
	park(n, 0, GUEST, "one");
	ck_assert(!neighbours_update(n, GUEST, &other_mac));
	ck_assert_uint_eq(f.n_sent, 0);
	neighbours_learn(n, 0, GUEST, &guest_mac);
	ck_assert(neighbours_update(n, GUEST, &other_mac));
	ck_assert(mac_equal(neighbours_find(n, GUEST), &other_mac));
}
END_TEST

START_TEST(only_the_known_answer)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	ck_assert(!neighbours_answer(n, 0, GUEST, &guest_mac));
	ck_assert_ptr_null(neighbours_find(n, GUEST));
	park(n, 0, GUEST, "one");
	ck_assert(neighbours_answer(n, 0, GUEST, &guest_mac));
	ck_assert_str_eq(f.sent, "one");
	ck_assert(neighbours_answer(n, 0, GUEST, &other_mac));
	ck_assert(mac_equal(neighbours_find(n, GUEST), &other_mac));
}
END_TEST

START_TEST(full_table_forgets_the_unused)
{
	struct fake_host f;
	g_autoptr(Neighbours) n = table_new(&f);

	park(n, 0, GUEST, "one");
	for (uint32_t i = 1; i < NEIGHBOURS_MAX; i++)
		neighbours_learn(n, 0, neighbour(i), &guest_mac);
	ck_assert_ptr_nonnull(neighbours_find(n, neighbour(1)));

	neighbours_learn(n, 0, neighbour(NEIGHBOURS_MAX), &guest_mac);
	ck_assert_uint_eq(f.n_lost, 1);
	ck_assert_int_eq(f.why, NEIGHBOURS_FULL);
	neighbours_learn(n, 0, neighbour(NEIGHBOURS_MAX + 1), &guest_mac);
	ck_assert_ptr_nonnull(neighbours_find(n, neighbour(1)));
	ck_assert_ptr_null(neighbours_find(n, neighbour(2)));
	ck_assert_ptr_nonnull(neighbours_find(n, neighbour(3)));
	ck_assert_uint_eq(f.n_sent, 0);
}
END_TEST

START_TEST(what_waits_is_freed)
{
	struct fake_host f;
	Neighbours *n = table_new(&f);

	park(n, 0, GUEST, "one");
	neighbours_free(n);
	neighbours_free(NULL);
	ck_assert_uint_eq(f.n_lost, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("neighbours");

	suite_add(s, packet_waits_for_the_answer);
	suite_add(s, newest_packet_waits);
	suite_add(s, asks_three_times_then_gives_up);
	suite_add(s, only_the_known_are_updated);
	suite_add(s, only_the_known_answer);
	suite_add(s, full_table_forgets_the_unused);
	suite_add(s, what_waits_is_freed);
	return suite_run(s);
}
