/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret_config: secrets in the configuration of an image (secret_texts.h), through a worker of
 * the pipeline, which must be idle.
 */
#include "scan/pipeline.h"
#include "scan/secret_facts.h"

int secret_config_search(struct pipeline *pipeline, struct secret_facts *facts,
			 struct err *err) MUST_USE;
