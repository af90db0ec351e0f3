# SPDX-License-Identifier: Apache-2.0
# Lines of files of package managers that do without a check of signatures (doc/facts-docker.md,
# `package_sources`): sources.list(5), apt.conf(5), yum.conf(5), dnf.conf(5), zypp.conf,
# pacman.conf(5).
package seawall.lib.package_source

unchecked contains line if {
	some line in lines
	not is_disabled(line)
	does_without(line.text)
}

# A check of the metadata or of what they do not name is one more where packages are checked.
unchecked contains line if {
	some line in lines
	not is_disabled(line)
	regex.match(`(?i)^\s*(repo|pkg)_gpgcheck\s*[=:]\s*(0|no|false|off)\b`, line.text)
	not are_packages_checked(line)
}

# Comments say nothing.
lines := [line |
	some line in input.package_sources
	not regex.match(`^\s*(#|;|//)`, line.text)
]

# ---- repositories ----
section(line) := object.get(line, "section", "")

is_disabled(line) if {
	not section(line) in {"", "main"}
	[line.path, section(line)] in disabled
}

disabled contains [line.path, section(line)] if {
	some line in lines
	regex.match(`(?i)^\s*enabled\s*[=:]\s*(0|no|false|off|without|disable)\b`, line.text)
}

are_packages_checked(line) if {
	some other in lines
	[other.path, section(other)] == [line.path, section(line)]
	regex.match(checks, other.text)
}

are_packages_checked(line) if {
	not has_own_check(line)
	some other in lines
	section(other) == "main"
	regex.match(checks, other.text)
}

has_own_check(line) if {
	some other in lines
	[other.path, section(other)] == [line.path, section(line)]
	regex.match(`(?i)^\s*gpgcheck\s*[=:]`, other.text)
}

checks := `(?i)^\s*gpgcheck\s*[=:]\s*(1|yes|true|on)\b`

# ---- one line ----
does_without(text) if {
	some pattern in patterns
	regex.match(pattern, text)
}

patterns := [
	`(?i)^\s*deb(-src)?\s*\[[^\]]*\b(trusted|allow-insecure|allow-weak|allow-downgrade-to-insecure)\s*=\s*(yes|true|with|on|enable|1)\b`,
	`(?i)^\s*(trusted|allow-insecure|allow-weak|allow-downgrade-to-insecure)\s*:\s*(yes|true|with|on|enable|1)\b`,
	`(?i)^\s*(localpkg_)?gpgcheck\s*[=:]\s*(0|no|false|off)\b`,
	`(?i)\b(AllowUnauthenticated|TrustCDROM|Ignore-Trust-Violations|Allow(Insecure|Weak|DowngradeToInsecure)Repositories)[\s"=]+(yes|true|with|on|enable|[1-9])`,
]

does_without(text) if {
	regex.match(`(?i)^\s*(--)?allow-untrusted\b`, text)
	not regex.match(`(?i)=\s*(0|no|false|off)\b`, text)
}

# ---- pacman ----
# The last word on packages counts; words on databases are of no matter here.
does_without(text) if {
	words := level_words(text)
	last(words, {"never", "optional", "required"}) in weak_levels(text)
}

does_without(text) if {
	not is_local(text)
	words := level_words(text)
	last(words, {"trustall", "trustedonly"}) == "trustall"
}

level_words(text) := [trim_prefix(word, "package") |
	assigned := regex.find_all_string_submatch_n(`^\s*(?:local|remote)?(?:file)?siglevel\s*=([^#]*)`, lower(text), 1)
	some word in split(assigned[0][1], " ")
	word != ""
	not startswith(word, "database")
]

last(words, known) := said[count(said) - 1] if {
	said := [word |
		some word in words
		word in known
	]
	count(said) > 0
}

# Files that somebody names on the command line need no signature by default.
is_local(text) if regex.match(`(?i)^\s*localfile`, text)

weak_levels(text) := {"never"} if is_local(text)

weak_levels(text) := {"never", "optional"} if not is_local(text)
