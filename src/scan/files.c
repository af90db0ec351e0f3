/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/files.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "scan/analysis.h"
#include "scan/flow.h"
#include "scan/secrets.h"

static const struct analyzer *analyzer_named(str name)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (str_eq(name, str_c(analyzers[i]->name)))
			return analyzers[i];
	}
	return NULL;
}

static int size_of(int fd, uint64_t *size, struct err *err)
{
	struct stat st;

	/* The C library's fstat is a call by name, which is not allowed here. */
	if (syscall(SYS_fstat, fd, &st) < 0)
		return err_sys(err, errno, "look at file");
	*size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return 0;
}

/* A view of the file; small ones in memory. */
static int view_of(int fd, str path, const struct analyzer *a, struct arena *scratch,
		   struct file_view *out, struct err *err)
{
	struct file_view view = { .path = path, .fd = fd };
	uint64_t max = analyzer_max_size(a);
	str text;

	if (size_of(fd, &view.size, err) < 0)
		return -1;
	if (view.size > max)
		return err_set(err, ERR_LIMIT, "larger than %llu bytes", (unsigned long long)max);
	if (view.size <= ANALYZER_MEMORY_MAX && !a->random_access) {
		if (file_view_load(&view, ANALYZER_MEMORY_MAX, scratch, &text, err) < 0)
			return -1;
		view = file_view_text(path, text);
	}
	*out = view;
	return 0;
}

static int one_file(struct analysis *analysis, const struct json *v, const int *fds, size_t n,
		    struct err *err)
{
	const struct analyzer *a = analyzer_named(json_get_str(v, STR("analyzer")));
	struct file_result result = { .companion = RESULT_NO_ENTRY,
				      .path = json_get_str(v, STR("path")) };
	struct file_view view, companion;
	struct err why;
	int64_t entry;
	int failed;

	if (!a || !json_i64(JSON_GET(v, "entry"), &entry))
		return err_set(err, ERR_INPUT, "malformed job");
	result.entry = (uint32_t)entry;
	result.analyzer = a->name;
	failed = view_of(fds[0], result.path, a, analysis->scratch, &view, &why);
	if (failed == 0 && n > 1) {
		failed = view_of(fds[1], STR_EMPTY, a, analysis->scratch, &companion, &why);
		view.companion = &companion;
	}
	return failed < 0 ? analysis_fail(analysis, &result, &why, err)
			  : analysis_run(analysis, a, &view, &result, err);
}

#define PIECE_BYTES (64u << 10)

/* A file that is only searched for secrets. Lists and options were asked by the parent. */
static int search_file(struct secrets *secrets, const struct json *v, int fd, struct err *err)
{
	const struct want none = { .want_files = false };
	str path = json_get_str(v, STR("path"));
	AUTO(free)
	char *piece = NULL;
	uint64_t size, at = 0;

	if (size_of(fd, &size, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	if (!secrets_want(secrets, &none, path, size))
		return 0;
	piece = mem_alloc(PIECE_BYTES);
	/* A file that changes while it is read gives what there is. */
	while (at < size) {
		ssize_t n = pread(fd, piece, PIECE_BYTES, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (at == 0 && !secrets_begin(secrets, SECRET_FILE, path, size,
					      str_take(str_of(piece, (size_t)n), FLOW_HEAD_BYTES)))
			break;
		secrets_take(secrets, str_of(piece, (size_t)n));
		at += (uint64_t)n;
	}
	explicit_bzero(piece, PIECE_BYTES);
	return secrets_end(secrets, err);
}

static int run_all(struct worker_job *job, struct analysis *analysis, struct secrets *secrets,
		   struct err *err)
{
	size_t at = 0;
	int failed = 0;

	JSON_EACH (JSON_GET(job->header, "files"), v) {
		size_t n = json_bool(JSON_GET(v, "companion")) ? 2 : 1;

		if (job->fd_count - at < n)
			return err_set(err, ERR_INPUT, "malformed job");
		failed = json_bool(JSON_GET(v, "search"))
				 ? search_file(secrets, v, job->fds[at], err)
				 : one_file(analysis, v, job->fds + at, n, err);
		if (failed < 0)
			return -1;
		at += n;
	}
	return secrets_finish(secrets, err);
}

int files_run(struct worker_job *job, struct err *err)
{
	struct analysis analysis;
	struct secrets secrets;
	int failed;

	if (secrets_init(&secrets, job, err) < 0)
		return -1;
	analysis_init(&analysis, job);
	failed = run_all(job, &analysis, &secrets, err);
	analysis_done(&analysis);
	secrets_done(&secrets);
	return failed;
}
