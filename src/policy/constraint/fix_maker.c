/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/fix_maker.h"

#define APPARMOR_FIELD	    30u /* Kubernetes 1.30 has the field; before, annotations are read */
#define APPARMOR_ANNOTATION STR("container.apparmor.security.beta.kubernetes.io/")
#define COST_PROFILE	    12u

/* A field that the cluster does not know and the object does not have: it would be dropped. */
static bool is_too_new(const struct maker *m, const struct value *path, size_t n)
{
	unsigned minor = m->search->request->kubernetes_minor;

	if (minor == 0 || minor >= APPARMOR_FIELD)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(value_text(&path[i]), STR("appArmorProfile")))
			return !fix_value_at(&m->search->object, path, i + 1);
	}
	return false;
}

/* The name of a place, as the kind knows it that the constraint is asked about. */
bool fix_name_of(const struct maker *m, const struct value *path, size_t n, struct fix_name *out)
{
	size_t above = m->target->source_n;

	return n >= above && !is_too_new(m, path, n) &&
	       fix_name_make(m->kind, path + above, n - above, out);
}

bool fix_site_make(const struct maker *m, uint32_t node, const struct value *keys, size_t n,
		   struct site *out)
{
	out->n = fix_node_path(m->trace, node, out->path, FIX_MAX_PATH - 2);
	if (out->n + n > FIX_MAX_PATH - 2)
		return false;
	for (size_t i = 0; i < n; i++)
		out->path[out->n++] = keys[i];
	out->now = n == 0 ? &m->trace->nodes[node].value : NULL;
	if (out->n == 0 || !fix_name_of(m, out->path, out->n, &out->name))
		return false;
	out->flags = fix_field_flags(&out->name);
	return true;
}

/* ---- adding -------------------------------------------------------------------------------- */

static bool same_edit(const struct fix_edit *a, const struct fix_edit *b)
{
	return a->n == b->n && a->remove == b->remove && fix_same_path(a->path, b->path, a->n) &&
	       (a->remove || value_equal(&a->value, &b->value));
}

static uint64_t mix(uint64_t hash, uint64_t more) { return (hash ^ more) * 0xff51afd7ed558ccdull; }

/* `places`: with the indices of lists. */
static uint64_t hash_of(const struct fix_edit *e, bool places)
{
	uint64_t hash = e->remove ? 1 : value_hash(&e->value) * 2;

	for (uint32_t i = 0; i < e->n; i++)
		hash = mix(hash,
			   !places && fix_is_index(&e->path[i]) ? 7 : value_hash(&e->path[i]));
	return hash;
}

static bool is_known(const struct maker *m, const struct fix_candidate *c)
{
	for (size_t i = 0; i < m->out->n; i++) {
		struct fix_candidate *old = m->out->items[i];
		bool same = old->n == c->n && old->hash == c->hash;

		for (size_t k = 0; same && k < c->n; k++)
			same = same_edit(&old->edits[k], &c->edits[k]);
		if (!same)
			continue;
		if (c->cost < old->cost) { /* now with a better reason */
			old->cost = c->cost;
			old->edits = NULL;
			old->n = 0;
			return false;
		}
		return true;
	}
	return false;
}

void fix_keep(struct maker *m, const struct group *g)
{
	struct fix_candidate c = { .n = g->n, .cost = g->cost, .edits = g->edits }, *copy;
	struct fix_edit *edits;

	for (size_t i = 0; i < g->n; i++)
		c.hash = mix(c.hash, hash_of(&g->edits[i], true));
	if (g->n == 0 || m->out->n == FIX_MAX_CANDIDATES || is_known(m, &c))
		return;
	c.shape = g->n == 1 ? hash_of(&g->edits[0], false) : 0;
	edits = ARENA_ARRAY(m->arena, struct fix_edit, g->n);
	memcpy(edits, g->edits, g->n * sizeof(*edits));
	c.edits = edits;
	copy = ARENA_NEW(m->arena, struct fix_candidate);
	*copy = c;
	m->out->items = arena_grow(m->arena, m->out->items, m->out->n, &m->out->cap,
				   sizeof(*m->out->items));
	m->out->items[m->out->n++] = copy;
}

/* "apps/v1", "v1beta2". */
static bool is_api_version(str s)
{
	ptrdiff_t slash = str_rfind_char(s, '/');
	str version = str_skip(s, (size_t)(slash + 1));

	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '/')
			return false;
	}
	return slash != 0 && version.n > 1 && version.p[0] == 'v' && is_digit(version.p[1]);
}

static str group_of(const struct value *version)
{
	str s = value_text(version);
	ptrdiff_t slash = str_find_char(s, '/');

	return slash < 0 ? STR_EMPTY : str_take(s, (size_t)slash);
}

static bool same_group(const struct value *object, const struct value *version)
{
	const struct value *now = fix_member(object, "apiVersion");

	return now && str_eq(group_of(now), group_of(version));
}

/* Puts a change of one place into the candidate; false: it must not be made. */
bool fix_put(struct maker *m, struct group *c, const struct value *path, size_t n,
	     const struct value *v, unsigned cost, bool choose)
{
	struct fix_name name;
	unsigned flags;

	if (c->n == FIX_MAX_GROUP || !fix_name_of(m, path, n, &name))
		return false;
	flags = fix_field_flags(&name);
	if (flags & FIELD_IDENTITY)
		return false;
	if (!v && !m->forced && (flags & (FIELD_REQUIRED | FIELD_KEEP)))
		return false;
	if (v && n == 1 && str_eq(value_text(&path[0]), STR("apiVersion"))) {
		if (!is_api_version(value_text(v)))
			return false;
		if (!same_group(&m->object, v))
			cost += COST_GROUP;
		choose = true;
	}
	if (v && (flags & FIELD_REQUIRED) && v->type >= VALUE_ARRAY &&
	    !(flags & FIELD_LIST && v->type == VALUE_ARRAY))
		return false;
	c->edits[c->n] = (struct fix_edit){
		.path = fix_path_copy(m->arena, path, n, NULL, 0),
		.n = (uint32_t)n,
		.remove = !v,
		.choose = choose,
		.cost = cost + (choose ? COST_CHOOSE : 0),
		.decision = 0,
		.constraint = m->target->constraint,
	};
	if (v)
		c->edits[c->n].value = *v;
	c->cost += c->edits[c->n].cost;
	c->n++;
	return true;
}

void fix_try_value(struct maker *m, const struct site *site, const struct value *v, unsigned cost,
		   bool choose)
{
	struct group c = { .n = 0 };

	if (site->now && value_equal(site->now, v))
		return;
	if (fix_put(m, &c, site->path, site->n, v, cost, choose))
		fix_keep(m, &c);
}

void fix_try_removal(struct maker *m, const struct value *path, size_t n, unsigned cost,
		     bool choose)
{
	struct group c = { .n = 0 };

	if (n > 0 && fix_put(m, &c, path, n, NULL, cost, choose))
		fix_keep(m, &c);
}

/* ---- what must change together ------------------------------------------------------------- */

/* Fields that a Service of type ClusterIP must not have. */
static void link_service(struct maker *m, struct group *c)
{
	static const char *const fields[] = { "externalTrafficPolicy",
					      "loadBalancerIP",
					      "loadBalancerClass",
					      "healthCheckNodePort",
					      "allocateLoadBalancerNodePorts",
					      "loadBalancerSourceRanges",
					      "externalName" };
	const struct value *spec = fix_member(&m->object, "spec"),
			   *ports = fix_member(spec, "ports");
	struct value path[4] = { VALUE_STR("spec") };

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		path[1] = value_str(str_c(fields[i]));
		if (fix_member(spec, fields[i]))
			IGNORE(fix_put(m, c, path, 2, NULL, 0,
				       false)); /* may be full: not valid then */
	}
	for (uint32_t i = 0; ports && ports->type == VALUE_ARRAY && i < ports->n; i++) {
		path[1] = VALUE_STR("ports");
		path[2] = value_int(i);
		path[3] = VALUE_STR("nodePort");
		if (fix_member(&ports->items[i], "nodePort"))
			IGNORE(fix_put(m, c, path, 4, NULL, 0, false)); /* as above */
	}
	for (size_t i = 0; i < c->n; i++)
		c->edits[i].decision = 1;
}

static bool name_is(const struct fix_name *name, const char *text)
{
	str rest = str_c(text), part;
	size_t i = 0;

	while (i < name->n && str_split(&rest, '.', &part)) {
		if (!str_eq(part, name->parts[i++]))
			return false;
	}
	return i == name->n && !rest.p;
}

/* One of several elements rather goes than all; of a single one, the list. */
static unsigned removal_cost(const struct maker *m, const struct site *site)
{
	const struct value *list = site->now;
	bool element = fix_is_index(&site->path[site->n - 1]);

	if (element)
		list = fix_value_at(&m->object, site->path, site->n - 1);
	if (!list || list->type != VALUE_ARRAY)
		return 0;
	return element == (list->n == 1) ? COST_LIST : 0;
}

/* A row's value, with what it brings along. */
void fix_try_row(struct maker *m, const struct site *site, const struct fix_field *row,
		 unsigned cost)
{
	struct group c = { .n = 0 };
	bool choose = row->flags & FIELD_CHOOSE;
	struct value v;

	if (site->now && choose)
		cost += COST_CHOSEN;
	if (row->value[0] == '-') {
		if (site->now)
			fix_try_removal(m, site->path, site->n, cost + removal_cost(m, site),
					choose);
		return;
	}
	if (!fix_field_value(row, &m->object, site->path, site->n, m->arena, &v) ||
	    (site->now && value_equal(site->now, &v)) ||
	    !fix_put(m, &c, site->path, site->n, &v, cost, choose))
		return;
	if (name_is(&site->name, "Service.spec.type"))
		link_service(m, &c);
	fix_keep(m, &c);
}

/* ---- volumes ------------------------------------------------------------------------------- */

static void remove_mounts(struct maker *m, struct group *c, const struct value *pod,
			  struct value *path, size_t n, const struct value *name)
{
	static const char *const lists[] = { "containers", "initContainers",
					     "ephemeralContainers" };

	for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
		const struct value *list = fix_member(pod, lists[l]);

		for (uint32_t i = 0; list && list->type == VALUE_ARRAY && i < list->n; i++) {
			const struct value *mounts = fix_member(&list->items[i], "volumeMounts");

			path[n] = value_str(str_c(lists[l]));
			path[n + 1] = value_int(i);
			path[n + 2] = VALUE_STR("volumeMounts");
			for (uint32_t k = 0; mounts && mounts->type == VALUE_ARRAY && k < mounts->n;
			     k++) {
				const struct value *of = fix_member(&mounts->items[k], "name");

				path[n + 3] = value_int(k);
				if (of && value_equal(of, name))
					IGNORE(fix_put(m, c, path, n + 4, NULL, 0,
						       false)); /* full: tried and refused */
			}
		}
	}
}

static bool has_field(const struct maker *m)
{
	unsigned minor = m->search->request->kubernetes_minor;

	return minor == 0 || minor >= APPARMOR_FIELD;
}

void fix_try_profiles(struct maker *m, const struct site *site)
{
	static const char *const lists[] = { "containers", "initContainers",
					     "ephemeralContainers" };
	struct value path[FIX_MAX_PATH], profile = VALUE_STR("runtime/default");
	struct group all = { .n = 0 };
	const struct value *spec;

	if (has_field(m) || site->n < 2 || site->name.n != 2 ||
	    !str_eq(site->name.parts[0], STR("metadata")) ||
	    !str_eq(site->name.parts[1], STR("annotations")))
		return;
	memcpy(path, site->path, sizeof(path));
	path[site->n - 2] = VALUE_STR("spec");
	spec = fix_value_at(&m->object, path, site->n - 1);
	path[site->n - 2] = site->path[site->n - 2];
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct value *list = fix_member(spec, lists[i]);

		for (uint32_t k = 0; list && list->type == VALUE_ARRAY && k < list->n; k++) {
			const struct value *name = fix_member(&list->items[k], "name");
			struct group one = { .n = 0 };

			if (!name || name->type != VALUE_STRING)
				continue;
			path[site->n] =
				value_str(str_cat(m->arena, APPARMOR_ANNOTATION, value_text(name)));
			if (fix_put(m, &one, path, site->n + 1, &profile, COST_PROFILE, false))
				fix_keep(m, &one);
			IGNORE(fix_put(m, &all, path, site->n + 1, &profile, COST_PROFILE,
				       false)); /* full: fewer */
		}
	}
	if (all.n > 1)
		fix_keep(m, &all);
}

/* A volume that is refused becomes an empty folder, or goes with its mounts. */
void fix_try_volume(struct maker *m, const struct site *site)
{
	struct value path[FIX_MAX_PATH], volume, empty;
	struct group c = { .n = 0 }, gone = { .n = 0 };
	struct object_builder b, none;
	const struct value *name, *pod;
	size_t at = 0;

	for (size_t i = 1; i + 1 < site->n; i++) {
		if (fix_is_index(&site->path[i + 1]) &&
		    str_eq(value_text(&site->path[i]), STR("volumes")))
			at = i;
	}
	if (at == 0 || at + 8 > FIX_MAX_PATH || site->name.n < 3 ||
	    !str_eq(site->name.parts[0], STR("pod")) ||
	    !str_eq(site->name.parts[1], STR("volumes")))
		return;
	memcpy(path, site->path, sizeof(path));
	name = fix_member(fix_value_at(&m->object, path, at + 2), "name");
	pod = fix_value_at(&m->object, path, at);
	if (!name)
		return;
	object_builder_init(&none, m->arena);
	empty = object_builder_take_last(&none);
	object_builder_init(&b, m->arena);
	OBJECT_ADD(&b, "name", *name);
	OBJECT_ADD(&b, "emptyDir", empty);
	volume = object_builder_take_last(&b);
	if (fix_put(m, &c, path, at + 2, &volume, COST_VOLUME, false))
		fix_keep(m, &c);
	m->forced = true;
	if (fix_put(m, &gone, path, at + 2, NULL, COST_ELEMENT + 10, false))
		remove_mounts(m, &gone, pod, path, at, name);
	m->forced = false;
	for (size_t i = 0; i < gone.n; i++)
		gone.edits[i].decision = 1;
	fix_keep(m, &gone);
}
