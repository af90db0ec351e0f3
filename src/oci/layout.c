/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/layout.h"

#include <limits.h>

#include "base/err.h"
#include "oci/digest.h"

#define TAGS_TOLD 12u /* in a message */

static const str ref_name = STR_INIT("org.opencontainers.image.ref.name");
/* containerd and BuildKit put the full name here and only the tag into the other one. */
static const str full_name = STR_INIT("io.containerd.image.name");

static bool tag_byte(char c) { return is_alnum(c) || memchr("._-/:@+", c, 7); }

static bool exists(str path)
{
	char name[PATH_MAX];

	if (path.n >= sizeof(name) || memchr(path.p, 0, path.n))
		return false;
	memcpy(name, path.p, path.n);
	name[path.n] = 0;
	return access(name, F_OK) == 0;
}

void target_cut(str rest, str *path, str *reference)
{
	ptrdiff_t at = str_rfind_char(rest, '@');
	ptrdiff_t colon;

	*path = rest;
	*reference = STR_EMPTY;
	if (exists(rest))
		return; /* the name of what is there, whatever it looks like */
	if (at > 0 && digest_valid(str_skip(rest, (size_t)at + 1))) {
		*path = str_take(rest, (size_t)at);
		*reference = str_skip(rest, (size_t)at);
		return;
	}
	/* A folder name may hold a colon, so the first one that is followed by a tag alone counts.
	 */
	colon = str_find_char(rest, ':');
	if (colon <= 0 || (size_t)colon + 1 == rest.n)
		return;
	for (size_t i = (size_t)colon + 1; i < rest.n; i++) {
		if (!tag_byte(rest.p[i]))
			return;
	}
	*path = str_take(rest, (size_t)colon);
	*reference = str_skip(rest, (size_t)colon);
}

static bool entry_has(const struct descriptor *d, str tag)
{
	str name = descriptor_annotation(d, ref_name);
	str full = descriptor_annotation(d, full_name);

	return (name.p && str_eq(name, tag)) || (full.p && str_eq(full, tag));
}

static str entry_name(const struct descriptor *d)
{
	str full = descriptor_annotation(d, full_name);

	return str_empty(full) ? descriptor_annotation(d, ref_name) : full;
}

static str names_of(const struct image *image, const struct manifest_index *index)
{
	str text = STR_EMPTY;
	size_t told = 0;

	for (size_t i = 0; i < index->manifests_n && told < TAGS_TOLD; i++) {
		str name = entry_name(&index->manifests[i]);

		if (str_empty(name))
			name = index->manifests[i].digest;
		text = str_fmt(image->arena, "%.*s%s%.*s", STR_ARG(text), told++ ? ", " : "",
			       STR_ARG(name));
	}
	return text;
}

static int pick_digest(const struct image *image, const struct manifest_index *index, str digest,
		       size_t *out, struct err *err)
{
	for (size_t i = 0; i < index->manifests_n; i++) {
		if (str_eq(index->manifests[i].digest, digest)) {
			*out = i;
			return 0;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "no image %.*s in index.json; there are: %.*s",
		       STR_ARG(digest), STR_ARG(names_of(image, index)));
}

/* Entries that may be meant, compacted to the front of `list`; attestations only by digest. */
static size_t candidates(struct manifest_index *index, str tag, struct descriptor *list)
{
	size_t n = 0;

	for (size_t i = 0; i < index->manifests_n; i++) {
		const struct descriptor *d = &index->manifests[i];

		if (!descriptor_is_attestation(d) && (str_empty(tag) || entry_has(d, tag)))
			list[n++] = *d;
	}
	return n;
}

static bool one_name(const struct descriptor *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (!str_eq(entry_name(&list[i]), entry_name(&list[0])))
			return false;
	}
	return true;
}

static int pick_tag(const struct image *image, struct manifest_index *index, str tag,
		    struct descriptor *out, struct err *err)
{
	struct descriptor *list = ARENA_ARRAY(image->arena, struct descriptor, index->manifests_n);
	size_t n = candidates(index, tag, list);
	size_t pick = 0;

	if (n == 0 && str_empty(tag))
		return err_set(err, ERR_NOT_FOUND, "index.json names no image");
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no image tagged '%.*s'; there are: %.*s",
			       STR_ARG(tag), STR_ARG(names_of(image, index)));
	if (str_empty(tag) && !one_name(list, n))
		return err_set(err, ERR_USAGE, "there are several images, name one: %.*s",
			       STR_ARG(names_of(image, index)));
	if (n > 1 && image_choose(image, list, n, &pick, err) < 0)
		return -1;
	*out = list[pick];
	return 0;
}

int layout_pick(struct image *image, str index_json, str reference, struct descriptor *out,
		struct err *err)
{
	struct manifest_index index;
	size_t pick = 0;

	image->index_json = index_json;
	if (manifest_index_parse(index_json, image->arena, &index, err) < 0)
		return err_wrap(err, "index.json");
	if (str_starts(reference, STR("@"))) {
		if (pick_digest(image, &index, str_skip(reference, 1), &pick, err) < 0)
			return -1;
		*out = index.manifests[pick];
	} else if (pick_tag(image, &index, str_skip(reference, 1), out, err) < 0) {
		return -1;
	}
	str name = entry_name(out);

	if (!str_empty(name)) {
		str *tags = ARENA_ARRAY(image->arena, str, 1);

		tags[0] = name;
		image->manifest.name = name;
		image->manifest.repo_tags = tags;
		image->manifest.repo_tags_n = 1;
	}
	return 0;
}
