/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer.h"

#include "base/map.h"
#include "base/path.h"
#include "scan/analysis.h"
#include "scan/content.h"
#include "scan/secrets.h"
#include "scan/trait.h"
#include "scan/want.h"

#define LOG_PIECE     (60u << 10) /* of the log in one frame */
#define PENDING_MAX   10000u	  /* files of one layer that wait for a second one */
#define PENDING_SMALL (1u << 20)  /* those are kept until it comes: less in memory */
#define PENDING_BYTES (8u << 20)  /* of all of them in memory */
#define RANDOM_SMALL  (1u << 20)  /* read here and there: larger ones from a file */
#define NAMED_MAX     1000000u	  /* things that paths of one layer name */

/* A file that waits for the one that belongs to it, until the end of the layer. */
struct pending {
	const struct analyzer *analyzer;
	str path;
	struct content main, companion;
	uint32_t main_entry, companion_entry, mode;
	struct err failure; /* kind ERR_NONE: none */
	bool done;
};

struct walk {
	struct worker_job *job;
	struct tar_reader tar;
	struct flow flow; /* of this entry */
	struct want want;
	struct analysis analysis;
	struct spool spool;
	struct secrets secrets;
	struct traits traits;
	struct buf log;
	struct arena *scratch; /* of one entry */
	uint32_t wanted;       /* WANTED entries so far */
	uint64_t left_out;
	struct pending *pending; /* in the job's arena */
	size_t pending_n, pending_cap;
	struct map pending_at; /* path -> number of `pending`, from 1 */
	struct map named;      /* things that a file of this layer stands for already */
	uint64_t pending_bytes;
};

static int flush_log(struct walk *walk, struct err *err)
{
	int failed = worker_answer(walk->job, RECORD_LOG, buf_str(&walk->log), err);

	buf_reset(&walk->log);
	return failed;
}

static int log_add(struct walk *walk, enum log_type type, str path, str link, struct err *err)
{
	const struct log_entry entry = {
		.type = type, .hash = log_hash(path), .path = path, .link = link
	};

	if (walk->log.n > LOG_PIECE && flush_log(walk, err) < 0)
		return -1;
	log_entry_write(&entry, &walk->log);
	return 0;
}

static struct pending *pending_for(struct walk *walk, const struct wanted *wanted, struct err *err)
{
	uintptr_t at = (uintptr_t)map_get(&walk->pending_at, wanted->path);

	if (at > 0)
		return &walk->pending[at - 1];
	if (walk->pending_n == PENDING_MAX) {
		err_set(err, ERR_LIMIT,
			"more than %u files that wait for a second one in one layer", PENDING_MAX);
		return NULL;
	}
	walk->pending = arena_grow(walk->job->arena, walk->pending, walk->pending_n,
				   &walk->pending_cap, sizeof(*walk->pending));
	struct pending *p = &walk->pending[walk->pending_n++];
	map_put(&walk->pending_at, wanted->path, (void *)(uintptr_t)walk->pending_n);
	*p = (struct pending){ .analyzer = wanted->analyzer,
			       .path = str_dup(walk->job->arena, wanted->path),
			       .main = { .fd = -1 },
			       .companion = { .fd = -1 },
			       .main_entry = RESULT_NO_ENTRY,
			       .companion_entry = RESULT_NO_ENTRY };
	return p;
}

/* 0: usable, 1: not, with the reason in `why`. */
static int too_large(const struct wanted *wanted, const struct tar_entry *entry, struct err *why)
{
	uint64_t max = analyzer_max_size(wanted->analyzer);

	if (entry->size <= max)
		return 0;
	err_set(why, ERR_LIMIT, "larger than %llu bytes", (unsigned long long)max);
	return 1;
}

/*
 * The archive itself is broken when its content cannot be read; when only this file is too large or
 * there is no room for it, that is a result.
 */
static bool only_this_file(const struct err *why) { return why->kind != ERR_INPUT; }

static int run_pending(struct walk *walk, struct pending *p, struct err *err)
{
	struct file_result result = { .entry = p->main_entry,
				      .companion = p->companion_entry,
				      .analyzer = p->analyzer->name,
				      .path = p->path };
	struct file_view companion = content_view(&p->companion, STR_EMPTY, p->mode);
	struct file_view view = content_view(&p->main, p->path, p->mode);
	int failed = 0;

	if (p->failure.kind != ERR_NONE) {
		failed = analysis_fail(&walk->analysis, &result, &p->failure, err);
	} else if (p->main.there) { /* else it lies in another layer, if anywhere */
		view.companion = p->companion.there ? &companion : NULL;
		failed = analysis_run(&walk->analysis, p->analyzer, &view, &result, err);
	}
	return failed;
}

static uint64_t in_memory(const struct pending *p)
{
	return (p->main.bytes ? p->main.size : 0) + (p->companion.bytes ? p->companion.size : 0);
}

/* Texts of which there can be many do not wait for the end of the layer. */
static int both_there(struct walk *walk, struct pending *p, struct err *err)
{
	if (!p->analyzer->companion_for || !p->main.there || !p->companion.there)
		return 0;
	if (run_pending(walk, p, err) < 0)
		return -1;
	walk->pending_bytes -= in_memory(p);
	content_done(&p->main);
	content_done(&p->companion);
	p->done = true;
	return 0;
}

static int keep_pending(struct walk *walk, const struct wanted *wanted,
			const struct tar_entry *entry, uint32_t number, struct err *err)
{
	struct err why = { .kind = ERR_NONE };
	struct pending *p = pending_for(walk, wanted, &why);
	struct file_result result = { .entry = number,
				      .companion = RESULT_NO_ENTRY,
				      .analyzer = wanted->analyzer->name,
				      .path = wanted->path };

	if (!p)
		return analysis_fail(&walk->analysis, &result, &why, err);
	if (wanted->companion)
		p->companion_entry = number;
	else
		p->main_entry = number;
	p->mode = entry->mode;
	p->failure.kind = ERR_NONE;
	p->done = false;
	walk->pending_bytes -= in_memory(p); /* one of the two may be replaced */
	uint64_t room = PENDING_BYTES - walk->pending_bytes;
	int failed = too_large(wanted, entry, &why);
	if (failed == 0)
		failed = content_read(wanted->companion ? &p->companion : &p->main, &walk->flow,
				      entry, room < PENDING_SMALL ? room : PENDING_SMALL,
				      &walk->spool, &why);
	walk->pending_bytes += in_memory(p);
	if (failed == 0)
		return both_there(walk, p, err);
	if (!only_this_file(&why)) {
		*err = why;
		return -1;
	}
	p->failure = why;
	return 0;
}

static struct file_result result_of(const struct wanted *wanted, uint32_t number)
{
	return (struct file_result){ .entry = number,
				     .companion = RESULT_NO_ENTRY,
				     .analyzer = wanted->analyzer->name,
				     .path = wanted->path };
}

static bool all_too_large(const struct wanted *list, size_t n, const struct tar_entry *entry)
{
	struct err ignored;

	for (size_t i = 0; i < n; i++) {
		if (!too_large(&list[i], entry, &ignored))
			return false;
	}
	return true;
}

/* Rows that read here and there do so from a file as well. */
static uint64_t in_memory_max(const struct wanted *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!list[i].analyzer->random_access)
			return ANALYZER_MEMORY_MAX;
	}
	return RANDOM_SMALL;
}

/* Reads the file once and gives it to everybody who wants it. */
static int analyse(struct walk *walk, const struct wanted *list, size_t n,
		   const struct tar_entry *entry, uint32_t number, struct err *err)
{
	AUTO(content_done)
	struct content content = { .fd = -1 };
	struct err why = { .kind = ERR_NONE }, large, taken;
	size_t first = 0;
	int failed = 0;

	err_set(&taken, ERR_UNSUPPORTED, "it is a database of another kind as well");
	if (list[0].analyzer->companion) {
		/* It is kept until the end of the layer: nobody else gets it. */
		if (keep_pending(walk, &list[0], entry, number, err) < 0)
			return -1;
		first = 1;
		why = taken;
	} else if (!all_too_large(list, n, entry) &&
		   content_read(&content, &walk->flow, entry, in_memory_max(list, n), &walk->spool,
				&why) < 0 &&
		   !only_this_file(&why)) {
		*err = why;
		return -1;
	}
	for (size_t i = first; i < n && failed == 0; i++) {
		struct file_result result = result_of(&list[i], number);
		struct file_view view = content_view(&content, list[i].path, entry->mode);

		if (too_large(&list[i], entry, &large))
			failed = analysis_fail(&walk->analysis, &result, &large, err);
		else if (!content.there || list[i].analyzer->companion)
			failed = analysis_fail(&walk->analysis, &result,
					       content.there ? &taken : &why, err);
		else
			failed = analysis_run(&walk->analysis, list[i].analyzer, &view, &result,
					      err);
	}
	return failed;
}

/* Gives the file to rows that took it for its first bytes. *any: one had something to say. */
static int try_all(struct walk *walk, const struct analyzer *const *rows, size_t n, str path,
		   const struct tar_entry *entry, bool *any, struct err *err)
{
	AUTO(content_done)
	struct content content = { .fd = -1 };
	struct err why;
	int failed = content_read(&content, &walk->flow, entry, RANDOM_SMALL, &walk->spool, &why);

	if (failed < 0 && !only_this_file(&why)) {
		*err = why;
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		struct wanted wanted = { .analyzer = rows[i], .path = path };
		struct file_result result = result_of(&wanted, walk->wanted);
		struct file_view view = content_view(&content, path, entry->mode);
		bool sent = true;
		int ended = failed < 0 || too_large(&wanted, entry, &why)
				    ? analysis_fail(&walk->analysis, &result, &why, err)
				    : analysis_try(&walk->analysis, rows[i], &view, &result, &sent,
						   err);

		if (ended < 0)
			return -1;
		*any |= sent;
	}
	return 0;
}

/* Where its path names something that no file of the layer stands for yet: this one does. */
static int try_name(struct walk *walk, str path, bool *any, struct err *err)
{
	str thing;
	const struct analyzer *row = analyzer_naming(path, &thing);
	struct wanted wanted = { .analyzer = row, .path = path };
	struct file_view view = file_view_text(path, STR_EMPTY);
	struct file_result result;
	bool sent = true;

	if (!row || walk->named.n >= NAMED_MAX || want_left_out(&walk->want, path) ||
	    !map_put(&walk->named, thing, walk))
		return 0;
	result = result_of(&wanted, walk->wanted);
	if (analysis_try(&walk->analysis, row, &view, &result, &sent, err) < 0)
		return -1;
	*any |= sent;
	return 0;
}

/* A file that nobody wants by name. */
static int other_file(struct walk *walk, str path, const struct tar_entry *entry, struct err *err)
{
	const struct analyzer *rows[WANT_MAX];
	bool any = false;
	size_t n = 0;
	str head;

	if (entry->size > 0) {
		if (flow_head(&walk->flow, &head, err) < 0)
			return -1;
		n = analyzer_sniff(path, entry->size, head, walk->want.licences, rows, WANT_MAX);
	}
	if (n > 0 && want_left_out(&walk->want, path))
		walk->left_out++;
	else if (n > 0 && try_all(walk, rows, n, path, entry, &any, err) < 0)
		return -1;
	if (try_name(walk, path, &any, err) < 0)
		return -1;
	walk->wanted += any;
	return log_add(walk, any ? LOG_SNIFFED : LOG_FILE, path, STR_EMPTY, err);
}

static int take_file(struct walk *walk, str path, const struct tar_entry *entry, struct err *err)
{
	struct wanted list[WANT_MAX];
	uint32_t number = walk->wanted;
	size_t n = want_file(&walk->want, path, walk->scratch, list);

	if (number == RESULT_NO_ENTRY - 1)
		return err_set(err, ERR_LIMIT, "too many wanted files");
	if (n == 0)
		return other_file(walk, path, entry, err);
	/* An empty companion is as good as none: a database that was closed leaves such ones. */
	if (n == 1 && list[0].companion && entry->size == 0)
		return log_add(walk, LOG_FILE, path, STR_EMPTY, err);
	walk->wanted++;
	if (log_add(walk, LOG_WANTED, path, STR_EMPTY, err) < 0)
		return -1;
	if (!want_left_out(&walk->want, path))
		return analyse(walk, list, n, entry, number, err);
	walk->left_out++;
	for (size_t i = 0; i < n; i++) {
		struct file_result result = result_of(&list[i], number);

		if (analysis_leave_out(&walk->analysis, &result, err) < 0)
			return -1;
	}
	return 0;
}

/* Everybody who reads the file reads it through the flow; the search for secrets looks on. */
static int regular_file(struct walk *walk, str path, const struct tar_entry *entry, struct err *err)
{
	str head;

	flow_begin(&walk->flow, &walk->tar);
	if (!secrets_want(&walk->secrets, &walk->want, path, entry->size))
		return take_file(walk, path, entry, err);
	if (flow_head(&walk->flow, &head, err) < 0)
		return -1;
	if (secrets_begin(&walk->secrets, SECRET_FILE, path, entry->size, head))
		walk->flow.tap =
			(struct flow_tap){ .context = &walk->secrets, .take = secrets_take };
	if (take_file(walk, path, entry, err) < 0)
		return -1;
	if (walk->secrets.active && flow_drain(&walk->flow, err) < 0)
		return -1;
	return secrets_end(&walk->secrets, err);
}

/* 1: it was a whiteout, 0: an ordinary name, -1: failed. */
static int whiteout(struct walk *walk, str path, struct err *err)
{
	const str prefix = STR(".wh."), meta = STR(".wh..wh.");
	str base = path_base(path), dir = path_dir(path);

	if (!str_starts(base, prefix))
		return 0;
	if (str_eq(base, STR(".wh..wh..opq")))
		return log_add(walk, LOG_OPAQUE, dir, STR_EMPTY, err) < 0 ? -1 : 1;
	/* Other names of this form are bookkeeping of the aufs file system. */
	if (str_starts(base, meta))
		return 1;
	str name = str_skip(base, prefix.n);
	if (name.n == 0 || str_eq(name, STR(".")) || str_eq(name, STR("..")))
		return err_set(err, ERR_INPUT, "whiteout without a name");
	return log_add(walk, LOG_WHITEOUT, path_join(walk->scratch, dir, name), STR_EMPTY, err) < 0
		       ? -1
		       : 1;
}

static int entry_seen(struct walk *walk, const struct tar_entry *entry, struct err *err)
{
	str path, target;
	int got;

	if (path_normal(entry->path, walk->scratch, &path, err) < 0)
		return -1;
	if (path.n == 0)
		return 0; /* the root itself */
	got = whiteout(walk, path, err);
	if (got != 0)
		return got < 0 ? -1 : 0;
	traits_entry(&walk->traits, path, entry);
	switch (entry->type) {
	case TAR_FILE:
		return regular_file(walk, path, entry, err);
	case TAR_DIR:
		return log_add(walk, LOG_DIR, path, STR_EMPTY, err);
	case TAR_SYMLINK:
		if (entry->link.n > PATH_MAX_BYTES)
			return err_set(err, ERR_LIMIT, "link to a path of more than %u bytes",
				       PATH_MAX_BYTES);
		return log_add(walk, LOG_SYMLINK, path, entry->link, err);
	case TAR_HARDLINK:
		if (path_normal(entry->link, walk->scratch, &target, err) < 0)
			return -1;
		return log_add(walk, LOG_HARDLINK, path, target, err);
	case TAR_CHAR:
	case TAR_BLOCK:
	case TAR_FIFO:
	case TAR_OTHER:
		break;
	}
	return log_add(walk, LOG_SPECIAL, path, STR_EMPTY, err);
}

static int run_all_pending(struct walk *walk, struct err *err)
{
	for (size_t i = 0; i < walk->pending_n; i++) {
		if (!walk->pending[i].done && run_pending(walk, &walk->pending[i], err) < 0)
			return -1;
	}
	return 0;
}

static int walk_entries(struct walk *walk, uint64_t max, uint64_t *entries, struct err *err)
{
	struct tar_entry entry;
	int got;

	while ((got = tar_next(&walk->tar, &entry, err)) > 0) {
		if (++*entries > max)
			return err_set(err, ERR_LIMIT, "more than %llu entries",
				       (unsigned long long)max);
		if (entry_seen(walk, &entry, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(str_take(entry.path, 100)));
		arena_reset(walk->scratch);
	}
	return got;
}

static void walk_init(struct walk *walk, struct worker_job *job)
{
	*walk = (struct walk){ .job = job, .scratch = arena_new() };
	analysis_init(&walk->analysis, job);
	buf_init(&walk->log, WORKER_RECORD_MAX);
	map_init(&walk->pending_at, job->arena);
	map_init(&walk->named, job->arena);
	traits_init(&walk->traits, job);
	for (size_t i = 1; i < job->fd_count && walk->spool.n < SPOOL_FILES; i++)
		walk->spool.fds[walk->spool.n++] = job->fds[i];
}

static void walk_done(struct walk *walk)
{
	for (size_t i = 0; i < walk->pending_n; i++) {
		content_done(&walk->pending[i].main);
		content_done(&walk->pending[i].companion);
	}
	secrets_done(&walk->secrets);
	tar_done(&walk->tar);
	analysis_done(&walk->analysis);
	buf_done(&walk->log);
	arena_free(walk->scratch);
}

int layer_walk(struct worker_job *job, struct tar_source source, const struct layer_opts *opts,
	       struct layer_end *end, struct err *err)
{
	struct walk walk;
	int failed;

	walk_init(&walk, job);
	tar_init(&walk.tar, source);
	*end = (struct layer_end){ .entries = 0 };
	failed = want_read(job->header, job->arena, &walk.want, err);
	if (failed == 0)
		failed = secrets_init(&walk.secrets, job, err);
	if (failed == 0)
		failed = walk_entries(&walk, opts->max_entries, &end->entries, err);
	if (failed == 0)
		failed = run_all_pending(&walk, err);
	if (failed == 0)
		failed = secrets_finish(&walk.secrets, err);
	if (failed == 0)
		failed = traits_finish(&walk.traits, err);
	if (failed == 0)
		failed = flush_log(&walk, err);
	end->left_out = walk.left_out;
	end->traits_dropped = walk.traits.dropped;
	walk_done(&walk);
	return failed;
}

static uint64_t header_u64(const struct json *header, str key)
{
	int64_t n = 0;

	/* Written by our own parent; what is missing is no limit. */
	if (!json_i64(json_get(header, key), &n) || n < 0)
		return 0;
	return (uint64_t)n;
}

int layer_run(struct worker_job *job, struct err *err)
{
	const struct json *h = job->header;
	struct stream_opts opts = { .seekable = json_bool(JSON_GET(h, "seekable")),
				    .digest = json_get_str(h, STR("digest")),
				    .diff_id = json_get_str(h, STR("diff_id")) };
	struct layer_opts walk_opts = { .max_entries = header_u64(h, STR("max_entries")) };
	struct stream *opened = NULL;
	struct layer_end end = { .entries = 0 };
	struct json_writer w;
	int failed;

	if (job->fd_count == 0)
		return err_set(err, ERR_INPUT, "no blob");
	opts.fd = job->fds[0];
	opts.offset = header_u64(h, STR("offset"));
	opts.size = header_u64(h, STR("size"));
	opts.max_bytes = header_u64(h, STR("max_bytes"));
	opts.max_ratio = (unsigned)header_u64(h, STR("max_ratio"));
	if (stream_open(&opts, &opened, err) < 0)
		return -1;
	AUTO(stream_close)
	struct stream *stream = opened;
	if (layer_walk(job, stream_source(stream), &walk_opts, &end, err) < 0)
		return -1;
	if (stream_finish(stream, err) < 0)
		return -1;
	end.bytes = stream_bytes(stream);
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	buf_init(&b, 4096);
	json_writer_init(&w, &b, 0);
	layer_end_write(&end, &w);
	failed = worker_answer(job, RECORD_END, buf_str(&b), err);
	return failed;
}
