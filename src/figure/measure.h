/* The measures of results.csv that are shown layer by layer: a row for each,
 * from which figures and tables take what they say of it.
 *
 * To add one: a row in measure.c; what computes it, and puts it into results.csv, in
 * findings/results_geometry.c (through the summary.json of geometry/results.c where a
 * stage computes it); a field in findings/record.h and record.c, from which layers.csv
 * follows; a column of a table for readers in findings/tabulars_layers.c. */
#ifndef FIGURE_MEASURE_H
#define FIGURE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

struct measure {
	const char *key;   /* "minimum", as in results.csv and in the columns of layers.csv */
	const char *title; /* of an axis or in a legend; NULL: no figure shows it */
	const char *split; /* of the data on which it is taken */
	bool percent;      /* a fraction, shown in percent */
	int decimals;      /* of printed values; −1: as three digits of the largest need */
	bool mapped;       /* a map of layers shows it */
	bool probed;       /* by a classifier, which may see the last layer only */
	bool least;        /* less of it is better */
	bool ratio;        /* coloured by ratio, where values are far apart */
	bool followed;     /* the trajectory has it for every label and update */
	bool agrees;       /* with the original, in alignment.csv: 1 is unchanged */
	double apart;      /* of such a one that is a distance: its largest, drawn as 1 less its part of it */
};

size_t measure_count(void);
const struct measure *measure_at(size_t i);
const struct measure *measure_find(const char *key); /* NULL: none */

#endif
