/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "kube/kube_internal.h"
#include "kube/list_stream.h"
#include "net/url.h"

#define EXPIRED_MAX    16u
#define BROKEN_MAX     8u
#define TOKEN_MAX      (64u << 10)
#define PAUSE_FIRST_MS 250
#define EMPTY_MAX      100u /* pages without an object, one after the other */
#define LIST_TIMES     10u  /* of the time that one answer has */

struct lister {
	struct kube *kube;
	const struct kube_resource *resource;
	struct kube_list_opts opts;
	str api_version;
	kube_object_fn *fn;
	void *context;
	struct arena *arena;   /* of the whole list */
	struct arena *page;    /* of one page: answer, messages */
	struct arena *scratch; /* of one object */
	struct list_stream stream;
	struct kube_list_result result;
	str next; /* continue token; empty: from the start */
	/* Hashes of what was handed on: only looked at once a list begins again. */
	uint64_t *keys;
	size_t keys_n, keys_cap, sorted_n;
	unsigned empty;
	bool reader_failed;
};

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* From now on objects may come that came before. */
static void expect_again(struct lister *l)
{
	if (l->keys_n > 1)
		qsort(l->keys, l->keys_n, sizeof(*l->keys), compare);
	l->sorted_n = l->keys_n;
}

static uint64_t key_of(const struct json *object)
{
	const struct json *meta = JSON_GET(object, "metadata");
	uint64_t ns = hash_keyed(json_get_str(meta, STR("namespace")));

	return siphash(json_get_str(meta, STR("name")), ns, hash_keyed(STR("name")));
}

static bool came_before(const struct lister *l, uint64_t key)
{
	return l->sorted_n > 0 && bsearch(&key, l->keys, l->sorted_n, sizeof(key), compare);
}

static void remember(struct lister *l, uint64_t key)
{
	if (l->keys_n == l->keys_cap) {
		l->keys_cap = l->keys_cap ? l->keys_cap * 2 : 1024;
		l->keys = mem_realloc(l->keys, l->keys_cap * sizeof(*l->keys));
	}
	l->keys[l->keys_n++] = key;
}

static int take_element(void *context, str text, struct err *err)
{
	const struct json_opts opts = { .max_depth = KUBE_OBJECT_DEPTH, .borrow = true };
	struct lister *l = context;
	const struct json *object;
	uint64_t key;

	arena_reset(l->scratch);
	if (json_parse(text, &opts, l->scratch, &object, err) < 0)
		return err_wrap(err, "object %llu of the list",
				(unsigned long long)l->result.objects + 1);
	key = key_of(object);
	if (came_before(l, key))
		return 0;
	if (l->result.objects >= KUBE_LIST_OBJECTS)
		return err_set(err, ERR_LIMIT, "more than %u objects", KUBE_LIST_OBJECTS);
	object = kube_with_kind(object, l->api_version, l->resource->kind, l->scratch);
	if (l->fn(l->context, object, l->scratch, err) < 0) {
		l->reader_failed = true;
		return -1;
	}
	remember(l, key);
	l->result.objects++;
	return 0;
}

static int take_bytes(void *context, str bytes, struct err *err)
{
	struct lister *l = context;

	l->result.bytes += bytes.n;
	if (l->result.bytes > KUBE_LIST_MAX)
		return err_set(err, ERR_LIMIT, "more than %llu bytes", KUBE_LIST_MAX);
	return list_stream_put(&l->stream, bytes, err);
}

str kube_selectors(const struct kube_list_opts *opts, struct arena *arena)
{
	str out = STR_EMPTY;

	if (!str_empty(opts->label_selector))
		out = str_fmt(arena, "&labelSelector=%.*s",
			      STR_ARG(url_escape(arena, opts->label_selector)));
	if (!str_empty(opts->field_selector))
		out = str_fmt(arena, "%.*s&fieldSelector=%.*s", STR_ARG(out),
			      STR_ARG(url_escape(arena, opts->field_selector)));
	return out;
}

static str page_path(const struct lister *l)
{
	str path = kube_path(l->resource, l->opts.ns, STR_EMPTY, l->page);

	return str_fmt(
		l->page, "%.*s?limit=%u%.*s%s%.*s", STR_ARG(path),
		l->opts.page ? l->opts.page : KUBE_PAGE, STR_ARG(kube_selectors(&l->opts, l->page)),
		str_empty(l->next) ? "" : "&continue=", STR_ARG(url_escape(l->page, l->next)));
}

/* What stood around the objects. */
static int take_envelope(struct lister *l, struct err *err)
{
	const struct json_opts opts = { .max_depth = KUBE_OBJECT_DEPTH };
	const struct json *doc, *meta;
	str kind, next;

	if (list_stream_end(&l->stream, err) < 0)
		return -1;
	if (json_parse(buf_str(&l->stream.envelope), &opts, l->page, &doc, err) < 0)
		return -1;
	kind = json_get_str(doc, STR("kind"));
	meta = JSON_GET(doc, "metadata");
	if (!str_ends(kind, STR("List")))
		return err_set(err, ERR_INPUT, "the answer is '%.*s', not a list",
			       STR_ARG(str_take(kind, 80)));
	next = json_get_str(meta, STR("continue"));
	if (next.n > TOKEN_MAX)
		return err_set(err, ERR_LIMIT, "a continue token of %zu bytes", next.n);
	if (!str_empty(next) && str_eq(next, l->next))
		return err_set(err, ERR_INPUT, "the list continues where it continued before");
	l->empty = l->stream.count > 0 ? 0 : l->empty + 1;
	if (l->empty > EMPTY_MAX)
		return err_set(err, ERR_LIMIT, "%u pages without an object", l->empty);
	l->next = str_dup(l->arena, next);
	l->result.resource_version = str_dup(l->arena, json_get_str(meta, STR("resourceVersion")));
	l->result.pages++;
	return 1;
}

/* After 410: the server's token for the rest at a newer version, or from the start. */
static int begin_anew(struct lister *l, const struct json *status, struct err *err)
{
	str next = json_get_str(JSON_GET(status, "metadata"), STR("continue"));

	if (++l->result.expired > EXPIRED_MAX)
		return err_wrap(err, "expired %u times", EXPIRED_MAX);
	expect_again(l);
	l->next = next.n <= TOKEN_MAX ? str_dup(l->arena, next) : STR_EMPTY;
	return 0;
}

/* A page that broke off: the same once more. */
static int ask_again(struct lister *l, struct err *err)
{
	if (err->kind != ERR_NETWORK || l->reader_failed || l->stream.envelope.n == 0 ||
	    ++l->result.broken > BROKEN_MAX)
		return -1;
	expect_again(l);
	if (!http_pause(l->kube->opts.watch_fd, PAUSE_FIRST_MS))
		return err_set(err, ERR_INTERRUPTED, "nobody reads the list any more");
	return 0;
}

/* 1: taken, 0: has to be asked for once more. */
static int take_page(struct lister *l, struct err *err)
{
	struct kube_ask ask = { .verb = "list",
				.what = kube_what(l->resource, l->opts.ns, l->page),
				.path = page_path(l),
				.max_bytes = KUBE_LIST_MAX,
				/* The reader's own time counts; a silent peer ends earlier. */
				.total_s = LIST_TIMES * l->kube->opts.timeout_s,
				.sink = take_bytes,
				.context = l };
	const struct json *status;
	struct http_response response;

	if (l->opts.metadata_only)
		ask.accept = str_fmt(l->page, KUBE_ACCEPT_METADATA, "List");
	list_stream_reset(&l->stream);
	if (kube_do(l->kube, &ask, l->page, &response, &status, err) == 0)
		return take_envelope(l, err);
	if (err->code == 410)
		return begin_anew(l, status, err);
	return ask_again(l, err);
}

static int run(struct lister *l, struct err *err)
{
	int rc;

	do {
		arena_reset(l->page);
		rc = take_page(l, err);
	} while (rc == 0 || (rc > 0 && !str_empty(l->next)));
	return rc < 0 ? -1 : 0;
}

int kube_list(struct kube *kube, const struct kube_resource *resource,
	      const struct kube_list_opts *opts, kube_object_fn *fn, void *context,
	      struct arena *arena, struct kube_list_result *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *page = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct lister l = { .kube = kube,
			    .resource = resource,
			    .api_version = kube_api_version(resource, arena),
			    .fn = fn,
			    .context = context,
			    .arena = arena,
			    .page = page,
			    .scratch = scratch };
	int rc;

	if (opts)
		l.opts = *opts;
	list_stream_init(&l.stream, KUBE_OBJECT_MAX, KUBE_OBJECT_DEPTH + 2, take_element, &l);
	rc = run(&l, err);
	list_stream_done(&l.stream);
	free(l.keys);
	if (rc == 0) {
		*out = l.result;
	} else if (!l.reader_failed && err->kind != ERR_INTERRUPTED && err->code == 0) {
		str what = kube_what(resource, l.opts.ns, arena);

		return err_wrap(err, "list %.*s", STR_ARG(what));
	}
	return rc;
}
