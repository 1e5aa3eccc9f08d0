import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const HERE = new URL("../../app/static/js/", import.meta.url);
const ASKED = /^import \{([^}]+)\} from "\.\/([\w-]+\.js)"/gm;

const modules = readdirSync(HERE).filter((name) => name.endsWith(".js"));
const source = (name) => readFileSync(new URL(name, HERE), "utf8");
const gives = (name, word) => new RegExp(`^export (?:async )?(?:function|const|let|class) ${word}\\b`, "m").test(source(name));

for (const name of modules) {
  test(`${name} asks of others what they have`, () => {
    for (const [, words, other] of source(name).matchAll(ASKED)) {
      for (const word of words.split(",").map((each) => each.trim().split(" as ")[0]).filter(Boolean)) {
        assert.ok(gives(other, word), `${other} has no ${word}`);
      }
    }
  });
}
