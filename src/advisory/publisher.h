/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What is known of publishers: their kinds of advisories by prefix, their words by meaning. */
#include "advisory/affected.h"
#include "advisory/finding.h"

enum publisher_trait {
	PUBLISHER_ERRATUM = 1,	     /* an advisory of the distribution itself */
	PUBLISHER_RELATED_CVES = 2,  /* `related` is its list of CVEs */
	PUBLISHER_NOT_SECURITY = 4,  /* bug fix or enhancement */
	PUBLISHER_DERIVED = 8,	     /* made from changelogs or package lists */
	PUBLISHER_MALICIOUS = 32,    /* the package itself is the flaw */
	PUBLISHER_SUMMARY_WORD = 16, /* the summary begins with the severity: "Important: ..." */
};

/* Traits of an advisory by the prefix of its id; 0 for others. */
unsigned publisher_traits(str id);
/* Meaning of a status word ("needs-triage", "end-of-life"); AFFECTED_PLAIN for unknown words. */
enum affected_state publisher_state(str word);
/* Meaning of a severity word of any publisher ("Important", "untriaged", "not yet assigned"). */
enum severity publisher_severity(str word);
/* Debian's code name as its number ("bookworm": "12"), or empty; sid is "unstable". */
str publisher_debian_release(str codename);
