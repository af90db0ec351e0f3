/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/dockerd_settings.h"

#include "base/err.h"
#include "fmt/syntax/json_place.h"

#define FILE_DEPTH 32u

enum flag_kind { FLAG_TEXT, FLAG_SWITCH, FLAG_NUMBER, FLAG_LIST, FLAG_MAP, FLAG_ULIMIT };

/* Flags that are no single text of the same name. */
static const struct flag {
	const char *name, *key;
	enum flag_kind kind;
	char letter;
} flags[] = {
	{ "add-runtime", "runtimes", FLAG_MAP, 0 },
	{ "allow-direct-routing", "allow-direct-routing", FLAG_SWITCH, 0 },
	{ "allow-nondistributable-artifacts", "allow-nondistributable-artifacts", FLAG_LIST, 0 },
	{ "authorization-plugin", "authorization-plugins", FLAG_LIST, 0 },
	{ "bridge", "bridge", FLAG_TEXT, 'b' },
	{ "cdi-spec-dir", "cdi-spec-dirs", FLAG_LIST, 0 },
	{ "cluster-store-opt", "cluster-store-opts", FLAG_MAP, 0 },
	{ "cri-containerd", "cri-containerd", FLAG_SWITCH, 0 },
	{ "data-root", "data-root", FLAG_TEXT, 0 },
	{ "debug", "debug", FLAG_SWITCH, 'D' },
	{ "default-address-pool", "default-address-pools", FLAG_LIST, 0 },
	{ "default-network-opt", "default-network-opts", FLAG_LIST, 0 },
	{ "default-ulimit", "default-ulimits", FLAG_ULIMIT, 0 },
	{ "disable-legacy-registry", "disable-legacy-registry", FLAG_SWITCH, 0 },
	{ "dns", "dns", FLAG_LIST, 0 },
	{ "dns-opt", "dns-opts", FLAG_LIST, 0 },
	{ "dns-search", "dns-search", FLAG_LIST, 0 },
	{ "exec-opt", "exec-opts", FLAG_LIST, 0 },
	{ "experimental", "experimental", FLAG_SWITCH, 0 },
	{ "feature", "features", FLAG_MAP, 0 },
	{ "graph", "data-root", FLAG_TEXT, 'g' },
	{ "group", "group", FLAG_TEXT, 'G' },
	{ "help", "help", FLAG_SWITCH, 'h' },
	{ "host", "hosts", FLAG_LIST, 'H' },
	{ "icc", "icc", FLAG_SWITCH, 0 },
	{ "init", "init", FLAG_SWITCH, 0 },
	{ "insecure-registry", "insecure-registries", FLAG_LIST, 0 },
	{ "ip-forward", "ip-forward", FLAG_SWITCH, 0 },
	{ "ip-forward-no-drop", "ip-forward-no-drop", FLAG_SWITCH, 0 },
	{ "ip-masq", "ip-masq", FLAG_SWITCH, 0 },
	{ "ip6tables", "ip6tables", FLAG_SWITCH, 0 },
	{ "iptables", "iptables", FLAG_SWITCH, 0 },
	{ "ipv6", "ipv6", FLAG_SWITCH, 0 },
	{ "label", "labels", FLAG_LIST, 0 },
	{ "live-restore", "live-restore", FLAG_SWITCH, 0 },
	{ "log-level", "log-level", FLAG_TEXT, 'l' },
	{ "log-opt", "log-opts", FLAG_MAP, 0 },
	{ "max-concurrent-downloads", "max-concurrent-downloads", FLAG_NUMBER, 0 },
	{ "max-concurrent-uploads", "max-concurrent-uploads", FLAG_NUMBER, 0 },
	{ "max-download-attempts", "max-download-attempts", FLAG_NUMBER, 0 },
	{ "mtu", "mtu", FLAG_NUMBER, 0 },
	{ "network-control-plane-mtu", "network-control-plane-mtu", FLAG_NUMBER, 0 },
	{ "network-diagnostic-port", "network-diagnostic-port", FLAG_NUMBER, 0 },
	{ "no-new-privileges", "no-new-privileges", FLAG_SWITCH, 0 },
	{ "node-generic-resource", "node-generic-resources", FLAG_LIST, 0 },
	{ "oom-score-adjust", "oom-score-adjust", FLAG_NUMBER, 0 },
	{ "pidfile", "pidfile", FLAG_TEXT, 'p' },
	{ "raw-logs", "raw-logs", FLAG_SWITCH, 0 },
	{ "registry-mirror", "registry-mirrors", FLAG_LIST, 0 },
	{ "rootless", "rootless", FLAG_SWITCH, 0 },
	{ "selinux-enabled", "selinux-enabled", FLAG_SWITCH, 0 },
	{ "shutdown-timeout", "shutdown-timeout", FLAG_NUMBER, 0 },
	{ "storage-driver", "storage-driver", FLAG_TEXT, 's' },
	{ "storage-opt", "storage-opts", FLAG_LIST, 0 },
	{ "tls", "tls", FLAG_SWITCH, 0 },
	{ "tlsverify", "tlsverify", FLAG_SWITCH, 0 },
	{ "userland-proxy", "userland-proxy", FLAG_SWITCH, 0 },
	{ "validate", "validate", FLAG_SWITCH, 0 },
	{ "version", "version", FLAG_SWITCH, 'v' },
};

static const struct flag *flag_named(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (str_eq(str_c(flags[i].name), name))
			return &flags[i];
	}
	return NULL;
}

static const struct flag *flag_of_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (flags[i].letter && flags[i].letter == letter)
			return &flags[i];
	}
	return NULL;
}

void dockerd_settings_init(struct dockerd_settings *settings, struct arena *arena)
{
	*settings = (struct dockerd_settings){ .arena = arena };
}

const struct dockerd_setting *dockerd_settings_get(const struct dockerd_settings *settings, str key)
{
	for (size_t i = 0; i < settings->n; i++) {
		if (str_eq(settings->items[i].key, key))
			return &settings->items[i];
	}
	return NULL;
}

/* The setting of that key, made where there is none; NULL above the limit. */
static struct dockerd_setting *slot(struct dockerd_settings *settings, str key, str where)
{
	for (size_t i = 0; i < settings->n; i++) {
		if (str_eq(settings->items[i].key, key))
			return &settings->items[i];
	}
	if (settings->n == DOCKERD_KEYS_MAX)
		return NULL;
	settings->items = arena_regrow(settings->arena, settings->items, settings->n,
				       &settings->cap, sizeof(*settings->items));
	settings->items[settings->n] = (struct dockerd_setting){ .key = key, .where = where };
	return &settings->items[settings->n++];
}

static struct json text_value(str s)
{
	return (struct json){ .type = JSON_STRING, .n = (uint32_t)s.n, .text = s.p };
}

/* As Go's strconv.ParseBool has them. */
static bool take_truth(str text, struct json *out)
{
	static const char *const yes[] = { "1", "t", "T", "TRUE", "true", "True" };
	static const char *const no[] = { "0", "f", "F", "FALSE", "false", "False" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (str_eq(text, str_c(yes[i])) || str_eq(text, str_c(no[i]))) {
			out->type = str_eq(text, str_c(yes[i])) ? JSON_TRUE : JSON_FALSE;
			return true;
		}
	}
	return false;
}

static struct json number_value(str text, struct arena *arena)
{
	int64_t n;

	if (!str_i64(text, &n))
		return text_value(text);
	text = str_fmt(arena, "%lld", (long long)n);
	return (struct json){ .type = JSON_NUMBER, .n = (uint32_t)text.n, .text = text.p };
}

/* "nofile=1024:2048"; one number counts for both. */
static struct json ulimit_value(str name, str limits, struct arena *arena)
{
	struct json_member *m = ARENA_ARRAY(arena, struct json_member, 3);
	str soft = limits, hard = limits;

	IGNORE(str_cut(limits, ':', &soft, &hard)); /* one for both */
	m[0] = (struct json_member){ .key = STR("Name"), .value = text_value(name) };
	m[1] = (struct json_member){ .key = STR("Soft"), .value = number_value(soft, arena) };
	m[2] = (struct json_member){ .key = STR("Hard"), .value = number_value(hard, arena) };
	return (struct json){ .type = JSON_OBJECT, .n = 3, .members = m };
}

static void list_add(struct dockerd_setting *setting, str value, struct arena *arena)
{
	uint32_t n = json_is(&setting->value, JSON_ARRAY) ? setting->value.n : 0;
	struct json *items = ARENA_ARRAY(arena, struct json, n + 1);

	if (n)
		memcpy(items, setting->value.items, n * sizeof(*items));
	items[n] = text_value(value);
	setting->value = (struct json){ .type = JSON_ARRAY, .n = n + 1, .items = items };
}

static void map_add(struct dockerd_setting *setting, str name, const struct json *value,
		    struct arena *arena)
{
	uint32_t n = json_is(&setting->value, JSON_OBJECT) ? setting->value.n : 0, kept = 0;
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, n + 1);

	for (uint32_t i = 0; i < n; i++) {
		if (!str_eq(setting->value.members[i].key, name))
			members[kept++] = setting->value.members[i];
	}
	members[kept++] = (struct json_member){ .key = name, .value = *value };
	setting->value = (struct json){ .type = JSON_OBJECT, .n = kept, .members = members };
}

static int put(struct dockerd_settings *settings, str key, enum flag_kind kind, str value,
	       str where, struct err *err)
{
	struct dockerd_setting *setting = slot(settings, key, where);
	str name = value, rest = STR("");
	struct json made;

	if (!setting)
		return err_set(err, ERR_LIMIT, "more than %u settings", DOCKERD_KEYS_MAX);
	switch (kind) {
	case FLAG_SWITCH:
		if (!take_truth(value, &setting->value))
			setting->value = text_value(value);
		return 0;
	case FLAG_NUMBER:
		setting->value = number_value(value, settings->arena);
		return 0;
	case FLAG_LIST:
		list_add(setting, value, settings->arena);
		return 0;
	case FLAG_MAP:
	case FLAG_ULIMIT:
		IGNORE(str_cut(value, '=', &name, &rest)); /* a name alone has no value */
		made = kind == FLAG_MAP ? text_value(rest)
					: ulimit_value(name, rest, settings->arena);
		map_add(setting, name, &made, settings->arena);
		return 0;
	default:
		setting->value = text_value(value);
		return 0;
	}
}

/* The words that are left. */
struct line {
	const str *words;
	size_t n, i;
	str where;
};

static bool is_flag(str word) { return word.n > 1 && word.p[0] == '-'; }

/* "--name", "--name=value", "--name value" */
static int take_long(struct dockerd_settings *settings, struct line *line, str word,
		     struct err *err)
{
	str name = word, value = STR_EMPTY;
	bool has = str_cut(word, '=', &name, &value);
	const struct flag *flag = flag_named(name);
	enum flag_kind kind = flag ? flag->kind : FLAG_TEXT;

	if (str_empty(name))
		return 0;
	if (!has && kind != FLAG_SWITCH && line->i < line->n &&
	    (flag || !is_flag(line->words[line->i]))) {
		value = line->words[line->i++];
		has = true;
	}
	if (!has) {
		kind = FLAG_SWITCH;
		value = STR("true");
	}
	if (!value.p)
		value = STR("");
	return put(settings, flag ? str_c(flag->key) : name, kind, value, line->where, err);
}

/* "-D", "-DH unix:///s", "-Hunix:///s", "-H=unix:///s" */
static int take_short(struct dockerd_settings *settings, struct line *line, str letters,
		      struct err *err)
{
	while (!str_empty(letters)) {
		const struct flag *flag = flag_of_letter(letters.p[0]);
		str key = flag ? str_c(flag->key) : str_take(letters, 1);
		enum flag_kind kind = flag ? flag->kind : FLAG_SWITCH;
		str value = str_skip(letters, 1);
		bool given = str_starts(value, STR("="));

		if (kind == FLAG_SWITCH && !given) {
			letters = value;
			if (put(settings, key, kind, STR("true"), line->where, err) < 0)
				return -1;
			continue;
		}
		if (given)
			value = str_skip(value, 1);
		else if (str_empty(value) && line->i < line->n)
			value = line->words[line->i++];
		return put(settings, key, kind, str_empty(value) ? STR("") : value, line->where,
			   err);
	}
	return 0;
}

int dockerd_settings_flags(struct dockerd_settings *settings, const str *words, size_t n, str where,
			   struct err *err)
{
	struct line line = { .words = words, .n = n, .where = where };

	if (n > DOCKERD_WORDS_MAX)
		return err_set(err, ERR_LIMIT, "a command line of more than %u words",
			       DOCKERD_WORDS_MAX);
	while (line.i < n) {
		str word = words[line.i++];
		int rc = 0;

		if (str_eq(word, STR("--")))
			break;
		if (str_starts(word, STR("--")))
			rc = take_long(settings, &line, str_skip(word, 2), err);
		else if (is_flag(word))
			rc = take_short(settings, &line, str_skip(word, 1), err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Names that the file has had. */
static str key_of(str key)
{
	if (str_eq(key, STR("graph")))
		return STR("data-root");
	return str_eq(key, STR("authorization-plugin")) ? STR("authorization-plugins") : key;
}

/* Below the top level no key may occur twice: a report of it could not be read again. */
static bool is_ambiguous(const struct json *value, unsigned depth)
{
	if (depth > FILE_DEPTH) /* the reader's limit */
		return true;
	if (json_is(value, JSON_OBJECT) && json_duplicate(value->members, value->n))
		return true;
	JSON_EACH (value, item) {
		if (is_ambiguous(item, depth + 1))
			return true;
	}
	JSON_MEMBERS (value, member) {
		if (is_ambiguous(&member->value, depth + 1))
			return true;
	}
	return false;
}

int dockerd_settings_file(struct dockerd_settings *settings, str path, str text, struct err *err)
{
	const struct json_opts opts = { .max_depth = FILE_DEPTH,
					.max_values = 100000,
					.keep_duplicates = true };
	const struct json *doc;
	const struct place *place;

	if (text.n > DOCKERD_CONFIG_MAX)
		return err_set(err, ERR_LIMIT, "over %u bytes", DOCKERD_CONFIG_MAX);
	if (str_empty(str_trim(text)))
		return 0;
	if (json_parse(text, &opts, settings->arena, &doc, err) < 0)
		return -1;
	if (!json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no JSON object");
	if (doc->n > DOCKERD_KEYS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u settings", DOCKERD_KEYS_MAX);
	place = json_place_make(text, doc, settings->arena);
	JSON_MEMBERS (doc, member) {
		struct dockerd_setting *setting;
		uint32_t line = place_line(place_of_member(doc, place, member));

		if (json_get(doc, member->key) != &member->value)
			continue; /* the last one counts */
		if (is_ambiguous(&member->value, 0))
			return err_set(err, ERR_INPUT, "line %u: in %.*s a key occurs twice", line,
				       STR_ARG(member->key));
		setting = slot(settings, key_of(member->key), STR_EMPTY);
		if (!setting)
			return err_set(err, ERR_LIMIT, "more than %u settings", DOCKERD_KEYS_MAX);
		setting->value = member->value;
		setting->where = str_fmt(settings->arena, "%.*s:%u", STR_ARG(path), line);
	}
	return 0;
}
