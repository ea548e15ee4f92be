/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_rule: which packets a rule is for, and whether it makes sense
 */
#include "server/impair_rule.h"

#include <check.h>

#include "tests/support/suite.h"

/* A block in the middle of a file, on its second attempt. */
static const struct packet_id data = {
	.dir = PACKET_TO_GUEST,
	.kind = FRAME_TFTP_DATA,
	.attempt = 2,
	.ordinal = 1,
	.block = 9,
	.file = "boot/kernel.img",
};

static const struct packet_id first_data = {
	.dir = PACKET_TO_GUEST,
	.kind = FRAME_TFTP_DATA,
	.attempt = 1,
	.ordinal = 2,
	.block = 1,
	.is_first = true,
	.file = "initrd",
};

static const struct packet_id last_ack = {
	.dir = PACKET_FROM_GUEST,
	.kind = FRAME_TFTP_ACK,
	.attempt = 1,
	.ordinal = 1,
	.block = 48,
	.is_last = true,
	.file = "initrd",
};

static const struct packet_id offer = {
	.dir = PACKET_TO_GUEST,
	.kind = FRAME_DHCP_OFFER,
	.attempt = 1,
	.ordinal = 1,
};

static const struct {
	const char *what;
	bool data, first_data, last_ack, offer;
} match_rows[] = {
	{ "tftp.data", true, true, false, false },
	{ "tftp.*", true, true, true, false },
	{ "*", true, true, true, true },
	{ "dhcp.offer", false, false, false, true },
	{ "dhcp.?ffer", false, false, false, true },
	{ "tftp.data block=9", true, false, false, false },
	{ "tftp.data block=9 attempt=2", true, false, false, false },
	{ "tftp.data block=9 attempt=1", false, false, false, false },
	{ "* attempt=1", false, true, true, true },
	{ "* attempt=2..4", true, false, false, false },
	{ "* attempt=1..2", true, true, true, true },
	{ "* ordinal=2", false, true, false, false },
	{ "tftp.data block=1..9", true, true, false, false },
	{ "tftp.data from=2", true, false, false, false },
	{ "tftp.data to=8", false, true, false, false },
	{ "tftp.data from=9 to=9", true, false, false, false },
	{ "tftp.data to=9 from=9", true, false, false, false },
	{ "tftp.data first", false, true, false, false },
	{ "tftp.data last", false, false, false, false },
	{ "tftp.ack last", false, false, true, false },
	{ "tftp.ack block=0", false, false, false, false },
	{ "tftp.* file=initrd", false, true, true, false },
	{ "tftp.* file=boot/*", true, false, false, false },
	{ "tftp.* file=kernel.img", false, false, false, false },
	{ "tftp.* file=", false, false, false, false },
	{ "* dir=to-guest", true, true, false, true },
	{ "* dir=from-guest", false, false, true, false },
	{ "  tftp.data \t block=9  ", true, false, false, false },
	{ "tftp.data block=4294967295", false, false, false, false },
};

START_TEST(matches_what_it_says)
{
	const char *what = match_rows[_i].what;
	g_autoptr(GError) error = NULL;
	struct impair_match *m = impair_match_parse(what, &error);

	ck_assert_msg(m != NULL, "%s: %s", what, error ? error->message : "");
	ck_assert_msg(impair_match_has(m, &data) == match_rows[_i].data, "%s: DATA 9", what);
	ck_assert_msg(impair_match_has(m, &first_data) == match_rows[_i].first_data, "%s: DATA 1",
		      what);
	ck_assert_msg(impair_match_has(m, &last_ack) == match_rows[_i].last_ack, "%s: last ACK",
		      what);
	ck_assert_msg(impair_match_has(m, &offer) == match_rows[_i].offer, "%s: OFFER", what);
	impair_match_free(m);
}
END_TEST

/* 1,000 bytes of a TCP stream, a bare ACK of 1,500, and a SYN. */
static const struct packet_id segment = { .dir = PACKET_TO_GUEST,
					  .kind = FRAME_TCP_DATA,
					  .attempt = 1,
					  .bytes_at = 500,
					  .n_bytes = 1000 };
static const struct packet_id tcp_ack = {
	.dir = PACKET_FROM_GUEST, .kind = FRAME_TCP_ACK, .attempt = 1, .bytes_at = 1500
};
static const struct packet_id syn = { .kind = FRAME_TCP_SYN, .attempt = 1 };

static const struct {
	const char *what;
	bool segment, ack, syn;
} tcp_rows[] = {
	{ "tcp.*", true, true, true },
	{ "tcp.data", true, false, false },
	{ "tcp.data bytes=499", false, false, false },
	{ "tcp.data bytes=500", true, false, false },
	{ "tcp.data bytes=1499", true, false, false },
	{ "tcp.data bytes=1500", false, false, false },
	{ "tcp.data bytes=0..500", true, false, false },
	{ "tcp.data bytes=1499..9999", true, false, false },
	{ "tcp.data bytes=0..499", false, false, false },
	{ "tcp.data bytes=1500..9999", false, false, false },
	{ "tcp.ack bytes=1500", false, true, false },
	{ "tcp.ack bytes=1499", false, false, false },
	{ "tcp.ack bytes=1000..1500", false, true, false },
	{ "tcp.?yn", false, false, true },
};

START_TEST(tcp_matches_what_it_says)
{
	const char *what = tcp_rows[_i].what;
	struct impair_match *m = impair_match_parse(what, NULL);

	ck_assert_msg(m != NULL, "%s", what);
	ck_assert_msg(impair_match_has(m, &segment) == tcp_rows[_i].segment, "%s: data", what);
	ck_assert_msg(impair_match_has(m, &tcp_ack) == tcp_rows[_i].ack, "%s: ACK", what);
	ck_assert_msg(impair_match_has(m, &syn) == tcp_rows[_i].syn, "%s: SYN", what);
	impair_match_free(m);
}
END_TEST

START_TEST(every_kind_has_a_name)
{
	for (int k = 0; k < FRAME_N_KINDS; k++) {
		const char *name = frame_kind_name((enum frame_kind)k);
		struct impair_match *m = impair_match_parse(name, NULL);

		ck_assert_msg(m != NULL, "%s", name);
		for (int other = 0; other < FRAME_N_KINDS; other++)
			ck_assert_msg(m->kinds[other] == (other == k), "%s", name);
		impair_match_free(m);
	}
}
END_TEST

/* Each mistake is said with what is allowed instead. */
static const struct {
	const char *what, *says, *allowed;
} wrong_rows[] = {
	{ "", "\"\" is no kind", "tftp.data" },
	{ "   ", "\"\" is no kind", "arp.request" },
	{ "tftp.date", "\"tftp.date\" is no kind", "dhcp.discover" },
	{ "ftp.*", "\"ftp.*\" is no kind", "globs" },
	{ "block=3 tftp.data", "\"block=3\" is no kind", "tftp.data" },
	{ "tftp.data blok=3", "\"blok=3\" is no condition", "block=N" },
	{ "tftp.data 3", "\"3\" is no condition", "attempt=N" },
	{ "tftp.data block", "\"block\" is no condition", "block=N" },
	{ "tftp.data block=", "\"block=\" is no condition", "block=N" },
	{ "tftp.data first=1", "\"first=1\" is no condition", "first, last" },
	{ "tftp.data block=", "\"block=\" is no condition", "file=NAME" },
	{ "tftp.data block=x", "block is \"x\"", "a number up to 4294967295" },
	{ "tftp.data block=-1", "block is \"-1\"", "a number" },
	{ "tftp.data block=4294967296", "block is \"4294967296\"", "4294967295" },
	{ "tftp.data block=3..", "block is \"3..\"", "two with .. between" },
	{ "tftp.data block=..3", "block is \"..3\"", "two with .. between" },
	{ "tftp.data block=5..3", "block is \"5..3\"", "the smaller first" },
	{ "tftp.data from=2..3", "from is \"2..3\"", "a number" },
	{ "tftp.data from=9 to=3", "from is 9", "up to what to= says, 3" },
	{ "tftp.data block=3 block=4", "\"block=4\" is no condition", "each once" },
	{ "tftp.data last last", "\"last\" is no condition", "each once" },
	{ "tftp.* file=a file=b", "\"file=b\" is no condition", "each once" },
	{ "arp.reply dir=up", "dir is \"up\"", "from-guest, to-guest" },
	{ "dhcp.offer block=1", "block, from, to", "tftp.data and tftp.ack only" },
	{ "tftp.* first", "first and last", "tftp.data and tftp.ack only" },
	{ "tftp.rrq last", "first and last", "tftp.data and tftp.ack only" },
	{ "* file=kernel", "file", "tftp.* only" },
	{ "tcp.* bytes=5", "bytes is", "tcp.data and tcp.ack only" },
	{ "tcp.data bytes=9..5", "bytes is \"9..5\"", "the smaller first" },
	{ "tcp.data block=5", "block, from, to", "tftp.data and tftp.ack only" },
};

START_TEST(mistakes_name_what_is_allowed)
{
	g_autoptr(GError) error = NULL;
	const char *what = wrong_rows[_i].what;

	ck_assert_msg(!impair_match_parse(what, &error), "\"%s\" was taken", what);
	ck_assert_msg(strstr(error->message, wrong_rows[_i].says) != NULL, "\"%s\": %s", what,
		      error->message);
	ck_assert_msg(strstr(error->message, "allowed") != NULL, "\"%s\": %s", what,
		      error->message);
	ck_assert_msg(strstr(error->message, wrong_rows[_i].allowed) != NULL, "\"%s\": %s", what,
		      error->message);
}
END_TEST

static const struct {
	const char *what;
	struct impair_rule rule;
	int code; /* -1: it is fine */
	const char *says;
} rule_rows[] = {
	{ "drop", { .action = IMPAIR_DROP, .what = (char *)"dhcp.offer" }, -1, NULL },
	{ "drop of nothing",
	  { .action = IMPAIR_DROP, .what = (char *)"dhcp.ofer" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "dhcp.offer" },
	{ "delay", { .action = IMPAIR_DELAY, .what = (char *)"*", .by_ns = 1 }, -1, NULL },
	{ "delay by nothing",
	  { .action = IMPAIR_DELAY, .what = (char *)"*" },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "time in ns is 0, allowed are 1 to 3600000000000" },
	{ "delay by more than an hour",
	  { .action = IMPAIR_DELAY, .what = (char *)"*", .by_ns = IMPAIR_NS_MAX + 1 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "allowed are 1 to 3600000000000" },
	{ "duplicate", { .action = IMPAIR_DUPLICATE, .what = (char *)"*", .times = 1 }, -1, NULL },
	{ "duplicate no times",
	  { .action = IMPAIR_DUPLICATE, .what = (char *)"*" },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "times is 0, allowed are 1 to 1000" },
	{ "duplicate too often",
	  { .action = IMPAIR_DUPLICATE, .what = (char *)"*", .times = 1001 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "times is 1001, allowed are 1 to 1000" },
	{ "swap", { .action = IMPAIR_SWAP, .what = (char *)"*" }, -1, NULL },
	{ "swap after more than an hour",
	  { .action = IMPAIR_SWAP, .what = (char *)"*", .by_ns = UINT64_MAX },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "allowed are 0 to 3600000000000" },
	{ "truncate", { .action = IMPAIR_TRUNCATE, .what = (char *)"dhcp.*" }, -1, NULL },
	{ "truncate TCP", { .action = IMPAIR_TRUNCATE, .what = (char *)"tcp.data" }, -1, NULL },
	{ "truncate what has no payload",
	  { .action = IMPAIR_TRUNCATE, .what = (char *)"arp.*" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "allowed is udp, dhcp.*, tftp.* and tcp.* only" },
	{ "corrupt",
	  { .action = IMPAIR_CORRUPT,
	    .what = (char *)"tftp.data",
	    .field = (char *)"tftp.block",
	    .repair = true },
	  -1,
	  NULL },
	{ "corrupt nothing",
	  { .action = IMPAIR_CORRUPT, .what = (char *)"tftp.data" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "field is \"\"" },
	{ "corrupt an unknown field",
	  { .action = IMPAIR_CORRUPT, .what = (char *)"tftp.data", .field = (char *)"tftp.blok" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "udp.checksum" },
	{ "corrupt another protocol's field",
	  { .action = IMPAIR_CORRUPT, .what = (char *)"tftp.data", .field = (char *)"dhcp.xid" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "field is \"dhcp.xid\", allowed is one of its kind" },
	{ "corrupt a block number that an RRQ has not",
	  { .action = IMPAIR_CORRUPT, .what = (char *)"tftp.rrq", .field = (char *)"tftp.block" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "tftp.block" },
	{ "corrupt what some of them have",
	  { .action = IMPAIR_CORRUPT, .what = (char *)"tftp.*", .field = (char *)"tftp.block" },
	  -1,
	  NULL },
	{ "repair a checksum",
	  { .action = IMPAIR_CORRUPT,
	    .what = (char *)"tftp.data",
	    .field = (char *)"udp.checksum",
	    .repair = true },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "which is a checksum" },
	{ "error", { .action = IMPAIR_ERROR, .what = (char *)"tftp.rrq", .code = 2 }, -1, NULL },
	{ "an error to what is no TFTP",
	  { .action = IMPAIR_ERROR, .what = (char *)"*", .code = 2 },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "allowed is tftp.* only" },
	{ "an error with too large a code",
	  { .action = IMPAIR_ERROR, .what = (char *)"tftp.rrq", .code = 65536 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "code is 65536, allowed are 0 to 65535" },
	{ "a reset of TCP", { .action = IMPAIR_RST, .what = (char *)"tcp.data" }, -1, NULL },
	{ "a reset of all",
	  { .action = IMPAIR_RST, .what = (char *)"*" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "tcp.* only" },
	{ "a window of UDP",
	  { .action = IMPAIR_WINDOW, .what = (char *)"udp" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "tcp.* only" },
	{ "no action at all",
	  { .action = IMPAIR_N_ACTIONS, .what = (char *)"*" },
	  IMPAIR_CONFIG_ERROR_RULE,
	  "no action" },
};

START_TEST(rules_make_sense)
{
	struct impair_rule r = rule_rows[_i].rule;
	g_autoptr(GError) error = NULL;
	struct impair_match *m;

	r.name = (char *)"some-name";
	m = impair_rule_parse(&r, &error);
	if (rule_rows[_i].code < 0) {
		ck_assert_msg(m != NULL, "%s: %s", rule_rows[_i].what, error ? error->message : "");
		impair_match_free(m);
		return;
	}
	ck_assert_msg(!m, "%s: was taken", rule_rows[_i].what);
	ck_assert_msg(g_error_matches(error, IMPAIR_CONFIG_ERROR, rule_rows[_i].code), "%s: %s",
		      rule_rows[_i].what, error->message);
	ck_assert_msg(strstr(error->message, rule_rows[_i].says) != NULL, "%s: %s",
		      rule_rows[_i].what, error->message);
	ck_assert_msg(g_str_has_prefix(error->message, "rule some-name: "), "%s: %s",
		      rule_rows[_i].what, error->message);
}
END_TEST

START_TEST(actions_have_names)
{
	ck_assert_str_eq(impair_action_name(IMPAIR_DROP), "drop");
	ck_assert_str_eq(impair_action_name(IMPAIR_ERROR), "error");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_rule");

	suite_add_rows(s, matches_what_it_says, N_ROWS(match_rows));
	suite_add_rows(s, tcp_matches_what_it_says, N_ROWS(tcp_rows));
	suite_add(s, every_kind_has_a_name);
	suite_add_rows(s, mistakes_name_what_is_allowed, N_ROWS(wrong_rows));
	suite_add_rows(s, rules_make_sense, N_ROWS(rule_rows));
	suite_add(s, actions_have_names);
	return suite_run(s);
}
