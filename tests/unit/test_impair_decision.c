/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_decision: decisions by name, and a network that takes only some of them
 */
#include "server/impair_decision.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/unit/test_impair_network.h"

enum {
	N_BLOCKS = 60,
	PPM = 1000 * 1000,
};

/* --- names --- */

static const struct {
	struct packet_id id;
	const char *rule, *model, *name;
} name_rows[] = {
	{ { .kind = FRAME_TFTP_ACK, .ordinal = 1, .block = 3, .attempt = 1, .file = "initrd.img" },
	  NULL,
	  "loss",
	  "loss tftp.ack file=initrd.img ordinal=1 block=3 attempt=1" },
	{ { .dir = PACKET_TO_GUEST, .kind = FRAME_DHCP_OFFER, .ordinal = 2, .attempt = 3 },
	  "late",
	  NULL,
	  "rule.late dhcp.offer ordinal=2 attempt=3" },
	{ { .kind = FRAME_TFTP_RRQ, .ordinal = 1, .attempt = 1, .file = "" },
	  NULL,
	  "loss",
	  "loss tftp.rrq file= ordinal=1 attempt=1" },
	{ { .dir = PACKET_TO_GUEST, .kind = FRAME_ARP_REQUEST, .ordinal = 1, .attempt = 1 },
	  NULL,
	  "jitter",
	  "jitter arp.request dir=to-guest ordinal=1 attempt=1" },
	{ { .kind = FRAME_TCP_DATA, .ordinal = 1, .attempt = 1, .bytes_at = 500, .n_bytes = 9 },
	  NULL,
	  "loss",
	  "loss tcp.data dir=from-guest ordinal=1 bytes=500 attempt=1" },
	{ { .kind = FRAME_TFTP_RRQ, .ordinal = 1, .attempt = 1, .file = "a b;c\\\n/d*e" },
	  "x y",
	  NULL,
	  "rule.x*y tftp.rrq file=a*b*c*/d*e ordinal=1 attempt=1" },
};

/* A name reads back as what is for the decision, and for no other packet or decider. */
START_TEST(names_are_for_their_packets)
{
	struct packet_id id = name_rows[_i].id;
	struct impair_rule r = { .name = (char *)name_rows[_i].rule };
	const struct impair_rule *rule = name_rows[_i].rule ? &r : NULL;
	g_autofree char *name = impair_decision_name(rule, name_rows[_i].model, &id);
	char *names[] = { name, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) only = NULL;

	ck_assert_str_eq(name, name_rows[_i].name);
	only = impair_only_parse(names, &error);
	ck_assert_msg(only != NULL, "%s", error ? error->message : "");
	ck_assert(impair_only_has(only, rule, name_rows[_i].model, &id));
	ck_assert(!impair_only_has(only, NULL, "reorder", &id));
	id.attempt++;
	ck_assert(!impair_only_has(only, rule, name_rows[_i].model, &id));
}
END_TEST

START_TEST(no_list_is_all_and_an_empty_list_none)
{
	char *nothing[] = { NULL };
	g_autoptr(GPtrArray) only = impair_only_parse(nothing, NULL);
	const struct packet_id *id = &name_rows[0].id;

	ck_assert_ptr_null(impair_only_parse(NULL, NULL));
	ck_assert(impair_only_has(NULL, NULL, "loss", id));
	ck_assert(!impair_only_has(only, NULL, "loss", id));
}
END_TEST

static const struct {
	const char *name, *says;
} bad_rows[] = {
	{ "loss", "\"\" is no kind of packet" },
	{ "", "\"\" is no kind of packet" },
	{ "loss tftp.akc", "\"tftp.akc\" is no kind of packet" },
	{ "loss dhcp.offer block=2", "block, from, to" },
};

START_TEST(what_is_no_name_is_refused)
{
	char *names[] = { (char *)bad_rows[_i].name, NULL };
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(impair_only_parse(names, &error));
	ck_assert_ptr_nonnull(strstr(error->message, bad_rows[_i].says));
}
END_TEST

/* --- a network --- */

/* Send a file; @lost: which blocks were. Return: how many. */
static unsigned send_file(bool lost[N_BLOCKS])
{
	unsigned n = 0;

	start(7);
	memset(&lab, 0, sizeof(lab));
	begin_transfer();
	for (unsigned block = 1; block <= N_BLOCKS; block++) {
		lost[block - 1] = !send_data(block);
		n += lost[block - 1];
	}
	forget();
	g_clear_pointer(&im, impair_free);
	return n;
}

/* All that is lost of DATA with only some decisions are those, and what they were before. */
START_TEST(only_the_named_decisions_are_taken)
{
	static char *only[] = { (char *)"loss tftp.data from=20 to=29",
				(char *)"gemodel tftp.data block=5", NULL };
	bool all[N_BLOCKS], some[N_BLOCKS];
	unsigned n_all, n_some, n_within = 0;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 400 * 1000;
	n_all = send_file(all);
	cfg.only = only;
	n_some = send_file(some);
	for (unsigned i = 0; i < N_BLOCKS; i++) {
		bool is_within = i + 1 >= 20 && i + 1 <= 29;

		ck_assert_msg(some[i] == (is_within && all[i]), "block %u", i + 1);
		n_within += is_within && all[i];
	}
	ck_assert_uint_gt(n_all, n_within);
	ck_assert_uint_eq(n_some, n_within);
	ck_assert_uint_gt(n_some, 0);
}
END_TEST

/* Every step asks: without a decision that is wanted, each model leaves packets alone. */
START_TEST(no_decision_no_effect)
{
	static char *only[] = { NULL };
	struct impair_side *side = &cfg.side[PACKET_TO_GUEST];

	*side = (struct impair_side){
		.delay_ns = 5 * MS,
		.jitter_ns = 4 * MS,
		.loss_ppm = PPM / 2,
		.ge_p_ppm = PPM,
		.ge_r_ppm = 1,
		.ge_loss_bad_ppm = PPM,
		.s4_p13_ppm = PPM,
		.s4_p31_ppm = 1,
		.slot_ns = MS,
		.duplicate_ppm = PPM,
		.reorder_ppm = PPM,
		.corrupt_ppm = PPM,
		.mtu = 100,
		.down_ns = 1,
	};
	rule(IMPAIR_DELAY, "*")->by_ns = MS;
	cfg.only = only;
	start(1);
	begin_transfer();
	for (unsigned block = 1; block <= N_BLOCKS; block++) {
		ck_assert_uint_eq(send_data(block), 1);
		assert_untouched(0, now_ns + 5 * MS);
	}
	ck_assert_str_eq(journal_lines(journal), "");
}
END_TEST

static const struct {
	bool is_rule, repair;
	const char *field;
} corrupt_rows[] = {
	{ true, true, "tftp.data" },     { true, false, "tftp.block" }, { true, true, "ip.length" },
	{ true, false, "udp.checksum" }, { true, true, "eth.payload" }, { false, true, NULL },
	{ false, false, NULL },
};

static char *field_of_journal(const char *key)
{
	g_autofree char *start_of = g_strdup_printf("\"%s\":\"", key);
	const char *at = strstr(journal_lines(journal), start_of);

	ck_assert_msg(at != NULL, "%s", journal_lines(journal));
	at += strlen(start_of);
	return g_strndup(at, strcspn(at, "\""));
}

/* What a corruption did, said as a rule, does the same. */
START_TEST(a_corruption_can_be_said_as_a_rule)
{
	struct lab_frame corrupted;
	g_autofree char *edits = NULL, *decision = NULL;
	g_auto(GStrv) list = NULL;

	if (corrupt_rows[_i].is_rule) {
		rule(IMPAIR_CORRUPT, "tftp.data")->field = (char *)corrupt_rows[_i].field;
		rules[0].repair = corrupt_rows[_i].repair;
	} else {
		cfg.side[PACKET_TO_GUEST].corrupt_ppm = PPM;
		cfg.side[PACKET_TO_GUEST].corrupt_repair = corrupt_rows[_i].repair;
	}
	start(3);
	begin_transfer();
	send_data(1);
	delivered(0);
	corrupted = got;
	ck_assert(corrupted.len != lab.len || memcmp(corrupted.buf, lab.buf, lab.len));
	edits = field_of_journal("edits");
	decision = field_of_journal("decision");
	ck_assert(g_str_has_suffix(decision, "tftp.data file=kernel ordinal=1 block=1 attempt=1"));

	tear_down();
	im = NULL;
	set_up();
	list = g_strsplit(edits, ";", -1);
	rule(IMPAIR_REWRITE, "tftp.data")->edits = list;
	rules[0].repair = corrupt_rows[_i].repair;
	start(4);
	begin_transfer();
	send_data(1);
	delivered(0);
	ck_assert_uint_eq(got.len, corrupted.len);
	ck_assert_mem_eq(got.buf, corrupted.buf, got.len);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_decision");
	TCase *tc = tcase_create("network");

	suite_add_rows(s, names_are_for_their_packets, N_ROWS(name_rows));
	suite_add_rows(s, what_is_no_name_is_refused, N_ROWS(bad_rows));
	suite_add(s, no_list_is_all_and_an_empty_list_none);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, only_the_named_decisions_are_taken);
	tcase_add_test(tc, no_decision_no_effect);
	tcase_add_loop_test(tc, a_corruption_can_be_said_as_a_rule, 0, N_ROWS(corrupt_rows));
	suite_add_tcase(s, tc);
	return suite_run(s);
}
