// What the agents' pages load: each behaviour finds its own elements.
import "./actions.js";
import "./background.js";
import "./charts.js";
import "./composer.js";
import "./conversation.js";
import "./dates.js";
import "./dialogs.js";
import "./live.js";
import "./lists.js";
import "./notifications.js";
import "./palette.js";
import "./panes.js";
import "./shortcuts.js";
import "./step_up.js";
import "./timers.js";
