// A suite for Node with its own fetch and its own test runner: what the two pages document, and a state of its own.
import assert from "node:assert/strict";
import test from "node:test";

const base = process.env.FAKESOURCES_URL;
const headers = { authorization: "node:key" };

async function datasift(method, path, fields) {
  const body = fields && new URLSearchParams(fields);
  const answer = await fetch(`${base}/v1.6/source/${path}`, { method, headers, body });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json(), headers: answer.headers };
}

const rock = {
  source_type: "instagram",
  name: "Rock Music",
  resources: JSON.stringify([{ parameters: { type: "tag", value: "rock" } }]),
  auth: JSON.stringify([{ parameters: { value: "token" } }]),
};

test("a source that was created can be started, and costs five credits to start", async () => {
  const made = await datasift("POST", "create", rock);
  const started = await datasift("PUT", "start", { id: made.body.id });

  assert.equal(made.status, 201);
  assert.equal(started.body.status, "active");
  assert.equal(started.headers.get("x-ratelimit-cost"), "5");
});

test("an unknown source is refused in the page's words", async () => {
  const answer = await datasift("PUT", "start", { id: "0".repeat(32) });

  assert.deepEqual([answer.status, answer.body], [404, { error: "Source not found" }]);
});

test("one account can be reset between two tests", async () => {
  await datasift("POST", "create", rock);
  const reset = await fetch(`${base}/_fakesources/reset?account=node`, { method: "POST" });
  const left = await datasift("GET", "get");

  assert.equal(reset.status, 200);
  assert.equal(left.body.count, 0);
});

test("many requests at once are all answered, each with an id of its own", async () => {
  const made = await Promise.all(Array.from({ length: 30 }, () => datasift("POST", "create", rock)));

  assert.equal(new Set(made.map((answer) => answer.body.id)).size, 30);
});

test("Curator's sources follow their feed", async () => {
  const key = "api_key=ABCD-1234";
  const [feed] = await (await fetch(`${base}/v1/feeds?${key}`)).json();
  const body = JSON.stringify({ feed_id: feed.id, source_type: 2, tag: "rock" });
  const made = await fetch(`${base}/v1/sources?${key}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const listed = await (await fetch(`${base}/v1/sources?${key}&feed_id=${feed.id}`)).json();

  assert.equal(made.status, 200);
  assert.deepEqual(listed.map((source) => source.tag), ["rock"]);
});
