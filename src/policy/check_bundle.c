/* SPDX-License-Identifier: Apache-2.0 */
#include <zlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "policy/check_internal.h"

/*
 * All modules in one gzip stream: for each a line "folder/name.rego SIZE" and its text. Made by
 * src/bundle.sh; it is inflated when a set is loaded and not before.
 */
static const unsigned char bundle[] = {
#include "policies.inc"
};

#define BUNDLE_MAX (16u << 20)
#define PIECE	   (64u << 10)

static int inflate_all(struct buf *out, struct err *err)
{
	z_stream z = { .avail_in = sizeof(bundle) };
	int rc = Z_BUF_ERROR; /* no room at all */

	/* zlib does not write to it. */
	z.next_in = (unsigned char *)(uintptr_t)bundle;
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return err_set(err, ERR_SYS, "built-in checks: no memory to inflate them");
	do {
		char *room = buf_room(out, PIECE);

		if (!room)
			break;
		z.next_out = (unsigned char *)room;
		z.avail_out = PIECE;
		rc = inflate(&z, Z_NO_FLUSH);
		out->n += PIECE - z.avail_out;
	} while (rc == Z_OK);
	inflateEnd(&z);
	if (out->overflow || rc != Z_STREAM_END)
		return err_set(err, ERR_INPUT, "built-in checks: damaged");
	return 0;
}

static bool in_folders(str name, const str *folders, size_t n)
{
	str folder, rest;

	if (!str_cut(name, '/', &folder, &rest))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(folder, folders[i]))
			return true;
	}
	return false;
}

int check_bundle_read(const str *folders, size_t n, struct arena *arena, struct policy_source **out,
		      size_t *count, struct err *err)
{
	AUTO(buf_done)
	struct buf all = { .p = NULL };
	struct policy_source *sources = NULL;
	size_t found = 0, cap = 0;
	str rest, line, name, digits;
	uint64_t size;

	buf_init(&all, BUNDLE_MAX);
	if (inflate_all(&all, err) < 0)
		return -1;
	rest = buf_str(&all);
	while (rest.n > 0) {
		if (!str_line(&rest, &line) || !str_cut(line, ' ', &name, &digits) ||
		    !str_u64(str_trim(digits), &size) || size > rest.n)
			return err_set(err, ERR_INPUT, "built-in checks: damaged");
		if (in_folders(name, folders, n)) {
			sources = arena_grow(arena, sources, found, &cap, sizeof(*sources));
			sources[found++] = (struct policy_source){
				.file = str_dup(arena, name),
				.text = str_dup(arena, str_take(rest, (size_t)size)),
			};
		}
		rest = str_skip(rest, (size_t)size);
	}
	*out = sources;
	*count = found;
	return 0;
}
