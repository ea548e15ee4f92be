/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of a PXE client (RFC 4578, the PXE specification 2.1), and of how it asks for names
 *
 * A client that says in any message of a boot that it is one of PXE, by option 60, 93, 94 or 97, is
 * held to all of it. Of another nothing is seen.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"

enum {
	PORT_DNS = 53,
	PORT_PXE = 4011, /* PXE 2.1, 2.2.3 */
	OPT_UUID_LEN = 17,
	DNS_FLAGS_AT = 2,
};

static const char pxe_class[] = "PXEClient";

static bool is_asking(const struct trace_frame *f)
{
	return dhcp4_is_discover(f) || (!f->to_guest && f->kind == FRAME_DHCP_REQUEST);
}

static bool has_class(const struct trace_frame *f)
{
	struct slice value;

	return !dhcp_opt_find(&value, f->dhcp, DHCP_OPT_VENDOR_CLASS) &&
	       value.len >= strlen(pxe_class) && !memcmp(value.p, pxe_class, strlen(pxe_class));
}

static bool says_pxe(const struct trace_frame *f)
{
	return is_asking(f) && (has_class(f) || dhcp4_has_option(f, DHCP_OPT_CLIENT_ARCH) ||
				dhcp4_has_option(f, DHCP_OPT_CLIENT_NDI) ||
				dhcp4_has_option(f, DHCP_OPT_CLIENT_UUID));
}

/* A question for each DISCOVER and REQUEST of a PXE client: as of struct judge. */
static void each(struct judgement *out, const Trace *t, char *(*test)(const struct trace_frame *))
{
	guint i;
	const struct trace_frame *f, *first = judge_next(t, 0, is_asking, &i);
	unsigned n = 0;

	if (!judge_next(t, 0, says_pxe, &i))
		return;
	for (f = judge_next(t, 0, is_asking, &i); f; f = judge_next(t, i + 1, is_asking, &i), n++) {
		g_autofree char *wrong = test(f);

		if (!wrong)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "in a %s %s", frame_kind_name(f->kind), wrong);
		return;
	}
	judge_saw(out, JUDGE_SAW_KEPT, first, "%u message%s", n, n == 1 ? "" : "s");
}

static char *architecture(const struct trace_frame *f)
{
	return dhcp4_has_option(f, DHCP_OPT_CLIENT_ARCH) ? NULL : g_strdup("there is no option 93");
}

static char *interface(const struct trace_frame *f)
{
	struct slice value;

	if (dhcp_opt_find(&value, f->dhcp, DHCP_OPT_CLIENT_NDI))
		return g_strdup("there is no option 94 of 3 bytes");
	if (value.len != 3 || value.p[0] != 1)
		return g_strdup("option 94 is not of 3 bytes with type 1");
	return NULL;
}

/* "PXEClient:Arch:00031:UNDI:000000" */
static char *vendor_class(const struct trace_frame *f)
{
	static const char shape[] = "PXEClient:Arch:ddddd:UNDI:dddddd";
	struct slice value = { NULL, 0 };
	size_t n = 0;

	if (dhcp_opt_find(&value, f->dhcp, DHCP_OPT_VENDOR_CLASS))
		return g_strdup("there is no option 60");
	while (n < value.len && n < strlen(shape) &&
	       (shape[n] == 'd' ? g_ascii_isdigit(value.p[n]) : value.p[n] == (uint8_t)shape[n]))
		n++;
	if (n == strlen(shape) && value.len == n)
		return NULL;
	return g_strdup_printf("option 60 is %.*s", (int)value.len, (const char *)value.p);
}

static void each_architecture(struct judgement *out, const Trace *t)
{
	each(out, t, architecture);
}

static void each_interface(struct judgement *out, const Trace *t)
{
	each(out, t, interface);
}

static void each_class(struct judgement *out, const Trace *t)
{
	each(out, t, vendor_class);
}

/* Which one it is: what is right depends on the machine, which a boot does not tell. */
static void architecture_value(struct judgement *out, const Trace *t)
{
	static const char *const s390[] = { "s390 Basic", "s390 Extended" };
	guint i;
	const struct trace_frame *f = judge_next(t, 0, says_pxe, &i);
	uint16_t value;

	for (; f; f = judge_next(t, i + 1, says_pxe, &i)) {
		if (dhcp_opt_find_be16(&value, f->dhcp, DHCP_OPT_CLIENT_ARCH))
			continue;
		judge_saw(out, value == 31 || value == 32 ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
			  "option 93 is %u, %s", value,
			  value == 31 || value == 32 ? s390[value - 31] : "no s390");
		return;
	}
}

/* The machine of the scenario has one: 01234567-89ab-cdef-0011-223344556677. */
static void uuid(struct judgement *out, const Trace *t, const Trace *control)
{
	static const uint8_t big[OPT_UUID_LEN] = { 0,    0x01, 0x23, 0x45, 0x67, 0x89,
						   0xab, 0xcd, 0xef, 0x00, 0x11, 0x22,
						   0x33, 0x44, 0x55, 0x66, 0x77 };
	static const uint8_t little[OPT_UUID_LEN] = { 0,    0x67, 0x45, 0x23, 0x01, 0xab,
						      0x89, 0xef, 0xcd, 0x00, 0x11, 0x22,
						      0x33, 0x44, 0x55, 0x66, 0x77 };
	guint i;
	const struct trace_frame *f;
	unsigned n = 0;

	if (!dhcp4_has_lease(control) || !judge_next(t, 0, says_pxe, &i))
		return;
	for (f = judge_next(t, 0, is_asking, &i); f; f = judge_next(t, i + 1, is_asking, &i), n++) {
		struct slice value = { NULL, 0 };
		bool found = !dhcp_opt_find(&value, f->dhcp, DHCP_OPT_CLIENT_UUID);

		if (found && value.len == OPT_UUID_LEN &&
		    (!memcmp(value.p, big, value.len) || !memcmp(value.p, little, value.len)))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "in a %s %s", frame_kind_name(f->kind),
			  found ? "option 97 is not the machine's UUID" : "there is no option 97");
		return;
	}
	judge_saw(out, JUDGE_SAW_KEPT, judge_next(t, 0, is_asking, &i), "%u messages", n);
}

static bool has_boot_servers(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return f->kind == FRAME_DHCP_ACK && dhcp4_raw_option(&value, f, DHCP_OPT_VENDOR) &&
	       dhcp4_raw_option(&value, f, DHCP_OPT_VENDOR_CLASS);
}

static bool is_discovery(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && f->udp.dport == PORT_PXE;
}

static void boot_servers(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_boot_servers, &i), *f;

	if (!ack || !dhcp4_has_lease(control))
		return;
	f = judge_next(t, 0, is_discovery, &i);
	judge_saw(out, JUDGE_SAW_VALUE, f, "the list of boot servers is %s",
		  f ? "used" : "not used");
	judge_add_frame(out, ack);
}

/* --- names --- */

static bool is_query(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip && f->has_udp && f->udp.dport == PORT_DNS &&
	       f->payload.len > DNS_FLAGS_AT;
}

/* RFC 5452 9.2: neither number nor port are what they are in a boot at another time. */
static void query_differs(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, is_query, &i);
	const struct trace_frame *g = judge_next(control, 0, is_query, &i);
	bool same_id, same_port;

	if (!f || !g)
		return;
	same_id = !memcmp(f->payload.p, g->payload.p, DNS_FLAGS_AT);
	same_port = f->udp.sport == g->udp.sport;
	judge_saw(out, same_id || same_port ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f,
		  "number %02x%02x and port %u; in a boot at another time %02x%02x and %u",
		  f->payload.p[0], f->payload.p[1], f->udp.sport, g->payload.p[0], g->payload.p[1],
		  g->udp.sport);
}

static bool has_two_dns(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return f->kind == FRAME_DHCP_ACK && dhcp4_raw_option(&value, f, DHCP_OPT_DNS) &&
	       value.len == 2 * sizeof(uint32_t);
}

/* Whoever asks for the hardware address of the first has turned to it. */
static void second_server(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_two_dns, &i), *f, *first = NULL;
	struct slice value;
	struct rd r;
	uint32_t servers[2];

	if (!ack || !dhcp4_raw_option(&value, ack, DHCP_OPT_DNS) ||
	    !judge_next(control, 0, is_query, &i))
		return;
	r = RD_INIT(value.p, value.len);
	servers[0] = rd_be32(&r);
	servers[1] = rd_be32(&r);
	for (i = 0; (f = trace_frame(t, i)); i++) {
		struct arp a;

		if (is_query(f) && f->ip.dst == servers[1]) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "it asks the second server");
			judge_add_frame(out, first);
			return;
		}
		if (!f->to_guest && f->kind == FRAME_ARP_REQUEST && f->raw.len > ETH_HLEN &&
		    !arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN) &&
		    a.tpa == servers[0])
			first = f;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_BROKEN, first, "it turns to the first server only");
	judge_add_frame(out, ack);
}

const struct judge judge_pxe[] = {
	JUDGE_BOOT("pxe.opt93.every-message", each_architecture),
	JUDGE_BOOT("pxe.opt93.value-s390", architecture_value),
	JUDGE_BOOT("pxe.opt94", each_interface),
	JUDGE_PAIR("pxe.opt97", uuid),
	JUDGE_BOOT("pxe.opt60", each_class),
	JUDGE_PAIR("pxe.opt43-discovery", boot_servers),
	JUDGE_PAIR("dns.txid.random", query_differs),
	JUDGE_PAIR("dns.retry-second-server", second_server),
	JUDGE_END,
};
