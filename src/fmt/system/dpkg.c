/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/dpkg.h"

#include "base/err.h"
#include "base/path.h"
#include "base/words.h"
#include "fmt/licence/licence_file.h"

struct record {
	bool any;      /* a line was seen */
	uint64_t line; /* its first one */
	const char *broken;
	str package, status, arch, version, source, maintainer, origin;
};

struct parse {
	struct arena *arena; /* of the record at hand */
	struct record record;
	str kind, path;
	bool journal; /* what is not installed counts, too */
	struct package_tally tally;
};

static bool is_name(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && str_find_char(STR("+-._"), s.p[i]) < 0)
			return false;
	}
	return s.n > 0;
}

/* [epoch:]upstream[-revision]; dpkg itself is as lenient about the first character. */
static bool is_version(str s)
{
	str epoch;

	if (str_cut(s, ':', &epoch, &s)) {
		uint64_t number;
		if (!str_u64(epoch, &number) || number > INT32_MAX)
			return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && str_find_char(STR(".+-~:_"), s.p[i]) < 0)
			return false;
	}
	return s.n > 0;
}

/* Third word of "want flag state"; a record without the field is an installed one. */
enum state { STATE_INSTALLED, STATE_REMOVED, STATE_UNKNOWN };

static enum state state_of(str status)
{
	static const char *const states[] = { "installed",	  "unpacked",
					      "half-configured",  "half-installed",
					      "triggers-awaited", "triggers-pending",
					      "triggersawaited",  "triggerspending" };
	static const char *const others[] = { "not-installed", "config-files" };
	str rest = str_trim(status), word = STR_EMPTY, state = STR_EMPTY;

	if (str_empty(rest))
		return STATE_INSTALLED;
	while (str_split(&rest, ' ', &word)) {
		if (word.n > 0)
			state = word;
	}
	if (words_have(states, ARRAY_LEN(states), state))
		return STATE_INSTALLED;
	return words_have(others, ARRAY_LEN(others), state) ? STATE_REMOVED : STATE_UNKNOWN;
}

/* "name" or "name (version)" */
static bool split_source(str text, struct package *package)
{
	str name, version;

	if (!str_cut(text, '(', &name, &version)) {
		package->source_name = text;
		return is_name(text);
	}
	package->source_name = str_trim(name);
	package->source_version = str_trim(str_without_suffix(str_trim(version), STR(")")));
	return is_name(package->source_name) && is_version(package->source_version);
}

static int emit_removed(struct parse *parse, struct err *err)
{
	const struct record *r = &parse->record;
	const struct package package = { .kind = parse->kind,
					 .name = r->package,
					 .arch = r->arch,
					 .path = parse->path,
					 .layer = -1 };

	if (!is_name(r->package)) {
		package_tally_broken(&parse->tally, "record with a malformed package name",
				     r->line);
		return 0;
	}
	return package_tally_add(&parse->tally, &package, err);
}

static int emit(struct parse *parse, struct err *err)
{
	const struct record *r = &parse->record;
	struct package package = { .kind = parse->kind,
				   .name = r->package,
				   .version = r->version,
				   .arch = r->arch,
				   .maintainer = r->maintainer,
				   .origin = r->origin,
				   .path = parse->path,
				   .layer = -1 };
	const char *reason = r->broken;

	if (!reason && str_empty(r->package))
		reason = "record without a package name";
	/* What is not installed may lack a version. */
	if (!reason && state_of(r->status) == STATE_UNKNOWN)
		reason = "record with a status that is not known";
	if (!reason && state_of(r->status) == STATE_REMOVED)
		return parse->journal ? emit_removed(parse, err) : 0;
	if (!reason && !is_name(r->package))
		reason = "record with a malformed package name";
	if (!reason && str_empty(r->version))
		reason = "record without a version";
	if (!reason && !is_version(r->version))
		reason = "record with a malformed version";
	if (!reason && !str_empty(r->source) && !split_source(r->source, &package))
		reason = "record with a malformed source package";
	if (reason) {
		package_tally_broken(&parse->tally, reason, r->line);
		return 0;
	}
	return package_tally_add(&parse->tally, &package, err);
}

static int end_record(struct parse *parse, struct err *err)
{
	int result = parse->record.any ? emit(parse, err) : 0;

	parse->record = (struct record){ .any = false };
	arena_reset(parse->arena);
	return result;
}

static void take_field(struct parse *parse, str line, uint64_t number)
{
	struct record *r = &parse->record;
	const struct {
		str key;
		str *to;
	} fields[] = {
		{ STR("Package"), &r->package }, { STR("Status"), &r->status },
		{ STR("Version"), &r->version }, { STR("Architecture"), &r->arch },
		{ STR("Source"), &r->source },	 { STR("Maintainer"), &r->maintainer },
		{ STR("Origin"), &r->origin },
	};
	str key, value;

	if (!str_cut(line, ':', &key, &value) || str_empty(str_trim(key))) {
		package_tally_broken(&parse->tally, "expected 'Field: value'", number);
		return;
	}
	key = str_rtrim(key);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		if (!str_ieq(key, fields[i].key))
			continue;
		value = str_trim(value);
		if (value.n > DPKG_FIELD_MAX)
			r->broken = "record with an oversized field";
		else
			*fields[i].to = str_dup(parse->arena, value);
		return;
	}
}

static int read_records(const struct file_view *file, str kind, bool journal,
			struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct parse parse = { .tally = { .sink = sink },
			       .arena = arena,
			       .kind = kind,
			       .path = file->path,
			       .journal = journal };
	str line;
	int more;

	line_reader_init(&reader, file);
	if (file->size > DPKG_STATUS_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, DPKG_STATUS_MAX_BYTES);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (str_trim(line).n == 0) {
			if (end_record(&parse, err) < 0)
				return -1;
			continue;
		}
		if (!parse.record.any)
			parse.record = (struct record){ .any = true, .line = reader.number };
		/* Continued values (Description, Conffiles ...) are none of those that are kept. */
		if (line.p[0] != ' ' && line.p[0] != '\t')
			take_field(&parse, line, reader.number);
	}
	if (more < 0 || end_record(&parse, err) < 0)
		return -1;
	return package_tally_result(&parse.tally, err);
}

int dpkg_status(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_records(file, STR("deb"), false, sink, err);
}

int opkg_status(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_records(file, STR("opkg"), false, sink, err);
}

int dpkg_journal(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	return read_records(file, STR("deb"), true, sink, err);
}

/* NAME[:ARCH] of a file name less its suffix. */
static void name_of_file(str path, struct package *package)
{
	str base = path_base(path);

	base = str_without_suffix(str_without_suffix(base, STR(".list")), STR(".md5sums"));
	package->name = base;
	IGNORE(str_cut(base, ':', &package->name, &package->arch)); /* none: no architecture */
}

/* The path in one line of a .list or .md5sums file; false when it has none. */
static bool listed_path(str line, bool sums, str *path)
{
	if (sums) {
		if (line.n < 34 || line.p[32] != ' ')
			return false;
		line = str_skip(line, 34);
	}
	*path = line;
	return line.n > 0;
}

/* Files of a list, sent on DPKG_FILES_AT_ONCE at a time. */
struct file_batch {
	struct arena *arena; /* of the batch */
	struct package package;
	str *files;
	size_t n, cap, total;
};

static int send_batch(struct file_batch *batch, struct package_sink *sink, struct err *err)
{
	int result = 0;

	batch->package.files = batch->files;
	batch->package.file_count = batch->n;
	if (batch->n > 0 && is_name(batch->package.name))
		result = sink->add(sink, &batch->package, err);
	batch->files = NULL;
	batch->n = batch->cap = 0;
	arena_reset(batch->arena);
	return result;
}

static int take_listed(struct file_batch *batch, str path, struct package_sink *sink,
		       struct err *err)
{
	if (path.n == 0) /* the root itself: "/." */
		return 0;
	if (batch->total++ >= DPKG_FILES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u files", DPKG_FILES_MAX);
	batch->files = arena_grow(batch->arena, batch->files, batch->n, &batch->cap,
				  sizeof(*batch->files));
	batch->files[batch->n++] = path;
	return batch->n >= DPKG_FILES_AT_ONCE ? send_batch(batch, sink, err) : 0;
}

int dpkg_files(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct file_batch batch = {
		.arena = arena,
		.package = { .kind = STR("deb"), .path = file->path, .layer = -1 },
	};
	bool sums = str_ends(file->path, STR(".md5sums"));
	str line, path;
	int more;

	line_reader_init(&reader, file);
	if (file->size > DPKG_LIST_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, DPKG_LIST_MAX_BYTES);
	name_of_file(file->path, &batch.package);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		struct err bad;

		if (line.n == 0)
			continue;
		if (!listed_path(line, sums, &path) || path_normal(path, arena, &path, &bad) < 0) {
			char where[48];
			int len = snprintf(where, sizeof(where), "line %llu",
					   (unsigned long long)reader.number);
			sink->skipped(sink, "malformed line in a file list",
				      str_of(where, len > 0 ? (size_t)len : 0));
			continue;
		}
		if (take_listed(&batch, path, sink, err) < 0)
			return -1;
	}
	return more < 0 ? -1 : send_batch(&batch, sink, err);
}

struct licences {
	str names[DPKG_LICENCES_MAX];
	size_t n;
};

static void add_licence(struct licences *licences, str name, struct arena *arena)
{
	if (name.n == 0 || name.n > 128 || licences->n >= DPKG_LICENCES_MAX)
		return;
	for (size_t i = 0; i < licences->n; i++) {
		if (str_eq(licences->names[i], name))
			return;
	}
	licences->names[licences->n++] = str_dup(arena, name);
}

static str join_licences(const struct licences *licences, struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < licences->n; i++) {
		str name = licences->names[i];

		if (licences->n > 1 && str_find(name, STR(" or ")) >= 0)
			name = str_fmt(arena, "(%.*s)", STR_ARG(name));
		all = i == 0 ? name : str_fmt(arena, "%.*s AND %.*s", STR_ARG(all), STR_ARG(name));
	}
	return all;
}

int dpkg_copyright(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader;
	struct package package = { .kind = STR("deb"), .path = file->path, .layer = -1 };
	struct licences licences = { .n = 0 };
	bool machine_readable = false;
	str line, key, value;
	int more;

	line_reader_init(&reader, file);
	if (file->size > DPKG_COPYRIGHT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
			       (unsigned long long)file->size, DPKG_COPYRIGHT_MAX_BYTES);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (line.n == 0 || is_space(line.p[0]) || !str_cut(line, ':', &key, &value))
			continue;
		if (str_ieq(key, STR("Format")) || str_ieq(key, STR("Format-Specification")))
			machine_readable = true;
		if (machine_readable && str_ieq(key, STR("License")))
			add_licence(&licences, str_trim(value), arena);
	}
	if (more < 0)
		return -1;
	package.name = path_base(path_dir(file->path));
	package.licence = join_licences(&licences, arena);
	if (!machine_readable && file->licences) {
		if (file_view_load(file, DPKG_COPYRIGHT_MAX_BYTES, arena, &line, err) < 0)
			return -1;
		package.licence = licence_of_copyright(line, arena);
	}
	if (package.licence.n == 0 || !is_name(package.name))
		return 0;
	return sink->add(sink, &package, err);
}

bool dpkg_is_status(str path)
{
	str name = str_without_prefix(path, STR("var/lib/dpkg/status.d/"));

	if (str_eq(path, STR("var/lib/dpkg/status")))
		return true;
	return name.n < path.n && name.n > 0 && str_find_char(name, '/') < 0 &&
	       !str_ends(name, STR(".md5sums"));
}

bool dpkg_is_journal(str path)
{
	str name = path_base(path);

	if (!str_eq(path_dir(path), STR("var/lib/dpkg/updates")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!is_digit(name.p[i]))
			return false;
	}
	return name.n > 0;
}

bool dpkg_is_files(str path)
{
	/* NAME.md5sums beside NAME.list holds nothing that the list lacks. */
	if (str_eq(path_dir(path), STR("var/lib/dpkg/info")))
		return str_ends(path, STR(".list"));
	return str_eq(path_dir(path), STR("var/lib/dpkg/status.d")) &&
	       str_ends(path, STR(".md5sums"));
}

bool dpkg_is_copyright(str path)
{
	str name = path_dir(str_without_prefix(path, STR("usr/share/doc/")));

	return str_starts(path, STR("usr/share/doc/")) && name.n > 0 &&
	       str_find_char(name, '/') < 0 && path_is_named(path, STR("copyright"));
}
