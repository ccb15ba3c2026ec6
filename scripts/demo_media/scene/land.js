// Sky, sun and ground: everything around the station.
import * as THREE from "three";
import { dice, group, paint, solid, span } from "./materials.js";

export const SKIES = {
  dawn: {
    zenith: "#4c7fc0", middle: "#a9bfe0", horizon: "#ffc793", glow: "#ffa65a", sun: "#ffc48a",
    power: 4.4, sky: 0.5, height: 16, turn: 62, clouds: 0.44, fog: 0.00042, land: "#b08f66",
  },
  morning: {
    zenith: "#2f74bd", middle: "#8dbfe6", horizon: "#c6dcec", glow: "#fff0cf", sun: "#ffe6c0",
    power: 4.4, sky: 0.5, height: 30, turn: 48, clouds: 0.5, fog: 0.00022, land: "#93895a",
  },
  noon: {
    zenith: "#2766b3", middle: "#6fafe3", horizon: "#b9d6ea", glow: "#ffffff", sun: "#fff4e0",
    power: 4.8, sky: 0.52, height: 52, turn: 35, clouds: 0.47, fog: 0.00028, land: "#b4986a",
  },
  sunset: {
    zenith: "#42578c", middle: "#c98f93", horizon: "#ffab63", glow: "#ff8a3c", sun: "#ffa55e",
    power: 4.2, sky: 0.42, height: 9, turn: -58, clouds: 0.4, fog: 0.00045, land: "#a58158",
  },
  dusk: {
    zenith: "#1d2b55", middle: "#5a5f92", horizon: "#e79a78", glow: "#e58c66", sun: "#d79a8c",
    power: 0.75, sky: 0.2, height: 7, turn: -70, clouds: 0.42, fog: 0.0004, land: "#8d7b69",
  },
  night: {
    zenith: "#050b1e", middle: "#10224a", horizon: "#2c4a78", glow: "#2f4f7f", sun: "#9db8e8",
    power: 0.5, sky: 0.085, height: 38, turn: 40, clouds: 0.6, fog: 0.0004, land: "#77736c",
    stars: true,
  },
  overcast: {
    zenith: "#8b9cab", middle: "#b9c6cf", horizon: "#e3e7e6", glow: "#f4f2ea", sun: "#fff6e6",
    power: 1.8, sky: 0.72, height: 40, turn: 30, clouds: 0.24, fog: 0.0005, land: "#7d7b50",
  },
  clear: {
    zenith: "#1f5fa8", middle: "#79b7dd", horizon: "#c3dcea", glow: "#fff6dc", sun: "#fff0d2",
    power: 4.6, sky: 0.5, height: 36, turn: -42, clouds: 0.56, fog: 0.00024, land: "#84834e",
  },
};

const SKY_SHADER = `
  varying vec3 direction;
  uniform vec3 zenith, middle, horizon, glow, sunAt;
  uniform float clouds, stars;
  float hash(vec2 p) { return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453); }
  float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
  }
  float fbm(vec2 p) {
    float total = 0.0, weight = 0.5;
    for (int i = 0; i < 6; i++) { total += weight * noise(p); p = p * 2.07 + 3.1; weight *= 0.5; }
    return total;
  }
  void main() {
    vec3 d = normalize(direction);
    float up = max(d.y, 0.0);
    vec3 color = mix(horizon, middle, smoothstep(0.0, 0.16, up));
    color = mix(color, zenith, smoothstep(0.1, 0.62, up));
    float near = max(dot(d, sunAt), 0.0);
    color += glow * (0.22 * pow(near, 5.0) + 0.5 * pow(near, 60.0) + 6.0 * pow(near, 3000.0));
    vec2 p = d.xz / (up + 0.09);
    float cover = smoothstep(clouds, clouds + 0.3, fbm(p * vec2(0.75, 1.25) + 7.3));
    float shade = fbm(p * vec2(0.75, 1.25) + 7.3 + sunAt.xz * 0.22);
    vec3 lit = mix(horizon * 1.08 + glow * 0.12, middle * 0.8, smoothstep(0.3, 0.75, shade));
    color = mix(color, lit, cover * smoothstep(0.015, 0.16, up) * 0.85);
    float star = step(0.9965, hash(floor(d.xz / (up + 0.4) * 260.0)));
    color += stars * star * (1.0 - cover) * smoothstep(0.05, 0.3, up) * 0.6;
    gl_FragColor = vec4(color, 1.0);
  }`;

const POSITION_SHADER = `
  varying vec3 direction;
  void main() {
    direction = position;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  }`;

export function sunDirection(sky) {
  const height = THREE.MathUtils.degToRad(sky.height);
  const turn = THREE.MathUtils.degToRad(sky.turn);
  return new THREE.Vector3(
    Math.sin(turn) * Math.cos(height), Math.sin(height), Math.cos(turn) * Math.cos(height));
}

export function heaven(sky) {
  const color = (name) => ({ value: new THREE.Color(sky[name]) });
  const shader = new THREE.ShaderMaterial({
    side: THREE.BackSide, depthWrite: false, fog: false, vertexShader: POSITION_SHADER,
    fragmentShader: SKY_SHADER,
    uniforms: {
      zenith: color("zenith"), middle: color("middle"), horizon: color("horizon"),
      glow: color("glow"), sunAt: { value: sunDirection(sky) }, clouds: { value: sky.clouds },
      stars: { value: sky.stars ? 1 : 0 },
    },
  });
  const mesh = new THREE.Mesh(new THREE.SphereGeometry(3500, 48, 32), shader);
  mesh.renderOrder = -1;
  return mesh;
}

function lattice(x, z) {
  const value = Math.sin(x * 127.1 + z * 311.7) * 43758.5453;
  return value - Math.floor(value);
}

function noise(x, z) {
  const [column, row] = [Math.floor(x), Math.floor(z)];
  const ease = (share) => share * share * (3 - 2 * share);
  const [a, b] = [ease(x - column), ease(z - row)];
  const top = lattice(column, row) * (1 - a) + lattice(column + 1, row) * a;
  const bottom = lattice(column, row + 1) * (1 - a) + lattice(column + 1, row + 1) * a;
  return top * (1 - b) + bottom * b;
}

function layered(x, z, ridged) {
  let [total, weight, scale] = [0, 0.5, 1];
  for (let octave = 0; octave < 6; octave += 1) {
    const value = noise(x * scale + octave * 17, z * scale - octave * 9);
    total += weight * (ridged ? 1 - Math.abs(2 * value - 1) : value);
    weight *= 0.5;
    scale *= 2.1;
  }
  return total;
}

// Patches of dry grass and gravel: keeps the near ground from looking like plastic.
function grain(seed) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1024;
  const context = canvas.getContext("2d");
  const random = dice(seed + 77);
  context.fillStyle = "#f4f4f4";
  context.fillRect(0, 0, 1024, 1024);
  for (let spot = 0; spot < 5200; spot += 1) {
    const tone = random() > 0.55 ? "255,255,255" : "70,64,40";
    context.fillStyle = `rgba(${tone},${0.03 + random() * 0.09})`;
    context.beginPath();
    context.ellipse(random() * 1024, random() * 1024, 2 + random() * 26, 1.5 + random() * 9,
      random() * 3, 0, 7);
    context.fill();
  }
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.repeat.set(46, 46);
  texture.anisotropy = 16;
  return texture;
}

// Flat around the station, rolling further out, mountains at the far side (negative z).
export function ground(sky, { mountains = 0, snow = 0.6, rock = "#8a7766", seed = 0 } = {}) {
  const geometry = new THREE.PlaneGeometry(5200, 5200, 420, 420).rotateX(-Math.PI / 2);
  const place = geometry.attributes.position;
  const colors = new Float32Array(place.count * 3);
  const [soil, stone, ice] = [sky.land, rock, "#f2f5fa"].map((name) => new THREE.Color(name));
  for (let index = 0; index < place.count; index += 1) {
    const [x, z] = [place.getX(index), place.getZ(index)];
    const away = Math.hypot(x, z);
    const rolling = THREE.MathUtils.smoothstep(away, 170, 700) * 26
      * layered(x / 310 + seed, z / 310, false);
    const far = THREE.MathUtils.smoothstep(-z + Math.abs(x) * 0.15, 620, 1700);
    const peaks = far * mountains * layered(x / 720 + seed * 3, z / 720 + 5, true) ** 1.7;
    place.setY(index, rolling + peaks - (away > 170 ? 4 * far : 0) - 0.02);
    const share = mountains ? peaks / mountains : 0;
    const tone = soil.clone().multiplyScalar(0.8 + 0.4 * layered(x / 23, z / 23, false))
      .lerp(stone, THREE.MathUtils.smoothstep(share, 0.04, 0.2))
      .lerp(ice, snow && THREE.MathUtils.smoothstep(
        share + 0.1 * layered(x / 60, z / 60, false), snow * 0.62, snow * 0.74));
    colors.set([tone.r, tone.g, tone.b], index * 3);
  }
  geometry.setAttribute("color", new THREE.BufferAttribute(colors, 3));
  geometry.computeVertexNormals();
  const mesh = new THREE.Mesh(
    geometry, new THREE.MeshStandardMaterial({ map: grain(seed), vertexColors: true, roughness: 1 }));
  mesh.receiveShadow = true;
  return mesh;
}

export function slab([width, depth], at, color = "#c3bdb0") {
  const mesh = solid(new THREE.BoxGeometry(width, 0.12, depth), paint(color, { roughness: 0.97 }),
    [at[0], 0.03 + (at[1] ?? 0), at[2]]);
  mesh.castShadow = false;
  return mesh;
}

export function road(from, to, width = 6) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const dashes = span(Math.floor(length / 5)).map((index) => slab(
    [2.2, 0.2], [index * 5 + 2.5 - length / 2, 0.05, 0], "#f2efe6"));
  return group([slab([length, width], [0, 0.02, 0], "#70716f"), dashes],
    [(from[0] + to[0]) / 2, 0, (from[1] + to[1]) / 2],
    -Math.atan2(to[1] - from[1], to[0] - from[0]));
}

export function scrub({ count = 3200, inner = 62, outer = 420, color = "#7d7a45", seed = 5 } = {}) {
  const random = dice(seed);
  const geometry = new THREE.IcosahedronGeometry(0.7, 0);
  const tufts = new THREE.InstancedMesh(geometry, paint(color, { roughness: 1 }), count);
  const matrix = new THREE.Matrix4();
  for (let index = 0; index < count; index += 1) {
    const angle = random() * Math.PI * 2;
    const away = inner + (outer - inner) * Math.sqrt(random());
    const size = 0.4 + random() ** 2 * 1.6;
    matrix.makeRotationY(random() * 3).scale(new THREE.Vector3(size, size * 0.55, size));
    matrix.setPosition(Math.cos(angle) * away * 1.25, 0.1, Math.sin(angle) * away);
    tufts.setMatrixAt(index, matrix);
  }
  tufts.castShadow = tufts.receiveShadow = true;
  return tufts;
}
