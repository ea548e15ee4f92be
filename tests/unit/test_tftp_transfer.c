/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/tftp_transfer: one file to one client
 */
#include "server/tftp_transfer.h"

#include <check.h>

#include "tests/support/fake_sink.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

enum {
	CLIENT = 0x0a00020f,
	SERVER = 0x0a000202,
	PORT = 2001,
	TID = 49152,
	FILE_LEN = 2600, /* five blocks of 512 and one of 40 */
};

static char *folder;
static Store *store;
static Journal *journal;
static TftpTransfer *transfer;
static struct fake_sink sink;
static uint8_t packet[TFTP_PACKET_MAX];
static uint64_t now_ns;

static void set_up(void)
{
	folder = temp_folder_new();
	temp_file(folder, "file", FILE_LEN);
	store = store_new(folder);
	journal = journal_new(NULL);
	fake_sink_init(&sink);
	now_ns = SECOND;
}

static void tear_down(void)
{
	fake_sink_fini(&sink);
	tftp_transfer_free(transfer);
	journal_free(journal);
	store_free(store);
	temp_folder_remove(folder);
}

/* What most tests begin with: blocks of 512, no options, 3 tries after 1, 2 and 3 s. */
static struct tftp_transfer_config config(const char *name)
{
	struct slice text = { (const uint8_t *)name, strlen(name) };

	return (struct tftp_transfer_config){
		.server.v4 = SERVER,
		.client.v4 = CLIENT,
		.tid = TID,
		.client_port = PORT,
		.request = text,
		.name = text,
		.blksize = 512,
		.window = 1,
		.timeout_ns = SECOND,
		.backoff = 2,
		.timeout_max_ns = 3 * SECOND,
		.tries = 3,
	};
}

static struct tftp_transfer_config windowed(unsigned window)
{
	struct tftp_transfer_config cfg = config("file");

	cfg.window = window;
	return cfg;
}

static void start(const struct tftp_transfer_config *cfg)
{
	StoreFile *file = NULL;

	ck_assert_int_eq(store_open(store, &file, cfg->name), 0);
	transfer = tftp_transfer_new(cfg, file, packet, journal);
	tftp_transfer_start(transfer, now_ns, &sink.sink);
}

static void ack(unsigned block)
{
	struct tftp_pkt p = { .op = TFTP_ACK, .block = (uint16_t)block };

	tftp_transfer_input(transfer, now_ns, &p, &sink.sink);
}

static void advance(uint64_t ns)
{
	now_ns += ns;
	tftp_transfer_step(transfer, now_ns, &sink.sink);
}

static void assert_state(enum tftp_transfer_state want)
{
	ck_assert_int_eq(tftp_transfer_state(transfer), want);
	ck_assert_int_eq(tftp_transfer_is_over(transfer),
			 want == TFTP_TRANSFER_DONE || want == TFTP_TRANSFER_FAILED);
	if (tftp_transfer_is_over(transfer))
		ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), DEADLINE_NEVER);
}

/* DATA with the bytes that the file has there. */
static void expect_block(uint64_t block, size_t blksize, size_t len)
{
	struct slice data = expect_data(&sink, (uint16_t)block, len);

	for (size_t i = 0; i < len; i++)
		ck_assert_uint_eq(data.p[i], temp_file_byte((block - 1) * blksize + i));
}

/* --- lock step --- */

START_TEST(file_goes_block_by_block)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	for (unsigned block = 1; block <= 6; block++) {
		assert_state(TFTP_TRANSFER_SENDING);
		expect_block(block, 512, block == 6 ? 40 : 512);
		ck_assert_uint_eq(sink.now->d.src.v4, SERVER);
		ck_assert_uint_eq(sink.now->d.dst.v4, CLIENT);
		ck_assert_uint_eq(sink.now->d.sport, TID);
		ck_assert_uint_eq(sink.now->d.dport, PORT);
		ck_assert(!sink.now->d.mac_known);
		expect_nothing(&sink);
		ack(block);
	}
	assert_state(TFTP_TRANSFER_DONE);
	assert_journalled(journal, 1, "tftp.open", "\"bytes\":2600,\"blksize\":512,\"window\":1");
	assert_journalled(journal, 1, "tftp.done", "\"bytes\":2600,\"retransmissions\":0");
}
END_TEST

static const struct {
	const char *what;
	size_t size;
	unsigned blksize, n_blocks;
	size_t last_len;
} size_rows[] = {
	{ "an empty file is one empty block", 0, 512, 1, 0 },
	{ "one byte", 1, 512, 1, 1 },
	{ "a byte less than a block", 511, 512, 1, 511 },
	{ "one whole block, and an empty one", 512, 512, 2, 0 },
	{ "a byte more than a block", 513, 512, 2, 1 },
	{ "an exact multiple", 5 * 1428, 1428, 6, 0 },
	{ "blocks of the smallest size", 17, 8, 3, 1 },
	{ "blocks of the largest size", 2 * 65464 + 5, 65464, 3, 5 },
};

START_TEST(last_block_is_short)
{
	struct tftp_transfer_config cfg = config("sized");
	unsigned n = size_rows[_i].n_blocks;

	cfg.blksize = size_rows[_i].blksize;
	temp_file(folder, "sized", size_rows[_i].size);
	start(&cfg);
	for (unsigned block = 1; block <= n; block++) {
		expect_block(block, cfg.blksize, block < n ? cfg.blksize : size_rows[_i].last_len);
		ack(block);
	}
	expect_nothing(&sink);
	ck_assert_msg(tftp_transfer_state(transfer) == TFTP_TRANSFER_DONE, "%s: not done",
		      size_rows[_i].what);
}
END_TEST

START_TEST(duplicate_ack_brings_nothing_out)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	expect_data(&sink, 1, 512);
	ack(1);
	expect_data(&sink, 2, 512);
	ack(1);
	ack(1);
	expect_nothing(&sink);
	assert_journalled(journal, 2, "tftp.ignored", "\"duplicate-ack\"");
	ack(2);
	expect_data(&sink, 3, 512);
	ack(1);
	ack(4);
	ack(65535);
	expect_nothing(&sink);
	assert_journalled(journal, 3, "tftp.ignored", "\"stale-ack\"");
	assert_state(TFTP_TRANSFER_SENDING);
}
END_TEST

START_TEST(duplicate_ack_does_not_move_the_deadline)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	ack(1);
	fake_sink_clear(&sink);
	now_ns += 900 * MS;
	ack(1);
	ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), 2 * SECOND);
	advance(100 * MS);
	expect_data(&sink, 2, 512);
}
END_TEST

START_TEST(block_numbers_wrap_to_zero)
{
	struct tftp_transfer_config cfg = config("huge");
	const uint64_t n = 65538;

	cfg.blksize = 8;
	temp_file(folder, "huge", (n - 1) * 8 + 3);
	start(&cfg);
	for (uint64_t block = 1; block <= n; block++) {
		expect_block(block, 8, block < n ? 8 : 3);
		ack((uint16_t)block);
	}
	assert_state(TFTP_TRANSFER_DONE);
}
END_TEST

/* --- time --- */

START_TEST(silence_is_answered_by_repetition)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	expect_data(&sink, 1, 512);
	ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), 2 * SECOND);
	advance(SECOND - 1);
	expect_nothing(&sink);
	advance(1);
	expect_block(1, 512, 512);
	assert_journalled(journal, 1, "tftp.repeat",
			  "\"block\":1,\"attempt\":2,\"reason\":\"timeout\"");
	ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), now_ns + 2 * SECOND);
	advance(2 * SECOND);
	expect_block(1, 512, 512);
	ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), now_ns + 3 * SECOND);
	advance(3 * SECOND);
	expect_nothing(&sink);
	assert_state(TFTP_TRANSFER_FAILED);
	assert_journalled(journal, 1, "tftp.failed", "\"no answer\"");
}
END_TEST

START_TEST(progress_begins_the_tries_anew)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	advance(SECOND);
	advance(2 * SECOND);
	fake_sink_clear(&sink);
	ack(1);
	expect_block(2, 512, 512);
	ck_assert_uint_eq(tftp_transfer_deadline_ns(transfer), now_ns + SECOND);
	advance(SECOND);
	advance(2 * SECOND);
	expect_block(2, 512, 512);
	expect_block(2, 512, 512);
	assert_state(TFTP_TRANSFER_SENDING);
}
END_TEST

START_TEST(last_block_is_repeated_too)
{
	struct tftp_transfer_config cfg = config("small");

	temp_file(folder, "small", 3);
	start(&cfg);
	expect_block(1, 512, 3);
	advance(SECOND);
	expect_block(1, 512, 3);
	ack(1);
	assert_state(TFTP_TRANSFER_DONE);
	assert_journalled(journal, 1, "tftp.done", "\"retransmissions\":1");
}
END_TEST

/* --- options --- */

static struct tftp_transfer_config offered(void)
{
	struct tftp_transfer_config cfg = config("file");
	static const char oack[] = "\0\6blksize\0001428";

	cfg.blksize = 1428;
	memcpy(cfg.oack, oack, sizeof(oack));
	cfg.oack_len = sizeof(oack);
	return cfg;
}

START_TEST(oack_waits_for_ack_0)
{
	struct tftp_transfer_config cfg = offered();

	start(&cfg);
	assert_state(TFTP_TRANSFER_OFFERED);
	expect_oack(&sink, "blksize 1428");
	ack(1);
	expect_nothing(&sink);
	assert_journalled(journal, 1, "tftp.ignored", "\"stale-ack\"");
	advance(SECOND);
	expect_oack(&sink, "blksize 1428");
	assert_journalled(journal, 1, "tftp.repeat", "\"block\":0,\"attempt\":2");
	ack(0);
	assert_state(TFTP_TRANSFER_SENDING);
	expect_block(1, 1428, 1428);
	ack(0);
	expect_nothing(&sink);
	ack(1);
	expect_block(2, 1428, FILE_LEN - 1428);
	ack(2);
	assert_state(TFTP_TRANSFER_DONE);
}
END_TEST

START_TEST(unanswered_oack_is_given_up)
{
	struct tftp_transfer_config cfg = offered();

	start(&cfg);
	advance(SECOND);
	advance(2 * SECOND);
	advance(3 * SECOND);
	for (unsigned i = 0; i < cfg.tries; i++)
		expect_oack(&sink, "blksize 1428");
	assert_state(TFTP_TRANSFER_FAILED);
	assert_journalled(journal, 1, "tftp.failed", "\"state\":\"offered\"");
}
END_TEST

START_TEST(request_that_comes_again_gets_the_first_answer)
{
	struct tftp_transfer_config cfg = offered();
	struct slice other = { (const uint8_t *)"fire", 4 };

	start(&cfg);
	expect_oack(&sink, "blksize 1428");
	ck_assert(tftp_transfer_is_asked_again(transfer, cfg.request));
	ck_assert(!tftp_transfer_is_asked_again(transfer, other));
	tftp_transfer_repeat(transfer, now_ns, &sink.sink);
	expect_oack(&sink, "blksize 1428");
	ack(0);
	expect_block(1, 1428, 1428);
	ck_assert(!tftp_transfer_is_asked_again(transfer, cfg.request));
}
END_TEST

/* --- windows --- */

START_TEST(window_is_sent_at_once)
{
	struct tftp_transfer_config cfg = windowed(4);

	start(&cfg);
	for (unsigned block = 1; block <= 4; block++)
		expect_block(block, 512, 512);
	expect_nothing(&sink);
	ack(4);
	expect_block(5, 512, 512);
	expect_block(6, 512, 40);
	expect_nothing(&sink);
	ack(6);
	assert_state(TFTP_TRANSFER_DONE);
	assert_journalled(journal, 1, "tftp.done", "\"retransmissions\":0");
}
END_TEST

START_TEST(gap_is_filled_from_where_it_begins)
{
	struct tftp_transfer_config cfg = windowed(4);

	start(&cfg);
	fake_sink_clear(&sink);
	ack(2);
	for (unsigned block = 3; block <= 5; block++)
		expect_block(block, 512, 512);
	expect_block(6, 512, 40);
	assert_journalled(journal, 1, "tftp.repeat",
			  "\"block\":3,\"attempt\":1,\"reason\":\"gap\"");
	ack(6);
	assert_state(TFTP_TRANSFER_DONE);
	assert_journalled(journal, 1, "tftp.done", "\"retransmissions\":2");
}
END_TEST

START_TEST(each_ack_of_a_gap_does_not_fill_it_again)
{
	struct tftp_transfer_config cfg = windowed(4);

	start(&cfg);
	ack(1);
	fake_sink_clear(&sink);
	ack(1);
	ack(1);
	expect_nothing(&sink);
	assert_journalled(journal, 2, "tftp.ignored", "\"duplicate-ack\"");
}
END_TEST

START_TEST(missing_first_block_is_sent_again_once)
{
	struct tftp_transfer_config cfg = windowed(2);

	start(&cfg);
	ack(2);
	fake_sink_clear(&sink);
	ack(2); /* the client saw block 4, not 3 */
	expect_block(3, 512, 512);
	expect_block(4, 512, 512);
	ack(2);
	ack(2);
	expect_nothing(&sink);
	ack(4);
	expect_block(5, 512, 512);
	expect_block(6, 512, 40);
	ack(4); /* as a client does that answers the second block 4 as well */
	expect_nothing(&sink);
	ack(6);
	assert_state(TFTP_TRANSFER_DONE);
}
END_TEST

START_TEST(single_block_in_flight_is_not_sent_again)
{
	struct tftp_transfer_config cfg = windowed(5);

	start(&cfg);
	ack(5);
	fake_sink_clear(&sink);
	ack(5);
	expect_nothing(&sink);
}
END_TEST

START_TEST(window_is_repeated_from_the_first_unacknowledged)
{
	struct tftp_transfer_config cfg = windowed(3);

	start(&cfg);
	ack(3);
	fake_sink_clear(&sink);
	advance(SECOND);
	for (unsigned block = 4; block <= 6; block++)
		expect_block(block, 512, block < 6 ? 512 : 40);
	expect_nothing(&sink);
	ack(6);
	assert_state(TFTP_TRANSFER_DONE);
	assert_journalled(journal, 1, "tftp.done", "\"retransmissions\":3");
}
END_TEST

START_TEST(window_goes_across_the_wrap)
{
	struct tftp_transfer_config cfg = config("huge");
	const uint64_t n = 65600;
	uint64_t acked = 0;

	cfg.blksize = 8;
	cfg.window = 100;
	temp_file(folder, "huge", (n - 1) * 8);
	start(&cfg);
	while (acked < 65500) {
		fake_sink_clear(&sink);
		acked += 100;
		ack((uint16_t)acked);
	}
	fake_sink_clear(&sink);
	ack(0); /* block 65536: a gap behind it */
	for (uint64_t block = 65537; block < n; block++)
		expect_block(block, 8, 8);
	expect_data(&sink, (uint16_t)n, 0);
	ack((uint16_t)n);
	assert_state(TFTP_TRANSFER_DONE);
}
END_TEST

/* --- ends --- */

START_TEST(error_ends_it)
{
	struct tftp_transfer_config cfg = config("file");
	struct tftp_pkt p = { .op = TFTP_ERROR, .error = 3 };

	start(&cfg);
	expect_data(&sink, 1, 512);
	p.message = (struct slice){ (const uint8_t *)"disk full", 9 };
	tftp_transfer_input(transfer, now_ns, &p, &sink.sink);
	assert_state(TFTP_TRANSFER_FAILED);
	assert_journalled(journal, 1, "tftp.failed", "\"code\":3,\"message\":\"disk full\"");
	tftp_transfer_input(transfer, now_ns, &p, &sink.sink);
	assert_journalled(journal, 1, "tftp.failed", "");
	ack(1);
	expect_nothing(&sink);
}
END_TEST

START_TEST(abort_ends_it)
{
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	expect_data(&sink, 1, 512);
	tftp_transfer_abort(transfer, now_ns, "because");
	assert_state(TFTP_TRANSFER_FAILED);
	assert_journalled(journal, 1, "tftp.failed", "\"because\"");
}
END_TEST

START_TEST(other_packets_are_ignored)
{
	static const enum tftp_op ops[] = { TFTP_RRQ, TFTP_WRQ, TFTP_DATA, TFTP_OACK };
	struct tftp_transfer_config cfg = config("file");

	start(&cfg);
	expect_data(&sink, 1, 512);
	for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
		struct tftp_pkt p = { .op = ops[i] };

		tftp_transfer_input(transfer, now_ns, &p, &sink.sink);
	}
	expect_nothing(&sink);
	assert_state(TFTP_TRANSFER_SENDING);
	assert_journalled(journal, N_ROWS(ops), "tftp.ignored", "\"unexpected\"");
}
END_TEST

START_TEST(broken_file_is_told)
{
	struct tftp_transfer_config cfg = config("huge");
	g_autofree char *path = g_build_filename(folder, "huge", NULL);

	cfg.blksize = 65464;
	temp_file(folder, "huge", 200000);
	start(&cfg);
	expect_block(1, 65464, 65464);
	ck_assert_int_eq(truncate(path, 70000), 0);
	ack(1);
	expect_error(&sink, 0);
	assert_state(TFTP_TRANSFER_FAILED);
	assert_journalled(journal, 1, "tftp.failed", "\"file cannot be read\"");
}
END_TEST

/* --- netascii --- */

static const struct {
	const char *what;
	const char *in, *want;
} netascii_rows[] = {
	{ "nothing", "", "" },
	{ "no line end", "abc", "abc" },
	{ "a line", "abc\n", "abc\r\n" },
	{ "a CR of its own", "a\rb", "a\r@b" },
	{ "a DOS line", "a\r\n", "a\r@\r\n" },
	{ "a pair across two blocks", "abcdefg\nh", "abcdefg\r\nh" },
	{ "a pair at the very end", "abcdef\n", "abcdef\r\n" },
	{ "many lines", "\n\n\n\n\n\n\n\n\n", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" },
};

/* Go through the file with blocks of eight, by windows of @window, each of them sent twice. */
static void read_netascii_file(GString *got, unsigned window)
{
	struct tftp_transfer_config cfg = config("text");
	unsigned block = 1;

	cfg.netascii = true;
	cfg.blksize = 8;
	cfg.window = window;
	start(&cfg);
	while (!tftp_transfer_is_over(transfer)) {
		struct slice data;

		fake_sink_clear(&sink);
		advance(SECOND);
		data = expect_packet(&sink, 3, block);
		g_string_append_len(got, (const char *)data.p, (gssize)data.len);
		fake_sink_clear(&sink);
		ack(block++); /* of a window's first block only: a gap behind it */
	}
	ck_assert_int_eq(tftp_transfer_state(transfer), TFTP_TRANSFER_DONE);
	tftp_transfer_free(transfer);
	transfer = NULL;
}

START_TEST(netascii_converts_line_ends)
{
	g_autofree char *path = g_build_filename(folder, "text", NULL);

	ck_assert(g_file_set_contents(path, netascii_rows[_i].in, -1, NULL));
	for (unsigned window = 1; window <= 3; window++) {
		g_autoptr(GString) got = g_string_new(NULL);

		read_netascii_file(got, window);
		for (size_t i = 0; i < got->len; i++)
			if (!got->str[i])
				got->str[i] = '@';
		ck_assert_msg(g_str_equal(got->str, netascii_rows[_i].want), "%s: got %s",
			      netascii_rows[_i].what, got->str);
	}
}
END_TEST

static void add_rows(Suite *s, const TTest *test, int n)
{
	TCase *tc = tcase_create(test->name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("tftp_transfer");

	add_rows(s, file_goes_block_by_block, 1);
	add_rows(s, last_block_is_short, N_ROWS(size_rows));
	add_rows(s, duplicate_ack_brings_nothing_out, 1);
	add_rows(s, duplicate_ack_does_not_move_the_deadline, 1);
	add_rows(s, block_numbers_wrap_to_zero, 1);
	add_rows(s, silence_is_answered_by_repetition, 1);
	add_rows(s, progress_begins_the_tries_anew, 1);
	add_rows(s, last_block_is_repeated_too, 1);
	add_rows(s, oack_waits_for_ack_0, 1);
	add_rows(s, unanswered_oack_is_given_up, 1);
	add_rows(s, request_that_comes_again_gets_the_first_answer, 1);
	add_rows(s, window_is_sent_at_once, 1);
	add_rows(s, gap_is_filled_from_where_it_begins, 1);
	add_rows(s, each_ack_of_a_gap_does_not_fill_it_again, 1);
	add_rows(s, missing_first_block_is_sent_again_once, 1);
	add_rows(s, single_block_in_flight_is_not_sent_again, 1);
	add_rows(s, window_is_repeated_from_the_first_unacknowledged, 1);
	add_rows(s, window_goes_across_the_wrap, 1);
	add_rows(s, error_ends_it, 1);
	add_rows(s, abort_ends_it, 1);
	add_rows(s, other_packets_are_ignored, 1);
	add_rows(s, broken_file_is_told, 1);
	add_rows(s, netascii_converts_line_ends, N_ROWS(netascii_rows));
	return suite_run(s);
}
