/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/tftp: requests, options, and the table of transfers
 */
#include "server/tftp.h"

#include <check.h>
#include <sys/resource.h>

#include "tests/support/fake_sink.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

#define SECOND UINT64_C(1000000000)

enum {
	SERVER = 0x0a000202,
	GUEST = 0x0a00020f,
	OTHER = 0x0a000210,
	PORT = 2001,
	FIRST_TID = 49152,
	FILE_LEN = 2600,
};

/* Literals with NULs in them: a packet, less the NUL that the compiler adds. */
#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1
#define RRQ "\0\1"
#define ACK(n) "\0\4" n
#define ERROR "\0\5\0\0ouch\0"

static char *folder;
static Store *store;
static Journal *journal;
static TftpServer *server;
static struct fake_sink sink;
static uint64_t now_ns;

static void restart(const struct tftp_config *cfg)
{
	tftp_server_free(server);
	server = tftp_server_new(cfg, store, journal);
}

static void set_up(void)
{
	folder = temp_folder_new();
	temp_file(folder, "file", FILE_LEN);
	temp_file(folder, "boot/small", 3);
	temp_link(folder, "/etc/passwd", "link-out");
	store = store_new(folder);
	journal = journal_new(NULL);
	fake_sink_init(&sink);
	restart(&tftp_config_default);
}

static void tear_down(void)
{
	fake_sink_fini(&sink);
	tftp_server_free(server);
	journal_free(journal);
	store_free(store);
	temp_folder_remove(folder);
}

static void input(uint32_t client, uint16_t port, uint32_t dst, uint16_t to, const uint8_t *buf,
		  size_t len)
{
	/* In memory of its own size, so that a read beyond it is caught. */
	g_autofree uint8_t *copy = g_memdup2(buf, len);
	struct datagram d = { .src.v4 = client,
			      .dst.v4 = dst,
			      .sport = port,
			      .dport = to,
			      .payload = { copy, len } };

	tftp_server_input(server, now_ns, &d, &sink.sink);
}

/* From the usual client. */
static void guest_sends(uint16_t to, const uint8_t *buf, size_t len)
{
	input(GUEST, PORT, SERVER, to, buf, len);
}

static void guest_asks(const uint8_t *buf, size_t len)
{
	guest_sends(69, buf, len);
}

/* The datagram taken last came from @tid and went to the usual client. */
static void assert_from_tid(uint16_t tid)
{
	ck_assert_uint_eq(sink.now->d.src.v4, SERVER);
	ck_assert_uint_eq(sink.now->d.dst.v4, GUEST);
	ck_assert_uint_eq(sink.now->d.sport, tid);
	ck_assert_uint_eq(sink.now->d.dport, PORT);
}

/* --- options --- */

static const struct {
	const char *what;
	struct slice rrq;
	const char *oack; /* NULL: none, the first block comes at once */
	size_t first_len; /* of the first block */
} option_rows[] = {
	{ "no options", { BYTES(RRQ "file\0octet\0") }, NULL, 512 },
	{ "the mode's case does not matter", { BYTES(RRQ "file\0OcTeT\0") }, NULL, 512 },
	{ "blksize", { BYTES(RRQ "file\0octet\0blksize\0001428\0") }, "blksize 1428", 1428 },
	{ "the name's case does not matter",
	  { BYTES(RRQ "file\0octet\0BlkSize\0001428\0") },
	  "blksize 1428",
	  1428 },
	{ "the smallest blksize", { BYTES(RRQ "file\0octet\0blksize\0008\0") }, "blksize 8", 8 },
	{ "a blksize that is too small", { BYTES(RRQ "file\0octet\0blksize\0007\0") }, NULL, 512 },
	{ "a blksize of nothing", { BYTES(RRQ "file\0octet\0blksize\0000\0") }, NULL, 512 },
	{ "a blksize that is too large",
	  { BYTES(RRQ "file\0octet\0blksize\00065465\0") },
	  "blksize 65464",
	  FILE_LEN },
	{ "a huge blksize",
	  { BYTES(RRQ "file\0octet\0blksize\00018446744073709551615\0") },
	  "blksize 65464",
	  FILE_LEN },
	{ "a blksize that no number holds",
	  { BYTES(RRQ "file\0octet\0blksize\00018446744073709551616\0") },
	  NULL,
	  512 },
	{ "a blksize that is no number",
	  { BYTES(RRQ "file\0octet\0blksize\0001428x\0") },
	  NULL,
	  512 },
	{ "a negative blksize", { BYTES(RRQ "file\0octet\0blksize\000-1\0") }, NULL, 512 },
	{ "an empty blksize", { BYTES(RRQ "file\0octet\0blksize\0\0") }, NULL, 512 },
	{ "a blksize twice",
	  { BYTES(RRQ "file\0octet\0blksize\0001000\0blksize\0001200\0") },
	  "blksize 1000",
	  1000 },
	{ "tsize", { BYTES(RRQ "file\0octet\0tsize\0000\0") }, "tsize 2600", 512 },
	{ "tsize in netascii", { BYTES(RRQ "file\0netascii\0tsize\0000\0") }, NULL, 512 },
	{ "timeout", { BYTES(RRQ "file\0octet\0timeout\000255\0") }, "timeout 255", 512 },
	{ "no timeout at all", { BYTES(RRQ "file\0octet\0timeout\0000\0") }, NULL, 512 },
	{ "a timeout that is too long", { BYTES(RRQ "file\0octet\0timeout\000256\0") }, NULL, 512 },
	{ "windowsize", { BYTES(RRQ "file\0octet\0windowsize\0001\0") }, "windowsize 1", 512 },
	{ "a windowsize that is too large for us",
	  { BYTES(RRQ "boot/small\0octet\0windowsize\00065535\0") },
	  "windowsize 64",
	  3 },
	{ "a windowsize that is too large for anybody",
	  { BYTES(RRQ "boot/small\0octet\0windowsize\00065536\0") },
	  NULL,
	  3 },
	{ "no window", { BYTES(RRQ "file\0octet\0windowsize\0000\0") }, NULL, 512 },
	{ "an option that is not known", { BYTES(RRQ "file\0octet\0multicast\0\0") }, NULL, 512 },
	{ "all of them, in the client's order",
	  { BYTES(RRQ "file\0octet\0windowsize\0001\0x\0y\0tsize\0000\0timeout\0003\0"
		      "blksize\0001000\0") },
	  "windowsize 1 tsize 2600 timeout 3 blksize 1000",
	  1000 },
	{ "the same, the other way round",
	  { BYTES(RRQ "file\0octet\0blksize\0001000\0timeout\0003\0tsize\0000\0"
		      "windowsize\0001\0") },
	  "blksize 1000 timeout 3 tsize 2600 windowsize 1",
	  1000 },
};

START_TEST(options_are_agreed_on)
{
	guest_asks(option_rows[_i].rrq.p, option_rows[_i].rrq.len);
	ck_assert_msg(sink.sent.length == 1, "%s: %u answers", option_rows[_i].what,
		      sink.sent.length);
	if (option_rows[_i].oack) {
		expect_oack(&sink, option_rows[_i].oack);
		assert_from_tid(FIRST_TID);
		guest_sends(FIRST_TID, BYTES(ACK("\0\0")));
	}
	expect_data(&sink, 1, option_rows[_i].first_len);
	assert_from_tid(FIRST_TID);
}
END_TEST

static const struct {
	const char *what;
	struct slice rrq;
} slash_rows[] = {
	{ "a slash in front", { BYTES(RRQ "/boot/small\0octet\0") } },
	{ "two of them", { BYTES(RRQ "//boot/small\0octet\0") } },
};

START_TEST(a_slash_in_front_is_the_root)
{
	guest_asks(slash_rows[_i].rrq.p, slash_rows[_i].rrq.len);
	ck_assert_msg(sink.sent.length == 1, "%s", slash_rows[_i].what);
	expect_data(&sink, 1, 3);
}
END_TEST

START_TEST(options_can_be_switched_off)
{
	struct tftp_config cfg = tftp_config_default;

	cfg.options = false;
	restart(&cfg);
	guest_asks(BYTES(RRQ "file\0octet\0blksize\0001428\0tsize\0000\0"));
	expect_data(&sink, 1, 512);
}
END_TEST

START_TEST(limits_are_the_configuration_s)
{
	struct tftp_config cfg = tftp_config_default;

	cfg.blksize_max = 1000;
	cfg.window_max = 2;
	restart(&cfg);
	guest_asks(BYTES(RRQ "file\0octet\0blksize\0001428\0windowsize\0004\0"));
	expect_oack(&sink, "blksize 1000 windowsize 2");
	guest_sends(FIRST_TID, BYTES(ACK("\0\0")));
	expect_data(&sink, 1, 1000);
	expect_data(&sink, 2, 1000);
}
END_TEST

START_TEST(client_chooses_the_timeout)
{
	guest_asks(BYTES(RRQ "file\0octet\0timeout\00020\0"));
	expect_oack(&sink, "timeout 20");
	for (unsigned i = 1; i < tftp_config_default.tries; i++) {
		ck_assert_uint_eq(tftp_server_deadline_ns(server), now_ns + 20 * SECOND);
		now_ns += 20 * SECOND;
		tftp_server_step(server, now_ns, &sink.sink);
		expect_oack(&sink, "timeout 20");
	}
}
END_TEST

/* --- refusals --- */

static const struct {
	const char *what;
	struct slice in;
	unsigned code;
} refusal_rows[] = {
	{ "no such file", { BYTES(RRQ "missing\0octet\0") }, 1 },
	{ "a file outside", { BYTES(RRQ "../../etc/passwd\0octet\0") }, 2 },
	{ "a slash is the folder, not the machine", { BYTES(RRQ "/etc/passwd\0octet\0") }, 1 },
	{ "a file outside behind a slash", { BYTES(RRQ "/../etc/passwd\0octet\0") }, 2 },
	{ "nothing but a slash", { BYTES(RRQ "/\0octet\0") }, 2 },
	{ "a link that leaves", { BYTES(RRQ "link-out\0octet\0") }, 2 },
	{ "a folder", { BYTES(RRQ "boot\0octet\0") }, 2 },
	{ "no name", { BYTES(RRQ "\0octet\0") }, 2 },
	{ "mail", { BYTES(RRQ "file\0mail\0") }, 0 },
	{ "an unknown mode", { BYTES(RRQ "file\0octets\0") }, 4 },
	{ "no mode", { BYTES(RRQ "file\0\0") }, 4 },
	{ "a write", { BYTES("\0\2file\0octet\0") }, 2 },
};

START_TEST(refuses)
{
	g_autofree char *code = g_strdup_printf("\"code\":%u", refusal_rows[_i].code);

	guest_asks(refusal_rows[_i].in.p, refusal_rows[_i].in.len);
	ck_assert_msg(sink.sent.length == 1, "%s: no answer", refusal_rows[_i].what);
	expect_error(&sink, refusal_rows[_i].code);
	assert_from_tid(FIRST_TID);
	assert_journalled(journal, 1, "tftp.refused", code);
	assert_journalled(journal, 0, "tftp.open", "");
	ck_assert_uint_eq(tftp_server_deadline_ns(server), DEADLINE_NEVER);
	ck_assert(!tftp_server_has_port(server, FIRST_TID));
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_refused)
{
	struct rlimit old, none = { 0, 0 };

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	none.rlim_max = old.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	guest_asks(BYTES(RRQ "file\0octet\0"));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	expect_error(&sink, 0);
}
END_TEST

static const struct {
	const char *what;
	uint32_t dst;
	uint16_t to;
	struct slice in;
	const char *reason;
} ignored_rows[] = {
	{ "nothing", SERVER, 69, { BYTES("") }, "malformed" },
	{ "an unknown opcode", SERVER, 69, { BYTES("\0\7file\0octet\0") }, "malformed" },
	{ "a name without an end", SERVER, 69, { BYTES(RRQ "file") }, "malformed" },
	{ "a mode without an end", SERVER, 69, { BYTES(RRQ "file\0octet") }, "malformed" },
	{ "a value without an end", SERVER, 69, { BYTES(RRQ "file\0octet\0a\0b") }, "malformed" },
	{ "a request to all", 0xffffffff, 69, { BYTES(RRQ "file\0octet\0") }, "broadcast" },
	{ "a write to all", 0xffffffff, 69, { BYTES("\0\2file\0octet\0") }, "broadcast" },
	{ "an ACK to port 69", SERVER, 69, { BYTES(ACK("\0\0")) }, "no-request" },
	{ "an ERROR to port 69", SERVER, 69, { BYTES(ERROR) }, "no-request" },
	{ "an ERROR to no transfer", SERVER, FIRST_TID, { BYTES(ERROR) }, "unknown-tid" },
	{ "an ACK to all", 0xffffffff, FIRST_TID, { BYTES(ACK("\0\0")) }, "unknown-tid" },
};

START_TEST(ignores)
{
	g_autofree char *reason = g_strdup_printf("\"reason\":\"%s\"", ignored_rows[_i].reason);

	input(GUEST, PORT, ignored_rows[_i].dst, ignored_rows[_i].to, ignored_rows[_i].in.p,
	      ignored_rows[_i].in.len);
	ck_assert_msg(sink.sent.length == 0, "%s: it was answered", ignored_rows[_i].what);
	assert_journalled(journal, 1, "tftp.ignored", reason);
}
END_TEST

/* --- transfers --- */

/* Acknowledge what comes, in lock step, until the transfer is gone; how many bytes it were. */
static size_t take_file(uint16_t tid)
{
	size_t len = 0;

	while (tftp_server_has_port(server, tid)) {
		struct slice p = expect_datagram(&sink)->payload;
		uint8_t ack[4] = { 0, 4, p.p[2], p.p[3] };

		ck_assert_uint_eq(fake_be16(p.p), 3);
		for (size_t i = 4; i < p.len; i++)
			ck_assert_uint_eq(p.p[i], temp_file_byte(len + i - 4));
		len += p.len - 4;
		guest_sends(tid, ack, sizeof(ack));
	}
	return len;
}

START_TEST(transfer_is_gone_after_the_last_ack)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	ck_assert(tftp_server_has_port(server, FIRST_TID));
	ck_assert_uint_eq(take_file(FIRST_TID), FILE_LEN);
	ck_assert(!tftp_server_has_port(server, FIRST_TID));
	ck_assert_uint_eq(tftp_server_deadline_ns(server), DEADLINE_NEVER);
	assert_journalled(journal, 1, "tftp.done", "\"bytes\":2600");
}
END_TEST

START_TEST(ports_are_counted_up)
{
	for (unsigned i = 0; i < 3; i++) {
		guest_asks(BYTES(RRQ "boot/small\0octet\0"));
		ck_assert_uint_eq(take_file((uint16_t)(FIRST_TID + i)), 3);
	}
	assert_journalled(journal, 3, "tftp.done", "");
}
END_TEST

START_TEST(one_port_for_all)
{
	struct tftp_config cfg = tftp_config_default;

	cfg.single_port = true;
	restart(&cfg);
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	assert_from_tid(69);
	guest_sends(69, BYTES(ACK("\0\1")));
	expect_data(&sink, 2, 512);
	input(GUEST, PORT + 1, SERVER, 69, BYTES(ACK("\0\2")));
	expect_error(&sink, 5);
	guest_asks(BYTES(RRQ "missing\0octet\0"));
	expect_error(&sink, 1);
	assert_from_tid(69);
}
END_TEST

START_TEST(used_port_is_not_given_again)
{
	/* One transfer stays, while the ports are counted once around. */
	input(OTHER, PORT, SERVER, 69, BYTES(RRQ "file\0octet\0"));
	for (unsigned tid = FIRST_TID + 1; tid <= 65535; tid++)
		guest_asks(BYTES(RRQ "missing\0octet\0"));
	fake_sink_clear(&sink);
	guest_asks(BYTES(RRQ "boot/small\0octet\0"));
	expect_data(&sink, 1, 3);
	assert_from_tid(FIRST_TID + 1);
}
END_TEST

START_TEST(stranger_does_not_disturb)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	input(OTHER, PORT, SERVER, FIRST_TID, BYTES(ACK("\0\1")));
	expect_error(&sink, 5);
	ck_assert_uint_eq(sink.now->d.dst.v4, OTHER);
	ck_assert_uint_eq(sink.now->d.sport, FIRST_TID);
	input(GUEST, PORT + 1, SERVER, FIRST_TID, BYTES(ACK("\0\1")));
	expect_error(&sink, 5);
	ck_assert_uint_eq(sink.now->d.dport, PORT + 1);
	input(OTHER, PORT, SERVER, FIRST_TID, BYTES(ERROR));
	expect_nothing(&sink);
	assert_journalled(journal, 3, "tftp.ignored", "\"unknown-tid\"");
	guest_sends(FIRST_TID, BYTES(ACK("\0\1")));
	expect_data(&sink, 2, 512);
}
END_TEST

START_TEST(malformed_packet_does_not_disturb)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	guest_sends(FIRST_TID, BYTES("\0\4\0"));
	guest_sends(FIRST_TID, BYTES(ACK("\0\1") "x"));
	expect_nothing(&sink);
	ck_assert(tftp_server_has_port(server, FIRST_TID));
}
END_TEST

START_TEST(error_ends_a_transfer)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	guest_sends(FIRST_TID, BYTES(ERROR));
	expect_nothing(&sink);
	ck_assert(!tftp_server_has_port(server, FIRST_TID));
	assert_journalled(journal, 1, "tftp.failed", "\"message\":\"ouch\"");
}
END_TEST

START_TEST(repeated_request_gets_the_same_answer)
{
	for (unsigned i = 0; i < 2; i++) {
		guest_asks(BYTES(RRQ "file\0octet\0blksize\0001428\0"));
		expect_oack(&sink, "blksize 1428");
		assert_from_tid(FIRST_TID);
	}
	assert_journalled(journal, 1, "tftp.open", "");
	assert_journalled(journal, 1, "tftp.repeat", "\"reason\":\"request\"");
}
END_TEST

static const struct {
	const char *what;
	struct slice rrq;
} replace_rows[] = {
	{ "another file", { BYTES(RRQ "boot/small\0octet\0") } },
	{ "the same file with other options", { BYTES(RRQ "file\0octet\0tsize\0000\0") } },
	{ "a file that is not there", { BYTES(RRQ "missing\0octet\0") } },
};

START_TEST(other_request_replaces_the_transfer)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	guest_asks(replace_rows[_i].rrq.p, replace_rows[_i].rrq.len);
	expect_datagram(&sink);
	assert_from_tid(FIRST_TID + 1);
	ck_assert_msg(!tftp_server_has_port(server, FIRST_TID), "%s: still there",
		      replace_rows[_i].what);
	assert_journalled(journal, 1, "tftp.failed", "\"replaced by a new request\"");
}
END_TEST

START_TEST(same_request_after_an_ack_begins_anew)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	guest_sends(FIRST_TID, BYTES(ACK("\0\1")));
	expect_data(&sink, 2, 512);
	guest_asks(BYTES(RRQ "file\0octet\0"));
	ck_assert_uint_eq(take_file(FIRST_TID + 1), FILE_LEN);
	ck_assert(!tftp_server_has_port(server, FIRST_TID));
}
END_TEST

START_TEST(transfers_do_not_mix)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	input(OTHER, PORT, SERVER, 69, BYTES(RRQ "boot/small\0octet\0"));
	input(GUEST, PORT + 1, SERVER, 69, BYTES(RRQ "file\0octet\0"));
	expect_data(&sink, 1, 512);
	expect_data(&sink, 1, 3);
	expect_data(&sink, 1, 512);
	input(OTHER, PORT, SERVER, FIRST_TID + 1, BYTES(ACK("\0\1")));
	expect_nothing(&sink);
	assert_journalled(journal, 1, "tftp.done", "\"boot/small\"");
	input(GUEST, PORT + 1, SERVER, FIRST_TID + 2, BYTES(ACK("\0\1")));
	expect_data(&sink, 2, 512);
	ck_assert_uint_eq(sink.now->d.dport, PORT + 1);
}
END_TEST

START_TEST(number_of_transfers_is_bounded)
{
	struct tftp_config cfg = tftp_config_default;

	cfg.n_transfers_max = 2;
	restart(&cfg);
	for (uint16_t i = 0; i < 2; i++) {
		input(GUEST, PORT + i, SERVER, 69, BYTES(RRQ "file\0octet\0"));
		expect_data(&sink, 1, 512);
	}
	input(OTHER, PORT, SERVER, 69, BYTES(RRQ "file\0octet\0"));
	expect_error(&sink, 0);
	assert_journalled(journal, 1, "tftp.refused", "\"too many transfers\"");
	/* One's own place is free for one's next file. */
	guest_asks(BYTES(RRQ "boot/small\0octet\0"));
	expect_data(&sink, 1, 3);
}
END_TEST

START_TEST(each_transfer_has_its_time)
{
	guest_asks(BYTES(RRQ "file\0octet\0"));
	now_ns += SECOND / 2;
	input(OTHER, PORT, SERVER, 69, BYTES(RRQ "boot/small\0octet\0"));
	fake_sink_clear(&sink);
	ck_assert_uint_eq(tftp_server_deadline_ns(server), SECOND);
	now_ns = SECOND;
	tftp_server_step(server, now_ns, &sink.sink);
	expect_data(&sink, 1, 512);
	expect_nothing(&sink);
	ck_assert_uint_eq(tftp_server_deadline_ns(server), SECOND + SECOND / 2);

	/* Silence on all sides: each gives up at its own time, nothing stays. */
	while (tftp_server_deadline_ns(server) != DEADLINE_NEVER) {
		now_ns = tftp_server_deadline_ns(server);
		tftp_server_step(server, now_ns, &sink.sink);
	}
	fake_sink_clear(&sink);
	assert_journalled(journal, 2, "tftp.failed", "\"no answer\"");
	assert_journalled(journal, 10, "tftp.repeat", "");
	ck_assert_uint_eq(now_ns, 31 * SECOND + SECOND / 2); /* 1 + 2 + 4 + 8 + 8 + 8 */
}
END_TEST

START_TEST(transfers_may_end_at_one_time)
{
	struct tftp_config cfg = tftp_config_default;

	cfg.tries = 1;
	restart(&cfg);
	for (uint16_t i = 0; i < 3; i++)
		input(GUEST, PORT + i, SERVER, 69, BYTES(RRQ "file\0octet\0"));
	fake_sink_clear(&sink);
	now_ns = SECOND;
	tftp_server_step(server, now_ns, &sink.sink);
	assert_journalled(journal, 3, "tftp.failed", "\"no answer\"");
	ck_assert_uint_eq(tftp_server_deadline_ns(server), DEADLINE_NEVER);
}
END_TEST

START_TEST(server_can_be_closed)
{
	struct tftp_config closed = { .enabled = false };

	ck_assert(tftp_server_has_port(server, 69));
	ck_assert(!tftp_server_has_port(server, 70));
	ck_assert(!tftp_server_has_port(server, FIRST_TID));
	restart(&closed);
	ck_assert(!tftp_server_has_port(server, 69));
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
	Suite *s = suite_create("tftp");

	add_rows(s, options_are_agreed_on, N_ROWS(option_rows));
	add_rows(s, a_slash_in_front_is_the_root, N_ROWS(slash_rows));
	add_rows(s, options_can_be_switched_off, 1);
	add_rows(s, limits_are_the_configuration_s, 1);
	add_rows(s, client_chooses_the_timeout, 1);
	add_rows(s, refuses, N_ROWS(refusal_rows));
	add_rows(s, file_that_cannot_be_opened_is_refused, 1);
	add_rows(s, ignores, N_ROWS(ignored_rows));
	add_rows(s, transfer_is_gone_after_the_last_ack, 1);
	add_rows(s, ports_are_counted_up, 1);
	add_rows(s, one_port_for_all, 1);
	add_rows(s, used_port_is_not_given_again, 1);
	add_rows(s, stranger_does_not_disturb, 1);
	add_rows(s, malformed_packet_does_not_disturb, 1);
	add_rows(s, error_ends_a_transfer, 1);
	add_rows(s, repeated_request_gets_the_same_answer, 1);
	add_rows(s, other_request_replaces_the_transfer, N_ROWS(replace_rows));
	add_rows(s, same_request_after_an_ack_begins_anew, 1);
	add_rows(s, transfers_do_not_mix, 1);
	add_rows(s, number_of_transfers_is_bounded, 1);
	add_rows(s, each_transfer_has_its_time, 1);
	add_rows(s, transfers_may_end_at_one_time, 1);
	add_rows(s, server_can_be_closed, 1);
	return suite_run(s);
}
