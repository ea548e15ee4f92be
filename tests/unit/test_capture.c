/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/capture: pcapng, read back block by block
 */
#include "server/capture.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	STATISTICS = 5,
	PACKET = 6,
	COMMENT = 1, /* options */
	FLAGS = 2,
};

/* A file, and a walk over its blocks. */
struct reader {
	uint8_t *bytes;
	size_t len, at;
	uint32_t type;
	const uint8_t *body; /* of the block that was read last */
	size_t body_len;
};

static uint32_t u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t u16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The next block; its two lengths agree, it is a multiple of four and lies in the file. */
static void expect_block(struct reader *r, uint32_t type)
{
	uint32_t len;

	ck_assert_uint_le(r->at + 12, r->len);
	r->type = u32(r->bytes + r->at);
	len = u32(r->bytes + r->at + 4);
	ck_assert_uint_eq(r->type, type);
	ck_assert_uint_eq(len % 4, 0);
	ck_assert_uint_ge(len, 12);
	ck_assert_uint_le(len, r->len - r->at);
	ck_assert_uint_eq(u32(r->bytes + r->at + len - 4), len);
	r->body = r->bytes + r->at + 8;
	r->body_len = len - 12;
	r->at += len;
}

/* An option of the block, whose options begin at @from; the list must have its end. */
static const uint8_t *option(const struct reader *r, size_t from, uint16_t code, size_t *len)
{
	const uint8_t *found = NULL;
	size_t at = from;

	for (;;) {
		uint16_t c, n;

		ck_assert_uint_le(at + 4, r->body_len);
		c = u16(r->body + at);
		n = u16(r->body + at + 2);
		at += 4;
		ck_assert_uint_le(n, r->body_len - at);
		if (!c) {
			ck_assert_uint_eq(n, 0);
			ck_assert_uint_eq(at, r->body_len);
			return found;
		}
		if (c == code) {
			found = r->body + at;
			*len = n;
		}
		at += (n + 3u) & ~3u;
	}
}

static void expect_option(const struct reader *r, size_t from, uint16_t code, const char *want)
{
	size_t len = 0;
	const uint8_t *got = option(r, from, code, &len);

	if (!want) {
		ck_assert_ptr_null(got);
		return;
	}
	ck_assert_ptr_nonnull(got);
	ck_assert_uint_eq(len, strlen(want));
	ck_assert_mem_eq(got, want, len);
}

static void expect_packet(struct reader *r, uint32_t interface, uint64_t t_ns, const char *kept,
			  size_t kept_len, size_t len)
{
	expect_block(r, PACKET);
	ck_assert_uint_eq(u32(r->body), interface);
	ck_assert_uint_eq((uint64_t)u32(r->body + 4) << 32 | u32(r->body + 8), t_ns);
	ck_assert_uint_eq(u32(r->body + 12), kept_len);
	ck_assert_uint_eq(u32(r->body + 16), len);
	ck_assert_mem_eq(r->body + 20, kept, kept_len);
}

static size_t packet_options(size_t kept_len)
{
	return 20 + ((kept_len + 3) & ~(size_t)3);
}

static void expect_direction(const struct reader *r, size_t kept_len, uint32_t want)
{
	size_t len = 0;
	const uint8_t *got = option(r, packet_options(kept_len), FLAGS, &len);

	ck_assert_uint_eq(len, 4);
	ck_assert_uint_eq(u32(got) & 3, want); /* 1: inbound, 2: outbound */
}

/* --- a capture in a file of its own ---------------------------------------------------------- */

static char *dir, *path;

static void set_up(void)
{
	dir = temp_folder_new();
	path = g_build_filename(dir, "c.pcapng", NULL);
}

static void tear_down(void)
{
	g_free(path);
	temp_folder_remove(dir);
}

static struct reader read_back(void)
{
	struct reader r = { .at = 0 };
	char *bytes;

	ck_assert(g_file_get_contents(path, &bytes, &r.len, NULL));
	r.bytes = (uint8_t *)bytes;
	return r;
}

static void expect_end(struct reader *r)
{
	ck_assert_uint_eq(r->at, r->len);
	g_free(r->bytes);
}

static uint64_t put(Capture *c, unsigned interface, uint64_t t_ns, const char *text)
{
	return capture_frame(c, interface, t_ns, CAPTURE_TO_GUEST, (const uint8_t *)text,
			     strlen(text), NULL);
}

START_TEST(an_empty_capture)
{
	Capture *c = capture_new(path, NULL);
	struct reader r;

	ck_assert_int_eq(capture_close(c), 0);
	ck_assert_int_eq(capture_close(c), 0);
	capture_free(c);
	r = read_back();
	expect_block(&r, SECTION);
	ck_assert_uint_eq(u32(r.body), 0x1a2b3c4d);
	ck_assert_uint_eq(u16(r.body + 4), 1);
	ck_assert_uint_eq(u16(r.body + 6), 0);
	ck_assert_uint_eq(u32(r.body + 8), UINT32_MAX);
	expect_option(&r, 16, 4, "iplab");
	expect_end(&r);
}
END_TEST

START_TEST(interfaces_and_frames)
{
	Capture *c = capture_new(path, NULL);
	struct reader r;
	size_t len;

	ck_assert_uint_eq(capture_add_interface(c, "nic0 sent", "as sent"), 0);
	ck_assert_uint_eq(capture_add_interface(c, "n", "d"), 1);
	ck_assert_uint_eq(put(c, 0, 5, "one"), 1);
	ck_assert_uint_eq(capture_frame(c, 1, 0x123456789abcdef0, CAPTURE_FROM_GUEST,
					(const uint8_t *)"four", 4, "a comment"),
			  2);
	ck_assert_uint_eq(capture_frame(c, 1, 6, CAPTURE_TO_GUEST, NULL, 0, ""), 3);
	capture_free(c);

	r = read_back();
	expect_block(&r, SECTION);
	expect_block(&r, INTERFACE);
	ck_assert_uint_eq(u16(r.body), 1); /* Ethernet */
	expect_option(&r, 8, 2, "nic0 sent");
	expect_option(&r, 8, 3, "as sent");
	ck_assert_uint_eq(*option(&r, 8, 9, &len), 9); /* nanoseconds */
	ck_assert_uint_eq(len, 1);
	expect_block(&r, INTERFACE);
	expect_packet(&r, 0, 5, "one", 3, 3);
	expect_direction(&r, 3, 1);
	expect_option(&r, packet_options(3), COMMENT, NULL);
	expect_packet(&r, 1, 0x123456789abcdef0, "four", 4, 4);
	expect_direction(&r, 4, 2);
	expect_option(&r, packet_options(4), COMMENT, "a comment");
	expect_packet(&r, 1, 6, "", 0, 0);
	expect_option(&r, packet_options(0), COMMENT, "");
	expect_block(&r, STATISTICS);
	ck_assert_uint_eq(u32(r.body), 0);
	expect_option(&r, 12, COMMENT, NULL);
	expect_block(&r, STATISTICS);
	ck_assert_uint_eq(u32(r.body), 1);
	expect_end(&r);
}
END_TEST

/* Statistics of an interface: frames seen, frames left out, and whether the cap is mentioned. */
static void expect_statistics(struct reader *r, uint64_t seen, uint64_t dropped, bool capped)
{
	uint64_t v = 0;
	size_t len;
	const uint8_t *comment;

	expect_block(r, STATISTICS);
	memcpy(&v, option(r, 12, 4, &len), 8);
	ck_assert_uint_eq(v, seen);
	memcpy(&v, option(r, 12, 5, &len), 8);
	ck_assert_uint_eq(v, dropped);
	comment = option(r, 12, COMMENT, &len);
	ck_assert((comment != NULL) == capped);
	if (capped)
		ck_assert_mem_eq(comment, "capture capped", 14);
}

START_TEST(frames_are_cut_behind_so_many_bytes)
{
	struct capture_limits limits = { .full_bytes = 8, .snap_bytes = 2, .frames_max = 100 };
	Capture *c = capture_new(path, &limits);
	struct reader r;

	capture_add_interface(c, "a", "b");
	put(c, 0, 1, "12345");
	put(c, 0, 2, "1234567890"); /* the last that is whole: the limit is passed by it */
	put(c, 0, 3, "12345");
	put(c, 0, 4, "1");
	capture_free(c);
	r = read_back();
	expect_block(&r, SECTION);
	expect_block(&r, INTERFACE);
	expect_packet(&r, 0, 1, "12345", 5, 5);
	expect_packet(&r, 0, 2, "1234567890", 10, 10);
	expect_packet(&r, 0, 3, "12", 2, 5);
	expect_direction(&r, 2, 1);
	expect_packet(&r, 0, 4, "1", 1, 1);
	expect_statistics(&r, 4, 0, true);
	expect_end(&r);
}
END_TEST

START_TEST(frames_are_left_out_behind_so_many)
{
	struct capture_limits limits = { .full_bytes = 1000, .snap_bytes = 2, .frames_max = 2 };
	Capture *c = capture_new(path, &limits);
	struct reader r;

	capture_add_interface(c, "a", "b");
	capture_add_interface(c, "c", "d");
	ck_assert_uint_eq(put(c, 0, 1, "x"), 1);
	ck_assert_uint_eq(put(c, 1, 2, "x"), 2);
	ck_assert_uint_eq(put(c, 0, 3, "x"), 0);
	ck_assert_uint_eq(put(c, 0, 4, "x"), 0);
	capture_free(c);
	r = read_back();
	expect_block(&r, SECTION);
	expect_block(&r, INTERFACE);
	expect_block(&r, INTERFACE);
	expect_packet(&r, 0, 1, "x", 1, 1);
	expect_packet(&r, 1, 2, "x", 1, 1);
	expect_statistics(&r, 3, 2, true);
	expect_statistics(&r, 1, 0, false);
	expect_end(&r);
}
END_TEST

START_TEST(more_than_the_buffer_holds)
{
	g_autofree char *frame = g_strnfill(1514, 'x');
	Capture *c = capture_new(path, NULL);
	struct reader r;

	capture_add_interface(c, "a", "b");
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_uint_eq(put(c, 0, i, frame), i + 1);
	ck_assert_int_eq(capture_close(c), 0);
	capture_free(c);
	r = read_back();
	expect_block(&r, SECTION);
	expect_block(&r, INTERFACE);
	for (unsigned i = 0; i < 1000; i++)
		expect_packet(&r, 0, i, frame, 1514, 1514);
	expect_statistics(&r, 1000, 0, false);
	expect_end(&r);
}
END_TEST

START_TEST(a_long_comment_is_cut)
{
	g_autofree char *comment = g_strnfill(100 * 1000, 'c');
	g_autofree char *want = g_strnfill(1000, 'c');
	Capture *c = capture_new(path, NULL);
	struct reader r;

	capture_add_interface(c, "a", "b");
	capture_frame(c, 0, 0, CAPTURE_TO_GUEST, (const uint8_t *)"x", 1, comment);
	capture_free(c);
	r = read_back();
	expect_block(&r, SECTION);
	expect_block(&r, INTERFACE);
	expect_packet(&r, 0, 0, "x", 1, 1);
	expect_option(&r, packet_options(1), COMMENT, want);
	expect_statistics(&r, 1, 0, false);
	expect_end(&r);
}
END_TEST

START_TEST(a_file_that_cannot_be_made)
{
	errno = 0;
	ck_assert_ptr_null(capture_new("/nonexistent/c.pcapng", NULL));
	ck_assert_int_eq(errno, ENOENT);
	capture_free(NULL);
}
END_TEST

START_TEST(a_full_disk_is_said)
{
	g_autofree char *frame = g_strnfill(1514, 'x');
	g_autoptr(Capture) c = capture_new("/dev/full", NULL);

	capture_add_interface(c, "a", "b");
	for (unsigned i = 0; i < 1000; i++)
		put(c, 0, i, frame);
	ck_assert_int_eq(capture_close(c), -ENOSPC);
	ck_assert_int_eq(capture_close(c), -ENOSPC);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *fn)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, fn);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("capture");

	add(s, "an_empty_capture", an_empty_capture);
	add(s, "interfaces_and_frames", interfaces_and_frames);
	add(s, "frames_are_cut_behind_so_many_bytes", frames_are_cut_behind_so_many_bytes);
	add(s, "frames_are_left_out_behind_so_many", frames_are_left_out_behind_so_many);
	add(s, "more_than_the_buffer_holds", more_than_the_buffer_holds);
	add(s, "a_long_comment_is_cut", a_long_comment_is_cut);
	add(s, "a_file_that_cannot_be_made", a_file_that_cannot_be_made);
	add(s, "a_full_disk_is_said", a_full_disk_is_said);
	return suite_run(s);
}
