/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/apk.h"

#include "base/err.h"
#include "base/path.h"

struct parse {
	struct arena *arena; /* of the record at hand */
	str path;
	bool any;	    /* the record at hand has a line */
	uint64_t line;	    /* its first one */
	const char *reason; /* it is broken */
	struct package package;
	str *files;
	size_t file_n, file_cap;
	str dir; /* of the files that follow */
	struct package_tally tally;
};

static bool is_word(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	}
	return s.n > 0;
}

static int end_record(struct parse *parse, struct err *err)
{
	struct package *package = &parse->package;
	const char *reason = parse->reason;
	int result = 0;

	if (parse->any) {
		if (!reason && !is_word(package->name))
			reason = "record without a proper package name";
		if (!reason && !is_word(package->version))
			reason = "record without a proper version";
		if (reason) {
			package_tally_broken(&parse->tally, reason, parse->line);
		} else {
			package->kind = STR("apk");
			package->path = parse->path;
			package->layer = -1;
			package->files = parse->files;
			package->file_count = parse->file_n;
			result = package_tally_add(&parse->tally, package, err);
		}
	}
	parse->any = false;
	parse->reason = NULL;
	parse->package = (struct package){ .layer = -1 };
	parse->files = NULL;
	parse->file_n = parse->file_cap = 0;
	parse->dir = STR_EMPTY;
	arena_reset(parse->arena);
	return result;
}

static void take_file(struct parse *parse, str name, uint64_t number)
{
	struct err bad;
	str path;

	if (parse->file_n >= APK_FILES_MAX) {
		parse->reason = "record with too many files";
		return;
	}
	str joined = path_join(parse->arena, parse->dir, name);
	if (path_normal(joined, parse->arena, &path, &bad) < 0 || path.n == 0) {
		package_tally_broken(&parse->tally, "malformed file name", number);
		return;
	}
	parse->files = arena_grow(parse->arena, parse->files, parse->file_n, &parse->file_cap,
				  sizeof(*parse->files));
	parse->files[parse->file_n++] = path;
}

static void take_line(struct parse *parse, str line, uint64_t number)
{
	struct package *package = &parse->package;
	const struct {
		char key;
		str *to;
	} fields[] = {
		{ 'P', &package->name },    { 'V', &package->version },
		{ 'A', &package->arch },    { 'o', &package->source_name },
		{ 'L', &package->licence }, { 'm', &package->maintainer },
		{ 'F', &parse->dir },
	};

	if (line.n < 2 || line.p[1] != ':') {
		package_tally_broken(&parse->tally, "expected 'X:value'", number);
		return;
	}
	str value = str_skip(line, 2);
	if (line.p[0] == 'R') {
		take_file(parse, value, number);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (fields[i].key != line.p[0])
			continue;
		if (value.n > APK_FIELD_MAX)
			parse->reason = "record with an oversized field";
		else
			*fields[i].to = str_dup(parse->arena, value);
		return;
	}
}

int apk_installed(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct parse parse = { .tally = { .sink = sink }, .arena = arena, .path = file->path };
	str line;
	int more;

	line_reader_init(&reader, file);
	if (file->size > APK_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, APK_MAX_BYTES);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (line.n == 0) {
			if (end_record(&parse, err) < 0)
				return -1;
			continue;
		}
		if (!parse.any)
			parse.line = reader.number;
		parse.any = true;
		take_line(&parse, line, reader.number);
	}
	if (more < 0 || end_record(&parse, err) < 0)
		return -1;
	return package_tally_result(&parse.tally, err);
}
