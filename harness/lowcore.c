/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program-check words of a guest's lowcore, read from outside
 */
#include "harness/lowcore.h"

#include <stdio.h>

#include "server/wire/bytes.h"

enum { /* Principles of Operation, "assigned storage locations" */
       LOWCORE_PGM_CODE = 0x8c,
       LOWCORE_PGM_OLD_PSW = 0x150,
       LOWCORE_PGM_NEW_PSW = 0x1d0,
       LOWCORE_BYTES = 0x1e0,
       ANSWER_MS = 2000,
       DUMP_START = 0x88, /* the eight bytes with the code in their second half */
       DUMP_N_WORDS = (LOWCORE_BYTES - DUMP_START) / 8,
};

struct question {
	void (*on_lowcore)(void *self, const struct lowcore *l);
	void *self;
};

/* The monitor's `xp`: lines of "0000000000000150: 0x... 0x...". */
static bool parse_dump(const char *text, uint64_t out[DUMP_N_WORDS])
{
	g_auto(GStrv) words = g_strsplit_set(text, " \r\n", -1);
	unsigned n = 0;

	for (char **w = words; *w && n < DUMP_N_WORDS; w++)
		if (g_str_has_prefix(*w, "0x"))
			out[n++] = g_ascii_strtoull(*w, NULL, 16);
	return n == DUMP_N_WORDS;
}

static void on_dump(void *self, JsonNode *answer)
{
	g_autofree struct question *question = self;
	const char *text = answer ? json_node_get_string(answer) : NULL;
	uint64_t dump[DUMP_N_WORDS];
	struct lowcore l = { .known = false };

	if (text && parse_dump(text, dump)) {
		l.known = true;
		l.pgm_code = (uint32_t)dump[0];
		l.pgm_old_mask = dump[(LOWCORE_PGM_OLD_PSW - DUMP_START) / 8];
		l.pgm_old = dump[(LOWCORE_PGM_OLD_PSW - DUMP_START) / 8 + 1];
		l.pgm_new = dump[(LOWCORE_PGM_NEW_PSW - DUMP_START) / 8 + 1];
	}
	question->on_lowcore(question->self, &l);
}

static char *dump_command(void)
{
	return g_strdup_printf("{\"command-line\":\"xp /%uxg 0x%x\"}", (unsigned)DUMP_N_WORDS,
			       (unsigned)DUMP_START);
}

void lowcore_ask(Qmp *q, void (*on_lowcore)(void *self, const struct lowcore *l), void *self)
{
	g_autofree char *arguments = dump_command();
	struct question *question = g_new(struct question, 1);

	question->on_lowcore = on_lowcore;
	question->self = self;
	if (qmp_send(q, "human-monitor-command", arguments, on_dump, question))
		g_free(question);
}

static void on_copy(void *self, const struct lowcore *l)
{
	*(struct lowcore *)self = *l;
}

struct lowcore lowcore_of_guest(Qmp *q)
{
	g_autofree char *arguments = dump_command();
	g_autoptr(JsonNode) answer = NULL;
	struct lowcore l = { .known = false };
	struct question *question;

	if (qmp_command(q, "human-monitor-command", arguments, ANSWER_MS, &answer))
		return l;
	question = g_new(struct question, 1);
	question->on_lowcore = on_copy;
	question->self = &l;
	on_dump(question, answer);
	return l;
}

struct lowcore lowcore_of_kernel(const char *path)
{
	struct lowcore l = { .known = false };
	uint8_t buf[LOWCORE_BYTES];
	struct rd code = RD_INIT(buf + LOWCORE_PGM_CODE, 4);
	struct rd psw = RD_INIT(buf + LOWCORE_PGM_OLD_PSW, 16);
	struct rd new_psw = RD_INIT(buf + LOWCORE_PGM_NEW_PSW + 8, 8);
	FILE *f = fopen(path, "rb");

	if (!f)
		return l;
	if (fread(buf, sizeof(buf), 1, f) == 1) {
		l.known = true;
		l.pgm_code = rd_be32(&code);
		l.pgm_old_mask = rd_be64(&psw);
		l.pgm_old = rd_be64(&psw);
		l.pgm_new = rd_be64(&new_psw);
	}
	fclose(f);
	return l;
}
