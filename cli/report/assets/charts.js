// SPDX-License-Identifier: Apache-2.0
// Settings of Chart.js for the three kinds of charts. Drawing only: every number comes from the page's data block.
"use strict";

const synfireCharts = (() => {
  const populationTones = ["spikes", "dense", "twin", "other"];

  function cssColour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function shortened(label, width) {
    const room = width < 500 ? 14 : 26;
    return label.length > room ? label.slice(0, room - 1) + "\u2026" : label;
  }

  function threeDigits(value) {
    return Number(value).toPrecision(3).replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
  }

  function categoryAxis() {
    return {
      grid: { display: false },
      ticks: {
        color: cssColour("ink"),
        autoSkip: false,
        callback(value) { return shortened(this.getLabelForValue(value), this.chart.width); },
      },
    };
  }

  function valueAxis(title, type) {
    return {
      type,
      beginAtZero: type === "linear",
      title: { display: true, text: title, color: cssColour("muted") },
      grid: { color: cssColour("line") },
      ticks: { color: cssColour("muted"), maxRotation: 0, autoSkipPadding: 12 },
    };
  }

  function baseOptions(legend) {
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: {
        legend: { display: legend, labels: { color: cssColour("ink"), boxWidth: 14, usePointStyle: true } },
      },
    };
  }

  // A line across each range bar at its nominal value.
  const nominalMarks = {
    id: "nominalMarks",
    afterDatasetsDraw(chart) {
      chart.data.datasets.forEach((dataset, index) => {
        const meta = chart.getDatasetMeta(index);
        if (dataset.nominal && !meta.hidden) { drawMarks(chart, dataset, meta); }
      });
    },
  };

  function drawMarks(chart, dataset, meta) {
    const context = chart.ctx;
    context.save();
    context.strokeStyle = cssColour("ink");
    context.lineWidth = 2;
    meta.data.forEach((bar, i) => {
      if (dataset.nominal[i] === null) { return; }
      const x = chart.scales.x.getPixelForValue(dataset.nominal[i]);
      const half = bar.height / 2 + 2;
      context.beginPath();
      context.moveTo(x, bar.y - half);
      context.lineTo(x, bar.y + half);
      context.stroke();
    });
    context.restore();
  }

  function rangeDataset(series) {
    const colour = cssColour(series.colour);
    return {
      label: series.name,
      data: series.values.map((v) => (v === null ? null : [v[0], v[2]])),
      nominal: series.values.map((v) => (v === null ? null : v[1])),
      backgroundColor: colour,
      borderColor: colour,
      pointStyle: "rect",
      minBarLength: 3,
      maxBarThickness: 16,
      skipNull: true,
    };
  }

  function pointDataset(points) {
    return {
      type: "line",
      label: points.name,
      data: points.values,
      showLine: false,
      pointStyle: "rectRot",
      pointRadius: 7,
      pointBackgroundColor: cssColour("spikes"),
      pointBorderColor: cssColour("ink"),
      backgroundColor: cssColour("spikes"),
    };
  }

  function rangeLabel(item) {
    const name = item.dataset.label + ": ";
    if (!item.dataset.nominal) { return name + threeDigits(item.raw); }
    const nominal = threeDigits(item.dataset.nominal[item.dataIndex]);
    return name + nominal + " (" + threeDigits(item.raw[0]) + " to " + threeDigits(item.raw[1]) + ")";
  }

  // The next of 1, 2, 5 of a decade: down for the start of an axis, up for its end.
  function roundStep(value, up) {
    const decade = Math.pow(10, Math.floor(Math.log10(value)));
    const steps = [1, 2, 5, 10].map((step) => step * decade);
    return up ? steps.find((step) => step >= value * 0.999) : steps.filter((step) => step <= value * 1.001).pop();
  }

  function fitAxis(axis, chart) {
    const ends = chart.series.flatMap((series) => series.values).filter((v) => v !== null);
    const points = chart.points ? chart.points.values.filter((v) => v > 0) : [];
    axis.min = roundStep(Math.min(...ends.map((v) => v[0]), ...points), false);
    axis.max = roundStep(Math.max(...ends.map((v) => v[2]), ...points), true);
  }

  function ranges(chart) {
    const datasets = chart.series.map(rangeDataset);
    if (chart.points) { datasets.unshift(pointDataset(chart.points)); }
    const options = baseOptions(datasets.length > 1);
    options.indexAxis = "y";
    options.scales = { x: valueAxis(chart.axis, "logarithmic"), y: categoryAxis() };
    options.scales.x.ticks.callback = (value) => String(Number(value.toPrecision(3)));
    options.scales.x.afterBuildTicks = decadeTicks;
    fitAxis(options.scales.x, chart);
    options.plugins.tooltip = { callbacks: { label: rangeLabel } };
    return { type: "bar", data: { labels: chart.labels, datasets }, options, plugins: [nominalMarks] };
  }

  // 1, 2 and 5 of each decade; of many decades, their starts only.
  function decadeTicks(axis) {
    const wanted = Math.log10(axis.max / axis.min) > 3 ? [1] : [1, 2, 5];
    const mantissa = (value) => Math.round(value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9)));
    axis.ticks = axis.ticks.filter((tick) => wanted.includes(mantissa(tick.value)));
  }

  function bars(chart) {
    const datasets = chart.series.map((series) => ({
      label: series.name,
      data: series.values,
      backgroundColor: cssColour(series.colour),
      pointStyle: "rect",
      maxBarThickness: 16,
    }));
    const options = baseOptions(datasets.length > 1);
    options.indexAxis = "y";
    options.scales = { x: valueAxis(chart.axis, "linear"), y: categoryAxis() };
    for (const axis of Object.values(options.scales)) { axis.stacked = chart.stacked; }
    options.plugins.tooltip = {
      callbacks: { label: (item) => item.dataset.label + ": " + threeDigits(item.raw) },
    };
    return { type: "bar", data: { labels: chart.labels, datasets }, options };
  }

  // Populations get bands of equal height whatever their size, input at the top.
  function bandOf(population, index, count) {
    const top = count - index;
    return (row) => top - 0.08 - (0.84 * (row + 0.5)) / Math.max(1, population.rows);
  }

  // A dash fills most of its step, however wide the page is.
  function halfStep(context) {
    const { left, right } = context.chart.chartArea || { left: 0, right: 0 };
    const { min, max } = context.chart.options.scales.x;
    return Math.max(1, (0.4 * (right - left)) / (max - min));
  }

  function rasterDataset(population, index, count, sign) {
    const place = bandOf(population, index, count);
    const colour = cssColour(populationTones[index % populationTones.length]);
    const spikes = population.spikes.filter((s) => s[2] === sign);
    return {
      label: population.name,
      data: spikes.map((s) => ({ x: s[0], y: place(s[1]) })),
      pointStyle: sign > 0 ? "line" : "circle",
      pointRadius: sign > 0 ? halfStep : 2.5,
      pointHoverRadius: sign > 0 ? halfStep : 3.5,
      pointBorderColor: colour,
      pointBackgroundColor: "transparent",
      pointBorderWidth: sign > 0 ? Math.max(1, Math.min(4, 50 / population.rows)) : 1,
      clip: false,
    };
  }

  function rasterDatasets(populations) {
    const count = populations.length;
    const all = [];
    populations.forEach((population, index) => {
      for (const sign of [1, -1]) { all.push(rasterDataset(population, index, count, sign)); }
    });
    return all.filter((dataset) => dataset.data.length > 0);
  }

  function rasterRows(populations) {
    const count = populations.length;
    return {
      min: 0,
      max: count,
      grid: { color: cssColour("line"), offset: true },
      ticks: { display: true, color: cssColour("ink") },
      afterBuildTicks(axis) { axis.ticks = populations.map((_, i) => ({ value: count - i - 0.5 })); },
    };
  }

  function raster(chart) {
    const populations = chart.populations;
    const options = baseOptions(false);
    const last = Math.max(...populations.map((p) => p.start + p.steps));
    options.scales = { x: valueAxis("global step", "linear"), y: rasterRows(populations) };
    Object.assign(options.scales.x, { min: -0.5, max: last - 0.5, beginAtZero: false });
    Object.assign(options.scales.x.ticks, { stepSize: 1, callback: (v) => (Number.isInteger(v) ? v : "") });
    options.scales.x.grid = { display: false };
    options.scales.x.afterBuildTicks = (axis) => {
      axis.ticks = Array.from({ length: last }, (_, step) => ({ value: step }));
    };
    options.scales.y.ticks.callback = function (_, index) {
      return shortened(populations[index].name, this.chart.width);
    };
    options.plugins.tooltip = {
      callbacks: { label: (item) => item.dataset.label + ", step " + item.raw.x },
    };
    return { type: "scatter", data: { datasets: rasterDatasets(populations) }, options };
  }

  return { ranges, bars, raster };
})();
