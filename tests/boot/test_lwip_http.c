/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netboot image on lwIP: what it fetches over HTTP, how it goes on, how it fails
 *
 * What any client can do is said by the scenarios; here is what only this one does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/boot/lwip.h"
#include "tests/support/suite.h"

#define SERVER "http://10.0.2.2/"
#define KERNEL "[file.kernel.img]\nfixture = probe\n"
#define BOOT_KERNEL KERNEL "[boot]\nkernel = kernel.img\n"
#define CONFIG(lines)                                                                              \
	"[file.pxelinux.cfg/default]\nlines = " lines "\n" KERNEL                                  \
	"[boot]\nconfig = pxelinux.cfg/default\nkernel = kernel.img\n"
#define INITRD                                                                                     \
	CONFIG("LABEL a;KERNEL " SERVER "kernel.img;INITRD " SERVER "i")                           \
	"initrd = i\n[file.i]\nrandom_bytes = 40000\n"
#define PATIENT                                                                                    \
	"[deadline]\ndhcp_ms = 300000\nconfig_ms = 300000\nkernel_ms = 300000\n"                   \
	"initrd_ms = 300000\n"

/* --- ways in -----------------------------------------------------------------------------------*/

#define QEMU_10 "qemu = qemu-10.0/qemu-system-s390x\n"

static const struct {
	const char *what, *client, *qemu;
} way_rows[] = {
	{ "netboot_fw", LWIP_CLIENT("image-netboot", "lwip.elf"), "" },
	{ "lwIP's own HTTP client", LWIP_CLIENT("image-netboot", "lwip-stock.elf"), "" },
	{ "-bios", LWIP_CLIENT("image-bios", "lwip-bios.elf"), "" },
	{ "-kernel", LWIP_CLIENT("image-kernel", "lwip.elf"), "" },
	{ "-bios of a newer QEMU", LWIP_CLIENT("image-bios", "lwip-bios.elf"), QEMU_10 },
	{ "-kernel of a newer QEMU", LWIP_CLIENT("image-kernel", "lwip.elf"), QEMU_10 },
};

static bool has_newer_qemu(void)
{
	g_autofree char *mode = g_path_get_dirname(lab_iplab());
	g_autofree char *qemu =
		g_build_filename(mode, "..", "clients", "qemu-10.0", "qemu-system-s390x", NULL);

	return g_file_test(qemu, G_FILE_TEST_EXISTS);
}

START_TEST(gets_in)
{
	g_autofree char *client = g_strconcat("[client]\n", way_rows[_i].qemu,
					      way_rows[_i].client + strlen("[client]\n"), NULL);
	g_autoptr(Booted) b = NULL;

	if (way_rows[_i].qemu[0] && !has_newer_qemu()) {
		printf("skip gets_in, %s: it is not there\n", way_rows[_i].what);
		return;
	}
	b = lwip_boot_as(client, OWN_HEAD("") INITRD);
	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", way_rows[_i].what,
		      b->result->reason);
	if (way_rows[_i].qemu[0])
		ck_assert(g_str_has_prefix(b->result->qemu_version, "QEMU emulator version 10."));
}
END_TEST

/* --- what it fetches ---------------------------------------------------------------------------*/

static const struct {
	const char *what, *text;
} url_rows[] = {
	{ "all names below a prefix, but for those of TFTP",
	  "[server.dhcp]\npath_prefix = " SERVER "sub/\n"
	  "[file.sub/pxelinux.cfg/default]\nlines = LABEL a;KERNEL kernel.img;INITRD /o,::t\n"
	  "[file.sub/kernel.img]\nfixture = probe\n[file.o]\ntext = abcde\n[file.t]\ntext = fgh\n"
	  "[boot]\nconfig = sub/pxelinux.cfg/default\nkernel = sub/kernel.img\n"
	  "[expect]\npayload = initrd_len=11;initrd_crc32=e281ffa3\n"
	  "events = http.request sub/kernel.img;transfer o;tftp.rrq t;transfer t\n" },
	{ "a prefix that is a server and no more",
	  "[server.dhcp]\npath_prefix = http://10.0.2.2:80\n" CONFIG(
		  "LABEL a;KERNEL kernel.img") "[expect]\nevents = http.request "
					       "pxelinux.cfg/default;http.request kernel.img\n" },
	{ "a configuration below the boot file's folder",
	  "[server.dhcp]\nbootfile = " SERVER "sub/none?q=/\n"
	  "[file.sub/pxelinux.cfg/default]\nlines = LABEL a;KERNEL kernel.img\n"
	  "[file.sub/kernel.img]\nfixture = probe\n"
	  "[boot]\nconfig = sub/pxelinux.cfg/default\nkernel = sub/kernel.img\n" },
	{ "a configuration as boot file",
	  "[server.dhcp]\nbootfile = " SERVER "sub/my.cfg\n"
	  "[file.sub/my.cfg]\nlines = # pxelinux;LABEL a;KERNEL kernel.img;APPEND x\n"
	  "[file.sub/kernel.img]\nfixture = probe\n[boot]\nkernel = sub/kernel.img\n"
	  "append = x\n" },
	{ "a configuration of option 209",
	  "[server.dhcp]\nconfig_file = " SERVER "my.cfg\n"
	  "[file.my.cfg]\nlines = LABEL a;KERNEL kernel.img\n" KERNEL
	  "[boot]\nconfig = my.cfg\nkernel = kernel.img\n"
	  "[expect]\nevents = http.request my.cfg;tftp.rrq kernel.img\n" },
	{ "an included file",
	  CONFIG("DEFAULT z;INCLUDE " SERVER "one.cfg") "append = x\n"
							"[file.one.cfg]\nlines = LABEL z;KERNEL "
							"kernel.img;APPEND x\n" },
	{ "an .INS file, and what it names",
	  "[server.dhcp]\nbootfile = " SERVER "d/boot.ins\n"
	  "[file.d/boot.ins]\nlines = * t;kernel.img 0\n"
	  "[file.d/kernel.img]\nfixture = probe\n[boot]\nkernel = d/kernel.img\n" },
	{ "a name with a blank in it",
	  "[server.dhcp]\nbootfile = " SERVER "a kernel\n"
	  "[file.a kernel]\nfixture = probe\n[boot]\nkernel = a kernel\n" },
	{ "a server that cannot do parts",
	  INITRD "[http.1]\npath = i\nattempt = 1\ntruncate_at = 30000\netag = \"a\"\n"
		 "[http.2]\npath = i\netag = \"b\"\n" },
};

START_TEST(fetches)
{
	g_autofree char *text = g_strconcat(OWN_HEAD(""), url_rows[_i].text, NULL);
	g_autoptr(Booted) b = lwip_boot(text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", url_rows[_i].what,
		      b->result->reason);
}
END_TEST

/* --- going on after a break --------------------------------------------------------------------*/

/* How the second request for "i" was answered. */
static JsonObject *second_response(const Booted *b, uint64_t *range_from)
{
	JsonObject *request;
	unsigned i = 0;

	for (request = event_next(b, "http.request", &i);
	     request && event_u64(request, "attempt") != 2;
	     request = event_next(b, "http.request", &i))
		i++;
	ck_assert_ptr_nonnull(request);
	*range_from = json_object_has_member(request, "range_from")
			      ? event_u64(request, "range_from")
			      : 0;
	return event_next(b, "http.response", &i);
}

#define RESET "reset_at = 30000\n"

static const struct {
	const char *what, *first, *then;
	unsigned range_from, status, bytes;
} break_rows[] = {
	{ "the same entity tag", "etag = \"a\"\n" RESET, "etag = \"a\"\n", 30000, 206, 10000 },
	{ "the same, and chunks", "etag = \"a\"\nframing = chunks\n" RESET,
	  "etag = \"a\"\nframing = chunks\n", 30000, 206, 10000 },
	{ "another entity tag", "etag = \"a\"\n" RESET, "etag = \"b\"\n", 30000, 200, 40000 },
	{ "a weak entity tag", "etag = W/\"a\"\n" RESET, "etag = W/\"a\"\n", 0, 200, 40000 },
	{ "none", RESET, "", 0, 200, 40000 },
};

START_TEST(goes_on)
{
	g_autofree char *text = g_strconcat(OWN_HEAD("") INITRD "[http.1]\npath = i\nattempt = 1\n",
					    break_rows[_i].first, "[http.2]\npath = i\n",
					    break_rows[_i].then, NULL);
	g_autoptr(Booted) b = lwip_boot(text);
	uint64_t range_from;
	JsonObject *response;

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", break_rows[_i].what,
		      b->result->reason);
	response = second_response(b, &range_from);
	ck_assert_msg(range_from == break_rows[_i].range_from, "%s", break_rows[_i].what);
	ck_assert_uint_eq(event_u64(response, "status"), break_rows[_i].status);
	ck_assert_uint_eq(event_u64(response, "bytes"), break_rows[_i].bytes);
}
END_TEST

/* A card that takes its time: what was sent last is not lost when the kernel starts. */
START_TEST(leaves_nothing_unsent)
{
	g_autoptr(Booted) b = lwip_boot_as(
		LWIP_CLIENT(
			"image-netboot",
			"lwip.elf") "[client]\nnic = virtio-net-ccw,tx=timer,x-txtimer=20000000\n",
		OWN_HEAD("clock = wall\n") INITRD "[expect]\nevents = transfer i;tcp.fin\n");

	assert_verdict(b, VERDICT_PASS);
}
END_TEST

/* --- how it fails ------------------------------------------------------------------------------*/

#define ONE(url) CONFIG("LABEL a;KERNEL " url)
#define BAD(keys) ONE(SERVER "kernel.img") "[http.bad]\npath = kernel.img\n" keys

static const struct {
	const char *what, *text, *psw, *console;
} failure_rows[] = {
	{ "nobody there", ONE("http://10.0.2.99/k") PATIENT, "0x1050",
	  "! kernel \"http://10.0.2.99/k\": \"the server does not answer" },
	{ "a server that says nothing", BAD("stall_at = 0\nstall_ms = 3600000\n") PATIENT, "0x1050",
	  "the server does not answer" },
	{ "a port without a server", ONE("http://10.0.2.2:81/k") PATIENT, "0x1051",
	  "the server refuses connections" },
	{ "a connection that ends each time", BAD("truncate_at = 100\n") PATIENT, "0x1051",
	  "the connection breaks again and again" },
	{ "a length that no memory has", BAD("content_length = 18446744073709551615\n") PATIENT,
	  "0x1051", "the connection breaks again and again" },
	{ "no such file", ONE(SERVER "k"), "0x1052", "! kernel \"" SERVER "k\": \"404 Not Found" },
	{ "a file that is gone", BAD("status = 410\n"), "0x1052", "\"410 Gone" },
	{ "a file that is forbidden", BAD("status = 403\n"), "0x1053", "\"403 Forbidden" },
	{ "a server that is broken", BAD("status = 500\n"), "0x1054", "\"500 Internal Server" },
	{ "a server that is busy for long", BAD("status = 503\nretry_after_s = 3600\n"), "0x1054",
	  "\"503 Service" },
	{ "a server that stays busy", BAD("status = 503\n") PATIENT, "0x1054", "\"503 Service" },
	{ "a file that is packed", BAD("fields = Content-Encoding: gzip\n"), "0x1055",
	  "\"a content coding that was not asked for" },
	{ "no HTTP", BAD("status_line = ICY 200 OK\n"), "0x1055", "\"this is no HTTP" },
	{ "a part that nobody asked for",
	  BAD("status_line = HTTP/1.1 206 P\nfields = Content-Range: bytes 0-9/10\n"), "0x1055",
	  "\"a part of the file that was not asked for" },
	{ "a head without end", BAD("endless_head = true\n") PATIENT, "0x1055",
	  "\"a head without end" },
	{ "redirections without end", BAD("redirect = kernel.img\n"), "0x1056",
	  "\"redirections without end" },
	{ "a redirection to nowhere", BAD("redirect = ftp://10.0.2.2/k\n"), "0x1056",
	  "\"a redirection to nowhere" },
	{ "a redirection to HTTPS", BAD("redirect = https://10.0.2.2/k\n"), "0x1025",
	  "\"HTTPS is not supported" },
	{ "HTTPS", ONE("https://10.0.2.2/k"), "0x1025",
	  "! kernel \"https://10.0.2.2/k\": \"HTTPS is not supported" },
	{ "HTTPS for the boot file", "[server.dhcp]\nbootfile = https://10.0.2.2/d/k\n" BOOT_KERNEL,
	  "0x1025", "! configuration \"https://10.0.2.2/d/pxelinux.cfg/" },
	{ "a URL that is none", ONE("http://me@10.0.2.2/k"), "0x1025", "no http:// URL" },
	{ "a server that is not known", "[server]\ndns = 0.0.0.0\n" ONE("http://nowhere.example/k"),
	  "0x1011", "\"the server's address is not known" },
	{ "a server of IPv6 from IPv4", ONE("http://[fd00::2]/k"), "0x1011",
	  "\"there is no way to the server" },
	{ "a prefix without a server",
	  "[server.dhcp]\npath_prefix = http://10.0.2.2:81/\n" BOOT_KERNEL PATIENT, "0x1051",
	  "! the server refuses connections" },
	{ "a file over the image",
	  "[server.dhcp]\nbootfile = " SERVER "boot.ins\n"
	  "[file.boot.ins]\nlines = * t;k 0x77fffff\n[file.k]\ntext = kk\n",
	  "0x1024", "! file \"k\": \"it does not fit" },
};

START_TEST(fails)
{
	g_autofree char *text = g_strconcat(
		OWN_HEAD(""), failure_rows[_i].text,
		"[expect]\nending = gave-up\nconsole = ", failure_rows[_i].console, "\n", NULL);
	g_autoptr(Booted) b = lwip_boot(text);

	ck_assert_msg(b->result->verdict == VERDICT_PASS, "%s: %s", failure_rows[_i].what,
		      b->result->reason);
	lwip_assert_stops_with(b, failure_rows[_i].what, failure_rows[_i].psw);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_http");

	if (!lwip_has_image()) {
		puts("skip lwip_http: the images are not built");
		return EXIT_SUCCESS;
	}
	lab_add_rows(s, gets_in, N_ROWS(way_rows));
	lab_add_rows(s, fetches, N_ROWS(url_rows));
	lab_add_rows(s, goes_on, N_ROWS(break_rows));
	lab_add(s, leaves_nothing_unsent);
	lab_add_rows(s, fails, N_ROWS(failure_rows));
	return lab_main(s);
}
