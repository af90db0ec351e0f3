/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/policy.h"
#include "policy/constraint/constraint_template.h"
#include "report/grid.h"

enum { LIST_FORMAT, LIST_OUTPUT, LIST_OPTION_COUNT };

static const struct option_spec options[LIST_OPTION_COUNT] = {
	[LIST_FORMAT] = ANSWER_OPTION_FORMAT,
	[LIST_OUTPUT] = ANSWER_OPTION_OUTPUT,
};

struct row {
	str kind, name, action, state, file;
};

struct listing {
	struct arena *arena;
	struct row *rows;
	size_t n;
	bool failed;
};

static str state_of(const struct admission *a, const struct resource *r, str *action)
{
	for (size_t i = 0; i < constraint_set_templates(a->constraints); i++) {
		const struct constraint_template *t = constraint_set_template(a->constraints, i);
		bool own = str_eq(t->name, r->name) && str_eq(r->kind, STR("ConstraintTemplate"));

		if (t->unsupported.n > 0 && (own || str_eq(t->kind, r->kind)))
			return str_fmt(a->arena, "error(%.*s)", STR_ARG(t->unsupported));
		if (own)
			return t->note.n > 0 ? t->note : STR("ok");
	}
	if (str_eq(r->group, CONSTRAINT_GROUP)) {
		*action = json_str(json_path(r->json, "spec", "enforcementAction", NULL));
		if (str_empty(*action))
			*action = STR("deny");
	}
	return STR("ok");
}

/* One after the other, so that each that is wrong says so. */
static void add_all(struct admission *a, const struct documents *docs, struct listing *out)
{
	for (int templates = 1; templates >= 0; templates--) {
		for (size_t i = 0; i < docs->n; i++) {
			const struct resource *r = &docs->items[i].resource;
			bool is_template = str_eq(r->kind, STR("ConstraintTemplate"));
			struct row *row;
			struct err err;

			if (!admission_is_policy(r) || is_template != (templates == 1) ||
			    str_eq(r->group, STR("test.gatekeeper.sh")))
				continue;
			row = &out->rows[out->n++];
			*row = (struct row){ .kind = r->kind,
					     .name = r->name,
					     .file = docs->items[i].file };
			if (admission_add(a, &docs->items[i], 1, &err) < 0)
				row->state = str_fmt(out->arena, "error(%s)", err.msg);
			else
				row->state = state_of(a, r, &row->action);
			out->failed = out->failed || str_starts(row->state, STR("error("));
		}
	}
}

static void put_json(struct buf *b, const struct listing *list)
{
	struct json_writer w;

	json_writer_init(&w, b, 2);
	json_open_array(&w);
	for (size_t i = 0; i < list->n; i++) {
		const struct row *row = &list->rows[i];

		json_open_object(&w);
		json_kv_str(&w, STR("kind"), row->kind);
		json_kv_str(&w, STR("name"), row->name);
		json_kv_opt(&w, STR("enforcement_action"), row->action);
		json_kv_str(&w, STR("state"), row->state);
		json_kv_str(&w, STR("file"), row->file);
		json_close_object(&w);
	}
	json_close_array(&w);
	buf_byte(b, '\n');
}

static void put_table(struct buf *b, const struct listing *list, size_t columns)
{
	struct grid grid;

	grid_init(&grid, 4, list->arena);
	GRID_ROW(&grid, STR("KIND"), STR("NAME"), STR("ACTION"), STR("STATE"));
	for (size_t i = 0; i < list->n; i++)
		GRID_ROW(&grid, list->rows[i].kind, list->rows[i].name, list->rows[i].action,
			 list->rows[i].state);
	grid_put(&grid, b, 0, columns);
}

static int run(struct invocation *in, struct err *err)
{
	str output = option_text(&in->options, LIST_OUTPUT);
	struct documents docs = { .arena = in->arena };
	struct listing list = { .arena = in->arena };
	AUTO(admission_done)
	struct admission a;
	AUTO(buf_done)
	struct buf b = { 0 };

	admission_init(&a, in->arena);
	if (in->options.operand_count == 0)
		return policy_list_builtin(in, LIST_FORMAT, output, err);
	if (policy_read_objects(in->options.operands, in->options.operand_count, &docs, err) < 0)
		return -1;
	list.rows = ARENA_ARRAY(in->arena, struct row, docs.n + 1);
	add_all(&a, &docs, &list);
	if (list.n == 0)
		return err_set(err, ERR_INPUT, "there is no policy");
	buf_init(&b, ANSWER_MAX);
	if (answer_is_json(in, LIST_FORMAT))
		put_json(&b, &list);
	else
		put_table(&b, &list, answer_columns(in, output));
	if (answer_write(in, output, &b, err) < 0)
		return -1;
	return list.failed ? EXIT_FINDINGS : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "The built-in rules for Kubernetes objects, with their parameters",
		    "組み込みの Kubernetes 用の規則とパラメーター" },
	  .line = "policy list" },
	{ .what = { "Templates, constraints and mutators of a folder",
		    "フォルダーのテンプレート、制約、変更ルール" },
	  .line = "policy list policies/" },
	{ .line = NULL },
};

const struct command command_policy_list = {
	.name = "list",
	.operands = "[PATH]...",
	.min_operands = 0,
	.max_operands = COMMAND_ANY,
	.summary = { "List the built-in rules, or policies and which do not load",
		     "組み込みの規則、またはポリシーの一覧と読み込めないものを示す" },
	.fails = { "a policy does not load", "読み込めないポリシーあり" },
	.options = options,
	.option_count = LIST_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
