/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCP client that boots, without I/O
 *
 * RFC 2131 as far as a boot goes: it asks for an address, keeps it until the lease is renewed or
 * over, and leaves it to the system that it boots, which is the same host: nothing is released.
 */
#ifndef FIRMWARE_LWIP_DHCP_CLIENT_H
#define FIRMWARE_LWIP_DHCP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lib/random.h"
#include "firmware/lwip/dhcp_msg.h"

enum dhcp_state {
	DHCP_STATE_INIT,
	DHCP_STATE_SELECTING,
	DHCP_STATE_REQUESTING,
	DHCP_STATE_BOUND,
	DHCP_STATE_RENEWING,
	DHCP_STATE_REBINDING,
	DHCP_STATE_FAILED, /* nobody answers, or all refuse; or the lease is over */
};

struct dhcp_client {
	struct dhcp_identity who;
	struct random *random; /* borrowed */
	enum dhcp_state state;
	uint32_t xid;
	uint16_t secs;
	uint64_t begin_ns;    /* of the attempt to get an address */
	uint64_t deadline_ns; /* UINT64_MAX: none */
	unsigned n_sent;      /* messages in this state */
	unsigned n_restarts;
	bool has_offer;
	struct dhcp_reply offer;          /* the one that is taken */
	struct dhcp_reply lease;          /* the ACK, once there is one */
	uint64_t t1_ns, t2_ns, expiry_ns; /* UINT64_MAX: never */
};

/* What is to be done after a step. */
struct dhcp_out {
	uint8_t buf[DHCP_OUT_MAX];
	size_t len;   /* 0: nothing is to be sent */
	uint32_t dst; /* where to: 0xffffffff is broadcast */
	bool bound;   /* the lease is new or has changed */
};

/**
 * dhcp_client_init() - Make one
 * @c:		Filled
 * @who:	Who asks
 * @random:	Where its random numbers come from; outlives it
 * @now_ns:	Time; the first step is due then
 */
void dhcp_client_init(struct dhcp_client *c, const struct dhcp_identity *who, struct random *random,
		      uint64_t now_ns);

/* Do what is due; nothing is before deadline_ns. */
void dhcp_client_step(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out);

/* Take a datagram that came to port 68. */
void dhcp_client_input(struct dhcp_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
		       struct dhcp_out *out);

#endif /* FIRMWARE_LWIP_DHCP_CLIENT_H */
