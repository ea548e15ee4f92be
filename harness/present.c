/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of that which cells ask for is on this machine
 */
#include "harness/present.h"

#include "harness/command.h"

static void find_client(struct present *p, Client *c)
{
	char *missing = NULL;

	if (g_hash_table_contains(p->missing, c))
		return;
	if (client_resolve(c, &command_overrides, &missing)) {
		client_ask_qemu(c);
		missing = client_misfit(c);
	}
	g_hash_table_insert(p->missing, c, missing);
}

void present_find(struct present *p, const GPtrArray *cells)
{
	bool found[SERVER_N_KINDS] = { false };

	*p = (struct present){ .missing = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		find_client(p, cell->client);
		if (!found[cell->server])
			server_find(&p->servers[cell->server], cell->server, command_dnsmasq);
		found[cell->server] = true;
	}
}

const char *present_lack(const struct present *p, const struct plan_cell *cell)
{
	const char *missing = g_hash_table_lookup(p->missing, cell->client);

	return missing ? missing : p->servers[cell->server].missing;
}

void present_clear(struct present *p)
{
	g_hash_table_unref(p->missing);
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++)
		server_here_clear(&p->servers[k]);
}
