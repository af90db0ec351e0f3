/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/fix_script.h"

#include "base/err.h"
#include "report/term.h"

#define COMMENT_COLUMNS 98u
#define SUBJECTS_MAX	1000u /* of one control */

static const unsigned char prelude[] = {
#include "fix_script.sh.inc"
};

struct script {
	struct buf *b;
	const struct benchmark_report *report;
	const struct json *daemon; /* facts about it; NULL: none */
	struct arena *arena;
	enum lang lang;
	size_t steps;
};

/* ---- words of a shell ----------------------------------------------------------------------- */

bool fix_script_quote(struct buf *b, str word)
{
	if (str_find_char(word, '\0') >= 0)
		return false;
	buf_byte(b, '\'');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\'')
			BUF_LIT(b, "'\\''");
		else
			buf_byte(b, word.p[i]);
	}
	buf_byte(b, '\'');
	return true;
}

static str quoted(const struct script *s, str word)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 1u << 20);
	/* Whoever calls has looked for a NUL. */
	if (!fix_script_quote(&b, word))
		return STR("''");
	return str_dup(s->arena, buf_str(&b));
}

/* A path of the host, below its root. */
static str placed(const struct script *s, str path)
{
	str word = quoted(s, path);

	return str_starts(path, STR("/")) ? str_cat(s->arena, STR("\"$root\""), word) : word;
}

/* ---- comments ------------------------------------------------------------------------------- */

void fix_script_comment(struct buf *b, struct arena *arena, str text)
{
	str rest = term_safe(arena, text), line;

	while (term_wrap(&rest, COMMENT_COLUMNS, &line)) {
		BUF_LIT(b, "# ");
		buf_add(b, str_rtrim(line));
		buf_byte(b, '\n');
	}
}

static void comment(const struct script *s, str text) { fix_script_comment(s->b, s->arena, text); }

static void named_comment(const struct script *s, enum text name, str text)
{
	if (text.n > 0)
		comment(s, text_make(s->arena, s->lang, name, (const str[]){ text }, 1));
}

static void put_findings(const struct script *s, const struct benchmark_control *c)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < c->item_n; i++) {
		if (c->items[i].status != c->status || all++ >= s->report->limit)
			continue;
		shown++;
		named_comment(s, TEXT_FIX_FOUND,
			      benchmark_item_text(s->arena, s->lang, &c->items[i]));
	}
	if (all > shown)
		comment(s, TEXT_MAKE(s->arena, s->lang, POSTURE_MORE,
				     text_number(s->arena, all - shown)));
}

static void put_title(const struct script *s, const struct benchmark_control *c)
{
	const struct check_fix *fix = &c->check->fix;

	buf_byte(s->b, '\n');
	comment(s, str_fmt(s->arena, "---- %.*s %.*s (%.*s, %s) ----", STR_ARG(c->number),
			   STR_ARG(benchmark_control_text(s->lang, c)->title),
			   STR_ARG(c->check->id), severity_name(c->severity)));
	put_findings(s, c);
	named_comment(s, TEXT_FIX_RISK, fix->risk[s->lang == LANG_JA ? CHECK_JA : CHECK_EN]);
}

/* Why there is no step, and what to do instead. */
static void put_by_hand(const struct script *s, const struct benchmark_control *c, str why)
{
	const struct check_fix *fix = &c->check->fix;

	comment(s, why);
	comment(s, str_cat(s->arena, STR("-> "), benchmark_control_text(s->lang, c)->remediation));
	if (fix->command.n > 0)
		comment(s, str_cat(s->arena, STR("   "), fix->command));
	if (fix->file.n > 0)
		comment(s,
			str_fmt(s->arena, "   %.*s: %.*s", STR_ARG(fix->file), STR_ARG(fix->text)));
}

/* ---- the command line of the daemon --------------------------------------------------------- */

/* "default-ulimits" is --default-ulimit there, "insecure-registries" --insecure-registry. */
static bool is_flag_of(str word, str key)
{
	static const struct {
		const char *key, *letter;
	} letters[] = { { "debug", "-D" },
			{ "log-level", "-l" },
			{ "hosts", "-H" },
			{ "storage-driver", "-s" },
			{ "group", "-G" } };
	str name;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
		if (str_eq(key, str_c(letters[i].key)) &&
		    str_starts(word, str_c(letters[i].letter)))
			return true;
	}
	if (!str_starts(word, STR("--")))
		return false;
	name = str_skip(word, 2);
	ptrdiff_t end = str_find_char(name, '=');
	if (end >= 0)
		name = str_take(name, (size_t)end);
	if (str_eq(name, key))
		return true;
	if (str_ends(key, STR("ies")))
		return name.n == key.n - 2 && str_starts(key, str_drop_end(name, 1)) &&
		       name.p[name.n - 1] == 'y';
	return str_ends(key, STR("s")) && str_eq(name, str_drop_end(key, 1));
}

/* The daemon has one of these keys on its command line; empty: it has not. */
static str flag_of(const struct script *s, const struct json *patch)
{
	JSON_MEMBERS (patch, m) {
		JSON_EACH (JSON_GET(s->daemon, "cmdline"), word) {
			if (is_flag_of(json_str(word), m->key))
				return json_str(word);
		}
		const struct json *set = json_get(JSON_GET(s->daemon, "settings"), m->key);

		if (str_eq(json_get_str(set, STR("source")), STR("command line")))
			return m->key;
	}
	return STR_EMPTY;
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* No shell, rule or program may take it for something else. */
static bool is_plain(str subject)
{
	return subject.n > 0 && subject.p[0] != '-' && str_find_char(subject, '\0') < 0;
}

static bool has_blanks(str subject)
{
	for (size_t i = 0; i < subject.n; i++) {
		if ((unsigned char)subject.p[i] <= ' ' || subject.p[i] == 0x7f)
			return true;
	}
	return false;
}

str fix_script_fill(struct arena *arena, str text, str subject)
{
	static const str place = STR_INIT("{subject}");
	str out = STR_EMPTY;

	for (ptrdiff_t at; (at = str_find(text, place)) >= 0;
	     text = str_skip(text, (size_t)at + place.n))
		out = str_cat(arena, out, str_cat(arena, str_take(text, (size_t)at), subject));
	return str_cat(arena, out, text);
}

static void put_command(struct script *s, const struct benchmark_control *c, str subject)
{
	str rest = c->check->fix.command, line;
	bool file = str_starts(subject, STR("/"));

	while (str_line(&rest, &line)) {
		line = fix_script_fill(s->arena, line, placed(s, subject));
		if (line.n == 0)
			continue;
		if (file)
			buf_fmt(s->b, "%.*s || failed %.*s\n", STR_ARG(line), STR_ARG(c->number));
		else
			buf_fmt(s->b, "if on_host %.*s; then %.*s || failed %.*s; fi\n",
				STR_ARG(c->number), STR_ARG(line), STR_ARG(c->number));
	}
	s->steps++;
}

static void put_line(struct script *s, const struct benchmark_control *c, str subject)
{
	const struct check_fix *fix = &c->check->fix;
	str rest = fix->text, line;

	while (str_line(&rest, &line)) {
		buf_fmt(s->b, "line %.*s %.*s || failed %.*s\n", STR_ARG(placed(s, fix->file)),
			STR_ARG(quoted(s, fix_script_fill(s->arena, line, subject))),
			STR_ARG(c->number));
		if (str_starts(fix->file, STR("/etc/audit/")))
			BUF_LIT(s->b, "rules=1\n");
	}
	s->steps++;
}

static bool was_there(const struct benchmark_control *c, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (c->items[k].status == BENCHMARK_FAIL &&
		    str_eq(c->items[k].subject, c->items[i].subject))
			return true;
	}
	return false;
}

/* One for each subject, where the repair names it. */
static void put_for_subjects(struct script *s, const struct benchmark_control *c)
{
	const struct check_fix *fix = &c->check->fix;
	bool line = fix->file.n > 0,
	     once = str_find(line ? fix->text : fix->command, STR("{subject}")) < 0;
	size_t done = 0;

	for (size_t i = 0; i < c->item_n && (!once || done == 0); i++) {
		str subject = c->items[i].subject;

		if (c->items[i].status != BENCHMARK_FAIL || (!once && was_there(c, i)))
			continue;
		if (done++ >= SUBJECTS_MAX)
			break;
		if (!once && (!is_plain(subject) || (line && has_blanks(subject)))) {
			named_comment(s, TEXT_FIX_UNSAFE, subject);
			continue;
		}
		if (line)
			put_line(s, c, subject);
		else
			put_command(s, c, once ? STR_EMPTY : subject);
	}
	if (done > SUBJECTS_MAX)
		comment(s, TEXT_MAKE(s->arena, s->lang, POSTURE_FIRST,
				     text_number(s->arena, SUBJECTS_MAX),
				     text_number(s->arena, c->item_n)));
}

static str config_file(const struct script *s)
{
	str path = json_str(json_path(s->daemon, "config_file", "path", NULL));

	return path.n > 0 && path.p[0] == '/' && is_plain(path) ? path
								: STR("/etc/docker/daemon.json");
}

static void put_merge(struct script *s, const struct benchmark_control *c, const struct json *patch)
{
	str flag = flag_of(s, patch);

	if (flag.n > 0) {
		put_by_hand(s, c, TEXT_MAKE(s->arena, s->lang, FIX_ON_COMMAND_LINE, flag));
		return;
	}
	buf_fmt(s->b, "merge %.*s %.*s || failed %.*s\n", STR_ARG(placed(s, config_file(s))),
		STR_ARG(quoted(s, c->check->fix.text)), STR_ARG(c->number));
	s->steps++;
}

static void put_step(struct script *s, const struct benchmark_control *c)
{
	const struct check_fix *fix = &c->check->fix;
	const struct json *patch = NULL;
	struct err unused;

	put_title(s, c);
	if (fix->command.n == 0 && fix->file.n == 0) {
		put_by_hand(s, c, text_of(s->lang, TEXT_FIX_NONE));
		return;
	}
	if (fix->by_hand) {
		put_by_hand(s, c, text_of(s->lang, TEXT_FIX_BY_HAND));
		return;
	}
	if (fix->file.n > 0 && json_parse(fix->text, NULL, s->arena, &patch, &unused) == 0 &&
	    json_is(patch, JSON_OBJECT))
		put_merge(s, c, patch);
	else
		put_for_subjects(s, c);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void put_begin(const struct script *s)
{
	const struct benchmark_result *r = s->report->result;

	BUF_LIT(s->b, "#!/bin/sh\n");
	comment(s, TEXT_MAKE(s->arena, s->lang, FIX_HEAD, r->host.name, r->version));
	comment(s, text_of(s->lang, TEXT_FIX_READ));
	comment(s, text_of(s->lang, TEXT_FIX_ROOT));
	BUF_LIT(s->b, "set -eu\n");
	buf_add(s->b, str_of((const char *)prelude, sizeof(prelude)));
	if (is_plain(r->host.engine_address))
		buf_fmt(s->b, "\nDOCKER_HOST=${DOCKER_HOST-%.*s}\nexport DOCKER_HOST\n",
			STR_ARG(quoted(s, r->host.engine_address)));
}

/* What somebody has to decide, and what could not be judged. */
static void put_rest(const struct script *s, enum benchmark_status status, enum text head)
{
	bool any = false;

	for (size_t i = 0; i < s->report->result->n; i++) {
		const struct benchmark_control *c = &s->report->result->controls[i];

		if (c->status != status || c->hidden)
			continue;
		if (!any) {
			buf_byte(s->b, '\n');
			comment(s, text_of(s->lang, head));
		}
		any = true;
		comment(s, str_fmt(s->arena, "  %.*s %.*s: %.*s", STR_ARG(c->number),
				   STR_ARG(benchmark_control_text(s->lang, c)->title),
				   STR_ARG(c->item_n > 0 ? benchmark_item_text(s->arena, s->lang,
									       &c->items[0])
							 : benchmark_reason(s->lang, c))));
	}
}

static void put_end(const struct script *s)
{
	BUF_LIT(s->b, "\nif [ $rules = 1 ] && [ -z \"$root\" ]; then\n"
		      "\tif command -v augenrules >/dev/null 2>&1; then\n"
		      "\t\taugenrules --load >/dev/null || failed 'augenrules --load'\n"
		      "\telse\n\t\techo 'seawall: load the audit rules, or restart auditd' >&2\n"
		      "\tfi\nfi\n"
		      "if [ $daemon = 1 ]; then echo 'seawall: the configuration of the daemon has "
		      "changed: restart it when that suits (systemctl restart docker)' >&2; fi\n"
		      "exit $status\n");
}

void fix_script_write(struct buf *b, const struct benchmark_report *report)
{
	struct script s = { .b = b,
			    .report = report,
			    .daemon = report->result->host.daemon,
			    .arena = report->arena,
			    .lang = report->lang };

	put_begin(&s);
	for (size_t i = 0; i < report->result->n; i++) {
		const struct benchmark_control *c = &report->result->controls[i];

		if (c->status == BENCHMARK_FAIL && !c->hidden)
			put_step(&s, c);
		benchmark_step(report);
	}
	put_rest(&s, BENCHMARK_MANUAL, TEXT_FIX_TO_DECIDE);
	put_rest(&s, BENCHMARK_ERROR, TEXT_FIX_NOT_JUDGED);
	if (report->more)
		report->more(b, report, "fix-script");
	if (s.steps == 0) {
		buf_byte(b, '\n');
		comment(&s, text_of(s.lang, TEXT_FIX_NOTHING));
	}
	put_end(&s);
}
