/** Boots Perform's page. A WebUI loads this file as a classic script; the page itself is modules, in page/. */
(function () {
    "use strict";
    // ".../file=extensions/.../javascript/perform.js" in a WebUI: the API is below the folder that serves it
    const script = /** @type {HTMLScriptElement} */ (document.currentScript);
    const entry = script.src.replace(/(file=.*|javascript\/[^/]*)$/, "perform/v1/page.js");
    const host = /** @type {{onUiLoaded?: (run: () => void) => void}} */ (globalThis);
    /** @type {Promise<void>} */
    const built = new Promise((resolve) => host.onUiLoaded ? host.onUiLoaded(resolve) : resolve());

    /** Shows why the page could not be loaded, in its place. */
    async function explain() {
        const answer = await fetch(entry).then((response) => response.json(), () => null).catch(() => null);
        const why = answer?.error?.message || "Its server does not answer. Reload the page to try again.";
        await built;
        const root = document.getElementById("perform_root");
        root?.append(`▲ This page stays empty. ${why}`);
        root?.removeAttribute("aria-busy");
    }

    Promise.all([import(entry), built]).then(([page]) => page.start()).catch(explain);
})();
