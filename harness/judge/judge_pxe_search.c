/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of PXELINUX: which configuration is fetched (SYSLINUX's core/fs/pxe, RFC 5071)
 *
 * Where a case can be arranged so that only the right file has the control's entry in it, what was
 * booted decides. Else the names that the guest asks for do.
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp4.h"
#include "harness/judge/entry.h"
#include "harness/judge/pxe.h"
#include "harness/judge/tftp.h"

enum {
	N_DIGITS = 8, /* of an IPv4 address in hexadecimal */
};

static const char folder[] = "pxelinux.cfg/";

bool pxe_is_candidate(const struct trace_frame *f)
{
	return tftp_is_rrq(f) &&
	       g_strstr_len((const char *)f->tftp->file.p, (gssize)f->tftp->file.len, folder);
}

char *pxe_candidate(const struct trace_frame *f)
{
	const struct slice name = f->tftp->file;
	const char *at = g_strstr_len((const char *)name.p, (gssize)name.len, folder);
	const char *rest = at + strlen(folder);

	return g_strndup(rest, name.len - (size_t)(rest - (const char *)name.p));
}

char *pxe_address_text(uint32_t a)
{
	return g_strdup_printf("%u.%u.%u.%u", a >> 24, a >> 16 & 0xff, a >> 8 & 0xff, a & 0xff);
}

char *pxe_mac_name(const Trace *t)
{
	const struct trace_frame *f;
	const uint8_t *b;
	guint i;

	f = judge_next(t, 0, dhcp4_is_message, &i);
	if (!f)
		return NULL;
	b = f->dhcp->chaddr;
	return g_strdup_printf("01-%02x-%02x-%02x-%02x-%02x-%02x", b[0], b[1], b[2], b[3], b[4],
			       b[5]);
}

/* --- the search --- */

/* The names in their order; NULL: what they are made of is not known. */
static GPtrArray *expected_names(const Trace *t)
{
	g_autofree char *uuid = entry_value(t, "uuid"), *mac = pxe_mac_name(t);
	const struct trace_frame *ack = dhcp4_lease(t);
	GPtrArray *names;

	if (!uuid || !mac || !ack)
		return NULL;
	names = g_ptr_array_new_with_free_func(g_free);
	if (!g_str_equal(uuid, "none"))
		g_ptr_array_add(names, g_strdup(uuid));
	g_ptr_array_add(names, g_strdup(mac));
	for (unsigned n = N_DIGITS; n > 0; n--) {
		g_autofree char *hex = g_strdup_printf("%08X", ack->dhcp->yiaddr);

		g_ptr_array_add(names, g_strndup(hex, n));
	}
	g_ptr_array_add(names, g_strdup("default"));
	return names;
}

/* Each name in its place, up to the one that was found. */
static void in_order(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autoptr(GPtrArray) names = expected_names(t);
	const struct trace_frame *f;
	unsigned n = 0;

	(void)control;
	for (guint i = 0; names && (f = trace_frame(t, i)); i++) {
		g_autofree char *name = NULL;
		const char *want = n < names->len ? names->pdata[n] : "nothing more";

		if (!pxe_is_candidate(f) || !entry_is_new_request(t, i))
			continue;
		name = pxe_candidate(f);
		n++;
		judge_saw(out, g_str_equal(name, want) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
			  "name %u is %s; it should be %s", n, name, want);
		if (out->saw == JUDGE_SAW_BROKEN)
			return;
	}
}

/* In order, and what was found is what is booted. */
static void in_order_and_same(struct judgement *out, const Trace *t, const Trace *control)
{
	entry_same(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT)
		in_order(out, t, control);
}

static void no_zero_uuid(struct judgement *out, const Trace *t)
{
	static const char zero[] = "00000000-0000";
	g_autofree char *uuid = entry_value(t, "uuid");
	const struct trace_frame *f;
	guint i;

	if (g_strcmp0(uuid, "none"))
		return;
	for (f = judge_next(t, 0, pxe_is_candidate, &i); f;
	     f = judge_next(t, i + 1, pxe_is_candidate, &i)) {
		g_autofree char *name = pxe_candidate(f);

		if (g_str_has_prefix(name, zero)) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks for %s", name);
			return;
		}
		if (out->saw == JUDGE_SAW_NOTHING)
			judge_saw(out, JUDGE_SAW_KEPT, f, "the first name is %s", name);
	}
}

/* No name is tried behind the one whose file came. */
static void stop_on_found(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *asked = NULL, *found = NULL;

	(void)control;
	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (pxe_is_candidate(f) && entry_is_new_request(t, i)) {
			g_autofree char *name = pxe_candidate(f);

			if (found) {
				judge_saw(out, JUDGE_SAW_BROKEN, f,
					  "it asks for %s, after a configuration was found", name);
				return;
			}
			asked = f;
		}
		if (asked && !found && f->to_guest && f->kind == FRAME_TFTP_DATA &&
		    f->udp.dport == asked->udp.sport && f->data_len)
			found = asked;
	}
	if (found)
		judge_saw(out, JUDGE_SAW_KEPT, found, "no name follows the one that is found");
}

static void v6_names(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *names = entry_requests(t);

	(void)control;
	if (*names)
		judge_saw(out, JUDGE_SAW_VALUE, NULL, "over IPv6 it asks for %s", names);
}

/* --- DHCP options --- */

static void record_names(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *names = entry_requests(t);

	if (judge_payload_report(control) && dhcp4_lease(t))
		judge_saw(out, JUDGE_SAW_VALUE, NULL, "it asks for %s", *names ? names : "nothing");
}

static bool is_server_error(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_ERROR && f->tftp->error == TFTP_ERR_DISK_FULL;
}

/* The ERROR in the middle of the configuration came; what came before it must not be booted. */
static void half_a_file(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *error;
	guint i;

	error = judge_next(t, 0, is_server_error, &i);
	if (!error)
		return;
	entry_same_or_stopped(out, t, control);
	judge_add_frame(out, error);
}

/* The prefix of the scenario is "pfx": names begin with that, and no slash is behind it. */
static void no_slash(struct judgement *out, const Trace *t, const Trace *control)
{
	static const char prefix[] = "pfx";
	const struct trace_frame *f;
	guint i;

	(void)control;
	for (f = judge_next(t, 0, tftp_is_rrq, &i); f; f = judge_next(t, i + 1, tftp_is_rrq, &i)) {
		g_autofree char *name = g_strndup((const char *)f->tftp->file.p, f->tftp->file.len);

		if (!g_str_has_prefix(name, prefix))
			continue;
		judge_saw(out, name[strlen(prefix)] == '/' ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f,
			  "the prefix is %s, and it asks for %s", prefix, name);
		if (out->saw == JUDGE_SAW_BROKEN)
			return;
	}
}

/* The boot file is asked for by the name that DHCP gave. */
static void bootfile_as_is(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *ack = dhcp4_lease(t), *f;
	struct slice want;
	guint i;

	(void)control;
	f = judge_next(t, 0, tftp_is_rrq, &i);
	if (!ack || !f || dhcp_opt_find(&want, ack->dhcp, DHCP_OPT_BOOTFILE))
		return;
	judge_saw(out, tftp_same_text(f->tftp->file, want) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
		  "it asks for %.*s first; the boot file is %.*s", (int)f->tftp->file.len,
		  (const char *)f->tftp->file.p, (int)want.len, (const char *)want.p);
}

static void same_names(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *a = NULL, *b = NULL;

	entry_same(out, t, control);
	if (out->saw != JUDGE_SAW_KEPT)
		return;
	a = entry_requests(t);
	b = entry_requests(control);
	judge_saw(out, g_str_equal(a, b) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, NULL,
		  "it asks for %s, as without the option: %s", a, b);
}

/* How long after the last request the next DISCOVER comes. */
static void starts_anew(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *asked = NULL;

	(void)control;
	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (tftp_is_rrq(f))
			asked = f;
		if (asked && dhcp4_is_discover(f)) {
			judge_saw(out, JUDGE_SAW_VALUE, f, "it starts anew after %.1f s",
				  (double)(f->t_ns - asked->t_ns) / 1e9);
			return;
		}
	}
	if (asked)
		judge_saw(out, JUDGE_SAW_VALUE, asked, "it stops: \"%s\"", entry_last_line(t));
}

const struct judge judge_pxe_search[] = {
	JUDGE_PAIR("pxl.search.order", in_order_and_same),
	JUDGE_PAIR("pxl.search.uuid", entry_same),
	JUDGE_BOOT("pxl.search.uuid-absent", no_zero_uuid),
	JUDGE_PAIR("pxl.search.mac", entry_same),
	JUDGE_PAIR("pxl.search.ip-hex", in_order_and_same),
	JUDGE_PAIR("pxl.search.ip-leading-zero", in_order_and_same),
	JUDGE_PAIR("pxl.search.ipv6", v6_names),
	JUDGE_PAIR("pxl.search.stop-on-found", stop_on_found),
	JUDGE_PAIR("pxl.search.empty-file", entry_same_or_stopped),
	JUDGE_PAIR("pxl.search.candidate-silent", entry_same),
	JUDGE_PAIR("pxl.search.error-codes", entry_same_or_stopped),
	JUDGE_PAIR("pxl.search.config-truncated", half_a_file),
	JUDGE_PAIR("pxl.209.first", entry_same),
	JUDGE_PAIR("pxl.209.not-terminated", entry_same),
	JUDGE_PAIR("pxl.209.trailing-nul", entry_same),
	JUDGE_PAIR("pxl.209.without-210", entry_same),
	JUDGE_PAIR("pxl.209.absolute", record_names),
	JUDGE_PAIR("pxl.209.missing-falls-back", entry_same),
	JUDGE_PAIR("pxl.210.prefix-search", entry_same),
	JUDGE_PAIR("pxl.210.prefix-209", entry_same),
	JUDGE_PAIR("pxl.210.no-slash", no_slash),
	JUDGE_PAIR("pxl.210.other-options", bootfile_as_is),
	JUDGE_PAIR("pxl.210.kernel-path", record_names),
	JUDGE_PAIR("pxl.bootdir.relative-kernel", entry_same_cmdline),
	JUDGE_PAIR("pxl.210.long", entry_same_or_stopped),
	JUDGE_PAIR("pxl.209.long", entry_same_or_stopped),
	JUDGE_PAIR("pxl.208.ignored", same_names),
	JUDGE_PAIR("pxl.211.reboot-time", starts_anew),
	JUDGE_PAIR("pxl.magic.direct-config", entry_same),
	JUDGE_END,
};
