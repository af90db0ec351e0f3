/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster itself: its checks, and what could not be read of it. */
#include "policy/check.h"
#include "posture/judge.h"
#include "posture/posture_internal.h"

#define UNREAD_MAX 10000u

/* Resources of the API whose objects are judged. Without podtemplates: what is made of them is a
 * pod or workload, and is judged as that; which were not read is told. */
static const struct {
	const char *resource, *group, *kind;
} resources[] = {
	{ "cronjobs", "batch", "CronJob" },
	{ "daemonsets", "apps", "DaemonSet" },
	{ "deployments", "apps", "Deployment" },
	{ "ingresses", "networking.k8s.io", "Ingress" },
	{ "jobs", "batch", "Job" },
	{ "pods", "", "Pod" },
	{ "replicasets", "apps", "ReplicaSet" },
	{ "replicationcontrollers", "", "ReplicationController" },
	{ "serviceaccounts", "", "ServiceAccount" },
	{ "services", "", "Service" },
	{ "statefulsets", "apps", "StatefulSet" },
};

/* ---- results of checks ---------------------------------------------------------------------- */

struct head {
	struct posture *cluster;
	struct object_verdict *out;
	struct object_finding *findings;
	struct object_reason *reasons;
	size_t finding_cap, reason_cap;
};

static void add_reason(struct head *h, unsigned recommendation, const str text[LANG_COUNT])
{
	struct object_reason *r;

	h->reasons = arena_grow(h->cluster->head_arena, h->reasons, h->out->reason_n,
				&h->reason_cap, sizeof(*h->reasons));
	r = &h->reasons[h->out->reason_n++];
	*r = (struct object_reason){ .recommendation = recommendation };
	memcpy(r->text, text, sizeof(r->text));
}

static void add_findings(struct head *h, unsigned recommendation, const struct check_result *result)
{
	for (size_t i = 0; i < result->finding_n; i++) {
		const struct check_finding *f = &result->findings[i];
		struct object_finding *made;

		h->findings = arena_grow(h->cluster->head_arena, h->findings, h->out->finding_n,
					 &h->finding_cap, sizeof(*h->findings));
		made = &h->findings[h->out->finding_n++];
		*made = (struct object_finding){ .recommendation = recommendation,
						 .subject = f->subject };
		memcpy(made->message, f->message, sizeof(made->message));
	}
	h->out->dropped += result->dropped;
}

/* A check that is no recommendation is shown behind them. */
static int recommendation_of(struct recommendation_set *set, const struct check *check)
{
	int i = recommendation_find(set, check->id);
	struct recommendation r = { .id = check->aliases && check->alias_n > 0 ? check->aliases[0]
									       : check->id,
				    .code = check->id,
				    .order = (unsigned)set->n + 1,
				    .kind = RESOURCE_CLUSTER,
				    .check = check->id,
				    .preview = true,
				    .action = STR("none"),
				    .freshness = set->items[0].freshness };

	if (i >= 0)
		return i;
	IGNORE(severity_from(check->severity, &r.severity)); /* else unknown */
	for (size_t k = 0; k < LANG_COUNT; k++) {
		r.text[k].title = check->text[k].title;
		r.text[k].description = check->text[k].description;
		r.text[k].remediation = check->text[k].remediation;
	}
	return recommendation_add(set, &r);
}

static int take_result(struct head *h, const struct check_result *result, struct err *err)
{
	int i = recommendation_of(h->cluster->opts.recommendations, result->check);
	recommendation_bits bit;

	if (i < 0)
		return err_set(err, ERR_LIMIT, "more than %u recommendations and checks",
			       RECOMMENDATION_MAX);
	bit = RECOMMENDATION_BIT(i);
	switch (result->verdict) {
	case CHECK_PASS:
		h->out->healthy |= bit;
		break;
	case CHECK_MANUAL:
		h->out->undecided |= bit;
		__attribute__((fallthrough));
	case CHECK_FAIL:
		h->out->unhealthy |= bit;
		add_findings(h, (unsigned)i, result);
		break;
	case CHECK_NOT_APPLICABLE:
		h->out->not_applicable |= bit;
		add_reason(h, (unsigned)i, result->reason);
		break;
	case CHECK_ERROR:
		h->out->error |= bit;
		add_reason(h, (unsigned)i, result->reason);
		break;
	}
	return 0;
}

/* ---- the document --------------------------------------------------------------------------- */

static int take_unread(struct posture *c, const struct json *root, struct err *err)
{
	JSON_EACH (JSON_GET(root, "not_read"), entry) {
		if (c->unread_n >= UNREAD_MAX)
			return err_set(err, ERR_LIMIT, "not_read has more than %u entries",
				       UNREAD_MAX);
		c->unread = arena_grow(c->head_arena, c->unread, c->unread_n, &c->unread_cap,
				       sizeof(*c->unread));
		c->unread[c->unread_n++] = (struct posture_unread){
			.what = json_get_str(entry, STR("what")),
			.reason = json_get_str(entry, STR("reason")),
			.remedy = json_get_str(entry, STR("remedy")),
		};
	}
	return 0;
}

/* Without the objects: the checks look at the cluster. */
static str without_objects(const struct json *root, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;

	buf_init(&b, CHECK_MAX_FACTS);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	JSON_MEMBERS (root, member) {
		if (str_eq(member->key, STR("objects")))
			continue;
		json_key(&w, member->key);
		json_put(&w, &member->value);
	}
	json_close_object(&w);
	return b.overflow ? STR_EMPTY : str_dup(arena, buf_str(&b));
}

int posture_head(struct posture *c, str facts, struct err *err)
{
	struct check_run run = { .now = c->opts.now, .parameters = c->opts.settings };
	struct check_results results = { 0 };
	const struct json *root;
	struct head h = { .cluster = c, .out = &c->head };

	arena_reset(c->head_arena);
	c->unread = NULL;
	c->unread_n = c->unread_cap = 0;
	c->has_head = false;
	c->head = (struct object_verdict){ .resource = RESOURCE_CLUSTER, .kind = STR("Cluster") };
	facts = str_dup(c->head_arena, facts);
	if (json_parse(facts, NULL, c->head_arena, &root, err) < 0)
		return -1;
	if (!str_eq(json_get_str(root, STR("kind")), STR("cluster")))
		return err_set(err, ERR_INPUT, "no facts of a cluster: kind is '%.*s'",
			       STR_ARG(json_get_str(root, STR("kind"))));
	c->name = json_str(json_path(root, "cluster", "name", NULL));
	c->server = json_str(json_path(root, "cluster", "server", NULL));
	c->version = json_str(json_path(root, "version", "gitVersion", NULL));
	c->collected_at = json_get_str(root, STR("collected_at"));
	if (take_unread(c, root, err) < 0)
		return -1;
	if (JSON_GET(root, "objects"))
		facts = without_objects(root, c->head_arena);
	check_set_judge(c->opts.checks, STR("cluster"), STR_EMPTY, facts, &run, c->head_arena,
			&results);
	for (size_t i = 0; i < results.n; i++) {
		if (take_result(&h, &results.items[i], err) < 0)
			return -1;
	}
	c->head.findings = h.findings;
	c->head.reasons = h.reasons;
	c->has_head = true;
	return 0;
}

/* ---- what could not be read ----------------------------------------------------------------- */

/* "pods", "deployments.apps", "pods in namespace a": which recommendations needed it. */
static recommendation_bits needed_by(const struct posture *c, str what)
{
	size_t n = 0;

	while (n < what.n && is_alpha(what.p[n]))
		n++;
	for (size_t i = 0; i < ARRAY_LEN(resources); i++) {
		if (str_ieq(str_take(what, n), str_c(resources[i].resource)))
			return posture_judge_kind(c->judge, str_c(resources[i].group),
						  str_c(resources[i].kind));
	}
	return posture_judge_resource(c->judge, str_take(what, n));
}

static void add_errors(struct head *h, recommendation_bits needed, str text)
{
	const str both[LANG_COUNT] = { text, text };

	for (unsigned i = 0; i < h->cluster->opts.recommendations->n; i++) {
		recommendation_bits bit = RECOMMENDATION_BIT(i);

		if (!(needed & bit) || (h->out->error & bit))
			continue;
		h->out->error |= bit;
		add_reason(h, i, both);
	}
}

void posture_put_head(struct posture *c)
{
	struct object_verdict v = c->head;
	struct head h = { .cluster = c, .out = &v };
	struct err err;

	h.reasons = ARENA_ARRAY(c->scratch, struct object_reason, RECOMMENDATION_MAX);
	for (size_t i = 0; i < c->head.reason_n; i++)
		h.reasons[i] = c->head.reasons[i];
	h.reason_cap = RECOMMENDATION_MAX;
	for (size_t i = 0; i < c->unread_n; i++)
		add_errors(&h, needed_by(c, c->unread[i].what),
			   str_fmt(c->scratch, "%.*s: %.*s", STR_ARG(c->unread[i].what),
				   STR_ARG(c->unread[i].reason)));
	if (c->malformed > 0)
		add_errors(&h, posture_judge_kind(c->judge, STR(""), STR("Pod")),
			   str_fmt(c->scratch, "%zu objects are malformed: %s", c->malformed,
				   c->malformed_why.msg));
	v.resource = RESOURCE_CLUSTER;
	v.kind = STR("Cluster");
	v.name = posture_name(c);
	v.reasons = h.reasons;
	if (!c->has_head && v.error == 0)
		return;
	/* One more than the limit of objects does not matter for the one that says so. */
	IGNORE(object_table_put(c->table, &v, &err));
}

void posture_input(struct posture *c)
{
	c->input = (struct assessment_input){
		.recommendations = c->opts.recommendations,
		.name = posture_name(c),
		.enabled = c->opts.enabled,
		.exceptions = c->opts.exceptions,
		.add_matches = c->opts.add_matches,
	};
}
