/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The series that a bisection goes through: clients, images in a folder, or commits
 */
#define _GNU_SOURCE /* strverscmp() */
#include "harness/bisect_series.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "harness/child.h"
#include "harness/tree.h"
#include "reports/text.h"

enum {
	ID_LEN = 12, /* of a commit, for people */
};

static const struct {
	const char *name;
	size_t offset;
} roles[] = {
	{ "firmware", offsetof(struct client_overrides, firmware) },
	{ "netboot", offsetof(struct client_overrides, netboot) },
	{ "image", offsetof(struct client_overrides, image) },
	{ "qemu", offsetof(struct client_overrides, qemu) },
};

#define FILE_OF(o, role) G_STRUCT_MEMBER(char *, o, roles[role].offset)

GQuark bisect_series_error_quark(void)
{
	return g_quark_from_static_string("iplab-bisect-series-error-quark");
}

bool bisect_over_parse(const char *text, enum bisect_over *over, const char **arg, GError **error)
{
	static const char *const kinds[] = {
		[BISECT_OVER_CLIENTS] = "clients:",
		[BISECT_OVER_IMAGES] = "images:",
		[BISECT_OVER_GIT] = "git:",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!g_str_has_prefix(text, kinds[i]))
			continue;
		*over = (enum bisect_over)i;
		*arg = text + strlen(kinds[i]);
		return true;
	}
	*over = BISECT_OVER_IMAGES;
	*arg = text;
	if (g_file_test(text, G_FILE_TEST_IS_DIR))
		return true;
	g_set_error(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_OVER,
		    "--over is \"%s\"; allowed are clients:PATTERN, images:DIR, git:REPO, and a "
		    "folder that is there",
		    text);
	return false;
}

/* --- candidates -------------------------------------------------------------------------------
 */

static void candidate_free(void *candidate)
{
	struct bisect_candidate *c = candidate;

	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		g_free(FILE_OF(&c->files, i));
	g_free(c->name);
	g_free(c->label);
	g_free(c);
}

/* Takes @label. */
static struct bisect_candidate *add(BisectSeries *s, const char *name, char *label,
				    const struct plan_cell *cell)
{
	struct bisect_candidate *c = g_new0(struct bisect_candidate, 1);

	c->name = g_strdup(name);
	c->label = label;
	c->cell = cell;
	g_ptr_array_add(s->candidates, c);
	return c;
}

/* What every candidate has: paths relative to @dir. */
static void set_files(struct bisect_candidate *c, const struct client_overrides *files,
		      const char *dir)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		const char *path = FILE_OF(files, i);

		if (path)
			FILE_OF(&c->files, i) = g_canonicalize_filename(path, dir);
	}
}

static bool has_files(const struct client_overrides *files)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (FILE_OF(files, i))
			return true;
	return false;
}

static bool option_error(GError **error, const char *message)
{
	g_set_error_literal(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_OPTION, message);
	return false;
}

/* --- clients ----------------------------------------------------------------------------------
 */

static bool add_clients(BisectSeries *s, const struct bisect_series_options *o, GError **error)
{
	g_autoptr(GString) absent = g_string_new(NULL);

	if (o->build || o->as || o->first_parent)
		return option_error(error, "--build and --first-parent are for git:REPO, --as is "
					   "for images:DIR");
	for (guint i = 0; i < o->cells->len; i++) {
		const struct plan_cell *cell = o->cells->pdata[i];
		Client *client = cell->client;
		g_autofree char *missing = NULL;

		if (client_resolve(client, &s->yield, &missing)) {
			struct bisect_candidate *c =
				add(s, client->name, g_strdup(client->name), cell);

			set_files(c, &s->yield, NULL);
			c->is_ready = true;
		} else {
			g_string_append_printf(absent, "%s%s", absent->len ? ", " : "",
					       client->name);
		}
	}
	s->absent = absent->len ? g_strdup(absent->str) : NULL;
	return true;
}

/* --- images -----------------------------------------------------------------------------------
 */

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_dir(const char *dir, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) d = g_dir_open(dir, 0, error);
	const char *name;

	if (!d)
		return NULL;
	while ((name = g_dir_read_name(d)))
		if (*name != '.')
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_version);
	return g_steal_pointer(&names);
}

static bool are_there(const struct client_overrides *files)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		const char *path = FILE_OF(files, i);

		if (path && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return false;
	}
	return true;
}

/* A candidate is a file, which is that one of the client's; or a folder that has all of them. */
static bool add_image(BisectSeries *s, const struct bisect_series_options *o, const char *name)
{
	bool in_folders = has_files(&s->yield);
	g_autofree char *dir = g_canonicalize_filename(o->arg, NULL);
	g_autofree char *path = g_build_filename(dir, name, NULL);
	struct client_overrides files = s->yield;
	struct bisect_candidate *c;
	bool known = false;

	for (size_t i = 0; !in_folders && i < G_N_ELEMENTS(roles); i++) {
		if (!g_str_equal(o->as ? o->as : "firmware", roles[i].name))
			continue;
		FILE_OF(&files, i) = path;
		known = true;
	}
	if (!in_folders && !known)
		return false;
	c = add(s, name, text_safe(name), o->cells->pdata[0]);
	set_files(c, &files, in_folders ? path : NULL);
	c->is_ready = true;
	if (!are_there(&c->files))
		g_ptr_array_set_size(s->candidates, (gint)s->candidates->len - 1);
	return true;
}

static bool add_images(BisectSeries *s, const struct bisect_series_options *o, GError **error)
{
	g_autoptr(GPtrArray) names = NULL;

	if (o->build || o->first_parent)
		return option_error(error, "--build and --first-parent are for git:REPO");
	if (o->as && has_files(&s->yield))
		return option_error(error, "--as says what the files of the folder are; with "
					   "--firmware, --netboot, --image or --qemu its folders "
					   "are gone through");
	names = list_dir(o->arg, error);
	if (!names)
		return false;
	for (guint i = 0; i < names->len; i++) {
		if (add_image(s, o, names->pdata[i]))
			continue;
		g_set_error(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_OPTION,
			    "--as is \"%s\"; allowed are firmware, netboot, image and qemu", o->as);
		return false;
	}
	return true;
}

/* --- commits ----------------------------------------------------------------------------------
 */

static char *label_of(const struct bisect_commit *commit)
{
	g_autofree char *subject = text_safe(commit->subject);

	return g_strdup_printf("%.*s %s", ID_LEN, commit->id, subject);
}

static bool add_commits(BisectSeries *s, const struct bisect_series_options *o, GError **error)
{
	g_autoptr(GPtrArray) commits = NULL;

	if (!o->old || !o->new || !has_files(&s->yield) || o->as)
		return option_error(error, "git:REPO needs two revisions (--good and --bad, or "
					   "--old and --new), and what a build leaves in its "
					   "worktree: --firmware, --netboot, --image or --qemu "
					   "PATH");
	s->build = g_strdup(o->build);
	s->worktree = g_build_filename(o->out, "worktree", NULL);
	s->builds = g_build_filename(o->out, "builds", NULL);
	s->git = bisect_git_open(o->arg, s->worktree, error);
	if (s->git)
		commits = bisect_git_commits(s->git, o->old, o->new, o->first_parent, error);
	for (guint i = 0; commits && i < commits->len; i++) {
		const struct bisect_commit *c = commits->pdata[i];

		add(s, c->id, label_of(c), o->cells->pdata[0]);
	}
	return commits;
}

static bool build_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool build_error(GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_BUILD, message);
	return false;
}

static bool build(const BisectSeries *s, const char *log, GError **error)
{
	struct child c = {
		.argv = (const char *const[]){ "sh", "-c", s->build, NULL },
		.cwd = s->worktree,
		.log = log,
		.may_interrupt = true,
	};
	g_autoptr(GError) cause = NULL;

	if (!s->build || child_run(&c, NULL, &cause))
		return true;
	if (!g_error_matches(cause, CHILD_ERROR, CHILD_ERROR_STATUS)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	return build_error(error, "it does not build: %s", cause->message);
}

/* The next build writes over it: what boots is a copy. */
static bool copy_file(const char *from, const char *to, GError **error)
{
	g_autoptr(GFile) source = g_file_new_for_path(from), target = g_file_new_for_path(to);

	return g_file_copy(source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error);
}

/* @dir is there with all files, or it is not there. */
static bool take_files(const BisectSeries *s, const char *dir, GError **error)
{
	g_autofree char *half = g_strconcat(dir, ".half", NULL);

	tree_remove(half);
	if (g_mkdir_with_parents(half, 0777))
		return build_error(error, "%s cannot be made", half);
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		const char *path = FILE_OF(&s->yield, i);
		g_autofree char *from = path ? g_canonicalize_filename(path, s->worktree) : NULL;
		g_autofree char *to = g_build_filename(half, roles[i].name, NULL);

		if (from && !g_file_test(from, G_FILE_TEST_IS_REGULAR))
			return build_error(error, "the build leaves no %s", path);
		if (from && !copy_file(from, to, error))
			return false;
	}
	if (g_rename(half, dir))
		return build_error(error, "%s cannot be renamed", half);
	return true;
}

bool bisect_series_prepare(BisectSeries *s, struct bisect_candidate *c, GError **error)
{
	g_autofree char *name = NULL, *dir = NULL, *log = NULL;

	if (c->is_ready)
		return true;
	name = g_strndup(c->name, ID_LEN);
	dir = g_build_filename(s->builds, name, NULL);
	log = g_strconcat(dir, ".log", NULL);
	if (g_mkdir_with_parents(s->builds, 0777))
		return build_error(error, "%s cannot be made", s->builds);
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR) &&
	    (!bisect_git_checkout(s->git, c->name, error) || !build(s, log, error) ||
	     !take_files(s, dir, error)))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (FILE_OF(&s->yield, i))
			FILE_OF(&c->files, i) = g_build_filename(dir, roles[i].name, NULL);
	c->is_ready = true;
	return true;
}

/* --- the series -------------------------------------------------------------------------------
 */

static bool find(const BisectSeries *s, const char *name, guint *at, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (*at = 0; *at < s->candidates->len; (*at)++) {
		const struct bisect_candidate *c = s->candidates->pdata[*at];

		if (g_str_equal(c->name, name))
			return true;
		g_string_append_printf(names, "%s%s", names->len ? ", " : "", c->label);
	}
	g_set_error(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_END,
		    "\"%s\" is none of the series: %s", name, names->str);
	return false;
}

static bool cut_ends(BisectSeries *s, const struct bisect_series_options *o, GError **error)
{
	guint old = 0, new = s->candidates->len - 1;

	if ((o->old && !find(s, o->old, &old, error)) || (o->new && !find(s, o->new, &new, error)))
		return false;
	if (old >= new) {
		g_set_error(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_END,
			    "%s does not come before %s in the series",
			    ((struct bisect_candidate *)s->candidates->pdata[old])->label,
			    ((struct bisect_candidate *)s->candidates->pdata[new])->label);
		return false;
	}
	g_ptr_array_set_size(s->candidates, (gint) new + 1);
	if (old)
		g_ptr_array_remove_range(s->candidates, 0, old);
	return true;
}

static bool fill(BisectSeries *s, const struct bisect_series_options *o, GError **error)
{
	switch (o->over) {
	case BISECT_OVER_CLIENTS:
		return add_clients(s, o, error);
	case BISECT_OVER_IMAGES:
		return add_images(s, o, error);
	case BISECT_OVER_GIT:
		return add_commits(s, o, error);
	}
	g_assert_not_reached();
}

BisectSeries *bisect_series_new(const struct bisect_series_options *o,
				const struct client_overrides *files, GError **error)
{
	g_autoptr(BisectSeries) s = g_new0(BisectSeries, 1);

	s->over = o->over;
	s->yield = *files;
	s->candidates = g_ptr_array_new_with_free_func(candidate_free);
	if (!fill(s, o, error))
		return NULL;
	if (s->candidates->len < 2) {
		g_set_error(error, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_FEW,
			    "nothing to search: %s has %s%s%s", o->arg,
			    s->candidates->len ? "one candidate only" : "no candidate",
			    s->absent ? "; not on this machine: " : "", s->absent ? s->absent : "");
		return NULL;
	}
	if (o->over != BISECT_OVER_GIT && !cut_ends(s, o, error))
		return NULL;
	return g_steal_pointer(&s);
}

void bisect_series_free(BisectSeries *s)
{
	if (!s)
		return;
	bisect_git_close(s->git);
	g_ptr_array_unref(s->candidates);
	g_free(s->absent);
	g_free(s->build);
	g_free(s->worktree);
	g_free(s->builds);
	g_free(s);
}
