/* SPDX-License-Identifier: Apache-2.0 */
#include "report/secret.h"

#include "report/exception.h"
#include "report/term.h"

#define DIGEST_SHORT 19u /* "sha256:" and 12 digits */

enum severity report_secret_severity(const struct secret_finding *secret)
{
	enum severity severity;

	return severity_from(secret->severity, &severity) ? severity : SEVERITY_UNKNOWN;
}

static bool is_suppressed(const struct report *report, const struct secret_finding *secret,
			  struct suppressed *how)
{
	const struct report_opts *opts = report->opts;
	unsigned shown = opts->severities ? opts->severities : REPORT_ALL;

	if (opts->exceptions)
		how->by = exception_for_secret(opts->exceptions, report->inventory, secret);
	if (how->by)
		how->reason = SUPPRESSED_EXCEPTION;
	else if (!(shown & (1u << report_secret_severity(secret))))
		how->reason = SUPPRESSED_SEVERITY;
	else
		return false;
	return true;
}

void report_secrets_select(struct report *report)
{
	const struct inventory *inventory = report->inventory;
	struct report_secrets *s = &report->secrets;
	size_t *shown = ARENA_ARRAY(report->arena, size_t, inventory->secret_count);
	struct suppressed *suppressed =
		ARENA_ARRAY(report->arena, struct suppressed, inventory->secret_count);

	for (size_t i = 0; i < inventory->secret_count; i++) {
		const struct secret_finding *secret = &inventory->secrets[i];
		struct suppressed how = { .finding = i };

		if (is_suppressed(report, secret, &how)) {
			suppressed[s->suppressed_count++] = how;
			continue;
		}
		shown[s->shown_count++] = i;
		s->by_severity[report_secret_severity(secret)]++;
	}
	s->shown = shown;
	s->suppressed = suppressed;
}

str report_secret_title(enum lang lang, const struct secret_finding *secret)
{
	return lang == LANG_JA ? secret->title_ja : secret->title;
}

str report_secret_remedy(enum lang lang, const struct secret_finding *secret)
{
	static const enum text texts[SECRET_PLACES] = {
		[SECRET_FILE] = TEXT_SECRET_REMEDY_FILE,
		[SECRET_ENVIRONMENT] = TEXT_SECRET_REMEDY_CONFIG,
		[SECRET_LABEL] = TEXT_SECRET_REMEDY_CONFIG,
		[SECRET_HISTORY] = TEXT_SECRET_REMEDY_HISTORY,
		[SECRET_COMMAND] = TEXT_SECRET_REMEDY_CONFIG,
	};

	if (secret->deleted_in >= 0)
		return text_of(lang, TEXT_SECRET_REMEDY_DELETED);
	return text_of(lang, texts[secret->place]);
}

str report_secret_place(struct arena *arena, enum lang lang, const struct secret_finding *secret)
{
	static const enum text texts[SECRET_PLACES] = {
		[SECRET_FILE] = TEXT_SECRET_IN_FILE,
		[SECRET_ENVIRONMENT] = TEXT_SECRET_IN_ENV,
		[SECRET_LABEL] = TEXT_SECRET_IN_LABEL,
		[SECRET_HISTORY] = TEXT_SECRET_IN_HISTORY,
		[SECRET_COMMAND] = TEXT_SECRET_IN_COMMAND,
	};
	str path = secret->path;

	if (secret->line > 0)
		path = str_fmt(arena, "%.*s:%llu", STR_ARG(path), (unsigned long long)secret->line);
	return text_make(arena, lang, texts[secret->place], &path, 1);
}

str report_secret_value(struct arena *arena, enum lang lang, const struct secret_finding *secret)
{
	return TEXT_MAKE(arena, lang, SECRET_VALUE, secret->shown,
			 text_number(arena, secret->length));
}

str report_secret_details(const struct report *report, const struct secret_finding *secret)
{
	const struct inventory *inventory = report->inventory;
	struct arena *arena = report->arena;
	enum lang lang = report->opts->lang;
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, REPORT_MAX_PIECE);
	buf_add(&b, term_safe(arena, report_secret_value(arena, lang, secret)));
	if (secret->layer >= 0 && (size_t)secret->layer < inventory->layer_count) {
		const struct layer_info *layer = &inventory->layers[secret->layer];
		str digest = layer->digest.n ? layer->digest : layer->diff_id;

		BUF_LIT(&b, ", ");
		TEXT_FILL(&b, lang, IN_LAYER, text_number(arena, (uint64_t)secret->layer + 1),
			  text_number(arena, inventory->layer_count),
			  term_safe(arena, str_take(digest, DIGEST_SHORT)));
	}
	if (secret->deleted_in >= 0) {
		BUF_LIT(&b, ", ");
		TEXT_FILL(&b, lang, SECRET_DELETED_IN,
			  text_number(arena, (uint64_t)secret->deleted_in + 1));
	}
	return str_dup(arena, buf_str(&b));
}
