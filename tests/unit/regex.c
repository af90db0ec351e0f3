/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/regex.h"

#include "base/err.h"
#include "base/json.h"
#include "casefile.h"
#include "test.h"

static void put_match(struct buf *out, const struct regex *regex, const size_t *spans)
{
	for (uint32_t g = 0; g <= regex_groups(regex); g++) {
		if (g > 0)
			buf_byte(out, ' ');
		if (spans[2 * g] == REGEX_NONE)
			buf_byte(out, '-');
		else
			buf_fmt(out, "%zu-%zu", spans[2 * g], spans[2 * g + 1]);
	}
}

static void find_all(str pattern, str text, struct arena *arena, struct buf *out)
{
	struct err err;
	AUTO(regex_free)
	struct regex *regex = regex_new(pattern, &err);
	struct regex_scan scan = { .regex = regex, .text = regex_text(text, arena) };
	const size_t *spans;
	int rc = 0;

	while (regex && (rc = regex_next(&scan, &spans, &err)) == 1) {
		if (out->n > 0)
			BUF_LIT(out, " | ");
		put_match(out, regex, spans);
	}
	if (!regex || rc < 0)
		buf_fmt(out, "error: %s", err.msg);
	else if (out->n == 0)
		BUF_LIT(out, "none");
}

TEST(regex_finds_as_re2)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("regex/find.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(buf_done)
		struct buf got = { 0 };
		ptrdiff_t at = str_find(file.line, STR(" => "));
		const struct json *json;
		struct err err;
		str want;

		buf_init(&got, 1u << 16);
		CASE_CHECK(&file, at > 0, "no =>");
		CASE_CHECK(&file,
			   json_parse(str_take(file.line, (size_t)at), NULL, arena, &json, &err) ==
				   0,
			   "%s", err.msg);
		want = str_skip(file.line, (size_t)at + 4);
		find_all(json_str(json_at(json, 0)), json_str(json_at(json, 1)), arena, &got);
		CASE_CHECK(&file,
			   str_starts(want, STR("error: ")) ? str_starts(buf_str(&got), want)
							    : str_eq(buf_str(&got), want),
			   "got  %.*s\n     want %.*s", STR_ARG(buf_str(&got)), STR_ARG(want));
	}
}

TEST(regex_knows_its_groups)
{
	struct err err;
	AUTO(regex_free)
	struct regex *regex = regex_new(STR("(a)(?:b)(?P<first>c)((?<second>d))"), &err);

	CHECK(regex);
	CHECK_INT(regex_groups(regex), 4);
	CHECK_INT(regex_group(regex, STR("first")), 2);
	CHECK_INT(regex_group(regex, STR("second")), 4);
	CHECK_INT(regex_group(regex, STR("third")), 0);
	CHECK(str_eq(regex_group_name(regex, 2), STR("first")));
	CHECK_INT(regex_group_name(regex, 1).n, 0);
}

TEST(regex_bytes_that_are_no_text_match_as_replacement_characters)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	AUTO(regex_free)
	struct regex *regex = regex_new(STR("^a.b$"), &err);
	str good = STR("a\xc3\xa4"
		       "b"),
	    text = regex_text(good, arena);

	CHECK(text.p == good.p);
	CHECK_INT(regex_match(regex, text, &err), 1);
	CHECK_INT(regex_match(regex,
			      regex_text(STR("a\xff"
					     "b"),
					 arena),
			      &err),
		  1);
	CHECK_INT(regex_match(regex,
			      regex_text(STR("a\xff\xff"
					     "b"),
					 arena),
			      &err),
		  0);
	CHECK(!regex_new(STR("a\xff"), &err));
}

TEST(regex_quotes_any_text)
{
	static const char all[] = "\\.+*?()|[]{}^$a-b#& \n\xc3\xa4";
	struct buf quoted;
	struct err err;
	struct regex *regex;

	buf_init(&quoted, 1000);
	BUF_LIT(&quoted, "^");
	regex_quote(&quoted, str_c(all));
	BUF_LIT(&quoted, "$");
	regex = regex_new(buf_str(&quoted), &err);
	buf_done(&quoted);
	CHECK(regex);
	CHECK_INT(regex_match(regex, str_c(all), &err), 1);
	CHECK_INT(regex_match(regex, STR("x"), &err), 0);
	regex_free(regex);
}

static str many(const char *piece, size_t n, struct arena *arena)
{
	size_t size = strlen(piece);
	char *text = arena_bytes(arena, n * size + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * size, piece, size);
	return str_of(text, n * size);
}

TEST(regex_limits_hold)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err;
	struct regex *regex;

	CHECK(!regex_new(many("a", REGEX_MAX_PATTERN + 1, arena), &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(!regex_new(str_fmt(arena, "%.*s%.*s", STR_ARG(many("(", REGEX_MAX_DEPTH + 1, arena)),
				 STR_ARG(many(")", REGEX_MAX_DEPTH + 1, arena))),
			 &err));
	regex = regex_new(STR("(x+x+)+[yz]"), &err);
	CHECK(regex);
	CHECK_INT(regex_match(regex, many("x", 60, arena), &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_INT(regex_match(regex, STR("xxy"), &err), 1); /* it can be used again */
	regex_free(regex);
	regex = regex_new(STR("(?:a|b)*c"), &err);
	CHECK(regex);
	CHECK_INT(regex_match(regex, many("ab", 20000, arena), &err) == 1, 0);
	regex_free(regex);
}
