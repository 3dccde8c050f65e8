// @ts-check
(function (perform) {
    "use strict";

    /** Colours for the canvases, read from the same variables the style sheet uses. @param {Element} root */
    function read(root) {
        const style = getComputedStyle(root);
        const colour = (name) => style.getPropertyValue(`--perform-${name}`).trim();
        const lanes = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => colour(`c${n}`));
        return {
            panel: colour("panel"), well: colour("well"), line: colour("line"), text: colour("text"), dim: colour("dim"),
            rec: colour("rec"), warn: colour("warn"), lanes, takes: lanes, font: colour("font"), mono: colour("mono"),
        };
    }

    perform.theme = {read};
})(globalThis.perform ??= {});
