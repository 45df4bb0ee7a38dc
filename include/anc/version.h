/* SPDX-License-Identifier: MIT */
#ifndef ANC_VERSION_H
#define ANC_VERSION_H

#include <anc/attributes.h>

/** The version of these headers; anc_version() is that of the library that runs. */
#define ANC_VERSION_MAJOR 0
#define ANC_VERSION_MINOR 1
#define ANC_VERSION_PATCH 0
#define ANC_VERSION_STRING "0.1.0"

/** One number that grows with each version: 1000000 * major + 1000 * minor + patch. */
#define ANC_VERSION_NUMBER                                                                         \
	(ANC_VERSION_MAJOR * 1000000 + ANC_VERSION_MINOR * 1000 + ANC_VERSION_PATCH)

ANC_BEGIN_DECLS

/** The library's version as text, "0.1.0"; a constant that lives as long as the library. */
ANC_API const char *anc_version(void);

ANC_END_DECLS

#endif
