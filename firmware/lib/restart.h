/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting something else: a reset of everything but memory and registers, then a new PSW
 *
 * DIAGNOSE 0x308 subcode 1 resets channel subsystem, devices, SCLP and this CPU, and loads the
 * 8-byte PSW at address 0.
 */
#ifndef FIRMWARE_LIB_RESTART_H
#define FIRMWARE_LIB_RESTART_H

#include <stdint.h>

/* Reset, and load the PSW at address 0. Return: never. */
_Noreturn void restart_psw(void);

/**
 * restart_at() - Reset, and go on at an address, in 64-bit mode
 * @addr:	Where
 *
 * What lies at address 0 is as it was before when the code there begins. The caller's own code lies
 * below 2 GiB.
 *
 * Return: never.
 */
_Noreturn void restart_at(uint64_t addr);

#endif /* FIRMWARE_LIB_RESTART_H */
