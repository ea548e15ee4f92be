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
	WAIT_LWIP_ASSERT = 0xbad6, /* a mistake of lwIP's or ours: a crash, and no giving up */
	WAIT_NO_CONSOLE = 0xbad8,  /* the console did not take our text */
	WAIT_CRASH_TEST = 0xbadc,  /* what firmware/crash/crash-wait.S ends with, on purpose */

	/* The netboot image gives up; docs/lwip.md has the table. */
	WAIT_NETBOOT_FIRST = 0x1000,
	WAIT_NO_MEMORY = 0x1000, /* the machine does not say how much it has, or it is too little */
	WAIT_NO_NIC = 0x1001,
	WAIT_NIC = 0x1002, /* the card refuses */
	WAIT_NO_DHCP = 0x1010,
	WAIT_NO_SERVER = 0x1011, /* DHCP names none, or DNS does not know it */
	WAIT_TFTP_TIMEOUT = 0x1020,
	WAIT_TFTP_NOT_FOUND = 0x1021,
	WAIT_TFTP_ERROR = 0x1022,    /* any other ERROR of the server */
	WAIT_TFTP_PROTOCOL = 0x1023, /* the server breaks the rules */
	WAIT_TOO_LARGE = 0x1024,     /* a file does not fit into the memory */
	WAIT_NAME = 0x1025,          /* a file name that cannot be asked for */
	WAIT_NO_CONFIG = 0x1030,
	WAIT_BAD_CONFIG = 0x1031, /* nothing to boot in it, too large, or includes without end */
	WAIT_LOCALBOOT = 0x1032,  /* the configuration says not to boot from the network */
	WAIT_BAD_INS = 0x1033,
	WAIT_BAD_KERNEL = 0x1040, /* cannot be started */
	WAIT_CMDLINE = 0x1041,    /* too long for the kernel */
	WAIT_HTTP_TIMEOUT = 0x1050,
	WAIT_HTTP_BROKEN = 0x1051, /* connections are refused, or break again and again */
	WAIT_HTTP_NOT_FOUND = 0x1052,
	WAIT_HTTP_REFUSED = 0x1053,  /* any other status that is no file */
	WAIT_HTTP_SERVER = 0x1054,   /* 5xx */
	WAIT_HTTP_PROTOCOL = 0x1055, /* the server breaks the rules */
	WAIT_HTTP_REDIRECT = 0x1056, /* without end, or to nowhere */
	WAIT_NETBOOT_LAST = 0x10ff,
};

/**
 * wait_disabled() - Stop this CPU for ever
 * @code:	Address for the wait PSW
 *
 * Return: never.
 */
_Noreturn void wait_disabled(enum wait_code code);

#endif /* FIRMWARE_LIB_WAIT_H */
