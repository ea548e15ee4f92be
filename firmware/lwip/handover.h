/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving the machine to what was loaded
 */
#ifndef FIRMWARE_LWIP_HANDOVER_H
#define FIRMWARE_LWIP_HANDOVER_H

#include "firmware/lwip/bootfile.h"
#include "firmware/lwip/place.h"

/**
 * handover_start() - Start what lies at address 0
 * @p:		The memory; what was kept aside is copied to where it belongs
 * @kind:	BOOTFILE_KERNEL or BOOTFILE_PSW
 *
 * The machine's subsystems are reset (DIAGNOSE 0x308), and the CPU enters the kernel at 0x10000, or
 * loads the PSW at 0. The network must have been stopped.
 *
 * Return: never.
 */
_Noreturn void handover_start(const struct place *p, enum bootfile_kind kind);

#endif /* FIRMWARE_LWIP_HANDOVER_H */
