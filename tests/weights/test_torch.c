/* pytorch_model.bin, zip and legacy: built by hand, cut at every byte, changed
 * in every byte, and hostile in the ways each form allows. */
#include "weights/memory_file.h"

#define STORAGE(key, count)                                                                                          \
	"(U\x07storagectorch\nFloatStorage\nU\x01" key "U\x03"                                                       \
	"cpuK" count "tQ"
#define TENSOR(storage, offset, shape, stride)                                                                       \
	"ctorch._utils\n_rebuild_tensor_v2\n(" storage "K" offset shape stride "\x89}tR"
#define STATE(entries)                                                                                               \
	"\x80\x02"                                                                                                   \
	"ccollections\nOrderedDict\n)R(" entries "u."

/* "w" (2, 3) over storage 0 of 6. */
#define GOOD STATE("X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00", "K\x02K\x03\x86", "K\x03K\x01\x86"))

static const float data[8] = { 0.5f, 1.1f, -2.2f, 3.3f, 4.4f, 5.5f, 6.6f, 7.7f };

/* One entry of a zip to be made; fields that are not set are as they should be. */
struct member {
	const char *name;
	const void *data;
	size_t size;
	int method;
	size_t claimed; /* size in the headers, where it is not `size` */
	uint32_t crc_change;
	bool shared; /* its bytes are those of the member before it */
};

static uint32_t crc32_of(const void *bytes, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		crc ^= ((const unsigned char *)bytes)[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return ~crc;
}

static void add_number(struct bytes *b, uint64_t value, size_t width)
{
	bytes_add(b, &value, width);
}

static void add_header(struct bytes *b, const struct member *m, const size_t *place)
{
	size_t size = m->claimed ? m->claimed : m->size;

	bytes_add(b, place ? "PK\1\2" : "PK\3\4", 4);
	if (place)
		add_number(b, 20, 2); /* made by */
	add_number(b, 20, 2);         /* needed */
	add_number(b, 0, 2);          /* flags */
	add_number(b, (uint64_t)m->method, 2);
	add_number(b, 0x00210000, 4); /* 1980-01-01 */
	add_number(b, crc32_of(m->data, m->size) ^ m->crc_change, 4);
	add_number(b, size, 4);
	add_number(b, size, 4);
	add_number(b, strlen(m->name), 2);
	add_number(b, 0, 2); /* extra */
	if (place) {
		add_number(b, 0, 2); /* comment */
		add_number(b, 0, 2); /* disk */
		add_number(b, 0, 2); /* attributes */
		add_number(b, 0, 4);
		add_number(b, *place, 4);
	}
	bytes_add(b, m->name, strlen(m->name));
}

static struct bytes zip_of(const struct member *members, size_t count)
{
	struct bytes b = { 0 };
	size_t places[8], start;

	for (size_t i = 0; i < count; i++) {
		places[i] = b.size;
		if (members[i].shared) {
			places[i] = places[i - 1];
			continue;
		}
		add_header(&b, &members[i], NULL);
		bytes_add(&b, members[i].data, members[i].size);
	}
	start = b.size;
	for (size_t i = 0; i < count; i++)
		add_header(&b, &members[i], &places[i]);
	add_number(&b, 0x06054b50, 4);
	add_number(&b, 0, 4);
	add_number(&b, count, 2);
	add_number(&b, count, 2);
	add_number(&b, b.size - 12 - start, 4);
	add_number(&b, start, 4);
	add_number(&b, 0, 2);
	return b;
}

#define PICKLE_MEMBER(text)                                                                                          \
	{                                                                                                            \
		.name = "r/data.pkl", .data = text, .size = sizeof text - 1                                          \
	}
#define DATA_MEMBER                                                                                                  \
	{                                                                                                            \
		.name = "r/data/0", .data = data, .size = 24                                                         \
	}

static void zip_by_hand(void **state)
{
	const struct member members[] = { PICKLE_MEMBER(GOOD),
					  DATA_MEMBER,
					  { .name = "r/byteorder", .data = "little", .size = 6 } };
	struct bytes b = zip_of(members, 3);
	struct opened o;
	struct error err = { 0 };
	float read[6];

	(void)state;
	if (opened_parse(&o, WEIGHTS_TORCH, b.data, b.size, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2, 3 }, 2, read, &err), 0);
	assert_memory_equal(read, data, sizeof read);
	opened_close(&o);
	assert_truncations_refused(WEIGHTS_TORCH, b);
	assert_survives_changes(WEIGHTS_TORCH, b, 37);
	free(b.data);
}

#define NO_ZIP "x: not a zip file that can be read: "

static void hostile_zips(void **state)
{
	static const char big[40] = "bigger than all";
	static const struct {
		struct member members[4];
		size_t count;
		const char *expected;
	} cases[] = {
		{ { DATA_MEMBER }, 1, NO_ZIP "no entry data.pkl in a folder" },
		{ { PICKLE_MEMBER(GOOD) }, 1, "x: no entry r/data/0" },
		{ { { .name = "data.pkl", .data = GOOD, .size = sizeof GOOD - 1 }, DATA_MEMBER },
		  2,
		  NO_ZIP "no entry data.pkl in a folder" },
		{ { PICKLE_MEMBER(GOOD),
		    DATA_MEMBER,
		    { .name = "../data.pkl", .data = GOOD, .size = sizeof GOOD - 1 } },
		  3,
		  NO_ZIP "an entry whose name leads out of its folder: ../data.pkl" },
		{ { PICKLE_MEMBER(GOOD),
		    DATA_MEMBER,
		    { .name = "s/data.pkl", .data = GOOD, .size = sizeof GOOD - 1 } },
		  3,
		  NO_ZIP "a second data.pkl: s/data.pkl" },
		{ { { .name = "/data.pkl", .data = GOOD, .size = sizeof GOOD - 1 }, DATA_MEMBER },
		  2,
		  NO_ZIP "an entry whose name leads out of its folder: /data.pkl" },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r/../../x", .data = data, .size = 4 } },
		  3,
		  NO_ZIP "an entry whose name leads out of its folder: r/../../x" },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r/..", .data = data, .size = 4 } },
		  3,
		  NO_ZIP "an entry whose name leads out of its folder: r/.." },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r\\x", .data = data, .size = 4 } },
		  3,
		  NO_ZIP "an entry whose name leads out of its folder: r\\x" },
		{ { PICKLE_MEMBER(GOOD), { .name = "r/data/0", .data = data, .size = 24, .method = 8 } },
		  2,
		  NO_ZIP "expected stored entries, but this one is compressed: r/data/0" },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r/x", .data = big, .size = 40, .method = 14 } },
		  3,
		  NO_ZIP "expected stored entries, but this one is compressed: r/x" },
		{ { PICKLE_MEMBER(GOOD), { .name = "r/data/0", .data = data, .size = 24, .claimed = 4000000000 } },
		  2,
		  NO_ZIP "an entry larger than the file: r/data/0" },
		{ { PICKLE_MEMBER(GOOD),
		    DATA_MEMBER,
		    { .name = "r/data/1", .data = data, .size = 24, .shared = true } },
		  3,
		  NO_ZIP "entries that share bytes, up to r/data/1" },
		{ { PICKLE_MEMBER(GOOD), { .name = "r/data/\n", .data = data, .size = 24 } },
		  2,
		  NO_ZIP "an entry whose name is no plain text" },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r/byteorder", .data = "big", .size = 3 } },
		  3,
		  "x: byte order big, expected little" },
		{ { PICKLE_MEMBER(GOOD), DATA_MEMBER, { .name = "r/byteorder", .data = big, .size = 40 } },
		  3,
		  NO_ZIP "a byteorder of more than 16 bytes" },
		{ { PICKLE_MEMBER(GOOD), { .name = "r/data/0", .data = data, .size = 20 } },
		  2,
		  "x: tensor w: storage 0 has 20 bytes, expected 6 elements of F32" },
		{ { PICKLE_MEMBER(GOOD), { .name = "r/data/0", .data = data, .size = 28 } },
		  2,
		  "x: tensor w: storage 0 has 28 bytes, expected 6 elements of F32" },
		{ { PICKLE_MEMBER("\x80\x02N."), DATA_MEMBER },
		  2,
		  "x: holds a value of type None, expected a state_dict" },
		{ { PICKLE_MEMBER("\x80\x02}."), DATA_MEMBER }, 2, "x: no tensors" },
		{ { PICKLE_MEMBER(STATE("K\x01K\x02")), DATA_MEMBER },
		  2,
		  "x: a key of the state_dict is of type int, expected str" },
		{ { PICKLE_MEMBER(STATE("X\x05\x00\x00\x00model}")), DATA_MEMBER },
		  2,
		  "x: entry 1 of the state_dict (model) is of type dict, expected tensor" },
		{ { PICKLE_MEMBER(STATE(
			    "X\x01\x00\x00\x00\n" TENSOR(STORAGE("0", "\x06"), "\x00", "K\x06\x85", "K\x01\x85"))),
		    DATA_MEMBER },
		  2,
		  "x: a control character in the name of tensor 1" },
		{ { PICKLE_MEMBER(STATE(
			    "X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x01", "K\x06\x85", "K\x01\x85"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w reaches beyond the 6 elements of storage 0" },
		{ { PICKLE_MEMBER(STATE("X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00", "K\x02K\x03\x86",
								    "K\x04K\x01\x86"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w reaches beyond the 6 elements of storage 0" },
		/* 70,000 × 6 elements from 6 by a stride of 0 */
		{ { PICKLE_MEMBER(STATE("X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00",
								    "J\x70\x11\x01\x00K\x06\x86", "K\x00K\x01\x86"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w has 420000 elements, but storage 0 has only 6" },
		/* (2^62 − 1) × 5 overflows, and so does the size */
		{ { PICKLE_MEMBER(STATE("X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00",
								    "\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x10\x85",
								    "K\x12\x85"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w reaches beyond the 6 elements of storage 0" },
		{ { PICKLE_MEMBER(STATE("X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00",
								    "\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40\x85",
								    "K\x00\x85"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w: its size overflows" },
		{ { PICKLE_MEMBER(STATE("X\x01\x00\x00\x00w" TENSOR(
			    STORAGE("0", "\x06"), "\x00", "K\x06\x85",
			    "K\x01\x85") "X\x01\x00\x00\x00w" TENSOR(STORAGE("0", "\x06"), "\x00", "K\x06\x85",
								     "K\x01\x85"))),
		    DATA_MEMBER },
		  2,
		  "x: tensor w is there twice (w, w)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bytes b = zip_of(cases[i].members, cases[i].count);

		assert_bytes_refused(WEIGHTS_TORCH, b, cases[i].expected);
		free(b.data);
	}
}

/* A storage whose checksum is wrong is an error when it is read. */
static void wrong_checksum(void **state)
{
	const struct member members[] = { PICKLE_MEMBER(GOOD),
					  { .name = "r/data/0", .data = data, .size = 24, .crc_change = 1 } };
	struct bytes b = zip_of(members, 2);
	struct opened o;
	struct error err = { 0 };
	float read[6];

	(void)state;
	assert_int_equal(opened_parse(&o, WEIGHTS_TORCH, b.data, b.size, &err), 0);
	assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2, 3 }, 2, read, &err), -1);
	assert_string_equal(err.text, "x: entry r/data/0: CRC error");
	opened_close(&o);
	free(b.data);
}

/* Two tensors in one storage and one in another, in turn: each entry is read, and
 * its checksum compared, when another was read before it, and not again. */
static void storages_in_turn(void **state)
{
	static const char pickle[] = STATE("X\x01\x00\x00\x00u" TENSOR(
		STORAGE("0", "\x06"), "\x00", "K\x02\x85",
		"K\x01\x85") "X\x01\x00\x00\x00v" TENSOR(STORAGE("0", "\x06"), "\x02", "K\x02\x85",
							 "K\x01\x85") "X\x01\x00\x00\x00w" TENSOR(STORAGE("1",
													  "\x02"),
												  "\x00", "K\x02\x85",
												  "K\x01\x85"));
	const struct member members[] = { PICKLE_MEMBER(pickle),
					  DATA_MEMBER,
					  { .name = "r/data/1", .data = data + 6, .size = 8 } };
	struct bytes b = zip_of(members, 3);
	struct opened o;
	struct error err = { 0 };
	char *at;
	float read[2];

	(void)state;
	if (opened_parse(&o, WEIGHTS_TORCH, b.data, b.size, &err) < 0)
		fail_msg("%s", err.text);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(checkpoint_read(o.c, "u", (size_t[]){ 2 }, 1, read, &err), 0);
		assert_memory_equal(read, data, sizeof read);
		assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2 }, 1, read, &err), 0);
		assert_memory_equal(read, data + 6, sizeof read);
		assert_int_equal(checkpoint_read(o.c, "v", (size_t[]){ 2 }, 1, read, &err), 0);
		assert_memory_equal(read, data + 2, sizeof read);
	}
	at = memmem(o.copy, b.size, data, 24);
	assert_non_null(at);
	at[0] ^= 1;
	assert_int_equal(checkpoint_read(o.c, "u", (size_t[]){ 2 }, 1, read, &err), 0); /* beside v */
	assert_memory_equal(read, data, sizeof read);
	assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2 }, 1, read, &err), 0);
	assert_int_equal(checkpoint_read(o.c, "u", (size_t[]){ 2 }, 1, read, &err), -1);
	assert_string_equal(err.text, "x: entry r/data/0: CRC error");
	opened_close(&o);
	free(b.data);
}

/* An end of central directory that claims far more entries than there are. */
static void claimed_entries(void **state)
{
	const struct member members[] = { PICKLE_MEMBER(GOOD), DATA_MEMBER };
	struct bytes b = zip_of(members, 2), end64 = { 0 };
	size_t end = b.size - 22;

	(void)state;
	memset(b.data + end + 8, 0xFF, 4);
	assert_bytes_refused(WEIGHTS_TORCH, b, NO_ZIP "it claims more entries than it can hold");
	add_number(&end64, 0x06064b50, 4);
	add_number(&end64, 44, 8);
	add_number(&end64, 45, 2);
	add_number(&end64, 45, 2);
	add_number(&end64, 0, 8);
	add_number(&end64, 1u << 28, 8);
	add_number(&end64, 1u << 28, 8);
	add_number(&end64, 0, 16 - 8);
	add_number(&end64, 0, 8);
	add_number(&end64, 0x07064b50, 4);
	add_number(&end64, 0, 4);
	add_number(&end64, end, 8);
	add_number(&end64, 1, 4);
	bytes_add(&end64, b.data + end, 22);
	b.size = end;
	bytes_add(&b, end64.data, end64.size);
	assert_bytes_refused(WEIGHTS_TORCH, b, NO_ZIP "it claims more entries than it can hold");
	memcpy(b.data + end + 56 + 8, &(uint64_t){ UINT64_MAX - 10 }, 8);
	assert_bytes_refused(WEIGHTS_TORCH, b, NO_ZIP "its end of central directory lies outside");
	free(end64.data);
	free(b.data);
}

#define MAGIC "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
#define PROTOCOL "\x80\x02M\xe9\x03."
#define SYSTEM(endian) "\x80\x02}X\x0d\x00\x00\x00little_endian" endian "s."
#define BEGINNING MAGIC PROTOCOL SYSTEM("\x88")
#define KEYS(keys) "\x80\x02](" keys "e."

static struct bytes legacy_of(const char *pickles, size_t size, uint64_t elements, size_t bytes)
{
	struct bytes b = { 0 };

	bytes_add(&b, pickles, size);
	bytes_add(&b, &elements, 8);
	bytes_add(&b, data, bytes);
	return b;
}

static void legacy_by_hand(void **state)
{
	static const char pickles[] = BEGINNING GOOD KEYS("U\x01"
							  "0");
	struct bytes b = legacy_of(pickles, sizeof pickles - 1, 6, 24);
	struct opened o;
	struct error err = { 0 };
	float read[6];

	(void)state;
	if (opened_parse(&o, WEIGHTS_TORCH, b.data, b.size, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2, 3 }, 2, read, &err), 0);
	assert_memory_equal(read, data, sizeof read);
	opened_close(&o);
	assert_truncations_refused(WEIGHTS_TORCH, b);
	assert_survives_changes(WEIGHTS_TORCH, b, 1);
	free(b.data);
}

/* A view of a storage, as PyTorch wrote it before 0.4, and strides. */
static void legacy_view(void **state)
{
	static const char pickles[] =
		BEGINNING STATE("X\x01\x00\x00\x00w" TENSOR("(U\x07storagectorch\nFloatStorage\nU\x01"
							    "0U\x03"
							    "cpuK\x08U\x01vK\x02K\x06\x87tQ",
							    "\x01", "K\x02K\x02\x86", "K\x01K\x02\x86")) KEYS("U\x01"
													      "0");
	struct bytes b = legacy_of(pickles, sizeof pickles - 1, 8, 32);
	const float expected[4] = { 3.3f, 5.5f, 4.4f, 6.6f };
	struct opened o;
	struct error err = { 0 };
	float read[4];

	(void)state;
	if (opened_parse(&o, WEIGHTS_TORCH, b.data, b.size, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(checkpoint_read(o.c, "w", (size_t[]){ 2, 2 }, 2, read, &err), 0);
	assert_memory_equal(read, expected, sizeof read);
	opened_close(&o);
	free(b.data);
}

static void hostile_legacy(void **state)
{
	static const struct {
		const char *pickles;
		size_t size;
		uint64_t elements;
		size_t bytes;
		const char *expected; /* its beginning */
	} cases[] = {
#define FILE_OF(text) text, sizeof(text) - 1
		{ FILE_OF("hello"), 6, 24, "x: magic number at byte 0, byte 0: memo entry 101 was never set" },
		{ FILE_OF("N."), 6, 24,
		  "x: byte 2: not a file of torch.save: no zip, and not the magic number of its legacy form" },
		{ FILE_OF(MAGIC "K\x05."), 6, 24, "x: byte 18: another protocol than 1001" },
		{ FILE_OF(MAGIC PROTOCOL SYSTEM("\x89")), 6, 24,
		  "x: byte 45: byte order big or unknown, expected little" },
		{ FILE_OF(MAGIC PROTOCOL "}."), 6, 24, "x: byte 23: byte order big or unknown, expected little" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "1")),
		  6, 24, "x: byte 184: expected the keys of the tensors' storages, each once" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "0U\x01"
					      "0")),
		  6, 24, "x: byte 219: expected the keys of the tensors' storages, each once" },
		{ FILE_OF(BEGINNING GOOD KEYS("K\x01")), 6, 24,
		  "x: byte 183: expected the keys of the tensors' storages, each once" },
		{ FILE_OF(BEGINNING GOOD "N."), 6, 24, "x: byte 177: expected a list of storage keys" },
		{ FILE_OF(BEGINNING GOOD KEYS("")), 6, 24,
		  "x: byte 181: expected the end of the file after the last storage" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "0")),
		  7, 24, "x: byte 184: storage 0 has 7 elements, expected 6" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "0")),
		  UINT64_MAX, 24, "x: byte 184: storage 0 has -1 elements, expected 6" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "0")),
		  6, 23, "x: byte 192: storage 0 has 6 elements of F32, but the file ends after 23 bytes" },
		{ FILE_OF(BEGINNING GOOD KEYS("U\x01"
					      "0")),
		  6, 25, "x: byte 216: expected the end of the file after the last storage" },
		{ FILE_OF(BEGINNING STATE("X\x01\x00\x00\x00w" TENSOR(
			  STORAGE("0", "\x06"), "\x00", "K\x06\x85",
			  "K\x01\x85") "X\x01\x00\x00\x00v" TENSOR(STORAGE("0", "\x07"), "\x00", "K\x06\x85",
								   "K\x01\x85")) KEYS("U\x01"
										      "0")),
		  6, 24, "x: byte 265: a storage that is of two types or sizes" },
	};
	static const char none[] = BEGINNING GOOD KEYS("");
	struct bytes b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		b = legacy_of(cases[i].pickles, cases[i].size, cases[i].elements, cases[i].bytes);
		assert_bytes_refused(WEIGHTS_TORCH, b, cases[i].expected);
		free(b.data);
	}
	b = (struct bytes){ 0 };
	bytes_add(&b, none, sizeof none - 1);
	assert_bytes_refused(WEIGHTS_TORCH, b, "x: storage 0 is missing from the list of keys");
	free(b.data);
}

/* One tensor under one name, again and again: four bytes an entry. */
static void many_tensors(void **state)
{
	static const char begin[] = "\x80\x02}(X\x01\x00\x00\x00wq\x01" TENSOR(STORAGE("0", "\x06"), "\x00",
									       "K\x06\x85", "K\x01\x85") "q\x02";
	static const char expected[] = "x: more than 65536 tensors";
	struct bytes pickle = { 0 }, b = { 0 };

	(void)state;
	bytes_add(&pickle, begin, sizeof begin - 1);
	for (size_t i = 0; i < 65536; i++)
		bytes_add(&pickle, "h\1h\2", 4);
	bytes_add(&pickle, "u.", 2);
	b = zip_of((const struct member[]){ { .name = "r/data.pkl", .data = pickle.data, .size = pickle.size },
					    DATA_MEMBER },
		   2);
	assert_bytes_refused(WEIGHTS_TORCH, b, expected);
	free(b.data);
	b = (struct bytes){ 0 };
	bytes_add(&b, BEGINNING, sizeof BEGINNING - 1);
	bytes_add(&b, pickle.data, pickle.size);
	bytes_add(&b,
		  KEYS("U\x01"
		       "0"),
		  sizeof KEYS("U\x01"
			      "0") -
			  1);
	add_number(&b, 6, 8);
	bytes_add(&b, data, 24);
	assert_bytes_refused(WEIGHTS_TORCH, b, expected);
	free(b.data);
	free(pickle.data);
}

/* Files that PyTorch wrote, cut at every byte. */
static void real_files_cut(void **state)
{
	static const char *const files[] = { "bin-zip-bf16", "bin-legacy-f16" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *path = text_format(FIXTURES "/checkpoint-forms/%s/pytorch_model.bin", files[i]);
		struct mapping file;
		struct error err = { 0 };

		assert_int_equal(mapping_open(&file, path, &err), 0);
		assert_truncations_refused(WEIGHTS_TORCH, (struct bytes){ (char *)(uintptr_t)file.data, file.size });
		mapping_close(&file);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zip_by_hand),     cmocka_unit_test(hostile_zips),
		cmocka_unit_test(wrong_checksum),  cmocka_unit_test(storages_in_turn),
		cmocka_unit_test(claimed_entries), cmocka_unit_test(legacy_by_hand),
		cmocka_unit_test(legacy_view),     cmocka_unit_test(hostile_legacy),
		cmocka_unit_test(many_tensors),    cmocka_unit_test(real_files_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
