/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files over HTTP
 *
 * The body goes from the card's ring to its place in one copy. Connections are altcp's: without
 * LWIP_ALTCP that is another name for TCP, and with it connect_to() is the one place that chooses
 * between TCP and TLS over it.
 */
#include "firmware/lwip/fetch_http.h"

#include <lwip/altcp.h>

#include "firmware/lwip/address.h"
#include "firmware/lwip/http_client.h"
#include "firmware/lwip/net.h"

enum {
	PORT_FIRST = 49152, /* RFC 6335 6 */
	N_PORTS = 65536 - PORT_FIRST,
	N_PORT_TRIES = 16,
};

enum {
	STATUS_NOT_FOUND = 404,
	STATUS_GONE = 410,
	STATUS_SERVER_ERROR = 500, /* and above */
};

static struct {
	struct http_client client;
	struct altcp_pcb *pcb; /* NULL: none */
	const struct fetch_sink *sink;
	char request[HTTP_REQUEST_MAX];
} http;

static void hand_on(const struct http_out *out)
{
	const struct fetch_sink *sink = http.sink;

	if (out->begins && sink->begin)
		sink->begin(sink->self, out->has_size, out->size);
	if (out->data_len && !sink->write(sink->self, out->offset, out->data, out->data_len))
		http_client_fail(&http.client, HTTP_FAIL_TOO_LARGE,
				 "it does not fit into the memory");
}

static void take(const uint8_t *buf, size_t len)
{
	struct http_out out;

	while (len) {
		size_t n = http_client_input(&http.client, net_now_ns(), buf, len, &out);

		hand_on(&out);
		buf += n;
		len -= n;
	}
}

/* Nothing is closed in here: lwIP is not done with the connection yet. */
static err_t on_data(void *self, struct altcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)self, (void)err;
	if (!p) {
		http_client_closed(&http.client, net_now_ns(), true);
		return ERR_OK;
	}
	for (const struct pbuf *q = p; q; q = q->next)
		take(q->payload, q->len);
	altcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static void on_error(void *self, err_t err)
{
	(void)self;
	http.pcb = NULL;     /* lwIP has freed it */
	if (err == ERR_ABRT) /* so it ends what was repeated too often */
		http_client_unanswered(&http.client, net_now_ns());
	else
		http_client_closed(&http.client, net_now_ns(), false);
}

static err_t on_connected(void *self, struct altcp_pcb *pcb, err_t err)
{
	struct text request = TEXT_INIT(http.request);

	(void)self, (void)err;
	http_client_connected(&http.client, net_now_ns(), &request);
	LWIP_ASSERT("a request fits", !request.too_long);
	if (altcp_write(pcb, request.p, (u16_t)request.len, TCP_WRITE_FLAG_COPY) != ERR_OK)
		http_client_closed(&http.client, net_now_ns(), false);
	return ERR_OK;
}

/* An unfinished connection is reset: the server need not send the rest. */
static void drop(void)
{
	struct altcp_pcb *pcb = http.pcb;

	if (!pcb)
		return;
	http.pcb = NULL;
	altcp_recv(pcb, NULL);
	altcp_err(pcb, NULL);
	if (http.client.state != HTTP_CLIENT_DONE || altcp_close(pcb) != ERR_OK)
		altcp_abort(pcb);
}

/*
 * A port at random (RFC 6056): lwIP takes the next one. One that is in use is left to the older
 * connection; after some tries lwIP shall choose.
 */
static void bind(struct altcp_pcb *pcb, const ip_addr_t *to)
{
	const ip_addr_t *any = IP_IS_V6(to) ? IP6_ADDR_ANY : IP4_ADDR_ANY;

	for (unsigned i = 0; i < N_PORT_TRIES; i++)
		if (altcp_bind(pcb, any,
			       (u16_t)(PORT_FIRST + random_below(net_random(), N_PORTS))) == ERR_OK)
			return;
}

static void connect_to(const struct http_url *url)
{
	ip_addr_t to;
	err_t err;

	if (url->is_tls) {
		http_client_fail(&http.client, HTTP_FAIL_URL, "HTTPS is not supported");
		return;
	}
	if (!address_find(url->host, &to)) {
		http_client_fail(&http.client, HTTP_FAIL_HOST, "the server's address is not known");
		return;
	}
	http_client_connecting(&http.client, net_now_ns());
	http.pcb = altcp_tcp_new_ip_type(IP_GET_TYPE(&to));
	if (!http.pcb) { /* as many as there can be wait for the end of older ones */
		http_client_closed(&http.client, net_now_ns(), false);
		return;
	}
	altcp_recv(http.pcb, on_data);
	altcp_err(http.pcb, on_error);
	bind(http.pcb, &to);
	err = altcp_connect(http.pcb, &to, url->port, on_connected);
	if (err == ERR_RTE) /* IPv6, and we have IPv4, or the other way round */
		http_client_fail(&http.client, HTTP_FAIL_HOST, "there is no way to the server");
	else if (err != ERR_OK)
		http_client_closed(&http.client, net_now_ns(), false);
}

/* "404 Not Found" */
static int status_result(const struct http_head *h)
{
	char buf[HTTP_REASON_MAX + 8];
	struct text t = TEXT_INIT(buf);

	text_add_dec(&t, h->status);
	text_add_char(&t, ' ');
	text_add_str(&t, h->reason);
	if (h->status == STATUS_NOT_FOUND || h->status == STATUS_GONE)
		return fetch_failed(FETCH_E_NOT_FOUND, WAIT_HTTP_NOT_FOUND, buf);
	if (h->status >= STATUS_SERVER_ERROR)
		return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_SERVER, buf);
	return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_REFUSED, buf);
}

static int result_of(const struct http_client *c)
{
	switch (c->failure) {
	case HTTP_FAIL_NONE:
		return FETCH_OK;
	case HTTP_FAIL_URL:
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, c->why);
	case HTTP_FAIL_HOST:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_NO_SERVER, c->why);
	case HTTP_FAIL_TIMEOUT:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_HTTP_TIMEOUT, c->why);
	case HTTP_FAIL_BROKEN:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_HTTP_BROKEN, c->why);
	case HTTP_FAIL_STATUS:
		return status_result(&c->reader.head);
	case HTTP_FAIL_REDIRECT:
		return fetch_failed(FETCH_E_ERROR, WAIT_HTTP_REDIRECT, c->why);
	case HTTP_FAIL_TOO_LARGE:
		return fetch_failed(FETCH_E_TOO_LARGE, WAIT_TOO_LARGE, c->why);
	case HTTP_FAIL_PROTOCOL:
		break;
	}
	return fetch_failed(FETCH_E_PROTOCOL, WAIT_HTTP_PROTOCOL, c->why);
}

int fetch_url(struct slice url, const struct fetch_sink *sink, uint64_t *size)
{
	struct http_client *c = &http.client;
	int r;

	http.sink = sink;
	http_client_start(c, url, net_now_ns());
	while (!http_client_is_over(c)) {
		http_client_step(c, net_now_ns());
		if (!http_client_is_connected(c))
			drop();
		if (c->state == HTTP_CLIENT_READY)
			connect_to(&c->url);
		fetch_turn();
	}
	drop();
	r = result_of(c);
	if (!r)
		*size = c->stored;
	return r;
}
