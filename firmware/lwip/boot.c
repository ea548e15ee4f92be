/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot
 *
 * DHCP names a server, and mostly a file. That file is started if it is a kernel or an image with a
 * PSW, obeyed if it is an .INS file or a configuration. If it is not to be had, or there is none,
 * configurations are looked for where PXELINUX does.
 */
#include "firmware/lwip/boot.h"

#include "firmware/lwip/address.h"
#include "firmware/lwip/boot_config.h"
#include "firmware/lwip/boot_load.h"
#include "firmware/lwip/bootfile.h"
#include "firmware/lwip/http_url.h"
#include "firmware/lwip/ins.h"
#include "firmware/lwip/pxe_search.h"
#include "firmware/lwip/say.h"

static void find_server(struct boot *b)
{
	const struct dhcp_reply *l = b->lease.v4;
	uint32_t ip4 = l->siaddr ? l->siaddr : l->tftp_address;

	if (l->tftp_name[0] && address_find(slice_of(l->tftp_name), &b->server)) {
		say_ip("  Server (option 66): ", &b->server);
		return;
	}
	if (ip4 || !l->sname[0] || !address_find(slice_of(l->sname), &b->server)) {
		if (!ip4)
			ip4 = l->server_id;
		if (!ip4)
			give_up(WAIT_NO_SERVER, "DHCP names no boot server");
		b->server = (ip_addr_t)IPADDR4_INIT(ip4);
	}
	say_ip("  Server: ", &b->server);
}

/* Return: the path of the boot file's URL; of HTTP the URL. */
static struct slice find_server6(struct boot *b)
{
	static char buf[DHCP6_URL_MAX];
	struct text name = TEXT_INIT(buf);
	struct slice url = slice_of(b->lease.v6->url);
	struct pxe_path path = pxe_path_parse(url);
	struct http_url http;

	say_name("  URL: ", url, "");
	if (path.is_http && http_url_parse(&http, url))
		path.host = http.host;
	if (!path.host.len || !address_find(path.host, &b->server))
		give_up_file(WAIT_NO_SERVER, "URL ", url, "it names no server that is known");
	pxe_path_add(&name, &path);
	return (struct slice){ name.p, name.len };
}

static _Noreturn void run_ins(struct boot *b, struct slice text)
{
	struct slice title = SLICE("");
	struct ins_entry e;
	enum ins_result r;

	ins_title(&text, &title);
	say("  Parsing .INS file:");
	say_name("  ", title, "");
	b->kernel_len = 0;
	while ((r = ins_next(&text, &e)) == INS_ENTRY) {
		uint64_t len = boot_load_at(b, e.name, e.addr);

		if (!e.addr)
			b->kernel_len = len;
	}
	if (r == INS_BAD)
		give_up_file(WAIT_BAD_INS, "line of the .INS file ", e.name, "no address in it");
	boot_start(b);
}

/* What lies at 0 is text: move it to where nothing is loaded over it. */
static struct slice keep_text(struct boot *b)
{
	char *at = b->work->text + b->text_len;
	struct slice text = { at, (size_t)b->kernel_len };

	if (b->kernel_len > BOOT_TEXT_LEN - b->text_len)
		give_up(WAIT_BAD_CONFIG, "the configuration is too large");
	place_read(b->place, 0, at, b->kernel_len);
	b->text_len += text.len;
	return text;
}

/* DHCPv6 may tell a command line for it (RFC 5970 3.2). */
static void set_params(struct boot *b)
{
	const struct dhcp6_reply *l = b->lease.v6;

	if (l && l->params_too_long)
		give_up(WAIT_CMDLINE, "the parameters of DHCPv6 are too long for a kernel");
	if (l && l->params[0])
		boot_set_cmdline(b, slice_of(l->params));
}

/* Return: false if the file is not there. */
static bool run_bootfile(struct boot *b, struct slice name)
{
	say_name("  Boot file: ", name, "");
	if (boot_try_kernel(b, name, false))
		return false;
	switch (bootfile_kind(b->place, b->kernel_len)) {
	case BOOTFILE_INS:
		run_ins(b, keep_text(b));
	case BOOTFILE_CONFIG:
		boot_config_run(b, keep_text(b));
	case BOOTFILE_KERNEL:
	case BOOTFILE_PSW:
		set_params(b);
		boot_start(b);
	case BOOTFILE_NOTHING:
		break;
	}
	say_name("  ", name, " is nothing that can be started");
	return false;
}

void boot_run(struct boot *b)
{
	const struct dhcp_reply *l = b->lease.v4;
	struct slice bootfile;

	if (l) {
		bootfile = slice_of(l->bootfile);
		find_server(b);
	} else {
		bootfile = find_server6(b);
	}
	b->prefix = pxe_search_folder(bootfile);
	if (bootfile.len && bootfile.p[bootfile.len - 1] != '/')
		run_bootfile(b, bootfile);
	if (l && l->has_path_prefix)
		b->prefix = slice_of(l->path_prefix);
	boot_config_search(b);
}
