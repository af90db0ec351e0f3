/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cluster_advisories.h"

#include "advisory/db.h"
#include "advisory/match.h"
#include "base/map.h"
#include "cmd/cluster_check.h"
#include "cmd/db.h"
#include "cmd/progress.h"
#include "fmt/inventory.h"

#define PACKAGE_NAME  STR("k8s.io/kubernetes")
#define VERSIONS_MAX  1000u /* different ones in a cluster */
#define VERSION_BYTES 100u

/* "v1.29.4-gke.100", "v1.28.2+k3s1": without what their makers put behind; pre-releases stay. */
static str plain_version(str text)
{
	static const char *const before[] = { "-alpha", "-beta", "-rc" };
	ptrdiff_t cut;

	text = str_without_prefix(str_take(text, VERSION_BYTES), STR("v"));
	cut = str_find_char(text, '+');
	if (cut >= 0)
		text = str_take(text, (size_t)cut);
	cut = str_find_char(text, '-');
	for (size_t i = 0; cut >= 0 && i < ARRAY_LEN(before); i++) {
		if (str_starts(str_skip(text, (size_t)cut), str_c(before[i])))
			return text;
	}
	return cut >= 0 ? str_take(text, (size_t)cut) : text;
}

static void add_version(struct package *packages, size_t *n, struct map *known, str text)
{
	str version = plain_version(text);

	if (str_empty(version) || *n >= VERSIONS_MAX || !map_put(known, version, NULL))
		return;
	packages[(*n)++] = (struct package){
		.kind = STR("golang"), .name = PACKAGE_NAME, .version = version, .layer = -1
	};
}

static size_t find_versions(const struct json *head, struct package *packages, struct arena *arena)
{
	struct map known;
	size_t n = 0;

	map_init(&known, arena);
	add_version(packages, &n, &known, json_str(json_path(head, "version", "gitVersion", NULL)));
	JSON_EACH (JSON_GET(head, "nodes"), node)
		add_version(packages, &n, &known, json_get_str(node, STR("kubelet_version")));
	return n;
}

static struct json range_of(const struct package *p, const struct finding *f, struct arena *arena)
{
	struct json_member *m = ARENA_ARRAY(arena, struct json_member, 3);

	m[0] = (struct json_member){ STR("cve"), json_make_str(f->id) };
	m[1] = (struct json_member){ STR("version"), json_make_str(p->version) };
	m[2] = (struct json_member){ STR("fixed"), json_make_str(f->fixed) };
	return json_make_object(m, f->fixed.n > 0 ? 3 : 2);
}

static const struct json *with_ranges(const struct json *head, const struct inventory *inventory,
				      const struct match_result *match, struct arena *arena)
{
	struct json *items = ARENA_ARRAY(arena, struct json, match->finding_count);
	struct json *list = ARENA_NEW(arena, struct json);

	for (size_t i = 0; i < match->finding_count; i++) {
		const struct finding *f = &match->findings[i];

		items[i] = range_of(&inventory->packages[f->package], f, arena);
	}
	*list = json_make_array(items, match->finding_count);
	return json_with(head, STR("advisories"), list, arena);
}

/* Nobody can say whether there is a flaw. */
static const struct json *with_failure(const struct json *head, const struct err *why,
				       struct arena *arena)
{
	const struct json *before = JSON_GET(head, "not_read");
	size_t n = json_len(before);
	struct json *rows = ARENA_ARRAY(arena, struct json, n + 1);
	struct json_member *m = ARENA_ARRAY(arena, struct json_member, 2);
	struct json *list = ARENA_NEW(arena, struct json);

	for (size_t i = 0; i < n; i++)
		rows[i] = *json_at(before, i);
	m[0] = (struct json_member){ STR("what"), json_make_str(STR("advisories")) };
	m[1] = (struct json_member){ STR("reason"),
				     json_make_str(str_dup(arena, str_c(why->msg))) };
	rows[n] = json_make_object(m, 2);
	*list = json_make_array(rows, n + 1);
	return json_with(head, STR("not_read"), list, arena);
}

static bool is_covered(const struct match_result *match)
{
	for (size_t i = 0; i < match->coverage_count; i++) {
		if (str_eq(match->coverage[i].kind, STR("golang")))
			return match->coverage[i].status == COVERAGE_OK;
	}
	return false;
}

const struct json *cluster_advisories_add(struct cluster_check *check, const struct json *head,
					  struct arena *arena)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	struct package *packages = ARENA_ARRAY(arena, struct package, VERSIONS_MAX);
	struct inventory inventory = { .packages = packages };
	const struct match_opts opts = { .now = check->now };
	struct match_result match;
	struct err err;

	/* Facts that say them already are taken as they are. */
	if (JSON_GET(head, "advisories"))
		return head;
	inventory.package_count = find_versions(head, packages, arena);
	if (inventory.package_count == 0)
		return head;
	if (advisory_db_open(option_path(&check->in->options, CLUSTER_DB), &db, &err) < 0 ||
	    advisory_match(db, &inventory, &opts, arena, &match, &err) < 0)
		return with_failure(head, &err, arena);
	if (!is_covered(&match)) {
		if (!check->told_no_advisories)
			progress_note(check->in->quiet,
				      text_of(check->in->lang, TEXT_POSTURE_NO_ADVISORIES));
		check->told_no_advisories = true;
		return head;
	}
	return with_ranges(head, &inventory, &match, arena);
}
