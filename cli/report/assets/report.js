// SPDX-License-Identifier: Apache-2.0
// Draws every figure of the page, again when the colour scheme changes and for paper.
"use strict";

(() => {
  const charts = JSON.parse(document.getElementById("synfire-data").textContent).charts;
  let drawn = [];

  function draw(figure) {
    const chart = charts[Number(figure.dataset.chart)];
    return new Chart(figure.querySelector("canvas"), synfireCharts[chart.kind](chart));
  }

  function drawAll() {
    drawn.forEach((chart) => chart.destroy());
    drawn = Array.from(document.querySelectorAll("figure[data-chart]"), draw);
  }

  Chart.defaults.font.family = "system-ui, sans-serif";
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", drawAll);
  addEventListener("afterprint", drawAll);
})();
