/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv4 server for boot clients (RFC 2131)
 *
 * What a REQUEST means is told by what it holds (RFC 2131 4.3.2, table 4):
 *
 *	client state           server-id  requested-ip  ciaddr
 *	SELECTING              ours       must          unread
 *	SELECTING, not for us  another    unread        unread
 *	INIT-REBOOT            none       must          0
 *	RENEWING, REBINDING    none       unread        must
 *
 * The answer is an ACK if the address is the client's, a NAK if it is not, and nothing if it is not
 * for us. A client that is not on record gets no answer outside of SELECTING, unless its address is
 * one of another network: then a NAK sends it back to DISCOVER.
 *
 * Left out on purpose: BOOTP clients, wishes for a lease time, relay agent information (RFC 3046),
 * and probing an address before it is offered: the journal should show the client's frames only.
 */
#include "server/dhcp.h"

#include "server/dhcp_leases.h"
#include "server/dhcp_reply.h"
#include "server/wire/dhcp.h"

#define NS_PER_S UINT64_C(1000000000)

enum {
	OFFER_HOLD_S = 60,    /* ours: how long an offer waits for its REQUEST */
	DECLINE_HOLD_S = 600, /* ours: how long nobody gets an address that was declined */
	HTYPE_ETHERNET = 1,   /* RFC 1700, "Hardware type" */
	KEY_CLIENT_ID = 0,    /* first byte of a dhcp_client's key */
	KEY_HARDWARE = 1,
};

/* What says who speaks of what: with a wrong length in one of them a message means nothing. */
static const uint8_t options_essential[] = {
	DHCP_OPT_TYPE,
	DHCP_OPT_REQUESTED_IP,
	DHCP_OPT_SERVER_ID,
	DHCP_OPT_CLIENT_ID,
};

struct DhcpServer {
	struct dhcp_config cfg;
	struct net_config net;
	Journal *journal; /* borrowed */
	DhcpLeases *leases;
	unsigned n_naks_left;
};

/* One message being answered. */
struct call {
	DhcpServer *s;
	uint64_t now_ns;
	const struct datagram_sink *out;
	struct dhcp_msg m;
	enum dhcp_type type;
	struct dhcp_client client;
};

DhcpServer *dhcp_server_new(const struct dhcp_config *cfg, const struct net_config *net,
			    Journal *journal)
{
	DhcpServer *s = g_new0(DhcpServer, 1);

	s->cfg = *cfg;
	s->net = *net;
	s->journal = journal;
	s->leases = dhcp_leases_new(net, cfg->n_leases);
	s->n_naks_left = cfg->nak_requests;
	return s;
}

static bool is_ethernet(const struct dhcp_msg *m)
{
	return m->htype == HTYPE_ETHERNET && m->hlen == ETH_ALEN;
}

static struct mac client_mac(const struct dhcp_msg *m)
{
	struct mac mac;

	memcpy(mac.b, m->chaddr, ETH_ALEN);
	return mac;
}

static bool is_on_net(const DhcpServer *s, uint32_t address)
{
	return (address & s->net.netmask) == (s->net.server & s->net.netmask);
}

/* Whether a reply may be sent there on a client's word: a host of this network that is not us. */
static bool is_neighbour(const DhcpServer *s, uint32_t address)
{
	uint32_t host = address & ~s->net.netmask;

	return is_on_net(s, address) && host && host != ~s->net.netmask && address != s->net.server;
}

/* "client" is the hardware address, or the client identifier in hexadecimal. */
static void journal_begin_call(const struct call *c, const char *ev)
{
	Journal *j = c->s->journal;
	GString *id;

	journal_begin(j, c->now_ns, ev);
	if (!c->client.len)
		return;
	if (c->client.key[0] == KEY_HARDWARE && is_ethernet(&c->m)) {
		struct mac mac = client_mac(&c->m);

		journal_mac(j, "client", &mac);
		return;
	}
	id = g_string_new(c->client.key[0] == KEY_HARDWARE ? "hw:" : "id:");
	for (size_t i = 1; i < c->client.len; i++)
		g_string_append_printf(id, "%02x", c->client.key[i]);
	journal_str(j, "client", id->str);
	g_string_free(id, TRUE);
}

static void journal_no(const struct call *c, const char *ev, const char *reason)
{
	journal_begin_call(c, ev);
	if (c->type)
		journal_str(c->s->journal, "type", dhcp_type_name(c->type));
	journal_str(c->s->journal, "reason", reason);
	journal_end(c->s->journal);
}

static void ignore(const struct call *c, const char *reason)
{
	journal_no(c, "dhcp.ignored", reason);
}

static void journal_address(const struct call *c, const char *ev, uint32_t address)
{
	journal_begin_call(c, ev);
	journal_ip4(c->s->journal, "address", address);
	journal_end(c->s->journal);
}

static uint64_t lease_end_ns(const struct call *c)
{
	uint32_t lease_s = c->s->cfg.lease_s;

	return lease_s && lease_s != DHCP_LEASE_INFINITE_S ? c->now_ns + lease_s * NS_PER_S
							   : DEADLINE_NEVER;
}

static void journal_lease(const struct call *c, uint32_t address, size_t n_left_out)
{
	uint64_t end_ns = lease_end_ns(c);

	journal_begin_call(c, "dhcp.lease");
	journal_ip4(c->s->journal, "address", address);
	if (end_ns != DEADLINE_NEVER)
		journal_u64(c->s->journal, "expires_ns", end_ns);
	if (n_left_out)
		journal_u64(c->s->journal, "options_left_out", n_left_out);
	journal_end(c->s->journal);
}

/* Where a reply goes (RFC 2131 4.1). @to is the client's address; 0: everybody's. */
static void set_destination(struct datagram *d, const struct call *c, uint32_t to)
{
	d->src.v4 = c->s->net.server;
	d->sport = DHCP_PORT_SERVER;
	if (c->m.giaddr) {
		d->dst.v4 = c->m.giaddr;
		d->dport = DHCP_PORT_SERVER;
		return;
	}
	d->dport = DHCP_PORT_CLIENT;
	d->mac_known = true;
	if (to && is_ethernet(&c->m)) {
		d->dst.v4 = to;
		d->mac = client_mac(&c->m);
	} else {
		d->dst.v4 = UINT32_MAX;
		d->mac = mac_broadcast;
	}
}

/* Return: the number of options that were left out. */
static size_t send_reply(const struct call *c, struct dhcp_msg *reply, unsigned overload,
			 uint32_t to)
{
	uint8_t buf[DHCP_MSG_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));
	size_t n_left_out = dhcp_reply_encode(&w, reply, &c->m, overload);
	struct datagram d = { .payload = { .p = buf, .len = sizeof(buf) - w.left } };

	set_destination(&d, c, to);
	datagram_send(c->out, &d);
	return n_left_out;
}

/* An OFFER, or an ACK of a REQUEST (@address) or of an INFORM (0). Return: as send_reply(). */
static size_t send_config(const struct call *c, enum dhcp_type type, uint32_t address)
{
	struct dhcp_msg reply;
	uint32_t to = address;

	dhcp_reply_init_config(&reply, &c->s->cfg, &c->s->net, &c->m, type, address);
	if (type == DHCP_ACK && c->m.ciaddr && (!address || address == c->m.ciaddr))
		to = c->m.ciaddr; /* it has this address: RFC 2131 4.1, 4.3.5 */
	else if (c->m.flags & DHCP_FLAG_BROADCAST)
		to = 0;
	return send_reply(c, &reply, c->s->cfg.overload, to);
}

/* RFC 2131 4.3.2: a NAK is broadcast, by us or by the relay. */
static void refuse(const struct call *c, const char *reason)
{
	struct dhcp_msg reply;

	journal_no(c, "dhcp.refused", reason);
	dhcp_reply_init_nak(&reply, &c->s->net, &c->m, reason);
	send_reply(c, &reply, 0, 0);
}

static void on_discover(const struct call *c)
{
	uint32_t wanted = 0, address;

	(void)dhcp_opt_find_be32(&wanted, &c->m, DHCP_OPT_REQUESTED_IP);
	address = dhcp_leases_offer(c->s->leases, c->now_ns, &c->client, wanted,
				    c->now_ns + OFFER_HOLD_S * NS_PER_S);
	if (address)
		send_config(c, DHCP_OFFER, address);
	else
		journal_no(c, "dhcp.refused", "no address left");
}

static void on_request(const struct call *c)
{
	DhcpServer *s = c->s;
	uint32_t server_id = 0, address = c->m.ciaddr, ours;
	bool selecting = !dhcp_opt_find_be32(&server_id, &c->m, DHCP_OPT_SERVER_ID);

	if (selecting && server_id != s->net.server) {
		dhcp_leases_withdraw(s->leases, c->now_ns, &c->client);
		ignore(c, "another server was chosen");
		return;
	}
	if (selecting || !address) {
		address = 0;
		(void)dhcp_opt_find_be32(&address, &c->m, DHCP_OPT_REQUESTED_IP);
	}
	if (!address) {
		ignore(c, "names no address");
		return;
	}
	if (s->n_naks_left) {
		s->n_naks_left--;
		refuse(c, "told to refuse");
		return;
	}

	ours = dhcp_leases_find(s->leases, &c->client);
	if (ours == address) {
		dhcp_leases_bind(s->leases, &c->client, lease_end_ns(c));
		journal_lease(c, address, send_config(c, DHCP_ACK, address));
	} else if (!is_on_net(s, address)) {
		refuse(c, "address of another network");
	} else if (ours) {
		refuse(c, "address is not the client's");
	} else if (selecting) {
		refuse(c, "address was not offered");
	} else {
		ignore(c, "client not on record");
	}
}

static void on_inform(const struct call *c)
{
	if (is_neighbour(c->s, c->m.ciaddr))
		send_config(c, DHCP_ACK, 0);
	else
		ignore(c, "ciaddr is no host of this network");
}

static void on_release(const struct call *c)
{
	if (dhcp_leases_release(c->s->leases, c->now_ns, &c->client, c->m.ciaddr))
		journal_address(c, "dhcp.released", c->m.ciaddr);
	else
		ignore(c, "not the client's lease");
}

static void on_decline(const struct call *c)
{
	uint32_t address = 0;

	(void)dhcp_opt_find_be32(&address, &c->m, DHCP_OPT_REQUESTED_IP);
	if (dhcp_leases_decline(c->s->leases, c->now_ns, &c->client, address,
				c->now_ns + DECLINE_HOLD_S * NS_PER_S))
		journal_address(c, "dhcp.declined", address);
	else
		ignore(c, "not the client's lease");
}

/* RFC 2131 4.2: the client identifier, or else hardware type and address. False: neither. */
static bool identify(struct call *c)
{
	struct wr w = WR_INIT(c->client.key, sizeof(c->client.key));
	struct slice id;

	if (c->m.hlen > DHCP_CHADDR_LEN)
		return false;
	if (!dhcp_opt_find(&id, &c->m, DHCP_OPT_CLIENT_ID)) {
		wr_u8(&w, KEY_CLIENT_ID);
		wr_bytes(&w, id.p, id.len);
	} else if (c->m.hlen) {
		wr_u8(&w, KEY_HARDWARE);
		wr_u8(&w, c->m.htype);
		wr_bytes(&w, c->m.chaddr, c->m.hlen);
	} else {
		return false;
	}
	g_assert(!w.bad); /* the codec knows how long an identifier may be */
	c->client.len = sizeof(c->client.key) - w.left;
	return true;
}

/* What is wrong with a message that decoded; NULL: nothing. */
static const char *find_fault(const struct call *c)
{
	struct mac mac = client_mac(&c->m);
	uint32_t server_id;
	struct slice v;

	if (c->m.op != DHCP_BOOTREQUEST)
		return "not a request";
	for (size_t i = 0; i < G_N_ELEMENTS(options_essential); i++)
		if (dhcp_opt_find(&v, &c->m, options_essential[i]) == DHCP_E_MALFORMED)
			return "an option has a wrong length";
	if (!c->type)
		return "no message type";
	if (is_ethernet(&c->m) && mac_is_group(&mac))
		return "hardware address of a group";
	if (c->m.giaddr && !is_neighbour(c->s, c->m.giaddr))
		return "relay of another network";
	if ((c->type == DHCP_RELEASE || c->type == DHCP_DECLINE) &&
	    !dhcp_opt_find_be32(&server_id, &c->m, DHCP_OPT_SERVER_ID) &&
	    server_id != c->s->net.server)
		return "for another server";
	return NULL;
}

void dhcp_server_input(DhcpServer *s, uint64_t now_ns, const struct datagram *in,
		       const struct datagram_sink *out)
{
	struct call c = { .s = s, .now_ns = now_ns, .out = out };
	const char *fault;
	bool known;
	int r;

	if (!s->cfg.enabled) {
		ignore(&c, "disabled");
		return;
	}
	r = dhcp_msg_decode(&c.m, in->payload.p, in->payload.len);
	if (r) {
		ignore(&c, r == DHCP_E_TOO_MANY ? "too many options" : "malformed");
		return;
	}
	c.type = dhcp_msg_type(&c.m);
	known = identify(&c);
	fault = find_fault(&c);
	if (!fault && !known)
		fault = "no client identity";
	if (fault) {
		ignore(&c, fault);
		return;
	}

	switch (c.type) {
	case DHCP_DISCOVER:
		on_discover(&c);
		break;
	case DHCP_REQUEST:
		on_request(&c);
		break;
	case DHCP_INFORM:
		on_inform(&c);
		break;
	case DHCP_RELEASE:
		on_release(&c);
		break;
	case DHCP_DECLINE:
		on_decline(&c);
		break;
	case DHCP_OFFER:
	case DHCP_ACK:
	case DHCP_NAK:
		ignore(&c, "not a client's message");
		break;
	}
}

void dhcp_server_free(DhcpServer *s)
{
	if (!s)
		return;
	dhcp_leases_free(s->leases);
	g_free(s);
}
