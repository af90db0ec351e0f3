/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/manifest_fix.h"

#include <sys/stat.h>

#include "base/path.h"
#include "cmd/progress.h"
#include "fmt/container/dockerfile_fix.h"
#include "fmt/syntax/text_edit.h"
#include "policy/check.h"
#include "policy/constraint/library.h"
#include "report/misconfiguration.h"

static void begin(struct report_out *out) { (void)out; }
static void end(struct report_out *out) { (void)out; }

static void failed(struct report_out *out, str target, const struct err *why)
{
	(void)out;
	(void)target;
	(void)why; /* the caller has told it */
}

/* What the check is called behind its group; empty: of the user, or about something else. */
static str kind_of(const struct check *check)
{
	static const str group = STR_INIT("seawall.dockerfile.");

	return str_starts(check->package, group) ? str_skip(check->package, group.n) : STR_EMPTY;
}

/* Names the checks that are left, each once. */
static void name_left(struct buf *b, str id)
{
	if (b->n > 0 && str_find(buf_str(b), id) >= 0)
		return;
	if (b->n > 0)
		BUF_LIT(b, ", ");
	buf_add(b, id);
}

static void fix_findings(const struct report *report, str path, const struct dockerfile *file,
			 struct text_edits *edits, struct buf *left, size_t *left_n)
{
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);
		struct dockerfile_fault fault = { .kind = kind_of(m->result->check) };

		if (m->result->verdict != CHECK_FAIL || !str_eq(m->result->path, path))
			continue;
		if (m->finding->line > 0 && m->finding->line <= UINT32_MAX)
			fault.line = (uint32_t)m->finding->line;
		if (fault.kind.n > 0 && fault.line > 0 && dockerfile_fix(file, &fault, edits))
			continue;
		name_left(left, m->result->check->id);
		++*left_n;
	}
}

/* Files of containers: no change of them is known. */
static void tell_left(const struct report *report, str path, const char *name)
{
	AUTO(buf_done)
	struct buf left = { 0 };
	size_t n = 0;

	buf_init(&left, 64u << 10);
	for (size_t i = 0; i < report->checks.shown_count; i++) {
		const struct misconfiguration *m = report_misconfiguration(report, i);

		if (m->result->verdict != CHECK_FAIL || !str_eq(m->result->path, path))
			continue;
		name_left(&left, m->result->check->id);
		n++;
	}
	if (n > 0)
		progress_note(false,
			      TEXT_MAKE(report->arena, report->opts->lang, FIX_LEFT, str_c(name),
					text_number(report->arena, n), buf_str(&left)));
}

static int fix_file(struct report_out *out, const struct report *report, str path, char *name,
		    struct err *err)
{
	struct arena *arena = report->arena;
	AUTO(buf_done)
	struct buf bytes = { 0 };
	AUTO(buf_done)
	struct buf left = { 0 };
	struct text_edits edits = { .arena = arena };
	struct dockerfile file;
	size_t left_n = 0;

	buf_init(&bytes, DOCKERFILE_MAX_BYTES);
	buf_init(&left, 64u << 10);
	if (buf_read_file(&bytes, name, err) < 0 ||
	    dockerfile_parse(buf_str(&bytes), arena, &file, err) < 0)
		return err_wrap(err, "%s", name);
	if (file.text.p < bytes.p || file.text.p > bytes.p + bytes.n)
		return err_set(err, ERR_UNSUPPORTED, "%s: UTF-16: no difference can be written",
			       name);
	edits.text = file.text;
	fix_findings(report, path, &file, &edits, &left, &left_n);
	/* A byte order mark belongs to the first line. */
	size_t mark = (size_t)(file.text.p - bytes.p);
	for (size_t i = 0; i < edits.n; i++)
		edits.items[i].at += mark;
	edits.text = buf_str(&bytes);
	text_edits_settle(&edits);
	text_edits_diff(&edits, str_c(name), &out->buf);
	report_out_step(out);
	if (left_n > 0)
		progress_note(false, TEXT_MAKE(arena, report->opts->lang, FIX_LEFT, str_c(name),
					       text_number(arena, left_n), buf_str(&left)));
	return 0;
}

static void target(struct report_out *out, const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	struct arena *arena = report->arena;
	struct stat st;
	struct err err;
	bool folder = stat(str_cstr(arena, inventory->target), &st) == 0 && S_ISDIR(st.st_mode);

	for (size_t i = 0; i < inventory->document_count; i++) {
		str path = inventory->documents[i].path;
		if (str_eq(inventory->documents[i].kind, STR(LIBRARY_GROUP)))
			continue; /* object_fix has written it */
		str whole = folder ? path_join(arena, inventory->target, path) : inventory->target;

		if (str_starts(whole, STR("./")))
			whole = str_skip(whole, 2);
		if (str_eq(inventory->documents[i].kind, STR("container"))) {
			tell_left(report, path, str_cstr(arena, whole));
			continue;
		}
		if (fix_file(out, report, path, str_cstr(arena, whole), &err) == 0)
			continue;
		progress_note(false, str_c(err.msg));
		if (!out->failed) {
			out->failed = true;
			out->err = err;
		}
	}
}

const struct report_writer manifest_fix_writer = {
	.name = "fix-diff",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
