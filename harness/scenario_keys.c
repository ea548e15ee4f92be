/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of a scenario file
 */
#include "harness/scenario_keys.h"

#include "harness/rules.h"

static const char *const place_words[] = { "both", "field", "option", NULL };
/* A QEMU that died is an error, and no claim about a client. */
static const char *const expect_words[] = {
	"payload", "gave-up", "crash", "hang", "shutdown", NULL
};
static const char *const overload_words[] = { "none", "file", "sname", "both", NULL };

static const char *const mode_words[] = { "stateful", "stateless", NULL };
/* In the order of enum dhcp6_status. */
static const char *const status_words[] = { "none",       "unspec-fail", "no-addrs-avail",
					    "no-binding", "not-on-link", "use-multicast",
					    NULL };

static const char *const distribution_words[] = { "uniform", "normal", "pareto", "paretonormal",
						  NULL };
static const char *const framing_words[] = { [HTTP_BY_LENGTH] = "length",
					     [HTTP_BY_CLOSE] = "close",
					     [HTTP_BY_CHUNKS] = "chunks",
					     [HTTP_BY_BOTH] = "both",
					     NULL };
static const char *const clock_words[] = { "any", "virtual", "wall", NULL };

#define FIELD(type, field) offsetof(struct type, field)

/* One direction of the cable: [link] is both, [link.to-guest] and [link.from-guest] are one. */
#define LINK_KEYS(group)                                                                           \
	{ group,                                                                                   \
	  "delay_us",                                                                              \
	  INI_US,                                                                                  \
	  FIELD(impair_side, delay_ns),                                                            \
	  0,                                                                                       \
	  60000000,                                                                                \
	  .help = "how long a frame travels (100; on the wall clock 0)" },                         \
		{ group,                                                                           \
		  "jitter_us",                                                                     \
		  INI_US,                                                                          \
		  FIELD(impair_side, jitter_ns),                                                   \
		  0,                                                                               \
		  60000000,                                                                        \
		  .help = "how much that varies (0)" },                                            \
		{ group,                                                                           \
		  "distribution",                                                                  \
		  INI_WORD,                                                                        \
		  FIELD(impair_side, distribution),                                                \
		  .words = distribution_words,                                                     \
		  .help = "of the jitter (uniform)" },                                             \
		{ group, "loss", INI_PERCENT, FIELD(impair_side, loss_ppm),                        \
		  .help = "random loss, each packet for itself (0%)" },                            \
		{ group, "gemodel_p", INI_PERCENT, FIELD(impair_side, ge_p_ppm),                   \
		  .help = "Gilbert-Elliott: from good to bad, each slot (0%)" },                   \
		{ group, "gemodel_r", INI_PERCENT, FIELD(impair_side, ge_r_ppm),                   \
		  .help = "Gilbert-Elliott: from bad to good, each slot (0%)" },                   \
		{ group, "gemodel_loss_bad", INI_PERCENT, FIELD(impair_side, ge_loss_bad_ppm),     \
		  .help = "Gilbert-Elliott: loss in the bad state, netem's 1-h (100%)" },          \
		{ group, "gemodel_loss_good", INI_PERCENT, FIELD(impair_side, ge_loss_good_ppm),   \
		  .help = "Gilbert-Elliott: loss in the good state, netem's 1-k (0%)" },           \
		{ group, "state_p13", INI_PERCENT, FIELD(impair_side, s4_p13_ppm),                 \
		  .help = "4-state model, each slot (0%)" },                                       \
		{ group, "state_p31", INI_PERCENT, FIELD(impair_side, s4_p31_ppm),                 \
		  .help = "4-state model (0%)" },                                                  \
		{ group, "state_p32", INI_PERCENT, FIELD(impair_side, s4_p32_ppm),                 \
		  .help = "4-state model (0%)" },                                                  \
		{ group, "state_p23", INI_PERCENT, FIELD(impair_side, s4_p23_ppm),                 \
		  .help = "4-state model (0%)" },                                                  \
		{ group, "state_p14", INI_PERCENT, FIELD(impair_side, s4_p14_ppm),                 \
		  .help = "4-state model (0%)" },                                                  \
		{ group,                                                                           \
		  "slot_us",                                                                       \
		  INI_US,                                                                          \
		  FIELD(impair_side, slot_ns),                                                     \
		  1,                                                                               \
		  60000000,                                                                        \
		  .help = "length of a slot of the models with memory (1000)" },                   \
		{ group, "duplicate", INI_PERCENT, FIELD(impair_side, duplicate_ppm),              \
		  .help = "packets that arrive twice (0%)" },                                      \
		{ group, "reorder", INI_PERCENT, FIELD(impair_side, reorder_ppm),                  \
		  .help = "packets that are not delayed, and so overtake others (0%)" },           \
		{ group, "corrupt", INI_PERCENT, FIELD(impair_side, corrupt_ppm),                  \
		  .help = "packets with one bit flipped (0%)" },                                   \
		{ group, "corrupt_repair", INI_BOOL, FIELD(impair_side, corrupt_repair),           \
		  .help = "make their checksums right again (false)" },                            \
		{ group,                                                                           \
		  "rate_kbit",                                                                     \
		  INI_UINT,                                                                        \
		  FIELD(impair_side, rate_kbit),                                                   \
		  0,                                                                               \
		  100000000,                                                                       \
		  .help = "bandwidth in kbit/s, 0: no limit (0)" },                                \
		{ group,                                                                           \
		  "down_ms",                                                                       \
		  INI_MS,                                                                          \
		  FIELD(impair_side, down_ns),                                                     \
		  0,                                                                               \
		  3600000,                                                                         \
		  .help = "the cable is unplugged so long after power-on, 0: never (0)" },         \
		{ group,                                                                           \
		  "up_ms",                                                                         \
		  INI_MS,                                                                          \
		  FIELD(impair_side, up_ns),                                                       \
		  0,                                                                               \
		  3600000,                                                                         \
		  .help = "and plugged in again at this time, 0: never (0)" },                     \
	{                                                                                          \
		group, "mtu", INI_UINT, FIELD(impair_side, mtu), 0, 65535,                         \
			.help = "longer IP packets are lost, 0: no limit (0)"                      \
	}

const struct ini_key scenario_keys[] = {
	{ "scenario", "summary", INI_STRING, FIELD(scenario_head, summary), .required = true,
	  .help = "the claim, in one plain sentence" },
	{ "scenario", "tags", INI_STRINGS, FIELD(scenario_head, tags),
	  .help = "words to select it by" },
	{ "scenario", "requires", INI_STRINGS, FIELD(scenario_head, requires),
	  .help = "what client and server must provide (iplab list features)" },
	{ "scenario", "clock", INI_WORD, FIELD(scenario_head, clock), .words = clock_words,
	  .help = "the clock it is about (any: the client's, or --clock)" },
	{ "scenario", "shift", INI_UINT, FIELD(scenario_head, shift), 0, 10,
	  .help = "on the virtual clock an instruction takes 1 << shift nanoseconds (8)" },
	{ "scenario", "on_request", INI_BOOL, FIELD(scenario_head, on_request),
	  .help = "run only when a scenario or tag filter names it (false)" },

	{ "sweep", "key", INI_STRING, FIELD(scenario_sweep, key),
	  .help = "GROUP.KEY of this file: the file is a scenario for each of its values" },
	{ "sweep", "values", INI_STRINGS, FIELD(scenario_sweep, values),
	  .help = "that the key has: AREA/NAME@VALUE is the scenario with one" },
	{ "sweep", "axis", INI_STRING, FIELD(scenario_sweep, axis),
	  .help = "what the key is, for charts (the key)" },

	{ "machine", "memory_mib", INI_UINT, FIELD(scenario_machine, memory_mib), 16, 65536,
	  .help = "guest memory in MiB (512)" },
	{ "machine", "smp", INI_UINT, FIELD(scenario_machine, smp), 1, 16,
	  .help = "virtual CPUs (1)" },
	{ "machine", "uuid", INI_UUID, FIELD(scenario_machine, uuid),
	  .help = "UUID of the machine" },
	{ "machine", "loadparm", INI_STRING, FIELD(scenario_machine, loadparm),
	  .help = "load parameter, at most 8 characters" },
	{ "machine", "boot_menu", INI_BOOL, FIELD(scenario_machine, boot_menu),
	  .help = "ask for a boot menu (false)" },
	{ "machine", "rtc_base", INI_STRING, FIELD(scenario_machine, rtc_base),
	  .help = "date that the machine starts at, as QEMU's -rtc base=" },
	{ "machine", "cpu", INI_STRING, FIELD(scenario_machine, cpu),
	  .help = "QEMU's -cpu (its default)" },
	{ "machine", "accelerator", INI_STRING, FIELD(scenario_machine, accelerator),
	  .help = "QEMU's -accel (tcg)" },
	{ "machine", "reboot", INI_BOOL, FIELD(scenario_machine, reboot),
	  .help = "let the guest reboot (false: a reboot ends it)" },
	{ "machine", "disk", INI_STRING, FIELD(scenario_machine, disk),
	  .help = "served file that is also the machine's disk" },
	{ "machine", "icount_shift", INI_UINT, FIELD(scenario_machine, icount_shift), 0, 10,
	  .help = "guest time is instructions << N ns, so waiting costs nothing; only where no "
		  "answer "
		  "is awaited" },

	{ "nic.", "mac", INI_MAC, FIELD(scenario_nic, mac), .help = "hardware address" },
	{ "nic.", "devno", INI_DEVNO, FIELD(scenario_nic, devno), .help = "channel device number" },
	{ "nic.", "bootindex", INI_UINT, FIELD(scenario_nic, bootindex), 0, 100,
	  .help = "place in the boot order, 0: none (1 for the first card, 0 for others)" },
	{ "nic.", "max_revision", INI_UINT, FIELD(scenario_nic, max_revision), 0,
	  SCENARIO_MAX_REVISION, .help = "newest virtio-ccw revision offered (2)" },
	{ "nic.", "rx_queue_size", INI_UINT, FIELD(scenario_nic, rx_queue_size), 256, 1024,
	  .help = "receive ring entries, a power of two" },
	{ "nic.", "tx_queue_size", INI_UINT, FIELD(scenario_nic, tx_queue_size), 256, 1024,
	  .help = "transmit ring entries, a power of two" },
	{ "nic.", "link_up", INI_BOOL, FIELD(scenario_nic, link_up),
	  .help = "the cable is plugged in (true)" },
	{ "nic.", "server", INI_BOOL, FIELD(scenario_nic, server),
	  .help = "the server is at the other end (true for the first card); else nobody" },

	{ "boot", "config", INI_STRING, FIELD(scenario_boot, config),
	  .help = "served file that is the configuration" },
	{ "boot", "kernel", INI_STRING, FIELD(scenario_boot, kernel),
	  .help = "served file that is the kernel" },
	{ "boot", "initrd", INI_STRING, FIELD(scenario_boot, initrd),
	  .help = "served file that is the initrd" },
	{ "boot", "append", INI_STRING, FIELD(scenario_boot, append), .help = "command line" },

	{ "file.", "text", INI_STRING, FIELD(scenario_file, text),
	  .help = "the file is this text (\\n is a new line)" },
	{ "file.", "lines", INI_STRINGS, FIELD(scenario_file, lines),
	  .help = "the file is these lines, separated by ;" },
	{ "file.", "hex", INI_STRING, FIELD(scenario_file, hex),
	  .help = "the file is these bytes, two hexadecimal digits each, blanks between them" },
	{ "file.", "fixture", INI_STRING, FIELD(scenario_file, fixture),
	  .help = "the file is one that the build made" },
	{ "file.", "path", INI_STRING, FIELD(scenario_file, path),
	  .help = "the file is this one, relative to the scenario's folder" },
	{ "file.", "symlink", INI_STRING, FIELD(scenario_file, symlink),
	  .help = "the file is a symbolic link to this" },
	{ "file.", "random_bytes", INI_UINT, FIELD(scenario_file, random_bytes), 1,
	  1024 * 1024 * 1024, .help = "the file is so many bytes of noise, always the same" },

	{ "server", "address", INI_IP4, FIELD(scenario_net, net.server),
	  .help = "of the server (10.0.2.2)" },
	{ "server", "netmask", INI_IP4, FIELD(scenario_net, net.netmask),
	  .help = "of the network (255.255.255.0)" },
	{ "server", "router", INI_IP4, FIELD(scenario_net, net.router),
	  .help = "told by DHCP (10.0.2.2); 0.0.0.0: none" },
	{ "server", "dns", INI_IP4, FIELD(scenario_net, net.dns),
	  .help = "told by DHCP (10.0.2.3); 0.0.0.0: none" },
	{ "server", "guest", INI_IP4, FIELD(scenario_net, net.guest),
	  .help = "first address to lease (10.0.2.15)" },

	{ "server.dhcp", "enabled", INI_BOOL, FIELD(dhcp_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.dhcp", "bootfile", INI_STRING, FIELD(dhcp_config, bootfile),
	  .help = "name of the boot file" },
	{ "server.dhcp", "bootfile_place", INI_WORD, FIELD(dhcp_config, bootfile_place),
	  .words = place_words,
	  .help = "where the name of the boot file goes: BOOTP field, option 67, or both (both)" },
	{ "server.dhcp", "next_server", INI_IP4, FIELD(dhcp_config, next_server),
	  .help = "siaddr (the server's own address)" },
	{ "server.dhcp", "no_next_server", INI_BOOL, FIELD(dhcp_config, no_next_server),
	  .help = "leave siaddr at 0.0.0.0 (false)" },
	{ "server.dhcp", "server_name", INI_STRING, FIELD(dhcp_config, server_name),
	  .help = "BOOTP field sname" },
	{ "server.dhcp", "tftp_server", INI_STRING, FIELD(dhcp_config, tftp_server),
	  .help = "option 66, a name or an address" },
	{ "server.dhcp", "tftp_address", INI_IP4, FIELD(dhcp_config, tftp_address),
	  .help = "option 150" },
	{ "server.dhcp", "config_file", INI_STRING, FIELD(dhcp_config, config_file),
	  .help = "option 209, the PXELINUX configuration" },
	{ "server.dhcp", "path_prefix", INI_STRING, FIELD(dhcp_config, path_prefix),
	  .help = "option 210, the PXELINUX path prefix" },
	{ "server.dhcp", "reboot_time_s", INI_UINT, FIELD(dhcp_config, reboot_time_s), 1,
	  4294967295, .help = "option 211, in seconds" },
	{ "server.dhcp", "domain", INI_STRING, FIELD(dhcp_config, domain), .help = "option 15" },
	{ "server.dhcp", "vendor_class", INI_STRING, FIELD(dhcp_config, vendor_class),
	  .help = "option 60 of replies" },
	{ "server.dhcp", "lease_s", INI_UINT, FIELD(dhcp_config, lease_s), 1, 4294967295,
	  .help = "lease time in seconds (86400)" },
	{ "server.dhcp", "overload", INI_WORD, FIELD(dhcp_config, overload),
	  .words = overload_words, .help = "BOOTP fields that hold options as well (none)" },
	{ "server.dhcp", "nak_requests", INI_UINT, FIELD(dhcp_config, nak_requests), 0, 1000,
	  .help = "so many REQUESTs are refused first (0)" },
	{ "server.dhcp", "n_leases", INI_UINT, FIELD(dhcp_config, n_leases), 0, 200,
	  .help = "addresses there are (16)" },

	{ "server.tftp", "enabled", INI_BOOL, FIELD(tftp_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.tftp", "options", INI_BOOL, FIELD(tftp_config, options),
	  .help = "answer option requests (true); else plain RFC 1350" },
	{ "server.tftp", "single_port", INI_BOOL, FIELD(tftp_config, single_port),
	  .help = "no port for each transfer, port 69 for all (false)" },
	{ "server.tftp", "blksize_max", INI_UINT, FIELD(tftp_config, blksize_max), 8, 65464,
	  .help = "largest block granted (65464)" },
	{ "server.tftp", "window_max", INI_UINT, FIELD(tftp_config, window_max), 1, 65535,
	  .help = "most blocks granted in a window (64)" },
	{ "server.tftp", "timeout_ms", INI_MS, FIELD(tftp_config, timeout_ns), 1, 255000,
	  .help = "before the first repetition (1000), never more than timeout_max_ms" },
	{ "server.tftp", "backoff", INI_UINT, FIELD(tftp_config, backoff), 1, 10,
	  .help = "each wait is so many times the one before (2)" },
	{ "server.tftp", "timeout_max_ms", INI_MS, FIELD(tftp_config, timeout_max_ns), 1, 255000,
	  .help = "longest wait (8000)" },
	{ "server.tftp", "tries", INI_UINT, FIELD(tftp_config, tries), 1, 100,
	  .help = "times a window is sent before the server gives up (6)" },

	{ "server.ipv6", "enabled", INI_BOOL, FIELD(net6_config, enabled),
	  .help = "speak IPv6 beside IPv4 (false)" },
	{ "server.ipv6", "address", INI_IP6, FIELD(net6_config, server),
	  .help = "of the server (fd00::2)" },
	{ "server.ipv6", "prefix_len", INI_UINT, FIELD(net6_config, prefix_len), 1, 120,
	  .help = "of the network (64)" },
	{ "server.ipv6", "guest", INI_IP6, FIELD(net6_config, guest),
	  .help = "first address to lease (fd00::15)" },

	{ "server.ra", "enabled", INI_BOOL, FIELD(ra_config, enabled),
	  .help = "be a router: advertise the network (true)" },
	{ "server.ra", "managed", INI_BOOL, FIELD(ra_config, managed),
	  .help = "M: addresses come by DHCPv6 (true)" },
	{ "server.ra", "other", INI_BOOL, FIELD(ra_config, other),
	  .help = "O: other things come by DHCPv6 (true)" },
	{ "server.ra", "on_link", INI_BOOL, FIELD(ra_config, on_link),
	  .help = "L: the prefix is on the link (true)" },
	{ "server.ra", "autonomous", INI_BOOL, FIELD(ra_config, autonomous),
	  .help = "A: hosts may make addresses of the prefix (true)" },
	{ "server.ra", "interval_ms", INI_MS, FIELD(ra_config, interval_ns), 0, 1800000,
	  .help = "advertise unasked so often, 0: only when asked (0)" },
	{ "server.ra", "lifetime_s", INI_UINT, FIELD(ra_config, lifetime_s), 0, 65535,
	  .help = "as a default router, 0: it is none (1800)" },
	{ "server.ra", "valid_s", INI_UINT, FIELD(ra_config, valid_s), 0, 4294967295,
	  .help = "valid lifetime of the prefix (86400)" },
	{ "server.ra", "preferred_s", INI_UINT, FIELD(ra_config, preferred_s), 0, 4294967295,
	  .help = "its preferred lifetime (14400)" },
	{ "server.ra", "mtu", INI_UINT, FIELD(ra_config, mtu), 0, 65535,
	  .help = "told in the MTU option, 0: not told (0)" },
	{ "server.ra", "dns", INI_IP6, FIELD(ra_config, dns),
	  .help = "told in the RDNSS option; ::, none (::)" },

	{ "server.dhcp6", "enabled", INI_BOOL, FIELD(dhcp6_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.dhcp6", "mode", INI_WORD, FIELD(dhcp6_config, mode), .words = mode_words,
	  .help = "lease addresses, or answer Information-requests only (stateful)" },
	{ "server.dhcp6", "bootfile_url", INI_STRING, FIELD(dhcp6_config, bootfile_url),
	  .help = "option 59" },
	{ "server.dhcp6", "bootfile_params", INI_STRINGS, FIELD(dhcp6_config, bootfile_params),
	  .help = "option 60" },
	{ "server.dhcp6", "dns", INI_IP6, FIELD(dhcp6_config, dns),
	  .help = "option 23; ::, none (::)" },
	{ "server.dhcp6", "rapid_commit", INI_BOOL, FIELD(dhcp6_config, rapid_commit),
	  .help = "answer a Solicit that allows it by a Reply (false)" },
	{ "server.dhcp6", "preference", INI_UINT, FIELD(dhcp6_config, preference), 0, 255,
	  .help = "option 7 of Advertises, 0: not sent (0)" },
	{ "server.dhcp6", "status", INI_WORD, FIELD(dhcp6_config, status), .words = status_words,
	  .help = "option 13 of each answer (none)" },
	{ "server.dhcp6", "lease_s", INI_UINT, FIELD(dhcp6_config, lease_s), 1, 4294967295,
	  .help = "lifetimes of an address in seconds (86400)" },
	{ "server.dhcp6", "n_leases", INI_UINT, FIELD(dhcp6_config, n_leases), 0, 200,
	  .help = "addresses there are (16)" },
	{ "server.http", "enabled", INI_BOOL, FIELD(http_config, enabled),
	  .help = "answer at all (true)" },
	{ "server.http", "port", INI_UINT, FIELD(http_config, tcp.port), 1, 65535,
	  .help = "TCP port (80)" },
	{ "server.http", "repeat_ms", INI_MS, FIELD(http_config, tcp.rto_min_ns), 10, 60000,
	  .help = "least wait before TCP repeats something (1000)" },
	{ "server.http", "first_sequence", INI_UINT, FIELD(http_config, tcp.isn), 0, 4294967295,
	  .help = "sequence number that each TCP connection begins with (follows time)" },

	{ "http.", "path", INI_STRING, FIELD(scenario_http_rule, rule.path),
	  .help = "files it is for, a pattern with * and ? (all)" },
	{ "http.", "attempt", INI_UINT, FIELD(scenario_http_rule, rule.attempt), 0, 1000000,
	  .help = "which request for the path, 0: each (0)" },
	{ "http.", "status", INI_UINT, FIELD(scenario_http_rule, rule.status), 100, 599,
	  .help = "another response with this status takes the place of the right one" },
	{ "http.", "retry_after_s", INI_UINT, FIELD(scenario_http_rule, rule.retry_after_s), 1,
	  86400, .help = "field Retry-After" },
	{ "http.", "redirect", INI_STRING, FIELD(scenario_http_rule, redirect),
	  .help = "field Location, and status 302 if none is given" },
	{ "http.", "etag", INI_STRING, FIELD(scenario_http_rule, rule.etag),
	  .help = "field ETag, with its quotes; If-Range holds if it names it (none)" },
	{ "http.", "before", INI_STRING, FIELD(scenario_http_rule, rule.before),
	  .help = "raw text in front of the response" },
	{ "http.", "status_line", INI_STRING, FIELD(scenario_http_rule, rule.status_line),
	  .help = "in place of the right one" },
	{ "http.", "fields", INI_STRINGS, FIELD(scenario_http_rule, rule.fields),
	  .help = "further lines of the head" },
	{ "http.", "content_length", INI_STRING, FIELD(scenario_http_rule, rule.length),
	  .help = "what Content-Length says" },
	{ "http.", "second_content_length", INI_STRING,
	  FIELD(scenario_http_rule, rule.second_length),
	  .help = "what a second Content-Length says" },
	{ "http.", "field_bytes", INI_UINT, FIELD(scenario_http_rule, rule.field_bytes), 1,
	  16 * 1024 * 1024, .help = "one more field, with a value so long" },
	{ "http.", "endless_head", INI_BOOL, FIELD(scenario_http_rule, rule.endless_head),
	  .help = "fields that never end (false)" },
	{ "http.", "bare_lf", INI_BOOL, FIELD(scenario_http_rule, rule.bare_lf),
	  .help = "lines end in LF alone (false)" },
	{ "http.", "framing", INI_WORD, FIELD(scenario_http_rule, rule.framing),
	  .words = framing_words, .help = "how the guest knows where the body ends (length)" },
	{ "http.", "chunk_bytes", INI_UINT, FIELD(scenario_http_rule, rule.chunk_bytes), 1, 65536,
	  .help = "the longest chunk (4096)" },
	{ "http.", "chunk_size", INI_STRING, FIELD(scenario_http_rule, rule.chunk_size),
	  .help = "what the first chunk says of its size" },
	{ "http.", "chunk_extension", INI_STRING, FIELD(scenario_http_rule, rule.chunk_extension),
	  .help = "behind the size of each chunk" },
	{ "http.", "trailers", INI_STRINGS, FIELD(scenario_http_rule, rule.trailers),
	  .help = "lines behind the last chunk" },
	{ "http.", "no_last_chunk", INI_BOOL, FIELD(scenario_http_rule, rule.no_last_chunk),
	  .help = "the chunk that says that it was the last does not come (false)" },
	{ "http.", "extra_bytes", INI_UINT, FIELD(scenario_http_rule, rule.extra_bytes), 1,
	  1024 * 1024, .help = "so many zeros follow the body" },
	{ "http.", "truncate_at", INI_UINT, FIELD(scenario_http_rule, rule.truncate_at), 0,
	  1024 * 1024 * 1024, .help = "the connection is closed at this byte of the body" },
	{ "http.", "reset_at", INI_UINT, FIELD(scenario_http_rule, rule.reset_at), 0,
	  1024 * 1024 * 1024, .help = "the connection is reset at this byte of the body" },
	{ "http.", "stall_at", INI_UINT, FIELD(scenario_http_rule, rule.stall_at), 0,
	  1024 * 1024 * 1024, .help = "at this byte of the body nothing comes for stall_ms" },
	{ "http.", "stall_ms", INI_MS, FIELD(scenario_http_rule, rule.stall_ns), 1, 3600000,
	  .help = "how long (1000)" },
	{ "http.", "bytes_per_s", INI_UINT, FIELD(scenario_http_rule, rule.bytes_per_s), 1,
	  1000000000, .help = "how fast the response goes out" },
	{ "http.", "split_at", INI_UINT, FIELD(scenario_http_rule, rule.split_at), 1,
	  1024 * 1024 * 1024, .help = "a TCP segment ends at this byte of the response" },
	{ "http.", "split_every", INI_UINT, FIELD(scenario_http_rule, rule.split_every), 1, 1460,
	  .help = "no TCP segment is longer" },

	LINK_KEYS("link"),
	LINK_KEYS("link."),

	RULE_KEYS,

	{ "decisions", "only", INI_STRINGS, FIELD(impair_config, only),
	  .help = "take these decisions of models and rules, and no others: MODEL KIND and "
		  "conditions, or rule.NAME in the model's place" },

	{ "expect", "ending", INI_WORDS, FIELD(scenario_expect, endings), .words = expect_words,
	  .help = "how the boot ends: one of these (payload)" },
	{ "expect", "cmdline", INI_STRING, FIELD(scenario_expect, cmdline),
	  .help = "command line that the payload gets ([boot] append)" },
	{ "expect", "console", INI_STRINGS, FIELD(scenario_expect, console),
	  .help = "texts that the console shows" },
	{ "expect", "payload", INI_STRINGS, FIELD(scenario_expect, payload),
	  .help = "KEY=VALUE: what the payload reports, as firmware/marker.h lists it" },
	{ "expect", "events", INI_STRINGS, FIELD(scenario_expect, events),
	  .help = "KIND or KIND FILE: what happens on the wire in this order, other things "
		  "between" },
	{ "expect", "blksize", INI_UINT, FIELD(scenario_expect, blksize), 8, 65464,
	  .help = "the largest TFTP block is exactly this" },

	{ "deadline", "dhcp_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_DHCP]), 1, 3600000,
	  .help = "power-on to ACK (20000)" },
	{ "deadline", "config_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_CONFIG]), 1,
	  3600000, .help = "ACK to the kernel's first block (20000)" },
	{ "deadline", "kernel_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_KERNEL]), 1,
	  3600000, .help = "the kernel's transfer (60000)" },
	{ "deadline", "initrd_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_INITRD]), 1,
	  3600000, .help = "the initrd's transfer (60000)" },
	{ "deadline", "payload_ms", INI_UINT, FIELD(phase_limits, phase_ms[PHASE_PAYLOAD]), 1,
	  3600000, .help = "from there until the payload has stopped (30000)" },
	{ "deadline", "cell_ms", INI_UINT, FIELD(phase_limits, cell_ms), 1, 3600000,
	  .help = "all of it, in time of the host (120000)" },
	{ .key = NULL },
};
