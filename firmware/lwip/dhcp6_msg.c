/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 messages
 *
 * Options stand in a row, and inside of an IA_NA again. Each level is read by a walk that calls a
 * function for each option; an option that reaches past the end of its place spoils the message.
 */
#include "firmware/lwip/dhcp6_msg.h"

#include "firmware/lib/bytes.h"
#include "firmware/lwip/text.h"

enum {
	HTYPE_ETHERNET = 1,
	DUID_LL = 3,   /* RFC 8415 11.4 */
	DUID_UUID = 4, /* RFC 6355 */
	ADDRESS_LEN = 16,
	ENTERPRISE_INTEL = 343, /* whose specification PXE is */
	SOL_MAX_MIN_S = 60,     /* RFC 8415 21.24 */
	SOL_MAX_MAX_S = 86400,
};

#define XID_MASK 0xffffff

enum dhcp6_option {
	OPT_CLIENT_ID = 1, /* RFC 8415 21 */
	OPT_SERVER_ID = 2,
	OPT_IA_NA = 3,
	OPT_IA_ADDRESS = 5,
	OPT_REQUEST = 6,
	OPT_PREFERENCE = 7,
	OPT_ELAPSED = 8,
	OPT_STATUS = 13,
	OPT_RAPID_COMMIT = 14,
	OPT_VENDOR_CLASS = 16,
	OPT_DNS = 23, /* RFC 3646 */
	OPT_DOMAINS = 24,
	OPT_REFRESH_TIME = 32, /* RFC 8415 21.23 */
	OPT_BOOTFILE_URL = 59, /* RFC 5970 */
	OPT_BOOTFILE_PARAMS = 60,
	OPT_ARCH = 61,
	OPT_UNDI = 62,
	OPT_SOL_MAX_RT = 82,
	OPT_INF_MAX_RT = 83,
};

static const char vendor_class[] = "PXEClient:Arch:00031:UNDI:000000";

/* What RFC 8415 21.7 wants in the list as well depends on the message. */
static const uint16_t wanted[] = { OPT_DNS, OPT_DOMAINS, OPT_BOOTFILE_URL, OPT_BOOTFILE_PARAMS };
static const uint16_t wanted_with_address[] = { OPT_SOL_MAX_RT };
static const uint16_t wanted_without[] = { OPT_REFRESH_TIME, OPT_INF_MAX_RT };

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

void dhcp6_duid_make(struct dhcp6_duid *out, const struct dhcp_identity *who)
{
	struct wr w = WR_INIT(out->bytes, sizeof(out->bytes));

	if (who->has_uuid) {
		wr_be16(&w, DUID_UUID);
		wr_bytes(&w, who->uuid, DHCP_UUID_LEN);
	} else {
		wr_be16(&w, DUID_LL);
		wr_be16(&w, HTYPE_ETHERNET);
		wr_bytes(&w, who->mac, DHCP_MAC_LEN);
	}
	out->len = (uint8_t)(sizeof(out->bytes) - w.left);
}

bool dhcp6_duid_equal(const struct dhcp6_duid *a, const struct dhcp6_duid *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Of the one interface there is: the end of its MAC. */
static uint32_t iaid_of(const struct dhcp_identity *who)
{
	struct rd r = RD_INIT(who->mac + 2, DHCP_MAC_LEN - 2);

	return rd_be32(&r);
}

static void wr_head(struct wr *w, uint16_t code, size_t len)
{
	wr_be16(w, code);
	wr_be16(w, (uint16_t)len);
}

static void wr_duid(struct wr *w, uint16_t code, const struct dhcp6_duid *d)
{
	wr_head(w, code, d->len);
	wr_bytes(w, d->bytes, d->len);
}

static void wr_codes(struct wr *w, const uint16_t *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		wr_be16(w, codes[i]);
}

static void wr_option_request(struct wr *w, bool wants_address)
{
	const uint16_t *more = wants_address ? wanted_with_address : wanted_without;
	size_t n_more = wants_address ? N_OF(wanted_with_address) : N_OF(wanted_without);

	wr_head(w, OPT_REQUEST, (N_OF(wanted) + n_more) * sizeof(uint16_t));
	wr_codes(w, wanted, N_OF(wanted));
	wr_codes(w, more, n_more);
}

/* Lifetimes and T1, T2 are the server's business: 0 (RFC 8415 21.4, 21.6). */
static void wr_ia_na(struct wr *w, uint32_t iaid, const struct dhcp6_address *a)
{
	enum { IA_LEN = 12, IA_ADDRESS_LEN = ADDRESS_LEN + 8 };

	wr_head(w, OPT_IA_NA, IA_LEN + (a ? 4 + IA_ADDRESS_LEN : 0));
	wr_be32(w, iaid);
	wr_zeros(w, 8);
	if (!a)
		return;
	wr_head(w, OPT_IA_ADDRESS, IA_ADDRESS_LEN);
	wr_bytes(w, a->bytes, ADDRESS_LEN);
	wr_zeros(w, 8);
}

static void wr_machine(struct wr *w)
{
	static const uint8_t undi[] = { 1, 0, 0 };
	size_t class_len = sizeof(vendor_class) - 1;

	wr_head(w, OPT_ARCH, sizeof(uint16_t));
	wr_be16(w, DHCP_ARCH_S390);
	wr_head(w, OPT_UNDI, sizeof(undi));
	wr_bytes(w, undi, sizeof(undi));
	wr_head(w, OPT_VENDOR_CLASS, sizeof(uint32_t) + sizeof(uint16_t) + class_len);
	wr_be32(w, ENTERPRISE_INTEL);
	wr_be16(w, (uint16_t)class_len);
	wr_bytes(w, vendor_class, class_len);
}

size_t dhcp6_request_encode(uint8_t buf[DHCP6_OUT_MAX], const struct dhcp6_request *r,
			    const struct dhcp_identity *who)
{
	struct wr w = WR_INIT(buf, DHCP6_OUT_MAX);
	struct dhcp6_duid duid;

	dhcp6_duid_make(&duid, who);
	wr_be32(&w, (uint32_t)r->type << 24 | (r->xid & XID_MASK));
	wr_duid(&w, OPT_CLIENT_ID, &duid);
	if (r->server)
		wr_duid(&w, OPT_SERVER_ID, r->server);
	wr_head(&w, OPT_ELAPSED, sizeof(uint16_t));
	wr_be16(&w, r->elapsed_cs);
	if (r->rapid_commit)
		wr_head(&w, OPT_RAPID_COMMIT, 0);
	if (r->wants_address)
		wr_ia_na(&w, iaid_of(who), r->address);
	if (r->type != DHCP6_DECLINE)
		wr_option_request(&w, r->wants_address);
	wr_machine(&w);
	return DHCP6_OUT_MAX - w.left;
}

/* --- reading -----------------------------------------------------------------------------------*/

struct reading {
	struct dhcp6_reply *m;
	uint32_t iaid;
	bool has_url, has_params;
};

typedef bool (*option_fn)(struct reading *c, uint16_t code, struct rd *value);

/* Return: whether all options are whole. */
static bool walk(struct reading *c, struct rd *r, option_fn each)
{
	while (r->left) {
		uint16_t code = rd_be16(r), len = rd_be16(r);
		const uint8_t *p = rd_take(r, len);
		struct rd value = RD_INIT(p, len);

		if (!p || !each(c, code, &value))
			return false;
	}
	return true;
}

static void read_duid(struct dhcp6_duid *out, const struct rd *v)
{
	if (out->len || v->left > DHCP6_DUID_MAX)
		return;
	memcpy(out->bytes, v->p, v->left);
	out->len = (uint8_t)v->left;
}

static void read_status(uint16_t *out, struct rd *v)
{
	uint16_t status = rd_be16(v);

	if (!v->bad && !*out)
		*out = status;
}

static bool in_address(struct reading *c, uint16_t code, struct rd *v)
{
	if (code == OPT_STATUS)
		read_status(&c->m->ia_status, v);
	return true;
}

/* RFC 4291 2.4: neither a group, nor "::", nor "::1". */
static bool is_host(const uint8_t address[ADDRESS_LEN])
{
	static const uint8_t zeros[ADDRESS_LEN - 1];

	return address[0] != 0xff &&
	       (memcmp(address, zeros, sizeof(zeros)) || address[ADDRESS_LEN - 1] > 1);
}

/* The first that is not refused; lifetimes that cannot be make it none (RFC 8415 21.6). */
static bool read_address(struct reading *c, struct rd *v)
{
	const uint8_t *bytes = rd_take(v, ADDRESS_LEN);
	uint32_t preferred = rd_be32(v), valid = rd_be32(v);
	uint16_t ia_status = c->m->ia_status, status;
	bool whole;

	if (v->bad)
		return true;
	c->m->ia_status = DHCP6_SUCCESS;
	whole = walk(c, v, in_address);
	status = c->m->ia_status;
	c->m->ia_status = ia_status;
	if (status || c->m->has_address || !valid || preferred > valid || !is_host(bytes))
		return whole;
	memcpy(c->m->address.bytes, bytes, ADDRESS_LEN);
	c->m->address.preferred_s = preferred;
	c->m->address.valid_s = valid;
	c->m->has_address = true;
	return whole;
}

static bool in_ia_na(struct reading *c, uint16_t code, struct rd *v)
{
	if (code == OPT_IA_ADDRESS)
		return read_address(c, v);
	if (code == OPT_STATUS)
		read_status(&c->m->ia_status, v);
	return true;
}

static bool read_ia_na(struct reading *c, struct rd *v)
{
	uint32_t iaid = rd_be32(v), t1 = rd_be32(v), t2 = rd_be32(v);

	if (v->bad || iaid != c->iaid || (t2 && t1 > t2))
		return true; /* not ours, or not to be used (21.4) */
	c->m->t1_s = t1;
	c->m->t2_s = t2;
	return walk(c, v, in_ia_na);
}

/* Text up to a NUL, if all of it fits. */
static void read_url(struct reading *c, const struct rd *v)
{
	size_t n = strnlen((const char *)v->p, v->left);

	if (c->has_url)
		return;
	c->has_url = true;
	if (n >= DHCP6_URL_MAX)
		return;
	memcpy(c->m->url, v->p, n);
	c->m->url[n] = '\0';
}

/* RFC 5970 3.2: each with its length. */
static void read_params(struct reading *c, struct rd *v)
{
	struct text t = TEXT_INIT(c->m->params);

	if (c->has_params)
		return;
	c->has_params = true;
	text_clear(&t);
	while (v->left) {
		uint16_t len = rd_be16(v);
		const char *p = (const char *)rd_take(v, len);

		if (!p)
			break;
		if (t.len)
			text_add_char(&t, ' ');
		text_add(&t, (struct slice){ p, strnlen(p, len) });
	}
	c->m->params_too_long = t.too_long;
	if (v->bad || t.too_long)
		text_clear(&t);
}

static void read_dns(struct dhcp6_reply *m, struct rd *v)
{
	const uint8_t *p;

	if (m->n_dns || v->left % ADDRESS_LEN)
		return;
	while (m->n_dns < DHCP_N_DNS && (p = rd_take(v, ADDRESS_LEN)))
		memcpy(m->dns[m->n_dns++], p, ADDRESS_LEN);
}

static void read_sol_max(struct dhcp6_reply *m, struct rd *v)
{
	uint32_t s = rd_be32(v);

	if (!v->bad && !v->left && s >= SOL_MAX_MIN_S && s <= SOL_MAX_MAX_S)
		m->sol_max_s = s;
}

static bool in_message(struct reading *c, uint16_t code, struct rd *v)
{
	struct dhcp6_reply *m = c->m;

	switch (code) {
	case OPT_CLIENT_ID:
		read_duid(&m->client, v);
		break;
	case OPT_SERVER_ID:
		read_duid(&m->server, v);
		break;
	case OPT_IA_NA:
		return read_ia_na(c, v);
	case OPT_PREFERENCE:
		m->preference = rd_u8(v);
		break;
	case OPT_STATUS:
		read_status(&m->status, v);
		break;
	case OPT_RAPID_COMMIT:
		m->rapid_commit = true;
		break;
	case OPT_DNS:
		read_dns(m, v);
		break;
	case OPT_BOOTFILE_URL:
		read_url(c, v);
		break;
	case OPT_BOOTFILE_PARAMS:
		read_params(c, v);
		break;
	case OPT_SOL_MAX_RT:
		read_sol_max(m, v);
		break;
	default:
		break; /* not for us */
	}
	return true;
}

bool dhcp6_reply_decode(struct dhcp6_reply *out, const struct dhcp_identity *who,
			const uint8_t *buf, size_t len)
{
	static struct dhcp6_reply m; /* 2 KiB, too much for a small stack */
	struct reading c = { .m = &m, .iaid = iaid_of(who) };
	struct rd r = RD_INIT(buf, len);
	uint32_t head = rd_be32(&r);

	memset(&m, 0, sizeof(m));
	m.type = head >> 24;
	m.xid = head & XID_MASK;
	if (r.bad || (m.type != DHCP6_ADVERTISE && m.type != DHCP6_REPLY))
		return false;
	if (!walk(&c, &r, in_message))
		return false;
	*out = m;
	return true;
}
