/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * severity_map: the user's rules that give findings of every kind (vulnerabilities, secrets,
 * misconfigurations, licences; `subject` narrows them) another severity. Rules are asked in the
 * order of the file, the first that holds decides; what it was before and the reason stay with the
 * finding. doc/pipelines.md describes the file:
 *
 *	severities:
 *	  - known_exploited: true
 *	    at_least: critical
 *	    reason: attackers use it
 *	scale: three
 *
 * The criteria are those of exceptions (report/exception/criteria.h). `scale: three` is for
 * surfaces that know high, medium and low: critical becomes high, negligible low, after the rules
 * (R-17).
 */
#include "report/exception.h"

#define SEVERITY_MAP_MAX_BYTES (4u << 20)
#define SEVERITY_MAP_MAX       10000u /* rules */

struct severity_map;

/* `source`: a file, or "three-levels" for the scale alone. */
int severity_map_read(str source, struct arena *arena, struct severity_map **out,
		      struct err *err) MUST_USE;
/* From memory; both texts must outlive the map. */
int severity_map_read_text(str source, str text, struct arena *arena, struct severity_map **out,
			   struct err *err) MUST_USE;
/*
 * Whose rating counts, first come first: names of raters ("nvd", "ghsa", "redhat" ...: the source
 * of a CVSS score), "vendor" (the publisher's own word), "auto" (what was chosen already). A
 * finding that none of them rated keeps its severity. The arrays become copies where something
 * changes.
 */
void severity_sources_apply(const str *sources, size_t n, struct match_result *match,
			    struct arena *arena);
/*
 * What becomes of the severity of a configuration check at fault in `file`, or of a licence;
 * *reason is empty where nothing changes. `map` may be NULL.
 */
enum severity severity_map_of_check(const struct severity_map *map, const struct exception_set *set,
				    const struct inventory *inventory, const struct check *check,
				    str file, enum severity before, str *reason);
enum severity severity_map_of_licence(const struct severity_map *map,
				      const struct exception_set *set,
				      const struct inventory *inventory,
				      const struct exception_licence *licence, str *reason);
/*
 * Gives the findings of `match` and the secrets of `inventory` their severities; where one changes,
 * the arrays become copies in `arena`, findings in their order again. `set` has the scopes.
 */
void severity_map_apply(const struct severity_map *map, const struct exception_set *set,
			struct inventory *inventory, struct match_result *match,
			struct arena *arena);
