/** Which takes a lane plays. */

/**
 * The takes a lane could play, newest first, with what it does now: "plays", "silent" or "free".
 * @param {Lane} lane @param {Take[]} takes
 */
export function laneTakes(lane, takes) {
    const used = new Set(lane.clips.map((clip) => clip.take));
    return takes
        .filter((take) => !take.trashed && (used.has(take.id) || take.sources.includes(lane.source || "")))
        .map((take) => ({take, plays: used.has(take.id)}))
        .sort((a, b) => b.take.number - a.take.number);
}

/** "plays take 2", "plays takes 1, 3", "" @param {Lane} lane @param {Take[]} takes */
export function playsText(lane, takes) {
    const numbers = laneTakes(lane, takes).filter((item) => item.plays).map((item) => item.take.number).sort((a, b) => a - b);
    if (numbers.length === 0) return "";
    return numbers.length === 1 ? `plays take ${numbers[0]}` : `plays takes ${numbers.slice(-3).join(", ")}`;
}
