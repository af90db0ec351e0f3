/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/elf.h"

#include "base/err.h"
#include "base/rd.h"

#define FAT_ARCHS_MAX	 32u
#define COMMANDS_BYTES	 (1u << 20)
#define COMMANDS_MAX	 4096u
#define MACHO_SECTION_64 80u
#define MACHO_SECTION_32 68u

bool elf_is(str head)
{
	static const str magics[] = {
		STR_INIT("\x7f"
			 "ELF"),
		STR_INIT("MZ"),
		STR_INIT("\xcf\xfa\xed\xfe"),
		STR_INIT("\xce\xfa\xed\xfe"),
		STR_INIT("\xfe\xed\xfa\xcf"),
		STR_INIT("\xfe\xed\xfa\xce"),
		STR_INIT("\xca\xfe\xba\xbe"),
	};

	for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
		if (str_starts(head, magics[i]))
			return true;
	}
	return false;
}

static int load(const struct elf *elf, uint64_t offset, uint64_t n, struct arena *arena,
		struct rd *out, struct err *err)
{
	char *p = arena_bytes(arena, n > 0 ? (size_t)n : 1);

	if (file_view_pread(elf->view, p, (size_t)n, offset, err) < 0)
		return -1;
	*out = rd_from(str_of(p, (size_t)n));
	return 0;
}

static uint16_t u16(const struct elf *elf, struct rd *r)
{
	return (uint16_t)rd_uint(r, 2, elf->big);
}
static uint32_t u32(const struct elf *elf, struct rd *r)
{
	return (uint32_t)rd_uint(r, 4, elf->big);
}
static uint64_t word(const struct elf *elf, struct rd *r)
{
	return rd_uint(r, elf->wide ? 8 : 4, elf->big);
}

static void add_segment(struct elf *elf, const struct elf_segment *segment)
{
	elf->segments[elf->segment_n++] = *segment;
}

/* Text up to a NUL at `at` of a table. */
static str name_at(str table, uint64_t at)
{
	str s = at < table.n ? str_skip(table, (size_t)at) : STR_EMPTY;
	ptrdiff_t end = str_find_char(s, 0);

	return end >= 0 ? str_take(s, (size_t)end) : s;
}

/* ---- ELF ---- */

#define SHT_NOBITS_TYPE 8u
#define PT_LOAD_TYPE	1u

struct elf_header {
	uint64_t segments_at, sections_at;
	unsigned segment_size, segments, section_size, sections, names;
};

static int header_read(struct elf *elf, struct arena *arena, struct elf_header *h, struct err *err)
{
	struct rd r;

	if (load(elf, 0, elf->wide ? 64 : 52, arena, &r, err) < 0)
		return -1;
	rd_seek(&r, 24);
	(void)word(elf, &r);
	h->segments_at = word(elf, &r);
	h->sections_at = word(elf, &r);
	(void)u32(elf, &r);
	(void)u16(elf, &r);
	h->segment_size = u16(elf, &r);
	h->segments = u16(elf, &r);
	h->section_size = u16(elf, &r);
	h->sections = u16(elf, &r);
	h->names = u16(elf, &r);
	if (h->segments > ELF_SEGMENTS_MAX || h->sections > ELF_SECTIONS_MAX)
		return err_set(err, ERR_LIMIT, "%u segments and %u sections", h->segments,
			       h->sections);
	if ((h->segments > 0 && h->segment_size < (elf->wide ? 56u : 32u)) ||
	    (h->sections > 0 && h->section_size < (elf->wide ? 64u : 40u)))
		return err_set(err, ERR_INPUT, "program headers of %u, sections of %u bytes",
			       h->segment_size, h->section_size);
	return 0;
}

static int segments_read(struct elf *elf, const struct elf_header *h, struct arena *arena,
			 struct err *err)
{
	struct rd r;

	if (load(elf, h->segments_at, (uint64_t)h->segments * h->segment_size, arena, &r, err) < 0)
		return err_wrap(err, "program headers");
	elf->segments = ARENA_ARRAY(arena, struct elf_segment, h->segments);
	for (unsigned i = 0; i < h->segments; i++) {
		struct elf_segment s = { .address = 0 };
		uint32_t type, flags;

		rd_seek(&r, (size_t)i * h->segment_size);
		type = u32(elf, &r);
		flags = elf->wide ? u32(elf, &r) : 0;
		s.offset = word(elf, &r);
		s.address = word(elf, &r);
		(void)word(elf, &r);
		s.size = word(elf, &r);
		if (!elf->wide) {
			(void)u32(elf, &r);
			flags = u32(elf, &r);
		}
		s.writable = flags & 2;
		s.executable = flags & 1;
		if (type == PT_LOAD_TYPE)
			add_segment(elf, &s);
	}
	return 0;
}

static int sections_read(struct elf *elf, const struct elf_header *h, struct arena *arena,
			 struct err *err)
{
	uint32_t *name_offsets = ARENA_ARRAY(arena, uint32_t, h->sections);
	str names = STR_EMPTY;
	struct rd r, table;

	if (load(elf, h->sections_at, (uint64_t)h->sections * h->section_size, arena, &r, err) < 0)
		return err_wrap(err, "section headers");
	elf->sections = ARENA_ARRAY(arena, struct elf_section, h->sections);
	elf->section_n = h->sections;
	for (unsigned i = 0; i < h->sections; i++) {
		struct elf_section *s = &elf->sections[i];
		uint32_t type;

		rd_seek(&r, (size_t)i * h->section_size);
		name_offsets[i] = u32(elf, &r);
		type = u32(elf, &r);
		(void)word(elf, &r);
		s->address = word(elf, &r);
		s->offset = word(elf, &r);
		s->size = word(elf, &r);
		if (type == SHT_NOBITS_TYPE)
			s->size = 0;
	}
	if (h->names < h->sections) {
		const struct elf_section *s = &elf->sections[h->names];
		uint64_t n = s->size < ELF_NAMES_MAX ? s->size : ELF_NAMES_MAX;

		if (load(elf, s->offset, n, arena, &table, err) < 0)
			return err_wrap(err, "names of sections");
		names = str_of((const char *)table.p, table.n);
	}
	for (unsigned i = 0; i < h->sections; i++)
		elf->sections[i].name = name_at(names, name_offsets[i]);
	return 0;
}

static int elf_read(struct elf *elf, str head, struct arena *arena, struct err *err)
{
	struct elf_header h = { .segments = 0 };

	elf->wide = head.p[4] == 2;
	elf->big = head.p[5] == 2;
	if (header_read(elf, arena, &h, err) < 0 || segments_read(elf, &h, arena, err) < 0 ||
	    sections_read(elf, &h, arena, err) < 0)
		return -1;
	return 1;
}

/* ---- PE ---- */

#define PE_SECTION_BYTES 40u
#define PE_WRITE	 0x80000000u
#define PE_EXECUTE	 0x20000000u

static int pe_sections(struct elf *elf, uint64_t at, unsigned n, uint64_t base, struct arena *arena,
		       struct err *err)
{
	struct rd r;

	if (n > ELF_SECTIONS_MAX)
		return err_set(err, ERR_LIMIT, "%u sections", n);
	if (load(elf, at, (uint64_t)n * PE_SECTION_BYTES, arena, &r, err) < 0)
		return err_wrap(err, "section headers");
	elf->sections = ARENA_ARRAY(arena, struct elf_section, n);
	elf->segments = ARENA_ARRAY(arena, struct elf_segment, n);
	elf->section_n = n;
	for (unsigned i = 0; i < n; i++) {
		struct elf_section *s = &elf->sections[i];
		struct elf_segment segment;
		uint32_t memory, flags;

		rd_seek(&r, (size_t)i * PE_SECTION_BYTES);
		s->name = name_at(rd_bytes(&r, 8), 0);
		memory = rd_u32le(&r);
		s->address = base + rd_u32le(&r);
		s->size = rd_u32le(&r);
		s->offset = rd_u32le(&r);
		(void)rd_bytes(&r, 12);
		flags = rd_u32le(&r);
		if (memory > 0 && s->size > memory)
			s->size = memory; /* the rest is padding of the file */
		segment = (struct elf_segment){ .address = s->address,
						.offset = s->offset,
						.size = s->size,
						.writable = flags & PE_WRITE,
						.executable = flags & PE_EXECUTE };
		add_segment(elf, &segment);
	}
	return 0;
}

/* 0: a DOS program, or something else that begins with "MZ". */
static int pe_read(struct elf *elf, struct arena *arena, struct err *err)
{
	struct rd r;
	uint32_t at;
	unsigned sections, optional;
	uint64_t base;

	if (elf->view->size < 64 || load(elf, 0, 64, arena, &r, err) < 0)
		return 0;
	rd_seek(&r, 60);
	at = rd_u32le(&r);
	if (elf->view->size < (uint64_t)at + 56 || load(elf, at, 56, arena, &r, err) < 0 ||
	    !str_eq(rd_bytes(&r, 4), str_of("PE\0\0", 4)))
		return 0;
	(void)rd_u16le(&r);
	sections = rd_u16le(&r);
	rd_seek(&r, 20);
	optional = rd_u16le(&r);
	rd_seek(&r, 24);
	elf->wide = rd_u16le(&r) == 0x20b;
	rd_seek(&r, elf->wide ? 48 : 52);
	base = elf->wide ? rd_u64le(&r) : rd_u32le(&r);
	return pe_sections(elf, (uint64_t)at + 24 + optional, sections, base, arena, err) < 0 ? -1
											      : 1;
}

/* ---- Mach-O ---- */

#define MACHO_SEGMENT	 0x1u
#define MACHO_SEGMENT_64 0x19u

static int macho_sections(struct elf *elf, struct rd *r, unsigned n, uint64_t slice,
			  struct arena *arena, struct err *err)
{
	if (n > ELF_SECTIONS_MAX || elf->section_n + n > ELF_SECTIONS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u sections", ELF_SECTIONS_MAX);
	for (unsigned i = 0; i < n && !r->bad; i++) {
		size_t next = r->pos + (elf->wide ? MACHO_SECTION_64 : MACHO_SECTION_32);
		str section = name_at(rd_bytes(r, 16), 0);
		str segment = name_at(rd_bytes(r, 16), 0);
		struct elf_section *s = &elf->sections[elf->section_n++];

		s->name = str_fmt(arena, "%.*s,%.*s", STR_ARG(segment), STR_ARG(section));
		s->address = word(elf, r);
		s->size = word(elf, r);
		s->offset = slice + u32(elf, r);
		rd_seek(r, next);
	}
	return 0;
}

static int macho_segment(struct elf *elf, struct rd *r, uint64_t slice, struct arena *arena,
			 struct err *err)
{
	struct elf_segment s = { .address = 0 };
	uint32_t protection;
	unsigned sections;

	(void)rd_bytes(r, 16);
	s.address = word(elf, r);
	(void)word(elf, r);
	s.offset = slice + word(elf, r);
	s.size = word(elf, r);
	(void)u32(elf, r);
	protection = u32(elf, r);
	sections = u32(elf, r);
	(void)u32(elf, r);
	s.writable = protection & 2;
	s.executable = protection & 4;
	if (elf->segment_n >= ELF_SEGMENTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u segments", ELF_SEGMENTS_MAX);
	add_segment(elf, &s);
	return macho_sections(elf, r, sections, slice, arena, err);
}

static int macho_read(struct elf *elf, uint64_t slice, struct arena *arena, struct err *err)
{
	struct rd r;
	uint32_t magic, commands, bytes;

	if (load(elf, slice, 32, arena, &r, err) < 0)
		return -1;
	magic = rd_u32be(&r);
	elf->big = (magic & ~1u) == 0xfeedface;
	elf->wide = magic == 0xfeedfacf || magic == 0xcffaedfe;
	if (!elf->big && (magic | 0x01000000u) != 0xcffaedfe)
		return 0;
	rd_seek(&r, 16);
	commands = u32(elf, &r);
	bytes = u32(elf, &r);
	if (bytes > COMMANDS_BYTES || commands > COMMANDS_MAX)
		return err_set(err, ERR_LIMIT, "%u load commands of %u bytes", commands, bytes);
	if (load(elf, slice + (elf->wide ? 32 : 28), bytes, arena, &r, err) < 0)
		return err_wrap(err, "load commands");
	elf->sections = ARENA_ARRAY(arena, struct elf_section, ELF_SECTIONS_MAX);
	elf->segments = ARENA_ARRAY(arena, struct elf_segment, ELF_SEGMENTS_MAX);
	for (uint32_t i = 0; i < commands; i++) {
		size_t at = r.pos;
		uint32_t type = u32(elf, &r), size = u32(elf, &r);

		if (r.bad || size < 8)
			return err_set(err, ERR_INPUT, "load command %u: truncated", i);
		if ((type == MACHO_SEGMENT || type == MACHO_SEGMENT_64) &&
		    macho_segment(elf, &r, slice, arena, err) < 0)
			return -1;
		rd_seek(&r, at + size);
	}
	return 1;
}

/* A universal file; a class of Java begins with the same four bytes, and its version follows. */
static int fat_read(struct elf *elf, struct arena *arena, struct err *err)
{
	struct rd r;
	uint32_t n, offset;

	if (elf->view->size < 28 || load(elf, 4, 24, arena, &r, err) < 0)
		return 0;
	n = rd_u32be(&r);
	if (n == 0 || n > FAT_ARCHS_MAX)
		return 0;
	(void)rd_u64be(&r);
	offset = rd_u32be(&r);
	return macho_read(elf, offset, arena, err);
}

int elf_open(const struct file_view *view, struct arena *arena, struct elf *out, struct err *err)
{
	struct elf elf = { .view = view };
	char head[16] = { 0 };
	size_t n = view->size < sizeof(head) ? (size_t)view->size : sizeof(head);
	int opened;

	if (file_view_pread(view, head, n, 0, err) < 0)
		return -1;
	str start = str_of(head, n);
	if (n < sizeof(head) || !elf_is(start))
		return 0;
	if (head[0] == 0x7f)
		opened = elf_read(&elf, start, arena, err);
	else if (head[0] == 'M')
		opened = pe_read(&elf, arena, err);
	else if (str_starts(start, STR("\xca\xfe\xba\xbe")))
		opened = fat_read(&elf, arena, err);
	else
		opened = macho_read(&elf, 0, arena, err);
	if (opened > 0)
		*out = elf;
	return opened;
}

const struct elf_section *elf_section(const struct elf *elf, str name)
{
	for (size_t i = 0; i < elf->section_n; i++) {
		if (str_eq(elf->sections[i].name, name))
			return &elf->sections[i];
	}
	return NULL;
}

bool elf_at(const struct elf *elf, uint64_t address, uint64_t n, uint64_t *offset)
{
	for (size_t i = 0; i < elf->segment_n; i++) {
		const struct elf_segment *s = &elf->segments[i];
		uint64_t at;

		if (address < s->address || address - s->address > s->size ||
		    n > s->size - (address - s->address) ||
		    __builtin_add_overflow(s->offset, address - s->address, &at))
			continue;
		*offset = at;
		return true;
	}
	return false;
}
