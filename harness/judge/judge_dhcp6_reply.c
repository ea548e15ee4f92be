/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a client makes of DHCPv6 answers (RFC 8415 16, 18.2.9, 18.2.10, 21)
 *
 * Active: before the right answer comes another, which has a fault and names another file; or the
 * answer itself is unusual.
 */
#include "harness/judge/areas.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	OPT_IA_TA = 4,              /* RFC 8415 21.5 */
	OPT_HIGH_BYTE = 0x013b,     /* ends with the byte of option 59 */
	IA_NA_MIN = 12,             /* RFC 8415 21.4 */
	IA_TA_MIN = 4,              /* 21.5 */
	AT_ONCE_MS = 500,           /* ours: less than half of the first wait, which is a second */
	PREFERENCE_MAX = UINT8_MAX, /* 21.8 */
};

static bool has(const struct dhcp6_msg *m, uint16_t code)
{
	struct slice value;

	return dhcp6_opt_find(&value, m, code) != DHCP6_E_NO_OPTION;
}

/* An option with that code and a length below @min, which need not be the first of its code. */
static bool has_shorter(const struct dhcp6_msg *m, uint16_t code, size_t min)
{
	for (size_t i = 0; i < m->n_opts; i++)
		if (m->opts[i].code == code && m->opts[i].value.len < min)
			return true;
	return false;
}

/* --- what is to be discarded --- */

static bool is_of_other_xid(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct dhcp6_msg asked;

	return dhcp6_last_sent(&asked, t, i) && asked.xid != m->xid && m->type == DHCP6_REPLY;
}

static bool has_no_server(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	return m->type == DHCP6_REPLY && !has(m, DHCP6_OPT_SERVER_ID);
}

static bool is_for_other_client(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct slice sent, got;
	struct dhcp6_msg asked;

	if (m->type != DHCP6_REPLY || !dhcp6_last_sent(&asked, t, i) ||
	    dhcp6_opt_find(&sent, &asked, DHCP6_OPT_CLIENT_ID))
		return false;
	return dhcp6_opt_find(&got, m, DHCP6_OPT_CLIENT_ID) || got.len != sent.len ||
	       memcmp(got.p, sent.p, got.len) != 0;
}

static bool is_no_reply(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct dhcp6_msg asked;

	return dhcp6_last_sent(&asked, t, i) && asked.type == DHCP6_INFORMATION_REQUEST &&
	       m->type != DHCP6_REPLY && m->type != DHCP6_RECONFIGURE;
}

static bool says_failed(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	uint16_t status;
	struct slice value;
	struct rd r;

	(void)t;
	(void)i;
	if (m->type != DHCP6_REPLY || dhcp6_opt_find(&value, m, DHCP6_OPT_STATUS))
		return false;
	r = (struct rd)RD_INIT(value.p, value.len);
	status = rd_be16(&r);
	return !r.bad && status != DHCP6_STATUS_SUCCESS;
}

static bool has_high_byte(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	return has(m, OPT_HIGH_BYTE);
}

#define REFUSED(name, is)                                                                          \
	static void name(struct judgement *out, const Trace *t, const Trace *control)              \
	{                                                                                          \
		dhcp6_refused(out, t, control, is);                                                \
	}

REFUSED(other_xid, is_of_other_xid)
REFUSED(no_server_id, has_no_server)
REFUSED(other_client, is_for_other_client)
REFUSED(wrong_type, is_no_reply)
REFUSED(status_code, says_failed)
REFUSED(high_byte, has_high_byte)

static bool is_reconfigure(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	return m->type == DHCP6_RECONFIGURE;
}

static void reconfigure(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *odd;
	guint i;

	odd = dhcp6_find(t, is_reconfigure, &i);
	if (!odd || !judge_payload_report(control))
		return;
	f = judge_next(t, i, dhcp6_is_sent, &i);
	judge_saw(out, f ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, odd, "%s",
		  f ? "it does what it is told" : "it says nothing");
	judge_add_frame(out, f);
}

/* --- addresses --- */

static bool address_of(struct dhcp6_iaaddr *out, const struct dhcp6_msg *m)
{
	struct slice value;
	struct dhcp6_ia ia;

	return !dhcp6_opt_find(&value, m, DHCP6_OPT_IA_NA) && !dhcp6_ia_decode(&ia, value) &&
	       !dhcp6_ia_find_address(out, &ia);
}

static bool is_dead(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct dhcp6_iaaddr a;

	(void)t;
	(void)i;
	return m->type == DHCP6_REPLY && address_of(&a, m) && !a.valid_s;
}

/* Answers a Solicit, and does not say that it is a rapid one. */
static bool is_not_rapid(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct dhcp6_msg asked;

	return m->type == DHCP6_REPLY && dhcp6_last_sent(&asked, t, i) &&
	       asked.type == DHCP6_SOLICIT && !has(m, DHCP6_OPT_RAPID_COMMIT);
}

/* The address that such a message leases is not used. */
static void address_unused(struct judgement *out, const Trace *t, const Trace *control,
			   dhcp6_fault *is)
{
	const struct trace_frame *odd, *use;
	struct dhcp6_iaaddr a;
	struct dhcp6_msg m;
	guint i;

	odd = dhcp6_find(t, is, &i);
	if (!odd || !dhcp6_request(control) || !dhcp6_of(&m, odd) || !address_of(&a, &m))
		return;
	use = ip6_use(t, i, &a.address);
	judge_saw(out, use ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, odd, "%s",
		  use ? "the address is used" : "the address is not used");
	judge_add_frame(out, use);
}

static void lifetime_zero(struct judgement *out, const Trace *t, const Trace *control)
{
	address_unused(out, t, control, is_dead);
}

static void not_rapid(struct judgement *out, const Trace *t, const Trace *control)
{
	address_unused(out, t, control, is_not_rapid);
}

static bool is_lease(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	struct dhcp6_iaaddr a;

	(void)t;
	(void)i;
	return m->type == DHCP6_REPLY && address_of(&a, m) && a.valid_s;
}

/* Somebody says that the leased address is his. */
static void decline(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *lease, *claim, *f;
	struct dhcp6_iaaddr a;
	struct dhcp6_msg m;
	guint i;

	lease = dhcp6_find(t, is_lease, &i);
	if (!lease || !dhcp6_request(control) || !dhcp6_of(&m, lease) || !address_of(&a, &m))
		return;
	claim = ip6_claim(t, i, &a.address, &i);
	if (!claim)
		return;
	f = dhcp6_first(t, i, DHCP6_DECLINE);
	if (f)
		judge_saw(out, JUDGE_SAW_KEPT, f, "it declines it");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, claim, "it does not decline it");
	judge_add_frame(out, f ? claim : NULL);
}

/* --- which Advertise --- */

static bool preference(uint8_t *out, const struct dhcp6_msg *m)
{
	struct slice value;

	if (m->type != DHCP6_ADVERTISE || dhcp6_opt_find(&value, m, DHCP6_OPT_PREFERENCE) ||
	    value.len != 1)
		return false;
	*out = value.p[0];
	return true;
}

static bool is_preferred(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	uint8_t value;

	(void)t;
	(void)i;
	return preference(&value, m) && value == PREFERENCE_MAX;
}

static void preferred(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *odd, *f;
	uint64_t ms;
	guint i;

	odd = dhcp6_find(t, is_preferred, &i);
	if (!odd || !dhcp6_request(control))
		return;
	f = dhcp6_first(t, i, DHCP6_REQUEST);
	ms = f ? (f->t_ns - odd->t_ns) / NS_PER_MS : 0;
	if (f)
		judge_saw(out, ms < AT_ONCE_MS ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
			  "a Request goes out after %" G_GUINT64_FORMAT " ms", ms);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, odd, "no Request goes out");
	judge_add_frame(out, f ? odd : NULL);
}

/* The Advertise of the highest preference, of several; NULL: there is only one. */
static const struct trace_frame *best_advertise(struct dhcp6_msg *out, const Trace *t)
{
	const struct trace_frame *f, *best = NULL;
	uint8_t value, most = 0;
	struct dhcp6_msg m;
	unsigned n = 0;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (!dhcp6_is_received(f) || !dhcp6_of(&m, f) || !preference(&value, &m))
			continue;
		n++;
		if (!best || value > most) {
			best = f;
			most = value;
			*out = m;
		}
	}
	return n > 1 ? best : NULL;
}

static void collected(struct judgement *out, const Trace *t, const Trace *control)
{
	struct dhcp6_msg advertise, request;
	const struct trace_frame *best = best_advertise(&advertise, t);
	const struct trace_frame *f = dhcp6_first(t, 0, DHCP6_REQUEST);
	struct slice want, got;

	if (!best || !f || !dhcp6_request(control) || !dhcp6_of(&request, f) ||
	    dhcp6_opt_find(&want, &advertise, DHCP6_OPT_SERVER_ID))
		return;
	if (!dhcp6_opt_find(&got, &request, DHCP6_OPT_SERVER_ID) && got.len == want.len &&
	    !memcmp(got.p, want.p, got.len))
		judge_saw(out, JUDGE_SAW_KEPT, f, "the Request is for the preferred server");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, f, "the Request is for another server");
	judge_add_frame(out, best);
}

/* --- options --- */

static bool has_empty_option(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	return has_shorter(m, DHCP6_OPT_BOOTFILE_URL, 1) ||
	       has_shorter(m, DHCP6_OPT_BOOTFILE_PARAM, 1);
}

static bool has_long_id(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	for (size_t k = 0; k < m->n_opts; k++)
		if (m->opts[k].code == DHCP6_OPT_SERVER_ID && m->opts[k].value.len > DHCP6_DUID_MAX)
			return true;
	return false;
}

static bool has_short_ia(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	return has_shorter(m, DHCP6_OPT_IA_NA, IA_NA_MIN) || has_shorter(m, OPT_IA_TA, IA_TA_MIN);
}

static bool has_odd_dns(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	for (size_t k = 0; k < m->n_opts; k++)
		if (m->opts[k].code == DHCP6_OPT_DNS && m->opts[k].value.len % IP6_ALEN)
			return true;
	return false;
}

static void empty_option(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp6_survived(out, t, control, has_empty_option);
}

/* Taken or not: the right Reply follows, and names the same file. */
static void harmless(struct judgement *out, const Trace *t, const Trace *control, dhcp6_fault *is)
{
	const struct trace_frame *odd;
	guint i;

	odd = dhcp6_find(t, is, &i);
	if (!odd)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, odd);
}

static void long_id(struct judgement *out, const Trace *t, const Trace *control)
{
	harmless(out, t, control, has_long_id);
}

static void short_ia(struct judgement *out, const Trace *t, const Trace *control)
{
	harmless(out, t, control, has_short_ia);
}

static void odd_dns(struct judgement *out, const Trace *t, const Trace *control)
{
	harmless(out, t, control, has_odd_dns);
}

const struct judge judge_dhcp6_reply[] = {
	JUDGE_PAIR("dhcp6.rx.xid-mismatch", other_xid),
	JUDGE_PAIR("dhcp6.rx.no-server-id", no_server_id),
	JUDGE_PAIR("dhcp6.rx.client-id-mismatch", other_client),
	JUDGE_PAIR("dhcp6.rx.wrong-type", wrong_type),
	JUDGE_PAIR("dhcp6.rx.reconfigure-unauth", reconfigure),
	JUDGE_PAIR("dhcp6.rx.status-code", status_code),
	JUDGE_PAIR("dhcp6.rx.lifetime-zero", lifetime_zero),
	JUDGE_PAIR("dhcp6.rx.preference-255", preferred),
	JUDGE_PAIR("dhcp6.rx.collect-advertise", collected),
	JUDGE_PAIR("dhcp6.rx.rapid-commit-unasked", not_rapid),
	JUDGE_PAIR("dhcp6.rx.dad-decline", decline),
	JUDGE_PAIR("dhcp6.opt.code-high-byte", high_byte),
	JUDGE_PAIR("dhcp6.opt.len-past-end", dhcp6_refused_malformed),
	JUDGE_PAIR("dhcp6.opt.len-zero", empty_option),
	JUDGE_PAIR("dhcp6.opt.server-id-long", long_id),
	JUDGE_PAIR("dhcp6.opt.ia-short", short_ia),
	JUDGE_PAIR("dhcp6.opt.dns-short", odd_dns),
	JUDGE_END,
};
