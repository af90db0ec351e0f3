/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/history_mask.h"

#include "base/buf.h"
#include "oci/digest.h"

#define MASK	   "***"
#define TEXT_MAX   (64u << 10) /* of a command that is looked at; the rest is cut off */
#define HASH_TRIES 200000u     /* bytes hashed to find one secret, in units of 64 */

static bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }

/* Part of a name that stands for a credential. */
static bool is_credential(str name)
{
	static const char *const parts[] = { "passw",	    "passphrase", "secret",   "token",
					     "apikey",	    "api_key",	  "api-key",  "credential",
					     "private_key", "access_key", "auth_key", "pwd" };
	char lower[64];
	size_t n = name.n < sizeof(lower) ? name.n : sizeof(lower);

	for (size_t i = 0; i < n; i++)
		lower[i] = to_lower(name.p[name.n - n + i]);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_find(str_of(lower, n), str_c(parts[i])) >= 0)
			return true;
	}
	return false;
}

/* Length of the value at the head of `s`: a quoted text, or up to the next blank. */
static size_t value_length(str s)
{
	char quote = s.n > 0 && (s.p[0] == '"' || s.p[0] == '\'') ? s.p[0] : 0;
	size_t i = quote ? 1 : 0;

	while (i < s.n && (quote ? s.p[i] != quote : !is_space(s.p[i]) && !strchr(";&|", s.p[i])))
		i++;
	return quote && i < s.n ? i + 1 : i;
}

/* Where a value to be masked begins behind the name at the head of `s`; 0: none does. */
static size_t value_behind(str s, size_t name)
{
	size_t i = name;
	bool option = str_starts(s, STR("--"));

	if (name == 0 || i >= s.n || !is_credential(str_take(s, name)))
		return 0;
	if (s.p[i] == '=' || s.p[i] == ':')
		return i + 1;
	return option && is_space(s.p[i]) ? i + 1 : 0;
}

static size_t header_behind(str s)
{
	static const char *const heads[] = { "Bearer ", "Basic ", "bearer ", "basic " };

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		if (str_starts(s, str_c(heads[i])))
			return strlen(heads[i]);
	}
	return 0;
}

/* "user:password" of "://user:password@": its length, 0 when there is none. */
static size_t user_behind(str s)
{
	for (size_t i = 0; i < s.n && !is_space(s.p[i]) && s.p[i] != '/' && s.p[i] != '"'; i++) {
		if (s.p[i] == '@')
			return i;
	}
	return 0;
}

static void mask_words(str text, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		str rest = str_skip(text, i);
		size_t word = 0, skip = 0, length = 0;

		if (str_starts(rest, STR("://"))) {
			skip = 3;
			length = user_behind(str_skip(rest, 3));
		} else if (i == 0 || !is_word(text.p[i - 1])) {
			while (word < rest.n && is_word(rest.p[word]))
				word++;
			skip = value_behind(rest, word);
			skip = skip ? skip : header_behind(rest);
			length = skip ? value_length(str_skip(rest, skip)) : 0;
		}
		if (length > 0) {
			buf_add(out, str_take(rest, skip));
			BUF_LIT(out, MASK);
			i += skip + length;
			continue;
		}
		skip = word > 0 ? word : 1;
		buf_add(out, str_take(rest, skip));
		i += skip;
	}
}

/* Where the value of a finding stands in the text; -1: it cannot be told. */
static ptrdiff_t find_secret(str text, const struct secret_finding *s, struct arena *arena)
{
	uint64_t work = 0;

	if (s->length == 0 || s->length > text.n)
		return -1;
	for (size_t i = 0; i + s->length <= text.n && work < HASH_TRIES; i++) {
		str piece = str_of(text.p + i, (size_t)s->length);

		if (!str_starts(piece, s->shown))
			continue;
		work += 1 + s->length / 64;
		if (str_starts(digest_encoded(digest_sha256(piece, arena)), s->digest))
			return (ptrdiff_t)i;
	}
	return -1;
}

static bool is_step(const struct secret_finding *s, size_t step)
{
	uint64_t n;

	return s->place == SECRET_HISTORY && str_u64(s->path, &n) && n == step;
}

str history_mask(str text, const struct secret_finding *secrets, size_t n, size_t step,
		 struct arena *arena)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	str left = str_take(text, TEXT_MAX);

	for (size_t i = 0; step > 0 && i < n; i++) {
		if (!is_step(&secrets[i], step))
			continue;
		ptrdiff_t at = find_secret(left, &secrets[i], scratch);
		if (at < 0)
			return STR(MASK);
		left = str_fmt(scratch, "%.*s" MASK "%.*s", (int)at, left.p,
			       STR_ARG(str_skip(left, (size_t)at + (size_t)secrets[i].length)));
	}
	buf_init(&b, 4 * TEXT_MAX);
	mask_words(left, &b);
	return str_dup(arena, buf_str(&b));
}
