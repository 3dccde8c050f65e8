/** The page's entry. The boot script calls `start` once the host has built its interface. */

import * as bridge from "./host/bridge.js";
import {find} from "./mount.js";

/** Where the page's modules are. */
const MODULES = new URL(".", import.meta.url).href;
const STYLES = new URL("styles/page.css", MODULES).href;

/** The style sheet, once: a document may link it itself. Resolves when it is loaded or failed. @returns {Promise<void>} */
function styled() {
    if (Array.from(document.styleSheets).some((sheet) => sheet.href === STYLES)) return Promise.resolve();
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = STYLES;
    return new Promise((resolve) => {
        link.onload = link.onerror = () => resolve();
        document.head.appendChild(link);
    });
}

/** Loads beside the modules that come after this one. */
const ready = styled();

/** The only global: called by the WebUI's tab, and used by tests and measurements to find the modules. */
Object.assign(globalThis, {perform: {bridge, modules: MODULES}});

/** Mounts the page, never without its style. */
export async function start() {
    await ready;
    find();
}
