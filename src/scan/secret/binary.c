/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/binary.h"

#include "base/err.h"

static struct secret_search *search_of(const struct secret_binary *b, bool wide)
{
	return wide ? b->wide : b->narrow;
}

static void part(void *context, bool wide, str text)
{
	secret_search_take(search_of(context, wide), text);
}

/* What stands behind each other in the file does not belong together. */
static void end(void *context, bool wide)
{
	secret_search_take(search_of(context, wide), STR("\n"));
}

static void choose_kinds(const struct secret_kinds *kinds, struct arena *arena,
			 struct secret_kinds *out)
{
	*out = *kinds;
	out->items = ARENA_ARRAY(arena, struct secret_kind, kinds->n);
	out->n = 0;
	out->cap = kinds->n;
	for (size_t i = 0; i < kinds->n; i++)
		if (kinds->items[i].binary)
			out->items[out->n++] = kinds->items[i];
}

int secret_binary_new(const struct secret_kinds *kinds, struct arena *arena,
		      struct secret_binary **out, struct err *err)
{
	struct secret_binary *b = ARENA_NEW(arena, struct secret_binary);

	choose_kinds(kinds, arena, &b->kinds);
	if (secret_search_new(&b->kinds, &b->narrow, err) < 0)
		return -1;
	if (secret_search_new(&b->kinds, &b->wide, err) < 0) {
		secret_binary_free(b);
		return -1;
	}
	*out = b;
	return 0;
}

void secret_binary_free(struct secret_binary *b)
{
	if (!b)
		return;
	secret_search_free(b->narrow);
	secret_search_free(b->wide);
	b->narrow = b->wide = NULL;
}

bool secret_binary_is_packed(str head)
{
	static const str magics[] = {
		STR_INIT("\x1f\x8b"),
		STR_INIT("PK\x03\x04"),
		STR_INIT("\xfd"
			 "7zXZ"),
		STR_INIT("\x28\xb5\x2f\xfd"),
		STR_INIT("BZh"),
		STR_INIT("7z\xbc\xaf"),
		STR_INIT("\x89PNG"),
		STR_INIT("\xff\xd8\xff"),
		STR_INIT("GIF8"),
		STR_INIT("RIFF"),
		STR_INIT("OggS"),
		STR_INIT("fLaC"),
		STR_INIT("wOF"),
		STR_INIT("\x04\x22\x4d\x18"),
	};

	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (str_starts(head, magics[i]))
			return true;
	return false;
}

void secret_binary_begin(struct secret_binary *b, str path)
{
	const struct printable_out out = { .context = b, .part = part, .end = end };

	printable_begin(&b->printable, &out);
	secret_search_begin(b->narrow, path, TEXT_BYTES);
	secret_search_begin(b->wide, path, TEXT_BYTES);
}

void secret_binary_take(struct secret_binary *b, str piece)
{
	printable_take(&b->printable, piece);
}

void secret_binary_end(struct secret_binary *b)
{
	printable_end(&b->printable);
	secret_search_end(b->narrow);
	secret_search_end(b->wide);
}
