/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/serve.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "base/err.h"
#include "base/log.h"
#include "cmd/rego.h"
#include "hub/webhook/certificates.h"

#define WORKERS_MAX 64u

static int number(const struct serve *s, enum serve_option option, uint64_t max, uint64_t *out,
		  struct err *err)
{
	str text = option_text(&s->in->options, option);

	if (!str_u64(text, out) || *out > max)
		return err_set(err, ERR_USAGE, "--%s: '%.*s' is no number up to %llu",
			       serve_options[option].name, STR_ARG(text), (unsigned long long)max);
	return 0;
}

/* Namespaces that are never denied: those of the option, kube-system and our own. */
static void audit_only(const struct serve *s, struct decide_opts *opts)
{
	const struct options *o = &s->in->options;
	size_t n;
	const str *given = option_items(o, SERVE_AUDIT_ONLY, &n);
	str *all = ARENA_ARRAY(s->in->arena, str, n + 2);

	if (n > 0)
		memcpy(all, given, n * sizeof(*all));
	all[n] = STR("kube-system");
	all[n + 1] = option_text(o, SERVE_NAMESPACE);
	opts->audit_only = all;
	opts->audit_only_n = n + 2;
}

const struct resource *serve_look_up(void *context, str name, int64_t deadline_ms,
				     struct arena *arena)
{
	const struct serve *s = context;

	return cluster_look_up(s->cluster, name, deadline_ms, arena);
}

static int read_options(struct serve *s, struct webhook_opts *out, struct err *err)
{
	const struct options *o = &s->in->options;
	str expansion = option_text(o, SERVE_EXPANSION);
	uint64_t time_ns, max_body, workers, queue, connections, memory;

	if (!option_on(o, SERVE_WEBHOOK))
		return err_set(err, ERR_USAGE, "what to serve: --webhook");
	if (rego_timeout(option_text(o, SERVE_TIME_LIMIT), &time_ns, err) < 0)
		return err_wrap(err, "--time-limit");
	if (time_ns < 100000000u || time_ns > 30000000000u)
		return err_set(err, ERR_USAGE, "--time-limit: between 100ms and 30s");
	if (number(s, SERVE_MAX_BODY, 256u << 20, &max_body, err) < 0 ||
	    number(s, SERVE_WORKERS, WORKERS_MAX, &workers, err) < 0 ||
	    number(s, SERVE_QUEUE, 100000, &queue, err) < 0 ||
	    number(s, SERVE_CONNECTIONS, 1000000, &connections, err) < 0 ||
	    number(s, SERVE_SYNC_MEMORY, 1ull << 40, &memory, err) < 0)
		return -1;
	s->sync_memory = (size_t)memory;
	map_init(&s->told, s->in->arena);
	out->load = serve_load;
	out->loaded = serve_loaded;
	out->look_up = option_on(o, SERVE_CLUSTER) ? serve_look_up : NULL;
	out->context = s;
	out->time_ms = (unsigned)(time_ns / 1000000u);
	out->max_body = (size_t)max_body;
	out->workers = (unsigned)workers;
	out->queue = (unsigned)queue;
	out->max_connections = (unsigned)connections;
	out->wants_client = option_given(o, SERVE_CLIENT_CA);
	out->log_allowed = option_on(o, SERVE_LOG_ALLOWED);
	out->decide.fix = option_on(o, SERVE_FIX);
	out->decide.fail_closed = option_on(o, SERVE_FAIL_CLOSED);
	out->decide.expand = str_eq(expansion, STR("on"))    ? EXPAND_ON
			     : str_eq(expansion, STR("off")) ? EXPAND_OFF
							     : EXPAND_WARN;
	audit_only(s, &out->decide);
	return 0;
}

static const char *text_or_null(const struct serve *s, enum serve_option option)
{
	str text = option_text(&s->in->options, option);

	return text.n > 0 ? str_cstr(s->in->arena, text) : NULL;
}

static int check_options(const struct options *o, struct err *err)
{
	bool cert = option_given(o, SERVE_TLS_CERT), key = option_given(o, SERVE_TLS_KEY);

	if (cert != key)
		return err_set(err, ERR_USAGE, "--tls-cert and --tls-key belong together");
	switch (cert + option_given(o, SERVE_TLS_DIR) + option_given(o, SERVE_TLS_SECRET)) {
	case 0:
		return err_set(err, ERR_USAGE,
			       "a certificate is needed: --tls-cert and --tls-key, or --tls-dir or "
			       "--tls-secret for one of our own");
	case 1:
		break;
	default:
		return err_set(err, ERR_USAGE, "--tls-cert, --tls-dir, --tls-secret: one of them");
	}
	if (option_given(o, SERVE_TLS_SECRET) && !option_on(o, SERVE_CLUSTER))
		return err_set(err, ERR_USAGE, "--tls-secret needs --cluster");
	if (option_on(o, SERVE_CLUSTER_POLICIES) && !option_on(o, SERVE_CLUSTER))
		return err_set(err, ERR_USAGE, "--cluster-policies needs --cluster");
	return 0;
}

/* Fields that it does not have are not proposed; without it all are. */
static void take_version(struct serve *s)
{
	unsigned minor;
	struct err err;

	if (cluster_minor(s->cluster, &minor, &err) < 0)
		log_warn("the version of the cluster is not known", KV("reason", str_c(err.msg)));
	else
		webhook_set_kubernetes(s->webhook, minor);
}

/* The API server, and where our certificates lie. Needs the webhook's table of namespaces. */
static int open_cluster(struct serve *s, struct err *err)
{
	const struct options *o = &s->in->options;
	struct cluster_opts opts = { .kubeconfig = text_or_null(s, SERVE_KUBECONFIG),
				     .context = text_or_null(s, SERVE_CONTEXT),
				     .own_namespace = text_or_null(s, SERVE_NAMESPACE) };

	if (option_on(o, SERVE_CLUSTER)) {
		s->cluster = cluster_new(&opts, webhook_namespaces(s->webhook), err);
		if (!s->cluster || cluster_start(s->cluster, err) < 0)
			return -1;
		take_version(s);
	}
	if (serve_sync_start(s, opts.kubeconfig, opts.context, err) < 0)
		return -1;
	serve_policies_start(s, opts.kubeconfig, opts.context);
	if (option_given(o, SERVE_TLS_SECRET)) {
		s->store = cluster_secret_store(s->cluster, text_or_null(s, SERVE_TLS_SECRET));
	} else if (option_given(o, SERVE_TLS_DIR)) {
		struct certificate_folder *folder =
			ARENA_NEW(s->in->arena, struct certificate_folder);

		folder->path = text_or_null(s, SERVE_TLS_DIR);
		s->store = certificate_folder_store(folder);
	}
	return 0;
}

static int open_log(const struct serve *s, struct decision_log **out, struct err *err)
{
	const struct options *o = &s->in->options;
	struct decision_log_opts opts = { .path = option_text(o, SERVE_LOG) };
	uint64_t files;

	*out = NULL;
	if (str_empty(opts.path))
		return 0;
	if (number(s, SERVE_LOG_SIZE, 1ull << 40, &opts.max_bytes, err) < 0 ||
	    number(s, SERVE_LOG_FILES, DECISION_LOG_MAX_FILES, &files, err) < 0)
		return -1;
	opts.files = (unsigned)files;
	*out = decision_log_open(&opts, err);
	return *out ? 0 : -1;
}

static int listen_on(struct serve *s, enum serve_option option, bool tls, struct err *err)
{
	str address = option_text(&s->in->options, option);
	ptrdiff_t colon = str_rfind_char(address, ':');
	int port;

	if (str_empty(address))
		return 0;
	port = webhook_listen(s->webhook, address, tls, err);
	if (port < 0)
		return -1;
	log_info(tls ? "listening" : "listening without TLS",
		 KV("address", str_take(address, colon > 0 ? (size_t)colon : 0)),
		 KV_U("port", (uint64_t)port));
	return 0;
}

/* Signals come through a descriptor, in this thread alone. */
static int take_signals(struct err *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(err, errno, "signalfd") : fd;
}

/* As many descriptors as we may have: each connection takes one. */
static void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		IGNORE(setrlimit(RLIMIT_NOFILE, &limit)); /* less means fewer connections */
	}
}

static int start(struct serve *s, struct err *err)
{
	if (serve_load_namespaces(s, err) < 0 || serve_identity(s, err) < 0 ||
	    listen_on(s, SERVE_LISTEN, true, err) < 0 ||
	    listen_on(s, SERVE_PLAIN, false, err) < 0 || webhook_start(s->webhook, err) < 0)
		return -1;
	serve_be_ready(s);
	return 0;
}

static int run(struct invocation *in, struct err *err)
{
	struct serve s = { .in = in };
	struct webhook_opts opts = { 0 };
	AUTO(decision_log_close)
	struct decision_log *log = NULL;
	AUTO(policy_store_free)
	struct policy_store *policies = NULL;
	AUTO(fd_close)
	int signals = -1;
	int rc = -1;

	if (check_options(&in->options, err) < 0 || read_options(&s, &opts, err) < 0)
		return -1;
	log_set_level(in->quiet ? LOG_LEVEL_WARN : LOG_LEVEL_INFO);
	raise_files();
	signals = take_signals(err);
	if (signals < 0 || open_log(&s, &log, err) < 0)
		return -1;
	if (option_on(&in->options, SERVE_CLUSTER_POLICIES)) {
		s.policies = policies = policy_store_new(0, err);
		if (!policies)
			return -1;
	}
	opts.log = s.log = log;
	opts.policies = policies;
	opts.store = s.inventory = sync_store_new(s.sync_memory);
	s.webhook = webhook_new(&opts, err);
	if (s.webhook && open_cluster(&s, err) == 0 && start(&s, err) == 0)
		rc = serve_run(&s, signals, err);
	if (s.webhook)
		webhook_stop(s.webhook, 0); /* its workers ask the cluster */
	policy_sync_free(s.policy_sync);
	sync_free(s.sync);
	cluster_free(s.cluster);
	webhook_free(s.webhook);
	sync_store_free(s.inventory);
	return rc < 0 ? -1 : EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "A webhook for trying out, with a certificate of its own",
		    "試用の Webhook（証明書は自動で作成）" },
	  .line = "serve --webhook --tls-dir ./tls --decision-log -" },
	{ .what = { "With rules set to deny, and policies of one's own",
		    "拒否に設定したルールと独自のポリシーで" },
	  .line = "serve --webhook --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --parameters seawall-policies.yaml --policy policies/" },
	{ .line = NULL },
};

const struct command command_serve = {
	.name = "serve",
	.summary = { "Serve the admission webhook", "アドミッション Webhook を提供" },
	.about = { "Judges what is to be stored in a Kubernetes cluster before it is stored.\n"
		   "Certificates, parameters and policies are read again when they change, or on SIGHUP.",
		   "Kubernetes クラスターに保存されようとするものを事前に判定する。\n"
		   "証明書、パラメーター、ポリシーは変更時と SIGHUP で読み直す。" },
	.options = serve_options,
	.option_count = SERVE_OPTION_COUNT,
	.examples = examples,
	.run = run,
};
