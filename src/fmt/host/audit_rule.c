/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/audit_rule.h"

#include <inttypes.h>
#include <linux/audit.h>

#include "base/err.h"
#include "base/words.h"
#include "fmt/fields.h"

#define WORDS_MAX 512u /* of one line */

const char *audit_target_name(enum audit_target target)
{
	static const char *const names[] = { "none", "path", "dir", "watch" };

	return names[target];
}

void audit_rules_init(struct audit_rules *rules, struct arena *arena)
{
	*rules = (struct audit_rules){ .arena = arena, .enabled = -1 };
}

static int rule_add(struct audit_rules *rules, const struct audit_rule *rule, struct err *err)
{
	if (rules->n == AUDIT_RULES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u audit rules", AUDIT_RULES_MAX);
	rules->items = arena_grow(rules->arena, rules->items, rules->n, &rules->cap,
				  sizeof(*rules->items));
	rules->items[rules->n++] = *rule;
	return 0;
}

static void rule_malformed(struct audit_rules *rules, str text)
{
	if (rules->malformed++ == 0)
		rules->malformed_first = text;
}

/* Takes away what is the same but for file and line. */
static void rule_remove(struct audit_rules *rules, const struct audit_rule *rule)
{
	size_t kept = 0;

	for (size_t i = 0; i < rules->n; i++) {
		const struct audit_rule *r = &rules->items[i];
		bool same = str_eq(r->list, rule->list) && str_eq(r->action, rule->action) &&
			    r->target == rule->target && str_eq(r->path, rule->path) &&
			    r->access == rule->access && r->syscalls == rule->syscalls &&
			    str_eq(r->narrowed, rule->narrowed);

		/* -W takes a watch away whatever it was for. */
		if (rule->target == AUDIT_TARGET_WATCH && r->target == AUDIT_TARGET_WATCH)
			same = str_eq(r->path, rule->path);
		if (!same)
			rules->items[kept++] = *r;
	}
	rules->n = kept;
}

static bool access_of(str letters, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < letters.n; i++) {
		switch (letters.p[i]) {
		case 'r':
			*out |= AUDIT_ACCESS_READ;
			break;
		case 'w':
			*out |= AUDIT_ACCESS_WRITE;
			break;
		case 'x':
			*out |= AUDIT_ACCESS_EXEC;
			break;
		case 'a':
			*out |= AUDIT_ACCESS_ATTRIBUTE;
			break;
		default:
			return false;
		}
	}
	return letters.n > 0;
}

static bool is_list(str word)
{
	static const str lists[] = { STR_INIT("exit"),	  STR_INIT("task"),	  STR_INIT("user"),
				     STR_INIT("exclude"), STR_INIT("filesystem"), STR_INIT("entry"),
				     STR_INIT("io_uring") };

	return words_strs_have(lists, ARRAY_LEN(lists), word);
}

/* "always,exit" and "exit,always". */
static bool take_list(str word, struct audit_rule *rule)
{
	str a, b;

	if (!str_cut(word, ',', &a, &b))
		return false;
	if (is_list(a)) {
		rule->list = a;
		rule->action = b;
	} else {
		rule->list = b;
		rule->action = a;
	}
	return is_list(rule->list) &&
	       (str_eq(rule->action, STR("always")) || str_eq(rule->action, STR("never")) ||
		str_eq(rule->action, STR("possible")));
}

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#define NATIVE_NAME "x86_64"
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#define NATIVE_NAME "aarch64"
#else
#error "which architecture does this kernel audit?"
#endif

/* "path=/x", "perm=wa", "key=k", "auid>=1000" */
static bool take_field(str word, struct audit_rule *rule)
{
	size_t n = 0;
	str name, value;

	while (n < word.n && (is_alnum(word.p[n]) || word.p[n] == '_' || word.p[n] == '-'))
		n++;
	name = str_take(word, n);
	value = str_skip(word, n);
	if (n == 0 || value.n < 1 || !memchr("=!<>&", value.p[0], 5))
		return false;
	if (str_eq(word, STR("arch=b64")) || str_eq(word, STR("arch=" NATIVE_NAME)))
		return true;
	if (!str_starts(value, STR("="))) {
		if (str_empty(rule->narrowed))
			rule->narrowed = word;
		return true;
	}
	value = str_skip(value, 1);
	if (str_eq(name, STR("key"))) {
		rule->key = value;
	} else if (str_eq(name, STR("perm"))) {
		return access_of(value, &rule->access);
	} else if (str_eq(name, STR("path")) || str_eq(name, STR("dir"))) {
		rule->path = value;
		rule->target = str_eq(name, STR("dir")) ? AUDIT_TARGET_TREE : AUDIT_TARGET_PATH;
		return str_starts(value, STR("/"));
	} else if (str_empty(rule->narrowed)) {
		rule->narrowed = word;
	}
	return true;
}

/* One option that describes a rule, with its argument. */
static bool take_option(str option, str argument, struct audit_rule *rule)
{
	if (str_empty(argument))
		return false;
	if (str_eq(option, STR("-a")) || str_eq(option, STR("-A")) || str_eq(option, STR("-d")))
		return take_list(argument, rule);
	if (str_eq(option, STR("-w")) || str_eq(option, STR("-W"))) {
		rule->list = STR("exit");
		rule->action = STR("always");
		rule->target = AUDIT_TARGET_WATCH;
		rule->path = argument;
		return str_starts(argument, STR("/"));
	}
	if (str_eq(option, STR("-p")))
		return access_of(argument, &rule->access);
	if (str_eq(option, STR("-k"))) {
		rule->key = argument;
		return true;
	}
	if (str_eq(option, STR("-S"))) {
		rule->syscalls = rule->syscalls || !str_eq(argument, STR("all"));
		return true;
	}
	if (str_eq(option, STR("-F")))
		return take_field(argument, rule);
	if (str_eq(option, STR("-C"))) {
		rule->narrowed = argument;
		return true;
	}
	return false;
}

/* Options that set the audit system up and are no rules. */
static bool is_setup(str option)
{
	static const str options[] = { STR_INIT("-b"), STR_INIT("-f"), STR_INIT("-r"),
				       STR_INIT("-c"), STR_INIT("-i"), STR_INIT("-q"),
				       STR_INIT("-t"), STR_INIT("-s"), STR_INIT("-l"),
				       STR_INIT("-v"), STR_INIT("-m") };

	return words_strs_have(options, ARRAY_LEN(options), option) ||
	       str_starts(option, STR("--"));
}

static bool take_enabled(struct audit_rules *rules, str argument)
{
	uint64_t value;

	if (!str_u64(argument, &value) || value > 2)
		return false;
	rules->enabled = (int)value;
	return true;
}

static int line_take(struct audit_rules *rules, str line, struct audit_rule *rule, struct err *err)
{
	str words[WORDS_MAX];
	size_t n = fields_of(line, words, WORDS_MAX);
	bool removes = false;

	if (n == 0 || words[0].p[0] == '#')
		return 0;
	if (str_eq(words[0], STR("-D"))) {
		rules->n = 0;
		return 0;
	}
	if (str_eq(words[0], STR("-e"))) {
		if (n < 2 || !take_enabled(rules, words[1]))
			rule_malformed(rules, line);
		return 0;
	}
	if (is_setup(words[0]))
		return 0;
	for (size_t i = 0; i < n; i += 2) {
		str argument = i + 1 < n ? words[i + 1] : STR_EMPTY;

		removes = removes || str_eq(words[i], STR("-W")) || str_eq(words[i], STR("-d"));
		if (!take_option(words[i], argument, rule)) {
			rule_malformed(rules, line);
			return 0;
		}
	}
	if (str_empty(rule->list)) {
		rule_malformed(rules, line);
		return 0;
	}
	if (rule->access == 0)
		rule->access = AUDIT_ACCESS_ALL;
	if (!removes)
		return rule_add(rules, rule, err);
	rule_remove(rules, rule);
	return 0;
}

int audit_rules_file(struct audit_rules *rules, str source, str text, struct err *err)
{
	uint32_t number = 0;
	str line;

	if (text.n > AUDIT_FILE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "over %u bytes", AUDIT_FILE_MAX_BYTES);
	while (str_line(&text, &line)) {
		struct audit_rule rule = { .source = source, .line = ++number };

		if (line_take(rules, str_trim(line), &rule, err) < 0)
			return -1;
	}
	return 0;
}

/* Fields whose value is the length of a text in the buffer behind them. */
static bool is_text_field(uint32_t field)
{
	return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
	       (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) || field == AUDIT_WATCH ||
	       field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

struct kernel_field {
	uint32_t field, value;
	str text;
};

static void field_take(struct audit_rules *rules, const struct kernel_field *f,
		       struct audit_rule *rule)
{
	switch (f->field) {
	case AUDIT_WATCH:
	case AUDIT_DIR:
		rule->path = f->text;
		rule->target = f->field == AUDIT_DIR ? AUDIT_TARGET_TREE : AUDIT_TARGET_PATH;
		return;
	case AUDIT_PERM:
		rule->access = f->value & AUDIT_ACCESS_ALL;
		return;
	case AUDIT_FILTERKEY:
		rule->key = f->text;
		return;
	default:
		break;
	}
	if (f->field == AUDIT_ARCH && f->value == NATIVE_ARCH)
		return;
	if (str_empty(rule->narrowed))
		rule->narrowed = str_fmt(rules->arena, "field %" PRIu32, f->field);
}

static void list_take(struct audit_rules *rules, uint32_t flags, uint32_t action,
		      struct audit_rule *rule)
{
	static const str lists[] = {
		[AUDIT_FILTER_USER] = STR_INIT("user"),
		[AUDIT_FILTER_TASK] = STR_INIT("task"),
		[AUDIT_FILTER_ENTRY] = STR_INIT("entry"),
		[AUDIT_FILTER_WATCH] = STR_INIT("watch"),
		[AUDIT_FILTER_EXIT] = STR_INIT("exit"),
		[AUDIT_FILTER_EXCLUDE] = STR_INIT("exclude"),
		[AUDIT_FILTER_FS] = STR_INIT("filesystem"),
		[AUDIT_FILTER_URING_EXIT] = STR_INIT("io_uring"),
	};

	flags &= ~(uint32_t)AUDIT_FILTER_PREPEND;
	rule->list =
		flags < ARRAY_LEN(lists) ? lists[flags] : str_fmt(rules->arena, "%" PRIu32, flags);
	rule->action = action == AUDIT_ALWAYS  ? STR("always")
		       : action == AUDIT_NEVER ? STR("never")
					       : STR("possible");
}

static bool mask_is_all(const struct audit_rule_data *data)
{
	/* auditctl sets all bits but those of the last word's end, for "-S all". */
	for (size_t i = 0; i + 1 < AUDIT_BITMASK_SIZE; i++) {
		if (data->mask[i] != UINT32_MAX)
			return false;
	}
	return true;
}

int audit_rules_kernel(struct audit_rules *rules, str bytes, struct err *err)
{
	struct audit_rule rule = { .source = STR("kernel"), .line = (uint32_t)rules->n + 1 };
	struct audit_rule_data data;
	str texts;

	if (bytes.n < sizeof(data))
		return err_set(err, ERR_INPUT, "an audit rule of %zu bytes is too short", bytes.n);
	memcpy(&data, bytes.p, sizeof(data));
	texts = str_skip(bytes, sizeof(data));
	if (data.field_count > AUDIT_RULE_FIELDS || data.buflen > texts.n)
		return err_set(err, ERR_INPUT, "an audit rule with more inside than it has");
	texts = str_take(texts, data.buflen);
	list_take(rules, data.flags, data.action, &rule);
	rule.syscalls = !mask_is_all(&data);
	for (uint32_t i = 0; i < data.field_count; i++) {
		struct kernel_field f = { .field = data.fields[i], .value = data.values[i] };

		if (is_text_field(f.field)) {
			if (f.value > texts.n)
				return err_set(err, ERR_INPUT,
					       "an audit rule whose texts are cut off");
			f.text = str_dup(rules->arena, str_take(texts, f.value));
			texts = str_skip(texts, f.value);
		}
		field_take(rules, &f, &rule);
	}
	if (rule.access == 0)
		rule.access = AUDIT_ACCESS_ALL;
	return rule_add(rules, &rule, err);
}
