/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/map.h"
#include "report/exception.h"
#include "report/licence.h"
#include "report/misconfiguration.h"
#include "report/secret.h"

#define X(row) extern const struct report_writer report_writer_##row;
#include "report_writer_table.h"
#undef X

static const struct report_writer *const writers[] = {
#define X(row) &report_writer_##row,
#include "report_writer_table.h"
#undef X
};

const struct report_writer *report_writer_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		if (str_eq(name, str_c(writers[i]->name)))
			return writers[i];
	}
	return NULL;
}

const char *report_status_name(enum report_status status)
{
	static const char *const names[] = {
		[REPORT_ASSESSED] = "assessed",
		[REPORT_PARTLY_READ] = "partly_read",
		[REPORT_NOT_APPLICABLE] = "not_applicable",
	};

	return names[status];
}

const char *statement_name(enum statement statement)
{
	static const char *const names[] = {
		[STATEMENT_VULNERABLE] = "vulnerable",
		[STATEMENT_NONE_COUNTING] = "none_counting",
		[STATEMENT_NONE_KNOWN] = "none_known",
		[STATEMENT_NONE] = "no_statement",
	};

	return names[statement];
}

const char *suppression_name(enum suppression reason)
{
	static const char *const names[] = {
		[SUPPRESSED_EXCEPTION] = "exception", [SUPPRESSED_SEVERITY] = "severity",
		[SUPPRESSED_UNFIXED] = "unfixed",     [SUPPRESSED_DEV] = "dev",
		[SUPPRESSED_IGNORED] = "ignored",     [SUPPRESSED_ALLOWED] = "allowed",
	};

	return names[reason];
}

const struct layer_info *report_layer(const struct report *report, const struct package *package)
{
	const struct inventory *inventory = report->inventory;

	if (package->layer < 0 || (size_t)package->layer >= inventory->layer_count)
		return NULL;
	return &inventory->layers[package->layer];
}

bool report_has_unread(const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		if (inventory->not_examined[i].kind != ERR_NONE)
			return true;
	}
	return false;
}

static void tally_add(struct tally *tally, const struct finding *finding)
{
	tally->by_severity[finding->severity]++;
	tally->total++;
	tally->fixable += finding->status == FIX_AVAILABLE;
	tally->kev += finding->kev;
}

/* What is installed is there, whatever it was meant for. */
bool report_only_for_dev(const struct package *package)
{
	return package->dev && package->form != PACKAGE_INSTALLED;
}

static bool is_suppressed(const struct report *report, const struct finding *finding,
			  struct suppressed *how)
{
	const struct report_opts *opts = report->opts;
	unsigned shown = opts->severities ? opts->severities : REPORT_ALL;

	if (opts->exceptions)
		how->by = exception_for(opts->exceptions, report->inventory, finding);
	if (!how->by)
		how->by = finding->hidden;
	if (how->by)
		how->reason = SUPPRESSED_EXCEPTION;
	else if (!opts->include_dev && report_only_for_dev(report_package(report, finding)))
		how->reason = SUPPRESSED_DEV;
	else if (!(shown & (1u << finding->severity)))
		how->reason = SUPPRESSED_SEVERITY;
	else if (opts->ignore_unfixed && finding->status != FIX_AVAILABLE)
		how->reason = SUPPRESSED_UNFIXED;
	else
		return false;
	return true;
}

static void select_findings(struct report *report)
{
	const struct match_result *match = report->match;
	size_t *shown = ARENA_ARRAY(report->arena, size_t, match->finding_count);
	struct suppressed *suppressed =
		ARENA_ARRAY(report->arena, struct suppressed, match->finding_count);
	struct tally *layers =
		ARENA_ARRAY(report->arena, struct tally, report->inventory->layer_count);

	for (size_t i = 0; i < match->finding_count; i++) {
		const struct finding *finding = &match->findings[i];
		const struct package *package = report_package(report, finding);
		struct suppressed how = { .finding = i };

		if (is_suppressed(report, finding, &how)) {
			suppressed[report->suppressed_count++] = how;
			report->excepted_count += how.by != NULL;
			continue;
		}
		shown[report->shown_count++] = i;
		tally_add(&report->tally, finding);
		if (report_layer(report, package))
			tally_add(&layers[package->layer], finding);
		else
			tally_add(&report->no_layer_tally, finding);
	}
	report->shown = shown;
	report->suppressed = suppressed;
	report->layer_tally = layers;
}

/* What makes two packages one group. */
static str group_key(const struct report *report, const struct report_group *group,
		     const struct package *package)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REPORT_MAX_PIECE);
	str source = package_source_name(package);
	buf_fmt(&b, "%.*s\n%.*s\n%.*s\n%.*s\n%d\n", STR_ARG(package->kind), STR_ARG(source),
		STR_ARG(package->version), STR_ARG(package->path), package->layer);
	for (size_t i = 0; i < group->finding_count; i++) {
		const struct finding *finding = report_finding(report, group->findings[i]);

		buf_fmt(&b, "%.*s\t%.*s\t%d\t%d\n", STR_ARG(finding->id), STR_ARG(finding->fixed),
			(int)finding->status, (int)finding->severity);
	}
	/* Two hashes, one of them with a key nobody knows, stand for the text. */
	return str_fmt(report->arena, "%016llx%016llx", (unsigned long long)hash_keyed(buf_str(&b)),
		       (unsigned long long)siphash(buf_str(&b), 1, 2));
}

static const size_t *append(struct arena *arena, const size_t *items, size_t *n, size_t *cap,
			    size_t value)
{
	/* The array is ours; only what others see of it is const. */
	size_t *grown = arena_grow(arena, (void *)(uintptr_t)items, *n, cap, sizeof(*items));

	grown[(*n)++] = value;
	return grown;
}

/* One group per affected package, in the order of the findings. */
static struct report_group *groups_of_packages(struct report *report, size_t *count)
{
	size_t packages = report->inventory->package_count;
	size_t *place = ARENA_ARRAY(report->arena, size_t, packages); /* 1 + index of its group */
	struct report_group *groups = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < report->shown_count; i++) {
		size_t package = report_finding(report, report->shown[i])->package;

		if (place[package] == 0) {
			groups = arena_grow(report->arena, groups, n, &cap, sizeof(*groups));
			groups[n] = (struct report_group){ 0 };
			groups[n].packages = append(report->arena, NULL, &groups[n].package_count,
						    &groups[n].package_cap, package);
			place[package] = ++n;
		}
		struct report_group *group = &groups[place[package] - 1];
		group->findings = append(report->arena, group->findings, &group->finding_count,
					 &group->finding_cap, report->shown[i]);
	}
	*count = n;
	return groups;
}

static void make_groups(struct report *report)
{
	size_t count, kept = 0;
	struct report_group *groups = groups_of_packages(report, &count);
	struct map by_key;

	report->affected_packages = count;
	map_init(&by_key, report->arena);
	for (size_t i = 0; i < count; i++) {
		const struct package *package = &report->inventory->packages[groups[i].packages[0]];
		void **slot = map_slot(&by_key, group_key(report, &groups[i], package));

		if (*slot) {
			struct report_group *group = *slot;
			group->packages =
				append(report->arena, group->packages, &group->package_count,
				       &group->package_cap, groups[i].packages[0]);
			continue;
		}
		groups[kept] = groups[i];
		*slot = &groups[kept++];
	}
	report->groups = groups;
	report->group_count = kept;
}

/* The reason of the first thing that could not be read, with the number of such lines. */
static str unread_reason(const struct report *report)
{
	const struct inventory *inventory = report->inventory;
	const struct not_examined *first = NULL;
	enum lang lang = report->opts->lang;
	uint64_t more = 0;

	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		if (inventory->not_examined[i].kind == ERR_NONE)
			continue;
		if (!first)
			first = &inventory->not_examined[i];
		else
			more += inventory->not_examined[i].count;
	}
	if (!first)
		return STR_EMPTY;
	str what = text_phrase(report->arena, lang, first->what);
	str reason = text_phrase(report->arena, lang, first->reason);
	str line = str_fmt(report->arena, "%.*s%s%.*s: %.*s", STR_ARG(what),
			   first->path.n ? " " : "", STR_ARG(first->path), STR_ARG(reason));
	if (more > 0)
		line = str_cat(report->arena, line,
			       TEXT_MAKE(report->arena, lang, AND_MORE,
					 str_fmt(report->arena, "%llu", (unsigned long long)more)));
	return line;
}

/* How many kinds could be looked up, and how many with packages in them could not. */
static void count_coverage(const struct match_result *match, size_t *with, size_t *without,
			   str *reason)
{
	*with = *without = 0;
	*reason = STR_EMPTY;
	for (size_t i = 0; i < match->coverage_count; i++) {
		const struct coverage *coverage = &match->coverage[i];

		if (coverage->status != COVERAGE_NOT_APPLICABLE) {
			(*with)++;
			continue;
		}
		*without += coverage->packages > 0 || coverage->kind.n == 0;
		if (reason->n == 0)
			*reason = coverage->reason;
	}
}

static void judge(struct report *report)
{
	const struct match_result *match = report->match;
	const struct inventory *inventory = report->inventory;
	enum lang lang = report->opts->lang;
	size_t with, without;
	str coverage_reason;

	count_coverage(match, &with, &without, &coverage_reason);
	coverage_reason = text_phrase(report->arena, lang, coverage_reason);
	str unread = unread_reason(report);
	if (inventory->kinds_read_count == 0 || inventory->package_count == 0 || with == 0) {
		report->status = REPORT_NOT_APPLICABLE;
		report->reason = coverage_reason.n ? coverage_reason : unread;
		if (report->reason.n == 0)
			report->reason = text_of(lang, inventory->kinds_read_count == 0
							       ? TEXT_NO_PACKAGE_DATA
							       : TEXT_NO_PACKAGES);
	} else if (without > 0 || unread.n > 0) {
		report->status = REPORT_PARTLY_READ;
		report->reason = unread.n ? unread : coverage_reason;
	}
	bool essentials = match->essentials_only || report->database->essentials_only;
	if (match->finding_count > report->excepted_count)
		report->statement = STATEMENT_VULNERABLE;
	else if (report->status != REPORT_ASSESSED || essentials)
		report->statement = STATEMENT_NONE;
	else if (report->excepted_count > 0)
		report->statement = STATEMENT_NONE_COUNTING;
	else
		report->statement = STATEMENT_NONE_KNOWN;
}

/* Nothing is said of vulnerabilities: that no package was read does not matter. */
static void judge_without_match(struct report *report)
{
	const struct inventory *inventory = report->inventory;

	report->statement = STATEMENT_NONE;
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *item = &inventory->not_examined[i];

		if (item->kind == ERR_NONE || str_eq(item->what, STR("package database")))
			continue;
		report->status = REPORT_PARTLY_READ;
		report->reason = unread_reason(report);
		return;
	}
}

bool report_is_foreign(const struct report *report)
{
	const struct match_result *match = report->match;

	for (size_t i = 0; i < match->import_count; i++) {
		if (match->imports[i].own)
			return false;
	}
	return match->import_count > 0;
}

/* What others say of a target does not prove that nothing else is there. */
static void judge_imported(struct report *report)
{
	const struct match_result *match = report->match;
	str unread = unread_reason(report);

	report->status = unread.n ? REPORT_PARTLY_READ : REPORT_ASSESSED;
	report->reason = unread;
	if (report_is_foreign(report)) {
		report->status = REPORT_PARTLY_READ;
		report->reason = text_of(report->opts->lang, TEXT_IMPORTED_ONLY);
	}
	report->statement = match->finding_count > report->excepted_count ? STATEMENT_VULNERABLE
									  : STATEMENT_NONE;
}

void report_make(struct report *report, const struct report_opts *opts,
		 const struct inventory *inventory, const struct match_result *match,
		 const struct check_results *checks, const struct advisory_info *database,
		 struct arena *arena)
{
	*report = (struct report){
		.opts = opts,
		.inventory = inventory,
		.match = match,
		.database = database,
		.arena = arena,
	};
	if (opts->exceptions)
		exception_set_target(opts->exceptions, inventory, arena);
	select_findings(report);
	report_secrets_select(report);
	report_checks_select(report, checks);
	report_licences_select(report);
	make_groups(report);
	if (match->import_count > 0)
		judge_imported(report);
	else if (opts->no_vulnerabilities)
		judge_without_match(report);
	else
		judge(report);
	report_checks_judge(report);
	if (opts->gate)
		gate_judge(opts->gate, report, opts->now, &report->gate);
}

size_t report_count_from(const struct report *report, enum severity level)
{
	size_t n = 0;

	for (size_t s = level; s < REPORT_SEVERITIES; s++)
		n += report->tally.by_severity[s] + report->secrets.by_severity[s] +
		     report->checks.by_severity[s] + report->licences.by_severity[s];
	return n;
}

size_t report_warnings(const struct report *report, str out[REPORT_WARNINGS_MAX])
{
	const struct advisory_info *db = report->database;
	const struct match_result *match = report->match;
	enum lang lang = report->opts->lang;
	size_t n = 0;

	if (report->status == REPORT_NOT_APPLICABLE)
		out[n++] = text_of(lang, TEXT_WARN_NOT_APPLICABLE);
	if (report->status == REPORT_PARTLY_READ)
		out[n++] = text_of(lang, TEXT_WARN_PARTLY);
	if (report->checks.results && !report->inventory->facts_gathered &&
	    report->inventory->document_count == 0)
		out[n++] = text_of(lang, TEXT_CHECKS_BLIND);
	if (report->checks.verdicts[CHECK_ERROR] > 0)
		out[n++] =
			TEXT_MAKE(report->arena, lang, WARN_CHECKS,
				  text_number(report->arena, report->checks.verdicts[CHECK_ERROR]));
	if (report->opts->no_vulnerabilities || report_is_foreign(report))
		return n;
	if (match->essentials_only || db->essentials_only)
		out[n++] = text_of(lang, TEXT_WARN_ESSENTIALS);
	else if (db->stale && db->date.n < 10)
		out[n++] = text_of(lang, TEXT_WARN_UNDATED);
	else if (db->stale)
		out[n++] = TEXT_MAKE(report->arena, lang, WARN_STALE, str_take(db->date, 10),
				     str_fmt(report->arena, "%d", ADVISORY_AGE_WARNING));
	if (match->end_of_life && match->eol_date.n > 0)
		out[n++] = TEXT_MAKE(report->arena, lang, WARN_END_OF_LIFE_DATE, match->eol_date);
	else if (match->end_of_life)
		out[n++] = text_of(lang, TEXT_WARN_END_OF_LIFE);
	return n;
}

void report_out_init(struct report_out *out, const struct report_opts *opts,
		     int (*write)(void *context, str bytes, struct err *err), void *context)
{
	*out = (struct report_out){ .opts = opts, .write = write, .context = context };
	buf_init(&out->buf, REPORT_MAX_PIECE);
	json_writer_init(&out->json, &out->buf, 2);
}

void report_out_done(struct report_out *out) { buf_done(&out->buf); }

static void hand_on(struct report_out *out)
{
	if (!out->failed && out->buf.overflow) {
		err_set(&out->err, ERR_LIMIT, "report: a piece of more than %u bytes",
			REPORT_MAX_PIECE);
		out->failed = true;
	}
	if (!out->failed && out->buf.n > 0 &&
	    out->write(out->context, buf_str(&out->buf), &out->err) < 0)
		out->failed = true;
	buf_reset(&out->buf);
}

void report_out_step(struct report_out *out)
{
	if (!out->hold && (out->buf.n >= REPORT_CHUNK || out->buf.overflow))
		hand_on(out);
}

int report_out_flush(struct report_out *out, struct err *err)
{
	hand_on(out);
	if (!out->failed)
		return 0;
	*err = out->err;
	return -1;
}

str report_fingerprint(const struct report *report, const struct finding *finding)
{
	const struct package *package = report_package(report, finding);
	const struct inventory *inventory = report->inventory;
	str place = inventory->repository.n ? inventory->repository : inventory->target;
	str text = str_fmt(report->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
			   STR_ARG(inventory->registry), STR_ARG(place), STR_ARG(package->kind),
			   STR_ARG(package->name), STR_ARG(package->path), STR_ARG(finding->id));

	return str_fmt(report->arena, "%016llx%016llx", (unsigned long long)siphash(text, 1, 2),
		       (unsigned long long)siphash(text, 3, 4));
}
