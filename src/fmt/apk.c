/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/apk.h"

#include "base/err.h"
#include "base/path.h"

struct parse {
	struct package_sink *sink;
	struct arena *arena; /* of the record at hand */
	str path;
	bool any;	    /* the record at hand has a line */
	uint64_t line;	    /* its first one */
	const char *reason; /* it is broken */
	struct package package;
	str *files;
	size_t file_n, file_cap;
	str dir; /* of the files that follow */
	uint64_t emitted, broken;
	struct err first;
};

static void broken(struct parse *parse, const char *reason, uint64_t line)
{
	char where[48];
	int n = snprintf(where, sizeof(where), "line %llu", (unsigned long long)line);

	if (parse->broken++ == 0)
		err_set(&parse->first, ERR_INPUT, "%s: %s", where, reason);
	parse->sink->skipped(parse->sink, reason, str_of(where, n > 0 ? (size_t)n : 0));
}

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
			broken(parse, reason, parse->line);
		} else {
			package->kind = STR("apk");
			package->path = parse->path;
			package->layer = -1;
			package->files = parse->files;
			package->file_count = parse->file_n;
			parse->emitted++;
			result = parse->sink->add(parse->sink, package, err);
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
		broken(parse, "malformed file name", number);
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
		broken(parse, "expected 'X:value'", number);
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
	struct parse parse = { .sink = sink, .arena = arena, .path = file->path };
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
	if (parse.emitted == 0 && parse.broken > 0) {
		*err = parse.first;
		return -1;
	}
	return 0;
}
