/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files by TFTP: the socket and the clock around tftp_client
 */
#ifndef FIRMWARE_LWIP_FETCH_H
#define FIRMWARE_LWIP_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include <lwip/ip_addr.h>

#include "firmware/lib/wait.h"
#include "firmware/lwip/text.h"
#include "firmware/lwip/tftp_client.h"

enum fetch_result {
	FETCH_OK = 0,
	FETCH_E_TIMEOUT, /* there is no speaking with the server */
	FETCH_E_NOT_FOUND,
	FETCH_E_ERROR, /* the server's words are in fetch_message() */
	FETCH_E_PROTOCOL,
	FETCH_E_TOO_LARGE,
	FETCH_E_NAME,
};

/* Where a file goes. */
struct fetch_sink {
	/* Before the first byte; @size only if @known, and then a hint. NULL: not asked. */
	void (*begin)(void *self, bool known, uint64_t size);
	/* Return: false if it does not fit: the transfer ends. */
	bool (*write)(void *self, uint64_t offset, const uint8_t *buf, size_t len);
	void *self;
};

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

/* What the last failure was, for a person. */
const char *fetch_message(void);

/* The code to give up with because of it. */
enum wait_code fetch_wait_code(void);

/* For those who fetch: one turn of waiting. */
void fetch_turn(void);

/* For those who fetch: keep what failed. Return: @result. */
int fetch_failed(enum fetch_result result, enum wait_code code, const char *message);

/**
 * fetch_init() - Set it up
 * @cfg:	What to ask servers for, borrowed
 * @idle:	Called in every turn of waiting
 */
void fetch_init(const struct tftp_config *cfg, void (*idle)(void));

#endif /* FIRMWARE_LWIP_FETCH_H */
