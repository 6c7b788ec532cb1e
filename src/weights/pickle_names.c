/* What messages call the parts of a pickle. */
#include "weights/pickle_machine.h"

const char *value_name(const struct value *v)
{
	static const char *const names[VALUE_KINDS] = {
		[VALUE_NONE] = "None",     [VALUE_BOOL] = "bool",       [VALUE_INTEGER] = "int",
		[VALUE_LONG] = "int",      [VALUE_REAL] = "float",      [VALUE_TEXT] = "str",
		[VALUE_TUPLE] = "tuple",   [VALUE_LIST] = "list",       [VALUE_DICT] = "dict",
		[VALUE_GLOBAL] = "global", [VALUE_STORAGE] = "storage", [VALUE_TENSOR] = "tensor",
	};

	return names[v->kind];
}

/* All that the machine does not run, up to protocol 5. */
const char *opcode_refused(char code)
{
	static const struct {
		char code;
		const char *name;
	} names[] = {
		{ 'I', "INT" },
		{ 'L', "LONG" },
		{ '\x8b', "LONG4" },
		{ 'F', "FLOAT" },
		{ 'S', "STRING" },
		{ 'T', "BINSTRING" },
		{ 'V', "UNICODE" },
		{ '\x8c', "SHORT_BINUNICODE" },
		{ '\x8d', "BINUNICODE8" },
		{ 'B', "BINBYTES" },
		{ 'C', "SHORT_BINBYTES" },
		{ '\x8e', "BINBYTES8" },
		{ '\x96', "BYTEARRAY8" },
		{ '\x97', "NEXT_BUFFER" },
		{ '\x98', "READONLY_BUFFER" },
		{ 'l', "LIST" },
		{ 'd', "DICT" },
		{ '\x8f', "EMPTY_SET" },
		{ '\x90', "ADDITEMS" },
		{ '\x91', "FROZENSET" },
		{ '0', "POP" },
		{ '1', "POP_MARK" },
		{ '2', "DUP" },
		{ 'p', "PUT" },
		{ 'g', "GET" },
		{ '\x94', "MEMOIZE" },
		{ '\x95', "FRAME" },
		{ 'P', "PERSID" },
		{ 'i', "INST" },
		{ 'o', "OBJ" },
		{ '\x81', "NEWOBJ" },
		{ '\x92', "NEWOBJ_EX" },
		{ '\x93', "STACK_GLOBAL" },
		{ '\x82', "EXT1" },
		{ '\x83', "EXT2" },
		{ '\x84', "EXT4" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].code == code)
			return names[i].name;
	return NULL;
}
