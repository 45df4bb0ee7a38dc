/* SPDX-License-Identifier: MIT */
#ifndef ANC_ANC_H
#define ANC_ANC_H

/* The core of libanc, and the messages of Unix sockets. Other families are included by name. */

#include <anc/abi.h>
#include <anc/attributes.h>
#include <anc/buf.h>
#include <anc/cmsg.h>
#include <anc/credentials.h>
#include <anc/data.h>
#include <anc/fds.h>
#include <anc/message.h>
#include <anc/options.h>
#include <anc/receiver.h>
#include <anc/sender.h>
#include <anc/socket.h>
#include <anc/unix.h>
#include <anc/version.h>

#endif
