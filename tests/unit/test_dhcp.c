/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dhcp: who is answered what, and where the answer goes
 */
#include "server/dhcp.h"

#include <check.h>

#include "server/wire/dhcp.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"

enum {
	SERVER = 0x0a000202, /* 10.0.2.2 */
	GUEST = 0x0a00020f,
	SECOND = 0x0a000210,
	NEIGHBOUR = 0x0a000220, /* not in the pool */
	RELAY = 0x0a000230,
	AWAY = 0xc0a80105, /* 192.168.1.5 */
	LEASE_S = 3600,
};

#define EVERYBODY UINT32_MAX

static const struct net_config net = {
	.server = SERVER,
	.netmask = 0xffffff00,
	.router = SERVER,
	.guest = GUEST,
};

static const struct dhcp_config plain = {
	.enabled = true,
	.bootfile = "kernel.img",
	.lease_s = LEASE_S,
	.n_leases = 2,
};

/* A server, what it sent last, and a clock. */
struct lab {
	Journal *journal;
	DhcpServer *server;
	struct datagram_sink sink;
	uint64_t now_ns;
	unsigned n_sent;
	struct datagram sent;
	uint8_t bytes[DHCP_MSG_MAX];
	struct dhcp_msg reply;
};

static void lab_take(void *self, const struct datagram *d)
{
	struct lab *lab = self;

	lab->n_sent++;
	lab->sent = *d;
	ck_assert_uint_le(d->payload.len, sizeof(lab->bytes));
	memcpy(lab->bytes, d->payload.p, d->payload.len);
	ck_assert_int_eq(dhcp_msg_decode(&lab->reply, lab->bytes, d->payload.len), 0);
	ck_assert_uint_eq(d->src.v4, SERVER);
	ck_assert_uint_eq(d->sport, DHCP_PORT_SERVER);
}

static void lab_start(struct lab *lab, const struct dhcp_config *cfg)
{
	*lab = (struct lab){ .now_ns = 5 };
	lab->sink = (struct datagram_sink){ lab_take, lab };
	lab->journal = journal_new(NULL);
	lab->server = dhcp_server_new(cfg, &net, lab->journal);
}

static void lab_stop(struct lab *lab)
{
	dhcp_server_free(lab->server);
	journal_free(lab->journal);
}

static void lab_advance_s(struct lab *lab, uint64_t s)
{
	lab->now_ns += s * 1000000000;
}

static void lab_input(struct lab *lab, const uint8_t *buf, size_t len)
{
	struct datagram d = {
		.dst.v4 = EVERYBODY,
		.sport = DHCP_PORT_CLIENT,
		.dport = DHCP_PORT_SERVER,
		.payload = { .p = buf, .len = len },
	};

	dhcp_server_input(lab->server, lab->now_ns, &d, &lab->sink);
}

/* Send a message. Return: the type of the one reply; 0: there was none. */
static enum dhcp_type lab_send(struct lab *lab, const struct dhcp_msg *m)
{
	uint8_t buf[DHCP_MSG_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));
	unsigned before = lab->n_sent;

	ck_assert_int_eq(dhcp_msg_encode(&w, m, 0, sizeof(buf)), 0);
	lab_input(lab, buf, sizeof(buf) - w.left);
	ck_assert_uint_le(lab->n_sent, before + 1);
	return lab->n_sent > before ? dhcp_msg_type(&lab->reply) : (enum dhcp_type)0;
}

/* A message of client number @n. */
static struct dhcp_msg ask(enum dhcp_type type, uint8_t n)
{
	struct dhcp_msg m = { .op = DHCP_BOOTREQUEST,
			      .htype = 1,
			      .hlen = 6,
			      .xid = 0x5a1f00c2,
			      .chaddr = { 0x52, 0x54, 0, 0x12, 0x34, n } };

	ck_assert_int_eq(dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, (uint8_t)type), 0);
	return m;
}

static void with_ip(struct dhcp_msg *m, uint8_t code, uint32_t address)
{
	if (address)
		ck_assert_int_eq(dhcp_opt_add_be32(m, code, address), 0);
}

/* A REQUEST of client @n; 0: the field is not there. */
static enum dhcp_type lab_request(struct lab *lab, uint8_t n, uint32_t server_id,
				  uint32_t requested, uint32_t ciaddr)
{
	struct dhcp_msg m = ask(DHCP_REQUEST, n);

	with_ip(&m, DHCP_OPT_SERVER_ID, server_id);
	with_ip(&m, DHCP_OPT_REQUESTED_IP, requested);
	m.ciaddr = ciaddr;
	return lab_send(lab, &m);
}

/* The address that client @n is offered; 0: none. */
static uint32_t lab_discover(struct lab *lab, uint8_t n)
{
	struct dhcp_msg m = ask(DHCP_DISCOVER, n);

	return lab_send(lab, &m) == DHCP_OFFER ? lab->reply.yiaddr : 0;
}

/* The whole exchange. */
static uint32_t lab_bind(struct lab *lab, uint8_t n)
{
	uint32_t address = lab_discover(lab, n);

	ck_assert_int_eq(lab_request(lab, n, SERVER, address, 0), DHCP_ACK);
	return lab->reply.yiaddr;
}

static enum dhcp_type lab_give_back(struct lab *lab, enum dhcp_type type, uint8_t n,
				    uint32_t server_id, uint32_t address)
{
	struct dhcp_msg m = ask(type, n);

	with_ip(&m, DHCP_OPT_SERVER_ID, server_id);
	if (type == DHCP_DECLINE)
		with_ip(&m, DHCP_OPT_REQUESTED_IP, address);
	else
		m.ciaddr = address;
	return lab_send(lab, &m);
}

START_TEST(a_client_boots)
{
	struct lab lab;
	struct dhcp_msg m = ask(DHCP_DISCOVER, 6);
	uint32_t lease_s = 0;

	lab_start(&lab, &plain);
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_OFFER);
	ck_assert_uint_eq(lab.reply.yiaddr, GUEST);
	ck_assert_uint_eq(lab.reply.siaddr, SERVER);
	ck_assert_str_eq(lab.reply.file, "kernel.img");
	assert_journalled(lab.journal, 0, "dhcp.lease", "");

	ck_assert_int_eq(lab_request(&lab, 6, SERVER, GUEST, 0), DHCP_ACK);
	ck_assert_uint_eq(lab.reply.xid, m.xid);
	ck_assert_uint_eq(lab.reply.yiaddr, GUEST);
	ck_assert_mem_eq(lab.reply.chaddr, m.chaddr, DHCP_CHADDR_LEN);
	ck_assert_int_eq(dhcp_opt_find_be32(&lease_s, &lab.reply, DHCP_OPT_LEASE_TIME), 0);
	ck_assert_uint_eq(lease_s, LEASE_S);
	assert_journalled(lab.journal, 1, "dhcp.lease",
			  "\"client\":\"52:54:00:12:34:06\",\"address\":\"10.0.2.15\","
			  "\"expires_ns\":3600000000005");
	ck_assert_uint_eq(journal_n_lines(lab.journal, "", ""), 1);
	lab_stop(&lab);
}
END_TEST

/* What happened to client 1 before its REQUEST. */
enum before {
	NOTHING,
	OFFERED,
	OFFER_LAPSED,
	OFFER_LAPSED_AND_TAKEN, /* by client 2 */
	BOUND,
	EXPIRED,
	EXPIRED_AND_TAKEN,
	RELEASED,
};

static void lab_prepare(struct lab *lab, enum before before)
{
	switch (before) {
	case NOTHING:
		break;
	case OFFERED:
		lab_discover(lab, 1);
		break;
	case OFFER_LAPSED:
	case OFFER_LAPSED_AND_TAKEN:
		lab_discover(lab, 1);
		lab_bind(lab, 3); /* the other address there is */
		lab_advance_s(lab, 60);
		if (before == OFFER_LAPSED_AND_TAKEN)
			ck_assert_uint_eq(lab_bind(lab, 2), GUEST);
		break;
	case BOUND:
		lab_bind(lab, 1);
		break;
	case EXPIRED:
	case EXPIRED_AND_TAKEN:
		lab_bind(lab, 1);
		lab_advance_s(lab, LEASE_S);
		lab_bind(lab, 3);
		if (before == EXPIRED_AND_TAKEN)
			ck_assert_uint_eq(lab_bind(lab, 2), GUEST);
		break;
	case RELEASED:
		lab_bind(lab, 1);
		lab_give_back(lab, DHCP_RELEASE, 1, SERVER, GUEST);
		break;
	}
}

static const struct {
	const char *what;
	enum before before;
	uint32_t server_id, requested, ciaddr;
	enum dhcp_type want;
	const char *reason; /* of a refusal, or of silence */
} request_rows[] = {
	/* SELECTING */
	{ "what was offered", OFFERED, SERVER, GUEST, 0, DHCP_ACK, NULL },
	{ "another address than was offered", OFFERED, SERVER, SECOND, 0, DHCP_NAK,
	  "address is not the client's" },
	{ "an address of another network", OFFERED, SERVER, AWAY, 0, DHCP_NAK,
	  "address of another network" },
	{ "an address that nobody offered", NOTHING, SERVER, GUEST, 0, DHCP_NAK,
	  "address was not offered" },
	{ "an offer that waited too long, still free", OFFER_LAPSED, SERVER, GUEST, 0, DHCP_ACK,
	  NULL },
	{ "an offer that waited too long, taken", OFFER_LAPSED_AND_TAKEN, SERVER, GUEST, 0,
	  DHCP_NAK, "address was not offered" },
	{ "what it has already", BOUND, SERVER, GUEST, 0, DHCP_ACK, NULL },
	{ "ciaddr does not matter", OFFERED, SERVER, GUEST, AWAY, DHCP_ACK, NULL },
	{ "ciaddr is no substitute", OFFERED, SERVER, 0, GUEST, 0, "names no address" },
	{ "no address at all", OFFERED, SERVER, 0, 0, 0, "names no address" },
	{ "another server's offer", OFFERED, NEIGHBOUR, NEIGHBOUR, 0, 0,
	  "another server was chosen" },
	{ "another server's offer of our address", OFFERED, NEIGHBOUR, GUEST, 0, 0,
	  "another server was chosen" },
	/* INIT-REBOOT */
	{ "the lease it has", BOUND, 0, GUEST, 0, DHCP_ACK, NULL },
	{ "the lease it had, still free", EXPIRED, 0, GUEST, 0, DHCP_ACK, NULL },
	{ "the lease it gave back", RELEASED, 0, GUEST, 0, DHCP_ACK, NULL },
	{ "the lease it had, taken", EXPIRED_AND_TAKEN, 0, GUEST, 0, 0, "client not on record" },
	{ "another address of ours", BOUND, 0, SECOND, 0, DHCP_NAK, "address is not the client's" },
	{ "an address it brought from elsewhere", BOUND, 0, AWAY, 0, DHCP_NAK,
	  "address of another network" },
	{ "a stranger", NOTHING, 0, GUEST, 0, 0, "client not on record" },
	{ "a stranger from elsewhere", NOTHING, 0, AWAY, 0, DHCP_NAK,
	  "address of another network" },
	/* RENEWING, REBINDING */
	{ "the lease it renews", BOUND, 0, 0, GUEST, DHCP_ACK, NULL },
	{ "the lease it renews too late, still free", EXPIRED, 0, 0, GUEST, DHCP_ACK, NULL },
	{ "the lease it renews too late, taken", EXPIRED_AND_TAKEN, 0, 0, GUEST, 0,
	  "client not on record" },
	{ "somebody else's lease", BOUND, 0, 0, SECOND, DHCP_NAK, "address is not the client's" },
	{ "a lease of elsewhere", BOUND, 0, 0, AWAY, DHCP_NAK, "address of another network" },
	{ "a lease we know nothing of", NOTHING, 0, 0, GUEST, 0, "client not on record" },
	{ "ciaddr tells, not option 50", BOUND, 0, SECOND, GUEST, DHCP_ACK, NULL },
	{ "nothing at all", BOUND, 0, 0, 0, 0, "names no address" },
};

START_TEST(requests)
{
	struct lab lab;
	enum dhcp_type type;
	unsigned n_leases;

	lab_start(&lab, &plain);
	lab_prepare(&lab, request_rows[_i].before);
	n_leases = journal_n_lines(lab.journal, "dhcp.lease", "");
	type = lab_request(&lab, 1, request_rows[_i].server_id, request_rows[_i].requested,
			   request_rows[_i].ciaddr);
	ck_assert_msg(type == request_rows[_i].want, "%s: got %s", request_rows[_i].what,
		      type ? dhcp_type_name(type) : "nothing");
	if (type == DHCP_ACK) {
		ck_assert_uint_eq(lab.reply.yiaddr, GUEST);
		ck_assert_uint_eq(lab.reply.ciaddr, request_rows[_i].ciaddr);
	}
	if (type == DHCP_NAK)
		ck_assert_uint_eq(lab.sent.dst.v4, EVERYBODY);
	ck_assert_uint_eq(journal_n_lines(lab.journal, "dhcp.lease", "") - n_leases,
			  type == DHCP_ACK);
	assert_journalled(lab.journal, type == DHCP_NAK, "dhcp.refused", "\"type\":\"request\"");
	assert_journalled(lab.journal, !type, "dhcp.ignored", "\"type\":\"request\"");
	if (request_rows[_i].reason)
		ck_assert_uint_eq(
			journal_n_lines(lab.journal, request_rows[_i].reason, "52:54:00:12:34:01"),
			1);
	lab_stop(&lab);
}
END_TEST

static const struct {
	const char *what;
	enum dhcp_type type; /* REQUEST: of the lease that the client has */
	uint32_t ciaddr, giaddr;
	uint16_t flags;
	uint8_t htype, hlen;
	uint32_t dst;
	uint16_t dport;
} destination_rows[] = {
	{ "an OFFER goes to the address it offers", DHCP_DISCOVER, 0, 0, 0, 1, 6, GUEST, 68 },
	{ "or to everybody if the client wants that", DHCP_DISCOVER, 0, 0, DHCP_FLAG_BROADCAST, 1,
	  6, EVERYBODY, 68 },
	{ "reserved flags mean nothing", DHCP_DISCOVER, 0, 0, 0x7fff, 1, 6, GUEST, 68 },
	{ "another hardware cannot be addressed", DHCP_DISCOVER, 0, 0, 0, 6, 8, EVERYBODY, 68 },
	{ "nor a wrong length", DHCP_DISCOVER, 0, 0, 0, 1, 16, EVERYBODY, 68 },
	{ "an OFFER never goes to ciaddr", DHCP_DISCOVER, AWAY, 0, 0, 1, 6, GUEST, 68 },
	{ "not even to what it offers", DHCP_DISCOVER, GUEST, 0, DHCP_FLAG_BROADCAST, 1, 6,
	  EVERYBODY, 68 },
	{ "a relay gets it on the server's port", DHCP_DISCOVER, 0, RELAY, 0, 1, 6, RELAY, 67 },
	{ "whatever the flag says", DHCP_DISCOVER, 0, RELAY, DHCP_FLAG_BROADCAST, 1, 6, RELAY, 67 },
	{ "an ACK goes to the address", DHCP_REQUEST, 0, 0, 0, 1, 6, GUEST, 68 },
	{ "or to everybody", DHCP_REQUEST, 0, 0, DHCP_FLAG_BROADCAST, 1, 6, EVERYBODY, 68 },
	{ "a renewing client has its address", DHCP_REQUEST, GUEST, 0, DHCP_FLAG_BROADCAST, 1, 6,
	  GUEST, 68 },
	{ "a NAK goes to everybody", DHCP_REQUEST, SECOND, 0, 0, 1, 6, EVERYBODY, 68 },
	{ "a NAK through a relay", DHCP_REQUEST, SECOND, RELAY, 0, 1, 6, RELAY, 67 },
	{ "an INFORM is answered to its sender", DHCP_INFORM, NEIGHBOUR, 0, DHCP_FLAG_BROADCAST, 1,
	  6, NEIGHBOUR, 68 },
};

START_TEST(destinations)
{
	struct dhcp_msg m = ask(destination_rows[_i].type, 1);
	const char *what = destination_rows[_i].what;
	struct lab lab;

	m.ciaddr = destination_rows[_i].ciaddr;
	m.giaddr = destination_rows[_i].giaddr;
	m.flags = destination_rows[_i].flags;
	m.htype = destination_rows[_i].htype;
	m.hlen = destination_rows[_i].hlen;
	if (!m.ciaddr)
		with_ip(&m, DHCP_OPT_REQUESTED_IP, GUEST);

	lab_start(&lab, &plain);
	if (destination_rows[_i].type == DHCP_REQUEST)
		lab_bind(&lab, 1);
	ck_assert_msg(lab_send(&lab, &m), "%s: no reply", what);
	ck_assert_msg(lab.sent.dst.v4 == destination_rows[_i].dst, "%s: sent to %08x", what,
		      lab.sent.dst.v4);
	ck_assert_msg(lab.sent.dport == destination_rows[_i].dport, "%s: port", what);
	ck_assert_msg(lab.sent.mac_known == !m.giaddr, "%s: MAC known", what);
	if (lab.sent.mac_known)
		ck_assert_msg(memcmp(lab.sent.mac.b,
				     lab.sent.dst.v4 == EVERYBODY ? mac_broadcast.b : m.chaddr,
				     ETH_ALEN) == 0,
			      "%s: MAC", what);
	ck_assert_msg(lab.reply.giaddr == m.giaddr, "%s: giaddr", what);
	ck_assert_msg(lab.reply.ciaddr == (dhcp_msg_type(&lab.reply) == DHCP_ACK ? m.ciaddr : 0),
		      "%s: ciaddr", what);
	lab_stop(&lab);
}
END_TEST

static void spoil_op(struct dhcp_msg *m)
{
	m->op = DHCP_BOOTREPLY;
}

static void spoil_type_missing(struct dhcp_msg *m)
{
	m->n_opts = m->values_len = 0;
}

static void spoil_type_unknown(struct dhcp_msg *m)
{
	m->values[0] = 9;
}

static void spoil_type_long(struct dhcp_msg *m)
{
	dhcp_opt_add_u8(m, DHCP_OPT_TYPE, 0);
}

static void spoil_type_offer(struct dhcp_msg *m)
{
	m->values[0] = DHCP_OFFER;
}

static void spoil_type_ack(struct dhcp_msg *m)
{
	m->values[0] = DHCP_ACK;
}

static void spoil_type_nak(struct dhcp_msg *m)
{
	m->values[0] = DHCP_NAK;
}

static void spoil_requested(struct dhcp_msg *m)
{
	dhcp_opt_add_be16(m, DHCP_OPT_REQUESTED_IP, 0x0a00);
}

static void spoil_server_id(struct dhcp_msg *m)
{
	dhcp_opt_add(m, DHCP_OPT_SERVER_ID, "\12\0\2\2\2", 5);
}

static void spoil_client_id(struct dhcp_msg *m)
{
	dhcp_opt_add_u8(m, DHCP_OPT_CLIENT_ID, 1);
}

static void spoil_client_id_long(struct dhcp_msg *m)
{
	static const uint8_t id[256];

	dhcp_opt_add(m, DHCP_OPT_CLIENT_ID, id, sizeof(id));
}

static void spoil_hlen(struct dhcp_msg *m)
{
	m->hlen = 17;
}

static void spoil_hlen_and_id(struct dhcp_msg *m)
{
	m->hlen = 255;
	dhcp_opt_add_be16(m, DHCP_OPT_CLIENT_ID, 1);
}

static void spoil_no_hardware(struct dhcp_msg *m)
{
	m->hlen = 0;
}

static void spoil_group(struct dhcp_msg *m)
{
	m->chaddr[0] |= 1;
}

static void spoil_relay(struct dhcp_msg *m)
{
	m->giaddr = AWAY;
}

static void spoil_relay_broadcast(struct dhcp_msg *m)
{
	m->giaddr = 0x0a0002ff;
}

static void spoil_relay_is_us(struct dhcp_msg *m)
{
	m->giaddr = SERVER;
}

static void inform_nobody(struct dhcp_msg *m)
{
	m->values[0] = DHCP_INFORM;
}

static void inform_away(struct dhcp_msg *m)
{
	m->values[0] = DHCP_INFORM;
	m->ciaddr = AWAY;
}

static void inform_everybody(struct dhcp_msg *m)
{
	m->values[0] = DHCP_INFORM;
	m->ciaddr = 0x0a0002ff;
}

static void inform_us(struct dhcp_msg *m)
{
	m->values[0] = DHCP_INFORM;
	m->ciaddr = SERVER;
}

static const struct {
	const char *what;
	void (*spoil)(struct dhcp_msg *m); /* a DISCOVER that would be answered */
	const char *reason;
} ignored_rows[] = {
	{ "a reply", spoil_op, "not a request" },
	{ "BOOTP", spoil_type_missing, "no message type" },
	{ "a type of later times", spoil_type_unknown, "no message type" },
	{ "a type of two bytes", spoil_type_long, "an option has a wrong length" },
	{ "an OFFER", spoil_type_offer, "not a client's message" },
	{ "an ACK", spoil_type_ack, "not a client's message" },
	{ "a NAK", spoil_type_nak, "not a client's message" },
	{ "half an address", spoil_requested, "an option has a wrong length" },
	{ "a server identifier of five bytes", spoil_server_id, "an option has a wrong length" },
	{ "an identifier of one byte", spoil_client_id, "an option has a wrong length" },
	{ "an identifier of 256 bytes", spoil_client_id_long, "an option has a wrong length" },
	{ "a hardware address longer than its field", spoil_hlen, "no client identity" },
	{ "the same with an identifier", spoil_hlen_and_id, "no client identity" },
	{ "neither hardware address nor identifier", spoil_no_hardware, "no client identity" },
	{ "a group's hardware address", spoil_group, "hardware address of a group" },
	{ "a relay elsewhere", spoil_relay, "relay of another network" },
	{ "a relay that is everybody", spoil_relay_broadcast, "relay of another network" },
	{ "a relay that is us", spoil_relay_is_us, "relay of another network" },
	{ "an INFORM without an address", inform_nobody, "ciaddr is no host of this network" },
	{ "an INFORM from elsewhere", inform_away, "ciaddr is no host of this network" },
	{ "an INFORM of everybody", inform_everybody, "ciaddr is no host of this network" },
	{ "an INFORM of ourselves", inform_us, "ciaddr is no host of this network" },
};

START_TEST(nonsense_is_ignored)
{
	struct dhcp_msg m = ask(DHCP_DISCOVER, 1);
	struct lab lab;

	ignored_rows[_i].spoil(&m);
	lab_start(&lab, &plain);
	ck_assert_msg(!lab_send(&lab, &m), "%s: answered", ignored_rows[_i].what);
	assert_journalled(lab.journal, 1, "dhcp.ignored", ignored_rows[_i].reason);
	ck_assert_uint_eq(journal_n_lines(lab.journal, "", ""), 1);
	/* It took no address either. */
	ck_assert_uint_eq(lab_discover(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(what_is_no_message_is_ignored)
{
	uint8_t buf[DHCP_MSG_MAX];
	struct dhcp_msg m = ask(DHCP_DISCOVER, 1);
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct lab lab;
	size_t len;

	lab_start(&lab, &plain);
	lab_input(&lab, NULL, 0);
	lab_input(&lab, buf, 1);
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, sizeof(buf)), 0);
	lab_input(&lab, buf, DHCP_FIXED_LEN - 1);
	assert_journalled(lab.journal, 3, "dhcp.ignored", "\"reason\":\"malformed\"");

	len = sizeof(buf) - w.left;
	buf[len - 1] = DHCP_OPT_BOOTFILE;       /* nothing behind it */
	buf[DHCP_FIXED_LEN + 7] = DHCP_OPT_PAD; /* where END was */
	lab_input(&lab, buf, len);
	assert_journalled(lab.journal, 4, "dhcp.ignored", "\"reason\":\"malformed\"");

	for (len = DHCP_FIXED_LEN + 4; len < DHCP_FIXED_LEN + 4 + 2 * 200; len += 2) {
		buf[len] = (uint8_t)(1 + (len - DHCP_FIXED_LEN) / 2);
		buf[len + 1] = 0;
	}
	lab_input(&lab, buf, len);
	assert_journalled(lab.journal, 1, "dhcp.ignored", "too many options");
	ck_assert_uint_eq(lab.n_sent, 0);
	lab_stop(&lab);
}
END_TEST

/* Cut anywhere, or with any bit wrong, a message is answered well or not at all. */
START_TEST(damaged_messages_do_no_harm)
{
	static const uint8_t list[] = { 1, 3, 6, 67, 209, 210 };
	uint8_t buf[DHCP_MSG_MAX], *exact;
	struct dhcp_msg m = ask(DHCP_REQUEST, 1);
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct lab lab;
	size_t len;

	with_ip(&m, DHCP_OPT_SERVER_ID, SERVER);
	with_ip(&m, DHCP_OPT_REQUESTED_IP, GUEST);
	dhcp_opt_add(&m, DHCP_OPT_PARAMETERS, list, sizeof(list));
	dhcp_opt_add_be16(&m, DHCP_OPT_MAX_SIZE, 1400);
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_ID, "\1abcdef", 7);
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, sizeof(buf)), 0);
	len = sizeof(buf) - w.left;

	lab_start(&lab, &plain);
	for (size_t n = 0; n <= len; n++) {
		exact = g_memdup2(buf, n); /* so that a sanitizer sees the end */
		lab_input(&lab, exact, n);
		g_free(exact);
	}
	for (size_t bit = 0; bit < 8 * len; bit++) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		lab_input(&lab, buf, len);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ck_assert_uint_gt(lab.n_sent, 0);
	lab_stop(&lab);
}
END_TEST

START_TEST(a_disabled_server_is_silent)
{
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.enabled = false;
	lab_start(&lab, &cfg);
	ck_assert_uint_eq(lab_discover(&lab, 1), 0);
	assert_journalled(lab.journal, 1, "dhcp.ignored", "disabled");
	lab_stop(&lab);
}
END_TEST

START_TEST(requests_are_refused_as_told)
{
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.nak_requests = 2;
	lab_start(&lab, &cfg);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(lab_discover(&lab, 1), GUEST);
		/* Not ours to refuse, so not counted. */
		ck_assert(!lab_request(&lab, 2, NEIGHBOUR, GUEST, 0));
		ck_assert_int_eq(lab_request(&lab, 1, SERVER, GUEST, 0), DHCP_NAK);
		ck_assert_uint_eq(lab.reply.yiaddr, 0);
	}
	assert_journalled(lab.journal, 2, "dhcp.refused", "told to refuse");
	ck_assert_uint_eq(lab_bind(&lab, 1), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(an_empty_pool_is_silent)
{
	struct lab lab;

	lab_start(&lab, &plain);
	ck_assert_uint_eq(lab_bind(&lab, 1), GUEST);
	ck_assert_uint_eq(lab_discover(&lab, 2), SECOND);
	ck_assert_uint_eq(lab_discover(&lab, 3), 0);
	ck_assert_uint_eq(lab.n_sent, 3);
	assert_journalled(lab.journal, 1, "dhcp.refused",
			  "\"client\":\"52:54:00:12:34:03\",\"type\":\"discover\","
			  "\"reason\":\"no address left\"");
	/* Who has one is served, and an offer does not wait for ever. */
	ck_assert_uint_eq(lab_discover(&lab, 1), GUEST);
	lab_advance_s(&lab, 60);
	ck_assert_uint_eq(lab_discover(&lab, 3), SECOND);
	lab_stop(&lab);
}
END_TEST

START_TEST(leases_end_unless_renewed)
{
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.n_leases = 1;
	lab_start(&lab, &cfg);
	ck_assert_uint_eq(lab_bind(&lab, 1), GUEST);
	lab_advance_s(&lab, LEASE_S / 2);
	ck_assert_int_eq(lab_request(&lab, 1, 0, 0, GUEST), DHCP_ACK);
	lab_advance_s(&lab, LEASE_S - 1);
	ck_assert_uint_eq(lab_discover(&lab, 2), 0);
	lab_advance_s(&lab, 1);
	ck_assert_uint_eq(lab_bind(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(leases_without_an_end)
{
	static const uint32_t lease_s[] = { 0, UINT32_MAX };
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.n_leases = 1;
	cfg.lease_s = lease_s[_i];
	lab_start(&lab, &cfg);
	ck_assert_uint_eq(lab_bind(&lab, 1), GUEST);
	assert_journalled(lab.journal, 0, "dhcp.lease", "expires_ns");
	lab.now_ns = UINT64_MAX / 2;
	ck_assert_uint_eq(lab_discover(&lab, 2), 0);
	lab_stop(&lab);
}
END_TEST

START_TEST(a_wish_is_granted_if_it_can)
{
	struct dhcp_msg m = ask(DHCP_DISCOVER, 1), m2 = ask(DHCP_DISCOVER, 2);
	struct lab lab;

	with_ip(&m, DHCP_OPT_REQUESTED_IP, SECOND);
	with_ip(&m2, DHCP_OPT_REQUESTED_IP, SECOND);
	lab_start(&lab, &plain);
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_OFFER);
	ck_assert_uint_eq(lab.reply.yiaddr, SECOND);
	ck_assert_int_eq(lab_send(&lab, &m2), DHCP_OFFER);
	ck_assert_uint_eq(lab.reply.yiaddr, GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(another_server_sets_our_offer_free)
{
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.n_leases = 1;
	lab_start(&lab, &cfg);
	ck_assert_uint_eq(lab_discover(&lab, 1), GUEST);
	ck_assert_uint_eq(lab_discover(&lab, 2), 0);
	ck_assert(!lab_request(&lab, 1, NEIGHBOUR, NEIGHBOUR, 0));
	ck_assert_uint_eq(lab_discover(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(a_release_ends_the_lease)
{
	struct dhcp_config cfg = plain;
	struct lab lab;

	cfg.n_leases = 1;
	lab_start(&lab, &cfg);
	lab_bind(&lab, 1);
	ck_assert(!lab_give_back(&lab, DHCP_RELEASE, 2, SERVER, GUEST));
	ck_assert(!lab_give_back(&lab, DHCP_RELEASE, 1, SERVER, SECOND));
	assert_journalled(lab.journal, 2, "dhcp.ignored", "not the client's lease");
	ck_assert(!lab_give_back(&lab, DHCP_RELEASE, 1, NEIGHBOUR, GUEST));
	assert_journalled(lab.journal, 1, "dhcp.ignored", "for another server");
	ck_assert_uint_eq(lab_discover(&lab, 2), 0);

	ck_assert(!lab_give_back(&lab, DHCP_RELEASE, 1, SERVER, GUEST));
	assert_journalled(lab.journal, 1, "dhcp.released",
			  "\"client\":\"52:54:00:12:34:01\",\"address\":\"10.0.2.15\"");
	ck_assert_uint_eq(lab_discover(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(a_declined_address_is_set_aside)
{
	struct lab lab;

	lab_start(&lab, &plain);
	lab_bind(&lab, 1);
	ck_assert(!lab_give_back(&lab, DHCP_DECLINE, 2, SERVER, GUEST));
	ck_assert(!lab_give_back(&lab, DHCP_DECLINE, 1, SERVER, 0));
	assert_journalled(lab.journal, 2, "dhcp.ignored", "not the client's lease");
	ck_assert(!lab_give_back(&lab, DHCP_DECLINE, 1, NEIGHBOUR, GUEST));
	assert_journalled(lab.journal, 0, "dhcp.declined", "");

	ck_assert(!lab_give_back(&lab, DHCP_DECLINE, 1, SERVER, GUEST));
	assert_journalled(lab.journal, 1, "dhcp.declined",
			  "\"client\":\"52:54:00:12:34:01\",\"address\":\"10.0.2.15\"");
	ck_assert_uint_eq(lab_bind(&lab, 1), SECOND);
	ck_assert_uint_eq(lab_discover(&lab, 2), 0);
	lab_advance_s(&lab, 600);
	ck_assert_uint_eq(lab_discover(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

START_TEST(an_inform_changes_nothing)
{
	struct dhcp_msg m = ask(DHCP_INFORM, 1);
	struct lab lab;
	uint32_t v;

	m.ciaddr = NEIGHBOUR;
	lab_start(&lab, &plain);
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_ACK);
	ck_assert_uint_eq(lab.reply.yiaddr, 0);
	ck_assert_uint_eq(lab.reply.ciaddr, NEIGHBOUR);
	ck_assert_int_eq(dhcp_opt_find_be32(&v, &lab.reply, DHCP_OPT_LEASE_TIME), DHCP_E_NO_OPTION);
	ck_assert_str_eq(lab.reply.file, "kernel.img");
	ck_assert_str_eq(journal_lines(lab.journal), "");
	ck_assert_uint_eq(lab_discover(&lab, 2), GUEST);
	lab_stop(&lab);
}
END_TEST

static uint32_t lab_discover_as(struct lab *lab, uint8_t n, const char *id)
{
	struct dhcp_msg m = ask(DHCP_DISCOVER, n);

	if (id)
		ck_assert_int_eq(dhcp_opt_add_str(&m, DHCP_OPT_CLIENT_ID, id), 0);
	return lab_send(lab, &m) == DHCP_OFFER ? lab->reply.yiaddr : 0;
}

START_TEST(clients_are_told_apart)
{
	struct dhcp_config cfg = plain;
	struct dhcp_msg m = ask(DHCP_DISCOVER, 1);
	struct lab lab;

	cfg.n_leases = 6;
	lab_start(&lab, &cfg);
	ck_assert_uint_eq(lab_discover_as(&lab, 1, NULL), GUEST);
	ck_assert_uint_eq(lab_discover_as(&lab, 1, "one"), GUEST + 1); /* the identifier counts */
	ck_assert_uint_eq(lab_discover_as(&lab, 2, "one"), GUEST + 1); /* and nothing else */
	ck_assert_uint_eq(lab_discover_as(&lab, 1, "ones"), GUEST + 2);
	/* The bytes of a hardware address are not an identifier. */
	ck_assert_uint_eq(lab_discover_as(&lab, 9, "\1RT"), GUEST + 3);
	m.hlen = 2;
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_OFFER);
	ck_assert_uint_eq(lab.reply.yiaddr, GUEST + 4);
	m.htype = 6;
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_OFFER);
	ck_assert_uint_eq(lab.reply.yiaddr, GUEST + 5);
	ck_assert_uint_eq(lab_discover_as(&lab, 1, "two"), 0);
	assert_journalled(lab.journal, 1, "dhcp.refused", "\"client\":\"id:74776f\"");
	m.htype = 7;
	ck_assert(!lab_send(&lab, &m));
	assert_journalled(lab.journal, 1, "dhcp.refused", "\"client\":\"hw:075254\"");
	lab_stop(&lab);
}
END_TEST

START_TEST(an_overloaded_reply_reads_the_same)
{
	struct dhcp_config cfg = plain;
	struct dhcp_msg m = ask(DHCP_DISCOVER, 1);
	struct lab lab;
	struct slice v;

	cfg.overload = (unsigned)_i;
	cfg.path_prefix = "pxelinux/";
	cfg.config_file = "by-scenario.cfg";
	lab_start(&lab, &cfg);
	ck_assert_int_eq(lab_send(&lab, &m), DHCP_OFFER);
	ck_assert_int_eq(lab.bytes[44] != 0, (_i & DHCP_OVERLOAD_SNAME) != 0);
	ck_assert_int_eq(lab.bytes[108] != 'k', (_i & DHCP_OVERLOAD_FILE) != 0);
	ck_assert_int_eq(dhcp_opt_find(&v, &lab.reply, DHCP_OPT_PATH_PREFIX), 0);
	ck_assert_mem_eq(v.p, "pxelinux/", v.len);
	ck_assert_int_eq(dhcp_opt_find(&v, &lab.reply, DHCP_OPT_CONFIG_FILE), 0);
	ck_assert_mem_eq(v.p, "by-scenario.cfg", v.len);
	ck_assert_int_eq(dhcp_opt_find(&v, &lab.reply, DHCP_OPT_BOOTFILE), 0);
	ck_assert_mem_eq(v.p, "kernel.img", v.len);
	lab_stop(&lab);
}
END_TEST

START_TEST(what_was_left_out_is_journalled)
{
	struct dhcp_config cfg = plain;
	g_autofree char *prefix = g_strnfill(600, 'p');
	struct lab lab;

	cfg.path_prefix = prefix;
	lab_start(&lab, &cfg);
	lab_bind(&lab, 1);
	assert_journalled(lab.journal, 1, "dhcp.lease", "\"options_left_out\":1");
	lab_stop(&lab);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp");

	suite_add(s, a_client_boots);
	suite_add_rows(s, requests, N_ROWS(request_rows));
	suite_add_rows(s, destinations, N_ROWS(destination_rows));
	suite_add_rows(s, nonsense_is_ignored, N_ROWS(ignored_rows));
	suite_add(s, what_is_no_message_is_ignored);
	suite_add(s, damaged_messages_do_no_harm);
	suite_add(s, a_disabled_server_is_silent);
	suite_add(s, requests_are_refused_as_told);
	suite_add(s, an_empty_pool_is_silent);
	suite_add(s, leases_end_unless_renewed);
	suite_add_rows(s, leases_without_an_end, 2);
	suite_add(s, a_wish_is_granted_if_it_can);
	suite_add(s, another_server_sets_our_offer_free);
	suite_add(s, a_release_ends_the_lease);
	suite_add(s, a_declined_address_is_set_aside);
	suite_add(s, an_inform_changes_nothing);
	suite_add(s, clients_are_told_apart);
	suite_add_rows(s, an_overloaded_reply_reads_the_same, 4); /* DHCP_OVERLOAD_* bits */
	suite_add(s, what_was_left_out_is_journalled);
	return suite_run(s);
}
