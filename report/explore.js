// Linked views of one run, drawn from the page's data: a layer, a pair of labels, and what the
// classifier took one for the other in. Whatever is chosen by pointing can be chosen from the
// lists above the views; the choice stands in the page's address.
(() => {
	'use strict';

	const root = document.getElementById('explorer');
	const source = document.getElementById('exploration').textContent.trim();
	if (!root || source === '') return;
	const data = JSON.parse(source);
	if (data.runs.length === 0) return;

	const unique = (values) => [...new Set(values)];
	const shown = (value, digits = 3) => value === null || value === undefined ? '–'
		: (Math.abs(value) >= 1000 ? Math.round(value).toString() : String(+value.toPrecision(digits))).replace('-', '−');
	const percent = (value) => value === null || value === undefined ? '–' : (100 * value).toFixed(1) + ' %';

	// Elements, of HTML and of SVG.
	const make = (space, name, attributes, children) => {
		const e = space ? document.createElementNS(space, name) : document.createElement(name);
		for (const [key, value] of Object.entries(attributes || {})) {
			if (key.startsWith('on')) e.addEventListener(key.slice(2), value);
			else e.setAttribute(key, value);
		}
		e.append(...(children || []));
		return e;
	};
	const html = (name, attributes, ...children) => make(null, name, attributes, children);
	const svg = (name, attributes, ...children) => make('http://www.w3.org/2000/svg', name, attributes, children);
	const hint = (text) => svg('title', {}, text);

	// The pair i < j in the list of all pairs of n labels.
	const place = (i, j, n) => {
		const [a, b] = i < j ? [i, j] : [j, i];
		return a * n - a * (a + 1) / 2 + b - a - 1;
	};

	// What is chosen.
	const state = {};
	const run = () => data.runs.find((r) => r.model === state.model && r.task === state.task && r.seed === state.seed);
	const labels = () => data.tasks[state.task].labels;
	const at = () => run().layers.findIndex((l) => l.layer === state.layer);
	const distance = (side, i, j) => {
		const values = run()[side][at()];
		return values ? values[place(i, j, labels().length)] : null;
	};
	const confused = (side, i, j) => {
		const found = run().confusion[side].find(([label, predicted]) => label === i && predicted === j);
		return found ? found[2] : 0;
	};

	// Pairs that the classifier took for one another, the most often first.
	const mixed = () => {
		const sums = new Map();
		for (const side of ['before', 'after'])
			for (const [i, j, count] of run().confusion[side])
				if (i !== j) {
					const key = Math.min(i, j) + ' ' + Math.max(i, j);
					sums.set(key, (sums.get(key) || 0) + count);
				}
		return [...sums].sort((x, y) => y[1] - x[1]).map(([key]) => key.split(' ').map(Number));
	};

	// Makes a choice possible: what is not there becomes what is.
	const settle = () => {
		const of = (key, runs) => unique(runs.map((r) => r[key]));
		const keep = (key, values) => { if (!values.includes(state[key])) state[key] = values[0]; };
		keep('task', of('task', data.runs));
		keep('model', of('model', data.runs.filter((r) => r.task === state.task)));
		keep('seed', of('seed', data.runs.filter((r) => r.task === state.task && r.model === state.model)));
		const layers = run().layers.map((l) => l.layer);
		if (!layers.includes(state.layer)) state.layer = layers[layers.length - 1];
		const n = labels().length, fits = (i) => Number.isInteger(i) && i >= 0 && i < n;
		if (!fits(state.a) || !fits(state.b) || state.a === state.b) [state.a, state.b] = mixed()[0] || [0, Math.min(1, n - 1)];
	};

	const address = () => '#' + new URLSearchParams({ task: state.task, model: state.model, seed: state.seed,
		layer: state.layer, a: labels()[state.a], b: labels()[state.b] });
	const readAddress = () => {
		const q = new URLSearchParams(location.hash.slice(1));
		if (!q.has('task')) return false;
		Object.assign(state, { task: q.get('task'), model: q.get('model'), seed: Number(q.get('seed')),
			layer: q.has('layer') ? Number(q.get('layer')) : undefined, a: undefined, b: undefined });
		const names = (data.tasks[state.task] || { labels: [] }).labels;
		state.a = names.indexOf(q.get('a'));
		state.b = names.indexOf(q.get('b'));
		return true;
	};
	const choose = (change) => {
		const labelsChange = 'task' in change && change.task !== state.task;
		Object.assign(state, change, labelsChange ? { a: undefined, b: undefined } : {});
		draw();
		history.replaceState(null, '', address());
	};

	// A scale with round ticks.
	const scale = (values, from, to, whole = false) => {
		const known = values.filter((v) => v !== null && Number.isFinite(v));
		let low = Math.min(...known), high = Math.max(...known);
		if (known.length === 0) [low, high] = [0, 1];
		if (low === high) [low, high] = [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
		const step = 10 ** Math.floor(Math.log10((high - low) / 3));
		const size = [1, 2, 5, 10].map((k) => k * step).find((s) => (high - low) / s <= 4 && (!whole || s >= 1)) || 1;
		const ticks = [];
		for (let t = Math.ceil(low / size); t * size <= high + 1e-9 * size; t++) ticks.push(t * size);
		const pad = (high - low) * 0.06;
		const f = (v) => from + (v - low + pad) / (high - low + 2 * pad) * (to - from);
		return Object.assign(f, { ticks });
	};

	// A chart: series of {name, points: [{x, y, title, choose, on}], line, hollow, kind}.
	const chart = (title, xTitle, yTitle, series, whole = false) => {
		const width = 420, height = 240, left = 48, top = 22, bottom = height - 34, right = width - 12;
		const points = series.flatMap((s) => s.points).filter((p) => p.y !== null && p.x !== null);
		const x = scale(points.map((p) => p.x), left, right, whole), y = scale(points.map((p) => p.y), bottom, top);
		const all = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title });
		for (const t of x.ticks)
			all.append(svg('line', { class: 'grid', x1: x(t), x2: x(t), y1: top, y2: bottom }),
				svg('text', { x: x(t), y: bottom + 14, 'text-anchor': 'middle' }, shown(t)));
		for (const t of y.ticks)
			all.append(svg('line', { class: 'grid', x1: left, x2: right, y1: y(t), y2: y(t) }),
				svg('text', { x: left - 6, y: y(t) + 4, 'text-anchor': 'end' }, shown(t)));
		all.append(svg('text', { x: right, y: height - 6, 'text-anchor': 'end' }, xTitle),
			svg('text', { x: 4, y: 12 }, yTitle));
		for (const s of series) {
			const known = s.points.filter((p) => p.y !== null && p.x !== null);
			// A point that is missing interrupts the line.
			const runs = s.line ? s.points.reduce((all, p) => {
				if (p.y === null) all.push([]);
				else all[all.length - 1].push(`${x(p.x)},${y(p.y)}`);
				return all;
			}, [[]]) : [];
			for (const r of runs)
				if (r.length > 1) all.append(svg('polyline', { class: s.kind, fill: 'none', points: r.join(' ') }));
			for (const p of known)
				all.append(svg('circle', { class: `${s.kind} ${s.hollow ? 'hollow' : ''} ${p.on ? 'on' : ''} ${p.choose ? 'choice' : ''}`,
					cx: x(p.x), cy: y(p.y), r: p.on ? 6 : 4, ...(p.choose ? { onclick: () => choose(p.choose) } : {}) }, hint(p.title)));
		}
		return all;
	};

	// A matrix of labels; `values(i, j)` null: empty.
	const matrix = (title, values, most, whole, say) => {
		const n = labels().length, edge = Math.min(18, 360 / n), room = 74, size = room + n * edge + 4;
		const all = svg('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': title, class: 'matrix' });
		for (let i = 0; i < n; i++) {
			const name = labels()[i], middle = room + (i + 0.5) * edge;
			if (edge >= 7)
				all.append(svg('text', { x: room - 4, y: middle + 3, 'text-anchor': 'end', class: i === state.a || i === state.b ? 'strong' : '' }, name),
					svg('text', { transform: `translate(${middle + 3} ${room - 4}) rotate(-90)`, class: i === state.a || i === state.b ? 'strong' : '' }, name));
			for (let j = 0; j < n; j++) {
				if (i === j || (!whole && j > i)) continue;
				const value = values(i, j);
				const on = (i === state.a && j === state.b) || (i === state.b && j === state.a);
				all.append(svg('rect', { x: room + j * edge, y: room + i * edge, width: edge - 0.6, height: edge - 0.6,
					class: (value === null ? 'empty ' : '') + (on ? 'on ' : '') + 'choice',
					'fill-opacity': value === null ? 1 : 0.06 + 0.94 * (most > 0 ? value / most : 0),
					onclick: () => choose({ a: i, b: j }) }, hint(say(i, j, value))));
			}
		}
		return all;
	};

	const view = (title, note, ...drawings) => html('figure', {}, html('h3', {}, title), ...drawings, html('figcaption', {}, note));
	const key = () => html('p', { class: 'key' }, html('span', { class: 'before' }, '○ before'), ' ', html('span', { class: 'after' }, '● after fine-tuning'));

	const measures = { minimum: 'Minimum distance, mean over labels', accuracy: 'Accuracy of the probe', clusters: 'Clusters',
		similarity: 'Similarity to the original', cka: 'Unbiased CKA with the original', shift: 'Displacement, in multiples of the spread' };

	const layersView = () => {
		const of = (k) => run().layers.map((l) => {
			const pair = Array.isArray(l[state.measure]) ? l[state.measure] : k === 1 ? [null, l[state.measure]] : [null, null];
			return { x: l.layer, y: pair[k], on: l.layer === state.layer, choose: { layer: l.layer },
				title: `layer ${l.layer}, ${k ? 'after' : 'before'}: ${shown(pair[k])}` };
		});
		const list = html('select', { id: 'explore-measure', onchange: (e) => choose({ measure: e.target.value }) },
			...Object.entries(measures).map(([value, name]) => html('option', { value, ...(value === state.measure ? { selected: '' } : {}) }, name)));
		return view('Layer by layer', 'A point chooses its layer.', html('label', { for: 'explore-measure' }, 'Measure '), list,
			chart(`${measures[state.measure]} by layer`, 'Layer', measures[state.measure], [
				{ points: of(0), line: true, hollow: true, kind: 'before' }, { points: of(1), line: true, kind: 'after' }], true));
	};

	const cellsView = () => {
		const of = (k) => data.runs.filter((r) => r.task === state.task && r.seed === state.seed).flatMap((r) => r.layers
			.filter((l) => l.layer > 0).map((l) => ({ x: l.minimum[k], y: l.accuracy[k] === null ? null : 100 * l.accuracy[k],
				on: r.model === state.model && l.layer === state.layer, choose: { model: r.model, layer: l.layer },
				title: `${r.model}, layer ${l.layer}, ${k ? 'after' : 'before'}: ${percent(l.accuracy[k])} at ${shown(l.minimum[k])}` })));
		return view('Accuracy against distance', `All models on ${state.task}, the layers above 0. A point opens its model and layer.`,
			chart(`Accuracy against minimum distance, ${state.task}`, 'Minimum distance, mean over labels', 'Accuracy, %', [
				{ points: of(0), hollow: true, kind: 'before' }, { points: of(1), kind: 'after' }]));
	};

	const matrixView = () => {
		const known = ['before', 'after'].flatMap((side) => (run()[side][at()] || []).filter((v) => v !== null));
		const most = Math.max(0, ...known), names = labels();
		const one = (side) => html('div', {}, html('p', { class: 'side' }, side === 'before' ? 'Before' : 'After'),
			matrix(`Distances ${side}`, (i, j) => distance(side, i, j), most, false,
				(i, j, v) => `${names[i]}, ${names[j]}: ${v === null ? 'no distance' : shown(v)} ${side}`));
		return view('Distances between labels', `Both on one scale, from 0 (pale) to ${shown(most)} (dark); empty: no pair of clusters that is large enough, or hulls that overlap. A square chooses its pair.`,
			html('div', { class: 'two' }, one('before'), one('after')));
	};

	const pairView = () => {
		const followed = run().followed[at()], index = place(state.a, state.b, labels().length), steps = run().steps;
		const names = `${labels()[state.a]} and ${labels()[state.b]}`;
		const points = (followed || []).map((values, k) => ({ x: steps[k], y: values ? values[index] : null,
			title: `update ${steps[k]}: ${shown(values ? values[index] : null)}` }));
		const note = `Layer ${state.layer}. The line follows the original’s clusters, where these still have a distance; the rings are the clusters that are found anew before and after fine-tuning: ${shown(distance('after', state.a, state.b))}, from ${shown(distance('before', state.a, state.b))} before.`;
		if (!points.some((p) => p.y !== null))
			return view(`${names} during fine-tuning`, note, html('p', { class: 'missing' }, followed ? 'These two have no distance at this layer: their clusters are too small, or overlap.' : 'Of this layer the distances at each update are in the files alone.'));
		return view(`${names} during fine-tuning`, note, chart(`Distance of ${names}`, 'Updates', 'Distance', [{ points, line: true, kind: 'after' },
			{ points: ['before', 'after'].map((side, k) => ({ x: steps[k * (steps.length - 1)], y: distance(side, state.a, state.b), on: true,
				title: `clusters found anew ${side}: ${shown(distance(side, state.a, state.b))}` })), hollow: true, kind: 'before' }]));
	};

	const confusionView = () => {
		const names = labels(), sums = { before: [], after: [] };
		for (const side of ['before', 'after'])
			for (const [i, , count] of run().confusion[side]) sums[side][i] = (sums[side][i] || 0) + count;
		const one = (side) => html('div', {}, html('p', { class: 'side' }, side === 'before' ? 'Before' : 'After'),
			matrix(`Confusion ${side}: rows are labels, columns what they are read as`, (i, j) => sums[side][i] ? confused(side, i, j) / sums[side][i] : null, 0.5, true,
				(i, j, v) => `${names[i]} read as ${names[j]}: ${v === null ? 'none' : percent(v)} ${side}`));
		const rows = mixed().slice(0, 8).map(([i, j]) => html('tr', {},
			html('th', { scope: 'row' }, html('button', { type: 'button', class: 'pick', onclick: () => choose({ a: i, b: j }) }, `${names[i]}, ${names[j]}`)),
			html('td', { class: 'n' }, String(confused('before', i, j) + confused('before', j, i))), html('td', { class: 'n' }, String(confused('after', i, j) + confused('after', j, i)))));
		const table = html('table', {}, html('caption', {}, 'Taken for one another most often, over all runs of the probe'),
			html('thead', {}, html('tr', {}, html('th', { scope: 'col' }, 'Labels'), html('th', { scope: 'col', class: 'n' }, 'before'), html('th', { scope: 'col', class: 'n' }, 'after'))), html('tbody', {}, ...rows));
		return view('Confusion at the top layer', 'A row is a label of the test set, a column what the classifier reads it as; the darkest is half of the row or more.', html('div', { class: 'two' }, one('before'), one('after')), ...(rows.length ? [table] : []));
	};

	const mistakesView = () => {
		const names = labels(), pair = [state.a, state.b], { sentences, kind } = data.tasks[state.task];
		const ofPair = run().mistakes.filter(([, , , , , label, before, after]) => pair.includes(label) &&
			[before, after].some((answer) => answer !== label && pair.includes(answer)));
		const list = (state.all || ofPair.length === 0 ? run().mistakes : ofPair).slice(0, 60);
		const answer = (value, label) => html('span', { class: value === label ? 'right' : 'wrong' }, value < 0 ? '–' : names[value], value === label ? ' ✓' : ' ✗');
		const items = list.map(([sentence, first, last, first2, last2, label, before, after]) => {
			const words = sentences[sentence].split(' '), parts = [];
			const inside = (i) => kind !== 'sentence' && ((i >= first && i <= last) || (kind === 'pair' && i >= first2 && i <= last2));
			words.forEach((word, i) => parts.push(inside(i) ? html('mark', {}, word) : word, ' '));
			return html('li', {}, html('span', { class: 'sentence' }, ...parts), html('span', { class: 'answers' },
				html('b', {}, names[label]), ' · before: ', answer(before, label), ' · after: ', answer(after, label)));
		});
		const total = run().wrong, of = ofPair.length > 0 && !state.all
			? `${list.length} of ${ofPair.length} between ${names[state.a]} and ${names[state.b]}, of ${total} in all`
			: `${list.length} of ${total}`;
		return view('Misclassified test examples', `${of}; what most runs of the probe say at the top layer.`,
			...(ofPair.length > 0 ? [html('label', {}, html('input', { type: 'checkbox', id: 'explore-all', ...(state.all ? { checked: '' } : {}), onchange: (e) => choose({ all: e.target.checked }) }), ' of all labels')] : []),
			items.length ? html('ol', { class: 'mistakes', tabindex: '0', 'aria-label': 'Misclassified examples' }, ...items) : html('p', {}, 'None.'));
	};

	const selector = (name, id, values, value, change) => html('label', { for: id }, html('span', {}, name),
		html('select', { id, onchange: (e) => choose(change(e.target.value)) },
			...values.map(([v, text]) => html('option', { value: v, ...(v === value ? { selected: '' } : {}) }, text))));

	const controls = () => {
		const of = (key, runs) => unique(runs.map((r) => r[key])), plain = (list) => list.map((v) => [v, String(v)]);
		const mine = data.runs.filter((r) => r.task === state.task);
		const seeds = of('seed', mine.filter((r) => r.model === state.model)), names = labels().map((l, i) => [i, l]);
		return html('form', { class: 'controls', onsubmit: (e) => e.preventDefault(), 'aria-label': 'What to look at' },
			selector('Task', 'explore-task', plain(of('task', data.runs)), state.task, (v) => ({ task: v })),
			selector('Model', 'explore-model', plain(of('model', mine)), state.model, (v) => ({ model: v })),
			...(seeds.length > 1 ? [selector('Seed', 'explore-seed', plain(seeds), state.seed, (v) => ({ seed: Number(v) }))] : []),
			selector('Layer', 'explore-layer', plain(run().layers.map((l) => l.layer)), state.layer, (v) => ({ layer: Number(v) })),
			selector('Label', 'explore-a', names, state.a, (v) => ({ a: Number(v), ...(Number(v) === state.b ? { b: state.a } : {}) })),
			selector('and', 'explore-b', names, state.b, (v) => ({ b: Number(v), ...(Number(v) === state.a ? { a: state.b } : {}) })));
	};

	const summary = () => {
		const l = run().layers[at()], names = labels(), [a, b] = [state.a, state.b], top = run().layers[run().layers.length - 1];
		return `${state.model} on ${state.task}, layer ${state.layer}: ${names[a]} and ${names[b]} are ${shown(distance('before', a, b))} apart before and ${shown(distance('after', a, b))} after; ` +
			`at the top layer ${names[a]} is read as ${names[b]} ${confused('before', a, b)} times before and ${confused('after', a, b)} after, ${names[b]} as ${names[a]} ${confused('before', b, a)} and ${confused('after', b, a)}. ` +
			`Accuracy ${percent(l.accuracy[0])} before, ${percent(l.accuracy[1])} after${l === top ? '' : ' at this layer'}; minimum distance ${shown(l.minimum[0])} and ${shown(l.minimum[1])}.`;
	};

	const status = html('p', { role: 'status', class: 'status' });
	const chosen = html('div', {}), views = html('div', { class: 'explorer' });
	root.append(chosen, status, key(), views);

	const draw = () => {
		const focused = document.activeElement && document.activeElement.id;
		settle();
		chosen.replaceChildren(controls());
		status.textContent = summary();
		views.replaceChildren(layersView(), cellsView(), matrixView(), pairView(), confusionView(), mistakesView());
		if (focused && focused.startsWith('explore-')) document.getElementById(focused)?.focus();
	};

	state.measure = 'minimum';
	const opened = readAddress();
	draw();
	if (opened) root.scrollIntoView();
	addEventListener('hashchange', () => { if (readAddress()) draw(); });
})();
