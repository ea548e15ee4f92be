/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network: lwIP over one virtio card, polled
 *
 * A received frame is not copied: lwIP gets a pbuf that points into the card's ring, and when it is
 * done with it the buffer goes back there. lwIP keeps frames only while it puts fragments together,
 * and while a segment before them is missing; its limits for that (IP_REASS_MAX_PBUFS of each IP,
 * TCP_OOSEQ_MAX_PBUFS) leave the card enough buffers to go on with.
 */
#include "firmware/lwip/net.h"

#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/init.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include "firmware/lib/bytes.h"
#include "firmware/lib/tod.h"
#include "firmware/lib/trng.h"

enum {
	MTU = 1500,
	BURST = 64, /* frames in one turn, so that timers get theirs */
};

_Static_assert((int)NET_N_DNS == (int)DNS_MAX_SERVERS, "no server is left from before");
_Static_assert(2 * IP_REASS_MAX_PBUFS + TCP_OOSEQ_MAX_PBUFS <= VIRTIO_NET_N_RX / 4 * 3,
	       "what waits for its turn cannot take all buffers");

/* A pbuf for each buffer of the ring. */
struct ring_pbuf {
	struct pbuf_custom custom; /* first: lwIP hands back a pointer to it */
	uint16_t buf;
};

static struct {
	struct netif netif;
	struct virtio_net *card;
	struct random random;
	bool speaks6;
	uint64_t start; /* TOD */
	struct ring_pbuf pbufs[VIRTIO_NET_N_RX];
} net;

uint64_t net_now_ns(void)
{
	uint64_t tod = tod_read() - net.start; /* 4096 of these are a microsecond */

	return tod / 512 * 125 + tod % 512 * 125 / 512;
}

struct random *net_random(void)
{
	return &net.random;
}

static void give_back(struct pbuf *p)
{
	virtio_net_give_back(net.card, ((struct ring_pbuf *)p)->buf);
}

/* lwIP sends chains; the card gets one piece. */
static err_t send_frame(struct netif *netif, struct pbuf *p)
{
	uint16_t buf;
	uint8_t *frame;

	(void)netif;
	if (p->tot_len > VIRTIO_NET_FRAME_MAX)
		return ERR_BUF;
	frame = virtio_net_tx_buf(net.card, &buf);
	if (!frame)
		return ERR_MEM; /* lost, as on a busy cable; whoever sent it repeats it */
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	virtio_net_send(net.card, buf, p->tot_len);
	return ERR_OK;
}

static err_t set_up(struct netif *netif)
{
	netif->name[0] = 'v';
	netif->name[1] = 'n';
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = send_frame;
	netif->mtu = MTU;
	netif->hwaddr_len = VIRTIO_NET_MAC_LEN;
	memcpy(netif->hwaddr, net.card->mac, VIRTIO_NET_MAC_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_LINK_UP | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	return ERR_OK;
}

int net_init(struct virtio_net *card)
{
	uint64_t mac = 0;

	net.card = card;
	net.start = tod_read();
	memcpy((uint8_t *)&mac + 2, card->mac, VIRTIO_NET_MAC_LEN);
	net.random.state = net.start ^ mac << 16 ^ trng_read();
	for (uint16_t i = 0; i < VIRTIO_NET_N_RX; i++) {
		net.pbufs[i].custom.custom_free_function = give_back;
		net.pbufs[i].buf = i;
	}
	lwip_init();
	if (!netif_add(&net.netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, NULL, set_up,
		       netif_input))
		return -1;
	netif_set_default(&net.netif);
	netif_set_up(&net.netif);
	return 0;
}

static bool is_ip6(const struct virtio_net_frame *f)
{
	struct rd r = RD_INIT(f->data, f->len);

	rd_take(&r, 2 * VIRTIO_NET_MAC_LEN);
	return rd_be16(&r) == ETHTYPE_IPV6;
}

/* The card hands on what is on the cable, and lwIP takes what it is handed. */
static bool is_for_us(const struct virtio_net_frame *f)
{
	struct rd r = RD_INIT(f->data, f->len);
	const uint8_t *dst = rd_take(&r, VIRTIO_NET_MAC_LEN);

	return dst && (dst[0] & 1 || !memcmp(dst, net.card->mac, VIRTIO_NET_MAC_LEN));
}

static void take_frame(const struct virtio_net_frame *f)
{
	struct pbuf *p = NULL;

	if (is_for_us(f) && (net.speaks6 || !is_ip6(f)))
		p = pbuf_alloced_custom(PBUF_RAW, f->len, PBUF_REF, &net.pbufs[f->buf].custom,
					f->data, VIRTIO_NET_FRAME_MAX);
	if (!p)
		virtio_net_give_back(net.card,
				     f->buf); /* longer than a frame may be, or nothing for us */
	else if (net.netif.input(p, &net.netif) != ERR_OK)
		pbuf_free(p);
}

void net_poll(void)
{
	struct virtio_net_frame f;

	for (unsigned i = 0; i < BURST && virtio_net_recv(net.card, &f); i++)
		take_frame(&f);
	virtio_net_kick_rx(net.card);
	sys_check_timeouts();
}

void net_set_address(uint32_t address, uint32_t netmask, uint32_t router,
		     const uint32_t dns[NET_N_DNS])
{
	/* This CPU's byte order is the network's. */
	ip4_addr_t a = { address }, m = { netmask }, r = { router };

	netif_set_addr(&net.netif, &a, &m, &r);
	for (u8_t i = 0; i < NET_N_DNS; i++) {
		ip_addr_t d = IPADDR4_INIT(dns[i]);

		dns_setserver(i, &d);
	}
}

/*
 * lwIP makes addresses of prefixes from the first advertisement on that it hears, and solicits
 * routers three times from now on.
 */
void net_start6(void)
{
	net.speaks6 = true;
	netif_set_ip6_autoconfig_enabled(&net.netif, 1);
	netif_create_ip6_linklocal_address(&net.netif, 1);
	nd6_restart_netif(&net.netif);
}

void net_stop6(void)
{
	net.speaks6 = false;
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		netif_ip6_addr_set_state(&net.netif, i, IP6_ADDR_INVALID);
}

void net_stop(void)
{
	if (!net.card)
		return; /* given up before there was any */
	netif_set_down(&net.netif);
	virtio_net_close(net.card);
}
