/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/cluster_internal.h"

/* kubectl keeps the whole object there, values of secrets included. */
#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

bool cluster_is_ours(const struct json *object)
{
	const struct json *meta = JSON_GET(object, "metadata");
	str label = json_get_str(JSON_GET(meta, "labels"), STR("app.kubernetes.io/name"));
	str name = json_get_str(meta, STR("name"));

	return str_eq(label, STR("seawall")) || str_eq(name, STR("seawall")) ||
	       str_starts(name, STR("seawall-"));
}

/* The members of an object but those that `drop` names. */
static struct json without(const struct json *object, const str *drop, size_t n,
			   struct arena *arena)
{
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, json_len(object) + 1);
	uint32_t kept = 0;

	JSON_MEMBERS (object, m) {
		bool dropped = false;

		for (size_t i = 0; i < n && !dropped; i++)
			dropped = str_eq(m->key, drop[i]);
		if (!dropped)
			members[kept++] = *m;
	}
	return (struct json){ .type = JSON_OBJECT, .n = kept, .members = members };
}

static struct json plain_metadata(const struct json *meta, bool secret, struct arena *arena)
{
	static const str fields[] = { STR_INIT("managedFields") },
			 notes[] = { STR_INIT(LAST_APPLIED) };
	struct json out = without(meta, fields, ARRAY_LEN(fields), arena);
	struct json_member *members;

	if (!secret || !json_is(JSON_GET(meta, "annotations"), JSON_OBJECT))
		return out;
	members = ARENA_ARRAY(arena, struct json_member, out.n);
	for (uint32_t i = 0; i < out.n; i++) {
		members[i] = out.members[i];
		if (str_eq(members[i].key, STR("annotations")))
			members[i].value =
				without(&out.members[i].value, notes, ARRAY_LEN(notes), arena);
	}
	out.members = members;
	return out;
}

/* The names of the keys of data and binaryData. */
static struct json keys_of(const struct json *object, struct arena *arena)
{
	const struct json *data = JSON_GET(object, "data"),
			  *binary = JSON_GET(object, "binaryData");
	struct json *items = ARENA_ARRAY(arena, struct json, json_len(data) + json_len(binary));
	uint32_t n = 0;

	JSON_MEMBERS (data, m)
		items[n++] = (struct json){ .type = JSON_STRING,
					    .n = (uint32_t)m->key.n,
					    .text = m->key.p };
	JSON_MEMBERS (binary, b)
		items[n++] = (struct json){ .type = JSON_STRING,
					    .n = (uint32_t)b->key.n,
					    .text = b->key.p };
	return (struct json){ .type = JSON_ARRAY, .n = n, .items = items };
}

const struct json *cluster_told(const struct cluster_row *row, const struct json *object,
				struct arena *arena)
{
	static const str values[] = { STR_INIT("data"), STR_INIT("binaryData"),
				      STR_INIT("stringData"), STR_INIT("spec"),
				      STR_INIT("status") };
	bool whole = row->form == CLUSTER_WHOLE || row->form == CLUSTER_OURS;
	struct json *out = ARENA_NEW(arena, struct json);
	struct json_member *members;

	if (row->form == CLUSTER_OURS && !cluster_is_ours(object))
		return NULL;
	*out = without(object, values, whole ? 0 : ARRAY_LEN(values), arena);
	members = ARENA_ARRAY(arena, struct json_member, out->n + 1);
	for (uint32_t i = 0; i < out->n; i++) {
		members[i] = out->members[i];
		if (str_eq(members[i].key, STR("metadata")))
			members[i].value = plain_metadata(&members[i].value, !whole, arena);
	}
	if (row->form == CLUSTER_KEYS)
		members[out->n++] = (struct json_member){ .key = STR("data_keys"),
							  .value = keys_of(object, arena) };
	out->members = members;
	return out;
}
