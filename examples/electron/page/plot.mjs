// SPDX-License-Identifier: BSD-3-Clause
//
// A million points by WebGL2: positions and colours lie in two buffers, one call draws them all.

const vertexShader = `#version 300 es
in vec2 position;
in vec4 colour;
uniform vec2 centre;
uniform vec2 scale;
uniform float size;
out vec4 shade;
void main() {
  gl_Position = vec4((position - centre) * scale, 0, 1);
  gl_PointSize = size;
  shade = colour;
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec4 shade;
out vec4 result;
void main() { result = shade; }`;

export class Plot {
  #gl;
  #places = {};
  #buffers;
  #xy = new Float32Array(0);
  #view = { x: 0, y: 0, scale: 1 };

  constructor(canvas) {
    const gl = canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
    if (gl === null) throw new Error('this system has no WebGL2');
    this.#gl = gl;
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertexShader],
      [gl.FRAGMENT_SHADER, fragmentShader],
    ]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    for (const name of ['centre', 'scale', 'size']) this.#places[name] = gl.getUniformLocation(program, name);
    this.#buffers = ['position', 'colour'].map((name, i) => {
      const buffer = gl.createBuffer();
      const place = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.enableVertexAttribArray(place);
      if (i === 0) gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
      else gl.vertexAttribPointer(place, 4, gl.UNSIGNED_BYTE, true, 0, 0);
      return buffer;
    });
  }

  /** x and y by turns. The view is fitted to them. */
  setPoints(xy) {
    this.#xy = xy;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < xy.length; i += 2) {
      if (xy[i] < left) left = xy[i];
      if (xy[i] > right) right = xy[i];
      if (xy[i + 1] < bottom) bottom = xy[i + 1];
      if (xy[i + 1] > top) top = xy[i + 1];
    }
    const span = Math.max(right - left, top - bottom, 1e-9);
    this.#view = { x: (left + right) / 2, y: (bottom + top) / 2, scale: 1.9 / span };
    this.#upload(0, xy);
    this.setColours(new Uint8Array(2 * xy.length).map((_, i) => (i % 4 === 3 ? 255 : 96)));
  }

  /** Red, green, blue and opacity of each point. */
  setColours(rgba) {
    this.#upload(1, rgba);
    this.draw();
  }

  draw() {
    const gl = this.#gl;
    const { canvas } = gl;
    canvas.width = canvas.clientWidth;
    canvas.height = canvas.clientHeight;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(1, 1, 1, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { x, y } = this.#view;
    gl.uniform2f(this.#places.centre, x, y);
    gl.uniform2f(this.#places.scale, ...this.#scales());
    gl.uniform1f(this.#places.size, this.#xy.length > 2e5 ? 1.5 : 4);
    gl.drawArrays(gl.POINTS, 0, this.#xy.length / 2);
    // Waits until all is drawn, which finish() does not do everywhere.
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  /** Points inside of a polygon of pixels, [x, y] from the upper left. */
  inside(polygon) {
    const { clientWidth: width, clientHeight: height } = this.#gl.canvas;
    const [sx, sy] = this.#scales();
    const corners = polygon.map(([px, py]) => [
      ((2 * px) / width - 1) / sx + this.#view.x,
      (1 - (2 * py) / height) / sy + this.#view.y,
    ]);
    const found = [];
    for (let i = 0; i < this.#xy.length; i += 2) if (isInside(this.#xy[i], this.#xy[i + 1], corners)) found.push(i / 2);
    return Int32Array.from(found);
  }

  #scales() {
    const { clientWidth: width, clientHeight: height } = this.#gl.canvas;
    const { scale } = this.#view;
    return width > height ? [(scale * height) / width, scale] : [scale, (scale * width) / height];
  }

  #upload(which, data) {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[which]);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
  }
}

/** Whether a line to the left crosses the polygon an odd number of times. */
function isInside(x, y, corners) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
