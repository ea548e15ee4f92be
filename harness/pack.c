/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A few named files as one: tar, compressed with zstd
 */
#include "harness/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	CHUNK_BYTES = 64 * 1024,
	FILE_MODE = 0644,
};

typedef struct archive ArchiveReader;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArchiveReader, archive_read_free)

typedef struct archive ArchiveWriter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArchiveWriter, archive_write_free)

typedef struct archive_entry ArchiveEntry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArchiveEntry, archive_entry_free)

GQuark pack_error_quark(void)
{
	return g_quark_from_static_string("pack-error-quark");
}

static void file_free(void *data)
{
	struct pack_file *f = data;

	g_free(f->name);
	g_bytes_unref(f->content);
	g_free(f);
}

GPtrArray *pack_new(void)
{
	return g_ptr_array_new_with_free_func(file_free);
}

void pack_add(GPtrArray *files, const char *name, GBytes *content)
{
	struct pack_file *f = g_new0(struct pack_file, 1);

	f->name = g_strdup(name);
	f->content = g_bytes_ref(content);
	g_ptr_array_add(files, f);
}

GBytes *pack_find(const GPtrArray *files, const char *name)
{
	for (unsigned i = 0; i < files->len; i++) {
		const struct pack_file *f = files->pdata[i];

		if (g_str_equal(f->name, name))
			return f->content;
	}
	return NULL;
}

/* --- packing ---------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct pack_file *x = *(struct pack_file *const *)a;
	const struct pack_file *y = *(struct pack_file *const *)b;

	return strcmp(x->name, y->name);
}

static la_ssize_t on_write(struct archive *a, void *data, const void *buf, size_t len)
{
	(void)a;
	g_byte_array_append(data, buf, (unsigned)len);
	return (la_ssize_t)len;
}

/* Owner and times are nobody's and the beginning of all: else no two archives were the same. */
static bool write_file(ArchiveWriter *a, const struct pack_file *f)
{
	g_autoptr(ArchiveEntry) entry = archive_entry_new();
	size_t len;
	const void *data = g_bytes_get_data(f->content, &len);

	archive_entry_set_pathname(entry, f->name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, FILE_MODE);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_size(entry, (int64_t)len);
	return archive_write_header(a, entry) == ARCHIVE_OK &&
	       (!len || archive_write_data(a, data, len) == (la_ssize_t)len);
}

static bool write_files(ArchiveWriter *a, const GPtrArray *files)
{
	for (unsigned i = 0; i < files->len; i++)
		if (!write_file(a, files->pdata[i]))
			return false;
	return true;
}

GBytes *pack_encode(GPtrArray *files, GError **error)
{
	g_autoptr(ArchiveWriter) a = archive_write_new();
	g_autoptr(GByteArray) out = g_byte_array_new();

	g_ptr_array_sort(files, by_name);
	if (archive_write_set_format_ustar(a) != ARCHIVE_OK ||
	    archive_write_add_filter_zstd(a) != ARCHIVE_OK ||
	    archive_write_set_filter_option(a, "zstd", "compression-level", "3") != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open(a, out, NULL, on_write, NULL) != ARCHIVE_OK ||
	    !write_files(a, files) || archive_write_close(a) != ARCHIVE_OK) {
		const char *why = archive_error_string(a);

		g_set_error(error, PACK_ERROR, PACK_ERROR_WRITE, "cannot be packed: %s",
			    why ? why : "no memory");
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* --- unpacking -------------------------------------------------------------------------------- */

struct unpacking {
	ArchiveReader *a;
	const char *what; /* for messages */
	GPtrArray *files;
	size_t n_bytes; /* so far, of all */
	GError **error;
};

static bool damaged(const struct unpacking *u, const char *where)
{
	const char *why = archive_error_string(u->a);

	g_set_error(u->error, PACK_ERROR, PACK_ERROR_FORMAT, "%s: cannot be unpacked: %s%s%s",
		    u->what, where, *where ? ": " : "", why ? why : "damaged");
	return false;
}

static bool refuse(const struct unpacking *u, int code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool refuse(const struct unpacking *u, int code, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(u->error, PACK_ERROR, code, "%s: %s", u->what, why);
	return false;
}

static bool is_plain(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (!len || len > PACK_NAME_MAX || *name == '/' || strstr(name, ".."))
		return false;
	for (; *name; name++)
		if (!g_ascii_isgraph(*name))
			return false;
	return true;
}

/* A name that is its own in this archive, and of a plain file. */
static bool check_header(const struct unpacking *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	g_autofree char *shown = g_strescape(name ? name : "", NULL);

	if (!is_plain(name))
		return refuse(u, PACK_ERROR_FORMAT,
			      "\"%.100s\" is no name for a file in it; allowed are plain ones, "
			      "which lead nowhere else, of at most %d characters",
			      shown, PACK_NAME_MAX);
	if (archive_entry_filetype(entry) != AE_IFREG)
		return refuse(u, PACK_ERROR_FORMAT,
			      "\"%s\" is a folder, a link or a device; allowed are files", name);
	if (pack_find(u->files, name))
		return refuse(u, PACK_ERROR_FORMAT, "has two files \"%s\"", name);
	if (u->files->len >= PACK_N_MAX)
		return refuse(u, PACK_ERROR_SIZE, "more than %d files", PACK_N_MAX);
	return true;
}

/* What a header says of its size is not believed: what comes is counted. */
static bool read_content(struct unpacking *u, const char *name, GByteArray *out)
{
	g_autofree uint8_t *chunk = g_malloc(CHUNK_BYTES);
	la_ssize_t n;

	while ((n = archive_read_data(u->a, chunk, CHUNK_BYTES)) > 0) {
		u->n_bytes += (size_t)n;
		if (u->n_bytes > PACK_TOTAL_MAX)
			return refuse(u, PACK_ERROR_SIZE, "unpacks to more than %d MiB",
				      PACK_TOTAL_MAX >> 20);
		if ((size_t)n > PACK_FILE_MAX - out->len)
			return refuse(u, PACK_ERROR_SIZE, "\"%s\" has more than %d MiB", name,
				      PACK_FILE_MAX >> 20);
		g_byte_array_append(out, chunk, (guint)n);
	}
	return n == 0 || damaged(u, name);
}

static bool read_file(struct unpacking *u, struct archive_entry *entry)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GBytes) content = NULL;
	g_autofree char *name = NULL;

	if (!check_header(u, entry))
		return false;
	name = g_strdup(archive_entry_pathname(entry));
	if (!read_content(u, name, bytes))
		return false;
	content = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	pack_add(u->files, name, content);
	return true;
}

static bool read_files(struct unpacking *u)
{
	struct archive_entry *entry;
	int r;

	while ((r = archive_read_next_header(u->a, &entry)) == ARCHIVE_OK)
		if (!read_file(u, entry))
			return false;
	return r == ARCHIVE_EOF || damaged(u, "");
}

GPtrArray *pack_parse(GBytes *packed, const char *what, GError **error)
{
	g_autoptr(ArchiveReader) a = archive_read_new();
	g_autoptr(GPtrArray) files = pack_new();
	struct unpacking u = { .a = a, .what = what, .files = files, .error = error };
	size_t len;
	const void *data = g_bytes_get_data(packed, &len);

	archive_read_support_format_tar(a);
	archive_read_support_filter_zstd(a);
	if (!len) {
		refuse(&u, PACK_ERROR_FORMAT, "is empty");
		return NULL;
	}
	if (archive_read_open_memory(a, data, len) != ARCHIVE_OK) {
		damaged(&u, "");
		return NULL;
	}
	return read_files(&u) ? g_steal_pointer(&files) : NULL;
}
