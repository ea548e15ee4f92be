/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.json: what was asked, and version and hash of what goes in
 */
#include "harness/run_json.h"

#include <json-glib/json-glib.h>
#include <libslirp.h>
#include <sys/utsname.h>

#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/plan.h"
#include "harness/tree.h"
#include "harness/version.h"

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

static void add_plan(JsonBuilder *b, const struct rundir_plan *p, GPtrArray *cells)
{
	g_autofree char *cells_hash = plan_hash(cells);

	json_builder_set_member_name(b, "plan");
	json_builder_begin_object(b);
	add_member(b, "name", p->name);
	add_member(b, "hash", p->hash);
	add_member(b, "cells_hash", cells_hash);
	add_count(b, "n_cells", p->n_cells);
	json_builder_set_member_name(b, "shard");
	json_builder_begin_object(b);
	add_count(b, "index", p->shard.index);
	add_count(b, "total", p->shard.total);
	json_builder_end_object(b);
	json_builder_end_object(b);
}

char *run_json_text(char **command, GPtrArray *cells, const struct rundir_plan *plan,
		    const struct server_here servers[SERVER_N_KINDS], char **known)
{
	g_autoptr(JsonBuilder) b = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *folder = g_get_current_dir();

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
		add_plan(b, plan, cells);
	if (plan && plan->of_run)
		add_member(b, "failures_of", plan->of_run);
	add_host(b);
	add_clients(b, cells);
	add_servers(b, servers);
	add_scenarios(b, cells);
	add_known(b, known);
	json_builder_end_object(b);

	root = json_builder_get_root(b);
	return json_to_string(root, TRUE);
}
