/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a DHCP server's replies hold (RFC 2131 4.3.1, with RFC 2132, 3396, 4578, 5071, 6842)
 */
#include "server/dhcp_reply.h"

enum {
	IP_UDP_HLEN = 28,   /* option 57 counts these, we do not */
	MAX_SIZE_MIN = 576, /* RFC 2132 9.10 */
};

static const uint32_t pxelinux_magic = 0xf100747e; /* RFC 5071 3.2 */

/* What a client without a parameter list gets. */
static const uint8_t parameters_default[] = {
	DHCP_OPT_SUBNET_MASK, DHCP_OPT_ROUTER,       DHCP_OPT_DNS,         DHCP_OPT_DOMAIN,
	DHCP_OPT_BROADCAST,   DHCP_OPT_T1,           DHCP_OPT_T2,          DHCP_OPT_TFTP_SERVER,
	DHCP_OPT_BOOTFILE,    DHCP_OPT_TFTP_ADDRESS, DHCP_OPT_CONFIG_FILE, DHCP_OPT_PATH_PREFIX,
	DHCP_OPT_REBOOT_TIME,
};

/* What of a client goes back to it: RFC 4578 2.1, 2.2, 2.3. Option 61 does in every reply. */
static const uint8_t options_echoed[] = {
	DHCP_OPT_CLIENT_ARCH,
	DHCP_OPT_CLIENT_NDI,
	DHCP_OPT_CLIENT_UUID,
};

/* What we are working on. */
struct draft {
	struct dhcp_msg *reply;
	const struct dhcp_msg *request;
	const struct dhcp_config *cfg;
	const struct net_config *net;
	uint32_t address;
};

/*
 * An option is there once, and only with a value. Room for it is missing only under an absurd
 * configuration: the limits of a dhcp_msg are far beyond what a datagram holds.
 */
static void add(struct dhcp_msg *reply, uint8_t code, const void *value, size_t len)
{
	struct slice old;

	if (len && dhcp_opt_find(&old, reply, code) == DHCP_E_NO_OPTION)
		(void)dhcp_opt_add(reply, code, value, len);
}

static void add_str(struct dhcp_msg *reply, uint8_t code, const char *s)
{
	if (s)
		add(reply, code, s, strlen(s));
}

/* 0: not sent. */
static void add_be32(struct dhcp_msg *reply, uint8_t code, uint32_t v)
{
	uint8_t buf[4];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be32(&w, v);
	if (v)
		add(reply, code, buf, sizeof(buf));
}

static void add_echo(struct dhcp_msg *reply, const struct dhcp_msg *request, uint8_t code)
{
	struct slice v;

	if (!dhcp_opt_find(&v, request, code))
		add(reply, code, v.p, v.len);
}

/* What the configuration has for one code of the parameter list. */
static void add_parameter(const struct draft *d, uint8_t code)
{
	const struct dhcp_config *cfg = d->cfg;
	const struct net_config *net = d->net;
	struct dhcp_msg *reply = d->reply;
	bool ends = d->address && cfg->lease_s != DHCP_LEASE_INFINITE_S;

	switch (code) {
	case DHCP_OPT_SUBNET_MASK:
		add_be32(reply, code, net->netmask);
		break;
	case DHCP_OPT_ROUTER:
		add_be32(reply, code, net->router);
		break;
	case DHCP_OPT_DNS:
		add_be32(reply, code, net->dns);
		break;
	case DHCP_OPT_DOMAIN:
		add_str(reply, code, cfg->domain);
		break;
	case DHCP_OPT_BROADCAST:
		add_be32(reply, code, net->server | ~net->netmask);
		break;
	case DHCP_OPT_T1: /* RFC 2131 4.4.5: half the time */
		add_be32(reply, code, ends ? cfg->lease_s / 2 : 0);
		break;
	case DHCP_OPT_T2: /* RFC 2131 4.4.5: seven eighths */
		add_be32(reply, code, ends ? cfg->lease_s - cfg->lease_s / 8 : 0);
		break;
	case DHCP_OPT_TFTP_SERVER:
		add_str(reply, code, cfg->tftp_server);
		break;
	case DHCP_OPT_BOOTFILE:
		if (cfg->bootfile_place != DHCP_PLACE_FIELD)
			add_str(reply, code, cfg->bootfile);
		break;
	case DHCP_OPT_TFTP_ADDRESS:
		add_be32(reply, code, cfg->tftp_address);
		break;
	case DHCP_OPT_PXELINUX_MAGIC: /* RFC 5071 3: for old clients only, so not by default */
		if (cfg->config_file || cfg->path_prefix || cfg->reboot_time_s)
			add_be32(reply, code, pxelinux_magic);
		break;
	case DHCP_OPT_CONFIG_FILE:
		add_str(reply, code, cfg->config_file);
		break;
	case DHCP_OPT_PATH_PREFIX:
		add_str(reply, code, cfg->path_prefix);
		break;
	case DHCP_OPT_REBOOT_TIME:
		add_be32(reply, code, cfg->reboot_time_s);
		break;
	default: /* nothing we could tell */
		break;
	}
}

static void add_parameters(const struct draft *d)
{
	struct slice list = { parameters_default, sizeof(parameters_default) };

	(void)dhcp_opt_find(&list, d->request, DHCP_OPT_PARAMETERS);
	for (size_t i = 0; i < list.len; i++)
		add_parameter(d, list.p[i]);
}

/* The boot file name, asked for or not: in `file`, or else among the options. */
static void add_bootfile(const struct draft *d)
{
	const struct dhcp_config *cfg = d->cfg;

	if (!cfg->bootfile)
		return;
	if (cfg->bootfile_place != DHCP_PLACE_OPTION && !(cfg->overload & DHCP_OVERLOAD_FILE) &&
	    strlen(cfg->bootfile) < DHCP_FILE_LEN)
		g_strlcpy(d->reply->file, cfg->bootfile, sizeof(d->reply->file));
	else
		add_str(d->reply, DHCP_OPT_BOOTFILE, cfg->bootfile);
}

static void add_server_name(const struct draft *d)
{
	const struct dhcp_config *cfg = d->cfg;

	if (cfg->server_name && !(cfg->overload & DHCP_OVERLOAD_SNAME) &&
	    strlen(cfg->server_name) < DHCP_SNAME_LEN)
		g_strlcpy(d->reply->sname, cfg->server_name, sizeof(d->reply->sname));
}

/* What every reply has. */
static void init_common(struct dhcp_msg *reply, const struct net_config *net,
			const struct dhcp_msg *request, enum dhcp_type type)
{
	*reply = (struct dhcp_msg){
		.op = DHCP_BOOTREPLY,
		.htype = request->htype,
		.hlen = request->hlen,
		.xid = request->xid,
		.flags = request->flags,
		.giaddr = request->giaddr,
	};
	memcpy(reply->chaddr, request->chaddr, DHCP_CHADDR_LEN);
	(void)dhcp_opt_add_u8(reply, DHCP_OPT_TYPE, (uint8_t)type);
	(void)dhcp_opt_add_be32(reply, DHCP_OPT_SERVER_ID, net->server);
}

void dhcp_reply_init_config(struct dhcp_msg *reply, const struct dhcp_config *cfg,
			    const struct net_config *net, const struct dhcp_msg *request,
			    enum dhcp_type type, uint32_t address)
{
	struct draft d = { reply, request, cfg, net, address };

	init_common(reply, net, request, type);
	reply->ciaddr = type == DHCP_ACK ? request->ciaddr : 0;
	reply->yiaddr = address;
	if (!cfg->no_next_server)
		reply->siaddr = cfg->next_server ? cfg->next_server : net->server;

	if (address)
		add_be32(reply, DHCP_OPT_LEASE_TIME, cfg->lease_s);
	add_echo(reply, request, DHCP_OPT_CLIENT_ID);
	for (size_t i = 0; i < G_N_ELEMENTS(options_echoed); i++)
		add_echo(reply, request, options_echoed[i]);
	add_str(reply, DHCP_OPT_VENDOR_CLASS, cfg->vendor_class);
	add_server_name(&d);
	add_bootfile(&d);
	add_parameters(&d);
}

void dhcp_reply_init_nak(struct dhcp_msg *reply, const struct net_config *net,
			 const struct dhcp_msg *request, const char *reason)
{
	init_common(reply, net, request, DHCP_NAK);
	if (reply->giaddr) /* the relay is to broadcast it: RFC 2131 4.3.2 */
		reply->flags |= DHCP_FLAG_BROADCAST;
	add_str(reply, DHCP_OPT_MESSAGE, reason);
	add_echo(reply, request, DHCP_OPT_CLIENT_ID);
}

/* Longest message the client takes. */
static size_t max_len(const struct dhcp_msg *request)
{
	uint16_t v;

	if (dhcp_opt_find_be16(&v, request, DHCP_OPT_MAX_SIZE))
		return DHCP_MSG_SIZE_DEFAULT;
	return MIN(MAX((size_t)v, MAX_SIZE_MIN) - IP_UDP_HLEN, DHCP_MSG_MAX);
}

size_t dhcp_reply_encode(struct wr *w, struct dhcp_msg *reply, const struct dhcp_msg *request,
			 unsigned overload)
{
	const unsigned all = DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME;
	size_t max = max_len(request), n = 0;

	while (dhcp_msg_encode(w, reply, overload, max) && dhcp_msg_encode(w, reply, all, max)) {
		g_assert(reply->n_opts > 1); /* the type alone fits in anything */
		reply->values_len = reply->opts[--reply->n_opts].offset;
		n++;
	}
	return n;
}
