/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab bisect` with a real QEMU: clients, images, and a repository that this test makes
 *
 * Its commits are builds of the kernel crash-chance, which crashes in so many of 256 boots as a
 * byte of it says.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/suite.h"

enum {
	N_COMMITS = 40,
	N_TRIALS = 1, /* of those in which the fault shows now and then; BISECT_TRIALS=20 */
	N_SKIPPED = 30,
	CHANCE_ALWAYS = 255,
	CHANCE_30_PERCENT = 77,
};

/* --- the laboratory --------------------------------------------------------------------------- */

typedef struct Lab {
	char *dir, *repo, *out, *path_env;
} Lab;

static void put(const char *dir, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	ck_assert_int_eq(g_mkdir_with_parents(folder, 0777), 0);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static char *kernel(void)
{
	g_autofree char *path = g_build_filename(lab_iplab(), "../../fixtures/crash-chance", NULL);

	return g_canonicalize_filename(path, NULL);
}

static Job *run_in(const Lab *l, const char *program, const char *const *argv)
{
	const char *env[] = { l->path_env, "GIT_CONFIG_GLOBAL=/dev/null",
			      "GIT_CONFIG_SYSTEM=/dev/null", NULL };
	struct job_options o = { .cwd = l->dir, .env = env, .program = program };

	return job_run(&o, argv);
}

#define git_of(l, ...) run_in(l, "git", (const char *const[]){ "-C", (l)->repo, __VA_ARGS__, NULL })

static void lab_init(Lab *l)
{
	l->dir = lab_path("lab");
	l->repo = g_build_filename(l->dir, "repo", NULL);
	l->out = g_build_filename(l->dir, "out", NULL);
	l->path_env = g_strconcat("IPLAB_PATH=", l->dir, NULL);
	put(l->dir, "clients/chance.ini",
	    "[client]\nsummary = crashes now and then\nprovides = bare-image\n"
	    "enter = image-kernel\npolls = true\n");
	put(l->dir, "scenarios/bisect/chance.ini",
	    "[scenario]\nsummary = It does not crash\nrequires = bare-image\non_request = true\n"
	    "[machine]\ncpu = max\n[expect]\nending = gave-up\n");
}

static void lab_clear(Lab *l)
{
	g_free(l->dir);
	g_free(l->repo);
	g_free(l->out);
	g_free(l->path_env);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lab, lab_clear)

/* For git fast-import: a file. */
static void add_file(GString *s, const char *name, const char *text)
{
	g_string_append_printf(s, "M 100644 inline %s\ndata %zu\n%s\n", name, strlen(text), text);
}

/* Commits v1 to v40: from @first_bad on with that chance to crash, and one that does not build. */
static void make_repo(const Lab *l, unsigned first_bad, unsigned chance, unsigned broken)
{
	g_autofree char *image = kernel();
	g_autofree char *stream = g_build_filename(l->dir, "stream", NULL);
	g_autofree char *import = NULL;
	g_autofree char *script = g_strdup_printf(
		"cp '%s' image && printf \"\\\\$(cat chance)\" |\n"
		"\tdd of=image bs=1 seek=65552 conv=notrunc 2>/dev/null && test ! -e broken\n",
		image);
	g_autoptr(GString) s = g_string_new(NULL);
	g_autoptr(Job) init = NULL, imported = NULL, checkout = NULL;

	for (unsigned i = 1; i <= N_COMMITS; i++) {
		g_autofree char *subject = g_strdup_printf("Change number %u\n", i);
		g_autofree char *octal = g_strdup_printf("%03o", i < first_bad ? 0 : chance);

		g_string_append_printf(s,
				       "commit refs/heads/main\ncommitter A <a@b> %u +0000\n"
				       "data %zu\n%s\n",
				       1000000000 + i, strlen(subject), subject);
		add_file(s, "chance", octal);
		add_file(s, "count", subject);
		add_file(s, "build.sh", script);
		g_string_append(s,
				i == broken ? "M 100644 inline broken\ndata 0\n\n" : "D broken\n");
		g_string_append_printf(s, "reset refs/tags/v%u\nfrom refs/heads/main\n\n", i);
	}
	ck_assert(g_file_set_contents(stream, s->str, (gssize)s->len, NULL));
	import = g_strdup_printf("git -C '%s' fast-import --quiet <'%s'", l->repo, stream);
	init = run_in(l, "git", (const char *const[]){ "init", "-q", "-b", "main", l->repo, NULL });
	assert_exit(init, 0);
	imported = run_in(l, "sh", (const char *const[]){ "-c", import, NULL });
	assert_exit(imported, 0);
	checkout = git_of(l, "reset", "-q", "--hard");
	assert_exit(checkout, 0);
	put(l->repo, "mine", "what the user has not committed\n");
}

/* What must be the same before and behind a bisection. */
static char *state_of(const Lab *l)
{
	g_autoptr(Job) status = git_of(l, "status", "--porcelain", "--branch");
	g_autoptr(Job) head = git_of(l, "log", "-1", "--format=%H %D");
	g_autoptr(Job) trees = git_of(l, "worktree", "list", "--porcelain");
	g_autoptr(Job) refs = git_of(l, "for-each-ref");

	assert_exit(status, 0);
	assert_exit(trees, 0);
	return g_strconcat(job_out(status), job_out(head), job_out(trees), job_out(refs), NULL);
}

#define OVER_REPO                                                                                  \
	"bisect", "--over", "git:repo", "--build", "sh build.sh", "--image", "image", "--client",  \
		"chance", "--scenario", "bisect/chance", "--out", "out"

#define bisect_of(l, ...) run_in(l, NULL, (const char *const[]){ OVER_REPO, __VA_ARGS__, NULL })

/* --- clients and images ----------------------------------------------------------------------- */

static const struct {
	const char *args[10], *client, *found, *last, *failure;
} client_rows[] = {
	{ { "--scenario", "pxelinux/kernel-only", "--term-new", "works" },
	  "libnet-sid",
	  "First works client: libnet-10.0\n",
	  "last old client: libnet-7.2\n",
	  "failure: gave-up/kernel-done/failed to load os from network\n" },
	{ { "--scenario", "pxelinux/20-entries", "--old", "libnet-5.2", "--new", "libnet-sid" },
	  "libnet-sid",
	  "First new client: libnet-sid\n",
	  "last old client: libnet-10.0-trixie",
	  "failure: payload/payload/cmdline\n" },
};

static bool is_here(const char *client)
{
	g_autofree char *name = g_build_filename(lab_iplab(), "../../clients", client, NULL);
	g_autofree char *path = g_canonicalize_filename(name, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return true;
	printf("skip test_bisect: %s is not there, `make clients` gets it\n", path);
	return false;
}

START_TEST(the_first_client)
{
	const char *const *a = client_rows[_i].args;
	g_autofree char *out = lab_path("out");
	g_autoptr(Job) j = NULL;

	if (!is_here(client_rows[_i].client))
		return;
	j = job_of("bisect", "--over", "clients:libnet-*", "--out", out, a[0], a[1], a[2], a[3],
		   a[4], a[5]);
	assert_exit(j, 0);
	assert_says(j, client_rows[_i].found);
	assert_says(j, client_rows[_i].last);
	assert_says(j, client_rows[_i].failure);
}
END_TEST

/* Nothing that a build makes: files, in the order of their numbers; and what is none of them. */
START_TEST(a_folder_of_images)
{
	static const unsigned versions[] = { 1, 2, 9, 10, 11 };
	g_auto(Lab) l = { 0 };
	g_autofree char *image = kernel(), *text = NULL;
	g_autoptr(Job) j = NULL;
	gsize len;

	lab_init(&l);
	ck_assert(g_file_get_contents(image, &text, &len, NULL));
	for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_autofree char *name = g_strdup_printf("%s/images/fw-%u", l.dir, versions[i]);

		put(l.dir, "images/.hidden", "");
		text[65552] = (char)(versions[i] >= 10 ? CHANCE_ALWAYS : 0);
		ck_assert(g_file_set_contents(name, text, (gssize)len, NULL));
	}
	j = run_in(&l, NULL,
		   (const char *const[]){ "bisect", "--over", "images", "--as", "image", "--client",
					  "chance", "--scenario", "bisect/chance", "--out", "out",
					  NULL });
	assert_exit(j, 0);
	assert_says(j, "First bad image: fw-10\n  last good image: fw-9\n");
	assert_says(j, "steps: 4; each boot is exact");
}
END_TEST

START_TEST(by_a_metric_or_a_check)
{
	g_autofree char *a = lab_path("a"), *b = lab_path("b"), *c = lab_path("c");
	g_autoptr(Job) metric =
		job_of("bisect", "--over", "clients:lwip*", "--scenario", "boot/probe", "--metric",
		       "payload", "--worse-by", "1%", "--bad", "lwip-matched", "--out", a);
	g_autoptr(Job) same =
		job_of("bisect", "--over", "clients:lwip*", "--scenario", "boot/probe", "--metric",
		       "payload", "--worse-by", "900%", "--bad", "lwip-matched", "--out", b);
	g_autoptr(Job) check = job_of("bisect", "--over", "clients:libnet-7.2,lwip", "--out", c,
				      "--check", "boot4.file.control-chars", "--old", "libnet-7.2");

	assert_exit(metric, 0);
	assert_says(metric, "First bad client: lwip-matched\n");
	assert_says(metric, "what counts: payload more than 1 % worse than ");
	assert_exit(same, 2);
	assert_says(same, " worse than lwip, which is not more than 900 %");
	assert_exit(check, 0);
	assert_says(check, "First new client: lwip\n");
}
END_TEST

/* --- commits ---------------------------------------------------------------------------------- */

START_TEST(one_boot_says_it_all)
{
	g_auto(Lab) l = { 0 };
	g_autofree char *before = NULL, *after = NULL;
	g_autoptr(Job) j = NULL, fixed = NULL, again = NULL;

	lab_init(&l);
	make_repo(&l, 23, CHANCE_ALWAYS, N_SKIPPED);
	before = state_of(&l);
	j = bisect_of(&l, "--good", "v1", "--bad", "main");
	assert_exit(j, 0);
	assert_says(j, "Change number 30: it does not build: sh exited with status 1: see ");
	assert_says(j, "Change number 23\n  last good commit: ");
	assert_says(j, "failure: crash/power-on/stopped at 0xbadc\n  steps: 8; each boot is exact");
	again = run_in(&l, NULL, (const char *const[]){ "bisect", "--resume", "out", NULL });
	assert_exit(again, 0);
	ck_assert_str_eq(job_out(again), job_out(j));
	after = state_of(&l);
	ck_assert_str_eq(after, before);
}
END_TEST

/* What does not build lies just where it matters; a range is no answer, but all there is. */
START_TEST(a_range_is_said_to_be_one)
{
	g_auto(Lab) l = { 0 };
	g_autoptr(Job) j = NULL;

	lab_init(&l);
	make_repo(&l, 23, CHANCE_ALWAYS, 23);
	j = bisect_of(&l, "--good", "v18", "--bad", "v28");
	assert_exit(j, 1);
	assert_says(j, "First bad commit: one of these 2; ");
	assert_says(j, "Change number 23\n    ");
	assert_says(j, "Change number 24\n  last good commit: ");
}
END_TEST

START_TEST(git_bisect_run)
{
	g_auto(Lab) l = { 0 };
	g_autoptr(Job) start = NULL, j = NULL;
	g_autofree char *script = g_strdup_printf(
		"sh build.sh || exit 125; exec '%s' bisect-step --scenario bisect/chance --client "
		"chance --image image --signature 'crash/power-on/stopped at 0xbadc'",
		lab_iplab());

	lab_init(&l);
	make_repo(&l, 23, CHANCE_ALWAYS, N_SKIPPED);
	start = git_of(&l, "bisect", "start", "main", "v1");
	assert_exit(start, 0);
	j = git_of(&l, "bisect", "run", "sh", "-c", script);
	assert_exit(j, 0);
	assert_says(j, "is the first bad commit");
	assert_says(j, "Change number 23\n");
	assert_says(j, "iplab bisect-step: bad: the boot fails: crash/power-on/stopped at 0xbadc");
	assert_says(j, "iplab bisect-step: good: the boot passes\n");
}
END_TEST

/* Interrupted or killed in a build, it leaves nothing running, and goes on where it was. */
static const int signals[] = { SIGINT, SIGKILL };

START_TEST(goes_on)
{
	g_auto(Lab) l = { 0 };
	const char *const argv[] = { OVER_REPO, "--good", "v1", "--bad", "main", NULL };
	struct job_options o = { 0 };
	g_autofree char *before = NULL, *after = NULL;
	const char *env[2];
	g_autoptr(Job) j = NULL, again = NULL;

	lab_init(&l);
	make_repo(&l, 23, CHANCE_ALWAYS, N_SKIPPED);
	before = state_of(&l);
	env[0] = l.path_env;
	env[1] = NULL;
	o = (struct job_options){ .cwd = l.dir, .env = env };
	j = job_start(&o, argv);
	for (const char *line = ""; line && !strstr(line, "   2  ");)
		line = job_line(j);
	job_kill(j, signals[_i]);
	job_wait(j);
	assert_exit(j, signals[_i] == SIGINT ? 3 : 256 + SIGKILL);
	assert_gone(j);
	again = run_in(&l, NULL, (const char *const[]){ "bisect", "--resume", "out", NULL });
	assert_exit(again, 0);
	assert_says(again, "Change number 23\n  last good commit: ");
	after = state_of(&l);
	ck_assert_str_eq(after, before);
}
END_TEST

static unsigned n_trials(void)
{
	const char *n = g_getenv("BISECT_TRIALS");

	return n ? (unsigned)atoi(n) : N_TRIALS;
}

/* Which commit, and which other one does not build: neither beside the other. */
static void draw(unsigned trial, unsigned *first_bad, unsigned *broken)
{
	*first_bad = 2 + (trial * 29 + 11) % (N_COMMITS - 1);
	*broken = 2 + (trial * 17 + 5) % (N_COMMITS - 2);
	while (*broken == *first_bad || *broken + 1 == *first_bad)
		*broken = *broken < N_COMMITS - 1 ? *broken + 1 : 2;
}

/* "  steps: 65; sure to": 65. */
static unsigned steps_of(const Job *j)
{
	const char *at = strstr(job_out(j), "  steps: ");

	ck_assert_ptr_nonnull(at);
	return (unsigned)atoi(at + strlen("  steps: "));
}

START_TEST(now_and_then)
{
	unsigned trial = (unsigned)_i, first_bad, broken;
	g_autofree char *seed = g_strdup_printf("%u", 1 + trial * 1000);
	g_autofree char *found = NULL, *before = NULL, *after = NULL;
	g_auto(Lab) l = { 0 };
	g_autoptr(Job) j = NULL;

	draw(trial, &first_bad, &broken);
	found = g_strdup_printf("Change number %u\n  last good commit: ", first_bad);
	lab_init(&l);
	make_repo(&l, first_bad, CHANCE_30_PERCENT, broken);
	before = state_of(&l);
	j = bisect_of(&l, "--good", "v1", "--bad", "main", "--confidence", "0.999", "--seeds",
		      "500", "--seed", seed);
	assert_exit(j, 0);
	assert_says(j, found);
	after = state_of(&l);
	ck_assert_str_eq(after, before);
	printf("trial %u: of %u commits number %u, which crashes in 30 %% of boots, in %u steps\n",
	       trial + 1, N_COMMITS, first_bad, steps_of(j));
	fflush(stdout);
}
END_TEST

/* --- what is wrong ---------------------------------------------------------------------------- */

static const struct {
	const char *args[8], *says;
	int code;
} bad_rows[] = {
	{ { "--good", "main", "--bad", "v1" }, "the two ends are swapped", 2 },
	{ { "--good", "v1", "--bad", "v1" }, "v1 and v1 are the same commit", 2 },
	{ { "--good", "v1", "--bad", "nope" }, "has no commit \"nope\"", 2 },
	{ { "--good", "--version", "--bad", "v1" }, "has no commit \"--version\"", 2 },
	{ { "--good", "v1" }, "git:REPO needs two revisions", 2 },
	{ { "--good", "v1", "--bad", "v30" }, "the bad end, ", 3 },
	{ { "--good", "v30", "--bad", "main" }, "the good end, ", 3 },
	{ { "--good", "v1", "--bad", "v4" }, "neither end fails: ", 2 },
	{ { "--good", "v33", "--bad", "main" }, "both ends fail: ", 2 },
	{ { "--good", "v1", "--bad", "main", "--over", "git:/" }, "/ is no git repository", 2 },
	{ { "--good", "v1", "--bad", "main", "--image", "nope" }, "the build leaves no nope", 3 },
	{ { "--good", "v1", "--bad", "main", "--check", "no.such" }, "--check is \"no.such\"", 2 },
	{ { "--good", "v1", "--bad", "main", "--confidence", "2" }, "--confidence is \"2\"", 2 },
	{ { "--good", "v1", "--new", "main" }, "--good and --bad go together", 2 },
	{ { "--good", "v1", "--bad", "main", "--scenario", "boot/*" },
	  "boot/* cannot be booted by chance",
	  2 },
};

START_TEST(is_wrong)
{
	const char *const *a = bad_rows[_i].args;
	g_auto(Lab) l = { 0 };
	g_autofree char *before = NULL, *after = NULL;
	g_autoptr(Job) j = NULL;

	lab_init(&l);
	make_repo(&l, 23, CHANCE_ALWAYS, N_SKIPPED);
	before = state_of(&l);
	j = bisect_of(&l, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
	assert_exit(j, bad_rows[_i].code);
	assert_says(j, bad_rows[_i].says);
	after = state_of(&l);
	ck_assert_str_eq(after, before);
}
END_TEST

static const struct {
	const char *args[6], *says;
	int code;
} step_rows[] = {
	{ { "--scenario", "boot/probe" }, "say which client boots", 129 },
	{ { "--scenario", "boot/probe", "--client", "lwip*" }, "fits more than one client", 129 },
	{ { "--scenario", "boot/probe", "--client", "lwip", "--image", "/nope" },
	  "cannot be judged: ",
	  125 },
};

START_TEST(a_step_is_wrong)
{
	const char *const *a = step_rows[_i].args;
	g_autoptr(Job) j = job_of("bisect-step", a[0], a[1], a[2], a[3], a[4], a[5]);

	assert_exit(j, step_rows[_i].code);
	assert_says(j, step_rows[_i].says);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bisect");

	lab_add_rows(s, the_first_client, N_ROWS(client_rows));
	lab_add(s, a_folder_of_images);
	lab_add(s, by_a_metric_or_a_check);
	lab_add(s, one_boot_says_it_all);
	lab_add(s, a_range_is_said_to_be_one);
	lab_add(s, git_bisect_run);
	lab_add_rows(s, goes_on, N_ROWS(signals));
	lab_add_rows(s, now_and_then, (int)n_trials());
	lab_add_rows(s, is_wrong, N_ROWS(bad_rows));
	lab_add_rows(s, a_step_is_wrong, N_ROWS(step_rows));
	return lab_main(s);
}
