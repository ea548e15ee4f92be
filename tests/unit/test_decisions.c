/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/decisions: decisions of a journal, and scenarios that say them
 */
#include "harness/decisions.h"

#include <check.h>
#include <string.h>

#include "harness/scenario.h"
#include "server/journal.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define EVENT(action, name, more)                                                                  \
	"{\"t_ns\":5,\"ev\":\"" action "\",\"kind\":\"x\"," more "\"decision\":\"" name "\"}"

#define ACK "tftp.ack file=i ordinal=1 block=3 attempt=1"
#define DATA "tftp.data file=i ordinal=1 block=9 attempt=1"
#define OFFER "dhcp.offer ordinal=1 attempt=1"

static const char scenario[] = "[scenario]\nsummary = s\n\n"
			       "[link]\nloss = 5%\njitter_us = 9000\ndelay_us = 1000\n\n"
			       "[rule.cut]\ntruncate = dhcp.*\nbytes = 300\nrandom = true\n"
			       "chance = 10%\n\n"
			       "[rule.late]\ndelay = tftp.*\nby_ms = 50\nchance = 10%\n\n"
			       "[rule.x y]\ncorrupt = tftp.data\nfield = tftp.data\n\n"
			       "[expect]\nending = payload;gave-up\n";

/* What a decision becomes; NULL: no rule can say it. */
static const struct {
	const char *line, *rule;
} rows[] = {
	{ EVENT("impair.drop", "loss " ACK, ""), "drop = " ACK "\n" },
	{ EVENT("impair.drop", "state " ACK, ""), "drop = " ACK "\n" },
	{ EVENT("impair.duplicate", "duplicate " ACK, ""), "duplicate = " ACK "\n" },
	{ EVENT("impair.corrupt", "corrupt " DATA, "\"repaired\":1,\"edits\":\"eth+9=aa\","),
	  "rewrite = " DATA "\nedits = eth+9=aa\nrepair = true\n" },
	{ EVENT("impair.corrupt", "rule.x*y " DATA,
		"\"repaired\":0,\"edits\":\"eth+9=aa;eth+12=bb\","),
	  "rewrite = " DATA "\nedits = eth+9=aa;eth+12=bb\n" },
	{ EVENT("impair.truncate", "rule.cut " OFFER, "\"bytes\":17,"),
	  "truncate = " OFFER "\nbytes = 17\n" },
	{ EVENT("impair.delay", "rule.late " ACK, "\"by_ns\":50000000,"),
	  "delay = " ACK "\nby_ms = 50\n" },
	{ EVENT("impair.delay", "jitter " ACK, "\"delay_ns\":5600000,"),
	  "delay = " ACK "\nby_ms = 5\n" },
	{ EVENT("impair.delay", "jitter " ACK, "\"delay_ns\":900000,"), NULL },
	{ EVENT("impair.delay", "jitter " ACK, "\"delay_ns\":1100000,"), NULL },
	{ EVENT("impair.reorder", "reorder " ACK, ""), NULL },
	{ EVENT("impair.corrupt", "rule.x*y " DATA, "\"repaired\":1,\"edits\":\"\","), NULL },
};

static Scenario *load(const char *text)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "x.ini", text);
	g_autoptr(GError) error = NULL;
	Scenario *s = scenario_load(path, "x", &error);

	ck_assert_msg(s != NULL, "%s:\n%s", error ? error->message : "", text);
	temp_folder_remove(dir);
	return s;
}

static void expect_in(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static struct decision *decision(const char *line)
{
	g_autofree char *copy = g_strdup(line);

	return decision_of_line(copy);
}

START_TEST(each_becomes_a_rule)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(decision_free);
	g_autofree char *text = NULL, *by_name = NULL, *group = NULL;
	g_autoptr(Scenario) as_rules = NULL, named = NULL;
	const struct decision *d;
	bool needs_seed;

	g_ptr_array_add(all, decision(rows[_i].line));
	d = all->pdata[0];
	ck_assert_ptr_nonnull(d);
	text = decisions_as_rules(scenario, all, NULL, &needs_seed);
	ck_assert_msg(needs_seed == !rows[_i].rule, "%s", text);
	as_rules = load(text);
	if (rows[_i].rule) {
		group = g_strconcat("[rule.decision-1]\n", rows[_i].rule, "\n", NULL);
		expect_in(text, group);
		expect_in(text, "[link]\ndelay_us = 1000\n\n");
		ck_assert_uint_eq(as_rules->impair.rules->len, 1);
		ck_assert_ptr_null(as_rules->impair.only);
	} else {
		expect_in(text, d->name);
		expect_in(text, "jitter_us");
	}

	by_name = decisions_by_name(scenario, all, NULL);
	named = load(by_name);
	ck_assert_str_eq(named->impair.only[0], d->name);
	ck_assert_uint_eq(named->impair.rules->len, 3);
}
END_TEST

START_TEST(only_those_that_are_in)
{
	const bool in[] = { true, false, true };
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(decision_free);
	g_autofree char *by_name = NULL, *rules = NULL;
	bool needs_seed;

	for (unsigned i = 0; i < G_N_ELEMENTS(in); i++)
		g_ptr_array_add(all, decision(rows[i * 3].line));
	by_name = decisions_by_name(scenario, all, in);
	expect_in(by_name, "[decisions]\nonly = loss " ACK ";rule.late " ACK "\n");
	rules = decisions_as_rules(scenario, all, in, &needs_seed);
	ck_assert(!needs_seed);
	expect_in(rules, "[rule.decision-2]\ndelay");
	ck_assert(!strstr(rules, "decision-3"));
}
END_TEST

static const char *const none[] = {
	"",
	"{\"t_ns\":1,\"ev\":\"tftp.rrq\",\"decision\":\"loss x\"}",
	EVENT("client.drop", "rule.x " ACK, ""),
	EVENT("impair.release", "rule.x " ACK, ""),
	"{\"t_ns\":1,\"ev\":\"impair.drop\",\"kind\":\"x\"}",
	"{\"t_ns\":1,\"ev\":\"impair.drop\",\"decision\":\"loss\"}",
	"{\"ev\":\"impair.drop\",\"decision\":\"loss x",
};

START_TEST(what_is_none)
{
	ck_assert_ptr_null(decision(none[_i]));
}
END_TEST

/* As the network writes it, each name once. */
START_TEST(journals_are_read)
{
	char *dir = temp_folder_new();
	g_autofree char *path = g_build_filename(dir, "j.gz", NULL);
	Journal *j = journal_new(path);
	g_autoptr(GPtrArray) all = NULL, nothing = decisions_of_journal("/nonexistent");
	static const char *const names[] = { "loss " ACK, "loss " DATA, "loss " ACK };

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		journal_begin(j, i, "impair.drop");
		journal_str(j, "decision", names[i]);
		journal_end(j);
	}
	journal_free(j);
	all = decisions_of_journal(path);
	ck_assert_uint_eq(all->len, 2);
	ck_assert_str_eq(((struct decision *)all->pdata[1])->packet, DATA);
	ck_assert_uint_eq(nothing->len, 0);
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("decisions");

	suite_add_rows(s, each_becomes_a_rule, N_ROWS(rows));
	suite_add(s, only_those_that_are_in);
	suite_add_rows(s, what_is_none, N_ROWS(none));
	suite_add(s, journals_are_read);
	return suite_run(s);
}
