/* The opcodes, each a function, and the table that finds them. */
#include "weights/pickle_machine.h"

#include "base/array.h"
#include "base/utf8.h"

#include <string.h>

/* Entries of the memo; a state_dict of 400 tensors has 8,000. */
static const size_t most_memo = 1u << 20;

static int ends_early(struct pickle *p)
{
	return pickle_fail(
		p, p->cut ? "a pickle of more than %zu bytes" : "the pickle ends after %zu bytes, without STOP",
		p->size);
}

/* The next bytes of the pickle. */
static int take(struct pickle *p, struct pickle_bytes *out, size_t length)
{
	*out = (struct pickle_bytes){ "", 0 };
	if (length > p->size - p->at)
		return ends_early(p);
	*out = (struct pickle_bytes){ p->data + p->at, length };
	p->at += length;
	return 0;
}

/* A little-endian number of 1 to 4 bytes. */
static int take_number(struct pickle *p, size_t *out, size_t width)
{
	struct pickle_bytes bytes;

	*out = 0;
	if (take(p, &bytes, width) < 0)
		return -1;
	for (size_t i = width; i-- > 0;)
		*out = *out << 8 | (unsigned char)bytes.data[i];
	return 0;
}

/* Up to the end of the line, which is stepped over. */
static int take_line(struct pickle *p, struct pickle_bytes *out)
{
	const char *end = memchr(p->data + p->at, '\n', p->size - p->at);

	*out = (struct pickle_bytes){ "", 0 };
	if (end == NULL)
		return ends_early(p);
	*out = (struct pickle_bytes){ p->data + p->at, (size_t)(end - p->data) - p->at };
	p->at += out->length + 1;
	return 0;
}

/* The stack down to the last mark. */
static size_t floor_of(const struct pickle *p)
{
	return p->mark_count ? p->marks[p->mark_count - 1] : 0;
}

static struct value *pop(struct pickle *p)
{
	if (p->stack.count == floor_of(p)) {
		pickle_fail(p, "the stack is empty");
		return NULL;
	}
	return p->stack.items[--p->stack.count];
}

static struct value *top(struct pickle *p)
{
	struct value *v = pop(p);

	p->stack.count += v != NULL;
	return v;
}

/* Takes the last mark away; what lay above it is items[first …]. */
static int pop_mark(struct pickle *p, size_t *first)
{
	*first = 0;
	if (p->mark_count == 0)
		return pickle_fail(p, "no mark on the stack");
	*first = p->marks[--p->mark_count];
	return 0;
}

static int push_integer(struct pickle *p, enum value_kind kind, int64_t integer)
{
	struct value *v = pickle_value(p, kind);

	if (v != NULL)
		v->integer = integer;
	return pickle_push(p, v);
}

static int run_protocol(struct pickle *p)
{
	size_t version;

	if (take_number(p, &version, 1) < 0)
		return -1;
	return version == 2 ? 0 : pickle_fail(p, "pickle protocol %zu, expected 2", version);
}

static int run_mark(struct pickle *p)
{
	if (array_reserve(&p->marks, &p->mark_capacity, p->mark_count + 1, sizeof *p->marks) < 0)
		return error_memory(p->err, p->label);
	p->marks[p->mark_count++] = p->stack.count;
	return 0;
}

static int run_stop(struct pickle *p)
{
	struct value *v = pop(p);

	if (v == NULL)
		return -1;
	if (p->stack.count != 0 || p->mark_count != 0)
		return pickle_fail(p, "values are left on the stack at the end");
	p->result = v;
	return 0;
}

static int run_none(struct pickle *p)
{
	return pickle_push(p, pickle_value(p, VALUE_NONE));
}

static int run_true(struct pickle *p)
{
	return push_integer(p, VALUE_BOOL, 1);
}

static int run_false(struct pickle *p)
{
	return push_integer(p, VALUE_BOOL, 0);
}

static int run_int1(struct pickle *p)
{
	size_t number;

	return take_number(p, &number, 1) < 0 ? -1 : push_integer(p, VALUE_INTEGER, (int64_t)number);
}

static int run_int2(struct pickle *p)
{
	size_t number;

	return take_number(p, &number, 2) < 0 ? -1 : push_integer(p, VALUE_INTEGER, (int64_t)number);
}

static int run_int4(struct pickle *p)
{
	size_t number;

	return take_number(p, &number, 4) < 0 ? -1 : push_integer(p, VALUE_INTEGER, (int32_t)(uint32_t)number);
}

/* Two's complement, little-endian; no bytes are 0. */
static int run_long1(struct pickle *p)
{
	struct pickle_bytes bytes;
	size_t length;
	uint64_t number;

	if (take_number(p, &length, 1) < 0 || take(p, &bytes, length) < 0)
		return -1;
	if (length > sizeof number) {
		struct value *v = pickle_value(p, VALUE_LONG);

		if (v != NULL)
			v->bytes = bytes;
		return pickle_push(p, v);
	}
	number = length > 0 && bytes.data[length - 1] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = length; i-- > 0;)
		number = number << 8 | (unsigned char)bytes.data[i];
	return push_integer(p, VALUE_INTEGER, (int64_t)number);
}

/* Big-endian, as the only one. */
static int run_real(struct pickle *p)
{
	struct pickle_bytes bytes;
	struct value *v;
	uint64_t bits = 0;

	if (take(p, &bytes, 8) < 0)
		return -1;
	for (size_t i = 0; i < 8; i++)
		bits = bits << 8 | (unsigned char)bytes.data[i];
	v = pickle_value(p, VALUE_REAL);
	if (v != NULL)
		memcpy(&v->real, &bits, sizeof v->real);
	return pickle_push(p, v);
}

static int push_text(struct pickle *p, size_t width)
{
	struct pickle_bytes bytes;
	struct value *v;
	size_t length;

	if (take_number(p, &length, width) < 0 || take(p, &bytes, length) < 0)
		return -1;
	if (utf8_check(bytes.data, length) < length)
		return pickle_fail(p, "a string that is not valid UTF-8");
	v = pickle_value(p, VALUE_TEXT);
	if (v != NULL)
		v->bytes = bytes;
	return pickle_push(p, v);
}

static int run_unicode(struct pickle *p)
{
	return push_text(p, 4);
}

static int run_short_string(struct pickle *p)
{
	return push_text(p, 1);
}

static int run_empty_tuple(struct pickle *p)
{
	return pickle_push(p, pickle_value(p, VALUE_TUPLE));
}

static int run_empty_list(struct pickle *p)
{
	return pickle_push(p, pickle_value(p, VALUE_LIST));
}

static int run_empty_dict(struct pickle *p)
{
	return pickle_push(p, pickle_value(p, VALUE_DICT));
}

/* Moves items[first …] of the stack to the end of a container. */
static int move_items(struct pickle *p, struct value *to, size_t first)
{
	for (size_t i = first; i < p->stack.count; i++)
		if (pickle_append(p, &to->sequence, p->stack.items[i]) < 0)
			return -1;
	p->stack.count = first;
	return 0;
}

static int tuple_of(struct pickle *p, size_t first)
{
	struct value *v = pickle_value(p, VALUE_TUPLE);

	return v == NULL || move_items(p, v, first) < 0 ? -1 : pickle_push(p, v);
}

static int run_tuple(struct pickle *p)
{
	size_t first;

	return pop_mark(p, &first) < 0 ? -1 : tuple_of(p, first);
}

static int short_tuple(struct pickle *p, size_t count)
{
	if (p->stack.count - floor_of(p) < count)
		return pickle_fail(p, "a tuple of %zu, but the stack is shorter", count);
	return tuple_of(p, p->stack.count - count);
}

static int run_tuple1(struct pickle *p)
{
	return short_tuple(p, 1);
}

static int run_tuple2(struct pickle *p)
{
	return short_tuple(p, 2);
}

static int run_tuple3(struct pickle *p)
{
	return short_tuple(p, 3);
}

/* Adds items[first …] to the list or dict below them. */
static int extend(struct pickle *p, size_t first, enum value_kind kind)
{
	struct value *to = first > floor_of(p) ? p->stack.items[first - 1] : NULL;

	if (to == NULL || to->kind != kind || (kind == VALUE_DICT && (p->stack.count - first) % 2 != 0))
		return pickle_fail(p, "items for %s, but there is none", kind == VALUE_DICT ? "a dict" : "a list");
	return move_items(p, to, first);
}

static int run_append(struct pickle *p)
{
	if (p->stack.count - floor_of(p) < 2)
		return pickle_fail(p, "an item for a list, but the stack is shorter");
	return extend(p, p->stack.count - 1, VALUE_LIST);
}

static int run_appends(struct pickle *p)
{
	size_t first;

	return pop_mark(p, &first) < 0 ? -1 : extend(p, first, VALUE_LIST);
}

static int run_setitem(struct pickle *p)
{
	if (p->stack.count - floor_of(p) < 3)
		return pickle_fail(p, "an item for a dict, but the stack is shorter");
	return extend(p, p->stack.count - 2, VALUE_DICT);
}

static int run_setitems(struct pickle *p)
{
	size_t first;

	return pop_mark(p, &first) < 0 ? -1 : extend(p, first, VALUE_DICT);
}

static int put(struct pickle *p, size_t width)
{
	struct value *v;
	size_t index;

	if (take_number(p, &index, width) < 0 || (v = top(p)) == NULL)
		return -1;
	if (index >= most_memo)
		return pickle_fail(p, "memo entry %zu, expected one below %zu", index, most_memo);
	while (p->memo.count <= index)
		if (pickle_append(p, &p->memo, NULL) < 0)
			return -1;
	p->memo.items[index] = v;
	return 0;
}

static int get(struct pickle *p, size_t width)
{
	size_t index;

	if (take_number(p, &index, width) < 0)
		return -1;
	if (index >= p->memo.count || p->memo.items[index] == NULL)
		return pickle_fail(p, "memo entry %zu was never set", index);
	return pickle_push(p, p->memo.items[index]);
}

static int run_put1(struct pickle *p)
{
	return put(p, 1);
}

static int run_put4(struct pickle *p)
{
	return put(p, 4);
}

static int run_get1(struct pickle *p)
{
	return get(p, 1);
}

static int run_get4(struct pickle *p)
{
	return get(p, 4);
}

static int run_global(struct pickle *p)
{
	struct pickle_bytes module, name;
	const struct global *global;
	struct value *v;

	if (take_line(p, &module) < 0 || take_line(p, &name) < 0 || (global = global_find(p, module, name)) == NULL)
		return -1;
	v = pickle_value(p, VALUE_GLOBAL);
	if (v != NULL)
		v->global = global;
	return pickle_push(p, v);
}

static int run_call(struct pickle *p)
{
	struct value *arguments = pop(p), *callee = arguments ? pop(p) : NULL;

	if (callee == NULL)
		return -1;
	if (callee->kind != VALUE_GLOBAL || callee->global->call == NULL || arguments->kind != VALUE_TUPLE)
		return pickle_fail(p, "a call of %s with %s is refused",
				   callee->kind == VALUE_GLOBAL ? callee->global->name : value_name(callee),
				   value_name(arguments));
	return pickle_push(p, callee->global->call(p, &arguments->sequence));
}

/* The attributes of a state_dict (its _metadata) are of no use. */
static int run_build(struct pickle *p)
{
	struct value *state = pop(p), *object = state ? top(p) : NULL;

	if (object == NULL)
		return -1;
	if (object->kind != VALUE_DICT || state->kind != VALUE_DICT)
		return pickle_fail(p, "attributes of %s from %s, expected a dict from a dict", value_name(object),
				   value_name(state));
	return 0;
}

static int run_persistent(struct pickle *p)
{
	struct value *id = pop(p);

	return id == NULL ? -1 : pickle_push(p, global_storage(p, id));
}

static const struct opcode {
	char code;
	int (*run)(struct pickle *p);
} opcodes[] = {
	{ '\x80', run_protocol },  /* PROTO */
	{ '(', run_mark },         /* MARK */
	{ '.', run_stop },         /* STOP */
	{ 'N', run_none },         /* NONE */
	{ '\x88', run_true },      /* NEWTRUE */
	{ '\x89', run_false },     /* NEWFALSE */
	{ 'K', run_int1 },         /* BININT1 */
	{ 'M', run_int2 },         /* BININT2 */
	{ 'J', run_int4 },         /* BININT */
	{ '\x8a', run_long1 },     /* LONG1 */
	{ 'G', run_real },         /* BINFLOAT */
	{ 'X', run_unicode },      /* BINUNICODE */
	{ 'U', run_short_string }, /* SHORT_BINSTRING */
	{ ')', run_empty_tuple },  /* EMPTY_TUPLE */
	{ 't', run_tuple },        /* TUPLE */
	{ '\x85', run_tuple1 },    /* TUPLE1 */
	{ '\x86', run_tuple2 },    /* TUPLE2 */
	{ '\x87', run_tuple3 },    /* TUPLE3 */
	{ ']', run_empty_list },   /* EMPTY_LIST */
	{ 'a', run_append },       /* APPEND */
	{ 'e', run_appends },      /* APPENDS */
	{ '}', run_empty_dict },   /* EMPTY_DICT */
	{ 's', run_setitem },      /* SETITEM */
	{ 'u', run_setitems },     /* SETITEMS */
	{ 'q', run_put1 },         /* BINPUT */
	{ 'r', run_put4 },         /* LONG_BINPUT */
	{ 'h', run_get1 },         /* BINGET */
	{ 'j', run_get4 },         /* LONG_BINGET */
	{ 'c', run_global },       /* GLOBAL */
	{ 'R', run_call },         /* REDUCE */
	{ 'b', run_build },        /* BUILD */
	{ 'Q', run_persistent },   /* BINPERSID */
};

int pickle_step(struct pickle *p)
{
	struct pickle_bytes code;
	const char *refused;

	p->opcode_at = p->at;
	if (take(p, &code, 1) < 0)
		return -1;
	for (size_t i = 0; i < sizeof opcodes / sizeof opcodes[0]; i++)
		if (opcodes[i].code == code.data[0])
			return opcodes[i].run(p);
	refused = opcode_refused(code.data[0]);
	if (refused != NULL)
		return pickle_fail(p, "opcode %s is refused: no state_dict needs it", refused);
	return pickle_fail(p, "opcode 0x%02x, which pickles do not have", (unsigned)(unsigned char)code.data[0]);
}
