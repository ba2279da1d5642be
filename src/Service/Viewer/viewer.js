"use strict";

// The page of the segmentation service: upload, progress, three planes with labels, downloads. No library, nothing from elsewhere.

const $ = id => document.getElementById(id);

// Centre and width in the units of the image (HU for CT); "whole" and "middle" come from the image itself.
const presets = [
  ["whole range", null], ["soft tissue", [40, 400]], ["liver", [60, 160]], ["lung", [-600, 1500]], ["bone", [400, 1800]], ["brain", [40, 80]],
];

// Each plane: the axis across it, the axes along its columns and rows, and whether rows run upwards. Voxels are LPS: x left, y posterior, z superior.
const planes = {
  axial: { across: 2, columns: 0, rows: 1, up: false, sides: ["R", "L", "A", "P"] },
  coronal: { across: 1, columns: 0, rows: 2, up: true, sides: ["R", "L", "S", "I"] },
  sagittal: { across: 0, columns: 1, rows: 2, up: true, sides: ["A", "P", "S", "I"] },
};

let job = null;
let volume = null;
let solid = null;
let opensSolid = false;

async function ask(address, options) {
  const answer = await fetch(address, options);
  if (answer.ok) return answer;
  let text = `${answer.status} ${answer.statusText}`;
  try {
    text = (await answer.json()).detail || text;
  } catch {
    // No problem details: a proxy answered.
  }
  throw new Error(text);
}

function tell(text, isFault) {
  $("work").hidden = false;
  $("state").textContent = text;
  $("state").classList.toggle("fault", Boolean(isFault));
}

async function loadModels() {
  const models = await (await ask("models")).json();
  for (const model of models) {
    const option = document.createElement("option");
    option.value = model.name;
    option.textContent = model.name;
    option.dataset.version = `version ${model.version}, ${Object.values(model.classes).slice(1).join(", ")}`;
    $("model").append(option);
  }
  showVersion();
}

function showVersion() {
  $("version").textContent = $("model").selectedOptions[0]?.dataset.version ?? "";
}

function upload(files) {
  if (files.length === 0) return;
  reset();
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", `jobs?model=${encodeURIComponent($("model").value)}`);
  request.upload.onprogress = event => {
    if (event.lengthComputable) $("progress").value = event.loaded / event.total;
  };
  request.onerror = () => tell("The upload was interrupted.", true);
  request.onload = () => {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // Told by the status below.
    }
    if (request.status === 202) follow(answer.id);
    else tell(answer.detail || `The upload was refused (${request.status}).`, true);
  };
  $("cancel").onclick = () => request.abort();
  tell("Uploading");
  request.send(form);
}

function reset() {
  job = null;
  volume = null;
  $("view").hidden = true;
  $("warnings").hidden = true;
  $("progress").value = 0;
  $("progress").hidden = false;
  $("cancel").hidden = false;
  $("drop").classList.add("small");
}

async function follow(id) {
  job = id;
  history.replaceState(null, "", `#${id}${opensSolid ? "/3d" : ""}`);
  $("cancel").onclick = async () => {
    await ask(`jobs/${id}`, { method: "DELETE" });
  };
  try {
    while (job === id) {
      const status = await (await ask(`jobs/${id}`)).json();
      $("progress").value = status.progress;
      if (status.state === "succeeded") return await show(status);
      if (status.state === "failed" || status.state === "cancelled") {
        $("cancel").hidden = true;
        $("progress").hidden = true;
        return tell(status.error?.detail ?? "Cancelled.", true);
      }
      tell(status.state === "queued" ? "Waiting for its turn" : `Scoring, ${Math.round(100 * status.progress)} %`);
      await new Promise(done => setTimeout(done, 400));
    }
  } catch (fault) {
    tell(fault.message, true);
  }
}

async function show(status) {
  tell("Loading the result");
  $("cancel").hidden = true;
  const at = `jobs/${status.id}`;
  const [view, image, labels] = await Promise.all([
    ask(`${at}/view`).then(a => a.json()), ask(`${at}/view/image`).then(a => a.arrayBuffer()), ask(`${at}/view/labels`).then(a => a.arrayBuffer()),
  ]);
  const doubt = view.hasDoubt ? new Uint16Array(await (await ask(`${at}/view/doubt`)).arrayBuffer()) : null;
  volume = { ...view, image: new Uint16Array(image), labels: new Uint16Array(labels), doubt, at: view.size.map(n => n >> 1), colors: new Map(), names: new Map(), hidden: new Set() };
  volume.mostDoubt = doubt === null ? 0 : Math.max(doubt.reduce((most, value) => Math.max(most, value), 0), 1);
  $("doubt-label").hidden = doubt === null;
  $("doubt").checked = false;
  forgetSolid();
  centreOnLabels();
  listWarnings(status.warnings);
  listClasses(status.segments);
  listResults(status);
  fillPresets();
  for (const [name, plane] of Object.entries(planes)) {
    const slider = $(`${name}-slice`);
    slider.max = view.size[plane.across] - 1;
    slider.value = volume.at[plane.across];
  }
  $("view").hidden = false;
  draw();
  $("progress").hidden = true;
  if (opensSolid) await showSolid();
  opensSolid = false;
  tell(`Done: ${view.size.join(" × ")} voxels of ${view.spacing.map(s => s.toFixed(2)).join(" × ")} mm, by ${status.model} ${status.modelVersion ?? ""}`);
}

function centreOnLabels() {
  const sums = [0, 0, 0];
  let count = 0;
  const [w, h] = volume.size;
  for (let i = 0; i < volume.labels.length; i++) {
    if (volume.labels[i] === 0) continue;
    count++;
    sums[0] += i % w;
    sums[1] += Math.floor(i / w) % h;
    sums[2] += Math.floor(i / (w * h));
  }
  if (count > 0) volume.at = sums.map(s => Math.round(s / count));
}

function listWarnings(warnings) {
  $("warnings").replaceChildren(...warnings.map(text => Object.assign(document.createElement("li"), { textContent: text })));
  $("warnings").hidden = warnings.length === 0;
}

function listClasses(segments) {
  $("classes").replaceChildren(...segments.map(segment => {
    volume.colors.set(segment.label, [1, 3, 5].map(i => parseInt(segment.color.slice(i, i + 2), 16)));
    volume.names.set(segment.label, segment.name);
    const row = document.createElement("tr");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    box.setAttribute("aria-label", `show ${segment.name}`);
    box.onchange = () => {
      if (box.checked) volume.hidden.delete(segment.label);
      else volume.hidden.add(segment.label);
      draw();
      solid?.recolor();
    };
    const swatch = Object.assign(document.createElement("span"), { className: "swatch" });
    swatch.style.background = segment.color;
    const cells = [0, 1, 2, 3].map(() => document.createElement("td"));
    cells[0].append(box);
    cells[1].append(swatch, ` ${segment.name}`);
    cells[2].textContent = segment.milliliters.toFixed(segment.milliliters < 10 ? 2 : 1);
    cells[3].textContent = segment.mean === null ? "" : `${segment.mean.toFixed(1)} ± ${segment.standardDeviation.toFixed(1)}`;
    row.append(...cells);
    return row;
  }));
}

function listResults(status) {
  const names = { nifti: "NIfTI", nrrd: "NRRD", metaimage: "MetaImage", "dicom-seg": "DICOM SEG", rtstruct: "RTSTRUCT", report: "report (SR)", doubt: "doubt" };
  $("results").replaceChildren(...Object.entries(status.results).map(([key, address]) =>
    Object.assign(document.createElement("a"), { href: `jobs/${status.id}/${address}`, textContent: names[key] ?? key, download: "" })));
}

function fillPresets() {
  const range = [(volume.low + volume.high) / 2, volume.high - volume.low];
  const isCt = volume.low < -200 && volume.high > 200;
  $("preset").replaceChildren(...presets.filter(p => p[1] === null || isCt).map(([name, window]) => {
    const option = Object.assign(document.createElement("option"), { textContent: name });
    option.value = (window ?? range).join(",");
    return option;
  }));
  $("preset").selectedIndex = isCt ? 1 : 0;
  choosePreset();
}

function choosePreset() {
  [$("center").value, $("width").value] = $("preset").value.split(",").map(Number);
}

function draw() {
  if (volume === null) return;
  for (const name of Object.keys(planes)) drawPlane(name, planes[name]);
}

function drawPlane(name, plane) {
  const { size, spacing, low, high } = volume;
  const strides = [1, size[0], size[0] * size[1]];
  const [width, height] = [size[plane.columns], size[plane.rows]];
  const picture = new ImageData(width, height);
  const scale = (high - low) / 65535;
  const [center, range] = [Number($("center").value), Math.max(Number($("width").value), 1e-6)];
  const opacity = Number($("opacity").value);
  const start = volume.at[plane.across] * strides[plane.across];
  const shown = $("doubt").checked ? volume.doubt : null;
  for (let row = 0; row < height; row++) {
    const line = start + (plane.up ? height - 1 - row : row) * strides[plane.rows];
    for (let column = 0; column < width; column++) {
      const i = line + column * strides[plane.columns];
      const grey = Math.max(0, Math.min(255, ((low + volume.image[i] * scale - center) / range + 0.5) * 255));
      const label = volume.labels[i];
      const color = label === 0 || volume.hidden.has(label) ? null : volume.colors.get(label);
      const p = 4 * (row * width + column);
      for (let c = 0; c < 3; c++) picture.data[p + c] = color ? grey * (1 - opacity) + color[c] * opacity : grey;
      const doubt = shown ? shown[i] / volume.mostDoubt : 0;
      if (doubt > 0.5) [picture.data[p], picture.data[p + 1], picture.data[p + 2]] = [255, (2 * doubt - 1) * 230, 0];
      picture.data[p + 3] = 255;
    }
  }

  // Millimetres are square on the screen, whatever the spacing.
  const canvas = $(name);
  const [mmWide, mmHigh] = [width * spacing[plane.columns], height * spacing[plane.rows]];
  const zoom = 512 / Math.max(mmWide, mmHigh);
  canvas.width = Math.max(1, Math.round(mmWide * zoom));
  canvas.height = Math.max(1, Math.round(mmHigh * zoom));
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  small.getContext("2d").putImageData(picture, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  drawCross(context, plane);
  context.fillStyle = "#ffffffcc";
  context.font = "16px sans-serif";
  const [left, right, top, bottom] = plane.sides;
  context.fillText(left, 6, canvas.height / 2);
  context.fillText(right, canvas.width - 18, canvas.height / 2);
  context.fillText(top, canvas.width / 2, 18);
  context.fillText(bottom, canvas.width / 2, canvas.height - 8);
}

function drawCross(context, plane) {
  const { width, height } = context.canvas;
  const x = (volume.at[plane.columns] + 0.5) / volume.size[plane.columns] * width;
  const across = (volume.at[plane.rows] + 0.5) / volume.size[plane.rows];
  const y = (plane.up ? 1 - across : across) * height;
  context.strokeStyle = "#56b4e966";
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
}

// The three-dimensional view comes with NiiVue, which is large, so it is fetched when it is asked for.
async function showSolid() {
  $("solid-state").textContent = "Loading";
  try {
    const { showIn } = await import("./solid.js");
    solid = await showIn($("solid"), volume, Number($("solid-image").value));
    $("solid-show").hidden = true;
    $("solid-image-label").hidden = false;
    $("solid-state").textContent = "";
  } catch (fault) {
    console.warn(fault);
    $("solid-state").textContent = "This browser or this build of the service has no 3D view.";
  }
}

function forgetSolid() {
  solid = null;
  $("solid").replaceWith(Object.assign(document.createElement("canvas"), { id: "solid" }));
  $("solid-show").hidden = false;
  $("solid-image-label").hidden = true;
  $("solid-state").textContent = "";
}

function wire() {
  for (const [name, plane] of Object.entries(planes)) {
    $(`${name}-slice`).oninput = event => {
      volume.at[plane.across] = Number(event.target.value);
      draw();
    };
    $(name).onclick = event => {
      const box = event.target.getBoundingClientRect();
      const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      volume.at[plane.columns] = Math.min(volume.size[plane.columns] - 1, Math.floor(u * volume.size[plane.columns]));
      volume.at[plane.rows] = Math.min(volume.size[plane.rows] - 1, Math.floor((plane.up ? 1 - v : v) * volume.size[plane.rows]));
      for (const [other, its] of Object.entries(planes)) $(`${other}-slice`).value = volume.at[its.across];
      draw();
    };
  }
  $("preset").onchange = () => {
    choosePreset();
    draw();
  };
  for (const id of ["center", "width", "opacity", "doubt"]) $(id).oninput = draw;
  $("solid-show").onclick = showSolid;
  $("solid-image").oninput = event => solid?.setImageOpacity(Number(event.target.value));
  $("model").onchange = showVersion;
  $("drop").onclick = () => $("files").click();
  $("drop").onkeydown = event => {
    if (event.key === "Enter" || event.key === " ") $("files").click();
  };
  $("files").onclick = event => event.stopPropagation();
  $("files").onchange = event => upload([...event.target.files]);
  document.ondragover = event => {
    event.preventDefault();
    $("drop").classList.add("over");
  };
  document.ondragleave = () => $("drop").classList.remove("over");
  document.ondrop = event => {
    event.preventDefault();
    $("drop").classList.remove("over");
    upload([...event.dataTransfer.files]);
  };
}

wire();
loadModels().then(() => {
  const [, id, suffix] = /^#([0-9a-f]{32})(\/3d)?$/.exec(location.hash) ?? [];
  if (id) {
    reset();
    opensSolid = suffix !== undefined;
    return follow(id);
  }
  return null;
}).catch(fault => tell(fault.message, true));
