/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files: what TFTP and HTTP have in common
 */
#include "firmware/lwip/fetch.h"

#include "firmware/lwip/net.h"
#include "firmware/lwip/text.h"

static struct {
	void (*idle)(void);
	enum wait_code code;
	char message[FETCH_MESSAGE_LEN];
} fetch;

void fetch_init(void (*idle)(void))
{
	fetch.idle = idle;
}

const char *fetch_message(void)
{
	return fetch.message;
}

enum wait_code fetch_wait_code(void)
{
	return fetch.code;
}

int fetch_failed(enum fetch_result result, enum wait_code code, const char *message)
{
	struct text t = TEXT_INIT(fetch.message);

	fetch.code = code;
	text_clear(&t);
	text_add_str(&t, message);
	return result;
}

void fetch_turn(void)
{
	net_poll();
	fetch.idle();
}
