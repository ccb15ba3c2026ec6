import assert from "node:assert/strict";
import { test } from "node:test";

import { createJsonClient } from "../../static/portal/http.js";

const csrfToken = () => "t";

/** The kind of error that a request with this response ends with. */
function kindOf(status, body) {
  const client = createJsonClient({ csrfToken, fetch: async () => new Response(body, { status }) });
  return client.post("/x/", {}).then(
    () => "none",
    ({ kind }) => kind,
  );
}

test("the JSON of a response is returned", async () => {
  const client = createJsonClient({ csrfToken, fetch: async () => new Response('{"a": 1}') });
  assert.deepEqual(await client.get("/x/"), { a: 1 });
});

test("each failure has its kind", async () => {
  assert.equal(await kindOf(400, '{"error": "no"}'), "invalid");
  assert.equal(await kindOf(404, '{"error": "no"}'), "invalid");
  assert.equal(await kindOf(401, '{"error": "no"}'), "signedOut");
  assert.equal(await kindOf(403, '{"error": "no"}'), "forbidden");
  assert.equal(await kindOf(409, '{"error": "no", "code": "stale", "stored": {}}'), "stale");
  assert.equal(await kindOf(409, '{"error": "no", "code": "gone"}'), "gone");
  assert.equal(await kindOf(409, '{"error": "no", "code": "other"}'), "conflict");
  assert.equal(await kindOf(429, '{"error": "later"}'), "server");
});

test("a page instead of JSON is the sign-in page, Django's refusal of the token, or a broken server", async () => {
  assert.equal(await kindOf(200, "<html>"), "signedOut");
  assert.equal(await kindOf(403, "<html>CSRF</html>"), "signedOut");
  assert.equal(await kindOf(502, "<html>"), "server");
});

test("without a response the connection is lost", async () => {
  const fetch = async () => Promise.reject(new TypeError());
  await assert.rejects(createJsonClient({ csrfToken, fetch }).get("/x/"), { kind: "network" });
});

test("a conflict carries what is stored, and the text of the server", async () => {
  const body = '{"error": "Changed.", "stored": {"title": "new"}, "fields": {"title": ["no"]}}';
  const fetch = async () => new Response(body, { status: 409 });
  await assert.rejects(createJsonClient({ csrfToken, fetch }).post("/x/", {}), {
    message: "Changed.",
    stored: { title: "new" },
    fields: { title: ["no"] },
  });
});

test("after another sign-in the request is sent again with the new token", async () => {
  const tokens = [];
  let token = "old";
  const client = createJsonClient({
    csrfToken: () => token,
    renewToken: async () => {
      token = "new";
      return true;
    },
    fetch: async (url, { headers }) => {
      tokens.push(headers["X-CSRFToken"]);
      return token === "new" ? new Response("{}") : new Response("<html>", { status: 403 });
    },
  });
  assert.deepEqual(await client.post("/x/", {}), {});
  assert.deepEqual(tokens, ["old", "new"]);
});

test("data is sent as JSON within the session", async () => {
  let sent = null;
  const fetch = async (url, init) => {
    sent = { url, ...init };
    return new Response("{}");
  };
  await createJsonClient({ csrfToken, fetch }).post("/x/", { n: 1 });
  assert.equal(sent.url, "/x/");
  assert.equal(sent.method, "POST");
  assert.equal(sent.body, '{"n":1}');
  assert.equal(sent.credentials, "same-origin");
  assert.equal(sent.headers["Content-Type"], "application/json");
});
