/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpmdb.h"

#include "fmt/system/rpmdb_internal.h"

static const struct rpmdb_form *const forms[] = { &rpmdb_sqlite, &rpmdb_bdb, &rpmdb_ndb };

static str where_of(uint64_t id, char *buffer, size_t size)
{
	int n = snprintf(buffer, size, "header %llu", (unsigned long long)id);

	return str_of(buffer, n > 0 ? (size_t)n : 0);
}

static int count(struct rpmdb_out *out, struct err *err)
{
	if (++out->headers > RPMDB_MAX_HEADERS)
		return err_set(err, ERR_LIMIT, "more than %u headers", RPMDB_MAX_HEADERS);
	return 0;
}

static void note_first(struct rpmdb_out *out, const struct err *err)
{
	if (out->first.kind == ERR_NONE)
		out->first = *err;
}

int rpmdb_lost(struct rpmdb_out *out, uint64_t id, const char *reason, struct err *err)
{
	char buffer[48];
	struct err lost;

	if (count(out, err) < 0)
		return -1;
	err_set(&lost, ERR_INPUT, "header %llu: %s", (unsigned long long)id, reason);
	note_first(out, &lost);
	out->sink->skipped(out->sink, reason, where_of(id, buffer, sizeof(buffer)));
	arena_reset(out->arena);
	return 0;
}

/* A sink that remembers that it failed, to tell its failure from that of a header. */
struct guarded_sink {
	struct package_sink sink; /* first */
	struct package_sink *inner;
	bool failed;
};

static int guarded_add(struct package_sink *sink, const struct package *package, struct err *err)
{
	struct guarded_sink *guarded = (struct guarded_sink *)sink;
	int result = guarded->inner->add(guarded->inner, package, err);

	guarded->failed = result < 0;
	return result;
}

static void guarded_skipped(struct package_sink *sink, const char *reason, str where)
{
	struct guarded_sink *guarded = (struct guarded_sink *)sink;

	guarded->inner->skipped(guarded->inner, reason, where);
}

int rpmdb_header(struct rpmdb_out *out, uint64_t id, str blob, struct err *err)
{
	struct guarded_sink guarded = { .sink = { .add = guarded_add, .skipped = guarded_skipped },
					.inner = out->sink };
	char buffer[48];
	str where = where_of(id, buffer, sizeof(buffer));

	if (count(out, err) < 0)
		return -1;
	int result = rpm_header_emit(blob, out->path, where, out->arena, &guarded.sink, err);

	arena_reset(out->arena);
	if (result >= 0) {
		out->readable++;
		return 0;
	}
	if (guarded.failed)
		return -1;
	err_wrap(err, "%.*s", STR_ARG(where));
	note_first(out, err);
	out->sink->skipped(out->sink, "malformed rpm header", where);
	return 0;
}

int rpmdb_read(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct rpmdb_out out = { .sink = sink, .path = file->path, .arena = arena };
	char head[RPMDB_PROBE_BYTES];
	size_t n = file->size < sizeof(head) ? (size_t)file->size : sizeof(head);
	const struct rpmdb_form *form = NULL;

	if (file_view_pread(file, head, n, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(forms) && !form; i++) {
		if (forms[i]->probe(str_of(head, n)))
			form = forms[i];
	}
	/* A fresh SQLite database may have everything in its log still. */
	if (!form && n == 0 && file->companion)
		form = &rpmdb_sqlite;
	if (!form)
		return err_set(err, ERR_INPUT,
			       "not an rpm database (SQLite, Berkeley DB hash or NDB)");
	if (form->read(file, &out, err) < 0)
		return err_wrap(err, "rpm database (%s)", form->name);
	if (out.headers > 0 && out.readable == 0) {
		*err = out.first;
		return err_wrap(err, "rpm database (%s)", form->name);
	}
	return 0;
}

int rpmdb_check_journal(const struct file_view *file, struct err *err)
{
	/* SQLite, "Database File Format", 3: the rollback journal. */
	static const char magic[] = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
	char head[sizeof(magic) - 1];

	if (file->size < sizeof(head))
		return 0;
	if (file_view_pread(file, head, sizeof(head), 0, err) < 0)
		return -1;
	if (memcmp(head, magic, sizeof(head)) != 0)
		return 0;
	return err_set(
		err, ERR_UNSUPPORTED,
		"a change of the database was interrupted: its rollback journal is not read");
}
