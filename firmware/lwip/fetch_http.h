/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files over HTTP: the connection and the clock around http_client
 */
#ifndef FIRMWARE_LWIP_FETCH_HTTP_H
#define FIRMWARE_LWIP_FETCH_HTTP_H

#include "firmware/lwip/fetch.h"
#include "firmware/lwip/text.h"

/**
 * fetch_url() - Fetch a file
 * @url:	Where from
 * @sink:	Gets its bytes, in order; begins anew if a broken connection left no other way
 * @size:	Filled with its size if it is whole
 *
 * As fetch_file() does.
 *
 * Return: enum fetch_result.
 */
int fetch_url(struct slice url, const struct fetch_sink *sink, uint64_t *size);

#endif /* FIRMWARE_LWIP_FETCH_HTTP_H */
