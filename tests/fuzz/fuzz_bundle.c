/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes into what reads bundles: as the archive, and as each file in it that is understood
 *
 * Bundles come from anybody. No bytes may crash the reader; it takes a bundle or says why not; and
 * what it takes can be written again and is then the same. The inputs of main() are a good bundle,
 * packed and not, and its texts, cut, and mutated at random from a fixed seed.
 */
#include <glib.h>

#include "fixtures/unpack.h"
#include "harness/bundle_read.h"
#include "tests/support/bundle_sample.h"

#include "tests/fuzz/fuzz.h"

static size_t n_good, n_archives;

static void try_files(const GPtrArray *files)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Bundle) b = bundle_parse_files(files, "fuzz", &error), back = NULL;
	g_autoptr(GBytes) packed = NULL, again = NULL;

	LAW(!b == !!error);
	if (!b)
		return;
	n_good++;
	packed = bundle_encode(b, NULL);
	LAW(packed);
	back = bundle_parse(packed, "again", NULL);
	LAW(back);
	again = bundle_encode(back, NULL);
	LAW(again && g_bytes_equal(packed, again));
}

static void try_archive(GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = pack_parse(bytes, "fuzz", &error);

	LAW(!files == !!error);
	if (!files)
		return;
	n_archives++;
	for (guint i = 0; i < files->len; i++) {
		const struct pack_file *f = files->pdata[i];

		LAW(*f->name != '/' && !strstr(f->name, "..") && strlen(f->name) <= PACK_NAME_MAX);
	}
	try_files(files);
}

/* Files whose sums are right, but for one: bundle.json has none. */
static GPtrArray *good_files(void)
{
	static GBytes *packed;

	if (!packed) {
		g_autoptr(Bundle) b = sample_bundle();

		packed = bundle_encode(b, NULL);
	}
	return pack_parse(packed, "good", NULL);
}

static void try_as(const char *name, GBytes *bytes)
{
	g_autoptr(GPtrArray) files = good_files();

	for (guint i = 0; i < files->len; i++) {
		struct pack_file *f = files->pdata[i];

		if (!g_str_equal(f->name, name))
			continue;
		g_bytes_unref(f->content);
		f->content = g_bytes_ref(bytes);
	}
	try_files(files);
}

/* A result or a journal comes with its sum. */
static void try_with_sum(const char *name, GBytes *bytes)
{
	g_autoptr(GPtrArray) files = good_files();
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *old =
		g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, pack_find(files, name));
	GBytes *main_file = pack_find(files, BUNDLE_MAIN_FILE);
	g_autofree char *text =
		g_strndup(g_bytes_get_data(main_file, NULL), g_bytes_get_size(main_file));
	g_auto(GStrv) parts = g_strsplit(text, old, -1);
	g_autofree char *now = g_strjoinv(sum, parts);

	for (guint i = 0; i < files->len; i++) {
		struct pack_file *f = files->pdata[i];

		if (g_str_equal(f->name, name)) {
			g_bytes_unref(f->content);
			f->content = g_bytes_ref(bytes);
		} else if (g_str_equal(f->name, BUNDLE_MAIN_FILE)) {
			g_bytes_unref(f->content);
			f->content = sample_bytes(now);
		}
	}
	try_files(files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);

	try_archive(bytes);
	if (size && (*data == '{' || *data == '[')) {
		try_as(BUNDLE_MAIN_FILE, bytes);
		try_with_sum(BUNDLE_RESULT_FILE, bytes);
	} else {
		try_with_sum("journal.jsonl.gz", bytes);
	}
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	CAP = 64 * 1024,
	N_RANDOM = 800, /* for each seed */
	UNPACKED_MAX = 1 << 20,
};

static void try_mutations(const uint8_t *seed, size_t len, uint64_t *state)
{
	static uint8_t buf[CAP];

	for (unsigned i = 0; i < N_RANDOM; i++) {
		memcpy(buf, seed, len);
		fuzz_one(buf, fuzz_mutate(buf, len, CAP, state));
	}
}

int main(int argc, char **argv)
{
	g_autoptr(Bundle) b = sample_bundle();
	g_autoptr(GBytes) packed = bundle_encode(b, NULL);
	g_autoptr(GBytes) tar = unpack_bytes(packed, "seed", UNPACKED_MAX, NULL);
	g_autoptr(GPtrArray) files = pack_parse(packed, "seed", NULL);
	GBytes *seeds[] = { packed, tar, pack_find(files, BUNDLE_MAIN_FILE),
			    pack_find(files, BUNDLE_RESULT_FILE),
			    pack_find(files, "journal.jsonl.gz") };
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++) {
		size_t len;
		const uint8_t *p = g_bytes_get_data(seeds[i], &len);

		if (argc > 1) {
			fuzz_save(argv[1], i, p, len);
			continue;
		}
		LAW(len && len <= CAP);
		fuzz_one(p, len);
		for (size_t cut = 0; cut < len; cut += 1 + len / 300)
			fuzz_one(p, cut);
		try_mutations(p, len, &state);
	}
	if (argc > 1)
		return 0;
	LAW(n_good && n_archives);
	printf("100%%: bundles good %zu, archives %zu\n", n_good, n_archives);
	return 0;
}

#endif /* FUZZ_LIBFUZZER */
