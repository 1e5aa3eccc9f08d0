// Draws days: stacked bars of who answered, and a share in percent as a line where there is one.
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(element) {
  const data = JSON.parse(element.dataset.report);
  const labels = JSON.parse(element.dataset.labels);
  const chart = echarts.getInstanceByDom(element) || echarts.init(element);
  const series = (key, shade) => ({ name: labels[key], type: "bar", stack: "all", data: data[key], itemStyle: { color: shade } });
  const line = { name: labels.fallback, type: "line", yAxisIndex: 1, data: data.fallback, connectNulls: true, itemStyle: { color: "#e64980" } };
  const text = { color: colour("--dt-muted") };
  const grid = { lineStyle: { color: colour("--dt-grid") } };
  const bars = [series("bot", colour("--tblr-primary")), series("people", "#f59f00")];
  chart.setOption({
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, type: "scroll", textStyle: text, pageTextStyle: text },
    tooltip: { trigger: "axis" },
    xAxis: { type: "category", data: data.days.map((day) => day.slice(5)), axisLabel: text },
    yAxis: [
      { type: "value", minInterval: 1, axisLabel: text, splitLine: grid },
      { type: "value", min: 0, max: 100, axisLabel: text, splitLine: { show: false }, show: Boolean(data.fallback) },
    ],
    series: data.fallback ? [...bars, line] : bars,
  });
}

function drawAll() {
  document.querySelectorAll("[data-report]").forEach(draw);
}

drawAll();
document.addEventListener("theme-changed", drawAll);
addEventListener("resize", () => document.querySelectorAll("[data-report]").forEach((each) => echarts.getInstanceByDom(each)?.resize()));
