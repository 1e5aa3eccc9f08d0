// Draws a report: lines over time, bars for things. The table below has the figures.
const SHADES = ["#4f46e5", "#0ca678", "#f59f00", "#e64980", "#4299e1", "#74b816", "#868e96", "#ae3ec9"];
const UNITS = { share: " %", seconds: " min", count: "", score: "" };

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(element) {
  const { labels, series, kind, unit } = JSON.parse(element.dataset.figures);
  const chart = echarts.getInstanceByDom(element) || echarts.init(element);
  const number = new Intl.NumberFormat(document.documentElement.dataset.locale, { maximumFractionDigits: 1 });
  const told = (value) => (value === null || value === undefined ? "—" : number.format(value) + UNITS[unit]);
  const text = { color: colour("--dt-muted") };
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, type: "scroll", textStyle: text, pageTextStyle: text },
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: told },
    xAxis: { type: "category", data: labels, axisLabel: text },
    yAxis: { type: "value", axisLabel: { ...text, formatter: told }, splitLine: { lineStyle: { color: colour("--dt-grid") } } },
    series: series.map((each, place) => ({ name: each.name, type: kind, barMaxWidth: 40, connectNulls: false, data: each.values, itemStyle: { color: SHADES[place % SHADES.length] } })),
  });
}

const all = () => document.querySelectorAll("[data-figures]");
const drawAll = () => all().forEach(draw);

drawAll();
document.addEventListener("theme-changed", drawAll);
addEventListener("resize", () => all().forEach((each) => echarts.getInstanceByDom(each)?.resize()));
