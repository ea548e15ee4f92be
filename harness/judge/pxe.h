/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of PXELINUX ask of a boot
 */
#ifndef HARNESS_JUDGE_PXE_H
#define HARNESS_JUDGE_PXE_H

#include "harness/judge/judge.h"

/* A request for a configuration below a folder pxelinux.cfg. */
bool pxe_is_candidate(const struct trace_frame *f);

/* What is behind the folder: "01-52-54-00-12-34-56"; caller: g_free() */
char *pxe_candidate(const struct trace_frame *f);

/* "10.0.2.15"; caller: g_free() */
char *pxe_address_text(uint32_t address);

/* "01-52-54-00-12-34-56", of the card that asked for a lease; NULL: none did; caller: g_free() */
char *pxe_mac_name(const Trace *t);

#endif /* HARNESS_JUDGE_PXE_H */
