/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of statements over findings of a made-up target, whose components and edges the case
 * names: exactly the pairs under `suppressed` must be gone, each with its status and reason.
 */
#include "base/err.h"
#include "fmt/purl.h"
#include "oracle.h"
#include "report/exception.h"

#include <stdlib.h>

struct target {
	struct arena *arena;
	struct inventory inventory;
	struct package packages[256];
	str purls[256];
	size_t n;
};

static size_t package_of(struct target *target, str text)
{
	struct purl purl;
	struct err err;
	size_t i = 0;

	while (i < target->n && !str_eq(target->purls[i], text))
		i++;
	if (i < target->n)
		return i;
	if (target->n == ARRAY_LEN(target->packages) ||
	    purl_parse(text, target->arena, &purl, &err) < 0)
		abort(); /* no case is like that */
	struct package *p = &target->packages[target->n];
	struct os_identity os;
	package_from_purl(&purl, target->arena, p, &os);
	if (os.family.n > 0)
		target->inventory.os = os;
	p->indirect = true;
	p->layer = -1;
	target->purls[target->n] = text;
	return target->n++;
}

/* The edges of the case, and what the target itself needs. */
static void read_graph(struct target *target, const struct json *test, str artifact)
{
	JSON_MEMBERS (JSON_GET(test, "depends"), member) {
		bool root = str_eq(member->key, artifact);
		size_t parent = root ? 0 : package_of(target, member->key), k = 0;
		str *depends = ARENA_ARRAY(target->arena, str, json_len(&member->value));

		JSON_EACH (&member->value, child) {
			size_t at = package_of(target, json_str(child));
			const struct package *p = &target->packages[at];

			if (root)
				target->packages[at].indirect = false;
			depends[k++] = str_fmt(target->arena, "%.*s@%.*s", STR_ARG(p->name),
					       STR_ARG(p->version));
		}
		if (root)
			continue;
		target->packages[parent].depends = depends;
		target->packages[parent].depend_count = k;
	}
}

/* "urn:uuid:3e67... version 1" or a package URL. */
static void read_artifact(struct target *target, str artifact)
{
	static const char middle[] = " version ";
	ptrdiff_t at = str_find(artifact, STR(" version "));

	if (str_starts(artifact, STR("pkg:"))) {
		target->inventory.purl = artifact;
	} else if (at > 0) {
		str serial = str_take(artifact, (size_t)at);

		target->inventory.bom_serial = str_without_prefix(serial, STR("urn:uuid:"));
		if (!str_u64(str_skip(artifact, (size_t)at + strlen(middle)),
			     &target->inventory.bom_version))
			target->inventory.bom_version = 0;
	}
}

static const struct json *wanted(const struct json *test, str id, str purl)
{
	JSON_EACH (JSON_GET(test, "suppressed"), want) {
		if (str_eq(json_str(json_at(want, 0)), id) &&
		    str_eq(json_str(json_at(want, 1)), purl))
			return want;
	}
	return NULL;
}

static bool judge_finding(struct oracle *oracle, struct target *target, struct exception_set *set,
			  const struct json *test, const struct json *pair)
{
	str id = json_str(json_at(pair, 0)), purl = json_str(json_at(pair, 1));
	struct finding finding = { .id = id, .package = package_of(target, purl) };
	const struct json *want = wanted(test, id, purl);

	target->inventory.packages = target->packages;
	target->inventory.package_count = target->n;
	exception_set_target(set, &target->inventory, target->arena);
	const struct exception *by = exception_for(set, &target->inventory, &finding);
	if (!by != !want) {
		oracle_fail(oracle, "%.*s: want %s, got %s", STR_ARG(id), want ? "hidden" : "shown",
			    by ? "hidden" : "shown");
		return false;
	}
	if (by && (!str_eq(str_c(exception_kind_name(by->kind)), json_str(json_at(want, 2))) ||
		   !str_eq(by->reason, json_str(json_at(want, 3))))) {
		oracle_fail(oracle, "%.*s: want %.*s %.*s, got %s %.*s", STR_ARG(id),
			    STR_ARG(json_str(json_at(want, 2))),
			    STR_ARG(json_str(json_at(want, 3))), exception_kind_name(by->kind),
			    STR_ARG(by->reason));
		return false;
	}
	return true;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	struct target *target = ARENA_NEW(scratch, struct target);
	str artifact = json_get_str(test, STR("artifact"));
	bool refuse = json_bool(JSON_GET(test, "expect_error"));
	struct exception_set set;
	struct err err;

	target->arena = scratch;
	exception_set_init(&set, scratch, 0);
	bool read =
		exception_read(&set, oracle_path(oracle, scratch, json_get_str(test, STR("vex"))),
			       &err) == 0;
	if (read == refuse) {
		oracle_fail(oracle, "want %s, got %s", refuse ? "refused" : "read",
			    read ? "read" : err.msg);
		return;
	}
	read_artifact(target, artifact);
	read_graph(target, test, artifact);
	JSON_EACH (JSON_GET(test, "findings"), pair) {
		if (!judge_finding(oracle, target, &set, test, pair))
			return;
	}
	oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
