/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagrams into the netboot image's DHCPv6 client
 *
 * An input is one datagram, tried on a client in each of its states. Its transaction number is put
 * right, so that more than one in sixteen million is looked at.
 */
#include "firmware/lwip/dhcp6_client.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/lwip_dhcp6.h"

#define S UINT64_C(1000000000)
#define LEASE IA6("00000064", "000000c8", "0000012c", "00000190")

enum { N_STEPS_MAX = 20000 };

static const struct dhcp_identity who = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };

static size_t n_decoded, n_bound, n_requests;

static void check_reply(const uint8_t *data, size_t size)
{
	static struct dhcp6_reply m;

	if (!dhcp6_reply_decode(&m, &who, data, size))
		return;
	n_decoded++;
	LAW(memchr(m.url, 0, sizeof(m.url)) && memchr(m.params, 0, sizeof(m.params)));
	LAW(m.client.len <= DHCP6_DUID_MAX && m.server.len <= DHCP6_DUID_MAX);
	if (m.has_address)
		LAW(m.address.valid_s && m.address.preferred_s <= m.address.valid_s);
}

static void put_xid(const struct dhcp6_client *c, uint8_t *data, size_t size)
{
	for (unsigned i = 0; i < 3 && size >= MESSAGE6_HEAD; i++)
		data[1 + i] = (uint8_t)(c->xid >> (16 - 8 * i));
}

static void input(struct dhcp6_client *c, uint64_t now, uint8_t type, const char *options,
		  struct dhcp6_out *out)
{
	struct message6 m = message6_make(type, c->xid, options);

	dhcp6_client_input(c, now, m.buf, m.len, out);
}

/* What it may do: for ever is a number, time goes on, and it comes to an end. */
static void run_out(struct dhcp6_client *c, uint64_t now)
{
	struct dhcp6_out out;
	unsigned n = 0;

	for (; c->deadline_ns != UINT64_MAX && n < N_STEPS_MAX; n++) {
		now = c->deadline_ns > now ? c->deadline_ns : now;
		dhcp6_client_step(c, now, &out);
		LAW(out.len <= DHCP6_OUT_MAX);
		LAW(!out.len || c->deadline_ns > now);
	}
	LAW(n < N_STEPS_MAX || c->expiry_ns > S * 60 * 1000);
}

enum { N_STATES = 4 };

static void try_state(unsigned which, uint8_t *data, size_t size)
{
	static struct dhcp6_client c;
	struct random rnd = { .state = 1 };
	struct dhcp6_out out;
	uint64_t now;

	dhcp6_client_init(&c, &who, &rnd, which > 0, true, S);
	now = c.deadline_ns;
	dhcp6_client_step(&c, now, &out);
	if (which > 1) {
		input(&c, now, DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE "00070001ff", &out);
		LAW(c.state == DHCP6_STATE_REQUESTING);
	}
	if (which > 2) {
		input(&c, now, DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE, &out);
		LAW(c.state == DHCP6_STATE_BOUND);
		now = c.deadline_ns;
		dhcp6_client_step(&c, now, &out);
		LAW(c.state == DHCP6_STATE_RENEWING);
	}
	put_xid(&c, data, size);
	dhcp6_client_input(&c, now, data, size, &out);
	LAW(out.len <= DHCP6_OUT_MAX);
	if (out.bound)
		LAW(c.state == DHCP6_STATE_BOUND && (!c.wants_address || c.lease.has_address));
	n_bound += out.bound;
	n_requests += out.len != 0;
	run_out(&c, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (size)
		memcpy(copy, data, size);
	check_reply(data, size);
	for (unsigned which = 0; which < N_STATES; which++)
		try_state(which, copy, size);
	free(copy);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	SEED_MAX = MESSAGE6_MAX,
	N_MUTATIONS = 20000,
};

static const struct {
	uint8_t type;
	const char *options;
} seeds[] = {
	{ DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE URL6 "00070001ff 00520004 00000e10" },
	{ DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE URL6 "000e0000 003c0009 0002 6162 0003 632064" },
	{ DHCP6_REPLY, CLIENT6_ID SERVER6_ID URL6 "00170010 fd000000000000000000000000000003" },
	{ DHCP6_REPLY, CLIENT6_ID SERVER6_ID "00030012 00123456 00000000 00000000 000d0002 0002" },
	{ DHCP6_REPLY, CLIENT6_ID SERVER6_ID "000d0006 0001 61626364" },
	{ DHCP6_REPLY,
	  CLIENT6_ID SERVER6_ID "000e0000" IA6("00000000", "00000000", "ffffffff", "ffffffff") },
};

static size_t make_seed(uint8_t *out, size_t i)
{
	struct message6 m = message6_make(seeds[i].type, 0, seeds[i].options);

	memcpy(out, m.buf, m.len);
	return m.len;
}

int main(int argc, char **argv)
{
	static uint8_t seed[SEED_MAX], buf[SEED_MAX];
	const size_t n_seeds = sizeof(seeds) / sizeof(seeds[0]);
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < n_seeds; i++) {
		size_t len = make_seed(seed, i);

		if (argc > 1) {
			fuzz_save(argv[1], i, seed, len);
			continue;
		}
		for (size_t n = 0; n <= len; n++)
			fuzz_one(seed, n);
	}
	if (argc > 1)
		return EXIT_SUCCESS;
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		size_t len = make_seed(buf, fuzz_random(&state) % n_seeds);
		/* Mostly what is behind the identifiers, else few would be looked at. */
		size_t kept = fuzz_random(&state) % 4 ? MESSAGE6_HEAD + 28 : 0;

		fuzz_one(buf, kept + fuzz_mutate(buf + kept, len - kept, SEED_MAX - kept, &state));
	}
	printf("fuzz_lwip_dhcp6: %zu seeds, %d mutated; %zu decoded, %zu bound, %zu answered\n",
	       n_seeds, N_MUTATIONS, n_decoded, n_bound, n_requests);
	return n_decoded && n_bound && n_requests ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
