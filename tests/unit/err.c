/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>

#include "test.h"

TEST(errors_read_outside_in)
{
	struct err err;

	CHECK_INT(err_set(&err, ERR_INPUT, "truncated at %d", 7), -1);
	CHECK_INT(err_wrap(&err, "layer %d", 2), -1);
	err_wrap(&err, "image x");
	CHECK_STR(err.msg, "image x: layer 2: truncated at 7");
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(errno_decides_the_kind)
{
	struct err err;

	err_sys(&err, ENOENT, "open %s", "a");
	CHECK_STR(err.msg, "open a: No such file or directory");
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	err_sys(&err, EPERM, "x");
	CHECK_INT(err.kind, ERR_DENIED);
	err_sys(&err, EIO, "x");
	CHECK_INT(err.kind, ERR_SYS);
	CHECK_INT(err.code, EIO);
}

TEST(control_bytes_do_not_reach_the_terminal)
{
	struct err err;

	err_set(&err, ERR_INPUT, "bad \x1b[31mname\n\x7f");
	CHECK_STR(err.msg, "bad ?[31mname??");
	err_set(&err, ERR_INPUT,
		"\xc2\x9b"
		"2J caf\xc3\xa9");
	CHECK_STR(err.msg, "??2J caf\xc3\xa9");
}

TEST(long_texts_are_cut_visibly)
{
	struct err err;
	size_t n;

	err_set(&err, ERR_INPUT, "%02000d", 1);
	n = strlen(err.msg);
	CHECK_INT(n, sizeof(err.msg) - 1);
	CHECK_STR(err.msg + n - 3, "...");
}

TEST(kinds_have_stable_names)
{
	for (int kind = ERR_NONE; kind <= ERR_INTERRUPTED; kind++)
		CHECK_INT(err_kind_from(str_c(err_kind_name((enum err_kind)kind))), kind);
	CHECK_INT(err_kind_from(STR("no such kind")), ERR_NONE);
}
