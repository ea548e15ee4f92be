/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: one claim, what is served, on which machine, and what must come of it
 */
#include "harness/scenario.h"

#include <string.h>

static const char *const place_words[] = { "both", "field", "option", NULL };
static const char *const overload_words[] = { "none", "file", "sname", "both", NULL };

#define FIELD(type, field) offsetof(struct type, field)

struct head { /* [scenario] */
	char *summary;
	char **tags, **requires;
	bool on_request;
};

struct net_keys { /* [server] */
	struct net_config net;
};

const struct ini_key scenario_keys[] = {
	{ "scenario", "summary", INI_STRING, FIELD(head, summary), .required = true,
	  .help = "the claim, in one plain sentence" },
	{ "scenario", "tags", INI_STRINGS, FIELD(head, tags), .help = "words to select it by" },
	{ "scenario", "requires", INI_STRINGS, FIELD(head, requires),
	  .help = "what client and server must provide (iplab list features)" },

	{ "scenario", "on_request", INI_BOOL, FIELD(head, on_request),
	  .help = "run only when a scenario or tag filter names it (false)" },

	{ "machine", "memory_mib", INI_UINT, FIELD(scenario_machine, memory_mib), 16, 65536,
	  .help = "guest memory in MiB (512)" },
	{ "machine", "smp", INI_UINT, FIELD(scenario_machine, smp), 1, 16,
	  .help = "virtual CPUs (1)" },
	{ "machine", "uuid", INI_UUID, FIELD(scenario_machine, uuid),
	  .help = "UUID of the machine" },
	{ "machine", "loadparm", INI_STRING, FIELD(scenario_machine, loadparm),
	  .help = "load parameter, at most 8 characters" },
	{ "machine", "boot_menu", INI_BOOL, FIELD(scenario_machine, boot_menu),
	  .help = "ask for a boot menu (false)" },
	{ "machine", "rtc_base", INI_STRING, FIELD(scenario_machine, rtc_base),
	  .help = "date that the machine starts at, as QEMU's -rtc base=" },
	{ "machine", "accelerator", INI_STRING, FIELD(scenario_machine, accelerator),
	  .help = "QEMU's -accel (tcg)" },
	{ "machine", "reboot", INI_BOOL, FIELD(scenario_machine, reboot),
	  .help = "let the guest reboot (false: a reboot ends it)" },
	{ "machine", "disk", INI_STRING, FIELD(scenario_machine, disk),
	  .help = "served file that is also the machine's disk" },
	{ "machine", "icount_shift", INI_UINT, FIELD(scenario_machine, icount_shift), 0, 10,
	  .help = "guest time is instructions << N ns, so waiting costs nothing; only where no "
		  "answer "
		  "is awaited" },

	{ "nic.", "mac", INI_MAC, FIELD(scenario_nic, mac), .help = "hardware address" },
	{ "nic.", "devno", INI_DEVNO, FIELD(scenario_nic, devno), .help = "channel device number" },
	{ "nic.", "bootindex", INI_UINT, FIELD(scenario_nic, bootindex), 0, 100,
	  .help = "place in the boot order, 0: none (1 for the first card, 0 for others)" },
	{ "nic.", "max_revision", INI_UINT, FIELD(scenario_nic, max_revision), 0, 2,
	  .help = "newest virtio-ccw revision offered (2)" },
	{ "nic.", "rx_queue_size", INI_UINT, FIELD(scenario_nic, rx_queue_size), 256, 1024,
	  .help = "receive ring entries, a power of two" },
	{ "nic.", "tx_queue_size", INI_UINT, FIELD(scenario_nic, tx_queue_size), 256, 1024,
	  .help = "transmit ring entries, a power of two" },
	{ "nic.", "link_up", INI_BOOL, FIELD(scenario_nic, link_up),
	  .help = "the cable is plugged in (true)" },
	{ "nic.", "server", INI_BOOL, FIELD(scenario_nic, server),
	  .help = "the server is at the other end (true for the first card); else nobody" },

	{ "boot", "config", INI_STRING, FIELD(scenario_boot, config),
	  .help = "served file that is the configuration" },
	{ "boot", "kernel", INI_STRING, FIELD(scenario_boot, kernel),
	  .help = "served file that is the kernel" },
	{ "boot", "initrd", INI_STRING, FIELD(scenario_boot, initrd),
	  .help = "served file that is the initrd" },
	{ "boot", "append", INI_STRING, FIELD(scenario_boot, append), .help = "command line" },

	{ "file.", "text", INI_STRING, FIELD(scenario_file, text),
	  .help = "the file is this text (\\n is a new line)" },
	{ "file.", "lines", INI_STRINGS, FIELD(scenario_file, lines),
	  .help = "the file is these lines" },
	{ "file.", "hex", INI_STRING, FIELD(scenario_file, hex),
	  .help = "the file is these bytes, two hexadecimal digits each, blanks between them" },
	{ "file.", "fixture", INI_STRING, FIELD(scenario_file, fixture),
	  .help = "the file is one that the build made" },
	{ "file.", "path", INI_STRING, FIELD(scenario_file, path),
	  .help = "the file is this one, relative to the scenario's folder" },
	{ "file.", "symlink", INI_STRING, FIELD(scenario_file, symlink),
	  .help = "the file is a symbolic link to this" },
	{ "file.", "random_bytes", INI_UINT, FIELD(scenario_file, random_bytes), 1,
	  1024 * 1024 * 1024, .help = "the file is so many bytes of noise, always the same" },

	{ "server", "address", INI_IP4, FIELD(net_keys, net.server),
	  .help = "of the server (10.0.2.2)" },
	{ "server", "netmask", INI_IP4, FIELD(net_keys, net.netmask), .help = "(255.255.255.0)" },
	{ "server", "router", INI_IP4, FIELD(net_keys, net.router),
	  .help = "told by DHCP (10.0.2.2); 0.0.0.0: none" },
	{ "server", "dns", INI_IP4, FIELD(net_keys, net.dns),
	  .help = "told by DHCP (10.0.2.3); 0.0.0.0: none" },
	{ "server", "guest", INI_IP4, FIELD(net_keys, net.guest),
	  .help = "first address to lease (10.0.2.15)" },

	{ "server.dhcp", "enabled", INI_BOOL, FIELD(dhcp_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.dhcp", "bootfile", INI_STRING, FIELD(dhcp_config, bootfile),
	  .help = "name of the boot file" },
	{ "server.dhcp", "bootfile_place", INI_WORD, FIELD(dhcp_config, bootfile_place),
	  .words = place_words,
	  .help = "where boot file and server name go: BOOTP field, option 67 and 66, or both" },
	{ "server.dhcp", "next_server", INI_IP4, FIELD(dhcp_config, next_server),
	  .help = "siaddr (the server's own address)" },
	{ "server.dhcp", "no_next_server", INI_BOOL, FIELD(dhcp_config, no_next_server),
	  .help = "leave siaddr at 0.0.0.0 (false)" },
	{ "server.dhcp", "server_name", INI_STRING, FIELD(dhcp_config, server_name),
	  .help = "BOOTP field sname" },
	{ "server.dhcp", "tftp_server", INI_STRING, FIELD(dhcp_config, tftp_server),
	  .help = "option 66, a name or an address" },
	{ "server.dhcp", "tftp_address", INI_IP4, FIELD(dhcp_config, tftp_address),
	  .help = "option 150" },
	{ "server.dhcp", "config_file", INI_STRING, FIELD(dhcp_config, config_file),
	  .help = "option 209, the PXELINUX configuration" },
	{ "server.dhcp", "path_prefix", INI_STRING, FIELD(dhcp_config, path_prefix),
	  .help = "option 210, the PXELINUX path prefix" },
	{ "server.dhcp", "reboot_time_s", INI_UINT, FIELD(dhcp_config, reboot_time_s), 1,
	  4294967295, .help = "option 211, in seconds" },
	{ "server.dhcp", "domain", INI_STRING, FIELD(dhcp_config, domain), .help = "option 15" },
	{ "server.dhcp", "vendor_class", INI_STRING, FIELD(dhcp_config, vendor_class),
	  .help = "option 60 of replies" },
	{ "server.dhcp", "lease_s", INI_UINT, FIELD(dhcp_config, lease_s), 1, 4294967295,
	  .help = "lease time in seconds (86400)" },
	{ "server.dhcp", "overload", INI_WORD, FIELD(dhcp_config, overload),
	  .words = overload_words, .help = "BOOTP fields that hold options as well (none)" },
	{ "server.dhcp", "nak_requests", INI_UINT, FIELD(dhcp_config, nak_requests), 0, 1000,
	  .help = "so many REQUESTs are refused first (0)" },
	{ "server.dhcp", "n_leases", INI_UINT, FIELD(dhcp_config, n_leases), 0, 200,
	  .help = "addresses there are (16)" },

	{ "server.tftp", "enabled", INI_BOOL, FIELD(tftp_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.tftp", "options", INI_BOOL, FIELD(tftp_config, options),
	  .help = "answer option requests (true); else plain RFC 1350" },
	{ "server.tftp", "blksize_max", INI_UINT, FIELD(tftp_config, blksize_max), 8, 65464,
	  .help = "largest block granted (1468)" },
	{ "server.tftp", "window_max", INI_UINT, FIELD(tftp_config, window_max), 1, 65535,
	  .help = "most blocks granted in a window (64)" },
	{ "server.tftp", "timeout_ms", INI_MS, FIELD(tftp_config, timeout_ns), 1, 255000,
	  .help = "before the first repetition (1000)" },
	{ "server.tftp", "backoff", INI_UINT, FIELD(tftp_config, backoff), 1, 10,
	  .help = "each wait is so many times the one before (2)" },
	{ "server.tftp", "timeout_max_ms", INI_MS, FIELD(tftp_config, timeout_max_ns), 1, 255000,
	  .help = "longest wait" },
	{ "server.tftp", "tries", INI_UINT, FIELD(tftp_config, tries), 1, 100,
	  .help = "times a window is sent before the server gives up" },

	{ "expect", "ending", INI_WORD, FIELD(scenario_expect, ending), .words = ending_words,
	  .help = "how the boot ends (payload)" },
	{ "expect", "cmdline", INI_STRING, FIELD(scenario_expect, cmdline),
	  .help = "command line that the payload gets ([boot] append)" },
	{ "expect", "console", INI_STRINGS, FIELD(scenario_expect, console),
	  .help = "texts that the console shows" },
	{ "expect", "payload", INI_STRINGS, FIELD(scenario_expect, payload),
	  .help = "KEY=VALUE: what the payload reports, as firmware/marker.h lists it" },
	{ "expect", "events", INI_STRINGS, FIELD(scenario_expect, events),
	  .help = "KIND or KIND FILE: what happens on the wire in this order, other things "
		  "between" },
	{ "expect", "blksize", INI_UINT, FIELD(scenario_expect, blksize), 8, 65464,
	  .help = "the largest TFTP block is exactly this" },

	{ "deadline", "dhcp_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_DHCP]), 1, 3600000,
	  .help = "power-on to ACK (20000)" },
	{ "deadline", "config_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_CONFIG]), 1,
	  3600000, .help = "ACK to the kernel's first block (20000)" },
	{ "deadline", "kernel_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_KERNEL]), 1,
	  3600000, .help = "the kernel's transfer (60000)" },
	{ "deadline", "initrd_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_INITRD]), 1,
	  3600000, .help = "the initrd's transfer (60000)" },
	{ "deadline", "payload_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_PAYLOAD]), 1,
	  3600000, .help = "from there until the payload has stopped (30000)" },
	{ "deadline", "cell_ms", INI_UINT, FIELD(phase_limits, cell_ms), 1, 3600000,
	  .help = "all of it, in time of the host (120000)" },
	{ .key = NULL },
};

static const struct scenario_machine machine_default = { .memory_mib = 512, .smp = 1 };

static const struct net_config net_default = {
	.mac = { { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 } }, /* as libslirp has it */
	.server = 0x0a000202,
	.netmask = 0xffffff00,
	.router = 0x0a000202,
	.dns = 0x0a000203,
	.guest = 0x0a00020f,
};

static const struct dhcp_config dhcp_default = { .enabled = true,
						 .lease_s = 86400,
						 .n_leases = 16 };

static const struct phase_limits limits_default = {
	.phase_ms = { 20000, 20000, 60000, 60000, 30000 },
	.cell_ms = 120000,
};

GQuark scenario_error_quark(void)
{
	return g_quark_from_static_string("scenario-error-quark");
}

static void file_free(void *file)
{
	struct scenario_file *f = file;

	ini_clear(scenario_keys, "file.", f);
	g_free(f->name);
	g_free(f);
}

static void nic_free(void *nic)
{
	ini_clear(scenario_keys, "nic.", nic);
	g_free(nic);
}

static unsigned n_sources(const struct scenario_file *f)
{
	return !!f->text + !!f->lines + !!f->hex + !!f->fixture + !!f->path + !!f->symlink +
	       !!f->random_bytes;
}

static bool contradiction(const Scenario *s, GError **error, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool contradiction(const Scenario *s, GError **error, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION, "%s: %s", s->path, what);
	return false;
}

/* A name that stays below the folder it is put into. */
static bool is_safe_name(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);

	for (char **p = parts; *p; p++)
		if (!**p || g_str_equal(*p, ".") || g_str_equal(*p, ".."))
			return false;
	return *name;
}

static bool is_hex(const char *text)
{
	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
			return false;
		text++;
	}
	return true;
}

static bool read_files(Scenario *s, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "file.");

	for (char **name = names; *name; name++) {
		g_autofree char *group = g_strconcat("file.", *name, NULL);
		struct scenario_file *f = g_new0(struct scenario_file, 1);

		f->name = g_strdup(*name);
		g_ptr_array_add(s->files, f);
		if (!ini_read(ini, group, f, error))
			return false;
		if (!is_safe_name(f->name))
			return contradiction(s, error, "[%s] is no name below a folder", group);
		if (f->hex && !is_hex(f->hex))
			return contradiction(s, error,
					     "[%s] hex is \"%s\"; allowed: pairs of hexadecimal "
					     "digits and blanks",
					     group, f->hex);
		if (n_sources(f) != 1)
			return contradiction(s, error,
					     "[%s] needs exactly one of text, lines, hex, fixture, "
					     "path, symlink, random_bytes; it has %u",
					     group, n_sources(f));
	}
	return true;
}

static struct scenario_nic *nic_new(unsigned i)
{
	struct scenario_nic *nic = g_new0(struct scenario_nic, 1);

	*nic = (struct scenario_nic){
		.mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, (uint8_t)(0x56 + i) } },
		.bootindex = i ? 0 : 1,
		.max_revision = 2,
		.link_up = true,
		.server = !i,
	};
	return nic;
}

static bool read_nics(Scenario *s, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "nic.");

	for (unsigned i = 0; names[i]; i++) {
		g_autofree char *want = g_strdup_printf("%u", i);
		g_autofree char *group = g_strconcat("nic.", names[i], NULL);
		struct scenario_nic *nic = nic_new(i);

		g_ptr_array_add(s->nics, nic);
		if (i >= SCENARIO_N_NICS_MAX)
			return contradiction(s, error, "more than %d network cards",
					     SCENARIO_N_NICS_MAX);
		if (!g_str_equal(names[i], want))
			return contradiction(s, error, "found [%s] where [nic.%s] is next", group,
					     want);
		if (!ini_read(ini, group, nic, error))
			return false;
	}
	if (!s->nics->len)
		g_ptr_array_add(s->nics, nic_new(0));
	return true;
}

static bool check_pairs(const Scenario *s, GError **error)
{
	for (char **p = s->expect.payload; p && *p; p++)
		if (!strchr(*p, '='))
			return contradiction(s, error,
					     "[expect] payload has \"%s\"; allowed: KEY=VALUE", *p);
	return true;
}

static bool check_role(const Scenario *s, const char *key, const char *name, GError **error)
{
	if (!name || scenario_find_file(s, name))
		return true;
	return contradiction(s, error, "[boot] %s is \"%s\", and there is no [file.%s]", key, name,
			     name);
}

static bool check_whole(const Scenario *s, GError **error)
{
	uint32_t host_bits = ~s->net.netmask;

	if (s->machine.loadparm && strlen(s->machine.loadparm) > 8)
		return contradiction(s, error,
				     "[machine] loadparm is \"%s\"; allowed: at most 8 characters",
				     s->machine.loadparm);
	if (host_bits & (host_bits + 1))
		return contradiction(s, error, "[server] netmask has a hole");
	if ((s->net.guest ^ s->net.server) & s->net.netmask)
		return contradiction(s, error, "[server] guest and address are not in one network");
	return check_pairs(s, error) && check_role(s, "config", s->boot.config, error) &&
	       check_role(s, "kernel", s->boot.kernel, error) &&
	       check_role(s, "initrd", s->boot.initrd, error) &&
	       check_role(s, "disk", s->machine.disk, error);
}

static bool read_head(Scenario *s, const Ini *ini, GError **error)
{
	struct head head = { 0 };
	g_autofree char *where = g_strdup_printf("%s: [scenario] requires", s->path);
	bool ok = ini_read(ini, "scenario", &head, error) &&
		  feature_parse(head.requires, where, &s->requires, error);

	s->summary = g_steal_pointer(&head.summary);
	s->tags = g_steal_pointer(&head.tags);
	s->on_request = head.on_request;
	ini_clear(scenario_keys, "scenario", &head);
	return ok;
}

static bool read_all(Scenario *s, const Ini *ini, GError **error)
{
	struct net_keys net = { net_default };

	if (!read_head(s, ini, error) || !ini_read(ini, "machine", &s->machine, error) ||
	    !ini_read(ini, "boot", &s->boot, error) || !ini_read(ini, "server", &net, error) ||
	    !ini_read(ini, "server.dhcp", &s->dhcp, error) ||
	    !ini_read(ini, "server.tftp", &s->tftp, error) ||
	    !ini_read(ini, "expect", &s->expect, error) ||
	    !ini_read(ini, "deadline", &s->limits, error) || !read_nics(s, ini, error) ||
	    !read_files(s, ini, error))
		return false;
	s->net = net.net;
	s->machine.has_icount = ini_has_key(ini, "machine", "icount_shift");
	return check_whole(s, error);
}

Scenario *scenario_load(const char *path, const char *name, GError **error)
{
	g_autoptr(Ini) ini = ini_load(path, scenario_keys, error);
	g_autoptr(Scenario) s = NULL;

	if (!ini)
		return NULL;
	s = g_new0(Scenario, 1);
	s->name = g_strdup(name);
	s->path = g_strdup(path);
	s->machine = machine_default;
	s->dhcp = dhcp_default;
	s->tftp = tftp_config_default;
	s->limits = limits_default;
	s->files = g_ptr_array_new_with_free_func(file_free);
	s->nics = g_ptr_array_new_with_free_func(nic_free);
	return read_all(s, ini, error) ? g_steal_pointer(&s) : NULL;
}

const struct scenario_file *scenario_find_file(const Scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->files->len; i++) {
		const struct scenario_file *f = s->files->pdata[i];

		if (g_str_equal(f->name, name))
			return f;
	}
	return NULL;
}

void scenario_free(Scenario *s)
{
	if (!s)
		return;
	ini_clear(scenario_keys, "machine", &s->machine);
	ini_clear(scenario_keys, "boot", &s->boot);
	ini_clear(scenario_keys, "server.dhcp", &s->dhcp);
	ini_clear(scenario_keys, "expect", &s->expect);
	g_ptr_array_unref(s->files);
	g_ptr_array_unref(s->nics);
	g_strfreev(s->tags);
	g_free(s->summary);
	g_free(s->path);
	g_free(s->name);
	g_free(s);
}
