/* SPDX-License-Identifier: Apache-2.0 */
/* The image of a container: its digests, and which names are the superuser in it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "engine/engine.h"
#include "posture/facts/container_internal.h"
#include "posture/facts/registry.h"

#define PASSWD_MAX (1u << 20)
#define NAMES_MAX  100u
#define LAYERS_MAX 512u

struct image {
	const str *digests;
	size_t digest_n;
	str tag;     /* the first one; empty: none */
	bool listed; /* by the engine */
	bool looked; /* for names */
	bool known;  /* they could be read */
	str why, remedy;
	str names[NAMES_MAX];
	size_t name_n;
};

static void ask_images(struct container_work *work)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *answer;

	if (work->images.asked)
		return;
	work->images.asked = true;
	work->images.err.kind = ERR_NONE;
	if (engine_get(work->engine, STR("/images/json?all=1"), arena, &answer, &work->images.err) <
	    0)
		return;
	JSON_EACH (answer, entry) {
		const struct json *digests = JSON_GET(entry, "RepoDigests");
		struct image *image = ARENA_NEW(work->arena, struct image);
		str *items = ARENA_ARRAY(work->arena, str, json_len(digests));

		JSON_EACH (digests, digest)
			items[image->digest_n++] = str_dup(work->arena, json_str(digest));
		image->digests = items;
		str tag = json_str(json_at(JSON_GET(entry, "RepoTags"), 0));
		if (str_find(tag, STR("<none>")) < 0)
			image->tag = str_dup(work->arena, tag);
		image->listed = true;
		map_put(&work->images.by_key,
			str_without_prefix(json_get_str(entry, STR("Id")), STR("sha256:")), image);
	}
}

/* ---- etc/passwd ---- */

/* A layer's file, without following any link. */
static int open_in_layer(struct host_view *view, str folder, struct arena *arena, struct err *err)
{
	const struct open_how how = { .flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC,
				      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
						 RESOLVE_NO_MAGICLINKS };
	AUTO(fd_close)
	int dir = host_view_open_at(view, folder, err);

	(void)arena;
	if (dir < 0)
		return -1;
	int fd = (int)syscall(SYS_openat2, dir, "etc/passwd", &how, sizeof(how));
	return fd < 0 ? err_sys(err, errno, "etc/passwd in %.*s", STR_ARG(folder)) : fd;
}

/* 1: *text is it; 0: this layer does not have it; -1. A whiteout: 1 with no text. */
static int read_in_layer(struct host_view *view, str folder, struct arena *arena, str *text,
			 struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct stat st;
	AUTO(fd_close)
	int fd = open_in_layer(view, folder, arena, err);

	if (fd < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "etc/passwd");
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0))
		return 1;
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "etc/passwd of the image is no file");
	buf_init(&b, PASSWD_MAX);
	if (buf_read_fd(&b, fd, err) < 0)
		return -1;
	*text = b.n ? str_dup(arena, buf_str(&b)) : STR_EMPTY;
	return 1;
}

/*
 * The storage driver overlay2 (and Podman's overlay) tells the folders of the layers, the topmost
 * first; of a container the first one is what the engine itself puts in front ("-init").
 */
static int passwd_of_layers(struct container_work *work, str layers, str *text, struct err *err)
{
	unsigned n = 0;
	str folder;

	while (str_split(&layers, ':', &folder)) {
		if (++n > LAYERS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u layers", LAYERS_MAX);
		if (str_ends(folder, STR("-init/diff")))
			continue;
		int rc = read_in_layer(work->view, folder, work->scratch, text, err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return 0; /* none has it */
}

static void take_names(struct image *image, str text, struct arena *arena)
{
	str line, name, password, rest, uid;
	uint64_t number;

	while (str_line(&text, &line)) {
		if (!str_cut(line, ':', &name, &rest) || !str_cut(rest, ':', &password, &rest))
			continue;
		if (!str_cut(rest, ':', &uid, &rest))
			uid = rest;
		if (str_u64(uid, &number) && number == 0 && name.n > 0 && name.n < 256 &&
		    image->name_n < NAMES_MAX)
			image->names[image->name_n++] = str_dup(arena, name);
	}
	image->known = true;
}

static void look_for_names(struct container_work *work, struct image *image,
			   const struct json *answer)
{
	const struct json *driver = JSON_GET(answer, "GraphDriver");
	str layers = json_path(driver, "Data", "LowerDir", NULL)
			     ? json_str(json_path(driver, "Data", "LowerDir", NULL))
			     : STR_EMPTY;
	str text = STR_EMPTY;
	struct err err;

	image->looked = true;
	image->remedy = STR("run as root on the machine of the engine");
	if (!work->local) {
		image->why = STR("the engine is on another machine");
		return;
	}
	if (!str_starts(json_get_str(driver, STR("Name")), STR("overlay")) || str_empty(layers)) {
		image->why = STR("the engine's storage driver tells no layers");
		image->remedy = STR("look at etc/passwd of the image");
		return;
	}
	if (passwd_of_layers(work, layers, &text, &err) < 0) {
		image->why = str_dup(work->arena, str_c(err.msg));
		return;
	}
	take_names(image, text, work->arena);
}

/* ---- the member ---- */

static void put_names(struct container_doc *doc, const struct image *image)
{
	if (!image->known) {
		container_doc_unread(doc, STR("image_facts.root_names"), image->why, image->remedy);
		return;
	}
	json_kv_strings(&doc->w, STR("root_names"), image->names, image->name_n);
}

/* ---- the registry ---- */

/* Is it the id of the image, or its beginning, instead of a name? */
static bool is_id(str reference, str key)
{
	reference = str_without_prefix(reference, STR("sha256:"));
	return reference.n >= 12 && str_starts(key, reference);
}

static void put_registry(struct container_work *work, const struct image *image,
			 const struct json *answer, str key)
{
	struct json_writer *w = &work->doc.w;
	struct registry_facts *registries = docker_facts_options(work->facts)->registries;
	str reference = json_get_str(JSON_GET(answer, "Config"), STR("Image"));
	struct registry_answer none = {
		.error = STR_INIT("the container was made from an image without a name")
	};
	const struct registry_answer *found = &none;

	JSON_KEY(w, "registry");
	if (!registry_facts_ask(registries)) {
		json_put_null(w);
		return;
	}
	if (is_id(reference, key))
		reference = image->tag;
	if (!str_empty(reference))
		found = registry_facts_digest(registries, reference, image->digests,
					      image->digest_n);
	json_open_object(w);
	json_kv_str(w, STR("reference"), reference);
	json_kv_str(w, STR("digest"), found->digest);
	json_kv_str(w, STR("error"), found->error);
	json_close_object(w);
}

void container_image_write(struct container_work *work, const struct json *answer)
{
	struct container_doc *doc = &work->doc;
	struct json_writer *w = &doc->w;
	str id = json_get_str(answer, STR("Image"));
	str key = str_without_prefix(id, STR("sha256:"));
	struct image *image;

	ask_images(work);
	image = map_get(&work->images.by_key, key);
	JSON_KEY(w, "image_facts");
	json_open_object(w);
	json_kv_str(w, STR("id"), id);
	if (work->images.err.kind != ERR_NONE) {
		container_doc_failed(doc, STR("image_facts.repo_digests"), &work->images.err);
	} else if (image && image->listed) {
		json_kv_strings(w, STR("repo_digests"), image->digests, image->digest_n);
	} else {
		container_doc_unread(doc, STR("image_facts.repo_digests"),
				     STR("the engine has no such image any more"),
				     STR("start the container from an image that is there"));
	}
	if (!image) {
		image = ARENA_NEW(work->arena, struct image);
		map_put(&work->images.by_key, key, image);
	}
	if (!image->looked)
		look_for_names(work, image, answer);
	put_names(doc, image);
	put_registry(work, image, answer, key);
	json_close_object(w);
}
