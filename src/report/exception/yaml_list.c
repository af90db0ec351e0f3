/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception/yaml_list.h"

#include "fmt/syntax/yaml.h"

int yaml_list_parse(str text, struct arena *arena, const struct json **root,
		    const struct place **place, struct err *err)
{
	/* As texts: an id such as 1.10 or a date is what is written. */
	static const struct yaml_opts opts = { .schema = YAML_TEXT };

	return yaml_parse(text, &opts, arena, root, place, err);
}

int yaml_entry_fail(const struct yaml_entry *entry, struct err *err)
{
	return err_wrap(err, "line %u", place_line(entry->place));
}

int yaml_entry_check(const struct yaml_entry *entry, const char *const *known, struct err *err)
{
	const char *noun = entry->noun ? entry->noun : "an exception";

	if (!json_is(entry->object, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "%s is a mapping of 'name: value'", noun);
	JSON_MEMBERS (entry->object, member) {
		size_t i = 0;

		while (known[i] && !str_eq(member->key, str_c(known[i])))
			i++;
		if (!known[i])
			return err_set(err, ERR_INPUT, "'%.*s' is not a field of %s",
				       STR_ARG(member->key), noun);
	}
	return 0;
}

int yaml_entry_text(const struct yaml_entry *entry, const char *key, str *out, struct err *err)
{
	const struct json *v = json_get(entry->object, str_c(key));

	*out = STR_EMPTY;
	if (!v)
		return 0;
	if (!json_is(v, JSON_STRING))
		return err_set(err, ERR_INPUT, "'%s' is not a text", key);
	*out = str_trim(json_str(v));
	return 0;
}

int yaml_entry_texts(const struct yaml_entry *entry, const char *key, const str **out, size_t *n,
		     struct err *err)
{
	const struct json *v = json_get(entry->object, str_c(key));
	str *texts;
	size_t i = 0;

	*out = NULL;
	*n = 0;
	if (!v)
		return 0;
	if (json_is(v, JSON_STRING)) {
		texts = ARENA_NEW(entry->arena, str);
		*texts = str_trim(json_str(v));
		*out = texts;
		*n = 1;
		return 0;
	}
	if (!json_is(v, JSON_ARRAY) || json_len(v) == 0)
		return err_set(err, ERR_INPUT, "'%s' is neither a text nor a list of texts", key);
	texts = ARENA_ARRAY(entry->arena, str, json_len(v));
	JSON_EACH (v, item) {
		if (!json_is(item, JSON_STRING))
			return err_set(err, ERR_INPUT, "'%s' holds something that is no text", key);
		texts[i++] = str_trim(json_str(item));
	}
	*out = texts;
	*n = i;
	return 0;
}

int yaml_entry_expiry(const struct yaml_entry *entry, const char *key, int64_t *out,
		      struct err *err)
{
	str text;

	*out = 0;
	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n > 0 && !exception_expiry(text, out))
		return err_set(err, ERR_INPUT, "'%s: %.*s' is not a day such as 2026-12-31", key,
			       STR_ARG(text));
	return 0;
}

int yaml_list_each(struct exception_set *set, str source, const struct json *list,
		   const struct place *place, yaml_entry_fn *read, struct err *err)
{
	JSON_EACH (list, item) {
		struct yaml_entry entry = { .object = item,
					    .place = place_of_item(list, place, item),
					    .arena = set->arena };

		if (read(set, source, &entry, err) < 0)
			return yaml_entry_fail(&entry, err);
	}
	return 0;
}
