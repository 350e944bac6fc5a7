// node --test playwright.test.mjs, with playwright-core and an installed Chromium; @playwright/test has the same page
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";

import { FakeSources } from "./fakesources.mjs";

const fake = new FakeSources();
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--no-proxy-server"] });
});
after(() => browser.close());
beforeEach(() => fake.reset());

test("a page that calls the API", async () => {
  await fake.rows("curator", "feeds").add({ name: "Cats" });
  const page = await browser.newPage();
  await page.goto(`${fake.url}/_fakesources/client.js`); // any page of the server's origin

  const names = await page.evaluate(async () => {
    const { FakeSources } = await import("/_fakesources/client.js"); // the client runs in a browser, too
    await new FakeSources().faults.delay("curator.feeds.list", 0.01);
    const response = await fetch("/v1/feeds?api_key=key");
    return (await response.json()).map((feed) => feed.name);
  });

  assert.ok(names.includes("Cats"));
  assert.equal((await fake.journal.only({ operation: "curator.feeds.list" })).fault, "delay of 0.01 s");
});
