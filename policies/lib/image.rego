# SPDX-License-Identifier: Apache-2.0
# What several checks ask of the facts about an image.
package seawall.lib.image

no_history := {
	"msg": "the image has no build history",
	"ja": "イメージにビルド履歴がない",
}

files_unknown := {
	"msg": "not all layers of the image could be read",
	"ja": "読み取れないレイヤーがある",
}

# Instructions of the build history: {"step", "layer", "run", "text"}, without what builders put
# around them.
steps contains step if {
	some entry in input.history
	step := {
		"step": entry.step,
		"layer": entry.layer,
		"run": is_run(entry.created_by),
		"text": plain(entry.created_by),
	}
}

is_run(text) if {
	regex.match(`^(RUN |\|[0-9]+ |/bin/(ba|da|a)?sh )`, text)
	not contains(text, "#(nop)")
} else := false

plain(text) := trim_space(regex.replace(
	regex.replace(text, `\s*# buildkit\s*$`, ""),
	`^(/bin/(ba|da|a)?sh -c )?(#\(nop\)\s+|RUN\s+)?(\|[0-9]+ .*?(/bin/(ba|da|a)?sh -[a-z]+ ))?(/bin/(ba|da|a)?sh -[a-z]+ )?`,
	"",
))

# Commands of steps that ran a shell: {"step", "layer", "text"}, one for each part of a line.
commands contains command if {
	some step in steps
	step.run
	some part in regex.split(`&&|\|\||;|\||\n`, step.text)
	text := trim_space(part)
	text != ""
	command := {"step": step.step, "layer": step.layer, "text": text}
}

history_known if {
	input.history_known
	count(input.history) > 0
}

files_known if input.files.known
