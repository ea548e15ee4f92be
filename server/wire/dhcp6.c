/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 messages (RFC 8415) and their options (also RFC 3646, RFC 5970)
 */
#include "server/wire/dhcp6.h"

#define N_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

enum {
	ANY = UINT16_MAX,
};

/* How long a value may be, and of what a list of equal parts it is. */
static const struct {
	uint16_t code, len_min, len_max, unit;
} opt_info[] = {
	{ DHCP6_OPT_CLIENT_ID, 3, DHCP6_DUID_MAX, 1 },
	{ DHCP6_OPT_SERVER_ID, 3, DHCP6_DUID_MAX, 1 },
	{ DHCP6_OPT_IA_NA, 12, ANY, 1 },
	{ DHCP6_OPT_IAADDR, 24, ANY, 1 },
	{ DHCP6_OPT_ORO, 0, ANY, 2 },
	{ DHCP6_OPT_PREFERENCE, 1, 1, 1 },
	{ DHCP6_OPT_ELAPSED, 2, 2, 1 },
	{ DHCP6_OPT_STATUS, 2, ANY, 1 },
	{ DHCP6_OPT_RAPID_COMMIT, 0, 0, 1 },
	{ DHCP6_OPT_USER_CLASS, 2, ANY, 1 },
	{ DHCP6_OPT_VENDOR_CLASS, 6, ANY, 1 },
	{ DHCP6_OPT_DNS, IP6_ALEN, ANY, IP6_ALEN },
	{ DHCP6_OPT_BOOTFILE_URL, 1, ANY, 1 },
	{ DHCP6_OPT_BOOTFILE_PARAM, 2, ANY, 1 },
	{ DHCP6_OPT_CLIENT_ARCH, 2, ANY, 2 },
	{ DHCP6_OPT_CLIENT_NII, 3, 3, 1 },
};

static const char *const type_names[] = {
	[DHCP6_SOLICIT] = "solicit",
	[DHCP6_ADVERTISE] = "advertise",
	[DHCP6_REQUEST] = "request",
	[DHCP6_CONFIRM] = "confirm",
	[DHCP6_RENEW] = "renew",
	[DHCP6_REBIND] = "rebind",
	[DHCP6_REPLY] = "reply",
	[DHCP6_RELEASE] = "release",
	[DHCP6_DECLINE] = "decline",
	[DHCP6_RECONFIGURE] = "reconfigure",
	[DHCP6_INFORMATION_REQUEST] = "information-request",
	[DHCP6_RELAY_FORW] = "relay-forw",
	[DHCP6_RELAY_REPL] = "relay-repl",
};

const char *dhcp6_type_name(uint8_t type)
{
	return type < N_ROWS(type_names) ? type_names[type] : NULL;
}

bool dhcp6_opt_next(struct rd *r, struct dhcp6_opt *out)
{
	struct dhcp6_opt o = { 0 };

	if (!r->left || r->bad)
		return false;
	o.code = rd_be16(r);
	o.value = rd_slice(r, rd_be16(r));
	if (r->bad)
		return false;
	*out = o;
	return true;
}

int dhcp6_msg_decode(struct dhcp6_msg *out, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct dhcp6_msg m;
	struct dhcp6_opt o;

	m.type = rd_u8(&r);
	m.xid = (uint32_t)rd_u8(&r) << 16;
	m.xid |= rd_be16(&r);
	m.n_opts = 0;
	if (r.bad || !dhcp6_type_name(m.type))
		return DHCP6_E_MALFORMED;
	if (m.type == DHCP6_RELAY_FORW || m.type == DHCP6_RELAY_REPL) {
		m.xid = 0;
		r.left = 0;
	}
	while (dhcp6_opt_next(&r, &o)) {
		if (m.n_opts == DHCP6_N_OPTIONS_MAX)
			return DHCP6_E_TOO_MANY;
		m.opts[m.n_opts++] = o;
	}
	if (r.bad)
		return DHCP6_E_MALFORMED;

	*out = m;
	return 0;
}

static bool has_right_length(uint16_t code, size_t len)
{
	for (size_t i = 0; i < N_ROWS(opt_info); i++)
		if (opt_info[i].code == code)
			return len >= opt_info[i].len_min && len <= opt_info[i].len_max &&
			       len % opt_info[i].unit == 0;
	return true;
}

int dhcp6_opt_find(struct slice *value, const struct dhcp6_msg *m, uint16_t code)
{
	for (size_t i = 0; i < m->n_opts; i++) {
		if (m->opts[i].code != code)
			continue;
		if (!has_right_length(code, m->opts[i].value.len))
			return DHCP6_E_MALFORMED;
		*value = m->opts[i].value;
		return 0;
	}
	return DHCP6_E_NO_OPTION;
}

bool dhcp6_is_asked_for(const struct dhcp6_msg *m, uint16_t code)
{
	struct slice list;
	struct rd r;

	if (dhcp6_opt_find(&list, m, DHCP6_OPT_ORO))
		return false;
	r = RD_INIT(list.p, list.len);
	while (r.left)
		if (rd_be16(&r) == code)
			return true;
	return false;
}

int dhcp6_ia_decode(struct dhcp6_ia *out, struct slice value)
{
	struct rd r = RD_INIT(value.p, value.len), walk;
	struct dhcp6_ia ia = { .iaid = rd_be32(&r) };
	struct dhcp6_opt o;

	ia.t1_s = rd_be32(&r);
	ia.t2_s = rd_be32(&r);
	if (r.bad)
		return DHCP6_E_MALFORMED;
	walk = r;
	while (dhcp6_opt_next(&walk, &o))
		;
	if (walk.bad)
		return DHCP6_E_MALFORMED;
	ia.options = rd_rest(&r);

	*out = ia;
	return 0;
}

int dhcp6_ia_find_address(struct dhcp6_iaaddr *out, const struct dhcp6_ia *ia)
{
	struct rd r = RD_INIT(ia->options.p, ia->options.len), v;
	struct dhcp6_iaaddr a;
	struct dhcp6_opt o;

	while (dhcp6_opt_next(&r, &o)) {
		if (o.code != DHCP6_OPT_IAADDR)
			continue;
		v = RD_INIT(o.value.p, o.value.len);
		a.address = rd_ip6(&v);
		a.preferred_s = rd_be32(&v);
		a.valid_s = rd_be32(&v);
		if (v.bad)
			return DHCP6_E_MALFORMED;
		*out = a;
		return 0;
	}
	return DHCP6_E_NO_OPTION;
}

void dhcp6_hdr_encode(struct wr *w, enum dhcp6_type type, uint32_t xid)
{
	wr_be32(w, (uint32_t)type << 24 | (xid & 0xffffff));
}

void dhcp6_opt_encode(struct wr *w, uint16_t code, const void *value, size_t len)
{
	uint8_t *opened = dhcp6_opt_open(w, code);

	wr_bytes(w, value, len);
	dhcp6_opt_close(w, opened);
}

uint8_t *dhcp6_opt_open(struct wr *w, uint16_t code)
{
	wr_be16(w, code);
	return wr_take(w, 2);
}

void dhcp6_opt_close(struct wr *w, uint8_t *opened)
{
	struct wr len = WR_INIT(opened, 2);

	if (!w->bad)
		wr_be16(&len, (uint16_t)(w->p - opened - 2));
}

void dhcp6_status_encode(struct wr *w, enum dhcp6_status status, const char *message)
{
	uint8_t *opened = dhcp6_opt_open(w, DHCP6_OPT_STATUS);

	wr_be16(w, (uint16_t)status);
	wr_bytes(w, message, strlen(message));
	dhcp6_opt_close(w, opened);
}

void dhcp6_iaaddr_encode(struct wr *w, const struct dhcp6_iaaddr *a)
{
	uint8_t *opened = dhcp6_opt_open(w, DHCP6_OPT_IAADDR);

	wr_ip6(w, &a->address);
	wr_be32(w, a->preferred_s);
	wr_be32(w, a->valid_s);
	dhcp6_opt_close(w, opened);
}
