/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCPv6 client that boots, without I/O
 *
 *   SOLICITING -> Advertise                    -> SOLICITING; the best is kept until the first wait
 * is over SOLICITING -> Advertise, preference 255    -> REQUESTING; Request SOLICITING ->
 * Advertise, after that wait   -> REQUESTING; Request SOLICITING -> deadline, one is kept        ->
 * REQUESTING; Request SOLICITING -> Reply with rapid commit      -> BOUND SOLICITING -> deadline,
 * tries left         -> SOLICITING; Solicit REQUESTING -> Reply with an address        -> BOUND
 *   REQUESTING -> Reply that refuses           -> SOLICITING
 *   REQUESTING -> deadline, tries left         -> REQUESTING; Request
 *   REQUESTING -> deadline, none left          -> SOLICITING
 *   INFORMING  -> Reply                        -> BOUND
 *   INFORMING  -> deadline, tries left         -> INFORMING; Information-request
 *   BOUND      -> T1                           -> RENEWING; Renew
 *   RENEWING   -> T2                           -> REBINDING; Rebind
 *   RENEWING, REBINDING -> Reply with address  -> BOUND
 *   RENEWING, REBINDING -> lease over          -> FAILED
 *   BOUND, RENEWING, REBINDING -> somebody has the address -> DECLINING; Decline
 *   DECLINING  -> deadline, tries left         -> DECLINING; Decline
 *   DECLINING  -> Reply; deadline, none left   -> SOLICITING
 *   SOLICITING, INFORMING -> deadline, none left -> FAILED
 *   SOLICITING -> too many times               -> FAILED
 *
 * An answer that says UnspecFail is no answer: what was asked is asked again in its time (RFC 8415
 * 18.2.10). The number of Solicits and Information-requests has an end, since a boot has one.
 */
#include "firmware/lwip/dhcp6_client.h"

#include "firmware/lib/string.h"

#define SECOND_NS UINT64_C(1000000000)
#define NEVER UINT64_MAX
#define LIFETIME_FOR_EVER 0xffffffff

enum {
	MAX_DELAY_S = 1, /* SOL_MAX_DELAY, INF_MAX_DELAY */
	N_TRIES = 7,     /* of Solicit and Information-request: 127 s */
	N_REQUESTS = 10, /* REQ_MAX_RC */
	N_DECLINES = 4,  /* DEC_MAX_RC */
	N_RESTARTS = 4,
	PREFERENCE_MAX = 255,
	ELAPSED_PER_S = 100,
	XID_BITS = 24,
	RAND_PARTS = 1000, /* RAND is -0.1 to 0.1, in parts of a thousand */
	RAND_MAX_PARTS = 100,
};

/* RFC 8415 7.6; 0: no limit. SOL_MAX_RT can be told by a server. */
struct exchange {
	enum dhcp6_type type;
	unsigned first_s, max_s;
	unsigned n_max;
};

static const struct exchange exchanges[] = {
	[DHCP6_STATE_SOLICITING] = { DHCP6_SOLICIT, 1, 3600, N_TRIES },
	[DHCP6_STATE_REQUESTING] = { DHCP6_REQUEST, 1, 30, N_REQUESTS },
	[DHCP6_STATE_INFORMING] = { DHCP6_INFORMATION_REQUEST, 1, 3600, N_TRIES },
	[DHCP6_STATE_BOUND] = { 0 },
	[DHCP6_STATE_RENEWING] = { DHCP6_RENEW, 10, 600, 0 },
	[DHCP6_STATE_REBINDING] = { DHCP6_REBIND, 10, 600, 0 },
	[DHCP6_STATE_DECLINING] = { DHCP6_DECLINE, 1, 3600, N_DECLINES },
	[DHCP6_STATE_FAILED] = { 0 },
};

/* @t with RAND of it added; only ever more than it if @positive. */
static uint64_t spread(struct dhcp6_client *c, uint64_t base, uint64_t t, bool positive)
{
	uint32_t n = 1 + random_below(c->random, positive ? RAND_MAX_PARTS : 2 * RAND_MAX_PARTS);
	uint64_t sum = base + t / RAND_PARTS * n;

	return positive ? sum : sum - t / RAND_PARTS * RAND_MAX_PARTS;
}

/* RFC 8415 15. */
static void next_wait(struct dhcp6_client *c)
{
	const struct exchange *x = &exchanges[c->state];
	bool soliciting = c->state == DHCP6_STATE_SOLICITING;
	uint64_t max = soliciting ? c->sol_max_ns : x->max_s * SECOND_NS;

	if (!c->n_sent)
		c->wait_ns = spread(c, x->first_s * SECOND_NS, x->first_s * SECOND_NS, soliciting);
	else
		c->wait_ns = spread(c, 2 * c->wait_ns, c->wait_ns, false);
	if (c->wait_ns > max)
		c->wait_ns = spread(c, max, max, false);
}

static void transmit(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out)
{
	struct dhcp6_request r = { .type = exchanges[c->state].type, .xid = c->xid };
	uint64_t elapsed;

	if (!c->n_sent)
		c->begin_ns = now_ns;
	elapsed = (now_ns - c->begin_ns) / (SECOND_NS / ELAPSED_PER_S);
	r.elapsed_cs = (uint16_t)(elapsed < UINT16_MAX ? elapsed : UINT16_MAX);
	r.wants_address = c->wants_address;
	r.rapid_commit = c->rapid_commit && c->state == DHCP6_STATE_SOLICITING;
	if (c->state == DHCP6_STATE_REQUESTING) {
		r.server = &c->offer.server;
		r.address = &c->offer.address;
	} else if (c->has_lease) {
		r.server = c->state == DHCP6_STATE_REBINDING ? NULL : &c->lease.server;
		r.address = &c->lease.address;
	}
	out->len = dhcp6_request_encode(out->buf, &r, &c->who);
	next_wait(c);
	c->n_sent++;
	c->deadline_ns = now_ns + c->wait_ns;
}

/* Enter a state in which something is asked; the first message is due at @when_ns. */
static void begin(struct dhcp6_client *c, enum dhcp6_state state, uint64_t when_ns)
{
	c->state = state;
	c->xid = (uint32_t)random_below(c->random, 1u << XID_BITS);
	c->n_sent = 0;
	c->deadline_ns = when_ns;
}

static void fail(struct dhcp6_client *c)
{
	c->state = DHCP6_STATE_FAILED;
	c->deadline_ns = NEVER;
}

static void request(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out)
{
	begin(c, DHCP6_STATE_REQUESTING, now_ns);
	transmit(c, now_ns, out);
}

static uint64_t delay(struct dhcp6_client *c)
{
	return random_next(c->random) % (MAX_DELAY_S * SECOND_NS);
}

static void restart(struct dhcp6_client *c, uint64_t now_ns)
{
	c->has_offer = false;
	c->has_lease = false;
	if (c->n_restarts++ == N_RESTARTS)
		fail(c);
	else
		begin(c, DHCP6_STATE_SOLICITING, now_ns + SECOND_NS + delay(c));
}

void dhcp6_client_init(struct dhcp6_client *c, const struct dhcp_identity *who,
		       struct random *random, bool wants_address, bool rapid_commit,
		       uint64_t now_ns)
{
	memset(c, 0, sizeof(*c));
	c->who = *who;
	dhcp6_duid_make(&c->duid, who);
	c->random = random;
	c->wants_address = wants_address;
	c->rapid_commit = rapid_commit;
	c->sol_max_ns = exchanges[DHCP6_STATE_SOLICITING].max_s * SECOND_NS;
	begin(c, wants_address ? DHCP6_STATE_SOLICITING : DHCP6_STATE_INFORMING, now_ns + delay(c));
}

/* From T1 on it is renewed, from T2 on by any server, until it is over. */
static void step_lease(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out)
{
	uint64_t end = now_ns >= c->t2_ns ? c->expiry_ns : c->t2_ns;
	enum dhcp6_state state = now_ns >= c->t2_ns ? DHCP6_STATE_REBINDING : DHCP6_STATE_RENEWING;

	if (now_ns >= c->expiry_ns) {
		fail(c);
		return;
	}
	if (c->state != state)
		begin(c, state, now_ns);
	transmit(c, now_ns, out);
	if (c->deadline_ns > end)
		c->deadline_ns = end;
}

void dhcp6_client_step(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out)
{
	out->len = 0;
	out->bound = false;
	if (now_ns < c->deadline_ns)
		return;
	switch (c->state) {
	case DHCP6_STATE_SOLICITING:
	case DHCP6_STATE_INFORMING:
		if (c->has_offer)
			request(c, now_ns, out);
		else if (c->n_sent < exchanges[c->state].n_max)
			transmit(c, now_ns, out);
		else
			fail(c);
		break;
	case DHCP6_STATE_REQUESTING:
	case DHCP6_STATE_DECLINING:
		if (c->n_sent < exchanges[c->state].n_max)
			transmit(c, now_ns, out);
		else
			restart(c, now_ns);
		break;
	case DHCP6_STATE_BOUND:
	case DHCP6_STATE_RENEWING:
	case DHCP6_STATE_REBINDING:
		step_lease(c, now_ns, out);
		break;
	case DHCP6_STATE_FAILED:
		break;
	}
}

void dhcp6_client_decline(struct dhcp6_client *c, uint64_t now_ns, struct dhcp6_out *out)
{
	out->len = 0;
	out->bound = false;
	if (!c->has_lease)
		return;
	begin(c, DHCP6_STATE_DECLINING, now_ns);
	transmit(c, now_ns, out);
}

static uint64_t after(uint64_t now_ns, uint32_t s)
{
	return s == LIFETIME_FOR_EVER ? NEVER : now_ns + s * SECOND_NS;
}

/* RFC 8415 21.4: without T1 and T2 we choose; 0.5 and 0.8 of the preferred lifetime. */
static void take_times(struct dhcp6_client *c, uint64_t now_ns, const struct dhcp6_reply *m)
{
	uint32_t preferred = m->address.preferred_s ? m->address.preferred_s : m->address.valid_s;
	bool for_ever = preferred == LIFETIME_FOR_EVER;
	uint32_t t1 = for_ever ? LIFETIME_FOR_EVER : preferred / 2 + preferred % 2;
	uint32_t t2 = for_ever ? LIFETIME_FOR_EVER : (uint32_t)(preferred * UINT64_C(4) / 5);

	if (m->t1_s)
		t1 = m->t1_s;
	if (m->t2_s)
		t2 = m->t2_s;
	if (t2 < t1)
		t2 = t1;
	c->expiry_ns = after(now_ns, m->address.valid_s);
	c->t1_ns = after(now_ns, t1);
	c->t2_ns = after(now_ns, t2);
	if (c->t1_ns > c->expiry_ns)
		c->t1_ns = c->expiry_ns;
	if (c->t2_ns > c->expiry_ns)
		c->t2_ns = c->expiry_ns;
}

static void bind(struct dhcp6_client *c, uint64_t now_ns, const struct dhcp6_reply *m,
		 struct dhcp6_out *out)
{
	c->lease = *m;
	c->state = DHCP6_STATE_BOUND;
	c->t1_ns = c->t2_ns = c->expiry_ns = NEVER;
	c->has_lease = m->has_address;
	if (m->has_address)
		take_times(c, now_ns, m);
	c->deadline_ns = c->t1_ns;
	out->bound = true;
}

/* RFC 8415 18.2.9: by preference; of two that are alike, the one that says what to boot. */
static bool is_better(const struct dhcp6_reply *a, const struct dhcp6_reply *b)
{
	if (a->preference != b->preference)
		return a->preference > b->preference;
	return a->url[0] && !b->url[0];
}

static void on_advertise(struct dhcp6_client *c, uint64_t now_ns, const struct dhcp6_reply *m,
			 struct dhcp6_out *out)
{
	if (c->state != DHCP6_STATE_SOLICITING || !c->n_sent)
		return;
	if (m->sol_max_s)
		c->sol_max_ns = m->sol_max_s * SECOND_NS;
	if (m->status || m->ia_status || !m->has_address)
		return;
	if (!c->has_offer || is_better(m, &c->offer))
		c->offer = *m;
	c->has_offer = true;
	if (m->preference == PREFERENCE_MAX || c->n_sent > 1)
		request(c, now_ns, out);
}

/* An answer to a Request, Renew or Rebind, or to a Solicit that was committed at once. */
static void on_lease(struct dhcp6_client *c, uint64_t now_ns, const struct dhcp6_reply *m,
		     struct dhcp6_out *out)
{
	bool ok = !m->status && !m->ia_status && m->has_address;

	if (m->status == DHCP6_UNSPEC_FAIL || m->status == DHCP6_USE_MULTICAST)
		return;
	if (ok)
		bind(c, now_ns, m, out);
	else if (c->state == DHCP6_STATE_REQUESTING)
		restart(c, now_ns);
}

static void on_reply(struct dhcp6_client *c, uint64_t now_ns, const struct dhcp6_reply *m,
		     struct dhcp6_out *out)
{
	if (!c->n_sent)
		return;
	switch (c->state) {
	case DHCP6_STATE_SOLICITING:
		if (c->rapid_commit && m->rapid_commit)
			on_lease(c, now_ns, m, out);
		break;
	case DHCP6_STATE_REQUESTING:
		if (dhcp6_duid_equal(&m->server, &c->offer.server))
			on_lease(c, now_ns, m, out);
		break;
	case DHCP6_STATE_RENEWING:
	case DHCP6_STATE_REBINDING:
		on_lease(c, now_ns, m, out);
		break;
	case DHCP6_STATE_DECLINING: /* whatever it says (RFC 8415 18.2.10.3) */
		if (dhcp6_duid_equal(&m->server, &c->lease.server))
			restart(c, now_ns);
		break;
	case DHCP6_STATE_INFORMING:
		if (!m->status)
			bind(c, now_ns, m, out);
		break;
	case DHCP6_STATE_BOUND:
	case DHCP6_STATE_FAILED:
		break;
	}
}

/* RFC 8415 16.3, 16.10. */
void dhcp6_client_input(struct dhcp6_client *c, uint64_t now_ns, const uint8_t *buf, size_t len,
			struct dhcp6_out *out)
{
	static struct dhcp6_reply m; /* 2 KiB, too much for a small stack */

	out->len = 0;
	out->bound = false;
	if (!dhcp6_reply_decode(&m, &c->who, buf, len) || m.xid != c->xid || !m.server.len ||
	    !dhcp6_duid_equal(&m.client, &c->duid))
		return;
	if (m.type == DHCP6_ADVERTISE)
		on_advertise(c, now_ns, &m, out);
	else
		on_reply(c, now_ns, &m, out);
}
