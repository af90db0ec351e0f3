/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/template_rego.h"

#include "base/err.h"
#include "policy/constraint/module_check.h"
#include "policy/constraint/sync_need.h"
#include "policy/lex.h"
#include "policy/parse.h"
#include "policy/policy.h"

#define ENGINE_REGO STR("Rego")

/* The first element of `code` with engine Rego, or NULL; *other names one that is there instead. */
static const struct json *code_rego(const struct json *code, str *other)
{
	JSON_EACH (code, c) {
		str engine = json_get_str(c, STR("engine"));

		if (str_eq(engine, ENGINE_REGO))
			return JSON_GET(c, "source");
		*other = engine;
	}
	return NULL;
}

static int check_libs(const struct template_rego *rego, struct err *err)
{
	size_t bytes = rego->rego.n;

	if (rego->libs && !json_is(rego->libs, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "libs must be a list");
	if (json_len(rego->libs) > TEMPLATE_REGO_MAX_LIBS)
		return err_set(err, ERR_LIMIT, "more than %u libs", TEMPLATE_REGO_MAX_LIBS);
	JSON_EACH (rego->libs, lib) {
		if (!json_is(lib, JSON_STRING))
			return err_set(err, ERR_INPUT, "an element of libs is no string");
		bytes += lib->n;
	}
	if (bytes > TEMPLATE_REGO_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "more than %u bytes of Rego",
			       TEMPLATE_REGO_MAX_BYTES);
	return 0;
}

int template_rego_read(const struct json *target, struct template_rego *out, struct err *err)
{
	str other = STR_EMPTY, version;
	const struct json *source = code_rego(JSON_GET(target, "code"), &other);
	struct template_rego rego = { 0 };

	/* Of two the older field counts. */
	if (json_get_str(target, STR("rego")).n > 0 || (!source && JSON_GET(target, "rego")))
		source = target;
	if (!source && other.n > 0)
		return err_set(err, ERR_UNSUPPORTED, "unsupported engine %.*s",
			       STR_ARG(str_take(other, 100)));
	rego.rego = json_get_str(source, STR("rego"));
	if (rego.rego.n == 0)
		return err_set(err, ERR_INPUT, "there is no Rego in it");
	rego.libs = JSON_GET(source, "libs");
	if (json_is(rego.libs, JSON_NULL))
		rego.libs = NULL;
	version = source == target ? STR_EMPTY : json_get_str(source, STR("version"));
	if (version.n > 0 && !str_eq(version, STR("v0")) && !str_eq(version, STR("v1")))
		return err_set(err, ERR_UNSUPPORTED, "unsupported version of Rego %.*s",
			       STR_ARG(str_take(version, 100)));
	rego.v1 = str_eq(version, STR("v1"));
	if (check_libs(&rego, err) < 0)
		return -1;
	*out = rego;
	return 0;
}

/* The text with another package path; the module begins with `package`, it has been parsed. */
static str with_package(str text, str path, struct arena *arena)
{
	struct tokens tokens;
	size_t i = 0, from;

	lex(text, arena, arena, &tokens);
	while (tokens.items[i].kind != TOKEN_EOF && tokens.items[i].keyword != KEYWORD_PACKAGE)
		i++;
	if (tokens.items[i].kind == TOKEN_EOF)
		return text;
	from = ++i;
	while (tokens.items[i].kind != TOKEN_EOF &&
	       (i == from || tokens.items[i].kind == '.' || tokens.items[i].kind == '[' ||
		tokens.items[i].kind == ']' || tokens.items[i - 1].kind == '.' ||
		tokens.items[i - 1].kind == '['))
		i++;
	return str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(str_take(text, tokens.items[from].start)),
		       STR_ARG(path), STR_ARG(str_skip(text, tokens.items[i - 1].end)));
}

/* Reads it in the syntax that fits; *v0 says which that was. */
static struct module *read_module(str file, str text, bool only_v1, struct arena *arena, bool *v0,
				  struct problems *problems)
{
	struct problems second = { .arena = arena };
	struct module *module;

	*v0 = !only_v1;
	module = parse_module(file, text, *v0, arena, problems);
	if (module || only_v1)
		return module;
	module = parse_module(file, text, false, arena, &second);
	if (module) {
		*v0 = false;
		problems->n = problems->dropped = 0;
	}
	return module;
}

static int fail_problems(const struct problems *problems, struct err *err)
{
	struct buf text;

	buf_init(&text, 8192);
	for (size_t i = 0; i < problems->n && i < 3; i++) {
		const struct problem *p = &problems->items[i];

		buf_fmt(&text, "%s%.*s:%u:%u: %s: %.*s", i ? "; " : "", STR_ARG(p->file), p->line,
			p->col, p->code, STR_ARG(p->message));
	}
	if (problems->n + problems->dropped > 3)
		buf_fmt(&text, "; and %zu more", problems->n + problems->dropped - 3);
	err_set(err, ERR_INPUT, "invalid rego: %.*s", STR_ARG(buf_str(&text)));
	buf_done(&text);
	return -1;
}

static int add_module(str file, str text, bool only_v1, bool entry, struct sync_needs *needs,
		      struct policy_source *out, struct err *err)
{
	struct arena *arena = needs->arena;
	struct problems problems = { .arena = arena };
	struct module *module;
	bool v0;

	module = read_module(file, text, only_v1, arena, &v0, &problems);
	if (!module)
		return fail_problems(&problems, err);
	if (module_check(module, entry, needs, err) < 0)
		return err_wrap(err, "invalid rego: %.*s", STR_ARG(file));
	if (entry)
		text = with_package(text, STR("template"), arena);
	*out = (struct policy_source){ .file = file, .text = text, .v0 = v0, .shared = !entry };
	return 0;
}

struct policy_query *template_rego_compile(const struct template_rego *rego,
					   struct sync_needs *needs, struct share_ids *shares,
					   struct err *err)
{
	struct arena *arena = needs->arena;
	struct policy_source *sources =
		ARENA_ARRAY(arena, struct policy_source, json_len(rego->libs) + 1);
	struct policy_options opts = { .external_data = true,
				       .shares = shares,
				       .common = STR_INIT("review") };
	struct problems problems = { .arena = arena };
	AUTO(policy_unref)
	struct policy *policy = NULL;
	struct policy_query *query;
	size_t n = 0;

	if (add_module(STR("template"), rego->rego, rego->v1, true, needs, &sources[n++], err) < 0)
		return NULL;
	JSON_EACH (rego->libs, lib) {
		str file = str_fmt(arena, "libs[%zu]", n - 1);

		if (add_module(file, json_str(lib), rego->v1, false, needs, &sources[n++], err) < 0)
			return NULL;
	}
	policy = policy_compile(sources, n, NULL, &opts, &problems, err);
	query = policy ? policy_query_new(policy, STR("data.template.violation"), false, &problems,
					  err)
		       : NULL;
	if (!query)
		IGNORE(fail_problems(&problems, err)); /* -1 by contract */
	return query;
}
