/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the Kubernetes client reads of strangers; the first byte picks: a kubeconfig, the answer to
 * a list, to a watch, of a credential plug-in. Streams must say the same whatever their pieces are.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "kube/credential.h"
#include "kube/kubeconfig.h"
#include "kube/list_stream.h"
#include "kube/watch_stream.h"
#include "must.h"

#define ELEMENT_MAX 4096u
#define DEPTH	    20u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool one_line(const char *msg) { return !strpbrk(msg, "\n\r"); }

static void fuzz_config(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct kubeconfig_source set[] = { { .path = "a/config", .text = text },
						 { .path = "b", .text = text } };
	struct kubeconfig config, twice;
	struct err err;

	if (kubeconfig_merge(set, 1, NULL, NULL, arena, &config, &err) < 0) {
		must(one_line(err.msg));
		return;
	}
	must(config.server.n > 0 && config.context.n > 0);
	must(config.warnings_n <= KUBECONFIG_MAX_WARNINGS);
	must(!(config.insecure && config.ca_pem.n));
	if (config.exec)
		must(exec_info(&config, arena).n > 0);
	/* The same once more behind it changes nothing. */
	must(kubeconfig_merge(set, 2, NULL, NULL, arena, &twice, &err) == 0);
	must(str_eq(config.server, twice.server) && str_eq(config.token, twice.token));
}

struct heard {
	struct buf text;
	uint64_t n;
};

static int element(void *context, str text, struct err *err)
{
	struct heard *h = context;

	(void)err;
	/* Which bracket closes which is for the JSON reader to say. */
	must(text.n <= ELEMENT_MAX && str_starts(text, STR("{")));
	buf_add(&h->text, text);
	buf_byte(&h->text, '\n');
	h->n++;
	return 0;
}

static int list_run(str text, size_t piece, struct heard *h)
{
	AUTO(list_stream_done)
	struct list_stream s;
	struct err err;
	int rc = 0;

	list_stream_init(&s, ELEMENT_MAX, DEPTH, element, h);
	for (size_t at = 0; at < text.n && rc == 0; at += piece)
		rc = list_stream_put(&s, str_take(str_skip(text, at), piece), &err);
	if (rc == 0)
		rc = list_stream_end(&s, &err);
	buf_add(&h->text, rc == 0 ? buf_str(&s.envelope) : str_c(err.msg));
	return rc;
}

/* A list that is JSON as a whole has the objects of its items. */
static void compare(str text, const struct heard *h)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *doc;
	struct err err;

	if (json_parse(text, NULL, arena, &doc, &err) < 0 || !json_is(doc, JSON_OBJECT))
		return;
	must(json_len(JSON_GET(doc, "items")) == h->n ||
	     !json_is(JSON_GET(doc, "items"), JSON_ARRAY) || str_find(text, STR("\\")) >= 0);
}

static void fuzz_list(str text)
{
	struct heard whole = { .n = 0 }, pieces = { .n = 0 };
	int rc;

	buf_init(&whole.text, 16u << 20);
	buf_init(&pieces.text, 16u << 20);
	rc = list_run(text, SIZE_MAX / 2, &whole);
	must(list_run(text, 1 + text.n % 7, &pieces) == rc);
	must(str_eq(buf_str(&whole.text), buf_str(&pieces.text)) && whole.n == pieces.n);
	if (rc == 0)
		compare(text, &whole);
	buf_done(&whole.text);
	buf_done(&pieces.text);
}

static int message(void *context, const struct watch_message *m, struct err *err)
{
	struct heard *h = context;
	struct json_writer w;

	(void)err;
	must(json_is(m->object, JSON_OBJECT));
	json_writer_init(&w, &h->text, 0);
	json_put(&w, m->object);
	h->n++;
	return 0;
}

static int watch_run(str text, size_t piece, struct heard *h)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct watch_stream s;
	struct err err;
	int rc = 0;

	watch_stream_init(&s, ELEMENT_MAX, DEPTH, scratch, message, h);
	for (size_t at = 0; at < text.n && rc == 0; at += piece)
		rc = watch_stream_put(&s, str_take(str_skip(text, at), piece), &err);
	watch_stream_done(&s);
	return rc;
}

static void fuzz_watch(str text)
{
	struct heard whole = { .n = 0 }, pieces = { .n = 0 };
	int rc;

	buf_init(&whole.text, 16u << 20);
	buf_init(&pieces.text, 16u << 20);
	rc = watch_run(text, SIZE_MAX / 2, &whole);
	must(watch_run(text, 1 + text.n % 7, &pieces) == rc);
	must(str_eq(buf_str(&whole.text), buf_str(&pieces.text)) && whole.n == pieces.n);
	buf_done(&whole.text);
	buf_done(&pieces.text);
}

static void fuzz_answer(str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exec_answer a;
	struct err err;

	if (exec_answer_parse(text, STR("client.authentication.k8s.io/v1"), arena, &a, &err) < 0) {
		must(one_line(err.msg));
		return;
	}
	must(a.token.n > 0 || a.cert_pem.n > 0);
	must(str_empty(a.cert_pem) == str_empty(a.key_pem));
	must(str_find_char(a.token, '\n') < 0 && str_find_char(a.token, ' ') < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(str) = { fuzz_config, fuzz_list, fuzz_watch, fuzz_answer };

	if (size == 0)
		return 0;
	targets[data[0] % ARRAY_LEN(targets)](str_of((const char *)data + 1, size - 1));
	return 0;
}
