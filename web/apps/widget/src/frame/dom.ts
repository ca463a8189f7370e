type Child = Node | string | undefined | false;
type Props = Record<string, string | boolean | number | undefined | ((event: Event) => void)>;

/**
 * An element from attributes, listeners (`onclick`) and children. Strings become text nodes; there is no way
 * through here to parse HTML.
 */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, props);
  element.append(...present(children));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon of 24 units from the data of its paths. */
export function icon(paths: string, className = "icon"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24", class: className, "aria-hidden": "true", focusable: "false",
  })) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", paths);
  svg.append(path);
  return svg;
}

export function text(element: Element, value: string): void {
  if (element.textContent !== value) element.textContent = value;
}

/** Replaces the children only where they differ, so that focus and live regions are left alone. */
export function place(parent: Element, children: Child[]): void {
  const wanted = present(children);
  for (let at = 0; at < wanted.length; at++) {
    const node = wanted[at];
    const current = parent.childNodes[at];
    if (node instanceof Node && current !== node) parent.insertBefore(node, current ?? null);
    else if (typeof node === "string") parent.insertBefore(document.createTextNode(node), current ?? null);
  }
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove();
}

function apply(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== undefined && child !== false && child !== "");
}
