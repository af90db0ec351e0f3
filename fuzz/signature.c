/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read of an image for controls of container hosts: files of package managers, signatures
 * and what a registry lists of them; the first byte picks. Nobody can sign for a key that is made
 * here, so nothing may ever be valid.
 */
#include <openssl/x509.h>

#include "base/err.h"
#include "fmt/package_source.h"
#include "must.h"
#include "posture/facts/content_trust.h"
#include "posture/facts/signature_search.h"

#define DIGEST "sha256:1111111111111111111111111111111111111111111111111111111111111111"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A policy with one key, and with one certificate of it. */
static const struct trust *policy(void)
{
	static struct key keys[1];
	static X509 *certs[1];
	static struct trust_entry entries[2];
	static struct trust trust;

	if (trust.n > 0)
		return &trust;
	keys[0].pkey = EVP_EC_gen("P-256");
	certs[0] = X509_new();
	must(keys[0].pkey && certs[0] && X509_set_pubkey(certs[0], keys[0].pkey) == 1);
	entries[0] = (struct trust_entry){ .name = STR("key"), .keys = { .items = keys, .n = 1 } };
	entries[1] = (struct trust_entry){ .name = STR("certificate"),
					   .anchor = true,
					   .certificates = { .items = certs, .n = 1 } };
	trust = (struct trust){
		.configured = true, .entries = entries, .n = 2, .content_trust = true
	};
	return &trust;
}

static struct signature_question question(void)
{
	return (struct signature_question){ .trust = policy(),
					    .image = STR("registry.example.com/app"),
					    .digest = STR(DIGEST),
					    .now = 1800000000 };
}

static void never(const struct image_signature *s)
{
	must(!s->valid);
	must(s->error.n > 0 && s->kind);
}

static void source(char kind, str text, struct arena *arena)
{
	static const char *const paths[] = { "etc/apt/sources.list", "etc/apt/apt.conf",
					     "etc/apt/sources.list.d/x.sources", "etc/pacman.conf",
					     "etc/apk/config" };
	struct file_view view =
		file_view_text(str_c(paths[(unsigned char)kind % ARRAY_LEN(paths)]), text);
	struct package_list list;
	struct json_writer w;
	struct buf out;
	const struct json *doc;
	struct err err;

	package_list_init(&list, arena);
	buf_init(&out, 64u << 20);
	json_writer_init(&w, &out, 0);
	if (package_source_describe(&view, arena, &list.sink, &w, &err) == 0) {
		must(json_parse(buf_str(&out), NULL, arena, &doc, &err) == 0);
		must(json_len(JSON_GET(doc, "lines")) <= PACKAGE_SOURCE_MAX);
		JSON_EACH (JSON_GET(doc, "lines"), line)
			must(json_get_str(line, STR("text")).n <= 3 * PACKAGE_SOURCE_TEXT_MAX);
	}
	buf_done(&out);
	IGNORE(package_source_wants(text)); /* any answer will do */
}

/* Parts of the input, which "\n%\n" separates, in turn: as often as the search asks. */
struct parts {
	str rest;
	unsigned asked;
};

static bool next_part(struct parts *parts, str *out)
{
	ptrdiff_t at = str_find(parts->rest, STR("\n%\n"));

	parts->asked++;
	if (parts->rest.n == 0)
		return false;
	*out = at < 0 ? parts->rest : str_take(parts->rest, (size_t)at);
	parts->rest = at < 0 ? STR_EMPTY : str_skip(parts->rest, (size_t)at + 3);
	return true;
}

static int load(void *store, const struct descriptor *d, bool manifest, size_t max,
		struct arena *arena, str *out, struct err *err)
{
	(void)d, (void)manifest, (void)arena;
	if (!next_part(store, out))
		return err_set(err, ERR_NOT_FOUND, "nothing more");
	return out->n > max ? err_set(err, ERR_LIMIT, "too large") : 0;
}

static int referrers(void *store, str digest, struct arena *arena, str *out, struct err *err)
{
	(void)digest, (void)arena, (void)err;
	return next_part(store, out);
}

static void search(str text, struct arena *arena)
{
	static const struct blob_ops ops = { .load = load, .referrers = referrers };
	const struct signature_question q = question();
	struct signature_list list = { .n = 0 };
	struct parts parts = { .rest = text };
	struct err err;

	must(signature_search(&ops, &parts, &q, arena, &list, &err) == 0);
	must(!list.valid);
	for (size_t i = 0; i < list.n; i++)
		never(&list.items[i]);
	must(parts.asked <= SIGNATURES_MAX + SIGNATURE_MANIFESTS_MAX + 4);
}

static void policies(str text, struct arena *arena)
{
	struct trust trust;
	struct err err = { .kind = ERR_NONE };

	/* No file is there. */
	if (trust_read(STR("/nonexistent/s"), text, arena, &trust, &err) < 0)
		must(err.kind != ERR_NONE);
	else
		must(trust.configured || trust.n == 0);
	trust_done(&trust);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct signature_question q = question();
	struct image_signature s;
	struct content_trust_files files = { .releases = STR_EMPTY };

	if (size < 2)
		return 0;
	str text = str_of((const char *)data + 2, size - 2), first, rest = STR_EMPTY;
	switch (data[0]) {
	case 's':
		source((char)data[1], text, arena);
		return 0;
	case 'r':
		search(text, arena);
		return 0;
	case 'p':
		/* Names of files stay below the folder that is not there. */
		if (str_find_char(text, '/') < 0)
			policies(text, arena);
		return 0;
	case 'c':
		first = text;
		IGNORE(str_cut(text, '\n', &first, &rest)); /* else it is all payload */
		signature_cosign(&q, rest, first, rest, arena, &s);
		break;
	case 'b':
		signature_bundle(&q, text, arena, &s);
		break;
	case 't':
		files.root = text;
		IGNORE(str_cut(text, '\n', &files.root, &files.targets)); /* likewise */
		content_trust_verify(&q, &files, arena, &s);
		break;
	default:
		signature_notation(&q, STR("application/jose+json"), text, arena, &s);
	}
	never(&s);
	return 0;
}
