/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that says anything, over TCP connections that hold, to the HTTP server
 *
 * Frames that are any bytes are fuzz_server's business. Here each segment has a right checksum and
 * numbers near those that are expected, so that what is behind them is reached. An input is the
 * number of a configuration, then records: connection, flags, how far sequence and ACK numbers are
 * off, window, wait, length of the data, data.
 *
 * Whatever comes: nothing crashes, no deadline is past, every segment that the server sends is
 * sound, what it sends again is what it sent before, it becomes quiet by itself, and the journal is
 * JSON.
 */
#include <json-glib/json-glib.h>

#include "harness/tree.h"
#include "server/http.h"

#include "tests/fuzz/fuzz.h"

enum {
	N_CONNS = 4,
	STREAM_MAX = 64 * 1024,  /* of each stream that is remembered */
	DRAIN_STEPS_MAX = 40000, /* a slow file has many */
	JOURNAL_SAMPLE = 17,
	RECORD_HLEN = 8,
};

#define SECOND_NS UINT64_C(1000000000)
#define GUEST_IP UINT32_C(0x0a00020f)
#define SERVER_IP UINT32_C(0x0a000202)

static const uint64_t waits_ns[] = { 0, 1, SECOND_NS / 1000, SECOND_NS, 70 * SECOND_NS };

#define NO HTTP_NOWHERE
#define AT(truncate, reset, stall, split)                                                          \
	.name = (char *)"x", .truncate_at = (truncate), .reset_at = (reset), .stall_at = (stall),  \
	.split_at = (split), .stall_ns = SECOND_NS

static char *lines[] = { (char *)"A: b", NULL };

static struct http_rule rules[] = {
	{ AT(NO, NO, NO, NO) },
	{ AT(NO, NO, NO, NO), .status = 302, .location = (char *)"/x", .retry_after_s = 5 },
	{ AT(3000, NO, NO, 7), .bare_lf = true, .fields = lines },
	{ AT(NO, 3000, NO, NO), .framing = HTTP_BY_CHUNKS, .chunk_bytes = 100 },
	{ AT(NO, NO, 100, NO), .framing = HTTP_BY_BOTH, .trailers = lines, .split_every = 3 },
	{ AT(NO, NO, NO, NO), .bytes_per_s = 5000, .length = (char *)"1", .extra_bytes = 9 },
	{ AT(NO, NO, NO, NO), .endless_head = true },
	{ AT(NO, NO, 0, NO), .framing = HTTP_BY_CLOSE, .field_bytes = 3000 },
};

/* A connection as the guest sees it. */
struct view {
	uint32_t snd_nxt, rcv_nxt, isn;
	bool has_isn;
	uint8_t bytes[STREAM_MAX];
	bool known[STREAM_MAX];
};

static struct view views[N_CONNS];
static char *root;
static Store *store;
static size_t n_sessions, n_journals, n_segments, n_resets, n_responses;

static void on_send(void *self, const struct tcp_flow *flow, struct slice segment)
{
	struct ipv4_hdr ip = { .src = SERVER_IP, .dst = GUEST_IP };
	struct tcp_hdr h;
	struct slice data;
	struct view *v;

	(void)self;
	n_segments++;
	LAW(flow->guest_ip == GUEST_IP && flow->server_ip == SERVER_IP);
	LAW(tcp_decode(&h, &data, &ip, segment.p, segment.len) == 0 && h.checksum_ok);
	LAW(data.len <= TCP_MSS && h.dport >= 40000 && h.dport < 40000 + N_CONNS);
	v = &views[h.dport - 40000];
	if (h.flags & TCP_RST) {
		LAW(!data.len);
		n_resets++;
		v->has_isn = false;
		return;
	}
	LAW(h.flags & TCP_ACK);
	if (h.flags & TCP_SYN) {
		LAW(!data.len && h.mss == TCP_MSS);
		if (!v->has_isn || v->isn != h.seq)
			memset(v->known, 0, sizeof(v->known));
		v->has_isn = true;
		v->isn = h.seq;
		v->rcv_nxt = h.seq + 1;
	}
	for (size_t i = 0; i < data.len; i++) {
		size_t at = h.seq - v->isn - 1 + i;

		if (at >= STREAM_MAX)
			break;
		LAW(!v->known[at] || v->bytes[at] == data.p[i]);
		v->known[at] = true;
		v->bytes[at] = data.p[i];
	}
	if (h.seq == v->rcv_nxt)
		v->rcv_nxt += (uint32_t)data.len + !!(h.flags & TCP_FIN);
}

static void on_transfer(void *self, enum http_transfer what, const char *file, uint64_t bytes)
{
	(void)self;
	(void)bytes;
	LAW(file);
	n_responses += what == HTTP_ENDED;
}

static void make_file(const char *name, size_t size)
{
	g_autofree char *path = g_build_filename(root, name, NULL);
	g_autofree char *bytes = g_malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i % 251);
	LAW(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

static void remove_root(void)
{
	store_free(store);
	tree_remove(root);
	g_free(root);
}

static void make_root(void)
{
	root = g_dir_make_tmp("iplab-fuzz-XXXXXX", NULL);
	LAW(root);
	make_file("kernel.img", 5000);
	make_file("big", 100000);
	make_file("empty", 0);
	store = store_new(root);
	LAW(store);
	atexit(remove_root);
}

static void step_until(HttpServer *s, uint64_t now_ns)
{
	uint64_t due_ns;

	while ((due_ns = http_server_deadline_ns(s)) <= now_ns) {
		http_server_step(s, due_ns);
		LAW(http_server_deadline_ns(s) > due_ns);
	}
}

static void drain(HttpServer *s)
{
	unsigned n = 0;
	uint64_t due_ns;

	while ((due_ns = http_server_deadline_ns(s)) != DEADLINE_NEVER) {
		LAW(n++ < DRAIN_STEPS_MAX);
		http_server_step(s, due_ns);
		LAW(http_server_deadline_ns(s) > due_ns);
	}
}

static void check_journal(const Journal *j)
{
	g_auto(GStrv) each = g_strsplit(journal_lines(j), "\n", -1);
	g_autoptr(JsonParser) parser = json_parser_new();

	for (char **line = each; *line && **line; line++)
		LAW(json_parser_load_from_data(parser, *line, -1, NULL));
	n_journals++;
}

/* A segment by its record; the numbers are off by what the record says. */
static void input(HttpServer *s, uint64_t now_ns, const uint8_t rec[RECORD_HLEN], struct slice data)
{
	static const struct mac mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };
	struct ipv4_hdr ip = { .src = GUEST_IP, .dst = SERVER_IP };
	struct view *v = &views[rec[0] % N_CONNS];
	struct tcp_hdr h = {
		.sport = (uint16_t)(40000 + rec[0] % N_CONNS),
		.dport = rec[0] >= 0xf0 ? 81 : 80,
		.seq = v->snd_nxt + (uint32_t)(int8_t)rec[2],
		.ack = v->rcv_nxt + (uint32_t)(int8_t)rec[3],
		.flags = rec[1],
		.window = (uint16_t)(rec[4] * 257),
		.mss = rec[1] & TCP_SYN ? rec[3] * 20u : 0,
	};
	uint8_t buf[TCP_HLEN_MAX + 256];
	struct wr w = WR_INIT(buf, sizeof(buf));
	uint8_t *exact;

	tcp_encode(&w, &h, &ip, data.p, data.len);
	LAW(!w.bad);
	if (!rec[2])
		v->snd_nxt += (uint32_t)data.len + !!(h.flags & TCP_SYN) + !!(h.flags & TCP_FIN);
	exact = malloc(sizeof(buf) - w.left);
	LAW(exact);
	memcpy(exact, buf, sizeof(buf) - w.left);
	http_server_input(s, now_ns, &ip, &mac, (struct slice){ exact, sizeof(buf) - w.left });
	free(exact);
	LAW(http_server_deadline_ns(s) >= now_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Journal) journal = journal_new(NULL);
	g_autoptr(GPtrArray) used = g_ptr_array_new();
	struct http_ops ops = { on_send, on_transfer, NULL };
	struct http_config cfg = http_config_default;
	struct rd r = RD_INIT(data, size);
	uint64_t now_ns = 0;
	HttpServer *s;

	if (!root)
		make_root();
	memset(views, 0, sizeof(views));
	g_ptr_array_add(used, &rules[rd_u8(&r) % G_N_ELEMENTS(rules)]);
	cfg.rules = used;
	s = http_server_new(&cfg, &ops, store, journal);
	while (r.left >= RECORD_HLEN) {
		const uint8_t *rec = rd_take(&r, RECORD_HLEN);
		size_t len = MIN(rec[6], r.left);

		now_ns += waits_ns[rec[5] % G_N_ELEMENTS(waits_ns)];
		step_until(s, now_ns);
		input(s, now_ns, rec, rd_slice(&r, len));
	}
	drain(s);
	http_server_free(s);
	if (n_sessions++ % JOURNAL_SAMPLE == 0)
		check_journal(journal);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	N_RANDOM = 4000,
	SESSION_CAP = 8 * 1024,
};

struct session {
	uint8_t buf[SESSION_CAP];
	size_t len;
};

static void add(struct session *s, uint8_t conn, uint8_t flags, const char *text)
{
	uint8_t rec[RECORD_HLEN] = { conn, flags, 0, 0, 200, 0, (uint8_t)strlen(text) };

	if (s->len + sizeof(rec) + strlen(text) > SESSION_CAP)
		abort();
	memcpy(s->buf + s->len, rec, sizeof(rec));
	memcpy(s->buf + s->len + sizeof(rec), text, strlen(text));
	s->len += sizeof(rec) + strlen(text);
}

/* Two connections with some requests on each, ACKs between them, and an end of each sort. */
static void make_session(struct session *s, uint8_t config)
{
	s->buf[0] = config;
	s->len = 1;
	add(s, 0, TCP_SYN, "");
	add(s, 0, TCP_ACK, "");
	add(s, 0, TCP_ACK, "GET /kernel.img HTTP/1.1\r\nHost: x\r\n\r\n");
	add(s, 1, TCP_SYN, "");
	add(s, 0, TCP_ACK, "");
	add(s, 1, TCP_ACK, "GET /big HTTP/1.1\r\nHo");
	add(s, 1, TCP_ACK, "st: x\r\nRange: bytes=7-50000\r\n\r\n");
	for (unsigned i = 0; i < 20; i++)
		add(s, 1, TCP_ACK, "");
	add(s, 0, TCP_ACK, "HEAD /%2e%2e/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nmore");
	add(s, 0, TCP_ACK | TCP_FIN, "");
	add(s, 1, TCP_ACK, "POST http://x/empty?a=b HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
	add(s, 1, TCP_RST, "");
	add(s, 1, TCP_ACK, "late");
	add(s, 0xf2, TCP_SYN, "");
}

static int save_seeds(const char *dir)
{
	static struct session s;

	for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
		make_session(&s, (uint8_t)i);
		fuzz_save(dir, i, s.buf, s.len);
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	uint64_t state = FUZZ_RANDOM_SEED;
	static struct session s;
	size_t n_cuts = 0, n_flips = 0;

	if (argc > 1)
		return save_seeds(argv[1]);
	make_session(&s, 0);
	fuzz_one(s.buf, s.len);
	if (!n_responses || !n_resets) {
		fprintf(stderr, "fuzz_http: the seed is no session\n");
		return EXIT_FAILURE;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
		make_session(&s, (uint8_t)i);
		for (size_t len = 0; len < s.len; len += i ? 29 : 1, n_cuts++)
			fuzz_one(s.buf, len);
		for (size_t bit = 8; bit < 8 * s.len; bit += i ? 31 : 3, n_flips++) {
			s.buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
			fuzz_one(s.buf, s.len);
			s.buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	for (unsigned i = 0; i < N_RANDOM; i++) {
		make_session(&s, (uint8_t)(fuzz_random(&state) % G_N_ELEMENTS(rules)));
		fuzz_one(s.buf, fuzz_mutate(s.buf, s.len, SESSION_CAP, &state));
	}
	printf("fuzz_http: %zu cut, %zu with a bit flipped, %d mutated; the server sent %zu "
	       "segments, %zu of them resets, %zu files arrived, %zu journals read\n",
	       n_cuts, n_flips, N_RANDOM, n_segments, n_resets, n_responses, n_journals);
	return EXIT_SUCCESS;
}

#endif /* FUZZ_LIBFUZZER */
