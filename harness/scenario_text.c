/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario file as text
 */
#include "harness/scenario_text.h"

#include <string.h>

/* A part: a group, or a key of it. */
struct part {
	char *name;
	char *group, *key; /* key NULL: all of the group */
};

struct ScenarioText {
	GKeyFile *file;
	GPtrArray *parts; /* of struct part */
};

static void part_free(void *data)
{
	struct part *p = data;

	g_free(p->name);
	g_free(p->group);
	g_free(p->key);
	g_free(p);
}

/* --- taking apart --- */

static void add_part(ScenarioText *t, const char *group, const char *key)
{
	struct part *p = g_new0(struct part, 1);

	p->group = g_strdup(group);
	p->key = g_strdup(key);
	p->name = g_strjoin(" ", group, key, NULL);
	g_ptr_array_add(t->parts, p);
}

/* Groups that are one part each, and those whose keys are. */
static bool is_whole(const char *group)
{
	return g_str_has_prefix(group, "rule.") || g_str_has_prefix(group, "http.");
}

static bool is_by_key(const char *group)
{
	return g_str_equal(group, "link") || g_str_has_prefix(group, "link.") ||
	       g_str_equal(group, "server") || g_str_has_prefix(group, "server.") ||
	       g_str_equal(group, "machine") || g_str_has_prefix(group, "nic.");
}

static void add_group(ScenarioText *t, const char *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(t->file, group, NULL, NULL);

	if (is_whole(group))
		add_part(t, group, NULL);
	for (char **key = keys; is_by_key(group) && *key; key++)
		add_part(t, group, *key);
}

static void take_apart(ScenarioText *t)
{
	g_auto(GStrv) groups = g_key_file_get_groups(t->file, NULL);

	g_ptr_array_set_size(t->parts, 0);
	for (char **group = groups; *group; group++)
		add_group(t, *group);
}

static void make_paths_absolute(GKeyFile *file, const char *folder)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++) {
		g_autofree char *path = g_key_file_get_string(file, *group, "path", NULL);
		g_autofree char *whole = NULL;

		if (!g_str_has_prefix(*group, "file.") || !path)
			continue;
		whole = g_canonicalize_filename(path, folder);
		g_key_file_set_string(file, *group, "path", whole);
	}
}

ScenarioText *scenario_text_parse(const char *text, const char *folder, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	ScenarioText *t;

	if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, error))
		return NULL;
	if (folder)
		make_paths_absolute(file, folder);
	t = g_new0(ScenarioText, 1);
	t->file = g_steal_pointer(&file);
	t->parts = g_ptr_array_new_with_free_func(part_free);
	take_apart(t);
	return t;
}

void scenario_text_flatten(ScenarioText *t, const char *setting_key, const char *value)
{
	const char *dot = strrchr(setting_key, '.');
	g_autofree char *group = dot ? g_strndup(setting_key, (gsize)(dot - setting_key)) : NULL;

	g_key_file_remove_group(t->file, "sweep", NULL);
	if (group)
		g_key_file_set_value(t->file, group, dot + 1, value);
	take_apart(t);
}

unsigned scenario_text_n_parts(const ScenarioText *t)
{
	return t->parts->len;
}

const char *scenario_text_part(const ScenarioText *t, unsigned i)
{
	return ((const struct part *)t->parts->pdata[i])->name;
}

/* --- putting together --- */

/* GLib writes each blank at the start of an item as \s; only that of a value has to be so. */
static void show_blanks(char *value)
{
	char *to = value;
	const char *from = value;

	while (*from) {
		bool is_blank = from > value && from[0] == '\\' && from[1] == 's';

		if (from[0] == '\\' && from[1] && !is_blank)
			*to++ = *from++;
		*to++ = is_blank ? ' ' : *from;
		from += is_blank ? 2 : 1;
	}
	*to = '\0';
}

void scenario_text_set_list(GKeyFile *file, const char *group, const char *key,
			    const GPtrArray *items)
{
	g_autofree char *value = NULL;
	size_t len;

	g_key_file_set_string_list(file, group, key, (const char *const *)items->pdata, items->len);
	value = g_key_file_get_value(file, group, key, NULL);
	len = strlen(value);
	if (items->len && *(const char *)items->pdata[items->len - 1])
		value[len - 1] = '\0';
	show_blanks(value);
	g_key_file_set_value(file, group, key, value);
}

static void remove_empty(GKeyFile *file, const char *group)
{
	gsize n = 0;
	g_auto(GStrv) keys = g_key_file_get_keys(file, group, &n, NULL);

	if (keys && !n)
		g_key_file_remove_group(file, group, NULL);
}

char *scenario_text_with(const ScenarioText *t, const bool *in)
{
	g_autofree char *all = g_key_file_to_data(t->file, NULL, NULL);
	g_autoptr(GKeyFile) out = g_key_file_new();

	g_key_file_load_from_data(out, all, (gsize)-1, G_KEY_FILE_NONE, NULL);
	for (unsigned i = 0; in && i < t->parts->len; i++) {
		const struct part *p = t->parts->pdata[i];

		if (in[i])
			continue;
		if (!p->key)
			g_key_file_remove_group(out, p->group, NULL);
		else
			g_key_file_remove_key(out, p->group, p->key, NULL);
		remove_empty(out, p->group);
	}
	return scenario_text_write(out);
}

/* --- writing --- */

static unsigned rank(const char *group)
{
	static const char *const first[] = { "scenario", "sweep",  "decisions", "link", "rule.",
					     "http.",    "server", "machine",   "nic." };

	for (unsigned i = 0; i < G_N_ELEMENTS(first); i++)
		if (g_str_has_prefix(group, first[i]))
			return i;
	return G_N_ELEMENTS(first);
}

static void write_group(GString *s, GKeyFile *file, const char *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

	g_string_append_printf(s, "%s[%s]\n", s->len ? "\n" : "", group);
	for (char **key = keys; *key; key++) {
		g_autofree char *value = g_key_file_get_value(file, group, *key, NULL);

		g_string_append_printf(s, "%s =%s%s\n", *key, *value ? " " : "", value);
	}
}

char *scenario_text_write(GKeyFile *file)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
	GString *s = g_string_new(NULL);

	for (unsigned r = 0; r <= rank("file."); r++)
		for (char **group = groups; *group; group++)
			if (rank(*group) == r)
				write_group(s, file, *group);
	return g_string_free(s, FALSE);
}

void scenario_text_free(ScenarioText *t)
{
	if (!t)
		return;
	g_key_file_unref(t->file);
	g_ptr_array_unref(t->parts);
	g_free(t);
}
