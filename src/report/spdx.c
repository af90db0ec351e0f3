/* SPDX-License-Identifier: Apache-2.0 */
/* The bill of materials as SPDX 2.3 in JSON. The format has no place for findings. */
#include "fmt/sbom/sbom.h"
#include "report/report.h"

static void target(struct report_out *out, const struct report *report)
{
	const struct sbom_write_opts opts = { .tool_version = STR(SEAWALL_VERSION),
					      .timestamp = report->opts->timestamp };

	sbom_write_spdx_json(report->inventory, &opts, report->arena, &out->buf);
	report_out_step(out);
}

const struct report_writer report_writer_spdx = {
	.name = "spdx",
	.machine = true,
	.single = true,
	.target = target,
};
