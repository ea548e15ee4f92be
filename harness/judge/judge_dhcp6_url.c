/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of what a client makes of the URL of its boot file (RFC 5970 3, RFC 3986)
 *
 * Active: the server tells another URL than the control's.
 */
#define _GNU_SOURCE /* memmem() */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/dhcp6.h"
#include "harness/judge/entry.h"
#include "harness/judge/tftp.h"

enum {
	PORT_DNS = 53,
	URL_LONG = 255,       /* ours: for which a buffer of one byte's length is too small */
	CODE_VISIBLE = 0x100, /* an option code from here on does not begin with a NUL */
};

/* The URL that the guest was told first; NULL: none, or none that can be read. */
static GUri *url_of(const Trace *t, const struct trace_frame **told)
{
	g_autofree char *text = NULL;
	struct dhcp6_msg m;
	struct slice value;
	guint i;

	*told = dhcp6_find(t, NULL, &i);
	if (!*told || !dhcp6_of(&m, *told) || dhcp6_opt_find(&value, &m, DHCP6_OPT_BOOTFILE_URL))
		return NULL;
	text = g_strndup((const char *)value.p, value.len);
	return g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
}

/* Whether it asks for the path of the URL, decoded, with or without the slash in front. */
static bool asks_for_path(const struct trace_frame *f, GUri *url)
{
	const char *path = g_uri_get_path(url);
	struct slice want;

	path += *path == '/';
	want = (struct slice){ (const uint8_t *)path, strlen(path) };
	return tftp_same_text(tftp_file_in_root(f->tftp->file), want);
}

static void saw_request(struct judgement *out, enum judge_saw saw, const struct trace_frame *f,
			const struct trace_frame *told)
{
	if (f)
		judge_saw(out, saw, f, "it asks for %.*s", (int)MIN(f->tftp->file.len, 120),
			  (const char *)f->tftp->file.p);
	else
		judge_saw(out, saw, NULL, "it asks for nothing");
	judge_add_frame(out, told);
}

/* The file that the URL names is asked for, at the server of the control. */
static void path_is_asked_for(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told, *f = dhcp6_request(t), *usual = dhcp6_request(control);
	g_autoptr(GUri) url = url_of(t, &told);

	if (url && usual)
		saw_request(out,
			    f && asks_for_path(f, url) && ip6_equal(&f->ip6.dst, &usual->ip6.dst)
				    ? JUDGE_SAW_KEPT
				    : JUDGE_SAW_BROKEN,
			    f, told);
}

static bool is_query(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && f->udp.dport == PORT_DNS;
}

/* Whether the first label of a name is in a query. */
static bool has_label(const struct trace_frame *f, const char *host)
{
	size_t len = strcspn(host, ".");

	return memmem(f->payload.p, f->payload.len, host, len) != NULL;
}

static void name_is_looked_up(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told, *f;
	g_autoptr(GUri) url = url_of(t, &told);
	guint i;

	if (!url || !dhcp6_request(control))
		return;
	f = judge_next(t, 0, is_query, &i);
	if (f && has_label(f, g_uri_get_host(url)))
		judge_saw(out, JUDGE_SAW_KEPT, f, "it asks DNS for it");
	else
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it asks DNS for %s",
			  f ? "something else" : "nothing");
	judge_add_frame(out, told);
}

/* An option stands directly behind the URL, and its first byte is none that ends a text. */
static bool is_followed(const Trace *t, guint i, const struct dhcp6_msg *m)
{
	(void)t;
	(void)i;
	for (size_t k = 0; k + 1 < m->n_opts; k++)
		if (m->opts[k].code == DHCP6_OPT_BOOTFILE_URL &&
		    m->opts[k + 1].code >= CODE_VISIBLE)
			return true;
	return false;
}

static void ends_with_option(struct judgement *out, const Trace *t, const Trace *control)
{
	dhcp6_refused(out, t, control, is_followed);
}

/* By itself, with a message: neither crash nor silence. */
static bool gave_up(const Trace *t)
{
	const struct trace_event *e = trace_event(t, "ending", NULL);

	return e && g_str_equal(e->name, "gave-up");
}

static void saw_end(struct judgement *out, enum judge_saw saw, const Trace *t,
		    const struct trace_frame *told)
{
	const struct trace_event *e = trace_event(t, "ending", NULL);

	judge_saw(out, saw, told, "%s, after \"%.120s\"", e ? e->name : "no end",
		  entry_last_line(t));
}

static void long_url(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told, *f = dhcp6_request(t);
	g_autoptr(GUri) url = url_of(t, &told);

	if (!url || strlen(g_uri_get_path(url)) < URL_LONG || !dhcp6_request(control))
		return;
	if (f && !asks_for_path(f, url))
		saw_request(out, JUDGE_SAW_BROKEN, f, told);
	else
		saw_end(out, gave_up(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t, told);
}

static void other_scheme(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told, *f = dhcp6_request(t);
	g_autoptr(GUri) url = url_of(t, &told);

	if (!url || g_str_equal(g_uri_get_scheme(url), "tftp") || !dhcp6_request(control))
		return;
	if (f && asks_for_path(f, url))
		saw_request(out, JUDGE_SAW_BROKEN, f, told);
	else
		saw_end(out, gave_up(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t, told);
}

static void no_path(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told;
	g_autoptr(GUri) url = url_of(t, &told);

	if (url && !*g_uri_get_path(url) && dhcp6_request(control))
		saw_end(out, gave_up(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, t, told);
}

static void port(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *told, *f;
	g_autoptr(GUri) url = url_of(t, &told);
	int want = url ? g_uri_get_port(url) : -1;

	if (want < 0 || !dhcp6_request(control))
		return;
	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (!f->to_guest && f->has_ip6 && f->has_udp && f->udp.dport == want) {
			judge_saw(out, JUDGE_SAW_KEPT, f, "it asks at port %d", want);
			return;
		}
	f = dhcp6_request(t);
	judge_saw(out, JUDGE_SAW_BROKEN, f, f ? "it asks at port 69" : "it asks for nothing");
	judge_add_frame(out, told);
}

/* The control's parameters are right, and become a command line. */
static void parameters(struct judgement *out, const Trace *t, const Trace *control)
{
	g_autofree char *cmdline = entry_value(control, "cmdline");
	const struct trace_frame *told;
	g_autoptr(GUri) url = url_of(t, &told);

	if (!url || !cmdline || !*cmdline)
		return;
	if (gave_up(t))
		saw_end(out, JUDGE_SAW_KEPT, t, told);
	else
		judge_same_payload(out, t, control);
}

const struct judge judge_dhcp6_url[] = {
	JUDGE_PAIR("dhcp6.url.literal", path_is_asked_for),
	JUDGE_PAIR("dhcp6.url.hostname", name_is_looked_up),
	JUDGE_PAIR("dhcp6.url.no-nul", ends_with_option),
	JUDGE_PAIR("dhcp6.url.long", long_url),
	JUDGE_PAIR("dhcp6.url.scheme-unsupported", other_scheme),
	JUDGE_PAIR("dhcp6.url.no-path", no_path),
	JUDGE_PAIR("dhcp6.url.percent", path_is_asked_for),
	JUDGE_PAIR("dhcp6.url.port", port),
	JUDGE_PAIR("dhcp6.param.list", parameters),
	JUDGE_END,
};
