/* SPDX-License-Identifier: MIT */

/*
 * Who closes the descriptors that came in an anc_data. Each proof takes any sound anc_data, over
 * any control bytes and with any iterator over it, and makes one call: the state is sound again,
 * and what a slot held is still there, or was closed, handed out or disowned, once. A fresh
 * anc_data is sound, so calls in any number and order follow by induction. Adopting starts by
 * clearing, and is proved from there. One descriptor number and one iterator are watched; they are
 * any, and so stand for all.
 */

#include "proof.h"

#include <errno.h>
#include <fcntl.h>

#include <anc/anc.h>

#include "data.h"
#include "platform/linux_numbers.h"

/* The most slots that N bytes have. */
#define SLOTS ((N - ANC_CMSG_DATA) / sizeof(int))

struct anc_habits anc_habits;

static int watched;
static unsigned owned; /* slots of ours that hold it, by what was seen to come and go */
static bool probing;   /* a descriptor of the library's own is open */
static const int probe = INT_MAX;

static unsigned char storage[N];
static unsigned char control[N];
static struct anc_data data;
static struct anc_buf lender;
static struct anc_fd_iter it;
static struct anc_message_type row;
static const struct anc_message_type *const rows[] = {&row};

/* What the library knows of other messages: anything. */
const struct anc_message_type *anc_message_match(const struct anc_abi *abi, int family,
						 const struct anc_cmsg *msg,
						 enum anc_match *ret_match)
{
	(void)abi;
	(void)family;
	(void)msg;
	*ret_match = nondet_bool() ? ANC_MATCH_SURE : ANC_MATCH_NONE;
	return *ret_match == ANC_MATCH_NONE ? NULL : &row;
}

static void leaves(int fd)
{
	if (fd == watched) {
		assert(owned > 0);
		owned--;
	}
}

static int fail(void)
{
	errno = nondet_int();
	ASSUME(errno > 0 && errno < 4096);
	return -1;
}

int anc_platform_close(int fd)
{
	assert(fd >= 0);
	if (fd == probe)
		probing = false;
	leaves(fd);
	return nondet_bool() ? 0 : fail();
}

int anc_platform_close_range(unsigned first, unsigned last)
{
	assert(anc_habits.close_range && first <= last && last <= INT_MAX);
	if (nondet_bool())
		return fail();
	if (first <= (unsigned)watched && (unsigned)watched <= last)
		leaves(watched);
	return 0;
}

static int open_probe(void)
{
	if (nondet_bool())
		return fail();
	probing = true;
	return probe;
}

int anc_platform_fcntl(int fd, int command, int argument)
{
	if (command == F_DUPFD_CLOEXEC)
		return open_probe();
	assert(command == F_SETFD && argument == FD_CLOEXEC);
	assert(fd >= 0 && (fd != watched || owned > 0));
	return nondet_bool() ? 0 : fail();
}

int anc_platform_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return open_probe();
}

/* What is in the slots of some bytes, told without the library. */
struct stock {
	unsigned watched; /* slots that hold the watched descriptor */
	unsigned live;    /* that hold anything */
	unsigned rights;  /* the same, of SCM_RIGHTS */
	unsigned pidfds;
	unsigned iterated; /* of the iterator's type */
	unsigned passed;   /* of its type, where it was already */
	bool stands;       /* it stands at a message, or past them all */
};

/* A message: where it lies, what it is, and where its slots are in its payload. */
struct place {
	size_t at;
	int level;
	int type;
	size_t first;
	size_t slots;
};

/* Says where the slots of a message with `len` bytes of payload are. */
static void find_slots(struct place *place, size_t len)
{
	size_t most = 0;

	place->first = 0;
	if (place->level == SOL_SOCKET && place->type == SCM_RIGHTS) {
		most = SLOTS;
	} else if (place->level == SOL_SOCKET && place->type == SCM_PIDFD) {
		most = 1;
	} else if (data.type_count > 0 && place->level == row.level && place->type == row.type) {
		place->first = row.fds_at;
		most = row.fds_max;
	}
	place->slots = len < place->first ? 0 : (len - place->first) / sizeof(int);
	if (place->slots > most)
		place->slots = most;
}

static void count_slots(struct stock *stock, const unsigned char *bytes, const struct place *place)
{
	const bool socket = place->level == SOL_SOCKET;
	const bool iterated = place->level == it.level && place->type == it.type;
	size_t i;
	int fd;

	for (i = 0; i < place->slots; i++) {
		memcpy(&fd, bytes + place->at + ANC_CMSG_DATA + place->first + 4 * i, sizeof(fd));
		if (fd == ANC_FD_TAKEN)
			continue;
		stock->watched += fd == watched;
		stock->live++;
		stock->rights += socket && place->type == SCM_RIGHTS;
		stock->pidfds += socket && place->type == SCM_PIDFD;
		stock->iterated += iterated;
		stock->passed += iterated && (place->at < it.message ||
					      (place->at == it.message && i < it.slot));
	}
}

/* Counts to the end, or to a header that lies. */
static struct stock take_stock(const unsigned char *bytes, size_t len)
{
	struct stock stock = {0, 0, 0, 0, 0, 0, it.message >= len};
	struct place place = {0, 0, 0, 0, 0};
	uint64_t claimed;
	size_t end;

	while (len - place.at >= ANC_CMSG_HEADER) {
		stock.stands = stock.stands || place.at == it.message;
		claimed = number_at(bytes + place.at, ANC_CMSG_LEN_WIDTH, false);
		if (claimed < ANC_CMSG_DATA)
			break;
		place.level = (int)number_at(bytes + place.at + ANC_CMSG_LEN_WIDTH, 4, false);
		place.type = (int)number_at(bytes + place.at + ANC_CMSG_LEN_WIDTH + 4, 4, false);
		end = claimed > len - place.at ? len - place.at : (size_t)claimed;
		find_slots(&place, end - ANC_CMSG_DATA);
		count_slots(&stock, bytes, &place);
		end = padded(end, ANC_CMSG_ALIGN);
		place.at = end > len - place.at ? len : place.at + end;
	}
	stock.stands = stock.stands || place.at == it.message;
	return stock;
}

static struct stock stock_of_data(void)
{
	return take_stock(data.built.bytes, data.state == ANC_STATE_HELD ? data.built.len : 0);
}

/* The shortcut to a lone descriptor is to the one slot there is, which holds one. */
static bool lone_is_sound(const struct stock *stock)
{
	const unsigned char *bytes = data.built.bytes;

	return data.lone == 0 ||
	       (data.lone == ANC_CMSG_DATA && data.built.len == ANC_FDS_SPACE(1) &&
		number_at(bytes, ANC_CMSG_LEN_WIDTH, false) == ANC_CMSG_LEN(sizeof(int)) &&
		stock->rights == 1 && number_at(bytes + ANC_CMSG_DATA, 4, false) <= INT_MAX &&
		data.held == 1 && data.cut == ANC_CUT_NONE);
}

static bool data_is_sound(const struct stock *stock)
{
	return data.state <= ANC_STATE_HELD && data.built.len <= data.built.capacity &&
	       data.cut <= ANC_CUT_UNKNOWN && (data.cut != ANC_CUT_REFUSED || data.cut_errno > 0) &&
	       (data.state == ANC_STATE_HELD ? data.held >= stock->live : data.held == 0) &&
	       lone_is_sound(stock);
}

static bool iter_is_live(void)
{
	return it.data == &data && data.state == ANC_STATE_HELD && it.generation == data.generation;
}

static bool iter_is_sound(const struct stock *stock)
{
	return !iter_is_live() || (stock->stands && stock->passed == 0);
}

/* Any world: habits, a type of one's own, an iterator from before now, one descriptor to watch. */
static void any_world(void)
{
	__CPROVER_havoc_object(&anc_habits);
	__CPROVER_havoc_object(&row);
	__CPROVER_havoc_object(&it);
	it.data = nondet_bool() ? &data : NULL;
	watched = nondet_int();
	ASSUME(watched >= 0 && watched != probe);
}

/*
 * Any bytes; returns how many. With FIRST, N of them that start with a message of that cmsg_len:
 * what stands behind it then has a known place, and a longer buffer can be proved.
 */
static size_t any_bytes(unsigned char *bytes)
{
	__CPROVER_havoc_object(bytes);
#ifdef FIRST
	memset(bytes, 0, ANC_CMSG_LEN_WIDTH);
	bytes[0] = FIRST;
	return N;
#else
	return any_up_to(N);
#endif
}

/* Any sound anc_data; returns what is in it. */
static struct stock any_data(void)
{
	struct stock stock;

	any_world();
	__CPROVER_havoc_object(&data);
	data.built.len = any_bytes(storage);
	data.built.capacity = N;
	data.built.bytes = storage;
	data.lender = nondet_bool() ? &lender : NULL;
	data.types = rows;
	data.type_count = nondet_bool();
	/* The count of changes has not come round since the iterator was made. */
	ASSUME(it.generation <= data.generation && data.generation < UINT_MAX - 2);
	stock = stock_of_data();
	ASSUME(data_is_sound(&stock) && iter_is_sound(&stock));
	owned = stock.watched;
	return stock;
}

/* What every call leaves: nothing unsound, lost, or owned twice. */
static struct stock check(void)
{
	const struct stock stock = stock_of_data();

	assert(data_is_sound(&stock));
	assert(iter_is_sound(&stock));
	assert(owned == stock.watched);
	assert(!probing);
	return stock;
}

void proof_init(void)
{
	any_world();
	__CPROVER_havoc_object(&data);
	anc_data_init(&data, nondet_bool() ? storage : NULL, any_up_to(N));
	check();
	assert(data.state == ANC_STATE_EMPTY);
}

void proof_clear(void)
{
	any_data();
	anc_data_clear(&data);
	assert(data.state == ANC_STATE_EMPTY);
	check();
}

void proof_fini(void)
{
	any_data();
	anc_data_fini(&data);
	assert(data.state == ANC_STATE_EMPTY && data.built.capacity == 0 && data.lender == NULL);
	check();
}

void proof_control_buf(void)
{
	size_t room;

	any_data();
	assert(anc_data_control_buf(&data, &room) == storage && room == N);
	assert(data.state == ANC_STATE_OFFERED);
	check();
}

/* What neither closes nor hands out. */
void proof_keep(void)
{
	any_data();
	switch (nondet_unsigned()) {
	case 0:
		anc_data_release(&data);
		owned = 0;
		break;
	case 1:
		(void)anc_data_set_types(&data, rows, nondet_bool());
		break;
	default:
		(void)anc_data_set_control_len(&data, nondet_size());
	}
	check();
}

/* A cleared one, with or without a type of one's own. */
static void cleared_data(void)
{
	any_world();
	anc_data_init(&data, storage, N);
	data.types = rows;
	data.type_count = nondet_bool();
	it.generation = 0;
	data.generation = 1;
}

/* What comes with bytes that a kernel wrote. */
static unsigned comes(const unsigned char *bytes, size_t len, int recv_flags)
{
	if (!anc_habits.peek_installs && (recv_flags & MSG_PEEK) != 0)
		return 0;
	return take_stock(bytes, len).watched;
}

void proof_adopt(void)
{
	const int flags = nondet_int();
	const size_t len = any_bytes(control);
	int error;

	cleared_data();
	owned = comes(control, len, flags);
	error = anc_data_adopt(&data, control, len, flags, nondet_int());
	assert(error == 0 || error == -EBADMSG);
	assert(data.state == ANC_STATE_HELD);
	check();
}

void proof_adopt_too_much(void)
{
	const int flags = nondet_int();
	const size_t len = any_bytes(control);

	cleared_data();
	data.built.capacity = any_up_to(N);
	ASSUME(len > data.built.capacity);
	owned = comes(control, len, flags);
	assert(anc_data_adopt(&data, control, len, flags, nondet_int()) == -ENOBUFS);
	check();
}

void proof_take_ownership(void)
{
	const int flags = nondet_int();
	const size_t len = any_bytes(storage);
	int error;

	cleared_data();
	data.state = ANC_STATE_FILLED;
	data.built.len = len;
	owned = comes(storage, len, flags);
	error = anc_data_take_ownership(&data, flags, nondet_int());
	assert(error == 0 || error == -EBADMSG);
	check();
}

void proof_take_fd(void)
{
	any_data();
	leaves(anc_data_take_fd(&data));
	assert(check().rights == 0);
}

void proof_take_pidfd(void)
{
	any_data();
	leaves(anc_data_take_pidfd(&data));
	assert(check().pidfds == 0);
}

void proof_take_fds(void)
{
	static int fds[SLOTS];
	const size_t max = any_up_to(SLOTS);
	const unsigned rights = any_data().rights;
	const size_t any = any_up_to(SLOTS - 1);
	size_t count = SIZE_MAX;
	size_t i;

	/* Neither a descriptor nor an errno. */
	fds[any] = ANC_FD_TAKEN;
	if (anc_data_take_fds(&data, fds, max, &count) == 0) {
		assert(count == rights && count <= max);
		for (i = 0; i < count; i++)
			leaves(fds[i]);
		assert(any < count || fds[any] == ANC_FD_TAKEN);
	} else {
		assert(count == SIZE_MAX && fds[any] == ANC_FD_TAKEN);
	}
	assert(check().rights == 0);
}

void proof_next(void)
{
	int fd = ANC_FD_TAKEN;
	bool live;

	any_data();
	live = iter_is_live();
	if (anc_fd_iter_next(&it, &fd)) {
		assert(live && fd != ANC_FD_TAKEN);
		leaves(fd);
		check();
	} else {
		assert(fd == ANC_FD_TAKEN);
		assert(check().iterated == 0 || !live);
	}
}

void proof_iter_fini(void)
{
	bool live;

	any_data();
	live = iter_is_live();
	anc_fd_iter_fini(&it);
	assert(check().iterated == 0 || !live);
}
