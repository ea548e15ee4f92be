/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/scenario: defaults, values, and keys that do not fit each other
 */
#include "harness/scenario.h"

#include <check.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/rules.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define HEAD "[scenario]\nsummary = A claim\n"

/* A scenario with this in its file. */
static Scenario *load(const char *text, GError **error)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "x.ini", text);
	Scenario *s = scenario_load(path, "area/x", error);

	temp_folder_remove(dir);
	return s;
}

START_TEST(defaults)
{
	g_autoptr(Scenario) s = load(HEAD, NULL);
	const struct scenario_nic *nic;

	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(s->name, "area/x");
	ck_assert_str_eq(s->summary, "A claim");
	ck_assert_ptr_null(s->tags);
	ck_assert_uint_eq(s->requires, 0);
	ck_assert(!s->on_request);
	ck_assert_int_eq(s->clock, SCENARIO_CLOCK_ANY);
	ck_assert_uint_eq(s->shift, 8);
	ck_assert(!s->has_delay);
	ck_assert_uint_eq(s->impair.rules->len, 0);
	ck_assert_uint_eq(s->machine.memory_mib, 512);
	ck_assert_uint_eq(s->machine.smp, 1);
	ck_assert(!s->machine.has_memory);
	ck_assert(!s->machine.boot_menu && !s->machine.reboot && !s->machine.has_icount);
	ck_assert(!s->machine.uuid && !s->machine.loadparm && !s->machine.disk);
	ck_assert_uint_eq(s->nics->len, 1);
	nic = s->nics->pdata[0];
	ck_assert_mem_eq(nic->mac.b, "\x52\x54\x00\x12\x34\x56", ETH_ALEN);
	ck_assert_uint_eq(nic->bootindex, 1);
	ck_assert_uint_eq(nic->max_revision, 2);
	ck_assert(nic->link_up && nic->server && !nic->devno);
	ck_assert_uint_eq(s->files->len, 0);
	ck_assert_uint_eq(s->net.server, 0x0a000202);
	ck_assert_uint_eq(s->net.netmask, 0xffffff00);
	ck_assert_uint_eq(s->net.router, 0x0a000202);
	ck_assert_uint_eq(s->net.dns, 0x0a000203);
	ck_assert_uint_eq(s->net.guest, 0x0a00020f);
	ck_assert(s->dhcp.enabled && !s->dhcp.bootfile && !s->dhcp.nak_requests);
	ck_assert_uint_eq(s->dhcp.lease_s, 86400);
	ck_assert_uint_eq(s->dhcp.n_leases, 16);
	ck_assert_mem_eq(&s->tftp, &tftp_config_default, sizeof(s->tftp));
	ck_assert_uint_eq(s->expect.endings, 1U << ENDING_PAYLOAD);
	ck_assert(!s->expect.cmdline && !s->expect.console && !s->expect.events);
	ck_assert_uint_eq(s->limits.phase_ms[PHASE_DHCP], 20000);
	ck_assert_uint_eq(s->limits.phase_ms[PHASE_PAYLOAD], 30000);
	ck_assert_uint_eq(s->limits.cell_ms, 120000);
	ck_assert_ptr_null(scenario_find_file(s, "x"));
}
END_TEST

START_TEST(everything_is_read)
{
	g_autoptr(Scenario) s =
		load("[scenario]\nsummary = s\ntags = a;b\nrequires = pxelinux;ccw\n"
		     "on_request = true\nclock = virtual\nshift = 0\n"
		     "[machine]\nmemory_mib = 512\nicount_shift = 0\nloadparm = 8 chars!\nreboot = "
		     "true\n"
		     "disk = d/k\n"
		     "[nic.0]\nserver = false\nrx_queue_size = 512\n"
		     "[nic.1]\nserver = true\ndevno = fe.1.0002\nlink_up = false\n"
		     "[boot]\nkernel = d/k\ninitrd = i\nconfig = c\nappend = one two\n"
		     "[file.d/k]\nfixture = probe\n[file.i]\nrandom_bytes = 7\n"
		     "[file.c]\nlines = x;y\n[file.t]\ntext =\n[file.h]\nhex = 00 fF 1234\n"
		     "[server]\naddress = 192.168.1.1\nnetmask = 255.255.0.0\n"
		     "guest = 192.168.255.1\n"
		     "[server.dhcp]\nbootfile_place = option\noverload = both\n"
		     "[server.tftp]\ntimeout_ms = 250\n"
		     "[expect]\nending = gave-up\nevents = dhcp.ack;tftp.rrq a b\n"
		     "payload = kind=probe;cmdline=\n"
		     "[deadline]\nkernel_ms = 5\n",
		     NULL);
	const struct scenario_nic *second;

	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(s->tags[1], "b");
	ck_assert(s->on_request);
	ck_assert_int_eq(s->clock, SCENARIO_CLOCK_VIRTUAL);
	ck_assert_uint_eq(s->shift, 0);
	ck_assert_uint_eq(feature_of_side(s->requires, FEATURE_OF_CLIENT), s->requires);
	ck_assert(s->machine.has_memory);
	ck_assert(s->machine.has_icount && s->machine.reboot && !s->machine.icount_shift);
	ck_assert_uint_eq(s->nics->len, 2);
	second = s->nics->pdata[1];
	ck_assert_mem_eq(second->mac.b, "\x52\x54\x00\x12\x34\x57", ETH_ALEN);
	ck_assert(second->server && !second->link_up && !second->bootindex);
	ck_assert_str_eq(second->devno, "fe.1.0002");
	ck_assert_str_eq(scenario_find_file(s, "d/k")->fixture, "probe");
	ck_assert_uint_eq(scenario_find_file(s, "i")->random_bytes, 7);
	ck_assert_str_eq(scenario_find_file(s, "t")->text, "");
	ck_assert_uint_eq(s->net.server, 0xc0a80101);
	ck_assert_int_eq(s->dhcp.bootfile_place, DHCP_PLACE_OPTION);
	ck_assert_int_eq((int)s->dhcp.overload, DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME);
	ck_assert_uint_eq(s->tftp.timeout_ns, 250000000);
	ck_assert_uint_eq(s->expect.endings, 1U << ENDING_GAVE_UP);
	ck_assert_str_eq(s->expect.events[1], "tftp.rrq a b");
	ck_assert_uint_eq(s->limits.phase_ms[PHASE_KERNEL], 5);
}
END_TEST

START_TEST(each_value_goes_to_its_place)
{
	g_autoptr(Scenario) s = load(
		HEAD
		"[machine]\nmemory_mib = 100\nsmp = 3\nboot_menu = true\nuuid = "
		"00112233-4455-6677-8899-aabbccddeeff\nrtc_base = r\naccelerator = a\ncpu = z14\n"
		"icount_shift = 7\n[nic.0]\nmac = 52:54:00:00:00:01\nbootindex = 5\n"
		"max_revision = 1\nrx_queue_size = 256\ntx_queue_size = 1024\n"
		"[server]\nrouter = 10.0.2.7\ndns = 10.0.2.8\n"
		"[server.dhcp]\nenabled = false\nbootfile = b\nnext_server = 1.2.3.4\n"
		"no_next_server = true\nserver_name = sn\ntftp_server = ts\n"
		"tftp_address = 1.2.3.5\nconfig_file = cf\npath_prefix = pp\n"
		"reboot_time_s = 11\ndomain = d\nvendor_class = vc\nlease_s = 12\n"
		"nak_requests = 13\nn_leases = 14\n"
		"[server.tftp]\nenabled = false\noptions = false\nblksize_max = 1000\n"
		"window_max = 5\nbackoff = 3\ntimeout_max_ms = 9\ntries = 6\n"
		"[expect]\ncmdline = c\nconsole = x;y\nblksize = 99\n"
		"[deadline]\ndhcp_ms = 1\nconfig_ms = 2\nkernel_ms = 3\ninitrd_ms = 4\n"
		"payload_ms = 5\ncell_ms = 6\n",
		NULL);
	const struct scenario_nic *nic = s->nics->pdata[0];

	ck_assert_uint_eq(s->machine.memory_mib, 100);
	ck_assert_uint_eq(s->machine.smp, 3);
	ck_assert_uint_eq(s->machine.icount_shift, 7);
	ck_assert(s->machine.boot_menu);
	ck_assert_str_eq(s->machine.uuid, "00112233-4455-6677-8899-aabbccddeeff");
	ck_assert_str_eq(s->machine.rtc_base, "r");
	ck_assert_str_eq(s->machine.accelerator, "a");
	ck_assert_str_eq(s->machine.cpu, "z14");
	ck_assert_mem_eq(nic->mac.b, "\x52\x54\0\0\0\1", ETH_ALEN);
	ck_assert_uint_eq(nic->bootindex, 5);
	ck_assert_uint_eq(nic->max_revision, 1);
	ck_assert_uint_eq(nic->rx_queue_size, 256);
	ck_assert_uint_eq(nic->tx_queue_size, 1024);
	ck_assert_uint_eq(s->net.router, 0x0a000207);
	ck_assert_uint_eq(s->net.dns, 0x0a000208);
	ck_assert(!s->dhcp.enabled && s->dhcp.no_next_server);
	ck_assert_str_eq(s->dhcp.bootfile, "b");
	ck_assert_uint_eq(s->dhcp.next_server, 0x01020304);
	ck_assert_str_eq(s->dhcp.server_name, "sn");
	ck_assert_str_eq(s->dhcp.tftp_server, "ts");
	ck_assert_uint_eq(s->dhcp.tftp_address, 0x01020305);
	ck_assert_str_eq(s->dhcp.config_file, "cf");
	ck_assert_str_eq(s->dhcp.path_prefix, "pp");
	ck_assert_uint_eq(s->dhcp.reboot_time_s, 11);
	ck_assert_str_eq(s->dhcp.domain, "d");
	ck_assert_str_eq(s->dhcp.vendor_class, "vc");
	ck_assert_uint_eq(s->dhcp.lease_s, 12);
	ck_assert_uint_eq(s->dhcp.nak_requests, 13);
	ck_assert_uint_eq(s->dhcp.n_leases, 14);
	ck_assert(!s->tftp.enabled && !s->tftp.options);
	ck_assert_uint_eq(s->tftp.blksize_max, 1000);
	ck_assert_uint_eq(s->tftp.window_max, 5);
	ck_assert_uint_eq(s->tftp.backoff, 3);
	ck_assert_uint_eq(s->tftp.timeout_max_ns, 9000000);
	ck_assert_uint_eq(s->tftp.tries, 6);
	ck_assert_str_eq(s->expect.cmdline, "c");
	ck_assert_str_eq(s->expect.console[1], "y");
	ck_assert_uint_eq(s->expect.blksize, 99);
	for (unsigned p = 0; p < PHASE_N; p++)
		ck_assert_uint_eq(s->limits.phase_ms[p], p + 1);
	ck_assert_uint_eq(s->limits.cell_ms, 6);
}
END_TEST

/* The words of the file and the numbers of the code are two lists: they must go together. */
static const struct {
	const char *word;
	int want;
} place_rows[] = {
	{ "both", DHCP_PLACE_BOTH },
	{ "field", DHCP_PLACE_FIELD },
	{ "option", DHCP_PLACE_OPTION },
}, overload_rows[] = {
	{ "none", 0 },
	{ "file", DHCP_OVERLOAD_FILE },
	{ "sname", DHCP_OVERLOAD_SNAME },
	{ "both", DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME },
};

START_TEST(places_are_those_of_the_server)
{
	g_autofree char *text =
		g_strdup_printf(HEAD "[server.dhcp]\nbootfile_place = %s\n", place_rows[_i].word);
	g_autoptr(Scenario) s = load(text, NULL);

	ck_assert_int_eq((int)s->dhcp.bootfile_place, place_rows[_i].want);
}
END_TEST

START_TEST(overloads_are_those_of_the_server)
{
	g_autofree char *text =
		g_strdup_printf(HEAD "[server.dhcp]\noverload = %s\n", overload_rows[_i].word);
	g_autoptr(Scenario) s = load(text, NULL);

	ck_assert_int_eq((int)s->dhcp.overload, overload_rows[_i].want);
}
END_TEST

static const struct {
	const char *word;
	int want;
} clock_rows[] = {
	{ "any", SCENARIO_CLOCK_ANY },
	{ "virtual", SCENARIO_CLOCK_VIRTUAL },
	{ "wall", SCENARIO_CLOCK_WALL },
}, distribution_rows[] = {
	{ "uniform", IMPAIR_UNIFORM },
	{ "normal", IMPAIR_NORMAL },
	{ "pareto", IMPAIR_PARETO },
	{ "paretonormal", IMPAIR_PARETONORMAL },
};

START_TEST(clocks_have_names)
{
	g_autofree char *text = g_strdup_printf(HEAD "clock = %s\n", clock_rows[_i].word);
	g_autoptr(Scenario) s = load(text, NULL);

	ck_assert_int_eq(s->clock, clock_rows[_i].want);
}
END_TEST

START_TEST(distributions_are_those_of_the_network)
{
	g_autofree char *text =
		g_strdup_printf(HEAD "[link]\ndistribution = %s\n", distribution_rows[_i].word);
	g_autoptr(Scenario) s = load(text, NULL);

	ck_assert_int_eq(s->impair.side[PACKET_TO_GUEST].distribution, distribution_rows[_i].want);
}
END_TEST

/* --- the network ------------------------------------------------------------------------------ */

#define EVERY_LINK_KEY                                                                             \
	"delay_us = 1\njitter_us = 2\ndistribution = pareto\nloss = 3%\ngemodel_p = 4%\n"          \
	"gemodel_r = 5%\ngemodel_loss_bad = 6%\ngemodel_loss_good = 7%\nstate_p13 = 8%\n"          \
	"state_p31 = 9%\nstate_p32 = 10%\nstate_p23 = 11%\nstate_p14 = 12%\nslot_us = 13\n"        \
	"duplicate = 14%\nreorder = 15%\ncorrupt = 16%\ncorrupt_repair = true\nrate_kbit = 17\n"   \
	"mtu = 18\ndown_ms = 19\nup_ms = 20\n"

static const struct impair_side every_link_key = {
	.delay_ns = 1000,
	.jitter_ns = 2000,
	.distribution = IMPAIR_PARETO,
	.loss_ppm = 30000,
	.ge_p_ppm = 40000,
	.ge_r_ppm = 50000,
	.ge_loss_bad_ppm = 60000,
	.ge_loss_good_ppm = 70000,
	.s4_p13_ppm = 80000,
	.s4_p31_ppm = 90000,
	.s4_p32_ppm = 100000,
	.s4_p23_ppm = 110000,
	.s4_p14_ppm = 120000,
	.slot_ns = 13000,
	.duplicate_ppm = 140000,
	.reorder_ppm = 150000,
	.corrupt_ppm = 160000,
	.corrupt_repair = true,
	.rate_kbit = 17,
	.mtu = 18,
	.down_ns = 19000000,
	.up_ns = 20000000,
};

/* Field by field: between them are holes. */
static void expect_side(const char *what, const struct impair_side *got,
			const struct impair_side *want)
{
	const struct {
		const char *name;
		uint64_t got, want;
	} fields[] = {
#define PAIR(field) { #field, (uint64_t)got->field, (uint64_t)want->field }
		PAIR(delay_ns),        PAIR(jitter_ns),
		PAIR(distribution),    PAIR(loss_ppm),
		PAIR(ge_p_ppm),        PAIR(ge_r_ppm),
		PAIR(ge_loss_bad_ppm), PAIR(ge_loss_good_ppm),
		PAIR(s4_p13_ppm),      PAIR(s4_p31_ppm),
		PAIR(s4_p32_ppm),      PAIR(s4_p23_ppm),
		PAIR(s4_p14_ppm),      PAIR(slot_ns),
		PAIR(duplicate_ppm),   PAIR(reorder_ppm),
		PAIR(corrupt_ppm),     PAIR(corrupt_repair),
		PAIR(rate_kbit),       PAIR(mtu),
		PAIR(down_ns),         PAIR(up_ns),
#undef PAIR
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
		ck_assert_msg(fields[i].got == fields[i].want, "%s: %s is %" G_GUINT64_FORMAT, what,
			      fields[i].name, fields[i].got);
}

static const struct {
	const char *what, *text;
	bool from_guest, to_guest; /* which has every key */
} every_rows[] = {
	{ "both directions", "[link]\n" EVERY_LINK_KEY, true, true },
	{ "from the guest", "[link.from-guest]\n" EVERY_LINK_KEY, true, false },
	{ "to the guest", "[link.to-guest]\n" EVERY_LINK_KEY, false, true },
	{ "one each", "[link.to-guest]\n" EVERY_LINK_KEY "[link.from-guest]\n" EVERY_LINK_KEY, true,
	  true },
	{ "nothing said", "[link]\n[link.to-guest]\n[link.from-guest]\n", false, false },
};

START_TEST(every_key_of_a_link)
{
	static const struct impair_side none = {
		.delay_ns = 100000,
		.slot_ns = 1000000,
		.ge_loss_bad_ppm = 1000000,
	};
	g_autofree char *text = g_strconcat(HEAD, every_rows[_i].text, NULL);
	g_autoptr(Scenario) s = load(text, NULL);

	ck_assert_ptr_nonnull(s);
	expect_side(every_rows[_i].what, &s->impair.side[PACKET_FROM_GUEST],
		    every_rows[_i].from_guest ? &every_link_key : &none);
	expect_side(every_rows[_i].what, &s->impair.side[PACKET_TO_GUEST],
		    every_rows[_i].to_guest ? &every_link_key : &none);
}
END_TEST

static const struct {
	const char *what, *text;
	uint64_t from_us, to_us;   /* delays */
	unsigned from_ppm, to_ppm; /* losses */
	bool has_delay;
} link_rows[] = {
	{ "one key of both", "[link]\nloss = 1%\n", 100, 100, 10000, 10000, false },
	{ "one direction differs", "[link]\nloss = 1%\n[link.to-guest]\nloss = 2%\n", 100, 100,
	  10000, 20000, false },
	{ "whatever comes first in the file", "[link.to-guest]\nloss = 2%\n[link]\nloss = 1%\n",
	  100, 100, 10000, 20000, false },
	{ "one key differs, the others stay",
	  "[link]\nloss = 1%\ndelay_us = 7\n[link.from-guest]\nloss = 0%\n", 7, 7, 0, 10000, true },
	{ "a delay of both", "[link]\ndelay_us = 5\n", 5, 5, 0, 0, true },
	{ "no delay is a delay that is said", "[link]\ndelay_us = 0\n", 0, 0, 0, 0, true },
	{ "the delay there is anyhow", "[link]\ndelay_us = 100\n", 100, 100, 0, 0, true },
	{ "a delay from the guest", "[link.from-guest]\ndelay_us = 5\n", 5, 100, 0, 0, true },
	{ "a delay to the guest", "[link.to-guest]\ndelay_us = 5\n", 100, 5, 0, 0, true },
	{ "jitter is no delay", "[link]\njitter_us = 5\n", 100, 100, 0, 0, false },
};

START_TEST(directions_of_a_link)
{
	g_autofree char *text = g_strconcat(HEAD, link_rows[_i].text, NULL);
	g_autoptr(Scenario) s = load(text, NULL);
	const struct impair_side *from = &s->impair.side[PACKET_FROM_GUEST];
	const struct impair_side *to = &s->impair.side[PACKET_TO_GUEST];
	const char *what = link_rows[_i].what;

	ck_assert_msg(from->delay_ns == link_rows[_i].from_us * 1000 &&
			      to->delay_ns == link_rows[_i].to_us * 1000,
		      "%s: delays of %u and %u ns", what, (unsigned)from->delay_ns,
		      (unsigned)to->delay_ns);
	ck_assert_msg(from->loss_ppm == link_rows[_i].from_ppm &&
			      to->loss_ppm == link_rows[_i].to_ppm,
		      "%s: losses of %u and %u", what, from->loss_ppm, to->loss_ppm);
	ck_assert_msg(s->has_delay == link_rows[_i].has_delay, "%s: has_delay", what);
}
END_TEST

static const struct {
	const char *key;
	int action;
} action_rows[] = {
	{ "drop", IMPAIR_DROP },           { "delay", IMPAIR_DELAY },
	{ "duplicate", IMPAIR_DUPLICATE }, { "swap", IMPAIR_SWAP },
	{ "truncate", IMPAIR_TRUNCATE },   { "corrupt", IMPAIR_CORRUPT },
	{ "error", IMPAIR_ERROR },         { "rst", IMPAIR_RST },
	{ "window", IMPAIR_WINDOW },       { "rewrite", IMPAIR_REWRITE },
	{ "forge", IMPAIR_FORGE },         { "inject", IMPAIR_INJECT },
	{ "fragment", IMPAIR_FRAGMENT },
};

START_TEST(actions_of_a_rule)
{
	bool is_tcp =
		action_rows[_i].action == IMPAIR_RST || action_rows[_i].action == IMPAIR_WINDOW;
	const char *what = is_tcp ? "tcp.data bytes=3" : "tftp.data block=3";
	g_autofree char *text =
		g_strdup_printf(HEAD "[rule.a b]\n%s = %s\nby_ms = 4\ntimes = 5\nbytes = 6\n"
				     "field = tftp.block\nrepair = true\ncode = 7\n"
				     "edits = udp+0=0102;03>04\nframe = 0102\npieces = 0..8;8..\n",
				action_rows[_i].key, what);
	g_autoptr(Scenario) s = load(text, NULL);
	const struct impair_rule *r;

	ck_assert_int_eq(N_ROWS(action_rows), IMPAIR_N_ACTIONS);
	ck_assert_uint_eq(s->impair.rules->len, 1);
	r = s->impair.rules->pdata[0];
	ck_assert_str_eq(r->name, "a b");
	ck_assert_int_eq(r->action, action_rows[_i].action);
	ck_assert_str_eq(r->what, what);
	ck_assert_uint_eq(r->by_ns, 4000000);
	ck_assert_uint_eq(r->times, 5);
	ck_assert_uint_eq(r->bytes, 6);
	ck_assert_str_eq(r->field, "tftp.block");
	ck_assert_str_eq(r->edits[1], "03>04");
	ck_assert(r->repair);
	ck_assert_uint_eq(r->code, 7);
}
END_TEST

START_TEST(rules_keep_their_order)
{
	g_autoptr(Scenario) s = load(HEAD "[rule.z]\ndrop = dhcp.offer\n[rule.a]\nswap = *\n"
					  "[rule.m]\ndelay = arp.*\nby_ms = 1\n",
				     NULL);
	const struct impair_rule *first, *last;

	ck_assert_uint_eq(s->impair.rules->len, 3);
	first = s->impair.rules->pdata[0];
	last = s->impair.rules->pdata[2];
	ck_assert_str_eq(first->name, "z");
	ck_assert_str_eq(last->name, "m");
	ck_assert_uint_eq(first->times, 1);
	ck_assert_uint_eq(first->by_ns, 0);
	ck_assert_uint_eq(last->by_ns, 1000000);
	ck_assert(!first->field && !first->repair && !first->bytes && !first->code);
}
END_TEST

static const struct {
	const char *what, *text;
	bool good;
} contradiction_rows[] = {
	{ "a file with no source", "[file.a]\n", false },
	{ "a file with two sources", "[file.a]\ntext = x\nfixture = probe\n", false },
	{ "an empty text is a source", "[file.a]\ntext =\n", true },
	{ "two sources, one of them empty", "[file.a]\ntext =\nlines = a\n", false },
	{ "a name that leaves the folder", "[file.../a]\ntext = x\n", false },
	{ "a name that leaves it later", "[file.a/../../b]\ntext = x\n", false },
	{ "an absolute name", "[file./etc/passwd]\ntext = x\n", false },
	{ "a name that ends as a folder", "[file.a/]\ntext = x\n", false },
	{ "a doubled slash", "[file.a//b]\ntext = x\n", false },
	{ "the folder itself", "[file..]\ntext = x\n", false },
	{ "dots that are no path", "[file...a]\ntext = x\n", true },
	{ "a file below a file", "[file.a]\ntext = x\n[file.a/b]\ntext = y\n", false },
	{ "a file far below a link", "[file.a/b/c]\ntext = y\n[file.a]\nsymlink = /\n", false },
	{ "names that begin the same", "[file.a]\ntext = x\n[file.ab/c]\ntext = y\n", true },
	{ "files side by side", "[file.a/b]\ntext = x\n[file.a/c]\ntext = y\n", true },
	{ "half a byte", "[file.a]\nhex = 00 1\n", false },
	{ "a byte torn apart", "[file.a]\nhex = 0 01\n", false },
	{ "no hexadecimal digit", "[file.a]\nhex = 0g\n", false },
	{ "no bytes at all", "[file.a]\nhex =\n", true },
	{ "a configuration that is not served", "[boot]\nconfig = a\n", false },
	{ "a kernel that is not served", "[boot]\nkernel = a\n", false },
	{ "an initrd that is not served", "[boot]\ninitrd = a\n", false },
	{ "a disk that is not served", "[machine]\ndisk = a\n", false },
	{ "a load parameter of nine characters", "[machine]\nloadparm = 123456789\n", false },
	{ "a load parameter of eight", "[machine]\nloadparm = 12345678\n", true },
	{ "the second card first", "[nic.1]\n[nic.0]\n", false },
	{ "a card left out", "[nic.0]\n[nic.2]\n", false },
	{ "a card with a name", "[nic.eth]\n", false },
	{ "a card with a zero before it", "[nic.00]\n", false },
	{ "eight cards", "[nic.0]\n[nic.1]\n[nic.2]\n[nic.3]\n[nic.4]\n[nic.5]\n[nic.6]\n[nic.7]\n",
	  true },
	{ "nine cards",
	  "[nic.0]\n[nic.1]\n[nic.2]\n[nic.3]\n[nic.4]\n[nic.5]\n[nic.6]\n[nic.7]\n[nic.8]\n",
	  false },
	{ "a server at two cards", "[nic.0]\n[nic.1]\nserver = true\n", false },
	{ "a server at the second card", "[nic.0]\nserver = false\n[nic.1]\nserver = true\n",
	  true },
	{ "a server nowhere", "[nic.0]\nserver = false\n", true },
	{ "a receive ring that is no power of two", "[nic.0]\nrx_queue_size = 300\n", false },
	{ "a transmit ring that is none", "[nic.0]\ntx_queue_size = 1023\n", false },
	{ "the largest ring", "[nic.0]\nrx_queue_size = 1024\n", true },
	{ "a netmask with a hole", "[server]\nnetmask = 255.0.255.0\n", false },
	{ "guests in another network", "[server]\nguest = 10.0.3.15\n", false },
	{ "guests in a larger network", "[server]\nguest = 10.0.3.15\nnetmask = 255.255.0.0\n",
	  true },
	{ "no netmask at all", "[server]\nnetmask = 0.0.0.0\nguest = 1.2.3.4\n", true },
	{ "the server's address for guests", "[server]\nguest = 10.0.2.2\n", false },
	{ "IPv6", "[server.ipv6]\nenabled = true\n", true },
	{ "a server without an address", "[server.ipv6]\naddress = ::\n", false },
	{ "a server with a group's", "[server.ipv6]\naddress = ff02::1\n", false },
	{ "a server with a link-local one", "[server.ipv6]\naddress = fe80::2\nguest = fe80::3\n",
	  false },
	{ "guests in another IPv6 network", "[server.ipv6]\nguest = fd01::15\n", false },
	{ "guests in a larger one", "[server.ipv6]\nguest = fd01::15\nprefix_len = 8\n", true },
	{ "the server's IPv6 address for guests", "[server.ipv6]\nguest = fd00::2\n", false },
	{ "what no router should say", "[server.ra]\nvalid_s = 0\npreferred_s = 5\n", true },
	{ "a payload value without its key", "[expect]\npayload = kind\n", false },
	{ "an event of each sort", "[expect]\nevents = dhcp.ack;tftp.rrq a b;transfer a\n", true },
	{ "an event that there is not", "[expect]\nevents = dhcp.ack;dhcp.acks\n", false },
	{ "part of an event", "[expect]\nevents = dhcp\n", false },
	{ "an empty event", "[expect]\nevents = ;dhcp.ack\n", false },
	{ "a link in no direction", "[link.x]\n", false },
	{ "a link of a card", "[link.0]\nloss = 1%\n", false },
	{ "a direction in capitals", "[link.To-guest]\n", false },
	{ "both directions", "[link.from-guest]\n[link.to-guest]\n", true },
	{ "a rule with no action", "[rule.x]\n", false },
	{ "a rule with figures and no action", "[rule.x]\nby_ms = 5\n", false },
	{ "a rule with two actions", "[rule.x]\ndrop = arp.request\nswap = arp.reply\n", false },
	{ "a rule with every action",
	  "[rule.x]\ndrop = *\ndelay = *\nduplicate = *\nswap = *\ntruncate = *\ncorrupt = *\n"
	  "error = *\n",
	  false },
	{ "a good rule before a bad one", "[rule.x]\ndrop = *\n[rule.y]\n", false },
	{ "a rule about packets that there are not", "[rule.x]\ndrop = dhcp.acks\n", false },
	{ "a rule with a condition that there is not", "[rule.x]\ndrop = * colour=red\n", false },
	{ "a rule about nothing", "[rule.x]\ndrop =\n", false },
	{ "a field that there is not", "[rule.x]\ncorrupt = tftp.data\nfield = tftp.colour\n",
	  false },
	{ "a network in which bad times never end", "[link]\ngemodel_p = 1%\n", false },
	{ "bad times that end", "[link]\ngemodel_p = 1%\ngemodel_r = 50%\n", true },
	{ "bad times of one direction", "[link.from-guest]\nstate_p13 = 1%\n", false },
	{ "an order with nothing to overtake", "[link]\ndelay_us = 0\nreorder = 5%\n", false },
	{ "an order with something to overtake", "[link]\nreorder = 5%\n", true },
	{ "a redirection", "[http.x]\nredirect = /a\n", true },
	{ "a redirection that is none", "[http.x]\nredirect = /a\nstatus = 200\n", false },
	{ "chunks without saying so", "[http.x]\nchunk_bytes = 5\n", false },
	{ "chunks of a body with a length", "[http.x]\nframing = length\nchunk_size = 5\n", false },
	{ "a trailer behind no chunk", "[http.x]\nframing = close\ntrailers = A: b\n", false },
	{ "chunks and a length", "[http.x]\nframing = both\nno_last_chunk = true\n", true },
	{ "two ends", "[http.x]\ntruncate_at = 5\nreset_at = 5\n", false },
	{ "a reset of UDP", "[rule.x]\nrst = udp\n", false },
	{ "a window of everything", "[rule.x]\nwindow = *\n", false },
	{ "bytes of TFTP", "[rule.x]\ndrop = tftp.data bytes=5\n", false },
	{ "bytes of TCP", "[rule.x]\ndrop = tcp.data bytes=5..8\n", true },
	{ "a rewriting without edits", "[rule.x]\nrewrite = udp\n", false },
	{ "a forgery", "[rule.x]\nforge = udp\nedits = udp+0=0102\n", true },
	{ "an edit that is none", "[rule.x]\nforge = udp\nedits = udp+0=0102;x\n", false },
	{ "a rule with one action", "[rule.x]\ndrop = arp.request\n", true },
	{ "an event that begins with a blank", "[expect]\nevents = dhcp.ack; dhcp.ack\n", false },
};

START_TEST(keys_fit_each_other)
{
	g_autofree char *text = g_strconcat(HEAD, contradiction_rows[_i].text, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s = load(text, &error);

	ck_assert_msg(!!s == contradiction_rows[_i].good, "%s: %s", contradiction_rows[_i].what,
		      error ? error->message : "was taken");
	if (contradiction_rows[_i].good)
		return;
	ck_assert_msg(error->domain == RULES_ERROR ||
			      g_error_matches(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION),
		      "%s: %s", contradiction_rows[_i].what, error->message);
	ck_assert_ptr_nonnull(strstr(error->message, "x.ini"));
}
END_TEST

/* What makes an instance of a group that the table has a prefix for. */
static const struct {
	const char *group, *instance;
	const char *more; /* without which it is none */
} instance_rows[] = {
	{ "nic.", "0", "" },
	{ "file.", "0", "" },
	{ "link.", "to-guest", "" },
	{ "rule.", "0", "drop = *\n" },
	{ "http.", "0", "framing = chunks\n" },
};

/* A file with one key. */
static char *with_key(const struct ini_key *k, const char *value)
{
	if (g_str_equal(k->group, "scenario"))
		return g_strdup_printf(HEAD "%s = %s\n", k->key, value);
	for (int i = 0; i < N_ROWS(instance_rows); i++)
		if (g_str_equal(k->group, instance_rows[i].group))
			return g_strdup_printf(HEAD "[%s%s]\n%s%s = %s\n", k->group,
					       instance_rows[i].instance, instance_rows[i].more,
					       k->key, value);
	return g_strdup_printf(HEAD "[%s]\n%s = %s\n", k->group, k->key, value);
}

static void expect_bad(const struct ini_key *k, const char *value)
{
	g_autofree char *text = with_key(k, value);
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s = load(text, &error);

	ck_assert_msg(!s && g_error_matches(error, INI_ERROR, INI_ERROR_VALUE), "[%s] %s = %s: %s",
		      k->group, k->key, value, error ? error->message : "was taken");
}

static void expect_limit(const struct ini_key *k, uint64_t value)
{
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, value);
	g_autofree char *text = with_key(k, number);
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s = load(text, &error);

	ck_assert_msg(s != NULL, "[%s] %s = %s: %s", k->group, k->key, number,
		      error ? error->message : "");
}

static void expect_beyond(const struct ini_key *k, uint64_t value)
{
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, value);

	expect_bad(k, number);
}

/* One value that no key of this type takes. */
static const char *bad_value(enum ini_type type)
{
	switch (type) {
	case INI_UINT:
	case INI_MS:
	case INI_US:
		return "-1";
	case INI_PERCENT:
		return "100.0001%";
	case INI_BOOL:
		return "maybe";
	case INI_WORD:
	case INI_WORDS:
		return "nonsense";
	case INI_IP4:
		return "10.0.2";
	case INI_IP6:
		return "fd00::1::2";
	case INI_MAC:
		return "52:54:00";
	case INI_UUID:
		return "1234";
	case INI_DEVNO:
		return "fe.9.0001";
	case INI_STRING:
	case INI_STRINGS:
		return "bad \\q escape";
	}
	return "";
}

static bool is_number(const struct ini_key *k)
{
	return k->type == INI_UINT || k->type == INI_MS || k->type == INI_US;
}

START_TEST(every_key_refuses_what_is_none_of_its_values)
{
	for (const struct ini_key *k = scenario_keys; k->key; k++)
		expect_bad(k, bad_value(k->type));
}
END_TEST

START_TEST(every_number_has_its_limits)
{
	for (const struct ini_key *k = scenario_keys; k->key; k++) {
		if (!is_number(k))
			continue;
		expect_limit(k, k->min);
		expect_limit(k, k->max);
		expect_beyond(k, k->max + 1);
		if (k->min)
			expect_beyond(k, k->min - 1);
	}
}
END_TEST

static const struct {
	const char *what, *text;
	int want;
} error_rows[] = {
	{ "nothing at all", "", INI_ERROR_MISSING },
	{ "no summary", "[scenario]\ntags = a\n", INI_ERROR_MISSING },
	{ "an unknown group", HEAD "[network]\n", INI_ERROR_UNKNOWN },
	{ "an unknown key", HEAD "[machine]\nmemory = 5\n", INI_ERROR_UNKNOWN },
	{ "an unknown feature", HEAD "requires = telepathy\n", INI_ERROR_VALUE },
	{ "an unknown key of a link", HEAD "[link]\nlatency_us = 5\n", INI_ERROR_UNKNOWN },
	{ "an unknown key of a direction", HEAD "[link.to-guest]\nlatency_us = 5\n",
	  INI_ERROR_UNKNOWN },
	{ "an unknown key of a rule", HEAD "[rule.x]\nlose = *\n", INI_ERROR_UNKNOWN },
	{ "a link with an empty name", HEAD "[link.]\n", INI_ERROR_UNKNOWN },
	{ "an unknown clock", HEAD "clock = atomic\n", INI_ERROR_VALUE },
	{ "too large a shift", HEAD "shift = 11\n", INI_ERROR_VALUE },
	{ "an unknown distribution", HEAD "[link]\ndistribution = poisson\n", INI_ERROR_VALUE },
	{ "a loss without its sign", HEAD "[link]\nloss = 5\n", INI_ERROR_VALUE },
	{ "no key file", "hello\n", INI_ERROR_SYNTAX },
};

START_TEST(what_the_table_does_not_know)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s = load(error_rows[_i].text, &error);

	ck_assert_msg(!s && g_error_matches(error, INI_ERROR, error_rows[_i].want), "%s: %s",
		      error_rows[_i].what, error ? error->message : "was taken");
}
END_TEST

START_TEST(decisions_are_read)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s =
		load(HEAD "[decisions]\nonly = loss tftp.ack block=3 attempt=1;rule.x *\n", &error);
	g_autoptr(Scenario) none = load(HEAD "[decisions]\nonly =\n", NULL);
	g_autoptr(Scenario) all = load(HEAD, NULL), bad = NULL;

	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	ck_assert_str_eq(scenario_network(s, true).only[1], "rule.x *");
	ck_assert_ptr_null(s->impair.only[2]);
	ck_assert_ptr_null(none->impair.only[0]);
	ck_assert_ptr_null(all->impair.only);
	bad = load(HEAD "[decisions]\nonly = loss\n", &error);
	ck_assert_ptr_null(bad);
	ck_assert(g_error_matches(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION));
}
END_TEST

START_TEST(a_missing_file)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(scenario_load("/nonexistent/x.ini", "x", &error));
	ck_assert(g_error_matches(error, INI_ERROR, INI_ERROR_FILE));
	scenario_free(NULL);
}
END_TEST

START_TEST(every_scenario_of_ours_loads)
{
	g_autofree char *dir = source_file("scenarios");
	g_autoptr(GPtrArray) names = paths_list_ini(dir, 1);

	ck_assert_uint_gt(names->len, 0);
	for (unsigned i = 0; i < names->len; i++) {
		g_autofree char *path = g_strdup_printf("%s/%s.ini", dir, (char *)names->pdata[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(Scenario) s = scenario_load(path, names->pdata[i], &error);

		ck_assert_msg(s != NULL, "%s", error ? error->message : "no error");
		ck_assert_msg(*s->summary, "%s has no claim", path);
	}
}
END_TEST

START_TEST(the_documentation_tells_every_key)
{
	g_autofree char *path = source_file("docs/scenarios.md");
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	for (const struct ini_key *k = scenario_keys; k->key; k++) {
		g_autofree char *quoted = g_strdup_printf("`%s`", k->key);

		ck_assert_msg(strstr(text, quoted) != NULL, "%s says nothing of [%s] %s", path,
			      k->group, k->key);
	}
}
END_TEST

START_TEST(every_key_has_help)
{
	for (const struct ini_key *k = scenario_keys; k->key; k++)
		ck_assert_msg(k->help && *k->help, "[%s] %s", k->group, k->key);
}
END_TEST

START_TEST(settings_without_a_file)
{
	char *settings[] = { (char *)"server.dhcp.lease_s=60", (char *)"file.a.b.text=x",
			     (char *)"rule.one.drop=dhcp.offer", NULL };
	char *bad[] = { (char *)"server.netmask=255.0.255.0", NULL };
	g_autoptr(Scenario) s = scenario_load_with(NULL, "mine", settings, NULL);
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(s->name, "mine");
	ck_assert_uint_eq(s->dhcp.lease_s, 60);
	ck_assert_uint_eq(s->net.server, 0x0a000202);
	ck_assert_ptr_nonnull(scenario_find_file(s, "a.b"));
	ck_assert_uint_eq(s->impair.rules->len, 1);
	ck_assert_ptr_null(scenario_load_with(NULL, "mine", bad, &error));
	ck_assert(g_error_matches(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION));
}
END_TEST

/* A journey takes time on the virtual clock, on the host's only where the scenario says so. */
START_TEST(the_network_of_a_clock)
{
	char *delay[] = { (char *)"link.to-guest.delay_us=7", NULL };
	g_autoptr(Scenario) plain = scenario_load_with(NULL, "x", NULL, NULL);
	g_autoptr(Scenario) slow = scenario_load_with(NULL, "x", delay, NULL);

	ck_assert_uint_eq(scenario_network(plain, true).side[PACKET_TO_GUEST].delay_ns, 100000);
	ck_assert_uint_eq(scenario_network(plain, false).side[PACKET_TO_GUEST].delay_ns, 0);
	ck_assert_uint_eq(scenario_network(plain, false).side[PACKET_FROM_GUEST].delay_ns, 0);
	ck_assert_uint_eq(scenario_network(slow, false).side[PACKET_TO_GUEST].delay_ns, 7000);
	ck_assert_uint_eq(plain->impair.side[PACKET_TO_GUEST].delay_ns, 100000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scenario");

	suite_add(s, defaults);
	suite_add(s, everything_is_read);
	suite_add(s, each_value_goes_to_its_place);
	suite_add_rows(s, clocks_have_names, N_ROWS(clock_rows));
	suite_add_rows(s, distributions_are_those_of_the_network, N_ROWS(distribution_rows));
	suite_add_rows(s, every_key_of_a_link, N_ROWS(every_rows));
	suite_add_rows(s, directions_of_a_link, N_ROWS(link_rows));
	suite_add_rows(s, actions_of_a_rule, N_ROWS(action_rows));
	suite_add(s, rules_keep_their_order);
	suite_add_rows(s, places_are_those_of_the_server, N_ROWS(place_rows));
	suite_add_rows(s, overloads_are_those_of_the_server, N_ROWS(overload_rows));
	suite_add_rows(s, keys_fit_each_other, N_ROWS(contradiction_rows));
	suite_add(s, every_key_refuses_what_is_none_of_its_values);
	suite_add(s, every_number_has_its_limits);
	suite_add_rows(s, what_the_table_does_not_know, N_ROWS(error_rows));
	suite_add(s, decisions_are_read);
	suite_add(s, a_missing_file);
	suite_add(s, every_scenario_of_ours_loads);
	suite_add(s, the_documentation_tells_every_key);
	suite_add(s, every_key_has_help);
	suite_add(s, settings_without_a_file);
	suite_add(s, the_network_of_a_clock);
	return suite_run(s);
}
