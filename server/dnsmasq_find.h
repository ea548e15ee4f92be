/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dnsmasq of this machine, and whether it can run here
 */
#ifndef SERVER_DNSMASQ_FIND_H
#define SERVER_DNSMASQ_FIND_H

#include "server/server.h"

/* Path of the program: @wanted, or if that is NULL the machine's own. Caller frees; NULL: none. */
char *dnsmasq_find_program(const char *wanted);

/* server_find() of this back end. */
void dnsmasq_find(struct server_here *out, const char *wanted);

#endif /* SERVER_DNSMASQ_FIND_H */
