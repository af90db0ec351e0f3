/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/assessment.h"

#include "base/time.h"
#include "posture/exemption.h"
#include "unit/test.h"

/* 2026-11-22. */
#define NOW INT64_C(1795305600)

struct world {
	struct arena *arena;
	struct recommendation_set set;
	struct object_table *table;
	struct exception_set exceptions;
	struct assessment_input input;
	struct assessment a;
};

static void world_init(struct world *w)
{
	struct err err;

	*w = (struct world){ .arena = arena_new(), .table = object_table_new() };
	CHECK_OK(recommendation_set_load(&w->set, w->arena, &err));
	exception_set_init(&w->exceptions, w->arena, NOW);
	w->input = (struct assessment_input){ .recommendations = &w->set,
					      .name = STR("prod"),
					      .exceptions = &w->exceptions };
}

static void world_done(struct world *w)
{
	object_table_free(w->table);
	arena_free(w->arena);
}

static uint64_t bit(const struct world *w, const char *id)
{
	int i = recommendation_find(&w->set, str_c(id));

	if (i < 0)
		test_fail(__FILE__, __LINE__, "no recommendation %s", id);
	return RECOMMENDATION_BIT(i);
}

static size_t index_of(const struct world *w, const char *id)
{
	return (size_t)__builtin_ctzll(bit(w, id));
}

struct thing {
	const char *kind, *name, *owner_kind, *owner;
	uint64_t healthy, unhealthy, error, none;
	const char *container;
	uint64_t undecided;
};

static void put(struct world *w, const struct thing *t)
{
	struct object_finding findings[RECOMMENDATION_MAX];
	struct object_reason reason = { .text = { STR("not readable"), STR("読めない") } };
	struct object_verdict v = {
		.resource = str_eq(str_c(t->kind), STR("Service")) ? RESOURCE_SERVICE
								   : RESOURCE_WORKLOAD,
		.kind = str_c(t->kind),
		.namespace = STR("default"),
		.name = str_c(t->name),
		.owner_kind = str_c(t->owner_kind),
		.owner_name = str_c(t->owner),
		.is_pod = str_eq(str_c(t->kind), STR("Pod")),
		.healthy = t->healthy,
		.unhealthy = t->unhealthy,
		.error = t->error,
		.not_applicable = t->none,
		.undecided = t->undecided,
		.findings = findings,
		.reasons = &reason,
		.reason_n = t->error ? 1 : 0,
	};
	struct err err;

	for (unsigned i = 0; i < RECOMMENDATION_MAX; i++) {
		if (t->unhealthy & RECOMMENDATION_BIT(i))
			findings[v.finding_n++] = (struct object_finding){
				.recommendation = i,
				.subject = str_c(t->container ? t->container : "web"),
				.message = { STR("is wrong"), STR("誤り") },
			};
		if (t->error & RECOMMENDATION_BIT(i))
			reason.recommendation = i;
	}
	CHECK_OK(object_table_put(w->table, &v, &err));
}

static void assess(struct world *w) { assessment_make(&w->a, &w->input, w->table, w->arena); }

static enum assessed_state state(const struct world *w, const char *key, const char *id)
{
	const struct assessed_resource *r = assessment_find(&w->a, str_c(key));
	enum assessed_state out = ASSESSED_STATES;

	if (!r)
		test_fail(__FILE__, __LINE__, "no resource %s", key);
	if (!assessed_state_of(r, index_of(w, id), &out))
		return ASSESSED_STATES;
	return out;
}

#define PRIVILEGED "no-privileged-containers"
#define ROOT	   "no-root-user"
#define PORTS	   "container-allowed-ports"

TEST(pods_of_a_deployment_count_once_under_it)
{
	struct world w;
	struct assessed_finding *findings;
	str *pods;

	world_init(&w);
	uint64_t bad = bit(&w, PRIVILEGED), good = bit(&w, ROOT);
	put(&w, &(struct thing){ "Pod", "web-1-a", "ReplicaSet", "web-1", good, bad });
	put(&w, &(struct thing){ "Deployment", "web", NULL, NULL, good, bad });
	put(&w, &(struct thing){ "ReplicaSet", "web-1", "Deployment", "web" });
	put(&w, &(struct thing){ "Pod", "web-1-b", "ReplicaSet", "web-1", good, bad });
	assess(&w);
	CHECK_INT(w.a.n, 1);
	CHECK_INT(w.a.objects, 4);
	CHECK_INT(w.a.pods, 2);
	const struct assessed_resource *r = &w.a.resources[0];
	CHECK_STRV(r->key, "default/Deployment/web");
	CHECK_STRV(r->type, "Deployment");
	CHECK_INT(r->pods, 2);
	const struct assessed_recommendation *result = &w.a.results[index_of(&w, PRIVILEGED)];
	CHECK_INT(result->count[ASSESSED_UNHEALTHY], 1);
	CHECK_INT(result->pods, 2);
	CHECK_INT(result->state, ASSESSED_UNHEALTHY);
	CHECK_INT(assessed_findings(r, index_of(&w, PRIVILEGED), w.arena, &findings), 1);
	CHECK_INT(findings[0].objects, 3);
	CHECK_INT(findings[0].pods, 2);
	CHECK_INT(assessed_pods(r, index_of(&w, PRIVILEGED), w.arena, &pods), 2);
	CHECK_STRV(pods[0], "default/Pod/web-1-a");
	CHECK_INT(w.a.score.resources, 1);
	world_done(&w);
}

TEST(owner_that_was_not_read_is_still_the_resource)
{
	struct world w;

	world_init(&w);
	put(&w, &(struct thing){ "Pod", "a", "Rollout", "shop", bit(&w, ROOT) });
	put(&w, &(struct thing){ "Pod", "b", "Rollout", "shop", bit(&w, ROOT) });
	put(&w, &(struct thing){ "Pod", "kube-apiserver-n1", "Node", "n1", bit(&w, ROOT) });
	assess(&w);
	CHECK_INT(w.a.n, 2);
	CHECK(assessment_find(&w.a, STR("default/Rollout/shop")) != NULL);
	CHECK(assessment_find(&w.a, STR("default/Pod/kube-apiserver-n1")) != NULL);
	world_done(&w);
}

TEST(owners_in_a_circle_end)
{
	struct world w;

	world_init(&w);
	put(&w, &(struct thing){ "ReplicaSet", "a", "ReplicaSet", "b", bit(&w, ROOT) });
	put(&w, &(struct thing){ "ReplicaSet", "b", "ReplicaSet", "a", bit(&w, ROOT) });
	assess(&w);
	CHECK_INT(w.a.objects, 2);
	world_done(&w);
}

TEST(worst_state_of_the_objects_is_that_of_the_resource)
{
	struct world w;

	world_init(&w);
	uint64_t b = bit(&w, PRIVILEGED);
	put(&w, &(struct thing){ "Pod", "a", "Job", "bad", b });
	put(&w, &(struct thing){ "Pod", "b", "Job", "bad", 0, b });
	put(&w, &(struct thing){ "Pod", "c", "Job", "bad", 0, 0, b });
	put(&w, &(struct thing){ "Pod", "d", "Job", "unread", b });
	put(&w, &(struct thing){ "Pod", "e", "Job", "unread", 0, 0, b });
	put(&w, &(struct thing){ "Pod", "f", "Job", "none", 0, 0, 0, b });
	put(&w, &(struct thing){ "Pod", "g", "Job", "good", b, 0, 0, 0 });
	assess(&w);
	CHECK_INT(state(&w, "default/Job/bad", PRIVILEGED), ASSESSED_UNHEALTHY);
	CHECK_INT(state(&w, "default/Job/unread", PRIVILEGED), ASSESSED_ERROR);
	CHECK_INT(state(&w, "default/Job/none", PRIVILEGED), ASSESSED_NOT_APPLICABLE);
	CHECK_INT(state(&w, "default/Job/good", PRIVILEGED), ASSESSED_HEALTHY);
	CHECK_STRV(assessed_reason(assessment_find(&w.a, STR("default/Job/unread")),
				   index_of(&w, PRIVILEGED), LANG_JA),
		   "読めない");
	world_done(&w);
}

TEST(error_is_never_healthy_and_counts_nowhere)
{
	struct world w;

	world_init(&w);
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, bit(&w, ROOT), 0, bit(&w, PRIVILEGED) });
	put(&w, &(struct thing){ "Pod", "b", NULL, NULL, bit(&w, ROOT) });
	assess(&w);
	for (size_t i = 0; i < w.set.control_n; i++) {
		const struct control_tally *t = &w.a.score.controls[i].tally;

		if (w.set.items[index_of(&w, ROOT)].controls & RECOMMENDATION_BIT(i)) {
			CHECK_INT(t->healthy, 1);
			CHECK_INT(t->undecided, 1);
			CHECK_INT(t->unhealthy, 0);
		}
	}
	world_done(&w);
}

TEST(undecided_list_counts_only_when_it_is_set)
{
	struct world w;
	double percent;

	world_init(&w);
	uint64_t ports = bit(&w, PORTS), root = bit(&w, ROOT);
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, root, ports, .undecided = ports });
	put(&w, &(struct thing){ "Pod", "b", NULL, NULL, root | ports, .undecided = ports });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PORTS), ASSESSED_DECISION);
	CHECK_INT(state(&w, "default/Pod/b", PORTS), ASSESSED_HEALTHY);
	CHECK(w.a.results[index_of(&w, PORTS)].undecided);
	CHECK_INT(w.a.results[index_of(&w, PORTS)].state, ASSESSED_DECISION);
	CHECK(score_percent(&w.a.score, 1, &percent));
	CHECK_INT(score_round(percent), 100);
	CHECK(w.a.score.max > 3.9 && w.a.score.max < 4.1); /* of the one control that counts */
	/* Decided, or read by the letter: it counts. */
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, root, ports });
	put(&w, &(struct thing){ "Pod", "b", NULL, NULL, root | ports });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PORTS), ASSESSED_UNHEALTHY);
	CHECK(score_percent(&w.a.score, 1, &percent));
	CHECK_INT(score_round(percent), 75); /* 4 of 4 and 2 of 4 */
	world_done(&w);
}

TEST(resource_is_healthy_in_a_control_only_in_all_of_it)
{
	struct world w;

	world_init(&w);
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, bit(&w, ROOT), bit(&w, PRIVILEGED) });
	put(&w, &(struct thing){ "Pod", "b", NULL, NULL, bit(&w, ROOT) | bit(&w, PRIVILEGED) });
	assess(&w);
	size_t c = (size_t)__builtin_ctzll(w.set.items[index_of(&w, ROOT)].controls);
	CHECK_INT(w.a.score.controls[c].tally.healthy, 1);
	CHECK_INT(w.a.score.controls[c].tally.unhealthy, 1);
	CHECK_INT(w.a.score.resources, 2);
	world_done(&w);
}

TEST(preview_and_switched_off_do_not_count)
{
	struct world w;
	double percent;

	world_init(&w);
	w.set.items[index_of(&w, PRIVILEGED)].preview = true;
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, bit(&w, ROOT), bit(&w, PRIVILEGED) });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PRIVILEGED), ASSESSED_UNHEALTHY);
	CHECK(score_percent(&w.a.score, 1, &percent));
	CHECK_INT(score_round(percent), 100);
	CHECK(!w.a.results[index_of(&w, "registry-cmk-encryption")].counts);
	w.input.enabled = bit(&w, "registry-cmk-encryption");
	assess(&w);
	CHECK(w.a.results[index_of(&w, "registry-cmk-encryption")].counts);
	world_done(&w);
}

static void read_exceptions(struct world *w, const char *text)
{
	struct err err;

	CHECK_OK(exception_read_text(&w->exceptions, STR("seawallignore.yaml"), str_c(text), &err));
}

TEST(exempt_resource_counts_nowhere_whatever_its_state)
{
	struct world w;
	double before, after;

	world_init(&w);
	read_exceptions(&w, "exceptions:\n"
			    "  - id: no-privileged-containers\n"
			    "    path: default/Pod/a\n"
			    "    type: mitigated\n"
			    "    reason: debugging\n"
			    "    author: team\n"
			    "    expires: 2026-12-31\n");
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, 0, bit(&w, PRIVILEGED) });
	put(&w, &(struct thing){ "Pod", "b", NULL, NULL, bit(&w, PRIVILEGED) });
	put(&w, &(struct thing){ "Pod", "c", NULL, NULL, 0, bit(&w, PRIVILEGED) });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PRIVILEGED), ASSESSED_EXEMPT);
	CHECK_INT(w.exceptions.items[0].matched, 1);
	const struct assessed_exemption *e = assessed_exemption_of(
		assessment_find(&w.a, STR("default/Pod/a")), index_of(&w, PRIVILEGED));
	CHECK_INT(e->underlying, ASSESSED_UNHEALTHY);
	CHECK_STR(exemption_category(e->by), "mitigated");
	CHECK(score_percent(&w.a.score, 1, &before));
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, bit(&w, PRIVILEGED) });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PRIVILEGED), ASSESSED_EXEMPT);
	CHECK_INT(w.exceptions.items[0].matched, 0); /* no longer needed */
	CHECK(score_percent(&w.a.score, 1, &after));
	CHECK_INT(before * 1000, after * 1000);
	CHECK_INT(score_round(after), 50);
	world_done(&w);
}

TEST(one_container_can_be_exempt)
{
	struct world w;

	world_init(&w);
	read_exceptions(&w, "exceptions:\n"
			    "  - id: SW-REC-018\n"
			    "    path: default/Deployment/web/sidecar\n"
			    "    reason: needs it\n"
			    "    author: team\n"
			    "    expires: 2026-12-31\n");
	put(&w, &(struct thing){ "Deployment", "web", NULL, NULL, 0, bit(&w, PRIVILEGED), 0, 0,
				 "sidecar" });
	put(&w, &(struct thing){ "Pod", "web-1", "Deployment", "web", 0, bit(&w, PRIVILEGED), 0, 0,
				 "sidecar" });
	assess(&w);
	CHECK_INT(state(&w, "default/Deployment/web", PRIVILEGED), ASSESSED_EXEMPT);
	put(&w, &(struct thing){ "Pod", "web-2", "Deployment", "web", 0, bit(&w, PRIVILEGED), 0, 0,
				 "app" });
	assess(&w);
	CHECK_INT(state(&w, "default/Deployment/web", PRIVILEGED), ASSESSED_UNHEALTHY);
	world_done(&w);
}

TEST(expired_exemption_hides_nothing)
{
	struct world w;

	world_init(&w);
	read_exceptions(&w, "exceptions:\n"
			    "  - id: no-privileged-containers\n"
			    "    reason: was needed\n"
			    "    author: team\n"
			    "    expires: 2026-11-01\n");
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, 0, bit(&w, PRIVILEGED) });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PRIVILEGED), ASSESSED_UNHEALTHY);
	CHECK(exception_is_expired(&w.exceptions.items[0], NOW));
	world_done(&w);
}

TEST(exemption_never_hides_an_error)
{
	struct world w;

	world_init(&w);
	read_exceptions(&w, "exceptions:\n"
			    "  - id: no-privileged-containers\n"
			    "    reason: r\n"
			    "    author: team\n"
			    "    expires: 2026-12-31\n");
	put(&w, &(struct thing){ "Pod", "a", NULL, NULL, 0, 0, bit(&w, PRIVILEGED) });
	assess(&w);
	CHECK_INT(state(&w, "default/Pod/a", PRIVILEGED), ASSESSED_ERROR);
	world_done(&w);
}

/* Every order of arrival, with replacements and removals in between, gives one assessment. */
TEST(order_of_objects_does_not_matter)
{
	static const size_t orders[][5] = {
		{ 0, 1, 2, 3, 4 },
		{ 4, 3, 2, 1, 0 },
		{ 2, 0, 4, 1, 3 },
		{ 3, 1, 0, 4, 2 },
	};
	double first = -1;

	for (size_t o = 0; o < ARRAY_LEN(orders); o++) {
		struct world w;
		double percent;

		world_init(&w);
		uint64_t a = bit(&w, PRIVILEGED), b = bit(&w, ROOT);
		const struct thing things[] = {
			{ "Pod", "web-1-a", "ReplicaSet", "web-1", a, b },
			{ "ReplicaSet", "web-1", "Deployment", "web" },
			{ "Deployment", "web", NULL, NULL, a | b },
			{ "Pod", "alone", NULL, NULL, b, a },
			{ "Pod", "good", NULL, NULL, a | b },
		};

		put(&w, &(struct thing){ "Pod", "gone", NULL, NULL, 0, a | b });
		put(&w, &(struct thing){ "Pod", "good", NULL, NULL, 0, a | b });
		for (size_t i = 0; i < ARRAY_LEN(things); i++)
			put(&w, &things[orders[o][i]]);
		CHECK(object_table_remove(w.table, STR("default/Pod/gone")));
		CHECK(!object_table_remove(w.table, STR("default/Pod/gone")));
		assess(&w);
		CHECK_INT(w.a.n, 3);
		CHECK_STRV(w.a.resources[0].key, "default/Deployment/web");
		CHECK_STRV(w.a.resources[1].key, "default/Pod/alone");
		CHECK_INT(state(&w, "default/Deployment/web", ROOT), ASSESSED_UNHEALTHY);
		CHECK(score_percent(&w.a.score, 1, &percent));
		CHECK_INT(percent * 1000, first < 0 ? percent * 1000 : first * 1000);
		first = percent;
		world_done(&w);
	}
}

TEST(values_in_use_are_proposed_with_their_numbers)
{
	struct world w;
	struct assessed_use *uses;
	struct err err;

	world_init(&w);
	unsigned ports = (unsigned)index_of(&w, PORTS);
	struct object_use used[] = { { ports, STR("80") }, { ports, STR("443") } };
	struct object_verdict v = {
		.kind = STR("Pod"), .namespace = STR("x"), .is_pod = true, .uses = used
	};
	v.name = STR("a");
	v.use_n = 2;
	CHECK_OK(object_table_put(w.table, &v, &err));
	v.name = STR("b");
	v.use_n = 1;
	CHECK_OK(object_table_put(w.table, &v, &err));
	assess(&w);
	CHECK_INT(assessed_uses(&w.a, ports, w.arena, &uses), 2);
	CHECK_STRV(uses[0].value, "443");
	CHECK_STRV(uses[1].value, "80");
	CHECK_INT(uses[1].objects, 2);
	world_done(&w);
}

TEST(ten_thousand_failing_pods_take_little_memory)
{
	struct world w;

	world_init(&w);
	for (unsigned i = 0; i < 10000; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "pod-%05u", i);
		put(&w,
		    &(struct thing){ "Pod", name, NULL, NULL, bit(&w, ROOT), bit(&w, PRIVILEGED) });
	}
	assess(&w);
	CHECK_INT(w.a.results[index_of(&w, PRIVILEGED)].pods, 10000);
	if (object_table_bytes(w.table) > 12u << 20)
		test_fail(__FILE__, __LINE__, "%zu bytes", object_table_bytes(w.table));
	world_done(&w);
}
