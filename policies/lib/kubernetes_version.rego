# SPDX-License-Identifier: Apache-2.0
# Versions of Kubernetes as servers say them: v1.29.4, 1.30.1-gke.100, v1.31.0-rc.1, v1.28.2+k3s1.
package seawall.lib.kubernetes_version

# [major, minor, patch, release, pre-release rank, its number]: arrays are compared from the left.
parsed(text) := [
	to_number(found[1]),
	to_number(found[2]),
	to_number(found[3]),
	rank(lower(found[4])),
	to_number(number_or_zero(found[5])),
] if {
	is_string(text)
	found := regex.find_all_string_submatch_n(
		`^[vV]?([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(?:-(alpha|beta|rc)(?:[.-]?([0-9]{1,9}))?(?:[.+-].*)?|[-+].*)?$`,
		trim_space(text),
		1,
	)[0]
}

# A release is above what came before it.
rank(word) := {"alpha": 0, "beta": 1, "rc": 2, "": 3}[word]

number_or_zero(digits) := digits if digits != "" else := "0"

minor(text) := [p[0], p[1]] if p := parsed(text)

# "1.31", 31.
minor_parsed(value) := [1, value] if is_number(value)

minor_parsed(value) := [to_number(found[1]), to_number(found[2])] if {
	is_string(value)
	found := regex.find_all_string_submatch_n(`^v?([0-9]{1,9})\.([0-9]{1,9})(?:\..*)?$`, value, 1)[0]
}

# From the first pre-release of `introduced` on, below `fixed`; empty: from the beginning, never. A
# range with a `version` is that one alone.
is_in(version, range) if version == parsed(range.version)

is_in(version, range) if {
	not range.version
	above(version, object.get(range, "introduced", ""))
	below(version, object.get(range, "fixed", ""))
}

above(_, bound) if bound in {"", "0", null}

above(version, bound) if {
	b := parsed(bound)
	[version[0], version[1], version[2]] >= [b[0], b[1], b[2]]
	b[3] == 3
}

above(version, bound) if {
	b := parsed(bound)
	b[3] < 3
	version >= b
}

below(_, bound) if bound in {"", null}

below(version, bound) if version < parsed(bound)

# A range whose bounds cannot be read.
is_odd(range) if not is_object(range)

is_odd(range) if {
	some key in ["introduced", "fixed", "version"]
	bound := object.get(range, key, "")
	not bound in {"", "0", null}
	not parsed(bound)
}

# Ends of support of the project's own releases: minor and the last day.
end_of_support := {
	14: "2019-12-11",
	15: "2020-05-06",
	16: "2020-09-02",
	17: "2021-01-13",
	18: "2021-06-18",
	19: "2021-10-28",
	20: "2022-02-28",
	21: "2022-06-28",
	22: "2022-10-28",
	23: "2023-02-28",
	24: "2023-07-28",
	25: "2023-10-27",
	26: "2024-02-28",
	27: "2024-07-16",
	28: "2024-10-22",
	29: "2025-02-28",
	30: "2025-06-28",
	31: "2025-11-11",
	32: "2026-02-28",
	33: "2026-06-28",
	34: "2026-10-27",
	35: "2027-02-28",
}

newest_known := max([n | some n, _ in end_of_support])
