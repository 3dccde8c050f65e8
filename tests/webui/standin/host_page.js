/* What the WebUI's own script offers to those of extensions. */
let uiLoaded = false;
const uiLoadedCallbacks = [];

function gradioApp() {
    const found = document.getElementsByTagName("gradio-app")[0];
    return found?.shadowRoot ?? found ?? document;
}

function onUiLoaded(callback) {
    uiLoadedCallbacks.push(callback);
}

document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
        if (uiLoaded || !gradioApp().querySelector("#txt2img_prompt")) return;
        uiLoaded = true;
        uiLoadedCallbacks.forEach((callback) => callback());
    }).observe(gradioApp(), {childList: true, subtree: true});
});
