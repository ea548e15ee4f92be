/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot trees: the folder with a scenario's served files
 */
#define _GNU_SOURCE /* copy_file_range(), nftw() */
#include "harness/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"

enum {
	DIR_MODE = 0755, /* dnsmasq and others read it under another user */
	FILE_MODE = 0644,
	NOISE_BYTES = 64 * 1024,
	N_OPEN_DIRS = 16, /* for nftw() */
};

GQuark tree_error_quark(void)
{
	return g_quark_from_static_string("tree-error-quark");
}

static bool file_error(GError **error, const char *path)
{
	g_set_error(error, TREE_ERROR, TREE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return false;
}

static bool write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool write_lines(int fd, char **lines)
{
	g_autofree char *text = g_strjoinv("\n", lines);

	return write_all(fd, text, strlen(text)) && write_all(fd, "\n", 1);
}

static bool write_hex(int fd, const char *hex)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	for (; *hex; hex++) {
		uint8_t b;

		if (*hex == ' ')
			continue;
		b = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
		g_byte_array_append(bytes, &b, 1);
		hex++;
	}
	return write_all(fd, bytes->data, bytes->len);
}

/* SplitMix64: noise that is the same for the same name on every machine. */
static uint64_t next_noise(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static bool write_noise(int fd, const char *name, size_t left)
{
	g_autofree uint8_t *buf = g_malloc(NOISE_BYTES);
	uint64_t state = g_str_hash(name);

	while (left) {
		size_t n = MIN(left, (size_t)NOISE_BYTES);

		for (size_t i = 0; i < NOISE_BYTES; i += 8) {
			uint64_t v = next_noise(&state);

			for (unsigned b = 0; b < 8; b++)
				buf[i + b] = (uint8_t)(v >> (56 - 8 * b));
		}
		if (!write_all(fd, buf, n))
			return false;
		left -= n;
	}
	return true;
}

static bool copy_file(int fd, const char *from, GError **error)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;

	if (in < 0)
		return file_error(error, from);
	while (n > 0)
		n = copy_file_range(in, NULL, fd, NULL, 1 << 30, 0);
	if (n < 0 &&
	    (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) {
		g_autofree char *buf = g_malloc(NOISE_BYTES);

		while ((n = read(in, buf, NOISE_BYTES)) > 0)
			if (!write_all(fd, buf, (size_t)n)) {
				n = -1;
				break;
			}
	}
	close(in);
	return n == 0 || file_error(error, from);
}

char *tree_source(const Scenario *s, const struct scenario_file *f, GError **error)
{
	char *path;

	if (f->fixture) {
		path = paths_fixture(f->fixture);
		if (!path)
			g_set_error(
				error, TREE_ERROR, TREE_ERROR_FIXTURE,
				"fixture \"%s\" of [file.%s] is not built: run `make run` once, "
				"it fetches and builds what is missing",
				f->fixture, f->name);
		return path;
	}
	if (!f->path)
		return NULL;
	if (g_path_is_absolute(f->path))
		return g_strdup(f->path);
	g_autofree char *dir = g_path_get_dirname(s->path);

	return g_build_filename(dir, f->path, NULL);
}

static bool fill(const Scenario *s, const struct scenario_file *f, int fd, const char *to,
		 GError **error)
{
	g_autofree char *from = NULL;

	if (f->text)
		return write_all(fd, f->text, strlen(f->text)) || file_error(error, to);
	if (f->lines)
		return write_lines(fd, f->lines) || file_error(error, to);
	if (f->hex)
		return write_hex(fd, f->hex) || file_error(error, to);
	if (f->random_bytes)
		return write_noise(fd, f->name, f->random_bytes) || file_error(error, to);
	from = tree_source(s, f, error);
	return from && copy_file(fd, from, error);
}

static bool build_file(const Scenario *s, const struct scenario_file *f, const char *dir,
		       GError **error)
{
	g_autofree char *to = g_build_filename(dir, f->name, NULL);
	g_autofree char *parent = g_path_get_dirname(to);
	bool ok;
	int fd;

	if (g_mkdir_with_parents(parent, DIR_MODE) < 0)
		return file_error(error, parent);
	if (f->symlink)
		return symlink(f->symlink, to) == 0 || file_error(error, to);
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		return file_error(error, to);
	/* dnsmasq serves only what everybody may read, whatever the user's umask. */
	ok = (fchmod(fd, FILE_MODE) == 0 || file_error(error, to)) && fill(s, f, fd, to, error);
	if (close(fd) < 0 && ok)
		ok = file_error(error, to);
	return ok;
}

bool tree_build(const Scenario *s, const char *dir, GError **error)
{
	if (g_mkdir_with_parents(dir, DIR_MODE) < 0)
		return file_error(error, dir);
	for (unsigned i = 0; i < s->files->len; i++)
		if (!build_file(s, s->files->pdata[i], dir, error))
			return false;
	return true;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void tree_remove(const char *dir)
{
	nftw(dir, remove_one, N_OPEN_DIRS, FTW_DEPTH | FTW_PHYS);
}
