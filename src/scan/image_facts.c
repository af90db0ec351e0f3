/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/image_facts.h"

#include "base/err.h"
#include "scan/history_mask.h"

#define TEXT_MAX     4096u /* bytes of one text of the configuration */
#define PACKAGES_MAX 8000u

/* One try, with lists of at most `max` elements. */
struct work {
	const struct image_facts *facts;
	struct json_writer w;
	struct arena *scratch;
	size_t max;
	uint64_t dropped;
};

static str cut(str text) { return str_take(text, TEXT_MAX); }

/* ---- configuration ---- */

static void put_text(struct work *k, str key, const struct json *config, str name)
{
	json_kv_str(&k->w, key, cut(json_get_str(config, name)));
}

static void put_texts(struct work *k, str key, const struct json *list)
{
	size_t n = 0;

	json_key(&k->w, key);
	json_open_array(&k->w);
	JSON_EACH (list, item) {
		if (n++ < k->max)
			json_put_str(&k->w,
				     history_mask(cut(json_str(item)), NULL, 0, 0, k->scratch));
	}
	json_close_array(&k->w);
	k->dropped += n > k->max ? n - k->max : 0;
}

/* Names alone: "22/tcp" of ExposedPorts, "/data" of Volumes. */
static void put_names(struct work *k, str key, const struct json *map)
{
	size_t n = 0;

	json_key(&k->w, key);
	json_open_array(&k->w);
	JSON_MEMBERS (map, member) {
		if (n++ < k->max)
			json_put_str(&k->w, cut(member->key));
	}
	json_close_array(&k->w);
	k->dropped += n > k->max ? n - k->max : 0;
}

static void put_environment(struct work *k, const struct json *list)
{
	size_t n = 0;

	JSON_KEY(&k->w, "env");
	json_open_array(&k->w);
	JSON_EACH (list, item) {
		str name = json_str(item), value = STR_EMPTY;

		if (n++ >= k->max)
			continue;
		IGNORE(str_cut(name, '=', &name, &value)); /* without '=': a name alone */
		json_open_object(&k->w);
		json_kv_str(&k->w, STR("name"), cut(name));
		json_kv_u64(&k->w, STR("length"), value.n);
		if (str_eq(name, STR("PATH")))
			json_kv_str(&k->w, STR("value"), cut(value));
		json_close_object(&k->w);
	}
	json_close_array(&k->w);
	k->dropped += n > k->max ? n - k->max : 0;
}

static void put_labels(struct work *k, const struct json *labels)
{
	size_t n = 0;

	JSON_KEY(&k->w, "labels");
	json_open_array(&k->w);
	JSON_MEMBERS (labels, label) {
		if (n++ >= k->max)
			continue;
		json_open_object(&k->w);
		json_kv_str(&k->w, STR("name"), cut(label->key));
		json_kv_u64(&k->w, STR("length"), str_trim(json_str(&label->value)).n);
		json_close_object(&k->w);
	}
	json_close_array(&k->w);
	k->dropped += n > k->max ? n - k->max : 0;
}

static void put_healthcheck(struct work *k, const struct json *check)
{
	JSON_KEY(&k->w, "healthcheck");
	if (!json_is(check, JSON_OBJECT)) {
		json_put_null(&k->w);
		return;
	}
	json_open_object(&k->w);
	put_texts(k, STR("test"), JSON_GET(check, "Test"));
	json_close_object(&k->w);
}

static void put_config(struct work *k)
{
	const struct json *doc = k->facts->manifest->config, *c = JSON_GET(doc, "config");

	json_kv_bool(&k->w, STR("config_known"), json_is(doc, JSON_OBJECT));
	if (!json_is(doc, JSON_OBJECT))
		return;
	put_text(k, STR("user"), c, STR("User"));
	put_text(k, STR("workdir"), c, STR("WorkingDir"));
	put_text(k, STR("stop_signal"), c, STR("StopSignal"));
	put_text(k, STR("author"), doc, STR("author"));
	put_texts(k, STR("entrypoint"), JSON_GET(c, "Entrypoint"));
	put_texts(k, STR("cmd"), JSON_GET(c, "Cmd"));
	put_texts(k, STR("onbuild"), JSON_GET(c, "OnBuild"));
	put_names(k, STR("exposed_ports"), JSON_GET(c, "ExposedPorts"));
	put_names(k, STR("volumes"), JSON_GET(c, "Volumes"));
	put_environment(k, JSON_GET(c, "Env"));
	put_labels(k, JSON_GET(c, "Labels"));
	put_healthcheck(k, JSON_GET(c, "Healthcheck"));
}

static void put_history(struct work *k)
{
	const struct json *history = JSON_GET(k->facts->manifest->config, "history");
	const struct inventory *inventory = k->facts->inventory;
	size_t step = 0;
	int64_t layer = 0;

	json_kv_bool(&k->w, STR("history_known"), json_len(history) > 0);
	JSON_KEY(&k->w, "history");
	json_open_array(&k->w);
	JSON_EACH (history, v) {
		bool empty = json_bool(JSON_GET(v, "empty_layer"));

		if (++step <= k->max) {
			str text =
				history_mask(json_get_str(v, STR("created_by")), inventory->secrets,
					     inventory->secret_count, step, k->scratch);

			json_open_object(&k->w);
			json_kv_u64(&k->w, STR("step"), step);
			json_kv_str(&k->w, STR("created_by"), cut(text));
			json_kv_bool(&k->w, STR("empty"), empty);
			json_kv_i64(&k->w, STR("layer"),
				    !empty && (size_t)layer < inventory->layer_count ? layer : -1);
			json_close_object(&k->w);
		}
		layer += !empty;
	}
	json_close_array(&k->w);
	k->dropped += step > k->max ? step - k->max : 0;
}

/* ---- where it came from ---- */

static void put_origin(struct work *k)
{
	const struct inventory *i = k->facts->inventory;

	json_kv_str(&k->w, STR("target"), cut(i->target));
	json_kv_str(&k->w, STR("transport"), i->target_kind);
	json_kv_str(&k->w, STR("repository"), cut(i->repository));
	json_kv_str(&k->w, STR("tag"), cut(i->tag));
	json_kv_str(&k->w, STR("digest"), cut(i->digest));
	json_kv_strings(&k->w, STR("repo_tags"), i->repo_tags,
			i->repo_tag_count < k->max ? i->repo_tag_count : k->max);
	json_kv_str(&k->w, STR("platform"), cut(i->platform));
	json_kv_str(&k->w, STR("created"), cut(i->created));
	JSON_KEY(&k->w, "os");
	json_open_object(&k->w);
	json_kv_str(&k->w, STR("family"), cut(i->os.family));
	json_kv_str(&k->w, STR("version"), cut(i->os.version));
	json_close_object(&k->w);
	JSON_KEY(&k->w, "layers");
	json_open_array(&k->w);
	for (size_t n = 0; n < i->layer_count; n++) {
		json_open_object(&k->w);
		json_kv_u64(&k->w, STR("size"), i->layers[n].size);
		json_close_object(&k->w);
	}
	json_close_array(&k->w);
}

/* ---- files ---- */

static void put_trait(struct work *k, const struct image_trait *t)
{
	const struct trait *trait = t->trait;
	bool cache = trait->kind == TRAIT_CACHE;

	json_open_object(&k->w);
	json_kv_str(&k->w, STR("path"), trait->path);
	json_kv_opt(&k->w, cache ? STR("manager") : STR("name"), trait->detail);
	json_kv_i64(&k->w, STR("layer"), t->layer);
	if (cache) {
		json_kv_u64(&k->w, STR("files"), trait->files);
		json_kv_u64(&k->w, STR("bytes"), trait->bytes);
	} else {
		json_kv_str(&k->w, STR("mode"), str_fmt(k->scratch, "%04o", trait->mode));
		json_kv_bool(&k->w, STR("folder"), trait->folder);
		json_kv_bool(&k->w, STR("setuid"), trait->mode & 04000);
		json_kv_bool(&k->w, STR("setgid"), trait->mode & 02000);
		json_kv_bool(&k->w, STR("capabilities"), trait->capable);
		json_kv_bool(&k->w, STR("owned"), t->owned);
	}
	if (!cache && trait->uid != UINT32_MAX)
		json_kv_u64(&k->w, STR("uid"), trait->uid);
	if (!cache && trait->gid != UINT32_MAX)
		json_kv_u64(&k->w, STR("gid"), trait->gid);
	json_close_object(&k->w);
}

static void put_traits(struct work *k, str key, enum trait_kind kind)
{
	size_t n = 0;

	json_key(&k->w, key);
	json_open_array(&k->w);
	for (size_t i = 0; i < k->facts->trait_n; i++) {
		if (k->facts->traits[i].trait->kind == kind && n++ < k->max)
			put_trait(k, &k->facts->traits[i]);
	}
	json_close_array(&k->w);
	k->dropped += n > k->max ? n - k->max : 0;
}

static void put_files(struct work *k)
{
	JSON_KEY(&k->w, "files");
	json_open_object(&k->w);
	json_kv_bool(&k->w, STR("known"), k->facts->layers_read);
	put_traits(k, STR("privileged"), TRAIT_PRIVILEGED);
	put_traits(k, STR("writable"), TRAIT_WRITABLE);
	put_traits(k, STR("programs"), TRAIT_PROGRAM);
	put_traits(k, STR("repositories"), TRAIT_REPOSITORY);
	put_traits(k, STR("caches"), TRAIT_CACHE);
	json_kv_u64(&k->w, STR("dropped"), k->facts->traits_dropped);
	json_close_object(&k->w);
}

static void put_account_list(struct work *k, str key, str text)
{
	const struct json *doc;
	struct err ignored;

	json_key(&k->w, key);
	if (text.n == 0 || json_parse(text, NULL, k->scratch, &doc, &ignored) < 0) {
		json_put_null(&k->w); /* there is no such file */
		return;
	}
	const struct json *list = json_get(doc, key);
	int64_t dropped = 0;
	size_t n = 0;
	json_open_array(&k->w);
	JSON_EACH (list, item) {
		if (n++ < k->max)
			json_put(&k->w, item);
	}
	json_close_array(&k->w);
	IGNORE(json_i64(JSON_GET(doc, "dropped"), &dropped)); /* our own worker writes it */
	k->dropped += (n > k->max ? n - k->max : 0) + (uint64_t)dropped;
}

static void put_accounts(struct work *k)
{
	JSON_KEY(&k->w, "accounts");
	json_open_object(&k->w);
	json_kv_bool(&k->w, STR("known"), k->facts->layers_read);
	put_account_list(k, STR("passwd"), k->facts->passwd);
	put_account_list(k, STR("shadow"), k->facts->shadow);
	put_account_list(k, STR("group"), k->facts->group);
	json_close_object(&k->w);
}

/* Absent unless all layers were read. */
static void put_sources(struct work *k)
{
	uint64_t n = 0, dropped = k->facts->sources_unread;

	if (!k->facts->layers_read)
		return;
	JSON_KEY(&k->w, "package_sources");
	json_open_array(&k->w);
	for (size_t i = 0; i < k->facts->source_n; i++) {
		const struct fact_document *source = &k->facts->sources[i];
		const struct json *doc;
		struct err ignored; /* our own worker writes it */
		int64_t more = 0;

		if (json_parse(source->json, NULL, k->scratch, &doc, &ignored) < 0) {
			dropped++;
			continue;
		}
		IGNORE(json_i64(JSON_GET(doc, "dropped"), &more)); /* likewise */
		dropped += (uint64_t)more;
		JSON_EACH (JSON_GET(doc, "lines"), line) {
			if (n++ >= k->max)
				continue;
			json_open_object(&k->w);
			json_kv_str(&k->w, STR("path"), cut(source->path));
			JSON_MEMBERS (line, member) {
				json_key(&k->w, member->key);
				json_put(&k->w, &member->value);
			}
			json_close_object(&k->w);
		}
	}
	json_close_array(&k->w);
	dropped += n > k->max ? n - k->max : 0;
	if (dropped > 0)
		json_kv_u64(&k->w, STR("package_sources_dropped"), dropped);
	k->dropped += dropped;
}

static void put_packages(struct work *k)
{
	const struct inventory *i = k->facts->inventory;
	size_t n = 0;

	JSON_KEY(&k->w, "packages");
	json_open_object(&k->w);
	json_kv_strings(&k->w, STR("kinds"), i->kinds_read, i->kinds_read_count);
	json_kv_u64(&k->w, STR("count"), i->package_count);
	JSON_KEY(&k->w, "names");
	json_open_array(&k->w);
	for (; n < i->package_count && n < PACKAGES_MAX && n < 4 * k->max; n++)
		json_put_str(&k->w, str_fmt(k->scratch, "%.*s/%.*s", STR_ARG(i->packages[n].kind),
					    STR_ARG(cut(i->packages[n].name))));
	json_close_array(&k->w);
	json_kv_u64(&k->w, STR("dropped"), i->package_count - n);
	json_close_object(&k->w);
}

static void put_secrets(struct work *k)
{
	size_t count = k->facts->secret_n;

	JSON_KEY(&k->w, "secrets");
	json_open_object(&k->w);
	json_kv_bool(&k->w, STR("configuration"), true);
	json_kv_bool(&k->w, STR("files"), k->facts->inventory->secrets_searched);
	JSON_KEY(&k->w, "found");
	json_open_array(&k->w);
	for (size_t n = 0; n < count && n < k->max; n++) {
		const struct secret_finding *s = &k->facts->secrets[n];

		json_open_object(&k->w);
		json_kv_str(&k->w, STR("kind"), s->kind);
		json_kv_str(&k->w, STR("title"), s->title);
		json_kv_str(&k->w, STR("place"), str_c(secret_place_name(s->place)));
		json_kv_str(&k->w, STR("path"), cut(s->path));
		json_kv_i64(&k->w, STR("layer"), s->layer);
		json_kv_bool(&k->w, STR("deleted"), s->deleted_in >= 0);
		json_close_object(&k->w);
	}
	json_close_array(&k->w);
	json_close_object(&k->w);
	k->dropped += count > k->max ? count - k->max : 0;
}

static void put_all(struct work *k)
{
	json_open_object(&k->w);
	put_origin(k);
	put_config(k);
	put_history(k);
	put_files(k);
	put_accounts(k);
	put_sources(k);
	put_packages(k);
	put_secrets(k);
	json_kv_u64(&k->w, STR("dropped"), k->dropped);
	json_close_object(&k->w);
}

int image_facts_write(const struct image_facts *facts, struct arena *arena, str *out,
		      struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	buf_init(&b, IMAGE_FACTS_BYTES);
	for (size_t max = IMAGE_FACTS_LIST; max > 0; max /= 4) {
		struct work k = { .facts = facts, .scratch = scratch, .max = max };

		buf_reset(&b);
		arena_reset(scratch);
		json_writer_init(&k.w, &b, 0);
		put_all(&k);
		if (b.overflow)
			continue;
		*out = str_dup(arena, buf_str(&b));
		return 0;
	}
	return err_set(err, ERR_LIMIT, "facts of more than %u bytes", IMAGE_FACTS_BYTES);
}
