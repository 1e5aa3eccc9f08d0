// In the page: what sticks out of the window sideways, and words that their box cuts off.
(within) => {
  const faults = [];
  const root = document.querySelector(within);
  const shownAs = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const width = window.innerWidth;

  for (const box of [document.documentElement, document.getElementById("main"), root]) {
    if (box && box.clientWidth && box.scrollWidth > box.clientWidth + 1) {
      const guilty = [...box.querySelectorAll("*")].filter((each) => sticksOut(each, box));
      const culprit = guilty.length ? shownAs(guilty.at(-1)) : "";
      faults.push(`${width}: scrolls sideways: ${box.id || box.localName} ${culprit}`);
    }
  }
  for (const each of root.querySelectorAll("button, .btn, select, [role=tab]")) {
    if (isSeen(each) && isCut(each)) faults.push(`${width}: cut off: ${shownAs(each)}`);
  }
  return faults;

  function sticksOut(element, box) {
    return element.getBoundingClientRect().right > box.getBoundingClientRect().left + box.clientWidth + 1 && isSeen(element);
  }

  function isSeen(element) {
    const shown = element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
    return shown && element.clientWidth > 1 && element.clientHeight > 1;
  }

  function isCut(element) {
    if (element.localName !== "select") return element.scrollWidth > element.clientWidth + 2;
    if (element.multiple || element.size > 1 || !element.selectedOptions.length) return false;
    const style = getComputedStyle(element);
    const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    return pen.measureText(element.selectedOptions[0].text.trim()).width > room + 1;
  }
}
