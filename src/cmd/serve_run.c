/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/time.h"
#include "cmd/policy.h"
#include "cmd/serve.h"

#define LOOK_MS	  10000 /* at files on disks that tell no changes */
#define SETTLE_MS 200	/* after a change, until all of it is there */
#define DRAIN_MS  10000

/* ---- which files changed ------------------------------------------------------------------- */

struct watcher {
	int inotify; /* -1: the fingerprint alone */
	struct arena *arena;
	uint64_t hash;
};

static int add_file(void *context, str path, struct err *err)
{
	struct watcher *w = context;
	ptrdiff_t slash = str_rfind_char(path, '/');
	str folder = slash > 0 ? str_take(path, (size_t)slash) : STR(".");
	struct stat st;
	char facts[128];

	(void)err;
	if (str_empty(path))
		return 0;
	if (w->inotify >= 0)
		IGNORE(inotify_add_watch(w->inotify, str_cstr(w->arena, folder),
					 IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE |
						 IN_ATTRIB)); /* the fingerprint is looked at too */
	if (stat(str_cstr(w->arena, path), &st) < 0)
		st = (struct stat){ 0 };
	(void)snprintf(facts, sizeof(facts), "%llu %lld %lld.%09ld", (unsigned long long)st.st_ino,
		       (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	w->hash = siphash(path, w->hash, 1) ^ siphash(str_c(facts), w->hash, 2);
	return 0;
}

static uint64_t look(const struct serve *s, int inotify)
{
	static const enum serve_option files[] = { SERVE_TLS_CERT, SERVE_TLS_KEY, SERVE_CLIENT_CA,
						   SERVE_PARAMETERS };
	const struct options *o = &s->in->options;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct watcher w = { .inotify = inotify, .arena = arena, .hash = 1 };
	struct err err;
	size_t n;
	const str *paths = option_items(o, SERVE_POLICY, &n);
	str namespaces = option_text(o, SERVE_NAMESPACES);

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		IGNORE(add_file(&w, option_text(o, files[i]), &err)); /* never fails */
	/* A folder that cannot be read now is told by the reload. */
	for (size_t i = 0; i < n; i++) {
		IGNORE(add_file(&w, str_cat(arena, paths[i], STR("/.")), &err));
		IGNORE(policy_each_file(paths[i], arena, add_file, &w, &err));
	}
	if (namespaces.n > 0)
		IGNORE(policy_each_file(namespaces, arena, add_file, &w, &err));
	return w.hash;
}

/* ---- doing again --------------------------------------------------------------------------- */

static void renew_certificate(struct serve *s)
{
	struct err err;

	if (serve_identity(s, &err) == 0)
		return;
	atomic_fetch_add(&webhook_metrics(s->webhook)->rotation_failures, 1);
	log_error("the certificate stays as it is", KV_C("reason", err.msg));
}

static void reload_policies(struct serve *s)
{
	struct err err;

	if (webhook_reload(s->webhook, &err) < 0)
		log_error("the policies stay as they are", KV_C("reason", err.msg));
	else
		log_info("policies loaded again");
	if (s->policies)
		(void)serve_policies_tell(s);
	serve_be_ready(s);
}

static void reload(struct serve *s)
{
	struct err err;

	reload_policies(s);
	if (serve_load_namespaces(s, &err) < 0)
		log_error("the namespaces stay as they are", KV_C("reason", err.msg));
	renew_certificate(s);
}

static void drain_inotify(int fd)
{
	char bytes[8192];

	while (fd >= 0 && read(fd, bytes, sizeof(bytes)) > 0)
		;
}

/* 1: it is to end; 0: go on. */
static int take_signal(struct serve *s, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	if (info.ssi_signo != SIGHUP)
		return 1;
	reload(s);
	return 0;
}

/* What other threads could not do. */
static void tell_troubles(const struct serve *s)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str cluster = s->cluster ? cluster_trouble(s->cluster, arena) : STR_EMPTY;
	str log = decision_log_trouble(s->log, arena);

	if (cluster.n > 0)
		log_warn("the API server does not tell the namespaces", KV("reason", cluster));
	if (log.n > 0)
		log_error("decisions are lost", KV("reason", log));
}

static void look_around(struct serve *s, int inotify)
{
	uint64_t now = look(s, inotify);

	tell_troubles(s);
	serve_sync_tell(s);
	if (now != s->fingerprint) {
		s->fingerprint = now;
		reload(s);
	} else if (time_now() >= s->look_again && s->store.read) {
		renew_certificate(s);
	}
	webhook_tidy(s->webhook);
}

static int wait_ms(const struct serve *s)
{
	int64_t left = (s->look_again - time_now()) * 1000;

	if (s->policies) {
		int due = policy_store_due_ms(s->policies);

		if (due >= 0)
			return due < 500 ? due : 500;
	}
	if (!s->ready)
		return 500;
	return !s->store.read || left > LOOK_MS ? LOOK_MS : left < 100 ? 100 : (int)left;
}

int serve_run(struct serve *s, int signals, struct err *err)
{
	AUTO(fd_close)
	int inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	s->fingerprint = look(s, inotify);
	for (;;) {
		struct pollfd fds[] = { { .fd = signals, .events = POLLIN },
					{ .fd = inotify, .events = POLLIN },
					{ .fd = s->sync ? sync_fd(s->sync) : -1, .events = POLLIN },
					{ .fd = s->policies ? policy_store_fd(s->policies) : -1,
					  .events = POLLIN } };
		int rc = poll(fds, ARRAY_LEN(fds), wait_ms(s));

		if (rc < 0 && errno != EINTR)
			return err_sys(err, errno, "poll");
		if (rc > 0 && fds[0].revents && take_signal(s, signals))
			break;
		if (rc > 0 && fds[1].revents) {
			(void)poll(fds, 1, SETTLE_MS); /* a signal is taken by the next round */
			drain_inotify(inotify);
		}
		if (s->policies && serve_policies_tell(s))
			reload_policies(s);
		if (rc > 0 && (fds[2].revents || fds[3].revents) && !fds[1].revents) {
			serve_sync_tell(s);
			continue;
		}
		look_around(s, inotify);
	}
	log_info("stopping");
	webhook_stop(s->webhook, DRAIN_MS);
	return 0;
}
