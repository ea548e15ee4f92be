/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's end of a QMP connection, in the test's hands
 *
 * What QEMU will say is written before it is read: nothing here waits for anything.
 */
#ifndef TESTS_SUPPORT_FAKE_QEMU_H
#define TESTS_SUPPORT_FAKE_QEMU_H

#include <check.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/qmp.h"

struct fake_qemu {
	int fd; /* QEMU's end */
	Qmp *qmp;
	GString *events; /* "NAME " or "NAME+ " if it has data */
};

static inline void fake_qemu_on_event(void *self, const char *name, JsonObject *data)
{
	struct fake_qemu *q = self;

	g_string_append_printf(q->events, "%s%s ", name, data ? "+" : "");
}

static inline void fake_qemu_init(struct fake_qemu *q)
{
	struct qmp_ops ops = { fake_qemu_on_event, q };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	q->fd = fds[1];
	q->events = g_string_new(NULL);
	q->qmp = qmp_new(fds[0], &ops);
}

/* QEMU says this; @text brings its own ends of lines. */
static inline void fake_qemu_say(struct fake_qemu *q, const char *text)
{
	ck_assert_int_eq(send(q->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static inline void fake_qemu_close(struct fake_qemu *q)
{
	close(q->fd);
	q->fd = -1;
}

/* What QEMU was told since the last call; caller frees. */
static inline char *fake_qemu_heard(struct fake_qemu *q)
{
	char buf[4096];
	ssize_t n = recv(q->fd, buf, sizeof(buf), MSG_DONTWAIT);

	return g_strndup(buf, n > 0 ? (size_t)n : 0);
}

static inline void fake_qemu_fini(struct fake_qemu *q)
{
	qmp_free(q->qmp);
	if (q->fd >= 0)
		close(q->fd);
	g_string_free(q->events, TRUE);
}

#endif /* TESTS_SUPPORT_FAKE_QEMU_H */
