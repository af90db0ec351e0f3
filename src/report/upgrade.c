/* SPDX-License-Identifier: Apache-2.0 */
#include "report/upgrade.h"

#include "base/map.h"
#include "base/words.h"
#include "report/advice.h"
#include "report/upgrade_set.h"

/* What is done in one place with one command. */
struct job {
	str place, head, tail;
	str *words;
	size_t n, cap;
};

struct jobs {
	struct arena *arena;
	struct map targets; /* place, kind and name -> the finding whose fix is the latest */
	struct map by_head; /* place and head -> struct job */
	struct map by_text; /* whole command -> struct upgrade_command, with room for a place */
};

/* Where a command has to be run for a package; empty: in the system itself. */
static str place_of(const struct package *package)
{
	return package->form == PACKAGE_INSTALLED ? STR_EMPTY : package->path;
}

/*
 * Of one package in one place: what the project asks for itself before what others need (npm takes
 * no override of the former), then the later fix.
 */
static bool is_better(const struct report *report, const struct finding *a, const struct finding *b)
{
	bool x = report_package(report, a)->indirect, y = report_package(report, b)->indirect;

	return x != y ? y : advice_fix_is_later(a, b);
}

/* Every package that a step moves, with the finding that asks for the latest version of it. */
static void take_step(struct jobs *jobs, const struct report *report,
		      const struct upgrade_step *step)
{
	for (size_t i = 0; i < step->repair_count; i++) {
		const struct finding *finding = report_finding(report, step->repairs[i]);
		const struct package *package = report_package(report, finding);
		str place = place_of(package);
		void **slot;

		if (advice_upgrade(package, finding).n == 0)
			continue;
		slot = map_slot(&jobs->targets,
				str_fmt(jobs->arena, "%.*s\n%.*s\n%.*s", STR_ARG(place),
					STR_ARG(package->kind), STR_ARG(package->name)));
		if (!*slot || is_better(report, finding, *slot))
			*slot = (void *)(uintptr_t)finding; /* only read */
	}
}

static void take_target(struct jobs *jobs, const struct report *report,
			const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	str whole = advice_upgrade(package, finding), place = place_of(package);
	ptrdiff_t and = str_find(whole, STR(" && "));
	str command = and < 0 ? whole : str_take(whole, (size_t) and);
	str tail = str_skip(whole, command.n);
	size_t at = (size_t)(str_rfind_char(command, ' ') + 1);
	str head = str_take(command, at);
	void **slot =
		map_slot(&jobs->by_head, str_fmt(jobs->arena, "%.*s\n%.*s\n%.*s", STR_ARG(place),
						 STR_ARG(head), STR_ARG(tail)));
	struct job *job = *slot;

	if (!job) {
		job = ARENA_NEW(jobs->arena, struct job);
		*job = (struct job){ .place = place, .head = str_rtrim(head), .tail = tail };
		*slot = job;
	}
	job->words = arena_grow(jobs->arena, job->words, job->n, &job->cap, sizeof(*job->words));
	job->words[job->n++] = str_skip(command, at);
}

/* One command of several places. */
struct line {
	struct upgrade_command command;
	str *places;
	size_t cap;
};

static void take_job(struct jobs *jobs, struct job *job)
{
	str text = job->head;
	struct line *line;
	void **slot;

	job->n = words_sort(job->words, job->n);
	for (size_t i = 0; i < job->n; i++)
		text = str_fmt(jobs->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(job->words[i]));
	slot = map_slot(&jobs->by_text, str_cat(jobs->arena, text, job->tail));
	line = *slot;
	if (!line) {
		line = ARENA_NEW(jobs->arena, struct line);
		line->command = (struct upgrade_command){ .head = job->head,
							  .words = job->words,
							  .word_count = job->n,
							  .tail = job->tail };
		*slot = line;
	}
	if (str_empty(job->place))
		return;
	line->places = arena_grow(jobs->arena, line->places, line->command.place_count, &line->cap,
				  sizeof(*line->places));
	line->places[line->command.place_count++] = job->place;
}

static int compare(const void *a, const void *b)
{
	const struct upgrade_command *x = a, *y = b;
	int order = str_cmp(x->head, y->head);

	for (size_t i = 0; !order && i < x->word_count && i < y->word_count; i++)
		order = str_cmp(x->words[i], y->words[i]);
	return order ? order : str_cmp(x->tail, y->tail);
}

const struct upgrade_command *upgrade_commands(const struct report *report, size_t *count)
{
	struct jobs jobs = { .arena = report->arena };
	struct upgrade_command *commands;
	size_t n = 0, step_n;
	const struct upgrade_step *steps = upgrade_set(report, &step_n);

	map_init(&jobs.targets, report->arena);
	map_init(&jobs.by_head, report->arena);
	map_init(&jobs.by_text, report->arena);
	for (size_t i = 0; i < step_n; i++)
		take_step(&jobs, report, &steps[i]);
	MAP_EACH (&jobs.targets, entry) {
		take_target(&jobs, report, entry->value);
	}
	MAP_EACH (&jobs.by_head, entry) {
		take_job(&jobs, entry->value);
	}
	commands = ARENA_ARRAY(report->arena, struct upgrade_command, jobs.by_text.n);
	MAP_EACH (&jobs.by_text, entry) {
		struct line *line = entry->value;

		if (line->places)
			line->command.place_count =
				words_sort(line->places, line->command.place_count);
		line->command.places = line->places;
		commands[n++] = line->command;
	}
	if (n > 0)
		qsort(commands, n, sizeof(*commands), compare);
	*count = n;
	return commands;
}
