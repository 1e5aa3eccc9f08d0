// The live board: fetches its figures again whenever it is told that something changed.
import { connection } from "./live.js";

connection.on("board_changed", () => {
  const board = document.getElementById("board");
  if (board) htmx.trigger(board, "changed");
});
connection.on("connect", () => {
  const board = document.getElementById("board");
  if (board) htmx.trigger(board, "changed");
});
