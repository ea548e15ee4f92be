/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of the DHCPv4 messages that a client sends (RFC 2131, 2132, 1542)
 *
 * Passive: any boot with DHCP will do. What a client sends again and when is in
 * harness/judge/judge_dhcp4_retry.c.
 */
#include <inttypes.h>
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"

enum {
	HTYPE_ETHERNET = 1,      /* RFC 1700 */
	OPT_MAX_SIZE_MIN = 576,  /* RFC 2132 9.10 */
	IP_MTU_ETHERNET = 1500,  /* RFC 894 */
	FLAGS_MBZ = 0x7fff,      /* RFC 2131 2, figure 2 */
	INITIAL_DELAY_MIN_S = 1, /* RFC 2131 4.4.1 */
};

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

/* --- the message as such ---------------------------------------------------------------------- */

static char *header(const Trace *t, const struct trace_frame *f)
{
	const struct dhcp_msg *m = f->dhcp;
	static const uint8_t zeros[DHCP_CHADDR_LEN - ETH_ALEN];

	(void)t;
	if (m->op != DHCP_BOOTREQUEST)
		return g_strdup_printf("op is %u, not 1", m->op);
	if (m->htype != HTYPE_ETHERNET || m->hlen != ETH_ALEN)
		return g_strdup_printf("htype is %u and hlen %u, not 1 and 6", m->htype, m->hlen);
	if (m->hops)
		return g_strdup_printf("hops is %u, not 0", m->hops);
	if (memcmp(m->chaddr, f->eth.src.b, ETH_ALEN))
		return g_strdup("chaddr is not the address that the frame came from");
	if (memcmp(m->chaddr + ETH_ALEN, zeros, sizeof(zeros)))
		return g_strdup("chaddr is not zero behind its six bytes");
	return NULL;
}

static char *cookie_and_type(const Trace *t, const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);

	(void)t;
	rd_take(&r, DHCP_FIXED_LEN);
	if (rd_be32(&r) != DHCP_MAGIC)
		return g_strdup("there is no magic cookie 99.130.83.99");
	if (!f->dhcp)
		return g_strdup("its options cannot be read");
	return dhcp_msg_type(f->dhcp) ? NULL : g_strdup("there is no option 53 with a known type");
}

/* Over the options, as they lie there. */
static char *end_option(const Trace *t, const struct trace_frame *f)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);
	uint8_t code = DHCP_OPT_PAD;

	(void)t;
	rd_take(&r, DHCP_FIXED_LEN + sizeof(uint32_t));
	while (code != DHCP_OPT_END) {
		code = rd_u8(&r);
		if (code != DHCP_OPT_PAD && code != DHCP_OPT_END)
			rd_take(&r, rd_u8(&r));
		if (r.bad)
			return g_strdup("the options do not end with option 255");
	}
	while (r.left)
		if (rd_u8(&r) != DHCP_OPT_PAD)
			return g_strdup("there is something else than padding behind option 255");
	return NULL;
}

static char *least_length(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (f->payload.len >= DHCP_MIN_LEN)
		return NULL;
	return g_strdup_printf("the message has %zu bytes, less than 300", f->payload.len);
}

static char *ports(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (f->udp.sport == DHCP_PORT_CLIENT)
		return NULL;
	return g_strdup_printf("it comes from port %u, not 68", f->udp.sport);
}

static char *flags_reserved(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (!(f->dhcp->flags & FLAGS_MBZ))
		return NULL;
	return g_strdup_printf("flags are 0x%04x: a bit beside BROADCAST is set", f->dhcp->flags);
}

static char *to_everybody(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (f->ip.dst != UINT32_MAX)
		return g_strdup("it is not sent to 255.255.255.255");
	if (!mac_equal(&f->eth.dst, &mac_broadcast))
		return g_strdup("it is not sent to the Ethernet broadcast address");
	return NULL;
}

static bool is_before_lease(const struct trace_frame *f)
{
	return dhcp4_is_discover(f) || dhcp4_is_selecting(f);
}

static char *source_zero(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (!f->ip.src)
		return NULL;
	return g_strdup_printf("it is sent from %u.%u.%u.%u, before there is a lease",
			       f->ip.src >> 24, f->ip.src >> 16 & 255, f->ip.src >> 8 & 255,
			       f->ip.src & 255);
}

static char *addresses_zero(const Trace *t, const struct trace_frame *f)
{
	const struct dhcp_msg *m = f->dhcp;

	(void)t;
	if (m->ciaddr || m->yiaddr || m->siaddr || m->giaddr)
		return g_strdup("ciaddr, yiaddr, siaddr or giaddr is not 0");
	return NULL;
}

/* The first DISCOVER of a machine that was just switched on. */
static void initial_delay(struct judgement *out, const Trace *t)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, dhcp4_is_discover, &i);

	if (f)
		judge_saw(out,
			  f->t_ns < INITIAL_DELAY_MIN_S * NS_PER_S ? JUDGE_SAW_BROKEN
								   : JUDGE_SAW_KEPT,
			  f, "the first DISCOVER comes %u ms after power-on",
			  (unsigned)(f->t_ns / NS_PER_MS));
}

/* --- DISCOVER, OFFER, REQUEST ----------------------------------------------------------------- */

/* The last frame before @f that @is says; NULL: there is none. */
static const struct trace_frame *last_before(const Trace *t, const struct trace_frame *f,
					     bool (*is)(const struct trace_frame *,
							const struct trace_frame *))
{
	const struct trace_frame *start = trace_frame(t, 0), *p = f;

	while (p > start)
		if (is(--p, f))
			return p;
	return NULL;
}

static bool is_any_offer(const struct trace_frame *f, const struct trace_frame *request)
{
	(void)request;
	return f->to_guest && f->kind == FRAME_DHCP_OFFER;
}

/* The OFFER that a REQUEST takes. */
static bool is_its_offer(const struct trace_frame *f, const struct trace_frame *request)
{
	uint32_t offered, taken;

	return is_any_offer(f, request) &&
	       !dhcp_opt_find_be32(&offered, f->dhcp, DHCP_OPT_SERVER_ID) &&
	       !dhcp_opt_find_be32(&taken, request->dhcp, DHCP_OPT_SERVER_ID) && offered == taken;
}

static bool is_its_discover(const struct trace_frame *f, const struct trace_frame *request)
{
	return dhcp4_is_discover(f) && f->dhcp->xid == request->dhcp->xid;
}

static char *same_xid(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *offer = last_before(t, f, is_its_offer);

	if (!offer || offer->dhcp->xid == f->dhcp->xid)
		return NULL;
	return g_strdup_printf("xid is %08x, that of the OFFER it takes is %08x", f->dhcp->xid,
			       offer->dhcp->xid);
}

static char *same_secs(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *d = last_before(t, f, is_its_discover);

	if (!d || d->dhcp->secs == f->dhcp->secs)
		return NULL;
	return g_strdup_printf("secs is %u, that of its DISCOVER is %u", f->dhcp->secs,
			       d->dhcp->secs);
}

/* An OFFER that names no server itself is another check's business. */
static char *offers_server(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *offer = last_before(t, f, is_any_offer);

	if (!offer || !dhcp4_server(offer) || last_before(t, f, is_its_offer))
		return NULL;
	return g_strdup("option 54 names no server that has made an OFFER");
}

static char *offered_address(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *offer = last_before(t, f, is_its_offer);
	uint32_t ip;

	if (f->dhcp->ciaddr)
		return g_strdup("ciaddr is not 0");
	if (dhcp_opt_find_be32(&ip, f->dhcp, DHCP_OPT_REQUESTED_IP))
		return g_strdup("there is no option 50");
	if (offer && offer->dhcp->yiaddr != ip)
		return g_strdup("option 50 is not the address that was offered");
	return NULL;
}

static bool list_has(struct slice list, uint8_t code)
{
	return list.len && memchr(list.p, code, list.len);
}

/* What of @in is not in @list, as text; NULL: nothing. */
static char *list_lacks(struct slice list, struct slice in)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (size_t i = 0; i < in.len; i++)
		if (!list_has(list, in.p[i]))
			g_string_append_printf(s, "%s%u", s->len ? ", " : "", in.p[i]);
	return s->len ? g_string_free(g_steal_pointer(&s), FALSE) : NULL;
}

/* Asking for more is no breach: the list of the DISCOVER is in there. */
static char *same_list(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *d = last_before(t, f, is_its_discover);
	struct slice before = { NULL, 0 }, now = { NULL, 0 };
	g_autofree char *gone = NULL;

	if (!d || dhcp_opt_find(&before, d->dhcp, DHCP_OPT_PARAMETERS))
		return NULL;
	if (dhcp_opt_find(&now, f->dhcp, DHCP_OPT_PARAMETERS))
		return g_strdup("there is no parameter list, which the DISCOVER had");
	gone = list_lacks(now, before);
	return gone ? g_strdup_printf("asks no more for %s, as its DISCOVER did", gone) : NULL;
}

/* What a network boot client lives on; and whatever of it a REQUEST of the boot asks for. */
static char *asks_to_boot(const Trace *t, const struct trace_frame *f)
{
	static const uint8_t always[] = { DHCP_OPT_TFTP_SERVER, DHCP_OPT_BOOTFILE };
	static const uint8_t if_used[] = { DHCP_OPT_VENDOR, DHCP_OPT_CONFIG_FILE,
					   DHCP_OPT_PATH_PREFIX };
	struct slice list = { NULL, 0 }, later = { NULL, 0 };
	g_autofree char *lacks = NULL;
	const struct trace_frame *r;
	guint i;

	dhcp_opt_find(&list, f->dhcp, DHCP_OPT_PARAMETERS);
	lacks = list_lacks(list, (struct slice){ always, sizeof(always) });
	if (lacks)
		return g_strdup_printf("does not ask for %s", lacks);
	r = judge_next(t, 0, dhcp4_is_selecting, &i);
	if (r)
		dhcp_opt_find(&later, r->dhcp, DHCP_OPT_PARAMETERS);
	for (i = 0; i < sizeof(if_used); i++)
		if (list_has(later, if_used[i]) && !list_has(list, if_used[i]))
			return g_strdup_printf("asks for %u in the REQUEST only", if_used[i]);
	return NULL;
}

static char *largest_size(const Trace *t, const struct trace_frame *f)
{
	uint16_t size;

	(void)t;
	switch (dhcp_opt_find_be16(&size, f->dhcp, DHCP_OPT_MAX_SIZE)) {
	case 0:
		break;
	case DHCP_E_NO_OPTION:
		return g_strdup("there is no option 57");
	default:
		return g_strdup("option 57 is not two bytes long");
	}
	if (size >= OPT_MAX_SIZE_MIN && size <= IP_MTU_ETHERNET)
		return NULL;
	return g_strdup_printf("option 57 is %u; 576 to 1500 make sense", size);
}

static bool has_client_id(const struct trace_frame *f)
{
	return dhcp4_is_message(f) && dhcp4_has_option(f, DHCP_OPT_CLIENT_ID);
}

/* Every message of a client that has an identifier at all. */
static void same_client_id(struct judgement *out, const Trace *t)
{
	guint i;
	const struct trace_frame *first = judge_next(t, 0, has_client_id, &i), *f;
	struct slice want, got;
	unsigned n = 0;

	if (!first || dhcp_opt_find(&want, first->dhcp, DHCP_OPT_CLIENT_ID))
		return;
	for (f = judge_next(t, 0, dhcp4_is_message, &i); f;
	     f = judge_next(t, i + 1, dhcp4_is_message, &i), n++) {
		if (!dhcp_opt_find(&got, f->dhcp, DHCP_OPT_CLIENT_ID) && got.len == want.len &&
		    !memcmp(got.p, want.p, want.len))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f,
			  "option 61 is another than in the message that had it first");
		judge_add_frame(out, first);
		return;
	}
	judge_saw(out, JUDGE_SAW_KEPT, first, "the same in %u messages", n);
}

/* A boot with another time of day, and so another seed for whoever has no better one. */
static void xid_differs(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = judge_next(t, 0, dhcp4_is_discover, &i);
	const struct trace_frame *g = judge_next(control, 0, dhcp4_is_discover, &i);

	if (!f || !g)
		return;
	if (f->dhcp->xid == g->dhcp->xid)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "xid is %08x, as in a boot at another time",
			  f->dhcp->xid);
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "xid is %08x, in a boot at another time %08x",
			  f->dhcp->xid, g->dhcp->xid);
}

/* --- RELEASE ---------------------------------------------------------------------------------- */

static char *release_fields(const Trace *t, const struct trace_frame *f)
{
	static const uint8_t never[] = { DHCP_OPT_REQUESTED_IP, DHCP_OPT_LEASE_TIME,
					 DHCP_OPT_PARAMETERS };
	uint32_t server;

	(void)t;
	if (!f->dhcp->ciaddr || f->dhcp->ciaddr != f->ip.src)
		return g_strdup("ciaddr is not the address that it is sent from");
	if (dhcp_opt_find_be32(&server, f->dhcp, DHCP_OPT_SERVER_ID))
		return g_strdup("there is no option 54");
	if (f->ip.dst != server)
		return g_strdup("it is not sent to the server that option 54 names");
	for (size_t i = 0; i < sizeof(never); i++)
		if (dhcp4_has_option(f, never[i]))
			return g_strdup_printf("there is an option %u", never[i]);
	return NULL;
}

/* Nothing from an address that was given back, until it is asked for again. */
static char *silent_after(const Trace *t, const struct trace_frame *release)
{
	const struct trace_frame *end =
		&g_array_index(t->frames, struct trace_frame, t->frames->len);

	for (const struct trace_frame *f = release + 1; f < end; f++) {
		if (dhcp4_is_discover(f))
			return NULL;
		if (!f->to_guest && f->has_ip && f->ip.src == release->dhcp->ciaddr)
			return g_strdup_printf("a %s follows from that address, frame %" PRIu64,
					       frame_kind_name(f->kind), f->number);
	}
	return NULL;
}

const struct judge judge_dhcp4[] = {
	JUDGE_EACH("dhcp4.msg.header", dhcp4_is_message, header),
	JUDGE_EACH("dhcp4.msg.cookie-53", dhcp4_is_clients, cookie_and_type),
	JUDGE_EACH("dhcp4.msg.end-option", dhcp4_is_clients, end_option),
	JUDGE_EACH("dhcp4.msg.min-300", dhcp4_is_clients, least_length),
	JUDGE_EACH("dhcp4.msg.ports", dhcp4_is_clients, ports),
	JUDGE_EACH("dhcp4.msg.flags-reserved", dhcp4_is_message, flags_reserved),
	JUDGE_EACH("dhcp4.discover.broadcast", dhcp4_is_discover, to_everybody),
	JUDGE_EACH("dhcp4.discover.src-zero", is_before_lease, source_zero),
	JUDGE_EACH("dhcp4.discover.ciaddr-zero", dhcp4_is_discover, addresses_zero),
	JUDGE_BOOT("dhcp4.discover.initial-delay", initial_delay),
	JUDGE_PAIR("dhcp4.xid.per-boot-random", xid_differs),
	JUDGE_EACH("dhcp4.xid.request-equals-offer", dhcp4_is_selecting, same_xid),
	JUDGE_EACH("dhcp4.request.secs-equal", dhcp4_is_selecting, same_secs),
	JUDGE_EACH("dhcp4.request.server-id", dhcp4_is_selecting, offers_server),
	JUDGE_EACH("dhcp4.request.requested-ip", dhcp4_is_selecting, offered_address),
	JUDGE_EACH("dhcp4.request.broadcast", dhcp4_is_selecting, to_everybody),
	JUDGE_EACH("dhcp4.prl.repeated", dhcp4_is_selecting, same_list),
	JUDGE_EACH("dhcp4.prl.boot-options", dhcp4_is_discover, asks_to_boot),
	JUDGE_EACH("dhcp4.opt57.present-sane", dhcp4_is_discover, largest_size),
	JUDGE_BOOT("dhcp4.opt61.stable", same_client_id),
	JUDGE_EACH("dhcp4.release.fields", dhcp4_is_release, release_fields),
	JUDGE_EACH("dhcp4.release.then-silent", dhcp4_is_release, silent_after),
	JUDGE_END,
};
