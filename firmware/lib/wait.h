/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disabled waits: how an image ends
 *
 * A CPU that waits with all interruptions disabled never goes on. QEMU takes that as the end of
 * the guest and looks at the address in the PSW: with 0xfff in the low twelve bits it is a clean
 * shutdown, with anything else a panic, reported as GUEST_PANICKED with that address.
 */
#ifndef FIRMWARE_LIB_WAIT_H
#define FIRMWARE_LIB_WAIT_H

#include <stdint.h>

enum wait_code {
	WAIT_DONE = 0xfff,     /* clean shutdown */
	WAIT_RESTART = 0xbad0, /* interruptions that nobody expects, by class */
	WAIT_EXTERNAL = 0xbad1,
	WAIT_SVC = 0xbad2,
	WAIT_PROGRAM = 0xbad3, /* a crash: see lowcore 0x8c (code), 0x150 (old PSW) */
	WAIT_MCHECK = 0xbad4,
	WAIT_IO = 0xbad5,
	WAIT_NO_CONSOLE = 0xbad8, /* the console did not take our text */
	WAIT_CRASH_TEST = 0xbadc, /* what firmware/crash/crash-wait.S ends with, on purpose */
};

/**
 * wait_disabled() - Stop this CPU for ever
 * @code:	Address for the wait PSW
 *
 * Return: never.
 */
_Noreturn void wait_disabled(enum wait_code code);

#endif /* FIRMWARE_LIB_WAIT_H */
