/** Tab of the faults: those that are planned, and a form for another one. */

import { ControlError, get, post, remove } from "./api.js";
import { button, field, fill, h, many, select, setOptions } from "./dom.js";
import { attempt, confirm, notice } from "./notices.js";
import { coalesced } from "./store.js";

const KINDS = [
  ["error", "Documented error"], ["respond", "Any response"], ["disconnect", "Failed connection"], ["delay", "Delay"], ["hold", "Hold"],
];
const EXPLAINED = {
  error: "The API's own error: its status, text and headers. The operation is not performed.",
  respond: "Any status, documented or not. The operation is not performed.",
  disconnect: "The connection fails in place of a response.",
  delay: "Responses come so many seconds later.",
  hold: "Requests wait until the hold is released.",
};
const DISCONNECTS = [["reset", "reset: ended at once"], ["empty", "empty: closed without a response"],
  ["truncated", "truncated: ended within the body"], ["timeout", "timeout: no response at all"]];

/** Return the tab. */
export function faultsTab(server) {
  const planned = h("div", { class: "scroll planned" });
  const total = h("span", { class: "total", role: "status" });
  const clear = button("Clear all", () => confirm("Clear every fault?", "Held requests go on.", "Clear", async () => {
    await remove("/faults");
    notice("Faults cleared");
    await refresh();
  }));
  const refresh = coalesced(async () => {
    const { faults } = await get("/faults").catch(() => ({ faults: [] }));
    clear.disabled = !faults.length;
    fill(total, faults.length ? many(faults.length, "fault") : "");
    fill(planned, faults.length ? h("ul", { class: "rows-list" }, faults.map((each) => row(each, refresh)))
      : h("div", { class: "empty" }, h("h2", {}, "Nothing is planned"), h("p", {}, "Every request gets the answer of the API.")));
  }, 100);
  const form = faultForm(server, refresh);
  const element = h("section", { class: "faults" }, form.element,
    h("section", { class: "column", "aria-label": "Planned faults" }, h("div", { class: "bar" }, h("h2", {}, "Planned"), total, clear), planned));

  return {
    element,
    refresh,
    show(operation) {
      if (operation) form.choose(operation);
      refresh();
    },
  };
}

function row(fault, refresh) {
  const isHold = fault.type === "hold";
  const often = isHold ? `${fault.count} held now` : fault.remaining === null ? `every time, ${fault.count} so far` : `${fault.remaining} to come, ${fault.count} so far`;
  return h("li", {},
    h("div", { class: "grow" }, h("b", {}, fault.type), " of ", h("code", {}, fault.operation),
      h("p", { class: "hint" }, often, fault.account && ` · account ${fault.account}`)),
    button(isHold ? "Release" : "Clear", () => attempt(async () => {
      try {
        await remove(`/faults/${fault.number}`);
      } catch (error) {
        if (!(error instanceof ControlError) || error.status !== 404) throw error;
      }
      await refresh();
    }), { "aria-label": `${isHold ? "Release the hold" : `Clear ${fault.type}`} of ${fault.operation}` }));
}

function faultForm(server, planned) {
  const operations = server.operations;
  const ids = operations.map((each) => [each.id, each.id]);
  const operation = select(ids);
  const summary = h("p", { class: "hint" });
  const kind = h("div", { class: "choices", role: "radiogroup", "aria-label": "Kind of fault" }, KINDS.map(([value, label], index) =>
    h("label", {}, h("input", { type: "radio", name: "kind", value, checked: index === 0 }), h("span", {}, label))));
  const explained = h("p", { class: "hint" });
  const error = select([]);
  const about = h("p", { class: "hint" });
  const status = h("input", { type: "number", min: 200, max: 599, value: "503" });
  const body = h("textarea", { rows: 3, placeholder: "JSON or text; empty for the API's own form", spellcheck: "false" });
  const headers = h("textarea", { rows: 2, placeholder: "Retry-After: 5", spellcheck: "false" });
  const how = select(DISCONNECTS, "reset");
  const effect = h("input", { type: "checkbox" });
  const seconds = h("input", { type: "number", min: 0, max: 3600, step: "any", value: "1" });
  const times = h("input", { type: "number", min: 1, placeholder: "every time" });
  const account = h("input", { placeholder: "every account", spellcheck: "false" });
  const when = h("textarea", { rows: 2, placeholder: '{"id": "…"}', spellcheck: "false" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const parts = {
    error: [field("Error", error), about],
    respond: [field("Status", status), field("Body", body), field("Headers, one a line", headers)],
    disconnect: [field("Failure", how), h("label", { class: "check" }, effect, "the operation takes effect all the same")],
    delay: [field("Seconds", seconds)],
    hold: [],
  };
  const place = h("div", { class: "part" });
  const timesField = field("Times", times, "empty for every request");
  const form = h("form", { class: "column plan scroll", "aria-label": "Plan a fault" },
    h("h2", {}, "Plan a fault"), field("Operation", operation), summary, kind, explained, place, timesField,
    h("details", {}, h("summary", {}, "Only for some requests"), field("Account", account, "a name, or #NUMBER"), field("Parameters", when, "a JSON object that the request has to have")),
    problem, h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, "Plan")));

  const chosen = () => form.elements.kind.value;

  function showKind() {
    const value = chosen();
    fill(explained, EXPLAINED[value]);
    fill(place, parts[value]);
    timesField.hidden = value === "hold";
    times.value = value === "delay" ? "" : times.value || "1";
  }

  function showOperation() {
    const found = operations.find((each) => each.id === operation.value);
    if (!found) return; // an address may have any id
    fill(summary, found.summary);
    setOptions(error, found.errors.map((each) => [each.name, `${each.name} (${each.status})`]));
    showError();
  }

  function showError() {
    const found = operations.find((each) => each.id === operation.value)?.errors.find((each) => each.name === error.value);
    fill(about, found?.description ?? "");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const value = chosen(), request = { operation: operation.value };
      if (value !== "hold") request.times = times.value ? Number(times.value) : null;
      if (value === "error") request.error = error.value;
      if (value === "respond") Object.assign(request, response());
      if (value === "disconnect") Object.assign(request, { disconnect: how.value, takes_effect: effect.checked });
      if (value === "delay") request.delay = Number(seconds.value);
      if (value === "hold") request.hold = true;
      if (account.value.trim()) request.account = account.value.trim();
      if (when.value.trim()) request.when = JSON.parse(when.value);
      await post("/faults", request);
      notice("Fault planned");
      await planned();
    } catch (error) {
      fill(problem, error instanceof SyntaxError ? `Parameters: expected a JSON object, got ${when.value}` : error.message).hidden = false;
    }
  });

  function response() {
    const given = { respond: Number(status.value) }, text = body.value.trim();
    if (text) {
      try {
        given.body = JSON.parse(text);
      } catch {
        given.body = body.value;
      }
    }
    const lines = headers.value.split("\n").filter((line) => line.trim());
    if (lines.length) given.headers = lines.map((line) => [line.split(":")[0].trim(), line.slice(line.indexOf(":") + 1).trim()]);
    return given;
  }

  kind.addEventListener("change", showKind);
  operation.addEventListener("change", showOperation);
  error.addEventListener("change", showError);
  showOperation();
  showKind();
  return {
    element: form,
    choose(id) {
      operation.value = id;
      showOperation();
      operation.focus();
    },
  };
}
