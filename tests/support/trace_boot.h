/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot as a judge gets it: a usual one, of which a test changes a frame
 *
 * Frames go through server/frame_journal and back through harness/trace, as those of a real boot.
 */
#ifndef TESTS_SUPPORT_TRACE_BOOT_H
#define TESTS_SUPPORT_TRACE_BOOT_H

#include <check.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "server/frame_journal.h"
#include "server/impair_rewrite.h"
#include "tests/support/wire_frame.h"

#define BOOT_GUEST 0x0a00020fu
#define BOOT_SERVER 0x0a000202u
#define BOOT_MS UINT64_C(1000000)

/* The frames of boot_usual(). */
enum {
	BOOT_DISCOVER,
	BOOT_OFFER,
	BOOT_REQUEST,
	BOOT_ACK,
	BOOT_RRQ, /* kernel.img */
	BOOT_OACK,
	BOOT_ACK_0,
	BOOT_DATA_1,
	BOOT_ACK_1,
	BOOT_DATA_2,
	BOOT_ACK_2,
	BOOT_RRQ_2, /* initrd.img */
	BOOT_ERROR_2,
	BOOT_RRQ_3, /* third */
	BOOT_ERROR_3,
	BOOT_RRQ_4, /* fourth */
	BOOT_ERROR_4,
	BOOT_RELEASE,
	BOOT_N_USUAL,
	BOOT_N_MAX = 64,
};

struct boot_frame {
	uint64_t t_ns;
	bool to_guest;
	struct wire_frame f;
};

struct boot_script {
	struct boot_frame frames[BOOT_N_MAX];
	unsigned n;
	const char *event;      /* of the network, as "impair.drop"; NULL: none */
	const char *event_name; /* of what packets; NULL: of TFTP's DATA */
	unsigned event_at;      /* frames before it */
	unsigned event_ms[8];   /* it comes so long after that, so often; zeros: once, at once */
	const char *payload;    /* what the console says at the end; NULL: nothing */
	const char *ending;
};

static inline struct boot_frame *boot_add(struct boot_script *b, uint32_t src, uint16_t sport,
					  uint32_t dst, uint16_t dport, const uint8_t *payload,
					  size_t len)
{
	struct ipv4_hdr ip = {
		.src = src, .dst = dst, .id = (uint16_t)(b->n + 1), .ttl = 64, .proto = IP_PROTO_UDP
	};
	struct udp_hdr udp = { .sport = sport, .dport = dport };
	uint8_t datagram[1500];
	struct wr w = WR_INIT(datagram, sizeof(datagram));
	struct boot_frame *f = &b->frames[b->n++];

	ck_assert_uint_le(b->n, BOOT_N_MAX);
	udp_encode(&w, &udp, &ip, payload, len);
	wire_ip(&f->f, &ip, datagram, sizeof(datagram) - w.left);
	f->to_guest = src == BOOT_SERVER;
	f->t_ns = (2000 + b->n * 10) * BOOT_MS;
	return f;
}

static inline void boot_dhcp(struct boot_script *b, enum dhcp_type type)
{
	bool reply = type == DHCP_OFFER || type == DHCP_ACK, release = type == DHCP_RELEASE;
	struct dhcp_msg m = {
		.op = reply ? DHCP_BOOTREPLY : DHCP_BOOTREQUEST,
		.htype = 1,
		.hlen = ETH_ALEN,
		.xid = 0x11223344,
		.yiaddr = reply ? BOOT_GUEST : 0,
		.ciaddr = release ? BOOT_GUEST : 0,
	};
	uint8_t buf[600];
	struct wr w = WR_INIT(buf, sizeof(buf));

	memcpy(m.chaddr, wire_guest_mac.b, ETH_ALEN);
	dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, (uint8_t)type);
	if (type != DHCP_DISCOVER)
		dhcp_opt_add_be32(&m, DHCP_OPT_SERVER_ID, BOOT_SERVER);
	if (type == DHCP_REQUEST)
		dhcp_opt_add_be32(&m, DHCP_OPT_REQUESTED_IP, BOOT_GUEST);
	if (!reply && !release) {
		dhcp_opt_add_be16(&m, DHCP_OPT_MAX_SIZE, 1472);
		dhcp_opt_add(&m, DHCP_OPT_CLIENT_ID, "\1\2", 2);
		dhcp_opt_add(&m, DHCP_OPT_PARAMETERS, "\1\3\x42\x43", 4);
	} else if (release) {
		dhcp_opt_add(&m, DHCP_OPT_CLIENT_ID, "\1\2", 2);
	}
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, sizeof(buf)), 0);
	if (reply)
		boot_add(b, BOOT_SERVER, DHCP_PORT_SERVER, BOOT_GUEST, DHCP_PORT_CLIENT, buf,
			 sizeof(buf) - w.left);
	else
		boot_add(b, release ? BOOT_GUEST : 0, DHCP_PORT_CLIENT,
			 release ? BOOT_SERVER : UINT32_MAX, DHCP_PORT_SERVER, buf,
			 sizeof(buf) - w.left);
}

static inline void boot_rrq(struct boot_script *b, uint16_t port, const char *file)
{
	uint8_t buf[256];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tftp_rrq_encode(&w, file, "octet");
	tftp_opt_encode_u64(&w, "blksize", 1428);
	tftp_opt_encode_u64(&w, "tsize", 0);
	tftp_opt_encode_u64(&w, "timeout", 5);
	tftp_opt_encode_u64(&w, "windowsize", 4);
	boot_add(b, BOOT_GUEST, port, BOOT_SERVER, TFTP_PORT, buf, sizeof(buf) - w.left);
}

static inline void boot_error(struct boot_script *b, uint16_t server, uint16_t port)
{
	boot_add(b, BOOT_SERVER, server, BOOT_GUEST, port, (const uint8_t *)"\0\5\0\1no", 7);
}

/* A block of 100 bytes, or an ACK, of the first transfer. */
static inline void boot_block(struct boot_script *b, uint8_t block)
{
	uint8_t data[104] = { 0, TFTP_DATA, 0, block }, ack[] = { 0, TFTP_ACK, 0, block };

	if (block)
		boot_add(b, BOOT_SERVER, 49152, BOOT_GUEST, 2001, data, sizeof(data));
	boot_add(b, BOOT_GUEST, 2001, BOOT_SERVER, 49152, ack, sizeof(ack));
}

/* Everything as it should be. */
static inline void boot_usual(struct boot_script *b)
{
	static const char oack[] = "\0\6blksize\0001428";

	*b = (struct boot_script){
		.payload = "@iplab payload kind=probe initrd_len=100 initrd_crc32=01020304 "
			   "self_crc32=0a0b0c0d memory_mib=512",
		.ending = "payload",
	};
	boot_dhcp(b, DHCP_DISCOVER);
	boot_dhcp(b, DHCP_OFFER);
	boot_dhcp(b, DHCP_REQUEST);
	boot_dhcp(b, DHCP_ACK);
	boot_rrq(b, 2001, "kernel.img");
	boot_add(b, BOOT_SERVER, 49152, BOOT_GUEST, 2001, (const uint8_t *)oack, sizeof(oack));
	boot_block(b, 0);
	boot_block(b, 1);
	boot_block(b, 2);
	boot_rrq(b, 3017, "initrd.img");
	boot_error(b, 49153, 3017);
	boot_rrq(b, 2999, "third");
	boot_error(b, 49154, 2999);
	boot_rrq(b, 60000, "fourth");
	boot_error(b, 49155, 60000);
	boot_dhcp(b, DHCP_RELEASE);
	ck_assert_uint_eq(b->n, BOOT_N_USUAL);
}

/* Change a frame, in the words of server/impair_rewrite.h. */
static inline void boot_edit(struct boot_script *b, unsigned i, const char *edits)
{
	static struct frame decoded;
	struct frame_flows flows = { 0 };
	g_auto(GStrv) list = g_strsplit(edits, ";", -1);
	struct wire_frame *f = &b->frames[i].f;
	struct impair_frame fr;

	frame_decode(&decoded, &flows, f->buf, f->len);
	impair_frame_init(&fr, decoded.kind, f->buf, f->len);
	ck_assert_msg(impair_rewrite(&fr, list, true), "%s changes nothing", edits);
	ck_assert_uint_le(fr.bytes->len, sizeof(f->buf));
	memcpy(f->buf, fr.bytes->data, fr.bytes->len);
	f->len = fr.bytes->len;
	impair_frame_fini(&fr);
}

/* Take a frame out. */
static inline void boot_remove(struct boot_script *b, unsigned i)
{
	memmove(&b->frames[i], &b->frames[i + 1], (b->n - i - 1) * sizeof(b->frames[0]));
	b->n--;
}

static inline void boot_event(Journal *j, uint64_t t_ns, const char *kind, const char *key,
			      const char *value)
{
	journal_begin(j, t_ns, kind);
	journal_str(j, key, value);
	journal_end(j);
}

static inline void boot_events(const struct boot_script *b, Journal *j, uint64_t t_ns)
{
	for (unsigned i = 0; !i || (i < G_N_ELEMENTS(b->event_ms) && b->event_ms[i]); i++)
		boot_event(j, t_ns + b->event_ms[i] * BOOT_MS, b->event, "kind",
			   b->event_name ? b->event_name : "tftp.data");
}

/* All of it. Frames are numbered from 1. */
static inline void boot_journal(const struct boot_script *b, Journal *j)
{
	static struct frame decoded;
	struct frame_flows flows = { 0 };
	uint64_t end_ns = 0;

	boot_event(j, 0, "milestone", "name", "power-on");
	for (unsigned i = 0; i < b->n; i++) {
		const struct boot_frame *f = &b->frames[i];

		if (b->event && i == b->event_at)
			boot_events(b, j, f->t_ns);
		frame_decode(&decoded, &flows, f->f.buf, f->f.len);
		frame_journal(j, f->t_ns, "nic0", f->to_guest, i + 1,
			      (struct slice){ f->f.buf, f->f.len }, &decoded);
		if (decoded.kind == FRAME_DHCP_ACK)
			boot_event(j, f->t_ns, "milestone", "name", "dhcp-ack");
		end_ns = f->t_ns;
	}
	if (b->event && b->event_at >= b->n)
		boot_events(b, j, end_ns);
	if (b->payload)
		boot_event(j, end_ns, "console", "text", b->payload);
	if (b->ending)
		boot_event(j, end_ns, "ending", "class", b->ending);
}

/* As a cell's journal. */
static inline void boot_write(const struct boot_script *b, const char *path)
{
	Journal *j = journal_new(path);

	ck_assert_ptr_nonnull(j);
	boot_journal(b, j);
	ck_assert_int_eq(journal_close(j), 0);
	journal_free(j);
}

/* As a judge is given it. */
static inline Trace *boot_trace(const struct boot_script *b)
{
	Journal *j = journal_new(NULL);
	Trace *t = trace_new(TRACE_N_FRAMES_FEW);

	boot_journal(b, j);
	for (const char *p = journal_lines(j), *end; (end = strchr(p, '\n')); p = end + 1)
		trace_add_line(t, p, (size_t)(end - p));
	journal_free(j);
	return t;
}

/* Hold what a check's judge sees of a boot beside another one against what it should. */
static inline void boot_assert_beside(const struct boot_script *b, const struct boot_script *usual,
				      const char *id, enum judge_saw want, const char *what)
{
	const struct judge *j = judge_find(id);
	struct judgement seen;
	Trace *t, *control;

	t = boot_trace(b);
	control = boot_trace(usual);
	ck_assert_msg(j != NULL, "nobody judges %s", id);
	seen = judge_boot(j, t, control);
	ck_assert_msg(seen.saw == want, "%s: %s: saw %d, not %d: %s", id, what, seen.saw, want,
		      seen.evidence ? seen.evidence : "nothing");
	/* Whoever says something says why, and shows it. */
	ck_assert_msg(!want == !seen.evidence, "%s: %s: evidence is %s", id, what,
		      seen.evidence ? seen.evidence : "missing");
	judgement_clear(&seen);
	trace_free(control);
	trace_free(t);
}

/* The same beside boot_usual(). */
static inline void boot_assert(const struct boot_script *b, const char *id, enum judge_saw want,
			       const char *what)
{
	static struct boot_script usual;

	boot_usual(&usual);
	boot_assert_beside(b, &usual, id, want, what);
}

/* A row of a judge's test: what it sees when one frame of a usual boot is another. */
struct judge_row {
	const char *id, *what;
	unsigned frame;
	const char *edits; /* NULL: none */
	enum judge_saw saw;
};

static inline void judge_row_assert(const struct judge_row *r)
{
	static struct boot_script b;

	boot_usual(&b);
	if (r->edits)
		boot_edit(&b, r->frame, r->edits);
	boot_assert(&b, r->id, r->saw, r->what);
}

#endif /* TESTS_SUPPORT_TRACE_BOOT_H */
