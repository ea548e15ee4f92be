/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of conformance on real boots: the fields that judges rely on beside tshark's, what the
 * commands say, and that a stored run is judged as it was
 */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/dhcp6.h"
#include "harness/judge/ip6.h"
#include "harness/trace.h"
#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define CLIENT "client=libnet-7.2,lwip"
#define SCENARIOS                                                                                  \
	"scenario=boot/probe,dhcp/lost-ack,tftp/bad-udp-checksum,check-tftp/stray-data,"           \
	"ipv6/stateless,http/kernel-initrd"

/* Of libnet: passive and active, kept and broken. */
#define SOME_CHECKS "udp.*,tftp.tid.*,tftp.data.lost*,dhcp4.retx.*"

/* --- beside tshark --- */

/* A column: tshark's field, and what the trace has; both empty where there is none. */
struct column {
	const char *field;
	char *(*ours)(const struct trace_frame *f);
};

static char *number(uint64_t v)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, v);
}

static char *address(uint32_t v)
{
	return g_strdup_printf("%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

#define FIELD(name, has, value)                                                                    \
	static char *name(const struct trace_frame *f)                                             \
	{                                                                                          \
		return (has) ? (value) : g_strdup("");                                             \
	}

FIELD(ip_src, f->has_ip, address(f->ip.src))
FIELD(ip_dst, f->has_ip, address(f->ip.dst))
FIELD(ip_ttl, f->has_ip, number(f->ip.ttl))
FIELD(ip_tos, f->has_ip, g_strdup_printf("0x%02x", f->ip.tos))
FIELD(ip_id, f->has_ip, g_strdup_printf("0x%04x", f->ip.id))

static char *address6(const struct ip6_addr *a)
{
	g_autoptr(GInetAddress) text =
		g_inet_address_new_from_bytes((const guint8 *)a, G_SOCKET_FAMILY_IPV6);

	return g_inet_address_to_string(text);
}

FIELD(ip6_src, f->has_ip6, address6(&f->ip6.src))
FIELD(ip6_dst, f->has_ip6, address6(&f->ip6.dst))
FIELD(ip6_hops, f->has_ip6, number(f->ip6.hop_limit))

static char *icmp6_type(const struct trace_frame *f)
{
	struct icmp_hdr h;
	struct slice body;

	return ip6_icmp(&h, &body, f) ? number(h.type) : g_strdup("");
}

/* Of a solicitation. */
static char *ns_target(const struct trace_frame *f)
{
	struct ndp n;

	return f->kind == FRAME_ICMP6_NS && ip6_ndp(&n, f) ? address6(&n.target) : g_strdup("");
}

static char *dhcp6_field(const struct trace_frame *f, bool xid)
{
	struct dhcp6_msg m;

	if (!dhcp6_of(&m, f))
		return g_strdup("");
	return xid ? g_strdup_printf("0x%06x", m.xid) : number(m.type);
}

static char *dhcp6_type(const struct trace_frame *f)
{
	return dhcp6_field(f, false);
}

static char *dhcp6_xid(const struct trace_frame *f)
{
	return dhcp6_field(f, true);
}

FIELD(tcp_sport, f->has_tcp, number(f->tcp.sport))
FIELD(tcp_dport, f->has_tcp, number(f->tcp.dport))
FIELD(tcp_seq, f->has_tcp, number(f->tcp.seq))
FIELD(tcp_ack, f->has_tcp, number(f->tcp.ack))
FIELD(tcp_flags, f->has_tcp, g_strdup_printf("0x%04x", f->tcp.flags))
FIELD(tcp_window, f->has_tcp, number(f->tcp.window))
FIELD(tcp_mss, f->has_tcp && f->tcp.mss, number(f->tcp.mss))
FIELD(tcp_len, f->has_tcp, number(f->data_len))
FIELD(udp_sport, f->has_udp, number(f->udp.sport))
FIELD(udp_dport, f->has_udp, number(f->udp.dport))
FIELD(udp_sum, f->has_udp,
      g_strdup(f->udp.checksum == UDP_CHECKSUM_GOOD  ? "1"
	       : f->udp.checksum == UDP_CHECKSUM_BAD ? "0"
						     : "3"))
FIELD(dhcp_op, f->dhcp, number(f->dhcp->op))
FIELD(dhcp_htype, f->dhcp, g_strdup_printf("0x%02x", f->dhcp->htype))
FIELD(dhcp_hlen, f->dhcp, number(f->dhcp->hlen))
FIELD(dhcp_hops, f->dhcp, number(f->dhcp->hops))
FIELD(dhcp_xid, f->dhcp, g_strdup_printf("0x%08x", f->dhcp->xid))
FIELD(dhcp_secs, f->dhcp, number(f->dhcp->secs))
FIELD(dhcp_flags, f->dhcp, g_strdup_printf("0x%04x", f->dhcp->flags))
FIELD(dhcp_ciaddr, f->dhcp, address(f->dhcp->ciaddr))
FIELD(dhcp_yiaddr, f->dhcp, address(f->dhcp->yiaddr))
FIELD(dhcp_siaddr, f->dhcp, address(f->dhcp->siaddr))
FIELD(dhcp_giaddr, f->dhcp, address(f->dhcp->giaddr))
FIELD(dhcp_type, f->dhcp, number(dhcp_msg_type(f->dhcp)))

/* Lists of bytes, as tshark joins what is there several times. */
static char *joined(struct slice s)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < s.len; i++)
		g_string_append_printf(out, "%s%u", i ? "," : "", s.p[i]);
	return g_string_free(out, FALSE);
}

static char *dhcp_list(const struct trace_frame *f)
{
	struct slice list = { NULL, 0 };

	if (f->dhcp)
		dhcp_opt_find(&list, f->dhcp, DHCP_OPT_PARAMETERS);
	return joined(list);
}

static char *dhcp_number(const struct trace_frame *f, uint8_t code)
{
	uint32_t v;

	return f->dhcp && !dhcp_opt_find_be32(&v, f->dhcp, code) ? address(v) : g_strdup("");
}

static char *dhcp_server(const struct trace_frame *f)
{
	return dhcp_number(f, DHCP_OPT_SERVER_ID);
}

static char *dhcp_requested(const struct trace_frame *f)
{
	return dhcp_number(f, DHCP_OPT_REQUESTED_IP);
}

static char *dhcp_size(const struct trace_frame *f)
{
	uint16_t v;

	return f->dhcp && !dhcp_opt_find_be16(&v, f->dhcp, DHCP_OPT_MAX_SIZE) ? number(v)
									      : g_strdup("");
}

static bool is_tftp(const struct trace_frame *f)
{
	return frame_kind_area(f->kind) == FRAME_AREA_TFTP;
}

static bool has_block(const struct trace_frame *f)
{
	return f->kind == FRAME_TFTP_DATA || f->kind == FRAME_TFTP_ACK;
}

FIELD(tftp_op, is_tftp(f), number((unsigned)(f->kind - FRAME_TFTP_RRQ) + TFTP_RRQ))
FIELD(tftp_block, has_block(f), number(f->block))
FIELD(tftp_file, f->kind == FRAME_TFTP_RRQ,
      g_strndup((const char *)f->tftp->file.p, f->tftp->file.len))
FIELD(tftp_mode, f->kind == FRAME_TFTP_RRQ,
      g_strndup((const char *)f->tftp->mode.p, f->tftp->mode.len))
FIELD(tftp_code, f->kind == FRAME_TFTP_ERROR, number(f->tftp->error))

static char *tftp_options(const struct trace_frame *f, bool values)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; f->tftp && i < f->tftp->n_opts; i++) {
		struct slice s = values ? f->tftp->opts[i].value : f->tftp->opts[i].name;

		g_string_append_printf(out, "%s%.*s", i ? "," : "", (int)s.len, (const char *)s.p);
	}
	return g_string_free(out, FALSE);
}

static char *tftp_names(const struct trace_frame *f)
{
	return tftp_options(f, false);
}

static char *tftp_values(const struct trace_frame *f)
{
	return tftp_options(f, true);
}

static const struct column columns[] = {
	{ "ip.src", ip_src },
	{ "ip.dst", ip_dst },
	{ "ip.ttl", ip_ttl },
	{ "ip.dsfield", ip_tos },
	{ "ip.id", ip_id },
	{ "ipv6.src", ip6_src },
	{ "ipv6.dst", ip6_dst },
	{ "ipv6.hlim", ip6_hops },
	{ "icmpv6.type", icmp6_type },
	{ "icmpv6.nd.ns.target_address", ns_target },
	{ "dhcpv6.msgtype", dhcp6_type },
	{ "dhcpv6.xid", dhcp6_xid },
	{ "tcp.srcport", tcp_sport },
	{ "tcp.dstport", tcp_dport },
	{ "tcp.seq_raw", tcp_seq },
	{ "tcp.ack_raw", tcp_ack },
	{ "tcp.flags", tcp_flags },
	{ "tcp.window_size_value", tcp_window },
	{ "tcp.options.mss_val", tcp_mss },
	{ "tcp.len", tcp_len },
	{ "udp.srcport", udp_sport },
	{ "udp.dstport", udp_dport },
	{ "udp.checksum.status", udp_sum },
	{ "dhcp.type", dhcp_op },
	{ "dhcp.hw.type", dhcp_htype },
	{ "dhcp.hw.len", dhcp_hlen },
	{ "dhcp.hops", dhcp_hops },
	{ "dhcp.id", dhcp_xid },
	{ "dhcp.secs", dhcp_secs },
	{ "dhcp.flags", dhcp_flags },
	{ "dhcp.ip.client", dhcp_ciaddr },
	{ "dhcp.ip.your", dhcp_yiaddr },
	{ "dhcp.ip.server", dhcp_siaddr },
	{ "dhcp.ip.relay", dhcp_giaddr },
	{ "dhcp.option.dhcp", dhcp_type },
	{ "dhcp.option.request_list_item", dhcp_list },
	{ "dhcp.option.dhcp_server_id", dhcp_server },
	{ "dhcp.option.requested_ip_address", dhcp_requested },
	{ "dhcp.option.dhcp_max_message_size", dhcp_size },
	{ "tftp.opcode", tftp_op },
	{ "tftp.block", tftp_block },
	{ "tftp.source_file", tftp_file },
	{ "tftp.type", tftp_mode },
	{ "tftp.error.code", tftp_code },
	{ "tftp.option.name", tftp_names },
	{ "tftp.option.value", tftp_values },
};

static Job *tshark(const char *capture)
{
	const struct job_options o = { .program = "tshark" };
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	static const char *const first[] = { "-n",
					     "-o",
					     "udp.check_checksum:TRUE",
					     "-Y",
					     "frame.interface_id==1 && !icmp",
					     "-T",
					     "fields",
					     "-e",
					     "frame.number" };

	g_ptr_array_add(argv, (char *)"-r");
	g_ptr_array_add(argv, (char *)capture);
	for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
		g_ptr_array_add(argv, (char *)first[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_ptr_array_add(argv, (char *)"-e");
		g_ptr_array_add(argv, (char *)columns[i].field);
	}
	g_ptr_array_add(argv, NULL);
	return job_start(&o, (const char *const *)argv->pdata);
}

static const struct trace_frame *frame_of_number(const Trace *t, uint64_t number_)
{
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (f->number == number_)
			return f;
	return NULL;
}

static void compare_line(const char *cell, const Trace *t, const char *line)
{
	g_auto(GStrv) col = g_strsplit(line, "\t", -1);
	const struct trace_frame *f = frame_of_number(t, g_ascii_strtoull(col[0], NULL, 10));

	ck_assert_msg(f != NULL, "%s: frame %s is not in the trace", cell, col[0]);
	ck_assert_uint_eq(g_strv_length(col), 1 + G_N_ELEMENTS(columns));
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autofree char *ours = columns[i].ours(f);

		ck_assert_msg(g_str_equal(col[1 + i], ours),
			      "%s: frame %s: %s is \"%s\" for tshark and \"%s\" for us", cell,
			      col[0], columns[i].field, col[1 + i], ours);
	}
}

/* Return: frames compared. */
static unsigned compare(const char *dir, const Result *r)
{
	g_autofree char *capture = g_build_filename(dir, "cells", r->cell, "capture.pcapng", NULL);
	g_autofree char *journal =
		g_build_filename(dir, "cells", r->cell, "journal.jsonl.gz", NULL);
	g_autoptr(Trace) t = trace_load(journal, TRACE_N_FRAMES_MAX);
	g_autoptr(Job) j = tshark(capture);
	const char *line;
	unsigned n = 0;

	ck_assert_ptr_nonnull(t);
	for (; (line = job_line(j)); n++)
		compare_line(r->cell, t, line);
	job_wait(j);
	return n;
}

static bool ran(const Result *r)
{
	return r->verdict != VERDICT_SKIP;
}

START_TEST(tshark_reads_the_same)
{
	g_autofree char *dir = lab_path("fields");
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(Job) run =
		job_of("run", CLIENT, SCENARIOS, "server=builtin", "--keep", "--out", dir);
	g_autoptr(GPtrArray) results = results_load(path, NULL);
	unsigned n = 0;

	ck_assert_ptr_nonnull(results);
	for (guint i = 0; i < results->len; i++)
		if (ran(results->pdata[i]))
			n += compare(dir, results->pdata[i]);
	ck_assert_uint_gt(n, 500);
}
END_TEST

/* --- the commands --- */

/* What a report says of verdicts: its lines, but for folders. */
static char *verdicts(const Job *j)
{
	g_auto(GStrv) lines = g_strsplit(job_out(j), "\n", -1);
	GString *s = g_string_new(NULL);

	for (char **line = lines; *line; line++)
		if (**line && !strstr(*line, "capture.pcapng") && !strstr(*line, "Results in"))
			g_string_append_printf(s, "%s\n", *line);
	return g_string_free(s, FALSE);
}

START_TEST(a_past_run_is_judged_as_it_was)
{
	g_autofree char *dir = lab_path("conformance"), *other = lab_path("again");
	g_autoptr(Job) first =
		job_of("conformance", "libnet-7.2", "-j2", "-c", SOME_CHECKS, "--out", dir);
	g_autoptr(Job) again =
		job_of("conformance", "libnet-7.2", "-j1", "-c", SOME_CHECKS, "--out", other);
	g_autoptr(Job) check = job_of("check", dir, "-c", SOME_CHECKS);
	g_autofree char *a = verdicts(first), *b = verdicts(check), *c = verdicts(again);

	/* Faults of libnet that are known, measured and proven. */
	assert_exit(first, 0);
	assert_says(first, "fail  udp.checksum.bad-drop  libnet-7.2");
	assert_says(first, "fail  tftp.tid.wrong-port-data  libnet-7.2");
	assert_says(first, "warn  dhcp4.retx.request-on-lost-ack  libnet-7.2");
	assert_says(first, "; all is as expected");
	assert_exit(check, 0);
	assert_exit(again, 0);
	ck_assert_str_eq(a, b);
	ck_assert_str_eq(a, c);
}
END_TEST

START_TEST(captures_of_what_is_broken_are_kept)
{
	static const struct {
		const char *cell;
		bool kept;
	} cells[] = {
		{ "libnet-7.2/builtin/tftp/bad-udp-checksum/1", true },
		{ "libnet-7.2/builtin/check-tftp/lost-data/1", false },
	};
	g_autofree char *dir = lab_path("captures");
	g_autoptr(Job) j = job_of("conformance", "libnet-7.2", "-c", SOME_CHECKS, "--out", dir);

	for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
		g_autofree char *path =
			g_build_filename(dir, "cells", cells[i].cell, "capture.pcapng", NULL);

		ck_assert_msg(g_file_test(path, G_FILE_TEST_EXISTS) == cells[i].kept, "%s", path);
	}
}
END_TEST

static const struct {
	const char *argv[6];
	int exit;
	const char *says, *complains; /* NULL: no matter */
} words[] = {
	{ { "conformance", "--explain", "tftp.tid.error-5" }, 0, "RFC 1350 4", NULL },
	{ { "conformance", "--explain", "no.such" }, 2, NULL, "there is no such check" },
	{ { "conformance", "no-such-client" }, 2, NULL, "no client fits" },
	{ { "conformance", "-j0" }, 2, NULL, "--jobs" },
	{ { "conformance", "-c", "udp.no-such" }, 2, NULL, "\"udp.no-such\" fits no check" },
	{ { "conformance", "-c", "udp.*", "--document", "x" }, 2, NULL, "--document" },
	{ { "check" }, 2, NULL, "needs one DIR" },
	{ { "check", "/nowhere" }, 3, NULL, "there is no run in /nowhere" },
	{ { "list", "checks", "udp.*" }, 0, "udp.checksum.bad-drop", NULL },
	{ { "list", "checks", "no.such" }, 3, NULL, NULL },
};

START_TEST(what_they_say)
{
	g_autoptr(Job) j = job_start(NULL, words[_i].argv);

	job_wait(j);
	assert_exit(j, words[_i].exit);
	if (words[_i].says)
		assert_says(j, words[_i].says);
	if (words[_i].complains)
		ck_assert_msg(strstr(job_err(j), words[_i].complains) != NULL, "%s", job_err(j));
}
END_TEST

/* Every cell of a run is judged, and `iplab show` says so. */
START_TEST(every_run_has_its_checks)
{
	g_autofree char *dir = lab_path("shown");
	g_autoptr(Job) run = job_of("run", "client=libnet-7.2", "scenario=boot/probe",
				    "server=builtin", "--out", dir);
	g_autoptr(Job) show = job_of("show", "--run", dir, "libnet-7.2/builtin");

	assert_exit(run, 0);
	assert_says(show, "warn dhcp4.opt57.present-sane: there is no option 57 #2");
}
END_TEST

int main(void)
{
	g_autofree char *has_tshark = g_find_program_in_path("tshark");
	Suite *s = suite_create("checks");

	if (has_tshark)
		lab_add(s, tshark_reads_the_same);
	else
		puts("skip tshark_reads_the_same: no tshark here");
	lab_add(s, a_past_run_is_judged_as_it_was);
	lab_add(s, captures_of_what_is_broken_are_kept);
	lab_add_rows(s, what_they_say, N_ROWS(words));
	lab_add(s, every_run_has_its_checks);
	return lab_main(s);
}
