/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: one claim, what is served, on which machine, and what must come of it
 */
#include "harness/scenario.h"

#include <string.h>

#include "harness/rules.h"
#include "harness/scenario_http.h"
#include "harness/scenario_ipv6.h"
#include "harness/scenario_keys.h"
#include "harness/scenario_sweep.h"
#include "server/impair_config.h"
#include "server/impair_decision.h"

enum {
	SHIFT_DEFAULT = 8, /* 4 MIPS: waiting is cheap, copying is not */
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

static const struct impair_side side_default = {
	.delay_ns = 100 * 1000,
	.slot_ns = 1000 * 1000,
	.ge_loss_bad_ppm = 1000 * 1000,
};

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
		.max_revision = SCENARIO_MAX_REVISION,
		.link_up = true,
		.server = !i,
	};
	return nic;
}

static bool is_power_of_two(unsigned v)
{
	return !(v & (v - 1));
}

static bool check_nics(const Scenario *s, GError **error)
{
	unsigned n_servers = 0;

	for (unsigned i = 0; i < s->nics->len; i++) {
		const struct scenario_nic *nic = s->nics->pdata[i];

		if (!is_power_of_two(nic->rx_queue_size) || !is_power_of_two(nic->tx_queue_size))
			return contradiction(s, error,
					     "[nic.%u] queue sizes are %u and %u; allowed: powers "
					     "of two",
					     i, nic->rx_queue_size, nic->tx_queue_size);
		if (nic->server && n_servers++)
			return contradiction(
				s, error, "[nic.%u] has the server as well; allowed: one card", i);
	}
	return true;
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
	return check_nics(s, error);
}

static bool check_pairs(const Scenario *s, GError **error)
{
	for (char **p = s->expect.payload; p && *p; p++)
		if (!strchr(*p, '='))
			return contradiction(s, error,
					     "[expect] payload has \"%s\"; allowed: KEY=VALUE", *p);
	return true;
}

static bool is_event_kind(const char *kind)
{
	for (enum frame_kind k = 0; k < FRAME_N_KINDS; k++)
		if (g_str_equal(frame_kind_name(k), kind))
			return true;
	return g_str_equal(kind, "transfer") || g_str_equal(kind, "http.request");
}

static bool check_events(const Scenario *s, GError **error)
{
	for (char **e = s->expect.events; e && *e; e++) {
		g_auto(GStrv) words = g_strsplit(*e, " ", 2);

		if (!words[0] || !is_event_kind(words[0]))
			return contradiction(
				s, error,
				"[expect] events has \"%s\"; allowed: KIND or KIND FILE, "
				"kinds as docs/scenarios.md lists them",
				*e);
	}
	return true;
}

static bool check_role(const Scenario *s, const char *key, const char *name, GError **error)
{
	if (!name || scenario_find_file(s, name))
		return true;
	return contradiction(s, error, "%s is \"%s\", and there is no [file.%s]", key, name, name);
}

/* A file that lies below another one: below a symbolic link it could lie anywhere. */
static bool check_nesting(const Scenario *s, GError **error)
{
	for (unsigned i = 0; i < s->files->len; i++) {
		const char *name = ((const struct scenario_file *)s->files->pdata[i])->name;
		g_autofree char *folder = g_path_get_dirname(name);

		while (!g_str_equal(folder, ".")) {
			char *parent = g_path_get_dirname(folder);

			if (scenario_find_file(s, folder)) {
				g_free(parent);
				return contradiction(s, error, "[file.%s] lies below [file.%s]",
						     name, folder);
			}
			g_free(folder);
			folder = parent;
		}
	}
	return true;
}

/* What the network makes of its figures. */
static bool check_network(const Scenario *s, GError **error)
{
	g_autoptr(GError) cause = NULL;
	bool ok = true;

	for (unsigned dir = 0; dir < G_N_ELEMENTS(s->impair.side); dir++) {
		const struct impair_side *side = &s->impair.side[dir];

		if (side->down_ns && side->up_ns && side->up_ns <= side->down_ns)
			return contradiction(s, error, "[link] up_ms is not after down_ms");
	}
	for (unsigned dir = 0; dir < G_N_ELEMENTS(s->impair.side) && ok; dir++)
		ok = impair_side_check(&s->impair.side[dir], (enum packet_dir)dir, &cause);
	return ok || contradiction(s, error, "%s", cause->message);
}

static bool check_decisions(const Scenario *s, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GPtrArray *only = impair_only_parse(s->impair.only, &cause);

	if (only)
		g_ptr_array_unref(only);
	return !cause || contradiction(s, error, "[decisions] only: %s", cause->message);
}

static bool check_whole(const Scenario *s, GError **error)
{
	uint32_t host_bits = ~s->net.netmask;
	const char *fault;

	if (s->machine.loadparm && strlen(s->machine.loadparm) > 8)
		return contradiction(s, error,
				     "[machine] loadparm is \"%s\"; allowed: at most 8 characters",
				     s->machine.loadparm);
	if (host_bits & (host_bits + 1))
		return contradiction(s, error, "[server] netmask has a hole");
	if ((s->net.guest ^ s->net.server) & s->net.netmask)
		return contradiction(s, error, "[server] guest and address are not in one network");
	if (s->net.guest == s->net.server)
		return contradiction(s, error, "[server] guest and address are the same");
	fault = scenario_ipv6_fault(&s->net.v6);
	if (fault)
		return contradiction(s, error, "%s", fault);
	return check_network(s, error) && check_decisions(s, error) && check_nesting(s, error) &&
	       check_pairs(s, error) && check_events(s, error) &&
	       check_role(s, "[boot] config", s->boot.config, error) &&
	       check_role(s, "[boot] kernel", s->boot.kernel, error) &&
	       check_role(s, "[boot] initrd", s->boot.initrd, error) &&
	       check_role(s, "[machine] disk", s->machine.disk, error);
}

/* [link] is for both directions, then each may differ. */
static bool read_link(Scenario *s, const Ini *ini, GError **error)
{
	static const char *const groups[] = {
		[PACKET_FROM_GUEST] = "link.from-guest",
		[PACKET_TO_GUEST] = "link.to-guest",
	};
	g_auto(GStrv) names = ini_instances(ini, "link.");
	struct impair_side both = side_default;

	for (char **n = names; *n; n++)
		if (!g_str_equal(*n, "to-guest") && !g_str_equal(*n, "from-guest"))
			return contradiction(s, error,
					     "found [link.%s]; allowed are [link.to-guest] and "
					     "[link.from-guest]",
					     *n);
	if (!ini_read(ini, "link", &both, error))
		return false;
	s->has_delay = ini_has_key(ini, "link", "delay_us");
	for (unsigned dir = 0; dir < G_N_ELEMENTS(groups); dir++) {
		s->impair.side[dir] = both;
		if (!ini_read(ini, groups[dir], &s->impair.side[dir], error))
			return false;
		s->has_delay |= ini_has_key(ini, groups[dir], "delay_us");
	}
	return true;
}

static bool read_head(Scenario *s, const Ini *ini, GError **error)
{
	struct scenario_head head = { .shift = SHIFT_DEFAULT };
	g_autofree char *where = g_strdup_printf("%s: [scenario] requires", s->path);
	bool ok = ini_read(ini, "scenario", &head, error) &&
		  feature_parse(head.requires, where, &s->requires, error);

	s->summary = g_steal_pointer(&head.summary);
	s->tags = g_steal_pointer(&head.tags);
	s->clock = head.clock;
	s->shift = head.shift;
	s->on_request = head.on_request;
	ini_clear(scenario_keys, "scenario", &head);
	return ok;
}

static bool read_all(Scenario *s, Ini *ini, GError **error)
{
	struct scenario_net net = { net_default };

	net.net.v6 = scenario_net6_default;
	if (!scenario_sweep_read(s, ini, error) || !read_head(s, ini, error) ||
	    !ini_read(ini, "machine", &s->machine, error) ||
	    !ini_read(ini, "boot", &s->boot, error) || !ini_read(ini, "server", &net, error) ||
	    !ini_read(ini, "server.dhcp", &s->dhcp, error) ||
	    !ini_read(ini, "server.ipv6", &net.net.v6, error) ||
	    !ini_read(ini, "server.ra", &net.net.v6.ra, error) ||
	    !ini_read(ini, "server.dhcp6", &s->dhcp6, error) ||
	    !ini_read(ini, "server.tftp", &s->tftp, error) ||
	    !scenario_http_read(&s->http, ini, error) ||
	    !ini_read(ini, "expect", &s->expect, error) ||
	    !ini_read(ini, "deadline", &s->limits, error) || !read_link(s, ini, error) ||
	    !rules_read(s->impair.rules, ini, error) ||
	    !ini_read(ini, "decisions", &s->impair, error) || !read_nics(s, ini, error) ||
	    !read_files(s, ini, error))
		return false;
	s->net = net.net;
	s->machine.has_memory = ini_has_key(ini, "machine", "memory_mib");
	s->machine.has_icount = ini_has_key(ini, "machine", "icount_shift");
	return check_whole(s, error);
}

Scenario *scenario_load_with(const char *path, const char *name, char **settings, GError **error)
{
	static const char nothing[] = "[scenario]\nsummary = no file says anything\n";
	g_autoptr(Ini) ini = path ? ini_load(path, scenario_keys, error)
				  : ini_load_data(name, nothing, scenario_keys, error);
	g_autoptr(Scenario) s = NULL;

	if (!ini)
		return NULL;
	for (; settings && *settings; settings++)
		if (!ini_set(ini, *settings, error))
			return NULL;
	s = g_new0(Scenario, 1);
	s->name = g_strdup(name);
	s->path = g_strdup(ini_path(ini));
	s->machine = machine_default;
	s->dhcp = dhcp_default;
	s->dhcp6 = scenario_dhcp6_default;
	s->tftp = tftp_config_default;
	s->http = http_config_default;
	s->limits = limits_default;
	s->expect.endings = 1U << ENDING_PAYLOAD;
	s->files = g_ptr_array_new_with_free_func(file_free);
	s->impair.rules = rules_new();
	s->nics = g_ptr_array_new_with_free_func(nic_free);
	return read_all(s, ini, error) ? g_steal_pointer(&s) : NULL;
}

Scenario *scenario_load(const char *path, const char *name, GError **error)
{
	return scenario_load_with(path, name, NULL, error);
}

struct impair_config scenario_network(const Scenario *s, bool is_virtual)
{
	struct impair_config network = s->impair;

	for (unsigned dir = 0; dir < G_N_ELEMENTS(network.side); dir++)
		if (!is_virtual && !s->has_delay)
			network.side[dir].delay_ns = 0;
	return network;
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
	ini_clear(scenario_keys, "sweep", &s->sweep);
	ini_clear(scenario_keys, "machine", &s->machine);
	ini_clear(scenario_keys, "boot", &s->boot);
	ini_clear(scenario_keys, "server.dhcp", &s->dhcp);
	ini_clear(scenario_keys, "server.dhcp6", &s->dhcp6);
	ini_clear(scenario_keys, "expect", &s->expect);
	g_ptr_array_unref(s->files);
	g_ptr_array_unref(s->impair.rules);
	ini_clear(scenario_keys, "decisions", &s->impair);
	scenario_http_clear(&s->http);
	g_ptr_array_unref(s->nics);
	g_strfreev(s->tags);
	g_free(s->summary);
	g_free(s->path);
	g_free(s->name);
	g_free(s);
}
