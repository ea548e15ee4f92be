/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCPv6 client that boots, without I/O
 *
 * RFC 8415 as far as a boot goes: it asks for an address and what there is to boot, or for the
 * latter alone, and keeps a lease for as long as it is needed. It is kept for the system that is
 * booted, which is the same host: nothing is released.
 */
#ifndef FIRMWARE_LWIP_DHCP6_CLIENT_H
#define FIRMWARE_LWIP_DHCP6_CLIENT_H

#include "firmware/lib/random.h"
#include "firmware/lwip/dhcp6_msg.h"

enum dhcp6_state {
	DHCP6_STATE_SOLICITING,
	DHCP6_STATE_REQUESTING,
	DHCP6_STATE_INFORMING, /* an Information-request */
	DHCP6_STATE_BOUND,     /* and there is no address, or it is ours */
	DHCP6_STATE_RENEWING,
	DHCP6_STATE_REBINDING,
	DHCP6_STATE_DECLINING, /* somebody else has the address */
	DHCP6_STATE_FAILED,    /* nobody answers, or all refuse; or the lease is over */
};

struct dhcp6_client {
	struct dhcp_identity who;
	struct dhcp6_duid duid;
	struct random *random; /* borrowed */
	enum dhcp6_state state;
	bool wants_address, rapid_commit;
	uint32_t xid;
	uint64_t begin_ns; /* of this exchange: its first message */
	uint64_t wait_ns;  /* RT of RFC 8415 15 */
	uint64_t sol_max_ns;
	uint64_t deadline_ns; /* UINT64_MAX: none */
	unsigned n_sent;      /* messages in this exchange */
	unsigned n_restarts;
	bool has_offer;
	struct dhcp6_reply offer;         /* the best Advertise so far */
	bool has_lease;                   /* of an address */
	struct dhcp6_reply lease;         /* the Reply, once there is one */
	uint64_t t1_ns, t2_ns, expiry_ns; /* UINT64_MAX: never */
};

/* What is to be done after a step; all goes to ff02::1:2. */
struct dhcp6_out {
	uint8_t buf[DHCP6_OUT_MAX];
	size_t len; /* 0: nothing is to be sent */
	bool bound; /* the lease is new or has changed */
};

/**
 * dhcp6_client_init() - Make one
 * @c:		Filled
 * @who:	Who asks
 * @random:	Where its random numbers come from; outlives it
 * @wants_address: Ask for an address too (flag M of the router), not just for what there is to boot
 * @rapid_commit: Take a Reply in two messages where a server offers it
 * @now_ns:	Time; the first message is due within a second of it
 */
void dhcp6_client_init(struct dhcp6_client *c, const struct dhcp_identity *who,
		       struct random *random, bool wants_address, bool rapid_commit,
		       uint64_t now_ns);

/* Do what is due; nothing is before deadline_ns. */
void dhcp6_client_step(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out);

/* Take a datagram that came to port 546. */
void dhcp6_client_input(struct dhcp6_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
			struct dhcp6_out *out);

/*
 * Tell the server that somebody else has the address of the lease, and begin anew (RFC
 * 8415 18.2.8). Nothing happens if there is none.
 */
void dhcp6_client_decline(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out);

#endif /* FIRMWARE_LWIP_DHCP6_CLIENT_H */
