/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* sniff: whether a file is text, told from its first bytes; text in UTF-16 is made bytes. */
#include "base/str.h"

enum text_form { TEXT_BINARY, TEXT_BYTES, TEXT_UTF16_LE, TEXT_UTF16_BE };

/* By a byte order mark; else a NUL byte, or many control characters, make it binary, unless every
 * second byte is NUL. */
enum text_form text_sniff(str head);

/* Makes one byte of each code unit: what is not ASCII becomes 0x80. `odd` keeps a byte that was cut
 * off from its second one. */
struct utf16 {
	bool big;
	bool has_odd;
	unsigned char odd;
};
/* `out` has room for n / 2 + 1 bytes; how many were written. */
size_t utf16_narrow(struct utf16 *state, str piece, char *out);
