/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame's line in the journal
 */
#include "server/frame_journal.h"

static void arp_fields(Journal *j, const struct arp *a)
{
	journal_ip4(j, "spa", a->spa);
	journal_mac(j, "sha", &a->sha);
	journal_ip4(j, "tpa", a->tpa);
}

static void ip_fields(Journal *j, const struct ipv4_hdr *h)
{
	journal_ip4(j, "src", h->src);
	journal_ip4(j, "dst", h->dst);
	if (!h->checksum_ok)
		journal_bool(j, "ip_checksum_ok", false);
}

static void ip6_fields(Journal *j, const struct ipv6_hdr *h)
{
	journal_ip6(j, "src", &h->src);
	journal_ip6(j, "dst", &h->dst);
}

static void udp_fields(Journal *j, const struct frame *f)
{
	if (f->eth.type == ETH_TYPE_IPV6)
		ip6_fields(j, &f->ip6);
	else
		ip_fields(j, &f->ip);
	journal_u64(j, "sport", f->udp.sport);
	journal_u64(j, "dport", f->udp.dport);
	if (f->udp.checksum != UDP_CHECKSUM_GOOD)
		journal_str(j, "udp_checksum",
			    f->udp.checksum == UDP_CHECKSUM_NONE ? "none" : "bad");
}

static void tcp_fields(Journal *j, const struct frame *f)
{
	ip_fields(j, &f->ip);
	journal_u64(j, "sport", f->tcp.sport);
	journal_u64(j, "dport", f->tcp.dport);
	journal_u64(j, "seq", f->tcp.seq);
	if (f->tcp.flags & TCP_ACK)
		journal_u64(j, "ack", f->tcp.ack);
	if (f->tcp.flags & TCP_FIN && f->payload.len)
		journal_bool(j, "fin", true);
	journal_u64(j, "window", f->tcp.window);
	if (f->tcp.mss)
		journal_u64(j, "mss", f->tcp.mss);
	journal_u64(j, "bytes", f->payload.len);
	if (!f->tcp.checksum_ok)
		journal_str(j, "tcp_checksum", "bad");
}

static void dhcp_option_field(Journal *j, const struct dhcp_msg *m, uint8_t code, const char *key)
{
	struct slice value;

	if (!dhcp_opt_find(&value, m, code))
		journal_text(j, key, value);
}

/* The codes of all options, in order: a client's fingerprint. */
static void dhcp_codes_field(Journal *j, const char *key, const struct dhcp_msg *m)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (size_t i = 0; i < m->n_opts; i++)
		g_string_append_printf(s, "%s%u", i ? "," : "", m->opts[i].code);
	journal_str(j, key, s->str);
}

static void dhcp_parameters_field(Journal *j, const struct dhcp_msg *m)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct slice list;

	if (dhcp_opt_find(&list, m, DHCP_OPT_PARAMETERS))
		return;
	for (size_t i = 0; i < list.len; i++)
		g_string_append_printf(s, "%s%u", i ? "," : "", list.p[i]);
	journal_str(j, "asks_for", s->str);
}

static void dhcp_fields(Journal *j, const struct dhcp_msg *m)
{
	struct mac chaddr;
	uint16_t arch;
	uint32_t ip;

	memcpy(chaddr.b, m->chaddr, ETH_ALEN);
	journal_hex32(j, "xid", m->xid);
	journal_mac(j, "chaddr", &chaddr);
	journal_u64(j, "secs", m->secs);
	if (m->flags & DHCP_FLAG_BROADCAST)
		journal_bool(j, "broadcast", true);
	if (m->ciaddr)
		journal_ip4(j, "ciaddr", m->ciaddr);
	if (m->yiaddr)
		journal_ip4(j, "yiaddr", m->yiaddr);
	if (m->siaddr)
		journal_ip4(j, "siaddr", m->siaddr);
	if (!dhcp_opt_find_be32(&ip, m, DHCP_OPT_REQUESTED_IP))
		journal_ip4(j, "requested", ip);
	if (!dhcp_opt_find_be32(&ip, m, DHCP_OPT_SERVER_ID))
		journal_ip4(j, "server_id", ip);
	if (!dhcp_opt_find_be16(&arch, m, DHCP_OPT_CLIENT_ARCH))
		journal_u64(j, "arch", arch);
	if (m->file[0])
		journal_str(j, "file", m->file);
	dhcp_option_field(j, m, DHCP_OPT_BOOTFILE, "bootfile");
	dhcp_option_field(j, m, DHCP_OPT_TFTP_SERVER, "tftp_server");
	dhcp_option_field(j, m, DHCP_OPT_CONFIG_FILE, "config_file");
	dhcp_option_field(j, m, DHCP_OPT_PATH_PREFIX, "path_prefix");
	dhcp_option_field(j, m, DHCP_OPT_MESSAGE, "message");
	dhcp_codes_field(j, "options", m);
	dhcp_parameters_field(j, m);
}

static void icmp6_fields(Journal *j, const struct frame *f)
{
	ip6_fields(j, &f->ip6);
	journal_u64(j, "type", f->icmp.type);
	journal_u64(j, "code", f->icmp.code);
	if (!f->icmp.checksum_ok)
		journal_bool(j, "icmp_checksum_ok", false);
}

static void ra_fields(Journal *j, const struct ndp *n)
{
	journal_bool(j, "managed", n->managed);
	journal_bool(j, "other", n->other);
	journal_u64(j, "lifetime_s", n->lifetime_s);
	if (n->has_prefix) {
		journal_ip6(j, "prefix", &n->prefix.prefix);
		journal_u64(j, "prefix_len", n->prefix.len);
		journal_bool(j, "on_link", n->prefix.on_link);
		journal_bool(j, "autonomous", n->prefix.autonomous);
	}
	if (n->mtu)
		journal_u64(j, "mtu", n->mtu);
	for (unsigned i = 0; i < n->n_dns; i++)
		journal_ip6(j, "dns", &n->dns[i]);
}

static void ndp_fields(Journal *j, const struct frame *f)
{
	const struct ndp *n = &f->ndp;

	ip6_fields(j, &f->ip6);
	if (f->ip6.hop_limit != NDP_HOP_LIMIT)
		journal_u64(j, "hop_limit", f->ip6.hop_limit);
	if (!f->icmp.checksum_ok)
		journal_bool(j, "icmp_checksum_ok", false);
	if (n->type == ICMP6_NS || n->type == ICMP6_NA)
		journal_ip6(j, "target", &n->target);
	if (n->has_mac)
		journal_mac(j, "lladdr", &n->mac);
	if (n->type == ICMP6_NA)
		journal_bool(j, "solicited", n->solicited);
	if (n->type == ICMP6_RA)
		ra_fields(j, n);
}

static void dhcp6_ia_fields(Journal *j, struct slice value)
{
	struct dhcp6_iaaddr a;
	struct dhcp6_ia ia;

	if (dhcp6_ia_decode(&ia, value))
		return;
	journal_hex32(j, "iaid", ia.iaid);
	if (!dhcp6_ia_find_address(&a, &ia)) {
		journal_ip6(j, "address", &a.address);
		journal_u64(j, "valid_s", a.valid_s);
	}
}

/* A list of 16-bit numbers; @value NULL: of the codes of all options, a client's fingerprint. */
static void dhcp6_list_field(Journal *j, const struct dhcp6_msg *m, const char *key,
			     const struct slice *value)
{
	g_autoptr(GString) s = g_string_new(NULL);
	size_t n = value ? value->len / 2 : m->n_opts;
	struct rd r = RD_INIT(value ? value->p : NULL, value ? value->len : 0);

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "%s%u", i ? "," : "",
				       value ? rd_be16(&r) : m->opts[i].code);
	journal_str(j, key, s->str);
}

static void dhcp6_id_field(Journal *j, const struct dhcp6_msg *m, uint16_t code, const char *key)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct slice id;

	if (dhcp6_opt_find(&id, m, code))
		return;
	for (size_t i = 0; i < id.len; i++)
		g_string_append_printf(s, "%02x", id.p[i]);
	journal_str(j, key, s->str);
}

static bool dhcp6_find_number(uint16_t *out, const struct dhcp6_msg *m, uint16_t code)
{
	struct slice v;
	struct rd r;

	if (dhcp6_opt_find(&v, m, code))
		return false;
	r = RD_INIT(v.p, v.len);
	*out = rd_be16(&r);
	return true;
}

static void dhcp6_fields(Journal *j, const struct dhcp6_msg *m)
{
	struct slice v;
	uint16_t n;

	journal_hex32(j, "xid", m->xid);
	dhcp6_id_field(j, m, DHCP6_OPT_CLIENT_ID, "client_id");
	dhcp6_id_field(j, m, DHCP6_OPT_SERVER_ID, "server_id");
	if (!dhcp6_opt_find(&v, m, DHCP6_OPT_IA_NA))
		dhcp6_ia_fields(j, v);
	if (dhcp6_find_number(&n, m, DHCP6_OPT_ELAPSED))
		journal_u64(j, "elapsed_cs", n);
	if (dhcp6_find_number(&n, m, DHCP6_OPT_STATUS))
		journal_u64(j, "status", n);
	if (dhcp6_find_number(&n, m, DHCP6_OPT_CLIENT_ARCH))
		journal_u64(j, "arch", n);
	if (!dhcp6_opt_find(&v, m, DHCP6_OPT_BOOTFILE_URL))
		journal_text(j, "bootfile_url", v);
	dhcp6_list_field(j, m, "options", NULL);
	if (!dhcp6_opt_find(&v, m, DHCP6_OPT_ORO))
		dhcp6_list_field(j, m, "asks_for", &v);
}

static void tftp_options_field(Journal *j, const struct tftp_pkt *p)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (size_t i = 0; i < p->n_opts; i++) {
		g_string_append_printf(s, "%s%.*s=%.*s", i ? " " : "", (int)p->opts[i].name.len,
				       (const char *)p->opts[i].name.p, (int)p->opts[i].value.len,
				       (const char *)p->opts[i].value.p);
	}
	journal_text(j, "options", (struct slice){ (const uint8_t *)s->str, s->len });
}

static void tftp_fields(Journal *j, const struct tftp_pkt *p)
{
	switch (p->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		journal_text(j, "file", p->file);
		journal_text(j, "mode", p->mode);
		tftp_options_field(j, p);
		break;
	case TFTP_OACK:
		tftp_options_field(j, p);
		break;
	case TFTP_DATA:
		journal_u64(j, "block", p->block);
		journal_u64(j, "bytes", p->data.len);
		break;
	case TFTP_ACK:
		journal_u64(j, "block", p->block);
		break;
	case TFTP_ERROR:
		journal_u64(j, "code", p->error);
		journal_text(j, "message", p->message);
		break;
	}
}

static void kind_fields(Journal *j, const struct frame *f)
{
	switch (frame_kind_area(f->kind)) {
	case FRAME_AREA_OTHER:
		journal_mac(j, "eth_dst", &f->eth.dst);
		break;
	case FRAME_AREA_MALFORMED:
		journal_str(j, "layer", f->broken);
		break;
	case FRAME_AREA_ARP:
		arp_fields(j, &f->arp);
		break;
	case FRAME_AREA_ICMP:
		ip_fields(j, &f->ip);
		journal_u64(j, "type", f->icmp.type);
		journal_u64(j, "code", f->icmp.code);
		break;
	case FRAME_AREA_IPV4:
		ip_fields(j, &f->ip);
		journal_u64(j, "proto", f->ip.proto);
		break;
	case FRAME_AREA_TCP:
		tcp_fields(j, f);
		break;
	case FRAME_AREA_FRAGMENT:
		ip_fields(j, &f->ip);
		journal_u64(j, "id", f->ip.id);
		journal_u64(j, "offset", f->ip.frag_offset);
		break;
	case FRAME_AREA_IPV6:
		ip6_fields(j, &f->ip6);
		journal_u64(j, "proto", f->ip6.proto);
		break;
	case FRAME_AREA_FRAGMENT6:
		ip6_fields(j, &f->ip6);
		journal_u64(j, "id", f->ip6.frag_id);
		journal_u64(j, "offset", f->ip6.frag_offset);
		break;
	case FRAME_AREA_ICMP6:
		icmp6_fields(j, f);
		break;
	case FRAME_AREA_NDP:
		ndp_fields(j, f);
		break;
	case FRAME_AREA_DHCP6:
		udp_fields(j, f);
		dhcp6_fields(j, &f->dhcp6);
		break;
	case FRAME_AREA_UDP:
		udp_fields(j, f);
		break;
	case FRAME_AREA_DHCP:
		udp_fields(j, f);
		dhcp_fields(j, &f->dhcp);
		break;
	case FRAME_AREA_TFTP:
		udp_fields(j, f);
		tftp_fields(j, &f->tftp);
		break;
	}
}

/* The bytes that are written down. */
static struct slice raw(struct slice bytes, bool to_guest, const struct frame *f)
{
	size_t len = MIN(bytes.len, ETH_FRAME_MAX);

	if (f->kind == FRAME_TFTP_DATA)
		len = MIN(len, (size_t)(f->tftp.data.p - bytes.p));
	else if (f->kind == FRAME_TCP_DATA && to_guest)
		len = MIN(len, (size_t)(f->payload.p - bytes.p));
	return (struct slice){ bytes.p, len };
}

void frame_journal(Journal *j, uint64_t now_ns, const char *nic, bool to_guest, uint64_t number,
		   struct slice bytes, const struct frame *f)
{
	journal_begin(j, now_ns, frame_kind_name(f->kind));
	journal_str(j, "nic", nic);
	journal_str(j, "dir", to_guest ? "to-guest" : "from-guest");
	journal_u64(j, "frame", number);
	journal_u64(j, "len", bytes.len);
	kind_fields(j, f);
	journal_hex(j, "raw", raw(bytes, to_guest, f));
	journal_end(j);
}
