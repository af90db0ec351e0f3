/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata of a check: the annotation of its package. Ours:
 *	title, description, related_resources, custom: {id, aliases, severity, message, remediation,
 *	ja: {title, description, message, remediation}}
 * those of controls of a benchmark (check_benchmark.c), and for documents of other kinds than the
 * folder's name custom.kinds; and what the users of Trivy write: custom: {avd_id, long_id,
 * short_code, recommended_action(s), input.selector[].type}, or the same names in a rule
 * __rego_metadata__.
 */
#include "base/err.h"
#include "base/words.h"
#include "policy/check_internal.h"

#define ALIASES_MAX    50u
#define REFERENCES_MAX 50u
#define TEXT_MAX       (16u << 10)

str check_meta_text(const struct value *object, const char *key, struct arena *arena)
{
	const struct value *v = object ? value_get_str(object, str_c(key)) : NULL;

	if (!v)
		return STR_EMPTY;
	if (v->type == VALUE_NUMBER) /* "4.1" without quotes */
		return v->flag ? str_fmt(arena, "%lld", (long long)v->i)
			       : str_dup(arena, str_of(v->text, v->n));
	return str_dup(arena, str_take(str_trim(value_text(v)), TEXT_MAX));
}

static str first_of(const struct value *object, const char *const *keys, struct arena *arena)
{
	for (; *keys; keys++) {
		str text = check_meta_text(object, *keys, arena);

		if (text.n > 0)
			return text;
	}
	return STR_EMPTY;
}

static void add_text(const str **items, size_t *n, size_t max, str text, struct arena *arena)
{
	str *grown;

	if (text.n == 0 || *n == max)
		return;
	for (size_t i = 0; i < *n; i++) {
		if (str_eq((*items)[i], text))
			return;
	}
	if (*n == 0)
		*items = ARENA_ARRAY(arena, str, max);
	grown = (str *)(uintptr_t)*items; /* ours, const to others only */
	grown[(*n)++] = str_dup(arena, text);
}

/* Elements: texts, or objects with `ref`. */
static void add_texts(const str **items, size_t *n, size_t max, const struct value *list,
		      struct arena *arena)
{
	if (list && list->type == VALUE_STRING)
		add_text(items, n, max, value_text(list), arena);
	if (!list || (list->type != VALUE_ARRAY && list->type != VALUE_SET))
		return;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct value *v = &list->items[i], *ref = VALUE_GET(v, "ref");

		if (v->type == VALUE_NUMBER && !v->flag)
			add_text(items, n, max, str_of(v->text, v->n), arena);
		else
			add_text(items, n, max, value_text(ref ? ref : v), arena);
	}
}

void check_meta_texts(const str **items, size_t *n, const struct value *list, struct arena *arena)
{
	add_texts(items, n, ALIASES_MAX, list, arena);
}

static str severity_of(str word, struct arena *arena)
{
	static const char *const known[] = { "critical", "high", "medium", "low", "negligible" };
	str lower = str_lower(arena, word);
	ptrdiff_t at = words_find(known, ARRAY_LEN(known), lower);

	if (at >= 0)
		return str_c(known[at]);
	if (str_eq(lower, STR("info")) || str_eq(lower, STR("informational")))
		return STR("negligible");
	return STR("unknown");
}

/* Which documents: custom.kinds, or custom.input.selector[].type. */
static void read_selectors(const struct value *custom, struct arena *arena, struct check *out)
{
	const struct value *input = custom ? VALUE_GET(custom, "input") : NULL;
	const struct value *list = input ? VALUE_GET(input, "selector") : NULL;

	if (custom && !out->own)
		add_texts(&out->kinds, &out->kind_n, ALIASES_MAX, VALUE_GET(custom, "kinds"),
			  arena);
	if (!list || list->type != VALUE_ARRAY)
		return;
	for (uint32_t i = 0; i < list->n; i++)
		add_text(&out->kinds, &out->kind_n, ALIASES_MAX,
			 str_lower(arena, check_meta_text(&list->items[i], "type", arena)), arena);
	if (out->kind_n > 0)
		out->group = out->kinds[0];
}

static void read_custom(const struct value *custom, struct arena *arena, struct check_entry *out)
{
	static const char *const remedies[] = { "remediation", "recommended_action",
						"recommended_actions", NULL };
	static const char *const codes[] = { "avd_id", "long_id", "short_code" };
	struct check *c = &out->check;
	struct check_text *en = &c->text[CHECK_EN], *ja = &c->text[CHECK_JA];
	const struct value *own = custom ? VALUE_GET(custom, "ja") : NULL;
	str id = check_meta_text(custom, "id", arena);

	if (id.n > 0)
		c->id = id;
	add_texts(&c->aliases, &c->alias_n, ALIASES_MAX,
		  custom ? VALUE_GET(custom, "aliases") : NULL, arena);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		str code = check_meta_text(custom, codes[i], arena);

		if (!str_eq(code, c->id))
			add_text(&c->aliases, &c->alias_n, ALIASES_MAX, code, arena);
	}
	c->severity = severity_of(check_meta_text(custom, "severity", arena), arena);
	en->message = check_meta_text(custom, "message", arena);
	en->remediation = first_of(custom, remedies, arena);
	ja->title = check_meta_text(own, "title", arena);
	ja->description = check_meta_text(own, "description", arena);
	ja->message = check_meta_text(own, "message", arena);
	ja->remediation = check_meta_text(own, "remediation", arena);
	read_selectors(custom, arena, c);
	check_benchmark_read(custom, arena, c);
}

static void fill_gaps(struct check *c)
{
	struct check_text *en = &c->text[CHECK_EN], *ja = &c->text[CHECK_JA];
	str *const to[] = { &ja->title, &ja->description, &ja->message, &ja->remediation };
	const str *const from[] = { &en->title, &en->description, &en->message, &en->remediation };

	if (en->title.n == 0)
		en->title = c->id;
	for (size_t i = 0; i < ARRAY_LEN(to); i++) {
		if (to[i]->n == 0)
			*to[i] = *from[i];
	}
}

void check_meta_read(const struct value *metadata, const struct value *legacy, struct arena *arena,
		     struct check_entry *out)
{
	const struct value *custom = metadata ? VALUE_GET(metadata, "custom") : legacy;
	const struct value *texts = metadata ? metadata : legacy;
	struct check *c = &out->check;

	c->text[CHECK_EN].title = check_meta_text(texts, "title", arena);
	c->text[CHECK_EN].description = check_meta_text(texts, "description", arena);
	if (texts) {
		add_texts(&c->references, &c->reference_n, REFERENCES_MAX,
			  VALUE_GET(texts, "related_resources"), arena);
		add_texts(&c->references, &c->reference_n, REFERENCES_MAX, VALUE_GET(texts, "url"),
			  arena);
	}
	read_custom(custom, arena, out);
	if (!c->own)
		return;
	fill_gaps(c);
}

int check_meta_complete(const struct check *c, struct err *err)
{
	static const char *const names[] = { "title", "description", "message", "remediation" };

	if (!str_starts(c->id, STR("SW-")) || str_eq(c->severity, STR("unknown")))
		return err_set(err, ERR_INPUT, "%.*s: no id or severity", STR_ARG(c->file));
	for (size_t lang = 0; lang < CHECK_LANGS; lang++) {
		const struct check_text *t = &c->text[lang];
		const str texts[] = { t->title, t->description, t->message, t->remediation };

		for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
			if (texts[i].n == 0)
				return err_set(err, ERR_INPUT, "%.*s: no %s in %s",
					       STR_ARG(c->file), names[i],
					       lang == CHECK_JA ? "Japanese" : "English");
		}
	}
	return check_benchmark_complete(c, err);
}
