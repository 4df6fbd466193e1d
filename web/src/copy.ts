/** Give every `[data-copy]` hash a button that copies its full text; the button's words come from the page. */
export function offerCopying(root: ParentNode): void {
  for (const hash of root.querySelectorAll<HTMLElement>("[data-copy]:not([data-copy-ready])")) {
    hash.dataset["copyReady"] = "";
    const words = document.body.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words["wordCopy"] ?? "Copy";
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(hash.dataset["copy"] ?? "").then(() => {
        button.textContent = words["wordCopied"] ?? "Copied";
      });
    });
    hash.after(button);
  }
}
