/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cable between one network card of the guest and its server
 *
 * QEMU is at the other end of an AF_UNIX datagram socket: one datagram is one bare Ethernet frame.
 * (Or it is somebody else, and any descriptor of which that is true: a packet socket, a tap.) A
 * frame that one side sends travels for a while, or is lost, or arrives twice (server/impair.h);
 * when it is due it is handed to the other side. Both moments go into the capture, and what arrives
 * into the journal. Sending never blocks: what the socket does not take waits here, in order.
 */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <glib.h>

#include "server/capture.h"
#include "server/impair.h"
#include "server/journal.h"
#include "server/wire/frame.h"

enum {
	LINK_E_EMPTY = 1, /* no frame is waiting */
};

struct link_ops {
	/* A frame of the guest's arrived at the server's end. NULL: nobody is there. */
	void (*deliver)(void *self, uint64_t now_ns, const uint8_t *frame, size_t len);
	/* A frame was handed over, in either direction. */
	void (*seen)(void *self, uint64_t now_ns, enum packet_dir dir, const struct frame *f);
	void *self;
};

typedef struct Link Link;

/**
 * link_new() - Make the cable
 * @fd:		Datagram socket, or another descriptor that is non-blocking; owned by the link from
 *		now on
 * @name:	Of the network card, for capture and journal: "nic0"
 * @ops:	Copied
 * @impair:	What the network does, owned by the link from now on; NULL: it hands over at once
 * @journal:	Borrowed, as is @capture
 * @capture:	NULL: frames are not captured, and have no numbers
 *
 * Never fails.
 */
Link *link_new(int fd, const char *name, const struct link_ops *ops, Impair *impair,
	       Journal *journal, Capture *capture);

/**
 * link_set_client() - Put the client's own rules next to its card
 * @impair:	Owned by the link from now on; NULL: none
 *
 * A frame for the guest is handed over, as capture and journal show it, and then comes to them; a
 * frame of the guest's comes to them first, and is sent after. So a client with rules is to
 * everybody else a client that behaves in this way. Before any frame has gone through.
 */
void link_set_client(Link *l, Impair *impair);

int link_fd(const Link *l);

/**
 * link_recv() - Take the next frame that the guest sent
 *
 * Without impairment it is handed over now, else when link_step() finds it due.
 *
 * Return: 0; LINK_E_EMPTY; negative errno if QEMU's end is gone.
 */
int link_recv(Link *l, uint64_t now_ns);

/**
 * link_send() - Take a frame that the server sends
 *
 * Without impairment it is handed over now, else when link_step() finds it due.
 *
 * Return: 0, also when it has to wait; negative errno if QEMU's end is gone.
 */
int link_send(Link *l, uint64_t now_ns, const uint8_t *frame, size_t len);

/**
 * link_hold() - Keep frames for the guest back until link_release()
 *
 * What the server answers to one frame may be many: sent together they cost the kernel, and a
 * receiver that need not be woken for each of them, a good deal less. The first does not wait for
 * what is written down about it: held is what follows, and all where nobody listens. Held frames
 * count as handed over. No more than some dozen are held; what is no socket holds none.
 */
void link_hold(Link *l);

/* Send what was held, in order. Results as of link_send(). */
int link_release(Link *l, uint64_t now_ns);

/* Whether a result of these functions says that nobody is at the other end any more. */
bool link_is_gone(int r);

/* Hand over what is due at @now_ns, in order of time. Results as of link_send(). */
int link_step(Link *l, uint64_t now_ns);

/* When link_step() has something to do, or DEADLINE_NEVER. */
uint64_t link_deadline_ns(const Link *l);

/* Whether frames wait for the socket: then poll for writing and call link_flush(). */
bool link_is_blocked(const Link *l);
int link_flush(Link *l);

/* Frames that have gone through the socket, in both directions. */
uint64_t link_n_passed(const Link *l);

/* The network's counts, for the realised loss; zeros without impairment. */
struct impair_counts link_counts(const Link *l, enum packet_dir dir);

void link_free(Link *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_free)

#endif /* SERVER_LINK_H */
