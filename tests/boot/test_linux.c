/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Linux netboot image: its three ways in, what it refuses, and what the network may not do to
 * it
 *
 * Two kernels start one after the other in each boot, so there are few of them, and they share a
 * run.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/boot/booted.h"
#include "tests/support/suite.h"

/* What a shell would like to run, and the harness to believe. */
#define HOSTILE "a=$(poweroff -f) `poweroff -f` 'b' *|& >/init -l --help @iplab payload \\\\x"

/* A scenario that all three can run. The first bytes of the boot file's name are an option. */
static const char hostile[] =
	"[scenario]\nsummary = words from the network are data\nrequires = pxelinux;dhcp-4\n"
	"clock = wall\n"
	"[boot]\nconfig = pxelinux.cfg/default\nkernel = kernel.img\ninitrd = initrd.img\n"
	"append = " HOSTILE "\n"
	"[server.dhcp]\ndomain = $(poweroff -f)\ntftp_server = -x $(poweroff -f)\n"
	"[file.pxelinux.cfg/default]\n"
	"lines = # $(poweroff -f);default it's\\r;label other;kernel none;label it's\\r;"
	"\\tLinux kernel.img\\r;  initrd initrd.img; append " HOSTILE ";label last;kernel none\n"
	"[file.kernel.img]\nfixture = probe\n[file.initrd.img]\nrandom_bytes = 20000\n";

/* One that only the image in the place of the firmware's can run: it names what is not there. */
static const char missing[] =
	"[scenario]\nsummary = it says what is missing\nrequires = pxelinux;bootfile;ipl-device\n"
	"clock = wall\n"
	"[boot]\nconfig = pxelinux.cfg/default\n"
	"[file.pxelinux.cfg/default]\nlines = default x;label x;kernel @iplab payload $(x).img\n"
	"[expect]\nending = gave-up\nevents = transfer pxelinux.cfg/default;tftp.error\n"
	"console = iplab-netboot: failed: ?iplab payload $(x).img: ;iplab-netboot: gave up\n";

/* What the image is in the build; NULL, and a word of it, if it is not there. */
static char *find_image(const char *test)
{
	g_autofree char *build = g_path_get_dirname(lab_iplab());
	char *path = g_build_filename(build, "..", "fixtures", "linux-netboot", NULL);

	if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return path;
	printf("skip %s: no build/fixtures/linux-netboot, `make inputs` builds it\n", test);
	g_free(path);
	return NULL;
}

static void expect_milestones(const Result *r)
{
	static const char *const wanted[] = {
		"power-on",     "first-frame", "dhcp-discover", "dhcp-ack", "config-loaded",
		"kernel-start", "kernel-done", "initrd-done",   "handover", "payload",
	};

	ck_assert_uint_eq(r->milestones->len, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < r->milestones->len; i++)
		ck_assert_msg(g_str_equal(g_array_index(r->milestones, struct milestone, i).name,
					  wanted[i]),
			      "%s: %s", r->cell,
			      g_array_index(r->milestones, struct milestone, i).name);
}

/* What IPLAB_PATH has to say for a scenario that is in this file. */
static char *folder_of(const char *scenario)
{
	g_autofree char *area = g_path_get_dirname(scenario), *all = g_path_get_dirname(area);

	return g_path_get_dirname(all);
}

START_TEST(boots_each_way_and_takes_words_for_data)
{
	g_autofree char *image = find_image("boots_each_way_and_takes_words_for_data");
	g_autofree char *first = lab_file("scenarios/my/hostile.ini", hostile);
	g_autofree char *second = lab_file("scenarios/my/missing.ini", missing);
	g_autofree char *path1 = folder_of(first), *path2 = folder_of(second);
	g_autofree char *env = g_strconcat("IPLAB_PATH=", path1, ":", path2, NULL);
	g_autofree char *dir = lab_path("run");
	struct job_options o = { .env = (const char *const[]){ env, NULL } };
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(Job) j = NULL;

	if (!image)
		return;
	j = job_run(&o,
		    (const char *const[]){ "run", "client=linux,linux-kernel,linux-chain", BUILTIN,
					   "scenario=my/*", "-j", "2", "--out", dir, NULL });
	assert_exit(j, 0);
	assert_says(j, "4 passed, 0 failed, 0 errors, 0 skipped");
	results = results_of(dir);
	for (guint i = 0; i < results->len; i++)
		if (g_str_equal(((Result *)results->pdata[i])->scenario, "my/hostile"))
			expect_milestones(results->pdata[i]);
}
END_TEST

/* --- iplab image ------------------------------------------------------------------------------ */

START_TEST(the_built_image_is_good_and_a_changed_one_is_not)
{
	g_autofree char *image = find_image("the_built_image_is_good"), *bytes = NULL;
	g_autofree char *bad = lab_path("bad.img");
	g_autoptr(Job) good = NULL, changed = NULL, none = NULL;
	gsize len;

	none = job_of("image", "check", "/nowhere");
	assert_exit(none, 3);
	if (!image)
		return;
	good = job_of("image", "check", image);
	assert_exit(good, 0);
	assert_says(good, "4 kernel modules");
	assert_says(good, "command line: \"quiet\"");
	ck_assert(g_file_get_contents(image, &bytes, &len, NULL));
	for (unsigned i = 0; i < 4; i++) { /* of two big-endian words */
		char *start = bytes + 66568, *size = bytes + 66576, t;

		t = start[i], start[i] = start[7 - i], start[7 - i] = t;
		t = size[i], size[i] = size[7 - i], size[7 - i] = t;
	}
	ck_assert(g_file_set_contents(bad, bytes, (gssize)len, NULL));
	changed = job_of("image", "check", bad);
	assert_exit(changed, 1);
	assert_says(changed, "look little-endian");
}
END_TEST

/* A system with a kernel of Debian's, and the configuration that trixie's has. */
START_TEST(a_kernel_without_kexec_is_refused)
{
	g_autofree char *image = find_image("a_kernel_without_kexec_is_refused"), *bytes = NULL;
	g_autofree char *build = g_path_get_dirname(lab_iplab()), *out = lab_path("out.img");
	g_autofree char *kernel = NULL, *config = NULL, *root = NULL, *boot = NULL;
	g_autofree char *from = g_build_filename(build, "..", "fixtures", "linux-kernel", NULL);
	g_autoptr(Job) check = NULL, j = NULL;
	char *release, *end;
	gsize len;

	if (!image)
		return;
	check = job_of("image", "check", image);
	release = strstr(job_out(check), "Linux ");
	ck_assert_ptr_nonnull(release);
	release += strlen("Linux ");
	end = strchr(release, '\n');
	ck_assert_ptr_nonnull(end);
	kernel = g_strdup_printf("root/boot/config-%.*s", (int)(end - release), release);
	config = lab_file(kernel, "# CONFIG_KEXEC is not set\n");
	boot = g_path_get_dirname(config);
	root = g_path_get_dirname(boot);
	g_free(kernel);
	kernel = g_build_filename(boot, "vmlinuz-1", NULL);
	ck_assert(g_file_get_contents(from, &bytes, &len, NULL));
	ck_assert(g_file_set_contents(kernel, bytes, (gssize)len, NULL));
	j = job_of("image", "linux", "--sysroot", root, "--out", out);
	assert_exit(j, 3);
	assert_says(j, "without CONFIG_KEXEC");
	ck_assert(!g_file_test(out, G_FILE_TEST_EXISTS));
}
END_TEST

static const struct {
	const char *what;
	const char *const args[8];
	int status;
	const char *says;
} usage_rows[] = {
	{ "help", { "image", "--help" }, 0, "--sysroot" },
	{ "nothing", { "image" }, 2, "linux --out FILE" },
	{ "no file", { "image", "check" }, 2, "check FILE" },
	{ "nowhere to go", { "image", "linux" }, 2, "--out" },
	{ "a package that is none",
	  { "image", "linux", "--out", "/x", "--deb", "/dev/null" },
	  3,
	  "/dev/null" },
	{ "no system",
	  { "image", "linux", "--out", "/x", "--sysroot", "/proc/self" },
	  3,
	  "no system is there" },
};

START_TEST(wrong_usage_is_explained)
{
	g_autoptr(Job) j = job_run(NULL, usage_rows[_i].args);

	assert_exit(j, usage_rows[_i].status);
	assert_says(j, usage_rows[_i].says);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("linux");

	lab_add_rows(s, wrong_usage_is_explained, N_ROWS(usage_rows));
	lab_add(s, the_built_image_is_good_and_a_changed_one_is_not);
	lab_add(s, a_kernel_without_kexec_is_refused);
	lab_add(s, boots_each_way_and_takes_words_for_data);
	return lab_main(s);
}
