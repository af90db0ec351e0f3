/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/docker_check.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>

#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/image_facts.h"
#include "cmd/judging.h"
#include "cmd/output.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "cmd/scan_exceptions.h"
#include "cmd/value.h"
#include "posture/docker_facts_file.h"
#include "posture/docker_settings.h"
#include "posture/facts_file.h"
#include "posture/fix_script.h"
#include "report/report.h"

/* ---- options -------------------------------------------------------------------------------- */

int docker_check_exceptions(const struct docker_check *check, struct exception_set *out,
			    struct arena *arena, struct err *err)
{
	static const struct exception_options which = { DOCKER_IGNOREFILE, DOCKER_LOCAL_EXCEPTIONS,
							DOCKER_SCOPE };

	exception_set_init(out, arena, check->now);
	return scan_exceptions_take(out, &check->in->options, &which, err);
}

static int take_settings(struct docker_check *check, struct err *err)
{
	struct arena *arena = check->in->arena;
	str path = option_text(&check->in->options, DOCKER_SETTINGS), text;
	str version = option_text(&check->in->options, DOCKER_BENCHMARK);

	if (path.n == 0)
		return 0;
	if (policy_read_file(path, arena, &text, err) < 0)
		return err_wrap(err, "--settings");
	if (docker_settings_read(path, text, check->checks, version, arena, &check->settings, err) <
	    0) {
		err->kind = ERR_USAGE;
		return -1;
	}
	check->run.settings = &check->settings;
	if (trust_read(path, text, arena, &check->trust, err) < 0) {
		err->kind = ERR_USAGE;
		return err_wrap(err, "--settings");
	}
	return 0;
}

/* Registries are asked only where that is wanted; trust data of this machine count without. */
static void open_registries(struct docker_check *check)
{
	const struct options *o = &check->in->options;
	struct registry_facts_opts opts = { .ask = option_on(o, DOCKER_REGISTRY),
					    .trust = &check->trust };

	if (option_given(o, DOCKER_FACTS))
		return;
	opts.image.insecure = option_items(o, DOCKER_INSECURE, &opts.image.insecure_n);
	opts.image.ca_file = option_path(o, DOCKER_CA_FILE);
	check->registries = registry_facts_new(&opts);
}

static int take_baseline(struct docker_check *check, struct err *err)
{
	struct arena *arena = check->in->arena;
	str path = option_text(&check->in->options, DOCKER_BASELINE);
	AUTO(buf_done)
	struct buf text = { 0 };

	if (path.n == 0)
		return 0;
	buf_init(&text, BASELINE_MAX);
	if (buf_read_file(&text, str_cstr(arena, path), err) < 0 ||
	    benchmark_baseline_read(&check->baseline, path, buf_str(&text), arena, err) < 0 ||
	    container_baseline_read(&check->container_baseline, check->baseline.root, arena, err) <
		    0)
		return err_wrap(err, "--baseline");
	check->has_baseline = true;
	return 0;
}

static int make_benchmark(struct docker_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	str level = option_text(o, DOCKER_LEVEL);
	struct benchmark_opts opts = {
		.checks = check->checks,
		.version = option_text(o, DOCKER_BENCHMARK),
		.run = &check->run,
		.exceptions = &check->exceptions,
		.level = level.n > 0 ? (unsigned)(level.p[0] - '0') : 0,
	};

	opts.controls = option_items(o, DOCKER_CONTROL, &opts.control_n);
	opts.excluded = option_items(o, DOCKER_EXCLUDE, &opts.excluded_n);
	opts.included_names = option_items(o, DOCKER_INCLUDE_NAME, &opts.included_name_n);
	opts.excluded_names = option_items(o, DOCKER_EXCLUDE_NAME, &opts.excluded_name_n);
	check->benchmark = benchmark_new(&opts, err);
	return check->benchmark ? 0 : -1;
}

/* How the host is asked. */
static void take_host(struct docker_check *check)
{
	const struct options *o = &check->in->options;

	check->host.host = option_path(o, DOCKER_HOST);
	check->host.cert_dir = option_path(o, DOCKER_CERT_DIR);
	check->host.host_root = option_path(o, DOCKER_HOST_ROOT);
}

/* Images are looked into only where they are live. */
static int open_images(struct docker_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	struct arena *arena = check->in->arena;
	struct image_facts_opts opts = { .contents = option_on(o, DOCKER_IMAGE_CONTENTS),
					 .host = check->host.host,
					 .cert_dir = check->host.cert_dir,
					 .db = option_path(o, DOCKER_DB) };

	if (option_given(o, DOCKER_FACTS))
		return 0;
	check->images = ARENA_NEW(arena, struct image_facts_source);
	return image_facts_init(check->images, &opts, arena, err);
}

int docker_check_load(struct docker_check *check, struct err *err)
{
	static const str groups[] = { STR_INIT("docker"), STR_INIT("container") };
	/* Who chooses controls wants those alone. */
	const struct check_load load = {
		.groups = groups,
		.group_n = option_given(&check->in->options, DOCKER_CONTROL) ? 1 : ARRAY_LEN(groups)
	};
	struct problems problems = { .arena = check->in->arena };

	check->run.now = check->now;
	take_host(check);
	check->all_checks = check_set_load(&load, &problems, err);
	if (!check->all_checks)
		return -1;
	check->checks = check_set_part(check->all_checks, groups[0]);
	/* What only compiling needed goes back to the system: the facts come on top of what stays.
	 */
	malloc_trim(0);
	if (take_settings(check, err) < 0 || take_baseline(check, err) < 0 ||
	    docker_check_exceptions(check, &check->exceptions, check->in->arena, err) < 0 ||
	    open_images(check, err) < 0)
		return -1;
	open_registries(check);
	return make_benchmark(check, err) < 0 ? -1 : docker_check_load_containers(check, err);
}

void docker_check_done(struct docker_check *check)
{
	benchmark_free(check->benchmark);
	container_posture_free(check->containers);
	check_set_unref(check->container_checks);
	check_set_unref(check->checks);
	check_set_unref(check->all_checks);
	if (check->images)
		image_facts_done(check->images);
	registry_facts_free(check->registries);
	trust_done(&check->trust);
}

/* ---- documents ------------------------------------------------------------------------------ */

int docker_check_put(struct docker_check *check, str kind, str text, struct err *err)
{
	if (check->containers && container_posture_put(check->containers, kind, text, err) < 0)
		return -1;
	return benchmark_put(check->benchmark, kind, text, err);
}

static int from_file(void *context, str kind, str text, struct err *err)
{
	return docker_check_put(context, kind, text, err) < 0 ? -1 : 0;
}

static void unread(void *context, str kind, str what, str reason, str remedy)
{
	const struct docker_check *check = context;

	if (check->containers && str_eq(kind, STR("container")))
		container_posture_unread(check->containers, what, reason);
	benchmark_unread(check->benchmark, kind, what, reason, remedy);
}

int docker_check_file(struct docker_check *check, str path, struct err *err)
{
	const struct docker_facts_taker taker = { .context = check,
						  .document = from_file,
						  .unread = unread };
	AUTO(fd_close)
	int fd = facts_file_open(path, err);

	if (fd < 0)
		return -1;
	check->source = path;
	if (docker_facts_file_read(fd, &taker, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

struct docker_facts *docker_check_open(struct docker_check *check, bool without_end,
				       struct err *err)
{
	struct docker_facts_opts opts = check->host;
	int64_t seconds;

	if (value_duration(option_text(&check->in->options, DOCKER_TIMEOUT), &seconds, err) < 0)
		return NULL;
	opts.now = check->now;
	opts.deadline_ms = without_end ? 0 : time_mono_ms() + seconds * 1000;
	if (check->images) {
		check->images->opts.deadline_ms = time_mono_ms() + seconds * 1000;
		opts.looker = &check->images->looker;
	}
	registry_facts_begin(check->registries, time_mono_ms() + seconds * 1000);
	opts.registries = check->registries;
	return docker_facts_open(&opts, err);
}

static int from_host(void *context, const struct docker_document *document, struct err *err)
{
	return docker_check_put(context, str_c(document->kind), document->json, err) < 0 ? -1 : 0;
}

/* Gone before they were asked for, and their like: no error of a control, and said. */
static void tell_skips(const struct docker_check *check, const struct docker_facts *facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t n;
	const struct docker_skip *skips = docker_facts_skips(facts, &n);

	for (size_t i = 0; i < n; i++) {
		benchmark_unread(check->benchmark, STR_EMPTY, skips[i].what, skips[i].reason,
				 skips[i].remedy);
		progress_note(check->in->quiet, str_fmt(arena, "%.*s: %.*s", STR_ARG(skips[i].what),
							STR_ARG(skips[i].reason)));
	}
}

int docker_check_gather(struct docker_check *check, struct docker_facts *facts, unsigned kinds,
			struct err *err)
{
	static const struct {
		unsigned kinds;
		const char *kind, *list;
	} lists[] = { { DOCKER_CONTAINERS, "container", "containers" },
		      { DOCKER_IMAGES, "image", "images" } };

	if (docker_check_put(check, STR("docker"), docker_facts_text(facts), err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct err failed = { .kind = ERR_NONE };

		if (!(kinds & lists[i].kinds))
			continue;
		malloc_trim(0); /* of the list before: readers of images come on top */
		/* What came until then counts; the rest is said. */
		if (docker_facts_each(facts, lists[i].kinds, from_host, check, &failed) < 0)
			unread(check, str_c(lists[i].kind), str_c(lists[i].list), str_c(failed.msg),
			       STR("see that the engine runs and answers"));
	}
	if (check->images)
		image_facts_rest(check->images);
	tell_skips(check, facts);
	return 0;
}

int docker_check_live(struct docker_check *check, struct err *err)
{
	struct invocation *in = check->in;
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;
	int rc;

	progress_show(in->quiet, in->lang, TEXT_PROGRESS_DOCKER,
		      option_text(&in->options, DOCKER_HOST));
	facts = docker_check_open(check, false, err);
	rc = facts ? docker_check_gather(check, facts, DOCKER_ALL, err) : -1;
	progress_clear(in->quiet);
	return rc;
}

/* ---- the answer ----------------------------------------------------------------------------- */

static void hide(struct docker_check *check, struct benchmark_result *result)
{
	unsigned set = judging_severities(&check->in->options, DOCKER_SEVERITY);

	check->container_report.severities = set;
	for (size_t i = 0; set != 0 && i < result->n; i++)
		result->controls[i].hidden = !(set & (1u << result->controls[i].severity));
}

void docker_check_report(struct docker_check *check, struct benchmark_result *result,
			 struct arena *arena, struct benchmark_report *report)
{
	struct invocation *in = check->in;
	uint64_t limit = 5;

	IGNORE(str_u64(option_text(&in->options, DOCKER_LIMIT), &limit)); /* checked */
	benchmark_assess(check->benchmark, arena, result);
	if (check->has_baseline)
		benchmark_baseline_apply(&check->baseline, result, arena);
	hide(check, result);
	*report = (struct benchmark_report){
		.result = result,
		.baseline = check->has_baseline ? &check->baseline : NULL,
		.exceptions = &check->exceptions,
		.lang = in->lang,
		.columns = answer_columns(in, option_text(&in->options, DOCKER_OUTPUT)),
		.limit = (size_t)limit,
		.source = check->source,
		.now = check->now,
		.arena = arena,
	};
	if (check->containers) {
		container_posture_assess(check->containers, arena, &check->assessment);
		check->container_report.posture = check->containers;
		check->container_report.assessment = &check->assessment;
		if (check->has_baseline) {
			container_baseline_apply(&check->container_baseline, check->containers,
						 &check->assessment, result, arena);
			check->container_report.baseline = &check->container_baseline;
		}
		container_report_attach(&check->container_report, report);
	}
	if (option_on(&in->options, DOCKER_TIMESTAMP))
		report->time = time_format(arena, check->now);
}

static int exit_status(const struct docker_check *check, const struct benchmark_result *result)
{
	str word = option_text(&check->in->options, DOCKER_FAIL_ON);
	enum severity level;

	if (word.n > 0 && severity_from(word, &level)) {
		const struct container_report *part = &check->container_report;
		bool more = check->containers;

		if (benchmark_count_from(result, BENCHMARK_FAIL, level) > 0 ||
		    (more && container_report_count(part, ASSESSED_UNHEALTHY, level) > 0))
			return EXIT_FINDINGS;
		if (benchmark_count_from(result, BENCHMARK_ERROR, level) > 0 ||
		    (more && container_report_count(part, ASSESSED_ERROR, level) > 0))
			return EXIT_FAILED;
	}
	/* There is an engine that could not be asked: most of it is not known. */
	return result->unanswered ? EXIT_FAILED : EXIT_FINE;
}

int docker_check_write(const struct benchmark_report *report, benchmark_write_fn *write, str path,
		       struct err *err)
{
	struct benchmark_report in_pieces = *report;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(output_done)
	struct output output = { .fd = -1 };
	struct report_out out;
	int rc;

	if (output_open(&output, path, report->arena, err) < 0)
		return -1;
	report_out_init(&out, NULL, output_take, &output);
	in_pieces.out = &out;
	in_pieces.arena = scratch;
	write(&out.buf, &in_pieces);
	rc = report_out_flush(&out, err);
	report_out_done(&out);
	return rc < 0 ? -1 : output_commit(&output, err);
}

int docker_check_answer(struct docker_check *check, struct err *err)
{
	const struct options *o = &check->in->options;
	benchmark_write_fn *write = fix_script_write;
	struct benchmark_result result;
	struct benchmark_report report;

	malloc_trim(0); /* of the facts, which nobody needs any more */
	docker_check_report(check, &result, check->in->arena, &report);
	if (!option_on(o, DOCKER_FIX_SCRIPT))
		write = benchmark_writer_find(option_text(o, DOCKER_FORMAT))->write;
	if (docker_check_write(&report, write, option_text(o, DOCKER_OUTPUT), err) < 0)
		return -1;
	scan_exceptions_tell(&check->exceptions, check->in->quiet, check->in->lang);
	if (result.unanswered)
		progress_note(check->in->quiet,
			      TEXT_MAKE(check->in->arena, check->in->lang, BENCHMARK_HEAD_SILENT,
					result.host.engine_name, result.host.engine_error));
	return exit_status(check, &result);
}
