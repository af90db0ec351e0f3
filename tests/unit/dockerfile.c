/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/dockerfile.h"

#include "base/buf.h"
#include "base/json.h"
#include "casefile.h"
#include "test.h"

/* ---- case files ---- */

/*
 * A case is a line "in TEXT" (\n \t \r \\ as in C), then what is wanted of it in order:
 *	item KEYWORD LINES [FLAGS] {WORDS}    each instruction, when there is at least one such line
 *	problem LINE REASON                   each problem; none when there is no such line
 *	fact a.0.b JSON                       a value of the facts
 *	fail TEXT                             the error instead
 */
struct subject {
	struct arena *arena;
	struct dockerfile file;
	const struct json *facts;
	struct err err;
	bool failed;
	size_t items, problems; /* looked at */
};

static str facts_text(const struct dockerfile *file, struct arena *arena, struct buf *out)
{
	struct json_writer w;

	buf_init(out, 16u << 20);
	json_writer_init(&w, out, 0);
	dockerfile_facts(file, STR("Dockerfile"), &w);
	CHECK(!out->overflow);
	return str_dup(arena, buf_str(out));
}

static void read_subject(struct subject *s, str text)
{
	struct buf out;
	struct err err;

	s->items = s->problems = 0;
	s->failed = dockerfile_parse(casefile_unescape(text, s->arena), s->arena, &s->file,
				     &s->err) < 0;
	s->facts = NULL;
	if (s->failed)
		return;
	str facts = facts_text(&s->file, s->arena, &out);
	buf_done(&out);
	CHECK_OK(json_parse(facts, NULL, s->arena, &s->facts, &err));
}

static str shown_item(struct arena *arena, const struct dockerfile_item *item)
{
	struct buf b;

	str name = dockerfile_keyword_name(item->keyword);

	buf_init(&b, 1u << 20);
	buf_fmt(&b, "%.*s %u-%u", STR_ARG(name.n > 0 ? name : STR("?")), item->line,
		item->end_line);
	for (size_t i = 0; i < item->flag_count; i++)
		buf_fmt(&b, " [%.*s]", STR_ARG(item->flags[i]));
	if (item->json)
		BUF_LIT(&b, " json");
	for (size_t i = 0; i < item->value_count; i++)
		buf_fmt(&b, " {%.*s}", STR_ARG(item->values[i]));
	if (item->inner)
		buf_fmt(&b, " < %.*s", STR_ARG(shown_item(arena, item->inner)));
	str text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const struct json *fact_at(const struct json *facts, str path)
{
	str part;
	uint64_t index;

	while (str_split(&path, '.', &part))
		facts = str_u64(part, &index) ? json_at(facts, index) : json_get(facts, part);
	return facts;
}

static void end_subject(struct casefile *file, const struct subject *s)
{
	if (s->failed || !s->facts)
		return;
	CASE_CHECK(file, s->items == 0 || s->items == s->file.item_count,
		   "the case before has %zu instructions, not %zu", s->file.item_count, s->items);
	CASE_CHECK(file, s->problems == s->file.problem_count,
		   "the case before has %zu problems, not %zu; the next: line %u: %s",
		   s->file.problem_count, s->problems,
		   s->problems < s->file.problem_count ? s->file.problems[s->problems].line : 0,
		   s->problems < s->file.problem_count ? s->file.problems[s->problems].reason : "");
}

static void check_item(struct casefile *file, struct subject *s)
{
	CASE_CHECK(file, s->items < s->file.item_count, "there are only %zu instructions",
		   s->file.item_count);
	str got = shown_item(s->arena, &s->file.items[s->items++]);
	CASE_CHECK(file, str_eq(got, str_trim(file->rest)), "got: %.*s", STR_ARG(got));
}

static void check_problem(struct casefile *file, struct subject *s)
{
	CASE_CHECK(file, s->problems < s->file.problem_count, "there are only %zu problems",
		   s->file.problem_count);
	const struct dockerfile_problem *p = &s->file.problems[s->problems++];
	str got = str_fmt(s->arena, "%u %s", p->line, p->reason);
	CASE_CHECK(file, str_eq(got, str_trim(file->rest)), "got: %.*s", STR_ARG(got));
}

static void check_fact(struct casefile *file, struct subject *s)
{
	str path = casefile_field(file);
	const struct json *got = fact_at(s->facts, path), *want = NULL;
	struct json_writer w;
	struct buf b;
	struct err err;

	CASE_CHECK(file, got != NULL, "there is no %.*s", STR_ARG(path));
	CASE_CHECK(file, json_parse(str_trim(file->rest), NULL, s->arena, &want, &err) == 0, "%s",
		   err.msg);
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	json_put(&w, got);
	str text = str_dup(s->arena, buf_str(&b));
	buf_done(&b);
	CASE_CHECK(file, json_equal(got, want), "got: %.*s", STR_ARG(text));
}

static void run_cases(const char *name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open(name);
	struct subject s = { .arena = arena };

	while (casefile_next(&file)) {
		str what = casefile_field(&file);

		if (str_eq(what, STR("in"))) {
			end_subject(&file, &s);
			read_subject(&s, str_trim(file.rest));
		} else if (str_eq(what, STR("fail"))) {
			CASE_CHECK(&file, s.failed, "it is read");
			CASE_CHECK(&file, str_eq(str_c(s.err.msg), str_trim(file.rest)), "got: %s",
				   s.err.msg);
		} else {
			CASE_CHECK(&file, !s.failed, "%s", s.err.msg);
			if (str_eq(what, STR("item")))
				check_item(&file, &s);
			else if (str_eq(what, STR("problem")))
				check_problem(&file, &s);
			else if (str_eq(what, STR("fact")))
				check_fact(&file, &s);
			else
				casefile_fail(&file, "unknown word");
		}
	}
	end_subject(&file, &s);
}

TEST(dockerfile_instructions) { run_cases("dockerfile/instructions.txt"); }
TEST(dockerfile_variables) { run_cases("dockerfile/variables.txt"); }
TEST(dockerfile_shell_commands) { run_cases("dockerfile/shell.txt"); }
TEST(dockerfile_exceptions_in_comments) { run_cases("dockerfile/ignore.txt"); }

/* ---- names ---- */

TEST(dockerfile_is_known_by_its_name)
{
	static const char *const good[] = { "Dockerfile",      "a/Dockerfile",
					    "Dockerfile.prod", "web.Dockerfile",
					    "web.dockerfile",  "dockerfile",
					    "x/Containerfile", "Containerfile.dev",
					    "DOCKERFILE",      "a/b.containerfile" };
	static const char *const bad[] = {
		"Dockerfile.dockerignore", "Dockerfile.",   "Dockerfiles",	 "myDockerfile",
		"docker-compose.yml",	   ".dockerignore", "Dockerfile/readme", ""
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		CHECK_INT(dockerfile_is_name(str_c(good[i])) ? -1 : (int)i, -1);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(dockerfile_is_name(str_c(bad[i])) ? (int)i : -1, -1);
}

TEST(dockerfile_is_known_by_its_first_instruction)
{
	CHECK(dockerfile_is_text(STR("# c\n\nFROM x\n")));
	CHECK(dockerfile_is_text(STR("\xef\xbb\xbf from x")));
	CHECK(dockerfile_is_text(STR("ARG A=1\nFROM x")));
	CHECK(!dockerfile_is_text(STR("apiVersion: v1\n")));
	CHECK(!dockerfile_is_text(STR("from: x\n")));
	CHECK(!dockerfile_is_text(STR("RUN x\n")));
	CHECK(!dockerfile_is_text(STR("")));
}

/* ---- hostile files ---- */

TEST(dockerfile_utf16_is_read)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dockerfile file;
	struct err err;
	static const char text[] = "\xff\xfe"
				   "F\0R\0O\0M\0 \0x\0\r\0\n\0U\0S\0E\0R\0 \0a\0";

	CHECK_OK(dockerfile_parse(str_of(text, sizeof(text) - 1), arena, &file, &err));
	CHECK_INT(file.item_count, 2);
	CHECK_STRV(file.items[1].values[0], "a");
}

static str repeated(struct arena *arena, const char *head, const char *piece, size_t bytes)
{
	struct buf b;

	buf_init(&b, bytes + 1000);
	buf_add(&b, str_c(head));
	while (b.n < bytes)
		buf_add(&b, str_c(piece));
	str text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* Each would take minutes if a part were looked at again and again. */
TEST(dockerfile_hostile_texts_end_soon)
{
	static const struct {
		const char *head, *piece;
	} cases[] = {
		{ "FROM x\nRUN ", "$(" },
		{ "FROM x\nRUN ", "sh -c \"" },
		{ "FROM x\nRUN ", "a;" },
		{ "FROM x\nRUN ", "--a " },
		{ "FROM x\nRUN ", "x \\\n" },
		{ "FROM x\nRUN ", "<<A " },
		{ "FROM x\nRUN cat ", "<<A;\n" },
		{ "FROM x\nENV ", "A=$A$A$A$A " },
		{ "FROM x\nENV A=aaaaaaaaaaaaaaaa\n", "ENV A=$A$A$A$A\n" },
		{ "FROM x\nENV A=1\n", "WORKDIR ${A:-${A:-${A:-$A}}}\n" },
		{ "FROM x\nENV A=aaaaaaaaaaaaaaaaaaaaaa\n", "WORKDIR ${A//*a*a*b/x}\n" },
		{ "FROM x AS a\nENV A=1 B=2 C=3\n", "FROM a AS a\nENV D=1\n" },
		{ "FROM x\nRUN [", "\"a\"," },
		{ "FROM x\nRUN ", "${" },
		{ "FROM x\nRUN ", "((" },
		{ "", "# trivy:ignore:a trivy:ignore:b\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		AUTO(buf_done)
		struct buf out;
		struct dockerfile file;
		struct json_writer w;
		struct err err = { .kind = ERR_NONE };
		str text =
			repeated(arena, cases[i].head, cases[i].piece, DOCKERFILE_MAX_BYTES - 100);

		buf_init(&out, 8u << 20);
		json_writer_init(&w, &out, 0);
		if (dockerfile_parse(text, arena, &file, &err) < 0)
			CHECK(err.kind == ERR_LIMIT || err.kind == ERR_INPUT);
		else
			dockerfile_facts(&file, STR("Dockerfile"), &w);
		CHECK(arena_used(arena) < 400u << 20);
	}
}

TEST(dockerfile_limits_are_told)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dockerfile file;
	struct err err;

	CHECK_FAIL(dockerfile_parse(repeated(arena, "FROM x\n", "#", DOCKERFILE_MAX_BYTES + 1),
				    arena, &file, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(dockerfile_parse(repeated(arena, "FROM x\n", "RUN a\n", 200000), arena, &file,
				    &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_STR(err.msg, "line 20001: more than 20000 instructions");
}
