"use strict";
/** Loads scripts of the page into this process, as a browser would, and gives the one global back. */
const path = require("node:path");

const FOLDER = path.join(__dirname, "..", "..", "javascript");

/** @param {...string} names such as "format" for perform_format.js */
function load(...names) {
    for (const name of names) require(path.join(FOLDER, `perform_${name}.js`));
    return globalThis.perform;
}

module.exports = {load, FOLDER};
