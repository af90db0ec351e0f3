/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OVAL definitions of Oracle Linux: <definition> with title, platform, CVEs, and criteria whose
 * comments say all that matters: "bind is earlier than 32:9.11-5.el8", "Module nodejs:18 is
 * enabled", "Oracle Linux arch is x86_64".
 */
#include "advisory/form/erratum.h"
#include "fmt/syntax/xml.h"

static bool is(const struct head *head)
{
	return str_starts(head->text, STR("<")) &&
	       str_find(head->text, STR("<oval_definitions")) >= 0 &&
	       str_find(head->text, STR("Oracle Linux")) >= 0;
}

#define MAX_DEPTH 64u

struct reading {
	struct erratum *erratum;
	str platform;
	str arch[MAX_DEPTH], module[MAX_DEPTH]; /* of the criteria at that depth and inside */
	size_t others;				/* builds of another line */
};

static void add_package(struct reading *r, str name, str version, const struct xml_element *e)
{
	struct erratum_package package = { .name = name, .version = version };

	for (unsigned i = 0; i < e->depth && i < MAX_DEPTH; i++) {
		if (!str_empty(r->arch[i]))
			package.arch = r->arch[i];
		if (!str_empty(r->module[i]))
			package.module = r->module[i];
	}
	/* Kernels and libraries that are patched while they run, and validated ones, have versions
	 * of their own. */
	if (str_find(version, STR(".ksplice")) >= 0 || str_find(version, STR("_fips")) >= 0) {
		r->others++;
		return;
	}
	package.ecosystem = r->platform;
	erratum_add_package(r->erratum, &package);
}

static void criterion(struct reading *r, const struct xml_element *e)
{
	static const str earlier = STR_INIT(" is earlier than "), arch = STR_INIT(" arch is "),
			 enabled = STR_INIT(" is enabled");
	str comment = str_trim(xml_attribute(e, STR("comment")));
	ptrdiff_t at = str_find(comment, earlier);
	unsigned level = e->depth - 1 < MAX_DEPTH ? e->depth - 1 : MAX_DEPTH - 1;

	if (at > 0)
		add_package(r, str_take(comment, (size_t)at),
			    str_skip(comment, (size_t)at + earlier.n), e);
	else if ((at = str_find(comment, arch)) >= 0)
		r->arch[level] = str_dup(r->erratum->arena, str_skip(comment, (size_t)at + arch.n));
	else if (str_starts(comment, STR("Module ")) && str_ends(comment, enabled))
		r->module[level] =
			str_dup(r->erratum->arena, str_skip(str_drop_end(comment, enabled.n), 7));
}

static int start(void *context, const struct xml_element *e, struct err *err)
{
	struct reading *r = context;

	(void)err;
	if (str_eq(e->name, STR("criteria")) && e->depth < MAX_DEPTH) {
		r->arch[e->depth] = STR_EMPTY;
		r->module[e->depth] = STR_EMPTY;
	} else if (str_eq(e->name, STR("criterion"))) {
		criterion(r, e);
	} else if (str_eq(e->name, STR("reference"))) {
		str id = xml_attribute(e, STR("ref_id"));

		if (str_ieq(xml_attribute(e, STR("source")), STR("CVE")))
			erratum_add_cve(r->erratum, id);
		else if (str_empty(r->erratum->record.id))
			r->erratum->record.id = str_dup(r->erratum->arena, id);
	} else if (str_eq(e->name, STR("issued"))) {
		r->erratum->record.published =
			form_date(xml_attribute(e, STR("date")), r->erratum->arena);
		r->erratum->record.modified = r->erratum->record.published;
	}
	return 0;
}

static int end(void *context, const struct xml_element *e, str text, struct err *err)
{
	struct reading *r = context;
	struct arena *arena = r->erratum->arena;
	struct record *record = &r->erratum->record;

	(void)err;
	text = str_trim(text);
	if (str_eq(e->name, STR("title")))
		record->summary = str_dup(arena, text);
	else if (str_eq(e->name, STR("description")))
		record->details = str_dup(arena, text);
	else if (str_eq(e->name, STR("severity")))
		record->word = str_dup(arena, text);
	else if (str_eq(e->name, STR("cve")))
		erratum_add_cve(r->erratum, text);
	else if (str_eq(e->name, STR("platform")) && str_starts(text, STR("Oracle Linux ")))
		r->platform = str_fmt(arena, "Oracle Linux:%.*s", STR_ARG(str_skip(text, 13)));
	return 0;
}

static int run(struct form_run *run, struct err *err)
{
	struct reading *r = ARENA_NEW(run->scratch, struct reading);
	const struct xml_handler handler = { .context = r, .start = start, .end = end };
	struct err why;

	r->erratum = erratum_new(run->scratch);
	if (run->item->cut || xml_read(run->item->text, &handler, &why) < 0) {
		form_skip(run, "malformed XML", run->item->cut ? STR("cut off") : str_c(why.msg));
		return 0;
	}
	if (str_empty(r->platform)) {
		form_skip(run, "entry without a release", r->erratum->record.id);
		return 0;
	}
	if (r->others > 0 && r->erratum->package_count == 0) {
		form_skip_harmless(run, "about builds of another line (ksplice, fips)",
				   r->erratum->record.id);
		return 0;
	}
	r->erratum->record.rater = STR("oracle");
	return erratum_put(r->erratum, run, err);
}

const struct form form_oval = {
	.name = "oval", .is = is, .has_mode = true, .mode = ITEM_XML, .run = run
};
