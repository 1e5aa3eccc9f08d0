// Makes elements. Text only ever becomes a text node, so nobody's words can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** `properties` are DOM properties; `aria` and `data` are groups, `on` listeners, `is` the class. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  const { is, aria = {}, data = {}, on = {}, attributes = {}, ...rest } = properties;
  if (is) made.className = is;
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, String(value));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  Object.assign(made.dataset, data);
  Object.assign(made, rest);
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

const DRAWINGS = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  send: "M4 12l16-8-6 16-3-7z",
  clip: "M8 12l6-6a3 3 0 0 1 5 5l-8 8a5 5 0 0 1-7-7l8-8",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
  sent: "M5 12.5l4.5 4.5L19 7.5",
  read: "M2 12.5l4.5 4.5L15 8M10.5 16l1 1L21 7.5",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  card: "M3 6h18v12H3zM3 10h18",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.5",
};

export function drawing(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `drawing drawing-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/** A button with a drawing and a name that is read aloud. */
export function iconButton(name, label, properties = {}) {
  const { is = "icon-button", ...rest } = properties;
  return element("button", { type: "button", title: label, aria: { label }, is, ...rest }, drawing(name));
}
