/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/bundle, harness/bundle_read: what is written comes back, and nothing else passes
 */
#include "harness/bundle_read.h"

#include <string.h>

#include "tests/support/bundle_sample.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

static Bundle *parse(GBytes *packed)
{
	g_autoptr(GError) error = NULL;
	Bundle *b = bundle_parse(packed, "it", &error);

	ck_assert_msg(b != NULL, "%s", error ? error->message : "no error");
	return b;
}

static GBytes *encode(const Bundle *b)
{
	GBytes *packed = bundle_encode(b, NULL);

	ck_assert_ptr_nonnull(packed);
	return packed;
}

static void assert_text(GBytes *bytes, const char *want)
{
	ck_assert_uint_eq(g_bytes_get_size(bytes), strlen(want));
	ck_assert_mem_eq(g_bytes_get_data(bytes, NULL), want, strlen(want));
}

START_TEST(what_is_written_comes_back)
{
	g_autoptr(Bundle) b = sample_bundle(), back = NULL;
	g_autoptr(GBytes) packed = encode(b), again = NULL;
	const struct bundle_input *in;

	back = parse(packed);
	ck_assert_str_eq(back->iplab, "0.1");
	ck_assert_str_eq(back->result->cell, "mine/builtin/area/s/7");
	ck_assert_str_eq(back->result->signature, "hang/dhcp-ack/config");
	ck_assert_uint_eq(back->result->seed, 7);
	assert_text(back->scenario, SAMPLE_SCENARIO);
	ck_assert_uint_eq(back->layers->len, 2);
	assert_text(((struct bundle_layer *)back->layers->pdata[1])->text, SAMPLE_BASE);
	in = bundle_input(back, BUNDLE_QEMU, NULL);
	ck_assert_str_eq(in->path, "/nowhere/qemu");
	ck_assert_ptr_null(in->content);
	in = bundle_input(back, BUNDLE_FIRMWARE, NULL);
	assert_text(in->content, "firmware");
	ck_assert(in->is_given && !in->path);
	assert_text(bundle_input(back, BUNDLE_SERVED, "kernel.img")->content, "a kernel");
	ck_assert_ptr_null(bundle_input(back, BUNDLE_SERVED, "other"));
	ck_assert_ptr_null(bundle_input(back, BUNDLE_NETBOOT, NULL));
	ck_assert(g_bytes_equal(back->records[BUNDLE_JOURNAL], b->records[BUNDLE_JOURNAL]));
	ck_assert_ptr_null(back->records[BUNDLE_CAPTURE]);
	again = encode(back);
	ck_assert(g_bytes_equal(packed, again));
}
END_TEST

/* --- what is not a bundle ----------------------------------------------------------------------
 */

static void assert_refused(const GPtrArray *files, int code, const char *says, const char *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Bundle) b = bundle_parse_files(files, "it", &error);

	ck_assert_msg(!b, "%s: taken", row);
	ck_assert_msg(error && error->domain == BUNDLE_ERROR && error->code == code, "%s: %d: %s",
		      row, error ? error->code : -1, error ? error->message : "no error");
	ck_assert_msg(strstr(error->message, says) != NULL, "%s: %s", row, error->message);
}

static GPtrArray *good_files(void)
{
	g_autoptr(Bundle) b = sample_bundle();
	g_autoptr(GBytes) packed = encode(b);
	GPtrArray *files = pack_parse(packed, "it", NULL);

	ck_assert_ptr_nonnull(files);
	return files;
}

static struct pack_file *file_of(GPtrArray *files, const char *name)
{
	for (unsigned i = 0; i < files->len; i++)
		if (g_str_equal(((struct pack_file *)files->pdata[i])->name, name))
			return files->pdata[i];
	ck_abort_msg("%s is not in it", name);
	return NULL;
}

/* In each row @from in the file @name becomes @to, or the file goes if that is NULL. */
static const struct {
	const char *what, *name, *from, *to;
	int code;
	const char *says;
} file_rows[] = {
	{ "nothing of it", "bundle.json", NULL, NULL, BUNDLE_ERROR_MISSING, "no bundle.json" },
	{ "no result", "result.json", NULL, NULL, BUNDLE_ERROR_MISSING, "no result.json" },
	{ "no scenario", "scenario.ini", NULL, NULL, BUNDLE_ERROR_MISSING, "no scenario.ini" },
	{ "no client", "client/1.ini", NULL, NULL, BUNDLE_ERROR_MISSING, "no client/1.ini" },
	{ "no firmware", "inputs/firmware", NULL, NULL, BUNDLE_ERROR_MISSING,
	  "no inputs/firmware" },
	{ "no journal", "journal.jsonl.gz", NULL, NULL, BUNDLE_ERROR_MISSING, "no journal" },
	{ "another firmware", "inputs/firmware", "firm", "hard", BUNDLE_ERROR_SUM,
	  "inputs/firmware has the SHA-256" },
	{ "another scenario", "scenario.ini", "summary", "resumee", BUNDLE_ERROR_SUM,
	  "scenario.ini has the SHA-256" },
	{ "another result", "result.json", "hang", "song", BUNDLE_ERROR_SUM,
	  "result.json has the SHA-256" },
	{ "a file without a sum", "bundle.json", "\"console.gz\"", "\"scenario.ini\"",
	  BUNDLE_ERROR_SUM, "bundle.json says nothing of it" },
	{ "a sum that is none", "bundle.json", "\"result.json\",\"sha256\":\"",
	  "\"result.json\",\"sha256\":\"x", BUNDLE_ERROR_FORMAT, "lacks a name or a SHA-256" },
	{ "a sum of what is not there", "bundle.json", "\"console.gz\"", "\"/etc/passwd\"",
	  BUNDLE_ERROR_MISSING, "no /etc/passwd in it" },
	{ "a newer schema", "bundle.json", "\"schema\":1", "\"schema\":2", BUNDLE_ERROR_SCHEMA,
	  "schema 2; this iplab" },
	{ "no schema", "bundle.json", "\"schema\":1", "\"schema\":[]", BUNDLE_ERROR_SCHEMA,
	  "schema 0" },
	{ "no JSON", "bundle.json", "{", "", BUNDLE_ERROR_FORMAT, "bundle.json: " },
	{ "no object", "bundle.json", "{\"schema\":1,", "[]{", BUNDLE_ERROR_FORMAT, "bundle.json" },
	{ "JSON without an end", "bundle.json",
	  "\"iplab\":", "\"x\":[[[[[[[[[[[[],\"iplab\":", BUNDLE_ERROR_FORMAT, "more than 8 deep" },
	{ "a comment with a quote", "bundle.json", "\"iplab\":",
	  "\"x\":/*\"*/[[[[[[[[[[]]]]]]]]]],\"iplab\":", BUNDLE_ERROR_FORMAT, "is no JSON" },
	{ "no UTF-8", "bundle.json", "iplab", "ipl\xff", BUNDLE_ERROR_FORMAT, "no text" },
	{ "no client in the list", "bundle.json", "[\"mine\",\"mine\"]", "[]", BUNDLE_ERROR_FORMAT,
	  "names 0 files" },
	{ "a client that is a number", "bundle.json", "[\"mine\",", "[5,", BUNDLE_ERROR_FORMAT,
	  "is no name of a client" },
	{ "a role twice", "bundle.json", "\"role\":\"qemu\"", "\"role\":\"firmware\"",
	  BUNDLE_ERROR_FORMAT, "there twice" },
	{ "a served file without a name", "bundle.json", "\"role\":\"qemu\"", "\"role\":\"served\"",
	  BUNDLE_ERROR_FORMAT, "not complete" },
	{ "an input that is elsewhere", "bundle.json", "\"file\":\"inputs/firmware\"",
	  "\"file\":\"../../etc/shadow\"", BUNDLE_ERROR_MISSING, "no ../../etc/shadow in it" },
};

START_TEST(another_file_is_refused)
{
	g_autoptr(GPtrArray) files = good_files();
	struct pack_file *f = file_of(files, file_rows[_i].name);
	g_autofree char *text =
		g_strndup(g_bytes_get_data(f->content, NULL), g_bytes_get_size(f->content));

	if (file_rows[_i].to) {
		char *at = strstr(text, file_rows[_i].from);
		g_autoptr(GString) s = g_string_new_len(text, at - text);

		ck_assert_ptr_nonnull(at);
		g_string_append(s, file_rows[_i].to);
		g_string_append(s, at + strlen(file_rows[_i].from));
		g_bytes_unref(f->content);
		f->content = sample_bytes(s->str);
	} else {
		g_ptr_array_remove(files, f);
	}
	assert_refused(files, file_rows[_i].code, file_rows[_i].says, file_rows[_i].what);
}
END_TEST

/* Deeper than a stack. */
START_TEST(nesting_is_bounded)
{
	g_autoptr(GPtrArray) files = good_files();
	struct pack_file *f = file_of(files, "bundle.json");
	g_autofree char *text = g_strnfill(1 << 20, '[');

	g_bytes_unref(f->content);
	f->content = sample_bytes(text);
	assert_refused(files, BUNDLE_ERROR_FORMAT, "more than 8 deep", "brackets");
}
END_TEST

/* What the sums hold, and is wrong all the same. */
static const struct {
	const char *what, *client, *scenario, *server, *clock, *layer, *says;
} name_rows[] = {
	{ "a client with a path", "../x", "area/s", "builtin", "virtual", "mine", "is no cell" },
	{ "a client without a name", "", "area/s", "builtin", "virtual", "mine", "is no cell" },
	{ "a scenario that leads out", "mine", "a/../../s", "builtin", "virtual", "mine",
	  "is no cell" },
	{ "an absolute scenario", "mine", "/etc/s", "builtin", "virtual", "mine", "is no cell" },
	{ "a server of nobody's", "mine", "area/s", "apache", "virtual", "mine", "is no cell" },
	{ "a clock of nobody's", "mine", "area/s", "builtin", "lunar", "mine", "is no cell" },
	{ "a client file that leads out", "mine", "area/s", "builtin", "wall", "../../x",
	  "is no name of a client" },
	{ "a client file with an escape", "mine", "area/s", "builtin", "wall", "\033[1m",
	  "is no name of a client" },
};

START_TEST(names_are_no_paths)
{
	g_autoptr(Bundle) b = sample_bundle();
	g_autoptr(GBytes) packed = NULL;
	g_autoptr(GPtrArray) files = NULL;
	struct bundle_layer *l = b->layers->pdata[0];

	g_free(b->result->client);
	b->result->client = g_strdup(name_rows[_i].client);
	g_free(b->result->scenario);
	b->result->scenario = g_strdup(name_rows[_i].scenario);
	g_free(b->result->server);
	b->result->server = g_strdup(name_rows[_i].server);
	g_free(b->result->clock);
	b->result->clock = g_strdup(name_rows[_i].clock);
	g_free(l->name);
	l->name = g_strdup(name_rows[_i].layer);
	packed = encode(b);
	files = pack_parse(packed, "it", NULL);
	assert_refused(files, BUNDLE_ERROR_FORMAT, name_rows[_i].says, name_rows[_i].what);
}
END_TEST

START_TEST(a_journal_must_be_the_results)
{
	g_autoptr(Bundle) b = sample_bundle();
	g_autoptr(GBytes) packed = NULL, cut = NULL, packed_cut = NULL;
	g_autoptr(GPtrArray) files = NULL, files_cut = NULL;
	GBytes *whole = b->records[BUNDLE_JOURNAL];

	b->records[BUNDLE_JOURNAL] = sample_gzip("{\"t_ns\":0,\"ev\":\"other\"}\n");
	packed = encode(b);
	files = pack_parse(packed, "it", NULL);
	assert_refused(files, BUNDLE_ERROR_SUM, "the journal has the SHA-256", "another one");
	g_bytes_unref(b->records[BUNDLE_JOURNAL]);
	b->records[BUNDLE_JOURNAL] = g_bytes_new_from_bytes(whole, 0, g_bytes_get_size(whole) - 9);
	packed_cut = encode(b);
	files_cut = pack_parse(packed_cut, "it", NULL);
	assert_refused(files_cut, BUNDLE_ERROR_SUM, "it is damaged", "a cut one");
	g_bytes_unref(whole);
}
END_TEST

/* What a newer iplab adds under the same number is passed over. */
START_TEST(additions_are_passed_over)
{
	g_autoptr(GPtrArray) files = good_files();
	g_autoptr(Bundle) b = NULL;
	g_autoptr(GError) error = NULL;
	struct pack_file *f = file_of(files, "bundle.json");
	g_autofree char *text =
		g_strndup(g_bytes_get_data(f->content, NULL), g_bytes_get_size(f->content));
	g_auto(GStrv) parts = g_strsplit(text, "\"role\":\"qemu\"", 2);
	g_autofree char *changed = g_strjoinv("\"more\":{\"a\":[1]},\"role\":\"moon\"", parts);

	g_bytes_unref(f->content);
	f->content = sample_bytes(changed);
	b = bundle_parse_files(files, "it", &error);
	ck_assert_msg(b != NULL, "%s", error ? error->message : "no error");
	ck_assert_uint_eq(b->inputs->len, 2);
}
END_TEST

START_TEST(only_files_are_read)
{
	static const char *const paths[] = { "/nowhere/b", "/dev/zero", "/etc" };

	for (unsigned i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Bundle) b = bundle_load(paths[i], &error);

		ck_assert(!b && g_error_matches(error, BUNDLE_ERROR, BUNDLE_ERROR_FILE));
	}
}
END_TEST

START_TEST(a_file_is_read)
{
	char *dir = temp_folder_new();
	g_autofree char *path = g_build_filename(dir, "b.tar.zst", NULL);
	g_autoptr(Bundle) b = sample_bundle(), back = NULL;
	g_autoptr(GBytes) packed = encode(b);
	size_t len;
	const char *data = g_bytes_get_data(packed, &len);

	ck_assert(g_file_set_contents(path, data, (gssize)len, NULL));
	back = bundle_load(path, NULL);
	ck_assert_ptr_nonnull(back);
	ck_assert_str_eq(back->result->cell, b->result->cell);
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bundle");

	suite_add(s, what_is_written_comes_back);
	suite_add_rows(s, another_file_is_refused, N_ROWS(file_rows));
	suite_add(s, nesting_is_bounded);
	suite_add_rows(s, names_are_no_paths, N_ROWS(name_rows));
	suite_add(s, a_journal_must_be_the_results);
	suite_add(s, additions_are_passed_over);
	suite_add(s, only_files_are_read);
	suite_add(s, a_file_is_read);
	return suite_run(s);
}
