/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/registry.h"

#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "oci/digest.h"
#include "oci/reference.h"
#include "oci/registry.h"
#include "posture/facts/content_trust.h"
#include "posture/facts/signature_search.h"

#define NOBODY_ASKS "nobody was told to ask registries"

struct registry_facts {
	struct registry_facts_opts opts;
	struct arena *arena;	 /* of answers */
	struct map digests;	 /* struct registry_answer by reference */
	struct map silent;	 /* hosts that do not answer: why, a str */
	struct registry *opened; /* the last one */
	struct arena *opened_arena;
	str opened_host, opened_repository;
	int64_t opened_until_ms; /* of time_mono_ms */
	unsigned questions;
	int64_t begun_ms, deadline_ms, spent_ms; /* spent: on asking */
};

static void drop_opened(struct registry_facts *r)
{
	registry_free(r->opened);
	r->opened = NULL;
}

/* Forgets what it heard. */
static void forget(struct registry_facts *r)
{
	drop_opened(r);
	arena_reset(r->arena);
	map_init(&r->digests, r->arena);
	map_init(&r->silent, r->arena);
	r->questions = 0;
	r->begun_ms = time_mono_ms();
}

struct registry_facts *registry_facts_new(const struct registry_facts_opts *opts)
{
	struct registry_facts *r = mem_zalloc(sizeof(*r));

	r->opts = *opts;
	r->opts.image.timeout_s = 10;
	r->arena = arena_new();
	r->opened_arena = arena_new();
	forget(r);
	return r;
}

void registry_facts_free(struct registry_facts *r)
{
	if (!r)
		return;
	drop_opened(r);
	arena_free(r->opened_arena);
	arena_free(r->arena);
	free(r);
}

void registry_facts_begin(struct registry_facts *r, int64_t deadline_ms)
{
	if (!r)
		return;
	if (time_mono_ms() - r->begun_ms > REGISTRY_FRESH_S * 1000)
		forget(r);
	r->deadline_ms = deadline_ms;
	r->spent_ms = 0;
}

bool registry_facts_ask(const struct registry_facts *r) { return r && r->opts.ask; }

/* ---- a repository ---- */

static void place_of(const struct reference *ref, struct registry_place *out)
{
	*out = (struct registry_place){ .host = ref->registry,
					.repository = ref->repository,
					.login = ref->registry };
	if (str_eq(ref->registry, STR("docker.io")))
		out->host = STR("registry-1.docker.io");
}

/* Milliseconds that may still be spent; 0 or less: none. */
static int64_t left_ms(const struct registry_facts *r, int64_t now)
{
	int64_t left = REGISTRY_SECONDS * 1000 - r->spent_ms;

	return r->deadline_ms > 0 && r->deadline_ms - now < left ? r->deadline_ms - now : left;
}

static int open_place(struct registry_facts *r, const struct reference *ref, struct err *err)
{
	struct registry_place place;
	int64_t now = time_mono_ms();

	place_of(ref, &place);
	/* With time for one more question. */
	if (r->opened && str_eq(r->opened_host, place.host) &&
	    str_eq(r->opened_repository, place.repository) &&
	    r->opened_until_ms - now > REGISTRY_HOST_S * 500)
		return 0;
	drop_opened(r);
	arena_reset(r->opened_arena);
	place.host = r->opened_host = str_dup(r->opened_arena, place.host);
	place.repository = r->opened_repository = str_dup(r->opened_arena, place.repository);
	place.login = str_dup(r->opened_arena, place.login);
	r->opened_until_ms = now + REGISTRY_HOST_S * 1000;
	if (left_ms(r, now) < REGISTRY_HOST_S * 1000)
		r->opened_until_ms = now + left_ms(r, now);
	r->opts.image.deadline_ms = r->opened_until_ms;
	return registry_open(&place, &r->opts.image, r->opened_arena, &r->opened, err);
}

/* Ready to ask; a registry that said nothing before is left alone. */
static int ready(struct registry_facts *r, const struct reference *ref, struct err *err)
{
	const str *silent = map_get(&r->silent, ref->registry);

	if (silent)
		return err_set(err, ERR_NETWORK, "%.*s", STR_ARG(*silent));
	if (r->questions++ >= REGISTRY_QUESTIONS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u questions to registries",
			       REGISTRY_QUESTIONS_MAX);
	if (left_ms(r, time_mono_ms()) <= 0)
		return err_set(err, ERR_LIMIT, "the time for asking registries is over");
	return open_place(r, ref, err);
}

/* After a failure: is it one of the whole registry? */
static void note_failure(struct registry_facts *r, const struct reference *ref,
			 const struct err *why)
{
	str *text;

	if ((why->kind != ERR_NETWORK && why->kind != ERR_UNSUPPORTED) ||
	    map_has(&r->silent, ref->registry))
		return;
	text = ARENA_NEW(r->arena, str);
	*text = str_dup(r->arena, str_c(why->msg));
	map_put(&r->silent, ref->registry, text);
	drop_opened(r);
}

/* ---- digests ---- */

/* "repository@digest" of the same repository. */
static bool was_pulled(const struct reference *ref, const str *digests, size_t n,
		       struct arena *scratch)
{
	struct reference other;
	struct err ignored; /* a name that is none is not this one */

	for (size_t i = 0; i < n; i++) {
		if (reference_parse(digests[i], scratch, &other, &ignored) == 0 &&
		    str_eq(other.registry, ref->registry) &&
		    str_eq(other.repository, ref->repository))
			return true;
	}
	return false;
}

static bool names_registry(str reference)
{
	str host, rest;

	return str_cut(reference, '/', &host, &rest) &&
	       (str_find_char(host, '.') >= 0 || str_find_char(host, ':') >= 0 ||
		str_eq(host, STR("localhost")));
}

/* 1: *out is the answer; 0: this image has nothing to do with a registry; -1. */
static int ask_digest(struct registry_facts *r, str reference, const str *digests, size_t n,
		      struct arena *scratch, str *out, struct err *err)
{
	struct reference ref;

	if (reference_parse(reference, scratch, &ref, err) < 0)
		return -1;
	if (!names_registry(reference) && !was_pulled(&ref, digests, n, scratch))
		return 0;
	if (ready(r, &ref, err) == 0) {
		if (registry_digest(r->opened, str_empty(ref.tag) ? ref.digest : ref.tag, scratch,
				    out, err) == 0)
			return 1;
		/* That there is no such name is an answer. */
		if (err->kind == ERR_NOT_FOUND)
			return 1;
	}
	note_failure(r, &ref, err);
	return -1;
}

const struct registry_answer *registry_facts_digest(struct registry_facts *r, str reference,
						    const str *digests, size_t n)
{
	static const struct registry_answer made_here = {
		.error = STR_INIT(
			"the image was not pulled from a registry, and its name names none")
	};
	struct registry_answer *answer = map_get(&r->digests, reference);
	AUTO(arena_free)
	struct arena *scratch = NULL;
	str digest = STR_EMPTY;
	int64_t begun = time_mono_ms();
	struct err why;
	int rc;

	if (answer)
		return answer;
	scratch = arena_new();
	rc = ask_digest(r, reference, digests, n, scratch, &digest, &why);
	if (rc == 0)
		return &made_here;
	answer = ARENA_NEW(r->arena, struct registry_answer);
	answer->reference = str_dup(r->arena, reference);
	if (rc < 0)
		answer->error = str_dup(r->arena, str_c(why.msg));
	else
		answer->digest = str_dup(r->arena, digest);
	r->spent_ms += time_mono_ms() - begun;
	map_put(&r->digests, reference, answer);
	return answer;
}

/* ---- signatures ---- */

/* One name by which the image was pulled. */
static int ask_signatures(struct registry_facts *r, const struct reference *ref,
			  const struct signature_question *q, struct arena *arena,
			  struct signature_list *out, struct err *err)
{
	if (ready(r, ref, err) < 0 ||
	    signature_search(&registry_ops, r->opened, q, arena, out, err) < 0) {
		note_failure(r, ref, err);
		return -1;
	}
	return 0;
}

static void not_known(struct image_look *look, str why, str remedy)
{
	look->signatures_known = false;
	look->signatures_why = why;
	look->signatures_remedy = remedy;
}

static void search_all(struct registry_facts *r, const struct image_asked *image, int64_t now,
		       struct arena *arena, struct image_look *look)
{
	static const struct trust nobody = { .configured = false };
	struct signature_question q = { .trust = r->opts.trust ? r->opts.trust : &nobody,
					.now = now };
	struct signature_list list = { .n = 0 };
	struct err failed = { .kind = ERR_NONE };

	for (size_t i = 0; i < image->digest_n && !list.valid; i++) {
		struct reference ref;
		struct err why;

		if (i == REGISTRY_DIGESTS_MAX) {
			IGNORE(err_set(&failed, ERR_LIMIT, "it was pulled by more than %u names",
				       REGISTRY_DIGESTS_MAX));
			break;
		}
		if (reference_parse(image->digests[i], arena, &ref, &why) < 0 ||
		    str_empty(ref.digest))
			continue;
		q.digest = ref.digest;
		q.image =
			str_fmt(arena, "%.*s/%.*s", STR_ARG(ref.registry), STR_ARG(ref.repository));
		content_trust_search(&q, arena, &list);
		if (!list.valid && !r->opts.ask)
			IGNORE(err_set(&failed, ERR_UNSUPPORTED, NOBODY_ASKS));
		else if (!list.valid && ask_signatures(r, &ref, &q, arena, &list, &why) < 0)
			failed = why;
	}
	look->signatures = list.items;
	look->signature_n = list.n;
	look->signatures_known = list.valid || failed.kind == ERR_NONE;
	if (!look->signatures_known)
		not_known(look, str_dup(arena, str_c(failed.msg)),
			  r->opts.ask ? STR("see why the registry cannot be asked; run it again")
				      : STR("run it with --registry"));
}

void registry_facts_signatures(struct registry_facts *r, const struct image_asked *image,
			       int64_t now, struct arena *arena, struct image_look *look)
{
	bool policy = r && r->opts.trust && r->opts.trust->configured;
	int64_t begun = time_mono_ms();

	if (!r || (!policy && !r->opts.ask))
		not_known(look, STR(NOBODY_ASKS), STR("run it with --registry"));
	else if (!policy && !r->opts.signatures)
		not_known(look, STR("no policy for signatures is configured"),
			  STR("set signature_policy"));
	else if (image->containers == 0)
		not_known(look, STR("no container uses the image"), STR("nothing: it is not used"));
	else
		search_all(r, image, now, arena, look);
	if (r)
		r->spent_ms += time_mono_ms() - begun;
}
