# SPDX-License-Identifier: Apache-2.0
# Resources of Azure Resource Manager: {"form": "arm", "resource": {...}, "related": [...]}. Names of
# members and most words are compared without case, as its own policies do.
package seawall.lib.arm

is_arm if input.form == "arm"

name := input.resource.name if is_string(input.resource.name) else := "?"

# The member of that name; null is no value.
member(object, key) := value if {
	is_object(object)
	spellings := [spelling |
		some spelling in sort(object.keys(object))
		lower(spelling) == lower(key)
	]
	exact := [spelling |
		some spelling in spellings
		spelling == key
	]
	value := object[array.concat(exact, spellings)[0]]
	value != null
}

# A command line client leaves the level `properties` out.
properties_of(resource) := member(resource, "properties") if {
	has_properties(resource)
} else := resource if {
	is_object(resource)
	not has_properties(resource)
}

has_properties(resource) if {
	some key, _ in resource
	lower(key) == "properties"
}

properties := properties_of(input.resource)

# Of up to four names below the properties.
property(path) := below(properties, path)

property_of(resource, path) := below(properties_of(resource), path)

below(object, [a]) := member(object, a)

below(object, [a, b]) := member(member(object, a), b)

below(object, [a, b, c]) := member(member(member(object, a), b), c)

below(object, [a, b, c, d]) := member(member(member(member(object, a), b), c), d)

is_true(value) if value == true

is_true(value) if lower(value) == "true"

is_false(value) if value == false

is_false(value) if lower(value) == "false"

is_word(value, word) if lower(value) == lower(word)

# Expressions of a template that nobody has worked out.
is_expression(value) if {
	is_string(value)
	startswith(value, "[")
	not startswith(value, "[[")
	endswith(value, "]")
}

# Why a value cannot be judged: properties that were left out of a list, expressions, other types.
unclear contains reason if {
	is_arm
	is_object(input.resource)
	some key, value in input.resource
	lower(key) == "properties"
	not is_object(value)
	reason := {
		"msg": sprintf("resource %v: its properties were not read", [name]),
		"ja": sprintf("リソース %v: properties が読まれていない", [name]),
	}
}

unclear contains reason if {
	is_arm
	not has_resource
	reason := {"msg": "there is no resource", "ja": "リソースがない"}
}

has_resource if is_object(input.resource)

is_true_at(path) if is_true(property(path))

is_word_at(path, word) if is_word(property(path), word)

not_a_truth(path) := reason if {
	value := property(path)
	not is_true(value)
	not is_false(value)
	reason := odd(path, value)
}

not_a_text(path) := reason if {
	value := property(path)
	not is_string(value)
	reason := odd(path, value)
}

not_a_text(path) := odd(path, value) if {
	value := property(path)
	is_expression(value)
}

not_a_list(path) := reason if {
	value := property(path)
	not is_array(value)
	reason := odd(path, value)
}

odd(path, value) := {
	"msg": sprintf("resource %v: properties.%v is %v, which cannot be judged", [name, concat(".", path), json.marshal(value)]),
	"ja": sprintf("リソース %v: properties.%v の値 %v は判定できない", [name, concat(".", path), json.marshal(value)]),
}

# What a finding shows of a value.
shown(path) := json.marshal(property(path)) else := "absent"

# Resources of a type among the related ones.
related(type) := [r |
	some r in input.related
	lower(member(r, "type")) == lower(type)
]
