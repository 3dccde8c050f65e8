// Put into the page by bench/page.py: sees when what came over the stream was painted, and how smooth drawing is.
(async () => {
    "use strict";
    /** What the page has mounted; nothing where this page is not Perform's. */
    const page = globalThis.perform && (await import(`${perform.modules}mount.js`)).present();
    const shown = {lanes: [], values: [], moments: []};

    /** Runs behind the paint of the frame that is being made. */
    function painted(run) {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => run(performance.now());
        channel.port2.postMessage(0);
    }

    /** Notes, of every lane whose meter has changed on the screen, the value of its knob. */
    function watch() {
        const {model} = page;
        const seen = new MutationObserver((changes) => {
            const moved = new Set(changes.map((change) => change.target.closest(".perform-lane")).filter(Boolean));
            const rows = [...moved].map((row) => row.querySelector("[part=source]").textContent);
            const values = rows.map((name) => {
                const source = model.state.sources.find((one) => one.name === name);
                return source ? model.sources.get(source.index).value : null;
            });
            painted((now) => rows.forEach((name, i) => {
                if (values[i] === null) return;
                shown.lanes.push(name);
                shown.values.push(values[i]);
                shown.moments.push(now);
            }));
        });
        const list = document.querySelector(".perform-lane-list");
        seen.observe(list, {subtree: true, attributes: true, attributeFilter: ["style"]});
    }

    /** Nearly nothing: bars that follow a websocket which sends [name, value]. */
    function bars(address, count) {
        const values = new Map();
        const rows = new Map();
        let asked = false;
        for (let i = 0; i < count; i += 1) {
            const bar = document.body.appendChild(document.createElement("div"));
            bar.style.cssText = "height: 6px; margin: 4px; background: orange; transform-origin: 0 50%";
            rows.set(`/knob/${i}`, bar);
        }
        function draw() {
            asked = false;
            const moved = [...values];
            values.clear();
            for (const [name, value] of moved) rows.get(name).style.transform = `scaleX(${value})`;
            painted((now) => moved.forEach(([name, value]) => {
                shown.lanes.push(name);
                shown.values.push(value);
                shown.moments.push(now);
            }));
        }
        const link = new WebSocket(address);
        link.onmessage = (event) => {
            const [name, value] = JSON.parse(event.data);
            values.set(name, value);
            if (!asked) requestAnimationFrame(draw);
            asked = true;
        };
        return new Promise((resolve) => (link.onopen = () => resolve()));
    }

    /** Milliseconds between frames while `step(k)` is called once a frame, and milliseconds each drawing took. */
    function frames(step, durationMs) {
        const gaps = [];
        const draws = [];
        const {timeline} = page.bands;
        const {still} = timeline;
        timeline.still = () => {
            const begin = performance.now();
            still();
            draws.push(performance.now() - begin);
        };
        return new Promise((resolve) => {
            let last = null;
            let start = null;
            let k = 0;
            function frame(now) {
                start ??= now;
                if (last !== null) gaps.push(now - last);
                last = now;
                if (now - start > durationMs) {
                    timeline.still = still;
                    resolve({gaps, draws});
                    return;
                }
                step(k);
                k += 1;
                requestAnimationFrame(frame);
            }
            requestAnimationFrame(frame);
        });
    }

    /** A wheel over the middle of the timeline. */
    function wheel(options) {
        const stage = document.querySelector("#perform_stage");
        const box = stage.getBoundingClientRect();
        const place = {clientX: box.left + box.width * 0.6, clientY: box.top + box.height / 2};
        stage.dispatchEvent(new WheelEvent("wheel", {bubbles: true, cancelable: true, ...place, ...options}));
    }

    globalThis.probe = {
        watch, bars, shown: () => shown,
        idle: (ms) => frames(() => undefined, ms),
        /** In to a hundredth of the song and out again. */
        zoom: (ms) => frames((k) => wheel({ctrlKey: true, deltaY: k % 120 < 60 ? -35 : 35}), ms),
        /** To and fro, zoomed in to a quarter. */
        scroll: (ms) => {
            for (let k = 0; k < 18; k += 1) wheel({ctrlKey: true, deltaY: -35});
            return frames((k) => wheel({deltaX: k % 160 < 80 ? 25 : -25}), ms);
        },
    };
})();
