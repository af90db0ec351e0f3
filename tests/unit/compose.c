/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/compose.h"

#include "base/buf.h"
#include "base/json.h"
#include "casefile.h"
#include "fmt/container/container_value.h"
#include "fmt/container/docker_run.h"
#include "test.h"

/*
 * Texts are one line, \n \t \\ as in C. What holds for the next subject:
 *	file PATH TEXT          another file that it may name
 *	over TEXT               a file laid over it
 *	env NAME=VALUE          a variable
 * A subject, with the folder /srv/app:
 *	compose TEXT            a Compose file "compose.yaml"
 *	run TEXT                a script "up.sh"
 *	expand TEXT             a text with variables
 * What is wanted of it:
 *	fact N.path JSON        of the document of the N-th container; "absent": not there
 *	unread N WHAT TEXT      an entry of its not_read, with that text in the reason
 *	note LINE KIND TEXT     a note with that text; notes are told whole (count of "notes")
 *	count N, notes N        of containers, of notes
 *	place N CONTROL LINE TEXT   where a finding with that text belongs
 *	ignore LINE END IDS     an exception of a script
 *	value TEXT, missing NAME   of expand
 *	fail TEXT               the error instead
 */
struct subject {
	struct arena *arena;
	struct compose_file files[20];
	struct compose_file overs[8];
	struct compose_variable variables[20];
	size_t file_n, over_n, variable_n;
	struct container_plan **plans;
	size_t n;
	struct compose compose;
	struct docker_runs runs;
	bool is_run, failed;
	str value, missing;
	struct err err;
};

static int read_other(void *context, str path, struct arena *arena, str *text, struct err *err)
{
	const struct subject *s = context;

	(void)arena;
	for (size_t i = 0; i < s->file_n; i++) {
		if (str_eq(s->files[i].path, path)) {
			*text = s->files[i].text;
			return 0;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "%.*s: there is no such file", STR_ARG(path));
}

static void read_compose(struct subject *s, str text)
{
	struct compose_file files[9] = { { .path = STR("compose.yaml"), .text = text } };
	const struct compose_opts opts = { .folder = STR("/srv/app"),
					   .variables = s->variables,
					   .variable_n = s->variable_n,
					   .read = read_other,
					   .context = s };

	for (size_t i = 0; i < s->over_n; i++)
		files[i + 1] = s->overs[i];
	s->failed = compose_read(files, 1 + s->over_n, &opts, s->arena, &s->compose, &s->err) < 0;
	s->plans = s->failed ? NULL : s->compose.items;
	s->n = s->failed ? 0 : s->compose.n;
	s->is_run = false;
}

static void read_run(struct subject *s, str text)
{
	s->failed = docker_run_read(STR("up.sh"), text, STR("/srv/app"), s->arena, &s->runs,
				    &s->err) < 0;
	s->n = s->failed ? 0 : s->runs.n;
	s->plans = ARENA_ARRAY(s->arena, struct container_plan *, s->n + 1);
	for (size_t i = 0; i < s->n; i++)
		s->plans[i] = s->runs.items[i].plan;
	s->is_run = true;
}

static const struct json *document(struct subject *s, size_t i)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct json_writer w;
	const struct json *out = NULL;
	struct err err;

	if (i >= s->n)
		return NULL;
	buf_init(&b, 8u << 20);
	json_writer_init(&w, &b, 0);
	container_plan_write(s->plans[i], &w);
	if (b.overflow ||
	    json_parse(str_dup(s->arena, buf_str(&b)), NULL, s->arena, &out, &err) < 0)
		return NULL;
	return out;
}

static uint64_t number(str text)
{
	uint64_t n = 0;

	CHECK(str_u64(text, &n));
	return n;
}

static void check_fact(struct casefile *file, struct subject *s)
{
	str path = casefile_field(file), part, want = str_trim(file->rest);
	const struct json *v, *wanted;
	struct err err;

	str_split(&path, '.', &part);
	v = document(s, number(part));
	CASE_CHECK(file, v, "there is no such container");
	while (str_split(&path, '.', &part)) {
		uint64_t i;

		v = json_is(v, JSON_ARRAY) && str_u64(part, &i) ? json_at(v, i) : json_get(v, part);
	}
	if (str_eq(want, STR("absent"))) {
		CASE_CHECK(file, !v, "it is there");
		return;
	}
	CASE_CHECK(file, json_parse(want, NULL, s->arena, &wanted, &err) == 0, "%s", err.msg);
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct json_writer w;
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	if (v)
		json_put(&w, v);
	str got = v ? str_dup(s->arena, buf_str(&b)) : STR("absent");
	CASE_CHECK(file, v && json_equal(v, wanted), "got %.*s", STR_ARG(got));
}

static void check_unread(struct casefile *file, struct subject *s)
{
	const struct json *v = document(s, number(casefile_field(file)));
	str what = casefile_field(file), text = str_trim(file->rest);

	JSON_EACH (JSON_GET(v, "not_read"), entry) {
		if (str_eq(json_get_str(entry, STR("what")), what)) {
			str got = json_get_str(entry, STR("reason"));

			CASE_CHECK(file, str_find(got, text) >= 0, "got %.*s", STR_ARG(got));
			return;
		}
	}
	CASE_CHECK(file, false, "it is read");
}

static void check_note(struct casefile *file, struct subject *s)
{
	uint64_t line = number(casefile_field(file));
	str kind = casefile_field(file), text = str_trim(file->rest);
	size_t n = s->is_run ? s->runs.note_n : s->compose.note_n;

	for (size_t i = 0; i < n; i++) {
		uint32_t at = s->is_run ? s->runs.notes[i].line : s->compose.notes[i].line;
		str reason = s->is_run ? s->runs.notes[i].reason : s->compose.notes[i].reason;
		enum err_kind of = s->is_run ? s->runs.notes[i].kind : s->compose.notes[i].kind;

		if (at == line && of == err_kind_from(kind) && str_find(reason, text) >= 0)
			return;
	}
	for (size_t i = 0; !s->is_run && i < n; i++)
		printf("  note %u %s %.*s\n", s->compose.notes[i].line,
		       err_kind_name(s->compose.notes[i].kind),
		       STR_ARG(s->compose.notes[i].reason));
	CASE_CHECK(file, false, "there is no such note among %zu", n);
}

static void check_place(struct casefile *file, struct subject *s)
{
	uint64_t i = number(casefile_field(file));
	str control = casefile_field(file);
	uint64_t line = number(casefile_field(file));

	CASE_CHECK(file, i < s->n, "there is no such container");
	struct plan_place place = container_plan_place(s->plans[i], control, str_trim(file->rest));
	CASE_CHECK(file, place.line == line, "got %.*s:%u", STR_ARG(place.file), place.line);
}

static void check_ignore(struct casefile *file, struct subject *s)
{
	uint64_t line = number(casefile_field(file)), end = number(casefile_field(file));
	str ids = casefile_field(file);

	for (size_t i = 0; i < s->runs.ignore_n; i++) {
		const struct docker_run_ignore *ignore = &s->runs.ignores[i];

		if (ignore->line == line && ignore->end_line == end && str_eq(ignore->ids, ids))
			return;
	}
	CASE_CHECK(file, false, "there is no such exception among %zu", s->runs.ignore_n);
}

static bool prepare(struct casefile *file, struct subject *s, str word)
{
	struct arena *arena = s->arena;

	if (str_eq(word, STR("file"))) {
		CASE_CHECK(file, s->file_n < ARRAY_LEN(s->files), "too many files");
		s->files[s->file_n].path = str_dup(arena, casefile_field(file));
		s->files[s->file_n++].text = casefile_unescape(str_trim(file->rest), arena);
	} else if (str_eq(word, STR("over"))) {
		CASE_CHECK(file, s->over_n < ARRAY_LEN(s->overs), "too many files");
		s->overs[s->over_n++] =
			(struct compose_file){ STR("over.yaml"),
					       casefile_unescape(str_trim(file->rest), arena) };
	} else if (str_eq(word, STR("env"))) {
		struct compose_variable *v = &s->variables[s->variable_n++];

		CASE_CHECK(file,
			   s->variable_n < ARRAY_LEN(s->variables) &&
				   str_cut(str_dup(arena, str_trim(file->rest)), '=', &v->name,
					   &v->value),
			   "NAME=VALUE");
	} else {
		return false;
	}
	return true;
}

static bool begin(struct subject *s, str word, str rest)
{
	str text = casefile_unescape(str_trim(rest), s->arena);

	if (str_eq(word, STR("compose"))) {
		read_compose(s, text);
	} else if (str_eq(word, STR("run"))) {
		read_run(s, text);
	} else if (str_eq(word, STR("expand"))) {
		s->failed = compose_interpolate(text, s->variables, s->variable_n, s->arena,
						&s->value, &s->missing, &s->err) < 0;
	} else {
		return false;
	}
	s->file_n = s->over_n = s->variable_n = 0;
	return true;
}

static void check_line(struct casefile *file, struct subject *s, str word)
{
	if (str_eq(word, STR("fail"))) {
		CASE_CHECK(file, s->failed, "it does not fail");
		CASE_CHECK(file, str_find(str_c(s->err.msg), str_trim(file->rest)) >= 0, "got %s",
			   s->err.msg);
		return;
	}
	CASE_CHECK(file, !s->failed, "%s", s->err.msg);
	if (str_eq(word, STR("fact")))
		check_fact(file, s);
	else if (str_eq(word, STR("unread")))
		check_unread(file, s);
	else if (str_eq(word, STR("note")))
		check_note(file, s);
	else if (str_eq(word, STR("place")))
		check_place(file, s);
	else if (str_eq(word, STR("ignore")))
		check_ignore(file, s);
	else if (str_eq(word, STR("count")))
		CASE_CHECK(file, s->n == number(casefile_field(file)), "got %zu", s->n);
	else if (str_eq(word, STR("notes")))
		CASE_CHECK(file,
			   (s->is_run ? s->runs.note_n : s->compose.note_n) ==
				   number(casefile_field(file)),
			   "got %zu; first: %.*s", s->is_run ? s->runs.note_n : s->compose.note_n,
			   STR_ARG(s->compose.note_n ? s->compose.notes[0].reason : STR_EMPTY));
	else if (str_eq(word, STR("value")))
		CASE_CHECK(file, str_eq(s->value, str_trim(file->rest)), "got %.*s",
			   STR_ARG(s->value));
	else if (str_eq(word, STR("missing")))
		CASE_CHECK(file, str_eq(s->missing, str_trim(file->rest)), "got %.*s",
			   STR_ARG(s->missing));
	else
		CASE_CHECK(file, false, "unknown line");
}

static void run_cases(const char *name)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open(name);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct subject s = { .arena = arena };

	while (casefile_next(&file)) {
		str word = str_dup(arena, casefile_field(&file));

		if (!prepare(&file, &s, word) && !begin(&s, word, file.rest))
			check_line(&file, &s, word);
	}
}

TEST(compose_services) { run_cases("compose/services.txt"); }
TEST(compose_files) { run_cases("compose/files.txt"); }
TEST(compose_variables) { run_cases("compose/variables.txt"); }
TEST(run_lines) { run_cases("compose/run.txt"); }

/* ---- names ---- */

TEST(names_tell_compose_files)
{
	static const char *const yes[] = {
		"compose.yaml",		 "a/docker-compose.yml", "docker-compose.prod.yml",
		"compose.override.yaml", "podman-compose.yaml",	 "web.compose.yml"
	};
	static const char *const no[] = { "composer.yaml", "compose.json", "app.yaml", "compose",
					  "docker-composed.yml" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		CHECK(compose_is_name(str_c(yes[i])));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		CHECK(!compose_is_name(str_c(no[i])));
	CHECK(compose_is_override(STR("x/docker-compose.override.yml")));
	CHECK(!compose_is_override(STR("docker-compose.prod.yml")));
	CHECK(compose_is_text(STR("version: '3'\nservices:\n  a: {image: x}\n")));
	CHECK(!compose_is_text(STR("apiVersion: v1\nkind: List\nservices: []\n")));
	CHECK(!compose_is_text(STR("a:\n  services: {}\n")));
}

/* ---- limits ---- */

static void repeat(struct buf *b, const char *text, size_t n)
{
	while (n-- > 0)
		buf_add(b, str_c(text));
}

/* Nine anchors of nine aliases each would be 10^9 values. */
TEST(anchors_that_multiply_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct compose_opts opts = { .folder = STR("/srv") };
	struct compose out;
	struct err err;

	buf_init(&b, 1u << 20);
	BUF_LIT(&b, "services:\n  a: {image: x}\nx-0: &a0 [1]\n");
	for (int i = 1; i < 10; i++)
		buf_fmt(&b, "x-%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	struct compose_file file = { STR("compose.yaml"), buf_str(&b) };
	CHECK(compose_read(&file, 1, &opts, arena, &out, &err) < 0);
	CHECK_INT(err.kind, ERR_LIMIT);
}

/* Each service doubles what it extends. */
TEST(extensions_that_multiply_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct compose_opts opts = { .folder = STR("/srv") };
	struct compose out;
	struct err err;

	buf_init(&b, 4u << 20);
	BUF_LIT(&b, "services:\n  s0:\n    image: x\n    x-big: [");
	repeat(&b, "1,", 20000);
	BUF_LIT(&b, "1]\n");
	for (int i = 1; i < 60; i++)
		buf_fmt(&b, "  s%d: {extends: s0}\n", i);
	struct compose_file file = { STR("compose.yaml"), buf_str(&b) };
	CHECK(compose_read(&file, 1, &opts, arena, &out, &err) == 0);
	bool told = false;
	for (size_t i = 0; i < out.note_n; i++)
		told |= out.notes[i].kind == ERR_LIMIT;
	CHECK(told);
	CHECK(out.n < 60);
}

TEST(a_file_that_is_too_large_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct compose_opts opts = { .folder = STR("/srv") };
	struct compose out;
	struct docker_runs runs;
	struct err err;

	buf_init(&b, 8u << 20);
	repeat(&b, "# a comment that is long\n", 200000);
	struct compose_file file = { STR("compose.yaml"), buf_str(&b) };
	CHECK(compose_read(&file, 1, &opts, arena, &out, &err) < 0);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(docker_run_read(STR("a.sh"), buf_str(&b), STR("/srv"), arena, &runs, &err) < 0);
	CHECK_INT(err.kind, ERR_LIMIT);
}

/* Told as U+FFFD; names that differ in such bytes alone are one. */
TEST(a_script_that_is_no_utf8)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	const struct json *document;
	struct docker_runs runs;
	struct json_writer w;
	struct err err;

	CHECK_OK(docker_run_read(STR("a.sh"), STR("docker run -l a\xff=1 -l a\xfe=2 x\n"),
				 STR("/srv"), arena, &runs, &err));
	CHECK_INT(runs.n, 1);
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	container_plan_write(runs.items[0].plan, &w);
	CHECK_OK(json_parse(buf_str(&b), NULL, arena, &document, &err));
	const struct json *labels = json_path(document, "inspect", "Config", "Labels", NULL);
	CHECK_INT(json_len(labels), 1);
	CHECK_STRV(json_get_str(labels, STR("a\xef\xbf\xbd")), "2");
}

TEST(sizes)
{
	static const struct {
		const char *text;
		int64_t want; /* -2: none */
	} cases[] = {
		{ "64m", 67108864 },
		{ "64M", 67108864 },
		{ "64MB", 67108864 },
		{ "64MiB", 67108864 },
		{ "1.5g", 1610612736 },
		{ "512", 512 },
		{ "1 kb", 1024 },
		{ "0", 0 },
		{ "-1", -1 },
		{ "2t", 2199023255552 },
		{ "m", -2 },
		{ "64x", -2 },
		{ "", -2 },
		{ "1e3", -2 },
		{ "-5m", -2 },
		{ "99999999999999999999g", -2 },
		{ "1.2.3m", -2 },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t got = -2;

		if (!value_bytes(str_c(cases[i].text), arena, &got))
			got = -2;
		CHECK_INT(got, cases[i].want);
	}
}

TEST(cpus)
{
	int64_t n = 0;

	CHECK(value_nano_cpus(STR("0.5"), &n));
	CHECK_INT(n, 500000000);
	CHECK(value_nano_cpus(STR("2"), &n));
	CHECK_INT(n, 2000000000);
	CHECK(value_nano_cpus(STR(".25"), &n));
	CHECK_INT(n, 250000000);
	CHECK(!value_nano_cpus(STR("two"), &n));
	CHECK(!value_nano_cpus(STR(""), &n));
}
