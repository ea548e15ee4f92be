/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 server for boot clients (RFC 8415, RFC 5970)
 *
 * What each message must hold, and what is answered, is the table below. What becomes of each IA_NA
 * in it is decided in on_ia(); the leases themselves, a small state machine, are in
 * server/dhcp_leases.c, which serves DHCPv4 as well.
 *
 * Left out on purpose: relays, prefix delegation and IA_TA (their options are not answered),
 * Reconfigure, authentication, server unicast, wishes for an address or a lifetime, and the rapid
 * commit of more than what was asked for.
 */
#include "server/dhcp6.h"

#include <assert.h>

#include "server/dhcp6_pool.h"
#include "server/wire/dhcp6.h"

#define NS_PER_S UINT64_C(1000000000)

enum {
	OFFER_HOLD_S = 60,    /* ours: how long an Advertise waits for its Request */
	DECLINE_HOLD_S = 600, /* ours: how long nobody gets an address that was declined */
	DUID_LL = 3,          /* RFC 8415 11.4 */
	HTYPE_ETHERNET = 1,   /* RFC 1700, "Hardware type" */
	DUID_LEN = 4 + ETH_ALEN,
};
static_assert(DHCP6_DUID_MAX + sizeof(uint32_t) <= DHCP_CLIENT_KEY_MAX, "a DUID and an IAID");

struct Dhcp6Server {
	struct dhcp6_config cfg;
	struct net_config net;
	Journal *journal; /* borrowed */
	Dhcp6Pool *pool;
	uint8_t duid[DUID_LEN];
};

/* One message being answered. */
struct call {
	Dhcp6Server *s;
	uint64_t now_ns;
	struct dhcp6_msg m;
	struct slice duid; /* of the client; empty: not told */
	bool rapid;        /* the Solicit is answered by a Reply */
};

enum need {
	MUST,
	MUST_NOT,
	MAY,
};

/* RFC 8415 16.2 to 16.12, and 18.3 for what is answered; 0: the message is none of a client's. */
static const struct rule {
	enum dhcp6_type answer;
	enum need client_id, server_id;
	bool stateful; /* is about addresses */
} rules[] = {
	[DHCP6_SOLICIT] = { DHCP6_ADVERTISE, MUST, MUST_NOT, true },
	[DHCP6_REQUEST] = { DHCP6_REPLY, MUST, MUST, true },
	[DHCP6_CONFIRM] = { DHCP6_REPLY, MUST, MUST_NOT, true },
	[DHCP6_RENEW] = { DHCP6_REPLY, MUST, MUST, true },
	[DHCP6_REBIND] = { DHCP6_REPLY, MUST, MUST_NOT, true },
	[DHCP6_RELEASE] = { DHCP6_REPLY, MUST, MUST, true },
	[DHCP6_DECLINE] = { DHCP6_REPLY, MUST, MUST, true },
	[DHCP6_INFORMATION_REQUEST] = { DHCP6_REPLY, MAY, MAY, false },
	[DHCP6_RELAY_REPL] = { 0 }, /* so that there is a row for each */
};

/* What says who speaks of what: with a wrong length in one of them a message means nothing. */
static const uint16_t options_essential[] = {
	DHCP6_OPT_CLIENT_ID,
	DHCP6_OPT_SERVER_ID,
	DHCP6_OPT_IA_NA,
	DHCP6_OPT_RAPID_COMMIT,
};

Dhcp6Server *dhcp6_server_new(const struct dhcp6_config *cfg, const struct net_config *net,
			      Journal *journal)
{
	Dhcp6Server *s = g_new0(Dhcp6Server, 1);
	struct wr w = WR_INIT(s->duid, sizeof(s->duid));

	s->cfg = *cfg;
	s->net = *net;
	s->journal = journal;
	s->pool = dhcp6_pool_new(&net->v6, cfg->n_leases);
	wr_be16(&w, DUID_LL);
	wr_be16(&w, HTYPE_ETHERNET);
	wr_bytes(&w, net->mac.b, ETH_ALEN);
	return s;
}

/* --- journal --- */

static void journal_begin_call(const struct call *c, const char *ev)
{
	g_autoptr(GString) duid = g_string_new(NULL);

	journal_begin(c->s->journal, c->now_ns, ev);
	for (size_t i = 0; i < c->duid.len; i++)
		g_string_append_printf(duid, "%02x", c->duid.p[i]);
	if (duid->len)
		journal_str(c->s->journal, "client", duid->str);
}

static void journal_no(const struct call *c, const char *ev, const char *reason)
{
	journal_begin_call(c, ev);
	if (c->m.type)
		journal_str(c->s->journal, "type", dhcp6_type_name(c->m.type));
	journal_str(c->s->journal, "reason", reason);
	journal_end(c->s->journal);
}

static void ignore(const struct call *c, const char *reason)
{
	journal_no(c, "dhcp6.ignored", reason);
}

static void journal_address(const struct call *c, const char *ev, uint32_t iaid,
			    const struct ip6_addr *a, uint64_t end_ns)
{
	journal_begin_call(c, ev);
	journal_hex32(c->s->journal, "iaid", iaid);
	journal_ip6(c->s->journal, "address", a);
	if (end_ns != DEADLINE_NEVER)
		journal_u64(c->s->journal, "expires_ns", end_ns);
	journal_end(c->s->journal);
}

/* --- one IA --- */

/* An IA_NA of the message, and what the leases know of it. */
struct ia {
	struct dhcp6_ia in;
	struct dhcp6_iaaddr wish; /* the address the client names; ::, none */
	struct dhcp_client client;
	bool has_ours;
	struct ip6_addr ours; /* the address it has */
};

static uint64_t lease_end_ns(const struct call *c)
{
	uint32_t lease_s = c->s->cfg.lease_s;

	return lease_s == DHCP6_LIFETIME_INFINITE ? DEADLINE_NEVER : c->now_ns + lease_s * NS_PER_S;
}

static struct dhcp_client client_of(const struct call *c, uint32_t iaid)
{
	struct dhcp_client client;
	struct wr w = WR_INIT(client.key, sizeof(client.key));

	wr_bytes(&w, c->duid.p, c->duid.len);
	wr_be32(&w, iaid);
	client.len = sizeof(client.key) - w.left;
	return client;
}

/* False: it is malformed. */
static bool read_ia(const struct call *c, struct slice value, struct ia *out)
{
	struct ia ia = { .has_ours = false };

	if (dhcp6_ia_decode(&ia.in, value) ||
	    dhcp6_ia_find_address(&ia.wish, &ia.in) == DHCP6_E_MALFORMED)
		return false;
	ia.client = client_of(c, ia.in.iaid);
	ia.has_ours = dhcp6_pool_find(c->s->pool, &ia.client, &ia.ours);
	*out = ia;
	return true;
}

static bool has_wish(const struct ia *ia)
{
	return !ip6_is_unspecified(&ia->wish.address);
}

static bool is_on_link(const struct call *c, const struct ip6_addr *a)
{
	return ip6_same_prefix(a, &c->s->net.v6.server, c->s->net.v6.prefix_len);
}

/* Whether the address that the client names is the one it has. */
static bool is_its_own(const struct ia *ia)
{
	return ia->has_ours && ip6_equal(&ia->ours, &ia->wish.address);
}

/* An IA in the answer: with an address, or with none and the reason. */
static void write_ia(struct wr *w, const struct ia *ia, uint32_t lifetime_s,
		     const struct ip6_addr *address, enum dhcp6_status status, const char *why)
{
	bool forever = lifetime_s == DHCP6_LIFETIME_INFINITE;
	struct dhcp6_iaaddr a = { .preferred_s = lifetime_s, .valid_s = lifetime_s };
	uint8_t *opened = dhcp6_opt_open(w, DHCP6_OPT_IA_NA);

	wr_be32(w, ia->in.iaid);
	/* RFC 8415 21.4: 0.5 and 0.8 of the shortest lifetime. */
	wr_be32(w, forever ? lifetime_s : lifetime_s / 2);
	wr_be32(w, forever ? lifetime_s : (uint32_t)(lifetime_s * UINT64_C(4) / 5));
	if (address) {
		a.address = *address;
		dhcp6_iaaddr_encode(w, &a);
	}
	if (status)
		dhcp6_status_encode(w, status, why);
	dhcp6_opt_close(w, opened);
}

static void refuse_ia(const struct call *c, struct wr *w, const struct ia *ia,
		      enum dhcp6_status status, const char *why)
{
	journal_no(c, "dhcp6.refused", why);
	write_ia(w, ia, 0, NULL, status, why);
}

/* Set an address aside, or, with @bind, lease it. */
static void assign(const struct call *c, struct wr *w, struct ia *ia, bool bind)
{
	if (!dhcp6_pool_offer(c->s->pool, c->now_ns, &ia->client, &ia->wish.address,
			      c->now_ns + OFFER_HOLD_S * NS_PER_S, &ia->ours)) {
		refuse_ia(c, w, ia, DHCP6_STATUS_NO_ADDRS_AVAIL, "no address left");
		return;
	}
	if (bind) {
		dhcp6_pool_bind(c->s->pool, &ia->client, lease_end_ns(c));
		journal_address(c, "dhcp6.lease", ia->in.iaid, &ia->ours, lease_end_ns(c));
	}
	write_ia(w, ia, c->s->cfg.lease_s, &ia->ours, 0, NULL);
}

/* RFC 8415 18.3.4, 18.3.5: whose binding is gone may have it again, if it is of this network. */
static void extend(const struct call *c, struct wr *w, struct ia *ia)
{
	if (ia->has_ours)
		assign(c, w, ia, true);
	else if (has_wish(ia) && !is_on_link(c, &ia->wish.address))
		write_ia(w, ia, 0, &ia->wish.address, 0, NULL); /* no more valid */
	else
		refuse_ia(c, w, ia, DHCP6_STATUS_NO_BINDING, "not the client's address");
}

static void give_back(const struct call *c, struct wr *w, const struct ia *ia)
{
	bool declines = c->m.type == DHCP6_DECLINE, done = false;

	if (is_its_own(ia) && declines)
		done = dhcp6_pool_decline(c->s->pool, c->now_ns, &ia->client, &ia->ours,
					  c->now_ns + DECLINE_HOLD_S * NS_PER_S);
	else if (is_its_own(ia))
		done = dhcp6_pool_release(c->s->pool, c->now_ns, &ia->client, &ia->ours);
	if (done)
		journal_address(c, declines ? "dhcp6.declined" : "dhcp6.released", ia->in.iaid,
				&ia->wish.address, DEADLINE_NEVER);
	else
		refuse_ia(c, w, ia, DHCP6_STATUS_NO_BINDING, "not the client's lease");
}

/* What the answer says of an IA (RFC 8415 18.3.1 to 18.3.8). */
static void on_ia(const struct call *c, struct wr *w, struct ia *ia)
{
	switch ((enum dhcp6_type)c->m.type) {
	case DHCP6_SOLICIT:
		assign(c, w, ia, c->rapid);
		break;
	case DHCP6_REQUEST:
		if (has_wish(ia) && !is_on_link(c, &ia->wish.address))
			refuse_ia(c, w, ia, DHCP6_STATUS_NOT_ON_LINK, "address of another network");
		else
			assign(c, w, ia, true);
		break;
	case DHCP6_RENEW:
	case DHCP6_REBIND:
		extend(c, w, ia);
		break;
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
		give_back(c, w, ia);
		break;
	case DHCP6_CONFIRM: /* is about the network alone */
	case DHCP6_INFORMATION_REQUEST:
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE:
	case DHCP6_RELAY_FORW:
	case DHCP6_RELAY_REPL:
		break;
	}
}

/* --- one message --- */

static void write_params(struct wr *w, char **params)
{
	uint8_t *opened = dhcp6_opt_open(w, DHCP6_OPT_BOOTFILE_PARAM);

	for (; *params; params++) {
		wr_be16(w, (uint16_t)strlen(*params));
		wr_bytes(w, *params, strlen(*params));
	}
	dhcp6_opt_close(w, opened);
}

/* What the client asks for, and we have. */
static void write_config(const struct call *c, struct wr *w)
{
	const struct dhcp6_config *cfg = &c->s->cfg;

	if (!ip6_is_unspecified(&cfg->dns) && dhcp6_is_asked_for(&c->m, DHCP6_OPT_DNS))
		dhcp6_opt_encode(w, DHCP6_OPT_DNS, cfg->dns.b, IP6_ALEN);
	if (cfg->bootfile_url && dhcp6_is_asked_for(&c->m, DHCP6_OPT_BOOTFILE_URL))
		dhcp6_opt_encode(w, DHCP6_OPT_BOOTFILE_URL, cfg->bootfile_url,
				 strlen(cfg->bootfile_url));
	if (cfg->bootfile_params && dhcp6_is_asked_for(&c->m, DHCP6_OPT_BOOTFILE_PARAM))
		write_params(w, cfg->bootfile_params);
}

/* RFC 8415 18.3.3: whether the addresses are of this network. */
static void write_confirmation(const struct call *c, struct wr *w)
{
	bool ok = true;
	struct ia ia;

	for (size_t i = 0; i < c->m.n_opts; i++)
		if (c->m.opts[i].code == DHCP6_OPT_IA_NA && read_ia(c, c->m.opts[i].value, &ia) &&
		    has_wish(&ia))
			ok &= is_on_link(c, &ia.wish.address);
	if (ok) {
		dhcp6_status_encode(w, DHCP6_STATUS_SUCCESS, "all addresses are on this link");
	} else {
		journal_no(c, "dhcp6.refused", "address of another network");
		dhcp6_status_encode(w, DHCP6_STATUS_NOT_ON_LINK, "address of another network");
	}
}

static void write_ias(const struct call *c, struct wr *w)
{
	struct ia ia;

	for (size_t i = 0; i < c->m.n_opts; i++)
		if (c->m.opts[i].code == DHCP6_OPT_IA_NA && read_ia(c, c->m.opts[i].value, &ia))
			on_ia(c, w, &ia);
}

static void write_status(const struct call *c, struct wr *w)
{
	if (c->s->cfg.status)
		dhcp6_status_encode(w, (enum dhcp6_status)c->s->cfg.status, "told to say so");
	else if (c->m.type == DHCP6_RELEASE || c->m.type == DHCP6_DECLINE)
		dhcp6_status_encode(w, DHCP6_STATUS_SUCCESS, "done"); /* RFC 8415 18.3.7, 18.3.8 */
}

static void write_answer(const struct call *c, struct wr *w)
{
	enum dhcp6_type type = c->rapid ? DHCP6_REPLY : rules[c->m.type].answer;
	uint8_t preference = (uint8_t)c->s->cfg.preference;

	dhcp6_hdr_encode(w, type, c->m.xid);
	if (c->duid.len)
		dhcp6_opt_encode(w, DHCP6_OPT_CLIENT_ID, c->duid.p, c->duid.len);
	dhcp6_opt_encode(w, DHCP6_OPT_SERVER_ID, c->s->duid, sizeof(c->s->duid));
	if (type == DHCP6_ADVERTISE && preference)
		dhcp6_opt_encode(w, DHCP6_OPT_PREFERENCE, &preference, sizeof(preference));
	if (c->rapid)
		dhcp6_opt_encode(w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	if (c->m.type == DHCP6_CONFIRM)
		write_confirmation(c, w);
	else
		write_status(c, w);
	write_ias(c, w);
	write_config(c, w);
}

static void answer(const struct call *c, const struct datagram *in, const struct datagram_sink *out)
{
	uint8_t buf[DHCP6_MSG_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct datagram d = {
		.src = in->dst,
		.dst = in->src,
		.sport = DHCP6_PORT_SERVER,
		.dport = DHCP6_PORT_CLIENT,
		.mac = in->mac,
		.mac_known = true,
	};

	write_answer(c, &w);
	if (w.bad) {
		ignore(c, "the answer would be too long");
		return;
	}
	d.payload = (struct slice){ buf, sizeof(buf) - w.left };
	datagram_send(out, &d);
}

static const char *check_id(enum need need, int found, const char *missing, const char *there)
{
	if (need == MUST && found == DHCP6_E_NO_OPTION)
		return missing;
	return need == MUST_NOT && !found ? there : NULL;
}

static bool has_option(const struct call *c, uint16_t code)
{
	struct slice v;

	return !dhcp6_opt_find(&v, &c->m, code);
}

/* What is wrong with a message that decoded; NULL: nothing. */
static const char *find_fault(struct call *c)
{
	const struct rule *rule = &rules[c->m.type];
	struct slice v, server;
	const char *fault;
	int found;

	for (size_t i = 0; i < G_N_ELEMENTS(options_essential); i++)
		if (dhcp6_opt_find(&v, &c->m, options_essential[i]) == DHCP6_E_MALFORMED)
			return "an option has a wrong length";
	found = dhcp6_opt_find(&c->duid, &c->m, DHCP6_OPT_CLIENT_ID);
	if (!rule->answer)
		return "not a client's message";
	fault = check_id(rule->client_id, found, "no client identity", "names a client");
	if (fault)
		return fault;
	found = dhcp6_opt_find(&server, &c->m, DHCP6_OPT_SERVER_ID);
	fault = check_id(rule->server_id, found, "names no server", "names a server");
	if (fault)
		return fault;
	if (!found && (server.len != DUID_LEN || memcmp(server.p, c->s->duid, DUID_LEN)))
		return "for another server";
	if (!rule->stateful && has_option(c, DHCP6_OPT_IA_NA))
		return "asks for an address"; /* RFC 8415 16.12 */
	if (rule->stateful && c->s->cfg.mode == DHCP6_STATELESS)
		return "no addresses here";
	return NULL;
}

void dhcp6_server_input(Dhcp6Server *s, uint64_t now_ns, const struct datagram *in,
			const struct datagram_sink *out)
{
	struct call c = { .s = s, .now_ns = now_ns };
	const char *fault;
	int r;

	if (!s->cfg.enabled) {
		ignore(&c, "disabled");
		return;
	}
	r = dhcp6_msg_decode(&c.m, in->payload.p, in->payload.len);
	if (r) {
		ignore(&c, r == DHCP6_E_TOO_MANY ? "too many options" : "malformed");
		return;
	}
	fault = find_fault(&c);
	if (fault) {
		ignore(&c, fault);
		return;
	}
	c.rapid = c.m.type == DHCP6_SOLICIT && s->cfg.rapid_commit &&
		  has_option(&c, DHCP6_OPT_RAPID_COMMIT);
	answer(&c, in, out);
}

void dhcp6_server_free(Dhcp6Server *s)
{
	if (!s)
		return;
	dhcp6_pool_free(s->pool);
	g_free(s);
}
