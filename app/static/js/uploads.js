// How far a form with a file is on its way: htmx tells, its own progress bar shows.

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-upload-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (event.detail.loaded / event.detail.total) * 100;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const bar = event.target.querySelector?.("[data-upload-progress]");
  if (bar && !event.detail.successful) bar.hidden = true;
});
