/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's console: bytes in, lines out
 *
 * Firmware counts by printing backspaces; a line here is what a person would have seen last. Every
 * byte is kept as it came as well.
 */
#ifndef HARNESS_CONSOLE_H
#define HARNESS_CONSOLE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Console Console;

/* A line ended. It holds no control characters, and no escape sequences. */
typedef void (*ConsoleLine)(void *self, uint64_t now_ns, const char *line);

Console *console_new(ConsoleLine on_line, void *self);

void console_input(Console *c, uint64_t now_ns, const char *buf, size_t len);

/* The guest will say no more: hand over a line that has no end yet. */
void console_finish(Console *c, uint64_t now_ns);

/* The last line that is not blank, also one that has no end yet; NULL: none. Borrowed. */
const char *console_last_line(const Console *c);

/* Everything as it came. Borrowed. */
const GString *console_raw(const Console *c);

void console_free(Console *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Console, console_free)

#endif /* HARNESS_CONSOLE_H */
