/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/ini: only what the table knows, and each value as it must be
 */
#include "harness/ini.h"

#include <check.h>
#include <string.h>

#include "server/wire/ethernet.h"
#include "server/wire/ip_addr.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

struct values {
	char *string, **strings, *uuid, *devno, *needed;
	unsigned count;
	uint64_t wait_ns, pause_ns;
	unsigned share_ppm;
	bool flag;
	int word;
	unsigned some;
	uint32_t ip;
	struct ip6_addr ip6;
	struct mac mac;
};

#define FIELD(field) offsetof(struct values, field)

static const char *const words[] = { "red", "green", "blue", NULL };

static const struct ini_key keys[] = {
	{ "all", "string", INI_STRING, FIELD(string), .help = "a" },
	{ "all", "strings", INI_STRINGS, FIELD(strings), .help = "b" },
	{ "all", "count", INI_UINT, FIELD(count), 3, 4294967295, .help = "c" },
	{ "all", "wait_ms", INI_MS, FIELD(wait_ns), 1, 3600000, .help = "d" },
	{ "all", "pause_us", INI_US, FIELD(pause_ns), 1, 60000000, .help = "m" },
	{ "all", "share", INI_PERCENT, FIELD(share_ppm), .help = "n" },
	{ "all", "flag", INI_BOOL, FIELD(flag), .help = "e" },
	{ "all", "word", INI_WORD, FIELD(word), .words = words, .help = "f" },
	{ "all", "some", INI_WORDS, FIELD(some), .words = words, .help = "p" },
	{ "all", "least", INI_PERCENT, FIELD(share_ppm), 1, .help = "q" },
	{ "all", "ip", INI_IP4, FIELD(ip), .help = "g" },
	{ "all", "ip6", INI_IP6, FIELD(ip6), .help = "o" },
	{ "all", "mac", INI_MAC, FIELD(mac), .help = "h" },
	{ "all", "uuid", INI_UUID, FIELD(uuid), .help = "i" },
	{ "all", "devno", INI_DEVNO, FIELD(devno), .help = "j" },
	{ "strict", "needed", INI_STRING, FIELD(needed), .required = true, .help = "k" },
	{ "many.", "count", INI_UINT, FIELD(count), 0, 9, .help = "l" },
	{ .key = NULL },
};

/* Read group @group of @text over the defaults in @v; the code of the error, or -1. */
static int read_into(struct values *v, const char *text, const char *group)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Ini) ini = ini_load_data("test.ini", text, keys, &error);

	if (ini && ini_read(ini, group, v, &error)) {
		ck_assert_ptr_null(error);
		return -1;
	}
	ck_assert_ptr_nonnull(error);
	ck_assert_uint_eq(error->domain, INI_ERROR);
	ck_assert_msg(strstr(error->message, "test.ini") != NULL, "no file in \"%s\"",
		      error->message);
	return error->code;
}

static void clear(struct values *v)
{
	ini_clear(keys, "all", v);
	ini_clear(keys, "strict", v);
	ini_clear(keys, "many.", v);
}

START_TEST(every_type_is_read)
{
	static const struct mac mac = { { 0x52, 0x54, 0, 0x12, 0xab, 0xff } };
	struct values v = { .flag = false };

	ck_assert_int_eq(
		read_into(&v,
			  "# a comment\n[all]\nstring = a \\\\ b\\n\nstrings = x;y z;a\\;b;\n"
			  "count=4294967295\nwait_ms = 1500\npause_us = 1500\nshare = 12.5%\n"
			  "flag = true\nword = blue\nsome = blue; red;blue\n"
			  "ip = 255.0.10.1\nip6 = fd00::1AB\nmac = 52:54:00:12:aB:fF\n"
			  "uuid = 00112233-4455-6677-8899-aabbCCddeeff\n"
			  "devno = fe.3.0aF1\n",
			  "all"),
		-1);
	ck_assert_str_eq(v.string, "a \\ b\n");
	ck_assert_uint_eq(g_strv_length(v.strings), 3);
	ck_assert_str_eq(v.strings[0], "x");
	ck_assert_str_eq(v.strings[1], "y z");
	ck_assert_str_eq(v.strings[2], "a;b");
	ck_assert_uint_eq(v.count, UINT32_MAX);
	ck_assert_uint_eq(v.wait_ns, 1500000000);
	ck_assert_uint_eq(v.pause_ns, 1500000);
	ck_assert_uint_eq(v.share_ppm, 125000);
	ck_assert(v.flag);
	ck_assert_int_eq(v.word, 2);
	ck_assert_uint_eq(v.some, 5);
	ck_assert_uint_eq(v.ip, 0xff000a01);
	ck_assert_mem_eq(v.ip6.b, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\x1\xab", IP6_ALEN);
	ck_assert(mac_equal(&v.mac, &mac));
	ck_assert_str_eq(v.uuid, "00112233-4455-6677-8899-aabbCCddeeff");
	ck_assert_str_eq(v.devno, "fe.3.0aF1");
	clear(&v);
	ck_assert_ptr_null(v.string);
	ck_assert_ptr_null(v.strings);
	ck_assert_ptr_null(v.uuid);
	ck_assert_ptr_null(v.devno);
}
END_TEST

START_TEST(what_is_not_there_is_left_alone)
{
	struct values v = { .count = 77, .flag = true, .word = 1, .string = g_strdup("kept") };

	ck_assert_int_eq(read_into(&v, "[all]\n", "all"), -1);
	ck_assert_int_eq(read_into(&v, "", "all"), -1);
	ck_assert_uint_eq(v.count, 77);
	ck_assert(v.flag);
	ck_assert_int_eq(v.word, 1);
	ck_assert_str_eq(v.string, "kept");
	clear(&v);
}
END_TEST

START_TEST(a_default_text_is_replaced)
{
	struct values v = { .string = g_strdup("old"), .strings = g_strsplit("old;er", ";", -1) };

	ck_assert_int_eq(read_into(&v, "[all]\nstring =\nstrings = new\n", "all"), -1);
	ck_assert_str_eq(v.string, "");
	ck_assert_str_eq(v.strings[0], "new");
	ck_assert_ptr_null(v.strings[1]);
	clear(&v);
}
END_TEST

static const struct {
	const char *what, *key, *value;
	int want; /* -1: good */
} value_rows[] = {
	{ "the least count", "count", "3", -1 },
	{ "below the least", "count", "2", INI_ERROR_VALUE },
	{ "above the most", "count", "4294967296", INI_ERROR_VALUE },
	{ "above 64 bits", "count", "18446744073709551619", INI_ERROR_VALUE },
	{ "negative", "count", "-3", INI_ERROR_VALUE },
	{ "with a sign", "count", "+3", INI_ERROR_VALUE },
	{ "hexadecimal", "count", "0x10", INI_ERROR_VALUE },
	{ "with a unit", "count", "5s", INI_ERROR_VALUE },
	{ "with a blank in it", "count", "3 0", INI_ERROR_VALUE },
	{ "an empty count", "count", "", INI_ERROR_VALUE },
	{ "the longest wait", "wait_ms", "3600000", -1 },
	{ "no wait", "wait_ms", "0", INI_ERROR_VALUE },
	{ "too long a wait", "wait_ms", "3600001", INI_ERROR_VALUE },
	{ "a fraction", "wait_ms", "1.5", INI_ERROR_VALUE },
	{ "the longest pause", "pause_us", "60000000", -1 },
	{ "no pause", "pause_us", "0", INI_ERROR_VALUE },
	{ "too long a pause", "pause_us", "60000001", INI_ERROR_VALUE },
	{ "half a microsecond", "pause_us", "1.5", INI_ERROR_VALUE },
	{ "a pause with its unit", "pause_us", "5us", INI_ERROR_VALUE },
	{ "a pause that wraps", "pause_us", "18446744073709551617", INI_ERROR_VALUE },
	{ "false", "flag", "false", -1 },
	{ "yes is not true", "flag", "yes", INI_ERROR_VALUE },
	{ "nor is 1", "flag", "1", INI_ERROR_VALUE },
	{ "nor True", "flag", "True", INI_ERROR_VALUE },
	{ "an unknown word", "word", "pink", INI_ERROR_VALUE },
	{ "part of a word", "word", "gre", INI_ERROR_VALUE },
	{ "an empty word", "word", "", INI_ERROR_VALUE },
	{ "an unknown word of several", "some", "red;pink", INI_ERROR_VALUE },
	{ "no word", "some", "", INI_ERROR_VALUE },
	{ "an empty word of several", "some", "red;", INI_ERROR_VALUE },
	{ "less than the least percentage", "least", "0%", INI_ERROR_VALUE },
	{ "the least address", "ip", "0.0.0.0", -1 },
	{ "IPv6 with two gaps", "ip6", "fd00::1::2", INI_ERROR_VALUE },
	{ "IPv6 with its prefix", "ip6", "fd00::2/64", INI_ERROR_VALUE },
	{ "IPv6 with its card", "ip6", "fe80::2%eth0", INI_ERROR_VALUE },
	{ "IPv6 as in a URL", "ip6", "[fd00::2]", INI_ERROR_VALUE },
	{ "IPv4 for IPv6", "ip6", "10.0.2.2", INI_ERROR_VALUE },
	{ "three numbers", "ip", "10.0.2", INI_ERROR_VALUE },
	{ "five numbers", "ip", "10.0.2.2.1", INI_ERROR_VALUE },
	{ "a number over 255", "ip", "10.0.2.256", INI_ERROR_VALUE },
	{ "a number that wraps", "ip", "10.0.2.4294967298", INI_ERROR_VALUE },
	{ "a blank in an address", "ip", "10. 0.2.2", INI_ERROR_VALUE },
	{ "a sign in an address", "ip", "10.+0.2.2", INI_ERROR_VALUE },
	{ "minus nothing in an address", "ip", "10.-0.2.2", INI_ERROR_VALUE },
	{ "text behind an address", "ip", "10.0.2.2x", INI_ERROR_VALUE },
	{ "an address with its network", "ip", "10.0.2.2/24", INI_ERROR_VALUE },
	{ "a host name", "ip", "localhost", INI_ERROR_VALUE },
	{ "an empty address", "ip", "", INI_ERROR_VALUE },
	{ "five bytes", "mac", "52:54:00:12:34", INI_ERROR_VALUE },
	{ "seven bytes", "mac", "52:54:00:12:34:56:78", INI_ERROR_VALUE },
	{ "dashes", "mac", "52-54-00-12-34-56", INI_ERROR_VALUE },
	{ "no hexadecimal digit", "mac", "52:54:00:12:34:5g", INI_ERROR_VALUE },
	{ "one digit", "mac", "52:54:0:12:34:56", INI_ERROR_VALUE },
	{ "a short UUID", "uuid", "00112233-4455-6677-8899-aabbccddeef", INI_ERROR_VALUE },
	{ "a long UUID", "uuid", "00112233-4455-6677-8899-aabbccddeeff0", INI_ERROR_VALUE },
	{ "a UUID without dashes", "uuid", "00112233445566778899aabbccddeeff", INI_ERROR_VALUE },
	{ "a UUID in braces", "uuid", "{00112233-4455-6677-8899-aabbccddeeff}", INI_ERROR_VALUE },
	{ "the last subchannel set", "devno", "fe.3.ffff", -1 },
	{ "a subchannel set of 4", "devno", "fe.4.0001", INI_ERROR_VALUE },
	{ "a letter as subchannel set", "devno", "fe.a.0001", INI_ERROR_VALUE },
	{ "another channel subsystem", "devno", "00.0.0001", INI_ERROR_VALUE },
	{ "a short device number", "devno", "fe.0.001", INI_ERROR_VALUE },
	{ "a bad escape in a text", "string", "a\\q", INI_ERROR_VALUE },
	{ "a bad escape in a list", "strings", "a;b\\q", INI_ERROR_VALUE },
	{ "a text that ends in a backslash", "string", "a\\", INI_ERROR_VALUE },
	{ "a text that is not UTF-8", "string", "a\xff", INI_ERROR_VALUE },
	{ "UTF-8", "string", "k\xc3\xa4se", -1 },
};

START_TEST(values_are_checked)
{
	g_autofree char *text =
		g_strdup_printf("[all]\n%s = %s\n", value_rows[_i].key, value_rows[_i].value);
	struct values v = { .word = -2, .ip = 0xdeadbeef, .count = 0xdead };
	int got = read_into(&v, text, "all");

	ck_assert_msg(got == value_rows[_i].want, "%s: got %d", value_rows[_i].what, got);
	if (got >= 0) {
		ck_assert_msg(v.word == -2 && v.ip == 0xdeadbeef && v.count == 0xdead &&
				      !v.wait_ns && !v.pause_ns,
			      "%s: out was touched", value_rows[_i].what);
	}
	clear(&v);
}
END_TEST

static const struct {
	const char *what, *value;
	int want; /* parts per million; -1: refused */
} percent_rows[] = {
	{ "nothing", "0%", 0 },
	{ "nothing, written out", "0.0000%", 0 },
	{ "all", "100%", 1000000 },
	{ "all, written out", "100.0000%", 1000000 },
	{ "a whole number", "5%", 50000 },
	{ "one decimal", "12.5%", 125000 },
	{ "a tenth", "0.1%", 1000 },
	{ "the least there is", "0.0001%", 1 },
	{ "the most below all", "99.9999%", 999999 },
	{ "a zero in front", "05%", 50000 },
	{ "zeros in the middle", "10.05%", 100500 },
	{ "more than all", "100.1%", -1 },
	{ "a little more than all", "100.0001%", -1 },
	{ "one percent more than all", "101%", -1 },
	{ "so much that it wraps", "429497%", -1 },
	{ "so much that ten digits wrap", "99999999999999999999%", -1 },
	{ "five decimals", "1.23456%", -1 },
	{ "five decimals, the last a zero", "1.23450%", -1 },
	{ "no sign of percent", "5", -1 },
	{ "the sign alone", "%", -1 },
	{ "no number before the point", ".5%", -1 },
	{ "the point alone", ".%", -1 },
	{ "two points", "1.2.3%", -1 },
	{ "a comma", "1,5%", -1 },
	{ "negative", "-1%", -1 },
	{ "with a sign", "+1%", -1 },
	{ "an exponent", "1e3%", -1 },
	{ "hexadecimal", "0x5%", -1 },
	{ "a blank before the sign", "5 %", -1 },
	{ "text behind it", "5%%", -1 },
	{ "nothing at all", "", -1 },
	{ "not a number", "nan%", -1 },
};

START_TEST(percents_are_read)
{
	g_autofree char *text = g_strdup_printf("[all]\nshare = %s\n", percent_rows[_i].value);
	struct values v = { .share_ppm = 0xdead };
	int got = read_into(&v, text, "all"), want = percent_rows[_i].want;

	ck_assert_msg(got == (want < 0 ? (int)INI_ERROR_VALUE : -1), "%s: got %d",
		      percent_rows[_i].what, got);
	ck_assert_msg(v.share_ppm == (want < 0 ? 0xdead : (unsigned)want), "%s: %u",
		      percent_rows[_i].what, v.share_ppm);
}
END_TEST

static const struct {
	const char *what, *text;
	int want; /* -1: good */
} file_rows[] = {
	{ "nothing at all", "", -1 },
	{ "comments alone", "# one\n\n#two\n", -1 },
	{ "an unknown group", "[other]\n", INI_ERROR_UNKNOWN },
	{ "a group in capitals", "[All]\n", INI_ERROR_UNKNOWN },
	{ "an unknown key", "[all]\nstrin = x\n", INI_ERROR_UNKNOWN },
	{ "a key of another group", "[strict]\ncount = 5\n", INI_ERROR_UNKNOWN },
	{ "a key with a language", "[all]\nstring[de] = x\n", INI_ERROR_UNKNOWN },
	{ "an instance", "[many.0]\ncount = 5\n", -1 },
	{ "an instance with no name", "[many.]\ncount = 5\n", INI_ERROR_UNKNOWN },
	{ "the prefix alone", "[many]\ncount = 5\n", INI_ERROR_UNKNOWN },
	{ "an unknown key of an instance", "[many.0]\nflag = true\n", INI_ERROR_UNKNOWN },
	{ "more behind a group that is none", "[all.0]\ncount = 5\n", INI_ERROR_UNKNOWN },
	{ "a key in no group", "count = 5\n[all]\n", INI_ERROR_SYNTAX },
	{ "no equals sign", "[all]\ncount\n", INI_ERROR_SYNTAX },
	{ "a group that does not end", "[all\ncount = 5\n", INI_ERROR_SYNTAX },
	{ "no key", "[all]\n= 5\n", INI_ERROR_SYNTAX },
	{ "no group name", "[]\n", INI_ERROR_SYNTAX },
	{ "not text",
	  "\x7f"
	  "ELF\x02\x01\x01",
	  INI_ERROR_SYNTAX },
};

START_TEST(files_are_checked)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Ini) ini = ini_load_data("test.ini", file_rows[_i].text, keys, &error);
	int got = error ? error->code : -1;

	ck_assert_msg(got == file_rows[_i].want, "%s: got %d", file_rows[_i].what, got);
	ck_assert_msg(!ini == (got >= 0), "%s: result and error disagree", file_rows[_i].what);
	if (error)
		ck_assert_uint_eq(error->domain, INI_ERROR);
}
END_TEST

START_TEST(a_required_key)
{
	struct values v = { .needed = NULL };

	ck_assert_int_eq(read_into(&v, "[strict]\n", "strict"), INI_ERROR_MISSING);
	ck_assert_int_eq(read_into(&v, "", "strict"), INI_ERROR_MISSING);
	ck_assert_int_eq(read_into(&v, "[strict]\nneeded = x\n", "strict"), -1);
	ck_assert_str_eq(v.needed, "x");
	clear(&v);
}
END_TEST

START_TEST(a_message_names_everything)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Ini) ini = ini_load_data("dir/x.ini", "[all]\ncount = 2\n", keys, &error);
	struct values v = { .count = 0 };

	ck_assert_ptr_nonnull(ini);
	ck_assert(!ini_read(ini, "all", &v, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "dir/x.ini"));
	ck_assert_ptr_nonnull(strstr(error->message, "[all]"));
	ck_assert_ptr_nonnull(strstr(error->message, "count"));
	ck_assert_ptr_nonnull(strstr(error->message, "\"2\""));
	ck_assert_ptr_nonnull(strstr(error->message, "3 to 4294967295"));
}
END_TEST

START_TEST(a_file_goes_over_another)
{
	g_autoptr(Ini) base = ini_load_data("base", "[strict]\nneeded = a\n", keys, NULL);
	g_autoptr(Ini) none = ini_load_data("none", "[strict]\n", keys, NULL);
	g_autoptr(Ini) over = ini_load_data("over", "[strict]\nneeded = b\n", keys, NULL);
	g_autoptr(Ini) bad = ini_load_data("bad", "[all]\ncount = 1\n", keys, NULL);
	struct values v = { .string = NULL };

	ck_assert(ini_read(base, "strict", &v, NULL));
	ck_assert(ini_read_over(none, "strict", &v, NULL));
	ck_assert_str_eq(v.needed, "a");
	ck_assert(ini_read_over(over, "strict", &v, NULL));
	ck_assert_str_eq(v.needed, "b");
	ck_assert(!ini_read_over(bad, "all", &v, NULL));
	ini_clear(keys, "strict", &v);
}
END_TEST

START_TEST(the_text_of_a_key)
{
	g_autoptr(Ini) ini =
		ini_load_data("x", "[all]\ncount=12\nstring= a b \nuuid=\n", keys, NULL);
	g_autofree char *count = ini_text(ini, "all", "count");
	g_autofree char *string = ini_text(ini, "all", "string");
	g_autofree char *empty = ini_text(ini, "all", "uuid");

	ck_assert_str_eq(count, "12");
	ck_assert_str_eq(string, "a b ");
	ck_assert_str_eq(empty, "");
	ck_assert_ptr_null(ini_text(ini, "all", "flag"));
	ck_assert_ptr_null(ini_text(ini, "strict", "needed"));
}
END_TEST

START_TEST(instances_come_in_file_order)
{
	g_autoptr(Ini) ini = ini_load_data(
		"x", "[many.b/c]\ncount=1\n[all]\ncount=9\n[many.a]\ncount=2\n", keys, NULL);
	g_auto(GStrv) names = ini_instances(ini, "many.");
	struct values v = { .count = 0 };

	ck_assert_uint_eq(g_strv_length(names), 2);
	ck_assert_str_eq(names[0], "b/c");
	ck_assert_str_eq(names[1], "a");
	ck_assert(ini_read(ini, "many.a", &v, NULL));
	ck_assert_uint_eq(v.count, 2);
	ck_assert(ini_has_group(ini, "many.a"));
	ck_assert(!ini_has_group(ini, "many.c"));
	ck_assert(ini_has_key(ini, "many.a", "count"));
	ck_assert(!ini_has_key(ini, "all", "flag"));
	ck_assert(!ini_has_key(ini, "strict", "needed"));
	ck_assert_str_eq(ini_path(ini), "x");
}
END_TEST

START_TEST(files_are_read)
{
	char *dir = temp_folder_new();
	g_autofree char *good = text_file(dir, "good.ini", "[all]\ncount = 5\n");
	g_autofree char *bad = text_file(dir, "bad.ini", "[all\n");
	g_autofree char *missing = g_build_filename(dir, "missing.ini", NULL);
	g_autoptr(GError) not_there = NULL, no_syntax = NULL;
	g_autoptr(Ini) ini = ini_load(good, keys, NULL);

	ck_assert_ptr_nonnull(ini);
	ck_assert_str_eq(ini_path(ini), good);
	ck_assert_ptr_null(ini_load(missing, keys, &not_there));
	ck_assert(g_error_matches(not_there, INI_ERROR, INI_ERROR_FILE));
	ck_assert_ptr_nonnull(strstr(not_there->message, missing));
	ck_assert_ptr_null(ini_load(bad, keys, &no_syntax));
	ck_assert(g_error_matches(no_syntax, INI_ERROR, INI_ERROR_SYNTAX));
	temp_folder_remove(dir);
}
END_TEST

START_TEST(a_file_of_a_million_bytes)
{
	g_autofree char *noise = g_strnfill(1000 * 1000, 'x');
	g_autofree char *text = g_strconcat("[all]\nstring = ", noise, "\n", NULL);
	struct values v = { .string = NULL };

	ck_assert_int_eq(read_into(&v, text, "all"), -1);
	ck_assert_uint_eq(strlen(v.string), 1000 * 1000);
	clear(&v);
}
END_TEST

START_TEST(what_is_allowed_is_said)
{
	for (const struct ini_key *k = keys; k->key; k++) {
		g_autofree char *allowed = ini_allowed(k);

		ck_assert_msg(allowed && *allowed, "%s", k->key);
	}
}
END_TEST

START_TEST(nothing_is_freed)
{
	ini_free(NULL);
}
END_TEST

static const struct {
	const char *setting;
	int want; /* INI_ERROR_*; -1: none */
	const char *says;
} set_rows[] = {
	{ "all.count=7", -1, NULL },
	{ "many.a.b.count=7", -1, NULL },
	{ "all.string=a=b", -1, NULL },
	{ "all.string=", -1, NULL },
	{ "all.count", INI_ERROR_SYNTAX, "GROUP.KEY=VALUE" },
	{ "count=7", INI_ERROR_SYNTAX, "GROUP.KEY=VALUE" },
	{ "", INI_ERROR_SYNTAX, "GROUP.KEY=VALUE" },
	{ "a=b.c", INI_ERROR_SYNTAX, "GROUP.KEY=VALUE" },
	{ "all.colour=7", INI_ERROR_UNKNOWN, "string, strings, count" },
	{ "none.count=7", INI_ERROR_UNKNOWN, "[all], [strict], [many.NAME]" },
	{ "many.count=7", INI_ERROR_UNKNOWN, "[many.NAME]" },
	{ ".count=7", INI_ERROR_UNKNOWN, "[many.NAME]" },
	{ "many.[x].count=7", INI_ERROR_UNKNOWN, "[many.[x]]" },
	{ "many.x\ny.count=7", INI_ERROR_UNKNOWN, "count" },
};

START_TEST(settings_are_checked)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Ini) ini = ini_load_data("test.ini", "[all]\ncount=5\n", keys, NULL);
	bool ok = ini_set(ini, set_rows[_i].setting, &error);

	ck_assert_msg(ok == (set_rows[_i].want < 0), "%s", set_rows[_i].setting);
	if (ok)
		return;
	ck_assert_msg(g_error_matches(error, INI_ERROR, set_rows[_i].want), "%s: %s",
		      set_rows[_i].setting, error->message);
	ck_assert_msg(strstr(error->message, set_rows[_i].says), "%s", error->message);
}
END_TEST

START_TEST(a_setting_takes_the_place_of_the_files)
{
	g_autoptr(Ini) ini = ini_load_data("test.ini", "[all]\ncount=5\n", keys, NULL);
	struct values v = { 0 };
	g_auto(GStrv) names = NULL;

	ck_assert(ini_set(ini, "all.count=7", NULL));
	ck_assert(ini_set(ini, "all.string=a = b", NULL));
	ck_assert(ini_set(ini, "many.a.b.count=9", NULL));
	ck_assert(ini_read(ini, "all", &v, NULL));
	ck_assert_uint_eq(v.count, 7);
	ck_assert_str_eq(v.string, "a = b");
	names = ini_instances(ini, "many.");
	ck_assert_uint_eq(g_strv_length(names), 1);
	ck_assert_str_eq(names[0], "a.b");
	ck_assert(ini_set(ini, "all.count=1", NULL));
	ck_assert(!ini_read(ini, "all", &v, NULL)); /* 3 is the least */
	ini_clear(keys, "all", &v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ini");

	suite_add(s, every_type_is_read);
	suite_add(s, what_is_not_there_is_left_alone);
	suite_add(s, a_default_text_is_replaced);
	suite_add_rows(s, values_are_checked, N_ROWS(value_rows));
	suite_add_rows(s, percents_are_read, N_ROWS(percent_rows));
	suite_add_rows(s, files_are_checked, N_ROWS(file_rows));
	suite_add(s, a_required_key);
	suite_add(s, a_message_names_everything);
	suite_add(s, a_file_goes_over_another);
	suite_add(s, the_text_of_a_key);
	suite_add(s, instances_come_in_file_order);
	suite_add(s, files_are_read);
	suite_add(s, a_file_of_a_million_bytes);
	suite_add(s, what_is_allowed_is_said);
	suite_add(s, nothing_is_freed);
	suite_add_rows(s, settings_are_checked, N_ROWS(set_rows));
	suite_add(s, a_setting_takes_the_place_of_the_files);
	return suite_run(s);
}
