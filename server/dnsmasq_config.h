/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario's server in the words of dnsmasq.conf
 */
#ifndef SERVER_DNSMASQ_CONFIG_H
#define SERVER_DNSMASQ_CONFIG_H

#include "server/server.h"

/* What the daemon's log says when it runs, and again for each SIGHUP. */
#define DNSMASQ_CONFIG_SIGN "/dev/null"

/**
 * dnsmasq_config_text() - Write the configuration file
 * @card:	The network card to serve
 *
 * A text of the scenario's becomes one value, whatever is in it, or is refused; it never becomes an
 * option of its own. Left out without a word is what the daemon does in its own way: when TFTP
 * repeats and gives up, and windows.
 *
 * Return: its text, to be freed; NULL with @error set (SERVER_ERROR_START) where the scenario wants
 * what the daemon cannot do.
 */
char *dnsmasq_config_text(const struct server_config *cfg, const char *card,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* SERVER_DNSMASQ_CONFIG_H */
