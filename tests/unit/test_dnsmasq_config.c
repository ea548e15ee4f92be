/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dnsmasq_config: what a scenario says, in the daemon's words, and nothing else
 */
#include "server/dnsmasq_config.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

static struct server_config cfg;

/* The configuration of a scenario that says nothing. */
static void init(void)
{
	cfg = (struct server_config){
		.kind = SERVER_DNSMASQ,
		.root = "/served",
		.net = { .server = 0x0a000202,
			 .netmask = 0xffffff00,
			 .router = 0x0a000202,
			 .dns = 0x0a000203,
			 .guest = 0x0a00020f },
		.dhcp = { .enabled = true, .lease_s = 86400, .n_leases = 16 },
		.tftp = tftp_config_default,
	};
}

static char *text_of(void)
{
	g_autoptr(GError) error = NULL;
	char *text = dnsmasq_config_text(&cfg, "eth0", &error);

	ck_assert_msg(text != NULL, "%s", error ? error->message : "no error");
	return text;
}

static unsigned n_lines(const char *text, const char *line)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned n = 0;

	for (char **l = lines; *l; l++)
		n += line ? g_str_equal(*l, line) : **l != 0;
	return n;
}

static void expect_line(const char *line)
{
	g_autofree char *text = text_of();

	ck_assert_msg(n_lines(text, line) == 1, "%u times %s in:\n%s", n_lines(text, line), line,
		      text);
}

static void expect_no(const char *part)
{
	g_autofree char *text = text_of();

	ck_assert_msg(!strstr(text, part), "%s in:\n%s", part, text);
}

static void expect_refused(const char *why)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(dnsmasq_config_text(&cfg, "eth0", &error));
	ck_assert(g_error_matches(error, SERVER_ERROR, SERVER_ERROR_START));
	ck_assert_msg(strstr(error->message, why), "%s", error->message);
}

START_TEST(nothing_of_the_host_is_used)
{
	static const char *const lines[] = { "port=0",       "no-hosts",           "no-resolv",
					     "leasefile-ro", "interface=eth0",     "bind-dynamic",
					     "no-ping",      "except-interface=lo" };

	init();
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		expect_line(lines[i]);
}
END_TEST

START_TEST(a_scenario_that_says_nothing)
{
	init();
	expect_line("dhcp-range=10.0.2.15,10.0.2.30,255.255.255.0,86400");
	expect_line("dhcp-sequential-ip"); /* the first guest gets the first address */
	expect_line("dhcp-boot=\"\",\"\",10.0.2.2");
	expect_line("dhcp-option=3,10.0.2.2");
	expect_line("dhcp-option=6,10.0.2.3");
	expect_line("enable-tftp");
	expect_line("tftp-root=\"/served\"");
	expect_no("tftp-mtu");
	expect_no("tftp-no-blocksize");
	expect_no("force");
}
END_TEST

START_TEST(every_option_has_its_line)
{
	init();
	cfg.dhcp.bootfile = "pxe/linux.0";
	cfg.dhcp.server_name = "boot";
	cfg.dhcp.next_server = 0x0a000209;
	cfg.dhcp.tftp_server = "10.0.2.8";
	cfg.dhcp.tftp_address = 0x0a000207;
	cfg.dhcp.config_file = "12";
	cfg.dhcp.path_prefix = "x";
	cfg.dhcp.reboot_time_s = 70000;
	cfg.dhcp.domain = "example.org";
	cfg.dhcp.vendor_class = "PXE";
	cfg.dhcp.lease_s = UINT32_MAX;
	cfg.net.router = 0;
	cfg.net.dns = 0;
	expect_line("dhcp-boot=\"pxe/linux.0\",\"boot\",10.0.2.9");
	expect_line("dhcp-option=66,\"10.0.2.8\"");
	expect_line("dhcp-option=150,10.0.2.7");
	expect_line("dhcp-option=209,31:32"); /* text, and no number */
	expect_line("dhcp-option=210,120b");  /* a byte, and no number of decimals */
	expect_line("dhcp-option=211,70000i");
	expect_line("dhcp-option=15,\"example.org\"");
	expect_line("dhcp-option-force=60,50:58:45"); /* in every reply */
	expect_line("dhcp-range=10.0.2.15,10.0.2.30,255.255.255.0,infinite");
	expect_line("dhcp-option=3"); /* none, and not the daemon's own address */
	expect_line("dhcp-option=6");
}
END_TEST

START_TEST(the_boot_file_has_its_place)
{
	init();
	cfg.dhcp.bootfile = "f";
	expect_line("dhcp-boot=\"f\",\"\",10.0.2.2");
	expect_no("dhcp-no-override");
	cfg.dhcp.bootfile_place = DHCP_PLACE_FIELD;
	expect_line("dhcp-boot=\"f\",\"\",10.0.2.2");
	expect_line("dhcp-no-override");
	cfg.dhcp.bootfile_place = DHCP_PLACE_OPTION;
	expect_line("dhcp-boot=\"\",\"\",10.0.2.2");
	expect_line("dhcp-option-force=67,\"f\"");
}
END_TEST

START_TEST(what_is_off_is_off)
{
	init();
	cfg.dhcp.enabled = false;
	cfg.tftp.enabled = false;
	expect_no("tftp");
	expect_no("10.0.2");
	expect_no("dhcp-boot");
	init();
	cfg.dhcp.n_leases = 0;
	expect_line("dhcp-range=10.0.2.15,static,255.255.255.0,86400");
	init();
	cfg.tftp.options = false;
	cfg.tftp.blksize_max = 512;
	expect_line("tftp-no-blocksize");
	expect_line("tftp-mtu=544");
}
END_TEST

/* However it is served, its log names the sign that it lives. */
START_TEST(the_sign_is_always_there)
{
	init();
	expect_line("dhcp-optsfile=" DNSMASQ_CONFIG_SIGN);
	cfg.dhcp.enabled = false;
	cfg.tftp.enabled = false;
	expect_line("dhcp-optsfile=" DNSMASQ_CONFIG_SIGN);
	expect_line("dhcp-range=127.0.0.2,static"); /* without one it would not read it */
}
END_TEST

START_TEST(what_it_cannot_do_is_refused)
{
	init();
	cfg.dhcp.nak_requests = 1;
	expect_refused("nak_requests");
	init();
	cfg.dhcp.overload = 1;
	expect_refused("overload");
	init();
	cfg.dhcp.no_next_server = true;
	expect_refused("no_next_server");
	init();
	cfg.dhcp.lease_s = 119;
	expect_refused("lease_s");
	cfg.dhcp.lease_s = 120;
	g_free(text_of());
	/* Nobody asks it. */
	cfg.dhcp.lease_s = 1;
	cfg.dhcp.enabled = false;
	g_free(text_of());
}
END_TEST

/* --- hostile texts ---------------------------------------------------------------------------- */

static const struct {
	const char *what;
	size_t offset;
	bool option; /* it is bytes of an option: anything goes */
} texts[] = {
	{ "bootfile", offsetof(struct server_config, dhcp.bootfile), false },
	{ "server_name", offsetof(struct server_config, dhcp.server_name), false },
	{ "tftp_server", offsetof(struct server_config, dhcp.tftp_server), false },
	{ "domain", offsetof(struct server_config, dhcp.domain), false },
	{ "config_file", offsetof(struct server_config, dhcp.config_file), true },
	{ "path_prefix", offsetof(struct server_config, dhcp.path_prefix), true },
	{ "vendor_class", offsetof(struct server_config, dhcp.vendor_class), true },
	{ "root", offsetof(struct server_config, root), false },
};

static void set(int i, const char *value)
{
	*(const char **)((char *)&cfg + texts[i].offset) = value;
}

/* A text changes no line but its own, whatever byte is in it, or is refused. */
START_TEST(a_text_stays_in_its_line)
{
	char value[] = "a?dhcp-script=/bin/sh";
	unsigned plain;

	init();
	set(_i, "axdhcp-script=/bin/sh");
	g_autofree char *text = text_of();
	plain = n_lines(text, NULL);
	for (int c = 1; c < 256; c++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *got = NULL;
		bool control = c < 0x20 || c == 0x7f;

		value[1] = (char)c;
		set(_i, value);
		got = dnsmasq_config_text(&cfg, "eth0", &error);
		ck_assert_msg(!got == (control && !texts[_i].option), "%s: byte %d", texts[_i].what,
			      c);
		ck_assert_msg(!got || n_lines(got, NULL) == plain, "%s: byte %d:\n%s",
			      texts[_i].what, c, got);
	}
}
END_TEST

START_TEST(quotes_end_no_quotes)
{
	init();
	cfg.dhcp.bootfile = "a\\\",x\\";
	expect_line("dhcp-boot=\"a\\\\\\\",x\\\\\",\"\",10.0.2.2");
	cfg.root = "/with \"quotes\", and more";
	expect_line("tftp-root=\"/with \\\"quotes\\\", and more\"");
}
END_TEST

/* dnsmasq takes what is behind byte 1024 of a line for another line. */
START_TEST(long_texts_are_refused)
{
	g_autofree char *longest = g_strnfill(255, 'x'), *longer = g_strnfill(256, 'x');
	g_autofree char *endless = g_strnfill(3000, 'x');

	init();
	set(_i, endless);
	expect_refused("too long");
	if (texts[_i].option) {
		set(_i, longer);
		expect_refused("too long");
	}
	set(_i, longest);
	g_autofree char *text = text_of();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **l = lines; *l; l++)
		ck_assert_uint_lt(strlen(*l), 1024);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dnsmasq_config");

	suite_add(s, nothing_of_the_host_is_used);
	suite_add(s, a_scenario_that_says_nothing);
	suite_add(s, every_option_has_its_line);
	suite_add(s, the_boot_file_has_its_place);
	suite_add(s, what_is_off_is_off);
	suite_add(s, the_sign_is_always_there);
	suite_add(s, what_it_cannot_do_is_refused);
	suite_add_rows(s, a_text_stays_in_its_line, N_ROWS(texts));
	suite_add(s, quotes_end_no_quotes);
	suite_add_rows(s, long_texts_are_refused, N_ROWS(texts));
	return suite_run(s);
}
