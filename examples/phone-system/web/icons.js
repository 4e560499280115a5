// Small drawings on a grid of 20, in the colour of the text beside them. Each stands beside words, so none is announced.

import { s } from "./dom.js";

const handset =
  "M5.2 2.8 7.6 2.2 9 6 7.3 7.3c.8 2.2 2.4 4.1 5 5.4L13.9 11l3.8 1.6-.6 2.6c-.3 1.2-1.4 2-2.6 1.8C8.3 16 4 11 3.4 5.4c-.1-1.2.6-2.3 1.8-2.6Z";

/** @type {Record<string, string>} */
const paths = {
  answer: handset,
  "hang-up": "M2.5 11.6c0-1 .4-1.9 1.2-2.5C5.3 7.9 7.5 7.2 10 7.2s4.7.7 6.3 1.9c.8.6 1.2 1.5 1.2 2.5v1.3l-4 .9-.7-2.6c-1.8-.6-3.8-.6-5.6 0l-.7 2.6-4-.9Z",
  hold: "M6 4h3v12H6zM11 4h3v12h-3z",
  resume: "M6 3.5 16 10 6 16.5z",
  transfer: "M11.5 4 17 9l-5.5 5v-3.2C7.6 10.6 5 12 3 15c.3-4.7 3.3-7.6 8.5-8Z",
  star: "M10 2.2 12.3 7l5.3.7-3.9 3.7 1 5.2L10 14.1l-4.7 2.5 1-5.2L2.4 7.7 7.7 7Z",
  ready: "M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z",
  reserved: "M10 2.5c3 0 4.6 2.1 4.6 4.9 0 3 .8 4.6 2 5.6H3.4c1.2-1 2-2.6 2-5.6C5.4 4.6 7 2.5 10 2.5ZM8 14.5h4a2 2 0 0 1-4 0Z",
  talking: handset,
  break: "M4 6h10v1.5h1a2.5 2.5 0 0 1 0 5h-1.3A4.5 4.5 0 0 1 9.5 16h-1A4.5 4.5 0 0 1 4 11.5Zm10 3v2h1a1 1 0 0 0 0-2Z",
  paused: "M6 4h3v12H6zM11 4h3v12h-3z",
  "wrap-up": "M3.5 16.5 4.4 13l8.3-8.3 2.6 2.6L7 15.6ZM13.6 3.8l1-1a1 1 0 0 1 1.4 0l1.2 1.2a1 1 0 0 1 0 1.4l-1 1Z",
  "signed-out": "M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12Zm0 1.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4Z",
  alert: "M10 2.5 18.3 17H1.7ZM9.2 8v4.5h1.6V8Zm0 5.6v1.6h1.6v-1.6Z",
  open: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm-1 9.7 5-5-1.2-1.2L9 10.3 7.2 8.5 6 9.7Z",
  closed: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM5.8 9v2h8.4V9Z",
  muted: "M4.2 3 17 15.8 15.8 17l-3-3H3.4c1.2-1 2-2.6 2-5.6 0-.9.2-1.7.5-2.4L3 4.2ZM10 2.5c3 0 4.6 2.1 4.6 4.9 0 1 .1 1.9.3 2.6L7.7 3.3C8.4 2.8 9.1 2.5 10 2.5ZM8 15h4a2 2 0 0 1-4 0Z",
  check: "m8.2 15-4.7-4.7 1.5-1.5 3.2 3.2L15 5.2l1.5 1.5Z",
  close: "m5.6 4.2 4.4 4.4 4.4-4.4 1.4 1.4-4.4 4.4 4.4 4.4-1.4 1.4-4.4-4.4-4.4 4.4-1.4-1.4L8.6 10 4.2 5.6Z",
};

/** @param {string} name @returns {SVGElement} */
export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" },
    s("path", { d: paths[name] ?? paths.ready ?? "", "fill-rule": "evenodd" }),
  );
}
