/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixtures/clients: what clients print, held against the patterns of their files
 *
 * Most of these clients are images that people bring, so no boot of ours can show that a pattern is
 * right. Their lines, as they were seen on consoles, can.
 */
#include <check.h>
#include <string.h>

#include "harness/observer.h"
#include "harness/paths.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define WAIT_AT_0 "{\"info\":{\"type\":\"s390\",\"psw-addr\":0,\"reason\":\"disabled-wait\"}}"

/* What a row expects in place of a milestone. */
#define GAVE_UP "(gave up)" /* the line says why it stopped */
#define NOTHING "(nothing)"

static const struct {
	const char *client, *tells, *line;
} rows[] = {
	{ "petitboot", "discover", "--- pb-discover ---" },
	{ "petitboot", "link-ready", "Interface eth0 ready" },
	{ "petitboot", "dhcp-start", "[eth0] Configuring with DHCP" },
	{ "petitboot", "lease", "[eth0] Processing DHCP lease response (ip: 10.0.2.15)" },
	{ "petitboot", "probing", "[eth0] Probing from base tftp://10.0.2.2/" },
	{ "petitboot", "config-parsed",
	  "[eth0] Parsed PXE config from tftp://10.0.2.2/pxelinux.cfg/default" },
	{ "petitboot", "menu", "Boot option eth0@0x2aa1 set as default, timeout 10 sec." },
	{ "petitboot", "menu", "handler: boot option eth0@0x2aa1 set as default, timeout 10 sec." },
	{ "petitboot", "countdown", "Booting in 10 sec: [eth0] linux" },
	{ "petitboot", "autoboot", "Timeout expired" },
	{ "petitboot", "downloaded", "Download complete: tftp://10.0.2.2/kernel.img" },
	{ "petitboot", "kexec-load", "boot status: [4] Performing kexec load" },
	{ "petitboot", "handover", "boot status: [4] Performing kexec reboot" },
	{ "petitboot", "handover", "performing kexec reboot" },
	{ "petitboot", GAVE_UP,
	  "The download client '/usr/bin/tftp' [pid 91, url tftp://10.0.2.2/kernel.img] exited, "
	  "rc 256" },
	{ "petitboot", GAVE_UP, "boot status: [0] Couldn't load kernel image from tftp://x/k" },
	{ "petitboot", GAVE_UP, "kexec_load: kexec load failed" },
	{ "petitboot", GAVE_UP, "boot status: [0] kexec reboot failed" },
	{ "petitboot", GAVE_UP, "Failed to load all boot resources" },
	{ "petitboot", GAVE_UP, "Boot failed: no image specified" },
	/* Nine of these come before the configuration is found. */
	{ "petitboot", NOTHING,
	  "The download client '/usr/bin/tftp' [pid 80, url tftp://10.0.2.2/pxelinux.cfg/"
	  "0A00020F] exited, rc 256" },
	{ "petitboot", NOTHING,
	  "The download client '/usr/bin/tftp' [pid 91, url tftp://10.0.2.2/kernel.img] exited, "
	  "rc 0" },
	{ "petitboot", NOTHING, "udhcpc6 client [pid 60] for interface eth0 exited, rc 256" },
	{ "petitboot", NOTHING, "eth0 not marked ready yet" },
	{ "petitboot", NOTHING, "udev_check_interface_ready: interface eth0 missing properties" },

	{ "u-root", "link-up", "2026/07/20 10:00:01 Bringing up interface eth0..." },
	{ "u-root", "dhcp-start", "2026/07/20 10:00:02 Attempting to get DHCPv4 lease on eth0" },
	{ "u-root", "lease", "2026/07/20 10:00:02 Got DHCPv4 lease on eth0: DHCPv4 Message" },
	{ "u-root", "boot-uri", "2026/07/20 10:00:02 Boot URI: tftp://10.0.2.2/pxelinux.0" },
	{ "u-root", "menu", "Welcome to LinuxBoot's Menu" },
	{ "u-root", "autoboot", "Attempting to boot linux." },
	{ "u-root", "handover", "[   19.1] kexec_core: Starting new kernel" },
	{ "u-root", GAVE_UP,
	  "Could not configure eth0 for IPv4: unable to receive an offer: got an error while the "
	  "discovery request: no matching response packet received" },
	{ "u-root", GAVE_UP,
	  "Failed to boot lease IPv4 DHCP Lease IP 10.0.2.15/24: no boot file name present in "
	  "DHCP message" },
	{ "u-root", GAVE_UP,
	  "Netboot failed: nothing bootable found, all interfaces are configured or timed out" },
	{ "u-root", GAVE_UP,
	  "Failed to load linux: could not load image linux: function not implemented" },
	{ "u-root", GAVE_UP, "Failed to open /dev/tty: open /dev/tty: no such device or address" },
	{ "u-root", GAVE_UP, "Nothing to boot." },
	{ "u-root", NOTHING, "Could not configure eth0 for IPv6: context deadline exceeded" },
	{ "u-root", NOTHING, "Enter a number to boot a kernel:" },

	{ "grub2", "grub", "                     GNU GRUB  version 2.12" },
	{ "grub2", "kexec-load", "Performing 'kexec -l /tmp/k --initrd=/tmp/i BOOT_IMAGE=/k'" },
	{ "grub2", "kexec-load",
	  "grub-core/loader/emu/linux.c:52:linux: Performing 'kexec -la /tmp/k '" },
	{ "grub2", "handover", "Performing 'kexec -e'" },
	{ "grub2", "handover", "grub-core/loader/emu/linux.c:91:linux: Performing 'kexec -ex'" },
	{ "grub2", "handover", "[    9.1] kexec_core: Starting new kernel" },
	{ "grub2", GAVE_UP, "error: couldn't send network packet." },
	{ "grub2", GAVE_UP, "error: cannot find kernel file (tftp,10.0.2.2)/kernel.img." },
	{ "grub2", GAVE_UP, "grub-emu: error: error trying to directly perform 'kexec -ex': 1." },
	{ "grub2", NOTHING, "Not performing 'kexec -la /tmp/k '" },
	{ "grub2", NOTHING, "Performing 'systemctl kexec' (do-or-die)" },
	{ "grub2", NOTHING, "grub>" },

	{ "s390-tools", "waiting", "waiting for pxe config from DHCP (max 600 sec)" },
	{ "s390-tools", "link-up", "DHCP response deconfig:" },
	{ "s390-tools", "lease", "DHCP response bound:" },
	{ "s390-tools", "lease", "DHCP response renew:" },
	{ "s390-tools", "search",
	  "fetching config pxelinux.cfg/01-52-54-00-12-34-56 from 10.0.2.2" },
	{ "s390-tools", "kernel-fetch", "fetch kernel kernel.img from 10.0.2.2" },
	{ "s390-tools", "initrd-fetch", "fetch initrd initrd.img from 10.0.2.2" },
	{ "s390-tools", "kexec-load",
	  "Kexec load: kexec -l /tmp/kernel --initrd=/tmp/initrd --append=\"quiet\"" },
	{ "s390-tools", "handover", "kexec_core: Starting new kernel" },
	{ "s390-tools", GAVE_UP, "ip: an inet address is expected rather than \"dev\"" },
	{ "s390-tools", GAVE_UP, "tftp: sendto: Network is unreachable" },
	{ "s390-tools", GAVE_UP, "udhcpc: SIOCGIFINDEX: No such device" },
	{ "s390-tools", GAVE_UP, "Error waiting for PXE configuration from DHCP" },
	{ "s390-tools", GAVE_UP, "no config found" },
	{ "s390-tools", GAVE_UP, "no kernel statement found in config" },
	{ "s390-tools", GAVE_UP, "tftp: timeout" },
	{ "s390-tools", GAVE_UP, "Nothing has been loaded!" },
	{ "s390-tools", NOTHING, "tftp: server error: (1) File not found" },
	{ "s390-tools", NOTHING, "DHCP response nak:" },
	{ "s390-tools", NOTHING, "modprobe: can't open 'modules.dep': No such file or directory" },

	{ "libnet-7.2", "handover", "Network loading done, starting kernel..." },
	{ "libnet-7.2", GAVE_UP, "Failed to load OS from network" },
	{ "libnet-7.2", GAVE_UP, "TFTP error: TFTP access violation" },
	{ "libnet-7.2", NOTHING, "Network boot device detected" },
	{ "libnet-7.2", NOTHING, "Loading pxelinux.cfg entry 'linux'" },
};

/* A client of ours that looks at consoles. */
struct lab {
	char *dir;
	Client *client;
	Scenario *scenario;
	Journal *journal;
	Result *result;
	Observer *o;
	GString *told; /* milestones, a blank behind each */
	uint64_t now_ns;
};

static void on_progress(void *self, const char *milestone, uint64_t t_ns)
{
	struct lab *lab = self;

	(void)t_ns;
	g_string_append_printf(lab->told, "%s ", milestone);
}

static Client *client_of_ours(const char *name)
{
	g_autofree char *file = g_strdup_printf("fixtures/clients/%s.ini", name);
	g_autofree char *path = source_file(file);
	g_autoptr(GError) error = NULL;
	Client *c = client_load(path, name, NULL, &error);

	ck_assert_msg(c != NULL, "%s", error ? error->message : "no error");
	return c;
}

static void lab_start(struct lab *lab, const char *client)
{
	g_autofree char *path = NULL;
	struct observer_config cfg;

	*lab = (struct lab){ .dir = temp_folder_new(), .told = g_string_new(NULL) };
	path = text_file(lab->dir, "s.ini", "[scenario]\nsummary = s\n");
	lab->client = client_of_ours(client);
	lab->scenario = scenario_load(path, "s", NULL);
	lab->journal = journal_new(NULL);
	lab->result = result_new();
	cfg = (struct observer_config){
		.client = lab->client,
		.scenario = lab->scenario,
		.tree = lab->dir,
		.journal = lab->journal,
		.result = lab->result,
		.progress = on_progress,
		.self = lab,
	};
	lab->o = observer_new(&cfg);
}

static void lab_end(struct lab *lab)
{
	observer_free(lab->o);
	client_free(lab->client);
	scenario_free(lab->scenario);
	journal_free(lab->journal);
	result_free(lab->result);
	g_string_free(lab->told, TRUE);
	temp_folder_remove(lab->dir);
}

static void say(struct lab *lab, const char *line)
{
	g_autofree char *text = g_strconcat(line, "\r\n", NULL);

	observer_console(lab->o, ++lab->now_ns, text, strlen(text));
}

/* Whether it is this line that a client which stops now has stopped for. */
static bool stopped_for(struct lab *lab, const char *line)
{
	g_autoptr(JsonNode) data = json_from_string(WAIT_AT_0, NULL);
	struct lowcore last = { .known = false };

	say(lab, "last words");
	observer_qmp(lab->o, ++lab->now_ns, "GUEST_PANICKED", json_node_get_object(data));
	observer_judge(lab->o, lab->now_ns, &last, 0, NULL);
	ck_assert_str_eq(lab->result->ending, "gave-up");
	return strstr(lab->result->reason, line);
}

START_TEST(lines_tell_what_they_should)
{
	const char *line = rows[_i].line, *tells = rows[_i].tells;
	bool gave_up = g_str_equal(tells, GAVE_UP);
	bool milestone = !gave_up && !g_str_equal(tells, NOTHING);
	g_autofree char *want = milestone ? g_strconcat(tells, " ", NULL) : g_strdup("");
	struct lab lab;

	lab_start(&lab, rows[_i].client);
	say(&lab, line);
	ck_assert_msg(g_str_equal(lab.told->str, want), "%s: \"%s\" tells \"%s\"", rows[_i].client,
		      line, lab.told->str);
	ck_assert_msg(stopped_for(&lab, line) == gave_up, "%s: \"%s\" %s", rows[_i].client, line,
		      gave_up ? "says nothing" : "is taken for the reason");
	lab_end(&lab);
}
END_TEST

static bool has_row(const char *client, const char *tells)
{
	for (int i = 0; i < N_ROWS(rows); i++)
		if (g_str_equal(rows[i].client, client) && g_str_equal(rows[i].tells, tells))
			return true;
	return false;
}

START_TEST(each_milestone_of_a_client_has_a_line)
{
	g_autofree char *dir = source_file("fixtures/clients");
	g_autoptr(GPtrArray) names = paths_list_ini(dir, 0);
	unsigned n = 0;

	for (unsigned i = 0; i < names->len; i++) {
		g_autoptr(Client) c = client_of_ours(names->pdata[i]);

		for (unsigned k = 0; k < c->milestones->len; k++, n++) {
			const struct client_milestone *m = c->milestones->pdata[k];

			ck_assert_msg(has_row(c->name, m->name), "no line of %s tells %s", c->name,
				      m->name);
		}
	}
	ck_assert_uint_gt(n, 0);
}
END_TEST

static bool fits_a_row(const char *client, const char *tells, const char *pattern)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);

	for (int i = 0; i < N_ROWS(rows); i++)
		if (g_str_equal(rows[i].client, client) && g_str_equal(rows[i].tells, tells) &&
		    g_regex_match(regex, rows[i].line, 0, NULL))
			return true;
	return false;
}

static void check_patterns(const char *client, const char *tells, char **patterns)
{
	ck_assert_msg(patterns && *patterns, "%s has no pattern for %s", client, tells);
	for (; *patterns; patterns++)
		ck_assert_msg(fits_a_row(client, tells, *patterns), "%s: no line fits \"%s\"",
			      client, *patterns);
}

/* Clients that no boot of ours tries. */
static const char *const user_supplied[] = { "petitboot", "u-root", "grub2", "s390-tools" };

START_TEST(each_pattern_of_a_user_supplied_client_has_a_line)
{
	g_autoptr(Client) c = client_of_ours(user_supplied[_i]);

	check_patterns(c->name, GAVE_UP, c->gave_up);
	check_patterns(c->name, "handover", c->handover);
}
END_TEST

START_TEST(a_user_supplied_client_tells_how_to_come_by_it)
{
	g_autoptr(Client) c = client_of_ours(user_supplied[_i]);
	g_autofree char *missing = NULL;
	struct client_overrides no_qemu = { .qemu = (char *)"/bin/true" };

	ck_assert_ptr_nonnull(c->get);
	ck_assert(!client_resolve(c, &no_qemu, &missing));
	ck_assert_msg(strstr(missing, c->get) != NULL, "%s", missing);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("client_lines");

	suite_add_rows(s, lines_tell_what_they_should, N_ROWS(rows));
	suite_add(s, each_milestone_of_a_client_has_a_line);
	suite_add_rows(s, each_pattern_of_a_user_supplied_client_has_a_line, N_ROWS(user_supplied));
	suite_add_rows(s, a_user_supplied_client_tells_how_to_come_by_it, N_ROWS(user_supplied));
	return suite_run(s);
}
