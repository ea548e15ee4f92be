/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_dhcp6, judge_ndp, judge_ip6 and their neighbours: a boot over IPv6
 */
#include <check.h>

#include "server/impair_craft.h"
#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

#define GUEST "525400123456 "
#define SERVER "52550a000202 "
#define GUEST_LL "fe80000000000000505400fffe123456 "
#define GUEST_IP "fd00000000000000505400fffe123456 "
#define SERVER_LL "fe8000000000000050550afffe000202 "
#define SERVER_IP "fd000000000000000000000000000002 "
#define GROUP "ff0200000000000000000001ff123456 "
#define ALL_NODES "ff020000000000000000000000000001 "
#define NOBODY "16*00 "
#define ICMP6 "86dd 60000000 ip6-length 3aff "
#define UDP6 "86dd 60000000 ip6-length 1140 "
/* kernel.img */
#define FILE_NAME "6b65726e656c2e696d67"

/* The frames of usual(). */
enum {
	MLD,
	DAD_LL,
	RS,
	RA,
	DAD,
	INFORM,
	REPLY,
	NS,
	NA,
	RRQ,
	DATA_1,
	ACK_1,
	DATA_2,
	ACK_2,
	N_USUAL,
};

static const struct {
	bool to_guest;
	const char *text;
} frames[N_USUAL] = {
	[MLD] = { false, "3333ff123456 " GUEST "86dd 60000000 0020 0001 " NOBODY GROUP
			 "3a000502 00000100 83000000 00000000 " GROUP },
	[DAD_LL] = { false,
		     "3333ff123456 " GUEST ICMP6 NOBODY GROUP "8700 0000 00000000 " GUEST_LL },
	[RS] = { false, "333300000002 " GUEST ICMP6 NOBODY
			"ff020000000000000000000000000002 8500 0000 00000000" },
	[RA] = { true, "333300000001 " SERVER ICMP6 SERVER_LL ALL_NODES
		       "8600 0000 40400708 00000000 00000000 0101 " SERVER
		       "0304 40c0 00015180 00003840 00000000 fd00 14*00" },
	[DAD] = { false, "3333ff123456 " GUEST ICMP6 NOBODY GROUP "8700 0000 00000000 " GUEST_IP },
	[INFORM] = { false, "333300010002 " GUEST UDP6 GUEST_LL
			    "ff020000000000000000000000010002 0222 0223 udp6-length ffff 0b112233 "
			    "0001000a 00030001525400123456 00080002 0000 0006000800170020003b0053 "
			    "003d0002 001f" },
	[REPLY] = { true, GUEST SERVER UDP6 SERVER_LL GUEST_LL
		    "0223 0222 udp6-length ffff 07112233 0001000a 00030001525400123456 "
		    "0002000a 0003000152550a000202 "
		    "003b001b 746674703a2f2f5b666430303a3a325d2f" FILE_NAME },
	[NS] = { false,
		 "3333ff000002 " GUEST ICMP6 GUEST_IP
		 "ff0200000000000000000001ff000002 8700 0000 00000000 " SERVER_IP "0101 " GUEST },
	[NA] = { true, GUEST SERVER ICMP6 SERVER_IP GUEST_IP "8800 0000 e0000000 " SERVER_IP
							     "0201 " SERVER },
	[RRQ] = { false, SERVER GUEST UDP6 GUEST_IP SERVER_IP
		  "9999 0045 udp6-length ffff 0001 " FILE_NAME "00 6f6374657400" },
	[DATA_1] = { true, GUEST SERVER UDP6 SERVER_IP GUEST_IP
		     "c000 9999 udp6-length ffff 0003 0001 512*61" },
	[ACK_1] = { false,
		    SERVER GUEST UDP6 GUEST_IP SERVER_IP "9999 c000 udp6-length ffff 0004 0001" },
	[DATA_2] = { true, GUEST SERVER UDP6 SERVER_IP GUEST_IP
		     "c000 9999 udp6-length ffff 0003 0002 100*61" },
	[ACK_2] = { false,
		    SERVER GUEST UDP6 GUEST_IP SERVER_IP "9999 c000 udp6-length ffff 0004 0002" },
};

static void add(struct boot_script *b, bool to_guest, const char *text)
{
	static const struct frame none;
	g_autoptr(GBytes) bytes = impair_craft(text, &none, to_guest, true);
	struct boot_frame *f = &b->frames[b->n++];

	f->to_guest = to_guest;
	f->t_ns = b->n * 100 * BOOT_MS;
	f->f.len = g_bytes_get_size(bytes);
	ck_assert_uint_le(f->f.len, sizeof(f->f.buf));
	memcpy(f->f.buf, g_bytes_get_data(bytes, NULL), f->f.len);
}

static void usual(struct boot_script *b)
{
	*b = (struct boot_script){
		.payload = "@iplab payload kind=probe initrd_len=0 self_crc32=0a0b0c0d "
			   "cmdline=a",
		.ending = "payload",
	};
	for (unsigned i = 0; i < N_USUAL; i++)
		add(b, frames[i].to_guest, frames[i].text);
}

/* The last frame goes to place @at, a millisecond before who is there. */
static void move_last(struct boot_script *b, unsigned at)
{
	static struct boot_frame last;

	last = b->frames[b->n - 1];
	for (unsigned k = b->n - 1; k > at; k--)
		b->frames[k] = b->frames[k - 1];
	if (at + 1 < b->n)
		last.t_ns = b->frames[at + 1].t_ns - BOOT_MS;
	b->frames[at] = last;
}

/* What is done to a boot, in this order. */
enum op_kind {
	END,
	EDIT,       /* frame @i is changed */
	COPY,       /* a changed copy of frame @i comes at place @at */
	REMOVE,     /* frame @i is not there */
	AT_MS,      /* frame @i comes so many milliseconds after power-on */
	NEW_IN,     /* another frame comes at place @at, to the guest */
	NEW_OUT,    /* and from it */
	NO_PAYLOAD, /* it ends with @text */
};

struct op {
	enum op_kind kind;
	unsigned i, at;
	const char *text;
};

static void apply(struct boot_script *b, const struct op *o)
{
	switch (o->kind) {
	case END:
		break;
	case EDIT:
		boot_edit(b, o->i, o->text);
		break;
	case COPY:
		b->frames[b->n++] = b->frames[o->i];
		if (o->text)
			boot_edit(b, b->n - 1, o->text);
		move_last(b, o->at);
		break;
	case REMOVE:
		boot_remove(b, o->i);
		break;
	case AT_MS:
		b->frames[o->i].t_ns = o->at * BOOT_MS;
		break;
	case NEW_IN:
	case NEW_OUT:
		add(b, o->kind == NEW_IN, o->text);
		move_last(b, o->at);
		break;
	case NO_PAYLOAD:
		b->payload = NULL;
		b->ending = o->text;
		break;
	}
}

enum {
	N_OPS_MAX = 6,
};

struct row {
	const char *id;
	enum judge_saw saw;
	struct op ops[N_OPS_MAX];
	struct op control[2];
};

#define POISON ";6b65726e656c>706f69736f6e"
#define ASKS_POISON                                                                                \
	{                                                                                          \
		EDIT, RRQ, 0, "6b65726e656c>706f69736f6e"                                          \
	}
/* The same, when a frame more comes before it. */
#define ASKS_POISON_LATER                                                                          \
	{                                                                                          \
		EDIT, RRQ + 1, 0, "6b65726e656c>706f69736f6e"                                      \
	}
#define USES_ODD                                                                                   \
	{                                                                                          \
		NEW_OUT, 0, RS + 3,                                                                \
			"3333ff123456 " GUEST ICMP6 NOBODY GROUP                                   \
			"8700 0000 00000000 fd77000000000000505400fffe123456"                      \
	}
#define ODD_RA(edits)                                                                              \
	{                                                                                          \
		COPY, RA, RA, edits                                                                \
	}
/* A fault in an advertisement: not seen, not believed, believed. */
#define NOT_BELIEVED(id, edits)                                                                    \
	{ id, NOTHING, { { END } }, { { END } } }, { id, KEPT, { ODD_RA(edits) }, { { END } } },   \
	{                                                                                          \
		id, BROKEN, { ODD_RA(edits), USES_ODD },                                           \
		{                                                                                  \
			{                                                                          \
				END                                                                \
			}                                                                          \
		}                                                                                  \
	}
/* A fault in a Reply: likewise. */
#define REFUSED(id, edits)                                                                         \
	{ id, NOTHING, { { END } }, { { END } } },                                                 \
		{ id, KEPT, { { COPY, REPLY, REPLY, edits } }, { { END } } },                      \
	{                                                                                          \
		id, BROKEN, { { COPY, REPLY, REPLY, edits }, ASKS_POISON_LATER },                  \
		{                                                                                  \
			{                                                                          \
				END                                                                \
			}                                                                          \
		}                                                                                  \
	}
/* A block with a fault: dropped, and taken. */
#define DROPPED(id, edits)                                                                         \
	{ id, NOTHING, { { END } }, { { END } } },                                                 \
		{ id, KEPT, { { COPY, DATA_2, DATA_2, edits } }, { { END } } },                    \
	{                                                                                          \
		id, BROKEN,                                                                        \
			{ { COPY, DATA_2, DATA_2, edits },                                         \
			  { COPY, ACK_2 + 1, DATA_2 + 1, NULL } },                                 \
		{                                                                                  \
			{                                                                          \
				END                                                                \
			}                                                                          \
		}                                                                                  \
	}
/* A block as it must be taken: at once, or when it comes again as usual. */
#define TAKEN(id, edits)                                                                           \
	{ id, NOTHING, { { END } }, { { END } } },                                                 \
		{ id, KEPT, { { EDIT, DATA_2, 0, edits } }, { { END } } },                         \
	{                                                                                          \
		id, BROKEN, { { COPY, DATA_2, DATA_2, edits } },                                   \
		{                                                                                  \
			{                                                                          \
				END                                                                \
			}                                                                          \
		}                                                                                  \
	}
/* Something in the middle of the transfer: that does no harm, and that does. */
#define SURVIVED(id, frame)                                                                        \
	{ id, NOTHING, { { END } }, { { END } } },                                                 \
		{ id, KEPT, { { NEW_IN, 0, DATA_2, frame } }, { { END } } },                       \
	{                                                                                          \
		id, BROKEN, { { NEW_IN, 0, DATA_2, frame }, { NO_PAYLOAD, 0, 0, "hang" } },        \
		{                                                                                  \
			{                                                                          \
				END                                                                \
			}                                                                          \
		}                                                                                  \
	}

#define NS_FOR(target) "3333ff123456 " SERVER ICMP6 SERVER_IP GROUP "8700 0000 00000000 " target
#define NA_OF(dst, flags, target)                                                                  \
	SERVER GUEST ICMP6 GUEST_IP dst "8800 0000 " flags "000000 " target "0201 " GUEST
#define TRIAL "3333ff123456 020000000066 " ICMP6 NOBODY GROUP "8700 0000 00000000 " GUEST_IP
#define OTHER_IP "fd00000000000000aabbccddee123456 "
#define STRANGER "fd000000000000000000000000000077 "
#define ECHO(id, data) GUEST SERVER ICMP6 SERVER_IP GUEST_IP "8000 0000 " id " 0001 " data
#define ECHO_REPLY(id, data) SERVER GUEST ICMP6 GUEST_IP SERVER_IP "8100 0000 " id " 0001 " data
#define LARGE                                                                                      \
	{                                                                                          \
		NEW_OUT, 0, ACK_2 + 1, ECHO_REPLY("4242", "1400*61")                               \
	}
#define FRAGMENT_OUT                                                                               \
	{                                                                                          \
		NEW_OUT, 0, ACK_2 + 1,                                                             \
			SERVER GUEST "86dd 60000000 ip6-length 2c40 " GUEST_IP SERVER_IP           \
				     "3a000001 11111111 8100 0000 4242 0001 1200*61"               \
	}
#define TOO_BIG                                                                                    \
	{                                                                                          \
		NEW_IN, 0, DATA_2,                                                                 \
			GUEST SERVER ICMP6 SERVER_LL GUEST_IP "0200 0000 00000500 40*61"           \
	}
#define SOLICIT_OPTIONS "0b112233>01112233;003b0053>003b0052"
#define IA "0003002800123456000000000000000000050018fd000000000000000000000000000015"
#define LEASE "payload+4<" IA "0001518000015180"
#define DEAD "payload+4<" IA "0000000000000000"
#define USES_LEASE                                                                                 \
	{                                                                                          \
		NEW_OUT, 0, RRQ + 1,                                                               \
			"3333ff000015 " GUEST ICMP6 NOBODY "ff0200000000000000000001ff000015 "     \
			"8700 0000 00000000 fd000000000000000000000000000015"                      \
	}
#define CLAIM                                                                                      \
	{                                                                                          \
		NEW_IN, 0, REPLY + 1,                                                              \
			"333300000001 020000000015 " ICMP6                                         \
			"fd000000000000000000000000000015 " ALL_NODES                              \
			"8800 0000 20000000 fd000000000000000000000000000015 0201 020000000015"    \
	}
#define CLAIM_LL                                                                                   \
	{                                                                                          \
		NEW_IN, 0, RS,                                                                     \
			"333300000001 020000000015 " ICMP6 GUEST_LL ALL_NODES                      \
			"8800 0000 20000000 " GUEST_LL "0201 020000000015"                         \
	}

static const struct row rows[] = {
	{ "dhcp6.tx.ports-address", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.ports-address", BROKEN, { { EDIT, INFORM, 0, "ip+8=fd00" } }, { { END } } },
	{ "dhcp6.tx.multicast-mac", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.multicast-mac",
	  BROKEN,
	  { { EDIT, INFORM, 0, "eth+0=ffffffffffff" } },
	  { { END } } },
	{ "dhcp6.tx.mode-follows-ra", BROKEN, { { END } }, { { END } } },
	{ "dhcp6.tx.mode-follows-ra", KEPT, { { EDIT, INFORM, 0, SOLICIT_OPTIONS } }, { { END } } },
	{ "dhcp6.tx.client-id", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.client-id", BROKEN, { { EDIT, INFORM, 0, "525400>525401" } }, { { END } } },
	{ "dhcp6.tx.elapsed-first-zero", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.elapsed-first-zero",
	  BROKEN,
	  { { EDIT, INFORM, 0, "000800020000>000800020190" } },
	  { { END } } },
	{ "dhcp6.tx.elapsed-first-zero",
	  BROKEN,
	  { { COPY, INFORM, INFORM + 1, NULL } },
	  { { END } } },
	{ "dhcp6.tx.oro-inf-max-rt", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.oro-inf-max-rt",
	  BROKEN,
	  { { EDIT, INFORM, 0, "003b0053>003b0099" } },
	  { { END } } },
	{ "dhcp6.tx.oro-sol-max-rt", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.tx.oro-sol-max-rt", KEPT, { { EDIT, INFORM, 0, SOLICIT_OPTIONS } }, { { END } } },
	{ "dhcp6.tx.oro-sol-max-rt",
	  BROKEN,
	  { { EDIT, INFORM, 0, "0b112233>01112233" } },
	  { { END } } },
	{ "dhcp6.tx.oro-bootfile", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.oro-bootfile",
	  BROKEN,
	  { { EDIT, INFORM, 0, "0020003b>00200099" } },
	  { { END } } },
	{ "dhcp6.tx.arch-61", KEPT, { { END } }, { { END } } },
	{ "dhcp6.tx.arch-61", BROKEN, { { EDIT, INFORM, 0, "003d0002>00fd0002" } }, { { END } } },
	{ "dhcp6.tx.initial-delay", BROKEN, { { END } }, { { END } } },
	{ "dhcp6.tx.initial-delay", KEPT, { { AT_MS, INFORM, 623, NULL } }, { { END } } },
	{ "dhcp6.tx.xid-random", BROKEN, { { END } }, { { END } } },
	{ "dhcp6.tx.xid-random", KEPT, { { EDIT, INFORM, 0, "payload+1=445566" } }, { { END } } },
	{ "dhcp6.tx.retx-backoff", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.tx.retx-backoff",
	  BROKEN,
	  { { REMOVE, REPLY, 0, NULL }, { COPY, INFORM, INFORM + 1, NULL } },
	  { { END } } },
	{ "dhcp6.tx.retx-same-xid", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.tx.retx-same-xid",
	  KEPT,
	  { { REMOVE, REPLY, 0, NULL }, { COPY, INFORM, INFORM + 1, NULL } },
	  { { END } } },
	{ "dhcp6.tx.retx-same-xid",
	  BROKEN,
	  { { REMOVE, REPLY, 0, NULL }, { COPY, INFORM, INFORM + 1, "payload+1=445566" } },
	  { { END } } },
	REFUSED("dhcp6.rx.xid-mismatch", "payload+1=445566" POISON),
	REFUSED("dhcp6.rx.no-server-id", "0002000a0003000152550a000202>" POISON),
	REFUSED("dhcp6.rx.client-id-mismatch", "525400>525401" POISON),
	REFUSED("dhcp6.rx.wrong-type", "payload+0=02" POISON),
	REFUSED("dhcp6.rx.status-code", "payload+4<000d00020001" POISON),
	REFUSED("dhcp6.opt.code-high-byte", "payload+4<013b000141"),
	REFUSED("dhcp6.opt.len-past-end", "003b001b>003bffff" POISON),
	REFUSED("dhcp6.url.no-nul", FILE_NAME ">" FILE_NAME "4141000141"),
	{ "dhcp6.rx.reconfigure-unauth", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.rx.reconfigure-unauth",
	  KEPT,
	  { { COPY, REPLY, NS, "payload+0=0a" } },
	  { { END } } },
	{ "dhcp6.rx.reconfigure-unauth",
	  BROKEN,
	  { { COPY, REPLY, NS, "payload+0=0a" }, { COPY, INFORM, RRQ, NULL } },
	  { { END } } },
	{ "dhcp6.rx.lifetime-zero", NOTHING, { { EDIT, REPLY, 0, LEASE } }, { { END } } },
	{ "dhcp6.rx.lifetime-zero", KEPT, { { EDIT, REPLY, 0, DEAD } }, { { END } } },
	{ "dhcp6.rx.lifetime-zero", BROKEN, { { EDIT, REPLY, 0, DEAD }, USES_LEASE }, { { END } } },
	{ "dhcp6.rx.rapid-commit-unasked", NOTHING, { { EDIT, REPLY, 0, LEASE } }, { { END } } },
	{ "dhcp6.rx.rapid-commit-unasked",
	  KEPT,
	  { { EDIT, REPLY, 0, LEASE }, { EDIT, INFORM, 0, SOLICIT_OPTIONS } },
	  { { END } } },
	{ "dhcp6.rx.rapid-commit-unasked",
	  BROKEN,
	  { { EDIT, REPLY, 0, LEASE }, { EDIT, INFORM, 0, SOLICIT_OPTIONS }, USES_LEASE },
	  { { END } } },
	{ "dhcp6.rx.dad-decline", NOTHING, { { EDIT, REPLY, 0, LEASE } }, { { END } } },
	{ "dhcp6.rx.dad-decline", BROKEN, { { EDIT, REPLY, 0, LEASE }, CLAIM }, { { END } } },
	{ "dhcp6.rx.dad-decline",
	  KEPT,
	  { { EDIT, REPLY, 0, LEASE }, CLAIM, { COPY, INFORM, NS + 1, "payload+0=09" } },
	  { { END } } },
	{ "dhcp6.rx.preference-255", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.rx.preference-255",
	  KEPT,
	  { { EDIT, REPLY, 0, "payload+0=02;payload+4<00070001ff" },
	    { COPY, INFORM, REPLY + 1, "payload+0=03" } },
	  { { END } } },
	{ "dhcp6.rx.preference-255",
	  BROKEN,
	  { { EDIT, REPLY, 0, "payload+0=02;payload+4<00070001ff" } },
	  { { END } } },
	{ "dhcp6.rx.collect-advertise", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.rx.collect-advertise",
	  KEPT,
	  { { COPY, INFORM, REPLY + 1, "payload+0=03;payload+4<0002000a0003000152550a000202" },
	    { COPY, REPLY, REPLY, "52550a>52550b;payload+0=02;payload+4<0007000101" },
	    { EDIT, REPLY + 1, 0, "payload+0=02;payload+4<0007000105" } },
	  { { END } } },
	{ "dhcp6.rx.collect-advertise",
	  BROKEN,
	  { { COPY, INFORM, REPLY + 1, "payload+0=03;payload+4<0002000a0003000152550b000202" },
	    { COPY, REPLY, REPLY, "52550a>52550b;payload+0=02;payload+4<0007000101" },
	    { EDIT, REPLY + 1, 0, "payload+0=02;payload+4<0007000105" } },
	  { { END } } },
	{ "dhcp6.opt.len-zero", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.opt.len-zero", KEPT, { { EDIT, REPLY, 0, "payload+4<003c0000" } }, { { END } } },
	{ "dhcp6.opt.len-zero",
	  BROKEN,
	  { { EDIT, REPLY, 0, "payload+4<003c0000" }, { NO_PAYLOAD, 0, 0, "crash" } },
	  { { END } } },
	{ "dhcp6.opt.server-id-long", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.opt.ia-short", KEPT, { { EDIT, REPLY, 0, "payload+4<0003000100" } }, { { END } } },
	{ "dhcp6.opt.ia-short",
	  BROKEN,
	  { { EDIT, REPLY, 0, "payload+4<0003000100" }, { NO_PAYLOAD, 0, 0, "gave-up" } },
	  { { END } } },
	{ "dhcp6.opt.dns-short",
	  KEPT,
	  { { EDIT, REPLY, 0, "payload+4<0017000100" } },
	  { { END } } },
	{ "dhcp6.opt.dns-short",
	  BROKEN,
	  { { EDIT, REPLY, 0, "payload+4<0017000100" }, { NO_PAYLOAD, 0, 0, "crash" } },
	  { { END } } },
	{ "dhcp6.url.literal", KEPT, { { END } }, { { END } } },
	{ "dhcp6.url.literal", BROKEN, { ASKS_POISON }, { { END } } },
	{ "dhcp6.url.percent", BROKEN, { { EDIT, REPLY, 0, "2e696d67>25326567" } }, { { END } } },
	{ "dhcp6.url.hostname", BROKEN, { { END } }, { { END } } },
	{ "dhcp6.url.long", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.url.scheme-unsupported", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.url.scheme-unsupported",
	  BROKEN,
	  { { EDIT, REPLY, 0, "74667470>64667470" } },
	  { { END } } },
	{ "dhcp6.url.scheme-unsupported",
	  KEPT,
	  { { EDIT, REPLY, 0, "74667470>64667470" },
	    { REMOVE, RRQ, 0, NULL },
	    { NO_PAYLOAD, 0, 0, "gave-up" } },
	  { { END } } },
	{ "dhcp6.url.no-path", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.url.port", NOTHING, { { END } }, { { END } } },
	{ "dhcp6.url.port",
	  BROKEN,
	  { { EDIT, REPLY, 0, "2f6b65726e656c>3a392f6b65726e" } },
	  { { END } } },
	{ "dhcp6.url.port",
	  KEPT,
	  { { EDIT, REPLY, 0, "2f6b65726e656c>3a392f6b65726e" }, { EDIT, RRQ, 0, "udp+2=0009" } },
	  { { END } } },
	{ "dhcp6.param.list", KEPT, { { END } }, { { END } } },
	{ "dhcp6.param.list", BROKEN, { { NO_PAYLOAD, 0, 0, "crash" } }, { { END } } },

	{ "slaac.ll.modified-eui64", KEPT, { { END } }, { { END } } },
	{ "slaac.ll.modified-eui64", BROKEN, { { EDIT, INFORM, 0, "ip+16=52" } }, { { END } } },
	{ "slaac.dad.done", KEPT, { { END } }, { { END } } },
	{ "slaac.dad.done", BROKEN, { { REMOVE, DAD, 0, NULL } }, { { END } } },
	{ "slaac.dad.mld-join", KEPT, { { END } }, { { END } } },
	{ "slaac.dad.mld-join", BROKEN, { { REMOVE, MLD, 0, NULL } }, { { END } } },
	{ "slaac.dad.conflict", NOTHING, { { END } }, { { END } } },
	{ "slaac.dad.conflict", BROKEN, { CLAIM_LL }, { { END } } },
	{ "slaac.dad.conflict", KEPT, { CLAIM_LL, { REMOVE, INFORM + 1, 0, NULL } }, { { END } } },
	NOT_BELIEVED("slaac.prefix.a-flag", "udp+27=80;udp+40=fd77"),
	NOT_BELIEVED("slaac.prefix.not-64", "udp+26=50;udp+40=fd77"),
	NOT_BELIEVED("slaac.prefix.lifetimes", "udp+28=00000000;udp+40=fd77"),
	NOT_BELIEVED("ndp.ra.hoplimit", "ip+7=40;udp+40=fd77"),
	NOT_BELIEVED("ndp.ra.source", "ip+8=fd00;udp+40=fd77"),
	NOT_BELIEVED("ndp.ra.checksum-code-len", "udp+1=01;udp+40=fd77"),
	NOT_BELIEVED("ndp.opt.len-zero", "udp+40=fd77;udp+16<c800000000000000"),
	NOT_BELIEVED("ndp.opt.len-past-end", "udp+25=05;udp+40=fd77"),
	NOT_BELIEVED("ndp.fragmented", "udp+40=fd77;ip+40<3a00000012345678;ip+6=2c"),
	{ "slaac.prefix.link-local", NOTHING, { { END } }, { { END } } },
	{ "slaac.prefix.link-local", KEPT, { ODD_RA("udp+40=fe80000000000077") }, { { END } } },
	{ "slaac.prefix.link-local",
	  BROKEN,
	  { ODD_RA("udp+40=fe80000000000077"), { EDIT, DAD + 1, 0, "udp+8=fe80000000000077" } },
	  { { END } } },
	{ "ndp.opt.unknown", NOTHING, { { END } }, { { END } } },
	{ "ndp.opt.unknown", KEPT, { { EDIT, RA, 0, "udp+16<c801000000000000" } }, { { END } } },
	{ "ndp.opt.unknown",
	  BROKEN,
	  { { EDIT, RA, 0, "udp+16<c801000000000000" }, { EDIT, RRQ, 0, "ip+8=fe80" } },
	  { { END } } },
	{ "ndp.rs.format", KEPT, { { END } }, { { END } } },
	{ "ndp.rs.format", BROKEN, { { EDIT, RS, 0, "ip+7=40" } }, { { END } } },
	{ "ndp.rs.format", BROKEN, { { EDIT, RS, 0, "udp+4=01" } }, { { END } } },
	{ "ndp.rs.format", BROKEN, { { EDIT, RS, 0, "udp+8<0101525400123456" } }, { { END } } },
	{ "ndp.rs.count-interval", BROKEN, { { END } }, { { END } } },
	{ "ndp.rs.count-interval", BROKEN, { { COPY, RS, RS + 1, NULL } }, { { END } } },
	{ "ndp.rs.count-interval",
	  KEPT,
	  { { COPY, RS, N_USUAL, NULL }, { AT_MS, N_USUAL, 4300, NULL } },
	  { { END } } },
	{ "ndp.ra.lifetime-zero",
	  NOTHING,
	  { { EDIT, RRQ, 0, "ip+24=fd01" } },
	  { { EDIT, RRQ, 0, "ip+24=fd01" } } },
	{ "ndp.ra.lifetime-zero",
	  BROKEN,
	  { { EDIT, RA, 0, "udp+6=0000" }, { EDIT, RRQ, 0, "ip+24=fd01" } },
	  { { EDIT, RRQ, 0, "ip+24=fd01" } } },
	{ "ndp.ra.lifetime-zero",
	  KEPT,
	  { { EDIT, RA, 0, "udp+6=0000" } },
	  { { EDIT, RRQ, 0, "ip+24=fd01" } } },
	{ "ndp.ns.retransmit", BROKEN, { { END } }, { { END } } },
	{ "ndp.ns.retransmit",
	  KEPT,
	  { { COPY, NS, N_USUAL, NULL },
	    { AT_MS, N_USUAL, 1800, NULL },
	    { COPY, NS, N_USUAL + 1, NULL },
	    { AT_MS, N_USUAL + 1, 2800, NULL } },
	  { { END } } },
	/* It asks for another as well, once. */
	{ "ndp.ns.retransmit",
	  KEPT,
	  { { COPY, NS, NS, "eth+77=77" },
	    { COPY, NS + 1, N_USUAL + 1, NULL },
	    { AT_MS, N_USUAL + 1, 1800, NULL },
	    { COPY, NS + 1, N_USUAL + 2, NULL },
	    { AT_MS, N_USUAL + 2, 2800, NULL } },
	  { { END } } },
	{ "ndp.ns.target-not-ours", NOTHING, { { END } }, { { END } } },
	{ "ndp.ns.target-not-ours",
	  KEPT,
	  { { NEW_IN, 0, DATA_2, NS_FOR(OTHER_IP) } },
	  { { END } } },
	{ "ndp.ns.target-not-ours",
	  BROKEN,
	  { { NEW_IN, 0, DATA_2, NS_FOR(OTHER_IP) },
	    { NEW_OUT, 0, DATA_2 + 1, NA_OF(SERVER_IP, "60", OTHER_IP) } },
	  { { END } } },
	{ "ndp.na.target", NOTHING, { { END } }, { { END } } },
	{ "ndp.na.target", BROKEN, { { NEW_IN, 0, DATA_2, NS_FOR(GUEST_LL) } }, { { END } } },
	{ "ndp.na.target",
	  BROKEN,
	  { { NEW_IN, 0, DATA_2, NS_FOR(GUEST_LL) },
	    { NEW_OUT, 0, DATA_2 + 1, NA_OF(SERVER_IP, "60", GUEST_IP) } },
	  { { END } } },
	{ "ndp.na.target",
	  KEPT,
	  { { NEW_IN, 0, DATA_2, NS_FOR(GUEST_LL) },
	    { NEW_OUT, 0, DATA_2 + 1, NA_OF(SERVER_IP, "60", GUEST_LL) } },
	  { { END } } },
	{ "ndp.na.answer-dad", NOTHING, { { END } }, { { END } } },
	{ "ndp.na.answer-dad", BROKEN, { { NEW_IN, 0, DATA_2, TRIAL } }, { { END } } },
	{ "ndp.na.answer-dad",
	  KEPT,
	  { { NEW_IN, 0, DATA_2, TRIAL },
	    { NEW_OUT, 0, DATA_2 + 1, NA_OF(ALL_NODES, "20", GUEST_IP) } },
	  { { END } } },
	{ "ndp.na.unsolicited-new", NOTHING, { { END } }, { { END } } },
	{ "ndp.na.tlla-used", NOTHING, { { END } }, { { END } } },
	{ "ndp.na.tlla-used", KEPT, { { EDIT, NA, 0, "eth+6=020000000088" } }, { { END } } },
	{ "ndp.na.tlla-used",
	  BROKEN,
	  { { EDIT, NA, 0, "eth+6=020000000088" }, { EDIT, RRQ, 0, "eth+0=020000000088" } },
	  { { END } } },
	SURVIVED("ndp.redirect.truncated",
		 GUEST SERVER ICMP6 SERVER_LL GUEST_IP "8900 0000 00000000 00"),

	DROPPED("ip6.len.gt-frame", "ip+4=0700"),
	DROPPED("ip6.dst.not-us", "ip+24=fd000000000000000000000000000099"),
	DROPPED("ip6.frag.overlap", "ip+40<1100000112345678;ip+6=2c"),
	TAKEN("ip6.ext.hop-by-hop", "ip+40<1100010400000000;ip+6=00"),
	TAKEN("ip6.frag.atomic", "ip+40<1100000012345678;ip+6=2c"),
	TAKEN("ip6.frag.1500", "ip+40<1100000112345678;ip+6=2c"),
	{ "ip6.ext.dstopts-unknown", NOTHING, { { END } }, { { END } } },
	{ "ip6.ext.dstopts-unknown",
	  BROKEN,
	  { { COPY, DATA_2, DATA_2, "ip+40<11009e0400000000;ip+6=3c" } },
	  { { END } } },
	{ "ip6.ext.dstopts-unknown",
	  KEPT,
	  { { EDIT, DATA_1, 0, "ip+40<11001e0400000000;ip+6=3c" },
	    { COPY, DATA_2, DATA_2, "ip+40<11005e0400000000;ip+6=3c" } },
	  { { END } } },
	{ "ip6.ext.padn-loop", NOTHING, { { END } }, { { END } } },
	{ "ip6.ext.padn-loop",
	  KEPT,
	  { { COPY, DATA_2, DATA_2, "ip+40<1100010001000100;ip+6=3c" } },
	  { { END } } },
	{ "ip6.ext.padn-loop",
	  BROKEN,
	  { { COPY, DATA_2, DATA_2, "ip+40<1100010001000100;ip+6=3c" },
	    { NO_PAYLOAD, 0, 0, "hang" } },
	  { { END } } },
	{ "icmp6.echo", NOTHING, { { END } }, { { END } } },
	{ "icmp6.echo", BROKEN, { { NEW_IN, 0, DATA_2, ECHO("4242", "616263") } }, { { END } } },
	{ "icmp6.echo",
	  BROKEN,
	  { { NEW_IN, 0, DATA_2, ECHO("4242", "616263") },
	    { NEW_OUT, 0, DATA_2 + 1, ECHO_REPLY("4242", "616264") } },
	  { { END } } },
	{ "icmp6.echo",
	  KEPT,
	  { { NEW_IN, 0, DATA_2, ECHO("4242", "616263") },
	    { NEW_OUT, 0, DATA_2 + 1, ECHO_REPLY("4242", "616263") } },
	  { { END } } },
	{ "icmp6.port-unreach", NOTHING, { { END } }, { { END } } },
	{ "icmp6.port-unreach", BROKEN, { { COPY, DATA_2, DATA_2, "udp+2=0009" } }, { { END } } },
	{ "icmp6.port-unreach",
	  KEPT,
	  { { COPY, DATA_2, DATA_2, "udp+2=0009" },
	    { NEW_OUT, 0, DATA_2 + 1,
	      SERVER GUEST ICMP6 GUEST_IP SERVER_IP "0104 0000 00000000 48*00" } },
	  { { END } } },
	{ "icmp6.too-big", NOTHING, { LARGE }, { { END } } },
	{ "icmp6.too-big", NOTHING, { TOO_BIG }, { { END } } },
	{ "icmp6.too-big", BROKEN, { LARGE, TOO_BIG }, { { END } } },
	{ "icmp6.too-big", KEPT, { FRAGMENT_OUT, TOO_BIG }, { { END } } },
	{ "ndp.ra.mtu", NOTHING, { LARGE }, { { END } } },
	{ "ndp.ra.mtu",
	  BROKEN,
	  { LARGE, { EDIT, RA, 0, "udp+16<0501000000000500" } },
	  { { END } } },
	{ "ndp.ra.mtu",
	  KEPT,
	  { FRAGMENT_OUT, { EDIT, RA, 0, "udp+16<0501000000000500" } },
	  { { END } } },
};

START_TEST(what_is_seen)
{
	static struct boot_script b, usually;
	const struct row *r = &rows[_i];
	const struct judge *j = judge_find(r->id);
	struct judgement seen;
	Trace *t, *control;

	ck_assert_msg(j != NULL, "nobody judges %s", r->id);
	usual(&b);
	usual(&usually);
	for (size_t i = 0; i < N_OPS_MAX; i++)
		apply(&b, &r->ops[i]);
	for (size_t i = 0; i < N_ROWS(r->control); i++)
		apply(&usually, &r->control[i]);
	t = boot_trace(&b);
	control = boot_trace(&usually);
	seen = judge_boot(j, t, control);
	ck_assert_msg(seen.saw == r->saw, "%s, row %d: saw %d, not %d: %s", r->id, _i, seen.saw,
		      r->saw, seen.evidence ? seen.evidence : "nothing");
	ck_assert_msg(!r->saw == !seen.evidence, "%s: evidence is %s", r->id, seen.evidence);
	judgement_clear(&seen);
	trace_free(control);
	trace_free(t);
}
END_TEST

/* What was lost on the way may have been sent. */
START_TEST(lost_packets)
{
	static const struct {
		const char *id;
		unsigned missing;
		const char *event;
		enum judge_saw saw;
	} cases[] = {
		{ "slaac.dad.done", DAD, "impair.drop", NOTHING },
		{ "slaac.dad.done", DAD, "client.drop", BROKEN },
		{ "slaac.dad.mld-join", MLD, "impair.drop", NOTHING },
		{ "slaac.dad.mld-join", MLD, "client.drop", BROKEN },
	};
	static const char line[] = "{\"t_ns\":1,\"ev\":\"%s\",\"kind\":\"icmp6.ns\"}";

	for (size_t i = 0; i < N_ROWS(cases); i++) {
		g_autofree char *event = g_strdup_printf(line, cases[i].event);
		static struct boot_script b;
		struct judgement seen;
		Trace *t;

		usual(&b);
		boot_remove(&b, cases[i].missing);
		t = boot_trace(&b);
		trace_add_line(t, event, strlen(event));
		seen = judge_boot(judge_find(cases[i].id), t, NULL);
		ck_assert_msg(seen.saw == cases[i].saw, "%s, %s: saw %d", cases[i].id,
			      cases[i].event, seen.saw);
		judgement_clear(&seen);
		trace_free(t);
	}
}
END_TEST

/* A boot over IPv4 says nothing of IPv6. */
START_TEST(nothing_over_ipv4)
{
	static struct boot_script b;

	boot_usual(&b);
	boot_assert(&b, rows[_i].id, NOTHING, "over IPv4");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_ip6");

	suite_add_rows(s, what_is_seen, N_ROWS(rows));
	suite_add(s, lost_packets);
	suite_add_rows(s, nothing_over_ipv4, N_ROWS(rows));
	return suite_run(s);
}
