/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Build information lies behind "\xff Go buildinf:", aligned to 16 bytes: the size of pointers, a
 * byte of flags, and either (flag 2, Go 1.18 and later) from byte 32 on the version of Go and the
 * module text as strings with a varint in front, or two pointers to strings in memory.
 */
#include "base/rd.h"
#include "base/words.h"
#include "fmt/binary/elf.h"
#include "fmt/language/golang.h"

#define MAGIC	     "\xff Go buildinf:"
#define ALIGN	     16u
#define HEADER_BYTES 32u
#define WINDOW	     (64u << 10)
#define SEARCH_MAX   (64u << 20) /* of a data segment, where no section is named */
#define TEXT_MAX     (8u << 20)	 /* module text: real ones stay below 200 KiB */
#define VERSION_MAX  1024u
#define SENTINEL     16u /* bytes around the module text */

struct go_info {
	str go, modules;
};

/* 1: found, 0: not there. */
static int search(const struct elf *elf, uint64_t from, uint64_t size, uint64_t *found,
		  struct err *err)
{
	char *window = mem_alloc(WINDOW + ALIGN);
	int got = 0;

	for (uint64_t at = 0; at < size && at < SEARCH_MAX && got == 0; at += WINDOW) {
		size_t n = size - at < WINDOW + ALIGN ? (size_t)(size - at) : WINDOW + ALIGN;

		if (file_view_pread(elf->view, window, n, from + at, err) < 0) {
			got = -1;
			break;
		}
		for (size_t i = 0; i + ALIGN <= n && i < WINDOW; i += ALIGN) {
			if (memcmp(window + i, MAGIC, sizeof(MAGIC) - 1) != 0)
				continue;
			*found = from + at + i;
			got = 1;
			break;
		}
	}
	free(window);
	return got;
}

/* Sections are named wherever they were not cut off; then there is no need to search. */
static int find_info(const struct elf *elf, uint64_t *found, struct err *err)
{
	static const char *const names[] = { ".go.buildinfo", "__DATA,__go_buildinfo",
					     "__DATA_CONST,__go_buildinfo" };
	bool is_elf = true;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct elf_section *s = elf_section(elf, str_c(names[i]));

		if (s)
			return search(elf, s->offset, s->size, found, err);
	}
	for (size_t i = 0; i < elf->section_n; i++)
		is_elf &= elf->sections[i].name.n == 0 || elf->sections[i].name.p[0] == '.';
	if (is_elf && elf_section(elf, STR(".shstrtab")))
		return 0;
	for (size_t i = 0; i < elf->segment_n; i++) {
		const struct elf_segment *s = &elf->segments[i];
		int got = 0;

		if (s->writable && !s->executable)
			got = search(elf, s->offset, s->size, found, err);
		if (got != 0)
			return got;
	}
	return 0;
}

static int load_text(const struct elf *elf, uint64_t at, uint64_t n, uint64_t max,
		     struct arena *arena, str *out, struct err *err)
{
	char *p;

	if (n > max)
		return err_set(err, ERR_LIMIT, "build information of %llu bytes",
			       (unsigned long long)n);
	p = arena_bytes(arena, n > 0 ? (size_t)n : 1);
	if (file_view_pread(elf->view, p, (size_t)n, at, err) < 0)
		return -1;
	*out = str_of(p, (size_t)n);
	return 0;
}

/* A string with its length in front; *at goes behind it. */
static int inline_text(const struct elf *elf, uint64_t *at, uint64_t max, struct arena *arena,
		       str *out, struct err *err)
{
	uint64_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		unsigned char byte;

		if (shift > 56)
			return err_set(err, ERR_INPUT, "length of build information");
		if (file_view_pread(elf->view, &byte, 1, (*at)++, err) < 0)
			return -1;
		n |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	if (load_text(elf, *at, n, max, arena, out, err) < 0)
		return -1;
	*at += n;
	return 0;
}

/* `address` points to a string of Go: pointer and length. */
static int pointed_text(const struct elf *elf, uint64_t address, unsigned width, bool big,
			uint64_t max, struct arena *arena, str *out, struct err *err)
{
	char header[16];
	uint64_t at, data, n;
	struct rd r;

	*out = STR_EMPTY;
	if (address == 0)
		return 0;
	if (!elf_at(elf, address, 2 * width, &at) ||
	    file_view_pread(elf->view, header, (size_t)2 * width, at, err) < 0)
		return err_set(err, ERR_INPUT, "build information points out of the file");
	r = rd_from(str_of(header, (size_t)2 * width));
	data = rd_uint(&r, width, big);
	n = rd_uint(&r, width, big);
	if (n == 0)
		return 0;
	if (!elf_at(elf, data, n, &at))
		return err_set(err, ERR_INPUT, "build information points out of the file");
	return load_text(elf, at, n, max, arena, out, err);
}

static int info_read(const struct elf *elf, uint64_t at, struct arena *arena, struct go_info *out,
		     struct err *err)
{
	unsigned char header[HEADER_BYTES];
	unsigned width;
	bool big;
	struct rd r;

	if (file_view_pread(elf->view, header, sizeof(header), at, err) < 0)
		return -1;
	if (header[15] & 2) {
		at += HEADER_BYTES;
		return inline_text(elf, &at, VERSION_MAX, arena, &out->go, err) < 0
			       ? -1
			       : inline_text(elf, &at, TEXT_MAX, arena, &out->modules, err);
	}
	width = header[14];
	big = header[15] & 1;
	if (width != 4 && width != 8)
		return err_set(err, ERR_INPUT, "build information with pointers of %u bytes",
			       width);
	r = rd_from(str_of((const char *)header + 16, 16));
	uint64_t go = rd_uint(&r, width, big);
	uint64_t modules = rd_uint(&r, width, big);
	if (pointed_text(elf, go, width, big, VERSION_MAX, arena, &out->go, err) < 0)
		return -1;
	return pointed_text(elf, modules, width, big, TEXT_MAX, arena, &out->modules, err);
}

/* ---- module text ---- */

struct module_reader {
	const struct file_view *file;
	struct package_sink *sink;
	struct arena *arena;
	struct package held; /* "=>" may follow; name empty: none */
	str main_path, main_version;
	str flags; /* of the linker */
	bool main_held, has_modules;
};

static bool is_version_text(str s)
{
	s = str_without_prefix(s, STR("v"));
	if (s.n == 0 || s.n > 128 || !is_digit(s.p[0]) || str_find_char(s, '.') < 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !strchr(".-+_", s.p[i]))
			return false;
	}
	return true;
}

/* 2: a place where programs keep their own version, 1: some variable of that name, 0: none. */
static int version_rank(str variable, str main_path)
{
	static const char *const folders[] = { "main",	 "version", "cmd",
					       "common", "build",   "buildinfo" };
	ptrdiff_t dot = str_rfind_char(variable, '.');
	str package, name;

	if (dot < 0)
		return 0;
	package = str_take(variable, (size_t)dot);
	name = str_skip(variable, (size_t)dot + 1);
	if (!str_ieq(name, STR("version")) && !str_ieq(name, STR("ver")) &&
	    !str_ieq(name, STR("gitVersion")) && !str_ieq(name, STR("buildVersion")) &&
	    !str_ieq(name, STR("appVersion")))
		return 0;
	if (str_eq(package, STR("main")))
		return 3;
	if (main_path.n > 0 && !str_starts(package, main_path))
		return 1;
	str folder = str_skip(package, (size_t)(str_rfind_char(package, '/') + 1));
	return words_have(folders, ARRAY_LEN(folders), folder) ? 2 : 1;
}

/* A word of the linker's flags, quotes taken off. */
static bool flag_word(str *rest, str *word)
{
	str s = str_trim(*rest);
	size_t n = 0;

	if (s.n == 0)
		return false;
	if (s.p[0] == '\'' || s.p[0] == '"') {
		ptrdiff_t end = str_find_char(str_skip(s, 1), s.p[0]);

		*word = end < 0 ? str_skip(s, 1) : str_take(str_skip(s, 1), (size_t)end);
		*rest = end < 0 ? STR_EMPTY : str_skip(s, (size_t)end + 2);
		return true;
	}
	while (n < s.n && !is_space(s.p[n]))
		n++;
	*word = str_take(s, n);
	*rest = str_skip(s, n);
	return true;
}

/* The version that -X variable=value gives the program; none when two of one rank differ. */
static str linked_version(str flags, str main_path)
{
	str word, variable, value, best = STR_EMPTY;
	int best_rank = 0;

	while (flag_word(&flags, &word)) {
		str set = STR_EMPTY;

		if (str_eq(word, STR("-X")) || str_eq(word, STR("--X"))) {
			if (!flag_word(&flags, &set))
				break;
		} else if (str_starts(word, STR("-X="))) {
			set = str_skip(word, 3);
		}
		if (!str_cut(set, '=', &variable, &value))
			continue;
		int rank = version_rank(variable, main_path);
		if (rank == 0 || rank < best_rank || !is_version_text(value))
			continue;
		if (rank == best_rank && !str_eq(best, value))
			value = STR_EMPTY;
		best = value;
		best_rank = rank;
	}
	return best;
}

static int flush(struct module_reader *m, struct err *err)
{
	struct package p = m->held;
	bool main = m->main_held;

	m->held.name = STR_EMPTY;
	m->main_held = false;
	if (p.name.n == 0)
		return 0;
	if (main) {
		m->main_path = p.name;
		m->main_version = p.version;
		return 0;
	}
	return m->sink->add(m->sink, &p, err);
}

/* "mod", "dep" and "=>" with path, version and hash behind tabs. */
static int module_line(struct module_reader *m, str kind, str rest, struct err *err)
{
	bool instead = str_eq(kind, STR("=>"));
	str path, version;

	if (!instead && flush(m, err) < 0)
		return -1;
	if (!str_split(&rest, '\t', &path) || path.n == 0)
		return err_set(err, ERR_INPUT, "module without path in build information");
	if (!str_split(&rest, '\t', &version))
		version = STR_EMPTY;
	m->has_modules = true;
	if (!instead) {
		m->held = (struct package){ .kind = STR("golang"),
					    .path = m->file->path,
					    .form = PACKAGE_EMBEDDED,
					    .layer = -1 };
		m->main_held = str_eq(kind, STR("mod"));
	} else if (m->held.name.n == 0 || m->main_held) {
		return 0;
	}
	m->held.name = path;
	m->held.version = str_eq(version, STR("(devel)")) ? STR_EMPTY : version;
	return 0;
}

static int modules_read(struct module_reader *m, str text, struct err *err)
{
	str line, kind, rest;

	while (str_line(&text, &line)) {
		if (!str_cut(line, '\t', &kind, &rest))
			continue;
		if (str_eq(kind, STR("build")) && str_starts(rest, STR("-ldflags="))) {
			str flags = str_skip(rest, 9);

			if (flags.n > 1 && flags.p[0] == '"')
				flags = str_drop_end(str_skip(flags, 1), 1);
			m->flags = flags;
		} else if ((str_eq(kind, STR("mod")) || str_eq(kind, STR("dep")) ||
			    str_eq(kind, STR("=>"))) &&
			   module_line(m, kind, rest, err) < 0) {
			return -1;
		}
	}
	return flush(m, err);
}

static int emit_main(struct module_reader *m, struct err *err)
{
	struct package p = { .kind = STR("golang"),
			     .name = m->main_path,
			     .version = m->main_version,
			     .path = m->file->path,
			     .form = PACKAGE_EMBEDDED,
			     .layer = -1 };

	if (p.name.n == 0)
		return 0;
	if (p.version.n == 0) {
		str linked = linked_version(m->flags, p.name);

		if (linked.n > 0)
			p.version = str_fmt(m->arena, "%s%.*s", linked.p[0] == 'v' ? "" : "v",
					    STR_ARG(linked));
	}
	return m->sink->add(m->sink, &p, err);
}

/* "go1.22.3", "go1.22.3 X:boringcrypto", "devel go1.23-abcdef Mon ...". */
static int emit_library(struct module_reader *m, str go, struct err *err)
{
	struct package p = { .kind = STR("golang"),
			     .name = STR("stdlib"),
			     .path = m->file->path,
			     .form = PACKAGE_EMBEDDED,
			     .layer = -1 };
	str rest = str_without_prefix(go, STR("devel "));

	if (!str_split(&rest, ' ', &p.version) || !str_starts(p.version, STR("go")) ||
	    p.version.n < 3 || !is_digit(p.version.p[2])) {
		m->sink->skipped(m->sink, "version of Go that is not known",
				 STR("build information"));
		return 0;
	}
	p.version = str_skip(p.version, 2);
	return m->sink->add(m->sink, &p, err);
}

int go_binary_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct module_reader m = { .file = file, .sink = sink, .arena = arena };
	struct go_info info = { .go = STR_EMPTY };
	struct elf elf;
	uint64_t at = 0;
	int got = elf_open(file, arena, &elf, err);

	if (got > 0)
		got = find_info(&elf, &at, err);
	if (got <= 0)
		return got;
	if (info_read(&elf, at, arena, &info, err) < 0)
		return -1;
	if (info.modules.n > 2 * SENTINEL && info.modules.p[info.modules.n - SENTINEL - 1] == '\n')
		info.modules = str_drop_end(str_skip(info.modules, SENTINEL), SENTINEL);
	else
		info.modules = STR_EMPTY;
	if (modules_read(&m, info.modules, err) < 0 || emit_main(&m, err) < 0 ||
	    emit_library(&m, info.go, err) < 0)
		return -1;
	if (!m.has_modules)
		sink->skipped(sink, "built without modules: what it is made of is not recorded",
			      STR("build information"));
	return 0;
}
