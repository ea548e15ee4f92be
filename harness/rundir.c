/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's folder
 */
#include "harness/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <libslirp.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/tree.h"
#include "harness/version.h"

enum {
	DIR_MODE = 0755,
	N_NAMES_MAX = 100, /* runs that may start in one second */
};

struct Rundir {
	char *path;
	int results_fd;
};

GQuark rundir_error_quark(void)
{
	return g_quark_from_static_string("rundir-error-quark");
}

static void *file_error(GError **error, const char *path)
{
	g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return NULL;
}

/* A folder named after the time in @runs, that nobody else has. */
static char *make_dated(const char *runs, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *stamp = g_date_time_format(now, "%Y%m%dT%H%M%SZ");

	if (g_mkdir_with_parents(runs, DIR_MODE) < 0)
		return file_error(error, runs);
	for (int i = 1; i < N_NAMES_MAX; i++) {
		g_autofree char *path = i == 1 ? g_build_filename(runs, stamp, NULL)
					       : g_strdup_printf("%s/%s-%d", runs, stamp, i);

		if (g_mkdir(path, DIR_MODE) == 0)
			return g_steal_pointer(&path);
		if (errno != EEXIST)
			return file_error(error, path);
	}
	errno = EEXIST;
	return file_error(error, runs);
}

/* `latest` points at @path; another run may be doing the same, so it is put in place at once. */
static void link_latest(const char *runs, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *link = g_build_filename(runs, "latest", NULL);
	g_autofree char *temporary = g_strdup_printf("%s.%d", link, (int)getpid());

	if (symlink(name, temporary) == 0 && g_rename(temporary, link) < 0)
		g_unlink(temporary);
}

static Rundir *open_results(char *path, GError **error)
{
	g_autofree char *results = g_build_filename(path, "results.jsonl", NULL);
	Rundir *r;
	int fd = open(results, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 && errno == EEXIST)
		g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_USED,
			    "%s holds a run already; name another folder with --out", path);
	else if (fd < 0)
		file_error(error, results);
	if (fd < 0) {
		g_free(path);
		return NULL;
	}
	r = g_new0(Rundir, 1);
	r->path = path;
	r->results_fd = fd;
	return r;
}

Rundir *rundir_new(const char *path, GError **error)
{
	g_autofree char *runs = paths_runs_dir();
	g_autofree char *cwd = g_get_current_dir();
	g_autofree char *wanted = path ? g_canonicalize_filename(path, cwd) : NULL;
	char *made;

	if (wanted) {
		if (g_mkdir_with_parents(wanted, DIR_MODE) < 0)
			return file_error(error, wanted);
		return open_results(g_steal_pointer(&wanted), error);
	}
	made = make_dated(runs, error);
	if (!made)
		return NULL;
	link_latest(runs, made);
	return open_results(made, error);
}

const char *rundir_path(const Rundir *r)
{
	return r->path;
}

char *rundir_cell(const Rundir *r, const char *id, GError **error)
{
	g_autofree char *path = g_build_filename(r->path, "cells", id, NULL);

	if (g_mkdir_with_parents(path, DIR_MODE) < 0)
		return file_error(error, path);
	return g_steal_pointer(&path);
}

static void add_member(JsonBuilder *b, const char *name, const char *value)
{
	json_builder_set_member_name(b, name);
	if (value)
		json_builder_add_string_value(b, value);
	else
		json_builder_add_null_value(b);
}

/* {"path": ..., "sha256": ...}, and which package it is from if that is known */
static void add_hashed(JsonBuilder *b, const char *path)
{
	const struct origin_package *p = origin_package(path);

	json_builder_begin_object(b);
	add_member(b, "path", path);
	add_member(b, "sha256", origin_sha256(path));
	if (p) {
		add_member(b, "package", p->name);
		add_member(b, "version", p->version);
		add_member(b, "suite", p->suite);
	}
	json_builder_end_object(b);
}

/* The same as a member; nothing for a file that is not used. */
static void add_file(JsonBuilder *b, const char *name, const char *path)
{
	if (!path)
		return;
	json_builder_set_member_name(b, name);
	add_hashed(b, path);
}

/* The files that a client goes over. */
static void add_bases(JsonBuilder *b, const Client *c)
{
	if (!*c->bases)
		return;
	json_builder_set_member_name(b, "bases");
	json_builder_begin_array(b);
	for (char **path = c->bases; *path; path++)
		add_hashed(b, *path);
	json_builder_end_array(b);
}

static void add_client(JsonBuilder *b, const Client *c)
{
	g_autofree char *plugin = c->polls && c->plugin_abi ? paths_plugin(c->plugin_abi) : NULL;

	json_builder_set_member_name(b, c->name);
	json_builder_begin_object(b);
	add_member(b, "summary", c->summary);
	add_file(b, "file", c->path);
	add_bases(b, c);
	add_file(b, "qemu", c->qemu);
	add_member(b, "qemu_version", c->qemu_version);
	add_file(b, "firmware", c->firmware);
	add_file(b, "netboot", c->netboot);
	add_file(b, "image", c->image);
	add_file(b, "clock_plugin", plugin);
	json_builder_end_object(b);
}

static void add_host(JsonBuilder *b)
{
	struct utsname u;

	json_builder_set_member_name(b, "host");
	json_builder_begin_object(b);
	if (uname(&u) == 0) {
		add_member(b, "kernel", u.release);
		add_member(b, "machine", u.machine);
	}
	json_builder_set_member_name(b, "cpus");
	json_builder_add_int_value(b, (gint64)g_get_num_processors());
	json_builder_end_object(b);
}

/* Daemons: what is in us is as new as we are. */
static void add_servers(JsonBuilder *b, const struct server_here servers[SERVER_N_KINDS])
{
	json_builder_set_member_name(b, "servers");
	json_builder_begin_object(b);
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++) {
		if (!servers[k].program)
			continue;
		json_builder_set_member_name(b, server_kind_name(k));
		json_builder_begin_object(b);
		add_file(b, "program", servers[k].program);
		add_member(b, "version", servers[k].version);
		json_builder_end_object(b);
	}
	json_builder_end_object(b);
}

static void add_clients(JsonBuilder *b, GPtrArray *cells)
{
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

	json_builder_set_member_name(b, "clients");
	json_builder_begin_object(b);
	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		if (g_hash_table_add(done, cell->client))
			add_client(b, cell->client);
	}
	json_builder_end_object(b);
}

/* What is served and does not stand in the scenario's own file. */
static void add_served(JsonBuilder *b, const Scenario *s)
{
	json_builder_set_member_name(b, "served");
	json_builder_begin_object(b);
	for (unsigned i = 0; i < s->files->len; i++) {
		const struct scenario_file *f = s->files->pdata[i];
		g_autofree char *path = tree_source(s, f, NULL);

		add_file(b, f->name, path);
	}
	json_builder_end_object(b);
}

static void add_scenarios(JsonBuilder *b, GPtrArray *cells)
{
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

	json_builder_set_member_name(b, "scenarios");
	json_builder_begin_object(b);
	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		if (!g_hash_table_add(done, cell->scenario))
			continue;
		json_builder_set_member_name(b, cell->scenario->name);
		json_builder_begin_object(b);
		add_member(b, "summary", cell->scenario->summary);
		add_file(b, "file", cell->scenario->path);
		add_served(b, cell->scenario);
		json_builder_end_object(b);
	}
	json_builder_end_object(b);
}

static void add_known(JsonBuilder *b, char **known)
{
	json_builder_set_member_name(b, "known_failures");
	json_builder_begin_array(b);
	for (; *known; known++)
		add_hashed(b, *known);
	json_builder_end_array(b);
}

static void add_count(JsonBuilder *b, const char *name, unsigned n)
{
	json_builder_set_member_name(b, name);
	json_builder_add_int_value(b, n);
}

static void add_plan(JsonBuilder *b, const struct rundir_plan *p)
{
	json_builder_set_member_name(b, "plan");
	json_builder_begin_object(b);
	add_member(b, "name", p->name);
	add_member(b, "hash", p->hash);
	add_count(b, "n_cells", p->n_cells);
	json_builder_set_member_name(b, "shard");
	json_builder_begin_object(b);
	add_count(b, "index", p->shard.index);
	add_count(b, "total", p->shard.total);
	json_builder_end_object(b);
	json_builder_end_object(b);
}

bool rundir_describe(const Rundir *r, char **command, GPtrArray *cells,
		     const struct rundir_plan *plan,
		     const struct server_here servers[SERVER_N_KINDS], char **known, GError **error)
{
	g_autoptr(JsonBuilder) b = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *path = g_build_filename(r->path, "run.json", NULL);
	g_autofree char *folder = g_get_current_dir();
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;

	json_builder_begin_object(b);
	json_builder_set_member_name(b, "schema");
	json_builder_add_int_value(b, RUNDIR_SCHEMA);
	add_member(b, "iplab", IPLAB_VERSION);
	add_member(b, "libslirp", slirp_version_string());
	add_member(b, "started", started);
	json_builder_set_member_name(b, "command");
	json_builder_begin_array(b);
	for (; *command; command++)
		json_builder_add_string_value(b, *command);
	json_builder_end_array(b);
	add_member(b, "folder", folder);
	add_count(b, "n_cells", cells->len);
	if (plan)
		add_plan(b, plan);
	add_host(b);
	add_clients(b, cells);
	add_servers(b, servers);
	add_scenarios(b, cells);
	add_known(b, known);
	json_builder_end_object(b);

	root = json_builder_get_root(b);
	text = json_to_string(root, TRUE);
	if (g_file_set_contents(path, text, -1, &cause))
		return true;
	g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE, "%s", cause->message);
	return false;
}

/* Remove the part of a line that a full disk took. */
static int take_back(int fd, ssize_t n)
{
	off_t end = lseek(fd, 0, SEEK_END);

	return end < n ? -1 : ftruncate(fd, end - n);
}

bool rundir_add_result(Rundir *r, const char *json, GError **error)
{
	g_autofree char *line = g_strconcat(json, "\n", NULL);
	size_t len = strlen(line);

	/* One write() of O_APPEND: a death between two results leaves no half line. */
	ssize_t n = write(r->results_fd, line, len);

	if (n == (ssize_t)len)
		return true;
	if (n >= 0)
		errno = take_back(r->results_fd, n) < 0 ? errno : ENOSPC;
	file_error(error, r->path);
	return false;
}

static JsonObject *object_member(JsonObject *o, const char *name)
{
	JsonNode *node = o ? json_object_get_member(o, name) : NULL;

	return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static const char *text_member(JsonObject *o, const char *name)
{
	JsonNode *node = o ? json_object_get_member(o, name) : NULL;

	return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

/* "LABEL   VALUE" of a text; of a file with the beginning of its hash, and its package's version.
 */
static void add_input(GPtrArray *lines, JsonObject *o, const char *name, const char *label)
{
	JsonObject *file = object_member(o, name);
	const char *text = file ? text_member(file, "path") : text_member(o, name);
	const char *sha256 = text_member(file, "sha256"), *version = text_member(file, "version");
	GString *line;

	if (!text)
		return;
	line = g_string_new(NULL);
	g_string_printf(line, "%-9s %s", label, text);
	if (sha256)
		g_string_append_printf(line, "  sha256 %.16s", sha256);
	if (version)
		g_string_append_printf(line, "  version %s", version);
	g_ptr_array_add(lines, g_string_free(line, FALSE));
}

char **rundir_inputs(const char *dir, const char *client, const char *scenario)
{
	g_autofree char *path = g_build_filename(dir, "run.json", NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	GPtrArray *lines = g_ptr_array_new();
	JsonNode *root = json_parser_load_from_file(parser, path, NULL)
				 ? json_parser_get_root(parser)
				 : NULL;
	JsonObject *run = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
	JsonObject *c = object_member(object_member(run, "clients"), client);

	add_input(lines, object_member(object_member(run, "scenarios"), scenario), "summary",
		  "claim");
	add_input(lines, c, "summary", "client");
	add_input(lines, c, "qemu_version", "qemu");
	add_input(lines, c, "firmware", "firmware");
	add_input(lines, c, "netboot", "netboot");
	add_input(lines, c, "image", "image");
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}

void rundir_free(Rundir *r)
{
	if (!r)
		return;
	close(r->results_fd);
	g_free(r->path);
	g_free(r);
}

char *rundir_latest(void)
{
	g_autofree char *runs = paths_runs_dir();
	g_autofree char *latest = g_build_filename(runs, "latest", NULL);

	return g_file_test(latest, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&latest) : NULL;
}
