/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the image tells a person on the console
 *
 * Names from the network are shown with what is not printable as \xHH, so that nobody's terminal
 * takes them for commands.
 */
#ifndef FIRMWARE_LWIP_SAY_H
#define FIRMWARE_LWIP_SAY_H

#include <lwip/ip_addr.h>

#include "firmware/lib/wait.h"
#include "firmware/lwip/text.h"

/* One line. */
void say(const char *text);

/* One line: @before, then @name in quotes, then @after. */
void say_name(const char *before, struct slice name, const char *after);

/* One line: @what, then @name and why it failed, both in quotes: a server may have said them. */
void say_failed(const char *what, struct slice name, const char *why);

/* One line: @before, then an address. */
void say_ip(const char *before, const ip_addr_t *address);

/* One line: how much of a large file is there. */
void say_progress(uint64_t mib);

/* One line: @name in quotes, and how many bytes it has. */
void say_loaded(struct slice name, uint64_t bytes);

/* Say why, stop the network, and stop for ever with this code. */
_Noreturn void give_up(enum wait_code code, const char *why);

/* The same, about a file: @what, the name in quotes, and @why. */
_Noreturn void give_up_file(enum wait_code code, const char *what, struct slice name,
			    const char *why);

#endif /* FIRMWARE_LWIP_SAY_H */
