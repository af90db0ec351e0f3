/* SPDX-License-Identifier: Apache-2.0 */
/* docker://REF: a registry, after the mirrors that are named for it. */
#include "base/err.h"
#include "oci/image_internal.h"
#include "oci/registry.h"

#define MIRRORS_MAX 16u

static int try_place(struct image *image, const struct registry_place *place,
		     const struct reference *ref, struct err *err)
{
	struct descriptor root = { .tag = ref->tag, .size = SIZE_UNKNOWN };
	struct registry *registry;

	if (!str_empty(ref->digest))
		root = (struct descriptor){ .digest = ref->digest, .size = SIZE_UNKNOWN };
	if (registry_open(place, image->opts, image->arena, &registry, err) < 0)
		return -1;
	image->store = registry;
	image->ops = &registry_ops;
	if (image_resolve(image, &root, err) == 0) {
		image->manifest.source = place->host;
		return 0;
	}
	registry_free(registry);
	image->store = NULL;
	image->ops = NULL;
	image->manifest.index_digest = STR_EMPTY;
	return -1;
}

/* "docker.io=mirror.lan:5000/hub" for a reference to docker.io; false when it is for another. */
static bool mirror_place(const struct image *image, str rule, const struct reference *ref,
			 struct registry_place *out)
{
	str registry, where, host, prefix = STR_EMPTY;

	if (!str_cut(rule, '=', &registry, &where) || !str_eq(registry, ref->registry))
		return false;
	host = where;
	(void)str_cut(where, '/', &host, &prefix);
	prefix = str_without_suffix(prefix, STR("/"));
	*out = (struct registry_place){
		.host = host, .repository = ref->repository, .login = host, .mirror = true
	};
	if (!str_empty(prefix))
		out->repository = str_fmt(image->arena, "%.*s/%.*s", STR_ARG(prefix),
					  STR_ARG(ref->repository));
	return true;
}

static int mirrors_check(const struct image_opts *opts, struct err *err)
{
	if (opts->mirrors_n > MIRRORS_MAX)
		return err_set(err, ERR_USAGE, "more than %u mirrors", MIRRORS_MAX);
	for (size_t i = 0; i < opts->mirrors_n; i++) {
		str registry, where, host;
		str rest;

		if (!str_cut(opts->mirrors[i], '=', &registry, &where))
			return err_set(err, ERR_USAGE,
				       "mirror '%.*s': expected REGISTRY=HOST[:PORT]",
				       STR_ARG(opts->mirrors[i]));
		host = where;
		(void)str_cut(where, '/', &host, &rest);
		if (!reference_host_valid(registry) || !reference_host_valid(host))
			return err_set(err, ERR_USAGE, "mirror '%.*s': malformed host",
				       STR_ARG(opts->mirrors[i]));
	}
	return 0;
}

static int docker_open(struct image *image, str rest, struct err *err)
{
	const struct image_opts *opts = image->opts;
	struct registry_place place;
	struct reference ref;
	str told = STR_EMPTY;

	if (mirrors_check(opts, err) < 0 || reference_parse(rest, image->arena, &ref, err) < 0)
		return -1;
	image->manifest.name = reference_name(&ref, image->arena);
	image->manifest.target =
		str_cat(image->arena, STR("docker://"), reference_text(&ref, image->arena));
	for (size_t i = 0; i < opts->mirrors_n; i++) {
		if (!mirror_place(image, opts->mirrors[i], &ref, &place))
			continue;
		if (try_place(image, &place, &ref, err) == 0)
			return 0;
		told = str_fmt(image->arena, "%.*s; mirror %.*s: %s", STR_ARG(told),
			       STR_ARG(place.host), err->msg);
	}
	place = (struct registry_place){ .host = ref.registry,
					 .repository = ref.repository,
					 .login = ref.registry };
	if (str_eq(ref.registry, STR("docker.io")))
		place.host = STR("registry-1.docker.io");
	if (try_place(image, &place, &ref, err) == 0)
		return 0;
	if (!str_empty(told)) {
		struct err last = *err;

		err_set(err, last.kind, "%s%.*s", last.msg, STR_ARG(told));
	}
	return -1;
}

const struct transport transport_docker = {
	.prefix = "docker://",
	.form = "docker://REF or REF",
	.open = docker_open,
};
