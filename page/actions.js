/** Every action that an element or a key can call. */

import * as apply from "./apply/apply.js";
import * as check from "./apply/check.js";
import * as files from "./apply/files.js";
import * as texts from "./apply/texts.js";
import * as bank from "./inspector/bank.js";
import * as forms from "./inspector/forms.js";
import * as more from "./inspector/more.js";
import * as shaping from "./inspector/shaping.js";
import * as chooser from "./lanes/chooser.js";
import * as lanes from "./lanes/lanes.js";
import * as sources from "./lanes/sources.js";
import * as allowed from "./listener/allowed.js";
import * as intake from "./listener/intake.js";
import * as listener from "./listener/listener.js";
import * as monitor from "./listener/monitor.js";
import * as recipes from "./listener/recipes.js";
import * as end from "./songs/end.js";
import * as songs from "./songs/songs.js";
import * as timing from "./songs/timing.js";
import * as takes from "./takes/takes.js";
import * as timeline from "./timeline/timeline.js";
import * as transport from "./transport/transport.js";
import * as boxes from "./widgets/boxes.js";
import * as clipboard from "./widgets/clipboard.js";
import * as keys from "./widgets/keys.js";
import * as layer from "./widgets/layer.js";
import * as notices from "./widgets/notices.js";

/** @type {Actions} */
export const ACTIONS = Object.freeze({
    ...apply.actions,
    ...check.actions,
    ...files.actions,
    ...texts.actions,
    ...bank.actions,
    ...forms.actions,
    ...more.actions,
    ...shaping.actions,
    ...chooser.actions,
    ...lanes.actions,
    ...sources.actions,
    ...allowed.actions,
    ...intake.actions,
    ...listener.actions,
    ...monitor.actions,
    ...recipes.actions,
    ...end.actions,
    ...songs.actions,
    ...timing.actions,
    ...takes.actions,
    ...timeline.actions,
    ...transport.actions,
    ...boxes.actions,
    ...clipboard.actions,
    ...keys.actions,
    ...layer.actions,
    ...notices.actions,
});
