/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scenarios require and clients and servers provide
 *
 * A combination in which something is missing is not a cell: it can never run.
 */
#ifndef HARNESS_FEATURE_H
#define HARNESS_FEATURE_H

#include <glib.h>
#include <stdbool.h>

enum feature_side {
	FEATURE_OF_CLIENT,
	FEATURE_OF_SERVER,
};

struct feature {
	const char *name;
	enum feature_side side;
	const char *help;
};

/* All there are; a row with the name NULL ends the table. */
extern const struct feature features[];

/* A set of features: bit i is features[i]. */
typedef unsigned FeatureSet;

/**
 * feature_parse() - Read a list of names
 * @names:	NULL-terminated; NULL is the empty list
 * @where:	For the message: "FILE: [scenario] requires"
 *
 * Return: whether all are known; false with @error set (INI_ERROR_VALUE).
 */
bool feature_parse(char **names, const char *where, FeatureSet *out,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a feature of that name, which must be one, is in @set. */
bool feature_has(FeatureSet set, const char *name);

/* The features of @set that belong to @side. */
FeatureSet feature_of_side(FeatureSet set, enum feature_side side);

/* What the servers provide is code, not data. */
FeatureSet feature_of_server(const char *server_name);

#endif /* HARNESS_FEATURE_H */
