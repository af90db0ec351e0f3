/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * elf: where things lie in a program: sections by name, memory by address. Reads ELF (32 and 64
 * bit, both byte orders), PE (Windows) and Mach-O (one architecture, or the first of a universal
 * file), as far as finding embedded data needs; nothing is loaded whole.
 *
 * Limits: ELF_SECTIONS_MAX sections, ELF_SEGMENTS_MAX segments, names of sections from the first
 * ELF_NAMES_MAX bytes of their table. What lies is refused (ERR_INPUT) where it matters: a section
 * outside of the file reads as a truncated file.
 */
#include "fmt/file_view.h"

#define ELF_SECTIONS_MAX 4096u
#define ELF_SEGMENTS_MAX 1024u
#define ELF_NAMES_MAX	 (1u << 20)

struct elf_section {
	str name;			/* Mach-O: "__SEGMENT,__section" */
	uint64_t address, offset, size; /* size: of what is in the file */
};

struct elf_segment {
	uint64_t address, offset, size;
	bool writable, executable;
};

struct elf {
	const struct file_view *view;
	bool big, wide;		      /* byte order; 64 bit */
	struct elf_section *sections; /* in the arena */
	struct elf_segment *segments;
	size_t section_n, segment_n;
};

/* True when the first bytes are those of a program or library in one of these formats. */
#define ELF_HEAD_BYTES 4u
bool elf_is(str head);

/* 1: opened, 0: no such file, -1: one that is broken. `view` must live as long. */
int elf_open(const struct file_view *view, struct arena *arena, struct elf *out,
	     struct err *err) MUST_USE;
const struct elf_section *elf_section(const struct elf *elf, str name);
/* Offset in the file of n bytes at an address in memory; false when they are not in the file. */
bool elf_at(const struct elf *elf, uint64_t address, uint64_t n, uint64_t *offset);
