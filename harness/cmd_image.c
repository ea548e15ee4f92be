/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab image`: build a Linux netboot image, and examine any netboot image
 */
#include <stdio.h>

#include "fixtures/image_check.h"
#include "fixtures/linux_netboot.h"
#include "harness/command.h"
#include "harness/paths.h"

static struct {
	char *out, *sysroot, *kernel, *cmdline, *scripts;
	char **debs, **modules;
} opt;

static const GOptionEntry entries[] = {
	{ "out", 0, 0, G_OPTION_ARG_FILENAME, &opt.out, "linux: where the image goes", "FILE" },
	{ "deb", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &opt.debs,
	  "linux: take files from this Debian package; once for each", "FILE" },
	{ "sysroot", 0, 0, G_OPTION_ARG_FILENAME, &opt.sysroot,
	  "linux: take files from this installed system", "DIR" },
	{ "kernel", 0, 0, G_OPTION_ARG_STRING, &opt.kernel,
	  "linux: which kernel, where there are several", "RELEASE" },
	{ "module", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt.modules,
	  "linux: a further kernel module; once for each", "NAME" },
	{ "cmdline", 0, 0, G_OPTION_ARG_STRING, &opt.cmdline,
	  "linux: command line of the image itself (" LINUX_NETBOOT_CMDLINE ")", "TEXT" },
	{ "scripts", 0, 0, G_OPTION_ARG_FILENAME, &opt.scripts,
	  "linux: folder with init, boot and lease, in the place of iplab's", "DIR" },
	G_OPTION_ENTRY_NULL,
};

static void print_findings(const GPtrArray *findings)
{
	for (unsigned i = 0; i < findings->len; i++) {
		const struct image_finding *f = findings->pdata[i];

		printf("%-4s  %s\n", f->id == IMAGE_FACT ? "ok" : "BAD", f->text);
	}
}

static int could_not(const GError *error)
{
	fprintf(stderr, "iplab image: %s\n", error->message);
	return EXIT_COULD_NOT_RUN;
}

/* --- check ------------------------------------------------------------------------------------ */

static int check(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &error);
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GPtrArray) findings = NULL;

	if (!file)
		return could_not(error);
	image = g_mapped_file_get_bytes(file);
	findings = image_check(image);
	print_findings(findings);
	return image_check_is_good(findings) ? EXIT_AS_EXPECTED : EXIT_UNEXPECTED;
}

/* --- linux ------------------------------------------------------------------------------------ */

static bool add_debs(FileSet *files, char **debs, GError **error)
{
	for (; debs && *debs; debs++)
		if (!file_set_add_deb(files, *debs, error))
			return false;
	return true;
}

/* What the user named; if that is nothing, what the source tree has. */
static bool add_sources(FileSet *files, GError **error)
{
	g_auto(GStrv) fetched = NULL;

	if (opt.debs || opt.sysroot)
		return add_debs(files, opt.debs, error) &&
		       (!opt.sysroot || file_set_add_sysroot(files, opt.sysroot, error));
	fetched = paths_linux_debs();
	if (fetched)
		return add_debs(files, fetched, error);
	g_set_error(error, FILE_SET_ERROR, FILE_SET_ERROR_SOURCE,
		    "no packages are fetched: run `make inputs` in the source tree, or name some "
		    "with --deb, or an installed system with --sysroot");
	return false;
}

static GBytes *build(GError **error)
{
	g_autoptr(FileSet) files = file_set_new();
	g_autofree char *scripts = opt.scripts ? g_strdup(opt.scripts) : paths_linux_scripts();
	struct linux_netboot_options options = {
		.release = opt.kernel,
		.cmdline = opt.cmdline,
		.modules = (const char *const *)opt.modules,
		.scripts = scripts,
	};

	return add_sources(files, error) ? linux_netboot_build(files, &options, error) : NULL;
}

static int build_linux(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GPtrArray) findings = NULL;
	const char *bytes;
	size_t len;

	if (!opt.out)
		return command_usage_error("image", "linux needs --out FILE");
	image = build(&error);
	if (!image)
		return could_not(error);
	bytes = g_bytes_get_data(image, &len);
	if (!g_file_set_contents(opt.out, bytes, (gssize)len, &error))
		return could_not(error);
	findings = image_check(image);
	print_findings(findings);
	return image_check_is_good(findings) ? EXIT_AS_EXPECTED : EXIT_UNEXPECTED;
}

int command_image(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = command_parse(
		argv, entries, false,
		"linux --out FILE | check FILE\n\n"
		"linux  builds a netboot image out of a Linux kernel, busybox and kexec\n"
		"check  says what a netboot image is and what is wrong with it; exit status 1\n"
		"       when something is",
		&error);

	(void)argc;
	if (!args)
		return command_usage_error("image", error->message);
	if (g_strv_length(args) == 2 && g_str_equal(args[1], "linux"))
		return build_linux();
	if (g_strv_length(args) == 3 && g_str_equal(args[1], "check"))
		return check(args[2]);
	return command_usage_error("image", "what? linux --out FILE, or check FILE");
}
