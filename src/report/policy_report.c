/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks say of Kubernetes objects in the form of the policy working group
 * (wgpolicyk8s.io/v1alpha2): a PolicyReport for each namespace, a ClusterPolicyReport for what is
 * in none, as YAML documents for `kubectl apply`. Findings that are about no object belong to the
 * cluster's.
 */
#include "base/map.h"
#include "report/misconfiguration.h"

#define RESULTS_MAX 20000u /* of one report; what is more is counted in an annotation */

/* A result on its way into its report. */
struct entry {
	const struct misconfiguration *m;  /* NULL: a pass, a skip */
	const struct check_result *result; /* of a pass */
	const struct check_object *object; /* NULL: none */
	const char *word;		   /* "pass", "fail", "warn", "error", "skip" */
	str reason;			   /* of a skip */
};

struct space {
	str namespace; /* empty: the cluster's */
	struct entry *items;
	size_t n, cap, dropped;
};

struct spaces {
	struct arena *arena;
	struct map map; /* by namespace */
	struct space **items;
	size_t n, cap;
};

static struct space *space_of(struct spaces *all, const struct check_object *o)
{
	str name = o ? o->namespace : STR_EMPTY;
	void **slot = map_slot(&all->map, name);

	if (!*slot) {
		struct space *space = ARENA_NEW(all->arena, struct space);

		space->namespace = name;
		*slot = space;
		all->items = arena_grow(all->arena, all->items, all->n, &all->cap,
					sizeof(struct space *));
		all->items[all->n++] = space;
	}
	return *slot;
}

static void add(struct spaces *all, const struct entry *e)
{
	struct space *space = space_of(all, e->object);

	if (space->n >= RESULTS_MAX) {
		space->dropped++;
		return;
	}
	space->items =
		arena_grow(all->arena, space->items, space->n, &space->cap, sizeof(*space->items));
	space->items[space->n++] = *e;
}

static const char *word_of(enum check_verdict verdict)
{
	static const char *const words[CHECK_VERDICTS] = {
		[CHECK_PASS] = "pass",	 [CHECK_FAIL] = "fail",		  [CHECK_MANUAL] = "warn",
		[CHECK_ERROR] = "error", [CHECK_NOT_APPLICABLE] = "skip",
	};

	return words[verdict];
}

static void add_shown(struct spaces *all, const struct report *report)
{
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);
		struct entry e = { .m = m,
				   .result = m->result,
				   .object = m->finding ? m->finding->object : NULL,
				   .word = word_of(m->result->verdict) };

		if (m->finding || m->result->object_n == 0) {
			add(all, &e);
			continue;
		}
		for (size_t k = 0; k < m->result->object_n; k++) {
			e.object = m->result->objects[k];
			add(all, &e);
		}
	}
}

/* What has an exception is skipped for it, not passed. */
static void add_suppressed(struct spaces *all, const struct report *report)
{
	for (size_t i = 0; i < report->checks.suppressed_count; i++) {
		const struct suppressed *s = &report->checks.suppressed[i];
		const struct misconfiguration *m = &report->checks.items[s->finding];
		struct entry e = { .m = m,
				   .result = m->result,
				   .object = m->finding ? m->finding->object : NULL,
				   .word = "skip",
				   .reason = str_c(suppression_name(s->reason)) };

		add(all, &e);
	}
}

static void add_passed(struct spaces *all, const struct report *report)
{
	const struct check_results *results = report->checks.results;

	for (size_t i = 0; results && i < results->n; i++) {
		const struct check_result *r = &results->items[i];
		struct entry e = { .result = r, .word = "pass" };

		if (r->verdict == CHECK_ERROR || r->verdict == CHECK_NOT_APPLICABLE)
			continue;
		for (size_t k = 0; k < r->object_n; k++) {
			e.object = r->objects[k];
			add(all, &e);
		}
	}
}

/* ---- writing: YAML that is JSON where a text stands ---- */

static void put_text(struct buf *b, const char *key, str text)
{
	if (text.n == 0)
		return;
	buf_fmt(b, "%s: ", key);
	json_quote(b, text);
	buf_byte(b, '\n');
}

/* Of a name in Kubernetes: small letters, digits and '-'. */
static str plain_name(struct arena *arena, str text)
{
	char *p = arena_bytes(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < 200; i++) {
		char c = to_lower(text.p[i]);

		if ((c >= 'a' && c <= 'z') || is_digit(c))
			p[n++] = c;
		else if (n > 0 && p[n - 1] != '-')
			p[n++] = '-';
	}
	while (n > 0 && p[n - 1] == '-')
		n--;
	return str_of(p, n);
}

static void put_resource(struct buf *b, const struct check_object *o)
{
	if (!o)
		return;
	BUF_LIT(b, "  resources:\n");
	put_text(b, "  - apiVersion", o->api_version);
	put_text(b, "    kind", o->kind);
	put_text(b, "    name", o->name);
	put_text(b, "    namespace", o->namespace);
}

static void put_properties(struct buf *b, const struct report *report, const struct entry *e)
{
	const struct check_finding *f = e->m ? e->m->finding : NULL;
	struct arena *arena = report->arena;

	BUF_LIT(b, "  properties:\n");
	put_text(b, "    file", e->m ? misconfiguration_file(e->m) : e->result->path);
	if (f && f->line > 0)
		put_text(b, "    line", text_number(arena, (uint64_t)f->line));
	if (f && f->col > 0)
		put_text(b, "    column", text_number(arena, (uint64_t)f->col));
	if (f) {
		put_text(b, "    container", f->container);
		put_text(b, "    field", f->field);
		put_text(b, "    value", f->evidence);
	}
	put_text(b, "    title", e->result->check->text[CHECK_EN].title);
	if (e->m)
		put_text(b, "    remediation",
			 misconfiguration_text(report->opts->lang, e->m)->remediation);
	put_text(b, "    reason", e->reason);
}

static void put_entry(struct buf *b, const struct report *report, const struct entry *e)
{
	static const char *const words[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = "info", [SEVERITY_NEGLIGIBLE] = "info",
		[SEVERITY_LOW] = "low",	     [SEVERITY_MEDIUM] = "medium",
		[SEVERITY_HIGH] = "high",    [SEVERITY_CRITICAL] = "critical",
	};
	enum severity severity = SEVERITY_UNKNOWN;

	IGNORE(severity_from(e->result->check->severity, &severity)); /* unknown is one, too */
	put_text(b, "- policy", e->result->check->id);
	put_text(b, "  category", str_c("Configuration"));
	buf_fmt(b, "  result: %s\n  scored: true\n", e->word);
	buf_fmt(b, "  severity: %s\n", words[e->m ? e->m->severity : severity]);
	BUF_LIT(b, "  source: seawall\n");
	if (e->m)
		put_text(b, "  message", misconfiguration_message(report->opts->lang, e->m));
	put_resource(b, e->object);
	put_properties(b, report, e);
}

static void put_summary(struct buf *b, const struct space *space)
{
	static const char *const words[] = { "pass", "fail", "warn", "error", "skip" };

	BUF_LIT(b, "summary:\n");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = 0;

		for (size_t k = 0; k < space->n; k++)
			n += strcmp(space->items[k].word, words[i]) == 0;
		buf_fmt(b, "  %s: %zu\n", words[i], n);
	}
}

static void put_space(struct report_out *out, const struct report *report,
		      const struct space *space)
{
	struct buf *b = &out->buf;
	bool cluster = space->namespace.n == 0;
	str target = plain_name(report->arena, report->inventory->target);

	buf_fmt(b, "---\napiVersion: wgpolicyk8s.io/v1alpha2\nkind: %s\nmetadata:\n",
		cluster ? "ClusterPolicyReport" : "PolicyReport");
	put_text(b, "  name",
		 str_fmt(report->arena, "seawall-%.*s",
			 STR_ARG(target.n > 0 ? target : STR("manifest"))));
	put_text(b, "  namespace", space->namespace);
	BUF_LIT(b, "  labels:\n    app.kubernetes.io/managed-by: seawall\n  annotations:\n");
	put_text(b, "    seawall/target", report->inventory->target);
	put_text(b, "    seawall/status", str_c(report_status_name(report->status)));
	put_text(b, "    seawall/not-examined",
		 text_number(report->arena, report->inventory->not_examined_count));
	if (space->dropped > 0)
		put_text(b, "    seawall/results-left-out",
			 text_number(report->arena, space->dropped));
	put_summary(b, space);
	buf_add(b, space->n > 0 ? STR("results:\n") : STR("results: []\n"));
	for (size_t i = 0; i < space->n; i++) {
		put_entry(b, report, &space->items[i]);
		report_out_step(out);
	}
}

static void target(struct report_out *out, const struct report *report)
{
	struct spaces all = { .arena = report->arena };

	map_init(&all.map, report->arena);
	add_shown(&all, report);
	add_suppressed(&all, report);
	add_passed(&all, report);
	for (size_t i = 0; i < all.n; i++)
		put_space(out, report, all.items[i]);
	/* A document that says so is better than none at all. */
	if (all.n == 0)
		put_space(out, report, space_of(&all, NULL));
}

static void begin(struct report_out *out) { (void)out; }
static void end(struct report_out *out) { (void)out; }

/* Nothing can be said of its objects: a comment, which no reader takes for a result. */
static void failed(struct report_out *out, str name, const struct err *why)
{
	BUF_LIT(&out->buf, "---\n# not assessed: ");
	json_quote(&out->buf, name);
	BUF_LIT(&out->buf, ": ");
	json_quote(&out->buf, str_c(why->msg));
	buf_byte(&out->buf, '\n');
}

const struct report_writer report_writer_policy_report = {
	.name = "policy-report",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
