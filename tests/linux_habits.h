/* SPDX-License-Identifier: MIT */
#ifndef LINUX_HABITS_H
#define LINUX_HABITS_H

struct anc_habits;

/* The habits that the library itself is built with, which src/platform/linux.h says. */
const struct anc_habits *linux_habits(void);

#endif
