#include "probe/kinds.h"

#include <string.h>

static const struct {
	const char *name;
	enum probe_kind kind;
} kinds[] = {
	{ "mlp", PROBE_MLP },
	{ "linear", PROBE_LINEAR },
	{ "control", PROBE_CONTROL },
	{ "mdl", PROBE_MDL },
};

int kinds_parse(unsigned *out, const char *list, struct error *err)
{
	*out = 0;
	for (const char *p = list;; p++) {
		size_t n, k = 0;

		p += strspn(p, " ");
		n = strcspn(p, ", ");
		while (k < sizeof kinds / sizeof *kinds &&
		       (strlen(kinds[k].name) != n || strncmp(kinds[k].name, p, n) != 0))
			k++;
		if (k == sizeof kinds / sizeof *kinds)
			return error_set(err, STATUS_INPUT, "kinds: \"%.*s\": expected mlp, linear, control or mdl",
					 (int)n, p);
		*out |= kinds[k].kind;
		p += n + strspn(p + n, " ");
		if (*p == '\0')
			return 0;
	}
}
