// The live board: fetches its figures again whenever it is told that something changed.
function refresh() {
  const board = document.getElementById("board");
  if (board) htmx.trigger(board, "changed");
}

document.addEventListener("live:board_changed", refresh);
document.addEventListener("live:queue_changed", refresh);
document.addEventListener("live:connected", refresh);
