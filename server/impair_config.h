/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the figures of a direction make sense, and which models they turn on
 */
#ifndef SERVER_IMPAIR_CONFIG_H
#define SERVER_IMPAIR_CONFIG_H

#include "server/impair.h"

/* Return: false with @error set: which figure, what it is, and what is allowed. */
bool impair_side_check(const struct impair_side *s, enum packet_dir dir, GError **error);

/* Whether the cable is unplugged at that time. */
bool impair_side_is_down(const struct impair_side *s, uint64_t now_ns);
bool impair_side_is_idle(const struct impair_side *s);
bool impair_side_has_ge(const struct impair_side *s);
bool impair_side_has_4state(const struct impair_side *s);

#endif /* SERVER_IMPAIR_CONFIG_H */
