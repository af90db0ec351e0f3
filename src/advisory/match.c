/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/match.h"

#include "advisory/eol.h"
#include "advisory/match_internal.h"
#include "base/time.h"

/* Kinds of one inventory; each has a system row. */
#define MAX_KINDS 64u

struct kind_state {
	str kind;
	struct system system;
	uint32_t index; /* of the system in the cache of known findings */
	size_t packages;
};

struct matching {
	struct advisory_db *db;
	const struct inventory *inventory;
	const struct match_opts *opts;
	struct arena *arena, *scratch;
	struct kind_state kinds[MAX_KINDS];
	size_t kind_count;
	struct finding_list findings;
	struct map details;
	const struct finding_list **known; /* lean: of each package */
	size_t known_count;
};

const char *coverage_status_name(enum coverage_status status)
{
	static const char *const names[] = { [COVERAGE_OK] = "ok",
					     [COVERAGE_ESSENTIALS_ONLY] = "essentials_only",
					     [COVERAGE_NOT_APPLICABLE] = "not_applicable" };

	return names[status];
}

/* A number for what of the system the findings depend on. */
static uint32_t system_index(const struct matching *m, str kind)
{
	const struct os_identity *os = &m->inventory->os;
	str key =
		str_fmt(m->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%d", STR_ARG(kind), STR_ARG(os->family),
			STR_ARG(os->version), STR_ARG(os->codename), os->extended_support);

	return (uint32_t)siphash(key, 0, 0);
}

static struct kind_state *kind_of(struct matching *m, str kind)
{
	struct kind_state *k;

	for (size_t i = 0; i < m->kind_count; i++) {
		if (str_eq(m->kinds[i].kind, kind))
			return &m->kinds[i];
	}
	if (m->kind_count == MAX_KINDS)
		return NULL;
	k = &m->kinds[m->kind_count++];
	k->kind = kind;
	k->index = system_index(m, kind);
	system_find(m->db, &m->inventory->os, kind, m->arena, &k->system);
	return k;
}

static int match_lean(struct matching *m, struct question *q, const struct kind_state *kind,
		      size_t package, struct err *err)
{
	struct finding_list *slot, *fresh;
	const struct finding_list *known;

	if (!matcher_known(q, kind->index, &known, &slot)) {
		fresh = slot ? slot : ARENA_NEW(m->arena, struct finding_list);
		q->arena = slot ? matcher_known_arena(m->db) : m->arena;
		if (judge_package(q, fresh, err) < 0)
			return -1;
		known = fresh;
	}
	m->known[package] = known;
	m->known_count += known->n;
	return 0;
}

/* All findings in one array of the right size. */
static void join_lean(struct matching *m)
{
	struct finding *items = ARENA_ARRAY(m->arena, struct finding, m->known_count);
	size_t n = 0;

	for (size_t i = 0; i < m->inventory->package_count; i++) {
		const struct finding_list *known = m->known[i];

		for (size_t k = 0; known && k < known->n; k++) {
			items[n] = known->items[k];
			items[n++].package = i;
		}
	}
	m->findings.items = items;
	m->findings.n = n;
}

static int match_package(struct matching *m, size_t index, struct err *err)
{
	const struct package *p = &m->inventory->packages[index];
	struct kind_state *kind = kind_of(m, p->kind);
	struct question q = { .db = m->db,
			      .package = p,
			      .host = str_eq(m->inventory->target_kind, STR("dir")),
			      .lean = m->opts->lean,
			      .scratch = m->scratch,
			      .arena = m->arena,
			      .details = m->opts->lean ? NULL : &m->details };
	size_t before = m->findings.n;
	int failed;

	if (!kind)
		return err_set(err, ERR_LIMIT, "more than %u kinds of packages", MAX_KINDS);
	kind->packages++;
	if (kind->system.ecosystem_count == 0)
		return 0;
	q.system = &kind->system;
	failed = m->opts->lean ? match_lean(m, &q, kind, index, err)
			       : judge_package(&q, &m->findings, err);
	for (size_t i = before; i < m->findings.n; i++)
		m->findings.items[i].package = index;
	arena_reset(m->scratch);
	matcher_trim(m->db);
	return failed;
}

/* Context for qsort_r. */
static int finding_cmp(const void *a, const void *b, void *inventory)
{
	const struct finding *x = a, *y = b;
	const struct package *packages = ((const struct inventory *)inventory)->packages;
	const struct package *p = &packages[x->package], *q = &packages[y->package];
	const str pairs[][2] = { { x->id, y->id },	     { p->name, q->name },
				 { p->version, q->version }, { p->arch, q->arch },
				 { p->path, q->path },	     { x->advisory, y->advisory } };

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		int order = str_cmp(pairs[i][0], pairs[i][1]);

		if (order)
			return order;
	}
	return (x->package > y->package) - (x->package < y->package);
}

static str ecosystem_list(const struct system *system, struct arena *arena)
{
	str out = STR_EMPTY;

	for (size_t i = 0; i < system->ecosystem_count; i++) {
		if (i)
			out = str_cat(arena, out, STR(", "));
		out = str_cat(arena, out, system->ecosystems[i].ecosystem->name);
	}
	return out;
}

static struct coverage coverage_of(const struct matching *m, const struct kind_state *kind)
{
	const struct system *system = &kind->system;
	struct coverage c = { .kind = kind->kind,
			      .packages = kind->packages,
			      .ecosystems = ecosystem_list(system, m->arena),
			      .reason = system->remark };

	for (size_t i = 0; i < system->ecosystem_count; i++) {
		if (str_cmp(system->ecosystems[i].ecosystem->date, c.date) > 0)
			c.date = str_dup(m->arena, system->ecosystems[i].ecosystem->date);
		if (!system->ecosystems[i].scheme)
			c.reason =
				str_fmt(m->arena,
					"the order of versions of %.*s is not known: only listed "
					"versions are found",
					STR_ARG(system->ecosystems[i].ecosystem->name));
	}
	if (kind->packages == 0) {
		c.ecosystems = STR_EMPTY;
		c.reason = STR("the package database is there and lists no package");
		c.status = m->inventory->package_count > 0 ? COVERAGE_OK : COVERAGE_NOT_APPLICABLE;
	} else if (system->ecosystem_count == 0) {
		c.status = COVERAGE_NOT_APPLICABLE;
		c.reason = system->missing;
	} else if (m->db->essentials) {
		c.status = COVERAGE_ESSENTIALS_ONLY;
		c.reason = STR("only the built-in advisories were looked up: a small selection");
	}
	return c;
}

static int coverage_cmp(const void *a, const void *b)
{
	const struct coverage *x = a, *y = b;

	return str_cmp(x->kind, y->kind);
}

static void fill_coverage(struct matching *m, struct match_result *out)
{
	struct coverage *lines = ARENA_ARRAY(m->arena, struct coverage, m->kind_count + 1);
	size_t n = 0;

	for (size_t i = 0; i < m->kind_count; i++)
		lines[n++] = coverage_of(m, &m->kinds[i]);
	if (n == 0)
		lines[n++] = (struct coverage){
			.status = COVERAGE_NOT_APPLICABLE,
			.reason = STR("no package database was found: nothing can be said about it")
		};
	qsort(lines, n, sizeof(*lines), coverage_cmp);
	out->coverage = lines;
	out->coverage_count = n;
}

static void fill_eol(const struct matching *m, struct match_result *out)
{
	const struct os_identity *os = &m->inventory->os;
	int64_t now = m->opts->now ? m->opts->now : time_now();
	struct eol eol;
	bool longer;
	int64_t end;

	if (str_empty(os->family) || !matcher_eol(m->db, os, &eol) || !eol.standard_end)
		return;
	longer = eol.extended_end && (os->extended_support || str_eq(eol.kind, STR("lts")));
	end = longer ? eol.extended_end : eol.standard_end;
	if (now < end)
		return;
	out->end_of_life = true;
	out->eol_date = str_dup(m->arena, longer ? eol.extended : eol.standard);
	out->eol_message =
		str_fmt(m->arena, "%.*s %.*s gets no security updates since %.*s",
			STR_ARG(os->family), STR_ARG(os->version), STR_ARG(out->eol_date));
}

int advisory_match(struct advisory_db *db, const struct inventory *inventory,
		   const struct match_opts *opts, struct arena *arena, struct match_result *out,
		   struct err *err)
{
	static const struct match_opts standard = { 0 };
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(free)
	struct matching *m = mem_zalloc(sizeof(*m));

	*m = (struct matching){ .db = db,
				.inventory = inventory,
				.opts = opts ? opts : &standard,
				.arena = arena,
				.scratch = scratch };
	map_init(&m->details, arena);
	if (m->opts->lean)
		m->known =
			ARENA_ARRAY(arena, const struct finding_list *, inventory->package_count);
	for (size_t i = 0; i < inventory->kinds_read_count; i++) {
		if (!kind_of(m, inventory->kinds_read[i]))
			return err_set(err, ERR_LIMIT, "more than %u kinds of packages", MAX_KINDS);
	}
	for (size_t i = 0; i < inventory->package_count; i++) {
		if (match_package(m, i, err) < 0)
			return -1;
	}
	if (m->opts->lean)
		join_lean(m);
	else if (m->findings.n)
		qsort_r(m->findings.items, m->findings.n, sizeof(*m->findings.items), finding_cmp,
			(void *)(uintptr_t)inventory);
	*out = (struct match_result){ .findings = m->findings.items,
				      .finding_count = m->findings.n,
				      .essentials_only = db->essentials };
	fill_coverage(m, out);
	fill_eol(m, out);
	return 0;
}
