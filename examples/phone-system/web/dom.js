// Elements from code. Text goes in as text and never as markup, whatever a caller calls themselves; nothing sets a style
// attribute, which the page's content security policy would refuse.

/** @typedef {import("./types.js").Piece<any>} AnyPiece */
/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Makes an element. A property that is a function listens to the event of its name (`onclick`); true is an attribute
 * without a value; false, null and undefined are none; anything else is an attribute.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown> | null} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else {
      attribute(element, name, value);
    }
  }
  element.append(...present(children));
  return element;
}

/**
 * Makes an element of a drawing.
 * @param {string} tag
 * @param {Record<string, string | number | undefined>} attributes
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function s(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
  element.append(...present(children));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return /** @type {(Node | string)[]} */ (
    children.filter((child) => child !== null && child !== undefined && child !== false)
  );
}

/**
 * Sets or removes an attribute. What is so already is left alone: nothing is announced or drawn again without need.
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
export function attribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** @param {Element} element @param {string | number} value */
export function text(element, value) {
  const string = String(value);
  if (element.textContent !== string) element.textContent = string;
}

/** @param {HTMLElement} element @param {boolean} visible */
export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

/** @type {WeakMap<Element, Map<string, AnyPiece>>} */
const pieces = new WeakMap();

/**
 * Makes the children of `parent` those of `items`, in their order. A child lives as long as its key does, so that focus,
 * selection and what somebody is typing stay. Were the focused child to go, focus goes to the one that takes its place.
 * @template T
 * @param {HTMLElement} parent
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => import("./types.js").Piece<T>} make
 */
export function keyed(parent, items, key, make) {
  const old = pieces.get(parent) ?? new Map();
  /** @type {Map<string, AnyPiece>} */
  const now = new Map();
  for (const item of items) {
    const piece = old.get(key(item)) ?? make(item);
    piece.update(item);
    now.set(key(item), piece);
  }
  const focused = document.activeElement;
  const inside = focused instanceof HTMLElement && parent.contains(focused) ? focused : null;
  const place = [...parent.children].findIndex((child) => child.contains(inside));
  for (const [name, piece] of old) if (!now.has(name)) piece.root.remove();
  let at = parent.firstElementChild;
  for (const piece of now.values()) {
    if (piece.root === at) at = at.nextElementSibling;
    else parent.insertBefore(piece.root, at);
  }
  pieces.set(parent, now);
  if (inside && document.activeElement !== inside) refocus(parent, inside, place);
}

/** @param {HTMLElement} parent @param {HTMLElement} lost @param {number} place */
function refocus(parent, lost, place) {
  const next = parent.children[Math.min(place, parent.children.length - 1)];
  const button = next?.querySelector("button:not([hidden]), a[href]");
  const region = parent.closest("section")?.querySelector("h2");
  for (const target of [lost.isConnected ? lost : null, button, region]) {
    if (target instanceof HTMLElement && target.getClientRects().length > 0) {
      if (target === region) attribute(target, "tabindex", "-1");
      target.focus({ preventScroll: true });
      return;
    }
  }
}

/**
 * A button that says what it does, and cannot be pressed again while that is being done. It stays focusable throughout.
 * @param {{label: string, icon?: SVGElement | null, class?: string, press: () => Promise<unknown> | void}} options
 */
export function button({ label, icon = null, class: style = "", press }) {
  const caption = h("span", null, label);
  const root = h("button", { type: "button", class: style }, icon, caption);
  root.addEventListener("click", async () => {
    if (root.getAttribute("aria-disabled") === "true") return;
    attribute(root, "aria-disabled", "true");
    attribute(root, "aria-busy", "true");
    try {
      await press();
    } finally {
      attribute(root, "aria-disabled", null);
      attribute(root, "aria-busy", null);
    }
  });
  return { root, label: (/** @type {string} */ words) => text(caption, words) };
}
