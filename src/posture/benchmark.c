/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/benchmark.h"

#include "base/nearest.h"
#include "base/path.h"
#include "base/words.h"
#include "posture/benchmark_internal.h"

#define UNREAD_MAX 1000u /* of one document that are listed */

const char *const benchmark_versions[] = { "1.2.0", "1.3.1", "1.6.0", "1.7.0", "1.8.0", NULL };

/* ---- choice of controls --------------------------------------------------------------------- */

static bool is_named(const struct check *check, str number, str pattern)
{
	bool named = path_glob(pattern, number) || path_glob(pattern, check->id);

	for (size_t i = 0; i < check->alias_n; i++)
		named |= path_glob(pattern, check->aliases[i]);
	return named || str_ieq(pattern, check->id);
}

/* Marks what one pattern names; false: nothing. */
static bool mark_named(const struct benchmark *b, str pattern, bool *marks)
{
	const struct check_set *set = b->opts.checks;
	bool any = false;

	for (size_t i = 0; i < check_set_count(set); i++) {
		const struct check *check = check_set_at(set, i);
		str number = check_number_in(check, b->opts.version);

		if (number.n == 0 || !is_named(check, number, pattern))
			continue;
		marks[i] = any = true;
	}
	return any;
}

/* What --control may name, with blanks between. */
static str control_words(const struct benchmark *b)
{
	AUTO(buf_done)
	struct buf words = { 0 };

	buf_init(&words, 1u << 20);
	for (size_t i = 0; i < check_set_count(b->opts.checks); i++) {
		const struct check *check = check_set_at(b->opts.checks, i);
		str number = check_number_in(check, b->opts.version);

		if (number.n == 0)
			continue;
		buf_fmt(&words, "%.*s %.*s ", STR_ARG(check->id), STR_ARG(number));
		for (size_t k = 0; k < check->alias_n; k++)
			buf_fmt(&words, "%.*s ", STR_ARG(check->aliases[k]));
	}
	return str_dup(b->arena, buf_str(&words));
}

static int mark_all(const struct benchmark *b, const char *option, const str *patterns, size_t n,
		    bool *marks, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!mark_named(b, patterns[i], marks))
			return err_set(
				err, ERR_USAGE,
				"--%s: '%.*s' is no control of version %.*s of the benchmark (numbers "
				"such as 2.8, SW-DOCKER-2.8, aliases, with *)%.*s",
				option, STR_ARG(patterns[i]), STR_ARG(b->opts.version),
				STR_ARG(nearest_hint(b->arena, patterns[i], control_words(b))));
	}
	return 0;
}

static int choose(struct benchmark *b, struct err *err)
{
	size_t n = check_set_count(b->opts.checks);
	bool *named = ARENA_ARRAY(b->arena, bool, n);

	b->chosen = ARENA_ARRAY(b->arena, bool, n);
	b->excluded = ARENA_ARRAY(b->arena, bool, n);
	if (mark_all(b, "control", b->opts.controls, b->opts.control_n, named, err) < 0 ||
	    mark_all(b, "exclude", b->opts.excluded, b->opts.excluded_n, b->excluded, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct check *check = check_set_at(b->opts.checks, i);
		unsigned level = check->benchmark.level;

		b->chosen[i] = check_number_in(check, b->opts.version).n > 0 &&
			       (b->opts.control_n == 0 || named[i]) &&
			       (b->opts.level == 0 || (level > 0 && level <= b->opts.level));
	}
	return 0;
}

static bool is_version(str version) { return words_list_has(benchmark_versions, version); }

struct benchmark *benchmark_new(const struct benchmark_opts *opts, struct err *err)
{
	struct benchmark *b = mem_zalloc(sizeof(*b));
	int at;

	b->opts = *opts;
	b->arena = arena_new();
	if (opts->run)
		b->run = *opts->run;
	b->table = arena_new();
	map_init(&b->by_key, b->table);
	if (!is_version(opts->version)) {
		benchmark_free(b);
		return err_null(err, ERR_USAGE, "there is no version '%.*s' of the benchmark here",
				STR_ARG(opts->version));
	}
	at = recommendation_set_load(&b->recommendations, b->arena, err) < 0
		     ? -1
		     : recommendation_set_load_hosts(&b->recommendations, b->arena, err);
	if (at < 0 || choose(b, err) < 0) {
		benchmark_free(b);
		return NULL;
	}
	b->recommendation = (size_t)at;
	return b;
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool one_matches(const str *patterns, size_t n, const struct benchmark_document *d)
{
	for (size_t i = 0; i < n; i++) {
		if (path_glob(patterns[i], d->name))
			return true;
		for (size_t k = 0; k < d->tag_n; k++) {
			if (path_glob(patterns[i], d->tags[k]))
				return true;
		}
	}
	return false;
}

static bool is_filtered(const struct benchmark *b, const struct benchmark_document *d)
{
	const struct benchmark_opts *o = &b->opts;

	return (o->included_name_n > 0 && !one_matches(o->included_names, o->included_name_n, d)) ||
	       one_matches(o->excluded_names, o->excluded_name_n, d);
}

static const str *take_tags(const struct json *list, size_t *n, struct arena *arena)
{
	str *tags = ARENA_ARRAY(arena, str, json_len(list));

	*n = 0;
	JSON_EACH (list, tag)
		tags[(*n)++] = str_dup(arena, json_str(tag));
	return tags;
}

static void name_document(const struct json *document, struct benchmark_entry *e)
{
	struct benchmark_document *d = &e->shown;
	const struct json *engine = JSON_GET(document, "engine");

	if (e->host) {
		d->id = STR("host");
		d->name = str_dup(e->arena, json_str(json_path(document, "host", "name", NULL)));
		if (d->name.n == 0)
			d->name = d->id;
		return;
	}
	if (str_eq(d->kind, STR("container"))) {
		d->id = str_dup(e->arena, json_get_str(document, STR("id")));
		d->name = str_dup(e->arena, json_get_str(document, STR("name")));
		d->image = str_dup(e->arena, json_get_str(document, STR("image")));
		e->state = str_dup(e->arena, json_get_str(document, STR("state")));
		e->image_id =
			str_dup(e->arena, json_str(json_path(document, "image_facts", "id", NULL)));
	} else {
		d->id = str_dup(e->arena, json_get_str(engine, STR("id")));
		d->tags = take_tags(JSON_GET(engine, "repo_tags"), &d->tag_n, e->arena);
		d->name = d->tag_n > 0 ? d->tags[0]
				       : str_dup(e->arena, json_get_str(document, STR("target")));
	}
	if (d->id.n == 0)
		d->id = d->name;
	if (d->name.n == 0)
		d->name = d->id;
}

/* ---- documents ------------------------------------------------------------------------------ */

/* The text without the time at which it was gathered: the same facts have the same mark. */
static uint64_t mark_of(str text, const struct json *document)
{
	str time = json_get_str(document, STR("collected_at"));
	uint64_t hash = 0;

	if (time.p && time.p >= text.p && time.p < text.p + text.n) {
		size_t at = (size_t)(time.p - text.p);

		hash = siphash(str_take(text, at), 0, 0);
		text = str_skip(text, at + time.n);
	}
	return siphash(text, hash, 1);
}

static void take_unread(const struct json *document, struct benchmark_entry *e)
{
	const struct json *list = JSON_GET(document, "not_read");
	size_t n = json_len(list) < UNREAD_MAX ? json_len(list) : UNREAD_MAX;

	e->not_read = ARENA_ARRAY(e->arena, struct benchmark_unread, n);
	for (; e->not_read_n < n; e->not_read_n++) {
		const struct json *item = json_at(list, e->not_read_n);

		e->not_read[e->not_read_n] = (struct benchmark_unread){
			.document = e->shown.name,
			.what = str_dup(e->arena, json_get_str(item, STR("what"))),
			.reason = str_dup(e->arena, json_get_str(item, STR("reason"))),
			.remedy = str_dup(e->arena, json_get_str(item, STR("remedy"))),
		};
	}
}

static str key_of(struct arena *arena, const struct benchmark_document *d)
{
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(d->kind), STR_ARG(d->id));
}

static struct benchmark_entry *entry_for(struct benchmark *b, str key)
{
	void **slot = map_slot(&b->by_key, key);

	if (!*slot) {
		struct benchmark_entry *e = mem_zalloc(sizeof(*e));

		b->entries = arena_regrow(b->table, b->entries, b->n, &b->cap, sizeof(*b->entries));
		b->entries[b->n++] = e;
		*slot = e;
	}
	return *slot;
}

static void entry_free(struct benchmark_entry *e)
{
	arena_free(e->arena);
	free(e);
}

/* The table anew, without those that are not `stays`. */
static void sweep(struct benchmark *b,
		  bool (*stays)(const struct benchmark_entry *e, const void *context),
		  const void *context)
{
	struct arena *old = b->table;
	struct benchmark_entry **entries = b->entries;
	size_t n = b->n;

	b->table = arena_new();
	b->entries = NULL;
	b->n = b->cap = 0;
	map_init(&b->by_key, b->table);
	for (size_t i = 0; i < n; i++) {
		struct benchmark_entry *e = entries[i];

		if (!stays(e, context)) {
			entry_free(e);
			continue;
		}
		b->entries = arena_regrow(b->table, b->entries, b->n, &b->cap, sizeof(*b->entries));
		b->entries[b->n++] = e;
		map_put(&b->by_key, key_of(b->table, &e->shown), e);
	}
	arena_free(old);
}

static void judge(struct benchmark *b, struct benchmark_entry *e, str text)
{
	e->results = (struct check_results){ 0 };
	if (!e->filtered)
		check_set_judge(b->opts.checks, e->shown.kind, e->shown.name, text, &b->run,
				e->arena, &e->results);
}

/* The entry is new, or says something else than before. */
static bool is_news(const struct benchmark *b, const struct benchmark_entry *e,
		    const struct benchmark_entry *made)
{
	return !e->arena || e->mark != made->mark || e->epoch != b->epoch;
}

static int replace(struct benchmark *b, const struct benchmark_entry *made,
		   const struct json *document, str text, struct err *err)
{
	str key = key_of(made->arena, &made->shown);
	struct benchmark_entry *e;

	if (!map_has(&b->by_key, key) && b->n >= BENCHMARK_DOCUMENTS_MAX) {
		b->over++;
		return err_set(err, ERR_LIMIT, "more than %u documents", BENCHMARK_DOCUMENTS_MAX);
	}
	e = entry_for(b, key);
	e->pass = b->pass;
	if (!is_news(b, e, made))
		return 0;
	arena_free(e->arena);
	*e = (struct benchmark_entry){ .arena = arena_new(),
				       .host = made->host,
				       .mark = made->mark,
				       .pass = b->pass,
				       .epoch = b->epoch };
	e->shown.kind = str_dup(e->arena, made->shown.kind);
	name_document(document, e);
	e->filtered = !e->host && is_filtered(b, &e->shown);
	take_unread(document, e);
	if (e->host)
		benchmark_host_read(document, e);
	judge(b, e, text);
	return e->filtered ? 0 : 1;
}

int benchmark_put(struct benchmark *b, str kind, str text, struct err *err)
{
	static const struct json_opts opts = { .keep_duplicates = true, .borrow = true };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_entry made = { .arena = arena, .host = str_eq(kind, STR("docker")) };
	const struct json *document;

	if (text.n > CHECK_MAX_FACTS)
		return err_set(err, ERR_LIMIT, "a document of more than %u bytes", CHECK_MAX_FACTS);
	if (!made.host && !str_eq(kind, STR("container")) && !str_eq(kind, STR("image")))
		return err_set(err, ERR_INPUT, "documents of kind '%.*s' are not judged here",
			       STR_ARG(kind));
	if (json_parse(text, &opts, arena, &document, err) < 0)
		return err_wrap(err, "document of kind %.*s", STR_ARG(kind));
	if (!json_is(document, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "document of kind %.*s: not an object",
			       STR_ARG(kind));
	made.shown.kind = kind;
	name_document(document, &made);
	made.mark = mark_of(text, document);
	return replace(b, &made, document, text, err);
}

void benchmark_unread(struct benchmark *b, str kind, str what, str reason, str remedy)
{
	if (b->unread_n >= UNREAD_MAX) {
		b->over++;
		return;
	}
	b->unread =
		arena_grow(b->arena, b->unread, b->unread_n, &b->unread_cap, sizeof(*b->unread));
	b->unread[b->unread_n++] = (struct benchmark_unread){
		.document = str_dup(b->arena, kind),
		.what = str_dup(b->arena, what),
		.reason = str_dup(b->arena, reason),
		.remedy = str_dup(b->arena, remedy),
	};
}

/* ---- time goes on --------------------------------------------------------------------------- */

void benchmark_stale(struct benchmark *b) { b->epoch++; }

void benchmark_begin_pass(struct benchmark *b, str kind)
{
	size_t kept = 0;

	b->pass++;
	b->over = 0;
	for (size_t i = 0; i < b->unread_n; i++) {
		if (kind.n > 0 && !str_eq(b->unread[i].document, kind))
			b->unread[kept++] = b->unread[i];
	}
	b->unread_n = kept;
}

struct pass {
	uint64_t number;
	str kind;
};

static bool was_put(const struct benchmark_entry *e, const void *context)
{
	const struct pass *pass = context;

	return e->pass == pass->number || (pass->kind.n > 0 && !str_eq(e->shown.kind, pass->kind));
}

void benchmark_end_pass(struct benchmark *b, str kind)
{
	const struct pass pass = { .number = b->pass, .kind = kind };

	sweep(b, was_put, &pass);
}

static bool is_other(const struct benchmark_entry *e, const void *context)
{
	const struct benchmark_document *d = context;

	return !str_eq(e->shown.kind, d->kind) || !str_eq(e->shown.id, d->id);
}

void benchmark_drop(struct benchmark *b, str kind, str id)
{
	const struct benchmark_document d = { .kind = kind, .id = id };

	sweep(b, is_other, &d);
}

void benchmark_set_now(struct benchmark *b, int64_t now, struct exception_set *exceptions)
{
	b->run.now = now;
	b->opts.exceptions = exceptions;
}

const struct benchmark_entry *benchmark_host_of(const struct benchmark *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->entries[i]->host)
			return b->entries[i];
	}
	return NULL;
}

void benchmark_free(struct benchmark *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n; i++)
		entry_free(b->entries[i]);
	arena_free(b->table);
	arena_free(b->arena);
	free(b);
}
