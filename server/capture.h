/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng captures (draft-ietf-opsawg-pcapng) with nanosecond times
 *
 * Each place where frames are seen is an interface; what is special about a frame is its comment.
 * A capture is capped: behind full_bytes only the first snap_bytes of each frame are kept, behind
 * frames_max none; capture_close() writes into the file how many were left out.
 */
#ifndef SERVER_CAPTURE_H
#define SERVER_CAPTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Capture Capture;

struct capture_limits {
	uint64_t full_bytes;
	uint32_t snap_bytes;
	uint64_t frames_max;
};

extern const struct capture_limits capture_limits_default;

/**
 * capture_new() - Start a capture file
 * @limits:	Copied; NULL: capture_limits_default
 *
 * Return: the capture; NULL with errno set if the file cannot be made.
 */
Capture *capture_new(const char *path, const struct capture_limits *limits);

/* Add an interface; the returned number goes with each of its frames. */
unsigned capture_add_interface(Capture *c, const char *name, const char *description);

enum capture_direction { /* as the guest sees it */
			 CAPTURE_TO_GUEST = 1,
			 CAPTURE_FROM_GUEST = 2,
};

/**
 * capture_frame() - Record a frame
 * @comment:	Shown by Wireshark beside it; NULL: none
 *
 * Return: the frame's number in the file, from 1; 0 if the cap left it out.
 */
uint64_t capture_frame(Capture *c, unsigned interface, uint64_t t_ns, enum capture_direction dir,
		       const uint8_t *frame, size_t len, const char *comment);

/* Write what is left. Return: 0, or the first negative errno of any write. */
int capture_close(Capture *c);

void capture_free(Capture *c); /* closes first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_free)

#endif /* SERVER_CAPTURE_H */
