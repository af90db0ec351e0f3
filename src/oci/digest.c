/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/digest.h"

#include <assert.h>

#include "base/err.h"
#include "base/sha.h"

/* Registered algorithms and the hex digits they must have. */
static const struct algorithm {
	str name;
	size_t hex;
	enum sha_kind kind; /* SHA_KINDS: known but not computed */
} algorithms[] = {
	{ STR_INIT("sha256"), 64, SHA_KIND_256 },
	{ STR_INIT("sha384"), 96, SHA_KIND_384 },
	{ STR_INIT("sha512"), 128, SHA_KIND_512 },
	{ STR_INIT("blake3"), 64, SHA_KINDS },
};

static const struct algorithm *algorithm_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		if (str_eq(algorithms[i].name, name))
			return &algorithms[i];
	}
	return NULL;
}

/* component *( [+._-] component ), component = 1*[a-z0-9] */
static bool algorithm_valid(str s)
{
	bool after_separator = true;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= 'a' && c <= 'z') || is_digit(c);

		if (!word && (after_separator || !memchr("+._-", c, 4)))
			return false;
		after_separator = !word;
	}
	return !after_separator;
}

static bool is_lower_hex(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	}
	return true;
}

bool digest_valid(str s)
{
	str name, encoded;

	if (s.n > DIGEST_MAX_BYTES || !str_cut(s, ':', &name, &encoded))
		return false;
	if (!algorithm_valid(name) || str_empty(encoded))
		return false;
	for (size_t i = 0; i < encoded.n; i++) {
		char c = encoded.p[i];

		if (!is_alnum(c) && c != '=' && c != '_' && c != '-')
			return false;
	}
	const struct algorithm *known = algorithm_find(name);

	return !known || (encoded.n == known->hex && is_lower_hex(encoded));
}

str digest_algorithm(str s)
{
	ptrdiff_t colon = str_find_char(s, ':');

	return colon < 0 ? s : str_take(s, (size_t)colon);
}

str digest_encoded(str s)
{
	ptrdiff_t colon = str_find_char(s, ':');

	return colon < 0 ? STR_EMPTY : str_skip(s, (size_t)colon + 1);
}

bool digest_computable(str s)
{
	const struct algorithm *known = algorithm_find(digest_algorithm(s));

	return known && known->kind != SHA_KINDS;
}

int hasher_init(struct hasher *hasher, str digest, struct err *err)
{
	str name = digest_algorithm(digest);
	const struct algorithm *known = algorithm_find(name);

	if (!digest_computable(digest))
		return err_set(err, ERR_UNSUPPORTED, "digest algorithm '%.*s' is not supported",
			       STR_ARG(str_take(name, 64)));
	*hasher = (struct hasher){ .context = mem_alloc(sizeof(struct sha)) };
	sha_init(hasher->context, known->kind);
	memcpy(hasher->algorithm, known->name.p, known->name.n);
	return 0;
}

void hasher_add(struct hasher *hasher, const void *bytes, size_t n)
{
	sha_add(hasher->context, bytes, n);
}

void hasher_text(struct hasher *hasher, char out[DIGEST_TEXT_MAX])
{
	size_t at = strlen(hasher->algorithm);

	memcpy(out, hasher->algorithm, at);
	out[at++] = ':';
	(void)sha_end_hex(hasher->context, out + at);
}

int hasher_verify(struct hasher *hasher, str digest, struct err *err)
{
	char got[DIGEST_TEXT_MAX];

	hasher_text(hasher, got);
	if (str_eq(str_c(got), digest))
		return 0;
	return err_set(err, ERR_INPUT, "wrong digest: the content has %s instead of %.*s", got,
		       STR_ARG(digest));
}

void hasher_done(struct hasher *hasher)
{
	if (!hasher)
		return;
	free(hasher->context);
	hasher->context = NULL;
}

int digest_verify(str bytes, str digest, struct err *err)
{
	AUTO(hasher_done)
	struct hasher hasher = { 0 };

	if (hasher_init(&hasher, digest, err) < 0)
		return -1;
	hasher_add(&hasher, bytes.p, bytes.n);
	return hasher_verify(&hasher, digest, err);
}

str digest_sha256(str bytes, struct arena *arena)
{
	AUTO(hasher_done)
	struct hasher hasher = { 0 };
	char text[DIGEST_TEXT_MAX];
	struct err err;
	int ok = hasher_init(&hasher, STR("sha256"), &err);

	assert(ok == 0);
	hasher_add(&hasher, bytes.p, bytes.n);
	hasher_text(&hasher, text);
	return str_dup(arena, str_c(text));
}
