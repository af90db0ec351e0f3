/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/provider.h"

#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "policy/builtin.h"
#include "policy/constraint/resource.h"

#include <pthread.h>

struct kept {
	int64_t at_ms;
	str error;
	const struct json *value;
	bool idempotent;
};

struct provider_set {
	struct arena *arena;
	struct map providers;
	provider_send_fn *send;
	void *context;
	int64_t ttl;
	pthread_mutex_t lock; /* of the rest */
	struct arena *kept_arena;
	struct map kept; /* "provider\0key" */
};

struct provider_set *provider_set_new(provider_send_fn *send, void *context, int64_t ttl)
{
	struct provider_set *set = mem_zalloc(sizeof(*set));

	set->arena = arena_new();
	set->kept_arena = arena_new();
	map_init(&set->providers, set->arena);
	map_init(&set->kept, set->kept_arena);
	set->send = send;
	set->context = context;
	set->ttl = ttl;
	pthread_mutex_init(&set->lock, NULL);
	return set;
}

void provider_set_free(struct provider_set *set)
{
	if (!set)
		return;
	pthread_mutex_destroy(&set->lock);
	arena_free(set->kept_arena);
	arena_free(set->arena);
	free(set);
}

void provider_set_send(struct provider_set *set, provider_send_fn *send, void *context)
{
	set->send = send;
	set->context = context;
}

size_t provider_set_count(const struct provider_set *set) { return set->providers.n; }

int provider_set_add(struct provider_set *set, const struct json *json, struct err *err)
{
	struct provider *p = ARENA_NEW(set->arena, struct provider);
	const struct json *copy = json_copy(json, set->arena), *spec = JSON_GET(copy, "spec");
	const struct json *timeout = JSON_GET(spec, "timeout");
	struct resource r;

	if (resource_read(copy, &r, err) < 0)
		return err_wrap(err, "Provider");
	if (!resource_is(&r, STR("externaldata.gatekeeper.sh"), STR("Provider")))
		return err_set(err, ERR_INPUT, "not a Provider");
	p->name = r.name;
	p->url = json_get_str(spec, STR("url"));
	p->ca_bundle = json_get_str(spec, STR("caBundle"));
	p->timeout = PROVIDER_TIMEOUT;
	if (str_empty(p->name))
		return err_set(err, ERR_INPUT, "Provider: it has no metadata.name");
	if (!str_starts(p->url, STR("https://")))
		return err_set(err, ERR_INPUT, "Provider %.*s: spec.url must begin with https://",
			       STR_ARG(p->name));
	if (str_empty(p->ca_bundle))
		return err_set(err, ERR_INPUT, "Provider %.*s: spec.caBundle is missing",
			       STR_ARG(p->name));
	if (timeout && (!json_i64(timeout, &p->timeout) || p->timeout < 1 || p->timeout > 60))
		return err_set(err, ERR_INPUT, "Provider %.*s: spec.timeout must be 1 to 60",
			       STR_ARG(p->name));
	map_put(&set->providers, p->name, p);
	return 0;
}

/* ---- answers that are kept ----------------------------------------------------------------- */

static str kept_key(str provider, str key, struct arena *arena)
{
	return str_fmt(arena, "%.*s%c%.*s", STR_ARG(provider), '\0', STR_ARG(key));
}

static bool kept_get(struct provider_set *set, str provider, str key, struct arena *arena,
		     struct provider_item *out, bool *idempotent)
{
	const struct kept *kept;
	bool found;

	if (set->ttl <= 0)
		return false;
	pthread_mutex_lock(&set->lock);
	kept = map_get(&set->kept, kept_key(provider, key, arena));
	found = kept && time_mono_ms() - kept->at_ms < set->ttl * 1000;
	if (found) {
		out->key = key;
		out->error = str_dup(arena, kept->error);
		out->value = kept->value ? json_copy(kept->value, arena) : NULL;
		*idempotent = *idempotent && kept->idempotent;
	}
	pthread_mutex_unlock(&set->lock);
	return found;
}

static void kept_put(struct provider_set *set, str provider, const struct provider_item *item,
		     bool idempotent, struct arena *scratch)
{
	struct kept *kept;

	if (set->ttl <= 0)
		return;
	pthread_mutex_lock(&set->lock);
	if (arena_used(set->kept_arena) > PROVIDER_MAX_KEPT) {
		arena_reset(set->kept_arena);
		map_init(&set->kept, set->kept_arena);
	}
	kept = ARENA_NEW(set->kept_arena, struct kept);
	kept->at_ms = time_mono_ms();
	kept->error = str_dup(set->kept_arena, item->error);
	kept->value = item->value ? json_copy(item->value, set->kept_arena) : NULL;
	kept->idempotent = idempotent;
	map_put(&set->kept, kept_key(provider, item->key, scratch), kept);
	pthread_mutex_unlock(&set->lock);
}

/* ---- asking -------------------------------------------------------------------------------- */

static str request_body(const str *keys, size_t n, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	str body;

	buf_init(&b, (size_t)PROVIDER_MAX_KEYS * PROVIDER_MAX_KEY * 2);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("apiVersion"), STR("externaldata.gatekeeper.sh/v1beta1"));
	json_kv_str(&w, STR("kind"), STR("ProviderRequest"));
	JSON_KEY(&w, "request");
	json_open_object(&w);
	json_kv_strings(&w, STR("keys"), keys, n);
	json_close_object(&w);
	json_close_object(&w);
	body = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return body;
}

static int take_response(struct provider_set *set, str provider, str text, struct arena *arena,
			 struct provider_answer *answer, size_t room, struct err *err)
{
	struct json_opts opts = { .max_depth = 64, .max_values = 1000000 };
	const struct json *json, *response, *items;
	bool idempotent;

	if (text.n > PROVIDER_MAX_RESPONSE)
		return err_set(err, ERR_LIMIT, "its answer has more than %u bytes",
			       PROVIDER_MAX_RESPONSE);
	if (json_parse(text, &opts, arena, &json, err) < 0)
		return err_wrap(err, "its answer");
	response = JSON_GET(json, "response");
	items = JSON_GET(response, "items");
	if (!json_is(response, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "its answer has no response");
	idempotent = json_bool(JSON_GET(response, "idempotent"));
	answer->idempotent = answer->idempotent && idempotent;
	answer->system_error = json_get_str(response, STR("systemError"));
	if (json_len(items) > room)
		return err_set(err, ERR_LIMIT, "its answer has more items than were asked for");
	JSON_EACH (items, item) {
		struct provider_item *to = &answer->items[answer->n++];

		to->key = json_get_str(item, STR("key"));
		to->error = json_get_str(item, STR("error"));
		to->value = JSON_GET(item, "value");
		kept_put(set, provider, to, idempotent, arena);
	}
	return 0;
}

int provider_ask(struct provider_set *set, str name, const str *keys, size_t n, struct arena *arena,
		 struct provider_answer *out, struct err *err)
{
	const struct provider *provider = map_get(&set->providers, name);
	struct provider_answer answer = { .idempotent = true };
	str *missing = ARENA_ARRAY(arena, str, n + 1), response;
	size_t missing_n = 0;

	if (n > PROVIDER_MAX_KEYS)
		return err_set(err, ERR_LIMIT, "more than %u keys", PROVIDER_MAX_KEYS);
	answer.items = ARENA_ARRAY(arena, struct provider_item, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (keys[i].n > PROVIDER_MAX_KEY)
			return err_set(err, ERR_LIMIT, "a key of more than %u bytes",
				       PROVIDER_MAX_KEY);
		if (kept_get(set, name, keys[i], arena, &answer.items[answer.n],
			     &answer.idempotent))
			answer.n++;
		else
			missing[missing_n++] = keys[i];
	}
	if (missing_n > 0) {
		if (!provider)
			return err_set(err, ERR_NOT_FOUND,
				       "key is not found in provider cache: %.*s",
				       STR_ARG(str_take(name, 200)));
		if (!set->send)
			return err_set(err, ERR_DENIED, "provider %.*s: not permitted here",
				       STR_ARG(name));
		if (set->send(set->context, provider, request_body(missing, missing_n, arena),
			      arena, &response, &answer.status, err) < 0 ||
		    take_response(set, name, response, arena, &answer, missing_n, err) < 0)
			return err_wrap(err, "provider %.*s", STR_ARG(name));
	}
	*out = answer;
	return 0;
}

#define STATUS_UNKNOWN 400 /* there is no such provider */
#define STATUS_FAILED  500

/* ---- the builtin --------------------------------------------------------------------------- */

static struct value pair(struct value a, struct value b, struct arena *arena)
{
	struct value_builder v;

	value_builder_init(&v, arena);
	value_builder_add(&v, a);
	value_builder_add(&v, b);
	return value_builder_array(&v);
}

static struct value text(str s) { return value_str(s.p ? s : STR("")); }

static struct value answer_value(const struct provider_answer *answer, struct arena *arena)
{
	struct value_builder good, bad;
	struct object_builder b;

	value_builder_init(&good, arena);
	value_builder_init(&bad, arena);
	for (size_t i = 0; i < answer->n; i++) {
		const struct provider_item *item = &answer->items[i];

		if (item->error.n > 0)
			value_builder_add(&bad, pair(text(item->key), text(item->error), arena));
		else
			value_builder_add(&good,
					  pair(text(item->key),
					       item->value ? value_from_json(item->value, arena)
							   : value_null(),
					       arena));
	}
	object_builder_init(&b, arena);
	OBJECT_ADD(&b, "responses", value_builder_array(&good));
	OBJECT_ADD(&b, "errors", value_builder_array(&bad));
	OBJECT_ADD(&b, "status_code", value_int(answer->status));
	OBJECT_ADD(&b, "system_error", text(answer->system_error));
	return object_builder_take_last(&b);
}

int provider_external(struct builtin_call *call, void *context, const struct value *request,
		      struct value *out)
{
	const struct value *name = VALUE_GET(request, "provider"),
			   *list = VALUE_GET(request, "keys");
	struct provider_answer answer;
	str *keys;
	int rc;

	if (!name || name->type != VALUE_STRING || !list || list->type != VALUE_ARRAY)
		return builtin_fail(call, "provider must be a string and keys an array");
	keys = ARENA_ARRAY(call->arena, str, list->n + 1);
	for (uint32_t i = 0; i < list->n; i++) {
		if (list->items[i].type != VALUE_STRING)
			return builtin_fail(call, "keys must be strings");
		keys[i] = value_text(&list->items[i]);
	}
	rc = provider_ask(context, value_text(name), keys, list->n, call->arena, &answer,
			  call->err);
	/* The policy decides what a provider that cannot be asked means, as in Gatekeeper. */
	if (rc < 0)
		answer = (struct provider_answer){
			.status = call->err->kind == ERR_NOT_FOUND ? STATUS_UNKNOWN : STATUS_FAILED,
			.system_error = str_dup(call->arena, str_c(call->err->msg)),
		};
	*out = answer_value(&answer, call->arena);
	return BUILTIN_OK;
}
