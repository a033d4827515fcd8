/** A fix of a violation, carried out: a JSON Patch (RFC 6902) of the proposal that was judged. */

import type { components } from "./api.js";

type Fix = NonNullable<components["schemas"]["Violation"]["fix"]>;
type Step = { op: string; path: string; value?: unknown };

/** A copy of the proposal with the fix. Throws where the fix is for another proposal. */
export function applyFix<Proposal>(proposal: Proposal, fix: Fix): Proposal {
  const copy: unknown = structuredClone(proposal);
  for (const step of fix as readonly unknown[]) {
    carryOut(copy, step as Step);
  }
  return copy as Proposal;
}

function carryOut(root: unknown, { op, path, value }: Step): void {
  const names = path.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop();
  const parent = names.reduce(member, root);
  if (last === undefined || typeof parent !== "object" || parent === null || !["add", "remove", "replace"].includes(op)) {
    throw new Error(`The fix does not fit: ${op} ${path}.`);
  }
  if (op !== "add" && !Object.hasOwn(parent, last)) {
    throw new Error(`The fix does not fit: there is no ${path}.`);
  }
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    parent.splice(index, op === "add" ? 0 : 1, ...(op === "remove" ? [] : [value]));
  } else if (op === "remove") {
    delete (parent as Record<string, unknown>)[last];
  } else {
    Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** What an object has of its own under a name, so that no path leads to what all objects share. */
function member(within: unknown, name: string): unknown {
  const isThere = typeof within === "object" && within !== null && Object.hasOwn(within, name);
  return isThere ? (within as Record<string, unknown>)[name] : undefined;
}
