// Buildings and site furniture: halls, offices, masts, fence, trees, cars.
import * as THREE from "three";
import {
  blue, box, cladding, concrete, darkSteel, dome, drum, fireRed, group, louvre, paint, solid, span,
  steel, white,
} from "./materials.js";
import { pipe } from "./piping.js";

const glass = (lit) => (lit
  ? paint("#ffcf7d", { glow: 1.6 })
  : paint("#5f86a6", { metalness: 0.55, roughness: 0.12 }));

function gable(length, width, rise, material) {
  const shape = new THREE.Shape([
    new THREE.Vector2(-width / 2, 0), new THREE.Vector2(width / 2, 0), new THREE.Vector2(0, rise),
  ]);
  const geometry = new THREE.ExtrudeGeometry(shape, { depth: length, bevelEnabled: false });
  geometry.translate(0, 0, -length / 2);
  const mesh = solid(geometry, material);
  mesh.rotation.y = Math.PI / 2;
  return mesh;
}

// A compressor hall along x with gates, window bands, ridge vent and exhaust stacks.
export function hall({ length = 46, width = 18, height = 11, stacks = 3, lit = false,
  accent = "#1d4f91" } = {}) {
  const wall = cladding("#e6eaec", { repeat: [length / 5, 1] });
  const bays = Math.round(length / 7);
  const roof = gable(length + 1, width + 1.2, 2.6, cladding("#8d9aa5", { repeat: [0.8, 0.8] }));
  roof.position.y = height + 0.4;
  return group([
    box([length + 3, 0.4, width + 3], concrete()),
    box([length, height, width], wall, [0, 0.4, 0]),
    box([length + 0.1, 1, width + 0.1], paint(accent), [0, height - 0.7, 0]),
    box([length + 0.15, 0.9, width + 0.15], paint("#707d88"), [0, 0.4, 0]),
    roof,
    box([length * 0.8, 1.2, 2.2], louvre("#aab4bc", [1, 2]), [0, height + 2.4, 0]),
    span(bays).map((index) => {
      const x = (index + 0.5) * (length / bays) - length / 2;
      return [
        box([length / bays - 2, 1.7, width + 0.3], glass(lit), [x, height * 0.6, 0]),
        index % 2 === 0 && box([4, 4.6, width + 0.3], louvre(accent, [1, 5]), [x, 0.4, 0]),
      ];
    }),
    box([0.3, 5.4, 5], louvre(accent, [1, 6]), [length / 2, 0.4, 0]),
    box([0.3, 5.4, 5], louvre(accent, [1, 6]), [-length / 2, 0.4, 0]),
    span(stacks).map((index) => hallStack(
      (index + 0.5) * (length / stacks) - length / 2, -width / 2 - 3, height + 8)),
  ]);
}

function hallStack(x, z, height) {
  return [
    box([4.4, 5, 4.4], cladding("#cfd6db", { repeat: [1, 1] }), [x, 0.4, z]),
    drum({ radius: 1.7, height: height - 5.4 }, steel(), [x, 5.4, z]),
    drum({ radius: 1.76, height: 0.6 }, fireRed(), [x, height - 1.6, z]),
    drum({ radius: 1.76, height: 0.6 }, fireRed(), [x, height - 3.6, z]),
    drum({ radius: 1.45, height: 0.1 }, paint("#1b1f23"), [x, height + 0.02, z]),
    box([2.2, 2.2, 4], cladding("#cfd6db", { repeat: [1, 1] }), [x, 3, z + 2.4]),
  ];
}

export function office({ length = 20, width = 11, floors = 2, lit = false, color = "#f1ece2",
  accent = "#1d4f91" } = {}) {
  const height = floors * 3.4;
  const columns = Math.floor(length / 2.6);
  return group([
    box([length + 2, 0.4, width + 2], concrete()),
    box([length, height, width], paint(color), [0, 0.4, 0]),
    box([length + 0.6, 0.5, width + 0.6], paint(accent), [0, height + 0.4, 0]),
    span(floors * columns).map((index) => box([1.6, 1.6, width + 0.12], glass(lit), [
      ((index % columns) + 0.5) * (length / columns) - length / 2,
      1.4 + Math.floor(index / columns) * 3.4, 0])),
    box([0.12, 1.6, width * 0.7], glass(lit), [length / 2, 1.4, 0]),
    box([0.12, 1.6, width * 0.7], glass(lit), [-length / 2, 1.4, 0]),
    box([4, 0.25, 2.4], paint(accent), [0, 3.2, width / 2 + 1.2]),
    box([2, 2.6, 0.3], paint("#33475b"), [0, 0.4, width / 2]),
    span(3).map((index) => box([1.6, 1.1, 1.6], louvre("#c3ccd2", [1, 3]),
      [index * 4 - 4, height + 0.9, -1])),
  ]);
}

export function mast({ height = 16, lit = false } = {}) {
  const lamp = lit ? paint("#fff1cf", { glow: 6 }) : white();
  return group([
    drum({ radius: 0.5, height: 0.5 }, concrete()),
    drum({ radius: 0.22, top: 0.12, height }, steel()),
    box([2.6, 0.15, 0.4], darkSteel(), [0, height - 0.1, 0]),
    [-0.9, 0, 0.9].map((x) => box([0.6, 0.35, 0.4], lamp, [x, height + 0.1, 0.15])),
  ]);
}

export function radioTower({ height = 30 } = {}) {
  const legs = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
  const levels = span(9);
  const spread = (share) => 1.8 * (1 - share * 0.8);
  const foot = ([a, b], share) => [a * spread(share), share * height, b * spread(share)];
  return group([
    legs.map((leg) => pipe([foot(leg, 0), foot(leg, 1)], 0.12, paint("#c8372d"))),
    levels.map((level) => legs.map((leg, index) => pipe(
      [foot(leg, level / 9), foot(legs[(index + 1) % 4], (level + 1) / 9)], 0.07,
      level % 2 ? paint("#f3f4f5") : paint("#c8372d")))),
    dome(0.9, 0.9, white(), [0, height * 0.82, 1]),
  ]);
}

export function fence(points, { height = 2.2 } = {}) {
  const post = paint("#7b8790");
  const mesh = new THREE.MeshStandardMaterial({
    color: "#8a979f", transparent: true, opacity: 0.28, side: THREE.DoubleSide, depthWrite: false,
  });
  return group(points.slice(1).map(([x2, z2], index) => {
    const [x1, z1] = points[index];
    const length = Math.hypot(x2 - x1, z2 - z1);
    const count = Math.round(length / 4);
    const panel = solid(new THREE.PlaneGeometry(length, height), mesh,
      [(x1 + x2) / 2, height / 2, (z1 + z2) / 2]);
    panel.rotation.y = -Math.atan2(z2 - z1, x2 - x1);
    panel.castShadow = false;
    return [panel, span(count + 1).map((step) => box([0.14, height + 0.2, 0.14], post, [
      x1 + ((x2 - x1) * step) / count, 0, z1 + ((z2 - z1) * step) / count]))];
  }));
}

export function tree(random, { height = 8, color = "#4f7a3d" } = {}) {
  const tall = height * (0.8 + random() * 0.4);
  const crowns = span(16).map((index) => {
    const share = index / 15;
    const size = tall * 0.085 * (0.55 + Math.sin(Math.PI * (0.15 + share * 0.8)) * 0.75);
    const crown = solid(new THREE.IcosahedronGeometry(size, 1), paint(color, { roughness: 1 }), [
      (random() - 0.5) * size * 2.2, tall * (0.26 + share * 0.7), (random() - 0.5) * size * 2.2]);
    crown.scale.y = 1.35;
    return crown;
  });
  return group([drum({ radius: 0.22, height: tall * 0.4 }, paint("#6b5138")), crowns]);
}

export function car(color = "#f4f5f6") {
  return group([
    box([4.4, 0.9, 1.8], paint(color, { roughness: 0.3, metalness: 0.2 }), [0, 0.4, 0]),
    box([2.3, 0.75, 1.6], paint("#2e3f4d", { roughness: 0.1, metalness: 0.5 }), [-0.3, 1.3, 0]),
    [-1.3, 1.3].map((x) => [-0.9, 0.9].map((z) => {
      const wheel = solid(new THREE.CylinderGeometry(0.42, 0.42, 0.25, 18), paint("#17191b"),
        [x, 0.42, z]);
      wheel.rotation.x = Math.PI / 2;
      return wheel;
    })),
  ]);
}

export function transformer() {
  return group([
    box([6, 0.3, 5], concrete()),
    box([3.2, 2.8, 2.2], louvre("#8b9aa4", [4, 1]), [0, 0.3, 0]),
    [-1, 0, 1].map((x) => drum({ radius: 0.16, height: 1.6 }, paint("#7a4630"), [x, 3.1, 0])),
    box([0.8, 2.2, 2.6], louvre("#a9b5bd", [3, 1]), [2.2, 0.5, 0]),
    box([1.2, 1.8, 0.8], blue(), [-2.4, 0.3, 1.6]),
  ]);
}
