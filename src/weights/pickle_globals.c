/* The globals of a state_dict, and what calling them builds. */
#include "weights/pickle_machine.h"

#include <stdio.h>
#include <string.h>

static struct value *fail(struct pickle *p, const char *message)
{
	pickle_fail(p, "%s", message);
	return NULL;
}

static bool size_of(size_t *out, const struct value *v)
{
	if (v->kind != VALUE_INTEGER || v->integer < 0)
		return false;
	*out = (size_t)v->integer;
	return true;
}

/* OrderedDict() */
static struct value *call_dict(struct pickle *p, const struct pickle_items *arguments)
{
	if (arguments->count != 0)
		return fail(p, "collections.OrderedDict with arguments, expected none");
	return pickle_value(p, VALUE_DICT);
}

static bool read_sizes(size_t out[MOST_DIMENSIONS], const struct value *tuple)
{
	for (size_t d = 0; d < tuple->sequence.count; d++)
		if (!size_of(&out[d], tuple->sequence.items[d]))
			return false;
	return true;
}

/* _rebuild_tensor_v2(storage, offset, shape, stride, requires_grad, hooks[, metadata]) */
static struct value *call_tensor(struct pickle *p, const struct pickle_items *arguments)
{
	struct value *const *a = arguments->items;
	struct value *v;

	if (arguments->count < 6 || arguments->count > 7 || a[0]->kind != VALUE_STORAGE ||
	    a[2]->kind != VALUE_TUPLE || a[3]->kind != VALUE_TUPLE || a[2]->sequence.count != a[3]->sequence.count)
		return fail(p, "torch._utils._rebuild_tensor_v2: expected (storage, offset, shape, stride, "
			       "requires_grad, hooks)");
	if (a[2]->sequence.count > MOST_DIMENSIONS)
		return fail(p, "a tensor of more than 8 dimensions");
	v = pickle_value(p, VALUE_TENSOR);
	if (v == NULL)
		return NULL;
	v->tensor = (struct pickle_tensor){ .storage = &a[0]->storage, .rank = (unsigned)a[2]->sequence.count };
	if (!size_of(&v->tensor.offset, a[1]) || !read_sizes(v->tensor.shape, a[2]) ||
	    !read_sizes(v->tensor.stride, a[3]))
		return fail(p,
			    "torch._utils._rebuild_tensor_v2: an offset, size or stride that is no integer from 0");
	return v;
}

/* _rebuild_parameter(tensor, requires_grad, hooks): the tensor. */
static struct value *call_parameter(struct pickle *p, const struct pickle_items *arguments)
{
	if (arguments->count != 3 || arguments->items[0]->kind != VALUE_TENSOR)
		return fail(p, "torch._utils._rebuild_parameter: expected (tensor, requires_grad, hooks)");
	return arguments->items[0];
}

static const struct global globals[] = {
	{ "collections", "OrderedDict", call_dict },
	{ "torch._utils", "_rebuild_tensor_v2", call_tensor },
	{ "torch._utils", "_rebuild_parameter", call_parameter },
	{ "torch", "FloatStorage", NULL },
	{ "torch", "HalfStorage", NULL },
	{ "torch", "BFloat16Storage", NULL },
	{ "torch", "DoubleStorage", NULL },
	{ "torch", "LongStorage", NULL },
	{ "torch", "IntStorage", NULL },
	{ "torch", "ByteStorage", NULL },
	{ "torch", "BoolStorage", NULL },
};

static bool equal(struct pickle_bytes bytes, const char *text)
{
	return bytes.length == strlen(text) && memcmp(bytes.data, text, bytes.length) == 0;
}

/* A name as it can stand in a message: printable ASCII, cut to length. */
static void printable(char out[101], struct pickle_bytes name)
{
	size_t length = name.length < 100 ? name.length : 100;

	for (size_t i = 0; i < length; i++)
		out[i] = name.data[i] > ' ' && name.data[i] < 0x7F ? name.data[i] : '?';
	out[length] = '\0';
}

const struct global *global_find(struct pickle *p, struct pickle_bytes module, struct pickle_bytes name)
{
	char module_text[101], name_text[101];

	for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++)
		if (equal(module, globals[i].module) && equal(name, globals[i].name))
			return &globals[i];
	printable(module_text, module);
	printable(name_text, name);
	pickle_fail(p, "global %s.%s is refused: no state_dict needs it, and nothing is executed", module_text,
		    name_text);
	return NULL;
}

/* The view of a storage in files of PyTorch before 0.4: None, or (key, first
 * element, elements). */
static bool read_view(size_t *first, const struct value *view)
{
	size_t elements;

	*first = 0;
	if (view->kind == VALUE_NONE)
		return true;
	return view->kind == VALUE_TUPLE && view->sequence.count == 3 && size_of(first, view->sequence.items[1]) &&
	       size_of(&elements, view->sequence.items[2]);
}

struct value *global_storage(struct pickle *p, const struct value *id)
{
	static const char expected[] = "persistent id: expected ('storage', type, key, location, elements)";
	struct value *const *a = id->sequence.items;
	const struct element *type;
	struct value *v;
	size_t elements, first = 0;

	if (id->kind != VALUE_TUPLE || id->sequence.count < 5 || id->sequence.count > 6 || a[0]->kind != VALUE_TEXT ||
	    !equal(a[0]->bytes, "storage") || a[1]->kind != VALUE_GLOBAL || a[2]->kind != VALUE_TEXT ||
	    !size_of(&elements, a[4]) || (id->sequence.count == 6 && !read_view(&first, a[5])))
		return fail(p, expected);
	type = element_of_storage(a[1]->global->name, strlen(a[1]->global->name));
	if (type == NULL)
		return fail(p, expected);
	if (a[2]->bytes.length == 0 || a[2]->bytes.length > 40)
		return fail(p, "a storage's key, expected 1 to 40 digits or letters");
	for (size_t i = 0; i < a[2]->bytes.length; i++)
		if (strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", a[2]->bytes.data[i]) ==
			    NULL ||
		    a[2]->bytes.data[i] == '\0')
			return fail(p, "a storage's key, expected 1 to 40 digits or letters");
	v = pickle_value(p, VALUE_STORAGE);
	if (v != NULL)
		v->storage = (struct pickle_storage){ type, a[2]->bytes, elements, first };
	return v;
}
