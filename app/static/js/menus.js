// A list to choose from while one writes: by arrows, and by Enter or Tab.

export function mark(menu, field, option) {
  for (const each of menu.querySelectorAll("[role=option]")) each.setAttribute("aria-selected", String(each === option));
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
}

// Whether the key was for the menu.
export function moves(event, menu, field, choose) {
  if (menu.hidden) return false;
  const shown = [...menu.querySelectorAll("[role=option]")].filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(menu, field, shown[(at + step + shown.length) % shown.length]);
  else if (event.key === "Escape") menu.hidden = true;
  else if ((event.key === "Enter" || event.key === "Tab") && shown[at]) choose(shown[at]);
  else return false;
  event.preventDefault();
  return true;
}
