/* The editor's requests: JSON to the admin's own session. */

export class RequestError extends Error {
  /** `kind` is conflict, invalid, forbidden, signedOut, network or server. */
  constructor(kind, { message = "", stored = null } = {}) {
    super(message);
    this.kind = kind;
    this.stored = stored;
  }

  /** Whether the same request may succeed later by itself. */
  get mayPass() {
    return ["network", "server", "signedOut"].includes(this.kind);
  }
}

const KINDS = { 400: "invalid", 401: "signedOut", 403: "forbidden", 404: "invalid", 409: "conflict" };

/**
 * Return a function that posts `data` to an act below `base` and gives the answer.
 *
 * A new sign-in in another tab replaces the CSRF token; `renewToken` gets the new one and tells
 * whether there is any.
 */
export function createApi({ base, csrfToken, renewToken = async () => false, fetcher = plainFetch }) {
  return async function post(act, data) {
    const send = () => {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
      return fetcher(`${base}${act}/`, { method: "POST", headers, body: JSON.stringify(data) });
    };
    try {
      const first = await read(await send());
      if (first.status !== 403 || first.answer || !(await renewToken())) return answerOf(first);
      return answerOf(await read(await send()));
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError("network");
    }
  };
}

function plainFetch(...parameters) {
  return fetch(...parameters);
}

async function read(response) {
  const answer = await response.json().catch(() => null);
  return { status: response.status, isFine: response.ok, answer };
}

function answerOf({ status, isFine, answer }) {
  if (isFine && answer) return answer;
  // Only Django's own page about the CSRF token is a refusal without JSON.
  if (!answer) throw new RequestError(status === 403 ? "signedOut" : "server");
  const kind = KINDS[status] ?? "server";
  const message = kind === "server" ? "" : answer.error;
  throw new RequestError(kind, { message, stored: answer.stored ?? null });
}

/** Read the CSRF token of a page anew; null when there is none, as after signing out. */
export async function tokenOf(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-editor] [name=csrfmiddlewaretoken]")?.value ?? null;
}

/** Get the figures of all questions. */
export async function getJson(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new RequestError("server");
  return response.json();
}
