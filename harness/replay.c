/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot out of a bundle, once more
 *
 * A bundle may be of anyone. So what is unpacked has names of ours, and a file of this machine
 * takes part only if an option or the client names it, or if it has the very sum that was recorded.
 */
#include "harness/replay.h"

#include <string.h>

#include "harness/command.h"
#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/version.h"

enum {
	DIR_MODE = 0755,
	SUM_LEN = 16, /* digits of a sum that tell two files apart */
};

struct Replay {
	const Bundle *b;
	char *dir;
	char **layers; /* the client's files, the nearest first */
	Client *client;
	Scenario *scenario;
	enum server_kind server;
	struct client_overrides overrides; /* in force: owned */
	GPtrArray *differences;
	Result *now;
	enum replay_outcome outcome;
	struct journal_diff diff;
	bool has_diff;
};

GQuark replay_error_quark(void)
{
	return g_quark_from_static_string("replay-error-quark");
}

static void difference_free(void *data)
{
	struct replay_difference *d = data;

	g_free(d->what);
	g_free(d->recorded);
	g_free(d->here);
	g_free(d);
}

/* --- unpacking -------------------------------------------------------------------------------- */

/* Write @content to @dir/@name, a name of ours. Return: the path, caller frees; NULL with @error.
 */
static char *put(const Replay *r, const char *name, GBytes *content, GError **error)
{
	g_autofree char *path = g_build_filename(r->dir, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GError) problem = NULL;
	size_t len;
	const void *data = g_bytes_get_data(content, &len);

	/* An empty file has no data at all. */
	if (!g_mkdir_with_parents(parent, DIR_MODE) &&
	    g_file_set_contents(path, data ? data : "", (gssize)len, &problem))
		return g_steal_pointer(&path);
	g_set_error(error, REPLAY_ERROR, REPLAY_ERROR_FILE, "%s",
		    problem ? problem->message : parent);
	return NULL;
}

/* Each in a folder of its own: a client may have the name of its base. */
static bool put_layers(Replay *r, GError **error)
{
	const GPtrArray *layers = r->b->layers;

	r->layers = g_new0(char *, layers->len + 1);
	for (unsigned i = 0; i < layers->len; i++) {
		const struct bundle_layer *l = layers->pdata[i];
		g_autofree char *name = g_strdup_printf("client/%u/%s.ini", i, l->name);

		r->layers[i] = put(r, name, l->text, error);
		if (!r->layers[i])
			return false;
	}
	command_client_files = r->layers;
	return true;
}

static bool put_records(const Replay *r, GError **error)
{
	for (unsigned i = 0; i < BUNDLE_N_RECORDS; i++) {
		g_autofree char *name = g_strconcat("recorded/", bundle_record_name(i), NULL);
		g_autofree char *path = NULL;

		if (!r->b->records[i])
			continue;
		path = put(r, name, r->b->records[i], error);
		if (!path)
			return false;
	}
	return true;
}

static bool load(Replay *r, GError **error)
{
	const Result *was = r->b->result;
	g_autofree char *path = put(r, "scenario.ini", r->b->scenario, error);

	if (!path || !put_layers(r, error) || !put_records(r, error))
		return false;
	r->client = client_load(r->layers[0], was->client, r->layers, error);
	if (r->client)
		r->scenario = scenario_load(path, was->scenario, error);
	return r->scenario;
}

/* --- what takes part -------------------------------------------------------------------------- */

static const char *sum_of(const char *path)
{
	bool is_file =
		path && g_path_is_absolute(path) && g_file_test(path, G_FILE_TEST_IS_REGULAR);

	return is_file ? origin_sha256(path) : NULL;
}

/* "VERSION, sha256 SUM", of what there is. */
static char *in_words(const char *version, const char *sum)
{
	if (!sum)
		return g_strdup(version ? version : "none");
	return g_strdup_printf("%s%ssha256 %.*s", version ? version : "", version ? ", " : "",
			       SUM_LEN, sum);
}

static void note(Replay *r, const char *what, char *recorded, char *here, bool is_asked)
{
	struct replay_difference *d = g_new0(struct replay_difference, 1);

	*d = (struct replay_difference){ g_strdup(what), recorded, here, is_asked };
	g_ptr_array_add(r->differences, d);
}

/* Hold the file at @path against what was recorded as @in; each may be NULL. */
static void compare(Replay *r, const char *what, const struct bundle_input *in,
		    const char *version_then, const char *path, const char *version_now,
		    bool is_asked)
{
	const char *then = in ? in->sha256 : NULL, *now = sum_of(path);

	if (g_strcmp0(then, now))
		note(r, what, in_words(version_then, then), in_words(version_now, now), is_asked);
}

/*
 * The path of an input that is in the bundle, or that is where it was and is still the same. NULL:
 * there is none; an @error if it could not be unpacked.
 */
static char *place_of(const Replay *r, const struct bundle_input *in, const char *name,
		      GError **error)
{
	g_autofree char *file = g_strconcat("inputs/", name, NULL);

	if (in->content)
		return put(r, file, in->content, error);
	return g_strcmp0(sum_of(in->path), in->sha256) ? NULL : g_strdup(in->path);
}

static bool missing(const struct bundle_input *in, const char *what, const char *remedy,
		    GError **error)
{
	g_set_error(error, REPLAY_ERROR, REPLAY_ERROR_MISSING,
		    "%s, sha256 %.*s, is not in the bundle, and not on this machine%s%s; %s", what,
		    SUM_LEN, in->sha256, in->path ? " as " : "", in->path ? in->path : "", remedy);
	return false;
}

static const struct {
	enum bundle_role role;
	size_t given;  /* in struct client_overrides */
	size_t client; /* in Client */
} roles[] = {
	{ BUNDLE_QEMU, offsetof(struct client_overrides, qemu), offsetof(Client, qemu) },
	{ BUNDLE_FIRMWARE, offsetof(struct client_overrides, firmware),
	  offsetof(Client, firmware) },
	{ BUNDLE_NETBOOT, offsetof(struct client_overrides, netboot), offsetof(Client, netboot) },
	{ BUNDLE_IMAGE, offsetof(struct client_overrides, image), offsetof(Client, image) },
};

/* An option now, the bundle, the machine as it was; and else as the client has it. */
static bool place_client_file(Replay *r, unsigned i, const struct client_overrides *o,
			      GError **error)
{
	const struct bundle_input *in = bundle_input(r->b, roles[i].role, NULL);
	const char *name = bundle_role_name(roles[i].role);
	const char *asked = G_STRUCT_MEMBER(char *, o, roles[i].given);
	char **slot = &G_STRUCT_MEMBER(char *, &r->overrides, roles[i].given);
	g_autofree char *remedy = g_strdup_printf("name one with --%s", name);
	g_autoptr(GError) problem = NULL;

	if (asked)
		*slot = g_strdup(asked);
	else if (in)
		*slot = place_of(r, in, name, &problem);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	return *slot || !in || !in->is_given || missing(in, name, remedy, error);
}

static bool place_client_files(Replay *r, const struct client_overrides *o, GError **error)
{
	g_autofree char *why = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!place_client_file(r, i, o, error))
			return false;
	if (!client_resolve(r->client, &r->overrides, &why)) {
		g_set_error(error, REPLAY_ERROR, REPLAY_ERROR_MISSING, "%s", why);
		return false;
	}
	client_ask_qemu(r->client);
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++) {
		bool is_qemu = roles[i].role == BUNDLE_QEMU;

		if (!is_qemu && !client_has_network(r->client))
			continue;
		compare(r, bundle_role_name(roles[i].role), bundle_input(r->b, roles[i].role, NULL),
			is_qemu ? r->b->result->qemu_version : NULL,
			G_STRUCT_MEMBER(char *, r->client, roles[i].client),
			is_qemu ? r->client->qemu_version : NULL,
			G_STRUCT_MEMBER(char *, o, roles[i].given));
	}
	return true;
}

/* A path in a scenario of others is not followed: it is the bundle's file, or the very same. */
static bool place_served_file(Replay *r, struct scenario_file *f, GError **error)
{
	const struct bundle_input *in = bundle_input(r->b, BUNDLE_SERVED, f->name);
	unsigned i = 0;
	g_autofree char *name = NULL, *here = NULL, *fixture = NULL;
	g_autofree char *what = g_strconcat("served ", f->name, NULL);
	g_autoptr(GError) problem = NULL;

	if (!f->fixture && !f->path)
		return true;
	while (in && r->b->inputs->pdata[i] != in)
		i++;
	name = g_strdup_printf("served-%u", i);
	here = in ? place_of(r, in, name, &problem) : NULL;
	/* Its name is no path either. */
	fixture = f->fixture && !strchr(f->fixture, '/') ? paths_fixture(f->fixture) : NULL;
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	if (!here && !fixture) {
		static const struct bundle_input unknown = { .sha256 = (char *)"not recorded" };

		return missing(in ? in : &unknown, what,
			       f->fixture ? "`make run` builds what is missing" : "bring it there",
			       error);
	}
	if (!here)
		compare(r, what, in, NULL, fixture, NULL, false);
	g_clear_pointer(&f->fixture, g_free);
	g_free(f->path);
	f->path = here ? g_steal_pointer(&here) : g_steal_pointer(&fixture);
	return true;
}

static bool place_served(Replay *r, GError **error)
{
	for (unsigned i = 0; i < r->scenario->files->len; i++)
		if (!place_served_file(r, r->scenario->files->pdata[i], error))
			return false;
	return true;
}

static void compare_programs(Replay *r)
{
	const struct bundle_input *plugin = bundle_input(r->b, BUNDLE_PLUGIN, NULL);
	const struct bundle_input *server = bundle_input(r->b, BUNDLE_SERVER, NULL);
	g_autofree char *path = r->client->plugin_abi ? paths_plugin(r->client->plugin_abi) : NULL;
	struct server_here found = { 0 };

	if (plugin)
		compare(r, "clock plugin", plugin, NULL, path, NULL, false);
	if (!server)
		return;
	server_find(&found, r->server, command_dnsmasq);
	compare(r, r->b->result->server, server, r->b->result->server_version, found.program,
		found.version, command_dnsmasq);
	server_here_clear(&found);
}

Replay *replay_new(const Bundle *b, const char *dir, const struct client_overrides *overrides,
		   GError **error)
{
	g_autoptr(Replay) r = g_new0(Replay, 1);

	r->b = b;
	r->dir = g_strdup(dir);
	r->differences = g_ptr_array_new_with_free_func(difference_free);
	server_kind_find(b->result->server, &r->server);
	if (g_strcmp0(b->iplab, version_exact()))
		note(r, "iplab", g_strdup(b->iplab ? b->iplab : "not recorded"),
		     g_strdup(version_exact()), false);
	if (!load(r, error) || !place_client_files(r, overrides, error) || !place_served(r, error))
		return NULL;
	compare_programs(r);
	return g_steal_pointer(&r);
}

const Result *replay_recorded(const Replay *r)
{
	return r->b->result;
}

const GPtrArray *replay_differences(const Replay *r)
{
	return r->differences;
}

/* --- the boot --------------------------------------------------------------------------------- */

static enum verdict without_known(enum verdict v)
{
	return v == VERDICT_XFAIL ? VERDICT_FAIL : v == VERDICT_XPASS ? VERDICT_PASS : v;
}

/* An error has no signature: there its words must do. */
bool replay_is_same(const Result *a, const Result *b)
{
	enum verdict v = without_known(a->verdict);

	if (v != without_known(b->verdict) || g_strcmp0(a->ending, b->ending))
		return false;
	return !g_strcmp0(a->signature, b->signature) &&
	       (v != VERDICT_ERROR || !g_strcmp0(a->reason, b->reason));
}

static enum replay_outcome judge(const Result *was, const Result *now)
{
	if (now->verdict == VERDICT_SKIP ||
	    (now->verdict == VERDICT_ERROR && was->verdict != VERDICT_ERROR))
		return REPLAY_COULD_NOT;
	if (was->journal_sha256 && !g_strcmp0(was->journal_sha256, now->journal_sha256))
		return REPLAY_EQUAL;
	return replay_is_same(was, now) ? REPLAY_SAME : REPLAY_OTHER;
}

/* Of equal journals one may lack: they have as many lines. */
static void load_diff(Replay *r)
{
	g_autofree char *was = g_build_filename(r->dir, "recorded", "journal.jsonl.gz", NULL);
	g_autofree char *now = g_build_filename(r->dir, "replayed", "journal.jsonl.gz", NULL);
	bool has_was = r->b->records[BUNDLE_JOURNAL];

	r->has_diff =
		g_file_test(now, G_FILE_TEST_EXISTS) && (has_was || r->outcome == REPLAY_EQUAL);
	if (r->has_diff)
		journal_diff_load(&r->diff, has_was ? was : now, now);
}

void replay_attempt(const Replay *r, struct attempt *out)
{
	*out = (struct attempt){
		.client = r->client,
		.scenario = r->scenario,
		.server = r->server,
		.seed = r->b->result->seed,
		.is_virtual = g_str_equal(r->b->result->clock, "virtual"),
		.overrides = &r->overrides,
	};
}

bool replay_run(Replay *r)
{
	g_autofree char *dir = g_build_filename(r->dir, "replayed", NULL);
	struct attempt a;

	replay_attempt(r, &a);
	a.dir = dir;
	a.keep = true;
	if (!attempt_run(&a)) {
		result_free(a.result);
		return false;
	}
	r->now = a.result;
	r->outcome = judge(r->b->result, r->now);
	load_diff(r);
	return true;
}

enum replay_outcome replay_outcome(const Replay *r)
{
	return r->outcome;
}

const Result *replay_result(const Replay *r)
{
	return r->now;
}

const struct journal_diff *replay_journal_diff(const Replay *r)
{
	return r->has_diff ? &r->diff : NULL;
}

void replay_free(Replay *r)
{
	if (!r)
		return;
	if (command_client_files == r->layers)
		command_client_files = NULL;
	g_strfreev(r->layers);
	client_free(r->client);
	scenario_free(r->scenario);
	g_free(r->overrides.qemu);
	g_free(r->overrides.firmware);
	g_free(r->overrides.netboot);
	g_free(r->overrides.image);
	g_ptr_array_unref(r->differences);
	result_free(r->now);
	journal_diff_fini(&r->diff);
	g_free(r->dir);
	g_free(r);
}
