/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/num.h"
#include "report/import.h"

#define MAX_ALIKE 64u /* packages of one name and version that are looked at */

struct merge {
	struct arena *arena;
	struct package *packages;
	size_t *next; /* beside them: 1 + the next of the same name and version; 0: none */
	size_t package_n, package_cap, next_cap;
	struct map by_name;
	struct finding *findings;
	size_t *owner; /* beside them: which document it came from first */
	size_t finding_n, finding_cap, owner_cap;
	struct map by_id; /* "package id" -> 1 + index of the finding */
};

/* ---- packages ---- */

static bool fits(str a, str b) { return a.n == 0 || b.n == 0 || str_eq(a, b); }

static bool same_package(const struct package *a, const struct package *b)
{
	bool generic = str_eq(a->kind, STR("generic")) || str_eq(b->kind, STR("generic"));

	return (generic || str_eq(a->kind, b->kind)) && fits(a->arch, b->arch) &&
	       fits(a->path, b->path);
}

static void complete_package(struct package *p, const struct package *from)
{
	p->kind = str_eq(p->kind, STR("generic")) ? from->kind : p->kind;
	p->arch = p->arch.n ? p->arch : from->arch;
	p->path = p->path.n ? p->path : from->path;
	p->source_name = p->source_name.n ? p->source_name : from->source_name;
	p->licence = p->licence.n ? p->licence : from->licence;
}

static size_t merge_package(struct merge *m, const struct package *p, bool layers)
{
	str key = str_fmt(m->arena, "%.*s\n%.*s", STR_ARG(p->name), STR_ARG(p->version));
	void **slot = map_slot(&m->by_name, key);
	size_t at = (uintptr_t)*slot, steps = 0;

	for (; at > 0 && steps < MAX_ALIKE; at = m->next[at - 1], steps++) {
		if (!same_package(&m->packages[at - 1], p))
			continue;
		complete_package(&m->packages[at - 1], p);
		return at - 1;
	}
	m->packages = arena_grow(m->arena, m->packages, m->package_n, &m->package_cap, sizeof(*p));
	m->next = arena_grow(m->arena, m->next, m->package_n, &m->next_cap, sizeof(*m->next));
	m->packages[m->package_n] = *p;
	/* Layers are those of the first document. */
	m->packages[m->package_n].layer = layers ? p->layer : -1;
	m->next[m->package_n++] = (uintptr_t)*slot;
	*slot = (void *)(uintptr_t)m->package_n;
	return m->package_n - 1;
}

/* ---- findings ---- */

static void **slot_of(struct merge *m, size_t package, str id)
{
	return map_slot(&m->by_id, str_fmt(m->arena, "%zu %.*s", package, STR_ARG(id)));
}

/* 1 + index of what another document said of this flaw, or this one under the same name; 0. */
static size_t known(struct merge *m, const struct finding *f, size_t document)
{
	size_t at = (uintptr_t)*slot_of(m, f->package, f->id);

	if (at > 0 && (m->owner[at - 1] != document || str_eq(m->findings[at - 1].id, f->id)))
		return at;
	for (size_t i = 0; i < f->alias_count; i++) {
		at = (uintptr_t)*slot_of(m, f->package, f->aliases[i]);
		if (at > 0 && m->owner[at - 1] != document)
			return at;
	}
	return 0;
}

static void index_finding(struct merge *m, const struct finding *f, size_t index)
{
	void **slot = slot_of(m, f->package, f->id);

	*slot = *slot ? *slot : (void *)(uintptr_t)(index + 1);
	for (size_t i = 0; i < f->alias_count; i++) {
		slot = slot_of(m, f->package, f->aliases[i]);
		*slot = *slot ? *slot : (void *)(uintptr_t)(index + 1);
	}
}

static void add_text(struct arena *arena, const str **list, size_t *n, str text)
{
	str *grown;

	for (size_t i = 0; i < *n; i++) {
		if (str_ieq((*list)[i], text))
			return;
	}
	if (text.n == 0 || *n >= IMPORT_MAX_LIST)
		return;
	grown = ARENA_ARRAY(arena, str, *n + 1);
	if (*n > 0)
		memcpy(grown, *list, *n * sizeof(*grown));
	grown[(*n)++] = text;
	*list = grown;
}

static void add_tools(struct merge *m, struct finding *f, const struct finding *from)
{
	/* Ours is named when it is not the only one. */
	if (f->tool_count == 0)
		add_text(m->arena, &f->tools, &f->tool_count, STR("Seawall"));
	for (size_t i = 0; i < from->tool_count; i++)
		add_text(m->arena, &f->tools, &f->tool_count, from->tools[i]);
	if (from->tool_count == 0)
		add_text(m->arena, &f->tools, &f->tool_count, STR("Seawall"));
}

static void complete_finding(struct merge *m, struct finding *f, const struct finding *from)
{
	bool other = !str_eq(f->id, from->id);

	add_tools(m, f, from);
	if (other)
		add_text(m->arena, &f->aliases, &f->alias_count, from->id);
	for (size_t i = 0; i < from->alias_count; i++) {
		if (!str_eq(from->aliases[i], f->id))
			add_text(m->arena, &f->aliases, &f->alias_count, from->aliases[i]);
	}
	f->title = f->title.n ? f->title : from->title;
	f->description = f->description.n ? f->description : from->description;
	f->published = f->published.n ? f->published : from->published;
	f->modified = f->modified.n ? f->modified : from->modified;
	if (f->fixed.n == 0 && from->fixed.n > 0) {
		f->fixed = from->fixed;
		f->status = from->status;
	}
	if (f->severity == SEVERITY_UNKNOWN) {
		f->severity = from->severity;
		f->severity_source = from->severity_source;
	}
	if (f->cvss_count == 0) {
		f->cvss = from->cvss;
		f->cvss_count = from->cvss_count;
	}
	if (f->reference_count == 0) {
		f->references = from->references;
		f->reference_count = from->reference_count;
	}
	f->epss = f->epss >= 0 ? f->epss : from->epss;
	f->kev |= from->kev;
	f->kind = from->kind < f->kind ? from->kind : f->kind;
	/* A statement that it need not count holds for all tools; so says who made it. */
	f->hidden = f->hidden ? f->hidden : from->hidden;
}

static void merge_finding(struct merge *m, const struct finding *from, size_t package,
			  size_t document)
{
	struct finding f = *from;

	f.package = package;
	size_t at = known(m, &f, document);
	if (at > 0) {
		complete_finding(m, &m->findings[at - 1], &f);
		index_finding(m, &f, at - 1);
		return;
	}
	m->findings = arena_grow(m->arena, m->findings, m->finding_n, &m->finding_cap, sizeof(f));
	m->owner = arena_grow(m->arena, m->owner, m->finding_n, &m->owner_cap, sizeof(*m->owner));
	m->findings[m->finding_n] = f;
	m->owner[m->finding_n] = document;
	index_finding(m, &f, m->finding_n++);
}

/* ---- the whole ---- */

static int by_place(const struct finding *x, const struct finding *y,
		    const struct package *packages)
{
	const struct package *a = &packages[x->package], *b = &packages[y->package];
	int order = (int)y->severity - (int)x->severity;

	if (!order)
		order = str_cmp(x->id, y->id);
	if (!order)
		order = str_cmp(a->name, b->name);
	if (!order)
		order = str_cmp(a->version, b->version);
	if (!order)
		order = str_cmp(a->arch, b->arch);
	return order ? order : str_cmp(a->path, b->path);
}

/* Merge sort, which needs no state beside its arguments and keeps the order of equals. */
static void sort(struct finding *list, struct finding *spare, size_t n,
		 const struct package *packages)
{
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t begin = 0; begin < n; begin += 2 * width) {
			size_t mid = size_min(begin + width, n),
			       end = size_min(begin + 2 * width, n);
			size_t a = begin, b = mid;

			for (size_t i = begin; i < end; i++) {
				bool left = a < mid && (b >= end || by_place(&list[a], &list[b],
									     packages) <= 0);
				spare[i] = left ? list[a++] : list[b++];
			}
		}
		memcpy(list, spare, n * sizeof(*list));
	}
}

struct not_examined_list {
	struct not_examined *items;
	size_t n, cap;
};

/* What a document could not see, and what could not be taken from it. */
static void add_unread(struct arena *arena, struct not_examined_list *list,
		       const struct imported *item)
{
	const struct inventory *inventory = &item->inventory;

	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		list->items =
			arena_grow(arena, list->items, list->n, &list->cap, sizeof(*list->items));
		list->items[list->n++] = inventory->not_examined[i];
	}
	if (item->skipped == 0)
		return;
	list->items = arena_grow(arena, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n++] = (struct not_examined){ .kind = ERR_UNSUPPORTED,
							.what = STR("report"),
							.path = item->from.file,
							.reason = item->skipped_first,
							.count = item->skipped };
}

static int by_file(const void *a, const void *b)
{
	const struct licence_fact *x = a, *y = b;
	int order = str_cmp(x->path, y->path);

	return order ? order : str_cmp(x->name, y->name);
}

/* Licences of files: what each document tells, in their order. */
static void merge_licences(struct arena *arena, const struct imported *const *items, size_t n,
			   struct inventory *out)
{
	struct licence_fact *all;
	size_t count = 0, k = 0;

	out->licences_searched = false;
	for (size_t i = 0; i < n; i++) {
		out->licences_searched |= items[i]->inventory.licences_searched;
		count += items[i]->inventory.licence_count;
	}
	all = ARENA_ARRAY(arena, struct licence_fact, count);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < items[i]->inventory.licence_count; j++)
			all[k++] = items[i]->inventory.licences[j];
	}
	if (count > 0)
		qsort(all, count, sizeof(*all), by_file);
	out->licences = all;
	out->licence_count = count;
}

static int by_kind(const void *a, const void *b)
{
	return str_cmp(((const struct coverage *)a)->kind, ((const struct coverage *)b)->kind);
}

/* "Trivy, Grype" */
static str tools_of(struct arena *arena, const struct imported *const *items, size_t n)
{
	const str *tools = NULL;
	size_t count = 0;
	str line = STR_EMPTY;

	for (size_t i = 0; i < n; i++)
		add_text(arena, &tools, &count, items[i]->from.tool);
	for (size_t i = 0; i < count; i++)
		line = str_fmt(arena, "%.*s%s%.*s", STR_ARG(line), i ? ", " : "",
			       STR_ARG(tools[i]));
	return line;
}

/* A line for each kind of package. */
static void cover(struct arena *arena, const struct inventory *inventory, str tools,
		  struct match_result *match, str **kinds, size_t *kind_n)
{
	struct coverage *lines = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < inventory->package_count; i++) {
		size_t k = 0;

		while (k < n && !str_eq(lines[k].kind, inventory->packages[i].kind))
			k++;
		if (k == n) {
			lines = arena_grow(arena, lines, n, &cap, sizeof(*lines));
			lines[n++] = (struct coverage){ .kind = inventory->packages[i].kind,
							.ecosystems = tools,
							.status = COVERAGE_OK,
							.reason = STR("as the reports say") };
		}
		lines[k].packages++;
	}
	if (n > 0)
		qsort(lines, n, sizeof(*lines), by_kind);
	*kinds = ARENA_ARRAY(arena, str, n);
	*kind_n = n;
	for (size_t i = 0; i < n; i++)
		(*kinds)[i] = lines[i].kind;
	if (n == 0) {
		lines = ARENA_NEW(arena, struct coverage);
		lines[0] = (struct coverage){ .status = COVERAGE_NOT_APPLICABLE,
					      .reason = STR("the reports name no packages") };
		n = 1;
	}
	match->coverage = lines;
	match->coverage_count = n;
}

static void describe_data(struct arena *arena, const struct imported *const *items, size_t n,
			  struct match_result *match, struct advisory_info *database)
{
	struct match_import *imports = ARENA_ARRAY(arena, struct match_import, n);
	struct advisory_source *sources = ARENA_ARRAY(arena, struct advisory_source, n);

	*database = (struct advisory_info){ .age_days = ADVISORY_UNKNOWN_AGE, .stale = true };
	for (size_t i = 0; i < n; i++) {
		imports[i] = items[i]->from;
		sources[i] = (struct advisory_source){ .name = imports[i].tool,
						       .form = imports[i].form,
						       .path = imports[i].file,
						       .date = imports[i].date,
						       .records = imports[i].findings,
						       .skipped = items[i]->skipped,
						       .age_days = ADVISORY_UNKNOWN_AGE,
						       .stale = true };
		database->essentials_only |= items[i]->essentials_only;
		/* The oldest data of ours: what is newer may be unknown to one of them. */
		if (items[i]->from.own &&
		    (database->date.n == 0 || str_cmp(items[i]->database_date, database->date) < 0))
			database->date = items[i]->database_date;
	}
	database->sources = sources;
	database->source_count = n;
	match->imports = imports;
	match->import_count = n;
	match->essentials_only = database->essentials_only;
}

static void take_document(struct merge *m, const struct imported *item, size_t document)
{
	const struct inventory *inventory = &item->inventory;
	size_t *places = ARENA_ARRAY(m->arena, size_t, inventory->package_count);

	for (size_t i = 0; i < inventory->package_count; i++)
		places[i] = merge_package(m, &inventory->packages[i], document == 0);
	for (size_t i = 0; i < item->finding_count; i++)
		merge_finding(m, &item->findings[i], places[item->findings[i].package], document);
}

/* What the first does not know of the target, the others may. */
static void complete_target(struct inventory *to, const struct inventory *from)
{
	to->target = to->target.n ? to->target : from->target;
	to->digest = to->digest.n ? to->digest : from->digest;
	to->config_digest = to->config_digest.n ? to->config_digest : from->config_digest;
	to->registry = to->registry.n ? to->registry : from->registry;
	to->repository = to->repository.n ? to->repository : from->repository;
	if (to->os.family.n == 0)
		to->os = from->os;
	if (to->repo_tag_count == 0) {
		to->repo_tags = from->repo_tags;
		to->repo_tag_count = from->repo_tag_count;
	}
}

void import_merge(const struct imported *const *items, size_t n, struct arena *arena,
		  struct inventory *inventory, struct match_result *match,
		  struct advisory_info *database)
{
	struct merge m = { .arena = arena };
	struct not_examined_list unread = { 0 };
	str *kinds;

	map_init(&m.by_name, arena);
	map_init(&m.by_id, arena);
	*inventory = items[0]->inventory;
	*match = (struct match_result){ 0 };
	for (size_t i = 0; i < n; i++) {
		take_document(&m, items[i], i);
		complete_target(inventory, &items[i]->inventory);
		add_unread(arena, &unread, items[i]);
	}
	if (m.finding_n > 0)
		sort(m.findings, ARENA_ARRAY(arena, struct finding, m.finding_n), m.finding_n,
		     m.packages);
	inventory->packages = m.packages;
	inventory->package_count = m.package_n;
	merge_licences(arena, items, n, inventory);
	inventory->not_examined = unread.items;
	inventory->not_examined_count = unread.n;
	match->findings = m.findings;
	match->finding_count = m.finding_n;
	cover(arena, inventory, tools_of(arena, items, n), match, &kinds,
	      &inventory->kinds_read_count);
	inventory->kinds_read = kinds;
	describe_data(arena, items, n, match, database);
}

/* ---- targets ---- */

/* "docker://docker.io/library/app:1" and "app:1" name one image. */
static str plain_name(str s)
{
	static const char *const heads[] = {
		"docker://",  "docker-daemon:",	  "docker-archive:", "oci-archive:",
		"oci:",	      "containerd:",	  "sbom:",	     "dir:",
		"docker.io/", "index.docker.io/", "library/",	     "./"
	};

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		s = str_without_prefix(s, str_c(heads[i]));
	return str_without_suffix(s, STR(":latest"));
}

bool import_same_target(const struct imported *a, const struct imported *b)
{
	const struct inventory *x = &a->inventory, *y = &b->inventory;

	if (x->digest.n > 0 && y->digest.n > 0 && str_eq(x->digest, y->digest))
		return true;
	if (x->config_digest.n > 0 && str_eq(x->config_digest, y->config_digest))
		return true;
	/* Another digest is another image, whatever its tag. */
	if (x->digest.n > 0 && y->digest.n > 0)
		return false;
	str name = plain_name(x->target);
	return name.n > 0 && str_eq(name, plain_name(y->target));
}
