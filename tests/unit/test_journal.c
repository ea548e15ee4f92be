/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/journal: lines of JSON, whatever the peer sent
 */
#include "server/journal.h"

#include <check.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <unistd.h>
#include <zlib.h>

#include "tests/support/suite.h"

START_TEST(a_line_has_time_event_and_fields)
{
	g_autoptr(Journal) j = journal_new(NULL);

	journal_begin(j, 104233000, "dhcp.offer");
	journal_hex32(j, "xid", 0x5a1f00c2);
	journal_ip4(j, "yiaddr", 0x0a00020f);
	journal_mac(j, "mac", &(struct mac){ { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } });
	journal_u64(j, "len", UINT64_MAX);
	journal_bool(j, "broadcast", false);
	journal_str(j, "file", "a b");
	journal_end(j);
	ck_assert_str_eq(journal_lines(j),
			 "{\"t_ns\":104233000,\"ev\":\"dhcp.offer\",\"xid\":\"5a1f00c2\","
			 "\"yiaddr\":\"10.0.2.15\",\"mac\":\"52:54:00:12:34:56\","
			 "\"len\":18446744073709551615,\"broadcast\":false,\"file\":\"a b\"}\n");
}
END_TEST

static const struct {
	const char *what;
	const char *in;
	size_t len;
	const char *want; /* as a JSON reader gets it */
} text_rows[] = {
	{ "nothing", "", 0, "" },
	{ "quotes and backslashes", "a\"b\\c", 5, "a\"b\\c" },
	{ "control characters", "a\n\x01\x7f", 4, "a\n\x01\x7f" },
	{ "UTF-8", "k\xc3\xa4se", 5, "k\xc3\xa4se" },
	{ "a byte that is no UTF-8 becomes its code point", "a\xff", 2, "a\xc3\xbf" },
	{ "UTF-8 cut short", "\xc3", 1, "\xc3\x83" },
};

START_TEST(text_is_escaped)
{
	g_autoptr(Journal) j = journal_new(NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	struct slice s = { (const uint8_t *)text_rows[_i].in, text_rows[_i].len };
	const char *got;

	journal_begin(j, 0, "x");
	journal_text(j, "s", s);
	journal_end(j);
	ck_assert_msg(json_parser_load_from_data(parser, journal_lines(j), -1, NULL), "%s: %s",
		      text_rows[_i].what, journal_lines(j));
	got = json_object_get_string_member(json_node_get_object(json_parser_get_root(parser)),
					    "s");
	ck_assert_msg(g_str_equal(got, text_rows[_i].want), "%s: %s", text_rows[_i].what, got);
}
END_TEST

START_TEST(a_file_is_gzip)
{
	g_autofree char *path = g_strdup_printf("%s/iplab-journal-%d", g_get_tmp_dir(), getpid());
	g_autoptr(Journal) j = journal_new(path);
	char buf[64];
	gzFile f;

	ck_assert_ptr_nonnull(j);
	journal_begin(j, 7, "x");
	journal_end(j);
	ck_assert_int_eq(journal_close(j), 0);
	f = gzopen(path, "rb");
	ck_assert_int_eq(gzread(f, buf, sizeof(buf)), 20);
	gzclose(f);
	ck_assert_mem_eq(buf, "{\"t_ns\":7,\"ev\":\"x\"}\n", 20);
	g_unlink(path);
}
END_TEST

START_TEST(a_file_that_cannot_be_made)
{
	errno = 0;
	ck_assert_ptr_null(journal_new("/nonexistent/journal"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(a_full_disk_is_said)
{
	g_autoptr(Journal) j = journal_new("/dev/full");
	unsigned i;

	for (i = 0; i < 100000; i++) {
		journal_begin(j, i * 7919, "x");
		journal_hex32(j, "noise", i * 2654435761u);
		journal_end(j);
	}
	ck_assert_int_lt(journal_close(j), 0);
}
END_TEST

static void on_line(void *self, const char *line, size_t len)
{
	g_string_append_len(self, line, (gssize)len);
}

START_TEST(a_listener_hears_each_line)
{
	g_autoptr(GString) heard = g_string_new(NULL);
	g_autoptr(Journal) j = journal_new_nowhere();

	ck_assert(!journal_is_heard(j));
	journal_begin(j, 1, "before");
	journal_end(j);
	journal_listen(j, on_line, heard);
	ck_assert(journal_is_heard(j));
	journal_begin(j, 2, "x");
	ck_assert_str_eq(heard->str, "");
	journal_end(j);
	journal_begin(j, 3, "y");
	journal_end(j);
	journal_listen(j, NULL, NULL);
	journal_begin(j, 4, "after");
	journal_end(j);
	ck_assert_str_eq(heard->str, "{\"t_ns\":2,\"ev\":\"x\"}\n{\"t_ns\":3,\"ev\":\"y\"}\n");
	ck_assert(!journal_is_heard(j));
	ck_assert_ptr_null(journal_lines(j));
	ck_assert_int_eq(journal_close(j), 0);
}
END_TEST

START_TEST(what_is_kept_is_heard)
{
	g_autoptr(Journal) memory = journal_new(NULL), hashed = journal_new_nowhere();

	journal_hash(hashed);
	ck_assert(journal_is_heard(memory));
	ck_assert(journal_is_heard(hashed));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("journal");

	suite_add(s, a_line_has_time_event_and_fields);
	suite_add_rows(s, text_is_escaped, N_ROWS(text_rows));
	suite_add(s, a_file_is_gzip);
	suite_add(s, a_file_that_cannot_be_made);
	suite_add(s, a_full_disk_is_said);
	suite_add(s, a_listener_hears_each_line);
	suite_add(s, what_is_kept_is_heard);
	return suite_run(s);
}
