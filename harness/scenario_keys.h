/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups of a scenario file that are taken apart when it is read; only harness/scenario.c needs
 * them
 */
#ifndef HARNESS_SCENARIO_KEYS_H
#define HARNESS_SCENARIO_KEYS_H

#include "harness/scenario.h"

struct scenario_head { /* [scenario] */
	char *summary;
	char **tags, **requires;
	int clock;
	unsigned shift;
	bool on_request;
};

struct scenario_net { /* [server] */
	struct net_config net;
};

struct scenario_http_rule { /* [http.NAME] */
	char *redirect;     /* status 302, and where to */
	struct http_rule rule;
};

#endif /* HARNESS_SCENARIO_KEYS_H */
