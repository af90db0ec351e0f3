/* SPDX-License-Identifier: Apache-2.0 */
/* What the builder would refuse: told, never a reason to stop reading. */
#include "fmt/container/dockerfile_internal.h"

struct shape {
	const char *missing; /* what is said when there are fewer than `least` arguments */
	size_t least, most;  /* most 0: any number */
	const char *flags;   /* names the builder takes, each between blanks */
};

static const struct shape shapes[DOCKERFILE_KEYWORDS] = {
	[DOCKERFILE_ADD] = { "a source or the target is missing", 2, 0,
			     " chown chmod link keep-git-dir checksum exclude unpack " },
	[DOCKERFILE_ARG] = { "the name is missing", 1, 0, "" },
	[DOCKERFILE_CMD] = { NULL, 0, 0, "" },
	[DOCKERFILE_COPY] = { "a source or the target is missing", 2, 0,
			      " from chown chmod link parents exclude " },
	[DOCKERFILE_ENTRYPOINT] = { NULL, 0, 0, "" },
	[DOCKERFILE_ENV] = { "name and value are missing", 2, 0, "" },
	[DOCKERFILE_EXPOSE] = { "the port is missing", 1, 0, "" },
	[DOCKERFILE_FROM] = { "the image is missing", 1, 3, " platform " },
	[DOCKERFILE_HEALTHCHECK] = { "the command is missing", 1, 0,
				     " interval timeout start-period start-interval retries " },
	[DOCKERFILE_LABEL] = { "name and value are missing", 2, 0, "" },
	[DOCKERFILE_MAINTAINER] = { "the name is missing", 1, 0, "" },
	[DOCKERFILE_ONBUILD] = { NULL, 0, 0, "" },
	[DOCKERFILE_RUN] = { "the command is missing", 1, 0, " mount network security device " },
	[DOCKERFILE_SHELL] = { "the command is missing", 1, 0, "" },
	[DOCKERFILE_STOPSIGNAL] = { "the signal is missing", 1, 1, "" },
	[DOCKERFILE_USER] = { "the user is missing", 1, 1, "" },
	[DOCKERFILE_VOLUME] = { "the path is missing", 1, 0, "" },
	[DOCKERFILE_WORKDIR] = { "the path is missing", 1, 1, "" },
};

static void check_flags(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	str known = str_c(shapes[item->keyword].flags);

	for (size_t i = 0; i < item->flag_count; i++) {
		str name = str_skip(item->flags[i], 2), value;

		if (str_cut(name, '=', &name, &value) && name.n == 0)
			name = STR("=");
		str needle = str_fmt(reader->arena, " %.*s ", STR_ARG(str_take(name, 64)));
		if (str_find(known, needle) < 0)
			dockerfile_problem_add(reader, item, "flag that this instruction has not",
					       item->flags[i]);
	}
}

static bool stage_name(str name)
{
	if (name.n == 0 || !is_alpha(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++) {
		char c = name.p[i];

		if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

static void check_from(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	if (item->value_count == 1)
		return;
	if (item->value_count != 3 || !str_ieq(item->values[1], STR("AS")))
		dockerfile_problem_add(reader, item, "FROM takes one image, or IMAGE AS NAME",
				       item->rest);
	else if (!stage_name(item->values[2]))
		dockerfile_problem_add(reader, item, "no name for a stage", item->values[2]);
}

static void check_health(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	bool none = str_ieq(item->values[0], STR("NONE"));

	if (!none && !str_ieq(item->values[0], STR("CMD")))
		dockerfile_problem_add(reader, item, "HEALTHCHECK takes CMD or NONE",
				       item->values[0]);
	else if (none && item->value_count > 1)
		dockerfile_problem_add(reader, item, "HEALTHCHECK NONE takes no arguments",
				       item->rest);
	else if (!none && item->value_count == 1)
		dockerfile_problem_add(reader, item, "the command is missing", STR_EMPTY);
}

static void check_onbuild(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	if (!item->inner) {
		dockerfile_problem_add(reader, item,
				       item->rest.n > 0 ? "ONBUILD cannot hold this instruction"
							: "the instruction is missing",
				       item->rest);
		return;
	}
	if (item->inner->keyword == DOCKERFILE_FROM ||
	    item->inner->keyword == DOCKERFILE_MAINTAINER)
		dockerfile_problem_add(reader, item, "ONBUILD cannot hold this instruction",
				       item->inner->written);
	dockerfile_validate(reader, item->inner);
}

void dockerfile_validate(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	const struct shape *shape = &shapes[item->keyword];
	size_t n = item->value_count;

	if (item->keyword == DOCKERFILE_UNKNOWN) {
		dockerfile_problem_add(reader, item, "unknown instruction", item->written);
		return;
	}
	check_flags(reader, item);
	/* "ENV x" was told when it was read. */
	bool told =
		n == 1 && (item->keyword == DOCKERFILE_ENV || item->keyword == DOCKERFILE_LABEL);
	if (n < shape->least && !told)
		dockerfile_problem_add(reader, item, shape->missing, STR_EMPTY);
	else if (shape->most > 0 && n > shape->most)
		dockerfile_problem_add(reader, item, "too many arguments", item->rest);
	if (n == 0 && item->keyword != DOCKERFILE_ONBUILD)
		return;
	if (item->keyword == DOCKERFILE_FROM)
		check_from(reader, item);
	else if (item->keyword == DOCKERFILE_HEALTHCHECK)
		check_health(reader, item);
	else if (item->keyword == DOCKERFILE_ONBUILD)
		check_onbuild(reader, item);
	else if (item->keyword == DOCKERFILE_SHELL && !item->json)
		dockerfile_problem_add(reader, item, "SHELL takes the exec form", item->rest);
}
