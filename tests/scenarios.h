/* SPDX-License-Identifier: MIT */
#ifndef SCENARIOS_H
#define SCENARIOS_H

/* Short stories in which the library makes every call that it can make, for failing_calls.c. */

#include <stdbool.h>
#include <sys/types.h>

#define SCENARIO_ERRORS 4

struct scenario {
	/* 0 or more, or a negative errno that the library gave. Every descriptor that the library
	 * handed out has been given to injection_take(). */
	ssize_t (*run)(void);
	/* That may come beside the errno of the call that fails. */
	int errors[SCENARIO_ERRORS];
	/* Its calls retry after EINTR. */
	bool retries;
	/* Control data is cut in it, or the descriptor table full. */
	bool cuts;
};

extern const struct scenario scenario_send_one;
extern const struct scenario scenario_send_several;
extern const struct scenario scenario_send_in_parts;
extern const struct scenario scenario_send_checked;
extern const struct scenario scenario_send_without_bytes;
extern const struct scenario scenario_receive_one;
extern const struct scenario scenario_receive_several;
extern const struct scenario scenario_receive_too_many;
extern const struct scenario scenario_receive_the_end;
extern const struct scenario scenario_receive_cut;
extern const struct scenario scenario_receive_into_a_full_table;
extern const struct scenario scenario_receive_without_data;
extern const struct scenario scenario_receive_by_oneself;
extern const struct scenario scenario_adopt;
extern const struct scenario scenario_peek;
extern const struct scenario scenario_forward;
extern const struct scenario scenario_drop_many;
extern const struct scenario scenario_custom_socket;
extern const struct scenario scenario_enable;
extern const struct scenario scenario_control_space;
extern const struct scenario scenario_batch;
extern const struct scenario scenario_batch_held;
extern const struct scenario scenario_batch_end;

#endif
