/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/gatekeeper_config.h"

#include "base/err.h"
#include "policy/constraint/match.h"

void gatekeeper_config_init(struct gatekeeper_config *config, struct arena *arena)
{
	*config = (struct gatekeeper_config){ .arena = arena };
}

static int add_kinds(struct gatekeeper_config *config, const struct json *list, const char *where,
		     struct err *err)
{
	if (!list || json_is(list, JSON_NULL))
		return 0;
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "%s must be a list", where);
	JSON_EACH (list, row) {
		if (str_empty(json_get_str(row, STR("version"))) ||
		    str_empty(json_get_str(row, STR("kind"))))
			return err_set(err, ERR_INPUT, "%s: an element lacks version or kind",
				       where);
	}
	config->kinds = arena_grow(config->arena, config->kinds, config->kinds_n,
				   &config->kinds_cap, sizeof(const struct json *));
	config->kinds[config->kinds_n++] = list;
	return 0;
}

static int add_exclusions(struct gatekeeper_config *config, const struct json *match,
			  struct err *err)
{
	if (match && !json_is(match, JSON_ARRAY) && !json_is(match, JSON_NULL))
		return err_set(err, ERR_INPUT, "spec.match must be a list");
	JSON_EACH (match, row) {
		struct gatekeeper_exclusion e = { JSON_GET(row, "excludedNamespaces"),
						  JSON_GET(row, "processes") };

		if (!match_is_strings(e.namespaces) || !match_is_strings(e.processes))
			return err_set(err, ERR_INPUT,
				       "spec.match: excludedNamespaces and processes must be lists "
				       "of strings");
		config->exclusions = arena_grow(config->arena, config->exclusions, config->n,
						&config->cap, sizeof(*config->exclusions));
		config->exclusions[config->n++] = e;
	}
	return 0;
}

int gatekeeper_config_add(struct gatekeeper_config *config, const struct json *json,
			  struct err *err)
{
	const struct json *spec;
	struct resource r;
	bool is_config;

	if (resource_read(json, &r, err) < 0)
		return -1;
	is_config = resource_is(&r, STR("config.gatekeeper.sh"), STR("Config"));
	if (!is_config && !resource_is(&r, STR("syncset.gatekeeper.sh"), STR("SyncSet")))
		return 0;
	spec = JSON_GET(json_copy(json, config->arena), "spec");
	if (is_config) {
		if (add_kinds(config, json_path(spec, "sync", "syncOnly", NULL),
			      "spec.sync.syncOnly", err) < 0 ||
		    add_exclusions(config, JSON_GET(spec, "match"), err) < 0)
			return err_wrap(err, "Config %.*s", STR_ARG(r.name));
	} else if (add_kinds(config, JSON_GET(spec, "gvks"), "spec.gvks", err) < 0) {
		return err_wrap(err, "SyncSet %.*s", STR_ARG(r.name));
	}
	return 1;
}

static const struct json *copy_list(const struct json *list, struct arena *arena)
{
	return list ? json_copy(list, arena) : NULL;
}

void gatekeeper_config_copy(const struct gatekeeper_config *from, struct arena *arena,
			    struct gatekeeper_config *out)
{
	gatekeeper_config_init(out, arena);
	out->kinds_n = out->kinds_cap = from->kinds_n;
	out->kinds = ARENA_ARRAY(arena, const struct json *, from->kinds_n);
	for (size_t i = 0; i < from->kinds_n; i++)
		out->kinds[i] = json_copy(from->kinds[i], arena);
	out->n = out->cap = from->n;
	out->exclusions = ARENA_ARRAY(arena, struct gatekeeper_exclusion, from->n);
	for (size_t i = 0; i < from->n; i++)
		out->exclusions[i] = (struct gatekeeper_exclusion){
			copy_list(from->exclusions[i].namespaces, arena),
			copy_list(from->exclusions[i].processes, arena),
		};
}

bool gatekeeper_config_is_empty(const struct gatekeeper_config *config)
{
	return config->kinds_n == 0;
}

bool gatekeeper_config_excludes(const struct gatekeeper_config *config, str process, str namespace)
{
	for (size_t i = 0; namespace.n > 0 && i < config->n; i++) {
		const struct gatekeeper_exclusion *e = &config->exclusions[i];
		bool concerned = false;

		JSON_EACH (e->processes, p)
			concerned = concerned || str_eq(json_str(p), process) ||
				    str_eq(json_str(p), STR("*"));
		if (concerned && match_wildcards(e->namespaces, namespace))
			return true;
	}
	return false;
}

bool gatekeeper_config_syncs(const struct gatekeeper_config *config, const struct resource *r)
{
	if (gatekeeper_config_excludes(config, STR("sync"),
				       resource_is_namespace(r) ? r->name : r->namespace))
		return false;
	for (size_t i = 0; i < config->kinds_n; i++) {
		JSON_EACH (config->kinds[i], row) {
			if (str_eq(json_get_str(row, STR("group")), r->group) &&
			    str_eq(json_get_str(row, STR("version")), r->version) &&
			    str_eq(json_get_str(row, STR("kind")), r->kind))
				return true;
		}
	}
	return false;
}
