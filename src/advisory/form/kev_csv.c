/* SPDX-License-Identifier: Apache-2.0 */
/* CISA's catalogue of known exploited vulnerabilities as CSV: a row of column names, then entries.
 */
#include "advisory/csv.h"
#include "advisory/form/form.h"
#include "base/num.h"

#define MAX_COLUMNS 64u

struct columns {
	int cve, name, added, due, ransomware;
};

static bool is(const struct head *head)
{
	str rest = head->text, line;

	return str_line(&rest, &line) && line.n < 4096 && str_find_char(line, '{') < 0 &&
	       str_find(line, STR("cveID")) >= 0 && str_find(line, STR("dateAdded")) >= 0;
}

static void read_names(struct form_run *run, const str *fields, size_t n)
{
	struct columns *columns = ARENA_NEW(run->arena, struct columns);

	columns->cve = csv_column(fields, n, STR("cveID"));
	columns->name = csv_column(fields, n, STR("vulnerabilityName"));
	columns->added = csv_column(fields, n, STR("dateAdded"));
	columns->due = csv_column(fields, n, STR("dueDate"));
	columns->ransomware = csv_column(fields, n, STR("knownRansomwareCampaignUse"));
	run->state = columns;
}

static str field_of(const str *fields, size_t n, int column)
{
	return column >= 0 && (size_t)column < n ? fields[column] : STR_EMPTY;
}

static int run(struct form_run *run, struct err *err)
{
	str fields[MAX_COLUMNS];
	int got = csv_fields(run->item->text, run->scratch, fields, MAX_COLUMNS);
	const struct columns *columns = run->state;
	size_t n = got < 0 ? 0 : size_min((size_t)got, MAX_COLUMNS);
	str cve;

	if (got < 0) {
		form_skip(run, "malformed CSV row", STR_EMPTY);
		return 0;
	}
	if (!columns) {
		read_names(run, fields, n);
		return 0;
	}
	if (str_empty(run->item->text))
		return 0;
	cve = field_of(fields, n, columns->cve);
	if (!is_cve(cve)) {
		form_skip(run, "entry without a CVE", str_take(cve, 60));
		return 0;
	}
	return build_kev(run->build, cve, field_of(fields, n, columns->added),
			 field_of(fields, n, columns->due),
			 str_ieq(field_of(fields, n, columns->ransomware), STR("Known")),
			 field_of(fields, n, columns->name), err);
}

const struct form form_kev_csv = {
	.name = "kev", .is = is, .has_mode = true, .mode = ITEM_CSV, .run = run
};
