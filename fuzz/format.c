/* SPDX-License-Identifier: MIT */
/* The text and JSON of any message, by any row, of any ABI, in any size: snprintf's contract,
 * printable, well-formed, and where the row is plain, the very text. Values by any field's name. */
#include "fuzz.h"
#include "json.h"

#include <anc/anc.h>

#define MOST_PAYLOAD 96
#define MOST_FIELDS 4
#define MOST_TEXT 8192

/* The call under test. */
struct format {
	const struct anc_abi *abi;
	struct shape shape;
	const struct anc_message_type *row; /* NULL: the library's, if it has one */
	const struct anc_data *data;        /* not NULL: its types come first */
	bool json;
	struct anc_cmsg msg;
};

/* A row as a third party may write it. */
struct custom {
	struct anc_message_type row;
	struct anc_field fields[MOST_FIELDS];
};

static const struct anc_names names[] = {
	{0, "none"}, {1, "one"}, {2, "t\"w\\o"}, {4, "four"}, {0x80000000, "high"}, {0, NULL},
};

/* Contents that fit, may fit, or do not. */
static enum anc_match fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	MUST(abi != NULL);
	return msg->len > 0 ? (enum anc_match)(*(const unsigned char *)msg->data % 4)
			    : ANC_MATCH_NONE;
}

static void decode_row(struct input *in, struct custom *custom)
{
	static const char *const field_names[MOST_FIELDS] = {"a", "b", "c", "d"};
	struct anc_message_type *row = &custom->row;
	struct anc_field *field;
	size_t i;

	row->name = "CUSTOM";
	row->level = (int)input_byte(in);
	row->type = (int)input_byte(in);
	row->size = (unsigned short)input_below(in, MOST_PAYLOAD);
	row->min_size = (unsigned short)input_byte(in);
	row->fits = input_below(in, 2) ? fits : NULL;
	row->fds_at = (unsigned short)input_byte(in);
	row->fds_max = input_below(in, 2) ? (unsigned short)input_byte(in) : ANC_FDS_TO_THE_END;
	row->fields = custom->fields;
	row->field_count = (unsigned short)input_below(in, MOST_FIELDS + 1);
	for (i = 0; i < row->field_count; i++) {
		field = &custom->fields[i];
		field->name = field_names[i];
		field->kind = (unsigned char)input_byte(in);
		field->width = (unsigned char)input_byte(in);
		field->offset = (unsigned short)input_byte(in);
		field->names = input_below(in, 2) ? names : NULL;
	}
}

static int call(const struct format *format, char *buf, size_t size)
{
	if (format->json && format->data != NULL)
		return anc_data_json(format->data, &format->msg, buf, size);
	if (format->json)
		return format->row != NULL
			       ? anc_message_json(format->row, &format->msg, format->abi, buf, size)
			       : anc_cmsg_json(&format->msg, format->abi, buf, size);
	if (format->data != NULL)
		return anc_data_format(format->data, &format->msg, buf, size);
	return format->row != NULL
		       ? anc_message_format(format->row, &format->msg, format->abi, buf, size)
		       : anc_cmsg_format(&format->msg, format->abi, buf, size);
}

/* A smaller buffer gets the beginning, closed by a NUL, and nothing else of it is touched. */
static void check_part(const struct format *format, const char *whole, size_t len, size_t size)
{
	char *part = (char *)fuzz_block(0, size);
	const size_t written = size > len ? len + 1 : size;
	size_t i;

	MUST_EQ(call(format, part, size), len);
	if (written > 0) {
		MUST(memcmp(part, whole, written - 1) == 0);
		MUST_EQ(part[written - 1], '\0');
	}
	for (i = written; i < size; i++)
		MUST_EQ((unsigned char)part[i], 0xa5);
	free(part);
}

/* Text that goes to a terminal or a log. */
static void check_text(const char *text, size_t len, bool truncated)
{
	static const char mark[] = " (truncated)";
	size_t i;

	for (i = 0; i < len; i++)
		MUST(text[i] >= ' ' && text[i] <= '~');
	MUST_EQ(len >= sizeof(mark) && strcmp(text + len - (sizeof(mark) - 1), mark) == 0,
		truncated);
}

/* What a message without a row must look like. */
static void check_unknown(const struct format *format, const char *text)
{
	/* What an anc_data received is the host's. */
	const struct anc_abi *abi = format->data != NULL ? NULL : format->abi;
	const char *level = anc_abi_level(abi, AF_UNSPEC, format->msg.level);
	const unsigned char *payload = format->msg.data;
	char expected[MOST_TEXT];
	size_t len;
	size_t i;

	if (level != NULL)
		len = (size_t)snprintf(expected, sizeof(expected), "level=%s", level);
	else
		len = (size_t)snprintf(expected, sizeof(expected), "level=%d", format->msg.level);
	len += (size_t)snprintf(expected + len, sizeof(expected) - len, " type=%d len=%zu",
				format->msg.type, format->msg.len);
	for (i = 0; i < format->msg.len; i++)
		len += (size_t)snprintf(expected + len, sizeof(expected) - len, " %02x",
					payload[i]);
	snprintf(expected + len, sizeof(expected) - len, "%s",
		 format->msg.truncated ? " (truncated)" : "");
	MUST(strcmp(text, expected) == 0);
}

/* What an SCM_RIGHTS must look like; its numbers lie as the ABI has them. */
static void check_rights(const struct format *format, const char *text)
{
	const unsigned char *payload = format->msg.data;
	char expected[MOST_TEXT] = "SCM_RIGHTS";
	size_t len = strlen(expected);
	size_t i;
	int fd;

	if (format->msg.len < 4)
		len += (size_t)snprintf(expected + len, sizeof(expected) - len,
					" len=%zu (expected at least 4)", format->msg.len);
	len += (size_t)snprintf(expected + len, sizeof(expected) - len, " fds=");
	for (i = 0; i + 4 <= format->msg.len; i += 4) {
		fd = (int)shape_load(&format->shape, payload + i, 4);
		/* An errno has a name on Linux. */
		if (fd < 0 && fd > -4096)
			return;
		len += (size_t)snprintf(expected + len, sizeof(expected) - len,
					fd == ANC_FD_TAKEN ? "%staken" : "%s%d", i > 0 ? "," : "",
					fd);
	}
	snprintf(expected + len, sizeof(expected) - len, "%s",
		 format->msg.truncated ? " (truncated)" : "");
	MUST(strcmp(text, expected) == 0);
}

/* One object, nothing behind it, and the length that the message has. */
static void check_json(const struct format *format, const char *text)
{
	const char *end = json_value(text);
	char expected[64];

	MUST(text[0] == '{' && end != NULL && *end == '\0');
	snprintf(expected, sizeof(expected), "\"level\":%d,\"type\":%d,\"len\":%zu",
		 format->msg.level, format->msg.type, format->msg.len);
	MUST(strstr(text, expected) != NULL);
}

/* A field lies in the payload, and is read or refused. */
static void check_fields(const struct format *format)
{
	const struct anc_message_type *row = format->row;
	const unsigned char *payload = format->msg.data;
	const void *bytes;
	int64_t number;
	size_t len;
	size_t i;

	for (i = 0; row != NULL && i < row->field_count; i++) {
		(void)anc_message_field(row, &format->msg, format->abi, row->fields[i].name,
					&number);
		if (anc_message_field_bytes(row, &format->msg, format->abi, row->fields[i].name,
					    &bytes, &len) < 0)
			continue;
		MUST(len <= format->msg.len);
		MUST(len == 0 || ((const unsigned char *)bytes >= payload &&
				  (const unsigned char *)bytes + len <= payload + format->msg.len));
	}
}

static void check(const struct format *format, size_t size)
{
	const int len = call(format, NULL, 0);
	char whole[MOST_TEXT];

	MUST(len > 0 && (size_t)len < sizeof(whole));
	MUST_EQ(call(format, whole, sizeof(whole)), len);
	MUST_EQ(strlen(whole), len);
	if (format->json)
		check_json(format, whole);
	else
		check_text(whole, (size_t)len, format->msg.truncated);
	check_part(format, whole, (size_t)len, size);
	check_part(format, whole, (size_t)len, (size_t)len);
	check_part(format, whole, (size_t)len, (size_t)len + 1);
	if (format->json)
		return;
	if (strncmp(whole, "level=", 6) == 0)
		check_unknown(format, whole);
	if (format->row == NULL && format->data == NULL &&
	    format->msg.level == format->shape.rights_level &&
	    format->msg.type == format->shape.rights_type)
		check_rights(format, whole);
}

/* A level and type that some row has, or the ABI's SCM_RIGHTS, or any. */
static void decode_kind(struct input *in, struct format *format)
{
	const struct anc_message_type *row = NULL;
	size_t i;

	switch (input_below(in, 3)) {
	case 0:
		for (i = input_byte(in); i > 0; i--)
			row = anc_message_next(format->abi, row);
		format->msg.level = row != NULL ? row->level : (int)input_byte(in);
		format->msg.type = row != NULL ? row->type : (int)input_byte(in);
		break;
	case 1:
		format->msg.level = format->shape.rights_level;
		format->msg.type = format->shape.rights_type;
		break;
	default:
		format->msg.level = input_int(in);
		format->msg.type = input_int(in);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input in = {bytes, size};
	struct custom custom = {0};
	struct anc_message_type twin;
	const struct anc_message_type *const types[] = {&custom.row, &twin};
	struct format format = {0};
	struct anc_data data = {0};
	unsigned char *payload;
	unsigned how;

	format.abi = input_abi(&in, &format.shape);
	how = input_byte(&in);
	size = input_byte(&in);
	decode_kind(&in, &format);
	if (how & 3)
		decode_row(&in, &custom);
	if ((how & 3) == 1)
		format.row = &custom.row;
	if ((how & 3) == 2) {
		twin = custom.row;
		twin.size = (unsigned short)input_below(&in, MOST_PAYLOAD);
		MUST_EQ(anc_data_set_types(&data, types, 2), 0);
		format.data = &data;
	}
	format.msg.truncated = (how & 4) != 0;
	format.msg.len = in.left < MOST_PAYLOAD ? in.left : MOST_PAYLOAD;
	payload = fuzz_block(0, format.msg.len);
	input_bytes(&in, payload, format.msg.len);
	/* No payload may be no pointer. */
	format.msg.data = format.msg.len > 0 || (how & 8) != 0 ? payload : NULL;
	check(&format, size);
	check_fields(&format);
	format.json = true;
	check(&format, size);
	free(payload);
	return 0;
}
