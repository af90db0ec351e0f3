/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/rules.h"

#include "base/err.h"
#include "base/words.h"
#include "scan/secret/keyword.h"

static const char *const members[] = { "rules", "allow-rules", "disable-rules",
				       "enable-builtin-rules", "disable-allow-rules" };

static int check_members(const struct json *config, struct err *err)
{
	if (!json_is(config, JSON_OBJECT))
		return err_set(err, ERR_USAGE, "secret rules: not a mapping");
	JSON_MEMBERS (config, member) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_LEN(members); i++)
			known |= str_eq(member->key, str_c(members[i]));
		if (!known)
			return err_set(err, ERR_USAGE, "secret rules: '%.*s' is not supported",
				       STR_ARG(member->key));
	}
	return 0;
}

/* "HIGH" or "high"; anything else counts as medium, as it does elsewhere. */
static str severity_of(const struct json *rule, struct arena *arena)
{
	static const char *const known[] = { "critical", "high", "medium", "low" };
	str severity = str_lower(arena, json_get_str(rule, STR("severity")));

	return words_have(known, ARRAY_LEN(known), severity) ? severity : STR("medium");
}

/* Longer keywords find where shorter ones do: only their begin counts. */
static int take_keywords(const struct json *rule, struct secret_kind *k, struct arena *arena,
			 struct err *err)
{
	JSON_EACH (JSON_GET(rule, "keywords"), v) {
		str word = str_take(str_lower(arena, json_str(v)), KEYWORD_MAX);

		if (word.n < SECRET_KEYWORD_MIN)
			return err_set(err, ERR_USAGE,
				       "secret rule %.*s: a keyword needs at least %u characters",
				       STR_ARG(k->id), SECRET_KEYWORD_MIN);
		k->keywords =
			secret_list_add(arena, k->keywords, &k->keyword_n, &k->keyword_cap, word);
	}
	return 0;
}

static int take_allow(const struct json *rule, struct secret_kind *k, struct arena *arena,
		      struct err *err)
{
	JSON_EACH (JSON_GET(rule, "allow-rules"), v) {
		str regex = json_get_str(v, STR("regex"));

		if (regex.n == 0)
			return err_set(
				err, ERR_USAGE,
				"secret rule %.*s: an allow rule inside a rule needs a regex",
				STR_ARG(k->id));
		k->allow = secret_list_add(arena, k->allow, &k->allow_n, &k->allow_cap,
					   str_dup(arena, regex));
	}
	return 0;
}

static int take_rule(const struct json *rule, struct arena *arena, struct secret_kinds *kinds,
		     struct err *err)
{
	struct secret_kind k = { .free = true };

	k.id = str_dup(arena, json_get_str(rule, STR("id")));
	k.regex = str_dup(arena, json_get_str(rule, STR("regex")));
	k.title = str_dup(arena, json_get_str(rule, STR("title")));
	if (k.id.n == 0 || k.regex.n == 0)
		return err_set(err, ERR_USAGE, "secret rules: a rule needs id and regex");
	if (k.title.n == 0)
		k.title = k.id;
	k.title_ja = k.title;
	k.severity = severity_of(rule, arena);
	k.group = str_dup(arena, json_get_str(rule, STR("secret-group-name")));
	k.path_regex = str_dup(arena, json_get_str(rule, STR("path")));
	if (take_keywords(rule, &k, arena, err) < 0 || take_allow(rule, &k, arena, err) < 0)
		return -1;
	/* A rule of the same id takes the place of the built-in kind. */
	for (size_t i = 0; i < kinds->n; i++) {
		if (str_eq(kinds->items[i].id, k.id)) {
			kinds->items[i] = k;
			return 0;
		}
	}
	if (kinds->n == SECRET_KINDS_MAX)
		return err_set(err, ERR_LIMIT, "secret rules: more than %u kinds",
			       SECRET_KINDS_MAX);
	*secret_kinds_add(kinds, arena) = k;
	return 0;
}

static int take_allow_rule(const struct json *rule, struct arena *arena, struct secret_kinds *kinds,
			   struct err *err)
{
	str regex = json_get_str(rule, STR("regex")), path = json_get_str(rule, STR("path"));

	if (regex.n == 0 && path.n == 0)
		return err_set(err, ERR_USAGE, "secret rules: an allow rule needs regex or path");
	if (regex.n > 0 && path.n > 0)
		return err_set(err, ERR_USAGE,
			       "secret rules: an allow rule with both regex and path is not "
			       "supported");
	if (regex.n > 0)
		kinds->allow = secret_list_add(arena, kinds->allow, &kinds->allow_n,
					       &kinds->allow_cap, str_dup(arena, regex));
	else
		kinds->allow_paths =
			secret_list_add(arena, kinds->allow_paths, &kinds->allow_path_n,
					&kinds->allow_path_cap, str_dup(arena, path));
	return 0;
}

static bool is_listed(const struct json *list, str id)
{
	JSON_EACH (list, v) {
		if (str_eq(json_str(v), id))
			return true;
	}
	return false;
}

/* Before the user's own rules are there: only built-in kinds are switched on and off. */
static void choose(const struct json *config, struct secret_kinds *kinds)
{
	const struct json *on = JSON_GET(config, "enable-builtin-rules");
	const struct json *off = JSON_GET(config, "disable-rules");
	size_t kept = 0;

	for (size_t i = 0; i < kinds->n; i++) {
		str id = kinds->items[i].id;

		if ((json_len(on) == 0 || is_listed(on, id)) && !is_listed(off, id))
			kinds->items[kept++] = kinds->items[i];
	}
	kinds->n = kept;
}

int secret_rules_apply(const struct json *config, struct arena *arena, struct secret_kinds *kinds,
		       struct err *err)
{
	if (!config || json_is(config, JSON_NULL))
		return 0;
	if (check_members(config, err) < 0)
		return -1;
	choose(config, kinds);
	JSON_EACH (JSON_GET(config, "rules"), rule) {
		if (take_rule(rule, arena, kinds, err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(config, "allow-rules"), rule) {
		if (take_allow_rule(rule, arena, kinds, err) < 0)
			return -1;
	}
	return 0;
}
