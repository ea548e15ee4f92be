/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting an IPv6 address, and what there is to boot
 *
 * lwIP makes addresses, checks that nobody else has them, finds routers and neighbours. What is
 * here: to go on soliciting routers (RFC 7559) where lwIP stops, and DHCPv6. The router's flags say
 * what DHCPv6 is asked for: M an address and all else, O all else; with neither it is not asked.
 * Where there is no router, an address is asked for (RFC 4862 5.5.2 allows that).
 */
#include "firmware/lwip/address6.h"

#include <lwip/dhcp6.h>
#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/udp.h>

#include "firmware/lib/string.h"
#include "firmware/lwip/dhcp6_client.h"
#include "firmware/lwip/net.h"
#include "firmware/lwip/say.h"

#define SECOND_NS UINT64_C(1000000000)

_Static_assert((int)DHCP_N_DNS == (int)DNS_MAX_SERVERS, "lwIP has room for them");

enum {
	LWIP_SOLICITS_S = 16, /* lwIP's three go out within 9 s, 4 s apart; then it is our turn */
	NO_ROUTER_S = 12,     /* without an answer for so long there is none */
	OVER_S = 100,         /* as long as IPv4 takes to find nobody */
	JITTER_PARTS = 5,     /* RAND of RFC 7559: a tenth either way, a fifth in all */
};

/* How much DHCPv6 is asked for. */
enum asked {
	ASKED_NOTHING,
	ASKED_INFORMATION,
	ASKED_ADDRESS,
};

static struct {
	const struct dhcp_identity *who;
	bool on, has_router, has_reply;
	struct dhcp6_reply reply; /* the first: a boot goes on with what it began with */
	enum asked asked;
	bool begun; /* dhcp is what was asked for last */
	uint64_t start_ns;
	uint64_t solicit_ns, solicit_wait_ns;
	struct dhcp6_client dhcp;
	struct dhcp6_out out;
	struct udp_pcb *pcb;
	uint8_t gather[DHCP6_IN_MAX]; /* a datagram in pieces */
} six;

/* --- DHCPv6 ------------------------------------------------------------------------------------*/

/* ff02::1:2, all servers and relays (RFC 8415 7.1). */
static void send_out(void)
{
	static const ip_addr_t dst = IPADDR6_INIT_HOST(0xff020000, 0, 0, 0x00010002);
	struct pbuf *p;

	if (!six.out.len)
		return;
	p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)six.out.len, PBUF_RAM);
	if (!p)
		return; /* lost; it will be repeated */
	pbuf_take(p, six.out.buf, (u16_t)six.out.len);
	udp_sendto_if_src(six.pcb, p, &dst, DHCP6_SERVER_PORT, netif_default,
			  netif_ip_addr6(netif_default, 0));
	pbuf_free(p);
}

/* It makes no prefix on-link; only where there is no router that could say so, lwIP assumes it. */
static void set_address(const struct dhcp6_address *a)
{
	ip6_addr_t ip6;
	s8_t i;

	memset(&ip6, 0, sizeof(ip6));
	memcpy(ip6.addr, a->bytes, sizeof(a->bytes));
	if (netif_add_ip6_address(netif_default, &ip6, &i) != ERR_OK || !six.has_router)
		return;
	netif_ip6_addr_set_valid_life(netif_default, i, a->valid_s);
	netif_ip6_addr_set_pref_life(netif_default, i, a->preferred_s);
}

static void act(void)
{
	const struct dhcp6_reply *l = &six.dhcp.lease;

	if (six.out.bound && !six.has_reply) {
		six.reply = *l;
		six.has_reply = true;
	}
	if (six.out.bound && l->has_address)
		set_address(&l->address);
	for (u8_t i = 0; six.out.bound && i < l->n_dns; i++) {
		ip_addr_t dns = IPADDR6_INIT(0, 0, 0, 0);

		memcpy(ip_2_ip6(&dns)->addr, l->dns[i], sizeof(l->dns[i]));
		dns_setserver(i, &dns);
	}
	send_out();
}

static void on_datagram(void *self, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr,
			u16_t port)
{
	const uint8_t *buf = p->payload;

	(void)self, (void)pcb, (void)addr, (void)port; /* RFC 8415 7.2 names no source port */
	if (p->next)
		buf = six.gather;
	if (!six.begun || (p->next && p->tot_len > sizeof(six.gather)))
		goto out;
	if (p->next)
		pbuf_copy_partial(p, six.gather, p->tot_len, 0);
	dhcp6_client_input(&six.dhcp, net_now_ns(), buf, p->tot_len, &six.out);
	act();
out:
	pbuf_free(p);
}

static void ask(enum asked asked)
{
	six.asked = asked;
	six.begun = false;
}

/*
 * Only with an address to ask from: the random wait begins then. Otherwise all who wait for theirs
 * would ask when the waiting is over, and at the same time.
 */
static void begin_dhcp(uint64_t now_ns)
{
	if (six.begun || six.asked == ASKED_NOTHING)
		return;
	six.begun = true;
	dhcp6_client_init(&six.dhcp, six.who, net_random(), six.asked == ASKED_ADDRESS, true,
			  now_ns);
}

/* lwIP calls these, since it knows nothing of our DHCPv6. */
void dhcp6_nd6_ra_trigger(struct netif *netif, u8_t managed, u8_t other)
{
	enum asked wanted = managed ? ASKED_ADDRESS : other ? ASKED_INFORMATION : ASKED_NOTHING;
	bool guessed = six.asked && !six.has_router;

	(void)netif;
	if (!six.has_router && wanted == ASKED_NOTHING)
		say("  The router says that there is no DHCPv6");
	six.has_router = true;
	if (six.has_reply)
		return;
	if (wanted == ASKED_NOTHING && guessed)
		ask(ASKED_NOTHING);
	else if (wanted > six.asked || (guessed && wanted != six.asked))
		ask(wanted);
}

void dhcp6_tmr(void)
{
}

/* --- what is due -------------------------------------------------------------------------------*/

void address6_start(const struct dhcp_identity *who)
{
	six.who = who;
	six.on = true;
	six.start_ns = net_now_ns();
	six.solicit_ns = six.start_ns + LWIP_SOLICITS_S * SECOND_NS;
	six.solicit_wait_ns = LWIP_SOLICITS_S * SECOND_NS;
	if (!six.pcb) {
		six.pcb = udp_new_ip_type(IPADDR_TYPE_V6);
		LWIP_ASSERT("a socket for DHCPv6", six.pcb);
		LWIP_ASSERT("port 546",
			    udp_bind(six.pcb, IP6_ADDR_ANY, DHCP6_CLIENT_PORT) == ERR_OK);
		udp_recv(six.pcb, on_datagram, NULL);
	}
	net_start6();
}

void address6_stop(void)
{
	if (!six.on)
		return;
	six.on = false;
	net_stop6();
	udp_remove(six.pcb);
	six.pcb = NULL;
}

const struct dhcp6_reply *address6_reply(void)
{
	return six.has_reply ? &six.reply : NULL;
}

void address6_say(void)
{
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_isvalid(netif_ip6_addr_state(netif_default, i)))
			say_ip("  Address: ", netif_ip_addr6(netif_default, i));
}

static void solicit_router(uint64_t now_ns)
{
	uint64_t jitter;

	if (six.has_router || now_ns < six.solicit_ns)
		return;
	netif_default->rs_count = 1; /* lwIP sends it */
	jitter = random_next(net_random()) % (six.solicit_wait_ns / JITTER_PARTS);
	six.solicit_wait_ns =
		six.solicit_wait_ns * 2 + jitter - six.solicit_wait_ns / (2 * JITTER_PARTS);
	six.solicit_ns = now_ns + six.solicit_wait_ns;
}

/* Whether lwIP is not yet sure that an address is nobody else's. */
static bool is_checking(void)
{
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_istentative(netif_ip6_addr_state(netif_default, i)))
			return true;
	return false;
}

/* Whether somebody else was found to have the address of the lease. lwIP then forgets it. */
static bool forget_taken(void)
{
	const struct dhcp6_reply *l = &six.dhcp.lease;

	if (!six.dhcp.has_lease)
		return false;
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_isduplicated(netif_ip6_addr_state(netif_default, i)) &&
		    !memcmp(netif_ip6_addr(netif_default, i)->addr, l->address.bytes,
			    sizeof(l->address.bytes))) {
			netif_ip6_addr_set_state(netif_default, i, IP6_ADDR_INVALID);
			return true;
		}
	return false;
}

static void step_dhcp(uint64_t now_ns)
{
	if (!six.has_router && six.asked == ASKED_NOTHING &&
	    now_ns - six.start_ns >= NO_ROUTER_S * SECOND_NS)
		ask(ASKED_ADDRESS);
	if (!ip6_addr_isvalid(netif_ip6_addr_state(netif_default, 0)))
		return;
	begin_dhcp(now_ns);
	if (!six.begun)
		return;
	if (forget_taken()) {
		six.has_reply = false;
		dhcp6_client_decline(&six.dhcp, now_ns, &six.out);
	} else if (now_ns >= six.dhcp.deadline_ns) {
		dhcp6_client_step(&six.dhcp, now_ns, &six.out);
	} else {
		return;
	}
	act();
}

enum address6_state address6_step(void)
{
	uint64_t now_ns = net_now_ns();

	if (!six.on)
		return ADDRESS6_OFF;
	solicit_router(now_ns);
	step_dhcp(now_ns);
	if (six.begun && six.dhcp.state == DHCP6_STATE_FAILED)
		return ADDRESS6_OVER;
	if (six.has_reply && six.reply.url[0])
		return is_checking() ? ADDRESS6_BUSY : ADDRESS6_READY;
	return now_ns - six.start_ns < OVER_S * SECOND_NS ? ADDRESS6_BUSY : ADDRESS6_OVER;
}
