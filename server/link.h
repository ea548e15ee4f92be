/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable between one network card of the guest and its server
 *
 * QEMU is at the other end of an AF_UNIX datagram socket: one datagram is one bare Ethernet frame.
 * Every frame that passes goes into the capture (as sent, and as handed over) and the journal.
 * Sending never blocks: what the socket does not take waits here, in order.
 */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <glib.h>

#include "server/capture.h"
#include "server/journal.h"
#include "server/wire/frame.h"

enum {
	LINK_E_EMPTY = 1, /* no frame is waiting */
};

enum link_dir {
	LINK_FROM_GUEST,
	LINK_TO_GUEST,
};

struct link_ops {
	/* A frame of the guest's arrived at the server's end. NULL: nobody is there. */
	void (*deliver)(void *self, uint64_t now_ns, const uint8_t *frame, size_t len);
	/* A frame was handed over, in either direction. */
	void (*seen)(void *self, uint64_t now_ns, enum link_dir dir, const struct frame *f);
	void *self;
};

typedef struct Link Link;

/**
 * link_new() - Make the cable
 * @fd:		Non-blocking datagram socket, owned by the link from now on
 * @name:	Of the network card, for capture and journal: "nic0"
 * @ops:	Copied
 * @journal:	Borrowed, as is @capture
 *
 * Never fails.
 */
Link *link_new(int fd, const char *name, const struct link_ops *ops, Journal *journal,
	       Capture *capture);

int link_fd(const Link *l);

/**
 * link_recv() - Take the next frame that the guest sent, and deliver it
 *
 * Return: 0; LINK_E_EMPTY; negative errno if QEMU's end is gone.
 */
int link_recv(Link *l, uint64_t now_ns);

/**
 * link_send() - Send a frame to the guest
 *
 * Return: 0, also when it has to wait; negative errno if QEMU's end is gone.
 */
int link_send(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len);

/* Whether frames wait: then poll for writing and call link_flush(). */
bool link_is_blocked(const Link *l);
int link_flush(Link *l);

void link_free(Link *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)

#endif /* SERVER_LINK_H */
