/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "kube/kube_internal.h"
#include "net/url.h"

#define RESOURCES_MAX 20000u
#define VERSIONS_MAX  100u /* of one group */

struct finder {
	struct kube *kube;
	struct arena *arena;
	struct kube_resource *items;
	size_t n, cap;
	struct kube_unread *unread;
	size_t unread_n, unread_cap;
};

static bool has_verb(const struct json *resource, const char *verb)
{
	JSON_EACH (JSON_GET(resource, "verbs"), item) {
		if (str_eq(json_str(item), str_c(verb)))
			return true;
	}
	return false;
}

/* Names become parts of paths: only what a name can have. */
static bool name_ok(str name)
{
	if (str_empty(name) || name.n > KUBE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (!is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '.')
			return false;
	}
	return true;
}

static bool known(const struct finder *f, str group, str name)
{
	for (size_t i = f->n; i-- > 0 && str_eq(f->items[i].group, group);) {
		if (str_eq(f->items[i].name, name))
			return true;
	}
	return false;
}

static int take_resources(struct finder *f, str group, str version, const struct json *doc,
			  struct err *err)
{
	JSON_EACH (JSON_GET(doc, "resources"), item) {
		str name = json_get_str(item, STR("name")), kind = json_get_str(item, STR("kind"));

		/* "pods/log" is a part of pods. */
		if (!name_ok(name) || str_empty(kind) || kind.n > KUBE_NAME_MAX)
			continue;
		if (f->n >= RESOURCES_MAX)
			return err_set(err, ERR_LIMIT, "more than %u kinds of objects",
				       RESOURCES_MAX);
		f->items = arena_grow(f->arena, f->items, f->n, &f->cap, sizeof(*f->items));
		f->items[f->n] = (struct kube_resource){
			.group = group,
			.version = version,
			.name = str_dup(f->arena, name),
			.kind = str_dup(f->arena, kind),
			.namespaced = json_bool(JSON_GET(item, "namespaced")),
			.can_list = has_verb(item, "list"),
			.can_watch = has_verb(item, "watch"),
			.preferred = !known(f, group, name),
		};
		f->n++;
	}
	return 0;
}

static int ask_version(struct finder *f, str path, struct arena *scratch, const struct json **doc,
		       struct err *err)
{
	const struct kube_ask ask = { .verb = "discover", .path = path, .one_try = true };
	const struct json_opts opts = { .max_depth = KUBE_OBJECT_DEPTH, .borrow = true };
	struct http_response response;

	if (kube_do(f->kube, &ask, scratch, &response, NULL, err) < 0 ||
	    kube_check_type(&response, err) < 0)
		return -1;
	return json_parse(response.body, &opts, scratch, doc, err);
}

/* A group version that does not answer (the server behind an APIService is down) is noted. */
static int add_version(struct finder *f, str group, str version, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str group_version =
		str_empty(group) ? version
				 : str_fmt(f->arena, "%.*s/%.*s", STR_ARG(group), STR_ARG(version));
	str path = str_fmt(scratch, "/api%s/%.*s", str_empty(group) ? "" : "s",
			   STR_ARG(group_version));
	const struct json *doc;

	if (ask_version(f, path, scratch, &doc, err) == 0)
		return take_resources(f, group, version, doc, err);
	if (err->kind == ERR_INTERRUPTED || err->code == 401 ||
	    (err->code == 0 && str_empty(group)))
		return -1;
	f->unread =
		arena_grow(f->arena, f->unread, f->unread_n, &f->unread_cap, sizeof(*f->unread));
	f->unread[f->unread_n++] =
		(struct kube_unread){ .group_version = group_version,
				      .reason = str_dup(f->arena, str_c(err->msg)) };
	return 0;
}

static int add_group(struct finder *f, const struct json *group, struct err *err)
{
	str name = json_get_str(group, STR("name"));
	str preferred = json_get_str(JSON_GET(group, "preferredVersion"), STR("version"));

	if (!name_ok(name))
		return 0;
	if (json_len(JSON_GET(group, "versions")) > VERSIONS_MAX)
		return err_set(err, ERR_LIMIT, "group %.*s has more than %u versions",
			       STR_ARG(name), VERSIONS_MAX);
	if (name_ok(preferred) && add_version(f, name, preferred, err) < 0)
		return -1;
	JSON_EACH (JSON_GET(group, "versions"), item) {
		str version = json_get_str(item, STR("version"));

		if (!name_ok(version) || str_eq(version, preferred))
			continue;
		if (add_version(f, name, version, err) < 0)
			return -1;
	}
	return 0;
}

static int discover(struct finder *f, struct err *err)
{
	const struct json *core, *groups;

	if (kube_get(f->kube, STR("/api"), f->arena, &core, err) < 0 ||
	    kube_get(f->kube, STR("/apis"), f->arena, &groups, err) < 0)
		return -1;
	if (!json_is(JSON_GET(core, "versions"), JSON_ARRAY) ||
	    !json_is(JSON_GET(groups, "groups"), JSON_ARRAY))
		return err_set(err, ERR_INPUT, "%.*s: what answers is no Kubernetes API",
			       STR_ARG(f->kube->shown));
	if (json_len(JSON_GET(groups, "groups")) > KUBE_GROUPS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u groups of the API", KUBE_GROUPS_MAX);
	if (add_version(f, STR(""), STR("v1"), err) < 0)
		return -1;
	JSON_EACH (JSON_GET(groups, "groups"), group) {
		if (add_group(f, group, err) < 0)
			return -1;
	}
	return 0;
}

int kube_discover(struct kube *kube, struct arena *arena, struct kube_catalog *out, struct err *err)
{
	struct finder f = { .kube = kube, .arena = arena };

	if (discover(&f, err) < 0)
		return err_wrap(err, "discovery");
	*out = (struct kube_catalog){
		.items = f.items, .n = f.n, .unread = f.unread, .unread_n = f.unread_n
	};
	return 0;
}

int kube_find_kind(struct kube *kube, str api_version, str kind, struct arena *arena,
		   struct kube_resource *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct finder f = { .kube = kube, .arena = arena };
	struct kube_catalog found = { 0 };
	str group = STR(""), version = api_version;
	const struct kube_resource *r;
	const struct json *doc;
	str path;

	IGNORE(str_cut(api_version, '/', &group, &version)); /* "v1" is of the core */
	if (!name_ok(version) || (group.n > 0 && !name_ok(group)))
		return err_set(err, ERR_NOT_FOUND, "'%.*s' is no version of an API",
			       STR_ARG(str_take(api_version, 200)));
	path = str_fmt(scratch, "/api%s/%.*s", str_empty(group) ? "" : "s", STR_ARG(api_version));
	if (ask_version(&f, path, scratch, &doc, err) < 0) {
		if (err->kind != ERR_NOT_FOUND)
			return -1;
	} else if (take_resources(&f, str_dup(arena, group), str_dup(arena, version), doc, err) <
		   0) {
		return -1;
	}
	found = (struct kube_catalog){ .items = f.items, .n = f.n };
	r = kube_catalog_kind(&found, api_version, kind);
	if (!r)
		return err_set(err, ERR_NOT_FOUND, "the API does not serve %.*s %.*s",
			       STR_ARG(str_take(api_version, 200)), STR_ARG(str_take(kind, 200)));
	*out = *r;
	return 0;
}

const struct kube_resource *kube_catalog_find(const struct kube_catalog *catalog, str group,
					      str name)
{
	for (size_t i = 0; i < catalog->n; i++) {
		const struct kube_resource *r = &catalog->items[i];

		if (r->preferred && str_eq(r->group, group) && str_eq(r->name, name))
			return r;
	}
	return NULL;
}

const struct kube_resource *kube_catalog_kind(const struct kube_catalog *catalog, str api_version,
					      str kind)
{
	str group = STR(""), version = api_version;

	IGNORE(str_cut(api_version, '/', &group, &version)); /* "v1" is of the core */
	for (size_t i = 0; i < catalog->n; i++) {
		const struct kube_resource *r = &catalog->items[i];

		if (str_eq(r->group, group) && str_eq(r->version, version) && str_eq(r->kind, kind))
			return r;
	}
	return NULL;
}

str kube_api_version(const struct kube_resource *r, struct arena *arena)
{
	if (str_empty(r->group))
		return r->version;
	return str_fmt(arena, "%.*s/%.*s", STR_ARG(r->group), STR_ARG(r->version));
}

str kube_path(const struct kube_resource *r, str ns, str name, struct arena *arena)
{
	str base = str_fmt(arena, "/api%s/%.*s", str_empty(r->group) ? "" : "s",
			   STR_ARG(kube_api_version(r, arena)));

	if (r->namespaced && !str_empty(ns))
		base = str_fmt(arena, "%.*s/namespaces/%.*s", STR_ARG(base),
			       STR_ARG(url_escape(arena, ns)));
	return str_fmt(arena, "%.*s/%.*s%s%.*s", STR_ARG(base), STR_ARG(r->name),
		       str_empty(name) ? "" : "/", STR_ARG(url_escape(arena, name)));
}
