/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration checks: the first byte picks facts about an image judged by the built-in checks, a
 * module of the user judging a document, a list of accounts, or a command line to be masked.
 */
#include "policy/check.h"

#include "base/err.h"
#include "checking_sink.h"
#include "fmt/host/accounts.h"
#include "must.h"
#include "scan/history_mask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct check_run small = { .now = 1790000000,
					.max_steps = 20000,
					.max_bytes = 4u << 20 };

static void check_results(const struct check_results *results)
{
	for (size_t i = 0; i < results->n; i++) {
		const struct check_result *r = &results->items[i];

		must((r->verdict == CHECK_FAIL || r->verdict == CHECK_MANUAL) ==
		     (r->finding_n > 0));
		must((r->verdict == CHECK_ERROR || r->verdict == CHECK_NOT_APPLICABLE) ==
		     (r->reason[CHECK_EN].n > 0));
		for (size_t k = 0; k < r->finding_n; k++)
			must(r->findings[k].message[CHECK_EN].n <= CHECK_TEXT_MAX + 3 &&
			     r->findings[k].line >= 0 && r->findings[k].layer >= -1);
	}
}

static void judge_image(str facts, struct arena *arena)
{
	static struct check_set *set; /* compiled once */
	const str groups[] = { STR("image") };
	const struct check_load load = { .groups = groups, .group_n = 1 };
	struct problems problems = { .arena = arena };
	struct check_results results = { 0 };
	struct err err;

	if (!set)
		set = check_set_load(&load, &problems, &err);
	must(set != NULL);
	check_set_judge(set, STR("image"), STR_EMPTY, facts, &small, arena, &results);
	must(results.n == check_set_count(set));
	check_results(&results);
}

static void judge_own(str text, struct arena *arena)
{
	const struct policy_source source = { .file = STR("own.rego"), .text = text };
	const struct check_load load = { .own = &source, .own_n = 1 };
	struct problems problems = { .arena = arena };
	struct check_results results = { 0 };
	struct err err = { .kind = ERR_NONE };
	AUTO(check_set_unref)
	struct check_set *set = check_set_load(&load, &problems, &err);

	if (!set) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	for (size_t i = 0; i < check_set_count(set); i++)
		must(check_set_at(set, i)->id.n > 0 && check_set_at(set, i)->own);
	check_set_judge(set, STR("image"), STR("x"), STR("{\"a\": [1, \"b\", null]}"), &small,
			arena, &results);
	check_results(&results);
}

static void read_accounts(str text, struct arena *arena)
{
	static const char *const paths[] = { "etc/passwd", "etc/shadow", "etc/group" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct package_sink sink = CHECKING_SINK;
		struct file_view view = file_view_text(str_c(paths[i]), text);
		struct err err = { .kind = ERR_NONE };
		const struct json *v;
		struct json_writer w;
		struct buf b;

		buf_init(&b, 64u << 20);
		json_writer_init(&w, &b, 0);
		if (accounts_describe(&view, arena, &sink, &w, &err) < 0)
			must(err.kind != ERR_NONE && err.msg[0]);
		else
			must(json_parse(buf_str(&b), NULL, arena, &v, &err) == 0);
		buf_done(&b);
	}
}

/* A value that is assigned to the name of a credential is never shown, whatever stands around it.
 */
static void mask(str text, struct arena *arena)
{
	str line = str_fmt(arena, "%.*s API_TOKEN=hunter2secret", STR_ARG(str_take(text, 4096)));
	str shown = history_mask(line, NULL, 0, 0, arena);
	bool quoted = str_find_char(text, '"') >= 0 || str_find_char(text, '\'') >= 0;

	must(quoted || str_find(text, STR("hunter2secret")) >= 0 ||
	     str_find(shown, STR("hunter2secret")) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data + 1, size > 0 ? size - 1 : 0);

	if (size == 0 || size > 64u << 10)
		return 0;
	switch (data[0] % 4) {
	case 0:
		judge_image(text, arena);
		break;
	case 1:
		judge_own(text, arena);
		break;
	case 2:
		read_accounts(text, arena);
		break;
	default:
		mask(text, arena);
		break;
	}
	return 0;
}
