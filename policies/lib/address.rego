# SPDX-License-Identifier: Apache-2.0
# Addresses and ranges of addresses.
package seawall.lib.address

# RFC 1918, RFC 4193, RFC 6598.
private_ranges := ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10"]

# Never reached from another machine, or from another link.
local_ranges := ["127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10"]

is_within(address, ranges) if {
	some range in ranges
	net.cidr_is_valid(range)
	net.cidr_contains(range, plain(address))
}

# An address without zone, IPv4 out of its IPv6 form, without brackets.
plain(address) := v4 if {
	startswith(lower(address), "::ffff:")
	v4 := substring(address, 7, -1)
	contains(v4, ".")
} else := split(trim_suffix(trim_prefix(address, "["), "]"), "%")[0]

is_address(address) if {
	is_string(address)
	net.cidr_is_valid(sprintf("%v/32", [plain(address)]))
}

# "10.0.0.0/8"; an address alone is a range of one.
range_of(text) := text if contains(text, "/")

range_of(text) := sprintf("%v/32", [text]) if {
	not contains(text, "/")
	not contains(text, ":")
}

range_of(text) := sprintf("%v/128", [text]) if {
	not contains(text, "/")
	contains(text, ":")
}

is_range(text) if {
	is_string(text)
	net.cidr_is_valid(range_of(text))
}

# Everybody: a range of no fixed bits, or several that leave nobody out.
lets_everybody_in(ranges) if {
	some range in ranges
	endswith(range_of(range), "/0")
}

lets_everybody_in(ranges) if {
	some all in net.cidr_merge([range_of(range) |
		some range in ranges
		is_range(range)
	])
	endswith(all, "/0")
}

# The host of "0.0.0.0:5000", "[::]:5000", ":5000", "10.0.0.1".
host_of(listener) := trim_suffix(trim_prefix(regex.replace(listener, `:[0-9]+$`, ""), "["), "]") if {
	regex.match(`^(\[[^\]]*\]|[^:]*)(:[0-9]+)?$`, listener)
} else := listener

is_wildcard(listener) if host_of(listener) in {"", "*", "0.0.0.0", "::", "0:0:0:0:0:0:0:0"}
