/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that are served: a folder that nobody can look out of
 *
 * Names come from the wire. They are resolved by the kernel below the root (openat2() with
 * RESOLVE_BENEATH): "..", absolute names and symbolic links that leave the root are refused.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include <glib.h>
#include <stdint.h>

#include "server/wire/bytes.h"

enum {
	STORE_E_NOT_FOUND = 1, /* no such file */
	STORE_E_ACCESS,        /* leaves the root, is no name or no file, or may not be read */
};

typedef struct Store Store;
typedef struct StoreFile StoreFile;

/**
 * store_new() - Open a folder for serving
 *
 * Return: the store; NULL with errno set if @root is no folder that can be read, or the kernel has
 *	   no openat2() (Linux 5.6).
 */
Store *store_new(const char *root);

/**
 * store_open() - Open a file by the name that a peer asked for
 * @out:	Filled with the file; owned by the caller, store_file_free()
 * @name:	As it came: any bytes, of any length
 *
 * Return: 0, STORE_E_NOT_FOUND, STORE_E_ACCESS, or a negative errno (out of descriptors, ...).
 */
int store_open(Store *s, StoreFile **out, struct slice name);

/* The size it had when it was opened; what is added later is not served. */
uint64_t store_file_size(const StoreFile *f);

/**
 * store_file_read() - Read @len bytes at @offset
 *
 * Return: bytes read: fewer than @len only at the end of the file; negative errno if it broke,
 *	   -EIO if it has become shorter.
 */
int store_file_read(StoreFile *f, uint64_t offset, uint8_t *buf, size_t len);

void store_file_free(StoreFile *f);
void store_free(Store *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreFile, store_file_free)

#endif /* SERVER_STORE_H */
