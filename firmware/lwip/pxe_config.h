/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PXELINUX configurations
 *
 * The language of syslinux' doc/syslinux.txt, as far as a boot without a screen needs it. What is
 * for a menu's looks is skipped; so is every word that is not known. Everything read is a slice of
 * the text, which must stay where it is.
 */
#ifndef FIRMWARE_LWIP_PXE_CONFIG_H
#define FIRMWARE_LWIP_PXE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lwip/text.h"

enum pxe_sysappend { /* bits of SYSAPPEND and IPAPPEND */
		     PXE_SYSAPPEND_IP = 1,
		     PXE_SYSAPPEND_BOOTIF = 2,
		     PXE_SYSAPPEND_UUID = 4,
};

struct pxe_entry {
	struct slice label;
	struct slice title; /* MENU LABEL */
	struct slice kernel;
	struct slice initrd;
	struct slice append;
	uint64_t sysappend;
	bool has_append, has_sysappend;
	bool localboot;
};

struct pxe_config {
	struct pxe_entry *entries; /* borrowed */
	size_t n_entries, n_max;
	size_t n_dropped;          /* labels for which there was no room, */
	struct pxe_entry dropped;  /* and the last of them */
	struct slice default_line; /* DEFAULT: a label or a kernel, and arguments */
	struct slice ontimeout;
	struct slice append; /* of labels without one */
	uint64_t sysappend;
	uint64_t timeout_ds; /* TIMEOUT, in tenths of a second */
	bool prompt;
	bool has_menu;       /* UI, or a DEFAULT that is a menu program */
	bool in_text;        /* between TEXT and ENDTEXT */
	size_t menu_default; /* an entry; SIZE_MAX: none */
};

enum pxe_parse_result {
	PXE_PARSE_END,     /* all of the text was read */
	PXE_PARSE_INCLUDE, /* a file is to be read first: then go on with the rest */
};

/**
 * pxe_config_init() - Make an empty one
 * @c:		Filled
 * @entries:	Room for labels
 * @n_max:	How many
 */
void pxe_config_init(struct pxe_config *c, struct pxe_entry *entries, size_t n_max);

/**
 * pxe_config_parse() - Read text into it
 * @c:		The configuration so far
 * @text:	Read from its start; left with what is still to be read
 * @include:	Filled with a file's name with PXE_PARSE_INCLUDE
 */
enum pxe_parse_result pxe_config_parse(struct pxe_config *c, struct slice *text,
				       struct slice *include);

/* What is to be booted. */
struct pxe_choice {
	struct slice label;
	struct slice kernel;
	struct slice initrd; /* names separated by ','; empty: none */
	struct slice append;
	struct slice extra; /* further arguments, behind append */
	uint64_t sysappend;
	bool localboot; /* not from the network */
};

/**
 * pxe_config_choose() - Find what a line asks for
 * @c:		All of the configuration
 * @line:	A label or a kernel's name, and arguments; empty: what is booted by default
 * @out:	Filled
 *
 * Return: false if there is nothing to boot.
 */
bool pxe_config_choose(const struct pxe_config *c, struct slice line, struct pxe_choice *out);

/* Whether a person is to be asked. */
bool pxe_config_is_interactive(const struct pxe_config *c);

#endif /* FIRMWARE_LWIP_PXE_CONFIG_H */
