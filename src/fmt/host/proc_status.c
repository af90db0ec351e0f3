/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/proc_status.h"

#include "base/err.h"

/* "\t1000\t1000\t1000\t1000": real, effective, saved, of the file system. */
static bool take_ids(str value, uint32_t *real, uint32_t *effective)
{
	uint64_t ids[2];

	for (size_t i = 0; i < 2; i++) {
		size_t end = 0;

		value = str_trim(value);
		while (end < value.n && !is_space(value.p[end]))
			end++;
		if (!str_u64(str_take(value, end), &ids[i]) || ids[i] > UINT32_MAX)
			return false;
		value = str_skip(value, end);
	}
	*real = (uint32_t)ids[0];
	*effective = (uint32_t)ids[1];
	return true;
}

static bool take_small(str value, uint64_t most, int *out)
{
	uint64_t n;

	if (!str_u64(value, &n) || n > most)
		return false;
	*out = (int)n;
	return true;
}

/* What was found of that without which it is no such text. */
struct found {
	bool pid, uid, gid, eff, bnd;
};

static void take(str key, str value, struct proc_status *out, struct found *found)
{
	if (str_eq(key, STR("Name")))
		out->name = value;
	else if (str_eq(key, STR("Pid")))
		found->pid = str_i64(value, &out->pid) && out->pid > 0;
	else if (str_eq(key, STR("PPid")))
		IGNORE(str_i64(value, &out->parent)); /* 0 where it cannot be read */
	else if (str_eq(key, STR("Uid")))
		found->uid = take_ids(value, &out->uid, &out->euid);
	else if (str_eq(key, STR("Gid")))
		found->gid = take_ids(value, &out->gid, &out->egid);
	else if (str_eq(key, STR("Seccomp")))
		IGNORE(take_small(value, 2, &out->seccomp)); /* -1 where it cannot be read */
	else if (str_eq(key, STR("NoNewPrivs")))
		IGNORE(take_small(value, 1, &out->no_new_privs)); /* likewise */
	else if (str_eq(key, STR("CapEff")))
		found->eff = str_u64_base(value, 16, &out->cap_eff);
	else if (str_eq(key, STR("CapBnd")))
		found->bnd = str_u64_base(value, 16, &out->cap_bnd);
	else if (str_eq(key, STR("VmSize")))
		out->memory = true;
}

int proc_status_parse(str text, struct proc_status *out, struct err *err)
{
	struct proc_status status = { .seccomp = -1, .no_new_privs = -1 };
	struct found found = { .pid = false };
	str line, key, value;

	while (str_line(&text, &line)) {
		if (str_cut(line, ':', &key, &value))
			take(key, str_trim(value), &status, &found);
	}
	if (!found.pid || !found.uid || !found.gid)
		return err_set(err, ERR_INPUT, "status of a process without Pid, Uid or Gid");
	status.caps_known = found.eff && found.bnd;
	*out = status;
	return 0;
}
