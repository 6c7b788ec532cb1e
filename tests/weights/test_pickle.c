/* The restricted pickle machine: what a state_dict needs is run, all else is
 * refused by name, and cycles, depth and size are harmless. */
#include "weights/memory_file.h"

#include "weights/pickle.h"

#define PICKLE(text) text, sizeof text - 1

static int run(struct pickle **out, const char *data, size_t size, struct error *err)
{
	char *copy = malloc(size ? size : 1);
	int rc;

	memcpy(copy, data, size);
	rc = pickle_run(out, "p", copy, size, err);
	if (rc < 0)
		assert_null(*out);
	free(copy); /* values that point into it are not looked at below */
	return rc;
}

static const struct value *run_kept(struct pickle **out, const char *data, size_t size)
{
	struct error err = { 0 };

	if (pickle_run(out, "p", data, size, &err) < 0)
		fail_msg("%s", err.text);
	return pickle_result(*out);
}

static void assert_integer(const char *data, size_t size, int64_t expected)
{
	struct pickle *p;
	const struct value *v = run_kept(&p, data, size);

	assert_int_equal(v->kind, VALUE_INTEGER);
	assert_true(v->integer == expected);
	assert_int_equal(pickle_size(p), size);
	pickle_free(p);
}

static void numbers(void **state)
{
	struct pickle *p;

	(void)state;
	assert_integer(PICKLE("\x80\x02K\xff."), 255);
	assert_integer(PICKLE("\x80\x02M\x34\x12."), 0x1234);
	assert_integer(PICKLE("\x80\x02J\xfe\xff\xff\xff."), -2);
	assert_integer(PICKLE("\x80\x02\x8a\x00."), 0);
	assert_integer(PICKLE("\x80\x02\x8a\x02\x00\x80."), -32768);
	assert_integer(PICKLE("\x80\x02\x8a\x08\x01\x00\x00\x00\x00\x00\x00\x7f."), 0x7f00000000000001);
	assert_int_equal(run_kept(&p, PICKLE("\x8a\x09"
					     "123456789."))
				 ->kind,
			 VALUE_LONG);
	pickle_free(p);
	assert_true(run_kept(&p, PICKLE("G\xbf\xf8\x00\x00\x00\x00\x00\x00."))->real == -1.5);
	pickle_free(p);
	assert_true(run_kept(&p, PICKLE("\x88."))->integer == 1);
	pickle_free(p);
	assert_int_equal(run_kept(&p, PICKLE("N."))->kind, VALUE_NONE);
	pickle_free(p);
}

static void containers(void **state)
{
	struct pickle *p;
	const struct value *v;

	(void)state;
	/* (1, [2, 3, 4], {"a": (), "b": 5}, ("x",)) */
	v = run_kept(&p, PICKLE("\x80\x02(K\x01](K\x02K\x03"
				"eK\x04"
				"a}(X\x01\x00\x00\x00"
				"a)uU\x01"
				"bK\x05sX\x01\x00\x00\x00x\x85t."));
	assert_int_equal(v->kind, VALUE_TUPLE);
	assert_int_equal(v->sequence.count, 4);
	assert_int_equal(v->sequence.items[1]->kind, VALUE_LIST);
	assert_int_equal(v->sequence.items[1]->sequence.count, 3);
	assert_int_equal(v->sequence.items[1]->sequence.items[2]->integer, 4);
	assert_int_equal(v->sequence.items[2]->kind, VALUE_DICT);
	assert_int_equal(v->sequence.items[2]->sequence.count, 4);
	assert_int_equal(v->sequence.items[2]->sequence.items[3]->integer, 5);
	assert_int_equal(v->sequence.items[3]->sequence.count, 1);
	pickle_free(p);
	/* the memo, by both widths */
	v = run_kept(&p, PICKLE("K\x07q\x03r\x00\x01\x00\x00h\x03j\x00\x01\x00\x00\x87."));
	assert_int_equal(v->sequence.count, 3);
	assert_ptr_equal(v->sequence.items[0], v->sequence.items[2]);
	pickle_free(p);
	/* OrderedDict() with attributes */
	v = run_kept(&p, PICKLE("ccollections\nOrderedDict\n)R}b."));
	assert_int_equal(v->kind, VALUE_DICT);
	pickle_free(p);
	/* a list that holds itself */
	v = run_kept(&p, PICKLE("]q\x00h\x00"
				"a."));
	assert_ptr_equal(v->sequence.items[0], v);
	pickle_free(p);
}

#define STORAGE                                                                                                      \
	"(U\x07storagectorch\nFloatStorage\nU\x01"                                                                   \
	"0U\x03"                                                                                                     \
	"cpuK\x06tQ"

static void tensors(void **state)
{
	struct pickle *p;
	const struct value *v;

	(void)state;
	v = run_kept(&p, PICKLE("ctorch._utils\n_rebuild_parameter\nctorch._utils\n_rebuild_tensor_v2\n(" STORAGE
				"K\x01K\x02K\x03\x86K\x03K\x01\x86\x89}tR\x88}\x87R."));
	assert_int_equal(v->kind, VALUE_TENSOR);
	assert_int_equal(v->tensor.rank, 2);
	assert_int_equal(v->tensor.offset, 1);
	assert_int_equal(v->tensor.shape[1], 3);
	assert_int_equal(v->tensor.stride[0], 3);
	assert_int_equal(v->tensor.storage->elements, 6);
	assert_string_equal(v->tensor.storage->type->name, "F32");
	pickle_free(p);
}

static void refused(void **state)
{
	static const struct {
		const char *data;
		size_t size;
		const char *expected;
	} cases[] = {
		{ PICKLE(""), "p, byte 0: the pickle ends after 0 bytes, without STOP" },
		{ PICKLE("\x80\x04N."), "p, byte 0: pickle protocol 4, expected 2" },
		{ PICKLE("N"), "p, byte 1: the pickle ends after 1 bytes, without STOP" },
		{ PICKLE("."), "p, byte 0: the stack is empty" },
		{ PICKLE("NN."), "p, byte 2: values are left on the stack at the end" },
		{ PICKLE("(N."), "p, byte 2: values are left on the stack at the end" },
		{ PICKLE("cos\nsystem\n."),
		  "p, byte 0: global os.system is refused: no state_dict needs it, and nothing is executed" },
		{ PICKLE("c__builtin__\neval\n."),
		  "p, byte 0: global __builtin__.eval is refused: no state_dict needs it, and nothing is executed" },
		{ PICKLE("ctorch\nShortStorage\n."), "p, byte 0: global torch.ShortStorage is refused: no state_dict "
						     "needs it, and nothing is executed" },
		{ PICKLE("c\x1b[1m\n\xff\n."),
		  "p, byte 0: global ?[1m.? is refused: no state_dict needs it, and nothing is executed" },
		{ PICKLE("cos\nsystem"), "p, byte 0: the pickle ends after 10 bytes, without STOP" },
		{ PICKLE("(ios\nsystem\n."), "p, byte 1: opcode INST is refused: no state_dict needs it" },
		{ PICKLE("U\x02osU\x06system\x93."),
		  "p, byte 12: opcode STACK_GLOBAL is refused: no state_dict needs it" },
		{ PICKLE("\x82\x01."), "p, byte 0: opcode EXT1 is refused: no state_dict needs it" },
		{ PICKLE("N2."), "p, byte 1: opcode DUP is refused: no state_dict needs it" },
		{ PICKLE("\xff."), "p, byte 0: opcode 0xff, which pickles do not have" },
		{ PICKLE("t"), "p, byte 0: no mark on the stack" },
		{ PICKLE("u"), "p, byte 0: no mark on the stack" },
		{ PICKLE("N\x86."), "p, byte 1: a tuple of 2, but the stack is shorter" },
		{ PICKLE("NN(N\x87."), "p, byte 4: a tuple of 3, but the stack is shorter" },
		{ PICKLE("NNa"), "p, byte 2: items for a list, but there is none" },
		{ PICKLE("Na"), "p, byte 1: an item for a list, but the stack is shorter" },
		{ PICKLE("}N(s"), "p, byte 3: an item for a dict, but the stack is shorter" },
		{ PICKLE("](NNu"), "p, byte 4: items for a dict, but there is none" },
		{ PICKLE("}(Nu"), "p, byte 3: items for a dict, but there is none" },
		{ PICKLE("h\x05"), "p, byte 0: memo entry 5 was never set" },
		{ PICKLE("Nr\x00\x00\x10\x00"), "p, byte 1: memo entry 1048576, expected one below 1048576" },
		{ PICKLE("Nr\xff\xff\xff\xff"), "p, byte 1: memo entry 4294967295, expected one below 1048576" },
		{ PICKLE("q\x01"), "p, byte 0: the stack is empty" },
		{ PICKLE("X\xff\xff\xff\xff"
			 "abc"),
		  "p, byte 0: the pickle ends after 8 bytes, without STOP" },
		{ PICKLE("U\x02\xc3("), "p, byte 0: a string that is not valid UTF-8" },
		{ PICKLE("U\x01"
			 "f)R"),
		  "p, byte 4: a call of str with tuple is refused" },
		{ PICKLE("ctorch\nFloatStorage\n)R"), "p, byte 21: a call of FloatStorage with tuple is refused" },
		{ PICKLE("ccollections\nOrderedDict\n]R"), "p, byte 26: a call of OrderedDict with list is refused" },
		{ PICKLE("ccollections\nOrderedDict\n]\x85R"),
		  "p, byte 27: collections.OrderedDict with arguments, expected none" },
		{ PICKLE("]}b"), "p, byte 2: attributes of list from dict, expected a dict from a dict" },
		{ PICKLE("}]b"), "p, byte 2: attributes of dict from list, expected a dict from a dict" },
		{ PICKLE("NQ"), "p, byte 1: persistent id: expected ('storage', type, key, location, elements)" },
		{ PICKLE("(U\x07storageccollections\nOrderedDict\nU\x01"
			 "0NK\x06tQ"),
		  "p, byte 42: persistent id: expected ('storage', type, key, location, elements)" },
		{ PICKLE("(U\x07storagectorch\nFloatStorage\nU\x01"
			 "0NJ\xff\xff\xff\xfftQ"),
		  "p, byte 40: persistent id: expected ('storage', type, key, location, elements)" },
		{ PICKLE("(U\x07storagectorch\nFloatStorage\nU\x06../../NK\x01tQ"),
		  "p, byte 42: a storage's key, expected 1 to 40 digits or letters" },
		{ PICKLE("ctorch._utils\n_rebuild_tensor_v2\n)R"),
		  "p, byte 34: torch._utils._rebuild_tensor_v2: expected (storage, offset, shape, stride, "
		  "requires_grad, hooks)" },
		{ PICKLE("ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE
			 "K\x00(K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01tq\x00h\x00\x89}tR"),
		  "p, byte 105: a tensor of more than 8 dimensions" },
		{ PICKLE("ctorch._utils\n_rebuild_tensor_v2\n(" STORAGE "K\x00K\x01\x85J\xff\xff\xff\xff\x85\x89}tR"),
		  "p, byte 90: torch._utils._rebuild_tensor_v2: an offset, size or stride that is no integer from "
		  "0" },
		{ PICKLE("ctorch._utils\n_rebuild_parameter\nN\x85R"),
		  "p, byte 35: torch._utils._rebuild_parameter: expected (tensor, requires_grad, hooks)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pickle *p;
		struct error err = { 0 };

		if (run(&p, cases[i].data, cases[i].size, &err) == 0)
			fail_msg("accepted, expected: %s", cases[i].expected);
		assert_string_equal(err.text, cases[i].expected);
		assert_int_equal(err.status, STATUS_INPUT);
	}
}

/* `count` times `unit` between `begin` and `end`. */
static struct bytes repeated(const char *begin, const char *unit, size_t count, const char *end)
{
	size_t a = strlen(begin), b = strlen(unit), c = strlen(end);
	struct bytes out = { malloc(a + count * b + c + 1), a + count * b + c };

	memcpy(out.data, begin, a);
	for (size_t i = 0; i < count; i++)
		memcpy(out.data + a + i * b, unit, b);
	memcpy(out.data + a + count * b, end, c);
	return out;
}

static void bounded(void **state)
{
	static const struct {
		const char *begin, *unit;
		size_t count;
		const char *end, *expected; /* NULL: it is run */
	} cases[] = {
		{ "N", "\x85", 500000, ".", NULL }, /* 500,000 tuples deep */
		{ "", "]", 1000000, "", "p, byte 1000000: the pickle ends after 1000000 bytes, without STOP" },
		{ "(", "N", 1000000, "t.", NULL }, /* a tuple of a million */
		{ "(", "N", 1100000, "t.", "p, byte 1048577: more than 1048576 values" },
		{ "Nq\x01(", "h\x01", 5000000, "t\x86.", NULL },
		{ "", "(", 3000000, "", "p, byte 3000000: the pickle ends after 3000000 bytes, without STOP" },
		{ "Nq\x01(", "h\x01", 9000000, "t.", "p, byte 16777216: a pickle of more than 16777216 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bytes b = repeated(cases[i].begin, cases[i].unit, cases[i].count, cases[i].end);
		struct pickle *p;
		struct error err = { 0 };
		int rc = pickle_run(&p, "p", b.data, b.size, &err);

		if (rc == 0 && cases[i].expected == NULL)
			pickle_free(p);
		else
			assert_string_equal(err.text, cases[i].expected ? cases[i].expected : "");
		free(b.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(containers), cmocka_unit_test(tensors),
		cmocka_unit_test(refused), cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
