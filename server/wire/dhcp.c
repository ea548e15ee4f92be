/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv4 messages (RFC 2131) and their options (RFC 2132, 3396, 4578, 5071)
 *
 * A message becomes a struct with one list of options: parts of one option are joined, whether they
 * came one after the other or in another field (RFC 3396). Writing goes the other way.
 */
#include "server/wire/dhcp.h"

#include <assert.h>

enum {
	MAGIC_LEN = 4,
	OPT_HLEN = 2,         /* RFC 2132 2: code and length */
	OPT_PART_MAX = 255,   /* RFC 3396 6: longest part of a value */
	OPT_OVERLOAD_LEN = 3, /* option 52, whole */
	OPT_END_LEN = 1,
	ANY_LEN = DHCP_OPTIONS_BYTES,
};

/* Every option with a name, and how long its value may be, parts joined. */
static const struct opt_info {
	uint8_t code;
	uint16_t len_min, len_max;
	uint8_t len_unit; /* the length is a multiple of this */
	const char *name;
} opt_info[] = {
	{ DHCP_OPT_SUBNET_MASK, 4, 4, 1, "subnet-mask" },         /* RFC 2132 3.3 */
	{ DHCP_OPT_ROUTER, 4, ANY_LEN, 4, "router" },             /* RFC 2132 3.5 */
	{ DHCP_OPT_DNS, 4, ANY_LEN, 4, "dns" },                   /* RFC 2132 3.8 */
	{ DHCP_OPT_HOSTNAME, 1, ANY_LEN, 1, "hostname" },         /* RFC 2132 3.14 */
	{ DHCP_OPT_DOMAIN, 1, ANY_LEN, 1, "domain" },             /* RFC 2132 3.17 */
	{ DHCP_OPT_BROADCAST, 4, 4, 1, "broadcast" },             /* RFC 2132 5.3 */
	{ DHCP_OPT_VENDOR, 1, ANY_LEN, 1, "vendor" },             /* RFC 2132 8.4 */
	{ DHCP_OPT_REQUESTED_IP, 4, 4, 1, "requested-ip" },       /* RFC 2132 9.1 */
	{ DHCP_OPT_LEASE_TIME, 4, 4, 1, "lease-time" },           /* RFC 2132 9.2 */
	{ DHCP_OPT_OVERLOAD, 1, 1, 1, "overload" },               /* RFC 2132 9.3 */
	{ DHCP_OPT_TYPE, 1, 1, 1, "type" },                       /* RFC 2132 9.6 */
	{ DHCP_OPT_SERVER_ID, 4, 4, 1, "server-id" },             /* RFC 2132 9.7 */
	{ DHCP_OPT_PARAMETERS, 1, ANY_LEN, 1, "parameters" },     /* RFC 2132 9.8 */
	{ DHCP_OPT_MESSAGE, 1, ANY_LEN, 1, "message" },           /* RFC 2132 9.9 */
	{ DHCP_OPT_MAX_SIZE, 2, 2, 1, "max-size" },               /* RFC 2132 9.10 */
	{ DHCP_OPT_T1, 4, 4, 1, "t1" },                           /* RFC 2132 9.11 */
	{ DHCP_OPT_T2, 4, 4, 1, "t2" },                           /* RFC 2132 9.12 */
	{ DHCP_OPT_VENDOR_CLASS, 1, ANY_LEN, 1, "vendor-class" }, /* RFC 2132 9.13 */
	{ DHCP_OPT_CLIENT_ID, 2, OPT_PART_MAX, 1, "client-id" },  /* RFC 2132 9.14 */
	{ DHCP_OPT_TFTP_SERVER, 1, ANY_LEN, 1, "tftp-server" },   /* RFC 2132 9.4 */
	{ DHCP_OPT_BOOTFILE, 1, ANY_LEN, 1, "bootfile" },         /* RFC 2132 9.5 */
	{ DHCP_OPT_USER_CLASS, 1, ANY_LEN, 1, "user-class" },     /* RFC 3004 4 */
	{ DHCP_OPT_CLIENT_ARCH, 2, ANY_LEN, 2, "client-arch" },   /* RFC 4578 2.1 */
	{ DHCP_OPT_CLIENT_NDI, 3, 3, 1, "client-ndi" },           /* RFC 4578 2.2 */
	{ DHCP_OPT_CLIENT_UUID, 17, 17, 1, "client-uuid" },       /* RFC 4578 2.3 */
	{ DHCP_OPT_TFTP_ADDRESS, 4, ANY_LEN, 4, "tftp-address" }, /* RFC 5859 2 */
	{ DHCP_OPT_PXELINUX_MAGIC, 4, 4, 1, "pxelinux-magic" },   /* RFC 5071 3.2 */
	{ DHCP_OPT_CONFIG_FILE, 1, ANY_LEN, 1, "config-file" },   /* RFC 5071 4.2 */
	{ DHCP_OPT_PATH_PREFIX, 1, ANY_LEN, 1, "path-prefix" },   /* RFC 5071 5.2 */
	{ DHCP_OPT_REBOOT_TIME, 4, 4, 1, "reboot-time" },         /* RFC 5071 6.2 */
};

static const struct opt_info *find_info(uint8_t code)
{
	for (size_t i = 0; i < sizeof(opt_info) / sizeof(opt_info[0]); i++)
		if (opt_info[i].code == code)
			return &opt_info[i];
	return NULL;
}

static bool is_len_ok(uint8_t code, size_t len)
{
	const struct opt_info *info = find_info(code);

	return !info || (len >= info->len_min && len <= info->len_max && len % info->len_unit == 0);
}

const char *dhcp_opt_name(uint8_t code)
{
	const struct opt_info *info = find_info(code);

	return info ? info->name : NULL;
}

const char *dhcp_type_name(enum dhcp_type t)
{
	switch (t) {
	case DHCP_DISCOVER:
		return "discover";
	case DHCP_OFFER:
		return "offer";
	case DHCP_REQUEST:
		return "request";
	case DHCP_DECLINE:
		return "decline";
	case DHCP_ACK:
		return "ack";
	case DHCP_NAK:
		return "nak";
	case DHCP_RELEASE:
		return "release";
	case DHCP_INFORM:
		return "inform";
	}
	return "bootp";
}

/* The fixed fields; @sname and @file are what may turn out to hold options. */
static void decode_fixed(struct dhcp_msg *m, struct rd *r, struct slice *sname, struct slice *file)
{
	m->op = rd_u8(r);
	m->htype = rd_u8(r);
	m->hlen = rd_u8(r);
	m->hops = rd_u8(r);
	m->xid = rd_be32(r);
	m->secs = rd_be16(r);
	m->flags = rd_be16(r);
	m->ciaddr = rd_be32(r);
	m->yiaddr = rd_be32(r);
	m->siaddr = rd_be32(r);
	m->giaddr = rd_be32(r);
	rd_copy(r, m->chaddr, DHCP_CHADDR_LEN);
	*sname = rd_slice(r, DHCP_SNAME_LEN);
	*file = rd_slice(r, DHCP_FILE_LEN);
}

/*
 * The options of one field. An option 52 is not listed: in the options field its value is put in
 * @overload, elsewhere (NULL) it means nothing.
 */
static int decode_options(struct dhcp_msg *m, struct slice field, unsigned *overload)
{
	struct rd r = RD_INIT(field.p, field.len);

	while (r.left) {
		uint8_t code = rd_u8(&r);
		struct slice value;
		int ret;

		if (code == DHCP_OPT_END)
			return 0;
		if (code == DHCP_OPT_PAD)
			continue;
		value = rd_slice(&r, rd_u8(&r));
		if (r.bad)
			return DHCP_E_MALFORMED;
		if (code == DHCP_OPT_OVERLOAD) {
			if (overload && is_len_ok(code, value.len) &&
			    value.p[0] <= (DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME))
				*overload = value.p[0];
			continue;
		}
		ret = dhcp_opt_add(m, code, value.p, value.len);
		if (ret)
			return ret;
	}
	return 0;
}

/* A field that is text, or holds options if @overloaded. */
static int decode_field(struct dhcp_msg *m, char *text, struct slice field, bool overloaded)
{
	const uint8_t *nul = memchr(field.p, 0, field.len);

	if (overloaded)
		return decode_options(m, field, NULL);
	memcpy(text, field.p, nul ? (size_t)(nul - field.p) : field.len);
	return 0;
}

int dhcp_msg_decode(struct dhcp_msg *out, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct slice sname, file;
	unsigned overload = 0;
	struct dhcp_msg m = { 0 };
	int ret = 0;

	decode_fixed(&m, &r, &sname, &file);
	if (r.bad)
		return DHCP_E_MALFORMED;

	if (r.left >= MAGIC_LEN && rd_be32(&r) == DHCP_MAGIC)
		ret = decode_options(&m, rd_rest(&r), &overload);
	if (!ret)
		ret = decode_field(&m, m.file, file, overload & DHCP_OVERLOAD_FILE);
	if (!ret)
		ret = decode_field(&m, m.sname, sname, overload & DHCP_OVERLOAD_SNAME);
	if (ret)
		return ret;

	*out = m;
	return 0;
}

/* The three fields that options go to, in the order they are read (RFC 3396 5). */
enum section {
	SECTION_OPTIONS,
	SECTION_FILE,
	SECTION_SNAME,
	N_SECTIONS,
};

struct sections {
	struct wr w[N_SECTIONS];
	bool used[N_SECTIONS];
	size_t first[N_SECTIONS]; /* option that opens the section, whatever room is left before it
				   */
};

/* Bytes that option @o takes when no field ends inside of it. */
static size_t wire_len(const struct dhcp_opt *o)
{
	size_t n_parts = o->len ? ((size_t)o->len + OPT_PART_MAX - 1) / OPT_PART_MAX : 1;

	return o->len + n_parts * OPT_HLEN;
}

/* The first of the longest run of options before @end that fits in @room; never option 0. */
static size_t find_tail(const struct dhcp_msg *m, size_t end, size_t room)
{
	while (end > 1 && wire_len(&m->opts[end - 1]) <= room)
		room -= wire_len(&m->opts[--end]);
	return end;
}

/* Whole options to each section, if there is room for all; otherwise one after the other. */
static void plan_sections(struct sections *s, const struct dhcp_msg *m)
{
	size_t len = 0;

	s->first[SECTION_SNAME] = find_tail(m, m->n_opts, s->w[SECTION_SNAME].left);
	s->first[SECTION_FILE] = find_tail(m, s->first[SECTION_SNAME], s->w[SECTION_FILE].left);
	for (size_t i = 0; i < s->first[SECTION_FILE]; i++)
		len += wire_len(&m->opts[i]);
	if (len > s->w[SECTION_OPTIONS].left)
		s->first[SECTION_FILE] = s->first[SECTION_SNAME] = SIZE_MAX;
}

static int encode_options(struct sections *s, const struct dhcp_msg *m)
{
	unsigned at = SECTION_OPTIONS;

	for (size_t i = 0; i < m->n_opts; i++) {
		const uint8_t *p = m->values + m->opts[i].offset;
		size_t left = m->opts[i].len;
		bool more = true;

		while (at + 1 < N_SECTIONS && i >= s->first[at + 1])
			at++;
		while (more) {
			size_t room = s->w[at].left, n;

			if (room < OPT_HLEN + (size_t)(left > 0)) {
				if (++at == N_SECTIONS)
					return DHCP_E_TOO_MANY;
				continue;
			}
			n = room - OPT_HLEN < OPT_PART_MAX ? room - OPT_HLEN : OPT_PART_MAX;
			n = n < left ? n : left;
			wr_u8(&s->w[at], m->opts[i].code);
			wr_u8(&s->w[at], (uint8_t)n);
			wr_bytes(&s->w[at], p, n);
			s->used[at] = true;
			p += n;
			left -= n;
			more = left > 0;
		}
	}
	return 0;
}

static void encode_fixed(struct wr *w, const struct dhcp_msg *m, uint8_t **sname, uint8_t **file)
{
	wr_u8(w, m->op);
	wr_u8(w, m->htype);
	wr_u8(w, m->hlen);
	wr_u8(w, m->hops);
	wr_be32(w, m->xid);
	wr_be16(w, m->secs);
	wr_be16(w, m->flags);
	wr_be32(w, m->ciaddr);
	wr_be32(w, m->yiaddr);
	wr_be32(w, m->siaddr);
	wr_be32(w, m->giaddr);
	wr_bytes(w, m->chaddr, DHCP_CHADDR_LEN);
	*sname = w->p;
	wr_bytes(w, m->sname, DHCP_SNAME_LEN);
	*file = w->p;
	wr_bytes(w, m->file, DHCP_FILE_LEN);
}

int dhcp_msg_encode(struct wr *w, const struct dhcp_msg *m, unsigned overload, size_t max_len)
{
	size_t room = w->left < max_len ? w->left : max_len;
	struct wr t = *w;
	struct sections s = { 0 };
	uint8_t *sname, *file;

	if (w->bad || room < DHCP_MIN_LEN)
		return DHCP_E_TOO_MANY;

	encode_fixed(&t, m, &sname, &file);
	wr_be32(&t, DHCP_MAGIC);
	room -= DHCP_FIXED_LEN + MAGIC_LEN + OPT_END_LEN;
	if (overload & DHCP_OVERLOAD_FILE && !m->file[0])
		s.w[SECTION_FILE] = WR_INIT(file, DHCP_FILE_LEN - OPT_END_LEN);
	if (overload & DHCP_OVERLOAD_SNAME && !m->sname[0])
		s.w[SECTION_SNAME] = WR_INIT(sname, DHCP_SNAME_LEN - OPT_END_LEN);
	if (s.w[SECTION_FILE].p || s.w[SECTION_SNAME].p)
		room -= OPT_OVERLOAD_LEN;
	s.w[SECTION_OPTIONS] = WR_INIT(t.p, room);

	plan_sections(&s, m);
	if (encode_options(&s, m))
		return DHCP_E_TOO_MANY;

	wr_take(&t, room - s.w[SECTION_OPTIONS].left);
	if (s.used[SECTION_FILE] || s.used[SECTION_SNAME]) {
		wr_u8(&t, DHCP_OPT_OVERLOAD);
		wr_u8(&t, 1);
		wr_u8(&t, (uint8_t)((s.used[SECTION_FILE] ? DHCP_OVERLOAD_FILE : 0) |
				    (s.used[SECTION_SNAME] ? DHCP_OVERLOAD_SNAME : 0)));
	}
	wr_u8(&t, DHCP_OPT_END);
	if (s.used[SECTION_FILE])
		*s.w[SECTION_FILE].p = DHCP_OPT_END;
	if (s.used[SECTION_SNAME])
		*s.w[SECTION_SNAME].p = DHCP_OPT_END;
	if (w->left - t.left < DHCP_MIN_LEN)
		wr_zeros(&t, DHCP_MIN_LEN - (w->left - t.left));
	assert(!t.bad); /* the room was measured above */

	*w = t;
	return 0;
}

int dhcp_opt_add(struct dhcp_msg *m, uint8_t code, const void *value, size_t len)
{
	size_t i = 0, at;

	assert(code != DHCP_OPT_PAD && code != DHCP_OPT_END && code != DHCP_OPT_OVERLOAD);

	while (i < m->n_opts && m->opts[i].code != code)
		i++;
	if (i == DHCP_N_OPTIONS_MAX || len > sizeof(m->values) - m->values_len)
		return DHCP_E_TOO_MANY;
	if (i == m->n_opts)
		m->opts[m->n_opts++] =
			(struct dhcp_opt){ .code = code, .offset = (uint16_t)m->values_len };

	at = (size_t)m->opts[i].offset + m->opts[i].len;
	if (len) {
		memmove(m->values + at + len, m->values + at, m->values_len - at);
		memcpy(m->values + at, value, len);
	}
	m->opts[i].len = (uint16_t)(m->opts[i].len + len);
	m->values_len += len;
	while (++i < m->n_opts)
		m->opts[i].offset = (uint16_t)(m->opts[i].offset + len);
	return 0;
}

int dhcp_opt_add_u8(struct dhcp_msg *m, uint8_t code, uint8_t v)
{
	return dhcp_opt_add(m, code, &v, 1);
}

int dhcp_opt_add_be16(struct dhcp_msg *m, uint8_t code, uint16_t v)
{
	uint8_t buf[2];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be16(&w, v);
	return dhcp_opt_add(m, code, buf, sizeof(buf));
}

int dhcp_opt_add_be32(struct dhcp_msg *m, uint8_t code, uint32_t v)
{
	uint8_t buf[4];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be32(&w, v);
	return dhcp_opt_add(m, code, buf, sizeof(buf));
}

int dhcp_opt_add_str(struct dhcp_msg *m, uint8_t code, const char *s)
{
	return dhcp_opt_add(m, code, s, strlen(s));
}

int dhcp_opt_find(struct slice *out, const struct dhcp_msg *m, uint8_t code)
{
	for (size_t i = 0; i < m->n_opts; i++) {
		const struct dhcp_opt *o = &m->opts[i];

		if (o->code != code)
			continue;
		if (!is_len_ok(code, o->len))
			return DHCP_E_MALFORMED;
		*out = (struct slice){ .p = m->values + o->offset, .len = o->len };
		return 0;
	}
	return DHCP_E_NO_OPTION;
}

/* The option, if it has this length. */
static int find_sized(struct rd *out, const struct dhcp_msg *m, uint8_t code, size_t len)
{
	struct slice s;
	int r = dhcp_opt_find(&s, m, code);

	if (r)
		return r;
	if (s.len != len)
		return DHCP_E_MALFORMED;
	*out = RD_INIT(s.p, s.len);
	return 0;
}

int dhcp_opt_find_u8(uint8_t *out, const struct dhcp_msg *m, uint8_t code)
{
	struct rd rd;
	int r = find_sized(&rd, m, code, 1);

	if (!r)
		*out = rd_u8(&rd);
	return r;
}

int dhcp_opt_find_be16(uint16_t *out, const struct dhcp_msg *m, uint8_t code)
{
	struct rd rd;
	int r = find_sized(&rd, m, code, 2);

	if (!r)
		*out = rd_be16(&rd);
	return r;
}

int dhcp_opt_find_be32(uint32_t *out, const struct dhcp_msg *m, uint8_t code)
{
	struct rd rd;
	int r = find_sized(&rd, m, code, 4);

	if (!r)
		*out = rd_be32(&rd);
	return r;
}

enum dhcp_type dhcp_msg_type(const struct dhcp_msg *m)
{
	uint8_t v;

	if (dhcp_opt_find_u8(&v, m, DHCP_OPT_TYPE) || v < DHCP_DISCOVER || v > DHCP_INFORM)
		return (enum dhcp_type)0;
	return (enum dhcp_type)v;
}
