/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_check: what `check docker` is made of: the controls it judges with, where the documents
 * come from, and what it answers.
 */
#include "cmd/command.h"
#include "policy/constraint/library_parameters.h"
#include "policy/value.h"
#include "posture/benchmark_baseline.h"
#include "posture/container_baseline.h"
#include "posture/container_report.h"
#include "posture/facts/docker.h"
#include "posture/facts/registry.h"

struct image_facts_source;

enum docker_option {
	DOCKER_BENCHMARK,
	DOCKER_CONTROL,
	DOCKER_LEVEL,
	DOCKER_EXCLUDE,
	DOCKER_HOST,
	DOCKER_CERT_DIR,
	DOCKER_HOST_ROOT,
	DOCKER_FACTS,
	DOCKER_INCLUDE_NAME,
	DOCKER_EXCLUDE_NAME,
	DOCKER_SETTINGS,
	DOCKER_PARAMETERS,
	DOCKER_LOCAL_PARAMETERS,
	DOCKER_BASELINE,
	DOCKER_FIX_SCRIPT,
	DOCKER_FORMAT,
	DOCKER_OUTPUT,
	DOCKER_SEVERITY,
	DOCKER_FAIL_ON,
	DOCKER_IGNOREFILE,
	DOCKER_LOCAL_EXCEPTIONS,
	DOCKER_SCOPE,
	DOCKER_LIMIT,
	DOCKER_TIMESTAMP,
	DOCKER_TIMEOUT,
	DOCKER_IMAGE_CONTENTS,
	DOCKER_REGISTRY,
	DOCKER_INSECURE,
	DOCKER_CA_FILE,
	DOCKER_DB,
	DOCKER_WATCH,
	DOCKER_INTERVAL,
	DOCKER_CONFIG,
	DOCKER_OPTION_COUNT
};

struct docker_check {
	struct invocation *in;
	int64_t now;
	struct check_set *all_checks, *checks; /* of all groups; the controls */
	struct value settings;
	bool has_settings;
	struct exception_set exceptions;
	struct benchmark_baseline baseline;
	struct container_baseline container_baseline;
	bool has_baseline;
	struct check_run run;
	struct benchmark *benchmark;
	struct docker_facts_opts host; /* how it is asked */
	/* The recommendations on every container. */
	struct check_set *container_checks;
	struct recommendation_set recommendations;
	struct library_parameters parameters;
	struct container_posture *containers;
	struct assessment assessment; /* of the last report */
	struct container_report container_report;
	str source;			   /* file of facts; empty: live */
	struct image_facts_source *images; /* what looks into them; NULL: a file of facts */
	struct trust trust;		   /* whose signatures count */
	struct registry_facts *registries; /* NULL: a file of facts */
};

/* Reads options and the files they name. */
int docker_check_load(struct docker_check *check, struct err *err) MUST_USE;
void docker_check_done(struct docker_check *check);
/* Exceptions anew, for those who go on. */
int docker_check_exceptions(const struct docker_check *check, struct exception_set *out,
			    struct arena *arena, struct err *err) MUST_USE;
/* All documents of a file of facts; of the host. */
int docker_check_file(struct docker_check *check, str path, struct err *err) MUST_USE;
int docker_check_live(struct docker_check *check, struct err *err) MUST_USE;
/* `without_end`: no deadline for all of it. */
struct docker_facts *docker_check_open(struct docker_check *check, bool without_end,
				       struct err *err);
/* Judges the document of the host and those of the kinds; what could not be had is noted. */
int docker_check_gather(struct docker_check *check, struct docker_facts *facts, unsigned kinds,
			struct err *err) MUST_USE;
/* Every document goes through here once, whoever judges it. */
int docker_check_put(struct docker_check *check, str kind, str text, struct err *err) MUST_USE;
/* What is shown. The result lives in `arena`. */
/* Parameters and checks of the recommendations (docker_check_container.c). */
int docker_check_load_containers(struct docker_check *check, struct err *err) MUST_USE;
/* The time and the exceptions of the next assessment. */
void docker_check_set_now(struct docker_check *check);
void docker_check_report(struct docker_check *check, struct benchmark_result *result,
			 struct arena *arena, struct benchmark_report *report);
/* In pieces: memory does not grow with the report. `path` empty: standard output. */
int docker_check_write(const struct benchmark_report *report, benchmark_write_fn *write, str path,
		       struct err *err) MUST_USE;
/* Writes it; the exit status, or -1. */
int docker_check_answer(struct docker_check *check, struct err *err) MUST_USE;
/* --watch. */
int docker_check_watch(struct docker_check *check, struct err *err) MUST_USE;
