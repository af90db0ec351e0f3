/* SPDX-License-Identifier: Apache-2.0 */
#include "net/engine_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "test.h"
#include "tree.h"

/* What the module reads. */
static const char *const variables[] = { "DOCKER_HOST",	     "DOCKER_CONTEXT", "DOCKER_CONFIG",
					 "DOCKER_CERT_PATH", "HOME",	       "XDG_RUNTIME_DIR" };

struct bed {
	char root[40];
	struct arena *arena;
	struct engine_host host;
	struct err err;
};

static const char *in(const struct bed *bed, const char *path)
{
	return str_cstr(bed->arena, str_fmt(bed->arena, "%s/%s", bed->root, path));
}

static void put(const struct bed *bed, const char *path, const char *text)
{
	char *full = str_cstr(bed->arena, str_fmt(bed->arena, "%s/%s", bed->root, path));
	struct err err;

	for (char *p = strchr(full + strlen(bed->root) + 1, '/'); p; p = strchr(p + 1, '/')) {
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

static void put_socket(const struct bed *bed, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	AUTO(fd_close)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	put(bed, path, "");
	CHECK_INT(unlink(in(bed, path)), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", bed->root, path);
	CHECK_INT(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
}

static void set(const char *name, const char *value)
{
	CHECK_INT(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void bed_open(struct bed *bed)
{
	*bed = (struct bed){ .root = "/tmp/seawall-host-XXXXXX", .arena = arena_new() };
	CHECK(mkdtemp(bed->root));
	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		set(variables[i], NULL);
	set("HOME", bed->root);
	set("XDG_RUNTIME_DIR", in(bed, "run"));
}

static void bed_done(struct bed *bed)
{
	CHECK_INT(tree_remove(bed->root), 0);
	arena_free(bed->arena);
}

static int find(struct bed *bed)
{
	return engine_host_find(NULL, NULL, bed->arena, &bed->host, &bed->err);
}

/* Below the folder of the Docker command line. */
static void put_context(const struct bed *bed, const char *hash, const char *meta)
{
	put(bed,
	    str_cstr(bed->arena, str_fmt(bed->arena, ".docker/contexts/meta/%s/meta.json", hash)),
	    meta);
}

#define HASH_MINE "3fd30542fe3f61b14bd4a4b2dc0b6fb30fa6f63ebce52dd1778aaa8c4dc02cff"
#define HASH_FAR  "512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868"

TEST(the_context_of_the_user_names_the_engine)
{
	struct bed bed;

	bed_open(&bed);
	put_socket(&bed, "run/docker.sock");
	put_socket(&bed, "other.sock");
	put(&bed, ".docker/config.json", "{\"currentContext\":\"mine\"}");
	put_context(&bed, HASH_MINE,
		    str_cstr(bed.arena,
			     str_fmt(bed.arena,
				     "{\"Name\":\"mine\",\"Endpoints\":{\"docker\":{\"Host\":"
				     "\"unix://%s/other.sock\"}}}",
				     bed.root)));
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, "other.sock"));
	/* Whoever says otherwise comes first: the variable of the host, then that of the context.
	 */
	set("DOCKER_CONTEXT", "far");
	put_context(&bed, HASH_FAR,
		    "{\"Name\":\"far\",\"Endpoints\":{\"docker\":{\"Host\":"
		    "\"tcp://engine.example.com:2376\"}}}");
	CHECK_INT(find(&bed), -1);
	CHECK_INT(bed.err.kind, ERR_DENIED);
	put(&bed, ".docker/contexts/tls/" HASH_FAR "/docker/ca.pem", "a certificate");
	CHECK_INT(find(&bed), 0);
	CHECK(!bed.host.socket);
	CHECK_STRV(bed.host.base, "https://engine.example.com:2376");
	CHECK_STR(bed.host.tls.ca_file,
		  in(&bed, ".docker/contexts/tls/" HASH_FAR "/docker/ca.pem"));
	set("DOCKER_HOST",
	    str_cstr(bed.arena, str_fmt(bed.arena, "unix://%s/run/docker.sock", bed.root)));
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, "run/docker.sock"));
	bed_done(&bed);
}

TEST(a_context_that_cannot_be_had_is_no_other_engine)
{
	struct bed bed;

	bed_open(&bed);
	put_socket(&bed, "run/docker.sock");
	set("DOCKER_CONTEXT", "mine");
	CHECK_INT(find(&bed), -1);
	CHECK_INT(bed.err.kind, ERR_USAGE);
	put_context(&bed, HASH_MINE, "{\"Name\":\"another\",\"Endpoints\":{}}");
	CHECK_INT(find(&bed), -1);
	CHECK_INT(bed.err.kind, ERR_INPUT);
	put_context(
		&bed, HASH_MINE,
		"{\"Name\":\"mine\",\"Endpoints\":{\"docker\":{\"Host\":\"ssh://me@example.com\"}}}");
	CHECK_INT(find(&bed), -1);
	CHECK_INT(bed.err.kind, ERR_UNSUPPORTED);
	put_context(&bed, HASH_MINE, "[");
	CHECK_INT(find(&bed), -1);
	bed_done(&bed);
}

TEST(without_a_context_the_usual_places_are_looked_at)
{
	struct bed bed;

	bed_open(&bed);
	if (access("/var/run/docker.sock", F_OK) == 0 ||
	    access("/run/podman/podman.sock", F_OK) == 0) {
		bed_done(&bed);
		SKIP("this machine has an engine of its own");
	}
	CHECK_INT(find(&bed), -1);
	CHECK_INT(bed.err.kind, ERR_NOT_FOUND);
	put_socket(&bed, "run/podman/podman.sock");
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, "run/podman/podman.sock"));
	put_socket(&bed, ".docker/run/docker.sock");
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, ".docker/run/docker.sock"));
	put_socket(&bed, "run/docker.sock");
	put(&bed, ".docker/config.json", "{\"currentContext\":\"default\"}");
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, "run/docker.sock"));
	/* The command line goes on without a file that it does not understand. */
	put(&bed, ".docker/config.json", "{\"currentContext\":");
	CHECK_INT(find(&bed), 0);
	CHECK_STR(bed.host.socket, in(&bed, "run/docker.sock"));
	bed_done(&bed);
}
