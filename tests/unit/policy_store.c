/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/policy_store.h"

#include "base/err.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library.h"
#include "test.h"

#define TEMPLATES "templates.gatekeeper.sh"

struct fixture {
	struct arena *arena;
	struct policy_store *store;
	struct policy_kind *templates, *constraints, *mutators;
	struct documents files;
	struct library *library;
};

static void set_up(struct fixture *f, size_t max_bytes)
{
	struct err err;

	*f = (struct fixture){ .arena = arena_new() };
	f->files.arena = f->arena;
	f->store = policy_store_new(max_bytes, &err);
	CHECK_OK(f->store);
	f->templates = policy_store_kind(f->store, STR(TEMPLATES), STR("ConstraintTemplate"));
	f->constraints =
		policy_store_kind(f->store, STR("constraints.gatekeeper.sh"), STR("Named"));
	f->mutators = policy_store_kind(f->store, STR("mutations.gatekeeper.sh"), STR("Assign"));
}

static void tear_down(struct fixture *f)
{
	library_unref(f->library);
	policy_store_free(f->store);
	arena_free(f->arena);
}

static const struct json *parse(struct fixture *f, str text)
{
	const struct json *json;
	struct err err;

	CHECK_OK(json_parse(text, NULL, f->arena, &json, &err));
	return json;
}

static str template_of(struct fixture *f, const char *kind, const char *condition)
{
	str name = str_lower(f->arena, str_c(kind));

	return str_fmt(f->arena,
		       "{\"apiVersion\":\"" TEMPLATES "/v1\",\"kind\":\"ConstraintTemplate\","
		       "\"metadata\":{\"name\":\"%.*s\"},\"spec\":{\"crd\":{\"spec\":{\"names\":{"
		       "\"kind\":\"%s\"}}},\"targets\":[{\"target\":"
		       "\"admission.k8s.gatekeeper.sh\",\"rego\":\"package a\\nviolation[{"
		       "\\\"msg\\\": \\\"no\\\"}] { %s }\"}]}}",
		       STR_ARG(name), kind, condition);
}

static str constraint_of(struct fixture *f, const char *name, const char *more)
{
	return str_fmt(f->arena,
		       "{\"apiVersion\":\"constraints.gatekeeper.sh/v1beta1\",\"kind\":\"Named\","
		       "\"metadata\":{\"name\":\"%s\"},\"spec\":{%s}}",
		       name, more);
}

static str assign_of(struct fixture *f, const char *name, const char *location)
{
	return str_fmt(f->arena,
		       "{\"apiVersion\":\"mutations.gatekeeper.sh/v1\",\"kind\":\"Assign\","
		       "\"metadata\":{\"name\":\"%s\"},\"spec\":{\"applyTo\":[{\"groups\":[\"\"],"
		       "\"versions\":[\"v1\"],\"kinds\":[\"Pod\"]}],\"location\":\"%s\","
		       "\"parameters\":{\"assign\":{\"value\":\"x\"}}}}",
		       name, location);
}

static bool put(struct fixture *f, struct policy_kind *kind, str text)
{
	return policy_store_put(f->store, kind, parse(f, text));
}

/* As the webhook does it. */
static bool load(struct fixture *f, struct err *err)
{
	struct library_opts opts = { .no_recommendations = true };
	struct policy_merge merge;
	struct library *library;

	policy_merge_begin(f->store, &f->files, f->arena, &merge);
	do {
		policy_merge_opts(&merge, &opts);
		library = library_load(&opts, err);
	} while (!library && policy_merge_again(&merge, err));
	if (merge.failed) {
		library_unref(library);
		library = NULL;
		*err = *merge.failed;
	}
	policy_merge_end(&merge, library != NULL, err);
	if (!library)
		return false;
	library_unref(f->library);
	f->library = library;
	return true;
}

static size_t in_force(struct fixture *f)
{
	return constraint_set_constraints(library_admission(f->library)->constraints);
}

/* "NAME=STATE ..." of what is not in force, as /status has it. */
static str others(struct fixture *f)
{
	struct json_writer w;
	struct buf b;
	str text, all = STR_EMPTY;

	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	policy_store_status(f->store, &w);
	text = str_dup(f->arena, buf_str(&b));
	buf_done(&b);
	JSON_EACH (JSON_GET(parse(f, text), "not_in_force"), o)
		all = str_fmt(f->arena, "%.*s%s%.*s=%.*s", STR_ARG(all), all.n ? " " : "",
			      STR_ARG(json_get_str(o, STR("name"))),
			      STR_ARG(json_get_str(o, STR("state"))));
	return all;
}

TEST(policies_of_a_cluster_load_and_follow)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK_INT(policy_store_due_ms(f.store), -1);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(policy_store_due_ms(f.store) >= 0);
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	CHECK_INT(policy_store_due_ms(f.store), -1);
	CHECK_STRV(others(&f), "");
	/* The same once more, as a list after a broken watch has it: nothing changes. */
	policy_store_begins(f.store, f.constraints);
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	policy_store_ends(f.store, f.constraints);
	CHECK_INT(policy_store_due_ms(f.store), -1);
	/* A list without it: it is gone. */
	policy_store_begins(f.store, f.constraints);
	policy_store_ends(f.store, f.constraints);
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 0);
	tear_down(&f);
}

TEST(a_status_changes_no_policy)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.constraints,
		  STR("{\"apiVersion\":\"constraints.gatekeeper.sh/v1beta1\",\"kind\":\"Named\","
		      "\"metadata\":{\"name\":\"one\",\"resourceVersion\":\"1\"},\"spec\":{}}")));
	CHECK(load(&f, &err));
	CHECK(put(&f, f.constraints,
		  STR("{\"apiVersion\":\"constraints.gatekeeper.sh/v1beta1\",\"kind\":\"Named\","
		      "\"metadata\":{\"name\":\"one\",\"resourceVersion\":\"2\"},\"spec\":{},"
		      "\"status\":{\"totalViolations\":7}}")));
	CHECK_INT(policy_store_due_ms(f.store), -1);
	tear_down(&f);
}

TEST(a_broken_version_leaves_the_one_before)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(load(&f, &err));
	CHECK(put(&f, f.templates, template_of(&f, "Named", "x := (")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "two", "\"match\":5")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	CHECK_STRV(others(&f), "named=older_in_force two=not_loaded");
	CHECK(put(&f, f.templates, template_of(&f, "Named", "false")));
	(void)policy_store_remove(f.store, f.constraints, STR_EMPTY, STR("two"));
	CHECK(load(&f, &err));
	CHECK_STRV(others(&f), "");
	tear_down(&f);
}

TEST(an_object_of_another_form_leaves_the_one_before)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(load(&f, &err));
	CHECK(put(&f, f.constraints,
		  STR("{\"apiVersion\":\"constraints.gatekeeper.sh/v1beta1\",\"kind\":\"Named\","
		      "\"metadata\":{\"name\":\"one\",\"labels\":5},\"spec\":{}}")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	CHECK_STRV(others(&f), "one=older_in_force");
	/* Its template goes: the version before does not load either. */
	(void)policy_store_remove(f.store, f.templates, STR_EMPTY, STR("named"));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 0);
	CHECK_STRV(others(&f), "one=not_loaded");
	tear_down(&f);
}

TEST(a_template_that_never_loaded_stands_for_its_kind)
{
	struct fixture f;
	struct err err;
	const struct constraint_set *set;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "x := (")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(load(&f, &err));
	set = library_admission(f.library)->constraints;
	CHECK_INT(in_force(&f), 1);
	CHECK(constraint_set_constraint(set, 0)->template->unsupported.n > 0);
	CHECK_STRV(others(&f), "named=not_loaded");
	tear_down(&f);
}

TEST(a_constraint_without_template_is_named)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 0);
	CHECK_STRV(others(&f), "one=not_loaded");
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	tear_down(&f);
}

TEST(files_come_first)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "\"enforcementAction\":\"deny\"")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "two", "")));
	CHECK_OK(documents_add(&f.files, STR("own.json"),
			       constraint_of(&f, "one", "\"enforcementAction\":\"warn\""), &err));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 2);
	CHECK_STRV(others(&f), "one=replaced_by_file");
	CHECK_INT(constraint_set_constraint(library_admission(f.library)->constraints, 0)->action,
		  ACTION_WARN);
	CHECK_OK(documents_add(&f.files, STR("own.json"), template_of(&f, "Named", "false"), &err));
	CHECK(load(&f, &err));
	CHECK_STRV(others(&f), "named=replaced_by_file one=replaced_by_file");
	/* A file that does not load: nothing changes, as without a cluster. */
	CHECK_OK(
		documents_add(&f.files, STR("bad.json"), template_of(&f, "Other", "x := ("), &err));
	CHECK(!load(&f, &err));
	CHECK(str_starts(str_c(err.msg), STR("bad.json: ")));
	tear_down(&f);
}

TEST(mutators_in_conflict_leave_the_rest)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(put(&f, f.mutators, assign_of(&f, "first", "spec.x.y")));
	CHECK(load(&f, &err));
	CHECK_INT(library_admission(f.library)->mutations.n, 1);
	CHECK(put(&f, f.mutators, assign_of(&f, "second", "spec.x[name: a].y")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	CHECK_INT(library_admission(f.library)->mutations.n, 1);
	CHECK_STRV(others(&f), "second=not_loaded");
	tear_down(&f);
}

TEST(both_mutators_new_and_in_conflict)
{
	struct fixture f;
	struct err err;

	set_up(&f, 0);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.constraints, constraint_of(&f, "one", "")));
	CHECK(put(&f, f.mutators, assign_of(&f, "first", "spec.x.y")));
	CHECK(put(&f, f.mutators, assign_of(&f, "second", "spec.x[name: a].y")));
	CHECK(load(&f, &err));
	CHECK_INT(in_force(&f), 1);
	CHECK_INT(library_admission(f.library)->mutations.n, 0);
	CHECK_STRV(others(&f), "first=not_loaded second=not_loaded");
	tear_down(&f);
}

TEST(what_does_not_fit_is_counted)
{
	struct fixture f;
	str *made;

	set_up(&f, 700);
	policy_store_begins(f.store, f.templates);
	CHECK(put(&f, f.templates, template_of(&f, "Named", "true")));
	CHECK(put(&f, f.templates, template_of(&f, "Second", "true")));
	CHECK(!put(&f, f.templates, template_of(&f, "Third", "true")));
	policy_store_ends(f.store, f.templates);
	CHECK(!policy_store_settled(f.store));
	CHECK_INT(policy_store_made(f.store, f.arena, &made), 2);
	CHECK_STRV(made[0], "Named");
	CHECK(policy_store_remove(f.store, f.templates, STR_EMPTY, STR("named")));
	CHECK(put(&f, f.templates, template_of(&f, "Third", "true")));
	tear_down(&f);
}

TEST(kinds_are_bounded)
{
	struct fixture f;

	set_up(&f, 0);
	for (unsigned i = 3; i < POLICY_STORE_KINDS; i++)
		CHECK(policy_store_kind(f.store, STR("constraints.gatekeeper.sh"),
					str_fmt(f.arena, "K%u", i)));
	CHECK(!policy_store_kind(f.store, STR("constraints.gatekeeper.sh"), STR("More")));
	CHECK(policy_store_kind(f.store, STR("constraints.gatekeeper.sh"), STR("Named")) ==
	      f.constraints);
	policy_store_drop(f.store, f.constraints);
	CHECK(policy_store_kind(f.store, STR("constraints.gatekeeper.sh"), STR("More")));
	tear_down(&f);
}
