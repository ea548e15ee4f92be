/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP, QEMU's control connection (docs/interop/qmp-spec of QEMU), over an inherited socket
 *
 * Lines of JSON both ways. Nothing blocks but qmp_command() and qmp_start().
 */
#ifndef HARNESS_QMP_H
#define HARNESS_QMP_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

enum {
	QMP_E_AGAIN = 1, /* nothing more to read now */
	QMP_E_CLOSED,    /* QEMU closed it */
	QMP_E_TIMEOUT,
};

typedef struct Qmp Qmp;

struct qmp_ops {
	/* @data may be NULL. Both are borrowed. */
	void (*event)(void *self, const char *name, JsonObject *data);
	void *self;
};

/* @fd: non-blocking stream socket, owned by the connection. */
Qmp *qmp_new(int fd, const struct qmp_ops *ops);

int qmp_fd(const Qmp *q);

/**
 * qmp_read() - Read and handle all that is there
 *
 * Return: 0 after something was read, QMP_E_AGAIN, QMP_E_CLOSED, or negative errno.
 */
int qmp_read(Qmp *q);

/* @answer is what "return" holds, borrowed; NULL if QEMU refused the
 * command or is gone. */
typedef void (*QmpAnswer)(void *self, JsonNode *answer);

/**
 * qmp_send() - Execute a command, and do not wait
 * @arguments:	JSON object as text, or NULL
 * @on_answer:	Called from a later qmp_read() or qmp_command(); NULL: not wanted
 *
 * Return: 0; QMP_E_CLOSED; negative errno (-EAGAIN: QEMU does not read).
 */
int qmp_send(Qmp *q, const char *command, const char *arguments, QmpAnswer on_answer, void *self);

/**
 * qmp_command() - Execute a command and wait for its answer; events go on being reported
 * @arguments:	JSON object as text, or NULL
 * @timeout_ms:	Longest wait
 * @answer:	Filled with what "return" holds, caller: json_node_unref(); NULL: not wanted
 *
 * Return: 0; QMP_E_CLOSED; QMP_E_TIMEOUT; -EPROTO if QEMU refused the command; negative errno.
 */
int qmp_command(Qmp *q, const char *command, const char *arguments, unsigned timeout_ms,
		JsonNode **answer);

/* Take the greeting and enter command mode. Results as of qmp_command(). */
int qmp_start(Qmp *q, unsigned timeout_ms);

/* Commands under way are answered with NULL. */
void qmp_free(Qmp *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Qmp, qmp_free)

#endif /* HARNESS_QMP_H */
