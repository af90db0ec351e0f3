/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/assemble.h"

#include <assert.h>

#include "base/map.h"
#include "fmt/licence/licence_file.h"
#include "fmt/system/os_release.h"
#include "scan/lock_rule.h"
#include "scan/named_rule.h"
#include "scan/requirement_rule.h"

#define DETAILS		"package details"
#define PACKAGES_MAX	1000000u
#define SUPPLEMENTS_MAX 1000000u

void assemble_init(struct assemble *assemble, struct arena *arena)
{
	*assemble = (struct assemble){ .arena = arena };
	owned_init(&assemble->owned, arena);
}

void assemble_missed(struct assemble *a, enum err_kind kind, const char *what, str path, str reason,
		     uint64_t count)
{
	a->missed =
		arena_grow(a->arena, a->missed, a->missed_n, &a->missed_cap, sizeof(*a->missed));
	a->missed[a->missed_n++] = (struct not_examined){ .kind = kind,
							  .what = str_c(what),
							  .path = str_dup(a->arena, path),
							  .reason = str_dup(a->arena, reason),
							  .count = count > 0 ? count : 1 };
}

static void note_kind(struct assemble *a, const char *kind)
{
	size_t at = 0;

	for (; at < a->kind_n; at++) {
		int order = strcmp(a->kinds[at], kind);

		if (order == 0)
			return;
		if (order > 0)
			break;
	}
	a->kinds = arena_grow(a->arena, a->kinds, a->kind_n, &a->kind_cap, sizeof(*a->kinds));
	memmove(a->kinds + at + 1, a->kinds + at, (a->kind_n - at) * sizeof(*a->kinds));
	a->kinds[at] = kind;
	a->kind_n++;
}

static void note_files(struct assemble *a, const struct package *package, str hashes)
{
	if (!owned_is_system(package->kind) || owned_is_foreign(package))
		return;
	owned_add_files(&a->owned, package->files, package->file_count);
	owned_add_hashes(&a->owned, hashes);
}

static int add_package(void *context, str payload, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct assemble *a = context;
	str hashes;

	if (a->package_n >= PACKAGES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u packages", PACKAGES_MAX);
	a->packages = arena_regrow(a->arena, a->packages, a->package_n, &a->package_cap,
				   sizeof(*a->packages));
	a->keys = arena_regrow(a->arena, a->keys, a->package_n, &a->key_cap, sizeof(*a->keys));
	const struct package_reading reading = {
		.arena = a->arena,
		.scratch = scratch,
		.like = a->package_n > 0 ? &a->packages[a->package_n - 1] : NULL,
	};
	if (package_read_owned(payload, &reading, &a->packages[a->package_n], &hashes, err) < 0)
		return -1;
	note_files(a, &a->packages[a->package_n], hashes);
	a->keys[a->package_n++] = package_payload_key(payload);
	return 0;
}

/* A package of a journal, with its key and its place among the others. */
struct override {
	struct package package;
	uint64_t key;
	size_t at;
};

static int add_override(void *context, str payload, struct err *err)
{
	struct assemble *a = context;
	struct override *o;

	if (a->override_n >= PACKAGES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u changes of packages", PACKAGES_MAX);
	a->overrides = arena_grow(a->arena, a->overrides, a->override_n, &a->override_cap,
				  sizeof(*a->overrides));
	o = &a->overrides[a->override_n];
	o->key = package_payload_key(payload);
	o->at = a->override_n++;
	return package_read(payload, a->arena, &o->package, err);
}

static int add_supplement(void *context, str payload, struct err *err)
{
	struct assemble *a = context;

	if (a->supplement_n >= SUPPLEMENTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u files about packages",
			       SUPPLEMENTS_MAX);
	a->supplements = arena_grow(a->arena, a->supplements, a->supplement_n, &a->supplement_cap,
				    sizeof(*a->supplements));
	return package_read(payload, a->arena, &a->supplements[a->supplement_n++], err);
}

/* A list of files: nothing of it is kept but hashes, unless the files themselves are wanted. */
static int add_files(void *context, str payload, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct package_reading reading = { .arena = scratch, .scratch = scratch };
	struct package package;
	str hashes;

	if (package_read_owned(payload, &reading, &package, &hashes, err) < 0)
		return -1;
	note_files(context, &package, hashes);
	return package.file_count > 0 ? add_supplement(context, payload, err) : 0;
}

static void copy_identity(struct assemble *a, const struct os_identity *os)
{
	struct os_identity o = { .family = str_dup(a->arena, os->family),
				 .version = str_dup(a->arena, os->version),
				 .codename = str_dup(a->arena, os->codename),
				 .pretty = str_dup(a->arena, os->pretty),
				 .path = str_dup(a->arena, os->path),
				 .extended_support = os->extended_support };

	a->answers =
		arena_grow(a->arena, a->answers, a->answer_n, &a->answer_cap, sizeof(*a->answers));
	a->answers[a->answer_n++] = o;
}

int assemble_file(struct assemble *a, const struct analyzer *analyzer, str path,
		  struct layer_record *record, const struct stored_result *result, struct err *err)
{
	const char *what = analyzer->licences	  ? "licence file"
			   : analyzer->describe	  ? "configuration file"
			   : !analyzer->kind	  ? "system identity"
			   : analyzer->supplement ? DETAILS
						  : "package database";

	if (!result) {
		assemble_missed(a, ERR_INPUT, what, path,
				STR("its content could not be reached through links"), 1);
		return 0;
	}
	const struct file_result *r = &result->result;
	if (r->left_out) {
		a->left_out++;
		assemble_missed(a, ERR_NONE, what, path, STR("left out by a skip option"), 1);
		return 0;
	}
	if (r->failed) {
		assemble_missed(a, r->failure, what, path, r->message, 1);
		return 0;
	}
	if (r->skipped > 0)
		assemble_missed(a, ERR_INPUT, analyzer->describe ? what : "package record", path,
				r->skipped_first, r->skipped);
	if (r->os_answer >= 0)
		copy_identity(a, &r->os);
	if (!analyzer->run)
		return 0;
	if (analyzer->licences && str_eq(str_c(analyzer->kind), STR(LICENCE_KIND)))
		return layer_record_packages(record, result, a, assemble_add_licence, err);
	if (analyzer->supplement)
		return layer_record_packages(
			record, result, a, analyzer->only_files ? add_files : add_supplement, err);
	if (analyzer->overrides)
		return layer_record_packages(record, result, a, add_override, err);
	assert(analyzer->kind); /* a row that makes packages names their kind */
	/* A row that looks at first bytes may find nothing of its kind; what other files have to
	 * name is read with their row. */
	if (!analyzer->sniff || (r->packages > 0 && analyzer->form != PACKAGE_DECLARED))
		note_kind(a, analyzer->kind);
	return layer_record_packages(record, result, a, add_package, err);
}

void assemble_passed_over(struct assemble *a, str path, str live)
{
	assemble_missed(
		a, ERR_NONE, "package database", path,
		str_fmt(a->arena, "passed over: %.*s beside it is the live one", STR_ARG(live)), 1);
}

void assemble_secrets(struct assemble *a, const struct secret_counts *counts)
{
	const struct {
		uint64_t count;
		const char *reason;
	} missed[] = {
		{ counts->too_large, "larger than the limit: the rest was not searched" },
		{ counts->gave_up, "too much work: it was searched in part" },
		{ counts->dropped, "more secrets than the limit: not all are shown" },
	};

	for (size_t i = 0; i < ARRAY_LEN(missed); i++) {
		if (missed[i].count > 0)
			assemble_missed(a, ERR_LIMIT, "search for secrets", counts->missed_first,
					str_c(missed[i].reason), missed[i].count);
	}
}

/* ---- journals ---- */

/* Packages of one name. */
struct same_name {
	size_t package;
	struct same_name *next;
};

static str name_key(struct arena *arena, const struct package *p)
{
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(p->kind), STR_ARG(p->name));
}

static int by_place(const void *a, const void *b)
{
	const struct override *x = a, *y = b;
	int order = str_cmp(x->package.path, y->package.path);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static str arch_key(struct arena *arena, const struct package *p)
{
	return str_fmt(arena, "%.*s/%.*s/%.*s", STR_ARG(p->kind), STR_ARG(p->name),
		       STR_ARG(p->arch));
}

/* Where packages are, by kind, name and arch, and by kind and name. */
struct places {
	struct arena *scratch;
	struct map exact, names;
};

static size_t *place_of(struct places *places, const struct package *p, size_t otherwise)
{
	struct arena *scratch = places->scratch;
	void **slot = map_slot(&places->exact, arch_key(scratch, p));
	void **name;

	if (!*slot) {
		struct same_name *entry = ARENA_NEW(scratch, struct same_name);
		size_t *place = ARENA_NEW(scratch, size_t);

		*place = otherwise;
		*slot = place;
		name = map_slot(&places->names, name_key(scratch, p));
		*entry = (struct same_name){ .package = otherwise, .next = *name };
		*name = entry;
	}
	return *slot;
}

static void put_override(struct assemble *a, const struct override *o, struct places *places)
{
	const struct package *p = &o->package;
	size_t at;

	if (p->version.n == 0 && p->arch.n == 0) {
		const struct same_name *entry =
			map_get(&places->names, name_key(places->scratch, p));

		for (; entry; entry = entry->next)
			a->packages[entry->package].name = STR_EMPTY;
		return;
	}
	at = *place_of(places, p, a->package_n);
	if (at == a->package_n) {
		a->packages = arena_regrow(a->arena, a->packages, a->package_n, &a->package_cap,
					   sizeof(*a->packages));
		a->keys = arena_regrow(a->arena, a->keys, a->package_n, &a->key_cap,
				       sizeof(*a->keys));
		a->package_n++;
	}
	a->packages[at] = *p;
	a->keys[at] = o->key;
	if (p->version.n == 0)
		a->packages[at].name = STR_EMPTY;
}

static void apply_overrides(struct assemble *a)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct places places = { .scratch = scratch };
	size_t kept = 0;

	if (a->override_n == 0)
		return;
	map_init(&places.exact, scratch);
	map_init(&places.names, scratch);
	for (size_t i = 0; i < a->package_n; i++)
		IGNORE(place_of(&places, &a->packages[i], i)); /* the first of several stands */
	qsort(a->overrides, a->override_n, sizeof(*a->overrides), by_place);
	for (size_t i = 0; i < a->override_n; i++)
		put_override(a, &a->overrides[i], &places);
	for (size_t i = 0; i < a->package_n; i++) {
		if (a->packages[i].name.n == 0)
			continue; /* a journal says that it is not installed */
		a->packages[kept] = a->packages[i];
		a->keys[kept++] = a->keys[i];
	}
	a->package_n = kept;
	a->override_n = 0;
}

/* ---- supplements ---- */

static void append_files(struct arena *arena, struct package *p, const struct package *more)
{
	size_t n = p->file_count + more->file_count;
	str *files;

	if (more->file_count == 0 || n > RECORD_FILES_MAX)
		return;
	if (p->file_count == 0) {
		p->files = more->files;
		p->file_count = more->file_count;
		return;
	}
	files = ARENA_ARRAY(arena, str, n);
	memcpy(files, p->files, p->file_count * sizeof(*files));
	memcpy(files + p->file_count, more->files, more->file_count * sizeof(*files));
	p->files = files;
	p->file_count = n;
}

static void supplement(struct arena *arena, struct package *p, const struct package *more)
{
	str *const texts[] = { &p->source_name, &p->source_version, &p->maintainer, &p->vendor,
			       &p->licence,	&p->module,	    &p->origin };
	const str added[] = { more->source_name, more->source_version, more->maintainer,
			      more->vendor,	 more->licence,	       more->module,
			      more->origin };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (texts[i]->n == 0)
			*texts[i] = added[i];
	}
	append_files(arena, p, more);
}

static void index_package(struct map *map, str key, size_t package)
{
	void **slot = map_slot(map, key);
	struct same_name *entry = ARENA_NEW(map->arena, struct same_name);

	*entry = (struct same_name){ .package = package, .next = *slot };
	*slot = entry;
}

static void apply_supplements(struct assemble *a)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map by_name, by_arch;

	if (a->supplement_n == 0)
		return;
	map_init(&by_name, scratch);
	map_init(&by_arch, scratch);
	for (size_t i = 0; i < a->package_n; i++) {
		index_package(&by_name, name_key(scratch, &a->packages[i]), i);
		index_package(&by_arch, arch_key(scratch, &a->packages[i]), i);
	}
	for (size_t i = 0; i < a->supplement_n; i++) {
		const struct package *more = &a->supplements[i];
		const struct same_name *entry =
			more->arch.n > 0 ? map_get(&by_arch, arch_key(scratch, more))
					 : map_get(&by_name, name_key(scratch, more));

		for (; entry; entry = entry->next)
			supplement(a->arena, &a->packages[entry->package], more);
	}
}

/* ---- layers ---- */

struct presence {
	size_t since; /* layer */
	size_t times; /* in how many records it is now */
};

struct presences {
	struct map by_key;
	size_t layer;
	bool gone; /* the records are those that go away */
};

static int present(void *context, str payload, struct err *err)
{
	struct presences *all = context;
	uint64_t key = package_payload_key(payload);
	struct presence *p = map_get(&all->by_key, str_of((const char *)&key, sizeof(key)));

	(void)err;
	if (!p)
		return 0;
	if (all->gone) {
		p->times--;
	} else if (p->times++ == 0) {
		p->since = all->layer;
	}
	return 0;
}

static int count_files(struct presences *all, const struct overlay_file *const *files, size_t n,
		       const struct assemble_source *source, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct layer_record *record;
		const struct stored_result *r = source->find(source->context, files[i], &record);

		if (r && !r->result.failed &&
		    layer_record_packages(record, r, all, present, err) < 0)
			return -1;
	}
	return 0;
}

int assemble_layers(struct assemble *a, const struct overlay *overlay,
		    const struct assemble_source *source, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct presences all = { .layer = 0 };

	apply_overrides(a);
	map_init(&all.by_key, scratch);
	for (size_t i = 0; i < a->package_n; i++) {
		void **slot = map_slot(&all.by_key,
				       str_of((const char *)&a->keys[i], sizeof(a->keys[i])));

		if (!*slot)
			*slot = ARENA_NEW(scratch, struct presence);
	}
	for (size_t i = 0; i < overlay->change_count; i++) {
		const struct overlay_change *change = &overlay->changes[i];

		all.layer = change->layer;
		/* What moves from one file to another is never gone. */
		all.gone = false;
		if (count_files(&all, change->added, change->added_count, source, err) < 0)
			return -1;
		all.gone = true;
		if (count_files(&all, change->removed, change->removed_count, source, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < a->package_n; i++) {
		const struct presence *p =
			map_get(&all.by_key, str_of((const char *)&a->keys[i], sizeof(a->keys[i])));

		a->packages[i].layer = p->times > 0 ? (int)p->since : -1;
	}
	return 0;
}

/* ---- the end ---- */

static int by_name(const void *a, const void *b)
{
	const struct package *x = a, *y = b;
	int order = str_cmp(x->kind, y->kind);

	order = order ? order : str_cmp(x->name, y->name);
	order = order ? order : str_cmp(x->version, y->version);
	order = order ? order : str_cmp(x->arch, y->arch);
	order = order ? order : str_cmp(x->path, y->path);
	order = order ? order : (x->layer > y->layer) - (x->layer < y->layer);
	return order;
}

static int by_path(const void *a, const void *b)
{
	const struct not_examined *x = a, *y = b;
	int order = str_cmp(x->path, y->path);

	order = order ? order : str_cmp(x->what, y->what);
	return order ? order : str_cmp(x->reason, y->reason);
}

/* Details of packages are many small files: what has one reason becomes one line. */
static void merge_details(struct assemble *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->missed_n; i++) {
		const struct not_examined *m = &a->missed[i];
		size_t same = str_eq(m->what, STR(DETAILS)) ? 0 : kept;

		while (same < kept &&
		       !(a->missed[same].kind == m->kind && str_eq(a->missed[same].what, m->what) &&
			 str_eq(a->missed[same].reason, m->reason)))
			same++;
		if (same < kept)
			a->missed[same].count += m->count;
		else
			a->missed[kept++] = *m;
	}
	a->missed_n = kept;
}

static bool has_kind(const struct assemble *a, const char *kind)
{
	for (size_t i = 0; i < a->package_n; i++) {
		if (str_eq(a->packages[i].kind, str_c(kind)))
			return true;
	}
	return false;
}

/* What packages of the system have installed is reported as them, not once more. Kinds of which
 * nothing else was there are not said to have been read, as if there were an empty list. */
static void drop_owned(struct assemble *a)
{
	bool *had = ARENA_ARRAY(a->arena, bool, a->kind_n + 1);
	size_t kept = 0;

	for (size_t i = 0; i < a->kind_n; i++)
		had[i] = has_kind(a, a->kinds[i]);
	size_t dropped = owned_drop(&a->owned, a->packages, a->keys, &a->package_n) +
			 owned_drop_missed(&a->owned, a->missed, &a->missed_n);

	for (size_t i = 0; i < a->kind_n; i++) {
		if (!had[i] || has_kind(a, a->kinds[i]))
			a->kinds[kept++] = a->kinds[i];
	}
	a->kind_n = kept;
	if (dropped > 0)
		assemble_missed(a, ERR_NONE, "language packages", STR_EMPTY,
				STR("their files belong to packages of the system, which are "
				    "listed instead"),
				dropped);
	if (a->owned.too_many > 0)
		assemble_missed(a, ERR_LIMIT, "files of packages", STR_EMPTY,
				STR("too many to tell whose they all are: packages of languages "
				    "may be listed twice"),
				a->owned.too_many);
}

void assemble_finish(struct assemble *a, struct inventory *out)
{
	str *kinds = ARENA_ARRAY(a->arena, str, a->kind_n);

	apply_overrides(a);
	apply_supplements(a);
	out->os = os_identity_choose(a->answers, a->answer_n);
	requirement_rule_apply(a, !str_empty(out->os.family));
	lock_rule_apply(a, !str_empty(out->os.family));
	named_rule_apply(a);
	drop_owned(a);
	assemble_licences(a, out);
	if (a->package_n > 0)
		qsort(a->packages, a->package_n, sizeof(*a->packages), by_name);
	if (a->kind_n == 0 && !a->only_documents)
		assemble_missed(a, ERR_NOT_FOUND, "package database", STR_EMPTY,
				STR("no package database could be read"), 1);
	assemble_documents(a, out);
	if (a->missed_n > 0)
		qsort(a->missed, a->missed_n, sizeof(*a->missed), by_path);
	merge_details(a);
	for (size_t i = 0; i < a->kind_n; i++)
		kinds[i] = str_c(a->kinds[i]);
	out->packages = a->packages;
	out->package_count = a->package_n;
	out->kinds_read = kinds;
	out->kinds_read_count = a->kind_n;
	out->not_examined = a->missed;
	out->not_examined_count = a->missed_n;
}
