/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/match_internal.h"
#include "advisory/publisher.h"

#define TITLE_MAX_BYTES 160u
/* Records that are looked at to find the CVE of one that names none. */
#define CLASS_MAX_RECORDS 64u

struct detail {
	const struct question *q;
	const struct judgement *judgement;
	struct rated rated[FINDING_MAX_RECORDS];
	uint32_t numbers[FINDING_MAX_RECORDS];
	size_t n;
};

static str family_of(str ecosystem, struct arena *arena)
{
	str family = ecosystem, rest;

	(void)str_cut(ecosystem, ':', &family, &rest);
	return str_lower(arena, family);
}

/* Reads a record once; withdrawn ones and those that are no security advisories do not count. */
static int add_record(struct detail *d, uint32_t number, const struct statement *s, struct err *err)
{
	struct arena *scratch = d->q->scratch;
	const struct db_source *source = db_source_of(d->q->db, number);
	struct rated *r = &d->rated[d->n];
	struct record *record;
	size_t flaws;

	if (d->n == FINDING_MAX_RECORDS)
		return 0;
	for (size_t i = 0; i < d->n; i++) {
		if (d->numbers[i] == number)
			return 0;
	}
	record = ARENA_NEW(scratch, struct record);
	if (db_record(d->q->db, number, scratch, record, err) < 0)
		return -1;
	if (record->flags & (RECORD_NOT_SECURITY | RECORD_WITHDRAWN))
		return 0;
	(void)record_flaws(record, scratch, &flaws);
	*r = (struct rated){ .record = record,
			     .single = flaws <= 1,
			     .own = s != NULL && !d->q->system->compatible,
			     .source = source ? source->name : STR_EMPTY };
	if (s) {
		r->entry = s->entry;
		r->family = family_of(s->ecosystem->ecosystem->name, scratch);
	} else {
		r->family = r->source;
	}
	d->numbers[d->n++] = number;
	return 0;
}

/* The records that hold, the best first, then all others about the same flaw. */
static int gather(struct detail *d, struct err *err)
{
	const struct judgement *j = d->judgement;
	const uint32_t *numbers;
	size_t count;

	if (add_record(d, j->best->entry->record, j->best, err) < 0)
		return -1;
	for (size_t i = 0; i < j->count; i++) {
		if (add_record(d, j->statements[i]->entry->record, j->statements[i], err) < 0)
			return -1;
	}
	if (db_ident(d->q->db, j->id, d->q->scratch, &numbers, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (add_record(d, numbers[i], NULL, err) < 0)
			return -1;
	}
	return 0;
}

/* First line of a text, cut at a word. */
static str first_line(str text, struct arena *arena)
{
	str rest = text, line = STR_EMPTY;
	size_t n;

	while (str_empty(line) && str_line(&rest, &line))
		line = str_trim(line);
	if (line.n <= TITLE_MAX_BYTES)
		return str_dup(arena, line);
	n = TITLE_MAX_BYTES;
	while (n > TITLE_MAX_BYTES / 2 && line.p[n] != ' ')
		n--;
	while (n > 0 && ((unsigned char)line.p[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	return str_fmt(arena, "%.*s...", (int)n, line.p);
}

/* A text about this flaw alone says more than one about a whole update. */
static void fill_texts(const struct detail *d, struct arena *arena, struct finding *f)
{
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < d->n; i++) {
			const struct record *r = d->rated[i].record;

			/* "Moderate: expat security update" of another system says nothing here. */
			if (d->rated[i].single != (pass == 0) ||
			    (!d->rated[i].own && (r->flags & RECORD_ERRATUM)))
				continue;
			if (str_empty(f->title) && !str_empty(r->summary))
				f->title = first_line(r->summary, arena);
			if (str_empty(f->description) && !str_empty(r->details))
				f->description = str_dup(arena, r->details);
			if (str_empty(f->published) && !str_empty(r->published))
				f->published = str_dup(arena, r->published);
		}
	}
	if (str_empty(f->title) && !str_empty(f->description))
		f->title = first_line(f->description, arena);
	if (str_empty(f->title))
		f->title = str_fmt(arena, "%.*s in %.*s", STR_ARG(f->id), STR_ARG(f->matched_name));
}

static void fill_references(const struct detail *d, struct arena *arena, struct finding *f)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct record *r = d->rated[i].record;
		size_t n = r->reference_count;
		str *urls;

		if (n == 0)
			continue;
		if (n > FINDING_MAX_REFERENCES)
			n = FINDING_MAX_REFERENCES;
		urls = ARENA_ARRAY(arena, str, n);
		for (size_t k = 0; k < n; k++)
			urls[k] = str_dup(arena, r->references[k]);
		f->references = urls;
		f->reference_count = n;
		return;
	}
}

struct ids {
	str items[FINDING_MAX_ALIASES];
	size_t n;
};

static void add_id(const struct finding *f, str id, struct ids *ids)
{
	if (ids->n == FINDING_MAX_ALIASES || str_eq(id, f->id) || str_eq(id, f->advisory))
		return;
	for (size_t i = 0; i < ids->n; i++) {
		if (str_eq(ids->items[i], id))
			return;
	}
	ids->items[ids->n++] = id;
}

/* Ids of records about this flaw alone and what these call it; of the others only the id. */
static void fill_aliases(const struct detail *d, struct arena *arena, struct finding *f)
{
	struct ids ids = { .n = 0 };
	str *out;

	for (size_t i = 0; i < d->n; i++) {
		const struct record *r = d->rated[i].record;

		/* The update of another system is no name of the flaw. */
		if (!d->rated[i].own && (r->flags & RECORD_ERRATUM))
			continue;
		if (d->rated[i].single || d->rated[i].own)
			add_id(f, r->id, &ids);
		for (size_t k = 0; d->rated[i].single && k < r->alias_count; k++)
			add_id(f, r->aliases[k], &ids);
	}
	if (ids.n)
		qsort(ids.items, ids.n, sizeof(ids.items[0]), str_qsort_cmp);
	out = ARENA_ARRAY(arena, str, ids.n);
	for (size_t i = 0; i < ids.n; i++)
		out[i] = str_dup(arena, ids.items[i]);
	f->aliases = out;
	f->alias_count = ids.n;
}

static int fill_threat(const struct question *q, struct finding *f, struct err *err)
{
	struct db_kev kev;
	int got = db_kev_find(q->db, f->id, q->arena, &kev, err);

	if (got < 0)
		return -1;
	if (got) {
		f->kev = true;
		f->kev_added = kev.added;
		f->kev_due = kev.due;
		f->kev_ransomware = kev.ransomware;
		if (str_empty(f->title))
			f->title = kev.name;
	}
	return db_epss_find(q->db, f->id, &f->epss, &f->epss_percentile, err) < 0 ? -1 : 0;
}

int detail_finding(const struct question *q, const struct judgement *judgement, struct finding *f,
		   struct err *err)
{
	struct detail d = { .q = q, .judgement = judgement };

	if (gather(&d, err) < 0)
		return -1;
	if (d.n) {
		f->advisory = str_dup(q->arena, d.rated[0].record->id);
		f->published = str_dup(q->arena, d.rated[0].record->published);
		f->modified = str_dup(q->arena, d.rated[0].record->modified);
	}
	rating_finding(d.rated, d.n, q->arena, f);
	if (judgement->key && fill_threat(q, f, err) < 0)
		return -1;
	if (q->lean) {
		f->cvss = NULL;
		f->cvss_count = 0;
		return 0;
	}
	fill_texts(&d, q->arena, f);
	fill_references(&d, q->arena, f);
	fill_aliases(&d, q->arena, f);
	return 0;
}

/* The class of ids that name one flaw, as far as the records say. */
struct flaw_class {
	struct class_id {
		str id;
		int rank; /* lower names the flaw better */
	} * ids;
	size_t n, cap;
	uint32_t seen[CLASS_MAX_RECORDS];
	size_t seen_count;
	uint64_t *keys;
	size_t key_count, key_cap;
};

/* What a record says it is about names the flaw better than the record's own id; GHSA better, and
 * best the id of a malicious package. */
static void class_add(struct flaw_class *c, str id, bool upstream, struct arena *arena)
{
	int rank = str_starts(id, STR("GHSA-")) ? 0 : upstream ? 1 : 2;

	if (publisher_traits(id) & PUBLISHER_MALICIOUS)
		rank = -1;
	for (size_t i = 0; i < c->n; i++) {
		if (str_ieq(c->ids[i].id, id)) {
			if (rank < c->ids[i].rank)
				c->ids[i].rank = rank;
			return;
		}
	}
	c->ids = arena_grow(arena, c->ids, c->n, &c->cap, sizeof(*c->ids));
	c->ids[c->n++] = (struct class_id){ .id = id, .rank = rank };
}

static int class_read(struct flaw_class *c, const struct question *q, uint32_t number,
		      struct err *err)
{
	struct record r;
	const uint64_t *keys;
	size_t n;

	for (size_t i = 0; i < c->seen_count; i++) {
		if (c->seen[i] == number)
			return 0;
	}
	if (c->seen_count == CLASS_MAX_RECORDS)
		return 0;
	c->seen[c->seen_count++] = number;
	if (db_record(q->db, number, q->scratch, &r, err) < 0)
		return -1;
	if (r.flags & (RECORD_NOT_SECURITY | RECORD_WITHDRAWN))
		return 0;
	keys = record_flaws(&r, q->scratch, &n);
	for (size_t i = 0; i < n; i++) {
		c->keys = arena_grow(q->scratch, c->keys, c->key_count, &c->key_cap,
				     sizeof(*c->keys));
		c->keys[c->key_count++] = keys[i];
	}
	class_add(c, r.id, false, q->scratch);
	for (size_t i = 0; i < r.alias_count; i++)
		class_add(c, r.aliases[i], false, q->scratch);
	for (size_t i = 0; i < r.upstream_count; i++)
		class_add(c, r.upstream[i], true, q->scratch);
	return 0;
}

static bool better_id(const struct class_id *a, const struct class_id *b)
{
	return a->rank != b->rank ? a->rank < b->rank : str_cmp(a->id, b->id) < 0;
}

int detail_flaw_ids(const struct question *q, uint32_t record, const str **ids, size_t *count,
		    struct err *err)
{
	struct flaw_class c = { 0 };
	str *out;

	if (class_read(&c, q, record, err) < 0)
		return -1;
	for (size_t i = 0; i < c.n && c.key_count == 0; i++) {
		const uint32_t *numbers;
		size_t n;

		if (db_ident(q->db, c.ids[i].id, q->scratch, &numbers, &n, err) < 0)
			return -1;
		for (size_t k = 0; k < n; k++) {
			if (class_read(&c, q, numbers[k], err) < 0)
				return -1;
		}
	}
	out = ARENA_ARRAY(q->scratch, str, c.key_count + 1);
	*ids = out;
	*count = c.key_count;
	for (size_t i = 0; i < c.key_count; i++)
		out[i] = cve_from_key(c.keys[i], q->scratch);
	if (c.key_count || c.n == 0)
		return 0;
	for (size_t i = 1; i < c.n; i++) {
		if (better_id(&c.ids[i], &c.ids[0]))
			c.ids[0] = c.ids[i];
	}
	out[0] = c.ids[0].id;
	*count = 1;
	return 0;
}
