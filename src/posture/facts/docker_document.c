/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/docker_internal.h"

#define TAIL_BYTES   (1u << 20) /* room for not_read */
#define TEXT_MAX     600u	/* of a reason */
#define ANSWER_DEPTH 64u

void docker_missed(struct docker_facts *facts, str what, str reason, str remedy)
{
	if (facts->missed_n == DOCKER_NOT_READ_MAX)
		return;
	for (size_t i = 0; i < facts->missed_n; i++) {
		if (str_eq(facts->missed[i].what, what))
			return; /* the first reason is the one that counts */
	}
	facts->missed = arena_grow(facts->arena, facts->missed, facts->missed_n, &facts->missed_cap,
				   sizeof(*facts->missed));
	facts->missed[facts->missed_n++] = (struct docker_missed){
		.what = str_dup(facts->arena, what),
		.reason = str_dup(facts->arena, str_take(reason, TEXT_MAX)),
		.remedy = str_dup(facts->arena, remedy),
	};
}

static str remedy_of(const struct err *err)
{
	switch (err->kind) {
	case ERR_DENIED:
		return STR("run as root");
	case ERR_NETWORK:
		return STR("see that the engine runs and answers");
	case ERR_LIMIT:
		return STR("look at it by hand: it is larger than the program reads");
	case ERR_INPUT:
		return STR("look at it by hand: it cannot be understood");
	case ERR_NOT_FOUND:
		return STR("run it on the host, or give the host's root with --host-root");
	default:
		return STR("run it again, as root");
	}
}

void docker_failed(struct docker_facts *facts, str what, const struct err *err)
{
	docker_missed(facts, what, str_c(err->msg), remedy_of(err));
}

struct docker_mark docker_mark(const struct docker_facts *facts)
{
	return (struct docker_mark){ .w = facts->w, .n = facts->text.n };
}

void docker_cut(struct docker_facts *facts, const struct docker_mark *mark)
{
	facts->w = mark->w;
	facts->text.n = mark->n;
	facts->text.overflow = false;
}

bool docker_keep(struct docker_facts *facts, const struct docker_mark *mark, str what)
{
	if (!facts->text.overflow && facts->text.n <= DOCKER_DOCUMENT_MAX - TAIL_BYTES)
		return true;
	docker_cut(facts, mark);
	docker_missed(facts, what, STR("the document would have more than 8 MiB"),
		      STR("look at it by hand"));
	return false;
}

/* No deeper than a document may have it: what is read again must be. */
static bool is_shallow(const struct json *value, unsigned depth)
{
	if (depth == ANSWER_DEPTH)
		return !json_is(value, JSON_ARRAY) && !json_is(value, JSON_OBJECT);
	JSON_EACH (value, item) {
		if (!is_shallow(item, depth + 1))
			return false;
	}
	JSON_MEMBERS (value, member) {
		if (!is_shallow(&member->value, depth + 1))
			return false;
	}
	return true;
}

bool docker_is_deep(struct docker_facts *facts, str what, const struct json *value)
{
	if (is_shallow(value, 0))
		return false;
	docker_missed(facts, what, str_fmt(facts->arena, "nested deeper than %u", ANSWER_DEPTH),
		      STR("look at it by hand"));
	return true;
}

bool docker_too_many(struct docker_facts *facts, str what, size_t n, size_t max)
{
	if (n <= max)
		return false;
	docker_missed(facts, what, str_fmt(facts->arena, "more than %zu", max),
		      STR("look at it by hand"));
	return true;
}
