/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/client: client files, and the way from names to files of this machine
 */
#include "harness/client.h"

#include <check.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/paths.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define HEAD "[client]\nsummary = s\nprovides = ccw\n"

/* A folder with a client, two firmware files and a program in it. */
struct lab {
	char *dir;
	Client *client;
	char *missing;
};

static Client *load(const char *dir, const char *text, GError **error)
{
	g_autofree char *path = text_file(dir, "x.ini", text);

	return client_load(path, "x", NULL, error);
}

static void program(const char *dir, const char *name)
{
	g_autofree char *path = text_file(dir, name, "#!/bin/sh\n");

	ck_assert_int_eq(chmod(path, 0755), 0);
}

static struct lab lab_new(const char *text)
{
	struct lab lab = { .dir = temp_folder_new() };

	text_file_put(lab.dir, "fw.img", "firmware");
	text_file_put(lab.dir, "sub/net.img", "netboot");
	program(lab.dir, "qemu");
	lab.client = load(lab.dir, text, NULL);
	ck_assert_ptr_nonnull(lab.client);
	g_free(lab.client->qemu);
	lab.client->qemu = g_build_filename(lab.dir, "qemu", NULL);
	return lab;
}

static void lab_free(struct lab *lab)
{
	client_free(lab->client);
	g_free(lab->missing);
	temp_folder_remove(lab->dir);
}

static bool resolve(struct lab *lab, const struct client_overrides *o)
{
	return client_resolve(lab->client, o, &lab->missing);
}

static void expect_path(const struct lab *lab, const char *got, const char *name)
{
	g_autofree char *want = g_build_filename(lab->dir, name, NULL);

	ck_assert_str_eq(got, want);
}

START_TEST(defaults)
{
	struct lab lab = lab_new(HEAD "enter = direct\n");
	g_autoptr(Client) c = load(lab.dir, HEAD "enter = direct\n", NULL);

	ck_assert_str_eq(c->name, "x");
	ck_assert_str_eq(c->summary, "s");
	ck_assert_int_eq(c->enter, CLIENT_DIRECT);
	ck_assert_str_eq(c->qemu, "qemu-system-s390x");
	ck_assert_str_eq(c->machine, "s390-ccw-virtio");
	ck_assert_str_eq(c->nic, "virtio-net-ccw");
	ck_assert(!c->firmware && !c->netboot && !c->image && !c->arguments);
	ck_assert_str_eq(c->accelerator, "tcg");
	ck_assert(!c->gave_up && !c->handover && !c->memory_mib && !c->get && !c->os);
	ck_assert(!c->gave_up_first && !c->gave_up_last);
	ck_assert_uint_eq(c->milestones->len, 0);
	ck_assert_uint_eq(c->deadline.cell_ms, 0);
	ck_assert(!client_has_network(c));
	lab_free(&lab);
}
END_TEST

START_TEST(everything_is_read)
{
	struct lab lab = lab_new(
		HEAD "enter = firmware\nqemu = q\nmachine = m\nnic = n\n"
		     "firmware = f\nnetboot = b\nimage = i\narguments = -a;-b c\n"
		     "memory_mib = 99\naccelerator = tcg,tb-size=8\nget = Buy it.\nos = true\n"
		     "[console]\ngave_up = ^a;b$\nhandover = c+\ngave_up_codes = 0x1000-0x10fF\n");
	const Client *c = lab.client;

	ck_assert_str_eq(c->machine, "m");
	ck_assert_str_eq(c->nic, "n");
	ck_assert_str_eq(c->firmware, "f");
	ck_assert_str_eq(c->netboot, "b");
	ck_assert_str_eq(c->image, "i");
	ck_assert_str_eq(c->arguments[1], "-b c");
	ck_assert_uint_eq(c->memory_mib, 99);
	ck_assert_str_eq(c->get, "Buy it.");
	ck_assert(c->os);
	ck_assert_str_eq(c->accelerator, "tcg,tb-size=8");
	ck_assert_str_eq(c->gave_up[1], "b$");
	ck_assert_str_eq(c->handover[0], "c+");
	ck_assert(c->gave_up_first == 0x1000 && c->gave_up_last == 0x10ff);
	ck_assert(client_has_network(c));
	lab_free(&lab);
}
END_TEST

static const struct {
	const char *word;
	int want;
} enter_rows[] = {
	{ "firmware", CLIENT_FIRMWARE },           { "direct", CLIENT_DIRECT },
	{ "image-netboot", CLIENT_IMAGE_NETBOOT }, { "image-bios", CLIENT_IMAGE_BIOS },
	{ "image-kernel", CLIENT_IMAGE_KERNEL },   { "image-bootfile", CLIENT_IMAGE_BOOTFILE },
};

START_TEST(ways_to_enter)
{
	g_autofree char *text = g_strdup_printf(HEAD "enter = %s\n", enter_rows[_i].word);
	struct lab lab = lab_new(text);

	ck_assert_int_eq(lab.client->enter, enter_rows[_i].want);
	ck_assert(client_has_network(lab.client) == (enter_rows[_i].want != CLIENT_DIRECT));
	lab_free(&lab);
}
END_TEST

/* DHCP names the image of one that comes as a boot file, and of no other. */
START_TEST(an_image_is_a_boot_file)
{
	struct lab lab = lab_new(HEAD "enter = image-bootfile\n");
	struct lab other = lab_new(HEAD "enter = image-netboot\n");
	g_autofree char *name = client_bootfile(lab.client);

	ck_assert_str_eq(name, "iplab-image-x");
	ck_assert_ptr_null(client_bootfile(other.client));
	lab_free(&lab);
	lab_free(&other);
}
END_TEST

/* The longer of what either says. */
START_TEST(deadlines_are_at_least_the_clients)
{
	struct lab lab = lab_new(HEAD "enter = direct\n[deadline]\ndhcp_ms = 50\ncell_ms = 7\n");
	struct phase_limits scenario = { .phase_ms = { 40, 41, 42, 43, 44 }, .cell_ms = 8 };
	struct phase_limits l = client_limits(lab.client, &scenario);

	ck_assert_uint_eq(l.phase_ms[PHASE_DHCP], 50);
	ck_assert_uint_eq(l.phase_ms[PHASE_CONFIG], 41);
	ck_assert_uint_eq(l.phase_ms[PHASE_PAYLOAD], 44);
	ck_assert_uint_eq(l.cell_ms, 8);
	lab_free(&lab);
}
END_TEST

static const struct {
	const char *what, *text;
	int want;
} bad_rows[] = {
	{ "no summary", "[client]\nprovides = ccw\nenter = direct\n", INI_ERROR_MISSING },
	{ "no features", "[client]\nsummary = s\nenter = direct\n", INI_ERROR_MISSING },
	{ "no way to enter", HEAD, INI_ERROR_MISSING },
	{ "an unknown feature", "[client]\nsummary = s\nprovides = x\nenter = direct\n",
	  INI_ERROR_VALUE },
	{ "an unknown way to enter", HEAD "enter = magic\n", INI_ERROR_VALUE },
	{ "too much memory", HEAD "enter = direct\nmemory_mib = 65537\n", INI_ERROR_VALUE },
	{ "negative memory", HEAD "enter = direct\nmemory_mib = -1\n", INI_ERROR_VALUE },
	{ "a bad escape", HEAD "enter = direct\nqemu = a\\q\n", INI_ERROR_VALUE },
	{ "no regular expression", HEAD "enter = direct\n[console]\ngave_up = (\n",
	  INI_ERROR_VALUE },
	{ "one code", HEAD "enter = direct\n[console]\ngave_up_codes = 0x1000\n", INI_ERROR_VALUE },
	{ "codes the wrong way round",
	  HEAD "enter = direct\n[console]\ngave_up_codes = 0x1001-0x1000\n", INI_ERROR_VALUE },
	{ "code 0", HEAD "enter = direct\n[console]\ngave_up_codes = 0-10\n", INI_ERROR_VALUE },
	{ "no codes", HEAD "enter = direct\n[console]\ngave_up_codes = a-z\n", INI_ERROR_VALUE },
	{ "a sign", HEAD "enter = direct\n[console]\ngave_up_codes = -9-10\n", INI_ERROR_VALUE },
	{ "more behind", HEAD "enter = direct\n[console]\ngave_up_codes = 1-2-3\n",
	  INI_ERROR_VALUE },
	{ "the second is none", HEAD "enter = direct\n[console]\nhandover = a;[b\n",
	  INI_ERROR_VALUE },
	{ "a milestone without a line", HEAD "enter = direct\n[milestone.menu]\n",
	  INI_ERROR_MISSING },
	{ "a milestone of no regular expression",
	  HEAD "enter = direct\n[milestone.menu]\nline = (\n", INI_ERROR_VALUE },
	{ "a milestone with an unknown key", HEAD "enter = direct\n[milestone.menu]\nlines = x\n",
	  INI_ERROR_UNKNOWN },
	{ "a milestone in capitals", HEAD "enter = direct\n[milestone.Menu]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "a milestone with a quote", HEAD "enter = direct\n[milestone.a\"b]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "a milestone with a very long name",
	  HEAD "enter = direct\n[milestone.a23456789012345678901234567890123]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "power-on is the harness's", HEAD "enter = direct\n[milestone.power-on]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "first-frame is the wire's", HEAD "enter = direct\n[milestone.first-frame]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "payload is the payload's", HEAD "enter = direct\n[milestone.payload]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "handover is another key", HEAD "enter = direct\n[milestone.handover]\nline = x\n",
	  INI_ERROR_VALUE },
	{ "a deadline of nothing", HEAD "enter = direct\n[deadline]\ndhcp_ms = 0\n",
	  INI_ERROR_VALUE },
	{ "a deadline of too much", HEAD "enter = direct\n[deadline]\ncell_ms = 3600001\n",
	  INI_ERROR_VALUE },
	{ "an unknown key", HEAD "enter = direct\nkernel = x\n", INI_ERROR_UNKNOWN },
	{ "an unknown group", HEAD "enter = direct\n[qemu]\n", INI_ERROR_UNKNOWN },
	{ "no key file", "client\n", INI_ERROR_SYNTAX },
};

START_TEST(bad_files_are_refused)
{
	char *dir = temp_folder_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(Client) c = load(dir, bad_rows[_i].text, &error);

	ck_assert_msg(!c && g_error_matches(error, INI_ERROR, bad_rows[_i].want), "%s: %s",
		      bad_rows[_i].what, error ? error->message : "was taken");
	ck_assert_ptr_nonnull(strstr(error->message, "x.ini"));
	temp_folder_remove(dir);
}
END_TEST

START_TEST(milestones_are_read_in_order)
{
	struct lab lab = lab_new(HEAD "enter = direct\n[milestone.menu]\nline = ^Menu; or so\n"
				      "[milestone.kernel-start]\nline = Loading\n");
	const GPtrArray *all = lab.client->milestones;
	const struct client_milestone *menu, *start;

	ck_assert_uint_eq(all->len, 2);
	menu = all->pdata[0];
	start = all->pdata[1];
	ck_assert_str_eq(menu->name, "menu");
	ck_assert_str_eq(menu->line, "^Menu; or so");
	ck_assert_int_eq((int)menu->id, MILESTONE_N);
	ck_assert_str_eq(start->name, "kernel-start");
	ck_assert_int_eq((int)start->id, MILESTONE_KERNEL_START);
	lab_free(&lab);
}
END_TEST

START_TEST(the_longer_deadline_counts)
{
	const struct phase_limits scenario = { { 10, 10, 10, 10, 10 }, 100 };
	struct lab lab = lab_new(HEAD "enter = direct\n[deadline]\ndhcp_ms = 9\nconfig_ms = 11\n"
				      "payload_ms = 10\ncell_ms = 200\n");
	struct phase_limits l = client_limits(lab.client, &scenario);

	ck_assert_uint_eq(l.phase_ms[PHASE_DHCP], 10);
	ck_assert_uint_eq(l.phase_ms[PHASE_CONFIG], 11);
	ck_assert_uint_eq(l.phase_ms[PHASE_KERNEL], 10);
	ck_assert_uint_eq(l.phase_ms[PHASE_INITRD], 10);
	ck_assert_uint_eq(l.phase_ms[PHASE_PAYLOAD], 10);
	ck_assert_uint_eq(l.cell_ms, 200);
	lab_free(&lab);
}
END_TEST

START_TEST(a_missing_file)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(client_load("/nonexistent/x.ini", "x", NULL, &error));
	ck_assert(g_error_matches(error, INI_ERROR, INI_ERROR_FILE));
	client_free(NULL);
}
END_TEST

START_TEST(names_become_paths_beside_the_file)
{
	struct lab lab = lab_new(HEAD "enter = firmware\nfirmware = fw.img\n"
				      "netboot = sub/net.img\n");

	ck_assert(resolve(&lab, &(struct client_overrides){ NULL }));
	expect_path(&lab, lab.client->qemu, "qemu");
	expect_path(&lab, lab.client->firmware, "fw.img");
	expect_path(&lab, lab.client->netboot, "sub/net.img");
	ck_assert_ptr_null(lab.missing);
	lab_free(&lab);
}
END_TEST

START_TEST(the_users_own_build_comes_first)
{
	struct lab lab = lab_new(HEAD "enter = image-netboot\nqemu = nowhere\nfirmware = nowhere\n"
				      "netboot = nowhere\nimage = nowhere\n");
	g_autofree char *qemu = g_build_filename(lab.dir, "qemu", NULL);
	g_autofree char *path = g_build_filename(lab.dir, "sub", "..", "fw.img", NULL);
	struct client_overrides o = { qemu, path, path, path };

	ck_assert(resolve(&lab, &o));
	expect_path(&lab, lab.client->qemu, "qemu");
	expect_path(&lab, lab.client->firmware, "fw.img");
	expect_path(&lab, lab.client->netboot, "fw.img");
	expect_path(&lab, lab.client->image, "fw.img");
	lab_free(&lab);
}
END_TEST

START_TEST(overrides_are_seen_from_the_working_directory)
{
	struct lab lab = lab_new(HEAD "enter = firmware\n");
	struct client_overrides o = { .firmware = (char *)"net.img" };
	g_autofree char *sub = g_build_filename(lab.dir, "sub", NULL);

	ck_assert_int_eq(chdir(sub), 0);
	ck_assert(resolve(&lab, &o));
	expect_path(&lab, lab.client->firmware, "sub/net.img");
	lab_free(&lab);
}
END_TEST

static const struct {
	const char *what, *text;
	struct client_overrides o;
	const char *says;
} missing_rows[] = {
	{ "QEMU", "enter = direct\n", { .qemu = (char *)"no-such-qemu" }, "no-such-qemu" },
	{ "firmware", "enter = firmware\nfirmware = no-such.img\n", { NULL }, "--firmware" },
	{ "a netboot image",
	  "enter = firmware\nfirmware = fw.img\nnetboot = no-such.img\n",
	  { NULL },
	  "--netboot" },
	{ "firmware that is a folder", "enter = firmware\nfirmware = sub\n", { NULL }, "sub" },
	{ "firmware by an absolute path",
	  "enter = firmware\nfirmware = /no/such.img\n",
	  { NULL },
	  "/no/such.img" },
	{ "the user's firmware",
	  "enter = firmware\nfirmware = fw.img\n",
	  { .firmware = (char *)"/no/such.img" },
	  "/no/such.img" },
	{ "an image that nobody named", "enter = image-kernel\n", { NULL }, "--image" },
	{ "an image that is named",
	  "enter = image-bios\nimage = no-such.img\n",
	  { NULL },
	  "no-such.img" },
	{ "an image, and how to come by it",
	  "enter = image-kernel\nget = Ask for it.\n",
	  { NULL },
	  "in a client file. Ask for it." },
	{ "the user's image",
	  "enter = image-netboot\nimage = fw.img\n",
	  { .image = (char *)"/no/such.img" },
	  "/no/such.img" },
};

START_TEST(what_is_missing_is_said)
{
	g_autofree char *text = g_strconcat(HEAD, missing_rows[_i].text, NULL);
	struct lab lab = lab_new(text);

	ck_assert_msg(!resolve(&lab, &missing_rows[_i].o), "%s", missing_rows[_i].what);
	ck_assert_ptr_nonnull(lab.missing);
	ck_assert_msg(strstr(lab.missing, missing_rows[_i].says) != NULL, "%s: \"%s\"",
		      missing_rows[_i].what, lab.missing);
	lab_free(&lab);
}
END_TEST

START_TEST(who_has_no_network_needs_no_firmware)
{
	struct lab lab = lab_new(HEAD "enter = direct\nfirmware = no-such.img\n");

	ck_assert(resolve(&lab, &(struct client_overrides){ NULL }));
	lab_free(&lab);
}
END_TEST

START_TEST(a_program_that_cannot_be_executed)
{
	struct lab lab = lab_new(HEAD "enter = direct\n");
	g_autofree char *path = g_build_filename(lab.dir, "fw.img", NULL);

	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert(!resolve(&lab, &(struct client_overrides){ .qemu = path }));
	ck_assert_ptr_nonnull(lab.missing);
	lab_free(&lab);
}
END_TEST

static const struct {
	const char *what, *script;
	const char *version;
	bool sandbox;
} qemu_rows[] = {
	{ "a QEMU", "echo 'QEMU emulator version 7.2'; echo '-sandbox on[,..]'",
	  "QEMU emulator version 7.2", true },
	{ "one without a sandbox", "echo 'QEMU 6'; echo 'see -sandbox on'", "QEMU 6", false },
	{ "one that says nothing", "", NULL, false },
	{ "one that complains", "echo no >&2; exit 1", NULL, false },
};

START_TEST(a_qemu_is_asked)
{
	struct lab lab = lab_new(HEAD "enter = direct\n");
	g_autofree char *script = g_strdup_printf("#!/bin/sh\n%s\n", qemu_rows[_i].script);
	g_autofree char *path = text_file(lab.dir, "qemu", script);

	ck_assert_int_eq(chmod(path, 0755), 0);
	client_ask_qemu(lab.client);
	client_ask_qemu(lab.client); /* frees what it said before */
	ck_assert_msg(!g_strcmp0(lab.client->qemu_version, qemu_rows[_i].version), "%s: %s",
		      qemu_rows[_i].what, lab.client->qemu_version);
	ck_assert_msg(lab.client->sandbox == qemu_rows[_i].sandbox, "%s", qemu_rows[_i].what);
	lab_free(&lab);
}
END_TEST

START_TEST(a_qemu_that_is_not_there)
{
	struct lab lab = lab_new(HEAD "enter = direct\n");

	g_free(lab.client->qemu);
	lab.client->qemu = g_strdup("/nonexistent/qemu");
	client_ask_qemu(lab.client);
	ck_assert(!lab.client->qemu_version && !lab.client->sandbox);
	lab_free(&lab);
}
END_TEST

/* --- bases ------------------------------------------------------------------------------------ */

#define BASE                                                                                       \
	"[client]\nsummary = base\nprovides = ccw;bootfile\nenter = firmware\npolls = true\n"      \
	"machine = m\nfirmware = fw.img\nnetboot = sub/net.img\nmemory_mib = 99\narguments = "     \
	"-a;-b\n"                                                                                  \
	"[console]\ngave_up = base\nhandover = over\n"

/* A lab whose client is @text, based on BASE in a folder of its own. */
static struct lab lab_over(const char *text)
{
	struct lab lab = { .dir = temp_folder_new() };
	g_autofree char *base = text_file(lab.dir, "below/base.ini", BASE);
	char *files[] = { base, NULL };
	g_autofree char *path = text_file(lab.dir, "x.ini", text);
	g_autoptr(GError) error = NULL;

	text_file_put(lab.dir, "below/fw.img", "firmware");
	text_file_put(lab.dir, "below/sub/net.img", "netboot");
	text_file_put(lab.dir, "fw.img", "another");
	text_file_put(lab.dir, "image.img", "image");
	program(lab.dir, "qemu");
	lab.client = client_load(path, "x", files, &error);
	ck_assert_msg(lab.client != NULL, "%s", error ? error->message : "no error");
	return lab;
}

START_TEST(what_is_not_said_is_as_in_the_base)
{
	struct lab lab = lab_over("[client]\nbase = base\n");
	const Client *c = lab.client;

	ck_assert_str_eq(c->name, "x");
	ck_assert_str_eq(c->summary, "base");
	ck_assert_int_eq(c->enter, CLIENT_FIRMWARE);
	ck_assert_str_eq(c->machine, "m");
	ck_assert_str_eq(c->nic, "virtio-net-ccw");
	ck_assert_str_eq(c->arguments[1], "-b");
	ck_assert_uint_eq(c->memory_mib, 99);
	ck_assert_str_eq(c->gave_up[0], "base");
	ck_assert(c->polls && feature_has(c->provides, "bootfile"));
	expect_path(&lab, c->bases[0], "below/base.ini");
	ck_assert_ptr_null(c->bases[1]);
	ck_assert(g_str_has_suffix(c->path, "/x.ini"));
	lab_free(&lab);
}
END_TEST

START_TEST(what_is_said_takes_the_place_of_the_bases)
{
	struct lab lab = lab_over("[client]\nbase = base\nsummary = mine\nprovides = ccw\n"
				  "enter = image-bios\npolls = false\nmemory_mib = 0\n"
				  "arguments = -c\n[console]\ngave_up = mine\n");
	const Client *c = lab.client;

	ck_assert_str_eq(c->summary, "mine");
	ck_assert(!c->polls && !feature_has(c->provides, "bootfile"));
	ck_assert_int_eq(c->enter, CLIENT_IMAGE_BIOS);
	ck_assert_uint_eq(c->memory_mib, 0);
	ck_assert_str_eq(c->arguments[0], "-c");
	ck_assert_ptr_null(c->arguments[1]);
	ck_assert_str_eq(c->gave_up[0], "mine");
	ck_assert_ptr_null(c->gave_up[1]);
	ck_assert_str_eq(c->handover[0], "over");
	lab_free(&lab);
}
END_TEST

START_TEST(an_empty_qemu_is_the_default)
{
	struct lab lab = lab_over("[client]\nbase = base\nqemu =\n");

	ck_assert_str_eq(lab.client->qemu, "qemu-system-s390x");
	lab_free(&lab);
}
END_TEST

static const struct {
	const char *what, *text, *firmware, *netboot; /* below the lab's folder; NULL: none */
} whose_rows[] = {
	{ "both are the base's", "", "below/fw.img", "below/sub/net.img" },
	{ "the same name beside the file", "firmware = fw.img\n", "fw.img", "below/sub/net.img" },
	{ "none of the base's", "netboot =\n", "below/fw.img", NULL },
	{ "neither of them", "firmware =\nnetboot =\n", NULL, NULL },
};

START_TEST(names_are_seen_from_the_file_that_says_them)
{
	g_autofree char *text =
		g_strconcat("[client]\nbase = base\nqemu = ./qemu\n", whose_rows[_i].text, NULL);
	struct lab lab = lab_over(text);
	const char *wanted[] = { whose_rows[_i].firmware, whose_rows[_i].netboot };
	const char *got[2];

	ck_assert_msg(resolve(&lab, &(struct client_overrides){ NULL }), "%s: %s",
		      whose_rows[_i].what, lab.missing);
	got[0] = lab.client->firmware;
	got[1] = lab.client->netboot;
	for (int i = 0; i < 2; i++) {
		g_autofree char *path =
			wanted[i] ? g_build_filename(lab.dir, wanted[i], NULL) : NULL;

		ck_assert_msg(!g_strcmp0(got[i], path), "%s: %s", whose_rows[_i].what, got[i]);
	}
	expect_path(&lab, lab.client->qemu, "qemu");
	lab_free(&lab);
}
END_TEST

START_TEST(a_base_has_a_base)
{
	char *dir = temp_folder_new();
	g_autofree char *one = text_file(dir, "one.ini", BASE);
	g_autofree char *two =
		text_file(dir, "two.ini", "[client]\nbase = one\nmachine = n\nmemory_mib = 5\n");
	g_autoptr(Client) c = load(dir, "[client]\nbase = two\nmemory_mib = 7\n", NULL);

	ck_assert_ptr_nonnull(c);
	ck_assert_str_eq(c->summary, "base");
	ck_assert_str_eq(c->machine, "n");
	ck_assert_uint_eq(c->memory_mib, 7);
	ck_assert_str_eq(c->bases[0], two);
	ck_assert_str_eq(c->bases[1], one);
	temp_folder_remove(dir);
}
END_TEST

static const struct {
	const char *what, *text;
	int want;
	const char *says;
} layer_rows[] = {
	{ "a base that is not complete", "[client]\nbase = half\n", INI_ERROR_MISSING, "half.ini" },
	{ "a mistake of its own", "[client]\nbase = good\nmemory_mib = x\n", INI_ERROR_VALUE,
	  "x.ini" },
	{ "a feature of its own that is none", "[client]\nbase = good\nprovides = x\n",
	  INI_ERROR_VALUE, "x.ini" },
	{ "no such base", "[client]\nbase = nobody\n", INI_ERROR_VALUE, "x.ini" },
};

START_TEST(mistakes_in_layers)
{
	char *dir = temp_folder_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(Client) c = NULL;

	text_file_put(dir, "good.ini", BASE);
	text_file_put(dir, "half.ini", "[client]\nsummary = s\n");
	c = load(dir, layer_rows[_i].text, &error);
	ck_assert_msg(!c && g_error_matches(error, INI_ERROR, layer_rows[_i].want), "%s: %s",
		      layer_rows[_i].what, error ? error->message : "was taken");
	ck_assert_msg(strstr(error->message, layer_rows[_i].says) != NULL, "%s: %s",
		      layer_rows[_i].what, error->message);
	temp_folder_remove(dir);
}
END_TEST

static const struct {
	const char *what, *text, *version;
	bool fits;
} misfit_rows[] = {
	{ "an old QEMU", "enter = firmware\nnetboot = fw.img\n", "7.2.0", true },
	{ "a new QEMU", "enter = firmware\nnetboot = fw.img\n", "10.0.2", false },
	{ "a new QEMU with firmware alone", "enter = firmware\nfirmware = fw.img\n", "10.0.2",
	  true },
	{ "an image in the netboot image's place", "enter = image-netboot\nimage = fw.img\n",
	  "10.0.2", false },
	{ "an image in another place", "enter = image-kernel\nimage = fw.img\n", "10.0.2", true },
	{ "no network", "enter = direct\nnetboot = fw.img\n", "10.0.2", true },
	{ "a QEMU that does not say", "enter = firmware\nnetboot = fw.img\n", "?", true },
};

START_TEST(some_qemus_load_no_netboot_image)
{
	g_autofree char *text = g_strconcat(HEAD, misfit_rows[_i].text, NULL);
	struct lab lab = lab_new(text);
	g_autofree char *script = g_strdup_printf("#!/bin/sh\necho QEMU emulator version %s\n",
						  misfit_rows[_i].version);
	g_autofree char *path = text_file(lab.dir, "qemu", script);
	g_autofree char *why = NULL;

	ck_assert_int_eq(chmod(path, 0755), 0);
	client_ask_qemu(lab.client);
	why = client_misfit(lab.client);
	ck_assert_msg(!why == misfit_rows[_i].fits, "%s: %s", misfit_rows[_i].what, why);
	ck_assert(!why || strstr(why, misfit_rows[_i].version));
	lab_free(&lab);
}
END_TEST

START_TEST(every_client_of_ours_loads)
{
	g_autofree char *dir = source_file("fixtures/clients");
	g_autoptr(GPtrArray) names = paths_list_ini(dir, 0);

	ck_assert_uint_gt(names->len, 0);
	for (unsigned i = 0; i < names->len; i++) {
		g_autofree char *path = g_strdup_printf("%s/%s.ini", dir, (char *)names->pdata[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(Client) c = client_load(path, names->pdata[i], NULL, &error);

		ck_assert_msg(c != NULL, "%s", error ? error->message : "no error");
	}
}
END_TEST

START_TEST(the_documentation_tells_every_key)
{
	g_autofree char *path = source_file("docs/clients.md");
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	for (const struct ini_key *k = client_keys; k->key; k++) {
		g_autofree char *quoted = g_strdup_printf("`%s`", k->key);

		ck_assert_msg(strstr(text, quoted) != NULL, "%s says nothing of [%s] %s", path,
			      k->group, k->key);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("client");

	suite_add(s, defaults);
	suite_add(s, everything_is_read);
	suite_add_rows(s, ways_to_enter, N_ROWS(enter_rows));
	suite_add(s, an_image_is_a_boot_file);
	suite_add(s, deadlines_are_at_least_the_clients);
	suite_add_rows(s, bad_files_are_refused, N_ROWS(bad_rows));
	suite_add(s, milestones_are_read_in_order);
	suite_add(s, the_longer_deadline_counts);
	suite_add(s, a_missing_file);
	suite_add(s, names_become_paths_beside_the_file);
	suite_add(s, the_users_own_build_comes_first);
	suite_add(s, overrides_are_seen_from_the_working_directory);
	suite_add_rows(s, what_is_missing_is_said, N_ROWS(missing_rows));
	suite_add(s, who_has_no_network_needs_no_firmware);
	suite_add(s, a_program_that_cannot_be_executed);
	suite_add_rows(s, a_qemu_is_asked, N_ROWS(qemu_rows));
	suite_add(s, a_qemu_that_is_not_there);
	suite_add(s, what_is_not_said_is_as_in_the_base);
	suite_add(s, what_is_said_takes_the_place_of_the_bases);
	suite_add(s, an_empty_qemu_is_the_default);
	suite_add_rows(s, names_are_seen_from_the_file_that_says_them, N_ROWS(whose_rows));
	suite_add(s, a_base_has_a_base);
	suite_add_rows(s, mistakes_in_layers, N_ROWS(layer_rows));
	suite_add_rows(s, some_qemus_load_no_netboot_image, N_ROWS(misfit_rows));
	suite_add(s, every_client_of_ours_loads);
	suite_add(s, the_documentation_tells_every_key);
	return suite_run(s);
}
