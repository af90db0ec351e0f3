/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/requirement_rule.h"

#include "base/map.h"
#include "fmt/language/pypi.h"

/* Reasons that are told. */
#define NOT_PINNED   "requirement that is not pinned to one version"
#define NOT_THERE    "a file of requirements that it names is not there, or none"
#define NOT_ASKED    "passed over: constraints on packages that no file asks for"
#define TOO_MANY     "files of requirements name each other too often: not all are followed"
#define RECORD	     "package record"
#define BY_NAME	     (1u << 0) /* its own name says what it is */
#define READ	     (1u << 1)
#define COUNTS	     (1u << 2) /* its requirements do */
#define LIMITS	     (1u << 3) /* its pins may */
#define NAME_LONGEST 512u

struct named {
	struct file *file;
	size_t mark; /* index of the package that is one */
	bool limits;
};

struct file {
	str path;
	unsigned flags;
	struct named *names;
	size_t name_n, name_cap;
	size_t *items; /* indexes of packages, and of marks that are open or skipped */
	size_t item_n, item_cap;
	/* In the round at hand: */
	uint64_t round;
	bool asked, limiting;
};

struct rule {
	struct assemble *a;
	struct arena *scratch;
	struct map files; /* path -> struct file */
	bool *keep;	  /* of each package */
	bool *answered;	  /* of each open mark: something pins it */
	struct file **queue;
	size_t queue_n, queue_cap;
	uint64_t round, visits;
};

static struct file *file_of(struct rule *r, str path)
{
	void **slot = map_slot(&r->files, path);
	struct file *file = *slot;

	if (!file) {
		file = ARENA_NEW(r->scratch, struct file);
		file->path = path;
		file->flags = pypi_is_requirements(path) ? BY_NAME : 0;
		*slot = file;
	}
	return file;
}

static bool is_mine(const struct package *p)
{
	return p->form == PACKAGE_DECLARED && str_eq(p->kind, STR("pypi"));
}

static void note(struct rule *r, size_t index)
{
	const struct package *p = &r->a->packages[index];
	enum pypi_mark mark = pypi_mark_of(p);
	struct file *file = file_of(r, p->path);

	if (mark == PYPI_MARK_FILE) {
		file->flags |= READ;
	} else if (mark == PYPI_MARK_NAMES || mark == PYPI_MARK_LIMITS) {
		file->names = arena_grow(r->scratch, file->names, file->name_n, &file->name_cap,
					 sizeof(*file->names));
		file->names[file->name_n++] = (struct named){ .file = file_of(r, p->name),
							      .mark = index,
							      .limits = mark == PYPI_MARK_LIMITS };
	} else {
		file->items = arena_grow(r->scratch, file->items, file->item_n, &file->item_cap,
					 sizeof(*file->items));
		file->items[file->item_n++] = index;
	}
}

/* ---- one beginning ---- */

/* Puts a file into the round, unless it is there already and as what it is named now. */
static void reach(struct rule *r, struct file *file, bool limits)
{
	if (file->round != r->round) {
		file->round = r->round;
		file->asked = file->limiting = false;
	}
	if (limits ? file->limiting : file->asked)
		return;
	*(limits ? &file->limiting : &file->asked) = true;
	r->queue = arena_grow(r->scratch, r->queue, r->queue_n, &r->queue_cap, sizeof(*r->queue));
	r->queue[r->queue_n++] = file;
}

static void follow(struct rule *r, struct file *from)
{
	r->queue_n = 0;
	reach(r, from, false);
	for (size_t i = 0; i < r->queue_n && r->visits < REQUIREMENT_VISITS_MAX; i++) {
		struct file *file = r->queue[i];

		r->visits += 1 + file->name_n;
		for (size_t k = 0; k < file->name_n; k++)
			/* What a file of constraints names are constraints. */
			reach(r, file->names[k].file, file->names[k].limits || !file->asked);
	}
}

/* The name as PEP 503 compares it, in `out`. */
static str plain_name(str name, char out[NAME_LONGEST])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < NAME_LONGEST; i++) {
		bool joint = name.p[i] == '-' || name.p[i] == '_' || name.p[i] == '.';

		if (!joint || n == 0 || out[n - 1] != '-')
			out[n++] = joint ? '-' : to_lower(name.p[i]);
	}
	return str_of(out, n);
}

/* Names that a file of the round asks for without a version -> this round. */
static void gather_open(struct rule *r, struct map *open)
{
	char name[NAME_LONGEST];

	for (size_t i = 0; i < r->queue_n; i++) {
		const struct file *file = r->queue[i];

		for (size_t k = 0; file->asked && k < file->item_n; k++) {
			const struct package *p = &r->a->packages[file->items[k]];

			if (pypi_mark_of(p) == PYPI_MARK_OPEN)
				map_put(open, plain_name(p->name, name), NULL);
		}
	}
}

/* Pins of constraints that are asked for; their names get a value in `open`. */
static void keep_pins(struct rule *r, struct file *file, struct map *open)
{
	char name[NAME_LONGEST];

	for (size_t k = 0; k < file->item_n; k++) {
		const struct package *p = &r->a->packages[file->items[k]];
		str plain = plain_name(p->name, name);

		if (pypi_mark_of(p) != PYPI_NO_MARK || !map_has(open, plain))
			continue;
		map_put(open, plain, r);
		r->keep[file->items[k]] = true;
	}
}

static void answer(struct rule *r, const struct file *file, const struct map *open)
{
	char name[NAME_LONGEST];

	for (size_t k = 0; k < file->item_n; k++) {
		const struct package *p = &r->a->packages[file->items[k]];

		if (pypi_mark_of(p) == PYPI_MARK_OPEN && map_get(open, plain_name(p->name, name)))
			r->answered[file->items[k]] = true;
	}
}

static void judge_round(struct rule *r)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct map open;

	map_init(&open, arena);
	for (size_t i = 0; i < r->queue_n; i++) {
		r->queue[i]->flags |= r->queue[i]->asked ? COUNTS : 0;
		r->queue[i]->flags |= r->queue[i]->limiting ? LIMITS : 0;
	}
	gather_open(r, &open);
	for (size_t i = 0; i < r->queue_n && open.n > 0; i++)
		if (r->queue[i]->limiting)
			keep_pins(r, r->queue[i], &open);
	for (size_t i = 0; i < r->queue_n && open.n > 0; i++)
		if (r->queue[i]->asked)
			answer(r, r->queue[i], &open);
}

/* ---- the end ---- */

static void tell(struct rule *r, enum err_kind kind, str path, const char *reason, str what,
		 uint64_t count)
{
	str text = str_c(reason);

	if (what.n > 0)
		text = str_fmt(r->a->arena, "%s: %.*s", reason, STR_ARG(what));
	assemble_missed(r->a, kind, RECORD, path, text, count);
}

/* Of one file: what it asks for counts; what could not be told is a gap. */
static void finish_file(struct rule *r, struct file *file, bool gaps)
{
	uint64_t open = 0, strange = 0, unused = 0;
	str first_open = STR_EMPTY, first_reason = STR_EMPTY, first_strange = STR_EMPTY;

	for (size_t k = 0; k < file->item_n; k++) {
		size_t i = file->items[k];
		const struct package *p = &r->a->packages[i];
		enum pypi_mark mark = pypi_mark_of(p);

		if (mark == PYPI_NO_MARK) {
			r->keep[i] |= (file->flags & COUNTS) != 0;
			unused += !r->keep[i];
		} else if (mark == PYPI_MARK_OPEN && !r->answered[i] && open++ == 0) {
			first_open = p->name;
		} else if (mark == PYPI_MARK_SKIPPED && strange++ == 0) {
			first_reason = p->version;
			first_strange = p->name;
		}
	}
	if (open > 0 && gaps && (file->flags & COUNTS))
		tell(r, ERR_INPUT, file->path, NOT_PINNED, first_open, open);
	if (strange > 0 && gaps && (file->flags & COUNTS))
		tell(r, ERR_INPUT, file->path, str_cstr(r->scratch, first_reason), first_strange,
		     strange);
	if (unused > 0 && (file->flags & LIMITS))
		tell(r, ERR_NONE, file->path, NOT_ASKED, STR_EMPTY, unused);
	for (size_t k = 0; k < file->name_n && (file->flags & (COUNTS | LIMITS)); k++) {
		if (gaps && !(file->names[k].file->flags & READ))
			tell(r, ERR_INPUT, file->path, NOT_THERE, file->names[k].file->path, 1);
	}
}

static void drop_marks(struct rule *r)
{
	struct assemble *a = r->a;
	size_t kept = 0;

	for (size_t i = 0; i < a->package_n; i++) {
		if (!r->keep[i])
			continue;
		a->packages[kept] = a->packages[i];
		if (a->keys)
			a->keys[kept] = a->keys[i];
		kept++;
	}
	a->package_n = kept;
}

static void follow_all(struct rule *r)
{
	MAP_EACH (&r->files, entry) {
		struct file *file = entry->value;

		if ((file->flags & (BY_NAME | READ)) != (BY_NAME | READ))
			continue;
		r->round++;
		follow(r, file);
		judge_round(r);
	}
	if (r->visits >= REQUIREMENT_VISITS_MAX)
		tell(r, ERR_LIMIT, STR_EMPTY, TOO_MANY, STR_EMPTY, 1);
}

/* In a system with installed packages the files do not count, and so have no gaps (lock_rule.h). */
static bool any_installed(const struct assemble *a)
{
	for (size_t i = 0; i < a->package_n; i++)
		if (str_eq(a->packages[i].kind, STR("pypi")) &&
		    a->packages[i].form == PACKAGE_INSTALLED)
			return true;
	return false;
}

void requirement_rule_apply(struct assemble *assemble, bool system)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct rule r = { .a = assemble, .scratch = scratch };
	bool any = false, gaps = !system || !any_installed(assemble);

	for (size_t i = 0; i < assemble->package_n && !any; i++)
		any = is_mine(&assemble->packages[i]) &&
		      pypi_mark_of(&assemble->packages[i]) == PYPI_MARK_FILE;
	if (!any)
		return;
	map_init(&r.files, scratch);
	r.keep = ARENA_ARRAY(scratch, bool, assemble->package_n);
	r.answered = ARENA_ARRAY(scratch, bool, assemble->package_n);
	for (size_t i = 0; i < assemble->package_n; i++) {
		r.keep[i] = !is_mine(&assemble->packages[i]);
		if (!r.keep[i])
			note(&r, i);
	}
	follow_all(&r);
	MAP_EACH (&r.files, entry) {
		struct file *file = entry->value;

		/* pyproject.toml and others of the kind leave no marks. */
		if (!(file->flags & READ))
			file->flags |= COUNTS;
		finish_file(&r, file, gaps);
	}
	drop_marks(&r);
}
