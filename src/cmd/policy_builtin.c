/* SPDX-License-Identifier: Apache-2.0 */
/* `seawall policy list` without a path: the rules that are built in. */
#include "base/err.h"
#include "cmd/policy.h"
#include "policy/constraint/library.h"
#include "report/grid.h"

static str kinds_of(const struct library_rule *rule, struct arena *arena)
{
	str all = STR_EMPTY;

	JSON_EACH (rule->kinds, row) {
		JSON_EACH (JSON_GET(row, "kinds"), kind)
			all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), all.n > 0 ? "," : "",
				      STR_ARG(json_str(kind)));
	}
	return all;
}

static str names_of(const struct json *object, struct arena *arena)
{
	str all = STR_EMPTY;

	JSON_MEMBERS (object, m) {
		/* Every rule about containers has these two. */
		if (str_eq(m->key, STR("excludedContainers")) ||
		    str_eq(m->key, STR("excludedImages")))
			continue;
		all = str_fmt(arena, "%.*s%s%.*s", STR_ARG(all), all.n > 0 ? ", " : "",
			      STR_ARG(m->key));
	}
	return all;
}

static void put_parameters(struct json_writer *w, const struct library_rule *rule)
{
	JSON_KEY(w, "parameters");
	json_open_array(w);
	JSON_MEMBERS (rule->schema, m) {
		const struct json *preset = json_get(rule->presets, m->key);

		json_open_object(w);
		json_kv_str(w, STR("name"), m->key);
		json_kv_opt(w, STR("type"), json_get_str(&m->value, STR("type")));
		json_kv_opt(w, STR("description"), json_get_str(&m->value, STR("description")));
		if (preset) {
			JSON_KEY(w, "default");
			json_put(w, preset);
		}
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_rule(struct json_writer *w, const struct library_rule *rule, enum lang lang,
		     struct arena *arena)
{
	const struct check_text *text = &rule->check.text[lang == LANG_JA ? CHECK_JA : CHECK_EN];

	json_open_object(w);
	json_kv_str(w, STR("id"), rule->check.id);
	json_kv_str(w, STR("title"), text->title);
	json_kv_str(w, STR("description"), text->description);
	json_kv_str(w, STR("remediation"), text->remediation);
	json_kv_str(w, STR("severity"), rule->check.severity);
	json_kv_str(w, STR("kinds"), kinds_of(rule, arena));
	json_kv_str(w, STR("constraint_kind"), rule->kind);
	json_kv_str(w, STR("enforcement"), rule->enforcement);
	json_kv_bool(w, STR("needs_decision"), rule->undecided);
	if (rule->recommendation > 0)
		json_kv_i64(w, STR("recommendation"), rule->recommendation);
	json_kv_opt(w, STR("definition"), rule->definition);
	json_kv_strings(w, STR("aliases"), rule->check.aliases, rule->check.alias_n);
	put_parameters(w, rule);
	json_close_object(w);
}

static void put_json(struct buf *b, const struct library *lib, const struct invocation *in)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_array(&w);
	for (size_t i = 0; i < library_rules(lib); i++)
		put_rule(&w, library_rule_at(lib, i), in->lang, in->arena);
	json_close_array(&w);
	buf_byte(b, '\n');
}

static void put_table(struct buf *b, const struct library *lib, const struct invocation *in,
		      size_t columns)
{
	struct arena *arena = in->arena;
	struct grid grid;

	grid_init(&grid, 6, arena);
	GRID_ROW(&grid, STR("ID"), STR("SEVERITY"), STR("ACTION"), STR("KINDS"), STR("PARAMETERS"),
		 STR("TITLE"));
	for (size_t i = 0; i < library_rules(lib); i++) {
		const struct library_rule *rule = library_rule_at(lib, i);
		str parameters = names_of(rule->schema, arena);

		if (rule->undecided)
			parameters = str_cat(arena, parameters, STR(" (to be decided)"));
		GRID_ROW(&grid, rule->check.id, rule->check.severity, rule->enforcement,
			 kinds_of(rule, arena), parameters,
			 rule->check.text[in->lang == LANG_JA ? CHECK_JA : CHECK_EN].title);
	}
	grid_put(&grid, b, 0, columns);
}

int policy_list_builtin(struct invocation *in, size_t format, str output, struct err *err)
{
	struct library_opts opts = { 0 };
	AUTO(library_unref)
	struct library *lib = library_load(&opts, err);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!lib)
		return -1;
	buf_init(&b, ANSWER_MAX);
	if (answer_is_json(in, format))
		put_json(&b, lib, in);
	else
		put_table(&b, lib, in, answer_columns(in, output));
	return answer_write(in, output, &b, err) < 0 ? -1 : EXIT_FINE;
}
