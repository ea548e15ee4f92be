/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network card whose cable ends in our hands: a veth pair and a packet socket
 *
 * One netlink message makes the pair (rtnetlink(7)), ioctls set it up (netdevice(7)). Only system
 * calls are made, so that it may be used after fork().
 */
#include "server/veth.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/wire/bytes.h"

#define WIRE "wire" /* the far end of the cable */

enum {
	/* The card's frames wait here while we are busy: some hundred of the longest. */
	FRAME_BUFFER_BYTES = 4 * 1024 * 1024,
};

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* A netlink request in the making; it is small, and its size is known. */
struct request {
	struct nlmsghdr head;
	struct ifinfomsg info;
	char attrs[256];
};

static struct rtattr *attr_begin(struct request *q, unsigned short type)
{
	struct rtattr *a = (struct rtattr *)((char *)q + NLMSG_ALIGN(q->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(0);
	q->head.nlmsg_len = NLMSG_ALIGN(q->head.nlmsg_len) + RTA_LENGTH(0);
	return a;
}

static void attr_end(struct request *q, struct rtattr *a)
{
	a->rta_len = (unsigned short)((char *)q + q->head.nlmsg_len - (char *)a);
}

static void attr_text(struct request *q, unsigned short type, const char *text)
{
	struct rtattr *a = attr_begin(q, type);

	memcpy((char *)q + q->head.nlmsg_len, text, strlen(text) + 1);
	q->head.nlmsg_len += strlen(text) + 1;
	attr_end(q, a);
}

/* RTM_NEWLINK: a pair of veth devices, CARD and WIRE. */
static void make_request(struct request *q, const char *card)
{
	struct rtattr *link, *data, *peer;

	*q = (struct request){ .head = { .nlmsg_len = NLMSG_LENGTH(sizeof(q->info)),
					 .nlmsg_type = RTM_NEWLINK,
					 .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL |
							NLM_F_ACK } };
	attr_text(q, IFLA_IFNAME, card);
	link = attr_begin(q, IFLA_LINKINFO);
	attr_text(q, IFLA_INFO_KIND, "veth");
	data = attr_begin(q, IFLA_INFO_DATA);
	peer = attr_begin(q, VETH_INFO_PEER);
	q->head.nlmsg_len += sizeof(struct ifinfomsg); /* the peer's, zeros */
	attr_text(q, IFLA_IFNAME, WIRE);
	attr_end(q, peer);
	attr_end(q, data);
	attr_end(q, link);
}

static int make_cable(const char *card)
{
	struct request q;
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), r = 0;

	if (fd < 0)
		return -errno;
	make_request(&q, card);
	if (send(fd, &q, q.head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0)
		r = -errno;
	else if (answer.head.nlmsg_type == NLMSG_ERROR)
		r = answer.error.error;
	close(fd);
	return r;
}

static int card_ioctl(int fd, unsigned long what, struct ifreq *ifr, const char *name)
{
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	return ioctl(fd, what, ifr) < 0 ? -errno : 0;
}

static int set_up(int fd, const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };

	return card_ioctl(fd, SIOCSIFFLAGS, &ifr, name);
}

static int set_mtu(int fd, const char *name, unsigned mtu)
{
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	return mtu ? card_ioctl(fd, SIOCSIFMTU, &ifr, name) : 0;
}

static int set_mac(int fd, const char *name, const struct mac *mac)
{
	static const struct mac none;
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

	if (mac_equal(mac, &none))
		return 0;
	memcpy(ifr.ifr_hwaddr.sa_data, mac->b, ETH_ALEN);
	return card_ioctl(fd, SIOCSIFHWADDR, &ifr, name);
}

static int set_ip4(int fd, unsigned long what, const char *name, uint32_t address)
{
	struct ifreq ifr = { .ifr_addr.sa_family = AF_INET };
	/* In a sockaddr_in the address follows the port. */
	struct wr w = WR_INIT((uint8_t *)ifr.ifr_addr.sa_data + 2, 4);

	wr_be32(&w, address);
	return address ? card_ioctl(fd, what, &ifr, name) : 0;
}

/* The kernel leaves these to the card, and ours is none: it has to do them itself. */
static int set_offload_off(int fd, const char *name)
{
	static const uint32_t offloads[] = { ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO,
					     ETHTOOL_SGRO };
	int r = 0;

	for (size_t i = 0; i < sizeof(offloads) / sizeof(offloads[0]) && !r; i++) {
		struct ethtool_value off = { .cmd = offloads[i], .data = 0 };
		struct ifreq ifr = { .ifr_data = (void *)&off };

		r = card_ioctl(fd, SIOCETHTOOL, &ifr, name);
	}
	return r;
}

static int set_ipv6_off(const char *name)
{
	char path[64 + IFNAMSIZ];
	int r;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	r = write_file(path, "1");
	return r == -ENOENT ? 0 : r; /* a kernel without IPv6 */
}

static int set_wire(int fd, const struct veth_config *cfg)
{
	int r = set_ipv6_off(WIRE);

	if (!r)
		r = set_mtu(fd, WIRE, cfg->mtu);
	if (!r)
		r = set_offload_off(fd, WIRE);
	return r ? r : set_up(fd, WIRE);
}

static int set_card(int fd, const struct veth_config *cfg)
{
	int r = cfg->ipv6 ? 0 : set_ipv6_off(cfg->card);

	if (!r)
		r = set_mac(fd, cfg->card, &cfg->mac);
	if (!r)
		r = set_mtu(fd, cfg->card, cfg->mtu);
	if (!r)
		r = set_offload_off(fd, cfg->card);
	if (!r)
		r = set_ip4(fd, SIOCSIFADDR, cfg->card, cfg->address);
	if (!r && cfg->address)
		r = set_ip4(fd, SIOCSIFNETMASK, cfg->card, cfg->netmask);
	if (!r)
		r = set_up(fd, "lo");
	return r ? r : set_up(fd, cfg->card);
}

int veth_fill_checksums(const char *card)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	r = set_offload_off(fd, card);
	close(fd);
	return r;
}

/* All frames that leave the card, and none that we send. */
int veth_listen(const char *far_end)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	struct wr w = WR_INIT((uint8_t *)&ll.sll_protocol, sizeof(ll.sll_protocol));
	int bytes = FRAME_BUFFER_BYTES, on = 1;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	wr_be16(&w, ETH_P_ALL);
	ll.sll_ifindex = (int)if_nametoindex(far_end);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&ll, sizeof(ll)) < 0)
		return -errno;
	return fd;
}

int veth_open(const struct veth_config *cfg, const char **step)
{
	int fd, r;

	*step = "making a veth pair";
	r = make_cable(cfg->card);
	if (r)
		return r;
	*step = "setting up the cable's far end";
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	r = set_wire(fd, cfg);
	if (!r) {
		*step = "setting up the network card";
		r = set_card(fd, cfg);
	}
	close(fd);
	if (r)
		return r;
	*step = "opening a packet socket";
	return veth_listen(WIRE);
}
