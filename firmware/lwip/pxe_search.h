/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where PXELINUX looks for its configuration, and what file names in it mean
 *
 * The order is that of PXELINUX: the file of option 209, then in the folder pxelinux.cfg below the
 * path prefix the names UUID, 01-MAC, IP address and its beginnings, and "default". The prefix is
 * option 210 (RFC 5071), else the folder of the boot file. Firmware that takes option 210 for the
 * folder of configurations itself looks in another place; with that option, it is tried last.
 */
#ifndef FIRMWARE_LWIP_PXE_SEARCH_H
#define FIRMWARE_LWIP_PXE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lwip/text.h"

struct pxe_search {
	const uint8_t *mac;  /* 6 bytes */
	const uint8_t *uuid; /* 16 bytes; NULL: none */
	uint32_t address;    /* 0: none */
	struct slice prefix;
	bool has_path_prefix;     /* it is option 210 */
	struct slice config_file; /* option 209 */
	unsigned next;
};

/* The part of a boot file's name up to its last '/', with that; of a URL at least its server. */
struct slice pxe_search_folder(struct slice bootfile);

/**
 * pxe_search_next() - The next name to try
 * @s:		Begins with next = 0
 * @name:	Filled; too_long if it does not fit, then it is to be skipped
 *
 * Return: false after the last.
 */
bool pxe_search_next(struct pxe_search *s, struct text *name);

/* A file that a configuration names. */
struct pxe_path {
	struct slice host; /* empty: the same server */
	struct slice path;
	bool relative; /* the prefix goes in front of it */
	bool is_http;  /* path is the whole URL */
	bool is_tftp;  /* it names its server, or that of the boot */
	bool is_coded; /* path is of a URL: it may have %XX */
};

/**
 * pxe_join() - What a name means below a prefix
 * @out:	The name is put into it; too_long if it does not fit
 * @prefix:	A folder, or the beginning of names; maybe a URL
 * @name:	A name without a server. One that begins with '/' has no prefix: of a URL the
 *		server remains
 */
void pxe_join(struct text *out, struct slice prefix, struct slice name);

/* Take a name apart: "::FILE", "HOST::FILE", "tftp://HOST/FILE", "http://..." or "FILE".
 * HOST of a URL may be "[ADDRESS]" of IPv6; of TFTP it is given without the brackets. */
struct pxe_path pxe_path_parse(struct slice name);

/* Add the name that a TFTP server is asked for: of a URL, %XX is decoded (RFC 3986 2.1) but for
 * %00. */
void pxe_path_add(struct text *t, const struct pxe_path *path);

#endif /* FIRMWARE_LWIP_PXE_SEARCH_H */
