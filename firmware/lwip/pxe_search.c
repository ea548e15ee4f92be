/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where PXELINUX looks for its configuration
 */
#include "firmware/lwip/pxe_search.h"

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
	while (bootfile.len && bootfile.p[bootfile.len - 1] != '/')
		bootfile.len--;
	return bootfile;
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
		if (*s->config_file.p != '/')
			text_add(t, s->prefix);
		text_add(t, s->config_file);
		return true;
	}
	text_add(t, s->prefix);
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

static struct pxe_path parse_url(struct slice rest, bool is_http)
{
	struct slice host = slice_take_until(&rest, '/');

	/* RFC 3986 3.2.2: an address of IPv6 is in brackets. */
	if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
		host = (struct slice){ host.p + 1, host.len - 2 };
	return (struct pxe_path){ .host = host, .path = rest, .is_http = is_http };
}

struct pxe_path pxe_path_parse(struct slice name)
{
	if (slice_has_prefix(name, "tftp://"))
		return parse_url(skip(name, sizeof("tftp://") - 1), false);
	if (slice_has_prefix(name, "http://"))
		return parse_url(skip(name, sizeof("http://") - 1), true);
	for (size_t i = 0; i + 1 < name.len; i++)
		if (name.p[i] == ':' && name.p[i + 1] == ':')
			return (struct pxe_path){ .host = { name.p, i },
						  .path = skip(name, i + 2) };
	return (struct pxe_path){
		.path = name,
		.relative = name.len && *name.p != '/',
	};
}
