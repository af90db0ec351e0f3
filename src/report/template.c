/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report by the user's own template, in the language of Go's text/template with the functions
 * that templates made for Trivy use. "." is the list of results of all targets, in the shape of
 * trivy_form.h. The template runs once, when all targets are known, so that what it writes around
 * them stands once.
 */
#include "policy/template.h"

#include "base/words.h"
#include "policy/encoding.h"
#include "report/trivy_form.h"

#define RENDER_STEPS 200000000u

static void begin(struct report_out *out)
{
	out->hold = true; /* what the template reads is not what is written */
	json_open_array(&out->json);
}

static void target(struct report_out *out, const struct report *report)
{
	trivy_put_results(out, report, &out->json);
}

static void failed(struct report_out *out, str name, const struct err *why)
{
	json_open_object(&out->json);
	json_kv_str(&out->json, STR("Target"), name);
	json_kv_str(&out->json, STR("Class"), STR("failed"));
	json_kv_str(&out->json, STR("Error"), str_c(why->msg));
	json_close_object(&out->json);
}

/* As a field of Go's structs that nobody filled. */
static struct value zero(str field)
{
	static const char *const numbers[] = { "V2Score", "V3Score", "V40Score", "StartLine",
					       "EndLine", "Size",    "Line",	 "Offset" };

	return words_have(numbers, ARRAY_LEN(numbers), field) ? value_int(0) : value_str(STR_EMPTY);
}

static str environment(str name, struct arena *arena)
{
	return str_c(getenv(str_cstr(arena, name)));
}

/* Templates name the embedded struct, too: .Vulnerability.Severity is .Severity. */
static struct value with_embedded(const struct value *vulnerability, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (uint32_t i = 0; i < vulnerability->n; i++)
		object_builder_add(&b, vulnerability->members[i].key,
				   vulnerability->members[i].value);
	OBJECT_ADD(&b, "Vulnerability", *vulnerability);
	return object_builder_take_last(&b);
}

static struct value embed(const struct value *result, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	for (uint32_t i = 0; i < result->n; i++) {
		struct value_member m = result->members[i];
		struct value_builder list;

		if (str_eq(value_text(&m.key), STR("Vulnerabilities"))) {
			value_builder_init(&list, arena);
			for (uint32_t k = 0; k < m.value.n; k++)
				value_builder_add(&list, with_embedded(&m.value.items[k], arena));
			m.value = value_builder_array(&list);
		}
		object_builder_add(&b, m.key, m.value);
	}
	return object_builder_take_last(&b);
}

static int render(struct report_out *out, struct err *err)
{
	const struct template_opts opts = { .max_steps = RENDER_STEPS,
					    .zero = zero,
					    .environment = environment,
					    .now = out->opts->now,
					    .version = STR(SEAWALL_VERSION) };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct value_builder list;
	struct value results;

	if (out->buf.overflow)
		return err_set(err, ERR_LIMIT, "more than %u bytes of results", REPORT_MAX_PIECE);
	str text = str_dup(arena, buf_str(&out->buf));
	buf_reset(&out->buf);
	if (encoding_json_read(text, arena, &results, err) < 0)
		return -1;
	value_builder_init(&list, arena);
	for (uint32_t i = 0; i < results.n; i++)
		value_builder_add(&list, embed(&results.items[i], arena));
	results = value_builder_array(&list);
	return template_report(out->opts->template_text, &results, &opts, arena, &out->buf, err);
}

static void end(struct report_out *out)
{
	struct err err = { 0 };

	json_close_array(&out->json);
	out->hold = false;
	if (render(out, &err) == 0)
		return;
	out->err = err;
	out->failed = true;
}

const struct report_writer report_writer_template = {
	.name = "template",
	.machine = true,
	.begin = begin,
	.target = target,
	.failed = failed,
	.end = end,
};
