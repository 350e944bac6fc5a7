// Test suite for Node's fetch and test runner.
import assert from "node:assert/strict";
import test from "node:test";

const base = process.env.FAKESOURCES_URL;
const headers = { authorization: "node:key" };

async function datasift(method, path, fields) {
  const body = fields && new URLSearchParams(fields);
  const response = await fetch(`${base}/v1.6/source/${path}`, { method, headers, body });
  return { status: response.status, body: response.status === 204 ? null : await response.json(), headers: response.headers };
}

const rock = {
  source_type: "instagram",
  name: "Rock Music",
  resources: JSON.stringify([{ parameters: { type: "tag", value: "rock" } }]),
  auth: JSON.stringify([{ parameters: { value: "token" } }]),
};

test("starting a source costs five credits", async () => {
  const created = await datasift("POST", "create", rock);
  const started = await datasift("PUT", "start", { id: created.body.id });

  assert.equal(created.status, 201);
  assert.equal(started.body.status, "active");
  assert.equal(started.headers.get("x-ratelimit-cost"), "5");
});

test("an unknown source is a documented error", async () => {
  const response = await datasift("PUT", "start", { id: "0".repeat(32) });

  assert.deepEqual([response.status, response.body], [404, { error: "Source not found" }]);
});

test("one account can be reset between two tests", async () => {
  await datasift("POST", "create", rock);
  const reset = await fetch(`${base}/_fakesources/reset?account=node`, { method: "POST" });
  const listed = await datasift("GET", "get");

  assert.equal(reset.status, 200);
  assert.equal(listed.body.count, 0);
});

test("many requests at once get different ids", async () => {
  const created = await Promise.all(Array.from({ length: 30 }, () => datasift("POST", "create", rock)));

  assert.equal(new Set(created.map((response) => response.body.id)).size, 30);
});

test("Curator's sources follow their feed", async () => {
  const key = "api_key=ABCD-1234";
  const [feed] = await (await fetch(`${base}/v1/feeds?${key}`)).json();
  const body = JSON.stringify({ feed_id: feed.id, source_type: 2, tag: "rock" });
  const created = await fetch(`${base}/v1/sources?${key}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const listed = await (await fetch(`${base}/v1/sources?${key}&feed_id=${feed.id}`)).json();

  assert.equal(created.status, 200);
  assert.deepEqual(listed.map((source) => source.tag), ["rock"]);
});
