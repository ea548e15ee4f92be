/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/catalogue: what there is, and the cells that a filter makes of it
 *
 * Folders of the user's stand in for ours: this program lies in no place from which it would find
 * the latter. What is installed on the machine may be in the catalogue as well, so tests ask for
 * names of their own.
 */
#define _GNU_SOURCE /* strverscmp() */
#include "harness/catalogue.h"

#include <check.h>
#include <string.h>

#include "harness/plan.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static char *first, *second; /* the folders in IPLAB_PATH */

static void put_client(const char *dir, const char *name, const char *provides)
{
	g_autofree char *file = g_strdup_printf("clients/%s.ini", name);
	g_autofree char *text = g_strdup_printf(
		"[client]\nsummary = of %s\nprovides = %s\nenter = direct\nmemory_mib = %u\n", dir,
		provides, g_str_equal(name, "test-b") ? 513 : 512);

	text_file_put(dir, file, text);
}

static void put_scenario(const char *dir, const char *name, const char *more)
{
	g_autofree char *file = g_strdup_printf("scenarios/%s.ini", name);
	g_autofree char *text =
		g_strdup_printf("[scenario]\nsummary = of %s\ntags = test-all\n%s", dir, more);

	text_file_put(dir, file, text);
}

static void set_up(void)
{
	g_autofree char *path = NULL;

	first = temp_folder_new();
	second = temp_folder_new();
	path = g_strdup_printf("%s::%s:/nonexistent", first, second);
	g_setenv("IPLAB_PATH", path, TRUE);
	put_client(second, "test-b", "ccw;bootfile");
	put_client(second, "test-a", "ccw");
	put_scenario(second, "test/plain", "");
	put_scenario(second, "test/small", "[machine]\nmemory_mib = 512\n");
	put_scenario(second, "test/boot", "requires = bootfile\n");
	put_scenario(second, "test/control", "requires = server-control\n");
	put_scenario(second, "test/both", "requires = bootfile;server-control\n");
}

static void tear_down(void)
{
	temp_folder_remove(first);
	temp_folder_remove(second);
}

static Catalogue *load(void)
{
	g_autoptr(GError) error = NULL;
	Catalogue *c = catalogue_load(NULL, &error);

	ck_assert_msg(c != NULL, "%s", error ? error->message : "no error");
	return c;
}

static const Client *find_client(const Catalogue *c, const char *name)
{
	const Client *found = NULL;

	for (unsigned i = 0; i < c->clients->len; i++) {
		const Client *client = c->clients->pdata[i];

		if (g_str_equal(client->name, name)) {
			ck_assert_msg(!found, "%s is there twice", name);
			found = client;
		}
	}
	return found;
}

static const Scenario *find_scenario(const Catalogue *c, const char *name)
{
	const Scenario *found = NULL;

	for (unsigned i = 0; i < c->scenarios->len; i++) {
		const Scenario *s = c->scenarios->pdata[i];

		if (g_str_equal(s->name, name)) {
			ck_assert_msg(!found, "%s is there twice", name);
			found = s;
		}
	}
	return found;
}

START_TEST(files_are_found)
{
	g_autoptr(Catalogue) c = NULL;

	text_file_put(second, "clients/notes.txt", "no client");
	text_file_put(second, "scenarios/too-high.ini", "in no area, and never read");
	c = load();
	ck_assert_ptr_nonnull(find_client(c, "test-a"));
	ck_assert_ptr_nonnull(find_client(c, "test-b"));
	ck_assert_ptr_nonnull(find_scenario(c, "test/boot"));
	for (unsigned i = 1; i < c->clients->len; i++)
		ck_assert_int_lt(strverscmp(((Client *)c->clients->pdata[i - 1])->name,
					    ((Client *)c->clients->pdata[i])->name),
				 0);
	for (unsigned i = 1; i < c->scenarios->len; i++)
		ck_assert_str_lt(((Scenario *)c->scenarios->pdata[i - 1])->name,
				 ((Scenario *)c->scenarios->pdata[i])->name);
}
END_TEST

static unsigned place_of(const Catalogue *c, const char *name)
{
	unsigned i;

	ck_assert(g_ptr_array_find(c->clients, find_client(c, name), &i));
	return i;
}

START_TEST(a_sweep_is_its_points)
{
	g_autoptr(Catalogue) c = NULL;
	g_autoptr(GString) names = g_string_new(NULL);

	put_scenario(second, "test/loss", "[sweep]\nkey = link.loss\nvalues = 1%;20%;3%\n");
	put_scenario(first, "test/loss", "[sweep]\nkey = link.loss\nvalues = 2%;10%\n");
	put_scenario(second, "test/lossy", "");
	c = catalogue_load(NULL, NULL);
	for (unsigned i = 0; i < c->scenarios->len; i++) {
		const char *name = ((Scenario *)c->scenarios->pdata[i])->name;

		if (g_str_has_prefix(name, "test/loss"))
			g_string_append_printf(names, "%s ", name);
	}
	ck_assert_str_eq(names->str, "test/loss@2 test/loss@10 test/lossy ");
}
END_TEST

START_TEST(versions_are_in_their_order)
{
	g_autoptr(Catalogue) c = NULL;

	put_client(second, "test-10.0", "ccw");
	put_client(second, "test-5.2", "ccw");
	put_client(second, "test-10.0-x", "ccw");
	c = load();
	ck_assert_uint_lt(place_of(c, "test-5.2"), place_of(c, "test-10.0"));
	ck_assert_uint_lt(place_of(c, "test-10.0"), place_of(c, "test-10.0-x"));
}
END_TEST

START_TEST(what_is_the_users_is_never_left_out)
{
	char *none[] = { NULL };
	g_autoptr(Filter) f = filter_parse(none, NULL);
	struct client_overrides nowhere = { .qemu = (char *)"/nonexistent/qemu" };
	g_autoptr(Catalogue) c = load();
	g_autoptr(GPtrArray) cells = catalogue_plan(c, f, SCENARIO_CLOCK_ANY, 1, 1);
	g_autofree char *names = catalogue_leave_out(cells, f, &nowhere);
	unsigned n_mine = 0;

	ck_assert(!names || !strstr(names, "test-"));
	for (unsigned i = 0; i < cells->len; i++)
		n_mine += g_str_has_prefix(((struct plan_cell *)cells->pdata[i])->id, "test-");
	ck_assert_uint_ge(n_mine, 10);
}
END_TEST

START_TEST(a_base_on_the_command_line)
{
	g_autofree char *base = text_file(first, "of-the-line.ini",
					  "[client]\nsummary = base\nprovides = ccw\n"
					  "enter = direct\n");
	char *files[] = { base, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) c = NULL;

	text_file_put(second, "clients/test-over.ini", "[client]\nbase = of-the-line\n");
	c = catalogue_load(files, &error);
	ck_assert_msg(c != NULL, "%s", error ? error->message : "no error");
	ck_assert_str_eq(find_client(c, "test-over")->summary, "base");
}
END_TEST

START_TEST(the_first_folder_wins)
{
	g_autoptr(Catalogue) c = NULL;

	put_client(first, "test-a", "bootfile");
	put_scenario(first, "test/plain", "");
	text_file_put(second, "clients/test-a.ini", "broken, and never read");
	c = load();
	ck_assert_ptr_nonnull(strstr(find_client(c, "test-a")->summary, first));
	ck_assert_ptr_nonnull(strstr(find_client(c, "test-b")->summary, second));
	ck_assert_ptr_nonnull(strstr(find_scenario(c, "test/plain")->summary, first));
}
END_TEST

START_TEST(a_file_of_the_command_line_wins)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "test-a.ini",
					  "[client]\nsummary = mine\nprovides = ccw\n"
					  "enter = direct\n");
	g_autofree char *odd = text_file(dir, "test-odd",
					 "[client]\nsummary = odd\n"
					 "provides = ccw\nenter = direct\n");
	char *files[] = { path, odd, NULL };
	g_autoptr(Catalogue) c = catalogue_load(files, NULL);

	ck_assert_ptr_nonnull(c);
	ck_assert_str_eq(find_client(c, "test-a")->summary, "mine");
	ck_assert_str_eq(find_client(c, "test-odd")->summary, "odd");
	temp_folder_remove(dir);
}
END_TEST

START_TEST(one_bad_file_is_too_many)
{
	g_autoptr(GError) no_client = NULL, no_scenario = NULL, no_file = NULL;
	char *files[] = { (char *)"/nonexistent/x.ini", NULL };

	ck_assert_ptr_null(catalogue_load(files, &no_file));
	ck_assert(g_error_matches(no_file, INI_ERROR, INI_ERROR_FILE));
	text_file_put(first, "scenarios/test/bad.ini",
		      "[scenario]\nsummary = s\n[boot]\n"
		      "kernel = x\n");
	ck_assert_ptr_null(catalogue_load(NULL, &no_scenario));
	ck_assert(g_error_matches(no_scenario, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION));
	text_file_put(first, "clients/bad.ini", "[client]\n");
	ck_assert_ptr_null(catalogue_load(NULL, &no_client));
	ck_assert(g_error_matches(no_client, INI_ERROR, INI_ERROR_MISSING));
	catalogue_free(NULL);
}
END_TEST

/* The ids of the cells that @terms select, of test clients and scenarios alone. */
static char *plan(const char *terms, uint64_t seed, unsigned n_repeat)
{
	g_autofree char *all = g_strdup_printf("client=test-* %s", terms);
	g_auto(GStrv) list = g_strsplit(g_strchomp(all), " ", -1);
	g_autoptr(Filter) f = filter_parse(list, NULL);
	g_autoptr(Catalogue) c = load();
	g_autoptr(GPtrArray) cells = catalogue_plan(c, f, SCENARIO_CLOCK_ANY, seed, n_repeat);
	GString *ids = g_string_new(NULL);

	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];
		g_autofree char *id = g_strdup_printf(
			"%s/%s/%s/%" G_GUINT64_FORMAT, cell->client->name,
			server_kind_name(cell->server), cell->scenario->name, cell->seed);

		ck_assert_str_eq(cell->id, id);
		g_string_append_printf(ids, "%s%s", i ? " " : "", id);
	}
	return g_string_free(ids, FALSE);
}

static const struct {
	const char *what, *terms;
	uint64_t seed;
	unsigned n_repeat;
	const char *want;
} plan_rows[] = {
	{ "what requires nothing runs everywhere", "scenario=test/plain", 7, 1,
	  "test-a/builtin/test/plain/7 test-a/slirp/test/plain/7 test-a/dnsmasq/test/plain/7 "
	  "test-b/builtin/test/plain/7 test-b/slirp/test/plain/7 test-b/dnsmasq/test/plain/7" },
	{ "what the client must provide", "scenario=test/boot", 1, 1,
	  "test-b/builtin/test/boot/1 test-b/slirp/test/boot/1 test-b/dnsmasq/test/boot/1" },
	{ "what the server must provide", "scenario=test/control", 1, 1,
	  "test-a/builtin/test/control/1 test-b/builtin/test/control/1" },
	{ "what both must provide", "scenario=test/both", 1, 1, "test-b/builtin/test/both/1" },
	{ "no client can", "client!=test-b scenario=test/boot", 1, 1, "" },
	{ "scenarios come first, then clients, then servers",
	  "server=builtin tag=test-all scenario=test/*o*", 1, 1,
	  "test-b/builtin/test/boot/1 test-b/builtin/test/both/1 "
	  "test-a/builtin/test/control/1 test-b/builtin/test/control/1" },
	{ "each repetition has the next seed", "client!=test-b server=slirp scenario=test/plain",
	  41, 3,
	  "test-a/slirp/test/plain/41 test-a/slirp/test/plain/42 test-a/slirp/test/plain/43" },
	{ "a seed of 64 bits", "client!=test-b server=slirp scenario=test/plain", UINT64_MAX, 1,
	  "test-a/slirp/test/plain/18446744073709551615" },
	{ "no repetition", "scenario=test/plain", 1, 0, "" },
	{ "memory that a client needs and nobody denies",
	  "client!=test-a server=slirp scenario=test/plain", 1, 1, "test-b/slirp/test/plain/1" },
	{ "less memory than a client needs", "server=slirp scenario=test/small", 1, 1,
	  "test-a/slirp/test/small/1" },
	{ "a server that there is not", "server=apache scenario=test/*", 1, 1, "" },
	{ "a tag that there is not", "tag=none", 1, 1, "" },
	{ "the clock it runs on", "clock=virtual scenario=test/plain", 1, 1, "" },
	{ "the other one", "client!=test-b clock=wall server=slirp scenario=test/plain", 1, 1,
	  "test-a/slirp/test/plain/1" },
};

START_TEST(a_plan_is_narrowed)
{
	char *all[] = { (char *)"client=test-*", (char *)"scenario=test/plain", NULL };
	char *some[] = { (char *)"client!=test-b", (char *)"server=slirp,apache", NULL };
	g_autoptr(Filter) f = filter_parse(all, NULL);
	g_autoptr(Filter) narrow = filter_parse(some, NULL);
	g_autoptr(Catalogue) c = load();
	g_autoptr(GPtrArray) cells = catalogue_plan(c, f, SCENARIO_CLOCK_ANY, 1, 2);

	catalogue_narrow(cells, narrow);
	ck_assert_uint_eq(cells->len, 2);
	ck_assert_str_eq(((struct plan_cell *)cells->pdata[0])->id, "test-a/slirp/test/plain/1");
	ck_assert_str_eq(((struct plan_cell *)cells->pdata[1])->id, "test-a/slirp/test/plain/2");
	ck_assert_str_eq(filter_unused(narrow), "apache");
}
END_TEST

static struct plan_part *part_of(const char *terms, unsigned n_repeat)
{
	struct plan_part *p = g_new0(struct plan_part, 1);

	p->filter = g_strsplit(terms, " ", -1);
	p->seed = 1;
	p->n_repeat = n_repeat;
	return p;
}

static void part_free(void *part)
{
	g_strfreev(((struct plan_part *)part)->filter);
	g_free(part);
}

START_TEST(parts_make_a_plan)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(part_free);
	g_autoptr(GPtrArray) cells = NULL;
	g_autoptr(Catalogue) c = load();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(parts, part_of("client=test-a server=slirp scenario=test/plain", 2));
	g_ptr_array_add(parts, part_of("client=test-a,test-b server=slirp scenario=test/plain", 1));
	cells = plan_cells(c, parts, NULL, &error);
	ck_assert_msg(cells != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(cells->len, 3);
	ck_assert_str_eq(((struct plan_cell *)cells->pdata[0])->id, "test-a/slirp/test/plain/1");
	ck_assert_str_eq(((struct plan_cell *)cells->pdata[1])->id, "test-a/slirp/test/plain/2");
	ck_assert_str_eq(((struct plan_cell *)cells->pdata[2])->id, "test-b/slirp/test/plain/1");
}
END_TEST

static const struct {
	const char *terms;
	int code;
} bad_part_rows[] = {
	{ "client=test-a,test-gone", PLAN_ERROR_UNUSED },
	{ "client=test-z*", PLAN_ERROR_EMPTY },
};

START_TEST(a_part_that_selects_nothing)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(part_free);
	g_autoptr(Catalogue) c = load();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(parts, part_of(bad_part_rows[_i].terms, 1));
	ck_assert_ptr_null(plan_cells(c, parts, NULL, &error));
	ck_assert(g_error_matches(error, PLAN_ERROR, bad_part_rows[_i].code));
}
END_TEST

START_TEST(cells_are_planned)
{
	g_autofree char *got =
		plan(plan_rows[_i].terms, plan_rows[_i].seed, plan_rows[_i].n_repeat);

	ck_assert_msg(g_str_equal(got, plan_rows[_i].want), "%s:\n%s", plan_rows[_i].what, got);
}
END_TEST

static const struct {
	const char *what, *keys;
	bool want; /* whether a machine without channels can run it */
} channel_rows[] = {
	{ "nothing of channels", "", true },
	{ "a load parameter", "[machine]\nloadparm = X\n", false },
	{ "a device number", "[nic.0]\ndevno = fe.0.0001\n", false },
	{ "an older virtio-ccw", "[nic.0]\nmax_revision = 1\n", false },
	{ "the newest virtio-ccw", "[nic.0]\nmax_revision = 2\n", true },
	{ "a device number of the second card", "[nic.0]\n[nic.1]\ndevno = fe.0.0001\n", false },
};

START_TEST(channels_are_on_some_machines)
{
	g_autofree char *got = NULL;

	put_client(second, "test-pc", "bootfile");
	put_scenario(second, "test/card", channel_rows[_i].keys);
	got = plan("server=slirp scenario=test/card", 1, 1);
	ck_assert_msg(strstr(got, "test-a/slirp/test/card"), "%s: %s", channel_rows[_i].what, got);
	ck_assert_msg(!!strstr(got, "test-pc") == channel_rows[_i].want, "%s: %s",
		      channel_rows[_i].what, got);
}
END_TEST

static const struct {
	const char *what, *terms;
	bool want;
} request_rows[] = {
	{ "nobody asks", "server=builtin", false },
	{ "its name", "server=builtin scenario=test/shy", true },
	{ "a glob of names", "server=builtin scenario=test/s*", true },
	{ "a tag of its", "server=builtin tag=test-all", true },
	{ "another name", "server=builtin scenario=test/plain", false },
	{ "an exclusion asks for nothing", "server=builtin scenario!=test/plain", false },
};

START_TEST(some_run_on_request)
{
	g_autofree char *got = NULL;

	put_scenario(second, "test/shy", "on_request = true\n");
	got = plan(request_rows[_i].terms, 1, 1);
	ck_assert_msg(!!strstr(got, "test/shy") == request_rows[_i].want, "%s: %s",
		      request_rows[_i].what, got);
}
END_TEST

START_TEST(names_of_nothing_are_known_afterwards)
{
	char *terms[] = { (char *)"client=test-a", (char *)"server=builtin,slirp",
			  (char *)"scenario=test/boot,test/nothing", NULL };
	g_autoptr(Filter) f = filter_parse(terms, NULL);
	g_autoptr(Catalogue) c = load();
	g_autoptr(GPtrArray) cells = catalogue_plan(c, f, SCENARIO_CLOCK_ANY, 1, 1);

	/* test-a cannot run test/boot: but all but one of the names are names of something. */
	ck_assert_uint_eq(cells->len, 0);
	ck_assert_str_eq(filter_unused(f), "test/nothing");
}
END_TEST

/* --- clocks ----------------------------------------------------------------------------------- */

#define ANY SCENARIO_CLOCK_ANY
#define VIRTUAL SCENARIO_CLOCK_VIRTUAL
#define WALL SCENARIO_CLOCK_WALL

static const struct {
	const char *what, *scenario;
	bool polls;
	enum scenario_clock asked; /* --clock */
	const char *want;          /* NULL: it cannot run */
} clock_rows[] = {
	{ "who polls runs on the virtual clock", "any", true, ANY, "virtual" },
	{ "it does when it is asked for as well", "any", true, VIRTUAL, "virtual" },
	{ "but not against the user's will", "any", true, WALL, "wall" },
	{ "who sleeps runs on the wall clock", "any", false, ANY, "wall" },
	{ "whatever is asked for", "any", false, VIRTUAL, "wall" },
	{ "also when just that is", "any", false, WALL, "wall" },
	{ "a scenario for the virtual clock", "virtual", true, ANY, "virtual" },
	{ "and the user agrees", "virtual", true, VIRTUAL, "virtual" },
	{ "the scenario knows best", "virtual", true, WALL, "virtual" },
	{ "who sleeps cannot run it", "virtual", false, ANY, NULL },
	{ "even if it is asked for", "virtual", false, VIRTUAL, NULL },
	{ "nor on the other clock", "virtual", false, WALL, NULL },
	{ "a scenario for the wall clock", "wall", true, ANY, "wall" },
	{ "the scenario knows best here too", "wall", true, VIRTUAL, "wall" },
	{ "and the user agrees here too", "wall", true, WALL, "wall" },
	{ "who sleeps is welcome", "wall", false, ANY, "wall" },
	{ "and cannot be made to poll", "wall", false, VIRTUAL, "wall" },
	{ "everybody wants the wall clock", "wall", false, WALL, "wall" },
};

START_TEST(clocks_are_chosen)
{
	const char *what = clock_rows[_i].what, *want = clock_rows[_i].want;
	g_autofree char *client = g_strdup_printf("[client]\nsummary = c\nprovides = ccw\n"
						  "enter = direct\npolls = %s\n",
						  clock_rows[_i].polls ? "true" : "false");
	g_autofree char *head = g_strdup_printf("clock = %s\n", clock_rows[_i].scenario);
	char *terms[] = { (char *)"client=test-clock", (char *)"scenario=test/clock", NULL };
	g_autoptr(Filter) f = filter_parse(terms, NULL);
	g_autoptr(Catalogue) c = NULL;
	g_autoptr(GPtrArray) cells = NULL;
	unsigned n_cells = 0;

	text_file_put(second, "clients/test-clock.ini", client);
	put_scenario(second, "test/clock", head);
	c = load();
	cells = catalogue_plan(c, f, clock_rows[_i].asked, 1, 2);
	/* A server with a clock of its own has those on the wall clock, and never a virtual one. */
	for (enum server_kind k = 0; want && k < SERVER_N_KINDS; k++)
		if (!server_is_real_time(k) || !g_str_equal(clock_rows[_i].scenario, "virtual"))
			n_cells += 2;
	ck_assert_msg(cells->len == n_cells, "%s: %u cells", what, cells->len);
	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];
		bool is_virtual =
			g_str_equal(want, "virtual") && !server_is_real_time(cell->server);

		ck_assert_msg(cell->is_virtual == is_virtual, "%s: %s", what, cell->id);
	}
}
END_TEST

static void add(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("catalogue");

	add(s, "files_are_found", files_are_found, 1);
	add(s, "a_sweep_is_its_points", a_sweep_is_its_points, 1);
	add(s, "versions_are_in_their_order", versions_are_in_their_order, 1);
	add(s, "what_is_the_users_is_never_left_out", what_is_the_users_is_never_left_out, 1);
	add(s, "a_base_on_the_command_line", a_base_on_the_command_line, 1);
	add(s, "the_first_folder_wins", the_first_folder_wins, 1);
	add(s, "a_file_of_the_command_line_wins", a_file_of_the_command_line_wins, 1);
	add(s, "one_bad_file_is_too_many", one_bad_file_is_too_many, 1);
	add(s, "cells_are_planned", cells_are_planned, N_ROWS(plan_rows));
	add(s, "a_plan_is_narrowed", a_plan_is_narrowed, 1);
	add(s, "parts_make_a_plan", parts_make_a_plan, 1);
	add(s, "a_part_that_selects_nothing", a_part_that_selects_nothing, N_ROWS(bad_part_rows));
	add(s, "channels_are_on_some_machines", channels_are_on_some_machines,
	    N_ROWS(channel_rows));
	add(s, "some_run_on_request", some_run_on_request, N_ROWS(request_rows));
	add(s, "names_of_nothing_are_known_afterwards", names_of_nothing_are_known_afterwards, 1);
	add(s, "clocks_are_chosen", clocks_are_chosen, N_ROWS(clock_rows));
	return suite_run(s);
}
