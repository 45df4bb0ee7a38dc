/* SPDX-License-Identifier: MIT */
#include <anc/options.h>

/* The one external definition of each inline function of <anc/options.h>. */
extern void anc_send_options_custom_flags(struct anc_send_options *, int);
extern void anc_send_options_end_of_record(struct anc_send_options *, bool);
extern void anc_send_options_out_of_band(struct anc_send_options *, bool);
extern void anc_send_options_no_signal(struct anc_send_options *, bool);
#ifdef MSG_CONFIRM
extern void anc_send_options_confirm(struct anc_send_options *, bool);
#endif
#ifdef MSG_DONTROUTE
extern void anc_send_options_dont_route(struct anc_send_options *, bool);
#endif
#ifdef MSG_DONTWAIT
extern void anc_send_options_dont_wait(struct anc_send_options *, bool);
#endif
#ifdef MSG_MORE
extern void anc_send_options_more(struct anc_send_options *, bool);
#endif
#ifdef MSG_EOF
extern void anc_send_options_eof(struct anc_send_options *, bool);
#endif
extern int anc_send_options_flags(struct anc_send_options);
extern void anc_recv_options_custom_flags(struct anc_recv_options *, int);
extern void anc_recv_options_out_of_band(struct anc_recv_options *, bool);
extern void anc_recv_options_peek(struct anc_recv_options *, bool);
extern void anc_recv_options_wait_all(struct anc_recv_options *, bool);
#ifdef MSG_DONTWAIT
extern void anc_recv_options_dont_wait(struct anc_recv_options *, bool);
#endif
#ifdef MSG_ERRQUEUE
extern void anc_recv_options_err_queue(struct anc_recv_options *, bool);
#endif
#ifdef MSG_TRUNC
extern void anc_recv_options_truncate(struct anc_recv_options *, bool);
#endif
extern int anc_recv_options_flags(struct anc_recv_options);
extern bool anc_recv_result_custom_flags(struct anc_recv_result, int);
extern bool anc_recv_result_end_of_record(struct anc_recv_result);
extern bool anc_recv_result_out_of_band(struct anc_recv_result);
extern bool anc_recv_result_normal_data_truncated(struct anc_recv_result);
extern bool anc_recv_result_control_data_truncated(struct anc_recv_result);
#ifdef MSG_ERRQUEUE
extern bool anc_recv_result_err_queue(struct anc_recv_result);
#endif
