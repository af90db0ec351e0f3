/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a Docker host, of a made root folder with processes and a made engine. */
#include "posture/facts/docker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/path.h"
#include "posture/facts/host_view.h"
#include "server.h"
#include "test.h"
#include "tree.h"

#define NOW 1795351452 /* 2026-11-22T12:44:12Z */

/* ---- a root ---- */

struct root {
	char path[64];
	struct arena *arena;
};

static void root_done(struct root *root)
{
	IGNORE(tree_remove(root->path)); /* the test is over */
	arena_free(root->arena);
}
static void auto_root_done(struct root *root) { root_done(root); }

static char *root_path(const struct root *root, const char *name)
{
	return str_cstr(root->arena, str_fmt(root->arena, "%s/%s", root->path, name));
}

/* The folders on the way to a name. */
static char *prepare(const struct root *root, const char *name)
{
	char *path = root_path(root, name);

	for (char *p = path + strlen(root->path) + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		IGNORE(mkdir(path, 0755)); /* it may be there */
		*p = '/';
	}
	return path;
}

static void put_bytes(const struct root *root, const char *name, str text)
{
	struct err err;
	AUTO(fd_close)
	int fd = open(prepare(root, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
	CHECK_INT(fchmod(fd, 0644), 0);
}

static void put(const struct root *root, const char *name, const char *text)
{
	put_bytes(root, name, str_c(text));
}

static void put_link(const struct root *root, const char *name, const char *target)
{
	CHECK_INT(symlink(target, prepare(root, name)), 0);
}

static void put_socket(const struct root *root, const char *name, mode_t mode)
{
	char *path = prepare(root, name);

	CHECK_INT(mknod(path, S_IFSOCK | mode, 0), 0);
	CHECK_INT(chmod(path, mode), 0);
}

static void put_time(const struct root *root, const char *name, int64_t seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

	CHECK_INT(utimensat(AT_FDCWD, root_path(root, name), times, 0), 0);
}

static void put_process(const struct root *root, int pid, int parent, const char *exe, str words)
{
	struct arena *a = root->arena;
	const char *name = strrchr(exe, '/') + 1;

	put(root, str_cstr(a, str_fmt(a, "proc/%d/status", pid)),
	    str_cstr(a, str_fmt(a,
				"Name:\t%.15s\nPid:\t%d\nPPid:\t%d\nUid:\t0\t0\t0\t0\n"
				"Gid:\t0\t0\t0\t0\n",
				name, pid, parent)));
	put_link(root, str_cstr(a, str_fmt(a, "proc/%d/exe", pid)), exe);
	put_bytes(root, str_cstr(a, str_fmt(a, "proc/%d/cmdline", pid)), words);
	put_bytes(root, str_cstr(a, str_fmt(a, "proc/%d/environ", pid)),
		  STR("HOME=/root\0DOCKER_CONTENT_TRUST=0\0"));
	put(root, str_cstr(a, str_fmt(a, "proc/%d/mountinfo", pid)),
	    "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /var/lib/docker rw - xfs /dev/sda2 rw\n");
}

static void root_open(struct root *root)
{
	*root = (struct root){ .path = "/tmp/seawall-docker-facts.XXXXXX", .arena = arena_new() };
	CHECK(mkdtemp(root->path));
	CHECK_INT(chmod(root->path, 0755), 0);
}

/* Everything a host with a daemon has. */
static void root_fill(struct root *root)
{
	put_process(root, 1, 0, "/usr/lib/systemd/systemd", STR("init\0"));
	put_process(root, 812, 1, "/usr/sbin/dockerd",
		    STR("dockerd\0-H\0fd://\0--log-level=warn\0--tlscacert\0/etc/docker/ca.pem\0"));
	put_process(root, 900, 812, "/usr/bin/containerd",
		    STR("containerd\0--config\0/run/docker/containerd.toml\0"));
	put_process(root, 950, 1, "/usr/sbin/auditd", STR("auditd\0"));
	put_link(root, "proc/812/fd/3", "socket:[41]");
	put_link(root, "proc/812/fd/4", "/dev/null");
	put_link(root, "proc/812/ns/net", "net:[1]");
	put(root, "proc/812/net/tcp",
	    "head\n 0: 00000000:1F90 00000000:0000 0A 0:0 0:0 0 0 0 41 1 x\n"
	    " 1: 00000000:1F91 00000000:0000 0A 0:0 0:0 0 0 0 42 1 x\n");
	put(root, "proc/812/net/udp", "head\n");
	put(root, "proc/sys/net/ipv4/ip_forward", "1\n");
	put(root, "proc/stat", "cpu 1 2\nbtime 2000000000\n");
	put(root, "proc/812/stat", "812 (d) S 1) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 9 0 250 0\n");
	put(root, "usr/sbin/dockerd", "x");
	put(root, "usr/bin/containerd", "x");
	put(root, "run/docker/containerd.toml", "[grpc]\naddress = \"/run/c.sock\"\n");
	put(root, "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME='Debian 12'\n");
	put(root, "etc/hostname", "one\n");
	put(root, "etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:998::/home/a:/bin/sh\n");
	put(root, "etc/group", "root:x:0:\ndocker:x:998:bob\n");
	put(root, "etc/nsswitch.conf", "group: files sss\n");
	put(root, "etc/subuid", "dockremap:100000:65536\n");
	put(root, "etc/docker/daemon.json",
	    "{\n \"icc\": false,\n \"debug\": true,\n \"log-opts\": {\"splunk-token\": \"geheim\"},\n"
	    " \"http-proxy\": \"http://u:geheim@proxy:3128\", \"ip\": \"unix://@x\"}");
	put_time(root, "etc/docker/daemon.json", 1700000000);
	put(root, "etc/docker/certs.d/r.example.com/ca.crt", "x");
	put(root, "etc/docker/certs.d/r.example.com/notes.txt", "x");
	put(root, "etc/environment", "DOCKER_CONTENT_TRUST=1\n");
	put(root, "etc/audit/rules.d/10.rules", "-w /var/run/docker.sock -p wa -k docker\n");
	put(root, "lib/systemd/system/docker.service",
	    "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n");
	put(root, "etc/systemd/system/docker.service.d/o.conf",
	    "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --log-level=warn\n");
	put(root, "lib/systemd/system/docker.socket",
	    "[Socket]\nListenStream=/var/run/docker.sock\nListenStream=[::1]:2375\n");
	put_link(root, "var/run", "/run");
	put_socket(root, "run/docker.sock", 0660);
	put_socket(root, "run/user/1000/docker.sock", 0600);
	put(root, "var/lib/dpkg/status",
	    "Package: docker.io\nStatus: install ok installed\nVersion: 20.10\n\n"
	    "Package: bash\nStatus: install ok installed\nVersion: 5\n");
	put(root, "var/lib/docker/swarm/docker-state.json", "{\"ListenAddr\":\"0.0.0.0:2377\"}");
	put(root, "sys/module/apparmor/parameters/enabled", "Y\n");
	put(root, "sys/fs/selinux/enforce", "0");
	put(root, "run/cloud-init/instance-data.json", "{\"v1\":{\"cloud_name\":\"azure\"}}");
	put(root, "var/lib/kubelet/config.yaml", "providerID: p\n");
	put(root, "var/log/audit/audit.log",
	    "type=SYSCALL msg=audit(1795300000.1:7): key=\"docker\"\n"
	    "type=EXECVE msg=audit(1795300000.1:7): argc=3 a0=\"docker\" a1=\"exec\" a2=\"web\"\n");
}

/* ---- an engine ---- */

struct fake {
	const char *info;
	const char *swarm; /* NULL: 503 */
	bool deny;	   /* 403 to everything but /version */
};

#define INFO                                                                                       \
	"{\"Driver\":\"overlay2\",\"DockerRootDir\":\"/var/lib/docker\",\"LoggingDriver\":"        \
	"\"journald\",\"Debug\":false,\"LiveRestoreEnabled\":true,\"ExperimentalBuild\":false,"    \
	"\"HttpProxy\":\"http://a:b@proxy\",\"SecurityOptions\":[\"name=seccomp,profile=default\"" \
	"],\"RegistryConfig\":{},\"Swarm\":{\"LocalNodeState\":\"inactive\"}}"

static const struct {
	const char *path, *body;
} answers[] = {
	{ "/networks",
	  "[{\"Id\":\"n1\",\"Name\":\"bridge\",\"Driver\":\"bridge\",\"Scope\":"
	  "\"local\",\"Options\":{\"com.docker.network.bridge.enable_icc\":\"true\"}}]" },
	{ "/networks/n1", "{\"Containers\":{\"c1\":{}}}" },
	{ "/networks/bridge", "{\"Options\":{\"com.docker.network.bridge.enable_icc\":\"true\"}}" },
	{ "/containers/json?all=1",
	  "[{\"Id\":\"c1\",\"Names\":[\"/web\"],\"ImageID\":\"sha256:i\",\"State\":\"running\","
	  "\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,\"PublicPort\":8080,\"Type\":"
	  "\"tcp\"},{\"PrivatePort\":9,\"Type\":\"udp\"}]}]" },
	{ "/containers/web/json", "{\"Config\":{\"User\":\"1000\"}}" },
	{ "/images/json", "[{\"Id\":\"sha256:i\",\"RepoTags\":[\"a:1\",\"<none>:<none>\"],"
			  "\"Created\":1795351452,\"Size\":5}]" },
	{ "/services",
	  "[{\"ID\":\"s1\",\"Spec\":{\"Name\":\"db\",\"TaskTemplate\":{\"ContainerSpec\":{\"Env\":"
	  "[\"DB_PASSWORD=x\",\"DB_PASSWORD_FILE=/run/s\",\"TOKEN\",\"PORT=1\"]}}},\"Endpoint\":"
	  "{\"Ports\":[{\"Protocol\":\"tcp\",\"PublishedPort\":90,\"PublishMode\":\"ingress\"}]}}]" },
	{ "/secrets", "[{\"ID\":\"a\"},{\"ID\":\"b\"}]" },
};

static void answer(void *context, const struct server_request *request)
{
	const struct fake *fake = context;
	str path = str_skip(request->path, 6); /* "/v1.41" */

	if (str_eq(request->path, STR("/version"))) {
		server_answer(request, 200, "",
			      STR("{\"Version\":\"20.10.24\",\"ApiVersion\":\"1.41\"}"));
		return;
	}
	if (fake->deny) {
		server_answer(request, 403, "", STR("{\"message\":\"not you\"}"));
		return;
	}
	if (str_eq(path, STR("/info"))) {
		server_answer(request, 200, "", str_c(fake->info));
		return;
	}
	if (str_eq(path, STR("/swarm"))) {
		server_answer(request, fake->swarm ? 200 : 503, "",
			      fake->swarm ? str_c(fake->swarm) : STR("{\"message\":\"no swarm\"}"));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		if (str_eq(path, str_c(answers[i].path))) {
			server_answer(request, 200, "", str_c(answers[i].body));
			return;
		}
	}
	server_answer(request, 404, "", STR("{\"message\":\"no such thing\"}"));
}

static struct docker_facts *gather(const struct root *root, const char *host)
{
	struct docker_facts_opts opts = {
		.host = host, .host_root = root->path, .timeout_s = 5, .now = NOW
	};
	struct err err;
	struct docker_facts *facts = docker_facts_open(&opts, &err);

	CHECK_OK(facts);
	return facts;
}

/* The daemon of the root holds the port of the server: it is the one that is asked. */
static const char *host_of(const struct root *root, const struct server *server)
{
	put(root, "proc/812/net/tcp",
	    str_cstr(root->arena, str_fmt(root->arena,
					  "head\n 0: 0100007F:%04X 00000000:0000 0A 0:0 0:0 0 0 0 "
					  "41 1 x\n 1: 00000000:1F91 0:0 0A 0:0 0:0 0 0 0 42 1 x\n",
					  server_port(server))));
	return str_cstr(root->arena, server_url(server, root->arena, ""));
}

/* JSON text of what the words lead to ("daemon.settings.icc.value"), "absent" where it is not. */
static str at(const struct docker_facts *facts, const char *path, struct arena *arena)
{
	const struct json *value = docker_facts_document(facts);
	str rest = str_c(path), word, text;
	struct json_writer w;
	struct buf out;
	uint64_t index;

	while (str_split(&rest, '/', &word))
		value = json_is(value, JSON_ARRAY) && str_u64(word, &index)
				? json_at(value, (size_t)index)
				: json_get(value, word);
	if (!value)
		return STR("absent");
	buf_init(&out, 8u << 20);
	json_writer_init(&w, &out, 0);
	json_put(&w, value);
	text = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

#define AT(path, want) CHECK_STRV(at(facts, path, root.arena), want)

/* The reason of an entry of not_read; empty: there is none. */
static str reason_of(const struct docker_facts *facts, const char *what)
{
	JSON_EACH (JSON_GET(docker_facts_document(facts), "not_read"), entry) {
		if (str_eq(json_get_str(entry, STR("what")), str_c(what)))
			return json_get_str(entry, STR("reason"));
	}
	return STR_EMPTY;
}

TEST(a_host_with_everything_is_told_whole)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	facts = gather(&root, host_of(&root, server));
	AT("kind", "\"docker\"");
	AT("collected_at", "\"2026-11-22T12:44:12Z\"");
	AT("host/name", "\"one\"");
	AT("host/os", "{\"id\":\"debian\",\"version_id\":\"12\",\"pretty_name\":\"Debian 12\"}");
	AT("engine/present", "true");
	AT("engine/answers", "true");
	AT("engine/swarm", "null");
	AT("engine/info/HttpProxy", "absent");
	AT("engine/info/Driver", "\"overlay2\"");
	AT("platform/kubelet", "{\"provider_id\":\"p\",\"labels\":{},\"source\":"
			       "\"/var/lib/kubelet/config.yaml\"}");
	AT("platform/cloud", "{\"name\":\"azure\",\"tags\":{}}");
	AT("daemon/running", "true");
	AT("daemon/pid", "812");
	AT("daemon/exe", "\"/usr/sbin/dockerd\"");
	AT("daemon/home", "\"/root\"");
	AT("daemon/config_file",
	   "{\"path\":\"/etc/docker/daemon.json\",\"exists\":true,\"valid\":true,"
	   "\"changed_at\":\"2023-11-14T22:13:20Z\"}");
	AT("daemon/started_at", "\"2033-05-18T03:33:22Z\"");
	AT("daemon/settings_complete", "true");
	AT("daemon/settings/log-level",
	   "{\"value\":\"warn\",\"source\":\"command line\",\"where\":\"/proc/812/cmdline\"}");
	AT("daemon/settings/debug",
	   "{\"value\":false,\"source\":\"api\",\"where\":\"/info Debug\"}");
	AT("daemon/settings/icc/value", "true");
	AT("daemon/settings/log-opts/value", "{\"splunk-token\":\"********\"}");
	AT("daemon/settings/http-proxy/value", "\"http://********@proxy:3128\"");
	AT("daemon/settings/ip/value", "\"unix://@x\"");
	CHECK(str_find(docker_facts_text(facts), STR("geheim")) < 0);
	AT("daemon/disagreements",
	   "[{\"key\":\"debug\",\"values\":[{\"value\":true,\"source\":\"configuration file\","
	   "\"where\":\"/etc/docker/daemon.json:3\"}]},{\"key\":\"icc\",\"values\":[{\"value\":"
	   "false,\"source\":\"configuration file\",\"where\":\"/etc/docker/daemon.json:2\"}]}]");
	AT("daemon/unit/exec_start",
	   "[\"/usr/sbin/dockerd\",\"-H\",\"fd://\",\"--log-level=warn\"]");
	AT("daemon/unit/drop_ins", "[\"/etc/systemd/system/docker.service.d/o.conf\"]");
	AT("daemon/socket_unit/streams/1/port", "2375");
	AT("daemon/socket_unit/streams/1/address", "\"::1\"");
	AT("daemon/held/0/protocol", "\"tcp\"");
	AT("daemon/held/1", "absent");
	AT("daemon/held/0/api", "absent"); /* its network is another one */
	CHECK_INT(docker_facts_not_read(facts), 0);
}

TEST(files_are_found_by_role_with_owner_mode_and_links)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	facts = gather(&root, host_of(&root, server));
	AT("files/dockerd_binary/0/path", "\"/usr/sbin/dockerd\"");
	AT("files/dockerd_binary/0/mode", "420");
	AT("files/dockerd_binary/0/mode_text", "\"0644\"");
	AT("files/api_socket/0/path", "\"/var/run/docker.sock\"");
	AT("files/api_socket/0/resolved", "\"/run/docker.sock\"");
	AT("files/api_socket/0/links", "[\"/var/run\"]");
	AT("files/api_socket/0/type", "\"socket\"");
	AT("files/api_socket/0/mode_text", "\"0660\"");
	AT("files/daemon_json/0/exists", "true");
	AT("files/sysconfig_docker/0/exists", "false");
	AT("files/containerd_config/0/path", "\"/run/docker/containerd.toml\"");
	AT("files/containerd_shim/0/path", "\"/usr/bin/containerd-shim\"");
	AT("files/containerd_socket/0/path", "\"/run/docker/containerd/containerd.sock\"");
	AT("files/registry_certs/0/path", "\"/etc/docker/certs.d/r.example.com/ca.crt\"");
	AT("files/registry_certs/1", "absent");
	AT("files/tls_ca/0/path", "\"/etc/docker/ca.pem\"");
	AT("files/tls_ca/0/exists", "false");
	AT("files/tls_key/0/path", "\"/root/.docker/key.pem\"");
	AT("files/docker_service_unit/0/path", "\"/lib/systemd/system/docker.service\"");
	AT("files/data_root/0/type", "\"folder\"");
}

TEST(the_rest_of_the_host_is_told)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	facts = gather(&root, host_of(&root, server));
	AT("audit/auditd_running", "true");
	AT("accounts/docker_group", "{\"name\":\"docker\",\"gid\":998,\"members\":[\"bob\"]}");
	AT("accounts/directory", "[\"sss\"]");
	AT("accounts/subuid", "[{\"name\":\"dockremap\",\"start\":100000,\"count\":65536}]");
	AT("accounts/subgid", "[]");
	AT("accounts/socket_groups/0/path", "\"/var/run/docker.sock\"");
	AT("content_trust", "[{\"where\":\"/etc/environment:1\",\"user\":\"\",\"value\":\"1\"}]");
	AT("user_sockets/0/path", "\"/run/user/1000/docker.sock\"");
	AT("user_sockets/0/mode_text", "\"0600\"");
	AT("packages", "[{\"name\":\"docker.io\",\"version\":\"20.10\"}]");
	AT("kernel/settings", "{\"net.ipv4.ip_forward\":\"1\"}");
	AT("security", "{\"apparmor\":true,\"selinux\":\"permissive\"}");
	AT("mounts/1/point", "\"/var/lib/docker\"");
	AT("mounts/1/minor", "2");
	AT("networks/0/containers", "[\"c1\"]");
	AT("published",
	   "[{\"protocol\":\"tcp\",\"address\":\"0.0.0.0\",\"port\":8080,\"owner\":\"web\"}]");
	AT("images", "[{\"id\":\"sha256:i\",\"repo_tags\":[\"a:1\"],\"created\":"
		     "\"2026-11-22T12:44:12Z\",\"size_bytes\":5}]");
	AT("containers",
	   "[{\"id\":\"c1\",\"name\":\"web\",\"image_id\":\"sha256:i\",\"state\":\"running\"}]");
	AT("containerd/grpc_address", "\"/run/c.sock\"");
	AT("swarm/state_file/listen_addr", "\"0.0.0.0:2377\"");
	AT("swarm/secrets", "null");
	AT("exec/records/0/container", "\"web\"");
	AT("exec/records/0/container_user", "\"1000\"");
	AT("exec/records/0/privileged", "false");
	AT("exec/from", "\"2026-11-21T22:26:40Z\"");
}

TEST(a_manager_tells_of_its_swarm_without_its_tokens)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = "{\"DockerRootDir\":\"/var/lib/docker\",\"Swarm\":"
				     "{\"LocalNodeState\":\"active\",\"ControlAvailable\":true}}",
			     .swarm = "{\"Spec\":{},\"JoinTokens\":{\"Worker\":\"SWMTKN-1\"}}" };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	put(&root, "var/lib/docker/swarm/certificates/swarm-root-ca.crt", "x");
	facts = gather(&root, host_of(&root, server));
	AT("engine/swarm", "{\"Spec\":{}}");
	CHECK(str_find(docker_facts_text(facts), STR("SWMTKN")) < 0);
	AT("swarm/secrets", "2");
	AT("swarm/services", "[{\"id\":\"s1\",\"name\":\"db\",\"ports\":[{\"protocol\":\"tcp\","
			     "\"published\":90,\"mode\":\"ingress\"}],\"suspicious_env\":"
			     "[\"DB_PASSWORD\"]}]");
	AT("swarm/root_ca_source", "\"/var/lib/docker/swarm/certificates/swarm-root-ca.crt\"");
	AT("published/1", "{\"protocol\":\"tcp\",\"address\":\"\",\"port\":90,\"owner\":\"db\"}");
}

TEST(a_machine_without_an_engine_has_facts_too)
{
	AUTO(root_done)
	struct root root;
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	put_process(&root, 1, 0, "/sbin/init", STR("init\0"));
	facts = gather(&root, "unix:///nowhere/docker.sock");
	/* It was named, so it should be there and have answered. */
	AT("engine/present", "true");
	AT("engine/answers", "false");
	AT("daemon/running", "false");
	AT("files/daemon_json/0/exists", "false");
	AT("platform/kubelet", "null");
	AT("platform/cloud", "null");
	AT("user_sockets", "[]");
	AT("exec", "null");
	AT("security", "{\"apparmor\":false,\"selinux\":\"disabled\"}");
	CHECK(reason_of(facts, "containers").n > 0);
}

TEST(what_the_engine_refuses_is_not_read)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO, .deny = true };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;
	static const char *const members[] = { "engine.info", "engine.swarm", "networks",
					       "containers",  "images",	      "published",
					       "swarm" };

	root_open(&root);
	root_fill(&root);
	facts = gather(&root, host_of(&root, server));
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		CHECK(reason_of(facts, members[i]).n > 0);
	CHECK(str_find(reason_of(facts, "networks"), STR("not you")) >= 0);
	AT("engine/answers", "true");
	AT("engine/info", "absent");
	AT("networks", "absent");
	AT("daemon/settings_complete", "true");
	AT("files/data_root/0/found", "\"default\"");
}

TEST(what_cannot_be_understood_is_not_read)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	put(&root, "etc/docker/daemon.json", "{\"icc\": ");
	put(&root, "proc/812/mountinfo", "no mounts\n");
	put(&root, "var/lib/docker/swarm/docker-state.json", "[");
	put(&root, "run/cloud-init/instance-data.json", "[");
	facts = gather(&root, host_of(&root, server));
	AT("daemon/settings_complete", "false");
	AT("daemon/config_file/exists", "true");
	AT("daemon/config_file/valid", "false");
	CHECK(reason_of(facts, "daemon.settings").n > 0);
	AT("mounts", "absent");
	CHECK(reason_of(facts, "mounts").n > 0);
	AT("swarm/state_file", "absent");
	CHECK(reason_of(facts, "swarm.state_file").n > 0);
	AT("platform/cloud", "absent");
	CHECK(reason_of(facts, "platform.cloud").n > 0);
}

TEST(a_file_that_came_after_the_daemon_says_nothing_of_it)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	const char *host;

	root_open(&root);
	root_fill(&root);
	host = host_of(&root, server);
	/* It began at 1600000002. */
	put(&root, "proc/stat", "btime 1600000000\n");
	for (int64_t second = 2; second <= 5; second++) {
		AUTO(docker_facts_free)
		struct docker_facts *facts = NULL;
		bool late = second > 4;

		put_time(&root, "etc/docker/daemon.json", 1600000000 + second);
		facts = gather(&root, host);
		CHECK_STR_EQ(at(facts, "daemon/settings_complete", root.arena),
			     late ? STR("false") : STR("true"));
		CHECK_STR_EQ(at(facts, "daemon/settings/ip/value", root.arena),
			     late ? STR("absent") : STR("\"unix://@x\""));
		AT("daemon/settings/log-level/value", "\"warn\"");
		AT("daemon/settings/debug/value", "false");
		AT("daemon/disagreements/0/key", "\"debug\"");
		CHECK_STR_EQ(reason_of(facts, "daemon.settings"),
			     late ? STR("/etc/docker/daemon.json was changed after the daemon had "
					"started: what it says need not hold")
				  : STR(""));
	}
}

TEST(all_groups_of_its_number_control_a_socket)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;
	unsigned gid = getgid();

	root_open(&root);
	root_fill(&root);
	put(&root, "etc/group",
	    str_cstr(root.arena,
		     str_fmt(root.arena, "journal:x:%u:\nother:x:%u:eve\ndocker:x:%u:bob,ann\n",
			     gid, gid + 1, gid)));
	facts = gather(&root, host_of(&root, server));
	AT("accounts/socket_groups/0/name", "\"journal\"");
	AT("accounts/socket_groups/0/members", "[\"bob\",\"ann\"]");
}

/* What is in the way of a reader: a link that leads to itself. */
TEST(what_may_not_be_read_is_absent_and_nothing_else)
{
	static const struct {
		const char *path, *what, *member;
	} cases[] = {
		{ "etc/passwd", "accounts.docker_group", "accounts/docker_group" },
		{ "etc/group", "accounts.socket_groups", "accounts/socket_groups" },
		{ "etc/nsswitch.conf", "accounts.directory", "accounts/directory" },
		{ "etc/subuid", "accounts.subuid", "accounts/subuid" },
		{ "etc/environment", "content_trust", "content_trust" },
		{ "run/user", "user_sockets", "user_sockets" },
		{ "var/lib/dpkg/status", "packages", "packages" },
		{ "sys/fs/selinux/enforce", "security.selinux", "security/selinux" },
		{ "sys/module/apparmor/parameters/enabled", "security.apparmor",
		  "security/apparmor" },
		{ "etc/os-release", "host.os", "host/os" },
		{ "etc/docker/daemon.json", "daemon.settings", "files/daemon_json" },
		{ "etc/docker/daemon.json", "files.daemon_json", "files/daemon_json" },
		{ "lib/systemd/system/docker.service", "daemon.unit", "daemon/unit" },
		{ "lib/systemd/system/docker.socket", "daemon.socket_unit", "daemon/socket_unit" },
		{ "etc/systemd/system/docker.service.d", "daemon.unit", "daemon/unit" },
		{ "var/log/audit", "exec", "exec" },
		{ "var/log/audit/audit.log", "exec", "exec" },
		{ "run/cloud-init/instance-data.json", "platform.cloud", "platform/cloud" },
		{ "var/lib/kubelet/config.yaml", "platform.kubelet", "platform/kubelet" },
		{ "proc/812/mountinfo", "mounts", "mounts" },
		{ "proc/812/cmdline", "daemon.cmdline", "daemon/cmdline" },
		{ "proc/812/cmdline", "daemon.settings", "daemon/cmdline" },
		{ "proc/812/stat", "daemon.started_at", "daemon/started_at" },
		{ "proc/stat", "daemon.started_at", "daemon/started_at" },
		{ "proc/812/fd", "daemon.held", "daemon/held" },
		{ "proc/812/net/tcp", "daemon.held", "daemon/held" },
		{ "proc/900/cmdline", "containerd", "containerd" },
		{ "proc/sys/net/ipv4/ip_forward", "kernel.settings.net.ipv4.ip_forward",
		  "kernel/settings/net.ipv4.ip_forward" },
		{ "etc/docker/certs.d", "files.registry_certs", "files/registry_certs" },
		{ "usr/bin/runc", "files.runc_binary", "files/runc_binary" },
		{ "var/lib/docker/swarm/docker-state.json", "swarm.state_file",
		  "swarm/state_file" },
	};
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(root_done)
		struct root root;
		AUTO(docker_facts_free)
		struct docker_facts *facts = NULL;
		const char *host;
		char *path;

		root_open(&root);
		root_fill(&root);
		host = host_of(&root, server);
		path = prepare(&root, cases[i].path);
		IGNORE(tree_remove(path)); /* it may not be there */
		CHECK_INT(symlink(path_base(str_c(path)).p, path), 0);
		facts = gather(&root, host);
		if (reason_of(facts, cases[i].what).n == 0)
			test_fail(__FILE__, __LINE__, "%s: no reason for %s", cases[i].path,
				  cases[i].what);
		if (!str_eq(at(facts, cases[i].member, root.arena), STR("absent")))
			test_fail(__FILE__, __LINE__, "%s: %s is there", cases[i].path,
				  cases[i].member);
		AT("engine/info/Driver", "\"overlay2\"");
		/* Without its sockets nobody knows which process it is. */
		if (str_eq(str_c(cases[i].what), STR("daemon.held")))
			continue;
		CHECK(docker_facts_not_read(facts) <= 3);
		AT("daemon/pid", "812");
	}
}

TEST(a_rootless_engine_has_the_places_of_its_user)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = "{\"SecurityOptions\":[\"name=rootless\"],\"DockerRootDir\":"
				     "\"/home/a/.local/share/docker\"}" };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	put(&root, "proc/812/status",
	    "Name:\tdockerd\nPid:\t812\nPPid:\t1\nUid:\t1000\t0\t0\t0\nGid:\t998\t0\t0\t0\n");
	put_bytes(&root, "proc/812/environ", STR("HOME=/home/a\0XDG_RUNTIME_DIR=/run/user/1000\0"));
	put_bytes(&root, "proc/812/cmdline", STR("dockerd\0--rootless\0"));
	put(&root, "home/a/.config/docker/daemon.json", "{\"icc\": false}");
	put(&root, "home/a/.config/systemd/user/docker.service", "[Service]\nExecStart=/x/y.sh\n");
	facts = gather(&root, host_of(&root, server));
	AT("engine/rootless", "true");
	AT("daemon/uid", "1000");
	AT("daemon/gid", "998");
	AT("daemon/home", "\"/home/a\"");
	AT("daemon/config_file/path", "\"/home/a/.config/docker/daemon.json\"");
	AT("daemon/config_file/exists", "true");
	AT("daemon/unit/fragment", "\"/home/a/.config/systemd/user/docker.service\"");
	AT("files/config_dir/0/path", "\"/home/a/.config/docker\"");
	AT("files/api_socket/0/path", "\"/run/user/1000/docker.sock\"");
	AT("files/api_socket/0/exists", "true");
	AT("files/containerd_run_dir/0/path", "\"/run/user/1000/containerd\"");
	AT("files/containerd_socket/0/path",
	   "\"/run/user/1000/docker/containerd/containerd.sock\"");
	AT("files/data_root/0/path", "\"/home/a/.local/share/docker\"");
	AT("files/tls_key/0/path", "\"/home/a/.docker/key.pem\"");
}

TEST(a_process_of_somebody_else_is_no_kubelet)
{
	AUTO(root_done)
	struct root root;
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	put_process(&root, 1, 0, "/sbin/init", STR("init\0"));
	put_process(&root, 77, 1, "/home/a/kubelet",
		    STR("kubelet\0--node-labels=eks.amazonaws.com/nodegroup=a\0"));
	put(&root, "proc/77/status", "Pid:\t77\nUid:\t1000\t0\t0\t0\nGid:\t1000\t0\t0\t0\n");
	put_process(&root, 78, 1, "/usr/bin/auditd", STR("auditd\0"));
	facts = gather(&root, "unix:///nowhere/docker.sock");
	AT("platform/kubelet", "null");
	put(&root, "proc/77/status", "Pid:\t77\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
	docker_facts_free(facts);
	facts = gather(&root, "unix:///nowhere/docker.sock");
	AT("platform/kubelet/labels", "{\"eks.amazonaws.com/nodegroup\":\"a\"}");
	AT("platform/kubelet/source", "\"/proc/77/cmdline\"");
}

TEST(an_answer_that_is_nested_too_deep_is_not_told)
{
	AUTO(root_done)
	struct root root;
	AUTO(buf_done)
	struct buf info = { 0 };
	struct fake fake = { .info = NULL };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	buf_init(&info, 1u << 20);
	BUF_LIT(&info, "{\"Driver\":");
	for (unsigned i = 0; i < 100; i++)
		buf_byte(&info, '[');
	for (unsigned i = 0; i < 100; i++)
		buf_byte(&info, ']');
	buf_byte(&info, '}');
	fake.info = info.p;
	facts = gather(&root, host_of(&root, server));
	AT("engine/info", "absent");
	CHECK_STR_EQ(reason_of(facts, "engine.info"), STR("nested deeper than 64"));
	AT("daemon/settings/storage-driver", "absent");
	AT("networks/0/name", "\"bridge\"");
}

TEST(a_list_that_is_too_long_is_absent_as_a_whole)
{
	AUTO(root_done)
	struct root root;
	AUTO(buf_done)
	struct buf ranges = { 0 };
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;

	root_open(&root);
	root_fill(&root);
	buf_init(&ranges, 1u << 20);
	for (unsigned i = 0; i <= DOCKER_LIST_MAX; i++)
		buf_fmt(&ranges, "u%u:%u:1\n", i, i);
	put_bytes(&root, "etc/subgid", buf_str(&ranges));
	facts = gather(&root, "unix:///nowhere/docker.sock");
	AT("accounts/subgid", "absent");
	CHECK_STR_EQ(reason_of(facts, "accounts.subgid"), STR("more than 1000"));
}

TEST(an_engine_elsewhere_says_nothing_of_this_machine)
{
	AUTO(root_done)
	struct root root;
	struct fake fake = { .info = INFO };
	AUTO(server_stop)
	struct server *server = server_start(answer, &fake);
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;
	struct docker_facts_opts opts = { .timeout_s = 5, .now = NOW };
	struct err err;

	root_open(&root);
	opts.host = str_cstr(root.arena, server_url(server, root.arena, ""));
	facts = docker_facts_open(&opts, &err);
	CHECK_OK(facts);
	AT("files", "absent");
	AT("audit", "absent");
	AT("daemon/running", "absent");
	AT("daemon/settings/debug/value", "false");
	CHECK(reason_of(facts, "files").n > 0);
	CHECK(reason_of(facts, "mounts").n > 0);
	CHECK(!docker_facts_local(facts));
	AT("engine/answers", "true");
}

TEST(links_never_lead_out_of_the_root)
{
	AUTO(root_done)
	struct root root;
	AUTO(host_view_free)
	struct host_view *view = NULL;
	struct host_node node;
	struct err err;
	str text;

	root_open(&root);
	put(&root, "etc/hostname", "inside");
	put_link(&root, "a", "../../../../../../etc/hostname");
	put_link(&root, "b", "/a");
	put_link(&root, "loop", "loop");
	put_link(&root, "gone", "/none/x/../y");
	view = host_view_open(root.path, &err);
	CHECK_OK(view);
	CHECK_OK(host_view_read(view, STR("/b"), 100, root.arena, &text, &err));
	CHECK_STRV(text, "inside");
	CHECK_OK(host_view_look(view, STR("/b"), root.arena, &node, &err));
	CHECK_STRV(node.resolved, "/etc/hostname");
	CHECK_INT(node.link_count, 2);
	CHECK_STRV(node.links[1], "/a");
	CHECK_OK(host_view_look(view, STR("/gone"), root.arena, &node, &err));
	CHECK(!node.exists);
	CHECK_STRV(node.resolved, "/none/y");
	CHECK_FAIL(host_view_look(view, STR("/loop"), root.arena, &node, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(host_view_read(view, STR("/etc/hostname"), 3, root.arena, &text, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(host_view_read(view, STR("/etc/none"), 3, root.arena, &text, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_FAIL(host_view_look(view, STR("etc"), root.arena, &node, &err));
}
