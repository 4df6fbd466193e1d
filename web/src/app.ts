// Everything here is an enhancement: each page is complete, and every link and form works, without it.
import "./app.scss";
import "htmx.org";

import { offerCopying } from "./copy";
import { offerKeeping, offerLeaving } from "./outbox";
import { offerPasskeys } from "./passkey";
import { offerProofCheck } from "./proof";

function enhance(root: ParentNode): void {
  offerCopying(root);
  offerKeeping();
  offerLeaving(root);
  offerPasskeys(root);
  offerProofCheck(root);
}

enhance(document);
// htmx replaces parts of a page (sorting, filtering, leafing); the new part is enhanced as the first one was.
document.addEventListener("htmx:after:swap", () => enhance(document));
