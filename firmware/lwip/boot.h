/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot: what is loaded from where, and in which order
 */
#ifndef FIRMWARE_LWIP_BOOT_H
#define FIRMWARE_LWIP_BOOT_H

#include "firmware/lwip/address.h"
#include "firmware/lwip/place.h"
#include "firmware/lwip/pxe_config.h"

enum {
	BOOT_TEXT_LEN = 512 * 1024, /* all configurations of a boot together */
	BOOT_N_ENTRIES = 2048,
	BOOT_NAME_LEN = 1024,     /* of a path with its prefix */
	BOOT_CMDLINE_LEN = 65536, /* longer than any kernel takes */
};

/* Large: it lies below the image, not in it. */
struct boot_workspace {
	char text[BOOT_TEXT_LEN];
	struct pxe_entry entries[BOOT_N_ENTRIES];
	char cmdline[BOOT_CMDLINE_LEN];
};

struct boot {
	struct place *place;
	struct boot_workspace *work;
	size_t text_len; /* of the workspace's that is used */
	const struct dhcp_identity *who;
	struct address_lease lease;
	ip_addr_t server;
	struct slice prefix; /* of relative names */
	struct pxe_config config;
	uint64_t kernel_len;
};

/**
 * boot_run() - Load what the server says, and start it
 * @b:		place, work, who and lease are filled, the rest is zero
 *
 * Return: never; it gives up if there is nothing to be had.
 */
_Noreturn void boot_run(struct boot *b);

#endif /* FIRMWARE_LWIP_BOOT_H */
