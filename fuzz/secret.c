/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for secrets. The first byte chooses: bytes of a file in pieces (what is found does not
 * depend on the pieces), the same of a program, rules of the user, or the text of the data files.
 */
#include "base/arena.h"
#include "checking_sink.h"
#include "scan/record.h"
#include "scan/secret/binary.h"
#include "scan/secret/rules.h"
#include "scan/secret/search.h"
#include "scan/secret/skip.h"

#define FOUND_MAX SEARCH_FOUND_MAX

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once: kinds are read-mostly, compiling them is not what is tested. */
static struct secret_search *the_search(void)
{
	static struct secret_kinds kinds;
	static struct secret_search *search;
	static struct arena *arena;
	struct err err;

	if (!search) {
		arena = arena_new();
		must(secret_kinds_builtin(arena, &kinds, &err) == 0);
		must(secret_search_new(&kinds, &search, &err) == 0);
	}
	return search;
}

static size_t find(struct secret_search *s, str text, size_t piece, struct secret_found *out)
{
	static const char *const paths[] = { "app/.env", "etc/shadow", "root/.netrc",
					     "a/auth.json" };
	const struct secret_found *found;
	size_t n;

	secret_search_begin(s, str_c(paths[text.n % ARRAY_LEN(paths)]),
			    text_sniff(str_take(text, 1024)));
	for (str rest = text; rest.n > 0; rest = str_skip(rest, piece))
		secret_search_take(s, str_take(rest, piece));
	secret_search_end(s);
	found = secret_search_found(s, &n);
	must(n <= FOUND_MAX);
	memcpy(out, found, n * sizeof(*out));
	return n;
}

static void check_found(const struct secret_found *f, str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct secret_finding secret = { .kind = f->kind->id,
					 .path = STR("app/.env"),
					 .line = f->line,
					 .length = f->length,
					 .shown = str_c(f->shown),
					 .digest = str_c(f->digest) };
	struct secret_finding again;
	struct json_writer w;
	struct err err;

	must(f->length > 0 && f->to - f->from == f->length && f->to <= text.n);
	must(f->line >= 1 && f->line <= text.n + 1);
	must(strlen(f->shown) <= f->length / 4);
	buf_init(&b, 1u << 16);
	json_writer_init(&w, &b, 0);
	secret_write(&secret, &w);
	must(secret_read(buf_str(&b), arena, &again, &err) == 0);
	must(again.line == secret.line && str_eq(again.digest, secret.digest));
}

static void search_pieces(str text)
{
	struct secret_search *s = the_search();
	struct secret_found whole[FOUND_MAX], parts[FOUND_MAX];
	size_t n, m;

	if (text.n > 60u << 10)
		return;
	n = find(s, text, text.n + 1, whole);
	bool gave_up = secret_search_gave_up(s);
	m = find(s, text, 1 + text.n % 7, parts);
	must(n == m && gave_up == secret_search_gave_up(s));
	for (size_t i = 0; i < n; i++) {
		must(whole[i].kind == parts[i].kind && whole[i].from == parts[i].from &&
		     whole[i].line == parts[i].line);
		check_found(&whole[i], text);
	}
}

static struct secret_binary *the_binary(void)
{
	static struct secret_binary *binary;
	static struct secret_kinds kinds;
	static struct arena *arena;
	struct err err;

	if (!binary) {
		arena = arena_new();
		must(secret_kinds_builtin(arena, &kinds, &err) == 0);
		must(secret_binary_new(&kinds, arena, &binary, &err) == 0);
	}
	return binary;
}

/* Numbers of what is found in words of one byte and of two bytes a character. */
static size_t find_in_program(str text, size_t piece, size_t *wide)
{
	struct secret_binary *binary = the_binary();
	size_t n;

	secret_binary_begin(binary, STR("usr/bin/app"));
	for (str rest = text; rest.n > 0; rest = str_skip(rest, piece))
		secret_binary_take(binary, str_take(rest, piece));
	secret_binary_end(binary);
	must(secret_search_found(binary->wide, wide) != NULL);
	must(secret_search_found(binary->narrow, &n) != NULL);
	must(n <= FOUND_MAX && *wide <= FOUND_MAX);
	return n;
}

static void search_program(str text)
{
	size_t wide, again_wide;
	size_t n = find_in_program(text, text.n + 1, &wide);
	size_t again = find_in_program(text, 1 + text.n % 7, &again_wide);

	must(n == again && wide == again_wide);
}

static void read_rules(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds = { .n = 0 };
	struct secret_search *s = NULL;
	struct secret_found found[FOUND_MAX];
	const struct json *config;
	struct err err = { .kind = ERR_NONE };

	if (json_parse(text, NULL, arena, &config, &err) < 0 ||
	    secret_rules_apply(config, arena, &kinds, &err) < 0 ||
	    secret_search_new(&kinds, &s, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	must(find(s, text, 100, found) <= FOUND_MAX);
	secret_search_free(s);
}

static void read_data(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;
	struct secret_skips skips;
	struct err err = { .kind = ERR_NONE };

	if (secret_kinds_parse(text, arena, &kinds, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	if (secret_skips_parse(text, arena, &skips, &err) == 0)
		must_be_readable(str_of(
			secret_skips_has(&skips, STR("usr/share/doc/a/b.po")) ? "1" : "0", 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str text = str_of((const char *)data, size);

	if (size == 0)
		return 0;
	text = str_skip(text, 1);
	switch (data[0]) {
	case 'r':
		read_rules(text);
		break;
	case 'd':
		read_data(text);
		break;
	case 'b':
		search_program(text);
		break;
	default:
		search_pieces(text);
		break;
	}
	return 0;
}
