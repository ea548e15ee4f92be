/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/scenario_http: [server.http] and [http.NAME]
 */
#include "harness/scenario_http.h"

#include <check.h>

#include "harness/scenario_keys.h"
#include "tests/support/suite.h"

static struct http_config config;

static void load(const char *text)
{
	g_autofree char *all = g_strconcat("[scenario]\nsummary = s\n", text, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Ini) ini = ini_load_data("x.ini", all, scenario_keys, &error);

	ck_assert_msg(ini != NULL, "%s", error ? error->message : "");
	config = http_config_default;
	ck_assert_msg(scenario_http_read(&config, ini, &error), "%s", error ? error->message : "");
}

START_TEST(nothing_is_said)
{
	load("");
	ck_assert(config.enabled && !config.tcp.has_isn);
	ck_assert_uint_eq(config.tcp.port, 80);
	ck_assert_uint_eq(config.tcp.rto_min_ns, 1000000000);
	ck_assert_uint_eq(config.rules->len, 0);
	scenario_http_clear(&config);
	scenario_http_clear(&config);
}
END_TEST

START_TEST(the_server)
{
	load("[server.http]\nenabled = false\nport = 8080\nrepeat_ms = 50\nfirst_sequence = 0\n");
	ck_assert(!config.enabled && config.tcp.has_isn);
	ck_assert_uint_eq(config.tcp.port, 8080);
	ck_assert_uint_eq(config.tcp.rto_min_ns, 50000000);
	ck_assert_uint_eq(config.tcp.isn, 0);
	scenario_http_clear(&config);
}
END_TEST

START_TEST(a_rule_that_says_nothing)
{
	const struct http_rule *r;

	load("[http.x y]\n");
	ck_assert_uint_eq(config.rules->len, 1);
	r = config.rules->pdata[0];
	ck_assert_str_eq(r->name, "x y");
	ck_assert(!r->path && !r->attempt && !r->status && !r->location);
	ck_assert_uint_eq(r->truncate_at, HTTP_NOWHERE);
	ck_assert_uint_eq(r->reset_at, HTTP_NOWHERE);
	ck_assert_uint_eq(r->stall_at, HTTP_NOWHERE);
	ck_assert_uint_eq(r->split_at, HTTP_NOWHERE);
	ck_assert_uint_eq(r->stall_ns, 1000000000);
	scenario_http_clear(&config);
}
END_TEST

START_TEST(a_rule_that_says_everything)
{
	const struct http_rule *r;

	load("[http.x]\npath = a*\nattempt = 2\nstatus = 503\nretry_after_s = 3\n"
	     "before = B\\r\\n\nstatus_line = S\nfields = F: 1;G: 2\ncontent_length = L\n"
	     "second_content_length = M\nfield_bytes = 4\nendless_head = true\nbare_lf = true\n"
	     "framing = chunks\nchunk_bytes = 5\nchunk_size = Z\nchunk_extension = E\n"
	     "trailers = T: 1\nno_last_chunk = true\nextra_bytes = 6\nreset_at = 7\n"
	     "stall_at = 0\nstall_ms = 9\nbytes_per_s = 10\nsplit_at = 11\nsplit_every = 12\n");
	r = config.rules->pdata[0];
	ck_assert_str_eq(r->path, "a*");
	ck_assert_uint_eq(r->attempt, 2);
	ck_assert_uint_eq(r->status, 503);
	ck_assert_uint_eq(r->retry_after_s, 3);
	ck_assert_str_eq(r->before, "B\r\n");
	ck_assert_str_eq(r->status_line, "S");
	ck_assert_str_eq(r->fields[1], "G: 2");
	ck_assert_str_eq(r->length, "L");
	ck_assert_str_eq(r->second_length, "M");
	ck_assert_uint_eq(r->field_bytes, 4);
	ck_assert(r->endless_head && r->bare_lf && r->no_last_chunk);
	ck_assert_int_eq(r->framing, HTTP_BY_CHUNKS);
	ck_assert_uint_eq(r->chunk_bytes, 5);
	ck_assert_str_eq(r->chunk_size, "Z");
	ck_assert_str_eq(r->chunk_extension, "E");
	ck_assert_str_eq(r->trailers[0], "T: 1");
	ck_assert_uint_eq(r->extra_bytes, 6);
	ck_assert_uint_eq(r->reset_at, 7);
	ck_assert_uint_eq(r->stall_at, 0);
	ck_assert_uint_eq(r->stall_ns, 9000000);
	ck_assert_uint_eq(r->bytes_per_s, 10);
	ck_assert_uint_eq(r->split_at, 11);
	ck_assert_uint_eq(r->split_every, 12);
	scenario_http_clear(&config);
}
END_TEST

START_TEST(redirections_have_a_status)
{
	const struct http_rule *first, *second;

	load("[http.b]\nredirect = /x\n[http.a]\nredirect = /y\nstatus = 308\n");
	first = config.rules->pdata[0];
	second = config.rules->pdata[1];
	ck_assert_str_eq(first->name, "b"); /* in file order */
	ck_assert_uint_eq(first->status, 302);
	ck_assert_str_eq(first->location, "/x");
	ck_assert_uint_eq(second->status, 308);
	ck_assert_str_eq(second->location, "/y");
	scenario_http_clear(&config);
}
END_TEST

static const struct {
	const char *what;
	enum http_framing framing;
} framing_rows[] = {
	{ "length", HTTP_BY_LENGTH },
	{ "close", HTTP_BY_CLOSE },
	{ "chunks", HTTP_BY_CHUNKS },
	{ "both", HTTP_BY_BOTH },
};

START_TEST(framings_have_names)
{
	g_autofree char *text = g_strdup_printf("[http.x]\nframing = %s\n", framing_rows[_i].what);
	const struct http_rule *r;

	load(text);
	r = config.rules->pdata[0];
	ck_assert_int_eq(r->framing, framing_rows[_i].framing);
	scenario_http_clear(&config);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scenario_http");

	suite_add(s, nothing_is_said);
	suite_add(s, the_server);
	suite_add(s, a_rule_that_says_nothing);
	suite_add(s, a_rule_that_says_everything);
	suite_add(s, redirections_have_a_status);
	suite_add_rows(s, framings_have_names, N_ROWS(framing_rows));
	return suite_run(s);
}
