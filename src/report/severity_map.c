/* SPDX-License-Identifier: Apache-2.0 */
#include "report/severity_map.h"

#include "base/buf.h"
#include "report/exception/criteria.h"

struct rule {
	struct exception when; /* its criteria, reason, file and line */
	bool has_set, has_least, has_most;
	enum severity set, least, most;
	int steps; /* up or down */
};

struct severity_map {
	struct rule *rules;
	size_t n, cap;
	bool three;
};

/* ---- reading ---- */

static const char *const fields[] = {
	CRITERIA_FIELDS, "set", "at_least", "at_most", "raise", "lower", "reason", NULL,
};

static int take_severity(const struct yaml_entry *entry, const char *key, bool *has,
			 enum severity *out, struct err *err)
{
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	*has = text.n > 0;
	if (*has && !severity_from(text, out))
		return err_set(err, ERR_INPUT, "'%s: %.*s' is not a severity", key, STR_ARG(text));
	return 0;
}

static int take_steps(const struct yaml_entry *entry, const char *key, int sign, int *steps,
		      struct err *err)
{
	uint64_t n = 0;
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n > 0 && (!str_u64(text, &n) || n == 0 || n > SEVERITY_CRITICAL))
		return err_set(err, ERR_INPUT, "'%s: %.*s' is not a number of steps from 1 to %d",
			       key, STR_ARG(text), SEVERITY_CRITICAL);
	if (n > 0)
		*steps = sign * (int)n;
	return 0;
}

static int read_rule(struct severity_map *map, str source, const struct yaml_entry *entry,
		     struct err *err)
{
	struct rule rule = { .when.source = source, .when.line = place_line(entry->place) };
	int up = 0, down = 0;
	bool any;

	if (yaml_entry_check(entry, fields, err) < 0 ||
	    criteria_take(entry, &rule.when, &any, err) < 0 ||
	    take_severity(entry, "set", &rule.has_set, &rule.set, err) < 0 ||
	    take_severity(entry, "at_least", &rule.has_least, &rule.least, err) < 0 ||
	    take_severity(entry, "at_most", &rule.has_most, &rule.most, err) < 0 ||
	    take_steps(entry, "raise", 1, &up, err) < 0 ||
	    take_steps(entry, "lower", -1, &down, err) < 0 ||
	    yaml_entry_text(entry, "reason", &rule.when.reason, err) < 0)
		return -1;
	rule.steps = up ? up : down;
	if (rule.has_set + rule.has_least + rule.has_most + (up != 0) + (down != 0) != 1)
		return err_set(err, ERR_INPUT,
			       "a rule has one of: set, at_least, at_most, raise, lower");
	if (rule.when.reason.n == 0)
		return err_set(err, ERR_INPUT, "a rule needs a reason");
	if (!any)
		return err_set(err, ERR_INPUT, "a rule without any criterion would change all");
	if (map->n >= SEVERITY_MAP_MAX)
		return err_set(err, ERR_LIMIT, "more than %u rules", SEVERITY_MAP_MAX);
	map->rules = arena_grow(entry->arena, map->rules, map->n, &map->cap, sizeof(*map->rules));
	map->rules[map->n++] = rule;
	return 0;
}

static int read_rules(struct severity_map *map, str source, const struct json *list,
		      const struct place *places, struct arena *arena, struct err *err)
{
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "'severities' is not a list");
	JSON_EACH (list, item) {
		struct yaml_entry entry = { .object = item,
					    .place = place_of_item(list, places, item),
					    .arena = arena,
					    .noun = "a rule" };

		if (read_rule(map, source, &entry, err) < 0)
			return yaml_entry_fail(&entry, err);
	}
	return 0;
}

static int read_scale(struct severity_map *map, const struct json *v, struct err *err)
{
	str text = json_str(v);

	map->three = str_eq(text, STR("three")) || str_eq(text, STR("3"));
	if (!map->three && !str_eq(text, STR("five")) && !str_eq(text, STR("5")))
		return err_set(err, ERR_INPUT, "'scale' is neither five nor three");
	return 0;
}

static int read_map(struct severity_map *map, str source, str text, struct arena *arena,
		    struct err *err)
{
	const struct json *root;
	const struct place *place;

	if (yaml_list_parse(text, arena, &root, &place, err) < 0)
		return -1;
	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "line 1: expected 'severities' or 'scale'");
	JSON_MEMBERS (root, member) {
		int rc;

		if (str_eq(member->key, STR("severities")))
			rc = read_rules(map, source, &member->value,
					place_of_member(root, place, member), arena, err);
		else if (str_eq(member->key, STR("scale")))
			rc = read_scale(map, &member->value, err);
		else
			rc = err_set(err, ERR_INPUT, "'%.*s' is neither 'severities' nor 'scale'",
				     STR_ARG(member->key));
		if (rc < 0)
			return -1;
	}
	return 0;
}

int severity_map_read_text(str source, str text, struct arena *arena, struct severity_map **out,
			   struct err *err)
{
	struct severity_map *map = ARENA_NEW(arena, struct severity_map);

	if (read_map(map, source, text, arena, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(source));
	*out = map;
	return 0;
}

int severity_map_read(str source, struct arena *arena, struct severity_map **out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	if (str_eq(source, STR("three-levels"))) {
		*out = ARENA_NEW(arena, struct severity_map);
		(*out)->three = true;
		return 0;
	}
	buf_init(&text, SEVERITY_MAP_MAX_BYTES);
	if (buf_read_file(&text, str_cstr(arena, source), err) < 0)
		return -1;
	return severity_map_read_text(source, str_dup(arena, buf_str(&text)), arena, out, err);
}

/* ---- applying ---- */

static enum severity ruled(const struct rule *rule, enum severity before)
{
	int level = (int)before;

	if (rule->has_set)
		return rule->set;
	if (rule->has_least)
		return before < rule->least ? rule->least : before;
	if (rule->has_most)
		return before > rule->most ? rule->most : before;
	/* Nobody knows where "unknown" would go. */
	if (before == SEVERITY_UNKNOWN)
		return before;
	level += rule->steps;
	if (level > SEVERITY_CRITICAL)
		level = SEVERITY_CRITICAL;
	return (enum severity)(level < SEVERITY_NEGLIGIBLE ? SEVERITY_NEGLIGIBLE : level);
}

static enum severity scaled(const struct severity_map *map, enum severity severity)
{
	if (map->three && severity == SEVERITY_CRITICAL)
		return SEVERITY_HIGH;
	return map->three && severity == SEVERITY_NEGLIGIBLE ? SEVERITY_LOW : severity;
}

/* What became of a severity, and why; the reason is empty where nothing changed. */
static enum severity decide(const struct severity_map *map, const struct rule *rule,
			    enum severity before, str *reason)
{
	enum severity after = rule ? ruled(rule, before) : before, shown = scaled(map, after);

	*reason = STR_EMPTY;
	if (shown == before)
		return before;
	*reason = after != before ? rule->when.reason : STR("scale of three levels");
	return shown;
}

/* Counting sort: findings of one severity are in their order already. */
static void sort(struct finding *findings, size_t n, struct arena *arena)
{
	struct finding *copy = ARENA_ARRAY(arena, struct finding, n);
	size_t next[SEVERITY_CRITICAL + 2] = { 0 };

	memcpy(copy, findings, n * sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		next[SEVERITY_CRITICAL - copy[i].severity + 1]++;
	for (size_t s = 1; s < ARRAY_LEN(next); s++)
		next[s] += next[s - 1];
	for (size_t i = 0; i < n; i++)
		findings[next[SEVERITY_CRITICAL - copy[i].severity]++] = copy[i];
}

static void apply_to_findings(const struct severity_map *map, const struct exception_set *set,
			      const struct inventory *inventory, struct match_result *match,
			      struct arena *arena)
{
	size_t n = match->finding_count;
	struct finding *findings = ARENA_ARRAY(arena, struct finding, n);

	for (size_t i = 0; i < n; i++) {
		struct finding *f = &findings[i];
		const struct rule *rule = NULL;
		str reason;

		*f = match->findings[i];
		for (size_t k = 0; k < map->n && !rule; k++) {
			if (exception_holds(&map->rules[k].when, set, inventory, f))
				rule = &map->rules[k];
		}
		enum severity before = f->severity;
		f->severity = decide(map, rule, before, &reason);
		if (f->severity == before)
			continue;
		f->severity_before = str_c(severity_name(before));
		f->severity_reason = reason;
	}
	if (n > 0)
		sort(findings, n, arena);
	match->findings = findings;
}

static void apply_to_secrets(const struct severity_map *map, const struct exception_set *set,
			     struct inventory *inventory, struct arena *arena)
{
	size_t n = inventory->secret_count;
	struct secret_finding *secrets = ARENA_ARRAY(arena, struct secret_finding, n);

	for (size_t i = 0; i < n; i++) {
		struct secret_finding *s = &secrets[i];
		enum severity before = SEVERITY_UNKNOWN;
		const struct rule *rule = NULL;
		str reason;

		*s = inventory->secrets[i];
		IGNORE(severity_from(s->severity, &before)); /* else unknown */
		for (size_t k = 0; k < map->n && !rule; k++) {
			if (exception_holds_for_secret(&map->rules[k].when, set, inventory, s))
				rule = &map->rules[k];
		}
		enum severity after = decide(map, rule, before, &reason);
		if (after == before)
			continue;
		s->severity_before = s->severity;
		s->severity_reason = reason;
		s->severity = str_c(severity_name(after));
	}
	inventory->secrets = secrets;
}

enum severity severity_map_of_check(const struct severity_map *map, const struct exception_set *set,
				    const struct inventory *inventory, const struct check *check,
				    str file, enum severity before, str *reason)
{
	const struct rule *rule = NULL;

	*reason = STR_EMPTY;
	if (!map)
		return before;
	for (size_t k = 0; k < map->n && !rule; k++) {
		if (exception_holds_for_check(&map->rules[k].when, set, inventory, check, file,
					      before))
			rule = &map->rules[k];
	}
	return decide(map, rule, before, reason);
}

enum severity severity_map_of_licence(const struct severity_map *map,
				      const struct exception_set *set,
				      const struct inventory *inventory,
				      const struct exception_licence *licence, str *reason)
{
	const struct rule *rule = NULL;

	*reason = STR_EMPTY;
	if (!map)
		return licence->severity;
	for (size_t k = 0; k < map->n && !rule; k++) {
		if (exception_holds_for_licence(&map->rules[k].when, set, inventory, licence))
			rule = &map->rules[k];
	}
	return decide(map, rule, licence->severity, reason);
}

void severity_map_apply(const struct severity_map *map, const struct exception_set *set,
			struct inventory *inventory, struct match_result *match,
			struct arena *arena)
{
	apply_to_findings(map, set, inventory, match, arena);
	apply_to_secrets(map, set, inventory, arena);
}

/* ---- raters ---- */

/* The rating of one of them; false: it has none. */
static bool rated_by(const struct finding *f, str source, enum severity *out)
{
	*out = f->severity;
	if (str_ieq(source, STR("auto")))
		return true;
	if (str_ieq(source, STR("vendor")))
		return str_starts(f->severity_source, STR("vendor:"));
	if (str_starts(f->severity_source, STR("vendor:")) &&
	    str_ieq(str_skip(f->severity_source, strlen("vendor:")), source))
		return true;
	for (size_t i = 0; i < f->cvss_count; i++) {
		if (!str_ieq(f->cvss[i].source, source))
			continue;
		*out = severity_from_score(f->cvss[i].base);
		return true;
	}
	return false;
}

void severity_sources_apply(const str *sources, size_t n, struct match_result *match,
			    struct arena *arena)
{
	size_t count = match->finding_count;
	struct finding *findings = ARENA_ARRAY(arena, struct finding, count);

	for (size_t i = 0; i < count; i++) {
		struct finding *f = &findings[i];
		enum severity severity;
		size_t k = 0;

		*f = match->findings[i];
		while (k < n && !rated_by(f, sources[k], &severity))
			k++;
		if (k == n || severity == f->severity)
			continue;
		f->severity_before = str_c(severity_name(f->severity));
		f->severity_reason = str_cat(arena, STR("rating of "), sources[k]);
		f->severity_source = str_cat(arena, STR("cvss:"), sources[k]);
		f->severity = severity;
	}
	if (count > 0)
		sort(findings, count, arena);
	match->findings = findings;
}
