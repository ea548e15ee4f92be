/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bundle of a boot that nobody booted
 */
#ifndef TESTS_SUPPORT_BUNDLE_SAMPLE_H
#define TESTS_SUPPORT_BUNDLE_SAMPLE_H

#include <string.h>
#include <zlib.h>

#include "harness/bundle.h"
#include "harness/pack.h"

#define SAMPLE_JOURNAL "{\"t_ns\":0,\"ev\":\"cell\"}\n{\"t_ns\":7,\"ev\":\"verdict\"}\n"

/* A client and a scenario that load, with a served file of the user's. */
#define SAMPLE_BASE                                                                                \
	"[client]\nsummary = b\nprovides = linux-boot;pxelinux;dhcp-4\n"                           \
	"enter = firmware\npolls = true\nqemu = /bin/true\n"
#define SAMPLE_CLIENT "[client]\nbase = mine\n"
#define SAMPLE_SCENARIO                                                                            \
	"[scenario]\nsummary = s\n[file.kernel.img]\npath = ../served.img\n"                       \
	"[boot]\nkernel = kernel.img\n"

static inline GBytes *sample_bytes(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

/* @text as a gzip file. */
static inline GBytes *sample_gzip(const char *text)
{
	size_t cap = compressBound(strlen(text)) + 64;
	uint8_t *buf = g_malloc(cap);
	z_stream z = { .next_in = (uint8_t *)text, .next_out = buf };

	z.avail_in = (uInt)strlen(text);
	z.avail_out = (uInt)cap;
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	deflateEnd(&z);
	return g_bytes_new_take(buf, z.total_out);
}

static inline void sample_layer(Bundle *b, const char *name, const char *text)
{
	struct bundle_layer *l = g_new0(struct bundle_layer, 1);

	l->name = g_strdup(name);
	l->text = sample_bytes(text);
	g_ptr_array_add(b->layers, l);
}

/* An input with @text as its content; or, if @path is there, with that text there. */
static inline struct bundle_input *sample_input(Bundle *b, enum bundle_role role, const char *name,
						const char *text, const char *path)
{
	struct bundle_input *in = g_new0(struct bundle_input, 1);

	in->role = role;
	in->name = g_strdup(name);
	in->sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	in->path = g_strdup(path);
	in->content = path ? NULL : sample_bytes(text);
	g_ptr_array_add(b->inputs, in);
	return in;
}

/* A fail; of a client "mine" that goes over another one of that name. */
static inline Bundle *sample_bundle(void)
{
	Bundle *b = bundle_new();

	b->iplab = g_strdup("0.1");
	b->result = result_new_for("mine/builtin/area/s/7", "mine", "builtin", "area/s", 7, true);
	b->result->verdict = VERDICT_FAIL;
	b->result->reason = g_strdup("ended with hang");
	b->result->ending = g_strdup("hang");
	b->result->signature = g_strdup("hang/dhcp-ack/config");
	b->result->journal_sha256 =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, SAMPLE_JOURNAL, -1);
	b->scenario = sample_bytes(SAMPLE_SCENARIO);
	b->records[BUNDLE_JOURNAL] = sample_gzip(SAMPLE_JOURNAL);
	b->records[BUNDLE_CONSOLE] = sample_gzip("hello\n");
	sample_layer(b, "mine", SAMPLE_CLIENT);
	sample_layer(b, "mine", SAMPLE_BASE);
	sample_input(b, BUNDLE_QEMU, NULL, "a program", "/nowhere/qemu");
	sample_input(b, BUNDLE_FIRMWARE, NULL, "firmware", NULL)->is_given = true;
	sample_input(b, BUNDLE_SERVED, "kernel.img", "a kernel", NULL);
	return b;
}

#endif /* TESTS_SUPPORT_BUNDLE_SAMPLE_H */
