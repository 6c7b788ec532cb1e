// Sorting and filtering of tables, the lines of the graph of cells, wide drawings. The page is complete without it.
(() => {
	'use strict';

	const number = (text) => {
		const found = text.replace(/\u2212/g, '-').match(/^[<+]?\s*\(?(-?\d+(?:\.\d+)?)/);
		return found ? parseFloat(found[1]) : NaN;
	};

	// Numbers by value, then texts; what is missing comes last either way.
	const compare = (a, b, down) => {
		const x = number(a), y = number(b);
		if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
		const order = Number.isNaN(x) ? a.localeCompare(b) : x - y;
		return down ? -order : order;
	};

	// The heading of each column: the lowest cell above it.
	const headings = (table) => {
		const rows = [...table.tHead.rows], columns = [], open = [];
		let c = 0;
		for (const cell of rows[0].cells) {
			for (let i = 0; i < cell.colSpan; i++, c++) {
				if (cell.scope === 'col') columns[c] = cell;
				else open.push(c);
			}
		}
		if (rows.length > 1) open.forEach((column, i) => { columns[column] = rows[1].cells[i]; });
		return columns;
	};

	const sortable = (table) => {
		const body = table.tBodies[0], columns = headings(table);
		columns.forEach((heading, column) => {
			const button = document.createElement('button');
			button.className = 'sort';
			button.type = 'button';
			button.title = 'Sort';
			button.append(...heading.childNodes);
			heading.append(button);
			button.addEventListener('click', () => {
				const down = heading.getAttribute('aria-sort') === 'ascending';
				columns.forEach((other) => other.removeAttribute('aria-sort'));
				heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
				const text = (row) => row.cells[column].textContent.trim();
				body.append(...[...body.rows].sort((a, b) => compare(text(a), text(b), down)));
				for (const row of body.rows) {
					row.classList.remove('first');
					for (const cell of row.cells) cell.classList.remove('again');
				}
			});
		});
	};

	const filterable = (table) => {
		const input = document.createElement('input');
		input.type = 'search';
		input.className = 'filter';
		input.placeholder = 'Filter rows';
		input.setAttribute('aria-label', 'Filter the rows of: ' + table.caption.textContent);
		input.addEventListener('input', () => {
			const words = input.value.toLowerCase().split(/\s+/);
			for (const row of table.tBodies[0].rows) {
				const text = row.textContent.toLowerCase();
				row.hidden = !words.every((word) => text.includes(word));
			}
		});
		table.parentElement.before(input);
	};

	// The lines from and to the cell under the pointer.
	const traceable = (graph) => {
		const edges = [...graph.querySelectorAll('[data-from]')];
		const trace = (node) => edges.forEach((edge) => edge.classList.toggle('on',
			node !== undefined && (edge.dataset.from === node || edge.dataset.to === node)));
		graph.addEventListener('pointerover', (event) => trace(event.target.dataset.node));
		graph.addEventListener('focusin', (event) => trace(event.target.querySelector('rect')?.dataset.node));
		graph.addEventListener('pointerleave', () => trace(undefined));
	};

	// A drawing wider than the screen can be scrolled by keyboard.
	const scrollable = (drawing) => {
		if (drawing.scrollWidth <= drawing.clientWidth) return;
		drawing.tabIndex = 0;
		drawing.setAttribute('role', 'region');
		drawing.setAttribute('aria-label', drawing.closest('.exhibit').querySelector('h3').textContent);
	};

	for (const graph of document.querySelectorAll('svg.graph')) traceable(graph);
	for (const drawing of document.querySelectorAll('.lead .drawing')) scrollable(drawing);
	for (const table of document.querySelectorAll('main table')) {
		const rows = table.tBodies[0].rows.length;
		if (rows > 2) sortable(table);
		if (rows > 12) filterable(table);
	}
})();
