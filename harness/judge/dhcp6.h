/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judges of DHCPv6 look at: who said what, and what was asked for after it
 */
#ifndef HARNESS_JUDGE_DHCP6_H
#define HARNESS_JUDGE_DHCP6_H

#include "harness/judge/judge.h"

/* A message that can be read, in either direction; those of relays are none. */
bool dhcp6_is_message(const struct trace_frame *f);
bool dhcp6_is_sent(const struct trace_frame *f);
bool dhcp6_is_received(const struct trace_frame *f);

/* Its content; false: it cannot be read. */
bool dhcp6_of(struct dhcp6_msg *out, const struct trace_frame *f);

/* The two bytes of an option that has two. Return: whether it is there, and has. */
bool dhcp6_be16(uint16_t *out, const struct dhcp6_msg *m, uint16_t code);

/* What the client said last before frame @i; false: nothing. */
bool dhcp6_last_sent(struct dhcp6_msg *out, const Trace *t, guint i);

/* The first message of a type that the client sends, from frame @i on; NULL: there is none. */
const struct trace_frame *dhcp6_first(const Trace *t, guint i, enum dhcp6_type type);

/* The first read request over IPv6; NULL: there is none. */
const struct trace_frame *dhcp6_request(const Trace *t);

/* Whether a message that arrives, frame @i, has the fault that a case is about. */
typedef bool dhcp6_fault(const Trace *t, guint i, const struct dhcp6_msg *m);

/* The first that has it, or with NULL the first at all; NULL: there is none. */
const struct trace_frame *dhcp6_find(const Trace *t, dhcp6_fault *is, guint *at);

/**
 * dhcp6_refused() - Judge what a client makes of messages that it should discard
 *
 * They name another file than the right ones. Seen is: nothing, if there are none, or the control
 * asks for no file; kept, if all files asked for are those of the control; else broken.
 */
void dhcp6_refused(struct judgement *out, const Trace *t, const Trace *control, dhcp6_fault *is);

/* The same, of messages that are too malformed to be read. */
void dhcp6_refused_malformed(struct judgement *out, const Trace *t, const Trace *control);

/*
 * Whether the client came through: to the control's payload, or to a message of its own. A crash
 * and silence are broken.
 */
void dhcp6_survived(struct judgement *out, const Trace *t, const Trace *control, dhcp6_fault *is);

#endif /* HARNESS_JUDGE_DHCP6_H */
