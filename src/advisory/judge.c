/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cpe.h"
#include "advisory/match_internal.h"
#include "advisory/version/version.h"

/* Fixed versions above the installed one that are tried for one flaw. */
#define MAX_FIXES 256u

struct statements {
	struct statement *items;
	size_t n, cap;
};

/* One flaw of one statement; a statement about several flaws gives several. */
struct claim {
	uint64_t key;
	str id; /* where there is no key */
	const struct statement *statement;
};

struct claims {
	struct claim *items;
	size_t n, cap;
};

static bool has_module_mark(str version) { return str_find(version, STR(".module")) >= 0; }

static bool entry_is_modular(const struct affected *e)
{
	for (size_t i = 0; i < e->range_count; i++) {
		for (size_t k = 0; k < e->ranges[i].event_count; k++) {
			if (has_module_mark(e->ranges[i].events[k].version))
				return true;
		}
	}
	return false;
}

/*
 * A package of a module stream is compared with builds of that stream only, and other packages with
 * no module builds: their versions are of different lines.
 */
static bool module_fits(const struct package *p, const struct affected *e)
{
	bool modular = !str_empty(p->module) || has_module_mark(p->version);
	str name, stream, rest, streams = e->module, one;

	if (!str_eq(p->kind, STR("rpm")))
		return true;
	/* "Not affected" and lists without a mark are about all builds. */
	if (e->range_count && modular != entry_is_modular(e))
		return false;
	if (!modular || str_empty(p->module) || str_empty(streams))
		return true;
	/* "nodejs:18:8070020230301:bd1311ed" */
	if (!str_cut(p->module, ':', &name, &rest))
		return true;
	stream = rest;
	(void)str_cut(rest, ':', &stream, &rest);
	while (str_split(&streams, ' ', &one)) {
		str other_name, other_stream;

		if (str_cut(one, ':', &other_name, &other_stream) && str_eq(other_name, name) &&
		    str_eq(other_stream, stream))
			return true;
	}
	return false;
}

static bool arch_fits(str package, str entry)
{
	return str_empty(entry) || str_empty(package) || str_eq(entry, package) ||
	       str_eq(entry, STR("all")) || str_eq(entry, STR("any")) ||
	       str_eq(entry, STR("noarch"));
}

/* The statements of one ecosystem under one name. */
static int gather_name(const struct question *q, const struct system_ecosystem *eco, str name,
		       str version, struct statements *out, struct err *err)
{
	const struct package_row *row;

	if (eco->scheme && eco->scheme->bare)
		version = eco->scheme->bare(version);
	if (matcher_row(q->db, eco, name, &row, err) < 0)
		return -1;
	for (size_t i = 0; row && i < row->count; i++) {
		const struct affected *e = &row->entries[i];
		struct statement s = {
			.entry = e, .ecosystem = eco, .name = name, .version = version
		};
		str fix;

		if (!arch_fits(q->package->arch, e->arch) || !module_fits(q->package, e))
			continue;
		s.verdict = range_judge(e, eco->scheme, version);
		if (s.verdict == VERDICT_OUTSIDE && e->state != AFFECTED_NOT)
			continue;
		s.open = s.verdict == VERDICT_AFFECTED &&
			 range_fixes_above(e, eco->scheme, version, &fix, 1) == 0;
		s.source = db_source_of(q->db, e->record);
		out->items =
			arena_grow(q->scratch, out->items, out->n, &out->cap, sizeof(*out->items));
		out->items[out->n++] = s;
	}
	return 0;
}

/*
 * The version of the source package. The file name of an rpm's source has no epoch; its binaries
 * bear it, and nearly always the same version.
 */
static str source_version(const struct package *p, struct arena *scratch)
{
	str version = package_source_version(p), epoch, rest;

	if (!str_eq(p->kind, STR("rpm")) || str_find_char(version, ':') >= 0 ||
	    !str_cut(p->version, ':', &epoch, &rest))
		return version;
	if (str_eq(rest, version))
		return p->version;
	return str_fmt(scratch, "%.*s:%.*s", STR_ARG(epoch), STR_ARG(version));
}

/* A program stands for products of one ecosystem. */
static int gather_products(const struct question *q, struct statements *out, struct err *err)
{
	str products[CPE_MAX_PRODUCTS + 1], own = cpe_unescaped(q->package->cpe, q->scratch);
	size_t n = cpe_products(q->package->name, products, CPE_MAX_PRODUCTS);

	products[n++] = own; /* empty where nobody knows: no product has that name */
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && str_eq(products[i], own))
			continue;
		if (gather_name(q, &q->system->ecosystems[0], products[i], q->package->version, out,
				err) < 0)
			return -1;
	}
	return 0;
}

static int gather(const struct question *q, struct statements *out, struct err *err)
{
	const struct package *p = q->package;
	enum system_names names = q->system->names;
	str source = package_source_name(p);

	if (q->system->products)
		return gather_products(q, out, err);
	for (size_t i = 0; i < q->system->ecosystem_count; i++) {
		const struct system_ecosystem *eco = &q->system->ecosystems[i];

		if (names != SYSTEM_BINARY &&
		    gather_name(q, eco, source, source_version(p, q->scratch), out, err) < 0)
			return -1;
		if ((names == SYSTEM_BINARY ||
		     (names == SYSTEM_BOTH && !str_eq(source, p->name))) &&
		    gather_name(q, eco, p->name, p->version, out, err) < 0)
			return -1;
	}
	return 0;
}

static void add_claim(const struct question *q, struct claims *claims, struct claim claim)
{
	claims->items = arena_grow(q->scratch, claims->items, claims->n, &claims->cap,
				   sizeof(*claims->items));
	claims->items[claims->n++] = claim;
}

/* A record without a CVE is looked up by its other ids; only where it matters. */
static int claim_by_ids(const struct question *q, const struct statement *s, struct claims *claims,
			struct err *err)
{
	const str *ids;
	size_t n;

	if (s->verdict != VERDICT_AFFECTED)
		return 0;
	if (detail_flaw_ids(q, s->entry->record, &ids, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint64_t key = cve_key(ids[i]);

		add_claim(q, claims,
			  (struct claim){
				  .key = key, .id = key ? STR_EMPTY : ids[i], .statement = s });
	}
	return 0;
}

static int claim_cmp(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int by_id;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	by_id = str_cmp(x->id, y->id);
	if (by_id)
		return by_id;
	return (x->statement > y->statement) - (x->statement < y->statement);
}

static int claims_of(const struct question *q, const struct statements *statements,
		     struct claims *claims, struct err *err)
{
	for (size_t i = 0; i < statements->n; i++) {
		const struct statement *s = &statements->items[i];

		for (size_t k = 0; k < s->entry->flaw_count; k++)
			add_claim(q, claims,
				  (struct claim){ .key = s->entry->flaws[k], .statement = s });
		if (s->entry->flaw_count == 0 && claim_by_ids(q, s, claims, err) < 0)
			return -1;
	}
	if (claims->n)
		qsort(claims->items, claims->n, sizeof(*claims->items), claim_cmp);
	return 0;
}

static bool same_voice(const struct statement *a, const struct statement *b)
{
	return a->source == b->source && a->ecosystem == b->ecosystem;
}

/* Another source, or the longer support of the same one, knows that the flaw is fixed by now. */
static bool fixed_elsewhere(const struct claim *claims, size_t n, const struct statement *open)
{
	for (size_t i = 0; i < n; i++) {
		if (claims[i].statement->verdict == VERDICT_FIXED &&
		    !same_voice(claims[i].statement, open))
			return true;
	}
	return false;
}

/* Lower is better: the publisher's own advisory, his list of flaws, derived records, built-in ones.
 */
static unsigned rank(const struct judgement *j, const struct statement *s)
{
	unsigned rank = 0;

	if (s->source && str_eq(s->source->name, STR("essentials")))
		rank += 8;
	if (s->entry->flags & RECORD_DERIVED)
		rank += 4;
	else if (!(s->entry->flags & RECORD_ERRATUM))
		rank += 2;
	if (!str_empty(j->fixed) &&
	    !str_eq(range_next_fix(s->entry, s->ecosystem->scheme, s->version), j->fixed))
		rank += 1;
	return rank;
}

/* The smallest fixed version that ends all statements with a fix; else the largest there is. */
static void choose_fix(const struct statement *const *s, size_t n, struct judgement *j)
{
	str fixes[MAX_FIXES], best = STR_EMPTY, largest = STR_EMPTY;
	const struct version_scheme *scheme = n ? s[0]->ecosystem->scheme : NULL;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += range_fixes_above(s[i]->entry, s[i]->ecosystem->scheme, s[i]->version,
					   fixes + count, MAX_FIXES - count);
	for (size_t i = 0; i < count && scheme; i++) {
		bool ends = true;

		for (size_t k = 0; k < n && ends; k++)
			ends = s[k]->open ||
			       range_judge(s[k]->entry, scheme, fixes[i]) != VERDICT_AFFECTED;
		if (ends && (str_empty(best) || scheme->compare(fixes[i], best) < 0))
			best = fixes[i];
		if (str_empty(largest) || scheme->compare(fixes[i], largest) > 0)
			largest = fixes[i];
	}
	j->fixed = str_empty(best) ? largest : best;
}

static enum fix_status status_of(const struct judgement *j)
{
	if (!str_empty(j->fixed))
		return FIX_AVAILABLE;
	switch ((enum affected_state)j->best->entry->state) {
	case AFFECTED_WILL_NOT:
		return FIX_WILL_NOT;
	case AFFECTED_END_OF_LIFE:
		return FIX_END_OF_LIFE;
	case AFFECTED_UNDER_REVIEW:
		return FIX_UNDER_REVIEW;
	case AFFECTED_PLAIN:
	case AFFECTED_NOT:
		break;
	}
	return FIX_NONE_YET;
}

static enum finding_kind kind_of(const struct question *q, const struct judgement *j)
{
	bool headers;

	if (q->system->compatible || q->system->products)
		return FINDING_POTENTIAL;
	if (str_empty(j->fixed) && str_ieq(j->best->entry->word, STR("undetermined")))
		return FINDING_POTENTIAL;
	if (system_is_kernel(q->package, &headers) && (headers || !q->host))
		return FINDING_POTENTIAL;
	return FINDING_CONFIRMED;
}

/* All claims of one flaw. True when it holds. */
static bool judge_flaw(const struct question *q, const struct claim *claims, size_t n,
		       struct judgement *j)
{
	const struct statement **kept = ARENA_ARRAY(q->scratch, const struct statement *, n);

	*j = (struct judgement){ .key = claims[0].key, .statements = kept };
	for (size_t i = 0; i < n; i++) {
		/* The distribution's own judgement about its package wins. */
		if (claims[i].statement->entry->state == AFFECTED_NOT)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct statement *s = claims[i].statement;

		if (s->verdict != VERDICT_AFFECTED || (i && s == claims[i - 1].statement) ||
		    (s->open && fixed_elsewhere(claims, n, s)))
			continue;
		kept[j->count++] = s;
	}
	if (j->count == 0)
		return false;
	choose_fix(kept, j->count, j);
	for (size_t i = 0; i < j->count; i++) {
		if (!j->best || rank(j, kept[i]) < rank(j, j->best))
			j->best = kept[i];
	}
	j->id = claims[0].key ? cve_from_key(claims[0].key, q->scratch) : claims[0].id;
	return true;
}

/* Texts and ratings depend on the flaw, the name and the records, not on the version. */
static str detail_key(const struct question *q, const struct judgement *j)
{
	size_t n = j->id.n + j->best->name.n + sizeof(uint32_t) * (j->count + 1);
	char *key = arena_bytes(q->scratch, n), *at = key;

	memcpy(at, &j->best->entry->record, sizeof(uint32_t));
	at += sizeof(uint32_t);
	for (size_t i = 0; i < j->count; i++, at += sizeof(uint32_t))
		memcpy(at, &j->statements[i]->entry->record, sizeof(uint32_t));
	memcpy(at, j->id.p, j->id.n);
	at += j->id.n;
	if (j->best->name.n)
		memcpy(at, j->best->name.p, j->best->name.n);
	return str_of(key, n);
}

static int add_finding(const struct question *q, const struct judgement *j,
		       struct finding_list *out, struct err *err)
{
	const struct statement *best = j->best;
	struct finding f = { .epss = -1, .epss_percentile = -1 }, *kept = NULL;
	void **slot = q->details ? map_slot(q->details, detail_key(q, j)) : NULL;

	if (slot && *slot) {
		f = *(const struct finding *)*slot;
	} else {
		f.id = str_dup(q->arena, j->id);
		f.ecosystem = str_dup(q->arena, best->ecosystem->ecosystem->name);
		f.matched_name = str_dup(q->arena, best->name);
		if (best->source)
			f.origin = str_dup(q->arena, best->source->name);
		if (detail_finding(q, j, &f, err) < 0)
			return -1;
	}
	if (slot && !*slot) {
		*slot = kept = ARENA_NEW(q->arena, struct finding);
		*kept = f;
	}
	f.fixed = str_dup(q->arena, j->fixed);
	f.status = status_of(j);
	f.kind = kind_of(q, j);
	f.matched_version = str_dup(q->arena, best->version);
	f.upgrade = str_dup(q->arena, system_upgrade(q->system, q->package, j->fixed, q->scratch));
	out->items = arena_grow(q->arena, out->items, out->n, &out->cap, sizeof(*out->items));
	out->items[out->n++] = f;
	return 0;
}

int judge_package(const struct question *q, struct finding_list *out, struct err *err)
{
	struct statements statements = { 0 };
	struct claims claims = { 0 };

	if (gather(q, &statements, err) < 0 || claims_of(q, &statements, &claims, err) < 0)
		return -1;
	for (size_t i = 0, end; i < claims.n; i = end) {
		struct judgement judgement;

		for (end = i + 1; end < claims.n && claims.items[end].key == claims.items[i].key &&
				  str_eq(claims.items[end].id, claims.items[i].id);
		     end++)
			;
		if (judge_flaw(q, claims.items + i, end - i, &judgement) &&
		    add_finding(q, &judgement, out, err) < 0)
			return -1;
	}
	return 0;
}
