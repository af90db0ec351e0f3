/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/text_file.h"

#include "base/err.h"
#include "fmt/file_view.h"

static uint32_t unit_at(str bytes, size_t i, bool big)
{
	const unsigned char *u = (const unsigned char *)bytes.p + i;

	return big ? (uint32_t)u[0] << 8 | u[1] : (uint32_t)u[1] << 8 | u[0];
}

static int from_utf16(str bytes, bool big, struct arena *arena, str *out, struct err *err)
{
	char *text, *to;

	if (bytes.n % 2)
		return err_set(err, ERR_INPUT, "UTF-16 text of an odd number of bytes");
	/* Two bytes become at most three, four become four. */
	to = text = arena_bytes(arena, bytes.n / 2 * 3);
	for (size_t i = 0; i < bytes.n; i += 2) {
		uint32_t cp = unit_at(bytes, i, big);

		if (cp >= 0xd800 && cp <= 0xdfff) {
			uint32_t low = i + 4 <= bytes.n ? unit_at(bytes, i + 2, big) : 0;

			if (cp > 0xdbff || low < 0xdc00 || low > 0xdfff)
				return err_set(err, ERR_INPUT,
					       "UTF-16 text: half of a surrogate pair at byte %zu",
					       i);
			cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		to += utf8_encode(cp, to);
	}
	*out = str_of(text, (size_t)(to - text));
	return 0;
}

int text_decode(str bytes, struct arena *arena, str *out, struct err *err)
{
	static const char utf32_big[] = { 0, 0, '\xfe', '\xff' };
	static const char utf32_little[] = { '\xff', '\xfe', 0, 0 };

	if (str_starts(bytes, str_of(utf32_big, 4)) || str_starts(bytes, str_of(utf32_little, 4)))
		return err_set(err, ERR_UNSUPPORTED, "text in UTF-32");
	if (str_starts(bytes, STR("\xff\xfe")))
		return from_utf16(str_skip(bytes, 2), false, arena, out, err);
	if (str_starts(bytes, STR("\xfe\xff")))
		return from_utf16(str_skip(bytes, 2), true, arena, out, err);
	if (bytes.n >= 2 && bytes.p[0] && !bytes.p[1])
		return from_utf16(bytes, false, arena, out, err);
	if (bytes.n >= 2 && !bytes.p[0] && bytes.p[1])
		return from_utf16(bytes, true, arena, out, err);
	*out = str_without_prefix(bytes, STR("\xef\xbb\xbf"));
	return 0;
}

int text_file_load(const struct file_view *file, size_t max, struct arena *arena, str *out,
		   struct err *err)
{
	str bytes;

	if (file_view_load(file, max, arena, &bytes, err) < 0)
		return -1;
	return text_decode(bytes, arena, out, err);
}

int text_file_view(const struct file_view *file, size_t max, struct arena *arena,
		   struct file_view *out, struct err *err)
{
	char head[4];
	size_t n = file->size < sizeof(head) ? (size_t)file->size : sizeof(head);
	str text;

	if (file_view_pread(file, head, n, 0, err) < 0)
		return -1;
	*out = *file;
	if (!text_is_wide(str_of(head, n)))
		return 0;
	if (text_file_load(file, max, arena, &text, err) < 0)
		return -1;
	*out = file_view_text(file->path, text);
	out->companion = file->companion;
	return 0;
}

int text_check(str text, struct err *err)
{
	const char *nul = text.n > 0 ? memchr(text.p, 0, text.n) : NULL;

	return nul ? err_set(err, ERR_INPUT, "a NUL byte at %zu: this is no text",
			     (size_t)(nul - text.p))
		   : 0;
}

uint32_t text_line_of(struct text_lines *lines, const char *p)
{
	const char *start = lines->text.p, *hit;
	size_t to;

	if (!p || !start || p < start || p > start + lines->text.n)
		return 0;
	to = (size_t)(p - start);
	if (to < lines->at)
		return 0;
	while (lines->at < to && (hit = memchr(start + lines->at, '\n', to - lines->at))) {
		lines->at = (size_t)(hit - start) + 1;
		lines->line++;
	}
	lines->at = to;
	return lines->line + 1;
}
