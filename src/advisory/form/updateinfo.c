/* SPDX-License-Identifier: Apache-2.0 */
/*
 * updateinfo.xml of a repository of Amazon Linux: <update> with id, severity, references of type
 * "cve" and packages. The release shows in that of the packages (".amzn2023").
 */
#include "advisory/form/erratum.h"
#include "fmt/syntax/xml.h"

static bool is(const struct head *head)
{
	return str_starts(head->text, STR("<")) && str_find(head->text, STR("<updates")) >= 0 &&
	       str_find(head->text, STR("<update ")) >= 0;
}

static const struct {
	const char *mark, *ecosystem;
} releases[] = {
	{ ".amzn1", "Amazon Linux:2018.03" },
	{ ".amzn2.", "Amazon Linux:2" },
	{ ".amzn2023", "Amazon Linux:2023" },
};

struct reading {
	struct erratum *erratum;
};

static str ecosystem_of(str release)
{
	for (size_t i = 0; i < ARRAY_LEN(releases); i++) {
		if (str_find(release, str_c(releases[i].mark)) >= 0)
			return str_c(releases[i].ecosystem);
	}
	return str_ends(release, STR(".amzn2")) ? STR("Amazon Linux:2") : STR_EMPTY;
}

static int start(void *context, const struct xml_element *element, struct err *err)
{
	struct reading *r = context;
	struct arena *arena = r->erratum->arena;

	(void)err;
	if (str_eq(element->name, STR("reference"))) {
		if (str_ieq(xml_attribute(element, STR("type")), STR("cve")))
			erratum_add_cve(r->erratum, xml_attribute(element, STR("id")));
	} else if (str_eq(element->name, STR("issued"))) {
		r->erratum->record.published =
			form_date(xml_attribute(element, STR("date")), arena);
	} else if (str_eq(element->name, STR("updated"))) {
		r->erratum->record.modified = form_date(xml_attribute(element, STR("date")), arena);
	} else if (str_eq(element->name, STR("package"))) {
		str epoch = xml_attribute(element, STR("epoch"));
		str version = xml_attribute(element, STR("version"));
		str release = xml_attribute(element, STR("release"));
		str arch = xml_attribute(element, STR("arch"));
		struct erratum_package package = {
			.ecosystem = ecosystem_of(release),
			.name = xml_attribute(element, STR("name")),
			.arch = str_eq(arch, STR("noarch")) ? STR_EMPTY : arch,
		};

		package.version =
			str_empty(epoch) || str_eq(epoch, STR("0"))
				? str_fmt(arena, "%.*s-%.*s", STR_ARG(version), STR_ARG(release))
				: str_fmt(arena, "%.*s:%.*s-%.*s", STR_ARG(epoch), STR_ARG(version),
					  STR_ARG(release));
		if (!str_empty(package.ecosystem) && !str_empty(package.name) &&
		    !str_empty(version) && !str_eq(arch, STR("src")))
			erratum_add_package(r->erratum, &package);
	}
	return 0;
}

static int end(void *context, const struct xml_element *element, str text, struct err *err)
{
	struct reading *r = context;
	struct record *record = &r->erratum->record;
	const struct {
		const char *name;
		str *out;
	} texts[] = {
		{ "id", &record->id },
		{ "title", &record->summary },
		{ "description", &record->details },
		{ "severity", &record->word },
	};

	(void)err;
	for (size_t i = 0; i < ARRAY_LEN(texts) && element->depth == 2; i++) {
		if (str_eq(element->name, str_c(texts[i].name)))
			*texts[i].out = str_dup(r->erratum->arena, str_trim(text));
	}
	return 0;
}

static int run(struct form_run *run, struct err *err)
{
	struct reading reading = { .erratum = erratum_new(run->scratch) };
	const struct xml_handler handler = { .context = &reading, .start = start, .end = end };
	struct err why;

	if (run->item->cut || xml_read(run->item->text, &handler, &why) < 0) {
		form_skip(run, "malformed XML", run->item->cut ? STR("cut off") : str_c(why.msg));
		return 0;
	}
	reading.erratum->record.rater = STR("amazon");
	return erratum_put(reading.erratum, run, err);
}

const struct form form_updateinfo = {
	.name = "updateinfo", .is = is, .has_mode = true, .mode = ITEM_XML, .run = run
};
