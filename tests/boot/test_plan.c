/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All cells, once: the verdicts, and everything that is in a run's folder
 *
 * The plan runs once, before the tests; each test looks at another part of what it left.
 */
#include <json-glib/json-glib.h>
#include <libxml/parser.h>
#include <string.h>

#include "reports/lines.h"
#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

static char *dir; /* of the run */
static Job *plan;
static GPtrArray *results; /* of Result */

/* Those that are on every machine; tests/boot/test_clients.c has the others. */
#define CLIENTS "client=libnet-7.2,direct"

/* Checked fixtures run for each test; this one does not, and so runs in the parent. */
static void run_plan(void)
{
	g_autofree char *path = NULL;

	dir = lab_path("run");
	plan = job_of("run", CLIENTS, "--keep", "--out", dir);
	path = g_build_filename(dir, "results.jsonl", NULL);
	results = results_load(path, NULL);
}

static void forget_plan(void)
{
	g_clear_pointer(&results, g_ptr_array_unref);
	g_clear_pointer(&plan, job_free);
	g_clear_pointer(&dir, g_free);
}

static char *in_cell(const Result *r, const char *name)
{
	return g_build_filename(dir, "cells", r->cell, name, NULL);
}

/* Offline, fixtures and our own images may not be there. */
static bool may_skip(const Result *r)
{
	if (!r->reason)
		return false;
	return (g_str_has_prefix(r->scenario, "boot/linux") && strstr(r->reason, "fixture")) ||
	       (g_str_has_prefix(r->client, "lwip") && strstr(r->reason, "image"));
}

static bool ran(const Result *r)
{
	return r->verdict != VERDICT_SKIP;
}

/* As expected, with a reason. */
static bool is_known(const Result *r)
{
	return r->verdict == VERDICT_XFAIL;
}

START_TEST(every_cell_passes)
{
	unsigned n_skipped = 0, n_known = 0;
	g_autofree char *end = NULL;

	for (guint i = 0; results && i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (!ran(r) && may_skip(r))
			n_skipped++;
		else if (is_known(r))
			n_known++;
		else
			ck_assert_msg(r->verdict == VERDICT_PASS, "%s: %s: %s", r->cell,
				      verdict_name(r->verdict), r->reason);
	}
	assert_exit(plan, 0);
	ck_assert_ptr_nonnull(results);
	end = g_strdup_printf("%u passed, 0 failed, 0 errors, %u skipped",
			      results->len - n_skipped - n_known, n_skipped);
	assert_says(plan, end);
	ck_assert_str_eq(job_err(plan), "");
}
END_TEST

START_TEST(every_cell_of_the_list_has_a_result)
{
	g_autoptr(Job) list = job_of("list", "cells", CLIENTS);
	g_auto(GStrv) cells = g_strsplit(job_out(list), "\n", -1);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	assert_exit(list, 0);
	for (guint i = 0; i < results->len; i++) {
		Result *r = results->pdata[i];

		ck_assert_msg(g_hash_table_add(ids, r->cell), "%s is there twice", r->cell);
	}
	for (char **c = cells; **c; c++)
		ck_assert_msg(g_hash_table_remove(ids, *c), "%s has no result", *c);
	ck_assert_uint_eq(g_hash_table_size(ids), 0);
}
END_TEST

static void check_milestones(const Result *r)
{
	uint64_t last_ns = 0;

	for (guint i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		ck_assert_msg(m->t_ns >= last_ns, "%s: %s is out of order", r->cell, m->name);
		last_ns = m->t_ns;
	}
	ck_assert_uint_gt(r->milestones->len, 0);
	ck_assert_str_eq(g_array_index(r->milestones, struct milestone, 0).name, "power-on");
	ck_assert_uint_le(last_ns, r->journal_sha256 ? r->virtual_ns : r->wall_ns);
}

START_TEST(every_line_of_the_results_is_whole)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	gsize len;

	ck_assert(g_file_get_contents(path, &text, &len, NULL));
	ck_assert(len && text[len - 1] == '\n');
	text[len - 1] = 0;
	lines = g_strsplit(text, "\n", -1);
	ck_assert_uint_eq(g_strv_length(lines), results->len);
	for (char **line = lines; *line; line++) {
		g_autoptr(Result) r = result_from_json(*line, NULL);
		g_autofree char *id = NULL;

		ck_assert_msg(r, "no result: %s", *line);
		id = g_strdup_printf("%s/%s/%s/%" G_GUINT64_FORMAT, r->client, r->server,
				     r->scenario, r->seed);
		ck_assert_str_eq(r->cell, id);
		if (!ran(r))
			continue;
		ck_assert_str_eq(r->clock, r->journal_sha256 ? "virtual" : "wall");
		check_milestones(r);
	}
}
END_TEST

static unsigned attribute(xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetProp(node, (const xmlChar *)name);
	unsigned v;

	ck_assert_msg(text, "<%s> has no %s", (const char *)node->name, name);
	v = (unsigned)atoi((const char *)text);
	xmlFree(text);
	return v;
}

static unsigned n_below(const xmlNode *node, const char *name)
{
	unsigned n = 0;

	for (const xmlNode *c = node->children; c; c = c->next)
		n += n_below(c, name) + g_str_equal((const char *)c->name, name);
	return n;
}

START_TEST(junit_is_well_formed_and_counts)
{
	g_autofree char *path = g_build_filename(dir, "junit.xml", NULL);
	xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
	xmlNode *root;
	unsigned n_skipped = 0;

	for (guint i = 0; i < results->len; i++)
		n_skipped += !ran(results->pdata[i]) || is_known(results->pdata[i]);
	ck_assert_ptr_nonnull(doc);
	root = xmlDocGetRootElement(doc);
	ck_assert_str_eq((const char *)root->name, "testsuites");
	ck_assert_uint_eq(attribute(root, "tests"), results->len);
	ck_assert_uint_eq(attribute(root, "failures"), 0);
	ck_assert_uint_eq(attribute(root, "errors"), 0);
	ck_assert_uint_eq(attribute(root, "skipped"), n_skipped);
	ck_assert_uint_eq(n_below(root, "testcase"), results->len);
	ck_assert_uint_eq(n_below(root, "skipped"), n_skipped);
	xmlFreeDoc(doc);
	xmlCleanupParser();
}
END_TEST

/* {"path": ..., "sha256": ...}: the file is there, and has that sum. */
static void check_hash(JsonObject *parent, const char *name)
{
	JsonObject *o = json_object_get_object_member(parent, name);
	g_autofree char *bytes = NULL, *sum = NULL;
	gsize len;

	ck_assert_msg(o, "nothing of %s", name);
	ck_assert(
		g_file_get_contents(json_object_get_string_member(o, "path"), &bytes, &len, NULL));
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
	ck_assert_str_eq(json_object_get_string_member(o, "sha256"), sum);
}

/* The scenario's file, and what it takes from elsewhere. */
static void check_scenario(JsonObject *scenarios, const char *name)
{
	JsonObject *o = json_object_get_object_member(scenarios, name);
	JsonObject *served;
	g_autoptr(GList) files = NULL;

	ck_assert_msg(o, "nothing of %s", name);
	check_hash(o, "file");
	served = json_object_get_object_member(o, "served");
	files = json_object_get_members(served);
	for (GList *f = files; f; f = f->next)
		check_hash(served, f->data);
}

START_TEST(run_json_has_the_hash_of_every_input)
{
	g_autofree char *path = g_build_filename(dir, "run.json", NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *root, *clients, *scenarios, *libnet;

	ck_assert(json_parser_load_from_file(parser, path, NULL));
	root = json_node_get_object(json_parser_get_root(parser));
	ck_assert_int_eq(json_object_get_int_member(root, "schema"), 1);
	ck_assert_uint_eq((guint)json_object_get_int_member(root, "n_cells"), results->len);
	clients = json_object_get_object_member(root, "clients");
	scenarios = json_object_get_object_member(root, "scenarios");
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_msg(json_object_has_member(clients, r->client), "%s", r->client);
		check_scenario(scenarios, r->scenario);
	}
	libnet = json_object_get_object_member(clients, "libnet-7.2");
	check_hash(libnet, "file");
	check_hash(libnet, "qemu");
	check_hash(libnet, "firmware");
	check_hash(libnet, "netboot");
	ck_assert_ptr_nonnull(
		strstr(json_object_get_string_member(libnet, "qemu_version"), "QEMU"));
}
END_TEST

/* --- journals and captures -------------------------------------------------------------------- */

struct journal_sum {
	const char *cell;
	unsigned n_lines, n_frames, n_copies;
	uint64_t last_ns;
};

static void on_journal_line(void *self, char *line, size_t len, bool whole)
{
	struct journal_sum *sum = self;
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *o;
	uint64_t t_ns;

	(void)len;
	ck_assert_msg(whole, "%s: the last line is cut", sum->cell);
	ck_assert_msg(json_parser_load_from_data(parser, line, -1, NULL), "%s: %s", sum->cell,
		      line);
	o = json_node_get_object(json_parser_get_root(parser));
	t_ns = (uint64_t)json_object_get_int_member(o, "t_ns");
	ck_assert_msg(t_ns >= sum->last_ns, "%s goes back in time: %s", sum->cell, line);
	sum->last_ns = t_ns;
	sum->n_lines++;
	sum->n_frames += json_object_has_member(o, "frame");
	if (json_object_has_member(o, "copies"))
		sum->n_copies += (unsigned)json_object_get_int_member(o, "copies");
}

static struct journal_sum read_journal(const Result *r)
{
	g_autofree char *path = in_cell(r, "journal.jsonl.gz");
	struct journal_sum sum = { .cell = r->cell };

	ck_assert_msg(lines_read(path, on_journal_line, &sum) == LINES_COMPLETE, "%s", path);
	ck_assert_uint_gt(sum.n_lines, 0);
	return sum;
}

START_TEST(every_journal_is_whole_and_has_all_frames)
{
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (ran(r))
			ck_assert_uint_eq(read_journal(r).n_frames, r->frames_in + r->frames_out);
	}
}
END_TEST

/* Columns of tshark's output. */
enum {
	COL_INTERFACE,
	COL_LEN,
	COL_CAPTURED,
	COL_MALFORMED,
	COL_IP, /* checksum status: 0 bad, 1 good, empty: has none */
	COL_UDP,
	COL_ICMP,
	N_COLS,
};

static Job *tshark(const char *path)
{
	const struct job_options o = { .program = "tshark" };

	return job_start(&o, (const char *const[]){ "-r",
						    path,
						    "-n",
						    "-o",
						    "ip.check_checksum:TRUE",
						    "-o",
						    "udp.check_checksum:TRUE",
						    "-T",
						    "fields",
						    "-e",
						    "frame.interface_id",
						    "-e",
						    "frame.len",
						    "-e",
						    "frame.cap_len",
						    "-e",
						    "_ws.malformed",
						    "-e",
						    "ip.checksum.status",
						    "-e",
						    "udp.checksum.status",
						    "-e",
						    "icmp.checksum.status",
						    NULL });
}

/* Nothing but the warning that it gives to root. */
static void assert_no_complaint(const Job *j, const char *cell)
{
	g_auto(GStrv) lines = g_strsplit(job_err(j), "\n", -1);

	for (char **line = lines; *line; line++)
		ck_assert_msg(!**line || g_str_has_prefix(*line, "Running as user"), "%s: %s", cell,
			      *line);
}

static bool corrupts(const Result *r)
{
	return g_str_equal(r->scenario, "tftp/bad-udp-checksum");
}

static void check_packet(const Result *r, unsigned number, char **col)
{
	ck_assert_uint_eq(g_strv_length(col), N_COLS);
	ck_assert_msg(!*col[COL_MALFORMED], "%s: frame %u is malformed", r->cell, number);
	if (!g_str_equal(col[COL_LEN], col[COL_CAPTURED]))
		return; /* the cap left its end out */
	if (corrupts(r))
		return;
	for (unsigned i = COL_IP; i <= COL_ICMP; i++)
		ck_assert_msg(!strchr(col[i], '0'), "%s: frame %u has a bad checksum", r->cell,
			      number);
}

/* Every frame is there as it was sent, and as it was handed over if it was not lost. */
static void check_capture(const Result *r, Job *j, const struct journal_sum *sum)
{
	unsigned n[2] = { 0 }, n_frames = sum->n_frames;
	unsigned n_sent = r->n_sent ? (unsigned)r->n_sent : n_frames - sum->n_copies;
	const char *line;

	while ((line = job_line(j))) {
		g_auto(GStrv) col = g_strsplit(line, "\t", -1);

		n[atoi(col[COL_INTERFACE]) % 2]++;
		check_packet(r, n[0] + n[1], col);
	}
	job_wait(j);
	assert_exit(j, 0);
	assert_no_complaint(j, r->cell);
	/* On the wall clock the end comes while a frame is on its way. */
	if (g_str_equal(r->clock, "wall"))
		n_sent = MAX(n_sent, n[0]);
	ck_assert_msg(n[0] == n_sent && n[1] == n_frames,
		      "%s: %u of %u frames sent and %u of %u handed over are captured", r->cell,
		      n[0], n_sent, n[1], n_frames);
}

static Job *start_tshark(const Result *r)
{
	g_autofree char *path = in_cell(r, "capture.pcapng");

	return ran(r) ? tshark(path) : NULL;
}

/* One is read while the next one starts. */
START_TEST(wireshark_reads_every_capture)
{
	Job *next = start_tshark(results->pdata[0]);

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		g_autoptr(Job) j = next;

		next = i + 1 < results->len ? start_tshark(results->pdata[i + 1]) : NULL;
		if (j) {
			struct journal_sum sum = read_journal(r);

			check_capture(r, j, &sum);
		}
	}
}
END_TEST

int main(void)
{
	g_autofree char *has_tshark = g_find_program_in_path("tshark");
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("all cells");

	tcase_set_timeout(tc, LAB_TEST_S);
	tcase_add_unchecked_fixture(tc, run_plan, forget_plan);
	tcase_add_test(tc, every_cell_passes);
	tcase_add_test(tc, every_cell_of_the_list_has_a_result);
	tcase_add_test(tc, every_line_of_the_results_is_whole);
	tcase_add_test(tc, junit_is_well_formed_and_counts);
	tcase_add_test(tc, run_json_has_the_hash_of_every_input);
	tcase_add_test(tc, every_journal_is_whole_and_has_all_frames);
	if (has_tshark)
		tcase_add_test(tc, wireshark_reads_every_capture);
	else
		puts("skip wireshark_reads_every_capture: no tshark here");
	suite_add_tcase(s, tc);
	return lab_main(s);
}
