/* SPDX-License-Identifier: Apache-2.0 */
/* From the results of documents to one result for each control. */
#include "base/num.h"
#include "posture/benchmark_internal.h"
#include "posture/fact_reason.h"

struct join {
	struct benchmark *b;
	struct benchmark_result *out;
	struct arena *arena;
	const struct benchmark_entry *host;
	struct exception_set *exceptions; /* NULL: none */
	const str *scopes;		  /* of the host, behind those of the command */
};

/* ---- words ---------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum text text;
} statuses[BENCHMARK_STATUSES] = {
	[BENCHMARK_PASS] = { "pass", TEXT_BENCHMARK_PASS },
	[BENCHMARK_FAIL] = { "fail", TEXT_BENCHMARK_FAIL },
	[BENCHMARK_MANUAL] = { "manual", TEXT_BENCHMARK_MANUAL },
	[BENCHMARK_EXEMPT] = { "exempt", TEXT_BENCHMARK_EXEMPT },
	[BENCHMARK_NOT_APPLICABLE] = { "not_applicable", TEXT_BENCHMARK_NOT_APPLICABLE },
	[BENCHMARK_ERROR] = { "error", TEXT_BENCHMARK_ERROR },
};

const char *benchmark_status_name(enum benchmark_status status) { return statuses[status].name; }

str benchmark_status_text(enum lang lang, enum benchmark_status status)
{
	return text_of(lang, statuses[status].text);
}

const char *benchmark_mark_name(enum benchmark_mark mark)
{
	static const char *const names[] = { "", "known", "changed", "new" };

	return names[mark];
}

const char *benchmark_health_name(enum benchmark_health health)
{
	static const char *const names[] = { "healthy", "unhealthy", "error", "not_applicable" };

	return names[health];
}

str benchmark_section_title(enum lang lang, unsigned section)
{
	static const enum text texts[BENCHMARK_SECTIONS] = {
		TEXT_BENCHMARK_SECTION_OTHER, TEXT_BENCHMARK_SECTION_1, TEXT_BENCHMARK_SECTION_2,
		TEXT_BENCHMARK_SECTION_3,     TEXT_BENCHMARK_SECTION_4, TEXT_BENCHMARK_SECTION_5,
		TEXT_BENCHMARK_SECTION_6,     TEXT_BENCHMARK_SECTION_7, TEXT_BENCHMARK_SECTION_8,
	};

	return text_of(lang, texts[section < BENCHMARK_SECTIONS ? section : 0]);
}

bool benchmark_percent(const struct benchmark_tally *tally, double *percent)
{
	size_t decided = tally->count[BENCHMARK_PASS] + tally->count[BENCHMARK_FAIL] +
			 tally->count[BENCHMARK_ERROR];

	if (decided == 0)
		return false;
	*percent = 100.0 * (double)tally->count[BENCHMARK_PASS] / (double)decided;
	return true;
}

/* ---- exceptions ----------------------------------------------------------------------------- */

/* Ways to name what a finding is about; the first exception that holds for one counts. */
static const struct exception *excuse(const struct join *j, const struct benchmark_control *c,
				      const struct benchmark_document *d,
				      const struct check_finding *f)
{
	bool host = str_eq(d->kind, STR("docker"));
	struct inventory inventory = {
		.target = host				  ? d->name
			  : str_eq(d->kind, STR("image")) ? d->name
							  : d->image,
		.repo_tags = d->tags,
		.repo_tag_count = d->tag_n,
	};
	const str paths[] = {
		d->name,
		str_fmt(j->arena, "%.*s/%.*s", STR_ARG(d->kind), STR_ARG(d->name)),
		f->subject,
		f->subject.n > 0 ? str_without_prefix(f->subject, STR("/")) : STR_EMPTY,
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		const struct exception *e = NULL;

		if (i == 0 || paths[i].n > 0)
			e = exception_for_check(j->exceptions, &inventory, c->check, paths[i],
						c->severity);
		if (e)
			return e;
	}
	return NULL;
}

/* ---- one document --------------------------------------------------------------------------- */

static struct benchmark_item *add_item(const struct join *j, struct benchmark_control *c,
				       const struct benchmark_document *d,
				       enum benchmark_status status)
{
	c->items = arena_grow(j->arena, c->items, c->item_n, &c->item_cap, sizeof(*c->items));
	c->items[c->item_n] = (struct benchmark_item){ .document = d, .status = status };
	return &c->items[c->item_n++];
}

static void add_error(const struct join *j, struct benchmark_control *c,
		      const struct benchmark_document *d, const str reason[LANG_COUNT])
{
	struct benchmark_item *item = add_item(j, c, d, BENCHMARK_ERROR);

	for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
		item->message[lang] = fact_reason_text(j->arena, (enum lang)lang, reason[lang]);
		if (c->documents[BENCHMARK_ERROR] == 0)
			c->reason[lang] = item->message[lang];
	}
	c->documents[BENCHMARK_ERROR]++;
}

/* Findings of a failing or undecided document; what is left of its status with the exceptions. */
static enum benchmark_status add_findings(const struct join *j, struct benchmark_control *c,
					  const struct benchmark_document *d,
					  const struct check_result *r)
{
	bool fails = r->verdict == CHECK_FAIL;
	enum benchmark_status status = fails ? BENCHMARK_FAIL : BENCHMARK_MANUAL, left;

	left = r->finding_n > 0 || r->dropped > 0 ? BENCHMARK_EXEMPT : status;
	for (size_t i = 0; i < r->finding_n; i++) {
		const struct check_finding *f = &r->findings[i];
		struct benchmark_item *item = add_item(j, c, d, status);

		item->under = status;
		item->message[LANG_EN] = f->message[CHECK_EN];
		item->message[LANG_JA] =
			f->message[CHECK_JA].n > 0 ? f->message[CHECK_JA] : f->message[CHECK_EN];
		item->subject = f->subject;
		item->evidence = f->evidence;
		item->file = f->file;
		item->line = f->line;
		item->exception = j->exceptions ? excuse(j, c, d, f) : NULL;
		if (item->exception)
			item->status = BENCHMARK_EXEMPT;
		else
			left = status;
	}
	return r->dropped > 0 ? status : left;
}

static void add_seen(const struct join *j, struct benchmark_control *c,
		     const struct benchmark_document *d, const struct check_result *r)
{
	for (size_t i = 0; i < r->seen_n; i++) {
		c->seen = arena_grow(j->arena, c->seen, c->seen_n, &c->seen_cap, sizeof(*c->seen));
		c->seen[c->seen_n++] =
			(struct benchmark_seen){ .document = d, .finding = &r->seen[i] };
	}
}

static void add_result(const struct join *j, struct benchmark_control *c,
		       const struct benchmark_document *d, const struct check_result *r)
{
	enum benchmark_status status = BENCHMARK_PASS;

	c->dropped += r->dropped;
	add_seen(j, c, d, r);
	switch (r->verdict) {
	case CHECK_ERROR:
		add_error(j, c, d, r->reason);
		return;
	case CHECK_FAIL:
	case CHECK_MANUAL:
		status = add_findings(j, c, d, r);
		break;
	case CHECK_NOT_APPLICABLE:
		status = BENCHMARK_NOT_APPLICABLE;
		for (unsigned lang = 0; lang < LANG_COUNT && c->documents[status] == 0; lang++) {
			/* The reason of an error goes first. */
			if (c->documents[BENCHMARK_ERROR] == 0)
				c->reason[lang] = r->reason[lang];
		}
		break;
	case CHECK_PASS:
		break;
	}
	c->documents[status]++;
}

/* ---- documents that are not there ----------------------------------------------------------- */

static bool judges(const struct check *check, str kind)
{
	for (size_t i = 0; i < check->kind_n; i++) {
		if (str_eq(check->kinds[i], kind))
			return true;
	}
	return check->kind_n == 0;
}

static void say(const struct join *j, str out[LANG_COUNT], enum text text, str a, str b)
{
	for (unsigned lang = 0; lang < LANG_COUNT; lang++)
		out[lang] = text_make(j->arena, (enum lang)lang, text, (const str[]){ a, b }, 2);
}

static const struct benchmark_document *host_document(const struct join *j)
{
	static const struct benchmark_document none = { .kind = STR_INIT("docker"),
							.id = STR_INIT("host"),
							.name = STR_INIT("host") };

	return j->host ? &j->host->shown : &none;
}

static void unread_error(const struct join *j, struct benchmark_control *c, str what, str reason,
			 str remedy)
{
	str text[LANG_COUNT];

	if (remedy.n > 0)
		reason = str_fmt(j->arena, "%.*s (%.*s)", STR_ARG(reason), STR_ARG(remedy));
	say(j, text, TEXT_BENCHMARK_UNREAD, what, reason);
	add_error(j, c, host_document(j), text);
}

/* Documents of that kind that could not be had make an error each. */
static void add_missing(const struct join *j, struct benchmark_control *c, str kind)
{
	str list = str_eq(kind, STR("container")) ? STR("containers") : STR("images");

	if (!judges(c->check, kind))
		return;
	for (size_t i = 0; j->host && i < j->host->not_read_n; i++) {
		const struct benchmark_unread *u = &j->host->not_read[i];

		if (str_eq(u->what, list))
			unread_error(j, c, u->what, u->reason, u->remedy);
	}
	for (size_t i = 0; i < j->b->unread_n; i++) {
		const struct benchmark_unread *u = &j->b->unread[i];

		if (str_eq(u->document, kind))
			unread_error(j, c, u->what, u->reason, u->remedy);
	}
	if (j->b->over > 0)
		unread_error(j, c, list, str_fmt(j->arena, "%zu more than are judged", j->b->over),
			     STR_EMPTY);
}

static bool say_why_none(const struct join *j, struct benchmark_control *c)
{
	const struct benchmark_host *h = &j->out->host;

	if (!h->known) {
		say(j, c->reason, TEXT_BENCHMARK_NO_HOST, STR_EMPTY, STR_EMPTY);
		return false;
	}
	if (!h->engine_present)
		say(j, c->reason, TEXT_BENCHMARK_NO_ENGINE, STR_EMPTY, STR_EMPTY);
	else if (!h->engine_answers && !h->engine_asked)
		say(j, c->reason, TEXT_BENCHMARK_NO_DAEMON, STR_EMPTY, STR_EMPTY);
	else if (judges(c->check, STR("container")))
		say(j, c->reason, TEXT_BENCHMARK_NO_CONTAINER, STR_EMPTY, STR_EMPTY);
	else
		say(j, c->reason, TEXT_BENCHMARK_NO_IMAGE, STR_EMPTY, STR_EMPTY);
	return true;
}

/* The whole machine is none of the benchmark's business: the reason, or NULL. */
static const str *host_outside(const struct join *j)
{
	const struct check_results *r = j->host ? &j->host->results : NULL;

	for (size_t i = 0; r && i < r->n; i++) {
		if (r->items[i].verdict != CHECK_NOT_APPLICABLE)
			return NULL;
	}
	return r && r->n > 0 ? r->items[0].reason : NULL;
}

/* Nothing was judged: there is nothing, or it could not be had. */
static void judge_nothing(const struct join *j, struct benchmark_control *c)
{
	const struct benchmark_host *h = &j->out->host;
	const str *outside = host_outside(j);

	if (outside) {
		memcpy(c->reason, outside, sizeof(c->reason));
		return;
	}
	if (h->known && h->engine_present && !h->engine_answers && h->engine_asked) {
		unread_error(j, c, STR("engine"),
			     h->engine_error.n > 0 ? h->engine_error : STR("it does not answer"),
			     STR_EMPTY);
		return;
	}
	if (!say_why_none(j, c) && judges(c->check, STR("docker")))
		add_error(j, c, host_document(j), c->reason);
}

/* ---- all documents -------------------------------------------------------------------------- */

static enum benchmark_status status_of(const struct benchmark_control *c)
{
	static const enum benchmark_status order[] = { BENCHMARK_FAIL, BENCHMARK_ERROR,
						       BENCHMARK_MANUAL, BENCHMARK_EXEMPT,
						       BENCHMARK_PASS };

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (c->documents[order[i]] > 0)
			return order[i];
	}
	return BENCHMARK_NOT_APPLICABLE;
}

static void finish_control(const struct join *j, struct benchmark_control *c)
{
	size_t judged = 0;

	add_missing(j, c, STR("container"));
	add_missing(j, c, STR("image"));
	for (size_t i = 0; i < BENCHMARK_STATUSES; i++)
		judged += c->documents[i];
	if (judged == 0)
		judge_nothing(j, c);
	c->status = status_of(c);
	if (c->status != BENCHMARK_ERROR && c->status != BENCHMARK_NOT_APPLICABLE) {
		for (unsigned lang = 0; lang < LANG_COUNT; lang++)
			c->reason[lang] = STR_EMPTY;
	}
}

/* The results of an entry stand in the order of the set; so do the controls by `place`. */
static void join_entry(const struct join *j, const struct benchmark_entry *e, const size_t *place)
{
	const struct check_set *set = j->b->opts.checks;
	size_t at = 0;

	for (size_t i = 0; i < e->results.n; i++) {
		const struct check_result *r = &e->results.items[i];

		while (check_set_at(set, at) != r->check)
			at++;
		if (place[at] > 0)
			add_result(j, &j->out->controls[place[at] - 1], &e->shown, r);
	}
}

static unsigned next_number(str *rest)
{
	str head;
	uint64_t n = 0;

	if (!str_split(rest, '.', &head) || !str_u64(head, &n) || n > 100000)
		return 0;
	return (unsigned)n;
}

static int by_number(const void *a, const void *b)
{
	str x = ((const struct benchmark_control *)a)->number;
	str y = ((const struct benchmark_control *)b)->number;

	while (x.p || y.p) {
		unsigned m = next_number(&x), n = next_number(&y);

		if (m != n)
			return m < n ? -1 : 1;
	}
	return str_cmp(((const struct benchmark_control *)a)->check->id,
		       ((const struct benchmark_control *)b)->check->id);
}

/* Empty controls, by number; place[i]: 1 + index of the control of check i. */
static void make_controls(struct join *j, size_t *place)
{
	const struct benchmark *b = j->b;
	size_t all = check_set_count(b->opts.checks), left_out = 0;
	str *excluded = ARENA_ARRAY(j->arena, str, all);

	j->out->controls = ARENA_ARRAY(j->arena, struct benchmark_control, all);
	for (size_t i = 0; i < all; i++) {
		const struct check *check = check_set_at(b->opts.checks, i);
		str number = check_number_in(check, b->opts.version), rest = number;

		if (!b->chosen[i])
			continue;
		if (b->excluded[i]) {
			excluded[left_out++] = number;
			continue;
		}
		struct benchmark_control *c = &j->out->controls[j->out->n++];
		c->check = check;
		c->number = number;
		c->section = next_number(&rest);
		c->section = c->section < BENCHMARK_SECTIONS ? c->section : 0;
		IGNORE(severity_from(check->severity, &c->severity)); /* else unknown */
	}
	j->out->left_out = excluded;
	j->out->left_out_n = left_out;
	if (j->out->n > 1)
		qsort(j->out->controls, j->out->n, sizeof(*j->out->controls), by_number);
	for (size_t i = 0; i < all; i++) {
		place[i] = 0;
		for (size_t k = 0; k < j->out->n && place[i] == 0; k++) {
			if (j->out->controls[k].check == check_set_at(b->opts.checks, i))
				place[i] = k + 1;
		}
	}
}

static int by_name(const void *a, const void *b)
{
	const struct benchmark_entry *x = *(const struct benchmark_entry *const *)a;
	const struct benchmark_entry *y = *(const struct benchmark_entry *const *)b;
	int order = str_cmp(x->shown.kind, y->shown.kind);

	if (x->host != y->host)
		return x->host ? -1 : 1;
	order = order ? order : str_cmp(x->shown.name, y->shown.name);
	return order ? order : str_cmp(x->shown.id, y->shown.id);
}

static void count_entry(const struct join *j, const struct benchmark_entry *e, str *filtered,
			size_t *n)
{
	bool container = str_eq(e->shown.kind, STR("container"));

	if (e->filtered) {
		filtered[(*n)++] = e->shown.name;
		j->out->filtered_containers += container;
		j->out->filtered_images += !container;
	} else if (!e->host) {
		j->out->containers += container;
		j->out->images += !container;
	}
}

static void take_not_read(const struct join *j, const struct benchmark_unread *list, size_t n)
{
	struct benchmark_result *out = j->out;

	for (size_t i = 0; i < n; i++)
		out->not_read[out->not_read_n++] = list[i];
}

static void join_all(struct join *j)
{
	const struct benchmark *b = j->b;
	struct benchmark_entry **sorted = ARENA_ARRAY(j->arena, struct benchmark_entry *, b->n);
	size_t *place = ARENA_ARRAY(j->arena, size_t, check_set_count(b->opts.checks));
	str *filtered = ARENA_ARRAY(j->arena, str, b->n);
	size_t unread = b->unread_n, n = 0;

	make_controls(j, place);
	for (size_t i = 0; i < b->n; i++) {
		sorted[i] = b->entries[i];
		unread += b->entries[i]->not_read_n;
	}
	if (b->n > 1)
		qsort(sorted, b->n, sizeof(struct benchmark_entry *), by_name);
	j->out->not_read = ARENA_ARRAY(j->arena, struct benchmark_unread, unread);
	for (size_t i = 0; i < b->n; i++) {
		join_entry(j, sorted[i], place);
		count_entry(j, sorted[i], filtered, &n);
		take_not_read(j, sorted[i]->not_read, sorted[i]->not_read_n);
	}
	take_not_read(j, b->unread, b->unread_n);
	j->out->filtered = filtered;
	for (size_t i = 0; i < j->out->n; i++) {
		struct benchmark_control *c = &j->out->controls[i];

		finish_control(j, c);
		j->out->sections[c->section].count[c->status]++;
		j->out->all.count[c->status]++;
	}
}

/* ---- the machine as a resource -------------------------------------------------------------- */

static void take_health(struct benchmark_result *out)
{
	enum benchmark_status look = BENCHMARK_NOT_APPLICABLE;

	out->health = BENCHMARK_HEALTHY;
	if (out->all.count[BENCHMARK_FAIL] > 0) {
		out->health = BENCHMARK_UNHEALTHY;
		return;
	}
	if (out->all.count[BENCHMARK_ERROR] > 0) {
		out->health = BENCHMARK_UNJUDGED;
		look = BENCHMARK_ERROR;
	} else if (out->all.count[BENCHMARK_NOT_APPLICABLE] == out->n) {
		out->health = BENCHMARK_NONE;
	} else {
		return;
	}
	for (size_t i = 0; i < out->n; i++) {
		if (out->controls[i].status != look)
			continue;
		memcpy(out->health_reason, out->controls[i].reason, sizeof(out->health_reason));
		return;
	}
}

void benchmark_tally(const struct benchmark_result *result,
		     struct control_tally tallies[CONTROL_MAX])
{
	uint64_t controls = result->recommendations->items[result->recommendation].controls;

	for (size_t i = 0; i < CONTROL_MAX; i++) {
		if (!(controls & RECOMMENDATION_BIT(i)))
			continue;
		tallies[i].unhealthy += result->health == BENCHMARK_UNHEALTHY;
		tallies[i].undecided += result->health == BENCHMARK_UNJUDGED;
		/* A machine without Docker is compliant. */
		tallies[i].healthy +=
			result->health == BENCHMARK_HEALTHY || result->health == BENCHMARK_NONE;
	}
}

static void enter_scope(struct join *j)
{
	struct exception_set *set = j->exceptions;
	str *scopes = ARENA_ARRAY(j->arena, str, set->scope_count + 1);

	for (size_t i = 0; i < set->scope_count; i++)
		scopes[i] = set->scopes[i];
	scopes[set->scope_count] = host_document(j)->name;
	set->scopes = scopes;
	set->scope_count++;
	for (size_t i = 0; i < set->n; i++)
		set->items[i].matched = 0;
}

void benchmark_assess(struct benchmark *b, struct arena *arena, struct benchmark_result *out)
{
	struct exception_set *set = b->opts.exceptions;
	struct join j = { .b = b, .out = out, .arena = arena, .host = benchmark_host_of(b) };
	const str *scopes = set ? set->scopes : NULL;
	size_t scope_count = set ? set->scope_count : 0;

	*out = (struct benchmark_result){ .version = b->opts.version,
					  .recommendations = &b->recommendations,
					  .recommendation = b->recommendation };
	if (j.host)
		benchmark_host_count(b, j.host, &out->host);
	j.exceptions = set && set->n > 0 ? set : NULL;
	if (j.exceptions)
		enter_scope(&j);
	join_all(&j);
	if (set) {
		set->scopes = scopes;
		set->scope_count = scope_count;
	}
	out->unanswered = out->host.known && out->host.engine_present &&
			  !out->host.engine_answers && out->host.engine_asked && !host_outside(&j);
	take_health(out);
}

size_t benchmark_count_from(const struct benchmark_result *result, enum benchmark_status status,
			    enum severity level)
{
	size_t n = 0;

	for (size_t i = 0; i < result->n; i++) {
		const struct benchmark_control *c = &result->controls[i];

		n += c->status == status && c->severity >= level && !c->hidden &&
		     c->mark != BENCHMARK_KNOWN;
	}
	return n;
}
