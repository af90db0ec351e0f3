/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_images: which images of a host `check docker --watch` knows, and as what: what an image
 * holds never changes under its id, so only those are looked at again that are new, that have other
 * names, or that are used by more or fewer containers.
 */
#include "posture/facts/image.h"

struct docker_check;

struct docker_images;
struct docker_images *docker_images_new(void);
void docker_images_free(struct docker_images *images);
AUTO_PTR(docker_images_free, struct docker_images);

/* As the engine lists them now, before all of them are looked at. */
int docker_images_note(struct docker_images *images, struct docker_facts *facts,
		       struct err *err) MUST_USE;
/* Judges those that differ from the last time, and forgets those that are gone. */
int docker_images_again(struct docker_images *images, struct docker_facts *facts,
			struct docker_check *check, struct err *err) MUST_USE;
