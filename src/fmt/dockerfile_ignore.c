/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions in comments, in the forms of several tools:
 *   seawall:ignore=ID[,ID][ reason]      the instruction that follows
 *   seawall:ignore-file=ID[,ID][ reason] the whole file
 *   trivy:ignore:ID[:exp:YYYY-MM-DD]     the instruction that follows; several in one line
 *   hadolint ignore=ID[,ID]              the instruction that follows
 *   hadolint global ignore=ID[,ID]       the whole file
 *   checkov:skip=ID[:reason]             the whole file, wherever it stands
 * A comment inside of an instruction holds for that.
 */
#include "fmt/dockerfile_internal.h"

static struct dockerfile_ignore *add(struct dockerfile_reader *reader, bool whole)
{
	reader->ignores = arena_grow(reader->arena, reader->ignores, reader->ignore_n,
				     &reader->ignore_cap, sizeof(*reader->ignores));
	struct dockerfile_ignore *ignore = &reader->ignores[reader->ignore_n++];

	*ignore = (struct dockerfile_ignore){ .comment = reader->line };
	if (!whole)
		ignore->line = UINT32_MAX; /* waits for its instruction */
	return ignore;
}

/* Splits "ID,ID reason" at the first blank that follows no comma. */
static void split_ids(str text, str *ids, str *reason)
{
	size_t i = 0;

	text = str_trim(text);
	while (i < text.n) {
		size_t blank = i;

		while (blank < text.n && is_space(text.p[blank]))
			blank++;
		if (blank > i && !(i > 0 && text.p[i - 1] == ',') &&
		    !(blank < text.n && text.p[blank] == ','))
			break;
		i = blank > i ? blank : i + 1;
	}
	*ids = str_take(text, i);
	*reason = str_trim(str_skip(text, i));
	while (reason->n > 0 && (reason->p[0] == ':' || reason->p[0] == '#' || reason->p[0] == '-'))
		*reason = str_trim(str_skip(*reason, 1));
}

static void take_trivy(struct dockerfile_reader *reader, str text)
{
	while (str_starts(text, STR("trivy:ignore:"))) {
		struct dockerfile_ignore *ignore = add(reader, false);
		size_t end = 0;

		text = str_skip(text, STR("trivy:ignore:").n);
		while (end < text.n && !is_space(text.p[end]))
			end++;
		str rule = str_take(text, end);
		ptrdiff_t exp = str_find(rule, STR(":exp:"));
		ptrdiff_t colon = str_find_char(rule, ':');
		ptrdiff_t bracket = str_find_char(rule, '[');

		if (exp >= 0) {
			str until = str_skip(rule, (size_t)exp + 5);

			colon = str_find_char(until, ':');
			ignore->until = colon >= 0 ? str_take(until, (size_t)colon) : until;
			colon = exp;
		}
		if (colon >= 0)
			rule = str_take(rule, (size_t)colon);
		else if (bracket >= 0)
			rule = str_take(rule, (size_t)bracket);
		ignore->ids = rule;
		ignore->form = STR("trivy");
		text = str_trim(str_skip(text, end));
		if (!str_starts(text, STR("trivy:ignore:")))
			ignore->reason = text;
	}
}

static void take_hadolint(struct dockerfile_reader *reader, str text)
{
	bool whole = str_starts(text, STR("global"));

	text = str_trim(str_without_prefix(text, STR("global")));
	if (!str_starts(text, STR("ignore")))
		return;
	text = str_trim(str_skip(text, STR("ignore").n));
	if (text.n == 0 || text.p[0] != '=')
		return;
	struct dockerfile_ignore *ignore = add(reader, whole);
	split_ids(str_skip(text, 1), &ignore->ids, &ignore->reason);
	ignore->form = STR("hadolint");
}

void dockerfile_comment(struct dockerfile_reader *reader, str comment)
{
	static const str own = STR_INIT("seawall:ignore=");
	static const str own_file = STR_INIT("seawall:ignore-file=");
	static const str checkov = STR_INIT("checkov:skip=");
	static const str hadolint = STR_INIT("hadolint ");
	str text = str_trim(comment), id, reason;

	if (str_starts(text, own) || str_starts(text, own_file)) {
		bool whole = str_starts(text, own_file);
		struct dockerfile_ignore *ignore = add(reader, whole);

		split_ids(str_skip(text, whole ? own_file.n : own.n), &ignore->ids,
			  &ignore->reason);
		ignore->form = STR("seawall");
	} else if (str_starts(text, STR("trivy:ignore:"))) {
		take_trivy(reader, text);
	} else if (str_starts(text, hadolint)) {
		take_hadolint(reader, str_trim(str_skip(text, hadolint.n)));
	} else if (str_starts(text, checkov)) {
		struct dockerfile_ignore *ignore = add(reader, true);

		text = str_skip(text, checkov.n);
		if (str_cut(text, ':', &id, &reason)) {
			ignore->ids = str_trim(id);
			ignore->reason = str_trim(reason);
		} else {
			split_ids(text, &ignore->ids, &ignore->reason);
		}
		ignore->form = STR("checkov");
	}
}

void dockerfile_ignores_settle(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	for (size_t i = reader->waiting; i < reader->ignore_n; i++) {
		if (reader->ignores[i].line != UINT32_MAX)
			continue;
		reader->ignores[i].line = item->line;
		reader->ignores[i].end_line = item->end_line;
	}
	reader->waiting = reader->ignore_n;
}
