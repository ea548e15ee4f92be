/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/observer: whole boots, fed by hand
 */
#include "harness/observer.h"

#include <check.h>
#include <string.h>

#include "tests/support/boot_frames.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define CLIENT                                                                                     \
	"[client]\nsummary = c\nprovides = linux-boot\nenter = %s\n[console]\n"                    \
	"gave_up = ^TFTP error;not found$\nhandover = starting kernel\n"
#define SCENARIO                                                                                   \
	"[scenario]\nsummary = s\n[boot]\nconfig = cfg\nkernel = kernel\ninitrd = initrd\n"        \
	"append = a b\n[file.cfg]\ntext = x\n[file.kernel]\ntext = x\n[file.initrd]\ntext = x\n"   \
	"[deadline]\ndhcp_ms = 100\nconfig_ms = 200\npayload_ms = 300\ncell_ms = 1000\n"

/* CRC-32 of "123456789". */
#define CRC "cbf43926"
#define REPORT(cmdline, crc)                                                                       \
	"@iplab payload kind=probe cmdline=\"" cmdline "\" initrd_len=9 initrd_crc32=" crc         \
	" self=0x0-0x9 self_crc32=" CRC "\r\n"

#define MS(n) ((uint64_t)(n)*1000 * 1000)

struct lab {
	char *dir;
	Client *client;
	Scenario *scenario;
	Journal *journal;
	Result *result;
	Observer *o;
	GString *progress;
	uint64_t now_ns;
};

static struct lab lab;

static void on_progress(void *self, const char *milestone, uint64_t t_ns)
{
	struct lab *l = self;

	(void)t_ns;
	g_string_append_printf(l->progress, "%s ", milestone);
}

static FeatureSet feature_ccw(void)
{
	const char *words[] = { "ccw", NULL };
	FeatureSet set = 0;

	ck_assert(feature_parse((char **)words, "test", &set, NULL));
	return set;
}

/* A boot; @client_more goes behind the client, @more behind the scenario. */
static void lab_start_clock(const char *enter, const char *client_more, const char *more,
			    bool is_virtual)
{
	g_autofree char *client_text = g_strdup_printf(CLIENT "%s", enter, client_more);
	g_autofree char *scenario_text = g_strconcat(SCENARIO, more, NULL);
	g_autofree char *client = NULL, *scenario = NULL;
	struct observer_config cfg;

	lab = (struct lab){ .dir = temp_folder_new() };
	client = text_file(lab.dir, "c.ini", client_text);
	scenario = text_file(lab.dir, "s.ini", scenario_text);
	text_file_put(lab.dir, "initrd", "123456789");
	text_file_put(lab.dir, "kernel", "123456789");
	lab.client = client_load(client, "c", NULL, NULL);
	lab.scenario = scenario_load(scenario, "s", NULL);
	lab.journal = journal_new(NULL);
	lab.result = result_new();
	lab.progress = g_string_new(NULL);
	cfg = (struct observer_config){ lab.client, lab.scenario, lab.dir, lab.journal,
					lab.result, on_progress,  &lab,    is_virtual };
	lab.o = observer_new(&cfg);
	observer_power_on(lab.o);
}

static void lab_start_client(const char *enter, const char *client_more, const char *more)
{
	lab_start_clock(enter, client_more, more, false);
}

static void lab_start(const char *enter, const char *more)
{
	lab_start_client(enter, "", more);
}

static void lab_end(void)
{
	observer_free(lab.o);
	client_free(lab.client);
	scenario_free(lab.scenario);
	journal_free(lab.journal);
	result_free(lab.result);
	g_string_free(lab.progress, TRUE);
	temp_folder_remove(lab.dir);
}

static void frame(bool to_guest, const struct frame *f)
{
	lab.now_ns += 1000;
	observer_frame(lab.o, lab.now_ns, to_guest, f);
}

static void console(const char *text)
{
	lab.now_ns += 1000;
	observer_console(lab.o, lab.now_ns, text, strlen(text));
}

static void qmp(const char *name, const char *data)
{
	g_autoptr(JsonNode) node = data ? json_from_string(data, NULL) : NULL;

	lab.now_ns += 1000;
	observer_qmp(lab.o, lab.now_ns, name, node ? json_node_get_object(node) : NULL);
}

static void file(uint16_t port, const char *name)
{
	frame(false, boot_rrq(port, name));
	frame(true, boot_data(port, 1, 9));
	frame(false, boot_ack(port, 1));
}

static void boot_to_handover(void)
{
	frame(false, boot_kind(FRAME_DHCP_DISCOVER));
	frame(true, boot_kind(FRAME_DHCP_OFFER));
	frame(false, boot_kind(FRAME_DHCP_REQUEST));
	frame(true, boot_kind(FRAME_DHCP_ACK));
	file(2001, "cfg");
	file(2002, "kernel");
	file(2003, "initrd");
	console("Network loading done, starting kernel...\r\n\r\n");
}

static void judge(enum verdict want, const char *ending, const char *says)
{
	struct lowcore last = { .known = false };

	ck_assert(observer_is_over(lab.o));
	observer_judge(lab.o, lab.now_ns, &last, 0, NULL);
	ck_assert_str_eq(verdict_name(lab.result->verdict), verdict_name(want));
	ck_assert_str_eq(lab.result->ending, ending);
	ck_assert((want == VERDICT_PASS) == !lab.result->reason);
	if (says)
		ck_assert_msg(strstr(lab.result->reason, says) != NULL, "%s", lab.result->reason);
	assert_journalled(lab.journal, 1, "ending", ending);
}

#define BY_GUEST "{\"guest\":true,\"reason\":\"guest-shutdown\"}"
#define WAIT_AT_0                                                                                  \
	"{\"action\":\"pause\",\"info\":{\"type\":\"s390\",\"core\":0,\"psw-addr\":0,"             \
	"\"psw-mask\":562956395872256,\"reason\":\"disabled-wait\"}}"

START_TEST(a_boot_that_passes)
{
	lab_start("firmware", "[expect]\nevents = dhcp.ack;transfer cfg;transfer initrd\n");
	boot_to_handover();
	ck_assert(!observer_is_over(lab.o));
	console(REPORT("a b", CRC));
	ck_assert(!observer_is_over(lab.o)); /* it has not stopped yet */
	ck_assert(observer_has_machine(lab.o));
	qmp("SHUTDOWN", BY_GUEST);
	ck_assert(!observer_has_machine(lab.o));
	judge(VERDICT_PASS, "payload", NULL);
	ck_assert_str_eq(lab.progress->str,
			 "power-on first-frame dhcp-discover dhcp-ack config-loaded kernel-start "
			 "kernel-done initrd-done handover payload ");
	ck_assert_uint_eq(lab.result->milestones->len, 10);
	ck_assert_uint_eq(lab.result->frames_in, 8);
	ck_assert_uint_eq(lab.result->frames_out, 5);
	ck_assert_str_eq(lab.result->initrd_crc32, CRC);
	ck_assert_str_eq(lab.result->cmdline, "a b");
	assert_journalled(lab.journal, 10, "milestone", "");
	assert_journalled(lab.journal, 1, "transfer", "\"file\":\"kernel\",\"bytes\":9");
	assert_journalled(lab.journal, 1, "console", "starting kernel...");
	assert_journalled(lab.journal, 1, "console", "@iplab payload");
	assert_journalled(lab.journal, 2, "console", "");
	assert_journalled(lab.journal, 1, "qmp", "SHUTDOWN");
	lab_end();
}
END_TEST

START_TEST(a_boot_over_http)
{
	lab_start("firmware", "[expect]\nevents = dhcp.ack;http.request kernel;transfer kernel;"
			      "http.request initrd;transfer initrd\n");
	frame(true, boot_kind(FRAME_DHCP_ACK));
	observer_http(lab.o, 10, HTTP_ASKED, "kernel", 0);
	observer_http(lab.o, 11, HTTP_STARTED, "kernel", 0);
	observer_http(lab.o, 12, HTTP_ENDED, "kernel", 9);
	observer_http(lab.o, 13, HTTP_ASKED, "initrd", 0);
	observer_http(lab.o, 14, HTTP_STARTED, "initrd", 0);
	observer_http(lab.o, 15, HTTP_ENDED, "initrd", 9);
	assert_journalled(lab.journal, 1, "milestone", "kernel-start");
	assert_journalled(lab.journal, 1, "milestone", "initrd-done");
	assert_journalled(lab.journal, 1, "transfer", "\"file\":\"kernel\",\"bytes\":9");
	console(REPORT("a b", CRC));
	qmp("SHUTDOWN", BY_GUEST);
	judge(VERDICT_PASS, "payload", NULL);
	lab_end();
}
END_TEST

static const struct {
	const char *what, *report, *says;
} fail_rows[] = {
	{ "a wrong sum of the initrd", REPORT("a b", "00000000"), "CRC-32 00000000, served were" },
	{ "no initrd", REPORT("a b", "none"), "none" },
	{ "a wrong command line", REPORT("a", CRC), "command line \"a\", expected \"a b\"" },
	{ "a wrong sum of the kernel",
	  "@iplab payload cmdline=\"a b\" self=0x0-0x8 self_crc32=" CRC "\r\n", "own bytes" },
	{ "a report that breaks the grammar", "@iplab payload cmdline=\"a b\r\n",
	  "ended with shutdown" },
	{ "another marker", "@iplab stage name=dhcp\r\n", "ended with shutdown" },
	{ "no report", "", "ended with shutdown" },
};

START_TEST(boots_that_fail)
{
	lab_start("firmware", "");
	boot_to_handover();
	console(fail_rows[_i].report);
	qmp("SHUTDOWN", BY_GUEST);
	judge(VERDICT_FAIL, strstr(fail_rows[_i].says, "ended") ? "shutdown" : "payload",
	      fail_rows[_i].says);
	lab_end();
}
END_TEST

START_TEST(a_give_up)
{
	lab_start("firmware", "");
	frame(false, boot_kind(FRAME_DHCP_DISCOVER));
	console("TFTP error: file not found\r\n  Giving up.\r\n");
	qmp("GUEST_PANICKED", WAIT_AT_0);
	ck_assert(observer_has_machine(lab.o)); /* it is paused: its lowcore can be read */
	/* The line that says why, and not the last one. */
	judge(VERDICT_FAIL, "gave-up", "expected payload: TFTP error: file not found");
	lab_end();
}
END_TEST

START_TEST(a_give_up_that_is_expected)
{
	lab_start("firmware", "[expect]\nending = gave-up\n");
	console("unknown words, with no end");
	qmp("GUEST_PANICKED", WAIT_AT_0);
	judge(VERDICT_PASS, "gave-up", NULL);
	assert_journalled(lab.journal, 1, "ending", "unknown words, with no end");
	assert_journalled(lab.journal, 1, "console", "unknown words");
	ck_assert_str_eq(observer_console_raw(lab.o)->str, "unknown words, with no end");
	lab_end();
}
END_TEST

static const struct {
	const char *what, *data;
	const char *ending;
} panic_rows[] = {
	{ "a wait at 0", WAIT_AT_0, "gave-up" },
	{ "a wait with a code", "{\"info\":{\"psw-addr\":57005,\"psw-mask\":1}}", "crash" },
	{ "a loop", "{\"info\":{\"psw-addr\":0,\"reason\":\"pgmint-loop\"}}", "crash" },
	{ "no information", "{\"action\":\"pause\"}", "gave-up" },
	{ "no data", NULL, "gave-up" },
};

START_TEST(panics)
{
	lab_start("firmware", "");
	qmp("GUEST_PANICKED", panic_rows[_i].data);
	judge(VERDICT_FAIL, panic_rows[_i].ending, NULL);
	lab_end();
}
END_TEST

START_TEST(a_crash_is_seen_in_the_lowcore)
{
	struct lowcore before = { .known = true };
	struct lowcore unknown = { .known = false };
	struct lowcore last = { .known = true, .pgm_code = 0x00040005, .pgm_old = 0x12345 };

	lab_start("firmware", "");
	observer_lowcore_before(lab.o, &before);
	observer_lowcore_before(lab.o, &unknown); /* takes nothing away */
	observer_step(lab.o, MS(100));
	observer_judge(lab.o, MS(100), &last, 0, NULL);
	ck_assert_str_eq(lab.result->ending, "crash");
	ck_assert_ptr_nonnull(strstr(lab.result->reason, "0x12345 in the client"));
	lab_end();
}
END_TEST

START_TEST(a_system_is_not_judged_by_its_lowcore)
{
	struct lowcore before = { .known = true };
	struct lowcore last = { .known = true, .pgm_code = 0x00040006, .pgm_old = 0x12345 };

	lab_start("firmware", "");
	lab.client->os = true;
	observer_lowcore_before(lab.o, &before);
	observer_step(lab.o, MS(100));
	observer_judge(lab.o, MS(100), &last, 0, NULL);
	ck_assert_str_eq(lab.result->ending, "hang");
	lab_end();
}
END_TEST

START_TEST(a_client_that_panics_says_why)
{
	lab_start("firmware", "");
	console("TFTP error: file not found\r\nKernel panic\r\n");
	qmp("GUEST_PANICKED", "{\"info\":{\"psw-addr\":57005,\"reason\":\"disabled-wait\"}}");
	judge(VERDICT_FAIL, "crash", "0xdead; the client says: TFTP error: file not found");
	lab_end();
}
END_TEST

START_TEST(deadlines_of_phases)
{
	lab_start("firmware", "");
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(100));
	observer_step(lab.o, MS(100) - 1);
	ck_assert(!observer_is_over(lab.o));
	lab.now_ns = MS(50);
	observer_frame(lab.o, MS(50), true, boot_kind(FRAME_DHCP_ACK));
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(250));
	observer_step(lab.o, MS(250));
	judge(VERDICT_FAIL, "hang", "deadline of config passed");
	lab_end();
}
END_TEST

/* Instructions of the shift 8. */
#define INSNS(n) ((uint64_t)(n) << 8)

static const struct lowcore looping = { .known = true, .pgm_code = 0x00020001, .pgm_old = 2 };

START_TEST(a_silent_guest_is_looked_at)
{
	const struct lowcore fine = { .known = true };
	uint64_t t_ns = INSNS(1 << 18);

	lab_start_clock("firmware", "", "config_ms = 3600000\n", true);
	lab.client->provides |= feature_ccw();
	observer_power_on(lab.o);
	observer_lowcore_before(lab.o, &fine);
	ck_assert_uint_eq(observer_deadline_ns(lab.o), t_ns);
	ck_assert(!observer_wants_look(lab.o, t_ns - 1) && observer_wants_look(lab.o, t_ns));
	observer_look(lab.o, t_ns, &fine);
	ck_assert(!observer_is_over(lab.o) && !observer_wants_look(lab.o, t_ns));
	/* Four times as far, but what it says brings it back to the first distance. */
	ck_assert(!observer_wants_look(lab.o, t_ns + INSNS(4 << 18) - 1));
	observer_console(lab.o, t_ns + 5, "x\n", 2);
	ck_assert(!observer_wants_look(lab.o, t_ns + 5 + INSNS(1 << 18) - 1));
	ck_assert(observer_wants_look(lab.o, t_ns + 5 + INSNS(1 << 18)));
	observer_look(lab.o, 2 * t_ns, &looping);
	ck_assert(!observer_wants_look(lab.o, 100 * t_ns));
	judge(VERDICT_FAIL, "crash", "looping silently");
	lab_end();
}
END_TEST

static const struct {
	const char *what;
	bool is_virtual, ccw, os;
} unseen_rows[] = {
	{ "on the host's clock", false, true, false },
	{ "no channels", true, false, false },
	{ "an operating system", true, true, true },
};

START_TEST(who_is_not_looked_at)
{
	lab_start_clock("firmware", "", "", unseen_rows[_i].is_virtual);
	if (unseen_rows[_i].ccw)
		lab.client->provides |= feature_ccw();
	lab.client->os = unseen_rows[_i].os;
	observer_power_on(lab.o);
	ck_assert_msg(!observer_can_look(lab.o), "%s", unseen_rows[_i].what);
	ck_assert(!observer_wants_look(lab.o, UINT64_MAX - 1));
	lab_end();
}
END_TEST

#define MENU "[milestone.menu]\nline = ^Menu\n[milestone.banner]\nline = [Mm]enu 1\n"

START_TEST(a_client_has_milestones_of_its_own)
{
	lab_start_client("firmware", MENU, "");
	console("The Menu\r\nMenu 0\r\nMenu 1\r\nMenu 1\r\n");
	ck_assert_str_eq(lab.progress->str, "power-on menu banner ");
	ck_assert_uint_eq(lab.result->milestones->len, 3);
	assert_journalled(lab.journal, 1, "milestone", "\"name\":\"menu\"");
	assert_journalled(lab.journal, 1, "milestone", "\"name\":\"banner\"");
	/* Phases know nothing of them. */
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(100));
	lab_end();
}
END_TEST

#define FETCH "[milestone.kernel-start]\nline = ^Fetching\n"

START_TEST(a_console_tells_what_the_wire_does_not)
{
	lab_start_client("firmware", FETCH, "");
	frame(true, boot_kind(FRAME_DHCP_ACK));
	console("Fetching kernel\r\nFetching kernel again\r\n");
	ck_assert_str_eq(lab.progress->str, "power-on first-frame dhcp-ack kernel-start ");
	/* Now it is in phase kernel, which has a minute. */
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(1000));
	observer_step(lab.o, MS(900));
	ck_assert(!observer_is_over(lab.o));
	lab_end();
}
END_TEST

START_TEST(what_the_wire_told_before_is_not_told_again)
{
	lab_start_client("firmware", FETCH, "");
	file(2002, "kernel");
	console("Fetching kernel\r\n");
	ck_assert_str_eq(lab.progress->str, "power-on first-frame kernel-start kernel-done ");
	assert_journalled(lab.journal, 1, "milestone", "kernel-start");
	lab_end();
}
END_TEST

START_TEST(a_client_may_need_more_time)
{
	lab_start_client("firmware", "[deadline]\ndhcp_ms = 150\nconfig_ms = 50\ncell_ms = 2000\n",
			 "");
	ck_assert_uint_eq(observer_cell_ms(lab.o), 2000);
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(150));
	observer_frame(lab.o, MS(50), true, boot_kind(FRAME_DHCP_ACK));
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(250));
	lab_end();
}
END_TEST

START_TEST(the_deadline_of_the_cell)
{
	lab_start("firmware", "");
	lab.now_ns = MS(950);
	boot_to_handover();
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(1000));
	observer_step(lab.o, MS(1000));
	judge(VERDICT_FAIL, "hang", "deadline of cell passed");
	lab_end();
}
END_TEST

START_TEST(what_is_over_stays_over)
{
	lab_start("firmware", "");
	boot_to_handover();
	console(REPORT("a b", CRC));
	qmp("SHUTDOWN", BY_GUEST);
	observer_step(lab.o, MS(5000));
	observer_qemu_exited(lab.o);
	judge(VERDICT_PASS, "payload", NULL);
	lab_end();
}
END_TEST

START_TEST(a_client_without_a_network)
{
	lab_start("direct", "");
	ck_assert_uint_eq(observer_deadline_ns(lab.o), MS(300));
	console(REPORT("a b", CRC));
	qmp("SHUTDOWN", BY_GUEST);
	judge(VERDICT_PASS, "payload", NULL);
	lab_end();
}
END_TEST

START_TEST(qemu_dies)
{
	struct lowcore last = { .known = false };

	lab_start("firmware", "");
	observer_qemu_exited(lab.o);
	ck_assert(observer_is_over(lab.o) && !observer_has_machine(lab.o));
	observer_judge(lab.o, 1, &last, 1 << 8, "no such machine");
	ck_assert_int_eq((int)lab.result->verdict, VERDICT_ERROR);
	ck_assert_str_eq(lab.result->ending, "qemu-died");
	ck_assert_str_eq(lab.result->reason, "QEMU exited with status 1: no such machine");
	lab_end();
}
END_TEST

static const struct {
	const char *what, *data;
} stopped_rows[] = {
	{ "a signal to QEMU", "{\"guest\":false,\"reason\":\"host-signal\"}" },
	{ "nobody is named", "{}" },
	{ "no data", NULL },
};

START_TEST(somebody_stops_qemu)
{
	lab_start("firmware", "");
	qmp("SHUTDOWN", stopped_rows[_i].data);
	ck_assert(!observer_has_machine(lab.o));
	judge(VERDICT_ERROR, "qemu-died", "QEMU exited");
	lab_end();
}
END_TEST

START_TEST(other_events_end_nothing)
{
	lab_start("firmware", "");
	qmp("RESUME", NULL);
	qmp("NIC_RX_FILTER_CHANGED", "{\"name\":\"nic0\"}");
	ck_assert(!observer_is_over(lab.o));
	assert_journalled(lab.journal, 2, "qmp", "");
	lab_end();
}
END_TEST

START_TEST(console_bytes_that_are_no_text)
{
	lab_start("firmware", "");
	console("\xff\xfe\xf0 TFTP error \xc3\r\n\xf0\x9f not found\r\n\xf0\r\n");
	qmp("GUEST_PANICKED", WAIT_AT_0);
	judge(VERDICT_FAIL, "gave-up", "not found");
	assert_journalled(lab.journal, 3, "console", "");
	ck_assert(g_utf8_validate(journal_lines(lab.journal), -1, NULL));
	lab_end();
}
END_TEST

START_TEST(a_second_report_replaces_the_first)
{
	lab_start("firmware", "");
	console(REPORT("one", "00000001") REPORT("a b", CRC));
	qmp("SHUTDOWN", BY_GUEST);
	judge(VERDICT_PASS, "payload", NULL);
	ck_assert_str_eq(lab.result->cmdline, "a b");
	ck_assert_str_eq(lab.result->initrd_crc32, CRC);
	observer_free(NULL);
	lab_end();
}
END_TEST

START_TEST(nobody_watches)
{
	struct observer_config cfg;
	Observer *o;

	lab_start("firmware", "");
	cfg = (struct observer_config){ lab.client, lab.scenario, lab.dir, lab.journal,
					lab.result, NULL,         NULL,    false };
	o = observer_new(&cfg);
	observer_power_on(o);
	ck_assert(!observer_is_over(o));
	observer_free(o);
	lab_end();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("observer");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	suite_add(s, a_boot_that_passes);
	suite_add(s, a_boot_over_http);
	suite_add_rows(s, boots_that_fail, N_ROWS(fail_rows));
	suite_add(s, a_give_up);
	suite_add(s, a_give_up_that_is_expected);
	suite_add_rows(s, panics, N_ROWS(panic_rows));
	suite_add(s, a_crash_is_seen_in_the_lowcore);
	suite_add(s, a_system_is_not_judged_by_its_lowcore);
	suite_add(s, a_client_that_panics_says_why);
	suite_add(s, deadlines_of_phases);
	suite_add(s, a_silent_guest_is_looked_at);
	suite_add_rows(s, who_is_not_looked_at, N_ROWS(unseen_rows));
	suite_add(s, a_client_has_milestones_of_its_own);
	suite_add(s, a_console_tells_what_the_wire_does_not);
	suite_add(s, what_the_wire_told_before_is_not_told_again);
	suite_add(s, a_client_may_need_more_time);
	suite_add(s, the_deadline_of_the_cell);
	suite_add(s, what_is_over_stays_over);
	suite_add(s, a_client_without_a_network);
	suite_add(s, qemu_dies);
	suite_add_rows(s, somebody_stops_qemu, N_ROWS(stopped_rows));
	suite_add(s, other_events_end_nothing);
	suite_add(s, console_bytes_that_are_no_text);
	suite_add(s, a_second_report_replaces_the_first);
	suite_add(s, nobody_watches);
	return suite_run(s);
}
