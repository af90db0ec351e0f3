/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "policy/builtin_cache.h"
#include "policy/check_internal.h"

#define NS_PER_S 1000000000LL

/* One document being judged. */
struct judge {
	const struct check_run *run;
	const struct check_entry *entry;
	str path;
	struct value input, data;
	struct arena *arena;	/* of the results */
	struct arena *scratch;	/* of one rule */
	struct arena *document; /* of all rules about it */
	struct builtin_cache *cache;
	struct check_result *result;
};

/* ---- texts ---- */

static str keep(struct judge *j, str text)
{
	if (text.n <= CHECK_TEXT_MAX)
		return str_dup(j->arena, text);
	text = str_take(text, CHECK_TEXT_MAX);
	/* Not in the middle of a character. */
	while (text.n > 0 && !str_is_utf8(text))
		text = str_drop_end(text, 1);
	return str_cat(j->arena, text, STR("..."));
}

static str show(struct judge *j, const struct value *v)
{
	struct buf b;
	str text;

	if (v->type == VALUE_STRING)
		return value_text(v);
	buf_init(&b, CHECK_MAX_FACTS);
	if (v->type == VALUE_ARRAY || v->type == VALUE_SET) {
		for (uint32_t i = 0; i < v->n; i++) {
			if (i > 0)
				BUF_LIT(&b, ", ");
			buf_add(&b, show(j, &v->items[i]));
		}
	} else {
		value_write_rego(v, &b);
	}
	text = str_dup(j->scratch, buf_str(&b));
	buf_done(&b);
	return text;
}

/* "{name}" becomes the member of that name; one that the rule does not give stays as it is. */
static str fill(struct judge *j, str form, const struct value *values)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	buf_init(&b, CHECK_MAX_FACTS);
	while (form.n > 0) {
		ptrdiff_t open = str_find_char(form, '{'), close;
		const struct value *v = NULL;

		if (open < 0)
			break;
		buf_add(&b, str_take(form, (size_t)open));
		form = str_skip(form, (size_t)open);
		close = str_find_char(form, '}');
		if (close > 0)
			v = value_get_str(values, str_take(str_skip(form, 1), (size_t)close - 1));
		if (v) {
			buf_add(&b, show(j, v));
			form = str_skip(form, (size_t)close + 1);
		} else {
			buf_byte(&b, '{');
			form = str_skip(form, 1);
		}
	}
	buf_add(&b, form);
	return keep(j, buf_str(&b));
}

static void set_message(struct judge *j, const struct value *v, str out[CHECK_LANGS])
{
	const struct check *c = &j->entry->check;
	const struct value *msg = v->type == VALUE_OBJECT ? VALUE_GET(v, "msg") : NULL;
	const struct value *ja = v->type == VALUE_OBJECT ? VALUE_GET(v, "ja") : NULL;

	if (v->type == VALUE_STRING)
		msg = v;
	for (size_t lang = 0; lang < CHECK_LANGS; lang++) {
		const struct check_text *t = &c->text[lang];

		if (msg)
			out[lang] = keep(j, show(j, lang == CHECK_JA && ja ? ja : msg));
		else if (v->type == VALUE_OBJECT && t->message.n > 0)
			out[lang] = fill(j, t->message, v);
		else
			out[lang] = keep(j, t->message.n > 0 ? t->message : t->title);
	}
}

/* ---- findings ---- */

static const struct value *member(const struct value *v, const char *const *names)
{
	for (; *names; names++) {
		const struct value *found = value_get_str(v, str_c(*names));

		if (found)
			return found;
	}
	return NULL;
}

static int64_t number_member(const struct value *v, const char *const *names, int64_t otherwise)
{
	const struct value *found = member(v, names);
	int64_t n;

	if (!found)
		return otherwise;
	if (found->type == VALUE_NUMBER && found->flag)
		return found->i < 0 ? otherwise : found->i;
	return str_i64(value_text(found), &n) && n >= 0 ? n : otherwise;
}

static str text_member(struct judge *j, const struct value *v, const char *const *names)
{
	const struct value *found = member(v, names);

	return found && found->type == VALUE_STRING ? keep(j, value_text(found)) : STR_EMPTY;
}

static struct check_finding make_finding(struct judge *j, const struct value *v, bool seen)
{
	static const char *const file[] = { "file", "filepath", NULL };
	static const char *const line[] = { "line", "startline", NULL };
	static const char *const end_line[] = { "end_line", "endline", NULL };
	static const char *const layer[] = { "layer", NULL }, *const stage[] = { "stage", NULL };
	static const char *const subject[] = { "subject", "resource", NULL };
	static const char *const evidence[] = { "evidence", NULL };
	struct check_finding made = { .layer = -1, .file = j->path };

	/* The message of the metadata is about what is wrong. */
	if (!seen || v->type != VALUE_OBJECT || VALUE_GET(v, "msg"))
		set_message(j, v, made.message);
	if (v->type == VALUE_OBJECT) {
		str named = text_member(j, v, file);

		made.file = named.n > 0 ? named : j->path;
		made.line = number_member(v, line, 0);
		made.end_line = number_member(v, end_line, 0);
		made.layer = number_member(v, layer, -1);
		made.stage = text_member(j, v, stage);
		made.subject = text_member(j, v, subject);
		made.evidence = text_member(j, v, evidence);
	}
	return made;
}

/* Adds one finding for each element of a list, or one for what is no list. */
static void add_all(struct judge *j, const struct value *v, bool seen,
		    const struct check_finding **to, size_t *n)
{
	bool list = v->type == VALUE_SET || v->type == VALUE_ARRAY;
	size_t more = list ? v->n : 1, room = CHECK_FINDINGS_MAX - *n;
	struct check_finding *all;

	if (more > room) {
		j->result->dropped += more - room;
		more = room;
	}
	if (more == 0)
		return;
	all = ARENA_ARRAY(j->arena, struct check_finding, *n + more);
	if (*n > 0)
		memcpy(all, *to, *n * sizeof(*all));
	for (size_t i = 0; i < more; i++)
		all[(*n)++] = make_finding(j, list ? &v->items[i] : v, seen);
	*to = all;
}

static void add_findings(struct judge *j, const struct value *v)
{
	if (!value_is_false(v) && v->type != VALUE_NULL)
		add_all(j, v, false, &j->result->findings, &j->result->finding_n);
}

static int by_place(const void *a, const void *b)
{
	const struct check_finding *x = a, *y = b;
	int order = str_cmp(x->file, y->file);

	order = order ? order : (x->line > y->line) - (x->line < y->line);
	order = order ? order : str_cmp(x->message[CHECK_EN], y->message[CHECK_EN]);
	return order ? order : str_cmp(x->subject, y->subject);
}

/* ---- verdicts ---- */

static void set_reason(struct judge *j, const struct value *v)
{
	const struct value *msg = v->type == VALUE_OBJECT ? VALUE_GET(v, "msg") : v;
	const struct value *ja = v->type == VALUE_OBJECT ? VALUE_GET(v, "ja") : NULL;

	j->result->reason[CHECK_EN] = keep(j, show(j, msg ? msg : v));
	j->result->reason[CHECK_JA] = ja ? keep(j, show(j, ja)) : j->result->reason[CHECK_EN];
}

static void fail_check(struct judge *j, str why)
{
	j->result->verdict = CHECK_ERROR;
	j->result->reason[CHECK_EN] = j->result->reason[CHECK_JA] = keep(j, why);
	j->result->findings = j->result->seen = NULL;
	j->result->finding_n = j->result->seen_n = 0;
}

/* The answer of one rule. False: the verdict stands, no other rule is asked. */
static bool take_answer(struct judge *j, enum check_rule rule, const struct value *v)
{
	struct check_result *r = j->result;
	bool list = v->type == VALUE_SET || v->type == VALUE_ARRAY;

	if ((list && v->n == 0) || value_is_false(v))
		return true;
	switch (rule) {
	case RULE_OUTSIDE:
		r->verdict = CHECK_NOT_APPLICABLE;
		set_reason(j, v);
		return false;
	case RULE_SEEN:
		add_all(j, v, true, &r->seen, &r->seen_n);
		return true;
	case RULE_MISSING:
		r->verdict = CHECK_ERROR;
		set_reason(j, list ? &v->items[0] : v);
		return false;
	case RULE_DENY:
		r->verdict = CHECK_FAIL;
		add_findings(j, v);
		return true; /* there may be several */
	case RULE_MANUAL:
		if (r->verdict == CHECK_FAIL)
			return true;
		r->verdict = CHECK_MANUAL;
		add_findings(j, v);
		return true;
	case RULE_NOT_APPLICABLE:
	case CHECK_RULES:
		break;
	}
	if (r->verdict == CHECK_PASS) {
		r->verdict = CHECK_NOT_APPLICABLE;
		set_reason(j, v);
	}
	return true;
}

static bool ask(struct judge *j, const struct check_query *query)
{
	struct policy_run run = {
		.input = &j->input,
		.data = &j->data,
		.now_ns = j->run->now * NS_PER_S,
		.max_steps = j->run->max_steps ? j->run->max_steps : CHECK_MAX_STEPS,
		.max_bytes = j->run->max_bytes ? j->run->max_bytes : CHECK_MAX_BYTES,
		.cache = j->cache,
		.refusal_halts = true,
	};
	struct policy_answers answers;
	struct err err;
	bool more = true;

	if (policy_eval(query->query, &run, j->scratch, &answers, &err) < 0) {
		fail_check(j, str_c(err.msg));
		more = false;
	} else if (answers.n > 0) {
		more = take_answer(j, query->rule, &answers.items[0].values[0]);
	}
	arena_reset(j->scratch);
	return more;
}

static bool applies(const struct check *check, str kind)
{
	for (size_t i = 0; i < check->kind_n; i++) {
		if (str_eq(check->kinds[i], kind))
			return true;
	}
	return check->kind_n == 0;
}

/* The user's documents, and `settings`: what the caller says of this run. */
static struct value make_data(const struct check_entry *entry, const struct check_run *run,
			      struct arena *arena)
{
	struct object_builder all, settings;

	object_builder_init(&all, arena);
	object_builder_init(&settings, arena);
	for (uint32_t i = 0; entry->data && i < entry->data->n; i++)
		object_builder_add(&all, entry->data->members[i].key,
				   entry->data->members[i].value);
	for (uint32_t i = 0; run->settings && i < run->settings->n; i++)
		object_builder_add(&settings, run->settings->members[i].key,
				   run->settings->members[i].value);
	if (run->now > 0)
		OBJECT_ADD(&settings, "now_ns", value_int(run->now * NS_PER_S));
	if (run->parameters)
		OBJECT_ADD(&settings, "parameters", *run->parameters);
	if (!entry->check.own)
		OBJECT_ADD(&all, "settings", object_builder_take_last(&settings));
	return object_builder_take_last(&all);
}

static void judge_one(struct judge *j, const struct err *unreadable)
{
	struct check_result *r = j->result;

	if (unreadable) {
		fail_check(j, str_c(unreadable->msg));
		return;
	}
	j->data = make_data(j->entry, j->run, j->document);
	for (size_t i = 0; i < j->entry->query_n; i++) {
		if (!ask(j, &j->entry->queries[i]))
			break;
	}
	if (r->finding_n > 1)
		qsort((void *)(uintptr_t)r->findings, r->finding_n, sizeof(*r->findings), by_place);
}

static int read_facts(str facts, struct arena *arena, struct value *out, struct err *err)
{
	const struct json_opts opts = { .keep_duplicates = true };
	const struct json *json;

	if (facts.n > CHECK_MAX_FACTS)
		return err_set(err, ERR_LIMIT, "facts of more than %u bytes", CHECK_MAX_FACTS);
	if (json_parse(facts, &opts, arena, &json, err) < 0)
		return err_wrap(err, "facts");
	*out = value_from_json(json, arena);
	return 0;
}

void check_set_judge(const struct check_set *set, str kind, str path, str facts,
		     const struct check_run *run, struct arena *arena, struct check_results *out)
{
	static const struct check_run usual;
	AUTO(arena_free)
	struct arena *input = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct judge j = { .run = run ? run : &usual,
			   .arena = arena,
			   .scratch = scratch,
			   .document = input,
			   .cache = cache,
			   .path = str_dup(arena, path) };
	struct err err;
	int failed = read_facts(facts, input, &j.input, &err);

	for (size_t i = 0; i < set->n; i++) {
		const struct check_entry *entry = &set->entries[i];

		if (!applies(&entry->check, kind))
			continue;
		out->items = arena_grow(arena, out->items, out->n, &out->cap, sizeof(*out->items));
		j.entry = entry;
		j.result = &out->items[out->n++];
		*j.result = (struct check_result){ .check = &entry->check, .path = j.path };
		judge_one(&j, failed < 0 ? &err : NULL);
	}
}
