/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/trace: a journal comes back as what was handed over
 */
#include "harness/trace.h"

#include <check.h>
#include <string.h>

#include "server/frame_journal.h"
#include "server/wire/tftp.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/wire_frame.h"

#define GUEST 0x0a00020f
#define SERVER 0x0a000202

static Journal *journal;
static Trace *trace;
static struct frame_flows flows;

static void set_up(void)
{
	journal = journal_new(NULL);
	trace = trace_new(8);
	flows = (struct frame_flows){ 0 };
}

static void tear_down(void)
{
	trace_free(trace);
	journal_free(journal);
}

/* Write a frame down as a cable does. */
static void write_frame(const struct wire_frame *f, uint64_t t_ns, bool to_guest, uint64_t number)
{
	static struct frame decoded;

	frame_decode(&decoded, &flows, f->buf, f->len);
	frame_journal(journal, t_ns, "nic0", to_guest, number, (struct slice){ f->buf, f->len },
		      &decoded);
}

static void write_datagram(uint32_t src, uint16_t sport, uint32_t dst, uint16_t dport,
			   const uint8_t *payload, size_t len)
{
	struct ipv4_hdr ip = { .src = src, .dst = dst, .ttl = 64, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = sport, .dport = dport };
	uint8_t datagram[1500];
	struct wr w = WR_INIT(datagram, sizeof(datagram));
	struct wire_frame f;

	udp_encode(&w, &udp, &ip, payload, len);
	wire_ip(&f, &ip, datagram, sizeof(datagram) - w.left);
	write_frame(&f, 7, src == SERVER, 2);
}

static void read_back(void)
{
	const char *p = journal_lines(journal);

	for (const char *end; (end = strchr(p, '\n')); p = end + 1)
		trace_add_line(trace, p, (size_t)(end - p));
}

static void write_rrq(uint16_t port)
{
	uint8_t rrq[64];
	struct wr w = WR_INIT(rrq, sizeof(rrq));

	tftp_rrq_encode(&w, "kernel.img", "octet");
	write_datagram(GUEST, port, SERVER, TFTP_PORT, rrq, sizeof(rrq) - w.left);
}

START_TEST(a_request)
{
	const struct trace_frame *f;

	write_rrq(2001);
	read_back();
	f = trace_frame(trace, 0);
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_null(trace_frame(trace, 1));
	ck_assert_int_eq(f->kind, FRAME_TFTP_RRQ);
	ck_assert(!f->to_guest && f->has_ip && !f->has_ip6 && f->has_udp);
	ck_assert_uint_eq(f->t_ns, 7);
	ck_assert_uint_eq(f->number, 2);
	ck_assert_uint_eq(f->ip.src, GUEST);
	ck_assert_uint_eq(f->udp.sport, 2001);
	ck_assert_int_eq(f->udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_ptr_nonnull(f->tftp);
	ck_assert_uint_eq(f->tftp->file.len, strlen("kernel.img"));
	ck_assert_uint_eq(f->raw.len, f->len);
}
END_TEST

START_TEST(data_without_its_bytes)
{
	uint8_t data[4 + 512];
	struct wr w = WR_INIT(data, sizeof(data));
	uint8_t block[512];
	const struct trace_frame *f;

	memset(block, 0x5a, sizeof(block));
	tftp_data_encode(&w, 3, block, sizeof(block));
	write_rrq(2001);
	write_datagram(SERVER, 49152, GUEST, 2001, data, sizeof(data));
	read_back();
	f = trace_frame(trace, 1);
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->kind, FRAME_TFTP_DATA);
	ck_assert(f->to_guest);
	ck_assert_uint_eq(f->block, 3);
	ck_assert_uint_eq(f->data_len, 512);
	ck_assert_uint_eq(f->raw.len, 14 + 20 + 8 + 4);
	ck_assert_uint_eq(f->payload.len, 4);
	ck_assert_uint_eq(f->payload.p[3], 3);
	/* What the journal says, not what zeros would come to. */
	ck_assert_int_eq(f->udp.checksum, UDP_CHECKSUM_GOOD);
}
END_TEST

/* A segment; a wrong checksum if @spoilt. */
static void write_segment(bool to_guest, const char *data, bool spoilt)
{
	struct ipv4_hdr ip = { .src = to_guest ? SERVER : GUEST,
			       .dst = to_guest ? GUEST : SERVER,
			       .ttl = 64,
			       .proto = IP_PROTO_TCP };
	struct tcp_hdr h = { .sport = 80, .dport = 81, .seq = 1000, .ack = 2000, .window = 7 };
	uint8_t segment[100];
	struct wr w = WR_INIT(segment, sizeof(segment));
	struct wire_frame f;

	h.flags = TCP_ACK | TCP_PSH;
	tcp_encode(&w, &h, &ip, (const uint8_t *)data, strlen(data));
	wire_ip(&f, &ip, segment, sizeof(segment) - w.left);
	f.buf[f.len - 1] ^= spoilt;
	write_frame(&f, 7, to_guest, 2);
}

START_TEST(segments)
{
	const struct trace_frame *f;

	write_segment(false, "GET /", false);
	write_segment(true, "HTTP/", false);
	write_segment(true, "HTTP/", true);
	read_back();
	f = trace_frame(trace, 0);
	ck_assert(f->has_tcp && f->has_ip && !f->has_udp && f->kind == FRAME_TCP_DATA);
	ck_assert(f->tcp.checksum_ok && f->tcp.sport == 80 && f->tcp.seq == 1000);
	ck_assert_uint_eq(f->data_len, 5);
	ck_assert(f->payload.len == 5 && !memcmp(f->payload.p, "GET /", 5));
	f = trace_frame(trace, 1);
	ck_assert(f->has_tcp && f->tcp.checksum_ok && f->tcp.ack == 2000);
	ck_assert_uint_eq(f->data_len, 5);
	ck_assert_uint_eq(f->payload.len, 0);
	ck_assert(!trace_frame(trace, 2)->tcp.checksum_ok);
}
END_TEST

START_TEST(data_that_is_spoilt)
{
	struct ipv4_hdr ip = { .src = SERVER, .dst = GUEST, .ttl = 64, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = 49152, .dport = 2001 };
	uint8_t datagram[1500], data[] = { 0, 3, 0, 1, 'x', 'y' };
	struct wr w = WR_INIT(datagram, sizeof(datagram));
	struct wire_frame f;

	write_rrq(2001);
	udp_encode(&w, &udp, &ip, data, sizeof(data));
	wire_ip(&f, &ip, datagram, sizeof(datagram) - w.left);
	f.buf[f.len - 1] ^= 1;
	write_frame(&f, 8, true, 4);
	read_back();
	ck_assert_int_eq(trace_frame(trace, 1)->udp.checksum, UDP_CHECKSUM_BAD);
}
END_TEST

START_TEST(a_message_that_is_malformed)
{
	const struct trace_frame *f;

	write_datagram(GUEST, 2001, SERVER, TFTP_PORT, (const uint8_t *)"\0\1x", 3);
	read_back();
	f = trace_frame(trace, 0);
	ck_assert_int_eq(f->kind, FRAME_MALFORMED);
	ck_assert_str_eq(f->broken, "tftp");
	ck_assert(f->has_udp && !f->tftp);
	ck_assert_uint_eq(f->payload.len, 3);
}
END_TEST

START_TEST(more_frames_than_it_may_have)
{
	for (int i = 0; i < 9; i++)
		write_rrq(2001);
	read_back();
	ck_assert(trace->is_cut);
	ck_assert_ptr_nonnull(trace_frame(trace, 7));
	ck_assert_ptr_null(trace_frame(trace, 8));
}
END_TEST

START_TEST(events_between_frames)
{
	const struct trace_event *e;

	journal_begin(journal, 0, "milestone");
	journal_str(journal, "name", "power-on");
	journal_end(journal);
	write_rrq(2001);
	journal_begin(journal, 9, "console");
	journal_str(journal, "text", "say \"no\"");
	journal_end(journal);
	read_back();
	ck_assert_ptr_nonnull(trace_event(trace, "milestone", "power-on"));
	ck_assert_ptr_null(trace_event(trace, "milestone", "payload"));
	e = trace_event(trace, "console", NULL);
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->name, "say \"no\"");
	ck_assert_uint_eq(e->n_frames, 1);
	ck_assert_uint_eq(trace->end_ns, 9);
}
END_TEST

static const struct {
	const char *what, *line;
} no_frames[] = {
	{ "nothing", "" },
	{ "no event", "{\"t_ns\":1,\"raw\":\"00\",\"len\":1}" },
	{ "more bytes than the frame had", "{\"ev\":\"udp\",\"len\":1,\"raw\":\"0000\"}" },
	{ "half a byte", "{\"ev\":\"udp\",\"len\":4,\"raw\":\"000\"}" },
	{ "no hexadecimal digits", "{\"ev\":\"udp\",\"len\":4,\"raw\":\"zz\"}" },
	{ "longer than any frame", "{\"ev\":\"udp\",\"len\":99999999999,\"raw\":\"00\"}" },
};

START_TEST(lines_without_a_frame)
{
	trace_add_line(trace, no_frames[_i].line, strlen(no_frames[_i].line));
	ck_assert_msg(!trace_frame(trace, 0), "%s", no_frames[_i].what);
}
END_TEST

START_TEST(a_frame_of_no_bytes)
{
	static const char line[] = "{\"ev\":\"malformed\",\"len\":0,\"raw\":\"\"}";

	trace_add_line(trace, line, strlen(line));
	ck_assert_int_eq(trace_frame(trace, 0)->kind, FRAME_MALFORMED);
}
END_TEST

START_TEST(from_a_file)
{
	g_autofree char *dir = temp_folder_new();
	g_autofree char *path = g_build_filename(dir, "journal.jsonl.gz", NULL);
	Journal *j = journal_new(path);
	g_autoptr(Trace) t = NULL;

	journal_begin(j, 5, "ending");
	journal_str(j, "class", "hang");
	journal_end(j);
	journal_free(j);
	t = trace_load(path, 8);
	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(trace_event(t, "ending", NULL)->name, "hang");
	temp_folder_remove(g_steal_pointer(&dir));
	ck_assert_ptr_null(trace_load("/nowhere/journal.jsonl.gz", 8));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("trace");
	TCase *tc = tcase_create("trace");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_request);
	tcase_add_test(tc, data_without_its_bytes);
	tcase_add_test(tc, segments);
	tcase_add_test(tc, data_that_is_spoilt);
	tcase_add_test(tc, a_message_that_is_malformed);
	tcase_add_test(tc, more_frames_than_it_may_have);
	tcase_add_test(tc, events_between_frames);
	tcase_add_loop_test(tc, lines_without_a_frame, 0, N_ROWS(no_frames));
	tcase_add_test(tc, a_frame_of_no_bytes);
	tcase_add_test(tc, from_a_file);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
