/* SPDX-License-Identifier: Apache-2.0 */
/* Changes that are worth trying, from what an evaluation asked for. */
#include "policy/constraint/fix_maker.h"

/* ---- sites --------------------------------------------------------------------------------- */

static void try_rows(struct maker *m, const struct site *site)
{
	const struct fix_field *row;
	size_t at = 0;
	unsigned nth = 0;

	while ((row = fix_field_next(&site->name, &at)))
		fix_try_row(m, site, row, COST_ROW + 2 * nth++);
}

/* Rows for fields below a place. */
static void try_below(struct maker *m, const struct site *site)
{
	const struct fix_field *row;
	struct site inner;
	size_t at = 0;
	str rest, part;

	if (site->now && site->now->type != VALUE_OBJECT)
		return;
	while ((row = fix_field_below(&site->name, &at, &rest))) {
		if (str_find_char(rest, '*') >= 0 || str_find_char(rest, '[') >= 0)
			continue;
		inner = *site;
		while (inner.n < FIX_MAX_PATH && str_split(&rest, '.', &part))
			inner.path[inner.n++] = value_str(part);
		inner.now = fix_value_at(&m->object, inner.path, inner.n);
		if (fix_name_of(m, inner.path, inner.n, &inner.name))
			fix_try_row(m, &inner, row, COST_BELOW);
	}
}

/* The value for a key that a map lacks. */
static struct value wanted_value(struct maker *m, const struct value *path, size_t n, bool *choose)
{
	const struct fix_field *row;
	struct fix_name name;
	struct value v;
	size_t at = 0;

	*choose = true;
	if (fix_name_of(m, path, n, &name)) {
		while ((row = fix_field_next(&name, &at))) {
			if (fix_field_value(row, &m->object, path, n, m->arena, &v))
				return v;
		}
	}
	return VALUE_STR("choose");
}

/* What a set lacks, as keys of a map. */
static void add_keys(struct maker *m, const struct site *site)
{
	struct group all = { .n = 0 };
	struct value path[FIX_MAX_PATH];

	memcpy(path, site->path, sizeof(path));
	for (size_t i = 0; i < m->trace->wanted_n; i++) {
		const struct value *key = &m->trace->wanted[i];
		struct group one = { .n = 0 };
		struct value v;
		bool choose;

		if (key->type != VALUE_STRING || (site->now && value_get(site->now, key)))
			continue;
		path[site->n] = *key;
		v = wanted_value(m, path, site->n + 1, &choose);
		if (fix_put(m, &one, path, site->n + 1, &v, COST_ADD, choose))
			fix_keep(m, &one);
		IGNORE(fix_put(m, &all, path, site->n + 1, &v, COST_ADD, choose)); /* full: fewer */
	}
	if (all.n > 1)
		fix_keep(m, &all);
}

/* The index of the next element of a list, in the object as it was given. */
static int64_t next_index(const struct maker *m, const struct site *site)
{
	const struct value *path = site->path;
	size_t n = site->n;
	const struct value *given = fix_value_at(&m->search->object, path, n);
	int64_t next = given && given->type == VALUE_ARRAY ? given->n : 0;

	for (size_t i = 0; i < m->edits->n; i++) {
		const struct fix_edit *e = &m->edits->items[i];

		if (e->n > n && fix_same_path(e->path, path, n) && fix_is_index(&e->path[n]) &&
		    e->path[n].i >= next)
			next = e->path[n].i + 1;
		if (e->n == n && !e->remove && fix_same_path(e->path, path, n) &&
		    e->value.type == VALUE_ARRAY)
			next = e->value.n;
	}
	return next;
}

/* What a set lacks, as elements of a list. */
static void add_items(struct maker *m, const struct site *site, const struct value *items, size_t n,
		      unsigned cost)
{
	struct group all = { .n = 0 };
	struct value path[FIX_MAX_PATH];
	struct value_builder b;
	struct value list;
	int64_t next;

	if (n == 0)
		return;
	if (!site->now) {
		value_builder_init(&b, m->arena);
		for (size_t i = 0; i < n; i++)
			value_builder_add(&b, items[i]);
		list = value_builder_array(&b);
		fix_try_value(m, site, &list, cost, false);
		return;
	}
	memcpy(path, site->path, sizeof(path));
	next = next_index(m, site);
	for (size_t i = 0; i < n; i++) {
		path[site->n] = value_int(next + (int64_t)i);
		IGNORE(fix_put(m, &all, path, site->n + 1, &items[i], cost,
			       false)); /* full: fewer */
	}
	fix_keep(m, &all);
}

/* Single elements that rows name. */
static void add_each(struct maker *m, const struct site *site)
{
	const struct fix_field *row;
	size_t at = 0;
	struct value v;

	while ((row = fix_field_next(&site->name, &at))) {
		if (fix_field_value(row, &m->object, site->path, site->n, m->arena, &v) &&
		    v.type == VALUE_ARRAY && v.n == 1)
			add_items(m, site, v.items, 1, COST_ADD);
	}
}

static void try_wanted(struct maker *m, const struct site *site)
{
	bool map = !site->now || site->now->type == VALUE_OBJECT;
	bool list = !site->now || site->now->type == VALUE_ARRAY;

	if (map && !(site->flags & FIELD_LIST))
		add_keys(m, site);
	if (list && !(site->flags & FIELD_MAP)) {
		add_items(m, site, m->trace->wanted, m->trace->wanted_n, COST_ADD);
		if (site->now)
			add_each(m, site);
	}
}

/* ---- quantities ---------------------------------------------------------------------------- */

/* 0: no quantity, 1: without binary unit (cpu), 2: of memory. */
static unsigned quantity_class(const struct value *v)
{
	str s = value_text(v), digits;
	size_t n = 0;

	if (v->type == VALUE_NUMBER)
		return 1;
	while (n < s.n && (is_digit(s.p[n]) || s.p[n] == '.'))
		n++;
	digits = str_skip(s, n);
	if (n == 0 || digits.n > 2)
		return 0;
	return digits.n == 0 || str_eq(digits, STR("m")) ? 1 : 2;
}

/* Requests and limits of the same thing. */
static void try_quantities(struct maker *m, const struct site *site)
{
	static const str limits = STR_INIT("limits"), requests = STR_INIT("requests");
	struct value path[FIX_MAX_PATH];
	const struct value *twin;
	unsigned class;
	bool limit;

	if (site->name.n != 4 || !str_eq(site->name.parts[1], STR("resources")))
		return;
	limit = str_eq(site->name.parts[2], limits);
	if (!limit && !str_eq(site->name.parts[2], requests))
		return;
	memcpy(path, site->path, sizeof(path));
	path[site->n - 2] = value_str(limit ? requests : limits);
	twin = fix_value_at(&m->object, path, site->n);
	if (twin && twin->type < VALUE_ARRAY)
		fix_try_value(m, site, twin, COST_COPY, false);
	class = str_eq(site->name.parts[3], STR("cpu")) ? 1 : 2;
	for (size_t i = 0; i < m->trace->pool_n; i++) {
		if (quantity_class(&m->trace->pool[i]) == class)
			fix_try_value(m, site, &m->trace->pool[i],
				      site->now ? COST_COPY : COST_ROW + 5, true);
	}
}

/* ---- generating ---------------------------------------------------------------------------- */

static bool has_row(const struct site *site)
{
	const struct fix_field *row;
	size_t at = 0;

	while ((row = fix_field_next(&site->name, &at))) {
		if (row->value[0] != '\0' && row->value[0] != '-')
			return true;
	}
	return (site->flags & (FIELD_LIST | FIELD_MAP | FIELD_IMAGE)) != 0;
}

/* Constants that were seen somewhere, where nothing better is known. */
static void try_pool(struct maker *m, const struct site *site)
{
	struct value yes = value_bool(true), no = value_bool(false);

	if (has_row(site))
		return;
	if (!site->now) {
		fix_try_value(m, site, &no, COST_POOL - 2, false);
		fix_try_value(m, site, &yes, COST_POOL - 2, false);
	}
	for (size_t i = 0; i < m->trace->pool_n && i < 32; i++) {
		const struct value *v = &m->trace->pool[i];

		if (!site->now || site->now->type == v->type)
			fix_try_value(m, site, v, COST_POOL, false);
	}
}

static void from_missing(struct maker *m)
{
	for (size_t i = 0; i < m->trace->missing_n && m->out->n < FIX_MAX_CANDIDATES; i++) {
		const struct fix_missing *miss = &m->trace->missing[i];
		struct site site;

		if (!fix_site_make(m, miss->node, miss->keys, miss->n, &site))
			continue;
		try_rows(m, &site);
		try_quantities(m, &site);
		try_wanted(m, &site);
		try_below(m, &site);
		fix_try_profiles(m, &site);
	}
}

/* The last resort, behind everything else. */
static void from_pool(struct maker *m)
{
	struct site site;

	for (size_t i = 0; i < m->trace->missing_n && m->out->n < FIX_MAX_CANDIDATES; i++) {
		const struct fix_missing *miss = &m->trace->missing[i];

		if (fix_site_make(m, miss->node, miss->keys, miss->n, &site))
			try_pool(m, &site);
	}
	for (uint32_t i = 1; i < m->trace->n && m->out->n < FIX_MAX_CANDIDATES; i++) {
		const struct fix_node *node = &m->trace->nodes[i];

		if (!node->seen || node->value.type == VALUE_OBJECT ||
		    !fix_site_make(m, i, NULL, 0, &site))
			continue;
		if (node->value.type < VALUE_ARRAY)
			try_pool(m, &site);
		for (size_t k = 0; node->value.type == VALUE_ARRAY && node->walked &&
				   k < m->trace->pool_n && k < 24;
		     k++)
			add_items(m, &site, &m->trace->pool[k], 1, COST_POOL + 2);
	}
}

static void from_partners(struct maker *m, uint32_t node, const struct site *site)
{
	struct fix_guesses guesses = { .n = 0 };
	bool identity = site->flags & FIELD_IDENTITY;

	for (size_t i = 0; i < m->trace->partner_n; i++) {
		if (m->trace->partners[i].node == node)
			m->out->identity |= identity;
		if (m->trace->partners[i].node == node)
			fix_guess(site->now, &m->trace->partners[i], site->flags & FIELD_IMAGE,
				  m->arena, &guesses);
	}
	for (size_t i = 0; i < guesses.n; i++)
		fix_try_value(m, site, &guesses.items[i].value, guesses.items[i].cost,
			      guesses.items[i].choose);
	m->out->digest |= guesses.digest;
}

/* The element around a place goes, the nearest ones first. */
static void try_elements(struct maker *m, const struct site *site)
{
	unsigned found = 0;

	for (size_t n = site->n; n > 0 && found < 2; n--) {
		if (!fix_is_index(&site->path[n - 1]))
			continue;
		fix_try_removal(m, site->path, n, COST_ELEMENT + 6 * found, found > 0);
		found++;
	}
}

static void from_scalar(struct maker *m, uint32_t node, const struct site *site)
{
	struct value v;

	try_rows(m, site);
	try_quantities(m, site);
	from_partners(m, node, site);
	if (site->now->type == VALUE_BOOL) {
		v = value_bool(!site->now->flag);
		fix_try_value(m, site, &v, COST_TOGGLE, false);
	}
	fix_try_removal(m, site->path, site->n, COST_REMOVE, false);
	try_elements(m, site);
	fix_try_volume(m, site);
}

static void from_present(struct maker *m)
{
	for (uint32_t i = 1; i < m->trace->n && m->out->n < FIX_MAX_CANDIDATES; i++) {
		const struct fix_node *node = &m->trace->nodes[i];
		struct site site;

		if (!node->seen || !fix_site_make(m, i, NULL, 0, &site))
			continue;
		if (node->value.type < VALUE_ARRAY) {
			from_scalar(m, i, &site);
			continue;
		}
		try_rows(m, &site);
		fix_try_profiles(m, &site);
		fix_try_volume(m, &site);
		fix_try_removal(m, site.path, site.n, COST_REMOVE + 8, false);
		try_elements(m, &site);
		if (node->walked || node->value.n == 0)
			try_wanted(m, &site);
		if (node->walked || m->trace->missing_n == 0)
			try_below(m, &site);
	}
}

/* Places that are not there, by what they would be held against. */
static void from_probed(struct maker *m)
{
	for (size_t i = 0; i < m->trace->probed_n; i++) {
		const struct fix_probed *p = &m->trace->probed[i];
		struct fix_guesses guesses = { .n = 0 };
		struct value none = VALUE_STR("");
		struct site site;

		if (!fix_site_make(m, 0, p->path, p->n, &site))
			continue;
		fix_guess(&none, &p->partner, site.flags & FIELD_IMAGE, m->arena, &guesses);
		for (size_t k = 0; k < guesses.n; k++)
			fix_try_value(m, &site, &guesses.items[k].value, guesses.items[k].cost + 1,
				      guesses.items[k].choose);
		m->out->digest |= guesses.digest;
	}
}

/* What is too much in a set goes, one by one and all together. */
static void from_surplus(struct maker *m)
{
	struct group all = { .n = 0 };

	for (size_t i = 0; i < m->trace->partner_n; i++) {
		const struct fix_partner *p = &m->trace->partners[i];
		struct site site;

		if (p->relation != FIX_SURPLUS || !fix_site_make(m, p->node, NULL, 0, &site))
			continue;
		fix_try_removal(m, site.path, site.n, COST_ADD, false);
		IGNORE(fix_put(m, &all, site.path, site.n, NULL, COST_ADD,
			       false)); /* full: fewer */
	}
	if (all.n > 1)
		fix_keep(m, &all);
}

static int by_cost(const void *a, const void *b)
{
	const struct fix_candidate *x = *(const struct fix_candidate *const *)a;
	const struct fix_candidate *y = *(const struct fix_candidate *const *)b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* The same change in each container, element and so on, as one. */
static void group_alike(struct maker *m)
{
	size_t n = m->out->n;

	for (size_t i = 0; i < n && i < 160; i++) {
		const struct fix_candidate *first = m->out->items[i];
		struct group all = { .n = 1, .cost = first->cost };

		if (first->n != 1 || first->grouped)
			continue;
		all.edits[0] = first->edits[0];
		for (size_t k = i + 1; k < n; k++) {
			struct fix_candidate *c = m->out->items[k];

			if (c->n != 1 || c->shape != first->shape || all.n == FIX_MAX_GROUP)
				continue;
			c->grouped = true;
			all.edits[all.n++] = c->edits[0];
			all.cost += c->cost;
		}
		if (all.n > 1)
			fix_keep(m, &all);
	}
}

static void from_all(struct maker *m)
{
	from_surplus(m);
	from_missing(m);
	from_probed(m);
	from_present(m);
}

static void drop_empty(struct fix_candidates *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++) {
		if (out->items[i]->n > 0)
			out->items[kept++] = out->items[i];
	}
	out->n = kept;
}

void fix_candidates_make(struct fix_search *search, const struct fix_trace *trace,
			 const struct fix_target *target, const struct fix_edits *edits, bool pool,
			 struct arena *arena, struct fix_candidates *out)
{
	struct maker m = { .search = search,
			   .trace = trace,
			   .target = target,
			   .edits = edits,
			   .arena = arena,
			   .out = out,
			   .object = trace->nodes[0].value };
	const struct value *kind =
		fix_member(target->source_n > 0 ? &target->made : &m.object, "kind");

	*out = (struct fix_candidates){ 0 };
	m.kind = kind ? value_text(kind) : STR_EMPTY;
	if (pool)
		from_pool(&m);
	else
		from_all(&m);
	drop_empty(out);
	for (size_t i = 0; i < out->n; i++)
		out->items[i]->order = i;
	if (out->n > 1)
		qsort(out->items, out->n, sizeof(*out->items), by_cost);
	group_alike(&m);
	for (size_t i = 0; i < out->n; i++)
		out->items[i]->order = i;
	if (out->n > 1)
		qsort(out->items, out->n, sizeof(*out->items), by_cost);
}
