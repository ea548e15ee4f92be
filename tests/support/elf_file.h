/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files for s390x, made up: kernel modules, programs, libraries
 */
#ifndef TESTS_SUPPORT_ELF_FILE_H
#define TESTS_SUPPORT_ELF_FILE_H

#include <elf.h>
#include <glib.h>
#include <string.h>

#include "server/wire/bytes.h"

enum {
	ELF_FILE_MAX = 8192,
	ELF_FILE_TEXT = 1024, /* offset of what a file is made for */
	ELF_FILE_NAMES = 4096,
	ELF_FILE_BASE = 0x1000000, /* address of its first byte in memory */
};

static inline void elf_file_header(struct wr *w, unsigned n_ph, unsigned n_sh)
{
	static const uint8_t ident[EI_NIDENT] = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2MSB, 1 };

	wr_bytes(w, ident, sizeof(ident));
	wr_be16(w, n_sh ? ET_REL : ET_EXEC);
	wr_be16(w, EM_S390);
	wr_be32(w, EV_CURRENT);
	wr_be64(w, 0);
	wr_be64(w, n_ph ? sizeof(Elf64_Ehdr) : 0);
	wr_be64(w, n_sh ? sizeof(Elf64_Ehdr) : 0);
	wr_be32(w, 0);
	wr_be16(w, sizeof(Elf64_Ehdr));
	wr_be16(w, sizeof(Elf64_Phdr));
	wr_be16(w, (uint16_t)n_ph);
	wr_be16(w, sizeof(Elf64_Shdr));
	wr_be16(w, (uint16_t)n_sh);
	wr_be16(w, n_sh ? 2 : 0); /* section with the names */
}

static inline void elf_file_section(struct wr *w, uint32_t name, uint32_t type, uint64_t offset,
				    uint64_t len)
{
	wr_be32(w, name);
	wr_be32(w, type);
	wr_be64(w, 0);
	wr_be64(w, 0);
	wr_be64(w, offset);
	wr_be64(w, len);
	wr_zeros(w, 24);
}

static inline void elf_file_segment(struct wr *w, uint32_t type, uint64_t offset, uint64_t len)
{
	wr_be32(w, type);
	wr_be32(w, PF_R);
	wr_be64(w, offset);
	wr_be64(w, ELF_FILE_BASE + offset);
	wr_be64(w, ELF_FILE_BASE + offset);
	wr_be64(w, len);
	wr_be64(w, len);
	wr_be64(w, 1);
}

/* A module; @info holds lines KEY=VALUE, each with a newline. */
static inline GBytes *elf_file_module(const char *info)
{
	static const char names[] = "\0.modinfo\0.shstrtab";
	uint8_t *buf = g_malloc0(ELF_FILE_MAX);
	struct wr w = WR_INIT(buf, ELF_FILE_MAX);
	size_t len = strlen(info);

	elf_file_header(&w, 0, 3);
	elf_file_section(&w, 0, SHT_NULL, 0, 0);
	elf_file_section(&w, 1, SHT_PROGBITS, ELF_FILE_TEXT, len);
	elf_file_section(&w, 10, SHT_STRTAB, ELF_FILE_NAMES, sizeof(names));
	memcpy(buf + ELF_FILE_TEXT, info, len);
	for (size_t i = 0; i < len; i++)
		if (buf[ELF_FILE_TEXT + i] == '\n')
			buf[ELF_FILE_TEXT + i] = 0;
	memcpy(buf + ELF_FILE_NAMES, names, sizeof(names));
	return g_bytes_new_take(buf, ELF_FILE_MAX);
}

/* A program or library; @interp may be NULL, @needed is NULL-terminated. */
static inline GBytes *elf_file_program(const char *interp, const char *const *needed)
{
	uint8_t *buf = g_malloc0(ELF_FILE_MAX);
	struct wr w = WR_INIT(buf, ELF_FILE_MAX);
	struct wr names = WR_INIT(buf + ELF_FILE_NAMES, ELF_FILE_MAX - ELF_FILE_NAMES);
	struct wr dynamic = WR_INIT(buf + ELF_FILE_TEXT + 256, 1024);

	elf_file_header(&w, interp ? 3 : 2, 0);
	elf_file_segment(&w, PT_LOAD, 0, ELF_FILE_MAX);
	elf_file_segment(&w, PT_DYNAMIC, ELF_FILE_TEXT + 256, 1024);
	if (interp) {
		elf_file_segment(&w, PT_INTERP, ELF_FILE_TEXT, strlen(interp) + 1);
		memcpy(buf + ELF_FILE_TEXT, interp, strlen(interp));
	}
	wr_u8(&names, 0);
	for (; *needed; needed++) {
		wr_be64(&dynamic, DT_NEEDED);
		wr_be64(&dynamic, (uint64_t)(names.p - (buf + ELF_FILE_NAMES)));
		wr_cstr(&names, *needed);
	}
	wr_be64(&dynamic, DT_STRTAB);
	wr_be64(&dynamic, ELF_FILE_BASE + ELF_FILE_NAMES);
	wr_be64(&dynamic, DT_NULL);
	wr_be64(&dynamic, 0);
	return g_bytes_new_take(buf, ELF_FILE_MAX);
}

#endif /* TESTS_SUPPORT_ELF_FILE_H */
