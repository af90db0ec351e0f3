/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/docker_internal.h"

static void put_info(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);

	if (!facts->info || docker_is_deep(facts, STR("engine.info"), facts->info))
		return;
	JSON_KEY(&facts->w, "info");
	json_open_object(&facts->w);
	JSON_MEMBERS (facts->info, member) {
		/* A proxy's address may hold a password, and decides nothing. */
		if (str_ends(member->key, STR("Proxy")) &&
		    str_find_char(json_str(&member->value), '@') >= 0)
			continue;
		json_key(&facts->w, member->key);
		json_put(&facts->w, &member->value);
	}
	json_close_object(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("engine.info"))); /* noted */
}

/* GET /swarm, without the tokens that let one join. */
static void put_swarm(struct docker_facts *facts)
{
	struct docker_mark mark = docker_mark(facts);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *swarm = NULL;
	struct err err;

	if (!facts->engine)
		return;
	if (engine_get(facts->engine, STR("/swarm"), arena, &swarm, &err) < 0) {
		/* Podman has no such path. */
		if (err.code != 503 && !(facts->podman && err.kind == ERR_NOT_FOUND)) {
			docker_failed(facts, STR("engine.swarm"), &err);
			return;
		}
		swarm = NULL;
	}
	if (docker_is_deep(facts, STR("engine.swarm"), swarm))
		return;
	JSON_KEY(&facts->w, "swarm");
	if (!json_is(swarm, JSON_OBJECT)) {
		json_put_null(&facts->w);
		return;
	}
	json_open_object(&facts->w);
	JSON_MEMBERS (swarm, member) {
		if (str_eq(member->key, STR("JoinTokens")))
			continue;
		json_key(&facts->w, member->key);
		json_put(&facts->w, &member->value);
	}
	json_close_object(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("engine.swarm"))); /* noted */
}

void docker_put_engine(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;

	JSON_KEY(w, "engine");
	json_open_object(w);
	json_kv_bool(w, STR("present"), facts->present);
	json_kv_bool(w, STR("answers"), facts->engine != NULL);
	if (!facts->engine && facts->present)
		json_kv_str(w, STR("error"), str_c(facts->engine_err.msg));
	if (facts->engine) {
		json_kv_str(w, STR("address"), facts->address);
		json_kv_str(w, STR("api_version"), engine_api(facts->engine));
		json_kv_bool(w, STR("podman"), facts->podman);
		json_kv_bool(w, STR("rootless"), facts->rootless);
		if (!docker_is_deep(facts, STR("engine.version"), engine_version(facts->engine))) {
			JSON_KEY(w, "version");
			json_put(w, engine_version(facts->engine));
		}
	}
	put_info(facts);
	put_swarm(facts);
	json_close_object(w);
}
