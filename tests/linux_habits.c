/* SPDX-License-Identifier: MIT */
#include "linux_habits.h"

/* Here they are the constants, not the fake's variables. */
#undef ANC_FAKE_PLATFORM
#include "platform/platform.h"

const struct anc_habits *linux_habits(void)
{
	return &anc_habits;
}
