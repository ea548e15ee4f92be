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

#endif /* HARNESS_JUDGE_DHCP4_H */
