/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image that does all it can
 *
 * It does not ask for a time-out: the server would wait a second or more, the shortest that can be
 * asked for, where it may do better by itself.
 */
#include "firmware/lwip/profile.h"

const struct profile profile = {
	.name = "lwIP network boot",
	.tftp = {
		.blksize = 1500 - TFTP_HEADERS_LEN_IP4,
		.window = 32,
		.tsize = true,
	},
};
