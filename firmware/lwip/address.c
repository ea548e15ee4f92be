/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting addresses: ours by DHCP, those of servers by DNS
 */
#include "firmware/lwip/address.h"

#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/udp.h>

#include "firmware/lib/string.h"
#include "firmware/lwip/address6.h"
#include "firmware/lwip/dhcp_client.h"
#include "firmware/lwip/ip6_text.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/say.h"

static struct {
	struct dhcp_client dhcp;
	struct dhcp_out out;
	struct udp_pcb *pcb;
	bool over6;                  /* what we boot over */
	uint8_t gather[DHCP_IN_MAX]; /* a datagram in pieces */
} address;

/* A server's address that is being looked for. */
static struct {
	bool over, found;
	ip_addr_t address;
} lookup;

static void send_out(void)
{
	const struct dhcp_out *out = &address.out;
	ip_addr_t dst = IPADDR4_INIT(out->dst);
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

static void step4(void)
{
	if (net_now_ns() < address.dhcp.deadline_ns)
		return;
	dhcp_client_step(&address.dhcp, net_now_ns(), &address.out);
	act();
}

static bool is_lost(void)
{
	if (address.over6)
		return address6_step() == ADDRESS6_OVER;
	step4();
	return address.dhcp.state == DHCP_STATE_FAILED;
}

void address_idle(void)
{
	if (is_lost())
		give_up(WAIT_NO_DHCP, "the lease is over, and no server renews it");
}

static void open_socket4(void)
{
	address.pcb = udp_new();
	LWIP_ASSERT("a socket for DHCP", address.pcb);
	LWIP_ASSERT("port 68", udp_bind(address.pcb, IP4_ADDR_ANY, DHCP_CLIENT_PORT) == ERR_OK);
	udp_recv(address.pcb, on_datagram, NULL);
}

static void close_socket4(void)
{
	udp_remove(address.pcb);
	address.pcb = NULL;
}

/* IPv4 is first. Where nobody answers its first DISCOVER, or all refuse, it gets company. */
static bool is_six_due(void)
{
	const struct dhcp_client *c = &address.dhcp;

	return c->state == DHCP_STATE_FAILED ||
	       (c->state == DHCP_STATE_SELECTING && !c->has_offer && c->n_sent > 1);
}

static _Noreturn void give_up_both(void)
{
	if (address6_reply())
		give_up(WAIT_NO_SERVER, "DHCPv6 names no boot file, and no DHCP server gives us an "
					"address of IPv4");
	give_up(WAIT_NO_DHCP, "no DHCP server gives us an address");
}

void address_get(struct address_lease *lease, const struct dhcp_identity *who)
{
	struct dhcp_client *c = &address.dhcp;
	enum address6_state six = ADDRESS6_OFF;

	open_socket4();
	dhcp_client_init(c, who, net_random(), net_now_ns());
	while (c->state != DHCP_STATE_BOUND && six != ADDRESS6_READY) {
		step4();
		if (six == ADDRESS6_OFF && is_six_due()) {
			say("  Asking for an address (IPv6)");
			address6_start(who);
		}
		six = address6_step();
		if (c->state == DHCP_STATE_FAILED && six == ADDRESS6_OVER)
			give_up_both();
		net_poll();
	}
	*lease = (struct address_lease){ 0 };
	if (c->state == DHCP_STATE_BOUND) {
		address6_stop();
		lease->v4 = &c->lease;
		say_ip("  Address: ", netif_ip_addr4(netif_default));
	} else {
		close_socket4();
		address.over6 = true;
		lease->v6 = address6_reply();
		address6_say();
	}
}

static void on_found(const char *name, const ip_addr_t *found, void *self)
{
	(void)name, (void)self;
	lookup.over = true;
	lookup.found = found != NULL;
	if (found)
		lookup.address = *found;
}

static bool read_literal(struct slice host, ip_addr_t *found)
{
	uint8_t bytes[IP6_LEN];
	uint32_t ip4;

	if (slice_to_ip4(&ip4, host)) {
		*found = (ip_addr_t)IPADDR4_INIT(ip4);
		return true;
	}
	if (!slice_to_ip6(bytes, host))
		return false;
	*found = (ip_addr_t)IPADDR6_INIT(0, 0, 0, 0);
	memcpy(ip_2_ip6(found)->addr, bytes, sizeof(bytes));
	return true;
}

bool address_find(struct slice host, ip_addr_t *found)
{
	char name[DHCP_STRING_MAX];
	struct text t = TEXT_INIT(name);

	if (read_literal(host, found))
		return true;
	text_add(&t, host);
	if (t.too_long || ip_addr_isany(dns_getserver(0)))
		return false;
	lookup.over = lookup.found = false;
	switch (dns_gethostbyname_addrtype(name, found, on_found, NULL,
					   address.over6 ? LWIP_DNS_ADDRTYPE_IPV6
							 : LWIP_DNS_ADDRTYPE_IPV4)) {
	case ERR_OK:
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
