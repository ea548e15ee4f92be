/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scenarios require and clients and servers provide
 */
#include "harness/feature.h"

#include "harness/ini.h"

const struct feature features[] = {
	{ "linux-boot", FEATURE_OF_CLIENT, "starts a kernel with an initrd and a command line" },
	{ "pxelinux", FEATURE_OF_CLIENT, "reads pxelinux.cfg files" },
	{ "bootfile", FEATURE_OF_CLIENT, "starts the kernel that DHCP names" },
	{ "bare-image", FEATURE_OF_CLIENT,
	  "starts an image that is no Linux kernel and has no parameter area" },
	{ "ins", FEATURE_OF_CLIENT, "reads .INS files" },
	{ "ccw", FEATURE_OF_CLIENT, "runs on a machine with channel-attached devices (s390x)" },
	{ "ipl-device", FEATURE_OF_CLIENT, "is told by the machine which card to boot from" },
	{ "dhcp-4", FEATURE_OF_CLIENT, "asks for its address by DHCPv4" },
	{ "dhcp-6", FEATURE_OF_CLIENT, "asks for its address by DHCPv6" },
	{ "ipv6", FEATURE_OF_CLIENT,
	  "boots over IPv6, if need be with an address of its own making" },
	{ "libnet", FEATURE_OF_CLIENT, "is SLOF's libnet: for what only it is known to do" },
	{ "ipxe", FEATURE_OF_CLIENT, "runs the iPXE script that DHCP names" },
	{ "forth", FEATURE_OF_CLIENT, "runs the Forth text that DHCP names" },
	{ "netboot-image", FEATURE_OF_CLIENT,
	  "has its network stack in an image of its own: QEMU's firmware before 9.2" },
	{ "http", FEATURE_OF_CLIENT, "fetches http:// URLs, from DHCP and in pxelinux.cfg files" },
	{ "http-server", FEATURE_OF_SERVER, "serves over HTTP" },
	{ "server-control", FEATURE_OF_SERVER, "answers exactly as the scenario says" },
	{ "dhcp-options", FEATURE_OF_SERVER, "sends the DHCP options that the scenario names" },
	{ "tftp-blksize", FEATURE_OF_SERVER, "grants no larger blocks than the scenario says" },
	{ "repeats", FEATURE_OF_SERVER, "repeats what is lost, and answers who asks again" },
	{ "ipv6-server", FEATURE_OF_SERVER, "serves over IPv6 as the scenario says" },
	{ NULL, 0, NULL },
};

static char *list_names(void)
{
	GString *s = g_string_new(NULL);

	for (const struct feature *f = features; f->name; f++)
		g_string_append_printf(s, "%s%s", s->len ? ", " : "", f->name);
	return g_string_free(s, FALSE);
}

static int find(const char *name)
{
	for (int i = 0; features[i].name; i++)
		if (g_str_equal(features[i].name, name))
			return i;
	return -1;
}

bool feature_parse(char **names, const char *where, FeatureSet *out, GError **error)
{
	FeatureSet set = 0;

	for (; names && *names; names++) {
		int i = find(*names);

		if (i < 0) {
			g_autofree char *allowed = list_names();

			g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
				    "%s names \"%s\"; allowed are %s", where, *names, allowed);
			return false;
		}
		set |= 1u << i;
	}
	*out = set;
	return true;
}

bool feature_has(FeatureSet set, const char *name)
{
	int i = find(name);

	g_assert(i >= 0);
	return set & 1u << i;
}

FeatureSet feature_of_side(FeatureSet set, enum feature_side side)
{
	FeatureSet kept = 0;

	for (int i = 0; features[i].name; i++)
		if (features[i].side == side)
			kept |= set & 1u << i;
	return kept;
}

FeatureSet feature_of_server(const char *server_name)
{
	static const struct {
		const char *server;
		const char *names[8];
	} provides[] = {
		{ "builtin",
		  { "server-control", "dhcp-options", "tftp-blksize", "repeats", "ipv6-server",
		    "http-server" } },
		{ "dnsmasq", { "dhcp-options", "tftp-blksize", "repeats" } },
	};
	FeatureSet set = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(provides); i++)
		if (g_str_equal(server_name, provides[i].server) &&
		    !feature_parse((char **)provides[i].names, server_name, &set, NULL))
			g_assert_not_reached();
	return set;
}
