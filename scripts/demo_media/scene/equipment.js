// Process equipment: gas compressor units, scrubbers, air coolers, stacks, tanks.
import {
  blue, box, cladding, concrete, darkSteel, dome, drum, fireRed, gasYellow, group, louvre, paint,
  roller, span, steel, white,
} from "./materials.js";
import { deck, flange, ladder, pipe, railing, support, valve } from "./piping.js";

// A gas compressor unit in its own enclosure: filter house, exhaust stack, compressor, cooler.
export function unit({ accent = "#1d4f91", stackHeight = 15 } = {}) {
  const wall = cladding("#e8ecee", { repeat: [3, 1] });
  const filter = louvre("#dfe4e8", [1, 5]);
  return group([
    box([17, 0.5, 9], concrete()),
    box([11, 5.4, 6.4], wall, [-1.5, 0.5, 0]),
    box([11.1, 0.8, 6.5], paint(accent), [-1.5, 4.4, 0]),
    box([11.4, 0.35, 6.8], paint("#9aa5ae"), [-1.5, 5.9, 0]),
    box([1.6, 2.6, 0.2], paint("#35495c"), [-4.5, 0.5, 3.25]),
    box([2.4, 2.8, 0.2], louvre("#8a969f", [1, 4]), [0.6, 1.4, 3.25]),
    filterHouse(filter, accent),
    exhaust(stackHeight, accent),
    box([4.4, 3.6, 5.4], cladding("#d5dbe0", { repeat: [2, 1] }), [6.4, 0.5, 0]),
    box([4.6, 0.3, 5.6], paint("#9aa5ae"), [6.4, 4.1, 0]),
    roller({ radius: 0.9, length: 1.2, axis: "z" }, darkSteel(), [6.4, 2.4, 3]),
    [-1, 1].map((side) => pipe(
      [[6.4 + side * 1.2, 1.6, 2.6], [6.4 + side * 1.2, 1.6, 8]], 0.5, gasYellow())),
    [-1, 1].map((side) => valve([6.4 + side * 1.2, 1.6, 5.6], 0.5, "z")),
    railing([-7, 6.25, 3.3], [4, 6.25, 3.3]),
    ladder([-7.2, 0.5, 2.2], 5.7),
  ]);
}

function filterHouse(filter, accent) {
  return [
    box([5, 4.4, 7], filter, [-4.6, 8, 0]),
    box([5.3, 0.35, 7.3], paint("#8b97a1"), [-4.6, 12.4, 0]),
    box([5.1, 0.5, 7.1], paint(accent), [-4.6, 11.8, 0]),
    box([2.6, 2, 3.4], cladding("#dfe4e8", { repeat: [1, 1] }), [-4.6, 6.1, 0]),
    [[-6.8, -3], [-6.8, 3], [-2.4, -3], [-2.4, 3]].map(([x, z]) =>
      box([0.25, 2, 0.25], darkSteel(), [x, 6.1, z])),
  ];
}

function exhaust(height, accent) {
  return [
    box([3.2, 3, 3.4], cladding("#c3ccd3", { repeat: [1, 1] }), [1.6, 6.2, 0]),
    drum({ radius: 1.55, height: height - 9 }, steel(), [1.6, 9.2, 0]),
    drum({ radius: 1.62, height: 0.5 }, paint(accent), [1.6, height - 2.2, 0]),
    drum({ radius: 1.9, top: 1.6, height: 0.5 }, darkSteel(), [1.6, height - 0.4, 0]),
    drum({ radius: 1.35, height: 0.12 }, paint("#1b1f23"), [1.6, height + 0.06, 0]),
    ladder([1.6, 6.2, 1.75], height - 7),
  ];
}

// A vertical gas scrubber on a skirt.
export function scrubber({ radius = 1.5, height = 9, material = white() } = {}) {
  const base = 1.8;
  return group([
    drum({ radius: radius * 1.35, height: 0.4 }, concrete()),
    drum({ radius: radius * 0.9, height: base }, darkSteel(), [0, 0.3, 0]),
    drum({ radius, height }, material, [0, base, 0]),
    dome(radius, 0.55, material, [0, base, 0]),
    dome(radius, 0.55, material, [0, base + height, 0]),
    drum({ radius: radius * 1.015, height: 0.35 }, blue(), [0, base + height * 0.72, 0]),
    drum({ radius: 0.35, height: 1.1 }, darkSteel(), [0, base + height + radius * 0.45, 0]),
    roller({ radius: 0.6, length: 0.9 }, material, [radius + 0.3, base + height * 0.4, 0]),
    flange([radius + 0.75, base + height * 0.4, 0], 0.5),
    ladder([0, 0.3, radius + 0.25], base + height),
    platform(radius, base + height - 0.6),
  ]);
}

function platform(radius, height) {
  const size = radius * 2 + 1.6;
  const half = size / 2;
  const corners = [[-half, -half], [half, -half], [half, half], [-half, half]];
  return [
    box([size, 0.12, 0.8], darkSteel(), [0, height, half - 0.4]),
    box([size, 0.12, 0.8], darkSteel(), [0, height, -half + 0.4]),
    box([0.8, 0.12, size], darkSteel(), [half - 0.4, height, 0]),
    box([0.8, 0.12, size], darkSteel(), [-half + 0.4, height, 0]),
    corners.map(([x, z], index) => {
      const [a, b] = corners[(index + 1) % 4];
      return railing([x, height + 0.1, z], [a, height + 0.1, b]);
    }),
  ];
}

export function lyingVessel({ radius = 1.4, length = 10, material = white() } = {}) {
  const axis = radius + 1.2;
  const ends = [-1, 1].map((side) => {
    const cap = dome(radius, 0.5, material, [side * length / 2, axis, 0]);
    cap.rotation.z = Math.PI / 2;
    return cap;
  });
  return group([
    roller({ radius, length }, material, [0, axis, 0]),
    ends,
    [-1, 1].map((side) => box([0.8, axis - radius * 0.6, radius * 1.6], concrete(),
      [side * length * 0.3, 0, 0])),
    drum({ radius: 0.4, height: 0.9 }, darkSteel(), [length * 0.2, axis + radius - 0.1, 0]),
    roller({ radius: radius * 1.01, length: 0.4 }, blue(), [-length * 0.36, axis, 0]),
  ]);
}

// An air cooler: tube bundles on columns, fans on top.
export function cooler({ bays = 4, height = 4.5 } = {}) {
  const width = bays * 5;
  return group([
    box([width + 1, 0.2, 11], concrete()),
    span(bays + 1).map((index) => [-4.6, 4.6].map((z) =>
      box([0.4, height, 0.4], darkSteel(), [index * 5 - width / 2, 0, z]))),
    box([width, 1.3, 10], louvre("#c9d1d7", [1, 2]), [0, height, 0]),
    box([width + 0.2, 0.3, 10.2], blue(), [0, height + 1.3, 0]),
    span(bays * 2).map((index) => fan([
      (index % bays) * 5 - width / 2 + 2.5, height + 1.6, index < bays ? -2.5 : 2.5])),
    [-1, 1].map((side) => roller({ radius: 0.65, length: width, axis: "x" }, gasYellow(),
      [0, height + 0.6, side * 5.7])),
    span(bays).map((index) => [-1, 1].map((side) => drum({ radius: 0.28, height: height - 0.4 },
      gasYellow(), [index * 5 - width / 2 + 2.5, 0.6, side * 5.7]))),
    railing([-width / 2, height + 1.6, 5], [width / 2, height + 1.6, 5]),
    railing([-width / 2, height + 1.6, -5], [width / 2, height + 1.6, -5]),
    railing([-width / 2, height + 1.6, -5], [-width / 2, height + 1.6, 5]),
    railing([width / 2, height + 1.6, -5], [width / 2, height + 1.6, 5]),
    ladder([width / 2 + 0.4, 0, 3], height + 1.6),
  ]);
}

function fan([x, y, z]) {
  const blades = span(6).map((index) => {
    const blade = box([1.8, 0.05, 0.5], darkSteel(), [0, 0.55, 0]);
    blade.geometry.translate(0.95, 0, 0);
    blade.rotation.set(0.35, (index * Math.PI) / 3, 0, "YXZ");
    return blade;
  });
  return group([
    drum({ radius: 2.25, top: 2.1, height: 1 }, steel()),
    drum({ radius: 1.95, height: 0.06 }, paint("#262c32"), [0, 0.98, 0]),
    drum({ radius: 0.35, height: 0.4 }, paint("#8fa0ad"), [0, 0.95, 0]),
    blades.map((blade) => { blade.position.y = 1.12; return blade; }),
  ], [x, y, z]);
}

export function ventStack({ height = 24 } = {}) {
  const bands = span(6).map((index) => drum(
    { radius: 0.42, height: height / 6 }, index % 2 ? paint("#f3f4f5") : fireRed(),
    [0, (index * height) / 6, 0]));
  const stays = span(3).map((index) => {
    const angle = (index * 2 * Math.PI) / 3 + 0.4;
    const foot = [Math.cos(angle) * height * 0.28, 0, Math.sin(angle) * height * 0.28];
    return pipe([foot, [0, height * 0.8, 0]], 0.05, darkSteel());
  });
  return group([bands, stays, drum({ radius: 0.9, height: 0.5 }, concrete())]);
}

export function tank({ radius = 4, height = 7, color = "#eef1f2" } = {}) {
  return group([
    drum({ radius: radius + 0.8, height: 0.4 }, concrete()),
    drum({ radius, height, sides: 48 }, paint(color, { roughness: 0.5 }), [0, 0.4, 0]),
    drum({ radius: radius + 0.05, top: 0.3, height: 1 }, paint("#cfd6db"), [0, height + 0.4, 0]),
    drum({ radius: radius + 0.04, height: 0.5, sides: 48 }, blue(), [0, height - 0.6, 0]),
    ladder([0, 0.4, radius + 0.25], height + 0.4),
  ]);
}

export function meterRun({ length = 22, radius = 0.55 } = {}) {
  return group([
    pipe([[-length / 2, 1.4, 0], [length / 2, 1.4, 0]], radius, gasYellow()),
    [-0.38, 0.38].map((share) => valve([length * share, 1.4, 0], radius)),
    roller({ radius: radius * 1.9, length: 2.4 }, steel(), [0, 1.4, 0]),
    [-1, 1].map((side) => flange([side * 1.6, 1.4, 0], radius * 1.35)),
    box([0.9, 0.9, 0.6], paint("#2f75b5"), [0, 2.5, 0]),
    [-8, -3.5, 3.5, 8].map((x) => support([x, 0, 0], 0.9, 1)),
    deck({ width: 3.4, depth: 1.4, height: 1.1, at: [0, 0, 2] }),
  ]);
}
