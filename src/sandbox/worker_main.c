/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/cost.h"
#include "base/err.h"
#include "base/map.h"
#include "sandbox/worker.h"
#include "sandbox/worker_internal.h"

#define END_BYTES 16384u /* of the status of a job */

static int out_flush(struct worker_out *out, struct err *err)
{
	str s = str_of(out->bytes, out->n);

	out->n = 0;
	return fd_write_all(WORKER_FD, s, err);
}

static int out_add(struct worker_out *out, str s, struct err *err)
{
	if (s.n > OUT_BYTES - out->n && out_flush(out, err) < 0)
		return -1;
	if (s.n > OUT_BYTES)
		return fd_write_all(WORKER_FD, s, err);
	if (s.n > 0)
		memcpy(out->bytes + out->n, s.p, s.n);
	out->n += s.n;
	return 0;
}

static int out_frame(struct worker_out *out, char type, str payload, struct err *err)
{
	char head[FRAME_HEAD];

	if (payload.n > WORKER_RECORD_MAX)
		return err_set(err, ERR_LIMIT, "a result of %zu bytes is too large", payload.n);
	frame_head(head, payload.n, type);
	if (out_add(out, str_of(head, sizeof(head)), err) < 0)
		return -1;
	return out_add(out, payload, err);
}

int worker_answer(struct worker_job *job, char type, str payload, struct err *err)
{
	assert(type >= 'A' && type <= 'Z');
	if (job->reader)
		return job->reader->record(job->reader->context, type, payload, err);
	return out_frame(job->out, type, payload, err);
}

/* 1: all n bytes, 0: end of the stream before the first, -1: failed. */
static int read_exact(char *p, size_t n, struct err *err)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = recv(WORKER_FD, p + have, n - have, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read job");
		if (got == 0)
			return have == 0 ? 0 : err_set(err, ERR_INPUT, "job is cut off");
		have += (size_t)got;
	}
	return 1;
}

/* The head of a frame and the descriptors that come with it. */
static int read_head(char head[FRAME_HEAD], struct worker_job *job, struct err *err)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * WORKER_FDS_MAX)];
	} control;
	struct iovec part = { .iov_base = head, .iov_len = FRAME_HEAD };
	struct msghdr msg = { .msg_iov = &part,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control.bytes) };
	ssize_t n;

	do
		n = recvmsg(WORKER_FD, &msg, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	if (n != FRAME_HEAD)
		return n < 0 ? err_sys(err, errno, "read job")
			     : err_set(err, ERR_INPUT, "job is cut off");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		job->fd_count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		assert(job->fd_count <= WORKER_FDS_MAX);
		memcpy(job->fds, CMSG_DATA(c), job->fd_count * sizeof(int));
	}
	return 1;
}

static int run_job(struct worker_job *job, str text, const struct worker_kind *kinds, size_t n,
		   struct err *err)
{
	if (json_parse(text, NULL, job->arena, &job->header, err) < 0)
		return err_wrap(err, "job header");
	str name = json_get_str(job->header, STR("job"));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(name, str_c(kinds[i].name)))
			return kinds[i].run(job, err);
	}
	if (str_eq(name, STR("probe")))
		return probe_run(job, err);
	return err_set(err, ERR_UNSUPPORTED, "no job '%.*s'", STR_ARG(name));
}

/* What the job cost, where it is measured; nothing otherwise. */
static void put_costs(struct json_writer *w)
{
	struct cost_part parts[COST_PARTS];
	size_t n = cost_list(parts, true);

	if (n == 0)
		return;
	JSON_KEY(w, "costs");
	json_open_object(w);
	for (size_t i = 0; i < n; i++)
		json_kv_u64(w, str_c(parts[i].name), parts[i].ns);
	json_close_object(w);
}

static int send_end(struct worker_out *out, bool ok, const struct err *failure, struct err *err)
{
	struct buf b;
	struct json_writer w;
	int failed;

	buf_init(&b, END_BYTES);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_bool(&w, STR("ok"), ok);
	if (!ok) {
		json_kv_str(&w, STR("kind"), str_c(err_kind_name(failure->kind)));
		json_kv_str(&w, STR("message"), str_take(str_c(failure->msg), 1000));
	}
	put_costs(&w);
	json_close_object(&w);
	failed = out_frame(out, FRAME_END, buf_str(&b), err);
	buf_done(&b);
	return failed < 0 ? -1 : out_flush(out, err);
}

/* 1: one job done, 0: the parent wants no more, -1: the connection is broken. */
static int serve(struct worker_out *out, struct worker_kept *kept, const struct worker_kind *kinds,
		 size_t n, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct worker_job job = { .arena = arena, .out = out, .kept = kept };
	char head[FRAME_HEAD];
	struct err failure = { .kind = ERR_NONE };
	int got = read_head(head, &job, err), result;

	if (got <= 0)
		return got;
	size_t length = frame_length(head);
	if (head[FRAME_HEAD - 1] != FRAME_JOB || length > WORKER_HEADER_MAX)
		return err_set(err, ERR_INPUT, "not a job");
	char *text = arena_bytes(arena, length);
	if (length > 0 && read_exact(text, length, err) != 1)
		return -1;
	int64_t begun = cost_begin();
	result = run_job(&job, str_of(text, length), kinds, n, &failure);
	cost_end("reader", begun);
	for (size_t i = 0; i < job.fd_count; i++)
		(void)close(job.fds[i]);
	return send_end(out, result >= 0, &failure, err) < 0 ? -1 : 1;
}

static int greet(struct worker_out *out, struct err *err)
{
	struct confine_opts opts;
	struct confinement c;
	struct json_writer w;
	char head[FRAME_HEAD];
	struct buf b;
	int failed;

	if (read_exact(head, sizeof(head), err) != 1 || frame_length(head) != sizeof(opts) ||
	    read_exact((char *)&opts, sizeof(opts), err) != 1)
		return -1;
	confine(&opts, &c);
	buf_init(&b, 4096);
	json_writer_init(&w, &b, 0);
	confinement_write(&c, &w);
	failed = out_frame(out, FRAME_HELLO, buf_str(&b), err);
	buf_done(&b);
	return failed < 0 ? -1 : out_flush(out, err);
}

int worker_main(const struct worker_kind *kinds, size_t kind_count)
{
	struct worker_out *out = mem_zalloc(sizeof(*out));
	struct worker_kept kept = { .p = NULL };
	struct err err;
	int more;

	/* The parent's end closes when it dies; this makes it immediate. */
	IGNORE(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
	cost_enable();
	/* Without it a death only says less. */
	IGNORE(worker_death_prepare(out));
	/* Draws the key of the process while everything is still allowed. */
	IGNORE(hash_keyed(STR("")));
	more = greet(out, &err) < 0 ? -1 : 1;
	while (more == 1)
		more = serve(out, &kept, kinds, kind_count, &err);
	if (kept.p)
		kept.free(kept.p);
	free(out);
	return more < 0 ? 1 : 0;
}
