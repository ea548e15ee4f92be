/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading files into memory, and starting them
 */
#ifndef FIRMWARE_LWIP_BOOT_LOAD_H
#define FIRMWARE_LWIP_BOOT_LOAD_H

#include "firmware/lwip/boot.h"

/* Load a file at an address; gives up if it cannot be had. Return: its length. */
uint64_t boot_load_at(struct boot *b, struct slice name, uint64_t addr);

/**
 * boot_try_kernel() - Load a file at 0
 * @b:		kernel_len is filled
 * @name:	Of the file
 * @relative:	The prefix is tried before it
 *
 * Return: 0, or a fetch_result, of which a person was told.
 */
int boot_try_kernel(struct boot *b, struct slice name, bool relative);

/**
 * boot_load_text() - Load a text behind the others in the workspace
 * @b:		The boot
 * @name:	Of the file
 * @relative:	The prefix is tried before it
 * @text:	Filled
 *
 * Return: 0 or a fetch_result; nobody was told.
 */
int boot_load_text(struct boot *b, struct slice name, bool relative, struct slice *text);

/* Give the kernel at 0 this command line; gives up if it is too long. */
void boot_set_cmdline(struct boot *b, struct slice line);

/* Load kernel and initrd of a choice, set the command line, and start; gives up if it cannot. */
_Noreturn void boot_choice(struct boot *b, const struct pxe_choice *choice);

/* Start what is loaded at 0. */
_Noreturn void boot_start(struct boot *b);

#endif /* FIRMWARE_LWIP_BOOT_LOAD_H */
