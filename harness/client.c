/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients: a netboot implementation under test, the QEMU that runs it, and how its console speaks
 */
#include "harness/client.h"

#include <string.h>

#include "harness/client_layers.h"
#include "harness/paths.h"
#include "harness/qemu_info.h"
#include "harness/rules.h"

#define QEMU_DEFAULT "qemu-system-s390x"

static const char *const enter_words[] = {
	[CLIENT_FIRMWARE] = "firmware",
	[CLIENT_DIRECT] = "direct",
	[CLIENT_IMAGE_NETBOOT] = "image-netboot",
	[CLIENT_IMAGE_BIOS] = "image-bios",
	[CLIENT_IMAGE_KERNEL] = "image-kernel",
	[CLIENT_IMAGE_BOOTFILE] = "image-bootfile",
	NULL,
};

struct client_text {
	Client c;
	char **provides;
	char *base;
};

#define FIELD(field) offsetof(struct client_text, field)

#define DEADLINE_KEY(key, field, what)                                                             \
	{                                                                                          \
		"deadline", key, INI_UINT, offsetof(struct phase_limits, field), 1, 3600000,       \
			.help = what ": it needs at least so much, whatever a scenario says"       \
	}

const struct ini_key client_keys[] = {
	{ "client", "base", INI_STRING, FIELD(base),
	  .help = "another client: what this file does not say is as it is there" },
	{ "client", "summary", INI_STRING, FIELD(c.summary), .required = true,
	  .help = "what it is, in one line" },
	{ "client", "provides", INI_STRINGS, FIELD(provides), .required = true,
	  .help = "what it can do (iplab list features)" },
	{ "client", "enter", INI_WORD, FIELD(c.enter), .words = enter_words, .required = true,
	  .help = "how it gets into the machine" },
	{ "client", "polls", INI_BOOL, FIELD(c.polls),
	  .help = "it never sleeps, so it can run on the virtual clock (false)" },
	{ "client", "os", INI_BOOL, FIELD(c.os),
	  .help = "it is an operating system: it lives with program checks (false)" },
	{ "client", "qemu", INI_STRING, FIELD(c.qemu),
	  .help = "QEMU program: a name that PATH finds, or a path (qemu-system-s390x)" },
	{ "client", "machine", INI_STRING, FIELD(c.machine),
	  .help = "QEMU machine type (s390-ccw-virtio)" },
	{ "client", "nic", INI_STRING, FIELD(c.nic),
	  .help = "QEMU device of a network card (virtio-net-ccw)" },
	{ "client", "firmware", INI_STRING, FIELD(c.firmware), .help = "file for -bios" },
	{ "client", "netboot", INI_STRING, FIELD(c.netboot),
	  .help = "file for s390-ipl.netboot_fw=" },
	{ "client", "image", INI_STRING, FIELD(c.image), .help = "file that enter=image-* starts" },
	{ "client", "get", INI_STRING, FIELD(c.get),
	  .help = "how to come by the image, a sentence for people who have none" },
	{ "client", "accelerator", INI_STRING, FIELD(c.accelerator),
	  .help = "QEMU's -accel, where the scenario names none (tcg)" },
	{ "client", "arguments", INI_STRINGS, FIELD(c.arguments),
	  .help = "further arguments for QEMU" },
	{ "client", "memory_mib", INI_UINT, FIELD(c.memory_mib), 0, 65536,
	  .help = "needs at least so much guest memory" },
	{ "console", "gave_up", INI_STRINGS, FIELD(c.gave_up),
	  .help = "regular expressions: console lines that say why it stopped" },
	{ "console", "gave_up_codes", INI_STRING, FIELD(c.gave_up_codes),
	  .help = "first and last code of disabled waits that it gives up with: 0x1000-0x10ff" },
	{ "console", "handover", INI_STRINGS, FIELD(c.handover),
	  .help = "regular expressions: the line before it starts the kernel" },
	{ "checks", "not_applicable", INI_STRINGS, FIELD(c.not_applicable),
	  .help = "patterns: checks of conformance that are not meant for it (none)" },
	RULE_KEYS,
	{ "milestone.", "line", INI_STRING, offsetof(struct client_milestone, line),
	  .required = true,
	  .help = "regular expression: the console line that tells this milestone" },
	DEADLINE_KEY("dhcp_ms", phase_ms[PHASE_DHCP], "power-on to ACK"),
	DEADLINE_KEY("config_ms", phase_ms[PHASE_CONFIG], "ACK to the kernel's first block"),
	DEADLINE_KEY("kernel_ms", phase_ms[PHASE_KERNEL], "the kernel's transfer"),
	DEADLINE_KEY("initrd_ms", phase_ms[PHASE_INITRD], "the initrd's transfer"),
	DEADLINE_KEY("payload_ms", phase_ms[PHASE_PAYLOAD], "from there to the payload's end"),
	DEADLINE_KEY("cell_ms", cell_ms, "all of it, in time of the host"),
	{ .key = NULL },
};

static bool check_pattern(const Ini *ini, const char *group, const char *key, const char *pattern,
			  GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, &cause);

	if (!regex)
		g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
			    "%s: [%s] %s: \"%s\" is no regular expression: %s", ini_path(ini),
			    group, key, pattern, cause->message);
	return regex;
}

static bool check_patterns(const Ini *ini, const char *key, char **patterns, GError **error)
{
	for (; patterns && *patterns; patterns++)
		if (!check_pattern(ini, "console", key, *patterns, error))
			return false;
	return true;
}

static void milestone_free(void *milestone)
{
	struct client_milestone *m = milestone;

	g_free(m->name);
	g_free(m->line);
	g_free(m);
}

static bool is_milestone_name(const char *name)
{
	size_t len = strlen(name);

	return len <= MILESTONE_NAME_MAX && g_ascii_islower(*name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

/* What the harness or the payload says itself, or another key does. */
static bool is_reserved(enum milestone_id id)
{
	return id == MILESTONE_POWER_ON || id == MILESTONE_FIRST_FRAME ||
	       id == MILESTONE_HANDOVER || id == MILESTONE_PAYLOAD;
}

static bool check_milestone_name(const Ini *ini, const char *name, GError **error)
{
	if (is_milestone_name(name) && !is_reserved(milestone_by_name(name)))
		return true;
	g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
		    "%s: [milestone.%s]: allowed are names of lower-case letters, digits and "
		    "hyphens, at most %d, but not power-on, first-frame, payload, nor handover, "
		    "which is [console] handover",
		    ini_path(ini), name, MILESTONE_NAME_MAX);
	return false;
}

/* The one of that name, whose line a file over another may change; a new one if there is none. */
static struct client_milestone *milestone_at(Client *c, const char *name)
{
	struct client_milestone *m;

	for (unsigned i = 0; i < c->milestones->len; i++) {
		m = c->milestones->pdata[i];
		if (g_str_equal(m->name, name))
			return m;
	}
	m = g_new0(struct client_milestone, 1);
	m->name = g_strdup(name);
	m->id = milestone_by_name(name);
	g_ptr_array_add(c->milestones, m);
	return m;
}

static bool read_milestone(Client *c, const Ini *ini, const char *name, GError **error)
{
	g_autofree char *group = g_strconcat("milestone.", name, NULL);
	struct client_milestone *m;

	if (!check_milestone_name(ini, name, error))
		return false;
	m = milestone_at(c, name);
	return ini_read(ini, group, m, error) && check_pattern(ini, group, "line", m->line, error);
}

static bool read_milestones(Client *c, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "milestone.");

	for (char **name = names; *name; name++)
		if (!read_milestone(c, ini, *name, error))
			return false;
	return true;
}

static const struct {
	const char *key;
	size_t offset;
} file_keys[CLIENT_FILE_N] = {
	[CLIENT_FILE_QEMU] = { "qemu", offsetof(Client, qemu) },
	[CLIENT_FILE_FIRMWARE] = { "firmware", offsetof(Client, firmware) },
	[CLIENT_FILE_NETBOOT] = { "netboot", offsetof(Client, netboot) },
	[CLIENT_FILE_IMAGE] = { "image", offsetof(Client, image) },
};

/* A name of a file is relative to the file that says it. An empty one takes back what was there. */
static void note_files(Client *c, const Ini *ini)
{
	for (enum client_file i = 0; i < CLIENT_FILE_N; i++) {
		char **name = &G_STRUCT_MEMBER(char *, c, file_keys[i].offset);

		if (!ini_has_key(ini, "client", file_keys[i].key))
			continue;
		g_free(c->said_in[i]);
		c->said_in[i] = g_path_get_dirname(ini_path(ini));
		if (!**name)
			g_clear_pointer(name, g_free);
	}
}

/* "0x1000-0x10ff", or NULL: none. */
static bool parse_codes(struct client_text *f, const Ini *ini, GError **error)
{
	const char *text = f->c.gave_up_codes;
	char *end;

	if (!text)
		return true;
	f->c.gave_up_first = g_ascii_strtoull(text, &end, 16);
	if (g_ascii_isxdigit(*text) && *end == '-' && g_ascii_isxdigit(end[1]))
		f->c.gave_up_last = g_ascii_strtoull(end + 1, &end, 16);
	if (!*end && f->c.gave_up_first && f->c.gave_up_first <= f->c.gave_up_last)
		return true;
	g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
		    "%s: [console] gave_up_codes is \"%s\"; allowed are two hexadecimal numbers, "
		    "FIRST-LAST, from 1 on",
		    ini_path(ini), text);
	return false;
}

/* @ini goes over what is there, if @is_over; else it must be complete. */
static bool read_all(struct client_text *f, const Ini *ini, bool is_over, GError **error)
{
	g_autofree char *where = g_strdup_printf("%s: [client] provides", ini_path(ini));

	if (!(is_over ? ini_read_over : ini_read)(ini, "client", f, error))
		return false;
	note_files(&f->c, ini);
	return ini_read_over(ini, "console", f, error) &&
	       feature_parse(f->provides, where, &f->c.provides, error) &&
	       check_patterns(ini, "gave_up", f->c.gave_up, error) && parse_codes(f, ini, error) &&
	       check_patterns(ini, "handover", f->c.handover, error) &&
	       read_milestones(&f->c, ini, error) && ini_read_over(ini, "checks", f, error) &&
	       rules_read(f->c.rules, ini, error) &&
	       ini_read_over(ini, "deadline", &f->c.deadline, error);
}

static char **paths_of_bases(const GPtrArray *layers)
{
	GPtrArray *paths = g_ptr_array_new();

	for (unsigned i = 1; i < layers->len; i++)
		g_ptr_array_add(paths, g_strdup(ini_path(layers->pdata[i])));
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(paths, FALSE);
}

Client *client_load(const char *path, const char *name, char **files, GError **error)
{
	g_autoptr(GPtrArray) layers = client_layers_load(path, files, client_keys, error);
	struct client_text f = { 0 };
	bool ok = true;
	Client *c;

	if (!layers)
		return NULL;
	f.c.name = g_strdup(name);
	f.c.path = g_strdup(path);
	f.c.bases = paths_of_bases(layers);
	f.c.qemu = g_strdup(QEMU_DEFAULT);
	f.c.machine = g_strdup("s390-ccw-virtio");
	f.c.nic = g_strdup("virtio-net-ccw");
	f.c.accelerator = g_strdup("tcg");
	f.c.milestones = g_ptr_array_new_with_free_func(milestone_free);
	f.c.rules = rules_new();
	for (unsigned i = layers->len; ok && i-- > 0;)
		ok = read_all(&f, layers->pdata[i], i + 1 < layers->len, error);
	if (!f.c.qemu)
		f.c.qemu = g_strdup(QEMU_DEFAULT);
	g_strfreev(f.provides);
	g_free(f.base);
	c = g_memdup2(&f.c, sizeof(f.c));
	if (ok)
		return c;
	client_free(c);
	return NULL;
}

static char *missing_sentence(const Client *c, enum client_file which, const char *name,
			      bool overridden)
{
	const char *key = file_keys[which].key, *dir = c->said_in[which];
	bool is_fetched = !overridden && dir && paths_has_own_clients(dir) && strchr(name, '/');

	return g_strdup_printf("%s \"%s\" is not on this machine; %sname one with --%s%s",
			       which == CLIENT_FILE_QEMU ? "QEMU" : key, name,
			       is_fetched ? "`make clients` gets it, or " : "", key,
			       which == CLIENT_FILE_QEMU ? "" : " or in a client file");
}

static char *find_file(const Client *c, enum client_file which, const char *override)
{
	const char *name = G_STRUCT_MEMBER(char *, c, file_keys[which].offset);
	g_autofree char *path =
		override ? g_strdup(override) : paths_find_firmware(name, c->said_in[which]);

	return path && g_file_test(path, G_FILE_TEST_IS_REGULAR)
		       ? g_canonicalize_filename(path, NULL)
		       : NULL;
}

/* Put the user's file, or the one that the client's name leads to, into the client. */
static bool resolve_file(Client *c, enum client_file which, const char *override, char **missing)
{
	char **slot = &G_STRUCT_MEMBER(char *, c, file_keys[which].offset);
	char *path;

	if (!override && !*slot)
		return true;
	path = find_file(c, which, override);
	if (!path) {
		*missing = missing_sentence(c, which, override ? override : *slot, override);
		return false;
	}
	g_free(*slot);
	*slot = path;
	return true;
}

static bool resolve_qemu(Client *c, const char *override, char **missing)
{
	g_autofree char *path = override
					? g_find_program_in_path(override)
					: paths_find_program(c->qemu, c->said_in[CLIENT_FILE_QEMU]);

	if (!path) {
		*missing = missing_sentence(c, CLIENT_FILE_QEMU, override ? override : c->qemu,
					    override);
		return false;
	}
	g_free(c->qemu);
	c->qemu = g_canonicalize_filename(path, NULL);
	return true;
}

bool client_resolve(Client *c, const struct client_overrides *o, char **missing)
{
	bool is_image = c->enter >= CLIENT_IMAGE_NETBOOT;

	if (is_image && !c->image && !o->image) {
		*missing = g_strdup_printf("%s needs an image of yours; name one with --image or "
					   "with image= in a client file%s%s",
					   c->name, c->get ? ". " : "", c->get ? c->get : "");
		return false;
	}
	return resolve_qemu(c, o->qemu, missing) &&
	       (c->enter == CLIENT_DIRECT ||
		(resolve_file(c, CLIENT_FILE_FIRMWARE, o->firmware, missing) &&
		 resolve_file(c, CLIENT_FILE_NETBOOT, o->netboot, missing))) &&
	       (!is_image || resolve_file(c, CLIENT_FILE_IMAGE, o->image, missing));
}

void client_ask_qemu(Client *c)
{
	const struct qemu_info *info = qemu_info_of(c->qemu);

	c->sandbox = info->has_sandbox;
	c->plugin_abi = info->plugin_abi;
	c->no_netboot = info->no_netboot;
	g_free(c->qemu_version);
	c->qemu_version = g_strdup(info->version);
}

char *client_misfit(const Client *c)
{
	bool has_netboot =
		c->enter == CLIENT_IMAGE_NETBOOT || (c->enter != CLIENT_DIRECT && c->netboot);

	if (!c->no_netboot || !has_netboot)
		return NULL;
	return g_strdup_printf("its netboot image is for QEMU before 9.2, and %s is \"%s\"",
			       c->qemu, c->qemu_version);
}

struct phase_limits client_limits(const Client *c, const struct phase_limits *scenario)
{
	struct phase_limits l = { .cell_ms = MAX(scenario->cell_ms, c->deadline.cell_ms) };

	for (enum phase p = 0; p < PHASE_N; p++)
		l.phase_ms[p] = MAX(scenario->phase_ms[p], c->deadline.phase_ms[p]);
	return l;
}

bool client_has_network(const Client *c)
{
	return c->enter != CLIENT_DIRECT;
}

char *client_bootfile(const Client *c)
{
	return c->enter == CLIENT_IMAGE_BOOTFILE ? g_strconcat("iplab-image-", c->name, NULL)
						 : NULL;
}

void client_free(Client *c)
{
	if (!c)
		return;
	ini_clear(client_keys, "console", c);
	ini_clear(client_keys, "checks", c);
	g_ptr_array_unref(c->rules);
	for (unsigned i = 0; i < CLIENT_FILE_N; i++)
		g_free(c->said_in[i]);
	g_strfreev(c->bases);
	g_strfreev(c->arguments);
	g_free(c->summary);
	g_free(c->qemu_version);
	g_free(c->qemu);
	g_free(c->machine);
	g_free(c->nic);
	g_free(c->accelerator);
	g_free(c->firmware);
	g_free(c->netboot);
	g_free(c->image);
	g_free(c->get);
	g_ptr_array_unref(c->milestones);
	g_free(c->name);
	g_free(c->path);
	g_free(c);
}
