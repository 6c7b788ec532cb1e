/* The grids of settings that have a name, in the words of the report. */
#include "support.h"

#include "base/json.h"
#include "probe/grid.h"
#include "report/content.h"

/* What the report says of a grid is what the probe takes from its name. */
static void test_grids(void **state)
{
	static const struct {
		const char *name, *text;
	} grids[] = { { "paper", CONTENT_GRID_PAPER }, { "small", CONTENT_GRID_SMALL } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct probe_grid s;
		struct error err = { 0 };
		struct prose sizes = { 0 }, alphas = { 0 }, whole = { 0 };

		assert_int_equal(grid_parse(&s, grids[i].name, &err), 0);
		for (size_t k = 0; k < s.count; k++) {
			char alpha[32];

			if (s.items[k].alpha == s.items[0].alpha && s.items[k].hidden1 == s.items[0].hidden1)
				prose_item(&sizes, ", ", "%zu", s.items[k].hidden2);
			number_format(alpha, s.items[k].alpha);
			if (k == 0 || s.items[k].alpha != s.items[k - 1].alpha)
				prose_item(&alphas, ", ", "%s", alpha);
		}
		prose_format(&whole, "{%s} × {%s} and %s", sizes.text, sizes.text, alphas.text);
		assert_string_equal(whole.text, grids[i].text);
		prose_release(&sizes);
		prose_release(&alphas);
		prose_release(&whole);
		grid_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_grids) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
