/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that are served: a folder that nobody can look out of
 *
 * The kernel resolves each name below the root's descriptor, so there is nothing to race with and
 * no text to check. Absolute symbolic links count as leaving, wherever they lead.
 *
 * Reads go through one buffer for each open file, filled a long way ahead: TFTP asks for a block at
 * a time, in order. Nothing is mapped, so a file that shrinks meanwhile is an error and no SIGBUS.
 */
#include "server/store.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	AHEAD_MAX = 64 * 1024,
	NAME_LEN_MAX = 4095, /* PATH_MAX less its NUL: the kernel knows no longer name */
	N_TRIES = 16,        /* of an openat2() that somebody's rename() disturbs */
};

struct Store {
	int root;
};

struct StoreFile {
	int fd;
	uint64_t size;
	uint8_t *ahead; /* AHEAD_MAX bytes, or the whole file if it is shorter */
	size_t ahead_cap;
	uint64_t ahead_at; /* offset in the file of its first byte */
	size_t ahead_len;  /* that are there */
};

/* Return: a descriptor, or negative errno. */
static int open_beneath(int root, const char *name, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)flags | O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	/* EAGAIN: the kernel could not be sure that ".." stayed inside. */
	for (unsigned i = 0; i < N_TRIES; i++) {
		fd = syscall(SYS_openat2, root, name, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return fd < 0 ? -errno : (int)fd;
}

Store *store_new(const char *root)
{
	Store *s;
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), probe;

	if (fd < 0)
		return NULL;
	probe = open_beneath(fd, ".", O_DIRECTORY);
	if (probe < 0) {
		close(fd);
		errno = -probe;
		return NULL;
	}
	close(probe);

	s = g_new0(Store, 1);
	s->root = fd;
	return s;
}

/* What a failure to open is to the peer; negative errno: nothing that he could help. */
static int open_error(int error)
{
	switch (-error) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return STORE_E_NOT_FOUND;
	case EXDEV: /* would leave the root */
	case ELOOP:
	case EACCES:
	case EPERM:
	case ENXIO: /* a socket */
	case ENODEV:
		return STORE_E_ACCESS;
	default:
		return error;
	}
}

int store_open(Store *s, StoreFile **out, struct slice name)
{
	g_autofree char *path = NULL;
	struct stat st;
	StoreFile *f;
	int fd;

	if (!name.len || memchr(name.p, 0, name.len))
		return STORE_E_ACCESS;
	if (name.len > NAME_LEN_MAX)
		return STORE_E_NOT_FOUND;

	path = g_strndup((const char *)name.p, name.len);
	fd = open_beneath(s->root, path, 0);
	if (fd < 0)
		return open_error(fd);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return STORE_E_ACCESS;
	}

	f = g_new0(StoreFile, 1);
	f->fd = fd;
	f->size = (uint64_t)st.st_size;
	f->ahead_cap = (size_t)MIN(f->size, AHEAD_MAX);
	*out = f;
	return 0;
}

uint64_t store_file_size(const StoreFile *f)
{
	return f->size;
}

/* Fill the buffer from @offset, which is inside the file, on. Return: 0, or negative errno. */
static int fill_ahead(StoreFile *f, uint64_t offset)
{
	size_t want = (size_t)MIN(f->size - offset, f->ahead_cap);
	ssize_t n;

	if (!f->ahead)
		f->ahead = g_malloc(f->ahead_cap);
	f->ahead_at = offset;
	f->ahead_len = 0;
	while (f->ahead_len < want) {
		n = pread(f->fd, f->ahead + f->ahead_len, want - f->ahead_len,
			  (off_t)(offset + f->ahead_len));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* it has become shorter */
		f->ahead_len += (size_t)n;
	}
	return 0;
}

/* The bytes of the buffer from @offset on; none if it lies outside. */
static struct slice ahead_from(const StoreFile *f, uint64_t offset)
{
	size_t skip;

	if (offset < f->ahead_at || offset - f->ahead_at >= f->ahead_len)
		return (struct slice){ 0 };
	skip = (size_t)(offset - f->ahead_at);
	return (struct slice){ .p = f->ahead + skip, .len = f->ahead_len - skip };
}

int store_file_read(StoreFile *f, uint64_t offset, uint8_t *buf, size_t len)
{
	size_t done = 0;

	if (offset >= f->size)
		return 0;
	len = (size_t)MIN(f->size - offset, MIN(len, INT_MAX));
	while (done < len) {
		struct slice s = ahead_from(f, offset + done);
		size_t n = MIN(s.len, len - done);
		int r;

		if (!n) {
			r = fill_ahead(f, offset + done);
			if (r < 0)
				return r;
			continue;
		}
		memcpy(buf + done, s.p, n);
		done += n;
	}
	return (int)len;
}

void store_file_free(StoreFile *f)
{
	if (!f)
		return;
	close(f->fd);
	g_free(f->ahead);
	g_free(f);
}

void store_free(Store *s)
{
	if (!s)
		return;
	close(s->root);
	g_free(s);
}
