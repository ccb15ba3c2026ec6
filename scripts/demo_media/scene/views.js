// The outdoor views: one layout, camera and time of day for each picture.
import * as THREE from "three";
import {
  car, fence, hall, mast, office, radioTower, transformer, tree,
} from "./buildings.js";
import { cooler, lyingVessel, meterRun, scrubber, tank, unit, ventStack } from "./equipment.js";
import { ground, road, scrub, slab } from "./land.js";
import { dice, group, span } from "./materials.js";
import { pipe, run, valve } from "./piping.js";

export function put(part, at, turn = 0) {
  return group([part], at, turn);
}

const alley = (from, to, z, step, seed, options) => {
  const random = dice(seed);
  return span(Math.floor((to - from) / step)).map((index) =>
    put(tree(random, options), [from + index * step + random() * 1.5, 0, z + random() * 2]));
};

const yard = (half, depth) => [
  slab([half * 2, depth], [0, 0, 0], "#bdb39d"),
  fence([[-half, depth / 2], [half, depth / 2], [half, -depth / 2], [-half, -depth / 2],
    [-half, depth / 2]]),
];

const lamps = (places, lit) => places.map(([x, z]) => put(mast({ lit }), [x, 0, z]));

function glowAt(places, { color = "#ffd9a0", power = 900, reach = 46, height = 12 } = {}) {
  return places.map(([x, z]) => {
    const light = new THREE.PointLight(color, power, reach, 2);
    light.position.set(x, height, z);
    return light;
  });
}

const manifold = (z, y = 1.9, valves = [-30, 0, 30]) => run(
  { from: -62, to: 62, y, z, radius: 0.85, valves });

function unitRow({ count, step = 21, z = 0, accent }) {
  return span(count).map((index) => {
    const x = (index - (count - 1) / 2) * step;
    return [
      put(unit({ accent }), [x, 0, z]),
      [5.2, 7.6].map((shift, line) => pipe(
        [[x + shift, 1.6, z + 7], [x + shift, 1.6, z + 12 + line * 4]], 0.5)),
    ];
  });
}

function scrubberRow({ count, from, step = 6.5, z, height = 9 }) {
  return [
    span(count).map((index) => [
      put(scrubber({ height }), [from + index * step, 0, z]),
      pipe([[from + index * step + 2.3, 5.4, z], [from + index * step + 2.3, 1.4, z],
        [from + index * step + 2.3, 1.4, z + 6]], 0.45),
    ]),
    run({ from: from - 4, to: from + count * step, y: 1.4, z: z + 6, radius: 0.7 }),
  ];
}

export const VIEWS = {
  wkc1: {
    sky: "dawn", exposure: 0.92, from: [-92, 30, 112], to: [-2, 13, -6], fov: 30,
    build: (sky) => [
      ground(sky, { mountains: 210, snow: 0, rock: "#a98a78", seed: 2 }), yard(68, 92),
      put(hall({ length: 62, width: 20, stacks: 4, lit: true }), [4, 0, -18]),
      put(cooler({ bays: 5 }), [-40, 0, 16]), put(cooler({ bays: 5 }), [-8, 0, 16]),
      scrubberRow({ count: 5, from: 20, z: 14 }), manifold(28), manifold(32, 1.9, [-45, -15, 15, 45]),
      put(ventStack({ height: 26 }), [60, 0, -34]), put(office({ lit: true }), [-52, 0, -24]),
      put(tank(), [52, 0, -12]), put(tank({ radius: 3 }), [60, 0, 0]),
      lamps([[-62, 6], [34, 2], [62, 40]], true), road([-160, 54], [160, 54]), put(car(), [-30, 0, 52]),
      put(car("#b23b32"), [-52, 0, -13]), scrub(),
    ],
  },
  wkc2: {
    sky: "noon", exposure: 0.76, from: [88, 30, 110], to: [3, 10, -4], fov: 30,
    build: (sky) => [
      ground(sky, { seed: 5 }), yard(66, 90), unitRow({ count: 5, z: -14, accent: "#c8752a" }),
      manifold(2), manifold(6, 1.9, [-40, -10, 20, 50]), put(cooler({ bays: 8 }), [-24, 0, 24]),
      scrubberRow({ count: 4, from: 24, z: 20 }), put(ventStack(), [-60, 0, -36]),
      put(office({ accent: "#c8752a" }), [52, 0, -34]), put(radioTower(), [62, 0, -20]),
      lamps([[-62, 14], [14, 36], [62, 38]]), road([-160, 54], [160, 54]), put(car(), [40, 0, 55]),
      put(car("#2f6f9f"), [48, 0, -25]), scrub({ color: "#a08f55" }),
    ],
  },
  wkc3: {
    sky: "sunset", exposure: 0.98, from: [-70, 20, 120], to: [4, 14, -4], fov: 30,
    build: (sky) => [
      ground(sky, { mountains: 170, snow: 0, rock: "#8f6f62", seed: 8 }), yard(66, 90),
      put(hall({ length: 48, width: 19, stacks: 3, lit: true, accent: "#27665f" }), [-24, 0, -12]),
      put(hall({ length: 34, width: 17, stacks: 2, lit: true, accent: "#27665f" }), [34, 0, -18]),
      put(cooler({ bays: 6 }), [30, 0, 14]), scrubberRow({ count: 4, from: -40, z: 14 }),
      manifold(26), put(ventStack({ height: 28 }), [-58, 0, -34]), put(tank({ radius: 3.4 }), [60, 0, 2]),
      lamps([[-8, 10], [58, 34], [-62, 30]], true), road([-160, 54], [160, 54]), scrub({ color: "#6c5d37" }),
    ],
  },
  ucs1: {
    sky: "morning", exposure: 0.76, from: [-90, 26, 106], to: [0, 17, -10], fov: 30,
    build: (sky) => [
      ground(sky, { mountains: 560, snow: 0.55, rock: "#7c7a78", seed: 4 }), yard(64, 88),
      unitRow({ count: 4, step: 24, z: -14, accent: "#1d4f91" }), manifold(2), manifold(6),
      put(cooler({ bays: 6 }), [26, 0, 24]), scrubberRow({ count: 5, from: -46, z: 20, height: 10 }),
      put(office({ length: 24 }), [-44, 0, -36]), put(ventStack(), [60, 0, -34]),
      alley(-60, 60, -50, 5, 3, { color: "#44683b" }), lamps([[-12, 30], [58, 14]]),
      road([-160, 56], [160, 56]), put(car(), [-18, 0, 55]), scrub({ color: "#6f7a3f" }),
    ],
  },
  ucs3: {
    sky: "dusk", from: [82, 24, 112], to: [0, 13, -6], fov: 30, exposure: 0.9,
    build: (sky) => {
      const posts = [[-48, 8], [-16, 8], [16, 8], [48, 8], [-30, 36], [24, 36], [54, -26]];
      return [
        ground(sky, { mountains: 260, snow: 0, rock: "#6b6272", seed: 12 }), yard(66, 90),
        put(hall({ length: 70, width: 20, stacks: 5, lit: true, accent: "#2b4a7a" }), [-8, 0, -18]),
        put(cooler({ bays: 5 }), [-40, 0, 20]), put(cooler({ bays: 5 }), [-8, 0, 20]),
        scrubberRow({ count: 5, from: 22, z: 18 }), manifold(32), put(office({ lit: true }), [52, 0, -32]),
        put(ventStack({ height: 27 }), [-60, 0, -36]), lamps(posts, true), glowAt(posts),
        road([-160, 54], [160, 54]), put(car(), [10, 0, 55]), scrub({ color: "#5d563f" }),
      ];
    },
  },
  gcs: {
    sky: "clear", exposure: 0.76, from: [-86, 32, 100], to: [0, 12, -4], fov: 30,
    build: (sky) => [
      ground(sky, { mountains: 120, snow: 0, rock: "#8e8a6a", seed: 15 }), yard(64, 88),
      unitRow({ count: 3, step: 22, z: -16, accent: "#2d7d6b" }).map((row) => put(group(row.flat(4)), [24, 0, 0])),
      span(6).map((index) => put(lyingVessel({ length: 12 }), [-50 + (index % 2) * 20, 0,
        -30 + Math.floor(index / 2) * 8])),
      scrubberRow({ count: 6, from: -52, z: 6, height: 11 }), put(cooler({ bays: 8 }), [26, 0, 20]),
      manifold(33), [0, 1, 2].map((index) => put(tank({ radius: 4.6, height: 8 }), [-50 + index * 14, 0, 26])),
      put(ventStack({ height: 30 }), [58, 0, -36]), put(office({ accent: "#2d7d6b" }), [2, 0, -36]),
      alley(-60, 60, -50, 6, 9, { color: "#4a6a38" }), lamps([[-8, 30], [60, 38]]), road([-160, 56], [160, 56]),
      scrub({ color: "#6d7b3c" }),
    ],
  },
  ms: {
    sky: "overcast", exposure: 0.7, from: [-56, 19, 72], to: [2, 8.5, -2], fov: 30, reach: 62,
    build: (sky) => [
      ground(sky, { mountains: 150, snow: 0, rock: "#83846f", seed: 20 }), yard(50, 66),
      span(6).map((index) => put(meterRun({ length: 30 }), [2, 0, -12 + index * 5.4])),
      [-18, 22].map((x) => pipe([[x, 1.4, -16], [x, 1.4, 20]], 0.9)),
      run({ from: -50, to: -18, y: 1.4, z: 2, radius: 0.9, valves: [-38, -27] }),
      run({ from: 22, to: 50, y: 1.4, z: 2, radius: 0.9, valves: [32] }),
      scrubberRow({ count: 3, from: -42, z: -20 }), put(office({ length: 22, floors: 1 }), [24, 0, -24]),
      put(radioTower({ height: 26 }), [42, 0, -22]), put(transformer(), [0, 0, -24]),
      lamps([[-24, 24], [30, 24], [-44, 8]]), alley(-46, 46, -39, 5, 4, { color: "#486339" }), road([-160, 45], [160, 45]),
      put(car("#2f6f9f"), [12, 0, 44]), scrub({ color: "#6a7140", inner: 48 }),
    ],
  },
  ucs5: {
    sky: "night", from: [-88, 26, 108], to: [2, 13, -6], fov: 30, exposure: 1.15,
    build: (sky) => {
      const posts = [[-46, 6], [-14, 6], [18, 6], [50, 6], [-34, 38], [0, 38], [34, 38]];
      return [
        ground(sky, { mountains: 230, snow: 0, rock: "#5c6478", seed: 23 }), yard(66, 90),
        unitRow({ count: 5, z: -14, accent: "#1d4f91" }), manifold(2), manifold(6),
        put(cooler({ bays: 6 }), [-34, 0, 26]), scrubberRow({ count: 5, from: 6, z: 22 }),
        put(office({ lit: true }), [54, 0, 26], -Math.PI / 2), put(ventStack(), [-60, 0, -36]),
        lamps(posts, true), glowAt(posts, { color: "#ffe2b5", power: 1200 }),
        road([-160, 54], [160, 54]), put(car(), [-20, 0, 55]), scrub({ color: "#4f523d" }),
      ];
    },
  },
  hero: {
    sky: "sunset", from: [-60, 15, 108], to: [12, 14, -6], fov: 31, exposure: 1.05,
    tune: { turn: -112, height: 10, sky: 0.55, clouds: 0.36 },
    build: (sky) => [
      ground(sky, { mountains: 250, snow: 0, rock: "#8a6a63", seed: 8 }), yard(74, 90),
      put(hall({ length: 62, width: 20, stacks: 4, lit: true }), [-4, 0, -16]),
      put(cooler({ bays: 7 }), [36, 0, 16]), scrubberRow({ count: 5, from: -44, z: 12, height: 10 }),
      manifold(28), manifold(32), put(ventStack({ height: 28 }), [64, 0, -30]),
      put(office({ lit: true }), [60, 0, -10]), lamps([[0, 20], [66, 38], [-66, 26]], true),
      scrub({ color: "#67563a" }),
    ],
  },
  pipeline: {
    sky: "clear", exposure: 0.76, from: [-22, 9, 40], to: [10, 2, -10], fov: 30, reach: 60, tune: { land: "#b5a468" },
    build: (sky) => [
      ground(sky, { mountains: 320, snow: 0.66, rock: "#857c70", seed: 31 }),
      [0, 4, 8].map((z) => run({ from: -150, to: 150, y: 1.7, z: z - 6, radius: 1.05,
        valves: [-6 + z, 30 + z] })),
      slab([300, 16], [0, 0, -2], "#b4a888"), [0, 4, 8].map((z) => put(valve([0, 1.7, 0], 1.05), [12 - z, 0, z - 6])),
      put(mast(), [22, 0, 8]), scrub({ color: "#8b8446", inner: 14, outer: 150 }),
    ],
  },
};
