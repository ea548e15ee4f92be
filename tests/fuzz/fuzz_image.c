/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes into what reads images: `iplab image check`, kernels, modules, programs
 *
 * Images come from anybody. No bytes may crash a reader, and each finding is one line that is safe
 * for a terminal. The inputs of main() are a good image, a module and a program, with words set to
 * values that lie at borders, cut, and mutated at random from a fixed seed.
 */
#include <glib.h>

#include "fixtures/elf.h"
#include "fixtures/image_check.h"
#include "fixtures/initramfs.h"
#include "fixtures/kernel_config.h"
#include "fixtures/kernel_modules.h"
#include "fixtures/netboot_image.h"

#include "tests/fuzz/fuzz.h"

static size_t n_good, n_modules, n_programs;

static void try_image(GBytes *bytes)
{
	g_autoptr(GPtrArray) findings = image_check(bytes);

	LAW(findings->len);
	for (unsigned i = 0; i < findings->len; i++) {
		const struct image_finding *f = findings->pdata[i];

		for (const char *c = f->text; *c; c++)
			LAW((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
	}
	n_good += image_check_is_good(findings);
}

static void try_encode(GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = netboot_image_encode(bytes, bytes, "quiet", &error);

	LAW(!image == !!error);
	LAW(!image || g_bytes_get_size(image) >= 2 * g_bytes_get_size(bytes));
}

static void try_elf(GBytes *bytes)
{
	g_autoptr(GPtrArray) needed = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *depends = kernel_module_info(bytes, "depends");
	g_autofree char *release = kernel_module_release(bytes);

	n_modules += !!release;
	if (elf_needs(bytes, "fuzz", needed, NULL))
		n_programs += needed->len;
	else
		LAW(!needed->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);

	try_image(bytes);
	try_encode(bytes);
	try_elf(bytes);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

#include "tests/support/elf_file.h"
#include "tests/support/kernel_file.h"

enum {
	CAP = 128 * 1024,
	N_RANDOM = 1500, /* for each seed */
};

static GBytes *good_image(void)
{
	g_autoptr(Initramfs) fs = initramfs_new();
	g_autoptr(GBytes) ko = elf_file_module("depends=a\nvermagic=" KERNEL_FILE_RELEASE " SMP\n");
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = NULL;

	LAW(initramfs_add_file(fs, "init", 0755, ko, NULL));
	LAW(initramfs_add_file(fs, "a.ko", 0755, ko, NULL));
	initrd = initramfs_encode(fs, NULL);
	return netboot_image_encode(kernel, initrd, "quiet", NULL);
}

/* Words of the parameter area at their borders. */
static void try_words(uint8_t *buf, size_t len)
{
	static const size_t offsets[] = { NETBOOT_INITRD_START_OFFSET, NETBOOT_INITRD_SIZE_OFFSET,
					  NETBOOT_VERSION_OFFSET, NETBOOT_CMDLINE_MAX_OFFSET };
	const uint64_t values[] = { 0,       1,       len - 1,           len,       len + 1,
				    1 << 16, 0x13000, (uint64_t)1 << 63, UINT64_MAX };

	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++)
		for (size_t k = 0; k < G_N_ELEMENTS(values); k++) {
			g_autofree uint8_t *copy = g_memdup2(buf, len);

			kernel_file_word(copy, offsets[i], values[k]);
			fuzz_one(copy, len);
		}
}

/* The interesting bytes of a large image are few: change those more often. */
static void try_mutations(const uint8_t *seed, size_t len, size_t from, uint64_t *state)
{
	static uint8_t buf[CAP];

	for (unsigned i = 0; i < N_RANDOM; i++) {
		size_t n;

		memcpy(buf, seed, len);
		n = from + fuzz_mutate(buf + from, len - from, CAP - from, state);
		fuzz_one(buf, n);
	}
}

int main(int argc, char **argv)
{
	g_autoptr(GBytes) image = good_image();
	g_autoptr(GBytes) module = elf_file_module("depends=a,b\nvermagic=x SMP\n");
	g_autoptr(GBytes) program =
		elf_file_program("/lib/ld64.so.1", (const char *const[]){ "libc.so.6", NULL });
	GBytes *seeds[] = { image, module, program };
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++) {
		size_t len;
		const uint8_t *p = g_bytes_get_data(seeds[i], &len);

		if (argc > 1) {
			fuzz_save(argv[1], i, p, len);
			continue;
		}
		fuzz_one(p, len);
		for (size_t cut = 0; cut < len; cut += 1 + len / 500)
			fuzz_one(p, cut);
		try_mutations(p, len, i ? 0 : 0x10400, &state);
		try_mutations(p, len, i ? 0 : 0x13000, &state);
		if (!i)
			try_words((uint8_t *)p, len);
	}
	if (argc > 1)
		return 0;
	LAW(n_good && n_modules && n_programs);
	printf("100%%: images good %zu, modules %zu, names %zu\n", n_good, n_modules, n_programs);
	return 0;
}

#endif /* FUZZ_LIBFUZZER */
