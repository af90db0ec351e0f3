/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/config.h"

#include "base/buf.h"
#include "base/err.h"

#define CONFIG_MAX_BYTES (1u << 20)

static int take_line(struct options *options, str line, const bool *locked, struct err *err)
{
	str name, value;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	if (!str_cut(line, '=', &name, &value))
		return err_set(err, ERR_USAGE, "expected 'name = value'");
	name = str_trim(name);
	value = str_trim(value);
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_drop_end(str_skip(value, 1), 1);
	return options_set(options, name, str_dup(options->arena, value), locked, err);
}

int config_read(struct options *options, const char *path, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	bool *locked = ARENA_ARRAY(options->arena, bool, options->count);
	unsigned number = 0;
	str rest, line;

	buf_init(&text, CONFIG_MAX_BYTES);
	if (buf_read_file(&text, path, err) < 0)
		return err_wrap(err, "--config");
	for (size_t i = 0; i < options->count; i++)
		locked[i] = options->values[i].given;
	for (rest = buf_str(&text); str_line(&rest, &line);) {
		number++;
		if (take_line(options, line, locked, err) < 0)
			return err_wrap(err, "%s: line %u", path, number);
	}
	return 0;
}

int config_take(struct invocation *in, size_t option, struct err *err)
{
	const char *path = option_path(&in->options, option);

	if (path && config_read(&in->options, path, err) < 0)
		return -1;
	command_take_common(in);
	return 0;
}
