/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/pxe_config: PXELINUX configurations
 */
#include "firmware/lwip/pxe_config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

enum {
	N_ENTRIES = 8,
};

static struct pxe_entry entries[N_ENTRIES];
static struct pxe_config c;
static char *exact; /* what the configuration points into */

static void forget(void)
{
	free(exact);
}

/* Read a text in a block of its own size; names of included files come out as "[NAME]". */
static void parse_bytes(const char *text, size_t len, char *included)
{
	struct slice rest = { NULL, len }, name;

	free(exact);
	exact = malloc(len ? len : 1);
	rest.p = exact;
	memcpy(exact, text, len);
	pxe_config_init(&c, entries, N_ENTRIES);
	while (pxe_config_parse(&c, &rest, &name) == PXE_PARSE_INCLUDE)
		if (included)
			included += sprintf(included, "[%.*s]", (int)name.len, name.p);
}

static void parse(const char *text)
{
	parse_bytes(text, strlen(text), NULL);
}

/* What would be booted: "kernel|initrd|append|extra|sysappend", or "nothing". */
static const char *chosen(const char *line)
{
	static char text[512];
	struct pxe_choice o;

	if (!pxe_config_choose(&c, slice_of(line), &o))
		return "nothing";
	snprintf(text, sizeof(text), "%.*s|%.*s|%.*s|%.*s|%llu%s", (int)o.kernel.len, o.kernel.p,
		 (int)o.initrd.len, o.initrd.p, (int)o.append.len, o.append.p, (int)o.extra.len,
		 o.extra.p, (unsigned long long)o.sysappend, o.localboot ? "|localboot" : "");
	return text;
}

static const struct {
	const char *what, *text, *want;
} rows[] = {
	{ "the usual", "DEFAULT a\nLABEL a\n  KERNEL k\n  INITRD i\n  APPEND x y\n", "k|i|x y||0" },
	{ "in any case", "dEfAuLt A\nLabel a\nkernel k\n", "k||||0" },
	{ "CR LF", "DEFAULT a\r\nLABEL a\r\nKERNEL k\r\nAPPEND x\r\n", "k||x||0" },
	{ "no last newline", "DEFAULT a\nLABEL a\nKERNEL k\nAPPEND x", "k||x||0" },
	{ "tabs", "\tLABEL\ta\n\tKERNEL\tk\n\tAPPEND\tx  y\t\n", "k||x  y||0" },
	{ "blanks behind a name", "LABEL a\nKERNEL k   \n", "k||||0" },
	{ "comments, but not in a line", "# LABEL z\nLABEL a\nKERNEL k\n  # no\nAPPEND x #y\n",
	  "k||x #y||0" },
	{ "a byte order mark",
	  "\xef\xbb\xbf"
	  "LABEL a\nKERNEL k\n",
	  "k||||0" },
	{ "LINUX for KERNEL", "LABEL a\nLINUX k\n", "k||||0" },
	{ "DEFAULT behind its label", "LABEL a\nKERNEL k\nLABEL b\nKERNEL l\nDEFAULT b\n",
	  "l||||0" },
	{ "no DEFAULT: the first", "LABEL a\nKERNEL k\nLABEL b\nKERNEL l\n", "k||||0" },
	{ "MENU DEFAULT", "LABEL a\nKERNEL k\nLABEL b\nMENU DEFAULT\nKERNEL l\n", "l||||0" },
	{ "DEFAULT before MENU DEFAULT",
	  "DEFAULT a\nLABEL a\nKERNEL k\nLABEL b\nMENU DEFAULT\nKERNEL l\n", "k||||0" },
	{ "a menu program as DEFAULT",
	  "DEFAULT vesamenu.c32\nLABEL a\nKERNEL k\nLABEL b\nMENU DEFAULT\nKERNEL l\n", "l||||0" },
	{ "a label that looks like one",
	  "DEFAULT x.c32\nLABEL a\nKERNEL k\nLABEL x.c32\nKERNEL l\n", "l||||0" },
	{ "DEFAULT with arguments", "DEFAULT a more\nLABEL a\nKERNEL k\nAPPEND x\n",
	  "k||x|more|0" },
	{ "DEFAULT that is a kernel", "DEFAULT k initrd=i x\nLABEL a\nKERNEL l\n",
	  "k|i|initrd=i x||0" },
	{ "a label that is a kernel", "LABEL k\nAPPEND x\n", "k||x||0" },
	{ "entries of their own",
	  "DEFAULT b\nLABEL a\nKERNEL k\nINITRD i\nAPPEND x\nLABEL b\nKERNEL l\n", "l||||0" },
	{ "initrd= in APPEND", "LABEL a\nKERNEL k\nAPPEND x initrd=i y\n", "k|i|x initrd=i y||0" },
	{ "INITRD before initrd=", "LABEL a\nKERNEL k\nINITRD j\nAPPEND initrd=i\n",
	  "k|j|initrd=i||0" },
	{ "more than one initrd", "LABEL a\nKERNEL k\nINITRD i,j\n", "k|i,j|||0" },
	{ "APPEND for all", "APPEND x\nLABEL a\nKERNEL k\n", "k||x||0" },
	{ "APPEND for all, and its own", "APPEND x\nLABEL a\nKERNEL k\nAPPEND y\n", "k||y||0" },
	{ "APPEND for all, and none", "APPEND x\nLABEL a\nKERNEL k\nAPPEND -\n", "k||||0" },
	{ "APPEND twice: the last", "LABEL a\nKERNEL k\nAPPEND x\nAPPEND y\n", "k||y||0" },
	{ "IPAPPEND", "LABEL a\nKERNEL k\nIPAPPEND 3\n", "k||||3" },
	{ "SYSAPPEND in hex, for all", "SYSAPPEND 0x7\nLABEL a\nKERNEL k\n", "k||||7" },
	{ "SYSAPPEND 0 of its own", "SYSAPPEND 7\nLABEL a\nKERNEL k\nSYSAPPEND 0\n", "k||||0" },
	{ "no number", "LABEL a\nKERNEL k\nIPAPPEND yes\n", "k||||0" },
	{ "words without arguments",
	  "DEFAULT\nLABEL a\nKERNEL\nINITRD\nAPPEND\nTIMEOUT\nLABEL\nMENU\n", "a||||0" },
	{ "unknown words", "FROBNICATE 3\nLABEL a\nFROB\nKERNEL k\n", "k||||0" },
	{ "words before any label",
	  "KERNEL z\nINITRD z\nLOCALBOOT 0\nMENU DEFAULT\nLABEL a\nKERNEL k\n", "k||||0" },
	{ "help text",
	  "LABEL a\nTEXT HELP\n  KERNEL z\n  LABEL z\nENDTEXT\nKERNEL k\nMENU LABEL kernel z\n",
	  "k||||0" },
	{ "LOCALBOOT", "LABEL a\nLOCALBOOT 0\n", "a||||0|localboot" },
	{ "DEFAULT that is nowhere", "DEFAULT z\nLABEL a\nKERNEL k\n", "z||||0" },
	{ "the first of two labels", "DEFAULT a\nLABEL a\nKERNEL k\nLABEL a\nKERNEL l\n",
	  "k||||0" },
	{ "nothing", "", "nothing" },
	{ "only comments", "# a\n\n#b", "nothing" },
};

START_TEST(defaults)
{
	parse(rows[_i].text);
	ck_assert_msg(!strcmp(chosen(""), rows[_i].want), "%s: %s", rows[_i].what, chosen(""));
}
END_TEST

START_TEST(typed)
{
	parse("DEFAULT a\nLABEL a\nKERNEL k\nAPPEND x\nLABEL b\nKERNEL l\n");
	ck_assert_str_eq(chosen("b"), "l||||0");
	ck_assert_str_eq(chosen("  A single "), "k||x|single|0");
	ck_assert_str_eq(chosen("other arg"), "other||arg||0");
	ck_assert_str_eq(chosen("a initrd=i"), "k|i|x|initrd=i|0");
}
END_TEST

START_TEST(includes)
{
	char names[200] = "";
	static const char text[] = "INCLUDE one.cfg\nMENU INCLUDE two.cfg Title\nINCLUDE\nLABEL a\n"
				   "KERNEL k\nTEXT HELP\nINCLUDE three\nENDTEXT\n";

	parse_bytes(text, sizeof(text) - 1, names);
	ck_assert_str_eq(names, "[one.cfg][two.cfg]");
	ck_assert_str_eq(chosen(""), "k||||0");
}
END_TEST

START_TEST(settings)
{
	parse("TIMEOUT 50\nPROMPT 1\nONTIMEOUT b\n");
	ck_assert(c.timeout_ds == 50 && c.prompt && c.ontimeout.len == 1);
	ck_assert(pxe_config_is_interactive(&c));
	parse("PROMPT 0\nTIMEOUT x\n");
	ck_assert(!c.prompt && !c.timeout_ds && !pxe_config_is_interactive(&c));
	parse("UI menu.c32\n");
	ck_assert(pxe_config_is_interactive(&c));
	parse("DEFAULT menu.c32\nLABEL a\n");
	ck_assert(pxe_config_is_interactive(&c));
}
END_TEST

START_TEST(too_many_labels)
{
	char text[2000], *t = text;

	for (unsigned i = 0; i < N_ENTRIES + 2; i++)
		t += sprintf(t, "LABEL l%u\nKERNEL k%u\nAPPEND a%u\n", i, i, i);
	t += sprintf(t, "MENU DEFAULT\n");
	parse(text);
	ck_assert_str_eq(chosen(""), "k0||a0||0");
	t += sprintf(t, "DEFAULT l%u\n", N_ENTRIES - 1);
	parse(text);
	ck_assert_uint_eq(c.n_entries, N_ENTRIES);
	ck_assert_uint_eq(c.n_dropped, 2);
	ck_assert_str_eq(chosen(""), "k7||a7||0");
	ck_assert_uint_eq(c.append.len, 0);
}
END_TEST

START_TEST(long_lines_and_nuls)
{
	static char text[70000];
	size_t n = (size_t)sprintf(text, "LABEL a\nKERNEL k\nAPPEND ");

	memset(text + n, 'x', 65000);
	text[n + 100] = '\0';
	parse_bytes(text, n + 65000, NULL);
	ck_assert_uint_eq(entries[0].append.len, 65000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_pxe_config");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, NULL, forget);
	tcase_add_loop_test(tc, defaults, 0, N_ROWS(rows));
	tcase_add_test(tc, typed);
	tcase_add_test(tc, includes);
	tcase_add_test(tc, settings);
	tcase_add_test(tc, too_many_labels);
	tcase_add_test(tc, long_lines_and_nuls);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
