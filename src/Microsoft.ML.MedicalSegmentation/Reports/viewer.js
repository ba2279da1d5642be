'use strict';
(() => {
  const $ = id => document.getElementById(id);
  const cases = [...document.querySelectorAll('.v-data')].map(element => JSON.parse(element.textContent));
  const classes = JSON.parse($('v-classes').textContent);
  const colors = classes.map(c => [1, 3, 5].map(at => parseInt(c.color.slice(at, at + 2), 16)));

  // Axes: 0 to the patient's right, 1 to the front, 2 to the head. Columns and rows of a plane run against their axis where flipped.
  const planes = [
    { name: 'Axial', slice: 2, column: 0, row: 1, marks: ['R', 'L', 'A', 'P'] },
    { name: 'Coronal', slice: 1, column: 0, row: 2, marks: ['R', 'L', 'S', 'I'] },
    { name: 'Sagittal', slice: 0, column: 1, row: 2, marks: ['A', 'P', 'S', 'I'] },
  ];
  let data, at = [0, 0, 0], isPicture = false;

  async function unpack(text) {
    const packed = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function show(index) {
    const one = cases[index];
    const [image, truth, prediction, doubt] = await Promise.all([
      Promise.all(one.image.map(unpack)), unpack(one.truth), unpack(one.prediction), one.doubt ? unpack(one.doubt) : null]);
    data = { ...one, image, truth, prediction, doubt };
    isPicture = one.size[2] === 1;
    at = middle(prediction.some(value => value) ? prediction : truth, one.size);
    planes.forEach((plane, i) => {
      plane.box.hidden = isPicture && i > 0;
      plane.range.parentElement.hidden = isPicture;
      plane.range.max = one.size[plane.slice] - 1;
    });
    $('v-doubt-label').hidden = !doubt;
    $('v-level').value = 128;
    $('v-width').value = 255;
    const skipped = Math.max(...one.steps);
    $('v-note').textContent = skipped > 1 ? `Shown at every voxel in ${one.steps.join(' x ')}; measured at all of them.` : '';
    draw();
  }

  // The middle of what is labelled, so that the first view shows the structure.
  function middle(labels, size) {
    const sums = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < labels.length; i++) {
      if (labels[i]) {
        sums[0] += i % size[0];
        sums[1] += Math.floor(i / size[0]) % size[1];
        sums[2] += Math.floor(i / size[0] / size[1]);
        count++;
      }
    }
    return size.map((length, axis) => Math.round(count ? sums[axis] / count : (length - 1) / 2));
  }

  function draw() {
    const level = +$('v-level').value, width = +$('v-width').value;
    const real = value => data.low + value / 255 * (data.high - data.low);
    $('v-level-out').textContent = real(level).toPrecision(4);
    $('v-width-out').textContent = (width / 255 * (data.high - data.low)).toPrecision(4);
    $('v-opacity-out').textContent = $('v-opacity').value + ' %';
    planes.filter((_, i) => !isPicture || i === 0).forEach(plane => drawPlane(plane, level, width));
  }

  function drawPlane(plane, level, width) {
    const { size, spacing } = data, columns = size[plane.column], rows = size[plane.row];
    const strides = [1, size[0], size[0] * size[1]];
    const start = at[plane.slice] * strides[plane.slice];
    const index = (column, row) => start
      + (isPicture ? column : columns - 1 - column) * strides[plane.column] + (isPicture ? row : rows - 1 - row) * strides[plane.row];
    const pixels = new ImageData(columns, rows);
    const opacity = $('v-opacity').value / 100;
    const withTruth = $('v-truth').checked, withPrediction = $('v-prediction').checked, withDoubt = $('v-doubt').checked && data.doubt;
    const isEdge = (column, row, label) => column === 0 || row === 0 || column === columns - 1 || row === rows - 1
      || data.truth[index(column - 1, row)] !== label || data.truth[index(column + 1, row)] !== label
      || data.truth[index(column, row - 1)] !== label || data.truth[index(column, row + 1)] !== label;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const i = index(column, row), target = (row * columns + column) * 4;
        let color = [0, 1, 2].map(channel => (data.image[data.image.length === 3 ? channel : 0][i] - level + width / 2) / width * 255);
        const mix = (other, share) => { color = color.map((value, channel) => Math.max(0, Math.min(255, value)) * (1 - share) + other[channel] * share); };
        if (withPrediction && data.prediction[i]) mix(colors[data.prediction[i] - 1], opacity);
        if (withDoubt) mix([255, 80, 0], data.doubt[i] / 255 * Math.min(1, opacity * 2));
        if (withTruth && data.truth[i] && isEdge(column, row, data.truth[i])) mix(colors[data.truth[i] - 1].map(value => 128 + value / 2), 0.9);
        pixels.data.set([color[0], color[1], color[2], 255], target);
      }
    }

    const small = new OffscreenCanvas(columns, rows);
    small.getContext('2d').putImageData(pixels, 0, 0);
    const wide = columns * spacing[plane.column], high = rows * spacing[plane.row];
    const scale = Math.min(720 / wide, 720 / high);
    const canvas = plane.canvas, context = canvas.getContext('2d');
    canvas.width = Math.max(1, Math.round(wide * scale));
    canvas.height = Math.max(1, Math.round(high * scale));
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    if (!isPicture) {
      const x = (columns - 0.5 - at[plane.column]) / columns * canvas.width, y = (rows - 0.5 - at[plane.row]) / rows * canvas.height;
      context.strokeStyle = 'rgba(255, 255, 255, .35)';
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, canvas.height);
      context.moveTo(0, y);
      context.lineTo(canvas.width, y);
      context.stroke();
      letters(context, canvas, plane.marks);
    }
    plane.range.value = at[plane.slice];
    plane.output.textContent = `${at[plane.slice] + 1} of ${size[plane.slice]}`;
  }

  function letters(context, canvas, [left, right, top, bottom]) {
    const size = Math.max(14, Math.min(canvas.width, canvas.height) / 18);
    context.font = `bold ${size}px system-ui, sans-serif`;
    context.fillStyle = '#fff';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const { width, height } = canvas;
    [[left, size, height / 2], [right, width - size, height / 2], [top, width / 2, size], [bottom, width / 2, height - size]]
      .forEach(([letter, x, y]) => context.fillText(letter, x, y));
  }

  const clamp = (value, axis) => Math.max(0, Math.min(data.size[axis] - 1, value));
  function move(axis, by) {
    at[axis] = clamp(at[axis] + by, axis);
    draw();
  }

  planes.forEach(plane => {
    const box = document.createElement('div');
    box.className = 'plane';
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${plane.name} slice; arrow keys change it`);
    const label = document.createElement('label');
    const range = Object.assign(document.createElement('input'), { type: 'range', min: 0 });
    const output = document.createElement('output');
    label.append(plane.name, range, output);
    box.append(canvas, label);
    $('v-planes').append(box);
    Object.assign(plane, { box, canvas, range, output });
    range.addEventListener('input', () => { at[plane.slice] = +range.value; draw(); });
    canvas.addEventListener('keydown', event => {
      const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (step && !isPicture) { event.preventDefault(); move(plane.slice, step); }
    });
    canvas.addEventListener('wheel', event => {
      if (!isPicture && event.deltaY) { event.preventDefault(); move(plane.slice, event.deltaY < 0 ? 1 : -1); }
    }, { passive: false });
    const pick = event => {
      if (event.buttons !== 1 || isPicture) return;
      const area = canvas.getBoundingClientRect();
      const part = (value, length) => 1 - value / length;
      at[plane.column] = clamp(Math.floor(part(event.clientX - area.left, area.width) * data.size[plane.column]), plane.column);
      at[plane.row] = clamp(Math.floor(part(event.clientY - area.top, area.height) * data.size[plane.row]), plane.row);
      draw();
    };
    canvas.addEventListener('pointerdown', event => { canvas.setPointerCapture(event.pointerId); pick(event); });
    canvas.addEventListener('pointermove', pick);
  });

  cases.forEach((one, i) => $('v-case').add(new Option(one.caption, i)));
  classes.forEach(c => {
    const entry = document.createElement('span'), mark = document.createElement('i');
    mark.style.background = c.color;
    entry.append(mark, c.name);
    $('v-legend').append(entry);
  });
  $('v-case').addEventListener('change', event => show(+event.target.value));
  ['v-truth', 'v-prediction', 'v-doubt', 'v-level', 'v-width', 'v-opacity'].forEach(id => $(id).addEventListener('input', () => data && draw()));
  show(0).then(() => { document.body.dataset.viewer = 'ready'; });
})();
