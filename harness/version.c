/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which iplab this is
 */
#include "harness/version.h"

#ifndef IPLAB_SOURCE
#define IPLAB_SOURCE "unknown" /* not built by our Makefile's rule */
#endif

const char *version_exact(void)
{
	return IPLAB_VERSION ", source " IPLAB_SOURCE;
}
