/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpm_header.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/rd.h"
#include "fmt/package.h"

#define ENTRY_BYTES	 16u
#define REGION_FIRST_TAG 61u /* image, 62 signatures, 63 immutable */
#define REGION_LAST_TAG	 63u

struct entry {
	uint32_t tag, type, offset, count;
};

static struct entry entry_at(const struct rpm_header *header, uint32_t i)
{
	struct rd r = rd_from(str_skip(header->index, (size_t)i * ENTRY_BYTES));
	struct entry e = { 0 };

	e.tag = rd_u32be(&r);
	e.type = rd_u32be(&r);
	e.offset = rd_u32be(&r);
	e.count = rd_u32be(&r);
	return e;
}

/* Bytes of `count` strings at the start of s, with their ends; false when one does not end. */
static bool strings_size(str s, uint32_t count, size_t *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		ptrdiff_t end = str_find_char(str_skip(s, n), '\0');
		if (end < 0)
			return false;
		n += (size_t)end + 1;
	}
	*out = n;
	return true;
}

static bool entry_data(const struct rpm_header *header, const struct entry *e, str *out)
{
	static const uint8_t sizes[] = {
		[RPM_NULL] = 0,	 [RPM_CHAR] = 1,  [RPM_INT8] = 1, [RPM_INT16] = 2,
		[RPM_INT32] = 4, [RPM_INT64] = 8, [RPM_BIN] = 1,
	};
	size_t n = 0;

	if (e->offset > header->store.n || e->type > RPM_I18NSTRING)
		return false;
	str rest = str_skip(header->store, e->offset);
	bool text =
		e->type == RPM_STRING || e->type == RPM_STRING_ARRAY || e->type == RPM_I18NSTRING;
	if (text && !strings_size(rest, e->type == RPM_STRING ? 1 : e->count, &n))
		return false;
	if (!text && (!size_mul(e->count, sizes[e->type], &n) || n > rest.n))
		return false;
	*out = str_take(rest, n);
	return true;
}

/*
 * The first entry may be a region: 16 bytes in the store that repeat the tag and hold, negated, the
 * length of the part of the index that was built with the package.
 */
static int check_region(const struct rpm_header *header, struct err *err)
{
	struct entry e = entry_at(header, 0);
	str data = STR_EMPTY;

	if (header->entries == 0 || e.tag < REGION_FIRST_TAG || e.tag > REGION_LAST_TAG)
		return 0;
	if (e.type != RPM_BIN || e.count != ENTRY_BYTES || !entry_data(header, &e, &data))
		return err_set(err, ERR_INPUT, "rpm header: malformed region entry");
	struct rd r = rd_from(data);
	uint32_t tag = rd_u32be(&r);
	uint32_t type = rd_u32be(&r);
	uint32_t length = 0u - rd_u32be(&r);
	uint32_t count = rd_u32be(&r);

	/* A signature region inside a header image kept the image's tag in old packages. */
	if (tag < REGION_FIRST_TAG || tag > REGION_LAST_TAG || type != RPM_BIN ||
	    count != ENTRY_BYTES || length % ENTRY_BYTES != 0 || length == 0 ||
	    length / ENTRY_BYTES > header->entries)
		return err_set(err, ERR_INPUT, "rpm header: malformed region trailer");
	return 0;
}

int rpm_header_open(str blob, struct rpm_header *out, struct err *err)
{
	struct rd r = rd_from(blob);
	struct rpm_header h = { .entries = rd_u32be(&r) };
	uint32_t store = rd_u32be(&r);

	if (r.bad)
		return err_set(err, ERR_INPUT, "rpm header: truncated at %zu bytes", blob.n);
	if (blob.n > RPM_HEADER_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "rpm header: %zu bytes", blob.n);
	if (h.entries > RPM_HEADER_MAX_ENTRIES)
		return err_set(err, ERR_LIMIT, "rpm header: %u entries", h.entries);
	h.index = rd_bytes(&r, (size_t)h.entries * ENTRY_BYTES);
	h.store = rd_bytes(&r, store);
	if (r.bad || h.entries == 0)
		return err_set(err, ERR_INPUT, "rpm header: %u entries and %u bytes in %zu",
			       h.entries, store, blob.n);
	/* Strings make the work of checking all entries entries times store: bounded here. */
	size_t budget = 4 * (size_t)RPM_HEADER_MAX_BYTES;

	for (uint32_t i = 0; i < h.entries; i++) {
		struct entry e = entry_at(&h, i);
		str data = STR_EMPTY;

		if (!entry_data(&h, &e, &data))
			return err_set(err, ERR_INPUT,
				       "rpm header: malformed entry %u (tag %u, type %u)", i, e.tag,
				       e.type);
		if (data.n > budget)
			return err_set(err, ERR_INPUT, "rpm header: entries overlap");
		budget -= data.n;
	}
	if (check_region(&h, err) < 0)
		return -1;
	*out = h;
	return 0;
}

bool rpm_header_find(const struct rpm_header *header, uint32_t tag, struct rpm_value *out)
{
	for (uint32_t i = header->entries; i-- > 0;) {
		struct entry e = entry_at(header, i);
		str data = STR_EMPTY;

		if (e.tag != tag || !entry_data(header, &e, &data))
			continue;
		*out = (struct rpm_value){ .type = e.type, .count = e.count, .data = data };
		return true;
	}
	return false;
}

/* Cuts the next string off. */
static str next_string(str *rest)
{
	ptrdiff_t end = str_find_char(*rest, '\0');
	str s = str_take(*rest, end < 0 ? rest->n : (size_t)end);

	*rest = str_skip(*rest, s.n + 1);
	return s;
}

str rpm_header_text(const struct rpm_header *header, uint32_t tag)
{
	struct rpm_value v;

	if (!rpm_header_find(header, tag, &v) || v.count == 0 ||
	    (v.type != RPM_STRING && v.type != RPM_STRING_ARRAY && v.type != RPM_I18NSTRING))
		return STR_EMPTY;
	return next_string(&v.data);
}

bool rpm_header_u32(const struct rpm_header *header, uint32_t tag, uint32_t *out)
{
	struct rpm_value v;

	if (!rpm_header_find(header, tag, &v) || v.count == 0)
		return false;
	struct rd r = rd_from(v.data);
	unsigned bytes = v.type == RPM_INT32 ? 4 : v.type == RPM_INT16 ? 2 : v.type == RPM_INT8;

	if (bytes == 0)
		return false;
	*out = (uint32_t)rd_uint(&r, bytes, true);
	return true;
}

struct files {
	struct arena *arena;
	str *paths;
	size_t n, bytes;
	const char *problem;
};

static void add_file(struct files *files, str dir, str base)
{
	if (base.n == 0 || str_find_char(base, '/') >= 0 || str_eq(base, STR(".")) ||
	    str_eq(base, STR(".."))) {
		/* The root folder itself ("/" of the package "filesystem") has an empty name. */
		if (base.n > 0)
			files->problem = "malformed name in the file list of an rpm header";
		return;
	}
	files->bytes += dir.n + base.n + 1;
	if (files->bytes > RPM_FILES_MAX_BYTES) {
		files->problem = "oversized file list in an rpm header";
		return;
	}
	files->paths[files->n++] = path_join(files->arena, dir, base);
}

static str *read_dirs(const struct rpm_value *dirnames, struct files *files)
{
	str *dirs = ARENA_ARRAY(files->arena, str, dirnames->count);
	str rest = dirnames->data;
	struct err bad;

	for (uint32_t i = 0; i < dirnames->count; i++) {
		if (path_normal(next_string(&rest), files->arena, &dirs[i], &bad) < 0)
			files->problem = "malformed folder in the file list of an rpm header";
	}
	return dirs;
}

/* Folders, base names and, for each base name, the index of its folder. */
static void read_files(const struct rpm_header *header, struct files *files)
{
	struct rpm_value bases, dirnames, indexes;

	if (!rpm_header_find(header, RPM_TAG_BASENAMES, &bases))
		return;
	if (!rpm_header_find(header, RPM_TAG_DIRNAMES, &dirnames) ||
	    !rpm_header_find(header, RPM_TAG_DIRINDEXES, &indexes) ||
	    bases.type != RPM_STRING_ARRAY || dirnames.type != RPM_STRING_ARRAY ||
	    indexes.type != RPM_INT32 || indexes.count != bases.count ||
	    bases.count > RPM_FILES_MAX || dirnames.count > RPM_FILES_MAX ||
	    dirnames.data.n > RPM_FILES_MAX_BYTES) {
		files->problem = "malformed file list in an rpm header";
		return;
	}
	str *dirs = read_dirs(&dirnames, files);
	struct rd r = rd_from(indexes.data);
	str rest = bases.data;

	files->paths = ARENA_ARRAY(files->arena, str, bases.count);
	for (uint32_t i = 0; i < bases.count && !files->problem; i++) {
		uint32_t dir = rd_u32be(&r);
		str base = next_string(&rest);

		if (dir >= dirnames.count)
			files->problem = "malformed file list in an rpm header";
		else
			add_file(files, dirs[dir], base);
	}
}

/* Packages of long ago: whole names. */
static void read_old_files(const struct rpm_header *header, struct files *files)
{
	struct rpm_value names;
	struct err bad;

	if (files->paths || files->problem ||
	    !rpm_header_find(header, RPM_TAG_OLDFILENAMES, &names))
		return;
	if (names.type != RPM_STRING_ARRAY || names.count > RPM_FILES_MAX) {
		files->problem = "malformed file list in an rpm header";
		return;
	}
	str rest = names.data;

	files->paths = ARENA_ARRAY(files->arena, str, names.count);
	for (uint32_t i = 0; i < names.count && !files->problem; i++) {
		str path;

		if (path_normal(next_string(&rest), files->arena, &path, &bad) < 0)
			files->problem = "malformed name in the file list of an rpm header";
		else if (path.n > 0)
			files->paths[files->n++] = path;
	}
}

bool rpm_split_source(str sourcerpm, str *name, str *version)
{
	str s = str_without_suffix(sourcerpm, STR(".src.rpm"));

	s = str_without_suffix(s, STR(".nosrc.rpm"));
	if (s.n == sourcerpm.n)
		return false;
	ptrdiff_t release = str_rfind_char(s, '-');
	ptrdiff_t cut = release > 0 ? str_rfind_char(str_take(s, (size_t)release), '-') : -1;

	if (cut <= 0 || (size_t)release + 1 == s.n || cut + 1 == release)
		return false;
	*name = str_take(s, (size_t)cut);
	*version = str_skip(s, (size_t)cut + 1);
	return true;
}

/* Whole version: the epoch only where the header has one. */
static str whole_version(const struct rpm_header *header, struct arena *arena, bool *has_epoch)
{
	str version = rpm_header_text(header, RPM_TAG_VERSION);
	str release = rpm_header_text(header, RPM_TAG_RELEASE);
	str text = str_empty(release)
			   ? version
			   : str_fmt(arena, "%.*s-%.*s", STR_ARG(version), STR_ARG(release));
	uint32_t epoch;

	*has_epoch = rpm_header_u32(header, RPM_TAG_EPOCH, &epoch);
	return *has_epoch ? str_fmt(arena, "%u:%.*s", epoch, STR_ARG(text)) : text;
}

int rpm_header_emit(str blob, str path, str where, struct arena *scratch, struct package_sink *sink,
		    struct err *err)
{
	struct rpm_header header = { .entries = 0 };
	struct files files = { .arena = scratch };
	struct package p = { .kind = STR("rpm"), .path = path, .layer = -1 };

	if (rpm_header_open(blob, &header, err) < 0)
		return -1;
	p.name = rpm_header_text(&header, RPM_TAG_NAME);
	if (str_eq(p.name, STR("gpg-pubkey")))
		return 0;
	if (str_empty(p.name) || str_empty(rpm_header_text(&header, RPM_TAG_VERSION)))
		return err_set(err, ERR_INPUT, "rpm header: no %s",
			       str_empty(p.name) ? "name" : "version");
	p.version = whole_version(&header, scratch, &p.epoch_present);
	p.arch = rpm_header_text(&header, RPM_TAG_ARCH);
	p.vendor = rpm_header_text(&header, RPM_TAG_VENDOR);
	p.maintainer = rpm_header_text(&header, RPM_TAG_PACKAGER);
	p.origin = rpm_header_text(&header, RPM_TAG_DISTRIBUTION);
	p.licence = rpm_header_text(&header, RPM_TAG_LICENSE);
	p.module = rpm_header_text(&header, RPM_TAG_MODULARITYLABEL);
	/* Tools other than rpmbuild write other texts there: then the source has the package's
	 * name. */
	IGNORE(rpm_split_source(rpm_header_text(&header, RPM_TAG_SOURCERPM), &p.source_name,
				&p.source_version)); /* outputs stay empty */
	read_files(&header, &files);
	read_old_files(&header, &files);
	if (files.problem)
		sink->skipped(sink, files.problem, where);
	p.files = files.problem ? NULL : files.paths;
	p.file_count = files.problem ? 0 : files.n;
	return sink->add(sink, &p, err) < 0 ? -1 : 1;
}
