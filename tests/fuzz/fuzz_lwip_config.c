/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text into the netboot image's readers: configurations, .INS files, names, boot files
 *
 * Whatever is chosen lies inside of the text that was read; a configuration is read in one pass, so
 * it ends; no boot file makes more of memory than there is.
 */
#include "firmware/lwip/bootfile.h"
#include "firmware/lwip/ins.h"
#include "firmware/lwip/pxe_config.h"
#include "firmware/lwip/pxe_search.h"

#include "tests/fuzz/fuzz.h"

enum {
	N_ENTRIES = 16,
	N_INCLUDES_MAX = 16384,
	MEMORY = 0x14000,
};

static size_t n_chosen, n_ins, n_kernels;

static bool inside(struct slice s, const uint8_t *data, size_t size)
{
	uintptr_t p = (uintptr_t)s.p, start = (uintptr_t)data;

	return !s.len || (p >= start && p + s.len <= start + size);
}

static void try_choice(const struct pxe_config *c, struct slice line, const uint8_t *data,
		       size_t size)
{
	struct pxe_choice o;
	char buf[64];
	struct text t = TEXT_INIT(buf);
	struct pxe_path path;

	if (!pxe_config_choose(c, line, &o))
		return;
	n_chosen++;
	LAW(inside(o.label, data, size) && inside(o.kernel, data, size));
	LAW(inside(o.initrd, data, size) && inside(o.append, data, size));
	LAW(inside(o.extra, data, size));
	path = pxe_path_parse(o.kernel);
	LAW(inside(path.host, data, size) && inside(path.path, data, size));
	text_add(&t, o.append);
	LAW(t.len < sizeof(buf) && !buf[t.len]);
}

static void try_config(const uint8_t *data, size_t size)
{
	static struct pxe_entry entries[N_ENTRIES];
	struct pxe_config c;
	struct slice text = { (const char *)data, size }, name = SLICE("");
	unsigned n = 0;

	pxe_config_init(&c, entries, N_ENTRIES);
	while (pxe_config_parse(&c, &text, &name) == PXE_PARSE_INCLUDE) {
		LAW(inside(name, data, size) && name.len);
		LAW(++n < N_INCLUDES_MAX);
	}
	LAW(text.len == 0);
	LAW(c.n_entries <= N_ENTRIES);
	pxe_config_is_interactive(&c);
	try_choice(&c, SLICE(""), data, size);
	if (size)
		try_choice(&c, (struct slice){ (const char *)data, size < 20 ? size : 20 }, data,
			   size);
}

static void try_ins(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size }, title;
	struct ins_entry e;

	if (ins_title(&text, &title))
		LAW(inside(title, data, size));
	while (ins_next(&text, &e) == INS_ENTRY) {
		LAW(inside(e.name, data, size) && e.name.len);
		n_ins++;
	}
}

/* The input as a kernel's parameter area, and as the start of a file. */
static void try_bootfile(const uint8_t *data, size_t size)
{
	static uint8_t memory[MEMORY];
	static struct place p;
	uint64_t at = size % 3 ? 0 : 0x10000, len = at + size;

	if (size > 0x1000)
		return;
	memset(memory, 0, sizeof(memory));
	place_init(&p, memory, MEMORY, MEMORY - 0x1000, MEMORY);
	LAW(place_write(&p, at, data, size));
	if (bootfile_kind(&p, len) == BOOTFILE_KERNEL)
		n_kernels++;
	LAW(bootfile_cmdline_max(&p, len) <= BOOTFILE_CMDLINE_LIMIT);
	bootfile_set_cmdline(&p, len, "a=b", 3);
	bootfile_set_initrd(&p, len, 1, 2);
	for (unsigned i = MEMORY - 0x1000; i < MEMORY; i++)
		LAW(!memory[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_config(data, size);
	try_ins(data, size);
	try_bootfile(data, size);
	return 0;
}

#ifndef FUZZ_LIBFUZZER

enum {
	SEED_MAX = 2049, /* and some of each length divided by three */
	N_MUTATIONS = 50000,
};

static const char *const seeds[] = {
	"DEFAULT a x\nTIMEOUT 50\nPROMPT 1\nLABEL a\n  KERNEL k\n  INITRD i,j\n  APPEND x initrd=z "
	"y\n"
	"  SYSAPPEND 0x7\nLABEL b\n  MENU LABEL ^B\n  MENU DEFAULT\n  LINUX ::l\nTEXT "
	"HELP\nhi\nENDTEXT\n",
	"UI menu.c32\r\nINCLUDE one\r\nMENU INCLUDE two t\r\nAPPEND all\r\nLABEL tftp://h/p\r\n"
	"APPEND -\r\nLABEL 10.0.2.9::k\r\nLOCALBOOT 0\r\n",
	"* title\nkernel.img 0x00000000\ninitrd.img 33554432\n\nparmfile 0x10480\n",
	"# pxelinux\nLABEL k\n",
	"xxxxxxxxS390EPyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
};

int main(int argc, char **argv)
{
	static uint8_t buf[SEED_MAX];
	const size_t n_seeds = sizeof(seeds) / sizeof(seeds[0]);
	uint64_t state = FUZZ_RANDOM_SEED;

	for (size_t i = 0; i < n_seeds; i++) {
		size_t len = strlen(seeds[i]);

		if (argc > 1) {
			fuzz_save(argv[1], i, (const uint8_t *)seeds[i], len);
			continue;
		}
		for (size_t n = 0; n <= len; n++)
			fuzz_one((const uint8_t *)seeds[i], n);
	}
	if (argc > 1)
		return EXIT_SUCCESS;
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		size_t k = fuzz_random(&state) % n_seeds, len = strlen(seeds[k]);

		memcpy(buf, seeds[k], len);
		fuzz_one(buf, fuzz_mutate(buf, len, SEED_MAX, &state));
	}
	printf("fuzz_lwip_config: %zu seeds, %d mutated; %zu chosen, %zu .INS lines, %zu kernels\n",
	       n_seeds, N_MUTATIONS, n_chosen, n_ins, n_kernels);
	return n_chosen && n_ins && n_kernels ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* FUZZ_LIBFUZZER */
