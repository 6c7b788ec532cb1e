/* The plan as rules for make, and as a graph.
 *
 * Every cell is a phony target whose prerequisites give the order and nothing
 * else; its recipe is `tunescope run`, which does nothing where the cell is up to
 * date. A stage's name stands for all its cells. Cells' names mean nothing to
 * make or to a shell (base/name.h), and paths come by the environment:
 * TUNESCOPE, the program, and FILE, the experiment's file. The readers (collect, figures,
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
