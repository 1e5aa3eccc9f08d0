// Usage charts. The library is large, so it is fetched when the first chart is on the page.

const charts = new Set();
let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../vendor/echarts.min.js", import.meta.url).href;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(element) {
  const { days, values, unit } = JSON.parse(element.dataset.points);
  const text = colour("--dt-muted");
  const number = new Intl.NumberFormat(document.documentElement.dataset.locale, { maximumFractionDigits: 1 });
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 4, right: 4, top: 8, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: days, axisTick: { show: false }, axisLabel: { color: text, fontSize: 10 }, axisLine: { lineStyle: { color: colour("--dt-grid") } } },
    yAxis: { type: "value", splitNumber: 3, axisLabel: { color: text, fontSize: 10, formatter: (value) => number.format(value) }, splitLine: { lineStyle: { color: colour("--dt-grid") } } },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => `${number.format(value)} ${unit}` },
    series: [{ type: "bar", data: values, barMaxWidth: 14, itemStyle: { color: colour("--tblr-primary"), borderRadius: [2, 2, 0, 0] } }],
  };
}

async function draw() {
  const fresh = [...document.querySelectorAll("[data-chart]:not([data-drawn])")];
  for (const chart of charts) {
    if (chart.getDom().isConnected) continue;
    chart.dispose();
    charts.delete(chart);
  }
  if (!fresh.length) return;
  for (const element of fresh) element.dataset.drawn = "";
  const echarts = await load();
  for (const element of fresh) {
    const chart = echarts.init(element);
    chart.setOption(options(element));
    charts.add(chart);
    new ResizeObserver(() => !chart.isDisposed() && chart.resize()).observe(element);
  }
}

document.addEventListener("theme-changed", () => {
  for (const chart of charts) chart.setOption(options(chart.getDom()));
});
document.addEventListener("htmx:afterSettle", draw);
draw();
