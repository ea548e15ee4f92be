/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of DHCP ask of frames
 */
#ifndef HARNESS_JUDGE_DHCP4_H
#define HARNESS_JUDGE_DHCP4_H

#include "harness/judge/judge.h"

/* Messages that the client sent. */
static inline bool dhcp4_is_discover(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP_DISCOVER;
}

static inline bool dhcp4_is_release(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP_RELEASE;
}

/* Anything that a client sends to servers, readable or not. */
static inline bool dhcp4_is_clients(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && f->has_ip && f->udp.dport == DHCP_PORT_SERVER;
}

static inline bool dhcp4_is_message(const struct trace_frame *f)
{
	return dhcp4_is_clients(f) && f->dhcp;
}

static inline bool dhcp4_has_option(const struct trace_frame *f, uint8_t code)
{
	struct slice value;

	return dhcp_opt_find(&value, f->dhcp, code) != DHCP_E_NO_OPTION;
}

/*
 * A REQUEST that answers an OFFER, whatever it lacks: one that renews a lease has a ciaddr and
 * names no server (RFC 2131 4.3.2).
 */
static inline bool dhcp4_is_selecting(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_DHCP_REQUEST &&
	       (!f->dhcp->ciaddr || dhcp4_has_option(f, DHCP_OPT_SERVER_ID));
}

/* Anything that comes to a client's port, readable or not. */
static inline bool dhcp4_is_reply(const struct trace_frame *f)
{
	return f->to_guest && f->has_udp && f->has_ip && f->udp.dport == DHCP_PORT_CLIENT;
}

/* yiaddr, of a message that is long enough to have one; else 0. */
uint32_t dhcp4_yiaddr(const struct trace_frame *f);

/* The server that a message names in option 54; 0: none, or it cannot be read. */
static inline uint32_t dhcp4_server(const struct trace_frame *f)
{
	uint32_t ip;

	return f->dhcp && !dhcp_opt_find_be32(&ip, f->dhcp, DHCP_OPT_SERVER_ID) ? ip : 0;
}

/**
 * dhcp4_raw_option() - Look for an option as it lies in a message
 * @out:	Filled with the value, as far as the message has it, if there is the option
 *
 * In the options field only, up to END; the first of several parts.
 */
bool dhcp4_raw_option(struct slice *out, const struct trace_frame *f, uint8_t code);

bool dhcp4_has_lease(const Trace *t);

/*
 * The ACK that gave the client its lease. NULL: none came, or they do not agree on address and
 * server, so that nobody knows which of them was taken.
 */
const struct trace_frame *dhcp4_lease(const Trace *t);

/* Whether a frame @f, sent to a client whose last message was @asked (NULL: none), is the fault. */
typedef bool (*dhcp4_fault)(const struct trace_frame *f, const struct trace_frame *asked);

/* The first reply from @from on that is a fault, its index in @at; NULL: there is none. */
const struct trace_frame *dhcp4_find(const Trace *t, guint from, dhcp4_fault is, guint *at);

/*
 * The first frame from @from on with which a client uses an address, or asks for it: REQUEST, ARP
 * or any packet. NULL: there is none.
 */
const struct trace_frame *dhcp4_use(const Trace *t, guint from, uint32_t ip);

/*
 * Judge a message that must not be taken: broken, if the client uses the address that it offers;
 * else what the boot comes to beside its control.
 */
void dhcp4_refuses(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is);

/* Judge a message that must be taken for what it means: the boot comes to what its control does. */
void dhcp4_takes(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is);

/* The same, and the first file that it asks for, and whom, are those of the control. */
void dhcp4_takes_file(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is);

/* Judge a message that nobody has to take: whatever becomes of it, the boot ends by itself. */
void dhcp4_survives(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is);

/* The first read request, readable or not; NULL: there is none. */
const struct trace_frame *dhcp4_first_rrq(const Trace *t);

/* Name of the file that a read request is for, up to its NUL or the end. */
struct slice dhcp4_rrq_name(const struct trace_frame *rrq);

/* The next DISCOVER, REQUEST or the like from @from on; NULL: there is none. A RELEASE is none. */
const struct trace_frame *dhcp4_next_message(const Trace *t, guint from, guint *at);

/* An address for people; caller frees. */
char *dhcp4_ip_text(uint32_t ip);

#endif /* HARNESS_JUDGE_DHCP4_H */
