/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_pxe_search, judge_pxe_config: which names are asked for, and when
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_entry.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

#define MAC_OF_GUEST "01-52-54-00-12-34-56"
#define ALL                                                                                        \
	"pxelinux.cfg/" MAC_OF_GUEST ";pxelinux.cfg/0A00020F;pxelinux.cfg/0A00020;"                \
	"pxelinux.cfg/0A0002;pxelinux.cfg/0A000;pxelinux.cfg/0A00;pxelinux.cfg/0A0;"               \
	"pxelinux.cfg/0A;pxelinux.cfg/0"
#define REPORT(cmdline, len)                                                                       \
	"@iplab payload kind=probe cmdline=\"" cmdline "\" initrd_len=" len                        \
	" initrd_crc32=01020304 self_crc32=0a0b0c0d uuid=none"
#define IP "ip=10.0.2.15:0.0.0.0:0.0.0.0:0.0.0.0"

/* Names with semicolons between them: none is there but the last one. */
static const struct {
	const char *id, *names, *payload;
	enum judge_saw saw;
	const char *what;
} rows[] = {
	{ "pxl.search.order", ALL ";pxelinux.cfg/default", ENTRY_REPORT, KEPT, "all" },
	{ "pxl.search.order", "pxelinux.cfg/default", ENTRY_REPORT, BROKEN, "one" },
	{ "pxl.search.order", ALL ";pxelinux.cfg/default", REPORT("c", "100"), BROKEN,
	  "another entry" },
	{ "pxl.search.ip-hex", "pxelinux.cfg/" MAC_OF_GUEST ";pxelinux.cfg/0a00020f", ENTRY_REPORT,
	  BROKEN, "lower case" },
	{ "pxl.search.uuid-absent", ALL, ENTRY_REPORT, KEPT, "no UUID" },
	{ "pxl.search.uuid-absent", "pxelinux.cfg/00000000-0000-0000-0000-000000000000",
	  ENTRY_REPORT, BROKEN, "zeros" },
	{ "pxl.search.uuid-absent", "kernel.img", ENTRY_REPORT, NOTHING, "no search" },
	{ "pxl.search.stop-on-found", ALL, ENTRY_REPORT, KEPT, "one is found" },
	{ "pxl.search.config-truncated", ALL, ENTRY_REPORT, NOTHING, "no ERROR" },
	{ "pxl.search.ipv6", "kernel.img", ENTRY_REPORT, VALUE, "a name" },
	{ "pxl.search.ipv6", "", ENTRY_REPORT, NOTHING, "no name" },
	{ "pxl.209.absolute", "/abs", ENTRY_REPORT, VALUE, "a name" },
	{ "pxl.210.no-slash", "pfxpxelinux.cfg/default", ENTRY_REPORT, KEPT, "none" },
	{ "pxl.210.no-slash", "pfx/pxelinux.cfg/default", ENTRY_REPORT, BROKEN, "one" },
	{ "pxl.210.no-slash", "pxelinux.cfg/default", ENTRY_REPORT, NOTHING, "no prefix" },
	{ "pxl.210.other-options", "kernel.img", ENTRY_REPORT, NOTHING, "no option 67" },
	{ "pxl.208.ignored", "pxelinux.cfg/default;kernel.img;initrd.img", ENTRY_REPORT, KEPT,
	  "the names of the control" },
	{ "pxl.208.ignored", "other;pxelinux.cfg/default;kernel.img;initrd.img", ENTRY_REPORT,
	  BROKEN, "one more" },
	{ "pxl.211.reboot-time", ALL, NULL, VALUE, "it stops" },
	{ "pxl.parse.initrd-list", "initrd.img;second.img", REPORT("a b", "200"), KEPT, "both" },
	{ "pxl.parse.initrd-list", "initrd.img;second.img", REPORT("a b", "100"), BROKEN,
	  "only one arrives" },
	{ "pxl.parse.initrd-list", "initrd.img,second.img", REPORT("a b", "200"), BROKEN,
	  "one name" },
	{ "pxl.parse.initrd-in-append", "initrd.img", REPORT("c", "100"), KEPT, "it is there" },
	{ "pxl.parse.initrd-in-append", "", REPORT("c", "0"), BROKEN, "it is not" },
	{ "pxl.parse.entry-isolated", "vmlinuz", REPORT("", "0"), KEPT, "neither" },
	{ "pxl.parse.entry-isolated", "vmlinuz;initrd.img", REPORT("", "0"), BROKEN, "initrd" },
	{ "pxl.parse.entry-isolated", "vmlinuz", REPORT("c", "0"), BROKEN, "command line" },
	{ "pxl.parse.ipappend-1", "", REPORT("a " IP, "0"), KEPT, "addresses" },
	{ "pxl.parse.ipappend-1", "", REPORT("a ip=10.0.2.16", "0"), BROKEN, "others" },
	{ "pxl.parse.ipappend-1", "", NULL, BROKEN, "no payload" },
	{ "pxl.parse.ipappend-2", "", REPORT("BOOTIF=" MAC_OF_GUEST, "0"), KEPT, "MAC" },
	{ "pxl.parse.ipappend-2", "", REPORT("BOOTIF=" MAC_OF_GUEST "x", "0"), KEPT, "and more" },
	{ "pxl.parse.ipappend-2", "", REPORT("a", "0"), BROKEN, "no MAC" },
	{ "pxl.parse.sysappend-hex", "", REPORT(IP " BOOTIF=" MAC_OF_GUEST, "0"), KEPT, "both" },
	{ "pxl.parse.sysappend-hex", "", REPORT(IP, "0"), BROKEN, "one" },
	{ "pxl.parse.include-loop", ALL, ENTRY_REPORT, KEPT, "a few requests" },
	{ "pxl.parse.timeout-zero", "pxelinux.cfg/default", NULL, BROKEN, "never" },
	{ "pxl.path.ip-prefix", "10.0.2.9::vmlinuz", NULL, BROKEN, "as it stands" },
	{ "pxl.path.leading-slash", "pxelinux.cfg/default;/vmlinuz", ENTRY_REPORT, VALUE,
	  "a name" },
	{ "pxl.path.dotdot", "vmlinuz", ENTRY_REPORT, NOTHING, "no configuration" },
	{ "pxl.fetch-order", "ab;cd", ENTRY_REPORT, KEPT, "each once" },
	{ "pxl.fetch-order", "ab;cd;ab", ENTRY_REPORT, VALUE, "one twice" },
	{ "pxl.fetch-order", "", ENTRY_REPORT, NOTHING, "no name" },
};

static struct boot_script b;

static void add_names(const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, ";", -1);

	for (char **name = list; *name; name++)
		if (name[1])
			entry_missing(&b, *name);
		else
			entry_file(&b, *name, 100);
}

START_TEST(names)
{
	entry_lease(&b);
	add_names(rows[_i].names);
	entry_assert(entry_trace(&b, &(struct entry_end){ rows[_i].payload,
							  rows[_i].payload ? "payload" : "gave-up",
							  rows[_i].payload }),
		     rows[_i].id, rows[_i].saw, rows[_i].what);
}
END_TEST

static void assert_payload(const char *id, enum judge_saw saw, const char *what)
{
	entry_assert(entry_trace(&b, &(struct entry_end){ ENTRY_REPORT, "payload", true }), id, saw,
		     what);
}

START_TEST(a_name_behind_the_right_one)
{
	entry_lease(&b);
	add_names(ALL);
	entry_file(&b, "pxelinux.cfg/default", 100);
	assert_payload("pxl.search.stop-on-found", BROKEN, "default after 0");
}
END_TEST

START_TEST(a_uuid_comes_first)
{
	static const char report[] =
		"@iplab payload cmdline=\"a b\" initrd_len=100 initrd_crc32=01020304 "
		"self_crc32=0a0b0c0d uuid=8dff4ea0-6c04-4b6e-a3ad-0b1d2c3f4e5a";
	const struct entry_end end = { report, "payload", true };

	entry_lease(&b);
	entry_file(&b, "pxelinux.cfg/8dff4ea0-6c04-4b6e-a3ad-0b1d2c3f4e5a", 100);
	entry_assert(entry_trace(&b, &end), "pxl.search.order", KEPT, "the UUID");
	entry_lease(&b);
	entry_file(&b, "pxelinux.cfg/" MAC_OF_GUEST, 100);
	entry_assert(entry_trace(&b, &end), "pxl.search.order", BROKEN, "the MAC");
}
END_TEST

START_TEST(half_a_file)
{
	static const char disk_full[] = "\0\5\0\3no";

	entry_lease(&b);
	entry_file(&b, "pxelinux.cfg/default", 100);
	boot_add(&b, BOOT_SERVER, 49152, BOOT_GUEST, 3004, (const uint8_t *)disk_full,
		 sizeof(disk_full));
	assert_payload("pxl.search.config-truncated", KEPT, "another configuration");
	entry_assert(entry_trace(&b, &(struct entry_end){ REPORT("c", "100"), "payload", true }),
		     "pxl.search.config-truncated", BROKEN, "that configuration");
}
END_TEST

START_TEST(a_boot_file_with_a_prefix)
{
	entry_lease(&b);
	boot_edit(&b, BOOT_ACK, "350105>35010543026162");
	entry_missing(&b, "ab");
	assert_payload("pxl.210.other-options", KEPT, "its name");
	entry_lease(&b);
	boot_edit(&b, BOOT_ACK, "350105>35010543026162");
	entry_missing(&b, "pfx/ab");
	assert_payload("pxl.210.other-options", BROKEN, "a prefix");
}
END_TEST

START_TEST(a_discover_after_the_search)
{
	entry_lease(&b);
	entry_missing(&b, "pxelinux.cfg/default");
	boot_dhcp(&b, DHCP_DISCOVER);
	entry_assert(entry_trace(&b, &(struct entry_end){ NULL, "gave-up", false }),
		     "pxl.211.reboot-time", VALUE, "anew");
}
END_TEST

START_TEST(many_includes)
{
	entry_lease(&b);
	while (b.n + 2 <= BOOT_N_MAX)
		entry_missing(&b, "pxelinux.cfg/default");
	assert_payload("pxl.parse.include-loop", KEPT, "fewer than 64");
}
END_TEST

/* The kernel is asked for @ms after the configuration came. */
static void assert_wait(unsigned ms, const char *id, enum judge_saw saw)
{
	entry_lease(&b);
	entry_file(&b, "pxelinux.cfg/default", 100);
	entry_file(&b, "vmlinuz", 100);
	b.frames[b.n - 2].t_ns = b.frames[b.n - 3].t_ns + ms * BOOT_MS;
	b.frames[b.n - 1].t_ns = b.frames[b.n - 2].t_ns + BOOT_MS;
	assert_payload(id, saw, "a wait");
}

START_TEST(waits)
{
	assert_wait(4800, "pxl.parse.timeout-prompt", BROKEN);
	assert_wait(5000, "pxl.parse.timeout-prompt", KEPT);
	assert_wait(6100, "pxl.parse.timeout-prompt", BROKEN);
	assert_wait(900, "pxl.parse.timeout-zero", KEPT);
	assert_wait(1100, "pxl.parse.timeout-zero", BROKEN);
}
END_TEST

START_TEST(another_server)
{
	entry_lease(&b);
	boot_add(&b, BOOT_GUEST, 3000, 0x0a000209, TFTP_PORT, (const uint8_t *)"\0\1k\0octet", 10);
	assert_payload("pxl.path.ip-prefix", KEPT, "a request to it");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_pxelinux");

	suite_add_rows(s, names, N_ROWS(rows));
	suite_add(s, a_name_behind_the_right_one);
	suite_add(s, a_uuid_comes_first);
	suite_add(s, half_a_file);
	suite_add(s, a_boot_file_with_a_prefix);
	suite_add(s, a_discover_after_the_search);
	suite_add(s, many_includes);
	suite_add(s, waits);
	suite_add(s, another_server);
	return suite_run(s);
}
