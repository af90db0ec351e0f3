/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_file.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "fmt/licence/licence.h"
#include "fmt/licence/licence_text.h"
#include "fmt/syntax/text_file.h"

#define NAME_MAX_BYTES 100u

/* ---- names ---- */

static const char *const words[] = {
	"license",   "licence",	  "licenses", "licences", "copying",
	"unlicense", "unlicence", "notice",   "notices",  "copyright"
};

static str without_extension(str name)
{
	static const char *const plain[] = { ".txt",  ".md",  ".markdown", ".rst",
					     ".html", ".htm", ".adoc" };

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		name = str_without_suffix(name, str_c(plain[i]));
	return name;
}

/* A file of code is none, whatever its name. */
static bool has_other_extension(str name)
{
	static const char *const code[] = {
		".js",	 ".mjs", ".cjs",   ".ts",   ".tsx", ".jsx",   ".json", ".py",	".pyc",
		".pyi",	 ".rb",	 ".php",   ".java", ".c",   ".cc",    ".cpp",  ".h",	".hpp",
		".go",	 ".rs",	 ".pl",	   ".pm",   ".sh",  ".class", ".o",    ".so",	".a",
		".png",	 ".svg", ".jpg",   ".gif",  ".css", ".scss",  ".xml",  ".yaml", ".yml",
		".toml", ".map", ".gz",	   ".zip",  ".xz",  ".csv",   ".spdx", ".sig",	".asc",
		".po",	 ".mo",	 ".cmake", ".in",   ".def", ".tmpl",  ".pdf",  ".rtf",	".exe",
	};

	for (size_t i = 0; i < ARRAY_LEN(code); i++) {
		if (str_ends(name, str_c(code[i])))
			return true;
	}
	return false;
}

static bool is_border(char c) { return c == '.' || c == '-' || c == '_' || c == ' '; }

bool licence_file_is(str path)
{
	char lower[NAME_MAX_BYTES];
	str base = path_base(path), name;

	if (base.n == 0 || base.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < base.n; i++)
		lower[i] = to_lower(base.p[i]);
	name = str_of(lower, base.n);
	/* Texts that are kept for reference are nobody's licence; dpkg's files are read by dpkg.h.
	 */
	if (has_other_extension(name) || str_starts(path, STR("usr/share/common-licenses/")) ||
	    (str_eq(name, STR("copyright")) && str_starts(path, STR("usr/share/doc/"))))
		return false;
	name = without_extension(name);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		str word = str_c(words[i]);

		if (str_eq(name, word) || (str_starts(name, word) && is_border(name.p[word.n])) ||
		    (str_ends(name, word) && name.n > word.n &&
		     is_border(name.p[name.n - word.n - 1])))
			return true;
	}
	return str_eq(path_base(path_dir(path)), STR("LICENSES"));
}

/* ---- facts ---- */

static int emit(const struct file_view *file, const struct licence_fact *fact, str name,
		struct package_sink *sink, struct err *err)
{
	char digits[8];
	int n = snprintf(digits, sizeof(digits), "%u", fact->confidence % 10000u);
	const struct package package = { .kind = STR(LICENCE_KIND),
					 .name = name,
					 .version = str_of(digits, n > 0 ? (size_t)n : 0),
					 .path = file->path,
					 .line = fact->line,
					 .layer = -1 };

	return sink->add(sink, &package, err);
}

static bool may_lack(str path)
{
	str base = path_base(path);

	return str_ieq(str_take(base, 6), STR("notice")) ||
	       str_ieq(str_take(base, 9), STR("copyright"));
}

int licence_file(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct licence_fact facts[LICENCE_FOUND_MAX];
	const struct licence_fact none = { .confidence = LICENCE_SURE };
	size_t n;
	str text;

	if (text_file_load(file, LICENCE_TEXT_MAX, arena, &text, err) < 0)
		return -1;
	n = licence_text_find(text, arena, facts);
	for (size_t i = 0; i < n; i++) {
		if (emit(file, &facts[i], facts[i].name, sink, err) < 0)
			return -1;
	}
	if (n == LICENCE_FOUND_MAX)
		sink->skipped(sink, "more licences in one file than the limit", file->path);
	if (n > 0 || str_trim(text).n == 0 || may_lack(file->path))
		return 0;
	return emit(file, &none, STR(LICENCE_NONE), sink, err);
}

bool licence_head_is(str head)
{
	static const char *const marks[] = { "icense", "icence", "ICENSE", "ICENCE" };

	if (head.n == 0 || memchr(head.p, 0, head.n))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (str_find(head, str_c(marks[i])) >= 0)
			return true;
	}
	return false;
}

int licence_head(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct licence_fact facts[LICENCE_FOUND_MAX];
	size_t n = file->size < LICENCE_HEAD_BYTES ? (size_t)file->size : LICENCE_HEAD_BYTES;
	char *head = arena_bytes(arena, n + 1);

	if (file_view_pread(file, head, n, 0, err) < 0)
		return -1;
	n = licence_text_find(str_of(head, n), arena, facts);
	for (size_t i = 0; i < n; i++) {
		if (facts[i].confidence >= LICENCE_CONFIDENCE &&
		    emit(file, &facts[i], facts[i].name, sink, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- free texts of copyrights ---- */

#define COMMON STR("/usr/share/common-licenses/")

struct names {
	str items[2 * LICENCE_FOUND_MAX];
	size_t n;
};

static void add_name(struct names *names, str name)
{
	for (size_t i = 0; i < names->n; i++) {
		if (str_eq(names->items[i], name))
			return;
	}
	if (names->n < ARRAY_LEN(names->items))
		names->items[names->n++] = name;
}

/* "GPL" of "GPL-2", "GPL-2.0-or-later". */
static str family_of(str name)
{
	ptrdiff_t at = str_find_char(name, '-');

	return at < 0 ? name : str_take(name, (size_t)at);
}

static bool has_family(const struct names *names, str family)
{
	for (size_t i = 0; i < names->n; i++) {
		if (str_eq(family_of(names->items[i]), family))
			return true;
	}
	return false;
}

/* References count for families of which nothing better is known. */
static void add_references(struct names *names, str text, struct arena *arena)
{
	struct names found = *names;

	for (;;) {
		ptrdiff_t at = str_find(text, COMMON);
		size_t n = 0;
		bool certain;

		if (at < 0)
			return;
		text = str_skip(text, (size_t)at + COMMON.n);
		while (n < text.n && (is_alnum(text.p[n]) || text.p[n] == '-' || text.p[n] == '.'))
			n++;
		str name = str_without_suffix(str_take(text, n), STR("."));
		if (name.n == 0 || has_family(&found, family_of(name)))
			continue;
		const struct licence *licence = licence_read(
			str_eq(name, STR("Artistic")) ? STR("Artistic-1.0-Perl") : name, arena,
			&certain);
		if (licence)
			add_name(names, licence_print(licence, arena));
	}
}

str licence_of_copyright(str text, struct arena *arena)
{
	struct licence_fact facts[LICENCE_FOUND_MAX];
	size_t n = licence_text_find(text, arena, facts);
	struct names names = { .n = 0 };
	AUTO(buf_done)
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (facts[i].confidence >= LICENCE_CONFIDENCE)
			add_name(&names, facts[i].name);
	}
	add_references(&names, text, arena);
	buf_init(&b, LICENCE_MAX_BYTES);
	for (size_t i = 0; i < names.n; i++) {
		bool choice = str_find(names.items[i], STR(" OR ")) >= 0;

		if (i > 0)
			BUF_LIT(&b, " AND ");
		if (choice)
			buf_byte(&b, '(');
		buf_add(&b, names.items[i]);
		if (choice)
			buf_byte(&b, ')');
	}
	return str_dup(arena, buf_str(&b));
}
