/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "hub/webhook/sync.h"

static void put_kind(struct buf *b, const char *name, const struct sync_status *s)
{
	/* Groups, versions and kinds that are served have no character to escape; others are cut
	 * out of the line here. */
	const str parts[] = { s->kind.group, s->kind.version, s->kind.kind };
	static const char *const labels[] = { "group", "version", "kind" };

	buf_fmt(b, "seawall_webhook_sync_%s{", name);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_fmt(b, "%s%s=\"", i ? "," : "", labels[i]);
		for (size_t k = 0; k < parts[i].n && k < 200; k++) {
			char c = parts[i].p[k];

			buf_byte(b, is_alnum(c) || c == '.' || c == '-' ? c : '_');
		}
		buf_byte(b, '"');
	}
}

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP seawall_webhook_sync_%s %s\n# TYPE seawall_webhook_sync_%s %s\n", name,
		help, name, type);
}

void sync_metrics(struct sync_store *store, struct buf *b)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sync_status *kinds;
	size_t n = sync_store_status(store, arena, &kinds);

	head(b, "state", "gauge", "1 for the state that a kind of data.inventory is in.");
	for (size_t i = 0; i < n; i++) {
		for (int state = 0; state < SYNC_STATES; state++) {
			put_kind(b, "state", &kinds[i]);
			buf_fmt(b, ",state=\"%s\"} %d\n", sync_state_name((enum sync_state)state),
				kinds[i].state == (enum sync_state)state);
		}
	}
	head(b, "objects", "gauge", "Objects in data.inventory.");
	for (size_t i = 0; i < n; i++) {
		put_kind(b, "objects", &kinds[i]);
		buf_fmt(b, "} %zu\n", kinds[i].objects);
	}
	head(b, "bytes", "gauge", "Memory of these objects.");
	for (size_t i = 0; i < n; i++) {
		put_kind(b, "bytes", &kinds[i]);
		buf_fmt(b, "} %zu\n", kinds[i].bytes);
	}
	head(b, "lists_total", "counter", "How often all objects of the kind were read.");
	for (size_t i = 0; i < n; i++) {
		put_kind(b, "lists_total", &kinds[i]);
		buf_fmt(b, "} %" PRIu64 "\n", kinds[i].lists);
	}
	head(b, "refused_kinds", "gauge", "Kinds over the limit that are not synced at all.");
	buf_fmt(b, "seawall_webhook_sync_refused_kinds %zu\n", sync_store_too_many(store));
}

void sync_status_write(struct sync_store *store, struct json_writer *w)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sync_status *kinds;
	size_t n = sync_store_status(store, arena, &kinds);

	json_open_object(w);
	json_kv_u64(w, STR("bytes"), sync_store_bytes(store));
	json_kv_u64(w, STR("refused_kinds"), sync_store_too_many(store));
	JSON_KEY(w, "kinds");
	json_open_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct sync_status *s = &kinds[i];

		json_open_object(w);
		json_kv_str(w, STR("group"), s->kind.group);
		json_kv_str(w, STR("version"), s->kind.version);
		json_kv_str(w, STR("kind"), s->kind.kind);
		json_kv_str(w, STR("state"), str_c(sync_state_name(s->state)));
		json_kv_opt(w, STR("reason"), s->reason);
		json_kv_u64(w, STR("objects"), s->objects);
		json_kv_u64(w, STR("bytes"), s->bytes);
		json_kv_u64(w, STR("lists"), s->lists);
		json_kv_u64(w, STR("events"), s->events);
		json_kv_u64(w, STR("refused"), s->refused);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}
