/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of a service in which no secret belongs, and its logs. What counts is what stands in the
 * file: a value that comes from a variable is none of the file's, the default of one is.
 */
#include "fmt/container/compose_internal.h"

/* As it stands there, without what variables give. */
static str plain(struct reader *r, const struct node *node)
{
	size_t budget = COMPOSE_MAX_TEXT;
	str out, missing;
	struct err err;

	if (node->raw.n == 0)
		return node_text(node);
	if (env_expand(r->arena, NULL, node->raw, &budget, &out, &missing, &err) < 0)
		return node->raw; /* no form of a variable: a text like any other */
	return out;
}

/* "NAME: value" each, or a list of "NAME=value"; a name alone has its value from elsewhere. */
static void take_pairs(struct reader *r, struct container_plan *plan, enum plan_text_kind kind,
		       const struct node *pairs)
{
	bool is_list = pairs && pairs->type == JSON_ARRAY;

	NODE_EACH (pairs, m) {
		str name = m->key, value = plain(r, m->value);

		if (!node_is_scalar(m->value) ||
		    (is_list && !str_cut(plain(r, m->value), '=', &name, &value)))
			continue;
		plan_add_text(plan, kind, name, value, node_place(r, m->value));
	}
}

/* Words of a line with blanks between, without the quotes around one. */
static bool next_word(str *rest, str *word)
{
	size_t n = 0;
	char quote;

	*rest = str_trim(*rest);
	if (rest->n == 0)
		return false;
	while (n < rest->n && !is_space(rest->p[n]))
		n++;
	*word = str_take(*rest, n);
	*rest = str_skip(*rest, n);
	quote = word->p[0];
	if (word->n > 1 && (quote == '"' || quote == '\'') && word->p[word->n - 1] == quote)
		*word = str_skip(str_drop_end(*word, 1), 1);
	return true;
}

static void take_command(struct reader *r, struct container_plan *plan, const char *name,
			 const struct node *command)
{
	str *words = NULL, line, word;
	size_t n = 0, cap = 0;

	if (!command)
		return;
	if (node_is_scalar(command)) {
		line = plain(r, command);
		while (next_word(&line, &word)) {
			words = arena_grow(r->arena, words, n, &cap, sizeof(*words));
			words[n++] = word;
		}
	}
	NODE_EACH (command, m) {
		words = arena_grow(r->arena, words, n, &cap, sizeof(*words));
		words[n++] = node_is_scalar(m->value) ? plain(r, m->value) : STR_EMPTY;
	}
	plan_add_command(plan, str_c(name), words, n, node_place(r, command));
}

/* Version 1 had log_driver and log_opt. */
static void take_logging(struct reader *r, struct container_plan *plan, const struct node *driver,
			 const struct node *options)
{
	str why = node_unknown(driver);

	if (driver && why.n > 0)
		plan_unknown(plan, PLAN_LOGGING, why, node_place(r, driver));
	else if (driver)
		plan_set_driver(plan, node_text(driver), node_place(r, driver));
	if (options && options->type != JSON_OBJECT)
		compose_wrong(r, plan, PLAN_LOGGING, options, "mapping");
	NODE_EACH (options, m) {
		if (!node_is_scalar(m->value))
			continue;
		if (m->value->unknown.n > 0)
			plan_unknown(plan, PLAN_LOGGING, m->value->unknown,
				     node_place(r, m->value));
		plan_add(plan, PLAN_LOGGING,
			 str_fmt(r->arena, "%.*s=%.*s", STR_ARG(m->key),
				 STR_ARG(node_text(m->value))),
			 node_place(r, m->value));
	}
	take_pairs(r, plan, PLAN_LOG_OPTION, options);
}

void compose_texts(struct reader *r, struct container_plan *plan, const struct node *s)
{
	const struct node *logging = node_get(s, "logging"), *build = node_get(s, "build");

	take_pairs(r, plan, PLAN_ENVIRONMENT, node_get(s, "environment"));
	if (build && build->type == JSON_OBJECT) {
		take_pairs(r, plan, PLAN_BUILD_ARG, node_get(build, "args"));
		take_pairs(r, plan, PLAN_LABEL, node_get(build, "labels"));
	}
	take_pairs(r, plan, PLAN_LABEL, node_get(s, "labels"));
	take_pairs(r, plan, PLAN_LABEL, node_get(s, "annotations"));
	take_pairs(r, plan, PLAN_LABEL, node_get(node_get(s, "deploy"), "labels"));
	take_command(r, plan, "command", node_get(s, "command"));
	take_command(r, plan, "entrypoint", node_get(s, "entrypoint"));
	take_command(r, plan, "healthcheck", node_get(node_get(s, "healthcheck"), "test"));
	if (logging)
		take_logging(r, plan, node_get(logging, "driver"), node_get(logging, "options"));
	else
		take_logging(r, plan, node_get(s, "log_driver"), node_get(s, "log_opt"));
}
