/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/docker.h"

#include "base/time.h"
#include "posture/facts/container.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/image.h"

void docker_facts_free(struct docker_facts *facts)
{
	if (!facts)
		return;
	engine_close(facts->engine);
	host_view_free(facts->view);
	buf_done(&facts->text);
	arena_free(facts->arena);
}

str docker_facts_text(const struct docker_facts *facts) { return buf_str(&facts->text); }
const struct json *docker_facts_document(const struct docker_facts *facts)
{
	return facts->document;
}
size_t docker_facts_not_read(const struct docker_facts *facts) { return facts->missed_n; }
struct engine *docker_facts_engine(struct docker_facts *facts) { return facts->engine; }
struct host_view *docker_facts_view(struct docker_facts *facts) { return facts->view; }
bool docker_facts_local(const struct docker_facts *facts) { return facts->local; }
const struct docker_facts_opts *docker_facts_options(const struct docker_facts *facts)
{
	return &facts->opts;
}
str docker_facts_of_host(const struct docker_facts *facts) { return facts->of_host; }
str docker_facts_platform(const struct docker_facts *facts) { return facts->platform; }
str docker_facts_time(const struct docker_facts *facts) { return facts->time; }

const struct docker_skip *docker_facts_skips(const struct docker_facts *facts, size_t *n)
{
	*n = facts->skip_n;
	return facts->skips;
}

void docker_skip_note(struct docker_facts *facts, str what, str reason, str remedy)
{
	for (size_t i = 0; i < facts->skip_n; i++) {
		if (str_eq(facts->skips[i].what, what) && str_eq(facts->skips[i].reason, reason))
			return;
	}
	facts->skips = arena_regrow(facts->arena, facts->skips, facts->skip_n, &facts->skip_cap,
				    sizeof(*facts->skips));
	facts->skips[facts->skip_n++] = (struct docker_skip){
		.what = str_dup(facts->arena, what),
		.reason = str_dup(facts->arena, reason),
		.remedy = str_dup(facts->arena, remedy),
	};
}

int docker_facts_answers(const struct docker_facts *facts, struct err *err)
{
	if (facts->engine || !facts->present || facts->engine_err.kind == ERR_NOT_FOUND)
		return 0;
	*err = facts->engine_err;
	return -1;
}

int docker_facts_each(struct docker_facts *facts, unsigned kinds, docker_facts_fn *fn,
		      void *context, struct err *err)
{
	if ((kinds & DOCKER_CONTAINERS) && container_facts_each(facts, fn, context, err) < 0)
		return -1;
	if ((kinds & DOCKER_IMAGES) && image_facts_each(facts, fn, context, err) < 0)
		return -1;
	return 0;
}

static void open_engine(struct docker_facts *facts)
{
	const struct engine_opts opts = { .host = facts->opts.host,
					  .cert_dir = facts->opts.cert_dir,
					  .timeout_s = facts->opts.timeout_s,
					  .deadline_ms = facts->opts.deadline_ms };
	struct err err;

	facts->engine = engine_open(&opts, &facts->engine_err);
	facts->present = facts->engine || facts->engine_err.kind != ERR_NOT_FOUND;
	if (!facts->engine)
		return;
	facts->podman = engine_is_podman(facts->engine);
	facts->local = engine_socket(facts->engine) != NULL;
	if (engine_get(facts->engine, STR("/info"), facts->arena, &facts->info, &err) < 0) {
		facts->info = NULL;
		docker_failed(facts, STR("engine.info"), &err);
	}
	JSON_EACH (JSON_GET(facts->info, "SecurityOptions"), option) {
		if (str_eq(json_str(option), STR("name=rootless")) ||
		    str_starts(json_str(option), STR("name=rootless,")))
			facts->rootless = true;
	}
}

static int write_document(struct docker_facts *facts, struct err *err)
{
	const struct json_opts opts = { .borrow = true };
	struct json_writer *w = &facts->w;

	buf_init(&facts->text, DOCKER_DOCUMENT_MAX);
	json_writer_init(w, &facts->text, 0);
	json_open_object(w);
	json_kv_i64(w, STR("schema_version"), 1);
	json_kv_str(w, STR("kind"), STR("docker"));
	json_kv_str(w, STR("collected_at"), facts->time);
	docker_put_engine(facts);
	JSON_KEY(w, "not_read");
	json_open_array(w);
	for (size_t i = 0; i < facts->missed_n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("what"), facts->missed[i].what);
		json_kv_str(w, STR("reason"), facts->missed[i].reason);
		json_kv_str(w, STR("remedy"), facts->missed[i].remedy);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
	return json_parse(buf_str(&facts->text), &opts, facts->arena, &facts->document, err);
}

struct docker_facts *docker_facts_open(const struct docker_facts_opts *opts, struct err *err)
{
	struct arena *arena = arena_new();
	AUTO(docker_facts_free)
	struct docker_facts *facts = ARENA_NEW(arena, struct docker_facts);

	facts->arena = arena;
	facts->opts = *opts;
	if (facts->opts.now == 0)
		facts->opts.now = time_now();
	facts->time = time_format(arena, facts->opts.now);
	facts->view = host_view_open(opts->host_root, err);
	if (!facts->view)
		return NULL;
	open_engine(facts);
	if (facts->engine_err.kind == ERR_USAGE || facts->engine_err.kind == ERR_UNSUPPORTED) {
		*err = facts->engine_err;
		return NULL;
	}
	facts->of_host = facts->platform = STR("{}");
	if (write_document(facts, err) < 0)
		return NULL;
	return TAKE(facts);
}
