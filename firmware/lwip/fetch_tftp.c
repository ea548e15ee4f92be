/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching files by TFTP
 *
 * The socket of a transfer that is over stays open until its place is needed again: it answers a
 * server that did not hear the last ACK (RFC 1350 6), while the boot goes on.
 */
#include "firmware/lwip/fetch_tftp.h"

#include <lwip/netif.h>
#include <lwip/udp.h>

#include "firmware/lwip/net.h"
#include "firmware/lwip/profile.h"

enum {
	N_TRANSFERS = 4,    /* this one, and those before it */
	PORT_FIRST = 49152, /* RFC 6335 6: dynamic ports */
	N_PORTS = 16384,
	N_PORT_TRIES = 64,
	GATHER_LEN = 2048, /* for a datagram in pieces */
};

struct transfer {
	struct tftp_client client;
	struct udp_pcb *pcb;
	ip_addr_t server;
	const struct fetch_sink *sink; /* NULL: it is over */
	bool begun;
};

static struct {
	struct transfer transfers[N_TRANSFERS];
	unsigned next;
	struct tftp_out out;
	uint8_t gather[GATHER_LEN];
} fetch;

static void send_out(struct transfer *t, const ip_addr_t *sender, uint16_t sender_port)
{
	const struct tftp_out *out = &fetch.out;
	bool to_server = out->to == TFTP_TO_SERVER;
	uint16_t port = t->client.tid ? t->client.tid : TFTP_PORT;
	struct pbuf *p;

	if (out->to == TFTP_TO_NOBODY)
		return;
	p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)out->len, PBUF_RAM);
	if (!p)
		return; /* lost; it will be repeated */
	pbuf_take(p, out->buf, (u16_t)out->len);
	udp_sendto(t->pcb, p, to_server ? &t->server : sender, to_server ? port : sender_port);
	pbuf_free(p);
}

static void store(struct transfer *t)
{
	struct tftp_client *c = &t->client;

	if (!t->begun && c->state != TFTP_STATE_REQUESTED && c->state != TFTP_STATE_FAILED) {
		t->begun = true;
		if (t->sink->begin)
			t->sink->begin(t->sink->self, c->has_tsize, c->tsize);
	}
	if (!fetch.out.data_len ||
	    t->sink->write(t->sink->self, fetch.out.offset, fetch.out.data, fetch.out.data_len))
		return;
	tftp_client_abort(c, TFTP_ERR_FULL, "no room for this file", &fetch.out);
}

static void on_datagram(void *self, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr,
			u16_t port)
{
	struct transfer *t = self;
	const uint8_t *buf = p->payload;

	(void)pcb;
	if (p->next) { /* it came in fragments */
		buf = fetch.gather;
		if (p->tot_len > sizeof(fetch.gather))
			goto out;
		pbuf_copy_partial(p, fetch.gather, p->tot_len, 0);
	}
	tftp_client_input(&t->client, net_now_ns(), ip_addr_eq(addr, &t->server), port, buf,
			  p->tot_len, &fetch.out);
	if (t->sink)
		store(t);
	send_out(t, addr, port);
out:
	pbuf_free(p);
}

/* A port for this transfer alone, at random (RFC 1350 4). */
static void open_socket(struct transfer *t)
{
	unsigned n_tries = 0;

	if (t->pcb)
		udp_remove(t->pcb);
	t->pcb = udp_new_ip_type(IP_GET_TYPE(&t->server));
	LWIP_ASSERT("there are sockets for all transfers", t->pcb);
	udp_recv(t->pcb, on_datagram, t);
	while (udp_bind(t->pcb, IP_IS_V6(&t->server) ? IP6_ADDR_ANY : IP4_ADDR_ANY,
			(u16_t)(PORT_FIRST + random_below(net_random(), N_PORTS))) != ERR_OK)
		LWIP_ASSERT("there are ports for all transfers", ++n_tries < N_PORT_TRIES);
}

/* "file not found (the server's words)" */
static int error_result(const struct tftp_client *c)
{
	char buf[FETCH_MESSAGE_LEN];
	struct text m = TEXT_INIT(buf);

	text_add_str(&m, tftp_error_name(c->error));
	if (c->message[0]) {
		text_add_str(&m, " (");
		text_add_str(&m, c->message);
		text_add_char(&m, ')');
	}
	if (c->error == TFTP_ERR_NOT_FOUND)
		return fetch_failed(FETCH_E_NOT_FOUND, WAIT_TFTP_NOT_FOUND, buf);
	return fetch_failed(FETCH_E_ERROR, WAIT_TFTP_ERROR, buf);
}

static int result_of(const struct tftp_client *c)
{
	if (c->state == TFTP_STATE_DONE)
		return FETCH_OK;
	switch (c->failure) {
	case TFTP_FAIL_TIMEOUT:
		return fetch_failed(FETCH_E_TIMEOUT, WAIT_TFTP_TIMEOUT,
				    "the server does not answer");
	case TFTP_FAIL_ERROR:
		return error_result(c);
	case TFTP_FAIL_NAME:
		return fetch_failed(FETCH_E_NAME, WAIT_NAME, "the name is too long for TFTP");
	case TFTP_FAIL_OPTION:
		return fetch_failed(FETCH_E_PROTOCOL, WAIT_TFTP_PROTOCOL,
				    "the server agreed on an option that was not asked for");
	case TFTP_FAIL_SHORT:
		return fetch_failed(FETCH_E_PROTOCOL, WAIT_TFTP_PROTOCOL,
				    "it is shorter than the server said");
	case TFTP_FAIL_ABORTED:
		return fetch_failed(FETCH_E_TOO_LARGE, WAIT_TOO_LARGE,
				    "it does not fit into the memory");
	case TFTP_FAIL_PROTOCOL:
	case TFTP_FAIL_NONE:
		break;
	}
	return fetch_failed(FETCH_E_PROTOCOL, WAIT_TFTP_PROTOCOL,
			    "the server broke the rules of TFTP");
}

/* Over IPv6 there is less room in a frame, and routers tell how much there is. */
static struct tftp_config config_for(const ip_addr_t *server)
{
	struct tftp_config cfg = profile.tftp;
	uint16_t room = netif_default->mtu6 - TFTP_HEADERS_LEN_IP6;

	if (IP_IS_V6(server) && cfg.blksize > room)
		cfg.blksize = room;
	return cfg;
}

int fetch_file(const ip_addr_t *server, struct slice name, const struct fetch_sink *sink,
	       uint64_t *size)
{
	struct transfer *t = &fetch.transfers[fetch.next++ % N_TRANSFERS];
	struct tftp_config cfg = config_for(server);
	int r;

	t->server = *server;
	t->sink = sink;
	t->begun = false;
	tftp_client_start(&t->client, &cfg, name.p, name.len, net_now_ns(), &fetch.out);
	open_socket(t);
	send_out(t, NULL, 0);
	while (!tftp_client_is_over(&t->client)) {
		fetch_turn();
		tftp_client_step(&t->client, net_now_ns(), &fetch.out);
		send_out(t, NULL, 0);
	}
	t->sink = NULL;
	r = result_of(&t->client);
	if (!r)
		*size = t->client.bytes;
	return r;
}
