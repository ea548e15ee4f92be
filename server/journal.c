/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of a cell
 *
 * Lines are built in one buffer that is reused, and go through zlib to a file: a boot of 64 MiB
 * makes some hundred thousand of them.
 */
#include "server/journal.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <zlib.h>

struct Journal {
	GString *line;
	GString *lines;  /* in memory; NULL when there is a file */
	GChecksum *hash; /* NULL: not wanted */
	gzFile file;     /* NULL when in memory, or closed */
	void (*listener)(void *self, const char *line, size_t len); /* NULL: none */
	void *listener_self;
	int error; /* first negative errno */
	bool open; /* between begin and end */
};

Journal *journal_new(const char *path)
{
	Journal *j;
	gzFile file = NULL;

	if (path) {
		/* Level 1: a journal is written while a guest runs, and is repetitive anyway. */
		file = gzopen(path, "wbe1");
		if (!file)
			return NULL;
		gzbuffer(file, 128 * 1024);
	}
	j = journal_new_nowhere();
	j->file = file;
	if (!path)
		j->lines = g_string_new(NULL);
	return j;
}

Journal *journal_new_nowhere(void)
{
	Journal *j = g_new0(Journal, 1);

	j->line = g_string_sized_new(512);
	return j;
}

void journal_listen(Journal *j, void (*fn)(void *self, const char *line, size_t len), void *self)
{
	j->listener = fn;
	j->listener_self = self;
}

bool journal_is_heard(const Journal *j)
{
	return j->file || j->lines || j->listener || j->hash;
}

void journal_hash(Journal *j)
{
	j->hash = g_checksum_new(G_CHECKSUM_SHA256);
}

const char *journal_sha256(Journal *j)
{
	return g_checksum_get_string(j->hash);
}

static void append_u64(GString *s, uint64_t v)
{
	char buf[20], *p = buf + sizeof(buf);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	g_string_append_len(s, p, buf + sizeof(buf) - p);
}

static void append_hex8(GString *s, uint8_t v)
{
	static const char digits[] = "0123456789abcdef";

	g_string_append_c(s, digits[v >> 4]);
	g_string_append_c(s, digits[v & 15]);
}

/*
 * JSON text. Bytes of the peer's need not be UTF-8: each byte of what is not is written as the code
 * point of the same number, so nothing is lost and every line stays valid.
 */
static void append_escaped(GString *s, const char *text, size_t len)
{
	const char *valid_end;
	bool utf8 = g_utf8_validate_len(text, len, &valid_end);
	size_t i, n_valid = (size_t)(valid_end - text);

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\') {
			g_string_append_c(s, '\\');
			g_string_append_c(s, (char)c);
		} else if (c < 0x20 || c == 0x7f || (c > 0x7f && !utf8 && i >= n_valid)) {
			g_string_append_printf(s, "\\u%04x", c);
		} else {
			g_string_append_c(s, (char)c);
		}
	}
}

static void append_key(Journal *j, const char *key)
{
	assert(j->open);
	g_string_append_len(j->line, ",\"", 2);
	g_string_append(j->line, key);
	g_string_append_len(j->line, "\":", 2);
}

void journal_begin(Journal *j, uint64_t now_ns, const char *ev)
{
	assert(!j->open);
	j->open = true;
	g_string_assign(j->line, "{\"t_ns\":");
	append_u64(j->line, now_ns);
	g_string_append(j->line, ",\"ev\":\"");
	g_string_append(j->line, ev);
	g_string_append_c(j->line, '"');
}

void journal_str(Journal *j, const char *key, const char *value)
{
	journal_text(j, key, (struct slice){ .p = (const uint8_t *)value, .len = strlen(value) });
}

void journal_text(Journal *j, const char *key, struct slice value)
{
	append_key(j, key);
	g_string_append_c(j->line, '"');
	if (value.len)
		append_escaped(j->line, (const char *)value.p, value.len);
	g_string_append_c(j->line, '"');
}

void journal_u64(Journal *j, const char *key, uint64_t value)
{
	append_key(j, key);
	append_u64(j->line, value);
}

void journal_hex32(Journal *j, const char *key, uint32_t value)
{
	append_key(j, key);
	g_string_append_c(j->line, '"');
	for (int shift = 24; shift >= 0; shift -= 8)
		append_hex8(j->line, (uint8_t)(value >> shift));
	g_string_append_c(j->line, '"');
}

void journal_hex(Journal *j, const char *key, struct slice value)
{
	static const char digits[] = "0123456789abcdef";
	char *out;

	append_key(j, key);
	g_string_append_c(j->line, '"');
	g_string_set_size(j->line, j->line->len + 2 * value.len);
	out = j->line->str + j->line->len - 2 * value.len;
	for (size_t i = 0; i < value.len; i++) {
		*out++ = digits[value.p[i] >> 4];
		*out++ = digits[value.p[i] & 15];
	}
	g_string_append_c(j->line, '"');
}

void journal_ip4(Journal *j, const char *key, uint32_t value)
{
	append_key(j, key);
	for (int shift = 24; shift >= 0; shift -= 8) {
		g_string_append_c(j->line, shift == 24 ? '"' : '.');
		append_u64(j->line, value >> shift & 255);
	}
	g_string_append_c(j->line, '"');
}

void journal_ip6(Journal *j, const char *key, const struct ip6_addr *value)
{
	char text[INET6_ADDRSTRLEN];

	journal_str(j, key, inet_ntop(AF_INET6, value->b, text, sizeof(text)));
}

void journal_ip(Journal *j, const char *key, const struct ip_addr *value)
{
	if (value->is_v6)
		journal_ip6(j, key, &value->v6);
	else
		journal_ip4(j, key, value->v4);
}

void journal_mac(Journal *j, const char *key, const struct mac *value)
{
	append_key(j, key);
	for (int i = 0; i < ETH_ALEN; i++) {
		g_string_append_c(j->line, i ? ':' : '"');
		append_hex8(j->line, value->b[i]);
	}
	g_string_append_c(j->line, '"');
}

void journal_bool(Journal *j, const char *key, bool value)
{
	append_key(j, key);
	g_string_append(j->line, value ? "true" : "false");
}

static int gz_errno(gzFile file)
{
	int code;

	gzerror(file, &code);
	return code == Z_ERRNO && errno ? -errno : -EIO;
}

void journal_end(Journal *j)
{
	assert(j->open);
	j->open = false;
	g_string_append_len(j->line, "}\n", 2);
	if (j->hash)
		g_checksum_update(j->hash, (const guchar *)j->line->str, (gssize)j->line->len);
	if (j->listener)
		j->listener(j->listener_self, j->line->str, j->line->len);
	if (j->lines)
		g_string_append_len(j->lines, j->line->str, (gssize)j->line->len);
	else if (j->file && !j->error &&
		 gzwrite(j->file, j->line->str, (unsigned)j->line->len) <= 0)
		j->error = gz_errno(j->file);
}

const char *journal_lines(const Journal *j)
{
	return j->lines ? j->lines->str : NULL;
}

int journal_close(Journal *j)
{
	if (j->file) {
		if (gzclose(j->file) != Z_OK && !j->error)
			j->error = -EIO;
		j->file = NULL;
	}
	return j->error;
}

void journal_free(Journal *j)
{
	if (!j)
		return;
	journal_close(j);
	if (j->hash)
		g_checksum_free(j->hash);
	g_string_free(j->line, TRUE);
	if (j->lines)
		g_string_free(j->lines, TRUE);
	g_free(j);
}
