/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compose files, scripts with docker run, texts with variables (the first byte picks): what comes
 * out are documents that can be read, of which nothing is both known and not read; places are in
 * the text, limits hold.
 */
#include "fmt/container/compose.h"

#include "base/json.h"
#include "checking_sink.h"
#include "fmt/container/docker_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t lines_of(str text)
{
	uint32_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

/* The member that a path of not_read names is not there. */
static bool is_absent(const struct json *document, str path)
{
	const struct json *v = document;
	str part;

	while (str_split(&path, '.', &part))
		v = json_get(v, part);
	return !v;
}

static void check_plan(const struct container_plan *plan, struct arena *arena)
{
	static const char *const controls[] = { "privileged",	"engine_socket", "bound_interface",
						"capabilities", "memory_limit",	 "nothing" };
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	const struct json *document;
	struct json_writer w;
	struct err err;

	buf_init(&b, 64u << 20);
	json_writer_init(&w, &b, 0);
	container_plan_write(plan, &w);
	must(!b.overflow);
	must(json_parse(buf_str(&b), NULL, arena, &document, &err) == 0);
	must(str_eq(json_get_str(document, STR("kind")), STR("container")));
	JSON_EACH (JSON_GET(document, "not_read"), entry) {
		must(json_get_str(entry, STR("reason")).n > 0);
		/* Of texts those that are known are there all the same. */
		must(is_absent(document, json_get_str(entry, STR("what"))) ||
		     str_starts(json_get_str(entry, STR("what")), STR("joined.")) ||
		     str_eq(json_get_str(entry, STR("what")), STR("texts")));
	}
	/* What is not known is said to be so. */
	if (json_len(JSON_GET(document, "not_read")) == 0)
		must(JSON_GET(document, "inspect") && JSON_GET(document, "mounts") &&
		     JSON_GET(document, "image"));
	for (int i = 0; i < PLAN_MEMBERS; i++)
		must(plan->facts[i].n <= PLAN_ITEMS_MAX);
	must(plan->port_n <= PLAN_ITEMS_MAX && plan->mount_n <= PLAN_ITEMS_MAX);
	for (size_t i = 0; i < plan->mount_n; i++)
		must(plan->mounts[i].host_path.n == 0 || plan->mounts[i].host_path.p[0]);
	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		must(container_plan_place(plan, str_c(controls[i]), STR("80/tcp")).file.n > 0);
}

/* Any file that is asked for is the same one again: includes and extends go in circles. */
struct other {
	str text;
	unsigned reads;
};

static int read_other(void *context, str path, struct arena *arena, str *text, struct err *err)
{
	struct other *other = context;

	(void)arena;
	must(++other->reads <= 3 * COMPOSE_MAX_FILES + COMPOSE_MAX_NODES);
	if (str_ends(path, STR(".env"))) {
		*text = other->text;
		return 0;
	}
	if (path.n % 3 == 0)
		return err_set(err, ERR_NOT_FOUND, "there is none");
	*text = other->text;
	return 0;
}

static void check_compose(str text, struct arena *arena)
{
	const struct compose_variable variables[] = { { STR("A"), STR("1") },
						      { STR("EMPTY"), STR_EMPTY } };
	struct other other = { .text = text };
	const struct compose_opts opts = { .folder = STR("/srv/app"),
					   .variables = variables,
					   .variable_n = 2,
					   .read = read_other,
					   .context = &other };
	/* Twice: laid over itself. */
	const struct compose_file files[] = { { STR("compose.yaml"), text },
					      { STR("compose.override.yaml"), text } };
	struct err err = { .kind = ERR_NONE };
	struct compose out;

	if (compose_read(files, 2, &opts, arena, &out, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	must(out.n <= COMPOSE_MAX_SERVICES && out.note_n <= COMPOSE_MAX_NOTES);
	must(out.file_n <= COMPOSE_MAX_FILES && out.included_n <= out.file_n);
	for (size_t i = 0; i < out.n && i < 50; i++) {
		must(out.items[i]->place.line <= lines_of(text));
		check_plan(out.items[i], arena);
	}
	for (size_t i = 0; i < out.note_n; i++)
		must(out.notes[i].reason.n > 0);
}

static void check_run(str text, struct arena *arena)
{
	struct err err = { .kind = ERR_NONE };
	struct docker_runs out;
	uint32_t lines = lines_of(text);

	if (docker_run_read(STR("a.sh"), text, STR("/srv"), arena, &out, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	must(out.n <= DOCKER_RUN_MAX);
	for (size_t i = 0; i < out.n; i++) {
		const struct docker_run *run = &out.items[i];

		must(run->line > 0 && run->line <= run->end_line && run->end_line <= lines);
		must(i == 0 || out.items[i - 1].line <= run->line);
		if (i < 50)
			check_plan(run->plan, arena);
	}
	for (size_t i = 0; i < out.ignore_n; i++)
		must(out.ignores[i].end_line <= lines && out.ignores[i].ids.n > 0);
}

/* With every variable given, nothing is missing and no dollar of a form is left. */
static void check_variables(str text, struct arena *arena)
{
	struct compose_variable v = { .name = STR_EMPTY };
	struct err err = { .kind = ERR_NONE };
	str out, missing, again;

	if (compose_interpolate(text, NULL, 0, arena, &out, &missing, &err) < 0) {
		must(err.kind == ERR_INPUT || err.kind == ERR_LIMIT);
		return;
	}
	must(out.n <= COMPOSE_MAX_TEXT);
	if (str_find_char(text, '$') < 0)
		must(str_eq(out, text) && missing.n == 0);
	if (missing.n == 0)
		return;
	v = (struct compose_variable){ missing, STR("value") };
	must(compose_interpolate(text, &v, 1, arena, &out, &again, &err) == 0 ||
	     err.kind != ERR_NONE);
	must(err.kind != ERR_NONE || !str_eq(again, missing));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text;

	if (size == 0)
		return 0;
	text = str_of((const char *)data + 1, size - 1);
	switch (data[0] % 3) {
	case 0:
		check_compose(text, arena);
		break;
	case 1:
		check_run(text, arena);
		break;
	default:
		check_variables(text, arena);
	}
	return 0;
}
