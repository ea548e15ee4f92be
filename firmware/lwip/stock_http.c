/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files by lwIP's own HTTP client, in the place of fetch_http.c
 *
 * It brings its own time-out. It follows no redirection, knows nothing of chunks, and does not ask
 * for the rest of what was cut off. It hands the body of any answer over; its status comes last.
 */
#include "firmware/lwip/fetch_http.h"

#include <lwip/apps/http_client.h>

#include "firmware/lwip/http_url.h"

enum {
	HOST_LEN = 256,
	STATUS_OK = 200,
	STATUS_REDIRECT = 300,
	STATUS_BAD = 400,
	STATUS_NOT_FOUND = 404,
	STATUS_SERVER_ERROR = 500,
};

static struct {
	const struct fetch_sink *sink;
	uint64_t bytes;
	bool is_over;
	int result;
} stock;

static err_t on_head(httpc_state_t *connection, void *self, struct pbuf *head, u16_t head_len,
		     u32_t content_len)
{
	const struct fetch_sink *sink = stock.sink;

	(void)connection, (void)self, (void)head, (void)head_len;
	if (sink->begin)
		sink->begin(sink->self, content_len != UINT32_MAX, content_len);
	return ERR_OK;
}

/* lwIP wants to be told if the connection is gone. */
static err_t on_body(void *self, struct altcp_pcb *pcb, struct pbuf *p, err_t err)
{
	const struct fetch_sink *sink = stock.sink;
	bool fits = true;

	(void)self, (void)err;
	for (const struct pbuf *q = p; q && fits; q = q->next) {
		fits = !q->len || sink->write(sink->self, stock.bytes, q->payload, q->len);
		stock.bytes += q->len;
	}
	altcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (fits)
		return ERR_OK;
	stock.result =
		fetch_failed(FETCH_E_TOO_LARGE, WAIT_TOO_LARGE, "it does not fit into the memory");
	altcp_abort(pcb);
	return ERR_ABRT;
}

static int status_result(uint32_t status)
{
	char buf[FETCH_MESSAGE_LEN];
	struct text m = TEXT_INIT(buf);

	if (status == STATUS_OK)
		return FETCH_OK;
	text_add_str(&m, "status ");
	text_add_dec(&m, status);
	if (status == STATUS_NOT_FOUND)
		return fetch_failed(FETCH_E_NOT_FOUND, WAIT_HTTP_NOT_FOUND, buf);
	if (status >= STATUS_REDIRECT && status < STATUS_BAD)
		return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_REDIRECT, buf);
	if (status >= STATUS_SERVER_ERROR)
		return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_SERVER, buf);
	return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_REFUSED, buf);
}

static int result_of(httpc_result_t result, uint32_t status)
{
	switch (result) {
	case HTTPC_RESULT_OK:
		return status_result(status);
	case HTTPC_RESULT_ERR_HOSTNAME:
		return fetch_failed(FETCH_E_ERROR, WAIT_NO_SERVER,
				    "the server's address is not known");
	case HTTPC_RESULT_ERR_TIMEOUT:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_HTTP_TIMEOUT,
				    "the server does not answer");
	case HTTPC_RESULT_ERR_CONTENT_LEN:
	case HTTPC_RESULT_ERR_CLOSED:
	case HTTPC_RESULT_ERR_CONNECT:
	case HTTPC_RESULT_ERR_MEM:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_HTTP_BROKEN, "the connection broke");
	case HTTPC_RESULT_ERR_UNKNOWN:
	case HTTPC_RESULT_ERR_SVR_RESP:
	case HTTPC_RESULT_LOCAL_ABORT:
		break;
	}
	return fetch_failed(FETCH_E_PROTOCOL, WAIT_HTTP_PROTOCOL,
			    "the server broke the rules of HTTP");
}

static void on_result(void *self, httpc_result_t result, u32_t len, u32_t status, err_t err)
{
	(void)self, (void)len, (void)err;
	stock.is_over = true;
	if (stock.result == FETCH_OK)
		stock.result = result_of(result, status);
}

static const httpc_connection_t settings = {
	.result_fn = on_result,
	.headers_done_fn = on_head,
};

int fetch_url(struct slice text, const struct fetch_sink *sink, uint64_t *size)
{
	char host_buf[HOST_LEN], path_buf[HTTP_URL_MAX];
	struct text host = TEXT_INIT(host_buf), path = TEXT_INIT(path_buf);
	struct http_url url;

	if (!http_url_parse(&url, text) || url.is_tls)
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "this URL is not supported");
	text_add(&host, url.host);
	if (!url.path.len || *url.path.p != '/')
		text_add_char(&path, '/');
	text_add(&path, url.path);
	if (host.too_long || path.too_long)
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "the URL is too long");
	stock.sink = sink;
	stock.bytes = 0;
	stock.is_over = false;
	stock.result = FETCH_OK;
	if (httpc_get_file_dns(host.p, url.port, path.p, &settings, on_body, NULL, NULL) != ERR_OK)
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_HTTP_BROKEN, "there is no connection");
	while (!stock.is_over)
		fetch_turn();
	if (stock.result == FETCH_OK)
		*size = stock.bytes;
	return stock.result;
}
