/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding, reading and obeying a PXELINUX configuration
 */
#include "firmware/lwip/boot_config.h"

#include "firmware/lwip/boot_load.h"
#include "firmware/lwip/boot_menu.h"
#include "firmware/lwip/fetch.h"
#include "firmware/lwip/pxe_search.h"
#include "firmware/lwip/say.h"

enum {
	DEPTH_MAX = 16, /* of includes */
	N_INCLUDES_MAX = 64,
	N_SILENT_MAX = 2, /* names in a row that bring no answer: the server is gone */
};

/* A file that is missing costs its entries; one that was only in part there is not used. */
static void read_all(struct boot *b, struct slice text, unsigned depth, unsigned *n_includes)
{
	struct slice name, included;
	int r;

	while (pxe_config_parse(&b->config, &text, &name) == PXE_PARSE_INCLUDE) {
		if (depth == DEPTH_MAX || ++*n_includes > N_INCLUDES_MAX)
			give_up_file(WAIT_BAD_CONFIG, "include of ", name, "too many of them");
		r = boot_load_text(b, name, true, &included);
		if (!r)
			read_all(b, included, depth + 1, n_includes);
		else if (r == FETCH_E_TOO_LARGE)
			give_up_file(WAIT_BAD_CONFIG, "include of ", name, "it is too large");
		else
			say_failed("  include of ", name, fetch_message());
	}
}

void boot_config_run(struct boot *b, struct slice text)
{
	struct pxe_choice choice;
	struct slice line = SLICE("");
	unsigned n_includes = 0;

	pxe_config_init(&b->config, b->work->entries, BOOT_N_ENTRIES);
	read_all(b, text, 0, &n_includes);
	if (b->config.n_dropped)
		say("  Too many entries: the last ones are not known.");
	if (pxe_config_is_interactive(&b->config))
		line = boot_menu_ask(&b->config);
	if (!pxe_config_choose(&b->config, line, &choice))
		give_up(WAIT_BAD_CONFIG, "there is nothing to boot in the configuration");
	boot_choice(b, &choice);
}

void boot_config_search(struct boot *b)
{
	static char buf[BOOT_NAME_LEN];
	struct text name = TEXT_INIT(buf);
	const struct dhcp_reply *l = b->lease.v4;
	struct pxe_search search = {
		.mac = b->who->mac,
		.uuid = b->who->has_uuid ? b->who->uuid : NULL,
		.address = l ? l->yiaddr : 0,
		.prefix = b->prefix,
		.has_path_prefix = l && l->has_path_prefix,
		.config_file = slice_of(l ? l->config_file : ""),
	};
	unsigned n_silent = 0;
	struct slice text;

	say("  Looking for a configuration");
	while (pxe_search_next(&search, &name)) {
		struct slice path = { name.p, name.len };
		int r;

		if (name.too_long)
			r = fetch_failed(FETCH_E_NAME, WAIT_NAME, "the name is too long");
		else
			r = boot_load_text(b, path, false, &text);

		if (!r) {
			say_loaded(path, text.len);
			boot_config_run(b, text);
		}
		if (r != FETCH_E_NOT_FOUND)
			say_failed("  ", path, fetch_message());
		n_silent = r == FETCH_E_TIMEOUT ? n_silent + 1 : 0;
		if (n_silent == N_SILENT_MAX)
			give_up(fetch_wait_code(), fetch_message());
		if (r == FETCH_E_NAME && pxe_path_parse(b->prefix).is_http)
			give_up_file(fetch_wait_code(), "configuration ", path, fetch_message());
	}
	give_up(WAIT_NO_CONFIG, "the server has no configuration for this machine");
}
