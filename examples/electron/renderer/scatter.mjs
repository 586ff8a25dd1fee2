// SPDX-License-Identifier: BSD-3-Clause
//
// Points by WebGL2: one draw call, whatever their number. A point takes 11 bytes of the GPU's memory: x and y, the number of its
// colour, and whether it is selected.

import { missing } from '../protocol.mjs';

const vertexShader = `#version 300 es
in vec2 position;
in uint code;
in uint chosen;
uniform vec2 scale;
uniform vec2 shift;
uniform float size;
uniform bool isFiltered;
uniform highp sampler2D palette;
out vec3 colour;

void main() {
  bool isShown = !isnan(position.x) && !isnan(position.y);
  gl_Position = isShown ? vec4(position * scale + shift, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = size;
  int row = int(code) / 256;
  vec3 own = code == ${missing}u ? vec3(0.75) : texelFetch(palette, ivec2(int(code) - row * 256, row), 0).rgb;
  colour = isFiltered && chosen == 0u ? mix(own, vec3(1.0), 0.85) : own;
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec3 colour;
out vec4 shown;

void main() {
  shown = vec4(colour, 1.0);
}`;

/** Share of the stage that is left empty around all points. */
const margin = 0.05;

export class Scatter {
  #canvas;
  #gl;
  #program;
  #buffers = {};
  #data = { xy: new Float32Array(0), codes: null, palette: null, chosen: null };
  #view = { x: 0, y: 0, scale: 1 }; // the centre, and pixels for one unit
  #asked = false;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#start();
    // Drivers are updated and laptops change their GPU: everything is given to the new one.
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => {
      this.#start();
      this.#uploadAll();
      this.redraw();
    });
    new ResizeObserver(() => this.redraw()).observe(canvas);
  }

  get points() {
    return this.#data.xy.length / 2;
  }

  get xy() {
    return this.#data.xy;
  }

  /** @param xy - x and y of each point in turn; NaN where there is none */
  setPoints(xy) {
    this.#data = { xy, codes: null, palette: null, chosen: null };
    this.#uploadAll();
    this.fit();
  }

  /** @param palette - RGBA, 4 bytes for each number in `codes` */
  setColours(codes, palette) {
    Object.assign(this.#data, { codes, palette });
    this.#uploadColours();
    this.redraw();
  }

  /** @param chosen - 1 for each selected point; null for no selection */
  setChosen(chosen) {
    this.#data.chosen = chosen;
    this.#uploadChosen();
    this.redraw();
  }

  /** All points in the stage. */
  fit() {
    const { xy } = this.#data;
    const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const most = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < xy.length; i++) {
      const value = xy[i];
      if (!Number.isFinite(value)) continue;
      if (value < least[i % 2]) least[i % 2] = value;
      if (value > most[i % 2]) most[i % 2] = value;
    }
    const isEmpty = !(most[0] >= least[0] && most[1] >= least[1]);
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    const fitting = [width / (most[0] - least[0]), height / (most[1] - least[1])].filter(Number.isFinite);
    const scale = isEmpty || fitting.length === 0 ? 1 : Math.min(...fitting) * (1 - 2 * margin);
    this.#view = { x: isEmpty ? 0 : (least[0] + most[0]) / 2, y: isEmpty ? 0 : (least[1] + most[1]) / 2, scale };
    this.redraw();
  }

  /** Moves what is shown by pixels. */
  pan(dx, dy) {
    this.#view.x -= dx / this.#view.scale;
    this.#view.y += dy / this.#view.scale;
    this.redraw();
  }

  /** Enlarges what is shown; what is at the pixel stays there. */
  zoom(factor, px, py) {
    const [x, y] = this.toData(px, py);
    this.#view.scale *= factor;
    const [movedX, movedY] = this.toData(px, py);
    this.#view.x += x - movedX;
    this.#view.y += y - movedY;
    this.redraw();
  }

  /** Where a pixel of the stage lies among the points. */
  toData(px, py) {
    const { x, y, scale } = this.#view;
    return [x + (px - this.#canvas.clientWidth / 2) / scale, y - (py - this.#canvas.clientHeight / 2) / scale];
  }

  /** Draws with the next frame. */
  redraw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.draw();
    });
  }

  /** Draws at once. */
  draw() {
    const gl = this.#gl;
    const ratio = devicePixelRatio;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(1, 1, 1, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { x, y, scale } = this.#view;
    const [sx, sy] = [(2 * scale) / width, (2 * scale) / height];
    gl.uniform2f(this.#uniform('scale'), sx, sy);
    gl.uniform2f(this.#uniform('shift'), -x * sx, -y * sy);
    gl.uniform1f(this.#uniform('size'), ratio * (this.points > 100_000 ? 1.5 : 4));
    gl.uniform1i(this.#uniform('isFiltered'), this.#data.chosen === null ? 0 : 1);
    if (this.points > 0) gl.drawArrays(gl.POINTS, 0, this.points);
  }

  /** Draws, and returns when the GPU has done it. */
  drawFully() {
    this.draw();
    // Reading a pixel back waits for it; finish() does not in Chromium.
    this.#gl.readPixels(0, 0, 1, 1, this.#gl.RGBA, this.#gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  #start() {
    const gl = this.#canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
    if (gl === null) throw new Error('WebGL2 is needed to plot, and is not there; is the GPU switched off?');
    this.#gl = gl;
    this.#program = compile(gl);
    gl.useProgram(this.#program);
    this.#buffers = {};
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  }

  #uniform(name) {
    return this.#gl.getUniformLocation(this.#program, name);
  }

  #uploadAll() {
    this.#upload('position', this.#data.xy, (gl, at) => gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 0, 0));
    this.#uploadColours();
    this.#uploadChosen();
  }

  #uploadColours() {
    const gl = this.#gl;
    const { codes, palette } = this.#data;
    this.#upload('code', codes, (_, at) => gl.vertexAttribIPointer(at, 1, gl.UNSIGNED_SHORT, 0, 0));
    // Without colours every point has the first one.
    const colours = palette ?? Uint8Array.of(50, 90, 160, 255);
    const height = Math.max(1, Math.ceil(colours.length / 4 / 256));
    const texels = new Uint8Array(256 * height * 4);
    texels.set(colours);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  #uploadChosen() {
    const { chosen } = this.#data;
    this.#upload('chosen', chosen, (gl, at) => gl.vertexAttribIPointer(at, 1, gl.UNSIGNED_BYTE, 0, 0));
  }

  /** An attribute of the points; without values it is 0 for all. */
  #upload(name, values, describe) {
    const gl = this.#gl;
    const at = gl.getAttribLocation(this.#program, name);
    if (values === null || values.length === 0) {
      gl.disableVertexAttribArray(at);
      if (name !== 'position') gl.vertexAttribI4ui(at, 0, 0, 0, 0);
      return;
    }
    this.#buffers[name] ??= gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at);
    describe(gl, at);
  }
}

function compile(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`The GPU refuses a shader: ${gl.getShaderInfoLog(shader)}`);
    }
  }
  gl.linkProgram(program);
  return program;
}
