/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One SPDX document in five encodings must load to the same packages, files and relations. That
 * what we write keeps the published schemas is judged here too, where a validator is at hand.
 */
#include "base/buf.h"
#include "base/err.h"
#include "fmt/licence.h"
#include "fmt/sbom/sbom.h"
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

int main(int argc, char **argv)
{
	struct oracle oracle;
	struct arena *arena = arena_new();

	oracle_init(&oracle, argc, argv);
	judge_encodings(&oracle, arena);
	arena_free(arena);
	return oracle_finish(&oracle);
}
