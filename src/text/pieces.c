#include "text/pieces.h"

#include "base/array.h"

#include <stdlib.h>

int pieces_add(struct pieces *p, int32_t id, size_t start, struct error *err)
{
	if (array_reserve(&p->ids, &p->capacity, p->count + 1, sizeof *p->ids) < 0 ||
	    array_reserve(&p->starts, &p->starts_capacity, p->count + 1, sizeof *p->starts) < 0)
		return error_memory(err, "pieces");
	p->ids[p->count] = id;
	p->starts[p->count++] = start;
	return 0;
}

void pieces_release(struct pieces *p)
{
	free(p->ids);
	free(p->starts);
	*p = (struct pieces){ 0 };
}
