// Times and devices in words.

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** A number of seconds in its two largest units, such as "14 minutes 32 seconds". */
export function duration(seconds) {
  let left = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => left >= size);
  if (first === -1) return "0 seconds";
  const parts = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ");
}

/** A point in time as the reader writes it. */
export function pointInTime(milliseconds) {
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** The time of a day as the reader writes it. */
export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString(undefined, { timeStyle: "short" });
}

/** What the beginning of a `User-Agent` says about the device, in the order in which one name hides another. */
const DEVICES = [
  [/Android/, "Android"],
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Windows/, "Windows"],
  [/Macintosh/, "Mac"],
  [/CrOS/, "Chromebook"],
  [/Linux/, "Linux"],
];

/** The name of a device, as far as it is known. */
export function deviceName(device) {
  if (!device) return "Unknown device";
  return DEVICES.find(([pattern]) => pattern.test(device))?.[1] ?? device.split(/[ /]/, 1)[0];
}
