/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that end a command which has something to put away first
 */
#include "harness/interrupt.h"

#include <glib-unix.h>
#include <signal.h>

static bool came;

static gboolean on_signal(gpointer data)
{
	(void)data;
	came = true;
	return G_SOURCE_CONTINUE;
}

void interrupt_hold(void)
{
	g_unix_signal_add(SIGINT, on_signal, NULL);
	g_unix_signal_add(SIGTERM, on_signal, NULL);
	g_unix_signal_add(SIGHUP, on_signal, NULL);
}

bool interrupt_came(void)
{
	while (!came && g_main_context_iteration(NULL, FALSE))
		;
	return came;
}
