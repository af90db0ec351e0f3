/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/docker_facts_file.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "fmt/syntax/json_stream.h"
#include "policy/check.h"

struct reading {
	struct json_stream stream;
	const struct docker_facts_taker *taker;
	struct arena *arena; /* of one value */
	bool any;	     /* a document came */
	bool containers, images;
};

static int take_document(struct reading *r, str kind, struct err *err)
{
	const struct json *document;

	arena_reset(r->arena);
	if (json_stream_value(&r->stream, CHECK_MAX_FACTS, r->arena, &document, err) < 0)
		return -1;
	r->any = true;
	return r->taker->document(r->taker->context, kind, r->stream.value, err);
}

static int take_list(struct reading *r, str kind, struct err *err)
{
	int more = json_stream_enter_list(&r->stream, err);

	if (more < 0)
		return -1;
	r->any = true;
	while ((more = json_stream_element(&r->stream, err)) > 0) {
		if (take_document(r, kind, err) < 0)
			return -1;
	}
	return more;
}

static int take_unread(struct reading *r, struct err *err)
{
	const struct json *list;

	arena_reset(r->arena);
	if (json_stream_value(&r->stream, CHECK_MAX_FACTS, r->arena, &list, err) < 0)
		return -1;
	JSON_EACH (list, item) {
		str what = json_get_str(item, STR("what"));
		bool images = str_starts(what, STR("image"));

		r->taker->unread(r->taker->context, images ? STR("image") : STR("container"), what,
				 json_get_str(item, STR("reason")),
				 json_get_str(item, STR("remedy")));
	}
	return 0;
}

static int take_member(struct reading *r, str key, struct err *err)
{
	if (str_eq(key, STR("host")))
		return take_document(r, STR("docker"), err);
	if (str_eq(key, STR("containers"))) {
		r->containers = true;
		return take_list(r, STR("container"), err);
	}
	if (str_eq(key, STR("images"))) {
		r->images = true;
		return take_list(r, STR("image"), err);
	}
	if (str_eq(key, STR("not_read")))
		return take_unread(r, err);
	return json_stream_skip(&r->stream, err);
}

static void tell_absent(const struct reading *r)
{
	static const str reason = STR_INIT("not in the facts");
	static const str remedy = STR_INIT("gather the facts with them");

	if (!r->containers)
		r->taker->unread(r->taker->context, STR("container"), STR("containers"), reason,
				 remedy);
	if (!r->images)
		r->taker->unread(r->taker->context, STR("image"), STR("images"), reason, remedy);
}

static int read_members(struct reading *r, struct err *err)
{
	AUTO(arena_free)
	struct arena *keys = arena_new();
	int more;

	if (json_stream_enter(&r->stream, err) < 0)
		return -1;
	for (;;) {
		str key;

		arena_reset(keys);
		more = json_stream_member(&r->stream, keys, &key, err);
		if (more <= 0)
			break;
		if (take_member(r, key, err) < 0)
			return -1;
	}
	return more < 0 ? -1 : json_stream_end(&r->stream, err);
}

/* One document and nothing else: 1; 0: it is something else. */
static int read_single(struct reading *r, const struct file_view *view, struct err *err)
{
	const struct json *document;
	struct err unused;
	str kind;
	int rc;

	if (view->size > CHECK_MAX_FACTS)
		return 0;
	json_stream_init(&r->stream, view);
	rc = json_stream_value(&r->stream, CHECK_MAX_FACTS, r->arena, &document, &unused);
	kind = rc == 0 ? json_get_str(document, STR("kind")) : STR_EMPTY;
	if (kind.n > 0) {
		r->any = true;
		rc = r->taker->document(r->taker->context, kind, r->stream.value, err) < 0 ? -1 : 1;
	} else {
		rc = 0;
	}
	json_stream_done(&r->stream);
	return rc;
}

int docker_facts_file_read(int fd, const struct docker_facts_taker *taker, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reading r = { .taker = taker, .arena = arena };
	struct file_view view = { .fd = fd };
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "facts");
	view.size = (uint64_t)st.st_size;
	rc = read_single(&r, &view, err);
	if (rc == 0) {
		json_stream_init(&r.stream, &view);
		rc = read_members(&r, err);
		json_stream_done(&r.stream);
	}
	if (rc < 0)
		return -1;
	if (!r.any)
		return err_set(err, ERR_INPUT,
			       "these are no facts of a container host (seawall facts docker)");
	tell_absent(&r);
	return 0;
}
