/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots of the netboot image on lwIP
 */
#ifndef TESTS_BOOT_LWIP_H
#define TESTS_BOOT_LWIP_H

#include "tests/boot/booted.h"

/* A client file for one way into the image. */
#define LWIP_CLIENT(enter, image)                                                                  \
	"[client]\nsummary = of a test\n"                                                          \
	"provides = linux-boot;pxelinux;bootfile;ins;http;ccw;dhcp-4\n"                            \
	"enter = " enter "\npolls = true\nimage = " image "\n"                                     \
	"[console]\ngave_up = ^!\ngave_up_codes = 0x1000-0x10ff\n"                                 \
	"handover = Network loading done\n"

/* Whether the images are built: offline, the source of lwIP may not be there. */
bool lwip_has_image(void);

/* Boot @scenario with the image, in the place of QEMU's netboot image; or as a client file says. */
Booted *lwip_boot(const char *scenario);
Booted *lwip_boot_as(const char *client, const char *scenario);

/* The test fails if it did not end in this disabled wait, "0x1020". */
void lwip_assert_stops_with(const Booted *b, const char *what, const char *psw);

#endif /* TESTS_BOOT_LWIP_H */
