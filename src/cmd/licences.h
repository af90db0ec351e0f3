/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * licences: the options about licences. A command puts LICENCES_OPTIONS(base) into its table; the
 * values are then at base + LICENCES_...
 */
#include "cmd/command.h"
#include "report/licence.h"

enum licences_option {
	LICENCES_ALLOW,
	LICENCES_DENY,
	LICENCES_IGNORED,
	LICENCES_CONFIDENCE,
	LICENCES_FULL,
	LICENCES_OPTION_COUNT
};

/* clang-format off */
#define LICENCES_OPTIONS(base) \
	[(base) + LICENCES_ALLOW] = { \
		.name = "license-allow", .arg = "LIST", .list = true, \
		.help = { "Only these licences are permitted: SPDX identifiers, patterns (BSD-*) or categories", \
			  "許可するライセンス（SPDX 識別子、BSD-* などのパターン、分類）。ほかはすべて許可外" }, \
	}, \
	[(base) + LICENCES_DENY] = { \
		.name = "license-deny", .arg = "LIST", .list = true, \
		.help = { "These licences are forbidden, whatever their category", \
			  "分類によらず禁止するライセンス" }, \
	}, \
	[(base) + LICENCES_IGNORED] = { \
		.name = "ignored-licenses", .arg = "LIST", .list = true, \
		.help = { "Do not show these licences", "表示しないライセンス" }, \
	}, \
	[(base) + LICENCES_CONFIDENCE] = { \
		.name = "license-confidence-level", .arg = "SHARE", .preset = "0.9", \
		.check = licences_check_confidence, \
		.help = { "How sure the recognition of a licence text must be, 0.7 to 1", \
			  "ライセンス文を認識とみなす確信度（0.7〜1）" }, \
	}, \
	[(base) + LICENCES_FULL] = { \
		.name = "license-full", \
		.help = { "Look for licences in all text files too, by their first lines", \
			  "すべてのテキストファイルの先頭からもライセンスを探す" }, \
	}
/* clang-format on */

int licences_check_confidence(str value, struct err *err) MUST_USE;
/* True when one of the options was given: then licences are asked for. */
bool licences_given(const struct invocation *in, size_t base);
/* In the invocation's arena. */
const struct licence_opts *licences_take(const struct invocation *in, size_t base);
