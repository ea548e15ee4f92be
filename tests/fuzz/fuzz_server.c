/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any frames, at any times, into the whole builtin server
 *
 * Nothing may crash it or leave it with a deadline that is past, whatever it sends makes sense and
 * has right checksums, it becomes quiet by itself, and its journal is JSON. tests/fuzz/session.h
 * tells what an input looks like. The inputs of main() are a boot in which one frame is cut at each
 * length or has a bit flipped, as it is and again with its checksums repaired, and frames of a boot
 * mutated and shuffled at random from a fixed seed.
 */
#include <json-glib/json-glib.h>
#include <time.h>

#include "harness/tree.h"
#include "server/server.h"
#include "server/wire/frame.h"

#include "tests/fuzz/fuzz.h"

#ifdef FUZZ_LIBFUZZER
#define RECORD_HLEN 3
#define SERVER_IP UINT32_C(0x0a000202)
static const struct mac server_mac = { { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 } };
#else
#include "tests/fuzz/session6.h"
#endif

enum {
	WHOLE_CAP = 128 * 1024,
	DRAIN_STEPS_MAX = 2000, /* deadlines that may be left when the guest has gone */
	JOURNAL_SAMPLE = 17,    /* of so many journals one is read */
};

#define MS_NS UINT64_C(1000000)
#define SECOND_NS UINT64_C(1000000000)

static const uint64_t waits_ns[] = {
	0, MS_NS, 100 * MS_NS, SECOND_NS, 3 * SECOND_NS, 16 * SECOND_NS, 90000 * SECOND_NS,
};

#define DHCP_DEFAULT .enabled = true, .lease_s = 86400, .n_leases = 16
#define TFTP_DEFAULT                                                                               \
	.enabled = true, .options = true, .blksize_max = 1468, .window_max = 64,                   \
	.timeout_ns = SECOND_NS, .backoff = 2, .timeout_max_ns = 8 * SECOND_NS, .tries = 6,        \
	.n_transfers_max = 64

/* DHCPv6 and a router, for the configurations over IPv6. */
#define DHCP6_DEFAULT .enabled = true, .lease_s = 86400, .n_leases = 16
#define RA_DEFAULT .enabled = true, .valid_s = 86400, .preferred_s = 14400

static const struct {
	struct dhcp_config dhcp;
	struct tftp_config tftp;
	struct dhcp6_config dhcp6;
	bool v6;
	struct ra_config ra;
} configs[] = {
	{ .dhcp = { DHCP_DEFAULT, .bootfile = "kernel.img" }, .tftp = { TFTP_DEFAULT } },
	{ .dhcp = { DHCP_DEFAULT, .bootfile = "a/rather/long/name/of/a/boot/file.img",
		    .bootfile_place = DHCP_PLACE_OPTION, .tftp_server = "10.0.2.2",
		    .tftp_address = 0x0a000202, .config_file = "special",
		    .path_prefix = "elsewhere/", .reboot_time_s = 30, .domain = "example.org",
		    .vendor_class = "PXEClient",
		    .overload = DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME },
	  .tftp = { .enabled = true,
		    .blksize_max = 512,
		    .window_max = 1,
		    .timeout_ns = 50 * MS_NS,
		    .backoff = 1,
		    .timeout_max_ns = SECOND_NS,
		    .tries = 100,
		    .n_transfers_max = 1 } },
	{ .dhcp = { .enabled = true,
		    .nak_requests = 1,
		    .lease_s = UINT32_MAX,
		    .n_leases = 1,
		    .server_name = "boot",
		    .no_next_server = true },
	  .tftp = { .enabled = true,
		    .options = true,
		    .blksize_max = 65464,
		    .window_max = 65535,
		    .timeout_ns = SECOND_NS,
		    .backoff = 10,
		    .timeout_max_ns = 255 * SECOND_NS,
		    .tries = 2,
		    .n_transfers_max = 3 } },
	{ .dhcp = { .enabled = false } },
	/* From here on with IPv6: CONFIG_FIRST_V6. */
	{ .dhcp = { DHCP_DEFAULT },
	  .tftp = { TFTP_DEFAULT },
	  .dhcp6 = { DHCP6_DEFAULT, .bootfile_url = "tftp://[fd00::2]/kernel.img" },
	  .v6 = true,
	  .ra = { RA_DEFAULT } },
	{ .tftp = { TFTP_DEFAULT },
	  .dhcp6 = { .enabled = true,
		     .rapid_commit = true,
		     .lease_s = UINT32_MAX,
		     .n_leases = 1,
		     .status = 1,
		     .preference = 255,
		     .dns = { { 0xfd, [15] = 3 } } },
	  .v6 = true,
	  .ra = { RA_DEFAULT, .managed = true, .mtu = 1400, .dns = { { 0xfd, [15] = 3 } } } },
	{ .dhcp6 = { .enabled = true, .mode = DHCP6_STATELESS }, .v6 = true },
};

enum {
	CONFIG_FIRST_V6 = 4,
};

/* What the guest saw of the server. */
struct witness {
	struct frame_flows flows;
	uint8_t whole[WHOLE_CAP]; /* datagram that comes in fragments */
	size_t whole_len;
	struct ipv4_hdr whole_ip;
	struct ipv6_hdr whole_ip6;
};

static struct witness *witness;
static char *root;
static size_t n_sessions, n_journals, n_seen[FRAME_N_KINDS], n_joined;

/* A fragment of the server's: they come in order. */
static void join_fragment(const struct ipv4_hdr *ip, struct slice part)
{
	struct udp_hdr udp;
	struct slice payload;

	if (!ip->frag_offset)
		witness->whole_len = 0;
	else
		LAW(ip->id == witness->whole_ip.id && ip->dst == witness->whole_ip.dst);
	LAW(witness->whole_len == ip->frag_offset);
	LAW(!ip->more_fragments || part.len % 8 == 0);
	LAW(part.len && part.len <= WHOLE_CAP - witness->whole_len);
	memcpy(witness->whole + witness->whole_len, part.p, part.len);
	witness->whole_len += part.len;
	witness->whole_ip = *ip;
	if (ip->more_fragments || ip->proto != IP_PROTO_UDP)
		return;
	LAW(udp_decode(&udp, &payload, ip, witness->whole, witness->whole_len) == 0);
	LAW(udp.checksum == UDP_CHECKSUM_GOOD);
	LAW(payload.len == witness->whole_len - UDP_HLEN);
	n_joined++;
}

/* The same of IPv6. */
static void join_fragment6(const struct ipv6_hdr *ip, struct slice part)
{
	struct udp_hdr udp;
	struct slice payload;

	if (!ip->frag_offset)
		witness->whole_len = 0;
	else
		LAW(ip->frag_id == witness->whole_ip6.frag_id);
	LAW(witness->whole_len == ip->frag_offset);
	LAW(!ip->more_fragments || part.len % 8 == 0);
	LAW(part.len && part.len <= WHOLE_CAP - witness->whole_len);
	memcpy(witness->whole + witness->whole_len, part.p, part.len);
	witness->whole_len += part.len;
	witness->whole_ip6 = *ip;
	if (ip->more_fragments || ip->proto != IP_PROTO_UDP)
		return;
	LAW(udp6_decode(&udp, &payload, ip, witness->whole, witness->whole_len) == 0);
	LAW(udp.checksum == UDP_CHECKSUM_GOOD);
	n_joined++;
}

static void check_ip6(const struct frame *f, const uint8_t *frame, size_t len)
{
	struct ip6_addr local = ip6_link_local(&server_mac);
	struct ipv6_hdr ip;
	struct slice payload;

	LAW(ipv6_decode(&ip, &payload, frame + ETH_HLEN, len - ETH_HLEN) == 0);
	LAW(ip.hop_limit && !ip.refused);
	LAW(ip6_equal(&ip.src, &local) || (ip.src.b[0] == 0xfd && ip.src.b[15] == 2));
	LAW(mac_is_group(&f->eth.dst) == ip6_is_multicast(&ip.dst));
	if (ip.has_fragment) {
		join_fragment6(&ip, payload);
	} else if (ip.proto == IP_PROTO_UDP) {
		LAW(f->udp.checksum == UDP_CHECKSUM_GOOD);
	} else {
		LAW(ip.proto == IP6_NEXT_ICMP && f->icmp.checksum_ok);
		LAW(f->kind != FRAME_ICMP6_OTHER);
		LAW(f->kind != FRAME_ICMP6_RA || ndp_is_valid(&f->ndp, &ip));
		LAW(f->kind != FRAME_ICMP6_NA || ndp_is_valid(&f->ndp, &ip));
		LAW(f->kind != FRAME_ICMP6_NS || ndp_is_valid(&f->ndp, &ip));
	}
}

static void check_ip(const struct frame *f, const uint8_t *frame, size_t len)
{
	struct ipv4_hdr ip;
	struct slice payload;

	LAW(ipv4_decode(&ip, &payload, frame + ETH_HLEN, len - ETH_HLEN) == 0);
	LAW(ip.checksum_ok && ip.src == SERVER_IP && ip.ttl && !ip.options.len);
	if (ip.frag_offset || ip.more_fragments) {
		join_fragment(&ip, payload);
	} else if (ip.proto == IP_PROTO_UDP) {
		LAW(f->udp.checksum == UDP_CHECKSUM_GOOD);
		LAW(f->kind >= FRAME_DHCP_BOOTP || f->kind == FRAME_UDP);
	} else if (ip.proto == IP_PROTO_TCP) {
		LAW(f->tcp.checksum_ok); /* more of it is fuzz_http's */
	} else {
		LAW(ip.proto == IP_PROTO_ICMP && f->icmp.checksum_ok);
		LAW(f->kind == FRAME_ICMP_ECHO_REPLY || f->kind == FRAME_ICMP_UNREACHABLE);
		/* RFC 792: header and 8 bytes of what it is about. */
		LAW(f->kind != FRAME_ICMP_UNREACHABLE || f->payload.len >= IPV4_HLEN_MIN + 8);
	}
}

/* TFTP to a port of DHCP's: a name cannot be told from a port number then. */
static bool is_ambiguous(const uint8_t *frame)
{
	bool v6 = frame[12] == 0x86;
	uint16_t dport = (uint16_t)(frame[v6 ? 56 : 36] << 8 | frame[v6 ? 57 : 37]);

	if (v6 && (dport == DHCP6_PORT_SERVER || dport == DHCP6_PORT_CLIENT))
		return true;
	return dport == DHCP_PORT_SERVER || dport == DHCP_PORT_CLIENT || dport == TFTP_PORT;
}

static void on_send(void *self, const uint8_t *frame, size_t len)
{
	static struct frame f;

	(void)self;
	LAW(len >= ETH_HLEN && len <= ETH_FRAME_MAX);
	frame_decode(&f, &witness->flows, frame, len);
	n_seen[f.kind]++;
	LAW(mac_equal(&f.eth.src, &server_mac));
	if (f.eth.type == ETH_TYPE_ARP) {
		LAW(f.kind == FRAME_ARP_REQUEST || f.kind == FRAME_ARP_REPLY);
		LAW(mac_equal(&f.arp.sha, &server_mac) && f.arp.spa == SERVER_IP);
		return;
	}
	if (f.kind == FRAME_MALFORMED) {
		LAW(is_ambiguous(frame));
		return;
	}
	if (f.eth.type == ETH_TYPE_IPV6) {
		check_ip6(&f, frame, len);
		return;
	}
	LAW(f.eth.type == ETH_TYPE_IPV4);
	check_ip(&f, frame, len);
}

static void step_until(Server *s, uint64_t now_ns)
{
	uint64_t due;

	while ((due = server_deadline_ns(s)) <= now_ns) {
		server_step(s, due);
		LAW(server_deadline_ns(s) > due);
	}
}

/* The guest has gone: a server that is right gives up sooner or later. */
static void drain(Server *s)
{
	unsigned n = 0;
	uint64_t due;

	while ((due = server_deadline_ns(s)) != DEADLINE_NEVER) {
		LAW(n++ < DRAIN_STEPS_MAX);
		server_step(s, due);
		LAW(server_deadline_ns(s) > due);
	}
}

static void check_journal(const Journal *j)
{
	g_auto(GStrv) lines = g_strsplit(journal_lines(j), "\n", -1);
	g_autoptr(JsonParser) parser = json_parser_new();

	for (char **line = lines; *line && **line; line++) {
		JsonObject *o;

		LAW(json_parser_load_from_data(parser, *line, -1, NULL));
		LAW(JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)));
		o = json_node_get_object(json_parser_get_root(parser));
		LAW(json_object_has_member(o, "t_ns") && json_object_has_member(o, "ev"));
	}
	n_journals++;
}

static void remove_root(void)
{
	tree_remove(root);
	g_free(root);
	free(witness);
}

static void make_file(const char *name, size_t size)
{
	g_autofree char *path = g_build_filename(root, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *bytes = g_malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i % 251);
	LAW(g_mkdir_with_parents(parent, 0755) == 0);
	LAW(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

/* The folder that is served: made once, never written again. */
static void make_root(void)
{
	root = g_dir_make_tmp("iplab-fuzz-XXXXXX", NULL);
	witness = malloc(sizeof(*witness));
	LAW(root && witness);
	atexit(remove_root);
	make_file("pxelinux.cfg/default", 700);
	make_file("kernel.img", 5000);
	make_file("empty", 0);
	make_file("512", 512);
}

static void play(Server *s, struct rd r)
{
	uint64_t now_ns = 0;
	static struct frame f;

	while (r.left > RECORD_HLEN) {
		uint8_t wait = rd_u8(&r);
		size_t len = rd_be16(&r);
		struct slice frame = rd_slice(&r, len < r.left ? len : r.left);
		uint8_t *exact = malloc(frame.len ? frame.len : 1);

		LAW(exact);
		if (frame.len)
			memcpy(exact, frame.p, frame.len);
		now_ns += waits_ns[wait % G_N_ELEMENTS(waits_ns)];
		step_until(s, now_ns);
		frame_decode(&f, &witness->flows, exact, frame.len);
		server_input(s, now_ns, exact, frame.len);
		free(exact);
		LAW(server_deadline_ns(s) >= now_ns);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Journal) journal = journal_new(NULL);
	struct server_ops ops = { .send = on_send };
	g_autoptr(Server) server = NULL;
	struct rd r = RD_INIT(data, size);
	unsigned config = rd_u8(&r) % G_N_ELEMENTS(configs);
	struct server_config cfg = {
		.kind = SERVER_BUILTIN,
		.net = { .mac = server_mac,
			 .server = SERVER_IP,
			 .netmask = 0xffffff00,
			 .router = SERVER_IP,
			 .dns = 0x0a000203,
			 .guest = 0x0a00020f,
			 .v6 = { .enabled = configs[config].v6,
				 .server = { { 0xfd, [15] = 2 } },
				 .prefix_len = 64,
				 .guest = { { 0xfd, [15] = 0x15 } },
				 .ra = configs[config].ra } },
		.dhcp = configs[config].dhcp,
		.dhcp6 = configs[config].dhcp6,
		.tftp = configs[config].tftp,
	};

	if (!root)
		make_root();
	cfg.root = root;
	memset(&witness->flows, 0, sizeof(witness->flows));
	server = server_new(&cfg, &ops, journal, NULL);
	LAW(server);
	play(server, r);
	drain(server);
	if (n_sessions++ % JOURNAL_SAMPLE == 0)
		check_journal(journal);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	N_RANDOM = 10000, /* of each boot */
	RANDOM_RECORDS_MAX = 20,
};

/* What the guest must see in a boot that nobody disturbs: else the seeds are no boot. */
static const struct {
	enum frame_kind kind;
	unsigned n;
} answers[] = {
	{ FRAME_DHCP_OFFER, 1 },        { FRAME_DHCP_ACK, 2 },
	{ FRAME_ARP_REPLY, 1 },         { FRAME_ICMP_ECHO_REPLY, 2 },
	{ FRAME_TFTP_DATA, 3 },         { FRAME_TFTP_OACK, 2 },
	{ FRAME_TFTP_ERROR, 3 },        { FRAME_ICMP_UNREACHABLE, 1 },
	{ FRAME_FRAGMENT, 4 },          { FRAME_ICMP6_RA, 2 },
	{ FRAME_ICMP6_NA, 3 },          { FRAME_ICMP6_ECHO_REPLY, 4 },
	{ FRAME_ICMP6_UNREACHABLE, 1 }, { FRAME_DHCP6_ADVERTISE, 1 },
	{ FRAME_DHCP6_REPLY, 6 },       { FRAME_FRAGMENT6, 2 },
};

static struct session boot, try;

static void put_be16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void repair6(uint8_t *f, size_t len)
{
	uint8_t *ip = f + ETH_HLEN, *data = ip + IPV6_HLEN;
	struct ip6_addr src, dst;
	size_t at;

	if (len < ETH_HLEN + IPV6_HLEN + UDP_HLEN)
		return;
	len -= ETH_HLEN + IPV6_HLEN;
	memcpy(src.b, ip + 8, IP6_ALEN);
	memcpy(dst.b, ip + 8 + IP6_ALEN, IP6_ALEN);
	put_be16(ip + 4, len);
	at = ip[6] == IP_PROTO_UDP ? 6 : 2;
	if (ip[6] != IP_PROTO_UDP && ip[6] != IP6_NEXT_ICMP)
		return;
	if (ip[6] == IP_PROTO_UDP)
		put_be16(data + 4, len);
	put_be16(data + at, 0);
	put_be16(data + at, ip_checksum_fold(ip_checksum_add(ip6_pseudo_sum(&src, &dst, ip[6], len),
							     data, len)));
}

/* Make lengths and checksums right again, so that the frame gets further than to their check. */
static void repair(uint8_t *f, size_t len)
{
	uint8_t *ip = f + ETH_HLEN, *data;
	size_t ihl;

	if (len > ETH_HLEN && f[12] == 0x86 && f[13] == 0xdd)
		repair6(f, len);
	if (len < ETH_HLEN + IPV4_HLEN_MIN || f[12] != 0x08 || f[13] != 0x00)
		return;
	len -= ETH_HLEN;
	ihl = 4 * (ip[0] & 0xfu);
	if (ihl < IPV4_HLEN_MIN || ihl > len)
		return;
	put_be16(ip + 2, len);
	put_be16(ip + 10, 0);
	put_be16(ip + 10, ip_checksum_fold(ip_checksum_add(0, ip, ihl)));
	data = ip + ihl;
	len -= ihl;
	if (ip[9] == IP_PROTO_UDP && len >= UDP_HLEN) {
		put_be16(data + 4, len);
		put_be16(data + 6, 0); /* RFC 768: none was made */
	} else if (ip[9] == IP_PROTO_ICMP && len >= ICMP_HLEN) {
		put_be16(data + 2, 0);
		put_be16(data + 2, ip_checksum_fold(ip_checksum_add(0, data, len)));
	}
}

/* The boot up to record @i, then that one as @frame. */
static void run_with(unsigned i, const uint8_t *frame, size_t len)
{
	memcpy(try.buf, boot.buf, boot.at[i]);
	memcpy(try.at, boot.at, sizeof(try.at));
	try.n = i;
	try.len = boot.at[i];
	session_add(&try, 1, frame, len);
	fuzz_one(try.buf, try.len);
}

static size_t run_cuts(unsigned i)
{
	struct slice whole = session_frame(&boot, i);
	uint8_t frame[FRAME_CAP];

	for (size_t len = 0; len < whole.len; len++) {
		memcpy(frame, whole.p, len);
		run_with(i, frame, len);
		repair(frame, len);
		run_with(i, frame, len);
	}
	return 2 * whole.len;
}

static size_t run_flips(unsigned i)
{
	struct slice whole = session_frame(&boot, i);
	uint8_t frame[FRAME_CAP];

	for (size_t bit = 0; bit < 8 * whole.len; bit++) {
		memcpy(frame, whole.p, whole.len);
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		run_with(i, frame, whole.len);
		repair(frame, whole.len);
		run_with(i, frame, whole.len);
	}
	return 16 * whole.len;
}

/* One with which the boot's IP is spoken; IPv4 is in all. */
static uint8_t pick_config(uint64_t *state)
{
	unsigned first = boot.buf[0] < CONFIG_FIRST_V6 ? 0 : CONFIG_FIRST_V6;

	return (uint8_t)(first + fuzz_random(state) % (G_N_ELEMENTS(configs) - first));
}

static void start_boot(uint8_t config)
{
	if (config < CONFIG_FIRST_V6)
		session_boot(&boot, config);
	else
		session_boot6(&boot, config);
}

static void run_random(uint64_t *state)
{
	unsigned n = 1 + (unsigned)(fuzz_random(state) % RANDOM_RECORDS_MAX);
	bool in_order = fuzz_random(state) % 2;
	uint8_t frame[FRAME_CAP];

	session_init(&try, pick_config(state));
	for (unsigned i = 0; i < n; i++) {
		struct slice s = session_frame(
			&boot, in_order ? i % boot.n : (unsigned)(fuzz_random(state) % boot.n));
		size_t len = s.len;

		memcpy(frame, s.p, len);
		if (fuzz_random(state) % 3 == 0)
			len = fuzz_mutate(frame, len, sizeof(frame), state);
		if (fuzz_random(state) % 4)
			repair(frame, len);
		session_add(&try, (uint8_t)(fuzz_random(state) % 16), frame, len);
	}
	fuzz_one(try.buf, try.len);
}

static bool boots(void)
{
	bool ok = true;

	for (unsigned i = 0; i < G_N_ELEMENTS(configs); i++) {
		start_boot((uint8_t)i);
		fuzz_one(boot.buf, boot.len);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (n_seen[answers[i].kind] >= answers[i].n)
			continue;
		fprintf(stderr, "fuzz_server: the seeds are no boot: %zu of %s, not %u\n",
			n_seen[answers[i].kind], frame_kind_name(answers[i].kind), answers[i].n);
		ok = false;
	}
	return ok;
}

static int save_seeds(const char *dir)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(configs); i++) {
		start_boot((uint8_t)i);
		fuzz_save(dir, i, boot.buf, boot.len);
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	uint64_t state = FUZZ_RANDOM_SEED;
	size_t n_cuts = 0, n_flips = 0, n_frames = 0, n_records = 0;

	if (argc > 1)
		return save_seeds(argv[1]);
	if (!boots())
		return EXIT_FAILURE;
	for (unsigned config = 0; config <= CONFIG_FIRST_V6; config += CONFIG_FIRST_V6) {
		start_boot((uint8_t)config);
		for (unsigned i = 0; i < boot.n; i++) {
			n_cuts += run_cuts(i);
			n_flips += run_flips(i);
		}
		for (unsigned i = 0; i < N_RANDOM; i++)
			run_random(&state);
		n_records += boot.n;
	}
	for (unsigned i = 0; i < FRAME_N_KINDS; i++)
		n_frames += n_seen[i];
	printf("fuzz_server: two boots of %zu frames, %zu with one cut, %zu with a bit flipped, "
	       "%d at random; the server sent %zu frames and %zu datagrams in fragments, %zu "
	       "journals read\n",
	       n_records, n_cuts, n_flips, 2 * N_RANDOM, n_frames, n_joined, n_journals);
	return EXIT_SUCCESS;
}

#endif /* FUZZ_LIBFUZZER */
