// Mentioning colleagues in a field: those who may see it are offered, and it is said which names are
// nobody's of them, before it is sent.
import { mark, moves } from "./menus.js";
import { fitting, mentioned, mentioning, named, strangers } from "./mentions.js";
import * as server from "./server.js";
import { word } from "./words.js";

const MOST_OFFERED = 8;

export class Mentioning {
  // `isOn` says whether it is written among colleagues; `put` gets what stands in the field then.
  constructor(form, field, { isOn, put }) {
    this.field = field;
    this.isOn = isOn;
    this.put = put;
    this.menu = form.querySelector("[data-people]");
    this.warning = form.querySelector("[data-strangers]");
    this.known = null;
    this.heldFor = "";
    this.menu.addEventListener("click", ({ target }) => {
      const person = target.closest("[role=option]");
      if (person) this.mention(person);
    });
  }

  // While she types.
  async typed() {
    if (!(await this.matters(this.field.value))) return;
    const { value, selectionStart: caret } = this.field;
    const letters = mentioning(value.slice(0, caret));
    const offered = letters === null ? [] : fitting(this.known ?? [], letters).slice(0, MOST_OFFERED);
    this.offer(offered);
    const begun = offered.length ? letters.length + 1 : 0;
    this.warn(value.slice(0, caret - begun) + value.slice(caret));
  }

  // What stands in the field came by itself.
  async look() {
    this.menu.hidden = true;
    if (await this.matters(this.field.value)) this.warn(this.field.value);
  }

  async matters(text) {
    const mayName = () => this.isOn() && text.includes("@");
    if (mayName()) await this.know();
    if (mayName()) return true;
    this.menu.hidden = true;
    this.warn("");
    return false;
  }

  pressed(event) {
    return moves(event, this.menu, this.field, (person) => this.mention(person));
  }

  // Whom a text names.
  ids(text) {
    return this.isOn() ? named(this.known ?? [], text).map((each) => each.id) : [];
  }

  // Whether a text is to wait, once, because there is somebody whom it will not reach.
  async holds(text) {
    if (!(await this.matters(text))) return false;
    this.menu.hidden = true;
    const names = this.warn(text);
    const isHeld = names !== this.heldFor && names !== "";
    this.heldFor = names;
    if (isHeld) this.warning.textContent += ` ${word("strangersHeld")}`;
    return isHeld;
  }

  // In vain without a connection: then nobody is offered, and nothing is held.
  know() {
    this.asked ??= server.get(this.menu.dataset.url, { background: true })
      .then((found) => (this.known = found.colleagues))
      .catch(() => (this.asked = null));
    return this.asked;
  }

  // Others may see it now.
  forget() {
    this.asked = null;
  }

  warn(text) {
    const names = this.known ? strangers(this.known, text).join(", ") : "";
    this.warning.textContent = names && word("strangers", { names });
    this.warning.hidden = !names;
    if (!names) this.heldFor = "";
    return names;
  }

  offer(people) {
    this.menu.firstElementChild.replaceChildren(...people.map((each, at) => {
      const option = document.createElement("li");
      option.id = `person-${at}`;
      option.setAttribute("role", "option");
      option.dataset.name = each.name;
      option.textContent = each.name;
      return option;
    }));
    this.menu.hidden = !people.length;
    if (people.length) mark(this.menu, this.field, this.menu.querySelector("[role=option]"));
  }

  mention(option) {
    this.menu.hidden = true;
    this.put(mentioned(this.field.value, this.field.selectionStart, option.dataset.name));
    this.look();
  }
}
