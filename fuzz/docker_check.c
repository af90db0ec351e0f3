/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What check docker is given. The first byte picks: a file of facts, whose documents are judged and
 * shown in all forms and as a script; settings; a former report.
 */
#include "base/temp_file.h"
#include "must.h"
#include "posture/benchmark_baseline.h"
#include "posture/docker_facts_file.h"
#include "posture/docker_settings.h"
#include "posture/fix_script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct check_set *the_set(void)
{
	static struct check_set *set;
	static const str groups[] = { STR_INIT("docker") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct problems problems = { .arena = arena };
	struct err err;

	if (!set)
		set = check_set_load(&load, &problems, &err);
	must(set != NULL);
	return set;
}

static int take_document(void *context, str kind, str text, struct err *err)
{
	return benchmark_put(context, kind, text, err) < 0 ? -1 : 0;
}

static void take_unread(void *context, str kind, str what, str reason, str remedy)
{
	benchmark_unread(context, kind, what, reason, remedy);
}

/* Every control has one result, and no total is lost. */
static void show(struct benchmark *b, struct arena *arena)
{
	struct benchmark_result result;
	struct benchmark_report report = { .result = &result, .limit = 5, .arena = arena };
	struct benchmark_baseline base;
	struct err err;
	size_t all = 0;

	benchmark_assess(b, arena, &result);
	must(result.n == 118);
	for (size_t i = 0; i < BENCHMARK_STATUSES; i++)
		all += result.all.count[i];
	must(all == result.n);
	for (size_t i = 0; benchmark_writer_words[i]; i++) {
		AUTO(buf_done)
		struct buf out = { 0 };

		buf_init(&out, 256u << 20);
		benchmark_writer_find(str_c(benchmark_writer_words[i]))->write(&out, &report);
		must(!out.overflow && str_is_utf8(buf_str(&out)));
		must(str_find_char(buf_str(&out), '\x1b') < 0);
		if (str_eq(str_c(benchmark_writer_words[i]), STR("json"))) {
			/* Against itself nothing is new. */
			must(benchmark_baseline_read(&base, STR("-"), buf_str(&out), arena, &err) ==
			     0);
			benchmark_baseline_apply(&base, &result, arena);
			must(base.added == 0 && base.changed == 0 && base.fixed_n == 0);
		}
	}
	AUTO(buf_done)
	struct buf script = { 0 };

	buf_init(&script, 256u << 20);
	fix_script_write(&script, &report);
	must(!script.overflow && str_find_char(buf_str(&script), '\0') < 0);
}

static void judge(str text)
{
	const struct check_run run = { .now = 1790000000, .max_steps = 200000 };
	const struct benchmark_opts opts = { .checks = the_set(),
					     .version = STR("1.8.0"),
					     .run = &run };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { .kind = ERR_NONE };
	AUTO(benchmark_free)
	struct benchmark *b = benchmark_new(&opts, &err);
	const struct docker_facts_taker taker = { .context = b,
						  .document = take_document,
						  .unread = take_unread };
	AUTO(fd_close)
	int fd = temp_file_open(NULL, &err);

	must(b && fd >= 0 && fd_write_all(fd, text, &err) == 0);
	if (docker_facts_file_read(fd, &taker, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	else
		show(b, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct benchmark_baseline base;
	struct value settings;
	struct err err = { .kind = ERR_NONE };
	str text;
	int rc = 0;

	if (size == 0 || size > 200000)
		return 0;
	text = str_of((const char *)data + 1, size - 1);
	switch (data[0] % 3) {
	case 0:
		judge(text);
		break;
	case 1:
		rc = docker_settings_read(STR("s"), text, the_set(), STR("1.8.0"), arena, &settings,
					  &err);
		must(rc < 0 || settings.type == VALUE_OBJECT);
		break;
	default:
		rc = benchmark_baseline_read(&base, STR("b"), text, arena, &err);
		break;
	}
	must(rc == 0 || (err.kind != ERR_NONE && err.msg[0]));
	return 0;
}
