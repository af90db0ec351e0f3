/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#define X(row) extern const struct command command_##row;
#include "command_table.h"
#undef X

static const struct command *const commands[] = {
#define X(row) &command_##row,
#include "command_table.h"
#undef X
};

int main(int argc, char **argv) { return command_main(commands, ARRAY_LEN(commands), argc, argv); }
