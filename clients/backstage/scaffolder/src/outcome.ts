/** What a step tells of decisions, in words that a template can use. */

import type { Decision, DecisionAnswer, VpceGuard } from "@vpce-guard/client";

export type Word = "allowed" | "denied" | "undetermined";

export type ToldDecision = {
  decisionId: string;
  endpoint: string;
  outcome: Word;
  reasons: string[];
  permalink?: string;
};

/** What came of one document. */
export interface Outcome {
  outcome: Word;
  reasons: string[];
  decisions: ToldDecision[];
}

const ORDER: Word[] = ["denied", "undetermined", "allowed"];

/** The answer about one document. Of what is not kept there are no pages. */
export function told(answer: DecisionAnswer, guard: VpceGuard, name: string, isDryRun: boolean): Outcome {
  const decisions = answer.decisions.map((decision) => {
    const id = decision.decision_id;
    const about = endpoint(decision, name);
    return {
      decisionId: id,
      endpoint: about,
      outcome: word(decision),
      reasons: reasons(decision).map((reason) => `${about}: ${reason}`),
      ...(isDryRun ? {} : { permalink: guard.consolePage(id) }),
    };
  });
  const notes = (answer.notes ?? []).map((note) => `${name}: ${note}`);
  const outcome = !answer.allowed ? "denied" : notes.length > 0 ? "undetermined" : "allowed";
  const mine: Outcome = { outcome, reasons: notes, decisions: [] };
  return worst([mine, ...decisions.map((one) => ({ outcome: one.outcome, reasons: one.reasons, decisions: [one] }))]);
}

/** Several outcomes as one, what denies first. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  const sorted = [...outcomes].sort((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
  return {
    outcome: sorted[0]?.outcome ?? "allowed",
    reasons: sorted.flatMap((one) => one.reasons),
    decisions: sorted.flatMap((one) => one.decisions),
  };
}

function word(decision: Decision): Word {
  if (!decision.allowed) return "denied";
  return decision.undetermined.length > 0 ? "undetermined" : "allowed";
}

function reasons(decision: Decision): string[] {
  const denials = decision.violations.filter((one) => one.enforcement_action === "deny");
  return [
    ...(decision.error === null ? [] : [decision.error]),
    ...denials.map((one) => `${one.rule_id}: ${one.message}`),
    ...decision.undetermined.map((one) => `${one.rule_id} could not be judged: ${one.reason}`),
  ];
}

function endpoint({ subject }: Decision, name: string): string {
  const kind = [subject.endpoint_type, subject.service_name].filter((one) => one !== null).join(" ");
  return subject.address ?? (kind || name);
}
