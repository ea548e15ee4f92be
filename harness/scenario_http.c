/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario says of the HTTP server: [server.http] and [http.NAME]
 */
#include "harness/scenario_http.h"

#include "harness/scenario_keys.h"

enum {
	STATUS_OF_REDIRECT = 302, /* RFC 9110 15.4.3 */
};

static void rule_free(gpointer data)
{
	struct http_rule *r = data;
	struct scenario_http_rule as_read = { .rule = *r };

	ini_clear(scenario_keys, "http.", &as_read);
	g_free(r->name);
	g_free(r->location);
	g_free(r);
}

static bool contradiction(const Ini *ini, const struct http_rule *r, const char *what,
			  GError **error)
{
	g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION, "%s: [http.%s] %s",
		    ini_path(ini), r->name, what);
	return false;
}

static bool has_chunks(const struct http_rule *r)
{
	return r->framing == HTTP_BY_CHUNKS || r->framing == HTTP_BY_BOTH;
}

static bool is_redirect(unsigned status)
{
	return status >= 300 && status <= 399;
}

static bool check(const Ini *ini, const struct http_rule *r, GError **error)
{
	if (r->location && !is_redirect(r->status))
		return contradiction(ini, r, "has redirect; allowed with it: status 300 to 399",
				     error);
	if (!has_chunks(r) && (r->chunk_bytes || r->chunk_size || r->chunk_extension ||
			       r->trailers || r->no_last_chunk))
		return contradiction(ini, r,
				     "says something of chunks; allowed with it: framing = chunks, "
				     "framing = both",
				     error);
	if (r->truncate_at != HTTP_NOWHERE && r->reset_at != HTTP_NOWHERE)
		return contradiction(ini, r, "has both truncate_at and reset_at; allowed: one",
				     error);
	return true;
}

static bool read_rule(struct http_config *c, const Ini *ini, const char *name, GError **error)
{
	g_autofree char *group = g_strconcat("http.", name, NULL);
	struct scenario_http_rule as_read = { .rule = http_rule_default };
	struct http_rule *r = g_new0(struct http_rule, 1);
	bool ok = ini_read(ini, group, &as_read, error);

	*r = as_read.rule;
	r->name = g_strdup(name);
	r->location = as_read.redirect;
	if (r->location && !r->status)
		r->status = STATUS_OF_REDIRECT;
	g_ptr_array_add(c->rules, r);
	return ok && check(ini, r, error);
}

bool scenario_http_read(struct http_config *out, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "http.");

	out->rules = g_ptr_array_new_with_free_func(rule_free);
	if (!ini_read(ini, "server.http", out, error))
		return false;
	out->tcp.has_isn = ini_has_key(ini, "server.http", "first_sequence");
	for (char **name = names; *name; name++)
		if (!read_rule(out, ini, *name, error))
			return false;
	return true;
}

void scenario_http_clear(struct http_config *c)
{
	g_clear_pointer(&c->rules, g_ptr_array_unref);
}
