/* SPDX-License-Identifier: Apache-2.0 */
#include <isa-l/igzip_lib.h>

#include "base/buf.h"
#include "base/json.h"
#include "fmt/binary/elf.h"
#include "fmt/language/rust.h"

#define PIECE (64u << 10)

static int expand(str stored, struct buf *out, struct err *err)
{
	AUTO(free)
	struct inflate_state *state = mem_alloc(sizeof(*state));
	int got = ISAL_DECOMP_OK;

	isal_inflate_init(state);
	state->crc_flag = ISAL_ZLIB;
	state->next_in = (uint8_t *)(uintptr_t)stored.p;
	state->avail_in = (uint32_t)stored.n;
	while (got == ISAL_DECOMP_OK && state->block_state != ISAL_BLOCK_FINISH) {
		char *room = buf_room(out, PIECE);

		if (!room)
			return err_set(err, ERR_LIMIT, "list of crates of more than %u bytes",
				       RUST_AUDIT_MAX);
		state->next_out = (uint8_t *)room;
		state->avail_out = PIECE;
		got = isal_inflate(state);
		out->n += PIECE - state->avail_out;
		if (got == ISAL_DECOMP_OK && state->avail_out > 0 &&
		    state->block_state != ISAL_BLOCK_FINISH)
			return err_set(err, ERR_INPUT, "list of crates is cut off");
	}
	if (got != ISAL_DECOMP_OK)
		return err_set(err, ERR_INPUT, "list of crates is broken");
	return 0;
}

static str label(struct arena *arena, const struct json *crate)
{
	str name = json_get_str(crate, STR("name")), version = json_get_str(crate, STR("version"));

	return str_fmt(arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(version));
}

static bool only_for_build(const struct json *crate)
{
	return str_eq(json_get_str(crate, STR("kind")), STR("build"));
}

/* Edges are numbers of crates in the list. */
static void edges_of(const struct json *crates, const struct json *crate, struct arena *arena,
		     struct package *p)
{
	const struct json *numbers = JSON_GET(crate, "dependencies");
	str *edges = ARENA_ARRAY(arena, str, json_len(numbers));
	int64_t number;

	JSON_EACH (numbers, v) {
		const struct json *to = json_i64(v, &number) && number >= 0
						? json_at(crates, (size_t)number)
						: NULL;

		if (to && !only_for_build(to))
			edges[p->depend_count++] = label(arena, to);
	}
	if (p->depend_count > 0)
		qsort(edges, p->depend_count, sizeof(*edges), str_qsort_cmp);
	p->depends = edges;
}

static int crates_read(const struct file_view *file, str text, struct arena *arena,
		       struct package_sink *sink, struct err *err)
{
	struct package_tally tally = { .sink = sink };
	const struct json *root, *crates;
	uint64_t number = 0;

	if (json_parse(text, NULL, arena, &root, err) < 0)
		return -1;
	crates = JSON_GET(root, "packages");
	if (!json_is(crates, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "no crates in it");
	JSON_EACH (crates, crate) {
		struct package p = { .kind = STR("cargo"),
				     .name = json_get_str(crate, STR("name")),
				     .version = json_get_str(crate, STR("version")),
				     .path = file->path,
				     .form = PACKAGE_EMBEDDED,
				     .layer = -1 };

		number++;
		if (only_for_build(crate))
			continue;
		if (p.name.n == 0 || p.version.n == 0) {
			package_tally_broken(&tally, "crate without name or version", number);
			continue;
		}
		edges_of(crates, crate, arena, &p);
		if (package_tally_add(&tally, &p, err) < 0)
			return -1;
	}
	return package_tally_result(&tally, err);
}

static const struct elf_section *audit_section(const struct elf *elf)
{
	static const char *const names[] = { ".dep-v0", "__DATA,.dep-v0", "__TEXT,.dep-v0" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct elf_section *s = elf_section(elf, str_c(names[i]));

		if (s)
			return s;
	}
	return NULL;
}

int rust_binary_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text = { .p = NULL };
	const struct elf_section *section;
	struct elf elf;
	int got = elf_open(file, arena, &elf, err);

	if (got <= 0)
		return got;
	section = audit_section(&elf);
	if (!section || section->size == 0)
		return 0;
	if (section->size > RUST_AUDIT_STORED_MAX)
		return err_set(err, ERR_LIMIT, "list of crates of %llu bytes",
			       (unsigned long long)section->size);
	char *stored = arena_bytes(arena, (size_t)section->size);
	if (file_view_pread(file, stored, (size_t)section->size, section->offset, err) < 0)
		return err_wrap(err, "list of crates");
	buf_init(&text, RUST_AUDIT_MAX);
	if (expand(str_of(stored, (size_t)section->size), &text, err) < 0)
		return -1;
	return crates_read(file, buf_str(&text), arena, sink, err) < 0
		       ? err_wrap(err, "list of crates")
		       : 0;
}
