/* SPDX-License-Identifier: Apache-2.0 */
#include "report/advice.h"

#include "advisory/essentials.h"
#include "advisory/version/version.h"

#define TITLE_MAX_BYTES 200u /* of a sentence taken from a description */

str advice_severity(enum lang lang, enum severity severity)
{
	static const enum text texts[REPORT_SEVERITIES] = {
		[SEVERITY_UNKNOWN] = TEXT_SEVERITY_UNKNOWN,
		[SEVERITY_NEGLIGIBLE] = TEXT_SEVERITY_NEGLIGIBLE,
		[SEVERITY_LOW] = TEXT_SEVERITY_LOW,
		[SEVERITY_MEDIUM] = TEXT_SEVERITY_MEDIUM,
		[SEVERITY_HIGH] = TEXT_SEVERITY_HIGH,
		[SEVERITY_CRITICAL] = TEXT_SEVERITY_CRITICAL,
	};

	return text_of(lang, texts[severity]);
}

str advice_status(enum lang lang, enum fix_status status)
{
	static const enum text texts[] = {
		[FIX_AVAILABLE] = TEXT_FIX_AVAILABLE,
		[FIX_NONE_YET] = TEXT_FIX_NONE_YET,
		[FIX_WILL_NOT] = TEXT_FIX_WILL_NOT,
		[FIX_END_OF_LIFE] = TEXT_FIX_END_OF_LIFE,
		[FIX_UNDER_REVIEW] = TEXT_FIX_UNDER_REVIEW,
	};

	return text_of(lang, texts[status]);
}

static bool is_plain(str s, bool folders)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !memchr("._+~:@^-", s.p[i], 8) &&
		    !(folders && s.p[i] == '/'))
			return false;
	}
	return s.n > 0 && s.p[0] != '-';
}

/* Names of these have folders; elsewhere a '/' makes a name a folder or a place in the network. */
static bool has_folders(const struct package *package)
{
	str name = package->name;
	bool inner = name.n > 0 && is_alnum(name.p[0]);

	if (str_eq(package->kind, STR("npm")))
		return name.n > 0 && name.p[0] == '@' &&
		       str_find_char(name, '/') == str_rfind_char(name, '/');
	return inner &&
	       (str_eq(package->kind, STR("golang")) || str_eq(package->kind, STR("composer")) ||
		str_eq(package->kind, STR("swift"))); /* its command does not name it */
}

str advice_upgrade(const struct package *package, const struct finding *finding)
{
	if (!is_plain(package->name, has_folders(package)) || !is_plain(finding->fixed, false))
		return STR_EMPTY;
	return finding->upgrade;
}

bool advice_fix_is_later(const struct finding *a, const struct finding *b)
{
	const struct version_scheme *scheme = version_scheme_for_ecosystem(a->ecosystem);

	return scheme && scheme->compare(a->fixed, b->fixed) > 0;
}

str advice_remedy(struct arena *arena, enum lang lang, const struct package *package,
		  const struct finding *finding)
{
	str text;

	switch (finding->status) {
	case FIX_NONE_YET:
		return TEXT_MAKE(arena, lang, REMEDY_NONE_YET, package->name);
	case FIX_WILL_NOT:
		return TEXT_MAKE(arena, lang, REMEDY_WILL_NOT, package->name);
	case FIX_END_OF_LIFE:
		return TEXT_MAKE(arena, lang, REMEDY_END_OF_LIFE, package->name);
	case FIX_UNDER_REVIEW:
		return TEXT_MAKE(arena, lang, REMEDY_UNDER_REVIEW, package->name);
	case FIX_AVAILABLE:
		break;
	}
	if (finding->fixed.n == 0)
		text = TEXT_MAKE(arena, lang, REMEDY_REBUILD, package->name);
	else
		text = TEXT_MAKE(arena, lang, REMEDY_UPGRADE, package->name, package->version,
				 finding->fixed);
	str command = advice_upgrade(package, finding);
	if (command.n > 0)
		text = str_cat(arena, text, TEXT_MAKE(arena, lang, REMEDY_COMMAND, command));
	return text;
}

str advice_title(enum lang lang, const struct finding *finding)
{
	str text = lang == LANG_JA ? essentials_title_ja(finding->id) : STR_EMPTY;

	if (text.n == 0)
		text = str_trim(finding->title);
	if (text.n > 0)
		return text;
	text = str_trim(finding->description);
	for (size_t i = 0; i < text.n && i < TITLE_MAX_BYTES; i++) {
		if (text.p[i] == '\n' ||
		    (text.p[i] == '.' && i + 1 < text.n && is_space(text.p[i + 1])))
			return str_take(text, i);
	}
	if (text.n > TITLE_MAX_BYTES) {
		size_t n = TITLE_MAX_BYTES;

		while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
			n--;
		return str_take(text, n);
	}
	return text.n > 0 ? text : finding->id;
}

double advice_score(const struct finding *finding)
{
	double best = -1;

	for (size_t i = 0; i < finding->cvss_count; i++) {
		if (finding->cvss[i].base > best)
			best = finding->cvss[i].base;
	}
	return best;
}

/* Value of a metric of a vector ("AV:N/AC:L"): its first letter, or 0. */
static char metric(str vector, const char *name)
{
	str piece, key, value;

	while (str_split(&vector, '/', &piece)) {
		if (str_cut(piece, ':', &key, &value) && str_eq(key, str_c(name)) && value.n > 0)
			return value.p[0];
	}
	return 0;
}

/* How a version of CVSS calls what we ask for. */
struct vector_names {
	const char *version, *privileges, *user, *read, *write, *stop;
};

static const struct vector_names vector_names[] = {
	{ "4.0", "PR", "UI", "VC", "VI", "VA" },
	{ "3.1", "PR", "UI", "C", "I", "A" },
	{ "3.0", "PR", "UI", "C", "I", "A" },
	{ "2.0", "Au", "-", "C", "I", "A" },
};

static void put_effect(struct buf *b, enum lang lang, bool *any, bool has, enum text text)
{
	if (!has)
		return;
	if (*any)
		TEXT_ADD(b, lang, IMPACT_AND);
	buf_add(b, text_of(lang, text));
	*any = true;
}

static str impact_of(struct arena *arena, enum lang lang, str vector,
		     const struct vector_names *names)
{
	AUTO(buf_done)
	struct buf how = { 0 }, what = { 0 };
	char from = metric(vector, "AV"), user = metric(vector, names->user);
	char read = metric(vector, names->read), change = metric(vector, names->write);
	char stop = metric(vector, names->stop);
	bool any = false;

	buf_init(&how, 4096);
	buf_init(&what, 4096);
	buf_add(&how, text_of(lang, from == 'N'	  ? TEXT_IMPACT_NETWORK
				    : from == 'A' ? TEXT_IMPACT_ADJACENT
				    : from == 'P' ? TEXT_IMPACT_PHYSICAL
						  : TEXT_IMPACT_LOCAL));
	if (metric(vector, names->privileges) == 'N')
		TEXT_ADD(&how, lang, IMPACT_NO_LOGIN);
	if (user != 0 && user != 'N')
		TEXT_ADD(&how, lang, IMPACT_USER);
	put_effect(&what, lang, &any, read != 0 && read != 'N', TEXT_IMPACT_READ);
	put_effect(&what, lang, &any, change != 0 && change != 'N', TEXT_IMPACT_WRITE);
	put_effect(&what, lang, &any, stop != 0 && stop != 'N', TEXT_IMPACT_STOP);
	if (!any)
		TEXT_ADD(&what, lang, IMPACT_NOTHING);
	return TEXT_MAKE(arena, lang, IMPACT_LINE, buf_str(&how), buf_str(&what));
}

str advice_impact(struct arena *arena, enum lang lang, const struct finding *finding)
{
	for (size_t v = 0; v < ARRAY_LEN(vector_names); v++) {
		for (size_t i = 0; i < finding->cvss_count; i++) {
			const struct cvss_score *cvss = &finding->cvss[i];

			if (str_eq(cvss->version, str_c(vector_names[v].version)))
				return impact_of(arena, lang, cvss->vector, &vector_names[v]);
		}
	}
	return text_of(lang, TEXT_IMPACT_UNKNOWN);
}

str report_title(const struct report *report, const struct finding *finding)
{
	enum lang lang = report->opts->lang;
	str title = advice_title(lang, finding), tools = STR_EMPTY;

	if (finding->tool_count == 0)
		return title;
	for (size_t i = 0; i < finding->tool_count; i++)
		tools = str_fmt(report->arena, "%.*s%s%.*s", STR_ARG(tools), i ? ", " : "",
				STR_ARG(finding->tools[i]));
	return str_fmt(report->arena, "%.*s (%.*s)", STR_ARG(title),
		       STR_ARG(TEXT_MAKE(report->arena, lang, REPORTED_BY, tools)));
}
