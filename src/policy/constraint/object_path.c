/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/object_path.h"

#include "policy/constraint/match.h"

static const char *const container_fields[] = {
	"containers",
	"initContainers",
	"ephemeralContainers",
};

/* ---- roots ---- */

struct step {
	const struct json *json;
	const struct place *place;
};

static bool enter(struct step *s, const char *key)
{
	const struct json *next = json_get(s->json, str_c(key));

	s->place = place_get(s->json, s->place, str_c(key));
	s->json = next;
	return next != NULL;
}

void object_root_of(struct object_root *root, const struct json *json, const struct place *place)
{
	struct step s = { json, place };
	str kind = json_get_str(json, STR("kind"));

	*root = (struct object_root){ .json = json, .place = place };
	if (str_eq(kind, STR("CronJob"))) {
		if (!enter(&s, "spec") || !enter(&s, "jobTemplate") || !enter(&s, "spec") ||
		    !enter(&s, "template"))
			return;
		root->pod_pointer = STR("/spec/jobTemplate/spec/template");
	} else if (str_eq(kind, STR("PodTemplate"))) {
		if (!enter(&s, "template"))
			return;
		root->pod_pointer = STR("/template");
	} else if (json_path(json, "spec", "template", "spec", NULL)) {
		IGNORE(enter(&s, "spec") && enter(&s, "template"));
		root->pod_pointer = STR("/spec/template");
	} else if (!str_eq(kind, STR("Pod")) && !json_path(json, "spec", "containers", NULL)) {
		return;
	}
	root->pod = s.json;
	root->pod_place = s.place;
}

bool object_container_at(const struct object_root *root, size_t i, struct object_container *out)
{
	struct step spec = { root->pod, root->pod_place };

	if (!root->pod || !enter(&spec, "spec"))
		return false;
	for (size_t f = 0; f < ARRAY_LEN(container_fields); f++) {
		struct step list = spec;

		if (!enter(&list, container_fields[f]) || !json_is(list.json, JSON_ARRAY))
			continue;
		if (i >= list.json->n) {
			i -= list.json->n;
			continue;
		}
		*out = (struct object_container){
			.json = &list.json->items[i],
			.place = place_at(list.place, i),
			.field = str_c(container_fields[f]),
			.index = i,
			.name = json_get_str(&list.json->items[i], STR("name")),
		};
		return true;
	}
	return false;
}

/* ---- walking ---- */

struct walk {
	str keys[OBJECT_PATH_MAX];
	size_t n;
	struct arena *arena;
	object_path_fn *fn;
	void *context;
};

str object_path_quote(str key, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	if (str_find_char(key, '~') < 0 && str_find_char(key, '/') < 0)
		return key;
	buf_init(&b, key.n * 2 + 1);
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~')
			BUF_LIT(&b, "~0");
		else if (key.p[i] == '/')
			BUF_LIT(&b, "~1");
		else
			buf_byte(&b, key.p[i]);
	}
	return str_dup(arena, buf_str(&b));
}

static str unquote(str key, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	if (str_find_char(key, '~') < 0)
		return key;
	buf_init(&b, key.n + 1);
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~' && i + 1 < key.n)
			buf_byte(&b, key.p[++i] == '1' ? '/' : '~');
		else
			buf_byte(&b, key.p[i]);
	}
	return str_dup(arena, buf_str(&b));
}

static str below(const struct walk *w, str pointer, str key)
{
	return str_fmt(w->arena, "%.*s/%.*s", STR_ARG(pointer),
		       STR_ARG(object_path_quote(key, w->arena)));
}

static void follow(const struct walk *w, size_t k, const struct object_hit *at);

static void follow_all(const struct walk *w, size_t k, const struct object_hit *at)
{
	struct object_hit next = { .wild = true };
	size_t i = 0;

	JSON_EACH (at->json, item) {
		next.json = item;
		next.place = place_at(at->place, i);
		next.pointer = str_fmt(w->arena, "%.*s/%zu", STR_ARG(at->pointer), i++);
		next.key = at->key;
		follow(w, k + 1, &next);
	}
	JSON_MEMBERS (at->json, m) {
		if (!match_wildcard(w->keys[k], m->key))
			continue;
		next.json = &m->value;
		next.place = place_of_member(at->json, at->place, m);
		next.pointer = below(w, at->pointer, m->key);
		next.key = m->key;
		follow(w, k + 1, &next);
	}
}

/* The rest of a path that is not there. */
static void miss(const struct walk *w, size_t k, const struct object_hit *at)
{
	struct object_hit hit = { .place = at->place, .pointer = at->pointer, .wild = at->wild };

	for (; k < w->n; k++) {
		if (str_ends(w->keys[k], STR("*")))
			return;
		hit.pointer = below(w, hit.pointer, w->keys[k]);
		hit.key = w->keys[k];
	}
	w->fn(w->context, &hit);
}

static void follow(const struct walk *w, size_t k, const struct object_hit *at)
{
	struct object_hit next = { .wild = at->wild };

	if (k == w->n) {
		w->fn(w->context, at);
		return;
	}
	if (str_ends(w->keys[k], STR("*"))) {
		follow_all(w, k, at);
		return;
	}
	next.json = json_get(at->json, w->keys[k]);
	if (!next.json || json_is(next.json, JSON_NULL)) {
		miss(w, k, at);
		return;
	}
	next.place = place_get(at->json, at->place, w->keys[k]);
	next.pointer = below(w, at->pointer, w->keys[k]);
	next.key = w->keys[k];
	follow(w, k + 1, &next);
}

static void follow_containers(const struct walk *w, const struct object_root *root,
			      const struct object_container *only)
{
	struct object_container c;

	for (size_t i = 0; only ? i < 1 : object_container_at(root, i, &c); i++) {
		const struct object_container *one = only ? only : &c;
		struct object_hit hit = { .json = one->json, .place = one->place };

		hit.pointer = str_fmt(w->arena, "%.*s/spec/%.*s/%zu", STR_ARG(root->pod_pointer),
				      STR_ARG(one->field), one->index);
		follow(w, 0, &hit);
	}
}

static void follow_member(const struct walk *w, const struct object_root *root, const char *key)
{
	struct step s = { root->pod, root->pod_place };
	struct object_hit hit = { .place = root->pod_place };

	if (!root->pod)
		return;
	if (enter(&s, key)) {
		hit.json = s.json;
		hit.place = s.place;
	}
	hit.pointer = str_fmt(w->arena, "%.*s/%s", STR_ARG(root->pod_pointer), key);
	follow(w, 0, &hit);
}

void object_path_each(const struct object_root *root, str path,
		      const struct object_container *container, struct arena *arena,
		      object_path_fn *fn, void *context)
{
	struct walk w = { .arena = arena, .fn = fn, .context = context };
	struct object_hit top = { .json = root->json, .place = root->place };
	str from, key;

	if (!str_split(&path, '/', &from))
		return;
	while (w.n < OBJECT_PATH_MAX && path.p && str_split(&path, '/', &key))
		w.keys[w.n++] = unquote(key, arena);
	if (str_eq(from, STR("container")))
		follow_containers(&w, root, container);
	else if (str_eq(from, STR("pod")))
		follow_member(&w, root, "spec");
	else if (str_eq(from, STR("meta")))
		follow_member(&w, root, "metadata");
	else
		follow(&w, 0, &top);
}

str object_path_text(str pointer, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	str key;
	uint64_t index;

	buf_init(&b, pointer.n * 2 + 64);
	pointer = str_without_prefix(pointer, STR("/"));
	while (pointer.n > 0 && str_split(&pointer, '/', &key)) {
		key = unquote(key, arena);
		if (str_u64(key, &index))
			buf_fmt(&b, "[%llu]", (unsigned long long)index);
		else if (str_find_char(key, '.') >= 0)
			buf_fmt(&b, "[\"%.*s\"]", STR_ARG(key));
		else
			buf_fmt(&b, "%s%.*s", b.n > 0 ? "." : "", STR_ARG(key));
	}
	return str_dup(arena, buf_str(&b));
}
