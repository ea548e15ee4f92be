/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files by TFTP: the socket and the clock around tftp_client
 */
#ifndef FIRMWARE_LWIP_FETCH_TFTP_H
#define FIRMWARE_LWIP_FETCH_TFTP_H

#include <lwip/ip_addr.h>

#include "firmware/lwip/fetch.h"
#include "firmware/lwip/text.h"

/**
 * fetch_file() - Fetch a file
 * @server:	Its address
 * @name:	As the server is asked for it
 * @sink:	Gets its bytes, in order
 * @size:	Filled with its size if it is whole
 *
 * Blocks until it is there or will not be; net_poll() runs meanwhile, and idle() of fetch_init().
 *
 * Return: enum fetch_result.
 */
int fetch_file(const ip_addr_t *server, struct slice name, const struct fetch_sink *sink,
	       uint64_t *size);

#endif /* FIRMWARE_LWIP_FETCH_TFTP_H */
