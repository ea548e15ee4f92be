/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/chrome_trace: events as the format has them, on the right track and at the right time
 */
#include "reports/chrome_trace.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#include "tests/support/json_shape.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

/* Of the format those kinds of events that we write. */
static const struct json_shape shape[] = {
	{ "", 'o', true, NULL },
	{ "displayTimeUnit", 's', true, "ms|ns" },
	{ "traceEvents", 'a', true, NULL },
	{ "traceEvents[]", 'o', false, NULL },
	{ "traceEvents[].name", 's', true, NULL },
	{ "traceEvents[].cat", 's', false, NULL },
	{ "traceEvents[].ph", 's', true, "M|X|i" },
	{ "traceEvents[].ts", 'n', false, NULL },
	{ "traceEvents[].dur", 'n', false, NULL },
	{ "traceEvents[].pid", 'i', true, NULL },
	{ "traceEvents[].tid", 'i', true, NULL },
	{ "traceEvents[].s", 's', false, "g|p|t" },
	{ "traceEvents[].args", 'O', true, NULL },
};

static char *dir, *journal;
static GString *lines;

static void set_up(void)
{
	sample_set_up();
	dir = g_dir_make_tmp("iplab-chrome-XXXXXX", NULL);
	ck_assert_ptr_nonnull(dir);
	journal = g_build_filename(dir, "journal.jsonl.gz", NULL);
	lines = g_string_new(NULL);
}

static void tear_down(void)
{
	g_unlink(journal);
	ck_assert_msg(!g_rmdir(dir), "something was left in %s", dir);
	g_free(journal);
	g_free(dir);
	g_string_free(lines, TRUE);
	sample_tear_down();
}

static void assert_shape(const char *text)
{
	g_autofree char *problem = json_shape_problem(shape, G_N_ELEMENTS(shape), text);

	ck_assert_msg(!problem, "%s", problem);
}

/* The field @key of the event that is called @name, as JSON; of @nth of them. */
static char *field_of(const char *name, unsigned nth, const char *key)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonArray *events;

	ck_assert(json_parser_load_from_data(parser, sample_text->str, -1, NULL));
	events = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
					      "traceEvents");
	for (guint i = 0; i < json_array_get_length(events); i++) {
		JsonObject *o = json_array_get_object_element(events, i);

		if (!g_str_equal(json_object_get_string_member(o, "name"), name) || nth--)
			continue;
		return json_object_has_member(o, key)
			       ? json_to_string(json_object_get_member(o, key), FALSE)
			       : g_strdup("");
	}
	return g_strdup("no such event");
}

static void assert_field(const char *name, unsigned nth, const char *key, const char *want)
{
	g_autofree char *got = field_of(name, nth, key);

	ck_assert_msg(g_str_equal(got, want), "%s of %s: %s, not %s", key, name, got, want);
}

START_TEST(the_format_is_kept)
{
	if (_i)
		sample_add_all();
	assert_shape(sample_write(chrome_trace_report));
}
END_TEST

START_TEST(cells_are_slices)
{
	sample_add_all();
	sample_write(chrome_trace_report);
	assert_field("process_name", 0, "args", "{\"name\":\"iplab run client=libnet-7.2,lwip\"}");
	assert_field("lwip/builtin/boot/probe/1", 0, "ph", "\"X\"");
	assert_field("lwip/builtin/boot/probe/1", 0, "ts", "500000.0");
	ck_assert_ptr_nonnull(strstr(sample_text->str, "\"dur\":1234567.890,"));
	assert_field("libnet-7.2/builtin/boot/error/1", 0, "cat", "\"error\"");
	assert_field("libnet-7.2/builtin/boot/error/1", 0, "args",
		     "{\"verdict\":\"error\",\"reason\":\"QEMU died\",\"clock\":\"virtual\"}");
}
END_TEST

static void add_cell(uint64_t seed, uint64_t begin_ms, uint64_t ms)
{
	Result *r = sample_add("c", "s", seed, VERDICT_PASS, NULL);

	r->begun_unix_ns = SAMPLE_START_NS + begin_ms * 1000000;
	r->wall_ns = ms * 1000000;
}

/* No two at once on one track, and no more tracks than that takes. */
START_TEST(tracks_are_workers)
{
	add_cell(1, 10, 20);
	add_cell(2, 5, 10);
	add_cell(3, 15, 50);
	add_cell(4, 30, 10);
	sample_write(chrome_trace_report);
	assert_field("c/builtin/s/2", 0, "tid", "1");
	assert_field("c/builtin/s/1", 0, "tid", "2");
	assert_field("c/builtin/s/3", 0, "tid", "1");
	assert_field("c/builtin/s/4", 0, "tid", "2");
	assert_field("thread_name", 1, "args", "{\"name\":\"worker 2\"}");
	assert_field("thread_name", 2, "args", "no such event");
}
END_TEST

/* Runs of old do not say when a cell began. */
START_TEST(cells_without_a_begin)
{
	sample_add("c", "s", 1, VERDICT_PASS, NULL)->wall_ns = 2000;
	sample_add("c", "s", 2, VERDICT_PASS, NULL)->wall_ns = 3000;
	sample_write(chrome_trace_report);
	assert_field("c/builtin/s/1", 0, "ts", "0.0");
	assert_field("c/builtin/s/2", 0, "ts", "2.0");
	assert_field("c/builtin/s/2", 0, "tid", "1");
}
END_TEST

static void write_journal(void)
{
	gzFile f = gzopen(journal, "wb1");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(gzwrite(f, lines->str, (unsigned)lines->len), (int)lines->len);
	ck_assert_int_eq(gzclose(f), Z_OK);
}

static void trace_boot(void)
{
	g_autoptr(GError) error = NULL;

	write_journal();
	ck_assert_msg(chrome_trace_boot(sample_text, dir, "c/builtin/s/1", &error), "%s",
		      error ? error->message : "");
	assert_shape(sample_text->str);
}

static void add_boot(void)
{
	g_string_append(
		lines, "{\"t_ns\":0,\"ev\":\"cell\",\"schema\":1,\"client\":\"c\"}\n"
		       "{\"t_ns\":0,\"ev\":\"milestone\",\"name\":\"power-on\"}\n"
		       "{\"t_ns\":5,\"ev\":\"console\",\"text\":\"Hello \\\"you\\\" \\u001b[1m\"}\n"
		       "{\"t_ns\":1500,\"ev\":\"tftp.data\",\"nic\":\"nic0\",\"dir\":\"to-guest\","
		       "\"frame\":7,\"len\":60,\"ip_checksum_ok\":false,\"raw\":\"00ff\"}\n"
		       "{\"t_ns\":1600,\"ev\":\"tftp.ack\",\"dir\":\"from-guest\",\"block\":1}\n"
		       "{\"t_ns\":1700,\"ev\":\"milestone\",\"name\":\"dhcp-ack\"}\n"
		       "{\"t_ns\":1800,\"ev\":\"tftp.done\",\"file\":\"k\"}\n"
		       "{\"t_ns\":1900,\"ev\":\"impair.drop\",\"dir\":\"to-guest\"}\n"
		       "{\"t_ns\":2750,\"ev\":\"verdict\",\"verdict\":\"pass\"}\n");
}

static const struct {
	const char *name, *key, *want;
} boot_rows[] = {
	{ "process_name", "args", "{\"name\":\"c/builtin/s/1\"}" },
	{ "power-on", "ph", "\"X\"" },
	{ "power-on", "ts", "0.0" },
	{ "power-on", "dur", "1.7" },
	{ "power-on", "tid", "1" },
	{ "dhcp-ack", "ts", "1.7" },
	{ "dhcp-ack", "dur", "1.05" },
	{ "tftp.ack", "tid", "2" },
	{ "tftp.ack", "args", "{\"dir\":\"from-guest\",\"block\":1}" },
	{ "tftp.data", "tid", "3" },
	{ "tftp.data", "ts", "1.5" },
	{ "tftp.data", "ph", "\"i\"" },
	{ "tftp.data", "s", "\"t\"" },
	{ "tftp.data", "args",
	  "{\"nic\":\"nic0\",\"dir\":\"to-guest\",\"frame\":7,\"len\":60,"
	  "\"ip_checksum_ok\":\"false\"}" },
	{ "tftp.done", "tid", "4" },
	{ "impair.drop", "tid", "5" },
	{ "Hello \"you\" \x1b[1m", "tid", "6" },
	{ "verdict", "tid", "7" },
	{ "cell", "tid", "7" },
	{ "milestone", "tid", "no such event" },
};

START_TEST(a_boot_is_described)
{
	add_boot();
	trace_boot();
	ck_assert_ptr_null(strchr(sample_text->str, '\x1b'));
	assert_field(boot_rows[_i].name, 0, boot_rows[_i].key, boot_rows[_i].want);
}
END_TEST

/* What a killed cell leaves, and what no journal holds. */
START_TEST(a_journal_that_is_broken)
{
	add_boot();
	g_string_append(lines, "not JSON\n{}\n{\"ev\":\"x\"}\n{\"t_ns\":1}\n"
			       "{\"t_ns\":\"1x\",\"ev\":\"y\"}\n{\"t_ns\":9,\"ev\":\"z\",\"a");
	trace_boot();
	assert_field("x", 0, "ts", "no such event");
	assert_field("y", 0, "ts", "no such event");
	assert_field("z", 0, "ts", "no such event");
	assert_field("verdict", 0, "ts", "2.75");
}
END_TEST

START_TEST(a_boot_without_a_milestone)
{
	trace_boot();
	assert_field("thread_name", 6, "args", "{\"name\":\"QEMU and verdict\"}");
}
END_TEST

START_TEST(a_boot_without_end)
{
	for (unsigned i = 0; i < CHROME_TRACE_EVENTS_MAX + 3; i++)
		g_string_append(lines, "{\"t_ns\":1,\"ev\":\"a\"}\n");
	write_journal();
	ck_assert(chrome_trace_boot(sample_text, dir, "c", NULL));
	ck_assert_ptr_nonnull(strstr(sample_text->str, "\"args\":{\"left_out\":3}}"));
}
END_TEST

START_TEST(a_cell_without_a_journal)
{
	g_autoptr(GError) error = NULL;

	ck_assert(!chrome_trace_boot(sample_text, dir, "c", &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_FILE));
	ck_assert_str_eq(sample_text->str, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("chrome_trace");
	TCase *tc = tcase_create("chrome_trace");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, the_format_is_kept, 0, 2);
	tcase_add_test(tc, cells_are_slices);
	tcase_add_test(tc, tracks_are_workers);
	tcase_add_test(tc, cells_without_a_begin);
	tcase_add_loop_test(tc, a_boot_is_described, 0, N_ROWS(boot_rows));
	tcase_add_test(tc, a_journal_that_is_broken);
	tcase_add_test(tc, a_boot_without_a_milestone);
	tcase_add_test(tc, a_boot_without_end);
	tcase_add_test(tc, a_cell_without_a_journal);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
