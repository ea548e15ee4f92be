/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients whose image people bring
 *
 * The image here is the probe: it speaks as soon as it is started, and what it says is the client's
 * milestone.
 */
#include <string.h>

#include "tests/boot/booted.h"
#include "tests/support/suite.h"

#define CLIENT                                                                                     \
	"[client]\nsummary = mine\nprovides = linux-boot\nenter = image-kernel\nos = true\n"       \
	"get = Ask for it.\n"                                                                      \
	"[milestone.hello]\nline = ^@iplab payload kind=probe\n"                                   \
	"[deadline]\ncell_ms = 150000\n"
#define SCENARIO                                                                                   \
	"[scenario]\nsummary = own\nrequires = linux-boot\n"                                       \
	"[boot]\nkernel = k\n[file.k]\nfixture = probe\n[expect]\ncmdline =\n"

START_TEST(without_its_image_it_is_skipped)
{
	g_autofree char *file = lab_file("mine.ini", CLIENT);
	g_autoptr(Booted) b = booted_start(
		SCENARIO, (const char *const[]){ "--client-file", file, "client=mine", NULL });
	g_autoptr(Job) list = job_of("list", "clients", "client=mine", "--client-file", file);
	g_autoptr(Result) r = NULL;

	ck_assert_int_eq(job_wait(b->job), 3);
	r = result_of(b->dir);
	ck_assert_str_eq(verdict_name(r->verdict), "skip");
	ck_assert_str_eq(r->reason, "mine needs an image of yours; name one with --image or with "
				    "image= in a client file. Ask for it.");
	assert_exit(list, 0);
	assert_says(list, r->reason);
}
END_TEST

static char *probe(void)
{
	g_autofree char *mode = g_path_get_dirname(lab_iplab());
	g_autofree char *build = g_path_get_dirname(mode);

	return g_build_filename(build, "fixtures", "probe", NULL);
}

/* The user's file says image=, or --image does. */
static const struct {
	const char *what;
	bool by_option;
} ways[] = {
	{ "on the command line", true },
	{ "in the file", false },
};

START_TEST(with_its_image_it_boots)
{
	g_autofree char *image = probe();
	g_autofree char *in_file = g_strdup_printf("%simage = %s\n", "[client]\n", image);
	g_autofree char *rest = g_strdup(strchr(CLIENT, '\n') + 1);
	g_autofree char *text =
		g_strconcat(ways[_i].by_option ? "[client]\n" : in_file, rest, NULL);
	g_autofree char *file = lab_file("mine.ini", text);
	const char *const args[] = { "--client-file", file,
				     "client=mine",   ways[_i].by_option ? "--image" : NULL,
				     image,           NULL };
	g_autoptr(Booted) b = booted_run(SCENARIO, args);
	g_autoptr(Job) show = job_of("show", "mine", "--run", b->dir);
	const GArray *m = b->result->milestones;

	assert_verdict(b, VERDICT_PASS);
	ck_assert_uint_eq(m->len, 3);
	ck_assert_str_eq(g_array_index(m, struct milestone, 1).name, "hello");
	event_with(b, "milestone", "name", "hello");
	assert_says(show, "* hello");
}
END_TEST

/* So that it has memory barriers on every QEMU. */
START_TEST(an_operating_system_may_have_a_second_cpu)
{
	g_autofree char *image = probe();
	g_autofree char *file = lab_file("mine.ini", CLIENT);
	g_autofree char *qemu = lab_qemu_script("case \"$*\" in\n*'-smp 1 -smp maxcpus=2 '*) ;;\n"
						"*-help*|*--version*) ;;\n"
						"*) echo 'no second CPU' >&2; exit 7;;\nesac\n"
						"exec qemu-system-s390x \"$@\"\n");
	g_autoptr(Booted) b = booted_of(SCENARIO, "--client-file", file, "client=mine", "--image",
					image, "--qemu", qemu);

	assert_verdict(b, VERDICT_PASS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("boot: user_image");

	lab_add(s, without_its_image_it_is_skipped);
	lab_add_rows(s, with_its_image_it_boots, N_ROWS(ways));
	lab_add(s, an_operating_system_may_have_a_second_cpu);
	return lab_main(s);
}
