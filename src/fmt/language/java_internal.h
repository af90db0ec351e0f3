/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Shared by java_archive.c and java_meta.c only. */
#include "fmt/language/java.h"

/* Coordinates of an artifact; what is not known is empty. */
struct java_gav {
	str group, artifact, version;
};

/* The main section of META-INF/MANIFEST.MF. */
struct java_manifest {
	str implementation_title, implementation_version, implementation_vendor_id;
	str specification_title, specification_version;
	str bundle_name, bundle_version, bundle_symbolic_name;
	str module_name;			  /* Automatic-Module-Name */
	str group_id, short_name, plugin_version; /* of a plug-in of Jenkins */
	str bundle_licence;
};

/* Texts live in `arena`. */
void java_manifest_read(str text, struct arena *arena, struct java_manifest *out);
/* pom.properties; false when one of the three is missing or still a "${variable}". */
bool java_properties_read(str text, struct arena *arena, struct java_gav *out);
/* "name-1.2.jar": artifact and version; the version is empty when there is none. */
void java_name_read(str path, struct java_gav *out);
/* Who the archive is by its manifest and the name of its file. */
struct java_gav java_guess(const struct java_manifest *manifest, str path, struct arena *arena);
/*
 * The licences that a pom.xml names for its own project, as one text: of several the user may take
 * any ("(A) OR (B)"). Empty: it names none, or is no XML.
 */
str java_pom_licence(str text, struct arena *arena);
