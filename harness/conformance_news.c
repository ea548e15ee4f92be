/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients came to in checks, held against what is known of them
 */
#include "harness/conformance_news.h"

#include "harness/conformance_text.h"

#define NO_REASON "broken when `iplab conformance --write-known` wrote this"

static bool is_broken(const struct conformance_entry *e)
{
	return e->seen->verdict == CHECK_FAIL || e->seen->verdict == CHECK_WARN;
}

/* What was never seen to pass and to fail may not decide anything. */
static bool decides(const struct conformance_entry *e)
{
	return e->seen->verdict == CHECK_FAIL && check_is_proven(e->check);
}

enum conformance_news conformance_news(const struct conformance_entry *e, const Known *k,
				       bool is_whole, const struct known_check **known)
{
	const struct known_check *entry = known_check(k, e->check->id, e->client);
	bool counts = e->check->kind == CHECK_ACTIVE || is_whole;

	*known = entry;
	if (!entry)
		return decides(e) ? NEWS_BROKEN : NEWS_NONE;
	if (is_broken(e))
		return NEWS_KNOWN;
	if (e->seen->verdict == CHECK_PASS && counts && check_is_proven(e->check))
		return NEWS_KEPT;
	return e->seen->verdict == CHECK_NOT_OBSERVED && is_whole ? NEWS_NOT_SEEN : NEWS_NONE;
}

/* The entry of check and client number @i; all of them for 0 to n_of() - 1. */
static const struct conformance_entry *entry_at(const Conformance *c, const Checks *checks, guint i)
{
	const GPtrArray *clients = conformance_clients(c);

	return conformance_entry(c, checks->all->pdata[i / clients->len],
				 clients->pdata[i % clients->len]);
}

static guint n_of(const Conformance *c, const Checks *checks)
{
	return checks->all->len * conformance_clients(c)->len;
}

struct conformance_sum conformance_news_count(const Conformance *c, const Checks *checks,
					      const Known *k, bool is_whole)
{
	struct conformance_sum sum = { { 0 } };
	const struct known_check *known;

	for (guint i = 0; i < n_of(c, checks); i++)
		sum.n[conformance_news(entry_at(c, checks, i), k, is_whole, &known)]++;
	return sum;
}

/* --- for people ------------------------------------------------------------------------------- */

static void write_kept(GString *out, const struct conformance_entry *e,
		       const struct known_check *known)
{
	g_string_append_printf(out,
			       "pass  %s  %s  was known to be broken\n"
			       "      known failure %s: %s; it is kept\n"
			       "      take it out of [check.%s] in %s\n",
			       e->check->id, e->client, known->name, known->reason, known->name,
			       known->path);
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

void conformance_news_write(GString *out, const Conformance *c, const Checks *checks,
			    const Known *k, bool is_whole, const char *dir)
{
	struct conformance_sum sum = conformance_news_count(c, checks, k, is_whole);
	unsigned n_known = sum.n[NEWS_KNOWN], n_not_seen = sum.n[NEWS_NOT_SEEN];
	const struct known_check *known;

	if (sum.n[NEWS_BROKEN] || sum.n[NEWS_KEPT])
		g_string_append(out, "\nNot as expected:\n");
	for (guint i = 0; i < n_of(c, checks); i++) {
		const struct conformance_entry *e = entry_at(c, checks, i);
		enum conformance_news news = conformance_news(e, k, is_whole, &known);

		if (news == NEWS_BROKEN || news == NEWS_KEPT)
			g_string_append_c(out, '\n');
		if (news == NEWS_BROKEN)
			conformance_text_write_broken(out, e, NULL, dir);
		else if (news == NEWS_KEPT)
			write_kept(out, e, known);
	}
	g_string_append_printf(out, "\n%u known failure%s", n_known, plural(n_known));
	if (n_not_seen)
		g_string_append_printf(out, ", %u that %s not seen", n_not_seen,
				       n_not_seen == 1 ? "was" : "were");
	if (!sum.n[NEWS_BROKEN] && !sum.n[NEWS_KEPT])
		g_string_append(out, "; all is as expected\n");
	else
		g_string_append_printf(out, ", %u that %s not known, %u that did not happen\n",
				       sum.n[NEWS_BROKEN], sum.n[NEWS_BROKEN] == 1 ? "was" : "were",
				       sum.n[NEWS_KEPT]);
}

/* --- as a file -------------------------------------------------------------------------------- */

/* An entry to be written. */
struct draft {
	const char *name, *reason, *link; /* borrowed */
	char *clients;                    /* as in the file */
	GString *checks;                  /* likewise */
};

static void draft_free(void *draft)
{
	struct draft *d = draft;

	g_free(d->clients);
	g_string_free(d->checks, TRUE);
	g_free(d);
}

/* The clients that break @check for the reason of @known (NULL: nobody knows one), "a;b". */
static char *clients_of(const Conformance *c, const struct check *check, const Known *k,
			const struct known_check *known)
{
	const GPtrArray *clients = conformance_clients(c);
	GString *s = g_string_new(NULL);

	for (guint i = 0; i < clients->len; i++) {
		const struct conformance_entry *e = conformance_entry(c, check, clients->pdata[i]);

		if (decides(e) && known_check(k, check->id, e->client) == known)
			g_string_append_printf(s, "%s%s", s->len ? ";" : "", e->client);
	}
	return g_string_free(s, FALSE);
}

static struct draft *draft_of(GPtrArray *drafts, const struct check *check,
			      const struct known_check *known, const char *clients)
{
	const char *name = known ? known->name : check->area;
	const char *reason = known ? known->reason : NO_REASON;
	struct draft *d;

	for (guint i = 0; i < drafts->len; i++) {
		d = drafts->pdata[i];
		if (g_str_equal(d->name, name) && g_str_equal(d->reason, reason) &&
		    g_str_equal(d->clients, clients))
			return d;
	}
	d = g_new0(struct draft, 1);
	d->name = name;
	d->reason = reason;
	d->link = known ? known->link : NULL;
	d->clients = g_strdup(clients);
	d->checks = g_string_new(NULL);
	g_ptr_array_add(drafts, d);
	return d;
}

static GPtrArray *make_drafts(const Conformance *c, const Checks *checks, const Known *k)
{
	GPtrArray *drafts = g_ptr_array_new_with_free_func(draft_free);
	const char *last = NULL;

	for (guint i = 0; i < n_of(c, checks); i++) {
		const struct conformance_entry *e = entry_at(c, checks, i);
		const struct known_check *known = known_check(k, e->check->id, e->client);
		g_autofree char *clients = NULL;
		struct draft *d;

		if (!decides(e))
			continue;
		clients = clients_of(c, e->check, k, known);
		d = draft_of(drafts, e->check, known, clients);
		last = g_strrstr(d->checks->str, ";");
		last = last ? last + 1 : d->checks->str;
		if (!g_str_equal(last, e->check->id)) /* of the client before this one */
			g_string_append_printf(d->checks, "%s%s", d->checks->len ? ";" : "",
					       e->check->id);
	}
	return drafts;
}

/* NAME, and NAME-2 for the second of that name: groups of one name would be one. */
static char *unique_name(GHashTable *seen, const char *name)
{
	char *unique = g_strdup(name);

	for (unsigned n = 2; g_hash_table_contains(seen, unique); n++) {
		g_free(unique);
		unique = g_strdup_printf("%s-%u", name, n);
	}
	g_hash_table_add(seen, g_strdup(unique));
	return unique;
}

void conformance_news_write_known(GString *out, const Conformance *c, const Checks *checks,
				  const Known *k)
{
	g_autoptr(GPtrArray) drafts = make_drafts(c, checks, k);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_string_append(out, "# Checks that clients are known to break: docs/known-failures.md\n");
	for (guint i = 0; i < drafts->len; i++) {
		const struct draft *d = drafts->pdata[i];
		g_autofree char *name = unique_name(seen, d->name);

		g_string_append_printf(out, "\n[check.%s]\nclient = %s\ncheck = %s\nreason = %s\n",
				       name, d->clients, d->checks->str, d->reason);
		if (d->link)
			g_string_append_printf(out, "link = %s\n", d->link);
	}
}
