/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/picture: what stands where, that it stays small, and that nothing a guest says can hurt
 */
#include "reports/picture.h"

#include <check.h>
#include <string.h>

#include "tests/support/html_says.h"
#include "tests/support/suite.h"

static Picture *picture;
static GString *out;

static void set_up(void)
{
	picture = picture_new();
	out = g_string_new(NULL);
}

static void tear_down(void)
{
	picture_free(picture);
	g_string_free(out, TRUE);
}

static void add(const char *line)
{
	picture_add(picture, line, strlen(line));
}

static void add_at(double ms, const char *ev, const char *fields)
{
	g_autofree char *line =
		g_strdup_printf("{\"t_ns\":%.0f,\"ev\":\"%s\"%s}", ms * 1e6, ev, fields);

	add(line);
}

static void assert_says(const char *xpath, const char *want)
{
	assert_html_says(out, xpath, want);
}

/* A second, of which half is waiting. */
static void add_boot(void)
{
	add_at(0, "milestone", ",\"name\":\"power-on\"");
	add_at(100, "milestone", ",\"name\":\"dhcp-ack\"");
	add_at(250, "tftp.rrq", ",\"dir\":\"from-guest\",\"raw\":\"00\"");
	add_at(250.01, "tftp.data", ",\"dir\":\"to-guest\"");
	add_at(500, "tftp.ack", ",\"dir\":\"from-guest\"");
	add_at(500, "impair.drop", ",\"dir\":\"to-guest\",\"kind\":\"tftp.data\"");
	add_at(600, "impair.delay", ",\"dir\":\"to-guest\",\"kind\":\"tftp.data\"");
	add_at(700, "client.corrupt", ",\"dir\":\"to-guest\"");
	add_at(900, "milestone", ",\"name\":\"kernel-done\"");
	add_at(1000, "verdict", ",\"verdict\":\"fail\"");
}

#define MARKS(class) "string(//path[@class='" class "']/@d)"

static const struct {
	const char *xpath, *want;
} rows[] = {
	{ "string(/html/body/svg/@aria-label)",
	  "Picture of 1.00 s: 3 milestones, 2 frames from the guest, 1 frames to the guest, "
	  "1 lost by the network, 2 delayed, changed or made by the network" },
	{ MARKS("from"), "M149 0h1v1H149zM299 0h1v1H299z" },
	{ MARKS("to"), "M149 0h1v1H149z" },
	{ MARKS("lost"), "M299 0h1v1H299z" },
	{ MARKS("touched"), "M359 0h1v1H359zM419 0h1v1H419z" },
	/* bars from one milestone to the next, with their words where there is room */
	{ "count(//rect)", "3" },
	{ "string(//rect[1]/@width)", "1" },
	{ "string(//rect[2]/@x)", "0.00%" },
	{ "string(//rect[2]/@width)", "10.00%" },
	{ "string(//rect[3]/@x)", "10.00%" },
	{ "string(//rect[3]/@width)", "80.00%" },
	{ "string(//text[.='dhcp-ack +100 ms']/@x)", "10.00%" },
	{ "string(//text[.='kernel-done +800 ms']/@x)", "10.00%" },
	{ "count(//text[.='power-on'])", "1" },
	/* the axis */
	{ "count(//line)", "6" },
	{ "string(//text[.='0.2 s']/@x)", "20.00%" },
	{ "string(//text[.='1 s']/@text-anchor)", "end" },
};

START_TEST(a_boot)
{
	add_boot();
	picture_append(out, picture);
	assert_says(rows[_i].xpath, rows[_i].want);
}
END_TEST

/* What never happened takes no room; frames are always counted. */
START_TEST(lanes_without_anything)
{
	add_at(5, "verdict", "");
	picture_append(out, picture);
	assert_says("count(//path)", "2");
	assert_says("count(//path[@class='lost'])", "0");
	assert_says("count(//text[.='4 ms'])", "1");
}
END_TEST

/* Neighbours are one mark; the last moment is on the picture. */
START_TEST(marks_that_touch)
{
	for (unsigned i = 0; i <= 1000; i++)
		add_at(i, "tftp.data", ",\"dir\":\"to-guest\"");
	picture_append(out, picture);
	assert_says(MARKS("to"), "M0 0h600v1H0z");
}
END_TEST

static const char *const strange[] = {
	"",
	"{",
	"[]",
	"{\"ev\":\"milestone\",\"name\":\"x\"}",
	"{\"t_ns\":7}",
	"{\"t_ns\":9300000000000000000,\"ev\":\"tftp.ack\",\"dir\":\"from-guest\"}",
	"{\"t_ns\":0,\"ev\":\"milestone\"}",
	"{\"t_ns\":0,\"ev\":\"tftp.ack\",\"dir\":\"sideways\"}",
};

START_TEST(lines_that_make_no_sense)
{
	add(strange[_i]);
	picture_append(out, picture);
	assert_says("count(//rect)", "0");
	assert_says("count(//line)", "0");
	assert_says(MARKS("from"), "");
}
END_TEST

START_TEST(a_name_is_text)
{
	add_at(10, "milestone", ",\"name\":\"<b>\\\"&\\u001b a name of so many letters\"");
	picture_append(out, picture);
	assert_says("count(//b)", "0");
	assert_says("//text[starts-with(., '<b>')]", "<b>\"&\\x1b a name of so m… +10.0 ms");
}
END_TEST

/* The worst there can be: every second column on every lane, and milestones without end. */
START_TEST(it_stays_small)
{
	for (unsigned i = 0; i < 300; i++) {
		add_at(2 * i, "tftp.ack", ",\"dir\":\"from-guest\"");
		add_at(2 * i, "tftp.data", ",\"dir\":\"to-guest\"");
		add_at(2 * i, "impair.drop", ",\"dir\":\"to-guest\"");
		add_at(2 * i, "impair.delay", ",\"dir\":\"to-guest\"");
		add_at(2 * i, "milestone", ",\"name\":\"<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\"");
	}
	add_at(600, "verdict", "");
	picture_append(out, picture);
	assert_says("count(//rect)", "20");
	assert_says("//text[starts-with(., 'and')]", "and 280 more milestones");
	ck_assert_uint_lt(out->len, PICTURE_BYTES_MAX);
}
END_TEST

static const struct {
	double end_ms;
	const char *last;
} axes[] = {
	{ 0.0000005, "0 ns" }, /* nothing but the begin */
	{ 0.003, "3 us" },     { 0.45, "400 us" },    { 1.7, "1.5 ms" },
	{ 99, "80 ms" },       { 999, "800 ms" },     { 1000, "1 s" },
	{ 80000, "80 s" },     { 3600000, "3000 s" }, { 9e12, "8000000000 s" },
};

START_TEST(an_axis_of_round_times)
{
	add_at(axes[_i].end_ms, "verdict", "");
	picture_append(out, picture);
	if (_i)
		assert_says("string(//line[last()]/following-sibling::text[1])", axes[_i].last);
	assert_says("count(//line) < 8", "true");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("picture");
	TCase *tc = tcase_create("picture");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, a_boot, 0, N_ROWS(rows));
	tcase_add_test(tc, lanes_without_anything);
	tcase_add_test(tc, marks_that_touch);
	tcase_add_loop_test(tc, lines_that_make_no_sense, 0, N_ROWS(strange));
	tcase_add_test(tc, a_name_is_text);
	tcase_add_test(tc, it_stays_small);
	tcase_add_loop_test(tc, an_axis_of_round_times, 0, N_ROWS(axes));
	suite_add_tcase(s, tc);
	return suite_run(s);
}
