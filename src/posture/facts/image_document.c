/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "base/words.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/image_internal.h"
#include "posture/facts/signature.h"

#define LAYERS_MAX 2048u

/* ---- the document ---- */

/* Members that are said here, whatever the document of the scan says. */
static bool is_ours(str key)
{
	static const char *const names[] = { "schema_version", "kind",	       "collected_at",
					     "not_read",       "target",       "transport",
					     "repository",     "tag",	       "repo_tags",
					     "engine",	       "base",	       "scan",
					     "signatures",     "host_platform" };

	return words_have(names, ARRAY_LEN(names), key);
}

/* Members that need the contents. */
static const char *const of_contents[] = { "files", "accounts", "packages", "secrets",
					   "package_sources" };

static bool is_of_contents(str key) { return words_have(of_contents, ARRAY_LEN(of_contents), key); }

static void put_name(struct json_writer *w, const struct image_asked *image, struct arena *scratch)
{
	str repository = image->ref, tag = STR_EMPTY;
	ptrdiff_t colon = str_rfind_char(image->ref, ':');

	if (image->tag_n == 0) {
		repository = STR_EMPTY;
	} else if (colon > str_rfind_char(image->ref, '/')) {
		tag = str_skip(image->ref, (size_t)colon + 1);
		repository = str_take(image->ref, (size_t)colon);
	}
	json_kv_str(w, STR("target"), str_cat(scratch, STR("docker-daemon:"), image->ref));
	json_kv_str(w, STR("transport"), STR("docker-daemon"));
	json_kv_str(w, STR("repository"), repository);
	json_kv_str(w, STR("tag"), tag);
	json_kv_strings(w, STR("repo_tags"), image->tags, image->tag_n);
}

static void put_engine(struct json_writer *w, const struct image_asked *image,
		       struct arena *scratch)
{
	JSON_KEY(w, "engine");
	json_open_object(w);
	json_kv_str(w, STR("id"), image->id);
	json_kv_strings(w, STR("repo_tags"), image->tags, image->tag_n);
	json_kv_strings(w, STR("repo_digests"), image->digests, image->digest_n);
	json_kv_str(w, STR("created"), time_format(scratch, image->created));
	json_kv_u64(w, STR("size_bytes"), image->bytes);
	json_kv_u64(w, STR("containers"), image->containers);
	json_close_object(w);
}

static void put_signatures(struct json_writer *w, const struct image_look *look)
{
	JSON_KEY(w, "signatures");
	json_open_array(w);
	for (size_t i = 0; i < look->signature_n; i++) {
		const struct image_signature *s = &look->signatures[i];

		json_open_object(w);
		json_kv_str(w, STR("kind"), str_c(s->kind));
		json_kv_str(w, STR("identity"), s->identity);
		json_kv_bool(w, STR("valid"), s->valid);
		json_kv_str(w, STR("error"), s->error);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_unread(struct json_writer *w, const char *what, str reason, str remedy)
{
	json_open_object(w);
	json_kv_str(w, STR("what"), str_c(what));
	json_kv_str(w, STR("reason"), reason);
	json_kv_str(w, STR("remedy"), remedy);
	json_close_object(w);
}

static void put_not_read(struct json_writer *w, const struct image_look *look)
{
	static const char *const of_config[] = { "config_known", "user", "history_known", "history",
						 "healthcheck",	 "env",	 "labels",	  "base" };

	JSON_KEY(w, "not_read");
	json_open_array(w);
	for (size_t i = 0; !look->whole && i < ARRAY_LEN(of_contents); i++)
		put_unread(w, of_contents[i], look->why, look->remedy);
	for (size_t i = 0; !look->document && i < ARRAY_LEN(of_config); i++)
		put_unread(w, of_config[i], look->why, look->remedy);
	if (!look->scan)
		put_unread(w, "scan", look->scan_why, look->scan_remedy);
	if (!look->signatures_known)
		put_unread(w, "signatures", look->signatures_why, look->signatures_remedy);
	json_close_array(w);
}

bool image_document_write(struct docker_facts *facts, const struct image_asked *image,
			  const struct image_look *look, struct arena *scratch, struct buf *out)
{
	struct json_writer w;
	str platform = docker_facts_platform(facts);

	buf_reset(out);
	json_writer_init(&w, out, 0);
	json_open_object(&w);
	json_kv_i64(&w, STR("schema_version"), 1);
	json_kv_str(&w, STR("kind"), STR("image"));
	json_kv_str(&w, STR("collected_at"), docker_facts_time(facts));
	put_name(&w, image, scratch);
	JSON_MEMBERS (look->document, member) {
		if (is_ours(member->key) || (!look->whole && is_of_contents(member->key)))
			continue;
		json_key(&w, member->key);
		json_put(&w, &member->value);
	}
	put_engine(&w, image, scratch);
	if (look->document) {
		JSON_KEY(&w, "base");
		json_open_object(&w);
		json_kv_str(&w, STR("name"), look->base_name);
		json_kv_str(&w, STR("digest"), look->base_digest);
		json_close_object(&w);
	}
	if (look->scan) {
		JSON_KEY(&w, "scan");
		json_put(&w, look->scan);
	}
	if (look->signatures_known)
		put_signatures(&w, look);
	if (!str_empty(platform)) {
		JSON_KEY(&w, "host_platform");
		json_put_raw(&w, platform);
	}
	put_not_read(&w, look);
	json_close_object(&w);
	return !out->overflow;
}

/* ---- the configuration ---- */

/* The engine tells the newest step first, and the sizes that steps added. */
static void put_history(struct json_writer *w, const struct json *history, size_t layers)
{
	size_t n = json_len(history), grown = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t size = 0;

		grown += json_i64(JSON_GET(json_at(history, i), "Size"), &size) && size > 0;
	}
	JSON_KEY(w, "history");
	json_open_array(w);
	for (size_t i = n; i > 0; i--) {
		const struct json *step = json_at(history, i - 1);
		int64_t size = 0;
		bool empty = !json_i64(JSON_GET(step, "Size"), &size) || size == 0;

		json_open_object(w);
		json_kv_str(w, STR("created_by"), json_get_str(step, STR("CreatedBy")));
		/* Layers may be empty themselves: then it is not known which step made which. */
		json_kv_bool(w, STR("empty_layer"), grown == layers && empty);
		json_close_object(w);
	}
	json_close_array(w);
}

int image_config_make(const struct json *inspect, const struct json *history, struct arena *arena,
		      const struct json **out, struct err *err)
{
	static const struct {
		const char *from, *to;
	} copied[] = { { "Author", "author" },
		       { "Created", "created" },
		       { "Architecture", "architecture" },
		       { "Os", "os" } };
	const struct json *config = JSON_GET(inspect, "Config");
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;

	if (!json_is(inspect, JSON_OBJECT) || !json_is(config, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "the engine answers no configuration");
	if (json_len(JSON_GET(JSON_GET(inspect, "RootFS"), "Layers")) > LAYERS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u layers", LAYERS_MAX);
	buf_init(&text, IMAGE_DOC_BYTES);
	json_writer_init(&w, &text, 0);
	json_open_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(copied); i++)
		json_kv_str(&w, str_c(copied[i].to), json_get_str(inspect, str_c(copied[i].from)));
	JSON_KEY(&w, "config");
	json_put(&w, config);
	put_history(&w, history, json_len(JSON_GET(JSON_GET(inspect, "RootFS"), "Layers")));
	json_close_object(&w);
	if (text.overflow)
		return err_set(err, ERR_LIMIT, "a configuration over %u bytes", IMAGE_DOC_BYTES);
	return json_parse(buf_str(&text), NULL, arena, out, err);
}

int image_facts_config(struct docker_facts *facts, str id, struct arena *arena,
		       const struct json **out, struct err *err)
{
	AUTO(arena_free)
	struct arena *answers = arena_new();
	const struct json *inspect, *history;

	if (engine_get(facts->engine, str_fmt(answers, "/images/%.*s/json", STR_ARG(id)), answers,
		       &inspect, err) < 0 ||
	    engine_get(facts->engine, str_fmt(answers, "/images/%.*s/history", STR_ARG(id)),
		       answers, &history, err) < 0)
		return -1;
	return image_config_make(inspect, history, arena, out, err);
}
