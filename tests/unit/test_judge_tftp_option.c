/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tftp_option: OACKs, and what a client makes of them
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tftp_boot.h"

static const struct {
	const char *id, *oack, *harmless;
} wrong[] = {
	{ "tftp.oack.unrequested-option", "blksize|512|multicast|x|", "blksize|512|TSIZE|7|" },
	{ "tftp.oack.blksize-larger", "blksize|1429|", "blksize|1428|" },
	{ "tftp.oack.blksize-larger", "BLKSIZE|65464|", "blksize|65465|" },
	{ "tftp.oack.blksize-invalid", "blksize|7|", "blksize|8|" },
	{ "tftp.oack.blksize-invalid", "blksize|65465|", "blksize|65464|" },
	{ "tftp.oack.blksize-invalid", "blksize|-1|", "tsize|7|" },
	{ "tftp.oack.blksize-invalid", "blksize||", "blksize|1428|" },
	{ "tftp.win.larger-than-asked", "windowsize|5|", "windowsize|4|" },
};

START_TEST(must_be_refused)
{
	begin_file();
	oack(wrong[_i].harmless);
	ack(0);
	see(wrong[_i].id, NOTHING);
	begin_file();
	oack(wrong[_i].oack);
	see(wrong[_i].id, BROKEN);
	error(from_guest, 8);
	see(wrong[_i].id, KEPT);
	begin_file();
	oack(wrong[_i].oack);
	ack(0);
	see(wrong[_i].id, BROKEN);
	begin_file();
	oack(wrong[_i].oack);
	error(from_guest, 4);
	see(wrong[_i].id, BROKEN);
}
END_TEST

START_TEST(ack_0)
{
	static const char id[] = "tftp.oack.ack-block-0";

	begin_file();
	oack("blksize|1024|");
	see(id, NOTHING);
	error(from_guest, 8);
	see(id, NOTHING);
	begin_file();
	oack("blksize|1024|");
	ack(0);
	see(id, KEPT);
	begin_file();
	oack("blksize|1024|");
	ack(1);
	see(id, BROKEN);
}
END_TEST

START_TEST(empty)
{
	static const char id[] = "tftp.oack.empty";

	begin_file();
	oack("blksize|8|");
	see(id, NOTHING);
	begin_file();
	oack("");
	see(id, BROKEN);
	error(from_guest, 8);
	see(id, KEPT);
	begin_file();
	oack("");
	ack(0);
	see(id, KEPT);
	begin_file();
	oack("");
	ack(1);
	see(id, BROKEN);
	begin_file();
	oack("");
	error(from_guest, 4);
	see(id, BROKEN);
}
END_TEST

START_TEST(without_end)
{
	static const char id[] = "tftp.oack.unterminated";

	begin_file();
	oack("blksize|10|");
	ack(0);
	see(id, NOTHING);
	begin_file();
	oack("blksize|10");
	see(id, KEPT);
	error(from_guest, 8);
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
	begin_file();
	oack("blksize|10");
	ack(0);
	see(id, BROKEN);
}
END_TEST

START_TEST(taken)
{
	begin_file();
	oack("blksize|1428|");
	see("tftp.oack.blksize-smaller", NOTHING);
	see("tftp.oack.without-blksize", NOTHING);
	see("tftp.oack.tsize-lies", NOTHING);
	see("tftp.noopt.data-first", NOTHING);
	begin_file();
	oack("blksize|1427|");
	see_payload("tftp.oack.blksize-smaller");
	begin_file();
	oack("");
	see("tftp.oack.without-blksize", NOTHING);
	begin_file();
	oack("tsize|9|x|y|");
	see("tftp.oack.without-blksize", NOTHING);
	begin_file();
	oack("tsize|9|");
	see_payload("tftp.oack.without-blksize");
	begin_file();
	block(1, 512);
	see_payload("tftp.noopt.data-first");
}
END_TEST

START_TEST(sizes_that_lie)
{
	static const char id[] = "tftp.oack.tsize-lies";

	begin_file();
	oack("tsize|9|");
	see(id, KEPT);
	other_payload();
	see(id, BROKEN);
	ends("gave-up");
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
}
END_TEST

static const struct {
	const char *id, *event;
} faults[] = {
	{ "tftp.oack.name-case", "impair.rewrite" },
	{ "tftp.oack.trailing-nuls", "impair.rewrite" },
	{ "tftp.oack.duplicate-early", "impair.duplicate" },
	{ "tftp.oack.late", "impair.forge" },
	{ "tftp.oack.ack0-lost-server-repeats", "impair.drop" },
};

START_TEST(survived)
{
	begin_file();
	see(faults[_i].id, NOTHING);
	event(faults[_i].event);
	oack("blksize|1024|");
	see_payload(faults[_i].id);
}
END_TEST

START_TEST(repeated_by_timer)
{
	static const char id[] = "tftp.oack.ack0-lost-server-silent";

	begin_file();
	oack("blksize|1024|");
	see(id, NOTHING);
	event("impair.drop");
	see(id, BROKEN);
	ack(0);
	see(id, KEPT);
	begin_file();
	oack("blksize|1024|");
	event("impair.drop");
	oack("blksize|1024|");
	ack(0);
	see(id, BROKEN);
}
END_TEST

START_TEST(options_refused)
{
	static const char id[] = "tftp.noopt.error-then-plain";

	begin_file();
	error(to_guest, 1);
	see(id, NOTHING);
	begin_file();
	error(to_guest, 8);
	see(id, BROKEN);
	ask("initrd.img");
	see(id, BROKEN);
	begin_file();
	error(to_guest, 8);
	boot_add(&b, BOOT_GUEST, TFTP_BOOT_CLIENT, BOOT_SERVER, TFTP_PORT,
		 (const uint8_t *)"\0\1initrd.img\0octet", 19);
	see(id, KEPT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tftp_option");

	suite_add_rows(s, must_be_refused, G_N_ELEMENTS(wrong));
	suite_add(s, ack_0);
	suite_add(s, empty);
	suite_add(s, without_end);
	suite_add(s, taken);
	suite_add(s, sizes_that_lie);
	suite_add_rows(s, survived, G_N_ELEMENTS(faults));
	suite_add(s, repeated_by_timer);
	suite_add(s, options_refused);
	return suite_run(s);
}
