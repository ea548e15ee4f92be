/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An event of a journal as one line for people
 *
 *	    12.345 ms  > tftp.rrq       'kernel.img' octet blksize=1428  #7
 *
 * The mark says what it is: > a frame from the guest, < a frame to it, . what the server decided,
 * * a milestone, | the console, ! QEMU, = how it ended. The number is the frame's in the capture.
 */
#ifndef REPORTS_EVENT_H
#define REPORTS_EVENT_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	EVENT_BODY_COLUMN = 15, /* where the mark stands: the time takes 13, then two blanks */
};

struct event_view {
	bool all; /* also what is the same in every frame */
	bool colour;
	uint64_t milestone_ns; /* the last milestone so far; kept by event_write() */
};

/**
 * event_parse() - Read a line of a journal
 * @line:	The line; changed
 *
 * Return: the object, json_object_unref(); NULL if it is none with a time and an "ev".
 */
JsonObject *event_parse(JsonParser *parser, char *line);

/* Append @event and a newline; whatever is in it, the line is safe to print. */
void event_write(GString *out, JsonObject *event, struct event_view *view);

/* The text of field @key; NULL if there is none. Borrowed. */
const char *event_text(JsonObject *event, const char *key);

/* The number of field @key; 0 if there is none. */
uint64_t event_count(JsonObject *event, const char *key);

bool event_is(JsonObject *event, const char *name);

#endif /* REPORTS_EVENT_H */
