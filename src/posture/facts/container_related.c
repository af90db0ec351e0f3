/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"
#include "posture/facts/container_internal.h"

#define CHAIN_MAX 16u
#define REF_MAX	  255u

/* Names and ids that go into the path of a question. */
static bool is_ref(str ref)
{
	for (size_t i = 0; i < ref.n; i++) {
		if (!is_alnum(ref.p[i]) && !memchr("._-", ref.p[i], 3))
			return false;
	}
	return ref.n > 0 && ref.n <= REF_MAX && is_alnum(ref.p[0]);
}

/* ---- namespaces of other containers ---- */

/* Of a container that others join. */
struct other {
	struct err err; /* ERR_NONE: it could be asked for */
	str id, name, modes[3];
};

static const struct {
	const char *key, *member;
} joins[] = { { "network", "NetworkMode" }, { "pid", "PidMode" }, { "ipc", "IpcMode" } };

static const struct other *ask_other(struct container_work *work, str ref)
{
	struct other *other = map_get(&work->others, ref);
	const struct json *answer;

	if (other)
		return other;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str path = str_fmt(arena, "/containers/%.*s/json", STR_ARG(ref));

	other = ARENA_NEW(work->arena, struct other);
	other->err.kind = ERR_NONE;
	map_put(&work->others, ref, other);
	if (!is_ref(ref)) {
		err_set(&other->err, ERR_INPUT, "the mode names no container");
		return other;
	}
	if (engine_get(work->engine, path, arena, &answer, &other->err) < 0)
		return other;
	other->id = str_dup(work->arena, json_get_str(answer, STR("Id")));
	other->name = str_dup(work->arena,
			      str_without_prefix(json_get_str(answer, STR("Name")), STR("/")));
	for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
		const struct json *mode =
			json_get(JSON_GET(answer, "HostConfig"), str_c(joins[i].member));

		if (!json_is(mode, JSON_STRING)) {
			err_set(&other->err, ERR_INPUT, "the engine does not say the mode of %.*s",
				STR_ARG(ref));
			return other;
		}
		other->modes[i] = str_dup(work->arena, json_str(mode));
	}
	return other;
}

/* The container at the end of the chain; NULL with why. */
static const struct other *follow(struct container_work *work, str mode, size_t which,
				  struct err *err)
{
	const struct other *other = NULL;

	for (unsigned i = 0; i < CHAIN_MAX; i++) {
		if (!str_starts(mode, STR("container:")))
			return other;
		other = ask_other(work, str_skip(mode, strlen("container:")));
		if (other->err.kind != ERR_NONE) {
			*err = other->err;
			return NULL;
		}
		mode = other->modes[which];
	}
	err_set(err, ERR_LIMIT, "a chain of more than %u containers", CHAIN_MAX);
	return NULL;
}

void container_joined_write(struct container_work *work, const struct json *answer)
{
	struct container_doc *doc = &work->doc;
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "joined");
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
		str mode = json_get_str(JSON_GET(answer, "HostConfig"), str_c(joins[i].member));
		struct err why;

		if (!str_starts(mode, STR("container:")))
			continue;
		const struct other *end = follow(work, mode, i, &why);
		if (!end) {
			container_doc_failed(doc, str_fmt(doc->scratch, "joined.%s", joins[i].key),
					     &why);
			continue;
		}
		json_key(w, str_c(joins[i].key));
		json_open_object(w);
		json_kv_str(w, STR("id"), end->id);
		json_kv_str(w, STR("name"), end->name);
		json_kv_str(w, STR("mode"), end->modes[i]);
		json_close_object(w);
	}
	json_close_object(w);
}

/* ---- the network "bridge" ---- */

static void ask_bridge(struct container_work *work)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *answer;

	if (work->bridge.asked)
		return;
	work->bridge.asked = true;
	work->bridge.err.kind = ERR_NONE;
	if (engine_get(work->engine, STR("/networks/bridge"), arena, &answer, &work->bridge.err) <
	    0) {
		if (work->bridge.err.kind == ERR_NOT_FOUND)
			work->bridge.err.kind = ERR_NONE; /* nobody is in what is not there */
		return;
	}
	const struct json *members = JSON_GET(answer, "Containers");

	if (members && !json_is(members, JSON_OBJECT) && !json_is(members, JSON_NULL)) {
		err_set(&work->bridge.err, ERR_INPUT, "the engine answers a value of another kind");
		return;
	}
	JSON_MEMBERS (members, member)
		map_put(&work->bridge.by_key, member->key, NULL);
}

void container_bridge_write(struct container_work *work, str id)
{
	ask_bridge(work);
	if (work->bridge.err.kind != ERR_NONE)
		container_doc_failed(&work->doc, STR("bridge_member"), &work->bridge.err);
	else
		json_kv_bool(&work->doc.w, STR("bridge_member"), map_has(&work->bridge.by_key, id));
}

/* ---- swarm ---- */

struct service {
	struct err err; /* ERR_NONE: its policy is known */
	str condition;
	bool has_tries;
	int64_t tries;
};

static const struct service *ask_service(struct container_work *work, str id)
{
	struct service *service = map_get(&work->services, id);
	const struct json *answer;

	if (service)
		return service;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str path = str_fmt(arena, "/services/%.*s", STR_ARG(id));

	service = ARENA_NEW(work->arena, struct service);
	service->err.kind = ERR_NONE;
	map_put(&work->services, id, service);
	if (!is_ref(id)) {
		err_set(&service->err, ERR_INPUT, "the label holds no id of a service");
		return service;
	}
	if (engine_get(work->engine, path, arena, &answer, &service->err) < 0)
		return service;
	const struct json *policy =
		json_path(answer, "Spec", "TaskTemplate", "RestartPolicy", NULL);
	if (!json_is(JSON_GET(policy, "Condition"), JSON_STRING)) {
		/* Without one of its own a service restarts its tasks whatever happens. */
		if (policy && !json_is(policy, JSON_NULL) && !json_is(policy, JSON_OBJECT)) {
			err_set(&service->err, ERR_INPUT,
				"the engine answers a value of another kind");
			return service;
		}
		service->condition = STR("any");
	} else {
		service->condition = str_dup(work->arena, json_get_str(policy, STR("Condition")));
	}
	service->has_tries = json_i64(JSON_GET(policy, "MaxAttempts"), &service->tries);
	return service;
}

void container_service_write(struct container_work *work, const struct json *answer)
{
	struct container_doc *doc = &work->doc;
	const struct json *labels = JSON_GET(JSON_GET(answer, "Config"), "Labels");
	str id = json_get_str(labels, STR("com.docker.swarm.service.id"));
	struct json_writer *w = &doc->w;

	JSON_KEY(w, "service");
	if (str_empty(id)) {
		json_put_null(w);
		return;
	}
	const struct service *service = ask_service(work, id);

	json_open_object(w);
	json_kv_str(w, STR("id"), id);
	json_kv_str(w, STR("name"), json_get_str(labels, STR("com.docker.swarm.service.name")));
	if (service->err.kind != ERR_NONE) {
		container_doc_failed(doc, STR("service.restart_policy"), &service->err);
	} else {
		JSON_KEY(w, "restart_policy");
		json_open_object(w);
		json_kv_str(w, STR("Condition"), service->condition);
		if (service->has_tries)
			json_kv_i64(w, STR("MaxAttempts"), service->tries);
		json_close_object(w);
	}
	json_close_object(w);
}
