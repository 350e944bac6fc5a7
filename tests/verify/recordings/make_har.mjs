// Generator of chromium.har: the calls of calls.json, made by a page in Chromium and recorded by the browser.
//   node make_har.mjs http://127.0.0.1:18400 chromium.har "$(which chromium)"
// Two more arguments: content of bodies (embed, attach, omit), and mode (full, minimal, or "update" for the recording of
// routeFromHAR with update).
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
  const ids = {};
  const fill = (text) => text.replace(/\{(source|feed|tag)\}/g, (whole, name) => ids[name] ?? whole);
  for (const call of calls) {
    const headers = call.path.includes("/source/")
      ? { Authorization: "alice:0123456789abcdef0123456789abcdef" } : { Authorization: "Basic ZXhhbXBsZS1rZXk6" };
    if (call.json) headers["Content-Type"] = "application/json";
    const body = call.json ? fill(JSON.stringify(call.json)) : undefined;
    const response = await fetch(url + fill(call.path), { method: call.method, headers, body });
    const text = await response.text();
    if (call.keep) { const value = JSON.parse(text); ids[call.keep] = (Array.isArray(value) ? value[0] : value).id; }
  }
}, { url, calls });
await context.close();
await browser.close();
