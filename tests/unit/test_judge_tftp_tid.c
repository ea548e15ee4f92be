/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tftp_tid: a stranger sends into a transfer
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tftp_boot.h"

#define STRANGER 48879

/* A usual boot, and behind its frame @after one from or to the stranger. */
static void add(unsigned after, bool to_guest, const char *payload, size_t len)
{
	struct boot_frame f;

	if (to_guest)
		boot_add(&b, BOOT_SERVER, STRANGER, BOOT_GUEST, 2001, (const uint8_t *)payload,
			 len);
	else
		boot_add(&b, BOOT_GUEST, 2001, BOOT_SERVER, STRANGER, (const uint8_t *)payload,
			 len);
	f = b.frames[--b.n];
	memmove(&b.frames[after + 2], &b.frames[after + 1],
		(b.n - after - 1) * sizeof(b.frames[0]));
	b.frames[after + 1] = f;
	b.n++;
}

static void add_stray_block(void)
{
	add(BOOT_ACK_1, true, "\0\3\0\2x", 5);
}

START_TEST(nobody_strange)
{
	boot_usual(&b);
	boot_assert(&b, "tftp.tid.wrong-port-data", NOTHING, "usual");
	boot_assert(&b, "tftp.tid.error-5", NOTHING, "usual");
	boot_assert(&b, "tftp.tid.spoofed-error", NOTHING, "usual");
	boot_assert(&b, "tftp.tid.new-server-port", KEPT, "usual");
}
END_TEST

START_TEST(a_block_that_is_dropped)
{
	boot_usual(&b);
	add_stray_block();
	boot_assert(&b, "tftp.tid.wrong-port-data", KEPT, "the payload is as it was");
	boot_assert(&b, "tftp.tid.error-5", BROKEN, "without a word");
	b.payload = "@iplab payload kind=probe initrd_len=100 initrd_crc32=ffffffff "
		    "self_crc32=0a0b0c0d";
	boot_assert(&b, "tftp.tid.wrong-port-data", BROKEN, "but it got into the file");
	b.payload = NULL;
	boot_assert(&b, "tftp.tid.wrong-port-data", BROKEN, "and then the boot ends");
}
END_TEST

START_TEST(a_block_that_is_acknowledged)
{
	boot_usual(&b);
	add_stray_block();
	add(BOOT_ACK_1 + 1, false, "\0\4\0\2", 4);
	boot_assert(&b, "tftp.tid.wrong-port-data", BROKEN, "an ACK to the stranger");
}
END_TEST

START_TEST(a_block_that_is_refused)
{
	boot_usual(&b);
	add_stray_block();
	add(BOOT_ACK_1 + 1, false, "\0\5\0\5", 5);
	boot_assert(&b, "tftp.tid.error-5", KEPT, "ERROR 5");
	boot_assert(&b, "tftp.tid.wrong-port-data", KEPT, "an ERROR is no ACK");
	boot_usual(&b);
	add_stray_block();
	add(BOOT_ACK_1 + 1, false, "\0\5\0\4", 5);
	boot_assert(&b, "tftp.tid.error-5", BROKEN, "another ERROR");
}
END_TEST

START_TEST(an_error_of_a_stranger)
{
	boot_usual(&b);
	add(BOOT_ACK_1, true, "\0\5\0\0x", 6);
	boot_assert(&b, "tftp.tid.spoofed-error", KEPT, "the boot goes on");
	b.payload = NULL;
	b.ending = "gave-up";
	boot_assert(&b, "tftp.tid.spoofed-error", BROKEN, "the boot ends");
}
END_TEST

/* The first answer makes the server's port, whatever it is. */
START_TEST(a_first_answer_is_never_strange)
{
	boot_usual(&b);
	boot_edit(&b, BOOT_OACK, "udp+0=beef");
	boot_edit(&b, BOOT_DATA_1, "udp+0=beef");
	boot_edit(&b, BOOT_DATA_2, "udp+0=beef");
	boot_assert(&b, "tftp.tid.wrong-port-data", NOTHING, "all from one port");
	boot_assert(&b, "tftp.tid.new-server-port", BROKEN, "ACKs go elsewhere");
}
END_TEST

/* A client that has one port for all: the server's is another for each transfer. */
START_TEST(another_transfer_is_not_strange)
{
	static const uint8_t data[] = { 0, TFTP_DATA, 0, 1, 'x' };

	boot_usual(&b);
	boot_rrq(&b, 2001, "second");
	boot_add(&b, BOOT_SERVER, 49160, BOOT_GUEST, 2001, data, sizeof(data));
	boot_assert(&b, "tftp.tid.wrong-port-data", NOTHING, "the second file's server port");
}
END_TEST

/* To and from the stranger, as the last frame. */
static void stranger_sends(const char *payload, size_t len)
{
	boot_add(&b, BOOT_SERVER, STRANGER, BOOT_GUEST, TFTP_BOOT_CLIENT, (const uint8_t *)payload,
		 len);
}

static void tell_stranger(const char *payload, size_t len)
{
	boot_add(&b, BOOT_GUEST, TFTP_BOOT_CLIENT, BOOT_SERVER, STRANGER, (const uint8_t *)payload,
		 len);
}

START_TEST(the_server_moves)
{
	static const char id[] = "tftp.tid.server-moves-port";

	begin_file();
	block(1, 512);
	see(id, NOTHING);
	stranger_sends("\0\3\0\2x", 5);
	ends("gave-up");
	see(id, KEPT);
	tell_stranger("\0\5\0\5", 5);
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
	ends("gave-up");
	tell_stranger("\0\4\0\2", 4);
	see(id, BROKEN);
}
END_TEST

START_TEST(two_transfers)
{
	static const char id[] = "tftp.rrq.duplicated-on-wire";

	begin_file();
	oack("blksize|8|");
	see(id, NOTHING);
	stranger_sends("\0\6blksize\0008", 12);
	see_payload(id);
	begin_file();
	oack("blksize|8|");
	stranger_sends("\0\6blksize\0008", 12);
	tell_stranger("\0\4\0\0", 4);
	see(id, BROKEN);
}
END_TEST

START_TEST(a_block_of_the_file_before)
{
	static const char id[] = "tftp.tid.stale-previous-file";

	begin_file();
	block(1, 7);
	ack(1);
	ask("second");
	see(id, NOTHING);
	block(1, 7);
	see_payload(id);
}
END_TEST

START_TEST(one_port)
{
	static const char id[] = "tftp.tid.single-port-server";

	begin_file();
	block(1, 7);
	see(id, NOTHING);
	boot_edit(&b, 1, "udp+0=0045");
	see_payload(id);
}
END_TEST

START_TEST(another_host)
{
	begin_file();
	see("tftp.tid.reply-other-ip", NOTHING);
	event("impair.forge");
	block(1, 7);
	see_payload("tftp.tid.reply-other-ip");
	begin_file();
	event("impair.forge");
	block(1, 7);
	see_payload("tftp.tid.wrong-ip-data");
}
END_TEST

START_TEST(refused_answers_are_no_transfer)
{
	static const char id[] = "tftp.tid.new-server-port";

	begin_file();
	oack("blksize|9999|");
	error(from_guest, 8);
	see(id, NOTHING);
	ask("b");
	oack("blksize|8|");
	see(id, BROKEN);
	ack(0);
	see(id, KEPT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tftp_tid");

	suite_add(s, nobody_strange);
	suite_add(s, a_block_that_is_dropped);
	suite_add(s, a_block_that_is_acknowledged);
	suite_add(s, a_block_that_is_refused);
	suite_add(s, an_error_of_a_stranger);
	suite_add(s, a_first_answer_is_never_strange);
	suite_add(s, another_transfer_is_not_strange);
	suite_add(s, the_server_moves);
	suite_add(s, two_transfers);
	suite_add(s, a_block_of_the_file_before);
	suite_add(s, one_port);
	suite_add(s, another_host);
	suite_add(s, refused_answers_are_no_transfer);
	return suite_run(s);
}
