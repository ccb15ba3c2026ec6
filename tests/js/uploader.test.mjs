import assert from "node:assert/strict";
import { test } from "node:test";

import { UploadError, createApi } from "../../static/media_admin/api.js";
import { SpeedMeter, Upload, backoffMs, partsOf } from "../../static/media_admin/uploader.js";

const PART = 4;

/** A server that signs, remembers parts and joins them; a test may make single calls fail. */
function server({ partCount = 3, arrived = [], state = "pending", size = 10 } = {}) {
  const calls = [];
  const failures = {};
  const answer = (name, value) => (...args) => {
    calls.push([name, ...args.filter((arg) => !(arg instanceof AbortSignal))]);
    const error = failures[name]?.shift();
    return error ? Promise.reject(error) : Promise.resolve(value(...args));
  };
  const plan = () => ({
    id: "u1",
    state,
    size,
    partBytes: partCount === 1 ? size : PART,
    partCount,
    single: partCount === 1 ? { url: `/put-${calls.length}`, method: "PUT", headers: {} } : null,
  });
  const api = {
    start: answer("start", plan),
    detail: answer("detail", () => ({ ...plan(), parts: arrived })),
    signParts: answer("signParts", (_id, numbers) => ({
      parts: Object.fromEntries(numbers.map((n) => [n, { url: `/p${n}`, method: "PUT" }])),
    })),
    finish: answer("finish", (_id, etags) => ({ key: "k", etags })),
    abort: answer("abort", () => ({ success: true })),
  };
  return { api, calls, failures, named: (name) => calls.filter(([called]) => called === name) };
}

function upload(api, send, extra = {}) {
  const states = [];
  const waits = [];
  const progress = [];
  const item = new Upload({
    file: new File(["0123456789"], "film.mp4", { lastModified: 1 }),
    target: "signed",
    api,
    send,
    parallel: 2,
    random: () => 1,
    now: () => 0,
    isOnline: () => true,
    sleep: async (ms) => void waits.push(ms),
    onState: (state) => states.push(state),
    onProgress: (figures) => progress.push(figures),
    ...extra,
  });
  return { item, states, waits, progress };
}

const accept = async (signed) => `"etag-${signed.url}"`;

test("a file is cut into parts whose last one is shorter", () => {
  assert.deepEqual(partsOf(10, 4), [
    { number: 1, start: 0, end: 4 },
    { number: 2, start: 4, end: 8 },
    { number: 3, start: 8, end: 10 },
  ]);
});

test("a file of exactly two parts has no empty third", () => {
  assert.equal(partsOf(8, 4).length, 2);
});

test("waits double up to half a minute and are spread over their upper half", () => {
  assert.deepEqual([1, 2, 3, 6, 9].map((n) => backoffMs(n, () => 1)), [1000, 2000, 4000, 30000, 30000]);
  assert.equal(backoffMs(3, () => 0), 2000);
});

test("speed is that of the last seconds", () => {
  const meter = new SpeedMeter();
  assert.equal(meter.bytesPerSecond, 0);
  for (const [bytes, ms] of [[0, 0], [10, 10_000], [110, 11_000]]) meter.add(bytes, ms);
  assert.equal(meter.bytesPerSecond, 100);
});

test("every part is sent once with its own bytes and the ETags go to finish", async () => {
  const { api, named } = server();
  const bodies = {};
  const { item, states } = upload(api, async (signed, blob) => {
    bodies[signed.url] = await blob.text();
    return `"e${signed.url}"`;
  });

  const done = await item.run();

  assert.deepEqual(bodies, { "/p1": "0123", "/p2": "4567", "/p3": "89" });
  assert.deepEqual(done.etags, { 1: '"e/p1"', 2: '"e/p2"', 3: '"e/p3"' });
  assert.deepEqual(states, ["starting", "uploading", "checking", "done"]);
  assert.equal(named("signParts").length, 1);
});

test("never more parts are under way than allowed", async () => {
  const { api } = server({ partCount: 5, size: 20 });
  let now = 0;
  let most = 0;
  const { item } = upload(
    api,
    async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return "e";
    },
    { file: new File(["x".repeat(20)], "a.mp4") },
  );

  await item.run();

  assert.equal(most, 2);
});

test("a part that fails is sent again after a growing wait", async () => {
  const { api } = server();
  let failing = 2;
  const { item, waits, states } = upload(api, async (signed) => {
    if (signed.url === "/p2" && failing-- > 0) throw new UploadError("network");
    return "e";
  });

  await item.run();

  assert.deepEqual(waits, [1000, 2000]);
  assert.ok(states.includes("retrying"));
  assert.equal(item.state, "done");
});

test("a wait really waits, and cancelling ends it", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { api } = server({ partCount: 1 });
  let tries = 0;
  const failing = async () => {
    tries += 1;
    throw new UploadError("network");
  };
  const { item } = upload(api, failing, { sleep: undefined });
  const outcome = item.run().catch((error) => error.name);
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  await settle();
  context.mock.timers.tick(999);
  await settle();
  assert.equal(tries, 1);
  context.mock.timers.tick(1);
  await settle();
  assert.equal(tries, 2);
  await item.cancel();

  assert.equal(await outcome, "AbortError");
});

test("a link that has expired is signed anew", async () => {
  const { api, named } = server();
  let refused = false;
  const { item } = upload(api, async (signed) => {
    if (signed.url === "/p1" && !refused) {
      refused = true;
      throw new UploadError("part_refused", { status: 403 });
    }
    return "e";
  });

  await item.run();

  assert.equal(named("signParts").length, 2);
  assert.ok(named("signParts").at(-1)[2].includes(1));
  assert.equal(item.state, "done");
});

test("a small file takes a new link from the server when its own has expired", async () => {
  const { api, named } = server({ partCount: 1 });
  const urls = [];
  const { item } = upload(api, async (signed) => {
    urls.push(signed.url);
    if (urls.length === 1) throw new UploadError("part_refused", { status: 403 });
    return "e";
  });

  await item.run();

  assert.equal(named("detail").length, 1);
  assert.notEqual(urls[0], urls[1]);
});

test("a refusal for good is not repeated", async () => {
  const { api } = server();
  let tries = 0;
  const { item, states } = upload(api, async () => {
    tries += 1;
    throw new UploadError("part_refused", { status: 400 });
  });

  await assert.rejects(item.run(), { code: "part_refused" });

  assert.ok(tries <= 2);
  assert.equal(states.at(-1), "failed");
});

test("attempts end after six", async () => {
  const { api } = server({ partCount: 1 });
  let tries = 0;
  const { item } = upload(api, async () => {
    tries += 1;
    throw new UploadError("network");
  });

  await assert.rejects(item.run(), { code: "network" });

  assert.equal(tries, 6);
});

test("time offline uses up no attempts", async () => {
  const { api } = server({ partCount: 1 });
  let online = true;
  let tries = 0;
  const { item, waits, states } = upload(
    api,
    async () => {
      tries += 1;
      if (tries > 20) return "e";
      online = false;
      throw new UploadError("network");
    },
    { isOnline: () => online, whenOnline: async () => void (online = true) },
  );

  await item.run();

  assert.deepEqual(waits, []);
  assert.ok(states.includes("offline"));
  assert.equal(item.state, "done");
});

test("progress never exceeds the size and ends with it", async () => {
  const { api } = server();
  const { item, progress } = upload(api, async (_signed, blob, { onProgress }) => {
    onProgress(blob.size / 2);
    onProgress(blob.size + 7);
    return "e";
  });

  await item.run();

  assert.deepEqual([progress[0].loaded, progress.at(-1).loaded], [0, 10]);
  assert.ok(progress.every(({ loaded, total }) => loaded <= total));
});

test("cancelling stops the parts under way and tells the server", async () => {
  const { api, named } = server();
  let stopped = 0;
  const { item, states } = upload(
    api,
    (_signed, _blob, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped += 1;
          reject(new DOMException("Aborted", "AbortError"));
        });
      }),
  );
  const running = item.run().catch((error) => error);
  await new Promise((resolve) => setImmediate(resolve));

  await item.cancel();

  assert.equal((await running).name, "AbortError");
  assert.equal(stopped, 2);
  assert.deepEqual(named("abort"), [["abort", "u1"]]);
  assert.equal(states.at(-1), "cancelled");
});

test("after a failure the same upload goes on with what has arrived", async () => {
  const { api, named } = server({ arrived: [{ number: 1, etag: "one" }] });
  let broken = true;
  const sent = [];
  const { item } = upload(api, async (signed) => {
    if (broken) throw new UploadError("part_refused", { status: 400 });
    sent.push(signed.url);
    return "e";
  });
  await assert.rejects(item.run());
  broken = false;

  const done = await item.run();

  assert.equal(named("start").length, 1);
  assert.deepEqual(sent.sort(), ["/p2", "/p3"]);
  assert.deepEqual(done.etags, { 1: "one", 2: "e", 3: "e" });
});

test("after a reload the remembered upload goes on, unless the server forgot it", async () => {
  const memory = { read: () => "u1", write() {}, remove() {}, release() {} };
  const known = server({ arrived: [{ number: 1, etag: "a" }, { number: 2, etag: "b" }] });
  const gone = server();
  gone.failures.detail = [new UploadError("file_not_found", { status: 404 })];
  const sent = [];

  await upload(known.api, async (signed) => void sent.push(signed.url), { memory }).item.run();
  await upload(gone.api, accept, { memory }).item.run();

  assert.deepEqual(sent, ["/p3"]);
  assert.equal(known.named("start").length, 0);
  assert.equal(gone.named("start").length, 1);
});

test("when only the answer to finish was lost, nothing is sent again", async () => {
  const { api } = server({ state: "ready" });
  const memory = { read: () => "u1", write() {}, remove() {}, release() {} };
  let tries = 0;
  const { item } = upload(api, async () => void (tries += 1), { memory });

  assert.equal((await item.run()).key, "k");
  assert.equal(tries, 0);
});

test("finish is repeated when the portal does not answer", async () => {
  const { api, failures, named } = server();
  failures.finish = [new UploadError("network"), new UploadError("x", { status: 502 })];
  const { item, waits } = upload(api, accept);

  await item.run();

  assert.equal(named("finish").length, 3);
  assert.deepEqual(waits, [1000, 2000]);
});

test("a file that the server refuses is told with the server's own words", async () => {
  const { api, failures } = server();
  failures.start = [new UploadError("upload_too_large", { status: 413, message: "Too large" })];
  const { item } = upload(api, accept);

  await assert.rejects(item.run(), { message: "Too large", code: "upload_too_large" });
});

test("the portal is called with the CSRF header and its errors are understood", async () => {
  const seen = [];
  const api = createApi({
    base: "/admin/media/uploads",
    csrfToken: "tok",
    fetch: async (url, init) => {
      seen.push([url, init.method, init.headers["X-CSRFToken"], init.body]);
      return new Response('{"error": "No", "code": "type_not_allowed"}', { status: 400 });
    },
  });

  await assert.rejects(api.start({ name: "a.exe", size: 3 }, "t"), {
    code: "type_not_allowed",
    status: 400,
    message: "No",
  });

  assert.deepEqual(seen, [
    ["/admin/media/uploads", "POST", "tok", '{"target":"t","name":"a.exe","size":3}'],
  ]);
});

test("an answer that is no JSON and a dead line become errors, not crashes", async () => {
  const make = (fetch) => createApi({ base: "", csrfToken: "", fetch });
  const html = make(async () => new Response("<html>", { status: 502 }));
  const dead = make(async () => Promise.reject(new TypeError("failed")));

  await assert.rejects(html.detail("1"), { code: "unexpected", status: 502 });
  await assert.rejects(dead.detail("1"), { code: "network", status: 0 });
});
