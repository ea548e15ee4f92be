/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's folder
 */
#include "harness/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/run_json.h"
#include "harness/tree.h"

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

/* Nobody else may write into it. Takes @path and @fd. */
static Rundir *take_folder(char *path, int fd, GError **error)
{
	Rundir *r;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_BUSY,
			    "%s: another iplab is still writing into it", path);
		close(fd);
		g_free(path);
		return NULL;
	}
	r = g_new0(Rundir, 1);
	r->path = path;
	r->results_fd = fd;
	return r;
}

static Rundir *open_results(char *path, GError **error)
{
	g_autofree char *results = g_build_filename(path, "results.jsonl", NULL);
	int fd = open(results, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);

	if (fd >= 0)
		return take_folder(path, fd, error);
	if (errno == EEXIST)
		g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_USED,
			    "%s holds a run already; name another folder with --out", path);
	else
		file_error(error, results);
	g_free(path);
	return NULL;
}

/* Cut off what follows the last newline. */
static bool cut_half_line(const char *path)
{
	g_autofree char *text = NULL;
	const char *last;
	size_t len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return false;
	last = g_strrstr_len(text, (gssize)len, "\n");
	return truncate(path, last ? last + 1 - text : 0) == 0;
}

Rundir *rundir_open(const char *path, GError **error)
{
	g_autofree char *cwd = g_get_current_dir();
	g_autofree char *dir = g_canonicalize_filename(path, cwd);
	g_autofree char *results = g_build_filename(dir, "results.jsonl", NULL);
	int fd = open(results, O_WRONLY | O_APPEND | O_CLOEXEC);
	g_autoptr(Rundir) r = NULL;

	if (fd < 0)
		return file_error(error, results);
	r = take_folder(g_steal_pointer(&dir), fd, error);
	if (!r)
		return NULL;
	return cut_half_line(results) ? g_steal_pointer(&r) : file_error(error, results);
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

void rundir_forget_cell(const Rundir *r, const char *id)
{
	g_autofree char *path = g_build_filename(r->path, "cells", id, NULL);

	tree_remove(path);
}

/* cells.txt: what is to run, in its order. */
static bool list_cells(const Rundir *r, GPtrArray *cells, GError **error)
{
	g_autofree char *path = g_build_filename(r->path, "cells.txt", NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	for (unsigned i = 0; i < cells->len; i++)
		g_string_append_printf(text, "%s\n", ((struct plan_cell *)cells->pdata[i])->id);
	return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

bool rundir_describe(const Rundir *r, char **command, GPtrArray *cells,
		     const struct rundir_plan *plan,
		     const struct server_here servers[SERVER_N_KINDS], char **known, GError **error)
{
	g_autofree char *path = g_build_filename(r->path, "run.json", NULL);
	g_autofree char *text = run_json_text(command, cells, plan, servers, known);
	g_autoptr(GError) cause = NULL;

	if (list_cells(r, cells, &cause) && g_file_set_contents(path, text, -1, &cause))
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
