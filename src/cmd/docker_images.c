/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_images.h"

#include "base/err.h"
#include "base/map.h"
#include "cmd/docker_check.h"

struct docker_images {
	struct arena *arena;
	struct map known; /* id -> mark */
};

struct listing {
	const struct docker_images *before;
	struct docker_images *now;
	bool wants_some;
	struct docker_check *check;
};

struct docker_images *docker_images_new(void)
{
	struct docker_images *images = mem_zalloc(sizeof(*images));

	images->arena = arena_new();
	map_init(&images->known, images->arena);
	return images;
}

void docker_images_free(struct docker_images *images)
{
	if (!images)
		return;
	arena_free(images->arena);
	free(images);
}

/* Of all that a document of it says beside what it holds. */
static uint64_t mark_of(const struct image_asked *image)
{
	uint64_t mark = siphash(image->id, image->containers, image->running_containers);

	for (size_t i = 0; i < image->tag_n; i++)
		mark = siphash(image->tags[i], mark, 1);
	for (size_t i = 0; i < image->digest_n; i++)
		mark = siphash(image->digests[i], mark, 2);
	return mark;
}

static bool wants(void *context, const struct image_asked *image)
{
	const struct listing *l = context;
	uint64_t *mark = ARENA_NEW(l->now->arena, uint64_t);
	const uint64_t *known = map_get(&l->before->known, image->id);

	*mark = mark_of(image);
	map_put(&l->now->known, image->id, mark);
	return l->wants_some && (!known || *known != *mark);
}

static int put(void *context, const struct docker_document *document, struct err *err)
{
	const struct listing *l = context;

	return docker_check_put(l->check, str_c(document->kind), document->json, err) < 0 ? -1 : 0;
}

static int list(struct docker_images *images, struct docker_facts *facts, struct listing *l,
		struct err *err)
{
	struct docker_images *now = docker_images_new(), old;
	int rc;

	l->before = images;
	l->now = now;
	rc = image_facts_some(facts, wants, l, put, l, err);
	if (rc == 0 && l->wants_some) {
		MAP_EACH (&images->known, entry) {
			if (!map_has(&now->known, entry->key))
				benchmark_drop(l->check->benchmark, STR("image"), entry->key);
		}
	}
	if (rc == 0) {
		old = *images;
		*images = *now;
		*now = old;
	}
	docker_images_free(now);
	return rc;
}

int docker_images_note(struct docker_images *images, struct docker_facts *facts, struct err *err)
{
	struct listing l = { .wants_some = false };

	return list(images, facts, &l, err);
}

int docker_images_again(struct docker_images *images, struct docker_facts *facts,
			struct docker_check *check, struct err *err)
{
	struct listing l = { .wants_some = true, .check = check };

	return list(images, facts, &l, err);
}
