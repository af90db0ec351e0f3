/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/changelog.h"

#include "advisory/feed/mail_date.h"
#include "base/words.h"

/* "source (version) distribution; urgency=low" */
static bool header_parse(str line, struct changelog_entry *out)
{
	str source, rest, version, distributions;

	if (line.n == 0 || !is_alnum(*line.p) || !str_cut(line, '(', &source, &rest) ||
	    !str_cut(rest, ')', &version, &rest) || !str_cut(rest, ';', &distributions, &rest))
		return false;
	source = str_trim(source);
	version = str_trim(version);
	if (source.n == 0 || version.n == 0 || str_find_char(source, ' ') >= 0 ||
	    str_find_char(version, ' ') >= 0)
		return false;
	*out = (struct changelog_entry){ .source = source,
					 .version = version,
					 .distributions = str_trim(distributions) };
	return true;
}

/* " -- Name <address>  date" */
static bool trailer_parse(str line, int64_t *time)
{
	if (!str_starts(line, STR(" -- ")))
		return false;
	ptrdiff_t at = str_find(line, STR(">  "));
	if (at < 0 || !mail_date_parse(str_skip(line, (size_t)at + 3), time))
		*time = 0;
	return true;
}

bool changelog_next(str *rest, struct changelog_entry *out)
{
	struct changelog_entry entry;
	bool open = false;
	str line, before = *rest;

	while (str_line(rest, &line)) {
		struct changelog_entry next;

		if (open && trailer_parse(line, &entry.time)) {
			*out = entry;
			return true;
		}
		if (header_parse(line, &next)) {
			if (open) { /* the trailer is missing */
				*rest = before;
				*out = entry;
				return true;
			}
			entry = next;
			open = true;
			entry.body = str_of(rest->p, 0);
		} else if (open) {
			entry.body.n = (size_t)(line.p + line.n - entry.body.p);
		}
		before = *rest;
	}
	if (open)
		*out = entry;
	return open;
}

/* Ways to say that a CVE was not fixed by this upload. Compared without case. */
static const char *const not_fixed[] = {
	"not affected",	     "unaffected",	   "not affect ",	 "not affected by",
	"n't affect",	     "not vulnerable",	   "n't vulnerable",	 "no fix",
	"not fixed",	     "n't fixed",	   "not yet fixed",	 "unfixed",
	"still vulnerable",  "remains vulnerable", "remain open",	 "false positive",
	"not exploitable",   "changelog entry",	   "previous changelog", "previous entry",
	"earlier changelog", "in changelog",	   "to changelog",	 "the changelog",
	"old changelog",     "retroactively",
};

/* Ways to take a patch out; they count only where a patch is spoken of. */
static const char *const patch_gone[] = { "drop", "remove", "delete", "obsolete", "disable" };

static bool contains(str text, const char *phrase)
{
	size_t n = strlen(phrase);

	for (size_t i = 0; i + n <= text.n; i++) {
		if (str_ieq(str_of(text.p + i, n), str_of(phrase, n)))
			return true;
	}
	return false;
}

static bool says_not_fixed(str text)
{
	for (size_t i = 0; i < ARRAY_LEN(not_fixed); i++) {
		if (contains(text, not_fixed[i]))
			return true;
	}
	if (contains(text, "revert ") && !contains(text, "regression"))
		return true;
	if (!contains(text, "patch"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(patch_gone); i++) {
		if (contains(text, patch_gone[i]))
			return true;
	}
	return false;
}

static size_t indent_of(str line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

static bool is_bullet(str line, size_t indent)
{
	return indent + 1 < line.n && line.p[indent + 1] == ' ' &&
	       (line.p[indent] == '*' || line.p[indent] == '-' || line.p[indent] == '+' ||
		line.p[indent] == '.' || line.p[indent] == 'o');
}

/* A bullet with its continuation lines, without the bullets below it. */
static str item_take(str *rest, size_t *indent, bool *bullet)
{
	str line, item = STR_EMPTY, before = *rest;

	while (str_line(rest, &line)) {
		size_t in = indent_of(line);

		if (item.p && (in == line.n || is_bullet(line, in) ||
			       str_starts(str_skip(line, in), STR("[ ")))) {
			*rest = before;
			return item;
		}
		if (!item.p && in < line.n) {
			item = line;
			*indent = in;
			*bullet = is_bullet(line, in);
		} else if (item.p) {
			item.n = (size_t)(line.p + line.n - item.p);
		}
		before = *rest;
	}
	return item;
}

/* "CVE-2024-1234" at the start of `text`: its length, else 0. */
static size_t cve_at(str text)
{
	size_t n = 9;

	if (text.n < 13 || !str_ieq(str_take(text, 4), STR("cve-")) || text.p[8] != '-')
		return 0;
	for (size_t i = 4; i < 8; i++) {
		if (!is_digit(text.p[i]))
			return 0;
	}
	while (n < text.n && is_digit(text.p[n]))
		n++;
	return n - 9 >= 4 && n - 9 <= 19 ? n : 0;
}

struct cve_list {
	struct arena *arena;
	str *items;
	size_t n, cap;
};

static void cve_add(struct cve_list *list, str text)
{
	char *copy = arena_bytes(list->arena, text.n);

	if (list->n >= CHANGELOG_MAX_CVES)
		return;
	memcpy(copy, text.p, text.n);
	memcpy(copy, "CVE", 3);
	list->items = arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(str));
	list->items[list->n++] = str_of(copy, text.n);
}

static void cves_collect(str text, struct cve_list *list)
{
	for (size_t i = 0; i + 13 <= text.n; i++) {
		size_t n = to_lower(text.p[i]) == 'c' ? cve_at(str_skip(text, i)) : 0;

		if (n > 0) {
			cve_add(list, str_of(text.p + i, n));
			i += n - 1;
		}
	}
}

/* Cuts at the end of a sentence: a stop with white space behind it. */
static bool sentence_take(str *rest, str *sentence)
{
	if (rest->n == 0)
		return false;
	for (size_t i = 0; i + 1 < rest->n; i++) {
		if ((rest->p[i] == '.' || rest->p[i] == ';') && is_space(rest->p[i + 1])) {
			*sentence = str_take(*rest, i + 1);
			*rest = str_skip(*rest, i + 1);
			return true;
		}
	}
	*sentence = *rest;
	*rest = STR_EMPTY;
	return true;
}

/* Sorts the CVEs of one item; true when its last sentence, under which others stand, fixes nothing.
 */
static bool item_collect(str item, bool refused_above, struct cve_list *fixed,
			 struct cve_list *other)
{
	bool refused = refused_above;
	str rest = item, sentence;

	while (sentence_take(&rest, &sentence)) {
		refused = refused_above || says_not_fixed(sentence);
		cves_collect(sentence, refused ? other : fixed);
	}
	return refused;
}

#define BULLET_DEPTH 8

size_t changelog_cves(str body, struct arena *arena, const str **cves, size_t *left_out)
{
	struct cve_list fixed = { .arena = arena }, other = { .arena = arena };
	struct {
		size_t indent;
		bool refused;
	} above[BULLET_DEPTH];
	size_t depth = 0, indent = 0;
	str rest = body, item;
	bool bullet = false;

	while ((item = item_take(&rest, &indent, &bullet)).p) {
		while (depth > 0 && above[depth - 1].indent >= indent)
			depth--;
		bool refused =
			item_collect(item, depth > 0 && above[depth - 1].refused, &fixed, &other);
		if (bullet && depth < BULLET_DEPTH) {
			above[depth].indent = indent;
			above[depth].refused = refused;
			depth++;
		}
	}
	fixed.n = words_sort(fixed.items, fixed.n);
	other.n = words_sort(other.items, other.n);
	*left_out = 0;
	for (size_t i = 0; other.items && i < other.n; i++) {
		if (!fixed.items ||
		    !bsearch(&other.items[i], fixed.items, fixed.n, sizeof(str), str_qsort_cmp))
			(*left_out)++;
	}
	*cves = fixed.items;
	return fixed.n;
}
