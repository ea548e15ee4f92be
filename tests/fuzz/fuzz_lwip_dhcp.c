/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagrams into the netboot image's DHCP client
 *
 * An input is one datagram, tried on a client in each of its states. Its xid and hardware address
 * are put right, so that more than one in four billion is looked at.
 */
#include "firmware/lwip/dhcp_client.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/lwip_dhcp.h"

enum {
	GUEST = 0x0a00020f,
	SERVER = 0x0a000202,
	N_STEPS_MAX = 20000,
};

static size_t n_decoded, n_bound, n_requests;

static bool ends(const char s[DHCP_STRING_MAX])
{
	return memchr(s, 0, DHCP_STRING_MAX) != NULL;
}

static void check_reply(const uint8_t *data, size_t size)
{
	struct dhcp_reply m;

	if (!dhcp_reply_decode(&m, data, size))
		return;
	n_decoded++;
	LAW(ends(m.sname) && ends(m.tftp_name) && ends(m.bootfile));
	LAW(ends(m.config_file) && ends(m.path_prefix));
}

/* What it may do: at most one message, for ever is a number, and it comes to an end. */
static void run_out(struct dhcp_client *c, uint64_t now)
{
	struct dhcp_out out;
	unsigned n = 0;

	for (; c->deadline_ns != UINT64_MAX && n < N_STEPS_MAX; n++) {
		now = c->deadline_ns > now ? c->deadline_ns : now;
		dhcp_client_step(c, now, &out);
		LAW(out.len == 0 || out.len >= 300);
		LAW(out.len <= DHCP_OUT_MAX);
	}
	LAW(n < N_STEPS_MAX || c->expiry_ns > UINT64_C(1000000000) * 60 * 1000);
}

static void try_state(unsigned which, uint8_t *data, size_t size)
{
	static const struct dhcp_identity who = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	struct random rnd = { .state = 1 };
	struct dhcp_client c;
	struct dhcp_out out;
	uint64_t now = 1000000000;
	struct reply r;

	dhcp_client_init(&c, &who, &rnd, now);
	dhcp_client_step(&c, now, &out);
	if (which > 0) {
		r = reply_make(c.xid, GUEST, SERVER, "350102 36040a000202 ff");
		dhcp_client_input(&c, now, r.buf, r.len, &out);
		LAW(c.state == DHCP_STATE_REQUESTING);
	}
	if (which > 1) {
		r = reply_make(c.xid, GUEST, SERVER, "350105 36040a000202 330400000e10 ff");
		dhcp_client_input(&c, now, r.buf, r.len, &out);
		LAW(c.state == DHCP_STATE_BOUND);
		now = c.deadline_ns;
		dhcp_client_step(&c, now, &out);
		LAW(c.state == DHCP_STATE_RENEWING);
	}
	if (size >= REPLY_FIXED) {
		for (unsigned i = 0; i < 4; i++)
			data[4 + i] = (uint8_t)(c.xid >> (24 - 8 * i));
		memcpy(data + 28, who.mac, sizeof(who.mac));
	}
	dhcp_client_input(&c, now, data, size, &out);
	LAW(out.len <= DHCP_OUT_MAX);
	if (out.bound)
		LAW(c.state == DHCP_STATE_BOUND && c.lease.yiaddr);
	n_bound += out.bound;
	n_requests += out.len != 0;
	run_out(&c, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	check_reply(data, size);
	for (unsigned which = 0; which < 3; which++)
		try_state(which, copy, size);
	free(copy);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	SEED_MAX = REPLY_MAX,
	N_MUTATIONS = 20000,
};

static const char *const seeds[] = {
	"350102 3604 0a000202 0104ffffff00 03040a000201 06040a000203 330400000e10 ff",
	"350105 36040a000202 330400000e10 3a0400000708 3b0400000c4e 43056b2e696d67 d10363 6667 ff",
	"350105 36040a000202 3304ffffffff 340103 4303 616263 d204702f7100 "
	"960c0a0002040a0002050a000206 ff",
	"350106 36040a000202 ff",
	"350102 36040a000202 3c09505845436c69656e74 2b03 010203 42047466747000 ff",
};

static size_t make_seed(uint8_t *out, size_t i)
{
	struct reply r = reply_make(0, GUEST, SERVER, seeds[i]);

	memcpy(r.buf + REPLY_FILE, "\x43\x02gh\xff", 5);
	memcpy(out, r.buf, r.len);
	return r.len;
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
		size_t len = make_seed(buf, fuzz_random(&state) % n_seeds), mutated;

		/* Mostly what is behind the header, else few would be read at all. */
		mutated = fuzz_random(&state) % 4 ? REPLY_FIXED : 0;
		fuzz_one(buf, mutated + fuzz_mutate(buf + mutated, len - mutated,
						    SEED_MAX - mutated, &state));
	}
	printf("fuzz_lwip_dhcp: %zu seeds, %d mutated; %zu decoded, %zu bound, %zu answered\n",
	       n_seeds, N_MUTATIONS, n_decoded, n_bound, n_requests);
	return n_decoded && n_bound && n_requests ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
