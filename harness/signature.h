/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes two failures the same one
 *
 * A bisection or a shrinking that takes any failure for the one it looks for finds another. So a
 * failure has a name: how the boot ended, how far it came, and why, without what differs from boot
 * to boot. "crash/handover/program check 0x0001", "gave-up/dhcp-ack/tftp error: file not found",
 * "hang/config-loaded/kernel", "payload/payload/initrd".
 */
#ifndef HARNESS_SIGNATURE_H
#define HARNESS_SIGNATURE_H

#include "harness/ending.h"

/**
 * signature_of() - Name a failure
 * @milestone:	The last one that was reached; NULL: none
 * @wrong:	What is not as expected, as of struct expect_wrong
 *
 * Return: the name, to be freed; UTF-8 whatever the console said.
 */
char *signature_of(const struct evidence *e, enum ending ending, const char *milestone,
		   const char *wrong);

#endif /* HARNESS_SIGNATURE_H */
