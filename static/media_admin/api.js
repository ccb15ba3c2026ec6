/* Requests of the upload widget: JSON to the portal, bytes to the object store. */

import { requestJson } from "../portal/http.js";

/** @import { Fetch } from "../portal/http.js" */

/**
 * @typedef {{url: string, method: string, headers: Record<string, string>}} SignedRequest
 *
 * @typedef {object} Plan How the server wants a file in parts.
 * @property {string} id
 * @property {string} state
 * @property {number} size
 * @property {number} partBytes
 * @property {number} partCount
 * @property {SignedRequest | null} single The request of a file of one part.
 * @property {{number: number, etag: string}[]} parts The parts that have arrived.
 *
 * @typedef {{key: string, name: string, size: number}} FinishedFile
 *
 * @typedef {object} UploadApi
 * @property {(file: File, target: string, signal: AbortSignal) => Promise<Plan>} start
 * @property {(id: string, signal: AbortSignal) => Promise<Plan>} detail
 * @property {(id: string, numbers: number[], signal: AbortSignal) =>
 *   Promise<{parts: Record<string, SignedRequest>}>} signParts
 * @property {(id: string, etags: Record<number, string>, signal: AbortSignal) => Promise<FinishedFile>} finish
 * @property {(id: string) => Promise<unknown>} abort
 */

// Sending the same file again would fail again.
const PERMANENT = ["upload_refused", "type_not_allowed", "upload_too_large", "target_refused"];

export class UploadError extends Error {
  /**
   * `status` 0 means that no response came; `code` comes from the server or from this module.
   *
   * @param {string} code
   * @param {{status?: number, message?: string}} [details]
   */
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

  /** Whether the same file is never accepted. */
  get isPermanent() {
    return PERMANENT.includes(this.code);
  }
}

/**
 * Say why an upload failed.
 *
 * @param {unknown} error
 * @param {Record<string, any>} texts
 * @returns {string}
 */
export function failureText(error, texts) {
  // The browser could not read the file: it was changed or moved on the disk.
  if (!(error instanceof UploadError)) return texts.changed;
  if (error.message && error.message !== error.code) return error.message;
  if (error.code === "part_refused") return texts.refused;
  return texts[error.code] ?? texts.unexpected;
}

/**
 * The portal's upload endpoints below `base`, such as /admin/media/uploads.
 *
 * @param {{base: string, csrfToken: string, fetch?: Fetch}} options
 * @returns {UploadApi}
 */
export function createApi({ base, csrfToken, fetch }) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {{data?: unknown, signal?: AbortSignal}} options
   */
  async function call(method, path, { data, signal }) {
    const { status, isOk, body } = await requestJson(base + path, {
      method,
      data,
      csrfToken,
      signal,
      fetch,
    }).catch((error) => {
      throw error.name === "AbortError" ? error : new UploadError("network");
    });
    if (isOk && body) return body;
    throw new UploadError(body?.code ?? "unexpected", { status, message: body?.error ?? "" });
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

/**
 * Send a blob as the signed request says; by XMLHttpRequest, because fetch() reports no progress of
 * uploads.
 *
 * @param {SignedRequest} signed
 * @param {Blob} blob
 * @param {{signal: AbortSignal, onProgress: (bytes: number) => void}} options
 * @returns {Promise<string | null>} The ETag of the part.
 */
export function sendBlob(signed, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    /** @param {(value: any) => void} action @param {unknown} value */
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
