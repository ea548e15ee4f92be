/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/qmp: QEMU's control connection
 */
#include "harness/qmp.h"

#include <check.h>
#include <errno.h>

#include "tests/support/fake_qemu.h"
#include "tests/support/suite.h"

enum {
	SOON_MS = 2, /* a time to wait for what never comes */
	LONG_MS = 60000,
};

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n"
#define EVENT                                                                                      \
	"{\"timestamp\": {\"seconds\": 1}, \"event\": \"SHUTDOWN\", \"data\": {\"guest\": "        \
	"true}}\r\n"

/* Answers, written down as text: a number, "null" or "refused". */
static void on_answer(void *self, JsonNode *answer)
{
	GString *s = self;

	if (!answer)
		g_string_append(s, "refused ");
	else if (JSON_NODE_HOLDS_VALUE(answer))
		g_string_append_printf(s, "%d ", (int)json_node_get_int(answer));
	else
		g_string_append(s, "object ");
}

/* A QEMU that greets, waits for a command, and answers it. */
static void *be_qemu(void *data)
{
	struct fake_qemu *q = data;
	char buf[100];
	ssize_t n;

	fake_qemu_say(q, GREETING);
	n = recv(q->fd, buf, sizeof(buf), 0);
	if (n > 0)
		fake_qemu_say(q, "{\"return\": {}}\r\n");
	return g_strndup(buf, n > 0 ? (size_t)n : 0);
}

START_TEST(a_start)
{
	struct fake_qemu q;
	g_autofree char *heard = NULL;
	GThread *thread;

	fake_qemu_init(&q);
	thread = g_thread_new("qemu", be_qemu, &q);
	ck_assert_int_eq(qmp_start(q.qmp, LONG_MS), 0);
	heard = g_thread_join(thread);
	ck_assert_str_eq(heard, "{\"execute\":\"qmp_capabilities\"}\n");
	fake_qemu_fini(&q);
}
END_TEST

static const struct {
	const char *what;
	const char *first, *then; /* the first part is read before the second is said */
	bool closes;
	int want;
} start_rows[] = {
	{ "all is well", GREETING, "{\"return\": {}}\n", false, 0 },
	{ "nothing", "", "", false, QMP_E_TIMEOUT },
	{ "half a greeting", "{\"QMP\": {}", "", false, QMP_E_TIMEOUT },
	{ "half a greeting, then gone", "{\"QMP\": {}", "", true, QMP_E_CLOSED },
	{ "gone at once", "", "", true, QMP_E_CLOSED },
	{ "no answer to the first command", GREETING, "", false, QMP_E_TIMEOUT },
	{ "the first command refused", GREETING, "{\"error\": {\"class\": \"x\"}}\n", false,
	  -EPROTO },
	{ "garbage before the greeting", "qemu: warning\n\n[]\n" GREETING, "{\"return\": {}}\n",
	  false, 0 },
	{ "an event before the answer", GREETING, EVENT "{\"return\": {}}\n", false, 0 },
	{ "an event in the greeting's place", EVENT, "", false, QMP_E_TIMEOUT },
};

START_TEST(how_a_start_may_go)
{
	struct fake_qemu q;
	int got;

	fake_qemu_init(&q);
	fake_qemu_say(&q, start_rows[_i].first);
	while (qmp_read(q.qmp) == 0)
		;
	fake_qemu_say(&q, start_rows[_i].then);
	if (start_rows[_i].closes)
		fake_qemu_close(&q);
	got = qmp_start(q.qmp, SOON_MS);
	ck_assert_msg(got == start_rows[_i].want, "%s: got %d", start_rows[_i].what, got);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(a_command_with_arguments)
{
	struct fake_qemu q;
	g_autoptr(JsonNode) answer = NULL;
	g_autofree char *heard = NULL;

	fake_qemu_init(&q);
	fake_qemu_say(&q, "{\"return\": \"text\"}\n");
	ck_assert_int_eq(qmp_command(q.qmp, "do", "{\"a\":1}", LONG_MS, &answer), 0);
	ck_assert_str_eq(json_node_get_string(answer), "text");
	heard = fake_qemu_heard(&q);
	ck_assert_str_eq(heard, "{\"execute\":\"do\",\"arguments\":{\"a\":1}}\n");
	fake_qemu_fini(&q);
}
END_TEST

static const struct {
	const char *what, *says;
	bool closes;
	int want;
	const char *events;
} command_rows[] = {
	{ "an answer", "{\"return\": 5}\n", false, 0, "" },
	{ "an empty answer", "{\"return\": {}}\n", false, 0, "" },
	{ "a null", "{\"return\": null}\n", false, 0, "" },
	{ "a refusal", "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\n", false,
	  -EPROTO, "" },
	{ "no answer", "", false, QMP_E_TIMEOUT, "" },
	{ "an answer without its end", "{\"return\": 5}", false, QMP_E_TIMEOUT, "" },
	{ "gone before", "", true, QMP_E_CLOSED, "" },
	{ "an answer, then gone", "{\"return\": 5}\n", true, 0, "" },
	{ "events while waiting", EVENT "{\"event\":\"STOP\"}\n{\"return\": 5}\n", false, 0,
	  "SHUTDOWN+ STOP " },
	{ "events and no answer", EVENT, false, QMP_E_TIMEOUT, "SHUTDOWN+ " },
	{ "an event whose data is no object", "{\"event\":\"A\",\"data\":3}\n{\"return\": 5}\n",
	  false, 0, "A " },
	{ "an event with no name",
	  "{\"event\":5}\n{\"event\":null}\n{\"event\":{}}\n"
	  "{\"event\":[]}\n{\"return\": 5}\n",
	  false, 0, "" },
	{ "garbage before the answer",
	  "\n\r\n{\n}}\n5\n\"x\"\n[1,2]\nnull\n{\"x\":1}\n\xff\xfe\n{\"return\": 5}\n", false, 0,
	  "" },
};

START_TEST(how_a_command_may_go)
{
	struct fake_qemu q;
	JsonNode *answer = NULL;
	int got;

	fake_qemu_init(&q);
	fake_qemu_say(&q, command_rows[_i].says);
	if (command_rows[_i].closes)
		ck_assert_int_eq(shutdown(q.fd, SHUT_WR), 0);
	got = qmp_command(q.qmp, "x", NULL, SOON_MS, &answer);
	ck_assert_msg(got == command_rows[_i].want, "%s: got %d", command_rows[_i].what, got);
	ck_assert_msg(!answer == (got != 0), "%s: answer", command_rows[_i].what);
	ck_assert_msg(g_str_equal(q.events->str, command_rows[_i].events), "%s: %s",
		      command_rows[_i].what, q.events->str);
	g_clear_pointer(&answer, json_node_unref);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(answers_come_in_order)
{
	struct fake_qemu q;
	g_autoptr(GString) answers = g_string_new(NULL);

	fake_qemu_init(&q);
	ck_assert_int_eq(qmp_send(q.qmp, "a", NULL, on_answer, answers), 0);
	ck_assert_int_eq(qmp_send(q.qmp, "b", NULL, NULL, NULL), 0);
	ck_assert_int_eq(qmp_send(q.qmp, "c", NULL, on_answer, answers), 0);
	ck_assert_int_eq(qmp_send(q.qmp, "d", NULL, on_answer, answers), 0);
	ck_assert_str_eq(answers->str, "");
	fake_qemu_say(&q, "{\"return\": 1}\n{\"return\": 2}\n" EVENT
			  "{\"error\": {}}\n{\"return\": 4}\n{\"return\": 5}\n");
	ck_assert_int_eq(qmp_read(q.qmp), 0);
	ck_assert_str_eq(answers->str, "1 refused 4 ");
	ck_assert_str_eq(q.events->str, "SHUTDOWN+ ");
	ck_assert_int_eq(qmp_read(q.qmp), QMP_E_AGAIN);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(answers_in_pieces)
{
	static const char text[] = "{\"return\": 7}\r\n{\"return\": 8}\r\n";
	struct fake_qemu q;
	g_autoptr(GString) answers = g_string_new(NULL);

	fake_qemu_init(&q);
	qmp_send(q.qmp, "a", NULL, on_answer, answers);
	qmp_send(q.qmp, "b", NULL, on_answer, answers);
	for (const char *p = text; *p; p++) {
		char piece[2] = { *p, 0 };

		fake_qemu_say(&q, piece);
		ck_assert_int_eq(qmp_read(q.qmp), 0);
	}
	ck_assert_str_eq(answers->str, "7 8 ");
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(an_answer_that_is_late)
{
	struct fake_qemu q;
	g_autoptr(GString) answers = g_string_new(NULL);
	g_autoptr(JsonNode) answer = NULL;

	fake_qemu_init(&q);
	ck_assert_int_eq(qmp_command(q.qmp, "slow", NULL, SOON_MS, &answer), QMP_E_TIMEOUT);
	ck_assert_int_eq(qmp_send(q.qmp, "next", NULL, on_answer, answers), 0);
	fake_qemu_say(&q, "{\"return\": 1}\n{\"return\": 2}\n");
	ck_assert_int_eq(qmp_read(q.qmp), 0);
	ck_assert_str_eq(answers->str, "2 "); /* not the slow one's */
	fake_qemu_fini(&q);
}
END_TEST

/* An event handler that sends a command of its own, as the first frame does. */
struct nested {
	Qmp *qmp;
	GString *answers;
};

static void on_event_send(void *self, const char *name, JsonObject *data)
{
	struct nested *n = self;

	(void)name;
	(void)data;
	ck_assert_int_eq(qmp_send(n->qmp, "nested", NULL, on_answer, n->answers), 0);
}

START_TEST(a_command_sent_while_another_waits)
{
	struct nested n = { .answers = g_string_new(NULL) };
	struct qmp_ops ops = { on_event_send, &n };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	n.qmp = qmp_new(fds[0], &ops);
	ck_assert_int_eq(send(fds[1], EVENT, strlen(EVENT), 0), (ssize_t)strlen(EVENT));
	/* The waiting one must be forgotten, and the nested one not. */
	ck_assert_int_eq(qmp_command(n.qmp, "slow", NULL, SOON_MS, NULL), QMP_E_TIMEOUT);
	ck_assert_int_eq(send(fds[1], "{\"return\":1}\n{\"return\":2}\n", 26, 0), 26);
	ck_assert_int_eq(qmp_read(n.qmp), 0);
	ck_assert_str_eq(n.answers->str, "2 ");
	qmp_free(n.qmp);
	close(fds[1]);
	g_string_free(n.answers, TRUE);
}
END_TEST

START_TEST(what_is_pending_at_the_end)
{
	struct fake_qemu q;
	g_autoptr(GString) answers = g_string_new(NULL);

	fake_qemu_init(&q);
	qmp_send(q.qmp, "a", NULL, on_answer, answers);
	qmp_send(q.qmp, "b", NULL, NULL, NULL);
	qmp_send(q.qmp, "c", NULL, on_answer, answers);
	fake_qemu_fini(&q);
	ck_assert_str_eq(answers->str, "refused refused ");
	qmp_free(NULL);
}
END_TEST

START_TEST(nobody_there_any_more)
{
	struct fake_qemu q;

	fake_qemu_init(&q);
	ck_assert_int_eq(qmp_read(q.qmp), QMP_E_AGAIN);
	fake_qemu_close(&q);
	ck_assert_int_eq(qmp_send(q.qmp, "a", NULL, NULL, NULL), QMP_E_CLOSED);
	ck_assert_int_eq(qmp_read(q.qmp), QMP_E_CLOSED);
	ck_assert_int_eq(qmp_command(q.qmp, "a", NULL, LONG_MS, NULL), QMP_E_CLOSED);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(a_qemu_that_does_not_read)
{
	struct fake_qemu q;
	g_autofree char *big = g_strnfill(64 * 1024, ' ');
	int r = 0, n = 0;

	fake_qemu_init(&q);
	while (r == 0 && n++ < 1000)
		r = qmp_send(q.qmp, "a", big, NULL, NULL);
	ck_assert_int_eq(r, -EAGAIN);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(its_descriptor)
{
	struct fake_qemu q;

	fake_qemu_init(&q);
	ck_assert_int_ge(qmp_fd(q.qmp), 0);
	ck_assert_int_ne(qmp_fd(q.qmp), q.fd);
	fake_qemu_fini(&q);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("qmp");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	suite_add(s, a_start);
	suite_add_rows(s, how_a_start_may_go, N_ROWS(start_rows));
	suite_add(s, a_command_with_arguments);
	suite_add_rows(s, how_a_command_may_go, N_ROWS(command_rows));
	suite_add(s, answers_come_in_order);
	suite_add(s, answers_in_pieces);
	suite_add(s, an_answer_that_is_late);
	suite_add(s, a_command_sent_while_another_waits);
	suite_add(s, what_is_pending_at_the_end);
	suite_add(s, nobody_there_any_more);
	suite_add(s, a_qemu_that_does_not_read);
	suite_add(s, its_descriptor);
	return suite_run(s);
}
