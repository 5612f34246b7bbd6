// Shows, in the header, whose holdings these are, the date of the prices, and which model answers.
(() => {
  const line = (className, text) => {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    span.title = text;
    return span;
  };
  const show = ({ title, model }) => {
    let bar = document.getElementById("lotline-source");
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "lotline-source";
      bar.setAttribute("role", "status");
      document.body.append(bar);
    }
    bar.replaceChildren(line("title", title), line("model", model));
    document.title = title ? `Lotline: ${title}` : "Lotline";
  };
  window.addEventListener("message", (event) => {
    if (event.source === window && event.data && event.data.lotline) show(event.data.lotline);
  });
})();
