// The one <script> tag on the operator's page, and what it says.

const LANGUAGES = new Set(["en", "es", "pt"]);

export function readTag(script) {
  const { inbox = "", identity = "", identityUrl = "", language = "" } = script.dataset;
  return {
    base: new URL(script.src).origin,
    inbox,
    identity,
    identityUrl,
    language: LANGUAGES.has(language) ? language : "",
  };
}
