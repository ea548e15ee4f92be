/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCP messages
 *
 * The options of a reply are read in one pass over up to three places: the option field, then,
 * where option 52 says so, "file" and "sname" (RFC 2131 4.1). An option that comes in parts is put
 * together (RFC 3396): parts are gathered in one table with an entry for each option we know.
 */
#include "firmware/lwip/dhcp_msg.h"

#include "firmware/lib/bytes.h"
#include "firmware/lwip/text.h"

enum {
	BOOTREQUEST = 1,
	BOOTREPLY = 2,
	HTYPE_ETHERNET = 1,
	CHADDR_LEN = 16,
	SNAME_LEN = 64,
	FILE_LEN = 128,
	MESSAGE_LEN_MIN = 300, /* RFC 1542 2.1 */
	VALUE_MAX = DHCP_STRING_MAX - 1,
	OVERLOAD_FILE = 1, /* RFC 2132 9.3 */
	OVERLOAD_SNAME = 2,
};

#define MAGIC_COOKIE 0x63825363

enum dhcp_option {
	OPT_PAD = 0,
	OPT_NETMASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_VENDOR_INFO = 43,
	OPT_REQUESTED_IP = 50,
	OPT_LEASE = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER_ID = 54,
	OPT_PARAMETERS = 55,
	OPT_MAX_SIZE = 57,
	OPT_T1 = 58,
	OPT_T2 = 59,
	OPT_VENDOR_CLASS = 60,
	OPT_TFTP_NAME = 66,
	OPT_BOOTFILE = 67,
	OPT_ARCH = 93,            /* RFC 4578 2.1 */
	OPT_UNDI = 94,            /* 2.2 */
	OPT_CLIENT_UUID = 97,     /* 2.3 */
	OPT_TFTP_ADDRESS = 150,   /* RFC 5859 */
	OPT_PXELINUX_MAGIC = 208, /* RFC 5071 */
	OPT_CONFIG_FILE = 209,
	OPT_PATH_PREFIX = 210,
	OPT_REBOOT_TIME = 211,
	OPT_END = 255,
};

/* "31" is DHCP_ARCH_S390. There is no UNDI on this machine: version 0. */
static const char vendor_class[] = "PXEClient:Arch:00031:UNDI:000000";

/* The same in every message (RFC 2131 3.5). */
static const uint8_t parameters[] = {
	OPT_NETMASK,     OPT_ROUTER,      OPT_DNS,          OPT_VENDOR_INFO,    OPT_LEASE,
	OPT_SERVER_ID,   OPT_T1,          OPT_T2,           OPT_VENDOR_CLASS,   OPT_TFTP_NAME,
	OPT_BOOTFILE,    OPT_CLIENT_UUID, OPT_TFTP_ADDRESS, OPT_PXELINUX_MAGIC, OPT_CONFIG_FILE,
	OPT_PATH_PREFIX, OPT_REBOOT_TIME,
};

static void wr_option(struct wr *w, uint8_t code, const void *value, uint8_t len)
{
	wr_u8(w, code);
	wr_u8(w, len);
	wr_bytes(w, value, len);
}

static void wr_option_be16(struct wr *w, uint8_t code, uint16_t v)
{
	wr_u8(w, code);
	wr_u8(w, sizeof(v));
	wr_be16(w, v);
}

static void wr_option_ip4(struct wr *w, uint8_t code, uint32_t address)
{
	if (!address)
		return;
	wr_u8(w, code);
	wr_u8(w, sizeof(address));
	wr_be32(w, address);
}

static void wr_identity(struct wr *w, const struct dhcp_identity *who)
{
	static const uint8_t undi[] = { 1, 0, 0 };

	wr_option(w, OPT_VENDOR_CLASS, vendor_class, sizeof(vendor_class) - 1);
	wr_option_be16(w, OPT_ARCH, DHCP_ARCH_S390);
	wr_option(w, OPT_UNDI, undi, sizeof(undi));
	if (!who->has_uuid)
		return;
	wr_u8(w, OPT_CLIENT_UUID);
	wr_u8(w, 1 + DHCP_UUID_LEN);
	wr_u8(w, 0); /* the type: a UUID */
	wr_bytes(w, who->uuid, DHCP_UUID_LEN);
}

size_t dhcp_request_encode(uint8_t buf[DHCP_OUT_MAX], const struct dhcp_request *r,
			   const struct dhcp_identity *who)
{
	struct wr w = WR_INIT(buf, DHCP_OUT_MAX);
	size_t len;

	wr_u8(&w, BOOTREQUEST);
	wr_u8(&w, HTYPE_ETHERNET);
	wr_u8(&w, DHCP_MAC_LEN);
	wr_u8(&w, 0); /* hops */
	wr_be32(&w, r->xid);
	wr_be16(&w, r->secs);
	wr_be16(&w, 0); /* flags: answers may be unicast */
	wr_be32(&w, r->ciaddr);
	wr_zeros(&w, 3 * sizeof(uint32_t)); /* yiaddr, siaddr, giaddr */
	wr_bytes(&w, who->mac, DHCP_MAC_LEN);
	wr_zeros(&w, CHADDR_LEN - DHCP_MAC_LEN + SNAME_LEN + FILE_LEN);

	wr_be32(&w, MAGIC_COOKIE);
	wr_u8(&w, OPT_TYPE);
	wr_u8(&w, 1);
	wr_u8(&w, (uint8_t)r->type);
	wr_option_ip4(&w, OPT_REQUESTED_IP, r->requested_ip);
	wr_option_ip4(&w, OPT_SERVER_ID, r->server_id);
	wr_option_be16(&w, OPT_MAX_SIZE, DHCP_IN_MAX);
	wr_identity(&w, who);
	wr_option(&w, OPT_PARAMETERS, parameters, sizeof(parameters));
	wr_u8(&w, OPT_END);
	len = DHCP_OUT_MAX - w.left;
	if (len < MESSAGE_LEN_MIN) {
		wr_zeros(&w, MESSAGE_LEN_MIN - len);
		len = MESSAGE_LEN_MIN;
	}
	return len;
}

/* --- reading
 * --------------------------------------------------------------------------------------*/

/* The options that are looked at, put together. */
struct value {
	uint8_t code;
	bool found;
	bool too_long; /* its parts together */
	uint8_t len;
	uint8_t buf[VALUE_MAX];
};

enum {
	V_TYPE,
	V_OVERLOAD,
	V_NETMASK,
	V_ROUTER,
	V_DNS,
	V_LEASE,
	V_SERVER_ID,
	V_T1,
	V_T2,
	V_TFTP_NAME,
	V_BOOTFILE,
	V_TFTP_ADDRESS,
	V_CONFIG_FILE,
	V_PATH_PREFIX,
	N_VALUES,
};

static const uint8_t value_codes[N_VALUES] = {
	[V_TYPE] = OPT_TYPE,
	[V_OVERLOAD] = OPT_OVERLOAD,
	[V_NETMASK] = OPT_NETMASK,
	[V_ROUTER] = OPT_ROUTER,
	[V_DNS] = OPT_DNS,
	[V_LEASE] = OPT_LEASE,
	[V_SERVER_ID] = OPT_SERVER_ID,
	[V_T1] = OPT_T1,
	[V_T2] = OPT_T2,
	[V_TFTP_NAME] = OPT_TFTP_NAME,
	[V_BOOTFILE] = OPT_BOOTFILE,
	[V_TFTP_ADDRESS] = OPT_TFTP_ADDRESS,
	[V_CONFIG_FILE] = OPT_CONFIG_FILE,
	[V_PATH_PREFIX] = OPT_PATH_PREFIX,
};

static void add_part(struct value values[N_VALUES], uint8_t code, const uint8_t *p, uint8_t len)
{
	for (size_t i = 0; i < N_VALUES; i++) {
		struct value *v = &values[i];

		if (value_codes[i] != code)
			continue;
		v->found = true;
		if (len > VALUE_MAX - v->len) {
			v->too_long = true;
			return;
		}
		memcpy(v->buf + v->len, p, len);
		v->len = (uint8_t)(v->len + len);
		return;
	}
}

/* Return: whether the options are whole: none reaches past the end of its place. */
static bool read_options(struct value values[N_VALUES], const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);

	while (r.left) {
		uint8_t code = rd_u8(&r), n;
		const uint8_t *p;

		if (code == OPT_PAD)
			continue;
		if (code == OPT_END)
			return true;
		n = rd_u8(&r);
		p = rd_take(&r, n);
		if (!p)
			return false;
		add_part(values, code, p, n);
	}
	return true;
}

static bool get_u8(const struct value *v, uint8_t *out)
{
	if (!v->found || v->len != 1)
		return false;
	*out = v->buf[0];
	return true;
}

/* The first of one or more addresses, or a number of seconds. */
static bool get_u32(const struct value *v, uint32_t *out)
{
	struct rd r = RD_INIT(v->buf, v->len);

	if (!v->found || v->too_long || !v->len || v->len % sizeof(uint32_t))
		return false;
	*out = rd_be32(&r);
	return true;
}

/* The first two; a second one that is not there is 0. */
static void get_dns(uint32_t out[DHCP_N_DNS], const struct value *v)
{
	struct rd r = RD_INIT(v->buf, v->len);

	if (!get_u32(v, &out[0]))
		return;
	for (size_t i = 0; i < DHCP_N_DNS && r.left; i++)
		out[i] = rd_be32(&r);
}

static bool get_one_u32(const struct value *v, uint32_t *out)
{
	return v->len == sizeof(uint32_t) && get_u32(v, out);
}

/* Text up to a NUL; senders put them at the end (RFC 2132 2). Return: whether it is not empty. */
static bool get_text(char out[DHCP_STRING_MAX], const uint8_t *p, size_t len)
{
	size_t n = strnlen((const char *)p, len);

	if (!n || n >= DHCP_STRING_MAX)
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static bool get_string(char out[DHCP_STRING_MAX], const struct value *v)
{
	return v->found && !v->too_long && get_text(out, v->buf, v->len);
}

static void take_values(struct dhcp_reply *m, const struct value v[N_VALUES])
{
	get_one_u32(&v[V_NETMASK], &m->netmask);
	get_u32(&v[V_ROUTER], &m->router);
	get_dns(m->dns, &v[V_DNS]);
	get_one_u32(&v[V_SERVER_ID], &m->server_id);
	get_u32(&v[V_TFTP_ADDRESS], &m->tftp_address);
	m->has_lease = get_one_u32(&v[V_LEASE], &m->lease_s);
	get_one_u32(&v[V_T1], &m->t1_s);
	get_one_u32(&v[V_T2], &m->t2_s);
	get_string(m->tftp_name, &v[V_TFTP_NAME]);
	get_string(m->bootfile, &v[V_BOOTFILE]);
	get_string(m->config_file, &v[V_CONFIG_FILE]);
	m->has_path_prefix = get_string(m->path_prefix, &v[V_PATH_PREFIX]);
}

bool dhcp_reply_decode(struct dhcp_reply *out, const uint8_t *buf, size_t len)
{
	static struct value values[N_VALUES]; /* 4 KiB, too much for a small stack */
	struct rd r = RD_INIT(buf, len);
	struct dhcp_reply m = { 0 };
	const uint8_t *mac, *sname, *file;
	uint8_t op = rd_u8(&r), htype = rd_u8(&r), hlen = rd_u8(&r), type = 0, overload = 0;

	rd_u8(&r); /* hops */
	m.xid = rd_be32(&r);
	rd_take(&r, 2 + 2 + 4); /* secs, flags, ciaddr */
	m.yiaddr = rd_be32(&r);
	m.siaddr = rd_be32(&r);
	rd_be32(&r); /* giaddr: never a router of ours */
	mac = rd_take(&r, CHADDR_LEN);
	sname = rd_take(&r, SNAME_LEN);
	file = rd_take(&r, FILE_LEN);
	if (rd_be32(&r) != MAGIC_COOKIE || r.bad)
		return false;
	if (op != BOOTREPLY || htype != HTYPE_ETHERNET || hlen != DHCP_MAC_LEN)
		return false;

	memset(values, 0, sizeof(values));
	if (!read_options(values, r.p, r.left))
		return false;
	if (!get_u8(&values[V_OVERLOAD], &overload) || overload > (OVERLOAD_FILE | OVERLOAD_SNAME))
		overload = 0;
	if (overload & OVERLOAD_FILE && !read_options(values, file, FILE_LEN))
		return false;
	if (overload & OVERLOAD_SNAME && !read_options(values, sname, SNAME_LEN))
		return false;
	if (!get_u8(&values[V_TYPE], &type))
		return false;

	m.type = type;
	memcpy(m.mac, mac, DHCP_MAC_LEN);
	take_values(&m, values);
	if (!(overload & OVERLOAD_SNAME))
		get_text(m.sname, sname, SNAME_LEN);
	if (!(overload & OVERLOAD_FILE) && !m.bootfile[0])
		get_text(m.bootfile, file, FILE_LEN);
	*out = m;
	return true;
}
