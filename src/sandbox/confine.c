/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/confine.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>

#include "sandbox/confine_internal.h"

static void note_missing(struct confinement *c, const char *what, int errnum)
{
	size_t used = strlen(c->missing);
	const char *why =
		errnum == ENOSYS || errnum == EOPNOTSUPP ? "not in this kernel" : strerror(errnum);

	(void)snprintf(c->missing + used, sizeof(c->missing) - used, "%s%s (%s)",
		       used > 0 ? ", " : "", what, why);
}

void confine(const struct confine_opts *opts, struct confinement *out)
{
	struct confinement c = { 0 };
	int failed;

	failed = confine_namespaces(&c.user_namespace, &c.network_namespace);
	if (failed)
		note_missing(&c, "namespaces", failed);
	failed = confine_limits(opts, c.user_namespace);
	c.limits = failed == 0;
	if (failed)
		note_missing(&c, "limits", failed);
	c.no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	if (!c.no_new_privs)
		note_missing(&c, "no_new_privs", errno);
	failed = confine_capabilities(c.user_namespace);
	c.capabilities = failed == 0;
	if (failed)
		note_missing(&c, "capabilities", failed);
	failed = confine_landlock(&c.landlock);
	if (failed)
		note_missing(&c, "landlock", failed);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		note_missing(&c, "dumpable", errno);
	failed = confine_seccomp();
	c.seccomp = failed == 0;
	if (failed)
		note_missing(&c, "seccomp", failed);
	*out = c;
}

void confinement_write(const struct confinement *c, struct json_writer *w)
{
	json_open_object(w);
	json_kv_bool(w, STR("no_new_privs"), c->no_new_privs);
	json_kv_bool(w, STR("capabilities"), c->capabilities);
	json_kv_bool(w, STR("user_namespace"), c->user_namespace);
	json_kv_bool(w, STR("network_namespace"), c->network_namespace);
	json_kv_bool(w, STR("limits"), c->limits);
	json_kv_i64(w, STR("landlock"), c->landlock);
	json_kv_bool(w, STR("seccomp"), c->seccomp);
	json_kv_str(w, STR("missing"), str_c(c->missing));
	json_close_object(w);
}

void confinement_read(const struct json *v, struct confinement *out)
{
	struct confinement c = { 0 };
	int64_t abi = 0;
	str missing = str_take(JSON_GET(v, "missing") ? json_get_str(v, STR("missing")) : STR_EMPTY,
			       sizeof(c.missing) - 1);

	c.no_new_privs = json_bool(JSON_GET(v, "no_new_privs"));
	c.capabilities = json_bool(JSON_GET(v, "capabilities"));
	c.user_namespace = json_bool(JSON_GET(v, "user_namespace"));
	c.network_namespace = json_bool(JSON_GET(v, "network_namespace"));
	c.limits = json_bool(JSON_GET(v, "limits"));
	c.seccomp = json_bool(JSON_GET(v, "seccomp"));
	if (json_i64(JSON_GET(v, "landlock"), &abi) && abi > 0 && abi < 1000)
		c.landlock = (int)abi;
	if (missing.n > 0)
		memcpy(c.missing, missing.p, missing.n);
	*out = c;
}
