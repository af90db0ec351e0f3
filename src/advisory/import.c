/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "advisory/form/form.h"
#include "advisory/text_source.h"
#include "base/path.h"

#define IMPORT_MAX_BYTES (64ull << 30)
#define RECORD_MAX_BYTES (64u << 20)
#define FOLDER_MAX_DEPTH 32u
#define FOLDER_MAX_FILES 4000000u
#define PROGRESS_STEP	 (8u << 20)

/* One call of advisory_build_add. */
struct import {
	struct advisory_build *build;
	struct arena *arena;   /* lives with the call */
	struct arena *scratch; /* of one item */
	struct arena *text;    /* of one text */
	str name, date;	       /* given by the caller */
	uint64_t next_progress;
};

/* Counts the bytes and tells the caller about them. */
struct counted {
	struct import *import;
	int (*pull)(void *data, str *chunk, struct err *err);
	void *data;
};

static int counted_pull(void *data, str *chunk, struct err *err)
{
	struct counted *c = data;
	struct import *im = c->import;
	struct advisory_build *b = im->build;
	int got = c->pull(c->data, chunk, err);

	if (got <= 0)
		return got;
	b->bytes += chunk->n;
	if (b->bytes > IMPORT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "more than 64 GiB of text in one import");
	if (b->opts.progress && b->bytes >= im->next_progress) {
		im->next_progress = b->bytes + PROGRESS_STEP;
		b->opts.progress(b->opts.progress_data, b->source.name, b->bytes);
	}
	return 1;
}

static bool is_row(enum item_mode mode) { return mode == ITEM_LINES || mode == ITEM_CSV; }

/* A part of a text is missing. */
static void note_broken(struct import *im, str place)
{
	struct advisory_import_report *report = &im->build->report;

	if (report->broken++ == 0)
		report->broken_first = str_dup(im->build->arena,
					       str_empty(place) ? im->build->source.path : place);
}

/* Every item of a text whose form is known. */
static int run_items(struct import *im, const struct form *form, struct item_reader *reader,
		     str place, struct err *err)
{
	struct item item;
	struct form_run run = { .build = im->build,
				.item = &item,
				.scratch = im->scratch,
				.arena = im->text,
				.place = place,
				.unit = is_row(reader->mode) ? "line" : "entry" };
	int got;

	bool breaks_off = false;

	while ((got = item_next(reader, &item, err)) > 0) {
		int failed = 0;

		breaks_off = item.cut && item.number > 1;
		if (item.too_long)
			form_skip(&run, "record over 64 MiB", STR_EMPTY);
		else if (!is_row(reader->mode) || !str_empty(item.text))
			failed = form->run(&run, err);
		arena_reset(im->scratch);
		if (failed)
			return -1;
	}
	if (got == 0 && !breaks_off && item_breaks_off(reader)) {
		form_skip(&run, "cut off in the middle", STR_EMPTY);
		breaks_off = true;
	}
	if (got == 0 && breaks_off)
		note_broken(im, place);
	return got;
}

/* What a text is: its head, form and layout. */
struct sight {
	const struct form *form;
	enum item_mode layout;
	const char *foreign; /* why it is refused, or NULL */
	bool empty;
};

static int look(struct item_reader *reader, struct sight *out, struct err *err)
{
	str head;

	if (item_peek(reader, FORM_HEAD_BYTES, &head, err) < 0)
		return -1;
	if (str_starts(head, STR("\xef\xbb\xbf"))) {
		reader->pos += 3;
		head = str_skip(head, 3);
	}
	out->empty = str_empty(str_trim(head));
	out->form = form_find(head, reader->ended, &out->layout, &out->foreign);
	return 0;
}

/* One text of the source at work. A text that breaks off in the middle is a skip. */
static int add_text(struct import *im, int (*pull)(void *data, str *chunk, struct err *err),
		    void *data, str place, struct err *err)
{
	struct counted counted = { .import = im, .pull = pull, .data = data };
	struct item_reader reader;
	struct sight sight = { 0 };
	str shown = str_empty(place) ? im->build->source.path : place;
	int failed;

	item_reader_init(&reader, counted_pull, &counted, RECORD_MAX_BYTES);
	arena_reset(im->text);
	failed = look(&reader, &sight, err);
	if (!failed && sight.empty) {
		build_skip(im->build, "empty file", shown, false);
	} else if (!failed && !sight.form) {
		build_skip(im->build, "unknown form", shown, false);
	} else if (!failed && sight.foreign) {
		build_skip(im->build, sight.foreign, shown, false);
	} else if (!failed) {
		reader.mode = sight.layout;
		build_source_form(im->build, sight.form->name);
		failed = run_items(im, sight.form, &reader, place, err);
	}
	item_reader_done(&reader);
	/* What the file is to blame for is a skip; a full disk or the limit of the whole is not. */
	if (failed && (err->kind == ERR_INPUT || err->kind == ERR_LIMIT) &&
	    im->build->bytes <= IMPORT_MAX_BYTES) {
		str where = str_fmt(im->scratch, "%.*s%s%s", STR_ARG(place),
				    str_empty(place) ? "" : ": ", err->msg);

		build_skip(im->build, "file that breaks off or cannot be unpacked", where, false);
		note_broken(im, place);
		arena_reset(im->scratch);
		return 0;
	}
	return failed ? -1 : 0;
}

/* All texts of an open file into the source at work. */
static int add_fd(struct import *im, int fd, str place, struct err *err)
{
	AUTO(text_source_close)
	struct text_source *texts = NULL;
	char block[64 * 1024];
	size_t count = 0;
	str member;
	ssize_t n;
	int got;

	while ((n = read(fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno != EINTR)
			return err_sys(err, errno, "read");
		if (n > 0)
			build_source_bytes(im->build, block, (size_t)n);
	}
	if (text_source_open(fd, &texts, err) < 0)
		return -1;
	while ((got = text_source_next(texts, &member, err)) > 0) {
		str where = str_empty(member)  ? place
			    : str_empty(place) ? str_dup(im->arena, member)
					       : str_fmt(im->arena, "%.*s: %.*s", STR_ARG(place),
							 STR_ARG(member));

		count++;
		if (add_text(im, text_source_pull, texts, where, err) < 0)
			return -1;
	}
	if (got == 0 && count == 0)
		build_skip(im->build, "empty file", place, false);
	if (got < 0 && err->kind == ERR_INPUT) {
		build_skip(im->build, "file that breaks off or cannot be unpacked", str_c(err->msg),
			   false);
		note_broken(im, place);
		return 0;
	}
	return got;
}

/* A plain file that is one record of a bigger set: it belongs to the source of its folder. */
static int is_single(int fd, bool *single, struct err *err)
{
	AUTO(text_source_close)
	struct text_source *texts = NULL;
	struct item_reader reader;
	struct sight sight = { 0 };
	str member;
	int got;

	*single = false;
	if (text_source_open(fd, &texts, err) < 0)
		return err->kind == ERR_INPUT ? 0 : -1; /* told when the file is read */
	got = text_source_next(texts, &member, err);
	if (got <= 0 || !str_empty(member))
		return got < 0 && err->kind != ERR_INPUT ? -1 : 0;
	item_reader_init(&reader, text_source_pull, texts, RECORD_MAX_BYTES);
	got = look(&reader, &sight, err);
	item_reader_done(&reader);
	if (got < 0)
		return err->kind == ERR_INPUT || err->kind == ERR_LIMIT ? 0 : -1;
	*single = sight.form && sight.form->single && sight.layout == ITEM_VALUES;
	return 0;
}

/* The file's path without the endings that say form and packing. */
static str source_name(str path, struct arena *arena)
{
	static const str endings[] = { STR_INIT(".zst"),  STR_INIT(".gz"),    STR_INIT(".zip"),
				       STR_INIT(".json"), STR_INIT(".jsonl"), STR_INIT(".ndjson"),
				       STR_INIT(".csv"),  STR_INIT(".txt"),   STR_INIT(".tar") };
	str name = path;

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (name.n > endings[i].n && str_ends(name, endings[i])) {
			name = str_without_suffix(name, endings[i]);
			i = (size_t)-1; /* from the first again */
		}
	}
	return str_empty(name) ? str_dup(arena, path) : name;
}

static void begin(struct import *im, str name, str path)
{
	build_source_begin(im->build, str_empty(im->name) ? name : im->name, path, im->date);
}

/* A file of a folder that is passed over as a whole: a source that brings nothing, only a reason.
 */
static int pass_over(struct import *im, str label, str path, const char *reason, struct err *err)
{
	if (im->build->source.open) {
		build_skip(im->build, reason, path, false);
		return 0;
	}
	build_source_begin(im->build, label, path, STR_EMPTY);
	build_skip(im->build, reason, path, false);
	return build_source_end(im->build, err);
}

/* `open_source`: the file goes into the source at work, else it is one itself. */
static int add_file(struct import *im, int fd, str name, str path, struct err *err)
{
	bool own = !im->build->source.open;

	if (own)
		begin(im, name, path);
	if (add_fd(im, fd, own ? STR_EMPTY : name, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return own ? build_source_end(im->build, err) : 0;
}

/* Names of a folder in order; "." and ".." left out. */
static int folder_names(struct import *im, int fd, str **out, size_t *count, struct err *err)
{
	AUTO(closedir)
	DIR *dir = NULL;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	const struct dirent *entry;
	str *names = NULL;
	size_t n = 0, cap = 0;

	if (copy < 0 || !(dir = fdopendir(copy)))
		return err_sys(err, errno, "open folder");
	while ((errno = 0, entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (n == FOLDER_MAX_FILES)
			return err_set(err, ERR_LIMIT, "more than %u files", FOLDER_MAX_FILES);
		names = arena_grow(im->arena, names, n, &cap, sizeof(*names));
		names[n++] = str_dup(im->arena, str_c(entry->d_name));
	}
	if (errno)
		return err_sys(err, errno, "read folder");
	if (n)
		qsort(names, n, sizeof(*names), str_qsort_cmp);
	*out = names;
	*count = n;
	return 0;
}

static int add_folder(struct import *im, int fd, str label, str path, unsigned depth,
		      struct err *err);

/* An entry of a folder. *single: left for the source of the folder. */
static int add_entry(struct import *im, int dir, str name, str label, str path, unsigned depth,
		     bool *single, struct err *err)
{
	AUTO(fd_close)
	int fd = openat(dir, str_cstr(im->arena, name),
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return pass_over(im, label, path, "symbolic link, not followed", err);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "open %.*s", STR_ARG(path));
	if (S_ISDIR(st.st_mode))
		return add_folder(im, fd, label, path, depth + 1, err);
	if (!S_ISREG(st.st_mode))
		return pass_over(im, label, path, "neither file nor folder", err);
	if (!im->build->source.open) {
		if (is_single(fd, single, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(path));
		if (*single)
			return 0;
		if (lseek(fd, 0, SEEK_SET) < 0)
			return err_sys(err, errno, "seek in %.*s", STR_ARG(path));
	}
	return add_file(im, fd, im->build->source.open ? label : source_name(label, im->arena),
			path, err);
}

/* The single records of a folder, as one source. */
static int add_singles(struct import *im, int fd, const str *names, size_t n, str label, str path,
		       struct err *err)
{
	build_source_begin(im->build, label, path, im->date);
	for (size_t i = 0; i < n; i++) {
		bool single = false;

		if (add_entry(im, fd, names[i], names[i], path_join(im->arena, path, names[i]), 0,
			      &single, err) < 0)
			return -1;
	}
	return build_source_end(im->build, err);
}

static int add_folder(struct import *im, int fd, str label, str path, unsigned depth,
		      struct err *err)
{
	str *names = NULL;
	size_t n = 0, singles = 0;

	if (depth > FOLDER_MAX_DEPTH)
		return pass_over(im, label, path, "folder too deep", err);
	if (folder_names(im, fd, &names, &n, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	for (size_t i = 0; i < n; i++) {
		bool single = false;
		str inner = str_empty(label) ? names[i] : path_join(im->arena, label, names[i]);

		if (str_starts(names[i], STR("."))) {
			if (pass_over(im, inner, path_join(im->arena, path, names[i]), "hidden",
				      err) < 0)
				return -1;
			continue;
		}
		if (add_entry(im, fd, names[i], inner, path_join(im->arena, path, names[i]), depth,
			      &single, err) < 0)
			return -1;
		if (single)
			names[singles++] = names[i];
	}
	if (singles == 0)
		return 0;
	return add_singles(im, fd, names, singles, str_empty(label) ? path_base(path) : label, path,
			   err);
}

/* "npm/all.zip" is told apart from the "all.zip" of another ecosystem by its folder. */
static str top_name(struct import *im, str path)
{
	str name = source_name(path_base(path), im->arena);

	if (str_eq(name, STR("all")) && !str_empty(path_base(path_dir(path))))
		return str_fmt(im->arena, "%.*s/all", STR_ARG(path_base(path_dir(path))));
	return name;
}

static int add_path(struct import *im, const char *path, struct err *err)
{
	AUTO(fd_close)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	str text = str_c(path);
	struct stat st;

	while (text.n > 1 && str_ends(text, STR("/")))
		text = str_drop_end(text, 1);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "open %s", path);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "%s is neither a file nor a folder", path);
	if (S_ISREG(st.st_mode))
		return add_file(im, fd, top_name(im, text), text, err);
	if (str_empty(im->name))
		return add_folder(im, fd, STR_EMPTY, text, 0, err);
	/* A named folder is one source. */
	begin(im, im->name, text);
	if (add_folder(im, fd, STR_EMPTY, text, 0, err) < 0)
		return -1;
	return build_source_end(im->build, err);
}

static struct import import_init(struct advisory_build *build, str name, str date)
{
	return (struct import){ .build = build,
				.arena = arena_new(),
				.scratch = arena_new(),
				.text = arena_new(),
				.name = name,
				.date = date };
}

static void import_done(struct import *im)
{
	arena_free(im->arena);
	arena_free(im->scratch);
	arena_free(im->text);
}

int advisory_build_add(struct advisory_build *build, const char *path, str name, str date,
		       struct err *err)
{
	struct import im = import_init(build, name, date);
	int failed = add_path(&im, path, err);

	import_done(&im);
	return failed;
}

/* A text that is handed over in one piece. */
static int pull_once(void *data, str *chunk, struct err *err)
{
	str *text = data;

	(void)err;
	if (str_empty(*text))
		return 0;
	*chunk = str_take(*text, 1u << 20);
	*text = str_skip(*text, 1u << 20);
	return 1;
}

int advisory_build_add_text(struct advisory_build *build, str text, str path, str name, str date,
			    struct err *err)
{
	struct import im = import_init(build, name, date);
	int failed;

	begin(&im, name, path);
	build_source_bytes(build, text.p, text.n);
	failed = add_text(&im, pull_once, &text, STR_EMPTY, err);
	if (!failed)
		failed = build_source_end(build, err);
	import_done(&im);
	return failed;
}
