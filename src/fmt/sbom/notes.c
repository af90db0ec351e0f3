/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

#define PACKAGE_NOTE SBOM_NOTE "package:"
#define TRIVY_NOTE   "aquasecurity:trivy:"
#define SYFT_NOTE    "syft:"

#define MISSED_MAX 100000u

void sbom_note(struct sbom_notes *notes, const char *name, str value)
{
	if (str_empty(value))
		return;
	notes->items = arena_grow(notes->arena, notes->items, notes->n, &notes->cap,
				  sizeof(*notes->items));
	notes->items[notes->n++] =
		(struct sbom_note){ .name = str_fmt(notes->arena, SBOM_NOTE "%s", name),
				    .value = value };
}

static void note_number(struct sbom_notes *notes, const char *name, uint64_t value)
{
	sbom_note(notes, name, str_fmt(notes->arena, "%llu", (unsigned long long)value));
}

/* ---- of a package ---- */

/* What is told by name here and in the reader. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "arch", offsetof(struct package, arch) },
	{ "kind", offsetof(struct package, kind) },
	{ "licence", offsetof(struct package, licence) },
	{ "maintainer", offsetof(struct package, maintainer) },
	{ "module", offsetof(struct package, module) },
	{ "name", offsetof(struct package, name) },
	{ "origin", offsetof(struct package, origin) },
	{ "path", offsetof(struct package, path) },
	{ "source_name", offsetof(struct package, source_name) },
	{ "source_version", offsetof(struct package, source_version) },
	{ "vendor", offsetof(struct package, vendor) },
	{ "version", offsetof(struct package, version) },
};

static str *text_at(struct package *package, size_t i)
{
	return (str *)(void *)((char *)package + texts[i].offset);
}

static str text_of(const struct package *package, size_t i)
{
	return *(const str *)(const void *)((const char *)package + texts[i].offset);
}

void sbom_package_notes(const struct package *package, const struct inventory *inventory, str purl,
			str licence, struct sbom_notes *notes)
{
	struct package told = { .licence = licence };
	struct os_identity os;

	IGNORE(sbom_package_from_purl(purl, notes->arena, &told, &os)); /* else all is noted */
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		str text = text_of(package, i);

		if (!str_eq(text, text_of(&told, i)))
			sbom_note(notes,
				  str_cstr(notes->arena, str_cat(notes->arena, STR("package:"),
								 str_c(texts[i].name))),
				  text);
	}
	sbom_note(notes, "package:form", str_c(package_form_name(package->form)));
	if (package->epoch_present != told.epoch_present)
		sbom_note(notes, "package:epoch_present",
			  package->epoch_present ? STR("true") : STR("false"));
	if (package->dev)
		sbom_note(notes, "package:dev", STR("true"));
	if (package->indirect)
		sbom_note(notes, "package:indirect", STR("true"));
	if (package->line > 0)
		note_number(notes, "package:line", package->line);
	if (package->layer >= 0 && (size_t)package->layer < inventory->layer_count) {
		const struct layer_info *layer = &inventory->layers[package->layer];

		note_number(notes, "package:layer", (uint64_t)package->layer);
		sbom_note(notes, "package:layer_digest", layer->digest);
		sbom_note(notes, "package:layer_diff_id", layer->diff_id);
	}
}

static bool take_own(struct sbom_builder *b, struct package *package, str name, str value)
{
	uint64_t number;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (str_eq(name, str_c(texts[i].name))) {
			*text_at(package, i) = value;
			return true;
		}
	}
	if (str_eq(name, STR("form")))
		return package_form_from(value, &package->form);
	if (str_eq(name, STR("dev")))
		package->dev = str_eq(value, STR("true"));
	else if (str_eq(name, STR("indirect")))
		package->indirect = str_eq(value, STR("true"));
	else if (str_eq(name, STR("epoch_present")))
		package->epoch_present = str_eq(value, STR("true"));
	else if (str_eq(name, STR("line")) && str_u64(value, &number) && number <= UINT32_MAX)
		package->line = (uint32_t)number;
	else if (str_eq(name, STR("layer")) && str_u64(value, &number))
		package->layer = number < b->layer_n ? (int)number : -1;
	else if (str_eq(name, STR("layer_digest")))
		package->layer =
			package->layer < 0 ? sbom_layer(b, value, STR_EMPTY) : package->layer;
	else if (str_eq(name, STR("layer_diff_id")))
		package->layer =
			package->layer < 0 ? sbom_layer(b, STR_EMPTY, value) : package->layer;
	else
		return false;
	return true;
}

/* Whole version from version, release and epoch told apart, in whatever order they come. */
static str with_release(str version, str release, struct arena *arena)
{
	return str_fmt(arena, "%.*s-%.*s", STR_ARG(version), STR_ARG(release));
}

static bool take_trivy(struct sbom_builder *b, struct package *package, str name, str value)
{
	if (str_eq(name, STR("PkgType"))) {
		str kind = sbom_kind_of_type(value);

		if (str_empty(package->kind))
			package->kind = kind;
	} else if (str_eq(name, STR("SrcName"))) {
		package->source_name = value;
	} else if (str_eq(name, STR("SrcVersion"))) {
		/* The release may have come before it. */
		package->source_version =
			package->source_version.n > 0 && package->source_version.p[0] == '-'
				? str_cat(b->arena, value, package->source_version)
				: value;
	} else if (str_eq(name, STR("SrcRelease"))) {
		package->source_version =
			package->source_version.n > 0
				? with_release(package->source_version, value, b->arena)
				: str_cat(b->arena, STR("-"), value);
	} else if (str_eq(name, STR("SrcEpoch"))) {
		if (!str_eq(value, STR("0")) && package->source_version.n > 0)
			package->source_version = str_fmt(b->arena, "%.*s:%.*s", STR_ARG(value),
							  STR_ARG(package->source_version));
	} else if (str_eq(name, STR("FilePath"))) {
		package->path = value;
	} else if (str_eq(name, STR("LayerDigest"))) {
		package->layer = sbom_layer(b, value, STR_EMPTY);
	} else if (str_eq(name, STR("LayerDiffID"))) {
		if (package->layer < 0)
			package->layer = sbom_layer(b, STR_EMPTY, value);
	} else if (str_eq(name, STR("Modularitylabel"))) {
		package->module = value;
	} else {
		return false;
	}
	return true;
}

static bool take_syft(struct sbom_builder *b, struct package *package, str name, str value)
{
	if (str_eq(name, STR("package:type"))) {
		str kind = sbom_kind_of_type(value);

		if (str_empty(package->kind))
			package->kind = kind;
	} else if (str_eq(name, STR("metadata:source")) ||
		   str_eq(name, STR("metadata:originPackage"))) {
		package->source_name = value;
	} else if (str_eq(name, STR("metadata:sourceVersion"))) {
		package->source_version = value;
	} else if (str_eq(name, STR("metadata:modularityLabel"))) {
		package->module = value;
	} else if (str_eq(name, STR("metadata:maintainer"))) {
		package->maintainer = value;
	} else if (str_eq(name, STR("location:0:path"))) {
		package->path = str_without_prefix(value, STR("/"));
	} else if (str_eq(name, STR("location:0:layerID"))) {
		package->layer = sbom_layer(b, STR_EMPTY, value);
	} else {
		return false;
	}
	return true;
}

bool sbom_take_package_note(struct sbom_builder *b, struct package *package, str name, str value)
{
	if (str_starts(name, STR(PACKAGE_NOTE)))
		return take_own(b, package, str_skip(name, sizeof(PACKAGE_NOTE) - 1), value);
	if (str_starts(name, STR(TRIVY_NOTE)))
		return take_trivy(b, package, str_skip(name, sizeof(TRIVY_NOTE) - 1), value);
	if (str_starts(name, STR(SYFT_NOTE)))
		return take_syft(b, package, str_skip(name, sizeof(SYFT_NOTE) - 1), value);
	return false;
}

/* ---- of the target ---- */

static const struct {
	const char *name;
	size_t offset;
} targets[] = {
	{ "target", offsetof(struct inventory, target) },
	{ "registry", offsetof(struct inventory, registry) },
	{ "repository", offsetof(struct inventory, repository) },
	{ "tag", offsetof(struct inventory, tag) },
	{ "digest", offsetof(struct inventory, digest) },
	{ "config_digest", offsetof(struct inventory, config_digest) },
	{ "platform", offsetof(struct inventory, platform) },
	{ "created", offsetof(struct inventory, created) },
	{ "os:family", offsetof(struct inventory, os.family) },
	{ "os:version", offsetof(struct inventory, os.version) },
	{ "os:codename", offsetof(struct inventory, os.codename) },
	{ "os:name", offsetof(struct inventory, os.pretty) },
	{ "os:path", offsetof(struct inventory, os.path) },
};

static void note_part(struct sbom_notes *notes, const char *group, size_t i, const char *part,
		      str value)
{
	str name = str_fmt(notes->arena, "%s:%zu:%s", group, i, part);

	sbom_note(notes, str_cstr(notes->arena, name), value);
}

void sbom_target_notes(const struct inventory *inventory, struct sbom_notes *notes)
{
	for (size_t i = 0; i < ARRAY_LEN(targets); i++)
		sbom_note(
			notes, targets[i].name,
			*(const str *)(const void *)((const char *)inventory + targets[i].offset));
	if (inventory->os.extended_support)
		sbom_note(notes, "os:extended_support", STR("true"));
	for (size_t i = 0; i < inventory->repo_tag_count; i++)
		sbom_note(notes, "repo_tag", inventory->repo_tags[i]);
	for (size_t i = 0; i < inventory->kinds_read_count; i++)
		sbom_note(notes, "kind_read", inventory->kinds_read[i]);
	for (size_t i = 0; i < inventory->layer_count; i++) {
		const struct layer_info *layer = &inventory->layers[i];

		note_part(notes, "layer", i, "digest", layer->digest);
		note_part(notes, "layer", i, "diff_id", layer->diff_id);
		note_part(notes, "layer", i, "media_type", layer->media_type);
		note_part(notes, "layer", i, "created_by", layer->created_by);
		note_part(notes, "layer", i, "size",
			  str_fmt(notes->arena, "%llu", (unsigned long long)layer->size));
	}
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *missed = &inventory->not_examined[i];

		note_part(notes, "not_examined", i, "kind", str_c(err_kind_name(missed->kind)));
		note_part(notes, "not_examined", i, "what", missed->what);
		note_part(notes, "not_examined", i, "path", missed->path);
		note_part(notes, "not_examined", i, "reason", missed->reason);
		note_part(notes, "not_examined", i, "count",
			  str_fmt(notes->arena, "%llu", (unsigned long long)missed->count));
	}
}

void sbom_more_notes(const struct sbom_note *more, size_t n, struct sbom_notes *notes)
{
	for (size_t i = 0; i < n; i++)
		sbom_note(notes, str_cstr(notes->arena, more[i].name), more[i].value);
}

/* "12:digest": the number and what follows; at most one past those that are there. */
static bool take_index(str *rest, size_t n, size_t max, size_t *index)
{
	str number, part;
	uint64_t value;

	if (!str_cut(*rest, ':', &number, &part) || !str_u64(number, &value) || value > n ||
	    value >= max)
		return false;
	*index = (size_t)value;
	*rest = part;
	return true;
}

static bool take_layer_note(struct sbom_builder *b, str rest, str value)
{
	size_t i;
	uint64_t number;

	if (!take_index(&rest, b->layer_n, SBOM_MAX_LAYERS, &i))
		return false;
	if (i == b->layer_n) {
		b->layers = arena_grow(b->arena, b->layers, b->layer_n, &b->layer_cap,
				       sizeof(*b->layers));
		b->layers[b->layer_n++] = (struct layer_info){ 0 };
	}
	struct layer_info *layer = &b->layers[i];
	if (str_eq(rest, STR("digest")))
		layer->digest = value;
	else if (str_eq(rest, STR("diff_id")))
		layer->diff_id = value;
	else if (str_eq(rest, STR("media_type")))
		layer->media_type = value;
	else if (str_eq(rest, STR("created_by")))
		layer->created_by = value;
	else if (str_eq(rest, STR("size")) && str_u64(value, &number))
		layer->size = number;
	else
		return false;
	if (str_eq(rest, STR("digest")) || str_eq(rest, STR("diff_id")))
		map_put(&b->layer_names, value, (void *)(uintptr_t)(i + 1));
	return true;
}

static bool take_missed_note(struct sbom_builder *b, str rest, str value)
{
	size_t i;
	uint64_t number;

	if (!take_index(&rest, b->missed_n, MISSED_MAX, &i))
		return false;
	if (i == b->missed_n) {
		b->missed = arena_grow(b->arena, b->missed, b->missed_n, &b->missed_cap,
				       sizeof(*b->missed));
		b->missed[b->missed_n++] = (struct not_examined){ .count = 1 };
	}
	struct not_examined *missed = &b->missed[i];
	if (str_eq(rest, STR("kind")))
		missed->kind = err_kind_from(value);
	else if (str_eq(rest, STR("what")))
		missed->what = value;
	else if (str_eq(rest, STR("path")))
		missed->path = value;
	else if (str_eq(rest, STR("reason")))
		missed->reason = value;
	else if (str_eq(rest, STR("count")) && str_u64(value, &number) && number > 0)
		missed->count = number;
	else
		return false;
	return true;
}

static void keep(struct arena *arena, str **items, size_t *n, size_t *cap, str value)
{
	*items = arena_grow(arena, *items, *n, cap, sizeof(str));
	(*items)[(*n)++] = value;
}

bool sbom_take_target_note(struct sbom_builder *b, str name, str value)
{
	struct inventory *inventory = &b->out->inventory;

	if (!str_starts(name, STR(SBOM_NOTE)))
		return false;
	name = str_skip(name, sizeof(SBOM_NOTE) - 1);
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		if (str_eq(name, str_c(targets[i].name))) {
			*(str *)(void *)((char *)inventory + targets[i].offset) = value;
			return true;
		}
	}
	if (str_starts(name, STR("layer:")))
		return take_layer_note(b, str_skip(name, 6), value);
	if (str_starts(name, STR("not_examined:")))
		return take_missed_note(b, str_skip(name, 13), value);
	if (str_starts(name, STR("report:")))
		return true; /* what a report said then is not what one says now */
	if (str_eq(name, STR("os:extended_support")))
		inventory->os.extended_support = str_eq(value, STR("true"));
	else if (str_eq(name, STR("repo_tag")))
		keep(b->arena, &b->tags, &b->tag_n, &b->tag_cap, value);
	else if (str_eq(name, STR("kind_read")))
		keep(b->arena, &b->kinds, &b->kind_n, &b->kind_cap, value);
	else
		return false;
	return true;
}
