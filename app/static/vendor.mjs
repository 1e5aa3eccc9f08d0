// Copies the pinned libraries that pages use to static/vendor/, and makes the icon sprite.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");
const target = join(here, "vendor");

const FILES = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
  "twilio.min.js": "@twilio/voice-sdk/dist/twilio.min.js",
  "echarts.min.js": "echarts/dist/echarts.min.js",
};

async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
      const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.trim()}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await Promise.all(
  Object.entries(FILES).map(([name, source]) => cp(join(modules, source), join(target, name))),
);
await writeFile(join(target, "icons.svg"), await sprite());
console.log(`vendored ${Object.keys(FILES).length + 1} files`);
