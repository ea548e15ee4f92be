/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_random: identifiers of two boots that are the same otherwise
 */
#include <check.h>

#include "server/wire/tcp.h"
#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

#define OTHER_XID "payload+4=99999999"

static struct boot_script b;

/* The control is a usual boot. */
START_TEST(xid_and_ports)
{
	static const char *const ids[] = { "dhcp4.xid.predictable", "sec.cve-2023-45237" };
	static const char ports[] = "res.id-predictability";
	static const unsigned rrqs[] = { BOOT_RRQ, BOOT_RRQ_2, BOOT_RRQ_3, BOOT_RRQ_4 };

	boot_usual(&b);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		boot_assert(&b, ids[i], BROKEN, "the same");
	boot_assert(&b, ports, BROKEN, "all the same");
	boot_edit(&b, BOOT_DISCOVER, OTHER_XID);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		boot_assert(&b, ids[i], KEPT, "another");
	for (size_t i = 0; i < G_N_ELEMENTS(rrqs); i++) {
		boot_assert(&b, ports, i < 2 ? BROKEN : KEPT, "some ports are the same");
		boot_edit(&b, rrqs[i], "udp+0=c123");
	}
	boot_assert(&b, ports, KEPT, "none is");
	boot_remove(&b, BOOT_DISCOVER);
	boot_assert(&b, ids[0], NOTHING, "it never asks");
}
END_TEST

static Trace *connection(uint32_t first)
{
	struct ipv4_hdr ip = {
		.src = BOOT_GUEST, .dst = BOOT_SERVER, .ttl = 64, .proto = IP_PROTO_TCP
	};
	struct tcp_hdr h = { .sport = 50000, .dport = 80, .seq = first, .flags = TCP_SYN };
	uint8_t segment[60];
	struct wr w = WR_INIT(segment, sizeof(segment));
	struct boot_frame *f;

	boot_usual(&b);
	f = boot_add(&b, BOOT_GUEST, 1, BOOT_SERVER, 1, NULL, 0);
	tcp_encode(&w, &h, &ip, NULL, 0);
	wire_ip(&f->f, &ip, segment, sizeof(segment) - w.left);
	return boot_trace(&b);
}

START_TEST(sequence_numbers)
{
	const struct judge *j = judge_find("sec.cve-2023-45236");
	static const struct {
		uint32_t a, b;
		enum judge_saw saw;
	} cases[] = { { 6510, 6510, BROKEN }, { 0xcafe0001, 0xcafe0002, KEPT } };
	g_autoptr(Trace) none = NULL;
	struct judgement seen;

	ck_assert_ptr_nonnull(j);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Trace) t = connection(cases[i].a);
		g_autoptr(Trace) control = connection(cases[i].b);

		seen = judge_boot(j, t, control);
		ck_assert_int_eq(seen.saw, cases[i].saw);
		judgement_clear(&seen);
	}
	boot_usual(&b);
	none = boot_trace(&b);
	seen = judge_boot(j, none, none);
	ck_assert_int_eq(seen.saw, NOTHING);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_random");

	suite_add(s, xid_and_ports);
	suite_add(s, sequence_numbers);
	return suite_run(s);
}
