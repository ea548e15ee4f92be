/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCP client that boots, without I/O
 *
 *   INIT       -> step                        -> SELECTING; DISCOVER
 *   SELECTING  -> OFFER that says how to boot -> REQUESTING; REQUEST
 *   SELECTING  -> any other OFFER             -> SELECTING; waits a moment for a better one
 *   SELECTING  -> deadline, an OFFER is there -> REQUESTING; REQUEST
 *   SELECTING  -> deadline, tries left        -> SELECTING; DISCOVER
 *   REQUESTING -> ACK of that server          -> BOUND
 *   REQUESTING -> NAK of that server          -> INIT
 *   REQUESTING -> deadline, tries left        -> REQUESTING; REQUEST
 *   REQUESTING -> deadline, none left         -> INIT
 *   BOUND      -> T1                          -> RENEWING; REQUEST to the server
 *   RENEWING   -> T2                          -> REBINDING; REQUEST to all
 *   RENEWING, REBINDING -> ACK                -> BOUND
 *   RENEWING, REBINDING -> NAK, or lease over -> FAILED
 *   SELECTING  -> deadline, none left         -> FAILED
 *   INIT       -> too many of them            -> FAILED
 *
 * Repetitions are 4, 8, 16, 32 and 64 seconds apart, each one second more or less at random (RFC
 * 2131 4.1). The random wait before the first message (4.4.1), for machines that all wake up
 * together, is left out: this one was asked to boot. So is the check whether somebody has the
 * address (4.4.1, a SHOULD): it costs seconds, and the system that is booted makes its own.
 */
#include "firmware/lwip/dhcp_client.h"

#include "firmware/lib/string.h"

#define SECOND_NS UINT64_C(1000000000)
#define NEVER UINT64_MAX
#define BROADCAST 0xffffffff
#define LEASE_FOR_EVER 0xffffffff

enum {
	WAIT_FIRST_S = 4,
	WAIT_MAX_S = 64,
	N_DISCOVERS = 5, /* 124 s in all */
	N_REQUESTS = 4,  /* 60 s (RFC 2131 4.4.1 suggests as much) */
	N_RESTARTS = 4,
	RESTART_MS = 1000, /* after a NAK, so that a server that refuses for ever is not flooded */
	COLLECT_MS = 500,  /* how long a better offer may take */
	RENEW_MIN_S = 60,  /* between repetitions (RFC 2131 4.4.5) */
};

/* 4, 8, 16, 32, 64, 64 ... seconds, give or take one. */
static uint64_t backoff_ns(struct dhcp_client *c)
{
	uint64_t s = WAIT_FIRST_S;

	for (unsigned i = 1; i < c->n_sent && s < WAIT_MAX_S; i++)
		s *= 2;
	return (s - 1) * SECOND_NS + random_next(c->random) % (2 * SECOND_NS);
}

static void transmit(struct dhcp_client *c, uint64_t now_ns, const struct dhcp_request *r,
		     struct dhcp_out *out)
{
	struct dhcp_request full = *r;

	full.xid = c->xid;
	full.secs = c->secs;
	out->len = dhcp_request_encode(out->buf, &full, &c->who);
	out->dst = BROADCAST;
	c->n_sent++;
	c->deadline_ns = now_ns + backoff_ns(c);
}

static void discover(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out)
{
	const struct dhcp_request r = { .type = DHCP_DISCOVER };
	uint64_t secs = (now_ns - c->begin_ns) / SECOND_NS;

	c->secs = (uint16_t)(secs < UINT16_MAX ? secs : UINT16_MAX);
	c->state = DHCP_STATE_SELECTING;
	transmit(c, now_ns, &r, out);
}

/* For the offer that was taken: same xid, same secs (RFC 2131 table 5, 3.1). */
static void request(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out)
{
	const struct dhcp_request r = {
		.type = DHCP_REQUEST,
		.requested_ip = c->offer.yiaddr,
		.server_id = c->offer.server_id,
	};

	if (c->state != DHCP_STATE_REQUESTING)
		c->n_sent = 0;
	c->state = DHCP_STATE_REQUESTING;
	transmit(c, now_ns, &r, out);
}

/* RFC 2131 4.4.5: in use, so no options 50 and 54; to the server that gave it, or to any. */
static void renew(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out)
{
	const struct dhcp_request r = { .type = DHCP_REQUEST, .ciaddr = c->lease.yiaddr };
	bool rebinding = now_ns >= c->t2_ns;
	uint64_t end = rebinding ? c->expiry_ns : c->t2_ns;
	uint64_t half = (end - now_ns) / 2;

	if (c->state == DHCP_STATE_BOUND) {
		c->xid = (uint32_t)random_next(c->random);
		c->secs = 0;
	}
	c->state = rebinding ? DHCP_STATE_REBINDING : DHCP_STATE_RENEWING;
	transmit(c, now_ns, &r, out);
	if (!rebinding)
		out->dst = c->lease.server_id;
	if (half < RENEW_MIN_S * SECOND_NS)
		half = RENEW_MIN_S * SECOND_NS;
	c->deadline_ns = half < end - now_ns ? now_ns + half : end;
}

static void restart(struct dhcp_client *c, uint64_t when_ns)
{
	c->n_restarts++;
	c->state = c->n_restarts > N_RESTARTS ? DHCP_STATE_FAILED : DHCP_STATE_INIT;
	c->deadline_ns = c->state == DHCP_STATE_FAILED ? NEVER : when_ns;
	c->has_offer = false;
}

static void fail(struct dhcp_client *c)
{
	c->state = DHCP_STATE_FAILED;
	c->deadline_ns = NEVER;
}

void dhcp_client_init(struct dhcp_client *c, const struct dhcp_identity *who, struct random *random,
		      uint64_t now_ns)
{
	*c = (struct dhcp_client){
		.who = *who,
		.random = random,
		.state = DHCP_STATE_INIT,
		.begin_ns = now_ns,
		.deadline_ns = now_ns,
	};
}

static void step_selecting(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out)
{
	if (c->has_offer)
		request(c, now_ns, out);
	else if (c->n_sent < N_DISCOVERS)
		discover(c, now_ns, out);
	else
		fail(c);
}

void dhcp_client_step(struct dhcp_client *c, uint64_t now_ns, struct dhcp_out *out)
{
	out->len = 0;
	out->bound = false;
	if (now_ns < c->deadline_ns)
		return;
	switch (c->state) {
	case DHCP_STATE_INIT:
		c->xid = (uint32_t)random_next(c->random);
		c->n_sent = 0;
		discover(c, now_ns, out);
		break;
	case DHCP_STATE_SELECTING:
		step_selecting(c, now_ns, out);
		break;
	case DHCP_STATE_REQUESTING:
		if (c->n_sent < N_REQUESTS)
			request(c, now_ns, out);
		else
			restart(c, now_ns);
		break;
	case DHCP_STATE_BOUND:
	case DHCP_STATE_RENEWING:
	case DHCP_STATE_REBINDING:
		if (now_ns >= c->expiry_ns)
			fail(c);
		else
			renew(c, now_ns, out);
		break;
	case DHCP_STATE_FAILED:
		break;
	}
}

/* RFC 1122 3.2.1.3: what a host can be addressed by. */
static bool is_host(uint32_t address)
{
	uint32_t first = address >> 24;

	return first && first != 127 && first < 224;
}

/* Whether an offer says where to boot from; else another server may. */
static bool can_boot(const struct dhcp_reply *m)
{
	return m->siaddr || m->tftp_name[0] || m->tftp_address || m->sname[0];
}

static void on_offer(struct dhcp_client *c, uint64_t now_ns, const struct dhcp_reply *m,
		     struct dhcp_out *out)
{
	if (c->state != DHCP_STATE_SELECTING || !m->server_id || !is_host(m->yiaddr))
		return;
	if (can_boot(m)) {
		c->offer = *m;
		c->has_offer = true;
		request(c, now_ns, out);
		return;
	}
	if (c->has_offer)
		return;
	c->offer = *m;
	c->has_offer = true;
	c->deadline_ns = now_ns + COLLECT_MS * (SECOND_NS / 1000);
}

static uint64_t after(uint64_t now_ns, uint32_t s)
{
	return s == LEASE_FOR_EVER ? NEVER : now_ns + s * SECOND_NS;
}

static void take_lease(struct dhcp_client *c, uint64_t now_ns, const struct dhcp_reply *m,
		       struct dhcp_out *out)
{
	uint32_t lease_s = m->has_lease ? m->lease_s : LEASE_FOR_EVER;
	bool limited = lease_s != LEASE_FOR_EVER;
	uint32_t t1_s = m->t1_s && m->t1_s < lease_s ? m->t1_s : (lease_s + 1) / 2;
	uint32_t t2_s =
		m->t2_s && m->t2_s < lease_s ? m->t2_s : (uint32_t)(lease_s * UINT64_C(7) / 8);

	c->lease = *m;
	c->state = DHCP_STATE_BOUND;
	c->n_sent = 0;
	c->expiry_ns = after(now_ns, lease_s);
	c->t1_ns = limited ? after(now_ns, t1_s) : NEVER;
	c->t2_ns = limited ? after(now_ns, t2_s > t1_s ? t2_s : t1_s) : NEVER;
	c->deadline_ns = c->t1_ns;
	out->bound = true;
}

static void on_ack(struct dhcp_client *c, uint64_t now_ns, const struct dhcp_reply *m,
		   struct dhcp_out *out)
{
	struct dhcp_reply full = *m;

	if (!is_host(m->yiaddr))
		return;
	if (c->state == DHCP_STATE_REQUESTING) {
		/* RFC 2131 table 3: it must name itself; one that does not is the one we asked. */
		if (m->server_id && m->server_id != c->offer.server_id)
			return;
		full.server_id = c->offer.server_id;
		take_lease(c, now_ns, &full, out);
	} else if (c->state == DHCP_STATE_RENEWING || c->state == DHCP_STATE_REBINDING) {
		if (!full.server_id)
			full.server_id = c->lease.server_id;
		take_lease(c, now_ns, &full, out);
	}
}

static void on_nak(struct dhcp_client *c, uint64_t now_ns, const struct dhcp_reply *m)
{
	if (c->state == DHCP_STATE_REQUESTING) {
		if (!m->server_id || m->server_id == c->offer.server_id)
			restart(c, now_ns + RESTART_MS * (SECOND_NS / 1000));
	} else if (c->state == DHCP_STATE_RENEWING || c->state == DHCP_STATE_REBINDING) {
		fail(c);
	}
}

void dhcp_client_input(struct dhcp_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
		       struct dhcp_out *out)
{
	struct dhcp_reply m;

	out->len = 0;
	out->bound = false;
	if (!dhcp_reply_decode(&m, buf, len) || m.xid != c->xid ||
	    memcmp(m.mac, c->who.mac, DHCP_MAC_LEN))
		return;
	switch (m.type) {
	case DHCP_OFFER:
		on_offer(c, now_ns, &m, out);
		break;
	case DHCP_ACK:
		on_ack(c, now_ns, &m, out);
		break;
	case DHCP_NAK:
		on_nak(c, now_ns, &m);
		break;
	case DHCP_TYPE_NONE:
	case DHCP_DISCOVER:
	case DHCP_REQUEST:
	case DHCP_DECLINE:
	case DHCP_RELEASE:
		break; /* a server sends none of these */
	}
}
