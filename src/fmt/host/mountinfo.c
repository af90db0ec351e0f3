/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/mountinfo.h"

#include "base/err.h"

/* "\040" and the like, as the kernel writes blanks, tabs, line ends and backslashes. */
static str unescape(str s, struct arena *arena)
{
	char *out;
	size_t n = 0;

	if (str_find_char(s, '\\') < 0)
		return s;
	out = arena_bytes(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		uint64_t code;

		if (s.p[i] == '\\' && s.n - i >= 4 &&
		    str_u64_base(str_of(s.p + i + 1, 3), 8, &code) && code < 256) {
			out[n++] = (char)code;
			i += 3;
		} else {
			out[n++] = s.p[i];
		}
	}
	return str_of(out, n);
}

static bool take_device(str word, struct mount_entry *m)
{
	str major, minor;

	return str_cut(word, ':', &major, &minor) && str_u64(major, &m->major) &&
	       str_u64(minor, &m->minor);
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
static bool take_line(str line, struct arena *arena, struct mount_entry *m)
{
	str word[6];

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		if (!str_split(&line, ' ', &word[i]))
			return false;
	}
	if (!str_u64(word[0], &m->id) || !str_u64(word[1], &m->parent) || !take_device(word[2], m))
		return false;
	m->root = unescape(word[3], arena);
	m->point = unescape(word[4], arena);
	m->options = word[5];
	for (;;) {
		str optional;

		if (!str_split(&line, ' ', &optional))
			return false;
		if (str_eq(optional, STR("-")))
			break;
		m->shared = m->shared || str_starts(optional, STR("shared:"));
	}
	if (!str_split(&line, ' ', &m->type) || !str_split(&line, ' ', &m->source))
		return false;
	m->source = unescape(m->source, arena);
	m->super_options = line;
	return str_starts(m->point, STR("/"));
}

int mountinfo_parse(str text, struct arena *arena, struct mount_list *out, struct err *err)
{
	size_t number = 0;
	str line;

	*out = (struct mount_list){ 0 };
	while (str_line(&text, &line)) {
		struct mount_entry m = { 0 };

		number++;
		if (str_empty(line))
			continue;
		if (!take_line(line, arena, &m))
			return err_set(err, ERR_INPUT, "line %zu: no mount", number);
		if (out->n == MOUNTS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u mounts", MOUNTS_MAX);
		out->items = arena_grow(arena, out->items, out->n, &out->cap, sizeof(*out->items));
		out->items[out->n++] = m;
	}
	return 0;
}

static bool holds(str point, str path)
{
	point = str_without_suffix(point, STR("/"));
	return str_starts(path, point) && (path.n == point.n || path.p[point.n] == '/');
}

const struct mount_entry *mountinfo_of(const struct mount_list *list, str path)
{
	const struct mount_entry *best = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct mount_entry *m = &list->items[i];

		if (holds(m->point, path) && (!best || m->point.n >= best->point.n))
			best = m;
	}
	return best;
}

const struct mount_entry *mountinfo_at(const struct mount_list *list, str path)
{
	const struct mount_entry *m = mountinfo_of(list, path);

	return m && str_eq(m->point, path) ? m : NULL;
}
