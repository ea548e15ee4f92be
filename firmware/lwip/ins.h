/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .INS files: what goes where in memory
 *
 * The first line is "* " and a title; each further one a file's name and an address, in decimal or
 * in hex after 0x. Empty lines and those that begin with '*' or '#' are skipped.
 */
#ifndef FIRMWARE_LWIP_INS_H
#define FIRMWARE_LWIP_INS_H

#include <stdbool.h>

#include "firmware/lwip/text.h"

enum ins_result {
	INS_END,   /* no more lines */
	INS_ENTRY, /* one was read */
	INS_BAD,   /* a line that is neither; it is in name */
};

struct ins_entry {
	struct slice name;
	uint64_t addr;
};

/* Take the title off the text. Return: false if it does not begin with one. */
bool ins_title(struct slice *text, struct slice *title);

/* Take the next entry off the text. */
enum ins_result ins_next(struct slice *text, struct ins_entry *e);

#endif /* FIRMWARE_LWIP_INS_H */
