/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A facts document of a cluster, from its bytes to every form of the report. The same document once
 * more, and its memory given back in between, changes nothing; a recommendation has one state for a
 * resource; what is written as JSON can be read.
 */
#include <sys/mman.h>

#include "base/err.h"
#include "base/json.h"
#include "must.h"
#include "policy/check.h"
#include "policy/constraint/library.h"
#include "posture/constraint_status.h"
#include "posture/facts_file.h"
#include "posture/proposal.h"
#include "posture/report.h"

#define INPUT_MAX (64u << 10)

/* Loaded once: that takes longer than everything else. */
static struct library *library;
static struct check_set *checks;

static void load(void)
{
	static const str groups[] = { STR_INIT("cluster") };
	const struct check_load how = { .groups = groups, .group_n = 1 };
	const struct library_opts opts = { .pss_level = STR("restricted") };
	struct problems problems = { .arena = arena_new() };
	struct err err;

	library = library_load(&opts, &err);
	checks = check_set_load(&how, &problems, &err);
	must(library && checks);
	arena_free(problems.arena);
}

static int take(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	(void)arena;
	return posture_object(context, object, err) < 0 ? -1 : 0;
}

static bool feed(struct posture *posture, int fd)
{
	AUTO(buf_done)
	struct buf head = { 0 };
	struct err err;

	return facts_file_read(fd, take, posture, &head, &err) == 0 &&
	       posture_head(posture, buf_str(&head), &err) == 0;
}

static void check_states(const struct assessment *a)
{
	for (size_t i = 0; i < a->n; i++) {
		recommendation_bits seen = 0;

		for (size_t s = 0; s < ASSESSED_STATES; s++) {
			must((seen & a->resources[i].state[s]) == 0);
			seen |= a->resources[i].state[s];
		}
		must(i == 0 || str_cmp(a->resources[i - 1].key, a->resources[i].key) < 0);
	}
	must(a->score.current <= a->score.max + 0.001);
}

static void write_all(const struct posture *posture, const struct assessment *a,
		      struct arena *arena, struct buf *json)
{
	const struct posture_view view = { .posture = posture, .assessment = a };
	const struct posture_report report = { .views = &view,
					       .n = 1,
					       .limit = 10,
					       .chosen = RECOMMENDATION_ALL,
					       .lang = LANG_JA,
					       .arena = arena };
	const struct json *read;
	struct err err;

	posture_writer_find(STR("json"))->write(json, &report);
	must(json->overflow || json_parse(buf_str(json), NULL, arena, &read, &err) == 0);
	for (size_t i = 0; posture_writer_words[i]; i++) {
		AUTO(buf_done)
		struct buf b = { 0 };

		buf_init(&b, 16u << 20);
		posture_writer_find(str_c(posture_writer_words[i]))->write(&b, &report);
		must(b.overflow || str_find_char(buf_str(&b), '\033') < 0);
	}
	AUTO(buf_done)
	struct buf exports = { 0 };

	buf_init(&exports, 16u << 20);
	proposal_write(&exports, &report);
	constraint_status_write(&exports, &report);
}

static void judge(int fd, struct arena *arena)
{
	struct recommendation_set set;
	struct posture_opts opts = { .recommendations = &set,
				     .library = library,
				     .checks = checks,
				     .now = 1795305600,
				     .arena = arena };
	struct assessment a, again;
	AUTO(buf_done)
	struct buf first = { 0 }, second = { 0 };
	struct err err;

	must(recommendation_set_load(&set, arena, &err) == 0);
	AUTO(posture_free)
	struct posture *posture = posture_new(&opts, &err);
	must(posture != NULL);
	if (!feed(posture, fd))
		return;
	buf_init(&first, 16u << 20);
	buf_init(&second, 16u << 20);
	posture_assess(posture, arena, &a);
	check_states(&a);
	write_all(posture, &a, arena, &first);
	posture_compact(posture);
	posture_assess(posture, arena, &again);
	check_states(&again);
	write_all(posture, &again, arena, &second);
	must(str_eq(buf_str(&first), buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int fd = memfd_create("facts", MFD_CLOEXEC);
	struct err err;

	if (size > INPUT_MAX)
		return 0;
	if (!library)
		load();
	must(fd >= 0 && fd_write_all(fd, str_of((const char *)data, size), &err) == 0);
	judge(fd, arena);
	return 0;
}
