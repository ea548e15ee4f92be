/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot of an entry, as its judges get it: a lease, requests for files, and how it came out
 */
#ifndef TESTS_SUPPORT_TRACE_ENTRY_H
#define TESTS_SUPPORT_TRACE_ENTRY_H

#include "harness/judge/entry.h"
#include "tests/support/trace_boot.h"

#define ENTRY_REPORT                                                                               \
	"@iplab payload kind=probe entry=0x10000 cmdline=\"a b\" initrd=0x12000 initrd_len=100 "   \
	"initrd_crc32=01020304 self_crc32=0a0b0c0d uuid=none"

/* One line of the console, or no payload, and how that ends. */
struct entry_end {
	const char *payload, *ending;
	bool handed_over;
};

static inline void entry_lease(struct boot_script *b)
{
	*b = (struct boot_script){ .payload = NULL };
	boot_dhcp(b, DHCP_DISCOVER);
	boot_dhcp(b, DHCP_OFFER);
	boot_dhcp(b, DHCP_REQUEST);
	boot_dhcp(b, DHCP_ACK);
}

/* A file that is there, of @len bytes in one block. */
static inline void entry_file(struct boot_script *b, const char *name, size_t len)
{
	uint8_t data[600] = { 0, TFTP_DATA, 0, 1 };
	const uint16_t port = (uint16_t)(3000 + b->n);

	ck_assert_uint_le(len + 4, sizeof(data));
	boot_rrq(b, port, name);
	boot_add(b, BOOT_SERVER, 49152, BOOT_GUEST, port, data, len + 4);
}

/* One that is not. */
static inline void entry_missing(struct boot_script *b, const char *name)
{
	const uint16_t port = (uint16_t)(3000 + b->n);

	boot_rrq(b, port, name);
	boot_error(b, 49152, port);
}

static inline Trace *entry_trace(struct boot_script *b, const struct entry_end *end)
{
	static const char handover[] = "{\"t_ns\":1,\"ev\":\"milestone\",\"name\":\"handover\"}";
	Trace *t;

	b->payload = end->payload;
	b->ending = end->ending;
	t = boot_trace(b);
	if (end->handed_over)
		trace_add_line(t, handover, strlen(handover));
	return t;
}

/* The boot without a fault: @names, and the usual payload. */
static inline Trace *entry_control(void)
{
	static struct boot_script b;

	entry_lease(&b);
	entry_file(&b, "pxelinux.cfg/default", 100);
	entry_file(&b, "kernel.img", 500);
	entry_file(&b, "initrd.img", 100);
	return entry_trace(&b, &(struct entry_end){ ENTRY_REPORT, "payload", true });
}

/* Hold what a judge sees of @t, which is freed, against what it should. */
static inline void entry_assert(Trace *t, const char *id, enum judge_saw want, const char *what)
{
	const struct judge *j = judge_find(id);
	Trace *control = entry_control();
	struct judgement seen;

	ck_assert_msg(j != NULL, "nobody judges %s", id);
	seen = judge_boot(j, t, control);
	ck_assert_msg(seen.saw == want, "%s: %s: saw %d, not %d: %s", id, what, seen.saw, want,
		      seen.evidence ? seen.evidence : "nothing");
	ck_assert_msg(!want == !seen.evidence, "%s: %s: evidence is %s", id, what, seen.evidence);
	judgement_clear(&seen);
	trace_free(control);
	trace_free(t);
}

#endif /* TESTS_SUPPORT_TRACE_ENTRY_H */
