/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/fault_place.h"

#define NODES_MAX 20000u /* of an object that are compared with a message */

struct search {
	const struct object_text *object;
	const struct violation *violation;
	struct object_root root;
	struct object_container container;
	bool has_container;
	struct arena *arena;
	struct object_hit best;
	int score; /* of the best; 0: none yet */
	size_t looked;
};

str fault_place_scalar(const struct json *v)
{
	if (json_is(v, JSON_STRING))
		return json_str(v);
	if (json_is(v, JSON_NUMBER))
		return json_number(v);
	if (json_is(v, JSON_TRUE))
		return STR("true");
	return json_is(v, JSON_FALSE) ? STR("false") : STR_EMPTY;
}

static bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-'; }

/* `text` stands in the message, and not inside of a longer word. */
static bool mentions(str message, str text)
{
	size_t from = 0;

	if (text.n == 0)
		return false;
	for (;;) {
		ptrdiff_t found = str_find(str_skip(message, from), text);
		size_t at = from + (size_t)found, end = at + text.n;

		if (found < 0)
			return false;
		if ((at == 0 || !is_word(message.p[at - 1])) &&
		    (end == message.n || !is_word(message.p[end])))
			return true;
		from = at + 1;
	}
}

static str detail(const struct search *s, str key)
{
	const struct value *v = value_get_str(&s->violation->details, key);

	return v && v->type == VALUE_STRING ? value_text(v) : STR_EMPTY;
}

/* ---- the container ---- */

static bool fits_field(const struct object_container *c, str message)
{
	if (str_starts(message, STR("init container")))
		return str_eq(c->field, STR("initContainers"));
	if (str_starts(message, STR("ephemeral container")))
		return str_eq(c->field, STR("ephemeralContainers"));
	return true;
}

/* The one that the details name, else the one with the longest name in the message. */
static void find_container(struct search *s)
{
	str said = detail(s, STR("container")), message = s->violation->message;
	struct object_container c;
	size_t longest = 0;

	for (size_t i = 0; object_container_at(&s->root, i, &c); i++) {
		bool named = said.n > 0 ? str_eq(c.name, said) : mentions(message, c.name);
		size_t weight = c.name.n + 1 + (fits_field(&c, message) ? 1000 : 0);

		if (c.name.n == 0 || !named || weight <= longest)
			continue;
		longest = weight;
		s->container = c;
		s->has_container = true;
	}
}

/* ---- paths of the rule ---- */

static void weigh(void *context, const struct object_hit *hit)
{
	struct search *s = context;
	str message = s->violation->message;
	str value = fault_place_scalar(hit->json);
	int score = 1;

	if (hit->wild && hit->json && !mentions(message, value))
		return; /* another element */
	/* A field that is named counts before one that is only there. */
	if (mentions(message, hit->key))
		score += 8;
	if (value.n > 0 && mentions(message, value))
		score += 4;
	if (hit->json)
		score += 2;
	if (score <= s->score)
		return;
	s->score = score;
	s->best = *hit;
}

/* "container/resources/limits/{resource}" with the violation's details. */
static str fill(const struct search *s, str path)
{
	ptrdiff_t open = str_find_char(path, '{'), close = str_find_char(path, '}');
	str name, value;

	if (open < 0 || close < open)
		return path;
	name = str_take(str_skip(path, (size_t)open + 1), (size_t)(close - open) - 1);
	value = detail(s, name);
	if (str_eq(name, STR("container")) && value.n == 0)
		value = s->container.name;
	return str_fmt(s->arena, "%.*s%.*s%.*s", STR_ARG(str_take(path, (size_t)open)),
		       STR_ARG(object_path_quote(value, s->arena)),
		       STR_ARG(str_skip(path, (size_t)close + 1)));
}

static void search_paths(struct search *s, const struct json *at)
{
	JSON_EACH (at, path)
		object_path_each(&s->root, fill(s, json_str(path)),
				 s->has_container ? &s->container : NULL, s->arena, weigh, s);
}

/* ---- the message alone ---- */

/* "spec.replicas": two keys behind each other tell more than one. */
static bool mentions_both(const struct search *s, str parent, str key)
{
	str both = str_fmt(s->arena, "%.*s.%.*s", STR_ARG(parent), STR_ARG(key));

	return parent.n > 0 && mentions(s->violation->message, both);
}

static void compare(struct search *s, const struct object_hit *at, str parent, unsigned depth)
{
	str message = s->violation->message, value = fault_place_scalar(at->json);
	int score = 0;
	size_t i = 0;

	if (s->looked++ >= NODES_MAX || depth > OBJECT_FILE_MAX_DEPTH)
		return;
	if (at->key.n > 3 && mentions(message, at->key))
		score += (mentions_both(s, parent, at->key) ? 40 : 20) +
			 (int)(depth < 19 ? depth : 19); /* the deepest */
	if (value.n > 1 && !str_eq(value, STR("true")) && !str_eq(value, STR("false")) &&
	    mentions(message, value) && !str_eq(at->key, STR("name")))
		score += 30;
	if (score > s->score) {
		s->score = score;
		s->best = *at;
	}
	JSON_EACH (at->json, item) {
		struct object_hit next = { .json = item, .place = place_at(at->place, i) };

		next.pointer = str_fmt(s->arena, "%.*s/%zu", STR_ARG(at->pointer), i++);
		compare(s, &next, at->key, depth + 1);
	}
	JSON_MEMBERS (at->json, m) {
		struct object_hit next = { .json = &m->value, .key = m->key };

		next.place = place_of_member(at->json, at->place, m);
		next.pointer = str_fmt(s->arena, "%.*s/%.*s", STR_ARG(at->pointer),
				       STR_ARG(object_path_quote(m->key, s->arena)));
		compare(s, &next, at->key, depth + 1);
	}
}

static str container_pointer(const struct search *s)
{
	return str_fmt(s->arena, "%.*s/spec/%.*s/%zu", STR_ARG(s->root.pod_pointer),
		       STR_ARG(s->container.field), s->container.index);
}

static void search_message(struct search *s)
{
	struct object_hit from = { .json = s->root.json, .place = s->root.place };

	if (s->has_container) {
		from.json = s->container.json;
		from.place = s->container.place;
		from.pointer = container_pointer(s);
	}
	compare(s, &from, STR_EMPTY, 0);
	if (s->score > 0 || !s->has_container)
		return;
	s->best = from;
	s->score = 1;
}

void fault_place_find(const struct object_text *object, const struct library_rule *rule,
		      const struct violation *violation, struct arena *arena,
		      struct fault_place *out)
{
	struct search s = { .object = object, .violation = violation, .arena = arena };
	const struct place *place = object->place;

	*out = (struct fault_place){ 0 };
	object_root_of(&s.root, object->resource.json, object->place);
	find_container(&s);
	if (rule && rule->at)
		search_paths(&s, rule->at);
	if (s.score == 0)
		search_message(&s);
	if (s.has_container)
		out->container = s.container.name;
	if (s.score > 0) {
		place = s.best.place ? s.best.place : place;
		out->pointer = s.best.pointer;
		out->path = object_path_text(s.best.pointer, arena);
		out->present = s.best.json != NULL;
		out->value = fault_place_scalar(s.best.json);
	}
	out->line = object_line(object, place);
	if (place)
		out->col = place->key_line ? place->key_col : place->col;
}
