/**
 * Recompute an inclusion proof here, in the reader's browser, from the raw leaf.
 *
 * RFC 9162 section 2.1.3.2 over SHA-256. The server draws the same tree; this does not take its word.
 */

interface InclusionProof {
  leaf: string;
  index: number;
  size: number;
  path: string[];
  root: string;
}

const bytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

async function hash(prefix: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const length = parts.reduce((total, part) => total + part.length, 1);
  const message = new Uint8Array(length);
  message[0] = prefix;
  let offset = 1;
  for (const part of parts) {
    message.set(part, offset);
    offset += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", message));
}

/** Return whether the leaf at `index` is in the tree of `size` leaves with that root. */
export async function verifyInclusion(proof: InclusionProof): Promise<boolean> {
  if (proof.index < 0 || proof.index >= proof.size) return false;
  let node = proof.index;
  let last = proof.size - 1;
  let result = await hash(0, bytes(proof.leaf));
  for (const step of proof.path) {
    const sibling = bytes(step);
    if (sibling.length !== 32 || last === 0) return false;
    if (node % 2 === 1 || node === last) {
      result = await hash(1, sibling, result);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      result = await hash(1, result, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const root = bytes(proof.root);
  return last === 0 && result.length === root.length && result.every((byte, at) => byte === root[at]);
}

/** Add a button that checks the proof of the page to every `[data-proof]` panel. */
export function offerProofCheck(root: ParentNode): void {
  for (const panel of root.querySelectorAll<HTMLElement>("[data-proof]:not([data-proof-ready])")) {
    panel.dataset["proofReady"] = "";
    const words = panel.dataset;
    const button = document.createElement("button");
    const verdict = document.createElement("p");
    button.type = "button";
    button.className = "btn btn-outline-primary btn-sm";
    button.textContent = words["check"] ?? "Check";
    verdict.setAttribute("role", "status");
    verdict.className = "proof-verdict";
    button.addEventListener("click", () => {
      const proof = JSON.parse(words["proof"] ?? "{}") as InclusionProof;
      verifyInclusion(proof).then(
        (held) => {
          verdict.textContent = (held ? words["held"] : words["failed"]) ?? String(held);
          verdict.dataset["held"] = String(held);
        },
        () => {
          verdict.textContent = words["failed"] ?? "false";
          verdict.dataset["held"] = "false";
        },
      );
    });
    panel.append(button, verdict);
  }
}
