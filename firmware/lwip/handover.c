/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving the machine to what was loaded
 */
#include "firmware/lwip/handover.h"

#include "firmware/lib/restart.h"
#include "firmware/lib/string.h"

void handover_start(const struct place *p, enum bootfile_kind kind)
{
	/* From here on an interruption would load a PSW of the kernel's. None is enabled. */
	memcpy(p->memory, p->low, p->low_end);
	if (kind == BOOTFILE_KERNEL)
		restart_at(BOOTFILE_KERNEL_ENTRY);
	restart_psw();
}
