/* SPDX-License-Identifier: Apache-2.0 */
/*
 * licence_prints DIR > src/fmt/licence/data/licence_prints.txt: the prints of the licence texts DIR/ID.txt.
 * Words that differ from one copy of a licence to the next (placeholders between < > or [ ], lines
 * of copyright, who the holders are) give none. Of long texts only some groups are kept.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "fmt/licence/licence_text_internal.h"

#include <dirent.h>

#define PRINTS_MAX  220u /* of one licence */
#define OWN_MAX	    30u	 /* of them that no other licence has */
#define PLACEHOLDER 100u /* bytes of the longest */
#define TEXT_BYTES  (1u << 20)
#define ALL_PRINTS  (LICENCE_PRINTS_MAX * PRINTS_MAX)

static const char *const holders[] = {
	"the copyright holders and contributors",
	"the copyright holder and contributors",
	"the copyright holder or contributors",
	"the copyright holders or contributors",
	"the copyright owner or contributors",
	"the regents and contributors",
	"the regents or contributors",
	"the copyright holder nor the names of its contributors",
	"the university nor the names of its contributors",
	"the author or contributors",
};

struct print {
	uint32_t hash;
	uint32_t licence;
};

struct print_set {
	struct print items[ALL_PRINTS];
	size_t n;
};

static int by_hash(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->licence < y->licence ? -1 : x->licence > y->licence;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Bytes of the placeholder at the front of `text`, or 0. */
static size_t placeholder(str text)
{
	char close = text.p[0] == '<' ? '>' : text.p[0] == '[' ? ']' : 0;
	ptrdiff_t end = close ? str_find_char(str_take(text, PLACEHOLDER), close) : -1;

	if (end > 0)
		return (size_t)end + 1;
	for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
		str holder = str_c(holders[i]);

		if (str_ieq(str_take(text, holder.n), holder))
			return holder.n;
	}
	return 0;
}

/* One blank between words, no lines of copyright, no title. */
static str clean(str text, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str rest = text, line;
	size_t number = 0;

	buf_init(&b, TEXT_BYTES);
	while (str_line(&rest, &line)) {
		line = str_trim(line);
		bool title = number++ == 0 && line.n < 60;
		if (line.n == 0 || title || str_ieq(str_take(line, 9), STR("copyright")))
			continue;
		buf_add(&b, line);
		buf_byte(&b, ' ');
	}
	return str_dup(arena, buf_str(&b));
}

static size_t groups_of(str text, uint32_t *out, size_t max)
{
	size_t n = 0, from = 0;

	for (size_t at = 0; at < text.n;) {
		size_t skip = placeholder(str_skip(text, at));

		if (skip == 0) {
			at++;
			continue;
		}
		n += licence_text_groups(str_take(str_skip(text, from), at - from), out + n,
					 max - n);
		at += skip;
		from = at;
	}
	n += licence_text_groups(str_skip(text, from), out + n, max - n);
	return n;
}

static size_t unique(uint32_t *items, size_t n)
{
	size_t kept = 0;

	qsort(items, n, sizeof(*items), by_value);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || items[kept - 1] != items[i])
			items[kept++] = items[i];
	}
	return kept;
}

struct text {
	str name;
	uint32_t *groups; /* sorted */
	size_t n;
};

static int read_text(struct text *out, str name, const char *path, struct arena *arena,
		     struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, TEXT_BYTES);
	if (buf_read_file(&b, path, err) < 0)
		return -1;
	out->name = name;
	out->groups = ARENA_ARRAY(arena, uint32_t, b.n);
	out->n = unique(out->groups, groups_of(clean(buf_str(&b), arena), out->groups, b.n));
	return 0;
}

static bool is_own(const struct text *texts, size_t count, size_t which, uint32_t group)
{
	for (size_t i = 0; i < count; i++) {
		if (i != which &&
		    bsearch(&group, texts[i].groups, texts[i].n, sizeof(group), by_value))
			return false;
	}
	return true;
}

/* A share of all groups, and some of those that no other licence has. */
static void add_text(struct print_set *set, const struct text *texts, size_t count, size_t which)
{
	const struct text *t = &texts[which];
	size_t kept = 0, own = 0;
	uint32_t mask = 0;

	while (t->n / (mask + 1) > PRINTS_MAX - OWN_MAX)
		mask = mask * 2 + 1;
	for (size_t i = 0; i < t->n && set->n < ALL_PRINTS; i++) {
		bool extra = (t->groups[i] & mask) && own < OWN_MAX &&
			     is_own(texts, count, which, t->groups[i]);

		own += extra;
		if ((t->groups[i] & mask) && !extra)
			continue;
		set->items[set->n++] =
			(struct print){ .hash = t->groups[i], .licence = (uint32_t)which };
		kept++;
	}
	ptrdiff_t variant = str_find_char(t->name, '~'); /* "MPL-2.0~header" */
	str name = variant < 0 ? t->name : str_take(t->name, (size_t)variant);
	printf("@ %.*s %zu %zu\n", STR_ARG(name), t->n, kept);
}

static int is_text(const struct dirent *entry)
{
	return str_ends(str_c(entry->d_name), STR(".txt"));
}

int main(int argc, char **argv)
{
	static struct print_set set;
	static struct text texts[LICENCE_PRINTS_MAX];
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dirent **names;
	struct err err;
	int n = argc == 2 ? scandir(argv[1], &names, is_text, alphasort) : -1;

	if (n <= 0 || n > (int)LICENCE_PRINTS_MAX) {
		fprintf(stderr, "usage: licence_prints DIR: texts named ID.txt, at most %u\n",
			LICENCE_PRINTS_MAX);
		return 2;
	}
	printf("# SPDX-License-Identifier: Apache-2.0\n"
	       "# Prints of licence texts: hashes of groups of words. '@ ID GROUPS PRINTS' for each\n"
	       "# licence, then 'HASH NUMBER' of all, sorted. Made by tests/tool/licence_prints.c.\n");
	for (int i = 0; i < n; i++) {
		str file = str_c(names[i]->d_name);
		str path = str_fmt(arena, "%s/%.*s", argv[1], STR_ARG(file));

		if (read_text(&texts[i], str_without_suffix(str_dup(arena, file), STR(".txt")),
			      str_cstr(arena, path), arena, &err) < 0) {
			fprintf(stderr, "%s\n", err.msg);
			return 3;
		}
		free(names[i]);
	}
	free(names);
	for (size_t i = 0; i < (size_t)n; i++)
		add_text(&set, texts, (size_t)n, i);
	qsort(set.items, set.n, sizeof(set.items[0]), by_hash);
	for (size_t i = 0; i < set.n; i++)
		printf("%08x %03u\n", set.items[i].hash, set.items[i].licence);
	return 0;
}
