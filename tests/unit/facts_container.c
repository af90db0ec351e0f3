/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of containers and images, of engines that answer well, badly and with malice. */
#include "posture/facts/container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"
#include "posture/facts/docker_internal.h"
#include "posture/facts/image.h"
#include "server.h"
#include "test.h"
#include "tree.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ID_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define IMG  "sha256:1111111111111111111111111111111111111111111111111111111111111111"

#define ENTRY(id, name) \
	"{\"Id\":\"" id "\",\"Names\":[\"/" name "\"],\"Image\":\"i\",\"State\":\"running\"}"
#define HOST_CONFIG                                                                              \
	"\"HostConfig\":{\"CapAdd\":null,\"CapDrop\":[\"ALL\"],\"Privileged\":false,"            \
	"\"NetworkMode\":\"bridge\",\"PidMode\":\"\",\"IpcMode\":\"private\",\"Binds\":[\"x\"]," \
	"\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"PidsLimit\":null}"

/* Answers by the path behind the version; a path that is not there is 404, no body one that never
 * ends. */
struct route {
	const char *path;
	int status;
	const char *body;
};
struct fake {
	const struct route *routes;
	size_t n;
};

/* Text without an end. */
static void flood(const struct server_request *request)
{
	static char piece[1u << 16];

	memset(piece, ' ', sizeof(piece));
	if (!server_send(request, STR("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{")))
		return;
	for (unsigned i = 0; i < (1u << 30) / sizeof(piece); i++) {
		if (!server_send(request, str_of(piece, sizeof(piece))))
			return;
	}
}

static void answer(void *context, const struct server_request *request)
{
	const struct fake *fake = context;
	str path = request->path;

	if (str_eq(path, STR("/version"))) {
		server_answer(request, 200, "", STR("{\"ApiVersion\":\"1.41\"}"));
		return;
	}
	path = str_without_prefix(path, STR("/v1.41"));
	for (size_t i = 0; i < fake->n; i++) {
		if (str_eq(path, str_c(fake->routes[i].path)) && !fake->routes[i].body) {
			flood(request);
			return;
		}
		if (str_eq(path, str_c(fake->routes[i].path))) {
			server_answer(request, fake->routes[i].status, "",
				      str_c(fake->routes[i].body));
			return;
		}
	}
	server_answer(request, 404, "", STR("{\"message\":\"no such thing\"}"));
}

struct bed {
	struct arena *arena;
	struct server *server;
	struct docker_facts *facts;
	const struct json *docs[64];
	size_t n;
};

static void bed_open(struct bed *bed, const struct fake *fake, const char *root)
{
	struct docker_facts_opts opts = { .host_root = root, .timeout_s = 5 };
	struct err err;

	*bed = (struct bed){ .arena = arena_new() };
	bed->server = server_start(answer, (void *)(uintptr_t)fake);
	opts.host = str_cstr(bed->arena, server_url(bed->server, bed->arena, ""));
	bed->facts = docker_facts_open(&opts, &err);
	CHECK_OK(bed->facts);
	CHECK(bed->facts->engine);
	bed->facts->host_known = true;
}

static void bed_done(struct bed *bed)
{
	docker_facts_free(bed->facts);
	server_stop(bed->server);
	arena_free(bed->arena);
}

static int keep(void *context, const struct docker_document *document, struct err *err)
{
	struct bed *bed = context;

	CHECK(bed->n < ARRAY_LEN(bed->docs));
	return json_parse(document->json, NULL, bed->arena, &bed->docs[bed->n++], err);
}

static bool is_unread(const struct json *doc, const char *what)
{
	JSON_EACH (JSON_GET(doc, "not_read"), entry) {
		if (str_eq(json_get_str(entry, STR("what")), str_c(what)))
			return true;
	}
	return false;
}

static const struct json *host_config(const struct json *doc)
{
	return json_path(doc, "inspect", "HostConfig", NULL);
}

TEST(inspection_is_reduced_to_what_is_named)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "web") "]" },
		{ "/containers/" ID_A "/json", 200,
		  "{\"Id\":\"" ID_A "\",\"Name\":\"/web\",\"Image\":\"" IMG
		  "\",\"Args\":[\"s3cret\"],"
		  "\"State\":{\"Status\":\"exited\",\"StartedAt\":\"2026-01-01T00:00:00Z\",\"Pid\":0},"
		  "\"Config\":{\"User\":\"1000\",\"Image\":\"i:1\",\"Env\":[\"PASS=s3cret\"],"
		  "\"Cmd\":[\"s3cret\"],\"Labels\":{\"a\":\"b\"},\"Healthcheck\":{\"Test\":"
		  "[\"CMD-SHELL\",\"curl -u s3cret\"],\"Interval\":5}},\"Mounts\":[],"
		  "\"NetworkSettings\":{\"Ports\":{\"80/tcp\":null},\"Networks\":{\"front\":"
		  "{\"IPAddress\":\"10.0.0.2\"}},\"Gateway\":\"x\"}," HOST_CONFIG "}" },
		{ "/images/json?all=1", 200,
		  "[{\"Id\":\"" IMG "\",\"RepoDigests\":[\"r@sha256:2\"]}]" },
		{ "/networks/bridge", 200, "{\"Containers\":{\"" ID_A "\":{}}}" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(bed.n, 1);
	const struct json *doc = bed.docs[0], *inspect = JSON_GET(doc, "inspect");
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;

	buf_init(&text, 1u << 20);
	json_writer_init(&w, &text, 0);
	json_put(&w, doc);
	CHECK(str_find(buf_str(&text), STR("s3cret")) < 0);
	CHECK(!JSON_GET(host_config(doc), "Binds"));
	CHECK_STR_EQ(json_get_str(doc, STR("name")), STR("web"));
	CHECK_STR_EQ(json_get_str(doc, STR("image")), STR("i:1"));
	CHECK(json_bool(JSON_GET(doc, "started")));
	CHECK_STR_EQ(
		json_str(json_at(json_path(inspect, "Config", "Healthcheck", "Test", NULL), 0)),
		STR("CMD-SHELL"));
	CHECK(json_is(JSON_GET(host_config(doc), "CapAdd"), JSON_NULL));
	CHECK(json_is(JSON_GET(host_config(doc), "PidsLimit"), JSON_NULL));
	CHECK(!JSON_GET(host_config(doc), "UTSMode"));
	CHECK_INT(json_len(json_path(inspect, "NetworkSettings", "Networks", "front", NULL)), 0);
	CHECK(json_is(json_path(inspect, "State", "Health", NULL), JSON_NULL));
	CHECK(json_is(JSON_GET(doc, "process"), JSON_NULL));
	CHECK(json_is(JSON_GET(doc, "service"), JSON_NULL));
	CHECK(json_bool(JSON_GET(doc, "bridge_member")));
	CHECK_STR_EQ(json_str(json_at(json_path(doc, "image_facts", "repo_digests", NULL), 0)),
		     STR("r@sha256:2"));
	bed_done(&bed);
}

TEST(values_of_another_kind_are_not_read)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "web") "]" },
		{ "/containers/" ID_A "/json", 200,
		  "{\"Name\":7,\"Image\":[],\"State\":{\"Status\":{},\"Health\":5},\"Config\":"
		  "{\"User\":5,\"Labels\":[],\"Healthcheck\":\"x\",\"ExposedPorts\":1},\"Mounts\":{},"
		  "\"AppArmorProfile\":[],\"NetworkSettings\":{\"Ports\":[],\"Networks\":3},"
		  "\"HostConfig\":{\"CapAdd\":[1],\"CapDrop\":\"ALL\",\"Privileged\":\"no\","
		  "\"Devices\":[\"/dev/x\"],\"Memory\":\"much\",\"PidsLimit\":1.5,"
		  "\"RestartPolicy\":{\"Name\":1},\"PortBindings\":{\"80/tcp\":[1]}}}" },
	};
	static const char *const unread[] = { "state",
					      "inspect.State.Health",
					      "inspect.Config.User",
					      "inspect.Config.Labels",
					      "inspect.Config.Healthcheck",
					      "inspect.Config.ExposedPorts",
					      "inspect.AppArmorProfile",
					      "inspect.NetworkSettings.Ports",
					      "inspect.NetworkSettings.Networks",
					      "inspect.HostConfig.CapAdd",
					      "inspect.HostConfig.CapDrop",
					      "inspect.HostConfig.Privileged",
					      "inspect.HostConfig.Devices",
					      "inspect.HostConfig.Memory",
					      "inspect.HostConfig.PidsLimit",
					      "inspect.HostConfig.RestartPolicy",
					      "inspect.HostConfig.PortBindings",
					      "mounts",
					      "image_facts.repo_digests" };
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(bed.n, 1);
	for (size_t i = 0; i < ARRAY_LEN(unread); i++) {
		if (!is_unread(bed.docs[0], unread[i]))
			CHECK_STR(unread[i], "in not_read");
	}
	CHECK_INT(json_len(host_config(bed.docs[0])), 0);
	CHECK(!JSON_GET(bed.docs[0], "state"));
	CHECK(!JSON_GET(bed.docs[0], "mounts"));
	bed_done(&bed);
}

TEST(one_that_is_gone_is_counted_and_one_that_fails_is_told)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200,
		  "[" ENTRY(ID_A, "web") "," ENTRY(ID_B, "db") "," ENTRY(ID_B, "db") "," ENTRY(
			  ID_C, "odd") "]" },
		{ "/containers/" ID_B "/json", 500, "{\"message\":\"broken\"}" },
		{ "/containers/" ID_C "/json", 200, "[]" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct container_counts counts;
	struct bed bed;
	struct err err;
	size_t n;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_some(bed.facts, NULL, keep, &bed, &counts, &err));
	CHECK_INT(counts.listed, 4);
	CHECK_INT(counts.vanished, 1);
	CHECK_INT(counts.repeated, 1);
	CHECK_INT(counts.told, 2);
	CHECK_STR_EQ(json_get_str(bed.docs[0], STR("name")), STR("db"));
	CHECK_STR_EQ(json_get_str(bed.docs[0], STR("state")), STR("running"));
	CHECK(is_unread(bed.docs[0], "inspect"));
	CHECK(is_unread(bed.docs[1], "inspect"));
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	const struct docker_skip *skips = docker_facts_skips(bed.facts, &n);
	CHECK_INT(n, 2);
	CHECK_STRV(skips[0].reason, "1 were gone when they were asked for");
	bed_done(&bed);
}

TEST(one_container_can_be_asked_for)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "web") "," ENTRY(ID_B, "db") "]" },
		{ "/containers/" ID_A "/json", 200, "{\"State\":{\"Status\":\"created\"}}" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct container_opts opts = { .only = STR_INIT("/web") };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_some(bed.facts, &opts, keep, &bed, NULL, &err));
	CHECK_INT(bed.n, 1);
	opts.only = STR("aaaaaaaaaaaa");
	CHECK_OK(container_facts_some(bed.facts, &opts, keep, &bed, NULL, &err));
	CHECK_INT(bed.n, 2);
	opts.only = STR("aaaa");
	CHECK_FAIL(container_facts_some(bed.facts, &opts, keep, &bed, NULL, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	bed_done(&bed);
}

#define JOINER(mode)                                                                              \
	"{\"Name\":\"/x\",\"Id\":\"" ID_B "\",\"State\":{\"Status\":\"exited\"},\"HostConfig\":{" \
	"\"NetworkMode\":\"" mode "\",\"PidMode\":\"\",\"IpcMode\":\"shareable\"}}"

TEST(joined_namespaces_are_followed_to_the_end)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200,
		  "[" ENTRY(ID_A, "a") "," ENTRY(ID_B, "b") "," ENTRY(ID_C, "c") "]" },
		{ "/containers/" ID_A "/json", 200, JOINER("container:" ID_B) },
		{ "/containers/" ID_B "/json", 200, JOINER("host") },
		{ "/containers/" ID_C "/json", 200, JOINER("container:gone") },
	};
	static const struct route circle[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "a") "]" },
		{ "/containers/" ID_A "/json", 200, JOINER("container:" ID_A) },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	const struct fake hostile = { circle, ARRAY_LEN(circle) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(bed.n, 3);
	CHECK_STR_EQ(json_str(json_path(bed.docs[0], "joined", "network", "mode", NULL)),
		     STR("host"));
	CHECK_STR_EQ(json_str(json_path(bed.docs[0], "joined", "network", "id", NULL)), STR(ID_B));
	CHECK(!json_path(bed.docs[0], "joined", "pid", NULL));
	CHECK_INT(json_len(JSON_GET(bed.docs[1], "joined")), 0);
	CHECK(is_unread(bed.docs[2], "joined.network"));
	bed_done(&bed);
	bed_open(&bed, &hostile, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK(is_unread(bed.docs[0], "joined.network"));
	bed_done(&bed);
}

#define WITH_VOLUME(name)                                                                      \
	"{\"State\":{\"Status\":\"exited\"},\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"" name \
	"\",\"Driver\":\"local\",\"Source\":\"/d/_data\",\"Destination\":\"/v\",\"RW\":false," \
	"\"Propagation\":\"\"}]}"

TEST(volumes_that_are_folders_of_the_host_are_told)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200,
		  "[" ENTRY(ID_A, "a") "," ENTRY(ID_B, "b") "," ENTRY(ID_C, "c") "]" },
		{ "/containers/" ID_A "/json", 200, WITH_VOLUME("etc") },
		{ "/containers/" ID_B "/json", 200, WITH_VOLUME("own") },
		{ "/containers/" ID_C "/json", 200, WITH_VOLUME("gone") },
		{ "/volumes?filters=%7B%22driver%22%3A%5B%22local%22%5D%7D", 200,
		  "{\"Volumes\":[{\"Name\":\"etc\",\"Driver\":\"local\",\"Options\":{\"type\":\"none\","
		  "\"o\":\"ro, bind\",\"device\":\"/etc/../etc\"}}]}" },
		{ "/volumes/own", 200,
		  "{\"Name\":\"own\",\"Driver\":\"local\",\"Options\":{\"o\":\"bindings\",\"device\":"
		  "\"/etc\"}}" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	const struct json *mount = json_at(JSON_GET(bed.docs[0], "mounts"), 0);
	CHECK_STR_EQ(json_get_str(mount, STR("host_path")), STR("/etc/../etc"));
	CHECK_STR_EQ(json_get_str(mount, STR("resolved")), STR("/etc"));
	CHECK(json_is(JSON_GET(mount, "rw"), JSON_FALSE));
	mount = json_at(JSON_GET(bed.docs[1], "mounts"), 0);
	CHECK(mount && !JSON_GET(mount, "host_path"));
	CHECK(!JSON_GET(bed.docs[2], "mounts"));
	CHECK(is_unread(bed.docs[2], "mounts"));
	bed_done(&bed);
}

TEST(tasks_of_a_swarm_have_the_policy_of_their_service)
{
	static const char task[] =
		"{\"State\":{\"Status\":\"exited\"},\"Config\":{\"Labels\":{"
		"\"com.docker.swarm.service.id\":\"svc1\",\"com.docker.swarm.service.name\":\"web\"}}}";
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "a") "]" },
		{ "/containers/" ID_A "/json", 200, task },
		{ "/services/svc1", 200,
		  "{\"Spec\":{\"TaskTemplate\":{\"RestartPolicy\":{\"Condition\":\"any\","
		  "\"MaxAttempts\":3}}}}" },
	};
	const struct fake manager = { routes, 3 }, worker = { routes, 2 };
	struct bed bed;
	struct err err;
	int64_t tries;

	bed_open(&bed, &manager, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	const struct json *policy = json_path(bed.docs[0], "service", "restart_policy", NULL);
	CHECK_STR_EQ(json_get_str(policy, STR("Condition")), STR("any"));
	CHECK(json_i64(JSON_GET(policy, "MaxAttempts"), &tries));
	CHECK_INT(tries, 3);
	bed_done(&bed);
	bed_open(&bed, &worker, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_STR_EQ(json_str(json_path(bed.docs[0], "service", "name", NULL)), STR("web"));
	CHECK(!json_path(bed.docs[0], "service", "restart_policy", NULL));
	CHECK(is_unread(bed.docs[0], "service.restart_policy"));
	bed_done(&bed);
}

TEST(names_with_anything_in_them_stay_what_they_are)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200,
		  "[" ENTRY(ID_A, "a\\u001b[31m<b>\\u0007\\n\\u0000") "]" },
		{ "/containers/" ID_A "/json", 200,
		  "{\"Name\":\"/a\\u001b[31m<b>\\u0007\\n\\u0000\",\"State\":{\"Status\":\"exited\"},"
		  "\"Config\":{\"Labels\":{\"\\u001b]0;x\\u0007\":\"<script>\"}}}" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_STRV(json_get_str(bed.docs[0], STR("name")), "a\x1b[31m<b>\a\n\0");
	bed_done(&bed);
}

TEST(lists_that_are_none_are_refused)
{
	static const struct {
		const char *list;
		enum err_kind kind;
	} cases[] = {
		{ "garbage", ERR_INPUT },
		{ "{}", ERR_INPUT },
		{ "[1]", ERR_INPUT },
		{ "[{\"Id\":\"../../etc/passwd\"}]", ERR_INPUT },
		{ "[{\"Id\":\"a\"}]", ERR_INPUT },
		{ "[{\"Id\":null}]", ERR_INPUT },
		{ "null", ERR_INPUT },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct route route = { "/containers/json?all=1", 200, cases[i].list };
		const struct fake fake = { &route, 1 };
		struct err err = { .kind = ERR_NONE };
		struct bed bed;

		bed_open(&bed, &fake, NULL);
		CHECK_FAIL(container_facts_each(bed.facts, keep, &bed, &err));
		CHECK_INT(err.kind, cases[i].kind);
		CHECK_INT(bed.n, 0);
		bed_done(&bed);
	}
}

TEST(a_hundred_thousand_containers_are_too_many)
{
	AUTO(buf_done)
	struct buf list = { 0 };
	int64_t start = time_mono_ms();
	struct bed bed;
	struct err err;

	buf_init(&list, 64u << 20);
	buf_byte(&list, '[');
	for (unsigned i = 0; i < 100000; i++)
		buf_fmt(&list, "%s{\"Id\":\"%064u\",\"Names\":[\"/c%u\"]}", i ? "," : "", i, i);
	buf_byte(&list, ']');
	const struct route route = { "/containers/json?all=1", 200, list.p };
	const struct fake fake = { &route, 1 };

	bed_open(&bed, &fake, NULL);
	CHECK_FAIL(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(strstr(err.msg, "more than 5000"));
	CHECK(time_mono_ms() - start < 20000);
	bed_done(&bed);
}

TEST(a_document_that_is_too_large_is_told_without_what_fills_it)
{
	AUTO(buf_done)
	struct buf inspect = { 0 };
	struct bed bed;
	struct err err;

	buf_init(&inspect, 8u << 20);
	BUF_LIT(&inspect, "{\"State\":{\"Status\":\"exited\"},\"Config\":{\"Labels\":{\"x\":\"");
	for (unsigned i = 0; i < CONTAINER_DOC_BYTES; i++)
		buf_byte(&inspect, 'y');
	BUF_LIT(&inspect, "\"}}}");
	const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "big") "]" },
		{ "/containers/" ID_A "/json", 200, inspect.p },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK(is_unread(bed.docs[0], "inspect"));
	CHECK(!JSON_GET(bed.docs[0], "inspect"));
	CHECK_STR_EQ(json_get_str(bed.docs[0], STR("name")), STR("big"));
	bed_done(&bed);
}

TEST(an_answer_without_an_end_is_cut_off)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "web") "," ENTRY(ID_B, "db") "]" },
		{ "/containers/" ID_A "/json", 200, NULL },
		{ "/containers/" ID_B "/json", 200, "{\"State\":{\"Status\":\"exited\"}}" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(bed.n, 2);
	CHECK_STR_EQ(json_get_str(bed.docs[0], STR("name")), STR("db"));
	CHECK(!is_unread(bed.docs[0], "inspect"));
	CHECK(is_unread(bed.docs[1], "inspect"));
	bed_done(&bed);
}

/* ---- processes of a host that is a folder
 * --------------------------------------------------------- */

static void put_file(const char *root, const char *path, const char *text)
{
	char full[4096];
	struct err err;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *p = strchr(full + strlen(root) + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		if (mkdir(full, 0755) < 0)
			CHECK_INT(errno, EEXIST);
		*p = '/';
	}
	AUTO(fd_close)
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, str_c(text), &err));
}

static void put_link(const char *root, const char *path, const char *target)
{
	char full[4096];

	put_file(root, path, "");
	snprintf(full, sizeof(full), "%s/%s", root, path);
	CHECK_INT(unlink(full), 0);
	CHECK_INT(symlink(target, full), 0);
}

#define STATUS(name, pid, uid, more)                                                              \
	"Name:\t" name "\nPid:\t" pid "\nPPid:\t1\nUid:\t" uid "\t1000\t0\t0\nGid:\t7\t7\t7\t7\n" \
	"VmSize:\t1 kB\nCapEff:\t0000000000001001\nCapBnd:\t00000000a80425fb\n" more

static void make_proc(const char *root)
{
	static const char *const spaces[] = { "net", "pid", "ipc", "uts", "user", "mnt", "cgroup" };
	char path[64];

	put_file(root, "proc/1/status", STATUS("init", "1", "0", ""));
	put_file(root, "proc/1/cgroup", "0::/init.scope\n");
	put_file(root, "proc/44/status",
		 STATUS("nginx", "44", "5", "NoNewPrivs:\t1\nSeccomp:\t2\n"));
	put_file(root, "proc/44/cgroup", "4:memory:/docker/" ID_A "\n0::/\n");
	put_file(root, "proc/44/comm", "nginx\n");
	put_file(root, "proc/45/cgroup", "4:memory:/docker/" ID_A "/sub\n0::/\n");
	put_file(root, "proc/45/comm", "sshd\n");
	put_file(root, "proc/46/cgroup", "4:memory:/docker/" ID_B "\n0::/\n");
	put_file(root, "proc/46/comm", "other\n");
	put_file(root, "proc/44/net/tcp",
		 "  sl  local_address rem_address   st tx_queue\n"
		 "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"
		 "   1: 0100007F:1F90 0100007F:8000 01 00000000:00000000\n");
	put_file(
		root, "proc/44/net/tcp6",
		"  sl  local_address\n"
		"   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A "
		"0\n");
	for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
		snprintf(path, sizeof(path), "proc/1/ns/%s", spaces[i]);
		put_link(root, path, "x:[1]");
		snprintf(path, sizeof(path), "proc/44/ns/%s", spaces[i]);
		put_link(root, path, i == 0 ? "x:[2]" : "x:[1]");
	}
}

static void remove_root(const char *root) { CHECK_INT(tree_remove(root), 0); }

static const char *make_root(char *template)
{
	CHECK(mkdtemp(template));
	return template;
}

#define RUNNING(id, pid)                                                    \
	"{\"Id\":\"" id "\",\"State\":{\"Status\":\"running\",\"Pid\":" pid \
	",\"StartedAt\":\"2020-01-01T00:00:00Z\"}," HOST_CONFIG ",\"Mounts\":[]}"

TEST(processes_come_from_proc_of_the_host)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200, "[" ENTRY(ID_A, "a") "," ENTRY(ID_C, "c") "]" },
		{ "/containers/" ID_A "/json", 200, RUNNING(ID_A, "44") },
		{ "/containers/" ID_C "/json", 200, RUNNING(ID_C, "46") },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	char template[] = "/tmp/seawall-root-XXXXXX";
	const char *root = make_root(template);
	struct bed bed;
	struct err err;
	int64_t n;

	make_proc(root);
	bed_open(&bed, &fake, root);
	CHECK_OK(container_facts_each(bed.facts, keep, &bed, &err));
	const struct json *process = JSON_GET(bed.docs[0], "process");
	CHECK(json_i64(JSON_GET(process, "uid"), &n));
	CHECK_INT(n, 5);
	CHECK(json_i64(JSON_GET(process, "euid"), &n));
	CHECK_INT(n, 1000);
	CHECK(json_i64(JSON_GET(process, "seccomp"), &n));
	CHECK_INT(n, 2);
	CHECK_INT(json_len(JSON_GET(process, "cap_eff")), 2);
	CHECK_STR_EQ(json_str(json_at(JSON_GET(process, "cap_eff"), 1)), STR("NET_ADMIN"));
	CHECK_INT(json_len(JSON_GET(process, "cap_bnd")), 14);
	CHECK_STR_EQ(json_str(json_path(process, "namespaces", "net", NULL)), STR("own"));
	CHECK_STR_EQ(json_str(json_path(process, "namespaces", "pid", NULL)), STR("host"));
	const struct json *processes = JSON_GET(bed.docs[0], "processes");
	CHECK_INT(json_len(processes), 2);
	CHECK_STR_EQ(json_get_str(json_at(processes, 1), STR("comm")), STR("sshd"));
	const struct json *listening = JSON_GET(bed.docs[0], "listening");
	CHECK_INT(json_len(listening), 2);
	CHECK_STR_EQ(json_get_str(json_at(listening, 0), STR("address")), STR("127.0.0.1"));
	CHECK(json_i64(JSON_GET(json_at(listening, 0), "port"), &n));
	CHECK_INT(n, 8080);
	CHECK_STR_EQ(json_get_str(json_at(listening, 1), STR("address")), STR("::"));
	/* Process 46 is that of another container. */
	CHECK(!JSON_GET(bed.docs[1], "process"));
	CHECK(is_unread(bed.docs[1], "process"));
	CHECK(is_unread(bed.docs[1], "listening"));
	bed_done(&bed);
	remove_root(root);
}

/* ---- images
 * --------------------------------------------------------------------------------------- */

static int look(void *context, struct docker_facts *facts, const struct image_asked *image,
		struct arena *arena, struct image_look *out, struct err *err)
{
	(void)context;
	*out = (struct image_look){ .why = STR("too late"), .scan_why = STR("too late") };
	if (image_facts_config(facts, image->id, arena, &out->document, err) < 0)
		out->document = NULL;
	return 0;
}

TEST(images_are_told_with_what_the_engine_says)
{
	static const struct route routes[] = {
		{ "/containers/json?all=1", 200,
		  "[{\"Id\":\"" ID_A "\",\"ImageID\":\"" IMG "\",\"State\":\"running\"},"
		  "{\"Id\":\"" ID_B "\",\"ImageID\":\"" IMG "\",\"State\":\"exited\"}]" },
		{ "/images/json", 200,
		  "[{\"Id\":\"" IMG
		  "\",\"RepoTags\":[\"r.example.com:5000/a/b:2\"],\"RepoDigests\":"
		  "[\"<none>@<none>\"],\"Created\":1,\"Size\":5},{\"Id\":\"sha256:" ID_A
		  "\",\"RepoTags\":null},{\"Id\":\"" IMG "\"}]" },
		{ "/images/" IMG "/json", 200,
		  "{\"Author\":\"me\",\"Config\":{\"User\":\"app\"},\"RootFS\":{\"Layers\":[\"x\"]}}" },
		{ "/images/" IMG "/history", 200,
		  "[{\"CreatedBy\":\"USER app\",\"Size\":0},{\"CreatedBy\":\"COPY a\",\"Size\":5}]" },
	};
	const struct fake fake = { routes, ARRAY_LEN(routes) };
	const struct image_looker looker = { .look = look };
	struct image_counts counts;
	struct bed bed;
	struct err err;

	bed_open(&bed, &fake, NULL);
	bed.facts->opts.looker = &looker;
	CHECK_OK(image_facts_count(bed.facts, &counts, &err));
	CHECK_INT(counts.stored, 2);
	CHECK_INT(counts.used, 1);
	CHECK_INT(counts.used_running, 1);
	CHECK_OK(image_facts_each(bed.facts, keep, &bed, &err));
	CHECK_INT(bed.n, 2);
	const struct json *doc = bed.docs[0];
	int64_t n;

	CHECK_STR_EQ(json_get_str(doc, STR("repository")), STR("r.example.com:5000/a/b"));
	CHECK_STR_EQ(json_get_str(doc, STR("tag")), STR("2"));
	CHECK(json_i64(json_path(doc, "engine", "containers", NULL), &n));
	CHECK_INT(n, 2);
	CHECK_INT(json_len(json_path(doc, "engine", "repo_digests", NULL)), 0);
	CHECK(is_unread(doc, "files"));
	CHECK(is_unread(doc, "scan"));
	CHECK(!is_unread(doc, "history"));
	const struct json *history = JSON_GET(doc, "history");
	CHECK_STR_EQ(json_get_str(json_at(history, 0), STR("created_by")), STR("COPY a"));
	CHECK(json_bool(JSON_GET(json_at(history, 1), "empty_layer")));
	CHECK(is_unread(bed.docs[1], "history"));
	CHECK(is_unread(bed.docs[1], "config_known"));
	bed_done(&bed);
}
