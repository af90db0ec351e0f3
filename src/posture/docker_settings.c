/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/docker_settings.h"

#include "base/err.h"
#include "base/nearest.h"
#include "base/time.h"
#include "fmt/syntax/yaml.h"
#include "policy/constraint/container_settings.h"
#include "posture/facts/trust.h"

enum form {
	FORM_TEXT,
	FORM_TEXTS,
	FORM_NUMBER,
	FORM_NUMBERS,
	FORM_BOOL,
	FORM_SEVERITY,
	FORM_UNCONFIGURED,
	FORM_TEXTS_BY_NAME,
	FORM_OBJECTS_BY_NAME,
	FORM_ATTESTATIONS,
	FORM_SIGNATURES,
};

static const struct {
	const char *key;
	enum form form;
} members[] = {
	{ "attestations", FORM_ATTESTATIONS },
	{ "base_images", FORM_TEXTS },
	{ "cgroup_parents", FORM_TEXTS },
	{ "denied_packages", FORM_TEXTS },
	{ "devices", FORM_TEXTS },
	{ "exec_window_days", FORM_NUMBER },
	{ "host_ports", FORM_NUMBERS },
	{ "image_ports", FORM_TEXTS_BY_NAME },
	{ "minimum_engine_version", FORM_TEXT },
	{ "node_cert_days", FORM_NUMBER },
	{ "parameters", FORM_OBJECTS_BY_NAME },
	{ "root_ca_days", FORM_NUMBER },
	{ "scan_max_age_days", FORM_NUMBER },
	{ "scan_severity", FORM_SEVERITY },
	{ "setuid_files", FORM_TEXTS },
	{ "signature_policy", FORM_SIGNATURES },
	{ "stopped_containers", FORM_NUMBER },
	{ "strict_capabilities", FORM_BOOL },
	{ "swarm_expected", FORM_BOOL },
	{ "swarm_managers", FORM_NUMBER },
	{ "trusted_docker_users", FORM_TEXTS },
	{ "ulimits", FORM_TEXTS },
	{ "unconfigured", FORM_UNCONFIGURED },
	{ "unlock_key_days", FORM_NUMBER },
};

struct reading {
	str name;
	const struct check_set *checks;
	str version;
	struct arena *arena;
	struct err *err;
};

static str all_keys(struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		all = str_fmt(arena, "%.*s%s ", STR_ARG(all), members[i].key);
	return all;
}

static int refuse(const struct reading *r, uint32_t line, str key, const char *why)
{
	return err_set(r->err, ERR_INPUT, "%.*s line %u: %.*s: %s", STR_ARG(r->name), line,
		       STR_ARG(key), why);
}

/* A word that nobody knows: what is allowed, and what may have been meant. */
static int refuse_word(const struct reading *r, uint32_t line, str key, const char *why, str words)
{
	ptrdiff_t dot = str_rfind_char(key, '.');
	str near = nearest_hint(r->arena, str_skip(key, (size_t)(dot + 1)), words);
	str text = str_fmt(r->arena, "%s; allowed: %.*s%.*s", why, STR_ARG(str_trim(words)),
			   STR_ARG(near));

	return refuse(r, line, key, str_cstr(r->arena, text));
}

/* ---- forms ---------------------------------------------------------------------------------- */

/* The engine's version may be written 20.10. */
static bool is_scalar_text(const struct json *v)
{
	return json_is(v, JSON_STRING) || json_is(v, JSON_NUMBER);
}

static bool are_texts(const struct json *v)
{
	if (!json_is(v, JSON_ARRAY))
		return false;
	JSON_EACH (v, item) {
		if (json_str(item).n == 0)
			return false;
	}
	return true;
}

static bool is_count(const struct json *v)
{
	int64_t n;

	return json_i64(v, &n) && n >= 0 && n <= 1000000;
}

static bool are_ports(const struct json *v)
{
	if (!json_is(v, JSON_ARRAY))
		return false;
	JSON_EACH (v, item) {
		int64_t n;

		if (!json_i64(item, &n) || n < 1 || n > 65535)
			return false;
	}
	return true;
}

static bool is_severity(const struct json *v)
{
	static const char *const words[] = { "critical", "high", "medium", "low", "negligible" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq(json_str(v), str_c(words[i])))
			return true;
	}
	return false;
}

static bool is_object_of(const struct json *v, bool (*fits)(const struct json *))
{
	if (!json_is(v, JSON_OBJECT))
		return false;
	JSON_MEMBERS (v, m) {
		if (!fits(&m->value))
			return false;
	}
	return true;
}

static bool is_object(const struct json *v) { return json_is(v, JSON_OBJECT); }

static bool is_word_of_unconfigured(const struct json *v)
{
	return str_eq(json_str(v), STR("unhealthy")) || str_eq(json_str(v), STR("decide"));
}

/* NULL: it fits. */
static const char *misfit(enum form form, const struct json *v)
{
	bool boolean = json_is(v, JSON_TRUE) || json_is(v, JSON_FALSE);

	switch (form) {
	case FORM_TEXT:
		return is_scalar_text(v) ? NULL : "expected a text";
	case FORM_TEXTS:
		return are_texts(v) ? NULL : "expected a list of texts";
	case FORM_NUMBER:
		return is_count(v) ? NULL : "expected a number from 0 to 1000000";
	case FORM_NUMBERS:
		return are_ports(v) ? NULL : "expected a list of ports (1 to 65535)";
	case FORM_BOOL:
		return boolean ? NULL : "expected true or false";
	case FORM_SEVERITY:
		return is_severity(v) ? NULL : "expected critical, high, medium, low or negligible";
	case FORM_UNCONFIGURED:
		return is_word_of_unconfigured(v) ? NULL : "expected unhealthy or decide";
	case FORM_TEXTS_BY_NAME:
		return is_object_of(v, are_texts) ? NULL
						  : "expected lists of texts by name of the image";
	case FORM_OBJECTS_BY_NAME:
		return is_object_of(v, is_object)
			       ? NULL
			       : "expected parameters by id of the recommendation";
	case FORM_ATTESTATIONS:
		return json_is(v, JSON_ARRAY) ? NULL : "expected a list";
	case FORM_SIGNATURES:
		return trust_misfit(v);
	}
	return NULL;
}

/* ---- attestations --------------------------------------------------------------------------- */

static const struct check *control_of(const struct reading *r, str id)
{
	const struct check *found = check_set_find(r->checks, id);

	for (size_t i = 0; !found && i < check_set_count(r->checks); i++) {
		const struct check *c = check_set_at(r->checks, i);

		if (str_eq(check_number_in(c, r->version), id))
			found = c;
	}
	return found;
}

/* A number such as 2.14 keeps its digits in YAML. */
static str plain(const struct json *v)
{
	return json_is(v, JSON_NUMBER) ? json_number(v) : json_str(v);
}

static int check_members(const struct reading *r, const struct json *entry,
			 const struct place *place)
{
	static const char *const known[] = { "control", "date", "by", "note" };

	JSON_MEMBERS (entry, m) {
		size_t i = 0;

		while (i < ARRAY_LEN(known) && !str_eq(m->key, str_c(known[i])))
			i++;
		if (i == ARRAY_LEN(known))
			return refuse(r, place_line(place_of_member(entry, place, m)), m->key,
				      "unknown key; an attestation has control, date, by, note");
	}
	return 0;
}

static int take_attestation(const struct reading *r, const struct json *entry,
			    const struct place *place, struct value_builder *out)
{
	str id = plain(JSON_GET(entry, "control")), date = json_get_str(entry, STR("date"));
	const struct check *check = control_of(r, id);
	struct object_builder b;
	int64_t when;

	if (!json_is(entry, JSON_OBJECT))
		return refuse(r, place_line(place), STR("attestations"),
			      "expected control, date, by, note");
	if (check_members(r, entry, place) < 0)
		return -1;
	if (!check)
		return refuse(r, place_line(place), STR("attestations.control"),
			      "no control of that number or id");
	if (!time_parse(date, &when))
		return refuse(r, place_line(place), STR("attestations.date"),
			      "expected YYYY-MM-DD or a time of RFC 3339");
	if (json_get_str(entry, STR("by")).n == 0)
		return refuse(r, place_line(place), STR("attestations.by"), "who says so?");
	object_builder_init(&b, r->arena);
	OBJECT_ADD(&b, "control", value_str(str_dup(r->arena, check->id)));
	OBJECT_ADD(&b, "date", value_str(str_dup(r->arena, date)));
	OBJECT_ADD(&b, "by", value_str(str_dup(r->arena, json_get_str(entry, STR("by")))));
	OBJECT_ADD(&b, "note", value_str(str_dup(r->arena, json_get_str(entry, STR("note")))));
	value_builder_add(out, object_builder_take_last(&b));
	return 0;
}

static int take_attestations(const struct reading *r, const struct json *list,
			     const struct place *place, struct value *out)
{
	struct value_builder b;

	value_builder_init(&b, r->arena);
	JSON_EACH (list, entry) {
		if (take_attestation(r, entry, place_of_item(list, place, entry), &b) < 0)
			return -1;
	}
	*out = value_builder_array(&b);
	return 0;
}

/* ---- parameters of recommendations ----------------------------------------------------------- */

#define MANAGED_BY "managed_by" /* policies/lib/managed_by.rego */

static int check_parameters(const struct reading *r, const struct json_member *list,
			    const struct place *place)
{
	JSON_MEMBERS (&list->value, m) {
		uint32_t line = place_line(place_of_member(&list->value, place, m));
		str words = STR(MANAGED_BY " ");

		if (str_eq(m->key, STR(MANAGED_BY)))
			continue;
		if (!container_settings_knows(m->key))
			return refuse_word(
				r, line, str_cat(r->arena, STR("parameters."), m->key),
				"no recommendation on containers",
				str_cat(r->arena, words, container_settings_ids(r->arena)));
		words = str_cat(r->arena, STR("effect "),
				container_settings_words(m->key, r->arena));
		JSON_MEMBERS (&m->value, given) {
			if (str_eq(given->key, STR("effect")) ||
			    container_settings_takes(m->key, given->key))
				continue;
			return refuse_word(r, line,
					   str_fmt(r->arena, "parameters.%.*s.%.*s",
						   STR_ARG(m->key),
						   STR_ARG(str_take(given->key, 100))),
					   "unknown parameter", words);
		}
	}
	return 0;
}

/* ---- the file ------------------------------------------------------------------------------- */

static int take_member(const struct reading *r, const struct json_member *m,
		       const struct place *place, struct object_builder *out)
{
	const char *why;
	struct value value;
	size_t i = 0;

	while (i < ARRAY_LEN(members) && !str_eq(m->key, str_c(members[i].key)))
		i++;
	if (i == ARRAY_LEN(members))
		return refuse_word(r, place_line(place), m->key, "unknown key", all_keys(r->arena));
	why = misfit(members[i].form, &m->value);
	if (why)
		return refuse(r, place_line(place), m->key, why);
	if (members[i].form == FORM_OBJECTS_BY_NAME && check_parameters(r, m, place) < 0)
		return -1;
	if (members[i].form == FORM_ATTESTATIONS) {
		if (take_attestations(r, &m->value, place, &value) < 0)
			return -1;
	} else if (members[i].form == FORM_TEXT) {
		value = value_str(str_dup(r->arena, plain(&m->value)));
	} else {
		value = value_from_json(json_copy(&m->value, r->arena), r->arena);
	}
	object_builder_add(out, value_str(str_dup(r->arena, m->key)), value);
	return 0;
}

int docker_settings_read(str name, str text, const struct check_set *checks, str version,
			 struct arena *arena, struct value *out, struct err *err)
{
	const struct reading r = {
		.name = name, .checks = checks, .version = version, .arena = arena, .err = err
	};
	const struct json *root;
	const struct place *place;
	struct object_builder b;
	/* Dates stay texts: YAML_CORE has no type for them. */
	const struct yaml_opts opts = { .schema = YAML_CORE };

	object_builder_init(&b, arena);
	if (text.n > DOCKER_SETTINGS_MAX)
		return err_set(err, ERR_LIMIT, "%.*s: more than %u bytes", STR_ARG(name),
			       DOCKER_SETTINGS_MAX);
	if (yaml_parse(text, &opts, arena, &root, &place, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(name));
	if (!json_is(root, JSON_OBJECT) && !json_is(root, JSON_NULL))
		return err_set(err, ERR_INPUT, "%.*s: expected keys and values", STR_ARG(name));
	JSON_MEMBERS (root, m) {
		if (take_member(&r, m, place_of_member(root, place, m), &b) < 0)
			return -1;
	}
	*out = object_builder_take_last(&b);
	return 0;
}
