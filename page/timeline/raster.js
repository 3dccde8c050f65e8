/**
 * Curves as pixels. A stroke of some thousand steep pieces costs a browser without a graphics card 40 ms;
 * one vertical run for each column of pixels costs less than one.
 */

const OPAQUE = 255;

/** "#rrggbb" -> the number whose bytes are r, g, b, 0 in memory. @param {string} colour */
export function pack(colour) {
    const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim());
    if (!hex) return 0x808080;
    return parseInt(hex[1], 16) | parseInt(hex[2], 16) << 8 | parseInt(hex[3], 16) << 16;
}

/**
 * Fills one vertical run for each column, its ends weighted by the covered part of the pixel. Rows count
 * from the top; NaN leaves a column empty.
 * @param {Uint32Array} pixels width * height, cleared
 * @param {number} width @param {number} height
 * @param {Float32Array} tops @param {Float32Array} bottoms
 * @param {number} colour from pack
 */
export function paint(pixels, width, height, tops, bottoms, colour) {
    for (let x = 0; x < width; x += 1) {
        const top = Math.max(0, tops[x]);
        const bottom = Math.min(height, bottoms[x]);
        if (!(bottom > top)) continue;
        const first = Math.floor(top);
        const last = Math.min(height - 1, Math.ceil(bottom) - 1);
        for (let y = first; y <= last; y += 1) {
            const covered = Math.min(bottom, y + 1) - Math.max(top, y);
            pixels[y * width + x] = colour | Math.round(covered * OPAQUE) << 24;
        }
    }
}

/**
 * Extremes of values -> edges of runs, `thick` pixels at least.
 * @param {{low: Float32Array, high: Float32Array}} columns @param {(value: number) => number} toRow @param {number} thick
 */
export function runs(columns, toRow, thick) {
    const width = columns.low.length;
    const out = {tops: new Float32Array(width), bottoms: new Float32Array(width)};
    for (let x = 0; x < width; x += 1) {
        out.tops[x] = toRow(columns.high[x]) - thick / 2;
        out.bottoms[x] = toRow(columns.low[x]) + thick / 2;
    }
    return out;
}

/** @type {{canvas: HTMLCanvasElement, image: ImageData}|null} */
let sheet = null;

/** A canvas that is reused between drawings. @param {number} width @param {number} height */
function sheetOf(width, height) {
    if (!sheet || sheet.canvas.width !== width || sheet.canvas.height !== height) {
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        sheet = {canvas, image: new ImageData(width, height)};
    }
    new Uint32Array(sheet.image.data.buffer).fill(0);
    return sheet;
}

/**
 * Draws columns into a box of a canvas, at the screen's resolution.
 * @param {CanvasRenderingContext2D} g @param {{x: number, y: number, width: number, height: number}} box in CSS pixels
 * @param {number} ratio device pixels in a CSS pixel
 * @param {{low: Float32Array, high: Float32Array}} columns one for each device pixel of the box
 * @param {(value: number) => number} toY value -> CSS pixels below the box's top
 * @param {string} colour @param {number} thick in CSS pixels
 */
export function draw(g, box, ratio, columns, toY, colour, thick) {
    const width = columns.low.length;
    const height = Math.max(1, Math.round(box.height * ratio));
    const {canvas, image} = sheetOf(width, height);
    const {tops, bottoms} = runs(columns, (value) => toY(value) * ratio, thick * ratio);
    paint(new Uint32Array(image.data.buffer), width, height, tops, bottoms, pack(colour));
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    g.drawImage(canvas, box.x, box.y, box.width, box.height);
}
