/* The builder's requests: JSON to the admin's own session. */

export class RequestError extends Error {
  /** `kind` is stale, gone, conflict, invalid, forbidden, signedOut, network or server. */
  constructor(kind, { message = "", stored = null, fields = {} } = {}) {
    super(message);
    Object.assign(this, { kind, stored, fields });
  }

  /** Whether the same request may succeed later by itself. */
  get mayPass() {
    return ["network", "server", "signedOut"].includes(this.kind);
  }
}

function kindOf(status, { code, stored }) {
  if (status === 409) return stored ? "stale" : code === "gone" ? "gone" : "conflict";
  if (status === 401) return "signedOut";
  if (status === 403) return "forbidden";
  if (status === 429) return "server";
  return status >= 400 && status < 500 ? "invalid" : "server";
}

/**
 * Return {get, post} for addresses of the builder. A new sign-in in another tab replaces the CSRF
 * token; `renewToken` gets the new one and tells whether there is any.
 */
export function createApi({ csrfToken, renewToken = async () => false, fetcher = plainFetch }) {
  async function call(url, init) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    if (init.body) headers["Content-Type"] = "application/json";
    const response = await fetcher(url, { ...init, headers, credentials: "same-origin" });
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    const answer = isJson ? await response.json().catch(() => null) : null;
    return { status: response.status, isFine: response.ok && !response.redirected, answer };
  }

  async function request(url, init) {
    try {
      const first = await call(url, init);
      if (first.status !== 403 || first.answer || !(await renewToken())) return answerOf(first);
      return answerOf(await call(url, init));
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError("network");
    }
  }

  return {
    get: (url) => request(url, { method: "GET" }),
    post: (url, data) => request(url, { method: "POST", body: JSON.stringify(data) }),
  };
}

function plainFetch(...parameters) {
  return fetch(...parameters);
}

function answerOf({ status, isFine, answer }) {
  if (isFine && answer) return answer;
  // A page instead of JSON is Django's refusal of the CSRF token, or the sign-in page.
  if (!answer) throw new RequestError(status >= 500 ? "server" : "signedOut");
  const { error: message, stored = null, fields = {} } = answer;
  throw new RequestError(kindOf(status, answer), { message, stored, fields });
}

/** Read the CSRF token of a page anew; null when there is none, as after signing out. */
export async function tokenOf(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-builder] [name=csrfmiddlewaretoken]")?.value ?? null;
}
