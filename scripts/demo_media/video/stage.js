// What the animated explanations share: easing, captions, drawing on a canvas.
const INK = "#0f2438";

function ease(share) {
  const limited = Math.min(1, Math.max(0, share));
  return limited * limited * (3 - 2 * limited);
}

function between(time, start, length = 0.8) {
  return ease((time - start) / length);
}

function mix(first, second, share) {
  return first + (second - first) * share;
}

function tint(stops, share) {
  const place = Math.min(0.9999, Math.max(0, share)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(place)], stops[Math.floor(place) + 1]];
  const part = place % 1;
  return `rgb(${low.map((band, index) => Math.round(mix(band, high[index], part))).join(",")})`;
}

// captions: [[from second, heading, line], ...]; the last one that has begun is shown.
function showCaption(captions, time) {
  const current = captions.filter(([from]) => from <= time).at(-1);
  const next = captions.find(([from]) => from > time);
  const bar = document.querySelector(".caption");
  bar.querySelector("b").textContent = current[1];
  bar.querySelector("span").textContent = current[2];
  const leave = next ? 1 - between(time, next[0] - 0.35, 0.35) : 1;
  bar.style.opacity = between(time, current[0], 0.45) * leave;
}

function canvasOf(width = 854, height = 480) {
  const canvas = document.querySelector("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext("2d");
}

function backdrop(pen, top = "#12304d", bottom = "#0a1a2b") {
  const shade = pen.createLinearGradient(0, 0, 0, 480);
  shade.addColorStop(0, top);
  shade.addColorStop(1, bottom);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, 854, 480);
}

function words(pen, text, x, y, { size = 15, color = "#dfeaf5", align = "center", bold } = {}) {
  pen.font = `${bold ? "bold " : ""}${size}px "DejaVu Sans", sans-serif`;
  pen.fillStyle = color;
  pen.textAlign = align;
  pen.fillText(text, x, y);
}

function stroke(pen, points, color, width, dash = []) {
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.setLineDash(dash);
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineCap = pen.lineJoin = "round";
  pen.stroke();
  pen.setLineDash([]);
}

function shape(pen, points, fill, edge = INK, width = 2) {
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = edge;
  pen.lineWidth = width;
  if (width) pen.stroke();
}

function dot(pen, x, y, radius, fill) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = fill;
  pen.fill();
}

function arrow(pen, [x1, y1], [x2, y2], color, width = 4) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const back = width * 2.4;
  stroke(pen, [[x1, y1], [x2 - Math.cos(angle) * back, y2 - Math.sin(angle) * back]], color, width);
  const wing = (turn) => [x2 - Math.cos(angle + turn) * back * 1.5,
    y2 - Math.sin(angle + turn) * back * 1.5];
  shape(pen, [[x2, y2], wing(0.45), wing(-0.45)], color, color, 0);
}
