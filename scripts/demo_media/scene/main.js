// Renders one named view by averaging many lightings: soft sun, sky light, no jagged edges.
import * as THREE from "three";
import { HALLS } from "./halls.js";
import { heaven, SKIES, sunDirection } from "./land.js";
import { VIEWS } from "./views.js";

const SHADOW_PIXELS = 2048;

function lamp(scene, reach, color) {
  const light = new THREE.DirectionalLight(color, 1);
  light.castShadow = true;
  light.shadow.mapSize.set(SHADOW_PIXELS, SHADOW_PIXELS);
  light.shadow.bias = -0.0006;
  light.shadow.normalBias = 0.09;
  Object.assign(light.shadow.camera,
    { left: -reach, right: reach, top: reach, bottom: -reach, near: 1, far: reach * 6 });
  scene.add(light, light.target);
  return light;
}

function aim(light, direction, center, reach) {
  light.target.position.copy(center);
  light.position.copy(center).addScaledVector(direction, reach * 3);
}

function radicalInverse(index) {
  let [value, digit] = [0, 0.5];
  for (let rest = index; rest > 0; rest >>= 1) {
    value += digit * (rest & 1);
    digit /= 2;
  }
  return value;
}

function skyDirection(index, count) {
  const up = 0.06 + 0.94 * ((index + 0.5) / count);
  const flat = Math.sqrt(1 - up * up);
  const turn = 2 * Math.PI * radicalInverse(index + 1);
  return new THREE.Vector3(Math.cos(turn) * flat, up, Math.sin(turn) * flat);
}

function dressMetal(renderer, scene, dome) {
  const surroundings = new THREE.Scene();
  surroundings.add(dome.clone());
  const floor = new THREE.Mesh(new THREE.CircleGeometry(3000, 48).rotateX(-Math.PI / 2),
    new THREE.MeshBasicMaterial({ color: "#8a8175" }));
  floor.position.y = -5;
  surroundings.add(floor);
  const envMap = new THREE.PMREMGenerator(renderer).fromScene(surroundings, 0.02, 1, 5000).texture;
  scene.traverse((node) => {
    if (node.material?.metalness > 0.25) Object.assign(node.material, { envMap });
  });
}

function film(value) {
  const mapped = (value * (2.51 * value + 0.03)) / (value * (2.43 * value + 0.59) + 0.14);
  const limited = Math.min(1, Math.max(0, mapped));
  return limited <= 0.0031308 ? limited * 12.92 : 1.055 * limited ** (1 / 2.4) - 0.055;
}

function develop(sum, count, { width, height, exposure, canvas }) {
  const context = canvas.getContext("2d");
  canvas.width = width;
  canvas.height = height;
  const image = context.createImageData(width, height);
  const halo = context.createImageData(width, height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const source = ((height - 1 - row) * width + column) * 4;
      const target = (row * width + column) * 4;
      const edge = Math.hypot(column / width - 0.5, (row / height - 0.5) * 0.8);
      const gain = (exposure / count) * (1 - 0.42 * edge * edge);
      for (let band = 0; band < 3; band += 1) {
        const light = sum[source + band] * gain;
        image.data[target + band] = film(light) * 255;
        halo.data[target + band] = Math.min(255, Math.max(0, light - 0.95) * 190);
      }
      image.data[target + 3] = halo.data[target + 3] = 255;
    }
  }
  const glow = document.createElement("canvas");
  glow.width = width;
  glow.height = height;
  glow.getContext("2d").putImageData(halo, 0, 0);
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = "screen";
  for (const [blur, alpha] of [[4, 0.5], [18, 0.4]]) {
    context.filter = `blur(${blur}px)`;
    context.globalAlpha = alpha;
    context.drawImage(glow, 0, 0);
  }
  return canvas.toDataURL("image/png");
}

function assemble(view, sky) {
  const scene = new THREE.Scene();
  const horizon = new THREE.Color(sky.horizon);
  scene.fog = new THREE.FogExp2(horizon, view.fog ?? sky.fog);
  const dome = heaven(sky);
  scene.add(dome, ...view.build(sky).flat(4).filter(Boolean));
  const bounce = new THREE.Color(sky.land).multiplyScalar(0.5 + sky.power * 0.1);
  scene.add(new THREE.HemisphereLight(new THREE.Color(sky.zenith), bounce, view.bounce ?? sky.sky));
  return { scene, dome };
}

// Called by the Python side; resolves to a PNG data URL.
window.renderView = async function renderView(name, { width, height, samples }) {
  const view = VIEWS[name] ?? HALLS[name];
  const sky = { ...SKIES[view.sky], ...view.tune };
  const renderer = new THREE.WebGLRenderer({ antialias: false });
  renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
  renderer.toneMapping = THREE.NoToneMapping;
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = THREE.PCFShadowMap;
  renderer.setSize(width, height, false);
  const { scene, dome } = assemble(view, sky);
  dressMetal(renderer, scene, dome);

  const camera = new THREE.PerspectiveCamera(view.fov ?? 30, width / height, 0.5, 6000);
  camera.position.set(...view.from);
  camera.lookAt(...view.to);
  const reach = view.reach ?? 75;
  const center = new THREE.Vector3(...(view.center ?? [0, 0, 0]));
  const [sun, air] = [lamp(scene, reach, sky.sun), lamp(scene, reach, "#ffffff")];
  const toSun = sunDirection(sky);
  const [low, high] = [new THREE.Color(sky.horizon), new THREE.Color(sky.zenith)];
  const target = new THREE.WebGLRenderTarget(width, height, { type: THREE.FloatType });
  const sum = new Float32Array(width * height * 4);
  const frame = new Float32Array(width * height * 4);

  for (let index = 0; index < samples; index += 1) {
    const turn = index * 2.399963;
    const wide = 0.022 * Math.sqrt((index + 0.5) / samples);
    const jitter = new THREE.Vector3(Math.cos(turn) * wide, Math.sin(turn * 1.7) * wide * 0.6,
      Math.sin(turn) * wide);
    aim(sun, toSun.clone().add(jitter).normalize(), center, reach);
    sun.intensity = sky.power;
    const direction = skyDirection(index, samples);
    aim(air, direction, center, reach);
    air.color.lerpColors(low, high, Math.min(1, direction.y * 1.3));
    air.intensity = 2 * Math.PI * sky.sky;
    camera.setViewOffset(width, height, radicalInverse(index + 1) - 0.5,
      (index + 0.5) / samples - 0.5, width, height);
    renderer.setRenderTarget(target);
    renderer.render(scene, camera);
    renderer.readRenderTargetPixels(target, 0, 0, width, height, frame);
    for (let place = 0; place < sum.length; place += 1) sum[place] += frame[place];
    await new Promise((resume) => { setTimeout(resume, 0); });
  }
  const canvas = document.createElement("canvas");
  const picture = develop(sum, samples,
    { width, height, exposure: view.exposure ?? 0.8, canvas });
  renderer.dispose();
  renderer.forceContextLoss();
  return picture;
};

window.viewNames = () => [...Object.keys(VIEWS), ...Object.keys(HALLS)];
