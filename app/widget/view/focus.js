// Keeps the keyboard inside the panel while it covers the whole screen.

const FOCUSABLE = "button, a[href], textarea, select, input, [tabindex]";

export function isModal() {
  return matchMedia("(max-width: 480px)").matches;
}

/** Tab at one end goes on at the other. */
export function keepInside(event, box) {
  if (event.key !== "Tab" || !isModal()) return;
  const stops = [...box.querySelectorAll(FOCUSABLE)].filter(
    (each) => !each.disabled && each.tabIndex >= 0 && each.offsetParent !== null,
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const here = box.getRootNode().activeElement;
  const leaves = event.shiftKey ? here === first : here === last;
  if (!leaves) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
