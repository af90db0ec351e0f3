/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/machine_identity.h"

#include "base/err.h"
#include "fmt/host/systemd_unit.h"
#include "fmt/syntax/yaml.h"

static void label_add(struct machine_labels *labels, str name, str value)
{
	for (size_t i = 0; i < labels->n; i++) {
		if (str_eq(labels->items[i].name, name)) {
			labels->items[i].value = value;
			return;
		}
	}
	if (labels->n == MACHINE_LABELS_MAX) {
		labels->dropped++;
		return;
	}
	labels->items[labels->n++] = (struct machine_label){ .name = name, .value = value };
}

/* "a=b,c=d" */
static void take_labels(struct machine_labels *labels, str text)
{
	str one, name, value;

	while (str_split(&text, ',', &one)) {
		one = str_trim(one);
		name = one;
		value = STR("");
		IGNORE(str_cut(one, '=', &name, &value)); /* a name alone has no value */
		if (!str_empty(name))
			label_add(labels, name, value);
	}
}

void kubelet_flags(const str *words, size_t n, struct kubelet_identity *out)
{
	for (size_t i = 0; i < n; i++) {
		str name = words[i], value = STR_EMPTY;

		if (!str_starts(name, STR("--")))
			continue;
		if (!str_cut(words[i], '=', &name, &value) && i + 1 < n)
			value = words[i + 1];
		if (str_eq(name, STR("--provider-id")))
			out->provider_id = value;
		else if (str_eq(name, STR("--config")))
			out->config = value;
		else if (str_eq(name, STR("--node-labels")))
			take_labels(&out->labels, value);
	}
}

void kubelet_flags_file(str text, struct arena *arena, struct kubelet_identity *out)
{
	str line, name, value;

	while (str_line(&text, &line)) {
		const str *words;
		size_t n;

		if (!str_cut(line, '=', &name, &value) ||
		    !str_eq(str_trim(name), STR("KUBELET_KUBEADM_ARGS")))
			continue;
		value = str_trim(value);
		if (value.n > 1 && value.p[0] == '"' && str_ends(value, STR("\"")))
			value = str_drop_end(str_skip(value, 1), 1);
		words = systemd_words(value, arena, &n);
		kubelet_flags(words, n, out);
	}
}

int kubelet_config(str text, struct arena *arena, struct kubelet_identity *out, struct err *err)
{
	const struct yaml_opts opts = { .first = true };
	const struct json *doc;
	str id;

	if (text.n > KUBELET_FILE_MAX)
		return err_set(err, ERR_LIMIT, "over %u bytes", KUBELET_FILE_MAX);
	if (yaml_parse(text, &opts, arena, &doc, NULL, err) < 0)
		return -1;
	id = json_get_str(doc, STR("providerID"));
	if (str_empty(out->provider_id))
		out->provider_id = id;
	return 0;
}

/* {"name": "value"} */
static void take_object(struct machine_labels *tags, const struct json *object)
{
	JSON_MEMBERS (object, member) {
		if (json_is(&member->value, JSON_STRING))
			label_add(tags, member->key, json_str(&member->value));
	}
}

/* [{"name": "a", "value": "b"}] */
static void take_list(struct machine_labels *tags, const struct json *list)
{
	JSON_EACH (list, one) {
		str name = json_get_str(one, STR("name"));

		if (!str_empty(name))
			label_add(tags, name, json_get_str(one, STR("value")));
	}
}

int cloud_instance_data(str text, struct arena *arena, struct cloud_identity *out, struct err *err)
{
	const struct json_opts opts = { .max_values = 200000, .keep_duplicates = true };
	const struct json *doc, *data;

	*out = (struct cloud_identity){ .name = STR_EMPTY };
	if (text.n > INSTANCE_DATA_MAX)
		return err_set(err, ERR_LIMIT, "over %u bytes", INSTANCE_DATA_MAX);
	if (json_parse(text, &opts, arena, &doc, err) < 0)
		return -1;
	if (!json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no JSON object");
	out->name = json_path(doc, "v1", "cloud_name", NULL)
			    ? json_str(json_path(doc, "v1", "cloud_name", NULL))
			    : json_str(json_path(doc, "v1", "cloud-name", NULL));
	data = json_path(doc, "ds", "meta_data", NULL);
	/* EC2, Azure, OpenStack and what follows their forms. */
	take_object(&out->tags, json_path(data, "tags", "instance", NULL));
	take_list(&out->tags, json_path(data, "imds", "compute", "tagsList", NULL));
	take_object(&out->tags, json_path(data, "meta", NULL));
	take_object(&out->tags, json_path(data, "attributes", NULL));
	take_object(&out->tags, JSON_GET(data, "tags"));
	return 0;
}
