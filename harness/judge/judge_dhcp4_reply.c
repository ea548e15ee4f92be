/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of replies that a DHCPv4 client must not take, or must take with care (RFC 2131 3, 4)
 *
 * Active: somebody else's message, or one with a fault, comes beside the right ones. Such a message
 * has an address and a server of its own, so that one sees whether it was taken.
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/tftp.h"

enum {
	TYPE_FORCERENEW = 9, /* RFC 3203 3 */
};

#define NS_PER_S UINT64_C(1000000000)

/* --- what is wrong with a message --- */

static bool is_offer(const struct trace_frame *f)
{
	return f->kind == FRAME_DHCP_OFFER;
}

static bool has_other_xid(const struct trace_frame *f, const struct trace_frame *asked)
{
	return is_offer(f) && asked && f->dhcp->xid != asked->dhcp->xid;
}

static bool has_other_chaddr(const struct trace_frame *f, const struct trace_frame *asked)
{
	return is_offer(f) && asked && memcmp(f->dhcp->chaddr, asked->dhcp->chaddr, ETH_ALEN);
}

static bool has_other_hardware(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return is_offer(f) && (f->dhcp->htype != 1 || f->dhcp->hlen != ETH_ALEN);
}

static bool is_no_reply(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return f->dhcp && f->dhcp->op != DHCP_BOOTREPLY;
}

static bool has_other_port(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return f->udp.sport != DHCP_PORT_SERVER;
}

static bool is_short(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return f->payload.len < DHCP_FIXED_LEN + sizeof(uint32_t);
}

static bool has_no_cookie(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);

	(void)asked;
	rd_take(&r, DHCP_FIXED_LEN);
	return rd_be32(&r) != DHCP_MAGIC && !r.bad;
}

static bool is_bootp(const struct trace_frame *f, const struct trace_frame *asked)
{
	return f->kind == FRAME_DHCP_BOOTP && !has_no_cookie(f, asked);
}

static bool names_no_server(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return is_offer(f) && !dhcp4_raw_option(&value, f, DHCP_OPT_SERVER_ID);
}

/* RFC 1122 3.2.1.3 */
static bool offers_no_host(const struct trace_frame *f, const struct trace_frame *asked)
{
	uint32_t first = dhcp4_yiaddr(f) >> 24;

	(void)asked;
	return is_offer(f) && (first == 127 || first >= 224);
}

static bool is_proxy(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return is_offer(f) && !f->dhcp->yiaddr;
}

static bool has_other_client_id(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice ours, theirs;

	return is_offer(f) && asked && !dhcp_opt_find(&theirs, f->dhcp, DHCP_OPT_CLIENT_ID) &&
	       !dhcp_opt_find(&ours, asked->dhcp, DHCP_OPT_CLIENT_ID) &&
	       (ours.len != theirs.len || memcmp(ours.p, theirs.p, ours.len));
}

static bool has_giaddr(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return is_offer(f) && f->dhcp->giaddr;
}

static bool comes_by_relay(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return is_offer(f) && dhcp4_server(f) && dhcp4_server(f) != f->ip.src;
}

static bool is_forcerenew(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice type;

	(void)asked;
	return dhcp4_raw_option(&type, f, DHCP_OPT_TYPE) && type.len == 1 &&
	       type.p[0] == TYPE_FORCERENEW;
}

static bool has_authentication(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return f->dhcp && dhcp4_raw_option(&value, f, 90);
}

/* RFC 2131 2: 312 bytes of options, the magic cookie with them. */
static bool is_full_size(const struct trace_frame *f, const struct trace_frame *asked)
{
	(void)asked;
	return f->kind == FRAME_DHCP_ACK && f->payload.len == DHCP_MSG_SIZE_DEFAULT;
}

/* --- those that must not be taken --- */

#define REFUSES(name, fault)                                                                       \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		dhcp4_refuses(out, t, control, fault);                                             \
	}
#define TAKES(name, fault)                                                                         \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		dhcp4_takes(out, t, control, fault);                                               \
	}

REFUSES(refuses_other_xid, has_other_xid)
REFUSES(refuses_other_chaddr, has_other_chaddr)
REFUSES(refuses_other_hardware, has_other_hardware)
REFUSES(refuses_no_reply, is_no_reply)
REFUSES(refuses_no_cookie, has_no_cookie)
REFUSES(refuses_no_host, offers_no_host)
REFUSES(refuses_proxy, is_proxy)
REFUSES(refuses_client_id, has_other_client_id)
TAKES(takes_authentication, has_authentication)
TAKES(takes_full_size, is_full_size)

/* A message of which one only wants to know whether it is taken. */
static void tell_use(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, is, &i), *use;

	if (!f || !dhcp4_has_lease(control))
		return;
	use = dhcp4_use(t, i + 1, dhcp4_yiaddr(f));
	judge_saw(out, JUDGE_SAW_VALUE, f, "it is %s", use ? "taken" : "ignored");
	judge_add_frame(out, use);
}

static void tell_other_port(struct judgement *out, const Trace *t, const Trace *control)
{
	tell_use(out, t, control, has_other_port);
}

static void tell_bootp(struct judgement *out, const Trace *t, const Trace *control)
{
	tell_use(out, t, control, is_bootp);
}

/* Nothing is asked for with it; the boot goes on with a whole one. */
static void refuses_short(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, is_short, &i), *next;

	if (!f || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next && next->kind == FRAME_DHCP_REQUEST)
		judge_saw(out, JUDGE_SAW_BROKEN, next, "a REQUEST follows a message of %zu bytes",
			  f->payload.len);
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

/* --- which OFFER --- */

/* REQUESTs up to the first ACK, and the first of them that is one too many. */
static void one_request(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *first = NULL;
	unsigned n_offers = 0;

	if (!dhcp4_has_lease(control))
		return;
	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		n_offers +=
			f->to_guest && is_offer(f) && (!first || f->dhcp->xid == first->dhcp->xid);
		if (!dhcp4_is_selecting(f))
			continue;
		if (first && f->dhcp->xid == first->dhcp->xid) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "a second REQUEST follows");
			judge_add_frame(out, first);
			return;
		}
		first = first ? first : f;
	}
	if (n_offers < 2)
		return;
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u OFFERs, one REQUEST", n_offers);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "%u OFFERs, no REQUEST", n_offers);
}

static void no_server_id(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, names_no_server, &i), *next;

	if (!f || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next && next->kind == FRAME_DHCP_REQUEST) {
		g_autofree char *server = dhcp4_ip_text(dhcp4_server(next));

		judge_saw(out, JUDGE_SAW_BROKEN, next, "a REQUEST to server %s follows", server);
	} else {
		judge_same_payload(out, t, control);
	}
	judge_add_frame(out, f);
}

static void prefers(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *request = judge_next(t, 0, dhcp4_is_selecting, &i), *f;
	unsigned n = 0, taken = 0;

	if (!request || !dhcp4_has_lease(control))
		return;
	for (f = trace_frame(t, 0); f->t_ns < request->t_ns + NS_PER_S; f++) {
		if (f->to_guest && is_offer(f)) {
			n++;
			if (dhcp4_server(f) == dhcp4_server(request))
				taken = taken ? taken : n;
		}
		if (f == trace_frame(t, t->frames->len - 1))
			break;
	}
	if (n > 1)
		judge_saw(out, JUDGE_SAW_VALUE, request, "of %u OFFERs it takes number %u, %s", n,
			  taken,
			  taken == 1 ? "which says nothing of a boot server"
				     : "which names a boot server");
}

/* --- relays, and what nobody asked for --- */

static void giaddr_no_router(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *offer = dhcp4_find(t, 0, has_giaddr, &i), *f;

	if (!offer)
		return;
	for (; (f = trace_frame(t, i)); i++) {
		struct arp a;

		if (f->to_guest || f->kind != FRAME_ARP_REQUEST || f->raw.len < ETH_HLEN ||
		    arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN))
			continue;
		if (a.tpa == offer->dhcp->giaddr) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks who has giaddr");
			judge_add_frame(out, offer);
			return;
		}
	}
	judge_same_payload(out, t, control);
	judge_add_frame(out, offer);
}

static void relay_is_no_server(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *offer = dhcp4_find(t, 0, comes_by_relay, &i), *request;

	if (!offer || !dhcp4_has_lease(control))
		return;
	request = judge_next(t, i + 1, dhcp4_is_selecting, &i);
	if (request && dhcp4_server(request) != dhcp4_server(offer))
		judge_saw(out, JUDGE_SAW_BROKEN, request, "the REQUEST does not name the server");
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, offer);
}

static void forcerenew_ignored(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, is_forcerenew, &i), *next;

	if (!f || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next)
		judge_saw(out, JUDGE_SAW_BROKEN, next, "a %s follows", frame_kind_name(next->kind));
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

TFTP_SURVIVES(in_fragments, "impair.fragment")

const struct judge judge_dhcp4_reply[] = {
	JUDGE_PAIR("dhcp4.rx.xid-mismatch", refuses_other_xid),
	JUDGE_PAIR("dhcp4.rx.chaddr-mismatch", refuses_other_chaddr),
	JUDGE_PAIR("dhcp4.rx.hlen-htype", refuses_other_hardware),
	JUDGE_PAIR("dhcp4.rx.op-request", refuses_no_reply),
	JUDGE_PAIR("dhcp4.rx.src-port", tell_other_port),
	JUDGE_PAIR("dhcp4.rx.short", refuses_short),
	JUDGE_PAIR("dhcp4.rx.bad-cookie", refuses_no_cookie),
	JUDGE_PAIR("dhcp4.rx.no-53-bootp", tell_bootp),
	JUDGE_PAIR("dhcp4.offer.single-request", one_request),
	JUDGE_PAIR("dhcp4.offer.duplicate", one_request),
	JUDGE_PAIR("dhcp4.offer.no-server-id", no_server_id),
	JUDGE_PAIR("dhcp4.offer.yiaddr-zero-proxydhcp", refuses_proxy),
	JUDGE_PAIR("dhcp4.offer.yiaddr-invalid", refuses_no_host),
	JUDGE_PAIR("dhcp4.offer.prefer-with-boot", prefers),
	JUDGE_PAIR("dhcp4.rx.multi-size", takes_full_size),
	JUDGE_PAIR("dhcp4.rx.giaddr-not-gateway", giaddr_no_router),
	JUDGE_PAIR("dhcp4.rx.relay-source", relay_is_no_server),
	JUDGE_PAIR("dhcp4.rx.forcerenew-unauth", forcerenew_ignored),
	JUDGE_PAIR("dhcp4.rx.auth-90", takes_authentication),
	JUDGE_PAIR("dhcp4.rx.client-id-echo-mismatch", refuses_client_id),
	JUDGE_PAIR("dhcp4.rx.fragmented-reply", in_fragments),
	JUDGE_END,
};
