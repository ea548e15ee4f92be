/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet is: the identity that decisions are keyed by
 */
#include "server/packet_id.h"

#include <xxhash.h>

#include "server/packet_id_tally.h"
#include "server/packet_id_tcp.h"
#include "server/packet_id_tftp.h"

enum {
	DRAW_FIXED_LEN = 64, /* what packet_id_draw() hashes besides the model's name, at most */
	MODEL_NAME_MAX = 64,
};

/*
 *   IDLE   -> DISCOVER, REQUEST, INFORM, BOOTP of the guest -> ASKING; the next ordinal
 *   ASKING -> ACK (DHCPv6: Reply)                           -> ACKED
 *   ACKED  -> the guest asks from its address               -> IDLE
 *   ASKING, ACKED -> RELEASE, DECLINE                       -> IDLE
 */
enum dhcp_phase {
	DHCP_IDLE,
	DHCP_ASKING,
	DHCP_ACKED,
};

struct PacketIds {
	PacketIdTftp *tftp;
	PacketIdTcp *tcp;
	struct dhcp_exchange {
		enum dhcp_phase phase;
		unsigned ordinal;
	} dhcp, dhcp6;
	unsigned n_payloads[2][FRAME_N_KINDS]; /* different ones, of kinds without a protocol */
	PacketIdTally *payloads;               /* ordinals */
	PacketIdTally *attempts;               /* of what stands alone */
	PacketIdTally *bulk;                   /* attempts of what has a position in a stream */
};

PacketIds *packet_ids_new(void)
{
	PacketIds *p = g_new0(PacketIds, 1);

	p->tftp = packet_id_tftp_new();
	p->tcp = packet_id_tcp_new();
	p->payloads = packet_id_tally_new();
	p->attempts = packet_id_tally_new();
	p->bulk = packet_id_tally_new();
	return p;
}

/* --- hashes --- */

static uint64_t hash(const uint8_t *buf, const struct wr *w, uint64_t seed)
{
	g_assert(!w->bad); /* all that is written has a known largest size */
	return XXH3_64bits_withSeed(buf, (size_t)(w->p - buf), seed);
}

static void wr_id(struct wr *w, const struct packet_id *id)
{
	wr_u8(w, (uint8_t)id->dir);
	wr_cstr(w, frame_kind_name(id->kind));
	wr_be64(w, id->transaction);
	wr_be64(w, id->position);
}

uint64_t packet_id_draw(const struct packet_id *id, uint64_t seed, const char *model)
{
	uint8_t buf[MODEL_NAME_MAX + DRAW_FIXED_LEN];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_cstr(&w, model);
	wr_id(&w, id);
	wr_be32(&w, id->attempt);
	return hash(buf, &w, seed);
}

uint64_t packet_id_draw_slot(enum packet_dir dir, uint64_t slot, uint64_t seed, const char *model)
{
	uint8_t buf[MODEL_NAME_MAX + DRAW_FIXED_LEN];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_cstr(&w, model);
	wr_u8(&w, (uint8_t)dir);
	wr_be64(&w, slot);
	return hash(buf, &w, seed);
}

uint64_t packet_id_transaction(const char *protocol, unsigned ordinal, struct slice name)
{
	uint8_t buf[DRAW_FIXED_LEN];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_cstr(&w, protocol);
	wr_be32(&w, ordinal);
	/* A name has any length: hashed first, as the seed of the rest. */
	return hash(buf, &w, name.len ? XXH3_64bits(name.p, name.len) : 0);
}

/* --- protocols --- */

static bool is_v6(const struct frame *f)
{
	return f->eth.type == ETH_TYPE_IPV6;
}

/* From an address that it was given; of IPv6 it has a link-local one without. */
static bool has_address(const struct frame *f)
{
	if (is_v6(f))
		return ip6_is_host(&f->ip6.src) && !ip6_is_link_local(&f->ip6.src);
	return f->ip.src != 0;
}

static bool asks_from_its_address(const struct frame *f)
{
	switch (frame_kind_area(f->kind)) {
	case FRAME_AREA_ARP:
		/* A probe is not from it yet (RFC 5227 1.1). */
		return f->kind == FRAME_ARP_REQUEST && f->arp.spa != 0;
	case FRAME_AREA_NDP:
		return f->kind == FRAME_ICMP6_NS && has_address(f);
	case FRAME_AREA_TFTP:
		return (f->kind == FRAME_TFTP_RRQ || f->kind == FRAME_TFTP_WRQ) && has_address(f);
	case FRAME_AREA_UDP:
	case FRAME_AREA_TCP:
		return has_address(f);
	case FRAME_AREA_OTHER:
	case FRAME_AREA_MALFORMED:
	case FRAME_AREA_IPV6:
	case FRAME_AREA_IPV4:
	case FRAME_AREA_FRAGMENT:
	case FRAME_AREA_ICMP:
	case FRAME_AREA_DHCP:
	case FRAME_AREA_FRAGMENT6:
	case FRAME_AREA_ICMP6:
	case FRAME_AREA_DHCP6:
		break;
	}
	return false;
}

/* What a message does to the exchange it is of. */
struct dhcp_effect {
	bool opens, closes, acks;
};

static void on_exchange(struct dhcp_exchange *x, enum packet_dir dir, struct dhcp_effect e,
			const char *protocol, struct packet_id *out)
{
	if (dir == PACKET_FROM_GUEST && e.opens && x->phase == DHCP_IDLE) {
		x->phase = DHCP_ASKING;
		x->ordinal++;
	} else if (dir == PACKET_FROM_GUEST && e.closes) {
		x->phase = DHCP_IDLE;
	} else if (dir == PACKET_TO_GUEST && e.acks && x->phase == DHCP_ASKING) {
		x->phase = DHCP_ACKED;
	}
	out->ordinal = x->ordinal;
	out->transaction = packet_id_transaction(protocol, x->ordinal, (struct slice){ 0 });
}

static void on_address_used(struct dhcp_exchange *x)
{
	if (x->phase == DHCP_ACKED)
		x->phase = DHCP_IDLE;
}

static void on_dhcp(PacketIds *p, enum packet_dir dir, enum frame_kind kind, struct packet_id *out)
{
	struct dhcp_effect e = {
		.opens = kind == FRAME_DHCP_DISCOVER || kind == FRAME_DHCP_REQUEST ||
			 kind == FRAME_DHCP_INFORM || kind == FRAME_DHCP_BOOTP,
		.closes = kind == FRAME_DHCP_RELEASE || kind == FRAME_DHCP_DECLINE,
		.acks = kind == FRAME_DHCP_ACK || kind == FRAME_DHCP_BOOTP,
	};

	on_exchange(&p->dhcp, dir, e, "dhcp", out);
}

static void on_dhcp6(PacketIds *p, enum packet_dir dir, enum frame_kind kind, struct packet_id *out)
{
	bool closes = kind == FRAME_DHCP6_RELEASE || kind == FRAME_DHCP6_DECLINE;
	struct dhcp_effect e = {
		.opens = !closes,
		.closes = closes,
		.acks = kind == FRAME_DHCP6_REPLY,
	};

	on_exchange(&p->dhcp6, dir, e, "dhcp6", out);
}

static void on_ndp(const struct frame *f, struct packet_id *out)
{
	bool is_router = f->kind == FRAME_ICMP6_RS || f->kind == FRAME_ICMP6_RA;
	struct slice about = { f->ndp.target.b, is_router ? 0 : IP6_ALEN };

	out->ordinal = 1;
	out->transaction = packet_id_transaction("ndp", 1, about);
}

static void on_arp(const struct frame *f, struct packet_id *out)
{
	uint8_t about[4];
	struct wr w = WR_INIT(about, sizeof(about));

	wr_be32(&w, f->kind == FRAME_ARP_REQUEST ? f->arp.tpa : f->arp.spa);
	out->ordinal = 1;
	out->transaction = packet_id_transaction("arp", 1, (struct slice){ about, sizeof(about) });
}

/* What is no exchange that we know: counted by its payload. */
static void on_other(PacketIds *p, enum packet_dir dir, const struct frame *f,
		     struct packet_id *out)
{
	bool has_payload = f->kind != FRAME_MALFORMED || strcmp(f->broken, "ethernet");
	struct slice payload = has_payload ? f->payload : (struct slice){ 0 };
	uint64_t key = packet_id_transaction(frame_kind_name(f->kind), dir, payload);
	unsigned *ordinal = packet_id_tally_at(p->payloads, key);

	if (!*ordinal)
		*ordinal = ++p->n_payloads[dir][f->kind];
	out->ordinal = *ordinal;
	out->transaction = packet_id_transaction("other", *ordinal, (struct slice){ 0 });
}

/* Return: whether the packet has a place in a stream. */
static bool identify(PacketIds *p, enum packet_dir dir, const struct frame *f,
		     struct packet_id *out, bool *sent_before)
{
	switch (frame_kind_area(f->kind)) {
	case FRAME_AREA_ARP:
		on_arp(f, out);
		return false;
	case FRAME_AREA_DHCP:
		on_dhcp(p, dir, f->kind, out);
		return false;
	case FRAME_AREA_DHCP6:
		on_dhcp6(p, dir, f->kind, out);
		return false;
	case FRAME_AREA_NDP:
		on_ndp(f, out);
		return false;
	case FRAME_AREA_TCP:
		packet_id_tcp_next(p->tcp, dir, f, out);
		return true;
	case FRAME_AREA_TFTP:
		if (packet_id_tftp_next(p->tftp, dir, f, out, sent_before))
			return f->kind == FRAME_TFTP_DATA || f->kind == FRAME_TFTP_ACK;
		break;
	case FRAME_AREA_OTHER:
	case FRAME_AREA_MALFORMED:
	case FRAME_AREA_IPV6:
	case FRAME_AREA_IPV4:
	case FRAME_AREA_FRAGMENT:
	case FRAME_AREA_ICMP:
	case FRAME_AREA_FRAGMENT6:
	case FRAME_AREA_ICMP6:
	case FRAME_AREA_UDP:
		break;
	}
	on_other(p, dir, f, out);
	return false;
}

void packet_ids_next(PacketIds *p, enum packet_dir dir, const struct frame *f,
		     struct packet_id *out)
{
	struct packet_id id = { .dir = dir, .kind = f->kind };
	uint8_t buf[MODEL_NAME_MAX + DRAW_FIXED_LEN];
	struct wr w = WR_INIT(buf, sizeof(buf));
	bool sent_before = false;
	unsigned *attempt;

	if (dir == PACKET_FROM_GUEST && asks_from_its_address(f))
		on_address_used(is_v6(f) ? &p->dhcp6 : &p->dhcp);
	if (identify(p, dir, f, &id, &sent_before)) {
		wr_id(&w, &id);
		attempt = packet_id_tally_at(p->bulk, hash(buf, &w, 0));
		if (!*attempt && sent_before)
			*attempt = 1; /* too long ago to be remembered */
	} else {
		wr_id(&w, &id);
		attempt = packet_id_tally_at(p->attempts, hash(buf, &w, 0));
	}
	id.attempt = ++*attempt;
	*out = id;
}

const char *packet_dir_name(enum packet_dir dir)
{
	return dir == PACKET_TO_GUEST ? "to-guest" : "from-guest";
}

void packet_ids_free(PacketIds *p)
{
	if (!p)
		return;
	packet_id_tftp_free(p->tftp);
	packet_id_tcp_free(p->tcp);
	packet_id_tally_free(p->payloads);
	packet_id_tally_free(p->attempts);
	packet_id_tally_free(p->bulk);
	g_free(p);
}
