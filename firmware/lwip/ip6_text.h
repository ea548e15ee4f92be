/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6 addresses as text (RFC 4291 2.2, RFC 5952)
 */
#ifndef FIRMWARE_LWIP_IP6_TEXT_H
#define FIRMWARE_LWIP_IP6_TEXT_H

#include "firmware/lwip/text.h"

enum {
	IP6_LEN = 16,
	IP6_TEXT_MAX = 40, /* with a NUL */
};

/* In the form of RFC 5952: no leading zeros, the longest run of zeros as "::". */
void text_add_ip6(struct text *t, const uint8_t address[IP6_LEN]);

/**
 * slice_to_ip6() - Read an address
 * @address:	Filled; untouched if it is none
 * @s:		In any form of RFC 4291, also with an IPv4 address at its end; no zone, no brackets
 *
 * Return: whether it is one.
 */
bool slice_to_ip6(uint8_t address[IP6_LEN], struct slice s);

#endif /* FIRMWARE_LWIP_IP6_TEXT_H */
