/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decisions of a boot's network
 */
#include "harness/decisions.h"

#include <inttypes.h>
#include <string.h>

#include "harness/scenario_text.h"
#include "reports/event.h"
#include "reports/lines.h"

enum {
	NS_PER_MS = 1000 * 1000,
	NS_PER_US = 1000,
	DELAY_US = 100, /* of the link, if the scenario says nothing: on the virtual clock */
};

#define EVENTS "impair."
#define RULE "rule."

/* --- reading --- */

void decision_free(void *decision)
{
	struct decision *d = decision;

	if (!d)
		return;
	g_free(d->name);
	g_free(d->who);
	g_free(d->packet);
	g_free(d->action);
	g_free(d->edits);
	g_free(d);
}

static struct decision *decision_of(JsonObject *ev)
{
	const char *name = event_text(ev, "decision"), *action = event_text(ev, "ev");
	const char *blank = name ? strchr(name, ' ') : NULL;
	struct decision *d;

	/* What was held back goes on: the decision was to hold it back. */
	if (!blank || !g_str_has_prefix(action, EVENTS) || g_str_equal(action, EVENTS "release"))
		return NULL;
	d = g_new0(struct decision, 1);
	d->name = g_strdup(name);
	d->who = g_strndup(name, (gsize)(blank - name));
	d->packet = g_strdup(blank + 1);
	d->action = g_strdup(action + strlen(EVENTS));
	d->edits = g_strdup(event_text(ev, "edits"));
	d->repaired = event_count(ev, "repaired");
	d->bytes = event_count(ev, "bytes");
	d->delay_ns = event_count(ev, "delay_ns");
	return d;
}

struct decision *decision_of_line(char *line)
{
	g_autoptr(JsonParser) parser = NULL;
	JsonObject *ev;
	struct decision *d;

	if (!strstr(line, "\"ev\":\"" EVENTS))
		return NULL;
	parser = json_parser_new();
	ev = event_parse(parser, line);
	d = ev ? decision_of(ev) : NULL;
	if (ev)
		json_object_unref(ev);
	return d;
}

struct reading {
	GPtrArray *all;
	GHashTable *names; /* borrowed from those */
};

static void on_line(void *self, char *line, size_t len, bool whole)
{
	struct reading *r = self;
	struct decision *d = whole ? decision_of_line(line) : NULL;

	(void)len;
	if (d && g_hash_table_add(r->names, d->name))
		g_ptr_array_add(r->all, d);
	else
		decision_free(d);
}

GPtrArray *decisions_of_journal(const char *path)
{
	struct reading r = { g_ptr_array_new_with_free_func(decision_free),
			     g_hash_table_new(g_str_hash, g_str_equal) };

	lines_read(path, on_line, &r);
	g_hash_table_unref(r.names);
	return r.all;
}

/* --- by name --- */

static GKeyFile *parse(const char *text)
{
	GKeyFile *file = g_key_file_new();

	if (g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, NULL))
		return file;
	g_key_file_unref(file);
	return NULL;
}

char *decisions_by_name(const char *text, const GPtrArray *decisions, const bool *in)
{
	g_autoptr(GKeyFile) file = parse(text);
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (!file)
		return NULL;
	for (guint i = 0; i < decisions->len; i++)
		if (!in || in[i])
			g_ptr_array_add(names, ((struct decision *)decisions->pdata[i])->name);
	scenario_text_set_list(file, "decisions", "only", names);
	return scenario_text_write(file);
}

/* --- as rules --- */

/* How long a frame travels anyway. */
static uint64_t link_delay_ns(GKeyFile *file, const char *packet)
{
	bool to_guest =
		strstr(packet, "dir=to-guest") || g_str_has_prefix(packet, "tftp.data") ||
		g_str_has_prefix(packet, "tftp.oack") || g_str_has_prefix(packet, "dhcp.offer") ||
		g_str_has_prefix(packet, "dhcp.ack") || g_str_has_prefix(packet, "dhcp.nak");
	const char *groups[] = { to_guest ? "link.to-guest" : "link.from-guest", "link" };

	for (unsigned i = 0; i < G_N_ELEMENTS(groups); i++)
		if (g_key_file_has_key(file, groups[i], "delay_us", NULL))
			return NS_PER_US * g_key_file_get_uint64(file, groups[i], "delay_us", NULL);
	return DELAY_US * NS_PER_US;
}

static void set_edits(GKeyFile *file, const char *group, const struct decision *d)
{
	g_key_file_set_value(file, group, "rewrite", d->packet);
	g_key_file_set_value(file, group, "edits", d->edits);
	if (d->repaired)
		g_key_file_set_value(file, group, "repair", "true");
}

/* What a model did. False: no rule does so. */
static bool say_model(GKeyFile *file, const char *group, const struct decision *d)
{
	uint64_t usual_ns = link_delay_ns(file, d->packet), ms;

	if (g_str_equal(d->action, "drop") || g_str_equal(d->action, "duplicate")) {
		g_key_file_set_value(file, group, d->action, d->packet);
		return true;
	}
	if (g_str_equal(d->action, "corrupt") && d->edits && *d->edits) {
		set_edits(file, group, d);
		return true;
	}
	if (!g_str_equal(d->who, "jitter") || d->delay_ns <= usual_ns)
		return false;
	ms = (d->delay_ns - usual_ns + NS_PER_MS / 2) / NS_PER_MS;
	if (!ms)
		return false;
	g_key_file_set_value(file, group, "delay", d->packet);
	g_key_file_set_uint64(file, group, "by_ms", ms);
	return true;
}

/* The group of the rule that decided: its name may have come with * for what no name can hold. */
static char *find_rule(GKeyFile *file, const char *who)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++)
		if (g_str_has_prefix(*group, RULE) && g_pattern_match_simple(who, *group))
			return g_strdup(*group);
	return NULL;
}

/* What a rule did to one packet. */
static bool say_rule(GKeyFile *out, const char *group, GKeyFile *in, const struct decision *d)
{
	g_autofree char *rule = find_rule(in, d->who);
	g_auto(GStrv) keys = rule ? g_key_file_get_keys(in, rule, NULL, NULL) : NULL;

	if (!keys)
		return false;
	if (g_str_equal(d->action, "corrupt")) {
		if (!d->edits || !*d->edits)
			return false;
		set_edits(out, group, d);
		return true;
	}
	g_key_file_set_value(out, group, d->action, d->packet);
	for (char **key = keys; *key; key++) {
		g_autofree char *value = g_key_file_get_value(in, rule, *key, NULL);

		if (!g_str_equal(*key, d->action) && !g_str_equal(*key, "chance") &&
		    !g_str_equal(*key, "random"))
			g_key_file_set_value(out, group, *key, value);
	}
	if (g_str_equal(d->action, "truncate"))
		g_key_file_set_uint64(out, group, "bytes", d->bytes);
	return true;
}

/* What only models have; rules have taken their place. */
static void remove_models(GKeyFile *file)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++) {
		g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
		unsigned n_left = 0;

		if (!g_str_equal(*group, "link") && !g_str_has_prefix(*group, "link."))
			continue;
		for (char **key = keys; *key; key++) {
			if (g_str_equal(*key, "delay_us") || g_str_equal(*key, "rate_kbit"))
				n_left++;
			else
				g_key_file_remove_key(file, *group, *key, NULL);
		}
		if (!n_left)
			g_key_file_remove_group(file, *group, NULL);
	}
}

static void remove_rules(GKeyFile *file)
{
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++)
		if (g_str_has_prefix(*group, RULE) || g_str_equal(*group, "decisions"))
			g_key_file_remove_group(file, *group, NULL);
}

/* A decision of a rule that cannot be said by another one keeps its rule. */
static void keep_rule(GKeyFile *out, GKeyFile *in, const struct decision *d)
{
	g_autofree char *rule = find_rule(in, d->who);
	g_auto(GStrv) keys = rule ? g_key_file_get_keys(in, rule, NULL, NULL) : NULL;

	for (char **key = keys; key && *key; key++) {
		g_autofree char *value = g_key_file_get_value(in, rule, *key, NULL);

		g_key_file_set_value(out, rule, *key, value);
	}
}

char *decisions_as_rules(const char *text, const GPtrArray *decisions, const bool *in,
			 bool *needs_seed)
{
	g_autoptr(GKeyFile) from = parse(text), out = from ? parse(text) : NULL;
	g_autoptr(GPtrArray) only = g_ptr_array_new();
	unsigned n = 0;

	if (!out)
		return NULL;
	remove_rules(out);
	for (guint i = 0; i < decisions->len; i++) {
		const struct decision *d = decisions->pdata[i];
		g_autofree char *group = g_strdup_printf(RULE "decision-%u", n + 1);
		bool is_rule = g_str_has_prefix(d->who, RULE);

		if (in && !in[i])
			continue;
		if (is_rule ? say_rule(out, group, from, d) : say_model(out, group, d)) {
			n++;
			continue;
		}
		g_ptr_array_add(only, d->name);
		if (is_rule)
			keep_rule(out, from, d);
	}
	*needs_seed = only->len;
	if (only->len) {
		g_ptr_array_add(only, (char *)RULE "decision-* *");
		scenario_text_set_list(out, "decisions", "only", only);
	} else {
		remove_models(out);
	}
	return scenario_text_write(out);
}
