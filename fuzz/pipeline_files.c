/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a pipeline, by the first byte: a gate, a map of severities, a value of
 * --ci-metadata, a template for reports. Each is read or refused with a reason, and a template
 * ends.
 */
#include "base/buf.h"
#include "must.h"
#include "policy/encoding.h"
#include "policy/template.h"
#include "report/ci.h"
#include "report/gate.h"
#include "report/severity_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_gate(str text, struct arena *arena, struct err *err)
{
	struct gate gate;

	if (gate_read_text(STR("gate.yaml"), STR_EMPTY, text, arena, &gate, err) < 0)
		must(err->kind != ERR_NONE && err->msg[0]);
	else
		must(gate.name.n > 0 || text.n > 0);
}

static void try_map(str text, struct arena *arena, struct err *err)
{
	struct severity_map *map = NULL;

	if (severity_map_read_text(STR("map.yaml"), text, arena, &map, err) < 0)
		must(err->kind != ERR_NONE && err->msg[0]);
	else
		must(map != NULL);
}

static str no_variable(void *context, const char *name)
{
	(void)context;
	(void)name;
	return STR_EMPTY;
}

static void try_ci(str text, struct arena *arena, struct err *err)
{
	static const struct ci_environment environment = { .get = no_variable };
	struct ci_metadata ci = { 0 };

	/* Without '=' it would be the name of a file of this machine. */
	if (str_find_char(text, '=') < 0 || str_find_char(text, '/') >= 0)
		return;
	if (ci_take(&ci, text, &environment, arena, err) < 0)
		return;
	for (size_t i = 0; i < CI_FIELD_COUNT; i++) {
		must(ci.values[i].n <= CI_VALUE_MAX);
		must(str_find_char(ci.values[i], '\n') < 0);
	}
}

static struct value zero(str field)
{
	(void)field;
	return value_str(STR_EMPTY);
}

static void try_template(str text, struct arena *arena, struct err *err)
{
	static const struct template_opts opts = {
		.max_steps = 2000, .zero = zero, .now = 1000000000, .version = STR_INIT("1")
	};
	AUTO(buf_done)
	struct buf out = { 0 };
	struct value root;

	must(encoding_json_read(STR("[{\"Target\":\"a\",\"Vulnerabilities\":[{\"Severity\":\"LOW\","
				    "\"n\":1.5}]},{\"Target\":\"b\"}]"),
				arena, &root, err) == 0);
	buf_init(&out, 1u << 20);
	if (template_report(text, &root, &opts, arena, &out, err) < 0)
		must(err->kind != ERR_NONE && err->msg[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { 0 };

	if (size == 0)
		return 0;
	str text = str_of((const char *)data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		try_gate(text, arena, &err);
		break;
	case 1:
		try_map(text, arena, &err);
		break;
	case 2:
		try_ci(text, arena, &err);
		break;
	default:
		try_template(text, arena, &err);
	}
	return 0;
}
