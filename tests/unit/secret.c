/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret/binary.h"
#include "scan/secret/search.h"

#include "base/buf.h"
#include "scan/secret/keyword.h"
#include "scan/secret/skip.h"
#include "secret_sample.h"
#include "test.h"

#define ROUNDS 24u /* texts made of each sample */

/* A file of the name that the kind asks for. */
static str path_for(struct arena *arena, const struct secret_kind *kind)
{
	str path = kind->path_n > 0 ? kind->paths[0] : STR("app/settings.txt");
	struct buf b;

	buf_init(&b, 4096);
	path = str_without_prefix(path, STR("**/"));
	for (size_t i = 0; i < path.n; i++)
		buf_byte(&b, path.p[i] == '*' ? 'a' : path.p[i]);
	path = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return path;
}

struct fixture {
	struct arena *arena;
	struct secret_kinds kinds;
	struct secret_search *search;
};

static void fixture_init(struct fixture *f)
{
	struct err err;

	*f = (struct fixture){ .arena = arena_new() };
	CHECK_OK(secret_kinds_builtin(f->arena, &f->kinds, &err));
	CHECK_OK(secret_search_new(&f->kinds, &f->search, &err));
	CHECK_OK(secret_search_check(f->search, &err));
}

static void fixture_done(struct fixture *f)
{
	secret_search_free(f->search);
	arena_free(f->arena);
}

static size_t find_in(struct fixture *f, str path, str text, const struct secret_found **found)
{
	size_t n;

	secret_search_begin(f->search, path, text_sniff(str_take(text, 1024)));
	secret_search_take(f->search, text);
	secret_search_end(f->search);
	*found = secret_search_found(f->search, &n);
	return n;
}

static bool finds(struct fixture *f, str path, str text, str id)
{
	const struct secret_found *found;
	size_t n = find_in(f, path, text, &found);

	for (size_t i = 0; i < n; i++) {
		if (str_eq(found[i].kind->id, id))
			return true;
	}
	return false;
}

/* ---- kinds ---- */

TEST(there_are_at_least_120_kinds)
{
	struct fixture f;

	fixture_init(&f);
	CHECK(f.kinds.n >= 120);
	fixture_done(&f);
}

TEST(each_kind_finds_what_its_sample_describes_among_other_text)
{
	struct fixture f;
	struct buf missing;

	fixture_init(&f);
	buf_init(&missing, 1u << 16);
	for (size_t i = 0; i < f.kinds.n; i++) {
		const struct secret_kind *kind = &f.kinds.items[i];
		str path = path_for(f.arena, kind);
		unsigned hits = 0;

		for (unsigned round = 0; round < ROUNDS; round++) {
			str text = str_cat(
				f.arena, STR("first line\n"),
				str_cat(f.arena,
					secret_sample(f.arena, kind->sample, i * ROUNDS + round),
					STR("\nlast line\n")));

			hits += finds(&f, path, text, kind->id);
			if (secret_search_gave_up(f.search))
				buf_fmt(&missing, " %.*s gave up", STR_ARG(kind->id));
		}
		/* A random text may lack what a kind asks of a value: a digit, for instance. */
		if (hits < ROUNDS * 3 / 4)
			buf_fmt(&missing, " %.*s %u", STR_ARG(kind->id), hits);
	}
	CHECK_STR_EQ(buf_str(&missing), STR_EMPTY);
	buf_done(&missing);
	fixture_done(&f);
}

/* ---- files that are no text ---- */

/* Bytes of a program: few of them printable in a row. */
static void put_noise(struct buf *b, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		buf_byte(b, i % 7 == 0 ? '\0' : (char)(*seed >> 56));
	}
}

static void put_wide(struct buf *b, str text)
{
	for (size_t i = 0; i < text.n; i++) {
		buf_byte(b, text.p[i]);
		buf_byte(b, '\0');
	}
}

/* Finds of one kind in a program that holds the text, taken in pieces. */
static size_t finds_in_program(struct fixture *f, struct secret_binary *binary, str text, bool wide,
			       size_t piece, str id)
{
	const struct secret_search *search = wide ? binary->wide : binary->narrow;
	const struct secret_found *found;
	struct buf b;
	uint64_t seed = piece + text.n;
	size_t n, hits = 0;

	(void)f;
	buf_init(&b, 1u << 16);
	put_noise(&b, 777 + piece % 2, &seed);
	buf_byte(&b, '\0');
	buf_byte(&b, '\0');
	if (wide)
		put_wide(&b, text);
	else
		buf_add(&b, text);
	buf_byte(&b, '\0');
	buf_byte(&b, '\0');
	put_noise(&b, 333, &seed);
	secret_binary_begin(binary, STR("usr/bin/app"));
	for (str rest = buf_str(&b); rest.n > 0; rest = str_skip(rest, piece))
		secret_binary_take(binary, str_take(rest, piece));
	secret_binary_end(binary);
	buf_done(&b);
	found = secret_search_found(search, &n);
	for (size_t i = 0; i < n; i++)
		hits += str_eq(found[i].kind->id, id);
	return hits;
}

TEST(marked_kinds_are_found_in_programs_in_both_widths_and_across_pieces)
{
	static const size_t pieces[] = { 1, 7, 64, 1000, 1u << 16 };
	struct secret_binary *binary;
	struct fixture f;
	struct err err;

	fixture_init(&f);
	CHECK_OK(secret_binary_new(&f.kinds, f.arena, &binary, &err));
	CHECK(binary->kinds.n >= 60 && binary->kinds.n < f.kinds.n / 2);
	for (size_t i = 0; i < binary->kinds.n; i++) {
		const struct secret_kind *kind = &binary->kinds.items[i];
		size_t narrow = 0, wide = 0;

		CHECK(kind->path_n == 0);
		for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
			str text = secret_sample(f.arena, kind->sample, i * 100 + k);

			CHECK(text.n >= WORD_MIN);
			narrow += finds_in_program(&f, binary, text, false, pieces[k], kind->id);
			wide += finds_in_program(&f, binary, text, true, pieces[k], kind->id);
		}
		/* A random text may lack what a kind asks of a value. */
		if (narrow < ARRAY_LEN(pieces) - 1 || wide != narrow)
			test_fail(__FILE__, __LINE__, "%.*s: %zu, %zu", STR_ARG(kind->id), narrow,
				  wide);
	}
	secret_binary_free(binary);
	fixture_done(&f);
}

TEST(what_is_no_run_of_its_own_is_not_found_in_programs)
{
	struct secret_binary *binary;
	struct fixture f;
	struct err err;

	fixture_init(&f);
	CHECK_OK(secret_binary_new(&f.kinds, f.arena, &binary, &err));
	str pat = secret_sample(f.arena, secret_kind_find(&f.kinds, STR("github-pat"))->sample, 5);
	str cut = str_fmt(f.arena, "%.*s%c%.*s", 20, pat.p, '\1', (int)pat.n - 20, pat.p + 20);

	CHECK_INT(finds_in_program(&f, binary, pat, false, 4096, STR("github-pat")), 1);
	CHECK_INT(finds_in_program(&f, binary, cut, false, 4096, STR("github-pat")), 0);
	/* General forms stand in programs by the thousand. */
	CHECK_INT(finds_in_program(&f, binary, STR("password = \"Zk3j9x7Lq0Vb\""), false, 4096,
				   STR("generic-private-setting")),
		  0);
	CHECK(secret_binary_is_packed(STR("PK\3\4....")));
	CHECK(!secret_binary_is_packed(STR("\x7f"
					   "ELF\2\1")));
	secret_binary_free(binary);
	fixture_done(&f);
}

/* ---- forms of text ---- */

/* The sample of a kind, made with a seed. */
static str sample_of(struct fixture *f, const char *id, uint64_t seed)
{
	const struct secret_kind *kind = secret_kind_find(&f->kinds, str_c(id));

	CHECK(kind != NULL);
	return secret_sample(f->arena, kind->sample, seed);
}

TEST(a_token_inside_a_longer_word_is_another_text)
{
	struct fixture f;

	fixture_init(&f);
	str token = sample_of(&f, "github-pat", 1);
	CHECK(finds(&f, STR("a"), token, STR("github-pat")));
	CHECK(!finds(&f, STR("a"), str_cat(f.arena, STR("x"), token), STR("github-pat")));
	CHECK(!finds(&f, STR("a"), str_drop_end(token, 1), STR("github-pat")));
	str aws = sample_of(&f, "aws-access-key-id", 3);
	CHECK(finds(&f, STR("a"), aws, STR("aws-access-key-id")));
	CHECK(!finds(&f, STR("a"), str_cat(f.arena, aws, STR("A")), STR("aws-access-key-id")));
	CHECK(!finds(&f, STR("a"), str_lower(f.arena, aws), STR("aws-access-key-id")));
	fixture_done(&f);
}

/* A key whose form says what it is counts whatever it spells: who plants one wants it found. */
TEST(a_form_of_its_own_is_found_even_in_a_sample)
{
	struct fixture f;

	fixture_init(&f);
	CHECK(finds(&f, STR("a"), str_cat(f.arena, STR("AKIA"), STR("IOSFODNN7EXAMPLE")),
		    STR("aws-access-key-id")));
	fixture_done(&f);
}

TEST(samples_of_documentation_are_no_secrets)
{
	static const char *const texts[] = {
		"password = \"your_password_1234\"", "api_key: 'xxxxxxxx12345678'",
		"secret: \"${VAULT_SECRET_42}\"",    "token = 'changeme-123456'",
		"https://user:password@host/",	     "password = getpass(prompt1234)",
		"APP_SECRET={{ lookup_1234 }}",	     "password: 'example-pass-1'",
	};
	struct fixture f;
	const struct secret_found *found;

	fixture_init(&f);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (find_in(&f, STR("a.txt"), str_c(texts[i]), &found) != 0)
			test_fail(__FILE__, __LINE__, "%s: %.*s", texts[i],
				  STR_ARG(found[0].kind->id));
	}
	fixture_done(&f);
}

/* Little or big endian, with or without a mark. */
static str widen(struct arena *arena, str text, bool big, bool mark)
{
	char *out = arena_bytes(arena, 2 * text.n + 2);
	size_t n = 0;

	if (mark) {
		out[n++] = (char)(big ? 0xfe : 0xff);
		out[n++] = (char)(big ? 0xff : 0xfe);
	}
	for (size_t i = 0; i < text.n; i++) {
		out[n++] = big ? 0 : text.p[i];
		out[n++] = big ? text.p[i] : 0;
	}
	return str_of(out, n);
}

TEST(utf16_is_text_and_binaries_are_not)
{
	struct fixture f;

	fixture_init(&f);
	str token = sample_of(&f, "github-pat", 5);
	str text = str_cat(f.arena, STR("first\r\nkey: "), token);
	for (unsigned form = 0; form < 4; form++) {
		const struct secret_found *found;
		str wide = widen(f.arena, text, form & 1, form & 2);

		CHECK_INT(find_in(&f, STR("a"), wide, &found), 1);
		CHECK_INT(found[0].line, 2);
		CHECK_INT(found[0].length, token.n);
	}
	CHECK_INT(text_sniff(str_of("\177ELF\2\1\1\0\0\0", 10)), TEXT_BINARY);
	CHECK_INT(text_sniff(STR("\x01\x02\x03\x04\x05\x06")), TEXT_BINARY);
	CHECK_INT(text_sniff(STR("caf\xe9 \x1b[1m\n")), TEXT_BYTES);
	CHECK_INT(text_sniff(STR_EMPTY), TEXT_BYTES);
	fixture_done(&f);
}

/* A token at every place around the borders of windows and pieces is found once, with its line. */
TEST(borders_of_windows_hide_nothing)
{
	static const size_t borders[] = { 90000, 94208, 98304, 196096 };
	struct fixture f;

	fixture_init(&f);
	str token = sample_of(&f, "github-pat", 9);
	size_t size = 300000;
	char *text = arena_bytes(f.arena, size);
	for (size_t b = 0; b < ARRAY_LEN(borders); b++) {
		for (size_t at = borders[b] - 60; at < borders[b] + 60; at += 7) {
			const struct secret_found *found;
			size_t n;

			for (size_t i = 0; i < size; i++)
				text[i] = i % 80 == 79 ? '\n' : ' ';
			memcpy(text + at, token.p, token.n);
			secret_search_begin(f.search, STR("a"), TEXT_BYTES);
			for (str rest = str_of(text, size); rest.n > 0; rest = str_skip(rest, 4099))
				secret_search_take(f.search, str_take(rest, 4099));
			secret_search_end(f.search);
			found = secret_search_found(f.search, &n);
			CHECK_INT(n, 1);
			CHECK_INT(found[0].from, at);
			CHECK_INT(found[0].line, 1 + at / 80);
		}
	}
	fixture_done(&f);
}

/* ---- what is told, and how much ---- */

TEST(at_most_a_quarter_and_four_characters_of_a_value_are_told)
{
	char shown[VALUE_SHOWN + 1], digest[VALUE_DIGEST_HEX + 1];

	value_shown(STR("abc"), shown);
	CHECK_STR(shown, "");
	value_shown(STR("abcdefgh"), shown);
	CHECK_STR(shown, "ab");
	value_shown(STR("a\x01"
			"cdefghijklmnopqrstuvwxyz"),
		    shown);
	CHECK_STR(shown, "a?cd");
	value_digest(STR("abc"), digest);
	CHECK_STR(digest, "ba7816");
}

TEST(findings_over_the_limit_are_counted)
{
	struct fixture f;
	struct buf b;
	size_t n;

	fixture_init(&f);
	buf_init(&b, 1u << 20);
	for (unsigned i = 0; i < SEARCH_FOUND_MAX + 5; i++) {
		buf_add(&b, sample_of(&f, "github-pat", i));
		buf_byte(&b, '\n');
	}
	secret_search_begin(f.search, STR("a"), TEXT_BYTES);
	secret_search_take(f.search, buf_str(&b));
	secret_search_end(f.search);
	IGNORE(secret_search_found(f.search, &n)); /* their number is enough */
	CHECK_INT(n, SEARCH_FOUND_MAX);
	CHECK_INT(secret_search_dropped(f.search), 5);
	buf_done(&b);
	fixture_done(&f);
}

TEST(text_that_is_all_keywords_ends_and_says_so)
{
	struct fixture f;
	struct buf b;

	fixture_init(&f);
	buf_init(&b, 8u << 20);
	while (b.n < 4u << 20)
		BUF_LIT(&b, "eyJeyJ-----BEGIN ://");
	secret_search_begin(f.search, STR("a"), TEXT_BYTES);
	secret_search_take(f.search, buf_str(&b));
	secret_search_end(f.search);
	CHECK(secret_search_gave_up(f.search));
	buf_done(&b);
	fixture_done(&f);
}

TEST(the_more_exact_of_two_kinds_counts)
{
	struct fixture f;
	const struct secret_found *found;

	fixture_init(&f);
	str text = str_cat(f.arena, STR("APP_TOKEN=\""),
			   str_cat(f.arena, sample_of(&f, "github-pat", 7), STR("\"")));
	CHECK_INT(find_in(&f, STR(".env"), text, &found), 1);
	CHECK_STRV(found[0].kind->id, "github-pat");
	fixture_done(&f);
}

/* ---- lists and data ---- */

TEST(skips_are_by_folder_name_and_end)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_skips skips;
	struct err err;

	CHECK_OK(secret_skips_parse(secret_skip_text(), arena, &skips, &err));
	CHECK(secret_skips_has(&skips, STR("usr/share/doc/a/README")));
	CHECK(!secret_skips_has(&skips, STR("usr/share/docker/config.json")));
	CHECK(secret_skips_has(&skips, STR("go/x/testdata/key.pem")));
	CHECK(!secret_skips_has(&skips, STR("go/testdata")));
	CHECK(secret_skips_has(&skips, STR("app/go.sum")));
	CHECK(secret_skips_has(&skips, STR("app/de.po")));
	CHECK(!secret_skips_has(&skips, STR("app/.env")));
	CHECK_FAIL(secret_skips_parse(STR("around x\n"), arena, &skips, &err));
}

TEST(data_that_makes_no_sense_is_refused_with_its_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;
	struct err err;

	CHECK_FAIL(secret_kinds_parse(STR("[a]\ncolour red\n"), arena, &kinds, &err));
	CHECK_STR(err.msg, "line 2: 'colour red' makes no sense");
	CHECK_FAIL(secret_kinds_parse(STR("[a]\ntitle t\n"), arena, &kinds, &err));
	CHECK_STR(err.msg, "kind a lacks a setting");
	CHECK_FAIL(
		secret_kinds_parse(STR("[a]\ntitle t\nja t\nseverity low\nregex x\nkeyword ab\n"),
				   arena, &kinds, &err));
	CHECK_STR(err.msg, "kind a: keyword 'ab' is too short");
}
