/* JSON requests to the portal within the admin's session. */

/**
 * @typedef {"stale" | "gone" | "conflict" | "invalid" | "forbidden" | "signedOut" | "network" | "server"} ErrorKind
 * @typedef {(input: string, init?: RequestInit) => Promise<Response>} Fetch
 * @typedef {{status: number, isOk: boolean, body: any}} JsonResponse
 * @typedef {{get: (url: string) => Promise<any>, post: (url: string, data: unknown) => Promise<any>}} JsonClient
 */

/** A request that failed. `stored` is what the server has now, when somebody else has changed it. */
export class RequestError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {{message?: string, stored?: any, fields?: Record<string, string[]>}} [details]
   */
  constructor(kind, { message = "", stored = null, fields = {} } = {}) {
    super(message);
    this.kind = kind;
    this.stored = stored;
    this.fields = fields;
  }

  /** Whether the same request may succeed later without a change. */
  get isTemporary() {
    return ["network", "server", "signedOut"].includes(this.kind);
  }
}

/**
 * Send one request and read its JSON; `body` is null when the response is not JSON.
 *
 * @param {string} url
 * @param {{method?: string, data?: unknown, csrfToken?: string, signal?: AbortSignal, fetch?: Fetch}} [options]
 * @returns {Promise<JsonResponse>}
 */
export async function requestJson(
  url,
  { method = "GET", data, csrfToken, signal, fetch = globalThis.fetch.bind(globalThis) } = {},
) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  /** @type {RequestInit} */
  const init = { method, headers, signal, credentials: "same-origin" };
  if (csrfToken !== undefined) headers["X-CSRFToken"] = csrfToken;
  if (data !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(data);
  }
  const response = await fetch(url, init);
  const body = await response.json().catch(() => null);
  return { status: response.status, isOk: response.ok && !response.redirected, body };
}

/**
 * Return a client whose get() and post() resolve with the JSON or reject with a RequestError.
 *
 * A new sign-in in another tab replaces the CSRF token. `renewToken` then fetches the new one and
 * returns whether there is one; the request is sent once more.
 *
 * @param {{csrfToken: () => string, renewToken?: () => Promise<boolean>, fetch?: Fetch}} options
 * @returns {JsonClient}
 */
export function createJsonClient({ csrfToken, renewToken = async () => false, fetch }) {
  /** @param {string} url @param {{method: string, data?: unknown}} options */
  async function request(url, options) {
    const send = () => requestJson(url, { ...options, csrfToken: csrfToken(), fetch });
    try {
      const first = await send();
      const isTokenRefused = first.status === 403 && !first.body;
      return resultOf(isTokenRefused && (await renewToken()) ? await send() : first);
    } catch (error) {
      throw error instanceof RequestError ? error : new RequestError("network");
    }
  }

  return {
    get: (url) => request(url, { method: "GET" }),
    post: (url, data) => request(url, { method: "POST", data }),
  };
}

/** @param {JsonResponse} response */
function resultOf({ status, isOk, body }) {
  if (isOk && body) return body;
  const kind = kindOf(status, body);
  const message = body && kind !== "server" ? body.error : "";
  throw new RequestError(kind, { message, stored: body?.stored, fields: body?.fields });
}

/**
 * @param {number} status
 * @param {any} body
 * @returns {ErrorKind}
 */
function kindOf(status, body) {
  // A page instead of JSON: Django refused the CSRF token, or this is the sign-in page.
  if (!body) return status < 400 || status === 401 || status === 403 ? "signedOut" : "server";
  if (status === 409) return body.stored ? "stale" : body.code === "gone" ? "gone" : "conflict";
  if (status === 401) return "signedOut";
  if (status === 403) return "forbidden";
  return status >= 400 && status < 500 && status !== 429 ? "invalid" : "server";
}

/**
 * Return the token functions for createJsonClient(): the token is in the CSRF field of `form`, and
 * a new one is read from the page at `url`.
 *
 * @param {HTMLElement} form
 * @param {string} url
 */
export function csrfFrom(form, url) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector("[name=csrfmiddlewaretoken]"));
  return {
    csrfToken: () => field.value,
    async renewToken() {
      const token = await readCsrfToken(url);
      if (token) field.value = token;
      return Boolean(token);
    },
  };
}

/**
 * Read the CSRF token of a page; null when there is none, for example after signing out.
 *
 * @param {string} url
 */
async function readCsrfToken(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const field = page.querySelector("[name=csrfmiddlewaretoken]");
  return field instanceof HTMLInputElement ? field.value : null;
}
