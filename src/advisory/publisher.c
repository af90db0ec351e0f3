/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/publisher.h"

#define OWN   PUBLISHER_ERRATUM
#define LISTS (PUBLISHER_ERRATUM | PUBLISHER_RELATED_CVES)
#define RPM   (PUBLISHER_ERRATUM | PUBLISHER_RELATED_CVES | PUBLISHER_SUMMARY_WORD)

static const struct {
	str prefix;
	unsigned traits;
} prefixes[] = {
	{ STR_INIT("ALAS"), LISTS },
	{ STR_INIT("ALBA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("ALEA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("ALSA-"), RPM },
	{ STR_INIT("ASA-"), LISTS },
	{ STR_INIT("DEBCHANGELOG-"), PUBLISHER_DERIVED },
	{ STR_INIT("DEBPOINT-"), PUBLISHER_DERIVED | PUBLISHER_NOT_SECURITY },
	{ STR_INIT("DEBUPDATE-"), PUBLISHER_DERIVED },
	{ STR_INIT("DLA-"), LISTS },
	{ STR_INIT("DSA-"), LISTS },
	{ STR_INIT("DTSA-"), LISTS },
	{ STR_INIT("ELBA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("ELEA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("ELSA-"), RPM },
	{ STR_INIT("FEDORA-"), LISTS },
	{ STR_INIT("LSN-"), LISTS },
	{ STR_INIT("MAL-"), PUBLISHER_MALICIOUS },
	{ STR_INIT("MGAA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("MGASA-"), LISTS },
	{ STR_INIT("OESA-"), LISTS },
	{ STR_INIT("PHSA-"), LISTS },
	{ STR_INIT("RHBA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("RHEA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("RHSA-"), RPM },
	{ STR_INIT("RLBA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("RLEA-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("RLSA-"), RPM },
	{ STR_INIT("RXSA-"), RPM },
	{ STR_INIT("SUSE-FU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("SUSE-OU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("SUSE-RU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("SUSE-SU-"), LISTS },
	{ STR_INIT("UBUPOINT-"), PUBLISHER_DERIVED | PUBLISHER_NOT_SECURITY },
	{ STR_INIT("UBUUPDATE-"), PUBLISHER_DERIVED },
	{ STR_INIT("USN-"), LISTS },
	{ STR_INIT("openSUSE-FU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("openSUSE-OU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("openSUSE-RU-"), PUBLISHER_NOT_SECURITY },
	{ STR_INIT("openSUSE-SU-"), LISTS },
};

static const struct {
	str word;
	enum affected_state state;
} states[] = {
	{ STR_INIT("DNE"), AFFECTED_NOT },
	{ STR_INIT("deferred"), AFFECTED_WILL_NOT },
	{ STR_INIT("detection"), AFFECTED_UNDER_REVIEW },
	{ STR_INIT("end-of-life"), AFFECTED_END_OF_LIFE },
	{ STR_INIT("end_of_life"), AFFECTED_END_OF_LIFE },
	{ STR_INIT("eol"), AFFECTED_END_OF_LIFE },
	{ STR_INIT("false-positive-determination"), AFFECTED_NOT },
	{ STR_INIT("fix-not-planned"), AFFECTED_WILL_NOT },
	{ STR_INIT("fix_deferred"), AFFECTED_WILL_NOT },
	{ STR_INIT("ignored"), AFFECTED_WILL_NOT },
	{ STR_INIT("known_not_affected"), AFFECTED_NOT },
	{ STR_INIT("needs-triage"), AFFECTED_UNDER_REVIEW },
	{ STR_INIT("not-affected"), AFFECTED_NOT },
	{ STR_INIT("not_affected"), AFFECTED_NOT },
	{ STR_INIT("postponed"), AFFECTED_WILL_NOT },
	{ STR_INIT("under investigation"), AFFECTED_UNDER_REVIEW },
	{ STR_INIT("under_investigation"), AFFECTED_UNDER_REVIEW },
	{ STR_INIT("undetermined"), AFFECTED_UNDER_REVIEW },
	{ STR_INIT("will_not_fix"), AFFECTED_WILL_NOT },
	{ STR_INIT("wontfix"), AFFECTED_WILL_NOT },
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
		if (str_starts(id, prefixes[i].prefix))
			return prefixes[i].traits;
	}
	return 0;
}

enum affected_state publisher_state(str word)
{
	for (size_t i = 0; word.n && i < ARRAY_LEN(states); i++) {
		if (str_ieq(word, states[i].word))
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
