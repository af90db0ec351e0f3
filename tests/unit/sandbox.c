/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <sys/mman.h>

#include "base/time.h"
#include "sandbox/worker.h"
#include "test.h"

/* ---- the worker's side: this program started again by worker_start ---- */

static int echo(struct worker_job *job, struct err *err)
{
	int64_t times = 1;
	str text = json_get_str(job->header, STR("text"));

	if (JSON_GET(job->header, "times") && !json_i64(JSON_GET(job->header, "times"), &times))
		return err_set(err, ERR_INPUT, "times");
	for (int64_t i = 0; i < times; i++) {
		if (worker_answer(job, 'E', text, err) < 0)
			return -1;
	}
	return 0;
}

static int read_file(struct worker_job *job, struct err *err)
{
	char text[64];
	ssize_t n = job->fd_count == 1 ? read(job->fds[0], text, sizeof(text)) : -1;

	if (n < 0)
		return err_set(err, ERR_DENIED, "no descriptor to read");
	return worker_answer(job, 'E', str_of(text, (size_t)n), err);
}

static int large(struct worker_job *job, struct err *err)
{
	return worker_answer(job, 'E', str_of(arena_bytes(job->arena, 8u << 20), 8u << 20), err);
}

static const struct worker_kind kinds[] = {
	{ "echo", echo },
	{ "read", read_file },
	{ "large", large },
};

__attribute__((constructor)) static void become_worker(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "worker") == 0)
		_exit(worker_main(kinds, ARRAY_LEN(kinds)));
}

/* ---- the tests ---- */

struct answers {
	struct arena *arena;
	size_t n, bytes;
	str last;
	bool refuse;
};

static int keep(void *context, char type, str payload, struct err *err)
{
	struct answers *answers = context;

	if (answers->refuse)
		return err_set(err, ERR_LIMIT, "the reader has enough");
	(void)type;
	answers->n++;
	answers->bytes += payload.n;
	answers->last = str_dup(answers->arena, str_take(payload, 4096));
	return 0;
}

static int finish(struct worker *worker, struct answers *answers, struct err *err)
{
	const struct worker_reader reader = { .context = answers, .record = keep };
	int more;

	do
		more = worker_receive(worker, &reader, err);
	while (more == 1);
	return more;
}

static struct worker *start(void)
{
	struct worker *worker = NULL;
	struct err err;

	CHECK_OK(worker_start(NULL, &worker, &err));
	return worker;
}

TEST(a_worker_serves_many_jobs)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct err err;

	for (int i = 0; i < 50; i++) {
		struct answers answers = { .arena = arena };

		CHECK_OK(worker_send(worker,
				     STR("{\"job\":\"echo\",\"text\":\"hi\",\"times\":1000}"), NULL,
				     0, 60000, &err));
		CHECK_OK(finish(worker, &answers, &err));
		CHECK_INT(answers.n, 1000);
		CHECK_STRV(answers.last, "hi");
	}
	CHECK(worker_peak_kib(worker) > 0);
}

TEST(records_of_megabytes_arrive_whole)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"large\"}"), NULL, 0, 60000, &err));
	CHECK_OK(finish(worker, &answers, &err));
	CHECK_INT(answers.bytes, 8u << 20);
}

TEST(a_descriptor_is_handed_over)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	AUTO(fd_close)
	int fd = memfd_create("x", MFD_CLOEXEC);
	struct answers answers = { .arena = arena };
	struct err err;

	CHECK_OK(fd_write_all(fd, STR("through the wall"), &err));
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	CHECK_OK(worker_send(worker, STR("{\"job\":\"read\"}"), &fd, 1, 60000, &err));
	CHECK_OK(finish(worker, &answers, &err));
	CHECK_STRV(answers.last, "through the wall");
	/* It is gone afterwards. */
	CHECK_OK(worker_send(worker, STR("{\"job\":\"read\"}"), NULL, 0, 60000, &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK(worker_alive(worker));
}

TEST(a_failed_job_leaves_the_worker_alive)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"nothing\"}"), NULL, 0, 60000, &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	CHECK_OK(worker_send(worker, STR("not json"), NULL, 0, 60000, &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_OK(worker_send(worker, STR("{\"job\":\"echo\",\"text\":\"a\"}"), NULL, 0, 60000,
			     &err));
	CHECK_OK(finish(worker, &answers, &err));
	CHECK_STRV(answers.last, "a");
}

TEST(a_hanging_job_is_killed_in_time)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	int64_t before = time_mono_ms();
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"probe\",\"probe\":\"hang\"}"), NULL, 0, 200,
			     &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(!worker_alive(worker));
	CHECK(time_mono_ms() - before < 20000);
	CHECK_FAIL(worker_send(worker, STR("{\"job\":\"echo\"}"), NULL, 0, 200, &err));
}

TEST(a_crash_is_an_error_of_the_input)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"probe\",\"probe\":\"crash\"}"), NULL, 0, 60000,
			     &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK(err.kind == ERR_INPUT || err.kind == ERR_SYS);
	CHECK(!worker_alive(worker));
}

TEST(a_reader_that_has_enough_ends_the_job)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena, .refuse = true };
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"echo\",\"text\":\"x\"}"), NULL, 0, 60000,
			     &err));
	CHECK_FAIL(finish(worker, &answers, &err));
	CHECK_STR(err.msg, "the reader has enough");
	CHECK(!worker_alive(worker));
}

static const struct json *probe(struct worker *worker, struct answers *answers)
{
	const struct json *v = NULL;
	struct err err;

	CHECK_OK(worker_send(worker, STR("{\"job\":\"probe\"}"), NULL, 0, 60000, &err));
	CHECK_OK(finish(worker, answers, &err));
	CHECK_OK(json_parse(answers->last, NULL, answers->arena, &v, &err));
	return v;
}

TEST(seccomp_refuses_everything_outside)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	const struct json *v = probe(worker, &answers);
	size_t n = 0;

	if (!worker_confinement(worker)->seccomp)
		SKIP("no seccomp here: %s", worker_confinement(worker)->missing);
	JSON_MEMBERS (v, member) {
		str got = json_str(&member->value);

		if (!str_eq(got, STR("EPERM")))
			test_fail(__FILE__, __LINE__, "%.*s gave %.*s", STR_ARG(member->key),
				  STR_ARG(got));
		n++;
	}
	CHECK(n >= 16);
}

TEST(the_confinement_is_reported)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(worker_stop)
	struct worker *worker = start();
	struct answers answers = { .arena = arena };
	const struct confinement *c;

	CHECK(worker_confinement(worker) == NULL);
	(void)probe(worker, &answers);
	c = worker_confinement(worker);
	CHECK(c != NULL);
	printf("landlock %d seccomp %d userns %d netns %d missing: %s\n", c->landlock, c->seccomp,
	       c->user_namespace, c->network_namespace, c->missing);
	CHECK(c->no_new_privs);
	CHECK(c->capabilities);
	CHECK(c->limits);
	/* What is not in force is named. */
	if (!c->seccomp || !c->landlock || !c->user_namespace || !c->network_namespace)
		CHECK(c->missing[0] != 0);
	else
		CHECK_STR(c->missing, "");
}

TEST(memory_is_bounded)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct answers answers = { .arena = arena };
	const struct confine_opts opts = { .memory = 64u << 20 };
	struct worker *started = NULL;
	const struct json *v;
	struct err err;
	int64_t mib;

	if (SANITIZED)
		SKIP("a sanitizer reserves more address space than any limit allows");
	CHECK_OK(worker_start(&opts, &started, &err));
	AUTO(worker_stop)
	struct worker *worker = started;
	CHECK_OK(worker_send(worker, STR("{\"job\":\"probe\",\"probe\":\"memory\"}"), NULL, 0,
			     60000, &err));
	CHECK_OK(finish(worker, &answers, &err));
	CHECK_OK(json_parse(answers.last, NULL, arena, &v, &err));
	CHECK(json_i64(JSON_GET(v, "mib"), &mib));
	CHECK(mib >= 16 && mib <= 64);
}
