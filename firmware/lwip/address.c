/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting addresses: ours by DHCP, those of servers by DNS
 */
#include "firmware/lwip/address.h"

#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/udp.h>

#include "firmware/lwip/dhcp_client.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/say.h"

static struct {
	struct dhcp_client dhcp;
	struct dhcp_out out;
	struct udp_pcb *pcb;
	uint8_t gather[DHCP_IN_MAX]; /* a datagram in pieces */
} address;

/* A server's address that is being looked for. */
static struct {
	bool over, found;
	uint32_t address;
} lookup;

static void send_out(void)
{
	const struct dhcp_out *out = &address.out;
	ip_addr_t dst = { out->dst };
	struct pbuf *p;

	if (!out->len)
		return;
	p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)out->len, PBUF_RAM);
	if (!p)
		return; /* lost; it will be repeated */
	pbuf_take(p, out->buf, (u16_t)out->len);
	/* Without an address there is no route, but the only card is always right. */
	udp_sendto_if_src(address.pcb, p, &dst, DHCP_SERVER_PORT, netif_default,
			  netif_ip_addr4(netif_default));
	pbuf_free(p);
}

static void act(void)
{
	const struct dhcp_reply *l = &address.dhcp.lease;

	if (address.out.bound)
		net_set_address(l->yiaddr, l->netmask, l->router, l->dns);
	send_out();
}

static void on_datagram(void *self, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr,
			u16_t port)
{
	const uint8_t *buf = p->payload;

	(void)self, (void)pcb, (void)addr;
	if (p->next)
		buf = address.gather;
	if (port != DHCP_SERVER_PORT || (p->next && p->tot_len > sizeof(address.gather)))
		goto out;
	if (p->next)
		pbuf_copy_partial(p, address.gather, p->tot_len, 0);
	dhcp_client_input(&address.dhcp, net_now_ns(), buf, p->tot_len, &address.out);
	act();
out:
	pbuf_free(p);
}

void address_idle(void)
{
	if (net_now_ns() < address.dhcp.deadline_ns)
		return;
	dhcp_client_step(&address.dhcp, net_now_ns(), &address.out);
	act();
	if (address.dhcp.state == DHCP_STATE_FAILED)
		give_up(WAIT_NO_DHCP, "the lease is over, and no server renews it");
}

const struct dhcp_reply *address_get(const struct dhcp_identity *who)
{
	struct dhcp_client *c = &address.dhcp;

	address.pcb = udp_new();
	LWIP_ASSERT("a socket for DHCP", address.pcb);
	LWIP_ASSERT("port 68", udp_bind(address.pcb, IP4_ADDR_ANY, DHCP_CLIENT_PORT) == ERR_OK);
	udp_recv(address.pcb, on_datagram, NULL);
	dhcp_client_init(c, who, net_random(), net_now_ns());
	while (c->state != DHCP_STATE_BOUND && c->state != DHCP_STATE_FAILED) {
		dhcp_client_step(c, net_now_ns(), &address.out);
		act();
		net_poll();
	}
	if (c->state == DHCP_STATE_FAILED)
		give_up(WAIT_NO_DHCP, "no DHCP server gives us an address");
	return &c->lease;
}

static void on_found(const char *name, const ip_addr_t *found, void *self)
{
	(void)name, (void)self;
	lookup.over = true;
	lookup.found = found != NULL;
	if (found)
		lookup.address = ip4_addr_get_u32(ip_2_ip4(found));
}

bool address_find(struct slice host, uint32_t *found)
{
	char name[DHCP_STRING_MAX];
	struct text t = TEXT_INIT(name);
	ip_addr_t direct;

	if (slice_to_ip4(found, host))
		return true;
	text_add(&t, host);
	if (t.too_long || !address.dhcp.lease.dns)
		return false;
	lookup.over = lookup.found = false;
	switch (dns_gethostbyname(name, &direct, on_found, NULL)) {
	case ERR_OK:
		*found = ip4_addr_get_u32(ip_2_ip4(&direct));
		return true;
	case ERR_INPROGRESS:
		break;
	default:
		return false;
	}
	while (!lookup.over) { /* lwIP gives up after some seconds */
		net_poll();
		address_idle();
	}
	if (lookup.found)
		*found = lookup.address;
	return lookup.found;
}
