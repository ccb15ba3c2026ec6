/* Requests of the upload widget: JSON to the portal, bytes to the store. */

export class UploadError extends Error {
  /** `status` 0 means that no answer came; `code` is the server's, or one of ours. */
  constructor(code, { status = 0, message = "" } = {}) {
    super(message || code);
    this.name = "UploadError";
    this.code = code;
    this.status = status;
  }

  /** Whether the same request may succeed later. */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The portal's upload endpoints below `base`, such as /admin/media/uploads. */
export function createApi({ base, csrfToken, fetch = globalThis.fetch.bind(globalThis) }) {
  async function call(method, path, { data, signal } = {}) {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken };
    const init = { method, headers, signal, credentials: "same-origin" };
    if (data !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(data);
    }
    let response;
    try {
      response = await fetch(base + path, init);
    } catch (error) {
      throw error.name === "AbortError" ? error : new UploadError("network");
    }
    const body = await response.json().catch(() => null);
    if (!response.ok) {
      const code = body?.code ?? "unexpected";
      throw new UploadError(code, { status: response.status, message: body?.error ?? "" });
    }
    if (body === null) throw new UploadError("unexpected", { status: response.status });
    return body;
  }

  return {
    start: (file, target, signal) =>
      call("POST", "", { data: { target, name: file.name, size: file.size }, signal }),
    detail: (id, signal) => call("GET", `/${id}`, { signal }),
    signParts: (id, numbers, signal) => call("POST", `/${id}/parts`, { data: { numbers }, signal }),
    finish: (id, etags, signal) => call("POST", `/${id}/finish`, { data: { etags }, signal }),
    abort: (id) => call("POST", `/${id}/abort`, { data: {} }),
  };
}

/** Send a blob as the signed request says; XHR, because fetch reports no upload progress. */
export function sendBlob(signed, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const settle = (action, value) => {
      signal.removeEventListener("abort", stop);
      action(value);
    };
    request.open(signed.method, signed.url);
    for (const [name, value] of Object.entries(signed.headers)) {
      request.setRequestHeader(name, value);
    }
    request.timeout = 10 * 60 * 1000;
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        settle(resolve, request.getResponseHeader("ETag"));
      } else {
        settle(reject, new UploadError("part_refused", { status: request.status }));
      }
    };
    request.onerror = request.ontimeout = () => settle(reject, new UploadError("network"));
    request.onabort = () => settle(reject, new DOMException("Aborted", "AbortError"));
    if (signal.aborted) {
      settle(reject, new DOMException("Aborted", "AbortError"));
      return;
    }
    signal.addEventListener("abort", stop);
    request.send(blob);
  });
}
