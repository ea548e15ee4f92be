/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario's server in the words of dnsmasq.conf
 *
 * Texts are DHCP options where they can be, written as bytes, which nothing can break out of. The
 * others are quoted, as dnsmasq's parser has it: it reads \\, \" and a few more, and gives ',' and
 * ':' no meaning inside. Control characters have a meaning there, so they are refused.
 */
#include "server/dnsmasq_config.h"

#include <string.h>

#include "server/dhcp_reply.h"
#include "server/wire/dhcp.h"

enum {
	LINE_MAX_BYTES = 1000, /* dnsmasq reads 1024, and takes the rest for another line */
	OPTION_MAX_BYTES = 255,
	LEASE_MIN_S = 120,        /* dnsmasq makes them as long */
	TFTP_OVERHEAD_BYTES = 32, /* headers of IPv4, UDP and TFTP, as its tftp-mtu has it */
	CARD_BLKSIZE = 1500 - TFTP_OVERHEAD_BYTES,
};

struct writer {
	GString *text;
	const char *problem; /* the first one */
};

static void line(struct writer *w, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void line(struct writer *w, const char *format, ...)
{
	gsize start = w->text->len;
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(w->text, format, args);
	va_end(args);
	if (w->text->len - start > LINE_MAX_BYTES && !w->problem)
		w->problem = "a name is too long for it";
	g_string_append_c(w->text, '\n');
}

static void refuse(struct writer *w, bool wanted, const char *what)
{
	if (wanted && !w->problem)
		w->problem = what;
}

/* In quotes; caller frees. */
static char *quoted(struct writer *w, const char *text)
{
	GString *s = g_string_new("\"");

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		refuse(w, c < 0x20 || c == 0x7f, "a name has a control character in it");
		if (c == '"' || c == '\\')
			g_string_append_c(s, '\\');
		g_string_append_c(s, (char)c);
	}
	g_string_append_c(s, '"');
	return g_string_free(s, FALSE);
}

/* As IPv4; valid until the fourth next call. */
static const char *ip(uint32_t a)
{
	static char buf[4][16];
	static unsigned n;
	char *text = buf[n++ % G_N_ELEMENTS(buf)];

	g_snprintf(text, sizeof(buf[0]), "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255,
		   a & 255);
	return text;
}

static void option_ip(struct writer *w, unsigned code, uint32_t address)
{
	if (address)
		line(w, "dhcp-option=%u,%s", code, ip(address));
}

/* Router and DNS server would be the daemon's own choice: an empty option says that there is none.
 */
static void option_ip_or_none(struct writer *w, unsigned code, uint32_t address)
{
	if (address)
		option_ip(w, code, address);
	else
		line(w, "dhcp-option=%u", code);
}

static void check_option(struct writer *w, size_t len)
{
	refuse(w, len > OPTION_MAX_BYTES, "a text is too long for a DHCP option");
}

/* Of an option that it knows to be a name. */
static void option_name(struct writer *w, const char *how, unsigned code, const char *text)
{
	g_autofree char *name = quoted(w, text ? text : "");

	if (!text || !*text)
		return;
	check_option(w, strlen(text));
	line(w, "%s=%u,%s", how, code, name);
}

/* The bytes of the text; one alone would be read as a number, so it is one. */
static void option_text(struct writer *w, const char *how, unsigned code, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	g_autoptr(GString) bytes = g_string_new(NULL);

	if (!len)
		return;
	check_option(w, len);
	for (size_t i = 0; i < len; i++)
		g_string_append_printf(bytes, "%s%02x", i ? ":" : "", (uint8_t)text[i]);
	if (len == 1)
		g_string_printf(bytes, "%ub", (uint8_t)*text);
	line(w, "%s=%u,%s", how, code, bytes->str);
}

/* With dhcp-boot the name goes into option 67 where the client asks for that, else into the field.
 */
static void boot(struct writer *w, const struct server_config *cfg)
{
	const struct dhcp_config *dhcp = &cfg->dhcp;
	bool forced = dhcp->bootfile_place == DHCP_PLACE_OPTION;
	g_autofree char *file = quoted(w, dhcp->bootfile && !forced ? dhcp->bootfile : "");
	g_autofree char *name = quoted(w, dhcp->server_name ? dhcp->server_name : "");

	line(w, "dhcp-boot=%s,%s,%s", file, name,
	     ip(dhcp->next_server ? dhcp->next_server : cfg->net.server));
	if (dhcp->bootfile_place == DHCP_PLACE_FIELD)
		line(w, "dhcp-no-override");
	if (forced)
		option_name(w, "dhcp-option-force", DHCP_OPT_BOOTFILE, dhcp->bootfile);
}

static void range(struct writer *w, const struct server_config *cfg)
{
	const struct net_config *net = &cfg->net;
	g_autofree char *lease = cfg->dhcp.lease_s == DHCP_LEASE_INFINITE_S
					 ? g_strdup("infinite")
					 : g_strdup_printf("%u", cfg->dhcp.lease_s);

	if (cfg->dhcp.n_leases)
		line(w, "dhcp-range=%s,%s,%s,%s", ip(net->guest),
		     ip(net->guest + cfg->dhcp.n_leases - 1), ip(net->netmask), lease);
	else /* none but for hosts that it knows, and it knows none */
		line(w, "dhcp-range=%s,static,%s,%s", ip(net->guest), ip(net->netmask), lease);
}

static void dhcp_lines(struct writer *w, const struct server_config *cfg)
{
	const struct dhcp_config *dhcp = &cfg->dhcp;

	refuse(w, dhcp->nak_requests, "it refuses no requests at will (nak_requests)");
	refuse(w, dhcp->no_next_server, "it always names a next server (no_next_server)");
	refuse(w, dhcp->overload, "it overloads no fields at will (overload)");
	refuse(w, dhcp->lease_s && dhcp->lease_s < LEASE_MIN_S,
	       "its leases are no shorter than 120 seconds (lease_s)");
	range(w, cfg);
	boot(w, cfg);
	option_ip_or_none(w, DHCP_OPT_ROUTER, cfg->net.router);
	option_ip_or_none(w, DHCP_OPT_DNS, cfg->net.dns);
	option_name(w, "dhcp-option", DHCP_OPT_DOMAIN, dhcp->domain);
	option_text(w, "dhcp-option-force", DHCP_OPT_VENDOR_CLASS, dhcp->vendor_class);
	option_name(w, "dhcp-option", DHCP_OPT_TFTP_SERVER, dhcp->tftp_server);
	option_ip(w, DHCP_OPT_TFTP_ADDRESS, dhcp->tftp_address);
	option_text(w, "dhcp-option", DHCP_OPT_CONFIG_FILE, dhcp->config_file);
	option_text(w, "dhcp-option", DHCP_OPT_PATH_PREFIX, dhcp->path_prefix);
	if (dhcp->reboot_time_s)
		line(w, "dhcp-option=%u,%ui", DHCP_OPT_REBOOT_TIME, dhcp->reboot_time_s);
}

static void tftp_lines(struct writer *w, const struct server_config *cfg)
{
	g_autofree char *root = quoted(w, cfg->root);

	line(w, "enable-tftp");
	line(w, "tftp-root=%s", root);
	if (!cfg->tftp.options)
		line(w, "tftp-no-blocksize");
	if (cfg->tftp.blksize_max < CARD_BLKSIZE)
		line(w, "tftp-mtu=%u", cfg->tftp.blksize_max + TFTP_OVERHEAD_BYTES);
}

char *dnsmasq_config_text(const struct server_config *cfg, const char *card, GError **error)
{
	struct writer w = { .text = g_string_new(NULL) };

	/* Nothing of the host's, and no DNS; no address but the card's is served. */
	line(&w, "port=0");
	line(&w, "no-hosts");
	line(&w, "no-resolv");
	line(&w, "interface=%s", card);
	line(&w, "except-interface=lo");
	line(&w, "bind-dynamic");
	line(&w, "log-dhcp");
	line(&w, "leasefile-ro");
	line(&w, "no-ping");
	line(&w, "dhcp-authoritative");
	line(&w, "dhcp-sequential-ip");
	line(&w, "dhcp-optsfile=" DNSMASQ_CONFIG_SIGN);
	if (cfg->dhcp.enabled)
		dhcp_lines(&w, cfg);
	else /* a network that is not there, so that it still reads the file above */
		line(&w, "dhcp-range=127.0.0.2,static");
	if (cfg->tftp.enabled)
		tftp_lines(&w, cfg);
	if (!w.problem)
		return g_string_free(w.text, FALSE);
	g_string_free(w.text, TRUE);
	g_set_error(error, SERVER_ERROR, SERVER_ERROR_START,
		    "dnsmasq cannot serve this scenario: %s", w.problem);
	return NULL;
}
