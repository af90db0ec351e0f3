/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/apt_sources.h"

#include <dirent.h>
#include <errno.h>

#include "base/err.h"
#include "base/words.h"
#include "fmt/fields.h"

struct maker {
	str family;
	const struct archive_release *releases;
	size_t release_count;
	struct arena *arena;
	struct buf text;
	struct apt_sources *out;
	size_t suite_cap;
	str *suites;
};

bool apt_suite_cut(str suite, str *base, enum suite_kind *kind)
{
	ptrdiff_t cut = str_find_char(suite, '-');

	if (cut < 0)
		cut = str_find_char(suite, '/');
	*base = cut < 0 ? suite : str_take(suite, (size_t)cut);
	str ending = cut < 0 ? STR_EMPTY : str_skip(suite, (size_t)cut);
	if (str_empty(ending) || str_eq(ending, STR("/")))
		*kind = SUITE_RELEASE;
	else if (str_eq(ending, STR("-updates")))
		*kind = SUITE_UPDATES;
	else if (str_eq(ending, STR("-security")) || str_eq(ending, STR("/updates")))
		*kind = SUITE_SECURITY;
	else
		return false;
	return !str_empty(*base);
}

static bool known_base(const struct maker *m, str base)
{
	struct archive_release release;
	static const char *const names[] = { "stable",	"oldstable", "oldoldstable",
					     "testing", "sid",	     "unstable" };

	if (str_eq(m->family, STR("debian")) && words_have(names, ARRAY_LEN(names), base))
		return true;
	return archive_release_find(m->family, base, m->arena, &release) &&
	       str_eq(base, release.codename);
}

static void suite_add(struct maker *m, str suite)
{
	struct apt_sources *out = m->out;

	buf_byte(&m->text, ' ');
	buf_add(&m->text, suite);
	for (size_t i = 0; i < out->suite_count; i++) {
		if (str_eq(m->suites[i], suite))
			return;
	}
	m->suites = arena_grow(m->arena, m->suites, out->suite_count, &m->suite_cap, sizeof(str));
	m->suites[out->suite_count++] = suite;
	out->suites = m->suites;
}

/* "Suites: ..." for the wanted releases, in place of the machine's own; false when it has none. */
static bool suites_write(struct maker *m, str own)
{
	bool kinds[SUITE_KINDS] = { false }, any = false;
	str rest = own, word, base;
	enum suite_kind kind;

	while ((word = fields_take(&rest)).n > 0) {
		if (apt_suite_cut(word, &base, &kind) && known_base(m, base))
			kinds[kind] = any = true;
	}
	if (!any)
		return false;
	kinds[SUITE_UPDATES] |= kinds[SUITE_RELEASE];
	BUF_LIT(&m->text, "Suites:");
	for (size_t i = 0; i < m->release_count; i++) {
		str name = m->releases[i].codename;

		if (kinds[SUITE_RELEASE])
			suite_add(m, name);
		if (kinds[SUITE_UPDATES])
			suite_add(m, str_cat(m->arena, name, STR("-updates")));
		if (kinds[SUITE_SECURITY])
			suite_add(m, str_cat(m->arena, name, STR("-security")));
	}
	buf_byte(&m->text, '\n');
	for (size_t k = 0; k < SUITE_KINDS; k++)
		m->out->kinds[k] |= kinds[k];
	return true;
}

static bool field(str line, const char *name, str *value)
{
	size_t n = strlen(name);

	if (line.n <= n || line.p[n] != ':' || !str_ieq(str_take(line, n), str_of(name, n)))
		return false;
	*value = str_trim(str_skip(line, n + 1));
	return true;
}

static bool has_word(str text, str wanted)
{
	str word;

	while ((word = fields_take(&text)).n > 0) {
		if (str_eq(word, wanted))
			return true;
	}
	return false;
}

/* A stanza as it is, but for its suites. */
static void stanza_take(struct maker *m, str stanza)
{
	str rest = stanza, line, value, suites = STR_EMPTY;
	bool binary = false, enabled = true, in_suites = false;

	while (str_line(&rest, &line)) {
		if (line.n > 0 && is_space(*line.p)) {
			if (in_suites) /* the list goes on */
				suites.n = (size_t)(line.p + line.n - suites.p);
			continue;
		}
		in_suites = field(line, "Suites", &value);
		if (in_suites)
			suites = value;
		else if (field(line, "Types", &value))
			binary = has_word(value, STR("deb"));
		else if (field(line, "Enabled", &value))
			enabled = !str_ieq(value, STR("no")) && !str_ieq(value, STR("false"));
	}
	size_t before = m->text.n;
	if (!binary || !enabled || !suites_write(m, suites)) {
		m->text.n = before;
		return;
	}
	BUF_LIT(&m->text, "Types: deb\n");
	rest = stanza;
	while (str_line(&rest, &line)) {
		if (line.n > 0 && is_space(*line.p)) {
			if (in_suites)
				continue;
		} else {
			in_suites = field(line, "Suites", &value) || field(line, "Types", &value) ||
				    field(line, "Enabled", &value) || str_starts(line, STR("#"));
			if (in_suites)
				continue;
		}
		buf_add(&m->text, line);
		buf_byte(&m->text, '\n');
	}
	buf_byte(&m->text, '\n');
}

/* Stanzas are separated by empty lines. */
static void deb822_take(struct maker *m, str text)
{
	str rest = text, line, stanza = STR_EMPTY;

	while (str_line(&rest, &line)) {
		if (str_trim(line).n > 0) {
			if (!stanza.p)
				stanza = str_of(line.p, 0);
			stanza.n = (size_t)(line.p + line.n - stanza.p);
			continue;
		}
		if (stanza.p)
			stanza_take(m, stanza);
		stanza = STR_EMPTY;
	}
	if (stanza.p)
		stanza_take(m, stanza);
}

/* [signed-by=FILE arch=amd64] as fields; others are for what we do not fetch. */
static void options_write(struct buf *out, str options)
{
	static const struct {
		const char *option, *field;
	} names[] = { { "signed-by", "Signed-By" },
		      { "arch", "Architectures" },
		      { "trusted", "Trusted" } };
	str word, name, value;

	while ((word = fields_take(&options)).n > 0) {
		if (!str_cut(word, '=', &name, &value))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(names); i++) {
			if (!str_ieq(name, str_c(names[i].option)))
				continue;
			buf_fmt(out, "%s: ", names[i].field);
			for (size_t k = 0; k < value.n; k++)
				buf_byte(out, value.p[k] == ',' ? ' ' : value.p[k]);
			buf_byte(out, '\n');
		}
	}
}

/* "deb [options] address suite component..." */
static void line_take(struct maker *m, str line)
{
	str rest = line, options = STR_EMPTY, comment;

	if (str_cut(rest, '#', &rest, &comment))
		rest = str_trim(rest);
	if (!str_eq(fields_take(&rest), STR("deb")))
		return;
	rest = str_trim(rest);
	if (str_starts(rest, STR("[")) && str_cut(str_skip(rest, 1), ']', &options, &rest))
		rest = str_trim(rest);
	str uri = fields_take(&rest), suite = fields_take(&rest);
	size_t before = m->text.n;
	if (str_empty(uri) || !suites_write(m, suite)) {
		m->text.n = before;
		return;
	}
	buf_fmt(&m->text, "Types: deb\nURIs: %.*s\nComponents: %.*s\n", STR_ARG(uri),
		STR_ARG(str_trim(rest)));
	options_write(&m->text, options);
	buf_byte(&m->text, '\n');
}

static int file_take(struct maker *m, const char *path, bool deb822, struct err *err)
{
	AUTO(buf_done)
	struct buf content = { 0 };
	str rest, line;

	buf_init(&content, APT_SOURCES_MAX_BYTES);
	if (buf_read_file(&content, path, err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	rest = buf_str(&content);
	if (deb822)
		deb822_take(m, rest);
	else
		while (str_line(&rest, &line))
			line_take(m, line);
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int folder_take(struct maker *m, const char *folder, struct err *err)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, by_name), r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : err_sys(err, errno, "%s", folder);
	for (int i = 0; i < n; i++) {
		str name = str_c(entries[i]->d_name);
		char *path = str_cstr(m->arena, str_fmt(m->arena, "%s/%s", folder, name.p));

		if (r == 0 && str_ends(name, STR(".sources")))
			r = file_take(m, path, true, err);
		else if (r == 0 && str_ends(name, STR(".list")))
			r = file_take(m, path, false, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int apt_sources_make(const char *root, str family, const struct archive_release *releases,
		     size_t release_count, struct arena *arena, struct apt_sources *out,
		     struct err *err)
{
	struct apt_sources sources = { 0 };
	struct maker m = { .family = family,
			   .releases = releases,
			   .release_count = release_count,
			   .arena = arena,
			   .out = &sources };
	int r = -1;

	buf_init(&m.text, APT_SOURCES_MAX_BYTES);
	if (file_take(&m, str_cstr(arena, str_fmt(arena, "%s/etc/apt/sources.list", root)), false,
		      err) < 0 ||
	    folder_take(&m, str_cstr(arena, str_fmt(arena, "%s/etc/apt/sources.list.d", root)),
			err) < 0)
		goto out;
	if (m.text.n == 0) {
		err_set(err, ERR_NOT_FOUND,
			"this machine's apt has no source of %.*s: say where one is with --mirror",
			STR_ARG(family));
		goto out;
	}
	sources.text = str_dup(arena, buf_str(&m.text));
	*out = sources;
	r = 0;
out:
	buf_done(&m.text);
	return r;
}
