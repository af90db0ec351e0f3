/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/time.h"
#include "oci/challenge.h"
#include "oci/credential.h"
#include "oci/digest.h"
#include "oci/image.h"
#include "oci/manifest.h"
#include "oci/referrer.h"
#include "server.h"
#include "test.h"

/* A registry with one image of one layer, and the ways in which it misbehaves. */
struct hub {
	struct arena *arena;
	str layer, config, manifest;
	str layer_digest, config_digest, manifest_digest;
	const char *token;	  /* wanted as Bearer; NULL: nobody is asked */
	const char *token_answer; /* of the token service */
	const char *realm;	  /* instead of our own */
	bool basic;		  /* wants "u:p" */
	bool break_off;		  /* each answer for the layer ends after 100000 bytes */
	bool short_layer;
	bool stall;
	const char *referrers_at; /* path at which what refers to the image is listed */
	bool expire;		  /* the token is refused once, for the layer */
	bool expire2;		  /* the same, when the layer is resumed */
	atomic_uint tokens, basic_seen, blobs;
};

#define LAYER_BYTES 250000u

static str json_descriptor(struct hub *h, const char *type, str text, str digest)
{
	return str_fmt(h->arena, "{\"mediaType\":\"%s\",\"size\":%zu,\"digest\":\"%.*s\"}", type,
		       text.n, STR_ARG(digest));
}

static void hub_init(struct hub *h, struct arena *arena)
{
	char *p = arena_bytes(arena, LAYER_BYTES);

	*h = (struct hub){ .arena = arena };
	for (size_t i = 0; i < LAYER_BYTES; i++)
		p[i] = (char)(i * 7 % 251);
	h->layer = str_of(p, LAYER_BYTES);
	h->layer_digest = digest_sha256(h->layer, arena);
	h->config = str_fmt(arena,
			    "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":"
			    "\"layers\",\"diff_ids\":[\"%.*s\"]}}",
			    STR_ARG(h->layer_digest));
	h->config_digest = digest_sha256(h->config, arena);
	str c = json_descriptor(h, MEDIA_OCI_CONFIG, h->config, h->config_digest);
	str l = json_descriptor(h, "application/vnd.oci.image.layer.v1.tar", h->layer,
				h->layer_digest);

	h->manifest = str_fmt(arena, "{\"schemaVersion\":2,\"config\":%.*s,\"layers\":[%.*s]}",
			      STR_ARG(c), STR_ARG(l));
	h->manifest_digest = digest_sha256(h->manifest, arena);
}

static void send_layer(struct hub *h, const struct server_request *r)
{
	str range = str_without_prefix(server_header(r, "Range"), STR("bytes=")), first, rest;
	str layer = h->layer;
	uint64_t from = 0;

	atomic_fetch_add(&h->blobs, 1);
	if (h->short_layer)
		layer = str_take(layer, 1000);
	if (!h->break_off && !h->stall) {
		server_answer(r, 200, "", layer);
		return;
	}
	if (str_cut(range, '-', &first, &rest))
		(void)str_u64(first, &from);
	if (from)
		(void)server_print(r,
				   "HTTP/1.1 206 X\r\nContent-Range: bytes %llu-%zu/%zu\r\n"
				   "Content-Length: %llu\r\n\r\n",
				   (unsigned long long)from, layer.n - 1, layer.n,
				   (unsigned long long)(layer.n - from));
	else
		(void)server_print(r, "HTTP/1.1 200 X\r\nContent-Length: %zu\r\n\r\n", layer.n);
	IGNORE(server_send(r, str_take(str_skip(layer, (size_t)from), 100000))); /* client tells */
	if (h->stall)
		server_stall(r);
}

static bool allowed(struct hub *h, const struct server_request *r)
{
	str got = server_header(r, "Authorization");

	if (h->basic)
		return str_eq(got, STR("Basic dTpw"));
	if (h->expire && str_find(r->path, STR("/blobs/")) >= 0 && atomic_load(&h->tokens) == 1)
		return false;
	if (h->expire2 && !str_empty(server_header(r, "Range")) && atomic_load(&h->tokens) == 1)
		return false;
	return !h->token || str_eq(got, str_fmt(r->arena, "Bearer %s", h->token));
}

static void challenge(struct hub *h, const struct server_request *r)
{
	str own = server_url(r->server, r->arena, "/token");
	str line = STR("WWW-Authenticate: Basic realm=\"here\"\r\n");

	if (!h->basic)
		line = str_fmt(r->arena,
			       "WWW-Authenticate: Bearer realm=\"%.*s\",service=\"hub\",scope="
			       "\"repository:team/app:pull\"\r\n",
			       STR_ARG(h->realm ? str_c(h->realm) : own));
	server_answer(r, 401, str_cstr(r->arena, line), STR("{}"));
}

static void give_token(struct hub *h, const struct server_request *r)
{
	str answer = str_fmt(r->arena, "{\"token\":\"%s\",\"expires_in\":300}", h->token);

	atomic_fetch_add(&h->tokens, 1);
	if (str_eq(server_header(r, "Authorization"), STR("Basic dTpw")))
		atomic_fetch_add(&h->basic_seen, 1);
	server_answer(r, 200, "", h->token_answer ? str_c(h->token_answer) : answer);
}

#define ATTACHED "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}"

/* An artifact of one document, listed where `referrers_at` says ("%" is the image's digest). */
static bool send_referrer(struct hub *h, const struct server_request *r)
{
	struct hub own = { .arena = r->arena };
	str document = STR(ATTACHED), document_digest = digest_sha256(document, r->arena);
	str config = STR("{}"), config_digest = digest_sha256(config, r->arena);
	str layer =
		json_descriptor(&own, "application/vnd.cyclonedx+json", document, document_digest);
	str c = json_descriptor(&own, "application/vnd.oci.empty.v1+json", config, config_digest);
	str manifest = str_fmt(r->arena,
			       "{\"schemaVersion\":2,\"mediaType\":\"" MEDIA_OCI_MANIFEST
			       "\",\"config\":%.*s,\"layers\":[%.*s]}",
			       STR_ARG(c), STR_ARG(layer));
	str manifest_digest = digest_sha256(manifest, r->arena), before, after;
	str index = str_fmt(
		r->arena,
		"{\"schemaVersion\":2,\"mediaType\":\"" MEDIA_OCI_INDEX "\",\"manifests\":[%.*s]}",
		STR_ARG(json_descriptor(&own, MEDIA_OCI_MANIFEST, manifest, manifest_digest)));
	str at = str_c(h->referrers_at), hex = digest_encoded(h->manifest_digest);

	if (str_cut(at, '%', &before, &after))
		at = str_fmt(r->arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(hex),
			     STR_ARG(after));
	if (str_eq(r->path, at))
		server_answer(r, 200, "", str_ends(at, STR(".sbom")) ? manifest : index);
	else if (str_ends(r->path, manifest_digest))
		server_answer(r, 200, "", manifest);
	else if (str_ends(r->path, document_digest))
		server_answer(r, 200, "", document);
	else
		return false;
	return true;
}

static void handle(void *context, const struct server_request *r)
{
	struct hub *h = context;
	str path = r->path;

	if (str_starts(path, STR("/token?service=hub&scope=repository%3Ateam%2Fapp%3Apull")))
		give_token(h, r);
	else if (!allowed(h, r))
		challenge(h, r);
	else if (str_eq(path, STR("/v2/")))
		server_answer(r, 200, "", STR("{}"));
	else if (h->referrers_at && send_referrer(h, r))
		return;
	else if (str_eq(path, STR("/v2/team/app/manifests/1")) ||
		 (str_ends(path, h->manifest_digest) && str_find(path, STR("/referrers/")) < 0))
		server_answer(r, 200, "Docker-Content-Digest: sha256:lie\r\n", h->manifest);
	else if (str_ends(path, h->config_digest))
		server_answer(r, 200, "", h->config);
	else if (str_ends(path, h->layer_digest))
		send_layer(h, r);
	else
		server_answer(
			r, 404, "",
			STR("{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest "
			    "unknown\"}]}"));
}

static int read_layer(struct image *image, str *out, struct arena *arena, struct err *err)
{
	AUTO(buf_done)
	struct buf text;
	struct blob blob;
	int rc;

	buf_init(&text, 1u << 20);
	if (image_layer_open(image, 0, &blob, err) < 0)
		return -1;
	rc = buf_read_fd(&text, blob.fd, err);
	*out = str_dup(arena, buf_str(&text));
	if (image_layer_close(image, 0, &blob, err) < 0)
		return -1;
	return rc;
}

#define FIXTURE                                                                                  \
	AUTO(arena_free)                                                                         \
	struct arena *arena = arena_new();                                                       \
	struct hub hub;                                                                          \
	hub_init(&hub, arena);                                                                   \
	AUTO(server_stop)                                                                        \
	struct server *server = server_start(handle, &hub);                                      \
	AUTO(image_close)                                                                        \
	struct image *image = NULL;                                                              \
	struct image_opts opts = { .auth_file = "tests/data/oci/no-auth.json", .timeout_s = 2 }; \
	struct err err = { 0 }
#define TARGET(rest) str_fmt(arena, "127.0.0.1:%u/team/app" rest, server_port(server))

TEST(image_of_a_plain_registry_on_loopback)
{
	FIXTURE;
	str got = STR_EMPTY;

	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_STR_EQ(image_manifest(image)->digest, hub.manifest_digest);
	CHECK_STR_EQ(image_manifest(image)->config_digest, hub.config_digest);
	CHECK_OK(read_layer(image, &got, arena, &err));
	CHECK_STR_EQ(got, hub.layer);
}

TEST(token_is_fetched_shown_and_kept)
{
	FIXTURE;
	str got = STR_EMPTY;

	hub.token = "abc";
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(read_layer(image, &got, arena, &err));
	CHECK_STR_EQ(got, hub.layer);
	CHECK_INT(hub.tokens, 1);
	CHECK_INT(hub.basic_seen, 0);
}

TEST(refused_token_is_fetched_again_once)
{
	FIXTURE;
	str got = STR_EMPTY;

	hub.token = "abc";
	hub.expire = true;
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(read_layer(image, &got, arena, &err));
	CHECK_STR_EQ(got, hub.layer);
	CHECK(hub.tokens >= 2);
}

TEST(token_that_ends_inside_a_layer_loses_nothing)
{
	FIXTURE;
	str got = STR_EMPTY;

	hub.token = "abc";
	hub.break_off = hub.expire2 = true;
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(read_layer(image, &got, arena, &err));
	CHECK_STR_EQ(got, hub.layer);
	CHECK_INT(hub.tokens, 2);
}

TEST(user_name_and_password)
{
	FIXTURE;

	hub.basic = true;
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK(strstr(err.msg, "login needed"));
	opts.username = STR("u");
	opts.password = STR("wrong");
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK(!strstr(err.msg, "wrong"));
	opts.password = STR("p");
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	hub.basic = false;
	hub.token = "abc";
	AUTO(image_close)
	struct image *other = NULL;

	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &other, &err));
	CHECK_INT(hub.basic_seen, 1);
}

TEST(half_a_token_is_refused_and_not_shown)
{
	FIXTURE;

	hub.token = "abc";
	hub.token_answer = "{\"token\":\"sesame";
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK(strstr(err.msg, "the answer is not the JSON it should be"));
	CHECK(!strstr(err.msg, "sesame"));
	hub.token_answer = "{\"token\":\"se same\"}";
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK(strstr(err.msg, "no usable token"));
	hub.token_answer = "{\"token\":\"other\"}";
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_DENIED);
}

TEST(token_service_on_plain_http_elsewhere_is_refused)
{
	FIXTURE;

	hub.token = "abc";
	hub.realm = "http://192.0.2.1/token";
	opts.username = STR("u");
	opts.password = STR("p");
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK(strstr(err.msg, "is not on https: refused"));
}

TEST(missing_image_is_not_found)
{
	FIXTURE;

	CHECK_FAIL(image_open(TARGET(":2"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK(strstr(err.msg, "has no team/app:2: manifest unknown"));
}

TEST(manifest_by_digest_is_verified)
{
	FIXTURE;
	str name = TARGET("@");

	CHECK_OK(image_open(str_cat(arena, name, hub.manifest_digest), &opts, arena, &image, &err));
	hub.manifest = str_cat(arena, hub.manifest, STR(" "));
	AUTO(image_close)
	struct image *other = NULL;

	CHECK_FAIL(
		image_open(str_cat(arena, name, hub.manifest_digest), &opts, arena, &other, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK(strstr(err.msg, "wrong digest"));
}

TEST(broken_layer_is_resumed)
{
	FIXTURE;
	str got = STR_EMPTY;

	hub.break_off = true;
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(read_layer(image, &got, arena, &err));
	CHECK_STR_EQ(got, hub.layer);
	CHECK_INT(hub.blobs, 3);
}

TEST(short_layer_is_an_error_of_the_transport)
{
	FIXTURE;
	str got = STR_EMPTY;

	hub.short_layer = true;
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_FAIL(read_layer(image, &got, arena, &err));
	CHECK(strstr(err.msg, "has 1000 bytes instead of 250000"));
}

TEST(reader_that_stops_early_is_no_error_and_does_not_hang)
{
	FIXTURE;
	struct blob blob;

	hub.stall = true;
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(image_layer_open(image, 0, &blob, &err));
	CHECK_OK(image_layer_close(image, 0, &blob, &err));
}

TEST(two_layers_at_a_time)
{
	FIXTURE;
	struct blob a, b;
	AUTO(buf_done)
	struct buf text_a, text_b;

	buf_init(&text_a, 1u << 20);
	buf_init(&text_b, 1u << 20);
	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_OK(image_layer_open(image, 0, &a, &err));
	CHECK_OK(image_layer_open(image, 0, &b, &err));
	CHECK_OK(buf_read_fd(&text_b, b.fd, &err));
	CHECK_OK(buf_read_fd(&text_a, a.fd, &err));
	CHECK_STR_EQ(buf_str(&text_a), hub.layer);
	CHECK_STR_EQ(buf_str(&text_b), hub.layer);
	CHECK_OK(image_layer_close(image, 0, &b, &err));
	CHECK_OK(image_layer_close(image, 0, &a, &err));
}

TEST(mirror_is_asked_first_and_its_failure_is_told)
{
	FIXTURE;
	str rule = str_fmt(arena, "docker.io=127.0.0.1:%u", server_port(server));

	opts.mirrors = &rule;
	opts.mirrors_n = 1;
	CHECK_OK(image_open(STR("team/app:1"), &opts, arena, &image, &err));
	CHECK_STRV(image_manifest(image)->name, "docker.io/team/app:1");
	CHECK_STR_EQ(image_manifest(image)->source, str_skip(rule, 10));
	rule = STR("docker.io:x");
	AUTO(image_close)
	struct image *other = NULL;

	CHECK_FAIL(image_open(STR("team/app:1"), &opts, arena, &other, &err));
	CHECK_INT(err.kind, ERR_USAGE);
}

TEST(something_else_than_a_registry)
{
	FIXTURE;

	hub.token = "abc";
	hub.realm = "ftp://x/";
	CHECK_FAIL(image_open(TARGET(":1"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_FAIL(image_open(STR("127.0.0.1:1/x"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
}

TEST(challenges)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct challenge c = { 0 };
	struct err err;

	CHECK_OK(challenge_parse(
		STR("Negotiate, Basic realm=\"a\", Bearer realm=\"https://t/?x=1,2\" , "
		    "service=s,scope=\"a \\\"b\\\"\""),
		arena, &c, &err));
	CHECK_INT(c.scheme, CHALLENGE_BEARER);
	CHECK_STRV(c.realm, "https://t/?x=1,2");
	CHECK_STRV(c.service, "s");
	CHECK_STRV(c.scope, "a \"b\"");
	CHECK_FAIL(challenge_parse(STR("Bearer realm=\"half"), arena, &c, &err));
	CHECK_FAIL(challenge_parse(STR("Bearer realm="), arena, &c, &err));
	CHECK_FAIL(challenge_parse(STR("=,="), arena, &c, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

static int lookup(const char *config, const char *registry, struct credential *c, str *helper,
		  struct arena *arena)
{
	struct err err;
	str server;

	*c = (struct credential){ 0 };
	return credential_from_config(str_c(config), str_c(registry), STR("team/app"), arena, c,
				      helper, &server, &err);
}

TEST(credentials_of_a_configuration_file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const char *config = "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"dTpw\"},"
			     "\"quay.io/team\":{\"auth\":\"dDp3\"},\"quay.io\":{\"auth\":\"dTpw\"},"
			     "\"t.io\":{\"identitytoken\":\"idt\"},\"bad.io\":{\"auth\":\"%\"}},"
			     "\"credHelpers\":{\"h.io\":\"mine\"},\"credsStore\":\"all\"}";
	struct credential c;
	str helper;

	CHECK_INT(lookup(config, "docker.io", &c, &helper, arena), 1);
	CHECK_STRV(c.username, "u");
	CHECK_STRV(c.password, "p");
	CHECK_INT(lookup(config, "quay.io", &c, &helper, arena), 1);
	CHECK_STRV(c.username, "t");
	CHECK_INT(lookup(config, "t.io", &c, &helper, arena), 1);
	CHECK_STRV(c.identity_token, "idt");
	CHECK_INT(lookup(config, "bad.io", &c, &helper, arena), -1);
	CHECK_INT(lookup(config, "h.io", &c, &helper, arena), 0);
	CHECK_STRV(helper, "mine");
	CHECK_INT(lookup(config, "else.io", &c, &helper, arena), 0);
	CHECK_STRV(helper, "all");
	CHECK_INT(lookup("[]", "else.io", &c, &helper, arena), -1);
}

TEST(credential_helper_is_run)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char dir[] = "/tmp/seawall-test-XXXXXX";
	struct credential c;
	struct err err;

	CHECK(mkdtemp(dir));
	const char *program =
		str_cstr(arena, str_fmt(arena, "%s/docker-credential-seawalltest", dir));
	FILE *f = fopen(program, "we");

	CHECK(f);
	fputs("#!/bin/sh\nread -r server\n[ \"$1\" = get ] || exit 3\ncase $server in\n"
	      "known) echo '{\"ServerURL\":\"known\",\"Username\":\"u\",\"Secret\":\"p\"}' ;;\n"
	      "token) echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}' ;;\n"
	      "hang) exec >&-; exec sleep 60 ;;\n"
	      "none) echo 'credentials not found in native keychain'; exit 1 ;;\n*) exit 4 ;;\nesac\n",
	      f);
	CHECK_INT(fclose(f), 0);
	CHECK_INT(chmod(program, 0700), 0);
	const char *path = getenv("PATH");

	CHECK_INT(setenv("PATH",
			 str_cstr(arena, str_fmt(arena, "%s:%s", dir, path ? path : "/bin")), 1),
		  0);
	CHECK_INT(credential_from_helper(STR("seawalltest"), STR("known"), arena, &c, &err), 1);
	CHECK_STRV(c.username, "u");
	CHECK_STRV(c.password, "p");
	CHECK_INT(credential_from_helper(STR("seawalltest"), STR("token"), arena, &c, &err), 1);
	CHECK_STRV(c.identity_token, "t");
	CHECK_INT(credential_from_helper(STR("seawalltest"), STR("none"), arena, &c, &err), 0);
	/* One that closes its output and stays is ended. */
	int64_t begin = time_mono_ms();
	CHECK_INT(credential_from_helper(STR("seawalltest"), STR("hang"), arena, &c, &err), -1);
	CHECK(time_mono_ms() - begin < 30000);
	CHECK_INT(credential_from_helper(STR("seawalltest"), STR("x"), arena, &c, &err), -1);
	CHECK_INT(err.kind, ERR_DENIED);
	CHECK_INT(credential_from_helper(STR("seawallnone"), STR("x"), arena, &c, &err), -1);
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_INT(credential_from_helper(STR("../x"), STR("x"), arena, &c, &err), -1);
	(void)unlink(program);
	(void)rmdir(dir);
}

TEST(attached_list_is_found_by_the_api_and_by_the_tags_that_stand_in_for_it)
{
	static const char *const places[] = {
		"/v2/team/app/referrers/sha256:%",
		"/v2/team/app/manifests/sha256-%",
		"/v2/team/app/manifests/sha256-%.sbom",
	};
	FIXTURE;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO(image_close)
		struct image *one = NULL;
		struct attached attached;

		hub.referrers_at = places[i];
		CHECK_OK(image_open(TARGET(":1"), &opts, arena, &one, &err));
		int found = image_attached_sbom(one, arena, &attached, &err);
		CHECK_OK(found);
		CHECK_INT(found, 1);
		CHECK_STRV(attached.text, ATTACHED);
		CHECK_INT(attached.attestation, false);
	}
}

TEST(image_to_which_nothing_is_attached)
{
	FIXTURE;
	struct attached attached;

	CHECK_OK(image_open(TARGET(":1"), &opts, arena, &image, &err));
	int found = image_attached_sbom(image, arena, &attached, &err);
	CHECK_OK(found);
	CHECK_INT(found, 0);
}
