/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/posture.h"

#include "base/json.h"
#include "policy/check.h"
#include "policy/constraint/library.h"
#include "policy/constraint/library_parameters.h"
#include "posture/facts_file.h"
#include "posture/judge.h"
#include "unit/test.h"

#include <fcntl.h>

struct world {
	struct arena *arena;
	struct recommendation_set set;
	struct library_parameters parameters;
	struct library *library;
	struct check_set *checks;
	struct posture *posture;
	struct assessment a;
};

static struct library *load(struct world *w, const char *parameters)
{
	struct library_opts opts = { 0 };
	struct library_parameters *read = ARENA_NEW(w->arena, struct library_parameters);
	struct library *library;
	struct err err;

	if (parameters) {
		CHECK_OK(library_parameters_read(STR("p.yaml"), str_c(parameters), w->arena, read,
						 &err));
		opts.parameters = read;
	}
	library = library_load(&opts, &err);
	CHECK_OK(library);
	return library;
}

static void world_init(struct world *w, const char *parameters)
{
	static const str groups[] = { STR_INIT("cluster") };
	struct check_load checks = { .groups = groups, .group_n = 1 };
	struct problems problems;
	struct err err;

	*w = (struct world){ .arena = arena_new() };
	problems = (struct problems){ .arena = w->arena };
	CHECK_OK(recommendation_set_load(&w->set, w->arena, &err));
	w->library = load(w, parameters);
	w->checks = check_set_load(&checks, &problems, &err);
	CHECK_OK(w->checks);
	struct posture_opts opts = { .recommendations = &w->set,
				     .library = w->library,
				     .checks = w->checks,
				     .now = 1795305600,
				     .arena = w->arena };
	w->posture = posture_new(&opts, &err);
	CHECK_OK(w->posture);
}

static void world_done(struct world *w)
{
	posture_free(w->posture);
	library_unref(w->library);
	check_set_unref(w->checks);
	arena_free(w->arena);
}

static const struct json *parse(struct world *w, const char *text)
{
	const struct json *json;
	struct err err;

	CHECK_OK(json_parse(str_c(text), NULL, w->arena, &json, &err));
	return json;
}

static int object(struct world *w, const char *text)
{
	struct err err;
	int rc = posture_object(w->posture, parse(w, text), &err);

	CHECK_OK(rc);
	return rc;
}

static size_t index_of(const struct world *w, const char *id)
{
	int i = recommendation_find(&w->set, str_c(id));

	if (i < 0)
		test_fail(__FILE__, __LINE__, "no recommendation %s", id);
	return (size_t)i;
}

static enum assessed_state state(struct world *w, const char *key, const char *id)
{
	const struct assessed_resource *r;
	enum assessed_state out = ASSESSED_STATES;

	posture_assess(w->posture, w->arena, &w->a);
	r = assessment_find(&w->a, str_c(key));
	if (!r)
		test_fail(__FILE__, __LINE__, "no resource %s", key);
	return assessed_state_of(r, index_of(w, id), &out) ? out : ASSESSED_STATES;
}

#define POD(name, ns, spec)                                                      \
	"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" name \
	"\",\"namespace\":\"" ns "\"},\"spec\":" spec "}"
#define PRIVILEGED \
	"{\"containers\":[{\"name\":\"c\",\"image\":\"a\",\"securityContext\":{\"privileged\":true}}]}"
#define PLAIN "{\"containers\":[{\"name\":\"c\",\"image\":\"a\"}]}"

TEST(pod_is_judged_and_names_its_container)
{
	struct assessed_finding *findings;
	struct world w;

	world_init(&w, NULL);
	CHECK_INT(object(&w, POD("a", "shop", PRIVILEGED)), 1);
	CHECK_INT(
		object(&w,
		       "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\",\"namespace\":\"shop\"}}"),
		0);
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	CHECK_INT(state(&w, "shop/Pod/a", "no-sys-admin-capability"), ASSESSED_HEALTHY);
	CHECK_INT(state(&w, "shop/Pod/a", "ingress-https-only"), ASSESSED_STATES);
	CHECK_INT(assessed_findings(&w.a.resources[0], index_of(&w, "no-privileged-containers"),
				    w.arena, &findings),
		  1);
	CHECK_STRV(findings[0].subject, "c");
	world_done(&w);
}

TEST(template_is_judged_where_there_is_no_pod_yet)
{
	struct assessed_finding *findings;
	struct world w;

	world_init(&w, NULL);
	object(&w,
	       "{\"apiVersion\":\"batch/v1beta1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"n\",\"namespace\":\"shop\"},"
	       "\"spec\":{\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":" PRIVILEGED "}}}}}");
	object(&w,
	       "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"n-1\",\"namespace\":\"shop\",\"ownerReferences\":"
	       "[{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"name\":\"n\",\"controller\":true}]},"
	       "\"spec\":{\"template\":{\"spec\":" PRIVILEGED "}}}");
	CHECK_INT(state(&w, "shop/CronJob/n", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	CHECK_INT(w.a.n, 1);
	CHECK_INT(assessed_findings(&w.a.resources[0], index_of(&w, "no-privileged-containers"),
				    w.arena, &findings),
		  1);
	CHECK_INT(findings[0].objects, 1); /* the job is not judged beside its template */
	CHECK(!str_starts(findings[0].message[LANG_EN], STR("[")));
	world_done(&w);
}

TEST(replica_sets_that_a_deployment_left_do_not_count)
{
	struct world w;

	world_init(&w, NULL);
	object(&w,
	       "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"},"
	       "\"spec\":{\"template\":{\"spec\":" PLAIN "}}}");
	object(&w,
	       "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"web-0\",\"namespace\":\"shop\",\"ownerReferences\":"
	       "[{\"kind\":\"Deployment\",\"name\":\"web\",\"controller\":true}]},"
	       "\"spec\":{\"replicas\":0,\"template\":{\"spec\":" PRIVILEGED "}}}");
	CHECK_INT(state(&w, "shop/Deployment/web", "no-privileged-containers"), ASSESSED_HEALTHY);
	/* One of an operator's kind is judged, unless it makes nothing any more. */
	object(&w,
	       "{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"r-1\",\"namespace\":\"shop\",\"ownerReferences\":"
	       "[{\"kind\":\"Rollout\",\"name\":\"r\",\"controller\":true}]},"
	       "\"spec\":{\"replicas\":2,\"template\":{\"spec\":" PRIVILEGED "}}}");
	CHECK_INT(state(&w, "shop/Rollout/r", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	world_done(&w);
}

TEST(deployment_of_an_operator_is_its_own_resource)
{
	struct world w;

	world_init(&w, NULL);
	object(&w,
	       "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"ownerReferences\":"
	       "[{\"kind\":\"Shop\",\"name\":\"s\",\"controller\":true}]},\"spec\":{\"template\":{\"spec\":" PLAIN
	       "}}}");
	CHECK_INT(state(&w, "shop/Deployment/web", "no-privileged-containers"), ASSESSED_HEALTHY);
	world_done(&w);
}

TEST(kube_system_is_judged)
{
	struct world w;

	world_init(&w, NULL);
	object(&w, POD("a", "kube-system", PRIVILEGED));
	CHECK_INT(state(&w, "kube-system/Pod/a", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	world_done(&w);
}

TEST(namespace_left_out_is_not_applicable_with_the_reason)
{
	struct world w;

	world_init(&w, "defaults: {excludedNamespaces: [sandbox-*]}\n");
	object(&w, POD("a", "sandbox-1", PRIVILEGED));
	CHECK_INT(state(&w, "sandbox-1/Pod/a", "no-privileged-containers"),
		  ASSESSED_NOT_APPLICABLE);
	CHECK_STRV(assessed_reason(&w.a.resources[0], index_of(&w, "no-privileged-containers"),
				   LANG_EN),
		   "outside the scope of the rule");
	world_done(&w);
}

TEST(windows_pod_is_not_applicable_where_the_field_does_not_exist)
{
	struct world w;

	world_init(&w, NULL);
	object(&w,
	       POD("a", "shop",
		   "{\"os\":{\"name\":\"windows\"},\"containers\":[{\"name\":\"c\",\"image\":\"a\"}]}"));
	CHECK_INT(state(&w, "shop/Pod/a", "no-privilege-escalation"), ASSESSED_NOT_APPLICABLE);
	CHECK_INT(state(&w, "shop/Pod/a", "readonly-root-filesystem"), ASSESSED_NOT_APPLICABLE);
	CHECK_INT(state(&w, "shop/Pod/a", "container-cpu-memory-limits"), ASSESSED_UNHEALTHY);
	world_done(&w);
}

TEST(lists_wait_for_a_decision_and_scopes_decide_them)
{
	struct assessed_use *uses;
	struct world w;

	world_init(
		&w,
		"scopes:\n  - name: s\n    namespaces: [shop]\n    rules:\n"
		"      container-allowed-ports: {parameters: {allowedContainerPortsList: [\"80\"]}}\n");
	object(&w,
	       POD("a", "shop",
		   "{\"containers\":[{\"name\":\"c\",\"image\":\"a\",\"ports\":[{\"containerPort\":81}]}]}"));
	object(&w,
	       POD("b", "else",
		   "{\"containers\":[{\"name\":\"c\",\"image\":\"a\",\"ports\":[{\"containerPort\":82}]}]}"));
	CHECK_INT(state(&w, "shop/Pod/a", "container-allowed-ports"), ASSESSED_UNHEALTHY);
	CHECK_INT(state(&w, "else/Pod/b", "container-allowed-ports"), ASSESSED_DECISION);
	CHECK_INT(assessed_uses(&w.a, index_of(&w, "container-allowed-ports"), w.arena, &uses), 1);
	CHECK_STRV(uses[0].value, "82");
	world_done(&w);
}

#define HEAD(unread)                                                                  \
	"{\"schema_version\":1,\"kind\":\"cluster\",\"cluster\":{\"name\":\"prod\"}," \
	"\"version\":{\"gitVersion\":\"v1.13.4\"},\"not_read\":[" unread "]}"

TEST(cluster_itself_is_a_resource_that_its_checks_judge)
{
	struct world w;
	struct err err;

	world_init(&w, NULL);
	CHECK_OK(posture_head(w.posture, STR(HEAD("")), &err));
	CHECK_INT(state(&w, "Cluster/prod", "kubernetes-version-not-vulnerable"),
		  ASSESSED_UNHEALTHY);
	CHECK_INT(state(&w, "Cluster/prod", "policy-addon-installed"), ASSESSED_NOT_APPLICABLE);
	/* Nobody said how the API server authorises. */
	CHECK_INT(state(&w, "Cluster/prod", "rbac-enabled"), ASSESSED_ERROR);
	CHECK_STRV(posture_name(w.posture), "prod");
	CHECK_FAIL(posture_head(w.posture, STR("{\"kind\":\"host\"}"), &err));
	CHECK_STR(err.msg, "no facts of a cluster: kind is 'host'");
	CHECK_FAIL(posture_head(w.posture, STR("{"), &err));
	world_done(&w);
}

TEST(unread_kinds_are_errors_of_what_needs_them)
{
	struct world w;
	struct err err;

	world_init(&w, NULL);
	object(&w, POD("a", "shop", PLAIN));
	CHECK_OK(posture_head(w.posture,
			      STR(HEAD("{\"what\":\"deployments.apps\",\"reason\":\"no right\"},"
				       "{\"what\":\"nodes\",\"reason\":\"no right\"}")),
			      &err));
	CHECK_INT(state(&w, "Cluster/prod", "no-root-user"), ASSESSED_ERROR);
	CHECK_INT(state(&w, "Cluster/prod", "service-allowed-ports"), ASSESSED_STATES);
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_HEALTHY);
	CHECK_INT(posture_unread_count(w.posture), 2);
	/* The right is given: the error goes. */
	CHECK_OK(posture_head(w.posture, STR(HEAD("")), &err));
	CHECK_INT(state(&w, "Cluster/prod", "no-root-user"), ASSESSED_STATES);
	world_done(&w);
}

TEST(object_that_is_malformed_is_an_error_and_not_nothing)
{
	struct world w;

	world_init(&w, NULL);
	CHECK_INT(object(&w, "{\"kind\":7}"), 0);
	CHECK_INT(state(&w, "Cluster/cluster", "no-root-user"), ASSESSED_ERROR);
	world_done(&w);
}

TEST(change_and_removal_of_an_object)
{
	struct world w;

	world_init(&w, NULL);
	object(&w, POD("a", "shop", PLAIN));
	object(&w, POD("b", "shop", PLAIN));
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_HEALTHY);
	object(&w, POD("a", "shop", PRIVILEGED));
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	posture_remove(w.posture, STR("Pod"), STR("shop"), STR("a"));
	posture_assess(w.posture, w.arena, &w.a);
	CHECK_INT(w.a.n, 1);
	posture_compact(w.posture);
	CHECK_INT(state(&w, "shop/Pod/b", "no-privileged-containers"), ASSESSED_HEALTHY);
	CHECK_INT(object_table_slots(posture_table(w.posture)), 1);
	world_done(&w);
}

TEST(other_parameters_touch_only_their_rules)
{
	struct world w;
	struct library *other;
	recommendation_bits changed;
	struct err err;

	world_init(&w, NULL);
	object(&w,
	       "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"shop\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
	CHECK_INT(state(&w, "shop/Service/s", "service-allowed-ports"), ASSESSED_DECISION);
	other = load(
		&w,
		"rules: {service-allowed-ports: {parameters: {allowedServicePortsList: [\"80\"]}}}\n");
	CHECK_OK(posture_set_library(w.posture, other, &changed, &err));
	CHECK_INT(changed, RECOMMENDATION_BIT(index_of(&w, "service-allowed-ports")));
	CHECK(posture_asked(w.posture, STR(""), STR("Service")) & changed);
	CHECK(!(posture_asked(w.posture, STR("apps"), STR("Deployment")) & changed));
	object(&w,
	       "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\",\"namespace\":\"shop\"},\"spec\":{\"ports\":[{\"port\":80}]}}");
	CHECK_INT(state(&w, "shop/Service/s", "service-allowed-ports"), ASSESSED_HEALTHY);
	library_unref(w.library);
	w.library = other;
	world_done(&w);
}

TEST(labels_of_namespaces_are_known)
{
	static const char plain[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}";
	static const char labelled[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\",\"labels\":{\"team\":\"a\"}}}";
	struct world w;

	world_init(
		&w,
		"scopes:\n  - name: t\n    namespaceSelector: {matchLabels: {team: a}}\n    rules:\n"
		"      no-privileged-containers: {enforcement: disabled}\n");
	CHECK(posture_needs_namespaces(w.posture));
	CHECK(!posture_knows_namespace(w.posture, parse(&w, plain)));
	object(&w, plain);
	CHECK(posture_knows_namespace(w.posture, parse(&w, plain)));
	CHECK(!posture_knows_namespace(w.posture, parse(&w, labelled)));
	object(&w, POD("a", "shop", PRIVILEGED));
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_UNHEALTHY);
	object(&w, labelled);
	object(&w, POD("a", "shop", PRIVILEGED));
	CHECK_INT(state(&w, "shop/Pod/a", "no-privileged-containers"), ASSESSED_NOT_APPLICABLE);
	world_done(&w);
}

static int count_object(void *context, const struct json *json, struct arena *arena,
			struct err *err)
{
	size_t *n = context;

	(void)json;
	(void)arena;
	(void)err;
	(*n)++;
	return 0;
}

TEST(facts_file_is_taken_apart)
{
	AUTO(fd_close)
	int fd = open("tests/data/posture/cluster.json", O_RDONLY | O_CLOEXEC);
	AUTO(buf_done)
	struct buf head = { 0 };
	size_t n = 0;
	struct err err;

	CHECK(fd >= 0);
	CHECK_OK(facts_file_read(fd, count_object, &n, &head, &err));
	CHECK_INT(n, 13);
	CHECK(str_find(buf_str(&head), STR("\"kind\": \"cluster\"")) >= 0);
	CHECK(str_find(buf_str(&head), STR("agent-1")) < 0);
}

TEST(facts_files_are_files_or_pipes)
{
	AUTO(fd_close)
	int fd = -1;
	AUTO(fd_close)
	int from_pipe = -1;
	int ends[2];
	char name[32];
	char text[2];
	struct err err;

	CHECK_FAIL(facts_file_open(STR("tests/data/posture"), &err));
	CHECK_STR(err.msg, "tests/data/posture: a folder");
	CHECK_FAIL(facts_file_open(STR("tests/data/posture/none.json"), &err));
	fd = facts_file_open(STR("tests/data/posture/cluster.json"), &err);
	CHECK(fd >= 0);
	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	CHECK_INT(write(ends[1], "{}", 2), 2);
	close(ends[1]);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
	from_pipe = facts_file_open(str_c(name), &err);
	close(ends[0]);
	/* From its beginning, as often as one likes. */
	CHECK_INT(pread(from_pipe, text, 2, 0), 2);
	CHECK(memcmp(text, "{}", 2) == 0);
}
