/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot in one file, to be run again elsewhere: what went in, and what came of it
 *
 * bundle.json has the sum of each file in the archive, and says which of them is what: names of
 * files in the archive are ours, and those of clients, scenarios and served files stand in
 * bundle.json and result.json. The same boot is the same bytes. docs/replay.md tells the rest.
 */
#ifndef HARNESS_BUNDLE_H
#define HARNESS_BUNDLE_H

#include <glib.h>
#include <stdbool.h>

#include "reports/result.h"

#define BUNDLE_SCHEMA 1
#define BUNDLE_FILE_NAME "bundle.tar.zst" /* in a cell's folder */

/* Files in it that each bundle has; those of clients and inputs are numbered. */
#define BUNDLE_MAIN_FILE "bundle.json"
#define BUNDLE_RESULT_FILE "result.json"
#define BUNDLE_SCENARIO_FILE "scenario.ini"

typedef enum {
	BUNDLE_ERROR_FORMAT,  /* no bundle, or one that contradicts itself */
	BUNDLE_ERROR_SCHEMA,  /* of a newer iplab */
	BUNDLE_ERROR_MISSING, /* something is not in it */
	BUNDLE_ERROR_SUM,     /* a file in it is not the one that was put in */
	BUNDLE_ERROR_FILE,    /* cannot be read or written */
} BundleError;

#define BUNDLE_ERROR bundle_error_quark()
GQuark bundle_error_quark(void);

enum bundle_role {
	BUNDLE_QEMU,
	BUNDLE_PLUGIN, /* of the clock */
	BUNDLE_SERVER, /* that is a daemon */
	BUNDLE_FIRMWARE,
	BUNDLE_NETBOOT,
	BUNDLE_IMAGE,
	BUNDLE_SERVED, /* a file that does not stand in the scenario's own */
	BUNDLE_N_ROLES,
};

/* Something that went into the boot. */
struct bundle_input {
	enum bundle_role role;
	char *name; /* SERVED: under which it is served; else NULL */
	char *sha256;
	bool is_given;   /* an option had put it in the place of the client's own */
	char *path;      /* where it was, if it may be there again; else NULL */
	GBytes *content; /* NULL: it was a program, or too large */
};

/* A client file. */
struct bundle_layer {
	char *name; /* of the client that is in it */
	GBytes *text;
};

/* What a boot leaves in its folder. */
enum bundle_record {
	BUNDLE_JOURNAL,
	BUNDLE_CONSOLE,
	BUNDLE_CAPTURE,
	BUNDLE_STDERR,
	BUNDLE_N_RECORDS,
};

typedef struct Bundle {
	char *iplab;       /* version_exact() of what wrote it */
	Result *result;    /* what came of it, without what is another each time */
	GBytes *scenario;  /* the file's text */
	GPtrArray *layers; /* of struct bundle_layer: the client's file, then those it goes over */
	GPtrArray *inputs; /* of struct bundle_input, by role */
	GBytes *records[BUNDLE_N_RECORDS]; /* NULL: there is none, or it was too large */
} Bundle;

/* One with empty lists, and nothing else. */
Bundle *bundle_new(void);

/* "qemu", "plugin", "server", "firmware", "netboot", "image", "served" */
const char *bundle_role_name(enum bundle_role role);

/* The name of its file: "journal.jsonl.gz", ... */
const char *bundle_record_name(enum bundle_record record);

/* The name of the file with layer @i; caller: g_free(). */
char *bundle_layer_file(unsigned i);

/* Lists of the two kinds above; they free what is in them. */
GPtrArray *bundle_layers_new(void);
GPtrArray *bundle_inputs_new(void);

/* The input of that role, and of that name if it is SERVED; NULL: there is none. */
const struct bundle_input *bundle_input(const Bundle *b, enum bundle_role role, const char *name);

/* Return: the bytes of the file, freed with g_bytes_unref(); NULL with @error set. */
GBytes *bundle_encode(const Bundle *b, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bundle_free(Bundle *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bundle, bundle_free)

#endif /* HARNESS_BUNDLE_H */
