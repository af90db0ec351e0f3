/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/asn1.h>
#include <time.h>

#include "base/time.h"
#include "fmt/container/swarm_state.h"
#include "policy/certificate.h"
#include "posture/facts/docker_internal.h"

/* ---- the root certificate ---- */

static bool not_before(str pem, struct arena *arena, str *out)
{
	AUTO(certificates_done)
	struct certificates certs = { 0 };
	struct err err; /* then the file's time counts */
	struct tm when = { 0 };

	if (str_empty(pem) || certificates_read(pem, arena, &certs, &err) < 0 || certs.n == 0 ||
	    ASN1_TIME_to_tm(X509_get0_notBefore(certs.items[0]), &when) != 1)
		return false;
	*out = time_format(arena, time_from_civil(when.tm_year + 1900, (unsigned)when.tm_mon + 1,
						  (unsigned)when.tm_mday) +
					  when.tm_hour * 3600 + when.tm_min * 60 + when.tm_sec);
	return true;
}

static void put_root_ca(struct docker_facts *facts, bool manager, bool member)
{
	const char *const key = "swarm.root_ca_not_before";
	struct json_writer *w = &facts->w;
	const struct json *swarm = NULL;
	struct host_node node = { .exists = false };
	str text, source = STR("TLSInfo.TrustRoot of the engine");
	struct err err = { .kind = ERR_NONE };

	if (!member) {
		JSON_KEY(w, "root_ca_not_before");
		json_put_null(w);
		return;
	}
	if (!manager || engine_get(facts->engine, STR("/swarm"), facts->arena, &swarm, &err) < 0 ||
	    !not_before(json_str(json_path(swarm, "TLSInfo", "TrustRoot", NULL)), facts->arena,
			&text)) {
		source = docker_data_file(facts, "swarm/certificates/swarm-root-ca.crt");
		if (!facts->host_known) {
			docker_missed(facts, str_c(key), facts->host_unknown, facts->host_remedy);
			return;
		}
		if (host_view_look(facts->view, source, facts->arena, &node, &err) < 0 ||
		    !node.exists) {
			if (err.kind == ERR_NONE)
				IGNORE(err_set(&err, ERR_NOT_FOUND, "%.*s is not there",
					       STR_ARG(source))); /* noted below */
			docker_failed(facts, str_c(key), &err);
			return;
		}
		text = time_format(facts->arena, node.modified);
	}
	json_kv_str(w, STR("root_ca_not_before"), text);
	json_kv_str(w, STR("root_ca_source"), source);
}

static void put_state_file(struct docker_facts *facts)
{
	struct json_writer *w = &facts->w;
	struct swarm_state state = { .listen_addr = STR_EMPTY };
	struct err err;
	str text;
	bool there = true;

	if (!facts->host_known) {
		docker_missed(facts, STR("swarm.state_file"), facts->host_unknown,
			      facts->host_remedy);
		return;
	}
	if (host_view_read(facts->view, docker_data_file(facts, "swarm/docker-state.json"),
			   SWARM_STATE_MAX, facts->arena, &text, &err) < 0) {
		if (err.kind != ERR_NOT_FOUND) {
			docker_failed(facts, STR("swarm.state_file"), &err);
			return;
		}
		there = false;
	}
	if (there && swarm_state_parse(text, facts->arena, &state, &err) < 0) {
		docker_failed(facts, STR("swarm.state_file"), &err);
		return;
	}
	JSON_KEY(w, "state_file");
	if (!there) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_kv_str(w, STR("advertise_addr"), state.advertise_addr);
	json_kv_str(w, STR("data_path_addr"), state.data_path_addr);
	json_kv_str(w, STR("listen_addr"), state.listen_addr);
	json_close_object(w);
}

/* ---- services ---- */

/* NAME_FILE names a file that holds it: the way that is meant. */
static bool is_suspicious(str name, struct arena *arena)
{
	static const char *const parts[] = { "password",  "passwd",	 "passphrase", "secret",
					     "token",	  "apikey",	 "api_key",    "access_key",
					     "accesskey", "private_key", "credential", "pwd" };
	str lower = str_lower(arena, name);

	if (str_ends(lower, STR("_file")) || str_ends(lower, STR("_path")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_find(lower, str_c(parts[i])) >= 0)
			return true;
	}
	return false;
}

static void put_environment(struct json_writer *w, const struct json *service, struct arena *arena)
{
	JSON_KEY(w, "suspicious_env");
	json_open_array(w);
	JSON_EACH (json_path(service, "Spec", "TaskTemplate", "ContainerSpec", "Env", NULL), item) {
		str name = json_str(item), value = STR_EMPTY;

		/* A name alone, or without a value, holds nothing. */
		if (str_cut(name, '=', &name, &value) && value.n && is_suspicious(name, arena))
			json_put_str(w, name);
	}
	json_close_array(w);
}

static void put_service(struct json_writer *w, const struct json *service, struct arena *arena)
{
	json_open_object(w);
	json_kv_str(w, STR("id"), json_get_str(service, STR("ID")));
	json_kv_str(w, STR("name"), json_get_str(JSON_GET(service, "Spec"), STR("Name")));
	JSON_KEY(w, "ports");
	json_open_array(w);
	JSON_EACH (json_path(service, "Endpoint", "Ports", NULL), port) {
		int64_t published;

		if (!json_i64(JSON_GET(port, "PublishedPort"), &published))
			continue;
		json_open_object(w);
		json_kv_str(w, STR("protocol"), json_get_str(port, STR("Protocol")));
		json_kv_i64(w, STR("published"), published);
		json_kv_str(w, STR("mode"), json_get_str(port, STR("PublishMode")));
		json_close_object(w);
	}
	json_close_array(w);
	put_environment(w, service, arena);
	json_close_object(w);
}

static const struct json *ask(struct docker_facts *facts, const char *path, str what,
			      struct arena *arena)
{
	const struct json *list;
	struct err err;

	if (engine_get(facts->engine, str_c(path), arena, &list, &err) == 0 &&
	    json_is(list, JSON_ARRAY))
		return list;
	docker_failed(facts, what, &err);
	return NULL;
}

static void put_services(struct docker_facts *facts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct docker_mark mark = docker_mark(facts);
	const struct json *secrets = ask(facts, "/secrets", STR("swarm.secrets"), arena);
	const struct json *services = ask(facts, "/services", STR("swarm.services"), arena);

	if (secrets)
		json_kv_u64(&facts->w, STR("secrets"), secrets->n);
	if (!services ||
	    docker_too_many(facts, STR("swarm.services"), services->n, DOCKER_LIST_MAX))
		return;
	mark = docker_mark(facts);
	JSON_KEY(&facts->w, "services");
	json_open_array(&facts->w);
	JSON_EACH (services, service)
		put_service(&facts->w, service, arena);
	json_close_array(&facts->w);
	IGNORE(docker_keep(facts, &mark, STR("swarm.services"))); /* noted */
}

void docker_put_swarm(struct docker_facts *facts)
{
	const struct json *swarm = JSON_GET(facts->info, "Swarm");
	str state = json_get_str(swarm, STR("LocalNodeState"));
	bool manager = json_bool(JSON_GET(swarm, "ControlAvailable"));
	bool member = !str_empty(state) && !str_eq(state, STR("inactive"));

	if (!facts->info) {
		docker_missed(facts, STR("swarm"),
			      facts->present ? STR("the engine does not say whether it is in one")
					     : STR("there is no engine"),
			      facts->present ? STR("see that the engine runs and may be asked")
					     : STR("none is needed"));
		return;
	}
	JSON_KEY(&facts->w, "swarm");
	json_open_object(&facts->w);
	put_root_ca(facts, manager, member);
	put_state_file(facts);
	if (manager) {
		put_services(facts);
	} else {
		/* Only a manager has any. */
		JSON_KEY(&facts->w, "secrets");
		json_put_null(&facts->w);
		JSON_KEY(&facts->w, "services");
		json_put_null(&facts->w);
	}
	json_close_object(&facts->w);
}
