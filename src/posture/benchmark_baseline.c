/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/benchmark_baseline.h"

#include "base/err.h"
#include "base/map.h"

#define ENTRIES_MAX 200000u

str benchmark_mark_text(enum lang lang, enum benchmark_mark mark)
{
	static const enum text texts[] = { TEXT_BENCHMARK_KNOWN, TEXT_BENCHMARK_KNOWN,
					   TEXT_BENCHMARK_CHANGED, TEXT_BENCHMARK_NEW };

	return mark == BENCHMARK_UNMARKED ? STR_EMPTY : text_of(lang, texts[mark]);
}

str benchmark_health_text(enum lang lang, enum benchmark_health health)
{
	static const enum text texts[] = { TEXT_POSTURE_HEALTHY, TEXT_POSTURE_UNHEALTHY,
					   TEXT_POSTURE_ERROR, TEXT_POSTURE_NOT_APPLICABLE };

	return text_of(lang, texts[health]);
}

/* ---- the former report ---------------------------------------------------------------------- */

static bool status_from(str name, enum benchmark_status *out)
{
	for (unsigned i = 0; i < BENCHMARK_STATUSES; i++) {
		if (str_eq(name, str_c(benchmark_status_name((enum benchmark_status)i)))) {
			*out = (enum benchmark_status)i;
			return true;
		}
	}
	return false;
}

static int take_finding(struct benchmark_baseline *base, const struct json *control,
			const struct json *finding, struct arena *arena, struct err *err)
{
	const struct json *document = JSON_GET(finding, "document");
	struct baseline_entry e = {
		.id = json_get_str(control, STR("id")),
		.number = json_get_str(control, STR("number")),
		.kind = json_get_str(document, STR("kind")),
		.document = json_get_str(document, STR("name")),
		.subject = json_get_str(finding, STR("subject")),
		.message = json_get_str(finding, STR("message")),
		.evidence = json_get_str(finding, STR("evidence")),
		.fingerprint = json_get_str(finding, STR("fingerprint")),
	};

	if (!status_from(json_get_str(finding, STR("status")), &e.status) || e.fingerprint.n == 0)
		return err_set(err, ERR_INPUT, "control %.*s: a finding without status",
			       STR_ARG(e.id));
	if (e.status == BENCHMARK_EXEMPT)
		return 0; /* when its exception is over, it is new */
	if (base->n >= ENTRIES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u findings", ENTRIES_MAX);
	base->entries =
		arena_grow(arena, base->entries, base->n, &base->cap, sizeof(*base->entries));
	base->entries[base->n++] = e;
	return 0;
}

int benchmark_baseline_read(struct benchmark_baseline *base, str source, str text,
			    struct arena *arena, struct err *err)
{
	const struct json *root;

	*base = (struct benchmark_baseline){ .source = source };
	if (json_parse(text, NULL, arena, &root, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(source));
	if (!str_eq(json_get_str(root, STR("kind")), STR("docker_benchmark")) ||
	    !json_is(JSON_GET(root, "controls"), JSON_ARRAY))
		return err_set(err, ERR_INPUT, "%.*s: no JSON report of check docker (-f json)",
			       STR_ARG(source));
	base->root = root;
	base->version = json_str(json_path(root, "benchmark", "version", NULL));
	JSON_EACH (JSON_GET(root, "controls"), control) {
		JSON_EACH (JSON_GET(control, "findings"), finding) {
			if (take_finding(base, control, finding, arena, err) < 0)
				return err_wrap(err, "%.*s", STR_ARG(source));
		}
	}
	return 0;
}

/* ---- comparing ------------------------------------------------------------------------------ */

struct compare {
	struct benchmark_baseline *base;
	struct arena *arena;
	struct map things; /* to the entries about them */
};

static str thing_key(struct arena *arena, str id, str kind, str document, str subject,
		     enum benchmark_status status)
{
	return str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%u", STR_ARG(id), STR_ARG(kind),
		       STR_ARG(document), STR_ARG(subject), (unsigned)status);
}

static struct baseline_entry *entries_about(const struct compare *c,
					    const struct benchmark_control *control,
					    const struct benchmark_item *item)
{
	return map_get(&c->things, thing_key(c->arena, control->check->id, item->document->kind,
					     item->document->name, item->subject, item->status));
}

static void mark_known(const struct compare *c, const struct benchmark_control *control,
		       struct benchmark_item *item)
{
	str mark = benchmark_fingerprint(c->arena, control, item);

	for (struct baseline_entry *e = entries_about(c, control, item); e; e = e->next) {
		if (e->found || !str_eq(e->fingerprint, mark) ||
		    !str_eq(e->evidence, item->evidence))
			continue;
		e->found = true;
		item->mark = BENCHMARK_KNOWN;
		return;
	}
}

static void mark_rest(const struct compare *c, const struct benchmark_control *control,
		      struct benchmark_item *item)
{
	struct baseline_entry *e = entries_about(c, control, item);

	while (e && e->found)
		e = e->next;
	item->mark = e ? BENCHMARK_CHANGED : BENCHMARK_NEW;
	if (e)
		e->found = true;
}

static void mark_control(const struct compare *c, struct benchmark_control *control)
{
	for (size_t i = 0; i < control->item_n; i++) {
		if (control->items[i].status != BENCHMARK_EXEMPT)
			mark_known(c, control, &control->items[i]);
	}
	for (size_t i = 0; i < control->item_n; i++) {
		struct benchmark_item *item = &control->items[i];

		if (item->status == BENCHMARK_EXEMPT)
			continue;
		if (item->mark == BENCHMARK_UNMARKED)
			mark_rest(c, control, item);
		if (item->status == control->status && item->mark > control->mark)
			control->mark = item->mark;
		if (item->status == BENCHMARK_MANUAL)
			continue;
		c->base->known += item->mark == BENCHMARK_KNOWN;
		c->base->changed += item->mark == BENCHMARK_CHANGED;
		c->base->added += item->mark == BENCHMARK_NEW;
	}
}

static const struct benchmark_control *control_of(const struct benchmark_result *result, str id)
{
	for (size_t i = 0; i < result->n; i++) {
		if (str_eq(result->controls[i].check->id, id))
			return &result->controls[i];
	}
	return NULL;
}

static bool is_filtered(const struct benchmark_result *result, str name)
{
	for (size_t i = 0; i < result->filtered_containers + result->filtered_images; i++) {
		if (str_eq(result->filtered[i], name))
			return true;
	}
	return false;
}

/* It is gone, and not only out of sight: neither an error, nor an exception, nor a filter. */
static bool is_fixed(const struct benchmark_result *result, const struct baseline_entry *e)
{
	const struct benchmark_control *c = control_of(result, e->id);

	if (e->found || e->status != BENCHMARK_FAIL || !c || is_filtered(result, e->document) ||
	    c->documents[BENCHMARK_ERROR] > 0)
		return false;
	for (size_t i = 0; i < c->item_n; i++) {
		if (c->items[i].status == BENCHMARK_EXEMPT &&
		    str_eq(c->items[i].document->name, e->document) &&
		    str_eq(c->items[i].subject, e->subject))
			return false;
	}
	return true;
}

void benchmark_baseline_apply(struct benchmark_baseline *base, struct benchmark_result *result,
			      struct arena *arena)
{
	struct compare c = { .base = base, .arena = arena };

	map_init(&c.things, arena);
	for (size_t i = base->n; i-- > 0;) {
		struct baseline_entry *e = &base->entries[i];
		void **slot = map_slot(&c.things, thing_key(arena, e->id, e->kind, e->document,
							    e->subject, e->status));

		e->next = *slot;
		*slot = e;
	}
	for (size_t i = 0; i < result->n; i++)
		mark_control(&c, &result->controls[i]);
	base->fixed = ARENA_ARRAY(arena, struct baseline_entry, base->n);
	for (size_t i = 0; i < base->n; i++) {
		if (is_fixed(result, &base->entries[i]))
			base->fixed[base->fixed_n++] = base->entries[i];
	}
}
