/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files: what TFTP and HTTP have in common
 */
#ifndef FIRMWARE_LWIP_FETCH_H
#define FIRMWARE_LWIP_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lib/wait.h"

enum {
	FETCH_MESSAGE_LEN = 200, /* with a NUL: what is longer is cut */
};

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

/* Set it up. @idle: called in every turn of waiting */
void fetch_init(void (*idle)(void));

/* What the last failure was, for a person. */
const char *fetch_message(void);

/* The code to give up with because of it. */
enum wait_code fetch_wait_code(void);

/* For those who fetch: one turn of waiting. */
void fetch_turn(void);

/* For those who fetch: keep what failed. Return: @result. */
int fetch_failed(enum fetch_result result, enum wait_code code, const char *message);

#endif /* FIRMWARE_LWIP_FETCH_H */
