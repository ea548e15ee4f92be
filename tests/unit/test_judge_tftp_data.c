/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tftp_data: blocks in order, lost, copied, late, broken
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tftp_boot.h"

START_TEST(lock_step)
{
	static const char id[] = "tftp.ack.lock-step";

	begin_file();
	see(id, NOTHING);
	block(1, 512);
	ack(1);
	ack(1);
	see(id, KEPT);
	block(3, 512);
	ack(1);
	see(id, KEPT);
	ack(3);
	see(id, BROKEN);
	begin_file();
	block(1, 512);
	ack(0);
	see(id, NOTHING);
	ack(2);
	see(id, BROKEN);
	event("impair.forge");
	see(id, NOTHING);
}
END_TEST

static const struct {
	const char *id, *event;
	bool may_refuse;
} faults[] = {
	{ "tftp.data.duplicate-last", "impair.duplicate", false },
	{ "tftp.data.duplicate-burst", "impair.duplicate", false },
	{ "tftp.data.reordered-pair", "impair.duplicate", false },
	{ "tftp.sas.no-growth", "impair.delay", false },
	{ "tftp.retry.budget-per-block", "impair.delay", false },
	{ "tftp.delay.slow-server", "impair.delay", false },
	{ "tftp.data.old", "impair.forge", false },
	{ "tftp.data.future", "impair.forge", true },
	{ "tftp.data.lost-server-repeats", "impair.drop", false },
	{ "tftp.ack.lost", "impair.drop", false },
	{ "tftp.loss.1pct", "impair.drop", false },
};

START_TEST(survived)
{
	begin_file();
	block(1, 512);
	see(faults[_i].id, NOTHING);
	event(faults[_i].event);
	block(2, 512);
	see_payload(faults[_i].id);
	error(from_guest, 4);
	see(faults[_i].id, faults[_i].may_refuse ? KEPT : BROKEN);
}
END_TEST

START_TEST(growth)
{
	static const char *const ids[] = { "tftp.sas.no-growth", "tftp.data.duplicate-burst" };
	static const char *const events[] = { "impair.delay", "impair.duplicate" };

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		begin_file();
		event(events[i]);
		block(1, 512);
		block(1, 512);
		ack(1);
		ack(1);
		see(ids[i], KEPT);
		ack(1);
		see(ids[i], BROKEN);
	}
}
END_TEST

START_TEST(long_way)
{
	static const char id[] = "tftp.delay.500ms";

	begin_file();
	block(1, 512);
	block(1, 512);
	see(id, KEPT);
	block(1, 512);
	see(id, BROKEN);
}
END_TEST

START_TEST(repeated_by_timer)
{
	static const char *const ids[] = { "tftp.data.lost-server-silent",
					   "tftp.data.first-lost-server-silent" };

	begin_file();
	block(1, 512);
	ack(1);
	see(ids[_i], NOTHING);
	event("impair.drop");
	see(ids[_i], BROKEN);
	ack(1);
	see(ids[_i], KEPT);
	begin_file();
	block(1, 512);
	event("impair.drop");
	block(2, 512);
	see(ids[_i], BROKEN);
}
END_TEST

START_TEST(oversize)
{
	static const char id[] = "tftp.data.oversize";

	begin_file();
	oack("blksize|100|");
	block(1, 100);
	ack(1);
	see(id, NOTHING);
	block(2, 101);
	ack(1);
	see(id, KEPT);
	begin_file();
	oack("blksize|100|");
	block(1, 101);
	see(id, KEPT);
	error(from_guest, 4);
	see(id, KEPT);
	begin_file();
	block(1, 513);
	ack(1);
	see(id, BROKEN);
}
END_TEST

START_TEST(window_ends)
{
	static const char id[] = "tftp.win.ack-window-end";

	begin_file();
	oack("windowsize|2|");
	ack(0);
	see(id, NOTHING);
	for (uint16_t i = 1; i < 4; i++)
		block(i, i < 3 ? 512 : 7);
	ack(2);
	ack(3);
	see(id, KEPT);
	begin_file();
	oack("windowsize|2|");
	block(1, 512);
	ack(1);
	see(id, BROKEN);
	begin_file();
	block(1, 512);
	ack(1);
	see(id, NOTHING);
}
END_TEST

START_TEST(window_gap)
{
	static const char id[] = "tftp.win.gap";

	begin_file();
	oack("windowsize|4|");
	block(1, 512);
	block(2, 512);
	see(id, NOTHING);
	block(4, 512);
	see(id, BROKEN);
	ack(2);
	see_payload(id);
	begin_file();
	oack("windowsize|4|");
	block(2, 512);
	ack(2);
	see(id, BROKEN);
}
END_TEST

static const struct {
	const char *id, *oack;
} wraps[] = {
	{ "tftp.wrap.to-0", "blksize|8|" },
	{ "tftp.wrap.duplicate-across", "blksize|8|" },
	{ "tftp.wrap.window", "blksize|8|windowsize|4|" },
};

START_TEST(wrapped)
{
	begin_file();
	oack(wraps[_i].oack);
	block(65535, 8);
	see(wraps[_i].id, NOTHING);
	block(0, 8);
	see_payload(wraps[_i].id);
}
END_TEST

START_TEST(over_ip4)
{
	begin_file();
	block(1, 512);
	see("tftp.v6.transfer", NOTHING);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tftp_data");

	suite_add(s, lock_step);
	suite_add_rows(s, survived, G_N_ELEMENTS(faults));
	suite_add(s, growth);
	suite_add(s, long_way);
	suite_add_rows(s, repeated_by_timer, 2);
	suite_add(s, oversize);
	suite_add(s, window_ends);
	suite_add(s, window_gap);
	suite_add_rows(s, wrapped, G_N_ELEMENTS(wraps));
	suite_add(s, over_ip4);
	return suite_run(s);
}
