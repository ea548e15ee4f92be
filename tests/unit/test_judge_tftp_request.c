/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tftp_request: what it sees of one changed request
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tftp_boot.h"

/* "blksize", "tsize", "timeout", "windowsize", with the zero byte behind it. */
#define BLKSIZE "626c6b73697a6500"
#define TSIZE "7473697a6500"
#define TIMEOUT "74696d656f757400"
#define WINDOWSIZE "77696e646f7773697a6500"

static const struct judge_row rows[] = {
	{ "tftp.rrq.port-69", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.port-69", "port 70", BOOT_RRQ_2, "udp+2=0046", BROKEN },
	{ "tftp.rrq.mode-octet", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.mode-octet", "capitals are as good", BOOT_RRQ, "6f6374657400>4f4354455400",
	  KEPT },
	{ "tftp.rrq.mode-octet", "netascii", BOOT_RRQ, "6f6374657400>6e6574617363696900", BROKEN },
	{ "tftp.rrq.format", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.format", "an option without a value", BOOT_RRQ, TSIZE "3000>" TSIZE, BROKEN },
	{ "tftp.rrq.format", "an option twice, the second time in capitals", BOOT_RRQ,
	  TSIZE "3000>424c4b53495a45003000", BROKEN },
	{ "tftp.rrq.format", "a text without its end", BOOT_RRQ, "3400>34", BROKEN },
	{ "tftp.rrq.udp-length", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.udp-length", "more than there is", BOOT_RRQ_3, "udp+4=0400", BROKEN },
	{ "tftp.rrq.blksize-range", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.blksize-range", "7", BOOT_RRQ, BLKSIZE "3134323800>" BLKSIZE "3700", BROKEN },
	{ "tftp.rrq.blksize-range", "8", BOOT_RRQ, BLKSIZE "3134323800>" BLKSIZE "3800", KEPT },
	{ "tftp.rrq.blksize-range", "65465", BOOT_RRQ, BLKSIZE "3134323800>" BLKSIZE "363534363500",
	  BROKEN },
	{ "tftp.rrq.blksize-range", "no number", BOOT_RRQ, BLKSIZE "3134323800>" BLKSIZE "387800",
	  BROKEN },
	{ "tftp.rrq.tsize-zero", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.tsize-zero", "1", BOOT_RRQ, TSIZE "3000>" TSIZE "3100", BROKEN },
	{ "tftp.rrq.timeout-range", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.timeout-range", "0", BOOT_RRQ, TIMEOUT "3500>" TIMEOUT "3000", BROKEN },
	{ "tftp.rrq.timeout-range", "256", BOOT_RRQ, TIMEOUT "3500>" TIMEOUT "32353600", BROKEN },
	{ "tftp.rrq.windowsize-range", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.windowsize-range", "0", BOOT_RRQ, WINDOWSIZE "3400>" WINDOWSIZE "3000",
	  BROKEN },
	{ "tftp.rrq.tid-random", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.tid-fresh", "usual", 0, NULL, KEPT },
	{ "tftp.rrq.tid-fresh", "that of the transfer before", BOOT_RRQ_2, "udp+0=07d1", BROKEN },
	{ "tftp.rrq.tid-fresh", "that of an earlier one", BOOT_RRQ_3, "udp+0=07d1", KEPT },
};

START_TEST(a_changed_request)
{
	judge_row_assert(&rows[_i]);
}
END_TEST

START_TEST(a_boot_without_tftp)
{
	boot_usual(&b);
	b.n = BOOT_RRQ;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		boot_assert(&b, rows[i].id, NOTHING, "no TFTP");
}
END_TEST

static const struct {
	const char *what;
	const char *ports[4];
	enum judge_saw saw;
} ports[] = {
	{ "all the same", { "07d1", "07d1", "07d1", "07d1" }, BROKEN },
	{ "one after the other", { "07d1", "07d2", "07d3", "07d4" }, BROKEN },
	{ "down, and round", { "0001", "0000", "ffff", "fffe" }, BROKEN },
	{ "the last is another", { "07d1", "07d2", "07d3", "07d5" }, KEPT },
};

START_TEST(ports_that_can_be_guessed)
{
	static const unsigned at[] = { BOOT_RRQ, BOOT_RRQ_2, BOOT_RRQ_3, BOOT_RRQ_4 };

	boot_usual(&b);
	for (int i = 0; i < 4; i++) {
		g_autofree char *edits = g_strdup_printf("udp+0=0bad;udp+0=%s", ports[_i].ports[i]);

		boot_edit(&b, at[i], edits);
	}
	boot_assert(&b, "tftp.rrq.tid-random", ports[_i].saw, ports[_i].what);
}
END_TEST

static const struct {
	const char *what, *port, *file;
	enum judge_saw saw;
} again[] = {
	{ "from the same port", "07d1", "kernel.img", KEPT },
	{ "from another port", "07d2", "kernel.img", BROKEN },
	{ "for another file", "07d1", "initrd.img", BROKEN },
	{ "not at all", NULL, NULL, BROKEN },
};

START_TEST(sent_again)
{
	g_autofree char *edits = NULL;

	boot_usual(&b);
	b.n = BOOT_OACK; /* lost, and all that would have followed */
	if (again[_i].port) {
		edits = g_strdup_printf("udp+0=0bad;udp+0=%s", again[_i].port);
		boot_rrq(&b, 1, again[_i].file);
		boot_edit(&b, b.n - 1, edits);
	}
	boot_assert(&b, "tftp.rrq.retransmit", again[_i].saw, again[_i].what);
}
END_TEST

/* What stands behind the name may be what was written past the end of a buffer. */
START_TEST(long_requests_are_others_business)
{
	static uint8_t rrq[300] = { 0, TFTP_RRQ };

	memset(rrq + 2, 'a', sizeof(rrq) - 2);
	begin();
	boot_add(&b, BOOT_GUEST, 2001, BOOT_SERVER, TFTP_PORT, rrq, 150);
	boot_assert(&b, "tftp.rrq.format", BROKEN, "a short one without an end");
	boot_assert(&b, "udp.checksum.tx-valid", KEPT, "a short one");
	b.frames[0].f.buf[14 + 20 + 6] ^= 1;
	boot_assert(&b, "udp.checksum.tx-valid", BROKEN, "a short one, spoilt");
	begin();
	boot_add(&b, BOOT_GUEST, 2001, BOOT_SERVER, TFTP_PORT, rrq, sizeof(rrq));
	boot_assert(&b, "tftp.rrq.format", NOTHING, "a long one");
	b.frames[0].f.buf[14 + 20 + 6] ^= 1;
	boot_assert(&b, "udp.checksum.tx-valid", NOTHING, "a long one, spoilt");
}
END_TEST

START_TEST(answered_requests_tell_nothing)
{
	boot_usual(&b);
	boot_assert(&b, "tftp.rrq.retransmit", NOTHING, "all are answered");
}
END_TEST

/* Requests without an answer, with these seconds between them. */
static void ask_every(const unsigned *wait_s)
{
	begin_file();
	for (; *wait_s; wait_s++) {
		ask("initrd.img");
		b.frames[b.n - 1].t_ns = b.frames[b.n - 2].t_ns + *wait_s * 1000 * BOOT_MS;
	}
}

static const struct {
	unsigned wait_s[6];
	enum judge_saw saw;
} waits[] = {
	{ { 1, 2, 0 }, NOTHING },      { { 1, 2, 4, 0 }, KEPT },      { { 1, 2, 4, 4, 4 }, KEPT },
	{ { 4, 4, 4, 4, 0 }, BROKEN }, { { 1, 4, 2, 4, 0 }, BROKEN },
};

START_TEST(intervals_grow)
{
	ask_every(waits[_i].wait_s);
	see("tftp.rrq.backoff", waits[_i].saw);
}
END_TEST

START_TEST(gives_up)
{
	static const char id[] = "tftp.rrq.giveup";
	static const unsigned wait_s[] = { 1, 2, 4, 0 };

	ask_every(wait_s);
	ends("gave-up");
	see(id, KEPT);
	ends("hang");
	see(id, BROKEN);
	block(1, 7);
	see(id, NOTHING);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tftp_request");

	suite_add_rows(s, a_changed_request, N_ROWS(rows));
	suite_add(s, a_boot_without_tftp);
	suite_add_rows(s, ports_that_can_be_guessed, N_ROWS(ports));
	suite_add_rows(s, sent_again, N_ROWS(again));
	suite_add(s, long_requests_are_others_business);
	suite_add(s, answered_requests_tell_nothing);
	suite_add_rows(s, intervals_grow, G_N_ELEMENTS(waits));
	suite_add(s, gives_up);
	return suite_run(s);
}
