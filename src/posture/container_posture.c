/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/container_posture.h"

#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "base/path.h"
#include "policy/check.h"
#include "policy/constraint/container_settings.h"
#include "policy/constraint/library_parameters.h"
#include "posture/fact_reason.h"

#define SUBJECTS_MAX 20000u /* containers of one host */

/* A document that came. */
struct known_document {
	str id, name; /* of a container */
	unsigned pass;
	bool filtered;
	uint64_t mark; /* of its text without the time; 0: judge it again */
};

struct container_posture {
	struct container_posture_opts opts;
	struct object_table *table;
	struct arena *arena;
	struct map documents; /* id to struct known_document, NULL: gone */
	struct map owners;    /* name to the document that has it now */
	struct map missing;   /* keys of the table that stand for what could not be had, or NULL */
	struct map listed;    /* ids that the host names, to the name; of the last document */
	struct arena *listed_arena;
	str machine, unread; /* unread: why containers could not be had */
	unsigned pass;
	struct assessment_input input;
	recommendation_bits judged; /* recommendations that the checks judge */
	const struct check *checks[RECOMMENDATION_MAX];
};

static ptrdiff_t recommendation_of(const struct container_posture *p, const struct check *check)
{
	if (check->benchmark.recommendation_n == 0)
		return -1;
	return recommendation_find(p->opts.recommendations, check->benchmark.recommendations[0]);
}

struct container_posture *container_posture_new(const struct container_posture_opts *opts)
{
	struct container_posture *p = mem_zalloc(sizeof(*p));

	p->opts = *opts;
	p->arena = arena_new();
	p->listed_arena = arena_new();
	p->table = object_table_new();
	map_init(&p->documents, p->arena);
	map_init(&p->owners, p->arena);
	map_init(&p->missing, p->arena);
	map_init(&p->listed, p->listed_arena);
	for (size_t i = 0; i < check_set_count(opts->checks); i++) {
		const struct check *check = check_set_at(opts->checks, i);
		ptrdiff_t at = recommendation_of(p, check);

		if (at < 0)
			continue;
		p->judged |= RECOMMENDATION_BIT((size_t)at);
		p->checks[at] = check;
	}
	return p;
}

void container_posture_free(struct container_posture *p)
{
	if (!p)
		return;
	object_table_free(p->table);
	arena_free(p->listed_arena);
	arena_free(p->arena);
	free(p);
}

const struct check *container_posture_check(const struct container_posture *p,
					    size_t recommendation)
{
	return p->checks[recommendation];
}

/* ---- one document ---- */

/* Parameters of which one must be given before the recommendation is decided. */
static const struct {
	const char *id, *keys;
} lists[] = {
	{ "container-allowed-ports", "allowedContainerPortsList" },
	{ "host-network-ports-restricted", "minPort maxPort allowedHostPorts" },
	{ "hostpath-volumes-restricted", "allowedHostPaths" },
	{ "least-privilege-capabilities", "allowedCapabilities requiredDropCapabilities" },
	{ "service-allowed-ports", "allowedServicePortsList" },
	{ "trusted-registries-only", "allowedContainerImagesRegex allowedRegistries" },
};

static bool is_undecided(const struct container_posture *p, str id, const struct value *parameters)
{
	const struct value *given = value_get_str(parameters, id);
	str rest = STR_EMPTY, key;

	if (p->opts.parameters && p->opts.parameters->unhealthy)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (str_eq(id, str_c(lists[i].id)))
			rest = str_c(lists[i].keys);
	}
	if (!rest.p)
		return false;
	while (str_split(&rest, ' ', &key)) {
		if (given && value_get_str(given, key))
			return false;
	}
	return true;
}

struct verdict {
	struct object_verdict v;
	struct arena *arena;
	struct object_finding *findings;
	size_t finding_cap;
	struct object_reason *reasons;
	size_t reason_cap;
	struct object_use *uses;
	size_t use_cap;
};

static void add_reason(struct verdict *out, size_t i, const str text[CHECK_LANGS])
{
	out->reasons = arena_grow(out->arena, out->reasons, out->v.reason_n, &out->reason_cap,
				  sizeof(*out->reasons));
	out->reasons[out->v.reason_n++] = (struct object_reason){
		.recommendation = (unsigned)i,
		.text = { text[CHECK_EN], fact_reason_text(out->arena, LANG_JA, text[CHECK_JA]) }
	};
	out->v.reasons = out->reasons;
}

static void add_findings(struct verdict *out, size_t i, const struct check_result *r)
{
	for (size_t k = 0; k < r->finding_n; k++) {
		const struct check_finding *f = &r->findings[k];

		out->findings = arena_grow(out->arena, out->findings, out->v.finding_n,
					   &out->finding_cap, sizeof(*out->findings));
		out->findings[out->v.finding_n++] =
			(struct object_finding){ .recommendation = (unsigned)i,
						 .message = { f->message[CHECK_EN],
							      f->message[CHECK_JA] } };
		if (r->verdict != CHECK_MANUAL || f->evidence.n == 0)
			continue;
		out->uses = arena_grow(out->arena, out->uses, out->v.use_n, &out->use_cap,
				       sizeof(*out->uses));
		out->uses[out->v.use_n++] =
			(struct object_use){ .recommendation = (unsigned)i, .value = f->evidence };
	}
	out->v.findings = out->findings;
	out->v.uses = out->uses;
	out->v.dropped += r->dropped;
}

static void take_result(const struct container_posture *p, struct verdict *out, size_t i,
			const struct check_result *r, const struct value *parameters)
{
	recommendation_bits bit = RECOMMENDATION_BIT(i);
	str id = p->opts.recommendations->items[i].id;

	switch (r->verdict) {
	case CHECK_PASS:
		out->v.healthy |= bit;
		break;
	case CHECK_MANUAL:
	case CHECK_FAIL:
		out->v.unhealthy |= bit;
		add_findings(out, i, r);
		break;
	case CHECK_NOT_APPLICABLE:
		out->v.not_applicable |= bit;
		add_reason(out, i, r->reason);
		break;
	case CHECK_ERROR:
		out->v.error |= bit;
		add_reason(out, i, r->reason);
		break;
	}
	/* What is wrong without any list is no question of the list. */
	if (r->verdict == CHECK_MANUAL ||
	    (r->verdict == CHECK_PASS && is_undecided(p, id, parameters)))
		out->v.undecided |= bit;
}

static int make_settings(const struct container_posture *p, struct arena *arena,
			 struct value *settings)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (uint32_t i = 0; p->opts.settings && i < p->opts.settings->n; i++) {
		const struct value_member *m = &p->opts.settings->members[i];

		if (!str_eq(value_text(&m->key), STR("parameters")) &&
		    !str_eq(value_text(&m->key), STR("unconfigured")))
			object_builder_add(&b, m->key, m->value);
	}
	const struct value *said =
		p->opts.settings ? VALUE_GET(p->opts.settings, "unconfigured") : NULL;
	if (p->opts.parameters && p->opts.parameters->unhealthy)
		OBJECT_ADD(&b, "unconfigured", VALUE_STR("unhealthy"));
	else if (said)
		OBJECT_ADD(&b, "unconfigured", *said);
	*settings = object_builder_take_last(&b);
	return 0;
}

/* What the operator says in the settings comes before the file of parameters. */
static struct value lay_over(const struct value *base, const struct value *over,
			     struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (uint32_t i = 0; i < base->n; i++) {
		if (!value_get_str(over, value_text(&base->members[i].key)))
			object_builder_add(&b, base->members[i].key, base->members[i].value);
	}
	for (uint32_t i = 0; i < over->n; i++)
		object_builder_add(&b, over->members[i].key, over->members[i].value);
	return object_builder_take_last(&b);
}

static int judge(struct container_posture *p, str kind, str text, const struct json *document,
		 struct verdict *out, struct err *err)
{
	struct container_view view = { .machine = p->machine,
				       .labels = json_path(document, "inspect", "Config", "Labels",
							   NULL) };
	const struct value *said =
		p->opts.settings ? VALUE_GET(p->opts.settings, "parameters") : NULL;
	struct value parameters, settings;
	struct check_results results = { .items = NULL };

	if (container_settings_make(p->opts.parameters, &view, out->arena, &parameters, err) < 0 ||
	    make_settings(p, out->arena, &settings) < 0)
		return -1;
	if (said && said->type == VALUE_OBJECT)
		parameters = lay_over(&parameters, said, out->arena);
	const struct check_run run = { .now = p->opts.now,
				       .parameters = &parameters,
				       .settings = &settings };
	check_set_judge(p->opts.checks, kind, out->v.name, text, &run, out->arena, &results);
	for (size_t i = 0; i < results.n; i++) {
		ptrdiff_t at = recommendation_of(p, results.items[i].check);

		if (at >= 0)
			take_result(p, out, (size_t)at, &results.items[i], &parameters);
	}
	return 0;
}

/* ---- documents ---- */

static bool fits(const str *patterns, size_t n, str name)
{
	for (size_t i = 0; i < n; i++) {
		if (path_glob(patterns[i], name))
			return true;
	}
	return false;
}

static bool is_filtered(const struct container_posture *p, str name)
{
	const struct container_posture_opts *o = &p->opts;

	return (o->included_name_n > 0 && !fits(o->included_names, o->included_name_n, name)) ||
	       fits(o->excluded_names, o->excluded_name_n, name);
}

static str text_at(const struct json *document, const char *key)
{
	return json_get_str(document, str_c(key));
}

/* What the host says of its containers. */
static void read_host(struct container_posture *p, const struct json *document)
{
	str name = json_str(json_path(document, "host", "name", NULL));

	if (name.n > 0 && !str_eq(name, p->machine))
		p->machine = str_dup(p->arena, name);
	arena_reset(p->listed_arena);
	map_init(&p->listed, p->listed_arena);
	p->unread = STR_EMPTY;
	JSON_EACH (JSON_GET(document, "containers"), item) {
		str *named = ARENA_NEW(p->listed_arena, str);

		*named = str_dup(p->listed_arena, text_at(item, "name"));
		map_put(&p->listed, text_at(item, "id"), named);
	}
	JSON_EACH (JSON_GET(document, "not_read"), item) {
		if (str_eq(text_at(item, "what"), STR("containers")))
			p->unread = str_dup(p->listed_arena, text_at(item, "reason"));
	}
	const struct json *engine = JSON_GET(document, "engine");
	bool running = json_bool(json_path(document, "daemon", "running", NULL));
	if (p->unread.n == 0 && json_bool(JSON_GET(engine, "present")) && running &&
	    json_is(JSON_GET(engine, "answers"), JSON_FALSE))
		p->unread = str_fmt(p->listed_arena, "the engine cannot be asked: %.*s",
				    STR_ARG(str_take(text_at(engine, "error"), 300)));
}

static int put_verdict(struct container_posture *p, struct verdict *out, str kind, str text,
		       const struct json *document, struct err *err)
{
	out->v.is_pod = out->v.resource == RESOURCE_CONTAINER;
	return judge(p, kind, text, document, out, err) < 0 ||
			       object_table_put(p->table, &out->v, err) < 0
		       ? -1
		       : 0;
}

/* The same facts, gathered later, need no judgement: nothing here depends on the time. */
static uint64_t mark_of(str text, const struct json *document)
{
	str time = text_at(document, "collected_at");
	uint64_t hash = 0;

	if (time.p && time.p >= text.p && time.p < text.p + text.n) {
		size_t at = (size_t)(time.p - text.p);

		hash = siphash(str_take(text, at), 0, 0);
		text = str_skip(text, at + time.n);
	}
	return siphash(text, hash, 2);
}

/* Another container may have taken the name already. */
static void forget_name(struct container_posture *p, const struct known_document *known)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	if (map_get(&p->owners, known->name) != known)
		return;
	object_table_remove(p->table,
			    object_key(scratch, STR_EMPTY, STR("Container"), known->name));
	map_put(&p->owners, known->name, NULL);
}

static int put_container(struct container_posture *p, struct verdict *out, str text,
			 const struct json *document, struct err *err)
{
	str id = text_at(document, "id"), name = text_at(document, "name");
	struct known_document *known;
	void **slot;

	name = name.n > 0 ? name : id;
	id = id.n > 0 ? id : name;
	slot = map_slot(&p->documents, id);
	if (p->documents.n > SUBJECTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u containers", SUBJECTS_MAX);
	known = *slot;
	if (known && !str_eq(known->name, name)) /* it has another name now */
		object_table_remove(
			p->table, object_key(out->arena, STR_EMPTY, STR("Container"), known->name));
	if (!known || !str_eq(known->name, name)) {
		known = ARENA_NEW(p->arena, struct known_document);
		known->id = str_dup(p->arena, id);
		known->name = str_dup(p->arena, name);
		*slot = known;
	}
	known->pass = p->pass;
	known->filtered = is_filtered(p, name);
	uint64_t mark = mark_of(text, document);
	if (known->filtered || known->mark == mark)
		return 0;
	known->mark = mark;
	map_put(&p->owners, known->name, known);
	map_put(&p->missing, object_key(out->arena, STR_EMPTY, STR("Container"), name), NULL);
	out->v.resource = RESOURCE_CONTAINER;
	out->v.kind = STR("Container");
	out->v.name = known->name;
	return put_verdict(p, out, STR("container"), text, document, err);
}

int container_posture_put(struct container_posture *p, str kind, str text, struct err *err)
{
	static const struct json_opts opts = { .keep_duplicates = true, .borrow = true };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct verdict out = { .arena = arena };
	const struct json *document;
	bool host = str_eq(kind, STR("docker"));

	if (!host && !str_eq(kind, STR("container")))
		return 0;
	if (text.n > CHECK_MAX_FACTS)
		return err_set(err, ERR_LIMIT, "a document of more than %u bytes", CHECK_MAX_FACTS);
	if (json_parse(text, &opts, arena, &document, err) < 0)
		return err_wrap(err, "document of kind %.*s", STR_ARG(kind));
	if (!host)
		return put_container(p, &out, text, document, err);
	read_host(p, document);
	out.v.resource = RESOURCE_SERVICE;
	out.v.kind = STR("Swarm");
	out.v.name = p->machine.n > 0 ? p->machine : STR("host");
	return put_verdict(p, &out, kind, text, document, err);
}

void container_posture_unread(struct container_posture *p, str what, str reason)
{
	if (p->unread.n == 0)
		p->unread = str_fmt(p->listed_arena, "%.*s: %.*s", STR_ARG(what), STR_ARG(reason));
}

/* ---- passes ---- */

static void forget(struct container_posture *p, const struct known_document *known)
{
	forget_name(p, known);
	map_put(&p->documents, known->id, NULL);
}

void container_posture_begin_pass(struct container_posture *p)
{
	if (p)
		p->pass++;
}

void container_posture_end_pass(struct container_posture *p)
{
	for (size_t i = 0; p && i < p->documents.n; i++) {
		const struct known_document *known = p->documents.entries[i].value;

		if (known && known->pass != p->pass)
			forget(p, known);
	}
}

void container_posture_drop(struct container_posture *p, str id)
{
	const struct known_document *known = p ? map_get(&p->documents, id) : NULL;

	if (known)
		forget(p, known);
}

void container_posture_set_now(struct container_posture *p, int64_t now,
			       struct exception_set *exceptions)
{
	if (!p)
		return;
	p->opts.now = now;
	p->opts.exceptions = exceptions;
}

size_t container_posture_filtered(const struct container_posture *p)
{
	size_t n = 0;

	MAP_EACH (&p->documents, e) {
		const struct known_document *known = e->value;

		n += known && known->filtered;
	}
	return n;
}

/* ---- the assessment ---- */

/* An error of all recommendations. */
static void put_error(struct container_posture *p, enum resource_kind resource, str kind, str name,
		      str reason)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct verdict out = { .arena = arena };
	const str text[CHECK_LANGS] = { reason, reason };
	struct err err;

	out.v.resource = resource;
	out.v.kind = kind;
	out.v.name = name;
	out.v.error = p->judged;
	out.v.is_pod = resource == RESOURCE_CONTAINER;
	for (size_t i = 0; i < RECOMMENDATION_MAX; i++) {
		if (p->judged & RECOMMENDATION_BIT(i))
			add_reason(&out, i, text);
	}
	/* The table has room for far more than a host has containers. */
	IGNORE(object_table_put(p->table, &out.v, &err));
	map_put(&p->missing, object_key(arena, STR_EMPTY, kind, name), p);
}

/* What was to be judged and could not be had. */
static void put_missing(struct container_posture *p)
{
	str machine = p->machine.n > 0 ? p->machine : STR("host");
	AUTO(arena_free)
	struct arena *scratch = arena_new();

	for (size_t i = 0; i < p->missing.n; i++) {
		if (p->missing.entries[i].value)
			object_table_remove(p->table, p->missing.entries[i].key);
		p->missing.entries[i].value = NULL;
	}
	if (p->unread.n > 0)
		put_error(p, RESOURCE_MACHINE, STR("Machine"), machine, p->unread);
	MAP_EACH (&p->listed, e) {
		const str *name = e->value;
		str shown = name->n > 0 ? *name : e->key;
		str key = object_key(scratch, STR_EMPTY, STR("Container"), shown);

		if (map_get(&p->documents, e->key) || is_filtered(p, shown) ||
		    object_table_get(p->table, key))
			continue;
		put_error(p, RESOURCE_CONTAINER, STR("Container"), shown,
			  STR("the engine lists it, and its facts could not be had"));
	}
}

void container_posture_assess(struct container_posture *p, struct arena *arena,
			      struct assessment *out)
{
	put_missing(p);
	p->input = (struct assessment_input){
		.recommendations = p->opts.recommendations,
		.name = p->machine,
		.unconfigured_unhealthy = p->opts.parameters && p->opts.parameters->unhealthy,
		.exceptions = p->opts.exceptions,
		.add_matches = true,
	};
	assessment_make(out, &p->input, p->table, arena);
}
