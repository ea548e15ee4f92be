/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios
 *
 * Everything is a table: of things that may befall a boot, and of the values that each may take.
 * Each kind of thing is drawn at most so often as its groups and keys have room: a second draw of
 * the same key takes the place of the first.
 */
#include "harness/hunt_draw.h"

#include "harness/hunt_dice.h"
#include "harness/hunt_rules.h"
#include "harness/scenario_text.h"

enum {
	N_THINGS_MAX = 6,
	N_LABELS_MAX = 30,
	INITRD_MAX = 60000,
	APPEND_MAX = 700, /* shorter than what the oldest kernels take */
};

/* --- the network --- */

static const char *link_group(struct hunt_dice *d)
{
	static const char *const groups[] = { "link", "link.to-guest", "link.from-guest" };

	return HUNT_PICK(d, groups);
}

static const char *share(struct hunt_dice *d)
{
	static const char *const shares[] = { "0.5%", "1%", "2%", "5%", "10%", "20%", "35%" };

	return HUNT_PICK(d, shares);
}

static void lose(struct hunt_dice *d)
{
	hunt_set(d, link_group(d), "loss", share(d));
}

static void lose_in_bursts(struct hunt_dice *d)
{
	static const char *const begins[] = { "0.5%", "1%", "3%" }, *const ends[] = { "5%", "20%",
										      "50%" };
	static const char *const slots[] = { "1000", "10000", "100000" };

	hunt_set(d, "link", "gemodel_p", HUNT_PICK(d, begins));
	hunt_set(d, "link", "gemodel_r", HUNT_PICK(d, ends));
	hunt_set(d, "link", "slot_us", HUNT_PICK(d, slots));
}

static void copy(struct hunt_dice *d)
{
	hunt_set(d, link_group(d), "duplicate", share(d));
}

static void reorder(struct hunt_dice *d)
{
	hunt_set_number(d, "link", "delay_us", 500, 20000);
	hunt_set(d, link_group(d), "reorder", share(d));
}

static void jitter(struct hunt_dice *d)
{
	static const char *const shapes[] = { "uniform", "normal", "pareto" };

	hunt_set_number(d, "link", "jitter_us", 100, 50000);
	hunt_set_number(d, "link", "delay_us", 100, 30000);
	hunt_set(d, "link", "distribution", HUNT_PICK(d, shapes));
}

/* The checksums stay wrong. */
static void flip_bits(struct hunt_dice *d)
{
	hunt_set(d, link_group(d), "corrupt", share(d));
}

static void slow_down(struct hunt_dice *d)
{
	hunt_set_number(d, "link", "rate_kbit", 200, 20000);
}

static void shorten(struct hunt_dice *d)
{
	hunt_set_number(d, link_group(d), "mtu", 300, 1500);
}

static void unplug(struct hunt_dice *d)
{
	unsigned down_ms = hunt_between(d, 50, 9000);

	hunt_set_number(d, "link", "down_ms", down_ms, down_ms);
	hunt_set_number(d, "link", "up_ms", down_ms + 10, down_ms + 15000);
}

/* --- servers --- */

static void odd_tftp(struct hunt_dice *d)
{
	static const char *const group = "server.tftp";

	switch (hunt_between(d, 0, 6)) {
	case 0:
		hunt_set(d, group, "options", "false");
		break;
	case 1:
		hunt_set(d, group, "single_port", "true");
		break;
	case 2:
		hunt_set_number(d, group, "blksize_max", 64, 1500);
		break;
	case 3:
		hunt_set_number(d, group, "window_max", 1, 3);
		break;
	case 4:
		hunt_set_number(d, group, "tries", 1, 3);
		break;
	default:
		hunt_set_number(d, group, "timeout_ms", 20, 4000);
		hunt_set_number(d, group, "backoff", 1, 3);
		hunt_set_number(d, group, "tries", 2, 40);
		break;
	}
}

static char *long_text(struct hunt_dice *d, unsigned max)
{
	unsigned n = hunt_between(d, 1, max);
	char *text = g_malloc0(n + 1);

	for (unsigned i = 0; i < n; i++)
		text[i] = (char)('a' + i % 26);
	return text;
}

static void odd_dhcp(struct hunt_dice *d)
{
	static const char *const group = "server.dhcp";
	static const char *const places[] = { "both", "field", "option" };
	static const char *const overloads[] = { "file", "sname", "both" };
	static const char *const texts[] = { "domain", "server_name", "tftp_server",
					     "vendor_class" };
	g_autofree char *text = long_text(d, 60);

	switch (hunt_between(d, 0, 6)) {
	case 0:
		hunt_set(d, group, "bootfile_place", HUNT_PICK(d, places));
		break;
	case 1:
		hunt_set(d, group, "overload", HUNT_PICK(d, overloads));
		break;
	case 2:
		hunt_set_number(d, group, "nak_requests", 1, 4);
		break;
	case 3:
		hunt_set_number(d, group, "lease_s", 1, 30);
		break;
	case 4:
		hunt_set(d, group, "no_next_server", "true");
		break;
	case 5:
		hunt_set_number(d, group, "n_leases", 0, 1);
		break;
	default:
		hunt_set(d, group, HUNT_PICK(d, texts), text);
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

static void write_config(struct hunt_dice *d, unsigned n_labels, const char *append, bool is_long)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	unsigned right = hunt_between(d, 1, n_labels);

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
	hunt_set(d, "boot", "append", append);
}

static void many_labels(struct hunt_dice *d)
{
	write_config(d, hunt_between(d, 2, N_LABELS_MAX), "iplab=hunt", hunt_one_in(d, 2));
}

static void long_append(struct hunt_dice *d)
{
	g_autofree char *text = long_text(d, APPEND_MAX);
	g_autofree char *append = g_strconcat("iplab=", text, NULL);

	write_config(d, 1, append, hunt_one_in(d, 3));
}

/* At the borders of blocks, and of pages. */
static void odd_size(struct hunt_dice *d)
{
	static const unsigned sizes[] = { 1, 511, 512, 1428, 2856, 4096, 14280, 1024 * 1024 };
	unsigned size = sizes[hunt_between(d, 0, G_N_ELEMENTS(sizes) - 1)];

	hunt_set_number(d, INITRD, "random_bytes", size, size + (hunt_one_in(d, 2) ? 1 : 0));
}

/* --- all of it --- */

static const struct {
	unsigned weight;
	void (*happens)(struct hunt_dice *d);
} things[] = {
	{ 4, lose },      { 2, lose_in_bursts }, { 2, copy },        { 2, reorder },
	{ 2, jitter },    { 2, flip_bits },      { 1, slow_down },   { 1, shorten },
	{ 1, unplug },    { 4, hunt_drop },      { 4, hunt_delay },  { 4, hunt_duplicate },
	{ 2, hunt_swap }, { 2, hunt_refuse },    { 6, hunt_change }, { 2, hunt_damage },
	{ 3, hunt_cut },  { 3, hunt_forge },     { 4, hunt_inject }, { 3, hunt_fragment },
	{ 4, odd_tftp },  { 3, odd_dhcp },       { 2, many_labels }, { 2, long_append },
	{ 2, odd_size },
};

static void draw_one(struct hunt_dice *d)
{
	unsigned total = 0, at;

	for (unsigned i = 0; i < G_N_ELEMENTS(things); i++)
		total += things[i].weight;
	at = hunt_between(d, 0, total - 1);
	for (unsigned i = 0; i < G_N_ELEMENTS(things); i++) {
		if (at < things[i].weight) {
			things[i].happens(d);
			return;
		}
		at -= things[i].weight;
	}
}

/* A boot that nothing befalls. */
static void begin(struct hunt_dice *d, uint64_t seed)
{
	static const char *const phases[] = { "dhcp_ms", "config_ms", "kernel_ms", "initrd_ms" };
	g_autofree char *summary = g_strdup_printf("Drawn with seed %" G_GUINT64_FORMAT
						   ": the client boots what is served, or gives up",
						   seed);

	hunt_set(d, "scenario", "summary", summary);
	hunt_set(d, "scenario", "tags", "hunt;random");
	hunt_set(d, "scenario", "requires", "pxelinux;dhcp-4");
	hunt_set(d, "scenario", "on_request", "true");
	hunt_set(d, "boot", "config", "pxelinux.cfg/default");
	hunt_set(d, "boot", "kernel", "kernel.img");
	hunt_set(d, "boot", "initrd", "initrd.img");
	write_config(d, 1, "iplab=hunt", false);
	hunt_set(d, "file.kernel.img", "fixture", "probe");
	hunt_set_number(d, INITRD, "random_bytes", 1, INITRD_MAX);
	hunt_set(d, "expect", "ending", "payload;gave-up");
	for (unsigned i = 0; i < G_N_ELEMENTS(phases); i++)
		hunt_set(d, "deadline", phases[i], "600000");
	hunt_set(d, "deadline", "payload_ms", "60000");
}

char *hunt_draw(uint64_t seed)
{
	struct hunt_dice d = { .file = g_key_file_new(), .state = seed };
	unsigned n = hunt_between(&d, 1, N_THINGS_MAX);
	char *text;

	begin(&d, seed);
	for (unsigned i = 0; i < n; i++)
		draw_one(&d);
	text = scenario_text_write(d.file);
	g_key_file_unref(d.file);
	return text;
}
