/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image that asks servers for what SLOF's libnet asks for, to compare stacks and not features
 */
#include "firmware/lwip/profile.h"

const struct profile profile = {
	.name = "lwIP network boot (matched)",
	.tftp = {
		.blksize = 1428,
		.window = 1,
	},
};
