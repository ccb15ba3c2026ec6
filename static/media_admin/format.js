/* Sizes, times and refused files as text. */

import { interpolate } from "../portal/messages.js";

/**
 * A size in the largest unit in which it is at least one.
 *
 * @param {number} bytes
 * @param {string[]} units From bytes upwards.
 * @param {string} [language]
 */
export function sizeText(bytes, units, language) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[unit]}`;
}

/**
 * The time left as text; empty when it is unknown.
 *
 * @param {number | null} seconds
 * @param {Record<string, any>} texts
 */
export function timeText(seconds, texts) {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 60) return interpolate(texts.secondsLeft, { count: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return interpolate(texts.minutesLeft, { count: minutes });
  return interpolate(texts.hoursLeft, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/**
 * The extension in lower case with its dot, or an empty text.
 *
 * @param {string} name
 */
export function extensionOf(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot).toLowerCase() : "";
}

/**
 * Why a file cannot be uploaded, as text; null when it can.
 *
 * @param {{name: string, size: number}} file
 * @param {{limits: Record<string, number>, texts: Record<string, any>}} config
 * @param {string} [language]
 */
export function refusalOf(file, { limits, texts }, language) {
  const limit = limits[extensionOf(file.name)];
  if (limit === undefined) {
    const types = Object.keys(limits).map((suffix) => suffix.slice(1).toUpperCase());
    return interpolate(texts.wrongType, { name: file.name, types: types.join(", ") });
  }
  if (file.size === 0) return interpolate(texts.empty, { name: file.name });
  if (file.size <= limit) return null;
  const size = sizeText(file.size, texts.units, language);
  return interpolate(texts.tooLarge, { name: file.name, size, limit: sizeText(limit, texts.units, language) });
}
