/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "base/program.h"
#include "base/time.h"
#include "kube/credential.h"

#define ANSWER_DEPTH  32u
#define ANSWER_VALUES 10000u
#define INFO_MAX      (256u << 10) /* of one variable of the environment; Linux takes 128 KiB */
#define LAST_WORDS    200u

static void put_cluster(struct json_writer *w, const struct kubeconfig *config, struct arena *arena)
{
	JSON_KEY(w, "cluster");
	json_open_object(w);
	json_kv_str(w, STR("server"), config->server);
	json_kv_opt(w, STR("tls-server-name"), config->server_name);
	if (config->insecure)
		json_kv_bool(w, STR("insecure-skip-tls-verify"), true);
	if (!str_empty(config->ca_pem))
		json_kv_str(w, STR("certificate-authority-data"),
			    base64_encode(arena, config->ca_pem));
	json_kv_opt(w, STR("proxy-url"), config->proxy);
	if (config->exec->cluster_config) {
		JSON_KEY(w, "config");
		json_put(w, config->exec->cluster_config);
	}
	json_close_object(w);
}

str exec_info(const struct kubeconfig *config, struct arena *arena)
{
	AUTO(buf_done)
	struct buf out;
	struct json_writer w;

	buf_init(&out, 8u << 20);
	json_writer_init(&w, &out, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("kind"), STR("ExecCredential"));
	json_kv_str(&w, STR("apiVersion"), config->exec->api_version);
	JSON_KEY(&w, "spec");
	json_open_object(&w);
	if (config->exec->provide_cluster)
		put_cluster(&w, config, arena);
	json_kv_bool(&w, STR("interactive"), false);
	json_close_object(&w);
	json_close_object(&w);
	return str_dup(arena, buf_str(&out));
}

static bool token_valid(str token)
{
	for (size_t i = 0; i < token.n; i++) {
		if ((unsigned char)token.p[i] <= ' ' || (unsigned char)token.p[i] >= 127)
			return false;
	}
	return true;
}

static int wrong(struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "its answer %s", what);
}

static int status_parse(const struct json *status, struct exec_answer *a, struct err *err)
{
	str expires = json_get_str(status, STR("expirationTimestamp"));

	a->token = json_get_str(status, STR("token"));
	a->cert_pem = json_get_str(status, STR("clientCertificateData"));
	a->key_pem = json_get_str(status, STR("clientKeyData"));
	if (str_empty(a->cert_pem) != str_empty(a->key_pem))
		return wrong(err, "has a client certificate without key, or the other way round");
	if (str_empty(a->token) && str_empty(a->cert_pem))
		return wrong(err, "has neither token nor client certificate");
	if (a->token.n > KUBECONFIG_MAX_TOKEN || !token_valid(a->token))
		return wrong(err, "has a token with blanks or control bytes");
	if (a->cert_pem.n > KUBECONFIG_MAX_PEM || a->key_pem.n > KUBECONFIG_MAX_PEM)
		return wrong(err, "has a certificate that is too large");
	if (!str_empty(expires) && !time_parse(expires, &a->expires))
		return wrong(err, "has an expirationTimestamp that is no time");
	return 0;
}

int exec_answer_parse(str text, str api_version, struct arena *arena, struct exec_answer *out,
		      struct err *err)
{
	const struct json_opts opts = { .max_depth = ANSWER_DEPTH, .max_values = ANSWER_VALUES };
	struct exec_answer answer = { .expires = 0 };
	const struct json *doc;

	if (text.n > CREDENTIAL_ANSWER_MAX)
		return err_set(err, ERR_LIMIT, "its answer is larger than %u bytes",
			       CREDENTIAL_ANSWER_MAX);
	if (str_empty(str_trim(text)))
		return wrong(err, "is empty");
	if (json_parse(text, &opts, arena, &doc, err) < 0)
		return err_wrap(err, "its answer");
	if (!str_eq(json_get_str(doc, STR("kind")), STR("ExecCredential")))
		return wrong(err, "is no ExecCredential");
	if (!str_eq(json_get_str(doc, STR("apiVersion")), api_version))
		return err_set(err, ERR_INPUT, "its answer has apiVersion '%.*s', not %.*s",
			       STR_ARG(str_take(json_get_str(doc, STR("apiVersion")), 100)),
			       STR_ARG(api_version));
	if (!json_is(JSON_GET(doc, "status"), JSON_OBJECT))
		return wrong(err, "has no status");
	if (status_parse(JSON_GET(doc, "status"), &answer, err) < 0)
		return -1;
	*out = answer;
	return 0;
}

/* The last line that says something: programs tell there why they failed. */
static str last_words(str errors)
{
	str line, last = STR_EMPTY;

	while (str_line(&errors, &line)) {
		if (!str_empty(str_trim(line)))
			last = str_trim(line);
	}
	return str_take(last, LAST_WORDS);
}

static const char *const *environment_of(const struct kubeconfig *config, str info,
					 struct arena *arena)
{
	const struct kube_exec *exec = config->exec;
	const char **env = ARENA_ARRAY(arena, const char *, exec->env_n + 2);

	for (size_t i = 0; i < exec->env_n; i++)
		env[i] = str_cstr(arena, str_fmt(arena, "%.*s=%.*s", STR_ARG(exec->env[i].name),
						 STR_ARG(exec->env[i].value)));
	env[exec->env_n] = str_cstr(arena, str_cat(arena, STR("KUBERNETES_EXEC_INFO="), info));
	return env;
}

static int failed(const struct kube_exec *exec, struct err *err)
{
	if (err->kind == ERR_NOT_FOUND)
		err_set(err, ERR_NOT_FOUND, "is not installed%s%.*s",
			str_empty(exec->hint) ? "" : ": ",
			STR_ARG(str_take(str_trim(exec->hint), LAST_WORDS)));
	return -1;
}

static int run(const struct kubeconfig *config, struct arena *arena, struct exec_answer *out,
	       struct err *err)
{
	const struct kube_exec *exec = config->exec;
	const char **argv = ARENA_ARRAY(arena, const char *, exec->args_n + 2);
	struct program_result result;
	str info = exec_info(config, arena);

	if (exec->always_interactive)
		return err_set(
			err, ERR_UNSUPPORTED,
			"wants a terminal (interactiveMode: Always), and there is none here");
	if (info.n > INFO_MAX)
		return err_set(err, ERR_LIMIT, "is to be told more than %u bytes", INFO_MAX);
	argv[0] = str_cstr(arena, exec->command);
	for (size_t i = 0; i < exec->args_n; i++)
		argv[i + 1] = str_cstr(arena, exec->args[i]);
	const struct program_opts opts = { .env = environment_of(config, info, arena),
					   .output_max = CREDENTIAL_ANSWER_MAX,
					   .speaks = config->person,
					   .timeout_ms = config->person ? CREDENTIAL_PERSON_MS
									: CREDENTIAL_TIMEOUT_MS };

	if (program_run(argv, &opts, arena, &result, err) < 0)
		return failed(exec, err);
	if (result.status != 0)
		return err_set(err, ERR_DENIED, "ends with %d%s%.*s", result.status,
			       str_empty(result.errors) ? "" : ": ",
			       STR_ARG(last_words(result.errors)));
	return exec_answer_parse(result.output, exec->api_version, arena, out, err);
}

int exec_run(const struct kubeconfig *config, struct arena *arena, struct exec_answer *out,
	     struct err *err)
{
	if (run(config, arena, out, err) < 0)
		return err_wrap(err, "user '%.*s': credential plug-in %.*s",
				STR_ARG(str_take(config->user, 200)),
				STR_ARG(str_take(config->exec->command, 200)));
	return 0;
}
