/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strict key files: scenarios and clients
 *
 * A table says which groups and keys there are, of what type, in which range, and where each value
 * goes. Everything else is an error that names file, group, key and what is allowed. The same table
 * is what `iplab list keys` prints and what a test holds the documentation against.
 */
#ifndef HARNESS_INI_H
#define HARNESS_INI_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	INI_ERROR_FILE,    /* cannot be read */
	INI_ERROR_SYNTAX,  /* not a key file */
	INI_ERROR_UNKNOWN, /* a group or key that is not in the table */
	INI_ERROR_VALUE,   /* not a number, not in range, not one of the words */
	INI_ERROR_MISSING, /* a key that must be there */
} IniError;

#define INI_ERROR ini_error_quark()
GQuark ini_error_quark(void);

enum ini_type {
	INI_STRING,  /* char *, owned */
	INI_STRINGS, /* char **, owned, NULL-terminated; separated by ';' in the file */
	INI_UINT,    /* unsigned, min to max */
	INI_MS,      /* uint64_t nanoseconds; milliseconds in the file, min to max */
	INI_US,      /* uint64_t nanoseconds; microseconds in the file, min to max */
	INI_PERCENT, /* unsigned, parts per million; "12.5%" in the file, 0% to 100% */
	INI_BOOL,    /* bool: true or false */
	INI_WORD,    /* int: index into words */
	INI_WORDS,   /* unsigned: bit N is word N; one or more, separated by ';' in the file */
	INI_IP4,     /* uint32_t, host integer */
	INI_IP6,     /* struct ip6_addr */
	INI_MAC,     /* struct mac */
	INI_UUID,    /* char *, owned, checked */
	INI_DEVNO,   /* char *, owned, checked: fe.S.DDDD */
};

/* One key. A row with the key NULL ends a table. */
struct ini_key {
	const char *group; /* "machine", or "nic." for [nic.0], [nic.1], ... */
	const char *key;
	enum ini_type type;
	size_t offset;            /* of the value in the struct */
	uint64_t min, max;        /* UINT, MS, US; PERCENT: min only, in parts per million */
	const char *const *words; /* WORD, WORDS: NULL-terminated */
	bool required;
	const char *help; /* one line, ends up in the documentation */
};

typedef struct Ini Ini;

/**
 * ini_load() - Read a file and refuse what the table does not know
 * @keys:	Table, borrowed, must outlive the result
 *
 * Return: the file, or NULL with @error set.
 */
Ini *ini_load(const char *path, const struct ini_key *keys,
	      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from memory; @name stands for the path in messages. */
Ini *ini_load_data(const char *name, const char *text, const struct ini_key *keys,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * ini_set() - Put a value in the place of the file's
 * @setting:	"GROUP.KEY=VALUE", the value as it would stand in a file: "server.dhcp.lease_s=60"
 *
 * Return: false with @error set if that is no setting, or the table does not know the key. Whether
 * the value is allowed tells ini_read().
 */
bool ini_set(Ini *ini, const char *setting, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * ini_read() - Fill a struct from a group
 * @group:	"machine"; or "nic.0" for the rows of group "nic."
 * @out:	Values whose key is not in the file are left as they are: put defaults there before
 *
 * Return: whether all was right; false with @error set.
 */
bool ini_read(const Ini *ini, const char *group, void *out,
	      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a file that goes over what @out was filled from: no key must be there. */
bool ini_read_over(const Ini *ini, const char *group, void *out,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool ini_has_group(const Ini *ini, const char *group);
bool ini_has_key(const Ini *ini, const char *group, const char *key);

/* A key's text; NULL if it is not there or no text. Caller: g_free(). */
char *ini_text(const Ini *ini, const char *group, const char *key);

/* What follows @prefix ("nic.") in the names of the groups, in file order; caller: g_strfreev(). */
char **ini_instances(const Ini *ini, const char *prefix);

/* Free what ini_read() put into @out for the rows of @group ("machine" or "nic."). */
void ini_clear(const struct ini_key *keys, const char *group, void *out);

/* Where it came from: path or name. */
const char *ini_path(const Ini *ini);

/* What a key allows, in words: "1 to 64", "true or false", ...; caller: g_free(). */
char *ini_allowed(const struct ini_key *k);

void ini_free(Ini *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ini, ini_free)

#endif /* HARNESS_INI_H */
