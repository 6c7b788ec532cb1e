/* Fonts are a parameter of figures and report: others make these again, and an
 * audit tells them from faults. */
#include "mini.h"

#include "figure/machine.h"

#define FONTLESS "FONTCONFIG_FILE=$PWD/fonts.conf "

static void figures_follow_the_fonts(void **state)
{
	(void)state;
	expect(shell("$T status --experiment $F"), 0);
	expect(shell(FONTLESS
		     "$T status --experiment $F > said; s=$?; grep -v 'up to date\\|^released' said; exit $s"),
	       1);
	assert_printed("would run   figures/minimum: parameters changed: fonts DejaVu Sans ");
	assert_printed(" → none; none\n");
	assert_printed("would run   report: ");
	expect(shell("grep -c '^would run' said"), 0);
	assert_printed("14\n"); /* the figures and the report, no other cell */
}

static void an_audit_tells_fonts_from_faults(void **state)
{
	(void)state;
	expect(shell("$T audit --experiment $F > said && ! grep '^fonts\\|other fonts' said"), 0);
	expect(shell(FONTLESS
		     "$T audit --experiment $F > said; s=$?; cat said; ! grep -q '^broken\\|^sound *figures' "
		     "said && exit $s"),
	       0);
	assert_printed("fonts    figures/minimum: made with DejaVu Sans ");
	assert_printed("; here it would be with none; none\n");
	assert_printed("fonts    report: made with ");
	assert_printed(" 0 links broken\n");
	assert_printed("mini: 14 cells were drawn with other fonts than this machine's, and were not made again\n");
	expect(shell(FONTLESS "$T audit --quiet --deep 200 --experiment $F"), 0);
	assert_printed(" 0 artefacts differ");
}

/* What is broken besides is told. */
static void faults_beside_other_fonts_are_told(void **state)
{
	char *name;

	(void)state;
	expect(shell("ls cache/mini/figures/loss/*.svg | head -1"), 0);
	name = printed();
	name[strcspn(name, "\n")] = '\0';
	flip(name);
	expect(shell(FONTLESS "$T audit --quiet --experiment $F"), 1);
	assert_printed("broken   figures/loss: ");
	flip(name);
	free(name);
	expect(shell("M=cache/mini/figures/loss/manifest.json; cp $M kept; sed -i 's/\"fonts\":/\"font\":/' $M; $T "
		     "audit --quiet --experiment $F; s=$?; cp kept $M; exit $s"),
	       1);
	assert_printed("broken   figures/loss: parameter fonts is DejaVu Sans ");
}

/* Fonts that come later make the figures again, and then all is up to date. */
static void fonts_that_come_later_are_used(void **state)
{
	char before[65], after[65];
	char *name;

	(void)state;
	expect(shell("ls cache/mini/figures/loss/*.svg | head -1"), 0);
	name = printed();
	name[strcspn(name, "\n")] = '\0';
	digest(before, name);
	expect(shell("export " FONTLESS
		     "; $T plan --experiment $F > plan.mk && for g in figures report; do make -s -f "
		     "plan.mk TUNESCOPE=$T FILE=$F JOBS=1 QUIET=--quiet $g || exit; done; $T status --experiment $F"),
	       0);
	assert_printed("tunescope-figures: figures/loss: warning: no font here has the characters of ");
	assert_printed("tunescope-report: report: warning: no font here has the characters of ");
	assert_printed("install fonts-dejavu-core\n");
	expect(shell("grep -l 'warning: no font here has' cache/mini/figures/loss/log cache/mini/report/log"), 0);
	digest(after, name);
	assert_string_not_equal(before, after);
	expect(shell("for g in figures report; do make -s -f plan.mk TUNESCOPE=$T FILE=$F JOBS=1 QUIET=--quiet $g || "
		     "exit; done && $T status --experiment $F"),
	       0);
	digest(after, name);
	assert_string_equal(before, after);
	free(name);
}

static int set_up(void **state)
{
	static const char *const none[] = { NULL };

	if (mini_set_up(state) < 0)
		return -1;
	free(machine_with(place, none));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_follow_the_fonts),
		cmocka_unit_test(an_audit_tells_fonts_from_faults),
		cmocka_unit_test(faults_beside_other_fonts_are_told),
		cmocka_unit_test(fonts_that_come_later_are_used),
	};

	return cmocka_run_group_tests(tests, set_up, mini_tear_down);
}
