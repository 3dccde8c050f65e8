// @ts-check
(function (perform) {
    "use strict";

    const NAMES = ["panel", "well", "line", "text", "dim", "rec", "warn", "take"];

    /** Colours for the canvases, from the same variables the style sheet uses. @param {Element} root */
    function read(root) {
        const style = getComputedStyle(root);
        const raw = (name) => style.getPropertyValue(`--perform-${name}`).trim();
        const lanes = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => raw(`c${n}`));
        return {...mixed(root), rec: raw("rec"), lanes, font: raw("font"), mono: raw("mono")};
    }

    /** A canvas knows no color-mix(): a browser works it out for an element. @param {Element} root */
    function mixed(root) {
        const probe = perform.dom.el("i", {hidden: true});
        root.appendChild(probe);
        const colours = Object.fromEntries(NAMES.map((name) => {
            probe.style.color = `var(--perform-${name})`;
            return [name, getComputedStyle(probe).color];
        }));
        probe.remove();
        return colours;
    }

    perform.theme = {read};
})(globalThis.perform ??= {});
