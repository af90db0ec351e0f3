/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotations: comment blocks that begin with METADATA and are YAML. rego.metadata.rule() and
 * rego.metadata.chain() are known when the policy is compiled.
 */
#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "policy/compile.h"
#include "policy/parse_internal.h"

static bool is_marker(const struct token *comment)
{
	return str_eq(str_trim(comment->text), STR("METADATA"));
}

/* The line of the first token behind `line`. */
static uint32_t line_behind(const struct parser *p, uint32_t line)
{
	for (size_t i = 0; i < p->tokens.n; i++) {
		if (p->tokens.items[i].line > line && p->tokens.items[i].kind != TOKEN_EOF)
			return p->tokens.items[i].line;
	}
	return 0;
}

/* "Name <mail>" of an author, a link of a related resource: texts that stand for objects. */
static struct value long_form(struct parser *p, const struct value *v, bool author)
{
	str text = str_trim(value_text(v)), name, mail;
	struct object_builder b;

	if (v->type != VALUE_STRING)
		return *v;
	object_builder_init(&b, p->scratch);
	if (!author) {
		OBJECT_ADD(&b, "ref", value_str(text));
	} else if (str_ends(text, STR(">")) && str_cut(text, '<', &name, &mail)) {
		OBJECT_ADD(&b, "email", value_str(str_drop_end(mail, 1)));
		if (str_trim(name).n > 0)
			OBJECT_ADD(&b, "name", value_str(str_trim(name)));
	} else {
		OBJECT_ADD(&b, "name", value_str(text));
	}
	return object_builder_take_last(&b);
}

static void expand(struct parser *p, struct value *metadata)
{
	struct object_builder b;

	object_builder_init(&b, p->scratch);
	for (uint32_t i = 0; i < metadata->n; i++) {
		struct value_member m = metadata->members[i];
		bool author = str_eq(value_text(&m.key), STR("authors"));

		if (m.value.type == VALUE_ARRAY &&
		    (author || str_eq(value_text(&m.key), STR("related_resources")))) {
			struct value_builder list;

			value_builder_init(&list, p->scratch);
			for (uint32_t k = 0; k < m.value.n; k++)
				value_builder_add(&list, long_form(p, &m.value.items[k], author));
			m.value = value_builder_array(&list);
		}
		object_builder_add(&b, m.key, m.value);
	}
	*metadata = object_builder_take_last(&b);
}

static bool read_block(struct parser *p, size_t from, size_t to, struct annotation *out)
{
	const struct token *comments = p->module->comments;
	struct value value = value_null();
	const struct json *json;
	struct buf text;
	struct err err;
	int rc;

	buf_init(&text, LEX_MAX_BYTES);
	for (size_t i = from + 1; i < to; i++) {
		buf_add(&text, str_without_prefix(comments[i].text, STR(" ")));
		buf_byte(&text, '\n');
	}
	rc = yaml_parse(str_dup(p->scratch, buf_str(&text)),
			&(struct yaml_opts){ .schema = YAML_CORE }, p->scratch, &json, NULL, &err);
	buf_done(&text);
	if (rc < 0) {
		problem_add(p->problems, p->module->file, p->module->text, comments[from].line,
			    comments[from].col, "rego_parse_error", "yaml: %s", err.msg);
		return false;
	}
	value = value_from_json(json, p->scratch);
	out->line = comments[from].line;
	out->end_line = comments[to - 1].line;
	out->next_line = line_behind(p, out->end_line);
	if (value.type != VALUE_OBJECT)
		return false;
	expand(p, &value);
	out->value = value;
	return true;
}

/* rule for what stands at a rule, package for what stands at the package. */
static void add_scope(struct parser *p, struct annotation *annotation)
{
	const struct value *scope = VALUE_GET(&annotation->value, "scope");
	struct object_builder b;

	if (scope && scope->type == VALUE_STRING) {
		annotation->scope = value_text(scope);
		return;
	}
	annotation->scope =
		annotation->next_line == p->module->package->line ? STR("package") : STR("rule");
	object_builder_init(&b, p->scratch);
	for (uint32_t i = 0; i < annotation->value.n; i++)
		object_builder_add(&b, annotation->value.members[i].key,
				   annotation->value.members[i].value);
	OBJECT_ADD(&b, "scope", value_str(annotation->scope));
	annotation->value = object_builder_take_last(&b);
}

void parse_annotations(struct parser *p)
{
	struct module *module = p->module;

	for (size_t i = 0; i < module->comment_n; i++) {
		struct annotation annotation = { 0 };
		size_t end = i + 1;

		if (!is_marker(&module->comments[i]))
			continue;
		while (end < module->comment_n &&
		       module->comments[end].line == module->comments[end - 1].line + 1 &&
		       module->comments[end].col == module->comments[i].col)
			end++;
		if (read_block(p, i, end, &annotation)) {
			add_scope(p, &annotation);
			value_copy(&annotation.value, &annotation.value, p->arena);
			annotation.scope = value_text(VALUE_GET(&annotation.value, "scope"));
			module->annotations =
				arena_grow(p->arena, module->annotations, module->annotation_n,
					   &module->annotation_cap, sizeof(*module->annotations));
			module->annotations[module->annotation_n++] = annotation;
		}
		i = end - 1;
	}
}

/* ---- rego.metadata ------------------------------------------------------------------------- */

static const struct annotation *annotation_at(const struct module *module, uint32_t line, str scope)
{
	for (size_t i = 0; i < module->annotation_n; i++) {
		if (module->annotations[i].next_line == line &&
		    str_eq(module->annotations[i].scope, scope))
			return &module->annotations[i];
	}
	return NULL;
}

static struct value path_value(struct unit *unit, const struct term *package,
			       const struct rule *rule)
{
	struct value_builder path;

	value_builder_init(&path, unit->arena);
	for (size_t i = 1; i < package->n; i++)
		value_builder_add(&path, package->items[i]->value);
	if (rule)
		value_builder_add(&path, value_str(rule->ref->items[0]->name));
	for (size_t i = 1; rule && i < rule->ref->n; i++) {
		if (rule->ref->items[i]->kind == TERM_VALUE)
			value_builder_add(&path, rule->ref->items[i]->value);
	}
	return value_builder_array(&path);
}

static void chain_add(struct unit *unit, struct value_builder *chain,
		      const struct annotation *annotation, const struct value *path)
{
	struct object_builder b;

	object_builder_init(&b, unit->arena);
	OBJECT_ADD(&b, "path", *path);
	if (annotation)
		OBJECT_ADD(&b, "annotations", annotation->value);
	value_builder_add(chain, object_builder_take_last(&b));
}

static bool starts_with(const struct value *path, const struct value *prefix)
{
	if (path->n < prefix->n)
		return false;
	for (uint32_t i = 0; i < prefix->n; i++) {
		if (!value_equal(&path->items[i], &prefix->items[i]))
			return false;
	}
	return true;
}

/* Annotations of a scope that hold for the rule, from any module; nearest packages first. */
static void chain_scope(struct unit *unit, struct value_builder *chain, str scope,
			const struct value *path)
{
	const struct policy *policy = unit->compiler->policy;

	for (uint32_t n = path->n + 1; n-- > 0;) {
		for (size_t m = 0; m < policy->module_n; m++) {
			const struct module *module = policy->modules[m];
			struct value package = path_value(unit, module->package, NULL);

			if (package.n != n || !starts_with(path, &package))
				continue;
			for (size_t i = 0; i < module->annotation_n; i++) {
				if (str_eq(module->annotations[i].scope, scope))
					chain_add(unit, chain, &module->annotations[i], &package);
			}
		}
	}
}

static void chain_document(struct unit *unit, struct value_builder *chain, const struct value *path)
{
	const struct policy *policy = unit->compiler->policy;

	for (size_t m = 0; m < policy->module_n; m++) {
		const struct module *module = policy->modules[m];

		for (size_t i = 0; i < module->rule_n; i++) {
			const struct annotation *found =
				annotation_at(module, module->rules[i]->line, STR("document"));
			struct value other;

			if (!found)
				continue;
			other = path_value(unit, module->package, module->rules[i]);
			if (value_equal(&other, path))
				chain_add(unit, chain, found, path);
		}
	}
}

struct value metadata_chain(struct unit *unit)
{
	const struct module *module = unit->module;
	struct value path = path_value(unit, module->package, unit->rule);
	struct value package = path_value(unit, module->package, NULL);
	const struct annotation *own = annotation_at(module, unit->rule->line, STR("rule"));
	struct value_builder chain;
	size_t before;

	value_builder_init(&chain, unit->arena);
	if (own)
		chain_add(unit, &chain, own, &path);
	before = chain.n;
	chain_document(unit, &chain, &path);
	if (!own && chain.n == before)
		chain_add(unit, &chain, NULL, &path);
	chain_scope(unit, &chain, STR("package"), &package);
	chain_scope(unit, &chain, STR("subpackages"), &package);
	return value_builder_array(&chain);
}

bool metadata_call(struct unit *unit, const struct term *call, struct value *out)
{
	const struct annotation *own;
	str name = str_c(call->builtin->name);
	struct object_builder none;

	if (!unit->rule)
		return false;
	if (str_eq(name, STR("rego.metadata.chain"))) {
		*out = metadata_chain(unit);
		return true;
	}
	if (!str_eq(name, STR("rego.metadata.rule")))
		return false;
	own = annotation_at(unit->module, unit->rule->line, STR("rule"));
	object_builder_init(&none, unit->arena);
	*out = own ? own->value : object_builder_take_last(&none);
	return true;
}
