// The labels in three dimensions, with the image around them, by NiiVue, which is served beside this file.

import { Niivue } from "./niivue.js";

// A NIfTI file of 16-bit numbers. Voxels run to the left, posterior and superior; NIfTI counts to the right, anterior and superior, in mm.
function toNifti(voxels, { size, spacing }, slope, intercept) {
  const file = new ArrayBuffer(352 + voxels.byteLength);
  const header = new DataView(file);
  header.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((n, i) => header.setInt16(40 + 2 * i, n, true));
  header.setInt16(70, 512, true);
  header.setInt16(72, 16, true);
  [1, ...spacing].forEach((mm, i) => header.setFloat32(76 + 4 * i, mm, true));
  header.setFloat32(108, 352, true);
  header.setFloat32(112, slope, true);
  header.setFloat32(116, intercept, true);
  header.setInt16(254, 1, true);
  [-1, -1, 1].forEach((sign, axis) => {
    header.setFloat32(280 + 16 * axis + 4 * axis, sign * spacing[axis], true);
    header.setFloat32(280 + 16 * axis + 12, -sign * spacing[axis] * (size[axis] - 1) / 2, true);
  });
  [0x6e, 0x2b, 0x31, 0].forEach((byte, i) => header.setUint8(344 + i, byte));
  new Uint8Array(file, 352).set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength));
  return file;
}

function colormap({ colors, names, hidden }) {
  const labels = [0, ...colors.keys()];
  const of = channel => labels.map(label => colors.get(label)?.[channel] ?? 0);
  return {
    R: of(0), G: of(1), B: of(2), I: labels,
    A: labels.map(label => (label === 0 || hidden.has(label) ? 0 : 255)),
    labels: labels.map(label => names.get(label) ?? ""),
  };
}

// Draws into a canvas; gives what changes the view afterwards.
export async function showIn(canvas, volume, imageOpacity) {
  const view = new Niivue({ backColor: [0, 0, 0, 1], dragAndDropEnabled: false, show3Dcrosshair: false, isColorbar: false });
  await view.attachToCanvas(canvas);
  await view.loadFromArrayBuffer(toNifti(volume.image, volume, (volume.high - volume.low) / 65535, volume.low), "image.nii");
  await view.loadFromArrayBuffer(toNifti(volume.labels, volume, 1, 0), "labels.nii");
  const recolor = () => {
    view.volumes[1].setColormapLabel(colormap(volume));
    view.updateGLVolume();
  };
  recolor();
  view.setOpacity(0, imageOpacity);
  view.setSliceType(view.sliceTypeRender);
  return { recolor, setImageOpacity: opacity => view.setOpacity(0, opacity) };
}
