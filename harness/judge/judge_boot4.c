/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a client makes of the boot information in DHCPv4: which server, which file
 *
 * Active: what OFFER and ACK say is unusual, or of two things that say the same one is another.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/tftp.h"

enum {
	FALL_BACK_MAX_S = 60, /* ours: a person waits for it */
};

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

static bool is_ack(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_DHCP_ACK;
}

static bool has(const struct trace_frame *f, uint8_t code)
{
	struct slice value;

	return is_ack(f) && dhcp4_raw_option(&value, f, code);
}

#define FAULT(name, condition)                                                                     \
	static bool name(const struct trace_frame *f, const struct trace_frame *asked)             \
	{                                                                                          \
		(void)asked;                                                                       \
		return is_ack(f) && (condition);                                                   \
	}

FAULT(is_elsewhere, f->dhcp->siaddr && f->dhcp->siaddr != f->ip.src)
FAULT(has_name, f->dhcp->siaddr &&has(f, DHCP_OPT_TFTP_SERVER))
FAULT(has_150, has(f, DHCP_OPT_TFTP_ADDRESS))
FAULT(has_no_server, !f->dhcp->siaddr && !f->dhcp->sname[0] && !has(f, DHCP_OPT_TFTP_SERVER) &&
			     !has(f, DHCP_OPT_TFTP_ADDRESS))
FAULT(has_sname, f->dhcp->sname[0] && !f->dhcp->siaddr)
FAULT(has_field_and_option, f->dhcp->file[0] && has(f, DHCP_OPT_BOOTFILE))
FAULT(has_full_field, strlen(f->dhcp->file) == DHCP_FILE_LEN)
FAULT(has_bootfile, has(f, DHCP_OPT_BOOTFILE))
FAULT(has_no_file, !f->dhcp->file[0] && !has(f, DHCP_OPT_BOOTFILE))

/* --- which server --- */

static bool is_arp_for_other(const struct trace_frame *f, uint32_t own, uint32_t *ip)
{
	struct arp a;

	if (f->to_guest || f->kind != FRAME_ARP_REQUEST || f->raw.len < ETH_HLEN ||
	    arp_decode(&a, f->raw.p + ETH_HLEN, f->raw.len - ETH_HLEN))
		return false;
	*ip = a.tpa;
	return a.tpa != own;
}

/*
 * Where the client looks for files: whom it asks for one or, if it never comes to that, whose
 * hardware address it wants. NULL: nobody's.
 */
static const struct trace_frame *asked_server(const Trace *t, uint32_t own, uint32_t *ip)
{
	const struct trace_frame *f = dhcp4_first_rrq(t);

	if (f) {
		*ip = f->ip.dst;
		return f;
	}
	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (is_arp_for_other(f, own, ip))
			return f;
	return NULL;
}

static void siaddr(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, is_elsewhere, &i), *f;
	g_autofree char *text = NULL;
	uint32_t ip;

	if (!ack || !dhcp4_first_rrq(control))
		return;
	f = asked_server(t, ack->dhcp->yiaddr, &ip);
	if (!f)
		return;
	text = dhcp4_ip_text(ip);
	judge_saw(out, ip == ack->dhcp->siaddr ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
		  "it turns to %s", text);
	judge_add_frame(out, ack);
}

/* Which of several, or none: there is no right answer. */
static void tell_server(struct judgement *out, const Trace *t, const Trace *control, dhcp4_fault is)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, is, &i), *f;
	const struct trace_event *ending = trace_event(t, "ending", NULL);
	uint32_t ip;

	if (!ack || !dhcp4_first_rrq(control))
		return;
	f = asked_server(t, ack->dhcp->yiaddr, &ip);
	if (f) {
		g_autofree char *text = dhcp4_ip_text(ip);

		judge_saw(out, JUDGE_SAW_VALUE, f, "it turns to %s", text);
	} else {
		judge_saw(out, JUDGE_SAW_VALUE, NULL, "it turns to nobody, and ends with %s",
			  ending ? ending->name : "nothing");
	}
	judge_add_frame(out, ack);
}

static void literal(struct judgement *out, const Trace *t, const Trace *control)
{
	tell_server(out, t, control, has_name);
}

static void option_150(struct judgement *out, const Trace *t, const Trace *control)
{
	tell_server(out, t, control, has_150);
}

static void sname(struct judgement *out, const Trace *t, const Trace *control)
{
	tell_server(out, t, control, has_sname);
}

/* It may fall back on somebody, or end: but not wait for ever. */
static void no_server(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_survives(out, t, control, has_no_server);
}

static bool is_query(const struct trace_frame *f)
{
	return !f->to_guest && f->has_ip && f->has_udp && f->udp.dport == 53;
}

static void name_is_asked(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_name, &i), *query;

	if (!ack || !dhcp4_first_rrq(control))
		return;
	query = judge_next(t, i + 1, is_query, &i);
	if (query)
		judge_saw(out, JUDGE_SAW_KEPT, query, "it asks a DNS server");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, dhcp4_first_rrq(t), "it asks no DNS server");
	judge_add_frame(out, ack);
}

static void falls_back(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_name, &i), *query, *rrq;
	uint64_t after_ns;

	if (!ack || !dhcp4_first_rrq(control))
		return;
	query = judge_next(t, i + 1, is_query, &i);
	rrq = dhcp4_first_rrq(t);
	if (!query)
		return;
	if (!rrq) {
		judge_saw(out, JUDGE_SAW_BROKEN, query, "no file is asked for");
		return;
	}
	after_ns = rrq->t_ns - query->t_ns;
	judge_saw(out,
		  rrq->ip.dst != ack->dhcp->siaddr || after_ns > FALL_BACK_MAX_S * NS_PER_S
			  ? JUDGE_SAW_BROKEN
			  : JUDGE_SAW_KEPT,
		  rrq, "%u ms after the query it turns to %s", (unsigned)(after_ns / NS_PER_MS),
		  rrq->ip.dst == ack->dhcp->siaddr ? "siaddr" : "another than siaddr");
	judge_add_frame(out, query);
}

/* --- which file --- */

static void tell_file(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_field_and_option, &i);
	const struct trace_frame *rrq = dhcp4_first_rrq(t);
	struct slice name;

	if (!ack || !rrq || !dhcp4_first_rrq(control))
		return;
	name = dhcp4_rrq_name(rrq);
	judge_saw(out, JUDGE_SAW_VALUE, rrq, "it asks for %.*s", (int)name.len,
		  (const char *)name.p);
	judge_add_frame(out, ack);
}

static struct slice option_of(const struct trace_frame *f)
{
	struct slice value = { NULL, 0 };

	dhcp_opt_find(&value, f->dhcp, DHCP_OPT_BOOTFILE);
	return value;
}

/* One that is cut is no harm: 128 bytes are one more than a text with a NUL can have. */
static void full_field(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_full_field, &i);
	const struct trace_frame *rrq = dhcp4_first_rrq(t);

	if (ack && rrq && dhcp4_rrq_name(rrq).len > DHCP_FILE_LEN) {
		judge_saw(out, JUDGE_SAW_BROKEN, rrq, "it asks for a name of %zu bytes",
			  dhcp4_rrq_name(rrq).len);
		judge_add_frame(out, ack);
		return;
	}
	if (dhcp4_first_rrq(control))
		dhcp4_survives(out, t, control, has_full_field);
}

/* A name is asked for as it is, or not at all; and the client lives on to say so. */
static void long_name(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_bootfile, &i), *rrq;
	struct slice want, got;

	if (!ack || !dhcp4_first_rrq(control))
		return;
	want = option_of(ack);
	for (rrq = judge_next(t, i + 1, tftp_is_like_rrq, &i); rrq;
	     rrq = judge_next(t, i + 1, tftp_is_like_rrq, &i)) {
		got = dhcp4_rrq_name(rrq);
		if (!got.len || !want.len || got.p[0] != want.p[0] || tftp_same_text(want, got))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, rrq,
			  "it asks for a name of %zu bytes; that of the ACK has %zu", got.len,
			  want.len);
		judge_add_frame(out, ack);
		return;
	}
	dhcp4_survives(out, t, control, has_bootfile);
}

static void trailing_nul(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_takes_file(out, t, control, has_bootfile);
}

static void ack_over_offer(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp4_takes_file(out, t, control, has_bootfile);
}

/* What stands behind a new line in the name, at the start of a line of the console. */
static void forged_line(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_bootfile, &i);
	struct slice name;
	g_autofree char *text = NULL;
	const char *behind;
	bool shown = false;

	if (!ack || !judge_ended(control))
		return;
	name = option_of(ack);
	text = g_strndup((const char *)name.p, name.len);
	behind = strchr(text, '\n');
	for (i = 0; behind && i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (!g_str_equal(e->kind, "console"))
			continue;
		shown |= strstr(e->name, behind + 1) != NULL;
		if (!g_str_has_prefix(e->name, "FORGED"))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, ack, "a line of the console is: %s", e->name);
		return;
	}
	if (!judge_ended(t))
		judge_saw(out, JUDGE_SAW_BROKEN, ack, "the boot crashes or hangs");
	else
		judge_saw(out, JUDGE_SAW_KEPT, ack, "the console has no such line%s",
			  shown ? ", but the name" : "");
}

/* The first file of a boot that is told of none. */
static void searches(struct judgement *out, const Trace *t, const Trace *control)
{
	static const char folder[] = "pxelinux.cfg/";
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_no_file, &i);
	const struct trace_frame *rrq = dhcp4_first_rrq(t);
	struct slice name;

	if (!ack || !rrq || !judge_ended(control))
		return;
	name = dhcp4_rrq_name(rrq);
	judge_saw(out,
		  name.len > strlen(folder) && !memcmp(name.p, folder, strlen(folder))
			  ? JUDGE_SAW_KEPT
			  : JUDGE_SAW_BROKEN,
		  rrq, "it asks for %.*s", (int)name.len, (const char *)name.p);
}

static void below_folder(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;
	const struct trace_frame *ack = dhcp4_find(t, 0, has_bootfile, &i);
	const struct trace_frame *rrq = dhcp4_first_rrq(t);
	struct slice folder, name;

	if (!ack || !rrq || !dhcp4_first_rrq(control))
		return;
	folder = option_of(ack);
	if (!folder.len || folder.p[folder.len - 1] != '/')
		return;
	name = dhcp4_rrq_name(rrq);
	judge_saw(out,
		  name.len > folder.len && !memcmp(name.p, folder.p, folder.len) ? JUDGE_SAW_KEPT
										 : JUDGE_SAW_BROKEN,
		  rrq, "it asks for %.*s", (int)name.len, (const char *)name.p);
	judge_add_frame(out, ack);
}

const struct judge judge_boot4[] = {
	JUDGE_PAIR("boot4.next-server.siaddr", siaddr),
	JUDGE_PAIR("boot4.next-server.66-literal", literal),
	JUDGE_PAIR("boot4.next-server.66-hostname", name_is_asked),
	JUDGE_PAIR("boot4.next-server.66-dns-fail", falls_back),
	JUDGE_PAIR("boot4.next-server.150", option_150),
	JUDGE_PAIR("boot4.next-server.none", no_server),
	JUDGE_PAIR("boot4.next-server.sname", sname),
	JUDGE_PAIR("boot4.file.67-over-field", tell_file),
	JUDGE_PAIR("boot4.file.field-128-no-nul", full_field),
	JUDGE_PAIR("boot4.file.67-trailing-nul", trailing_nul),
	JUDGE_PAIR("boot4.file.67-len-255", long_name),
	JUDGE_PAIR("boot4.file.control-chars", forged_line),
	JUDGE_PAIR("boot4.file.empty", searches),
	JUDGE_PAIR("boot4.file.trailing-slash", below_folder),
	JUDGE_PAIR("boot4.info.ack-over-offer", ack_over_offer),
	JUDGE_END,
};
