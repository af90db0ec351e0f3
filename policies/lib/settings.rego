# SPDX-License-Identifier: Apache-2.0
# What the operator has set: the parameters of recommendations, by their ids, and the time.
package seawall.lib.settings

import data.seawall.lib.facts

parameter(recommendation, key) := data.settings.parameters[recommendation][key]

parameter_or(recommendation, key, otherwise) := parameter(recommendation, key) else := otherwise

# The effect that was set; `otherwise`, when none was.
is_disabled(recommendation, otherwise) if lower(parameter_or(recommendation, "effect", otherwise)) == "disabled"

disabled := {
	"msg": "the effect of this recommendation is disabled",
	"ja": "この推奨事項の効果は無効に設定されている",
}

opt_in := {
	"msg": "off unless it is switched on (effect: audit)",
	"ja": "有効にしない限り評価されない（effect: audit）",
}

# When the facts were gathered; without that, the time of this run.
at_ns := time.parse_rfc3339_ns(input.collected_at) if {
	facts.is_time(input.collected_at)
} else := data.settings.now_ns

no_clock := {
	"msg": "neither the facts nor this run say what time it is",
	"ja": "収集日時も実行日時も与えられていない",
}
