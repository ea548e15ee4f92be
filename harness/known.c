/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known failures: what a client is known not to do, so that a run over it is still as expected
 *
 * Entries only look at what names a cell, never at the reason of its verdict: a client that fails
 * in another way than it did is still a client that fails.
 */
#include "harness/known.h"

#include <string.h>

#include "reports/rate.h"
#include "server/server.h"

#define ENTRY "failure."
#define CHECK "check."

struct entry {
	char *name;
	const char *path;                       /* of the file, borrowed */
	char **clients, **servers, **scenarios; /* globs; NULL: any */
	int clock;                              /* index into clock_words */
	char **seed_words;                      /* "7", "10-20"; NULL: any */
	GArray *seeds;                          /* the same as struct seed_range */
	char *reason, *link;
	bool flaky;
	char *rate_text; /* "90%", "35%..60%"; NULL: none is stated */
	uint64_t rate_low_ppm, rate_high_ppm;
};

struct seed_range {
	uint64_t first, last;
};

struct Known {
	GPtrArray *files;   /* of char *, NULL-terminated */
	GPtrArray *entries; /* of struct entry */
	GPtrArray *checks;  /* of struct known_check */
};

enum clock_word {
	CLOCK_ANY,
	CLOCK_VIRTUAL,
	CLOCK_WALL,
};

/* As results name them. */
static const char *const clock_words[] = {
	[CLOCK_ANY] = "any",
	[CLOCK_VIRTUAL] = "virtual",
	[CLOCK_WALL] = "wall",
	NULL,
};

#define FIELD(field) offsetof(struct entry, field)
#define CHECK_FIELD(field) offsetof(struct known_check, field)

const struct ini_key known_keys[] = {
	{ ENTRY, "client", INI_STRINGS, FIELD(clients),
	  .help = "patterns with * and ?: clients that fail (any)" },
	{ ENTRY, "server", INI_STRINGS, FIELD(servers),
	  .help = "patterns: servers that they fail with (any)" },
	{ ENTRY, "scenario", INI_STRINGS, FIELD(scenarios), .required = true,
	  .help = "patterns: scenarios, as AREA/NAME, that they fail" },
	{ ENTRY, "clock", INI_WORD, FIELD(clock), .words = clock_words,
	  .help = "only on this clock (any)" },
	{ ENTRY, "seeds", INI_STRINGS, FIELD(seed_words),
	  .help = "only with these seeds: 7;10-20 (any)" },
	{ ENTRY, "reason", INI_STRING, FIELD(reason), .required = true,
	  .help = "why they fail, in one line" },
	{ ENTRY, "link", INI_STRING, FIELD(link), .help = "URL of a report or a discussion" },
	{ ENTRY, "flaky", INI_BOOL, FIELD(flaky),
	  .help = "they may pass as well: a pass is no surprise (false)" },
	{ ENTRY, "rate", INI_STRING, FIELD(rate_text),
	  .help = "how many of the seeds pass: 90% or 35%..60%; else the run is not as expected" },
	{ CHECK, "check", INI_STRINGS, CHECK_FIELD(checks), .required = true,
	  .help = "patterns: checks of conformance that they break" },
	{ CHECK, "client", INI_STRINGS, CHECK_FIELD(clients),
	  .help = "patterns: clients that break them (any)" },
	{ CHECK, "reason", INI_STRING, CHECK_FIELD(reason), .required = true,
	  .help = "why they do, in one line" },
	{ CHECK, "link", INI_STRING, CHECK_FIELD(link), .help = "URL of a report or a discussion" },
	{ .key = NULL },
};

static void check_free(void *check)
{
	struct known_check *c = check;

	ini_clear(known_keys, CHECK, c);
	g_free(c->name);
	g_free(c);
}

static void entry_free(void *entry)
{
	struct entry *e = entry;

	ini_clear(known_keys, ENTRY, e);
	g_array_unref(e->seeds);
	g_free(e->name);
	g_free(e);
}

/* Where a value stands. */
struct place {
	const char *path, *kind, *name; /* kind: ENTRY or CHECK */
};

static bool wrong(struct place p, const char *key, const char *text, const char *allowed,
		  GError **error)
{
	g_set_error(error, INI_ERROR, INI_ERROR_VALUE, "%s: [%s%s] %s is \"%s\"; allowed: %s",
		    p.path, p.kind, p.name, key, text, allowed);
	return false;
}

static struct place place_of(const struct entry *e)
{
	return (struct place){ e->path, ENTRY, e->name };
}

static bool value_error(const struct entry *e, const char *key, const char *text,
			const char *allowed, GError **error)
{
	return wrong(place_of(e), key, text, allowed, error);
}

/* What looks like a glob of another tool, or like a filter, would fit nothing without a word. */
static bool check_globs(struct place p, const char *key, char **globs, GError **error)
{
	static const char allowed[] = "names, in which * and ? may stand, separated by semicolons";

	if (globs && !*globs)
		return wrong(p, key, "", allowed, error);
	for (; globs && *globs; globs++) {
		g_strstrip(*globs);
		if (!**globs || strpbrk(*globs, " \t[]{}!,\\"))
			return wrong(p, key, *globs, allowed, error);
	}
	return true;
}

static bool names_a_server(const char *glob)
{
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++)
		if (g_pattern_match_simple(glob, server_kind_name(k)))
			return true;
	return false;
}

static bool check_servers(const struct entry *e, GError **error)
{
	if (!check_globs(place_of(e), "server", e->servers, error))
		return false;
	for (char **glob = e->servers; glob && *glob; glob++)
		if (!names_a_server(*glob))
			return value_error(e, "server", *glob,
					   "a server of `iplab list servers`, or a pattern "
					   "that fits one",
					   error);
	return true;
}

static bool parse_seed(const char *text, uint64_t *out)
{
	guint64 v;

	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, &v, NULL))
		return false;
	*out = v;
	return true;
}

/* "7" or "10-20" */
static bool parse_seeds(const char *text, struct seed_range *out)
{
	g_auto(GStrv) ends = g_strsplit(text, "-", 2);

	return ends[0] && parse_seed(ends[0], &out->first) &&
	       parse_seed(ends[1] ? ends[1] : ends[0], &out->last) && out->first <= out->last;
}

static bool read_seeds(struct entry *e, GError **error)
{
	static const char allowed[] = "numbers and ranges from low to high, like 7;10-20";

	if (e->seed_words && !*e->seed_words)
		return value_error(e, "seeds", "", allowed, error);
	for (char **word = e->seed_words; word && *word; word++) {
		struct seed_range range;

		if (!parse_seeds(g_strstrip(*word), &range))
			return value_error(e, "seeds", *word, allowed, error);
		g_array_append_val(e->seeds, range);
	}
	return true;
}

static bool check_texts(struct place p, const char *reason, const char *link, GError **error)
{
	if (!*reason)
		return wrong(p, "reason", "", "a text, in one line", error);
	if (link && !g_uri_is_valid(link, G_URI_FLAGS_NONE, NULL))
		return wrong(p, "link", link, "a URL like https://example.org/bug/1", error);
	return true;
}

/* "97.5%" */
static bool parse_percent(const char *text, uint64_t *ppm)
{
	char *end;
	double percent = g_ascii_strtod(text, &end);

	if (!g_ascii_isdigit(*text) || !g_str_equal(end, "%") || !(percent <= 100))
		return false;
	*ppm = (uint64_t)(percent * RATE_PPM_ALL / 100 + 0.5);
	return true;
}

static bool read_rate(struct entry *e, GError **error)
{
	g_auto(GStrv) ends = e->rate_text ? g_strsplit(e->rate_text, "..", 2) : NULL;

	if (!ends)
		return true;
	if (!*ends || !parse_percent(ends[0], &e->rate_low_ppm) ||
	    !parse_percent(ends[1] ? ends[1] : ends[0], &e->rate_high_ppm) ||
	    e->rate_low_ppm > e->rate_high_ppm)
		return value_error(e, "rate", e->rate_text,
				   "a share of 0% to 100%, or a range from low to high like "
				   "35%..60%",
				   error);
	if (!e->flaky)
		return true;
	return value_error(e, "flaky", "true", "no flaky beside rate, which says how often", error);
}

static bool read_entry(struct entry *e, const Ini *ini, GError **error)
{
	g_autofree char *group = g_strconcat(ENTRY, e->name, NULL);

	return ini_read(ini, group, e, error) &&
	       check_globs(place_of(e), "client", e->clients, error) && check_servers(e, error) &&
	       check_globs(place_of(e), "scenario", e->scenarios, error) && read_seeds(e, error) &&
	       read_rate(e, error) && check_texts(place_of(e), e->reason, e->link, error);
}

static bool read_check(struct known_check *c, const Ini *ini, GError **error)
{
	g_autofree char *group = g_strconcat(CHECK, c->name, NULL);
	struct place p = { c->path, CHECK, c->name };

	return ini_read(ini, group, c, error) && check_globs(p, "check", c->checks, error) &&
	       check_globs(p, "client", c->clients, error) &&
	       check_texts(p, c->reason, c->link, error);
}

static bool add_checks(Known *k, const Ini *ini, const char *path, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, CHECK);

	for (char **name = names; *name; name++) {
		struct known_check *c = g_new0(struct known_check, 1);

		c->name = g_strdup(*name);
		c->path = path;
		g_ptr_array_add(k->checks, c);
		if (!read_check(c, ini, error))
			return false;
	}
	return true;
}

/* @path: kept with the entries. */
static bool add_file(Known *k, const char *path, GError **error)
{
	g_autoptr(Ini) ini = ini_load(path, known_keys, error);
	g_auto(GStrv) names = ini ? ini_instances(ini, ENTRY) : NULL;

	if (!ini || !add_checks(k, ini, path, error))
		return false;
	for (char **name = names; *name; name++) {
		struct entry *e = g_new0(struct entry, 1);

		e->name = g_strdup(*name);
		e->path = path;
		e->seeds = g_array_new(FALSE, FALSE, sizeof(struct seed_range));
		g_ptr_array_add(k->entries, e);
		if (!read_entry(e, ini, error))
			return false;
	}
	return true;
}

static Known *known_new(void)
{
	Known *k = g_new0(Known, 1);

	k->files = g_ptr_array_new_with_free_func(g_free);
	k->entries = g_ptr_array_new_with_free_func(entry_free);
	k->checks = g_ptr_array_new_with_free_func(check_free);
	return k;
}

static bool add_if_there(Known *k, const char *dir, const char *name, GError **error)
{
	char *path = g_build_filename(dir, name, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_free(path);
		return true;
	}
	g_ptr_array_add(k->files, path);
	return add_file(k, path, error);
}

Known *known_load(char **dirs, GError **error)
{
	g_autoptr(Known) k = known_new();

	for (; *dirs; dirs++)
		if (!add_if_there(k, *dirs, KNOWN_FILE, error) ||
		    !add_if_there(k, *dirs, KNOWN_CHECKS_FILE, error))
			return NULL;
	g_ptr_array_add(k->files, NULL);
	return g_steal_pointer(&k);
}

Known *known_load_file(const char *path, GError **error)
{
	g_autoptr(Known) k = known_new();

	g_ptr_array_add(k->files, g_strdup(path));
	if (!add_file(k, k->files->pdata[0], error))
		return NULL;
	g_ptr_array_add(k->files, NULL);
	return g_steal_pointer(&k);
}

static bool fits_any(char **globs, const char *value)
{
	if (!globs)
		return true;
	for (; *globs; globs++)
		if (g_pattern_match_simple(*globs, value))
			return true;
	return false;
}

static bool has_seed(const struct entry *e, uint64_t seed)
{
	for (unsigned i = 0; i < e->seeds->len; i++) {
		const struct seed_range *r = &g_array_index(e->seeds, struct seed_range, i);

		if (r->first <= seed && seed <= r->last)
			return true;
	}
	return !e->seeds->len;
}

static const struct entry *find_entry(const Known *k, const Result *r)
{
	for (unsigned i = 0; i < k->entries->len; i++) {
		const struct entry *e = k->entries->pdata[i];

		if (fits_any(e->clients, r->client) && fits_any(e->servers, r->server) &&
		    fits_any(e->scenarios, r->scenario) && has_seed(e, r->seed) &&
		    (e->clock == CLOCK_ANY || g_str_equal(clock_words[e->clock], r->clock)))
			return e;
	}
	return NULL;
}

/* Takes @reason. */
static void set_verdict(Result *r, enum verdict verdict, char *reason)
{
	g_free(r->reason);
	r->reason = reason;
	r->verdict = verdict;
}

void known_apply(const Known *k, Result *r)
{
	bool failed = r->verdict == VERDICT_FAIL;
	const struct entry *e = failed || r->verdict == VERDICT_PASS ? find_entry(k, r) : NULL;
	GString *s;

	if (e && e->rate_text) {
		r->rate = g_strdup(e->name);
		r->rate_low_ppm = e->rate_low_ppm;
		r->rate_high_ppm = e->rate_high_ppm;
	}
	if (!e || (!failed && (e->flaky || e->rate_text)))
		return;
	r->known = g_strdup(e->name);
	r->known_link = g_strdup(e->link);
	s = g_string_new(NULL);
	g_string_printf(s, "known failure %s", e->name);
	if (failed) {
		g_string_append_printf(s, ": %s", e->reason);
		if (e->link)
			g_string_append_printf(s, " (%s)", e->link);
		if (r->reason)
			g_string_append_printf(s, "; %s", r->reason);
	} else {
		g_string_append_printf(s, " did not happen; take [" ENTRY "%s] out of %s", e->name,
				       e->path);
	}
	set_verdict(r, failed ? VERDICT_XFAIL : VERDICT_XPASS, g_string_free(s, FALSE));
}

const struct known_check *known_check(const Known *k, const char *check, const char *client)
{
	for (unsigned i = 0; i < k->checks->len; i++) {
		const struct known_check *c = k->checks->pdata[i];

		if (fits_any(c->checks, check) && fits_any(c->clients, client))
			return c;
	}
	return NULL;
}

/* --- entries about nothing ---------------------------------------------------------------------
 */

static void append_unfit(GString *out, struct place p, char **globs, const GPtrArray *names,
			 const char *what)
{
	for (; names && *globs; globs++) {
		bool any = false;

		for (unsigned i = 0; i < names->len && !any; i++)
			any = g_pattern_match_simple(*globs, names->pdata[i]);
		if (!any)
			g_string_append_printf(out, "[%s%s] of %s: there is no %s \"%s\"\n", p.kind,
					       p.name, p.path, what, *globs);
	}
}

static void append_unseen(GString *out, const Known *k, const struct entry *e,
			  const GPtrArray *results)
{
	unsigned n = 0, n_failed = 0;

	for (unsigned i = 0; e->flaky && results && i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (find_entry(k, r) != e)
			continue;
		n += r->verdict == VERDICT_PASS || r->verdict == VERDICT_XFAIL;
		n_failed += r->verdict == VERDICT_XFAIL;
	}
	if (n >= RATE_N_MIN && !n_failed)
		g_string_append_printf(out, "[" ENTRY "%s] of %s: none of %u boots failed\n",
				       e->name, e->path, n);
}

void known_append_stale(GString *out, const Known *k, const GPtrArray *results,
			const GPtrArray *scenarios, const GPtrArray *checks)
{
	for (unsigned i = 0; i < k->entries->len; i++) {
		const struct entry *e = k->entries->pdata[i];

		append_unfit(out, place_of(e), e->scenarios, scenarios, "scenario");
		append_unseen(out, k, e, results);
	}
	for (unsigned i = 0; i < k->checks->len; i++) {
		const struct known_check *c = k->checks->pdata[i];

		append_unfit(out, (struct place){ c->path, CHECK, c->name }, c->checks, checks,
			     "check");
	}
}

char **known_files(const Known *k)
{
	return (char **)k->files->pdata;
}

void known_free(Known *k)
{
	if (!k)
		return;
	g_ptr_array_unref(k->entries);
	g_ptr_array_unref(k->checks);
	g_ptr_array_unref(k->files);
	g_free(k);
}
