/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients: a netboot implementation under test, the QEMU that runs it, and how its console speaks
 */
#include "harness/client.h"

#include "harness/paths.h"
#include "harness/qemu_info.h"

static const char *const enter_words[] = {
	[CLIENT_FIRMWARE] = "firmware",           [CLIENT_DIRECT] = "direct",
	[CLIENT_IMAGE_NETBOOT] = "image-netboot", [CLIENT_IMAGE_BIOS] = "image-bios",
	[CLIENT_IMAGE_KERNEL] = "image-kernel",   NULL,
};

struct client_file {
	Client c;
	char **provides;
};

#define FIELD(field) offsetof(struct client_file, field)

const struct ini_key client_keys[] = {
	{ "client", "summary", INI_STRING, FIELD(c.summary), .required = true,
	  .help = "what it is, in one line" },
	{ "client", "provides", INI_STRINGS, FIELD(provides), .required = true,
	  .help = "what it can do (iplab list features)" },
	{ "client", "enter", INI_WORD, FIELD(c.enter), .words = enter_words, .required = true,
	  .help = "how it gets into the machine" },
	{ "client", "polls", INI_BOOL, FIELD(c.polls),
	  .help = "it never sleeps, so it can run on the virtual clock (false)" },
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
	{ "client", "arguments", INI_STRINGS, FIELD(c.arguments),
	  .help = "further arguments for QEMU" },
	{ "client", "memory_mib", INI_UINT, FIELD(c.memory_mib), 0, 65536,
	  .help = "needs at least so much guest memory" },
	{ "console", "gave_up", INI_STRINGS, FIELD(c.gave_up),
	  .help = "regular expressions: console lines that say why it stopped" },
	{ "console", "handover", INI_STRINGS, FIELD(c.handover),
	  .help = "regular expressions: the line before it starts the kernel" },
	{ .key = NULL },
};

static bool check_patterns(const Ini *ini, const char *key, char **patterns, GError **error)
{
	for (; patterns && *patterns; patterns++) {
		g_autoptr(GError) cause = NULL;
		g_autoptr(GRegex) regex = g_regex_new(*patterns, G_REGEX_RAW, 0, &cause);

		if (regex)
			continue;
		g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
			    "%s: [console] %s: \"%s\" is no regular expression: %s", ini_path(ini),
			    key, *patterns, cause->message);
		return false;
	}
	return true;
}

static bool read_all(struct client_file *f, const Ini *ini, GError **error)
{
	g_autofree char *where = g_strdup_printf("%s: [client] provides", ini_path(ini));

	return ini_read(ini, "client", f, error) && ini_read(ini, "console", f, error) &&
	       feature_parse(f->provides, where, &f->c.provides, error) &&
	       check_patterns(ini, "gave_up", f->c.gave_up, error) &&
	       check_patterns(ini, "handover", f->c.handover, error);
}

Client *client_load(const char *path, const char *name, GError **error)
{
	g_autoptr(Ini) ini = ini_load(path, client_keys, error);
	struct client_file f = { 0 };
	Client *c;
	bool ok;

	if (!ini)
		return NULL;
	f.c.name = g_strdup(name);
	f.c.path = g_strdup(path);
	f.c.qemu = g_strdup("qemu-system-s390x");
	f.c.machine = g_strdup("s390-ccw-virtio");
	f.c.nic = g_strdup("virtio-net-ccw");
	ok = read_all(&f, ini, error);
	g_strfreev(f.provides);
	c = g_memdup2(&f.c, sizeof(f.c));
	if (ok)
		return c;
	client_free(c);
	return NULL;
}

/* Put the user's file, or the one that @name leads to, into @slot. */
static bool resolve_file(char **slot, const char *override, const char *dir, const char *key,
			 char **missing)
{
	char *path;

	if (!override && !*slot)
		return true;
	if (override) {
		g_autofree char *cwd = g_get_current_dir();

		path = g_canonicalize_filename(override, cwd);
		if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
			g_clear_pointer(&path, g_free);
	} else {
		path = paths_find_firmware(*slot, dir);
	}
	if (!path) {
		*missing = g_strdup_printf("%s \"%s\" is not on this machine; name one with --%s "
					   "or in a client file",
					   key, override ? override : *slot, key);
		return false;
	}
	g_free(*slot);
	*slot = path;
	return true;
}

static bool resolve_qemu(Client *c, const char *override, char **missing)
{
	g_autofree char *wanted = g_strdup(override ? override : c->qemu);
	char *path = g_find_program_in_path(wanted);

	if (!path) {
		*missing = g_strdup_printf("QEMU \"%s\" is not on this machine; name one with "
					   "--qemu",
					   wanted);
		return false;
	}
	g_free(c->qemu);
	c->qemu = path;
	return true;
}

bool client_resolve(Client *c, const struct client_overrides *o, char **missing)
{
	g_autofree char *dir = g_path_get_dirname(c->path);
	bool is_image = c->enter >= CLIENT_IMAGE_NETBOOT;

	if (is_image && !c->image && !o->image) {
		*missing = g_strdup_printf("%s needs an image of yours; name one with --image or "
					   "with image= in a client file",
					   c->name);
		return false;
	}
	return resolve_qemu(c, o->qemu, missing) &&
	       (c->enter == CLIENT_DIRECT ||
		(resolve_file(&c->firmware, o->firmware, dir, "firmware", missing) &&
		 resolve_file(&c->netboot, o->netboot, dir, "netboot", missing))) &&
	       (!is_image || resolve_file(&c->image, o->image, dir, "image", missing));
}

void client_ask_qemu(Client *c)
{
	struct qemu_info info;

	qemu_info_load(&info, c->qemu);
	c->sandbox = info.has_sandbox;
	c->plugin_abi = info.plugin_abi;
	g_free(c->qemu_version);
	c->qemu_version = g_steal_pointer(&info.version);
	qemu_info_fini(&info);
}

bool client_has_network(const Client *c)
{
	return c->enter != CLIENT_DIRECT;
}

void client_free(Client *c)
{
	if (!c)
		return;
	ini_clear(client_keys, "console", c);
	g_strfreev(c->arguments);
	g_free(c->summary);
	g_free(c->qemu_version);
	g_free(c->qemu);
	g_free(c->machine);
	g_free(c->nic);
	g_free(c->firmware);
	g_free(c->netboot);
	g_free(c->image);
	g_free(c->name);
	g_free(c->path);
	g_free(c);
}
