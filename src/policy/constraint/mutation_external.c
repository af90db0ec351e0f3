/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "policy/constraint/mutate.h"
#include "policy/constraint/mutation_set.h"
#include "policy/constraint/provider.h"

static int fill(const struct json *v, struct provider_set *providers, struct arena *arena,
		struct json *out, struct err *err);

static bool has_pending(const struct json *v)
{
	JSON_EACH (v, item)
		if (has_pending(item))
			return true;
	JSON_MEMBERS (v, m)
		if (str_eq(m->key, MUTATE_PENDING) || has_pending(&m->value))
			return true;
	return false;
}

static int ask(const struct json *v, struct provider_set *providers, struct arena *arena,
	       struct json *out, struct err *err)
{
	str name = json_get_str(v, MUTATE_PENDING), key = json_get_str(v, STR("key"));
	struct provider_answer answer;

	if (!providers)
		return err_set(err, ERR_DENIED, "provider %.*s: not permitted here", STR_ARG(name));
	if (provider_ask(providers, name, &key, 1, arena, &answer, err) < 0)
		return -1;
	if (answer.system_error.n > 0)
		return err_set(err, ERR_NETWORK, "provider %.*s: %.*s", STR_ARG(name),
			       STR_ARG(answer.system_error));
	if (!answer.idempotent)
		return err_set(err, ERR_INPUT, "provider %.*s: its answer is not idempotent",
			       STR_ARG(name));
	if (answer.n == 0 || !answer.items[0].value || answer.items[0].error.n > 0)
		return err_set(err, ERR_INPUT, "provider %.*s: %.*s", STR_ARG(name),
			       STR_ARG(answer.n && answer.items[0].error.n ? answer.items[0].error
									   : STR("no value")));
	*out = *answer.items[0].value;
	return 0;
}

/* failurePolicy: what was there stays, or the default takes its place. */
static int resolve(const struct json *v, struct provider_set *providers, struct arena *arena,
		   struct json *out, struct err *err)
{
	str failure = json_get_str(v, STR("failure"));
	const struct json *current = JSON_GET(v, "current"), *preset = JSON_GET(v, "default");

	if (ask(v, providers, arena, out, err) == 0)
		return 0;
	if (str_eq(failure, STR("fail")))
		return -1;
	if (str_eq(failure, STR("default"))) {
		*out = *preset;
		return 0;
	}
	*out = current ? *current : json_make_str(json_get_str(v, STR("key")));
	return 0;
}

static int fill_items(const struct json *v, struct provider_set *providers, struct arena *arena,
		      struct json *out, struct err *err)
{
	struct json *items = ARENA_ARRAY(arena, struct json, v->n + 1);
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, v->n + 1);
	size_t n = 0;

	JSON_EACH (v, item)
		if (fill(item, providers, arena, &items[n++], err) < 0)
			return -1;
	JSON_MEMBERS (v, m) {
		members[n].key = m->key;
		if (fill(&m->value, providers, arena, &members[n++].value, err) < 0)
			return -1;
	}
	*out = v->type == JSON_ARRAY ? json_make_array(items, n) : json_make_object(members, n);
	return 0;
}

static int fill(const struct json *v, struct provider_set *providers, struct arena *arena,
		struct json *out, struct err *err)
{
	if (json_get(v, MUTATE_PENDING))
		return resolve(v, providers, arena, out, err);
	if (v->type == JSON_ARRAY || v->type == JSON_OBJECT)
		return fill_items(v, providers, arena, out, err);
	*out = *v;
	return 0;
}

int mutation_external(const struct json *object, struct provider_set *providers,
		      struct arena *arena, const struct json **out, struct err *err)
{
	struct json *filled;

	*out = object;
	if (!has_pending(object))
		return 0;
	filled = ARENA_NEW(arena, struct json);
	if (fill(object, providers, arena, filled, err) < 0)
		return -1;
	*out = filled;
	return 1;
}
