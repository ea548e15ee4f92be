/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/packet_id_tftp: which transfer a packet belongs to, and where in its file it is
 */
#include "server/packet_id_tftp.h"

#include <check.h>

#include "tests/support/boot_frames.h"
#include "tests/support/suite.h"

enum {
	PORT = 2001,
};

static PacketIds *ids;
static struct packet_id id;

static void set_up(void)
{
	ids = packet_ids_new();
}

static void tear_down(void)
{
	packet_ids_free(ids);
}

static void from_guest(const struct frame *f)
{
	packet_ids_next(ids, PACKET_FROM_GUEST, f, &id);
}

static void to_guest(const struct frame *f)
{
	packet_ids_next(ids, PACKET_TO_GUEST, f, &id);
}

static void assert_same(const struct packet_id *a, const struct packet_id *b)
{
	ck_assert_int_eq(a->dir, b->dir);
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_uint_eq(a->transaction, b->transaction);
	ck_assert_uint_eq(a->position, b->position);
	ck_assert_uint_eq(a->attempt, b->attempt);
}

/* From another port of the server's than boot_frames.h has. */
static const struct frame *from_port(const struct frame *f, uint16_t port)
{
	((struct frame *)f)->udp.sport = port;
	return f;
}

static const struct frame *at_port(const struct frame *f, uint16_t port)
{
	((struct frame *)f)->udp.dport = port;
	return f;
}

static void begin(const char *file, const char *blksize)
{
	from_guest(boot_rrq(PORT, file));
	if (!blksize)
		return;
	to_guest(boot_oack(PORT, "blksize", blksize));
	from_guest(boot_ack(PORT, 0));
}

static void assert_tftp(unsigned ordinal, unsigned attempt, uint64_t position)
{
	ck_assert_uint_eq(id.ordinal, ordinal);
	ck_assert_uint_eq(id.attempt, attempt);
	ck_assert_uint_eq(id.position, position);
}

START_TEST(a_transfer_step_by_step)
{
	uint64_t transaction;

	from_guest(boot_rrq(PORT, "kernel"));
	assert_tftp(1, 1, 0);
	ck_assert_str_eq(id.file, "kernel");
	transaction = id.transaction;
	to_guest(boot_oack(PORT, "BLKSIZE", "1000"));
	assert_tftp(1, 1, 0);
	from_guest(boot_ack(PORT, 0));
	assert_tftp(1, 1, 0);
	ck_assert(!id.is_first && !id.is_last && id.block == 0);
	to_guest(boot_data(PORT, 1, 1000));
	assert_tftp(1, 1, 0);
	ck_assert(id.is_first && !id.is_last && id.block == 1);
	from_guest(boot_ack(PORT, 1));
	assert_tftp(1, 1, 1000);
	ck_assert(id.is_first && !id.is_last && id.block == 1);
	to_guest(boot_data(PORT, 2, 10));
	assert_tftp(1, 1, 1000);
	ck_assert(!id.is_first && id.is_last && id.block == 2);
	from_guest(boot_ack(PORT, 2));
	assert_tftp(1, 1, 1011);
	ck_assert(!id.is_first && id.is_last);
	ck_assert_str_eq(id.file, "kernel");
	ck_assert_uint_eq(id.transaction, transaction);
}
END_TEST

START_TEST(ports_do_not_matter)
{
	struct packet_id a[3], b[3];

	from_guest(boot_rrq(PORT, "kernel"));
	to_guest(from_port(boot_data(PORT, 1, 512), 40000));
	a[0] = id;
	from_guest(at_port(boot_ack(PORT, 1), 40000));
	a[1] = id;
	to_guest(from_port(boot_data(PORT, 2, 3), 40000));
	a[2] = id;
	tear_down();
	set_up();
	from_guest(boot_rrq(777, "other")); /* and another order */
	from_guest(boot_rrq(5555, "kernel"));
	to_guest(from_port(boot_data(777, 1, 512), 50000));
	to_guest(from_port(boot_data(5555, 1, 512), 50001));
	b[0] = id;
	from_guest(at_port(boot_ack(5555, 1), 50001));
	b[1] = id;
	to_guest(from_port(boot_data(5555, 2, 3), 50001));
	b[2] = id;
	for (int i = 0; i < 3; i++)
		assert_same(&a[i], &b[i]);
}
END_TEST

START_TEST(a_slash_in_front_does_not_matter)
{
	struct packet_id plain;

	from_guest(boot_rrq(PORT, "kernel"));
	plain = id;
	tear_down();
	set_up();
	from_guest(boot_rrq(PORT, "/kernel"));
	assert_same(&plain, &id);
	ck_assert_str_eq(id.file, "kernel");
}
END_TEST

START_TEST(a_request_again_is_an_attempt_more)
{
	struct frame *error;

	from_guest(boot_rrq(PORT, "kernel"));
	from_guest(boot_rrq(PORT, "kernel"));
	assert_tftp(1, 2, 0);
	to_guest(boot_oack(PORT, "tsize", "5"));
	assert_tftp(1, 1, 0);
	from_guest(boot_rrq(PORT + 1, "kernel")); /* from another port */
	assert_tftp(1, 3, 0);
	to_guest(from_port(boot_oack(PORT + 1, "tsize", "5"), 40000));
	assert_tftp(1, 2, 0);
	error = boot_frame(FRAME_TFTP_ERROR, PORT + 1, 40000); /* it only wanted the size */
	error->tftp.op = TFTP_ERROR;
	from_guest(error);
	assert_tftp(1, 1, 0);
	from_guest(boot_rrq(PORT + 1, "kernel"));
	assert_tftp(1, 4, 0);
	to_guest(boot_oack(PORT + 1, "tsize", "5"));
	from_guest(boot_ack(PORT + 1, 0)); /* no block yet */
	to_guest(boot_data(PORT + 1, 1, 512));
	assert_tftp(1, 1, 0);
	from_guest(boot_rrq(PORT + 1, "kernel")); /* it never saw the block */
	assert_tftp(1, 5, 0);
	to_guest(boot_data(PORT + 1, 1, 512));
	assert_tftp(1, 2, 0);
}
END_TEST

START_TEST(a_request_after_progress_is_another_transfer)
{
	uint64_t first;

	begin("kernel", NULL);
	to_guest(boot_data(PORT, 1, 512));
	first = id.transaction;
	from_guest(boot_ack(PORT, 1));
	from_guest(boot_rrq(PORT, "kernel"));
	assert_tftp(2, 1, 0);
	to_guest(from_port(boot_data(PORT, 1, 512), 40000));
	assert_tftp(2, 1, 0);
	ck_assert_uint_ne(id.transaction, first);
	from_guest(boot_rrq(PORT, "initrd"));
	assert_tftp(1, 1, 0);
}
END_TEST

static void run_file(size_t size, unsigned blksize, struct packet_id *data, struct packet_id *acks)
{
	g_autofree char *text = g_strdup_printf("%u", blksize);
	uint16_t block = 1;

	begin("kernel", text);
	for (size_t at = 0; at <= size; at += blksize, block++) {
		to_guest(boot_data(PORT, block, MIN(size - at, blksize)));
		data[block - 1] = id;
		from_guest(boot_ack(PORT, block));
		acks[block - 1] = id;
	}
}

START_TEST(block_sizes_pair_where_ranges_begin)
{
	struct packet_id data_512[9], acks_512[9], data_1024[5], acks_1024[5];

	run_file(4096, 512, data_512, acks_512);
	tear_down();
	set_up();
	run_file(4096, 1024, data_1024, acks_1024);
	for (int i = 0; i < 5; i++)
		assert_same(&data_512[2 * i], &data_1024[i]);
	for (int i = 0; i < 4; i++)
		assert_same(&acks_512[2 * i + 1], &acks_1024[i]);
	/* Both end in an empty block, and in an ACK that is none of the one before it. */
	assert_same(&acks_512[8], &acks_1024[4]);
	ck_assert_uint_eq(acks_512[7].position, 4096);
	ck_assert_uint_eq(acks_512[8].position, 4097);
	ck_assert_uint_eq(acks_512[8].attempt, 1);
}
END_TEST

static const struct {
	const char *what;
	unsigned modulus; /* how many numbers there are */
} wrap_rows[] = {
	{ "65535 is followed by 0", 65536 },
	{ "65535 is followed by 1", 65535 },
};

START_TEST(blocks_are_counted_on_behind_65535)
{
	const char *what = wrap_rows[_i].what;
	unsigned modulus = wrap_rows[_i].modulus;
	struct frame data, ack;

	begin("large", "8");
	data = *boot_data(PORT, 0, 8);
	ack = *boot_ack(PORT, 0);
	for (unsigned block = 1; block <= 140000; block++) { /* twice round */
		unsigned number = modulus == 65536 ? block % 65536 : (block - 1) % 65535 + 1;

		data.tftp.block = ack.tftp.block = (uint16_t)number;
		to_guest(&data);
		ck_assert_msg(
			id.block == block && id.position == (block - 1) * 8 && id.attempt == 1,
			"%s: DATA %u, attempt %u, not block %u", what, id.block, id.attempt, block);
		from_guest(&ack);
		ck_assert_msg(id.block == block && id.position == block * 8 && id.attempt == 1,
			      "%s: ACK %u, attempt %u, not block %u", what, id.block, id.attempt,
			      block);
	}
}
END_TEST

START_TEST(repeated_blocks_are_known_across_the_wrap)
{
	begin("large", "8");
	for (uint64_t block = 1; block <= 65540; block++)
		to_guest(boot_data(PORT, (uint16_t)block, 8));
	to_guest(boot_data(PORT, 65535, 8));
	ck_assert_uint_eq(id.block, 65535);
	ck_assert_uint_eq(id.attempt, 2);
	to_guest(boot_data(PORT, 65535, 8));
	ck_assert_uint_eq(id.attempt, 3);
	from_guest(boot_ack(PORT, 65534));
	ck_assert_uint_eq(id.block, 65534);
	from_guest(boot_ack(PORT, 2));
	ck_assert_uint_eq(id.block, 65538);
	to_guest(boot_data(PORT, 5, 8));
	ck_assert_uint_eq(id.block, 65541);
	ck_assert_uint_eq(id.attempt, 1);
}
END_TEST

START_TEST(blocks_of_long_ago_were_sent_before)
{
	begin("large", "8");
	for (uint64_t block = 1; block <= 80000; block++)
		to_guest(boot_data(PORT, (uint16_t)block, 8));
	to_guest(boot_data(PORT, 20000, 8)); /* 60,000 packets ago: forgotten, but not new */
	ck_assert_uint_eq(id.block, 20000);
	ck_assert_uint_ge(id.attempt, 2);
}
END_TEST

START_TEST(a_window_is_repeated)
{
	begin("kernel", "512");
	for (unsigned attempt = 1; attempt <= 3; attempt++) {
		for (uint16_t block = 1; block <= 16; block++) {
			to_guest(boot_data(PORT, block, 512));
			assert_tftp(1, attempt, (block - 1U) * 512);
		}
	}
	from_guest(boot_ack(PORT, 16));
	assert_tftp(1, 1, 16 * 512);
	from_guest(boot_ack(PORT, 7));
	assert_tftp(1, 1, 7 * 512);
}
END_TEST

START_TEST(late_packets_belong_to_the_transfer_before)
{
	begin("first", NULL);
	to_guest(from_port(boot_data(PORT, 1, 512), 40000));
	from_guest(at_port(boot_ack(PORT, 1), 40000));
	to_guest(from_port(boot_data(PORT, 2, 5), 40000));
	from_guest(at_port(boot_ack(PORT, 2), 40000));
	begin("second", NULL);
	to_guest(from_port(boot_data(PORT, 2, 5), 40000));
	ck_assert_str_eq(id.file, "first");
	assert_tftp(1, 2, 512);
	to_guest(from_port(boot_data(PORT, 1, 512), 40001));
	ck_assert_str_eq(id.file, "second");
	from_guest(at_port(boot_ack(PORT, 1), 40001));
	ck_assert_str_eq(id.file, "second");
	from_guest(at_port(boot_ack(PORT, 2), 40000));
	ck_assert_str_eq(id.file, "first");
	assert_tftp(1, 2, 518);
}
END_TEST

START_TEST(a_server_may_use_one_port_for_all)
{
	static const uint16_t ports[] = { 69, 40000 };

	for (int i = 0; i < 2; i++) {
		begin("first", NULL);
		to_guest(from_port(boot_data(PORT, 1, 5), ports[i]));
		from_guest(at_port(boot_ack(PORT, 1), ports[i]));
		begin("second", NULL);
		to_guest(from_port(boot_data(PORT, 1, 5), ports[i]));
		ck_assert_str_eq(id.file, "second");
		ck_assert_uint_eq(id.attempt, 1);
		from_guest(at_port(boot_ack(PORT, 1), ports[i]));
	}
}
END_TEST

START_TEST(a_server_on_port_69_answers_the_latest)
{
	begin("given-up", NULL);
	to_guest(from_port(boot_data(PORT, 1, 512), TFTP_PORT));
	from_guest(at_port(boot_ack(PORT, 1), TFTP_PORT));
	begin("second", NULL);
	to_guest(from_port(boot_data(PORT, 1, 512), TFTP_PORT));
	ck_assert_str_eq(id.file, "second");
}
END_TEST

START_TEST(a_server_may_change_its_port)
{
	begin("kernel", NULL);
	to_guest(from_port(boot_data(PORT, 1, 512), 40000));
	to_guest(from_port(boot_data(PORT, 2, 512), 40001));
	ck_assert_str_eq(id.file, "kernel");
	assert_tftp(1, 1, 512);
}
END_TEST

START_TEST(strange_tftp_is_somewhere)
{
	to_guest(boot_data(PORT, 1, 512)); /* of no transfer */
	ck_assert_ptr_null(id.file);
	ck_assert_uint_eq(id.attempt, 1);
	to_guest(boot_rrq(PORT, "kernel")); /* from the server */
	ck_assert_ptr_null(id.file);
	begin("kernel", "7"); /* too small: 512 stays */
	to_guest(boot_data(PORT, 0, 512));
	ck_assert_uint_eq(id.position, PACKET_POSITION_NONE);
	from_guest(boot_ack(PORT, 9)); /* nothing was sent */
	assert_tftp(1, 1, 9 * 512);
	to_guest(boot_data(PORT, 2, 512)); /* block 1 is left out */
	assert_tftp(1, 1, 512);
	from_guest(boot_rrq(PORT, ""));
	ck_assert_str_eq(id.file, "");
	for (int i = 0; i < 100; i++) {
		g_autofree char *name = g_strdup_printf("file-%d", i);

		from_guest(boot_rrq((uint16_t)(3000 + i), name));
		assert_tftp(1, 1, 0);
	}
	to_guest(boot_data(PORT, 1, 512)); /* its transfer was forgotten */
	ck_assert_ptr_null(id.file);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("packet_id_tftp");
	TCase *tc = tcase_create("tracker");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_transfer_step_by_step);
	tcase_add_test(tc, ports_do_not_matter);
	tcase_add_test(tc, a_slash_in_front_does_not_matter);
	tcase_add_test(tc, a_request_again_is_an_attempt_more);
	tcase_add_test(tc, a_request_after_progress_is_another_transfer);
	tcase_add_test(tc, block_sizes_pair_where_ranges_begin);
	tcase_add_loop_test(tc, blocks_are_counted_on_behind_65535, 0, N_ROWS(wrap_rows));
	tcase_add_test(tc, repeated_blocks_are_known_across_the_wrap);
	tcase_add_test(tc, blocks_of_long_ago_were_sent_before);
	tcase_add_test(tc, a_window_is_repeated);
	tcase_add_test(tc, late_packets_belong_to_the_transfer_before);
	tcase_add_test(tc, a_server_may_use_one_port_for_all);
	tcase_add_test(tc, a_server_on_port_69_answers_the_latest);
	tcase_add_test(tc, a_server_may_change_its_port);
	tcase_add_test(tc, strange_tftp_is_somewhere);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
