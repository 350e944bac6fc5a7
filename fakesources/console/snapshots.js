/** Snapshots: take, compare, restore and delete; and the state as a file. */

import { get, post, put, remove, send } from "./api.js";
import { button, field, fill, h } from "./dom.js";
import { attempt, confirm, notice } from "./notices.js";
import { coalesced } from "./store.js";

/** Return the list of snapshots with its forms. */
export function snapshotsView() {
  const name = h("input", { placeholder: "name", "aria-label": "Name of the snapshot", spellcheck: "false" });
  const list = h("ul", { class: "rows-list" });
  const difference = h("div", { class: "difference", "aria-live": "polite" });
  const file = h("input", { type: "file", accept: "application/json,.json", class: "offscreen", "aria-label": "State file", tabindex: "-1" });
  const form = h("form", { class: "joined" }, name, h("button", { type: "submit" }, "Take"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const { snapshot } = await post("/snapshots", name.value ? { name: name.value } : {});
      name.value = "";
      notice(`Snapshot ${snapshot} taken`);
      await refresh();
    });
  });
  file.addEventListener("change", () => attempt(upload));
  const element = h("aside", { class: "card snapshots", "aria-label": "Snapshots" },
    h("div", { class: "card-head" }, h("h2", {}, "Snapshots")), field("Take a snapshot", form), list, difference,
    h("h3", {}, "State file"), h("p", { class: "hint" }, "The whole state. The file contains every secret as it is."),
    h("div", { class: "actions" }, button("Download", () => attempt(download)), button("Upload", () => file.click()), file));

  const refresh = coalesced(async () => {
    const { snapshots } = await get("/snapshots").catch(() => ({ snapshots: [] }));
    fill(list, snapshots.map((each) => h("li", {}, h("b", { class: "grow" }, each),
      button("Compare", () => compare(each), { "aria-label": `Compare ${each} with the present state` }),
      button("Restore", () => restore(each), { "aria-label": `Restore ${each}` }),
      button("Delete", () => attempt(async () => {
        await remove(`/snapshots/${encodeURIComponent(each)}`);
        fill(difference);
        await refresh();
      }), { "aria-label": `Delete ${each}`, class: "quiet" }))));
  }, 100);

  const compare = (each) => attempt(async () => {
    const { text } = await get(`/snapshots/${encodeURIComponent(each)}/diff`);
    fill(difference, h("h3", {}, `Since ${each}`), h("pre", { tabindex: "0" }, lines(text)));
  });

  const restore = (each) => confirm(`Restore ${each}?`, "Rows, rate windows, ids and the clock become those of the snapshot.", "Restore", async () => {
    await post(`/snapshots/${encodeURIComponent(each)}/restore`);
    fill(difference);
    notice(`Snapshot ${each} restored`);
  });

  async function download() {
    const response = await send("GET", "/state");
    if (!response.ok) throw new Error((await response.json()).error);
    const link = h("a", { href: URL.createObjectURL(await response.blob()), download: "fakesources-state.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function upload() {
    const [chosen] = file.files;
    if (!chosen) return;
    const text = await chosen.text();
    file.value = "";
    const state = JSON.parse(text);
    await confirm(`Load ${chosen.name}?`, "The whole state is replaced by that of the file.", "Load", async () => {
      await put("/state", state);
      notice("State loaded");
    });
  }

  return { element, refresh };
}

function lines(text) {
  return text.split("\n").map((line) => {
    const kind = / added(?::|$)/.test(line) ? "added" : / removed(?::|$)/.test(line) ? "removed" : "changed";
    return h("span", { class: `line ${kind}` }, line, "\n");
  });
}
