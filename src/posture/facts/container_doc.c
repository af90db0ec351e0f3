/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/container_internal.h"

void container_doc_init(struct container_doc *doc, struct arena *scratch)
{
	*doc = (struct container_doc){ .scratch = scratch };
	buf_init(&doc->out, CONTAINER_DOC_BYTES);
}

void container_doc_done(struct container_doc *doc) { buf_done(&doc->out); }

void container_doc_begin(struct container_doc *doc, str origin, str time)
{
	buf_reset(&doc->out);
	doc->unread = NULL;
	doc->unread_n = doc->unread_cap = 0;
	json_writer_init(&doc->w, &doc->out, 0);
	json_open_object(&doc->w);
	json_kv_i64(&doc->w, STR("schema_version"), 1);
	json_kv_str(&doc->w, STR("kind"), STR("container"));
	json_kv_str(&doc->w, STR("collected_at"), time);
	json_kv_str(&doc->w, STR("origin"), origin);
}

bool container_doc_end(struct container_doc *doc)
{
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "not_read");
	json_open_array(w);
	for (size_t i = 0; i < doc->unread_n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("what"), doc->unread[i].what);
		json_kv_str(w, STR("reason"), doc->unread[i].reason);
		json_kv_str(w, STR("remedy"), doc->unread[i].remedy);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
	return !doc->out.overflow;
}

void container_doc_unread(struct container_doc *doc, str what, str reason, str remedy)
{
	for (size_t i = 0; i < doc->unread_n; i++) {
		if (str_eq(doc->unread[i].what, what))
			return;
	}
	doc->unread = arena_regrow(doc->scratch, doc->unread, doc->unread_n, &doc->unread_cap,
				   sizeof(*doc->unread));
	doc->unread[doc->unread_n++] =
		(struct unread){ .what = what, .reason = reason, .remedy = remedy };
}

static str remedy_of(const struct err *why)
{
	switch (why->kind) {
	case ERR_DENIED:
		return STR("run as root");
	case ERR_NETWORK:
		return STR("see why the engine does not answer that");
	case ERR_LIMIT:
		return STR("there is more than is read");
	case ERR_NOT_FOUND:
		return STR("look again: it has just gone");
	default:
		return STR("look at the engine");
	}
}

void container_doc_failed(struct container_doc *doc, str what, const struct err *why)
{
	container_doc_unread(doc, what, str_dup(doc->scratch, str_c(why->msg)), remedy_of(why));
}
