// Close views: machine hall, compressor shop, air coolers, scrubbers, control room, laboratory.
import * as THREE from "three";
import { cooler, scrubber } from "./equipment.js";
import { ground, slab } from "./land.js";
import {
  blue, box, cladding, concrete, darkSteel, dome, drum, fireRed, gasYellow, group, louvre, paint,
  roller, solid, span, steel, white,
} from "./materials.js";
import { deck, flange, pipe, railing, run, valve } from "./piping.js";

const still = (part) => {
  part.traverse((node) => { node.castShadow = false; });
  return part;
};

function room({ length, width, height, floor = "#9fb0a6", wall = "#e9ecea" }) {
  const columns = span(Math.floor(length / 6) + 1).map((index) => index * 6 - length / 2);
  return [
    still(box([length, 0.2, width * 1.6], paint(floor, { roughness: 0.35, metalness: 0.05 }), [0, -0.2, 0])),
    still(box([length, height, 0.3], cladding(wall, { repeat: [12, 1], depth: 0.08 }), [0, 0, -width / 2])),
    still(box([0.3, height, width * 1.6], cladding(wall, { repeat: [8, 1], depth: 0.08 }), [length / 2, 0, 0])),
    still(box([0.35, 4.6, 5], louvre("#1d4f91", [1, 6]), [length / 2 - 0.05, 0, 2])),
    columns.map((x) => box([0.5, height, 0.5], blue(), [x, 0, -width / 2 + 0.4])),
    columns.slice(0, -1).map((x) => still(box([4.4, 2, 0.1],
      paint("#dff1ff", { glow: 1.3 }), [x + 3, height * 0.62, -width / 2 + 0.2]))),
    still(box([length, 0.9, 0.5], paint("#f0b52c"), [0, height * 0.86, -width / 2 + 0.9])),
    columns.map((x) => still(box([0.35, 1.1, width], paint("#7f8c96"), [x, height, 0]))),
    columns.slice(1).map((x) => still(box([0.5, 0.12, 7], paint("#ffffff", { glow: 3.2 }),
      [x - 3, height + 0.3, 0]))),
    still(box([length, 0.2, width], paint("#b9c2c8"), [0, height + 1.2, 0])),
  ];
}

function rotor(radius, length, at) {
  return group([
    roller({ radius: radius * 0.3, length: length * 1.3 }, steel()),
    span(5).map((index) => roller({ radius: radius * (0.6 + 0.08 * index), length: length * 0.09 },
      steel(), [(index - 2) * length * 0.2, 0, 0])),
  ], at);
}

// A turbine and a centrifugal compressor on one frame, along x.
export function train(accent = "#1d4f91") {
  const body = paint("#e7eaec", { roughness: 0.32, metalness: 0.2 });
  const shell = paint(accent, { roughness: 0.32, metalness: 0.2 });
  return group([
    box([15, 0.9, 4.4], concrete()),
    box([14, 0.5, 3.4], darkSteel(), [0, 0.9, 0]),
    roller({ radius: 1.05, length: 2.6 }, body, [-5.2, 2.9, 0]),
    roller({ radius: 1.3, length: 2.2 }, shell, [-2.8, 2.9, 0]),
    roller({ radius: 1.55, length: 1.6 }, body, [-0.9, 2.9, 0]),
    [-6.4, -3.9, -1.7, 0].map((x) => flange([x, 2.9, 0], 0.95)),
    box([2.6, 3.4, 3], cladding("#cbd3d9", { repeat: [1, 1] }), [-6.6, 3.3, 0]),
    drum({ radius: 1.15, height: 5.6 }, steel(), [-0.4, 3.4, 0]),
    roller({ radius: 0.45, length: 2 }, paint("#f0b52c", { roughness: 0.4 }), [1.2, 2.7, 0]),
    roller({ radius: 1.75, length: 3 }, shell, [4, 2.9, 0]),
    [2.4, 5.6].map((x) => flange([x, 2.9, 0], 1.25)),
    roller({ radius: 0.8, length: 1.2 }, body, [6.1, 2.9, 0]),
    [3.1, 4.9].map((x) => pipe([[x, 2.6, 0.8], [x, 2.6, 3.4], [x, 0.2, 3.4]], 0.55, gasYellow())),
    [3.1, 4.9].map((x) => flange([x, 2.6, 2], 0.55, "z")),
    span(4).map((index) => drum({ radius: 0.12, height: 1.2 }, fireRed(), [-4 + index, 3.9, 1.1])),
    pipe([[-5.5, 1.7, 1.5], [2, 1.7, 1.5], [2, 1.7, 2.1], [5.8, 1.7, 2.1]], 0.13, paint("#7b5a34")),
    pipe([[-5.5, 1.5, 1.8], [1.4, 1.5, 1.8], [1.4, 1.5, 2.3]], 0.1, paint("#3a7f5a")),
    railing([-7, 1.4, 2.1], [-1.8, 1.4, 2.1], { height: 1 }),
    box([1, 1.9, 0.7], paint("#44525f"), [7.6, 0, 3.2]),
    box([0.7, 0.5, 0.06], paint("#7fe3c8", { glow: 1.4 }), [7.6, 1.1, 3.56]),
  ]);
}

function crane(length, width, height) {
  return still(group([
    [-1.1, 1.1].map((x) => box([0.7, 1.1, width], paint("#f0b52c", { roughness: 0.45 }), [x, height, 0])),
    box([2.8, 1, 2.2], paint("#33424f"), [0, height + 1.1, 2]),
    drum({ radius: 0.06, height: 3 }, darkSteel(), [0, height - 3, 2]),
    box([0.6, 0.7, 0.4], fireRed(), [0, height - 3.6, 2]),
  ], [length * 0.18, 0, 0]));
}

const hallLight = { sky: 0.34, power: 1.2, height: 62, turn: 24, horizon: "#f3f1ec", zenith: "#dfe7ee", middle: "#e8ecee", land: "#c8c8c0" };

function desk(x, z, turn) {
  return group([
    box([4.2, 0.12, 1.4], paint("#dfe3e6", { roughness: 0.35 }), [0, 0.95, 0]),
    box([0.3, 0.95, 1.2], paint("#3f4c58"), [-1.9, 0, 0]),
    box([0.3, 0.95, 1.2], paint("#3f4c58"), [1.9, 0, 0]),
    [-1.3, 0, 1.3].map((at, index) => [
      box([1.15, 0.72, 0.07], paint("#1a2026"), [at, 1.25, -0.3]),
      box([1.07, 0.64, 0.02], paint(["#2e8fd0", "#33b58a", "#2e8fd0"][index], { glow: 0.9 }), [at, 1.29, -0.25]),
      span(3).map((row) => box([0.8 - row * 0.2, 0.06, 0.02], paint("#dff6ff", { glow: 1.2 }),
        [at - 0.1, 1.4 + row * 0.16, -0.235])),
    ]),
    box([0.9, 0.1, 0.8], paint("#2b3540"), [0, 0.5, 1.3]),
    box([0.9, 0.9, 0.12], paint("#2b3540"), [0, 0.6, 1.7]),
    drum({ radius: 0.08, height: 0.5 }, darkSteel(), [0, 0, 1.3]),
  ], [x, 0, z], turn);
}

export const HALLS = {
  "machine-hall": {
    sky: "noon", from: [-24, 8.5, 15], to: [4, 2.8, -3], fov: 42, reach: 34, bounce: 1.5,
    tune: hallLight, exposure: 0.72, fog: 0.002,
    build: () => [
      room({ length: 60, width: 26, height: 13 }), crane(60, 26, 10.6),
      span(3).map((index) => group([train()], [-12 + index * 18, 0, -3])),
      [-1, 1].map((side) => still(box([60, 0.03, 0.25], paint("#f2c230"), [0, 0.01, 4 + side * 1.6]))),
      span(3).map((index) => drum({ radius: 0.22, height: 1 }, fireRed(), [-14 + index * 18, 0, 6.6])),
    ],
  },
  compressors: {
    sky: "noon", from: [-4, 5.2, 13.5], to: [2.6, 2.4, -1], fov: 42, reach: 26, bounce: 1.5,
    tune: hallLight, exposure: 0.72, fog: 0.002,
    build: () => [
      room({ length: 48, width: 20, height: 12, floor: "#8fa3a8" }),
      group([train("#2d7d6b")], [0, 0, 0]), group([train("#2d7d6b")], [18, 0, -3]),
      still(box([48, 0.03, 0.25], paint("#f2c230"), [0, 0.01, 5.4])),
      deck({ width: 5, depth: 2, height: 2.6, at: [-12, 0, 2] }),
    ],
  },
  rotor: {
    sky: "noon", from: [-7, 5.5, 11], to: [0, 1.8, -0.5], fov: 40, reach: 22, bounce: 1.5,
    tune: hallLight, exposure: 0.72, fog: 0.002,
    build: () => [
      room({ length: 40, width: 20, height: 11, floor: "#a9b3b8" }),
      rotor(1.7, 9, [0, 2.6, 0]), [-5.2, 5.2].map((x) => box([0.8, 2.3, 1.6], blue(), [x, 0, 0])),
      box([13, 0.35, 3], darkSteel()), group([train()], [8, 0, -7]),
      span(4).map((index) => box([1.2, 1, 0.9], paint("#c8372d"), [-9 + index * 1.4, 0, -6.8])),
    ],
  },
  cooling: {
    sky: "clear", exposure: 0.76, from: [-19, 13, 27], to: [2, 4, -2], fov: 38, reach: 46,
    build: (sky) => [
      ground(sky, { mountains: 140, snow: 0, seed: 15 }), slab([120, 60], [0, 0, 0], "#bdb6a6"),
      group([cooler({ bays: 7 })], [4, 0, 0]), group([cooler({ bays: 7 })], [4, 0, -16]),
      run({ from: -40, to: 44, y: 1.5, z: 9, radius: 0.8, valves: [-14, 12] }),
    ],
  },
  scrubbers: {
    sky: "morning", exposure: 0.76, from: [-20, 10, 25], to: [3, 5.2, -2], fov: 40, reach: 40,
    build: (sky) => [
      ground(sky, { mountains: 260, snow: 0.6, seed: 4 }), slab([110, 60], [0, 0, 0], "#bdb6a6"),
      span(6).map((index) => [
        group([scrubber({ radius: 1.7, height: 10 })], [-12 + index * 7, 0, 0]),
        pipe([[-9.3 + index * 7, 5.8, 0], [-9.3 + index * 7, 1.5, 0], [-9.3 + index * 7, 1.5, 6]], 0.5),
        valve([-9.3 + index * 7, 1.5, 3.4], 0.5, "z"),
      ]),
      run({ from: -40, to: 60, y: 1.5, z: 6.6, radius: 0.85, valves: [-14, 20] }),
    ],
  },
  control: {
    sky: "noon", from: [-7.5, 4.4, 9.5], to: [0.6, 1.7, -1.6], fov: 46, reach: 16, bounce: 1.5,
    tune: { ...hallLight, power: 0.9 }, exposure: 0.72, fog: 0.001,
    build: () => [
      still(box([24, 0.2, 18], paint("#7d8994", { roughness: 0.5 }), [0, -0.2, 0])),
      still(box([24, 6, 0.3], paint("#eef1f2"), [0, 0, -6])), still(box([0.3, 6, 18], paint("#e3e8ea"), [11, 0, 0])),
      box([13, 3.4, 0.2], paint("#18212a"), [0, 1.5, -5.8]),
      span(3).map((index) => still(box([4.1, 3.1, 0.05], paint("#123a5a", { glow: 0.8 }), [-4.3 + index * 4.3, 1.65, -5.66]))),
      span(3).map((index) => schematic(-4.3 + index * 4.3)),
      [-3.2, 2.2].map((x) => desk(x, -1.4, 0)), desk(-3.2, 2.4, 0), desk(2.2, 2.4, 0),
      [7.4, 8.8, 10.2].map((x) => box([1.2, 2.3, 0.8], louvre("#c6ced4", [1, 4]), [x, 0, -5.2])),
      span(3).map((index) => still(box([5.4, 0.1, 0.6], paint("#ffffff", { glow: 2.6 }), [-5 + index * 6, 5.4, 0]))),
    ],
  },
  firepumps: {
    sky: "noon", from: [-8.5, 5.2, 10.5], to: [1, 2, -2], fov: 42, reach: 22, bounce: 1.5,
    tune: hallLight, exposure: 0.72, fog: 0.002,
    build: () => [
      room({ length: 36, width: 16, height: 9, floor: "#a7b0b3" }),
      span(4).map((index) => pump(-7 + index * 5)),
      run({ from: -18, to: 18, y: 3.6, z: -4.2, radius: 0.5, material: fireRed() }),
      span(4).map((index) => group([drum({ radius: 0.7, height: 2.6 }, fireRed()),
        dome(0.7, 0.6, fireRed(), [0, 2.6, 0]), drum({ radius: 0.14, height: 0.5 }, steel(), [0, 3, 0])],
      [9 + index * 1.7, 0, -6.4])),
    ],
  },
  cabinets: {
    sky: "noon", from: [-6.4, 3.7, 8], to: [1.2, 1.6, -2.2], fov: 44, reach: 16, bounce: 1.5,
    tune: { ...hallLight, power: 0.9 }, exposure: 0.72, fog: 0.001,
    build: () => [
      still(box([24, 0.2, 18], paint("#8b959c", { roughness: 0.4 }), [0, -0.2, 0])),
      still(box([24, 5, 0.3], paint("#edf0f1"), [0, 0, -5])),
      still(box([0.3, 5, 18], paint("#e3e8ea"), [11, 0, 0])),
      span(9).map((index) => cabinet(-7 + index * 1.75, -3.6)),
      box([18, 0.25, 0.7], darkSteel(), [0, 3.3, -4]),
      desk(4.4, 1.6, -0.7),
      span(3).map((index) => still(box([5.4, 0.1, 0.6], paint("#ffffff", { glow: 2.6 }),
        [-5 + index * 6, 4.7, 0]))),
    ],
  },
};

function pump(x) {
  return group([
    box([3.6, 0.5, 2], concrete()),
    roller({ radius: 0.62, length: 1.8 }, blue(), [-0.6, 1.35, 0]),
    roller({ radius: 0.75, length: 0.7 }, fireRed(), [1, 1.35, 0]),
    pipe([[1, 1.35, 0], [1, 3.6, 0], [1, 3.6, -4.2]], 0.28, fireRed()),
    pipe([[1, 1.35, 0], [1, 1.35, 2.2], [1, 0, 2.2]], 0.32, fireRed()),
    valve([1, 1.35, 1.4], 0.3, "z"),
    box([0.7, 1.5, 0.4], paint("#d7dde1"), [-1.9, 0, 1.6]),
    box([0.4, 0.3, 0.04], paint("#41d69a", { glow: 1.2 }), [-1.9, 1, 1.82]),
  ], [x, 0, -1.4]);
}

function cabinet(x, z) {
  return group([
    box([1.7, 2.9, 1.2], paint("#dfe4e7", { roughness: 0.4 })),
    box([1.72, 0.18, 1.22], blue(), [0, 2.72, 0]),
    box([1.1, 0.6, 0.03], paint("#1a2026"), [0, 1.75, 0.61]),
    box([1, 0.5, 0.03], paint("#2e8fd0", { glow: 0.9 }), [0, 1.8, 0.62]),
    span(5).map((index) => solid(new THREE.SphereGeometry(0.05, 10, 8),
      paint(index % 3 ? "#41d69a" : "#ffd24d", { glow: 1.6 }), [-0.5 + index * 0.25, 1.5, 0.62])),
    box([0.06, 0.4, 0.06], darkSteel(), [0.7, 1, 0.63]),
    box([1.3, 0.5, 0.03], louvre("#c6ced4", [1, 2]), [0, 0.25, 0.61]),
  ], [x, 0, z]);
}

function schematic(x) {
  const line = paint("#7fd6ff", { glow: 1.4 });
  const mark = paint("#ffd24d", { glow: 1.4 });
  return still(group([
    [2.2, 3.2, 4.2].map((y) => box([3.6, 0.05, 0.03], line, [x, y, -5.6])),
    span(4).map((index) => box([0.05, 2, 0.03], line, [x - 1.5 + index, 2.2, -5.6])),
    span(4).map((index) => solid(new THREE.SphereGeometry(0.16, 14, 10), mark, [x - 1.5 + index, 3.2, -5.56])),
    [2.6, 3.7].map((y) => box([0.6, 0.3, 0.03], paint("#41d69a", { glow: 1.2 }), [x + 0.4, y, -5.58])),
    dome(0.01, 1, white(), [x, 2, -5.7]),
  ]));
}
