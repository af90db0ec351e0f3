/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego.h"

#include "base/err.h"
#include "base/path.h"
#include "cmd/value.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#define PROBLEMS_MAX (1u << 20) /* bytes that are shown */

void rego_show_problems(const struct problems *problems)
{
	struct buf b;
	struct err err;

	buf_init(&b, PROBLEMS_MAX);
	problems_print(problems, &b);
	IGNORE(fd_write_all(STDERR_FILENO, buf_str(&b), &err)); /* nowhere left to say so */
	buf_done(&b);
}

/* "app.schema.json" is called app.schema. */
static str schema_name(str name)
{
	return path_base(str_ends(name, STR(".json")) ? str_drop_end(name, 5) : name);
}

int rego_schemas_read(str path, struct arena *arena, struct rego_schemas *out, struct err *err)
{
	struct rego_files files;
	struct stat st;

	*out = (struct rego_schemas){ .given = path.n > 0 };
	if (path.n == 0)
		return 0;
	if (stat(str_cstr(arena, path), &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	out->folder = S_ISDIR(st.st_mode);
	if (!out->folder)
		return rego_read_document(path, arena, &out->value, err);
	rego_files_init(&files, false, arena);
	files.name_of = schema_name;
	if (rego_files_add_path(&files, path, STR_EMPTY, false, err) < 0)
		return -1;
	out->value = files.data;
	return 0;
}

int rego_timeout(str text, uint64_t *ns, struct err *err)
{
	int64_t seconds = 0;
	uint64_t ms;

	if (str_ends(text, STR("ms")) && str_u64(str_drop_end(text, 2), &ms) && ms <= UINT32_MAX) {
		*ns = ms * 1000000u;
		return 0;
	}
	if (text.n > 0 && value_duration(text, &seconds, err) < 0)
		return err_wrap(err, "--timeout");
	*ns = (uint64_t)seconds * 1000000000u;
	return 0;
}

struct policy *rego_compile_quietly(const struct rego_files *files, unsigned flags,
				    const struct rego_schemas *schemas, struct problems *problems,
				    struct err *err)
{
	struct policy_options opts = { .strict = flags & REGO_COMPILE_STRICT,
				       .tests = flags & REGO_COMPILE_TESTS,
				       .traced = true };

	if (schemas && schemas->given && schemas->folder)
		opts.schemas = &schemas->value;
	else if (schemas && schemas->given)
		opts.input_schema = &schemas->value;
	*problems = (struct problems){ .arena = files->arena };
	return policy_compile(files->sources, files->n, &files->data, &opts, problems, err);
}

struct policy *rego_compile(const struct rego_files *files, unsigned flags,
			    const struct rego_schemas *schemas, struct err *err)
{
	struct problems problems;
	struct policy *policy = rego_compile_quietly(files, flags, schemas, &problems, err);

	if (!policy)
		rego_show_problems(&problems);
	return policy;
}

static const struct command *const subcommands[] = {
	&command_rego_eval, &command_rego_test, &command_rego_check, &command_rego_fmt, NULL,
};

static const struct command_example examples[] = {
	{ .what = { "Ask a policy", "ポリシーに問い合わせる" },
	  .line = "rego eval -d policy/ -i input.json data.app.deny" },
	{ .what = { "Run the tests of a folder", "フォルダーのテストを実行" },
	  .line = "rego test -v policy/" },
	{ .line = NULL },
};

const struct command command_rego = {
	.name = "rego",
	.summary = { "Evaluate, test, check and format Rego policies",
		     "Rego ポリシーの評価、テスト、検査、整形" },
	.examples = examples,
	.subcommands = subcommands,
};

uint64_t rego_clock_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
