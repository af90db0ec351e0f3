/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/answer.h"

#include "cmd/output.h"
#include "report/term.h"

const char *const answer_formats[] = { "table", "json", NULL };

bool answer_is_json(const struct invocation *in, size_t option)
{
	return str_eq(option_text(&in->options, option), STR("json"));
}

size_t answer_columns(const struct invocation *in, str output)
{
	(void)in;
	return output.n ? 0 : term_columns(STDOUT_FILENO);
}

int answer_write(const struct invocation *in, str path, const struct buf *text, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };

	if (text->overflow)
		return err_set(err, ERR_LIMIT, "an answer of more than %u bytes", ANSWER_MAX);
	if (output_open(&output, path, in->arena, err) < 0 ||
	    output_put(&output, buf_str(text), err) < 0)
		return -1;
	return output_commit(&output, err);
}
