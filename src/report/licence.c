/* SPDX-License-Identifier: Apache-2.0 */
#include "report/licence.h"

#include "base/map.h"
#include "base/path.h"
#include "fmt/licence/licence_text.h"
#include "report/exception.h"
#include "report/severity_map.h"

#define NAME_MAX_BYTES 120u /* of a text that is no expression */
#define SUPPOSED       800u /* confidence when the version, or which of several, is not told */
#define UNKNOWN	       STR("unknown")

struct select {
	struct report *report;
	const struct licence_opts *opts;
	struct licence_item *items;
	size_t n, cap;
};

/* ---- items ---- */

static enum severity severity_of(struct licence_verdict v)
{
	static const enum severity severities[LICENCE_CATEGORIES] = {
		[LICENCE_UNENCUMBERED] = SEVERITY_LOW,	 [LICENCE_PERMISSIVE] = SEVERITY_LOW,
		[LICENCE_NOTICE] = SEVERITY_LOW,	 [LICENCE_RECIPROCAL] = SEVERITY_MEDIUM,
		[LICENCE_RESTRICTED] = SEVERITY_HIGH,	 [LICENCE_UNKNOWN] = SEVERITY_UNKNOWN,
		[LICENCE_FORBIDDEN] = SEVERITY_CRITICAL,
	};

	return v.rule >= LICENCE_NOT_ALLOWED ? SEVERITY_CRITICAL : severities[v.category];
}

/* `licence` NULL: not known. Once for each name of a package or file. */
static void add_item(struct select *s, struct licence_item item, const struct licence *licence,
		     size_t first)
{
	struct arena *arena = s->report->arena;

	item.name = licence ? licence_print(licence, arena) : UNKNOWN;
	for (size_t i = first; i < s->n; i++) {
		if (str_cmp(s->items[i].name, item.name) == 0)
			return;
	}
	item.verdict = licence_judge(&s->opts->policy, licence);
	item.severity = severity_of(item.verdict);
	item.on_ignored =
		licence ? licence_on_list(s->opts->ignored, s->opts->ignored_count, licence)
			: false;
	for (size_t i = 0; !licence && i < s->opts->ignored_count; i++)
		item.on_ignored |= str_ieq(s->opts->ignored[i], UNKNOWN);
	if (str_cmp(item.stated, item.name) == 0)
		item.stated = STR_EMPTY;
	s->items = arena_grow(arena, s->items, s->n, &s->cap, sizeof(*s->items));
	s->items[s->n++] = item;
}

static void add_parts(struct select *s, struct licence_item item, const struct licence *licence)
{
	size_t first = s->n;

	if (!licence || licence->op != LICENCE_AND || licence->n > LICENCE_PARTS_MAX) {
		add_item(s, item, licence, first);
		return;
	}
	for (size_t i = 0; i < licence->n; i++)
		add_item(s, item, licence->of[i], first);
}

/* Some packages have the whole text where its name belongs. */
static const struct licence *read_text(struct select *s, str text, struct licence_item *item)
{
	struct arena *arena = s->report->arena;
	struct licence_fact fact;
	str line = STR_EMPTY;
	bool certain;

	if (licence_text_best(text, arena, &fact) && fact.confidence >= s->opts->confidence) {
		item->confidence = fact.confidence;
		return licence_read(fact.name, arena, &certain);
	}
	while (line.n == 0 && str_line(&text, &line))
		line = str_trim(line);
	item->stated = str_take(line, NAME_MAX_BYTES);
	return licence_read(item->stated, arena, &certain);
}

static void add_package(struct select *s, size_t index)
{
	const struct package *package = &s->report->inventory->packages[index];
	struct licence_item item = { .package = index,
				     .file = SIZE_MAX,
				     .confidence = LICENCE_SURE };
	str text = str_trim(package->licence);
	const struct licence *licence;
	bool certain = true;

	if (text.n > NAME_MAX_BYTES && str_find_char(text, '\n') >= 0) {
		licence = read_text(s, text, &item);
	} else {
		item.stated = str_take(text, NAME_MAX_BYTES);
		licence = licence_read(text, s->report->arena, &certain);
	}
	if (!certain)
		item.confidence = SUPPOSED;
	add_parts(s, item, licence);
}

/*
 * The facts of one file, from `from` on; returns where the next one begins. What is not sure counts
 * only where nothing is: then the file is an unknown one.
 */
static size_t add_file(struct select *s, size_t from)
{
	const struct inventory *inventory = s->report->inventory;
	const struct licence_fact *facts = inventory->licences;
	size_t end = from, best = from, first = s->n;

	while (end < inventory->licence_count && str_eq(facts[end].path, facts[from].path))
		end++;
	for (size_t i = from; i < end; i++) {
		struct licence_item item = { .package = SIZE_MAX,
					     .file = i,
					     .confidence = facts[i].confidence };
		bool certain;

		if (facts[i].confidence > facts[best].confidence)
			best = i;
		if (facts[i].name.n > 0 && facts[i].confidence >= s->opts->confidence)
			add_parts(s, item, licence_read(facts[i].name, s->report->arena, &certain));
	}
	if (s->n == first) {
		struct licence_item item = { .package = SIZE_MAX,
					     .file = best,
					     .confidence = facts[best].confidence,
					     .stated = facts[best].name };

		add_parts(s, item, NULL);
	}
	return end;
}

/* ---- which are shown ---- */

const struct package *report_licence_package(const struct report *report,
					     const struct licence_item *item)
{
	return item->package == SIZE_MAX ? NULL : &report->inventory->packages[item->package];
}

str report_licence_path(const struct report *report, const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);

	return package ? package->path : report->inventory->licences[item->file].path;
}

int report_licence_layer(const struct report *report, const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);
	int layer = package ? package->layer : report->inventory->licences[item->file].layer;

	return layer >= 0 && (size_t)layer < report->inventory->layer_count ? layer : -1;
}

static void map_severity(const struct report *report, struct licence_item *item)
{
	const struct report_opts *opts = report->opts;
	const struct exception_licence subject = { .name = item->name,
						   .package = report_licence_package(report, item),
						   .path = report_licence_path(report, item),
						   .severity = item->severity };
	enum severity after;
	str reason;

	if (!opts->severity_map || !opts->exceptions)
		return;
	after = severity_map_of_licence(opts->severity_map, opts->exceptions, report->inventory,
					&subject, &reason);
	if (after == item->severity)
		return;
	item->severity_before = str_c(severity_name(item->severity));
	item->severity_reason = reason;
	item->severity = after;
}

static bool is_suppressed(const struct report *report, const struct licence_item *item,
			  struct suppressed *how)
{
	const struct report_opts *opts = report->opts;
	unsigned shown = opts->severities ? opts->severities : REPORT_ALL;
	const struct package *package = report_licence_package(report, item);
	const struct exception_licence subject = { .name = item->name,
						   .package = package,
						   .path = report_licence_path(report, item),
						   .severity = item->severity };

	if (opts->exceptions)
		how->by = exception_for_licence(opts->exceptions, report->inventory, &subject);
	if (how->by)
		how->reason = SUPPRESSED_EXCEPTION;
	else if (item->verdict.rule == LICENCE_ALLOWED)
		how->reason = SUPPRESSED_ALLOWED;
	else if (item->on_ignored)
		how->reason = SUPPRESSED_IGNORED;
	else if (package && !opts->include_dev && report_only_for_dev(package))
		how->reason = SUPPRESSED_DEV;
	else if (!(shown & (1u << item->severity)))
		how->reason = SUPPRESSED_SEVERITY;
	else
		return false;
	return true;
}

void report_licences_select(struct report *report)
{
	const struct inventory *inventory = report->inventory;
	struct report_licences *l = &report->licences;
	struct select s = { .report = report, .opts = report->opts->licences };
	struct suppressed *suppressed;
	size_t *shown;

	if (!s.opts)
		return;
	for (size_t i = 0; i < inventory->package_count; i++)
		add_package(&s, i);
	for (size_t i = 0; i < inventory->licence_count;)
		i = add_file(&s, i);
	shown = ARENA_ARRAY(report->arena, size_t, s.n);
	suppressed = ARENA_ARRAY(report->arena, struct suppressed, s.n);
	for (size_t i = 0; i < s.n; i++) {
		struct suppressed how = { .finding = i };

		map_severity(report, &s.items[i]);
		if (is_suppressed(report, &s.items[i], &how)) {
			suppressed[l->suppressed_count++] = how;
			continue;
		}
		shown[l->shown_count++] = i;
		l->by_severity[s.items[i].severity]++;
	}
	l->items = s.items;
	l->item_count = s.n;
	l->shown = shown;
	l->suppressed = suppressed;
}

/* ---- words ---- */

str report_licence_subject(const struct report *report, const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);

	if (!package)
		return report->inventory->licences[item->file].path;
	return str_fmt(report->arena, "%.*s %.*s", STR_ARG(package->name),
		       STR_ARG(package->version));
}

str report_licence_id(const struct report *report, const struct licence_item *item)
{
	const struct package *package = report_licence_package(report, item);
	str path = report_licence_path(report, item);
	str text = str_fmt(report->arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(item->name),
			   STR_ARG(package ? package->kind : STR_EMPTY),
			   STR_ARG(package ? package->name : STR_EMPTY), STR_ARG(path));

	return str_fmt(report->arena, "%016llx", (unsigned long long)siphash(text, 5, 6));
}

bool report_licence_is_issue(const struct licence_item *item)
{
	return item->verdict.rule >= LICENCE_NOT_ALLOWED ||
	       item->verdict.category >= LICENCE_RECIPROCAL;
}

str report_licence_category(enum lang lang, const struct licence_item *item)
{
	static const enum text texts[LICENCE_CATEGORIES] = {
		[LICENCE_UNENCUMBERED] = TEXT_LICENCE_UNENCUMBERED,
		[LICENCE_PERMISSIVE] = TEXT_LICENCE_PERMISSIVE,
		[LICENCE_NOTICE] = TEXT_LICENCE_NOTICE,
		[LICENCE_RECIPROCAL] = TEXT_LICENCE_RECIPROCAL,
		[LICENCE_RESTRICTED] = TEXT_LICENCE_RESTRICTED,
		[LICENCE_UNKNOWN] = TEXT_LICENCE_UNKNOWN,
		[LICENCE_FORBIDDEN] = TEXT_LICENCE_FORBIDDEN,
	};

	if (item->verdict.rule == LICENCE_DENIED)
		return text_of(lang, TEXT_LICENCE_DENIED);
	if (item->verdict.rule == LICENCE_NOT_ALLOWED)
		return text_of(lang, TEXT_LICENCE_NOT_ALLOWED);
	return text_of(lang, texts[item->verdict.category]);
}

str report_licence_remedy(enum lang lang, const struct licence_item *item)
{
	static const enum text texts[LICENCE_CATEGORIES] = {
		[LICENCE_UNENCUMBERED] = TEXT_LICENCE_ASKS_NOTHING,
		[LICENCE_PERMISSIVE] = TEXT_LICENCE_ASKS_NOTHING,
		[LICENCE_NOTICE] = TEXT_LICENCE_ASKS_NOTICE,
		[LICENCE_RECIPROCAL] = TEXT_LICENCE_ASKS_RECIPROCAL,
		[LICENCE_RESTRICTED] = TEXT_LICENCE_ASKS_RESTRICTED,
		[LICENCE_UNKNOWN] = TEXT_LICENCE_ASKS_UNKNOWN,
		[LICENCE_FORBIDDEN] = TEXT_LICENCE_ASKS_FORBIDDEN,
	};

	if (item->verdict.rule >= LICENCE_NOT_ALLOWED)
		return text_of(lang, TEXT_LICENCE_ASKS_POLICY);
	return text_of(lang, texts[item->verdict.category]);
}

/* ---- groups ---- */

static int item_order(const void *a, const void *b)
{
	const struct licence_item *x = *(const struct licence_item *const *)a;
	const struct licence_item *y = *(const struct licence_item *const *)b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->verdict.rule != y->verdict.rule)
		return x->verdict.rule > y->verdict.rule ? -1 : 1;
	if (x->verdict.category != y->verdict.category)
		return x->verdict.category > y->verdict.category ? -1 : 1;
	int order = str_cmp(x->name, y->name);
	if (order != 0)
		return order;
	return x < y ? -1 : x > y;
}

const struct licence_group *report_licence_groups(const struct report *report, size_t *count)
{
	const struct report_licences *l = &report->licences;
	const struct licence_item **items =
		ARENA_ARRAY(report->arena, const struct licence_item *, l->shown_count);
	struct licence_group *groups =
		ARENA_ARRAY(report->arena, struct licence_group, l->shown_count);
	size_t n = 0;

	for (size_t i = 0; i < l->shown_count; i++)
		items[i] = report_licence(report, i);
	if (l->shown_count > 0)
		qsort(items, l->shown_count, sizeof(*items), item_order);
	for (size_t i = 0; i < l->shown_count; i++) {
		const struct licence_item *last = n > 0 ? groups[n - 1].first : NULL;

		if (!last || last->verdict.rule != items[i]->verdict.rule ||
		    last->verdict.category != items[i]->verdict.category ||
		    !str_eq(last->name, items[i]->name))
			groups[n++] =
				(struct licence_group){ .first = items[i], .items = items + i };
		groups[n - 1].count++;
	}
	*count = n;
	return groups;
}

str report_licence_subjects(const struct report *report, const struct licence_group *group,
			    size_t max)
{
	enum lang lang = report->opts->lang;
	AUTO(buf_done)
	struct buf b = { 0 };
	size_t packages = 0, named = 0;

	buf_init(&b, REPORT_MAX_PIECE);
	for (size_t i = 0; i < group->count; i++)
		packages += group->items[i]->package != SIZE_MAX;
	if (packages > 0)
		TEXT_FILL(&b, lang, LICENCE_PACKAGES, text_number(report->arena, packages));
	if (packages > 0 && packages < group->count)
		BUF_LIT(&b, ", ");
	if (packages < group->count)
		TEXT_FILL(&b, lang, LICENCE_FILES,
			  text_number(report->arena, group->count - packages));
	for (; named < group->count && named < max; named++) {
		buf_add(&b, named > 0 ? STR(", ") : STR(": "));
		buf_add(&b, report_licence_subject(report, group->items[named]));
	}
	if (named < group->count)
		TEXT_FILL(&b, lang, AND_MORE, text_number(report->arena, group->count - named));
	return str_dup(report->arena, buf_str(&b));
}
