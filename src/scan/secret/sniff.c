/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/sniff.h"

#define CONTROL_SHARE 10u /* one in so many is no text */
#define UTF16_MIN     16u /* bytes needed to tell it without a mark */

/* Every second byte from `from` on is NUL, the others seldom. */
static bool half_nul(str head, size_t from)
{
	size_t nul = 0, other = 0, pairs = head.n / 2;

	for (size_t i = 0; i + 1 < head.n; i += 2) {
		nul += head.p[i + from] == 0;
		other += head.p[i + 1 - from] == 0;
	}
	return head.n >= UTF16_MIN && other == 0 && nul * 10 >= pairs * 9;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 && !is_space((char)c) && c != 0x1b && c != '\b';
}

enum text_form text_sniff(str head)
{
	size_t control = 0;

	if (str_starts(head, STR("\xff\xfe")) && !str_starts(head, STR("\xff\xfe\0\0")))
		return TEXT_UTF16_LE;
	if (str_starts(head, STR("\xfe\xff")))
		return TEXT_UTF16_BE;
	if (head.n > 0 && memchr(head.p, 0, head.n)) {
		if (half_nul(head, 1))
			return TEXT_UTF16_LE;
		return half_nul(head, 0) ? TEXT_UTF16_BE : TEXT_BINARY;
	}
	for (size_t i = 0; i < head.n; i++)
		control += is_control((unsigned char)head.p[i]);
	return control * CONTROL_SHARE > head.n ? TEXT_BINARY : TEXT_BYTES;
}

size_t utf16_narrow(struct utf16 *state, str piece, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < piece.n; i++) {
		unsigned char byte = (unsigned char)piece.p[i];

		if (!state->has_odd) {
			state->odd = byte;
			state->has_odd = true;
			continue;
		}
		unsigned char high = state->big ? state->odd : byte;
		unsigned char low = state->big ? byte : state->odd;

		state->has_odd = false;
		out[n++] = high == 0 && low < 0x80 ? (char)low : (char)0x80;
	}
	return n;
}
