/* The plan as rules for make, and as a graph.
 *
 * Every cell is a phony target whose prerequisites give the order and nothing
 * else; its recipe asks `tunescope check` and runs the stage where that says
 * no. A stage's name stands for all its cells. The readers (collect, figures,
 * report) have no prerequisite among the other cells: they read the tables that
 * are there and name what is missing. */
#ifndef WORKFLOW_RULES_H
#define WORKFLOW_RULES_H

#include "workflow/plan.h"

#include <stdio.h>

void rules_write(const struct plan *p, FILE *to);

/* Graphviz's DOT. */
void rules_write_graph(const struct plan *p, FILE *to);

#endif
