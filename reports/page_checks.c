/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page of a run says of conformance: checks that were not passed, by area and client
 *
 * A result keeps the ids of those checks only that its boot does not pass, so nothing can be said
 * here of which ones passed; `iplab conformance` judges them all.
 */
#include "reports/page_checks.h"

#include <inttypes.h>
#include <string.h>

#include "reports/page.h"
#include "reports/result.h"

/* A client, borrowed from its results. */
struct client {
	const char *name;
	unsigned n_boots; /* that were judged */
	uint64_t n_passed;
};

/* A check, and of each client how many boots showed which verdict. */
struct tally {
	const char *id;
	unsigned *n; /* [client * CHECK_N_VERDICTS + verdict] */
};

struct checks {
	GString *out;
	GHashTable *words;
	GArray *clients;    /* of struct client, as they come */
	GHashTable *by_id;  /* id -> struct tally */
	GPtrArray *tallies; /* the same, by id */
};

static void tally_free(void *self)
{
	struct tally *t = self;

	g_free(t->n);
	g_free(t);
}

static struct client *client_at(const struct checks *c, unsigned i)
{
	return &g_array_index(c->clients, struct client, i);
}

static unsigned find_client(struct checks *c, const char *name)
{
	struct client new = { .name = name };
	unsigned i = 0;

	while (i < c->clients->len && !g_str_equal(client_at(c, i)->name, name))
		i++;
	if (i == c->clients->len)
		g_array_append_val(c->clients, new);
	return i;
}

static bool is_judged(const Result *r)
{
	return r->n_checks_passed || r->checks->len;
}

static void count_boot(struct checks *c, const Result *r)
{
	unsigned client = find_client(c, r->client);

	client_at(c, client)->n_boots++;
	client_at(c, client)->n_passed += r->n_checks_passed;
	for (unsigned i = 0; i < r->checks->len; i++) {
		const struct check_result *seen = r->checks->pdata[i];
		struct tally *t = g_hash_table_lookup(c->by_id, seen->id);

		if (!t) {
			t = g_new0(struct tally, 1);
			t->id = seen->id;
			t->n = g_new0(unsigned, c->clients->len *CHECK_N_VERDICTS);
			g_hash_table_insert(c->by_id, (char *)t->id, t);
			g_ptr_array_add(c->tallies, t);
		}
		t->n[client * CHECK_N_VERDICTS + seen->verdict]++;
	}
}

static unsigned n_of(const struct tally *t, unsigned client, enum check_verdict v)
{
	return t->n[client * CHECK_N_VERDICTS + v];
}

static enum check_verdict worst_of(const struct tally *t, unsigned client)
{
	enum check_verdict v = CHECK_FAIL;

	while (v > CHECK_PASS && !n_of(t, client, v))
		v--;
	return v;
}

static size_t area_len(const struct tally *t)
{
	return strcspn(t->id, ".");
}

static const struct tally *tally_at(const struct checks *c, unsigned i)
{
	return c->tallies->pdata[i];
}

/* --- as a table ------------------------------------------------------------------------------- */

static void append_count(GString *out, unsigned n, enum check_verdict v)
{
	page_printf(out, "<td class=\"n %s\">%u</td>", n ? check_verdict_name(v) : "dim", n);
}

static void append_counts(const struct checks *c, unsigned begin, unsigned end, unsigned client)
{
	unsigned n[CHECK_N_VERDICTS] = { 0 };

	for (unsigned i = begin; i < end; i++)
		n[worst_of(tally_at(c, i), client)]++;
	append_count(c->out, n[CHECK_FAIL], CHECK_FAIL);
	append_count(c->out, n[CHECK_WARN], CHECK_WARN);
}

/* "lwip fail in 3 boots, libnet-7.2 warn in 1 boot" */
static void append_who(const struct checks *c, const struct tally *t)
{
	const char *comma = " ";

	for (unsigned i = 0; i < c->clients->len; i++) {
		enum check_verdict v = worst_of(t, i);

		if (v == CHECK_PASS)
			continue;
		page_printf(c->out, "%s<b>%s</b> <span class=\"%s\">%s</span> in %u boot%s", comma,
			    client_at(c, i)->name, check_verdict_name(v), check_verdict_name(v),
			    n_of(t, i, v), n_of(t, i, v) == 1 ? "" : "s");
		comma = ", ";
	}
}

static void append_check(const struct checks *c, const struct tally *t)
{
	const struct check_words *w = c->words ? g_hash_table_lookup(c->words, t->id) : NULL;

	page_printf(c->out, "<p><code>%s</code>", t->id);
	if (w) {
		page_printf(c->out, " (%s, %s) ", w->level, w->clause);
		page_prose(c->out, w->claim);
	}
	g_string_append_c(c->out, ':');
	append_who(c, t);
	g_string_append(c->out, "</p>\n");
}

static void append_area(const struct checks *c, unsigned begin, unsigned end)
{
	const struct tally *first = tally_at(c, begin);
	g_autofree char *area = g_strndup(first->id, area_len(first));

	page_printf(c->out, "<tbody class=\"row\"><tr><th scope=\"row\">%s</th>", area);
	for (unsigned i = 0; i < c->clients->len; i++)
		append_counts(c, begin, end, i);
	page_printf(c->out,
		    "</tr>\n<tr><td colspan=\"%u\"><details><summary class=\"dim\">"
		    "%u check%s</summary>\n",
		    1 + 2 * c->clients->len, end - begin, end - begin == 1 ? "" : "s");
	for (unsigned i = begin; i < end; i++)
		append_check(c, tally_at(c, i));
	g_string_append(c->out, "</details></td></tr></tbody>\n");
}

static void append_areas(const struct checks *c)
{
	for (unsigned i = 0, end; i < c->tallies->len; i = end) {
		const struct tally *first = tally_at(c, i);

		/* Up to the dot, so that "ip" is not "ip4". */
		for (end = i + 1; end < c->tallies->len; end++)
			if (strncmp(first->id, tally_at(c, end)->id, area_len(first) + 1) != 0)
				break;
		append_area(c, i, end);
	}
}

static void append_heads(const struct checks *c)
{
	g_string_append(c->out, "<thead><tr><th scope=\"col\" rowspan=\"2\">Area</th>");
	for (unsigned i = 0; i < c->clients->len; i++)
		page_printf(c->out, "<th scope=\"colgroup\" colspan=\"2\" class=\"n\">%s</th>",
			    client_at(c, i)->name);
	g_string_append(c->out, "</tr>\n<tr>");
	for (unsigned i = 0; i < c->clients->len; i++)
		g_string_append(c->out, "<th scope=\"col\" class=\"n\">fail</th>"
					"<th scope=\"col\" class=\"n\">warn</th>");
	g_string_append(c->out, "</tr></thead>\n");
}

static void append_passed(const struct checks *c)
{
	g_string_append(c->out, "<tfoot><tr><th scope=\"row\">boots judged, and checks that they "
				"passed together</th>");
	for (unsigned i = 0; i < c->clients->len; i++)
		g_string_append_printf(c->out, "<td class=\"n\" colspan=\"2\">%u, %" PRIu64 "</td>",
				       client_at(c, i)->n_boots, client_at(c, i)->n_passed);
	g_string_append(c->out, "</tr></tfoot>\n");
}

static void append_section(const struct checks *c)
{
	g_string_append(c->out,
			"<section id=\"conformance\">\n<h2>Conformance by area</h2>\n"
			"<p>Every boot is judged by the checks that need nothing provoked. Counted "
			"here are those that were not passed: each once for a client, by the worst "
			"that any of its boots showed. Which ones passed, and those that must be "
			"provoked, <code>iplab conformance</code> tells.</p>\n"
			"<div class=\"scroll\"><table>\n");
	append_heads(c);
	append_areas(c);
	append_passed(c);
	g_string_append(c->out, "</table></div>\n</section>\n");
}

static gint compare_tallies(gconstpointer one, gconstpointer other)
{
	const struct tally *a = *(struct tally *const *)one, *b = *(struct tally *const *)other;

	return strcmp(a->id, b->id);
}

bool page_checks_append(GString *out, const GPtrArray *results, GHashTable *words)
{
	g_autoptr(GArray) clients = g_array_new(FALSE, FALSE, sizeof(struct client));
	g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) tallies = g_ptr_array_new_with_free_func(tally_free);
	struct checks c = { out, words, clients, by_id, tallies };

	for (unsigned i = 0; i < results->len; i++)
		if (is_judged(results->pdata[i]))
			find_client(&c, ((const Result *)results->pdata[i])->client);
	if (!clients->len)
		return false;
	for (unsigned i = 0; i < results->len; i++)
		if (is_judged(results->pdata[i]))
			count_boot(&c, results->pdata[i]);
	g_ptr_array_sort(tallies, compare_tallies);
	append_section(&c);
	return true;
}
