/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios
 *
 * Everything is a table: of things that may befall a boot, and of the values that each may take.
 * Each kind of thing is drawn at most so often as its groups and keys have room: a second draw of
 * the same key takes the place of the first.
 */
#include "harness/hunt_draw.h"

#include <glib.h>

#include "harness/scenario_text.h"

enum {
	N_THINGS_MAX = 6,
	N_LABELS_MAX = 30,
	INITRD_MAX = 60000,
	APPEND_MAX = 700, /* shorter than what the oldest kernels take */
};

struct draw {
	GKeyFile *file;
	uint64_t state;
	unsigned n_rules;
};

/* --- numbers --- */

/* SplitMix64 (Steele, Lea, Flood, 2014). */
static uint64_t next(struct draw *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned between(struct draw *d, unsigned min, unsigned max)
{
	return min + (unsigned)(next(d) % (max - min + 1));
}

static bool one_in(struct draw *d, unsigned n)
{
	return between(d, 1, n) == 1;
}

static const char *pick(struct draw *d, const char *const *words, size_t n)
{
	return words[between(d, 0, (unsigned)n - 1)];
}

#define PICK(d, words) pick(d, words, G_N_ELEMENTS(words))

/* --- keys --- */

static void set(struct draw *d, const char *group, const char *key, const char *value)
{
	g_key_file_set_value(d->file, group, key, value);
}

static void set_number(struct draw *d, const char *group, const char *key, unsigned min,
		       unsigned max)
{
	g_autofree char *text = g_strdup_printf("%u", between(d, min, max));

	set(d, group, key, text);
}

/* --- the network --- */

static const char *link_group(struct draw *d)
{
	static const char *const groups[] = { "link", "link.to-guest", "link.from-guest" };

	return PICK(d, groups);
}

static const char *share(struct draw *d)
{
	static const char *const shares[] = { "0.5%", "1%", "2%", "5%", "10%", "20%", "35%" };

	return PICK(d, shares);
}

static void lose(struct draw *d)
{
	set(d, link_group(d), "loss", share(d));
}

static void lose_in_bursts(struct draw *d)
{
	static const char *const begins[] = { "0.5%", "1%", "3%" }, *const ends[] = { "5%", "20%",
										      "50%" };
	static const char *const slots[] = { "1000", "10000", "100000" };

	set(d, "link", "gemodel_p", PICK(d, begins));
	set(d, "link", "gemodel_r", PICK(d, ends));
	set(d, "link", "slot_us", PICK(d, slots));
}

static void copy(struct draw *d)
{
	set(d, link_group(d), "duplicate", share(d));
}

static void reorder(struct draw *d)
{
	set_number(d, "link", "delay_us", 500, 20000);
	set(d, link_group(d), "reorder", share(d));
}

static void jitter(struct draw *d)
{
	static const char *const shapes[] = { "uniform", "normal", "pareto" };

	set_number(d, "link", "jitter_us", 100, 50000);
	set_number(d, "link", "delay_us", 100, 30000);
	set(d, "link", "distribution", PICK(d, shapes));
}

/* The checksums stay wrong. */
static void flip_bits(struct draw *d)
{
	set(d, link_group(d), "corrupt", share(d));
}

static void slow_down(struct draw *d)
{
	set_number(d, "link", "rate_kbit", 200, 20000);
}

static void shorten(struct draw *d)
{
	set_number(d, link_group(d), "mtu", 300, 1500);
}

static void unplug(struct draw *d)
{
	unsigned down_ms = between(d, 50, 9000);

	set_number(d, "link", "down_ms", down_ms, down_ms);
	set_number(d, "link", "up_ms", down_ms + 10, down_ms + 15000);
}

/* --- rules --- */

static const char *const kinds[] = {
	"dhcp.discover", "dhcp.offer", "dhcp.request", "dhcp.ack",  "arp.request", "arp.reply",
	"tftp.rrq",      "tftp.oack",  "tftp.data",    "tftp.data", "tftp.ack",    "tftp.ack",
	"tftp.error",    "tftp.*",     "dhcp.*",       "*",
};

static const char *const files[] = { "pxelinux.cfg/default", "kernel.img", "initrd.img" };

/* Which packets of a kind: one, the first times, or any. */
static char *packets(struct draw *d, const char *kind)
{
	GString *s = g_string_new(kind);
	bool is_tftp = g_str_has_prefix(kind, "tftp.");
	bool has_block = g_str_equal(kind, "tftp.data") || g_str_equal(kind, "tftp.ack");

	if (is_tftp && one_in(d, 2))
		g_string_append_printf(s, " file=%s", PICK(d, files));
	if (has_block && one_in(d, 2))
		g_string_append(s, one_in(d, 3) ? " last" : "");
	if (has_block && !g_str_has_suffix(s->str, "last") && one_in(d, 3))
		g_string_append_printf(s, " block=%u", between(d, 1, 12));
	if (one_in(d, 2))
		g_string_append_printf(s, " attempt=1..%u", between(d, 1, 3));
	return g_string_free(s, FALSE);
}

static char *rule_new(struct draw *d)
{
	return g_strdup_printf("rule.%u", ++d->n_rules);
}

/* A rule for packets, with an action; its group. */
static char *rule_for(struct draw *d, const char *action, const char *what)
{
	static const char *const chances[] = { "1%", "3%", "10%", "30%", "60%" };
	char *group = rule_new(d);

	set(d, group, action, what);
	if (!one_in(d, 3))
		set(d, group, "chance", PICK(d, chances));
	return group;
}

static char *rule(struct draw *d, const char *action, const char *kind)
{
	g_autofree char *what = packets(d, kind);

	return rule_for(d, action, what);
}

static void drop(struct draw *d)
{
	g_free(rule(d, "drop", PICK(d, kinds)));
}

static void delay(struct draw *d)
{
	g_autofree char *group = rule(d, "delay", PICK(d, kinds));

	set_number(d, group, "by_ms", 1, one_in(d, 2) ? 200 : 12000);
}

static void duplicate(struct draw *d)
{
	g_autofree char *group = rule(d, "duplicate", PICK(d, kinds));

	set_number(d, group, "times", 1, one_in(d, 4) ? 80 : 4);
	set_number(d, group, "by_ms", 0, one_in(d, 2) ? 5 : 3000);
}

static void swap(struct draw *d)
{
	g_free(rule(d, "swap", PICK(d, kinds)));
}

static void refuse(struct draw *d)
{
	g_autofree char *group = rule(d, "error", one_in(d, 3) ? "tftp.ack" : "tftp.rrq");

	set_number(d, group, "code", 0, 9);
}

/* Heads and messages, with right checksums; of DATA nothing that would make it another block. */
static void change(struct draw *d)
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
	unsigned i = between(d, 0, G_N_ELEMENTS(rows) - 1);
	g_autofree char *group = rule_for(d, "corrupt", rows[i].packets);

	set(d, group, "field", rows[i].field);
	set(d, group, "repair", "true");
}

/* What a checksum tells. */
static void damage(struct draw *d)
{
	static const char *const fields[] = { "tftp.data", "udp.checksum", "tftp.block" };
	g_autofree char *group = rule(d, "corrupt", "tftp.data");

	set(d, group, "field", PICK(d, fields));
}

static void cut(struct draw *d)
{
	static const char *const cut_kinds[] = { "dhcp.offer", "dhcp.ack", "tftp.oack",
						 "tftp.error" };
	g_autofree char *group = rule(d, "truncate", PICK(d, cut_kinds));

	set_number(d, group, "bytes", 0, 400);
	set(d, group, "random", "true");
}

/* From another port, or to another one: not of this transfer. */
static void forge(struct draw *d)
{
	static const char *const edits[] = {
		"udp+0=beef;payload+4=deadbeef", "udp+2=beef;payload+4=deadbeef",     "udp+0=beef",
		"udp+0=beef;payload+1=05",       "udp+0=beef;payload=000500016e6f00",
	};
	static const char *const forged[] = { "tftp.data", "tftp.oack", "tftp.data" };
	g_autofree char *group = rule(d, "forge", PICK(d, forged));

	set(d, group, "edits", PICK(d, edits));
	set(d, group, "repair", "true");
	set_number(d, group, "by_ms", 0, 20);
}

/* Frames of others, right and wrong ones. */
static void inject(struct draw *d)
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
	g_autofree char *group = rule_for(d, "inject", PICK(d, with));

	set(d, group, "frame", PICK(d, frames));
	set_number(d, group, "times", 1, one_in(d, 5) ? 100 : 3);
	if (one_in(d, 2))
		set_number(d, group, "by_ms", 1, 30);
	set(d, group, "repair", one_in(d, 4) ? "false" : "true");
}

static void fragment(struct draw *d)
{
	static const char *const pieces[] = {
		"0..720;720..",         "720..;0..720",   "0..64;64..",      "0..720;720..;720..",
		"0..720;704..",         "0..720",         "720..",           "0..720!;720..",
		"0..720;0..720;720..+", "0..720@1;720..", "0..8;8..16;16..",
	};
	static const char *const cut_kinds[] = { "tftp.data", "tftp.data", "dhcp.offer",
						 "dhcp.ack" };
	g_autofree char *group = rule(d, "fragment", PICK(d, cut_kinds));

	set(d, group, "pieces", PICK(d, pieces));
}

/* --- servers --- */

static void odd_tftp(struct draw *d)
{
	static const char *const group = "server.tftp";

	switch (between(d, 0, 6)) {
	case 0:
		set(d, group, "options", "false");
		break;
	case 1:
		set(d, group, "single_port", "true");
		break;
	case 2:
		set_number(d, group, "blksize_max", 64, 1500);
		break;
	case 3:
		set_number(d, group, "window_max", 1, 3);
		break;
	case 4:
		set_number(d, group, "tries", 1, 3);
		break;
	default:
		set_number(d, group, "timeout_ms", 20, 4000);
		set_number(d, group, "backoff", 1, 3);
		set_number(d, group, "tries", 2, 40);
		break;
	}
}

static char *long_text(struct draw *d, unsigned max)
{
	unsigned n = between(d, 1, max);
	char *text = g_malloc0(n + 1);

	for (unsigned i = 0; i < n; i++)
		text[i] = (char)('a' + i % 26);
	return text;
}

static void odd_dhcp(struct draw *d)
{
	static const char *const group = "server.dhcp";
	static const char *const places[] = { "both", "field", "option" };
	static const char *const overloads[] = { "file", "sname", "both" };
	static const char *const texts[] = { "domain", "server_name", "tftp_server",
					     "vendor_class" };
	g_autofree char *text = long_text(d, 60);

	switch (between(d, 0, 6)) {
	case 0:
		set(d, group, "bootfile_place", PICK(d, places));
		break;
	case 1:
		set(d, group, "overload", PICK(d, overloads));
		break;
	case 2:
		set_number(d, group, "nak_requests", 1, 4);
		break;
	case 3:
		set_number(d, group, "lease_s", 1, 30);
		break;
	case 4:
		set(d, group, "no_next_server", "true");
		break;
	case 5:
		set_number(d, group, "n_leases", 0, 1);
		break;
	default:
		set(d, group, PICK(d, texts), text);
		break;
	}
}

/* --- what is served --- */

#define CONFIG "file.pxelinux.cfg/default"
#define INITRD "file.initrd.img"

static void add(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(GPtrArray *lines, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, args));
	va_end(args);
}

static void write_config(struct draw *d, unsigned n_labels, const char *append, bool is_long)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	unsigned right = between(d, 1, n_labels);

	if (is_long) {
		g_autofree char *words = long_text(d, 600);

		add(lines, "# %s", words);
	}
	add(lines, "DEFAULT entry%u", right);
	for (unsigned i = 1; i <= n_labels; i++) {
		add(lines, "LABEL entry%u", i);
		add(lines, "  KERNEL kernel.img");
		if (i != right)
			continue;
		add(lines, "  INITRD initrd.img");
		add(lines, "  APPEND %s", append);
	}
	scenario_text_set_list(d->file, CONFIG, "lines", lines);
	set(d, "boot", "append", append);
}

static void many_labels(struct draw *d)
{
	write_config(d, between(d, 2, N_LABELS_MAX), "iplab=hunt", one_in(d, 2));
}

static void long_append(struct draw *d)
{
	g_autofree char *text = long_text(d, APPEND_MAX);
	g_autofree char *append = g_strconcat("iplab=", text, NULL);

	write_config(d, 1, append, one_in(d, 3));
}

/* At the borders of blocks, and of pages. */
static void odd_size(struct draw *d)
{
	static const unsigned sizes[] = { 1, 511, 512, 1428, 2856, 4096, 14280, 1024 * 1024 };
	unsigned size = sizes[between(d, 0, G_N_ELEMENTS(sizes) - 1)];

	set_number(d, INITRD, "random_bytes", size, size + (one_in(d, 2) ? 1 : 0));
}

/* --- all of it --- */

static const struct {
	unsigned weight;
	void (*happens)(struct draw *d);
} things[] = {
	{ 4, lose },     { 2, lose_in_bursts }, { 2, copy },        { 2, reorder },
	{ 2, jitter },   { 2, flip_bits },      { 1, slow_down },   { 1, shorten },
	{ 1, unplug },   { 4, drop },           { 4, delay },       { 4, duplicate },
	{ 2, swap },     { 2, refuse },         { 6, change },      { 2, damage },
	{ 3, cut },      { 3, forge },          { 4, inject },      { 3, fragment },
	{ 4, odd_tftp }, { 3, odd_dhcp },       { 2, many_labels }, { 2, long_append },
	{ 2, odd_size },
};

static void draw_one(struct draw *d)
{
	unsigned total = 0, at;

	for (unsigned i = 0; i < G_N_ELEMENTS(things); i++)
		total += things[i].weight;
	at = between(d, 0, total - 1);
	for (unsigned i = 0; i < G_N_ELEMENTS(things); i++) {
		if (at < things[i].weight) {
			things[i].happens(d);
			return;
		}
		at -= things[i].weight;
	}
}

/* A boot that nothing befalls. */
static void begin(struct draw *d, uint64_t seed)
{
	static const char *const phases[] = { "dhcp_ms", "config_ms", "kernel_ms", "initrd_ms" };
	g_autofree char *summary = g_strdup_printf("Drawn with seed %" G_GUINT64_FORMAT
						   ": the client boots what is served, or gives up",
						   seed);

	set(d, "scenario", "summary", summary);
	set(d, "scenario", "tags", "hunt;random");
	set(d, "scenario", "requires", "pxelinux;dhcp-4");
	set(d, "scenario", "on_request", "true");
	set(d, "boot", "config", "pxelinux.cfg/default");
	set(d, "boot", "kernel", "kernel.img");
	set(d, "boot", "initrd", "initrd.img");
	write_config(d, 1, "iplab=hunt", false);
	set(d, "file.kernel.img", "fixture", "probe");
	set_number(d, INITRD, "random_bytes", 1, INITRD_MAX);
	set(d, "expect", "ending", "payload;gave-up");
	for (unsigned i = 0; i < G_N_ELEMENTS(phases); i++)
		set(d, "deadline", phases[i], "600000");
	set(d, "deadline", "payload_ms", "60000");
}

char *hunt_draw(uint64_t seed)
{
	struct draw d = { .file = g_key_file_new(), .state = seed };
	unsigned n = between(&d, 1, N_THINGS_MAX);
	char *text;

	begin(&d, seed);
	for (unsigned i = 0; i < n; i++)
		draw_one(&d);
	text = scenario_text_write(d.file);
	g_key_file_unref(d.file);
	return text;
}
