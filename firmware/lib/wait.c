/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disabled waits
 */
#include "firmware/lib/wait.h"

#include "firmware/lib/psw.h"

void wait_disabled(enum wait_code code)
{
	const struct psw psw = { .mask = PSW_MASK_STOP64, .addr = code };

	asm volatile("lpswe %[psw]" : : [psw] "Q"(psw) : "memory", "cc");
	__builtin_unreachable();
}
