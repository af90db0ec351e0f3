/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gate.h"

#include "base/buf.h"
#include "report/exception/criteria.h"

#define DAY	     INT64_C(86400)
#define MAX_EXTENDS  8u /* gates that build on one another */
#define COUNT_DIGITS 9u

static void allow(struct gate_limits *limits)
{
	for (size_t i = 0; i < GATE_LEVELS; i++)
		limits->by_severity[i] = GATE_NO_LIMIT;
	limits->total = GATE_NO_LIMIT;
}

static void refuse_from(struct gate_limits *limits, enum severity level)
{
	for (size_t i = level; i < GATE_LEVELS; i++)
		limits->by_severity[i] = 0;
}

static void gate_open(struct gate *gate)
{
	*gate = (struct gate){ .exploited = GATE_NO_LIMIT, .epss_above = -1 };
	allow(&gate->findings);
	allow(&gate->secrets);
	allow(&gate->misconfigurations);
	allow(&gate->licences);
	for (size_t i = 0; i < LICENCE_CATEGORIES; i++)
		gate->licence_categories[i] = GATE_NO_LIMIT;
	for (size_t i = 0; i <= LICENCE_DENIED; i++)
		gate->licence_rules[i] = GATE_NO_LIMIT;
}

static void gate_default(struct gate *gate)
{
	gate_open(gate);
	gate->name = STR("default");
	gate->only_fixable = true;
	refuse_from(&gate->findings, SEVERITY_HIGH);
	refuse_from(&gate->secrets, SEVERITY_HIGH);
	gate->refuse_not_assessed = true;
	gate->refuse_essentials = true;
}

/* What nobody rated may be anything. */
static void gate_strict(struct gate *gate)
{
	gate_open(gate);
	gate->name = STR("strict");
	refuse_from(&gate->findings, SEVERITY_LOW);
	gate->findings.by_severity[SEVERITY_UNKNOWN] = 0;
	refuse_from(&gate->secrets, SEVERITY_LOW);
	refuse_from(&gate->misconfigurations, SEVERITY_LOW);
	refuse_from(&gate->licences, SEVERITY_HIGH);
	gate->licences.by_severity[SEVERITY_UNKNOWN] = 0;
	gate->exploited = 0;
	gate->max_database_age = 7 * DAY;
	gate->refuse_end_of_life = true;
	gate->refuse_not_examined = true;
	gate->refuse_not_looked_up = true;
	gate->refuse_not_assessed = true;
	gate->refuse_essentials = true;
}

/* ---- fields ---- */

static const char *const fields[] = {
	"extends",
	"limits",
	"only_fixable",
	"evidence",
	"known_exploited",
	"epss",
	"max_age",
	"secrets",
	"misconfigurations",
	"licences",
	"max_database_age",
	"end_of_life",
	"not_examined",
	"not_looked_up",
	"not_assessed",
	"essentials",
	"expired_exceptions",
	NULL,
};

static int bad(const char *key, str text, const char *want, struct err *err)
{
	return err_set(err, ERR_INPUT, "'%s: %.*s' is not %s", key, STR_ARG(text), want);
}

static bool read_count(str text, uint64_t *out)
{
	if (str_eq(text, STR("any"))) {
		*out = GATE_NO_LIMIT;
		return true;
	}
	return text.n <= COUNT_DIGITS && str_u64(text, out);
}

/* "30d", "12h"; "any": no limit. */
static bool read_age(str text, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY }, { 'w', 7 * DAY } };
	uint64_t n;

	if (str_eq(text, STR("any"))) {
		*out = 0;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		str digits = str_drop_end(text, 1);

		if (text.n < 2 || text.p[text.n - 1] != units[i].unit || digits.n > 5)
			continue;
		if (!str_u64(digits, &n) || n == 0)
			return false;
		*out = (int64_t)n * units[i].seconds;
		return true;
	}
	return false;
}

static int take_count(const struct yaml_entry *entry, const char *key, uint64_t *out,
		      struct err *err)
{
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n > 0 && !read_count(text, out))
		return bad(key, text, "a number or 'any'", err);
	return 0;
}

/* One severity, or "total", of a mapping. */
static int take_limit(const struct json_member *member, const char *key, struct gate_limits *out,
		      struct err *err)
{
	str text = str_trim(json_str(&member->value));
	enum severity severity;

	if (str_eq(member->key, STR("total")))
		return read_count(text, &out->total) ? 0 : bad(key, text, "a number or 'any'", err);
	if (!severity_from(member->key, &severity))
		return bad(key, member->key, "a severity or 'total'", err);
	return read_count(text, &out->by_severity[severity])
		       ? 0
		       : bad(key, text, "a number or 'any'", err);
}

/* A number for all, or a mapping of severities. */
static int take_limits(const struct yaml_entry *entry, const char *key, struct gate_limits *out,
		       struct err *err)
{
	const struct json *v = json_get(entry->object, str_c(key));

	if (!json_is(v, JSON_OBJECT))
		return take_count(entry, key, &out->total, err);
	JSON_MEMBERS (v, member) {
		if (take_limit(member, key, out, err) < 0)
			return -1;
	}
	return 0;
}

/* Where the limit of this word of `licences` stands; NULL: it has none of its own. */
static uint64_t *licence_limit(struct gate *gate, str word)
{
	enum licence_category category;

	if (str_eq(word, STR("denied")))
		return &gate->licence_rules[LICENCE_DENIED];
	if (str_eq(word, STR("not_allowed")))
		return &gate->licence_rules[LICENCE_NOT_ALLOWED];
	/* "unknown" is a severity as well: that of such licences. */
	if (str_eq(word, str_c(licence_category_name(LICENCE_UNKNOWN))) ||
	    !licence_category_from(word, &category))
		return NULL;
	return &gate->licence_categories[category];
}

/* As take_limits, with categories and rules beside severities. */
static int take_licences(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	const struct json *v = JSON_GET(entry->object, "licences");

	gate->wants_licences |= v != NULL;
	if (!json_is(v, JSON_OBJECT))
		return take_limits(entry, "licences", &gate->licences, err);
	JSON_MEMBERS (v, member) {
		uint64_t *limit = licence_limit(gate, member->key);
		str text = str_trim(json_str(&member->value));

		if (limit && !read_count(text, limit))
			return bad("licences", text, "a number or 'any'", err);
		if (!limit && take_limit(member, "licences", &gate->licences, err) < 0)
			return -1;
	}
	return 0;
}

static int take_ages(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	const struct json *v = JSON_GET(entry->object, "max_age");

	if (v && !json_is(v, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "'max_age' is a mapping of severities");
	JSON_MEMBERS (v, member) {
		enum severity severity;
		str text = str_trim(json_str(&member->value));

		if (!severity_from(member->key, &severity))
			return bad("max_age", member->key, "a severity", err);
		if (!read_age(text, &gate->max_age[severity]))
			return bad("max_age", text, "a time such as 30d", err);
	}
	return 0;
}

static int take_epss(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	static const char *const known[] = { "above", "limit", NULL };
	struct yaml_entry epss = *entry;
	str text;

	epss.object = JSON_GET(entry->object, "epss");
	epss.noun = "'epss'";
	if (!epss.object)
		return 0;
	if (yaml_entry_check(&epss, known, err) < 0 ||
	    yaml_entry_text(&epss, "above", &text, err) < 0 ||
	    take_count(&epss, "limit", &gate->epss, err) < 0)
		return -1;
	if (!criteria_number(text, 1, &gate->epss_above))
		return bad("above", text, "a probability such as 0.5", err);
	return 0;
}

static int take_switches(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	const struct {
		const char *key;
		bool *refuse;
	} switches[] = {
		{ "end_of_life", &gate->refuse_end_of_life },
		{ "not_examined", &gate->refuse_not_examined },
		{ "not_looked_up", &gate->refuse_not_looked_up },
		{ "not_assessed", &gate->refuse_not_assessed },
		{ "essentials", &gate->refuse_essentials },
		{ "expired_exceptions", &gate->refuse_expired },
	};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		str text;

		if (yaml_entry_text(entry, switches[i].key, &text, err) < 0)
			return -1;
		if (text.n == 0)
			continue;
		*switches[i].refuse = str_eq(text, STR("refuse"));
		if (!*switches[i].refuse && !str_eq(text, STR("allow")))
			return bad(switches[i].key, text, "'refuse' or 'allow'", err);
	}
	return 0;
}

static int take_evidence(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	const str *words;
	size_t n;

	if (yaml_entry_texts(entry, "evidence", &words, &n, err) < 0)
		return -1;
	gate->evidence = n ? 0 : gate->evidence;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k <= FINDING_INFORMATION &&
		       !str_eq(words[i], str_c(finding_kind_name((enum finding_kind)k))))
			k++;
		if (k > FINDING_INFORMATION)
			return bad("evidence", words[i], "a kind of evidence", err);
		gate->evidence |= 1u << k;
	}
	return 0;
}

static int take_fields(const struct yaml_entry *entry, struct gate *gate, struct err *err)
{
	enum exception_answer fixable = EXCEPTION_EITHER;
	str age;

	if (take_limits(entry, "limits", &gate->findings, err) < 0 ||
	    take_limits(entry, "secrets", &gate->secrets, err) < 0 ||
	    take_limits(entry, "misconfigurations", &gate->misconfigurations, err) < 0 ||
	    take_licences(entry, gate, err) < 0 ||
	    take_count(entry, "known_exploited", &gate->exploited, err) < 0 ||
	    take_epss(entry, gate, err) < 0 || take_ages(entry, gate, err) < 0 ||
	    take_evidence(entry, gate, err) < 0 || take_switches(entry, gate, err) < 0 ||
	    criteria_flag(entry, "only_fixable", &fixable, err) < 0 ||
	    yaml_entry_text(entry, "max_database_age", &age, err) < 0)
		return -1;
	if (fixable != EXCEPTION_EITHER)
		gate->only_fixable = fixable == EXCEPTION_YES;
	if (age.n > 0 && !read_age(age, &gate->max_database_age))
		return bad("max_database_age", age, "a time such as 7d", err);
	return 0;
}

/* ---- files ---- */

struct gates {
	const struct json *object; /* name -> gate */
	const struct place *place;
	struct arena *arena;
};

static int take_gate(const struct gates *gates, str name, unsigned depth, struct gate *gate,
		     struct err *err);

static int take_base(const struct gates *gates, str name, str base, unsigned depth,
		     struct gate *gate, struct err *err)
{
	/* The built-in ones cannot be called otherwise: "strict" in a file may extend "strict". */
	bool own = json_get(gates->object, base) && !str_eq(base, name);

	if (base.n == 0 || str_eq(base, STR("none")))
		gate_open(gate);
	else if (own)
		return take_gate(gates, base, depth + 1, gate, err);
	else if (str_eq(base, STR("strict")))
		gate_strict(gate);
	else if (str_eq(base, STR("default")))
		gate_default(gate);
	else
		return err_set(err, ERR_INPUT, "'extends: %.*s': there is no such gate",
			       STR_ARG(base));
	return 0;
}

static int take_gate(const struct gates *gates, str name, unsigned depth, struct gate *gate,
		     struct err *err)
{
	struct yaml_entry entry = { .object = json_get(gates->object, name),
				    .place = place_get(gates->object, gates->place, name),
				    .arena = gates->arena,
				    .noun = "a gate" };
	str base;

	if (!entry.object)
		return err_set(err, ERR_INPUT, "there is no gate '%.*s'", STR_ARG(name));
	if (depth > MAX_EXTENDS)
		return err_set(err, ERR_INPUT, "gates extend one another in a circle");
	if (yaml_entry_check(&entry, fields, err) < 0 ||
	    yaml_entry_text(&entry, "extends", &base, err) < 0 ||
	    take_base(gates, name, base, depth, gate, err) < 0 ||
	    take_fields(&entry, gate, err) < 0)
		return yaml_entry_fail(&entry, err);
	gate->name = name;
	return 0;
}

static int read_gates(str name, str text, struct arena *arena, struct gate *out, struct err *err)
{
	const struct json *root;
	const struct place *place;
	struct gates gates = { .arena = arena };
	struct gate gate;

	if (yaml_list_parse(text, arena, &root, &place, err) < 0)
		return -1;
	gates.object = JSON_GET(root, "gates");
	gates.place = place_get(root, place, STR("gates"));
	if (!json_is(gates.object, JSON_OBJECT) || json_len(root) != 1 ||
	    json_len(gates.object) == 0)
		return err_set(err, ERR_INPUT, "line 1: expected one mapping named 'gates'");
	/* All of them are looked at: a mistake in another one is found today. */
	JSON_MEMBERS (gates.object, member) {
		if (take_gate(&gates, member->key, 0, &gate, err) < 0)
			return -1;
	}
	if (name.n == 0)
		name = json_len(gates.object) == 1 ? gates.object->members[0].key : STR("default");
	if (!json_get(gates.object, name))
		return err_set(err, ERR_INPUT,
			       "there is no gate '%.*s' in it; FILE#NAME chooses one",
			       STR_ARG(name));
	return take_gate(&gates, name, 0, out, err);
}

int gate_read_text(str source, str name, str text, struct arena *arena, struct gate *out,
		   struct err *err)
{
	if (read_gates(name, text, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(source));
	return 0;
}

int gate_read(str source, struct arena *arena, struct gate *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	ptrdiff_t mark = str_rfind_char(source, '#');
	str path = mark < 0 ? source : str_take(source, (size_t)mark);
	str name = mark < 0 ? STR_EMPTY : str_skip(source, (size_t)mark + 1);

	if (str_eq(source, STR("strict")) || str_eq(source, STR("default"))) {
		if (source.p[0] == 's')
			gate_strict(out);
		else
			gate_default(out);
		return 0;
	}
	buf_init(&text, GATE_MAX_BYTES);
	if (buf_read_file(&text, str_cstr(arena, path), err) < 0)
		return -1;
	return gate_read_text(path, name, str_dup(arena, buf_str(&text)), arena, out, err);
}
