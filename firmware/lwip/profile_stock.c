/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The image that fetches with lwIP's own applications: they ask for no options
 */
#include "firmware/lwip/profile.h"

const struct profile profile = {
	.name = "lwIP network boot (stock)",
};
