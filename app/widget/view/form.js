// The forms beside the chat: who is there, a message for later, where a transcript goes.
import { Answers } from "./answers.js";
import { element } from "./element.js";

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
const LONGEST = { name: 80, email: 254, text: 4000 };

export class Form {
  #shown = "";

  /** `done()` is called when a form was sent or given up. */
  constructor(chat, done) {
    Object.assign(this, { chat, done, wanted: "", given: {} });
    this.answers = new Answers(chat);
    this.box = element("form", { is: "form", hidden: true, noValidate: true });
    this.box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** Which form is due: what she asked for, or what comes before the chat; empty for none. */
  get kind() {
    if (this.wanted) return this.wanted;
    if (this.chat.leavesMessage) return "message";
    return this.chat.needsIntroduction ? "before" : "";
  }

  ask(kind) {
    this.wanted = kind;
    this.show();
    this.focus();
  }

  focus() {
    this.inputs?.[0]?.input.focus();
  }

  show() {
    const { kind, chat } = this;
    this.box.hidden = !kind;
    const shown = `${kind} ${chat.language}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (kind) this.#build(kind);
  }

  #build(kind) {
    const { words } = this.chat;
    this.inputs = this.#asked(kind).map(([name, required]) => this.#field(name, required));
    const title = element("h3", { id: "form-title", textContent: words(`form_${kind}`) });
    this.send = element("button", { is: "primary", textContent: words(`send_${kind}`) });
    const cancel = { type: "button", is: "quiet", textContent: words("cancel"), on: { click: () => this.#leave() } };
    const buttons = element("div", { is: "form-buttons" }, this.wanted ? element("button", cancel) : null, this.send);
    this.box.setAttribute("aria-labelledby", "form-title");
    this.box.replaceChildren(title, ...this.inputs.map((each) => each.row), buttons);
  }

  /** Names of fields, and whether they must be filled in. */
  #asked(kind) {
    const { chat } = this;
    if (kind === "transcript") return [["email", true]];
    const { before } = chat.meeting;
    const whole = ["name", "email", "topic"].map((name) => [name, before[name] === "must"]);
    if (kind === "before") return whole.filter(([name]) => before[name]);
    const known = chat.session.isIdentified;
    const [name, , topic] = whole;
    return [...(known ? [] : [name, ["email", !chat.thread.state.mail]]), topic, ["text", true]];
  }

  #field(name, required) {
    const { words } = this.chat;
    const error = element("p", { id: `error-${name}`, is: "field-error", hidden: true });
    const input = this.#input(name);
    Object.assign(input, { id: `field-${name}`, value: this.given[name] ?? "", required });
    input.addEventListener("input", () => {
      this.given[name] = input.value;
      if (name === "text") this.answers.ask(input.value);
      this.#mark({ input, error }, "");
    });
    const optional = required ? null : element("span", { is: "optional", textContent: ` ${words("optional")}` });
    const label = element("label", { htmlFor: input.id }, words(`field_${name}`), optional);
    return { name, required, input, error, row: element("div", { is: "field" }, label, input, error, name === "text" ? this.answers.box : null) };
  }

  #input(name) {
    const maxLength = LONGEST[name];
    if (name === "text") return element("textarea", { rows: 4, maxLength });
    if (name !== "topic") return element("input", { type: name === "email" ? "email" : "text", autocomplete: name, maxLength });
    const topics = [{ value: "", title: "–" }, ...this.chat.meeting.topics];
    return element("select", {}, ...topics.map(({ value, title }) => element("option", { value, textContent: title })));
  }

  #mark({ input, error }, problem) {
    error.hidden = !problem;
    error.textContent = problem;
    input.setAttribute("aria-invalid", String(Boolean(problem)));
    if (problem) input.setAttribute("aria-describedby", error.id);
    else input.removeAttribute("aria-describedby");
  }

  #problem({ name, required, input }) {
    const value = input.value.trim();
    if (required && !value) return this.chat.words("fill_in");
    return name === "email" && value && !EMAIL.test(value) ? this.chat.words("no_email") : "";
  }

  async #send() {
    for (const field of this.inputs) this.#mark(field, this.#problem(field));
    const wrong = this.inputs.find((field) => !field.error.hidden);
    if (wrong) return wrong.input.focus();
    const given = Object.fromEntries(this.inputs.map(({ name, input }) => [name, input.value.trim()]));
    this.send.disabled = true;
    const sent = await this.chat.fill(this.kind, given);
    this.send.disabled = false;
    if (sent && given.text) this.answers.sent(given.text);
    return sent && this.#leave();
  }

  #leave() {
    this.wanted = "";
    delete this.given.text;
    this.#shown = "";
    this.show();
    this.done();
  }
}
