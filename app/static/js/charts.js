// Draws what `data-chart` says. The library is large, so it is fetched when the first chart is on the page.

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

function numbers(unit, how = {}) {
  const number = new Intl.NumberFormat(document.documentElement.dataset.locale, { maximumFractionDigits: 1, ...how });
  return (value) => (value === null || value === undefined ? "—" : `${number.format(value)} ${unit}`.trim());
}

function options({ labels, series, kind, unit, stacked }) {
  const shades = [colour("--tblr-primary"), "#f59f00", "#e64980", "#4299e1", "#74b816", "#ae3ec9", "#0ca678", "#868e96"];
  const text = { color: colour("--dt-muted") };
  const line = { lineStyle: { color: colour("--dt-grid") } };
  const isNamed = series.some((each) => each.name);
  const isWhole = series.every((each) => each.share || each.values.every((value) => value === null || Number.isInteger(value)));
  const drawn = (each, place) => ({
    name: each.name,
    type: each.share ? "line" : kind,
    yAxisIndex: each.share ? 1 : 0,
    stack: stacked && !each.share ? "all" : undefined,
    data: each.values,
    connectNulls: each.share,
    barMaxWidth: 40,
    itemStyle: { color: shades[place % shades.length] },
    tooltip: { valueFormatter: numbers(each.share ? "%" : unit) },
  });
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 8, right: 8, top: isNamed ? 40 : 8, bottom: 8, containLabel: true },
    legend: { show: isNamed, top: 0, type: "scroll", textStyle: text, pageTextStyle: text },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: labels, axisLabel: text, axisLine: line },
    yAxis: [
      { type: "value", minInterval: isWhole ? 1 : 0, axisLabel: { ...text, formatter: numbers(unit, { notation: "compact" }) }, splitLine: line },
      { type: "value", min: 0, max: 100, show: series.some((each) => each.share), axisLabel: { ...text, formatter: numbers("%") }, splitLine: { show: false } },
    ],
    series: series.map(drawn),
  };
}

const show = (chart) => chart.setOption(options(JSON.parse(chart.getDom().dataset.chart)));

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
    show(chart);
    charts.add(chart);
    new ResizeObserver(() => !chart.isDisposed() && chart.resize()).observe(element);
  }
}

document.addEventListener("theme-changed", () => charts.forEach(show));
document.addEventListener("htmx:afterSettle", draw);
draw();
