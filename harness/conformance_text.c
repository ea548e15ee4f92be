/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients came to, for people
 */
#include "harness/conformance_text.h"

#include <inttypes.h>
#include <string.h>

#include "reports/text.h"

enum {
	AREA_WIDTH = 42,
};

static const struct check *check_at(const Checks *checks, guint i)
{
	return checks->all->pdata[i];
}

static void write_row(GString *out, const Conformance *c, const char *title, const char *area)
{
	const GPtrArray *clients = conformance_clients(c);
	struct conformance_counts counts = { .n_planned = 0 };

	g_string_append_printf(out, "%-*.*s", AREA_WIDTH, AREA_WIDTH, title);
	for (guint i = 0; i < clients->len; i++) {
		counts = conformance_count(c, area, clients->pdata[i]);
		g_string_append_printf(out, "  %4u %4u %4u %4u", counts.n[CHECK_PASS],
				       counts.n[CHECK_FAIL], counts.n[CHECK_WARN],
				       counts.n[CHECK_NOT_OBSERVED]);
	}
	g_string_append_printf(out, "  %7u\n", counts.n_planned);
}

static void write_table(GString *out, const Conformance *c, const Checks *checks)
{
	const GPtrArray *clients = conformance_clients(c);

	g_string_append_printf(out, "%-*s", AREA_WIDTH, "");
	for (guint i = 0; i < clients->len; i++)
		g_string_append_printf(out, "  %-19.19s", (const char *)clients->pdata[i]);
	g_string_append_printf(out, "\n%-*s", AREA_WIDTH, "area");
	for (guint i = 0; i < clients->len; i++)
		g_string_append(out, "  pass fail warn  n/o");
	g_string_append(out, "  planned\n");
	for (guint i = 0; i < checks->areas->len; i++) {
		const struct check_area *a = checks->areas->pdata[i];

		write_row(out, c, a->title, a->name);
	}
	write_row(out, c, "all", NULL);
}

static const char *basis(const struct check *check)
{
	return check->clause ? check->clause : check->rests_on;
}

void conformance_text_write_broken(GString *out, const struct conformance_entry *e,
				   const struct known_check *known, const char *dir)
{
	const struct check *check = e->check;
	g_autofree char *capture = g_build_filename(dir, "cells", e->cell, "capture.pcapng", NULL);

	g_string_append_printf(out, "%s  %s  %s  (%s, %s%s)\n      ",
			       check_verdict_name(e->seen->verdict), check->id, e->client,
			       check_level_name(check), basis(check),
			       check_is_proven(check) ? "" : "; unproven");
	text_append_safe(out, e->seen->evidence ? e->seen->evidence : "");
	g_string_append(out, "\n      ");
	check_result_append_frames(out, e->seen);
	g_string_append_printf(out, "%s%s\n", e->seen->frames->len ? " of " : "", capture);
	if (known)
		g_string_append_printf(out, "      known failure %s: %s%s%s%s\n", known->name,
				       known->reason, known->link ? " (" : "",
				       known->link ? known->link : "", known->link ? ")" : "");
}

void conformance_text_write(GString *out, const Conformance *c, const Checks *checks,
			    const Known *known, const char *dir)
{
	static const enum check_verdict bad[] = { CHECK_FAIL, CHECK_WARN };
	const GPtrArray *clients = conformance_clients(c);

	write_table(out, c, checks);
	for (guint i = 0; i < clients->len; i++) {
		unsigned n = conformance_n_not_on_wall(c, clients->pdata[i]);

		if (n)
			g_string_append_printf(out, "%s: %u checks not observed: %s\n",
					       (const char *)clients->pdata[i], n,
					       CONFORMANCE_WALL_CLOCK);
	}
	for (size_t v = 0; v < G_N_ELEMENTS(bad); v++) {
		for (guint i = 0; i < checks->all->len * clients->len; i++) {
			const struct conformance_entry *e =
				conformance_entry(c, check_at(checks, i / clients->len),
						  clients->pdata[i % clients->len]);

			if (e->seen->verdict != bad[v])
				continue;
			g_string_append(out, "\n");
			conformance_text_write_broken(
				out, e, known_check(known, e->check->id, e->client), dir);
		}
	}
}

void conformance_text_explain(GString *out, const struct check *check)
{
	g_string_append_printf(out, "%s: %s\n\n", check->id, check->claim);
	g_string_append_printf(out, "level     %s\n%s  %s\n", check_level_name(check),
			       check->clause ? "clause  " : "rests on", basis(check));
	if (check->planned)
		g_string_append(out, "planned   nobody judges it yet\n");
	else if (check->kind == CHECK_PASSIVE)
		g_string_append(out, "kind      passive: judged of every boot that shows it\n");
	else
		g_string_append_printf(out,
				       "kind      active: provoked by %s, beside its control %s\n",
				       check->scenario, check->control);
	if (!check_judges(check))
		g_string_append(out,
				"proof     none: what is seen is written down, and never wrong\n");
	else
		g_string_append_printf(out, "proof     passes on %s, fails on %s%s\n",
				       check->pass ? check->pass : "nobody yet",
				       check->fail ? check->fail : "nobody yet",
				       check_is_proven(check) ? "" : ": unproven");
}

/* --- proof --- */

/* Whether a client came to what the catalogue says; NULL: yes. Caller frees. */
static char *unlike(const Conformance *c, const struct check *check, const char *client, bool pass)
{
	const struct conformance_entry *e = conformance_entry(c, check, client);
	enum check_verdict v;

	if (!e)
		return NULL;
	v = e->seen->verdict;
	if (pass ? v == CHECK_PASS || v == CHECK_RECORDED : v == CHECK_FAIL || v == CHECK_WARN)
		return NULL;
	return g_strdup_printf("should %s on %s, and is %s there%s%s", pass ? "pass" : "fail",
			       client, check_verdict_name(v), e->seen->evidence ? ": " : "",
			       e->seen->evidence ? e->seen->evidence : "");
}

/* Whether a client that a check names is not on this machine. */
static bool is_absent(const Conformance *c, const char *client)
{
	return client && !conformance_has_boot(c, client);
}

bool conformance_text_prove(GString *out, const Conformance *c, const Checks *checks, bool slow)
{
	unsigned n = 0, n_wrong = 0, n_unproven = 0, n_skipped = 0, n_records = 0;

	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *check = check_at(checks, i);
		g_autofree char *pass = check->pass ? unlike(c, check, check->pass, true) : NULL;
		g_autofree char *fail = check->fail ? unlike(c, check, check->fail, false) : NULL;

		if (check->planned)
			continue;
		n++;
		if (check->slow && !slow) {
			n_skipped++;
			g_string_append_printf(out, "skipped   %s: only with --slow\n", check->id);
			continue;
		}
		if (is_absent(c, check->pass) || is_absent(c, check->fail)) {
			n_skipped++;
			g_string_append_printf(
				out, "skipped   %s: %s is not on this machine\n", check->id,
				is_absent(c, check->pass) ? check->pass : check->fail);
			continue;
		}
		n_wrong += pass || fail;
		n_records += !check_judges(check);
		if (pass)
			g_string_append_printf(out, "wrong     %s: %s\n", check->id, pass);
		if (fail)
			g_string_append_printf(out, "wrong     %s: %s\n", check->id, fail);
		if (!check_judges(check) || check_is_proven(check))
			continue;
		n_unproven++;
		g_string_append_printf(out, "unproven  %s: %s\n", check->id,
				       !check->pass ? "passes on nobody yet"
						    : "fails on nobody yet");
	}
	g_string_append_printf(
		out,
		"%u checks: %u named as proven, %u unproven, %u that only record, %u "
		"skipped, %u whose proof does not hold\n",
		n, n - n_unproven - n_skipped - n_records, n_unproven, n_records, n_skipped,
		n_wrong);
	return !n_wrong;
}

/* --- document --- */

/* Narrow, as there are many columns. */
static const char *short_name(enum check_verdict v)
{
	return v == CHECK_NOT_OBSERVED     ? "n/o"
	       : v == CHECK_NOT_APPLICABLE ? "n/a"
	       : v == CHECK_FAIL           ? "**fail**"
					   : check_verdict_name(v);
}

static void document_clients(GString *out, const Conformance *c)
{
	static const enum check_verdict columns[] = { CHECK_PASS, CHECK_FAIL, CHECK_WARN,
						      CHECK_RECORDED, CHECK_NOT_OBSERVED };
	const GPtrArray *clients = conformance_clients(c);

	g_string_append(out,
			"\n## Clients\n\n| client | pass | fail | warn | record | not observed |"
			"\n|---|---|---|---|---|---|\n");
	for (guint i = 0; i < clients->len; i++) {
		struct conformance_counts n = conformance_count(c, NULL, clients->pdata[i]);

		g_string_append_printf(out, "| `%s` |", (const char *)clients->pdata[i]);
		for (size_t v = 0; v < G_N_ELEMENTS(columns); v++)
			g_string_append_printf(out, " %u |", n.n[columns[v]]);
		g_string_append_c(out, '\n');
	}
}

static void document_check(GString *out, const Conformance *c, const struct check *check)
{
	const GPtrArray *clients = conformance_clients(c);

	g_string_append_printf(out, "| `%s` | %s | %s | %s | %s |", check->id, check->claim,
			       basis(check), check_level_name(check),
			       check->planned                 ? "planned"
			       : check->kind == CHECK_PASSIVE ? "passive"
							      : check->scenario);
	if (check->planned || !check_judges(check))
		g_string_append(out, " |");
	else
		g_string_append_printf(out, " %s / %s |", check->pass ? check->pass : "none",
				       check->fail ? check->fail : "none");
	for (guint i = 0; i < clients->len; i++)
		g_string_append_printf(
			out, " %s |",
			check->planned ? ""
				       : short_name(conformance_entry(c, check, clients->pdata[i])
							    ->seen->verdict));
	g_string_append_c(out, '\n');
}

void conformance_text_document(GString *out, const Conformance *c, const Checks *checks)
{
	const GPtrArray *clients = conformance_clients(c);

	document_clients(out, c);
	for (guint i = 0; i < checks->areas->len; i++) {
		const struct check_area *a = checks->areas->pdata[i];

		g_string_append_printf(
			out,
			"\n## %s\n\n| check | what a conforming client does | rests on "
			"| level | seen in | proof: passes / fails |",
			a->title);
		for (guint k = 0; k < clients->len; k++)
			g_string_append_printf(out, " %s |", (const char *)clients->pdata[k]);
		g_string_append(out, "\n|---|---|---|---|---|---|");
		for (guint k = 0; k < clients->len; k++)
			g_string_append(out, "---|");
		g_string_append_c(out, '\n');
		for (guint k = 0; k < checks->all->len; k++)
			if (g_str_equal(check_at(checks, k)->area, a->name))
				document_check(out, c, check_at(checks, k));
	}
}
