/** Notices and dialogs. */

import { button, field, fill, h } from "./dom.js";

const SHOWN_MILLISECONDS = 5000;

/** Show a short notice at the edge of the page. */
export function notice(text, kind = "good") {
  const place = document.getElementById("notices");
  const element = h("p", { class: `notice ${kind}` }, text);
  place.append(element);
  setTimeout(() => element.remove(), SHOWN_MILLISECONDS);
}

/** Run a function, and show what it raises. Return whether it succeeded. */
export async function attempt(action, done = "") {
  try {
    await action();
    if (done) notice(done);
    return true;
  } catch (error) {
    notice(error.message, "finding");
    return false;
  }
}

/** Show a dialog with a form. `submit` may be async; what it raises is shown in the dialog, which stays open. */
export function ask(title, content, action, submit, { danger = false, cancel = true } = {}) {
  return new Promise((resolve) => {
    const problem = h("p", { class: "problem", role: "alert", hidden: true });
    const go = h("button", { type: "submit", class: danger ? "danger" : "primary" }, action);
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "dialog-title" }, title),
      content,
      problem,
      h("div", { class: "actions" }, cancel && button("Cancel", () => dialog.close("")), go),
    );
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    let result = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      try {
        result = (await submit(form)) ?? true;
        dialog.close();
      } catch (error) {
        fill(problem, error.message).hidden = false;
      }
      go.disabled = false;
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Ask whether to do something that cannot be undone. */
export function confirm(title, text, action, submit) {
  return ask(title, h("p", {}, text), action, submit, { danger: true });
}

/** Ask for the token of the server; null where it was not given. */
export function askForToken(isWrong) {
  const input = h("input", { type: "password", autocomplete: "off", required: true, autofocus: true, spellcheck: "false" });
  const text = isWrong
    ? "The server does not accept this token. It is the value of --token or FAKESOURCES_TOKEN."
    : "This server requires its token: the value of --token or FAKESOURCES_TOKEN. It is kept for this tab alone.";
  return ask("Token", [h("p", {}, text), field("Token", input)], "Open the console", () => input.value, { cancel: false });
}

/** Copy a text, also where the page has no clipboard of its own (an address without https). */
export async function copy(text, name) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "offscreen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  notice(`${name} copied`);
}
