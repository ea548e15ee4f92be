/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random rules
 */
#include "harness/hunt_rules.h"

static const char *const kinds[] = {
	"dhcp.discover", "dhcp.offer", "dhcp.request", "dhcp.ack",  "arp.request", "arp.reply",
	"tftp.rrq",      "tftp.oack",  "tftp.data",    "tftp.data", "tftp.ack",    "tftp.ack",
	"tftp.error",    "tftp.*",     "dhcp.*",       "*",
};

static const char *const files[] = { "pxelinux.cfg/default", "kernel.img", "initrd.img" };

/* Which packets of a kind: one, the first times, or any. */
static char *packets(struct hunt_dice *d, const char *kind)
{
	GString *s = g_string_new(kind);
	bool is_tftp = g_str_has_prefix(kind, "tftp.");
	bool has_block = g_str_equal(kind, "tftp.data") || g_str_equal(kind, "tftp.ack");

	if (is_tftp && hunt_one_in(d, 2))
		g_string_append_printf(s, " file=%s", HUNT_PICK(d, files));
	if (has_block && hunt_one_in(d, 2))
		g_string_append(s, hunt_one_in(d, 3) ? " last" : "");
	if (has_block && !g_str_has_suffix(s->str, "last") && hunt_one_in(d, 3))
		g_string_append_printf(s, " block=%u", hunt_between(d, 1, 12));
	if (hunt_one_in(d, 2))
		g_string_append_printf(s, " attempt=1..%u", hunt_between(d, 1, 3));
	return g_string_free(s, FALSE);
}

static char *rule_new(struct hunt_dice *d)
{
	return g_strdup_printf("rule.%u", ++d->n_rules);
}

/* A rule for packets, with an action; its group. */
static char *rule_for(struct hunt_dice *d, const char *action, const char *what)
{
	static const char *const chances[] = { "1%", "3%", "10%", "30%", "60%" };
	char *group = rule_new(d);

	hunt_set(d, group, action, what);
	if (!hunt_one_in(d, 3))
		hunt_set(d, group, "chance", HUNT_PICK(d, chances));
	return group;
}

static char *rule(struct hunt_dice *d, const char *action, const char *kind)
{
	g_autofree char *what = packets(d, kind);

	return rule_for(d, action, what);
}

void hunt_drop(struct hunt_dice *d)
{
	g_free(rule(d, "drop", HUNT_PICK(d, kinds)));
}

void hunt_delay(struct hunt_dice *d)
{
	g_autofree char *group = rule(d, "delay", HUNT_PICK(d, kinds));

	hunt_set_number(d, group, "by_ms", 1, hunt_one_in(d, 2) ? 200 : 12000);
}

void hunt_duplicate(struct hunt_dice *d)
{
	g_autofree char *group = rule(d, "duplicate", HUNT_PICK(d, kinds));

	hunt_set_number(d, group, "times", 1, hunt_one_in(d, 4) ? 80 : 4);
	hunt_set_number(d, group, "by_ms", 0, hunt_one_in(d, 2) ? 5 : 3000);
}

void hunt_swap(struct hunt_dice *d)
{
	g_free(rule(d, "swap", HUNT_PICK(d, kinds)));
}

void hunt_refuse(struct hunt_dice *d)
{
	g_autofree char *group = rule(d, "error", hunt_one_in(d, 3) ? "tftp.ack" : "tftp.rrq");

	hunt_set_number(d, group, "code", 0, 9);
}

/* Heads and messages, with right checksums; of DATA nothing that would make it another block. */
void hunt_change(struct hunt_dice *d)
{
	static const struct {
		const char *packets, *field;
	} rows[] = {
		{ "arp.* dir=to-guest", "eth.payload" },
		{ "dhcp.* dir=to-guest", "eth.payload" },
		{ "dhcp.* dir=to-guest", "dhcp.options" },
		{ "dhcp.* dir=to-guest", "udp.payload" },
		{ "dhcp.* dir=to-guest", "dhcp.xid" },
		{ "dhcp.* dir=to-guest", "dhcp.yiaddr" },
		{ "dhcp.* dir=to-guest", "dhcp.siaddr" },
		{ "dhcp.* dir=to-guest", "dhcp.magic" },
		{ "tftp.oack", "eth.payload" },
		{ "tftp.oack", "udp.payload" },
		{ "tftp.error dir=to-guest", "udp.payload" },
		{ "tftp.error dir=to-guest", "tftp.opcode" },
		{ "* dir=to-guest", "eth.type" },
		{ "tftp.data", "ip.length" },
		{ "tftp.data", "ip.proto" },
		{ "tftp.data", "ip.dst" },
		{ "tftp.data", "ip.src" },
		{ "tftp.data", "udp.length" },
		{ "tftp.data", "udp.dport" },
		{ "tftp.data", "udp.sport" },
		{ "tftp.data", "tftp.block" },
		{ "tftp.data", "tftp.opcode" },
		{ "tftp.ack", "tftp.block" },
		{ "tftp.rrq", "udp.payload" },
	};
	unsigned i = hunt_between(d, 0, G_N_ELEMENTS(rows) - 1);
	g_autofree char *group = rule_for(d, "corrupt", rows[i].packets);

	hunt_set(d, group, "field", rows[i].field);
	hunt_set(d, group, "repair", "true");
}

/* What a checksum tells. */
void hunt_damage(struct hunt_dice *d)
{
	static const char *const fields[] = { "tftp.data", "udp.checksum", "tftp.block" };
	g_autofree char *group = rule(d, "corrupt", "tftp.data");

	hunt_set(d, group, "field", HUNT_PICK(d, fields));
}

void hunt_cut(struct hunt_dice *d)
{
	static const char *const cut_kinds[] = { "dhcp.offer", "dhcp.ack", "tftp.oack",
						 "tftp.error" };
	g_autofree char *group = rule(d, "truncate", HUNT_PICK(d, cut_kinds));

	hunt_set_number(d, group, "bytes", 0, 400);
	hunt_set(d, group, "random", "true");
}

/* From another port, or to another one: not of this transfer. */
void hunt_forge(struct hunt_dice *d)
{
	static const char *const edits[] = {
		"udp+0=beef;payload+4=deadbeef", "udp+2=beef;payload+4=deadbeef",     "udp+0=beef",
		"udp+0=beef;payload+1=05",       "udp+0=beef;payload=000500016e6f00",
	};
	static const char *const forged[] = { "tftp.data", "tftp.oack", "tftp.data" };
	g_autofree char *group = rule(d, "forge", HUNT_PICK(d, forged));

	hunt_set(d, group, "edits", HUNT_PICK(d, edits));
	hunt_set(d, group, "repair", "true");
	hunt_set_number(d, group, "by_ms", 0, 20);
}

/* Frames of others, right and wrong ones. */
void hunt_inject(struct hunt_dice *d)
{
	static const char *const frames[] = {
		/* Who has the guest's address? */
		"ffffffffffff 525400000077 0806 0001 0800 06 04 0001 525400000077 0a00024d 6*00 "
		"guest-ip",
		/* Somebody has the server's. */
		"guest-mac 525400000077 0806 0001 0800 06 04 0002 525400000077 0a00024d guest-mac "
		"guest-ip",
		/* A ping, and one that is longer than it says. */
		"guest-mac server-mac 0800 4500 ip-length 0001 0000 40 01 0000 server-ip guest-ip "
		"0800 0000 1234 0001 56*61",
		"guest-mac server-mac 0800 4500 001c 0001 0000 40 01 0000 server-ip guest-ip "
		"0800 0000 1234 0001 400*61",
		/* The port cannot be reached, they say. */
		"guest-mac server-mac 0800 4500 ip-length 0001 0000 40 01 0000 server-ip guest-ip "
		"0303 0000 0000 0000 4500 0040 0001 0000 40 11 0000 guest-ip server-ip guest-port "
		"server-port 0020 0000",
		/* Datagrams of nobody's: empty, with a wrong length, to port 0, with options. */
		"guest-mac server-mac 0800 4500 ip-length 0001 0000 40 11 0000 server-ip guest-ip "
		"server-port guest-port 0008 0000",
		"guest-mac server-mac 0800 4500 ip-length 0001 0000 40 11 0000 server-ip guest-ip "
		"server-port guest-port 0000 0000 12*00",
		"guest-mac server-mac 0800 4500 ip-length 0001 0000 40 11 0000 server-ip guest-ip "
		"server-port guest-port ffff 0000 0003 0001 12*00",
		"guest-mac server-mac 0800 4f00 ip-length 0001 0000 40 11 0000 server-ip guest-ip "
		"40*01 beef guest-port udp-length 0000 0003 0001 12*00",
		/* Lengths that are not so. */
		"guest-mac server-mac 0800 4500 ffff 0001 0000 40 11 0000 server-ip guest-ip 8*00",
		"guest-mac server-mac 0800 4500 0004 0001 0000 40 11 0000 server-ip guest-ip 8*00",
		"guest-mac server-mac 0800 4100 0014 0001 0000 40 11 0000 server-ip guest-ip 8*00",
		"guest-mac server-mac 0800 45",
		"guest-mac server-mac 86dd 6000 0000 ffff 11 40 16*00 16*00 8*00",
		"guest-mac server-mac 0806 0001",
		"guest-mac server-mac 0800 46*00",
		"guest-mac server-mac ffff 1400*ff",
	};
	static const char *const with[] = { "tftp.data", "tftp.oack", "dhcp.offer", "dhcp.ack",
					    "arp.reply dir=to-guest" };
	g_autofree char *group = rule_for(d, "inject", HUNT_PICK(d, with));

	hunt_set(d, group, "frame", HUNT_PICK(d, frames));
	hunt_set_number(d, group, "times", 1, hunt_one_in(d, 5) ? 100 : 3);
	if (hunt_one_in(d, 2))
		hunt_set_number(d, group, "by_ms", 1, 30);
	hunt_set(d, group, "repair", hunt_one_in(d, 4) ? "false" : "true");
}

void hunt_fragment(struct hunt_dice *d)
{
	static const char *const pieces[] = {
		"0..720;720..",         "720..;0..720",   "0..64;64..",      "0..720;720..;720..",
		"0..720;704..",         "0..720",         "720..",           "0..720!;720..",
		"0..720;0..720;720..+", "0..720@1;720..", "0..8;8..16;16..",
	};
	static const char *const cut_kinds[] = { "tftp.data", "tftp.data", "dhcp.offer",
						 "dhcp.ack" };
	g_autofree char *group = rule(d, "fragment", HUNT_PICK(d, cut_kinds));

	hunt_set(d, group, "pieces", HUNT_PICK(d, pieces));
}
