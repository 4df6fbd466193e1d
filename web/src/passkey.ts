/**
 * Ask the reader's device for a passkey, and send what it gives with the form around it.
 *
 * `form[data-passkey="create"]` enrols one, `form[data-passkey="get"]` approves with one; the options come from
 * the page as JSON (WebAuthn level 3, sections 5.1.9 and 5.1.10), the answer goes back as JSON (5.1.8).
 */

async function ask(ceremony: string, options: string): Promise<Credential | null> {
  if (ceremony === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      JSON.parse(options) as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    JSON.parse(options) as PublicKeyCredentialRequestOptionsJSON,
  );
  return navigator.credentials.get({ publicKey });
}

function able(): boolean {
  return (
    "PublicKeyCredential" in window &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function"
  );
}

/** Give every `form[data-passkey]` the button that asks the device. */
export function offerPasskeys(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]:not([data-passkey-ready])")) {
    form.dataset["passkeyReady"] = "";
    form.querySelector("[data-without-script]")?.remove();
    const words = form.dataset;
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    said.className = "proof-verdict";
    if (!able()) {
      said.textContent = words["unable"] ?? "";
      form.append(said);
      continue;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary";
    button.textContent = words["go"] ?? "Passkey";
    button.addEventListener("click", () => {
      button.disabled = true;
      said.textContent = "";
      ask(words["passkey"] ?? "", words["options"] ?? "").then(
        (credential) => {
          const field = form.querySelector<HTMLInputElement>("input[name=credential]");
          if (!(credential instanceof PublicKeyCredential) || field === null) throw new Error("no passkey");
          field.value = JSON.stringify(credential.toJSON());
          form.submit();
        },
      ).catch((error: unknown) => {
        button.disabled = false;
        said.dataset["held"] = "false";
        said.textContent = `${words["failed"] ?? ""} (${error instanceof Error ? error.name : String(error)})`;
      });
    });
    form.append(button, said);
  }
}
