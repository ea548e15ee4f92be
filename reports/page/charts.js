// SPDX-License-Identifier: GPL-2.0-or-later
// Draws the charts of a page with Chart.js. The tables beneath them say the same.
"use strict";
{
	// Colours of Okabe and Ito, which nobody confuses, for a light and for a dark page; dashes and
	// points differ as well.
	const LIGHT = ["#0072b2", "#b94700", "#00785a", "#a23b72", "#4d4d4d", "#7a5c00"];
	const DARK = ["#56b4e9", "#e69f00", "#2fc79a", "#e58bb9", "#c8c8c8", "#f0e442"];
	const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
	const POINTS = ["circle", "triangle", "rect", "rectRot", "cross", "star"];
	const LOG_FROM = 20; // the largest value over the smallest
	const CLIP = 12; // pixels beyond the axes, so that no point is cut in half
	const APART = 0.012; // of the axis: estimates of clients that are the same do not hide each other
	const dark = matchMedia("(prefers-color-scheme: dark)");

	function trim(v) {
		return String(Number(v.toPrecision(3)));
	}

	function duration(s) {
		return s >= 1 ? trim(s) + " s" : s >= 1e-3 ? trim(s * 1e3) + " ms" : trim(s * 1e6) + " µs";
	}

	function say(axis, v) {
		return "unit" in axis ? trim(v) + (axis.unit && " " + axis.unit) : duration(v);
	}

	// Where a value is known to lie.
	const whiskers = {
		id: "whiskers",
		beforeDatasetsDraw({ ctx, data, scales, chartArea: area }) {
			ctx.save();
			ctx.beginPath();
			ctx.rect(area.left - CLIP, area.top, area.width + 2 * CLIP, area.height);
			ctx.clip();
			for (const set of data.datasets) {
				ctx.strokeStyle = set.borderColor;
				for (const p of set.data.filter((q) => q.high !== undefined)) {
					const x = scales.x.getPixelForValue(p.x);
					const [low, high] = [p.low, p.high].map((v) => scales.y.getPixelForValue(v));

					ctx.beginPath();
					ctx.moveTo(x, low);
					ctx.lineTo(x, high);
					for (const y of [low, high]) {
						ctx.moveTo(x - 4, y);
						ctx.lineTo(x + 4, y);
					}
					ctx.stroke();
				}
			}
			ctx.restore();
		},
	};

	// 1, 2 or 5 times a power of ten that is not above @v, or not below.
	function round(v, up) {
		const ten = 10 ** Math.floor(Math.log10(v) + 1e-9);
		const steps = [1, 2, 5, 10].map((s) => s * ten);

		return up ? steps.find((s) => s >= v * 0.999999) : steps.reverse().find((s) => s <= v * 1.000001);
	}

	function scale(axis, values, isX) {
		const positive = values.length && Math.min(...values) > 0;
		const least = Math.min(...values) >= 0 ? 0 : undefined;
		const log = !axis.max && positive && Math.max(...values) >= LOG_FROM * Math.min(...values);

		return {
			type: log ? "logarithmic" : "linear",
			title: { display: true, text: axis.label },
			min: log ? round(Math.min(...values), false) : least,
			max: log ? round(Math.max(...values), true) : axis.max || (isX ? Math.max(...values) : undefined),
			ticks: {
				maxRotation: 0,
				autoSkipPadding: 12,
				// Of a scale of powers only 1, 2 and 5 have a number.
				callback: (v) => log && ![1, 2, 5].includes(Math.round(v / 10 ** Math.floor(Math.log10(v * 1.0001)))) ?
					null : say(axis, v),
			},
			grid: {},
		};
	}

	// Where the @i-th of @n clients has its point at @x.
	function apart(x, i, n, { type, values }) {
		const by = (i - (n - 1) / 2) * APART;
		const [min, max] = [Math.min(...values), Math.max(...values)];

		return type === "logarithmic" ? x * (max / min) ** by : x + (max - min) * by;
	}

	function line({ name, points }, i, n, stepped, x) {
		return {
			label: name,
			data: points.map(([at, y, low, high]) =>
				({ x: stepped ? at : apart(at, i, n, x), y, at, low, high })),
			showLine: true,
			stepped,
			clip: CLIP,
			borderWidth: 2,
			borderDash: DASHES[i % DASHES.length],
			pointStyle: stepped ? "line" : POINTS[i % POINTS.length],
			pointRadius: stepped ? 0 : 5,
			pointHitRadius: 8,
		};
	}

	// The library's own forget the dashes.
	function legend(chart) {
		return Chart.defaults.plugins.legend.labels.generateLabels(chart).map((l) =>
			({ ...l, lineDash: l.pointStyle === "line" ? DASHES[l.datasetIndex % DASHES.length] : [] }));
	}

	function label(chart, { dataset, raw }) {
		const between = raw.high === undefined ? "" :
			" (" + say(chart.y, raw.low) + " to " + say(chart.y, raw.high) + ")";

		return dataset.label + ": " + say(chart.y, raw.y) + between + " at " + say(chart.x, raw.at);
	}

	function make(figure) {
		const chart = JSON.parse(figure.querySelector("script").textContent);
		const points = chart.lines.flatMap((l) => l.points);
		const values = points.map((p) => p[0]);
		const x = scale(chart.x, values, true), y = scale(chart.y, points.flatMap((p) => p.slice(1)), false);
		const box = document.createElement("div"), canvas = document.createElement("canvas");

		box.className = "canvas";
		canvas.setAttribute("role", "img");
		canvas.setAttribute("aria-label", chart.caption + " Below in numbers.");
		box.append(canvas);
		figure.append(box);
		return new Chart(canvas, {
			type: "scatter",
			data: { datasets: chart.lines.map((l, i) =>
				line(l, i, chart.lines.length, chart.stepped, { type: x.type, values })) },
			options: {
				animation: false,
				maintainAspectRatio: false,
				scales: { x, y },
				plugins: {
					legend: { labels: {
						usePointStyle: true,
						pointStyleWidth: chart.stepped ? 36 : undefined,
						boxHeight: 7,
						generateLabels: legend,
					} },
					tooltip: { callbacks: { label: (item) => label(chart, item) } },
				},
			},
			plugins: [whiskers],
		});
	}

	function paint(chart) {
		const { color } = getComputedStyle(document.body);
		const { scales, plugins } = chart.options;

		chart.data.datasets.forEach((set, i) => {
			set.borderColor = (dark.matches ? DARK : LIGHT)[i % LIGHT.length];
			set.backgroundColor = set.borderColor;
		});
		for (const s of [scales.x, scales.y]) {
			s.ticks.color = s.title.color = color;
			s.grid.color = "#8884";
		}
		plugins.legend.labels.color = color;
		chart.update();
	}

	const charts = [...document.querySelectorAll("figure.chart")].map(make);

	charts.forEach(paint);
	dark.addEventListener("change", () => charts.forEach(paint));
}
