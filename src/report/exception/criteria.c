/* SPDX-License-Identifier: Apache-2.0 */
#include "report/exception/criteria.h"

#define DIGITS_MAX 9u /* before and behind the point */

bool criteria_number(str text, double max, double *out)
{
	str whole = text, part = STR_EMPTY;
	uint64_t a = 0, b = 0;
	double scale = 1;

	if (str_cut(text, '.', &whole, &part) && part.n == 0)
		return false;
	if (whole.n > DIGITS_MAX || part.n > DIGITS_MAX || !str_u64(whole, &a) ||
	    (part.n > 0 && !str_u64(part, &b)))
		return false;
	for (size_t i = 0; i < part.n; i++)
		scale *= 10;
	*out = (double)a + (double)b / scale;
	return *out <= max;
}

static int take_number(const struct yaml_entry *entry, const char *key, double max, double *out,
		       struct err *err)
{
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n == 0)
		return 0;
	/* A CVSS score has one digit behind the point. */
	ptrdiff_t point = str_find_char(text, '.');
	bool long_score = max > 1 && point >= 0 && (size_t)point + 2 < text.n;
	if (long_score || !criteria_number(text, max, out))
		return err_set(err, ERR_INPUT, "'%s: %.*s' is not a score such as %s", key,
			       STR_ARG(text), max > 1 ? "6.5" : "0.25");
	return 0;
}

int criteria_flag(const struct yaml_entry *entry, const char *key, enum exception_answer *out,
		  struct err *err)
{
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n == 0)
		return 0;
	if (str_eq(text, STR("true")) || str_eq(text, STR("yes")))
		*out = EXCEPTION_YES;
	else if (str_eq(text, STR("false")) || str_eq(text, STR("no")))
		*out = EXCEPTION_NO;
	else
		return err_set(err, ERR_INPUT, "'%s: %.*s' is neither true nor false", key,
			       STR_ARG(text));
	return 0;
}

/* A list, or texts with semicolons between. */
static int take_words(const struct yaml_entry *entry, const char *key, const str **out, size_t *n,
		      struct err *err)
{
	size_t count = 0, cap = 0, given;
	const str *texts;
	str *words = NULL;

	if (yaml_entry_texts(entry, key, &texts, &given, err) < 0)
		return -1;
	for (size_t i = 0; i < given; i++) {
		str rest = texts[i], word;

		while (str_split(&rest, ';', &word)) {
			word = str_trim(word);
			if (word.n == 0)
				continue;
			words = arena_grow(entry->arena, words, count, &cap, sizeof(*words));
			words[count++] = word;
		}
	}
	if (given > 0 && count == 0)
		return err_set(err, ERR_INPUT, "'%s' is empty", key);
	*out = words;
	*n = count;
	return 0;
}

/* Words with a number each: the numbers as bits. */
struct word {
	const char *text;
	unsigned bits;
};

static int take_bits(const struct yaml_entry *entry, const char *key, const struct word *known,
		     size_t known_n, const char *what, unsigned *out, struct err *err)
{
	const str *words;
	size_t n;

	if (take_words(entry, key, &words, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < known_n && !str_ieq(words[i], str_c(known[k].text)))
			k++;
		if (k == known_n)
			return err_set(err, ERR_INPUT, "'%.*s' is not %s", STR_ARG(words[i]), what);
		*out |= known[k].bits;
	}
	return 0;
}

static int take_level(const struct yaml_entry *entry, const char *key, bool below, unsigned *mask,
		      struct err *err)
{
	enum severity level;
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0)
		return -1;
	if (text.n == 0)
		return 0;
	if (!severity_from(text, &level))
		return err_set(err, ERR_INPUT, "'%.*s' is not a severity", STR_ARG(text));
	unsigned all = (1u << (SEVERITY_CRITICAL + 1)) - 1, lower = (1u << level) - 1;
	/* What nobody rated is not below anything. */
	*mask &= below ? lower & ~(1u << SEVERITY_UNKNOWN) : all & ~lower;
	if (*mask == 0)
		return err_set(err, ERR_INPUT, "'%s: %.*s' leaves no severity", key, STR_ARG(text));
	return 0;
}

static int take_severities(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	unsigned all = (1u << (SEVERITY_CRITICAL + 1)) - 1, mask = 0;
	const str *words;
	size_t n;

	if (take_words(entry, "severity", &words, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		enum severity severity;

		if (!severity_from(words[i], &severity))
			return err_set(err, ERR_INPUT, "'%.*s' is not a severity",
				       STR_ARG(words[i]));
		mask |= 1u << severity;
	}
	mask = n ? mask : all;
	if (take_level(entry, "severity_below", true, &mask, err) < 0 ||
	    take_level(entry, "severity_from", false, &mask, err) < 0)
		return -1;
	e->severities = mask == all ? 0 : mask;
	return 0;
}

/* `status` and the older question whether there is a repair. */
static int take_statuses(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	static const enum fix_status all[] = { FIX_AVAILABLE, FIX_NONE_YET, FIX_WILL_NOT,
					       FIX_END_OF_LIFE, FIX_UNDER_REVIEW };
	struct word words[ARRAY_LEN(all)];
	enum exception_answer patchable = EXCEPTION_EITHER;
	unsigned none = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		words[i] = (struct word){ fix_status_name(all[i]), 1u << all[i] };
		none |= all[i] == FIX_AVAILABLE ? 0 : 1u << all[i];
	}
	if (take_bits(entry, "status", words, ARRAY_LEN(all), "a state of a fix", &e->statuses,
		      err) < 0 ||
	    criteria_flag(entry, "patchable", &patchable, err) < 0)
		return -1;
	if (patchable == EXCEPTION_EITHER)
		return 0;
	unsigned wanted = patchable == EXCEPTION_YES ? 1u << FIX_AVAILABLE : none;
	e->statuses = e->statuses ? e->statuses & wanted : wanted;
	if (!e->statuses)
		return err_set(err, ERR_INPUT, "'status' and 'patchable' exclude one another");
	return 0;
}

static int take_subject(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	static const struct word subjects[] = {
		{ "vulnerability", EXCEPTION_VULNERABILITY },
		{ "secret", EXCEPTION_SECRET },
		{ "misconfiguration", EXCEPTION_MISCONFIGURATION },
		{ "licence", EXCEPTION_LICENCE },
		{ "license", EXCEPTION_LICENCE },
	};

	e->subject = 0;
	if (take_bits(entry, "subject", subjects, ARRAY_LEN(subjects), "a subject", &e->subject,
		      err) < 0)
		return -1;
	e->subject = e->subject ? e->subject : EXCEPTION_ANY;
	return 0;
}

static int take_scores(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	if (take_number(entry, "cvss_below", 10, &e->cvss_below, err) < 0 ||
	    take_number(entry, "cvss_from", 10, &e->cvss_from, err) < 0 ||
	    take_number(entry, "epss_below", 1, &e->epss_below, err) < 0 ||
	    take_number(entry, "epss_from", 1, &e->epss_from, err) < 0)
		return -1;
	return criteria_flag(entry, "known_exploited", &e->exploited, err);
}

static int take_kinds(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	static const struct word categories[] = {
		{ "os_package", EXCEPTION_OS_PACKAGE },
		{ "library", EXCEPTION_LIBRARY },
	};
	struct word evidence[FINDING_INFORMATION + 1];

	for (size_t i = 0; i < ARRAY_LEN(evidence); i++)
		evidence[i] = (struct word){ finding_kind_name((enum finding_kind)i), 1u << i };
	if (take_bits(entry, "category", categories, ARRAY_LEN(categories), "a category",
		      &e->categories, err) < 0)
		return -1;
	return take_bits(entry, "evidence", evidence, ARRAY_LEN(evidence), "a kind of evidence",
			 &e->evidence, err);
}

int criteria_take(const struct yaml_entry *entry, struct exception *e, bool *any, struct err *err)
{
	const struct {
		const char *key;
		const str **items;
		size_t *n;
	} lists[] = {
		{ "ids", &e->ids, &e->id_count },
		{ "package", &e->packages, &e->package_count },
		{ "package_version", &e->package_versions, &e->package_version_count },
		{ "package_kind", &e->package_kinds, &e->package_kind_count },
		{ "path", &e->paths, &e->path_count },
		{ "image", &e->images, &e->image_count },
		{ "system", &e->systems, &e->system_count },
		{ "rated_by", &e->ratings, &e->rating_count },
		{ "scope", &e->scopes, &e->scope_count },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (take_words(entry, lists[i].key, lists[i].items, lists[i].n, err) < 0)
			return -1;
		n += lists[i].items == &e->scopes ? 0 : *lists[i].n;
	}
	if (e->id_count == 0) {
		if (take_words(entry, "id", &e->ids, &e->id_count, err) < 0)
			return -1;
		n += e->id_count;
	}
	if (yaml_entry_text(entry, "text", &e->text, err) < 0 ||
	    take_severities(entry, e, err) < 0 || take_statuses(entry, e, err) < 0 ||
	    take_scores(entry, e, err) < 0 || take_kinds(entry, e, err) < 0 ||
	    take_subject(entry, e, err) < 0)
		return -1;
	*any = n > 0 || e->text.n > 0 || e->severities || e->statuses || e->categories ||
	       e->evidence || e->exploited != EXCEPTION_EITHER || e->cvss_below > 0 ||
	       e->cvss_from > 0 || e->epss_below > 0 || e->epss_from > 0;
	return 0;
}
