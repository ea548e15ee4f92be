/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tftp_end: last blocks, ERRORs, packets that end nothing
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tftp_boot.h"

START_TEST(short_block)
{
	static const char id[] = "tftp.final.short";

	begin_file();
	block(1, 7);
	see(id, NOTHING); /* its ACK may be on its way */
	ack(1);
	see(id, KEPT);
	begin_file();
	block(1, 7);
	ask("next");
	see(id, BROKEN);
	event("impair.drop");
	see(id, NOTHING);
	begin_file();
	block(1, 7);
	error(from_guest, 3);
	see(id, NOTHING);
	begin_file();
	block(1, 7);
	ask("next");
	ends("gave-up"); /* it may have had no room for the file */
	see(id, NOTHING);
}
END_TEST

START_TEST(exact_multiple)
{
	static const char id[] = "tftp.final.exact-multiple";

	begin_file();
	block(1, 512);
	block(2, 1);
	ack(2);
	see(id, NOTHING);
	begin_file();
	block(1, 512);
	block(2, 0);
	see(id, BROKEN);
	ack(2);
	see_payload(id);
}
END_TEST

START_TEST(empty_file)
{
	static const char id[] = "tftp.final.empty-file";

	begin_file();
	block(1, 1);
	ack(1);
	see(id, NOTHING);
	begin_file();
	block(1, 0);
	see(id, BROKEN);
	ack(1);
	see(id, KEPT);
	ends("gave-up");
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
}
END_TEST

START_TEST(dally)
{
	static const char id[] = "tftp.final.dally";

	begin_file();
	block(1, 7);
	ack(1);
	see(id, NOTHING);
	block(1, 7);
	see(id, BROKEN);
	ack(1);
	see(id, KEPT);
}
END_TEST

START_TEST(not_found)
{
	static const char id[] = "tftp.error.not-found";

	begin();
	ask("a");
	error(to_guest, 1);
	see(id, NOTHING);
	ask("b");
	see(id, KEPT);
	b.frames[b.n - 1].t_ns = b.frames[b.n - 2].t_ns + 1001 * BOOT_MS;
	see(id, BROKEN);
	begin();
	ask("a");
	error(to_guest, 1);
	ask("a");
	see(id, NOTHING);
}
END_TEST

START_TEST(error_in_the_middle)
{
	static const char id[] = "tftp.error.mid-transfer";

	begin_file();
	error(to_guest, 0);
	see(id, NOTHING);
	begin_file();
	block(1, 512);
	error(to_guest, 0);
	see(id, BROKEN);
	ends("gave-up");
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
}
END_TEST

START_TEST(error_is_not_answered)
{
	static const char id[] = "tftp.error.not-acked";

	begin_file();
	see(id, NOTHING);
	error(to_guest, 1);
	see(id, KEPT);
	ask("b");
	see(id, KEPT);
	begin_file();
	error(to_guest, 1);
	ack(0);
	see(id, BROKEN);
	begin_file();
	error(to_guest, 1);
	error(from_guest, 4);
	see(id, BROKEN);
}
END_TEST

START_TEST(error_texts)
{
	static const char id[] = "tftp.error.bad-string";

	begin_file();
	see(id, NOTHING);
	event("impair.rewrite");
	error(to_guest, 1);
	see_payload(id);
	begin_file();
	event("impair.rewrite");
	error(to_guest, 1);
	b.payload = "@iplab payload kind=probe initrd_len=100 initrd_crc32=01020304 "
		    "self_crc32=0a0b0c0d \033[2J";
	see(id, BROKEN);
}
END_TEST

START_TEST(says_it_is_full)
{
	static const char id[] = "tftp.error.client-sends-on-full";

	begin_file();
	block(1, 7);
	see(id, NOTHING);
	begin_file();
	block(1, 512);
	see(id, BROKEN);
	error(from_guest, 3);
	see(id, KEPT);
	begin_file();
	block(1, 512);
	error(from_guest, 4);
	see(id, BROKEN);
}
END_TEST

static const struct {
	const char *id;
	bool may_refuse;
} faults[] = {
	{ "tftp.data.short-header", false },
	{ "tftp.op.high-byte", false },
	{ "tftp.op.unknown", true },
	{ "tftp.op.unexpected", true },
};

START_TEST(survived)
{
	begin_file();
	see(faults[_i].id, NOTHING);
	event("impair.forge");
	block(1, 512);
	see_payload(faults[_i].id);
	error(from_guest, 4);
	see(faults[_i].id, faults[_i].may_refuse ? KEPT : BROKEN);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tftp_end");

	suite_add(s, short_block);
	suite_add(s, exact_multiple);
	suite_add(s, empty_file);
	suite_add(s, dally);
	suite_add(s, not_found);
	suite_add(s, error_in_the_middle);
	suite_add(s, error_is_not_answered);
	suite_add(s, error_texts);
	suite_add(s, says_it_is_full);
	suite_add_rows(s, survived, G_N_ELEMENTS(faults));
	return suite_run(s);
}
