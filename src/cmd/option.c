/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/option.h"

#include "base/err.h"
#include "base/nearest.h"
#include "cmd/foreign.h"

#define OPTION_MAX_SPECS 128u

void options_init(struct options *options, const struct option_spec *specs, size_t count,
		  struct arena *arena)
{
	*options = (struct options){ .specs = specs, .count = count, .arena = arena };
	options->values = ARENA_ARRAY(arena, struct option_value, count);
	for (size_t i = 0; i < count; i++) {
		options->values[i].on = specs[i].on;
		options->values[i].text = str_c(specs[i].preset);
	}
}

static int fail(const struct options *options, struct err *err, enum text id, str a, str b)
{
	str text = text_make(options->arena, options->lang, id, (const str[]){ a, b }, 2);

	return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
}

int options_find(const struct options *options, str name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (!options->specs[i].absent && str_eq(name, str_c(options->specs[i].name)))
			return (int)i;
	}
	return -1;
}

static int find_letter(const struct options *options, char letter)
{
	for (size_t i = 0; i < options->count; i++) {
		if (letter != 0 && options->specs[i].letter == letter)
			return (int)i;
	}
	return -1;
}

static int fail_unknown(const struct options *options, str shown, str name, struct err *err)
{
	const char *names[OPTION_MAX_SPECS];
	size_t n = 0;

	for (size_t i = 0; i < options->count && n < OPTION_MAX_SPECS; i++) {
		if (!options->specs[i].hidden)
			names[n++] = options->specs[i].name;
	}
	str advice = foreign_option(options, name);
	if (advice.n > 0)
		return fail(options, err, TEXT_UNKNOWN_OPTION_FOREIGN, shown, advice);
	const char *near = nearest_word(name, names, n);
	if (near)
		return fail(options, err, TEXT_UNKNOWN_OPTION_NEAR, shown, str_c(near));
	return fail(options, err, TEXT_UNKNOWN_OPTION, shown, STR_EMPTY);
}

static str word_list(const struct options *options, const char *const *words)
{
	str all = STR_EMPTY;

	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			all = str_cat(options->arena, all, STR(", "));
		all = str_cat(options->arena, all, str_c(words[i]));
	}
	return all;
}

/* Refuses a bad value; one of the words comes back in the spelling of the table. */
static int check_value(const struct options *options, const struct option_spec *spec, str *value,
		       struct err *err)
{
	bool known = spec->words == NULL;

	for (size_t i = 0; spec->words && spec->words[i] && !known; i++) {
		known = str_ieq(*value, str_c(spec->words[i]));
		if (known)
			*value = str_c(spec->words[i]);
	}
	if (!known) {
		str text = TEXT_MAKE(options->arena, options->lang, BAD_WORD, str_c(spec->name),
				     *value, word_list(options, spec->words));
		return err_set(err, ERR_USAGE, "%.*s", STR_ARG(text));
	}
	if (spec->check && spec->check(*value, err) < 0) {
		err_wrap(err, "--%s", spec->name);
		err->kind = ERR_USAGE;
		return -1;
	}
	return 0;
}

static int add_item(struct options *options, size_t i, str value, struct err *err)
{
	struct option_value *v = &options->values[i];

	if (check_value(options, &options->specs[i], &value, err) < 0)
		return -1;
	v->items = arena_grow(options->arena, v->items, v->n, &v->cap, sizeof(*v->items));
	v->items[v->n++] = value;
	return 0;
}

static int take_value(struct options *options, size_t i, str value, struct err *err)
{
	const struct option_spec *spec = &options->specs[i];
	struct option_value *v = &options->values[i];
	str piece;

	v->given = true;
	if (value.n == 0)
		return fail(options, err, TEXT_EMPTY_VALUE, str_c(spec->name), str_c(spec->arg));
	if (spec->repeat)
		return add_item(options, i, value, err);
	if (!spec->list) {
		if (check_value(options, spec, &value, err) < 0)
			return -1;
		v->text = value;
		return 0;
	}
	while (str_split(&value, ',', &piece)) {
		piece = str_trim(piece);
		if (piece.n == 0)
			return fail(options, err, TEXT_EMPTY_VALUE, str_c(spec->name),
				    str_c(spec->arg));
		if (add_item(options, i, piece, err) < 0)
			return -1;
	}
	return 0;
}

static void take_flag(struct options *options, size_t i, bool on)
{
	options->values[i].given = true;
	options->values[i].on = on;
}

/* The argument list, while it is read. */
struct cursor {
	int argc, at;
	char **argv;
};

static int take_next(struct options *options, size_t i, str shown, struct cursor *c,
		     struct err *err)
{
	if (c->at >= c->argc)
		return fail(options, err, TEXT_VALUE_MISSING, shown, str_c(options->specs[i].arg));
	return take_value(options, i, str_c(c->argv[c->at++]), err);
}

static int parse_long(struct options *options, str arg, struct cursor *c, struct err *err)
{
	str name = arg, value = STR_EMPTY;
	bool has_value = str_cut(arg, '=', &name, &value);
	str shown = str_cat(options->arena, STR("--"), name);
	bool on = true;
	int i = options_find(options, name);

	if (i < 0 && str_starts(name, STR("no-"))) {
		i = options_find(options, str_skip(name, 3));
		on = false;
		if (i >= 0 && options->specs[i].arg)
			i = -1;
	}
	if (i < 0)
		return fail_unknown(options, shown, name, err);
	if (options->specs[i].arg == NULL) {
		if (has_value)
			return fail(options, err, TEXT_VALUE_UNWANTED, shown, STR_EMPTY);
		take_flag(options, (size_t)i, on);
		return 0;
	}
	if (has_value)
		return take_value(options, (size_t)i, value, err);
	return take_next(options, (size_t)i, shown, c, err);
}

static int parse_letters(struct options *options, str letters, struct cursor *c, struct err *err)
{
	for (size_t at = 0; at < letters.n; at++) {
		str shown = str_fmt(options->arena, "-%.*s", 1, letters.p + at);
		int i = find_letter(options, letters.p[at]);

		if (i < 0)
			return fail_unknown(options, shown, str_skip(letters, at), err);
		if (options->specs[i].arg == NULL) {
			take_flag(options, (size_t)i, true);
			continue;
		}
		str value = str_skip(letters, at + 1);
		if (value.n > 0)
			return take_value(options, (size_t)i, value, err);
		return take_next(options, (size_t)i, shown, c, err);
	}
	return 0;
}

int options_parse(struct options *options, int argc, char **argv, struct err *err)
{
	struct cursor c = { .argc = argc, .argv = argv };
	bool only_operands = false;

	options->operands = ARENA_ARRAY(options->arena, str, (size_t)argc + 1);
	while (c.at < argc) {
		str arg = str_c(argv[c.at++]);

		if (only_operands || arg.n < 2 || arg.p[0] != '-') {
			options->operands[options->operand_count++] = arg;
			continue;
		}
		if (arg.p[1] != '-') {
			if (parse_letters(options, str_skip(arg, 1), &c, err) < 0)
				return -1;
		} else if (arg.n == 2) {
			only_operands = true;
		} else if (parse_long(options, str_skip(arg, 2), &c, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int options_set(struct options *options, str name, str value, const bool *locked, struct err *err)
{
	int i = options_find(options, name);

	if (i < 0)
		return fail_unknown(options, name, name, err);
	const struct option_spec *spec = &options->specs[i];
	if (spec->no_config)
		return fail(options, err, TEXT_NOT_IN_CONFIG, name, STR_EMPTY);
	if (spec->arg == NULL) {
		bool on = str_eq(value, STR("true"));

		if (!on && !str_eq(value, STR("false")))
			return fail(options, err, TEXT_NOT_A_SWITCH, name, value);
		if (!locked[i])
			take_flag(options, (size_t)i, on);
		return 0;
	}
	return locked[i] ? 0 : take_value(options, (size_t)i, value, err);
}

str option_text(const struct options *options, size_t option)
{
	return options->values[option].text;
}

char *option_path(const struct options *options, size_t option)
{
	str text = option_text(options, option);

	return text.n ? str_cstr(options->arena, text) : NULL;
}

bool option_on(const struct options *options, size_t option) { return options->values[option].on; }

bool option_given(const struct options *options, size_t option)
{
	return options->values[option].given;
}

const str *option_items(const struct options *options, size_t option, size_t *n)
{
	*n = options->values[option].n;
	return options->values[option].items;
}
