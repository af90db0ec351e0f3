/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"
#include "policy/eval.h"
#include "policy/parse.h"

#include <time.h>

/* Names that the query's author wrote; others are made by the compiler. */
static void collect_vars(struct policy_query *query, const struct unit *unit,
			 const struct bits *bound)
{
	query->vars = ARENA_ARRAY(query->arena, struct query_var, (size_t)unit->slot_n + 1);
	for (int32_t slot = 0; slot < unit->slot_n; slot++) {
		str name = unit->slot_names[slot];

		if (name_is_wildcard(name) || !bits_has(bound, slot))
			continue;
		query->vars[query->var_n].name = name;
		query->vars[query->var_n++].slot = (uint32_t)slot;
	}
}

/* The value of an expression is that of its term; of a statement it is true. */
static void collect_exprs(struct policy_query *query, const struct unit *unit,
			  const struct body *text)
{
	query->exprs = ARENA_ARRAY(query->arena, struct query_expr, text->n + 1);
	for (size_t i = 0; i < text->n; i++) {
		struct query_expr *to = &query->exprs[query->expr_n];

		if (text->items[i]->kind == EXPR_SOME)
			continue;
		query->expr_n++;
		to->expr = text->items[i];
		for (size_t k = 0; k < unit->capture_n; k++) {
			if (unit->captures[k].start == to->expr->start)
				to->slot = (uint32_t)unit->captures[k].slot + 1;
		}
	}
}

/* The rules of the query's package. */
static struct map *names_of(struct policy_query *query, const struct policy *policy,
			    struct arena *scratch)
{
	const struct tree *tree = &policy->root;
	struct map *names;

	if (!query->module->package)
		return NULL;
	for (size_t i = 1; tree && i < query->module->package->n; i++)
		tree = rule_tree_child(tree, &query->module->package->items[i]->value);
	names = ARENA_NEW(scratch, struct map);
	map_init(names, scratch);
	for (size_t i = 0; tree && i < tree->n; i++) {
		if (tree->children[i]->has_rules && !tree->children[i]->is_package)
			map_put(names, value_text(&tree->children[i]->key), query);
	}
	return names;
}

static int compile_query(struct policy_query *query, struct policy *policy, const struct body *text,
			 struct problems *problems)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct compiler compiler = { .arena = query->arena,
				     .scratch = policy->traced ? query->arena : scratch,
				     .policy = policy,
				     .problems = problems };
	struct body *body;
	struct safety safety = { 0 };
	struct unit unit;

	map_init(&compiler.packages, scratch);
	unit_init(&unit, &compiler, query->module, NULL);
	unit.names = names_of(query, policy, scratch);
	scope_push(&unit, false);
	body = resolve_body(&unit, text);
	if (unit.failed)
		return -1;
	safety.unit = &unit;
	safety.bound = bits_copy(scratch, &(struct bits){ 0 }, (size_t)unit.slot_n);
	safety.outer = bits_copy(scratch, &(struct bits){ 0 }, (size_t)unit.slot_n);
	query->plan = plan_body(&safety, body, op_new(&unit, OP_YIELD, NULL));
	if (unit.failed || !query->plan)
		return -1;
	compile_query_types(&unit, body);
	if (unit.failed)
		return -1;
	collect_vars(query, &unit, &safety.bound);
	collect_exprs(query, &unit, text);
	query->clause.slot_n = (uint32_t)unit.slot_n;
	query->prints = compiler.prints || policy->prints;
	return 0;
}

/* Package and imports are read as those of a module are. */
static int place_query(struct policy_query *query, const struct policy_query_options *opts,
		       struct problems *problems)
{
	struct module *module;
	struct buf text;

	if (opts->package.n == 0 && opts->import_n == 0)
		return 0;
	buf_init(&text, 1u << 20);
	buf_fmt(&text, "package %.*s\n", STR_ARG(opts->package.n ? opts->package : STR("query")));
	for (size_t i = 0; i < opts->import_n; i++)
		buf_fmt(&text, "import %.*s\n", STR_ARG(opts->imports[i]));
	module = parse_module(STR("query"), str_dup(query->arena, buf_str(&text)), opts->v0,
			      query->arena, problems);
	buf_done(&text);
	if (!module)
		return -1;
	query->module->imports = module->imports;
	query->module->import_n = module->import_n;
	if (opts->package.n > 0)
		query->module->package = module->package;
	return 0;
}

struct policy_query *policy_query_new_in(struct policy *policy, str text,
					 const struct policy_query_options *opts,
					 struct problems *problems, struct err *err)
{
	AUTO(policy_query_free)
	struct policy_query *query = mem_zalloc(sizeof(*query));
	struct body *body;

	query->own = opts->arena ? NULL : arena_new();
	query->arena = opts->arena ? opts->arena : query->own;
	query->policy = policy_ref(policy);
	text = str_dup(query->arena, text);
	body = parse_query(text, opts->v0, query->arena, &query->module, problems);
	if (body && body->n == 0)
		problem_add(problems, STR("query"), text, 1, 1, "rego_parse_error", "empty query");
	if (!body || body->n == 0 || place_query(query, opts, problems) < 0 ||
	    compile_query(query, policy, body, problems) < 0) {
		IGNORE(policy_problems_err(problems, err)); /* -1 by contract */
		return NULL;
	}
	return TAKE(query);
}

struct policy_query *policy_query_new(struct policy *policy, str text, bool v0,
				      struct problems *problems, struct err *err)
{
	return policy_query_new_in(policy, text, &(struct policy_query_options){ .v0 = v0 },
				   problems, err);
}

void policy_query_free(struct policy_query *query)
{
	if (!query)
		return;
	policy_unref(query->policy);
	arena_free(query->own);
	free(query);
}

size_t policy_query_vars(const struct policy_query *query) { return query->var_n; }
str policy_query_var(const struct policy_query *query, size_t i) { return query->vars[i].name; }
size_t policy_query_exprs(const struct policy_query *query) { return query->expr_n; }

str policy_query_expr(const struct policy_query *query, size_t i, uint32_t *line, uint32_t *col)
{
	const struct expr *expr = query->exprs[i].expr;

	*line = expr->line;
	*col = expr->col;
	return str_of(query->module->text.p + expr->start, expr->end - expr->start);
}

/* ---- evaluation ---------------------------------------------------------------------------- */

struct answer_sink {
	struct sink sink;
	const struct policy_query *query;
	struct policy_answers *answers;
	size_t cap;
};

static int add_answer(struct eval *ev, struct sink *sink, struct value *slots)
{
	struct answer_sink *to = (struct answer_sink *)sink;
	const struct policy_query *query = to->query;
	size_t n = query->var_n + query->expr_n + 1;
	struct value *bindings, *values;

	/* Most have one answer: that takes one piece of memory. */
	if (to->answers->n == 0) {
		struct policy_answer *first =
			arena_alloc(ev->arena, sizeof(*first) + n * sizeof(*bindings));

		to->answers->items = first;
		to->cap = 1;
		bindings = (struct value *)(first + 1);
	} else {
		bindings = ARENA_ARRAY(ev->arena, struct value, n);
	}
	values = bindings + query->var_n;

	for (size_t i = 0; i < query->var_n; i++)
		bindings[i] = slots[query->vars[i].slot];
	for (size_t i = 0; i < query->expr_n; i++) {
		uint32_t slot = query->exprs[i].slot;

		values[i] = slot ? slots[slot - 1] : value_bool(true);
	}
	to->answers->items = arena_grow(ev->arena, to->answers->items, to->answers->n, &to->cap,
					sizeof(*to->answers->items));
	to->answers->items[to->answers->n++] =
		(struct policy_answer){ .bindings = bindings, .values = values };
	return 0;
}

static bool charge(struct builtin_call *call, uint64_t steps)
{
	struct eval *ev = (struct eval *)call;

	ev->steps += steps;
	return ev->steps < ev->next_check || eval_check(ev) == 0;
}

static void print(struct builtin_call *call, str text)
{
	struct eval *ev = (struct eval *)call;

	if (ev->run->print)
		ev->run->print(ev->run->context, STR_EMPTY, 0, text);
}

static void test_case(struct builtin_call *call, const struct value *name)
{
	struct eval *ev = (struct eval *)call;

	if (ev->run->test_case)
		ev->run->test_case(ev->run->context, name);
}

static int64_t clock_now(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void eval_init(struct eval *ev, const struct policy_query *query, struct policy_run *run,
		      struct arena *arena, struct err *err)
{
	*ev = (struct eval){ .policy = query->policy, .run = run, .arena = arena, .err = err };
	ev->prints = query->prints && run->print;
	ev->max_steps = run->max_steps ? run->max_steps : POLICY_MAX_STEPS;
	ev->max_bytes = run->max_bytes ? run->max_bytes : POLICY_MAX_BYTES;
	if (run->timeout_ns)
		ev->deadline = (uint64_t)clock_now(CLOCK_MONOTONIC) + run->timeout_ns;
	ev->base_bytes = arena_used(arena);
	ev->next_check = ev->max_steps < 256 ? ev->max_steps : 256;
	ev->stack_limit = (const char *)__builtin_frame_address(0) - EVAL_STACK_BYTES;
	ev->call = (struct builtin_call){
		.arena = arena,
		.err = err,
		.now_ns = run->now_ns ? run->now_ns : clock_now(CLOCK_REALTIME),
		.seed = run->seed,
		.charge = charge,
		.print = print,
		.test_case = test_case,
		.allow_lookup = run->allow_lookup,
		.allow_http = run->allow_http,
		.allow_runtime = run->allow_runtime,
		.refusal_halts = run->refusal_halts,
		.runtime = run->runtime,
		.external = run->external,
		.external_context = run->external_context,
	};
}

int policy_eval(const struct policy_query *query, struct policy_run *run, struct arena *arena,
		struct policy_answers *out, struct err *err)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = NULL;
	struct policy_answers answers = { 0 };
	struct answer_sink sink = { .sink.fn = add_answer, .query = query, .answers = &answers };
	struct context context = { .data = run->data ? *run->data : query->policy->data };
	struct value first[EVAL_SLOT_FIRST];
	struct slot_chunk chunk = { .items = first, .cap = EVAL_SLOT_FIRST }, *mark;
	size_t mark_n;
	struct eval ev;
	int rc;

	if (run->input) {
		context.input = *run->input;
		context.has_input = true;
	}
	err->code = 0;
	eval_init(&ev, query, run, arena, err);
	context.shares = run->share && !run->watch && !run->trace && !run->counters && !run->plain;
	ev.context = &context;
	ev.chunk = &chunk;
	if (!run->cache)
		cache = builtin_cache_new();
	ev.call.cache = run->cache ? run->cache : cache;
	rc = eval_run(&ev, query->plan, eval_slots(&ev, query->clause.slot_n, &mark, &mark_n),
		      &sink.sink);
	run->steps = ev.steps;
	if (rc < 0)
		return -1;
	*out = answers;
	return 0;
}

int policy_term(str text, struct arena *arena, struct value *out, struct err *err)
{
	struct problems problems = { .arena = arena };
	AUTO(policy_unref)
	struct policy *policy = policy_compile(NULL, 0, NULL, NULL, &problems, err);
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	struct policy_answers answers;
	struct policy_run run = { 0 };

	if (!policy)
		return -1;
	query = policy_query_new(policy, str_cat(arena, STR("x = "), text), false, &problems, err);
	if (!query)
		return -1;
	if (policy_eval(query, &run, arena, &answers, err) < 0)
		return -1;
	if (answers.n != 1 || query->var_n != 1)
		return err_set(err, ERR_INPUT, "not one term");
	value_copy(out, &answers.items[0].bindings[0], arena);
	return 0;
}
