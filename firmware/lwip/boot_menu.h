/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking a person what to boot
 */
#ifndef FIRMWARE_LWIP_BOOT_MENU_H
#define FIRMWARE_LWIP_BOOT_MENU_H

#include "firmware/lwip/pxe_config.h"

/**
 * boot_menu_ask() - Show the labels, and wait for an answer
 * @c:	The configuration
 *
 * TIMEOUT ends the wait if no key is pressed before; without it there is none, as with PXELINUX.
 *
 * Return: what was typed, or ONTIMEOUT; empty for what is booted by default. It stays.
 */
struct slice boot_menu_ask(const struct pxe_config *c);

#endif /* FIRMWARE_LWIP_BOOT_MENU_H */
