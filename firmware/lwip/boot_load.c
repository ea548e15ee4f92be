/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading files into memory, and starting them
 *
 * The kernel goes to 0, the initrd behind it, each page-aligned. A size that the server tells
 * decides where the initrd goes, and nothing else: what counts is what arrives.
 */
#include "firmware/lwip/boot_load.h"

#include "firmware/lib/string.h"
#include "firmware/lwip/address.h"
#include "firmware/lwip/bootfile.h"
#include "firmware/lwip/fetch_http.h"
#include "firmware/lwip/fetch_tftp.h"
#include "firmware/lwip/handover.h"
#include "firmware/lwip/http_url.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/pxe_search.h"
#include "firmware/lwip/say.h"

enum {
	INITRD_ALIGN = 4,  /* between parts of an initrd: what the kernel looks for */
	PROGRESS_MIB = 16, /* said each so many */
};

/* A file on its way into memory. */
struct loading {
	struct place *place;
	uint64_t addr;
	uint64_t after; /* choose a place behind this; 0: addr is fixed */
	uint64_t said_mib;
};

static void choose_place(void *self, bool known, uint64_t size)
{
	struct loading *l = self;

	if (l->after)
		l->addr = place_find(l->place, l->after, known ? size : 0);
}

static bool write_memory(void *self, uint64_t offset, const uint8_t *buf, size_t len)
{
	struct loading *l = self;

	/* An address from an .INS file may be anything. */
	if (offset > UINT64_MAX - l->addr)
		return false;
	if (offset >> 20 >= l->said_mib + PROGRESS_MIB) {
		l->said_mib += PROGRESS_MIB;
		say_progress(l->said_mib);
	}
	return place_write(l->place, l->addr + offset, buf, len);
}

static bool write_text(void *self, uint64_t offset, const uint8_t *buf, size_t len)
{
	struct boot *b = self;
	uint64_t room = BOOT_TEXT_LEN - b->text_len;

	if (offset > room || len > room - offset)
		return false;
	memcpy(b->work->text + b->text_len + offset, buf, len);
	return true;
}

/* Fetch from the server that a name names. */
static int fetch_path(struct boot *b, const struct pxe_path *path, struct slice prefix,
		      const struct fetch_sink *sink, uint64_t *size)
{
	char buf[BOOT_NAME_LEN];
	struct text name = TEXT_INIT(buf);
	ip_addr_t server = b->server;

	if (path->is_http)
		return fetch_url(path->path, sink, size);
	if (path->host.len && !address_find(path->host, &server))
		give_up_file(WAIT_NO_SERVER, "server ", path->host, "its address is not known");
	text_add(&name, prefix);
	pxe_path_add(&name, path);
	if (name.too_long)
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "the name is too long");
	return fetch_file(&server, (struct slice){ buf, name.len }, sink, size);
}

/* Where the prefix is a URL, all names without a server are below it. */
static int fetch_below_url(struct boot *b, struct slice name, const struct fetch_sink *sink,
			   uint64_t *size)
{
	char buf[HTTP_URL_MAX];
	struct text url = TEXT_INIT(buf);

	pxe_join(&url, b->prefix, name);
	if (url.too_long)
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "the URL is too long");
	return fetch_url((struct slice){ url.p, url.len }, sink, size);
}

/*
 * With the prefix first, as PXELINUX does, then as it is written: other firmware knows no prefix.
 */
static int fetch_name(struct boot *b, struct slice name, bool relative,
		      const struct fetch_sink *sink, uint64_t *size)
{
	struct pxe_path path = pxe_path_parse(name);
	struct slice none = SLICE("");
	int r;

	if (relative && !path.is_http && !path.is_tftp && http_url_is(b->prefix))
		return fetch_below_url(b, name, sink, size);
	if (!relative || !path.relative || !b->prefix.len)
		return fetch_path(b, &path, none, sink, size);
	r = fetch_path(b, &path, b->prefix, sink, size);
	return r == FETCH_E_NOT_FOUND ? fetch_path(b, &path, none, sink, size) : r;
}

static int load(struct boot *b, struct slice name, bool relative, struct loading *l, uint64_t *len)
{
	const struct fetch_sink sink = { choose_place, write_memory, l };
	int r = fetch_name(b, name, relative, &sink, len);

	if (!r)
		say_loaded(name, *len);
	return r;
}

uint64_t boot_load_at(struct boot *b, struct slice name, uint64_t addr)
{
	struct loading l = { .place = b->place, .addr = addr };
	uint64_t len;
	int r = load(b, name, true, &l, &len);

	if (r)
		give_up_file(fetch_wait_code(), "file ", name, fetch_message());
	return len;
}

int boot_try_kernel(struct boot *b, struct slice name, bool relative)
{
	struct loading l = { .place = b->place };
	int r = load(b, name, relative, &l, &b->kernel_len);

	if (r)
		say_failed("  ", name, fetch_message());
	return r;
}

int boot_load_text(struct boot *b, struct slice name, bool relative, struct slice *text)
{
	const struct fetch_sink sink = { NULL, write_text, b };
	uint64_t len;
	int r = fetch_name(b, name, relative, &sink, &len);

	if (r)
		return r;
	*text = (struct slice){ b->work->text + b->text_len, (size_t)len };
	b->text_len += (size_t)len;
	return 0;
}

/* All files of a list, one behind the other. */
static void load_initrd(struct boot *b, struct slice names)
{
	static const uint8_t zeros[INITRD_ALIGN];
	struct loading l = { .place = b->place, .after = b->kernel_len };
	uint64_t start = 0, end = 0;

	while (names.len) {
		struct slice name = slice_trim(slice_take_until(&names, ','));
		uint64_t len;
		int r;

		if (!name.len)
			continue;
		r = load(b, name, true, &l, &len);
		if (r)
			give_up_file(fetch_wait_code(), "initrd ", name, fetch_message());
		if (!start)
			start = l.addr;
		end = l.addr + len;
		l = (struct loading){ .place = b->place, .addr = end };
		if (end % INITRD_ALIGN && names.len) {
			l.addr = end + INITRD_ALIGN - end % INITRD_ALIGN;
			if (!place_write(b->place, end, zeros, l.addr - end))
				give_up_file(WAIT_TOO_LARGE, "initrd ", name, "no room behind it");
		}
	}
	if (start && !bootfile_set_initrd(b->place, b->kernel_len, start, end - start))
		give_up(WAIT_BAD_KERNEL, "this kernel takes no initrd");
}

static void add_ip4(struct text *t, char before, uint32_t address)
{
	text_add_char(t, before);
	text_add_ip4(t, address);
}

/* What SYSAPPEND asks for (doc/syslinux.txt). */
static void add_sysappend(const struct boot *b, struct text *t, uint64_t bits)
{
	const struct dhcp_reply *l = b->lease.v4;

	/* The kernel's "ip=" has no place for IPv6. */
	if (bits & PXE_SYSAPPEND_IP && l && IP_IS_V4(&b->server)) {
		text_add_str(t, " ip");
		add_ip4(t, '=', l->yiaddr);
		add_ip4(t, ':', ip4_addr_get_u32(ip_2_ip4(&b->server)));
		add_ip4(t, ':', l->router);
		add_ip4(t, ':', l->netmask);
	}
	if (bits & PXE_SYSAPPEND_BOOTIF) {
		text_add_str(t, " BOOTIF=01");
		for (unsigned i = 0; i < DHCP_MAC_LEN; i++) {
			text_add_char(t, '-');
			text_add_hex(t, b->who->mac[i], 2, text_hex_lower);
		}
	}
	if (bits & PXE_SYSAPPEND_UUID && b->who->has_uuid) {
		text_add_str(t, " SYSUUID=");
		for (unsigned i = 0; i < DHCP_UUID_LEN; i++) {
			if (i == 4 || i == 6 || i == 8 || i == 10)
				text_add_char(t, '-');
			text_add_hex(t, b->who->uuid[i], 2, text_hex_lower);
		}
	}
}

void boot_set_cmdline(struct boot *b, struct slice line)
{
	if (!bootfile_cmdline_max(b->place, b->kernel_len)) {
		if (line.len)
			say("  This kernel takes no command line: it gets none.");
		return;
	}
	if (!bootfile_set_cmdline(b->place, b->kernel_len, line.p, line.len))
		give_up(WAIT_CMDLINE, "the command line is too long for this kernel");
}

static void set_cmdline(struct boot *b, const struct pxe_choice *choice)
{
	struct text t = TEXT_INIT(b->work->cmdline);
	struct slice line;

	text_clear(&t);
	text_add(&t, choice->append);
	if (choice->extra.len) {
		text_add_char(&t, ' ');
		text_add(&t, choice->extra);
	}
	add_sysappend(b, &t, choice->sysappend);
	line = slice_trim((struct slice){ t.p, t.len });
	if (t.too_long)
		give_up(WAIT_CMDLINE, "the command line is too long for any kernel");
	boot_set_cmdline(b, line);
}

void boot_choice(struct boot *b, const struct pxe_choice *choice)
{
	struct loading l = { .place = b->place };
	int r;

	say_name("  Booting entry ", choice->label, "");
	if (choice->localboot)
		give_up(WAIT_LOCALBOOT, "this entry says not to boot from the network");
	r = load(b, choice->kernel, true, &l, &b->kernel_len);
	if (r)
		give_up_file(fetch_wait_code(), "kernel ", choice->kernel, fetch_message());
	set_cmdline(b, choice);
	load_initrd(b, choice->initrd);
	boot_start(b);
}

void boot_start(struct boot *b)
{
	enum bootfile_kind kind = bootfile_kind(b->place, b->kernel_len);

	if (kind != BOOTFILE_KERNEL && kind != BOOTFILE_PSW)
		give_up(WAIT_BAD_KERNEL, "this is no kernel, and it has no PSW to start it with");
	say("Network loading done, starting kernel...");
	net_stop();
	handover_start(b->place, kind);
}
