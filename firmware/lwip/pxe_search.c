/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where PXELINUX looks for its configuration
 */
#include "firmware/lwip/pxe_search.h"

#include "firmware/lwip/http_url.h"

enum {
	MAC_LEN = 6,
	UUID_LEN = 16,
	HTYPE_ETHERNET = 1,
	IP_DIGITS = 8,
};

/* The names in a folder, in their order. */
enum {
	NAME_UUID,
	NAME_MAC,
	NAME_IP_FIRST,
	NAME_IP_LAST = NAME_IP_FIRST + IP_DIGITS - 1,
	NAME_DEFAULT,
	N_NAMES,
};

enum {
	STEP_CONFIG_FILE,
	STEP_FOLDER,                         /* PREFIX/pxelinux.cfg/ */
	STEP_PREFIX = STEP_FOLDER + N_NAMES, /* PREFIX/ */
	N_STEPS = STEP_PREFIX + N_NAMES,
};

struct slice pxe_search_folder(struct slice bootfile)
{
	size_t min = 0;

	if (http_url_is(bootfile)) {
		struct slice rest = bootfile;

		bootfile = slice_take_until(&rest, '#');
		rest = bootfile;
		bootfile = slice_take_until(&rest, '?');
		rest = bootfile;
		for (unsigned i = 0; i < 3; i++) /* "http:" "" "server" */
			slice_take_until(&rest, '/');
		min = (size_t)(rest.p - bootfile.p);
	}
	while (bootfile.len > min && bootfile.p[bootfile.len - 1] != '/')
		bootfile.len--;
	return bootfile;
}

/* Of a URL that is no more than a server, all names are below its root. */
static void add_prefix(struct text *t, struct slice prefix)
{
	struct http_url url;

	text_add(t, prefix);
	if (http_url_parse(&url, prefix) && !url.path.len)
		text_add_char(t, '/');
}

void pxe_join(struct text *out, struct slice prefix, struct slice name)
{
	text_clear(out);
	if (http_url_is(name)) {
		text_add(out, name);
	} else if (name.len && *name.p == '/' && http_url_is(prefix)) {
		http_url_resolve(out, prefix, name);
	} else {
		if (name.len && *name.p != '/')
			add_prefix(out, prefix);
		text_add(out, name);
	}
}

static void add_uuid(struct text *t, const uint8_t uuid[UUID_LEN])
{
	for (unsigned i = 0; i < UUID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text_add_char(t, '-');
		text_add_hex(t, uuid[i], 2, text_hex_lower);
	}
}

static void add_mac(struct text *t, const uint8_t mac[MAC_LEN])
{
	text_add_hex(t, HTYPE_ETHERNET, 2, text_hex_lower);
	for (unsigned i = 0; i < MAC_LEN; i++) {
		text_add_char(t, '-');
		text_add_hex(t, mac[i], 2, text_hex_lower);
	}
}

/* Return: false if this machine has no such name. */
static bool add_name(const struct pxe_search *s, unsigned which, struct text *t)
{
	if (which == NAME_UUID) {
		if (!s->uuid)
			return false;
		add_uuid(t, s->uuid);
	} else if (which == NAME_MAC) {
		add_mac(t, s->mac);
	} else if (which <= NAME_IP_LAST) {
		unsigned n_cut = which - NAME_IP_FIRST;

		if (!s->address)
			return false;
		text_add_hex(t, s->address >> 4 * n_cut, IP_DIGITS - n_cut, text_hex_upper);
	} else {
		text_add_str(t, "default");
	}
	return true;
}

static bool add_step(const struct pxe_search *s, unsigned step, struct text *t)
{
	if (step == STEP_CONFIG_FILE) {
		if (!s->config_file.len)
			return false;
		pxe_join(t, s->prefix, s->config_file);
		return true;
	}
	add_prefix(t, s->prefix);
	if (step < STEP_PREFIX) {
		text_add_str(t, "pxelinux.cfg/");
		return add_name(s, step - STEP_FOLDER, t);
	}
	return s->has_path_prefix && add_name(s, step - STEP_PREFIX, t);
}

bool pxe_search_next(struct pxe_search *s, struct text *name)
{
	while (s->next < N_STEPS) {
		text_clear(name);
		if (add_step(s, s->next++, name))
			return true;
	}
	return false;
}

static struct slice skip(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.len - n };
}

static struct pxe_path parse_tftp(struct slice rest)
{
	struct slice host = slice_take_until(&rest, '/');

	/* RFC 3986 3.2.2: an address of IPv6 is in brackets. */
	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = (struct slice){ host.p + 1, host.len - 2 };
	return (struct pxe_path){ .host = host, .path = rest, .is_tftp = true, .is_coded = true };
}

struct pxe_path pxe_path_parse(struct slice name)
{
	if (slice_has_prefix(name, "tftp://"))
		return parse_tftp(skip(name, sizeof("tftp://") - 1));
	if (http_url_is(name))
		return (struct pxe_path){ .path = name, .is_http = true };
	for (size_t i = 0; i + 1 < name.len; i++)
		if (name.p[i] == ':' && name.p[i + 1] == ':')
			return (struct pxe_path){ .host = { name.p, i },
						  .path = skip(name, i + 2),
						  .is_tftp = true };
	return (struct pxe_path){
		.path = name,
		.relative = name.len && *name.p != '/',
	};
}

/* The byte that a name begins with as %XX; 0: none, or none that a name may have. */
static char coded_byte(struct slice s)
{
	int high, low;

	if (s.len < 3 || s.p[0] != '%')
		return 0;
	high = text_hex_digit(s.p[1]);
	low = text_hex_digit(s.p[2]);
	return high < 0 || low < 0 ? 0 : (char)(high << 4 | low);
}

void pxe_path_add(struct text *t, const struct pxe_path *path)
{
	for (struct slice s = path->path; s.len;) {
		char c = path->is_coded ? coded_byte(s) : 0;

		text_add_char(t, c ? c : *s.p);
		s = skip(s, c ? 3 : 1);
	}
}
