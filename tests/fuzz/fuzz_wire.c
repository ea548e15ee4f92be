/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes into every decoder of server/wire
 *
 * No input may make a decoder read outside of it (the sanitizers watch), and what a decoder
 * understood must survive being written and read again. The inputs of main() are messages of a
 * boot, cut at every length, with each bit flipped, and mutated at random from a fixed seed.
 */
#include "server/wire/dhcp.h"
#include "server/wire/dhcp6.h"
#include "server/wire/ethernet.h"
#include "server/wire/http.h"
#include "server/wire/ip.h"
#include "server/wire/ip6.h"
#include "server/wire/ndp.h"
#include "server/wire/tcp.h"
#include "server/wire/tftp.h"

#include "tests/fuzz/fuzz.h"

enum {
	ROOM = 128 * 1024, /* for whatever is written: more than the longest datagram */
};

static uint8_t room[ROOM];

enum kind {
	KIND_ETHERNET,
	KIND_ARP,
	KIND_IPV4,
	KIND_UDP,
	KIND_ICMP,
	KIND_TCP,
	KIND_HTTP,
	KIND_DHCP,
	KIND_TFTP,
	KIND_IPV6,
	KIND_UDP6,
	KIND_NDP,
	KIND_DHCP6,
	N_KINDS,
};

static size_t n_decoded[N_KINDS]; /* what each decoder understood */

static bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.len || memcmp(a.p, b.p, a.len) == 0);
}

static void try_dhcp(const uint8_t *buf, size_t len)
{
	static struct dhcp_msg m, again;
	static uint8_t second[ROOM];

	if (dhcp_msg_decode(&m, buf, len))
		return;
	n_decoded[KIND_DHCP]++;
	for (unsigned overload = 0; overload < 4; overload++) {
		struct wr w = WR_INIT(room, ROOM), w2 = WR_INIT(second, ROOM);

		LAW(dhcp_msg_encode(&w, &m, overload, ROOM) == 0);
		LAW(dhcp_msg_decode(&again, room, ROOM - w.left) == 0);

		LAW(m.op == again.op && m.htype == again.htype && m.hlen == again.hlen);
		LAW(m.hops == again.hops && m.xid == again.xid && m.secs == again.secs);
		LAW(m.flags == again.flags && m.ciaddr == again.ciaddr);
		LAW(m.yiaddr == again.yiaddr && m.siaddr == again.siaddr);
		LAW(m.giaddr == again.giaddr);
		LAW(memcmp(m.chaddr, again.chaddr, sizeof(m.chaddr)) == 0);
		LAW(memcmp(m.sname, again.sname, sizeof(m.sname)) == 0);
		LAW(memcmp(m.file, again.file, sizeof(m.file)) == 0);
		LAW(m.n_opts == again.n_opts && m.values_len == again.values_len);
		LAW(memcmp(m.values, again.values, m.values_len) == 0);
		for (size_t i = 0; i < m.n_opts; i++) {
			LAW(m.opts[i].code == again.opts[i].code);
			LAW(m.opts[i].len == again.opts[i].len);
			LAW(m.opts[i].offset == again.opts[i].offset);
		}

		LAW(dhcp_msg_encode(&w2, &again, overload, ROOM) == 0);
		LAW(w.left == w2.left && memcmp(room, second, ROOM - w.left) == 0);
	}
	dhcp_type_name(dhcp_msg_type(&m));
}

/* A slice as a string; it has no NUL inside. */
static const char *to_str(char *text, struct slice s)
{
	if (s.len)
		memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return text;
}

static void encode_tftp(struct wr *w, const struct tftp_pkt *p)
{
	static char a[ROOM], b[ROOM];

	switch (p->op) {
	case TFTP_RRQ:
		tftp_rrq_encode(w, to_str(a, p->file), to_str(b, p->mode));
		break;
	case TFTP_WRQ: /* a server never writes one */
		wr_be16(w, TFTP_WRQ);
		wr_cstr(w, to_str(a, p->file));
		wr_cstr(w, to_str(b, p->mode));
		break;
	case TFTP_DATA:
		tftp_data_encode(w, p->block, p->data.p, p->data.len);
		break;
	case TFTP_ACK:
		tftp_ack_encode(w, p->block);
		break;
	case TFTP_ERROR:
		tftp_error_encode(w, (enum tftp_error)p->error, to_str(a, p->message));
		break;
	case TFTP_OACK:
		tftp_oack_encode(w);
		break;
	}
	for (size_t i = 0; i < p->n_opts; i++) {
		wr_cstr(w, to_str(a, p->opts[i].name));
		wr_cstr(w, to_str(a, p->opts[i].value));
	}
}

static void try_tftp(const uint8_t *buf, size_t len)
{
	static char name[ROOM];
	struct wr w = WR_INIT(room, ROOM);
	struct tftp_pkt p, again;

	if (len > ROOM / 2 || tftp_pkt_decode(&p, buf, len))
		return;
	n_decoded[KIND_TFTP]++;
	encode_tftp(&w, &p);
	LAW(!w.bad);
	LAW(tftp_pkt_decode(&again, room, ROOM - w.left) == 0);
	LAW(p.op == again.op && p.block == again.block && p.error == again.error);
	LAW(slice_equal(p.file, again.file) && slice_equal(p.mode, again.mode));
	LAW(slice_equal(p.data, again.data) && slice_equal(p.message, again.message));
	LAW(p.n_opts == again.n_opts);
	for (size_t i = 0; i < p.n_opts; i++) {
		uint64_t v, v2;
		uint8_t number[64];
		struct wr nw = WR_INIT(number, sizeof(number));
		struct rd nr = RD_INIT(number, sizeof(number));

		LAW(slice_equal(p.opts[i].name, again.opts[i].name));
		LAW(slice_equal(p.opts[i].value, again.opts[i].value));
		LAW(tftp_name_is(p.opts[i].name, to_str(name, p.opts[i].name)));
		if (tftp_number(&v, p.opts[i].value, UINT64_MAX))
			continue;
		tftp_opt_encode_u64(&nw, "n", v);
		rd_cstr(&nr);
		LAW(tftp_number(&v2, rd_cstr(&nr), UINT64_MAX) == 0 && v == v2);
	}
}

/* A request ends where it said that it does, and is none before. */
static void try_http(const uint8_t *buf, size_t len)
{
	static struct http_request q, again;
	size_t used, used_again = 0;

	if (http_request_decode(&q, &used, buf, len))
		return;
	n_decoded[KIND_HTTP]++;
	LAW(used <= len && used <= HTTP_HEAD_MAX && buf[used - 1] == '\n');
	LAW(q.path_len <= HTTP_PATH_MAX && q.path_len <= q.target.len);
	LAW(http_request_decode(&again, &used_again, buf, used) == 0 && used == used_again);
	LAW(q.path_len == again.path_len && !memcmp(q.path, again.path, q.path_len));
	LAW(http_request_decode(&again, &used_again, buf, used - 1) == HTTP_E_INCOMPLETE);
}

static void try_tcp(const struct ipv4_hdr *ip, const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct tcp_hdr h, again;
	struct slice payload, back;

	if (len > ROOM / 2 || tcp_decode(&h, &payload, ip, buf, len))
		return;
	n_decoded[KIND_TCP]++;
	tcp_encode(&w, &h, ip, payload.p, payload.len);
	LAW(tcp_decode(&again, &back, ip, room, ROOM - w.left) == 0);
	LAW(h.sport == again.sport && h.dport == again.dport && h.flags == again.flags);
	LAW(h.seq == again.seq && h.ack == again.ack && h.window == again.window);
	LAW(h.mss == again.mss && slice_equal(payload, back));
	LAW(again.checksum_ok || ROOM - w.left > IPV4_TOTAL_MAX);
	try_http(payload.p, payload.len);
}

static void try_icmp(const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct icmp_hdr h, again;
	struct slice payload, back;

	if (len > ROOM / 2 || icmp_decode(&h, &payload, buf, len))
		return;
	n_decoded[KIND_ICMP]++;
	icmp_encode(&w, &h, payload.p, payload.len);
	LAW(icmp_decode(&again, &back, room, ROOM - w.left) == 0);
	LAW(h.type == again.type && h.code == again.code && h.rest == again.rest);
	LAW(again.checksum_ok && slice_equal(payload, back));
}

static void try_udp(const struct ipv4_hdr *ip, const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct udp_hdr u, again;
	struct slice payload, back;

	if (udp_decode(&u, &payload, ip, buf, len))
		return;
	n_decoded[KIND_UDP]++;
	udp_encode(&w, &u, ip, payload.p, payload.len);
	LAW(udp_decode(&again, &back, ip, room, ROOM - w.left) == 0);
	LAW(u.sport == again.sport && u.dport == again.dport);
	LAW(again.checksum == UDP_CHECKSUM_GOOD && slice_equal(payload, back));
	try_dhcp(payload.p, payload.len);
	try_tftp(payload.p, payload.len);
}

static void try_ipv4(const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct ipv4_hdr h, again;
	struct slice payload, back;

	if (ipv4_decode(&h, &payload, buf, len))
		return;
	n_decoded[KIND_IPV4]++;
	ipv4_encode(&w, &h, payload.len);
	wr_bytes(&w, payload.p, payload.len);
	LAW(ipv4_decode(&again, &back, room, ROOM - w.left) == 0);
	LAW(h.src == again.src && h.dst == again.dst && h.id == again.id);
	LAW(h.frag_offset == again.frag_offset && h.more_fragments == again.more_fragments);
	LAW(h.dont_fragment == again.dont_fragment && h.tos == again.tos && h.ttl == again.ttl);
	LAW(h.proto == again.proto && again.checksum_ok && !again.options.len);
	LAW(slice_equal(payload, back));
	try_udp(&h, payload.p, payload.len);
	try_tcp(&h, payload.p, payload.len);
	try_icmp(payload.p, payload.len);
}

static void try_dhcp6(const uint8_t *buf, size_t len)
{
	static struct dhcp6_msg m, again;
	struct wr w = WR_INIT(room, ROOM);
	struct dhcp6_iaaddr a;
	struct dhcp6_ia ia;
	struct slice v;

	if (dhcp6_msg_decode(&m, buf, len) || m.type == DHCP6_RELAY_FORW ||
	    m.type == DHCP6_RELAY_REPL)
		return;
	n_decoded[KIND_DHCP6]++;
	LAW(dhcp6_type_name(m.type));
	dhcp6_hdr_encode(&w, (enum dhcp6_type)m.type, m.xid);
	for (size_t i = 0; i < m.n_opts; i++) {
		dhcp6_opt_encode(&w, m.opts[i].code, m.opts[i].value.p, m.opts[i].value.len);
		if (!dhcp6_opt_find(&v, &m, m.opts[i].code))
			LAW(v.len <= m.opts[i].value.len || v.p != m.opts[i].value.p);
		if (!dhcp6_ia_decode(&ia, m.opts[i].value) && !dhcp6_ia_find_address(&a, &ia))
			LAW(ia.options.len >= 28);
		dhcp6_is_asked_for(&m, m.opts[i].code);
	}
	LAW(!w.bad && ROOM - w.left == len && memcmp(room, buf, len) == 0);
	LAW(dhcp6_msg_decode(&again, room, len) == 0 && again.n_opts == m.n_opts);
}

static void try_ndp(const struct ipv6_hdr *ip, const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM), w2 = WR_INIT(room + ROOM / 2, ROOM / 2);
	struct icmp_hdr h;
	struct ndp n, again;
	struct slice body;

	if (icmp6_decode(&h, &body, ip, buf, len) || ndp_decode(&n, &h, body))
		return;
	n_decoded[KIND_NDP]++;
	ndp_is_valid(&n, ip);
	LAW(n.n_dns <= NDP_N_DNS_MAX && (!n.has_prefix || n.prefix.len <= IP6_PREFIX_MAX));
	ndp_encode(&w, &n, ip);
	LAW(!w.bad);
	LAW(icmp6_decode(&h, &body, ip, room, ROOM - w.left) == 0 && h.checksum_ok);
	LAW(ndp_decode(&again, &h, body) == 0);
	ndp_encode(&w2, &again, ip);
	LAW(ROOM - w.left == ROOM / 2 - w2.left);
	LAW(memcmp(room, room + ROOM / 2, ROOM - w.left) == 0);
}

static void try_udp6(const struct ipv6_hdr *ip, const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct udp_hdr u, again;
	struct slice payload, back;

	if (udp6_decode(&u, &payload, ip, buf, len))
		return;
	n_decoded[KIND_UDP6]++;
	udp6_encode(&w, &u, ip, payload.p, payload.len);
	LAW(udp6_decode(&again, &back, ip, room, ROOM - w.left) == 0);
	LAW(u.sport == again.sport && u.dport == again.dport);
	LAW(again.checksum == UDP_CHECKSUM_GOOD && slice_equal(payload, back));
	try_dhcp6(payload.p, payload.len);
	try_tftp(payload.p, payload.len);
}

static void try_ipv6(const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct ipv6_hdr h, again;
	struct slice payload, back;

	if (ipv6_decode(&h, &payload, buf, len))
		return;
	n_decoded[KIND_IPV6]++;
	LAW(payload.p >= buf + IPV6_HLEN && payload.p + payload.len <= buf + len);
	ipv6_encode(&w, &h, payload.len);
	wr_bytes(&w, payload.p, payload.len);
	LAW(ipv6_decode(&again, &back, room, ROOM - w.left) == 0);
	LAW(ip6_equal(&h.src, &again.src) && ip6_equal(&h.dst, &again.dst));
	LAW(h.hop_limit == again.hop_limit && h.proto == again.proto && !again.refused);
	LAW(h.has_fragment == again.has_fragment && h.frag_id == again.frag_id);
	LAW(h.frag_offset == again.frag_offset && h.more_fragments == again.more_fragments);
	LAW(slice_equal(payload, back));
	try_udp6(&h, payload.p, payload.len);
	try_ndp(&h, payload.p, payload.len);
}

static void try_arp(const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct arp a;

	if (arp_decode(&a, buf, len))
		return;
	n_decoded[KIND_ARP]++;
	arp_encode(&w, &a);
	LAW(ROOM - w.left <= len && memcmp(room, buf, ROOM - w.left) == 0);
}

static void try_ethernet(const uint8_t *buf, size_t len)
{
	struct wr w = WR_INIT(room, ROOM);
	struct eth_hdr h;
	struct slice payload;

	if (eth_decode(&h, &payload, buf, len))
		return;
	n_decoded[KIND_ETHERNET]++;
	eth_encode(&w, &h);
	LAW(ROOM - w.left + payload.len == len && memcmp(room, buf, ETH_HLEN) == 0);
	LAW(payload.p == buf + ETH_HLEN);
	try_arp(payload.p, payload.len);
	try_ipv4(payload.p, payload.len);
	try_ipv6(payload.p, payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ipv4_hdr ip = { .src = 0x0a00020f, .dst = 0x0a000202 };

	static const struct ipv6_hdr ip6 = { .src = { { 0xfe, 0x80 } }, .hop_limit = 255 };

	try_ethernet(data, size);
	try_arp(data, size);
	try_ipv4(data, size);
	try_ipv6(data, size);
	try_ndp(&ip6, data, size);
	try_dhcp6(data, size);
	try_udp(&ip, data, size);
	try_tcp(&ip, data, size);
	try_http(data, size);
	try_icmp(data, size);
	try_dhcp(data, size);
	try_tftp(data, size);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

#include "tests/support/hex.h"

enum {
	SEED_MAX = 1024,
	N_MUTATIONS = 100000,
};

#define ETH_IP "525400123456 525400000002 0800 "
#define ETH_IP6 "525400123456 525400000002 86dd "
#define GUEST6 " fd00000000000000505400fffe123456 "
#define SERVER6 "fd000000000000000000000000000002 "
#define UDP_TO_CLIENT "0045 07d1 "

/* Messages of a boot. "z" and three digits are so many zeros. */
static const struct {
	const char *what;
	enum kind kind; /* that must understand it */
	const char *text;
} seeds[] = {
	{ "an ARP request with Ethernet's padding", KIND_ARP,
	  "ffffffffffff 525400123456 0806 0001 0800 06 04 0001 525400123456 0a00020f 000000000000 "
	  "0a000202 z018" },
	{ "an echo", KIND_ICMP,
	  ETH_IP "4500 0020 0001 4000 4001 22cc 0a000202 0a00020f 0800 5ab9 1234 0001 61626364" },
	{ "a read request", KIND_TFTP,
	  ETH_IP "4500 0034 0001 4000 4011 22a8 0a000202 0a00020f " UDP_TO_CLIENT
		 "0020 0000 0001 6b2e696d6700 6f6374657400 626c6b73697a6500 3800" },
	{ "an OACK", KIND_TFTP,
	  ETH_IP "4500 0032 0001 4000 4011 22aa 0a000202 0a00020f " UDP_TO_CLIENT
		 "001e 0000 0006 626c6b73697a6500 35313200 7473697a6500 3000" },
	{ "data", KIND_TFTP,
	  ETH_IP "4500 0020 0001 4000 4011 22bc 0a000202 0a00020f " UDP_TO_CLIENT
		 "000c dfab 0003 0001" },
	{ "a fragment", KIND_IPV4,
	  ETH_IP "4500 001c 0001 20b9 4011 0000 0a000202 0a00020f 6465616462656566" },
	{ "an ACK under IP options", KIND_TFTP,
	  "4600 0024 0000 0000 4011 0000 0a000202 0a00020f 01010101 " UDP_TO_CLIENT
	  "000c 0000 0004 0001" },
	{ "a read request without a name", KIND_TFTP,
	  "0001 00 6f6374657400 74696d656f757400 3100 77696e646f7773697a6500 313600" },
	{ "an error", KIND_TFTP, "0005 0001 6e6f7420 666f756e6400" },
	{ "a read request over IPv6", KIND_TFTP,
	  ETH_IP6 "600be6c8 0038 11 40" GUEST6 SERVER6
		  "a0d7 0045 0038 ea9e 0001 68656c6c6f2e74787400 6f6374657400 7473697a6500 3000 "
		  "626c6b73697a6500 35313200 74696d656f757400 3600" },
	{ "a router solicitation", KIND_NDP,
	  ETH_IP6 "60000000 0010 3a ff" GUEST6 SERVER6 "8500 71b5 00000000 0101 525400123456" },
	{ "an advertisement with all options", KIND_NDP,
	  "8600 0000 40c00708 00001000 00000100 0101 52550a000202 "
	  "0304 40c0 00015180 00003840 00000000 fd00 z014 0501 0000 00000578 "
	  "1905 0000 00000e10 fd00 z013 03 fd00 z013 04" },
	{ "a neighbour solicitation with a nonce", KIND_NDP,
	  ETH_IP6 "60000000 0020 3a ff" GUEST6 SERVER6 "8700 f9ec 00000000" GUEST6
		  "0e01 2cd9b95dd5d5" },
	{ "a report behind options", KIND_IPV6,
	  ETH_IP6 "60000000 0024 00 01" GUEST6 SERVER6 "3a00 0502 0000 0100 8f00 3b22 00000001 "
		  "04000000 ff02 z009 01ff123456" },
	{ "headers upon headers", KIND_UDP6,
	  "60000000 0028 00 40" GUEST6 SERVER6 "2b00 0104 00000000 2c00 0000 00000000 "
	  "3c00 0000 00000007 1100 1e04 00000000 0222 0223 0008 0000" },
	{ "a fragment over IPv6", KIND_IPV6,
	  "60000000 0010 2c 40" GUEST6 SERVER6 "1100 0009 00000007 0102030405060708" },
	{ "a Request of dhclient", KIND_DHCP6,
	  "03ac40f6 0001000e000100013296b50a525400123456 0002000a0003000152550a000202 "
	  "0006000800170018003b0017 000800020000 0003002800123456 00000e10 00001518 "
	  "00050018 fd00 z013 15 00001c20 00001d4c" },
	{ "a SYN with options", KIND_TCP,
	  ETH_IP "4500 0034 0001 4000 4006 0000 0a000202 0a00020f 9c40 0050 00000001 00000000 "
		 "8002 2000 0000 0000 020405b4 0101 0402 01030307" },
	{ "a segment with data", KIND_TCP, "9c40 0050 00000001 00000002 5018 2000 0000 0000 6869" },
	{ "a request", KIND_HTTP,
	  "474554202f61253230623f7120485454502f312e310d0a486f73743a20780d0a52616e67653a20627974"
	  "65733d31302d32300d0a436f6e6e656374696f6e3a20636c6f73652c20780d0a0d0a" },
	{ "a DISCOVER of libnet", KIND_DHCP,
	  "0101 0600 5a1f00c2 0000 0000 z016 525400123456 z010 z192 63825363 350101 "
	  "3706 01030642435d ff z045" },
	{ "a REQUEST of a PXE client", KIND_DHCP,
	  "0101 0600 5a1f00c2 0004 8000 z016 525400123456 z010 z192 63825363 350103 "
	  "32040a00020f 36040a000202 390205c0 5d02001f 5e03010201 6111 00 z016 "
	  "3d07 01525400123456 3c09505845436c69656e74 3704 0103d1d2 ff" },
	{ "an ACK with both fields overloaded and a file name in three parts", KIND_DHCP,
	  "0201 0600 5a1f00c2 0000 0000 00000000 0a00020f 0a000202 00000000 525400123456 z010 "
	  "4204 31302e30 4302 6d67 ff z053 4303 6b2e69 ff z122 63825363 350105 36040a000202 "
	  "4302 6d67 340103 ff" },
};

/* A seed's text to bytes. */
static size_t parse_seed(uint8_t *out, const char *text)
{
	char hex[2 * SEED_MAX];
	size_t n = 0;

	while (*text) {
		size_t k = strcspn(text, "z");

		memcpy(hex, text, k);
		hex[k] = '\0';
		n += hex_parse(out + n, SEED_MAX - n, hex);
		text += k;
		if (*text) {
			k = (size_t)atoi(text + 1);
			memset(out + n, 0, k);
			n += k;
			text += 4;
		}
	}
	return n;
}

static int save_seeds(const char *dir)
{
	static uint8_t seed[SEED_MAX];

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		fuzz_save(dir, i, seed, parse_seed(seed, seeds[i].text));
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static uint8_t seed[SEED_MAX], buf[SEED_MAX];
	const size_t n_seeds = sizeof(seeds) / sizeof(seeds[0]);
	size_t n_cuts = 0, n_flips = 0, len;
	uint64_t state = FUZZ_RANDOM_SEED;

	if (argc > 1)
		return save_seeds(argv[1]);
	for (size_t i = 0; i < n_seeds; i++) {
		size_t before = n_decoded[seeds[i].kind];

		len = parse_seed(seed, seeds[i].text);
		fuzz_one(seed, len);
		if (n_decoded[seeds[i].kind] == before) {
			fprintf(stderr, "fuzz_wire: %s is a bad seed\n", seeds[i].what);
			return EXIT_FAILURE;
		}
		for (size_t n = 0; n < len; n++, n_cuts++)
			fuzz_one(seed, n);
		for (size_t bit = 0; bit < 8 * len; bit++, n_flips++) {
			seed[bit / 8] ^= (uint8_t)(1 << bit % 8);
			fuzz_one(seed, len);
			seed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		len = parse_seed(buf, seeds[fuzz_random(&state) % n_seeds].text);
		fuzz_one(buf, fuzz_mutate(buf, len, SEED_MAX, &state));
	}
	printf("fuzz_wire: %zu seeds, %zu cut, %zu with a bit flipped, %d mutated; decoded: "
	       "%zu ethernet, %zu arp, %zu ipv4, %zu udp, %zu icmp, %zu tcp, %zu http, %zu dhcp, "
	       "%zu tftp, %zu ipv6, %zu udp6, %zu ndp, %zu dhcp6\n",
	       n_seeds, n_cuts, n_flips, N_MUTATIONS, n_decoded[KIND_ETHERNET], n_decoded[KIND_ARP],
	       n_decoded[KIND_IPV4], n_decoded[KIND_UDP], n_decoded[KIND_ICMP], n_decoded[KIND_TCP],
	       n_decoded[KIND_HTTP], n_decoded[KIND_DHCP], n_decoded[KIND_TFTP],
	       n_decoded[KIND_IPV6], n_decoded[KIND_UDP6], n_decoded[KIND_NDP],
	       n_decoded[KIND_DHCP6]);
	return EXIT_SUCCESS;
}

#endif /* FUZZ_LIBFUZZER */
