/* SPDX-License-Identifier: Apache-2.0 */
/* Faults that a real API server cannot be made to show; tests/e2e/kube.sh asks a real one. */
#include "kube/kube.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "server.h"
#include "test.h"

#define STATUS(code, reason, text)                                                           \
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\"," \
	"\"message\":\"" text "\",\"reason\":\"" reason "\",\"code\":" #code "}"
#define POD(name) \
	"{\"metadata\":{\"name\":\"" name "\",\"namespace\":\"n\",\"resourceVersion\":\"9\"}}"
#define LIST(next, pods)                                                                       \
	"{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"," \
	"\"continue\":\"" next "\"},\"items\":[" pods "]}\n"
#define JSON_TYPE "Content-Type: application/json\r\n"

static const struct kube_resource pods = { .version = STR_INIT("v1"),
					   .name = STR_INIT("pods"),
					   .kind = STR_INIT("Pod"),
					   .namespaced = true,
					   .can_list = true,
					   .can_watch = true,
					   .preferred = true };

/* A server that answers request after request with what `answer` does, and a client of it. */
struct bed {
	void (*answer)(struct bed *bed, const struct server_request *request);
	struct server *server;
	struct arena *arena;
	struct kube *kube;
	struct buf log; /* queries that came */
	char path[64];	/* of the kubeconfig */
	char token[80]; /* of its token file */
	int stage;
	struct buf got; /* names of objects */
	const char *stop_at;
};

static void handle(void *context, const struct server_request *request)
{
	struct bed *bed = context;
	str before, query = STR_EMPTY;

	if (!str_cut(request->path, '?', &before, &query))
		query = request->path;
	buf_fmt(&bed->log, "%.*s\n", STR_ARG(query));
	bed->answer(bed, request);
}

static void bed_start(struct bed *bed, void (*answer)(struct bed *, const struct server_request *),
		      struct kube_opts opts)
{
	struct err err;

	*bed = (struct bed){ .answer = answer, .path = "/tmp/seawall-kube-XXXXXX" };
	bed->arena = arena_new();
	buf_init(&bed->log, 1u << 20);
	buf_init(&bed->got, 1u << 20);
	bed->server = server_start(handle, bed);
	AUTO(fd_close)
	int fd = mkstemp(bed->path);
	str text = str_fmt(
		bed->arena,
		"{clusters: [{name: c, cluster: {server: '%.*s'}}],"
		"users: [{name: u, user: {token: t}}],"
		"contexts: [{name: x, context: {cluster: c, user: u}}], current-context: x}",
		STR_ARG(server_url(bed->server, bed->arena, "")));

	CHECK(fd >= 0);
	CHECK_INT(fd_write_all(fd, text, &err), 0);
	opts.kubeconfig = bed->path;
	bed->kube = kube_open(&opts, &err);
	CHECK(bed->kube);
}

/* The same server, with the token in a file. */
static void bed_log_in_by_file(struct bed *bed)
{
	struct kube_opts opts = { .kubeconfig = bed->path };
	struct err err;

	snprintf(bed->token, sizeof(bed->token), "%s.token", bed->path);
	AUTO(fd_close)
	int token = open(bed->token, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	AUTO(fd_close)
	int fd = open(bed->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	str text = str_fmt(
		bed->arena,
		"{clusters: [{name: c, cluster: {server: '%.*s'}}],"
		"users: [{name: u, user: {tokenFile: %s}}],"
		"contexts: [{name: x, context: {cluster: c, user: u}}], current-context: x}",
		STR_ARG(server_url(bed->server, bed->arena, "")), bed->token);

	CHECK_INT(fd_write_all(token, STR("old\n"), &err), 0);
	CHECK_INT(fd_write_all(fd, text, &err), 0);
	kube_close(bed->kube);
	bed->kube = kube_open(&opts, &err);
	CHECK(bed->kube);
}

static void bed_end(struct bed *bed)
{
	kube_close(bed->kube);
	server_stop(bed->server);
	buf_done(&bed->log);
	buf_done(&bed->got);
	CHECK_INT(unlink(bed->path), 0);
	arena_free(bed->arena);
}

static int note(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	struct bed *bed = context;

	(void)arena;
	(void)err;
	CHECK_STR(str_cstr(bed->arena, json_get_str(object, STR("kind"))), "Pod");
	CHECK_STR(str_cstr(bed->arena, json_get_str(object, STR("apiVersion"))), "v1");
	buf_fmt(&bed->got, "%.*s ",
		STR_ARG(json_get_str(JSON_GET(object, "metadata"), STR("name"))));
	return 0;
}

static int list(struct bed *bed, struct kube_list_result *result, struct err *err)
{
	const struct kube_list_opts opts = { .page = 2 };

	return kube_list(bed->kube, &pods, &opts, note, bed, bed->arena, result, err);
}

/* ---- lists ---- */

static void two_pages(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	if (str_find(r->path, STR("continue=")) < 0)
		server_answer(r, 200, JSON_TYPE, STR(LIST("t0k/en==", POD("a") "," POD("b"))));
	else
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("c"))));
}

TEST(lists_go_on_from_page_to_page)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, two_pages, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK_STR(bed.got.p, "a b c ");
	CHECK_STR(bed.log.p, "limit=2\nlimit=2&continue=t0k%2Fen%3D%3D\n");
	CHECK_INT(result.objects, 3);
	CHECK_INT(result.pages, 2);
	CHECK_INT(result.expired + result.broken, 0);
	CHECK_STR(str_cstr(bed.arena, result.resource_version), "7");
	bed_end(&bed);
}

/* The second page is gone; the server has a token for the rest at a newer version. */
static void expires(struct bed *bed, const struct server_request *r)
{
	if (bed->stage++ == 0)
		server_answer(r, 200, JSON_TYPE, STR(LIST("old", POD("a") "," POD("b"))));
	else if (str_ends(r->path, STR("continue=old")))
		server_answer(r, 410, JSON_TYPE,
			      STR("{\"kind\":\"Status\",\"metadata\":{\"continue\":\"new\"},"
				  "\"reason\":\"Expired\",\"code\":410}"));
	else
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("c"))));
}

TEST(a_list_that_expires_goes_on_with_the_token_of_the_server)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, expires, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK_STR(bed.got.p, "a b c ");
	CHECK_STR(bed.log.p, "limit=2\nlimit=2&continue=old\nlimit=2&continue=new\n");
	CHECK_INT(result.expired, 1);
	bed_end(&bed);
}

/* No token: from the start; what came before does not come again. */
static void begins_again(struct bed *bed, const struct server_request *r)
{
	int stage = bed->stage++;

	if (stage == 1)
		server_answer(r, 410, JSON_TYPE, STR(STATUS(410, "Expired", "too old")));
	else if (stage == 3)
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("b") "," POD("d"))));
	else
		server_answer(r, 200, JSON_TYPE,
			      stage == 0 ? STR(LIST("x", POD("b") "," POD("c")))
					 : STR(LIST("y", POD("a") "," POD("c"))));
}

TEST(a_list_that_begins_again_tells_nothing_twice)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, begins_again, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK_STR(bed.got.p, "b c a d ");
	CHECK_STR(bed.log.p, "limit=2\nlimit=2&continue=x\nlimit=2\nlimit=2&continue=y\n");
	CHECK_INT(result.objects, 4);
	CHECK_INT(result.expired, 1);
	bed_end(&bed);
}

static void always_expired(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 410, JSON_TYPE, STR(STATUS(410, "Expired", "too old")));
}

TEST(a_list_that_never_comes_through_is_an_error)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, always_expired, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), -1);
	CHECK(str_find(str_c(err.msg), STR("expired 16 times")) >= 0);
	bed_end(&bed);
}

/* Half an object, then the connection is gone; the second time all is well. */
static void half(struct bed *bed, const struct server_request *r)
{
	str text = STR(LIST("", POD("a") "," POD("b")));

	if (bed->stage++ == 0) {
		server_print(r, "HTTP/1.1 200 OK\r\n" JSON_TYPE "Content-Length: %zu\r\n\r\n",
			     text.n);
		server_send(r, str_drop_end(text, 60));
		return;
	}
	server_answer(r, 200, JSON_TYPE, text);
}

TEST(a_page_that_breaks_off_is_asked_for_again)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, half, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK_STR(bed.got.p, "a b ");
	CHECK_INT(result.broken, 1);
	bed_end(&bed);
}

static void cut_short(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 200, JSON_TYPE, str_drop_end(STR(LIST("", POD("a"))), 3));
}

static void html(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 200, "Content-Type: text/html\r\n", STR("<html>Log in</html>"));
}

static void protobuf(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 200, "Content-Type: application/vnd.kubernetes.protobuf\r\n",
		      STR("k8s\0\012\014\012\002v1"));
}

static void not_a_list(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 200, JSON_TYPE, STR("{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"));
}

static void same_token(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 200, JSON_TYPE, STR(LIST("again", POD("a"))));
}

static void forbidden(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 403, JSON_TYPE,
		      STR(STATUS(403, "Forbidden", "pods is forbidden: User \\\"u\\\"")));
}

static void unknown_user(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 401, JSON_TYPE, STR(STATUS(401, "Unauthorized", "Unauthorized")));
}

static void absent(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 404, "", STR("404 page not found\n"));
}

static void broken_inside(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 500, JSON_TYPE, STR(STATUS(500, "InternalError", "etcd\\nis gone")));
}

static void wants_a_day(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_answer(r, 429, JSON_TYPE "Retry-After: 86400\r\n",
		      STR(STATUS(429, "TooManyRequests", "later")));
}

TEST(answers_that_are_no_list_are_one_line_each)
{
	static const struct {
		void (*answer)(struct bed *, const struct server_request *);
		enum err_kind kind;
		int code;
		const char *msg;
	} cases[] = {
		{ cut_short, ERR_INPUT, 0,
		  "list pods in all namespaces: the list ends in the middle" },
		{ html, ERR_INPUT, 0, "what comes is no list of objects in JSON" },
		{ protobuf, ERR_INPUT, 0, "what comes is no list of objects in JSON" },
		{ not_a_list, ERR_INPUT, 0,
		  "list pods in all namespaces: the answer is 'Pod', not a list" },
		{ same_token, ERR_INPUT, 0, "the list continues where it continued before" },
		{ forbidden, ERR_DENIED, 403,
		  "no right to list pods in all namespaces: pods is forbidden: User \"u\"" },
		{ unknown_user, ERR_DENIED, 401,
		  " does not accept who we are (401: Unauthorized): log in again, or choose another user" },
		{ absent, ERR_NOT_FOUND, 404,
		  "list pods in all namespaces: the server answers 404" },
		{ broken_inside, ERR_NETWORK, 500,
		  "list pods in all namespaces: the server answers 500: etcd is gone" },
		{ wants_a_day, ERR_NETWORK, 429,
		  "list pods in all namespaces: the server answers 429: later" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct kube_list_result result;
		struct bed bed;
		struct err err;

		bed_start(&bed, cases[i].answer, (struct kube_opts){ 0 });
		CHECK_INT(list(&bed, &result, &err), -1);
		if (str_find(str_c(err.msg), str_c(cases[i].msg)) < 0)
			CHECK_STR(err.msg, cases[i].msg);
		CHECK_INT(err.kind, cases[i].kind);
		CHECK_INT(err.code, cases[i].code);
		bed_end(&bed);
	}
}

static void busy_once(struct bed *bed, const struct server_request *r)
{
	if (bed->stage++ == 0)
		server_answer(r, 429, JSON_TYPE "Retry-After: 1\r\n",
			      STR(STATUS(429, "TooManyRequests", "later")));
	else
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("a"))));
}

TEST(a_busy_server_is_asked_again_when_it_says)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;
	int64_t begun = time_mono_ms();

	bed_start(&bed, busy_once, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK(time_mono_ms() - begun >= 1000);
	CHECK_STR(bed.got.p, "a ");
	bed_end(&bed);
}

static void never_ends(struct bed *bed, const struct server_request *r)
{
	str body = str_fmt(r->arena,
			   "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"%d\"},\"items\":[]}",
			   bed->stage++);

	server_answer(r, 200, JSON_TYPE, body);
}

TEST(pages_without_objects_do_not_go_on_forever)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, never_ends, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(str_ends(str_c(err.msg), STR("101 pages without an object")));
	bed_end(&bed);
}

/* The token in the file is changed while the old one is being refused. */
static void rotates(struct bed *bed, const struct server_request *r)
{
	AUTO(fd_close)
	int fd = open(bed->token, O_WRONLY | O_TRUNC | O_CLOEXEC);
	struct err err;

	if (str_eq(server_header(r, "Authorization"), STR("Bearer new"))) {
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("a"))));
		return;
	}
	IGNORE(fd_write_all(fd, STR("new\n"), &err)); /* seen by the next request */
	unknown_user(bed, r);
}

TEST(a_token_file_is_read_again_when_its_token_is_refused)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, rotates, (struct kube_opts){ 0 });
	bed_log_in_by_file(&bed);
	CHECK_INT(list(&bed, &result, &err), 0);
	CHECK_STR(bed.got.p, "a ");
	CHECK_INT(server_requests(bed.server), 2);
	CHECK_INT(unlink(bed.token), 0);
	bed_end(&bed);
}

static void endless_object(struct bed *bed, const struct server_request *r)
{
	static char filler[64 << 10];

	(void)bed;
	memset(filler, 'x', sizeof(filler));
	server_print(r, "HTTP/1.1 200 OK\r\n" JSON_TYPE "\r\n{\"items\":[{\"a\":\"");
	while (server_send(r, str_of(filler, sizeof(filler))))
		;
}

static void silent(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	server_print(r, "HTTP/1.1 200 OK\r\n" JSON_TYPE "\r\n{\"items\":[");
	server_stall(r);
}

TEST(endless_objects_and_silent_peers_have_limits)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, endless_object, (struct kube_opts){ 0 });
	CHECK_INT(list(&bed, &result, &err), -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(str_find(str_c(err.msg), STR("object 1 of the list is over 16777216 bytes")) >= 0);
	bed_end(&bed);

	int64_t begun = time_mono_ms();

	bed_start(&bed, silent, (struct kube_opts){ .timeout_s = 1, .deadline_ms = begun + 2500 });
	CHECK_INT(list(&bed, &result, &err), -1);
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(time_mono_ms() - begun < 9000);
	bed_end(&bed);
}

TEST(a_list_ends_when_nobody_reads_the_pipe)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;
	int pipe[2];

	CHECK_INT(pipe2(pipe, O_CLOEXEC), 0);
	CHECK_INT(close(pipe[0]), 0);
	bed_start(&bed, silent, (struct kube_opts){ .watch_fd = pipe[1] });
	CHECK_INT(list(&bed, &result, &err), -1);
	CHECK_INT(err.kind, ERR_INTERRUPTED);
	bed_end(&bed);
	CHECK_INT(close(pipe[1]), 0);
}

static int fails(void *context, const struct json *object, struct arena *arena, struct err *err)
{
	(void)context;
	(void)object;
	(void)arena;
	return err_set(err, ERR_NETWORK, "the reader is full");
}

TEST(an_error_of_the_reader_ends_the_list_as_it_is)
{
	struct kube_list_result result;
	struct bed bed;
	struct err err;

	bed_start(&bed, two_pages, (struct kube_opts){ 0 });
	CHECK_INT(kube_list(bed.kube, &pods, NULL, fails, &bed, bed.arena, &result, &err), -1);
	CHECK(str_ends(str_c(err.msg), STR("the reader is full")));
	CHECK_STR(bed.log.p, "limit=500\n");
	bed_end(&bed);
}

/* ---- watches ---- */

#define EVENT(type, name, version)                                          \
	"{\"type\":\"" type "\",\"object\":{\"metadata\":{\"name\":\"" name \
	"\",\"resourceVersion\":\"" version "\"}}}\n"

static int watched(void *context, const struct kube_event *event, struct err *err)
{
	static const char *const words[] = {
		[KUBE_LIST_BEGINS] = "<", [KUBE_LISTED] = "=",	 [KUBE_LIST_ENDS] = ">",
		[KUBE_ADDED] = "+",	  [KUBE_MODIFIED] = "~", [KUBE_DELETED] = "-",
		[KUBE_BROKEN] = "!"
	};
	struct bed *bed = context;
	str name = json_get_str(JSON_GET(event->object, "metadata"), STR("name"));

	(void)err;
	buf_fmt(&bed->got, "%s%.*s ", words[event->kind], STR_ARG(name));
	return bed->stop_at && str_eq(name, str_c(bed->stop_at)) ? 7 : 0;
}

static int watch(struct bed *bed, struct kube_watch_stats *stats, struct err *err)
{
	const struct kube_watch_opts opts = { .pause_ms = 2, .failures_max = 6 };

	*stats = (struct kube_watch_stats){ 0 };
	return kube_watch(bed->kube, &pods, &opts, watched, bed, stats, err);
}

static bool is_watch(const struct server_request *r)
{
	return str_find(r->path, STR("watch=true")) >= 0;
}

static bool from_version(const struct server_request *r, const char *version)
{
	return str_find(r->path, str_c(version)) >= 0;
}

/* A bookmark moves the version on; the next connection begins there. */
static void resumes(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	if (!is_watch(r))
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("a"))));
	else if (from_version(r, "resourceVersion=7"))
		server_answer(r, 200, JSON_TYPE,
			      STR(EVENT("ADDED", "b", "8") EVENT("BOOKMARK", "", "20")));
	else if (from_version(r, "resourceVersion=20"))
		server_answer(r, 200, JSON_TYPE,
			      STR(EVENT("MODIFIED", "b", "21") EVENT("DELETED", "end", "22")));
	else
		server_answer(r, 500, "", STR(""));
}

TEST(watches_resume_at_the_last_version)
{
	struct kube_watch_stats stats;
	struct bed bed;
	struct err err;

	bed_start(&bed, resumes, (struct kube_opts){ 0 });
	bed.stop_at = "end";
	CHECK_INT(watch(&bed, &stats, &err), 7);
	CHECK_STR(bed.got.p, "< =a > +b ~b -end ");
	CHECK_INT(stats.events, 3);
	CHECK_INT(stats.bookmarks, 1);
	CHECK_INT(stats.connects, 2);
	CHECK_INT(stats.lists, 1);
	CHECK_INT(stats.failures, 0);
	bed_end(&bed);
}

/* The version is gone, once as an event and once as a status: a list, and on from there. */
static void forgets(struct bed *bed, const struct server_request *r)
{
	if (!is_watch(r)) {
		server_answer(r, 200, JSON_TYPE, STR(LIST("", POD("a"))));
		return;
	}
	switch (bed->stage++) {
	case 0:
		server_answer(r, 200, JSON_TYPE,
			      STR(EVENT("ADDED", "b", "8") "{\"type\":\"ERROR\",\"object\":" STATUS(
				      410, "Expired", "too old") "}\n"));
		break;
	case 1:
		server_answer(r, 410, JSON_TYPE, STR(STATUS(410, "Expired", "too old")));
		break;
	default:
		server_answer(r, 200, JSON_TYPE, STR(EVENT("ADDED", "end", "9")));
	}
}

TEST(a_version_that_is_gone_begins_with_a_list_again)
{
	struct kube_watch_stats stats;
	struct bed bed;
	struct err err;

	bed_start(&bed, forgets, (struct kube_opts){ 0 });
	bed.stop_at = "end";
	CHECK_INT(watch(&bed, &stats, &err), 7);
	CHECK_STR(bed.got.p, "< =a > +b < =a > ! < =a > +end ");
	CHECK_INT(stats.expired, 2);
	CHECK_INT(stats.lists, 3);
	bed_end(&bed);
}

/* Half an event, garbage, an event of no known type, 500; each time on from the last version. */
static void stumbles(struct bed *bed, const struct server_request *r)
{
	if (!is_watch(r)) {
		server_answer(r, 200, JSON_TYPE, STR(LIST("", "")));
		return;
	}
	switch (bed->stage++) {
	case 0:
		server_answer(r, 200, JSON_TYPE,
			      STR(EVENT("ADDED", "a", "8") "{\"type\":\"ADDED\",\"obj"));
		break;
	case 1:
		server_answer(r, 200, JSON_TYPE, STR("garbage\n"));
		break;
	case 2:
		server_answer(r, 200, JSON_TYPE, STR(EVENT("WHAT", "b", "9")));
		break;
	case 3:
		server_answer(r, 500, JSON_TYPE, STR(STATUS(500, "InternalError", "no")));
		break;
	case 4:
		server_answer(r, 200, JSON_TYPE, STR("")); /* ends at once */
		break;
	default:
		server_answer(r, 200, JSON_TYPE, STR(EVENT("ADDED", "end", "10")));
	}
}

TEST(watches_that_break_are_told_and_taken_up)
{
	struct kube_watch_stats stats;
	struct bed bed;
	struct err err;

	bed_start(&bed, stumbles, (struct kube_opts){ 0 });
	bed.stop_at = "end";
	CHECK_INT(watch(&bed, &stats, &err), 7);
	CHECK_STR(bed.got.p, "< > +a ! ! ! ! ! +end ");
	CHECK_INT(stats.failures, 5);
	CHECK_INT(stats.lists, 1);
	CHECK(str_find(buf_str(&bed.log), STR("resourceVersion=8")) > 0);
	bed_end(&bed);
}

static void list_only(struct bed *bed, const struct server_request *r)
{
	if (is_watch(r))
		forbidden(bed, r);
	else
		server_answer(r, 200, JSON_TYPE, STR(LIST("", "")));
}

TEST(a_watch_without_the_right_ends)
{
	struct kube_watch_stats stats;
	struct bed bed;
	struct err err;

	bed_start(&bed, list_only, (struct kube_opts){ 0 });
	CHECK_INT(watch(&bed, &stats, &err), -1);
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK(str_starts(str_c(err.msg), STR("no right to watch pods in all namespaces: ")));
	bed_end(&bed);
}

static void always_gone(struct bed *bed, const struct server_request *r)
{
	if (is_watch(r))
		always_expired(bed, r);
	else
		server_answer(r, 200, JSON_TYPE, STR(LIST("", "")));
}

TEST(a_server_that_forgets_at_once_is_not_asked_forever)
{
	struct kube_watch_stats stats;
	struct bed bed;
	struct err err;

	bed_start(&bed, always_gone, (struct kube_opts){ .deadline_ms = time_mono_ms() + 400 });
	CHECK_INT(watch(&bed, &stats, &err), -1);
	CHECK(stats.lists < 400);
	CHECK(stats.failures > 0);
	bed_end(&bed);
}

/* ---- discovery ---- */

static void serves(struct bed *bed, const struct server_request *r)
{
	(void)bed;
	if (str_eq(r->path, STR("/api")))
		server_answer(r, 200, JSON_TYPE,
			      STR("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}"));
	else if (str_eq(r->path, STR("/apis")))
		server_answer(
			r, 200, JSON_TYPE,
			STR("{\"groups\":[{\"name\":\"down.example.com\",\"versions\":[{\"version\":\"v1\"}],"
			    "\"preferredVersion\":{\"version\":\"v1\"}},{\"name\":\"g\",\"versions\":["
			    "{\"version\":\"v1beta1\"},{\"version\":\"v1\"}],\"preferredVersion\":"
			    "{\"version\":\"v1\"}},{\"name\":\"../bad\",\"versions\":[]}]}"));
	else if (str_eq(r->path, STR("/api/v1")))
		server_answer(
			r, 200, JSON_TYPE,
			STR("{\"resources\":[{\"name\":\"pods\",\"kind\":\"Pod\",\"namespaced\":true,"
			    "\"verbs\":[\"list\",\"watch\"]},{\"name\":\"pods/log\",\"kind\":\"Pod\"},"
			    "{\"name\":\"../x\",\"kind\":\"X\",\"verbs\":[\"list\"]}]}"));
	else if (str_eq(r->path, STR("/apis/g/v1")))
		server_answer(
			r, 200, JSON_TYPE,
			STR("{\"resources\":[{\"name\":\"as\",\"kind\":\"A\",\"verbs\":[]}]}"));
	else if (str_eq(r->path, STR("/apis/g/v1beta1")))
		server_answer(r, 200, JSON_TYPE,
			      STR("{\"resources\":[{\"name\":\"as\",\"kind\":\"A\",\"verbs\":[]},"
				  "{\"name\":\"bs\",\"kind\":\"B\",\"verbs\":[\"list\"]}]}"));
	else
		server_answer(r, 503, "", STR("service unavailable\n"));
}

TEST(discovery_knows_preferred_versions_and_groups_that_are_down)
{
	const struct kube_resource *r;
	struct kube_catalog catalog;
	struct bed bed;
	struct err err;

	bed_start(&bed, serves, (struct kube_opts){ 0 });
	CHECK_INT(kube_discover(bed.kube, bed.arena, &catalog, &err), 0);
	CHECK_INT(catalog.n, 4);
	r = kube_catalog_find(&catalog, STR(""), STR("pods"));
	CHECK(r && r->namespaced && r->can_list && r->can_watch);
	CHECK_STR(str_cstr(bed.arena, kube_path(r, STR("a b"), STR("c/d"), bed.arena)),
		  "/api/v1/namespaces/a%20b/pods/c%2Fd");
	r = kube_catalog_find(&catalog, STR("g"), STR("as"));
	CHECK(r && str_eq(r->version, STR("v1")));
	r = kube_catalog_find(&catalog, STR("g"), STR("bs"));
	CHECK(r && str_eq(r->version, STR("v1beta1")) && r->can_list && !r->can_watch);
	r = kube_catalog_kind(&catalog, STR("g/v1beta1"), STR("A"));
	CHECK(r && !r->preferred);
	CHECK(!kube_catalog_find(&catalog, STR("g"), STR("cs")));
	CHECK_INT(catalog.unread_n, 1);
	CHECK_STR(str_cstr(bed.arena, catalog.unread[0].group_version), "down.example.com/v1");
	bed_end(&bed);
}

TEST(a_server_that_is_no_kubernetes_is_told)
{
	struct kube_catalog catalog;
	const struct json *version;
	struct bed bed;
	struct err err;

	bed_start(&bed, html, (struct kube_opts){ 0 });
	CHECK_INT(kube_discover(bed.kube, bed.arena, &catalog, &err), -1);
	CHECK(str_find(str_c(err.msg),
		       STR("answers with text/html, not with JSON: is it a Kubernetes "
			   "API?")) > 0);
	CHECK_INT(kube_version(bed.kube, bed.arena, &version, &err), -1);
	bed_end(&bed);
}

/* ---- other verbs ---- */

static void echo(struct bed *bed, const struct server_request *r)
{
	buf_fmt(&bed->got, "%.*s %.*s %.*s\n", STR_ARG(r->method), STR_ARG(r->body),
		STR_ARG(server_header(r, "Content-Type")));
	if (str_ends(r->path, STR("taken")))
		server_answer(r, 409, JSON_TYPE, STR(STATUS(409, "AlreadyExists", "it is there")));
	else
		server_answer(r, 200, JSON_TYPE, STR("{\"kind\":\"Status\"}"));
}

TEST(objects_are_made_replaced_patched_and_deleted)
{
	const struct json *out;
	struct bed bed;
	struct err err;

	bed_start(&bed, echo, (struct kube_opts){ 0 });
	CHECK_INT(kube_send(bed.kube, KUBE_CREATE, STR("/a"), STR_EMPTY, STR("{}"), bed.arena, &out,
			    &err),
		  0);
	CHECK_INT(kube_send(bed.kube, KUBE_REPLACE, STR("/a"), STR_EMPTY, STR("{}"), bed.arena,
			    NULL, &err),
		  0);
	CHECK_INT(kube_send(bed.kube, KUBE_PATCH, STR("/a"), STR("application/merge-patch+json"),
			    STR("{}"), bed.arena, NULL, &err),
		  0);
	CHECK_INT(kube_send(bed.kube, KUBE_DELETE, STR("/a"), STR_EMPTY, STR_EMPTY, bed.arena, NULL,
			    &err),
		  0);
	CHECK_STR(bed.got.p, "POST {} application/json\nPUT {} application/json\nPATCH {} "
			     "application/merge-patch+json\nDELETE  \n");
	CHECK_INT(kube_send(bed.kube, KUBE_CREATE, STR("/taken"), STR_EMPTY, STR("{}"), bed.arena,
			    NULL, &err),
		  -1);
	CHECK_INT(err.code, 409);
	CHECK_STR(err.msg, "create /taken: the server answers 409: it is there");
	bed_end(&bed);
}
