// Pipes, flanges, valves, railings and ladders.
import * as THREE from "three";
import {
  blue, box, concrete, darkSteel, drum, gasYellow, group, paint, roller, solid, span, steel,
} from "./materials.js";

const vector = (point) => new THREE.Vector3(...point);

function bentPath(points, bend) {
  const path = new THREE.CurvePath();
  let start = vector(points[0]);
  for (let index = 1; index < points.length - 1; index += 1) {
    const corner = vector(points[index]);
    const back = vector(points[index - 1]).sub(corner);
    const ahead = vector(points[index + 1]).sub(corner);
    const reach = Math.min(bend, back.length() / 2, ahead.length() / 2);
    const enter = corner.clone().add(back.setLength(reach));
    const leave = corner.clone().add(ahead.setLength(reach));
    if (start.distanceTo(enter) > 1e-3) path.add(new THREE.LineCurve3(start, enter));
    path.add(new THREE.QuadraticBezierCurve3(enter, corner, leave));
    start = leave;
  }
  path.add(new THREE.LineCurve3(start, vector(points.at(-1))));
  return path;
}

export function pipe(points, radius, material = gasYellow()) {
  const path = bentPath(points, radius * 3.2);
  const parts = path.curves.map((curve) => {
    const steps = curve instanceof THREE.LineCurve3 ? 1 : 10;
    return solid(new THREE.TubeGeometry(curve, steps, radius, 20), material);
  });
  return group(parts);
}

export function flange(at, radius, axis = "x", material = darkSteel()) {
  const width = radius * 0.28;
  const shift = axis === "x" ? [width * 0.62, 0, 0] : [0, 0, width * 0.62];
  return [-1, 1].map((side) =>
    roller({ radius: radius * 1.5, length: width, axis, sides: 28 }, material,
      at.map((value, index) => value + side * shift[index])));
}

export function valve(at, radius, axis = "x") {
  const [x, y, z] = at;
  const ends = [-1.7, 1.7].map((offset) =>
    flange(axis === "x" ? [x + offset * radius, y, z] : [x, y, z + offset * radius], radius, axis));
  const body = solid(new THREE.SphereGeometry(radius * 1.55, 28, 18), blue(), at);
  return group([
    body,
    ends,
    drum({ radius: radius * 0.45, height: radius * 1.6 }, darkSteel(), [x, y + radius * 1.3, z]),
    roller({ radius: radius * 0.75, length: radius * 3.4, axis: axis === "x" ? "z" : "x" },
      paint("#d8402f", { roughness: 0.4 }), [x, y + radius * 3.2, z]),
    drum({ radius: radius * 0.6, height: radius * 0.6 }, steel(), [x, y + radius * 3.9, z]),
  ]);
}

export function support(at, height, width = 1) {
  const [x, , z] = at;
  return [
    box([width * 1.5, 0.25, width * 1.5], concrete(), [x, 0, z]),
    box([width * 0.28, height, width * 0.28], darkSteel(), [x, 0, z]),
    box([width * 1.2, 0.16, width * 0.5], darkSteel(), [x, height - 0.16, z]),
  ];
}

// A straight run along x with supports, flanges and, on request, valves.
export function run({ from, to, y, z, radius, valves = [], every = 6, material = gasYellow() }) {
  const stops = span(Math.floor((to - from) / every)).map((index) => from + every * (index + 0.5));
  return group([
    pipe([[from, y, z], [to, y, z]], radius, material),
    stops.map((x) => support([x, 0, z], y - radius, radius * 2)),
    stops.filter((_, index) => index % 2).map((x) => flange([x + every / 3, y, z], radius)),
    valves.map((x) => valve([x, y, z], radius)),
  ]);
}

export function railing(from, to, { height = 1.1, color = "#f0c22f" } = {}) {
  const material = paint(color, { roughness: 0.5 });
  const line = vector(to).sub(vector(from));
  const count = Math.max(1, Math.round(line.length() / 1.8));
  const posts = span(count + 1).map((index) => {
    const foot = vector(from).addScaledVector(line, index / count);
    return drum({ radius: 0.05, height, sides: 6 }, material, [foot.x, foot.y, foot.z]);
  });
  const rails = [0.55, 1].map((share) => {
    const lift = [0, height * share, 0];
    const ends = [from, to].map((end) => end.map((value, index) => value + lift[index]));
    return pipe(ends, 0.05, material);
  });
  return [posts, rails];
}

export function ladder([x, y, z], height, material = paint("#f0c22f")) {
  const rungs = span(Math.floor(height / 0.5)).map((index) =>
    box([0.6, 0.06, 0.06], material, [x, y + 0.3 + index * 0.5, z]));
  return [
    box([0.08, height, 0.08], material, [x - 0.3, y, z]),
    box([0.08, height, 0.08], material, [x + 0.3, y, z]),
    rungs,
  ];
}

export function deck({ width, depth, height, at: [x, y, z] = [0, 0, 0] }) {
  const half = [width / 2, depth / 2];
  const top = y + height;
  const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    .map(([a, b]) => [x + a * half[0], top, z + b * half[1]]);
  return [
    box([width, 0.15, depth], darkSteel(), [x, top - 0.15, z]),
    corners.map(([a, , b]) => box([0.22, height, 0.22], darkSteel(), [a, y, b])),
    corners.map((corner, index) => railing(corner, corners[(index + 1) % 4])),
  ];
}
