/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "casefile.h"
#include "kube/credential.h"
#include "kube/kubeconfig_internal.h"
#include "kube/list_stream.h"
#include "test.h"

/* A configuration as one line. */
static str shown(const struct kubeconfig *c, struct arena *arena)
{
	str s = c->server;

	if (c->insecure)
		s = str_cat(arena, s, STR(" insecure"));
	if (c->proxy.n)
		s = str_fmt(arena, "%.*s proxy %.*s", STR_ARG(s), STR_ARG(c->proxy));
	if (c->server_name.n)
		s = str_fmt(arena, "%.*s as %.*s", STR_ARG(s), STR_ARG(c->server_name));
	if (c->ns.n)
		s = str_fmt(arena, "%.*s ns %.*s", STR_ARG(s), STR_ARG(c->ns));
	if (c->token.n)
		s = str_fmt(arena, "%.*s token %.*s", STR_ARG(s), STR_ARG(c->token));
	if (c->token_file)
		s = str_fmt(arena, "%.*s file %s", STR_ARG(s), c->token_file);
	if (c->username.n)
		s = str_fmt(arena, "%.*s user %.*s:%.*s", STR_ARG(s), STR_ARG(c->username),
			    STR_ARG(c->password));
	if (c->exec)
		s = str_fmt(arena, "%.*s exec %.*s", STR_ARG(s), STR_ARG(c->exec->command));
	for (size_t i = 0; c->exec && i < c->exec->args_n; i++)
		s = str_fmt(arena, "%.*s %.*s", STR_ARG(s), STR_ARG(c->exec->args[i]));
	for (size_t i = 0; c->exec && i < c->exec->env_n; i++)
		s = str_fmt(arena, "%.*s %.*s=%.*s", STR_ARG(s), STR_ARG(c->exec->env[i].name),
			    STR_ARG(c->exec->env[i].value));
	if (c->as_user.n)
		s = str_fmt(arena, "%.*s acting as %.*s", STR_ARG(s), STR_ARG(c->as_user));
	for (size_t i = 0; i < c->as_groups_n; i++)
		s = str_fmt(arena, "%.*s +%.*s", STR_ARG(s), STR_ARG(c->as_groups[i]));
	for (size_t i = 0; i < c->as_extra_n; i++)
		s = str_fmt(arena, "%.*s %.*s=%.*s", STR_ARG(s), STR_ARG(c->as_extra[i].name),
			    STR_ARG(c->as_extra[i].value));
	for (size_t i = 0; i < c->warnings_n; i++)
		s = str_fmt(arena, "%.*s (%.*s)", STR_ARG(s), STR_ARG(c->warnings[i]));
	return s;
}

static void case_parts(const struct casefile *file, str *text, str *want)
{
	ptrdiff_t at = str_find(file->line, STR(" -> "));

	CASE_CHECK(file, at > 0, "no ' -> '");
	*text = str_take(file->line, (size_t)at);
	*want = str_skip(file->line, (size_t)at + 4);
}

TEST(kubeconfigs_are_read_or_refused_with_one_clear_line)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("kube/kubeconfig.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct kubeconfig_source source = { .path = "dir/config" };
		struct kubeconfig config;
		struct err err;
		str want, got;

		case_parts(&file, &source.text, &want);
		if (kubeconfig_merge(&source, 1, NULL, NULL, arena, &config, &err) == 0)
			got = shown(&config, arena);
		else
			got = str_c(err.msg);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

#define ONE(name, server)                                                            \
	"clusters: [{name: c, cluster: {server: '" server                            \
	"'}}]\nusers: [{name: u, user: {token: " name "}}]\ncontexts: [{name: " name \
	", context: {cluster: c, user: u}}]\n"

TEST(the_first_file_that_names_something_wins)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kubeconfig_source set[] = {
		{ .path = "one", .text = STR(ONE("a", "https://one")) },
		{ .path = "two", .text = STR(ONE("b", "https://two") "current-context: b\n") },
		{ .path = "three", .text = STR("current-context: a\n") },
	};
	struct kubeconfig config;
	struct err err;

	CHECK_INT(kubeconfig_merge(set, 3, NULL, NULL, arena, &config, &err), 0);
	CHECK_STR(str_cstr(arena, config.context), "b"); /* of the second: the first sets none */
	CHECK_STR(str_cstr(arena, config.server), "https://one");
	CHECK_STR(str_cstr(arena, config.token), "a"); /* user u of the first file */
	CHECK_INT(kubeconfig_merge(set, 3, "a", NULL, arena, &config, &err), 0);
	CHECK_STR(str_cstr(arena, config.context), "a");
	CHECK_INT(kubeconfig_merge(set, 3, "q", NULL, arena, &config, &err), -1);
	CHECK_STR(err.msg, "one and 2 more: no context 'q' (there are: a, b)");
}

/* A folder of the test's own. */
struct place {
	char dir[64];
};

static struct place place_new(void)
{
	struct place p = { "/tmp/seawall-kubeconfig-XXXXXX" };

	CHECK(mkdtemp(p.dir));
	return p;
}

static const char *place_file(const struct place *p, struct arena *arena, const char *name,
			      const char *text)
{
	const char *path = str_cstr(arena, str_fmt(arena, "%s/%s", p->dir, name));
	AUTO(fd_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct err err;

	CHECK(fd >= 0);
	CHECK_INT(fd_write_all(fd, str_c(text), &err), 0);
	return path;
}

static void place_end(const struct place *p, struct arena *arena)
{
	AUTO(closedir)
	DIR *dir = opendir(p->dir);

	CHECK(dir);
	for (const struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] != '.')
			IGNORE(unlinkat(dirfd(dir), e->d_name, 0)); /* seen by rmdir */
	}
	(void)arena;
	CHECK_INT(rmdir(p->dir), 0);
}

TEST(files_of_a_list_that_are_not_there_are_passed_over)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct place p = place_new();
	const char *path =
		place_file(&p, arena, "a", ONE("a", "https://one") "current-context: a\n");
	struct kubeconfig config;
	struct err err;

	setenv("KUBECONFIG", str_cstr(arena, str_fmt(arena, "/none:%s::/nor-this", path)), 1);
	CHECK_INT(kubeconfig_load(NULL, NULL, arena, &config, &err), 0);
	CHECK_STR(str_cstr(arena, config.server), "https://one");
	CHECK_INT(config.warnings_n, 0);
	CHECK_INT(chmod(path, 0644), 0);
	CHECK_INT(kubeconfig_load(NULL, NULL, arena, &config, &err), 0);
	CHECK_INT(config.warnings_n, 1);
	CHECK(str_ends(config.warnings[0],
		       STR("can be read by everybody on this machine: chmod 600")));
	setenv("KUBECONFIG", "/none:/nor-this", 1);
	unsetenv("KUBERNETES_SERVICE_HOST");
	CHECK_INT(kubeconfig_load(NULL, NULL, arena, &config, &err), -1);
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_STR(err.msg,
		  "no cluster to look at: KUBECONFIG=/none:/nor-this is not there; name a file "
		  "with --kubeconfig or KUBECONFIG");
	CHECK_INT(kubeconfig_load("/none", NULL, arena, &config, &err), -1);
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	unsetenv("KUBECONFIG");
	place_end(&p, arena);
}

TEST(what_is_no_file_is_refused_and_blocks_nobody)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct place p = place_new();
	const char *fifo = str_cstr(arena, str_fmt(arena, "%s/fifo", p.dir));
	struct kubeconfig config;
	struct err err;
	str text;

	CHECK_INT(kubeconfig_load("/tmp", NULL, arena, &config, &err), -1);
	CHECK_STR(err.msg, "/tmp: is not a file");
	CHECK_INT(kubeconfig_load("/dev/zero", NULL, arena, &config, &err), -1);
	CHECK_STR(err.msg, "/dev/zero: is not a file");
	CHECK_INT(mkfifo(fifo, 0600), 0);
	CHECK_INT(kubeconfig_load(fifo, NULL, arena, &config, &err), -1); /* nobody writes */
	CHECK_INT(kubeconfig_read("/proc/self/exe", 1000, arena, &text, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	place_end(&p, arena);
}

TEST(files_are_relative_to_the_kubeconfig_that_names_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct place p = place_new();
	const char *path = place_file(
		&p, arena, "config",
		"clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: ca.pem}}]\n"
		"contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n");
	struct kubeconfig config;
	struct err err;

	CHECK_INT(kubeconfig_load(path, NULL, arena, &config, &err), -1);
	CHECK(str_find(str_c(err.msg), STR("clusters[0].cluster.certificate-authority")) > 0);
	IGNORE(place_file(&p, arena, "ca.pem", "-----BEGIN CERTIFICATE-----\nx\n")); /* its path */
	CHECK_INT(kubeconfig_load(path, NULL, arena, &config, &err), 0);
	CHECK(str_starts(config.ca_pem, STR("-----BEGIN CERTIFICATE-----")));
	place_end(&p, arena);
}

TEST(the_account_of_a_pod)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct place p = place_new();
	struct kubeconfig config;
	struct err err;

	CHECK_INT(kubeconfig_account(p.dir, "10.0.0.1", "6443", arena, &config, &err), -1);
	CHECK(str_starts(str_c(err.msg), STR("the account of this pod: ")));
	IGNORE(place_file(&p, arena, "token", "secret\n"));			  /* its path */
	IGNORE(place_file(&p, arena, "ca.crt", "-----BEGIN CERTIFICATE-----\n")); /* its path */
	IGNORE(place_file(&p, arena, "namespace", "here"));			  /* its path */
	CHECK_INT(kubeconfig_account(p.dir, "fd00::1", NULL, arena, &config, &err), 0);
	CHECK_STR(str_cstr(arena, config.server), "https://[fd00::1]:443");
	CHECK_STR(str_cstr(arena, config.ns), "here");
	CHECK_INT(config.context.n, 0);
	place_end(&p, arena);
}

TEST(answers_of_plug_ins)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("kube/exec_answer.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct exec_answer a;
		struct err err;
		str text, want, got;

		case_parts(&file, &text, &want);
		if (exec_answer_parse(text, STR("client.authentication.k8s.io/v1"), arena, &a,
				      &err) < 0)
			got = str_c(err.msg);
		else if (a.token.n)
			got = str_fmt(arena, "token %.*s", STR_ARG(a.token));
		else
			got = str_fmt(arena, "certificate %.*s key %.*s", STR_ARG(a.cert_pem),
				      STR_ARG(a.key_pem));
		if (got.p != err.msg && a.expires)
			got = str_fmt(arena, "%.*s until %lld", STR_ARG(got), (long long)a.expires);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
	}
}

static struct kubeconfig with_plugin(struct arena *arena, const char *script,
				     struct kube_exec *exec)
{
	str *args = ARENA_ARRAY(arena, str, 2);

	args[0] = STR("-c");
	args[1] = str_c(script);
	*exec = (struct kube_exec){ .api_version = STR("client.authentication.k8s.io/v1"),
				    .command = STR("sh"),
				    .args = args,
				    .args_n = 2 };
	return (struct kubeconfig){ .server = STR("https://a"), .user = STR("u"), .exec = exec };
}

TEST(plug_ins_are_told_and_their_answers_taken)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kubeconfig_text env = { .name = STR("HOME"), .value = STR("elsewhere") };
	struct kube_exec exec;
	struct kubeconfig config = with_plugin(
		arena,
		"case $KUBERNETES_EXEC_INFO in *'\"interactive\":false'*'}') ;; *) exit 9 ;; esac\n"
		"printf '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		"\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"%s\"}}' \"$HOME\"",
		&exec);
	struct credential credential;
	struct err err;

	exec.env = &env;
	exec.env_n = 1;
	credential_init(&credential);
	CHECK_INT(credential_ready(&credential, &config, false, &err), 1);
	CHECK_STR(str_cstr(arena, credential.authorization), "Bearer elsewhere");
	CHECK_INT(credential_ready(&credential, &config, false, &err), 0); /* it holds */
	CHECK_INT(credential_ready(&credential, &config, true, &err), 1);  /* it was refused */
	credential.expires = time_now() + 5;
	CHECK_INT(credential_ready(&credential, &config, false, &err), 1);
	CHECK_INT(credential.generation, 3);
	credential_done(&credential);
}

TEST(plug_ins_that_fail_say_why)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kube_exec exec;
	struct kubeconfig config =
		with_plugin(arena, "echo first >&2; echo 'no log-in' >&2; exit 3", &exec);
	struct exec_answer answer;
	struct err err;

	CHECK_INT(exec_run(&config, arena, &answer, &err), -1);
	CHECK_STR(err.msg, "user 'u': credential plug-in sh: ends with 3: no log-in");
	exec.command = STR("seawall-no-such-program");
	exec.hint = STR("get it from example.com");
	CHECK_INT(exec_run(&config, arena, &answer, &err), -1);
	CHECK_STR(err.msg,
		  "user 'u': credential plug-in seawall-no-such-program: is not installed: get "
		  "it from example.com");
	config = with_plugin(arena, "yes", &exec);
	CHECK_INT(exec_run(&config, arena, &answer, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	exec.always_interactive = true;
	CHECK_INT(exec_run(&config, arena, &answer, &err), -1);
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}

TEST(plug_ins_are_told_of_the_cluster_when_they_want_that)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kube_exec exec;
	struct kubeconfig config = with_plugin(arena, "", &exec);
	const struct json *extra;
	struct err err;

	CHECK_INT(json_parse(STR("{\"audience\":\"a\"}"), NULL, arena, &extra, &err), 0);
	exec.provide_cluster = true;
	exec.cluster_config = extra;
	config.ca_pem = STR("abc");
	CHECK_STR(str_cstr(arena, exec_info(&config, arena)),
		  "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
		  "\"spec\":{\"cluster\":{\"server\":\"https://a\","
		  "\"certificate-authority-data\":\"YWJj\",\"config\":{\"audience\":\"a\"}},"
		  "\"interactive\":false}}");
}

TEST(token_files_are_one_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct place p = place_new();
	struct err err;
	str token;

	CHECK_INT(kubeconfig_token(place_file(&p, arena, "t", " abc\n"), arena, &token, &err), 0);
	CHECK_STR(str_cstr(arena, token), "abc");
	CHECK_INT(kubeconfig_token(place_file(&p, arena, "t", "\n"), arena, &token, &err), -1);
	CHECK(str_ends(str_c(err.msg), STR("the token file is empty")));
	CHECK_INT(kubeconfig_token(place_file(&p, arena, "t", "a\nb"), arena, &token, &err), -1);
	CHECK(str_ends(str_c(err.msg), STR("is not a token (one line of text)")));
	place_end(&p, arena);
}

/* ---- lists ---- */

struct collected {
	struct buf out;
};

static int collect(void *context, str element, struct err *err)
{
	struct collected *c = context;

	(void)err;
	buf_add(&c->out, element);
	buf_byte(&c->out, ' ');
	return 0;
}

static void take_apart(str text, size_t piece, struct collected *c)
{
	AUTO(list_stream_done)
	struct list_stream s;
	struct err err;
	int rc = 0;

	list_stream_init(&s, 100, 9, collect, c);
	for (size_t at = 0; at < text.n && rc == 0; at += piece)
		rc = list_stream_put(&s, str_take(str_skip(text, at), piece), &err);
	if (rc == 0)
		rc = list_stream_end(&s, &err);
	buf_add(&c->out, rc == 0 ? buf_str(&s.envelope) : str_c(err.msg));
}

TEST(lists_come_apart_whatever_the_pieces)
{
	static const size_t pieces[] = { SIZE_MAX / 2, 1, 3 };
	AUTO(casefile_close)
	struct casefile file = casefile_open("kube/list_stream.txt");

	while (casefile_next(&file)) {
		str text, want;

		case_parts(&file, &text, &want);
		for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
			AUTO(buf_done)
			struct buf out;
			struct collected c;

			buf_init(&c.out, 1u << 20);
			take_apart(text, pieces[i], &c);
			out = c.out;
			CASE_CHECK(&file, str_eq(buf_str(&out), want), "got %.*s",
				   STR_ARG(buf_str(&out)));
		}
	}
}
