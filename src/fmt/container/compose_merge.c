/* SPDX-License-Identifier: Apache-2.0 */
/* Files laid over each other, and services that extend others. */
#include "base/path.h"
#include "base/words.h"
#include "fmt/container/compose_internal.h"
#include "fmt/container/container_value.h"

/* What of an element makes it the same as another. */
typedef str (*identity)(struct reader *r, const struct node *item);

static struct node *merge_node(struct reader *r, struct node *base, const struct node *over,
			       str key, unsigned depth);

/* ---- elements of lists ---- */

/* "NAME=value", or "NAME: value" of an object. */
static str name_of(struct reader *r, const struct node *item)
{
	str name = node_text(item), rest;

	(void)r;
	IGNORE(str_cut(node_text(item), '=', &name, &rest)); /* a name alone */
	return name;
}

static str volume_target(struct reader *r, const struct node *item)
{
	struct plan_mount mount;

	if (item->type == JSON_OBJECT)
		return node_text(node_get(item, "target"));
	return value_volume(r->arena, node_text(item), STR("/"), &mount) ? mount.destination
									 : node_text(item);
}

static str device_target(struct reader *r, const struct node *item)
{
	str rest = node_text(item), host = STR_EMPTY, inside;

	(void)r;
	if (item->type == JSON_OBJECT)
		return node_text(node_get(item, "target"));
	IGNORE(str_split(&rest, ':', &host)); /* a text has a first part */
	return str_split(&rest, ':', &inside) ? inside : host;
}

static str whole(struct reader *r, const struct node *item)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	if (item->type != JSON_OBJECT)
		return node_text(item);
	buf_init(&b, COMPOSE_MAX_TEXT);
	NODE_EACH (item, m) {
		buf_add(&b, m->key);
		buf_byte(&b, '\0');
		buf_add(&b, node_text(m->value));
		buf_byte(&b, '\0');
	}
	return b.overflow ? STR_EMPTY : str_dup(r->arena, buf_str(&b));
}

static str source_name(struct reader *r, const struct node *item)
{
	(void)r;
	if (item->type == JSON_OBJECT) {
		str target = node_text(node_get(item, "target"));

		return target.n > 0 ? target : node_text(node_get(item, "source"));
	}
	return node_text(item);
}

/*
 * Lists whose elements have a name: a later one takes the place of the earlier. `map`: the list is
 * another form of a mapping. NULL: behind each other, equal ones once.
 */
static const struct {
	const char *key;
	identity same;
	bool map;
} lists[] = {
	{ "annotations", name_of, true },    { "configs", source_name, false },
	{ "devices", device_target, false }, { "environment", name_of, true },
	{ "labels", name_of, true },	     { "networks", name_of, true },
	{ "depends_on", name_of, true },     { "secrets", source_name, false },
	{ "sysctls", name_of, true },	     { "volumes", volume_target, false },
	{ "args", name_of, true },
};

/* Those that a later file replaces as a whole. */
static bool is_replaced(str key)
{
	static const char *const keys[] = { "command", "entrypoint", "test" };

	return words_have(keys, ARRAY_LEN(keys), key);
}

static struct node *merge_lists(struct reader *r, struct node *base, const struct node *over,
				str key)
{
	identity same = whole;
	struct map index;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (str_eq(key, str_c(lists[i].key)))
			same = lists[i].same;
	}
	map_init(&index, r->arena);
	for (size_t i = 0; i < base->n; i++)
		map_put(&index, same(r, base->members[i].value), (void *)(uintptr_t)(i + 1));
	NODE_EACH (over, m) {
		size_t at = (size_t)(uintptr_t)map_get(&index, same(r, m->value));
		struct node *copy = node_copy(r, m->value);

		if (!copy)
			break;
		if (at > 0)
			base->members[at - 1].value = copy;
		else
			node_append(r, base, copy);
	}
	return base;
}

/* The list form of a mapping as a mapping, so that both can be merged. */
static struct node *as_mapping(struct reader *r, const struct node *list)
{
	struct node *map = node_new(r, JSON_OBJECT, list->source, list->line);

	NODE_EACH (list, m) {
		str name = node_text(m->value), value = STR_EMPTY;
		bool has = str_cut(node_text(m->value), '=', &name, &value);
		struct node *one = map ? node_new(r, has ? JSON_STRING : JSON_NULL,
						  m->value->source, m->value->line)
				       : NULL;

		if (!one)
			break;
		one->text = value;
		if (m->value->raw.n > 0)
			IGNORE(str_cut(m->value->raw, '=', &name, &one->raw)); /* no value: none */
		name = node_text(m->value);
		IGNORE(str_cut(node_text(m->value), '=', &name, &value)); /* a name alone */
		one->unknown = m->value->unknown;
		node_add(r, map, name, m->value->line, one);
	}
	return map;
}

static struct node *as_list(struct reader *r, const struct node *scalar)
{
	struct node *list = node_new(r, JSON_ARRAY, scalar->source, scalar->line);

	if (list)
		node_append(r, list, node_copy(r, scalar));
	return list;
}

static bool is_map_list(str key)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (lists[i].map && str_eq(key, str_c(lists[i].key)))
			return true;
	}
	return false;
}

/* Keys that may be a text or a list of texts. */
static bool is_text_list(str key)
{
	static const char *const keys[] = { "tmpfs", "dns", "dns_search", "env_file",
					    "label_file" };

	return words_have(keys, ARRAY_LEN(keys), key);
}

/* ---- mappings ---- */

static struct node *merge_mappings(struct reader *r, struct node *base, const struct node *over,
				   unsigned depth)
{
	struct map index;

	if (depth > COMPOSE_MAX_DEPTH)
		return base;
	map_init(&index, r->arena);
	for (size_t i = 0; i < base->n; i++)
		map_put(&index, base->members[i].key, (void *)(uintptr_t)(i + 1));
	NODE_EACH (over, m) {
		size_t at = (size_t)(uintptr_t)map_get(&index, m->key);
		struct node *old = at > 0 ? base->members[at - 1].value : NULL;
		struct node *merged = merge_node(r, old, m->value, m->key, depth + 1);

		if (!merged)
			continue;
		if (at > 0) {
			base->members[at - 1].value = merged;
		} else {
			node_add(r, base, m->key, m->line, merged);
			map_put(&index, m->key, (void *)(uintptr_t)base->n);
		}
	}
	return base;
}

static struct node *nothing(struct reader *r, const struct node *over)
{
	return node_new(r, JSON_NULL, over->source, over->line);
}

static struct node *merge_node(struct reader *r, struct node *base, const struct node *over,
			       str key, unsigned depth)
{
	struct node *other = NULL;

	if (over->rule == NODE_RESET)
		return nothing(r, over);
	if (!base || base->type == JSON_NULL || over->rule == NODE_OVERRIDE || is_replaced(key))
		return node_copy(r, over);
	if (over->type == JSON_NULL)
		return base;
	if (is_map_list(key) && base->type != over->type) {
		if (base->type == JSON_ARRAY && over->type == JSON_OBJECT)
			base = as_mapping(r, base);
		else if (base->type == JSON_OBJECT && over->type == JSON_ARRAY)
			over = other = as_mapping(r, over);
	}
	if (is_text_list(key) && base && over && base->type != over->type) {
		if (node_is_scalar(base))
			base = as_list(r, base);
		else if (node_is_scalar(over))
			over = other = as_list(r, over);
	}
	if (!base || !over)
		return NULL;
	if (base->type == JSON_OBJECT && over->type == JSON_OBJECT)
		return merge_mappings(r, base, over, depth);
	if (base->type == JSON_ARRAY && over->type == JSON_ARRAY)
		return merge_lists(r, base, over, key);
	return other ? other : node_copy(r, over);
}

struct node *compose_merge(struct reader *r, struct node *base, const struct node *over)
{
	return merge_mappings(r, base, over, 0);
}

/* The driver's options belong to the driver. */
static void keep_logging(struct node *base, const struct node *over)
{
	struct node *logging = node_get(base, "logging");
	str driver = node_text(node_get(node_get(over, "logging"), "driver"));

	if (!logging || driver.n == 0 || str_eq(driver, node_text(node_get(logging, "driver"))))
		return;
	NODE_EACH (logging, m) {
		if (str_eq(m->key, STR("options")))
			m->value->n = 0;
	}
}

struct node *compose_merge_service(struct reader *r, struct node *base, const struct node *over)
{
	keep_logging(base, over);
	return merge_mappings(r, base, over, 2);
}

/* ---- extends ---- */

/* The service of that name in the file that `extends` names; *source is that file. */
static struct node *find_base(struct reader *r, const struct node *extends, str *name,
			      uint32_t *source)
{
	const struct node *file = node_get(extends, "file"), *services;
	const struct node *service =
		extends->type == JSON_OBJECT ? node_get(extends, "service") : extends;
	str path, text;
	struct err err;

	*name = node_text(service);
	if (node_unknown(extends).n > 0 || name->n == 0) {
		compose_note(r, ERR_INPUT, extends, "extends: no service is named");
		return NULL;
	}
	services = node_get(r->project, "services");
	if (file) {
		path = source_path(r, extends->source, node_text(file));
		*source = UINT32_MAX;
		for (size_t i = 0; i < r->source_n; i++) {
			if (str_eq(r->sources[i].path, path))
				*source = (uint32_t)i;
		}
		if (*source == UINT32_MAX &&
		    (source_text(r, path, &text, &err) < 0 ||
		     source_add(r, path,
				value_path(r->arena, r->sources[extends->source].folder,
					   path_dir(node_text(file))),
				text, source, &err) < 0)) {
			compose_note(r, err.kind, extends, "extends: %s", err.msg);
			return NULL;
		}
		services = node_get(r->sources[*source].root, "services");
	}
	struct node *found = node_find(services, *name);
	if (!found || found->type != JSON_OBJECT) {
		compose_note(r, ERR_INPUT, extends, "extends: there is no service %.*s",
			     STR_ARG(str_take(*name, 100)));
		return NULL;
	}
	return found;
}

static void forget_extends(struct node *service)
{
	NODE_EACH (service, m) {
		if (str_eq(m->key, STR("extends")))
			m->value->type = JSON_NULL;
	}
}

struct node *compose_extend(struct reader *r, uint32_t source, str name, struct node *service,
			    unsigned depth)
{
	const struct node *extends = node_get(service, "extends");
	struct node *base, *merged;
	str base_name, key;

	if (!extends)
		return service;
	key = str_fmt(r->arena, "%u\n%.*s", source, STR_ARG(name));
	merged = map_get(&r->extended, key);
	if (merged)
		return merged;
	if (depth >= COMPOSE_MAX_DEPTH) {
		compose_note(r, ERR_LIMIT, extends, "services that extend each other");
		return NULL;
	}
	base = find_base(r, extends, &base_name, &source);
	if (base)
		base = compose_extend(r, source, base_name, base, depth + 1);
	base = base ? node_copy(r, base) : NULL;
	if (!base) {
		compose_note(r, ERR_INPUT, service,
			     "service %.*s: what it extends could not be read",
			     STR_ARG(str_take(name, 100)));
		return NULL;
	}
	forget_extends(base);
	merged = compose_merge_service(r, base, service);
	merged->line = service->line;
	merged->source = service->source;
	forget_extends(merged);
	map_put(&r->extended, key, merged);
	return merged;
}
