/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same boot on any machine: journals' hashes that are kept in git
 *
 * tests/golden.jsonl has a line for each (QEMU version, firmware, netboot image, served images,
 * scenario): the hash of the journal that comes of them. Where all of these are as they were, it
 * must come again. Lines for other QEMUs and firmwares say nothing here. `make golden-update`
 * ($GOLDEN_UPDATE) writes the lines of this machine anew, and drops those whose scenario has
 * changed since.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/boot/booted.h"
#include "tests/support/suite.h"

#define GOLDEN "tests/golden.jsonl"
#define CLIENT "libnet-7.2"
#define SERVER "builtin"
#define SEED 7 /* --seed */

static const char *const scenarios[] = {
	"arp/lost-reply",   "boot/bootfile-psw",   "boot/probe",          "dhcp/lost-offer",
	"dhcp/no-server",   "ending/crash-wait",   "ipv6/stateless",      "loss/10-percent",
	"loss/20-percent",  "loss/burst",          "net/jitter",          "net/slow-link",
	"pxelinux/by-uuid", "tftp/duplicate-data", "tftp/reordered-data", NULL,
};

/* What has to be the same for a line to hold. */
static const char *const machine_keys[] = { "qemu_version", "firmware_sha256", "netboot_sha256" };
static const char *const cell_keys[] = { "scenario", "server", "seed" };

static char *golden_path(void)
{
	g_autofree char *mode = g_path_get_dirname(lab_iplab());
	g_autofree char *build = g_path_get_dirname(mode);
	g_autofree char *tree = g_path_get_dirname(build);

	return g_build_filename(tree, GOLDEN, NULL);
}

static const char *text_of(JsonNode *line, const char *key)
{
	return event_str(json_node_get_object(line), key);
}

static bool same(JsonNode *a, JsonNode *b, const char *key)
{
	JsonNode *x = json_object_get_member(json_node_get_object(a), key);
	JsonNode *y = json_object_get_member(json_node_get_object(b), key);

	return x && y && json_node_equal(x, y);
}

static bool same_keys(JsonNode *a, JsonNode *b, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same(a, b, keys[i]))
			return false;
	return true;
}

#define SAME(a, b, keys) same_keys(a, b, keys, G_N_ELEMENTS(keys))

/* The lines of the file, in order: array of JsonNode. */
static GPtrArray *load_golden(void)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
	g_autofree char *path = golden_path(), *text = NULL;
	g_auto(GStrv) parts = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return lines;
	parts = g_strsplit(text, "\n", -1);
	for (char **part = parts; *part; part++) {
		JsonNode *node = **part ? json_from_string(*part, NULL) : NULL;

		ck_assert_msg(!**part || (node && JSON_NODE_HOLDS_OBJECT(node)), GOLDEN ": %s",
			      *part);
		if (node)
			g_ptr_array_add(lines, node);
	}
	return lines;
}

/* --- what comes here -------------------------------------------------------------------------- */

static JsonObject *member(JsonObject *o, const char *name)
{
	ck_assert_msg(json_object_has_member(o, name), "run.json has no %s", name);
	return json_object_get_object_member(o, name);
}

static const char *sum_of(JsonObject *o, const char *name)
{
	return event_str(member(o, name), "sha256");
}

/* One sum over what was built and is served: names and their sums, in order of names. */
static char *sum_of_served(JsonObject *scenario)
{
	JsonObject *served = member(scenario, "served");
	g_autoptr(GList) names = g_list_sort(json_object_get_members(served), (GCompareFunc)strcmp);
	g_autoptr(GString) text = g_string_new(NULL);

	for (GList *n = names; n; n = n->next)
		g_string_append_printf(text, "%s %s\n", (char *)n->data, sum_of(served, n->data));
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
}

static JsonNode *make_line(JsonObject *run, const Result *r)
{
	JsonObject *client = member(member(run, "clients"), r->client);
	JsonObject *scenario = member(member(run, "scenarios"), r->scenario);
	g_autofree char *served = sum_of_served(scenario);
	JsonObject *o = json_object_new();
	JsonNode *line = json_node_init_object(json_node_alloc(), o);

	json_object_set_string_member(o, "scenario", r->scenario);
	json_object_set_string_member(o, "server", r->server);
	json_object_set_int_member(o, "seed", SEED);
	json_object_set_string_member(o, "qemu_version", event_str(client, "qemu_version"));
	json_object_set_string_member(o, "firmware_sha256", sum_of(client, "firmware"));
	json_object_set_string_member(o, "netboot_sha256", sum_of(client, "netboot"));
	json_object_set_string_member(o, "scenario_sha256", sum_of(scenario, "file"));
	json_object_set_string_member(o, "served_sha256", served);
	json_object_set_string_member(o, "journal_sha256", r->journal_sha256);
	json_object_unref(o);
	return line;
}

/* Run them all: array of JsonNode, in order of scenarios. */
static GPtrArray *lines_of_here(void)
{
	g_autofree char *names = g_strjoinv(",", (char **)scenarios);
	g_autofree char *filter = g_strconcat("scenario=", names, NULL);
	g_autofree char *dir = lab_path("run"), *path = NULL;
	g_autoptr(Job) j = job_of("run", "client=" CLIENT, "server=" SERVER, filter, "--seed", "7",
				  "--out", dir);
	g_autoptr(GPtrArray) results = results_of(dir);
	g_autoptr(JsonParser) parser = json_parser_new();
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);

	assert_exit(j, 0);
	path = g_build_filename(dir, "run.json", NULL);
	ck_assert(json_parser_load_from_file(parser, path, NULL));
	for (unsigned i = 0; scenarios[i]; i++)
		for (unsigned k = 0; k < results->len; k++)
			if (g_str_equal(((Result *)results->pdata[k])->scenario, scenarios[i]))
				g_ptr_array_add(lines,
						make_line(json_node_get_object(
								  json_parser_get_root(parser)),
							  results->pdata[k]));
	ck_assert_uint_eq(lines->len, G_N_ELEMENTS(scenarios) - 1);
	return lines;
}

/* --- comparing -------------------------------------------------------------------------------- */

/* The line for this machine's QEMU and firmware and this cell, or NULL. */
static JsonNode *find_line(const GPtrArray *golden, JsonNode *here)
{
	for (unsigned i = 0; i < golden->len; i++)
		if (SAME(golden->pdata[i], here, machine_keys) &&
		    SAME(golden->pdata[i], here, cell_keys))
			return golden->pdata[i];
	return NULL;
}

START_TEST(journals_are_those_that_were_seen_before)
{
	g_autoptr(GPtrArray) golden = load_golden(), here = lines_of_here();
	g_autoptr(GString) wrong = g_string_new(NULL);
	unsigned n = 0, n_other_images = 0;

	for (unsigned i = 0; i < here->len; i++) {
		JsonNode *now = here->pdata[i], *line = find_line(golden, now);
		const char *scenario = text_of(now, "scenario");

		if (!line)
			continue;
		if (!same(line, now, "scenario_sha256"))
			g_string_append_printf(wrong, "%s: the scenario has changed\n", scenario);
		else if (!same(line, now, "served_sha256"))
			n_other_images++;
		else if (!same(line, now, "journal_sha256"))
			g_string_append_printf(wrong, "%s: the journal is %s and was %s\n",
					       scenario, text_of(now, "journal_sha256"),
					       text_of(line, "journal_sha256"));
		else
			n++;
	}
	ck_assert_msg(!wrong->len,
		      "not as in " GOLDEN " (if that is meant so: make golden-update):\n%s",
		      wrong->str);
	printf("%sgolden journals: %u of %u hold here, %u are of payloads built otherwise\n",
	       n == here->len ? "" : "skip ", n, here->len, n_other_images);
	fflush(stdout);
}
END_TEST

/* --- writing ---------------------------------------------------------------------------------- */

/* Whether a line of another machine still says something: its scenario is as it was. */
static bool is_current(JsonNode *line, const GPtrArray *here)
{
	for (unsigned i = 0; i < here->len; i++)
		if (SAME(line, here->pdata[i], cell_keys))
			return !SAME(line, here->pdata[i], machine_keys) &&
			       same(line, here->pdata[i], "scenario_sha256");
	return false;
}

static void add_text(GString *text, JsonNode *line)
{
	g_autofree char *json = json_to_string(line, FALSE);

	g_string_append_printf(text, "%s\n", json);
}

START_TEST(update)
{
	g_autoptr(GPtrArray) golden = load_golden(), here = lines_of_here();
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *path = golden_path();

	for (unsigned i = 0; i < golden->len; i++)
		if (is_current(golden->pdata[i], here))
			add_text(text, golden->pdata[i]);
	for (unsigned i = 0; i < here->len; i++)
		add_text(text, here->pdata[i]);
	ck_assert_msg(g_file_set_contents(path, text->str, -1, NULL), "%s", path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("golden");

	if (getenv("GOLDEN_UPDATE"))
		lab_add(s, update);
	else
		lab_add(s, journals_are_those_that_were_seen_before);
	return lab_main(s);
}
