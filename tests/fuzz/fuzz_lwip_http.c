/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes into the netboot image's HTTP client
 *
 * An input is a row of steps: a byte says what comes (bytes of the connection, its end in order,
 * its break, time that passes), a byte how many there are, then they. Whatever comes, the bytes of
 * a file are stored in order and without a gap, what is sent is one request without a line that is
 * not ours, and it comes to an end when there is no progress.
 */
#include "firmware/lwip/http_client.h"

#include "tests/fuzz/fuzz.h"

enum {
	N_TURNS_MAX = 4 * HTTP_N_CONNECTIONS_MAX,
	N_LINES_MAX = 8, /* of a request */
	UNIT = 16,       /* bytes that come at once, for each of the length's steps */
};

#define SECOND UINT64_C(1000000000)

static size_t n_done, n_failed, n_pieces, n_parts, n_redirects;

static struct http_client c;
static uint64_t now, stored;

static void check_request(const struct text *t)
{
	unsigned n_lines = 0;

	LAW(!t->too_long);
	for (size_t i = 0; i < t->len; i++) {
		n_lines += t->p[i] == '\n';
		LAW((t->p[i] == '\n') == (i && t->p[i - 1] == '\r'));
		LAW(t->p[i] == '\r' || t->p[i] == '\n' || t->p[i] == '\t' ||
		    (uint8_t)t->p[i] >= ' ');
	}
	LAW(n_lines <= N_LINES_MAX && t->len > 4 && t->p[t->len - 3] == '\n');
}

static bool wants_connection(void)
{
	return c.state == HTTP_CLIENT_WAITING || c.state == HTTP_CLIENT_READY;
}

static void connect(void)
{
	static char buf[HTTP_REQUEST_MAX];
	struct text request = TEXT_INIT(buf);

	if (c.state == HTTP_CLIENT_WAITING) {
		now = now < c.deadline_ns ? c.deadline_ns : now;
		http_client_step(&c, now);
	}
	LAW(c.state == HTTP_CLIENT_READY);
	LAW(c.url.host.len && c.url.port);
	http_client_connecting(&c, now);
	http_client_connected(&c, now, &request);
	check_request(&request);
	n_parts += c.has_asked_range;
}

static void take(const uint8_t *buf, size_t len)
{
	while (len) {
		struct http_out out;
		size_t n = http_client_input(&c, now, buf, len, &out);

		LAW(n && n <= len);
		if (out.begins)
			stored = 0;
		LAW(!out.data_len || (out.data >= buf && out.data + out.data_len <= buf + n));
		LAW(!out.data_len || out.offset == stored);
		stored += out.data_len;
		n_pieces += out.data_len != 0;
		LAW(c.state != HTTP_CLIENT_DONE || c.stored == stored);
		LAW(c.reader.line_len <= HTTP_LINE_MAX && c.reader.head_len <= HTTP_HEAD_MAX + 1);
		buf += n;
		len -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned n_turns = 0;

	now = SECOND;
	stored = 0;
	http_client_start(&c, SLICE("http://host/d/kernel"), now);
	while (size >= 2 && !http_client_is_over(&c)) {
		uint8_t what = data[0];
		size_t len = (size_t)data[1] * UNIT;

		data += 2, size -= 2;
		len = len < size ? len : size;
		if (wants_connection())
			connect();
		take(data, len);
		data += len, size -= len;
		now += (uint64_t)(what >> 2) << 26;
		if (what % 4 == 1)
			http_client_closed(&c, now, true);
		else if (what % 4 == 2)
			http_client_closed(&c, now, false);
		else if (what % 4 == 3)
			http_client_step(&c, now = c.deadline_ns);
	}
	n_redirects += c.n_redirects != 0;
	for (; !http_client_is_over(&c) && n_turns < N_TURNS_MAX; n_turns++) {
		if (wants_connection())
			connect();
		http_client_step(&c, now = c.deadline_ns);
	}
	LAW(n_turns < N_TURNS_MAX);
	LAW((c.state == HTTP_CLIENT_FAILED) == (c.failure != HTTP_FAIL_NONE));
	n_done += c.state == HTTP_CLIENT_DONE;
	n_failed += c.state == HTTP_CLIENT_FAILED;
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	SEED_MAX = 4096,
	N_MUTATIONS = 100000,
};

/* What comes on one connection, and what becomes of it ('0' and on: as in the input). */
static const char *const seeds[][4] = {
	{ "0HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789" },
	{ "1HTTP/1.1 200 OK\r\n\r\n0123456789" },
	{ "0HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
	  "chunked\r\n\r\n5;a=b\r\n01234\r\na\r\n0123456789\r\n0\r\nx: y\r\n\r\n" },
	{ "0HTTP/1.1 302 Found\r\nLocation: ../x?y#z\r\n\r\n",
	  "0HTTP/1.1 307 T\r\nLocation: http://o:81/k\r\n\r\n",
	  "0HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" },
	{ "2HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 10\r\n\r\n01234",
	  "3HTTP/1.1 206 P\r\nContent-Range: bytes 5-9/10\r\n\r\n56",
	  "0HTTP/1.1 206 P\r\nContent-Range: bytes 7-9/10\r\nContent-Length: 3\r\n\r\n789" },
	{ "2HTTP/1.1 200 OK\r\nLast-Modified: x\r\nDate: y\r\nContent-Length: 10\r\n\r\n01234",
	  "0HTTP/1.1 416 R\r\nContent-Range: bytes */3\r\n\r\n",
	  "0HTTP/1.1 503 B\r\nRetry-After: 3\r\n\r\n",
	  "0HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc" },
	{ "0HTTP/1.1 404 Not Found\r\nServer: x\r\n folded\r\n\r\n" },
};

static size_t make_seed(uint8_t *out, size_t i)
{
	size_t len = 0;

	for (size_t k = 0; k < 4 && seeds[i][k]; k++) {
		const char *text = seeds[i][k] + 1;
		size_t n = strlen(text);

		out[len++] = (uint8_t)(seeds[i][k][0] - '0');
		out[len++] = (uint8_t)((n + UNIT - 1) / UNIT);
		memcpy(out + len, text, n);
		/* the steps are of whole units: fill up with what every state takes as more */
		memset(out + len + n, '\n', UNIT);
		len += (n + UNIT - 1) / UNIT * UNIT;
	}
	return len;
}

int main(int argc, char **argv)
{
	static uint8_t seed[SEED_MAX], buf[SEED_MAX];
	const size_t n_seeds = sizeof(seeds) / sizeof(seeds[0]);
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < n_seeds; i++) {
		size_t len = make_seed(seed, i);

		if (argc > 1) {
			fuzz_save(argv[1], i, seed, len);
			continue;
		}
		for (size_t n = 0; n <= len; n++)
			fuzz_one(seed, n);
	}
	if (argc > 1)
		return EXIT_SUCCESS;
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		size_t len = make_seed(buf, fuzz_random(&state) % n_seeds);

		fuzz_one(buf, fuzz_mutate(buf, len, SEED_MAX, &state));
	}
	printf("fuzz_lwip_http: %zu seeds, %d mutated; %zu files done, %zu failed, %zu pieces, %zu "
	       "parts asked for, %zu redirected\n",
	       n_seeds, N_MUTATIONS, n_done, n_failed, n_pieces, n_parts, n_redirects);
	return n_done && n_failed && n_pieces && n_parts && n_redirects ? EXIT_SUCCESS
									: EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
