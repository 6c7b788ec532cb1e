/* The programs that measure on plain files, as they are called from a shell. */
#include "probe.h"

#include <stdlib.h>

static char *place;

static void expect(const char *arguments, int status, const char *part)
{
	int got = support_tunescope(place, arguments);
	char *text = support_text(place, "printed.txt");

	if (got != status || strstr(text, part) == NULL)
		fail_msg("%s: exit %d, \"%s\"; expected exit %d, \"%s\"", arguments, got, text, status, part);
	free(text);
}

static int set_up(void **state)
{
	(void)state;
	place = support_folder();
	probe_points(place, 150, 6, 4, 0.5, 41);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	support_remove(place);
	return 0;
}

/* Proofs that are written can be checked; ones that are changed are refused. */
static void certificates_are_written_and_checked(void **state)
{
	char *layer = path_join(place, "proofs/layer0"), *text;

	(void)state;
	expect("directprobe --embeddings embeddings.npy --labels labels.txt --min-points 1 --out found "
	       "--certificates proofs",
	       0, "");
	expect("directprobe --check proofs", 0, "proofs: 1 layers; ");
	expect("directprobe --check proofs", 0, " distances are closed, 0 bounded\n");
	text = support_text(layer, "distances.csv");
	strrchr(text, ',')[1] ^= 1; /* the count of pairs */
	probe_write(layer, "distances.csv", text);
	free(text);
	expect("directprobe --check proofs", 1, " pairs are stated, there are ");
	expect("directprobe --check none", 2, "tunescope-directprobe: none: no certificates\n");
	expect("directprobe --embeddings embeddings.npy --labels labels.txt --out again "
	       "--clusters found/clusters.txt --certificates more",
	       2, "those that --clusters gives have none\n");
	free(layer);
}

/* Clusters that were found are measured again to the same bytes. */
static void clusters_are_measured_again(void **state)
{
	char *found = path_join(place, "found"), *again = path_join(place, "again");

	(void)state;
	expect("directprobe --embeddings embeddings.npy --labels labels.txt --min-points 1 --out found", 0, "");
	expect("directprobe --embeddings embeddings.npy --labels labels.txt --min-points 1 --out again "
	       "--clusters found/clusters.txt",
	       0, "");
	assert_same_file(found, again, "distances.csv");
	assert_same_file(found, again, "distances.txt");
	assert_same_file(found, again, "inside.csv");
	free(found);
	free(again);
}

/* Missing pairs are left out, or 0; files of either form are taken. */
static void similarities_follow_either_convention(void **state)
{
	(void)state;
	probe_write(place, "a.txt", "a---b,1.5\na---c,2.25\na---d,0.5\nb---c,1.25\nb---d,0\nc---d,3\n");
	probe_write(place, "b.txt", "a---b,1.25\na---c,2\na---d,0.75\nb---c,1.5\nb---d,2\nc---d,2.5\n");
	expect("similarity --a a.txt --b b.txt", 0, "\"pairs\": 5");
	expect("similarity --a a.txt --b b.txt --pairs present", 0, "\"pairs\": 5");
	expect("similarity --a a.txt --b b.txt --pairs zero", 0, "\"pairs\": 6");
	expect("similarity --a a.txt --b b.txt --pairs zero", 0, "\"dropped\": ");
	expect("similarity --a a.txt --b b.txt --pairs some", 2, "--pairs some: expected present or zero\n");
	expect("directprobe --embeddings embeddings.npy --labels labels.txt --min-points 1 --out found", 0, "");
	expect("similarity --a found/distances.csv --b found/distances.txt", 0,
	       "\"linear_a\": false, \"linear_b\": false");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_are_written_and_checked),
		cmocka_unit_test(clusters_are_measured_again),
		cmocka_unit_test(similarities_follow_either_convention),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
