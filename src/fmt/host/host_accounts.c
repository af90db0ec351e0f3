/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/host_accounts.h"

#include "base/err.h"

#define FIELDS_MAX   8u
#define SERVICES_MAX 64u

void host_accounts_init(struct host_accounts *accounts, struct arena *arena)
{
	*accounts = (struct host_accounts){ .arena = arena };
}

static size_t split(str line, str fields[FIELDS_MAX])
{
	size_t n = 0;

	while (n < FIELDS_MAX && str_split(&line, ':', &fields[n]))
		n++;
	return n;
}

static bool take_id(str digits, uint32_t *out)
{
	uint64_t n;

	if (!str_u64(digits, &n) || n > UINT32_MAX)
		return false;
	*out = (uint32_t)n;
	return true;
}

static int check_size(str text, struct err *err)
{
	if (text.n > HOST_ACCOUNTS_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "over %u bytes", HOST_ACCOUNTS_MAX_BYTES);
	return 0;
}

/* A comment, or nothing: neither a record nor a broken one. */
static bool is_idle(str line)
{
	line = str_trim(line);
	return str_empty(line) || line.p[0] == '#';
}

int host_accounts_passwd(struct host_accounts *accounts, str text, struct err *err)
{
	str line, f[FIELDS_MAX];

	if (check_size(text, err) < 0)
		return -1;
	while (str_line(&text, &line)) {
		struct host_user user;

		if (is_idle(line))
			continue;
		if (split(line, f) != 7 || f[0].n == 0 || !take_id(f[2], &user.uid) ||
		    !take_id(f[3], &user.gid)) {
			accounts->malformed++;
			continue;
		}
		if (accounts->user_count == HOST_ACCOUNTS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u users", HOST_ACCOUNTS_MAX);
		user.name = f[0];
		user.home = f[5];
		user.shell = f[6];
		accounts->users =
			arena_regrow(accounts->arena, accounts->users, accounts->user_count,
				     &accounts->user_cap, sizeof(*accounts->users));
		accounts->users[accounts->user_count++] = user;
	}
	return 0;
}

static int take_members(struct arena *arena, str text, struct host_group *group, struct err *err)
{
	str *members = NULL, member;
	size_t n = 0, cap = 0;

	while (str_split(&text, ',', &member)) {
		member = str_trim(member);
		if (str_empty(member))
			continue;
		if (n == HOST_MEMBERS_MAX)
			return err_set(err, ERR_LIMIT, "group %.*s: more than %u members",
				       STR_ARG(group->name), HOST_MEMBERS_MAX);
		members = arena_regrow(arena, members, n, &cap, sizeof(*members));
		members[n++] = member;
	}
	group->members = members;
	group->member_count = n;
	return 0;
}

int host_accounts_group(struct host_accounts *accounts, str text, struct err *err)
{
	str line, f[FIELDS_MAX];

	if (check_size(text, err) < 0)
		return -1;
	while (str_line(&text, &line)) {
		struct host_group group;

		if (is_idle(line))
			continue;
		if (split(line, f) != 4 || f[0].n == 0 || !take_id(f[2], &group.gid)) {
			accounts->malformed++;
			continue;
		}
		if (accounts->group_count == HOST_ACCOUNTS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u groups", HOST_ACCOUNTS_MAX);
		group.name = f[0];
		if (take_members(accounts->arena, f[3], &group, err) < 0)
			return -1;
		accounts->groups =
			arena_regrow(accounts->arena, accounts->groups, accounts->group_count,
				     &accounts->group_cap, sizeof(*accounts->groups));
		accounts->groups[accounts->group_count++] = group;
	}
	return 0;
}

const struct host_user *host_accounts_user(const struct host_accounts *accounts, uint32_t uid)
{
	for (size_t i = 0; i < accounts->user_count; i++) {
		if (accounts->users[i].uid == uid)
			return &accounts->users[i];
	}
	return NULL;
}

const struct host_user *host_accounts_user_named(const struct host_accounts *accounts, str name)
{
	for (size_t i = 0; i < accounts->user_count; i++) {
		if (str_eq(accounts->users[i].name, name))
			return &accounts->users[i];
	}
	return NULL;
}

const struct host_group *host_accounts_gid(const struct host_accounts *accounts, uint32_t gid)
{
	for (size_t i = 0; i < accounts->group_count; i++) {
		if (accounts->groups[i].gid == gid)
			return &accounts->groups[i];
	}
	return NULL;
}

const struct host_group *host_accounts_group_named(const struct host_accounts *accounts, str name)
{
	for (size_t i = 0; i < accounts->group_count; i++) {
		if (str_eq(accounts->groups[i].name, name))
			return &accounts->groups[i];
	}
	return NULL;
}

/* "files [NOTFOUND=return] sss" */
static size_t take_services(str rest, str *services)
{
	size_t n = 0;

	while (n < SERVICES_MAX) {
		size_t end = 0;

		rest = str_trim(rest);
		if (str_empty(rest) || rest.p[0] == '#')
			break;
		if (rest.p[0] == '[') {
			ptrdiff_t close = str_find_char(rest, ']');

			rest = close < 0 ? STR_EMPTY : str_skip(rest, (size_t)close + 1);
			continue;
		}
		while (end < rest.n && !is_space(rest.p[end]) && rest.p[end] != '[')
			end++;
		services[n++] = str_take(rest, end);
		rest = str_skip(rest, end);
	}
	return n;
}

int host_nsswitch(str text, str database, struct arena *arena, const str **services, size_t *n,
		  struct err *err)
{
	str line, name, rest;
	str *found = ARENA_ARRAY(arena, str, SERVICES_MAX);

	*n = 0;
	*services = found;
	if (check_size(text, err) < 0)
		return -1;
	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (str_cut(line, ':', &name, &rest) && str_eq(str_trim(name), database))
			*n = take_services(rest, found);
	}
	return 0;
}

int host_subid(str text, struct arena *arena, const struct host_range **out, size_t *n,
	       struct err *err)
{
	struct host_range *ranges = NULL;
	size_t cap = 0;
	str line, f[FIELDS_MAX];

	*n = 0;
	if (check_size(text, err) < 0)
		return -1;
	while (str_line(&text, &line)) {
		struct host_range range;

		if (split(line, f) != 3 || f[0].n == 0 || !str_u64(f[1], &range.start) ||
		    !str_u64(str_trim(f[2]), &range.count))
			continue;
		if (*n == HOST_ACCOUNTS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u ranges", HOST_ACCOUNTS_MAX);
		range.name = f[0];
		ranges = arena_regrow(arena, ranges, *n, &cap, sizeof(*ranges));
		ranges[(*n)++] = range;
	}
	*out = ranges;
	return 0;
}
