/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of PXELINUX: how a configuration is read
 *
 * There is no RFC of it: what counts is what SYSLINUX documents and does.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/entry.h"
#include "harness/judge/pxe.h"
#include "harness/judge/tftp.h"

enum {
	N_INCLUDES_MAX = 64, /* requests for one file that includes itself: ours */
	ARP_TARGET = 38,     /* offset of the address that an ARP message asks for */
};

#define OTHER_SERVER 0x0a000209u /* that scenarios name in KERNEL HOST::FILE */

/* --- files --- */

static void saw_names(struct judgement *out, enum judge_saw saw, const struct trace_frame *f,
		      const Trace *t)
{
	g_autofree char *names = entry_requests(t);

	judge_saw(out, saw, f, "it asks for %s", names);
}

static void which_names(struct judgement *out, const Trace *t, const Trace *control)
{
	(void)control;
	if (entry_request(t, "pxelinux.cfg/default"))
		saw_names(out, JUDGE_SAW_VALUE, NULL, t);
}

/* Two files, of which the kernel gets one behind the other. */
static void both_initrds(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *one = entry_value(control, "initrd_len");
	g_autofree char *len = entry_value(t, "initrd_len");
	const struct trace_frame *second = entry_request(t, "second.img");

	if (!one)
		return;
	if (!len || !second || !entry_request(t, "initrd.img"))
		saw_names(out, JUDGE_SAW_BROKEN, NULL, t);
	else
		judge_saw(out,
			  g_ascii_strtoull(len, NULL, 10) > g_ascii_strtoull(one, NULL, 10)
				  ? JUDGE_SAW_KEPT
				  : JUDGE_SAW_BROKEN,
			  second, "it asks for both, and the initrd has %s bytes", len);
}

/* The entry that is booted has neither initrd nor command line; the one before it has both. */
static void isolated(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = entry_request(t, "initrd.img");

	if (f)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks for the initrd of another entry");
	else
		entry_no_cmdline(out, t, control);
}

static bool asks_other_server(const struct trace_frame *f)
{
	const uint8_t *p = f->raw.p + ARP_TARGET;

	if (f->to_guest)
		return false;
	if (f->has_ip)
		return f->ip.dst == OTHER_SERVER;
	return f->kind == FRAME_ARP_REQUEST && f->raw.len >= ARP_TARGET + 4 &&
	       p[0] == OTHER_SERVER >> 24 && p[1] == (OTHER_SERVER >> 16 & 0xff) &&
	       p[2] == (OTHER_SERVER >> 8 & 0xff) && p[3] == (OTHER_SERVER & 0xff);
}

static void other_server(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	if (!judge_payload_report(control))
		return;
	f = judge_next(t, 0, asks_other_server, &i);
	if (f)
		judge_saw(out, JUDGE_SAW_KEPT, f, "it looks for 10.0.2.9");
	else
		saw_names(out, JUDGE_SAW_BROKEN, NULL, t);
}

static void include_loop(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	unsigned n = 0;

	entry_same_or_stopped(out, t, control);
	for (guint i = 0; (f = trace_frame(t, i)); i++)
		n += entry_is_new_request(t, i) && pxe_is_candidate(f);
	if (n > N_INCLUDES_MAX)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "%u requests for configurations", n);
}

/* What was fetched, and whether anything was fetched twice. */
static void fetch_order(struct judgement *out, const Trace *t)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *names = entry_requests(t);
	const struct trace_frame *f, *again = NULL;

	if (!judge_payload_report(t) || !*names)
		return;
	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (entry_is_new_request(t, i) &&
		    !g_hash_table_add(seen,
				      g_strndup((const char *)f->tftp->file.p, f->tftp->file.len)))
			again = again ? again : f;
	judge_saw(out, again ? JUDGE_SAW_VALUE : JUDGE_SAW_KEPT, again, "%s: %s",
		  again ? "some more than once" : "each once", names);
}

/* --- the command line --- */

static void initrd_in_append(struct judgement *out, const Trace *t, const Trace *control)
{
	judge_same_payload(out, t, control);
}

static void has_text(struct judgement *out, const Trace *t, const char *want)
{
	g_autofree char *cmdline = entry_value(t, "cmdline");

	if (!cmdline)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no payload started");
	else
		judge_saw(out, strstr(cmdline, want) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL,
			  "the command line is \"%s\"; it should have %s", cmdline, want);
}

/* The address that an option tells, in text; 0.0.0.0: it is not there. */
static char *option_address(const struct trace_frame *ack, uint8_t code)
{
	uint32_t value = 0;

	return dhcp_opt_find_be32(&value, ack->dhcp, code) ? g_strdup("0.0.0.0")
							   : pxe_address_text(value);
}

static void ipappend_ip(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *ack = dhcp4_lease(t);
	g_autofree char *client = NULL, *server = NULL, *router = NULL, *mask = NULL, *want = NULL;

	if (!ack || !judge_payload_report(control))
		return;
	client = pxe_address_text(ack->dhcp->yiaddr);
	server = pxe_address_text(ack->dhcp->siaddr);
	router = option_address(ack, DHCP_OPT_ROUTER);
	mask = option_address(ack, DHCP_OPT_SUBNET_MASK);
	want = g_strdup_printf("ip=%s:%s:%s:%s", client, server, router, mask);
	has_text(out, t, want);
	judge_add_frame(out, ack);
}

static void ipappend_bootif(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *mac = pxe_mac_name(t), *want = NULL;

	if (!mac || !judge_payload_report(control))
		return;
	want = g_strconcat("BOOTIF=", mac, NULL);
	has_text(out, t, want);
}

static void sysappend_both(struct judgement *out, const Trace *t, const Trace *control)
{
	ipappend_ip(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT)
		ipappend_bootif(out, t, control);
}

/* --- waiting --- */

/* From the last packet of the configuration to the request for the kernel. */
static const struct trace_frame *find_wait(const Trace *t, uint64_t *wait_ns)
{
	const struct trace_frame *kernel = entry_request(t, "vmlinuz"), *f;
	uint64_t last_ns = 0;

	for (guint i = 0; kernel && (f = trace_frame(t, i)) && f != kernel; i++)
		if (f->to_guest && f->kind == FRAME_TFTP_DATA)
			last_ns = f->t_ns;
	*wait_ns = kernel ? kernel->t_ns - last_ns : 0;
	return kernel;
}

static void waits(struct judgement *out, const Trace *t, const Trace *control, unsigned from_ms,
		  unsigned to_ms)
{
	uint64_t wait_ns;
	const struct trace_frame *kernel = find_wait(t, &wait_ns);
	unsigned wait_ms = (unsigned)(wait_ns / 1000000);

	if (!judge_payload_report(control))
		return;
	if (kernel)
		judge_saw(out,
			  wait_ms >= from_ms && wait_ms <= to_ms ? JUDGE_SAW_KEPT
								 : JUDGE_SAW_BROKEN,
			  kernel, "it waits %u ms; %u to %u are right", wait_ms, from_ms, to_ms);
	else
		saw_names(out, JUDGE_SAW_BROKEN, NULL, t);
}

static void waits_5_s(struct judgement *out, const Trace *t, const Trace *control)
{
	waits(out, t, control, 4900, 6000);
}

static void waits_not(struct judgement *out, const Trace *t, const Trace *control)
{
	waits(out, t, control, 0, 1000);
}

const struct judge judge_pxe_config[] = {
	JUDGE_PAIR("pxl.parse.keyword-case", entry_same),
	JUDGE_PAIR("pxl.parse.label-case", entry_record),
	JUDGE_PAIR("pxl.parse.crlf", entry_same),
	JUDGE_PAIR("pxl.parse.tab-separator", entry_same),
	JUDGE_PAIR("pxl.parse.leading-space", entry_same),
	JUDGE_PAIR("pxl.parse.trailing-space", entry_same),
	JUDGE_PAIR("pxl.parse.comments", entry_same),
	JUDGE_PAIR("pxl.parse.no-final-newline", entry_same),
	JUDGE_PAIR("pxl.parse.bom", entry_same_or_stopped),
	JUDGE_PAIR("pxl.parse.nul-byte", entry_same_or_stopped),
	JUDGE_PAIR("pxl.parse.long-line", entry_whole_cmdline),
	JUDGE_PAIR("pxl.parse.big-file", entry_same_or_stopped),
	JUDGE_PAIR("pxl.parse.many-labels", entry_same),
	JUDGE_PAIR("pxl.parse.unknown-keyword", entry_same),
	JUDGE_PAIR("pxl.parse.keyword-no-arg", entry_same_or_stopped),
	JUDGE_PAIR("pxl.parse.default-first", entry_same),
	JUDGE_PAIR("pxl.parse.default-last", entry_same),
	JUDGE_PAIR("pxl.parse.default-missing-label", entry_record),
	JUDGE_PAIR("pxl.parse.default-kernel-line", entry_same_cmdline),
	JUDGE_PAIR("pxl.parse.default-args", entry_same),
	JUDGE_PAIR("pxl.parse.no-default", entry_record),
	JUDGE_PAIR("pxl.parse.label-duplicate", entry_record),
	JUDGE_PAIR("pxl.parse.label-is-kernel", entry_same),
	JUDGE_PAIR("pxl.parse.entry-isolated", isolated),
	JUDGE_PAIR("pxl.parse.linux-keyword", entry_same),
	JUDGE_PAIR("pxl.parse.initrd-list", both_initrds),
	JUDGE_PAIR("pxl.parse.initrd-in-append", initrd_in_append),
	JUDGE_PAIR("pxl.parse.append-global", entry_same),
	JUDGE_PAIR("pxl.parse.append-dash", entry_no_cmdline),
	JUDGE_PAIR("pxl.parse.append-twice", entry_record),
	JUDGE_PAIR("pxl.parse.ipappend-1", ipappend_ip),
	JUDGE_PAIR("pxl.parse.ipappend-2", ipappend_bootif),
	JUDGE_PAIR("pxl.parse.sysappend-hex", sysappend_both),
	JUDGE_PAIR("pxl.parse.include", entry_same),
	JUDGE_PAIR("pxl.parse.include-loop", include_loop),
	JUDGE_PAIR("pxl.parse.timeout-prompt", waits_5_s),
	JUDGE_PAIR("pxl.parse.timeout-zero", waits_not),
	JUDGE_PAIR("pxl.parse.ontimeout", entry_same),
	JUDGE_PAIR("pxl.parse.menu-block", entry_same),
	JUDGE_PAIR("pxl.parse.menu-default", entry_same),
	JUDGE_PAIR("pxl.parse.localboot", entry_stopped),
	JUDGE_PAIR("pxl.path.leading-slash", which_names),
	JUDGE_PAIR("pxl.path.double-colon", entry_same),
	JUDGE_PAIR("pxl.path.ip-prefix", other_server),
	JUDGE_PAIR("pxl.path.url", entry_same_or_stopped),
	JUDGE_PAIR("pxl.path.len", entry_same_or_stopped),
	JUDGE_PAIR("pxl.path.dotdot", which_names),
	JUDGE_PAIR("pxl.kernel-not-found", entry_stopped),
	JUDGE_PAIR("pxl.initrd-not-found", entry_stopped),
	JUDGE_BOOT("pxl.fetch-order", fetch_order),
	JUDGE_END,
};
