/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files by lwIP's own TFTP client, in the place of fetch_tftp.c
 *
 * Here is what it cannot be used without, and nothing that makes it better: it asks once, from port
 * 69 and without options; it has no timer while it reads; it takes DATA from anybody. The one thing
 * added is an end to waiting, for a boot that nothing comes for must not hang.
 */
#include "firmware/lwip/fetch_tftp.h"

#include "firmware/lwip/tftp_client.h" /* its names for errors; before lwIP's TFTP_PORT */

#include <lwip/apps/tftp_client.h>

#include "firmware/lwip/net.h"

enum {
	NAME_LEN = 512,
};

static const uint64_t patience_ns = 30 * UINT64_C(1000000000); /* as that of our own client */

static struct {
	const struct fetch_sink *sink;
	uint64_t bytes;
	uint64_t heard_ns;
	bool is_open;
	bool is_over;
	int result;
} stock;

/* lwIP's client is done with the file, for better or worse. */
static void on_close(void *handle)
{
	(void)handle;
	stock.is_over = true;
}

static int on_write(void *handle, struct pbuf *p)
{
	const struct fetch_sink *sink = stock.sink;

	(void)handle;
	stock.heard_ns = net_now_ns();
	if (!stock.bytes && sink->begin)
		sink->begin(sink->self, false, 0);
	for (; p; p = p->next) {
		if (p->len && !sink->write(sink->self, stock.bytes, p->payload, p->len)) {
			stock.result = fetch_failed(FETCH_E_TOO_LARGE, WAIT_TOO_LARGE,
						    "it does not fit into the memory");
			return -1;
		}
		stock.bytes += p->len;
	}
	return 0;
}

/* @error is as it came, which on this machine is right. @words need not end in a NUL. */
static void on_error(void *handle, int error, const char *words, int size)
{
	struct slice rest = { words, size > 0 ? (size_t)size : 0 };
	char buf[FETCH_MESSAGE_LEN];
	struct text m = TEXT_INIT(buf);

	(void)handle;
	text_add_str(&m, tftp_error_name((uint16_t)error));
	text_add_str(&m, " (");
	text_add(&m, slice_take_until(&rest, '\0'));
	text_add_char(&m, ')');
	stock.result = error == TFTP_ERR_NOT_FOUND
			       ? fetch_failed(FETCH_E_NOT_FOUND, WAIT_TFTP_NOT_FOUND, buf)
			       : fetch_failed(FETCH_E_ERROR, WAIT_TFTP_ERROR, buf);
}

static const struct tftp_context callbacks = {
	.close = on_close,
	.write = on_write,
	.error = on_error,
};

static void open_socket(void)
{
	err_t err = tftp_init_client(&callbacks);

	LWIP_ASSERT("there is a socket for TFTP", err == ERR_OK);
	stock.is_open = true;
}

/* Nothing comes any more. With another socket, what is late is not taken for another file. */
static void give_file_up(void)
{
	stock.result =
		fetch_failed(FETCH_E_TIMEOUT, WAIT_TFTP_TIMEOUT, "the server does not answer");
	tftp_cleanup();
	stock.is_open = false;
}

int fetch_file(const ip_addr_t *server, struct slice name, const struct fetch_sink *sink,
	       uint64_t *size)
{
	char buf[NAME_LEN];
	struct text path = TEXT_INIT(buf);

	text_add(&path, name);
	if (path.too_long)
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "the name is too long for TFTP");
	if (!stock.is_open)
		open_socket();
	stock.sink = sink;
	stock.bytes = 0;
	stock.heard_ns = net_now_ns();
	stock.is_over = false;
	stock.result = FETCH_OK;
	/* What could not be sent is lost, and it will not be sent again. */
	tftp_get(&stock, server, TFTP_PORT, path.p, TFTP_MODE_OCTET);
	while (!stock.is_over) {
		fetch_turn();
		if (net_now_ns() - stock.heard_ns > patience_ns)
			give_file_up();
	}
	if (stock.result == FETCH_OK)
		*size = stock.bytes;
	return stock.result;
}
