/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a pax extended header: "LENGTH KEY=VALUE\n", LENGTH in decimal and of the whole. */
#include "base/err.h"
#include "fmt/binary/tar_internal.h"

struct pax {
	struct tar_reader *reader;
	struct tar_meta *meta;
	uint64_t offset; /* sparse 0.0: of the piece whose size comes next */
	bool has_offset;
};

static int number(const struct pax *pax, str value, uint64_t *out, struct err *err)
{
	if (!str_u64(value, out) || *out > INT64_MAX)
		return tar_fail(pax->reader, err, "bad number in a pax header");
	return 0;
}

static int set_name(const struct pax *pax, struct buf *to, bool *has, str value, struct err *err)
{
	if (str_find_char(value, 0) >= 0)
		return tar_fail(pax->reader, err, "NUL in a name of a pax header");
	buf_reset(to);
	buf_add(to, value);
	*has = true;
	return 0;
}

/* "offset,size,offset,size" of sparse format 0.1. */
static int sparse_map(const struct pax *pax, str value, struct err *err)
{
	str word;

	pax->reader->map_n = 0;
	while (str_split(&value, ',', &word)) {
		uint64_t offset, size;

		if (word.n == 0 && value.p == NULL)
			break;
		if (number(pax, word, &offset, err) < 0)
			return -1;
		if (!str_split(&value, ',', &word))
			return tar_fail(pax->reader, err, "bad sparse map");
		if (number(pax, word, &size, err) < 0 ||
		    tar_sparse_add(pax->reader, offset, size, err) < 0)
			return -1;
	}
	return 0;
}

static int sparse_key(struct pax *pax, str key, str value, struct err *err)
{
	struct tar_meta *meta = pax->meta;
	uint64_t n;

	meta->sparse = true;
	if (str_eq(key, STR("major")))
		return number(pax, value, &meta->major, err);
	if (str_eq(key, STR("minor")))
		return number(pax, value, &meta->minor, err);
	if (str_eq(key, STR("realsize")) || str_eq(key, STR("size"))) {
		meta->has_real_size = true;
		return number(pax, value, &meta->real_size, err);
	}
	if (str_eq(key, STR("name"))) {
		meta->has_name = true;
		return set_name(pax, &pax->reader->path, &meta->has_path, value, err);
	}
	if (str_eq(key, STR("map")))
		return sparse_map(pax, value, err);
	if (str_eq(key, STR("offset"))) {
		pax->has_offset = true;
		return number(pax, value, &pax->offset, err);
	}
	if (str_eq(key, STR("numbytes"))) {
		if (!pax->has_offset)
			return tar_fail(pax->reader, err, "bad sparse map");
		pax->has_offset = false;
		if (number(pax, value, &n, err) < 0)
			return -1;
		return tar_sparse_add(pax->reader, pax->offset, n, err);
	}
	return 0; /* numblocks: says nothing new */
}

static int record(struct pax *pax, str key, str value, struct err *err)
{
	struct tar_meta *meta = pax->meta;

	if (str_starts(key, STR("GNU.sparse.")))
		return sparse_key(pax, str_without_prefix(key, STR("GNU.sparse.")), value, err);
	if (value.n == 0)
		return 0; /* an empty value takes back what an earlier header said */
	if (str_eq(key, STR("path")))
		return meta->has_name
			       ? 0
			       : set_name(pax, &pax->reader->path, &meta->has_path, value, err);
	if (str_eq(key, STR("linkpath")))
		return set_name(pax, &pax->reader->link, &meta->has_link, value, err);
	if (str_eq(key, STR("size"))) {
		meta->has_size = true;
		return number(pax, value, &meta->size, err);
	}
	/* Nothing depends on owners but what is said about them: a bad one is none. */
	if (str_eq(key, STR("uid")))
		meta->has_uid = str_u64(value, &meta->uid);
	if (str_eq(key, STR("gid")))
		meta->has_gid = str_u64(value, &meta->gid);
	if (str_eq(key, STR("SCHILY.xattr.security.capability")) ||
	    str_eq(key, STR("LIBARCHIVE.xattr.security.capability")))
		meta->capable = true;
	return 0;
}

int tar_pax(struct tar_reader *reader, struct tar_meta *meta, struct err *err)
{
	struct pax pax = { .reader = reader, .meta = meta };
	str rest = buf_str(&reader->meta);

	while (rest.n > 0) {
		ptrdiff_t space = str_find_char(str_take(rest, 24), ' ');
		uint64_t length;
		str key, value;

		if (space < 1 || !str_u64(str_take(rest, (size_t)space), &length) ||
		    length > rest.n || length < (uint64_t)space + 3 || rest.p[length - 1] != '\n')
			return tar_fail(reader, err, "bad pax header");
		str line = str_skip(str_take(rest, (size_t)length - 1), (size_t)space + 1);
		if (!str_cut(line, '=', &key, &value) || key.n == 0)
			return tar_fail(reader, err, "bad pax header");
		if (record(&pax, key, value, err) < 0)
			return -1;
		rest = str_skip(rest, (size_t)length);
	}
	return 0;
}
