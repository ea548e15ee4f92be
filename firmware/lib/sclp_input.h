/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Service-call logical processor: console input
 *
 * Polled, as everything here.
 */
#ifndef FIRMWARE_LIB_SCLP_INPUT_H
#define FIRMWARE_LIB_SCLP_INPUT_H

#include <stddef.h>

enum {
	SCLP_INPUT_MAX = 256, /* what one sclp_input_read() gives, at most */
};

/* Say that we take what is typed on the ASCII (VT220) console. Return: 0 or an sclp_error. */
int sclp_input_open(void);

/**
 * sclp_input_read() - Take what was typed
 * @buf:	Filled
 *
 * Return: how many bytes; 0 if nothing was typed.
 */
size_t sclp_input_read(char buf[SCLP_INPUT_MAX]);

#endif /* FIRMWARE_LIB_SCLP_INPUT_H */
