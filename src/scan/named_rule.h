/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * named_rule: packages that are known by the name of their folder alone (analyzer->names). A name
 * says less than a database does: where the image has the database of their kind, that one counts
 * and they are dropped. Of several folders of one name and version (outputs of one package) the
 * first counts.
 */
#include "scan/assemble.h"

/* Removes packages of `assemble` as above; the order of the rest stays. */
void named_rule_apply(struct assemble *assemble);
