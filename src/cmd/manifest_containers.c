/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/manifest_containers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/path.h"
#include "cmd/manifest_objects.h"
#include "cmd/manifest_secrets.h"
#include "cmd/policy.h"
#include "fmt/container/docker_run.h"
#include "policy/constraint/container_settings.h"

void manifest_containers_init(struct manifest_containers *c, const struct container_rules *rules,
			      struct arena *arena)
{
	*c = (struct manifest_containers){ .arena = arena, .rules = rules };
}

/* ---- options ---- */

static int read_files(const struct invocation *in, size_t option, const char *name,
		      struct compose_file **out, size_t *n, struct err *err)
{
	const str *paths = option_items(&in->options, option, n);

	*out = ARENA_ARRAY(in->arena, struct compose_file, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		(*out)[i].path = paths[i];
		if (policy_read_file(paths[i], in->arena, &(*out)[i].text, err) < 0) {
			err->kind = ERR_USAGE;
			return err_wrap(err, "--%s", name);
		}
	}
	return 0;
}

int container_rules_take(struct container_rules *rules, const struct invocation *in, size_t base,
			 struct err *err)
{
	const str *variables =
		option_items(&in->options, base + CONTAINERS_ENV, &rules->variable_n);

	if (read_files(in, base + CONTAINERS_OVERRIDE, "override", &rules->overrides,
		       &rules->override_n, err) < 0 ||
	    read_files(in, base + CONTAINERS_ENV_FILE, "env-file", &rules->env_files,
		       &rules->env_file_n, err) < 0)
		return -1;
	rules->variables = ARENA_ARRAY(in->arena, struct compose_variable, rules->variable_n + 1);
	for (size_t i = 0; i < rules->variable_n; i++) {
		struct compose_variable *v = &rules->variables[i];

		if (!str_cut(variables[i], '=', &v->name, &v->value) || v->name.n == 0)
			return err_set(err, ERR_USAGE, "--env %.*s: NAME=VALUE is wanted",
				       STR_ARG(str_take(variables[i], 100)));
	}
	return 0;
}

/* ---- files ---- */

static void miss(struct manifest_containers *c, enum err_kind kind, const char *what, str path,
		 str reason)
{
	c->missed =
		arena_grow(c->arena, c->missed, c->missed_n, &c->missed_cap, sizeof(*c->missed));
	c->missed[c->missed_n++] = (struct not_examined){
		.kind = kind, .what = str_c(what), .path = path, .reason = reason, .count = 1
	};
}

void manifest_containers_miss(struct manifest_containers *c, enum err_kind kind, str path,
			      str reason)
{
	miss(c, kind, "file", path, reason);
	c->lost = true;
}

static str at_line(struct manifest_containers *c, str file, uint32_t line)
{
	return line > 0 ? str_fmt(c->arena, "%.*s:%u", STR_ARG(file), line) : file;
}

static void add_plan(struct manifest_containers *c, struct container_plan *plan)
{
	c->plans = arena_grow(c->arena, c->plans, c->n, &c->cap, sizeof(struct container_plan *));
	c->plans[c->n++] = plan;
}

static struct object_file *add_text(struct manifest_containers *c, str path, str text)
{
	struct object_file *file;

	for (size_t i = 0; i < c->text_n; i++) {
		if (str_eq(c->texts[i]->path, path))
			return c->texts[i];
	}
	file = ARENA_NEW(c->arena, struct object_file);
	*file = (struct object_file){ .arena = c->arena, .path = path, .text = text };
	c->texts = arena_grow(c->arena, c->texts, c->text_n, &c->text_cap,
			      sizeof(struct object_file *));
	c->texts[c->text_n++] = file;
	return file;
}

/* Another file, only from below the root. */
struct reading {
	struct manifest_containers *c;
	const struct container_place *place;
};

static int open_below(int root, const char *name)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
}

static int read_other(void *context, str path, struct arena *arena, str *text, struct err *err)
{
	const struct reading *r = context;
	str inner = str_without_prefix(path, r->place->prefix);
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	AUTO(fd_close)
	int fd = -1;
	struct stat st;

	if (r->place->root < 0 || !str_starts(path, r->place->prefix))
		return err_set(err, ERR_DENIED, "%.*s: outside of the folder that is judged",
			       STR_ARG(str_take(path, 500)));
	fd = open_below(r->place->root, str_cstr(arena, inner));
	if (fd < 0 && errno == EXDEV)
		return err_set(err, ERR_DENIED, "%.*s: outside of the folder that is judged",
			       STR_ARG(str_take(path, 500)));
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(str_take(path, 500)));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%.*s: no file", STR_ARG(str_take(path, 500)));
	buf_init(&b, COMPOSE_MAX_BYTES);
	if (buf_read_fd(&b, fd, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(str_take(path, 500)));
	*text = str_dup(arena, buf_str(&b));
	add_text(r->c, path, *text);
	return 0;
}

static void take_compose(struct manifest_containers *c, const struct compose *compose, str path)
{
	for (size_t i = 0; i < compose->n; i++)
		add_plan(c, compose->items[i]);
	for (size_t i = 0; i < compose->note_n; i++) {
		const struct compose_note *note = &compose->notes[i];

		miss(c, note->kind, "document",
		     at_line(c, note->file.n > 0 ? note->file : path, note->line), note->reason);
		c->lost |= note->lost;
	}
	if (compose->note_dropped > 0) {
		miss(c, ERR_LIMIT, "document", path, STR("too many faults in one file"));
		c->missed[c->missed_n - 1].count = compose->note_dropped;
	}
	for (size_t i = 0; i < compose->included_n; i++) {
		c->included = arena_grow(c->arena, c->included, c->included_n, &c->included_cap,
					 sizeof(str));
		c->included[c->included_n++] = compose->included[i];
	}
}

int manifest_containers_compose(struct manifest_containers *c, const struct compose_file *texts,
				size_t n, const struct container_place *place, struct err *err)
{
	const struct container_rules *rules = c->rules;
	struct reading reading = { .c = c, .place = place };
	const struct compose_opts opts = { .folder = place->folder,
					   .variables = rules->variables,
					   .variable_n = rules->variable_n,
					   .env_files = rules->env_files,
					   .env_file_n = rules->env_file_n,
					   .read = read_other,
					   .context = &reading };
	struct compose_file *all =
		ARENA_ARRAY(c->arena, struct compose_file, n + rules->override_n);
	struct compose compose;

	for (size_t i = 0; i < n + rules->override_n; i++) {
		all[i] = i < n ? texts[i] : rules->overrides[i - n];
		add_text(c, all[i].path, all[i].text);
	}
	if (compose_read(all, n + rules->override_n, &opts, c->arena, &compose, err) < 0)
		return -1;
	c->files += n;
	take_compose(c, &compose, texts[0].path);
	return 0;
}

int manifest_containers_run(struct manifest_containers *c, str path, str text, str folder,
			    struct err *err)
{
	struct docker_runs runs;
	struct object_file *file;

	if (docker_run_read(path, text, folder, c->arena, &runs, err) < 0)
		return -1;
	c->files++;
	file = add_text(c, path, STR_EMPTY); /* its comments are read already */
	for (size_t i = 0; i < runs.n; i++)
		add_plan(c, runs.items[i].plan);
	for (size_t i = 0; i < runs.note_n; i++) {
		miss(c, runs.notes[i].kind, "document", at_line(c, path, runs.notes[i].line),
		     runs.notes[i].reason);
		c->lost = true;
	}
	for (size_t i = 0; i < runs.ignore_n; i++) {
		const struct docker_run_ignore *from = &runs.ignores[i];
		const struct object_ignore ignore = { .ids = from->ids,
						      .reason = from->reason,
						      .until = from->until,
						      .form = from->form,
						      .comment = from->comment,
						      .line = from->line,
						      .end_line = from->end_line };

		file->ignores = arena_grow(c->arena, file->ignores, file->ignore_n,
					   &file->ignore_cap, sizeof(*file->ignores));
		file->ignores[file->ignore_n++] = ignore;
	}
	return 0;
}

/* ---- judging ---- */

/* One result for each check, file, verdict and reason. */
struct join {
	struct manifest_containers *c;
	struct check_results *out;
	struct map index;
	size_t *caps; /* of the findings of each result from `first` on */
	size_t first, cap_n, cap_cap;
};

static struct check_result *result_for(struct join *j, const struct check_result *from, str path,
				       str reason)
{
	str key = str_fmt(j->c->arena, "%.*s\n%.*s\n%d\n%.*s", STR_ARG(from->check->id),
			  STR_ARG(path), (int)from->verdict, STR_ARG(reason));
	size_t at = (size_t)(uintptr_t)map_get(&j->index, key);
	struct check_results *out = j->out;

	if (at == 0) {
		out->items =
			arena_grow(j->c->arena, out->items, out->n, &out->cap, sizeof(*out->items));
		out->items[out->n] = *from;
		out->items[out->n].path = path;
		out->items[out->n].findings = NULL;
		out->items[out->n].finding_n = 0;
		out->items[out->n].seen = NULL;
		out->items[out->n].seen_n = 0;
		j->caps = arena_grow(j->c->arena, j->caps, j->cap_n, &j->cap_cap, sizeof(size_t));
		j->caps[j->cap_n++] = 0;
		at = ++out->n;
		map_put(&j->index, key, (void *)(uintptr_t)at);
	}
	return &out->items[at - 1];
}

static void add_finding(struct join *j, const struct check_result *from,
			const struct check_finding *finding)
{
	struct check_result *r = result_for(j, from, finding->file, STR_EMPTY);
	size_t *cap = &j->caps[(size_t)(r - j->out->items) - j->first];
	struct check_finding *all = (void *)(uintptr_t)r->findings;

	if (r->finding_n >= CHECK_FINDINGS_MAX) {
		r->dropped++;
		return;
	}
	all = arena_grow(j->c->arena, all, r->finding_n, cap, sizeof(*all));
	all[r->finding_n++] = *finding;
	r->findings = all;
}

/* "privileged" of "seawall.docker.privileged". */
static str control_of(const struct check *check)
{
	return str_skip(check->package, (size_t)(str_rfind_char(check->package, '.') + 1));
}

static void take_result(struct join *j, const struct container_plan *plan,
			const struct check_result *r)
{
	str control = control_of(r->check);

	if (r->finding_n == 0) {
		struct plan_place place = container_plan_place(plan, control, STR_EMPTY);
		bool error = r->verdict == CHECK_ERROR;
		str file = error ? place.file : plan->place.file;
		struct check_result *to =
			result_for(j, r, file,
				   error ? str_fmt(j->c->arena, "%.*s\n%.*s", STR_ARG(plan->name),
						   STR_ARG(r->reason[CHECK_EN]))
					 : r->reason[CHECK_EN]);

		for (size_t lang = 0; error && lang < CHECK_LANGS; lang++)
			to->reason[lang] = str_fmt(j->c->arena, "%.*s: %.*s", STR_ARG(plan->name),
						   STR_ARG(r->reason[lang]));
		return;
	}
	for (size_t i = 0; i < r->finding_n; i++) {
		struct check_finding finding = r->findings[i];
		str said = str_fmt(j->c->arena, "%.*s %.*s", STR_ARG(finding.message[CHECK_EN]),
				   STR_ARG(finding.evidence));
		struct plan_place place = container_plan_place(plan, control, said);

		/* At the container when the check does not say where itself. */
		if (finding.line == 0 ||
		    (finding.line == plan->place.line && str_eq(finding.file, plan->place.file))) {
			finding.file = place.file;
			finding.line = finding.end_line = place.line;
		}
		add_finding(j, r, &finding);
	}
}

static int make_run(struct manifest_containers *c, const struct container_plan *plan,
		    struct check_run *run, struct err *err)
{
	const struct library_parameters *p = c->rules->parameters;
	struct container_view view = { .machine = STR_EMPTY };
	struct value *parameters = ARENA_NEW(c->arena, struct value);

	view.labels = container_plan_labels(plan);
	if (container_settings_make(p, &view, c->arena, parameters, err) < 0)
		return -1;
	*run = (struct check_run){ .now = c->rules->now, .parameters = parameters };
	if (p && p->unhealthy) {
		struct value *settings = ARENA_NEW(c->arena, struct value);
		struct object_builder b;

		object_builder_init(&b, c->arena);
		OBJECT_ADD(&b, "unconfigured", VALUE_STR("unhealthy"));
		*settings = object_builder_take_last(&b);
		run->settings = settings;
	}
	return 0;
}

static int judge_plan(struct join *j, const struct container_plan *plan,
		      const struct check_set *set, struct err *err)
{
	struct manifest_containers *c = j->c;
	struct check_results results = { .items = NULL };
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct json_writer w;
	struct check_run run;
	str facts;

	buf_init(&b, CHECK_MAX_FACTS);
	json_writer_init(&w, &b, 0);
	container_plan_write(plan, &w);
	if (make_run(c, plan, &run, err) < 0)
		return -1;
	/* A text that was cut is an error of every check. */
	facts = str_dup(c->arena, buf_str(&b));
	check_set_judge(set, STR("container"), plan->place.file, facts, &run, c->arena, &results);
	if (c->rules->own)
		check_set_judge(c->rules->own, STR("container"), plan->place.file, facts, &run,
				c->arena, &results);
	for (size_t i = 0; i < results.n; i++)
		take_result(j, plan, &results.items[i]);
	return 0;
}

static void add_documents(struct manifest_containers *c, struct inventory *inventory)
{
	size_t n = inventory->document_count;
	struct fact_document *all = ARENA_ARRAY(c->arena, struct fact_document, n + c->text_n + 1);

	for (size_t i = 0; i < n; i++)
		all[i] = inventory->documents[i];
	for (size_t i = 0; i < c->text_n; i++) {
		struct object_file *file = c->texts[i];

		if (file->text.n > 0)
			object_file_ignores(file);
		all[n++] = (struct fact_document){ .kind = STR("container"),
						   .path = file->path,
						   .layer = -1,
						   .json = manifest_ignores_json(file, c->arena) };
	}
	inventory->documents = all;
	inventory->document_count = n;
	inventory->facts_gathered = true;
}

static void add_missed(struct manifest_containers *c, struct inventory *inventory)
{
	size_t n = inventory->not_examined_count;
	struct not_examined *all = ARENA_ARRAY(c->arena, struct not_examined, n + c->missed_n + 1);

	for (size_t i = 0; i < n; i++)
		all[i] = inventory->not_examined[i];
	for (size_t i = 0; i < c->missed_n; i++)
		all[n++] = c->missed[i];
	inventory->not_examined = all;
	inventory->not_examined_count = n;
}

int manifest_containers_judge(struct manifest_containers *c, const struct check_set *set,
			      struct inventory *inventory, struct check_results *results,
			      struct err *err)
{
	struct join join = { .c = c, .out = results, .first = results->n };

	map_init(&join.index, c->arena);
	if (manifest_secrets_search(c->plans, c->n, c->arena, err) < 0)
		return -1;
	for (size_t i = 0; i < c->n; i++) {
		if (judge_plan(&join, c->plans[i], set, err) < 0)
			return -1;
	}
	add_documents(c, inventory);
	add_missed(c, inventory);
	inventory->files_seen += c->files;
	return 0;
}
