/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/ignore_comment.h"

void ignore_comment_split(str text, str *ids, str *reason)
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

static size_t read_trivy(str text, struct ignore_comment *out)
{
	size_t n = 0;

	while (n < IGNORE_COMMENT_MAX && str_starts(text, STR("trivy:ignore:"))) {
		struct ignore_comment *ignore = &out[n++];
		size_t end = 0;

		*ignore = (struct ignore_comment){ .form = STR("trivy") };
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
		text = str_trim(str_skip(text, end));
		if (!str_starts(text, STR("trivy:ignore:")))
			ignore->reason = text;
	}
	return n;
}

static size_t read_hadolint(str text, struct ignore_comment *out)
{
	bool whole = str_starts(text, STR("global"));

	text = str_trim(str_without_prefix(text, STR("global")));
	if (!str_starts(text, STR("ignore")))
		return 0;
	text = str_trim(str_skip(text, STR("ignore").n));
	if (text.n == 0 || text.p[0] != '=')
		return 0;
	*out = (struct ignore_comment){ .form = STR("hadolint"), .whole = whole };
	ignore_comment_split(str_skip(text, 1), &out->ids, &out->reason);
	return 1;
}

size_t ignore_comment_read(str comment, struct ignore_comment out[IGNORE_COMMENT_MAX])
{
	static const str own = STR_INIT("seawall:ignore=");
	static const str own_file = STR_INIT("seawall:ignore-file=");
	static const str checkov = STR_INIT("checkov:skip=");
	static const str hadolint = STR_INIT("hadolint ");
	str text = str_trim(comment), id, reason;

	if (str_starts(text, own) || str_starts(text, own_file)) {
		bool whole = str_starts(text, own_file);

		*out = (struct ignore_comment){ .form = STR("seawall"), .whole = whole };
		ignore_comment_split(str_skip(text, whole ? own_file.n : own.n), &out->ids,
				     &out->reason);
		return 1;
	}
	if (str_starts(text, STR("trivy:ignore:")))
		return read_trivy(text, out);
	if (str_starts(text, hadolint))
		return read_hadolint(str_trim(str_skip(text, hadolint.n)), out);
	if (!str_starts(text, checkov))
		return 0;
	*out = (struct ignore_comment){ .form = STR("checkov"), .whole = true };
	text = str_skip(text, checkov.n);
	if (str_cut(text, ':', &id, &reason)) {
		out->ids = str_trim(id);
		out->reason = str_trim(reason);
	} else {
		ignore_comment_split(text, &out->ids, &out->reason);
	}
	return 1;
}
