/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of containerd, CRI-O and Podman below a folder that stands for the root of a host. */
#include "posture/facts/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "posture/facts/container_internal.h"
#include "posture/facts/docker.h"
#include "test.h"
#include "tree.h"

#define ID	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD	"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define TASKS	"run/containerd/io.containerd.runtime.v2.task/"
#define STORAGE "run/containers/storage/overlay-containers/"

struct bed {
	char root[40];
	struct arena *arena;
	struct docker_facts *facts;
	const struct json *docs[16];
	size_t n;
	struct runtime_counts counts;
	struct runtime_gaps gaps;
};

static void put_bytes(const struct bed *bed, const char *path, str text)
{
	char full[4096];
	struct err err;

	snprintf(full, sizeof(full), "%s/%s", bed->root, path);
	for (char *p = strchr(full + strlen(bed->root) + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		if (mkdir(full, 0755) < 0)
			CHECK_INT(errno, EEXIST);
		*p = '/';
	}
	AUTO(fd_close)
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
}

static void put(const struct bed *bed, const char *path, const char *text)
{
	put_bytes(bed, path, str_c(text));
}

static void put_process(const struct bed *bed, const char *pid, const char *cgroup)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%s/status", pid);
	put(bed, path,
	    "Name:\tx\nPid:\t44\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmSize:\t1 kB\n"
	    "CapEff:\t0\nCapBnd:\t0\nNoNewPrivs:\t0\nSeccomp:\t0\n");
	snprintf(path, sizeof(path), "proc/%s/cgroup", pid);
	put(bed, path, cgroup);
	snprintf(path, sizeof(path), "proc/%s/comm", pid);
	put(bed, path, "x\n");
}

static void bed_open(struct bed *bed)
{
	struct docker_facts_opts opts = { .host = "unix:///nowhere/engine.sock" };
	struct err err;

	*bed = (struct bed){ .root = "/tmp/seawall-runtime-XXXXXX", .arena = arena_new() };
	CHECK(mkdtemp(bed->root));
	put_process(bed, "1", "0::/\n");
	/* Names are read with the first question for one. */
	put(bed, "etc/passwd", "root:x:0:0::/root:/bin/sh\neve:x:70001:70001::/home/eve:/bin/sh\n");
	put(bed, "etc/group", "root:x:0:\n");
	opts.host_root = bed->root;
	bed->facts = docker_facts_open(&opts, &err);
	CHECK_OK(bed->facts);
}

static void bed_done(struct bed *bed)
{
	docker_facts_free(bed->facts);
	arena_free(bed->arena);
	CHECK_INT(tree_remove(bed->root), 0);
}

static int keep(void *context, const struct docker_document *document, struct err *err)
{
	struct bed *bed = context;

	CHECK(bed->n < ARRAY_LEN(bed->docs));
	CHECK_STR(document->kind, "container");
	return json_parse(document->json, NULL, bed->arena, &bed->docs[bed->n++], err);
}

static void collect(struct bed *bed, const struct runtime_opts *opts)
{
	const struct runtime_opts all = { .no_moby = true, .skip_owner = RUNTIME_ANYBODY };
	struct err err;

	bed->n = 0;
	CHECK_OK(runtime_facts_each(bed->facts, opts ? opts : &all, keep, bed, bed->arena,
				    &bed->counts, &bed->gaps, &err));
}

static const struct json *config_of(const struct json *doc)
{
	return json_path(doc, "inspect", "HostConfig", NULL);
}

static bool is_unread(const struct json *doc, const char *what)
{
	JSON_EACH (JSON_GET(doc, "not_read"), entry) {
		if (str_eq(json_get_str(entry, STR("what")), str_c(what)))
			return true;
	}
	return false;
}

#define BUNDLE(more, linux)                                                                \
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":5,\"gid\":6},\"args\":"  \
	"[\"s3cret\"],\"env\":[\"A=s3cret\"],\"noNewPrivileges\":true,\"capabilities\":{"  \
	"\"bounding\":[\"CAP_CHOWN\",\"CAP_NET_ADMIN\"]}},\"root\":{\"path\":\"rootfs\","  \
	"\"readonly\":true},\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"},{"   \
	"\"destination\":\"/e\",\"source\":\"/etc/../etc\",\"type\":\"bind\",\"options\":" \
	"[\"rbind\",\"ro\",\"rslave\"]},{\"destination\":\"/r\",\"source\":\"here\","      \
	"\"options\":[\"bind\"]}]," more "\"linux\":{" linux "}}"

TEST(a_pod_of_containerd_is_told)
{
	struct bed bed;
	int64_t n;

	bed_open(&bed);
	put(&bed, TASKS "k8s.io/" ID "/config.json",
	    BUNDLE("\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
		   "\"io.kubernetes.cri.container-name\":\"app\",\"io.kubernetes.cri.sandbox-id\":"
		   "\"" POD "\",\"io.kubernetes.cri.sandbox-name\":\"shop\","
		   "\"io.kubernetes.cri.sandbox-namespace\":\"prod\","
		   "\"io.kubernetes.cri.image-name\":\"r.example.com/app:1\"},",
		   "\"cgroupsPath\":\"kubepods.slice:cri-containerd:" ID "\",\"namespaces\":[{"
		   "\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"uts\"}],\"seccomp\":{"
		   "\"defaultAction\":\"SCMP_ACT_ERRNO\"},\"resources\":{\"memory\":{\"limit\":64},"
		   "\"pids\":{\"limit\":9},\"cpu\":{\"quota\":7,\"shares\":8}},\"devices\":[{"
		   "\"path\":\"/dev/null\"},{\"path\":\"/dev/kvm\"}]"));
	put(&bed, TASKS "k8s.io/" ID "/init.pid", "44");
	put_process(&bed, "44", "0::/kubepods.slice/cri-containerd-" ID ".scope\n");
	/* One whose number is that of another process now, and one that has ended. */
	put(&bed, TASKS "k8s.io/" POD "/config.json",
	    BUNDLE("", "\"cgroupsPath\":\"/kube/" POD "\""));
	put(&bed, TASKS "k8s.io/" POD "/init.pid", "44");
	put(&bed, TASKS "default/web/config.json", BUNDLE("", "\"cgroupsPath\":\"/default/web\""));
	put(&bed, TASKS "default/web/init.pid", "999");
	collect(&bed, NULL);
	CHECK_INT(bed.counts.bundles, 3);
	CHECK_INT(bed.counts.stopped, 2);
	CHECK_INT(bed.n, 1);
	const struct json *doc = bed.docs[0], *config = config_of(doc);
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;

	buf_init(&text, 1u << 20);
	json_writer_init(&w, &text, 0);
	json_put(&w, doc);
	CHECK(str_find(buf_str(&text), STR("s3cret")) < 0);
	CHECK_STRV(json_get_str(doc, STR("origin")), "runtime");
	CHECK_STRV(json_get_str(doc, STR("name")), "prod/shop/app");
	CHECK_STRV(json_get_str(doc, STR("image")), "r.example.com/app:1");
	CHECK_STRV(json_str(json_path(doc, "runtime", "pod", "id", NULL)), POD);
	CHECK_STRV(json_str(json_path(doc, "runtime", "name", NULL)), "containerd");
	CHECK_STRV(json_str(json_path(doc, "inspect", "Config", "User", NULL)), "5:6");
	CHECK_STRV(json_str(json_at(JSON_GET(config, "CapAdd"), 0)), "NET_ADMIN");
	CHECK_INT(json_len(JSON_GET(config, "CapAdd")), 1);
	CHECK_INT(json_len(JSON_GET(config, "CapDrop")), 13);
	CHECK(json_i64(JSON_GET(config, "Memory"), &n));
	CHECK_INT(n, 64);
	CHECK_INT(json_len(JSON_GET(config, "Devices")), 1);
	CHECK_STRV(json_str(json_at(JSON_GET(config, "SecurityOpt"), 0)), "no-new-privileges:true");
	CHECK_STRV(json_str(json_at(JSON_GET(config, "SecurityOpt"), 1)), "seccomp=SCMP_ACT_ERRNO");
	/* No network of its own, and what the kernel says is not known here. */
	CHECK_STRV(json_get_str(config, STR("NetworkMode")), "host");
	CHECK_STRV(json_get_str(config, STR("IpcMode")), "private");
	CHECK_STRV(json_get_str(config, STR("CgroupParent")), "kubepods.slice");
	CHECK(json_is(JSON_GET(config, "Privileged"), JSON_FALSE));
	CHECK(json_bool(JSON_GET(config, "ReadonlyRootfs")));
	const struct json *mounts = JSON_GET(doc, "mounts");
	CHECK_INT(json_len(mounts), 2);
	CHECK_STRV(json_get_str(json_at(mounts, 0), STR("propagation")), "rslave");
	CHECK(json_is(JSON_GET(json_at(mounts, 0), "rw"), JSON_FALSE));
	CHECK_STRV(json_get_str(json_at(mounts, 1), STR("host_path")),
		   "/" TASKS "k8s.io/" ID "/here");
	CHECK_INT(json_len(JSON_GET(doc, "processes")), 1);
	bed_done(&bed);
}

TEST(privileges_are_told_together)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf caps = { 0 };
	struct bed bed;

	buf_init(&caps, 1u << 16);
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
		buf_fmt(&caps, "%s\"CAP_%.*s\"", i ? "," : "", STR_ARG(capability_name(i, arena)));
	bed_open(&bed);
	str text = str_fmt(
		arena,
		"{\"ociVersion\":\"1\",\"process\":{\"capabilities\":{\"bounding\":[%s]}},"
		"\"linux\":{\"cgroupsPath\":\"/default/big\",\"resources\":{\"devices\":[{"
		"\"allow\":false,\"access\":\"rwm\"},{\"allow\":true,\"access\":\"rwm\"}]}}}",
		caps.p);
	put_bytes(&bed, TASKS "default/big/config.json", text);
	put(&bed, TASKS "default/big/init.pid", "44\n");
	put_process(&bed, "44", "9:pids:/default/big\n");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	CHECK(json_bool(JSON_GET(config_of(bed.docs[0]), "Privileged")));
	CHECK_STRV(json_str(json_at(JSON_GET(config_of(bed.docs[0]), "SecurityOpt"), 1)),
		   "seccomp=unconfined");
	CHECK_STRV(json_get_str(bed.docs[0], STR("name")), "big");
	bed_done(&bed);
}

TEST(crio_and_podman_keep_their_bundles_alike)
{
	struct bed bed;
	struct map skip;

	bed_open(&bed);
	put(&bed, STORAGE ID "/userdata/config.json",
	    BUNDLE("\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
		   "\"io.kubernetes.pod.name\":\"shop\",\"io.kubernetes.pod.namespace\":\"prod\","
		   "\"io.kubernetes.cri-o.SandboxID\":\"" ID "\"},",
		   "\"cgroupsPath\":\"/kube/" ID "\""));
	put(&bed, STORAGE ID "/userdata/pidfile", "44");
	put(&bed, STORAGE POD "/userdata/config.json",
	    BUNDLE("\"annotations\":{\"io.container.manager\":\"libpod\"},",
		   "\"cgroupsPath\":\"/libpod_parent/libpod-" POD "\""));
	put(&bed, STORAGE POD "/userdata/pidfile", "45");
	put(&bed, "var/lib/containers/storage/overlay-containers/containers.json",
	    "[{\"id\":\"" POD "\",\"names\":[\"db\"],\"metadata\":\"{\\\"image-name\\\":"
	    "\\\"r.example.com/db:1\\\"}\"}]");
	put_process(&bed, "44", "0::/kube/" ID "\n");
	put_process(&bed, "45", "0::/libpod_parent/libpod-" POD "/container\n");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 2);
	CHECK_STRV(json_get_str(bed.docs[1], STR("name")), "db");
	CHECK_STRV(json_get_str(bed.docs[1], STR("image")), "r.example.com/db:1");
	CHECK_STRV(json_str(json_path(bed.docs[1], "runtime", "name", NULL)), "podman");
	CHECK_STRV(json_get_str(bed.docs[0], STR("name")), "prod/shop/POD");
	CHECK_STRV(json_str(json_path(bed.docs[0], "runtime", "name", NULL)), "cri-o");
	CHECK_STRV(json_str(json_path(bed.docs[0], "runtime", "user", NULL)), "root");
	/* What an engine told already is not told again. */
	map_init(&skip, bed.arena);
	map_put(&skip, STR(POD), NULL);
	struct runtime_opts opts = { .skip = &skip, .skip_owner = RUNTIME_ANYBODY };
	collect(&bed, &opts);
	CHECK_INT(bed.n, 1);
	CHECK_INT(bed.counts.known, 1);
	opts.skip_owner = 0;
	collect(&bed, &opts);
	CHECK_INT(bed.n, 1);
	/* The engine of somebody else has told another one of that id. */
	opts.skip_owner = 70001;
	collect(&bed, &opts);
	CHECK_INT(bed.n, 2);
	bed_done(&bed);
}

TEST(docker_without_its_engine_is_told_by_name)
{
	struct bed bed;
	const struct runtime_opts with = { .no_moby = false, .skip_owner = 0 };

	bed_open(&bed);
	put(&bed, TASKS "moby/" ID "/config.json",
	    "{\"ociVersion\":\"1\",\"process\":{},\"linux\":{\"cgroupsPath\":\"/docker/" ID
	    "\"},\"mounts\":[{\"destination\":\"/etc/hostname\",\"type\":\"bind\",\"source\":"
	    "\"/data/containers/" ID "/hostname\"}]}");
	put(&bed, TASKS "moby/" ID "/init.pid", "44");
	put(&bed, "data/containers/" ID "/config.v2.json",
	    "{\"Name\":\"/web\",\"Config\":{\"Image\":\"i:1\"}}");
	put_process(&bed, "44", "0::/docker/" ID "\n");
	collect(&bed, &with);
	CHECK_INT(bed.n, 1);
	CHECK_STRV(json_get_str(bed.docs[0], STR("name")), "web");
	CHECK_STRV(json_get_str(bed.docs[0], STR("image")), "i:1");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK_INT(bed.counts.known, 1);
	bed_done(&bed);
}

/* A bundle that cannot be read, of a container that runs. */
static void hostile(struct bed *bed, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), TASKS "default/%s-%s/init.pid", name, ID);
	put(bed, path, "44");
}

TEST(hostile_bundles_are_told_with_the_reason)
{
	AUTO(buf_done)
	struct buf deep = { 0 };
	struct bed bed;
	char path[4096];

	bed_open(&bed);
	put_process(&bed, "44", "0::/default/a-" ID "\n0::/b-" ID "\n");
	buf_init(&deep, 1u << 20);
	for (unsigned i = 0; i < 1000; i++)
		BUF_LIT(&deep, "[");
	hostile(&bed, "deep");
	put_bytes(&bed, TASKS "default/deep-" ID "/config.json", buf_str(&deep));
	hostile(&bed, "large");
	put(&bed, TASKS "default/large-" ID "/config.json", "");
	snprintf(path, sizeof(path), "%s/" TASKS "default/large-" ID "/config.json", bed.root);
	CHECK_INT(truncate(path, 1 << 30), 0);
	hostile(&bed, "pipe");
	snprintf(path, sizeof(path), "%s/" TASKS "default/pipe-" ID "/config.json", bed.root);
	CHECK_INT(mkfifo(path, 0600), 0);
	hostile(&bed, "link");
	snprintf(path, sizeof(path), "%s/" TASKS "default/link-" ID "/config.json", bed.root);
	CHECK_INT(symlink("../../../../../../../../../etc/hostname", path), 0);
	hostile(&bed, "none");
	put(&bed, TASKS "default/none-" ID "/config.json", "{\"process\":[]}");
	for (size_t i = 0; i < 2; i++) {
		/* Each of them names the group, so that it is known to run. */
		put_process(&bed, "44",
			    "1:a:/deep-" ID "\n2:b:/large-" ID "\n3:c:/pipe-" ID "\n4:d:/link-" ID
			    "\n5:e:/none-" ID "\n");
		collect(&bed, NULL);
	}
	/* A link that leads nowhere in this root is no bundle at all. */
	CHECK_INT(bed.counts.bundles, 5);
	CHECK_INT(bed.counts.stopped, 1);
	CHECK_INT(bed.counts.unreadable, 4);
	CHECK_INT(bed.n, 4);
	for (size_t i = 0; i < bed.n; i++) {
		CHECK(is_unread(bed.docs[i], "inspect"));
		CHECK(!JSON_GET(bed.docs[i], "inspect"));
	}
	bed_done(&bed);
}

TEST(folders_that_hold_something_else_are_no_harm)
{
	struct bed bed;

	bed_open(&bed);
	put(&bed, "run/containerd/io.containerd.runtime.v2.task", "a file");
	put(&bed, STORAGE "x", "a file");
	put(&bed, "run/user/1000/containers/vfs-containers/" ID "/userdata/pidfile", "-5");
	put(&bed, "run/user/1000/containers/vfs-containers/" POD "/userdata/pidfile",
	    "99999999999999999999999999999999999999");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK_INT(bed.counts.stopped, bed.counts.bundles);
	bed_done(&bed);
}

TEST(podman_and_crio_have_the_same_notes_and_are_told_apart)
{
	struct bed bed;

	bed_open(&bed);
	/* What Podman makes of a manifest of Kubernetes. */
	put(&bed, STORAGE ID "/userdata/config.json",
	    BUNDLE("\"annotations\":{\"io.container.manager\":\"libpod\","
		   "\"io.kubernetes.cri-o.ContainerType\":\"container\","
		   "\"io.kubernetes.cri-o.SandboxID\":\"" POD "\"},",
		   "\"cgroupsPath\":\"machine.slice:libpod:" ID "\""));
	put(&bed, STORAGE ID "/userdata/pidfile", "44");
	/* CRI-O of today: its notes alone, names in the volatile file of its store. */
	put(&bed, STORAGE POD "/userdata/config.json",
	    BUNDLE("\"annotations\":{\"io.container.manager\":\"cri-o\","
		   "\"io.kubernetes.cri-o.ContainerType\":\"container\","
		   "\"io.kubernetes.cri-o.KubeName\":\"shop\","
		   "\"io.kubernetes.cri-o.Namespace\":\"prod\","
		   "\"io.kubernetes.container.name\":\"app\","
		   "\"io.kubernetes.cri-o.Image\":\"5d3f\"},",
		   "\"cgroupsPath\":\"kubepods.slice:crio:" POD "\""));
	put(&bed, STORAGE POD "/userdata/pidfile", "45");
	put(&bed, "var/lib/containers/storage/overlay-containers/volatile-containers.json",
	    "[{\"id\":\"" POD "\",\"names\":[\"k8s_app\"],\"metadata\":\"{\\\"image-name\\\":"
	    "\\\"r.example.com/shop:2\\\"}\"}]");
	put_process(&bed, "44", "0::/machine.slice/libpod-" ID ".scope/container\n");
	put_process(&bed, "45", "0::/kubepods.slice/crio-" POD ".scope/container\n");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 2);
	CHECK_STRV(json_str(json_path(bed.docs[0], "runtime", "name", NULL)), "podman");
	CHECK_STRV(json_str(json_path(bed.docs[1], "runtime", "name", NULL)), "cri-o");
	CHECK_STRV(json_get_str(bed.docs[1], STR("name")), "prod/shop/app");
	CHECK_STRV(json_get_str(bed.docs[1], STR("image")), "r.example.com/shop:2");
	bed_done(&bed);
}

/* ---- who is believed ---- */

#define STRANGER "70001"
#define GIVEN	 "200005" /* of the range that the stranger was given */

static void link_to(const struct bed *bed, const char *path, const char *target)
{
	char full[4096], where[4096];

	snprintf(full, sizeof(full), "%s/%s", bed->root, path);
	snprintf(where, sizeof(where), "%s%s", bed->root, target);
	IGNORE(unlink(full)); /* there may be none */
	CHECK_INT(symlink(where, full), 0);
}

static void put_user(const struct bed *bed, const char *pid, const char *uid)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "proc/%s/status", pid);
	snprintf(text, sizeof(text),
		 "Name:\tx\nPid:\t%s\nPPid:\t1\nUid:\t%s\t%s\t%s\t%s\nGid:\t0\t0\t0\t0\n"
		 "VmSize:\t1 kB\nCapEff:\t0\nCapBnd:\t0\n",
		 pid, uid, uid, uid, uid);
	put(bed, path, text);
}

/* A process that calls itself conmon. */
static void put_monitor(const struct bed *bed, const char *pid, const char *uid, const char *exe,
			const char *folder)
{
	char path[64], words[1024];
	int n;

	put_process(bed, pid, "0::/user.slice\n");
	put_user(bed, pid, uid);
	snprintf(path, sizeof(path), "proc/%s/comm", pid);
	put(bed, path, "conmon\n");
	n = snprintf(words, sizeof(words),
		     "conmon%c-c%c" ID "%c-n%cweb%c-b%c%s/userdata%c-p%c%s/pidfile%c", 0, 0, 0, 0,
		     0, 0, folder, 0, 0, folder, 0);
	snprintf(path, sizeof(path), "proc/%s/cmdline", pid);
	put_bytes(bed, path, str_of(words, (size_t)n));
	snprintf(path, sizeof(path), "proc/%s/exe", pid);
	link_to(bed, path, exe);
	snprintf(path, sizeof(path), "proc/%s/root", pid);
	link_to(bed, path, "/");
}

/* Where the monitor says that its container is, with a read-only root or not. */
static void put_claim(const struct bed *bed, const char *folder, bool readonly)
{
	char path[256], text[512];

	snprintf(text, sizeof(text),
		 "{\"ociVersion\":\"1\",\"process\":{},\"root\":{\"readonly\":%s},"
		 "\"linux\":{\"cgroupsPath\":\"/libpod_parent/libpod-" ID "\"}}",
		 readonly ? "true" : "false");
	snprintf(path, sizeof(path), "%s/userdata/config.json", folder);
	put(bed, path, text);
	snprintf(path, sizeof(path), "%s/pidfile", folder);
	put(bed, path, "44");
}

static void give(const struct bed *bed, const char *path, const char *uid)
{
	char full[4096];

	snprintf(full, sizeof(full), "%s/%s", bed->root, path);
	CHECK_INT(chown(full, (uid_t)strtoul(uid, NULL, 10), (gid_t)-1), 0);
}

static void put_programs(const struct bed *bed)
{
	put(bed, "usr/bin/conmon", "a program");
	put(bed, "usr/bin/sleep", "another program");
	put(bed, "etc/subuid", "eve:200000:65536\n");
	put_process(bed, "44", "0::/libpod_parent/libpod-" ID "\n");
}

static bool is_doubted(const struct bed *bed, const char *text)
{
	return str_find(bed->gaps.doubts, str_c(text)) >= 0;
}

TEST(a_monitor_tells_of_a_store_in_another_place)
{
	struct bed bed;

	bed_open(&bed);
	put_programs(&bed);
	put_claim(&bed, "srv/pods/" ID, true);
	put_monitor(&bed, "50", "0", "/usr/bin/conmon", "/srv/pods/" ID);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	CHECK_STRV(json_get_str(bed.docs[0], STR("name")), "web");
	CHECK(str_empty(bed.gaps.doubts));
	bed_done(&bed);
}

TEST(a_process_that_is_called_conmon_is_not_believed)
{
	struct bed bed;

	bed_open(&bed);
	put_programs(&bed);
	put_claim(&bed, "srv/pods/" ID, true);
	put_monitor(&bed, "50", "0", "/usr/bin/sleep", "/srv/pods/" ID);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK_INT(bed.counts.doubted, 1);
	CHECK(is_doubted(&bed, "conmon 50 of user root: its program is another one"));
	/* In a container of its own. */
	put_monitor(&bed, "50", "0", "/usr/bin/conmon", "/srv/pods/" ID);
	link_to(&bed, "proc/50/root", "/srv");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK(is_doubted(&bed, "a root of its own"));
	/* A program that anybody may replace. */
	link_to(&bed, "proc/50/root", "/");
	char path[4096];
	snprintf(path, sizeof(path), "%s/usr/bin/conmon", bed.root);
	CHECK_INT(chmod(path, 0777), 0);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK(is_doubted(&bed, "everybody may write its program"));
	CHECK_INT(chmod(path, 0755), 0);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	/* One of a user namespace. */
	put_user(&bed, "50", GIVEN);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 0);
	CHECK(is_doubted(&bed, "user of a user namespace"));
	bed_done(&bed);
}

TEST(nobody_hides_or_alters_what_is_another_s)
{
	struct bed bed;

	bed_open(&bed);
	put_programs(&bed);
	/* Root's, which may write its root; a stranger's monitor says of the same that it may not.
	 */
	put(&bed, STORAGE ID "/userdata/config.json",
	    "{\"ociVersion\":\"1\",\"process\":{},\"linux\":{\"cgroupsPath\":"
	    "\"/libpod_parent/libpod-" ID "\"}}");
	put(&bed, STORAGE ID "/userdata/pidfile", "44");
	put_claim(&bed, "home/eve/" ID, true);
	put_monitor(&bed, "30", STRANGER, "/usr/bin/conmon", "/home/eve/" ID);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	CHECK(json_is(JSON_GET(config_of(bed.docs[0]), "ReadonlyRootfs"), JSON_FALSE));
	CHECK(is_doubted(&bed, "belongs to user"));
	/* The files are the stranger's now, the process is root's still. */
	if (geteuid() != 0) {
		bed_done(&bed);
		SKIP("files can be given to another user by root alone");
	}
	give(&bed, "home/eve/" ID "/userdata/config.json", STRANGER);
	give(&bed, "home/eve/" ID "/pidfile", STRANGER);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	CHECK(json_is(JSON_GET(config_of(bed.docs[0]), "ReadonlyRootfs"), JSON_FALSE));
	CHECK(is_doubted(&bed, "of user eve: its process belongs to somebody else"));
	/* Both are, in the range of users that was given: a container of that user, whatever its
	 * id. */
	put_process(&bed, "45", "0::/libpod_parent/libpod-" ID "\n");
	put_user(&bed, "45", GIVEN);
	put(&bed, "home/eve/" ID "/pidfile", "45");
	collect(&bed, NULL);
	CHECK_INT(bed.n, 2);
	CHECK_INT(bed.counts.doubted, 0);
	CHECK_STRV(json_str(json_path(bed.docs[1], "runtime", "user", NULL)), "eve");
	/* Root's configuration cannot be lent. */
	put_monitor(&bed, "30", STRANGER, "/usr/bin/conmon", "/" STORAGE ID);
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	bed_done(&bed);
}

TEST(a_user_s_store_is_read_as_that_user_s)
{
	struct bed bed;

	bed_open(&bed);
	put_programs(&bed);
	put_claim(&bed, "run/user/" STRANGER "/containers/overlay-containers/" ID, false);
	put(&bed, "run/user/" STRANGER "/containers/overlay-containers/" ID "/userdata/pidfile",
	    "44");
	collect(&bed, NULL);
	/* The folder's name says whose it is; the files are not that user's. */
	CHECK_INT(bed.n, 0);
	CHECK(is_doubted(&bed, "container " ID " of user eve"));
	bed_done(&bed);
}

TEST(no_user_fills_the_list_of_others)
{
	struct bed bed;
	char path[256];

	bed_open(&bed);
	put_programs(&bed);
	put_claim(&bed, "srv/pods/" ID, true);
	put_monitor(&bed, "50", "0", "/usr/bin/conmon", "/srv/pods/" ID);
	for (unsigned i = 0; i < RUNTIME_USERS_BUNDLES_MAX + 10; i++) {
		snprintf(path, sizeof(path),
			 "run/user/" STRANGER
			 "/containers/overlay-containers/%064u/userdata/pidfile",
			 i);
		put(&bed, path, "0");
	}
	collect(&bed, NULL);
	CHECK_INT(bed.n, 1);
	CHECK_INT(bed.counts.bundles, RUNTIME_USERS_BUNDLES_MAX + 1);
	CHECK_STR_EQ(bed.gaps.overflow, STR("more than 500 bundles of user eve"));
	bed_done(&bed);
}
