/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding, reading and obeying a PXELINUX configuration
 */
#ifndef FIRMWARE_LWIP_BOOT_CONFIG_H
#define FIRMWARE_LWIP_BOOT_CONFIG_H

#include "firmware/lwip/boot.h"

/* Look for a configuration, and obey it. */
_Noreturn void boot_config_search(struct boot *b);

/* Obey this one, and what it includes. */
_Noreturn void boot_config_run(struct boot *b, struct slice text);

#endif /* FIRMWARE_LWIP_BOOT_CONFIG_H */
