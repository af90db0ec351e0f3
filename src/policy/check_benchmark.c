/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata of a check that is a control of a benchmark:
 *	custom: {benchmark: {level, mode, numbers: {"1.8.0": "2.2"}}, recommendations: [id],
 *	alerts: [id], fix: {command, file, text, risk, by_hand}, ja: {risk}}
 */
#include "base/err.h"
#include "policy/check_internal.h"

#define VERSIONS_MAX 50u

const char *check_mode_name(enum check_mode mode)
{
	static const char *const names[CHECK_MODES] = {
		[CHECK_AUTO] = "auto",
		[CHECK_SEMI] = "semi",
		[CHECK_BY_HAND] = "manual",
	};

	return names[mode];
}

str check_number_in(const struct check *check, str version)
{
	for (size_t i = 0; i < check->benchmark.number_n; i++) {
		if (str_eq(check->benchmark.numbers[i].version, version))
			return check->benchmark.numbers[i].id;
	}
	return STR_EMPTY;
}

static void read_numbers(const struct value *map, struct arena *arena, struct check_benchmark *out)
{
	struct check_number *numbers;

	if (!map || map->type != VALUE_OBJECT || map->n == 0)
		return;
	numbers = ARENA_ARRAY(arena, struct check_number, VERSIONS_MAX);
	for (uint32_t i = 0; i < map->n && out->number_n < VERSIONS_MAX; i++) {
		const struct value *key = &map->members[i].key, *id = &map->members[i].value;

		if (key->type == VALUE_STRING && id->type == VALUE_STRING)
			numbers[out->number_n++] = (struct check_number){
				.version = str_dup(arena, value_text(key)),
				.id = str_dup(arena, value_text(id)),
			};
	}
	out->numbers = numbers;
}

/* CHECK_MODES: no mode of ours. */
static enum check_mode mode_of(str word)
{
	enum check_mode mode = CHECK_AUTO;

	while (mode < CHECK_MODES && !str_eq(word, str_c(check_mode_name(mode))))
		mode++;
	return mode;
}

void check_benchmark_read(const struct value *custom, struct arena *arena, struct check *out)
{
	const struct value *about = custom ? VALUE_GET(custom, "benchmark") : NULL;
	const struct value *fix = custom ? VALUE_GET(custom, "fix") : NULL;
	const struct value *ja = custom ? VALUE_GET(custom, "ja") : NULL;
	struct check_benchmark *b = &out->benchmark;
	uint64_t level;

	if (!custom)
		return;
	check_meta_texts(&b->recommendations, &b->recommendation_n,
			 VALUE_GET(custom, "recommendations"), arena);
	check_meta_texts(&b->alerts, &b->alert_n, VALUE_GET(custom, "alerts"), arena);
	if (about) {
		read_numbers(VALUE_GET(about, "numbers"), arena, b);
		b->mode = mode_of(check_meta_text(about, "mode", arena));
		if (str_u64(check_meta_text(about, "level", arena), &level) && level <= 2)
			b->level = (unsigned)level;
	}
	if (!fix)
		return;
	const struct value *by_hand = VALUE_GET(fix, "by_hand");
	out->fix = (struct check_fix){
		.by_hand = by_hand && value_is_true(by_hand),
		.command = check_meta_text(fix, "command", arena),
		.file = check_meta_text(fix, "file", arena),
		.text = check_meta_text(fix, "text", arena),
		.risk = { [CHECK_EN] = check_meta_text(fix, "risk", arena),
			  [CHECK_JA] = check_meta_text(ja, "risk", arena) },
	};
}

int check_benchmark_complete(const struct check *c, struct err *err)
{
	const struct check_fix *fix = &c->fix;
	bool has_fix = fix->command.n > 0 || fix->file.n > 0;

	if (c->benchmark.mode == CHECK_MODES)
		return err_set(err, ERR_INPUT, "%.*s: a mode that is none", STR_ARG(c->file));
	if ((fix->file.n > 0) != (fix->text.n > 0))
		return err_set(err, ERR_INPUT, "%.*s: a repair of a file needs file and text",
			       STR_ARG(c->file));
	for (size_t lang = 0; lang < CHECK_LANGS; lang++) {
		if (has_fix && fix->risk[lang].n == 0)
			return err_set(err, ERR_INPUT, "%.*s: a repair that does not say its risk",
				       STR_ARG(c->file));
	}
	return 0;
}
