/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/time.h"
#include "cmd/db.h"
#include "cmd/docker_option.h"
#include "cmd/facts.h"
#include "cmd/image_facts.h"
#include "cmd/output.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "cmd/value.h"
#include "posture/facts/docker.h"
#include "posture/facts/registry.h"

#define LACKING_BYTES (64u << 20)

enum facts_docker_option {
	DOCKER_FACTS_OUTPUT,
	DOCKER_FACTS_HOST,
	DOCKER_FACTS_CERT_DIR,
	DOCKER_FACTS_HOST_ROOT,
	DOCKER_FACTS_CONTAINERS,
	DOCKER_FACTS_IMAGES,
	DOCKER_FACTS_IMAGE_CONTENTS,
	DOCKER_FACTS_REGISTRY,
	DOCKER_FACTS_INSECURE,
	DOCKER_FACTS_CA_FILE,
	DOCKER_FACTS_SETTINGS,
	DOCKER_FACTS_DB,
	DOCKER_FACTS_TIMEOUT,
	DOCKER_FACTS_OPTION_COUNT
};

static const struct option_spec options[DOCKER_FACTS_OPTION_COUNT] = {
	[DOCKER_FACTS_OUTPUT] = {
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Write the documents there; the file appears when it is whole",
			  "文書の書き込み先（完成してから現れる）" },
	},
	[DOCKER_FACTS_HOST] = DOCKER_OPTION_HOST,
	[DOCKER_FACTS_CERT_DIR] = DOCKER_OPTION_CERT_DIR,
	[DOCKER_FACTS_HOST_ROOT] = DOCKER_OPTION_HOST_ROOT,
	[DOCKER_FACTS_CONTAINERS] = {
		.name = "containers", .on = true,
		.help = { "Leave out the documents of the containers", "コンテナーの文書を書かない" },
	},
	[DOCKER_FACTS_IMAGES] = {
		.name = "images", .on = true,
		.help = { "Leave out the documents of the images", "イメージの文書を書かない" },
	},
	[DOCKER_FACTS_IMAGE_CONTENTS] = {
		.name = "image-contents", .on = true,
		.help = { "Do not look into images: their documents hold what the engine says of them",
			  "イメージの中身を調べない（エンジンが示す内容だけを書く）" },
	},
	[DOCKER_FACTS_REGISTRY] = DOCKER_OPTION_REGISTRY,
	[DOCKER_FACTS_INSECURE] = DOCKER_OPTION_INSECURE,
	[DOCKER_FACTS_CA_FILE] = DOCKER_OPTION_CA_FILE,
	[DOCKER_FACTS_SETTINGS] = {
		.name = "settings", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Settings of 'check docker' (YAML): signatures are verified under their signature_policy",
			  "check docker の設定（YAML）。その signature_policy で署名を検証する" },
	},
	[DOCKER_FACTS_DB] = DB_OPTION_DB,
	[DOCKER_FACTS_TIMEOUT] = {
		.name = "timeout", .arg = "DURATION", .preset = "5m", .check = value_check_period,
		.help = { "Give up after this time; what was had until then is written",
			  "この時間で打ち切る（それまでに得た事実は書き出す）" },
	},
};

/* The lists of documents, as they come. */
struct listing {
	struct output *output;
	const char *open; /* kind whose list is open, or NULL */
	bool any;
};

static int begin(struct listing *listing, const char *kind, struct err *err)
{
	str text = listing->open ? STR("],\"") : STR(",\"");

	listing->open = kind;
	listing->any = false;
	if (output_put(listing->output, text, err) < 0 ||
	    output_put(listing->output, str_c(kind), err) < 0)
		return -1;
	return output_put(listing->output, STR("s\":["), err);
}

static int put_document(void *context, const struct docker_document *document, struct err *err)
{
	struct listing *listing = context;

	if (listing->any && output_put(listing->output, STR(","), err) < 0)
		return -1;
	listing->any = true;
	return output_put(listing->output, document->json, err);
}

/* What a list lacks stands behind it: the documents that came are kept. */
struct lacking {
	str what, reason;
};

static int put_lists(struct invocation *in, struct docker_facts *facts, struct output *output,
		     struct lacking *lacking, size_t *lacking_n, struct err *err)
{
	static const struct {
		enum facts_docker_option option;
		unsigned kind;
		const char *name;
	} lists[] = {
		{ DOCKER_FACTS_CONTAINERS, DOCKER_CONTAINERS, "container" },
		{ DOCKER_FACTS_IMAGES, DOCKER_IMAGES, "image" },
	};
	struct listing listing = { .output = output };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct err failed = { .kind = ERR_NONE };

		if (!option_on(&in->options, lists[i].option))
			continue;
		if (begin(&listing, lists[i].name, err) < 0)
			return -1;
		if (docker_facts_each(facts, lists[i].kind, put_document, &listing, &failed) == 0)
			continue;
		lacking[(*lacking_n)++] = (struct lacking){
			.what = str_fmt(in->arena, "%ss", lists[i].name),
			.reason = str_dup(in->arena, str_c(failed.msg)),
		};
	}
	return listing.open ? output_put(output, STR("]"), err) : 0;
}

static void put_entry(struct json_writer *w, str what, str reason, str remedy)
{
	json_open_object(w);
	json_kv_str(w, STR("what"), what);
	json_kv_str(w, STR("reason"), reason);
	json_kv_str(w, STR("remedy"), remedy);
	json_close_object(w);
}

/* ,"KEY":[entries] */
static int put_list(struct output *output, const char *key, struct buf *entries, struct err *err)
{
	if (entries->overflow)
		return err_set(err, ERR_LIMIT, "%s has more than %u bytes", key, LACKING_BYTES);
	if (output_put(output, STR(",\""), err) < 0 || output_put(output, str_c(key), err) < 0 ||
	    output_put(output, STR("\":["), err) < 0 ||
	    output_put(output, buf_str(entries), err) < 0)
		return -1;
	return output_put(output, STR("]"), err);
}

/* `skipped` need not be an error of a control: it is told beside. */
static int put_lacking(const struct docker_facts *facts, const struct lacking *lacking, size_t n,
		       struct output *output, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	struct json_writer w;
	size_t skip_n;
	const struct docker_skip *skips = docker_facts_skips(facts, &skip_n);

	buf_init(&text, LACKING_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(&text, ',');
		json_writer_init(&w, &text, 0);
		put_entry(&w, lacking[i].what, lacking[i].reason,
			  STR("see that the engine runs and answers"));
	}
	if (put_list(output, "not_read", &text, err) < 0)
		return -1;
	buf_reset(&text);
	for (size_t i = 0; i < skip_n; i++) {
		if (i > 0)
			buf_byte(&text, ',');
		json_writer_init(&w, &text, 0);
		put_entry(&w, skips[i].what, skips[i].reason, skips[i].remedy);
	}
	if (put_list(output, "skipped", &text, err) < 0)
		return -1;
	return output_put(output, STR("}\n"), err);
}

/* What is absent stands in the document; people hear how much it is. */
static void tell_missed(const struct invocation *in, const struct docker_facts *facts,
			const struct lacking *lacking, size_t lacking_n)
{
	const struct json *document = docker_facts_document(facts);
	const struct json *first = json_at(JSON_GET(document, "not_read"), 0);
	size_t n = docker_facts_not_read(facts) + lacking_n;

	/* Where there is no engine, nothing of it is missing. */
	if (n == 0 || !json_bool(json_path(document, "engine", "present", NULL)))
		return;
	progress_note(in->quiet,
		      TEXT_MAKE(in->arena, in->lang, FACTS_INCOMPLETE, str_fmt(in->arena, "%zu", n),
				first ? json_get_str(first, STR("what")) : lacking[0].what,
				first ? json_get_str(first, STR("reason")) : lacking[0].reason));
}

/* What registries are asked with; its texts live in the arena of the call. */
struct asking {
	struct trust trust;
	struct registry_facts *registries;
};

static void auto_asking_done(struct asking *asking)
{
	registry_facts_free(asking->registries);
	trust_done(&asking->trust);
}

static int open_registries(struct invocation *in, struct asking *asking, int64_t deadline_ms,
			   struct err *err)
{
	const struct options *o = &in->options;
	str path = option_text(o, DOCKER_FACTS_SETTINGS), text;
	struct registry_facts_opts opts = { .ask = option_on(o, DOCKER_FACTS_REGISTRY),
					    .signatures = true,
					    .trust = &asking->trust };

	if (path.n > 0 && (policy_read_file(path, in->arena, &text, err) < 0 ||
			   trust_read(path, text, in->arena, &asking->trust, err) < 0)) {
		err->kind = ERR_USAGE;
		return err_wrap(err, "--settings");
	}
	opts.image.insecure = option_items(o, DOCKER_FACTS_INSECURE, &opts.image.insecure_n);
	opts.image.ca_file = option_path(o, DOCKER_FACTS_CA_FILE);
	asking->registries = registry_facts_new(&opts);
	registry_facts_begin(asking->registries, deadline_ms);
	return 0;
}

static struct docker_facts *open_facts(struct invocation *in, struct image_facts_source *source,
				       struct asking *asking, struct err *err)
{
	const struct options *o = &in->options;
	struct docker_facts_opts opts = { .host = option_path(o, DOCKER_FACTS_HOST),
					  .cert_dir = option_path(o, DOCKER_FACTS_CERT_DIR),
					  .host_root = option_path(o, DOCKER_FACTS_HOST_ROOT) };
	int64_t seconds;

	if (value_duration(option_text(o, DOCKER_FACTS_TIMEOUT), &seconds, err) < 0)
		return NULL;
	opts.deadline_ms = time_mono_ms() + seconds * 1000;
	const struct image_facts_opts look = {
		.contents = option_on(o, DOCKER_FACTS_IMAGES) &&
			    option_on(o, DOCKER_FACTS_IMAGE_CONTENTS),
		.host = opts.host,
		.cert_dir = opts.cert_dir,
		.db = option_path(o, DOCKER_FACTS_DB),
		.deadline_ms = opts.deadline_ms,
	};
	if (image_facts_init(source, &look, in->arena, err) < 0)
		return NULL;
	opts.looker = &source->looker;
	if (open_registries(in, asking, opts.deadline_ms, err) < 0)
		return NULL;
	opts.registries = asking->registries;
	return docker_facts_open(&opts, err);
}

static int run_command(struct invocation *in, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };
	AUTO(image_facts_done)
	struct image_facts_source source = { .db = NULL };
	AUTO(asking_done)
	struct asking asking = { .registries = NULL };
	AUTO(docker_facts_free)
	struct docker_facts *facts = NULL;
	struct lacking lacking[2];
	size_t lacking_n = 0;

	progress_show(in->quiet, in->lang, TEXT_PROGRESS_DOCKER,
		      option_text(&in->options, DOCKER_FACTS_HOST));
	facts = open_facts(in, &source, &asking, err);
	progress_clear(in->quiet);
	if (!facts ||
	    output_open(&output, option_text(&in->options, DOCKER_FACTS_OUTPUT), in->arena, err) <
		    0 ||
	    output_put(&output, STR("{\"host\":"), err) < 0 ||
	    output_put(&output, docker_facts_text(facts), err) < 0 ||
	    put_lists(in, facts, &output, lacking, &lacking_n, err) < 0 ||
	    put_lacking(facts, lacking, lacking_n, &output, err) < 0 ||
	    output_commit(&output, err) < 0)
		return -1;
	tell_missed(in, facts, lacking, lacking_n);
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "Of this machine, to be judged later or elsewhere",
		    "このマシンの事実を保存し、後で判定する" },
	  .line = "facts docker -o docker.json" },
	{ .what = { "Of a rootless engine, the host alone", "ルートレス エンジンのホストだけ" },
	  .line = "facts docker --host unix:///run/user/1000/docker.sock --no-containers --no-images" },
	{ .what = { "From inside of a container that has the root of the host at /host",
		    "ホストのルートを /host にマウントしたコンテナー内から" },
	  .line = "facts docker --host-root /host -o /host/tmp/docker.json" },
	{ .line = NULL },
};

const struct command command_facts_docker = {
	.name = "docker",
	.summary = { "Write the facts of a Docker or Podman host, its containers and images",
		     "Docker・Podman ホストとコンテナー、イメージの事実を書き出す" },
	.about = { "Asks the engine over its API and reads the files, processes and audit rules of the host; nothing is "
		   "changed and no other program is run. Values of secrets, environments of containers and tokens are not "
		   "in the documents. What cannot be read is listed under not_read with the reason and what to do; the rest "
		   "is read all the same. A machine without any engine has facts, too: they say that there is none.",
		   "API でエンジンに尋ね、ホストのファイル、プロセス、監査規則を読みます（何も変更せず、ほかのプログラムも実行しません）。"
		   "シークレットの値、コンテナーの環境変数、トークンは文書に含まれません。読めなかったものは理由と対処とともに "
		   "not_read に示され、残りは読み続けます。エンジンのないマシンでは、ないことが事実として書かれます。" },
	.options = options,
	.option_count = DOCKER_FACTS_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
