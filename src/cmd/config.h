/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * config: options from a file. Each line is `name = value`, with the long name of an option of the
 * command and the value it would have on the command line (lists with commas, flags true or false);
 * an option that may be repeated may have several lines. Blank lines and lines that begin with '#'
 * count nothing; a value may stand between double quotes to keep its blanks. The command line wins.
 * At most 1 MiB.
 */
#include "cmd/command.h"

int config_read(struct options *options, const char *path, struct err *err) MUST_USE;
/* Reads the file that the option names, if it does; then language, quiet and colour hold. */
int config_take(struct invocation *in, size_t option, struct err *err) MUST_USE;

/* clang-format off: row of a table of options */
#define CONFIG_OPTION                                                                                                            \
	{                                                                                                                        \
		.name = "config", .arg = "FILE", .complete = COMPLETE_FILE, .no_config = true,                                   \
		.help = {                                                                                                        \
			"Read options from a file of lines 'name = value'; the command line wins",                               \
			"「name = value」形式のファイルからオプションを読む（コマンドライン優先）" \
		},                                                                                                               \
	}
/* clang-format on */
