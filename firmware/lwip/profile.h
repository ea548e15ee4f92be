/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What distinguishes one build of the image from another
 */
#ifndef FIRMWARE_LWIP_PROFILE_H
#define FIRMWARE_LWIP_PROFILE_H

#include "firmware/lwip/tftp_client.h"

struct profile {
	const char *name; /* said at the start */
	struct tftp_config tftp;
};

/* Each image is linked with one of profile_*.c. */
extern const struct profile profile;

#endif /* FIRMWARE_LWIP_PROFILE_H */
