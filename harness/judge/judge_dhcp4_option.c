/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of how a DHCPv4 client reads options (RFC 2132, 3396; RFC 2131 4.1)
 *
 * Active: OFFER and ACK are coded in another way, lawful or not. What was read is seen in what the
 * client asks for next, and in what the boot comes to.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/tftp.h"

enum {
	OPTIONS_AT = DHCP_FIXED_LEN + 4, /* the magic cookie is before them */
	SNAME_AT = 44,
	FILE_AT = 108,
	FIRST_UNKNOWN = 224, /* RFC 3942: for private use, to 254 */
	OPT_DOMAIN_SEARCH = 119,
	OPT_CLASSLESS_ROUTES = 121,
	LARGE = 1000, /* of a message */
};

/* --- what is special about a message --- */

static bool is_lease(const struct trace_frame *f)
{
	return f->dhcp && f->dhcp->op == DHCP_BOOTREPLY;
}

static uint8_t byte_at(const struct trace_frame *f, size_t at)
{
	return at < f->payload.len ? f->payload.p[at] : 0;
}

static bool has(const struct trace_frame *f, uint8_t code)
{
	struct slice value;

	return dhcp4_raw_option(&value, f, code);
}

static bool overloads(const struct trace_frame *f, uint8_t bits)
{
	struct slice value;

	return dhcp4_raw_option(&value, f, 52) && value.len == 1 && value.p[0] == bits;
}

#define FAULT(name, condition)                                                                     \
	static bool name(const struct trace_frame *f, const struct trace_frame *asked)             \
	{                                                                                          \
		(void)asked;                                                                       \
		return condition;                                                                  \
	}

FAULT(begins_with_pad, is_lease(f) && byte_at(f, OPTIONS_AT) == DHCP_OPT_PAD)
FAULT(has_unknown, is_lease(f) && byte_at(f, OPTIONS_AT) >= FIRST_UNKNOWN)
FAULT(has_type_last, is_lease(f) && byte_at(f, OPTIONS_AT) == DHCP_OPT_SERVER_ID)
FAULT(has_empty_name, is_lease(f) && has(f, DHCP_OPT_HOSTNAME) && has(f, DHCP_OPT_BOOTFILE))
FAULT(has_two_routers, is_lease(f) && has(f, DHCP_OPT_ROUTER))
FAULT(has_routes, is_lease(f) && has(f, OPT_CLASSLESS_ROUTES))
FAULT(overloads_file, is_lease(f) && overloads(f, 1) && byte_at(f, FILE_AT) == DHCP_OPT_BOOTFILE)
FAULT(overloads_sname,
      is_lease(f) && overloads(f, 2) && byte_at(f, SNAME_AT) == DHCP_OPT_TFTP_SERVER)
FAULT(overloads_both, is_lease(f) && overloads(f, 3))
FAULT(overloads_badly, is_lease(f) && (overloads(f, 0) || overloads(f, 4) || overloads(f, 255)))
FAULT(overloads_twice, is_lease(f) && overloads(f, 1) && byte_at(f, FILE_AT) == 52)
FAULT(fills_file, is_lease(f) && overloads(f, 1) && byte_at(f, FILE_AT) >= FIRST_UNKNOWN)
FAULT(is_large, is_lease(f) && overloads(f, 1) && f->payload.len > LARGE)
FAULT(has_search, is_lease(f) && has(f, OPT_DOMAIN_SEARCH))
FAULT(has_vendor, is_lease(f) && has(f, DHCP_OPT_VENDOR))
FAULT(ends_in_code,
      f->payload.len > OPTIONS_AT && f->payload.p[f->payload.len - 1] == DHCP_OPT_BOOTFILE)

/* Two options 67, one behind the other or not. */
static bool is_split(const struct trace_frame *f, bool apart)
{
	struct slice first;
	const uint8_t *end = f->payload.p + f->payload.len, *next;

	if (!is_lease(f) || !dhcp4_raw_option(&first, f, DHCP_OPT_BOOTFILE))
		return false;
	next = first.p + first.len;
	return next < end && (*next == DHCP_OPT_BOOTFILE) != apart;
}

FAULT(is_split_together, is_split(f, false))
FAULT(is_split_apart, is_split(f, true))

/* No END before the message ends, and all options whole. */
static bool lacks_end(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct rd r = RD_INIT(f->payload.p, f->payload.len);

	(void)asked;
	rd_take(&r, OPTIONS_AT);
	while (!r.bad && r.left) {
		uint8_t code = rd_u8(&r);

		if (code == DHCP_OPT_END)
			return false;
		if (code != DHCP_OPT_PAD)
			rd_take(&r, rd_u8(&r));
	}
	return !r.bad;
}

/* The name of an option 67 that is behind END. */
static bool name_behind_end(struct slice *out, const struct trace_frame *f)
{
	static const uint8_t mark[] = { DHCP_OPT_END, DHCP_OPT_BOOTFILE };
	const uint8_t *p = f->payload.p, *end = p + f->payload.len;

	for (; p + 3 < end; p++)
		if (!memcmp(p, mark, sizeof(mark)) && p[2] <= end - p - 3) {
			*out = (struct slice){ p + 3, p[2] };
			return true;
		}
	return false;
}

FAULT(names_behind_end, is_lease(f) && name_behind_end(&(struct slice){ 0 }, f))

/* Option 67, which says that it is longer than what is left. */
static bool name_past_end(struct slice *out, const struct trace_frame *f)
{
	return dhcp4_raw_option(out, f, DHCP_OPT_BOOTFILE) && out->len &&
	       out->p + out->len == f->payload.p + f->payload.len && out->p[-1] > out->len;
}

FAULT(reaches_past_end, name_past_end(&(struct slice){ 0 }, f))

static bool has_short_server(const struct trace_frame *f, const struct trace_frame *asked)
{
	struct slice value;

	(void)asked;
	return dhcp4_raw_option(&value, f, DHCP_OPT_SERVER_ID) && value.len == 3;
}

/* --- those that must be read for what they mean, and those that must do no harm --- */

#define JUDGE(name, how, fault)                                                                    \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		how(out, t, control, fault);                                                       \
	}

JUDGE(pad, dhcp4_takes, begins_with_pad)
JUDGE(unknown, dhcp4_takes, has_unknown)
JUDGE(order, dhcp4_takes, has_type_last)
JUDGE(end_missing, dhcp4_survives, lacks_end)
JUDGE(length_missing, dhcp4_survives, ends_in_code)
JUDGE(empty_text, dhcp4_takes, has_empty_name)
JUDGE(in_file, dhcp4_takes_file, overloads_file)
JUDGE(in_sname, dhcp4_takes_file, overloads_sname)
JUDGE(in_three_places, dhcp4_takes_file, overloads_both)
JUDGE(bad_overload, dhcp4_survives, overloads_badly)
JUDGE(nested, dhcp4_takes, overloads_twice)
JUDGE(full_file, dhcp4_takes, fills_file)
JUDGE(large, dhcp4_survives, is_large)
JUDGE(split, dhcp4_takes_file, is_split_together)
JUDGE(split_apart, dhcp4_takes_file, is_split_apart)
JUDGE(search_loop, dhcp4_takes, has_search)
JUDGE(vendor_garbage, dhcp4_takes, has_vendor)

/* The first read request whose name begins with @start; NULL: there is none. */
static const struct trace_frame *asks_for_file(const Trace *t, struct slice start)
{
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, 0, tftp_is_like_rrq, &i); f;
	     f = judge_next(t, i + 1, tftp_is_like_rrq, &i)) {
		struct slice name = dhcp4_rrq_name(f);

		if (name.len >= start.len && !memcmp(name.p, start.p, start.len))
			return f;
	}
	return NULL;
}

static void behind_end(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, names_behind_end, &i), *rrq;
	struct slice name;

	if (!f || !name_behind_end(&name, f))
		return;
	rrq = asks_for_file(t, name);
	if (rrq)
		judge_saw(out, JUDGE_SAW_BROKEN, rrq,
			  "it asks for the file of an option behind END");
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

static void past_end(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, reaches_past_end, &i), *rrq;
	struct slice name;

	if (!f || !name_past_end(&name, f) || !judge_ended(control))
		return;
	rrq = asks_for_file(t, name);
	if (rrq && dhcp4_rrq_name(rrq).len > name.len)
		judge_saw(out, JUDGE_SAW_BROKEN, rrq,
			  "it asks for a name of %zu bytes, of which the message has %zu",
			  dhcp4_rrq_name(rrq).len, name.len);
	else
		dhcp4_survives(out, t, control, reaches_past_end);
	judge_add_frame(out, f);
}

static void short_server(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, has_short_server, &i), *next;
	struct slice server;

	if (!f || !dhcp4_has_lease(control))
		return;
	next = dhcp4_next_message(t, i + 1, &i);
	if (next && next->kind == FRAME_DHCP_REQUEST &&
	    !dhcp_opt_find(&server, next->dhcp, DHCP_OPT_SERVER_ID) && server.len == 4) {
		g_autofree char *ip =
			dhcp4_ip_text((uint32_t)server.p[0] << 24 | (uint32_t)server.p[1] << 16 |
				      (uint32_t)server.p[2] << 8 | server.p[3]);

		judge_saw(out, JUDGE_SAW_BROKEN, next, "a REQUEST to server %s follows", ip);
	} else {
		judge_same_payload(out, t, control);
	}
	judge_add_frame(out, f);
}

/* The parts of a name together: 200 bytes in the options, more in `file`. */
static void sum_of_parts(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, overloads_file, &i), *rrq;
	struct slice part = { NULL, 0 };

	if (!f || !dhcp4_raw_option(&part, f, DHCP_OPT_BOOTFILE) || part.len < 2)
		return;
	rrq = asks_for_file(t, (struct slice){ part.p, 2 });
	if (rrq && dhcp4_rrq_name(rrq).len < part.len)
		judge_saw(out, JUDGE_SAW_BROKEN, rrq,
			  "it asks for a name of %zu bytes; the first part alone has %zu",
			  dhcp4_rrq_name(rrq).len, part.len);
	else
		dhcp4_survives(out, t, control, overloads_file);
	judge_add_frame(out, f);
}

/* --- routers --- */

/* The first of the addresses of @list that the client asks for by ARP; NULL: none. */
static const struct trace_frame *asks_who_has(const Trace *t, guint from, const uint32_t *list,
					      size_t n, size_t *which)
{
	const struct trace_frame *f;
	struct arp a;

	for (; (f = trace_frame(t, from)); from++) {
		if (f->to_guest || f->kind != FRAME_ARP_REQUEST || f->raw.len < ETH_HLEN ||
		    arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN))
			continue;
		for (*which = 0; *which < n; (*which)++)
			if (a.tpa == list[*which])
				return f;
	}
	return NULL;
}

static void first_router(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, has_two_routers, &i), *arp;
	struct slice value;
	struct rd r;
	uint32_t routers[2];
	size_t which;

	if (!f || !dhcp4_raw_option(&value, f, DHCP_OPT_ROUTER) || value.len != sizeof(routers) ||
	    !dhcp4_has_lease(control))
		return;
	r = RD_INIT(value.p, value.len);
	routers[0] = rd_be32(&r);
	routers[1] = rd_be32(&r);
	arp = asks_who_has(t, i, routers, G_N_ELEMENTS(routers), &which);
	if (arp)
		judge_saw(out, which ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, arp,
			  "it asks for the %s of two routers", which ? "second" : "first");
	judge_add_frame(out, f);
}

/* RFC 3442: who asks for option 121 uses it, and not option 3. Others need not know it. */
static void routes(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *f = dhcp4_find(t, 0, has_routes, &i), *discover, *arp;
	struct slice router, route, list = { NULL, 0 };
	struct rd r;
	uint32_t routers[2];
	bool asked;
	size_t which;

	if (!f || !dhcp4_has_lease(control) || !dhcp4_raw_option(&router, f, DHCP_OPT_ROUTER) ||
	    !dhcp4_raw_option(&route, f, OPT_CLASSLESS_ROUTES) || route.len != 5)
		return;
	r = RD_INIT(router.p, router.len);
	routers[0] = rd_be32(&r);
	r = RD_INIT(route.p + 1, route.len - 1); /* behind the 0 of a default route */
	routers[1] = rd_be32(&r);
	discover = judge_next(t, 0, dhcp4_is_discover, &i);
	if (discover)
		dhcp_opt_find(&list, discover->dhcp, DHCP_OPT_PARAMETERS);
	asked = list.len && memchr(list.p, OPT_CLASSLESS_ROUTES, list.len);
	arp = asks_who_has(t, i, routers, G_N_ELEMENTS(routers), &which);
	if (!arp)
		return;
	judge_saw(out,
		  which   ? JUDGE_SAW_KEPT
		  : asked ? JUDGE_SAW_BROKEN
			  : JUDGE_SAW_VALUE,
		  arp, "it uses option %d, and %s for option 121", which ? 121 : 3,
		  asked ? "asked" : "did not ask");
	judge_add_frame(out, f);
}

const struct judge judge_dhcp4_option[] = {
	JUDGE_PAIR("dhcp4.opt.pad", pad),
	JUDGE_PAIR("dhcp4.opt.unknown", unknown),
	JUDGE_PAIR("dhcp4.opt.order", order),
	JUDGE_PAIR("dhcp4.opt.end-missing", end_missing),
	JUDGE_PAIR("dhcp4.opt.after-end", behind_end),
	JUDGE_PAIR("dhcp4.opt.len-past-end", past_end),
	JUDGE_PAIR("dhcp4.opt.len-byte-missing", length_missing),
	JUDGE_PAIR("dhcp4.opt.fixed-len-wrong", short_server),
	JUDGE_PAIR("dhcp4.opt.zero-length-text", empty_text),
	JUDGE_PAIR("dhcp4.opt.router-order", first_router),
	JUDGE_PAIR("dhcp4.opt.121-over-3", routes),
	JUDGE_PAIR("dhcp4.overload.file", in_file),
	JUDGE_PAIR("dhcp4.overload.sname", in_sname),
	JUDGE_PAIR("dhcp4.overload.both-order", in_three_places),
	JUDGE_PAIR("dhcp4.overload.bad-value", bad_overload),
	JUDGE_PAIR("dhcp4.overload.nested", nested),
	JUDGE_PAIR("dhcp4.overload.no-end-in-field", full_file),
	JUDGE_PAIR("dhcp4.overload.large-reply", large),
	JUDGE_PAIR("dhcp4.overload.combined-len-wrap", sum_of_parts),
	JUDGE_PAIR("dhcp4.long.split-67", split),
	JUDGE_PAIR("dhcp4.long.split-unordered", split_apart),
	JUDGE_PAIR("dhcp4.opt119.pointer-loop", search_loop),
	JUDGE_PAIR("dhcp4.opt43.garbage", vendor_garbage),
	JUDGE_END,
};
