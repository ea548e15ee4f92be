/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/tftp_client: a TFTP read, without I/O
 */
#include "firmware/lwip/tftp_client.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)

enum {
	PORT = 50000, /* of the server's transfer */
	FILE_MAX = 1 << 20,
};

static struct tftp_client c;
static struct tftp_out out;
static uint64_t now;
static uint8_t file[FILE_MAX]; /* what was stored */

static const struct tftp_config full = { .blksize = 1468, .window = 4, .tsize = true };
static const struct tftp_config matched = { .blksize = 1428, .window = 1 };
static const struct tftp_config plain = { .blksize = 512, .window = 1 };
static const struct tftp_config timed = { .blksize = 512, .window = 1, .timeout_s = 3 };

static void start(const struct tftp_config *cfg)
{
	now = 5 * S;
	tftp_client_start(&c, cfg, "kernel.img", 10, now, &out);
}

static void store(void)
{
	if (!out.data_len)
		return;
	ck_assert_uint_le(out.offset + out.data_len, FILE_MAX);
	memcpy(file + out.offset, out.data, out.data_len);
}

/* A datagram in a block of its own size, so that a sanitizer sees one byte too many. */
static void input_from(bool server, uint16_t port, const void *buf, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1);

	memcpy(exact, buf, len);
	tftp_client_input(&c, now, server, port, exact, len, &out);
	store();
	free(exact);
}

static void input(const void *buf, size_t len)
{
	input_from(true, PORT, buf, len);
}

/* An OACK of these words: "blksize|1024|tsize|7". */
static void oack(const char *words)
{
	uint8_t buf[256] = { 0, 6 };
	size_t n = 2;

	for (; *words; words++)
		buf[n++] = *words == '|' ? 0 : (uint8_t)*words;
	input(buf, n + (n > 2));
}

/* A block of @len bytes that all are the low byte of its number. */
static void data_from(uint16_t port, uint16_t block, size_t len)
{
	uint8_t buf[2000] = { 0, 3, (uint8_t)(block >> 8), (uint8_t)block };

	memset(buf + 4, block & 0xff, len);
	input_from(true, port, buf, len + 4);
}

static void data(uint16_t block, size_t len)
{
	data_from(PORT, block, len);
}

static void error(uint16_t code, const char *text)
{
	uint8_t buf[256] = { 0, 5, (uint8_t)(code >> 8), (uint8_t)code };

	strcpy((char *)buf + 4, text);
	input(buf, 5 + strlen(text));
}

/* What was sent, as text: "rrq kernel.img octet blksize 1468", "ack 3", "error 8". */
static const char *sent(void)
{
	static char text[600];
	char *t = text;

	if (out.to == TFTP_TO_NOBODY)
		return "";
	ck_assert_uint_ge(out.len, 4);
	switch (out.buf[1]) {
	case 1:
		t += sprintf(t, "rrq");
		for (size_t i = 2; i < out.len; i += strlen((char *)out.buf + i) + 1)
			t += sprintf(t, " %s", out.buf + i);
		break;
	case 4:
		ck_assert_uint_eq(out.len, 4);
		sprintf(text, "ack %d", out.buf[2] << 8 | out.buf[3]);
		break;
	case 5:
		sprintf(text, "error %d", out.buf[2] << 8 | out.buf[3]);
		break;
	default:
		return "something strange";
	}
	return text;
}

#define ck_sent(what) ck_assert_str_eq(sent(), what)

/* Let the time pass to the deadline, and take the step. */
static void wait_deadline(void)
{
	ck_assert(c.deadline_ns != UINT64_MAX);
	ck_assert(c.deadline_ns >= now);
	now = c.deadline_ns;
	tftp_client_step(&c, now, &out);
}

START_TEST(asks_for_what_it_is_told_to)
{
	start(&full);
	ck_sent("rrq kernel.img octet blksize 1468 tsize 0 windowsize 4");
	ck_assert_int_eq(out.to, TFTP_TO_SERVER);
	ck_assert_uint_eq(c.tid, 0);
	start(&matched);
	ck_sent("rrq kernel.img octet blksize 1428");
	start(&plain);
	ck_sent("rrq kernel.img octet");
	start(&timed);
	ck_sent("rrq kernel.img octet timeout 3");
}
END_TEST

START_TEST(name_must_fit)
{
	char name[600];

	memset(name, 'x', sizeof(name));
	tftp_client_start(&c, &plain, name, 512 - 2 - 1 - 6, 0, &out);
	ck_assert_int_eq(c.state, TFTP_STATE_REQUESTED);
	ck_assert_uint_eq(out.len, 512);
	tftp_client_start(&c, &plain, name, 512 - 2 - 1 - 6 + 1, 0, &out);
	ck_assert_int_eq(c.failure, TFTP_FAIL_NAME);
	ck_sent("");
}
END_TEST

START_TEST(window_is_acknowledged_once)
{
	start(&full);
	oack("blksize|1024|tsize|4100|windowsize|4");
	ck_sent("ack 0");
	ck_assert(c.has_tsize && c.tsize == 4100);
	for (uint16_t i = 1; i < 4; i++) {
		data(i, 1024);
		ck_sent("");
	}
	data(4, 1024);
	ck_sent("ack 4");
	data(5, 4);
	ck_sent("ack 5");
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
	ck_assert_uint_eq(c.bytes, 4100);
	ck_assert_uint_eq(file[1023], 1);
	ck_assert_uint_eq(file[1024], 2);
	ck_assert_uint_eq(file[4099], 5);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

START_TEST(a_file_shorter_than_its_size_is_no_file)
{
	start(&full);
	oack("blksize|1024|tsize|4100|windowsize|4");
	data(1, 1024);
	data(2, 1023);
	ck_assert_int_eq(c.failure, TFTP_FAIL_SHORT);
	ck_sent("error 4");
	start(&full);
	oack("blksize|1024|tsize|1000|windowsize|4");
	data(1, 1001); /* longer than it was is one that grew */
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
}
END_TEST

START_TEST(server_without_options)
{
	start(&full);
	data(1, 512);
	ck_sent("ack 1");
	data(2, 512);
	ck_sent("ack 2");
	data(3, 0);
	ck_sent("ack 3");
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
	ck_assert_uint_eq(c.bytes, 1024);
}
END_TEST

START_TEST(empty_file)
{
	start(&full);
	data(1, 0);
	ck_sent("ack 1");
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
	ck_assert_uint_eq(c.bytes, 0);
}
END_TEST

static const struct {
	const char *what, *words;
	bool ok;
	unsigned blksize, window;
} oack_rows[] = {
	{ "all as asked", "blksize|1468|tsize|9|windowsize|4", true, 1468, 4 },
	{ "another order, and case", "WindowSize|2|BLKSIZE|8", true, 8, 2 },
	{ "no block size: the default one", "tsize|9", true, 512, 1 },
	{ "nothing at all", "", true, 512, 1 },
	{ "NULs at the end", "blksize|1000|||", true, 1000, 1 },
	{ "a larger block size", "blksize|1469", false, 0, 0 },
	{ "a block size too small", "blksize|7", false, 0, 0 },
	{ "a block size that wraps", "blksize|66004", false, 0, 0 },
	{ "no number", "blksize|abc", false, 0, 0 },
	{ "an empty number", "blksize||", false, 0, 0 },
	{ "a negative number", "blksize|-1", false, 0, 0 },
	{ "a larger window", "windowsize|5", false, 0, 0 },
	{ "no window", "windowsize|0", false, 0, 0 },
	{ "an option that we did not ask for", "timeout|3", false, 0, 0 },
	{ "an unknown option", "multicast|1", false, 0, 0 },
	{ "an option twice", "blksize|512|blksize|1024", false, 0, 0 },
	{ "an option without a value", "blksize", false, 0, 0 },
};

START_TEST(oack_values)
{
	start(&full);
	oack(oack_rows[_i].words);
	if (!oack_rows[_i].ok) {
		ck_assert_msg(c.failure == TFTP_FAIL_OPTION, "%s", oack_rows[_i].what);
		ck_sent("error 8");
		return;
	}
	ck_assert_msg(c.state == TFTP_STATE_AGREED, "%s", oack_rows[_i].what);
	ck_sent("ack 0");
	ck_assert_uint_eq(c.blksize, oack_rows[_i].blksize);
	ck_assert_uint_eq(c.window, oack_rows[_i].window);
}
END_TEST

START_TEST(oack_without_its_last_nul)
{
	static const uint8_t buf[] = { 0, 6, 't', 's', 'i', 'z', 'e', 0, '9' };

	start(&full);
	input(buf, sizeof(buf));
	ck_sent("error 8");
}
END_TEST

START_TEST(oack_to_a_plain_request)
{
	start(&plain);
	oack("blksize|512");
	ck_sent("error 8");
}
END_TEST

START_TEST(oack_again_and_too_late)
{
	start(&full);
	oack("windowsize|2");
	oack("windowsize|2");
	ck_sent("ack 0");
	data(1, 512);
	oack("windowsize|2");
	ck_sent("");
	data(2, 512);
	ck_sent("ack 2");
}
END_TEST

START_TEST(repeated_oack_gives_no_more_time)
{
	uint64_t deadline;

	start(&full);
	oack("windowsize|2");
	deadline = c.deadline_ns;
	now += 10 * MS;
	oack("windowsize|2");
	ck_assert_uint_eq(c.deadline_ns, deadline);
}
END_TEST

START_TEST(stranger_is_told_and_disturbs_nothing)
{
	start(&full);
	oack("windowsize|2");
	data_from(PORT + 1, 1, 512);
	ck_sent("error 5");
	ck_assert_int_eq(out.to, TFTP_TO_SENDER);
	ck_assert_uint_eq(c.n_blocks, 0);
	input_from(false, PORT, "\0\3\0\1x", 5);
	ck_sent("error 5");
	input_from(false, PORT, "\0\5\0\0", 5); /* an ERROR is not answered, and not believed */
	ck_sent("");
	data(1, 512);
	data(2, 512);
	ck_sent("ack 2");
}
END_TEST

START_TEST(first_answer_from_another_host)
{
	start(&full);
	input_from(false, PORT, "\0\3\0\1x", 5);
	ck_sent("error 5");
	ck_assert_int_eq(c.state, TFTP_STATE_REQUESTED);
	ck_assert_uint_eq(c.tid, 0);
}
END_TEST

START_TEST(request_is_repeated_with_backoff)
{
	uint64_t begin, waits[] = { 1 * S, 2 * S, 4 * S, 4 * S, 4 * S };

	start(&full);
	begin = now;
	for (unsigned i = 0; i < 5; i++) {
		uint64_t before = now;

		wait_deadline();
		ck_sent("rrq kernel.img octet blksize 1468 tsize 0 windowsize 4");
		ck_assert_uint_eq(now - before, waits[i]);
	}
	while (!tftp_client_is_over(&c))
		wait_deadline();
	ck_assert_int_eq(c.failure, TFTP_FAIL_TIMEOUT);
	ck_assert_uint_ge(now - begin, 30 * S);
	ck_assert_uint_le(now - begin, 35 * S);
}
END_TEST

START_TEST(request_is_repeated_to_port_69)
{
	start(&full);
	input("\0\5\0", 3); /* no answer yet, but from somewhere */
	now = c.deadline_ns;
	tftp_client_step(&c, now, &out);
	ck_assert_int_eq(out.to, TFTP_TO_SERVER);
	ck_assert_uint_eq(c.tid, 0);
	data_from(PORT + 7, 1, 512);
	ck_sent("ack 1");
}
END_TEST

START_TEST(step_before_the_deadline_does_nothing)
{
	start(&full);
	now = c.deadline_ns - 1;
	tftp_client_step(&c, now, &out);
	ck_sent("");
}
END_TEST

START_TEST(ack_is_repeated_while_blocks_are_missing)
{
	start(&full);
	oack("windowsize|4");
	data(1, 512);
	wait_deadline();
	ck_sent("ack 1");
	wait_deadline();
	ck_sent("ack 1");
	/* The server goes back: a new window begins behind block 1. */
	data(2, 512);
	data(3, 512);
	data(4, 512);
	ck_sent("");
	data(5, 512);
	ck_sent("ack 5");
}
END_TEST

START_TEST(progress_gives_new_time)
{
	start(&matched);
	for (uint16_t i = 1; i < 60; i++) {
		wait_deadline(); /* each block comes late */
		data(i, i == 59 ? 1 : 512);
	}
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
}
END_TEST

START_TEST(wait_follows_the_round_trip)
{
	start(&full);
	now += 20 * MS;
	oack("windowsize|2");
	for (uint16_t i = 1; i < 40; i += 2) {
		now += 20 * MS;
		data(i, 512);
		data((uint16_t)(i + 1), 512);
	}
	ck_assert_uint_eq(c.deadline_ns - now, 100 * MS); /* the shortest */
	for (uint16_t i = 41; i < 80; i += 2) {
		now += 700 * MS;
		data(i, 512);
		data((uint16_t)(i + 1), 512);
	}
	ck_assert_uint_ge(c.deadline_ns - now, 700 * MS);
	ck_assert_uint_le(c.deadline_ns - now, 3 * S);
}
END_TEST

START_TEST(wait_in_lock_step_is_a_second)
{
	start(&matched);
	for (uint16_t i = 1; i < 10; i++) {
		now += MS;
		data(i, 512);
	}
	ck_assert_uint_eq(c.deadline_ns - now, 1 * S);
}
END_TEST

START_TEST(repeated_packet_is_not_timed)
{
	start(&matched);
	wait_deadline(); /* repeated: an answer may be to either */
	now += 3 * MS;
	data(1, 512);
	ck_assert_uint_eq(c.srtt_ns, 0);
	now += 5 * MS;
	data(2, 512);
	ck_assert_uint_eq(c.srtt_ns, 5 * MS);
}
END_TEST

START_TEST(agreed_timeout_is_used)
{
	start(&timed);
	oack("timeout|3");
	ck_assert_uint_eq(c.deadline_ns - now, 3 * S);
	data(1, 512);
	ck_assert_uint_eq(c.deadline_ns - now, 3 * S);
	start(&timed);
	oack("timeout|4");
	ck_sent("error 8");
	start(&timed);
	data(1, 512); /* not agreed on */
	ck_assert_uint_eq(c.deadline_ns - now, 1 * S);
}
END_TEST

START_TEST(gap_is_told_once)
{
	start(&full);
	oack("windowsize|4");
	data(1, 512);
	data(3, 512);
	ck_sent("ack 1");
	data(4, 512);
	ck_sent("");
	ck_assert_uint_eq(c.n_blocks, 1);
	data(2, 512);
	data(3, 512);
	data(4, 512);
	ck_sent("");
	data(5, 512);
	ck_sent("ack 5");
	data(7, 512);
	ck_sent("ack 5"); /* another gap */
}
END_TEST

START_TEST(old_block_is_no_gap)
{
	start(&full);
	oack("windowsize|4");
	for (uint16_t i = 1; i <= 5; i++)
		data(i, 512);
	data(3, 512);
	ck_sent("");
	data(6, 512);
	data(7, 512);
	data(8, 512);
	ck_sent("ack 8");
}
END_TEST

START_TEST(gap_at_the_start)
{
	start(&full);
	oack("windowsize|4");
	data(2, 512);
	ck_sent("ack 0");
	ck_assert_uint_eq(c.bytes, 0);
}
END_TEST

START_TEST(lock_step_ignores_later_blocks)
{
	start(&matched);
	data(1, 512);
	data(3, 512);
	ck_sent("");
	ck_assert_uint_eq(c.n_blocks, 1);
	data(2, 512);
	ck_sent("ack 2");
}
END_TEST

START_TEST(copy_of_a_block_is_not_answered_but_a_repetition_is)
{
	start(&matched);
	now += 10 * MS;
	data(1, 512);
	ck_sent("ack 1");
	now += 10 * MS;
	data(2, 512);
	ck_sent("ack 2");
	data(2, 512); /* the network's copy */
	ck_sent("");
	data(1, 512); /* and a late one */
	ck_sent("");
	now += 50 * MS;
	data(2, 512); /* the server did not hear us */
	ck_sent("ack 2");
	ck_assert_uint_eq(c.bytes, 1024);
}
END_TEST

START_TEST(last_block_is_answered_when_all_is_done)
{
	start(&matched);
	now += 10 * MS;
	data(1, 3);
	ck_sent("ack 1");
	now += S;
	data(1, 3);
	ck_sent("ack 1");
	ck_assert_uint_eq(out.data_len, 0);
	ck_assert_uint_eq(c.bytes, 3);
	data(2, 3);
	ck_sent("");
	error(0, "late");
	ck_assert_int_eq(c.state, TFTP_STATE_DONE);
}
END_TEST

START_TEST(numbers_wrap_to_0)
{
	start(&full);
	oack("blksize|8|windowsize|4");
	for (unsigned i = 1; i <= 65534; i++)
		data((uint16_t)i, 8);
	ck_assert_uint_eq(c.n_blocks, 65534);
	data(65535, 8);
	data(0, 8);
	data(1, 8);
	data(2, 8);
	data(3, 7);
	ck_sent("ack 3");
	ck_assert_uint_eq(c.bytes, (65535 + 3) * 8 + 7);
	data(65535, 8); /* a late copy of one before the wrap */
	ck_sent("");
}
END_TEST

START_TEST(numbers_wrap_to_1)
{
	start(&matched);
	oack("blksize|8");
	for (unsigned i = 1; i <= 65535; i++)
		data((uint16_t)i, 8);
	data(1, 8);
	ck_sent("ack 1");
	data(2, 3);
	ck_sent("ack 2");
	ck_assert_uint_eq(c.bytes, 65536 * 8 + 3);
}
END_TEST

START_TEST(block_too_long)
{
	start(&full);
	oack("blksize|512");
	data(1, 513);
	ck_sent("error 4");
	ck_assert_int_eq(c.failure, TFTP_FAIL_PROTOCOL);
	ck_assert_uint_eq(out.data_len, 0);
}
END_TEST

START_TEST(error_ends_it)
{
	start(&full);
	error(1, "no \x1b[31msuch file");
	ck_assert_int_eq(c.failure, TFTP_FAIL_ERROR);
	ck_assert_uint_eq(c.error, TFTP_ERR_NOT_FOUND);
	ck_sent(""); /* an ERROR is not acknowledged */
	data(1, 512);
	ck_sent("");
}
END_TEST

START_TEST(error_text_is_bounded)
{
	uint8_t buf[1400] = { 0, 5, 0, 9 };

	memset(buf + 4, 'x', sizeof(buf) - 4); /* no NUL either */
	start(&full);
	input(buf, sizeof(buf));
	ck_assert_uint_eq(strlen(c.message), TFTP_MESSAGE_MAX - 1);
	ck_assert_str_eq(tftp_error_name(c.error), "unknown error code");
}
END_TEST

START_TEST(refused_options_are_left_out)
{
	start(&full);
	error(8, "what options?");
	ck_sent("rrq kernel.img octet");
	ck_assert_uint_eq(c.tid, 0);
	data_from(PORT + 7, 1, 512);
	ck_sent("ack 1");
	start(&full);
	error(8, "");
	error(8, ""); /* once is enough */
	ck_assert_int_eq(c.failure, TFTP_FAIL_ERROR);
}
END_TEST

static const struct {
	const char *what;
	uint8_t bytes[8];
	size_t len;
} odd_rows[] = {
	{ "nothing", { 0 }, 0 },
	{ "one byte", { 0 }, 1 },
	{ "DATA without a whole number", { 0, 3, 0 }, 3 },
	{ "an ERROR without a code", { 0, 5, 0 }, 3 },
	{ "opcode 0", { 0, 0, 0, 1 }, 4 },
	{ "opcode 7", { 0, 7, 0, 1 }, 4 },
	{ "an ERROR's number in the low byte only", { 1, 5, 0, 1 }, 4 },
	{ "an ACK", { 0, 4, 0, 0 }, 4 },
	{ "a request", { 0, 1, 'x', 0, 'y', 0 }, 6 },
};

START_TEST(odd_packets_are_dropped)
{
	start(&matched);
	data(1, 512);
	input(odd_rows[_i].bytes, odd_rows[_i].len);
	ck_assert_msg(c.state == TFTP_STATE_RECEIVING, "%s", odd_rows[_i].what);
	ck_sent("");
	data(2, 512);
	ck_sent("ack 2");
}
END_TEST

START_TEST(abort_tells_the_server)
{
	start(&full);
	data(1, 512);
	tftp_client_abort(&c, TFTP_ERR_FULL, "no room", &out);
	ck_sent("error 3");
	ck_assert_int_eq(c.failure, TFTP_FAIL_ABORTED);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_tftp_client");

	suite_add(s, asks_for_what_it_is_told_to);
	suite_add(s, name_must_fit);
	suite_add(s, window_is_acknowledged_once);
	suite_add(s, a_file_shorter_than_its_size_is_no_file);
	suite_add(s, server_without_options);
	suite_add(s, empty_file);
	suite_add_rows(s, oack_values, N_ROWS(oack_rows));
	suite_add(s, oack_without_its_last_nul);
	suite_add(s, oack_to_a_plain_request);
	suite_add(s, oack_again_and_too_late);
	suite_add(s, repeated_oack_gives_no_more_time);
	suite_add(s, stranger_is_told_and_disturbs_nothing);
	suite_add(s, first_answer_from_another_host);
	suite_add(s, request_is_repeated_with_backoff);
	suite_add(s, request_is_repeated_to_port_69);
	suite_add(s, step_before_the_deadline_does_nothing);
	suite_add(s, ack_is_repeated_while_blocks_are_missing);
	suite_add(s, progress_gives_new_time);
	suite_add(s, wait_follows_the_round_trip);
	suite_add(s, wait_in_lock_step_is_a_second);
	suite_add(s, repeated_packet_is_not_timed);
	suite_add(s, agreed_timeout_is_used);
	suite_add(s, gap_is_told_once);
	suite_add(s, old_block_is_no_gap);
	suite_add(s, gap_at_the_start);
	suite_add(s, lock_step_ignores_later_blocks);
	suite_add(s, copy_of_a_block_is_not_answered_but_a_repetition_is);
	suite_add(s, last_block_is_answered_when_all_is_done);
	suite_add(s, numbers_wrap_to_0);
	suite_add(s, numbers_wrap_to_1);
	suite_add(s, block_too_long);
	suite_add(s, error_ends_it);
	suite_add(s, error_text_is_bounded);
	suite_add(s, refused_options_are_left_out);
	suite_add_rows(s, odd_packets_are_dropped, N_ROWS(odd_rows));
	suite_add(s, abort_tells_the_server);
	return suite_run(s);
}
