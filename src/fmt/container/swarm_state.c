/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/swarm_state.h"

#include "base/err.h"
#include "base/json.h"

int swarm_state_parse(str text, struct arena *arena, struct swarm_state *out, struct err *err)
{
	const struct json_opts opts = { .max_values = 10000 };
	const struct json *doc;

	if (text.n > SWARM_STATE_MAX)
		return err_set(err, ERR_LIMIT, "over %u bytes", SWARM_STATE_MAX);
	if (json_parse(text, &opts, arena, &doc, err) < 0)
		return -1;
	if (!json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no JSON object");
	*out = (struct swarm_state){
		.advertise_addr = json_get_str(doc, STR("AdvertiseAddr")),
		.data_path_addr = json_get_str(doc, STR("DataPathAddr")),
		.listen_addr = json_get_str(doc, STR("ListenAddr")),
	};
	return 0;
}
