/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* statement: what the readers of VEX documents share. */
#include "base/json.h"
#include "report/exception.h"
#include "report/vex.h"

enum vex_status { VEX_AFFECTED, VEX_UNDER_INVESTIGATION, VEX_NOT_AFFECTED, VEX_FIXED };

/* One statement, as its document makes it. */
struct statement {
	const str *ids; /* of one flaw: name and aliases */
	size_t id_count;
	enum vex_status status;
	str justification, detail; /* label; free text */
	str author;
	str time; /* RFC 3339, or empty */
	const struct vex_product *products;
	size_t product_count;
};

/* Adds it as an exception. ERR_LIMIT above VEX_MAX_STATEMENTS. */
int statement_add(struct exception_set *set, str source, const struct statement *statement,
		  struct err *err) MUST_USE;
/*
 * Notes a product or subcomponent that nothing in a target can be known by, so that the statement
 * excuses nothing there: vex_idle counts them. One that hides nothing anyway is not noted.
 */
void statement_unknown(struct exception_set *set, str source, str name, enum vex_status status);
/* A JSON object with `mark` near its beginning: which document it is. */
bool statement_is_document(str text, str mark);
/* A package URL of a document; one that is none is passed over: false. */
bool statement_purl(str text, struct arena *arena, struct purl *out);
