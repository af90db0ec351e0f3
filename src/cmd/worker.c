/* SPDX-License-Identifier: Apache-2.0 */
/* Hidden: what the program starts to parse foreign bytes (sandbox/worker.h). */
#include "cmd/command.h"
#include "scan/scan.h"

static int run_raw(int argc, char **argv, struct err *err)
{
	(void)argv;
	if (argc > 0)
		return err_set(err, ERR_USAGE, "worker takes no arguments");
	return scan_worker_main();
}

const struct command command_worker = {
	.name = "worker",
	.hidden = true,
	.summary = { "Read foreign bytes for the other commands",
		     "他のコマンドのために外部データを読む" },
	.run_raw = run_raw,
};
