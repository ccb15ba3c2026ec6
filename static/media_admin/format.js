/* Turns figures into text, with the words that the server has translated. */

/** Put `values` into the {names} of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A size in the largest unit that keeps it above one; `units` from bytes upwards. */
export function sizeText(bytes, units, language = undefined) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })} ${units[unit]}`;
}

/** How long it will take, in words; empty when that is unknown. */
export function timeText(seconds, texts) {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 60) return fill(texts.secondsLeft, { count: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return fill(texts.minutesLeft, { count: minutes });
  return fill(texts.hoursLeft, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** The extension in lower case with its dot, or an empty text. */
export function extensionOf(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot).toLowerCase() : "";
}

/** Why a file cannot be taken, as text for people; null when it can. */
export function refusalOf(file, { limits, texts }, language = undefined) {
  const limit = limits[extensionOf(file.name)];
  if (limit === undefined) {
    const types = Object.keys(limits).map((suffix) => suffix.slice(1).toUpperCase());
    return fill(texts.wrongType, { name: file.name, types: types.join(", ") });
  }
  if (file.size === 0) return fill(texts.empty, { name: file.name });
  if (file.size <= limit) return null;
  const size = sizeText(file.size, texts.units, language);
  return fill(texts.tooLarge, { name: file.name, size, limit: sizeText(limit, texts.units, language) });
}
