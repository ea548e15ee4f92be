/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario says of the HTTP server: [server.http] and [http.NAME]; only harness/scenario.c
 * needs it
 */
#ifndef HARNESS_SCENARIO_HTTP_H
#define HARNESS_SCENARIO_HTTP_H

#include "harness/ini.h"
#include "server/http.h"

/**
 * scenario_http_read() - Read the groups
 * @out:	Holds the defaults; its rules become the caller's, scenario_http_clear()
 *
 * Return: whether all is right; false with @error set (INI_ERROR or SCENARIO_ERROR). @out is to be
 *	   cleared all the same.
 */
bool scenario_http_read(struct http_config *out, const Ini *ini,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

void scenario_http_clear(struct http_config *c);

#endif /* HARNESS_SCENARIO_HTTP_H */
