// Draws the month: stacked bars of who answered.
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(element) {
  const data = JSON.parse(element.dataset.report);
  const labels = JSON.parse(element.dataset.labels);
  const chart = echarts.getInstanceByDom(element) || echarts.init(element);
  const series = (key, shade) => ({ name: labels[key], type: "bar", stack: "all", data: data[key], itemStyle: { color: shade } });
  chart.setOption({
    grid: { left: 40, right: 10, top: 40, bottom: 30 },
    legend: { top: 0, textStyle: { color: colour("--tblr-body-color") } },
    tooltip: { trigger: "axis" },
    xAxis: { type: "category", data: data.days.map((day) => day.slice(5)) },
    yAxis: { type: "value", minInterval: 1 },
    series: [series("bot", colour("--tblr-primary")), series("people", "#f59f00")],
  });
}

function drawAll() {
  document.querySelectorAll("[data-report]").forEach(draw);
}

drawAll();
document.addEventListener("theme-changed", drawAll);
addEventListener("resize", () => document.querySelectorAll("[data-report]").forEach((each) => echarts.getInstanceByDom(each)?.resize()));
