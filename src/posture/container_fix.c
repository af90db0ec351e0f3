/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recommendations on containers in the script that repairs a host. What a container was started
 * with stays, so most repairs are another start of it with choices that are a person's: they are
 * comments, ready to be filled in.
 */
#include "policy/check.h"
#include "posture/container_report_internal.h"
#include "posture/fix_script.h"
#include "posture/report.h"
#include "report/term.h"

#define RESOURCES_MAX 1000u /* of one recommendation, with a line each */

static void comment(const struct part *p, str text) { fix_script_comment(p->b, p->arena, text); }

/* As it stands, since it may be copied; what a terminal would obey is not. */
static void put_code(const struct part *p, str line)
{
	size_t indent = 0;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	buf_fmt(p->b, "#     %*s", (int)(indent < 40 ? indent : 40), "");
	buf_add(p->b, term_safe(p->arena, str_skip(line, indent)));
	buf_byte(p->b, '\n');
}

static bool is_open(const struct assessed_resource *r, size_t i, enum assessed_state state)
{
	enum assessed_state now;

	return assessed_state_of(r, i, &now) && now == state;
}

static void put_found(const struct part *p, size_t i)
{
	size_t shown = 0, all = 0;

	for (size_t k = 0; k < p->a->n; k++) {
		const struct assessed_resource *r = &p->a->resources[k];

		if (!is_open(r, i, ASSESSED_UNHEALTHY) || all++ >= p->report->limit)
			continue;
		shown++;
		comment(p, TEXT_MAKE(p->arena, p->lang, FIX_FOUND,
				     str_fmt(p->arena, "%.*s: %.*s", STR_ARG(r->key),
					     STR_ARG(part_open_text(p, r, i)))));
	}
	if (all > shown)
		comment(p, TEXT_MAKE(p->arena, p->lang, POSTURE_MORE,
				     text_number(p->arena, all - shown)));
}

static void put_command(const struct part *p, const struct check_fix *fix, str name)
{
	AUTO(buf_done)
	struct buf word = { 0 };
	str rest = fix->command, line;

	buf_init(&word, 1u << 16);
	if (name.n == 0 || name.p[0] == '-' || !fix_script_quote(&word, name) ||
	    !str_eq(term_safe(p->arena, name), name)) {
		comment(p, TEXT_MAKE(p->arena, p->lang, FIX_UNSAFE, name));
		return;
	}
	while (str_line(&rest, &line))
		put_code(p, fix_script_fill(p->arena, line, buf_str(&word)));
}

/* A command for each container, the part of a Compose file once. */
static void put_fragments(const struct part *p, const struct check_fix *fix, size_t i)
{
	size_t done = 0, all = 0;
	str rest = fix->text, line;

	for (size_t k = 0; k < p->a->n; k++) {
		const struct assessed_resource *r = &p->a->resources[k];

		if (r->kind != RESOURCE_CONTAINER || !is_open(r, i, ASSESSED_UNHEALTHY) ||
		    all++ >= RESOURCES_MAX)
			continue;
		done++;
		put_command(p, fix, r->name);
		benchmark_step(p->report);
	}
	if (all > done)
		comment(p, TEXT_MAKE(p->arena, p->lang, POSTURE_FIRST, text_number(p->arena, done),
				     text_number(p->arena, all)));
	if (all == 0 || fix->file.n == 0)
		return;
	comment(p, TEXT_MAKE(p->arena, p->lang, FIX_OR_COMPOSE, fix->file));
	while (str_line(&rest, &line))
		put_code(p, line);
}

static void put_recommendation(const struct part *p, size_t i)
{
	const struct recommendation *r = &p->a->recommendations->items[i];
	const struct check *check = container_posture_check(p->own->posture, i);
	const struct check_text *text = part_text(p, i);

	buf_byte(p->b, '\n');
	comment(p, str_fmt(p->arena, "---- %.*s %.*s (%.*s, %.*s) ----", STR_ARG(r->code),
			   STR_ARG(part_title(p, i)), STR_ARG(r->id),
			   STR_ARG(posture_severity_text(r->severity))));
	put_found(p, i);
	if (!check || !text)
		return;
	str risk = check->fix.risk[p->lang == LANG_JA ? CHECK_JA : CHECK_EN];
	if (risk.n > 0)
		comment(p, TEXT_MAKE(p->arena, p->lang, FIX_RISK, risk));
	comment(p, text_of(p->lang, TEXT_FIX_CONTAINER));
	comment(p, str_cat(p->arena, STR("-> "), text->remediation));
	put_fragments(p, &check->fix, i);
}

/* What a person has to decide, or could not be judged. */
static void put_rest(const struct part *p, enum assessed_state state, enum text head)
{
	bool any = false;

	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		const struct recommendation *r = &p->a->recommendations->items[i];

		for (size_t k = 0; part_shows(p, i) && k < p->a->n; k++) {
			const struct assessed_resource *res = &p->a->resources[k];

			if (!is_open(res, i, state))
				continue;
			if (!any) {
				buf_byte(p->b, '\n');
				comment(p, text_of(p->lang, head));
			}
			any = true;
			comment(p, str_fmt(p->arena, "  %.*s %.*s: %.*s: %.*s", STR_ARG(r->code),
					   STR_ARG(part_title(p, i)), STR_ARG(res->key),
					   STR_ARG(part_open_text(p, res, i))));
			break; /* one is enough to say so; the report has all */
		}
	}
}

void container_report_fix(const struct part *p)
{
	for (size_t i = 0; i < p->a->recommendations->n; i++) {
		if (part_shows(p, i) && p->a->results[i].count[ASSESSED_UNHEALTHY] > 0)
			put_recommendation(p, i);
		benchmark_step(p->report);
	}
	put_rest(p, ASSESSED_DECISION, TEXT_FIX_TO_DECIDE);
	put_rest(p, ASSESSED_ERROR, TEXT_FIX_NOT_JUDGED);
}
