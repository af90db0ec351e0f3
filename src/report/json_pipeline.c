/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_parts.h"

void json_put_ci(struct json_writer *w, const struct report_opts *opts)
{
	if (!opts->ci || ci_is_empty(opts->ci))
		return;
	JSON_KEY(w, "ci");
	json_open_object(w);
	for (size_t i = 0; i < CI_FIELD_COUNT; i++)
		json_kv_opt(w, ci_field_name((enum ci_field)i), opts->ci->values[i]);
	json_close_object(w);
}

static void put_reason(struct json_writer *w, const struct gate_reason *reason)
{
	json_open_object(w);
	json_kv_str(w, STR("rule"), str_c(reason->rule));
	json_kv_str(w, STR("text"), reason->text);
	if (reason->counted) {
		json_kv_u64(w, STR("found"), reason->found);
		json_kv_u64(w, STR("allowed"), reason->allowed);
	}
	if (reason->id_count > 0)
		json_kv_strings(w, STR("ids"), reason->ids, reason->id_count);
	json_close_object(w);
}

void json_put_gate(struct json_writer *w, const struct report *report)
{
	const struct gate_result *gate = &report->gate;

	if (!gate->judged)
		return;
	JSON_KEY(w, "gate");
	json_open_object(w);
	json_kv_str(w, STR("name"), gate->name);
	json_kv_str(w, STR("result"), gate->passed ? STR("pass") : STR("fail"));
	JSON_KEY(w, "reasons");
	json_open_array(w);
	for (size_t i = 0; i < gate->count; i++)
		put_reason(w, &gate->reasons[i]);
	json_close_array(w);
	json_close_object(w);
}

void json_put_imports(struct json_writer *w, const struct match_result *match)
{
	if (match->import_count == 0)
		return;
	JSON_KEY(w, "imports");
	json_open_array(w);
	for (size_t i = 0; i < match->import_count; i++) {
		const struct match_import *import = &match->imports[i];

		json_open_object(w);
		json_kv_str(w, STR("tool"), import->tool);
		json_kv_opt(w, STR("version"), import->version);
		json_kv_str(w, STR("form"), import->form);
		json_kv_opt(w, STR("file"), import->file);
		json_kv_opt(w, STR("date"), import->date);
		json_kv_u64(w, STR("findings"), import->findings);
		json_close_object(w);
	}
	json_close_array(w);
}
