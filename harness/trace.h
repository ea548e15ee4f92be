/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot as the checks of conformance see it: its journal, decoded
 *
 * Every frame that was handed over is there, with all its layers; and what else the journal says
 * (milestones, console, the ending), in the same order of time. A stored journal gives the same
 * trace as the one that was just written.
 */
#ifndef HARNESS_TRACE_H
#define HARNESS_TRACE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/wire/frame.h"

enum {
	TRACE_N_FRAMES_MAX = 300000, /* ours: more than a transfer with a block wrap has */
	TRACE_N_FRAMES_FEW = 20000,  /* ours: enough for any boot that is not about bulk */
};

/* A frame. What it points to belongs to the trace. */
struct trace_frame {
	uint64_t t_ns;
	uint64_t number; /* in the capture, as handed over; 0: it is not in there */
	bool to_guest;
	bool has_ip; /* of version 4 */
	bool has_ip6;
	bool has_udp; /* also of a message that is malformed */
	bool has_tcp; /* over IPv4 */
	enum frame_kind kind;
	const char *broken; /* of what is malformed: as in struct frame; else NULL */
	size_t len;         /* on the wire */
	struct slice raw;   /* the bytes that the journal has: see server/frame_journal.h */
	struct eth_hdr eth;
	struct ipv4_hdr ip;
	struct ipv6_hdr ip6;
	struct udp_hdr udp;
	struct tcp_hdr tcp;
	struct slice payload; /* of UDP or TCP; of DATA only its header, of TCP to the guest none */
	const struct dhcp_msg *dhcp; /* NULL: it is no DHCP message */
	const struct tftp_pkt *tftp; /* of requests, OACK and ERROR; NULL: of all others */
	uint16_t block;              /* of DATA and ACK of TFTP */
	size_t data_len;             /* of DATA, of TCP as well */
};

/* What is no frame. */
struct trace_event {
	uint64_t t_ns;
	const char *kind; /* "milestone", "console", "ending", ... */
	const char *name; /* its first text: name of a milestone, line of the console, ... */
	guint n_frames;   /* that were handed over before */
};

typedef struct Trace {
	GArray *frames; /* of struct trace_frame */
	GArray *events; /* of struct trace_event */
	uint64_t end_ns;
	bool is_cut; /* there were more frames than it may have */
	/*< private >*/
	GStringChunk *texts;
	GPtrArray *owned;
	struct frame_flows flows;
	struct frame *scratch;
	guint n_frames_max;
} Trace;

/* One without anything in it, for so many frames. */
Trace *trace_new(guint n_frames_max);

/**
 * trace_add_line() - Take a line of a journal
 *
 * Lines that are none, and fields that it does not know, are passed over.
 */
void trace_add_line(Trace *t, const char *line, size_t len);

/**
 * trace_load() - Read a journal
 * @path:	journal.jsonl.gz of a cell
 * @n_frames_max: What comes after so many frames is left out
 *
 * Return: the trace, of as much as can be read; NULL if there is no such file or nothing in it.
 */
Trace *trace_load(const char *path, guint n_frames_max);

/* Walk over the frames: for (i = 0; (f = trace_frame(t, i)); i++) */
const struct trace_frame *trace_frame(const Trace *t, guint i);

/* The first event of a kind, and with that name unless it is NULL; NULL: there is none. */
const struct trace_event *trace_event(const Trace *t, const char *kind, const char *name);

void trace_free(Trace *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trace, trace_free)

#endif /* HARNESS_TRACE_H */
