/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of one cell, and questions to what they leave
 */
#include "tests/boot/booted.h"

#include <string.h>
#include <sys/stat.h>

#include "reports/lines.h"

GPtrArray *results_of(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GError) error = NULL;
	GPtrArray *results = results_load(path, &error);

	ck_assert_msg(results, "%s", error ? error->message : "");
	return results;
}

Result *result_of(const char *dir)
{
	g_autoptr(GPtrArray) results = results_of(dir);
	g_autofree char *json = NULL;

	ck_assert_uint_ge(results->len, 1);
	json = result_to_json(results->pdata[0]);
	return result_from_json(json, NULL);
}

static void add_line(void *text, char *line, size_t len, bool whole)
{
	(void)len;
	ck_assert_msg(whole, "the last line is cut: %s", line);
	g_string_append_printf(text, "%s\n", line);
}

char *journal_of(const char *dir, const char *cell)
{
	g_autofree char *path = g_build_filename(dir, "cells", cell, "journal.jsonl.gz", NULL);
	GString *text = g_string_new(NULL);
	enum lines_end end = lines_read(path, add_line, text);

	ck_assert_msg(end == LINES_COMPLETE || end == LINES_MISSING, "%s cannot be read", path);
	return g_string_free(text, FALSE);
}

/* --- programs --------------------------------------------------------------------------------- */

/* The folder that holds @path, @n levels up. */
static char *up(const char *path, unsigned n)
{
	char *dir = g_strdup(path);

	while (n--) {
		char *parent = g_path_get_dirname(dir);

		g_free(dir);
		dir = parent;
	}
	return dir;
}

static void copy_into(const char *tree, const char *source, const char *name)
{
	static const struct job_options o = { .program = "cp" };
	g_autofree char *from = g_build_filename(source, name, NULL);
	g_autofree char *to = g_build_filename(tree, name, NULL);
	g_autofree char *parent = g_path_get_dirname(to);
	g_autoptr(Job) j = NULL;

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	j = job_run(&o, (const char *const[]){ "-rL", from, to, NULL });
	assert_exit(j, 0);
}

char *lab_other_checkout(bool with_plugin)
{
	g_autofree char *tree = lab_path("another checkout");
	g_autofree char *source = up(lab_iplab(), 3);
	const char *program = lab_iplab() + strlen(source) + 1;

	copy_into(tree, source, program);
	copy_into(tree, source, "scenarios");
	copy_into(tree, source, "fixtures/clients");
	copy_into(tree, source, "build/fixtures/probe");
	if (with_plugin)
		copy_into(tree, source, "build/plugin");
	return g_build_filename(tree, program, NULL);
}

char *lab_qemu_script(const char *text)
{
	g_autofree char *whole = g_strconcat("#!/bin/sh\n", text, NULL);
	char *path = lab_file("my-qemu", whole);

	ck_assert_int_eq(chmod(path, 0755), 0);
	return path;
}

/* --- one cell --------------------------------------------------------------------------------- */

static bool names_server(const char *const *args)
{
	while (*args && !g_str_has_prefix(*args, "server="))
		args++;
	return *args;
}

Booted *booted_start(const char *text, const char *const *args)
{
	Booted *b = g_new0(Booted, 1);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autofree char *file = NULL, *path = NULL, *env = NULL;
	struct job_options o = { .env = NULL };

	b->dir = lab_path("run");
	b->events = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
	g_ptr_array_add(argv, (char *)"run");
	if (!g_strv_contains(args, "--client-file"))
		g_ptr_array_add(argv, (char *)LIBNET);
	if (!names_server(args))
		g_ptr_array_add(argv, (char *)BUILTIN);
	if (text) {
		file = lab_file("scenarios/my/own.ini", text);
		path = up(file, 3);
		env = g_strconcat("IPLAB_PATH=", path, NULL);
		g_ptr_array_add(argv, (char *)"scenario=my/own");
	}
	for (; *args; args++)
		g_ptr_array_add(argv, (char *)*args);
	g_ptr_array_add(argv, (char *)"--out");
	g_ptr_array_add(argv, b->dir);
	g_ptr_array_add(argv, NULL);
	o.env = (const char *const[]){ env, NULL };
	b->job = job_start(&o, (const char *const *)argv->pdata);
	return b;
}

/* Cuts the text into its lines where it lies: a long one is long, and g_strsplit() looks at all of
 * what is left for each line when built with AddressSanitizer. */
static void read_events(Booted *b)
{
	g_autofree char *text = journal_of(b->dir, b->result->cell);

	for (char *line = text, *next; *line; line = next) {
		g_autoptr(GError) error = NULL;
		JsonNode *node;
		char *end = line + strcspn(line, "\n");

		next = *end ? end + 1 : end;
		*end = '\0';
		node = json_from_string(line, &error);
		ck_assert_msg(node && JSON_NODE_HOLDS_OBJECT(node), "no event: %s", line);
		g_ptr_array_add(b->events, node);
	}
}

void booted_wait(Booted *b)
{
	job_wait(b->job);
	assert_gone(b->job);
	ck_assert_msg(job_status(b->job) != 2, "%s", job_err(b->job));
	b->result = result_of(b->dir);
	read_events(b);
}

Booted *booted_run(const char *text, const char *const *args)
{
	Booted *b = booted_start(text, args);

	booted_wait(b);
	return b;
}

Booted *booted_of_(const char *const *text_and_args)
{
	return booted_run(text_and_args[0], text_and_args + 1);
}

void booted_free(Booted *b)
{
	if (!b)
		return;
	job_free(b->job);
	result_free(b->result);
	g_ptr_array_unref(b->events);
	g_free(b->dir);
	g_free(b);
}

/* --- its journal ------------------------------------------------------------------------------ */

JsonObject *event_at(const Booted *b, unsigned i)
{
	return json_node_get_object(b->events->pdata[i]);
}

JsonObject *event_next(const Booted *b, const char *ev, unsigned *i)
{
	for (; *i < b->events->len; (*i)++) {
		JsonObject *event = event_at(b, *i);

		if (g_str_equal(event_str(event, "ev"), ev))
			return event;
	}
	return NULL;
}

JsonObject *event_with(const Booted *b, const char *ev, const char *key, const char *value)
{
	JsonObject *event;

	for (unsigned i = 0; (event = event_next(b, ev, &i)); i++)
		if (g_str_equal(event_str_or_none(event, key), value))
			return event;
	ck_abort_msg("the journal has no %s with %s %s; the verdict is %s: %s", ev, key, value,
		     verdict_name(b->result->verdict), b->result->reason);
}

unsigned n_events(const Booted *b, const char *ev)
{
	unsigned n = 0;

	for (unsigned i = 0; event_next(b, ev, &i); i++)
		n++;
	return n;
}

uint64_t event_u64(JsonObject *event, const char *key)
{
	ck_assert_msg(json_object_has_member(event, key), "no %s in %s", key,
		      event_str_or_none(event, "ev"));
	return (uint64_t)json_object_get_int_member(event, key);
}

const char *event_str(JsonObject *event, const char *key)
{
	ck_assert_msg(json_object_has_member(event, key), "no %s in %s", key,
		      event_str_or_none(event, "ev"));
	return json_object_get_string_member(event, key);
}

const char *event_str_or_none(JsonObject *event, const char *key)
{
	return json_object_has_member(event, key) ? json_object_get_string_member(event, key) : "";
}

void assert_verdict(const Booted *b, enum verdict v)
{
	const Result *r = b->result;

	ck_assert_msg(r->verdict == v, "%s is %s, not %s: %s", r->cell, verdict_name(r->verdict),
		      verdict_name(v), r->reason);
}

void assert_reason(const Booted *b, const char *part)
{
	const Result *r = b->result;

	ck_assert_msg(r->reason && strstr(r->reason, part), "%s: no \"%s\" in: %s", r->cell, part,
		      r->reason);
}
