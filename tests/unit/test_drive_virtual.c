/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/drive_virtual: turns in, limits out, and an end whatever QEMU does
 *
 * An instruction takes 256 ns, if nothing else is said.
 */
#include "harness/boot.h"

#include <check.h>

#include "tests/support/fake_guest.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"

enum {
	SLICE = 3906250, /* instructions in a second */
	N_BURST = 200,
	CELL_MS = 30,
};

#define LATE "[deadline]\ndhcp_ms = 3600000\n"
#define NO_DELAY "[link]\ndelay_us = 0\n" LATE
/* 100 us are 390.625 instructions. */
#define DELAY "[link]\ndelay_us = 100\n" LATE
#define SHORT_CELL "[deadline]\ndhcp_ms = 3600000\ncell_ms = 30\n"

static struct fake_guest g;

/* The machine is let go: the first thing that the plugin does is to ask how far it may go. */
static void start(const char *text)
{
	fake_guest_init(&g, text);
	fake_guest_start(&g);
	fake_guest_report(&g, 0, TURN_LIMIT);
}

static void shut_down(void)
{
	fake_guest_say(&g, FAKE_GUEST_SHUTDOWN);
	fake_guest_expect_end(&g, "shutdown");
}

static void guest_discovers(void)
{
	struct wire_frame f;

	wire_dhcp(&f, DHCP_DISCOVER);
	fake_guest_put(&g, 0, &f);
}

/* The driver has answered, and waits until QEMU has passed the answer on: 256 us. */
static void go_to_barrier(void)
{
	uint8_t offer[2048];

	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_take(&g, 0, offer, sizeof(offer));
}

static void guest_says(unsigned nic)
{
	struct wire_frame f;

	wire_noise6(&f, "x", 1);
	fake_guest_put(&g, nic, &f);
}

/* --- limits ----------------------------------------------------------------------------------- */

static const struct {
	const char *what, *text;
	uint64_t want;
} first_rows[] = {
	{ "nothing is due: a second", LATE, SLICE },
	{ "of the fastest machine", "shift = 0\n" LATE, 1000000000 },
	{ "of the slowest, rounded up", "shift = 10\n" LATE, 976563 },
	{ "a phase's deadline comes first", "[deadline]\ndhcp_ms = 100\n", 390625 },
	{ "and is rounded up", "[deadline]\ndhcp_ms = 1\n", 3907 },
	{ "a phase's deadline comes later", "[deadline]\ndhcp_ms = 1001\n", SLICE },
};

START_TEST(the_first_limit)
{
	start(first_rows[_i].text);
	fake_guest_expect_limit(&g, first_rows[_i].want);
	shut_down();
	fake_guest_fini(&g);
}
END_TEST

START_TEST(limits_begin_where_the_guest_is)
{
	start(LATE);
	fake_guest_expect_limit(&g, SLICE);
	fake_guest_report(&g, SLICE + 3, TURN_LIMIT); /* some instructions late */
	fake_guest_expect_limit(&g, 2 * SLICE + 3);
	fake_guest_report(&g, SLICE + 7, TURN_CONSOLE); /* early */
	fake_guest_expect_limit(&g, 2 * SLICE + 7);
	fake_guest_report(&g, SLICE + 7, TURN_NOTIFY); /* and at once again, with nothing */
	fake_guest_expect_limit(&g, 2 * SLICE + 7);
	shut_down();
	ck_assert_uint_eq(g.lab.boot.now_ns, (uint64_t)(SLICE + 7) << 8);
	fake_guest_fini(&g);
}
END_TEST

START_TEST(a_frame_and_its_answer_travel)
{
	start(DELAY);
	fake_guest_expect_limit(&g, SLICE);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_expect_limit(&g, 1391); /* 256,000 ns and 100,000 */
	fake_guest_report(&g, 1391, TURN_LIMIT);
	fake_guest_expect_limit(&g, 1782); /* 356,000 ns and 100,000: not from where it stands */
	fake_guest_report(&g, 1785, TURN_LIMIT);
	fake_guest_pass(&g, 0);
	fake_guest_expect_limit(&g, SLICE + 1785);
	shut_down();
	boot_lab_expect_said(&g.lab,
			     "from dhcp.discover@356000 server@356000 to dhcp.offer@456000 ");
	fake_guest_fini(&g);
}
END_TEST

/* A network that does something, and takes no time for it. */
START_TEST(what_is_due_at_once_is_done_at_once)
{
	start(NO_DELAY "[rule.x]\ndrop = arp.request\n");
	fake_guest_expect_limit(&g, SLICE);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_pass(&g, 0);
	fake_guest_expect_limit(&g, SLICE + 1000);
	shut_down();
	boot_lab_expect_said(&g.lab,
			     "from dhcp.discover@256000 server@256000 to dhcp.offer@256000 ");
	fake_guest_fini(&g);
}
END_TEST

/* A block is repeated after a second: what the guest does later comes later. */
START_TEST(what_was_due_comes_before_what_the_guest_did)
{
	struct wire_frame f;
	uint8_t buf[2048];

	start(NO_DELAY);
	fake_guest_expect_limit(&g, SLICE);
	boot_lab_rrq(&g.lab, &f);
	fake_guest_put(&g, 0, &f);
	fake_guest_report(&g, 100, TURN_NOTIFY);
	ck_assert_uint_gt(fake_guest_take(&g, 0, buf, sizeof(buf)), 36);
	fake_guest_echo(&g, 0);
	fake_guest_expect_limit(&g, SLICE + 100);
	boot_lab_tftp(&g.lab, &f, (uint16_t)(buf[34] << 8 | buf[35]), "\0\4\0\1", 4);
	fake_guest_put(&g, 0, &f);
	fake_guest_report(&g, SLICE + 200, TURN_NOTIFY);
	fake_guest_pass(&g, 0);
	fake_guest_expect_turn(&g);
	shut_down();
	boot_lab_expect_said(&g.lab, "from tftp.rrq@25600 server@25600 to tftp.data@25600 "
				     "server@1000025600 to tftp.data@1000025600 "
				     "from tftp.ack@1000051200 ");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(a_phase_is_over_its_time)
{
	start("[deadline]\ndhcp_ms = 100\n");
	fake_guest_expect_limit(&g, 390625);
	fake_guest_report(&g, 390624, TURN_CONSOLE);
	fake_guest_expect_limit(&g, 390625);
	fake_guest_report(&g, 390626, TURN_LIMIT);
	fake_guest_expect_end(&g, "hang");
	ck_assert_ptr_nonnull(strstr(g.result->reason, "deadline of dhcp passed"));
	ck_assert_uint_eq(g.lab.boot.now_ns, 390626ull << 8);
	ck_assert(!fake_guest_has(g.turn, 0)); /* the guest does not go on */
	fake_guest_fini(&g);
}
END_TEST

/* --- what is looked at, and when -------------------------------------------------------------- */

static const struct {
	const char *what;
	enum turn_why why;
} why_rows[] = {
	{ "at a limit", TURN_LIMIT },
	{ "after a service call", TURN_CONSOLE },
	{ "after a notification", TURN_NOTIFY },
};

/* One that stayed behind would be taken for the echo of a frame to the guest. */
START_TEST(frames_are_taken_at_every_turn)
{
	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_says(0);
	fake_guest_report(&g, 5, why_rows[_i].why);
	fake_guest_expect_turn(&g);
	guest_says(0);
	guest_says(0);
	fake_guest_report(&g, 9, TURN_NOTIFY);
	fake_guest_expect_turn(&g);
	shut_down();
	assert_journalled(g.lab.journal, 1, "ipv6", "\"t_ns\":1280,");
	assert_journalled(g.lab.journal, 2, "ipv6", "\"t_ns\":2304,");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(text_has_the_time_of_its_turn)
{
	start(LATE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, "one\r\ntwo\r\nthr");
	fake_guest_report(&g, 1000, TURN_CONSOLE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, "ee\r\n");
	fake_guest_report(&g, 2000, TURN_CONSOLE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, "four\r\n");
	fake_guest_report(&g, 3000, TURN_NOTIFY); /* whatever it stopped for */
	fake_guest_expect_turn(&g);
	shut_down();
	assert_journalled(g.lab.journal, 4, "console", "");
	assert_journalled(g.lab.journal, 2, "console", "\"t_ns\":256000,");
	assert_journalled(g.lab.journal, 1, "console",
			  "\"t_ns\":512000,\"ev\":\"console\","
			  "\"text\":\"three\"");
	assert_journalled(g.lab.journal, 1, "console",
			  "\"t_ns\":768000,\"ev\":\"console\","
			  "\"text\":\"four\"");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(text_that_comes_in_pieces)
{
	start(LATE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, "one\r\n");
	fake_guest_expect_wait(&g); /* it is read already, and has no time yet */
	fake_guest_print(&g, "two\r\n");
	fake_guest_report(&g, 1000, TURN_CONSOLE);
	fake_guest_expect_turn(&g);
	shut_down();
	assert_journalled(g.lab.journal, 2, "console", "\"t_ns\":256000,");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(last_words)
{
	start(LATE);
	fake_guest_expect_turn(&g);
	fake_guest_report(&g, 1000, TURN_CONSOLE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, "good bye\r\n"); /* and no turn after it */
	shut_down();
	assert_journalled(g.lab.journal, 1, "console", "\"t_ns\":256000,");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(more_text_than_a_socket_holds)
{
	g_autofree char *noise = g_strnfill(1000 * 1000, 'x');

	noise[999 * 1000] = '\n';
	start(LATE);
	fake_guest_expect_turn(&g);
	fake_guest_print(&g, noise); /* blocks, if nobody reads */
	fake_guest_report(&g, 1000, TURN_CONSOLE);
	fake_guest_expect_turn(&g);
	shut_down();
	ck_assert_uint_eq(observer_console_raw(g.lab.boot.observer)->len, 1000 * 1000);
	fake_guest_fini(&g);
}
END_TEST

/* --- the barrier ------------------------------------------------------------------------------ */

START_TEST(the_guest_waits_for_its_frames)
{
	uint8_t buf[2048];

	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_expect_wait(&g); /* the answer lies in the socket */
	fake_guest_take(&g, 0, buf, sizeof(buf));
	fake_guest_expect_wait(&g); /* it is in QEMU, and who knows where */
	fake_guest_echo(&g, 0);
	fake_guest_expect_limit(&g, SLICE + 1000);
	shut_down();
	fake_guest_fini(&g);
}
END_TEST

START_TEST(the_guests_own_frames_pass_as_well)
{
	struct wire_frame f;

	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	wire_noise6(&f, "x", 1);
	boot_lab_put(&g.lab, 0, &f); /* and its echo is late */
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_expect_wait(&g);
	fake_guest_echo(&g, 0);
	fake_guest_expect_turn(&g);
	shut_down();
	fake_guest_fini(&g);
}
END_TEST

START_TEST(each_card_has_its_own_barrier)
{
	struct wire_frame f;

	start("[nic.0]\nserver = false\n[nic.1]\n[nic.2]\nserver = true\n" NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_says(0);
	guest_says(1);
	wire_dhcp(&f, DHCP_DISCOVER);
	fake_guest_put(&g, 2, &f);
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_echo(&g, 0); /* one too many, of another card */
	fake_guest_expect_wait(&g);
	fake_guest_pass(&g, 2);
	fake_guest_expect_turn(&g);
	shut_down();
	boot_lab_expect_said(&g.lab, "from ipv6@256000 from ipv6@256000 from dhcp.discover@256000 "
				     "server@256000 to dhcp.offer@256000 ");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(text_is_read_at_the_barrier)
{
	g_autofree char *noise = g_strnfill(1000 * 1000, 'x');

	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_print(&g, noise);
	fake_guest_pass(&g, 0);
	fake_guest_expect_turn(&g);
	shut_down();
	ck_assert_uint_eq(observer_console_raw(g.lab.boot.observer)->len, 1000 * 1000);
	fake_guest_fini(&g);
}
END_TEST

/* Frames that leave for the guest at one moment, numbered, into a socket that holds few. */
static void start_burst(const char *text)
{
	int few = 4096;

	fake_guest_init(&g, text);
	ck_assert_int_eq(
		setsockopt(link_fd(g.lab.boot.links[0]), SOL_SOCKET, SO_SNDBUF, &few, sizeof(few)),
		0);
	for (unsigned i = 0; i < N_BURST; i++) {
		struct wire_frame f;
		uint8_t payload[1000] = { (uint8_t)i };

		wire_noise6(&f, payload, sizeof(payload));
		ck_assert_int_eq(link_send(g.lab.boot.links[0], 0, f.buf, f.len), 0);
	}
	fake_guest_start(&g);
	fake_guest_report(&g, 0, TURN_LIMIT);
	fake_guest_expect_limit(&g, 391);
	fake_guest_report(&g, 391, TURN_LIMIT);
}

START_TEST(a_burst_arrives_whole)
{
	uint8_t buf[2048];

	start_burst(DELAY);
	for (unsigned i = 0; i < N_BURST; i++) {
		ck_assert_uint_eq(fake_guest_take(&g, 0, buf, sizeof(buf)),
				  ETH_HLEN + IPV6_HLEN + 1000);
		ck_assert_uint_eq(buf[ETH_HLEN + IPV6_HLEN], i);
		if (i == N_BURST - 1)
			fake_guest_expect_wait(&g);
		fake_guest_echo(&g, 0);
	}
	fake_guest_expect_limit(&g, SLICE + 391);
	shut_down();
	assert_journalled(g.lab.journal, N_BURST, "ipv6", "\"t_ns\":100000,");
	ck_assert(!link_is_blocked(g.lab.boot.links[0]));
	ck_assert_uint_eq(link_n_passed(g.lab.boot.links[0]), N_BURST);
	fake_guest_fini(&g);
}
END_TEST

/* The cable's end is gone, and the rest of QEMU is still there. */
START_TEST(a_burst_into_nowhere)
{
	start_burst(DELAY);
	fake_guest_pass(&g, 0);
	boot_lab_close_nic(&g.lab, 0);
	fake_guest_echo(&g, 0);
	fake_guest_expect_end(&g, NULL);
	ck_assert_ptr_nonnull(strstr(g.lab.boot.broken, "sending to the guest"));
	fake_guest_fini(&g);
}
END_TEST

START_TEST(a_burst_into_a_qemu_that_dies)
{
	start_burst(DELAY);
	fake_guest_pass(&g, 0);
	fake_guest_echo(&g, 0);
	fake_guest_die(&g);
	g_thread_join(g.thread);
	ck_assert_msg(g.lab.boot.broken || observer_is_over(g.lab.boot.observer),
		      "nobody knows why it ended");
	fake_guest_fini(&g);
}
END_TEST

/* --- the end ---------------------------------------------------------------------------------- */

static const struct {
	const char *what, *qmp, *ending;
} event_rows[] = {
	{ "the guest shuts the machine down", FAKE_GUEST_SHUTDOWN, "shutdown" },
	{ "the guest stops in a disabled wait", FAKE_GUEST_PANIC, "gave-up" },
	{ "something else before that",
	  "{\"event\":\"RESUME\"}\n{\"event\":\"NIC_RX_FILTER_CHANGED\",\"data\":{}}\n"
	  "{\"return\":{}}\n" FAKE_GUEST_SHUTDOWN,
	  "shutdown" },
	{ "somebody ends QEMU", "{\"event\":\"SHUTDOWN\",\"data\":{\"guest\":false}}\n",
	  "qemu-died" },
};

static const struct {
	const char *what;
	bool turn, barrier;
} moment_rows[] = {
	{ "before the first turn", false, false },
	{ "while the guest runs", true, false },
	{ "at the barrier", true, true },
};

/* Each end of the rows, at each moment. */
START_TEST(events_end_it)
{
	int event = _i / N_ROWS(moment_rows), moment = _i % N_ROWS(moment_rows);

	fake_guest_init(&g, NO_DELAY);
	fake_guest_start(&g);
	if (moment_rows[moment].turn) {
		fake_guest_report(&g, 0, TURN_LIMIT);
		fake_guest_expect_turn(&g);
	}
	if (moment_rows[moment].barrier)
		go_to_barrier();
	fake_guest_say(&g, event_rows[event].qmp);
	fake_guest_expect_end(&g, event_rows[event].ending);
	ck_assert_msg(!fake_guest_has(g.turn, 0), "%s: it may go on", moment_rows[moment].what);
	ck_assert_uint_eq(g.lab.boot.now_ns, moment_rows[moment].barrier ? 256000 : 0);
	fake_guest_fini(&g);
}
END_TEST

START_TEST(a_qemu_that_dies)
{
	fake_guest_init(&g, NO_DELAY);
	fake_guest_start(&g);
	if (moment_rows[_i].turn) {
		fake_guest_report(&g, 0, TURN_LIMIT);
		fake_guest_expect_turn(&g);
	}
	if (moment_rows[_i].barrier)
		go_to_barrier();
	fake_guest_die(&g);
	fake_guest_expect_end(&g, "qemu-died");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(a_qemu_that_dies_with_its_limit_unread)
{
	start(LATE);
	ck_assert(fake_guest_has(g.turn, FAKE_GUEST_WAIT_MS));
	fake_guest_die(&g);
	fake_guest_expect_end(&g, "qemu-died");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(half_a_report)
{
	fake_guest_init(&g, LATE);
	fake_guest_start(&g);
	ck_assert_int_eq(send(g.turn, "12345678", 8, 0), 8);
	fake_guest_die(&g);
	fake_guest_expect_end(&g, "qemu-died");
	fake_guest_fini(&g);
}
END_TEST

/* Nobody reads the limit that the driver is about to write. */
START_TEST(a_plugin_that_dies_at_the_barrier)
{
	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_close(&g.turn);
	fake_guest_pass(&g, 0);
	fake_guest_expect_end(&g, "qemu-died");
	fake_guest_fini(&g);
}
END_TEST

static const struct {
	const char *what;
	bool reports, sends;
} stuck_rows[] = {
	{ "it never reports", false, false },
	{ "it runs and never comes back", true, false },
	{ "it never passes a frame on", true, true },
};

/* All that QEMU ever does is done before: the driver has little time. */
START_TEST(the_hosts_time_is_up)
{
	const char *what = stuck_rows[_i].what;

	fake_guest_init(&g, "[link]\ndelay_us = 0\n" SHORT_CELL);
	if (stuck_rows[_i].sends)
		guest_discovers();
	if (stuck_rows[_i].reports)
		fake_guest_report(&g, 0, TURN_NOTIFY);
	fake_guest_start(&g);
	fake_guest_expect_end(&g, "hang");
	ck_assert_msg(strstr(g.result->reason, "deadline of cell passed") != NULL, "%s: %s", what,
		      g.result->reason);
	ck_assert_msg(g.took_ns >= CELL_MS * 1000000ull, "%s: too early", what);
	fake_guest_fini(&g);
}
END_TEST

/* A guest that prints for ever, with no turn, is stopped as well. */
START_TEST(text_without_end)
{
	char text[1000];

	memset(text, 'x', sizeof(text));
	fake_guest_init(&g, SHORT_CELL);
	fake_guest_start(&g);
	while (!fake_guest_is_done(&g)) /* or the test takes too long */
		send(g.console, text, sizeof(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	fake_guest_expect_end(&g, "hang");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(frames_that_were_sent_before_the_end)
{
	start(NO_DELAY);
	fake_guest_expect_turn(&g);
	guest_says(0); /* and the turn for it never comes */
	shut_down();
	boot_lab_expect_said(&g.lab, "from ipv6@0 ");
	fake_guest_fini(&g);
}
END_TEST

START_TEST(what_is_broken_ends_it)
{
	start(DELAY);
	fake_guest_expect_turn(&g);
	guest_discovers();
	fake_guest_report(&g, 1000, TURN_NOTIFY);
	fake_guest_expect_turn(&g);
	fake_guest_report(&g, 1391, TURN_LIMIT);
	fake_guest_expect_turn(&g);
	boot_lab_close_nic(&g.lab, 0);
	fake_guest_report(&g, 1782, TURN_LIMIT);
	fake_guest_expect_end(&g, NULL);
	fake_guest_fini(&g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("drive_virtual");

	suite_add_rows(s, the_first_limit, N_ROWS(first_rows));
	suite_add(s, limits_begin_where_the_guest_is);
	suite_add(s, a_frame_and_its_answer_travel);
	suite_add(s, what_is_due_at_once_is_done_at_once);
	suite_add(s, what_was_due_comes_before_what_the_guest_did);
	suite_add(s, a_phase_is_over_its_time);
	suite_add_rows(s, frames_are_taken_at_every_turn, N_ROWS(why_rows));
	suite_add(s, text_has_the_time_of_its_turn);
	suite_add(s, text_that_comes_in_pieces);
	suite_add(s, last_words);
	suite_add(s, more_text_than_a_socket_holds);
	suite_add(s, the_guest_waits_for_its_frames);
	suite_add(s, the_guests_own_frames_pass_as_well);
	suite_add(s, each_card_has_its_own_barrier);
	suite_add(s, text_is_read_at_the_barrier);
	suite_add(s, a_burst_arrives_whole);
	suite_add(s, a_burst_into_nowhere);
	suite_add(s, a_burst_into_a_qemu_that_dies);
	suite_add_rows(s, events_end_it, N_ROWS(event_rows) * N_ROWS(moment_rows));
	suite_add_rows(s, a_qemu_that_dies, N_ROWS(moment_rows));
	suite_add(s, a_qemu_that_dies_with_its_limit_unread);
	suite_add(s, half_a_report);
	suite_add(s, a_plugin_that_dies_at_the_barrier);
	suite_add_rows(s, the_hosts_time_is_up, N_ROWS(stuck_rows));
	suite_add(s, text_without_end);
	suite_add(s, frames_that_were_sent_before_the_end);
	suite_add(s, what_is_broken_ends_it);
	return suite_run(s);
}
