/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netboot image on lwIP: how it gets in, what it reads, how it fails
 *
 * What any client can do is said by the scenarios; here is what only this one does.
 */
#include <stdio.h>
#include <string.h>

#include "tests/boot/lwip.h"
#include "tests/support/suite.h"

#define KERNEL "[file.kernel.img]\nfixture = probe\n"
#define CONFIG(lines)                                                                              \
	"[file.pxelinux.cfg/default]\nlines = " lines "\n" KERNEL                                  \
	"[boot]\nconfig = pxelinux.cfg/default\nkernel = kernel.img\n"

/* --- ways in -----------------------------------------------------------------------------------*/

static const struct {
	const char *what, *client, *keys;
} way_rows[] = {
	{ "netboot_fw", LWIP_CLIENT("image-netboot", "lwip.elf"), "" },
	{ "-bios", LWIP_CLIENT("image-bios", "lwip-bios.elf"), "" },
	{ "-kernel", LWIP_CLIENT("image-kernel", "lwip.elf"), "" },
	{ "as little memory as may be", LWIP_CLIENT("image-netboot", "lwip.elf"),
	  "[machine]\nmemory_mib = 128\n" },
	{ "as little memory as may be, -bios", LWIP_CLIENT("image-bios", "lwip-bios.elf"),
	  "[machine]\nmemory_mib = 64\n" },
	{ "more memory than 2 GiB", LWIP_CLIENT("image-bios", "lwip-bios.elf"),
	  "[machine]\nmemory_mib = 3000\n" },
	{ "a legacy card", LWIP_CLIENT("image-bios", "lwip-bios.elf"),
	  "[nic.0]\nmax_revision = 0\n" },
	{ "a legacy card with large rings", LWIP_CLIENT("image-netboot", "lwip.elf"),
	  "[nic.0]\nmax_revision = 0\nrx_queue_size = 1024\n" },
	{ "revision 1", LWIP_CLIENT("image-netboot", "lwip.elf"), "[nic.0]\nmax_revision = 1\n" },
	{ "large rings", LWIP_CLIENT("image-netboot", "lwip.elf"),
	  "[nic.0]\nrx_queue_size = 1024\n" },
	{ "lwIP's own TFTP client", LWIP_CLIENT("image-netboot", "lwip-stock.elf"), "" },
	{ "two CPUs", LWIP_CLIENT("image-netboot", "lwip.elf"), "[machine]\nsmp = 2\n" },
};

START_TEST(gets_in)
{
	g_autofree char *text = g_strconcat(OWN_HEAD(""), way_rows[_i].keys, SERVES_PROBE, NULL);
	g_autoptr(Booted) b = lwip_boot_as(way_rows[_i].client, text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", way_rows[_i].what,
		      b->result->reason);
}
END_TEST

/* --- what it reads -----------------------------------------------------------------------------*/

static const struct {
	const char *what, *text;
} config_rows[] = {
	{ "several initrds, one behind the other",
	  CONFIG("LABEL a;KERNEL kernel.img;INITRD one,two") "[file.one]\ntext = "
							     "abcde\n[file.two]\ntext = fgh\n"
							     "[expect]\npayload = "
							     "initrd_len=11;initrd_crc32="
							     "e281ffa3\n" },
	{ "initrd= in APPEND",
	  CONFIG("LABEL a;KERNEL kernel.img;APPEND x initrd=i") "initrd = i\nappend = x "
								"initrd=i\n[file.i]\nrandom_bytes "
								"= 3000\n" },
	{ "addresses in the command line",
	  CONFIG("LABEL a;KERNEL kernel.img;APPEND x;IPAPPEND 3") "append = x "
								  "ip=10.0.2.15:10.0.2.2:10.0.2.2:"
								  "255.255.255.0 "
								  "BOOTIF=01-52-54-00-12-34-56\n" },
	{ "the UUID in the command line",
	  CONFIG("SYSAPPEND 0x4;LABEL a;KERNEL kernel.img") "append = "
							    "SYSUUID=8dff4ea0-6c04-4b6e-a3ad-"
							    "0b1d2c3f4e5a\n"
							    "[machine]\nuuid = "
							    "8dff4ea0-6c04-4b6e-a3ad-"
							    "0b1d2c3f4e5a\n" },
	{ "an included file, that includes another",
	  CONFIG("DEFAULT z;INCLUDE one.cfg") "append = deep\n[file.one.cfg]\nlines = MENU INCLUDE "
					      "sub/two.cfg;INCLUDE missing.cfg\n"
					      "[file.sub/two.cfg]\nlines = LABEL z;KERNEL "
					      "kernel.img;APPEND deep\n" },
	{ "names below the boot file's folder",
	  "[server.dhcp]\nbootfile = sub/pxelinux.0\n"
	  "[file.sub/pxelinux.cfg/default]\nlines = LABEL a;KERNEL kernel.img;INITRD other\n"
	  "[file.sub/kernel.img]\nfixture = probe\n[file.other]\ntext = o\n"
	  "[boot]\nconfig = sub/pxelinux.cfg/default\nkernel = sub/kernel.img\ninitrd = other\n"
	  "[expect]\nevents = tftp.rrq sub/pxelinux.0;tftp.error;transfer sub/kernel.img;"
	  "tftp.rrq sub/other;tftp.error;transfer other\n" },
	{ "names of the same server",
	  CONFIG("LABEL a;KERNEL ::kernel.img;INITRD tftp://10.0.2.2/i") "initrd = "
									 "i\n[file.i]\ntext = "
									 "i\n" },
	{ "a configuration as boot file",
	  "[server.dhcp]\nbootfile = my.cfg\n"
	  "[file.my.cfg]\nlines = # pxelinux;LABEL a;KERNEL kernel.img;APPEND x\n" KERNEL
	  "[boot]\nkernel = kernel.img\nappend = x\n" },
	{ "an image without a parameter area",
	  "[file.pxelinux.cfg/default]\nlines = LABEL a;KERNEL tiny.img\n"
	  "[file.tiny.img]\nfixture = probe-min\n[boot]\nkernel = tiny.img\n" },
	{ "a lease that has to be renewed",
	  CONFIG("LABEL a;KERNEL kernel.img;INITRD i") "initrd = i\n[file.i]\nrandom_bytes = "
						       "40000\n[server.dhcp]\nlease_s = 4\n"
						       "[server.tftp]\nwindow_max = 1\n"
						       "[rule.slow]\ndelay = tftp.ack file=i "
						       "to=20\nby_ms = 300\n"
						       "[expect]\nevents = "
						       "dhcp.ack;dhcp.request;dhcp.ack;transfer "
						       "i\n" },
};

START_TEST(reads)
{
	g_autofree char *text = g_strconcat(OWN_HEAD(""), config_rows[_i].text, NULL);
	g_autoptr(Booted) b = lwip_boot(text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", config_rows[_i].what,
		      b->result->reason);
}
END_TEST

/* --- IPv6 --------------------------------------------------------------------------------------*/

#define SIX "[server.dhcp]\nenabled = false\n[server.ipv6]\nenabled = true\n"
#define SIX_STATELESS "[server.ra]\nmanaged = false\n[server.dhcp6]\nmode = stateless\n"
#define SIX_URL "bootfile_url = tftp://[fd00::2]/kernel.img\n"
#define SIX_KERNEL KERNEL "[boot]\nkernel = kernel.img\n"

static const struct {
	const char *what, *text;
} six_rows[] = {
	{ "parameters as command line", SIX_STATELESS SIX_URL
	  "bootfile_params = root=/dev/x;quiet\n" SIX_KERNEL "append = root=/dev/x quiet\n" },
	{ "a configuration below the URL's folder",
	  SIX_STATELESS "bootfile_url = tftp://[fd00::2]/sub/none\n"
			"[file.sub/pxelinux.cfg/01-52-54-00-12-34-56]\n"
			"lines = LABEL a;KERNEL kernel.img;INITRD tftp://[fd00::2]/i\n"
			"[file.i]\ntext = i\n[file.sub/kernel.img]\n"
			"fixture = probe\n[boot]\nconfig = "
			"sub/pxelinux.cfg/01-52-54-00-12-34-56\nkernel = sub/kernel.img\n"
			"initrd = i\n" },
	{ "the server's link-local address",
	  SIX_STATELESS "bootfile_url = tftp://[fe80::5055:aff:fe00:202]/kernel.img\n" SIX_KERNEL },
	{ "no prefix to make an address of, and a lease that has to be renewed",
	  "[server.ra]\nautonomous = false\n[server.dhcp6]\nlease_s = 4\n"
	  "bootfile_url = tftp://[fd00::2]/\n[server.tftp]\nwindow_max = 1\n"
	  "[rule.slow]\ndelay = tftp.ack file=i to=20\nby_ms = 300\n[file.i]\n"
	  "random_bytes = 40000\n" CONFIG(
		  "LABEL a;KERNEL kernel.img;INITRD i") "initrd = i\n"
							"[expect]\nevents = "
							"dhcp6.reply;dhcp6.renew;dhcp6.reply;"
							"transfer i\n" },
	{ "a lease in two messages",
	  "[server.dhcp6]\nrapid_commit = true\n" SIX_URL SIX_KERNEL
	  "[expect]\nevents = dhcp6.solicit;dhcp6.reply;transfer kernel.img\n" },
	{ "no router",
	  "[server.ra]\nenabled = false\n[server.dhcp6]\n" SIX_URL SIX_KERNEL
	  "[deadline]\ndhcp_ms = 60000\n[expect]\nevents = "
	  "icmp6.rs;icmp6.rs;icmp6.rs;dhcp6.solicit;dhcp6.reply;transfer kernel.img\n" },
	{ "a router that is late",
	  "[rule.1]\ndrop = icmp6.ra attempt=1\n[rule.2]\ndrop = icmp6.ra attempt=2\n"
	  "[rule.3]\ndrop = icmp6.ra attempt=3\n" SIX_STATELESS SIX_URL SIX_KERNEL
	  "[deadline]\ndhcp_ms = 90000\n[expect]\nevents = "
	  "icmp6.rs;icmp6.rs;icmp6.rs;dhcp6.solicit;icmp6.rs;icmp6.ra;dhcp6.information-request;"
	  "dhcp6.reply;transfer kernel.img\n" },
};

START_TEST(speaks_ipv6)
{
	g_autofree char *text = g_strconcat(OWN_HEAD(""), SIX, six_rows[_i].text, NULL);
	g_autoptr(Booted) b = lwip_boot(text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", six_rows[_i].what,
		      b->result->reason);
}
END_TEST

/* Where the prefix makes no address, the lease is what it speaks from. */
START_TEST(uses_its_lease_and_the_mtu)
{
	g_autoptr(Booted) b = lwip_boot(
		OWN_HEAD("") SIX
		"[server.ra]\nmtu = 1300\nautonomous = false\n[server.dhcp6]\n" SIX_URL SIX_KERNEL);
	JsonObject *open = event_with(b, "tftp.open", "file", "kernel.img");

	assert_verdict(b, VERDICT_PASS);
	ck_assert_uint_eq(event_u64(open, "blksize"), 1300 - 52);
	ck_assert_str_eq(event_str(open, "client"), "fd00::15");
}
END_TEST

#define SIX_LATE                                                                                   \
	"[server.ipv6]\nenabled = true\n[server.dhcp6]\n" SIX_URL                                  \
	"[rule.late]\ndrop = dhcp.offer attempt=1\n"
/* Long enough for IPv6 to be heard of, if it went on. */
#define SLOW_INITRD                                                                                \
	"initrd = i\n[file.i]\nrandom_bytes = 40000\n[server.tftp]\nwindow_max = 1\n"              \
	"[rule.slow]\ndelay = tftp.ack file=i to=20\nby_ms = 300\n"

/* Both would answer, IPv4 late: it is the one, and IPv6 is not heard of again. */
START_TEST(prefers_ipv4)
{
	unsigned i = 0;
	g_autoptr(Booted) b = lwip_boot(
		OWN_HEAD("") SIX_LATE CONFIG("LABEL a;KERNEL kernel.img;INITRD i") SLOW_INITRD
		"[expect]\nevents = dhcp.discover;dhcp.discover;dhcp.ack;"
		"transfer i\n");

	assert_verdict(b, VERDICT_PASS);
	ck_assert_ptr_null(event_next(b, "icmp6.rs", &i));
}
END_TEST

/* Nobody answers the prompt: five seconds of it, and then the label for that. */
START_TEST(prompt_ends_in_time)
{
	g_autoptr(Booted) b = lwip_boot(OWN_HEAD("") CONFIG(
		"PROMPT 1;TIMEOUT 50;DEFAULT a;ONTIMEOUT b;LABEL a;KERNEL no;"
		"LABEL b;KERNEL kernel.img;APPEND late") "append = late\n[expect]\nconsole = "
							 "boot:\n");
	uint64_t config, kernel;

	assert_verdict(b, VERDICT_PASS);
	config = event_u64(event_with(b, "milestone", "name", "config-loaded"), "t_ns");
	kernel = event_u64(event_with(b, "milestone", "name", "kernel-start"), "t_ns");
	ck_assert_uint_ge(kernel - config, 5000 * UINT64_C(1000000));
	ck_assert_uint_le(kernel - config, 5200 * UINT64_C(1000000));
}
END_TEST

/* So many labels that the file has 64 KiB; the last one is the one to boot. */
START_TEST(reads_a_large_configuration)
{
	g_autoptr(GString) lines = g_string_new("DEFAULT l1499");
	g_autofree char *text = NULL;
	g_autoptr(Booted) b = NULL;

	for (unsigned i = 0; i < 1500; i++)
		g_string_append_printf(lines, ";LABEL l%u;KERNEL kernel.img;APPEND this=is%u", i,
				       i);
	ck_assert_uint_gt(lines->len, 64 * 1024);
	text = g_strdup_printf(OWN_HEAD("") CONFIG("%s") "append = this=is1499\n", lines->str);
	b = lwip_boot(text);
	assert_verdict(b, VERDICT_PASS);
}
END_TEST

/* The probe says that it takes 4096 bytes, with the NUL. */
START_TEST(command_line_of_any_length_that_fits)
{
	g_autofree char *line = g_strnfill(4095, 'x');
	g_autofree char *text = g_strdup_printf(
		OWN_HEAD("") CONFIG("LABEL a;KERNEL kernel.img;APPEND %s") "append = %s\n", line,
		line);
	g_autoptr(Booted) b = lwip_boot(text);

	assert_verdict(b, VERDICT_PASS);
}
END_TEST

/* --- how it fails ------------------------------------------------------------------------------*/

static const struct {
	const char *what, *text, *psw, *console;
} failure_rows[] = {
	{ "no DHCP server", "[server.dhcp]\nenabled = false\n[deadline]\ndhcp_ms = 200000\n",
	  "0x1010", "! no DHCP server" },
	{ "a server that is not known",
	  "[server.dhcp]\nno_next_server = true\ntftp_server = nowhere.example\n"
	  "[server]\ndns = 0.0.0.0\n" CONFIG("LABEL a;KERNEL other.example::k"),
	  "0x1011", "! server \"other.example\"" },
	{ "no TFTP server",
	  "[server.tftp]\nenabled = false\n[deadline]\nconfig_ms = 100000\n"
	  "dhcp_ms = 100000\n" CONFIG("LABEL a"),
	  "0x1020", "! the server does not answer" },
	{ "no kernel", CONFIG("LABEL a;KERNEL missing.img"), "0x1021",
	  "! kernel \"missing.img\": \"file not found" },
	{ "no initrd", CONFIG("LABEL a;KERNEL kernel.img;INITRD missing.img"), "0x1021",
	  "! initrd \"missing.img\": \"file not found" },
	{ "a file that is refused",
	  "[file.secret]\nsymlink = /etc/passwd\n" CONFIG("LABEL a;KERNEL secret"), "0x1022",
	  "! kernel \"secret\": \"access violation" },
	{ "an ERROR in the middle",
	  CONFIG("LABEL a;KERNEL kernel.img;INITRD i") "[file.i]\nrandom_bytes = "
						       "60000\n[server.tftp]\nwindow_max = 4\n"
						       "[rule.error]\nerror = tftp.ack file=i "
						       "block=8\ncode = 2\n",
	  "0x1022", "! initrd \"i\": \"access violation" },
	{ "an initrd that is too large",
	  "[machine]\nmemory_mib = 128\n" CONFIG(
		  "LABEL a;KERNEL kernel.img;INITRD i") "[file.i]\nrandom_bytes = "
							"130000000\n[deadline]\ninitrd_ms = "
							"900000\ncell_ms = 300000\n",
	  "0x1024", "! initrd \"i\": \"it does not fit" },
	{ "a file name that no request can hold",
	  CONFIG("LABEL a;KERNEL "
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
		 "n"
		 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"),
	  "0x1025", "the name is too long for TFTP" },
	{ "no configuration", "", "0x1030", "! the server has no configuration" },
	{ "an empty configuration", CONFIG("# nothing"), "0x1031", "! there is nothing to boot" },
	{ "includes without end", CONFIG("INCLUDE pxelinux.cfg/default"), "0x1031",
	  "! include of \"pxelinux.cfg/default\": \"too many" },
	{ "a configuration that is too large",
	  "[file.pxelinux.cfg/default]\nrandom_bytes = 600000\n", "0x1030", "does not fit" },
	{ "LOCALBOOT", CONFIG("LABEL a;LOCALBOOT 0"), "0x1032", "! this entry says not to boot" },
	{ "an .INS file with a bad line",
	  "[server.dhcp]\nbootfile = boot.ins\n[file.boot.ins]\nlines = * t;kernel.img\n", "0x1033",
	  "! line of the .INS file \"kernel.img\"" },
	{ "an .INS file that loads over the image",
	  "[server.dhcp]\nbootfile = boot.ins\n[file.boot.ins]\nlines = * t;k 0x7800000\n"
	  "[file.k]\ntext = k\n",
	  "0x1024", "! file \"k\": \"it does not fit" },
	{ "an .INS file that loads nowhere",
	  "[server.dhcp]\nbootfile = boot.ins\n"
	  "[file.boot.ins]\nlines = * t;k 0xffffffffffffffff\n[file.k]\ntext = kk\n",
	  "0x1024", "! file \"k\": \"it does not fit" },
	{ "a kernel that is none",
	  CONFIG("LABEL a;KERNEL text") "[file.text]\ntext = this is no kernel at all\n", "0x1040",
	  "! this is no kernel" },
	{ "a router that says there is no DHCPv6",
	  SIX "[server.ra]\nmanaged = false\nother = false\n[deadline]\ndhcp_ms = 200000\n",
	  "0x1010", "no DHCPv6;! no DHCP server" },
	{ "a DHCPv6 server that refuses",
	  SIX "[server.dhcp6]\nstatus = no-addrs-avail\n[deadline]\ndhcp_ms = 200000\n", "0x1010",
	  "! no DHCP server" },
	{ "a DHCPv6 server that names no boot file",
	  SIX "[deadline]\ndhcp_ms = 200000\nconfig_ms = 200000\n", "0x1011",
	  "! DHCPv6 names no boot file" },
	{ "a URL that is none", SIX SIX_STATELESS "bootfile_url = kernel.img\n", "0x1011",
	  "! URL \"kernel.img\": \"it names no server" },
	{ "a URL of a server that is not known",
	  SIX SIX_STATELESS "bootfile_url = tftp://nowhere.example/k\n", "0x1011",
	  "! URL \"tftp://nowhere" },
	{ "an initrd for an image without a parameter area",
	  "[file.pxelinux.cfg/default]\nlines = LABEL a;KERNEL tiny.img;INITRD i\n"
	  "[file.tiny.img]\nfixture = probe-min\n[file.i]\ntext = i\n",
	  "0x1040", "! this kernel takes no initrd" },
};

static void assert_fails(int row, const char *client)
{
	const char *what = failure_rows[row].what;
	g_autofree char *text = g_strconcat(
		OWN_HEAD(""), failure_rows[row].text,
		"[expect]\nending = gave-up\nconsole = ", failure_rows[row].console, "\n", NULL);
	g_autoptr(Booted) b = lwip_boot_as(client, text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", what, b->result->reason);
	lwip_assert_stops_with(b, what, failure_rows[row].psw);
}

START_TEST(fails)
{
	assert_fails(_i, LWIP_CLIENT("image-netboot", "lwip.elf"));
	/* What is about files concerns lwIP's own TFTP client as well; for large ones it is too
	 * slow. */
	if (g_str_has_prefix(failure_rows[_i].psw, "0x102") &&
	    !strstr(failure_rows[_i].text, "cell_ms"))
		assert_fails(_i, LWIP_CLIENT("image-netboot", "lwip-stock.elf"));
}
END_TEST

START_TEST(command_line_too_long)
{
	g_autofree char *line = g_strnfill(4096, 'x');
	g_autofree char *text = g_strdup_printf(
		OWN_HEAD("")
			CONFIG("LABEL a;KERNEL kernel.img;APPEND %s") "[expect]\nending = "
								      "gave-up\nconsole = ! the "
								      "command line is too long\n",
		line);
	g_autoptr(Booted) b = lwip_boot(text);

	assert_verdict(b, VERDICT_PASS);
	lwip_assert_stops_with(b, "too long", "0x1041");
}
END_TEST

/* What the hostile scenarios stand on: bytes that changed on their way are told. */
#define CORRUPT(where)                                                                             \
	CONFIG("LABEL a;KERNEL kernel.img;INITRD i")                                               \
	"initrd = i\n[file.i]\nrandom_bytes = 3000\n[rule.1]\ncorrupt = tftp.data " where          \
	"\nfield = tftp.data\nrepair = true\n[expect]\nending = payload;gave-up\n"

static const struct {
	const char *what, *text, *reason;
} corrupt_rows[] = {
	{ "a byte of the initrd", CORRUPT("file=i block=2"), "the payload's initrd has 3000" },
	{ "a byte of the kernel", CORRUPT("file=kernel.img block=20"), "the payload's own bytes" },
};

START_TEST(a_corrupt_payload_is_told)
{
	g_autofree char *text = g_strconcat(OWN_HEAD(""), corrupt_rows[_i].text, NULL);
	g_autoptr(Booted) b = lwip_boot(text);

	assert_verdict(b, VERDICT_FAIL);
	ck_assert_msg(g_str_has_prefix(b->result->reason, corrupt_rows[_i].reason), "%s: %s",
		      corrupt_rows[_i].what, b->result->reason);
}
END_TEST

/* `make hostile` does it with more seeds. */
START_TEST(lives_through_a_hostile_network)
{
	g_autofree char *dir = lab_path("hostile");
	g_autoptr(Job) j = job_of("run", "client=lwip", "server=builtin", "scenario=hostile/*",
				  "--repeat", "15", "-j", "2", "--out", dir);

	assert_exit(j, 0);
	assert_says(j, "180 passed, 0 failed, 0 errors, 0 skipped");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip");

	if (!lwip_has_image()) {
		puts("skip lwip: its images are not built");
		return EXIT_SUCCESS;
	}
	lab_add_rows(s, gets_in, N_ROWS(way_rows));
	lab_add_rows(s, reads, N_ROWS(config_rows));
	lab_add_rows(s, speaks_ipv6, N_ROWS(six_rows));
	lab_add(s, uses_its_lease_and_the_mtu);
	lab_add(s, prefers_ipv4);
	lab_add(s, prompt_ends_in_time);
	lab_add(s, reads_a_large_configuration);
	lab_add(s, command_line_of_any_length_that_fits);
	lab_add_rows(s, fails, N_ROWS(failure_rows));
	lab_add(s, command_line_too_long);
	lab_add_rows(s, a_corrupt_payload_is_told, N_ROWS(corrupt_rows));
	lab_add(s, lives_through_a_hostile_network);
	return lab_main(s);
}
