/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sbom: a bill of materials, read into the package model, and written from an inventory.
 *
 * Read: CycloneDX 1.0 to 1.7 (JSON, XML), SPDX 2.2 and 2.3 (JSON, YAML, XML, tag-value, RDF/XML)
 * and Syft's own JSON; also as the predicate of an in-toto
 * statement, in a DSSE envelope or a Sigstore bundle (signatures are not verified: `attested`). The
 * form is told from the content, never from a file name. A byte order mark and UTF-16 are
 * understood.
 *
 * A component that is broken does not end the load: it is counted in `skipped`. A document that
 * breaks a rule of its specification but can be read is read; `breach` names the first rule. What
 * the scan that made the document could not examine (our own notes, CycloneDX "incomplete") becomes
 * inventory.not_examined, so that no good answer grows out of a partial list.
 *
 * Limits: SBOM_MAX_BYTES, nesting as JSON_DEFAULT_DEPTH, SBOM_MAX_COMPONENTS, SBOM_MAX_RELATIONS.
 * Dependency graphs are never walked, so that cycles do no harm.
 */
#include "base/json.h"
#include "fmt/inventory.h"

#define SBOM_WRITE_MAX		(256u << 20) /* of one that is written in two steps */
#define SBOM_MAX_BYTES		(128u << 20) /* the largest real ones have some 50 MB */
#define SBOM_MAX_COMPONENTS	1000000u
#define SBOM_MAX_RELATIONS	8000000u
#define SBOM_MAX_LAYERS		2048u
#define SBOM_MAX_STATEMENT_URLS 16u

enum sbom_format {
	SBOM_CYCLONEDX_JSON,
	SBOM_CYCLONEDX_XML,
	SBOM_SPDX_JSON,
	SBOM_SPDX_YAML,
	SBOM_SPDX_XML,
	SBOM_SPDX_TAG,
	SBOM_SPDX_RDF,
	SBOM_SYFT_JSON,
};
/* "cyclonedx-json" ... */
const char *sbom_format_name(enum sbom_format format);

struct sbom_package {
	struct package package; /* kind "generic" when there is no package URL */
	str ref;		/* bom-ref, SPDXID without "SPDXRef-", id */
	str title;		/* the component's own name */
	str purl, cpe;		/* may be empty */
	bool listed; /* it is in inventory.packages: no image, and more than a bare name */
};

struct sbom_file {
	str ref, path;
	const str *digests; /* "sha256:<hex>" */
	size_t digest_count;
};

/* Between refs; `type` in SPDX's words: "DEPENDS_ON", "CONTAINS" ... */
struct sbom_relation {
	str from, type, to;
};

struct sbom {
	enum sbom_format format;
	str version; /* of the specification: "1.6", "2.3"; Syft: of its schema */
	struct sbom_package *packages;
	size_t package_count;
	struct sbom_file *files;
	size_t file_count;
	struct sbom_relation *relations; /* sorted, each once */
	size_t relation_count;
	uint64_t skipped; /* components that could not be taken */
	str skipped_first;
	uint64_t without_purl; /* packages that nothing can be looked up for */
	bool attested;	       /* it lay in an attestation, whose signature was not verified */
	str breach;	       /* first rule of the specification that it breaks; empty: none */
	struct inventory inventory; /* target_kind "sbom"; `target` is what the document names */
};

/* The package URL of the target itself: of an image, or what its bill of materials says. Empty:
 * none. */
str sbom_purl_of_image(const struct inventory *inventory, struct arena *arena);

/* Reads a whole document. Texts live in `arena` or in `text`, which must outlive the result. */
int sbom_read(str text, struct arena *arena, struct sbom *out, struct err *err) MUST_USE;

/*
 * A document in another encoding than JSON (CycloneDX in XML; SPDX 2 as tag-value, YAML, XML or
 * RDF/XML), decoded to UTF-8, as the JSON form of the same document, flaws included.
 * ERR_UNSUPPORTED when it is none.
 */
int sbom_as_json(str text, struct arena *arena, const struct json **out, struct err *err) MUST_USE;
/* The licences of a component of CycloneDX ("licenses") as one expression. */
str sbom_cyclonedx_licence(const struct json *licences, struct arena *arena);

/* The packages of a document as those of one file: what sbom_read lists, and what it passed over.
 */
struct file_view;
int sbom_packages(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;

/* All of an inventory but its packages as a JSON array, from a confined reader to who asked it. */
void sbom_head_write(const struct inventory *inventory, struct json_writer *w);
/* The other way; `out` has no packages. ERR_INPUT for what sbom_head_write does not write. */
int sbom_head_read(const struct json *head, struct arena *arena, struct inventory *out,
		   struct err *err) MUST_USE;

/* A name and a value beside what the formats have members for. */
struct sbom_note {
	str name, value;
};

struct sbom_write_opts {
	str spec_version; /* empty: "1.6", "2.3" */
	str tool_version;
	str timestamp; /* RFC 3339; empty: none (SPDX, which must have one: that of the image, or
			  1970) */
	const struct sbom_note *notes; /* more of them about the target */
	size_t note_count;
	bool files; /* installed files of the packages */
	/*
	 * Called once with the writer at the place of a member of the document, after the
	 * dependencies: `refs` are the bom-refs beside inventory.packages. May be NULL. Only
	 * CycloneDX has a place for it.
	 */
	void (*vulnerabilities)(void *context, struct json_writer *w, const str *refs);
	void *context;
};

/*
 * Same inventory and options, same bytes: the serial number (the namespace of SPDX) comes from a
 * digest of the rest. Appends to `out`, whose overflow the caller checks.
 */
void sbom_write_cyclonedx(const struct inventory *inventory, const struct sbom_write_opts *opts,
			  struct arena *arena, struct buf *out);
void sbom_write_spdx_json(const struct inventory *inventory, const struct sbom_write_opts *opts,
			  struct arena *arena, struct buf *out);
/* Fails only where our own JSON cannot be read back (more than 2 GiB). */
int sbom_write_spdx_tag(const struct inventory *inventory, const struct sbom_write_opts *opts,
			struct arena *arena, struct buf *out, struct err *err) MUST_USE;
