/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/webhook.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/time.h"
#include "hub/webhook/certificates.h"
#include "hub/webhook/json_patch.h"
#include "policy/constraint/library_parameters.h"
#include "test.h"

/* ---- a webhook with the built-in rules and those of a test ---------------------------------- */

struct source {
	const char *parameters, *own;
	unsigned loads;
};

static int load(void *context, struct webhook_policy *out, struct err *err)
{
	struct source *s = context;
	struct arena *arena = arena_new();
	struct documents docs = { .arena = arena };
	struct library_parameters *parameters = ARENA_NEW(arena, struct library_parameters);
	struct library_opts opts = { .parameters = parameters };

	s->loads++;
	if (library_parameters_read(STR("p"), str_c(s->parameters ? s->parameters : "rules: {}"),
				    arena, parameters, err) < 0 ||
	    documents_add(&docs, STR("own"), str_c(s->own ? s->own : ""), err) < 0) {
		arena_free(arena);
		return -1;
	}
	opts.own = docs.items;
	opts.own_n = docs.n;
	out->library = library_load(&opts, err);
	if (!out->library) {
		arena_free(arena);
		return -1;
	}
	out->arena = arena;
	return 0;
}

static const str system_namespace = STR_INIT("kube-system");

static struct webhook *webhook_of(struct source *source, bool fail_closed)
{
	struct webhook_opts opts = { .load = load,
				     .context = source,
				     .workers = 1,
				     .decide = { .fail_closed = fail_closed,
						 .expand = EXPAND_WARN,
						 .audit_only = &system_namespace,
						 .audit_only_n = 1 } };
	struct err err;
	struct webhook *w = webhook_new(&opts, &err);

	CHECK_OK(w);
	return w;
}

static const struct json *ask_in(struct webhook *w, enum metrics_endpoint endpoint, str body,
				 int64_t ms, struct arena *arena)
{
	const struct json *json;
	struct err err;
	str answer;

	CHECK_OK(webhook_review(w, endpoint, body, 0, time_mono_ms() + ms, arena, &answer, &err));
	CHECK_OK(json_parse(answer, NULL, arena, &json, &err));
	return JSON_GET(json, "response");
}

static str review_of(struct arena *arena, const char *namespace, const char *object)
{
	return str_fmt(arena,
		       "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
		       "\"request\":{\"uid\":\"u\",\"operation\":\"CREATE\",\"kind\":{\"group\":"
		       "\"\",\"version\":\"v1\",\"kind\":\"Pod\"},\"name\":\"web\",\"namespace\":"
		       "\"%s\",\"object\":%s}}",
		       namespace, object);
}

#define PRIVILEGED                                                                      \
	"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"},"      \
	"\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"a\",\"securityContext" \
	"\":{\"privileged\":true}}]}}"
#define DENY "rules: {no-privileged-containers: {enforcement: deny}}"

static str message_of(const struct json *response)
{
	return json_get_str(JSON_GET(response, "status"), STR("message"));
}

TEST(a_new_set_of_policies_takes_the_place_of_the_old_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = { .parameters = DENY };
	AUTO(webhook_free)
	struct webhook *w = webhook_of(&source, false);
	str body = review_of(arena, "shop", PRIVILEGED);
	const struct json *r = ask_in(w, METRICS_ADMIT, body, 5000, arena);
	struct err err;

	CHECK(!json_bool(JSON_GET(r, "allowed")));
	CHECK_STRV(message_of(r), "[no-privileged-containers] Pod shop/web: container app: "
				  "securityContext.privileged is true; grant the one capability or "
				  "device it needs instead");
	source.parameters = NULL;
	CHECK_OK(webhook_reload(w, &err));
	CHECK(json_bool(JSON_GET(ask_in(w, METRICS_ADMIT, body, 5000, arena), "allowed")));
	source.parameters = "rules: {nothing-like-it: {enforcement: deny}}";
	CHECK_FAIL(webhook_reload(w, &err)); /* the last good ones stay */
	CHECK(json_bool(JSON_GET(ask_in(w, METRICS_ADMIT, body, 5000, arena), "allowed")));
	CHECK_INT(atomic_load(&webhook_metrics(w)->reload_failures), 1);
	CHECK_INT(source.loads, 3);
}

TEST(the_namespace_of_the_request_counts_where_the_object_says_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = { .parameters = DENY };
	AUTO(webhook_free)
	struct webhook *w = webhook_of(&source, false);
	const struct json *r =
		ask_in(w, METRICS_ADMIT, review_of(arena, "kube-system", PRIVILEGED), 5000, arena);

	CHECK(json_bool(JSON_GET(r, "allowed")));
}

#define LOOPS                                                                                       \
	"apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: loops}" \
	"\nspec:\n  crd: {spec: {names: {kind: Loops}}}\n  targets:\n"                              \
	"    - target: admission.k8s.gatekeeper.sh\n      rego: |\n        package loops\n"         \
	"        violation[{\"msg\": \"found\"}] {\n          xs := numbers.range(1, 5000)\n"       \
	"          count([1 | xs[_] + xs[_] + xs[_] == -1]) > 0\n        }\n---\n"                  \
	"apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Loops\nmetadata: {name: loops}\n"

TEST(a_policy_that_does_not_end_is_ended_and_the_failure_setting_decides)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = { .own = LOOPS };
	AUTO(webhook_free)
	struct webhook *open = webhook_of(&source, false);
	AUTO(webhook_free)
	struct webhook *closed = webhook_of(&source, true);
	str body = review_of(arena, "shop", PRIVILEGED);
	int64_t start = time_mono_ms();
	const struct json *r = ask_in(open, METRICS_ADMIT, body, 200, arena);

	CHECK(json_bool(JSON_GET(r, "allowed")));
	CHECK(str_starts(json_str(json_at(JSON_GET(r, "warnings"), 0)),
			 STR("[Loops/loops] could not be judged: ")));
	r = ask_in(closed, METRICS_ADMIT, body, 200, arena);
	CHECK(!json_bool(JSON_GET(r, "allowed")));
	CHECK(str_starts(message_of(r), STR("[Loops/loops] Pod shop/web: could not be judged: ")));
	CHECK(time_mono_ms() - start < 10000);
	CHECK(atomic_load(&webhook_metrics(open)->unjudged) >= 1);
	CHECK_INT(atomic_load(
			  &webhook_metrics(closed)->requests[METRICS_ADMIT][VERDICT_FAILED_CLOSED]),
		  1);
}

TEST(a_mutator_that_fails_holds_no_rule_up)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = {
		.parameters = DENY,
		.own = "apiVersion: mutations.gatekeeper.sh/v1\nkind: Assign\nmetadata: {name: "
		       "fails}\nspec:\n  applyTo: [{groups: [\"\"], versions: [v1], kinds: "
		       "[Pod]}]\n  location: spec.containers.deeper\n  parameters: {assign: "
		       "{value: x}}\n",
	};
	AUTO(webhook_free)
	struct webhook *w = webhook_of(&source, false);
	str body = review_of(arena, "shop", PRIVILEGED);
	const struct json *r = ask_in(w, METRICS_MUTATE, body, 5000, arena);

	CHECK(json_len(JSON_GET(r, "warnings")) > 0);
	r = ask_in(w, METRICS_ADMIT, body, 5000, arena);
	CHECK(!json_bool(JSON_GET(r, "allowed")));
	CHECK(str_starts(message_of(r), STR("[no-privileged-containers] ")));
}

TEST(a_review_without_time_left_is_not_judged)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = { .parameters = DENY };
	AUTO(webhook_free)
	struct webhook *w = webhook_of(&source, true);
	const struct json *r =
		ask_in(w, METRICS_ADMIT, review_of(arena, "shop", PRIVILEGED), -1, arena);

	CHECK(!json_bool(JSON_GET(r, "allowed")));
	CHECK(str_find(message_of(r), STR("the time for this review is over")) >= 0);
}

TEST(labels_of_namespaces_reach_the_selectors)
{
	static const char own[] =
		"apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: "
		"{name: always}\nspec:\n  crd: {spec: {names: {kind: Always}}}\n  targets:\n"
		"    - target: admission.k8s.gatekeeper.sh\n      rego: |\n"
		"        package always\n        violation[{\"msg\": \"always\"}] { true }\n---\n"
		"apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Always\nmetadata: {name: "
		"always}\nspec: {match: {namespaceSelector: {matchLabels: {env: prod}}}}\n";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source source = { .own = own };
	AUTO(webhook_free)
	struct webhook *w = webhook_of(&source, true);
	str body = review_of(arena, "shop", PRIVILEGED);
	const struct json *json, *r;
	struct resource ns;
	struct err err;

	r = ask_in(w, METRICS_ADMIT, body, 5000, arena);
	CHECK(str_find(message_of(r), STR("could not be judged")) >= 0); /* labels are not known */
	CHECK_OK(json_parse(STR("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{"
				"\"name\":\"shop\",\"labels\":{\"env\":\"prod\"}}}"),
			    NULL, arena, &json, &err));
	CHECK_OK(resource_read(json, &ns, &err));
	CHECK(namespaces_put(webhook_namespaces(w), &ns));
	CHECK_STRV(message_of(ask_in(w, METRICS_ADMIT, body, 5000, arena)),
		   "[Always/always] Pod shop/web: always");
	namespaces_list_begins(webhook_namespaces(w));
	namespaces_list_ends(webhook_namespaces(w)); /* it did not come again: it is gone */
	CHECK_INT(namespaces_count(webhook_namespaces(w)), 0);
	CHECK(namespaces_get(webhook_namespaces(w), STR("shop"), arena) == NULL);
}

TEST(what_is_no_review_is_refused)
{
	static const struct {
		const char *text, *msg;
	} cases[] = {
		{ "", "AdmissionReview: " },
		{ "[]", "this is no AdmissionReview" },
		{ "{\"apiVersion\":\"admission.k8s.io/v2\",\"kind\":\"AdmissionReview\"}",
		  "this is no AdmissionReview" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}",
		  "AdmissionReview: it has no request" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\""
		  ":{}}",
		  "AdmissionReview: request.uid" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\""
		  ":{\"uid\":\"a\",\"operation\":\"CREATE\",\"object\":7}}",
		  "" },
		{ "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\""
		  ":{\"uid\":\"a\",\"operation\":\"CREATE\",\"uid\":\"b\"}}",
		  "AdmissionReview: " },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct admission_request request;
	struct err err;
	struct buf deep;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_FAIL(admission_request_read(str_c(cases[i].text), arena, &request, &err));
		CHECK(str_starts(str_c(err.msg), str_c(cases[i].msg)));
	}
	buf_init(&deep, 16u << 20);
	for (int i = 0; i < 10 << 20; i++)
		buf_byte(&deep, '[');
	CHECK_FAIL(admission_request_read(buf_str(&deep), arena, &request, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_done(&deep);
}

/* ---- parts --------------------------------------------------------------------------------- */

static str patch_of(struct arena *arena, str from, str to)
{
	const struct json *a, *b;
	struct err err;
	struct buf out;
	str text;

	CHECK_OK(json_parse(from, NULL, arena, &a, &err));
	CHECK_OK(json_parse(to, NULL, arena, &b, &err));
	buf_init(&out, 1u << 20);
	json_patch_write(a, b, &out);
	text = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

TEST(patches_say_what_changed_and_nothing_else)
{
	static const char *const cases[][3] = {
		{ "{\"a\":1}", "{\"a\":1}", "[]" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "[]" },
		{ "{\"a\":1}", "{\"a\":2}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]" },
		{ "{\"a\":1}", "{}", "[{\"op\":\"remove\",\"path\":\"/a\"}]" },
		{ "{}", "{\"a/b~\":{}}", "[{\"op\":\"add\",\"path\":\"/a~1b~0\",\"value\":{}}]" },
		{ "{\"a\":[1,2,3]}", "{\"a\":[1]}",
		  "[{\"op\":\"remove\",\"path\":\"/a/2\"},{\"op\":\"remove\",\"path\":\"/a/1\"}]" },
		{ "{\"a\":[1]}", "{\"a\":[4,{\"b\":0}]}",
		  "[{\"op\":\"replace\",\"path\":\"/a/0\",\"value\":4},{\"op\":\"add\",\"path\":\"/"
		  "a/-\",\"value\":{\"b\":0}}]" },
		{ "1", "[]", "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_STR_EQ(patch_of(arena, str_c(cases[i][0]), str_c(cases[i][1])),
			     str_c(cases[i][2]));
}

TEST(values_of_secrets_are_never_logged)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct admission_request request;
	struct finding finding = { .rule = STR("r"),
				   .message = STR("value hunter2 is weak"),
				   .details = { .type = VALUE_OBJECT },
				   .action = "deny" };
	struct decision decision = { .items = &finding, .n = 1, .verdict = VERDICT_DENIED };
	struct decision_record record = { .request = &request,
					  .decision = &decision,
					  .endpoint = "admit" };
	struct err err;
	str line;

	CHECK_OK(admission_request_read(
		STR("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
		    "\"request\":{\"uid\":\"u\",\"operation\":\"CREATE\",\"kind\":{\"version\":"
		    "\"v1\",\"kind\":\"Secret\"},\"name\":\"s\",\"namespace\":\"n\",\"object\":{"
		    "\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{\"p\":\"hunter2\"}}"
		    "}}"),
		arena, &request, &err));
	line = decision_record_line(&record, arena);
	CHECK(str_find(line, STR("\"rule\":\"r\"")) >= 0);
	CHECK(str_find(line, STR("\"object\":\"Secret n/s\"")) >= 0);
	CHECK_INT(str_find(line, STR("hunter2")), -1);
}

TEST(the_decision_log_begins_a_new_file_and_counts_what_it_drops)
{
	char folder[] = "/tmp/decisions.XXXXXX";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct decision_log_opts opts = { .max_bytes = 1000, .files = 2 };
	struct decision_log *log;
	uint64_t written = 0, dropped = 0;
	struct stat st;
	struct err err;
	str line = str_fmt(arena, "%0400d\n", 7), large = str_fmt(arena, "%05000000d\n", 7);

	CHECK(mkdtemp(folder) != NULL);
	opts.path = str_fmt(arena, "%s/log", folder);
	log = decision_log_open(&opts, &err);
	CHECK_OK(log);
	for (uint64_t i = 0; i < 10; i++) {
		decision_log_put(log, line);
		for (int k = 0; k < 5000 && written <= i; k++) {
			decision_log_count(log, &written, &dropped);
			usleep(1000);
		}
	}
	decision_log_put(log, large);
	decision_log_count(log, &written, &dropped);
	CHECK_INT(written, 10);
	CHECK_INT(dropped, 1);
	decision_log_close(log);
	CHECK_INT(stat(str_cstr(arena, opts.path), &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK(st.st_size > 0 && st.st_size <= 1000);
	for (int i = 1; i <= 3; i++) {
		char *name = str_cstr(arena, str_fmt(arena, "%s/log.%d", folder, i));

		CHECK_INT(stat(name, &st), i <= 2 ? 0 : -1);
		(void)unlink(name);
	}
	(void)unlink(str_cstr(arena, opts.path));
	(void)rmdir(folder);
}

/* What a line that was cut off leaves behind does not take the next one along. */
TEST(a_decision_log_that_ends_within_a_line_goes_on_with_a_new_one)
{
	char path[] = "/tmp/decisions.XXXXXX";
	struct decision_log_opts opts = { .path = str_c(path) };
	int fd = mkstemp(path);
	struct decision_log *log;
	struct buf b;
	struct err err;

	CHECK(fd >= 0);
	CHECK_INT(write(fd, "{\"cut", 5), 5);
	(void)close(fd);
	for (int i = 0; i < 2; i++) {
		log = decision_log_open(&opts, &err);
		CHECK_OK(log);
		decision_log_put(log, STR("{}\n"));
		decision_log_close(log);
	}
	buf_init(&b, 100);
	CHECK_OK(buf_read_file(&b, path, &err));
	CHECK_STR_EQ(buf_str(&b), STR("{\"cut\n{}\n{}\n"));
	buf_done(&b);
	(void)unlink(path);
}

/* ---- certificates -------------------------------------------------------------------------- */

TEST(certificates_of_a_clock_that_ran_ahead_are_replaced)
{
	static const char *const files[] = { "ca.crt", "ca.key", "tls.crt", "tls.key" };
	char path[] = "/tmp/certificates.XXXXXX";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct certificate_folder folder = { .path = path };
	struct certificate_store store = certificate_folder_store(&folder);
	struct certificates_opts opts = { .names = &STR("a"), .names_n = 1 };
	struct certificates ahead, right, again;
	int64_t now = time_now(), from, until;
	struct err err;

	CHECK(mkdtemp(path) != NULL);
	CHECK_OK(certificates_ensure(&store, &opts, now + 400 * 86400, false, arena, &ahead, &err));
	CHECK_OK(certificates_ensure(&store, &opts, now, false, arena, &right, &err));
	CHECK(!right.pending);
	CHECK_OK(authority_times(right.authorities, &from, &until, &err));
	CHECK(from <= now && until > now);
	CHECK_OK(authority_times(right.server.certificates, &from, &until, &err));
	CHECK(from <= now && until > now);
	CHECK_OK(certificates_ensure(&store, &opts, now + 1, false, arena, &again, &err));
	CHECK_STR_EQ(again.server.certificates, right.server.certificates);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		(void)unlink(str_cstr(arena, str_fmt(arena, "%s/%s", path, files[i])));
	(void)rmdir(path);
}

TEST(certificates_are_replaced_in_time_and_clients_know_both_authorities)
{
	static const str names[] = { STR_INIT("a.seawall-system.svc") };
	static const char *const files[] = { "ca.crt", "ca.key", "tls.crt", "tls.key" };
	char path[] = "/tmp/certificates.XXXXXX";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct certificate_folder folder = { .path = path };
	struct certificate_store store = certificate_folder_store(&folder);
	struct certificates_opts opts = {
		.names = names, .names_n = 1, .life = 1000, .ca_life = 10000
	};
	struct certificates first, next, again;
	int64_t now = time_now();
	struct err err;

	CHECK(mkdtemp(path) != NULL);
	CHECK_OK(certificates_ensure(&store, &opts, now, false, arena, &first, &err));
	CHECK(authority_covers(first.authorities, first.server.certificates, names, 1));
	CHECK(certificates_next(&first, now) > now + 600 &&
	      certificates_next(&first, now) < now + 700);
	CHECK_OK(certificates_ensure(&store, &opts, now + 600, false, arena, &next, &err));
	CHECK_STR_EQ(next.server.certificates, first.server.certificates);
	CHECK_OK(certificates_ensure(&store, &opts, now + 700, false, arena, &next, &err));
	CHECK(!str_eq(next.server.certificates, first.server.certificates));
	CHECK_STR_EQ(next.authorities, first.authorities);
	/* The authority: the old certificate stays until clients know the new authority. */
	opts.life = 9000;
	CHECK_OK(certificates_ensure(&store, &opts, now + 3600, false, arena, &first, &err));
	CHECK_OK(certificates_ensure(&store, &opts, now + 8100, false, arena, &next, &err));
	CHECK(next.authorities.n > first.authorities.n);
	opts.names = &STR("b.seawall-system.svc"); /* other names: a new certificate at once */
	CHECK_OK(certificates_ensure(&store, &opts, now + 8100, false, arena, &again, &err));
	CHECK(authority_covers(again.authorities, again.server.certificates, opts.names, 1));
	CHECK(!again.pending);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *name = str_cstr(arena, str_fmt(arena, "%s/%s", path, files[i]));
		struct stat st;

		CHECK_INT(stat(name, &st), 0);
		CHECK_INT(st.st_mode & 0777, 0600);
		if (i == 1) { /* half of a write was lost: it is made good */
			int fd = open(name, O_WRONLY | O_TRUNC | O_CLOEXEC);

			CHECK(fd >= 0);
			(void)close(fd);
			CHECK_OK(certificates_ensure(&store, &opts, now, true, arena, &next, &err));
			CHECK(next.authority_key.n > 0);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		(void)unlink(str_cstr(arena, str_fmt(arena, "%s/%s", path, files[i])));
	(void)rmdir(path);
}
