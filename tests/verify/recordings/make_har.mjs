// Makes chromium.har: the calls of calls.json, by a page in Chromium, recorded by the browser's own tool.
//   node make_har.mjs http://127.0.0.1:18400 chromium.har "$(which chromium)"
// Two more arguments say where bodies go (embed, attach, omit) and how much is kept (full, minimal; "update" is what
// routeFromHAR records when it is told to update a HAR).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.cwd() + "/")("playwright-core");
const [url, output, executablePath, content = "embed", mode = "full"] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(new URL("calls.json", import.meta.url)));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-web-security"] });
const context = await browser.newContext(mode === "update" ? {} : { recordHar: { path: output, content, mode } });
if (mode === "update") await context.routeFromHAR(output, { update: true, updateContent: content });
const page = await context.newPage();
await page.goto(url + "/v1/feeds?api_key=example-key");
await page.evaluate(async ({ url, calls }) => {
  const kept = {};
  const filled = (text) => text.replace(/\{(source|feed|tag)\}/g, (whole, name) => kept[name] ?? whole);
  for (const call of calls) {
    const headers = call.path.includes("/source/")
      ? { Authorization: "alice:0123456789abcdef0123456789abcdef" } : { Authorization: "Basic ZXhhbXBsZS1rZXk6" };
    if (call.json) headers["Content-Type"] = "application/json";
    const body = call.json ? filled(JSON.stringify(call.json)) : undefined;
    const answer = await fetch(url + filled(call.path), { method: call.method, headers, body });
    const text = await answer.text();
    if (call.keep) { const shown = JSON.parse(text); kept[call.keep] = (Array.isArray(shown) ? shown[0] : shown).id; }
  }
}, { url, calls });
await context.close();
await browser.close();
