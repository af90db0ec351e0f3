/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/homebrew.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"

/* NAME and VERSION of ".../ROOM/NAME/VERSION/rest"; false when there is no such part. */
static bool in_room(str path, str room, str *name, str *version, str *rest)
{
	str part, left = path;

	while (str_split(&left, '/', &part)) {
		if (!str_eq(part, room))
			continue;
		return str_split(&left, '/', name) && str_split(&left, '/', version) && left.p &&
		       (*rest = left).n > 0;
	}
	return false;
}

static int emit(const struct file_view *file, str name, str version, const struct json *receipt,
		struct package_sink *sink, struct err *err)
{
	const struct package package = {
		.kind = STR("brew"),
		.name = name,
		.version = version,
		.path = file->path,
		.indirect = json_bool(JSON_GET(receipt, "installed_as_dependency")) &&
			    !json_bool(JSON_GET(receipt, "installed_on_request")),
		.layer = -1,
	};

	if (!lock_is_word(name) || !lock_is_word(version))
		return err_set(err, ERR_INPUT, "its folders name no package");
	return sink->add(sink, &package, err);
}

int homebrew_receipt_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *receipt;
	str text, name = STR_EMPTY, version = STR_EMPTY, rest;

	if (lock_json(file, arena, &text, &receipt, err) < 0)
		return -1;
	if (!json_is(receipt, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no receipt of an installation");
	IGNORE(in_room(file->path, STR("Cellar"), &name, &version, &rest)); /* emit refuses */
	return emit(file, name, version, receipt, sink, err);
}

int homebrew_cask_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	str name = STR_EMPTY, version = STR_EMPTY, rest;

	IGNORE(in_room(file->path, STR("Caskroom"), &name, &version, &rest)); /* emit refuses */
	return emit(file, name, version, NULL, sink, err);
}

bool homebrew_is_receipt(str path)
{
	str name, version, rest;

	return path_is_named(path, STR("INSTALL_RECEIPT.json")) &&
	       in_room(path, STR("Cellar"), &name, &version, &rest) &&
	       str_eq(rest, STR("INSTALL_RECEIPT.json"));
}

bool homebrew_is_cask(str path)
{
	str name, version, rest;

	if (!str_ends(path, STR(".wrapper.sh")) && !path_is_named(path, STR("source.properties")))
		return false;
	return in_room(path, STR("Caskroom"), &name, &version, &rest) &&
	       !str_starts(name, STR("."));
}
