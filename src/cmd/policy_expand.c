/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "cmd/policy.h"
#include "policy/constraint/provider_http.h"
#include "policy/yaml_write.h"

enum {
	EXPAND_FILENAME,
	EXPAND_FORMAT,
	EXPAND_OUTPUT,
	EXPAND_OUTPUTFILE,
	EXPAND_EXTERNAL,
	EXPAND_OPTION_COUNT
};

static const char *const formats[] = { "yaml", "json", NULL };

static const struct option_spec options[EXPAND_OPTION_COUNT] = {
	[EXPAND_FILENAME] = POLICY_OPTION_FILENAME,
	[EXPAND_FORMAT] = {
		.name = "format", .arg = "FORMAT", .preset = "yaml", .words = formats,
		.help = { "Form of the answer", "出力形式" },
	},
	[EXPAND_OUTPUT] = ANSWER_OPTION_OUTPUT,
	[EXPAND_OUTPUTFILE] = {
		.name = "outputfile", .arg = "FILE", .hidden = true, .complete = COMPLETE_FILE,
		.help = { "The same as --output", "--output と同じ" },
	},
	[EXPAND_EXTERNAL] = POLICY_OPTION_EXTERNAL,
};

static void put_object(struct buf *b, const struct resource *r, bool json, struct arena *arena)
{
	struct json_writer w;
	struct value v;

	if (b->n > 0)
		BUF_LIT(b, "---\n");
	v = value_from_json(r->json, arena);
	if (!json) {
		yaml_write(&v, b);
		return;
	}
	json_writer_init(&w, b, 2);
	value_write_json(&v, &w);
	buf_byte(b, '\n');
}

static int expand_all(struct invocation *in, const struct documents *docs, struct admission *a,
		      struct buf *b, struct err *err)
{
	bool json = str_eq(option_text(&in->options, EXPAND_FORMAT), STR("json"));

	for (size_t i = 0; i < docs->n; i++) {
		const struct resource *r = &docs->items[i].resource;
		struct expanded made;

		if (admission_is_policy(r))
			continue;
		if (admission_expand(a, r, in->arena, &made, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(docs->items[i].file));
		for (size_t k = 0; k < made.n; k++)
			put_object(b, &made.items[k].resource, json, in->arena);
	}
	return 0;
}

/* What judges is of no account here, so it need not load. */
static bool judges(const struct resource *r)
{
	return str_eq(r->group, CONSTRAINT_GROUP) ||
	       str_eq(r->group, STR("templates.gatekeeper.sh"));
}

static int load(struct admission *a, const struct documents *docs, struct err *err)
{
	for (size_t i = 0; i < docs->n; i++) {
		const struct resource *r = &docs->items[i].resource;

		if (!judges(r) && admission_add(a, &docs->items[i], 1, err) < 0)
			return -1;

		if (resource_is_namespace(r) && admission_add_data(a, r, err) < 0)
			return -1;
	}
	return admission_seal(a, err);
}

static int run(struct invocation *in, struct err *err)
{
	static const str standard_input = STR_INIT("-");
	str output = option_text(&in->options, EXPAND_OUTPUT);
	struct documents docs = { .arena = in->arena };
	AUTO(admission_done)
	struct admission a;
	AUTO(buf_done)
	struct buf b = { 0 };
	size_t n;
	const str *paths = option_items(&in->options, EXPAND_FILENAME, &n);

	admission_init(&a, in->arena);
	if (option_on(&in->options, EXPAND_EXTERNAL))
		provider_set_send(a.providers, provider_http_send, NULL);
	if (n == 0) {
		paths = &standard_input;
		n = 1;
	}
	if (str_empty(output))
		output = option_text(&in->options, EXPAND_OUTPUTFILE);
	if (policy_read_objects(paths, n, &docs, err) < 0)
		return -1;
	if (docs.n == 0)
		return err_set(err, ERR_INPUT, "no input data identified");
	buf_init(&b, ANSWER_MAX);
	if (load(&a, &docs, err) < 0 || expand_all(in, &docs, &a, &b, err) < 0 ||
	    answer_write(in, output, &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "The pods that Deployments will make", "Deployment が作る Pod" },
	  .line = "policy expand -f deployment.yaml -f expansion/" },
	{ .line = NULL },
};

const struct command command_policy_expand = {
	.name = "expand",
	.summary = { "Show the objects that workloads make, by ExpansionTemplates and mutators",
		     "ExpansionTemplate と変更ルールによりワークロードが作るオブジェクトを示す" },
	.options = options,
	.option_count = EXPAND_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
