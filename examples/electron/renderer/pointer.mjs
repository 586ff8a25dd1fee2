// SPDX-License-Identifier: BSD-3-Clause
//
// The mouse on the plot: it moves and enlarges, or draws a line round points.

/** Pixels between two corners of a line: fewer corners are looked at faster and nobody sees the difference. */
const cornerDistance = 3;

/**
 * @param stage - the canvas on top, which the line is drawn on
 * @param onLasso - told the corners, in the plot's coordinates
 * @returns a function that says whether the mouse draws a line
 */
export function followPointer(stage, scatter, onLasso) {
  let isLasso = false;
  let corners = null;
  let last = null;

  stage.addEventListener('pointerdown', (event) => {
    stage.setPointerCapture(event.pointerId);
    last = [event.offsetX, event.offsetY];
    corners = isLasso ? [last] : null;
  });
  stage.addEventListener('pointermove', (event) => {
    if (last === null) return;
    const [dx, dy] = [event.offsetX - last[0], event.offsetY - last[1]];
    if (corners !== null && Math.hypot(dx, dy) < cornerDistance) return;
    last = [event.offsetX, event.offsetY];
    if (corners === null) scatter.pan(dx, dy);
    else {
      corners.push(last);
      drawLine(stage, corners);
    }
  });
  stage.addEventListener('pointerup', () => {
    if (corners !== null) onLasso(corners.map(([x, y]) => scatter.toData(x, y)));
    end();
  });
  stage.addEventListener('pointercancel', end);
  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      scatter.zoom(2 ** (-event.deltaY / 300), event.offsetX, event.offsetY);
    },
    { passive: false },
  );

  function end() {
    last = null;
    corners = null;
    drawLine(stage, []);
  }

  return (wanted) => {
    isLasso = wanted;
    stage.style.cursor = wanted ? 'crosshair' : '';
  };
}

function drawLine(canvas, corners) {
  canvas.width = canvas.clientWidth; // also clears it
  canvas.height = canvas.clientHeight;
  const context = canvas.getContext('2d');
  context.setLineDash([6, 4]);
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.stroke();
}
