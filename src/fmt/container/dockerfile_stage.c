/* SPDX-License-Identifier: Apache-2.0 */
/* Stages: their base image, and what variables and shell an instruction finds. */
#include "base/path.h"
#include "base/words.h"
#include "fmt/container/dockerfile_internal.h"

#define VARIABLES_MAX 200000u /* copied from stage to stage, of one file */

static const char *const platform_args[] = {
	"BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT",
	"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT",
};

static struct dockerfile_stage *stage_named(struct dockerfile_facts *facts, str name)
{
	for (size_t i = facts->stage_n; i > 0; i--) {
		struct dockerfile_stage *stage = &facts->stages[i - 1];

		if (stage->alias.n > 0 && str_ieq(stage->alias, name))
			return stage;
	}
	return NULL;
}

/* ENV goes on into the stages that build on this one, ARG does not. */
static void inherit(struct dockerfile_facts *facts, struct dockerfile_scope *to,
		    const struct dockerfile_scope *from)
{
	MAP_EACH (&from->variables, entry) {
		const struct dockerfile_variable *v = entry->value;

		if (v->arg)
			continue;
		if (facts->variables++ > VARIABLES_MAX) {
			to->closed = false;
			return;
		}
		dockerfile_scope_set(to, entry->key, *v);
	}
}

static enum dockerfile_shell first_shell(const struct dockerfile *file, str image)
{
	bool windows = file->escape == '`' || str_find(image, STR("windows")) >= 0 ||
		       str_find(image, STR("nanoserver")) >= 0;

	return windows ? SHELL_WINDOWS : SHELL_POSIX;
}

/* registry, repository, tag and digest of a reference. */
static void put_reference(struct json_writer *w, str image)
{
	str name = image, digest = STR_EMPTY, tag = STR_EMPTY, first, rest;
	ptrdiff_t at = str_find_char(image, '@');

	if (at >= 0) {
		name = str_take(image, (size_t)at);
		digest = str_skip(image, (size_t)at + 1);
	}
	ptrdiff_t colon = str_rfind_char(name, ':');
	if (colon > str_rfind_char(name, '/')) {
		tag = str_skip(name, (size_t)colon + 1);
		name = str_take(name, (size_t)colon);
	}
	bool host = str_cut(name, '/', &first, &rest) &&
		    (str_find_char(first, '.') >= 0 || str_find_char(first, ':') >= 0 ||
		     str_eq(first, STR("localhost")));
	json_kv_str(w, STR("registry"), host ? first : STR("docker.io"));
	json_kv_str(w, STR("repository"), host ? rest : name);
	json_kv_str(w, STR("tag"), tag);
	json_kv_str(w, STR("digest"), digest);
}

static void put_base(struct dockerfile_facts *facts, const struct dockerfile_item *item,
		     const struct dockerfile_stage *parent, str image, bool known)
{
	struct json_writer *w = facts->w;
	str platform = dockerfile_flag(item, STR("platform")), expanded;

	json_key(w, STR("base"));
	json_open_object(w);
	json_kv_str(w, STR("image"), item->value_count > 0 ? item->values[0] : STR(""));
	json_kv_bool(w, STR("known"), known);
	if (known) {
		json_kv_str(w, STR("expanded"), image);
		json_kv_bool(w, STR("scratch"), !parent && str_eq(image, STR("scratch")));
		if (!parent)
			put_reference(w, image);
	}
	if (parent)
		json_kv_i64(w, STR("stage"), parent->index);
	if (platform.p) {
		json_kv_str(w, STR("platform_flag"), platform);
		if (dockerfile_expand(&facts->global, platform, &expanded))
			json_kv_str(w, STR("platform"), expanded);
	}
	json_close_object(w);
}

void dockerfile_facts_from(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	str image = item->value_count > 0 ? item->values[0] : STR("");
	bool known = dockerfile_expand(&facts->global, image, &image);
	const struct dockerfile_stage *parent = known ? stage_named(facts, image) : NULL;
	struct dockerfile_stage stage = {
		.index = (int)facts->stage_n,
		.scope = { .arena = facts->arena,
			   .escape = facts->file->escape,
			   .budget = &facts->budget,
			   .closed = known && str_eq(image, STR("scratch")) },
		.shell = first_shell(facts->file, image),
	};

	if (item->value_count == 3 && str_ieq(item->values[1], STR("AS")))
		stage.alias = item->values[2];
	map_init(&stage.scope.variables, facts->arena);
	if (parent) {
		stage.shell = parent->shell;
		stage.pipefail = parent->pipefail;
		stage.scope.closed = parent->scope.closed;
		inherit(facts, &stage.scope, &parent->scope);
	}
	json_kv_i64(facts->w, STR("index"), stage.index);
	json_kv_i64(facts->w, STR("line"), item->line);
	json_kv_i64(facts->w, STR("end_line"), item->end_line);
	json_kv_str(facts->w, STR("alias"), stage.alias);
	put_base(facts, item, parent, image, known);
	facts->stages = arena_grow(facts->arena, facts->stages, facts->stage_n, &facts->stage_cap,
				   sizeof(*facts->stages));
	facts->stages[facts->stage_n] = stage;
	facts->stage = &facts->stages[facts->stage_n++];
}

/* ---- what instructions change ---- */

static void declare(struct dockerfile_facts *facts, str word)
{
	struct dockerfile_variable v = { .arg = true };
	struct dockerfile_scope *scope = facts->stage ? &facts->stage->scope : &facts->global;
	const struct dockerfile_variable *before;
	str name = word, value;

	if (str_cut(word, '=', &name, &value)) {
		v.set = true;
		v.known = dockerfile_expand(scope, value, &v.value);
	} else {
		before = dockerfile_scope_get(&facts->global, name);
		if (facts->stage && before)
			v = *before;
		for (size_t i = 0; i < ARRAY_LEN(platform_args); i++)
			v.set = v.set || str_eq(name, str_c(platform_args[i]));
	}
	before = dockerfile_scope_get(scope, name);
	if (before && !before->arg)
		return; /* ENV wins over ARG */
	dockerfile_scope_set(scope, name, v);
}

static void set_environment(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	struct dockerfile_scope *scope = &facts->stage->scope;
	size_t n = item->value_count / 3;
	struct dockerfile_variable *values =
		ARENA_ARRAY(facts->arena, struct dockerfile_variable, n);

	/* All values first: they see what was before the instruction. */
	for (size_t i = 0; i < n; i++) {
		values[i].set = true;
		values[i].known =
			dockerfile_expand(scope, item->values[i * 3 + 1], &values[i].value);
	}
	for (size_t i = 0; i < n; i++)
		dockerfile_scope_set(scope, item->values[i * 3], values[i]);
}

static void set_shell(struct dockerfile_stage *stage, const struct dockerfile_item *item)
{
	static const char *const posix[] = { "sh", "bash", "ash", "dash", "zsh", "ksh", "busybox" };
	static const char *const windows[] = { "powershell", "powershell.exe", "pwsh", "pwsh.exe",
					       "cmd",	     "cmd.exe" };
	str name = path_base(item->values[0]);
	ptrdiff_t slash = str_rfind_char(name, '\\');

	if (slash >= 0)
		name = str_skip(name, (size_t)slash + 1);
	stage->shell = SHELL_OTHER;
	if (words_have(posix, ARRAY_LEN(posix), name))
		stage->shell = SHELL_POSIX;
	for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
		if (str_ieq(name, str_c(windows[i])))
			stage->shell = SHELL_WINDOWS;
	}
	stage->pipefail = false;
	for (size_t i = 1; i < item->value_count; i++)
		stage->pipefail = stage->pipefail || str_eq(item->values[i], STR("pipefail"));
}

void dockerfile_facts_apply(struct dockerfile_facts *facts, const struct dockerfile_item *item)
{
	if (item->keyword == DOCKERFILE_ARG) {
		for (size_t i = 0; i < item->value_count; i++)
			declare(facts, item->values[i]);
	} else if (item->keyword == DOCKERFILE_ENV && facts->stage) {
		set_environment(facts, item);
	} else if (item->keyword == DOCKERFILE_SHELL && facts->stage && item->json &&
		   item->value_count > 0) {
		set_shell(facts->stage, item);
	}
}
