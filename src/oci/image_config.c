/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "oci/document.h"
#include "oci/manifest.h"

#define PORTS_MAX  65536u
#define ENV_MAX	   65536u
#define LABELS_MAX 65536u

/* Each entry is NAME=value; the value may be anything. */
static int env_check(const struct json *config, struct err *err)
{
	const struct json *list = NULL;

	if (document_strings(config, "config.", STR("Env"), ENV_MAX, &list, err) < 0)
		return -1;
	JSON_EACH (list, item) {
		if (str_find_char(json_str(item), '=') < 1)
			return err_set(err, ERR_INPUT, "config.Env: '%.*s' is not NAME=value",
				       STR_ARG(str_take(json_str(item), 60)));
	}
	return 0;
}

static int run_config_check(const struct json *doc, struct err *err)
{
	const struct json *c = NULL;
	const char *in = "config.";

	if (document_group(doc, "", STR("config"), JSON_OBJECT, OPTIONAL, 4096, &c, err) < 0)
		return -1;
	if (!c)
		return 0;
	if (document_string(c, in, STR("User"), OPTIONAL, NULL, err) < 0 ||
	    document_string(c, in, STR("WorkingDir"), OPTIONAL, NULL, err) < 0 ||
	    document_string(c, in, STR("StopSignal"), OPTIONAL, NULL, err) < 0 ||
	    document_bool(c, in, STR("ArgsEscaped"), NULL, err) < 0 || env_check(c, err) < 0 ||
	    document_strings(c, in, STR("Entrypoint"), ENV_MAX, NULL, err) < 0 ||
	    document_strings(c, in, STR("Cmd"), ENV_MAX, NULL, err) < 0)
		return -1;
	if (document_map(c, in, STR("ExposedPorts"), JSON_OBJECT, PORTS_MAX, NULL, err) < 0 ||
	    document_map(c, in, STR("Volumes"), JSON_OBJECT, PORTS_MAX, NULL, err) < 0)
		return -1;
	return document_map(c, in, STR("Labels"), JSON_STRING, LABELS_MAX, NULL, err);
}

static int rootfs_read(const struct json *doc, struct arena *arena, struct image_config *c,
		       struct err *err)
{
	const struct json *rootfs = NULL, *ids = NULL;
	str type = STR_EMPTY;

	if (document_group(doc, "", STR("rootfs"), JSON_OBJECT, REQUIRED, 64, &rootfs, err) < 0 ||
	    document_string(rootfs, "rootfs.", STR("type"), REQUIRED, &type, err) < 0)
		return -1;
	if (!str_eq(type, STR("layers")))
		return err_set(err, ERR_INPUT, "rootfs.type: expected \"layers\"");
	/* Docker leaves the list out, or null, in an image without layers. */
	const struct json *raw = JSON_GET(rootfs, "diff_ids");

	if (document_strings(rootfs, "rootfs.", STR("diff_ids"), LAYERS_MAX, &ids, err) < 0)
		return -1;
	if (!raw && !JSON_GET(doc, "docker_version") && !JSON_GET(doc, "container_config"))
		return err_set(err, ERR_INPUT, "rootfs.diff_ids is missing");
	c->diff_ids = ARENA_ARRAY(arena, str, json_len(ids));
	JSON_EACH (ids, id)
		c->diff_ids[c->diff_ids_n++] = json_str(id);
	return 0;
}

static int history_read(const struct json *doc, struct arena *arena, struct image_config *c,
			struct err *err)
{
	const struct json *list = NULL;

	if (document_group(doc, "", STR("history"), JSON_ARRAY, OPTIONAL, HISTORY_MAX, &list, err) <
	    0)
		return -1;
	c->history = ARENA_ARRAY(arena, struct image_history, json_len(list));
	JSON_EACH (list, item) {
		struct image_history *h = &c->history[c->history_n];
		char in[48];

		(void)snprintf(in, sizeof(in), "history[%zu].", c->history_n);
		if (!json_is(item, JSON_OBJECT))
			return err_set(err, ERR_INPUT, "history[%zu]: expected an object",
				       c->history_n);
		if (document_time(item, in, STR("created"), NULL, err) < 0 ||
		    document_string(item, in, STR("author"), OPTIONAL, NULL, err) < 0 ||
		    document_string(item, in, STR("created_by"), OPTIONAL, &h->created_by, err) <
			    0 ||
		    document_string(item, in, STR("comment"), OPTIONAL, NULL, err) < 0 ||
		    document_bool(item, in, STR("empty_layer"), &h->empty_layer, err) < 0)
			return -1;
		c->history_n++;
	}
	return 0;
}

int image_config_parse(str text, struct arena *arena, struct image_config *out, struct err *err)
{
	struct image_config c = { 0 };
	const struct json *doc;

	if (document_parse(text, CONFIG_MAX_BYTES, arena, &doc, err) < 0)
		return -1;
	c.document = doc;
	if (document_time(doc, "", STR("created"), &c.created, err) < 0 ||
	    document_string(doc, "", STR("author"), OPTIONAL, NULL, err) < 0 ||
	    document_string(doc, "", STR("architecture"), REQUIRED, &c.platform.architecture, err) <
		    0 ||
	    document_string(doc, "", STR("os"), REQUIRED, &c.platform.os, err) < 0 ||
	    document_string(doc, "", STR("variant"), OPTIONAL, &c.platform.variant, err) < 0 ||
	    document_string(doc, "", STR("os.version"), OPTIONAL, &c.platform.os_version, err) <
		    0 ||
	    document_strings(doc, "", STR("os.features"), 1024, NULL, err) < 0)
		return -1;
	if (run_config_check(doc, err) < 0 || rootfs_read(doc, arena, &c, err) < 0 ||
	    history_read(doc, arena, &c, err) < 0)
		return -1;
	*out = c;
	return 0;
}

int image_layout_parse(str text, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *doc;
	str version = STR_EMPTY;

	if (document_parse(text, 65536, scratch, &doc, err) < 0 ||
	    document_string(doc, "", STR("imageLayoutVersion"), REQUIRED, &version, err) < 0)
		return -1;
	if (!str_eq(version, STR("1.0.0")))
		return err_set(err, ERR_INPUT, "imageLayoutVersion: expected \"1.0.0\"");
	return 0;
}
