/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One SPDX document in five encodings must load to the same packages, files and relations. That
 * what we write keeps the published schemas is judged here too, where a validator is at hand.
 */
#include "base/buf.h"
#include "base/err.h"
#include "fmt/licence/licence.h"
#include "fmt/sbom/sbom.h"
#include "fmt/syntax/json_schema.h"
#include "oracle.h"

#include <dirent.h>
#include <stdlib.h>

#define DOCUMENT_MAX (16u << 20)

static int str_line_cmp(const void *a, const void *b) { return str_qsort_cmp(a, b); }

static str licence_text(str licence, struct arena *arena)
{
	str normal;

	return licence_normal(licence, arena, &normal) ? normal : licence;
}

/* Everything that has to be equal, a line each, sorted. */
static str summary(const struct sbom *sbom, struct arena *arena)
{
	size_t n = sbom->package_count + sbom->file_count + sbom->relation_count, at = 0;
	str *lines = ARENA_ARRAY(arena, str, n), all = STR_EMPTY;

	for (size_t i = 0; i < sbom->package_count; i++) {
		const struct sbom_package *p = &sbom->packages[i];
		str digests = STR_EMPTY;

		for (size_t k = 0; k < p->package.digest_count; k++)
			digests = str_fmt(arena, "%.*s %.*s", STR_ARG(digests),
					  STR_ARG(p->package.digests[k]));
		lines[at++] =
			str_fmt(arena, "package %.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%.*s",
				STR_ARG(p->ref), STR_ARG(p->title), STR_ARG(p->package.version),
				STR_ARG(p->purl), STR_ARG(p->cpe),
				STR_ARG(licence_text(p->package.licence, arena)), STR_ARG(digests));
	}
	for (size_t i = 0; i < sbom->file_count; i++) {
		const struct sbom_file *f = &sbom->files[i];
		str digests = STR_EMPTY;

		for (size_t k = 0; k < f->digest_count; k++)
			digests = str_fmt(arena, "%.*s %.*s", STR_ARG(digests),
					  STR_ARG(f->digests[k]));
		lines[at++] = str_fmt(arena, "file %.*s|%.*s|%.*s", STR_ARG(f->ref),
				      STR_ARG(f->path), STR_ARG(digests));
	}
	for (size_t i = 0; i < sbom->relation_count; i++)
		lines[at++] =
			str_fmt(arena, "relation %.*s %.*s %.*s", STR_ARG(sbom->relations[i].from),
				STR_ARG(sbom->relations[i].type), STR_ARG(sbom->relations[i].to));
	qsort(lines, n, sizeof(*lines), str_line_cmp);
	for (size_t i = 0; i < n; i++)
		all = str_fmt(arena, "%.*s%.*s\n", STR_ARG(all), STR_ARG(lines[i]));
	return all;
}

static int load(struct oracle *oracle, str name, struct arena *arena, struct sbom *out,
		struct err *err)
{
	struct buf b;

	buf_init(&b, DOCUMENT_MAX);
	int failed = buf_read_file(
		&b, oracle_path(oracle, arena, str_cat(arena, STR("spdx/"), name)), err);
	str text = failed < 0 ? STR_EMPTY : str_dup(arena, buf_str(&b));
	buf_done(&b);
	return failed < 0 ? -1 : sbom_read(text, arena, out, err);
}

/* The lines of `a` that `b` lacks. */
static str missing(str a, str b, struct arena *arena)
{
	str line, out = STR_EMPTY;

	while (str_line(&a, &line)) {
		str whole = str_cat(arena, line, STR("\n"));

		if (str_find(b, whole) < 0)
			out = str_fmt(arena, "%.*s\n  %.*s", STR_ARG(out), STR_ARG(line));
	}
	return out;
}

static void judge_encodings(struct oracle *oracle, struct arena *arena)
{
	DIR *dir = opendir(oracle_path(oracle, arena, STR("spdx")));
	str first = STR_EMPTY, first_name = STR_EMPTY;

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		str name = str_dup(arena, str_c(entry->d_name));
		struct sbom sbom;
		struct err err;

		if (str_find(name, STR("-v2.2")) < 0 && str_find(name, STR("-2.2")) < 0)
			continue;
		snprintf(oracle->id, sizeof(oracle->id), "%s", entry->d_name);
		oracle->judged = false;
		if (load(oracle, name, arena, &sbom, &err) < 0) {
			oracle_fail(oracle, "%s", err.msg);
			continue;
		}
		str all = summary(&sbom, arena);
		if (str_empty(first)) {
			first = all;
			first_name = name;
		}
		if (str_eq(all, first) && sbom.package_count > 0)
			oracle_pass(oracle);
		else
			oracle_fail(oracle, "differs from %.*s; lacks:%.*s\nhas:%.*s",
				    STR_ARG(first_name), STR_ARG(missing(first, all, arena)),
				    STR_ARG(missing(all, first, arena)));
	}
	if (dir)
		closedir(dir);
}

/* ---- what we write ---- */

static const str sums[] = {
	STR_INIT("sha1:0123456789012345678901234567890123456789"),
	STR_INIT("sha512:not hexadecimal"),
};
static const str needs[] = { STR_INIT("lodash@4.17.20") };
static const str owned[] = { STR_INIT("usr/bin/x") };
static const struct package packages[] = {
	{ .kind = STR_INIT("deb"),
	  .name = STR_INIT("libx"),
	  .version = STR_INIT("1:2.3-4"),
	  .source_name = STR_INIT("x"),
	  .maintainer = STR_INIT("Somebody <a@example.org>"),
	  .licence = STR_INIT("GPLv2+ and MIT"),
	  .files = owned,
	  .file_count = 1,
	  .layer = -1 },
	{ .kind = STR_INIT("maven"),
	  .name = STR_INIT("org.example:core"),
	  .version = STR_INIT("1"),
	  .licence = STR_INIT("Our own licence"),
	  .digests = sums,
	  .digest_count = ARRAY_LEN(sums),
	  .layer = -1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("@scope/app"),
	  .version = STR_INIT("1.0.0"),
	  .licence = STR_INIT("MIT"),
	  .depends = needs,
	  .depend_count = 1,
	  .layer = -1 },
	{ .kind = STR_INIT("npm"),
	  .name = STR_INIT("lodash"),
	  .version = STR_INIT("4.17.20"),
	  .layer = -1 },
};
static const struct not_examined missed[] = {
	{ .kind = ERR_LIMIT, .what = STR_INIT("file"), .reason = STR_INIT("too large"), .count = 1 }
};
static const struct inventory inventory = {
	.target = STR_INIT("registry.example.com/app:1"),
	.registry = STR_INIT("registry.example.com"),
	.repository = STR_INIT("app"),
	.digest = STR_INIT("sha256:aa"),
	.os = { .family = STR_INIT("debian"), .version = STR_INIT("12") },
	.packages = packages,
	.package_count = ARRAY_LEN(packages),
	.not_examined = missed,
	.not_examined_count = ARRAY_LEN(missed),
};

static int read_schema(struct oracle *oracle, struct arena *arena, str name, str *out,
		       struct err *err)
{
	struct buf b;

	buf_init(&b, DOCUMENT_MAX);
	int failed = buf_read_file(&b, oracle_path(oracle, arena, name), err);
	if (failed == 0)
		*out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return failed;
}

static str replace(struct arena *arena, str text, str from, str to)
{
	str out = STR_EMPTY;
	ptrdiff_t at;

	while ((at = str_find(text, from)) >= 0) {
		out = str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(out),
			      STR_ARG(str_take(text, (size_t)at)), STR_ARG(to));
		text = str_skip(text, (size_t)at + from.n);
	}
	return str_cat(arena, out, text);
}

/*
 * The validator follows references within a document only: the licence identifiers become a
 * definition of the schema itself. Signatures and algorithms, which we do not write, are anything.
 */
static str in_one_piece(struct arena *arena, str schema, str licences)
{
	str head = STR("\n  \"definitions\": {"); /* of the top, not a member of that name */
	str own = str_fmt(arena, "\"definitions\": {\"x-any\": {}, \"x-licences\": %.*s,",
			  STR_ARG(licences));
	static const char *const any[] = {
		"jsf-0.82.schema.json#/definitions/signature",
		"cryptography-defs.schema.json#/definitions/algorithmFamiliesEnum",
		"cryptography-defs.schema.json#/definitions/ellipticCurvesEnum"
	};

	schema = replace(arena, schema, STR("\"spdx.schema.json\""),
			 STR("\"#/definitions/x-licences\""));
	for (size_t i = 0; i < ARRAY_LEN(any); i++)
		schema = replace(arena, schema, str_c(any[i]), STR("#/definitions/x-any"));
	ptrdiff_t at = str_find(schema, head);
	if (at < 0)
		return schema;
	return str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(str_take(schema, (size_t)at)), STR_ARG(own),
		       STR_ARG(str_skip(schema, (size_t)at + head.n)));
}

static int validate(struct arena *arena, str schema_text, str document_text, str *problem,
		    struct err *err)
{
	const struct json *schema_json, *document;
	struct json_schema_result result = { 0 };

	if (json_parse(schema_text, NULL, arena, &schema_json, err) < 0 ||
	    json_parse(document_text, NULL, arena, &document, err) < 0)
		return -1;
	AUTO(json_schema_free)
	struct json_schema *schema = json_schema_new(schema_json, err);
	if (!schema)
		return -1;
	int valid = json_schema_check(schema, document, arena, &result, err);
	if (valid == 0)
		*problem = str_fmt(arena, "%.*s: %.*s", STR_ARG(result.problems[0].field),
				   STR_ARG(result.problems[0].text));
	return valid;
}

static void judge_written(struct oracle *oracle, struct arena *arena, const char *version,
			  const char *file)
{
	const struct sbom_write_opts opts = { .spec_version = str_c(version),
					      .tool_version = STR("1"),
					      .files = true };
	str schema = STR_EMPTY, licences = STR_EMPTY, problem = STR_EMPTY;
	bool spdx = str_starts(str_c(version), STR("2."));
	struct buf b;
	struct err err;

	snprintf(oracle->id, sizeof(oracle->id), "written %s", version);
	oracle->judged = false;
	buf_init(&b, DOCUMENT_MAX);
	if (spdx)
		sbom_write_spdx_json(&inventory, &opts, arena, &b);
	else
		sbom_write_cyclonedx(&inventory, &opts, arena, &b);
	int valid = -1;
	if (read_schema(oracle, arena, str_c(file), &schema, &err) == 0 &&
	    read_schema(oracle, arena, STR("cyclonedx/spdx.schema.json"), &licences, &err) == 0)
		valid = validate(arena, in_one_piece(arena, schema, licences), buf_str(&b),
				 &problem, &err);
	if (valid == 1)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "%s", valid < 0 ? err.msg : str_cstr(arena, problem));
	buf_done(&b);
}

int main(int argc, char **argv)
{
	struct oracle oracle;
	struct arena *arena = arena_new();

	oracle_init(&oracle, argc, argv);
	judge_encodings(&oracle, arena);
	judge_written(&oracle, arena, "1.4", "cyclonedx/bom-1.4.schema.json");
	judge_written(&oracle, arena, "1.5", "cyclonedx/bom-1.5.schema.json");
	judge_written(&oracle, arena, "1.6", "cyclonedx/bom-1.6.schema.json");
	judge_written(&oracle, arena, "1.7", "cyclonedx/bom-1.7.schema.json");
	judge_written(&oracle, arena, "2.3", "spdx/spdx-2.3-spdx-schema.json");
	arena_free(arena);
	return oracle_finish(&oracle);
}
