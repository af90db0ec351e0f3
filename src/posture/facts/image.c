/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/image.h"

#include "base/map.h"
#include "base/time.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/image_internal.h"
#include "posture/facts/registry.h"

#define TAGS_MAX 1000u
#define TEXT_MAX 512u

struct usage {
	size_t containers, running;
};

static bool is_image_id(str id)
{
	id = str_without_prefix(id, STR("sha256:"));
	for (size_t i = 0; i < id.n; i++) {
		if (!is_digit(id.p[i]) && (id.p[i] < 'a' || id.p[i] > 'f'))
			return false;
	}
	return id.n == 64;
}

/* Podman gives the bare number. */
static str full_id(str id, struct arena *arena)
{
	return str_starts(id, STR("sha256:")) ? id : str_cat(arena, STR("sha256:"), id);
}

static int ask_usage(struct docker_facts *facts, struct arena *arena, struct map *usage,
		     struct err *err)
{
	AUTO(arena_free)
	struct arena *answer = arena_new();
	const struct json *doc;

	if (engine_get(facts->engine, STR("/containers/json?all=1"), answer, &doc, err) < 0)
		return err_wrap(err, "containers of images");
	JSON_EACH (doc, entry) {
		str id = full_id(json_get_str(entry, STR("ImageID")), answer);
		str state = json_get_str(entry, STR("State"));
		void **slot = map_slot(usage, id);

		if (!*slot)
			*slot = ARENA_NEW(arena, struct usage);
		((struct usage *)*slot)->containers++;
		((struct usage *)*slot)->running +=
			str_eq(state, STR("running")) || str_eq(state, STR("paused"));
	}
	return 0;
}

/* Without what the engine writes where there is none: "<none>:<none>". */
static const str *texts(const struct json *list, struct arena *arena, size_t *n)
{
	size_t count = json_len(list) < TAGS_MAX ? json_len(list) : TAGS_MAX;
	str *out = ARENA_ARRAY(arena, str, count);

	*n = 0;
	for (size_t i = 0; i < count; i++) {
		str text = json_str(json_at(list, i));

		if (!str_empty(text) && str_find(text, STR("<none>")) < 0)
			out[(*n)++] = str_dup(arena, str_take(text, TEXT_MAX));
	}
	return out;
}

static int by_ref(const void *a, const void *b)
{
	const struct image_asked *x = a, *y = b;
	int order = (x->tag_n == 0) - (y->tag_n == 0);

	order = order ? order : str_cmp(x->ref, y->ref);
	return order ? order : str_cmp(x->id, y->id);
}

static int take_image(const struct json *entry, struct arena *arena, struct image_asked *out,
		      struct err *err)
{
	struct image_asked image = { .id = json_get_str(entry, STR("Id")) };
	int64_t size = 0;

	if (!is_image_id(image.id))
		return err_set(err, ERR_INPUT, "list of images: an entry without a valid Id");
	image.id = str_dup(arena, full_id(image.id, arena));
	image.tags = texts(JSON_GET(entry, "RepoTags"), arena, &image.tag_n);
	image.digests = texts(JSON_GET(entry, "RepoDigests"), arena, &image.digest_n);
	image.ref = image.tag_n ? image.tags[0] : image.id;
	if (!json_i64(JSON_GET(entry, "Created"), &image.created))
		image.created = 0;
	if (json_i64(JSON_GET(entry, "Size"), &size) && size > 0)
		image.bytes = (uint64_t)size;
	*out = image;
	return 0;
}

/* Each image once, in `arena`. */
static int list(struct docker_facts *facts, struct arena *arena, struct image_asked **out,
		size_t *out_n, struct err *err)
{
	AUTO(arena_free)
	struct arena *answer = arena_new();
	struct image_asked *items;
	const struct json *doc;
	struct map usage, seen;
	size_t n = 0;

	map_init(&usage, answer);
	map_init(&seen, answer);
	if (ask_usage(facts, answer, &usage, err) < 0)
		return -1;
	if (engine_get(facts->engine, STR("/images/json"), answer, &doc, err) < 0)
		return err_wrap(err, "list of images");
	if (!json_is(doc, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "list of images: the engine answers no list");
	if (json_len(doc) > DOCKER_LONG_MAX)
		return err_set(err, ERR_LIMIT, "list of images: more than %u", DOCKER_LONG_MAX);
	items = ARENA_ARRAY(arena, struct image_asked, json_len(doc));
	JSON_EACH (doc, entry) {
		if (take_image(entry, arena, &items[n], err) < 0)
			return -1;
		const struct usage *used = map_get(&usage, items[n].id);
		items[n].containers = used ? used->containers : 0;
		items[n].running_containers = used ? used->running : 0;
		n += map_put(&seen, items[n].id, NULL);
	}
	if (n > 1)
		qsort(items, n, sizeof(*items), by_ref);
	*out = items;
	*out_n = n;
	return 0;
}

int image_facts_count(struct docker_facts *facts, struct image_counts *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_counts counts = { 0 };
	struct image_asked *items;
	size_t n;

	if (!facts->engine)
		return err_set(err, ERR_NOT_FOUND, "no engine answers");
	if (list(facts, arena, &items, &n, err) < 0)
		return -1;
	counts.stored = n;
	for (size_t i = 0; i < n; i++) {
		counts.used += items[i].containers > 0;
		counts.used_running += items[i].running_containers > 0;
	}
	*out = counts;
	return 0;
}

static int64_t facts_now(const struct docker_facts *facts)
{
	return facts->opts.now ? facts->opts.now : time_now();
}

static int tell(struct docker_facts *facts, const struct image_asked *image, struct arena *scratch,
		struct buf *text, docker_facts_fn *fn, void *context, struct err *err)
{
	const struct image_looker *looker = facts->opts.looker;
	struct image_look look = { .why = STR("contents of images are not looked into"),
				   .remedy = STR("leave out --no-image-contents"),
				   .scan_why = STR("contents of images are not looked into"),
				   .scan_remedy = STR("leave out --no-image-contents") };

	if (looker && looker->look(looker->context, facts, image, scratch, &look, err) < 0)
		return -1;
	registry_facts_signatures(facts->opts.registries, image, facts_now(facts), scratch, &look);
	if (!image_document_write(facts, image, &look, scratch, text)) {
		static const struct image_look large = {
			.why = STR_INIT("its facts are over 6 MiB"),
			.remedy = STR_INIT("look at the image by hand"),
			.scan_why = STR_INIT("its facts are over 6 MiB"),
			.scan_remedy = STR_INIT("look at the image by hand"),
			.signatures_why = STR_INIT("its facts are over 6 MiB"),
			.signatures_remedy = STR_INIT("look at the image by hand"),
		};

		look = large;
		if (!image_document_write(facts, image, &look, scratch, text))
			return err_set(err, ERR_LIMIT, "facts of the host over %u bytes",
				       IMAGE_DOC_BYTES);
	}
	if (!look.whole && looker)
		docker_skip_note(facts, STR("images"),
				 str_fmt(scratch, "contents of %.*s: %.*s", STR_ARG(image->ref),
					 STR_ARG(look.why)),
				 look.remedy);
	const struct docker_document document = { .kind = "image",
						  .name = image->ref,
						  .json = buf_str(text) };
	return fn(context, &document, err);
}

static bool wants_all(void *context, const struct image_asked *image)
{
	(void)context;
	(void)image;
	return true;
}

int image_facts_each(struct docker_facts *facts, docker_facts_fn *fn, void *context,
		     struct err *err)
{
	return image_facts_some(facts, wants_all, NULL, fn, context, err);
}

int image_facts_some(struct docker_facts *facts, image_wants_fn *wants, void *wants_context,
		     docker_facts_fn *fn, void *context, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(buf_done)
	struct buf text = { 0 };
	struct image_asked *items;
	size_t n, wanted = 0;

	if (!facts->engine)
		return 0;
	buf_init(&text, IMAGE_DOC_BYTES);
	if (list(facts, arena, &items, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (wants(wants_context, &items[i]))
			items[wanted++] = items[i];
	}
	for (size_t i = 0; i < wanted; i++) {
		arena_reset(scratch);
		if (tell(facts, &items[i], scratch, &text, fn, context, err) < 0)
			return -1;
	}
	return 0;
}
