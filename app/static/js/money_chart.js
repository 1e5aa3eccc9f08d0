// Draws months of money as stacked bars, one colour a plan. The table below has the figures.
const SHADES = ["#4f46e5", "#0ca678", "#f59f00", "#e64980", "#4299e1", "#74b816", "#868e96"];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(element) {
  const { months, series } = JSON.parse(element.dataset.money);
  const chart = echarts.getInstanceByDom(element) || echarts.init(element);
  const number = new Intl.NumberFormat(document.documentElement.dataset.locale, { notation: "compact" });
  const text = { color: colour("--dt-muted") };
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, type: "scroll", textStyle: text },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: months, axisLabel: text },
    yAxis: { type: "value", axisLabel: { ...text, formatter: (value) => number.format(value) }, splitLine: { lineStyle: { color: colour("--dt-grid") } } },
    series: series.map((each, place) => ({ name: each.name, type: "bar", stack: "all", barMaxWidth: 40, data: each.values, itemStyle: { color: SHADES[place % SHADES.length] } })),
  });
}

const all = () => document.querySelectorAll("[data-money]");
const drawAll = () => all().forEach(draw);

drawAll();
document.addEventListener("theme-changed", drawAll);
addEventListener("resize", () => all().forEach((each) => echarts.getInstanceByDom(each)?.resize()));
