/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the Compose specification and of the versions 2 and 3 before it. */
#include "fmt/container/compose_internal.h"

#include "base/words.h"

static const char *const top_keys[] = {
	"configs", "include",  "models",  "name",    "networks",
	"secrets", "services", "version", "volumes",
};

static const char *const service_keys[] = {
	"annotations",
	"attach",
	"blkio_config",
	"build",
	"cap_add",
	"cap_drop",
	"cgroup",
	"cgroup_parent",
	"command",
	"configs",
	"container_name",
	"cpu_count",
	"cpu_percent",
	"cpu_period",
	"cpu_quota",
	"cpu_rt_period",
	"cpu_rt_runtime",
	"cpu_shares",
	"cpus",
	"cpuset",
	"credential_spec",
	"depends_on",
	"deploy",
	"develop",
	"device_cgroup_rules",
	"devices",
	"dns",
	"dns_opt",
	"dns_search",
	"domainname",
	"entrypoint",
	"env_file",
	"environment",
	"expose",
	"extends",
	"external_links",
	"extra_hosts",
	"gpus",
	"group_add",
	"healthcheck",
	"hostname",
	"image",
	"init",
	"ipc",
	"isolation",
	"label_file",
	"labels",
	"links",
	"log_driver",
	"log_opt",
	"logging",
	"mac_address",
	"mem_limit",
	"mem_reservation",
	"mem_swappiness",
	"memswap_limit",
	"models",
	"net",
	"network_mode",
	"networks",
	"oom_kill_disable",
	"oom_score_adj",
	"pid",
	"pids_limit",
	"platform",
	"ports",
	"post_start",
	"pre_stop",
	"privileged",
	"profiles",
	"provider",
	"pull_policy",
	"read_only",
	"restart",
	"runtime",
	"scale",
	"secrets",
	"security_opt",
	"shm_size",
	"stdin_open",
	"stop_grace_period",
	"stop_signal",
	"storage_opt",
	"sysctls",
	"tmpfs",
	"tty",
	"ulimits",
	"use_api_socket",
	"user",
	"userns_mode",
	"uts",
	"volume_driver",
	"volumes",
	"volumes_from",
	"working_dir",
};

static bool is_in(const char *const *keys, size_t n, str key)
{
	return words_have(keys, n, key) || str_starts(key, STR("x-"));
}

void compose_check_keys(struct reader *r, str name, const struct node *service)
{
	NODE_EACH (service, m) {
		if (!is_in(service_keys, ARRAY_LEN(service_keys), m->key))
			compose_note(r, ERR_UNSUPPORTED, m->value,
				     "service %.*s: unknown key '%.*s'",
				     STR_ARG(str_take(name, 100)), STR_ARG(str_take(m->key, 100)));
	}
}

void compose_check_top(struct reader *r, const struct node *root)
{
	NODE_EACH (root, m) {
		if (!is_in(top_keys, ARRAY_LEN(top_keys), m->key))
			compose_note(r, ERR_UNSUPPORTED, m->value, "unknown key '%.*s'",
				     STR_ARG(str_take(m->key, 100)));
	}
}
