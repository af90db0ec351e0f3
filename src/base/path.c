/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include "base/err.h"

/* Appends the components of `raw` to the normal path in out[0..*n]. */
static int append(str raw, char *out, size_t *n, unsigned *depth, struct err *err)
{
	str rest = raw, part;

	while (str_split(&rest, '/', &part)) {
		if (part.n == 0 || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR(".."))) {
			ptrdiff_t cut = str_rfind_char(str_of(out, *n), '/');

			*n = cut < 0 ? 0 : (size_t)cut;
			*depth -= *depth > 0;
			continue;
		}
		if (*n + part.n + 1 > PATH_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "path of more than %u bytes",
				       PATH_MAX_BYTES);
		if (++*depth > PATH_MAX_DEPTH)
			return err_set(err, ERR_LIMIT, "path of more than %u levels",
				       PATH_MAX_DEPTH);
		if (*n)
			out[(*n)++] = '/';
		memcpy(out + *n, part.p, part.n);
		*n += part.n;
	}
	return 0;
}

static int normal_below(str base, str raw, struct arena *arena, str *out, struct err *err)
{
	char path[PATH_MAX_BYTES + 1];
	unsigned depth = 0;
	size_t n = 0;

	if (str_find_char(raw, '\0') >= 0)
		return err_set(err, ERR_INPUT, "path with a NUL byte");
	if (append(base, path, &n, &depth, err) < 0)
		return -1;
	if (append(raw, path, &n, &depth, err) < 0)
		return -1;
	*out = str_dup(arena, str_of(path, n));
	return 0;
}

int path_normal(str raw, struct arena *arena, str *out, struct err *err)
{
	return normal_below(STR_EMPTY, raw, arena, out, err);
}

int path_link_target(str link_path, str target, struct arena *arena, str *out, struct err *err)
{
	str base = str_starts(target, STR("/")) ? STR_EMPTY : path_dir(link_path);

	return normal_below(base, target, arena, out, err);
}

str path_base(str path) { return str_skip(path, (size_t)(str_rfind_char(path, '/') + 1)); }

str path_dir(str path)
{
	ptrdiff_t at = str_rfind_char(path, '/');

	return at < 0 ? str_take(path, 0) : str_take(path, (size_t)at);
}

bool path_below(str path, str dir)
{
	if (dir.n == 0)
		return true;
	return str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
}

str path_join(struct arena *arena, str dir, str name)
{
	if (dir.n == 0)
		return str_dup(arena, name);
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
}

/* Matches c against the class that starts behind '['; *end is behind the ']'. False if unclosed. */
static bool match_class(str pattern, size_t at, char c, size_t *end, bool *hit)
{
	bool negate = at < pattern.n && (pattern.p[at] == '!' || pattern.p[at] == '^');
	size_t i = at + negate;
	bool found = false;

	for (size_t first = i; i < pattern.n && (pattern.p[i] != ']' || i == first); i++) {
		unsigned char low = (unsigned char)pattern.p[i], high = low;

		if (i + 2 < pattern.n && pattern.p[i + 1] == '-' && pattern.p[i + 2] != ']') {
			high = (unsigned char)pattern.p[i + 2];
			i += 2;
		}
		found |= low <= (unsigned char)c && (unsigned char)c <= high;
	}
	if (i >= pattern.n)
		return false;
	*end = i + 1;
	*hit = found != negate && c != '/';
	return true;
}

/* One pattern element that is not a star against one character; 0 if it does not fit. */
static size_t match_one(str pattern, size_t at, char c)
{
	size_t end;
	bool hit;

	switch (pattern.p[at]) {
	case '?':
		return c != '/' ? 1 : 0;
	case '[':
		if (match_class(pattern, at + 1, c, &end, &hit))
			return hit ? end - at : 0;
		break;
	case '\\':
		if (at + 1 < pattern.n)
			return pattern.p[at + 1] == c ? 2 : 0;
		break;
	default:
		break;
	}
	return pattern.p[at] == c ? 1 : 0;
}

/* Place of the last star to come back to. */
struct star {
	bool set;
	bool deep;  /* two stars: crosses '/' */
	bool whole; /* two stars as a component of their own: may match no component at all, and
		       what follows starts behind a '/' */
	size_t pattern, path;
};

/* Reads a run of stars at `p` of the pattern, met at `s` of the path. */
static struct star star_read(str pattern, size_t p, size_t s)
{
	struct star star = { .set = true, .path = s };
	size_t start = p;

	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	star.deep = p - start >= 2;
	if (star.deep && p < pattern.n && pattern.p[p] == '/' &&
	    (start == 0 || pattern.p[start - 1] == '/')) {
		star.whole = true;
		p++;
	}
	star.pattern = p;
	return star;
}

/* Lets the star take one more piece of the path; false when it cannot. */
static bool star_more(struct star *star, str path)
{
	if (!star->set)
		return false;
	do {
		if (star->path >= path.n || (!star->deep && path.p[star->path] == '/')) {
			star->set = false;
			return false;
		}
		star->path++;
	} while (star->whole && path.p[star->path - 1] != '/');
	return true;
}

/* The last characters differ, and that of the pattern stands for itself: seen at once. */
static bool ends_otherwise(str pattern, str path)
{
	char last = pattern.n > 0 ? pattern.p[pattern.n - 1] : '*';

	return last != 0 && !strchr("*?]\\/", last) && (path.n == 0 || path.p[path.n - 1] != last);
}

bool path_glob(str pattern, str path)
{
	struct star deep = { 0 }, flat = { 0 };
	size_t p = 0, s = 0;

	if (ends_otherwise(pattern, path))
		return false;
	for (;;) {
		size_t used = 0;

		if (p < pattern.n && pattern.p[p] == '*') {
			struct star star = star_read(pattern, p, s);

			if (star.deep)
				deep = star;
			flat = star.deep ? (struct star){ 0 } : star;
			p = star.pattern;
			continue;
		}
		if (s == path.n && p == pattern.n)
			return true;
		if (s < path.n && p < pattern.n)
			used = match_one(pattern, p, path.p[s]);
		if (used) {
			p += used;
			s++;
		} else if (star_more(&flat, path)) {
			p = flat.pattern;
			s = flat.path;
		} else if (star_more(&deep, path)) {
			p = deep.pattern;
			s = deep.path;
		} else {
			return false;
		}
	}
}
