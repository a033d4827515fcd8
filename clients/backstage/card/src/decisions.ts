/** Decisions as the card shows them, read through the proxy of Backstage's backend, which has the key. */

import type { Decision } from "@vpce-guard/client";

export type Outcome = "allowed" | "denied" | "undetermined";

export interface ShownDecision {
  id: string;
  time: string;
  endpoint: string;
  outcome: Outcome;
  reasons: string[];
}

/** Where to ask: `base` is the proxy's address for the service. */
export interface Source {
  base: string;
  fetch: typeof globalThis.fetch;
}

/** The latest decisions that the filters choose, newest first. Throws where the service gives no answer. */
export async function latest(source: Source, filters: Record<string, string>, limit: number): Promise<ShownDecision[]> {
  const query = new URLSearchParams({ ...filters, limit: String(limit), fields: "decision" });
  const response = await source.fetch(`${source.base}/v1/decisions?${query}`);
  const content = (await response.json().catch(() => undefined)) as
    | { decisions?: { decision: Decision }[]; detail?: string }
    | undefined;
  if (!response.ok || content?.decisions === undefined) {
    throw new Error(content?.detail ?? `vpce-guard answered ${response.status}: see the proxy /vpce-guard in app-config.`);
  }
  return content.decisions.map(({ decision }) => shown(decision));
}

/** The address of the console's list, or of one decision in it. */
export function consoleAddress(consoleUrl: string, filters: Record<string, string>, id?: string): string {
  const place = `${consoleUrl.replace(/\/+$/, "")}/console/decisions`;
  return id === undefined ? `${place}?${new URLSearchParams(filters)}` : `${place}/${encodeURIComponent(id)}`;
}

function shown(decision: Decision): ShownDecision {
  const { subject } = decision;
  const kind = [subject.endpoint_type, subject.service_name].filter(Boolean).join(" ");
  const denials = decision.violations.filter((one) => one.enforcement_action === "deny");
  const outcome = !decision.allowed ? "denied" : decision.undetermined.length > 0 ? "undetermined" : "allowed";
  return {
    id: decision.decision_id,
    time: decision.timestamp,
    endpoint: subject.address ?? (kind || "An endpoint"),
    outcome,
    reasons: [
      ...(decision.error === null ? [] : [decision.error]),
      ...denials.map((one) => `${one.rule_id}: ${one.message}`),
      ...decision.undetermined.map((one) => `${one.rule_id} could not be judged: ${one.reason}`),
    ],
  };
}
