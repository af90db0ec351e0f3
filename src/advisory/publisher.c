/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/publisher.h"

#define OWN   PUBLISHER_ERRATUM
#define LISTS (PUBLISHER_ERRATUM | PUBLISHER_RELATED_CVES)
#define RPM   (PUBLISHER_ERRATUM | PUBLISHER_RELATED_CVES | PUBLISHER_SUMMARY_WORD)

static const struct {
	const char *prefix;
	unsigned traits;
} prefixes[] = {
	{ "ALAS", LISTS },
	{ "ALBA-", PUBLISHER_NOT_SECURITY },
	{ "ALEA-", PUBLISHER_NOT_SECURITY },
	{ "ALSA-", RPM },
	{ "ASA-", LISTS },
	{ "DEBCHANGELOG-", PUBLISHER_DERIVED },
	{ "DEBPOINT-", PUBLISHER_DERIVED | PUBLISHER_NOT_SECURITY },
	{ "DEBUPDATE-", PUBLISHER_DERIVED },
	{ "DLA-", LISTS },
	{ "DSA-", LISTS },
	{ "DTSA-", LISTS },
	{ "ELBA-", PUBLISHER_NOT_SECURITY },
	{ "ELEA-", PUBLISHER_NOT_SECURITY },
	{ "ELSA-", RPM },
	{ "FEDORA-", LISTS },
	{ "LSN-", LISTS },
	{ "MGAA-", PUBLISHER_NOT_SECURITY },
	{ "MGASA-", LISTS },
	{ "OESA-", LISTS },
	{ "PHSA-", LISTS },
	{ "RHBA-", PUBLISHER_NOT_SECURITY },
	{ "RHEA-", PUBLISHER_NOT_SECURITY },
	{ "RHSA-", RPM },
	{ "RLBA-", PUBLISHER_NOT_SECURITY },
	{ "RLEA-", PUBLISHER_NOT_SECURITY },
	{ "RLSA-", RPM },
	{ "RXSA-", RPM },
	{ "SUSE-FU-", PUBLISHER_NOT_SECURITY },
	{ "SUSE-OU-", PUBLISHER_NOT_SECURITY },
	{ "SUSE-RU-", PUBLISHER_NOT_SECURITY },
	{ "SUSE-SU-", LISTS },
	{ "UBUPOINT-", PUBLISHER_DERIVED | PUBLISHER_NOT_SECURITY },
	{ "UBUUPDATE-", PUBLISHER_DERIVED },
	{ "USN-", LISTS },
	{ "openSUSE-FU-", PUBLISHER_NOT_SECURITY },
	{ "openSUSE-OU-", PUBLISHER_NOT_SECURITY },
	{ "openSUSE-RU-", PUBLISHER_NOT_SECURITY },
	{ "openSUSE-SU-", LISTS },
};

static const struct {
	const char *word;
	enum affected_state state;
} states[] = {
	{ "DNE", AFFECTED_NOT },
	{ "deferred", AFFECTED_WILL_NOT },
	{ "detection", AFFECTED_UNDER_REVIEW },
	{ "end-of-life", AFFECTED_END_OF_LIFE },
	{ "end_of_life", AFFECTED_END_OF_LIFE },
	{ "eol", AFFECTED_END_OF_LIFE },
	{ "false-positive-determination", AFFECTED_NOT },
	{ "fix-not-planned", AFFECTED_WILL_NOT },
	{ "fix_deferred", AFFECTED_WILL_NOT },
	{ "ignored", AFFECTED_WILL_NOT },
	{ "known_not_affected", AFFECTED_NOT },
	{ "needs-triage", AFFECTED_UNDER_REVIEW },
	{ "not-affected", AFFECTED_NOT },
	{ "not_affected", AFFECTED_NOT },
	{ "postponed", AFFECTED_WILL_NOT },
	{ "under investigation", AFFECTED_UNDER_REVIEW },
	{ "under_investigation", AFFECTED_UNDER_REVIEW },
	{ "undetermined", AFFECTED_UNDER_REVIEW },
	{ "will_not_fix", AFFECTED_WILL_NOT },
	{ "wontfix", AFFECTED_WILL_NOT },
};

/* Words that are not those of our own scale. Debian marks a guess with '*'. */
static const struct {
	const char *word;
	enum severity severity;
} severities[] = {
	{ "important", SEVERITY_HIGH },
	{ "moderate", SEVERITY_MEDIUM },
	{ "minor", SEVERITY_LOW },
	{ "none", SEVERITY_NEGLIGIBLE },
	{ "unimportant", SEVERITY_NEGLIGIBLE },
	{ "untriaged", SEVERITY_UNKNOWN },
};

static const struct {
	const char *codename, *release;
} debian_releases[] = {
	{ "potato", "2.2" }, { "woody", "3.0" },   { "sarge", "3.1" },	 { "etch", "4.0" },
	{ "lenny", "5.0" },  { "squeeze", "6.0" }, { "wheezy", "7" },	 { "jessie", "8" },
	{ "stretch", "9" },  { "buster", "10" },   { "bullseye", "11" }, { "bookworm", "12" },
	{ "trixie", "13" },  { "forky", "14" },	   { "duke", "15" },	 { "sid", "unstable" },
};

unsigned publisher_traits(str id)
{
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		if (str_starts(id, str_c(prefixes[i].prefix)))
			return prefixes[i].traits;
	}
	return 0;
}

enum affected_state publisher_state(str word)
{
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (str_ieq(word, str_c(states[i].word)))
			return states[i].state;
	}
	return AFFECTED_PLAIN;
}

enum severity publisher_severity(str word)
{
	enum severity severity;

	while (str_ends(word, STR("*")))
		word = str_drop_end(word, 1);
	if (severity_from(word, &severity))
		return severity;
	for (size_t i = 0; i < ARRAY_LEN(severities); i++) {
		if (str_ieq(word, str_c(severities[i].word)))
			return severities[i].severity;
	}
	return SEVERITY_UNKNOWN;
}

str publisher_debian_release(str codename)
{
	for (size_t i = 0; i < ARRAY_LEN(debian_releases); i++) {
		if (str_ieq(codename, str_c(debian_releases[i].codename)))
			return str_c(debian_releases[i].release);
	}
	return STR_EMPTY;
}
