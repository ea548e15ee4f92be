/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP, QEMU's control connection
 */
#include "harness/qmp.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A command under way. QEMU answers them in order. */
struct pending {
	QmpAnswer on_answer; /* or NULL */
	void *self;
};

struct Qmp {
	int fd;
	struct qmp_ops ops;
	GString *in;
	bool greeted;
	GQueue pending; /* of struct pending */
};

Qmp *qmp_new(int fd, const struct qmp_ops *ops)
{
	Qmp *q = g_new0(Qmp, 1);

	q->fd = fd;
	q->ops = *ops;
	q->in = g_string_new(NULL);
	g_queue_init(&q->pending);
	return q;
}

int qmp_fd(const Qmp *q)
{
	return q->fd;
}

/* The oldest command under way has its answer. */
static void answer(Qmp *q, JsonNode *node)
{
	g_autofree struct pending *p = g_queue_pop_head(&q->pending);

	if (p && p->on_answer)
		p->on_answer(p->self, node);
}

static void handle(Qmp *q, JsonNode *node)
{
	JsonObject *o;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return;
	o = json_node_get_object(node);
	if (json_object_has_member(o, "QMP")) {
		q->greeted = true;
	} else if (json_object_has_member(o, "event")) {
		JsonNode *name = json_object_get_member(o, "event");
		JsonNode *data = json_object_get_member(o, "data");

		if (JSON_NODE_HOLDS_VALUE(name) && json_node_get_string(name))
			q->ops.event(q->ops.self, json_node_get_string(name),
				     data && JSON_NODE_HOLDS_OBJECT(data)
					     ? json_node_get_object(data)
					     : NULL);
	} else if (json_object_has_member(o, "return")) {
		answer(q, json_object_get_member(o, "return"));
	} else if (json_object_has_member(o, "error")) {
		answer(q, NULL);
	}
}

static void handle_lines(Qmp *q)
{
	char *end;

	while ((end = memchr(q->in->str, '\n', q->in->len))) {
		g_autoptr(JsonParser) parser = json_parser_new();
		gssize len = end - q->in->str;

		if (json_parser_load_from_data(parser, q->in->str, len, NULL) &&
		    json_parser_get_root(parser))
			handle(q, json_parser_get_root(parser));
		g_string_erase(q->in, 0, len + 1);
	}
}

int qmp_read(Qmp *q)
{
	char buf[4096];
	ssize_t n = recv(q->fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return QMP_E_CLOSED;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? QMP_E_AGAIN : -errno;
	g_string_append_len(q->in, buf, n);
	handle_lines(q);
	return 0;
}

/* Read until *@flag is set. */
static int wait_for(Qmp *q, const bool *flag, unsigned timeout_ms)
{
	gint64 end_us = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

	while (!*flag) {
		struct pollfd p = { .fd = q->fd, .events = POLLIN };
		gint64 left_us = end_us - g_get_monotonic_time();
		int r = qmp_read(q);

		if (r == 0)
			continue;
		if (r != QMP_E_AGAIN)
			return r;
		if (left_us <= 0)
			return QMP_E_TIMEOUT;
		if (poll(&p, 1, (int)(left_us / 1000) + 1) < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

int qmp_send(Qmp *q, const char *command, const char *arguments, QmpAnswer on_answer, void *self)
{
	g_autofree char *line =
		g_strdup_printf("{\"execute\":\"%s\"%s%s}\n", command,
				arguments ? ",\"arguments\":" : "", arguments ? arguments : "");
	size_t len = strlen(line);
	struct pending *p;
	ssize_t n;

	/* Commands are short and few: a socket that is full means QEMU is stuck. */
	n = send(q->fd, line, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0 && (size_t)n < len)
		return -EAGAIN;
	if (n < 0)
		return errno == EPIPE || errno == ECONNRESET ? QMP_E_CLOSED : -errno;
	p = g_new0(struct pending, 1);
	p->on_answer = on_answer;
	p->self = self;
	g_queue_push_tail(&q->pending, p);
	return 0;
}

struct waited {
	bool answered;
	JsonNode *answer;
};

static void on_waited(void *self, JsonNode *node)
{
	struct waited *w = self;

	w->answered = true;
	w->answer = node ? json_node_copy(node) : NULL;
}

/* Nobody waits any more, but the answer may still come. Others may have been sent since. */
static void forget(Qmp *q, const struct waited *w)
{
	for (GList *l = q->pending.head; l; l = l->next) {
		struct pending *p = l->data;

		if (p->self == w)
			p->on_answer = NULL;
	}
}

int qmp_command(Qmp *q, const char *command, const char *arguments, unsigned timeout_ms,
		JsonNode **out)
{
	struct waited w = { .answered = false };
	int r = qmp_send(q, command, arguments, on_waited, &w);

	if (r)
		return r;
	r = wait_for(q, &w.answered, timeout_ms);
	if (r) {
		forget(q, &w);
		return r;
	}
	if (!w.answer)
		return -EPROTO;
	if (out)
		*out = w.answer;
	else
		json_node_unref(w.answer);
	return 0;
}

int qmp_start(Qmp *q, unsigned timeout_ms)
{
	int r = wait_for(q, &q->greeted, timeout_ms);

	return r ? r : qmp_command(q, "qmp_capabilities", NULL, timeout_ms, NULL);
}

void qmp_free(Qmp *q)
{
	if (!q)
		return;
	close(q->fd);
	g_string_free(q->in, TRUE);
	while (q->pending.length)
		answer(q, NULL);
	g_free(q);
}
