// Materials and small solids that every part of the model is built from.
import * as THREE from "three";

const cache = new Map();

export function paint(color, { metalness = 0, roughness = 0.75, glow = 0 } = {}) {
  const name = `${color}/${metalness}/${roughness}/${glow}`;
  if (!cache.has(name)) {
    const material = new THREE.MeshStandardMaterial({ color, metalness, roughness });
    if (glow) {
      material.emissive = new THREE.Color(color);
      material.emissiveIntensity = glow;
    }
    cache.set(name, material);
  }
  return cache.get(name);
}

export const steel = () => paint("#c9d0d6", { metalness: 0.75, roughness: 0.34 });
export const darkSteel = () => paint("#59626b", { metalness: 0.6, roughness: 0.45 });
export const gasYellow = () => paint("#eeb12a", { roughness: 0.42, metalness: 0.1 });
export const fireRed = () => paint("#c8372d", { roughness: 0.45 });
export const concrete = () => paint("#b8b4aa", { roughness: 0.95 });
export const white = () => paint("#eceff1", { roughness: 0.6 });
export const blue = () => paint("#1d4f91", { roughness: 0.5 });

function stripes(base, line, { count, vertical = true, depth = 0.25 }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 256;
  const context = canvas.getContext("2d");
  context.fillStyle = base;
  context.fillRect(0, 0, 256, 256);
  const step = 256 / count;
  for (let index = 0; index < count; index += 1) {
    context.globalAlpha = depth;
    context.fillStyle = line;
    if (vertical) context.fillRect(index * step, 0, step * 0.42, 256);
    else context.fillRect(0, index * step, 256, step * 0.42);
  }
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.anisotropy = 8;
  return texture;
}

export function cladding(color, { repeat = [6, 1], vertical = true, depth = 0.16 } = {}) {
  const map = stripes(color, "#20303f", { count: 8, vertical, depth });
  map.repeat.set(...repeat);
  return new THREE.MeshStandardMaterial({ map, roughness: 0.55, metalness: 0.15 });
}

export function louvre(color, repeat = [1, 3]) {
  return cladding(color, { repeat, vertical: false, depth: 0.55 });
}

export function solid(geometry, material, [x, y, z] = [0, 0, 0]) {
  const mesh = new THREE.Mesh(geometry, material);
  mesh.position.set(x, y, z);
  mesh.castShadow = mesh.receiveShadow = true;
  return mesh;
}

export function box([width, height, depth], material, [x, y, z] = [0, 0, 0]) {
  return solid(new THREE.BoxGeometry(width, height, depth), material, [x, y + height / 2, z]);
}

export function drum({ radius, top = radius, height, sides = 36 }, material, at = [0, 0, 0]) {
  const geometry = new THREE.CylinderGeometry(top, radius, height, sides);
  return solid(geometry, material, [at[0], at[1] + height / 2, at[2]]);
}

export function roller({ radius, length, axis = "x", sides = 36 }, material, at = [0, 0, 0]) {
  const mesh = solid(new THREE.CylinderGeometry(radius, radius, length, sides), material, at);
  if (axis === "x") mesh.rotation.z = Math.PI / 2;
  else mesh.rotation.x = Math.PI / 2;
  return mesh;
}

export function dome(radius, flatness, material, at = [0, 0, 0]) {
  const mesh = solid(new THREE.SphereGeometry(radius, 36, 18), material, at);
  mesh.scale.y = flatness;
  return mesh;
}

export function group(parts, [x, y, z] = [0, 0, 0], turn = 0) {
  const whole = new THREE.Group();
  whole.add(...parts.flat(4).filter(Boolean));
  whole.position.set(x, y, z);
  whole.rotation.y = turn;
  return whole;
}

// A repeatable stream of numbers in [0, 1): pictures must not change from run to run.
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const span = (count) => Array.from({ length: count }, (_, index) => index);
