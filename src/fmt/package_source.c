/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package_source.h"

#include "base/err.h"
#include "base/path.h"

#define DEPTH_MAX      32u /* of blocks in apt.conf */
#define NAME_MAX_BYTES 64u /* of one of them */

const char *const package_source_paths[] = {
	"etc/apk/config",	"etc/apt/apt.conf",
	"etc/apt/sources.list", "etc/dnf/dnf.conf",
	"etc/pacman.conf",	"etc/tdnf/tdnf.conf",
	"etc/yum.conf",		"etc/zypp/zypp.conf",
	"lib/apk/config",	NULL,
};

const char *const package_source_dirs[] = {
	"etc/apt/apt.conf.d",
	"etc/apt/sources.list.d",
	"etc/distro.repos.d",
	"etc/dnf/libdnf5.conf.d",
	"etc/dnf/repos.override.d",
	"etc/pacman.d",
	"etc/yum.repos.d",
	"etc/yum/repos.d",
	"etc/zypp/repos.d",
	"etc/zypp/zypp.conf.d",
	NULL,
};

static bool is_in(str text, const char *const *list)
{
	for (; *list; list++) {
		if (str_ieq(text, str_c(*list)))
			return true;
	}
	return false;
}

/* apt-get(8) and its like pass over names with other letters, and with another ending. */
static bool is_apt_conf(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (!is_alnum(name.p[i]) && !memchr("-_.", name.p[i], 3))
			return false;
	}
	return name.n > 0 && name.p[0] != '.' &&
	       (str_find_char(name, '.') < 0 || str_ends(name, STR(".conf")));
}

bool package_source_wants(str path)
{
	str dir = path_dir(path), name = path_base(path);

	if (str_eq(dir, STR("etc/apt/apt.conf.d")))
		return is_apt_conf(name);
	if (str_eq(dir, STR("etc/apt/sources.list.d")))
		return str_ends(name, STR(".list")) || str_ends(name, STR(".sources"));
	if (!is_in(dir, package_source_dirs))
		return false;
	if (str_ends(dir, STR(".conf.d")) || str_eq(dir, STR("etc/pacman.d")))
		return str_ends(name, STR(".conf"));
	return str_ends(name, STR(".repo"));
}

/* One file on its way. */
struct telling {
	struct json_writer *out;
	struct arena *scratch;
	uint64_t told, dropped;
};

/* Asked before a text is made. */
static bool has_room(struct telling *t)
{
	if (t->told < PACKAGE_SOURCE_MAX)
		return true;
	t->dropped++;
	return false;
}

static void tell(struct telling *t, uint64_t line, str section, str text)
{
	t->told++;
	json_open_object(t->out);
	json_kv_u64(t->out, STR("line"), line);
	json_kv_str(t->out, STR("section"), str_take(section, PACKAGE_SOURCE_TEXT_MAX));
	json_kv_str(t->out, STR("text"), str_take(text, PACKAGE_SOURCE_TEXT_MAX));
	json_close_object(t->out);
}

/* The words of apt and of the others for off. */
static bool is_off(str value)
{
	static const char *const words[] = {
		"0", "no", "false", "off", "without", "disable", NULL
	};
	size_t n = 0;

	value = str_trim(value);
	while (n < value.n && is_alnum(value.p[n]))
		n++;
	return is_in(str_take(value, n), words);
}

/* ---- sources.list ---- */

/* "deb [ trusted=yes arch=amd64 ] http://...": up to the bracket, where it names trust. */
static void one_line(struct telling *t, uint64_t number, str line)
{
	static const char *const words[] = { "trusted",
					     "allow-insecure",
					     "allow-weak",
					     "signed-by",
					     "allow-downgrade-to-insecure",
					     NULL };
	str rest, inside, outside, before;
	bool names = false;

	if (str_cut(line, '#', &before, &rest))
		line = before;
	line = str_trim(line);
	if (!str_starts(line, STR("deb")) || !str_cut(line, '[', &before, &rest) ||
	    !str_cut(rest, ']', &inside, &outside))
		return;
	/* The bracket belongs to the type, not to the address. */
	before = str_trim(before);
	if (!str_eq(before, STR("deb")) && !str_eq(before, STR("deb-src")))
		return;
	for (str left = inside; left.n > 0;) {
		size_t n = 0;

		while (n < left.n && (is_alnum(left.p[n]) || left.p[n] == '-'))
			n++;
		names |= is_in(str_take(left, n), words);
		while (n < left.n && !is_space(left.p[n]))
			n++;
		left = str_trim(str_skip(left, n));
	}
	if (names && has_room(t))
		tell(t, number, STR_EMPTY,
		     str_fmt(t->scratch, "%.*s [%.*s]", STR_ARG(before),
			     STR_ARG(str_take(str_trim(inside), PACKAGE_SOURCE_TEXT_MAX))));
}

static void stanza(struct telling *t, uint64_t number, str line, uint64_t *section)
{
	static const char *const fields[] = { "trusted",
					      "allow-insecure",
					      "allow-weak",
					      "signed-by",
					      "allow-downgrade-to-insecure",
					      NULL };
	str name, value;

	if (str_trim(line).n == 0) {
		++*section;
		return;
	}
	/* A line that begins with white space belongs to the field before it: a key, a list. */
	if (line.p[0] == '#' || is_space(line.p[0]) || !str_cut(line, ':', &name, &value))
		return;
	name = str_trim(name);
	value = str_trim(value);
	if ((is_in(name, fields) || (str_ieq(name, STR("enabled")) && is_off(value))) &&
	    has_room(t))
		tell(t, number, str_fmt(t->scratch, "%llu", (unsigned long long)*section),
		     str_fmt(t->scratch, "%.*s: %.*s", STR_ARG(name),
			     STR_ARG(str_take(value, PACKAGE_SOURCE_TEXT_MAX))));
}

/* ---- sections with keys ---- */

static void keyed(struct telling *t, uint64_t number, str line, str *section)
{
	static const char *const keys[] = { "gpgcheck",		  "repo_gpgcheck",
					    "pkg_gpgcheck",	  "localpkg_gpgcheck",
					    "siglevel",		  "localfilesiglevel",
					    "remotefilesiglevel", NULL };
	size_t n = 0;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return;
	if (line.p[0] == '[') {
		ptrdiff_t end = str_find_char(line, ']');

		line = str_take(str_skip(line, 1), end < 1 ? line.n : (size_t)end - 1);
		*section = str_dup(t->scratch, str_take(line, PACKAGE_SOURCE_TEXT_MAX));
		return;
	}
	while (n < line.n && (is_alnum(line.p[n]) || line.p[n] == '_'))
		n++;
	str rest = str_trim(str_skip(line, n));
	if (rest.n == 0 || (rest.p[0] != '=' && rest.p[0] != ':'))
		return;
	if ((is_in(str_take(line, n), keys) ||
	     (str_ieq(str_take(line, n), STR("enabled")) && is_off(str_skip(rest, 1)))) &&
	    has_room(t))
		tell(t, number, *section, line);
}

static void flag(struct telling *t, uint64_t number, str line)
{
	line = str_trim(line);
	if (str_starts(str_without_prefix(line, STR("--")), STR("allow-untrusted")) && has_room(t))
		tell(t, number, STR_EMPTY, line);
}

/* ---- apt.conf ---- */

/* Text from one of ";{}" to the next, without comments; `at` is behind it. */
struct fragment {
	str text;
	uint64_t line;
	char end; /* 0: the text is over */
};

struct apt_reader {
	str text;
	size_t at;
	uint64_t line;
	struct buf piece;
};

/* Past a comment that begins here; false: none does. "#clear" and "#include" are no settings. */
static bool skip_comment(struct apt_reader *r)
{
	str rest = str_skip(r->text, r->at);
	bool block = str_starts(rest, STR("/*"));

	if (!block && !str_starts(rest, STR("//")) && !str_starts(rest, STR("#")))
		return false;
	ptrdiff_t end = block ? str_find(str_skip(rest, 2), STR("*/")) : str_find_char(rest, '\n');
	size_t n = end < 0 ? rest.n : (size_t)end + (block ? 4 : 0);

	for (size_t i = 0; i < n; i++)
		r->line += rest.p[i] == '\n';
	r->at += n;
	return true;
}

static void next_fragment(struct apt_reader *r, struct fragment *out)
{
	bool quoted = false;

	buf_reset(&r->piece);
	*out = (struct fragment){ .line = r->line };
	while (r->at < r->text.n) {
		char c = r->text.p[r->at];

		if (!quoted && skip_comment(r))
			continue;
		r->at++;
		r->line += c == '\n';
		if (!quoted && memchr(";{}", c, 3)) {
			out->end = c;
			break;
		}
		quoted ^= c == '"';
		if (r->piece.n == 0 && is_space(c))
			out->line = r->line;
		else
			buf_byte(&r->piece, c == '\n' ? ' ' : c);
	}
	out->text = str_trim(buf_str(&r->piece));
}

/* Names of the blocks around a setting; longer ones than those that count are cut: no match. */
struct blocks {
	char names[DEPTH_MAX][NAME_MAX_BYTES];
	size_t lengths[DEPTH_MAX];
	size_t depth;
};

static void setting(struct telling *t, const struct fragment *f, const struct blocks *blocks,
		    struct buf *name)
{
	static const char *const names[] = { "APT::Get::AllowUnauthenticated",
					     "APT::Authentication::TrustCDROM",
					     "Acquire::AllowInsecureRepositories",
					     "Acquire::AllowWeakRepositories",
					     "Acquire::AllowDowngradeToInsecureRepositories",
					     "Aptitude::CmdLine::Ignore-Trust-Violations",
					     NULL };
	str value, own = f->text;
	size_t n = 0;

	while (n < own.n && !is_space(own.p[n]) && own.p[n] != '"')
		n++;
	value = str_trim(str_skip(own, n));
	value = str_without_suffix(str_without_prefix(value, STR("\"")), STR("\""));
	buf_reset(name);
	for (size_t i = 0; i < blocks->depth; i++)
		buf_fmt(name, "%.*s::", (int)blocks->lengths[i], blocks->names[i]);
	buf_add(name, str_take(own, n));
	if (!name->overflow && is_in(buf_str(name), names) && has_room(t))
		tell(t, f->line, STR_EMPTY,
		     str_fmt(t->scratch, "%.*s \"%.*s\";", STR_ARG(buf_str(name)),
			     STR_ARG(str_take(value, PACKAGE_SOURCE_TEXT_MAX))));
}

static int open_block(struct blocks *blocks, str name, struct err *err)
{
	if (blocks->depth == DEPTH_MAX)
		return err_set(err, ERR_LIMIT, "blocks nested more than %u deep", DEPTH_MAX);
	name = str_take(name, NAME_MAX_BYTES);
	if (name.n > 0)
		memcpy(blocks->names[blocks->depth], name.p, name.n);
	blocks->lengths[blocks->depth++] = name.n;
	return 0;
}

static int apt_conf(struct telling *t, str text, struct err *err)
{
	struct apt_reader r = { .text = text, .line = 1 };
	struct blocks *blocks = ARENA_NEW(t->scratch, struct blocks);
	AUTO(buf_done)
	struct buf name = { 0 };
	struct fragment f;
	int rc = 0;

	buf_init(&r.piece, PACKAGE_SOURCE_MAX_BYTES);
	buf_init(&name, DEPTH_MAX * NAME_MAX_BYTES * 2);
	do {
		next_fragment(&r, &f);
		if (f.end == '{')
			rc = open_block(blocks, f.text, err);
		else if (f.end == ';' && f.text.n > 0)
			setting(t, &f, blocks, &name);
		else if (f.end == '}' && blocks->depth > 0)
			blocks->depth--;
	} while (rc == 0 && f.end != 0);
	buf_done(&r.piece);
	return rc;
}

/* ---- the file ---- */

enum form { FORM_ONE_LINE, FORM_STANZAS, FORM_KEYED, FORM_FLAGS };

static enum form form_of(str path)
{
	if (str_ends(path, STR(".sources")))
		return FORM_STANZAS;
	if (str_ends(path, STR("/config")))
		return FORM_FLAGS;
	return str_ends(path, STR(".list")) ? FORM_ONE_LINE : FORM_KEYED;
}

static int by_line(struct telling *t, const struct file_view *file, struct err *err)
{
	enum form form = form_of(file->path);
	AUTO(line_reader_done)
	struct line_reader reader = { 0 };
	str line, section = STR_EMPTY;
	uint64_t number = 1;
	int more;

	line_reader_init(&reader, file);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (form == FORM_ONE_LINE)
			one_line(t, reader.number, line);
		else if (form == FORM_STANZAS)
			stanza(t, reader.number, line, &number);
		else if (form == FORM_FLAGS)
			flag(t, reader.number, line);
		else
			keyed(t, reader.number, line, &section);
	}
	return more;
}

int package_source_describe(const struct file_view *file, struct arena *scratch,
			    struct package_sink *sink, struct json_writer *out, struct err *err)
{
	struct telling t = { .out = out, .scratch = scratch };
	str text = STR_EMPTY;
	int rc;

	(void)sink; /* nothing is passed over but comments and other settings */
	json_open_object(out);
	JSON_KEY(out, "lines");
	json_open_array(out);
	if (str_ends(file->path, STR("apt.conf")) ||
	    str_eq(path_dir(file->path), STR("etc/apt/apt.conf.d"))) {
		rc = file_view_load(file, PACKAGE_SOURCE_MAX_BYTES, scratch, &text, err);
		rc = rc < 0 ? rc : apt_conf(&t, text, err);
	} else {
		rc = by_line(&t, file, err);
	}
	json_close_array(out);
	json_kv_u64(out, STR("dropped"), t.dropped);
	json_close_object(out);
	return rc;
}
